/* Are findings told in their order, and those of a capture that say the same as one? See finding.h. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct findings *to;

static int open_findings(void **state) {
    (void)state;
    to = findings_new();
    return 0;
}

static int close_findings(void **state) {
    (void)state;
    findings_free(to);
    return 0;
}

static void assert_order(const char *const *subjects, size_t count) {
    assert_int_equal(to->n, count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(to->v[i]->subject, subjects[i]) != 0)
            fail_msg("place %zu: %s, wanted %s", i, to->v[i]->subject, subjects[i]);
}

static void worst_come_first(void **state) {
    (void)state;
    static const char *const wanted[] = {"fails", "warns", "not known", "informs", "passes", "skipped"};
    find_skip(to, CHECK_TLS_SNI, (struct about){.subject = "skipped"}, "x");
    find_pass(to, CHECK_TLS_SNI, (struct about){.subject = "passes"}, "x");
    find_cause(to, CAUSE_CHAIN_SERVED_HAS_ROOT, (struct about){.subject = "informs"}, "x");
    find_unknown(to, CHECK_TLS_SNI, (struct about){.subject = "not known"}, "x");
    find_cause(to, CAUSE_TLS_SNI_VARIES, (struct about){.subject = "warns"}, "x");
    find_cause(to, CAUSE_TLS_SNI_NEEDS_SNI, (struct about){.subject = "fails"}, "x");
    findings_sort(to);
    assert_order(wanted, 6);
}

/* Why something could not be judged goes before what could not be judged for it. */
static void reasons_come_first(void **state) {
    (void)state;
    static const char *const wanted[] = {"lacks a file", "a", "b", "c"};
    find_unknown(to, CHECK_TLS_SNI, (struct about){.subject = "a"}, "x");
    find_unknown(to, CHECK_TLS_SNI, (struct about){.subject = "b"}, "x");
    find_cause(to, CAUSE_HOST_BUNDLE_INCOMPLETE, (struct about){.subject = "lacks a file"}, "x");
    find_pass(to, CHECK_DNS_SRV_PORT, (struct about){.subject = "c"}, "x");
    findings_sort(to);
    assert_order(wanted, 4);
}

/* The catalogue's order, then subject, then address (none before any), then as they were added. */
static void alike_have_an_order(void **state) {
    (void)state;
    static const char *const summaries[] = {"net", "a", "a, 192.0.2.1", "a, 192.0.2.2", "a, 192.0.2.2 again",
                                            "b"};
    find_pass(to, CHECK_TLS_SNI, (struct about){.subject = "b"}, "b");
    find_pass(to, CHECK_TLS_SNI, (struct about){.subject = "a", .address = "192.0.2.2"}, "a, 192.0.2.2");
    find_pass(to, CHECK_TLS_SNI, (struct about){.subject = "a", .address = "192.0.2.1"}, "a, 192.0.2.1");
    find_pass(to, CHECK_TLS_SNI, (struct about){.subject = "a", .address = "192.0.2.2"},
              "a, 192.0.2.2 again");
    find_pass(to, CHECK_TLS_SNI, (struct about){.subject = "a"}, "a");
    find_pass(to, CHECK_NET_CONNECT, (struct about){.subject = "z"}, "net");
    findings_sort(to);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(to->v[i]->summary, summaries[i]);
}

static void the_worst_decides(void **state) {
    (void)state;
    assert_int_equal(findings_status(to), STATUS_PASS);
    find_skip(to, CHECK_TLS_SNI, about_domain("a"), "x");
    find_cause(to, CAUSE_CHAIN_SERVED_HAS_ROOT, about_domain("a"), "x");
    assert_int_equal(findings_status(to), STATUS_PASS);
    find_unknown(to, CHECK_TLS_SNI, about_domain("a"), "x");
    assert_int_equal(findings_status(to), STATUS_UNKNOWN);
    find_cause(to, CAUSE_TLS_SNI_VARIES, about_domain("a"), "x");
    find_unknown(to, CHECK_TLS_SNI, about_domain("a"), "x");
    assert_int_equal(findings_status(to), STATUS_WARN);
    find_cause(to, CAUSE_TLS_SNI_NEEDS_SNI, about_domain("a"), "x");
    find_cause(to, CAUSE_TLS_SNI_VARIES, about_domain("a"), "x");
    assert_int_equal(findings_status(to), STATUS_FAIL);
}

static void an_address_tells_subjects_apart(void **state) {
    (void)state;
    struct about about = {.subject = "a:1", .address = "192.0.2.1"};
    assert_string_equal(finding_subject(to->arena, find_pass(to, CHECK_TLS_SNI, about, "x")),
                        "a:1 (192.0.2.1)");
    about.address = NULL;
    assert_string_equal(finding_subject(to->arena, find_pass(to, CHECK_TLS_SNI, about, "x")), "a:1");
    about.subject = NULL;
    assert_string_equal(finding_subject(to->arena, find_pass(to, CHECK_TLS_SNI, about, "x")), "this run");
}

/* ---- captures ---- */

static struct finding *captured(const char *subject, int connection, const char *found, int ms) {
    struct ids *ids = ARENA_NEW(to->arena, struct ids);
    ids_add(to->arena, ids, connection);
    struct finding *f =
        find_cause(to, CAUSE_TLS_SNI_VARIES, (struct about){.subject = subject, .connections = ids}, "x");
    evidence_text(f, "found", found);
    evidence_int(f, "ms", ms);
    return f;
}

/* What differs by itself (how long it took, who it was) parts no findings; what was found does. */
static void connections_that_went_alike_are_one(void **state) {
    (void)state;
    captured("a", 7, "this", 30);
    captured("a", 2, "that", 10);
    captured("b", 4, "this", 10);
    captured("a", 3, "this", 20);
    captured("a", 7, "this", 10);
    find_cause(to, CAUSE_TLS_SNI_VARIES, (struct about){.subject = "a"}, "of no capture");
    findings_gather(to);
    assert_int_equal(to->n, 4);
    assert_evidence(to->v[0], "connections", "[3, 7]");
    assert_evidence(to->v[0], "ms", "30"); /* the first's */
    assert_evidence(to->v[1], "connections", "[2]");
    assert_string_equal(to->v[2]->subject, "b");
    assert_evidence(to->v[2], "connections", "[4]");
    assert_null(evidence_value(to->v[3], "connections"));
}

/* Nor what passes: versions and suites stand in the list of connections. */
static void passes_are_one_whatever_they_tell(void **state) {
    (void)state;
    for (int i = 1; i <= 2; i++) {
        struct ids *ids = ARENA_NEW(to->arena, struct ids);
        ids_add(to->arena, ids, i);
        evidence_int(find_pass(to, CHECK_TLS_SNI, (struct about){.subject = "a", .connections = ids}, "x"),
                     "version", i);
        evidence_int(find_unknown(to, CHECK_TLS_SNI, (struct about){.subject = "a", .connections = ids}, "x"),
                     "version", i);
    }
    findings_gather(to);
    assert_int_equal(to->n, 3); /* one pass, two that are not known */
    assert_evidence(to->v[0], "connections", "[1, 2]");
}

static void subjects_keep_apart(void **state) {
    (void)state;
    struct ids *ids = ARENA_NEW(to->arena, struct ids);
    ids_add(to->arena, ids, 1);
    const struct about about[] = {
        {.subject = "a", .connections = ids},
        {.subject = "a", .address = "192.0.2.1", .connections = ids},
        {.subject = "a", .domain = "example.com", .connections = ids},
        {.subject = "a", .zone = "mra", .connections = ids},
        {.subject = "a", .node = "expe1", .connections = ids},
        {.subject = "a", .list = "ca.pem", .connections = ids},
    };
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        find_cause(to, CAUSE_TLS_SNI_VARIES, about[i], "x");
    find_cause(to, CAUSE_TLS_SNI_NEEDS_SNI, about[0], "x");
    find_pass(to, CHECK_TLS_VERSION, about[0], "x");
    find_skip(to, CHECK_TLS_VERSION, about[0], "x");
    findings_gather(to);
    assert_int_equal(to->n, sizeof about / sizeof *about + 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_findings, close_findings)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(worst_come_first),
        TEST(reasons_come_first),
        TEST(alike_have_an_order),
        TEST(the_worst_decides),
        TEST(an_address_tells_subjects_apart),
        TEST(connections_that_went_alike_are_one),
        TEST(passes_are_one_whatever_they_tell),
        TEST(subjects_keep_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
