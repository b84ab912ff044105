/* One run of the monitor command, and its two ways: a round that is told, or an exporter that serves. Private
 * to commands/monitor*.c. */
#ifndef COMMANDS_MONITORING_H
#define COMMANDS_MONITORING_H

#include <time.h>

#include "commands/monitor_prepare.h"
#include "monitor/state.h"
#include "report/many.h"

enum { MEMORY_OF_ONE = 64 * 1024 * 1024 };

struct monitor_options {
    const char *changes, *history;
    const char *listen; /* numeric address; NULL: no exporter */
    int port;
    int jobs, to_one_address, confirm, within_ms;
    bool has_seed;
    uint64_t seed;
    double rate;
};

struct monitoring {
    const struct options *options;
    const struct monitor_options *own;
    struct targets targets;
    struct preparing preparing;
    struct state *state; /* NULL without --changes */
    struct many *many;
    struct told_summary summary;
    bool has_worse, has_changed;
    int64_t now;
    struct timespec began; /* by the monotonic clock: the other one may jump */
    bool failed;
    bool complained; /* why it failed has been said */
    int write_error; /* errno of what could not be written; 0: none */
};

int round_tell(struct monitoring *m, struct arena *arena); /* the exit status */
int serve(struct monitoring *m, struct arena *arena);      /* likewise, when it is told to end */

/* Before the first target is looked at, when all temporary files are open. */
void monitor_confine(struct monitoring *m);
void shelf_renew(struct monitoring *m);
/* "FILE:LINE: NAME: what is wrong" on stderr. */
void name_bad(const struct target *target, const char *error);

#endif
