/* What the judges of bundles share. */
#ifndef CHECKS_BOX_H
#define CHECKS_BOX_H

#include "checks/judge.h"

/* What its log says went wrong: findings of its own, or evidence of those that are there. */
void judge_box_log(struct judging *run, const struct bundle *box);

#endif
