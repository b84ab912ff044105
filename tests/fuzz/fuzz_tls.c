/* Can a TLS server's bytes hurt us before anything is encrypted? The first byte of the input chooses the form
 * of ClientHello and how the connection ends; the second, into what pieces the rest is cut. */
#include <stdint.h>
#include <stdlib.h>

#include "probe/tls/tls_engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const enum tls_form forms[] = {FORM_ALL, FORM_TLS12, FORM_RSA12, FORM_LEGACY};
    if (size < 2)
        return 0;
    struct arena *arena = arena_new();
    struct tls_contexts *kit = tls_contexts_new(arena, NULL);
    struct tls_attempt attempt = {0};
    struct engine_form form = {.form = forms[data[0] % 4], .until_certificate = data[0] & 4};
    enum engine_end end = (enum engine_end)(data[0] / 8 % 3);
    size_t chunk = data[1] == 0 ? size : data[1];
    struct engine *engine = engine_new(kit, &form, &attempt);
    for (size_t at = 2; at < size; at += chunk)
        engine_feed(engine, data + at, size - at < chunk ? size - at : chunk);
    engine_end(engine, end);
    if (attempt.state == TLS_NOT_TRIED || (attempt.state == TLS_ALERT) > (attempt.alert != NULL))
        abort();
    engine_free(engine);
    tls_contexts_free(kit);
    arena_free(arena);
    return 0;
}
