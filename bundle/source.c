/* Which files are in what the user named: a file, an archive, a folder of either? See reading.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle/kind.h"
#include "bundle/reading.h"
#include "probe/input.h"

enum { FOLDER_DEPTH = 4 /* folders in folders */ };

static long of_archive(void *context, void *buffer, size_t size) {
    return archive_bytes_read(context, buffer, size);
}

/* ---- archives ---- */

static bool entry_take(void *context, const char *name, struct archive_bytes *bytes) {
    struct part *part = malloc(sizeof *part);
    if (part == NULL)
        return false;
    *part = (struct part){.read = of_archive, .context = bytes};
    file_take(context, name, part);
    free(part);
    return true;
}

static void entry_left_out(void *context, const char *name, const char *why) {
    struct bundles *b = context;
    leave_out(b, b->first, name, why);
}

/* What it could not read to its end is said at every box that came of it. */
static bool archive_add(struct bundles *b, const char *name, const char *shown, struct part *part,
                        char **error) {
    const struct archive_visitor visitor = {b, entry_take, entry_left_out};
    const char *why = NULL;
    size_t before = b->boxes.all.n;
    if (archive_walk(b->arena, name, part_as_source, part, &visitor, &b->budget, &why))
        return true;
    for (size_t i = before; i < b->boxes.all.n; i++) {
        b->boxes.all.v[i]->facts->is_cut = true;
        rest_leave_out(b, b->boxes.all.v[i], "the rest of the archive", why);
    }
    if (b->boxes.all.n > before)
        return true;
    *error = arena_printf(b->arena, "%s: %s", shown, why);
    return false;
}

/* ---- files and folders ---- */

static long of_input(void *context, void *buffer, size_t size) {
    size_t used = 0;
    while (used < size) {
        ptrdiff_t n = input_read(context, (char *)buffer + used, size - used);
        if (n < 0)
            return used > 0 ? (long)used : -1;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    return (long)used;
}

/* `name`: within the argument. */
static bool input_add(struct bundles *b, const char *name, const char *shown, struct input *in,
                      char **error) {
    struct part part = {.read = of_input, .context = in}, whole = {.read = part_as_source, .context = &part};
    part_sniff(&part);
    bool is_archive = kind_is_archive(&part) || (archive_has_name(name) && !kind_is_capture(&part));
    bool good = true;
    if (kind_backup(name, &part) == NULL && is_archive)
        good = archive_add(b, name, shown, &part, error);
    else
        file_take(b, name, &whole);
    if (in->fault[0] == 0 || in->is_regular)
        return good;
    *error = arena_printf(b->arena, "%s: %s", shown, in->fault); /* a pipe that does not end in time */
    return false;
}

static bool folder_add(struct bundles *b, const char *path, int depth, char **error);

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool path_add(struct bundles *b, const char *path, int depth, char **error) {
    const char *shown = text_from_wire_cut(b->arena, path, strlen(path), 300);
    struct stat there;
    struct input in;
    bool is_stdin = strcmp(path, "-") == 0;
    if (!is_stdin && stat(path, &there) != 0) {
        *error = arena_printf(b->arena, "%s: %s", shown, strerror(errno));
        return false;
    }
    if (!is_stdin && S_ISDIR(there.st_mode))
        return folder_add(b, path, depth, error);
    if (depth > 0 && !S_ISREG(there.st_mode)) {
        leave_out(b, b->first, shown, "no regular file");
        return true;
    }
    if (!input_open(&in, path, INPUT_BUNDLE)) {
        *error = arena_printf(b->arena, "%s: %s", shown, in.fault);
        return false;
    }
    size_t above = strlen(b->source);
    bool is_below = text_starts(path, b->source) && path[above] == '/';
    bool good = input_add(b, is_below ? path + above + 1 : kind_last_name(path), shown, &in, error);
    input_close(&in);
    return good;
}

/* A folder may hold bundles, or be one that was unpacked. One member that cannot be read spoils no other. */
static bool folder_add(struct bundles *b, const char *path, int depth, char **error) {
    struct dirent **entries;
    if (depth >= FOLDER_DEPTH) {
        leave_out(b, b->first, path, "a folder in folders, deeper than is opened");
        return true;
    }
    int n = scandir(path, &entries, visible, alphasort);
    if (n < 0) {
        *error = arena_printf(b->arena, "%s: %s", text_from_wire_cut(b->arena, path, strlen(path), 300),
                              strerror(errno));
        return false;
    }
    const char *whole = b->source;
    for (int i = 0; i < n; i++) {
        char *member = arena_printf(b->arena, "%s/%s", path, entries[i]->d_name), *why = NULL;
        bool is_bundle = archive_has_name(entries[i]->d_name) && !kind_is_packed_file(entries[i]->d_name);
        if (is_bundle) /* an argument of its own, as if it had been named */
            b->source = member;
        if (b->budget.files-- <= 0) {
            if (b->budget.files == -1)
                leave_out(b, b->first, path, "the folder holds more files than are read");
        } else if (!path_add(b, member, depth + 1, &why))
            leave_out(b, b->first, member, why);
        b->source = is_bundle ? whole : b->source;
        free(entries[i]);
    }
    free(entries);
    return true;
}

bool path_take(struct bundles *b, const char *path, char **error) {
    return path_add(b, path, 0, error);
}
