/* What would a new certificate change, and what is to be done tonight? The part of the HTML report that
 * command `renew` is run for: the table, and the plan to tick off. */
#include <string.h>

#include "report/html.h"
#include "outcomes/renewal.h"

static void row_write(struct html *h, const struct before_after *row) {
    const struct finding *because = row->now->because.n > 0 ? row->now->because.v[0] : NULL;
    fputs("<tr><th scope=\"row\">", h->out);
    markup_put(h->out, row->now->title);
    if (row->now->subject != NULL) {
        fputs(" ", h->out);
        html_code(h, row->now->subject);
    }
    fputs("</th><td>", h->out);
    html_tag(h, outcome_tone(row->before), outcome_word(row->before));
    fputs("</td><td>", h->out);
    html_tag(h, outcome_tone(row->after), outcome_word(row->after));
    fputs("</td><td>", h->out);
    if (because != NULL && row->after != OUTCOME_WORKS)
        html_reference(h, because);
    fputs("</td></tr>\n", h->out);
}

static void table_write(struct html *h) {
    const struct renewal_verdict *renewal = h->report->renewal;
    if (renewal->table.n == 0)
        return;
    fputs("<section aria-labelledby=\"changes\"><h2 id=\"changes\">What changes</h2>\n<p>By certificates and "
          "trust lists alone, "
          "before the CA uploads of the plan.</p>\n<div class=\"scroll\" role=\"region\" aria-label=\"What "
          "changes\" "
          "tabindex=\"0\"><table><thead><tr><th scope=\"col\">What</th><th scope=\"col\">Before</th><th "
          "scope=\"col\">After</th><th scope=\"col\">Why</th></tr></thead><tbody>\n",
          h->out);
    for (size_t i = 0; i < renewal->table.n; i++)
        row_write(h, renewal->table.v[i]);
    fputs("</tbody></table></div></section>\n", h->out);
}

static void step_write(struct html *h, const struct plan_step *step) {
    fputs("<li><label><input type=\"checkbox\"><span><strong>", h->out);
    markup_put(h->out, step->box);
    fputs(":</strong> ", h->out);
    markup_put(h->out, step->text);
    if (step->why != NULL) {
        fputs("<br>Why: ", h->out);
        markup_put(h->out, step->why);
    }
    if (step->verify != NULL) {
        fputs("<br>Check: ", h->out);
        html_code(h, step->verify);
    }
    fputs("</span></label></li>\n", h->out);
}

void html_renewal(struct html *h) {
    const struct renewal_verdict *renewal = h->report->renewal;
    if (renewal == NULL)
        return;
    table_write(h);
    if (renewal->plan->n == 0)
        return;
    fputs("<section aria-labelledby=\"plan\"><h2 id=\"plan\">The plan, in the order to work by</h2>\n<ol "
          "class=\"steps\">\n",
          h->out);
    for (size_t i = 0; i < renewal->plan->n; i++)
        step_write(h, renewal->plan->v[i]);
    fputs("</ol></section>\n", h->out);
}
