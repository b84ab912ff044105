/* Which findings say the same thing? Same check and same cause share title, guidance and a number in the text
 * report; each keeps its own subject, summary and evidence. Private to report/. */
#ifndef REPORT_GROUPS_H
#define REPORT_GROUPS_H

#include "report/report.h"

struct group {
    const struct check *check;
    const struct cause *cause; /* NULL when unknown, passed or skipped */
    enum status status;
    LIST_OF(const struct finding) members; /* in the order of the findings */
    /* Guidance of all members: what is the same for all once, what differs beside each other. NULL ends each.
     */
    const char *const *affects, *const *fix, *const *restart;
};

struct groups {
    struct group **v;
    size_t n;
};

/* In the order of the findings: worst first. */
void groups_of(struct arena *arena, const struct findings *findings, struct groups *out);
/* The number by which a report for people tells of a finding: that of its fault, or, behind these, of the
 * group of what could not be told; 0: none. */
int told_number(const struct faults *faults, const struct groups *groups, const struct finding *finding);

/* Those of one cause among findings, from `first` on, as a group without guidance; and is it the first of its
 * cause? For telling the consequences of a fault cause by cause. */
struct group group_of(struct arena *arena, const struct finding_list *list, size_t first);
bool is_first_of_cause(const struct finding_list *list, size_t at);

/* Members of a group whose evidence is the same: told once. */
struct part {
    json_t *evidence; /* as shown; owned */
    LIST_OF(const struct finding) members;
};

struct parts {
    struct part **v;
    size_t n;
};

/* all: with what the subject says already, and what tells one connection from the next. */
void parts_of(struct arena *arena, const struct group *group, bool all, struct parts *out);
void parts_free(struct parts *parts); /* the evidence; the rest is the arena's */

/* "1-3, 7 and 512 more": connections of a capture, which can be thousands. Not of none. */
char *ids_words(struct arena *arena, const struct ids *ids);

#endif
