/* Where do the bytes of a file come from, in pieces and perhaps in gzip? See feed.h. */
#include "wire/feed.h"

#include <stdlib.h>
#include <string.h>

#include "facts/memory.h"

enum { BUFFER = 256 * 1024, FIRST = 512 };

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

void feed_open(struct feed *f, feed_read_fn read, void *context) {
    *f = (struct feed){.read = read, .context = context, .room = BUFFER};
    f->buffer = must(malloc(f->room));
}

void feed_close(struct feed *f) {
    if (f->zip_bytes != NULL)
        inflateEnd(&f->zip);
    free(f->zip_bytes);
    explicit_bzero(f->buffer, f->room); /* secrets may have passed */
    free(f->buffer);
}

/* gzip members may follow one another (RFC 1952 2.2); what follows them that is none is left alone. */
static size_t inflate_more(struct feed *f, uint8_t *to, size_t size) {
    f->zip.next_out = to;
    f->zip.avail_out = (uInt)size;
    while (f->zip.avail_out == (uInt)size && !f->zip_over) {
        if (f->zip.avail_in == 0) {
            ptrdiff_t n = f->read(f->context, f->zip_bytes, BUFFER);
            if (n <= 0) {
                f->failed = n < 0;
                f->zip_over = true;
                break;
            }
            f->zip.next_in = f->zip_bytes;
            f->zip.avail_in = (uInt)n;
        }
        int result = inflate(&f->zip, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            if (inflateReset(&f->zip) != Z_OK)
                f->zip_over = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            f->fault = "the gzip data is damaged";
            f->zip_over = true;
        }
    }
    return size - f->zip.avail_out;
}

/* More bytes behind those that are there. False when there are none. */
bool feed_fill(struct feed *f) {
    if (f->at_end)
        return false;
    if (f->at > 0) {
        memmove(f->buffer, f->buffer + f->at, f->end - f->at);
        f->end -= f->at;
        f->at = 0;
    }
    if (f->end == f->room)
        f->buffer = must(realloc(f->buffer, f->room *= 2));
    ptrdiff_t n = f->zip_bytes != NULL ? (ptrdiff_t)inflate_more(f, f->buffer + f->end, f->room - f->end)
                                       : f->read(f->context, f->buffer + f->end, f->room - f->end);
    if (n <= 0) {
        f->failed = f->failed || n < 0;
        f->at_end = true;
        return false;
    }
    f->end += (size_t)n;
    return true;
}

bool feed_pass(struct feed *f, size_t size) {
    while (size > f->end - f->at) {
        size -= f->end - f->at;
        f->at = f->end;
        if (!feed_fill(f))
            return false;
    }
    f->at += size;
    return true;
}

size_t feed_begin(struct feed *f) {
    feed_has(f, FIRST);
    size_t size = f->end - f->at;
    if (size < 3 || f->zip_bytes != NULL || memcmp(f->buffer, "\x1f\x8b\x08", 3) != 0)
        return size;
    f->zip_bytes = must(malloc(f->room > BUFFER ? f->room : BUFFER));
    memcpy(f->zip_bytes, f->buffer, size);
    f->zip.next_in = f->zip_bytes;
    f->zip.avail_in = (uInt)size;
    if (inflateInit2(&f->zip, 16 + MAX_WBITS) != Z_OK)
        must(NULL);
    f->at = f->end = 0;
    f->at_end = false;
    feed_has(f, FIRST);
    return f->end;
}

/* ---- what it is ---- */

static const struct {
    size_t at, size;
    const char *bytes, *what;
} magics[] = {{0, 4, "PK\3\4", "a ZIP archive"},
              {0, 6,
               "\xfd"
               "7zXZ\0",
               "an xz-compressed file"},
              {0, 3, "BZh", "a bzip2-compressed file"},
              {0, 4, "\x28\xb5\x2f\xfd", "a zstd-compressed file"},
              {0, 4, "\x04\x22\x4d\x18", "an lz4-compressed file"},
              {257, 5, "ustar", "a tar archive"},
              {0, 8, "snoop\0\0\0", "a snoop capture, which tshark or editcap converts: editcap -F pcapng"},
              {0, 4, "RTSS", "a Microsoft Network Monitor capture; editcap -F pcapng converts it"},
              {0, 4, "GMBU", "a Microsoft Network Monitor capture; editcap -F pcapng converts it"},
              {0, 4,
               "\x7f"
               "ELF",
               "a program"},
              {0, 5, "%PDF-", "a PDF document"},
              {0, 11, "-----BEGIN ", "PEM text (a certificate or key: edgeprobe cert)"},
              {0, 2, "\x30\x82", "DER (a certificate or key: edgeprobe cert)"},
              {0, 1, "{", "JSON"},
              {0, 5, "<?xml", "XML"}};

const char *what_instead_of_capture(const uint8_t *bytes, size_t size) {
    if (size == 0)
        return "an empty file";
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (size >= magics[i].at + magics[i].size &&
            memcmp(bytes + magics[i].at, magics[i].bytes, magics[i].size) == 0)
            return magics[i].what;
    for (size_t i = 0; i < size && i < 512; i++)
        if (bytes[i] == 0 || (bytes[i] < 0x20 && strchr("\t\n\r\f\v\033", bytes[i]) == NULL))
            return "binary data of another kind";
    return "text";
}
