/* Does a map by name give all that bear one, in the order of adding, and nothing else? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "facts/name_map.h"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void empty_has_nothing(void **state) {
    (void)state;
    size_t count = 7;
    struct name_map *map = name_map_new(arena);
    assert_null(name_map_find(map, "a", &count));
    assert_int_equal(count, 0);
    name_map_add(map, NULL, "nameless");
    assert_null(name_map_first(map, ""));
    assert_null(name_map_first(map, NULL));
}

static void one_name_gives_all_in_order(void **state) {
    (void)state;
    static const char *const things[] = {"first", "second", "third"};
    size_t count;
    struct name_map *map = name_map_new(arena);
    name_map_add(map, "expe.example.com", things[0]);
    name_map_add(map, "expe", "shorter");
    name_map_add(map, "EXPE.example.com", things[1]);
    name_map_add(map, "expe.example.org", "another");
    name_map_add(map, "expe.Example.com", things[2]);
    const struct named *found = name_map_find(map, "expe.example.COM", &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(found[i].thing, things[i]);
    assert_null(name_map_first(map, "expe.example.co"));
    assert_null(name_map_first(map, "expe.example.comm"));
    assert_int_equal(name_map_count(map), 3);
}

static void what_is_added_after_a_question_is_found(void **state) {
    (void)state;
    char names[1000][8];
    struct name_map *map = name_map_new(arena);
    for (int i = 0; i < 1000; i++) {
        snprintf(names[i], sizeof names[i], "n%d", 999 - i);
        name_map_add(map, names[i], names[i]);
        assert_ptr_equal(name_map_first(map, names[i]), names[i]);
        assert_ptr_equal(name_map_first(map, names[i / 2]), names[i / 2]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(empty_has_nothing, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(one_name_gives_all_in_order, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_is_added_after_a_question_is_found, open_arena, close_arena),
    };
    return cmocka_run_group_tests_name("name map", tests, NULL, NULL);
}
