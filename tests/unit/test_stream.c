/* Do segments become the bytes that were sent, whatever order, copies and holes they come with? A row is what
 * a capture holds; what comes out is written as text, a gap as [n]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture/stream.h"

enum { OUT = 256, STEPS = 12 };

struct heard {
    char text[OUT];
    size_t size;
};

static void on_bytes(void *context, const uint8_t *bytes, size_t size) {
    struct heard *h = context;
    assert_true(h->size + size < OUT);
    memcpy(h->text + h->size, bytes, size);
    h->size += size;
}

static void on_gap(void *context, size_t size) {
    struct heard *h = context;
    h->size += (size_t)snprintf(h->text + h->size, OUT - h->size, "[%zu]", size);
}

struct step {
    enum { NOTHING, BEGIN, DATA, CUT, ACK, END } what;
    int at; /* from the first byte */
    const char *bytes;
    size_t length; /* CUT: as it was on the wire */
};

static const struct row {
    const char *name;
    struct step steps[STEPS];
    const char *wanted;
    int overlaps;
} rows[] = {
    {"in order", {{BEGIN, 0, NULL, 0}, {DATA, 0, "abc", 0}, {DATA, 3, "def", 0}}, "abcdef", 0},
    {"the other way round", {{BEGIN, 0, NULL, 0}, {DATA, 3, "def", 0}, {DATA, 0, "abc", 0}}, "abcdef", 0},
    {"three, backwards",
     {{BEGIN, 0, NULL, 0}, {DATA, 6, "ghi", 0}, {DATA, 3, "def", 0}, {DATA, 0, "abc", 0}},
     "abcdefghi",
     0},
    {"sent again",
     {{BEGIN, 0, NULL, 0}, {DATA, 0, "abc", 0}, {DATA, 0, "abc", 0}, {DATA, 3, "d", 0}},
     "abcd",
     0},
    {"sent again with more", {{BEGIN, 0, NULL, 0}, {DATA, 0, "abc", 0}, {DATA, 0, "abcdef", 0}}, "abcdef", 0},
    {"overlapping, agreeing", {{BEGIN, 0, NULL, 0}, {DATA, 0, "abcd", 0}, {DATA, 2, "cdef", 0}}, "abcdef", 0},
    {"overlapping, disagreeing: the first copy wins",
     {{BEGIN, 0, NULL, 0}, {DATA, 0, "abcd", 0}, {DATA, 2, "XXef", 0}},
     "abcdef",
     1},
    {"disagreeing behind a hole",
     {{BEGIN, 0, NULL, 0}, {DATA, 3, "def", 0}, {DATA, 4, "XXg", 0}, {DATA, 0, "abc", 0}},
     "abcdefg",
     1},
    {"never came, and never was acknowledged", {{BEGIN, 0, NULL, 0}, {DATA, 3, "def", 0}}, "[3]def", 0},
    {"cut by the snapshot length", {{BEGIN, 0, NULL, 0}, {CUT, 0, "ab", 5}, {DATA, 5, "f", 0}}, "ab[3]f", 0},
    {"what was cut comes again whole",
     {{BEGIN, 0, NULL, 0}, {DATA, 2, "c", 0}, {CUT, 0, "a", 2}, {DATA, 3, "d", 0}},
     "a[1]cd",
     0},
    {"the beginning was not captured", {{DATA, 0, "abc", 0}, {DATA, 3, "def", 0}}, "abcdef", 0},
    {"a keep-alive's byte before the data",
     {{BEGIN, 0, NULL, 0}, {DATA, -1, "?", 0}, {DATA, 0, "abc", 0}},
     "abc",
     0},
    {"lost at the end", {{BEGIN, 0, NULL, 0}, {DATA, 0, "abc", 0}, {END, 6, NULL, 0}}, "abc[3]", 0},
};

static void row_try(const struct row *row, uint32_t base) {
    struct heard heard = {.size = 0};
    struct stream stream = {.known = false};
    struct stream_sink sink = {on_bytes, on_gap, &heard};
    for (const struct step *s = row->steps; s->what != NOTHING; s++) {
        uint32_t seq = base + (uint32_t)s->at;
        size_t size = s->bytes == NULL ? 0 : strlen(s->bytes);
        if (s->what == BEGIN)
            stream_begin(&stream, seq);
        else if (s->what == END)
            stream_end(&stream, seq);
        else if (s->what == ACK)
            stream_acknowledged(&stream, &sink, seq);
        else
            stream_add(&stream, &sink, seq, (const uint8_t *)s->bytes, size,
                       s->what == CUT ? s->length : size);
    }
    stream_flush(&stream, &sink);
    heard.text[heard.size] = 0;
    if (strcmp(heard.text, row->wanted) != 0 || stream.overlaps != row->overlaps)
        fail_msg("%s from %u: %s, %d overlaps; wanted %s, %d", row->name, base, heard.text, stream.overlaps,
                 row->wanted, row->overlaps);
    stream_free(&stream);
}

static void segments_become_bytes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        row_try(&rows[i], 1000);
        row_try(&rows[i], UINT32_MAX - 3); /* RFC 9293 3.4: numbers wrap */
    }
}

static void count_bytes(void *context, const uint8_t *bytes, size_t size) {
    (void)bytes;
    *(size_t *)context += size;
}

static void count_gap(void *context, size_t size) {
    (void)size;
    (void)context;
}

/* A sender that leaves a hole and goes on for ever must not fill our memory. */
static void a_hole_is_given_up(void **state) {
    (void)state;
    static const uint8_t block[1400];
    size_t heard = 0, most = 0;
    struct stream stream = {.known = false};
    struct stream_sink sink = {count_bytes, count_gap, &heard};
    stream_begin(&stream, 0);
    for (uint32_t i = 1; i <= 50000; i++) { /* 70 MB */
        stream_add(&stream, &sink, i * sizeof block, block, sizeof block, sizeof block);
        most = stream_memory(&stream) > most ? stream_memory(&stream) : most;
    }
    stream_flush(&stream, &sink);
    assert_int_equal(heard, 50000 * sizeof block);
    assert_in_range(most, sizeof block, 2 * 1024 * 1024);
    stream_free(&stream);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(segments_become_bytes),
                                       cmocka_unit_test(a_hole_is_given_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
