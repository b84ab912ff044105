/* What the judges of bundles share: box_about.c, but where another file is named. */
#ifndef CHECKS_BOX_H
#define CHECKS_BOX_H

#include "checks/judge.h"

/* Of facts->bundles, is one of that role? */
bool box_has_role(const struct facts *facts, enum role role);
bool box_has_settings(const struct facts *facts, enum role role); /* likewise, with settings in it */
/* As about_box(); of an Expressway-E `node` is the peer address by which zones lead there: outcomes go by
 * that. */
struct about about_of_box(const struct judging *run, const struct bundle *box);

/* ---- box_zone.c ---- */

/* Subject "zone:NAME" as the box calls it; zone as the deployment does. */
struct about about_box_zone(const struct judging *run, const struct bundle *box, const struct box_zone *zone);
bool box_zone_is_traversal(const struct box_zone *zone);
/* zone.pairing, zone.settings, zone.cluster, zone.verify-mode, zone.authentication by the settings. */
void judge_box_zones(struct judging *run, const struct bundle *box);
void judge_stated_modes(struct judging *run); /* of zones of a deployment file */

/* ---- box_state.c ---- */

/* zone.status: what the boxes say of zones and tunnels; and what of all findings explains it. After all
 * others but host.alarm. */
void judge_box_states(struct judging *run);

/* ---- box_log.c ---- */

/* What its log says went wrong: findings of its own, or evidence of those that are there. */
void judge_box_log(struct judging *run, const struct bundle *box);

#endif
