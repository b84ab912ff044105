/* Which findings decide which outcome? The table of outcomes.c; private to checks/. */
#ifndef OUTCOMES_OUTCOME_RULES_H
#define OUTCOMES_OUTCOME_RULES_H

#include "outcomes/outcomes.h"

/* Whose certificate or port a row speaks of. */
enum whose { ANYONE, OF_E, OF_C };

/* What units an outcome is decided over. */
enum scope { SCOPE_DOMAIN, SCOPE_ZONE, SCOPE_NODES, SCOPE_RUN };

struct row {
    const char *check;  /* one check, or a family with a dot behind ("mra.") */
    const char *causes; /* "a b c"; NULL: every failing cause (fails rows), every failing or warning one (risk
                           rows) */
    enum outcome_state effect;
    int port; /* only findings about this port of LEG_CLIENT; 0: any */
    enum whose whose;
    int below_release; /* only for releases before this one; 0: always */
};

/* 8443 stands for "the port the SRV record gives": rows match by protocol and leg, see about_port(). */
enum { HTTPS_PORT = 8443, SIP_PORT = 5061, XMPP_PORT = 5222 };

struct rule {
    const char *id, *title;
    enum scope scope;
    const struct row *rows;
    const char *feature;                    /* told only when the deployment has it; NULL: always */
    enum leg leg;                           /* SCOPE_ZONE: the port's leg */
    bool uc_traversal, traversal, neighbor; /* SCOPE_ZONE: types of zone it is told for */
    const char *after[3];                   /* outcomes whose failure fails this one */
    const char *words[4];                   /* by outcome_state */
};

extern const struct rule outcome_rules[]; /* id NULL ends; in the order of the report */

struct symptom {
    const char *name, *outcomes; /* ids, separated by blanks */
};
extern const struct symptom symptoms[]; /* name NULL ends */

#endif
