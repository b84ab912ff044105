/* What would live probing have made of this connection? One that was understood, as an endpoint: handshake,
 * how it ended, what was said inside. All but its id, host, leg and zone, which the whole capture tells
 * (deployment.h). Copies what the talk's own arena holds. Judges nothing. */
#ifndef CAPTURE_ENDPOINT_H
#define CAPTURE_ENDPOINT_H

#include "capture/flows.h"

struct endpoint *capture_endpoint(struct arena *arena, struct keep *keep, const struct connection *connection,
                                  const struct talk *talk, const struct tcp_story *story);
/* Whole milliseconds, rounded up; 0 when it did not begin, or ended before. */
int capture_ms(int64_t from_ns, int64_t to_ns);

#endif
