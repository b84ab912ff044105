/* What do the files of the name family share? Private to checks/name*.c. */
#ifndef CHECKS_NAME_PARTS_H
#define CHECKS_NAME_PARTS_H

#include "checks/judge.h"
#include "expressway/names.h"
#include "checks/seen.h"
#include "checks/zone_sides.h"

struct name_run {
    const struct facts *facts;
    struct findings *to;
    struct seen seen;
    int release;
};

/* The cause of a match that failed, for name.peer-address, name.tls-verify and name.srv-target. */
enum cause_id match_cause(enum check_id check, enum name_match match);
/* What it means, for a summary: "is only the common name, which does not count". */
const char *match_words(enum name_match match);
/* Pass or cause of one name against one certificate, with "wanted" and "found". */
struct finding *judge_match(struct name_run *run, enum check_id check, struct about about,
                            const struct cert *cert, const char *wanted);
/* "found", and the common name where it would have matched. */
void add_found(struct name_run *run, struct finding *finding, const struct cert *cert);

void judge_name_zones(struct name_run *run); /* peer-address, tls-verify */
void judge_name_deployment(
    struct name_run *run); /* cluster, xmpp-domain, chat-alias, phone-profile, ucm-node */

#endif
