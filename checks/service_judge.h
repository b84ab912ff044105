/* The parts of judge_service, by file. Private to service*.c. */
#ifndef CHECKS_SERVICE_JUDGE_H
#define CHECKS_SERVICE_JUDGE_H

#include "checks/finding.h"

/* service_mra.c: mra.edge-sso and mra.edge-config of one HTTPS port of an edge. */
void judge_mra(const struct facts *facts, struct findings *to, const struct endpoint *endpoint);

#endif
