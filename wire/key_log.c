/* Which secrets does a key log hold? See key_log.h. */
#include "wire/key_log.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "facts/memory.h"

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

enum { SESSIONS_MAX = 1000000, FIRST_SLOTS = 64 };

struct key_log {
    struct tls_secrets *
        *slots; /* hash table with open addressing; the random is random enough to be its hash */
    size_t slot_count, count;
};

struct key_log *key_log_new(void) {
    struct key_log *log = must(calloc(1, sizeof *log));
    log->slot_count = FIRST_SLOTS;
    log->slots = must(calloc(FIRST_SLOTS, sizeof *log->slots));
    return log;
}

void key_log_free(struct key_log *log) {
    if (log == NULL)
        return;
    for (size_t i = 0; i < log->slot_count; i++) {
        if (log->slots[i] != NULL)
            OPENSSL_cleanse(log->slots[i], sizeof *log->slots[i]);
        free(log->slots[i]);
    }
    free(log->slots);
    free(log);
}

static struct tls_secrets **slot_of(const struct key_log *log, const uint8_t *random) {
    uint64_t hash;
    memcpy(&hash, random + 8, sizeof hash); /* some put the time into the first four */
    hash *= 0x9e3779b97f4a7c15U;
    size_t at = (size_t)(hash >> 20) & (log->slot_count - 1);
    while (log->slots[at] != NULL && memcmp(log->slots[at]->random, random, RANDOM_SIZE) != 0)
        at = (at + 1) & (log->slot_count - 1);
    return &log->slots[at];
}

static void grow(struct key_log *log) {
    struct tls_secrets **old = log->slots;
    size_t count = log->slot_count;
    log->slot_count *= 2;
    log->slots = must(calloc(log->slot_count, sizeof *log->slots));
    for (size_t i = 0; i < count; i++)
        if (old[i] != NULL)
            *slot_of(log, old[i]->random) = old[i];
    free(old);
}

static struct tls_secrets *session_of(struct key_log *log, const uint8_t *random) {
    struct tls_secrets **slot = slot_of(log, random);
    if (*slot != NULL)
        return *slot;
    if (log->count == SESSIONS_MAX)
        return NULL;
    if ((log->count + 1) * 2 > log->slot_count) {
        grow(log);
        slot = slot_of(log, random);
    }
    *slot = must(calloc(1, sizeof **slot));
    memcpy((*slot)->random, random, RANDOM_SIZE);
    log->count++;
    return *slot;
}

const struct tls_secrets *key_log_find(const struct key_log *log, const uint8_t *random) {
    return log == NULL ? NULL : *slot_of(log, random);
}

size_t key_log_sessions(const struct key_log *log) {
    return log->count;
}

static int nibble(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Hex digits up to a blank or the end: how many octets; 0 when it is something else or too long. */
static size_t hex_read(const char **at, const char *end, uint8_t *to, size_t room) {
    size_t n = 0;
    while (*at < end && **at == ' ')
        (*at)++;
    for (; end - *at >= 2 && nibble((*at)[0]) >= 0 && nibble((*at)[1]) >= 0; *at += 2) {
        if (n == room)
            return 0;
        to[n++] = (uint8_t)(nibble((*at)[0]) << 4 | nibble((*at)[1]));
    }
    return *at == end || **at == ' ' ? n : 0;
}

static const struct {
    const char *label;
    enum tls_secret secret;
} labels[] = {{"CLIENT_RANDOM", SECRET_MASTER},
              {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", SECRET_CLIENT_HANDSHAKE},
              {"SERVER_HANDSHAKE_TRAFFIC_SECRET", SECRET_SERVER_HANDSHAKE},
              {"CLIENT_TRAFFIC_SECRET_0", SECRET_CLIENT_TRAFFIC},
              {"SERVER_TRAFFIC_SECRET_0", SECRET_SERVER_TRAFFIC}};

static bool line_add(struct key_log *log, const char *line, const char *end) {
    uint8_t random[RANDOM_SIZE], secret[SECRET_MAX];
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t length = strlen(labels[i].label);
        if ((size_t)(end - line) <= length || memcmp(line, labels[i].label, length) != 0 ||
            line[length] != ' ')
            continue;
        const char *at = line + length;
        if (hex_read(&at, end, random, sizeof random) != RANDOM_SIZE)
            return false;
        size_t size = hex_read(&at, end, secret, sizeof secret);
        struct tls_secrets *session = size == 0 ? NULL : session_of(log, random);
        if (session != NULL) {
            memcpy(session->bytes[labels[i].secret], secret, size);
            session->size[labels[i].secret] = (uint8_t)size;
        }
        OPENSSL_cleanse(secret, sizeof secret);
        return session != NULL;
    }
    return false;
}

size_t key_log_add(struct key_log *log, const char *text, size_t size) {
    size_t added = 0;
    for (const char *at = text, *stop = text + size; at < stop;) {
        const char *end = memchr(at, '\n', (size_t)(stop - at));
        const char *next = end == NULL ? stop : end + 1;
        if (end == NULL)
            end = stop;
        while (end > at && (end[-1] == '\r' || end[-1] == ' '))
            end--;
        added += line_add(log, at, end);
        at = next;
    }
    return added;
}
