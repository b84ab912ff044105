/* Which handshake messages and alerts are in a plaintext TLS stream? See records.h. */
#include "wire/records.h"

#include <stdbool.h>
#include <string.h>

enum { RECORD_HEADER = 5, RECORD_MAX = 16384 + 256, MESSAGE_HEADER = 4 };
enum { CONTENT_CCS = 20, CONTENT_ALERT = 21, CONTENT_HANDSHAKE = 22, CONTENT_DATA = 23 };

struct pile { /* bytes that wait for the rest of their record or message */
    uint8_t *bytes;
    size_t size, room;
};

struct records {
    struct arena *arena;
    struct records_events events;
    struct pile header, message; /* header: of the current record */
    uint8_t header_bytes[RECORD_HEADER];
    size_t left; /* of the current record's payload */
    uint8_t alert[2];
    size_t alert_size;
};

struct records *records_new(struct arena *arena, struct records_events events) {
    struct records *records = ARENA_NEW(arena, struct records);
    records->arena = arena;
    records->events = events;
    records->header = (struct pile){records->header_bytes, 0, RECORD_HEADER};
    return records;
}

static void pile_add(struct arena *arena, struct pile *pile, const uint8_t *bytes, size_t size) {
    if (size == 0)
        return;
    if (pile->size + size > pile->room) {
        size_t room = pile->room < 2048 ? 4096 : pile->room * 2;
        while (room < pile->size + size)
            room *= 2;
        uint8_t *larger = arena_alloc(arena, room);
        if (pile->size > 0)
            memcpy(larger, pile->bytes, pile->size);
        pile->bytes = larger;
        pile->room = room;
    }
    memcpy(pile->bytes + pile->size, bytes, size);
    pile->size += size;
}

static size_t message_size(const uint8_t *header) {
    return (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
}

/* Hands out the whole messages at the front of the pile. */
static enum records_result messages_take(struct records *r, const char **fault) {
    size_t used = 0;
    enum records_result result = RECORDS_MORE;
    while (result == RECORDS_MORE && r->message.size - used >= MESSAGE_HEADER) {
        const uint8_t *at = r->message.bytes + used;
        size_t size = message_size(at);
        if (size > TLS_MESSAGE_MAX) {
            *fault = "a handshake message larger than is read here (256 KiB)";
            return RECORDS_TOO_LARGE;
        }
        if (r->message.size - used - MESSAGE_HEADER < size)
            break;
        if (!r->events.message(r->events.context, at[0], at + MESSAGE_HEADER, size))
            result = RECORDS_STOPPED;
        used += MESSAGE_HEADER + size;
    }
    r->message.size -= used;
    if (used > 0 && r->message.size > 0)
        memmove(r->message.bytes, r->message.bytes + used, r->message.size);
    return result;
}

static enum records_result header_check(struct records *r, const char **fault) {
    r->left = (size_t)r->header_bytes[3] << 8 | r->header_bytes[4];
    int type = r->header_bytes[0];
    if (type == CONTENT_CCS || type == CONTENT_DATA)
        return RECORDS_SEALED;
    if ((type != CONTENT_ALERT && type != CONTENT_HANDSHAKE) || r->header_bytes[1] != 3)
        *fault = "not a TLS record";
    else if (r->left > RECORD_MAX)
        *fault = "a TLS record is longer than allowed";
    else if (r->left == 0)
        *fault = "an empty TLS record";
    else
        return RECORDS_MORE;
    return RECORDS_BROKEN;
}

static enum records_result payload_take(struct records *r, const uint8_t *bytes, size_t size,
                                        const char **fault) {
    if (r->header_bytes[0] == CONTENT_HANDSHAKE) {
        pile_add(r->arena, &r->message, bytes, size);
        return messages_take(r, fault);
    }
    for (size_t i = 0; i < size; i++) {
        r->alert[r->alert_size++] = bytes[i];
        if (r->alert_size < 2)
            continue;
        r->alert_size = 0;
        if (!r->events.alert(r->events.context, r->alert[0], r->alert[1]))
            return RECORDS_STOPPED;
    }
    return RECORDS_MORE;
}

enum records_result records_feed(struct records *records, const uint8_t *bytes, size_t size,
                                 const char **fault) {
    enum records_result result = RECORDS_MORE;
    while (size > 0 && result == RECORDS_MORE) {
        bool in_header = records->left == 0;
        size_t part = in_header ? RECORD_HEADER - records->header.size : records->left;
        if (part > size)
            part = size;
        if (in_header) {
            pile_add(records->arena, &records->header, bytes, part);
            if (records->header.size == RECORD_HEADER) {
                records->header.size = 0;
                result = header_check(records, fault);
            }
        } else {
            records->left -= part;
            result = payload_take(records, bytes, part, fault);
        }
        bytes += part;
        size -= part;
    }
    return result;
}
