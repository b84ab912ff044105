/* The families of metrics, one by one: the series of a family must stand together, also when many targets
 * have some. Private to report/. */
#ifndef REPORT_PROMETHEUS_H
#define REPORT_PROMETHEUS_H

#include <stdio.h>
#include "report/report.h"

enum { PROMETHEUS_FAMILIES = 7 };

void prometheus_head(size_t family, FILE *out); /* HELP and TYPE */
void prometheus_samples(size_t family, const struct report *report, FILE *out);
void prometheus_build_info(FILE *out); /* a family of its own */

/* What dashboards made for the blackbox exporter look for: probe_success, probe_duration_seconds,
 * probe_ssl_earliest_cert_expiry (0: none was seen). */
void prometheus_probe(const struct report *report, double seconds, int64_t earliest, FILE *out);

#endif
