/* Do judges say of every run what was found right to say of it? Saves of the lab's servers, scripted peers,
 * log-ins and bundles (tests/seen/saves.py), judged anew: verdicts, faults, log-in timelines and comparisons
 * are those in tests/unit/runs/NAME.txt. EDGEPROBE_UPDATE=1 writes these files; look at the difference before
 * it is committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <zlib.h>

#include "facts/save.h"
#include "outcomes/compare.h"
#include "outcomes/permit.h"
#include "outcomes/timeline.h"
#include "outcomes/verdict.h"
#include "tests/unit/written.h"
#include "wire/skim.h"

#define FOLDER "tests/unit/runs"
enum { AT_LEAST = 100, NAME = 256 };

struct run_file {
    char name[NAME];
    struct facts *facts;
    struct verdict *verdict;
};

static json_t *evidence_of(const char *path) {
    gzFile file = gzopen(path, "rb");
    char *text = NULL;
    size_t size = 0;
    if (file == NULL)
        fail_msg("%s is not there: tests run in the project's folder", path);
    for (int got = 1; got > 0; size += (size_t)got) {
        text = realloc(text, size + (1 << 16));
        got = gzread(file, text + size, 1 << 16);
        assert_true(got >= 0);
    }
    gzclose(file);
    json_t *evidence = json_loadb(text, size, 0, NULL);
    free(text);
    assert_non_null(evidence);
    return evidence;
}

static void run_open(struct run_file *run) {
    char path[2 * NAME], *error = NULL;
    snprintf(path, sizeof path, FOLDER "/%s.json.gz", run->name);
    json_t *evidence = evidence_of(path);
    run->facts = facts_new();
    if (!facts_load(run->facts, evidence, ca_entry_read, &error))
        fail_msg("%s: %s", path, error);
    json_decref(evidence);
    run->verdict = verdict_of(run->facts);
}

/* FNV-1a: evidence is long, and that it has changed is enough to know here. */
static uint32_t hash_text(uint32_t hash, const char *text) {
    for (const char *at = text; *at != 0; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    return hash;
}

static uint32_t hash_evidence(uint32_t hash, const struct finding *f) {
    char *text = json_dumps(evidence_tree(f), JSON_COMPACT);
    hash = hash_text(hash, text);
    free(text);
    return hash;
}

enum { HASH_BEGIN = 0x11c9dc5 };

static size_t count(const char *const *lines) {
    size_t n = 0;
    while (lines[n] != NULL)
        n++;
    return n;
}

static void say_finding(const struct finding *f, FILE *out) {
    fprintf(out, "%s %s", enum_text(status_names, (int)f->status), f->check->id);
    if (f->cause != NULL)
        fprintf(out, "/%s", f->cause->id);
    fprintf(out, " | %s | %s | %s", f->subject, text_or(f->address, ""), f->summary);
    fprintf(out, " | %zu %zu %zu", count(f->affects), count(f->fix), count(f->restart));
    if (f->list != NULL)
        fprintf(out, " | by %s", f->list);
    if (getenv("EDGEPROBE_EVIDENCE") != NULL)
        json_dumpf(evidence_tree(f), out, JSON_COMPACT);
    fprintf(out, " | %08x\n", hash_evidence(HASH_BEGIN, f));
}

/* What is good, and what does not apply: one line a check. */
static bool is_short(const struct finding *f) {
    return f->status == STATUS_PASS || f->status == STATUS_SKIP || f->status == STATUS_INFO;
}

static void say_findings(const struct findings *findings, FILE *out) {
    for (size_t i = 0, end; i < findings->n; i = end) {
        const struct finding *first = findings->v[i];
        uint32_t hash = HASH_BEGIN;
        end = i + 1;
        if (!is_short(first)) {
            say_finding(first, out);
            continue;
        }
        fprintf(out, "%s %s%s%s |", enum_text(status_names, (int)first->status), first->check->id,
                first->cause == NULL ? "" : "/", first->cause == NULL ? "" : first->cause->id);
        for (end = i; end < findings->n && findings->v[end]->check == first->check &&
                      findings->v[end]->cause == first->cause && findings->v[end]->status == first->status;
             end++) {
            const struct finding *f = findings->v[end];
            if (end == i || strcmp(f->subject, findings->v[end - 1]->subject) != 0)
                fprintf(out, " %s", f->subject);
            hash = hash_evidence(hash_text(hash_text(hash, text_or(f->address, "")), f->summary), f);
        }
        fprintf(out, " | %zu %08x\n", end - i, hash);
    }
}

static void say_fault(const struct fault *f, FILE *out) {
    fprintf(out, "fault %s | %s | %s | %s | %zu alike, %zu follow, %zu outcomes, guidance %zu %zu %zu\n",
            enum_text(status_names, (int)f->status), f->title, text_or(f->box, "?"), f->next, f->same.n,
            f->consequences.n, f->outcomes.n, count(f->affects), count(f->fix), count(f->restart));
    for (size_t i = 0; i < f->consequences.n; i++)
        fprintf(out, "    %s | %s\n", f->consequences.v[i]->check->id, f->consequences.v[i]->subject);
    for (size_t i = 0; i < f->seen.n; i++)
        fprintf(out, "    %s\n", f->seen.v[i]);
}

static void say_outcome(const struct outcome *o, FILE *out) {
    fprintf(out, "outcome %s | %s | %s%s | %s | %s\n", o->id, text_or(o->subject, ""),
            enum_text(outcome_states, (int)o->state), o->now ? " now" : "", o->summary, text_or(o->said, ""));
    for (size_t i = 0; i < o->because.n; i++)
        fprintf(out, "    %s | %s\n", o->because.v[i]->check->id, o->because.v[i]->subject);
}

static void say_steps(const struct run_file *run, FILE *out) {
    const struct findings *findings = run->verdict->findings;
    const struct timeline *line = timeline_of(findings->arena, run->facts, findings);
    for (size_t from = 0; from < line->n; from = timeline_edge_end(line, from)) {
        size_t to = timeline_edge_end(line, from);
        for (size_t i = from; i < to; i++) {
            const struct timeline_step *s = line->v[i];
            fprintf(out, "step %s %s %s | %s %s %d %s %d | %s | %s\n", s->edge, text_or(s->address, "-"),
                    text_or(s->domain, "-"), enum_text(login_steps, (int)s->step),
                    enum_text(step_states, (int)s->state), s->status, text_or(s->answered_by, "-"), s->ms,
                    s->because == NULL ? "" : s->because->check->id, text_or(s->note, ""));
        }
        for (size_t k = 0; timeline_outcomes[k] != NULL; k++) {
            struct timeline_way way = timeline_way(line, from, to, timeline_outcomes[k]);
            fprintf(out, "way %s | %zu work, %d ms | %s\n", way.title, way.works, way.ms,
                    way.trouble == NULL ? "" : enum_text(login_steps, (int)way.trouble->step));
        }
    }
}

static void say_renewal(const struct renewal_verdict *renewal, FILE *out) {
    for (size_t i = 0; i < renewal->table.n; i++) {
        const struct before_after *row = renewal->table.v[i];
        fprintf(out, "renewal %s %s | %s -> %s%s\n", row->now->id, text_or(row->now->subject, ""),
                enum_text(outcome_states, (int)row->before), enum_text(outcome_states, (int)row->after),
                gets_worse(row) ? ", worse" : "");
    }
    for (size_t i = 0; i < renewal->plan->n; i++) {
        const struct plan_step *s = renewal->plan->v[i];
        fprintf(out, "plan %s | %s | %s | %s | %s\n", s->box, s->action, text_or(s->object, ""), s->text,
                text_or(s->verify, ""));
    }
}

/* May a password go there? Asked of every port that could be logged in to. */
static void say_permits(const struct run_file *run, FILE *out) {
    const struct findings *findings = run->verdict->findings;
    const char *domain = run->facts->domains.n > 0 ? run->facts->domains.v[0] : NULL;
    for (size_t i = 0; i < run->facts->endpoints.n; i++) {
        const struct endpoint *e = run->facts->endpoints.v[i];
        if (e->leg == LEG_CLIENT && domain != NULL)
            fprintf(out, "password to %s %s | %s | insisting: %s\n", e->id, text_or(e->address, "-"),
                    text_or(withheld_because(findings->arena, findings, e, domain, false, false), "may go"),
                    text_or(withheld_because(findings->arena, findings, e, domain, true, false), "may go"));
    }
}

static const char *value_text(struct arena *arena, const struct fact_value *v) {
    const char *text = text_or(v->text, "none");
    for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.n; i++)
        text = i == 0 ? v->list.v[0] : arena_printf(arena, "%s, %s", text, v->list.v[i]);
    return v->kind == VALUE_MS ? arena_printf(arena, "%d ms", v->ms) : text;
}

static void say_changes(const struct run_file *before, const struct run_file *after, FILE *out) {
    struct arena *arena = arena_new();
    const struct verdict *a = before->verdict, *b = after->verdict;
    const char *why = cannot_compare(arena, &before->facts->run, &after->facts->run, true);
    fprintf(out, "since %s: ", before->name);
    if (why != NULL) {
        fprintf(out, "%s\n", why);
    } else {
        const struct comparison *c = compare(arena, told_of(before->facts, a->findings, a->outcomes),
                                             told_of(after->facts, b->findings, b->outcomes));
        fprintf(out, "%s\n", enum_text(changes, (int)c->status));
        for (size_t i = 0; i < c->outcomes.n; i++) {
            const struct outcome_change *o = c->outcomes.v[i];
            fprintf(out, "    %s %s\n", enum_text(changes, (int)o->change),
                    (o->after == NULL ? o->before : o->after)->outcome);
        }
        for (size_t i = 0; i < c->findings.n; i++) {
            const struct finding_change *f = c->findings.v[i];
            const struct told_finding *one = f->after == NULL ? f->before : f->after;
            if (f->change == CHANGE_BETTER || f->change == CHANGE_WORSE)
                fprintf(out, "    %s %s | %s\n", enum_text(changes, (int)f->change), one->check,
                        one->subject);
        }
        for (size_t i = 0; i < c->facts.n; i++) {
            const struct fact_change *f = c->facts.v[i];
            fprintf(out, "    %s %s %s: %s -> %s\n", f->what, f->subject, text_or(f->step, ""),
                    value_text(arena, &f->before), value_text(arena, &f->after));
        }
    }
    arena_free(arena);
}

/* before: another run of the same suite; NULL: the first. */
static char *told(const struct run_file *run, const struct run_file *before) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    const struct verdict *v = run->verdict;
    fprintf(out, "exit %d\n", verdict_status(v));
    for (size_t i = 0; i < v->outcomes->n; i++)
        say_outcome(v->outcomes->v[i], out);
    for (size_t i = 0; i < v->faults->n; i++)
        say_fault(v->faults->v[i], out);
    say_findings(v->findings, out);
    say_steps(run, out);
    say_permits(run, out);
    if (v->renewal != NULL)
        say_renewal(v->renewal, out);
    if (before != NULL)
        say_changes(before, run, out);
    fclose(out);
    return text;
}

static bool compare_run(const struct run_file *run, const struct run_file *before) {
    char path[2 * NAME], *text = told(run, before);
    snprintf(path, sizeof path, FOLDER "/%s.txt", run->name);
    bool good = is_as_written(path, text);
    free(text);
    return good;
}

static void run_close(struct run_file *run) {
    verdict_free(run->verdict);
    facts_free(run->facts);
    run->verdict = NULL;
    run->facts = NULL;
}

static int is_run(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 8 && n < NAME && strcmp(entry->d_name + n - 8, ".json.gz") == 0;
}

/* "lab-healthy" and "lab-idn" are of one suite. */
static bool same_suite(const char *a, const char *b) {
    size_t n = strcspn(a, "-");
    return strncmp(a, b, n + 1) == 0;
}

static void every_run_is_judged_as_written(void **state) {
    (void)state;
    struct dirent **entries;
    int n = scandir(FOLDER, &entries, is_run, alphasort);
    struct run_file runs[2] = {{.facts = NULL}, {.facts = NULL}};
    size_t wrong = 0;
    if (n < AT_LEAST)
        fail_msg("%d runs in " FOLDER ", at least %d are wanted: tests run in the project's folder", n,
                 AT_LEAST);
    for (int i = 0; i < n; i++) {
        struct run_file *run = &runs[i % 2], *before = &runs[(i + 1) % 2];
        size_t length = strlen(entries[i]->d_name) - 8;
        run_close(run);
        memcpy(run->name, entries[i]->d_name, length);
        run->name[length] = 0;
        run_open(run);
        wrong += !compare_run(run, i > 0 && same_suite(before->name, run->name) ? before : NULL);
        free(entries[i]);
    }
    free(entries);
    run_close(&runs[0]);
    run_close(&runs[1]);
    print_message("%d runs judged\n", n);
    if (wrong > 0)
        fail_msg("%zu of %d runs are judged otherwise", wrong, n);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_run_is_judged_as_written)};
    return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
