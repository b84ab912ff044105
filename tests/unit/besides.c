/* What else does a judge find in a row's facts? See besides.h. */
#include "tests/unit/besides.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/written.h"

#define FOLDER "tests/unit/besides/"

/* The file of this program: read once, or written anew. */
struct book {
    char path[256];
    char *text;
    bool is_open, is_written;
};

static struct book *book(void) {
    static struct book b;
    if (!b.is_open) {
        const char *name = program_invocation_short_name;
        name = strncmp(name, "test_", 5) == 0 ? name + 5 : name;
        snprintf(b.path, sizeof b.path, FOLDER "%s.txt", name);
        b.is_written = written_anew();
        b.text = b.is_written ? NULL : written_text(b.path);
        b.is_open = true;
        if (b.is_written)
            remove(b.path);
    }
    return &b;
}

static bool is_loud(const struct finding *f) {
    return f->status == STATUS_FAIL || f->status == STATUS_WARN || f->status == STATUS_UNKNOWN;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "row: status check/cause subject", a line each, sorted. */
static char *told(const char *row, const struct findings *findings, besides_named *is_named, const void *of) {
    struct arena *arena = arena_new();
    struct texts lines = {0};
    char *text = NULL;
    size_t size = 0;
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (is_loud(f) && !is_named(of, f))
            texts_add(arena, &lines,
                      arena_printf(arena, "%s\t%s %s%s%s %s\n", row, enum_text(status_names, (int)f->status),
                                   f->check->id, f->cause == NULL ? "" : "/",
                                   f->cause == NULL ? "" : f->cause->id, f->subject));
    }
    if (lines.n > 0)
        qsort(lines.v, lines.n, sizeof *lines.v, by_text);
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < lines.n; i++)
        if (i == 0 || strcmp(lines.v[i], lines.v[i - 1]) != 0)
            fputs(lines.v[i], out);
    fclose(out);
    arena_free(arena);
    return text;
}

/* The lines of the row, as the file has them. */
static char *written(const char *text, const char *row) {
    char *out_text = NULL;
    size_t size = 0, length = strlen(row);
    FILE *out = open_memstream(&out_text, &size);
    for (const char *at = text; *at != 0;) {
        size_t line = strcspn(at, "\n") + 1;
        if (strncmp(at, row, length) == 0 && at[length] == '\t')
            fwrite(at, 1, line, out);
        at += line;
    }
    fclose(out);
    return out_text;
}

void assert_besides(const char *row, const struct findings *findings, besides_named *is_named,
                    const void *of) {
    struct book *b = book();
    char *found = told(row, findings, is_named, of);
    if (b->is_written && *found != 0) {
        FILE *out = fopen(b->path, "a");
        assert_non_null(out);
        fputs(found, out);
        fclose(out);
    }
    if (!b->is_written) {
        char *wanted = written(b->text, row);
        if (strcmp(found, wanted) != 0) {
            print_error("besides what it names, row \"%s\" finds:\n%s%s has:\n%s(where this is meant: "
                        "EDGEPROBE_UPDATE=1 and the same program)\n",
                        row, found, b->path, wanted);
            fail_msg("row \"%s\": other findings than are named", row);
        }
        free(wanted);
    }
    free(found);
}
