/* What is to be said of this subject, and in which words? Lines of guidance are templates with conditions:
 * "{box}: Maintenance > …", only on Expressway-E, only in a cluster, only before X15.4.
 *
 * A line whose condition does not hold for the subject is left out. Where the subject is not known well
 * enough to tell, the line comes with its condition in words before it, and so it does in `explain`, which
 * knows no subject. Does not know findings: checks/advice.h makes the subject of one. */
#ifndef CATALOGUE_GUIDANCE_H
#define CATALOGUE_GUIDANCE_H

#include "catalogue/condition.h"
#include "catalogue/step_words.h"

/* What is known of a step of a fix besides its words: the keys of a row. */
struct step_marks {
    unsigned
        on; /* enum step_box, STEP_BOX_BITS each: what the step touches, or decides between; 0: nobody said */
    char option; /* 'A', 'B'…: one of several ways, of which one is enough; 0: a step like any */
    enum step_unless unless; /* what disproves it */
    unsigned char
        alerts[STEP_ALERTS_MAX]; /* for these alone, which came as answer; 0 ends, or the array does */
};

/* The catalogue's own lines say where their words begin, not what address those have: a pointer in each of
 * three thousand lines would be set by the loader at every start. */
struct guidance_line {
    const char
        *text;      /* of a line that is made as one goes; NULL: `words`, and NULL without them ends a list */
    unsigned words; /* where in catalogue_words they begin; 0: none */
    struct step_marks marks;
    struct condition when;
};

extern const char catalogue_words[];                      /* one text after the other; the first is empty */
const char *line_words(const struct guidance_line *line); /* the template; NULL ends a list */

/* Texts for this subject, NULL at the end, in the arena; never NULL. */
const char *const *lines_fill(struct arena *arena, const struct guidance_line *lines,
                              const struct subject *subject);
/* A line that was filled. Its text tells an option, and the alerts that it is for, in front; `words` do not,
 * for where these are told otherwise, or the alert is known. */
struct step {
    const char *text, *words; /* words: within the text */
    struct step_marks marks;  /* no option where only one is left for the subject */
};
/* The same as steps, as long as the texts. */
struct steps {
    const char *const *texts;
    const struct step *v;
};
struct steps steps_fill(struct arena *arena, const struct guidance_line *lines,
                        const struct subject *subject);
/* One of Unified CM's or IM and Presence's certificates, by its purpose (upload page: Certificate Purpose).
 */
enum restart_by { RESTART_CLI, RESTART_FEATURE, RESTART_NETWORK, RESTART_COMMAND };
enum restart_where { RESTART_EACH_NODE, RESTART_PUBLISHER, RESTART_EVERYWHERE };

struct service_restart {
    const char *service; /* "Cisco Tomcat", or a whole command of the CLI; NULL ends a list */
    enum restart_by
        by; /* how: utils service restart; Feature Services; Network Services; the command itself */
    enum restart_where where; /* EACH_NODE: the publisher first, then one subscriber after the other */
    struct condition when;
};

struct purpose {
    const char *id;   /* "callmanager-ecdsa": as the deployment file has it */
    const char *name; /* "CallManager-ECDSA": as Unified CM writes it */
    const char
        *store;     /* "CallManager-trust": where the CAs that it trusts for this purpose stand; NULL: none */
    unsigned roles; /* bits by enum role: which nodes have it */
    const int *ports;                       /* where it is shown; 0 ends */
    bool is_multi_server;                   /* one certificate for all nodes is possible (multi-server SAN) */
    const struct guidance_line *before;     /* what comes before the new certificate and the restarts */
    const struct service_restart *services; /* in their order */
    const struct guidance_line *after;
    const char *const *source;
};

extern const struct purpose purpose_rows[];          /* id NULL ends; the order in which to renew several */
const struct purpose *purpose_named(const char *id); /* NULL: none */
/* The certificate that a port shows, by the kind of its key; NULL where none is known to. */
const struct purpose *purpose_on_port(enum role role, int port, bool is_ecdsa);

#endif
