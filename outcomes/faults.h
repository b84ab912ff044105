/* What is broken, told once each? Findings with one root are one fault: the root, the same thing at other
 * places, what follows from it, the outcomes that it decides, one fix and the command to run next.
 *
 * A table says which findings are consequences of which, by check and cause, and by what the two must have
 * in common: port, certificate, the CA that lacks, the box whose list it is. Where the facts came from does
 * not matter: a capture, a log and a live run that speak of one thing speak of one fault. Does not judge, and
 * drops nothing: every finding that fails or warns is in exactly one fault. */
#ifndef OUTCOMES_FAULTS_H
#define OUTCOMES_FAULTS_H

#include "outcomes/outcomes.h"

struct finding_list {
    struct finding **v;
    size_t n;
};

struct fault {
    struct finding *root;
    struct finding_list same;               /* the root's cause at other subjects, the root itself first */
    struct finding_list consequences;       /* what follows from any of them, worst first */
    LIST_OF(const struct outcome) outcomes; /* that it decides, in the order of the report */
    enum status status;                     /* the worst of all its findings: fail or warn */
    const char *title;                      /* names the box and the object, in one line */
    const char *box; /* where to put it right: "Expressway-E expe1.example.com"; NULL where nobody knows */
    /* "Expressway-C (the one behind expe1.example.com)": which box the first step touches; where that step
     * looks first, which boxes it decides between. NULL: not known. */
    const char *touch;
    /* Another fault that may be why, which only a look from inside would tell; NULL: none. */
    const struct fault *perhaps;
    const char *perhaps_why; /* how that would come; NULL without perhaps */
    bool is_again;           /* next is the command of this very run */
    const char *next;        /* the command that confirms the cause or checks the mend; never NULL */
    struct texts seen;       /* of bundles: which sources tell it, one line each; else empty */
    /* Guidance of the root and of the same elsewhere; NULL ends each. Never NULL. */
    const char *const *affects, *const *fix, *const *restart;
    const struct step *steps; /* the steps of `fix`, as many, with what the catalogue says of each */
};

struct faults {
    struct fault **v;
    size_t n;
};

/* Worst first: total failures before partial ones, then by how many outcomes, then as findings stand. Sets
 * finding.root of consequences, and of the same elsewhere, too. Everything lives in findings->arena. */
struct faults *faults_of(const struct facts *facts, struct findings *findings,
                         const struct outcomes *outcomes);
/* The fault that a finding belongs to; NULL for what is neither fail nor warn and no consequence. */
const struct fault *fault_with(const struct faults *faults, const struct finding *finding);

/* Which to put right first: the worst, or what may be why of it, where that is mended by a step that has not
 * to look first. NULL: there is none. */
const struct fault *fault_first(const struct faults *faults);
/* The first step names no box: `box` has to be told with it. */
bool fault_is_unnamed(const struct fault *fault);
/* A consequence that tells nothing beside this root's title: the same in other words, or the next request of
 * one log-in. */
bool fault_root_says(const struct finding *root, const struct finding *consequence);
/* From 1, as reports number them; of another list: 0. */
int fault_number(const struct faults *faults, const struct fault *fault);

/* Lines of several findings as one list, each once, in an order that all agree with. */
typedef const char *const *(*lines_fn)(const struct finding *finding);
const char *const *lines_merged(struct arena *arena, const struct finding *const *findings, size_t n,
                                lines_fn of);

#endif
