/* What does the enumerated server take? The part of the text report that command `ciphers` is run for:
 * versions, suites in order with their certificate and group, and what each client would choose. */
#include "report/survey.h"

#include <string.h>

#include "facts/suites.h"

enum { LABEL_AT = 2, LIST_AT = 16, NAME_AT = 4, CERT_AT = 46, GROUP_AT = 56, SHOWN = 300 };

static const char *or_dash(const char *text) {
    return text == NULL ? "-" : text;
}

static void fact_line(struct page *page, const char *label, const char *value) {
    page_line(page, LABEL_AT, LIST_AT);
    page_put(page, INK_FAINT, label);
    page_tab(page, LIST_AT);
    page_put(page, INK_PLAIN, page_short(page, value, SHOWN));
    page_end(page);
}

static void list_line(struct page *page, const char *label, const struct texts *list) {
    if (list->n == 0)
        return;
    page_line(page, LABEL_AT, LIST_AT);
    page_put(page, INK_FAINT, label);
    page_tab(page, LIST_AT);
    for (size_t i = 0; i < list->n; i++)
        page_putf(page, INK_PLAIN, "%s%s ", list->v[i], i + 1 < list->n ? "," : "");
    page_end(page);
}

/* ---- one version ---- */

static enum ink suite_ink(const struct suite *suite) {
    if (suite == NULL)
        return INK_UNSURE;
    return suite_is_weak(suite) ? INK_BAD : suite_has_forward_secrecy(suite) ? INK_PLAIN : INK_WARN;
}

static void suite_line(struct page *page, const struct accepted_suite *accepted) {
    const struct suite *suite = suite_by_id(accepted->suite);
    page_line(page, NAME_AT, NAME_AT);
    page_put(page, suite_ink(suite), suite_text(page->arena, accepted->suite));
    page_tab(page, CERT_AT);
    page_put(page, INK_PLAIN, or_dash(accepted->certificate));
    page_tab(page, GROUP_AT);
    page_put(page, INK_PLAIN, or_dash(accepted->group));
    if (suite != NULL && suite_is_weak(suite))
        page_put(page, INK_BAD, " weak");
    page_end(page);
}

static void version_write(struct page *page, const struct cipher_survey *survey,
                          const struct version_answer *v) {
    const char *name = tls_version_name(v->version);
    page_line(page, LABEL_AT, LABEL_AT);
    page_put(page, INK_STRONG, name == NULL ? "?" : name);
    page_putf(page, INK_PLAIN, ": %s", or_dash(v->state));
    if (v->how != NULL)
        page_putf(page, INK_FAINT, " (%s)", v->how);
    if (v->preference != NULL)
        page_putf(page, INK_PLAIN, ", order of the %s", v->preference);
    page_end(page);
    for (size_t i = 0; i < survey->accepted.n; i++)
        if (survey->accepted.v[i]->version == v->version)
            suite_line(page, survey->accepted.v[i]);
}

/* ---- one server ---- */

/* Under the kind of its key: an Ed25519 certificate comes where ECDSA is asked for, and is none. */
static void certificate_line(struct page *page, const struct certs *chain) {
    if (chain->n > 0)
        fact_line(page, or_dash(enum_text(key_types, (int)chain->v[0]->key_type)),
                  arena_printf(page->arena, "%s, issued by %s", or_dash(chain->v[0]->subject),
                               or_dash(chain->v[0]->issuer)));
}

static void survey_one(struct page *page, const struct cipher_survey *survey) {
    page_gap(page);
    page_line(page, 0, 0);
    page_put(page, INK_STRONG, page_short(page, survey->endpoint, SHOWN));
    if (survey->address != NULL)
        page_putf(page, INK_FAINT, " (%s)", survey->address);
    page_putf(page, INK_FAINT, ", %d connections", survey->connections);
    page_end(page);
    for (size_t i = survey->versions.n; i > 0; i--) /* newest first */
        version_write(page, survey, survey->versions.v[i - 1]);
    list_line(page, "Groups 1.3", &survey->groups13);
    list_line(page, "Groups 1.2", &survey->groups12);
    list_line(page, "Signatures", &survey->signature_algorithms);
    certificate_line(page, &survey->chain_rsa);
    certificate_line(page, &survey->chain_ecdsa);
    if (survey->renegotiation != NULL)
        fact_line(page, "Renegotiation", survey->renegotiation);
    if (!survey->complete)
        fact_line(page, "Not complete", survey->error != NULL ? survey->error : "stopped before its end");
}

/* ---- what clients would choose ---- */

static void choices_write(struct text *text) {
    const struct findings *findings = text->report->findings;
    struct page *page = &text->page;
    bool any = false;
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (!finding_is(f, TRAIT_CHOICE) || f->status == STATUS_SKIP)
            continue;
        if (!any) {
            page_gap(page);
            page_line(page, 0, 0);
            page_put(page, INK_STRONG, "Client and server");
            page_end(page);
        }
        any = true;
        page_line(page, LABEL_AT, LABEL_AT + 2);
        page_put(page, status_ink(f->status),
                 f->status == STATUS_PASS   ? "+"
                 : f->status == STATUS_WARN ? "!"
                                            : "X");
        bool is_nameless = finding_is(f, TRAIT_NAMELESS);
        page_putf(page, INK_PLAIN, " %s%s%s", is_nameless ? page_short(page, f->subject, SHOWN) : "",
                  is_nameless ? ": " : "", page_short(page, f->summary, SHOWN));
        page_end(page);
    }
}

void survey_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    if (!facts->run.scope.is_ciphers)
        return; /* elsewhere only what is wrong is told, and -v and JSON have it all */
    for (size_t i = 0; i < facts->ciphers.n; i++)
        survey_one(&text->page, facts->ciphers.v[i]);
    choices_write(text);
}
