/* Any segments in any order: what comes out is never longer than what the sequence numbers allow, gaps and
 * bytes alternate in their order, and a byte that was sent is one that was there. */
#include <stdlib.h>
#include <string.h>

#include "capture/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct sum {
    size_t bytes, gaps;
};

static void on_bytes(void *context, const uint8_t *bytes, size_t size) {
    struct sum *sum = context;
    volatile uint8_t seen = 0;
    for (size_t i = 0; i < size; i++)
        seen ^= bytes[i];
    sum->bytes += size;
}

static void on_gap(void *context, size_t size) {
    ((struct sum *)context)->gaps += size;
}

/* Each order: kind, sequence offset (16 bits), kept, length; the bytes are what follows, as far as there are.
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    enum { ORDER = 6 };
    struct sum sum = {0, 0};
    struct stream stream = {.known = false};
    struct stream_sink sink = {on_bytes, on_gap, &sum};
    uint32_t base =
        size >= 4 ? (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | bytes[2] << 8 | bytes[3] : 0;
    size_t sent = 0;
    if (size > 4 && (bytes[3] & 1) != 0)
        stream_begin(&stream, base);
    for (size_t at = 4; at + ORDER <= size; at += ORDER) {
        uint32_t seq = base + (uint32_t)(bytes[at + 1] << 8 | bytes[at + 2]);
        size_t kept = bytes[at + 3], length = kept + bytes[at + 4];
        if (bytes[at] % 8 == 0)
            stream_acknowledged(&stream, &sink, seq);
        else if (bytes[at] % 8 == 1)
            stream_end(&stream, seq);
        else if (kept <= size - at - ORDER) {
            uint8_t *exact = malloc(kept + 1);
            memcpy(exact, bytes + at + ORDER, kept);
            stream_add(&stream, &sink, seq, exact, kept, length);
            free(exact);
            sent += length;
        }
        if (stream_memory(&stream) > 8 * 1024 * 1024)
            abort();
    }
    stream_flush(&stream, &sink);
    if (sum.bytes > sent)
        abort();
    stream_free(&stream);
    return 0;
}
