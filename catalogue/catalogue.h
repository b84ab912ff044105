/* Which checks exist, what can be wrong, and what to do about it? The one table that judges, reports,
 * `explain` and docs/CHECKS.md read. IDs and causes are a public contract.
 *
 * The rows are catalogue/FAMILY.yaml; catalogue/generate/ makes the table and the enumerations of them when
 * the program is built. One cause = one severity = one remedy. A judge names the cause and brings the
 * evidence; title, guidance and source are here. Does not judge. */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include <stddef.h>
#include "catalogue/causes.h"
#include "catalogue/guidance.h"
#include "catalogue/traits.h"

enum status { STATUS_PASS, STATUS_INFO, STATUS_WARN, STATUS_FAIL, STATUS_UNKNOWN, STATUS_SKIP };

extern const struct enum_name status_names[]; /* "pass" … */

/* Texts are plain English ASCII, one sentence or step each, without numbering. Lists are never NULL; NULL
 * ends them. */
struct cause {
    const char *id; /* "no-match" */
    enum check_id check;
    enum status status; /* fail, warn or info; unknown where the contract names a cause for it */
    unsigned traits;    /* bits by enum trait, besides its check's */
    const char *title;  /* what is wrong, in one line: "The domain is not in the certificate" */
    const char *why;    /* two or three sentences: mechanism and symptom, for `explain` */
    const struct guidance_line *affects; /* who notices, and how: "Jabber: certificate prompt at log-in" */
    const struct guidance_line *fix;     /* ordered steps with the exact menu path or command */
    const struct guidance_line *restart; /* what to restart afterwards; empty when nothing */
    const char *const *source;           /* "Expressway certificate guide X14.3, chapter 3", "RFC 2782" */
};

struct check {
    const char *id;     /* "name.mra-domain" */
    const char *title;  /* what it judges: "MRA domain in the Expressway-E certificate" */
    const char *judges; /* one or two sentences for `explain` */
    unsigned roles;  /* of whose certificates, ports and lists it speaks: bits by enum role; 0: anybody's */
    unsigned traits; /* bits by enum trait; its family's among them */
    const char *const *source;
    const struct cause *causes;
    size_t cause_count;
};

/* One file of rows: dns net tls name cert chain service … in catalogue order. */
struct family {
    const char *id;    /* "dns" */
    const char *title; /* "Service discovery" */
    const struct check *checks;
    size_t check_count;
};

extern const struct family *const families[];            /* NULL ends */
extern const struct check catalogue_checks[CHECK_COUNT]; /* by enum check_id; CHECK_NONE is blank */
extern const struct cause catalogue_causes[CAUSE_COUNT]; /* by enum cause_id; CAUSE_NONE is blank */

const struct check *check_of(enum check_id id); /* NULL for CHECK_NONE */
const struct cause *cause_of(enum cause_id id); /* NULL for CAUSE_NONE */
const char *cause_text(enum cause_id id);       /* "no-match"; NULL for CAUSE_NONE */

/* By the contract's words, for what comes from outside: the command line, rules, log tokens. NULL: none. */
const struct check *check_named(const char *id);
const struct cause *cause_named(const struct check *check, const char *id);
size_t check_order(const struct check *check); /* position in the catalogue, from 0 */

#endif
