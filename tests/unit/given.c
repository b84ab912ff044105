/* See given.h. */
#include "tests/unit/given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/healthy.h"

struct endpoint *endpoint_given(struct facts *facts, const char *at) {
    const char *space = strchr(at, ' ');
    if (space == NULL)
        return endpoint_of(facts, at);
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *e = facts->endpoints.v[i];
        if (strncmp(e->id, at, (size_t)(space - at)) == 0 && e->id[space - at] == 0 && e->address != NULL &&
            strcmp(e->address, space + 1) == 0)
            return e;
    }
    fail_msg("no endpoint %s", at);
    return NULL;
}

static struct about about_given(struct facts *facts, const char *at) {
    if (at == NULL)
        return about_domain(DOMAIN);
    if (text_starts(at, "domain:"))
        return about_domain(at + 7);
    if (text_starts(at, "subject:"))
        return (struct about){.subject = at + 8};
    if (text_starts(at, "node:"))
        return (struct about){.subject = at + 5, .node = at + 5};
    if (text_starts(at, "c:") || text_starts(at, "e:"))
        return (struct about){.subject = at + 2,
                              .node = at + 2,
                              .zone = "mra",
                              .role = at[0] == 'c' ? ROLE_EXPRESSWAY_C : ROLE_EXPRESSWAY_E};
    return about_endpoint(facts, endpoint_given(facts, at));
}

static struct finding *add(struct facts *facts, struct findings *to, const struct given *given) {
    struct about about = about_given(facts, given->at);
    if (strcmp(given->cause, "pass") == 0)
        return find_pass(to, check_id(given->check), about, "good");
    if (strcmp(given->cause, "skip") == 0)
        return find_skip(to, check_id(given->check), about, "does not apply");
    if (strcmp(given->cause, "unknown") == 0)
        return find_unknown(to, check_id(given->check), about, "not seen");
    return find_cause(to, cause_id(given->check, given->cause), about, "broken");
}

void findings_add_given(struct facts *facts, struct findings *findings, const struct given *given) {
    for (; given->check != NULL; given++) {
        struct finding *f = add(facts, findings, given);
        json_t *evidence = given->evidence == NULL ? json_object() : json_loads(given->evidence, 0, NULL);
        assert_non_null(evidence);
        json_object_update(evidence_tree(f), evidence);
        json_decref(evidence);
    }
}

struct findings *findings_given(struct facts *facts, const struct given *given) {
    struct findings *findings = findings_new();
    all_was_seen(facts, findings);
    findings_add_given(facts, findings, given);
    findings_sort(findings);
    return findings;
}

struct findings *findings_alone(struct facts *facts, const struct given *given) {
    struct findings *findings = findings_new();
    findings_add_given(facts, findings, given);
    findings_sort(findings);
    return findings;
}
