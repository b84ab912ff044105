/* How does one HTTPS question of a log-in go? A GET by libcurl, with the credentials in its header, to a
 * server that must show the certificate which was judged.
 *
 * Follows nothing. Private to probe/login/. */
#ifndef PROBE_LOGIN_ASK_H
#define PROBE_LOGIN_ASK_H

#include "probe/world.h"
#include "wire/secret_text.h"

struct ask_form {
    const struct endpoint *endpoint;                  /* where; its leaf is the certificate that must come */
    const struct secret_text *authorization, *cookie; /* whole header lines without line end; NULL: none */
};

struct ask_answer {
    const uint8_t *body; /* whole; gone when `done` returns */
    size_t size;
    struct session_cookie *cookie;    /* X-Auth; NULL: none came */
    struct secret_text *cookie_value; /* the caller's to free; NULL likewise */
};

typedef void (*ask_fn)(void *context, const struct ask_answer *answer);

/* exchange: request, domain and url are set. Fills the rest but the body: what is in an answer to credentials
 * is the reader's to pick from. `done` once, from the loop or at once. */
void ask_try(struct world *world, const struct ask_form *form, struct http_exchange *exchange, ask_fn done,
             void *context);

#endif
