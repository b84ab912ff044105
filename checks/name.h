/* One name against one certificate, and the parts of judge_name. */
#ifndef CHECKS_NAME_H
#define CHECKS_NAME_H

#include "checks/judge.h"
#include "expressway/names.h"

/* ---- name_match.c ---- */

/* The cause of a match that failed, for name.peer-address, name.tls-verify and name.srv-target. */
enum cause_id match_cause(enum check_id check, enum name_match match);
/* What it means, for a summary: "is only the common name, which does not count". */
const char *match_words(enum name_match match);
/* Pass or cause of one name against one certificate, with "wanted" and "found". */
struct finding *judge_match(struct judging *run, enum check_id check, struct about about,
                            const struct cert *cert, const char *wanted);
/* "found", and the common name where it would have matched. */
void add_found(struct judging *run, struct finding *finding, const struct cert *cert);

/* ---- the parts, by file ---- */

void judge_name_zones(struct judging *run); /* peer-address, tls-verify */
void judge_name_deployment(
    struct judging *run); /* cluster, xmpp-domain, chat-alias, phone-profile, ucm-node */

#endif
