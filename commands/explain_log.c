/* What do the words of Expressway's log mean? See explain_log.h. A log may be gigabytes of anything: it is
 * read in pieces, and what is kept is bounded (checks/log.h). */
#include "commands/explain_log.h"

#include <stdlib.h>
#include <string.h>

#include "checks/log.h"
#include "commands/verdict.h"
#include "probe/input.h"
#include "wire/log.h"

enum { PIECE = 64 * 1024 };

struct reading {
    struct log_stories *stories;
    struct log_reader *reader;
    struct log_report *report;
};

static struct reading reading_new(struct arena *arena, struct log_report *report) {
    struct log_stories *stories = log_stories_new(arena, report);
    return (struct reading){stories, log_reader_new(arena, log_stories_take, stories), report};
}

static void finish(const struct reading *r) {
    log_reader_end(r->reader);
    log_stories_end(r->stories);
    r->report->lines = log_reader_lines(r->reader);
}

void log_take_text(struct arena *arena, const char *text, struct log_report *report) {
    struct reading r = reading_new(arena, report);
    log_reader_feed(r.reader, text, strlen(text));
    finish(&r);
}

bool log_take_file(struct arena *arena, const char *path, struct log_report *report) {
    char *name = text_from_wire(arena, path, strlen(path)), *piece = arena_alloc(arena, PIECE);
    struct reading r = reading_new(arena, report);
    struct input in;
    ptrdiff_t n = input_open(&in, path, INPUT_LOG) ? 1 : -1;
    report->source = name;
    if (n < 0) {
        complain("--log-file: %s: %s", name, in.fault);
        return false;
    }
    while ((n = input_read(&in, piece, PIECE)) > 0)
        log_reader_feed(r.reader, piece, (size_t)n);
    bool good = n == 0;
    input_close(&in);
    finish(&r);
    if (!good)
        complain("--log-file: %s: %s", name, in.fault);
    return good;
}
