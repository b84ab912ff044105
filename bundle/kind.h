/* What is a file of a bundle, by its name and its first bytes, and whose?
 *
 * Looks at no more of a part than part_sniff() kept, which goes before. What becomes of the file is read.c's.
 */
#ifndef BUNDLE_KIND_H
#define BUNDLE_KIND_H

#include "bundle/part.h"
#include "facts/text.h"

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

/* By its name; by its first bytes where the name says nothing. */
enum kind kind_of(const char *last_name, const struct part *part);
bool kind_is_capture(const struct part *part); /* by its first bytes */
bool kind_is_archive(const struct part *part);
/* One file of a bundle that was packed alone ("loggingsnapshot_….txt.1.gz"), by its name. */
bool kind_is_packed_file(const char *name);
/* NULL when it is none; else what a backup of an Expressway is and what is wanted instead (static). */
const char *kind_backup(const char *name, const struct part *part);
/* "host" of PREFIX_host_2026-11-28_05_20_10.txt; "" when the name has none. */
char *kind_host(struct arena *arena, const char *last_name, enum kind kind);
const char *kind_last_name(const char *path); /* behind its last slash, in the path itself */

#endif
