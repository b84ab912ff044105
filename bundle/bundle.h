/* What do the diagnostic bundles of Expressways say? The entrance of this room: archives, folders and pasted
 * settings become facts->bundles and one facts->deployment, as if a user had written it.
 *
 * Reads each source once, from its beginning; writes nothing, follows no link that an archive holds, opens no
 * socket, judges nothing. Bounded: see the limits in bundle.c, read.c and source.c. Secrets do not get in
 * (wire/dump.h), and of logs only what the token table asks for is kept. */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include "facts/facts.h"

struct bundles;

struct bundles_options {
    bool draws;    /* keep the steps of captured connections */
    bool at_given; /* validity is judged for facts->run.at, also of what a capture shows */
};

struct bundles *bundles_new(struct facts *facts, struct bundles_options options);
void bundles_free(struct bundles *bundles); /* NULL is fine; the facts stay */

/* What the user says a box is, by the file or the node; before the files are read. */
void bundles_role(struct bundles *bundles, const char *file_or_node, enum role role);

/* A bundle, an archive of bundles, a folder of either; "-" is standard input (an archive or pasted lines).
 * False with *error when it cannot be opened, or nothing in it is of an Expressway. */
bool bundles_add(struct bundles *bundles, const char *path, char **error);

/* After the last: boxes are told apart and paired, the deployment is made. False with *error when two bundles
 * contradict each other or none is there. */
bool bundles_end(struct bundles *bundles, char **error);

/* A role that was given and fits no box; NULL: none. */
const char *bundles_role_unused(const struct bundles *bundles);

#endif
