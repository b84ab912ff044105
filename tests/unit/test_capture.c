/* Are captures read within bounds, whatever is in them? Files made here, byte for byte: a million half-open
 * connections, lengths that lie, what was written is read again. The stories in captures/ are
 * tests/capture's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <zlib.h>

#include "wire/pcap_write.h"
#include "capture/capture.h"

/* ---- files out of memory ---- */

struct memory {
    const uint8_t *bytes;
    size_t size, at, piece; /* at most that much at a time; 0: all that is wanted */
};

static ptrdiff_t memory_take(void *context, uint8_t *buffer, size_t size) {
    struct memory *m = context;
    size_t n = m->size - m->at < size ? m->size - m->at : size;
    n = m->piece > 0 && m->piece < n ? m->piece : n;
    memcpy(buffer, m->bytes + m->at, n);
    m->at += n;
    return (ptrdiff_t)n;
}

static const uint8_t pcap_header[24] = {
    0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101 /* raw IP */, 0, 0, 0};

/* A SYN of raw IP with its record header, for each i another caller. */
static void syn_write(uint8_t *at, uint32_t i) {
    static const uint8_t packet[56] = {0,    0, 0, 0,  0,   0, 0, 0, 40,   0, 0,    0,
                                       40,   0, 0, 0, /* record */
                                       0x45, 0, 0, 40, 0,   1, 0, 0, 64,   6, 0,    0,
                                       10,   0, 0, 0,  192, 0, 2, 1, 0x80, 0, 0x1b, 0x59 /* 7001 */,
                                       0,    0, 0, 1,  0,   0, 0, 0, 0x50, 2, 0xff, 0xff,
                                       0,    0, 0, 0};
    memcpy(at, packet, sizeof packet);
    uint32_t seconds = 1700000000 + i / 10000;
    memcpy(at, &seconds, 4); /* the test runs where this is the file's order, too */
    at[16 + 13] = (uint8_t)(i >> 16);
    at[16 + 14] = (uint8_t)(i >> 8);
    at[16 + 15] = (uint8_t)i;
}

struct flood {
    uint32_t next, count;
    uint8_t waiting[56];
    size_t left; /* of waiting, still to be given */
    bool has_begun;
};

static ptrdiff_t flood_take(void *context, uint8_t *buffer, size_t size) {
    struct flood *f = context;
    size_t given = 0;
    if (!f->has_begun && size >= sizeof pcap_header) {
        memcpy(buffer, pcap_header, sizeof pcap_header);
        f->has_begun = true;
        return sizeof pcap_header;
    }
    while (given < size && (f->left > 0 || f->next < f->count)) {
        if (f->left == 0) {
            syn_write(f->waiting, f->next++);
            f->left = sizeof f->waiting;
        }
        size_t n = f->left < size - given ? f->left : size - given;
        memcpy(buffer + given, f->waiting + sizeof f->waiting - f->left, n);
        f->left -= n;
        given += n;
    }
    return (ptrdiff_t)given;
}

static long peak_kib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void a_million_half_open(void **state) {
    (void)state;
    enum { MILLION = 1000000, MORE_KIB = 128 * 1024 };
    struct facts *facts = facts_new();
    struct flood flood = {.count = MILLION};
    struct capture_source source = {.name = "flood.pcap", .read = flood_take, .context = &flood};
    struct capture *capture = capture_new(facts, &(struct capture_options){.host_count = 0});
    char *error = NULL;
    long before = peak_kib();
    assert_true(capture_read(capture, &source, 1, &error));
    capture_end(capture, &(struct capture_zone){.port = 0});
    assert_int_equal(capture_tally(capture)->connections, MILLION);
    assert_int_equal(facts->endpoints.n, 1); /* one server that never answered */
    assert_int_equal(facts->endpoints.v[0]->tcp.state, TCP_TIMEOUT);
    assert_true(peak_kib() - before < MORE_KIB);
    capture_free(capture);
    facts_free(facts);
}

/* ---- lengths that lie ---- */

static char *read_all(const uint8_t *bytes, size_t size, bool *has_trouble) {
    struct facts *facts = facts_new();
    struct memory memory = {.bytes = bytes, .size = size};
    struct capture_source source = {.name = "x", .read = memory_take, .context = &memory};
    struct capture *capture = capture_new(facts, &(struct capture_options){.host_count = 0});
    char *error = NULL;
    bool good = capture_read(capture, &source, 1, &error);
    capture_end(capture, &(struct capture_zone){.port = 0});
    assert_int_equal(good, error == NULL);
    *has_trouble = facts->captures.n > 0 && facts->captures.v[0]->trouble != NULL;
    char *kept = error == NULL ? NULL : strdup(error);
    capture_free(capture);
    facts_free(facts);
    return kept;
}

static void put32(uint8_t *at, uint32_t value) {
    memcpy(at, &value, sizeof value);
}

/* A file of one SYN, in which one number is another. */
static void pcap_lengths_that_lie(void **state) {
    (void)state;
    static const uint32_t kept[] = {41, 4096, 0x7fffffff, 0xffffffff};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        uint8_t file[24 + 56 + 56];
        bool has_trouble;
        memcpy(file, pcap_header, 24);
        syn_write(file + 24, 0);
        syn_write(file + 80, 1);
        put32(file + 80 + 8, kept[i]); /* of the second: more than there is */
        char *error = read_all(file, sizeof file, &has_trouble);
        assert_null(error);
        assert_true(has_trouble);
    }
}

static void pcapng_lengths_that_lie(void **state) {
    (void)state;
    static const uint32_t lengths[] = {0, 1, 11, 13, 0x7ffffffc, 0xfffffffc};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char *text = NULL;
        size_t size = 0;
        bool has_trouble;
        uint8_t packet[56];
        FILE *out = open_memstream(&text, &size);
        syn_write(packet, 0);
        assert_true(pcap_write_section(out, "test", "a comment") &&
                    pcap_write_interface(out, LINK_RAW_IP, "eth0") &&
                    pcap_write_packet(out, 1700000000000000000, packet + 16, 40, "first"));
        fflush(out);
        size_t at = size;
        assert_true(pcap_write_packet(out, 1700000000000000000, packet + 16, 40, NULL));
        fclose(out);
        put32((uint8_t *)text + at + 4, lengths[i]); /* of the second block */
        char *error = read_all((uint8_t *)text, size, &has_trouble);
        assert_null(error);
        assert_true(has_trouble);
        free(text);
    }
}

/* What is wrong with a file, as a copy; "" when nothing is. */
static char *trouble_of(const uint8_t *bytes, size_t size, size_t piece) {
    struct facts *facts = facts_new();
    struct memory memory = {.bytes = bytes, .size = size, .piece = piece};
    struct capture_source source = {.name = "x.pcap", .read = memory_take, .context = &memory};
    struct capture *capture = capture_new(facts, &(struct capture_options){.draws = false});
    char *error = NULL;
    assert_true(capture_read(capture, &source, 1, &error));
    const char *trouble = facts->captures.v[0]->trouble;
    char *copy = strdup(trouble != NULL ? trouble : "");
    capture_free(capture);
    facts_free(facts);
    return copy;
}

/* Two things are wrong, the second at the end of the gzip: whichever way the file arrives, the first is told.
 */
static void the_first_damage_is_told(void **state) {
    (void)state;
    static const struct {
        uint32_t kept;
        bool is_damaged;
        const char *wanted;
    } rows[] = {{40, false, ""},
                {40, true, "damaged: the gzip data is damaged; what came before was used"},
                {0x7fffffff, false,
                 "damaged: a packet claims to be larger than any real one; what came before was used"},
                {0x7fffffff, true,
                 "damaged: a packet claims to be larger than any real one; what came before was used"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t file[24 + 56 + 56], packed[512];
        memcpy(file, pcap_header, 24);
        syn_write(file + 24, 0);
        syn_write(file + 80, 1);
        put32(file + 80 + 8, rows[i].kept);
        z_stream zip = {
            .next_in = file, .avail_in = sizeof file, .next_out = packed, .avail_out = sizeof packed};
        assert_int_equal(deflateInit2(&zip, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
        assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
        size_t size = zip.total_out;
        deflateEnd(&zip);
        packed[size - 8] ^= rows[i].is_damaged; /* the sum of what is in it (RFC 1952 2.3.1) */
        for (size_t piece = 0; piece < 10; piece += 3) {
            char *trouble = trouble_of(packed, size, piece);
            assert_string_equal(trouble, rows[i].wanted);
            free(trouble);
        }
    }
}

/* ---- what is written is read ---- */

static void on_secrets(void *context, const char *text, size_t size) {
    snprintf(context, 64, "%.*s", (int)size, text);
}

static void what_is_written_is_read(void **state) {
    (void)state;
    char *text = NULL, secrets[64] = "";
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_true(pcap_write_section(out, "test", "edgeprobe 1 check example.com") &&
                pcap_write_interface(out, LINK_ETHERNET, "eth0") && pcap_write_secrets(out, "KEYS", 4) &&
                pcap_write_packet(out, 1700000000123456789, (const uint8_t *)"abcde", 5, "edgeprobe: main") &&
                pcap_write_packet(out, 1700000001000000000, (const uint8_t *)"fghi", 4, NULL));
    fclose(out);
    struct memory memory = {.bytes = (const uint8_t *)text, .size = size};
    struct pcap_reader *reader = pcap_open(memory_take, &memory);
    struct pcap_packet packet;
    pcap_on_secrets(reader, on_secrets, secrets);
    assert_int_equal(pcap_next(reader, &packet), PCAP_PACKET);
    assert_string_equal(secrets, "KEYS");
    assert_string_equal(pcap_comment(reader), "edgeprobe 1 check example.com");
    assert_int_equal(packet.time_ns, 1700000000123456789);
    assert_int_equal(packet.link, LINK_ETHERNET);
    assert_int_equal(packet.size, 5);
    assert_memory_equal(packet.bytes, "abcde", 5);
    assert_string_equal(packet.comment, "edgeprobe: main");
    assert_int_equal(pcap_next(reader, &packet), PCAP_PACKET);
    assert_int_equal(packet.size, 4);
    assert_null(packet.comment);
    assert_int_equal(pcap_next(reader, &packet), PCAP_END);
    pcap_close(reader);
    free(text);
}

/* One packet of an interface whose clock counts seconds, and is moved by an offset (if_tsresol, if_tsoffset).
 */
static int64_t time_of_packet(uint64_t stamp, int64_t offset) {
    uint8_t file[128] = {0};
    static const uint32_t words[] = {0x0a0d0d0a, 28, 0x1a2b3c4d, 1,  ~0u,         ~0u, 28, /* section */
                                     1,          44, 101,        0,  9 | 1 << 16, 0,   14 | 8 << 16,
                                     0,          0,  0,          44, /* interface */
                                     6,          36, 0,          0,  0,           4,   4,
                                     0,          36}; /* packet */
    memcpy(file, words, sizeof words);
    memcpy(file + 28 + 28, &offset, sizeof offset);
    put32(file + 72 + 12, (uint32_t)(stamp >> 32));
    put32(file + 72 + 16, (uint32_t)stamp);
    struct memory memory = {.bytes = file, .size = sizeof words};
    struct pcap_reader *reader = pcap_open(memory_take, &memory);
    struct pcap_packet packet;
    enum pcap_event event = pcap_next(reader, &packet);
    if (event != PCAP_PACKET)
        fail_msg("%s", pcap_fault(reader));
    pcap_close(reader);
    return packet.time_ns;
}

static void times_stay_within_what_can_be_told_apart(void **state) {
    static const int64_t last = INT64_C(8000000000) * 1000000000;
    static const struct {
        uint64_t stamp;
        int64_t offset, wanted;
    } rows[] = {{1700000000, 0, INT64_C(1700000000000000000)},
                {1700000000, -5, INT64_C(1699999995000000000)},
                {8000000000, 3999999999, last},
                {UINT64_MAX, 3999999999, last},
                {UINT64_MAX, -3999999999, INT64_C(4000000001000000000)},
                {5, -3999999999, 0},
                {5, INT64_MIN, INT64_C(5000000000)},
                {5, INT64_MAX, INT64_C(5000000000)}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(time_of_packet(rows[i].stamp, rows[i].offset), rows[i].wanted);
}

static void other_files_are_named(void **state) {
    (void)state;
    static const struct {
        const char *bytes, *word;
    } rows[] = {{"PK\003\004....", "ZIP"},
                {"\x1f\x8b\x08\x01", "gzip file that is cut off"},
                {"\x1f\x8b\x08\xff....", "gzip file whose data is damaged"},
                {"-----BEGIN CERTIFICATE-----", "PEM"},
                {"hello", "text"},
                {"", "empty"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool has_trouble;
        char *error = read_all((const uint8_t *)rows[i].bytes, strlen(rows[i].bytes), &has_trouble);
        assert_non_null(error);
        assert_non_null(strstr(error, rows[i].word));
        free(error);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_half_open),     cmocka_unit_test(pcap_lengths_that_lie),
        cmocka_unit_test(pcapng_lengths_that_lie), cmocka_unit_test(the_first_damage_is_told),
        cmocka_unit_test(what_is_written_is_read), cmocka_unit_test(times_stay_within_what_can_be_told_apart),
        cmocka_unit_test(other_files_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
