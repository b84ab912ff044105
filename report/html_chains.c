/* Who issued what, who trusts it, and what ends when? The certificates of the HTML report. */
#include "report/html.h"

#include <inttypes.h>
#include <string.h>
#include <stdlib.h>

enum { DAY = 86400, CHAINS_SHOWN = 60, PLACES_SHOWN = 12, ENDS_SHOWN = 200 };

/* The same certificates in the same order, wherever they were sent. */
struct chain {
    const struct certs *certs;
    struct texts places;                     /* "expe1.example.com:8443 (203.0.113.10)" */
    LIST_OF(const struct finding) judgments; /* of the family chain, about one of the places */
};

struct chains {
    struct chain **v;
    size_t n;
};

/* ---- which chains, and what was said of them ---- */

static bool is_same(const struct certs *a, const struct certs *b) {
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->v[i]->sha256, b->v[i]->sha256) == 0;
    return same;
}

static struct chain *chain_for(struct html *h, struct chains *all, const struct certs *certs) {
    for (size_t i = 0; i < all->n; i++)
        if (is_same(all->v[i]->certs, certs))
            return all->v[i];
    struct chain *chain = ARENA_NEW(h->arena, struct chain);
    chain->certs = certs;
    LIST_ADD(h->arena, all, chain);
    return chain;
}

/* Judgments that say the same of two ports are shown once. */
static void add_judgment(struct html *h, struct chain *chain, const struct finding *f) {
    for (size_t i = 0; i < chain->judgments.n; i++) {
        const struct finding *other = chain->judgments.v[i];
        if (other == f || (other->check == f->check && other->status == f->status &&
                           other->cause == f->cause && strcmp(other->summary, f->summary) == 0))
            return;
    }
    LIST_ADD(h->arena, &chain->judgments, (void *)f);
}

static void judgments_of(struct html *h, struct chain *chain, const struct endpoint *e, const char *node) {
    const struct findings *findings = h->report->findings;
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (!finding_is(f, TRAIT_CHAIN) || f->status == STATUS_SKIP)
            continue;
        bool is_about =
            e != NULL ? f->endpoint == e || (f->endpoint == NULL && text_same_case_blind(f->node, e->host))
                      : f->endpoint == NULL && text_same_case_blind(f->node, node);
        if (is_about)
            add_judgment(h, chain, f);
    }
}

static void add_nodes(struct html *h, struct chains *all, const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n; i++) {
        const struct node *node = nodes->v[i];
        if (node->certificate.n == 0)
            continue;
        struct chain *chain = chain_for(h, all, &node->certificate);
        texts_add(h->arena, &chain->places, node->name);
        judgments_of(h, chain, NULL, node->name);
    }
}

static void collect(struct html *h, struct chains *all) {
    const struct facts *facts = h->report->facts;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->tls.chain.n == 0)
            continue;
        struct chain *chain = chain_for(h, all, &e->tls.chain);
        texts_add(h->arena, &chain->places,
                  e->address == NULL ? e->id : arena_printf(h->arena, "%s (%s)", e->id, e->address));
        judgments_of(h, chain, e, NULL);
    }
    const struct deployment *d = facts->deployment;
    if (d == NULL)
        return;
    add_nodes(h, all, &d->e.nodes);
    add_nodes(h, all, &d->c.nodes);
    add_nodes(h, all, &d->ucm);
    add_nodes(h, all, &d->imp);
}

/* ---- the rungs ---- */

static void rung_write(struct html *h, const struct cert *cert, size_t at) {
    const char *sort = at == 0             ? "Certificate of the server"
                       : cert->self_signed ? "Root, sent along"
                                           : "Intermediate, sent along";
    fprintf(h->out, "<li class=\"rung\"><p class=\"sort\">%s</p><p class=\"cn\">", sort);
    markup_put(h->out, cert->common_name != NULL ? cert->common_name : cert->subject);
    fputs("</p><p class=\"fine\">", h->out);
    markup_putf(h->out, "%.10s to %.10s, ", time_write(h->arena, cert->not_before),
                time_write(h->arena, cert->not_after));
    markup_putf(h->out, "%s", enum_text(key_types, (int)cert->key_type));
    if (cert->key_bits > 0)
        fprintf(h->out, " %d", cert->key_bits);
    if (cert->signature != NULL)
        markup_putf(h->out, ", %s", cert->signature);
    fputs("</p></li>\n", h->out);
}

static bool was_sent(const struct chain *chain, const char *subject) {
    for (size_t i = 0; i < chain->certs->n; i++)
        if (strcmp(chain->certs->v[i]->subject, subject) == 0)
            return true;
    return false;
}

/* What a judge found beyond what was sent: the rest of the way, out of a trust list, or what is missing
 * there. */
static void beyond_write(struct html *h, const struct chain *chain, const char *key, const char *class,
                         const char *sort) {
    for (size_t i = 0; i < chain->judgments.n; i++) {
        size_t k;
        json_t *item;
        bool any = false;
        json_array_foreach(evidence_value(chain->judgments.v[i], key), k, item) {
            const char *subject =
                json_string_value(json_is_string(item) ? item : json_object_get(item, "subject"));
            if (subject == NULL || (json_is_string(item) && was_sent(chain, subject)))
                continue;
            const char *upload_to = json_string_value(json_object_get(item, "upload_to"));
            fprintf(h->out, "<li class=\"rung %s\"><p class=\"sort\">%s", class, sort);
            if (upload_to != NULL)
                markup_putf(h->out, ": upload to %s", upload_to);
            fputs("</p><p class=\"cn\">", h->out);
            markup_put(h->out, subject);
            fputs("</p></li>\n", h->out);
            any = true;
        }
        if (any)
            return;
    }
}

static void rungs_write(struct html *h, const struct chain *chain) {
    fputs("<div><h4>Who issued it</h4><ol>\n", h->out);
    for (size_t i = 0; i < chain->certs->n; i++)
        rung_write(h, chain->certs->v[i], i);
    beyond_write(h, chain, "missing", "missing", "Missing");
    beyond_write(h, chain, "path", "listed", "From the trust list");
    fputs("</ol></div>\n", h->out);
}

/* ---- who trusts it ---- */

static void judgment_write(struct html *h, const struct finding *f) {
    enum tone tone = status_tone(f->status);
    const char *list = evidence_string(f, "trust_list");
    fprintf(h->out, "<li class=\"%s\">", tone_names[tone]);
    html_icon(h, tone);
    fputs("<div><p><b>", h->out);
    markup_put(h->out, f->check->title);
    fprintf(h->out, "</b>: <span class=\"tone\">%s</span>.", enum_text(status_names, (int)f->status));
    html_reference(h, f);
    fputs("</p><p class=\"fine\">", h->out);
    markup_put(h->out, f->summary);
    if (list != NULL || f->list != NULL) {
        fputs(", judged by the trust list ", h->out);
        html_code(h, list != NULL ? list : f->list);
    }
    fputs("</p></div></li>\n", h->out);
}

static void chain_write(struct html *h, const struct chain *chain) {
    fputs("<article class=\"chain\"><h3>", h->out);
    for (size_t i = 0; i < chain->places.n && i < PLACES_SHOWN; i++) {
        fputs(i > 0 ? ", " : "", h->out);
        html_code(h, chain->places.v[i]);
    }
    if (chain->places.n > PLACES_SHOWN)
        fprintf(h->out, " and %zu more", chain->places.n - PLACES_SHOWN);
    fputs("</h3>\n", h->out);
    rungs_write(h, chain);
    fputs("<div><h4>Who trusts it</h4>", h->out);
    if (chain->judgments.n == 0)
        fputs("<p class=\"hush\">No trust list was there to judge it by.</p>", h->out);
    fputs("<ul class=\"trusts\">\n", h->out);
    for (size_t i = 0; i < chain->judgments.n; i++)
        judgment_write(h, chain->judgments.v[i]);
    fputs("</ul></div></article>\n", h->out);
}

void html_chains(struct html *h) {
    struct chains all = {0};
    collect(h, &all);
    if (all.n == 0)
        return;
    fputs("<section aria-labelledby=\"chains\"><h2 id=\"chains\">Certificates and who trusts them</h2>\n",
          h->out);
    for (size_t i = 0; i < all.n && i < CHAINS_SHOWN; i++)
        chain_write(h, all.v[i]);
    if (all.n > CHAINS_SHOWN)
        fprintf(h->out, "<p class=\"hush\">and %zu more: the JSON report has them</p>\n",
                all.n - CHAINS_SHOWN);
    fputs("</section>\n", h->out);
}

/* ---- what ends when ---- */

/* The line is drawn in steps that people plan in: as many per cent from one to the next, whatever lies
 * between. */
static const struct tick {
    int days;
    const char *label;
} ticks[] = {{0, "today"},    {7, "a week"},     {30, "a month"},    {90, "3 months"},
             {365, "a year"}, {1095, "3 years"}, {3650, "10 years"}, {10950, "30 years"}};
enum { TICKS = sizeof ticks / sizeof *ticks };

static double percent_of(double days) {
    double step = 100.0 / (TICKS - 1);
    if (days <= 0)
        return 0;
    for (size_t i = 1; i < TICKS; i++)
        if (days <= ticks[i].days)
            return step * ((double)i - 1 + (days - ticks[i - 1].days) / (ticks[i].days - ticks[i - 1].days));
    return 100;
}

/* One certificate, at the first place where it was seen. */
struct end {
    const struct sighting *first;
    size_t places;
    enum tone tone;
};

static enum tone end_tone(struct html *h, const struct sighting *s) {
    const struct findings *findings = h->report->findings;
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (finding_is(f, TRAIT_EXPIRY) && s->position == 0 && strcmp(f->subject, s->subject) == 0 &&
            (f->address == NULL || s->address == NULL || strcmp(f->address, s->address) == 0))
            return status_tone(f->status);
    }
    return s->cert->not_after < h->report->facts->run.at ? TONE_BAD : TONE_PLAIN;
}

static int by_end(const void *a, const void *b) {
    const struct cert *x = (*(struct end *const *)a)->first->cert,
                      *y = (*(struct end *const *)b)->first->cert;
    int order = (x->not_after > y->not_after) - (x->not_after < y->not_after);
    return order != 0 ? order : strcmp(x->sha256, y->sha256);
}

struct ends {
    struct end **v;
    size_t n;
};

static void ends_of(struct html *h, struct ends *ends) {
    for (size_t i = 0; i < h->seen.n; i++) {
        struct end *end = NULL;
        for (size_t k = 0; k < ends->n && end == NULL; k++)
            if (strcmp(ends->v[k]->first->cert->sha256, h->seen.v[i]->cert->sha256) == 0)
                end = ends->v[k];
        if (end == NULL) {
            end = ARENA_NEW(h->arena, struct end);
            end->first = h->seen.v[i];
            end->tone = end_tone(h, h->seen.v[i]);
            LIST_ADD(h->arena, ends, end);
        }
        end->places++;
    }
    if (ends->n > 0)
        qsort(ends->v, ends->n, sizeof *ends->v, by_end);
}

static void end_write(struct html *h, const struct end *end) {
    const struct cert *cert = end->first->cert;
    int64_t left = cert->not_after - h->report->facts->run.at, days = (left < 0 ? -left : left) / DAY;
    double at = percent_of((double)left / DAY);
    fprintf(h->out, "<li class=\"ends %s\"><div class=\"who\">", tone_names[end->tone]);
    markup_put(h->out, cert->common_name != NULL ? cert->common_name : cert->subject);
    fputs("<span>", h->out);
    markup_put(h->out, end->first->subject);
    if (end->places > 1)
        fprintf(h->out, " and %zu more", end->places - 1);
    fputs("</span></div><div class=\"track\" aria-hidden=\"true\">", h->out);
    for (size_t i = 0; i < TICKS; i++)
        fprintf(h->out, "<i class=\"grid\" style=\"left:%.2f%%\"></i>", percent_of(ticks[i].days));
    fprintf(h->out,
            "<i class=\"bar\" style=\"width:%.2f%%\"></i><i class=\"dot\" style=\"left:%.2f%%\"></i></div>",
            at, at);
    fprintf(h->out, "<div class=\"when\"><b>%s%" PRId64 " day%s%s</b>%.10s</div></li>\n",
            left < 0 ? "" : "in ", days, days == 1 ? "" : "s", left < 0 ? " ago" : "",
            time_write(h->arena, cert->not_after));
}

void html_expiry(struct html *h) {
    struct ends ends = {0};
    ends_of(h, &ends);
    if (ends.n == 0)
        return;
    fputs("<section aria-labelledby=\"expiry\"><h2 id=\"expiry\">What ends when</h2>\n<div class=\"line\">"
          "<div class=\"scale\" aria-hidden=\"true\"><i></i><div class=\"track\">",
          h->out);
    for (size_t i = 0; i < TICKS; i++)
        fprintf(h->out, "<span style=\"left:%.2f%%\">%s</span>", percent_of(ticks[i].days), ticks[i].label);
    fputs("</div><i></i></div>\n<ul>\n", h->out);
    for (size_t i = 0; i < ends.n && i < ENDS_SHOWN; i++)
        end_write(h, ends.v[i]);
    fputs("</ul></div>\n", h->out);
    if (ends.n > ENDS_SHOWN)
        fprintf(h->out, "<p class=\"hush\">and %zu that end later</p>\n", ends.n - ENDS_SHOWN);
    fputs("</section>\n", h->out);
}
