/* Can every save that loads also be judged and reported, whatever key was cut out of it? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/save.h"
#include "report/report.h"
#include "tests/unit/full_facts.h"
#include "tests/unit/healthy.h"
#include "wire/skim.h"

struct cutting {
    json_t *evidence, *done; /* kinds of objects whose keys were cut */
    char path[512];          /* of the key being cut, for the one who debugs a crash: last line of output */
    size_t tried, judged;
};

/* What a replay does. To write takes longest: text one time in four, every format (JSON writes the facts,
 * which test_save looks at) one time in sixteen. */
static void judge_and_report(const struct facts *facts, size_t time) {
    struct findings *findings = judge_all(facts);
    struct outcomes *outcomes = outcomes_of(facts, findings);
    const struct report report = {.facts = facts,
                                  .findings = findings,
                                  .outcomes = outcomes,
                                  .faults = faults_of(facts, findings, outcomes)};
    const struct report_style style = {.width = 80, .verbose = 1};
    for (const struct format *format = formats; format->name != NULL; format++) {
        if (time % 16 != 0 && (time % 4 != 0 || strcmp(format->name, "text") != 0))
            continue;
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        format->write(&report, &style, out);
        fclose(out);
        assert_null(strstr(text, "(null)")); /* what glibc prints for a text that is not there */
        free(text);
    }
    findings_free(findings);
}

static void judge_cut(struct cutting *c) {
    struct facts *facts = facts_new();
    char *error = NULL;
    c->tried++;
    if (facts_load(facts, c->evidence, ca_entry_read, &error)) {
        c->judged++;
        judge_and_report(facts, c->judged);
    }
    facts_free(facts);
}

static void cut_below(struct cutting *c, json_t *value);

static void cut_key(struct cutting *c, json_t *object, const char *key) {
    size_t length = strlen(c->path);
    snprintf(c->path + length, sizeof c->path - length, ".%s", key);
    json_t *kept = json_incref(json_object_get(object, key));
    cut_below(c, kept);
    json_object_del(object, key);
    if (getenv("SHOW_CUTS") != NULL)
        fprintf(stderr, "%s\n", c->path);
    judge_cut(c);
    json_object_set_new(object, key, kept);
    c->path[length] = 0;
}

/* Lists: each item's keys, then the list without the item. */
static void cut_items(struct cutting *c, json_t *list) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *kept = json_incref(json_array_get(list, i));
        if (i > 0 && json_object_get(kept, "protocol") == NULL) { /* alike, except for endpoints */
            json_decref(kept);
            break;
        }
        cut_below(c, kept);
        json_array_remove(list, i);
        judge_cut(c);
        json_array_insert_new(list, i, kept);
    }
}

/* The same keys, and the same words where they tell what it is: judges see no more in it than in the first.
 */
static bool was_cut(struct cutting *c, const json_t *object) {
    static const char *const words[] = {"protocol", "leg", "purpose", "state", "kind"};
    struct arena *arena = arena_new();
    const char *key, *kind = "";
    json_t *inner;
    json_object_foreach((json_t *)object, key, inner) kind = arena_printf(arena, "%s %s", kind, key);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        kind = arena_printf(arena, "%s=%s", kind,
                            text_or(json_string_value(json_object_get(object, words[i])), ""));
    bool is_done = json_object_get(c->done, kind) != NULL;
    json_object_set_new(c->done, kind, json_true());
    arena_free(arena);
    return is_done;
}

static void cut_below(struct cutting *c, json_t *value) {
    if (json_is_array(value)) {
        cut_items(c, value);
        return;
    }
    if (!json_is_object(value) || was_cut(c, value))
        return;
    json_t *keys = json_array(), *inner;
    const char *key;
    size_t i;
    json_object_foreach(value, key, inner) json_array_append_new(keys, json_string(key));
    json_array_foreach(keys, i, inner) cut_key(c, value, json_string_value(inner));
    json_decref(keys);
}

static void cut_all(struct facts *facts) {
    struct cutting c = {.evidence = facts_save(facts, true), .done = json_object()};
    facts_free(facts);
    cut_below(&c, c.evidence);
    print_message("%zu saves, %zu of them judged\n", c.tried, c.judged);
    assert_true(c.tried > 400);
    assert_true(c.judged > c.tried / 4);
    json_decref(c.done);
    json_decref(c.evidence);
}

static void a_healthy_save_with_a_key_missing(void **state) {
    (void)state;
    cut_all(healthy_deployment());
}

static void full_facts_are_judged(void **state) {
    (void)state;
    cut_all(full_facts());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_save_with_a_key_missing),
        cmocka_unit_test(full_facts_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
