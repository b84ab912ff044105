/* Whose lists are compared with what servers take, and what do they agree on? Those that the user named, else
 * Expressway of the release and Unified CM by the deployment. What the judges of the cipher family have in
 * common. */
#ifndef CHECKS_CIPHER_H
#define CHECKS_CIPHER_H

#include "checks/judge.h"
#include "checks/seen.h"
#include "expressway/overlap.h"

struct cipher_client {
    const char *name;
    enum profile_kind kind; /* a cipher string is one of an Expressway */
    struct cipher_side side;
    bool is_empty; /* a cipher string that selects nothing: cipher.string tells */
    bool is_asked; /* the user named it */
};

struct cipher_clients {
    struct cipher_client **v;
    size_t n;
};

/* By facts->run and facts->deployment; all of it lives in arena. */
void cipher_clients_of(const struct facts *facts, struct arena *arena, struct cipher_clients *clients);

/* ---- for the judges of the family ---- */

struct cipher_run {
    const struct facts *facts;
    struct findings *to;
    struct cipher_clients
        clients; /* Expressway of the release and Unified CM, or those that the user named */
};

/* The endpoint of the facts that was enumerated; NULL when only the survey knows it. */
const struct endpoint *endpoint_of_survey(const struct facts *facts, const struct cipher_survey *survey);
struct about about_survey(const struct facts *facts, const struct cipher_survey *survey);
const struct cipher_survey *survey_of_endpoint(const struct facts *facts, const struct endpoint *endpoint);
/* What the server made of this client's own hello; NULL when it was not sent. */
const struct tls_attempt *answer_to(const struct cipher_survey *survey, const struct cipher_client *client);
/* What they agree on: as it came about, *is_seen, or as enumeration and paper have it. */
void pair_find(struct arena *arena, const struct cipher_survey *survey, const struct cipher_client *client,
               const struct cipher_side *server, struct overlap *out, bool *is_seen);
bool survey_saw_something(const struct cipher_survey *survey);
const char *
survey_trouble(const struct cipher_survey *survey); /* why it is not complete, as a sentence's end */
/* Does this client call a server of that role? Unified CM does not call itself here, Expressway-C does not
 * call Expressway-C. */
bool client_calls(const struct cipher_client *client, enum role server);
const char *version_text(int version); /* "TLSv1.2"; "?" for what no version has */
json_t *suite_names(struct arena *arena, const struct suite_ids *ids);

/* One string that is set somewhere; about.subject says where. */
void judge_cipher_string(struct cipher_run *run, struct about about, const char *text);
/* Two sides as their settings or profiles have them, on paper. */
void judge_cipher_sides(struct cipher_run *run, struct about about, const struct cipher_side *client,
                        const struct cipher_side *server);
void judge_cipher_boxes(struct cipher_run *run);    /* string, overlap: what bundles tell */
void judge_cipher_strings(struct cipher_run *run);  /* string */
void judge_cipher_accepted(struct cipher_run *run); /* accepted */
void judge_cipher_overlap(struct cipher_run *run);  /* overlap */
void judge_cipher_offers(struct cipher_run *run);   /* overlap, of connections that others made */
void judge_cipher_types(struct cipher_run *run);    /* certificate-type */

#endif
