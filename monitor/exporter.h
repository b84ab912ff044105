/* How do Prometheus, and a person with a browser, ask for targets? The multi-target exporter, in the manner
 * of the blackbox exporter: a scrape is a look.
 *
 * Only targets of the list are looked at, a few at a time; the rest waits, as long as its scrape does. Who
 * asks for what is being looked at already gets that look's result. SIGTERM and SIGINT end it, SIGHUP reads
 * the list anew. */
#ifndef MONITOR_EXPORTER_H
#define MONITOR_EXPORTER_H

#include "config/targets.h"
#include "monitor/look.h"

/* What an earlier run left about a target. */
struct known_before {
    enum status status;
    int64_t since, last_run, not_after; /* not_after 0: no certificate was seen */
};

struct exporter_plan {
    const struct targets *targets;
    const char *address; /* numeric */
    int port;            /* 0: any */
    int jobs;            /* looks at a time */
    int to_one_address;  /* connections at a time; 0: no limit */
    size_t memory;       /* that one look may take; 0: no limit */
    /* Reads a target's options and files. module: NULL for none. False with *error, in arena. */
    bool (*prepare)(void *context, const struct target *target, const struct settings *module,
                    struct arena *arena, struct ready *ready, char **error);
    void (*looked)(void *context, const char *name, const char *what,
                   const struct verdict *verdict); /* each look */
    /* What the target is known to be, and since when; false: nothing is known. */
    bool (*known)(void *context, struct arena *arena, const char *name, struct known_before *known);
    /* A new list; NULL: the old one stays. The list before is gone when this was called again. */
    const struct targets *(*reload)(void *context);
    void (*listening)(void *context, const char *address, int port);
    void *context;
};

/* Until it is told to end. False with *error, in arena, when it could not begin. */
bool exporter_run(const struct exporter_plan *plan, struct arena *arena, char **error);

#endif
