/* May a password go to this port? What the judges said of its certificate, and whether it showed itself as an
 * edge, decide. Does not send anything. */
#ifndef OUTCOMES_PERMIT_H
#define OUTCOMES_PERMIT_H

#include "checks/finding.h"

/* Why credentials must not go there, as a sentence's end; NULL when they may. `insist` waives the certificate
 * alone: never the realm Cisco-Edge on HTTPS for this domain, asked for by Basic (a token: or by Bearer), nor
 * a stream with STARTTLS on XMPP. Of SIP the challenge itself is looked at when it comes. */
char *withheld_because(struct arena *arena, const struct findings *findings, const struct endpoint *endpoint,
                       const char *domain, bool insist, bool is_token);

#endif
