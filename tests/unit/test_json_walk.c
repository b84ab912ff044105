/* Are the parts of a JSON text found, and what is broken left to the parser? wire/json_walk.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "facts/facts.h"
#include "facts/name_set.h"
#include "wire/json_plain.h"
#include "wire/json_walk.h"

struct row {
    const char *text,
        *wanted; /* wanted: "key=value" of each part and what came at the end; NULL: not opened */
};

static const struct row rows[] = {
    {"{}", "end"},
    {" [ ] \n", "end"},
    {"{\"a\": 1, \"b\" :[1,2] , \"c\":{\"d\":\"}\"}}", "a=1 b=[1,2] c={\"d\":\"}\"} end"},
    {"[1,\"a,b]\",{\"x\":[{}]},null]", "=1 =\"a,b]\" ={\"x\":[{}]} =null end"},
    {"[\"\\\"]\", \"\\\\\"]", "=\"\\\"]\" =\"\\\\\" end"},
    {"{\"a\":1} x", "a=1 end, more"},
    {"{\"a\":1", "a=1 broken"},
    {"{\"a\" 1}", "broken"},
    {"{\"a\":}", "broken"},
    {"{a:1}", "broken"},
    {"{\"\\u0061\":1}", "broken"},
    {"{\"a\":1 \"b\":2}", "a=1 broken"},
    {"[1 2]", "=1 broken"},
    {"[[1,2]", "=[1,2] broken"},
    {"[[1,2", "broken"},
    {"[\"a", "broken"},
    {"[\"a\\", "broken"},
    {"[,1]", "broken"},
    {"\"a\"", NULL},
    {"", NULL},
};

static const char *walked(struct arena *arena, const char *text) {
    struct json_walk walk;
    struct json_slice key, value;
    enum walk_step step;
    const char *out = "";
    if (!walk_open(&walk, (struct json_slice){text, strlen(text)}))
        return NULL;
    while ((step = walk_next(&walk, &key, &value)) == WALK_ITEM)
        out = arena_printf(arena, "%s%.*s=%.*s ", out, (int)key.size, key.text, (int)value.size, value.text);
    return arena_printf(arena, "%s%s", out,
                        step == WALK_BROKEN   ? "broken"
                        : walk_is_over(&walk) ? "end"
                                              : "end, more");
}

static void test_parts(void **state) {
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = walked(arena, rows[i].text);
        if ((got == NULL) != (rows[i].wanted == NULL) || (got != NULL && strcmp(got, rows[i].wanted) != 0))
            fail_msg("%s: wanted %s, got %s", rows[i].text, rows[i].wanted == NULL ? "-" : rows[i].wanted,
                     got == NULL ? "-" : got);
    }
    arena_free(arena);
}

static void test_names_once(void **state) {
    struct arena *arena = arena_new();
    struct name_set *minds = name_set_new(arena, true), *blind = name_set_new(arena, false);
    static const int first = 1, second = 2;
    (void)state;
    assert_null(name_set_put(minds, "E1.example.com", &first));
    assert_null(name_set_put(minds, "e1.example.com", &second));
    assert_ptr_equal(name_set_put(minds, "e1.example.com", &first), &second);
    assert_null(name_set_put(blind, "E1.example.com", &first));
    assert_ptr_equal(name_set_put(blind, "e1.example.com", &second), &first);
    for (int i = 0; i < 5000; i++)
        assert_null(name_set_put(minds, arena_printf(arena, "host%d", i), &first));
    for (int i = 0; i < 5000; i++)
        assert_ptr_equal(name_set_put(minds, arena_printf(arena, "host%d", i), &second), &first);
    arena_free(arena);
}

/* What is plain is JSON to the library as well; and what people write is plain. */
static void test_plain(void **state) {
    static const struct {
        const char *text;
        bool is_plain;
    } plain[] = {
        {"{}", true},
        {" [ ] \n", true},
        {"{\"a\": -1, \"b\" :[0,\"x \\n \\\\ \\\"\",true] , \"c\":{\"a\":null}}", true},
        {"999999999999999", true},
        {"9999999999999999", false},
        {"1.5", false},
        {"1e5", false},
        {"01", false},
        {"-", false},
        {"+1", false},
        {"1 1", false},
        {"nul", false},
        {"nulls", false},
        {"[1,]", false},
        {"[,1]", false},
        {"[1 2]", false},
        {"{\"a\":1,}", false},
        {"{\"a\" 1}", false},
        {"{a:1}", false},
        {"{\"a\":1,\"a\":2}", false},
        {"[{\"a\":[{\"b\":1,\"b\":1}]}]", false},
        {"\"\\u0041\"", false},
        {"\"\\x\"", false},
        {"\"\xc3\xa9\"", false},
        {"\"\t\"", false},
        {"\"a", false},
        {"\"a\\", false},
        {"{\"a\":1", false},
        {"[1]]", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        const char *text = plain[i].text;
        json_t *tree = json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
        assert_int_equal(json_is_plain((struct json_slice){text, strlen(text)}), plain[i].is_plain);
        assert_true(!plain[i].is_plain || tree != NULL);
        json_decref(tree);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parts), cmocka_unit_test(test_plain),
                                       cmocka_unit_test(test_names_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
