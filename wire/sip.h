/* Where does a SIP message end, and what does an answer say? RFC 3261, parsed with libosip2.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_SIP_H
#define WIRE_SIP_H

#include "facts/facts.h"

enum framing { FRAMING_MORE, FRAMING_WHOLE, FRAMING_BROKEN };
/* Is one whole SIP message in the buffer? *used = its size when WHOLE. Leading CRLF keep-alives (RFC 5626)
 * are skipped and counted in *used. Headers at most 16 KiB, body at most 64 KiB; *fault says what is broken
 * (static text). */
enum framing sip_frame(const uint8_t *bytes, size_t size, size_t *used, const char **fault);
/* One framed message, parsed with libosip2, into the exchange: state, code, reason, server, fault, raw. */
void sip_read(struct arena *arena, const uint8_t *bytes, size_t size, struct sip_exchange *exchange);
/* A request, by its start line: nothing that answers us. */
bool sip_is_request(const uint8_t *bytes, size_t size);
/* What is not there yet of a message that began: "the body is shorter than its Content-Length" (static text).
 */
const char *sip_unfinished(const uint8_t *bytes, size_t size);
/* Does this response belong to the request that was sent? By top Via branch, Call-ID and CSeq (RFC
 * 3261 17.1.3, 8.1.3.3). NULL when it does, else what differs, in arena. */
const char *sip_foreign_because(struct arena *arena, const char *request, const uint8_t *bytes, size_t size);
/* Another `unique` for each: it makes branch, tag and Call-ID. local_address NULL: ours is not known. */
char *sip_options_write(struct arena *arena, const char *host, int port, const char *local_address,
                        const char *unique);

#endif
