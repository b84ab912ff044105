/* What is wrong, and what is to be done about it, step by step? The findings of the HTML report, worst first.
 */
#include "report/html.h"

#include <string.h>

#include "report/rows.h"

enum { PARTS_SHOWN = 40, SUBJECTS_SHOWN = 200, ROWS_SHOWN = 600 };

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

static void evidences_write(struct html *h, const struct group *group) {
    struct parts parts;
    bool any = false;
    parts_of(h->arena, group, true, &parts);
    for (size_t i = 0; i < parts.n; i++)
        any = any || json_object_size(parts.v[i]->evidence) > 0;
    if (any) {
        fputs("<details><summary>Evidence</summary>\n", h->out);
        for (size_t i = 0; i < parts.n && i < PARTS_SHOWN; i++)
            evidence_write(h, parts.v[i], parts.n == 1);
        if (parts.n > PARTS_SHOWN)
            fprintf(h->out, "<p class=\"hush\">and %zu more like these: the JSON report has them</p>\n",
                    parts.n - PARTS_SHOWN);
        fputs("</details>\n", h->out);
    }
    parts_free(&parts);
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

static void steps_write(struct html *h, const char *title, const char *const *steps) {
    if (steps[0] == NULL)
        return;
    fprintf(h->out, "<h4>%s</h4>\n<ol class=\"steps\">\n", title);
    for (size_t i = 0; steps[i] != NULL; i++) {
        fputs("<li><label><input type=\"checkbox\"><span>", h->out);
        markup_put(h->out, steps[i]);
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

static void group_write(struct html *h, const struct group *group) {
    const struct cause *cause = group->cause;
    enum tone tone = status_tone(group->status);
    fprintf(h->out,
            "<article class=\"finding %s\" id=\"finding-%d\" aria-labelledby=\"title-%d\">\n<header><h3 "
            "id=\"title-%d\"><span class=\"number\">%d</span>",
            tone_names[tone], group->number, group->number, group->number, group->number);
    markup_put(h->out, cause != NULL ? cause->title : group->check->title);
    fputs("</h3>", h->out);
    html_tag(h, tone, words[group->status]);
    fprintf(h->out, "<code class=\"id\">%s%s%s</code></header>\n", group->check->id, cause == NULL ? "" : "/",
            cause == NULL ? "" : cause->id);
    where_write(h, group);
    if (cause != NULL) {
        fputs("<div class=\"act\"><div>\n", h->out);
        steps_write(h, "What to do", group->fix);
        steps_write(h, "Then restart", group->restart);
        fputs("</div><div class=\"side\">\n", h->out);
        list_write(h, "Who notices", group->affects, "");
        list_write(h, "Where it says so", cause->source, " class=\"hush\"");
        fputs("</div></div>\n", h->out);
    }
    evidences_write(h, group);
    fputs("</article>\n", h->out);
}

void html_findings(struct html *h) {
    size_t count = 0;
    for (size_t i = 0; i < h->groups.n; i++)
        count += h->groups.v[i]->number > 0;
    fputs("<section aria-labelledby=\"findings\"><h2 id=\"findings\">What to put right</h2>\n", h->out);
    if (count == 0) {
        fputs("<p class=\"calm good\">", h->out);
        html_icon(h, TONE_GOOD);
        fputs("Nothing needs to be put right.</p>\n", h->out);
    } else {
        fprintf(h->out, "<p class=\"todo\">%zu finding%s, worst first. Tick off the steps as you go.</p>\n",
                count, count == 1 ? "" : "s");
    }
    for (size_t i = 0; i < h->groups.n; i++)
        if (h->groups.v[i]->number > 0)
            group_write(h, h->groups.v[i]);
    fputs("</section>\n", h->out);
}
