/* Which files are in what the user named, and whose are they? See bundle.h.
 *
 * The names are the maintenance guide's (X14.0 to X15.5): loggingsnapshot_HOST_TIME.txt, xconf_dump_…,
 * xstat_dump_…, eth0_diagnostic_logging_tcpdump0_…, ca_…, server_…, client_… (from X15.5). A file of another
 * name is known by its first bytes. */
#include "bundle/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/box.h"
#include "capture/capture.h"
#include "wire/archive.h"
#include "wire/pem.h"

enum {
    PIECE = 64 * 1024,
    SNIFFED = 4096,
    DUMP_MAX = 64 * 1024 * 1024,
    PEM_MAX = 64 * 1024 * 1024,
    FILES_MAX = 20000,
    DEPTH = 3,        /* archives in archives */
    FOLDER_DEPTH = 4, /* folders in folders */
    TOLD_MAX = 100,   /* files told by name, read or left out, of each box */
    BOXES_MAX = 64
};
static const int64_t unpacked_max = 16LL * 1024 * 1024 * 1024;

struct given_role {
    char *of;
    enum role role;
    bool is_used;
};

struct bundles {
    struct facts *facts;
    struct arena *arena;
    struct bundles_options options;
    struct boxes boxes;
    LIST_OF(struct given_role) roles;
    struct capture *capture; /* NULL before the first capture */
    struct archive_budget budget;
    const char *source;       /* the argument that is read */
    struct box *first;        /* of this argument; NULL: none yet */
    size_t left_out, backups; /* of this argument, before a box was known */
    LIST_OF(struct left_out) homeless;
    char *piece;
};

/* ---- bytes ---- */

/* A file's bytes, with what was looked at already put back. */
struct part {
    long (*read)(void *context, void *buffer, size_t size); /* fewer than size only at the end; -1: broken */
    void *context;
    uint8_t head[SNIFFED];
    size_t head_size, head_at;
    bool is_broken;
};

static long part_read(struct part *part, void *buffer, size_t size) {
    size_t used = part->head_size - part->head_at;
    used = used < size ? used : size;
    memcpy(buffer, part->head + part->head_at, used);
    part->head_at += used;
    if (used == size || part->is_broken)
        return (long)used;
    long n = part->read(part->context, (char *)buffer + used, size - used);
    part->is_broken = n < 0;
    return n < 0 ? (used > 0 ? (long)used : -1) : n + (long)used;
}

static void part_sniff(struct part *part) {
    long n = part->read(part->context, part->head, SNIFFED);
    part->is_broken = n < 0;
    part->head_size = n < 0 ? 0 : (size_t)n;
}

static long of_archive(void *context, void *buffer, size_t size) {
    return archive_bytes_read(context, buffer, size);
}

static long of_file(void *context, void *buffer, size_t size) {
    size_t used = 0;
    while (used < size) {
        ssize_t n = read(*(int *)context, (char *)buffer + used, size - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return used > 0 ? (long)used : -1;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    return (long)used;
}

/* All of it, at most limit bytes; free() it. NULL with *why. */
static char *part_whole(struct part *part, size_t limit, size_t *size, const char **why) {
    size_t room = PIECE, used = 0;
    char *text = malloc(room + 1);
    while (text != NULL) {
        long n = part_read(part, text + used, room - used);
        used += n > 0 ? (size_t)n : 0;
        if (used < room)
            break;
        room *= 2;
        char *larger = used > limit ? NULL : realloc(text, room + 1);
        if (larger == NULL) {
            free(text);
            *why = used > limit ? "larger than any of its kind" : "out of memory";
            return NULL;
        }
        text = larger;
    }
    if (text == NULL)
        *why = "out of memory";
    else
        text[used] = 0;
    *size = used;
    return text;
}

/* ---- kinds ---- */

enum kind {
    KIND_NONE,
    KIND_SETTINGS,
    KIND_STATUS,
    KIND_LOG,
    KIND_CAPTURE,
    KIND_TRUST,
    KIND_SERVER,
    KIND_CLIENT
};

static const struct {
    const char *begins, *holds; /* of the name, lower case; holds NULL: anything */
    enum kind kind;
} names[] = {{"xconf", NULL, KIND_SETTINGS},
             {"xstat", NULL, KIND_STATUS},
             {"loggingsnapshot", NULL, KIND_LOG},
             {"eth", "tcpdump", KIND_CAPTURE},
             {"diagnostic_logging_tcpdump", NULL, KIND_CAPTURE},
             {"ca_", ".pem", KIND_TRUST},
             {"ca.", "pem", KIND_TRUST},
             {"server", ".pem", KIND_SERVER},
             {"client", ".pem", KIND_CLIENT}};

static const char *last_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static enum kind kind_by_name(const char *name) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncasecmp(name, names[i].begins, strlen(names[i].begins)) == 0 &&
            (names[i].holds == NULL || strcasestr(name, names[i].holds) != NULL))
            return names[i].kind;
    return KIND_NONE;
}

static bool head_holds(const struct part *part, const char *words) {
    return memmem(part->head, part->head_size, words, strlen(words)) != NULL;
}

static bool head_is_capture(const struct part *part) {
    static const uint8_t marks[][4] = {{0xd4, 0xc3, 0xb2, 0xa1},
                                       {0xa1, 0xb2, 0xc3, 0xd4},
                                       {0x4d, 0x3c, 0xb2, 0xa1},
                                       {0xa1, 0xb2, 0x3c, 0x4d},
                                       {0x0a, 0x0d, 0x0d, 0x0a}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (part->head_size >= 4 && memcmp(part->head, marks[i], 4) == 0)
            return true;
    return false;
}

static enum kind kind_by_head(const struct part *part) {
    if (head_is_capture(part))
        return KIND_CAPTURE;
    if (head_holds(part, "xConfiguration ") || head_holds(part, "xconfiguration ") ||
        head_holds(part, "<Configuration") || head_holds(part, "*c xConf"))
        return KIND_SETTINGS;
    if (head_holds(part, "*s SystemUnit") || head_holds(part, "<Status"))
        return KIND_STATUS;
    if (head_holds(part, "UTCTime=\"") || head_holds(part, "Module=\"") || head_holds(part, "Event=\""))
        return KIND_LOG;
    return KIND_NONE;
}

/* ---- boxes ---- */

/* "host" of PREFIX_host_2026-11-28_05_20_10.txt; "" when the name has none. */
static char *host_in(struct arena *arena, const char *name, enum kind kind) {
    static const char *const prefixes[] = {"loggingsnapshot_", "xconf_dump_", "xstat_dump_", "ca_",
                                           "server_",          "client_"};
    const char *at = NULL;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && at == NULL; i++)
        if (strncasecmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            at = name + strlen(prefixes[i]);
    const char *dump = kind == KIND_CAPTURE ? strcasestr(name, "tcpdump") : NULL;
    if (dump != NULL) {
        at = dump + strlen("tcpdump");
        at += strspn(at, "0123456789");
        at = *at == '_' ? at + 1 : NULL;
    }
    if (at == NULL)
        return arena_text(arena, "");
    const char *end = strrchr(at, '.');
    for (const char *time = strstr(at, "_20"); time != NULL; time = strstr(time + 1, "_20"))
        if (strspn(time + 1, "0123456789") >= 4) {
            end = time;
            break;
        }
    size_t size = end == NULL ? strlen(at) : (size_t)(end - at);
    return arena_textn(arena, at, size);
}

static struct box *box_new(struct bundles *b, const char *folder, const char *host) {
    struct box *box = ARENA_NEW(b->arena, struct box);
    box->source = text_from_wire(b->arena, b->source, strlen(b->source));
    box->folder = arena_text(b->arena, folder);
    box->host = arena_text(b->arena, host);
    box->facts = ARENA_NEW(b->arena, struct bundle);
    box->facts->path = folder[0] == 0 ? box->source : arena_printf(b->arena, "%s/%s", box->source, folder);
    box->facts->ntp_servers = -1;
    LIST_ADD(b->arena, &b->boxes.all, box);
    if (b->first == NULL)
        b->first = box;
    return box;
}

/* The box of this argument and folder; a file without a host in its name is of the one that is there. */
static struct box *box_of(struct bundles *b, const char *folder, const char *host) {
    struct box *only = NULL;
    for (size_t i = 0; i < b->boxes.all.n; i++) {
        struct box *box = b->boxes.all.v[i];
        if (strcmp(box->source, b->source) != 0 || strcmp(box->folder, folder) != 0)
            continue;
        if (host[0] == 0 || strcasecmp(box->host, host) == 0)
            return box;
        if (box->host[0] == 0)
            only = box;
    }
    if (only != NULL) {
        only->host = arena_text(b->arena, host);
        return only;
    }
    return b->boxes.all.n < BOXES_MAX ? box_new(b, folder, host) : NULL;
}

static void leave_out(struct bundles *b, struct box *box, const char *name, const char *why) {
    struct left_out *left = ARENA_NEW(b->arena, struct left_out);
    left->name = arena_text(b->arena, name);
    left->why = arena_text(b->arena, why);
    b->left_out++;
    if (box == NULL && b->homeless.n < TOLD_MAX)
        LIST_ADD(b->arena, &b->homeless, left);
    else if (box != NULL && box->facts->files_left_out.n < TOLD_MAX)
        LIST_ADD(b->arena, &box->facts->files_left_out, left);
    else if (box != NULL)
        box->untold++;
}

/* However many were told already. */
static void rest_leave_out(struct bundles *b, struct box *box, const char *name, const char *why) {
    struct left_out *left = ARENA_NEW(b->arena, struct left_out);
    left->name = arena_text(b->arena, name);
    left->why = arena_text(b->arena, why);
    LIST_ADD(b->arena, &box->facts->files_left_out, left);
}

static void digest_add(struct box *box, const void *bytes, size_t size) {
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    box->digest += hash;
}

/* ---- files, by kind: NULL, or why nothing of it was taken ---- */

static const char *take_dump(struct bundles *b, struct box *box, struct part *part, struct settings *to,
                             bool *has) {
    const char *why = NULL;
    char *error = NULL;
    size_t size;
    char *text = part_whole(part, DUMP_MAX, &size, &why);
    if (text == NULL)
        return why;
    digest_add(box, text, size);
    bool good = dump_read(b->arena, text, size, to, &error);
    free(text);
    *has = *has || good;
    return error;
}

static const char *take_settings(struct bundles *b, struct box *box, const char *name, struct part *part) {
    (void)name;
    return take_dump(b, box, part, &box->settings, &box->facts->has_settings);
}

static const char *take_status(struct bundles *b, struct box *box, const char *name, struct part *part) {
    (void)name;
    return take_dump(b, box, part, &box->status, &box->facts->has_status);
}

static const char *take_log(struct bundles *b, struct box *box, const char *name, struct part *part) {
    struct box_log *log = box_log_new(b->arena, box);
    bool is_first = true;
    (void)name;
    for (long n; (n = part_read(part, b->piece, PIECE)) > 0; is_first = false) {
        if (is_first)
            digest_add(box, b->piece, (size_t)n);
        box_log_feed(log, b->piece, (size_t)n);
    }
    box_log_end(log);
    return part->is_broken ? "cut off; what came before was read" : NULL;
}

static const char *take_trust(struct bundles *b, struct box *box, const char *name, struct part *part) {
    const char *why = NULL;
    char *error = NULL;
    size_t size;
    char *text = part_whole(part, PEM_MAX, &size, &why);
    if (text == NULL)
        return why;
    struct trust_list *list = ARENA_NEW(b->arena, struct trust_list);
    list->name = arena_printf(b->arena, "%s/%s", box->source, name);
    digest_add(box, text, size);
    if (trust_read_pem(b->arena, arena_dup(b->arena, text, size + 1), size, list, &error))
        box->trust = list;
    free(text);
    return error;
}

static const char *take_certs(struct bundles *b, struct box *box, const char *name, struct part *part,
                              struct certs *to, char **file) {
    const char *why = NULL;
    char *error = NULL;
    struct certs chain = {NULL, 0};
    size_t size;
    char *text = part_whole(part, PEM_MAX, &size, &why);
    if (text == NULL)
        return why;
    digest_add(box, text, size);
    if (certs_read_pem(b->arena, text, size, &chain, &error)) {
        *to = chain;
        *file = arena_printf(b->arena, "%s/%s", box->source, name);
        error = NULL;
    }
    free(text);
    return error;
}

static const char *take_server(struct bundles *b, struct box *box, const char *name, struct part *part) {
    return take_certs(b, box, name, part, &box->server, &box->server_file);
}

static const char *take_client(struct bundles *b, struct box *box, const char *name, struct part *part) {
    return take_certs(b, box, name, part, &box->client, &box->client_file);
}

static ptrdiff_t capture_bytes(void *context, uint8_t *buffer, size_t size) {
    return part_read(context, buffer, size);
}

static const char *take_capture(struct bundles *b, struct box *box, const char *name, struct part *part) {
    struct capture_source source = {
        .name = arena_printf(b->arena, "%s/%s", box->source, name), .read = capture_bytes, .context = part};
    char *error = NULL;
    if (!head_is_capture(part) && !(part->head_size > 2 && part->head[0] == 0x1f && part->head[1] == 0x8b))
        return part->head_size == 0 ? "empty" : "no packet capture";
    digest_add(box, part->head, part->head_size);
    if (b->capture == NULL)
        b->capture = capture_new(b->facts, &(struct capture_options){.draws = b->options.draws});
    if (capture_read(b->capture, &source, 1, &error))
        return NULL;
    const char *what = error == NULL ? NULL : strstr(error, ": ");
    return what == NULL ? "no packet capture" : what + 2;
}

typedef const char *(*take_fn)(struct bundles *, struct box *, const char *, struct part *);
static const take_fn takers[] = {
    [KIND_SETTINGS] = take_settings, [KIND_STATUS] = take_status, [KIND_LOG] = take_log,
    [KIND_CAPTURE] = take_capture,   [KIND_TRUST] = take_trust,   [KIND_SERVER] = take_server,
    [KIND_CLIENT] = take_client};

static bool is_backup(const char *name) {
    return text_ends(name, ".enc");
}

static const char backup_told[] =
    "an encrypted backup, which only an Expressway can open; wanted a diagnostic log: Maintenance > "
    "Diagnostics > Diagnostic logging";

static void file_take(struct bundles *b, const char *name, struct part *part) {
    const char *own = last_name(name);
    part_sniff(part);
    enum kind kind = kind_by_name(own);
    if (kind == KIND_NONE)
        kind = kind_by_head(part);
    if (is_backup(name)) {
        b->backups++;
        leave_out(b, NULL, name, backup_told);
        return;
    }
    if (kind == KIND_NONE) {
        leave_out(b, b->first, name, "nothing that is read here");
        return;
    }
    char *folder = arena_textn(b->arena, name, own == name ? 0 : (size_t)(own - name) - 1);
    struct box *box = box_of(b, folder, host_in(b->arena, own, kind));
    if (box == NULL) {
        leave_out(b, b->first, name, "of one box more than are read in one go");
        return;
    }
    const char *why = takers[kind](b, box, name, part);
    box->facts->is_cut = box->facts->is_cut || part->is_broken;
    if (why != NULL)
        leave_out(b, box, name, why);
    else if (box->facts->files_read.n < TOLD_MAX)
        texts_add(b->arena, &box->facts->files_read, name);
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

static long part_as_source(void *context, void *buffer, size_t size) {
    return part_read(context, buffer, size);
}

static bool is_archive(const struct part *part) {
    return part->head_size >= 4 &&
           ((part->head[0] == 0x1f && part->head[1] == 0x8b) || memcmp(part->head, "PK\003\004", 4) == 0 ||
            (part->head_size > 262 && memcmp(part->head + 257, "ustar", 5) == 0));
}

/* What it could not read to its end is said at every box that came of it. */
static bool archive_add(struct bundles *b, const char *shown, struct part *part, char **error) {
    const struct archive_visitor visitor = {b, entry_take, entry_left_out};
    const char *why = NULL;
    size_t before = b->boxes.all.n;
    if (archive_walk(b->arena, last_name(shown), part_as_source, part, &visitor, &b->budget, &why))
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

/* `name`: within the argument. */
static bool fd_add(struct bundles *b, const char *name, const char *shown, int *fd, char **error) {
    struct part part = {.read = of_file, .context = fd}, whole = {.read = part_as_source, .context = &part};
    part_sniff(&part);
    if (!is_backup(name) && (is_archive(&part) || (archive_has_name(name) && !head_is_capture(&part))))
        return archive_add(b, shown, &part, error);
    file_take(b, name, &whole);
    return true;
}

static bool folder_add(struct bundles *b, const char *path, int depth, char **error);

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool path_add(struct bundles *b, const char *path, int depth, char **error) {
    const char *shown = text_from_wire_cut(b->arena, path, strlen(path), 300);
    struct stat there;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &there) != 0) {
        *error = arena_printf(b->arena, "%s: %s", shown, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool good;
    if (S_ISDIR(there.st_mode)) {
        close(fd);
        return folder_add(b, path, depth, error);
    }
    if (depth > 0 && !S_ISREG(there.st_mode)) {
        leave_out(b, b->first, shown, "no regular file");
        good = true;
    } else {
        fcntl(fd, F_SETFL, 0);
        size_t above = strlen(b->source);
        bool is_below = text_starts(path, b->source) && path[above] == '/';
        good = fd_add(b, is_below ? path + above + 1 : last_name(path), shown, &fd, error);
    }
    close(fd);
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
        bool is_bundle = archive_has_name(entries[i]->d_name);
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

/* ---- the entrance ---- */

struct bundles *bundles_new(struct facts *facts, struct bundles_options options) {
    struct bundles *b = ARENA_NEW(facts->arena, struct bundles);
    b->facts = facts;
    b->arena = facts->arena;
    b->options = options;
    b->piece = arena_alloc(facts->arena, PIECE);
    b->budget = (struct archive_budget){.bytes = unpacked_max, .files = FILES_MAX, .depth = DEPTH};
    return b;
}

void bundles_free(struct bundles *b) {
    if (b != NULL)
        capture_free(b->capture);
}

void bundles_role(struct bundles *b, const char *of, enum role role) {
    struct given_role *given = ARENA_NEW(b->arena, struct given_role);
    given->of = arena_text(b->arena, of);
    given->role = role;
    LIST_ADD(b->arena, &b->roles, given);
}

const char *bundles_role_unused(const struct bundles *b) {
    for (size_t i = 0; i < b->roles.n; i++)
        if (!b->roles.v[i]->is_used)
            return b->roles.v[i]->of;
    return NULL;
}

bool bundles_add(struct bundles *b, const char *path, char **error) {
    size_t before = b->boxes.all.n;
    const char *shown = text_from_wire_cut(b->arena, path, strlen(path), 300);
    b->source = text_from_wire(b->arena, path, strlen(path));
    b->first = NULL;
    b->left_out = b->backups = 0;
    b->homeless.n = 0;
    if (!path_add(b, path, 0, error))
        return false;
    if (b->boxes.all.n == before) {
        *error = arena_printf(
            b->arena, "%s: %s%s", shown,
            b->backups > 0 ? backup_told
                           : "nothing of an Expressway in it; wanted a diagnostic bundle (xconf_dump, "
                             "xstat_dump, ca_, server_ and loggingsnapshot files) or xConfiguration lines",
            b->backups == 0 && b->homeless.n > 0
                ? arena_printf(b->arena, "; %s: %s", b->homeless.v[0]->name, b->homeless.v[0]->why)
                : "");
        return false;
    }
    for (size_t i = 0; i < b->homeless.n; i++) /* said at the first box, which is what the argument became */
        LIST_ADD(b->arena, &b->boxes.all.v[before]->facts->files_left_out, b->homeless.v[i]);
    return true;
}

static void role_take(struct bundles *b, struct box *box) {
    for (size_t i = 0; i < b->roles.n; i++) {
        struct given_role *given = b->roles.v[i];
        if (strcmp(given->of, box->source) != 0 && strcmp(given->of, last_name(box->source)) != 0 &&
            !text_same_case_blind(given->of, box->facts->node) && strcmp(given->of, box->facts->path) != 0)
            continue;
        given->is_used = true;
        box->facts->role = given->role;
        box->facts->role_from = arena_text(b->arena, "option");
    }
}

/* The same file given twice, or one in a folder that was named too. */
static bool is_twin(const struct box *a, const struct box *b) {
    return a->digest == b->digest && text_same_case_blind(a->facts->node, b->facts->node);
}

static bool twins_drop(struct bundles *b, char **error) {
    struct boxes kept = {.all = {NULL, 0}};
    for (size_t i = 0; i < b->boxes.all.n; i++) {
        struct box *box = b->boxes.all.v[i];
        bool is_new = true;
        for (size_t k = 0; k < kept.all.n && is_new; k++) {
            const struct box *other = kept.all.v[k];
            is_new = !is_twin(other, box);
            if (is_new && box->facts->node != NULL &&
                text_same_case_blind(other->facts->node, box->facts->node)) {
                *error = arena_printf(b->arena,
                                      "%s and %s: two different bundles of one box, %s; wanted one of them",
                                      other->facts->path, box->facts->path, box->facts->node);
                return false;
            }
        }
        if (is_new)
            LIST_ADD(b->arena, &kept.all, box);
    }
    b->boxes = kept;
    return true;
}

bool bundles_end(struct bundles *b, char **error) {
    for (size_t i = 0; i < b->boxes.all.n; i++)
        box_conclude(b->arena, b->boxes.all.v[i]);
    if (!twins_drop(b, error))
        return false;
    for (size_t i = 0; i < b->boxes.all.n; i++) {
        struct box *box = b->boxes.all.v[i];
        role_take(b, box);
        box_logs_tell(box);
        if (box->untold > 0)
            rest_leave_out(b, box, arena_printf(b->arena, "(%zu more)", box->untold),
                           "not told one by one: too many");
        LIST_ADD(b->arena, &b->facts->bundles, box->facts);
    }
    if (b->capture != NULL)
        capture_end(b->capture, &(struct capture_zone){.at_given = b->options.at_given});
    return deployment_from_boxes(b->facts, &b->boxes, error);
}
