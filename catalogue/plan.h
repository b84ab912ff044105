/* Which steps does a renewal take, in which order, and when? The rows of catalogue/plan.yaml, made into a
 * table when the program is built. Does not know any deployment: outcomes/plan.c brings the two together. */
#ifndef CATALOGUE_PLAN_H
#define CATALOGUE_PLAN_H

#include "catalogue/guidance.h"
#include "catalogue/plan_words.h"

#define NUMBER_OF(number, word) number,
enum plan_place { PLAN_PLACES(NUMBER_OF) PLAN_PLACE_COUNT };
enum plan_thing { PLAN_THINGS(NUMBER_OF) PLAN_THING_COUNT };
enum plan_need { PLAN_NEEDS(NUMBER_OF) PLAN_NEED_COUNT };
#undef NUMBER_OF

struct plan_row {
    const char *id;     /* NULL ends */
    const char *action; /* public contract */
    enum plan_place on;
    enum plan_thing each;
    unsigned needs;              /* bits by enum plan_need: all must hold */
    const char *const *purposes; /* ids: one of them; empty: any */
    struct condition when;
    const char *object; /* template; NULL: none */
    const char *text;   /* template */
    const char *why;    /* template; NULL: none */
    const char *verify; /* template; NULL: none */
    const char *const *source;
};

extern const struct plan_row plan_rows[]; /* in the order of the work */

#endif
