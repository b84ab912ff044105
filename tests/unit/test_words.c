/* Are all words found in one pass, whatever overlaps, and none that is not there? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "facts/words.h"

static const char *const list[] = {"he", "she", "his", "hers", "usher", "a=\"b\"", "s"};
enum { COUNT = sizeof list / sizeof *list };

static const struct {
    const char *text, *found; /* one letter a word of the list, 1 where it stands there */
} rows[] = {
    {"", "0000000"},        {"ushers", "1101101"},      {"USHERS", "1101101"}, {"hi", "0000000"},
    {"this", "0010001"},    {"shis", "0010001"},        {"a=\"b", "0000000"},  {"xa=\"b\"x", "0000010"},
    {"h-e-r-s", "0000001"}, {"her\xff\xff", "1000000"}, {"husher", "1100101"},
};

static void every_word_is_found_and_no_other(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    const struct words *words = words_new(arena, list, COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct word_set found;
        char shown[COUNT + 1] = "";
        bool is_any = words_find(words, rows[i].text, strlen(rows[i].text), &found);
        for (size_t k = 0; k < COUNT; k++)
            shown[k] = word_is_in(&found, k) ? '1' : '0';
        if (strcmp(shown, rows[i].found) != 0 || is_any != (strchr(shown, '1') != NULL))
            fail_msg("%s: %s", rows[i].text, shown);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_word_is_found_and_no_other)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
