/* What is known while bundles are read? Between the files of this room that read. */
#ifndef BUNDLE_READING_H
#define BUNDLE_READING_H

#include "bundle/box.h"
#include "bundle/bundle.h"
#include "bundle/part.h"
#include "capture/capture.h"
#include "wire/archive.h"

enum {
    READING_PIECE = 64 * 1024,
    TOLD_MAX = 100, /* files told by name, read or left out, of each box */
    BOXES_MAX = 64
};

struct given_role;
struct given_file;

struct bundles {
    struct facts *facts;
    struct arena *arena;
    struct bundles_options options;
    struct boxes boxes;
    LIST_OF(struct given_role) roles;
    LIST_OF(struct given_file) files; /* named by the user, each once */
    struct capture *capture;          /* NULL before the first capture */
    struct archive_budget budget;
    const char *source; /* the argument that is read */
    struct box *first;  /* of this argument; NULL: none yet */
    const char *backup; /* why one of this argument was not read; NULL: none was there */
    LIST_OF(struct left_out) homeless;
    char *piece; /* of READING_PIECE bytes */
};

/* One file, `name` harmless and within the argument: it becomes facts of a box, or is left out. */
void file_take(struct bundles *b, const char *name, struct part *part);
/* By name as long as few were, then only counted. Name and reason are copied. box NULL: none is known yet. */
void leave_out(struct bundles *b, struct box *box, const char *name, const char *why);
/* By name, however many were told already; box is not NULL. */
void rest_leave_out(struct bundles *b, struct box *box, const char *name, const char *why);
/* All that is behind a path: a file, an archive, a folder. False with *error. */
bool path_take(struct bundles *b, const char *path, char **error);

/* Where in a text of pasted settings those of another box begin; size where all are of one. What the second
 * says a second time, and otherwise, tells it. settings: what the whole text says. */
size_t paste_split(const struct settings *settings, const char *text, size_t size);
/* Do they name two boxes? */
bool paste_is_other(const struct settings *one, const struct settings *other);

#endif
