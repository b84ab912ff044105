/* What did the user ask for on the command line? The options that mean the same for every command.
 * Which those are is common_options.h's.
 *
 * Texts are argv's, or live in the arena. Opens no file, and does not know which options fit together: the
 * commands do. */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include <stdio.h>
#include "facts/facts.h"
#include "probe/probe.h"

struct told;

struct options {
    const char *file, *format, *output, *save, *trust, *release, *symptom, *baseline, *record;
    /* A place for what the baseline said, which is read once, before anything is looked at (baseline_fits()):
     * --save may write over it. */
    const struct told **baseline_told;
    bool any_target; /* with baseline, and for diff */
    struct texts expect_cert, resolvers;
    LIST_OF(struct connect_to) connect_to;
    bool has_vantage;
    enum vantage vantage;
    bool has_at;
    int64_t at;
    bool has_warn_days, has_crit_days;
    int warn_days, crit_days;
    int timeout_ms, deadline_ms;
    int family; /* 0, 4, 6 */
    bool no_revocation, no_cache, no_progress;
    bool private_fetch, no_private_fetch; /* neither: as probe_options_from() decides */
    enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;
    int verbose;            /* -1 quiet, 0, 1, 2 */
    struct texts arguments; /* what is left: operands */
    struct texts given;     /* the common options as they were given: "--timeout=2", "--ipv4" */
    struct texts words;     /* all options but those that only say how a report is written, then operands */
};

/* A command's own options, besides the common ones. */
struct option_row {
    const char *name;     /* "peer-address" */
    char letter;          /* 0 for none */
    const char *argument; /* "ADDR[:PORT]"; NULL when it takes none */
    const char *help;
    /* Takes the argument (NULL for a flag) into context; false with *error ("wanted ...") when it does not
     * fit. */
    bool (*take)(struct arena *arena, void *context, const char *argument, char **error);
};

enum options_result { OPTIONS_GOOD, OPTIONS_HELP, OPTIONS_BAD };

/* argv[0] is the command. own may be NULL; a row with name NULL ends it. On BAD one line has been written to
 * stderr. */
enum options_result options_read(struct arena *arena, int argc, char **argv, const struct option_row *own,
                                 void *context, struct options *options);

void options_help(FILE *out, const char *command, const struct option_row *own);

#endif
