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
char *sip_options_write(struct arena *arena, const char *host, int port, const char *local_address,
                        const char *unique);

#endif
