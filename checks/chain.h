/* Questions of trust, what a server sends, and the parts of judge_chain. */
#ifndef CHECKS_CHAIN_H
#define CHECKS_CHAIN_H

#include "checks/judge.h"
#include "expressway/trust.h"

/* ---- chain_trust.c ---- */

/* One question of trust, and where its answer goes. */
struct trust_question {
    enum check_id check;
    struct about about;
    const struct cert *leaf;
    const struct certs *sent;  /* take part in the path; NULL: none */
    const struct certs *known; /* only name what is missing, beside those sent; may be NULL */
    const struct trust_index *index;
    enum trust_purpose purpose; /* what it is shown for */
    const char *list;           /* name of the list */
    const char *box;            /* whose list it is: `upload_to` */
    const char *kind;           /* "rsa" or "ecdsa", or NULL */
    enum cause_id cause;        /* for every refusal; CAUSE_NONE: the verdict's own */
    const char *unenforced; /* why a refusal stops nothing: then it is skipped; NULL: it stops something */
};

/* Judges, and adds the finding with `missing`, `path` and `trust_list`; unknown, and without them, where the
 * bytes of the certificates were not kept. Texts of *result live in run->to->arena. */
struct finding *judge_trust(struct judging *run, const struct trust_question *question,
                            struct trust_result *result);
/* One entry of "missing". */
json_t *missing_json(const char *subject, const char *ski, const char *sha256, const char *aia,
                     const char *upload_to);

/* ---- chain_served.c ---- */

/* What a server sends, or will send: `served` and the prediction of it. */
void judge_chain_served(struct judging *run, struct about about, const struct certs *chain, const char *kind,
                        const char *box);

/* The certificate whose issuer ought to come with it and does not; NULL when the chain is complete. */
const struct cert *chain_breaks_at(struct judging *run, const struct certs *chain);

/* ---- the parts, by file ---- */

void judge_chain_zones(struct judging *run); /* zone, ssh-tunnel, the prediction of served */
void judge_chain_lists(struct judging *run); /* trust-list, cluster-trust */
void judge_chain_ucm(struct judging *run);   /* self-signed-pair, ucm-trust */

#endif
