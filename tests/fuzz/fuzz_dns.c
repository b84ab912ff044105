/* Can the bytes of a name server hurt us? The first byte chooses the type asked for; the rest is the answer,
 * read once as the answer to a fixed question and once to the question it holds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
