/* Which host key does an SSH server show? Our half of the key exchange as packets, and the reader of the
 * server's answer: RFC 4253 7 and 8, RFC 5656 4, RFC 8731, RFC 6187. */
#include "wire/cert.h"
#include "wire/ssh.h"
#include "wire/ssh_types.h"

#include <openssl/sha.h>
#include <string.h>

enum { BLOCK = 8, LEAST_PADDING = 4, REASON_BY_APPLICATION = 11, CERTIFICATES_MAX = 16, TYPE_MAX = 64 };

/* ---- packets ---- */

struct writer {
    struct arena *arena;
    uint8_t *bytes;
    size_t size, room;
};

static void put(struct writer *w, const void *bytes, size_t size) {
    if (size > w->room - w->size) {
        size_t room = (w->size + size) * 2;
        uint8_t *larger = arena_alloc(w->arena, room);
        if (w->size > 0)
            memcpy(larger, w->bytes, w->size);
        w->bytes = larger;
        w->room = room;
    }
    if (size > 0)
        memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

static void put_number(struct writer *w, size_t number) {
    const uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                              (uint8_t)number};
    put(w, bytes, sizeof bytes);
}

static void put_string(struct writer *w, const void *bytes, size_t size) {
    put_number(w, size);
    put(w, bytes, size);
}

/* RFC 4253 6, nothing encrypted: length, length of the padding, message, padding; whole blocks of eight. */
static struct packet packet_of(struct arena *arena, enum ssh_message number, const struct writer *payload) {
    static const uint8_t zeros[BLOCK + LEAST_PADDING];
    const uint8_t message = (uint8_t)number;
    size_t unpadded = 4 + 1 + 1 + payload->size;
    size_t padding = BLOCK - unpadded % BLOCK;
    if (padding < LEAST_PADDING)
        padding += BLOCK;
    struct writer w = {.arena = arena};
    put_number(&w, unpadded - 4 + padding);
    put(&w, &(uint8_t){(uint8_t)padding}, 1);
    put(&w, &message, 1);
    put(&w, payload->bytes, payload->size);
    put(&w, zeros, padding);
    return (struct packet){w.bytes, w.size};
}

/* ---- what we say ---- */

const char *ssh_kex_choose(const struct ssh_exchange *exchange, const char *const *ours, size_t count) {
    for (size_t i = 0; i < exchange->kex_algorithms.n; i++)
        for (size_t k = 0; k < count; k++)
            if (strcmp(exchange->kex_algorithms.v[i], ours[k]) == 0)
                return ours[k];
    return NULL;
}

/* Host keys with X.509 certificates tell most; OpenSSH's own certificates hide the plain key. */
static int host_key_rank(struct ssh_input name) {
    static const char x509[] = "x509v3-", certificate[] = "-cert-v01@openssh.com";
    size_t head = sizeof x509 - 1, tail = sizeof certificate - 1;
    if (name.n > head && memcmp(name.p, x509, head) == 0)
        return 0;
    return name.n > tail && memcmp(name.p + name.n - tail, certificate, tail) == 0 ? 2 : 1;
}

static void put_host_keys(struct writer *w, struct ssh_input list) {
    struct writer names = {.arena = w->arena};
    for (int rank = 0; rank <= 2; rank++)
        for (struct ssh_input rest = list; rest.n > 0;) {
            const uint8_t *comma = memchr(rest.p, ',', rest.n);
            struct ssh_input name = {rest.p, comma == NULL ? rest.n : (size_t)(comma - rest.p)};
            size_t step = name.n + (comma == NULL ? 0 : 1);
            if (name.n > 0 && host_key_rank(name) == rank) {
                if (names.size > 0)
                    put(&names, ",", 1);
                put(&names, name.p, name.n);
            }
            rest.p += step;
            rest.n -= step;
        }
    put_string(w, names.bytes, names.size);
}

struct packet ssh_kexinit_write(struct arena *arena, struct packet servers, const char *kex,
                                const uint8_t *cookie) {
    static const uint8_t nothing_follows[SSH_BEHIND_LISTS]; /* no guessed packet; reserved */
    struct writer w = {.arena = arena};
    struct ssh_input rest = {servers.bytes, servers.size}, list;
    put(&w, cookie, SSH_COOKIE);
    rest.p += SSH_COOKIE; /* its form was checked when it was read */
    rest.n -= SSH_COOKIE;
    for (int i = 0; i < SSH_NAME_LISTS && ssh_string_take(&rest, &list); i++) {
        if (i == 0)
            put_string(&w, kex, strlen(kex));
        else if (i == 1)
            put_host_keys(&w, list);
        else
            put_string(&w, list.p, list.n);
    }
    put(&w, nothing_follows, sizeof nothing_follows);
    return packet_of(arena, SSH_KEXINIT, &w);
}

struct packet ssh_kex_init_write(struct arena *arena, const uint8_t *value, size_t size) {
    struct writer w = {.arena = arena};
    put_string(&w, value, size);
    return packet_of(arena, SSH_KEX_INIT, &w);
}

struct packet ssh_disconnect_write(struct arena *arena) {
    static const char words[] = "edgeprobe has seen what it wanted";
    struct writer w = {.arena = arena};
    put_number(&w, REASON_BY_APPLICATION);
    put_string(&w, words, sizeof words - 1);
    put_string(&w, "", 0); /* language */
    return packet_of(arena, SSH_DISCONNECT, &w);
}

/* ---- what the server says ---- */

static bool certificate_add(struct arena *arena, struct ssh_input der, struct ssh_exchange *into) {
    struct cert *cert = der.n == 0 ? NULL : cert_read(arena, der.p, der.n, NULL);
    if (cert != NULL)
        LIST_ADD(arena, &into->host_certificates, cert);
    return cert != NULL;
}

/* RFC 6187 2.1: how many certificates, each as a string, then OCSP answers. The forms of the draft before it
 * hold one certificate as a string, or bare behind the name. */
static void certificates_read(struct arena *arena, struct ssh_input rest, struct ssh_exchange *into) {
    struct ssh_input copy = rest, der;
    uint32_t count;
    if (ssh_number_take(&copy, &count) && count > 0 && count <= CERTIFICATES_MAX) {
        while (count-- > 0 && ssh_string_take(&copy, &der) && certificate_add(arena, der, into))
            ;
        if (into->host_certificates.n > 0)
            return;
    }
    copy = rest;
    if (ssh_string_take(&copy, &der) && certificate_add(arena, der, into))
        return;
    certificate_add(arena, rest, into);
}

bool ssh_host_key_read(struct arena *arena, const uint8_t *blob, size_t size, struct ssh_exchange *into) {
    struct ssh_input rest = {blob, size}, type;
    unsigned char digest[SHA256_DIGEST_LENGTH];
    if (ssh_string_take(&rest, &type) && type.n > 0 && type.n <= TYPE_MAX) {
        into->host_key_type = text_from_wire(arena, type.p, type.n);
        if (text_starts(into->host_key_type, "x509v3-"))
            certificates_read(arena, rest, into);
    } else if (certificate_add(arena, (struct ssh_input){blob, size}, into)) {
        into->host_key_type = arena_text(arena, "x509v3-sign"); /* the blob is the certificate itself */
    } else {
        return false;
    }
    SHA256(blob, size, digest);
    into->host_key_sha256 = text_hex(arena, digest, sizeof digest, 0);
    into->host_key_fingerprint =
        arena_printf(arena, "SHA256:%s", base64_write(arena, digest, sizeof digest, false));
    return true;
}
