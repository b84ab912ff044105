/* Which checks exist, what can be wrong, and what to do about it? The one table that judges, reports,
 * `explain` and docs/CHECKS.md read. IDs and causes are a public contract.
 *
 * One cause = one severity = one remedy. A judge names the check and the cause and brings the evidence;
 * title, guidance and source are here. Does not judge. */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include <stddef.h>
#include "facts/text.h"

enum status { STATUS_PASS, STATUS_INFO, STATUS_WARN, STATUS_FAIL, STATUS_UNKNOWN, STATUS_SKIP };

extern const struct enum_name status_names[]; /* "pass" … */

enum { AFFECTS_MAX = 6, FIX_MAX = 8, RESTART_MAX = 6, SOURCE_MAX = 5 };

/* Texts are plain English ASCII, one sentence or step each, without numbering; NULL ends a list. */
struct cause {
    const char *id;     /* "no-match" */
    enum status status; /* fail, warn or info; unknown where the contract names a cause for it */
    const char *title;  /* what is wrong, in one line: "The domain is not in the certificate" */
    const char *why;    /* two or three sentences: mechanism and symptom, for `explain` */
    const char *affects[AFFECTS_MAX + 1]; /* who notices, and how: "Jabber: certificate prompt at log-in" */
    const char *fix[FIX_MAX + 1];         /* ordered steps with the exact menu path or command */
    const char *restart[RESTART_MAX + 1]; /* what to restart afterwards; empty when nothing */
    const char *source[SOURCE_MAX + 1];   /* "Expressway certificate guide X14.3, chapter 3", "RFC 2782" */
};

struct check {
    const char *id;     /* "name.mra-domain" */
    const char *title;  /* what it judges: "MRA domain in the Expressway-E certificate" */
    const char *judges; /* one or two sentences for `explain` */
    const char *source[SOURCE_MAX + 1];
    const struct cause *causes;
    size_t cause_count;
};

/* One table per family (catalogue_FAMILY.c): dns net tls name cert chain service … in catalogue order. */
struct family {
    const char *id;    /* "dns" */
    const char *title; /* "Service discovery" */
    const struct check *checks;
    size_t check_count;
};

extern const struct family *const families[]; /* NULL ends */

const struct check *check_find(const char *id); /* NULL when there is none */
const struct cause *cause_find(const struct check *check, const char *id);
size_t check_order(const struct check *check); /* position in the catalogue, from 0 */

#endif
