/* Can an archive hurt us? The first bytes choose ZIP or GZIP, whatever they were; what comes out stays below
 * the cap. */
#include <stdlib.h>
#include <string.h>

#include "wire/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { LIMIT = 256 * 1024 };

static bool add(void *context, const uint8_t *bytes, size_t size) {
    size_t *total = context;
    static volatile uint8_t last;
    if (size > 0)
        last = bytes[size - 1];
    *total += size;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const magics[] = {"PK\x03\x04", "\x1f\x8b\x08"};
    if (size < 4)
        return 0;
    uint8_t *copy = malloc(size);
    const char *magic = magics[bytes[0] & 1]; /* 'P' is even, 0x1f is odd */
    size_t total = 0;
    bool is_too_large;
    const char *error = NULL;
    memcpy(copy, bytes, size);
    memcpy(copy, magic, strlen(magic));
    bool good = archive_read_files(copy, size, LIMIT, add, &total, &is_too_large, &error);
    if (total > LIMIT || good != (error == NULL) || (good && is_too_large))
        abort();
    free(copy);
    return 0;
}
