/* What do the judges of the family file have in common? */
#ifndef CHECKS_FILE_H
#define CHECKS_FILE_H

#include "checks/judge.h"

/* file_subject.c: the file, and the node that it is for. */
struct about file_subject(const struct facts *facts, const struct user_file *file);
/* What the file is, and how to mend it, as evidence. */
struct finding *about_file(struct finding *finding, const struct user_file *file);

/* file_key.c */
void judge_keys(const struct facts *facts, struct findings *to);     /* file.key */
void judge_requests(const struct facts *facts, struct findings *to); /* file.csr */

#endif
