/* Who sent what in a connection of a capture, and when? The ladders of those that were asked for. */
#include <inttypes.h>
#include <string.h>

#include "report/connection_words.h"

enum { STEPS_SHOWN = 80, LANE_AT = 12, NOTE_AT = LANE_AT + 4, SHOWN = 300 };

static void note_line(struct page *page, const char *text) {
    page_line(page, NOTE_AT, NOTE_AT + 2);
    page_put(page, INK_FAINT, page_short(page, text, SHOWN));
    page_end(page);
}

static void chain_notes(struct page *page, const struct certs *chain) {
    for (size_t i = 0; i < chain->n; i++) {
        const struct cert *cert = chain->v[i];
        note_line(page, cert->issuer == NULL
                            ? cert->subject
                            : arena_printf(page->arena, "%s, issued by %s, until %.10s", cert->subject,
                                           cert->issuer, time_write(page->arena, cert->not_after)));
    }
}

static char *joined(struct arena *arena, const struct texts *texts, size_t max) {
    char *all = NULL;
    for (size_t i = 0; i < texts->n && i < max; i++)
        all = all == NULL ? texts->v[i] : arena_printf(arena, "%s, %s", all, texts->v[i]);
    return all;
}

/* What a message said, for those of which the facts know it. */
static void step_notes(struct page *page, const struct connection *c, const struct connection_step *step) {
    bool is_client = strcmp(step->by, "client") == 0;
    struct arena *arena = page->arena;
    if (strcmp(step->what, "ClientHello") == 0)
        note_line(page, arena_printf(arena, "server name %s; offers %s", c->sni == NULL ? "none" : c->sni,
                                     c->versions_offered.n == 0 ? "no version"
                                                                : joined(arena, &c->versions_offered, 8)));
    else if (strcmp(step->what, "ServerHello") == 0 && c->version != NULL)
        note_line(page, arena_printf(arena, "%s, %s", c->version, c->cipher == NULL ? "?" : c->cipher));
    else if (strcmp(step->what, "Certificate") == 0)
        chain_notes(page, is_client ? &c->client_chain : &c->server_chain);
    else if (strcmp(step->what, "CertificateRequest") == 0)
        note_line(page, c->ca_names.n == 0
                            ? "names no certificate authority"
                            : arena_printf(arena, "names %zu certificate authorit%s: %s", c->ca_names.n,
                                           c->ca_names.n == 1 ? "y" : "ies", joined(arena, &c->ca_names, 3)));
}

/* "ClientHello, 512 ------------->" or "<------------- ServerHello, 84" */
static void arrow_line(struct page *page, const char *when, const char *what, bool is_client) {
    int room = page->width - LANE_AT - 1;
    char *label = page_short(page, what, room - 6), *dashes = arena_alloc(page->arena, (size_t)room + 1);
    int length = room - columns_of(label) - 2;
    memset(dashes, '-', (size_t)length);
    dashes[length] = 0;
    page_line(page, 1, LANE_AT);
    page_put(page, INK_FAINT, when);
    page_tab(page, LANE_AT);
    bool is_alert = strncmp(what, "Alert", 5) == 0;
    page_draw(page, is_alert ? INK_BAD : INK_PLAIN,
              is_client ? arena_printf(page->arena, "%s %s>", label, dashes)
                        : arena_printf(page->arena, "<%s %s", dashes, label));
    page_end(page);
}

static void end_write(struct page *page, const struct connection *c) {
    if (c->ended.how != ENDED_OPEN && c->ended.by != NULL)
        arrow_line(page, "", c->ended.how == ENDED_FIN ? "closes (FIN)" : "resets (RST)",
                   strcmp(c->ended.by, "client") == 0);
    else
        note_line(page, "still open when the capture ends");
    if (c->note != NULL)
        note_line(page, c->note);
}

static void ladder_write(struct page *page, const struct connection *c) {
    page_gap(page);
    page_line(page, 0, 2);
    page_putf(page, INK_STRONG, "Connection %d: %s to %s", c->id, connection_from(page, c),
              connection_to(page, c));
    if (c->server.name != NULL)
        page_putf(page, INK_FAINT, " (%s)", c->server.address);
    page_putf(page, connection_ink(c->state), ", %s", connection_outcome(page->arena, c));
    page_end(page);
    note_line(page, arena_printf(page->arena, "first packet at %s UTC; times in milliseconds from there",
                                 connection_clock(page->arena, c->started)));
    for (size_t i = 0; i < c->steps.n && i < STEPS_SHOWN; i++) {
        const struct connection_step *step = c->steps.v[i];
        int64_t after = step->at - c->started;
        char *when = arena_printf(page->arena, "%" PRId64 ".%03d", after / 1000,
                                  (int)(after % 1000 < 0 ? 0 : after % 1000));
        arrow_line(page, when, arena_printf(page->arena, "%s, %d", step->what, step->size),
                   strcmp(step->by, "client") == 0);
        step_notes(page, c, step);
    }
    if (c->steps.n > STEPS_SHOWN)
        note_line(page, arena_printf(page->arena, "and %zu more; --format json has them",
                                     c->steps.n - STEPS_SHOWN));
    end_write(page, c);
}

void ladders_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    struct page *page = &text->page;
    for (size_t i = 0; i < facts->connections.n; i++)
        if (facts->connections.v[i]->steps.n > 0)
            ladder_write(page, facts->connections.v[i]);
}
