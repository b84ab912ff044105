/* Is the JSON report what cli.md promises, whole and the same every time, and does the schema know every key?
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "facts/fields.h"
#include "facts/save.h"
#include "facts/version.h"
#include "tests/unit/report_tree.h"
#include "stories.h"
#include "wire/skim.h"

static const char schema_file[] = "docs/report.schema.json";

/* ---- the contract ---- */

static void assert_keys(const json_t *object, const char *wanted) {
    char keys[512] = "";
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        strncat(keys, *keys == 0 ? "" : " ", sizeof keys - strlen(keys) - 1);
        strncat(keys, key, sizeof keys - strlen(keys) - 1);
    }
    assert_string_equal(keys, wanted);
}

static const char *string_at(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    assert_non_null(value);
    return value;
}

static json_t *parsed(const struct story *s) {
    char *text = render(s, "json", 0, false);
    json_error_t error;
    json_t *report = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (report == NULL)
        fail_msg("%s", error.text);
    free(text);
    return report;
}

static void head_is_the_contract(void **state) {
    (void)state;
    struct story s;
    tell_broken(&s);
    json_t *report = parsed(&s);
    assert_keys(report,
                "schema tool command target release vantage started duration_ms status outcomes faults "
                "findings evidence");
    assert_string_equal(string_at(report, "schema"), "edgeprobe.report/1");
    assert_keys(json_object_get(report, "tool"), "name version");
    assert_string_equal(string_at(json_object_get(report, "tool"), "version"), EDGEPROBE_VERSION);
    assert_string_equal(string_at(report, "command"), "check");
    assert_string_equal(string_at(report, "target"), DOMAIN);
    assert_string_equal(string_at(report, "release"), "X15.5");
    assert_string_equal(string_at(report, "vantage"), "external");
    assert_string_equal(string_at(report, "started"), "2026-11-21T21:00:00Z");
    assert_int_equal(json_integer_value(json_object_get(report, "duration_ms")), 412);
    assert_string_equal(string_at(report, "status"), "fail");
    json_decref(report);
    story_close(&s);
}

static void findings_are_the_contract(void **state) {
    (void)state;
    struct story s;
    tell_broken(&s);
    s.findings->v[0]->address = "203.0.113.11";
    json_t *report = parsed(&s), *findings = json_object_get(report, "findings");
    assert_int_equal(json_array_size(findings), s.findings->n);
    const json_t *first = json_array_get(findings, 0), *second = json_array_get(findings, 1);
    assert_keys(first, "check subject address status cause summary evidence affects fix restart source");
    assert_keys(second, "check subject status cause summary evidence affects fix restart source");
    assert_string_equal(string_at(first, "check"), "net.connect");
    assert_string_equal(string_at(first, "address"), "203.0.113.11");
    assert_string_equal(string_at(first, "cause"), "refused");
    assert_int_equal(json_array_size(json_object_get(first, "fix")), 2);
    assert_int_equal(json_array_size(json_object_get(first, "restart")), 0);
    assert_string_equal(string_at(json_object_get(first, "evidence"), "found"), "refused");
    for (size_t i = 4; i < 8;
         i++) { /* unknown, pass, pass, skip: the cause is null, the source is the check's */
        const json_t *f = json_array_get(findings, i);
        assert_true(json_is_null(json_object_get(f, "cause")));
        assert_int_equal(json_array_size(json_object_get(f, "affects")), 0);
        assert_int_equal(json_array_size(json_object_get(f, "fix")), 0);
        assert_true(json_is_array(json_object_get(f, "source")));
    }
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(json_array_get(findings, 5), "source"), 0)),
        "RFC 2782");
    json_decref(report);
    story_close(&s);
}

static void outcomes_are_the_contract(void **state) {
    (void)state;
    struct story s;
    tell_tunnel(&s);
    json_t *report = parsed(&s), *outcomes = json_object_get(report, "outcomes");
    const json_t *zone = json_array_get(outcomes, 0), *tunnel = json_array_get(outcomes, 1);
    assert_keys(tunnel, "outcome subject state summary because");
    assert_string_equal(string_at(zone, "state"), "works");
    assert_int_equal(json_array_size(json_object_get(zone, "because")), 0);
    assert_string_equal(string_at(tunnel, "outcome"), "ssh-tunnel");
    assert_string_equal(string_at(tunnel, "subject"), EDGE1);
    assert_string_equal(string_at(tunnel, "state"), "fails");
    const json_t *because = json_array_get(json_object_get(tunnel, "because"), 0);
    assert_keys(because, "check subject");
    assert_string_equal(string_at(because, "check"), "chain.ssh-tunnel");
    assert_string_equal(string_at(because, "subject"), "expressway-e:expe1.example.com");
    json_decref(report);
    story_close(&s);
}

static void layout_is_stable(void **state) {
    (void)state;
    for (size_t i = 0; stories[i] != NULL; i++) {
        struct story a, b;
        stories[i](&a);
        stories[i](&b);
        char *one = render(&a, "json", 0, false), *again = render(&a, "json", 1, true),
             *other = render(&b, "json", 0, false);
        assert_string_equal(one, again); /* neither verbosity nor colour has a say */
        assert_string_equal(one, other);
        assert_true(text_starts(one, "{\n  \"schema\""));
        assert_true(text_ends(one, "}\n"));
        free(one);
        free(again);
        free(other);
        story_close(&a);
        story_close(&b);
    }
}

/* What is saved, loaded and reported again is the same report. */
static void evidence_survives_a_save(void **state) {
    (void)state;
    struct story s;
    tell_tunnel(&s);
    s.report.faults = faults_of(s.facts, s.findings, &s.outcomes);
    json_t *saved = report_tree(&s.report, true);
    struct facts *facts = facts_new();
    char *error = NULL;
    assert_true(facts_load(facts, json_object_get(saved, "evidence"), ca_entry_read, &error));
    struct report again = {
        .facts = facts, .findings = s.findings, .outcomes = &s.outcomes, .faults = s.report.faults};
    json_t *resaved = report_tree(&again, true);
    assert_true(json_equal(saved, resaved));
    json_decref(saved);
    json_decref(resaved);
    facts_free(facts);
    story_close(&s);
}

/* ---- strings from the network ---- */

static void hostile_texts_stay_texts(void **state) {
    (void)state;
    static const char *const texts[] = {"\033[2J\033]0;owned\007", "a\nPASS  b", "\xff\xfe not UTF-8 \xc3",
                                        "</script><script>alert(1)</script>\"',=cmd()",
                                        "\xe2\x80\xae"
                                        "moc.elpmaxe"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct story s;
        tell_hostile(&s, texts[i]);
        char *text = render(&s, "json", 0, false);
        json_t *report = json_loads(text, 0, NULL);
        assert_non_null(report);
        for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++)
            assert_true(*p == '\n' || (*p >= 0x20 && *p != 0x7f));
        const json_t *finding = json_array_get(json_object_get(report, "findings"), 0);
        assert_string_equal(string_at(finding, "summary"),
                            text_from_wire(s.facts->arena, texts[i], strlen(texts[i])));
        json_decref(report);
        free(text);
        story_close(&s);
    }
}

/* ---- formats ---- */

static void formats_are_a_table(void **state) {
    (void)state;
    assert_string_equal(format_find("text")->name, "text");
    assert_string_equal(format_find("json")->name, "json");
    assert_null(format_find("yaml"));
    assert_null(format_find(""));
    struct arena *arena = arena_new();
    assert_true(text_starts(format_names(arena), "text, json"));
    arena_free(arena);
    for (const struct format *f = formats; f->name != NULL; f++)
        assert_true(f->write != NULL && *f->summary != 0);
}

/* A full disk is found out before the report is called written. */
static void a_report_is_whole_or_failed(void **state) {
    (void)state;
    struct story s;
    tell_broken(&s);
    for (const struct format *f = formats; f->name != NULL; f++) {
        FILE *out = fopen("/dev/full", "w");
        struct report_style style = {.width = 80};
        assert_non_null(out);
        assert_false(f->write(story_told(&s), &style, out));
        assert_int_equal(errno, ENOSPC);
        fclose(out);
    }
    story_close(&s);
}

/* ---- the schema ---- */

static json_t *schema;

static int schema_load(void **state) {
    (void)state;
    json_error_t error;
    schema = json_load_file(schema_file, 0, &error);
    if (schema == NULL)
        fprintf(stderr, "%s:%d: %s\n", schema_file, error.line, error.text);
    return schema == NULL;
}

static int schema_free(void **state) {
    (void)state;
    json_decref(schema);
    return 0;
}

/* Follows $ref, and the one alternative of a oneOf that is not null. */
static const json_t *resolved(const json_t *at) {
    const char *ref = json_string_value(json_object_get(at, "$ref"));
    if (ref != NULL)
        return resolved(json_object_get(json_object_get(schema, "$defs"), strrchr(ref, '/') + 1));
    const json_t *either = json_object_get(at, "oneOf");
    return either == NULL ? at : resolved(json_array_get(either, 1));
}

static bool enum_has(const json_t *at, const char *word) {
    size_t i;
    json_t *value;
    json_array_foreach(json_object_get(at, "enum"), i,
                       value) if (strcmp(json_string_value(value), word) == 0) return true;
    return false;
}

static void assert_words(const json_t *at, const struct enum_name *names, const char *path) {
    size_t count = 0;
    for (; names[count].name != NULL; count++)
        if (!enum_has(at, names[count].name))
            fail_msg("%s: %s lacks \"%s\"", schema_file, path, names[count].name);
    if (json_array_size(json_object_get(at, "enum")) != count)
        fail_msg("%s: %s has words that are none", schema_file, path);
}

static void assert_described(const struct record *record, const json_t *at, const char *path) {
    const json_t *properties = json_object_get(resolved(at), "properties");
    for (const struct field *f = record->fields; f->key != NULL; f++) {
        char here[512];
        snprintf(here, sizeof here, "%s.%s", path, f->key);
        const json_t *property = json_object_get(properties, f->key);
        if (property == NULL)
            fail_msg("%s lacks %s", schema_file, here);
        property = resolved(property);
        if (f->kind == FIELD_ENUM)
            assert_words(property, f->of, here);
        else if (f->kind == FIELD_STRUCT || f->kind == FIELD_POINTER)
            assert_described(f->of, property, here);
        else if (f->kind == FIELD_CERTS)
            assert_described(&cert_record, json_object_get(property, "items"), here);
        else if (f->kind == FIELD_LIST && strcmp(f->key, "names") != 0) /* "TYPE:value", made by save.c */
            assert_described(f->of, json_object_get(property, "items"), here);
    }
}

static void schema_knows_every_fact(void **state) {
    (void)state;
    assert_described(&facts_record, json_object_get(json_object_get(schema, "properties"), "evidence"),
                     "evidence");
}

static void schema_knows_every_word(void **state) {
    (void)state;
    const json_t *defs = json_object_get(schema, "$defs"),
                 *outcome = json_object_get(json_object_get(defs, "outcome"), "properties"),
                 *cert = json_object_get(json_object_get(defs, "cert"), "properties"),
                 *key = json_object_get(json_object_get(cert, "key"), "properties");
    assert_words(json_object_get(defs, "status"), status_names, "status");
    assert_words(json_object_get(outcome, "state"), outcome_states, "outcome.state");
    assert_words(json_object_get(key, "type"), key_types, "cert.key.type");
    assert_words(json_object_get(json_object_get(schema, "properties"), "vantage"), vantages, "vantage");
    const char *pattern =
        string_at(json_object_get(json_object_get(cert, "names"), "items"), "pattern"); /* "^(DNS|IP|…):" */
    for (const struct enum_name *n = name_types; n->name != NULL; n++)
        assert_non_null(strstr(pattern, n->name));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_is_the_contract),      cmocka_unit_test(findings_are_the_contract),
        cmocka_unit_test(outcomes_are_the_contract), cmocka_unit_test(layout_is_stable),
        cmocka_unit_test(evidence_survives_a_save),  cmocka_unit_test(hostile_texts_stay_texts),
        cmocka_unit_test(formats_are_a_table),       cmocka_unit_test(a_report_is_whole_or_failed),
        cmocka_unit_test(schema_knows_every_fact),   cmocka_unit_test(schema_knows_every_word),
    };
    return cmocka_run_group_tests(tests, schema_load, schema_free);
}
