/* How far did the probe get at an endpoint, and whose finding explains why it got no further? Shared by the
 * judges of net, tls and the services, so that one dead port is one failure, and all else about it a skip.
 * Does not judge. */
#ifndef CHECKS_REACH_H
#define CHECKS_REACH_H

#include "checks/finding.h"
#include "facts/services.h"

/* No TLS is expected on port 80 (ACME challenges) and of SSH. */
bool speaks_tls(const struct endpoint *endpoint);
/* Legs that no client on the Internet uses: from outside they are closed, as they should be. */
bool is_inside_leg(enum leg leg);
/* The port asks for a client certificate by design (7001, 5062, Unified CM's SIP): field-facts 1.2, 2, 9. */
bool wants_client_certificate(const struct endpoint *endpoint);
/* The server's side of the handshake was seen: done, or its certificate came before it ended. */
bool tls_reached(const struct tls_attempt *attempt);
/* It ended only for want of a certificate that the probe could show, on a port that demands one by design. */
bool ended_for_client_certificate(const struct endpoint *endpoint);
/* An HTTP answer that asks for the certificate which the handshake let us go without (nginx: 400, 496). */
bool asks_for_certificate(const struct http_exchange *http);

/* What was asked over HTTP and what came: the evidence that every judge of such an answer hangs on its
 * finding. step NULL: it is told by the check; answered_by: which box that was, where something answered. */
void evidence_answer(struct finding *finding, const char *wanted, const char *step,
                     const struct http_exchange *http, const char *answered_by);

/* Why nothing can be said about TLS on this endpoint, or about the service behind it; NULL when it can. */
const char *no_tls_because(const struct facts *facts, const struct endpoint *endpoint);
const char *no_service_because(const struct facts *facts, const struct endpoint *endpoint);
const char *not_tried_because(const struct endpoint *endpoint); /* for TCP_NOT_TRIED */
/* Not reachable, seen from outside, and that is right. */
bool is_rightly_closed(const struct facts *facts, const struct endpoint *endpoint);
extern const char rightly_closed[];
extern const char not_finished[]; /* what --deadline cut off, and how to learn it */

/* Adds what is to be said of a question that was not asked: skipped for the reason that another finding tells
 * (why), unknown where the deadline cut the run, else skipped because nobody wanted it (otherwise). */
void not_tried(const struct facts *facts, struct findings *to, enum check_id check, struct about about,
               const char *why, const char *otherwise);

bool is_first_of_host(const struct facts *facts, size_t index);

/* Expressway-C answered at this edge (Server: CE_C ECS), which it does through the SSH tunnel alone: what was
 * proven end to end outweighs a port that this machine cannot reach. */
bool tunnel_is_proven(const struct facts *facts, const char *host);
/* The deployment names its features, and instant messaging is none of them: no IM and Presence, no "xmpp". */
bool messaging_is_unused(const struct facts *facts);

#endif
