/* What is going on? See progress.h. */
#include "commands/progress.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void rewrite_line(void *context, const char *text) {
    (void)context;
    struct winsize size;
    int width = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 2 ? size.ws_col : 80;
    fprintf(stderr, "\r\033[K%.*s", width - 2, text); /* texts are harmless: text_from_wire() */
    fflush(stderr);
}

static void print_line(void *context, const char *text) {
    (void)context;
    fprintf(stderr, "%s\n", text);
}

void progress_choose(struct probe_options *probe, const struct options *options) {
    if (options->no_progress || options->verbose < 0)
        return;
    if (options->verbose > 1)
        probe->progress = print_line;
    else if (isatty(STDERR_FILENO)) {
        probe->progress = rewrite_line;
        probe->tells_waits = true;
    }
}

void progress_clear(void) {
    if (isatty(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
