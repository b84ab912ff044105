/* Whose is a file of a bundle, and what becomes of its bytes? See reading.h.
 *
 * A file of a name that Expressways do not give is known by its first bytes (kind.h). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle/kind.h"
#include "bundle/reading.h"
#include "wire/pem.h"

enum { DUMP_MAX = 64 * 1024 * 1024, PEM_MAX = 64 * 1024 * 1024 };

/* ---- boxes ---- */

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

void leave_out(struct bundles *b, struct box *box, const char *name, const char *why) {
    struct left_out *left = ARENA_NEW(b->arena, struct left_out);
    left->name = arena_text(b->arena, name);
    left->why = arena_text(b->arena, why);
    if (box == NULL && b->homeless.n < TOLD_MAX)
        LIST_ADD(b->arena, &b->homeless, left);
    else if (box != NULL && box->facts->files_left_out.n < TOLD_MAX)
        LIST_ADD(b->arena, &box->facts->files_left_out, left);
    else if (box != NULL)
        box->untold++;
}

void rest_leave_out(struct bundles *b, struct box *box, const char *name, const char *why) {
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

static const char cut_off[] = "cut off; nothing of it was taken";

/* ---- files, by kind: NULL, or why nothing of it was taken ---- */

static const char *take_dump(struct bundles *b, struct box *box, const char *name, struct part *part,
                             struct box_dumps *to, bool *has) {
    struct settings settings = {.secrets = 0};
    const char *why = NULL;
    char *error = NULL;
    size_t size;
    char *text = part_whole(part, DUMP_MAX, &size, &why);
    if (text == NULL)
        return why;
    digest_add(box, text, size);
    *has = dump_read(b->arena, text, size, &settings, &error) || *has;
    box_dump_add(b->arena, to, name, size > 0 && text[0] == '<', &settings);
    free(text);
    return error;
}

static const char *take_settings(struct bundles *b, struct box *box, const char *name, struct part *part) {
    return take_dump(b, box, name, part, &box->of_settings, &box->facts->has_settings);
}

static const char *take_status(struct bundles *b, struct box *box, const char *name, struct part *part) {
    return take_dump(b, box, name, part, &box->of_status, &box->facts->has_status);
}

static const char *take_log(struct bundles *b, struct box *box, const char *name, struct part *part) {
    bool is_first = true,
         is_wide = part->head_size > 1 && (part->head[0] ^ part->head[1]) == 1 && (part->head[0] | 1) == 0xff;
    if (is_wide)
        return "UTF-16, which no box writes; wanted the file as it came";
    struct box_log *log = box_log_new(b->arena, box);
    (void)name;
    for (long n; (n = part_read(part, b->piece, READING_PIECE)) > 0; is_first = false) {
        if (is_first)
            digest_add(box, b->piece, (size_t)n);
        box_log_feed(log, b->piece, (size_t)n);
    }
    box_log_end(log);
    return part->is_broken ? "cut off; what came before was read" : NULL;
}

/* Of two files of one kind the newer one by its name counts, of two of one time the first; a name without a
 * time is the oldest. Why this one does not; NULL: it does, and `had` (NULL: none) is told as left out. */
static const char *superseded(struct bundles *b, struct box *box, const char *name, const char *had) {
    if (had == NULL)
        return NULL;
    const char *old = text_starts(had, box->source) ? had + strlen(box->source) + 1 : had;
    if (strcmp(box_file_stamp(b->arena, name), box_file_stamp(b->arena, old)) <= 0)
        return arena_printf(b->arena, "%s counts, which is newer or came first", old);
    for (size_t i = 0; i < box->facts->files_read.n; i++)
        if (strcmp(box->facts->files_read.v[i], old) == 0) {
            box->facts->files_read.n--;
            memmove(box->facts->files_read.v + i, box->facts->files_read.v + i + 1,
                    (box->facts->files_read.n - i) * sizeof *box->facts->files_read.v);
            break;
        }
    leave_out(b, box, old, arena_printf(b->arena, "%s counts, which is newer", name));
    return NULL;
}

/* Text of certificates that ends within one of them. */
static bool ends_within(const char *text) {
    const char *begin = NULL, *p = text;
    while ((p = strstr(p, "-----BEGIN ")) != NULL)
        begin = p++;
    return begin != NULL && strstr(begin, "-----END ") == NULL;
}

static const char *take_trust(struct bundles *b, struct box *box, const char *name, struct part *part) {
    const char *why = NULL;
    char *error = NULL;
    size_t size;
    char *text = part_whole(part, PEM_MAX, &size, &why);
    if (text == NULL)
        return why;
    if (part->is_broken) { /* what is missing would be called missing on the box */
        free(text);
        return cut_off;
    }
    struct trust_list *list = ARENA_NEW(b->arena, struct trust_list);
    list->name = arena_printf(b->arena, "%s/%s", box->source, name);
    digest_add(box, text, size);
    if (ends_within(text)) {
        free(text);
        return "ends within a certificate: what else the trust list holds is not known";
    }
    why = superseded(b, box, name, box->trust == NULL ? NULL : box->trust->name);
    if (why != NULL) {
        free(text);
        return why;
    }
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
    if (part->is_broken) {
        free(text);
        return cut_off;
    }
    digest_add(box, text, size);
    if (certs_read_pem(b->arena, text, size, &chain, &error) &&
        (why = superseded(b, box, name, to->n == 0 ? NULL : *file)) == NULL) {
        *to = chain;
        *file = arena_printf(b->arena, "%s/%s", box->source, name);
        error = NULL;
    }
    free(text);
    return why != NULL ? why : error;
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
    if (!kind_is_capture(part) && !(part->head_size > 2 && part->head[0] == 0x1f && part->head[1] == 0x8b))
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

/* ---- one file ---- */

static void box_take(struct bundles *b, struct box *box, enum kind kind, const char *name,
                     struct part *part) {
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

static long of_memory(void *context, void *buffer, size_t size) {
    struct slice *left = context;
    size_t n = size < left->size ? size : left->size;
    memcpy(buffer, left->at, n);
    *left = (struct slice){left->at + n, left->size - n};
    return (long)n;
}

/* The box that pasted lines are of: that of the folder, unless they name another. */
static struct box *box_of_paste(struct bundles *b, const char *folder, const char *name, int number,
                                const struct settings *settings) {
    struct box *box = box_of(b, folder, "");
    bool is_other =
        number > 1 || (box != NULL && box->pasted != NULL && paste_is_other(box->pasted, settings));
    if (is_other && box != NULL) {
        const char *own = number > 1 ? arena_printf(b->arena, "box %d", number) : kind_last_name(name);
        folder = folder[0] == 0 ? own : arena_printf(b->arena, "%s/%s", folder, own);
        box = b->boxes.all.n < BOXES_MAX ? box_new(b, folder, "") : NULL;
    }
    if (box != NULL && box->pasted == NULL)
        box->pasted = settings;
    return box;
}

/* Settings in a file that names no box: those of several may stand in one. */
static void paste_take(struct bundles *b, const char *folder, const char *name, struct part *part) {
    const char *why = NULL;
    char *error;
    size_t size, at = 0;
    char *text = part_whole(part, DUMP_MAX, &size, &why);
    if (text == NULL) {
        leave_out(b, b->first, name, why);
        return;
    }
    for (int number = 1; at < size || number == 1; number++) {
        struct settings *settings = ARENA_NEW(b->arena, struct settings);
        dump_read(b->arena, text + at, size - at, settings, &error);
        size_t piece = number < BOXES_MAX ? paste_split(settings, text + at, size - at) : size - at;
        struct slice left = {text + at, piece};
        struct part of = {.read = of_memory, .context = &left, .is_broken = false};
        if (piece < size - at) {
            *settings = (struct settings){.secrets = 0};
            dump_read(b->arena, text + at, piece, settings, &error);
        }
        box_take(b, box_of_paste(b, folder, name, number, settings), KIND_SETTINGS, name, &of);
        at += piece;
    }
    if (part->is_broken && b->first != NULL)
        b->first->facts->is_cut = true;
    free(text);
}

void file_take(struct bundles *b, const char *name, struct part *part) {
    const char *own = kind_last_name(name);
    part_sniff(part);
    enum kind kind = kind_of(own, part);
    const char *backup = kind_backup(name, part);
    if (backup != NULL) {
        b->backup = backup;
        leave_out(b, NULL, name, backup);
        return;
    }
    if (kind == KIND_NONE) {
        leave_out(b, b->first, name, "nothing that is read here");
        return;
    }
    char *folder = arena_textn(b->arena, name, own == name ? 0 : (size_t)(own - name) - 1);
    char *host = kind_host(b->arena, own, kind);
    if (kind == KIND_SETTINGS && host[0] == 0)
        paste_take(b, folder, name, part);
    else
        box_take(b, box_of(b, folder, host), kind, name, part);
}
