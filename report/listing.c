/* How is a list of targets shown on a page, for a person to look through? See listing.h. */
#include "report/listing.h"

#include <inttypes.h>

#include "facts/version.h"
#include "report/formats.h"
#include "report/html.h"

enum { DAY = 86400 };

static void put_time(struct html *h, int64_t time) {
    fputs("<td class=\"num\">", h->out);
    if (time > 0) {
        char *text = time_write(h->arena, time);
        fprintf(h->out, "<time datetime=\"%s\">%.10s %.5s</time>", text, text, text + 11);
    }
    fputs("</td>", h->out);
}

static void put_expiry(struct html *h, const struct listed *one, int64_t now) {
    int64_t days = (one->not_after - now) / DAY;
    fputs("<td class=\"num\">", h->out);
    if (one->is_known && one->not_after > 0)
        fprintf(h->out, one->not_after < now ? "%.10s, over" : "%.10s, in %" PRId64 " d",
                time_write(h->arena, one->not_after), days);
    fputs("</td>", h->out);
}

static void row_write(struct html *h, const struct listed *one, int64_t now) {
    enum tone tone = one->is_known ? status_tone(one->status) : TONE_PLAIN;
    fputs("<tr><td>", h->out);
    html_tag(h, tone, one->is_known ? enum_text(status_names, (int)one->status) : "not yet");
    fputs("</td><th scope=\"row\">", h->out);
    if (one->link != NULL) {
        fputs("<a href=\"", h->out);
        markup_put(h->out, one->link);
        fputs("\">", h->out);
    }
    markup_put(h->out, one->name);
    fputs(one->link != NULL ? "</a></th><td>" : "</th><td>", h->out);
    markup_put(h->out, one->worst);
    fputs("</td>", h->out);
    put_time(h, one->is_known ? one->since : 0);
    put_time(h, one->is_known ? one->last_run : 0);
    put_expiry(h, one, now);
    fputs("</tr>\n", h->out);
}

static enum tone worst_tone(const struct listing *listing) {
    return listing->counts[2] > 0   ? TONE_BAD
           : listing->counts[1] > 0 ? TONE_RISK
           : listing->counts[3] > 0 ? TONE_UNSURE
           : listing->counts[0] > 0 ? TONE_GOOD
                                    : TONE_PLAIN;
}

static void head_write(struct html *h, const struct listing *listing) {
    static const enum tone tones[] = {TONE_GOOD, TONE_RISK, TONE_BAD, TONE_UNSURE};
    static const char *const words[] = {"pass", "warn", "fail", "unknown"};
    static const size_t order[] = {2, 1, 3, 0};
    size_t known = 0;
    for (size_t i = 0; i < 4; i++)
        known += listing->counts[i];
    fprintf(h->out,
            "<header class=\"top %s\"><div class=\"wrap\"><div><p class=\"brand\"><b>edgeprobe</b> "
            "<span>monitor</span></p><h1>%zu target%s</h1><p class=\"counts\">",
            tone_names[worst_tone(listing)], listing->all, listing->all == 1 ? "" : "s");
    for (size_t i = 0; i < 4; i++)
        if (listing->counts[order[i]] > 0)
            html_tag(h, tones[order[i]],
                     arena_printf(h->arena, "%zu %s", listing->counts[order[i]], words[order[i]]));
    if (known < listing->all)
        html_tag(h, TONE_PLAIN, arena_printf(h->arena, "%zu not looked at yet", listing->all - known));
    fputs("</p></div></div></header>\n", h->out);
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

bool listing_write(const struct listing *listing, FILE *out) {
    struct html h = {.out = out, .arena = arena_new()};
    html_open(out, "Targets, edgeprobe");
    head_write(&h, listing);
    fputs("<main class=\"wrap listing\"><div class=\"scroll\" role=\"region\" aria-label=\"Targets\" "
          "tabindex=\"0\"><table>"
          "<thead><tr><th scope=\"col\">State</th><th scope=\"col\">Target</th><th scope=\"col\">Worst "
          "finding</th>"
          "<th scope=\"col\" class=\"num\">Since (UTC)</th><th scope=\"col\" class=\"num\">Looked at</th>"
          "<th scope=\"col\" class=\"num\">Next expiry</th></tr></thead><tbody>\n",
          out);
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
