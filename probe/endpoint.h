/* What does one endpoint tell? Its session: connect, handshake, the other forms of handshake, speak. Which
 * endpoints there are is plan.h's; what a session has learnt stands in its endpoint, also when it was cut
 * short. */
#ifndef PROBE_ENDPOINT_H
#define PROBE_ENDPOINT_H

#include "probe/world.h"

struct session;

/* Starts everything that this endpoint is to be asked, at the numeric address and port given (with
 * --connect-to not those of the endpoint), and counts as busy until all of it has ended. `domains`: service
 * domains to ask the service for; more may follow. The session lives as long as the world's arena. */
struct session *endpoint_try(struct world *world, struct endpoint *endpoint, const char *address, int port,
                             const struct texts *domains);
void endpoint_add_domain(struct session *session, const char *domain);
/* Looks up the names of a certificate: with ACME in use the CA goes to each (certificate guide chapter 4). */
void endpoint_names(struct world *world, const struct cert *cert);
/* Puts lists whose order was that of arrival into the order of rule. At the end of the run. */
void endpoint_sort(const struct facts *facts, struct endpoint *endpoint);

#endif
