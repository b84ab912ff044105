/* How does a report reach its file: whole or not at all? See output.h. */
#include "commands/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/replace.h"

static bool complain(const char *path, int error) {
    if (error != EPIPE)
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
        return complain(path, errno);
    bool good = write_and_flush(out, write_it, context);
    int error = errno;
    if (fclose(out) != 0 && good) {
        good = false;
        error = errno;
    }
    return good || complain(path, error);
}

static bool write_by_rename(const char *path, bool (*write_it)(FILE *, void *), void *context, mode_t mode) {
    static const char ending[] = ".XXXXXX";
    size_t length = strlen(path), size = 0;
    char name[4096 + sizeof ending];
    if (length + sizeof ending > sizeof name)
        return complain(path, ENAMETOOLONG);
    memcpy(name, path, length);
    memcpy(name + length, ending, sizeof ending);
    FILE *draft = draft_open();
    if (draft == NULL)
        return complain(path, errno);
    const void *bytes = write_and_flush(draft, write_it, context) ? draft_bytes(draft, &size) : NULL;
    bool good = bytes != NULL && file_replace(path, name, bytes, size, mode);
    int error = errno;
    draft_close(draft, bytes, size);
    return good || complain(path, error);
}

bool output_write(const char *path, bool (*write_it)(FILE *out, void *context), void *context) {
    if (path == NULL || strcmp(path, "-") == 0)
        return write_and_flush(stdout, write_it, context) || complain("standard output", errno);
    struct stat there;
    if (stat(path, &there) == 0) {
        if (S_ISDIR(there.st_mode))
            return complain(path, EISDIR);
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
