/* How is an outcome told in the text report: its state in a word, of what, why? Private to report/. */
#ifndef REPORT_TEXT_OUTCOMES_H
#define REPORT_TEXT_OUTCOMES_H

#include "report/text.h"

/* How a state is told; readable without colour too. */
struct state_row {
    const char *mark, *word;
    const char *one, *many; /* "1 of 4 outcomes ONE", "2 of 4 outcomes MANY" */
    enum ink ink;
};

enum { STATES_TOLD = 5 };
extern const struct state_row *const states_worst_first[STATES_TOLD]; /* the last one works */

const struct state_row *state_of(const struct outcome *outcome);
bool is_in_part(
    const struct outcome *outcome); /* broken now, for some: told apart from what will break, or may */
size_t count_row(const struct outcomes *outcomes, const struct state_row *row);

/* Outcomes of one state that the same faults decide are told together, where the first of them stands. */
bool outcome_is_told_before(struct text *text, size_t at);
char *outcome_titles(struct text *text, size_t first); /* "Jabber log-in, Phone log-in (d1.example)" */
char *outcome_reason(struct text *text, const struct outcome *outcome); /* what decided it */
/* "d1.example, d2.example and 38 more": the subjects of outcomes told together, each once; NULL: none. */
char *outcome_subjects(struct text *text, size_t first);
void outcomes_write(struct text *text);

#endif
