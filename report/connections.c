/* Which connections are in the capture, and how did each go? The part of the text report that command
 * `capture` is run for: a line a connection, or a line for those that went alike when they are many. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/connection_words.h"

enum {
    LINES_MAX = 40, /* connections, or groups of them, without -v */
    ID_WIDE = 5,
    TIME_AT = ID_WIDE + 1,
    TIME_WIDE = 12,
    FROM_AT = TIME_AT + TIME_WIDE + 1,
    HOW_WIDE = 20,
    SHOWN = 300
};

/* Worst first, what cannot be told before what is well. */
static const enum connection_state order[] = {CONNECTION_REFUSED,    CONNECTION_RESET,
                                              CONNECTION_UNANSWERED, CONNECTION_NOT_TLS,
                                              CONNECTION_INCOMPLETE, CONNECTION_ESTABLISHED};
enum { STATES = sizeof order / sizeof *order };

/* ---- words ---- */

static int larger(int a, int b) {
    return a > b ? a : b;
}

static const char *protocol_words(const struct connection *c) {
    if (c->protocol == CONNECTION_SSH)
        return "SSH";
    if (c->version != NULL)
        return c->version;
    return c->protocol == CONNECTION_XMPP ? "XMPP" : "TLS";
}

/* ---- the list ---- */

struct widths {
    int to_at, how_at;
};

/* Columns as wide as what stands in them, as long as that leaves room for how it went. */
static struct widths widths_of(struct page *page, int from, int to) {
    int to_at = FROM_AT + (from > 4 ? from : 4) + 1, most = page->width - HOW_WIDE - to_at;
    return (struct widths){to_at, to_at + (to > most && most > 4 ? most : to) + 1};
}

static void head_line(struct page *page, const char *first, const char *second, const struct widths *w) {
    page_line(page, 0, 0);
    page_put(page, INK_FAINT, first);
    page_tab(page, TIME_AT);
    page_put(page, INK_FAINT, second);
    page_tab(page, FROM_AT);
    page_put(page, INK_FAINT, "from");
    page_tab(page, w->to_at);
    page_put(page, INK_FAINT, "to");
    page_end(page);
}

static void row_write(struct page *page, const struct connection *c, const struct widths *w,
                      const char *first, const char *from) {
    const char *to = connection_to(page, c);
    char *outcome = connection_outcome(page->arena, c);
    char *how = c->state == CONNECTION_NOT_TLS
                    ? outcome
                    : arena_printf(page->arena, "%s %s", protocol_words(c), outcome);
    bool fits = w->to_at + columns_of(to) < w->how_at && w->how_at + columns_of(how) < page->width;
    int indent = ID_WIDE - (int)strlen(first);
    page_line(page, indent > 0 ? indent : 0, FROM_AT + 2);
    page_put(page, INK_STRONG, first);
    page_tab(page, TIME_AT);
    page_put(page, INK_FAINT, connection_clock(page->arena, c->started));
    page_tab(page, FROM_AT);
    page_put(page, INK_PLAIN, from);
    page_tab(page, w->to_at);
    page_put(page, INK_PLAIN, to);
    if (!fits) {
        page_end(page);
        page_line(page, FROM_AT + 2, FROM_AT + 4);
    } else
        page_tab(page, w->how_at);
    page_put(page, connection_ink(c->state), how);
    page_end(page);
}

/* "2026-11-27 10:00:00 to 10:05:12 UTC, 500 packets of 2 files" */
static void span_write(struct page *page, const struct facts *facts) {
    int64_t first = 0, last = 0, packets = 0;
    for (size_t i = 0; i < facts->captures.n; i++) {
        const struct capture_file *file = facts->captures.v[i];
        packets += file->packets;
        if (file->first != 0 && (first == 0 || file->first < first))
            first = file->first;
        last = file->last > last ? file->last : last;
    }
    const char *from = time_write(page->arena, first), *to = time_write(page->arena, last);
    bool same_day = strncmp(from, to, 10) == 0;
    page_line(page, 0, 0);
    page_putf(page, INK_FAINT, "%.10s %.8s to %.*s%s%.8s UTC, %" PRId64 " packets of %zu file%s", from,
              from + 11, same_day ? 0 : 10, to, same_day ? "" : " ", to + 11, packets, facts->captures.n,
              plural(facts->captures.n));
    page_end(page);
}

/* "12 connections: 8 established, 3 refused, 1 reset" */
static void counts_write(struct page *page, const struct facts *facts) {
    size_t counts[STATES] = {0}, told = 0;
    for (size_t i = 0; i < facts->connections.n; i++)
        counts[facts->connections.v[i]->state]++;
    page_gap(page);
    page_line(page, 0, 0);
    page_putf(page, INK_STRONG, "%zu connection%s:", facts->connections.n, plural(facts->connections.n));
    for (size_t i = 0; i < STATES; i++)
        if (counts[order[i]] > 0)
            page_putf(page, connection_ink(order[i]), "%s%zu %s", told++ > 0 ? ", " : " ", counts[order[i]],
                      connection_word(order[i]));
    page_end(page);
    span_write(page, facts);
}

static void list_write(struct page *page, const struct facts *facts) {
    int from = 0, to = 0;
    for (size_t i = 0; i < facts->connections.n; i++) {
        from = larger(from, columns_of(connection_from(page, facts->connections.v[i])));
        to = larger(to, columns_of(connection_to(page, facts->connections.v[i])));
    }
    struct widths w = widths_of(page, from, to);
    head_line(page, "    #", "UTC", &w);
    for (size_t i = 0; i < facts->connections.n; i++) {
        const struct connection *c = facts->connections.v[i];
        row_write(page, c, &w, arena_printf(page->arena, "%d", c->id), connection_from(page, c));
    }
}

/* ---- those that went alike, as one line ---- */

static int rank_of(const struct connection *c) {
    for (int i = 0; i < STATES; i++)
        if (order[i] == c->state)
            return i;
    return STATES;
}

static int alike(const struct connection *a, const struct connection *b) {
    int result = rank_of(a) - rank_of(b);
    const char *left[] = {a->server.name,
                          a->server.address,
                          a->client.address,
                          a->version,
                          a->ended.by,
                          a->alerts.n > 0 ? a->alerts.v[0]->name : NULL,
                          a->alerts.n > 0 ? a->alerts.v[0]->by : NULL};
    const char *right[] = {b->server.name,
                           b->server.address,
                           b->client.address,
                           b->version,
                           b->ended.by,
                           b->alerts.n > 0 ? b->alerts.v[0]->name : NULL,
                           b->alerts.n > 0 ? b->alerts.v[0]->by : NULL};
    if (result == 0)
        result = a->server.port - b->server.port;
    for (size_t i = 0; result == 0 && i < sizeof left / sizeof *left; i++) {
        bool is_told =
            left[i] != a->ended.by || connection_is_failed(a); /* who closes what went well is no matter */
        result = is_told ? text_order(left[i], right[i]) : 0;
    }
    return result;
}

static int by_likeness(const void *left, const void *right) {
    const struct connection *a = *(struct connection *const *)left, *b = *(struct connection *const *)right;
    int result = alike(a, b);
    return result != 0 ? result : a->id - b->id;
}

struct heap {
    const struct connection *first;
    size_t count;
};

static int by_state_and_count(const void *left, const void *right) {
    const struct heap *a = left, *b = right;
    int result = rank_of(a->first) - rank_of(b->first);
    if (result == 0)
        result = (a->count < b->count) - (a->count > b->count);
    return result != 0 ? result : a->first->id - b->first->id;
}

static struct heap *heaps_of(struct arena *arena, const struct facts *facts, size_t *count) {
    size_t n = facts->connections.n;
    struct connection **sorted = arena_alloc(arena, n * sizeof *sorted);
    struct heap *heaps = arena_alloc(arena, n * sizeof *heaps);
    memcpy(sorted, facts->connections.v, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_likeness);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || alike(sorted[i - 1], sorted[i]) != 0)
            heaps[(*count)++] = (struct heap){sorted[i], 1};
        else
            heaps[*count - 1].count++;
    qsort(heaps, *count, sizeof *heaps, by_state_and_count);
    return heaps;
}

static void heaps_write(struct page *page, const struct facts *facts) {
    size_t count, kept = 0;
    struct heap *heaps = heaps_of(page->arena, facts, &count);
    size_t shown = count > LINES_MAX ? LINES_MAX : count;
    int from = 0, to = 0;
    for (size_t i = 0; i < shown; i++) {
        from = larger(from, columns_of(heaps[i].first->client.address));
        to = larger(to, columns_of(connection_to(page, heaps[i].first)));
    }
    struct widths w = widths_of(page, from, to);
    head_line(page, "count", "first, UTC", &w);
    for (size_t i = 0; i < shown; i++)
        row_write(page, heaps[i].first, &w, arena_printf(page->arena, "%zu", heaps[i].count),
                  page_short(page, heaps[i].first->client.address, CONNECTION_FROM_MAX));
    for (size_t i = shown; i < count; i++)
        kept += heaps[i].count;
    page_line(page, FROM_AT, FROM_AT);
    if (kept > 0)
        page_putf(page, INK_FAINT, "and %zu in %zu more such lines; ", kept, count - shown);
    page_put(page, INK_FAINT, "-v lists every connection, --connection N draws one");
    page_end(page);
}

/* ---- the files ---- */

static void files_note(struct page *page, const struct facts *facts) {
    for (size_t i = 0; i < facts->captures.n; i++) {
        const struct capture_file *file = facts->captures.v[i];
        if (file->trouble == NULL)
            continue;
        page_line(page, 0, 2);
        page_putf(page, INK_WARN, "%s: %s", page_short(page, file->name, SHOWN), file->trouble);
        page_end(page);
    }
}

void connections_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    struct page *page = &text->page;
    if (facts->captures.n == 0)
        return;
    counts_write(page, facts);
    files_note(page, facts);
    if (facts->connections.n <= LINES_MAX || text->style->verbose > 0)
        list_write(page, facts);
    else
        heaps_write(page, facts);
}
