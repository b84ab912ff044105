/* What do the files of the family file share? Private to checks/file*.c. */
#ifndef CHECKS_FILE_PARTS_H
#define CHECKS_FILE_PARTS_H

#include "checks/judge.h"

struct about file_subject(const struct facts *facts, const struct user_file *file);
/* What the file is, and how to mend it, as evidence. */
struct finding *about_file(struct finding *finding, const struct user_file *file);

void judge_keys(const struct facts *facts, struct findings *to);     /* file.key */
void judge_requests(const struct facts *facts, struct findings *to); /* file.csr */

void judge_captures(const struct facts *facts, struct findings *to); /* file.capture */

#endif
