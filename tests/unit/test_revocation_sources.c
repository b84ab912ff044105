/* What do all sources of one certificate say together, and what does Expressway make of it? OCSP asked with
 * either hash, CRLs from wherever they came (RFC 6960, RFC 5280 6.3), and the decision of the certificate
 * guide's chapter 7. What one answer says is test_revocation's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "expressway/revocation.h"
#include "tests/unit/revocation_maker.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define OCSP_URI "http://ocsp.example.com"
#define CDP "http://crl.example.com/issuing.crl"
#define DAY PKI_DAY

/* leaf < issuing < root; `again` is issuing, certified anew. */
static struct {
    struct arena *arena;
    const struct issued *root, *stranger, *issuing, *again, *leaf, *other_leaf, *many, *web_first, *ldap,
        *plain;
} pki;

static int pki_open(void **state) {
    (void)state;
    struct arena *arena = pki.arena = arena_new();
    pki.root = pki_issue(arena, &(struct spec){.name = "Root", .is_ca = true});
    pki.stranger = pki_issue(arena, &(struct spec){.name = "Stranger", .is_ca = true});
    pki.issuing = pki_issue(arena, &(struct spec){.name = "Issuing", .is_ca = true, .by = pki.root});
    pki.again = pki_issue(
        arena, &(struct spec){.name = "Issuing", .is_ca = true, .by = pki.root, .key = pki.issuing->key});
    struct spec spec = {.name = "leaf", .by = pki.issuing, .ocsp = OCSP_URI, .cdp = "URI:" CDP};
    pki.leaf = pki_issue(arena, &spec);
    pki.other_leaf = pki_issue(arena, &spec);
    spec.cdp = "URI:ldap:///CN=a,URI:" CDP ",URI:ldap:///CN=b,URI:HTTPS://crl.example.com/2";
    pki.many = pki_issue(arena, &spec);
    spec.cdp = "URI:" CDP ",URI:ldap:///CN=a";
    pki.web_first = pki_issue(arena, &spec);
    spec.cdp = "URI:ldap:///CN=a";
    pki.ldap = pki_issue(arena, &spec);
    pki.plain = pki_issue(arena, &(struct spec){.name = "plain", .by = pki.issuing});
    return 0;
}

static int pki_close(void **state) {
    (void)state;
    pki_clear();
    arena_free(pki.arena);
    return 0;
}

static struct facts *facts_at_now(void) {
    struct facts *facts = facts_new();
    const struct issued *one[] = {pki.root};
    facts->run.at = PKI_NOW;
    list_of(facts->arena, facts, "trust.pem", one, 1);
    return facts;
}

static struct fetch *fetch_add(struct facts *facts, enum fetch_kind kind, const char *uri,
                               enum fetch_state state) {
    struct fetch *fetch = ARENA_NEW(facts->arena, struct fetch);
    fetch->kind = kind;
    fetch->uri = arena_text(facts->arena, uri);
    fetch->state = state;
    LIST_ADD(facts->arena, &facts->fetches, fetch);
    return fetch;
}

static void sources_ask(struct facts *facts, const struct issued *leaf, const struct issued *issuer,
                        struct cert_path *path) {
    const struct issued *two[] = {leaf, issuer};
    struct certs chain = certs_of(facts->arena, two, 2);
    struct revocation_run *run = revocation_run_open(facts, facts->arena);
    sources_of(run, &chain, path);
    revocation_run_close(run);
}

static void assert_says(const char *what, const struct source *s, enum said said, enum cause_id cause,
                        const char *why, bool is_untried) {
    if (s->said != said || s->cause != cause || s->is_untried != is_untried || !text_starts(s->why, why))
        fail_msg("%s: %d, %s, %s%s", what, (int)s->said, cause_text(s->cause), s->why,
                 s->is_untried ? ", untried" : "");
}

/* ---- OCSP ---- */

enum answer { NOBODY_ASKED, FAILS, ANSWERS, HOLLOW, GARBAGE };

struct asked {
    enum answer answer;
    enum fetch_state state; /* FAILS */
    const char *error;
    struct ocsp_recipe as; /* ANSWERS */
};

#define SAYS(...)                                                                                            \
    {                                                                                                        \
        .answer = ANSWERS, .as = { __VA_ARGS__ }                                                             \
    }
#define ALL_GOOD SAYS(.next_update = DAY)
#define REFUSES(status) SAYS(.refusal = OCSP_RESPONSE_STATUS_##status)
#define UNKNOWN_TO_IT SAYS(.next_update = DAY, .status = V_OCSP_CERTSTATUS_UNKNOWN)
#define REVOKED_BY_IT SAYS(.next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED)
#define NO_ANSWER(how, text)                                                                                 \
    { .answer = FAILS, .state = FETCH_##how, .error = text }
#define NOT_ASKED                                                                                            \
    { .answer = NOBODY_ASKED }
#define NO(cause) SAID_NOTHING, CAUSE_REVOCATION_OCSP_##cause
#define SHA1_ALONE NO(SHA256_UNSUPPORTED)
#define DONE false
#define OPEN true

/* clang-format off */
static const struct {
    const char *what;
    struct asked sha256, sha1;
    enum said said;
    enum cause_id cause;
    const char *why;
    bool is_untried;
} ocsp_rows[] = {
    {"good", ALL_GOOD, ALL_GOOD, SAID_GOOD, CAUSE_NONE, "good", DONE},
    {"good, and SHA-1 not asked", ALL_GOOD, NOT_ASKED, SAID_GOOD, CAUSE_NONE, "good", DONE},
    {"revoked", REVOKED_BY_IT, REVOKED_BY_IT, SAID_REVOKED, CAUSE_REVOCATION_OCSP_REVOKED, "revoked", DONE},
    {"revoked by SHA-256 alone", REVOKED_BY_IT, ALL_GOOD, SAID_REVOKED, CAUSE_REVOCATION_OCSP_REVOKED,
     "revoked", DONE},
    {"revoked by SHA-1 alone", ALL_GOOD, REVOKED_BY_IT, SAID_REVOKED, CAUSE_REVOCATION_OCSP_REVOKED,
     "revoked", DONE},
    {"nobody asked", NOT_ASKED, NOT_ASKED, SAID_NOTHING, CAUSE_NONE, "nobody asked it", OPEN},
    {"not tried", NO_ANSWER(NOT_TRIED, NULL), NOT_ASKED, SAID_NOTHING, CAUSE_NONE, "it was not asked", OPEN},
    {"not tried, and why", NO_ANSWER(NOT_TRIED, "time was over"), NOT_ASKED, SAID_NOTHING, CAUSE_NONE,
     "time was over", OPEN},
    {"SHA-1 alone, and not tried", NOT_ASKED, NO_ANSWER(NOT_TRIED, "time was over"), SAID_NOTHING, CAUSE_NONE,
     "time was over", OPEN},
    {"no connection", NO_ANSWER(UNREACHABLE, NULL), NOT_ASKED, NO(UNREACHABLE), "no connection", DONE},
    {"no connection, and why", NO_ANSWER(UNREACHABLE, "refused"), NOT_ASKED, NO(UNREACHABLE), "refused",
     DONE},
    {"HTTP error", NO_ANSWER(HTTP_ERROR, NULL), NOT_ASKED, NO(HTTP_ERROR), "an HTTP error", DONE},
    {"too large", NO_ANSWER(TOO_LARGE, NULL), NOT_ASKED, NO(MALFORMED), "more than is read", DONE},
    {"LDAP", NO_ANSWER(UNSUPPORTED_SCHEME, NULL), NOT_ASKED, NO(UNREACHABLE), "Expressway asks by HTTP",
     DONE},
    {"TLS", NO_ANSWER(TLS_FAILED, NULL), NOT_ASKED, NO(UNREACHABLE), "the HTTPS server's own", DONE},
    {"unparsable", NO_ANSWER(UNPARSABLE, NULL), NOT_ASKED, NO(MALFORMED), "it cannot be parsed", DONE},
    {"an answer of nothing", {.answer = HOLLOW}, NOT_ASKED, NO(MALFORMED), "the bytes are no OCSP response",
     DONE},

    /* SHA-1 is understood, SHA-256 turned away: Expressway asks with SHA-256 and fails (guide, chapter 7) */
    {"unauthorized", REFUSES(UNAUTHORIZED), ALL_GOOD, SHA1_ALONE, "the responder answers: unauthorized",
     DONE},
    {"malformed request", REFUSES(MALFORMEDREQUEST), ALL_GOOD, SHA1_ALONE, "the responder calls", DONE},
    {"internal error", REFUSES(INTERNALERROR), ALL_GOOD, SHA1_ALONE, "the responder reports", DONE},
    {"unknown", UNKNOWN_TO_IT, ALL_GOOD, SHA1_ALONE, "the responder does not know", DONE},
    {"answered for SHA-1", SAYS(.next_update = DAY, .hash = "sha1"), ALL_GOOD, SHA1_ALONE,
     "it names the certificate by SHA1", DONE},
    {"HTTP error", NO_ANSWER(HTTP_ERROR, NULL), ALL_GOOD, SHA1_ALONE, "an HTTP error", DONE},
    {"a web page", {.answer = GARBAGE}, ALL_GOOD, SHA1_ALONE, "the bytes are no OCSP response", DONE},
    {"revoked by SHA-1", REFUSES(UNAUTHORIZED), REVOKED_BY_IT, SAID_REVOKED, CAUSE_REVOCATION_OCSP_REVOKED,
     "the responder answers", DONE},
    {"SHA-1's answer is stale", REFUSES(UNAUTHORIZED), SAYS(.this_update = -DAY, .next_update = -1),
     SHA1_ALONE, "the responder answers", DONE},
    {"SHA-1's answer is of the future", REFUSES(UNAUTHORIZED), SAYS(.this_update = DAY, .next_update = 2 *
     DAY), SHA1_ALONE, "the responder answers", DONE},
    {"SHA-1's answer contradicts itself", REFUSES(UNAUTHORIZED), SAYS(.next_update = DAY, .second =
     V_OCSP_CERTSTATUS_UNKNOWN + 1), SHA1_ALONE, "the responder answers", DONE},
    {"SHA-1 unknown, and SHA-256 answered for SHA-1", SAYS(.next_update = DAY, .hash = "sha1"), UNKNOWN_TO_IT,
     SHA1_ALONE, "it names the certificate by SHA1", DONE},

    /* other troubles */
    {"SHA-1 unknown, SHA-256 unauthorized", REFUSES(UNAUTHORIZED), UNKNOWN_TO_IT, NO(UNAUTHORIZED),
     "the responder answers", DONE},
    {"SHA-1 silent, and SHA-256 answered for SHA-1", SAYS(.next_update = DAY, .hash = "sha1"),
     NO_ANSWER(UNREACHABLE, NULL), NO(WRONG_CERTIFICATE), "it names the certificate by SHA1", DONE},
    {"SHA-1 damaged", REFUSES(UNAUTHORIZED), SAYS(.is_damaged = true), NO(UNAUTHORIZED),
     "the responder answers", DONE},
    {"both unauthorized", REFUSES(UNAUTHORIZED), REFUSES(UNAUTHORIZED), NO(UNAUTHORIZED),
     "the responder answers", DONE},
    {"later", REFUSES(TRYLATER), ALL_GOOD, NO(TRY_LATER), "the responder asks", DONE},
    {"signed requests", REFUSES(SIGREQUIRED), ALL_GOOD, NO(SIG_REQUIRED), "the responder wants", DONE},
    {"silence", NO_ANSWER(UNREACHABLE, NULL), ALL_GOOD, NO(UNREACHABLE), "no connection", DONE},
    {"damaged", SAYS(.is_damaged = true), ALL_GOOD, NO(BAD_SIGNATURE), "the signature does not verify", DONE},
    {"a critical extension", SAYS(.critical = "1.2.3"), ALL_GOOD, NO(CRITICAL_EXTENSION),
     "its critical extension", DONE},
    {"stale", SAYS(.this_update = -DAY, .next_update = -1), ALL_GOOD, NO(STALE), "nextUpdate was", DONE},
    {"not asked with SHA-256", NOT_ASKED, ALL_GOOD, SAID_NOTHING, CAUSE_NONE, "it was not asked", OPEN},
};
/* clang-format on */

static void ocsp_add(struct facts *facts, const struct asked *asked, const char *hash) {
    static uint8_t page[] = "<html>";
    static struct blob garbage = {page, sizeof page};
    if (asked->answer == NOBODY_ASKED)
        return;
    struct fetch *fetch =
        fetch_add(facts, FETCH_OCSP, OCSP_URI, asked->answer == FAILS ? asked->state : FETCH_ANSWERED);
    fetch->hash = arena_text(facts->arena, hash);
    fetch->certificate = pki.leaf->cert->sha256;
    fetch->error = arena_text(facts->arena, asked->error);
    if (asked->answer == GARBAGE)
        LIST_ADD(facts->arena, &fetch->answers, &garbage);
    if (asked->answer != ANSWERS)
        return;
    struct ocsp_recipe recipe = asked->as;
    recipe.cert = pki.leaf;
    recipe.issuer = pki.issuing;
    recipe.hash = recipe.hash != NULL ? recipe.hash : hash;
    struct blob made = ocsp_make(facts->arena, &recipe);
    LIST_ADD(facts->arena, &fetch->answers, arena_dup(facts->arena, &made, sizeof made));
}

static void responders_say_what_they_may(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(ocsp_rows); i++) {
        struct facts *facts = facts_at_now();
        struct cert_path path;
        ocsp_add(facts, &ocsp_rows[i].sha256, "sha256");
        ocsp_add(facts, &ocsp_rows[i].sha1, "sha1");
        sources_ask(facts, pki.leaf, pki.issuing, &path);
        assert_int_equal(path.certs.v[0]->ocsp.n, 1);
        const struct source *s = path.certs.v[0]->ocsp.v[0];
        assert_says(ocsp_rows[i].what, s, ocsp_rows[i].said, ocsp_rows[i].cause, ocsp_rows[i].why,
                    ocsp_rows[i].is_untried);
        if (ocsp_rows[i].cause == CAUSE_REVOCATION_OCSP_SHA256_UNSUPPORTED)
            assert_true(s->is_sha256_refused);
        assert_null(s->kept_says);
        facts_free(facts);
    }
}

/* An answer counts for the certificate, the responder and the hash that were asked for. */
static void answers_are_found_by_what_was_asked(void **state) {
    (void)state;
    static const struct asked good = ALL_GOOD;
    for (int wrong = 0; wrong < 4; wrong++) {
        struct facts *facts = facts_at_now();
        struct cert_path path;
        ocsp_add(facts, &good, "sha256");
        struct fetch *fetch = facts->fetches.v[0];
        if (wrong == 1)
            fetch->uri = arena_text(facts->arena, OCSP_URI "/");
        if (wrong == 2)
            fetch->hash = arena_text(facts->arena, "sha1");
        if (wrong == 3)
            fetch->certificate = pki.other_leaf->cert->sha256;
        sources_ask(facts, pki.leaf, pki.issuing, &path);
        const struct source *s = path.certs.v[0]->ocsp.v[0];
        assert_int_equal(s->said, wrong == 0 ? SAID_GOOD : SAID_NOTHING);
        assert_int_equal(s->is_untried, wrong != 0);
        facts_free(facts);
    }
}

static void without_an_issuer_nobody_is_believed(void **state) {
    (void)state;
    static const struct asked good = ALL_GOOD;
    struct facts *facts = facts_at_now();
    struct cert_path path;
    ocsp_add(facts, &good, "sha256");
    LIST_ADD(facts->arena, &facts->fetches.v[0]->kept, facts->fetches.v[0]->answers.v[0]);
    sources_ask(facts, pki.leaf, NULL, &path);
    assert_int_equal(path.certs.n, 1);
    assert_string_equal(path.certs.v[0]->issuer, "");
    assert_says("good", path.certs.v[0]->ocsp.v[0], SAID_NOTHING, CAUSE_NONE,
                "the issuer's certificate is not known", true);
    assert_null(path.certs.v[0]->ocsp.v[0]->kept_says);
    facts_free(facts);
}

/* ---- CRLs ---- */

#undef NO
#define NO(cause) SAID_NOTHING, CAUSE_REVOCATION_CRL_##cause

enum besides { PLAIN, UNTRIED, EXPIRED, OF_ANOTHER, USED }; /* USED: a file that was of use */

struct lists { /* one fetch, and the list that it brought */
    enum fetch_kind kind;
    enum fetch_state state;
    const char *error, *form;
    bool has_list, of_stranger, revokes;
    struct crl_recipe as;
};

/* clang-format off */
static const struct {
    const char *what;
    struct lists lists;
    enum said said;
    enum cause_id cause;
    const char *why;
    enum besides besides;
} crl_rows[] = {
    {"not tried", {.kind = FETCH_CRL, .state = FETCH_NOT_TRIED, .error = "time was over"}, SAID_NOTHING,
     CAUSE_NONE, "time was over", UNTRIED},
    {"not tried, nobody knows why", {.kind = FETCH_CRL, .state = FETCH_NOT_TRIED}, SAID_NOTHING, CAUSE_NONE,
     "it was not asked", UNTRIED},
    {"no connection", {.kind = FETCH_CRL, .state = FETCH_UNREACHABLE}, NO(UNREACHABLE), "no connection",
     PLAIN},
    {"no connection, and why", {.kind = FETCH_CRL, .state = FETCH_UNREACHABLE, .error = "refused"},
     NO(UNREACHABLE), "refused", PLAIN},
    {"HTTP error", {.kind = FETCH_CRL, .state = FETCH_HTTP_ERROR}, NO(HTTP_ERROR), "an HTTP error", PLAIN},
    {"too large", {.kind = FETCH_CRL, .state = FETCH_TOO_LARGE}, NO(TOO_LARGE), "more than is read", PLAIN},
    {"LDAP", {.kind = FETCH_CRL, .state = FETCH_UNSUPPORTED_SCHEME}, NO(UNSUPPORTED_SCHEME),
     "Expressway asks by HTTP", PLAIN},
    {"TLS", {.kind = FETCH_CRL, .state = FETCH_TLS_FAILED}, NO(UNREACHABLE), "the HTTPS server's own", PLAIN},
    {"unparsable", {.kind = FETCH_CRL, .state = FETCH_UNPARSABLE}, NO(UNPARSABLE), "it cannot be parsed",
     PLAIN},
    {"a good list", {.kind = FETCH_CRL, .state = FETCH_ANSWERED, .has_list = true}, SAID_GOOD, CAUSE_NONE,
     "the certificate is not on the list", PLAIN},
    {"it revokes", {.kind = FETCH_CRL, .state = FETCH_ANSWERED, .has_list = true, .revokes = true},
     SAID_REVOKED, CAUSE_REVOCATION_CRL_REVOKED, "the certificate is on the list", PLAIN},
    {"it has expired", {.kind = FETCH_CRL, .state = FETCH_ANSWERED, .has_list = true, .as = {.this_update = -2
     * DAY, .next_update = -1}}, NO(EXPIRED), "nextUpdate was", EXPIRED},
    {"its point gives another CA's", {.kind = FETCH_CRL, .state = FETCH_ANSWERED, .has_list = true,
     .of_stranger = true}, NO(WRONG_ISSUER), "it was issued by another CA", PLAIN},
    {"by hand", {.kind = FETCH_MANUAL_CRL, .state = FETCH_ANSWERED, .has_list = true, .form = "PEM"},
     SAID_GOOD, CAUSE_NONE, "the certificate is not on the list", USED},
    {"by hand, of a form that nobody noted", {.kind = FETCH_MANUAL_CRL, .state = FETCH_ANSWERED, .has_list =
     true}, SAID_GOOD, CAUSE_NONE, "the certificate is not on the list", USED},
    {"by hand, in DER", {.kind = FETCH_MANUAL_CRL, .state = FETCH_ANSWERED, .has_list = true, .form = "DER"},
     NO(NOT_PEM), "the upload by hand takes PEM alone", USED},
    {"by hand, zipped", {.kind = FETCH_MANUAL_CRL, .state = FETCH_ANSWERED, .has_list = true, .form = "ZIP"},
     NO(NOT_PEM), "the upload by hand takes PEM alone", USED},
    {"by hand, too large, in DER", {.kind = FETCH_MANUAL_CRL, .state = FETCH_TOO_LARGE, .form = "DER"},
     NO(TOO_LARGE), "more than is read", PLAIN},
    {"fetched, in DER", {.kind = FETCH_AUTO_CRL, .state = FETCH_ANSWERED, .has_list = true, .form = "DER"},
     SAID_GOOD, CAUSE_NONE, "the certificate is not on the list", USED},
    {"by hand, of another CA", {.kind = FETCH_MANUAL_CRL, .state = FETCH_ANSWERED, .has_list = true,
     .of_stranger = true}, NO(WRONG_ISSUER), "it was issued by another CA", OF_ANOTHER},
    {"fetched, of another CA", {.kind = FETCH_AUTO_CRL, .state = FETCH_ANSWERED, .has_list = true,
     .of_stranger = true}, NO(WRONG_ISSUER), "it was issued by another CA", OF_ANOTHER},
    {"in the trusted CA file", {.kind = FETCH_TRUST_CRL, .state = FETCH_ANSWERED, .has_list = true},
     SAID_GOOD, CAUSE_NONE, "the certificate is not on the list", USED},
};
/* clang-format on */

static struct blob *list_made(struct facts *facts, const struct lists *lists) {
    struct crl_recipe recipe = lists->as;
    recipe.issuer = lists->of_stranger ? pki.stranger : pki.issuing;
    recipe.revoked = lists->revokes ? pki.leaf : NULL;
    struct blob made = crl_make(facts->arena, &recipe);
    return arena_dup(facts->arena, &made, sizeof made);
}

static struct fetch *lists_add(struct facts *facts, const struct lists *lists) {
    struct fetch *fetch =
        fetch_add(facts, lists->kind, lists->kind == FETCH_CRL ? CDP : "files/list.pem", lists->state);
    fetch->error = arena_text(facts->arena, lists->error);
    fetch->form = arena_text(facts->arena, lists->form);
    if (lists->has_list)
        LIST_ADD(facts->arena, &fetch->answers, list_made(facts, lists));
    return fetch;
}

static void lists_say_what_they_may(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(crl_rows); i++) {
        struct facts *facts = facts_at_now();
        struct cert_path path;
        const struct issued *two[] = {pki.leaf, pki.issuing};
        struct certs chain = certs_of(facts->arena, two, 2);
        lists_add(facts, &crl_rows[i].lists);
        struct revocation_run *run = revocation_run_open(facts, facts->arena);
        sources_of(run, &chain, &path);
        const struct source *s = path.certs.v[0]->crl.v[0]; /* files first, then the points */
        assert_int_equal(path.certs.v[0]->crl.n, crl_rows[i].lists.kind == FETCH_CRL ? 1 : 2);
        assert_ptr_equal(s->fetch, facts->fetches.v[0]);
        assert_int_equal(s->kind, crl_rows[i].lists.kind);
        assert_says(crl_rows[i].what, s, crl_rows[i].said, crl_rows[i].cause, crl_rows[i].why,
                    crl_rows[i].besides == UNTRIED);
        if (s->is_expired != (crl_rows[i].besides == EXPIRED) ||
            s->is_of_another != (crl_rows[i].besides == OF_ANOTHER) ||
            run->is_used[0] != (crl_rows[i].besides == USED))
            fail_msg("%s: %d %d %d", crl_rows[i].what, s->is_expired, s->is_of_another, run->is_used[0]);
        assert_null(s->kept_says);
        revocation_run_close(run);
        facts_free(facts);
    }
}

/* What a source said last time is told where it is silent now, and decides nothing. */
static void what_was_kept_is_told_beside(void **state) {
    (void)state;
    static const struct {
        struct asked ocsp;
        struct lists crl;
        const char *ocsp_says, *crl_says;
    } rows[] = {
        {ALL_GOOD, {.kind = FETCH_CRL}, "good", "good"},
        {REVOKED_BY_IT, {.kind = FETCH_CRL, .revokes = true}, "revoked", "revoked"},
        {SAYS(.this_update = -2 * DAY, .next_update = -1),
         {.kind = FETCH_CRL, .as = {.this_update = -2 * DAY, .next_update = -1}},
         "stale",
         "expired"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct facts *facts = facts_at_now();
        struct cert_path path;
        ocsp_add(facts, &rows[i].ocsp, "sha256");
        struct fetch *ocsp = facts->fetches.v[0],
                     *crl = lists_add(facts, &(struct lists){.kind = FETCH_CRL, .state = FETCH_UNREACHABLE});
        LIST_ADD(facts->arena, &ocsp->kept, ocsp->answers.v[0]);
        LIST_ADD(facts->arena, &crl->kept, list_made(facts, &rows[i].crl));
        ocsp->state = FETCH_UNREACHABLE;
        sources_ask(facts, pki.leaf, pki.issuing, &path);
        const struct source *of_ocsp = path.certs.v[0]->ocsp.v[0], *of_crl = path.certs.v[0]->crl.v[0];
        assert_int_equal(of_ocsp->said, SAID_NOTHING);
        assert_int_equal(of_crl->said, SAID_NOTHING);
        assert_string_equal(of_ocsp->kept_says, rows[i].ocsp_says);
        assert_string_equal(of_crl->kept_says, rows[i].crl_says);
        sources_ask(facts, pki.leaf, NULL, &path); /* nobody can check it then */
        assert_null(path.certs.v[0]->ocsp.v[0]->kept_says);
        assert_string_equal(path.certs.v[0]->crl.v[0]->kept_says, "nothing");
        facts_free(facts);
    }
}

/* Files in Expressway's order, the web's points after them; points that it cannot ask do no harm beside. */
static void points_stand_behind_files(void **state) {
    (void)state;
    struct facts *facts = facts_at_now();
    struct cert_path path;
    static const struct lists good = {.kind = FETCH_CRL, .state = FETCH_ANSWERED, .has_list = true};
    struct lists one = good;
    static const enum fetch_kind kinds[] = {FETCH_AUTO_CRL, FETCH_MANUAL_CRL, FETCH_TRUST_CRL, FETCH_CRL};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        one.kind = kinds[i];
        lists_add(facts, &one);
    }
    sources_ask(facts, pki.many, pki.issuing, &path);
    static const enum fetch_kind wanted[] = {FETCH_TRUST_CRL, FETCH_MANUAL_CRL, FETCH_AUTO_CRL, FETCH_CRL,
                                             FETCH_CRL};
    assert_int_equal(path.certs.v[0]->crl.n, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_int_equal(path.certs.v[0]->crl.v[i]->kind, wanted[i]);
    assert_string_equal(path.certs.v[0]->crl.v[3]->uri, CDP);
    assert_int_equal(path.certs.v[0]->crl.v[3]->said, SAID_GOOD);
    assert_string_equal(path.certs.v[0]->crl.v[4]->uri, "HTTPS://crl.example.com/2");
    assert_says("nobody fetched it", path.certs.v[0]->crl.v[4], SAID_NOTHING, CAUSE_NONE, "nobody asked it",
                true);
    assert_int_equal(path.certs.v[1]->crl.n, 3); /* the issuing CA names no point */
    sources_ask(facts, pki.web_first, pki.issuing, &path);
    assert_int_equal(path.certs.v[0]->crl.n, 4);
    assert_string_equal(path.certs.v[0]->crl.v[3]->uri, CDP);
    sources_ask(facts, pki.ldap, pki.issuing, &path);
    assert_int_equal(path.certs.v[0]->crl.n, 4);
    assert_string_equal(path.certs.v[0]->crl.v[3]->uri, "ldap:///CN=a");
    facts_free(facts);
}

/* Of several uploads by hand the last one is there. */
static void an_upload_replaces_the_one_before(void **state) {
    (void)state;
    struct facts *facts = facts_at_now();
    static const struct lists by_hand = {.kind = FETCH_MANUAL_CRL, .state = FETCH_ANSWERED, .has_list = true},
                              fetched = {.kind = FETCH_AUTO_CRL, .state = FETCH_ANSWERED, .has_list = true};
    static const bool replaced[] = {false, true, false, false};
    struct cert_path path;
    lists_add(facts, &fetched);
    lists_add(facts, &by_hand);
    lists_add(facts, &by_hand);
    lists_add(facts, &fetched);
    for (size_t i = 0; i < COUNT(replaced); i++)
        assert_int_equal(is_replaced_upload(facts, i), replaced[i]);
    sources_ask(facts, pki.plain, pki.issuing, &path);
    assert_int_equal(path.certs.v[0]->crl.n, 3);
    facts_free(facts);
}

/* ---- each certificate once ---- */

static void certificates_are_judged_once(void **state) {
    (void)state;
    struct facts *facts = facts_at_now();
    struct arena *arena = facts->arena;
    struct revocation_run *run = revocation_run_open(facts, arena);
    struct cert_path first, again, other, reissued;
    assert_false(run->has_known);
    struct certs chain = certs_of(arena, ISSUED(pki.leaf, pki.issuing));
    sources_of(run, &chain, &first);
    assert_true(run->has_known);
    sources_of(run, &chain, &again);
    chain = certs_of(arena, ISSUED(pki.other_leaf, pki.issuing));
    sources_of(run, &chain, &other);
    chain = certs_of(arena, ISSUED(pki.leaf, pki.again));
    sources_of(run, &chain, &reissued);
    assert_int_equal(first.certs.n, 2);
    assert_ptr_equal(first.certs.v[0]->cert, pki.leaf->cert);
    assert_true(first.certs.v[0]->is_leaf && !first.certs.v[1]->is_leaf);
    assert_string_equal(first.certs.v[0]->issuer, pki.issuing->cert->sha256);
    assert_string_equal(first.certs.v[1]->issuer, pki.root->cert->sha256);
    assert_ptr_equal(again.certs.v[0], first.certs.v[0]);
    assert_ptr_equal(again.certs.v[1], first.certs.v[1]);
    assert_ptr_not_equal(other.certs.v[0], first.certs.v[0]);
    assert_ptr_equal(other.certs.v[1], first.certs.v[1]);
    assert_ptr_not_equal(reissued.certs.v[0], first.certs.v[0]); /* the same leaf below another certificate */
    assert_string_equal(reissued.certs.v[0]->issuer, pki.again->cert->sha256);
    revocation_run_close(run);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responders_say_what_they_may),
        cmocka_unit_test(answers_are_found_by_what_was_asked),
        cmocka_unit_test(without_an_issuer_nobody_is_believed),
        cmocka_unit_test(lists_say_what_they_may),
        cmocka_unit_test(what_was_kept_is_told_beside),
        cmocka_unit_test(points_stand_behind_files),
        cmocka_unit_test(an_upload_replaces_the_one_before),
        cmocka_unit_test(certificates_are_judged_once),
    };
    return cmocka_run_group_tests(tests, pki_open, pki_close);
}
