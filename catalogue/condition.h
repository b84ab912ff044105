/* Of whom is spoken, and does the condition of a line hold for them? It holds, does not hold, or nobody can
 * tell: then it is told in words. Does not know lines: guidance.h. */
#ifndef CATALOGUE_CONDITION_H
#define CATALOGUE_CONDITION_H

#include <stdio.h>

#include "catalogue/placeholders.h"
#include "facts/facts.h"

#define NUMBER_OF(number, name, words) number,
enum placeholder { PLACEHOLDERS(NUMBER_OF) PLACEHOLDER_COUNT };
#undef NUMBER_OF

enum claim {
    CLAIM_ANY,
    CLAIM_YES,
    CLAIM_NO
}; /* ANY: of a condition: does not matter; of a subject: not known */

enum { WHEN_PORTS = 4 };

/* All that is set must hold; of several roles, zones, legs or ports one. */
struct condition {
    unsigned roles, zones, legs; /* bits by enum role, enum zone_type, enum leg; 0: any */
    int ports[WHEN_PORTS];       /* 0 ends */
    int from, before;            /* Expressway release, as in release.h; 0: open */
    enum claim clustered;        /* more than one node on the subject's side */
    enum claim acme;             /* the ACME service is in use */
    enum claim sso;              /* single sign-on on Unified CM */
    enum claim ha;               /* high availability of the presence redundancy group */
};

struct purpose; /* guidance.h */

/* What is known of the thing that is spoken of. */
struct subject {
    enum role role;                        /* NONE: not known */
    int zone, leg;                         /* enum zone_type, enum leg; -1: none, or not known */
    int port;                              /* 0: none */
    int release;                           /* 0: not known */
    enum claim clustered, acme, sso, ha;   /* ANY: not known */
    const struct purpose *purpose;         /* of Unified CM's certificates; NULL: not known */
    const char *values[PLACEHOLDER_COUNT]; /* NULL: not known */
};

extern const struct subject nobody; /* of whom nothing is known */

/* Of whom a check speaks, where that is one role only (bits by enum role); else nobody. */
struct subject subject_by_roles(unsigned of);
/* "Expressway-E" "IM and Presence"; NULL for ROLE_NONE. */
const char *box_name(enum role role);
enum { BOTH_EXPRESSWAYS = 1u << ROLE_EXPRESSWAY_E | 1u << ROLE_EXPRESSWAY_C };

bool condition_fails(const struct condition *when, const struct subject *subject); /* for something that is */
/* What of it nobody can tell, in front of a text that names a box or not: "on Expressway-E, before X15.4: ".
 */
void condition_put_open(FILE *out, const struct condition *when, const struct subject *subject,
                        bool names_box);

#endif
