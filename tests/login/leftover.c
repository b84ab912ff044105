/* What of a secret is left in a process that ends? Preloaded into edgeprobe by run.py: when the program is
 * done, everything writable is searched for patterns, and what was found is told in a file, by number.
 *
 * LEFTOVER_FILE names the file; LEFTOVER_PATTERNS has the patterns in hex, each byte XOR 0x5a, so that they
 * are not themselves what they look for; blanks between them. Does not: tell where. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATTERNS_MAX = 16, LENGTH_MAX = 256, MASK = 0x5a };

struct pattern {
    uint8_t masked[LENGTH_MAX];
    size_t length, count;
};

static size_t patterns_read(const char *text, struct pattern *patterns) {
    size_t n = 0;
    for (; *text != 0 && n < PATTERNS_MAX; n++) {
        struct pattern *p = &patterns[n];
        unsigned byte;
        int used = 0;
        while (p->length < LENGTH_MAX && sscanf(text, "%2x%n", &byte, &used) == 1 && used == 2) {
            p->masked[p->length++] = (uint8_t)byte;
            text += 2;
            if (*text == ' ' || *text == 0)
                break;
        }
        text += *text == ' ';
    }
    return n;
}

static int is_at(const struct pattern *p, const uint8_t *at) {
    for (size_t i = 0; i < p->length; i++)
        if ((at[i] ^ MASK) != p->masked[i])
            return 0;
    return 1;
}

static void search(const uint8_t *from, const uint8_t *to, struct pattern *patterns, size_t n) {
    for (size_t k = 0; k < n; k++) {
        struct pattern *p = &patterns[k];
        const uint8_t *last = to - p->length;
        for (const uint8_t *at = from;
             p->length > 0 && at <= last &&
             (at = memchr(at, p->masked[0] ^ MASK, (size_t)(last - at) + 1)) != NULL;
             at++)
            p->count += (size_t)is_at(p, at);
    }
}

static FILE *maps, *out;

/* Later no file may be opened. */
__attribute__((constructor)) static void at_start(void) {
    const char *path = getenv("LEFTOVER_FILE");
    maps = fopen("/proc/self/maps", "r");
    out = path == NULL ? NULL : fopen(path, "w");
}

__attribute__((destructor)) static void at_end(void) {
    static struct pattern patterns[PATTERNS_MAX];
    const char *words = getenv("LEFTOVER_PATTERNS");
    if (maps == NULL || out == NULL || words == NULL)
        return;
    size_t n = patterns_read(words, patterns);
    char line[1024];
    unsigned long from, to;
    char rights[5];
    while (fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3 && rights[0] == 'r' && rights[1] == 'w')
            search((const uint8_t *)from, (const uint8_t *)to, patterns, n);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%zu\n", patterns[i].count);
    fclose(out);
    fclose(maps);
    out = NULL;
}

/* The program may leave by this door, which calls no destructors. */
void _exit(int status) {
    at_end();
    for (;;)
        syscall(SYS_exit_group, status);
}

void _Exit(int status) {
    _exit(status);
}
