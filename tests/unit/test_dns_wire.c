/* Does dns_read() tell the answers of name servers apart, and does it survive those that lie? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/dns.h"
#include "tests/unit/shared_data.h"

/* Pieces of messages; the question name e.t begins at octet 12, so a pointer to it is C0 0C. */
#define HEAD(flags, answers, authority, more) "\x12\x34" flags "\0\1\0" answers "\0" authority "\0" more
#define GOOD "\x81\x80"
#define NAME "\1e\1t\0"
#define ASKED_SRV NAME "\0\x21\0\1"
#define ASKED_A NAME "\0\1\0\1"
#define ASKED_AAAA NAME "\0\x1c\0\1"
#define AT "\xc0\x0c"
#define TTL "\0\0\0\x3c"
#define RR_SRV(size) "\0\x21\0\1" TTL "\0" size
#define RR_A(size) "\0\1\0\1" TTL "\0" size
#define RR_AAAA "\0\x1c\0\1" TTL "\0\x10"
#define RR_CNAME(size) "\0\5\0\1" TTL "\0" size
#define ONE "\1"
#define NONE "\0"

struct row {
    const char *label;
    enum dns_type type;
    const char *bytes;
    size_t size;
    enum dns_state state;
    const char *shows; /* aliases, then records, as print() writes them */
    const char *error; /* part of it; NULL: there must be none */
};
#define BYTES(text) text, sizeof(text) - 1

static const struct row rows[] = {
    {"one service", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\x0b") "\0\x0a\0\5\x20\xfb\1x\1t\0"),
     DNS_ANSWERED, "e.t:10:5:8443:x.t", NULL},
    {"order is priority, weight from high to low, target; doubles count once", DNS_SRV,
     BYTES(HEAD(GOOD, "\5", NONE, NONE) ASKED_SRV /**/
               AT RR_SRV("\x0b") "\0\x0a\0\5\x20\xfb\1x\1t\0" AT RR_SRV(
                   "\x0b") "\0\x0a\0\6\x20\xfb\1b\1t\0"                                                /**/
           AT RR_SRV("\x0b") "\0\x0a\0\6\x20\xfb\1a\1t\0" AT RR_SRV("\x0b") "\0\1\0\0\x20\xfb\1z\1t\0" /**/
           AT RR_SRV("\x0b") "\0\x0a\0\5\x20\xfb\1x\1t\0"),
     DNS_ANSWERED, "e.t:1:0:8443:z.t e.t:10:6:8443:a.t e.t:10:6:8443:b.t e.t:10:5:8443:x.t", NULL},
    {"service not offered (RFC 2782)", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\7") "\0\0\0\0\0\0\0"), DNS_ANSWERED,
     "e.t:0:0:0:.", NULL},
    {"case of a target is kept", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\x0d") "\0\0\0\0\0\1\3X_y\1T\0"), DNS_ANSWERED,
     "e.t:0:0:1:X_y.T", NULL},
    {"an address as target stays text", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\x0f") "\0\0\0\0\0\1\1"
                                                                   "1\1"
                                                                   "2\1"
                                                                   "3\1"
                                                                   "4\0"),
     DNS_ANSWERED, "e.t:0:0:1:1.2.3.4", NULL},
    {"control characters, dots and backslashes in a label are escaped", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\x0f") "\0\0\0\0\0\1\5\x1b\0.\\\xe4\1t\0"),
     DNS_ANSWERED, "e.t:0:0:1:\\027\\000\\.\\\\\\228.t", NULL},
    {"compressed target", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\x0a") "\0\0\0\0\0\1\1x\xc0\x0e"), DNS_ANSWERED,
     "e.t:0:0:1:x.t", NULL},
    {"two addresses", DNS_A,
     BYTES(HEAD(GOOD, "\2", NONE, NONE) ASKED_A AT RR_A("\4") "\x0a\0\0\2" AT RR_A("\4") "\x0a\0\0\1"),
     DNS_ANSWERED, "e.t:10.0.0.1 e.t:10.0.0.2", NULL},
    {"IPv6", DNS_AAAA,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_AAAA AT RR_AAAA "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"),
     DNS_ANSWERED, "e.t:2001:db8::1", NULL},
    {"alias, case differs, records before it", DNS_A,
     BYTES(HEAD(GOOD, "\3", NONE, NONE) ASKED_A
           "\1Y\1t\0" RR_A("\4") "\x0a\0\0\1" /**/
                                 "\1x\1T\0" RR_CNAME("\5") "\1y\1t\0" AT RR_CNAME("\5") "\1X\1t\0"),
     DNS_ANSWERED, "(X.t) (y.t) Y.t:10.0.0.1", NULL},
    {"records outside the chain do not count", DNS_A,
     BYTES(HEAD(GOOD, "\2", NONE, NONE) ASKED_A
           "\1z\1t\0" RR_A("\4") "\x0a\0\0\1" AT RR_CNAME("\5") "\1x\1t\0"),
     DNS_NO_DATA, "(x.t)", "no record of this type"},
    {"records of another type do not count", DNS_AAAA,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_AAAA AT RR_A("\4") "\x0a\0\0\1"), DNS_NO_DATA, "",
     "no record of this type"},
    {"records of another class do not count", DNS_A,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_A AT "\0\1\0\3" TTL "\0\4\x0a\0\0\1"), DNS_NO_DATA, "",
     "no record"},
    {"alias of nothing", DNS_A, BYTES(HEAD("\x81\x83", ONE, NONE, NONE) ASKED_A AT RR_CNAME("\5") "\1x\1t\0"),
     DNS_NXDOMAIN, "(x.t)", "NXDOMAIN"},
    {"the name exists", DNS_A, BYTES(HEAD(GOOD, NONE, NONE, NONE) ASKED_A), DNS_NO_DATA, "", "no record"},
    {"referral", DNS_A, BYTES(HEAD("\x80\0", NONE, ONE, NONE) ASKED_A "\1t\0\0\2\0\1" TTL "\0\3\1n\0"),
     DNS_NO_DATA, "", "referral"},
    {"no such name", DNS_A, BYTES(HEAD("\x81\x83", NONE, NONE, NONE) ASKED_A), DNS_NXDOMAIN, "", "NXDOMAIN"},
    {"server failure", DNS_A, BYTES(HEAD("\x81\x82", NONE, NONE, NONE) ASKED_A), DNS_SERVFAIL, "",
     "SERVFAIL"},
    {"refused, question left out", DNS_A, BYTES("\x12\x34\x81\x85\0\0\0\0\0\0\0\0"), DNS_REFUSED, "",
     "REFUSED"},
    {"format error", DNS_A, BYTES(HEAD("\x81\x81", NONE, NONE, NONE) ASKED_A), DNS_OTHER_RCODE, "",
     "FORMERR"},
    {"RCODE without a name", DNS_A, BYTES(HEAD("\x81\x8b", NONE, NONE, NONE) ASKED_A), DNS_OTHER_RCODE, "",
     "RCODE 11"},
    {"RCODE of EDNS", DNS_A, BYTES(HEAD(GOOD, NONE, NONE, ONE) ASKED_A "\0\0\x29\4\xd0\1\0\0\0\0\0"),
     DNS_OTHER_RCODE, "", "BADVERS"},
    {"cut short", DNS_A, BYTES(HEAD("\x83\x80", NONE, NONE, NONE) ASKED_A), DNS_TRUNCATED, "", "cut short"},
    {"cut short, with records that may not be all", DNS_A,
     BYTES(HEAD("\x83\x80", ONE, NONE, NONE) ASKED_A AT RR_A("\4") "\x0a\0\0\1"), DNS_TRUNCATED, "",
     "cut short"},
    /* what is no answer */
    {"nothing", DNS_A, BYTES(""), DNS_MALFORMED, "", "shorter than a DNS header"},
    {"half a header", DNS_A, BYTES("\x12\x34\x81\x80\0\1"), DNS_MALFORMED, "", "shorter than a DNS header"},
    {"another protocol", DNS_A, BYTES("HTTP/1.1 400 Bad Request\r\n\r\n"), DNS_MALFORMED, "", "malformed"},
    {"our own question", DNS_A, BYTES(HEAD("\1\0", NONE, NONE, NONE) ASKED_A), DNS_MALFORMED, "",
     "a question"},
    {"no question", DNS_A, BYTES("\x12\x34\x81\x80\0\0\0\0\0\0\0\0"), DNS_MALFORMED, "", "not repeat"},
    {"two questions", DNS_A, BYTES("\x12\x34\x81\x80\0\2\0\0\0\0\0\0" ASKED_A ASKED_A), DNS_MALFORMED, "",
     "not repeat"},
    {"another name", DNS_A, BYTES(HEAD(GOOD, NONE, NONE, NONE) "\1f\1t\0\0\1\0\1"), DNS_MALFORMED, "",
     "another question"},
    {"another type", DNS_A, BYTES(HEAD(GOOD, NONE, NONE, NONE) ASKED_AAAA), DNS_MALFORMED, "",
     "another question"},
    {"more records claimed than came", DNS_A,
     BYTES(HEAD(GOOD, "\2", NONE, NONE) ASKED_A AT RR_A("\4") "\x0a\0\0\1"), DNS_MALFORMED, "",
     "beyond the end"},
    {"a record that claims more than came", DNS_A,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_A AT RR_A("\x7f") "\x0a\0\0\1"), DNS_MALFORMED, "",
     "more bytes"},
    {"an address of five octets", DNS_A,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_A AT RR_A("\5") "\x0a\0\0\1\1"), DNS_MALFORMED, "",
     "does not fit its type"},
    {"a target that ends inside its record", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\x0c") "\0\x0a\0\5\x20\xfb\1x\1t\0\0"),
     DNS_MALFORMED, "", "does not fit its type"},
    {"a target that runs out of its record", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\x0a") "\0\x0a\0\5\x20\xfb\1x\1t\0"),
     DNS_MALFORMED, "", "does not fit its type"},
    {"a service without target", DNS_SRV,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_SRV AT RR_SRV("\6") "\0\x0a\0\5\x20\xfb"), DNS_MALFORMED, "",
     "does not fit its type"},
    {"a pointer to itself", DNS_A,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_A "\xc0\x15" RR_A("\4") "\x0a\0\0\1"), DNS_MALFORMED, "",
     "backwards"},
    {"a pointer forwards", DNS_A,
     BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_A "\xc0\x30" RR_A("\4") "\x0a\0\0\1"), DNS_MALFORMED, "",
     "backwards"},
    {"half a pointer", DNS_A, BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_A "\xc0"), DNS_MALFORMED, "",
     "beyond the end"},
    {"a label of a reserved kind", DNS_A, BYTES(HEAD(GOOD, ONE, NONE, NONE) ASKED_A "\x80zzzzzz"),
     DNS_MALFORMED, "", "unknown kind"},
    {"aliases in a circle", DNS_A,
     BYTES(HEAD(GOOD, "\2", NONE, NONE) ASKED_A AT RR_CNAME("\5") "\1x\1t\0"
                                                                  "\1x\1t\0" RR_CNAME("\5") "\1E\1t\0"),
     DNS_MALFORMED, "", "circle"},
    {"authority section broken: the answer stands", DNS_A,
     BYTES(HEAD(GOOD, ONE, "\7", NONE) ASKED_A AT RR_A("\4") "\x0a\0\0\1\xff\xff"), DNS_ANSWERED,
     "e.t:10.0.0.1", NULL},
};

static void print(struct arena *arena, const struct dns_query *q, char **out) {
    *out = arena_text(arena, "");
    for (size_t i = 0; i < q->aliases.n; i++)
        *out = arena_printf(arena, "%s%s(%s)", *out, **out != 0 ? " " : "", q->aliases.v[i]);
    for (size_t i = 0; i < q->records.n; i++) {
        const struct dns_record *r = q->records.v[i];
        assert_int_equal(r->type, q->type);
        *out = r->target == NULL
                   ? arena_printf(arena, "%s%s%s:%s", *out, **out != 0 ? " " : "", r->owner, r->address)
                   : arena_printf(arena, "%s%s%s:%d:%d:%d:%s", *out, **out != 0 ? " " : "", r->owner,
                                  r->priority, r->weight, r->port, r->target);
    }
}

static void test_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct arena *arena = arena_new();
        struct dns_query query = {.name = (char *)"e.t", .type = row->type};
        uint8_t *exact = malloc(row->size + (row->size == 0)); /* so that a sanitizer sees one byte too far */
        char *shown;
        memcpy(exact, row->bytes, row->size);
        dns_read(arena, exact, row->size, &query);
        print(arena, &query, &shown);
        bool good = query.state == row->state && strcmp(shown, row->shows) == 0 &&
                    (row->error == NULL ? query.error == NULL
                                        : query.error != NULL && strstr(query.error, row->error) != NULL);
        if (!good)
            print_error("%s: %s [%s] %s\n", row->label, enum_text(dns_states, query.state), shown,
                        query.error != NULL ? query.error : "(no error)");
        assert_true(good);
        free(exact);
        arena_free(arena);
    }
}

/* Every prefix of a good answer is malformed: nothing is taken from half a message. */
static void test_prefixes(void **state) {
    (void)state;
    const struct row *whole = &rows[1];
    for (size_t size = 0; size < whole->size; size++) {
        struct arena *arena = arena_new();
        struct dns_query query = {.name = (char *)"e.t", .type = DNS_SRV};
        uint8_t *exact = malloc(size + 1);
        memcpy(exact, whole->bytes, size);
        dns_read(arena, exact, size, &query);
        assert_int_equal(query.state, DNS_MALFORMED);
        assert_int_equal(query.records.n, 0);
        free(exact);
        arena_free(arena);
    }
}

/* Far more records than any edge has: the first hundred are kept and the rest is told. */
static void test_flood(void **state) {
    (void)state;
    enum { COUNT = 4000, RECORD = 16 };
    struct arena *arena = arena_new();
    static const char head[] = HEAD(GOOD, NONE, NONE, NONE) ASKED_A;
    size_t size = sizeof head - 1;
    uint8_t *bytes = arena_alloc(arena, size + COUNT * RECORD);
    memcpy(bytes, head, size);
    bytes[6] = COUNT >> 8;
    bytes[7] = COUNT & 255;
    for (int i = 0; i < COUNT; i++, size += RECORD) {
        memcpy(bytes + size, AT RR_A("\4"), 12);
        bytes[size + 14] = (uint8_t)(i >> 8);
        bytes[size + 15] = (uint8_t)i;
    }
    struct dns_query query = {.name = (char *)"e.t", .type = DNS_A};
    dns_read(arena, bytes, size, &query);
    assert_int_equal(query.state, DNS_ANSWERED);
    assert_int_equal(query.records.n, 100);
    assert_non_null(strstr(query.error, "more than 100"));
    arena_free(arena);
}

/* A fact that is filled twice (UDP, then TCP) keeps nothing of the first time. */
static void test_again(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct dns_query query = {.name = (char *)"e.t", .type = DNS_SRV};
    dns_read(arena, (const uint8_t *)rows[1].bytes, rows[1].size, &query);
    dns_read(arena, (const uint8_t *)rows[0].bytes, rows[0].size, &query);
    assert_int_equal(query.records.n, 1);
    dns_read(arena, NULL, 0, &query);
    assert_int_equal(query.state, DNS_MALFORMED);
    assert_int_equal(query.records.n, 0);
    arena_free(arena);
}

/* The question a message holds, so that its answer section is read as the answer to it. */
static bool question_of(const uint8_t *bytes, size_t size, char *name, enum dns_type *type) {
    size_t at = 12, n = 0;
    while (at < size && bytes[at] > 0 && bytes[at] < 64 && at + 1u + bytes[at] < size && n < 200) {
        n += (size_t)snprintf(name + n, 256 - n, "%s%.*s", n > 0 ? "." : "", bytes[at],
                              (const char *)bytes + at + 1);
        at += 1u + bytes[at];
    }
    if (at + 4 >= size || bytes[at] != 0 || n == 0)
        return false;
    *type = bytes[at + 2] == 33 ? DNS_SRV : bytes[at + 2] == 28 ? DNS_AAAA : DNS_A;
    return true;
}

static void read_one(const char *path, const uint8_t *bytes, size_t size, void *context) {
    struct arena *arena = arena_new();
    struct dns_query other = {.name = (char *)"no.such.question.example", .type = DNS_A};
    dns_read(arena, bytes, size, &other);
    assert_int_not_equal(other.state, DNS_NOT_ASKED);
    assert_int_not_equal(other.state, DNS_ANSWERED); /* none holds this question */
    char name[256] = "";
    struct dns_query same = {.name = name};
    if (question_of(bytes, size, name, &same.type)) {
        dns_read(arena, bytes, size, &same);
        assert_int_not_equal(same.state, DNS_NOT_ASKED);
        assert_true((same.state == DNS_ANSWERED) == (same.records.n > 0));
        *(size_t *)context += same.state != DNS_MALFORMED;
    }
    (void)path;
    arena_free(arena);
}

/* Answers found by fuzzing c-ares, which nobody here wrote. */
static void test_c_ares_inputs(void **state) {
    (void)state;
    shared_data_or_skip();
    size_t understood = 0, count = shared_data_each("dns/c-ares-fuzz/test/fuzzinput", read_one, &understood);
    assert_true(count > 0);
    assert_true(understood > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_prefixes),
                                       cmocka_unit_test(test_flood), cmocka_unit_test(test_again),
                                       cmocka_unit_test(test_c_ares_inputs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
