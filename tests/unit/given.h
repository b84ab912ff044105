/* Findings that a test states, in place of those that judges conclude: what outcomes/ makes of them. */
#ifndef TESTS_UNIT_GIVEN_H
#define TESTS_UNIT_GIVEN_H

#include "checks/finding.h"

struct given {
    const char *check, *cause; /* cause "pass", "skip" or "unknown": without one; check NULL ends a list */
    /* Endpoint id, also "ID ADDRESS"; NULL: the domain; "domain:X"; "node:X"; "subject:X": nothing else is
     * known of it; "c:X" and "e:X": X of that side, in the zone. */
    const char *at;
    const char *evidence; /* JSON; NULL: none */
};

/* Sorted, and between them the passes of a run that looked at everything. */
struct findings *findings_given(struct facts *facts, const struct given *given);
struct findings *findings_alone(struct facts *facts, const struct given *given); /* without these passes */
/* As they stand there, behind those that there are. */
void findings_add_given(struct facts *facts, struct findings *to, const struct given *given);
/* The endpoint of that id, or of "ID ADDRESS"; asserts. */
struct endpoint *endpoint_given(struct facts *facts, const char *at);

#endif
