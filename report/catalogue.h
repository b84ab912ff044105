/* How is the catalogue told: as text for a terminal, as JSON? (docs/CHECKS.md is made from the JSON.)
 * Does not look anything up; see catalogue/catalogue.h. */
#ifndef REPORT_CATALOGUE_H
#define REPORT_CATALOGUE_H

#include <stdio.h>
#include "catalogue/catalogue.h"
#include "report/report.h"

/* What is wanted of it: everything, one family ("dns", or the first part of check IDs, "mra"), one check, or
 * one cause of it. */
struct catalogue_choice {
    const char *family;        /* NULL: all */
    const struct check *check; /* NULL: all of the family */
    const struct cause *cause; /* NULL: all of the check */
    bool purposes;             /* the certificates of Unified CM instead, with their restart plans */
};

/* A list with one line per cause; for one check or cause the guidance in full. */
void catalogue_text(const struct catalogue_choice *choice, const struct report_style *style, FILE *out);
/* edgeprobe.catalogue/1. New reference. */
json_t *catalogue_json(const struct catalogue_choice *choice);

#endif
