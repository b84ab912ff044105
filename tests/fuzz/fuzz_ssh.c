/* Any bytes as an SSH server: however they are cut, the same events; broken stays broken. */
#include <stdlib.h>
#include <string.h>

#include "wire/ssh.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

/* The last event other than MORE, after all bytes came in pieces of that size. */
static enum ssh_event hear(struct arena *arena, struct ssh_exchange *exchange, const uint8_t *bytes,
                           size_t size, size_t piece) {
    struct ssh_reader *reader = ssh_reader_new(arena, exchange);
    enum ssh_event last = SSH_EVENT_MORE;
    for (size_t at = 0; at < size; at += piece) {
        size_t here = size - at < piece ? size - at : piece;
        uint8_t *exact = malloc(here);
        memcpy(exact, bytes + at, here);
        enum ssh_event event = ssh_feed(reader, exact, here);
        free(exact);
        if (event == SSH_EVENT_BANNER) {
            must(exchange->banner != NULL);
            last = event;
            event = ssh_feed(reader, NULL, 0);
        }
        if (event != SSH_EVENT_MORE)
            last = event;
        if (event == SSH_EVENT_BROKEN || event == SSH_EVENT_NOT_SSH) {
            must(exchange->error != NULL && ssh_feed(reader, NULL, 0) == event);
            return event;
        }
    }
    return last;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size > 70000)
        return 0;
    struct arena *arena = arena_new();
    struct ssh_exchange whole = {0}, pieces = {0};
    enum ssh_event a = hear(arena, &whole, bytes, size, size + 1), b = hear(arena, &pieces, bytes, size, 7);
    if (size <= 60000) /* above, what did not fit is lost differently */
        must(a == b);
    if (a == SSH_EVENT_KEXINIT)
        must(whole.kex_algorithms.n > 0 && whole.host_key_algorithms.n == pieces.host_key_algorithms.n);
    arena_free(arena);
    return 0;
}
