/* Which bytes did one side of a TCP connection send, in their order? See stream.h. */
#include "capture/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "facts/memory.h"

enum {
    HELD_MAX = 256 * 1024, /* bytes behind holes */
    HELD_COUNT_MAX = 512,
    RECENT_MAX = 32 * 1024,
    PATIENCE = 4,      /* packets: captures of several queues are a little out of order */
    STRAY = 1 << 20,   /* no first flight is so long */
    JUMP_MAX = 1 << 30 /* further away is another connection, or nonsense */
};

struct held {
    struct held *next;
    uint32_t seq;
    size_t size, length; /* kept, on the wire */
    uint8_t bytes[];
};

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

static int32_t distance(uint32_t from, uint32_t to) {
    return (int32_t)(to - from);
}

void stream_begin(struct stream *s, uint32_t first) {
    if (s->known)
        return;
    s->known = true;
    s->next = first;
}

void stream_restart(struct stream *s, uint32_t first) {
    if (s->known && s->recent_size == 0 && s->held == NULL && s->gap_bytes == 0)
        s->next = first;
}

void stream_end(struct stream *s, uint32_t end) {
    s->has_end = true;
    s->end = end;
}

void stream_free(struct stream *s) {
    for (struct held *h = s->held, *next; h != NULL; h = next) {
        next = h->next;
        free(h);
    }
    s->held = NULL;
    s->held_bytes = s->held_count = 0;
    free(s->recent);
    s->recent = NULL;
    s->recent_size = s->recent_room = 0;
}

size_t stream_memory(const struct stream *s) {
    return s->held_bytes + s->held_count * sizeof(struct held) + s->recent_room;
}

/* ---- what was handed out ---- */

static void remember(struct stream *s, const uint8_t *bytes, size_t size) {
    if (size > RECENT_MAX) {
        bytes += size - RECENT_MAX;
        size = RECENT_MAX;
        s->recent_size = 0;
    }
    if (s->recent_size + size > RECENT_MAX) {
        size_t kept = RECENT_MAX / 2 < RECENT_MAX - size ? RECENT_MAX / 2 : RECENT_MAX - size;
        if (kept > s->recent_size)
            kept = s->recent_size;
        memmove(s->recent, s->recent + s->recent_size - kept, kept);
        s->recent_size = kept;
    }
    if (s->recent_size + size > s->recent_room) {
        size_t room = s->recent_room == 0 ? 2048 : s->recent_room;
        while (room < s->recent_size + size)
            room *= 2;
        s->recent = must(realloc(s->recent, room));
        s->recent_room = room;
    }
    memcpy(s->recent + s->recent_size, bytes, size);
    s->recent_size += size;
}

/* Does a copy of what was handed out say the same, as far as that is remembered? */
static bool agrees(const struct stream *s, uint32_t seq, const uint8_t *bytes, size_t size) {
    uint32_t behind = s->next - seq; /* how far it begins before what is wanted next */
    if (behind > s->recent_size) {
        size_t skip = behind - s->recent_size;
        if (skip >= size)
            return true;
        bytes += skip;
        size -= skip;
        behind = (uint32_t)s->recent_size;
    }
    if (size > behind)
        size = behind;
    return memcmp(s->recent + s->recent_size - behind, bytes, size) == 0;
}

static void hand_out(struct stream *s, const struct stream_sink *sink, const uint8_t *bytes, size_t size) {
    if (size == 0)
        return;
    remember(s, bytes, size);
    s->next += (uint32_t)size;
    sink->bytes(sink->context, bytes, size);
}

static void hand_gap(struct stream *s, const struct stream_sink *sink, size_t size) {
    if (size == 0)
        return;
    s->recent_size = 0;
    s->gap_bytes += size;
    s->next += (uint32_t)size;
    sink->gap(sink->context, size);
}

/* A segment that begins where the next byte is wanted, or before: what is new of it. */
static void take(struct stream *s, const struct stream_sink *sink, uint32_t seq, const uint8_t *bytes,
                 size_t size, size_t length) {
    uint32_t behind = s->next - seq;
    bool is_keep_alive = behind == 1 && length == 1; /* RFC 1122 4.2.3.6: with an octet of anything */
    if (behind > 0 && size > 0 && !is_keep_alive && !agrees(s, seq, bytes, size < behind ? size : behind))
        s->overlaps++;
    if (size > behind)
        hand_out(s, sink, bytes + behind, size - behind);
    behind = s->next - seq;
    if (length > behind) /* the snapshot length cut it off */
        hand_gap(s, sink, length - behind);
}

/* ---- what waits ---- */

/* In the order of sequence numbers; what an earlier copy holds already is cut off. */
static void hold(struct stream *s, uint32_t seq, const uint8_t *bytes, size_t size, size_t length) {
    struct held **at = &s->held;
    while (*at != NULL && distance((*at)->seq, seq) >= 0) {
        int32_t into = distance((*at)->seq, seq);
        if ((size_t)into < (*at)->size) { /* overlaps: the first copy wins */
            size_t common = (*at)->size - (size_t)into < size ? (*at)->size - (size_t)into : size;
            if (memcmp((*at)->bytes + into, bytes, common) != 0)
                s->overlaps++;
            bytes += common;
            seq += (uint32_t)common;
            size -= common;
            length -= common;
            if (size == 0)
                return;
        }
        at = &(*at)->next;
    }
    struct held *made = must(malloc(sizeof *made + size));
    *made = (struct held){.next = *at, .seq = seq, .size = size, .length = length};
    memcpy(made->bytes, bytes, size);
    *at = made;
    s->held_bytes += size;
    s->held_count++;
}

static struct held *unhold(struct stream *s) {
    struct held *first = s->held;
    s->held = first->next;
    s->held_bytes -= first->size;
    s->held_count--;
    return first;
}

/* Everything that waited and fits now. */
static void drain(struct stream *s, const struct stream_sink *sink) {
    while (s->held != NULL && distance(s->held->seq, s->next) >= 0) {
        struct held *first = unhold(s);
        take(s, sink, first->seq, first->bytes, first->size, first->length);
        free(first);
    }
    s->patience = 0;
}

/* The first hole is one for good. */
static void skip_hole(struct stream *s, const struct stream_sink *sink) {
    if (s->held == NULL)
        return;
    hand_gap(s, sink, s->held->seq - s->next);
    drain(s, sink);
}

static void add_or_hold(struct stream *s, const struct stream_sink *sink, uint32_t seq, const uint8_t *bytes,
                        size_t size, size_t length) {
    int32_t ahead = distance(s->next, seq);
    if (ahead > JUMP_MAX || ahead < -JUMP_MAX)
        return;
    if (ahead <= 0) {
        take(s, sink, seq, bytes, size, length);
        if (s->held != NULL)
            drain(s, sink);
        return;
    }
    if (size == 0)
        return;
    hold(s, seq, bytes, size, length);
    while (s->held_bytes > HELD_MAX || s->held_count > HELD_COUNT_MAX)
        skip_hole(s, sink);
}

void stream_add(struct stream *s, const struct stream_sink *sink, uint32_t seq, const uint8_t *bytes,
                size_t size, size_t length) {
    bool lacks_first =
        !s->known && s->has_ack && distance(s->first_acked, seq) > 0 && distance(s->first_acked, seq) < STRAY;
    stream_begin(s, lacks_first ? s->first_acked : seq);
    add_or_hold(s, sink, seq, bytes, size, length);
}

/* Nothing came from there so far. */
static void note_first_acknowledged(struct stream *s, uint32_t ack) {
    if (!s->has_ack)
        s->first_acked = s->acked = ack;
    else if (distance(s->acked, ack) > 0)
        s->acked = ack;
    s->has_ack = true;
}

void stream_acknowledged(struct stream *s, const struct stream_sink *sink, uint32_t ack) {
    if (!s->known) {
        note_first_acknowledged(s, ack);
        return;
    }
    int32_t ahead = distance(s->next, ack);
    if (ahead < 0 ||
        ahead > STRAY) /* of two SYNs with different numbers the one that is acknowledged counts */
        stream_restart(s, ack);
    if (distance(s->next, ack) <= 0 || distance(s->next, ack) > JUMP_MAX)
        return;
    s->acked = ack;
    s->has_ack = true;
    if (s->held != NULL && distance(s->held->seq, ack) >= 0 && ++s->patience > PATIENCE)
        skip_hole(s, sink);
}

void stream_flush(struct stream *s, const struct stream_sink *sink) {
    while (s->held != NULL)
        skip_hole(s, sink);
    if (s->has_ack) /* a side of which no packet was captured */
        stream_begin(s, s->first_acked);
    /* What was acknowledged, or lies before the FIN, and is not there. */
    uint32_t end = s->has_end ? s->end : s->has_ack ? s->acked : s->next;
    if (s->known && distance(s->next, end) > 0 && distance(s->next, end) < JUMP_MAX)
        hand_gap(s, sink, end - s->next);
}
