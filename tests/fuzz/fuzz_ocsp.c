/* Can a responder's bytes hurt us? When the answer ends; and the same bytes as a certificate to ask about. */
#include <stdlib.h>
#include <string.h>

#include "wire/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct cert cert = {.der = (uint8_t *)(uintptr_t)bytes, .der_size = size};
    struct blob request = {NULL, 0};
    int64_t next = ocsp_next_update(bytes, size);
    if (next < 0 || (next > 0 && ocsp_next_update(bytes, size - 1) != 0)) /* what is cut off says nothing */
        abort();
    /* Only one that is its own issuer gets as far as a request. */
    if (ocsp_request_write(arena, &cert, bytes, size, "sha256", false, &request)) {
        char *url = ocsp_get_url(arena, "http://responder.example", &request);
        if (request.size == 0 || (url != NULL && strlen(url) > 255))
            abort();
    }
    arena_free(arena);
    return 0;
}
