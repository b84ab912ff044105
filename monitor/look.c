/* How is one target looked at, beside others on one loop? See look.h. */
#include "monitor/look.h"

#include <stdio.h>
#include <stdlib.h>

#include "expressway/release_told.h"
#include "facts/memory.h"

struct look {
    uv_loop_t *loop;
    struct ready ready;
    struct world *world; /* the probe's run under way */
    look_done done;
    void *context;
};

void ready_free(struct ready *ready) {
    facts_free(ready->facts);
    if (ready->let_go != NULL)
        ready->let_go(ready->own);
    *ready = (struct ready){0};
}

static void conclude(struct look *look, const char *error) {
    if (error == NULL)
        release_settle(look->ready.facts);
    struct verdict *verdict = error == NULL ? verdict_of(look->ready.facts) : NULL;
    look->done(look->context, verdict, error);
    verdict_free(verdict);
    ready_free(&look->ready);
    free(look);
}

static void on_probed(void *context, const char *error) {
    conclude(context, error);
}

struct look *look_start(uv_loop_t *loop, const struct ready *ready, look_done done, void *context) {
    struct look *look = calloc(1, sizeof *look);
    if (look == NULL)
        memory_is_out();
    *look = (struct look){.loop = loop, .ready = *ready, .done = done, .context = context};
    look->world = probe_start(loop, look->ready.facts, &look->ready.probe, on_probed, look);
    return look;
}

void look_stop(struct look *look) {
    probe_stop(look->world);
}
