/* How is a judge held to its table? Findings looked up and asserted, rows run. See healthy.h. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "besides.h"
#include "held.h"

/* Several DNS targets share one subject, their domain: a row tells them apart by the node. */
static bool is_of(const struct finding *finding, const char *check, const char *subject) {
    bool is_target =
        finding->domain != NULL && finding->node != NULL && strcmp(finding->subject, finding->domain) == 0;
    if (strcmp(finding->check->id, check) != 0)
        return false;
    return subject == NULL || strcmp(is_target ? finding->node : finding->subject, subject) == 0;
}

static bool has_cause(const struct finding *finding, const char *cause) {
    return finding->cause == NULL ? cause == NULL : cause != NULL && strcmp(finding->cause->id, cause) == 0;
}

const struct finding *find_finding(const struct findings *findings, const char *check, const char *subject) {
    for (size_t i = 0; i < findings->n; i++)
        if (is_of(findings->v[i], check, subject))
            return findings->v[i];
    return NULL;
}

static const struct finding *find_exactly(const struct findings *findings, const char *check,
                                          const char *subject, enum status status, const char *cause) {
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *finding = findings->v[i];
        if (is_of(finding, check, subject) && finding->status == status && has_cause(finding, cause))
            return finding;
    }
    return NULL;
}

static void print_check(const struct findings *findings, const char *check) {
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (is_of(f, check, NULL))
            print_error("  there is %s %s %s/%s: %s\n", f->check->id, f->subject,
                        enum_text(status_names, (int)f->status), f->cause == NULL ? "-" : f->cause->id,
                        f->summary);
    }
}

const struct finding *assert_finding(const struct findings *findings, const char *check, const char *subject,
                                     enum status status, const char *cause) {
    const struct finding *found = find_exactly(findings, check, subject, status, cause);
    if (found == NULL) {
        print_check(findings, check);
        fail_msg("no finding %s %s %s/%s", check, subject == NULL ? "(any)" : subject,
                 enum_text(status_names, (int)status), cause == NULL ? "-" : cause);
    }
    return found;
}

void assert_no_finding(const struct findings *findings, const char *check, const char *subject) {
    if (find_finding(findings, check, subject) != NULL) {
        print_check(findings, check);
        fail_msg("there is a finding of %s %s", check, subject == NULL ? "" : subject);
    }
}

void assert_evidence(const struct finding *finding, const char *key, const char *wanted_json) {
    json_t *wanted = json_loads(wanted_json, JSON_DECODE_ANY, NULL);
    assert_non_null(wanted);
    json_t *found = evidence_value(finding, key);
    bool same = json_equal(wanted, found);
    if (!same) {
        char *text = found == NULL ? NULL : json_dumps(found, JSON_ENCODE_ANY);
        print_error("  evidence %s of %s is %s, wanted %s\n", key, finding->check->id,
                    text == NULL ? "absent" : text, wanted_json);
        free(text);
    }
    json_decref(wanted);
    assert_true(same);
}

/* Same facts, same findings: what the report shows of each is compared, place by place. */
static void assert_same_findings(const struct findings *a, const struct findings *b) {
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_ptr_equal(a->v[i]->check, b->v[i]->check);
        assert_ptr_equal(a->v[i]->cause, b->v[i]->cause);
        assert_string_equal(a->v[i]->subject, b->v[i]->subject);
        assert_string_equal(a->v[i]->summary, b->v[i]->summary);
        assert_true(json_equal(evidence_tree(a->v[i]), evidence_tree(b->v[i])));
    }
}

void judge_with(judge_fn judge, const struct facts *facts, struct findings *to) {
    struct judging run;
    judging_open(&run, facts, to);
    judge(&run);
}

static bool row_names(const void *of, const struct finding *finding) {
    const struct judge_row *row = of;
    return is_of(finding, row->check, row->subject) && finding->status == row->status &&
           has_cause(finding, row->cause);
}

static void assert_row(judge_fn judge, const struct judge_row *row) {
    struct facts *facts = row->start == NULL ? healthy_facts() : row->start();
    if (row->break_it != NULL)
        row->break_it(facts);
    assert_held(facts, row->what);
    struct findings *findings = findings_new(), *again = findings_new();
    judge_with(judge, facts, findings);
    judge_with(judge, facts, again);
    assert_same_findings(findings, again);
    bool holds = row->status == ABSENT
                     ? find_finding(findings, row->check, row->subject) == NULL
                     : find_exactly(findings, row->check, row->subject, row->status, row->cause) != NULL;
    /* "just misses it": a row that passes must not find anything else for that subject beside the pass */
    if (holds && row->status == STATUS_PASS && row->subject != NULL)
        for (size_t i = 0; i < findings->n; i++)
            holds =
                holds && !(is_of(findings->v[i], row->check, row->subject) && findings->v[i]->cause != NULL);
    if (!holds) {
        print_check(findings, row->check);
        fail_msg("row \"%s\": no finding %s %s %s/%s", row->what, row->check,
                 row->subject == NULL ? "(any)" : row->subject,
                 row->status == ABSENT ? "absent" : enum_text(status_names, (int)row->status),
                 row->cause == NULL ? "-" : row->cause);
    }
    char name[256];
    snprintf(name, sizeof name, "%s (%s/%s)", row->what, row->check,
             row->cause != NULL      ? row->cause
             : row->status == ABSENT ? "absent"
                                     : enum_text(status_names, (int)row->status));
    assert_besides(name, findings, row_names, row);
    findings_free(findings);
    findings_free(again);
    facts_free(facts);
}

void assert_rows(judge_fn judge, const struct judge_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_row(judge, &rows[i]);
}

/* What the finding has at the key, as JSON; NULL: nothing. The caller frees it. */
static char *told_at(const struct finding *f, const char *key) {
    if (strcmp(key, "(node)") == 0)
        return f->node == NULL ? NULL : strdup(f->node);
    if (strcmp(key, "(zone)") == 0)
        return f->zone == NULL ? NULL : strdup(f->zone);
    if (strcmp(key, "(role)") == 0)
        return f->role == ROLE_NONE ? NULL : strdup(enum_text(roles, (int)f->role));
    json_t *value = evidence_value(f, key);
    return value == NULL ? NULL : json_dumps(value, JSON_ENCODE_ANY);
}

static bool says(const struct finding *f, const struct told_row *row) {
    if (row->key == NULL)
        return strstr(f->summary, row->wanted) != NULL;
    char *found = told_at(f, row->key);
    bool same = row->wanted == NULL || found == NULL ? found == NULL && row->wanted == NULL
                                                     : strcmp(found, row->wanted) == 0;
    free(found);
    return same;
}

static void assert_says(judge_fn judge, const struct told_row *row) {
    struct facts *facts = row->start == NULL ? healthy_facts() : row->start();
    if (row->break_it != NULL)
        row->break_it(facts);
    assert_held(facts, row->what);
    struct findings *findings = findings_new();
    judge_with(judge, facts, findings);
    size_t seen = 0, said = 0;
    for (size_t i = 0; i < findings->n; i++)
        if (is_of(findings->v[i], row->check, row->subject)) {
            seen++;
            said += says(findings->v[i], row);
        }
    if (row->wanted == NULL ? seen == 0 || said < seen : said == 0) {
        for (size_t i = 0; i < findings->n; i++)
            if (is_of(findings->v[i], row->check, row->subject)) {
                char *text =
                    row->key == NULL ? strdup(findings->v[i]->summary) : told_at(findings->v[i], row->key);
                print_error("  %s %s says %s\n", findings->v[i]->check->id, findings->v[i]->subject,
                            text_or(text, "nothing"));
                free(text);
            }
        fail_msg("row \"%s\": %s %s does not say %s: %s", row->what, row->check,
                 text_or(row->subject, "(any)"), text_or(row->key, "in its summary"),
                 text_or(row->wanted, "nothing"));
    }
    findings_free(findings);
    facts_free(facts);
}

void assert_told(judge_fn judge, const struct told_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_says(judge, &rows[i]);
}

static bool is_raised(const char *check, enum status status, const char *cause, const struct judge_row *rows,
                      size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].check, check) == 0 && rows[i].status == status &&
            (cause == NULL ? rows[i].cause == NULL
                           : rows[i].cause != NULL && strcmp(rows[i].cause, cause) == 0))
            return true;
    return false;
}

enum check_id check_id(const char *check) {
    const struct check *row = check_named(check);
    if (row == NULL)
        fail_msg("the catalogue has no %s", check);
    return row == NULL ? CHECK_NONE : (enum check_id)(row - catalogue_checks);
}

enum cause_id cause_id(const char *check, const char *cause) {
    const struct cause *row = cause_named(check_of(check_id(check)), cause);
    if (row == NULL)
        fail_msg("%s has no cause %s", check, cause);
    return row == NULL ? CAUSE_NONE : (enum cause_id)(row - catalogue_causes);
}

static bool is_excepted(const char *const *except, const char *check, const char *cause) {
    for (; except != NULL && *except != NULL; except++) {
        size_t length = strlen(check);
        if (strncmp(*except, check, length) == 0 && (*except)[length] == '/' &&
            strcmp(*except + length + 1, cause) == 0)
            return true;
    }
    return false;
}

static void assert_cause_covered(const struct check *check, const struct cause *cause,
                                 const char *const *except, const struct judge_row *rows, size_t count) {
    bool raised = is_raised(check->id, cause->status, cause->id, rows, count);
    bool excepted = is_excepted(except, check->id, cause->id);
    if (!raised && !excepted)
        fail_msg("no row raises %s/%s", check->id, cause->id);
    if (raised && excepted)
        fail_msg("%s/%s is excepted, and a row raises it", check->id, cause->id);
}

void assert_rows_cover(const char *const *checks, const char *const *except, const struct judge_row *rows,
                       size_t count) {
    for (; *checks != NULL; checks++) {
        const struct check *check = check_named(*checks);
        if (check == NULL) {
            fail_msg("the catalogue has no %s", *checks);
            return;
        }
        if (!is_raised(check->id, STATUS_PASS, NULL, rows, count))
            fail_msg("no row passes %s", check->id);
        for (size_t i = 0; i < check->cause_count; i++)
            assert_cause_covered(check, &check->causes[i], except, rows, count);
    }
}
