/* What did the last look at each target come to, for a person who asks? See ledger.h. */
#include "monitor/ledger.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "monitor/numbers.h"
#include "report/report.h"

enum {
    ROOM_STEP = 8192,                  /* rooms in the file grow by this */
    LARGEST_REPORT = 16 * 1024 * 1024, /* plain */
    GZIP_WINDOW = 15 + 16              /* zlib: largest window, with gzip's head */
};

struct ledger {
    struct arena *arena; /* names and ledger */
    void *by_name;       /* tsearch(3) tree */
    FILE *file;
    off_t end;
};

struct ledger *ledger_new(void) {
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL)
        return NULL;
    ledger->file = tmpfile();
    ledger->arena = arena_new();
    if (ledger->file != NULL)
        return ledger;
    ledger_free(ledger);
    return NULL;
}

static void keep(void *node) { /* the arena owns them */
    (void)node;
}

void ledger_free(struct ledger *ledger) {
    if (ledger == NULL)
        return;
    tdestroy(ledger->by_name, keep);
    arena_free(ledger->arena);
    if (ledger->file != NULL)
        fclose(ledger->file);
    free(ledger);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct last_look *)a)->name, ((const struct last_look *)b)->name);
}

struct last_look *ledger_find(struct ledger *ledger, const char *name) {
    struct last_look wanted = {.name = name}, **found = tfind(&wanted, &ledger->by_name, by_name);
    if (found != NULL)
        return *found;
    struct last_look *last = ARENA_NEW(ledger->arena, struct last_look);
    last->name = arena_text(ledger->arena, name);
    tsearch(last, &ledger->by_name, by_name);
    return last;
}

/* ---- reports ---- */

static bool pack(const char *text, size_t size, Bytef **packed, size_t *packed_size) {
    z_stream z = {.next_in = (Bytef *)text, .avail_in = (uInt)size};
    if (size > LARGEST_REPORT ||
        deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    uLong room = deflateBound(&z, (uLong)size);
    *packed = malloc(room);
    z.next_out = *packed;
    z.avail_out = (uInt)room;
    bool good = *packed != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END;
    *packed_size = z.total_out;
    deflateEnd(&z);
    if (!good)
        free(*packed);
    return good;
}

static bool unpack(const char *packed, size_t packed_size, char **text, size_t *size) {
    z_stream z = {.next_in = (Bytef *)packed, .avail_in = (uInt)packed_size};
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return false;
    *text = malloc(LARGEST_REPORT);
    z.next_out = (Bytef *)*text;
    z.avail_out = LARGEST_REPORT;
    bool good = *text != NULL && inflate(&z, Z_FINISH) == Z_STREAM_END;
    *size = z.total_out;
    inflateEnd(&z);
    if (!good)
        free(*text);
    return good;
}

static void report_keep(struct ledger *ledger, struct last_look *last, const void *bytes, size_t size) {
    last->report.size = 0;
    if (size > last->report.room) {
        last->report.room = (size / ROOM_STEP + 1) * ROOM_STEP;
        last->report.at = ledger->end;
        ledger->end += (off_t)last->report.room;
    }
    if (pwrite(fileno(ledger->file), bytes, size, last->report.at) == (ssize_t)size)
        last->report.size = size;
}

static void report_take(struct ledger *ledger, struct last_look *last, const struct verdict *verdict) {
    char *text = NULL;
    size_t size = 0, packed_size = 0;
    Bytef *packed;
    FILE *out = open_memstream(&text, &size);
    struct report report = report_of(verdict);
    struct report_style style = {.width = 80};
    report.name = last->name;
    last->report.size = 0;
    if (out == NULL)
        return;
    bool good = format_find("html")->write(&report, &style, out);
    good = fclose(out) == 0 && good;
    if (good && pack(text, size, &packed, &packed_size)) {
        report_keep(ledger, last, packed, packed_size);
        free(packed);
    }
    free(text);
}

bool ledger_report(struct ledger *ledger, const struct last_look *last, bool plain, char **bytes,
                   size_t *size) {
    size_t packed_size = last->report.size;
    char *packed = packed_size == 0 ? NULL : malloc(packed_size);
    if (packed == NULL)
        return false;
    bool good = pread(fileno(ledger->file), packed, packed_size, last->report.at) == (ssize_t)packed_size;
    if (good && !plain) {
        *bytes = packed;
        *size = packed_size;
        return true;
    }
    good = good && unpack(packed, packed_size, bytes, size);
    free(packed);
    return good;
}

/* ---- a look ---- */

void ledger_take(struct ledger *ledger, struct last_look *last, const struct verdict *verdict) {
    const struct findings *findings = verdict->findings;
    enum status status = findings_status(findings);
    int64_t at = verdict->facts->run.started;
    if (!last->is_known || last->status != status)
        last->since = at;
    last->is_known = true;
    last->status = status;
    last->last_run = at;
    last->not_after = soonest_end(verdict->facts);
    last->worst = NULL;
    if (findings->n > 0 && status != STATUS_PASS) {
        const struct finding *f = findings->v[0];
        snprintf(last->worst_text, sizeof last->worst_text, "%.150s",
                 f->cause != NULL ? f->cause->title : f->summary);
        last->worst = last->worst_text;
    }
    report_take(ledger, last, verdict);
}
