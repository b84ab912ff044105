/* What is in a packet capture file? See pcap.h. */
#include "wire/pcap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "facts/memory.h"

enum {
    BUFFER = 256 * 1024,
    PACKET_MAX = 256 * 1024 + 4096, /* libpcap's own limit, and the rest of a block */
    BLOCK_MAX = 16 * 1024 * 1024,   /* secrets and comments; what is longer is passed over */
    INTERFACES_MAX = 4096,
    COMMENT_MAX = 4096
};

struct interface {
    int link;
    uint32_t snap_length;
    uint64_t units; /* of time in a second */
    int64_t offset; /* seconds */
};

struct pcap_reader {
    pcap_read_fn read;
    void *context;
    void (*secrets)(void *context, const char *text, size_t size);
    void *secrets_context;
    uint8_t *buffer; /* bytes at..end are read and not used */
    size_t room, at, end;
    bool at_end, failed;
    z_stream zip; /* when zip_bytes is there */
    uint8_t *zip_bytes;
    bool zip_over;
    enum { NOT_BEGUN, PCAP, PCAPNG } kind;
    bool swapped;
    bool is_nano; /* pcap */
    struct interface *interfaces;
    size_t interface_count;
    size_t snap_length;
    int64_t last_ns;
    char *comment;
    char note[64]; /* comment of the packet in hand */
    const char *fault;
};

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

struct pcap_reader *pcap_open(pcap_read_fn read, void *context) {
    struct pcap_reader *r = must(calloc(1, sizeof *r));
    r->read = read;
    r->context = context;
    r->room = BUFFER;
    r->buffer = must(malloc(r->room));
    return r;
}

void pcap_close(struct pcap_reader *r) {
    if (r == NULL)
        return;
    if (r->zip_bytes != NULL)
        inflateEnd(&r->zip);
    free(r->zip_bytes);
    free(r->interfaces);
    free(r->comment);
    explicit_bzero(r->buffer, r->room); /* secrets may have passed */
    free(r->buffer);
    free(r);
}

void pcap_on_secrets(struct pcap_reader *r, void (*secrets)(void *context, const char *text, size_t size),
                     void *context) {
    r->secrets = secrets;
    r->secrets_context = context;
}

const char *pcap_fault(const struct pcap_reader *r) {
    return r->fault;
}

const char *pcap_comment(const struct pcap_reader *r) {
    return r->comment;
}

size_t pcap_snap_length(const struct pcap_reader *r) {
    return r->snap_length;
}

/* ---- bytes ---- */

/* gzip members may follow one another (RFC 1952 2.2); what follows them that is none is left alone. */
static size_t inflate_more(struct pcap_reader *r, uint8_t *to, size_t size) {
    r->zip.next_out = to;
    r->zip.avail_out = (uInt)size;
    while (r->zip.avail_out == (uInt)size && !r->zip_over) {
        if (r->zip.avail_in == 0) {
            ptrdiff_t n = r->read(r->context, r->zip_bytes, BUFFER);
            if (n <= 0) {
                r->failed = n < 0;
                r->zip_over = true;
                break;
            }
            r->zip.next_in = r->zip_bytes;
            r->zip.avail_in = (uInt)n;
        }
        int result = inflate(&r->zip, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            if (inflateReset(&r->zip) != Z_OK)
                r->zip_over = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            r->fault = "the gzip data is damaged";
            r->zip_over = true;
        }
    }
    return size - r->zip.avail_out;
}

/* More bytes behind those that are there. False when there are none. */
static bool fill(struct pcap_reader *r) {
    if (r->at_end)
        return false;
    if (r->at > 0) {
        memmove(r->buffer, r->buffer + r->at, r->end - r->at);
        r->end -= r->at;
        r->at = 0;
    }
    if (r->end == r->room)
        r->buffer = must(realloc(r->buffer, r->room *= 2));
    ptrdiff_t n = r->zip_bytes != NULL ? (ptrdiff_t)inflate_more(r, r->buffer + r->end, r->room - r->end)
                                       : r->read(r->context, r->buffer + r->end, r->room - r->end);
    if (n <= 0) {
        r->failed = r->failed || n < 0;
        r->at_end = true;
        return false;
    }
    r->end += (size_t)n;
    return true;
}

/* Makes size bytes available at r->at. */
static inline bool have(struct pcap_reader *r, size_t size) {
    while (r->end - r->at < size)
        if (!fill(r))
            return false;
    return true;
}

static bool pass_over(struct pcap_reader *r, size_t size) {
    while (size > r->end - r->at) {
        size -= r->end - r->at;
        r->at = r->end;
        if (!fill(r))
            return false;
    }
    r->at += size;
    return true;
}

static inline uint32_t number32(const struct pcap_reader *r, const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return r->swapped ? __builtin_bswap32(value) : value;
}

static inline uint16_t number16(const struct pcap_reader *r, const uint8_t *at) {
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return r->swapped ? __builtin_bswap16(value) : value;
}

static enum pcap_event broken(struct pcap_reader *r, const char *fault) {
    if (r->fault == NULL)
        r->fault = fault;
    return PCAP_BROKEN;
}

/* The bytes ran out inside something. */
static enum pcap_event cut(struct pcap_reader *r) {
    if (r->failed)
        return broken(r, "it could not be read to its end");
    if (r->fault != NULL)
        return PCAP_BROKEN;
    return PCAP_CUT;
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

const char *pcap_what_instead(const uint8_t *bytes, size_t size) {
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

static void add_interface(struct pcap_reader *r, struct interface made) {
    if (r->interface_count == INTERFACES_MAX)
        return;
    if ((r->interface_count & (r->interface_count + 1)) == 0) /* at 0, 1, 3, 7…: room for as many again */
        r->interfaces = must(realloc(r->interfaces, (r->interface_count + 1) * 2 * sizeof *r->interfaces));
    r->interfaces[r->interface_count++] = made;
    if (made.snap_length > 0 && (r->snap_length == 0 || made.snap_length < r->snap_length))
        r->snap_length = made.snap_length;
}

static bool begin_pcap(struct pcap_reader *r) {
    enum { HEADER = 24 };
    static const struct {
        uint32_t magic;
        bool nano;
    } kinds[] = {{0xa1b2c3d4, false}, {0xa1b23c4d, true}};
    uint32_t magic;
    memcpy(&magic, r->buffer + r->at, sizeof magic);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (magic != kinds[i].magic && __builtin_bswap32(magic) != kinds[i].magic)
            continue;
        r->swapped = magic != kinds[i].magic;
        r->is_nano = kinds[i].nano;
        r->kind = PCAP;
        if (!have(r, HEADER))
            return false;
        const uint8_t *at = r->buffer + r->at;
        add_interface(r, (struct interface){.link = (int)(number32(r, at + 20) & 0x0fffffff),
                                            .snap_length = number32(r, at + 16)});
        r->at += HEADER;
        return true;
    }
    return false;
}

/* The first bytes tell; gzip is unpacked and looked at again. */
static enum pcap_event begin(struct pcap_reader *r) {
    static const uint8_t section[] = {0x0a, 0x0d, 0x0d, 0x0a};
    have(r, 512);
    size_t size = r->end - r->at;
    if (size >= 3 && r->zip_bytes == NULL && memcmp(r->buffer, "\x1f\x8b\x08", 3) == 0) {
        r->zip_bytes = must(malloc(r->room > BUFFER ? r->room : BUFFER));
        memcpy(r->zip_bytes, r->buffer, size);
        r->zip.next_in = r->zip_bytes;
        r->zip.avail_in = (uInt)size;
        if (inflateInit2(&r->zip, 16 + MAX_WBITS) != Z_OK)
            must(NULL);
        r->at = r->end = 0;
        r->at_end = false;
        have(r, 512);
        size = r->end;
    }
    if (r->failed) {
        r->fault = "it cannot be read";
        return PCAP_BROKEN;
    }
    if (size >= 4 && memcmp(r->buffer, section, 4) == 0)
        r->kind = PCAPNG;
    else if (size < 4 || !begin_pcap(r)) {
        if (r->kind == PCAP)
            return PCAP_CUT;
        if (r->fault == NULL)
            r->fault = pcap_what_instead(r->buffer, size);
        return PCAP_NO_CAPTURE;
    }
    return PCAP_PACKET;
}

/* ---- pcap ---- */

static enum pcap_event pcap_record(struct pcap_reader *r, struct pcap_packet *packet) {
    enum { HEADER = 16 };
    if (!have(r, HEADER))
        return r->end == r->at && !r->failed && r->fault == NULL ? PCAP_END : cut(r);
    const uint8_t *at = r->buffer + r->at;
    uint32_t size = number32(r, at + 8), length = number32(r, at + 12);
    if (size > PACKET_MAX)
        return broken(r, "a packet claims to be larger than any real one");
    packet->time_ns =
        (int64_t)number32(r, at) * 1000000000 + (int64_t)number32(r, at + 4) * (r->is_nano ? 1 : 1000);
    if (!have(r, HEADER + size))
        return cut(r);
    packet->link = r->interfaces[0].link;
    packet->bytes = r->buffer + r->at + HEADER;
    packet->size = size;
    packet->length = length < size ? size : length;
    r->at += HEADER + size;
    return PCAP_PACKET;
}

/* ---- pcapng ---- */

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 2, /* of old */
    BLOCK_SIMPLE = 3,
    BLOCK_ENHANCED = 6,
    BLOCK_SECRETS = 10
};
enum { OPTION_COMMENT = 1, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14, SECRETS_TLS = 0x544c534b };

struct option {
    uint16_t code;
    const uint8_t *bytes;
    size_t size;
};

static bool next_option(const struct pcap_reader *r, const uint8_t **at, const uint8_t *end,
                        struct option *option) {
    if (end - *at < 4)
        return false;
    size_t size = number16(r, *at + 2);
    *option = (struct option){number16(r, *at), *at + 4, size};
    if (option->code == 0 || (size_t)(end - *at) - 4 < size)
        return false;
    size_t step = 4 + (size + 3) / 4 * 4;
    *at += step > (size_t)(end - *at) ? (size_t)(end - *at) : step;
    return true;
}

static uint64_t units_of(uint8_t resolution) {
    uint64_t units = 1;
    int power = resolution & 0x7f;
    if ((resolution & 0x80) != 0)
        return power < 63 ? (uint64_t)1 << power : 1000000;
    if (power > 18)
        return 1000000;
    while (power-- > 0)
        units *= 10;
    return units;
}

static void interface_read(struct pcap_reader *r, const uint8_t *body, size_t size) {
    struct interface made = {.units = 1000000};
    struct option option;
    if (size < 8)
        return;
    made.link = number16(r, body);
    made.snap_length = number32(r, body + 4);
    for (const uint8_t *at = body + 8; next_option(r, &at, body + size, &option);) {
        if (option.code == OPTION_RESOLUTION && option.size == 1)
            made.units = units_of(option.bytes[0]);
        if (option.code == OPTION_OFFSET && option.size == 8) {
            uint64_t low = number32(r, option.bytes), high = number32(r, option.bytes + 4);
            uint64_t both = r->swapped ? low << 32 | high : high << 32 | low;
            int64_t offset;
            memcpy(&offset, &both, sizeof offset);
            if (offset > -4000000000 && offset < 4000000000)
                made.offset = offset;
        }
    }
    add_interface(r, made);
}

static void comment_read(struct pcap_reader *r, const uint8_t *body, size_t size) {
    struct option option;
    if (size < 16 || r->comment != NULL)
        return;
    for (const uint8_t *at = body + 16; next_option(r, &at, body + size, &option);)
        if (option.code == OPTION_COMMENT && option.size > 0) {
            size_t kept = option.size < COMMENT_MAX ? option.size : COMMENT_MAX;
            r->comment = must(malloc(kept + 1));
            memcpy(r->comment, option.bytes, kept);
            r->comment[kept] = 0;
            return;
        }
}

/* Seconds times 10^9 fits until the year 2262; what lies beyond is nonsense, and told as the end of time. */
static int64_t time_of(const struct interface *interface, uint64_t stamp) {
    static const int64_t LAST_S = 8000000000;
    uint64_t since = stamp / interface->units, rest = stamp % interface->units;
    int64_t seconds = since > (uint64_t)LAST_S ? LAST_S : (int64_t)since;
    seconds += interface->offset;
    if (seconds < 0) /* so that any two times are less than 2^63 apart */
        return 0;
    if (seconds >= LAST_S)
        return LAST_S * 1000000000;
    uint64_t ns = interface->units <= 1000000000 ? rest * 1000000000 / interface->units
                                                 : rest / (interface->units / 1000000000);
    return seconds * 1000000000 + (int64_t)ns;
}

struct packet_form { /* where a packet block has its parts */
    size_t head, interface, time, size, length;
    bool is_short;
};

/* Options stand behind the padded bytes of the packet. */
static const char *note_read(struct pcap_reader *r, const uint8_t *at, const uint8_t *end) {
    struct option option;
    while (next_option(r, &at, end, &option))
        if (option.code == OPTION_COMMENT && option.size > 0) {
            size_t kept = option.size < sizeof r->note ? option.size : sizeof r->note - 1;
            memcpy(r->note, option.bytes, kept);
            r->note[kept] = 0;
            return r->note;
        }
    return NULL;
}

static bool block_packet(struct pcap_reader *r, uint32_t type, const uint8_t *body, size_t size,
                         struct pcap_packet *packet) {
    static const struct packet_form enhanced = {20, 0, 4, 12, 16, false}, old = {20, 0, 4, 12, 16, true};
    const struct packet_form *form = type == BLOCK_PACKET ? &old : &enhanced;
    size_t head = type == BLOCK_SIMPLE ? 4 : form->head, which = 0, kept, length;
    if (size < head)
        return false;
    if (type != BLOCK_SIMPLE)
        which = form->is_short ? number16(r, body) : number32(r, body);
    if (which >= r->interface_count)
        return false;
    const struct interface *interface = &r->interfaces[which];
    length = number32(r, type == BLOCK_SIMPLE ? body : body + form->length);
    kept = type == BLOCK_SIMPLE ? length : number32(r, body + form->size);
    if (type == BLOCK_SIMPLE && interface->snap_length > 0 && kept > interface->snap_length)
        kept = interface->snap_length;
    if (type == BLOCK_SIMPLE && kept > size - head)
        kept = size - head;
    if (kept > size - head)
        return false;
    if (type != BLOCK_SIMPLE)
        r->last_ns = time_of(interface, (uint64_t)number32(r, body + form->time) << 32 |
                                            number32(r, body + form->time + 4));
    *packet = (struct pcap_packet){.time_ns = r->last_ns,
                                   .link = interface->link,
                                   .bytes = body + head,
                                   .size = kept,
                                   .length = length < kept ? kept : length};
    size_t options = head + (kept + 3) / 4 * 4;
    if (type != BLOCK_SIMPLE && options < size)
        packet->comment = note_read(r, body + options, body + size);
    return true;
}

static void secrets_read(struct pcap_reader *r, const uint8_t *body, size_t size) {
    if (size < 8 || r->secrets == NULL || number32(r, body) != SECRETS_TLS)
        return;
    size_t length = number32(r, body + 4);
    if (length <= size - 8)
        r->secrets(r->secrets_context, (const char *)body + 8, length);
}

/* A section header says in which byte order it is. */
static bool section_order(struct pcap_reader *r) {
    static const uint32_t order = 0x1a2b3c4d;
    uint32_t found;
    if (!have(r, 12))
        return true; /* cut off: told below */
    memcpy(&found, r->buffer + r->at + 8, sizeof found);
    r->swapped = found != order;
    return found == order || __builtin_bswap32(found) == order;
}

static enum pcap_event next_block(struct pcap_reader *r, struct pcap_packet *packet) {
    for (;;) {
        if (!have(r, 8))
            return r->end == r->at && !r->failed && r->fault == NULL ? PCAP_END : cut(r);
        uint32_t type = number32(r, r->buffer + r->at);
        if (type == BLOCK_SECTION && !section_order(r))
            return broken(r, "a section in no byte order");
        uint32_t total = number32(r, r->buffer + r->at + 4);
        if (total < 12 || total % 4 != 0)
            return broken(r, "a block with an impossible length");
        if (total > BLOCK_MAX) {
            if (!pass_over(r, total))
                return cut(r);
            continue;
        }
        if (!have(r, total))
            return cut(r);
        const uint8_t *body = r->buffer + r->at + 8;
        size_t size = total - 12;
        r->at += total;
        switch (type) {
        case BLOCK_SECTION:
            r->interface_count = 0;
            comment_read(r, body, size);
            break;
        case BLOCK_INTERFACE:
            interface_read(r, body, size);
            break;
        case BLOCK_SECRETS:
            secrets_read(r, body, size);
            break;
        case BLOCK_PACKET:
        case BLOCK_SIMPLE:
        case BLOCK_ENHANCED:
            if (!block_packet(r, type, body, size, packet))
                return broken(r, "a packet block whose lengths do not fit");
            return PCAP_PACKET;
        default: /* name resolution, statistics, custom blocks */
            break;
        }
    }
}

enum pcap_event pcap_next(struct pcap_reader *r, struct pcap_packet *packet) {
    if (r->kind == NOT_BEGUN) {
        enum pcap_event event = begin(r);
        if (event != PCAP_PACKET)
            return event;
    }
    return r->kind == PCAP ? pcap_record(r, packet) : next_block(r, packet);
}

/* ---- writing ---- */

static void put16(uint8_t *to, uint16_t value) {
    memcpy(to, &value, sizeof value);
}

static void put32(uint8_t *to, uint32_t value) {
    memcpy(to, &value, sizeof value);
}

static size_t padded(size_t size) {
    return (size + 3) / 4 * 4;
}

/* One block in our own byte order: its fixed part, then what follows it, padded. */
static bool write_block(FILE *out, uint32_t type, const uint8_t *head, size_t head_size, const void *rest,
                        size_t rest_size) {
    static const uint8_t zeros[4];
    uint8_t frame[8];
    size_t total = 12 + head_size + padded(rest_size);
    put32(frame, type);
    put32(frame + 4, (uint32_t)total);
    return fwrite(frame, 1, 8, out) == 8 && fwrite(head, 1, head_size, out) == head_size &&
           (rest_size == 0 || fwrite(rest, 1, rest_size, out) == rest_size) &&
           fwrite(zeros, 1, padded(rest_size) - rest_size, out) == padded(rest_size) - rest_size &&
           fwrite(frame + 4, 1, 4, out) == 4;
}

static size_t put_option(uint8_t *to, uint16_t code, const char *text) {
    size_t size = text == NULL ? 0 : strlen(text);
    if (size == 0)
        return 0;
    put16(to, code);
    put16(to + 2, (uint16_t)size);
    memcpy(to + 4, text, size);
    memset(to + 4 + size, 0, padded(size) - size);
    return 4 + padded(size);
}

static bool write_with_options(FILE *out, uint32_t type, const uint8_t *head, size_t head_size, uint16_t code,
                               const char *text, uint16_t other_code, const char *other) {
    enum { TEXT_MAX = 60000 };
    if ((text != NULL && strlen(text) > TEXT_MAX) || (other != NULL && strlen(other) > TEXT_MAX)) {
        errno = EINVAL;
        return false;
    }
    uint8_t *options = must(malloc(2 * (TEXT_MAX + 8) + 4));
    size_t size = put_option(options, code, text);
    size += put_option(options + size, other_code, other);
    if (type == BLOCK_INTERFACE) { /* if_tsresol: nanoseconds */
        put16(options + size, OPTION_RESOLUTION);
        put16(options + size + 2, 1);
        memcpy(options + size + 4, "\t\0\0", 4); /* nine */
        size += 8;
    }
    put32(options + size, 0); /* opt_endofopt */
    bool good = write_block(out, type, head, head_size, options, size + 4);
    free(options);
    return good;
}

bool pcap_write_section(FILE *out, const char *application, const char *comment) {
    enum { OPTION_APPLICATION = 4 };
    uint8_t head[16];
    put32(head, 0x1a2b3c4d);
    put16(head + 4, 1);
    put16(head + 6, 0);
    memset(head + 8, 0xff, 8); /* length of the section: not told */
    return write_with_options(out, BLOCK_SECTION, head, sizeof head, OPTION_COMMENT, comment,
                              OPTION_APPLICATION, application);
}

bool pcap_write_interface(FILE *out, int link, const char *name) {
    enum { OPTION_NAME = 2 };
    uint8_t head[8] = {0};
    put16(head, (uint16_t)link);
    return write_with_options(out, BLOCK_INTERFACE, head, sizeof head, OPTION_NAME, name, OPTION_NAME, NULL);
}

bool pcap_write_packet(FILE *out, int64_t time_ns, const uint8_t *bytes, size_t size, const char *comment) {
    static const uint8_t zeros[4];
    uint8_t head[20], frame[8], options[4 + 64 + 4];
    uint64_t stamp = (uint64_t)time_ns;
    size_t options_size =
        comment == NULL || strlen(comment) > 63 ? 0 : put_option(options, OPTION_COMMENT, comment);
    size_t gap = padded(size) - size;
    if (options_size > 0) {
        put32(options + options_size, 0); /* opt_endofopt */
        options_size += 4;
    }
    put32(frame, BLOCK_ENHANCED);
    put32(frame + 4, (uint32_t)(12 + sizeof head + padded(size) + options_size));
    put32(head, 0);
    put32(head + 4, (uint32_t)(stamp >> 32));
    put32(head + 8, (uint32_t)stamp);
    put32(head + 12, (uint32_t)size);
    put32(head + 16, (uint32_t)size);
    return fwrite(frame, 1, 8, out) == 8 && fwrite(head, 1, sizeof head, out) == sizeof head &&
           fwrite(bytes, 1, size, out) == size && fwrite(zeros, 1, gap, out) == gap &&
           fwrite(options, 1, options_size, out) == options_size && fwrite(frame + 4, 1, 4, out) == 4;
}

bool pcap_write_secrets(FILE *out, const char *text, size_t size) {
    uint8_t head[8];
    put32(head, SECRETS_TLS);
    put32(head + 4, (uint32_t)size);
    return write_block(out, BLOCK_SECRETS, head, sizeof head, text, size);
}
