/* What does an SSH server say before anyone logs in? RFC 4253 4.2 (identification) and 7.1 (KEXINIT). */
#include "wire/ssh.h"
#include "wire/plaintext.h"
#include "wire/ssh_types.h"

#include <string.h>

enum {
    INPUT_MAX = 64 * 1024,
    LINES_MAX = 64, /* before the identification; a login banner of a terminal server, mostly */
    LINE_MAX_BYTES = 1024,
    IDENT_MAX = 255,     /* with CR LF */
    PACKET_MAX = 35000,  /* RFC 4253 6.1: what must be supported */
    NAME_LIST_MAX = 256, /* names kept */
    NAME_MAX_BYTES = 64  /* RFC 4251 6 */
};

struct ssh_reader {
    struct arena *arena;
    struct ssh_exchange *into;
    enum { WANT_IDENT, WANT_KEXINIT, WANT_KEY, DONE, FAILED } phase;
    enum ssh_event failure;   /* what FAILED goes on saying */
    struct ssh_input kexinit; /* the server's, without its message number */
    uint8_t *bytes;           /* INPUT_MAX */
    size_t size, at, scanned;
    int lines;
};

const char ssh_banner_text[] = "SSH-2.0-edgeprobe\r\n";

struct ssh_reader *ssh_reader_new(struct arena *arena, struct ssh_exchange *into) {
    struct ssh_reader *r = ARENA_NEW(arena, struct ssh_reader);
    r->arena = arena;
    r->into = into;
    r->bytes = arena_alloc(arena, INPUT_MAX);
    return r;
}

static enum ssh_event failed(struct ssh_reader *r, enum ssh_event event, char *why) {
    r->phase = FAILED;
    r->failure = event;
    r->into->error = why;
    return event;
}

static enum ssh_event broken(struct ssh_reader *r, const char *why) {
    return failed(r, SSH_EVENT_BROKEN, arena_text(r->arena, why));
}

/* ---- identification ---- */

static enum ssh_event not_ssh(struct ssh_reader *r, const char *why) {
    r->into->banner = text_from_wire_cut(r->arena, r->bytes, r->size, IDENT_MAX);
    return failed(r, SSH_EVENT_NOT_SSH, arena_text(r->arena, why));
}

static bool starts(const uint8_t *bytes, size_t size, const char *with) {
    size_t length = strlen(with);
    return size >= length && memcmp(bytes, with, length) == 0;
}

static enum ssh_event ident_read(struct ssh_reader *r, const uint8_t *line, size_t size) {
    r->into->banner = text_from_wire_cut(r->arena, line, size, IDENT_MAX);
    r->phase = WANT_KEXINIT;
    if (starts(line, size, "SSH-2.0-") || starts(line, size, "SSH-1.99-")) /* RFC 4253 5.1 */
        return SSH_EVENT_BANNER;
    broken(r, "the server speaks another SSH protocol version than 2.0");
    return SSH_EVENT_BANNER;
}

/* Other lines may come first, but who greets as another protocol does is not going to say SSH. */
static enum ssh_event greeting_check(struct ssh_reader *r) {
    const char *other = not_tls(r->bytes, r->size);
    if (other == NULL)
        return r->size < 3 ? SSH_EVENT_MORE : not_ssh(r, "a TLS record");
    if (strcmp(other, "ssh") != 0 && strcmp(other, "other") != 0)
        return failed(r, not_ssh(r, ""), arena_printf(r->arena, "another protocol: %s", other));
    return SSH_EVENT_MORE;
}

/* A line ends with CR LF; a lone LF is taken, too, as every client does. */
static enum ssh_event lines_read(struct ssh_reader *r) {
    enum ssh_event checked = greeting_check(r);
    if (checked != SSH_EVENT_MORE)
        return checked;
    for (; r->scanned < r->size; r->scanned++) {
        const uint8_t *line = r->bytes + r->at;
        size_t size = r->scanned - r->at;
        uint8_t c = r->bytes[r->scanned];
        if (c == 0)
            return not_ssh(r, "a NUL byte before the identification");
        if (c != '\n') {
            if (size >= LINE_MAX_BYTES || (size >= IDENT_MAX && starts(line, size, "SSH-")))
                return not_ssh(r, "a line too long for an identification");
            continue;
        }
        r->at = ++r->scanned;
        if (size > 0 && line[size - 1] == '\r')
            size--;
        if (starts(line, size, "SSH-"))
            return ident_read(r, line, size);
        if (++r->lines > LINES_MAX)
            return not_ssh(r, "too many lines before an identification");
        r->scanned--; /* the loop steps on */
    }
    return SSH_EVENT_MORE;
}

/* ---- packets ---- */

static void names_read(struct arena *arena, struct ssh_input list, struct texts *to) {
    while (list.n > 0 && to->n < NAME_LIST_MAX) {
        const uint8_t *comma = memchr(list.p, ',', list.n);
        size_t length = comma == NULL ? list.n : (size_t)(comma - list.p);
        if (length > 0)
            texts_add(arena, to, text_from_wire_cut(arena, list.p, length, NAME_MAX_BYTES));
        if (comma != NULL)
            length++;
        list.p += length;
        list.n -= length;
    }
}

/* RFC 4253 7.1: cookie, ten name-lists, a boolean, a reserved number. */
static enum ssh_event kexinit_read(struct ssh_reader *r, struct ssh_input payload) {
    struct ssh_exchange *into = r->into;
    struct ssh_input list;
    struct texts *const kept[SSH_NAME_LISTS] = {&into->kex_algorithms, &into->host_key_algorithms,
                                                &into->ciphers};
    r->kexinit = payload;
    if (payload.n < SSH_COOKIE)
        return broken(r, "KEXINIT is cut short");
    payload.p += SSH_COOKIE;
    payload.n -= SSH_COOKIE;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (!ssh_string_take(&payload, &list))
            return broken(r, "KEXINIT is cut short");
        if (kept[i] != NULL) {
            names_read(r->arena, list, kept[i]);
            if (kept[i]->n == 0)
                return broken(r, "KEXINIT names no algorithm where one must be");
        }
    }
    if (payload.n < SSH_BEHIND_LISTS)
        return broken(r, "KEXINIT is cut short");
    r->phase = DONE;
    return SSH_EVENT_KEXINIT;
}

/* The server's answer to SSH_KEX_INIT. K_S comes first, whatever the method: RFC 4253 8, RFC 5656 4. */
static enum ssh_event reply_read(struct ssh_reader *r, struct ssh_input payload) {
    struct ssh_input key, value, signature;
    if (!ssh_string_take(&payload, &key) || !ssh_string_take(&payload, &value) ||
        !ssh_string_take(&payload, &signature) || !ssh_host_key_read(r->arena, key.p, key.n, r->into))
        return broken(r, "the key exchange reply holds no host key");
    r->phase = DONE;
    return SSH_EVENT_HOST_KEY;
}

/* RFC 4253 11.1: reason code, description. */
static enum ssh_event disconnect_read(struct ssh_reader *r, struct ssh_input payload) {
    uint32_t reason = 0;
    struct ssh_input description = {NULL, 0};
    if (!ssh_number_take(&payload, &reason) || !ssh_string_take(&payload, &description))
        return broken(r, "the server disconnected");
    return failed(r, SSH_EVENT_BROKEN,
                  arena_printf(r->arena, "the server disconnected: reason %lu, %s", (unsigned long)reason,
                               text_from_wire_cut(r->arena, description.p, description.n, IDENT_MAX)));
}

static enum ssh_event message_read(struct ssh_reader *r, struct ssh_input payload) {
    uint8_t number = payload.p[0];
    payload.p++;
    payload.n--;
    switch (number) {
    case SSH_KEXINIT:
        return r->phase == WANT_KEY ? broken(r, "a second KEXINIT") : kexinit_read(r, payload);
    case SSH_KEX_REPLY:
        if (r->phase == WANT_KEY)
            return reply_read(r, payload);
        break;
    case SSH_DISCONNECT:
        return disconnect_read(r, payload);
    case SSH_IGNORE:
    case SSH_DEBUG:
        return SSH_EVENT_MORE;
    default:
        break;
    }
    return failed(r, SSH_EVENT_BROKEN,
                  arena_printf(r->arena, "message %d where %s should come", number,
                               r->phase == WANT_KEY ? "the key exchange reply" : "KEXINIT"));
}

/* RFC 4253 6: length, length of the padding, payload, padding; in units of eight while nothing is encrypted.
 */
static enum ssh_event packets_read(struct ssh_reader *r) {
    for (;;) {
        struct ssh_input left = {r->bytes + r->at, r->size - r->at};
        uint32_t length;
        if (!ssh_number_take(&left, &length))
            return SSH_EVENT_MORE;
        if (length > PACKET_MAX || length < 12 || (length + 4) % 8 != 0)
            return broken(r, r->phase == WANT_KEY ? "no SSH packet behind KEXINIT"
                                                  : "no SSH packet behind the identification");
        if (left.n < length)
            return SSH_EVENT_MORE;
        uint8_t padding = left.p[0];
        if (padding < 4 || padding + 2u > length)
            return broken(r, "an SSH packet without a message");
        r->at += 4 + length;
        enum ssh_event event = message_read(r, (struct ssh_input){left.p + 1, length - 1 - padding});
        if (event != SSH_EVENT_MORE)
            return event;
    }
}

struct packet ssh_kexinit_of(const struct ssh_reader *reader) {
    return (struct packet){(uint8_t *)(uintptr_t)reader->kexinit.p, reader->kexinit.n};
}

void ssh_want_host_key(struct ssh_reader *reader) {
    if (reader->phase == DONE && reader->kexinit.p != NULL)
        reader->phase = WANT_KEY;
}

enum ssh_event ssh_feed(struct ssh_reader *r, const uint8_t *bytes, size_t size) {
    size_t room = INPUT_MAX - r->size, taken = size < room ? size : room;
    if (taken > 0)
        memcpy(r->bytes + r->size, bytes, taken);
    r->size += taken;
    enum ssh_event event = SSH_EVENT_MORE;
    if (r->phase == WANT_IDENT && r->size > 0)
        event = lines_read(r);
    else if (r->phase == WANT_KEXINIT || r->phase == WANT_KEY)
        event = packets_read(r);
    else if (r->phase == FAILED)
        event = r->failure;
    if (event == SSH_EVENT_MORE && taken < size && r->phase != DONE)
        event = broken(r, "more than 64 KiB before KEXINIT");
    return event;
}
