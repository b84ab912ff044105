/* Which reports do the tests of report/ render? Findings and outcomes made by hand over healthy facts, with a
 * catalogue of their own, so that no judge and no other family's words are needed. */
#ifndef TESTS_UNIT_STORIES_H
#define TESTS_UNIT_STORIES_H

#include "healthy.h"
#include "report/report.h"

struct story {
    struct facts *facts;
    struct findings *findings;
    struct outcomes outcomes;
    struct report report;
};

const struct report *story_told(struct story *s); /* its report, with the faults of what it says now */
void story_close(struct story *s);

/* Each opens a story. */
void tell_broken(struct story *s); /* from outside: 5061 of one edge refused, MRA domain missing on both */
void tell_tunnel(struct story *s); /* a deployment: zone up, tunnel to expe1 down */
void tell_edge_alone(struct story *s); /* from outside: the edge answers 502 for what lies behind it */
void tell_nowhere(struct story *s);    /* no SRV record */
void tell_untried(struct story *s);    /* a deployment seen from outside: 7001, 2222 and UCM were not tried */
void tell_healthy(struct story *s);
void tell_hostile(struct story *s,
                  const char *text); /* `text` wherever a text can stand, made harmless nowhere */

typedef void (*story_fn)(struct story *s);
extern const story_fn stories[]; /* all but the hostile one; NULL ends */

/* The report in that format, malloc'ed. */
char *render(const struct story *s, const char *format, int verbose, bool color);

#endif
