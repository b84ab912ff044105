/* What is in a packet capture file? See pcap.h. */
#include "wire/pcap.h"

#include <stdlib.h>
#include <string.h>
#include "facts/memory.h"
#include "wire/pcap_write.h"

enum {
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
    struct feed in;
    void (*secrets)(void *context, const char *text, size_t size);
    void *secrets_context;
    enum { NOT_BEGUN, PCAP, PCAPNG } kind;
    bool swapped;
    bool is_nano; /* pcap */
    struct interface *interfaces;
    size_t interface_count;
    int64_t last_ns;
    char *comment;
    char note[64]; /* comment of the packet in hand */
};

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

struct pcap_reader *pcap_open(feed_read_fn read, void *context) {
    struct pcap_reader *r = must(calloc(1, sizeof *r));
    feed_open(&r->in, read, context);
    return r;
}

void pcap_close(struct pcap_reader *r) {
    if (r == NULL)
        return;
    feed_close(&r->in);
    free(r->interfaces);
    free(r->comment);
    free(r);
}

void pcap_on_secrets(struct pcap_reader *r, void (*secrets)(void *context, const char *text, size_t size),
                     void *context) {
    r->secrets = secrets;
    r->secrets_context = context;
}

const char *pcap_fault(const struct pcap_reader *r) {
    return r->in.fault;
}

const char *pcap_comment(const struct pcap_reader *r) {
    return r->comment;
}

/* ---- numbers, and the end ---- */

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

/* At what was reached. What the feed knows to be wrong is further on: it reads ahead, as far as the file's
 * pieces let it. */
static enum pcap_event broken(struct pcap_reader *r, const char *fault) {
    r->in.fault = fault;
    return PCAP_BROKEN;
}

/* The bytes ran out inside something. */
static enum pcap_event cut(struct pcap_reader *r) {
    if (r->in.failed)
        return broken(r, "it could not be read to its end");
    if (r->in.fault != NULL)
        return PCAP_BROKEN;
    return PCAP_CUT;
}

/* ---- what it is ---- */

static void add_interface(struct pcap_reader *r, struct interface made) {
    if (r->interface_count == INTERFACES_MAX)
        return;
    if ((r->interface_count & (r->interface_count + 1)) == 0) /* at 0, 1, 3, 7…: room for as many again */
        r->interfaces = must(realloc(r->interfaces, (r->interface_count + 1) * 2 * sizeof *r->interfaces));
    r->interfaces[r->interface_count++] = made;
}

static bool begin_pcap(struct pcap_reader *r) {
    enum { HEADER = 24 };
    static const struct {
        uint32_t magic;
        bool nano;
    } kinds[] = {{0xa1b2c3d4, false}, {0xa1b23c4d, true}};
    uint32_t magic;
    memcpy(&magic, r->in.buffer + r->in.at, sizeof magic);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (magic != kinds[i].magic && __builtin_bswap32(magic) != kinds[i].magic)
            continue;
        r->swapped = magic != kinds[i].magic;
        r->is_nano = kinds[i].nano;
        r->kind = PCAP;
        if (!feed_has(&r->in, HEADER))
            return false;
        const uint8_t *at = r->in.buffer + r->in.at;
        /* The upper half says how long the frames' check sequence is, where it was kept. */
        add_interface(r, (struct interface){.link = (int)(number32(r, at + 20) & 0xffff),
                                            .snap_length = number32(r, at + 16)});
        r->in.at += HEADER;
        return true;
    }
    return false;
}

/* The first bytes tell; gzip is unpacked and looked at again. */
static enum pcap_event begin(struct pcap_reader *r) {
    static const uint8_t section[] = {0x0a, 0x0d, 0x0d, 0x0a};
    size_t size = feed_begin(&r->in);
    if (r->in.failed) {
        r->in.fault = "it cannot be read";
        return PCAP_BROKEN;
    }
    if (size >= 4 && memcmp(r->in.buffer, section, 4) == 0)
        r->kind = PCAPNG;
    else if (size < 4 || !begin_pcap(r)) {
        if (r->kind == PCAP)
            return cut(r);
        r->in.fault = r->in.fault != NULL                    ? "a gzip file whose data is damaged"
                      : size == 0 && r->in.zip_bytes != NULL ? "a gzip file that is cut off, or empty"
                                                             : what_instead_of_capture(r->in.buffer, size);
        return PCAP_NO_CAPTURE;
    }
    return PCAP_PACKET;
}

/* ---- pcap ---- */

static enum pcap_event pcap_record(struct pcap_reader *r, struct pcap_packet *packet) {
    enum { HEADER = 16 };
    if (!feed_has(&r->in, HEADER))
        return r->in.end == r->in.at && !r->in.failed && r->in.fault == NULL ? PCAP_END : cut(r);
    const uint8_t *at = r->in.buffer + r->in.at;
    uint32_t size = number32(r, at + 8), length = number32(r, at + 12);
    if (size > PACKET_MAX)
        return broken(r, "a packet claims to be larger than any real one");
    packet->time_ns =
        (int64_t)number32(r, at) * 1000000000 + (int64_t)number32(r, at + 4) * (r->is_nano ? 1 : 1000);
    if (!feed_has(&r->in, HEADER + size))
        return cut(r);
    packet->link = r->interfaces[0].link;
    packet->bytes = r->in.buffer + r->in.at + HEADER;
    packet->size = size;
    packet->length = length < size ? size : length;
    r->in.at += HEADER + size;
    return PCAP_PACKET;
}

/* ---- pcapng ---- */

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
    if (!feed_has(&r->in, 12))
        return true; /* cut off: told below */
    memcpy(&found, r->in.buffer + r->in.at + 8, sizeof found);
    r->swapped = found != order;
    return found == order || __builtin_bswap32(found) == order;
}

static enum pcap_event next_block(struct pcap_reader *r, struct pcap_packet *packet) {
    for (;;) {
        if (!feed_has(&r->in, 8))
            return r->in.end == r->in.at && !r->in.failed && r->in.fault == NULL ? PCAP_END : cut(r);
        uint32_t type = number32(r, r->in.buffer + r->in.at);
        if (type == BLOCK_SECTION && !section_order(r))
            return broken(r, "a section in no byte order");
        uint32_t total = number32(r, r->in.buffer + r->in.at + 4);
        if (total < 12 || total % 4 != 0)
            return broken(r, "a block with an impossible length");
        if (total > BLOCK_MAX) {
            if (!feed_pass(&r->in, total))
                return cut(r);
            continue;
        }
        if (!feed_has(&r->in, total))
            return cut(r);
        const uint8_t *body = r->in.buffer + r->in.at + 8;
        size_t size = total - 12;
        r->in.at += total;
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
