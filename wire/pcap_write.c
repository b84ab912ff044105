/* How is a packet capture written? See pcap_write.h. */
#include "wire/pcap_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/memory.h"

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
    uint8_t *options = malloc(2 * (TEXT_MAX + 8) + 4);
    if (options == NULL)
        memory_is_out();
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
