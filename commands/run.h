/* Running the probe and telling the verdict: what check, zone and their kin share. */
#ifndef COMMANDS_RUN_H
#define COMMANDS_RUN_H

#include "config/options.h"
#include "probe/probe.h"

/* Fills what the common options say; arrays live in arena or options. */
void probe_options_from(const struct options *options, struct arena *arena, struct probe_options *probe);
/* Probes, judges, reports; the exit status. ^C ends the process by SIGINT. */
int look_and_tell(struct facts *facts, const struct options *options, struct probe_options *probe);
/* The last thing before a live command reads the network: --record has its file, and the process is confined.
 * False after one line on stderr. */
bool run_begin(struct facts *facts, const struct options *options, struct probe_options *probe);
/* What follows a live command's run: report and recording, or what kept it from running. The exit status. */
int run_end(struct facts *facts, const struct options *options, struct probe_options *probe, bool ran,
            const char *error);
/* From now on nothing is written but what the options name, `more` (a file) and `cache` (a folder; NULL: none
 * of them), and no program started (probe/confine.h): called before bytes of strangers are read. */
void run_confine(struct arena *arena, const struct options *options, const char *more, const char *cache);
/* ^C ended the run: die of it. */
int run_interrupted(void);
/* The domains to look at: operands, else those of the deployment file. False after one line on stderr. */
bool domains_choose(struct facts *facts, const struct options *options);

/* The trust list that an option names, among the facts from then on; file NULL: nothing to do. False after
 * one line on stderr. */
bool trust_take(struct facts *facts, const char *option, const char *file, char **name);

/* A whole command: reads options, gives them to body with fresh facts. The exit status, or EXIT_HELP. */
typedef int (*command_body)(struct facts *facts, const struct options *options, void *own);
int command_run(int argc, char **argv, const struct option_row *rows, void *own, command_body body);

#endif
