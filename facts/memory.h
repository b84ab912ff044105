/* What happens when there is no memory left? The run ends with status 3 and one line, wherever that is
 * noticed.
 *
 * A library that gets no memory calls a good certificate a broken one, or a server's answer garbage: a
 * verdict that is wrong. So malloc(), calloc() and realloc() of the whole program, of every library in it,
 * and of those that are loaded late, are the ones of memory.c: they give memory or end the process. The one
 * exception is a request of MEMORY_UNREASONABLE and more: that is what some input claims to need, not a lack
 * of memory, and whoever asked is told no. Nothing is left behind: files that are being written have no name
 * yet (facts/replace.h).
 *
 * Does not: act under sanitizers, which have an allocator of their own. */
#ifndef FACTS_MEMORY_H
#define FACTS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#define MEMORY_UNREASONABLE ((size_t)1 << 30)

/* The line and the end: status 3, without what is registered with atexit(3), which may want memory. */
_Noreturn void memory_is_out(void);
/* The same with another reason; may be called in a signal handler. */
_Noreturn void end_at_once(const char *why);
/* The reason goes to standard output, too, behind these words: a plugin has to say something there. NULL: it
 * does not. Kept, not copied. */
void last_words_begin(const char *words);

#endif
