/* Is what a program says still what is written down? See written.h. */
#include "tests/unit/written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

bool written_anew(void) {
    return getenv("EDGEPROBE_UPDATE") != NULL;
}

char *written_text(const char *path) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size), *in = fopen(path, "r");
    for (int c; in != NULL && (c = getc(in)) != EOF;)
        putc(c, out);
    if (in != NULL)
        fclose(in);
    fclose(out);
    return text;
}

static void write_anew(const char *path, const char *text) {
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

bool is_as_written(const char *path, const char *text) {
    if (written_anew())
        write_anew(path, text);
    char *file = written_text(path);
    const char *wanted = file;
    bool same = strcmp(wanted, text) == 0;
    while (!same && *wanted != 0 && strncmp(wanted, text, strcspn(wanted, "\n") + 1) == 0) {
        size_t length = strcspn(wanted, "\n") + 1;
        wanted += length;
        text += length;
    }
    if (!same)
        print_error("%s: wanted\n    %.*s\n  found\n    %.*s\n(where this is meant: EDGEPROBE_UPDATE=1)\n",
                    path, (int)strcspn(wanted, "\n"), wanted, (int)strcspn(text, "\n"), text);
    free(file);
    return same;
}
