/* What did the last look at each target come to, for a person who asks? Numbers in memory, reports in a
 * temporary file that goes with us. Does not look and does not serve. */
#ifndef MONITOR_LEDGER_H
#define MONITOR_LEDGER_H

#include "outcomes/verdict.h"

struct ledger;

struct last_look {
    const char *name, *what;
    bool is_known;      /* it was looked at, by us or by a run before; else the rest has no meaning */
    enum status status; /* of the last look */
    int64_t since;      /* when it became so */
    int64_t last_run;
    int64_t not_after; /* of the leaf that ends first; 0: none was seen */
    const char *worst; /* title of the worst finding; NULL: none */
    struct {
        off_t at;
        size_t size, room;
    } report; /* deflated (gzip); size 0: none */
    char worst_text[160];
};

struct ledger *ledger_new(void); /* NULL: no temporary file */
void ledger_free(struct ledger *ledger);

/* The one of that name, made when there is none. */
struct last_look *ledger_find(struct ledger *ledger, const char *name);
/* Takes numbers and report of a look. A report that cannot be kept is left out. */
void ledger_take(struct ledger *ledger, struct last_look *last, const struct verdict *verdict);
/* The HTML report as gzip, malloc'ed; or plain. False: there is none. */
bool ledger_report(struct ledger *ledger, const struct last_look *last, bool plain, char **bytes,
                   size_t *size);

#endif
