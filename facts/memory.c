/* What happens when there is no memory left? See memory.h. */
#include "facts/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_OTHER_ALLOCATOR
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define HAS_OTHER_ALLOCATOR
#endif

static const char *last_words; /* set once, at the start: nobody could hand it down to malloc() */

void last_words_begin(const char *words) {
    last_words = words;
}

static void say(int fd, const char *text) {
    for (size_t left = strlen(text); left > 0;) {
        ssize_t n = write(fd, text, left);
        if (n <= 0)
            return;
        text += n;
        left -= (size_t)n;
    }
}

void end_at_once(const char *why) {
    if (last_words != NULL) {
        say(STDOUT_FILENO, last_words);
        say(STDOUT_FILENO, why);
        say(STDOUT_FILENO, "\n");
    }
    say(STDERR_FILENO, "edgeprobe: ");
    say(STDERR_FILENO, why);
    say(STDERR_FILENO, "\n");
    _exit(3);
}

void memory_is_out(void) {
    end_at_once("out of memory");
}

#ifndef HAS_OTHER_ALLOCATOR

/* What glibc calls its own (malloc/malloc.c); they share free() with these. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size) {
    void *memory = __libc_malloc(size);
    if (memory == NULL && size < MEMORY_UNREASONABLE)
        memory_is_out();
    return memory;
}

void *calloc(size_t count, size_t size) {
    void *memory = __libc_calloc(count, size);
    size_t whole;
    if (memory == NULL && !__builtin_mul_overflow(count, size, &whole) && whole < MEMORY_UNREASONABLE)
        memory_is_out();
    return memory;
}

void *realloc(void *old, size_t size) {
    void *memory = __libc_realloc(old, size);
    if (memory == NULL && size > 0 && size < MEMORY_UNREASONABLE) /* of 0: freed */
        memory_is_out();
    return memory;
}

#endif
