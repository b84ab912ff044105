/* Which names do DNS answers in the capture give to addresses? UDP answers, and multicast ones that look
 * alike.
 *
 * A name after a CNAME is the one that was asked for. Answers to SRV questions become facts (facts->dns) as
 * if we had asked, so that what they lead to can be judged. Bounded. */
#ifndef CAPTURE_NAMES_H
#define CAPTURE_NAMES_H

#include "capture/keep.h"
#include "wire/packet.h"

struct names;

struct names *names_new(struct facts *facts, struct keep *keep);
/* One datagram from port 53 or 5353. */
void names_hear(struct names *names, const struct ip_packet *packet);
/* The name last given to this address (kept text); NULL: none. */
char *names_of(const struct names *names, const char *address);

#endif
