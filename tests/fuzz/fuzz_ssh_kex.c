/* Any bytes as what an SSH server says behind its KEXINIT, and as a host key blob. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/ssh.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

/* "SSH-2.0-x", then a KEXINIT whose every list is "a". */
static size_t hello_write(uint8_t *to) {
    static const char ident[] = "SSH-2.0-x\r\n";
    size_t n = sizeof ident - 1, begin;
    memcpy(to, ident, n);
    begin = n;
    memset(to + begin, 0, 6 + 16 + 10 * 5 + 5 + 11);
    n += 6 + 16;
    for (int i = 0; i < 10; i++, n += 5) {
        to[n + 3] = 1;
        to[n + 4] = 'a';
    }
    n += 5;
    size_t padding = 8 - (n - begin) % 8 + 8;
    n += padding;
    to[begin + 3] = (uint8_t)(n - begin - 4);
    to[begin + 4] = (uint8_t)padding;
    to[begin + 5] = 20;
    return n;
}

static enum ssh_event hear(struct arena *arena, struct ssh_exchange *exchange, const uint8_t *bytes,
                           size_t size, size_t piece) {
    uint8_t hello[256];
    static const uint8_t cookie[16];
    struct ssh_reader *reader = ssh_reader_new(arena, exchange);
    must(ssh_feed(reader, hello, hello_write(hello)) == SSH_EVENT_BANNER);
    must(ssh_feed(reader, NULL, 0) == SSH_EVENT_KEXINIT);
    must(ssh_kexinit_write(arena, ssh_kexinit_of(reader), "a", cookie).size % 8 == 0);
    ssh_want_host_key(reader);
    enum ssh_event event = SSH_EVENT_MORE;
    for (size_t at = 0; at < size && event == SSH_EVENT_MORE; at += piece) {
        size_t here = size - at < piece ? size - at : piece;
        uint8_t *exact = malloc(here);
        memcpy(exact, bytes + at, here);
        event = ssh_feed(reader, exact, here);
        free(exact);
    }
    return event;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size > 60000)
        return 0;
    struct arena *arena = arena_new();
    struct ssh_exchange whole = {0}, pieces = {0}, blob = {0};
    enum ssh_event a = hear(arena, &whole, bytes, size, size + 1), b = hear(arena, &pieces, bytes, size, 5);
    must(a == b);
    must((a == SSH_EVENT_HOST_KEY) == (whole.host_key_sha256 != NULL));
    must((a == SSH_EVENT_BROKEN) == (whole.error != NULL));
    if (ssh_host_key_read(arena, bytes, size, &blob))
        must(blob.host_key_type != NULL && blob.host_key_fingerprint != NULL);
    arena_free(arena);
    return 0;
}
