/* The parts of judge_cert, by what of a certificate they look at: dates (cert_dates.c), use (cert_eku.c), key
 * (cert_key.c). */
#ifndef CHECKS_CERT_H
#define CHECKS_CERT_H

#include "checks/judge.h"

/* What is wrong with the dates, and with the usages; CAUSE_NONE when nothing is. Causes of cert.validity and
 * cert.eku. */
enum cause_id validity_cause(const struct judging *run, const struct cert *cert, int64_t at);
enum cause_id eku_cause(const struct judging *run, const struct seen_cert *seen);

void judge_eku(struct judging *run, const struct seen_cert *seen);
/* path: leaf first, then what came with it or stands above it in the trust lists. */
void judge_key(struct judging *run, const struct seen_cert *seen, const struct certs *path);
void judge_validity(struct judging *run, const struct seen_cert *seen);
void judge_renewal(struct judging *run, const struct seen_cert *seen); /* lets-encrypt-renewal */

#endif
