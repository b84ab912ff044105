/* What do the words of Expressway's log mean? See explain_log.h.
 *
 * A log may be gigabytes of anything: it is read in pieces, lines are cut, what is kept is one entry for each
 * different thing that was said, and not more than GROUPS_MAX of those. */
#include "commands/explain_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/verdict.h"

enum { PIECE = 64 * 1024, LINE_MAX_BYTES = 16 * 1024, GROUPS_MAX = 1000 };

struct reading {
    struct arena *arena;
    struct log_report *report;
    char line[LINE_MAX_BYTES];
    size_t size; /* of the line so far; what is beyond LINE_MAX_BYTES is dropped */
    bool begun;  /* something of the line has come, perhaps nothing that was kept */
};

/* ---- one line ---- */

static uint64_t mix(uint64_t hash, const char *text) { /* FNV-1a */
    for (; text != NULL && *text != 0; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    return (hash ^ 0xff) * 0x100000001b3;
}

static uint64_t key_of(const struct log_entry *entry) {
    uint64_t key = mix(0xcbf29ce484222325, entry->token);
    key = mix(key, enum_text(log_directions, (int)entry->direction));
    key = mix(key, entry->event);
    key = mix(key, entry->detail);
    key = mix(key, entry->common_name);
    return mix(key, entry->dst_port);
}

static struct log_group *group_find(const struct log_report *report, uint64_t key) {
    for (size_t i = 0; i < report->groups.n; i++)
        if (report->groups.v[i]->key == key)
            return report->groups.v[i];
    return NULL;
}

/* Read into memory of its own first: most lines say what others said before. */
static void line_take(struct reading *r) {
    struct log_report *report = r->report;
    struct arena *scratch = arena_new();
    struct log_entry entry;
    report->lines++;
    if (log_line_read(scratch, r->line, r->size, &entry)) {
        struct log_group *group = group_find(report, key_of(&entry));
        report->matched++;
        if (group == NULL && report->groups.n < GROUPS_MAX) {
            group = ARENA_NEW(r->arena, struct log_group);
            log_line_read(r->arena, r->line, r->size, &group->entry);
            group->key = key_of(&entry);
            group->line = report->lines;
            LIST_ADD(r->arena, &report->groups, group);
        }
        if (group == NULL) {
            report->left_out++;
        } else {
            group->last_line = report->lines;
            group->count++;
        }
    }
    arena_free(scratch);
    r->size = 0;
    r->begun = false;
}

static void bytes_take(struct reading *r, const char *bytes, size_t size) {
    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t part = end == NULL ? size : (size_t)(end - bytes), room = LINE_MAX_BYTES - r->size;
        size_t kept = part < room ? part : room;
        memcpy(r->line + r->size, bytes, kept);
        r->size += kept;
        r->begun = true;
        if (end == NULL)
            return;
        line_take(r);
        bytes = end + 1;
        size -= part + 1;
    }
}

/* ---- texts and files ---- */

static struct reading *reading_new(struct arena *arena, struct log_report *report) {
    struct reading *r = ARENA_NEW(arena, struct reading);
    r->arena = arena;
    r->report = report;
    return r;
}

static void finish(struct reading *r) {
    if (r->begun)
        line_take(r);
}

void log_take_text(struct arena *arena, const char *text, struct log_report *report) {
    struct reading *r = reading_new(arena, report);
    bytes_take(r, text, strlen(text));
    finish(r);
}

static FILE *log_open(const char *path) {
    struct stat there;
    if (strcmp(path, "-") == 0)
        return stdin;
    FILE *in = fopen(path, "rb");
    if (in != NULL && fstat(fileno(in), &there) == 0 && S_ISDIR(there.st_mode)) {
        fclose(in);
        errno = EISDIR;
        return NULL;
    }
    return in;
}

bool log_take_file(struct arena *arena, const char *path, struct log_report *report) {
    char *name = text_from_wire(arena, path, strlen(path)), *piece = arena_alloc(arena, PIECE);
    struct reading *r = reading_new(arena, report);
    FILE *in = log_open(path);
    report->source = name;
    if (in == NULL) {
        complain("--log-file: %s: %s", name, strerror(errno));
        return false;
    }
    for (size_t n; (n = fread(piece, 1, PIECE, in)) > 0;)
        bytes_take(r, piece, n);
    bool good = !ferror(in);
    int error = errno;
    if (in != stdin)
        fclose(in);
    finish(r);
    if (!good)
        complain("--log-file: %s: %s", name, strerror(error));
    return good;
}
