/* What does a program do when one request for memory fails? LD_PRELOADed: EDGEPROBE_FAIL_AT=n makes the n-th
 * fail, EDGEPROBE_COUNT=file gets how many there were. It stands under edgeprobe's own malloc(), which asks
 * these (facts/memory.c). */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static atomic_long asked;
static long fail_at;
static int count_to = -1;
static char early[4096]; /* for what dlsym(3) wants before it has answered */
static size_t early_used;

static void find(void) {
    static int finding;
    if (finding++ > 0)
        return;
    const char *at = getenv("EDGEPROBE_FAIL_AT");
    fail_at = at == NULL ? 0 : atol(at);
    real_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "__libc_calloc");
    real_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "__libc_realloc");
    real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "__libc_malloc");
}

static void *early_give(size_t size) {
    size = (size + 15) / 16 * 16;
    if (early_used + size > sizeof early)
        _exit(99);
    early_used += size;
    return early + early_used - size;
}

static int fails(void) {
    return atomic_fetch_add(&asked, 1) + 1 == fail_at;
}

void *__libc_malloc(size_t size) {
    if (real_malloc == NULL)
        find();
    if (real_malloc == NULL)
        return early_give(size);
    return fails() ? NULL : real_malloc(size);
}

void *__libc_calloc(size_t count, size_t size) {
    if (real_malloc == NULL)
        find();
    if (real_malloc == NULL)
        return early_give(count * size);
    return fails() ? NULL : real_calloc(count, size);
}

void *__libc_realloc(void *old, size_t size) {
    if (real_malloc == NULL)
        find();
    return fails() ? NULL : real_realloc(old, size);
}

/* At the end the process may not open it any more (probe/confine.h). */
__attribute__((constructor)) static void count_open(void) {
    const char *file = getenv("EDGEPROBE_COUNT");
    count_to = file == NULL ? -1 : open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

__attribute__((destructor)) static void tell(void) {
    if (count_to >= 0)
        dprintf(count_to, "%ld\n", (long)asked);
}
