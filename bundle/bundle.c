/* What do the bundles that the user named say together? See bundle.h. */
#include "bundle/bundle.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/kind.h"
#include "bundle/reading.h"

enum { FILES_MAX = 20000, DEPTH = 3 /* archives in archives */ };
static const int64_t unpacked_max = 16LL * 1024 * 1024 * 1024;

struct given_role {
    char *of;
    enum role role;
    bool is_used;
};

struct given_file {
    dev_t device;
    ino_t number;
};

/* ---- the entrance ---- */

struct bundles *bundles_new(struct facts *facts, struct bundles_options options) {
    struct bundles *b = ARENA_NEW(facts->arena, struct bundles);
    b->facts = facts;
    b->arena = facts->arena;
    b->options = options;
    b->piece = arena_alloc(facts->arena, READING_PIECE);
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

/* By whatever path: a file that was named twice counts once. */
static bool is_given_again(struct bundles *b, const char *path) {
    struct stat there;
    bool is_stdin = strcmp(path, "-") == 0;
    if ((is_stdin ? fstat(STDIN_FILENO, &there) : stat(path, &there)) != 0)
        return false;
    for (size_t i = 0; i < b->files.n; i++)
        if (b->files.v[i]->device == there.st_dev && b->files.v[i]->number == there.st_ino)
            return true;
    struct given_file *given = ARENA_NEW(b->arena, struct given_file);
    *given = (struct given_file){there.st_dev, there.st_ino};
    LIST_ADD(b->arena, &b->files, given);
    return false;
}

bool bundles_add(struct bundles *b, const char *path, char **error) {
    size_t before = b->boxes.all.n;
    const char *shown = text_from_wire_cut(b->arena, path, strlen(path), 300);
    b->source = text_from_wire(b->arena, path, strlen(path));
    b->first = NULL;
    b->backup = NULL;
    b->homeless.n = 0;
    if (is_given_again(b, path))
        return true;
    if (!path_take(b, path, error))
        return false;
    if (b->boxes.all.n == before) {
        *error = arena_printf(
            b->arena, "%s: %s%s", shown,
            b->backup != NULL ? b->backup
                              : "nothing of an Expressway in it; wanted a diagnostic bundle (xconf_dump, "
                                "xstat_dump, ca_, server_ and loggingsnapshot files) or xConfiguration lines",
            b->backup == NULL && b->homeless.n > 0
                ? arena_printf(b->arena, "; %s: %s", b->homeless.v[0]->name, b->homeless.v[0]->why)
                : "");
        return false;
    }
    for (size_t i = 0; i < b->homeless.n; i++) /* said at the first box, which is what the argument became */
        LIST_ADD(b->arena, &b->boxes.all.v[before]->facts->files_left_out, b->homeless.v[i]);
    return true;
}

static bool is_of(const struct given_role *given, const struct box *box) {
    return strcmp(given->of, box->source) == 0 || strcmp(given->of, kind_last_name(box->source)) == 0 ||
           text_same_case_blind(given->of, box->facts->node) || strcmp(given->of, box->facts->path) == 0;
}

/* False with *error where the user says two things of one box. */
static bool role_take(struct bundles *b, struct box *box, char **error) {
    const struct given_role *taken = NULL;
    for (size_t i = 0; i < b->roles.n; i++) {
        struct given_role *given = b->roles.v[i];
        if (!is_of(given, box))
            continue;
        if (taken != NULL && taken->role != given->role) {
            *error =
                arena_printf(b->arena, "--role-of: '%s' and '%s' are one box, %s, and make it two things",
                             taken->of, given->of, box->facts->path);
            return false;
        }
        taken = given;
        given->is_used = true;
        box->facts->role = given->role;
        box->facts->role_from = arena_text(b->arena, "option");
    }
    return true;
}

/* ---- certificates of nobody ---- */

static bool is_proper(const struct box *box) {
    return box->facts->has_settings || box->facts->has_status || box->logs.n > 0 || box->facts->is_cut;
}

static bool is_neighbor(const struct box *a, const struct box *b) {
    return a != b && strcmp(a->source, b->source) == 0 && strcmp(a->folder, b->folder) == 0;
}

/* "server_old.pem" beside the files of a box is that box's where it has none of its own, and else a copy that
 * somebody kept. NULL: box is no such thing, or there are two that it may be of. */
static struct box *owner_of_stray(struct bundles *b, const struct box *stray) {
    struct box *owner = NULL;
    if (is_proper(stray) || (stray->server.n == 0 && stray->client.n == 0 && stray->trust == NULL))
        return NULL;
    for (size_t i = 0; i < b->boxes.all.n; i++) {
        struct box *box = b->boxes.all.v[i];
        if (!is_neighbor(box, stray) || !is_proper(box))
            continue;
        if (owner != NULL)
            return NULL;
        owner = box;
    }
    return owner;
}

static void stray_adopt(struct bundles *b, struct box *stray, struct box *owner) {
    bool takes_server = owner->server.n == 0 && stray->server.n > 0;
    bool takes_trust = owner->trust == NULL && stray->trust != NULL;
    bool takes_client = owner->client.n == 0 && stray->client.n > 0;
    if (takes_server) {
        owner->server = stray->server;
        owner->server_file = stray->server_file;
    }
    if (takes_client) {
        owner->client = stray->client;
        owner->client_file = stray->client_file;
    }
    owner->trust = takes_trust ? stray->trust : owner->trust;
    owner->digest += stray->digest;
    for (size_t i = 0; i < stray->facts->files_read.n; i++) {
        const char *name = stray->facts->files_read.v[i], *own = kind_last_name(name);
        bool is_taken = strncasecmp(own, "server", 6) == 0   ? takes_server
                        : strncasecmp(own, "client", 6) == 0 ? takes_client
                                                             : takes_trust;
        if (is_taken)
            texts_add(b->arena, &owner->facts->files_read, name);
        else
            leave_out(b, owner, name, "the box has one of its own, and no other box is here");
    }
    for (size_t i = 0; i < stray->facts->files_left_out.n; i++)
        LIST_ADD(b->arena, &owner->facts->files_left_out, stray->facts->files_left_out.v[i]);
}

static void strays_settle(struct bundles *b) {
    struct boxes kept = {.all = {NULL, 0}};
    for (size_t i = 0; i < b->boxes.all.n; i++) {
        struct box *box = b->boxes.all.v[i], *owner = owner_of_stray(b, box);
        if (owner == NULL)
            LIST_ADD(b->arena, &kept.all, box);
        else
            stray_adopt(b, box, owner);
    }
    b->boxes = kept;
}

/* ---- the end ---- */

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
    strays_settle(b);
    for (size_t i = 0; i < b->boxes.all.n; i++)
        box_conclude(b->arena, b->boxes.all.v[i]);
    if (!twins_drop(b, error))
        return false;
    for (size_t i = 0; i < b->boxes.all.n; i++) {
        struct box *box = b->boxes.all.v[i];
        if (!role_take(b, box, error))
            return false;
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
