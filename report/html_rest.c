/* What was looked at, and what was good? The folded part of the HTML report. */
#include "report/html.h"

#include "facts/suites.h"

enum { ROWS_SHOWN = 2000 };

/* ---- ports ---- */

static void cell(struct html *h, const char *text) {
    fputs("<td>", h->out);
    markup_put(h->out, text);
    fputs("</td>", h->out);
}

static void port_write(struct html *h, const struct endpoint *e) {
    bool connected = e->tcp.state == TCP_CONNECTED, secured = e->tls.state == TLS_ESTABLISHED;
    fputs("<tr><th scope=\"row\">", h->out);
    html_code(h, e->id);
    fputs("</th>", h->out);
    cell(h, e->address);
    cell(h, enum_text(tcp_states, (int)e->tcp.state));
    cell(h, e->tls.state == TLS_NOT_TRIED ? ""
            : secured                     ? e->tls.version
                                          : enum_text(tls_states, (int)e->tls.state));
    cell(h, e->tls.cipher);
    fputs("<td class=\"num\">", h->out);
    if (connected)
        fprintf(h->out, "%d ms", e->tcp.ms);
    fputs("</td><td class=\"num\">", h->out);
    if (secured)
        fprintf(h->out, "%d ms", e->tls.ms);
    fputs("</td></tr>\n", h->out);
}

static void ports_write(struct html *h) {
    const struct facts *facts = h->report->facts;
    if (facts->endpoints.n == 0)
        return;
    fprintf(h->out, "<details class=\"fold\"><summary>%zu port%s looked at</summary>\n", facts->endpoints.n,
            facts->endpoints.n == 1 ? "" : "s");
    fputs("<div class=\"scroll\" role=\"region\" aria-label=\"Ports looked at\" "
          "tabindex=\"0\"><table><thead><tr>"
          "<th scope=\"col\">Port</th><th scope=\"col\">Address</th><th scope=\"col\">TCP</th><th "
          "scope=\"col\">TLS</th>"
          "<th scope=\"col\">Cipher suite</th><th scope=\"col\" class=\"num\">Connect</th><th scope=\"col\" "
          "class=\"num\">Handshake</th></tr></thead><tbody>\n",
          h->out);
    for (size_t i = 0; i < facts->endpoints.n && i < ROWS_SHOWN; i++)
        port_write(h, facts->endpoints.v[i]);
    fputs("</tbody></table></div></details>\n", h->out);
}

/* ---- what a server takes ---- */

static void suites_write(struct html *h, const struct cipher_survey *survey) {
    fputs("<details class=\"fold\" open><summary>What ", h->out);
    html_code(h, survey->endpoint);
    fputs(
        " takes</summary>\n<div class=\"scroll\" role=\"region\" aria-label=\"Cipher suites\" tabindex=\"0\">"
        "<table><thead><tr><th scope=\"col\">Version</th><th scope=\"col\">Suite</th><th "
        "scope=\"col\">Certificate</th>"
        "<th scope=\"col\">Group</th></tr></thead><tbody>\n",
        h->out);
    for (size_t i = 0; i < survey->accepted.n; i++) {
        const struct accepted_suite *a = survey->accepted.v[i];
        fputs("<tr>", h->out);
        cell(h, tls_version_name(a->version));
        cell(h, suite_text(h->arena, a->suite));
        cell(h, a->certificate);
        cell(h, a->group);
        fputs("</tr>\n", h->out);
    }
    fputs("</tbody></table></div></details>\n", h->out);
}

/* ---- findings that need nothing ---- */

static void findings_write(struct html *h, enum status status, const char *title) {
    const struct findings *findings = h->report->findings;
    size_t count = findings_count(findings, status);
    if (count == 0)
        return;
    fprintf(h->out, "<details class=\"fold\"><summary>%zu %s</summary>\n<ul class=\"done\">\n", count, title);
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (f->status != status)
            continue;
        fputs("<li>", h->out);
        html_icon(h, status_tone(status));
        fputs("<p>", h->out);
        html_code(h, finding_subject(h->arena, f));
        fputs(" ", h->out);
        markup_put(h->out, f->summary);
        fprintf(h->out, " <span class=\"hush\">%s%s%s</span></p></li>\n", f->check->id,
                f->cause == NULL ? "" : "/", f->cause == NULL ? "" : f->cause->id);
    }
    fputs("</ul></details>\n", h->out);
}

void html_rest(struct html *h) {
    const struct facts *facts = h->report->facts;
    fputs("<section aria-labelledby=\"rest\"><h2 id=\"rest\">All that was looked at</h2>\n", h->out);
    for (size_t i = 0; i < facts->ciphers.n; i++)
        suites_write(h, facts->ciphers.v[i]);
    ports_write(h);
    findings_write(h, STATUS_PASS, "passed");
    findings_write(h, STATUS_INFO, "for information");
    findings_write(h, STATUS_SKIP, "left out, and why");
    fputs("</section>\n", h->out);
}
