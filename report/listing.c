/* How is a list of targets shown on a page, for a person to look through? See listing.h. */
#include "report/listing.h"

#include <inttypes.h>

#include "facts/version.h"
#include "report/formats.h"
#include "report/html.h"

enum { DAY = 86400 };

static void put_time(struct html *h, const char *of, int64_t time) {
    fprintf(h->out, "<td role=\"cell\" class=\"num\" data-of=\"%s\">", of);
    if (time > 0) {
        char *text = time_write(h->arena, time);
        fprintf(h->out, "<time datetime=\"%s\">%.10s %.5s</time>", text, text, text + 11);
    }
    fputs("</td>", h->out);
}

static void put_expiry(struct html *h, const struct listed *one, int64_t now) {
    int64_t days = (one->not_after - now) / DAY;
    fputs("<td role=\"cell\" class=\"num\" data-of=\"Next expiry\">", h->out);
    if (one->is_known && one->not_after > 0)
        fprintf(h->out, one->not_after < now ? "%.10s, over" : "%.10s, in %" PRId64 " d",
                time_write(h->arena, one->not_after), days);
    fputs("</td>", h->out);
}

static void row_write(struct html *h, const struct listed *one, int64_t now) {
    enum tone tone = one->is_known ? status_tone(one->status) : TONE_PLAIN;
    fputs("<tr role=\"row\"><td role=\"cell\">", h->out);
    html_tag(h, tone, one->is_known ? enum_text(status_names, (int)one->status) : "not yet");
    fputs("</td><th scope=\"row\" role=\"rowheader\">", h->out);
    if (one->link != NULL) {
        fputs("<a href=\"", h->out);
        markup_put(h->out, one->link);
        fputs("\">", h->out);
    }
    markup_put(h->out, one->name);
    fputs(one->link != NULL ? "</a></th><td role=\"cell\">" : "</th><td role=\"cell\">", h->out);
    markup_put(h->out, one->worst);
    fputs("</td>", h->out);
    put_time(h, "Since", one->is_known ? one->since : 0);
    put_time(h, "Looked at", one->is_known ? one->last_run : 0);
    put_expiry(h, one, now);
    fputs("</tr>\n", h->out);
}

static void head_write(struct html *h, const struct listing *listing) {
    size_t known = 0;
    for (size_t i = 0; i < 4; i++)
        known += listing->counts[i];
    struct html_counts counts = {.all = listing->all,
                                 .pass = listing->counts[0],
                                 .warn = listing->counts[1],
                                 .fail = listing->counts[2],
                                 .unknown = listing->counts[3],
                                 .rest = listing->all - known,
                                 .rest_word = "not looked at yet"};
    html_targets_head(h, &counts, NULL);
}

static void pages_write(struct html *h, const struct listing *listing) {
    if (listing->pages < 2)
        return;
    fputs("<nav aria-label=\"Pages\" class=\"pages\">", h->out);
    if (listing->page > 1)
        fprintf(h->out, "<a href=\"?page=%zu\" rel=\"prev\">Before</a>", listing->page - 1);
    fprintf(h->out, "<span>Page %zu of %zu</span>", listing->page, listing->pages);
    if (listing->page < listing->pages)
        fprintf(h->out, "<a href=\"?page=%zu\" rel=\"next\">Next</a>", listing->page + 1);
    fputs("</nav>\n", h->out);
}

/* Roles are written out: on a phone the style sheet makes blocks of the rows, and browsers forget then that
 * it is a table. */
bool listing_write(const struct listing *listing, FILE *out) {
    static const char *const columns[] = {"State",       "Target",    "Worst finding",
                                          "Since (UTC)", "Looked at", "Next expiry"};
    struct html h = {.out = out, .arena = arena_new()};
    html_open(out, "Targets, edgeprobe");
    head_write(&h, listing);
    fputs("<main class=\"wrap listing\"><div class=\"scroll\" role=\"region\" aria-label=\"Targets\" "
          "tabindex=\"0\"><table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">",
          out);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        fprintf(out, "<th scope=\"col\" role=\"columnheader\"%s>%s</th>", i > 2 ? " class=\"num\"" : "",
                columns[i]);
    fputs("</tr></thead><tbody role=\"rowgroup\">\n", out);
    for (size_t i = 0; i < listing->n; i++)
        row_write(&h, &listing->v[i], listing->now);
    fputs("</tbody></table></div>\n", out);
    pages_write(&h, listing);
    fprintf(out,
            "</main>\n<footer><div class=\"wrap\">edgeprobe %s. Targets are looked at when somebody scrapes "
            "them.</div>"
            "</footer>\n",
            EDGEPROBE_VERSION);
    html_close(out);
    arena_free(h.arena);
    return stream_is_good(out);
}
