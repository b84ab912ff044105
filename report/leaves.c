/* Is the new certificate live everywhere? Every leaf that was served, in two or three lines: what it says,
 * and at which ports and addresses it is shown. */
#include "report/text.h"

#include <string.h>

enum { LEAVES_SHOWN = 12, NAMES_SHOWN = 4, PLACES_SHOWN = 8, AT = 2, WORDS_SHOWN = 160 };

struct leaf {
    const struct cert *cert;
    struct texts places; /* "expe1.example.com 203.0.113.10:8443" */
};

struct leaves {
    struct leaf **v;
    size_t n;
};

static void leaf_add(struct arena *arena, struct leaves *leaves, const struct cert *cert, const char *place) {
    struct leaf *leaf = NULL;
    for (size_t i = 0; i < leaves->n && leaf == NULL; i++)
        if (leaves->v[i]->cert->sha256 != NULL && cert->sha256 != NULL &&
            strcmp(leaves->v[i]->cert->sha256, cert->sha256) == 0)
            leaf = leaves->v[i];
    if (leaf == NULL) {
        leaf = ARENA_NEW(arena, struct leaf);
        leaf->cert = cert;
        LIST_ADD(arena, leaves, leaf);
    }
    if (!texts_has(&leaf->places, place))
        texts_add(arena, &leaf->places, place);
}

static void leaves_of(struct arena *arena, const struct facts *facts, struct leaves *leaves) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        const char *place = e->address == NULL || strcmp(e->address, e->host) == 0
                                ? e->id
                                : arena_printf(arena, "%s (%s)", e->id, e->address);
        if (e->tls.chain.n > 0)
            leaf_add(arena, leaves, e->tls.chain.v[0], place);
        for (size_t k = 0; k < e->variants.n; k++)
            if (e->variants.v[k]->chain.n > 0)
                leaf_add(arena, leaves, e->variants.v[k]->chain.v[0], place);
    }
}

static void names_write(struct page *page, const struct cert *cert) {
    if (cert->names.n == 0) {
        page_put(page, INK_PLAIN, ", no SAN at all");
        return;
    }
    page_putf(page, INK_PLAIN, ", SAN:");
    for (size_t i = 0; i < cert->names.n && i < NAMES_SHOWN; i++)
        page_putf(page, INK_PLAIN, " %s%s", page_short(page, cert->names.v[i]->value, WORDS_SHOWN),
                  i + 1 < cert->names.n && i + 1 < NAMES_SHOWN ? "," : "");
    if (cert->names.n > NAMES_SHOWN)
        page_putf(page, INK_PLAIN, " and %zu more", cert->names.n - NAMES_SHOWN);
}

static void leaf_write(struct text *text, const struct leaf *leaf) {
    struct page *page = &text->page;
    const struct cert *cert = leaf->cert;
    page_line(page, AT, AT + 2);
    page_putf(page, INK_STRONG, "%s",
              page_short(page, text_or(cert->common_name, cert->subject), WORDS_SHOWN));
    names_write(page, cert);
    page_end(page);
    page_line(page, AT + 2, AT + 2);
    page_putf(page, INK_PLAIN, "serial %s, SHA-256 %.16s, by %s,", text_or(cert->serial, "none"),
              text_or(cert->sha256, "unknown"), page_short(page, cert->issuer, WORDS_SHOWN));
    page_putf(page, INK_PLAIN, " %.10s to %.10s (%s)", time_write(page->arena, cert->not_before),
              time_write(page->arena, cert->not_after),
              days_write(page->arena, cert->not_after - text->report->facts->run.at));
    page_end(page);
    page_line(page, AT + 2, AT + 2);
    page_put(page, INK_FAINT, "live at");
    for (size_t i = 0; i < leaf->places.n && i < PLACES_SHOWN; i++)
        page_putf(page, INK_PLAIN, " %s%s", page_short(page, leaf->places.v[i], WORDS_SHOWN),
                  i + 1 < leaf->places.n ? "," : "");
    if (leaf->places.n > PLACES_SHOWN)
        page_putf(page, INK_PLAIN, " and %zu more", leaf->places.n - PLACES_SHOWN);
    page_end(page);
}

/* -v: every certificate of every chain that was served, in the order sent. */
static void chains_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    struct page *page = &text->page;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        for (size_t k = 1; k < e->tls.chain.n; k++) {
            const struct cert *cert = e->tls.chain.v[k];
            page_line(page, AT + 2, AT + 4);
            page_putf(page, INK_FAINT, "%s sends %zu: %s, serial %s, SHA-256 %.16s, by %s, %.10s to %.10s",
                      e->id, k + 1, page_short(page, cert->subject, WORDS_SHOWN),
                      text_or(cert->serial, "none"), text_or(cert->sha256, "unknown"),
                      page_short(page, cert->issuer, WORDS_SHOWN), time_write(page->arena, cert->not_before),
                      time_write(page->arena, cert->not_after));
            page_end(page);
        }
    }
}

void leaves_write(struct text *text) {
    struct leaves leaves = {NULL, 0};
    struct page *page = &text->page;
    leaves_of(page->arena, text->report->facts, &leaves);
    if (leaves.n == 0)
        return;
    page_gap(page);
    page_line(page, 0, 2);
    page_put(page, INK_STRONG, "Certificates served");
    page_end(page);
    for (size_t i = 0; i < leaves.n && (i < LEAVES_SHOWN || text->style->verbose > 0); i++)
        leaf_write(text, leaves.v[i]);
    if (leaves.n > LEAVES_SHOWN && text->style->verbose < 1) {
        page_line(page, AT, AT);
        page_putf(page, INK_FAINT, "and %zu more (-v shows them)", leaves.n - LEAVES_SHOWN);
        page_end(page);
    }
    if (text->style->verbose > 0)
        chains_write(text);
}
