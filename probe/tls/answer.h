/* How does a handshake go in which we are the server? OpenSSL over memory buffers, as in tls_engine.h with
 * the sides changed: what the caller sent goes in, what we answer comes out, and struct caller is filled as
 * far as it got.
 *
 * Asks for a client certificate and takes any, or none; the caller must prove that it holds the key. Knows no
 * socket and no clock. Verifies nothing else. */
#ifndef PROBE_TLS_ANSWER_H
#define PROBE_TLS_ANSWER_H

#include "probe/tls/tls_engine.h"

enum { CA_NAMES_BYTES_MAX = 0xffff }; /* RFC 5246 7.4.4, RFC 8446 4.2.4 */

/* What all handshakes of one listener share: certificate and CA names. */
struct answer_kit;

/* ca_names NULL: any CA is welcome. NULL with *error (in arena) when the library refuses the certificate, or
 * the names do not fit into a CertificateRequest. */
struct answer_kit *answer_kit_new(struct arena *arena, const struct identity *identity,
                                  const struct trust_list *ca_names, char **error);
struct recorder;
void answer_kit_record(struct answer_kit *kit,
                       struct recorder *recorder); /* probe/recorder.h; NULL: nobody */
void answer_kit_free(struct answer_kit *kit);      /* NULL is fine */

struct answer;

/* caller->tls and caller->offer are filled; the rest is its maker's. NULL when our library has no memory. */
struct answer *answer_new(struct answer_kit *kit, struct caller *caller);
void answer_free(struct answer *answer); /* NULL is fine */

/* True when the attempt is complete: caller->tls.state says how. */
bool answer_feed(struct answer *answer, const uint8_t *bytes, size_t size);
void answer_end(struct answer *answer, enum engine_end how);
size_t answer_take(struct answer *answer, uint8_t *bytes, size_t size); /* to be sent now; 0: nothing */
void answer_close_notify(struct answer *answer);                        /* then take once more */
bool answer_spoke_tls(const struct answer *answer);                     /* a ClientHello came */

#endif
