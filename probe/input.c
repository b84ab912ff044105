/* How do the bytes of a file come into the program? See input.h. */
#include "probe/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

static const struct {
    uint64_t file, other; /* bytes: of a regular file, and of a pipe, a device or a file that tells no size */
} limits[INPUT_KINDS] = {
    [INPUT_DEPLOYMENT] = {8 * MIB, 8 * MIB},    [INPUT_TARGETS] = {64 * MIB, 64 * MIB},
    [INPUT_CERTS] = {16 * MIB, 16 * MIB},       [INPUT_TRUST] = {256 * MIB, 64 * MIB},
    [INPUT_CRL] = {16 * MIB - 1, 16 * MIB - 1}, /* certificate guide, chapter 7: under 16 MB */
    [INPUT_SAVE] = {256 * MIB, 128 * MIB},      [INPUT_KEY_LOG] = {256 * MIB, 64 * MIB},
    [INPUT_LOG] = {16 * GIB, 1 * GIB}, /* taken piece by piece */
    [INPUT_CAPTURE] = {1024 * GIB, 64 * GIB},   [INPUT_BUNDLE] = {1024 * GIB, 64 * GIB},
    [INPUT_ANY] = {64 * MIB, 64 * MIB},         [INPUT_SECRET] = {64 * KIB, 64 * KIB},
};

/* The process reads its inputs one after the other; what one was waited for, the next one is not. */
static int allowed_ms = 60000, waited_ms;

uint64_t input_limit(enum input_kind kind) {
    return limits[kind].file;
}

void input_deadline(int ms) {
    allowed_ms = ms;
}

int input_waited_ms(void) {
    return waited_ms;
}

static bool fails(struct input *in, const char *fault) {
    snprintf(in->fault, sizeof in->fault, "%s", fault);
    return false;
}

static bool fails_too_large(struct input *in) {
    bool whole = in->limit % MIB == 0;
    in->is_too_large = true;
    snprintf(in->fault, sizeof in->fault, "%s: wanted at most %llu %s", strerror(EFBIG),
             (unsigned long long)(whole             ? in->limit / MIB
                                  : in->limit > MIB ? in->limit / MIB + 1
                                                    : in->limit / KIB),
             in->limit > MIB || whole ? "MiB" : "KiB");
    return false;
}

static bool look(struct input *in) {
    struct stat there;
    if (fstat(in->fd, &there) != 0)
        return fails(in, strerror(errno));
    in->mode = there.st_mode;
    if (S_ISDIR(there.st_mode))
        return fails(in, strerror(EISDIR));
    if (S_ISBLK(there.st_mode))
        return fails(in, "it is a disk; wanted a file");
    in->is_regular = S_ISREG(there.st_mode) && there.st_size > 0; /* files of /proc tell no size */
    in->is_terminal = isatty(in->fd) == 1;
    in->size = in->is_regular ? (uint64_t)there.st_size : 0;
    in->limit = in->is_regular ? limits[in->kind].file : limits[in->kind].other;
    return in->size <= in->limit || fails_too_large(in);
}

bool input_open(struct input *in, const char *path, enum input_kind kind) {
    *in = (struct input){.kind = kind};
    in->fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                    : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (in->fd < 0)
        return fails(in, strerror(errno));
    if (look(in))
        return true;
    input_close(in);
    return false;
}

bool input_open_entry(struct input *in, const char *path, enum input_kind kind) {
    struct stat there;
    *in = (struct input){.fd = -1, .kind = kind};
    if (stat(path, &there) != 0) /* before open(2), which makes some devices do things */
        return fails(in, strerror(errno));
    if (!S_ISREG(there.st_mode))
        return fails(in, "no regular file, not read");
    if (there.st_size == 0)
        return fails(in, "this file is empty");
    if (!input_open(in, path, kind))
        return false;
    if (in->is_regular)
        return true;
    input_close(in);
    return fails(in, "no regular file any more, not read");
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until there is something to read. False when the time is over; what a device takes to give counts as well.
 */
static bool wait_for(struct input *in) {
    struct pollfd one = {.fd = in->fd, .events = POLLIN};
    while (waited_ms < allowed_ms || in->is_terminal) {
        int64_t began = now_ms();
        int n = poll(&one, 1, in->is_terminal ? -1 : allowed_ms - waited_ms), why = errno;
        if (!in->is_terminal)
            waited_ms += (int)(now_ms() - began);
        if (n > 0)
            return true;
        if (n < 0 && why != EINTR)
            return fails(in, strerror(why));
    }
    snprintf(in->fault, sizeof in->fault, "no end of it within %g s", allowed_ms / 1000.0);
    return false;
}

ptrdiff_t input_read(struct input *in, void *bytes, size_t room) {
    ssize_t n;
    do {
        if (!in->is_regular && !wait_for(in))
            return -1;
        int64_t began = in->is_regular ? 0 : now_ms();
        n = read(in->fd, bytes, room);
        if (!in->is_regular && !in->is_terminal)
            waited_ms += (int)(now_ms() - began);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0) {
        fails(in, strerror(errno));
        return -1;
    }
    in->taken += (uint64_t)n;
    if (in->taken <= in->limit)
        return n;
    fails_too_large(in);
    return -1;
}

void input_close(struct input *in) {
    if (in->fd >= 0)
        close(in->fd);
    in->fd = -1;
}

/* Grows by doubling where the size is not known; never beyond the limit and one byte, which tells that there
 * is more. */
bool input_take(struct input *in, struct arena *arena, char **text, size_t *size) {
    enum { FIRST_ROOM = 64 * 1024 };
    size_t room = in->is_regular ? (size_t)in->size + 1 : FIRST_ROOM, used = 0;
    char *buffer = malloc(room + 1);
    ptrdiff_t n = 1;
    while (buffer != NULL && (n = input_read(in, buffer + used, room - used)) > 0) {
        used += (size_t)n;
        if (used < room)
            continue;
        room = room * 2 <= in->limit + 1 ? room * 2 : (size_t)in->limit + 1;
        char *larger = realloc(buffer, room + 1);
        if (larger == NULL)
            free(buffer);
        buffer = larger;
    }
    input_close(in);
    if (buffer == NULL)
        return fails(in, strerror(ENOMEM));
    if (n < 0) {
        free(buffer);
        return false;
    }
    buffer[used] = 0;
    *text = arena_keep(arena, buffer, used);
    *size = used;
    return true;
}
