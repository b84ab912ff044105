/* Which legs has the path, and where is it broken? Rows for the picture, out of endpoints, deployment and
 * findings. Does not decide outcomes: it only says at which port a failing finding bites. */
#ifndef OUTCOMES_LEGS_H
#define OUTCOMES_LEGS_H

#include "checks/finding.h"

enum place { PLACE_CLIENT, PLACE_E, PLACE_C, PLACE_INSIDE, PLACES };

enum mark { MARK_GOOD, MARK_PARTLY, MARK_BROKEN, MARK_UNTRIED };

/* One arrow of the picture: all ports of one number on one leg. */
struct path_row {
    enum place from;   /* leads to the next place; what lies between C and E is dialled from C */
    const char *label; /* "8443", "DNS", "tunnel" */
    const char *name;  /* "HTTPS", "traversal zone" */
    bool is_neighbor;
    size_t good, partly, broken, untried;
    size_t unreached;              /* tried from here in vain, which no finding calls a failure */
    const char *where;             /* the first that is broken or in part: "expe2.example.com:5061" */
    const char *why;               /* NULL when nothing is */
    const struct finding *because; /* NULL when no finding says it */
};

struct path {
    struct path_row **v;
    size_t n;
};

/* Lives in arena, and borrows from facts and findings. */
void path_of(struct arena *arena, const struct facts *facts, const struct findings *findings,
             struct path *path);
enum mark path_mark(const struct path_row *row);
const char *path_untried_words(const struct path_row *row, bool many); /* of MARK_UNTRIED: "was not tried" */
/* Both are unknown, for one reason: one line tells of them. */
bool path_is_untried_alike(const struct path_row *a, const struct path_row *b);

#endif
