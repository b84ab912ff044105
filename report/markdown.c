/* How is the verdict told in a ticket or a merge request? Markdown (CommonMark with the tables and task lists
 * of GitHub and GitLab): outcomes, then what is wrong, with steps to tick off. */
#include <string.h>

#include "report/columns.h"
#include "report/formats.h"
#include "report/groups.h"
#include "report/renewal.h"
#include "report/markup.h"
#include "report/rows.h"
#include "report/tally.h"
#include "report/timeline.h"

enum { SUBJECTS_SHOWN = 20, PARTS_SHOWN = 12 };

/* ---- outcomes ---- */

static const struct state_row {
    const char *mark, *word;
} states[] = {[OUTCOME_WORKS] = {"\xe2\x9c\x85", "works"},
              [OUTCOME_AT_RISK] = {"\xe2\x9a\xa0\xef\xb8\x8f", "at risk"},
              [OUTCOME_FAILS] = {"\xe2\x9d\x8c", "fails"},
              [OUTCOME_UNKNOWN] = {"\xe2\x9d\x93", "unknown"}};

static void outcome_write(struct arena *arena, const struct outcome *o, FILE *out) {
    fprintf(out, "| %s %s | %s", states[o->state].mark, states[o->state].word, o->title);
    if (o->subject != NULL) {
        fputs(" ", out);
        markdown_code(out, o->subject);
    }
    fputs(" | ", out);
    if (o->state != OUTCOME_WORKS && o->because.n > 0) {
        const struct finding *f = o->because.v[0];
        markdown_text(out, f->cause != NULL ? f->cause->title : f->summary);
        fputs(" ", out);
        markdown_code(out, finding_subject(arena, f));
    } else if (o->state != OUTCOME_WORKS) {
        markdown_text(out, o->summary);
    }
    fputs(" |\n", out);
}

static void outcomes_write(struct arena *arena, const struct outcomes *outcomes, FILE *out) {
    if (outcomes->n == 0)
        return;
    fputs("\n| State | What users feel | Because |\n| --- | --- | --- |\n", out);
    for (size_t i = 0; i < outcomes->n; i++)
        outcome_write(arena, outcomes->v[i], out);
}

/* ---- findings ---- */

static void evidence_write(struct arena *arena, const json_t *evidence, FILE *out) {
    struct evidence_rows rows;
    evidence_rows(arena, evidence, &rows);
    for (size_t i = 0; i < rows.n; i++) {
        fprintf(out, "%*s- ", 2 + 2 * rows.v[i]->depth, "");
        markdown_text(out, rows.v[i]->label);
        fputs(":", out);
        for (size_t k = 0; k < rows.v[i]->values.n; k++) {
            fputs(k > 0 ? ", " : " ", out);
            markdown_code(out, rows.v[i]->values.v[k]);
        }
        if (rows.v[i]->left_out > 0)
            fprintf(out, " and %zu more", rows.v[i]->left_out);
        fputc('\n', out);
    }
}

/* Subjects with the same evidence, then what is said of the first of them. */
static void part_write(struct arena *arena, const struct part *part, FILE *out) {
    for (size_t i = 0; i < part->members.n && i < SUBJECTS_SHOWN; i++) {
        fputs(i == 0 ? "- " : ", ", out);
        markdown_code(out, finding_subject(arena, part->members.v[i]));
    }
    if (part->members.n > SUBJECTS_SHOWN)
        fprintf(out, " and %zu more", part->members.n - SUBJECTS_SHOWN);
    fputs(": ", out);
    markdown_text(out, part->members.v[0]->summary);
    fputc('\n', out);
    evidence_write(arena, part->evidence, out);
}

static void members_write(struct arena *arena, const struct group *group, FILE *out) {
    struct parts parts;
    parts_of(arena, group, false, &parts);
    for (size_t i = 0; i < parts.n && i < PARTS_SHOWN; i++)
        part_write(arena, parts.v[i], out);
    if (parts.n > PARTS_SHOWN)
        fprintf(out, "- and %zu more like these\n", parts.n - PARTS_SHOWN);
    parts_free(&parts);
}

static void list_write(const char *title, const char *bullet, const char *const *lines, FILE *out) {
    if (lines[0] == NULL)
        return;
    fprintf(out, "\n**%s**\n\n", title);
    for (size_t i = 0; lines[i] != NULL; i++) {
        fprintf(out, "- %s", bullet);
        markdown_text(out, lines[i]);
        fputc('\n', out);
    }
}

static void title_write(int number, enum status status, const char *title, const struct finding *f,
                        FILE *out) {
    fprintf(out, "\n### %d. %s: ", number, enum_text(status_names, (int)status));
    markdown_text(out, title);
    fprintf(out, "\n\n`%s%s%s`\n\n", f->check->id, f->cause == NULL ? "" : "/",
            f->cause == NULL ? "" : f->cause->id);
}

static void consequences_write(struct arena *arena, const struct finding_list *list, FILE *out) {
    if (list->n > 0)
        fputs("\n**What follows from it**\n\n", out);
    for (size_t i = 0; i < list->n; i++) {
        if (!is_first_of_cause(list, i))
            continue;
        struct group group = group_of(arena, list, i);
        fprintf(out, "- %s `%s/%s` ", enum_text(status_names, (int)group.status), group.check->id,
                group.cause->id);
        markdown_text(out, group.cause->title);
        fputs(": ", out);
        markdown_code(out, finding_subject(arena, group.members.v[0]));
        if (group.members.n > 1)
            fprintf(out, " and %zu more", group.members.n - 1);
        fputc('\n', out);
    }
}

/* Numbers and order are those of the text report. */
static void fault_write(struct arena *arena, const struct faults *faults, size_t index, FILE *out) {
    const struct fault *fault = faults->v[index];
    struct group group = group_of(arena, &fault->same, 0);
    title_write((int)index + 1, fault->status, fault->title, fault->root, out);
    if (fault->perhaps != NULL)
        fprintf(out, "Perhaps because of %d: %s\n\n", fault_number(faults, fault->perhaps),
                fault->perhaps_why);
    members_write(arena, &group, out);
    consequences_write(arena, &fault->consequences, out);
    list_write("Who notices", "", fault->affects, out);
    list_write("Fix", "[ ] ", fault->fix, out);
    list_write("Restart", "[ ] ", fault->restart, out);
    fputs("\n**Then check**\n\n- [ ] ", out);
    markdown_code(out, fault->next);
    fputc('\n', out);
    list_write("Source", "", fault->root->cause->source, out);
}

static void unknown_write(struct arena *arena, const struct group *group, int number, FILE *out) {
    title_write(number, group->status, group->cause != NULL ? group->cause->title : group->check->title,
                group->members.v[0], out);
    members_write(arena, group, out);
    if (group->cause == NULL)
        return;
    list_write("Who notices", "", group->affects, out);
    list_write("How to learn it", "[ ] ", group->fix, out);
    list_write("Source", "", group->cause->source, out);
}

static void findings_write(struct arena *arena, const struct report *report, FILE *out) {
    struct groups groups;
    int number = (int)report->faults->n;
    groups_of(arena, report->findings, &groups);
    for (size_t i = 0; i < report->faults->n; i++)
        fault_write(arena, report->faults, i, out);
    for (size_t i = 0; i < groups.n; i++)
        if (groups.v[i]->status == STATUS_UNKNOWN)
            unknown_write(arena, groups.v[i], ++number, out);
}

/* ---- the whole ---- */

static void head_write(struct arena *arena, const struct report *report, FILE *out) {
    static const char *const words[] = {"PASS", "WARN", "FAIL", "UNKNOWN"};
    const struct run *run = &report->facts->run;
    fprintf(out, "## %s: ", words[status_number(findings_status(report->findings))]);
    markdown_code(out, report_name(report));
    fprintf(out, "\n\n%s, release %s, vantage %s, %s, %.1f s\n", run->command, run->release,
            enum_text(vantages, (int)run->vantage), time_write(arena, run->started),
            run->duration_ms / 1000.0);
}

static void closing_write(const struct report *report, FILE *out) {
    static const enum status told[] = {STATUS_FAIL, STATUS_WARN, STATUS_UNKNOWN,
                                       STATUS_INFO, STATUS_PASS, STATUS_SKIP};
    struct soonest soonest = soonest_leaf(report->findings);
    fputs("\nFindings:", out);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        fprintf(out, "%s %zu %s", i == 0 ? "" : ",", findings_count(report->findings, told[i]),
                enum_text(status_names, (int)told[i]));
    fputs(".\n", out);
    if (soonest.finding != NULL) {
        fprintf(out, "Next expiry: in %lld days, ", soonest.days);
        markdown_code(out, soonest.finding->subject);
        fputs(".\n", out);
    }
}

bool markdown_write(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    struct arena *arena = arena_new();
    head_write(arena, report, out);
    outcomes_write(arena, report->outcomes, out);
    renewal_markdown(report, out);
    timeline_markdown(report, out);
    findings_write(arena, report, out);
    closing_write(report, out);
    arena_free(arena);
    return stream_is_good(out);
}
