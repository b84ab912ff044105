/* Can the bytes of a name server hurt us? The first byte chooses the type asked for; the rest is the answer,
 * read once as the answer to a fixed question and once to the question it holds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed);

static size_t question_of(const uint8_t *bytes, size_t size, char *name) {
    size_t at = 12, n = 0;
    while (at < size && bytes[at] > 0 && bytes[at] < 64 && bytes[at] < size - at && n + bytes[at] < 253) {
        if (n > 0)
            name[n++] = '.';
        memcpy(name + n, bytes + at + 1, bytes[at]);
        n += bytes[at];
        at += 1u + bytes[at];
    }
    return n;
}

static void check(const struct dns_query *query) {
    if (query->state == DNS_NOT_ASKED || (query->state == DNS_ANSWERED) != (query->records.n > 0))
        abort();
    if ((query->state != DNS_ANSWERED) && query->error == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    struct arena *arena = arena_new();
    char name[512] = "";
    enum dns_type type = (enum dns_type)(data[0] % 3);
    struct dns_query fixed = {.name = (char *)"_collab-edge._tls.example.com", .type = type};
    struct dns_query held = {.name = name, .type = type};
    dns_read(arena, data + 1, size - 1, &fixed);
    check(&fixed);
    if (question_of(data + 1, size - 1, name) > 0) {
        dns_read(arena, data + 1, size - 1, &held);
        check(&held);
    }
    arena_free(arena);
    return 0;
}

/* ---- changes of the message: its records, names, counts, and lengths ---- */

enum { HEADER = 12, RECORDS_MAX = 64, FIXED = 10 }; /* type, class, time to live, length */

struct records {
    size_t at[RECORDS_MAX], end[RECORDS_MAX], fixed[RECORDS_MAX], n;
};

static size_t name_end(const uint8_t *m, size_t size, size_t at) {
    while (at < size && m[at] != 0 && m[at] < 0xc0)
        at += 1u + m[at];
    return at >= size ? size : at + (m[at] == 0 ? 1 : 2);
}

static void records_find(const uint8_t *m, size_t size, struct records *found) {
    size_t at = name_end(m, size, HEADER) + 4;
    for (found->n = 0; found->n < RECORDS_MAX;) {
        size_t fixed = at < size ? name_end(m, size, at) : size;
        if (fixed + FIXED > size)
            return;
        size_t end = fixed + FIXED + ((size_t)m[fixed + 8] << 8 | m[fixed + 9]);
        if (end > size)
            end = size;
        found->at[found->n] = at;
        found->fixed[found->n] = fixed;
        found->end[found->n++] = end;
        at = end;
    }
}

static void put16(uint8_t *at, size_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* m has room for `most`; the new size. */
static size_t change(uint8_t *m, size_t size, size_t most, unsigned int chance) {
    static const unsigned types[] = {1, 2, 5, 6, 12, 16, 28, 33, 39, 41, 46, 255};
    struct records r;
    records_find(m, size, &r);
    if (r.n == 0)
        return size;
    size_t i = chance / 16 % r.n, length = r.end[i] - r.at[i];
    switch (chance % 8) {
    case 0: /* once more */
        if (size + length > most)
            return size;
        memmove(m + r.end[i] + length, m + r.end[i], size - r.end[i]);
        memcpy(m + r.end[i], m + r.at[i], length);
        put16(m + 6, r.n + 1);
        return size + length;
    case 1: /* away */
        memmove(m + r.at[i], m + r.end[i], size - r.end[i]);
        put16(m + 6, r.n - 1);
        return size - length;
    case 2:
        put16(m + r.fixed[i], types[chance / 64 % (sizeof types / sizeof *types)]);
        return size;
    case 3: /* a length that is off by a little */
        put16(m + r.fixed[i] + 8, r.end[i] - r.fixed[i] - FIXED + chance / 64 % 5 - 2);
        return size;
    case 4: /* a pointer: to the question, to itself, behind, outside */
        if (r.end[i] >= r.fixed[i] + FIXED + 2)
            put16(m + r.end[i] - 2, 0xc000u | (chance / 64 % 3 == 0   ? HEADER
                                               : chance / 64 % 3 == 1 ? r.end[i] - 2
                                                                      : chance / 256 % 0x4000));
        return size;
    case 5: /* the answer code, and whether it was cut */
        m[3] = (uint8_t)((m[3] & 0xf0) | chance / 64 % 16);
        m[2] ^= chance / 1024 % 2 == 0 ? 0x02 : 0;
        return size;
    case 6:
        put16(m + 4 + 2 * (chance / 64 % 4), chance / 256 % 3 == 0 ? 0xffff : chance / 1024 % 4);
        return size;
    default: /* one byte of a record's data */
        if (r.end[i] > r.fixed[i] + FIXED)
            m[r.fixed[i] + FIXED + chance / 64 % (r.end[i] - r.fixed[i] - FIXED)] = (uint8_t)(chance / 4096);
        return size;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed) {
    if (seed % 3 == 0 || size <= HEADER + 1)
        return LLVMFuzzerMutate(bytes, size, most);
    srand(seed);
    size_t message = size - 1; /* behind the byte that chooses the type */
    for (unsigned int i = 0; i <= seed / 3 % 3; i++)
        message = change(bytes + 1, message, most - 1, (unsigned int)rand());
    return message + 1;
}
