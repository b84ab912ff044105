/* Which records are in a DNS answer?
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_DNS_H
#define WIRE_DNS_H

#include "facts/facts.h"

/* Fills state, rcode, aliases, records of query (name and type are set by the caller). */
void dns_read(struct arena *arena, const uint8_t *bytes, size_t size, struct dns_query *query);

#endif
