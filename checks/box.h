/* What the judges of bundles share. */
#ifndef CHECKS_BOX_H
#define CHECKS_BOX_H

#include "checks/judge.h"

struct about about_box(const struct bundle *box);
/* The first finding of that check that fails; NULL: none, or check is NULL. */
const struct finding *failing(const struct findings *findings, const struct check *check);
/* What its log says went wrong: findings of its own, or evidence of those that are there. */
void judge_box_log(struct judging *run, const struct bundle *box);

#endif
