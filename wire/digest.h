/* How is a challenge for a password answered? HTTP's digest as SIP uses it (RFC 3261 22.4, RFC 7616,
 * RFC 8760): MD5 and SHA-256, and their -sess forms. The password itself is never on the wire.
 *
 * Pure: the client's nonce is the caller's. */
#ifndef WIRE_DIGEST_H
#define WIRE_DIGEST_H

#include "facts/facts.h"
#include "wire/secret_text.h"

struct challenge {
    char *scheme;                     /* "Digest", "Bearer", as written */
    char *realm;                      /* NULL: none */
    char *nonce, *opaque, *algorithm; /* NULL: not given */
    bool has_qop, has_auth;           /* a qop list was given; with "auth" in it */
    bool stale;
};

/* The value of one WWW-Authenticate or Proxy-Authenticate field. False when it cannot be read. */
bool challenge_read(struct arena *arena, const char *text, size_t size, struct challenge *challenge);
/* Can digest_write answer it? Not with qop=auth-int alone, nor with an algorithm that we do not know. */
bool digest_is_known(const struct challenge *challenge);
int digest_strength(const struct challenge *challenge); /* to choose among several: higher is better */

struct digest_request {
    const char *method, *uri, *user, *password;
    const char *cnonce; /* hex */
    int count;          /* nc, from 1 */
};
/* Appends "Digest username=…, response=…" to out. */
void digest_write(const struct challenge *challenge, const struct digest_request *request,
                  struct secret_text *out);

#endif
