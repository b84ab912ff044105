/* Which datagram do IP fragments make? The pieces of one (RFC 791, RFC 8200) to its whole payload.
 *
 * The first copy of each octet wins. Bounded: the oldest unfinished datagram makes room for a new one. */
#ifndef CAPTURE_FRAGMENTS_H
#define CAPTURE_FRAGMENTS_H

#include "wire/packet.h"

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *fragments); /* NULL is fine */
/* True when this piece made its datagram whole: the packet's ip_payload is all of it then, until the next
 * call. */
bool fragments_add(struct fragments *fragments, struct ip_packet *packet);

#endif
