/* Can the bytes of a distribution point hurt us? Any file: what comes out are CRLs or a reason why not,
 * within bounds. */
#include <stdlib.h>
#include <string.h>

#include "wire/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct fetch fetch = {.kind = FETCH_CRL};
    size_t total = 0;
    crl_read(arena, bytes, size, &fetch);
    must((fetch.state == FETCH_ANSWERED) == (fetch.error == NULL));
    must(fetch.state != FETCH_ANSWERED || (fetch.answers.n > 0 && fetch.form != NULL));
    for (size_t i = 0; i < fetch.answers.n; i++) { /* each is one by itself */
        struct fetch one = {.kind = FETCH_CRL};
        crl_read(arena, fetch.answers.v[i]->bytes, fetch.answers.v[i]->size, &one);
        must(one.state == FETCH_ANSWERED && one.answers.n == 1 && strcmp(one.form, "DER") == 0);
        total += fetch.answers.v[i]->size;
    }
    must(total <= CRL_MAX && fetch.answers.n <= 1000);
    arena_free(arena);
    return 0;
}
