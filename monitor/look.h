/* How is one target looked at, beside others on one loop? From what is ready to be probed to a verdict, and
 * everything freed again. Does not know where targets come from or what is told of them. */
#ifndef MONITOR_LOOK_H
#define MONITOR_LOOK_H

#include <uv.h>
#include "outcomes/verdict.h"
#include "probe/probe.h"

/* A target with its options read and its files opened. */
struct ready {
    struct facts *facts; /* owned: freed when the look is over */
    struct probe_options probe;
    void (*let_go)(void *own); /* frees what the options borrow; NULL: nothing */
    void *own;
};

void ready_free(struct ready *ready); /* one that was never looked at */

struct look;

/* Called once, from the loop. verdict: NULL when it could not run, and error says why. Both are gone
 * afterwards. */
typedef void (*look_done)(void *context, const struct verdict *verdict, const char *error);

/* Takes ready over. */
struct look *look_start(uv_loop_t *loop, const struct ready *ready, look_done done, void *context);
/* Ends it as what it is now; `done` still comes. */
void look_stop(struct look *look);

#endif
