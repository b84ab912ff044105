/* How far does a log-in get at each edge, step by step? The client's order, with who answered, how long it
 * took, and the finding that explains what went wrong. Derived from facts and findings; judges nothing. */
#ifndef OUTCOMES_TIMELINE_H
#define OUTCOMES_TIMELINE_H

#include "checks/finding.h"

enum login_step {
    LOGIN_SRV,
    LOGIN_CONNECT,
    LOGIN_TLS,
    LOGIN_EDGE_SSO,
    LOGIN_EDGE_CONFIG,
    LOGIN_CLUSTER_USER,
    LOGIN_SERVERS,
    LOGIN_USER,
    LOGIN_DEVICES,
    LOGIN_SIP_OPTIONS,
    LOGIN_SIP_REGISTER,
    LOGIN_XMPP_STREAM,
    LOGIN_XMPP_AUTH
};
extern const struct enum_name login_steps[]; /* "srv" … */

enum step_state { STEP_WORKS, STEP_FAILS, STEP_SKIPPED, STEP_UNKNOWN };
extern const struct enum_name step_states[];

struct timeline_step {
    const char *edge;    /* host:8443; the domain where discovery led to no edge */
    const char *address; /* where the edge has several; else NULL */
    const char *domain;  /* where there are several; else NULL */
    enum login_step step;
    enum step_state state;
    int status;                    /* HTTP or SIP; 0: none */
    const char *answered_by;       /* as http_answered_by(); NULL: none of them */
    int ms;                        /* -1: nothing was waited for */
    const struct finding *because; /* NULL: none */
    const char *note;              /* why it was skipped or is not known; NULL: there is nothing to say */
};

struct timeline {
    struct timeline_step **v;
    size_t n;
};

/* Edges in SRV order, steps in log-in order. Lives in arena; borrows from the findings, which must be sorted.
 */
struct timeline *timeline_of(struct arena *arena, const struct facts *facts, const struct findings *findings);
/* One past the last step of the edge that `from` belongs to. */
size_t timeline_edge_end(const struct timeline *timeline, size_t from);

/* An outcome's own timeline: the steps that a client of its kind takes, and no others. */
struct timeline_way {
    const char *outcome, *title;         /* "jabber-login", "Jabber log-in" */
    size_t works;                        /* how many of them do */
    int ms;                              /* of all of them together */
    const struct timeline_step *trouble; /* the first that fails or is not known; NULL: none */
};
extern const char *const timeline_outcomes[]; /* in the order of the outcomes, NULL-ended */
bool step_is_of(enum login_step step, const char *outcome);
struct timeline_way timeline_way(const struct timeline *timeline, size_t from, size_t to,
                                 const char *outcome);

#endif
