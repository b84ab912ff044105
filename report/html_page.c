/* What do all pages of HTML have in common: how a state looks, what surrounds the rest? See html.h. */
#include "report/html.h"

const char *const tone_names[] = {"good", "risk", "bad", "unsure", "plain"};

enum tone status_tone(enum status status) {
    static const enum tone tones[] = {
        [STATUS_PASS] = TONE_GOOD, [STATUS_INFO] = TONE_PLAIN,     [STATUS_WARN] = TONE_RISK,
        [STATUS_FAIL] = TONE_BAD,  [STATUS_UNKNOWN] = TONE_UNSURE, [STATUS_SKIP] = TONE_PLAIN};
    return tones[status];
}

enum tone outcome_tone(enum outcome_state state) {
    static const enum tone tones[] = {[OUTCOME_WORKS] = TONE_GOOD,
                                      [OUTCOME_AT_RISK] = TONE_RISK,
                                      [OUTCOME_FAILS] = TONE_BAD,
                                      [OUTCOME_UNKNOWN] = TONE_UNSURE};
    return tones[state];
}

const char *outcome_word(enum outcome_state state) {
    static const char *const words[] = {[OUTCOME_WORKS] = "works",
                                        [OUTCOME_AT_RISK] = "at risk",
                                        [OUTCOME_FAILS] = "fails",
                                        [OUTCOME_UNKNOWN] = "unknown"};
    return words[state];
}

void html_icon(struct html *h, enum tone tone) {
    fprintf(h->out, "<svg class=\"icon %s\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>",
            tone_names[tone], tone_names[tone]);
}

void html_tag(struct html *h, enum tone tone, const char *word) {
    fprintf(h->out, "<span class=\"tag %s\">", tone_names[tone]);
    html_icon(h, tone);
    markup_put(h->out, word);
    fputs("</span>", h->out);
}

void html_code(struct html *h, const char *text) {
    fputs("<code>", h->out);
    markup_put(h->out, text);
    fputs("</code>", h->out);
}

void html_reference(struct html *h, const struct finding *finding) {
    int number = finding == NULL ? 0 : told_number(h->report->faults, &h->groups, finding);
    if (number > 0)
        fprintf(h->out, " <a href=\"#finding-%d\">Finding&nbsp;%d</a>", number, number);
}

/* ---- the document ---- */

/* Drawn once, used by name: a tick in a circle, a bang in a triangle, a cross in an octagon, a question mark
 * in a square, a dot. Shapes differ, so that nobody needs to tell the colours apart. */
static const char symbols[] =
    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
    "<symbol id=\"i-good\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M10 0a10 10 0 1 1 0 20 10 "
    "10 0 0 1 "
    "0-20zm4.6 5.6L8.5 12 5.4 9.1 3.8 10.8 8.6 15.2 16.3 7.2z\"/></symbol>"
    "<symbol id=\"i-risk\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M10 .8 20 19H0zM8.9 "
    "7l.3 6.2h1.6l.3-6.2zM10 14.3a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z\"/></symbol>"
    "<symbol id=\"i-bad\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M5.9 0h8.2L20 5.9v8.2L14.1 "
    "20H5.9L0 14.1V5.9zM6.3 4.8 4.8 6.3 8.5 10l-3.7 3.7 1.5 1.5 3.7-3.7 3.7 3.7 1.5-1.5L11.5 "
    "10l3.7-3.7-1.5-1.5L10 8.5z\"/></symbol>"
    "<symbol id=\"i-unsure\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M3 0h14a3 3 0 0 1 3 "
    "3v14a3 3 0 0 "
    "1-3 3H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3zm7 3.8c-2.3 0-3.9 1.3-4 3.5h2.1c.1-1 .8-1.6 1.8-1.6 1.1 0 "
    "1.8.6 1.8 1.5 0 .8-.4 1.2-1.3 1.8C9.3 9.7 8.9 10.4 9 11.9h2c0-.9.3-1.3 1.3-1.9 "
    "1.1-.7 1.7-1.6 1.7-2.9 0-2-1.6-3.3-4-3.3zm0 9.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 "
    "0-2.6z\"/></symbol>"
    "<symbol id=\"i-plain\" viewBox=\"0 0 20 20\"><circle cx=\"10\" cy=\"10\" r=\"4.5\"/></symbol>"
    "</defs></svg>\n";

void html_open(FILE *out, const char *title) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'; "
          "img-src data:\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
          "content=\"no-referrer\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n<title>",
          out);
    markup_put(out, title);
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n%s", html_css, symbols);
}

void html_close(FILE *out) {
    fputs("</body>\n</html>\n", out);
}

/* ---- the head of many ---- */

void html_targets_head(struct html *h, const struct html_counts *c, const char *line) {
    const struct {
        size_t count;
        enum tone tone;
        const char *word;
    } told[] = {{c->fail, TONE_BAD, "fail"},
                {c->warn, TONE_RISK, "warn"},
                {c->unknown, TONE_UNSURE, "unknown"},
                {c->rest, TONE_PLAIN, c->rest_word},
                {c->pass, TONE_GOOD, "pass"}};
    size_t worst = 0, last = sizeof told / sizeof *told - 1;
    while (worst < last && told[worst].count == 0)
        worst++;
    fprintf(h->out,
            "<header class=\"top %s\"><div class=\"wrap\"><div><p class=\"brand\"><b>edgeprobe</b> "
            "<span>monitor</span></p><h1>%zu target%s</h1><p class=\"counts\">",
            tone_names[c->all == 0 ? TONE_PLAIN : told[worst].tone], c->all, c->all == 1 ? "" : "s");
    for (size_t i = 0; i <= last; i++)
        if (told[i].count > 0)
            html_tag(h, told[i].tone, arena_printf(h->arena, "%zu %s", told[i].count, told[i].word));
    fputs("</p>", h->out);
    if (line != NULL) {
        fputs("<dl class=\"facts\"><div><dt>Took</dt><dd>", h->out);
        markup_put(h->out, line);
        fputs("</dd></div></dl>", h->out);
    }
    fputs("</div></div></header>\n", h->out);
}
