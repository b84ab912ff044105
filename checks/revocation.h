/* How are revocation sources and the decision told? The parts of judge_revocation, by file. Private to
 * checks/revocation*.c. */
#ifndef CHECKS_REVOCATION_H
#define CHECKS_REVOCATION_H

#include "checks/finding.h"
#include "expressway/revocation.h"

struct telling {
    struct revocation_run *run;
    const struct facts *facts;
    struct findings *to;
};

/* ---- revocation_tell.c: revocation.ocsp, revocation.crl, revocation.staple ---- */

void tell_sources(struct telling *run, struct about about, const struct cert_sources *cert);
void tell_staple(struct telling *run, struct about about, const struct tls_attempt *attempt);
void tell_files(struct telling *run); /* CRL files that no certificate needed, or that cannot be used */

/* ---- revocation_verdict.c ---- */
void tell_verdict(struct telling *run, struct about about, const struct cert_path *path, bool is_sip);

#endif
