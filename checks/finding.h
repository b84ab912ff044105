/* What did a judge conclude? A finding: check, subject, status, cause, evidence. Guidance is the catalogue's.
 *
 * Findings borrow texts from the facts and own their evidence; freed as one list. */
#ifndef CHECKS_FINDING_H
#define CHECKS_FINDING_H

#include "catalogue/catalogue.h"
#include "checks/evidence.h"
#include "facts/facts.h"

struct finding {
    const struct check *check;
    const struct cause *cause; /* NULL when it passes, is unknown or skipped */
    enum status status;
    const char *subject; /* "host:port", domain, "zone:NAME", node, file */
    const char *address; /* set when the subject has several addresses, else NULL */
    const char *summary; /* one sentence with the values of this case: what is wrong, or what is right */
    struct evidence *evidence;       /* never NULL: "wanted" and "found" where something was compared */
    const struct endpoint *endpoint; /* NULL when the subject is no endpoint: outcomes group by it */
    const char *node;   /* node or edge host the finding speaks of; NULL when of none. Outcomes group by it */
    const char *domain; /* service domain it speaks of; NULL when of none */
    const char *zone;   /* zone it speaks of; NULL when of none */
    const char *list;   /* trust list of an Expressway by which it was judged; NULL when by none */
    enum role role;     /* whose certificate, port or list it speaks of; NONE: as endpoint and node tell */
    /* The catalogue's guidance for this very subject; NULL ends each. Empty without a cause. See advice.h. */
    const char *const *affects, *const *fix, *const *restart;
    const struct step *steps;      /* the steps of `fix`, as many; NULL where there is none */
    bool is_by_log;                /* made of what a log says, and told in its words */
    const struct ids *connections; /* of a capture, on which it was seen; NULL when of none. Borrowed */
    const struct finding *root; /* of which it is a consequence; NULL: of none. outcomes/faults.h sets it */
};

struct same_texts;

struct findings {
    struct arena *arena; /* owns the texts made by judges */
    struct finding **v;
    size_t n;
    struct same_texts *same;     /* NULL: no text was kept yet */
    struct evidence *with_trees; /* the last that got one; evidence.c */
};

struct findings *findings_new(void);
void findings_free(struct findings *findings);
/* A copy of the text that stays as long as they do; one of before where it was told a short while ago, as
 * names and files are of finding after finding. NULL gives NULL. */
const char *findings_text(struct findings *findings, const char *text);

/* What a finding is about; copied into it. Missing members stay NULL. For an endpoint use about_endpoint().
 */
struct about {
    const char *subject, *address, *node, *domain, *zone, *list;
    const struct endpoint *endpoint;
    enum role role; /* only where endpoint and node do not tell it */
    const struct ids *connections;
};
/* subject = id; address set when the facts hold several addresses of that host:port; node = host; zone. */
struct about about_endpoint(const struct facts *facts, const struct endpoint *endpoint);
struct about about_domain(const char *domain);
struct about about_box(const struct bundle *box); /* by its node, else by where its bundle lies */

/* Each adds one finding and returns it, for evidence. The cause knows its check and its severity. */
struct finding *find_cause(struct findings *to, enum cause_id cause, struct about about, const char *summary,
                           ...) __attribute__((format(printf, 4, 5)));
struct finding *find_pass(struct findings *to, enum check_id check, struct about about, const char *summary,
                          ...) __attribute__((format(printf, 4, 5)));
struct finding *find_unknown(struct findings *to, enum check_id check, struct about about, const char *why,
                             ...) __attribute__((format(printf, 4, 5)));
struct finding *find_skip(struct findings *to, enum check_id check, struct about about, const char *why, ...)
    __attribute__((format(printf, 4, 5)));

/* What the first line of a box's log that tells it has at this key ("far", "leg"); NULL: no log does.
 * Borrowed. */
const char *finding_of_log(const struct finding *finding, const char *key);

/* check: one check, or all whose IDs begin so, with a dot behind ("mra."). */
bool is_of_check(const char *check, const struct finding *finding);
/* Does the catalogue say this of its check, or of its cause? */
bool finding_is(const struct finding *finding, enum trait trait);

/* "expe1.example.com:8443 (203.0.113.10)" */
char *finding_subject(struct arena *arena, const struct finding *finding);

/* What several connections of a capture show alike becomes one finding with the connections of all. Others
 * stay. */
void findings_gather(struct findings *findings);

/* Worst first (fail, warn, unknown, info, pass, skip; of unknown those with a cause first), then catalogue
 * order, then subject, address, as added.
 */
void findings_sort(struct findings *findings);
/* fail > warn > unknown > pass; info and skip count as pass. */
enum status findings_status(const struct findings *findings);

#endif
