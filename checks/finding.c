/* What did a judge conclude? See finding.h. */
#include "checks/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct findings *findings_new(void) {
    struct arena *arena = arena_new();
    struct findings *findings = ARENA_NEW(arena, struct findings);
    findings->arena = arena;
    return findings;
}

void findings_free(struct findings *findings) {
    if (findings == NULL)
        return;
    evidence_free_all(findings);
    arena_free(findings->arena);
}

/* ---- what a finding is about ---- */

struct about about_endpoint(const struct facts *facts, const struct endpoint *endpoint) {
    return (struct about){.subject = endpoint->id,
                          .address = facts_has_other_address(facts, endpoint) ? endpoint->address : NULL,
                          .node = endpoint->node != NULL ? endpoint->node : endpoint->host,
                          .zone = endpoint->zone,
                          .endpoint = endpoint,
                          .connections = &endpoint->connections};
}

struct about about_domain(const char *domain) {
    return (struct about){.subject = domain, .domain = domain};
}

struct about about_box(const struct bundle *box) {
    const char *name = box->node != NULL ? box->node : box->path;
    return (struct about){.subject = name, .node = name, .role = box->role};
}

static const char *const nothing[] = {NULL};

static struct finding *add(struct findings *to, enum check_id check, struct about about, enum status status,
                           const char *format, va_list args) {
    struct finding *finding = ARENA_NEW(to->arena, struct finding);
    finding->check = check_of(check);
    finding->status = status;
    finding->subject = findings_text(to, about.subject);
    finding->address = findings_text(to, about.address);
    finding->node = findings_text(to, about.node);
    finding->domain = findings_text(to, about.domain);
    finding->zone = findings_text(to, about.zone);
    finding->list = findings_text(to, about.list);
    finding->endpoint = about.endpoint;
    finding->role = about.role;
    finding->affects = finding->fix = finding->restart = nothing;
    finding->connections = about.connections != NULL && about.connections->n > 0 ? about.connections : NULL;
    finding->summary = arena_vprintf(to->arena, format, args);
    finding->evidence = evidence_new(to);
    LIST_ADD(to->arena, to, finding);
    return finding;
}

struct finding *find_cause(struct findings *to, enum cause_id cause, struct about about, const char *summary,
                           ...) {
    va_list args;
    va_start(args, summary);
    const struct cause *row = cause_of(cause);
    struct finding *finding = add(to, row->check, about, row->status, summary, args);
    va_end(args);
    finding->cause = row;
    return finding;
}

#define FIND(name, which)                                                                                    \
    struct finding *name(struct findings *to, enum check_id check, struct about about, const char *text,     \
                         ...) {                                                                              \
        va_list args;                                                                                        \
        va_start(args, text);                                                                                \
        struct finding *finding = add(to, check, about, which, text, args);                                  \
        va_end(args);                                                                                        \
        return finding;                                                                                      \
    }

FIND(find_pass, STATUS_PASS)
FIND(find_unknown, STATUS_UNKNOWN)
FIND(find_skip, STATUS_SKIP)

static int severity(enum status status) {
    static const int order[] = {[STATUS_FAIL] = 0, [STATUS_WARN] = 1, [STATUS_UNKNOWN] = 2,
                                [STATUS_INFO] = 3, [STATUS_PASS] = 4, [STATUS_SKIP] = 5};
    return order[status];
}

struct ranked {
    struct finding *finding;
    uint64_t begins; /* the subject does: its first bytes, the first of them highest */
    uint32_t rank, added;
};

/* Why something could not be judged goes before what could not be judged for it. */
static int without_reason(const struct finding *f) {
    return f->status == STATUS_UNKNOWN && f->cause == NULL;
}

/* What decides nearly always, so that hundreds of thousands are put in order without a look into each. */
static struct ranked rank(struct finding *f, size_t added) {
    struct ranked ranked = {.finding = f, .added = (uint32_t)added};
    const char *subject = text_or(f->subject, "");
    for (size_t i = 0; i < sizeof ranked.begins; i++) {
        ranked.begins = ranked.begins << 8 | (unsigned char)*subject;
        subject += *subject != 0;
    }
    ranked.rank = (uint32_t)((severity(f->status) * 2 + without_reason(f)) * CHECK_COUNT) +
                  (uint32_t)check_order(f->check);
    return ranked;
}

static int compare(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->begins != b->begins)
        return a->begins < b->begins ? -1 : 1;
    int by = text_order(a->finding->subject, b->finding->subject);
    if (by == 0)
        by = text_order(a->finding->address, b->finding->address);
    return by != 0 ? by : a->added < b->added ? -1 : 1;
}

void findings_sort(struct findings *findings) {
    struct ranked *ranked = malloc((findings->n + 1) * sizeof *ranked);
    for (size_t i = 0; i < findings->n; i++)
        ranked[i] = rank(findings->v[i], i);
    qsort(ranked, findings->n, sizeof *ranked, compare);
    for (size_t i = 0; i < findings->n; i++)
        findings->v[i] = ranked[i].finding;
    free(ranked);
}

enum status findings_status(const struct findings *findings) {
    enum status worst = STATUS_PASS;
    for (size_t i = 0; i < findings->n; i++) {
        enum status status = findings->v[i]->status;
        if (status <= STATUS_UNKNOWN && severity(status) < severity(worst) && status != STATUS_INFO)
            worst = status;
    }
    return worst;
}

const char *finding_of_log(const struct finding *finding, const char *key) {
    const json_t *first = json_array_get(evidence_value(finding, "log"), 0);
    return json_string_value(json_object_get(first, key));
}

bool is_of_check(const char *check, const struct finding *finding) {
    return text_ends(check, ".") ? text_starts(finding->check->id, check)
                                 : strcmp(check, finding->check->id) == 0;
}

bool finding_is(const struct finding *finding, enum trait trait) {
    unsigned traits = finding->check->traits | (finding->cause == NULL ? 0 : finding->cause->traits);
    return (traits >> trait & 1u) != 0;
}

char *finding_subject(struct arena *arena, const struct finding *finding) {
    const char *subject = finding->subject == NULL ? "this run" : finding->subject;
    return finding->address == NULL ? arena_text(arena, subject)
                                    : arena_printf(arena, "%s (%s)", subject, finding->address);
}
