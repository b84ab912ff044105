/* What is said inside TLS, where keys open it? The first exchange of HTTP or SIP that tells who answers.
 *
 * Heads only; no body is kept, no header that holds a credential is looked at. */
#ifndef CAPTURE_INSIDE_H
#define CAPTURE_INSIDE_H

#include <stddef.h>
#include <stdint.h>

struct talk;

/* Decrypted bytes of one side, BY_CLIENT or BY_SERVER; fills talk->http and talk->sip. */
void inside_feed(struct talk *talk, int by, const uint8_t *bytes, size_t size);

#endif
