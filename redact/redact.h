/* What can be shown to others of what was seen? Facts as they are saved, with pseudonyms in the place of
 * names, addresses, serial numbers and key identifiers, and certificates that say the same of those. Judged,
 * they give the same findings.
 *
 * Everything behind works on the result, so no format, save or file can tell an original: what is not in the
 * facts cannot be written. Does not: hide how many boxes, zones and certificates there are, times, releases,
 * settings. */
#ifndef REDACT_REDACT_H
#define REDACT_REDACT_H

#include "facts/facts.h"

/* From facts that are whole into empty ones. paths: what the user named, which may tell of the customer, too.
 * False with *error, in facts->arena of to. */
bool facts_redact(const struct facts *from, const struct texts *paths, struct facts *to, char **error);

/* One line of our own words that tells of files and names, before there are facts: "/cases/acme/e.tar.gz: …".
 */
char *redact_line(struct arena *arena, const struct texts *paths, const char *line);

#endif
