/* How does Prometheus read the verdict? Text exposition format 0.0.4, for the node exporter's textfile
 * collector and our own exporter. Names of metrics and labels are a public contract: alerts are made of them.
 */
#include "report/prometheus.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts/version.h"
#include "report/columns.h"
#include "report/formats.h"
#include "report/tally.h"

/* One series of a family while it is collected: a family must not show one twice. */
struct sample {
    const char *labels; /* with braces, escaped */
    double value;
};

struct samples {
    struct arena *arena;
    struct sample **v;
    size_t n;
};

static void sample_add(struct samples *to, const char *labels, double value) {
    struct sample one = {labels, value};
    LIST_ADD(to->arena, to, arena_dup(to->arena, &one, sizeof one));
}

/* Label values: backslash, quote and line feed (exposition format, comments and label values). */
static char *quoted(struct arena *arena, const char *text) {
    const char *from = visible(arena, text);
    char *out = arena_alloc(arena, strlen(from) * 2 + 3), *at = out;
    *at++ = '"';
    for (const char *p = from; *p != 0; p++) {
        if (*p == '\\' || *p == '"')
            *at++ = '\\';
        *at++ = *p;
    }
    *at++ = '"';
    *at = 0;
    return out;
}

/* name, value, name, value, …, NULL */
static char *labels_of(struct arena *arena, ...) {
    char *labels = arena_text(arena, "");
    va_list args;
    va_start(args, arena);
    for (const char *name; (name = va_arg(args, const char *)) != NULL;)
        labels = arena_printf(arena, "%s%c%s=%s", labels, *labels == 0 ? '{' : ',', name,
                              quoted(arena, va_arg(args, const char *)));
    va_end(args);
    return arena_printf(arena, "%s}", labels);
}

/* ---- what each family says of one report ---- */

static void say_status(const struct report *report, struct samples *to) {
    sample_add(to, labels_of(to->arena, "target", report_name(report), NULL),
               status_number(findings_status(report->findings)));
}

static void say_outcomes(const struct report *report, struct samples *to) {
    for (size_t i = 0; i < report->outcomes->n; i++) {
        const struct outcome *o = report->outcomes->v[i];
        const char *name = report_name(report);
        for (const struct enum_name *s = outcome_states; s->name != NULL; s++)
            sample_add(to,
                       labels_of(to->arena, "target", name, "outcome", o->id, "subject",
                                 o->subject == NULL ? name : o->subject, "state", s->name, NULL),
                       s->value == (int)o->state);
    }
}

static void say_findings(const struct report *report, struct samples *to) {
    for (size_t i = 0; i < report->findings->n; i++) {
        const struct finding *f = report->findings->v[i];
        if (f->status != STATUS_FAIL && f->status != STATUS_WARN && f->status != STATUS_UNKNOWN)
            continue;
        sample_add(to,
                   labels_of(to->arena, "target", report_name(report), "check", f->check->id, "cause",
                             f->cause == NULL ? "" : f->cause->id, "subject", f->subject, "status",
                             enum_text(status_names, (int)f->status), NULL),
                   1);
    }
}

static void say_certificates(const struct report *report, struct samples *to) {
    struct sightings seen;
    sightings_of(to->arena, report->facts, &seen);
    for (size_t i = 0; i < seen.n; i++) {
        const struct sighting *s = seen.v[i];
        sample_add(to,
                   labels_of(to->arena, "target", report_name(report), "subject", s->subject, "address",
                             s->address, "position", arena_printf(to->arena, "%zu", s->position), "cn",
                             s->cert->common_name, NULL),
                   (double)s->cert->not_after);
    }
}

static void say_handshakes(const struct report *report, struct samples *to) {
    const struct facts *facts = report->facts;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->tls.state == TLS_ESTABLISHED)
            sample_add(to,
                       labels_of(to->arena, "target", report_name(report), "subject", e->id, "address",
                                 e->address, NULL),
                       e->tls.ms / 1000.0);
    }
}

static void say_duration(const struct report *report, struct samples *to) {
    sample_add(to, labels_of(to->arena, "target", report_name(report), NULL),
               report->facts->run.duration_ms / 1000.0);
}

static void say_last_run(const struct report *report, struct samples *to) {
    sample_add(to, labels_of(to->arena, "target", report_name(report), NULL),
               (double)report->facts->run.started);
}

static const struct metric {
    const char *name, *help;
    void (*say)(const struct report *report, struct samples *to);
} metrics[PROMETHEUS_FAMILIES] = {
    {"edgeprobe_status", "Verdict of the last run: 0 good, 1 warning, 2 failure, 3 unknown.", say_status},
    {"edgeprobe_outcome", "1 for the state in which what users feel is, 0 for the others.", say_outcomes},
    {"edgeprobe_finding", "1 for each finding that fails, warns or could not be told.", say_findings},
    {"edgeprobe_certificate_not_after_timestamp_seconds",
     "When a certificate ends that was seen at this place; position 0 is the leaf.", say_certificates},
    {"edgeprobe_handshake_seconds", "Time from the ClientHello to the end of the handshake.", say_handshakes},
    {"edgeprobe_duration_seconds", "How long the last run took.", say_duration},
    {"edgeprobe_last_run_timestamp_seconds", "When the last run began.", say_last_run}};

/* ---- families ---- */

static int by_labels(const void *a, const void *b) {
    const struct sample *x = *(struct sample *const *)a, *y = *(struct sample *const *)b;
    int order = strcmp(x->labels, y->labels);
    return order != 0 ? order : (x->value > y->value) - (x->value < y->value);
}

void prometheus_head(size_t family, FILE *out) {
    fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", metrics[family].name, metrics[family].help,
            metrics[family].name);
}

/* Of series that share their labels the least value stands: the certificate that ends first. */
void prometheus_samples(size_t family, const struct report *report, FILE *out) {
    struct samples all = {.arena = arena_new()};
    metrics[family].say(report, &all);
    if (all.n > 0)
        qsort(all.v, all.n, sizeof *all.v, by_labels);
    for (size_t i = 0; i < all.n; i++)
        if (i == 0 || strcmp(all.v[i - 1]->labels, all.v[i]->labels) != 0)
            fprintf(out, "%s%s %.15g\n", metrics[family].name, all.v[i]->labels, all.v[i]->value);
    arena_free(all.arena);
}

void prometheus_build_info(FILE *out) {
    fputs("# HELP edgeprobe_build_info 1; which edgeprobe this is.\n# TYPE edgeprobe_build_info gauge\n",
          out);
    fprintf(out, "edgeprobe_build_info{version=\"%s\"} 1\n", EDGEPROBE_VERSION);
}

void prometheus_probe(const struct report *report, double seconds, int64_t earliest, FILE *out) {
    enum status status = findings_status(report->findings);
    fprintf(
        out,
        "# HELP probe_success 1 unless something fails or could not be told.\n# TYPE probe_success gauge\n"
        "probe_success %d\n"
        "# HELP probe_duration_seconds How long the probe took.\n# TYPE probe_duration_seconds gauge\n"
        "probe_duration_seconds %.6f\n",
        status != STATUS_FAIL && status != STATUS_UNKNOWN, seconds);
    if (earliest > 0)
        fprintf(out,
                "# HELP probe_ssl_earliest_cert_expiry When the certificate ends that ends first.\n"
                "# TYPE probe_ssl_earliest_cert_expiry gauge\nprobe_ssl_earliest_cert_expiry %" PRId64 "\n",
                earliest);
}

bool prometheus_write(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    for (size_t family = 0; family < PROMETHEUS_FAMILIES; family++) {
        prometheus_head(family, out);
        prometheus_samples(family, report, out);
    }
    prometheus_build_info(out);
    return stream_is_good(out);
}
