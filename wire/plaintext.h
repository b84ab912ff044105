/* What is it that answers in clear where TLS was expected?
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_PLAINTEXT_H
#define WIRE_PLAINTEXT_H

#include "facts/facts.h"

/* "http", "ssh", "sip", "xmpp", "smtp", "other"; NULL when the bytes begin like a TLS record. */
const char *not_tls(const uint8_t *bytes, size_t size);

#endif
