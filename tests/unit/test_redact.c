/* Does no original stay behind its pseudonym, whatever its form and wherever it stands, and is one thing
 * called the same throughout? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "facts/facts.h"
#include "facts/save.h"
#include "redact/pseudonyms.h"
#include "redact/redact.h"
#include "redact/vocabulary.h"

/* ---- names by chance, the same in every run ---- */

struct chance {
    uint64_t state;
};

static unsigned next(struct chance *chance, unsigned below) {
    chance->state = chance->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(chance->state >> 33) % below;
}

static void letters(struct chance *chance, char *to, size_t size, const char *of) {
    for (size_t i = 0; i < size; i++)
        to[i] = of[next(chance, (unsigned)strlen(of))];
    to[size] = 0;
}

/* A label of seven letters that no sentence has: "qz" begins none. */
static const char *label(struct chance *chance, struct arena *arena) {
    char rest[16];
    letters(chance, rest, 5, "bcdfghjklmnpqrstvwxz");
    return arena_printf(arena, "qz%s", rest);
}

enum shape { WORD, NUMBERED, HYPHENS, UPPER, UNDERSCORE, DOTTED, UNKNOWN_TOP, V4, V6, UMLAUT, SHAPES };

static const char *name_of(struct chance *chance, struct arena *arena, enum shape shape) {
    const char *one = label(chance, arena), *other = label(chance, arena);
    switch (shape) {
    case NUMBERED:
        return arena_printf(arena, "%s%02u", one, next(chance, 100));
    case HYPHENS:
        return arena_printf(arena, "%s-exp-e%u", one, next(chance, 100));
    case UPPER:
        return arena_printf(arena, "QZ%s", "BKWVX");
    case UNDERSCORE:
        return arena_printf(arena, "%s_%s", one, other);
    case DOTTED:
        return arena_printf(arena, "%s.%s.com", one, other);
    case UNKNOWN_TOP:
        return arena_printf(arena, "%s.%s.qzz", one, other);
    case V4:
        return arena_printf(arena, "203.0.%u.%u", 113 + next(chance, 100), 10 + next(chance, 200));
    case V6:
        return arena_printf(arena, "2001:db8:%x::%x", 0xa00 + next(chance, 255), 0xb00 + next(chance, 255));
    case UMLAUT:
        return arena_printf(arena, "%s\xc3\xbc%s", one, other);
    default:
        return one;
    }
}

/* What may not be found: the whole, and each label of ours in it. */
static void must_be_gone(const char *told, const char *name, const char *where) {
    if (strcasestr(told, name) != NULL)
        fail_msg("%s: %s stays in %s", where, name, told);
    for (const char *at = strcasestr(name, "qz"); at != NULL; at = strcasestr(at + 2, "qz")) {
        char part[8] = "";
        memcpy(part, at, strnlen(at, 7));
        if (strlen(part) == 7 && strcasestr(told, part) != NULL)
            fail_msg("%s: %s of %s stays in %s", where, part, name, told);
    }
}

/* ---- strange texts ---- */

static const char *const templates[] = {
    "%s",
    "This system cannot communicate with one or more remote hosts: %s",
    "SSL connection failed for '%s': certificate verify failed",
    "peer=%s, action terminate",
    "(%s) refused",
    "to %s:5061 and back",
    "alice@%s",
    "sip:alice@%s;transport=tls",
    "<sip:%s>",
    "https://%s:8443/cucm-uds/version",
    "CN=%s, O=Lab",
    "a/%s/b",
    "jabberd-port-1.%s",
    "{CN: %s, Alt-DNS: %s}",
    "TLS to %s. It failed.",
    "\"%s\"",
};

static const char *filled(struct arena *arena, const char *template, const char *name) {
    const char *first = strstr(template, "%s"), *second = strstr(first + 2, "%s");
    if (second == NULL)
        return arena_printf(arena, "%.*s%s%s", (int)(first - template), template, name, first + 2);
    return arena_printf(arena, "%.*s%s%.*s%s%s", (int)(first - template), template, name,
                        (int)(second - first) - 2, first + 2, name, second + 2);
}

static void no_name_stays_in_strange_texts(void **state) {
    (void)state;
    struct chance chance = {7};
    for (int round = 0; round < 20; round++) {
        struct arena *arena = arena_new();
        struct pseudonyms *p = pseudonyms_new(arena);
        vocabulary_know(p);
        for (enum shape shape = 0; shape < SHAPES; shape++) {
            const char *name = name_of(&chance, arena, shape);
            if (round % 2 == 1)
                pseudonyms_know_name(p, name);
            for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
                const char *text = filled(arena, templates[i], name);
                const char *told = pseudonym_of_strange_text(p, text);
                must_be_gone(told, name, text);
                assert_string_equal(told, pseudonym_of_strange_text(p, text));
            }
        }
        pseudonyms_free(p);
        arena_free(arena);
    }
}

/* What lines of boxes say stays to be read. */
static void words_of_lines_stay(void **state) {
    static const char *const rows[] = {
        "Unified Communications SSH tunnel failure: This system cannot communicate with one or more remote "
        "hosts:",
        "self signed certificate in certificate chain",
        "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",
        "TCP Connection Failed",
        "Outbound TLS Negotiation Error",
        "unknown ca",
        "tlsv1 alert unknown ca",
        "Certificate Management: Server certificate uploaded by <concealed>",
        "No such file or directory",
        "no certificate returned",
        "TraversalServer",
        "Connection refused",
    };
    (void)state;
    struct arena *arena = arena_new();
    struct pseudonyms *p = pseudonyms_new(arena);
    vocabulary_know(p);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(pseudonym_of_strange_text(p, rows[i]), rows[i]);
    pseudonyms_free(p);
    arena_free(arena);
}

/* ---- one thing, one name ---- */

static void one_thing_has_one_name(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct pseudonyms *p = pseudonyms_new(arena);
    vocabulary_know(p);
    pseudonyms_know_name(p, "qzedge1.qzcorp.com");
    pseudonyms_call(p, "qzedge1.qzcorp.com", "expe");
    const char *name = pseudonym_of_name(p, "qzedge1.qzcorp.com"), *dot = strchr(name, '.');
    assert_string_equal(pseudonym_of_name(p, "QZEDGE1.QZCORP.com"), name);
    char *alone = arena_textn(arena, name, (size_t)(dot - name));
    assert_string_equal(pseudonym_of_strange_text(p, "qzedge1"), alone);
    assert_string_equal(pseudonym_of_text(p, "hosts: qzedge1"), arena_printf(arena, "hosts: %s", alone));
    assert_string_equal(pseudonym_of_strange_text(p, "user@qzedge1.qzcorp.com"),
                        arena_printf(arena, "user@%s", name));
    /* a label of a domain, too: "QZCORP-USERS" is not told by it, "qzcorp" alone is */
    assert_non_null(strstr(name, pseudonym_of_strange_text(p, "qzcorp")));
    assert_string_equal(pseudonym_of_address(p, "2001:DB8:0::17"), pseudonym_of_address(p, "2001:db8::17"));
    assert_string_equal(pseudonym_of_address(p, "10.1.2.3"), pseudonym_of_strange_text(p, "10.1.2.3"));
    assert_true(strncmp(pseudonym_of_address(p, "10.1.2.3"), "10.254.", 7) == 0);
    assert_string_equal(pseudonym_of_zone(p, "To Qzcorp"), pseudonym_of_zone(p, "To Qzcorp"));
    assert_true(strncmp(pseudonym_of_zone(p, "CEtcp-qzedge1.qzcorp.com"), "CEtcp-", 6) == 0);
    pseudonyms_free(p);
    arena_free(arena);
}

static void paths_go(void **state) {
    static const struct {
        const char *path, *told;
    } rows[] = {
        {"/cases/qzacme/e.tar.gz", "bundle1.tar.gz"},
        {"/cases/qzacme/e.tar.gz/xconf_dump_qzhost_2026-11-27_10_00_00.txt",
         "bundle1.tar.gz/xconf_dump_word-1_2026-11-27_10_00_00.txt"},
        {"X15_52A0QZ12_2026_backup.tar.gz.enc", "file 1.enc"},
        {"the rest of the archive", "the rest of the archive"},
        {"qznotes.txt", "file 2.txt"},
    };
    (void)state;
    struct arena *arena = arena_new();
    struct pseudonyms *p = pseudonyms_new(arena);
    vocabulary_know(p);
    pseudonyms_know_path(p, "/cases/qzacme/e.tar.gz");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(pseudonym_of_path(p, rows[i].path), rows[i].told);
    struct texts paths = {NULL, 0};
    texts_add(arena, &paths, "/cases/qzacme/e.tar.gz");
    assert_string_equal(redact_line(arena, &paths,
                                    "/cases/qzacme/e.tar.gz: nothing of an Expressway in it; wanted a "
                                    "diagnostic bundle; qznotes.txt: nothing that is read here"),
                        "bundle1.tar.gz: nothing of an Expressway in it; wanted a diagnostic bundle; "
                        "word-1.txt: nothing that is read here");
    pseudonyms_free(p);
    arena_free(arena);
}

/* ---- facts ---- */

static struct facts *facts_with(const char *name) {
    struct facts *facts = facts_new();
    struct arena *arena = facts->arena;
    struct bundle *box = ARENA_NEW(arena, struct bundle);
    struct alarm_seen *alarm = ARENA_NEW(arena, struct alarm_seen);
    struct moment *moment = ARENA_NEW(arena, struct moment);
    struct log_sight *sight = ARENA_NEW(arena, struct log_sight);
    struct box_zone *zone = ARENA_NEW(arena, struct box_zone);
    struct left_out *left = ARENA_NEW(arena, struct left_out);
    facts->run.command = facts->run.target = arena_text(arena, "bundle");
    facts->run.release = arena_text(arena, "X15.5");
    box->path = arena_printf(arena, "/cases/%s/e.tar.gz", name);
    box->node = arena_text(arena, name);
    texts_add(arena, &box->files_read, arena_printf(arena, "xconf_dump_%s_2026-11-27_10_00_00.txt", name));
    left->name = arena_printf(arena, "notes of %s.txt", name);
    left->why = arena_text(arena, "nothing that is read here");
    LIST_ADD(arena, &box->files_left_out, left);
    *alarm = (struct alarm_seen){.id = 35013, .source = ALARM_FROM_LOG, .count = 1};
    alarm->detail = arena_printf(arena, "remote hosts: %s", name);
    alarm->severity = arena_text(arena, name);
    LIST_ADD(arena, &box->alarms, alarm);
    moment->time = arena_text(arena, "2026-11-27T10:00:00Z");
    moment->what = arena_printf(arena, "Certificate Management: %s", name);
    moment->count = 1;
    LIST_ADD(arena, &box->moments, moment);
    *sight =
        (struct log_sight){.token = arena_text(arena, "tls-failed"), .count = 1, .line = 1, .last_line = 1};
    sight->weight = arena_text(arena, "reason");
    sight->leg = arena_text(arena, "zone");
    sight->direction = arena_text(arena, "outbound");
    sight->far = arena_text(arena, name);
    sight->detail = arena_printf(arena, "failed for %s", name);
    sight->reason = arena_printf(arena, "by '%s'", name);
    sight->event = arena_printf(arena, "%s Error", name);
    sight->common_name = arena_printf(arena, "CN of %s", name);
    LIST_ADD(arena, &box->log, sight);
    zone->index = 1;
    zone->name = arena_printf(arena, "To %s", name);
    zone->type = arena_text(arena, "TraversalServer");
    zone->status = arena_printf(arena, "Failed at %s", name);
    texts_add(arena, &zone->peers, name);
    LIST_ADD(arena, &box->zones, zone);
    box->ntp_status = arena_printf(arena, "Synchronized to %s", name);
    LIST_ADD(arena, &facts->bundles, box);
    return facts;
}

static void no_name_stays_in_facts(void **state) {
    (void)state;
    struct chance chance = {11};
    for (int round = 0; round < 5; round++)
        for (enum shape shape = 0; shape < SHAPES; shape++) {
            struct arena *arena = arena_new();
            const char *name = name_of(&chance, arena, shape);
            struct facts *facts = facts_with(name), *made = facts_new();
            struct texts paths = {NULL, 0};
            char *error = NULL;
            texts_add(arena, &paths, facts->bundles.v[0]->path);
            if (!facts_redact(facts, &paths, made, &error))
                fail_msg("%s: %s", name, error);
            json_t *saved = facts_save(made, true), *before = facts_save(facts, true);
            char *text = json_dumps(saved, 0), *original = json_dumps(before, 0);
            assert_int_equal(made->bundles.n, 1);
            assert_string_equal(made->bundles.v[0]->zones.v[0]->type, "TraversalServer");
            assert_non_null(strstr(original, "remote hosts"));
            assert_non_null(strstr(text, "remote hosts"));
            must_be_gone(text, name, "save");
            free(text);
            free(original);
            json_decref(saved);
            json_decref(before);
            facts_free(facts);
            facts_free(made);
            arena_free(arena);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_name_stays_in_strange_texts),
                                       cmocka_unit_test(words_of_lines_stay),
                                       cmocka_unit_test(one_thing_has_one_name), cmocka_unit_test(paths_go),
                                       cmocka_unit_test(no_name_stays_in_facts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
