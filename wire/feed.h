/* Where do the bytes of a file come from, in pieces of any size and perhaps in gzip? Bytes come through a
 * function; those that were read and not used yet stand together, as many as somebody wants to see at once.
 * And what is a file whose first bytes are those of no capture?
 *
 * Opens no file, and knows nothing of what the bytes hold. Private to wire/: pcap.h has what others want. */
#ifndef WIRE_FEED_H
#define WIRE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

/* At most size bytes into buffer: how many; 0 at the end; negative when reading failed (errno says why). */
typedef ptrdiff_t (*feed_read_fn)(void *context, uint8_t *buffer, size_t size);

struct feed {
    feed_read_fn read;
    void *context;
    uint8_t *buffer; /* bytes at..end are read and not used */
    size_t room, at, end;
    bool at_end, failed; /* no more will come; because reading failed */
    z_stream zip;        /* when zip_bytes is there */
    uint8_t *zip_bytes;
    bool zip_over;
    const char *fault; /* static text; NULL when nothing is wrong */
};

void feed_open(struct feed *feed, feed_read_fn read, void *context);
void feed_close(struct feed *feed); /* wipes what passed */
/* Looks at the first bytes, and through gzip: how many are there now. */
size_t feed_begin(struct feed *feed);
/* More bytes behind those that are there. False when there are none. */
bool feed_fill(struct feed *feed);
bool feed_pass(struct feed *feed, size_t size); /* leaves out that many; false when there are not so many */

/* What a file is that is no capture, by its first bytes: "a ZIP archive", "PEM text", "text"… Never NULL. */
const char *what_instead_of_capture(const uint8_t *bytes, size_t size);

/* Makes size bytes available at `at`. */
static inline bool feed_has(struct feed *feed, size_t size) {
    while (feed->end - feed->at < size)
        if (!feed_fill(feed))
            return false;
    return true;
}

#endif
