/* What is wrong, and what is to be done about it, step by step? A card a fault, in the order and with the
 * numbers of the text report, with what follows from it; then what could not be told. */
#include "report/html.h"

#include <string.h>

#include "report/rows.h"

enum { PARTS_SHOWN = 40, SUBJECTS_SHOWN = 200, ROWS_SHOWN = 600, PLACES_SHOWN = 8 };

static const char *const words[] = {
    [STATUS_FAIL] = "Failure", [STATUS_WARN] = "Warning", [STATUS_UNKNOWN] = "Unknown"};

/* ---- evidence ---- */

static void row_write(struct html *h, const struct evidence_row *row) {
    if (row->values.n == 0) {
        fprintf(h->out, "<dt class=\"of\" style=\"--deep:%d\">", row->depth);
        markup_put(h->out, row->label);
        fputs("</dt>\n", h->out);
        return;
    }
    fprintf(h->out, "<dt style=\"--deep:%d\">", row->depth);
    markup_put(h->out, row->label);
    fprintf(h->out, "</dt><dd style=\"--deep:%d\">", row->depth);
    for (size_t i = 0; i < row->values.n; i++)
        html_code(h, row->values.v[i]);
    if (row->left_out > 0)
        fprintf(h->out, " and %zu more", row->left_out);
    fputs("</dd>\n", h->out);
}

static void evidence_write(struct html *h, const struct part *part, bool only) {
    struct evidence_rows rows;
    evidence_rows(h->arena, part->evidence, &rows);
    if (rows.n == 0)
        return;
    fputs("<dl class=\"evidence\">\n", h->out);
    if (!only) {
        fputs("<dt class=\"of\">", h->out);
        markup_put(h->out, finding_subject(h->arena, part->members.v[0]));
        if (part->members.n > 1)
            fprintf(h->out, " and %zu more", part->members.n - 1);
        fputs("</dt>\n", h->out);
    }
    for (size_t i = 0; i < rows.n && i < ROWS_SHOWN; i++)
        row_write(h, rows.v[i]);
    fputs("</dl>\n", h->out);
    if (rows.n > ROWS_SHOWN)
        fprintf(h->out, "<p class=\"hush\">and %zu more rows: the JSON report has them</p>\n",
                rows.n - ROWS_SHOWN);
}

static void evidence_of_group(struct html *h, const struct group *group, bool only) {
    struct parts parts;
    parts_of(h->arena, group, true, &parts);
    if (!only) {
        fputs("<h4>", h->out);
        markup_put(h->out, group->cause->title);
        fprintf(h->out, " <code class=\"id\">%s/%s</code></h4>\n", group->check->id, group->cause->id);
    }
    for (size_t i = 0; i < parts.n && i < PARTS_SHOWN; i++)
        evidence_write(h, parts.v[i], parts.n == 1 && only);
    if (parts.n > PARTS_SHOWN)
        fprintf(h->out, "<p class=\"hush\">and %zu more like these: the JSON report has them</p>\n",
                parts.n - PARTS_SHOWN);
    parts_free(&parts);
}

static bool has_evidence(const struct finding_list *list) {
    for (size_t i = 0; i < list->n; i++)
        if (!evidence_is_empty(list->v[i]))
            return true;
    return false;
}

static void evidences_write(struct html *h, const struct finding_list *same,
                            const struct finding_list *consequences) {
    if (!has_evidence(same) && !has_evidence(consequences))
        return;
    fputs("<details><summary>Evidence</summary>\n", h->out);
    struct group group = group_of(h->arena, same, 0);
    evidence_of_group(h, &group, consequences->n == 0);
    for (size_t i = 0; i < consequences->n; i++)
        if (is_first_of_cause(consequences, i)) {
            group = group_of(h->arena, consequences, i);
            evidence_of_group(h, &group, false);
        }
    fputs("</details>\n", h->out);
}

/* ---- where ---- */

static void part_write(struct html *h, const struct part *part) {
    fputs("<div><div class=\"subjects\">", h->out);
    for (size_t i = 0; i < part->members.n && i < SUBJECTS_SHOWN; i++)
        html_code(h, finding_subject(h->arena, part->members.v[i]));
    fputs("</div><p>", h->out);
    markup_put(h->out, part->members.v[0]->summary);
    fputs("</p></div>\n", h->out);
}

static void where_write(struct html *h, const struct group *group) {
    struct parts parts;
    parts_of(h->arena, group, false, &parts);
    fputs("<div class=\"where\">\n", h->out);
    for (size_t i = 0; i < parts.n && i < PARTS_SHOWN; i++)
        part_write(h, parts.v[i]);
    if (parts.n > PARTS_SHOWN)
        fprintf(h->out, "<p class=\"hush\">and %zu more like these</p>\n", parts.n - PARTS_SHOWN);
    fputs("</div>\n", h->out);
    parts_free(&parts);
}

/* ---- what to do ---- */

/* In which earlier card does this step stand, and at which place there? 0: in none. */
static size_t told_in(const struct html *h, size_t before, const char *step, size_t *at) {
    for (size_t i = 0; i < before; i++)
        for (size_t k = 0; h->report->faults->v[i]->fix[k] != NULL; k++)
            if (strcmp(h->report->faults->v[i]->fix[k], step) == 0) {
                *at = k + 1;
                return i + 1;
            }
    return 0;
}

/* How many from here on stand, in the same order, in one earlier card. */
static size_t told_run(const struct html *h, size_t before, const char *const *steps, size_t *card,
                       size_t *from) {
    size_t n = 0, at = 0;
    *card = told_in(h, before, steps[0], from);
    while (*card > 0 && steps[n] != NULL && told_in(h, before, steps[n], &at) == *card && at == *from + n)
        n++;
    return n;
}

/* Steps that an earlier card has are referred to, when they are two or more: nobody should do them twice. */
static void steps_write(struct html *h, const char *title, const char *const *steps, size_t before) {
    if (steps[0] == NULL)
        return;
    fprintf(h->out, "<h4>%s</h4>\n<ol class=\"steps\">\n", title);
    for (size_t i = 0; steps[i] != NULL;) {
        size_t card = 0, from = 0, run = told_run(h, before, &steps[i], &card, &from);
        if (run > 1) {
            fprintf(
                h->out,
                "<li class=\"as\">As <a href=\"#finding-%zu\">Finding&nbsp;%zu</a>, steps %zu to %zu</li>\n",
                card, card, from, from + run - 1);
            i += run;
            continue;
        }
        fputs("<li><label><input type=\"checkbox\"><span>", h->out);
        markup_put(h->out, steps[i++]);
        fputs("</span></label></li>\n", h->out);
    }
    fputs("</ol>\n", h->out);
}

static void list_write(struct html *h, const char *title, const char *const *lines, const char *kind) {
    if (lines[0] == NULL)
        return;
    fprintf(h->out, "<div%s><h4>%s</h4><ul>\n", kind, title);
    for (size_t i = 0; lines[i] != NULL; i++) {
        fputs("<li>", h->out);
        markup_put(h->out, lines[i]);
        fputs("</li>\n", h->out);
    }
    fputs("</ul></div>\n", h->out);
}

/* ---- a card ---- */

static void head_write(struct html *h, int number, enum status status, const char *title,
                       const struct finding *f) {
    enum tone tone = status_tone(status);
    fprintf(h->out,
            "<article class=\"finding %s\" id=\"finding-%d\" aria-labelledby=\"title-%d\">\n<header><h3 "
            "id=\"title-%d\"><span class=\"number\">%d</span>",
            tone_names[tone], number, number, number, number);
    markup_put(h->out, title);
    fputs("</h3>", h->out);
    html_tag(h, tone, words[status]);
    fprintf(h->out, "<code class=\"id\">%s%s%s</code></header>\n", f->check->id, f->cause == NULL ? "" : "/",
            f->cause == NULL ? "" : f->cause->id);
}

/* "The server does not send its intermediates: host:5061, host:8443" */
static void consequence_write(struct html *h, const struct group *group) {
    fprintf(h->out, "<li class=\"%s\">", tone_names[status_tone(group->status)]);
    html_icon(h, status_tone(group->status));
    fputs("<p>", h->out);
    markup_put(h->out, group->cause->title);
    fputs(": ", h->out);
    for (size_t i = 0; i < group->members.n && i < PLACES_SHOWN; i++) {
        fputs(i == 0 ? "" : ", ", h->out);
        html_code(h, finding_subject(h->arena, group->members.v[i]));
    }
    if (group->members.n > PLACES_SHOWN)
        fprintf(h->out, " and %zu more", group->members.n - PLACES_SHOWN);
    fputs("</p></li>\n", h->out);
}

static void consequences_write(struct html *h, const struct finding_list *consequences) {
    if (consequences->n == 0)
        return;
    fputs("<div class=\"hence\"><h4>What follows from it</h4><ul class=\"done\">\n", h->out);
    for (size_t i = 0; i < consequences->n; i++)
        if (is_first_of_cause(consequences, i)) {
            struct group group = group_of(h->arena, consequences, i);
            consequence_write(h, &group);
        }
    fputs("</ul></div>\n", h->out);
}

/* A command to be copied: a line may end between its words, and not within "--option". */
static void command_write(struct html *h, const char *command) {
    fputs("<h4>Then check</h4>\n<p class=\"next\"><code>", h->out);
    for (const char *word = command; *word != 0;) {
        size_t length = strcspn(word, " ");
        fputs("<span class=\"word\">", h->out);
        markup_put(h->out, arena_textn(h->arena, word, length));
        fputs("</span>", h->out);
        word += length;
        if (*word == ' ') {
            fputc(' ', h->out);
            word++;
        }
    }
    fputs("</code></p>", h->out);
}

static void fault_write(struct html *h, size_t index) {
    const struct fault *fault = h->report->faults->v[index];
    struct group group = group_of(h->arena, &fault->same, 0);
    head_write(h, (int)index + 1, fault->status, fault->title, fault->root);
    if (fault->perhaps != NULL)
        fprintf(h->out, "<p>Perhaps because of %d: %s</p>\n", fault_number(h->report->faults, fault->perhaps),
                fault->perhaps_why);
    where_write(h, &group);
    consequences_write(h, &fault->consequences);
    fputs("<div class=\"act\"><div>\n", h->out);
    steps_write(h, "What to do", fault->fix, index);
    steps_write(h, "Then restart", fault->restart, 0);
    command_write(h, fault->next);
    fputs("</div><div class=\"side\">\n", h->out);
    list_write(h, "Who notices", fault->affects, "");
    list_write(h, "Where it says so", fault->root->cause->source, " class=\"hush\"");
    fputs("</div></div>\n", h->out);
    evidences_write(h, &fault->same, &fault->consequences);
    fputs("</article>\n", h->out);
}

static void unknown_write(struct html *h, const struct group *group, int number) {
    struct finding_list members = {(struct finding **)group->members.v, group->members.n}, none = {NULL, 0};
    head_write(h, number, group->status, group->cause != NULL ? group->cause->title : group->check->title,
               group->members.v[0]);
    where_write(h, group);
    if (group->cause != NULL) {
        fputs("<div class=\"act\"><div>\n", h->out);
        steps_write(h, "How to learn it", group->fix, 0);
        fputs("</div><div class=\"side\">\n", h->out);
        list_write(h, "Who notices", group->affects, "");
        list_write(h, "Where it says so", group->cause->source, " class=\"hush\"");
        fputs("</div></div>\n", h->out);
    }
    evidences_write(h, &members, &none);
    fputs("</article>\n", h->out);
}

static void count_write(struct html *h, size_t faults, size_t unknown) {
    if (faults + unknown == 0) {
        fputs("<p class=\"calm good\">", h->out);
        html_icon(h, TONE_GOOD);
        fputs("Nothing needs to be put right.</p>\n", h->out);
        return;
    }
    fputs("<p class=\"todo\">", h->out);
    if (faults > 0)
        fprintf(h->out, "%zu fault%s, worst first%s. Tick off the steps as you go.", faults,
                faults == 1 ? "" : "s", unknown > 0 ? ", then what could not be seen" : "");
    else
        fputs("Nothing is wrong that was seen, but not everything could be seen.", h->out);
    fputs("</p>\n", h->out);
}

void html_findings(struct html *h) {
    size_t faults = h->report->faults->n, unknown = 0;
    int number = (int)faults;
    for (size_t i = 0; i < h->groups.n; i++)
        unknown += h->groups.v[i]->status == STATUS_UNKNOWN;
    fputs("<section aria-labelledby=\"findings\"><h2 id=\"findings\">What to put right</h2>\n", h->out);
    count_write(h, faults, unknown);
    for (size_t i = 0; i < faults; i++)
        fault_write(h, i);
    for (size_t i = 0; i < h->groups.n; i++)
        if (h->groups.v[i]->status == STATUS_UNKNOWN)
            unknown_write(h, h->groups.v[i], ++number);
    fputs("</section>\n", h->out);
}
