/* How does a file get new contents: whole or not at all? See replace.h. */
#include "facts/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* Nothing here asks for memory: that would end the process with the draft in place. */
bool file_replace(const char *path, char *draft, const void *bytes, size_t size, mode_t mode) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int fd = mkostemp(draft, O_CLOEXEC);
    bool good = fd >= 0 && write_all(fd, bytes, size) && fsync(fd) == 0 && fchmod(fd, mode) == 0;
    int error = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good && rename(draft, path) != 0) {
        good = false;
        error = errno;
    }
    if (fd >= 0 && !good)
        unlink(draft);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return good;
}

FILE *draft_open(void) {
    int fd = memfd_create("edgeprobe", MFD_CLOEXEC);
    FILE *draft = fd < 0 ? tmpfile() : fdopen(fd, "w+");
    if (draft == NULL && fd >= 0)
        close(fd);
    return draft;
}

const void *draft_bytes(FILE *draft, size_t *size) {
    struct stat there;
    if (fflush(draft) != 0 || fstat(fileno(draft), &there) != 0)
        return NULL;
    *size = (size_t)there.st_size;
    if (*size == 0)
        return "";
    const void *bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fileno(draft), 0);
    return bytes == MAP_FAILED ? NULL : bytes;
}

void draft_close(FILE *draft, const void *bytes, size_t size) {
    if (bytes != NULL && size > 0)
        munmap((void *)bytes, size);
    fclose(draft);
}
