/* Which files are in an archive? ZIP, GZIP and tar, unpacked in memory.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_ARCHIVE_H
#define WIRE_ARCHIVE_H

#include "facts/facts.h"

/* NULL when the bytes do not begin like an archive that we read; else "ZIP" or "GZIP". */
const char *archive_form(const uint8_t *bytes, size_t size);
/* Unpacks in memory, one file after the other, at most limit bytes in all: take() is given each whole file,
 * and ends it by false. False with *error (static text) when it cannot be read to the end; *is_too_large when
 * that is for its size. */
typedef bool (*archive_fn)(void *context, const uint8_t *bytes, size_t size);
bool archive_read_files(const uint8_t *bytes, size_t size, size_t limit, archive_fn take, void *context,
                        bool *is_too_large, const char **error);

#endif
