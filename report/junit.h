/* The pieces of a JUnit file that one report and many share: open, a suite a target, close. Private to
 * report/. */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include <stdio.h>
#include "report/report.h"

void junit_open(FILE *out);
void junit_suite(const struct report *report, FILE *out);
/* A target that could not be looked at: one error. */
void junit_not_run(const char *name, const char *why, FILE *out);
void junit_close(FILE *out);

#endif
