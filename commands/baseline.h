/* --baseline: what changed since a saved report? And the writing of a comparison, which `diff` shares. */
#ifndef COMMANDS_BASELINE_H
#define COMMANDS_BASELINE_H

#include "config/options.h"
#include "outcomes/compare.h"
#include "report/report.h"

/* Each false after one line on stderr. Before the run: nobody wants to wait for what cannot be told. */
bool diff_format_exists(struct arena *arena, const struct options *options);
/* True without a baseline; else what it said is kept in the facts' arena, for baseline_tell(). */
bool baseline_fits(const struct facts *facts, const struct options *options);

/* Writes the comparison; the exit status. */
int diff_tell(const struct comparison *comparison, const struct options *options);
int baseline_tell(const struct report *report, const struct options *options);

#endif
