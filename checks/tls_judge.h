/* The parts of judge_tls, by file. Private to the tls_*.c files. */
#ifndef CHECKS_TLS_JUDGE_H
#define CHECKS_TLS_JUDGE_H

#include "checks/alert.h"
#include "checks/finding.h"

void judge_tls_version(const struct facts *facts, struct findings *to, const struct endpoint *endpoint);
/* Was a hello with this server name (NULL: none), everything offered, answered at least once? */
bool form_was_answered(const struct endpoint *endpoint, const char *sni);
void judge_tls_client_auth(const struct facts *facts, struct findings *to, const struct endpoint *endpoint);
void judge_tls_sni(const struct facts *facts, struct findings *to, const struct endpoint *endpoint);
void judge_tls_served(const struct facts *facts, struct findings *to);  /* tls.served-cert, all endpoints */
void judge_tls_cluster(const struct facts *facts, struct findings *to); /* tls.cluster-consistency */

void judge_tls_callers(const struct facts *facts, struct findings *to); /* tls_caller.c: who dialled in */

void show_alert(struct finding *finding, const struct tls_alert *alert); /* "alert"; nothing for NULL */
/* How a handshake ended in a few words: "TLSv1.3", "alert unknown_ca from the server", "closed". */
const char *attempt_text(struct arena *arena, const struct tls_attempt *attempt);

#endif
