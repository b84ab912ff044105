/* What would Expressway do with the certificates, and how did it come to that? The decision of `edgeprobe
 * revocation`: both fallback settings side by side, the trace of sources, the table of all settings, the
 * hosts to let through. */
#include <string.h>

#include "report/text.h"

enum { INDENT = 2, VALUE = 24, LINE_SHOWN = 400 };
enum { MODE_AT = INDENT, OCSP_AT = 8, CRL_AT = 14, CDP_AT = 20, NOT_REVOKED_AT = 26, REVOKED_AT = 54 };

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static enum ink verdict_ink(const char *verdict) {
    return strcmp(verdict, "accepted") == 0   ? INK_GOOD
           : strcmp(verdict, "rejected") == 0 ? INK_BAD
                                              : INK_UNSURE;
}

static void fallback_line(struct page *page, const json_t *evidence, const char *label, const char *key,
                          const char *setting) {
    const char *verdict = text_at(evidence, key);
    bool is_set = strcmp(text_at(json_object_get(evidence, "settings"), "fallback"), setting) == 0;
    if (*verdict == 0)
        return;
    page_line(page, INDENT, VALUE);
    page_put(page, INK_PLAIN, label);
    page_tab(page, VALUE);
    page_put(page, verdict_ink(verdict), verdict);
    if (is_set)
        page_put(page, INK_FAINT,
                 json_object_get(evidence, "fallback_assumed") == NULL ? " (as set)" : " (assumed)");
    page_end(page);
}

/* Nobody said which, and Cisco's two books give two defaults. */
static void assumed_line(struct page *page, const json_t *evidence) {
    const char *assumed = text_at(evidence, "fallback_assumed");
    if (*assumed == 0)
        return;
    page_line(page, INDENT, INDENT);
    page_putf(page, INK_FAINT, "Fallback assumed: %s", assumed);
    page_end(page);
}

static void texts_write(struct page *page, const char *title, const json_t *list) {
    size_t i;
    json_t *item;
    if (json_array_size(list) == 0)
        return;
    page_line(page, INDENT, INDENT);
    page_put(page, INK_FAINT, title);
    page_end(page);
    json_array_foreach(list, i, item) {
        page_line(page, INDENT + 2, INDENT + 4);
        page_put(page, INK_PLAIN, page_short(page, json_string_value(item), LINE_SHOWN));
        page_end(page);
    }
}

/* ---- the table: rows come in pairs, one for each fallback ---- */

static void head_write(struct page *page) {
    static const struct {
        int at;
        const char *title;
    } columns[] = {{OCSP_AT, "OCSP"},
                   {CRL_AT, "CRLs"},
                   {CDP_AT, "CDPs"},
                   {NOT_REVOKED_AT, "treat as not revoked"},
                   {REVOKED_AT, "treat as revoked"}};
    page_gap(page);
    page_line(page, INDENT, INDENT);
    page_put(page, INK_FAINT, "Mode");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        page_tab(page, columns[i].at);
        page_put(page, INK_FAINT, columns[i].title);
    }
    page_end(page);
}

static void cell_write(struct page *page, int at, const json_t *row) {
    const char *verdict = text_at(row, "verdict"), *cause = text_at(row, "cause");
    page_tab(page, at);
    page_put(page, verdict_ink(verdict), verdict);
    if (*cause != 0)
        page_putf(page, INK_FAINT, " %s", cause);
}

static void matrix_write(struct page *page, const json_t *matrix) {
    static const char *const keys[] = {"ocsp", "crl", "cdp"};
    static const int at[] = {OCSP_AT, CRL_AT, CDP_AT};
    if (json_array_size(matrix) == 0)
        return;
    head_write(page);
    for (size_t i = 0; i + 1 < json_array_size(matrix); i += 2) {
        const json_t *row = json_array_get(matrix, i);
        page_line(page, MODE_AT, MODE_AT);
        page_put(page, INK_PLAIN, text_at(row, "mode"));
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            page_tab(page, at[k]);
            page_put(page, INK_PLAIN, text_at(row, keys[k]));
        }
        cell_write(page, NOT_REVOKED_AT, row);
        cell_write(page, REVOKED_AT, json_array_get(matrix, i + 1));
        page_end(page);
    }
}

/* ---- one subject ---- */

static void settings_write(struct page *page, const json_t *evidence) {
    const json_t *s = json_object_get(evidence, "settings");
    page_line(page, INDENT, INDENT);
    page_putf(page, INK_FAINT, "%s, mode %s, OCSP %s, CRLs %s, CDP downloads %s",
              text_at(evidence, "connection"), text_at(s, "mode"), text_at(s, "ocsp"), text_at(s, "crl"),
              text_at(s, "cdp"));
    page_end(page);
}

static void decision_write(struct text *text, const struct finding *f) {
    struct page *page = &text->page;
    page_gap(page);
    page_line(page, 0, INDENT);
    page_putf(page, INK_STRONG, "What Expressway would do with %s", finding_subject(page->arena, f));
    page_end(page);
    const json_t *evidence = evidence_tree(f);
    settings_write(page, evidence);
    fallback_line(page, evidence, "Treat as not revoked", "if_treat_as_not_revoked", "treat-as-not-revoked");
    fallback_line(page, evidence, "Treat as revoked", "if_treat_as_revoked", "treat-as-revoked");
    assumed_line(page, evidence);
    texts_write(page, "Sources, in order", json_object_get(evidence, "trace"));
    texts_write(page, "Expressway must reach, outbound", json_object_get(evidence, "firewall"));
    matrix_write(page, json_object_get(evidence, "matrix"));
}

void revocation_write(struct text *text) {
    const struct findings *findings = text->report->findings;
    if (!text->report->facts->run.scope.is_revocation)
        return;
    for (size_t i = 0; i < findings->n; i++)
        if (finding_is(findings->v[i], TRAIT_DECISION))
            decision_write(text, findings->v[i]);
}
