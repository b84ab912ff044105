/* edgeprobe: what is broken, who notices, and what to click to mend it? The front door: dispatch and help. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "facts/version.h"

static void help(FILE *out) {
    fputs("Usage: edgeprobe COMMAND [OPTION]...\n"
          "Diagnoses TLS and SIP connectivity of Cisco Expressway and Mobile & Remote Access.\n\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++)
        fprintf(out, "  %-10s %s\n", c->name, c->summary);
    fputs(
        "\n'edgeprobe COMMAND --help' tells a command's options. Exit status: 0 good, 1 warning, 2 failure,\n"
        "3 unknown or could not run.\n",
        out);
}

static int closed(int status) {
    if (fflush(stdout) != 0 && errno != EPIPE) {
        fprintf(stderr, "edgeprobe: cannot write standard output: %s\n", strerror(errno));
        return EXIT_BAD;
    }
    return status;
}

/* A descriptor below 3 that is closed would be given to a socket, and a report written into that. */
static void fill_closed_descriptors(void) {
    for (int fd; (fd = open("/dev/null", O_RDONLY)) >= 0;)
        if (fd > STDERR_FILENO) {
            close(fd);
            return;
        }
}

int main(int argc, char **argv) {
    fill_closed_descriptors(); /* read-only: writing to a closed standard output still fails, and is told */
    signal(SIGPIPE, SIG_IGN);  /* a closed pipe is an error of the write, not the end of the program */
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        help(stdout);
        return closed(0);
    }
    if (strcmp(name, "--version") == 0) {
        printf("edgeprobe %s\n", EDGEPROBE_VERSION);
        return closed(0);
    }
    const struct command *command = command_find(name);
    if (command == NULL) {
        if (*name == 0)
            help(stderr);
        else
            fprintf(stderr, "edgeprobe: '%s' is no command; see 'edgeprobe --help'\n", name);
        return EXIT_BAD;
    }
    return closed(command->run(argc - 1, argv + 1));
}
