/* Which commands are there? One table drives dispatch and help. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "config/options.h"

struct command {
    const char *name;    /* "check" */
    const char *usage;   /* "check DOMAIN... | check -f deployment.yaml" without the program's name */
    const char *example; /* arguments that somebody would type */
    const char *summary; /* one line for the list */
    int (*run)(int argc, char **argv); /* argv[0] is the command; returns the exit status, or EXIT_HELP */
    const struct option_row *rows;     /* its own options; NULL: none */
};

extern const struct command commands[]; /* name NULL ends */
const struct command *command_find(const char *name);
int command_do(const struct command *command, int argc, char **argv); /* runs it, or tells its --help */

extern const struct option_row check_rows[], zone_rows[], listen_rows[], login_rows[], ciphers_rows[],
    revocation_rows[], cert_rows[], renew_rows[], monitor_rows[], capture_rows[], bundle_rows[],
    explain_rows[];

int check_run(int argc, char **argv);
int login_command(int argc, char **argv);
int diff_run(int argc, char **argv);
int replay_run(int argc, char **argv);
int zone_run(int argc, char **argv);
int listen_command(int argc, char **argv);
int ciphers_command(int argc, char **argv);
int revocation_command(int argc, char **argv);
int cert_command(int argc, char **argv);
int renew_command(int argc, char **argv);
int monitor_run(int argc, char **argv);
int capture_command(int argc, char **argv);
int bundle_command(int argc, char **argv);
int explain_run(int argc, char **argv);

enum { EXIT_BAD = 3, EXIT_INTERRUPTED = 130, EXIT_HELP = -1 /* no status: whoever has the table tells it */ };

#endif
