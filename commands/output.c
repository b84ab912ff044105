/* How does a report reach its file, and a complaint the user? See output.h. */
#include "commands/output.h"

#include "commands/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/replace.h"

/* Of a reader that is gone there is nothing to say; of ECANCELED it was said by whoever gave up. */
static bool not_written(const char *path, int error) {
    if (error != EPIPE && error != ECANCELED)
        fprintf(stderr, "edgeprobe: cannot write %s: %s\n", path, strerror(error));
    return false;
}

static bool write_and_flush(FILE *out, bool (*write_it)(FILE *, void *), void *context) {
    errno = 0;
    bool good = write_it(out, context) && fflush(out) == 0 && ferror(out) == 0;
    if (!good && errno == 0)
        errno = EIO;
    return good;
}

static bool write_direct(const char *path, bool (*write_it)(FILE *, void *), void *context) {
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return not_written(path, errno);
    bool good = write_and_flush(out, write_it, context);
    int error = errno;
    if (fclose(out) != 0 && good) {
        good = false;
        error = errno;
    }
    return good || not_written(path, error);
}

static bool write_by_rename(const char *path, bool (*write_it)(FILE *, void *), void *context, mode_t mode) {
    static const char ending[] = ".XXXXXX";
    size_t length = strlen(path), size = 0;
    char name[4096 + sizeof ending];
    if (length + sizeof ending > sizeof name)
        return not_written(path, ENAMETOOLONG);
    memcpy(name, path, length);
    memcpy(name + length, ending, sizeof ending);
    FILE *draft = draft_open();
    if (draft == NULL)
        return not_written(path, errno);
    const void *bytes = write_and_flush(draft, write_it, context) ? draft_bytes(draft, &size) : NULL;
    bool good = bytes != NULL && file_replace(path, name, bytes, size, mode);
    int error = errno;
    draft_close(draft, bytes, size);
    return good || not_written(path, error);
}

bool output_write(const char *path, bool (*write_it)(FILE *out, void *context), void *context) {
    if (path == NULL || strcmp(path, "-") == 0)
        return write_and_flush(stdout, write_it, context) || not_written("standard output", errno);
    struct stat there;
    if (stat(path, &there) == 0) {
        if (S_ISDIR(there.st_mode))
            return not_written(path, EISDIR);
        if (!S_ISREG(there.st_mode))
            return write_direct(path, write_it, context);
        char real[4096]; /* through a symbolic link: the file it names is replaced, not the link */
        if (realpath(path, real) != NULL)
            return write_by_rename(real, write_it, context, there.st_mode & 0777);
    }
    mode_t mask = umask(0);
    umask(mask);
    return write_by_rename(path, write_it, context, 0666 & ~mask);
}

int complain(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("edgeprobe: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return EXIT_BAD;
}

/* ---- what the terminal has ---- */

bool wants_color(const struct options *options) {
    if (options->color != COLOR_AUTO)
        return options->color == COLOR_ALWAYS;
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    return options->output == NULL && isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == 0) &&
           term != NULL && strcmp(term, "dumb") != 0;
}

/* The C library's rule for the character set, without setlocale(): numbers stay as they are everywhere. */
static bool is_utf8_locale(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *value = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && (value == NULL || *value == 0); i++)
        value = getenv(names[i]);
    return value != NULL && (strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL);
}

struct report_style style_for(const struct options *options) {
    struct report_style style = {.color = wants_color(options), .width = 80, .verbose = options->verbose};
    struct winsize size;
    if (options->output == NULL && isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0) {
        style.width = size.ws_col;
        style.height = size.ws_row;
        style.ascii = !is_utf8_locale();
    }
    return style;
}
