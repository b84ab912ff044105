/* Which connections of a capture went alike? A case is judged once, as one endpoint, however many connections
 * it has.
 *
 * Alike: same server, name asked for, version, suite, certificates and end; the client only where it shows
 * who it is (a certificate, a zone). Judges nothing. */
#ifndef CAPTURE_CASES_H
#define CAPTURE_CASES_H

#include "capture/deployment.h"
#include "capture/flows.h"

struct cases;

struct cases *cases_new(struct facts *facts, struct keep *keep);
/* A connection has been understood: which case it is of. */
void cases_add(struct cases *cases, struct connection *connection, const struct talk *talk,
               const struct tcp_story *story);
void cases_add_lone(struct cases *cases, const struct lone_syn *lone, const struct names *names);
/* The ids are final: cases become endpoints, zones and nodes of the facts. */
void cases_end(struct cases *cases, const struct capture_zone *zone);

#endif
