/* The parts of judge_service, by file. Private to service*.c. */
#ifndef CHECKS_SERVICE_JUDGE_H
#define CHECKS_SERVICE_JUDGE_H

#include "checks/finding.h"

/* service_mra.c: mra.edge-sso and mra.edge-config of one HTTPS port of an edge. */
/* mra.release: says nothing where no edge tells. */
void judge_release(const struct facts *facts, struct findings *to);
void judge_mra(const struct facts *facts, struct findings *to, const struct endpoint *endpoint);
enum cause_id config_cause_of_status(int status); /* of mra.edge-config, from an edge; CAUSE_NONE: none */
/* service_login.c: what was asked with credentials. */
struct finding *
judge_login_config(const struct facts *facts, struct findings *to, struct about about,
                   const struct endpoint *endpoint,
                   const struct login *login); /* mra.edge-config; NULL: they were not asked */
void judge_logins(const struct facts *facts, struct findings *to); /* mra.uds sip.register xmpp.auth */

#endif
