/* Which records and handshake messages does one side of a TLS connection write? See tls_side.h. */
#include "wire/tls_side.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "facts/memory.h"

enum { RECORD_HEADER = 5, RECORD_MAX = 16384 + 2048, MESSAGE_HEADER = 4, MESSAGE_MAX = 256 * 1024 };

struct pile {
    uint8_t *bytes;
    size_t size, room;
};

struct tls_side {
    struct tls_side_events events;
    bool sealed, wants_payload, is_lost;
    uint8_t header[RECORD_HEADER];
    size_t header_size;
    size_t left;        /* of the current record's payload */
    size_t length;      /* of all its payload */
    bool is_sealed;     /* the current record */
    bool is_damaged;    /* likewise: bytes are missing */
    struct pile record; /* payload of a record that is wanted whole: encrypted ones, alerts */
    uint8_t message_header[MESSAGE_HEADER];
    size_t message_header_size;
    size_t message_size, message_got;
    bool message_damaged, message_skip; /* skip: where messages begin in this record is not known */
    struct pile message;
};

static void pile_add(struct pile *pile, const uint8_t *bytes, size_t size) {
    if (size == 0)
        return;
    if (pile->size + size > pile->room) {
        size_t room = pile->room == 0 ? 1024 : pile->room;
        while (room < pile->size + size)
            room *= 2;
        pile->bytes = realloc(pile->bytes, room);
        if (pile->bytes == NULL)
            memory_is_out();
        pile->room = room;
    }
    memcpy(pile->bytes + pile->size, bytes, size);
    pile->size += size;
}

struct tls_side *tls_side_new(struct tls_side_events events) {
    struct tls_side *s = calloc(1, sizeof *s);
    if (s == NULL)
        memory_is_out();
    s->events = events;
    return s;
}

void tls_side_free(struct tls_side *s) {
    if (s == NULL)
        return;
    free(s->record.bytes);
    free(s->message.bytes);
    free(s);
}

void tls_side_seal(struct tls_side *s) {
    s->sealed = true;
    s->message_header_size = s->message_got = s->message_size = s->message.size = 0;
}

void tls_side_want_payload(struct tls_side *s, bool wanted) {
    s->wants_payload = wanted;
}

bool tls_side_is_lost(const struct tls_side *s) {
    return s->is_lost;
}

size_t tls_side_held(const struct tls_side *s) {
    return s->record.room + s->message.room;
}

/* RFC 8446 5.1, 5.2: content types 20 to 24 (heartbeat), any version 3.x that ever was. */
bool tls_record_is_plausible(const uint8_t *bytes, size_t size) {
    size_t length = size < RECORD_HEADER ? 1 : (size_t)bytes[3] << 8 | bytes[4];
    return size >= 1 && bytes[0] >= CONTENT_CHANGE && bytes[0] <= CONTENT_DATA + 1 &&
           (size < 2 || bytes[1] == 3) && (size < 3 || bytes[2] <= 4) && length > 0 && length <= RECORD_MAX;
}

/* ---- messages ---- */

static void message_end(struct tls_side *s, const uint8_t *body) {
    int type = s->message_header[0];
    size_t size = s->message_size;
    bool damaged = s->message_damaged;
    s->message_header_size = s->message_got = s->message_size = 0;
    s->message_damaged = false;
    if (damaged)
        s->events.damaged(s->events.context, type, size);
    else
        s->events.message(s->events.context, type, body, size);
    s->message.size = 0;
}

static void message_begin(struct tls_side *s) {
    const uint8_t *h = s->message_header;
    s->message_size = (size_t)h[1] << 16 | (size_t)h[2] << 8 | h[3];
    s->message_got = 0;
    s->message.size = 0;
    if (s->message_size > MESSAGE_MAX) /* larger than any real one: what follows has no meaning */
        s->message_skip = true;
}

static void messages_take(struct tls_side *s, const uint8_t *bytes, size_t size) {
    bool was_sealed = s->sealed;
    while (size > 0 && !s->message_skip && s->sealed == was_sealed) {
        if (s->message_header_size < MESSAGE_HEADER) {
            s->message_header[s->message_header_size++] = *bytes++;
            size--;
            if (s->message_header_size < MESSAGE_HEADER)
                continue;
            message_begin(s);
            if (s->message_size == 0)
                message_end(s, bytes);
            continue;
        }
        size_t part = s->message_size - s->message_got;
        if (part > size)
            part = size;
        bool is_all = part == s->message_size;
        if (!is_all && !s->message_damaged)
            pile_add(&s->message, bytes, part);
        s->message_got += part;
        const uint8_t *body = is_all ? bytes : s->message.bytes;
        bytes += part;
        size -= part;
        if (s->message_got == s->message_size)
            message_end(s, body);
    }
}

static void messages_gap(struct tls_side *s, size_t size) {
    while (size > 0 && !s->message_skip) {
        if (s->message_header_size < MESSAGE_HEADER) {
            s->message_skip = true;
            s->message_header_size = 0;
            return;
        }
        size_t part = s->message_size - s->message_got;
        if (part > size)
            part = size;
        s->message_got += part;
        s->message_damaged = true;
        size -= part;
        if (s->message_got == s->message_size)
            message_end(s, NULL);
    }
}

/* ---- records ---- */

static void alerts_take(struct tls_side *s, const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i + 1 < size; i += 2)
        s->events.alert(s->events.context, bytes[i], bytes[i + 1]);
}

void tls_side_opened(struct tls_side *s, int type, const uint8_t *bytes, size_t size) {
    bool sealed = s->sealed;
    s->sealed = false;
    if (type == CONTENT_HANDSHAKE)
        messages_take(s, bytes, size);
    else if (type == CONTENT_ALERT)
        alerts_take(s, bytes, size);
    s->sealed = s->sealed || sealed;
}

/* An alert in clear has two octets; a longer one is encrypted, whether we saw that begin or not. */
static bool begins_sealed(const struct tls_side *s) {
    int type = s->header[0];
    if (type == CONTENT_CHANGE)
        return false;
    return s->sealed || type == CONTENT_DATA || type > CONTENT_DATA ||
           (type == CONTENT_ALERT && s->length != 2);
}

static bool wants_whole(const struct tls_side *s) {
    return s->is_sealed ? s->wants_payload : s->header[0] == CONTENT_ALERT;
}

static void record_begin(struct tls_side *s) {
    s->length = s->left = (size_t)s->header[3] << 8 | s->header[4];
    s->is_sealed = begins_sealed(s);
    s->is_damaged = false;
    s->message_skip = s->message_skip && s->header[0] != CONTENT_HANDSHAKE; /* messages begin with records */
    s->record.size = 0;
}

static void record_end(struct tls_side *s, const uint8_t *payload) {
    if (s->is_sealed)
        s->events.sealed(s->events.context, s->header, s->is_damaged || !s->wants_payload ? NULL : payload,
                         s->length);
    else if (s->header[0] == CONTENT_ALERT && !s->is_damaged)
        alerts_take(s, payload, s->length);
    else if (s->header[0] == CONTENT_CHANGE)
        s->events.changed(s->events.context);
    s->header_size = 0;
}

/* A part of the current record. */
static void payload_take(struct tls_side *s, const uint8_t *bytes, size_t size) {
    const uint8_t *whole = bytes;
    s->left -= size;
    if (wants_whole(s)) {
        if (size < s->length) {
            pile_add(&s->record, bytes, size);
            whole = s->record.bytes;
        }
    } else if (!s->is_sealed && s->header[0] == CONTENT_HANDSHAKE)
        messages_take(s, bytes, size);
    if (s->left == 0)
        record_end(s, whole);
}

static void give_up(struct tls_side *s, const uint8_t *bytes, size_t size) {
    uint8_t first[64];
    size_t old = s->header_size, more = size < sizeof first - old ? size : sizeof first - old;
    memcpy(first, s->header, old);
    memcpy(first + old, bytes, more);
    s->is_lost = true;
    s->header_size = 0;
    s->events.nonsense(s->events.context, first, old + more);
}

/* Up to the end of a record header. False: no record begins here. */
static bool header_take(struct tls_side *s, const uint8_t **bytes, size_t *size) {
    size_t part = RECORD_HEADER - s->header_size;
    if (part > *size)
        part = *size;
    memcpy(s->header + s->header_size, *bytes, part);
    if (!tls_record_is_plausible(s->header, s->header_size + part)) {
        give_up(s, *bytes, *size);
        return false;
    }
    s->header_size += part;
    *bytes += part;
    *size -= part;
    return true;
}

void tls_side_feed(struct tls_side *s, const uint8_t *bytes, size_t size) {
    if (s->is_lost) {
        if (size < RECORD_HEADER || !tls_record_is_plausible(bytes, size))
            return;
        s->is_lost = false;
        s->header_size = s->message_header_size = 0;
    }
    while (size > 0) {
        if (s->header_size < RECORD_HEADER) {
            if (!header_take(s, &bytes, &size))
                return;
            if (s->header_size == RECORD_HEADER)
                record_begin(s);
            continue;
        }
        size_t part = s->left < size ? s->left : size;
        payload_take(s, bytes, part);
        bytes += part;
        size -= part;
    }
}

void tls_side_gap(struct tls_side *s, size_t size) {
    if (size == 0 || s->is_lost)
        return;
    if (s->header_size == RECORD_HEADER && s->left > 0) {
        size_t part = s->left < size ? s->left : size;
        s->is_damaged = true;
        s->left -= part;
        size -= part;
        if (!s->is_sealed && s->header[0] == CONTENT_HANDSHAKE)
            messages_gap(s, part);
        if (s->left == 0)
            record_end(s, NULL);
    }
    if (size == 0)
        return;
    s->is_lost = true; /* the next header lies in the gap */
    s->header_size = s->message_header_size = s->message_got = 0;
    s->message_damaged = s->message_skip = false;
}
