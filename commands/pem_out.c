/* How does a certificate reach a PEM file? See pem_out.h. */
#include "commands/pem_out.h"

#include <string.h>

bool pem_put(FILE *out, const uint8_t *der, size_t size) {
    enum { COLUMNS = 64 }; /* RFC 7468 2 */
    struct arena *scratch = arena_new();
    const char *text = base64_write(scratch, der, size, true);
    bool good = fputs("-----BEGIN CERTIFICATE-----\n", out) != EOF;
    for (size_t length = strlen(text); good && length > 0;) {
        int part = length < COLUMNS ? (int)length : COLUMNS;
        good = fprintf(out, "%.*s\n", part, text) > 0;
        text += part;
        length -= (size_t)part;
    }
    good = good && fputs("-----END CERTIFICATE-----\n", out) != EOF;
    arena_free(scratch);
    return good;
}
