/* What do an SSH server's banner, KEXINIT and host key say? RFC 4253, fed in pieces.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_SSH_H
#define WIRE_SSH_H

#include "facts/facts.h"

struct ssh_reader;
enum ssh_event {
    SSH_EVENT_MORE,
    SSH_EVENT_BANNER,
    SSH_EVENT_KEXINIT,
    SSH_EVENT_NOT_SSH,
    SSH_EVENT_BROKEN,
    SSH_EVENT_HOST_KEY
};
struct ssh_reader *ssh_reader_new(struct arena *arena, struct ssh_exchange *into);
enum ssh_event ssh_feed(struct ssh_reader *reader, const uint8_t *bytes, size_t size);
extern const char ssh_banner_text[]; /* ours, with CR LF */
/* After KEXINIT the reader says MORE to everything, unless a host key is wanted: then it goes on to the
 * server's answer to our half of the key exchange (RFC 4253 8, RFC 5656 4). */
void ssh_want_host_key(struct ssh_reader *reader);

/* ---- our half of a key exchange, as far as the host key, which the server sends before anyone logs in.
 * Nothing here makes keys or agrees on a secret. ---- */
struct packet {
    uint8_t *bytes;
    size_t size;
};
/* The first method of the server's that is among ours; NULL when none is. */
const char *ssh_kex_choose(const struct ssh_exchange *exchange, const char *const *ours, size_t count);
/* The server's KEXINIT, without its message number; once SSH_EVENT_KEXINIT came. The reader's own bytes. */
struct packet ssh_kexinit_of(const struct ssh_reader *reader);
/* That one method, the server's own lists for all else, so that they agree; X.509 host keys first. cookie: 16
 * bytes. */
struct packet ssh_kexinit_write(struct arena *arena, struct packet servers, const char *kex,
                                const uint8_t *cookie);
/* Our public value: a point, or a number with a zero in front where its top bit is set. */
struct packet ssh_kex_init_write(struct arena *arena, const uint8_t *value, size_t size);
struct packet ssh_disconnect_write(struct arena *arena); /* reason 11, by application */
/* A host key blob (K_S) into the exchange: type, fingerprints, and the certificates of x509v3-* keys (RFC
 * 6187 2.1; also the older forms that hold one certificate or are one). False when it is empty or no blob. */
bool ssh_host_key_read(struct arena *arena, const uint8_t *blob, size_t size, struct ssh_exchange *into);

#endif
