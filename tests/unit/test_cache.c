/* Does the cache give back what holds, and nothing else, whatever happened to its files? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/revocation/cache.h"
#include "probe/revocation/revocation.h"

struct fixture {
    struct arena *arena;
    char *base, *folder; /* folder is not there yet */
};

static int set_up(void **state) {
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    const char *tmp = getenv("TMPDIR");
    f->arena = arena;
    f->base = arena_printf(arena, "%s/edgeprobe-cache-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(f->base) == NULL)
        return -1;
    f->folder = arena_printf(arena, "%s/a/b", f->base);
    *state = f;
    return 0;
}

static void each_file(const struct fixture *f, void (*tell)(const char *path, void *context), void *context) {
    DIR *at = opendir(f->folder);
    const struct dirent *entry;
    while (at != NULL && (entry = readdir(at)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            tell(arena_printf(f->arena, "%s/%s", f->folder, entry->d_name), context);
    if (at != NULL)
        closedir(at);
}

static void take_away(const char *path, void *context) {
    (void)context;
    unlink(path);
}

static void path_tell(const char *path, void *context) {
    *(char **)context = strdup(path);
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    each_file(f, take_away, NULL);
    rmdir(f->folder);
    rmdir(arena_printf(f->arena, "%s/a", f->base));
    rmdir(f->base);
    arena_free(f->arena);
    return 0;
}

static const struct cached answer = {{(uint8_t *)"an answer\0with a zero", 21}, 1795294800, "\"e1\"", NULL};

static bool reads(const struct fixture *f, const char *question) {
    struct cached found;
    if (!cache_read(f->arena, f->folder, question, &found))
        return false;
    assert_int_equal(found.answer.size, answer.answer.size);
    assert_memory_equal(found.answer.bytes, answer.answer.bytes, answer.answer.size);
    assert_int_equal(found.fetched, answer.fetched);
    assert_string_equal(found.etag, answer.etag);
    assert_null(found.last_modified);
    return true;
}

static void test_holds(void **state) {
    const struct fixture *f = *state;
    struct cached found, dated = answer;
    assert_false(reads(f, "q"));
    cache_write(f->folder, "q", &answer);
    assert_true(reads(f, "q"));
    assert_false(reads(f, "Q")); /* another question */
    dated.etag = NULL;
    dated.last_modified = "Sat, 21 Nov 2026 21:00:00 GMT";
    cache_write(f->folder, "q", &dated);
    assert_true(cache_read(f->arena, f->folder, "q", &found));
    assert_null(found.etag);
    assert_string_equal(found.last_modified, dated.last_modified);
}

static void test_not_blocked(void **state) {
    const struct fixture *f = *state;
    struct cached found;
    char *path = NULL;
    cache_write(f->folder, "q", &answer);
    each_file(f, path_tell, &path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(cache_read(f->arena, f->folder, "q", &found));
    free(path);
}

struct change {
    long at;   /* byte to change; -1: none */
    long size; /* to cut to, or to lengthen by one; 0: leave */
};

static void damage(const char *path, void *context) {
    const struct change *change = context;
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    if (change->at >= 0) {
        fseek(file, change->at, SEEK_SET);
        int c = fgetc(file);
        fseek(file, change->at, SEEK_SET);
        fputc(c ^ 1, file);
    }
    fclose(file);
    if (change->size > 0)
        assert_int_equal(truncate(path, change->size), 0);
}

static void size_tell(const char *path, void *context) {
    struct stat there;
    assert_int_equal(stat(path, &there), 0);
    *(long *)context = there.st_size;
}

/* Any byte changed, and any length: not believed, or (the date alone has no check of its own) as good as
 * before. */
static void test_damage(void **state) {
    const struct fixture *f = *state;
    long size = 0;
    cache_write(f->folder, "question", &answer);
    each_file(f, size_tell, &size);
    assert_true(size > 60);
    static const char head[] = "edgeprobe-cache/2 ";
    long date = (long)strlen(head), after = date + (long)strlen("1795294800");
    for (long at = 0; at < size; at++) {
        cache_write(f->folder, "question", &answer);
        each_file(f, damage, &(struct change){at, 0});
        if (at < date || at >= after)
            assert_false(reads(f, "question"));
    }
    for (long cut = 1; cut < size; cut++) {
        cache_write(f->folder, "question", &answer);
        each_file(f, damage, &(struct change){-1, cut});
        assert_false(reads(f, "question"));
    }
    cache_write(f->folder, "question", &answer); /* replaced */
    assert_true(reads(f, "question"));
}

static void count(const char *path, void *context) {
    (void)path;
    ++*(int *)context;
}

static void test_bounded(void **state) {
    const struct fixture *f = *state;
    int files = 0;
    for (int i = 0; i < CACHE_FILES_MAX + 50; i++)
        cache_write(f->folder, arena_printf(f->arena, "%d", i), &answer);
    each_file(f, count, &files);
    assert_int_equal(files, CACHE_FILES_MAX);
    assert_true(reads(f, arena_printf(f->arena, "%d", CACHE_FILES_MAX + 49)));
}

static void test_too_large_or_empty(void **state) {
    const struct fixture *f = *state;
    struct cached large = {.answer = {calloc(1, CACHE_ENTRY_MAX + 1), CACHE_ENTRY_MAX + 1}},
                  empty = {.fetched = 0}, found;
    assert_non_null(large.answer.bytes);
    cache_write(f->folder, "large", &large);
    cache_write(f->folder, "empty", &empty);
    assert_false(cache_read(f->arena, f->folder, "large", &found));
    assert_false(cache_read(f->arena, f->folder, "empty", &found));
    large.answer.size--;
    cache_write(f->folder, "large", &large);
    assert_true(cache_read(f->arena, f->folder, "large", &found));
    free(large.answer.bytes);
}

/* Several at once: whoever reads gets a whole answer, or none. */
static void test_many_processes(void **state) {
    const struct fixture *f = *state;
    enum { PROCESSES = 4, TIMES = 200 };
    pid_t children[PROCESSES];
    cache_write(f->folder, "q", &answer);
    for (int p = 0; p < PROCESSES; p++) {
        children[p] = fork();
        if (children[p] == 0) {
            for (int i = 0; i < TIMES; i++)
                cache_write(f->folder, "q", &answer);
            _exit(0);
        }
    }
    for (int i = 0; i < TIMES; i++)
        assert_true(reads(f, "q"));
    for (int p = 0; p < PROCESSES; p++)
        waitpid(children[p], NULL, 0);
    int files = 0;
    each_file(f, count, &files);
    assert_int_equal(files, 1);
}

static void test_no_folder(void **state) {
    const struct fixture *f = *state;
    struct cached found;
    cache_write("/dev/null/edgeprobe", "q", &answer);
    assert_false(cache_read(f->arena, "/dev/null/edgeprobe", "q", &found));
}

static void test_where(void **state) {
    const struct fixture *f = *state;
    static const struct {
        const char *xdg, *home, *wanted;
    } rows[] = {{"/c", "/h", "/c/edgeprobe"},
                {"relative", "/h", "/h/.cache/edgeprobe"},
                {NULL, "/h", "/h/.cache/edgeprobe"},
                {NULL, NULL, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rows[i].xdg == NULL ? unsetenv("XDG_CACHE_HOME") : setenv("XDG_CACHE_HOME", rows[i].xdg, 1);
        rows[i].home == NULL ? unsetenv("HOME") : setenv("HOME", rows[i].home, 1);
        const char *folder = cache_folder(f->arena);
        assert_true((folder == NULL) == (rows[i].wanted == NULL));
        if (folder != NULL)
            assert_string_equal(folder, rows[i].wanted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_blocked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_large_or_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_processes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_where, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
