/* Does the state remember what a run saw, tell each change once, and survive what happens to files? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "monitor/state.h"

/* ---- runs made by hand ---- */

static const struct cause causes[] = {{.id = "expires-soon", .status = STATUS_WARN, .title = "soon"},
                                      {.id = "expires-critical", .status = STATUS_FAIL, .title = "critical"},
                                      {.id = "expired", .status = STATUS_FAIL, .title = "expired"}};
static const struct check validity = {
    .id = "cert.validity", .title = "Validity", .causes = causes, .cause_count = 3};

enum seen { GOOD, SOON, CRITICAL, EXPIRED, UNSEEN, UNKNOWN, NOWHERE };

struct place {
    char folder[64], path[128];
    struct arena *arena;
    struct state *state;
    char *said, *error;
    int64_t now;
};

static void place_open(struct place *p) {
    *p = (struct place){.folder = "/tmp/edgeprobe-state-XXXXXX", .arena = arena_new(), .now = 1795291200};
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/state.db", p->folder);
    p->state = state_open(p->arena, p->path, &p->said, &p->error);
    if (p->state == NULL)
        fail_msg("%s", p->error);
    assert_null(p->said);
}

static void place_close(struct place *p) {
    char command[128];
    state_close(p->state);
    arena_free(p->arena);
    snprintf(command, sizeof command, "rm -rf %s", p->folder);
    assert_int_equal(system(command), 0);
}

static void add(struct findings *to, enum status status, const struct cause *cause, const char *subject) {
    struct finding *f = ARENA_NEW(to->arena, struct finding);
    *f = (struct finding){.check = &validity,
                          .cause = cause,
                          .status = status,
                          .subject = subject,
                          .summary = "it ends",
                          .evidence = evidence_new(to)};
    LIST_ADD(to->arena, to, f);
}

static struct findings *findings_as(enum seen seen) {
    struct findings *findings = findings_new();
    if (seen >= SOON && seen <= EXPIRED)
        add(findings, causes[seen - SOON].status, &causes[seen - SOON], "e:8443");
    else if (seen != NOWHERE)
        add(findings,
            seen == GOOD     ? STATUS_PASS
            : seen == UNSEEN ? STATUS_SKIP
                             : STATUS_UNKNOWN,
            NULL, "e:8443");
    return findings;
}

/* One run; what changed as "new expires-soon; ", kept unless told otherwise. */
static const char *run_as(struct place *p, const char *name, enum seen seen, int confirm, bool keep) {
    struct findings *findings = findings_as(seen);
    struct state_run run = {.name = name, .what = name, .findings = findings, .at = p->now += 60};
    struct state_changes changes;
    char *told = arena_text(p->arena, "");
    if (!state_take(p->state, p->arena, &run, confirm, &changes, &p->error))
        fail_msg("%s", p->error);
    for (size_t i = 0; i < changes.n; i++)
        told = arena_printf(p->arena, "%s%s %s; ", told, changes.v[i]->kind,
                            changes.v[i]->cause == NULL ? "-" : changes.v[i]->cause);
    if (keep)
        assert_true(state_keep(p->state, p->arena, &p->error));
    else
        state_drop(p->state);
    findings_free(findings);
    return told;
}

/* ---- changes ---- */

static void changes_are_told_once(void **state) {
    (void)state;
    static const struct {
        enum seen seen;
        const char *told;
    } steps[] = {{GOOD, ""},
                 {SOON, "new expires-soon; "},
                 {SOON, ""},
                 {UNSEEN, ""}, /* what was not seen stays as it was */
                 {SOON, ""},
                 {CRITICAL, "worse expires-critical; "},
                 {EXPIRED, "new expired; "}, /* as bad, for another reason */
                 {EXPIRED, ""},
                 {SOON, "better expires-soon; "},
                 {UNKNOWN, ""}, /* so does what is unknown now */
                 {SOON, ""},
                 {GOOD, "better expires-soon; "},
                 {UNKNOWN, "new -; "},
                 {SOON, "worse expires-soon; "},
                 {GOOD, "better expires-soon; "},
                 {GOOD, ""},
                 {SOON, "new expires-soon; "},
                 {NOWHERE, "gone expires-soon; "},
                 {NOWHERE, ""}};
    struct place p;
    place_open(&p);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const char *told = run_as(&p, "a", steps[i].seen, 1, true);
        if (strcmp(told, steps[i].told) != 0)
            fail_msg("step %zu: '%s', wanted '%s'", i, told, steps[i].told);
    }
    place_close(&p);
}

static void flapping_is_held_back(void **state) {
    (void)state;
    static const struct {
        enum seen seen;
        const char *told;
    } steps[] = {{SOON, ""},
                 {SOON, ""},
                 {SOON, "new expires-soon; "},
                 {GOOD, ""},
                 {SOON, ""},
                 {GOOD, ""},
                 {GOOD, ""},
                 {CRITICAL, ""},
                 {GOOD, ""},
                 {GOOD, ""},
                 {GOOD, "better expires-soon; "},
                 {SOON, ""},
                 {CRITICAL, ""},
                 {SOON, ""},
                 {SOON, ""},
                 {SOON, "new expires-soon; "}};
    struct place p;
    place_open(&p);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const char *told = run_as(&p, "a", steps[i].seen, 3, true);
        if (strcmp(told, steps[i].told) != 0)
            fail_msg("step %zu: '%s', wanted '%s'", i, told, steps[i].told);
    }
    place_close(&p);
}

/* ---- what cannot be seen, and what moved ---- */

struct said { /* check NULL: no more */
    const struct check *check;
    enum status status;
    const struct cause *cause;
    const char *subject, *address;
};

/* What changed, as "new net.connect e:8443; ". */
static const char *run_saying(struct place *p, const struct said *said, size_t count) {
    struct findings *findings = findings_new();
    struct state_changes changes;
    char *told = arena_text(p->arena, "");
    for (size_t i = 0; i < count && said[i].check != NULL; i++) {
        add(findings, said[i].status, said[i].cause, said[i].subject);
        findings->v[i]->check = said[i].check;
        findings->v[i]->address = said[i].address;
    }
    struct state_run run = {.name = "a", .what = "a", .findings = findings, .at = p->now += 60};
    if (!state_take(p->state, p->arena, &run, 1, &changes, &p->error))
        fail_msg("%s", p->error);
    for (size_t i = 0; i < changes.n; i++) {
        const struct state_change *c = changes.v[i];
        told = arena_printf(p->arena, "%s%s %s %s%s%s; ", told, c->kind, c->check, c->subject,
                            c->address == NULL ? "" : " ", c->address == NULL ? "" : c->address);
    }
    assert_true(state_keep(p->state, p->arena, &p->error));
    findings_free(findings);
    return told;
}

#define BAD &validity, STATUS_FAIL, &causes[2]
#define FINE &validity, STATUS_PASS, NULL
#define REFUSED &catalogue_checks[CHECK_NET_CONNECT], STATUS_FAIL, NULL
#define CONNECTED &catalogue_checks[CHECK_NET_CONNECT], STATUS_PASS, NULL
#define NO_TLS &catalogue_checks[CHECK_TLS_HANDSHAKE], STATUS_SKIP, NULL
#define TLS &catalogue_checks[CHECK_TLS_HANDSHAKE], STATUS_PASS, NULL
#define DISCOVERY(CAUSE)                                                                                     \
    &catalogue_checks[CHECK_DNS_COLLAB_EDGE_SRV], STATUS_FAIL,                                               \
        &catalogue_causes[CAUSE_DNS_COLLAB_EDGE_SRV_##CAUSE]

enum { SAID = 4, STEPS = 4 };

static const struct told_row {
    const char *what;
    struct {
        struct said said[SAID];
        const char *told;
    } steps[STEPS];
} told_rows[] = {
    {"a certificate that no connection shows is not mended",
     {{{{BAD, "e", NULL}, {CONNECTED, "e", NULL}}, "new cert.validity e; "},
      {{{REFUSED, "e", NULL}}, "new net.connect e; "},
      {{{BAD, "e", NULL}, {CONNECTED, "e", NULL}}, "better net.connect e; "},
      {{{FINE, "e", NULL}, {CONNECTED, "e", NULL}}, "better cert.validity e; "}}},
    {"nor one behind a handshake that was not tried",
     {{{{BAD, "e", NULL}}, "new cert.validity e; "},
      {{{CONNECTED, "e", NULL}, {NO_TLS, "e", NULL}}, ""},
      {{{CONNECTED, "e", NULL}, {TLS, "e", NULL}}, "better cert.validity e; "}}},
    {"what its check calls good is good, whatever became of the connection",
     {{{{BAD, "e", NULL}}, "new cert.validity e; "},
      {{{FINE, "e", NULL}, {NO_TLS, "e", NULL}}, "better cert.validity e; "}}},
    {"which edges there are nobody knows without the DNS",
     {{{{BAD, "e", NULL}}, "new cert.validity e; "},
      {{{DISCOVERY(SERVFAIL), "d", NULL}}, "new dns.collab-edge-srv d; "},
      {{{DISCOVERY(NXDOMAIN), "d", NULL}}, "new dns.collab-edge-srv d; gone cert.validity e; "}}},
    {"a name that got a second address, and lost it again, has the same fault",
     {{{{BAD, "e", NULL}}, "new cert.validity e; "},
      {{{BAD, "e", "1"}, {BAD, "e", "2"}}, "new cert.validity e 2; "},
      {{{BAD, "e", NULL}}, "gone cert.validity e 2; "},
      {{{FINE, "e", NULL}}, "better cert.validity e; "}}},
    {"a name that moved has it too",
     {{{{BAD, "e", "1"}, {FINE, "e", "2"}}, "new cert.validity e 1; "},
      {{{BAD, "e", "3"}, {FINE, "e", "2"}}, ""},
      {{{FINE, "e", "1"}, {FINE, "e", "2"}}, "gone cert.validity e 3; "}}},
    {"one address mended, another one broken",
     {{{{BAD, "e", "1"}, {FINE, "e", "2"}}, "new cert.validity e 1; "},
      {{{FINE, "e", "1"}, {BAD, "e", "2"}}, "new cert.validity e 2; better cert.validity e 1; "}}},
    {"an address that is retired was not mended",
     {{{{BAD, "e", "1"}, {FINE, "e", "2"}, {FINE, "e", "3"}}, "new cert.validity e 1; "},
      {{{FINE, "e", "2"}, {FINE, "e", "3"}}, "gone cert.validity e 1; "}}}};

static void what_cannot_be_seen_stays(void **state) {
    (void)state;
    for (size_t r = 0; r < sizeof told_rows / sizeof *told_rows; r++) {
        struct place p;
        place_open(&p);
        for (size_t i = 0; i < STEPS && told_rows[r].steps[i].told != NULL; i++) {
            const char *told = run_saying(&p, told_rows[r].steps[i].said, SAID);
            if (strcmp(told, told_rows[r].steps[i].told) != 0)
                fail_msg("%s: step %zu: '%s', wanted '%s'", told_rows[r].what, i, told,
                         told_rows[r].steps[i].told);
        }
        place_close(&p);
    }
}

static void what_was_not_kept_comes_again(void **state) {
    (void)state;
    struct place p;
    place_open(&p);
    assert_string_equal(run_as(&p, "a", SOON, 1, false), "new expires-soon; ");
    assert_string_equal(run_as(&p, "a", SOON, 1, true), "new expires-soon; ");
    assert_string_equal(run_as(&p, "a", SOON, 1, true), "");
    place_close(&p);
}

static bool is_b(void *context, const char *name) {
    (void)context;
    return strcmp(name, "b") == 0;
}

static void targets_that_went_are_told(void **state) {
    (void)state;
    struct place p;
    struct state_changes changes;
    struct state_summary summary;
    place_open(&p);
    run_as(&p, "a", SOON, 1, true);
    run_as(&p, "b", SOON, 1, true);
    assert_true(state_forget(p.state, p.arena, is_b, NULL, p.now, &changes, &p.error));
    assert_int_equal(changes.n, 1);
    assert_string_equal(changes.v[0]->kind, "gone");
    assert_string_equal(changes.v[0]->subject, "a");
    assert_null(changes.v[0]->check);
    assert_true(state_keep(p.state, p.arena, &p.error));
    assert_false(state_summary(p.state, p.arena, "a", &summary, &p.error));
    assert_true(state_summary(p.state, p.arena, "b", &summary, &p.error));
    assert_true(state_history(p.state, p.arena, "a", &changes, &p.error)); /* remembered all the same */
    assert_int_equal(changes.n, 2);
    assert_string_equal(run_as(&p, "a", SOON, 1, true), "new expires-soon; ");
    place_close(&p);
}

static void since_is_when_it_became_so(void **state) {
    (void)state;
    struct place p;
    struct state_summary summary;
    place_open(&p);
    run_as(&p, "a", GOOD, 1, true);
    run_as(&p, "a", SOON, 1, true);
    int64_t since = p.now;
    run_as(&p, "a", SOON, 1, true);
    assert_true(state_summary(p.state, p.arena, "a", &summary, &p.error));
    assert_int_equal(summary.status, STATUS_WARN);
    assert_true(summary.since == since && summary.last_run == p.now);
    place_close(&p);
}

static void history_has_an_end(void **state) {
    (void)state;
    struct place p;
    struct state_changes changes;
    place_open(&p);
    for (int i = 0; i < 600; i++) {
        run_as(&p, "a", SOON, 1, true);
        run_as(&p, "a", GOOD, 1, true);
    }
    assert_true(state_history(p.state, p.arena, "a", &changes, &p.error));
    assert_int_equal(changes.n, 1000);
    assert_true(changes.v[0]->at < changes.v[999]->at);
    place_close(&p);
}

/* ---- files ---- */

static void write_at(const char *path, long at, const char *bytes, size_t size) {
    FILE *file = fopen(path, at == 0 ? "wb" : "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void reopen(struct place *p) {
    state_close(p->state);
    p->said = p->error = NULL;
    p->state = state_open(p->arena, p->path, &p->said, &p->error);
}

static void damage_is_set_aside(void **state) {
    (void)state;
    static char garbage[9000];
    memset(garbage, 0xa5, sizeof garbage);
    for (long at = 0; at < 3; at++) { /* the whole file; the middle of it */
        struct place p;
        place_open(&p);
        for (int i = 0; i < 20; i++)
            run_as(&p, arena_printf(p.arena, "target %d", i), SOON, 1, true);
        state_close(p.state);
        p.state = NULL;
        write_at(p.path, at * 4000, garbage, sizeof garbage);
        reopen(&p);
        if (p.state == NULL)
            fail_msg("%ld: %s", at, p.error);
        assert_non_null(p.said);
        assert_non_null(strstr(p.said, "damaged; set aside as "));
        char *aside = arena_text(p.arena, strstr(p.said, " as ") + 4);
        *strchr(aside, ',') = 0;
        struct stat there;
        assert_int_equal(stat(aside, &there), 0);
        assert_true(there.st_size >= (off_t)sizeof garbage);
        assert_string_equal(run_as(&p, "target 1", SOON, 1, true), "new expires-soon; ");
        place_close(&p);
    }
}

static void exec_on(const char *path, const char *words) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, words, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static size_t size_of(const char *path) {
    struct stat there;
    assert_int_equal(stat(path, &there), 0);
    return (size_t)there.st_size;
}

static void others_are_left_alone(void **state) {
    (void)state;
    static const struct {
        const char *words, *says;
    } rows[] = {{"PRAGMA user_version = 2", "newer edgeprobe"},
                {"PRAGMA application_id = 7", "no database of edgeprobe"},
                {"PRAGMA application_id = 0", "no database of edgeprobe"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place p;
        place_open(&p);
        state_close(p.state);
        exec_on(p.path, rows[i].words);
        size_t size = size_of(p.path);
        p.state = NULL;
        reopen(&p);
        assert_null(p.state);
        assert_non_null(strstr(p.error, rows[i].says));
        assert_int_equal(size_of(p.path), size);
        place_close(&p);
    }
    struct place p;
    place_open(&p);
    snprintf(p.path, sizeof p.path, "%s/targets.yaml", p.folder); /* the wrong argument */
    write_at(p.path, 0, "targets: []\n", 12);
    reopen(&p);
    assert_null(p.state);
    assert_non_null(strstr(p.error, "no database of edgeprobe"));
    assert_int_equal(size_of(p.path), 12);
    snprintf(p.path, sizeof p.path, "%s/none/state.db", p.folder);
    reopen(&p);
    assert_null(p.state);
    assert_non_null(p.error);
    place_close(&p);
}

/* Whole by SQLite's own word, and not as we made it: some hand was in it. */
static void odd_tables_are_damage(void **state) {
    (void)state;
    static const char *const rows[] = {"DROP TABLE finding", "ALTER TABLE finding RENAME COLUMN cause TO why",
                                       "ALTER TABLE target ADD COLUMN more",
                                       "DROP TABLE history; CREATE TABLE history (id INTEGER PRIMARY KEY)"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place p;
        place_open(&p);
        state_close(p.state);
        exec_on(p.path, rows[i]);
        p.state = NULL;
        reopen(&p);
        if (p.state == NULL || p.said == NULL)
            fail_msg("%s: %s", rows[i], p.error == NULL ? "taken for ours" : p.error);
        assert_string_equal(run_as(&p, "a", SOON, 1, true), "new expires-soon; ");
        place_close(&p);
    }
    struct place p; /* a table of somebody's own beside ours hurts nobody */
    place_open(&p);
    state_close(p.state);
    p.state = NULL;
    exec_on(p.path, "CREATE TABLE mine (x)");
    reopen(&p);
    assert_null(p.said);
    place_close(&p);
}

static void odd_values_hurt_nobody(void **state) {
    (void)state;
    struct place p;
    struct state_summary summary;
    place_open(&p);
    run_as(&p, "a", SOON, 1, true);
    state_close(p.state);
    p.state = NULL;
    exec_on(p.path,
            "UPDATE target SET status = 99, since = -1; UPDATE finding SET status = -7, seen_status = 'x',"
            " seen_count = 99999999999, cause = x'00ff', is_bad = 'no'");
    reopen(&p);
    assert_non_null(p.state);
    assert_true(state_summary(p.state, p.arena, "a", &summary, &p.error));
    assert_int_equal(summary.status, STATUS_UNKNOWN);
    assert_string_equal(run_as(&p, "a", SOON, 1, true), "new expires-soon; ");
    place_close(&p);
}

static void a_link_leads_to_the_file(void **state) {
    (void)state;
    static char garbage[5000] = "SQLite format 3";
    struct place p;
    char far[160], link[128];
    struct stat there;
    place_open(&p);
    state_close(p.state);
    snprintf(far, sizeof far, "%s/far.db", p.folder);
    snprintf(link, sizeof link, "%s/link.db", p.folder);
    write_at(far, 0, garbage, sizeof garbage);
    assert_int_equal(symlink("far.db", link), 0);
    memcpy(p.path, link, sizeof link);
    p.state = NULL;
    reopen(&p);
    assert_non_null(p.said);
    assert_non_null(strstr(p.said, "far.db.damaged-"));
    assert_int_equal(lstat(link, &there), 0);
    assert_true(S_ISLNK(there.st_mode));
    assert_true(size_of(far) != sizeof garbage);
    place_close(&p);
}

static void who_looks_changes_nothing(void **state) {
    (void)state;
    struct place p;
    struct state_summary summary;
    struct stat there;
    char *error = NULL;
    place_open(&p);
    run_as(&p, "a", SOON, 1, true);
    state_close(p.state);
    size_t size = size_of(p.path);
    assert_int_equal(chmod(p.path, 0444) | chmod(p.folder, 0555), 0);
    p.state = state_look(p.arena, p.path, &error);
    if (p.state == NULL)
        fail_msg("%s", error);
    assert_true(state_summary(p.state, p.arena, "a", &summary, &p.error));
    state_close(p.state);
    assert_int_equal(chmod(p.folder, 0755) | chmod(p.path, 0644), 0);
    assert_int_equal(size_of(p.path), size);
    for (size_t i = 0; i < 2; i++) { /* it would belong to whoever looked */
        char *beside = arena_printf(p.arena, "%s%s", p.path, i == 0 ? "-wal" : "-shm");
        assert_int_not_equal(stat(beside, &there), 0);
    }
    p.state = NULL;
    reopen(&p); /* and while somebody writes */
    run_as(&p, "b", SOON, 1, true);
    struct state *other = state_look(p.arena, p.path, &error);
    assert_non_null(other);
    assert_true(state_summary(other, p.arena, "b", &summary, &p.error));
    state_close(other);
    state_close(p.state);
    snprintf(p.path, sizeof p.path, "%s/none.db", p.folder);
    assert_null(state_look(p.arena, p.path, &error));
    assert_non_null(error);
    assert_int_not_equal(stat(p.path, &there), 0);
    p.state = NULL;
    place_close(&p);
}

/* SQLite takes some names for no file at all: what was kept there would be lost. */
static void every_name_is_a_file(void **state) {
    (void)state;
    static const char *const names[] = {":memory:", "file:x.db?mode=memory", "a b%20.db"};
    struct place p;
    char before[4096];
    struct stat there;
    place_open(&p);
    state_close(p.state);
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(p.folder), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        p.state = state_open(p.arena, names[i], &p.said, &p.error);
        if (p.state == NULL)
            fail_msg("%s", p.error);
        state_close(p.state);
        assert_int_equal(stat(names[i], &there), 0);
    }
    assert_null(state_open(p.arena, "", &p.said, &p.error));
    assert_int_equal(chdir(before), 0);
    p.state = NULL;
    place_close(&p);
}

static void two_runs_share_one_database(void **state) {
    (void)state;
    struct place p;
    place_open(&p);
    struct place other = p;
    other.state = state_open(p.arena, p.path, &other.said, &other.error);
    assert_non_null(other.state);
    for (int i = 0; i < 50; i++) {
        assert_string_equal(run_as(&p, "a", i % 2 == 0 ? SOON : GOOD, 1, true),
                            i % 2 == 0 ? "new expires-soon; " : "better expires-soon; ");
        assert_string_equal(run_as(&other, "a", i % 2 == 0 ? SOON : GOOD, 1, true), "");
        run_as(&other, "b", CRITICAL, 1, true);
    }
    state_close(other.state);
    reopen(&p);
    assert_null(p.said);
    place_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_told_once),         cmocka_unit_test(flapping_is_held_back),
        cmocka_unit_test(what_was_not_kept_comes_again), cmocka_unit_test(targets_that_went_are_told),
        cmocka_unit_test(since_is_when_it_became_so),    cmocka_unit_test(history_has_an_end),
        cmocka_unit_test(damage_is_set_aside),           cmocka_unit_test(others_are_left_alone),
        cmocka_unit_test(two_runs_share_one_database),   cmocka_unit_test(what_cannot_be_seen_stays),
        cmocka_unit_test(odd_tables_are_damage),         cmocka_unit_test(odd_values_hurt_nobody),
        cmocka_unit_test(a_link_leads_to_the_file),      cmocka_unit_test(who_looks_changes_nothing),
        cmocka_unit_test(every_name_is_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
