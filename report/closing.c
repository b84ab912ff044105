/* What was looked at, what was good, and what runs out next? The last lines of the text report. */
#include "facts/name_map.h"
#include "report/text.h"

#include <string.h>

enum { FACT_AT = 13, SUBJECT_SHOWN = 160, SUMMARY_SHOWN = 400 };

static size_t count_of(const struct findings *findings, enum status status) {
    size_t count = 0;
    for (size_t i = 0; i < findings->n; i++)
        count += findings->v[i]->status == status;
    return count;
}

static void fact_line(struct page *page, const char *label) {
    page_line(page, 0, FACT_AT);
    page_put(page, INK_FAINT, label);
    page_tab(page, FACT_AT);
}

/* ---- verbose: every finding that needs no action ---- */

static void list_write(struct text *text, enum status status, const char *title, const char *mark) {
    struct page *page = &text->page;
    const struct findings *findings = text->report->findings;
    if (count_of(findings, status) == 0)
        return;
    page_gap(page);
    page_line(page, 0, 0);
    page_put(page, INK_STRONG, title);
    page_end(page);
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (f->status != status)
            continue;
        page_line(page, 2, 6);
        page_put(page, status_ink(status), mark);
        page_putf(page, INK_FAINT, " %s%s%s", f->check->id, f->cause == NULL ? "" : "/",
                  f->cause == NULL ? "" : f->cause->id);
        page_putf(page, INK_PLAIN, " %s: %s",
                  page_short(page, finding_subject(page->arena, f), SUBJECT_SHOWN),
                  page_short(page, f->summary, SUMMARY_SHOWN));
        page_end(page);
    }
}

/* ---- counts ---- */

static void put_count(struct page *page, size_t count, const char *what, bool *any) {
    if (count == 0)
        return;
    page_putf(page, INK_PLAIN, "%s%zu %s", *any ? ", " : "", count, what);
    *any = true;
}

static void counts_write(struct text *text) {
    const struct findings *f = text->report->findings;
    struct page *page = &text->page;
    size_t infos = count_of(f, STATUS_INFO), skips = count_of(f, STATUS_SKIP);
    bool any = false;
    fact_line(page, "Findings");
    put_count(page, count_of(f, STATUS_FAIL), "fail", &any);
    put_count(page, count_of(f, STATUS_WARN), "warn", &any);
    put_count(page, count_of(f, STATUS_UNKNOWN), "unknown", &any);
    put_count(page, count_of(f, STATUS_PASS), "pass", &any);
    put_count(page, infos, "for information", &any);
    put_count(page, skips, "left out", &any);
    if (!any)
        page_put(page, INK_PLAIN, "none");
    else if (text->style->verbose < 1)
        page_put(page, INK_FAINT, " (-v lists them all)");
    page_end(page);
}

static void looked_at_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    struct page *page = &text->page;
    struct name_map *hosts = name_map_new(page->arena), *ports = name_map_new(page->arena);
    size_t tried = 0, asked = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        name_map_add(hosts, facts->endpoints.v[i]->host, facts->endpoints.v[i]);
        name_map_add(ports, facts->endpoints.v[i]->id, facts->endpoints.v[i]);
        tried += facts->endpoints.v[i]->tcp.state != TCP_NOT_TRIED;
    }
    tried = facts->connections.n > tried ? facts->connections.n : tried; /* a capture: many went alike */
    for (size_t i = 0; i < facts->dns.n; i++)
        asked += facts->dns.v[i]->state != DNS_NOT_ASKED;
    if (asked + tried == 0)
        return;
    fact_line(page, "Looked at");
    if (asked > 0)
        page_putf(page, INK_PLAIN, "%zu DNS answer%s%s", asked, plural(asked), tried > 0 ? ", " : "");
    if (tried > 0) {
        size_t h = name_map_count(hosts), p = name_map_count(ports);
        page_putf(page, INK_PLAIN, "%zu port%s of %zu host%s, %zu connection%s", p, plural(p), h, plural(h),
                  tried, plural(tried));
    }
    page_end(page);
}

/* ---- the nearest expiry ---- */

struct expiry {
    int64_t at;              /* as of which */
    const struct cert *cert; /* NULL: none */
    const char *where;
};

/* What has run out is a fault above, and no expiry to come. */
static void consider(struct expiry *nearest, const struct certs *certs, const char *where) {
    for (size_t i = 0; i < certs->n; i++)
        if (certs->v[i]->not_after <= nearest->at)
            continue;
        else if (nearest->cert == NULL || certs->v[i]->not_after < nearest->cert->not_after)
            *nearest = (struct expiry){nearest->at, certs->v[i], where};
}

static struct expiry nearest_expiry(const struct facts *facts) {
    struct expiry nearest = {.at = facts->run.at};
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        consider(&nearest, &e->tls.chain, e->id);
        for (size_t k = 0; k < e->variants.n; k++)
            consider(&nearest, &e->variants.v[k]->chain, e->id);
    }
    if (facts->deployment == NULL)
        return nearest;
    const struct nodes *all[] = {&facts->deployment->e.nodes, &facts->deployment->c.nodes,
                                 &facts->deployment->ucm, &facts->deployment->imp};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (size_t i = 0; i < all[k]->n; i++)
            consider(&nearest, &all[k]->v[i]->certificate, all[k]->v[i]->name);
    return nearest;
}

static void expiry_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    struct expiry nearest = nearest_expiry(facts);
    struct page *page = &text->page;
    if (nearest.cert == NULL)
        return;
    fact_line(page, "Next expiry");
    page_putf(page, INK_PLAIN, "%.10s, %s: ", time_write(page->arena, nearest.cert->not_after),
              days_write(page->arena, nearest.cert->not_after - facts->run.at));
    page_putf(page, INK_PLAIN, "%s at %s", page_short(page, nearest.cert->subject, SUBJECT_SHOWN),
              page_short(page, nearest.where, SUBJECT_SHOWN));
    page_end(page);
}

void closing_write(struct text *text) {
    if (text->style->verbose > 0) {
        list_write(text, STATUS_INFO, "For information", "i");
        list_write(text, STATUS_PASS, "Passed", "+");
        list_write(text, STATUS_SKIP, "Left out", "-");
    }
    page_gap(&text->page);
    counts_write(text);
    looked_at_write(text);
    expiry_write(text);
}
