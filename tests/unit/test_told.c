/* Two reports by their own words: which finding of the one is which of the other, what is better, worse or
 * merely other, and in which order is it told? Reports are stated as JSON; both looked at the same things
 * unless a row says otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/compare.h"
#include "tests/unit/healthy.h"

/* ---- a report of a test ---- */

#define F(check, subject, status)                                                                            \
    "{\"check\": \"" check "\", \"subject\": \"" subject "\", \"status\": \"" status "\"}"
#define FC(check, subject, status, cause)                                                                    \
    "{\"check\": \"" check "\", \"subject\": \"" subject "\", \"status\": \"" status                         \
    "\", \"cause\": \"" cause "\"}"
#define FA(check, subject, address, status, cause)                                                           \
    "{\"check\": \"" check "\", \"subject\": \"" subject "\", \"address\": \"" address                       \
    "\", \"status\": \"" status "\", \"cause\": \"" cause "\"}"
#define O(outcome, state) "{\"outcome\": \"" outcome "\", \"subject\": null, \"state\": \"" state "\"}"
#define OS(outcome, subject, state)                                                                          \
    "{\"outcome\": \"" outcome "\", \"subject\": \"" subject "\", \"state\": \"" state "\"}"

static json_t *list_of(const char *items) {
    char *text = NULL;
    assert_true(asprintf(&text, "[%s]", items) > 0);
    json_t *list = json_loads(text, 0, NULL);
    if (list == NULL)
        fail_msg("no JSON: %s", text);
    free(text);
    return list;
}

static struct told *report_of(struct facts *facts, const char *outcomes, const char *findings) {
    struct told_reading *r = told_begin(facts);
    json_t *some = list_of(outcomes), *others = list_of(findings);
    char *error;
    assert_true(told_more(r, "outcomes", some));
    assert_true(told_more(r, "findings", others));
    struct told *told = told_end(r, &error);
    assert_null(error);
    json_decref(some);
    json_decref(others);
    return told;
}

/* What it looked at: example.com, box1:1 at one address, box2:1 at two, SRV target t.example.com. */
static struct facts *looked_at(void) {
    struct facts *facts = facts_new();
    facts->run.command = facts->run.target = arena_text(facts->arena, "check");
    texts_add(facts->arena, &facts->domains, DOMAIN);
    add_endpoint(facts, "box1", "192.0.2.1", 1, PROTOCOL_TLS, LEG_OTHER);
    add_endpoint(facts, "box2", "192.0.2.2", 1, PROTOCOL_TLS, LEG_OTHER);
    add_endpoint(facts, "box2", "192.0.2.3", 1, PROTOCOL_TLS, LEG_OTHER);
    add_srv(facts, add_query(facts, SRV_NAME, DNS_SRV, DNS_ANSWERED), "t.example.com", 1);
    return facts;
}

static const char *verdict(struct arena *arena, const struct told_finding *f) {
    if (f == NULL)
        return "absent";
    return arena_printf(arena, "%s%s%s", enum_text(status_names, (int)f->status), f->cause == NULL ? "" : "/",
                        text_or(f->cause, ""));
}

/* "worse; + jabber works fails; = net.x box1:1 pass fail/y": + worse, - better, ~ other. */
static const char *in_words(const struct comparison *c) {
    static const char signs[] = {
        [CHANGE_SAME] = '=', [CHANGE_CHANGED] = '~', [CHANGE_BETTER] = '-', [CHANGE_WORSE] = '+'};
    char *all = arena_text(c->arena, enum_text(changes, (int)c->status));
    for (size_t i = 0; i < c->outcomes.n; i++) {
        const struct outcome_change *o = c->outcomes.v[i];
        const struct told_outcome *any = o->after == NULL ? o->before : o->after;
        all = arena_printf(c->arena, "%s; %c %s%s%s %s %s", all, signs[o->change], any->outcome,
                           any->subject == NULL ? "" : " ", text_or(any->subject, ""),
                           o->before == NULL ? "absent" : enum_text(outcome_states, (int)o->before->state),
                           o->after == NULL ? "absent" : enum_text(outcome_states, (int)o->after->state));
    }
    for (size_t i = 0; i < c->findings.n; i++) {
        const struct finding_change *f = c->findings.v[i];
        const struct told_finding *any = f->after == NULL ? f->before : f->after;
        all = arena_printf(c->arena, "%s; %c %s %s%s%s %s %s", all, signs[f->change], any->check,
                           any->subject, any->address == NULL ? "" : " ", text_or(any->address, ""),
                           verdict(c->arena, f->before), verdict(c->arena, f->after));
    }
    return all;
}

/* ---- outcomes ---- */

static const struct pair {
    const char *before, *after; /* outcomes or findings */
    const char *told;
} outcome_pairs[] = {
    {O("a", "works"), O("a", "works"), "same"},
    {O("a", "works"), O("a", "unknown"), "worse; + a works unknown"},
    {O("a", "unknown"), O("a", "at-risk"), "worse; + a unknown at-risk"},
    {O("a", "at-risk"), O("a", "fails"), "worse; + a at-risk fails"},
    {O("a", "fails"), O("a", "fails"), "same"},
    {O("a", "unknown"), O("a", "unknown"), "same"},
    {O("a", "fails"), O("a", "at-risk"), "better; - a fails at-risk"},
    {O("a", "at-risk"), O("a", "unknown"), "better; - a at-risk unknown"},
    {O("a", "unknown"), O("a", "works"), "better; - a unknown works"},
    /* told for the first time: good is no news; not told any more: nothing was seen to be mended */
    {"", O("a", "works"), "same"},
    {"", O("a", "unknown"), "worse; + a absent unknown"},
    {"", O("a", "fails"), "worse; + a absent fails"},
    {O("a", "works"), "", "same"},
    {O("a", "unknown"), "", "changed; ~ a unknown absent"},
    {O("a", "fails"), "", "changed; ~ a fails absent"},
    /* one outcome for each subject */
    {OS("a", "x", "works") "," OS("a", "y", "fails"), OS("a", "y", "fails") "," OS("a", "x", "works"),
     "same"},
    {OS("a", "x", "works") "," OS("a", "y", "fails"), OS("a", "x", "fails") "," OS("a", "y", "works"),
     "worse; + a x works fails; - a y fails works"},
    {O("a", "works"), OS("a", "x", "fails"), "worse; + a x absent fails"},
    {O("a", "works") "," O("b", "fails"), O("b", "works") "," O("a", "fails"),
     "worse; - b fails works; + a works fails"},
    /* what is gone comes behind */
    {O("b", "fails"), O("a", "fails"), "worse; + a absent fails; ~ b fails absent"},
    {O("b", "fails") "," O("a", "fails"), O("a", "works"), "better; - a fails works; ~ b fails absent"},
};

/* ---- findings ---- */

static const struct pair finding_pairs[] = {
    {F("c.x", "box1:1", "pass"), F("c.x", "box1:1", "pass"), "same"},
    {F("c.x", "box1:1", "pass"), F("c.x", "box1:1", "info"), "changed; ~ c.x box1:1 pass info"},
    {F("c.x", "box1:1", "skip"), F("c.x", "box1:1", "pass"), "changed; ~ c.x box1:1 skip pass"},
    {F("c.x", "box1:1", "pass"), F("c.x", "box1:1", "unknown"), "worse; + c.x box1:1 pass unknown"},
    {F("c.x", "box1:1", "info"), F("c.x", "box1:1", "unknown"), "worse; + c.x box1:1 info unknown"},
    {F("c.x", "box1:1", "skip"), F("c.x", "box1:1", "unknown"), "worse; + c.x box1:1 skip unknown"},
    {F("c.x", "box1:1", "unknown"), FC("c.x", "box1:1", "warn", "y"), "worse; + c.x box1:1 unknown warn/y"},
    {FC("c.x", "box1:1", "warn", "y"), FC("c.x", "box1:1", "fail", "z"), "worse; + c.x box1:1 warn/y fail/z"},
    {FC("c.x", "box1:1", "fail", "z"), FC("c.x", "box1:1", "warn", "y"),
     "better; - c.x box1:1 fail/z warn/y"},
    {FC("c.x", "box1:1", "warn", "y"), F("c.x", "box1:1", "unknown"), "better; - c.x box1:1 warn/y unknown"},
    {F("c.x", "box1:1", "unknown"), F("c.x", "box1:1", "skip"), "better; - c.x box1:1 unknown skip"},
    {F("c.x", "box1:1", "unknown"), F("c.x", "box1:1", "info"), "better; - c.x box1:1 unknown info"},
    {FC("c.x", "box1:1", "fail", "y"), FC("c.x", "box1:1", "fail", "z"),
     "changed; ~ c.x box1:1 fail/y fail/z"},
    {FC("c.x", "box1:1", "fail", "y"), FC("c.x", "box1:1", "fail", "y"), "same"},
    /* told for the first time */
    {"", F("c.x", "box1:1", "pass"), "same"},
    {"", F("c.x", "box1:1", "skip"), "same"},
    {"", F("c.x", "box1:1", "info"), "same"},
    {"", F("c.x", "box1:1", "unknown"), "worse; + c.x box1:1 absent unknown"},
    {"", FC("c.x", "box1:1", "warn", "y"), "worse; + c.x box1:1 absent warn/y"},
    /* not told any more of what was looked at again, or of what no run looks at by its name: it is mended */
    {F("c.x", "box1:1", "pass"), "", "same"},
    {F("c.x", "box1:1", "unknown"), "", "better; - c.x box1:1 unknown absent"},
    {FC("c.x", "box1:1", "fail", "y"), "", "better; - c.x box1:1 fail/y absent"},
    {FC("c.x", "e.pem", "fail", "y"), "", "better; - c.x e.pem fail/y absent"},
    /* checks, subjects and addresses are told apart */
    {FC("c.x", "box1:1", "fail", "y"), FC("c.z", "box1:1", "fail", "y"),
     "worse; + c.z box1:1 absent fail/y; - c.x box1:1 fail/y absent"},
    {FC("c.x", "box1:1", "fail", "y"), FC("c.x", "box2:1", "fail", "y"),
     "worse; + c.x box2:1 absent fail/y; - c.x box1:1 fail/y absent"},
    {FA("c.x", "box2:1", "192.0.2.2", "warn", "y") "," FA("c.x", "box2:1", "192.0.2.3", "fail", "z"),
     FA("c.x", "box2:1", "192.0.2.2", "fail", "z") "," FA("c.x", "box2:1", "192.0.2.3", "warn", "y"),
     "worse; + c.x box2:1 192.0.2.2 warn/y fail/z; - c.x box2:1 192.0.2.3 fail/z warn/y"},
    /* an address that is there still is the same address; what is left over moved */
    {FA("c.x", "box2:1", "192.0.2.2", "warn", "y") "," FA("c.x", "box2:1", "192.0.2.3", "fail", "z"),
     FA("c.x", "box2:1", "192.0.2.3", "warn", "y") "," FA("c.x", "box2:1", "192.0.2.4", "fail", "z"),
     "worse; + c.x box2:1 192.0.2.4 warn/y fail/z; - c.x box2:1 192.0.2.3 fail/z warn/y"},
    /* several of one check and subject: what was said before is not compared with anything else */
    {FC("c.x", "box1:1", "warn", "a") "," FC("c.x", "box1:1", "fail", "b"),
     FC("c.x", "box1:1", "fail", "b") "," FC("c.x", "box1:1", "fail", "c"),
     "worse; + c.x box1:1 warn/a fail/c"},
    {FC("c.x", "box1:1", "fail", "a") "," FC("c.x", "box1:1", "fail", "b"),
     FC("c.x", "box1:1", "fail", "b") "," FC("c.x", "box1:1", "fail", "a"), "same"},
    {FC("c.x", "box1:1", "fail", "b") "," FC("c.x", "box1:1", "fail", "c"),
     FC("c.x", "box1:1", "fail", "a") "," FC("c.x", "box1:1", "fail", "b"),
     "changed; ~ c.x box1:1 fail/c fail/a"},
    {F("c.x", "box1:1", "pass") "," FC("c.x", "box1:1", "fail", "a"),
     F("c.x", "box1:1", "pass") "," F("c.x", "box1:1", "pass"), "better; - c.x box1:1 fail/a pass"},
    /* an address that the report did not need to name is the only one that the port has */
    {F("c.x", "box1:1", "pass"), FA("c.x", "box1:1", "192.0.2.1", "fail", "y"),
     "worse; + c.x box1:1 192.0.2.1 pass fail/y"},
    /* worst first; of one kind by check, subject and address */
    {FC("c.d", "box1:1", "fail", "a") "," FC("c.c", "box1:1", "fail", "a") "," F(
         "c.b", "box1:1", "pass") "," F("c.a", "box1:1", "pass"),
     FC("c.d", "box1:1", "fail", "b") "," F("c.c", "box1:1", "pass") "," FC(
         "c.b", "box1:1", "fail", "a") "," FC("c.a", "box1:1", "fail", "a"),
     "worse; + c.a box1:1 pass fail/a; + c.b box1:1 pass fail/a; - c.c box1:1 fail/a pass; ~ c.d box1:1 "
     "fail/a fail/b"},
    {FC("c.x", "box2:1", "fail", "a") "," FC("c.x", "box1:1", "fail", "a"), "",
     "better; - c.x box1:1 fail/a absent; - c.x box2:1 fail/a absent"},
    {"", FA("c.x", "box2:1", "192.0.2.3", "fail", "a") "," FA("c.x", "box2:1", "192.0.2.2", "fail", "a"),
     "worse; + c.x box2:1 192.0.2.2 absent fail/a; + c.x box2:1 192.0.2.3 absent fail/a"},
};

static size_t wrong_pairs(const struct pair *pairs, size_t count, bool of_outcomes) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct facts *old = looked_at(), *new = looked_at();
        const struct told *before =
            report_of(old, of_outcomes ? pairs[i].before : "", of_outcomes ? "" : pairs[i].before);
        const struct told *after =
            report_of(new, of_outcomes ? pairs[i].after : "", of_outcomes ? "" : pairs[i].after);
        const char *told = in_words(compare(new->arena, before, after));
        if (strcmp(told, pairs[i].told) != 0) {
            print_error("%s -> %s:\n    %s\n    wanted %s\n", pairs[i].before, pairs[i].after, told,
                        pairs[i].told);
            wrong++;
        }
        facts_free(old);
        facts_free(new);
    }
    return wrong;
}

static void each_is_compared_with_its_fellow(void **state) {
    (void)state;
    assert_int_equal(wrong_pairs(outcome_pairs, sizeof outcome_pairs / sizeof *outcome_pairs, true), 0);
    assert_int_equal(wrong_pairs(finding_pairs, sizeof finding_pairs / sizeof *finding_pairs, false), 0);
}

/* ---- what is gone takes its findings with it: nothing got better by that ---- */

static void no_domain(struct facts *facts) {
    facts->domains.n = 0;
}

static void no_box1(struct facts *facts) {
    drop_endpoints(facts, "box1");
}

static void one_address_less(struct facts *facts) {
    facts->endpoints.n--; /* 192.0.2.3 of box2 came last */
}

static void no_target(struct facts *facts) {
    facts->dns.v[0]->records.v[0]->target = NULL;
}

static void no_ports(struct facts *facts) {
    facts->endpoints.n = 0;
    no_target(facts);
}

static void all_moved(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->address = arena_printf(facts->arena, "192.0.2.%zu", 50 + i);
}

static void nothing(struct facts *facts) {
    no_ports(facts);
    no_domain(facts);
}

static const struct {
    void (*gone)(struct facts *);
    const char *before, *told;
} gone[] = {
    {no_domain, FC("c.x", DOMAIN, "fail", "y"), "changed; ~ c.x example.com fail/y absent"},
    {no_box1, FC("c.x", DOMAIN, "fail", "y"), "better; - c.x example.com fail/y absent"},
    {no_box1, FC("c.x", "box1:1", "fail", "y"), "changed; ~ c.x box1:1 fail/y absent"},
    {no_box1, FC("c.x", "box1", "fail", "y"), "changed; ~ c.x box1 fail/y absent"},
    {no_box1, FC("c.x", "box2:1", "fail", "y"), "better; - c.x box2:1 fail/y absent"},
    {one_address_less, FA("c.x", "box2:1", "192.0.2.3", "fail", "y"),
     "changed; ~ c.x box2:1 192.0.2.3 fail/y absent"},
    {one_address_less, FA("c.x", "box2:1", "192.0.2.2", "fail", "y"),
     "better; - c.x box2:1 192.0.2.2 fail/y absent"},
    {one_address_less, FC("c.x", "box2:1", "fail", "y"), "better; - c.x box2:1 fail/y absent"},
    {no_target, FC("c.x", "t.example.com", "fail", "y"), "changed; ~ c.x t.example.com fail/y absent"},
    {no_ports, FC("c.x", DOMAIN, "fail", "y"), "better; - c.x example.com fail/y absent"},
    {nothing, FC("c.x", DOMAIN, "fail", "y"), "changed; ~ c.x example.com fail/y absent"},
    {all_moved, FC("c.x", "box1:1", "fail", "y"),
     "changed; ~ c.x box1:1 fail/y absent"}, /* of its one address */
    {all_moved, FC("c.x", "box2:1", "fail", "y"), "better; - c.x box2:1 fail/y absent"}, /* of none */
    {no_box1, FC("c.x", "t.example.com", "fail", "y"), "better; - c.x t.example.com fail/y absent"},
};

static void what_is_gone_is_not_mended(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        struct facts *old = looked_at(), *new = looked_at();
        const struct told *before = report_of(old, "", gone[i].before);
        gone[i].gone(new);
        struct comparison *c = compare(new->arena, before, report_of(new, "", ""));
        c->facts.n = 0;
        assert_string_equal(in_words(c), gone[i].told);
        facts_free(old);
        facts_free(new);
    }
}

/* ---- reading ---- */

/* The same item so many times. */
static json_t *many(const char *item, size_t n) {
    json_t *list = json_array(), *one = json_loads(item, 0, NULL);
    for (size_t i = 0; i < n; i++)
        json_array_append(list, one);
    json_decref(one);
    return list;
}

static void reports_are_bounded(void **state) {
    (void)state;
    static const struct {
        const char *key, *item;
        size_t first, second; /* handed over in two parts */
        const char *error;    /* NULL: read */
    } lists[] = {
        {"outcomes", O("a", "works"), 19999, 1, NULL},
        {"outcomes", O("a", "works"), 19999, 2, "outcomes: wanted at most 20000 of them"},
        {"outcomes", O("a", "works"), 0, 20001, "outcomes: wanted at most 20000 of them"},
        {"findings", F("c.x", "y", "pass"), 1, 500000, "findings: wanted at most 500000 of them"},
        {"findings", F("c.x", "y", "pass"), 0, 20001, NULL},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct facts *facts = facts_new();
        struct told_reading *r = told_begin(facts);
        json_t *first = many(lists[i].item, lists[i].first), *second = many(lists[i].item, lists[i].second);
        char *error;
        assert_true(told_more(r, lists[i].key, first));
        assert_int_equal(told_more(r, lists[i].key, second), lists[i].error == NULL);
        const struct told *told = told_end(r, &error);
        assert_int_equal(told == NULL, lists[i].error != NULL);
        if (told == NULL)
            assert_string_equal(error, lists[i].error);
        else
            assert_int_equal(told->outcomes.n + told->findings.n, lists[i].first + lists[i].second);
        json_decref(first);
        json_decref(second);
        facts_free(facts);
    }
}

static void only_lists_are_read(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    struct told_reading *r = told_begin(facts);
    json_t *none = json_object();
    char *error;
    assert_false(told_more(r, "findings", none));
    assert_null(told_end(r, &error));
    assert_string_equal(error, "findings: wanted a list");
    json_decref(none);
    facts_free(facts);
}

/* The first thing that is wrong is told, and nothing behind it is read. */
static void the_first_error_is_told(void **state) {
    (void)state;
    static const struct {
        const char *key, *items, *error;
    } lists[] = {
        {"outcomes", O("a", "works") ", {\"state\": \"works\"}", "outcomes[1].outcome: wanted a text"},
        {"outcomes", "{\"outcome\": \"a\"}", "outcomes[0].state: wanted works, at-risk, fails or unknown"},
        {"findings", "{\"subject\": \"a\", \"status\": \"pass\"}", "findings[0].check: wanted a text"},
        {"findings", "{\"check\": \"a\", \"status\": \"pass\"}", "findings[0].subject: wanted a text"},
        {"findings", F("a", "b", "pass") ", {\"check\": \"a\", \"subject\": \"b\"}",
         "findings[1].status: wanted pass, info, warn, fail, unknown or skip"},
        {"findings", "{\"check\": 3, \"subject\": \"b\", \"status\": \"pass\"}",
         "findings[0].check: wanted a text"},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct facts *facts = facts_new();
        struct told_reading *r = told_begin(facts);
        json_t *bad = list_of(lists[i].items), *good = list_of(O("a", "works"));
        char *error;
        assert_false(told_more(r, lists[i].key, bad));
        assert_false(told_more(r, "outcomes", good));
        assert_null(told_end(r, &error));
        assert_string_equal(error, lists[i].error);
        json_decref(bad);
        json_decref(good);
        facts_free(facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_compared_with_its_fellow),
        cmocka_unit_test(what_is_gone_is_not_mended),
        cmocka_unit_test(reports_are_bounded),
        cmocka_unit_test(only_lists_are_read),
        cmocka_unit_test(the_first_error_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
