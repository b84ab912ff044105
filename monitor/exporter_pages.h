/* What the exporter knows while it runs, and the pages it shows of that. Private to monitor/exporter*.c. */
#ifndef MONITOR_EXPORTER_PAGES_H
#define MONITOR_EXPORTER_PAGES_H

#include "monitor/exporter.h"
#include "monitor/ledger.h"
#include "monitor/web.h"

enum probe_end { PROBE_RUN, PROBE_FAIL, PROBE_NOT_RUN, PROBE_BUSY, PROBE_DENIED, PROBE_ENDS };

struct exporter {
    const struct exporter_plan *plan;
    const struct targets *targets;
    uv_loop_t *loop;
    struct web *web;
    struct ledger *ledger;
    struct turns *turns, *questions; /* turns: NULL for no limit */
    struct job *running;             /* looks under way */
    struct job *queue, **queue_end;  /* those that wait for their turn */
    int running_count, waiting, jobs;
    uv_timer_t sweeper, starter;
    void (*on_start)(uv_timer_t *timer);
    void (*probe)(struct exporter *exporter,
                  struct web_exchange *exchange); /* a look, or a place in the queue */
    uv_signal_t terminated, interrupted, hung_up;
    bool wants_reload, closing, is_over;
    uint64_t probes[PROBE_ENDS]; /* scrapes of /probe by how they ended */
    uint64_t requests;
    int64_t started;
};

void exporter_route(struct exporter *exporter, struct web_exchange *exchange, const char *path);
void exporter_answer_metrics(struct web_exchange *exchange, char *text, size_t size); /* takes text over */

#endif
