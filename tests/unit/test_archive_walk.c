/* Do the files of an archive come out, and nothing else: no link, no path out of it, no bomb? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "wire/archive.h"

static struct arena *arena;

static int arena_open(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int arena_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- making ---- */

struct bytes {
    uint8_t *at;
    size_t size;
};

struct item {
    const char *name;
    int type; /* 0: a file; else AE_IF... */
    const char *text;
    struct bytes bytes; /* instead of text */
    const char *hardlink;
    size_t zeros; /* instead of both */
};

enum form { TAR, TAR_GZ, ZIP, GZ };

static struct bytes make(enum form form, const struct item *items, size_t count) {
    enum { ROOM = 4 * 1024 * 1024 };
    struct archive *archive = archive_write_new();
    struct bytes made = {arena_alloc(arena, ROOM), 0};
    static const char zeros[65536];
    if (form == ZIP)
        archive_write_set_format_zip(archive);
    else if (form == GZ)
        archive_write_set_format_raw(archive);
    else
        archive_write_set_format_pax_restricted(archive);
    if (form == TAR_GZ || form == GZ)
        archive_write_add_filter_gzip(archive);
    assert_int_equal(archive_write_open_memory(archive, made.at, ROOM, &made.size), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        const struct item *item = &items[i];
        struct archive_entry *entry = archive_entry_new();
        size_t size = item->zeros > 0          ? item->zeros
                      : item->bytes.at != NULL ? item->bytes.size
                      : item->text != NULL     ? strlen(item->text)
                                               : 0;
        archive_entry_set_pathname(entry, item->name);
        archive_entry_set_filetype(entry, item->type == 0 ? AE_IFREG : (unsigned)item->type);
        archive_entry_set_size(entry, (la_int64_t)size);
        archive_entry_set_perm(entry, 0644);
        if (item->type == AE_IFLNK)
            archive_entry_set_symlink(entry, "/etc/passwd");
        if (item->hardlink != NULL)
            archive_entry_set_hardlink(entry, item->hardlink);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        for (size_t left = item->zeros; left > 0;) {
            size_t part = left < sizeof zeros ? left : sizeof zeros;
            archive_write_data(archive, zeros, part);
            left -= part;
        }
        if (item->zeros == 0 && size > 0)
            archive_write_data(archive, item->bytes.at != NULL ? (const void *)item->bytes.at : item->text,
                               size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return made;
}

/* ---- walking ---- */

struct source {
    const uint8_t *at;
    size_t left;
    bool fails_at_end;
};

static long source_read(void *context, void *buffer, size_t size) {
    struct source *source = context;
    size_t n = size < source->left ? size : source->left;
    if (n > 1000)
        n = 1000;
    memcpy(buffer, source->at, n);
    source->at += n;
    source->left -= n;
    return n == 0 && source->fails_at_end ? -1 : (long)n;
}

struct heard {
    char text[8192]; /* "name=content;" and "!name: why;" */
    bool reads_nothing;
};

static void hear(struct heard *heard, const char *format, ...) {
    va_list args;
    size_t used = strlen(heard->text);
    va_start(args, format);
    vsnprintf(heard->text + used, sizeof heard->text - used, format, args);
    va_end(args);
}

static bool take(void *context, const char *name, struct archive_bytes *bytes) {
    struct heard *heard = context;
    char content[64] = "";
    long n = heard->reads_nothing ? 0 : archive_bytes_read(bytes, content, sizeof content - 1);
    hear(heard, "%s=%.*s%s;", name, n < 0 ? 0 : (int)n, content, n < 0 ? "BROKEN" : "");
    return true;
}

static void left_out(void *context, const char *name, const char *why) {
    hear(context, "!%s: %s;", name, why);
}

static const char *walk(struct bytes bytes, const char *name, struct archive_budget *budget,
                        struct heard *heard) {
    struct archive_visitor visitor = {heard, take, left_out};
    struct source source = {bytes.at, bytes.size, false};
    const char *error = NULL;
    bool good = archive_walk(arena, name, source_read, &source, &visitor, budget, &error);
    assert_int_equal(good, error == NULL);
    return error;
}

#define PLENTY                                                                                               \
    { .bytes = 1LL << 33, .files = 1000, .depth = 2 }

static void files_come_out_of_every_form(void **state) {
    (void)state;
    const struct item items[] = {{.name = "a.txt", .text = "one"},
                                 {.name = "d", .type = AE_IFDIR},
                                 {.name = "d/b.txt", .text = "two"}};
    for (enum form form = TAR; form <= ZIP; form++) {
        struct archive_budget budget = PLENTY;
        struct heard heard = {.reads_nothing = false};
        assert_null(walk(make(form, items, 3), "x.tar.gz", &budget, &heard));
        assert_string_equal(heard.text, "a.txt=one;d/b.txt=two;");
    }
    struct archive_budget budget = PLENTY;
    struct heard heard = {.reads_nothing = false};
    assert_null(walk(make(GZ, items, 1), "in/log.txt.gz", &budget, &heard));
    /* in the place of the file that it was packed as */
    assert_string_equal(heard.text, "in/log.txt=one;");
}

static void what_is_not_read_is_passed_over(void **state) {
    (void)state;
    const struct item items[] = {{.name = "a", .zeros = 3000000}, {.name = "b", .text = "two"}};
    struct archive_budget budget = PLENTY;
    struct heard heard = {.reads_nothing = true};
    assert_null(walk(make(TAR_GZ, items, 2), "x", &budget, &heard));
    assert_string_equal(heard.text, "a=;b=;");
    assert_in_range(budget.unpacked, 3000003, 3000003);
}

static void archives_inside_are_opened_to_a_depth(void **state) {
    (void)state;
    const struct item innermost[] = {{.name = "a", .text = "deep"}};
    const struct item inner[] = {{.name = "c.zip", .bytes = make(ZIP, innermost, 1)},
                                 {.name = "b", .text = "two"}};
    const struct item outer[] = {{.name = "b.tar.gz", .bytes = make(TAR_GZ, inner, 2)},
                                 {.name = "broken.zip", .text = "no archive"},
                                 {.name = "z", .text = "last"}};
    struct bytes made = make(TAR, outer, 3);
    struct archive_budget budget = PLENTY, flat = {.bytes = 1 << 30, .files = 100, .depth = 1};
    struct heard heard = {.reads_nothing = false}, less = {.reads_nothing = false};
    assert_null(walk(made, "x.tar", &budget, &heard));
    assert_string_equal(heard.text,
                        "b.tar.gz/c.zip/a=deep;b.tar.gz/b=two;!broken.zip: no archive that is read, or a "
                        "damaged one; wanted tar.gz, tar or ZIP;z=last;");
    assert_null(walk(made, "x.tar", &flat, &less));
    assert_non_null(
        strstr(less.text, "!b.tar.gz/c.zip: an archive in archives, deeper than is opened;b.tar.gz/b=two;"));
}

static void links_devices_and_paths_are_left_out(void **state) {
    (void)state;
    const struct item items[] = {{.name = "link", .type = AE_IFLNK},  {.name = "device", .type = AE_IFCHR},
                                 {.name = "pipe", .type = AE_IFIFO},  {.name = "hard", .hardlink = "good"},
                                 {.name = "../up", .text = "x"},      {.name = "/root", .text = "x"},
                                 {.name = "a/../../b", .text = "x"},  {.name = "a/..", .text = "x"},
                                 {.name = "a\\..\\b", .text = "x"},   {.name = "c:/x", .text = "x"},
                                 {.name = "..good/a..", .text = "x"}, {.name = "ctrl\x1b[2J", .text = "x"}};
    struct archive_budget budget = PLENTY;
    struct heard heard = {.reads_nothing = false};
    assert_null(walk(make(TAR, items, sizeof items / sizeof *items), "x.tar", &budget, &heard));
    assert_string_equal(heard.text,
                        "!link: a symbolic link; it is not followed;!device: a device;!pipe: a named pipe;"
                        "!hard: a hard link; it is not followed;"
                        "!../up: its name points out of the archive;"
                        "!/root: its name points out of the archive;"
                        "!a/../../b: its name points out of the archive;"
                        "!a/..: its name points out of the archive;"
                        "!a\\..\\b: its name points out of the archive;"
                        "!c:/x: its name points out of the archive;"
                        "..good/a..=x;ctrl\\x1b[2J=x;");
}

static void bombs_and_crowds_end_the_walk(void **state) {
    (void)state;
    const struct item zeros[] = {{.name = "a", .text = "first"},
                                 {.name = "zeros", .zeros = 48 * 1024 * 1024}};
    struct bytes bomb = make(TAR_GZ, zeros, 2);
    struct archive_budget budget = PLENTY, nested = PLENTY, small = {.bytes = 1000, .files = 10, .depth = 1};
    budget.bytes = nested.bytes = 32 * 1024 * 1024; /* zeros take their time */
    struct heard heard = {.reads_nothing = true};
    assert_non_null(strstr(walk(bomb, "x", &budget, &heard), "unpacks to more than is read"));
    assert_string_equal(heard.text, "a=;zeros=;");
    assert_non_null(strstr(walk(bomb, "x", &small, &heard), "unpacks to more than is read"));
    const struct item inner[] = {{.name = "b.tar.gz", .bytes = bomb}, {.name = "c", .text = "never"}};
    struct heard inside = {.reads_nothing = true};
    assert_non_null(strstr(walk(make(TAR, inner, 2), "x", &nested, &inside), "unpacks to more than is read"));
    assert_null(strstr(inside.text, "never"));

    struct item *crowd = arena_alloc(arena, 2000 * sizeof *crowd);
    for (size_t i = 0; i < 2000; i++)
        crowd[i] = (struct item){.name = "f"};
    struct archive_budget few = PLENTY;
    struct heard many = {.reads_nothing = true};
    assert_non_null(strstr(walk(make(TAR_GZ, crowd, 2000), "x", &few, &many), "more files than are read"));
}

/* Wherever it is cut: no crash, an error, and whole files before the cut. */
static void cut_archives_say_so(void **state) {
    (void)state;
    const struct item items[] = {{.name = "a", .text = "one"}, {.name = "b", .text = "two"}};
    for (enum form form = TAR_GZ; form <= ZIP; form++) {
        struct bytes made = make(form, items, 2);
        for (size_t size = 0; size < made.size - 30; size++) {
            struct archive_budget budget = PLENTY;
            struct heard heard = {.reads_nothing = false};
            const char *error = walk((struct bytes){made.at, size}, "x", &budget, &heard);
            assert_true(error != NULL || strstr(heard.text, "b=two;") != NULL);
        }
    }
    const struct item big[] = {{.name = "a", .text = "one"}, {.name = "big", .zeros = 200000}};
    struct bytes made = make(TAR, big, 2);
    struct archive_budget budget = PLENTY;
    struct heard heard = {.reads_nothing = false};
    assert_non_null(walk((struct bytes){made.at, 100000}, "x", &budget, &heard));
    assert_true(text_starts(heard.text, "a=one;big="));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_out_of_every_form),
        cmocka_unit_test(what_is_not_read_is_passed_over),
        cmocka_unit_test(archives_inside_are_opened_to_a_depth),
        cmocka_unit_test(links_devices_and_paths_are_left_out),
        cmocka_unit_test(bombs_and_crowds_end_the_walk),
        cmocka_unit_test(cut_archives_say_so),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
