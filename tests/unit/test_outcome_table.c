/* What does each finding that there can be do to every outcome, wherever it is found? tests/unit/outcomes.txt
 * has a line for each cause and place that changes an outcome, and names all that it changes; what has no
 * line changes none. All else is well: every other outcome works. The facts are a run's; the findings are
 * stated.
 *
 * EDGEPROBE_UPDATE=1 writes the file anew: read the difference. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "facts/services.h"
#include "outcomes/outcome_rules.h"
#include "outcomes/symptoms.h"
#include "tests/unit/written.h"
#include "outcomes/verdict.h"
#include "tests/unit/healthy.h"

#define BOOK "tests/unit/outcomes.txt"
#define CORE "expc1.example.local"
#define CUBE "cube.example.local"

/* ---- where a finding may be ---- */

/* "*:8443": at both edges. */
static const char *const at_ports[] = {"*:8443",     EDGE1_HTTPS,  "*:5061",   "*:5222",
                                       "*:5269",     "*:7001",     EDGE1_ZONE, "*:2222",
                                       CUBE ":5061", CORE ":5061", UCM1_HTTPS, NULL};
static const char *const of_names[] = {"domain", "node:" EDGE1, "node:" CORE, "node:" UCM1, NULL};
static const char *const of_zones[] = {"zone:mra", "zone:cube", "e:" EDGE1, "c:" CORE, NULL};
static const char *const of_files[] = {"file:new.pem", "node:" CORE, NULL};

static const struct {
    const char *family; /* or a check */
    const char *const *places[3];
} everywhere[] = {{"dns.", {of_names}},
                  {"net.", {at_ports, of_names}},
                  {"tls.", {at_ports}},
                  {"name.", {at_ports, of_names, of_zones}},
                  {"cert.", {at_ports, of_names}},
                  {"chain.", {at_ports, of_names, of_zones}},
                  {"revocation.", {at_ports, of_names}},
                  {"cipher.", {at_ports, of_names}},
                  {"mra.", {at_ports}},
                  {"sip.", {at_ports}},
                  {"xmpp.", {at_ports}},
                  {"ssh.", {at_ports}},
                  {"host.", {of_names, of_zones}},
                  {"zone.", {of_names, of_zones}},
                  {"file.", {of_files}}};

static struct endpoint *port_of(const struct facts *facts, const char *id) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->id, id) == 0)
            return facts->endpoints.v[i];
    return NULL;
}

/* One, or two at "*". None where the run has no such port. */
static size_t abouts_of(const struct facts *facts, struct arena *arena, const char *place,
                        struct about out[2]) {
    static const char *const edges[] = {EDGE1, EDGE2};
    size_t n = 0;
    if (place[0] == '*') {
        for (size_t i = 0; i < 2; i++) {
            const struct endpoint *e = port_of(facts, arena_printf(arena, "%s%s", edges[i], place + 1));
            if (e != NULL)
                out[n++] = about_endpoint(facts, e);
        }
        return n;
    }
    const char *name = strchr(place, ':');
    const struct endpoint *e = port_of(facts, place);
    if (e != NULL)
        out[0] = about_endpoint(facts, e);
    else if (name == NULL)
        out[0] = about_domain(DOMAIN);
    else if (text_starts(place, "node:"))
        out[0] = (struct about){.subject = name + 1, .node = name + 1};
    else if (text_starts(place, "zone:"))
        out[0] = (struct about){.subject = place, .zone = name + 1};
    else if (text_starts(place, "e:") || text_starts(place, "c:"))
        out[0] = (struct about){
            .subject = arena_printf(arena, "expressway-%s", place), .node = name + 1, .zone = "mra"};
    else if (text_starts(place, "file:"))
        out[0] = (struct about){.subject = name + 1};
    else
        return 0;
    return 1;
}

/* ---- the runs ---- */

static void add_zone(struct facts *facts, const char *name, enum zone_type type, const char *peer, int port) {
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    *zone = (struct zone){.name = arena_text(facts->arena, name), .type = type, .port = port};
    texts_add(facts->arena, &zone->peers, peer);
    LIST_ADD(facts->arena, &facts->deployment->zones, zone);
    add_endpoint(facts, peer, "192.0.2.40", port, PROTOCOL_SIP,
                 type == ZONE_NEIGHBOR ? LEG_NEIGHBOR : LEG_ZONE)
        ->zone = zone->name;
}

/* All features, a certificate that is to be uploaded, a neighbor zone and a second edge's way in. */
static struct facts *everything(void) {
    static const char *const features[] = {"b2b", "xmpp-federation", "acme"};
    static const char *const edges[] = {EDGE1, EDGE2};
    struct facts *facts = healthy_deployment();
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        texts_add(facts->arena, &facts->deployment->features, features[i]);
    for (size_t i = 0; i < 2; i++)
        add_endpoint(facts, edges[i], i == 0 ? "203.0.113.10" : "203.0.113.11", PORT_XMPP_SERVER,
                     PROTOCOL_XMPP_SERVER, LEG_OTHER)
            ->role = ROLE_EXPRESSWAY_E;
    add_zone(facts, "cube", ZONE_NEIGHBOR, CUBE, 5061);
    facts->run.upload_role = arena_text(facts->arena, "expressway-e");
    return facts;
}

static struct facts *before_x15_4(void) {
    struct facts *facts = everything();
    facts->run.release = arena_text(facts->arena, "X15.3");
    return facts;
}

/* By certificates and trust lists alone. */
static struct facts *renewal(void) {
    struct facts *facts = everything();
    facts->endpoints.n = 0;
    facts->run.scope.is_renewal = true;
    return facts;
}

static void well(const struct facts *facts, struct findings *to) {
    static const enum check_id of_domain[] = {CHECK_DNS_SIP_SRV, CHECK_DNS_XMPP_FEDERATION_SRV,
                                              CHECK_DNS_SAN_ADDRESS};
    all_was_seen(facts, to);
    for (size_t i = 0; i < sizeof of_domain / sizeof *of_domain; i++)
        find_pass(to, of_domain[i], about_domain(DOMAIN), "good");
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (facts->endpoints.v[i]->protocol == PROTOCOL_XMPP_SERVER)
            find_pass(to, CHECK_XMPP_STREAM, about_endpoint(facts, facts->endpoints.v[i]), "good");
    find_pass(to, CHECK_CHAIN_OWN, (struct about){.subject = "new.pem"}, "good");
    find_pass(to, CHECK_CHAIN_CLIENT, (struct about){.subject = EDGE1, .node = EDGE1}, "good");
    find_pass(to, CHECK_CHAIN_CLIENT, (struct about){.subject = EDGE2, .node = EDGE2}, "good");
    find_pass(to, CHECK_REVOCATION_VERDICT, (struct about){.subject = CORE, .node = CORE}, "good");
}

/* ---- what comes of it ---- */

/* "fails jabber-login; at risk now phone-login*2": all that do not work, and of how many findings if not of
 * one. */
static const char *changed(const struct facts *facts, struct findings *findings) {
    static const struct {
        enum outcome_state state;
        bool now;
        const char *words;
    } states[] = {{OUTCOME_FAILS, false, "fails"},
                  {OUTCOME_AT_RISK, true, "at risk now"},
                  {OUTCOME_AT_RISK, false, "at risk"},
                  {OUTCOME_UNKNOWN, false, "unknown"},
                  {OUTCOME_WORKS, false, "works"}};
    struct arena *arena = findings->arena;
    const char *all = "";
    findings_sort(findings);
    const struct outcomes *outcomes = outcomes_of(facts, findings);
    for (size_t k = 0; k < sizeof states / sizeof *states; k++) {
        const char *these = "";
        for (size_t i = 0; i < outcomes->n; i++) {
            const struct outcome *o = outcomes->v[i];
            const char *subject = text_or(o->subject, "");
            if (o->state != states[k].state || (o->state == OUTCOME_AT_RISK && o->now != states[k].now) ||
                (o->state == OUTCOME_WORKS && o->because.n == 0))
                continue;
            these = arena_printf(arena, "%s %s%s%.*s", these, o->id, subject[0] == 0 ? "" : "@",
                                 (int)strcspn(subject, "."), subject);
            if (o->because.n != 1)
                these = arena_printf(arena, "%s*%zu", these, o->because.n);
        }
        if (these[0] != 0)
            all = arena_printf(arena, "%s%s%s%s", all, all[0] == 0 ? "" : "; ", states[k].words, these);
    }
    return all;
}

/* cause NONE: it is unknown. */
static const char *outcome_of(const struct facts *facts, struct arena *arena, enum check_id check,
                              enum cause_id cause, const char *place) {
    struct about abouts[2];
    size_t n = abouts_of(facts, arena, place, abouts);
    if (n == 0)
        return "";
    struct findings *findings = findings_new();
    well(facts, findings);
    for (size_t i = 0; i < n; i++)
        if (cause == CAUSE_NONE)
            find_unknown(findings, check, abouts[i], "cannot tell");
        else
            find_cause(findings, cause, abouts[i], "broken");
    const char *all = arena_text(arena, changed(facts, findings));
    findings_free(findings);
    return all;
}

/* ---- the table ---- */

/* A line for each thing that a finding does anywhere, with all places where it does that; not those where it
 * does the same in the run before. Empty: it changes no outcome. */
static const char *told_finding(const struct facts *facts, const struct facts *before, struct arena *arena,
                                enum check_id check, enum cause_id cause) {
    const char *id = catalogue_checks[check].id, *places[32], *said[32], *all = "";
    size_t n = 0;
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        for (size_t k = 0; k < 3 && everywhere[i].places[k] != NULL; k++)
            for (const char *const *p = everywhere[i].places[k];
                 text_starts(id, everywhere[i].family) && *p != NULL; p++) {
                places[n] = *p;
                said[n] = outcome_of(facts, arena, check, cause, *p);
                if (before != NULL && strcmp(said[n], outcome_of(before, arena, check, cause, *p)) == 0)
                    said[n] = "";
                n++;
            }
    for (size_t i = 0; i < n; i++) {
        const char *where = places[i];
        if (said[i][0] == 0)
            continue;
        for (size_t k = i + 1; k < n; k++)
            if (strcmp(said[k], said[i]) == 0) {
                where = arena_printf(arena, "%s %s", where, places[k]);
                said[k] = "";
            }
        all = arena_printf(arena, "%s    %s\n        %s\n", all, where, said[i]);
    }
    return all;
}

/* Causes of a check that do the same share their lines. */
static void tell_check(const struct facts *facts, const struct facts *before, const char *run,
                       enum check_id check, FILE *out) {
    static const char *said[CAUSE_COUNT];
    struct arena *arena = arena_new();
    for (int cause = CAUSE_NONE; cause < CAUSE_COUNT; cause++) {
        said[cause] = "";
        if (cause != CAUSE_NONE && catalogue_causes[cause].check != check)
            continue;
        said[cause] = told_finding(facts, before, arena, check, (enum cause_id)cause);
    }
    for (int cause = CAUSE_NONE; cause < CAUSE_COUNT; cause++) {
        const char *text = said[cause];
        if (text[0] == 0)
            continue;
        fprintf(out, "%s%s:", run, catalogue_checks[check].id);
        for (int other = cause; other < CAUSE_COUNT; other++)
            if (strcmp(said[other], text) == 0) {
                fprintf(out, " %s", other == CAUSE_NONE ? "?" : catalogue_causes[other].id);
                said[other] = "";
            }
        fprintf(out, "\n%s", text);
    }
    arena_free(arena);
}

static void tell_run(const struct facts *facts, const struct facts *before, const char *run, FILE *out) {
    for (int check = CHECK_NONE + 1; check < CHECK_COUNT; check++)
        tell_check(facts, before, run, (enum check_id)check, out);
}

/* ---- what was not seen ---- */

/* Nothing says of it that it is good, nor bad; whose: of one side alone. */
static void forget(struct findings *findings, const struct need *need) {
    static const char *const subjects[] = {[OF_E] = "expressway-e:", [OF_C] = "expressway-c:"};
    size_t kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        struct finding *f = findings->v[i];
        size_t length = strlen(need->check);
        bool is_it =
            strncmp(f->check->id, need->check, need->check[length - 1] == '.' ? length : length + 1) == 0 &&
            (need->whose == ANYONE || text_starts(f->subject, subjects[need->whose])) &&
            (need->port == 0 || (f->endpoint != NULL && f->endpoint->port == need->port));
        if (is_it)
            evidence_free(f->evidence);
        else
            findings->v[kept++] = f;
    }
    findings->n = kept;
}

/* What is not known for want of each thing that has to be seen, and how it can be learnt. */
static void tell_needs(struct facts *facts, const char *run, FILE *out) {
    for (const struct need *need = outcome_needs; need->check != NULL; need++) {
        struct findings *findings = findings_new();
        const char *how = NULL;
        well(facts, findings);
        forget(findings, need);
        const char *told = changed(facts, findings);
        if (told[0] != 0)
            fprintf(out, "%s%s%s on %d, not seen:\n    %s\n", run, need->check,
                    need->whose == OF_E   ? " of E"
                    : need->whose == OF_C ? " of C"
                                          : "",
                    need->port, told);
        const struct outcomes *outcomes = outcomes_of(facts, findings);
        for (size_t i = 0; i < outcomes->n; i++) {
            const struct outcome *o = outcomes->v[i];
            if (o->state == OUTCOME_UNKNOWN && (how == NULL || strcmp(how, text_or(o->how, "")) != 0))
                fprintf(out, "        %s: %s\n", o->id, how = text_or(o->how, ""));
        }
        findings_free(findings);
    }
}

/* ---- what a symptom shows ---- */

/* "all", or the causes that it leaves in; "": none. No outcome is told that hangs on any. */
static char *shown(struct arena *arena, const char *symptom, enum check_id check) {
    struct findings *findings = findings_new();
    struct outcomes none = {0};
    char *all = arena_text(arena, "");
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        if (catalogue_causes[cause].check == check)
            find_cause(findings, (enum cause_id)cause, about_domain(DOMAIN), "broken");
    find_unknown(findings, check, about_domain(DOMAIN), "cannot tell");
    size_t n = findings->n;
    symptom_keep(symptom, &none, findings);
    for (size_t i = 0; i < findings->n; i++)
        all = arena_printf(arena, "%s %s", all,
                           findings->v[i]->cause == NULL ? "?" : findings->v[i]->cause->id);
    if (findings->n == n)
        all = arena_text(arena, " all");
    findings_free(findings);
    return all;
}

/* Symptoms that show the same of a check share a line. */
static void tell_symptoms(FILE *out) {
    struct arena *arena = arena_new();
    for (int check = CHECK_NONE + 1; check < CHECK_COUNT; check++) {
        const char *said[16];
        size_t n = 0;
        for (; symptoms[n].name != NULL; n++)
            said[n] = shown(arena, symptoms[n].name, (enum check_id)check);
        for (size_t i = 0; i < n; i++) {
            const char *its = said[i];
            if (its[0] == 0)
                continue;
            fprintf(out, "%s shown by", catalogue_checks[check].id);
            for (size_t k = i; k < n; k++)
                if (strcmp(said[k], its) == 0) {
                    fprintf(out, " %s", symptoms[k].name);
                    said[k] = "";
                }
            fprintf(out, ":%s\n", its);
        }
    }
    arena_free(arena);
}

static void every_finding_decides_what_the_table_says(void **state) {
    char *found = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&found, &size);
    (void)state;
    struct facts *all = everything(), *older = before_x15_4(), *files = renewal();
    tell_run(all, NULL, "", out);
    tell_run(older, all, "X15.3: ", out);
    tell_run(files, NULL, "renewal: ", out);
    tell_needs(all, "", out);
    tell_needs(files, "renewal of E: ", out);
    files->run.upload_role = arena_text(files->arena, "expressway-c");
    tell_needs(files, "renewal of C: ", out);
    files->run.upload_role = NULL;
    tell_needs(files, "renewal: ", out);
    LIST_ADD(all->arena, &all->captures, ARENA_NEW(all->arena, struct capture_file));
    tell_needs(all, "capture: ", out);
    for (size_t i = 0; i < all->endpoints.n; i++)
        all->endpoints.v[i]->http.n = 0; /* what Expressway-C answers proves the tunnel */
    LIST_ADD(all->arena, &all->bundles, ARENA_NEW(all->arena, struct bundle));
    tell_needs(all, "bundle: ", out);
    tell_symptoms(out);
    fclose(out);
    facts_free(all);
    facts_free(older);
    facts_free(files);
    if (!is_as_written(BOOK, found))
        fail_msg("a finding decides other outcomes than the table says");
    free(found);
}

static void all_is_well_to_begin_with(void **state) {
    static struct facts *(*const runs[])(void) = {everything, before_x15_4, renewal};
    static const size_t outcomes[] = {16, 16, 16};
    (void)state;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct facts *facts = runs[i]();
        struct findings *findings = findings_new();
        well(facts, findings);
        assert_string_equal(changed(facts, findings), "");
        assert_int_equal(outcomes_of(facts, findings)->n, outcomes[i]);
        findings_free(findings);
        facts_free(facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well_to_begin_with),
        cmocka_unit_test(every_finding_decides_what_the_table_says),
    };
    return cmocka_run_group_tests_name("outcome_table", tests, NULL, NULL);
}
