/* Is "X14.3" read as the number that compares, and anything else refused? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "catalogue/release.h"

static void releases_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int release;
    } rows[] = {{"X14.3", RELEASE_X14_3}, {"x14.0.8", RELEASE_X14_0_8},
                {"14.2", RELEASE_X14_2},  {"X12.6", RELEASE_X12_6},
                {"X15.5", RELEASE_X15_5}, {"X15.5.3", 150503},
                {"X8.11.4", 81104},       {"X12.5.9", 120509},
                {"X14.0.11", 140011},     {RELEASE_NEWEST, RELEASE_X15_5}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int release = 0;
        if (!release_read(rows[i].text, &release) || release != rows[i].release)
            fail_msg("%s: %d", rows[i].text, release);
    }
}

static void others_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",      "X",     "X14",    "X14.",   "X14.3.", "X14.3.1.1", "X15.6",  "X16.0",  "X7.2",  "X13.1",
        "Y14.3", "X14,3", "X14.3 ", " X14.3", "X14.-3", "X14.300",   "X114.3", "X14.3b", "14.2.x"};
    int release = 7;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (release_read(rows[i], &release))
            fail_msg("'%s' read as %d", rows[i], release);
    assert_false(release_read(NULL, &release));
    assert_int_equal(release, 7);
}

static void releases_compare(void **state) {
    (void)state;
    static const char *const rows[] = {"X8.11.1", "X12.5", "X12.6",   "X14.0.2", "X14.0.8", "X14.2",
                                       "X14.3",   "X15.0", "X15.3.2", "X15.4",   "X15.5"};
    int before = 0, release;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, before = release) {
        assert_true(release_read(rows[i], &release));
        assert_true(release > before);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(releases_are_read),
                                       cmocka_unit_test(others_are_refused),
                                       cmocka_unit_test(releases_compare)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
