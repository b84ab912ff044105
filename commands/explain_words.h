/* What do these words lead to? A ranked search over everything edgeprobe can explain: what error pages say,
 * titles, guidance, symptoms, log tokens, alarms, alerts, menu names. No network, no facts. */
#ifndef COMMANDS_EXPLAIN_WORDS_H
#define COMMANDS_EXPLAIN_WORDS_H

#include <jansson.h>
#include "report/report.h"

struct hit {
    int score;
    bool is_quoted;    /* what is shown to people stands whole in the words */
    const char *kind;  /* "cause" "check" "words" "log" "alarm" "alert" "symptom" */
    const char *name;  /* "chain.own/no-trusted-root", "alarm 35013", … */
    const char *title; /* what it says */
    const char *means; /* NULL: the title says it */
    const char *next;  /* command to run */
};

struct hits {
    struct hit **v;
    size_t n;
};

/* Best first; empty when nothing has the words. */
void words_search(struct arena *arena, const char *words, struct hits *out);
void hits_text(const char *words, const struct hits *hits, const struct report_style *style, FILE *out);
json_t *hits_json(const char *words, const struct hits *hits); /* edgeprobe.search/1. New reference */

#endif
