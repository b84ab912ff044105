/* The parts of judge_service, by file. Private to service*.c. */
#ifndef CHECKS_SERVICE_JUDGE_H
#define CHECKS_SERVICE_JUDGE_H

#include "checks/finding.h"

/* service_mra.c: mra.release, which says nothing where no edge tells; mra.edge-sso and mra.edge-config of one
 * HTTPS port of an edge. */
void judge_release(const struct facts *facts, struct findings *to);
void judge_mra(const struct facts *facts, struct findings *to, const struct endpoint *endpoint);
/* service_status.c: edge: by its marks it is an edge that answered. CAUSE_NONE: the status tells none. */
enum cause_id sso_cause_of_status(int status, bool edge);
enum cause_id config_cause_of_status(int status, bool edge);
/* service_login.c: what was asked with credentials. */
struct finding *
judge_login_config(const struct facts *facts, struct findings *to, struct about about,
                   const struct endpoint *endpoint,
                   const struct login *login); /* mra.edge-config; NULL: they were not asked */
void judge_logins(const struct facts *facts, struct findings *to); /* mra.uds sip.register xmpp.auth */

#endif
