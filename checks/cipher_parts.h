/* What do the files of the cipher family share? Private to checks/cipher*.c. */
#ifndef CHECKS_CIPHER_PARTS_H
#define CHECKS_CIPHER_PARTS_H

#include "checks/cipher_clients.h"
#include "checks/judge.h"
#include "checks/seen.h"

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

void judge_cipher_strings(struct cipher_run *run);  /* string */
void judge_cipher_accepted(struct cipher_run *run); /* accepted */
void judge_cipher_overlap(struct cipher_run *run);  /* overlap */
void judge_cipher_offers(struct cipher_run *run);   /* overlap, of connections that others made */
void judge_cipher_types(struct cipher_run *run);    /* certificate-type */

#endif
