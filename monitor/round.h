/* How are many targets looked at in one process, fairly and within bounds? One round over a list: so many at
 * a time, so many a second, two at a time of one host, so many connections to one address whatever its names,
 * in an order that chance decides.
 *
 * Results are told as they come and forgotten. SIGTERM, SIGINT and the end of the time given let what runs
 * come to its end; what was not begun is told as not run. A second signal ends at once what runs. Does not
 * write and does not judge. */
#ifndef MONITOR_ROUND_H
#define MONITOR_ROUND_H

#include "config/targets.h"
#include "monitor/look.h"

enum { JOBS_USUAL = 64, JOBS_MOST = 4096, TO_ONE_ADDRESS_USUAL = 16, QUESTIONS_MOST = 256 };

struct round_result {
    const struct target *target;
    const struct verdict *verdict; /* NULL when it was not run */
    const char *error;             /* then why; NULL when its turn did not come */
};

struct round_counts {
    size_t pass, warn, unknown, fail, not_run;
    size_t running, left; /* left: not begun yet */
};

struct round_plan {
    const struct targets *targets;
    int jobs;           /* at a time; lowered when the system gives too few descriptors */
    int to_one_address; /* connections at a time; 0: no limit */
    double rate;        /* begun per second at most; 0: no limit */
    uint64_t seed;      /* of the order */
    int within_ms;      /* after this no more are begun; 0: no limit */
    size_t memory;      /* that one target may take; 0: no limit */
    /* Reads a target's options and files; false with *error, in arena. */
    bool (*prepare)(void *context, const struct target *target, struct arena *arena, struct ready *ready,
                    char **error);
    /* Each target once. False: nobody can be told any more, end at once. */
    bool (*told)(void *context, const struct round_result *result);
    void (*progress)(void *context, const struct round_counts *counts); /* a few times a second; NULL: not */
    void *context;
};

/* False, with *error, when it could not begin, or when `told` gave up (*error is NULL then). */
bool round_run(const struct round_plan *plan, struct round_counts *counts, struct arena *arena, char **error);

/* How many targets at a time the limit of descriptors allows; raises the limit as far as it goes. */
int jobs_allowed(int wanted);

#endif
