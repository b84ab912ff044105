/* edgeprobe: what is broken, who notices, and what to click to mend it? The front door: dispatch and help. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "commands/commands.h"
#include "commands/completion.h"
#include "config/values.h"
#include "facts/memory.h"
#include "facts/version.h"
#include "probe/confine.h"

static void help(FILE *out) {
    fputs("Usage: edgeprobe COMMAND [OPTION]...\n"
          "Diagnoses TLS and SIP connectivity of Cisco Expressway and Mobile & Remote\n"
          "Access (MRA).\n\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++)
        fprintf(out, "  %-10s %s\n", c->name, c->summary);
    fputs("\n'edgeprobe COMMAND --help' tells a command's options. Exit status: 0 good,\n"
          "1 warning, 2 failure, 3 unknown or could not run. 'edgeprobe version -v' tells\n"
          "what confines it; 'edgeprobe completion bash|zsh|fish' writes completion.\n",
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

/* ---- a plugin that could not run says so on standard output too ---- */

/* Is --format nagios among the words? Asked before they are read: they may be what is wrong. */
static bool is_plugin(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--format=nagios") == 0 ||
            (strcmp(argv[i], "--format") == 0 && i + 1 < argc && strcmp(argv[i + 1], "nagios") == 0))
            return true;
    return false;
}

/* What goes to standard error goes there still, and its first complaint is kept. */
struct tee {
    char said[512];
    size_t size;
};

static ssize_t tee_write(void *cookie, const char *text, size_t size) {
    static const char begin[] = "edgeprobe: ";
    struct tee *tee = cookie;
    if (tee->size == 0 && size > strlen(begin) && memcmp(text, begin, strlen(begin)) == 0) {
        const char *end = memchr(text, '\n', size);
        tee->size = (end == NULL ? size : (size_t)(end - text)) - strlen(begin);
        tee->size = tee->size < sizeof tee->said ? tee->size : sizeof tee->said - 1;
        memcpy(tee->said, text + strlen(begin), tee->size);
    }
    return write(STDERR_FILENO, text, size);
}

static int run_plugin(const struct command *command, int argc, char **argv) {
    struct tee tee = {.size = 0};
    last_words_begin("EDGEPROBE UNKNOWN - ");
    FILE *before = stderr, *through = fopencookie(&tee, "w", (cookie_io_functions_t){.write = tee_write});
    if (through == NULL)
        return command_do(command, argc, argv);
    setvbuf(through, NULL, _IOLBF, BUFSIZ);
    stderr = through;
    int status = command_do(command, argc, argv);
    stderr = before;
    fclose(through);
    for (char *p = tee.said; (p = strchr(p, '|')) != NULL;)
        *p = ' '; /* would begin performance data */
    if (status == EXIT_BAD && tee.size > 0)
        printf("EDGEPROBE UNKNOWN - %s\n", tee.said);
    return status;
}

/* ---- what was meant ---- */

static int no_command(const char *name) {
    struct arena *arena = arena_new();
    struct texts names = {NULL, 0};
    for (const struct command *c = commands; c->name != NULL; c++)
        texts_add(arena, &names, c->name);
    const char *near = value_nearest(name, &names);
    char *shown = text_from_wire_cut(arena, name, strlen(name), 64);
    if (near != NULL)
        fprintf(stderr, "edgeprobe: '%s' is no command, did you mean '%s'? See 'edgeprobe --help'\n", shown,
                near);
    else
        fprintf(stderr, "edgeprobe: '%s' is no command; see 'edgeprobe --help'\n", shown);
    arena_free(arena);
    return EXIT_BAD;
}

/* "edgeprobe help check" is "edgeprobe check --help". */
static int help_on(char *name) {
    char *argv[] = {name, (char[]){"--help"}, NULL};
    const struct command *command = command_find(name);
    return command == NULL ? no_command(name) : command_do(command, 2, argv);
}

int main(int argc, char **argv) {
    fill_closed_descriptors(); /* read-only: writing to a closed standard output still fails, and is told */
    signal(SIGPIPE, SIG_IGN);  /* a closed pipe is an error of the write, not the end of the program */
    const char *name = argc > 1 ? argv[1] : "";
    bool is_asked = argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0);
    if (strcmp(name, "help") == 0 && argc > 2 && !is_asked)
        return closed(help_on(argv[2]));
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0 ||
        (is_asked && (strcmp(name, "version") == 0 || strcmp(name, "completion") == 0))) {
        help(stdout);
        return closed(0);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("edgeprobe %s\n", EDGEPROBE_VERSION);
        if (argc > 2 && (strcmp(argv[2], "-v") == 0 || strcmp(argv[2], "--verbose") == 0))
            confine_tell(stdout);
        return closed(0);
    }
    if (strcmp(name, "completion") == 0) {
        if (argc == 3 && completion_write(argv[2], stdout))
            return closed(0);
        fputs("edgeprobe: completion: wanted bash, zsh or fish\n", stderr);
        return EXIT_BAD;
    }
    const struct command *command = command_find(name);
    if (command == NULL) {
        if (*name == 0)
            help(stderr);
        else
            no_command(name);
        return EXIT_BAD;
    }
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL); /* the process ends: nobody misses its memory */
    return closed(is_plugin(argc, argv) ? run_plugin(command, argc - 1, argv + 1)
                                        : command_do(command, argc - 1, argv + 1));
}
