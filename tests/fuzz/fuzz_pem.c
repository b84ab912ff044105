/* Any text as a file of certificates: both readers find the same, or say why not. */
#include <stdlib.h>
#include <string.h>

#include "wire/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct certs certs = {0};
    struct trust_list list = {0};
    char *why = NULL, *why_not_trusted = NULL;
    bool read = certs_read_pem(arena, (const char *)bytes, size, &certs, &why);
    bool trusted = trust_read_pem(arena, (const char *)bytes, size, &list, &why_not_trusted);
    must(read == (why == NULL) && trusted == (why_not_trusted == NULL));
    must(trusted == (list.entries.n > 0));
    must(certs.n <= list.entries.n);
    for (size_t i = 0; i < certs.n; i++) /* the list may hold more: what only libcrypto refuses */
        must(read == false || i >= list.entries.n || list.entries.v[i]->der_size == certs.v[i]->der_size);
    int line = 0;
    for (size_t i = 0; i < list.entries.n; i++) {
        must(list.entries.v[i]->line > line || (line > 0 && memchr(bytes, '\r', size) != NULL));
        line = list.entries.v[i]->line;
    }
    for (size_t i = 0; i < list.problems.n; i++)
        must(list.problems.v[i]->line > 0 && list.problems.v[i]->what != NULL);
    arena_free(arena);
    return 0;
}
