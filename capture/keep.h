/* What has been seen before? Texts, certificates, chains and offers of all connections of a capture, each
 * kept once.
 *
 * Ten thousand handshakes with one server bring ten thousand copies of one certificate: it is parsed once,
 * and equal things are equal pointers. What is returned lives in the arena and is shared: nobody changes it.
 * Bounded: what comes after so many different ones is not kept, and the caller is told by NULL. */
#ifndef CAPTURE_KEEP_H
#define CAPTURE_KEEP_H

#include "facts/facts.h"

struct keep;

struct keep *keep_new(struct arena *arena);
char *keep_text(struct keep *keep, const char *text); /* NULL gives NULL */
char *keep_address(struct keep *keep, int family, const void *address);
struct texts keep_texts(struct keep *keep, const struct texts *texts);
struct certs keep_chain(struct keep *keep, const struct certs *chain);
/* Signature of struct handshake's cert; context is the keep. */
struct cert *keep_cert(void *keep, const uint8_t *der, size_t size, char **error);
/* Something in the place of a certificate that is none: its hash, and a subject that says so. NULL: too many.
 */
struct cert *keep_unreadable(struct keep *keep, const uint8_t *der, size_t size);
/* The body of a ClientHello: hellos that differ only in what is random (keys, tickets) are one offer. `own`
 * takes an offer that could not be kept. NULL: cannot be read. */
struct client_offer *keep_offer(struct keep *keep, struct arena *own, const uint8_t *body, size_t size,
                                bool *is_kept);
size_t keep_certificates(const struct keep *keep,
                         const struct cert *const **all); /* distinct, in the order seen */

#endif
