/* What do the parts that speak of a renewal share? The judge itself is in judge.h. */
#ifndef CHECKS_RENEW_H
#define CHECKS_RENEW_H

#include "checks/finding.h"

/* The node by its name in a deployment file, else the new file (without one, the role). */
struct about renewal_subject(const struct facts *facts);
/* Signed by the same CA, by name and Authority Key Identifier (renewal note, section D)? */
bool same_issuer(const struct cert *a, const struct cert *b);

#endif
