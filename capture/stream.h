/* Which bytes did one side of a TCP connection send, in their order? Segments in any order to bytes and gaps.
 *
 * Where segments overlap the first copy wins; bytes that disagree with it are counted. What never came is a
 * gap of known size, said and not guessed. Sequence numbers wrap (RFC 9293 3.4). Knows no addresses and no
 * meaning. */
#ifndef CAPTURE_STREAM_H
#define CAPTURE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct held;

struct stream {
    bool known;        /* next is valid */
    uint32_t next;     /* the sequence number wanted */
    struct held *held; /* segments behind a hole, by sequence number */
    size_t held_bytes, held_count;
    int patience; /* packets seen since the other side acknowledged what the hole lacks */
    bool has_ack;
    uint32_t first_acked; /* while nothing is known: where what the other side then takes begins */
    uint32_t acked;       /* by the other side, as far as it went beyond next; = next otherwise */
    bool has_end;
    uint32_t end;    /* its FIN's sequence number */
    uint8_t *recent; /* the last bytes handed out, to compare copies with */
    size_t recent_size, recent_room;
    size_t gap_bytes; /* missing so far */
    int overlaps;     /* segments that disagreed */
};

struct stream_sink {
    void (*bytes)(void *context, const uint8_t *bytes, size_t size);
    void (*gap)(void *context, size_t size);
    void *context;
};

/* Where the sender begins: its SYN. */
void stream_begin(struct stream *stream, uint32_t first);
/* Another SYN with another number, before any data: that one counts. */
void stream_restart(struct stream *stream, uint32_t first);
/* Where it ends: its FIN. */
void stream_end(struct stream *stream, uint32_t end);
/* size bytes were kept of length: what the snapshot length cut off is a gap. */
void stream_add(struct stream *stream, const struct stream_sink *sink, uint32_t seq, const uint8_t *bytes,
                size_t size, size_t length);
/* The other side has acknowledged all before ack: what is missing there was received, and will not be sent
 * again. */
void stream_acknowledged(struct stream *stream, const struct stream_sink *sink, uint32_t ack);
/* Nothing more comes: holes are gaps now. */
void stream_flush(struct stream *stream, const struct stream_sink *sink);
void stream_free(struct stream *stream); /* its buffers; counts stay */
size_t stream_memory(const struct stream *stream);

#endif
