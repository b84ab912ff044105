/* Which files are in an archive? ZIP, GZIP and tar, unpacked in memory; never onto a disk.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_ARCHIVE_H
#define WIRE_ARCHIVE_H

#include "facts/facts.h"

/* Is the library that unpacks there? It is loaded at the first archive. False with the loader's words (static
 * text). */
bool archive_ready(const char **error);
/* NULL when the bytes do not begin like an archive that we read; else "ZIP" or "GZIP". */
const char *archive_form(const uint8_t *bytes, size_t size);
/* Unpacks in memory, one file after the other, at most limit bytes in all: take() is given each whole file,
 * and ends it by false. False with *error (static text) when it cannot be read to the end; *is_too_large when
 * that is for its size. */
typedef bool (*archive_fn)(void *context, const uint8_t *bytes, size_t size);
bool archive_read_files(const uint8_t *bytes, size_t size, size_t limit, archive_fn take, void *context,
                        bool *is_too_large, const char **error);

/* ---- archives of any size, as they come ---- */

/* What may come out of all archives together before they count as a bomb; used up as they are walked. */
struct archive_budget {
    int64_t bytes;  /* unpacked, read or passed over */
    int64_t packed; /* bytes taken in so far, to tell a bomb from what merely packs well */
    int64_t unpacked;
    int files;
    int depth; /* archives in archives that may still be opened */
};

/* Bytes from a file, or of a file in an archive: how many were read, 0 at the end, -1 when there are no more
 * although there should be. Always fewer than size only at the end. */
struct archive_bytes;
long archive_bytes_read(struct archive_bytes *bytes, void *buffer, size_t size);

struct archive_visitor {
    void *context;
    /* Each regular file, in the order of the archive, `name` harmless and with the names of the archives
     * around it before it. What it does not read is passed over. False ends the walk. */
    bool (*take)(void *context, const char *name, struct archive_bytes *bytes);
    /* What is no regular file, cannot be unpacked, or has a name that points out of the archive. */
    void (*left_out)(void *context, const char *name, const char *why);
};

/* Walks a tar, tar.gz or ZIP, and those inside it, reading once from its beginning through `source` (as
 * read(2): 0 at the end, -1 on error). Writes nothing anywhere and opens nothing that a name or link points
 * to. False with *error (static text) when not all of it could be read; what came before was taken all the
 * same. */
typedef long (*archive_source)(void *context, void *buffer, size_t size);
bool archive_walk(struct arena *arena, const char *name, archive_source source, void *source_context,
                  const struct archive_visitor *visitor, struct archive_budget *budget, const char **error);
bool archive_has_name(const char *name); /* .tar.gz .tgz .tar .zip .gz, in any case */

#endif
