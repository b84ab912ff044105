/* Is a save the facts, whole? And does a save that someone broke give an error, never a crash? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/save.h"
#include "wire/cert.h"
#include "tests/unit/cert_maker.h"
#include "tests/unit/full_facts.h"
#include "wire/skim.h"

static char *dumped(const struct facts *facts, bool with_bytes) {
    json_t *evidence = facts_save(facts, with_bytes);
    char *text = json_dumps(evidence, JSON_INDENT(1));
    json_decref(evidence);
    assert_non_null(text);
    return text;
}

/* NULL with *error set (malloced) when it is refused. */
static struct facts *loaded(const json_t *evidence, char **error) {
    struct facts *facts = facts_new();
    char *why = NULL;
    bool good = facts_load(facts, evidence, ca_entry_read, &why);
    *error = NULL;
    if (good) {
        assert_null(why);
        return facts;
    }
    assert_non_null(why);
    assert_true(text_starts(why, "evidence"));
    *error = strdup(why);
    facts_free(facts);
    return NULL;
}

static struct facts *reloaded(const char *text) {
    json_t *evidence = json_loads(text, 0, NULL);
    char *error;
    struct facts *facts = loaded(evidence, &error);
    if (facts == NULL)
        print_error("%s\n", error);
    json_decref(evidence);
    assert_non_null(facts);
    return facts;
}

static void what_is_saved_is_loaded(void **state) {
    (void)state;
    struct facts *facts = full_facts();
    char *first = dumped(facts, true);
    facts_free(facts);
    facts = reloaded(first);
    char *second = dumped(facts, true);
    assert_string_equal(first, second);
    assert_int_equal(facts->endpoints.n, 2);
    assert_non_null(facts->endpoints.v[0]->tls.chain.v[1]->der);
    assert_non_null(facts->endpoints.v[1]->tls.staple);
    assert_non_null(facts->trust_lists.v[0]->entries.v[0]->subject); /* skimmed anew */
    assert_string_equal(facts->endpoints.v[1]->variants.v[0]->chain.v[0]->names.v[1]->value, "::1");
    free(first);
    free(second);
    facts_free(facts);
}

static void nothing_is_saved_and_loaded(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    facts->run.command = facts->run.target = facts->run.release = arena_text(facts->arena, "");
    char *first = dumped(facts, true);
    facts_free(facts);
    facts = reloaded(first);
    char *second = dumped(facts, true);
    assert_string_equal(first, second);
    free(first);
    free(second);
    facts_free(facts);
}

static bool has_key(const json_t *value, const char *key) {
    const char *k;
    json_t *inner;
    size_t i;
    if (json_object_get(value, key) != NULL)
        return true;
    json_object_foreach((json_t *)value, k, inner) if (has_key(inner, key)) return true;
    json_array_foreach(value, i, inner) if (has_key(inner, key)) return true;
    return false;
}

static void without_bytes_there_are_none(void **state) {
    (void)state;
    struct facts *facts = full_facts();
    json_t *evidence = facts_save(facts, false);
    json_object_del(evidence, "connections"); /* there "staple" only says whether one came */
    static const char *const keys[] = {"der", "staple", "bytes", "trust_lists"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_false(has_key(evidence, keys[i]));
    const json_t *named = json_object_get(evidence, "certificates"); /* those that are named by their id */
    size_t wanted = facts->files.n * facts->files.v[0]->certificates.n;
    for (size_t i = 0; i < facts->endpoints.n; i++) /* what a client showed, by its id as well */
        wanted += facts->endpoints.v[i]->client_chain.n;
    assert_in_range(json_object_size(named), wanted, 2 * wanted + facts->connections.n * 4);
    char *error;
    struct facts *again = loaded(evidence, &error);
    assert_non_null(again);
    assert_null(again->endpoints.v[0]->tls.chain.v[0]->der);
    json_decref(evidence);
    facts_free(facts);
    facts_free(again);
}

/* ---- broken saves ---- */

enum harm { REMOVE, TO_NULL, TO_TEXT, TO_NUMBER, TO_HUGE, TO_LIST, TO_OBJECT, HARMS };

static json_t *harmed(enum harm harm) {
    switch (harm) {
    case TO_TEXT:
        return json_string("\x1b[31m nonsense");
    case TO_NUMBER:
        return json_integer(-1);
    case TO_HUGE:
        return json_integer(0x7fffffffffffffff);
    case TO_LIST:
        return json_pack("[{}]");
    case TO_OBJECT:
        return json_object();
    default:
        return json_null();
    }
}

/* One place in so many is tried with each harm, other places with the next; EDGEPROBE_THOROUGH: all with all.
 */
enum { EVERY = 17 };

struct harming {
    json_t *evidence;
    json_t *part; /* of it, that which is harmed, with what it leans on: run and certificates; NULL: the whole
                     is harmed */
    size_t place, every, tried, refused;
};

/* Whatever is loaded can be saved again. Of the seven places of a harm six stand in a save without the other
 * parts, which would be loaded as they always are. */
static void load_harmed(struct harming *h) {
    char *error;
    if (h->place++ % h->every != 0)
        return;
    bool is_whole = h->part == NULL || h->tried % 7 == 0;
    struct facts *facts = loaded(is_whole ? h->evidence : h->part, &error);
    h->tried++;
    h->refused += facts == NULL;
    free(error);
    if (facts != NULL)
        json_decref(facts_save(facts, true));
    facts_free(facts);
}

/* The same values, not copies. */
static json_t *part_of(json_t *evidence, const char *key) {
    const char *const keys[] = {"run", "certificates", key};
    json_t *part = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_object_set(part, keys[i], json_object_get(evidence, keys[i]));
    return part;
}

static void harm_below(struct harming *h, json_t *value, enum harm harm) {
    if (json_is_object(value)) {
        for (void *at = json_object_iter(value); at != NULL; at = json_object_iter_next(value, at)) {
            if (value == h->evidence && strcmp(json_object_iter_key(at), "certificates") != 0)
                h->part = part_of(value, json_object_iter_key(at));
            harm_below(h, json_object_iter_value(at), harm);
            if (value == h->evidence) {
                json_decref(h->part);
                h->part = NULL;
            }
        }
        json_t *keys = json_array();
        const char *key;
        json_t *inner;
        size_t i;
        json_object_foreach(value, key, inner) json_array_append_new(keys, json_string(key));
        json_array_foreach(keys, i, inner) {
            json_t *kept = json_incref(json_object_get(value, json_string_value(inner)));
            if (harm == REMOVE)
                json_object_del(value, json_string_value(inner));
            else
                json_object_set_new(value, json_string_value(inner), harmed(harm));
            load_harmed(h);
            json_object_set_new(value, json_string_value(inner), kept);
        }
        json_decref(keys);
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_t *kept = json_incref(json_array_get(value, i));
        if (i == 0)
            harm_below(h, kept, harm); /* the others are alike */
        json_array_set_new(value, i, harmed(harm));
        load_harmed(h);
        json_array_set_new(value, i, kept);
    }
}

static void every_harm_is_survived(void **state) {
    (void)state;
    struct facts *facts = full_facts();
    struct harming h = {.evidence = facts_save(facts, true),
                        .every = getenv("EDGEPROBE_THOROUGH") != NULL ? 1 : EVERY};
    facts_free(facts);
    for (enum harm harm = REMOVE; harm < HARMS; harm++) {
        h.tried = h.refused = 0;
        h.place = (size_t)harm;
        harm_below(&h, h.evidence, harm);
        print_message("harm %d: %zu saves, %zu refused\n", (int)harm, h.tried, h.refused);
        assert_true(h.tried > 100);
        assert_true(h.refused > 0);
    }
    char *error;
    facts = loaded(h.evidence, &error); /* all was put back */
    assert_non_null(facts);
    facts_free(facts);
    json_decref(h.evidence);
}

/* Texts that are never NULL, and what states promise. */
static void refuses_what_judges_could_not_bear(void **state) {
    (void)state;
    static const struct {
        const char *list, *change, *error; /* change: merged into the first item of the list */
    } rows[] = {
        {"dns", "{\"name\": null}", "evidence.dns[0].name: wanted a text"},
        {"dns", "{\"resolver\": 3}", "evidence.dns[0].resolver: wanted a text"},
        {"dns", "{\"records\": [{\"type\": \"SRV\", \"owner\": \"a\"}]}",
         "evidence.dns[0]: wanted target or address of every record"},
        {"dns", "{\"records\": [{\"type\": \"A\", \"owner\": \"a\", \"target\": \"a\"}]}",
         "evidence.dns[0]: wanted target or address of every record"},
        {"endpoints", "{\"id\": null}", "evidence.endpoints[0].id: wanted a text"},
        {"endpoints", "{\"tls\": {\"state\": \"alert\"}}",
         "evidence.endpoints[0]: wanted the alert, version or protocol that the state of each handshake "
         "promises"},
        {"endpoints", "{\"variants\": [{\"state\": \"established\"}]}",
         "evidence.endpoints[0]: wanted the alert, version or protocol that the state of each handshake "
         "promises"},
        {"endpoints", "{\"tls\": {\"state\": \"lost\"}}",
         "evidence.endpoints[0].tls.state: wanted one of its known words"},
        {"endpoints", "{\"port\": 2147483648}", "evidence.endpoints[0].port: wanted a whole number"},
        {"trust_lists", "{\"entries\": [{\"der\": \"MAA=\"}]}",
         "evidence.trust_lists[0]: wanted X.509 certificates"},
        {"trust_lists", "{\"entries\": [{\"der\": \"M!\"}]}",
         "evidence.trust_lists[0].entries[0].der: wanted base64"},
        {"expected", "{\"names\": [\"nonsense\"]}", "evidence.expected[0]: wanted a list of \"TYPE:name\""},
        {"expected", "{\"key\": {}}", "evidence.expected[0]: wanted a key type"},
        {"expected", "{\"not_after\": \"tomorrow\"}",
         "evidence.expected[0].not_after: wanted an RFC 3339 time"},
    };
    struct facts *facts = full_facts();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *evidence = facts_save(facts, true), *change = json_loads(rows[i].change, 0, NULL);
        json_object_update(json_array_get(json_object_get(evidence, rows[i].list), 0), change);
        char *error = NULL;
        assert_null(loaded(evidence, &error));
        assert_string_equal(error, rows[i].error);
        free(error);
        json_decref(change);
        json_decref(evidence);
    }
    facts_free(facts);
}

static void what_is_loaded_is_harmless(void **state) {
    (void)state;
    json_t *evidence =
        json_loads("{\"run\": {\"command\": \"a\\u0000b\", \"target\": \"\\u001b[31m\\u202e\", \"release\": "
                   "\"\\u00e4\", \"started\": \"2026-01-01\"}}",
                   JSON_ALLOW_NUL, NULL);
    char *error;
    struct facts *facts = loaded(evidence, &error);
    assert_non_null(facts);
    assert_string_equal(facts->run.command, "a\\x00b");
    assert_string_equal(facts->run.target, "\\x1b[31m\\xe2\\x80\\xae");
    assert_string_equal(facts->run.release, "\xc3\xa4");
    assert_int_equal(facts->run.started, 1767225600);
    json_decref(evidence);
    facts_free(facts);
}

/* What a cap leaves out of a save is told beside what the save tells of the run. */
static void caps_are_told(void **state) {
    (void)state;
    static const char begin[] =
        "{\"run\": {\"command\": \"zone\", \"target\": \"x\", \"release\": \"X15.5\", "
        "\"started\": \"2026-01-01\"}, \"cuts\": [{\"what\": \"a\", \"most\": 1, "
        "\"wanted\": 2}], \"deployment\": {\"zones\": [{\"name\": \"z\", \"peers\": [";
    struct arena *arena = arena_new();
    char *text = arena_text(arena, begin), *error;
    for (int i = 0; i < 70; i++)
        text = arena_printf(arena, "%s%s\"p%d\"", text, i == 0 ? "" : ",", i);
    json_t *evidence = json_loads(arena_printf(arena, "%s]}]}}", text), 0, NULL);
    assert_non_null(evidence);
    struct facts *facts = loaded(evidence, &error);
    if (facts == NULL)
        fail_msg("%s", error);
    assert_int_equal(facts->deployment->zones.v[0]->peers.n, limits[LIMIT_PEERS].most);
    assert_int_equal(facts->cuts.n, 2);
    assert_string_equal(facts->cuts.v[0]->what, "a");
    assert_int_equal(facts->cuts.v[1]->wanted, 70);
    json_decref(evidence);
    facts_free(facts);
    arena_free(arena);
}

static void no_evidence_is_an_error(void **state) {
    (void)state;
    static const char *const texts[] = {"{}", "[]", "[1]", "{\"run\": []}", "{\"certificates\": 5}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *evidence = json_loads(texts[i], 0, NULL);
        char *error;
        assert_null(loaded(evidence, &error));
        free(error);
        json_decref(evidence);
    }
    char *error;
    assert_null(loaded(NULL, &error));
    free(error);
}

static void a_certificate_is_saved_for_findings(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct made made =
        cert_make(arena, &(struct recipe){.extensions = {{NID_subject_alt_name, "DNS:a,IP:192.0.2.1"}}});
    json_t *object = cert_save(cert_read(arena, made.der, made.size, NULL));
    assert_string_equal(json_string_value(json_object_get(object, "subject")), "CN=test");
    assert_string_equal(json_string_value(json_array_get(json_object_get(object, "names"), 1)),
                        "IP:192.0.2.1");
    assert_string_equal(json_string_value(json_object_get(json_object_get(object, "key"), "curve")),
                        "prime256v1");
    json_decref(object);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_loaded),
        cmocka_unit_test(nothing_is_saved_and_loaded),
        cmocka_unit_test(without_bytes_there_are_none),
        cmocka_unit_test(every_harm_is_survived),
        cmocka_unit_test(refuses_what_judges_could_not_bear),
        cmocka_unit_test(caps_are_told),
        cmocka_unit_test(what_is_loaded_is_harmless),
        cmocka_unit_test(no_evidence_is_an_error),
        cmocka_unit_test(a_certificate_is_saved_for_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
