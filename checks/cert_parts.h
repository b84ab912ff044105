/* What do the files of the cert family share? Private to checks/cert*.c. */
#ifndef CHECKS_CERT_PARTS_H
#define CHECKS_CERT_PARTS_H

#include "checks/judge.h"
#include "checks/seen.h"

struct cert_run {
    const struct facts *facts;
    struct findings *to;
    struct seen seen;
    int release;
};

void judge_eku(struct cert_run *run, const struct seen_cert *seen);
void judge_key(struct cert_run *run, const struct seen_cert *seen);
void judge_validity(struct cert_run *run, const struct seen_cert *seen);
void judge_renewal(struct cert_run *run, const struct seen_cert *seen);

#endif
