/* What does Expressway make of what the sources say? The certificate guide's chapter 7, "Certificate
 * revocation checking": which kinds of connection use which sources, OCSP before CRLs, the fallback, a CRL
 * that has expired. Sources are written down here; what makes them is test_revocation_sources'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "expressway/revocation.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A source in a word: what kind, and what it says. */
struct word {
    enum fetch_kind kind;
    enum { NONE, GOOD, REVOKED, SILENT, NOT_ASKED, SHA1_ONLY, SHA1_REVOKES, OUTDATED, FOREIGN } says;
};

#define OCSP(what)                                                                                           \
    { FETCH_OCSP, what }
#define POINT(what)                                                                                          \
    { FETCH_CRL, what }
#define BY_HAND(what)                                                                                        \
    { FETCH_MANUAL_CRL, what }
#define AUTOMATIC(what)                                                                                      \
    { FETCH_AUTO_CRL, what }
#define IN_TRUST(what)                                                                                       \
    { FETCH_TRUST_CRL, what }

static struct source *source_of(struct arena *arena, const struct word *word) {
    struct source *s = ARENA_NEW(arena, struct source);
    bool is_ocsp = word->kind == FETCH_OCSP;
    s->kind = word->kind;
    s->uri = "U";
    switch (word->says) {
    case GOOD:
        s->said = SAID_GOOD;
        break;
    case REVOKED:
    case SHA1_REVOKES:
        s->said = SAID_REVOKED;
        s->is_sha256_refused = word->says == SHA1_REVOKES;
        break;
    case NOT_ASKED:
        s->is_untried = true;
        break;
    case SHA1_ONLY:
        s->is_sha256_refused = true;
        s->cause = CAUSE_REVOCATION_OCSP_SHA256_UNSUPPORTED;
        break;
    case OUTDATED:
        s->is_expired = true;
        s->cause = CAUSE_REVOCATION_CRL_EXPIRED;
        break;
    case FOREIGN:
        s->is_of_another = true;
        s->cause = CAUSE_REVOCATION_CRL_WRONG_ISSUER;
        break;
    default:
        s->cause = is_ocsp ? CAUSE_REVOCATION_OCSP_UNREACHABLE : CAUSE_REVOCATION_CRL_UNREACHABLE;
    }
    return s;
}

enum { WORDS = 4 };

static struct cert_sources *sources_of_words(struct arena *arena, const char *name,
                                             const struct word *words) {
    struct cert_sources *sources = ARENA_NEW(arena, struct cert_sources);
    struct cert *cert = ARENA_NEW(arena, struct cert);
    cert->subject = arena_printf(arena, "CN=%s", name);
    sources->cert = cert;
    for (size_t i = 0; i < WORDS && words[i].says != NONE; i++) {
        struct source *s = source_of(arena, &words[i]);
        if (s->kind == FETCH_OCSP) {
            texts_add(arena, &cert->ocsp, s->uri);
            LIST_ADD(arena, &sources->ocsp, s);
        } else {
            if (s->kind == FETCH_CRL)
                texts_add(arena, &cert->cdp, s->uri);
            LIST_ADD(arena, &sources->crl, s);
        }
    }
    return sources;
}

#define ALL .mode = true, .ocsp = true, .crl = true, .cdp = true
#define NO_OCSP .mode = true, .crl = true, .cdp = true
#define NO_RESPONDER "leaf: the certificate names no OCSP responder"
#define FALLBACK "leaf: no status: the fallback decides"

/* clang-format off */
static const struct {
    const char *what;
    struct revocation_settings settings;
    struct word words[WORDS];
    enum decision decision;
    const char *trace; /* its lines, "; " between */
} rows[] = {
    {"checking off", {.mode = false, .ocsp = true}, {OCSP(REVOKED)}, DECIDE_OFF,
     "Certificate revocation checking mode is off: no source is asked"},

    /* OCSP: the first responder that gives a status settles it */
    {"good", {ALL}, {OCSP(GOOD)}, DECIDE_GOOD, "leaf: OCSP U with SHA-256: good"},
    {"revoked", {ALL}, {OCSP(REVOKED)}, DECIDE_REVOKED, "leaf: OCSP U with SHA-256: revoked"},
    {"silence", {ALL}, {OCSP(SILENT)}, DECIDE_NO_STATUS, "leaf: OCSP U with SHA-256: unreachable; " FALLBACK},
    {"not asked", {ALL}, {OCSP(NOT_ASKED)}, DECIDE_UNTRIED, "leaf: OCSP U with SHA-256: not asked"},
    {"SHA-1 only", {ALL}, {OCSP(SHA1_ONLY)}, DECIDE_INVALID, "leaf: OCSP U with SHA-256: answers SHA-1 only"},
    {"revoked for SHA-1, and Expressway asks with SHA-256", {ALL}, {OCSP(SHA1_REVOKES)}, DECIDE_INVALID,
     "leaf: OCSP U with SHA-256: answers SHA-1 only"},
    {"silence, then good", {ALL}, {OCSP(SILENT), OCSP(GOOD)}, DECIDE_GOOD,
     "leaf: OCSP U with SHA-256: unreachable; leaf: OCSP U with SHA-256: good"},
    {"good, and nobody else is asked", {ALL}, {OCSP(GOOD), OCSP(REVOKED)}, DECIDE_GOOD,
     "leaf: OCSP U with SHA-256: good"},
    {"SHA-1 only, then good", {ALL}, {OCSP(SHA1_ONLY), OCSP(GOOD)}, DECIDE_GOOD,
     "leaf: OCSP U with SHA-256: answers SHA-1 only; leaf: OCSP U with SHA-256: good"},
    {"SHA-1 only, then not asked", {ALL}, {OCSP(SHA1_ONLY), OCSP(NOT_ASKED)}, DECIDE_INVALID,
     "leaf: OCSP U with SHA-256: answers SHA-1 only; leaf: OCSP U with SHA-256: not asked"},
    {"not asked, then SHA-1 only", {ALL}, {OCSP(NOT_ASKED), OCSP(SHA1_ONLY)}, DECIDE_INVALID,
     "leaf: OCSP U with SHA-256: not asked; leaf: OCSP U with SHA-256: answers SHA-1 only"},
    {"silence, then not asked", {ALL}, {OCSP(SILENT), OCSP(NOT_ASKED)}, DECIDE_UNTRIED,
     "leaf: OCSP U with SHA-256: unreachable; leaf: OCSP U with SHA-256: not asked"},
    {"not asked, then silence", {ALL}, {OCSP(NOT_ASKED), OCSP(SILENT)}, DECIDE_UNTRIED,
     "leaf: OCSP U with SHA-256: not asked; leaf: OCSP U with SHA-256: unreachable"},
    {"OCSP applies: lists do not", {ALL}, {OCSP(SILENT), POINT(REVOKED)}, DECIDE_NO_STATUS,
     "leaf: OCSP U with SHA-256: unreachable; " FALLBACK
     "; leaf: not used: CRL of the distribution point U: revoked"},

    /* no OCSP: CRLs, where they are used */
    {"no responder", {ALL}, {POINT(GOOD)}, DECIDE_GOOD, NO_RESPONDER
     "; leaf: CRL of the distribution point U: good"},
    {"OCSP off", {NO_OCSP}, {OCSP(REVOKED), POINT(GOOD)}, DECIDE_GOOD,
     "leaf: Use OCSP is off; leaf: CRL of the distribution point U: good; leaf: not used: OCSP U with SHA-256: revoked"},
    {"OCSP off, SHA-1 only", {NO_OCSP}, {OCSP(SHA1_ONLY), POINT(GOOD)}, DECIDE_GOOD,
     "leaf: Use OCSP is off; leaf: CRL of the distribution point U: good; leaf: not used: OCSP U with SHA-256: answers "
     "SHA-1 only"},
    {"CRLs off", {.mode = true, .ocsp = true, .cdp = true}, {POINT(REVOKED)}, DECIDE_NO_STATUS, NO_RESPONDER
     "; leaf: Use CRLs is off; " FALLBACK "; leaf: not used: CRL of the distribution point U: revoked"},
    {"nothing at all", {ALL}, {{FETCH_OCSP, NONE}}, DECIDE_NO_STATUS, NO_RESPONDER
     "; leaf: no CRL for its issuer; " FALLBACK},
    {"downloads off", {.mode = true, .crl = true}, {POINT(GOOD)}, DECIDE_NO_STATUS, NO_RESPONDER
     "; leaf: no CRL: downloads from distribution points are off, and no list was loaded; " FALLBACK
     "; leaf: not used: CRL of the distribution point U: good"},
    {"downloads off, no point", {.mode = true, .crl = true}, {{FETCH_OCSP, NONE}}, DECIDE_NO_STATUS,
     NO_RESPONDER "; leaf: no CRL for its issuer; " FALLBACK},
    {"downloads off, loaded by hand", {.mode = true, .crl = true}, {BY_HAND(GOOD), POINT(REVOKED)},
     DECIDE_GOOD, NO_RESPONDER
     "; leaf: CRL loaded by hand U: good; leaf: not used: CRL of the distribution point U: revoked"},
    {"loaded for another CA", {ALL}, {BY_HAND(FOREIGN)}, DECIDE_NO_STATUS, NO_RESPONDER
     "; leaf: no CRL for its issuer; " FALLBACK},

    /* all lists are in one store: revoked before good before expired before not asked */
    {"good and revoked", {ALL}, {BY_HAND(GOOD), AUTOMATIC(REVOKED)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL loaded by hand U: good; leaf: CRL of the automatic update U: revoked"},
    {"revoked and good", {ALL}, {BY_HAND(REVOKED), AUTOMATIC(GOOD)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL loaded by hand U: revoked; leaf: CRL of the automatic update U: good"},
    {"expired", {ALL}, {POINT(OUTDATED)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL of the distribution point U: expired; leaf: the CRL has expired: every certificate of that CA "
     "counts as invalid"},
    {"expired and good", {ALL}, {POINT(OUTDATED), POINT(GOOD)}, DECIDE_GOOD, NO_RESPONDER
     "; leaf: CRL of the distribution point U: expired; leaf: CRL of the distribution point U: good"},
    {"not asked and expired", {ALL}, {POINT(NOT_ASKED), POINT(OUTDATED)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL of the distribution point U: not asked; leaf: CRL of the distribution point U: expired; leaf: "
     "the CRL has expired: every certificate of that CA counts as invalid"},
    {"silence and not asked", {ALL}, {POINT(SILENT), POINT(NOT_ASKED)}, DECIDE_UNTRIED, NO_RESPONDER
     "; leaf: CRL of the distribution point U: unreachable; leaf: CRL of the distribution point U: not asked"},
    {"silence", {ALL}, {POINT(SILENT)}, DECIDE_NO_STATUS, NO_RESPONDER
     "; leaf: CRL of the distribution point U: unreachable; " FALLBACK},

    /* other connections */
    {"policy servers use lists loaded by hand", {ALL, .connection = CONNECTION_POLICY}, {OCSP(GOOD),
     BY_HAND(REVOKED)}, DECIDE_REVOKED,
     "leaf: OCSP serves SIP TLS connections only; leaf: CRL loaded by hand U: revoked; leaf: not used: OCSP U with SHA-256: "
     "good"},
    {"and an automatic one replaces nothing there", {ALL, .connection = CONNECTION_POLICY}, {BY_HAND(REVOKED),
     AUTOMATIC(GOOD)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL loaded by hand U: revoked; leaf: not used: CRL of the automatic update U: good"},
    {"HTTPS: the automatic one replaces the one by hand", {ALL, .connection = CONNECTION_HTTPS},
     {BY_HAND(REVOKED), AUTOMATIC(GOOD)}, DECIDE_GOOD, NO_RESPONDER
     "; leaf: CRL of the automatic update U: good; leaf: not used: CRL loaded by hand U: revoked"},
    {"HTTPS: unless it says nothing", {ALL, .connection = CONNECTION_HTTPS}, {BY_HAND(REVOKED),
     AUTOMATIC(SILENT)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL loaded by hand U: revoked; leaf: CRL of the automatic update U: unreachable"},
    {"HTTPS: it replaces nothing else", {ALL, .connection = CONNECTION_HTTPS}, {IN_TRUST(REVOKED),
     AUTOMATIC(GOOD)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL in the trusted CA file U: revoked; leaf: CRL of the automatic update U: good"},
    {"HTTPS: in whatever order they came", {ALL, .connection = CONNECTION_HTTPS}, {AUTOMATIC(GOOD), BY_HAND(REVOKED)}, DECIDE_GOOD,
     NO_RESPONDER "; leaf: CRL of the automatic update U: good; leaf: not used: CRL loaded by hand U: revoked"},
    {"SIP TLS: nothing is replaced", {ALL}, {AUTOMATIC(GOOD), BY_HAND(REVOKED)}, DECIDE_REVOKED, NO_RESPONDER
     "; leaf: CRL of the automatic update U: good; leaf: CRL loaded by hand U: revoked"},
};
/* clang-format on */

static char *joined(struct arena *arena, const struct texts *lines) {
    char *text = arena_text(arena, "");
    for (size_t i = 0; i < lines->n; i++)
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : "; ", lines->v[i]);
    return text;
}

static void one_certificate_is_decided_by_the_guide(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct cert_path path = {.certs = {NULL, 0}};
        struct decided decided;
        struct cert_sources *leaf = sources_of_words(arena, "leaf", rows[i].words);
        ((struct cert *)leaf->cert)->common_name = "leaf";
        LIST_ADD(arena, &path.certs, leaf);
        decide(arena, &rows[i].settings, &path, &decided);
        const char *trace = joined(arena, &decided.trace);
        if (decided.decision != rows[i].decision || strcmp(trace, rows[i].trace) != 0)
            fail_msg("%s: %d, %s", rows[i].what, (int)decided.decision, trace);
        bool is_blamed = decided.decision != DECIDE_GOOD && decided.decision != DECIDE_OFF;
        assert_ptr_equal(decided.culprit, is_blamed ? leaf->cert : NULL);
        assert_int_equal(decided.why != NULL, is_blamed);
        arena_free(arena);
    }
}

/* The line of the trace that decided. */
static void the_reason_is_what_decided(void **state) {
    (void)state;
    static const struct {
        struct word words[WORDS];
        const char *why;
    } reasons[] = {
        {{OCSP(REVOKED)}, "OCSP U with SHA-256: revoked"},
        {{OCSP(SILENT)}, "OCSP U with SHA-256: unreachable"},
        {{OCSP(SILENT), POINT(REVOKED)}, "OCSP U with SHA-256: unreachable"},
        {{BY_HAND(REVOKED), AUTOMATIC(GOOD)}, "CRL loaded by hand U: revoked"},
        {{BY_HAND(GOOD), AUTOMATIC(REVOKED)}, "CRL of the automatic update U: revoked"},
        {{BY_HAND(SILENT), AUTOMATIC(SILENT)}, "CRL loaded by hand U: unreachable"},
        {{POINT(OUTDATED)}, "the CRL has expired: every certificate of that CA counts as invalid"},
        {{{FETCH_OCSP, NONE}}, "no CRL for its issuer"},
    };
    for (size_t i = 0; i < COUNT(reasons); i++) {
        struct arena *arena = arena_new();
        struct cert_path path = {.certs = {NULL, 0}};
        struct revocation_settings settings = {ALL};
        struct decided decided;
        LIST_ADD(arena, &path.certs, sources_of_words(arena, "leaf", reasons[i].words));
        decide(arena, &settings, &path, &decided);
        assert_string_equal(decided.why, reasons[i].why);
        arena_free(arena);
    }
}

static void a_malformed_extension_is_told(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct cert_path path = {.certs = {NULL, 0}};
    struct revocation_settings settings = {ALL};
    struct word words[WORDS] = {POINT(GOOD)};
    struct decided decided;
    struct cert_sources *leaf = sources_of_words(arena, "leaf", words);
    ((struct cert *)leaf->cert)->aia_malformed = true;
    LIST_ADD(arena, &path.certs, leaf);
    decide(arena, &settings, &path, &decided);
    assert_string_equal(decided.trace.v[0],
                        "CN=leaf: the certificate's authority information access cannot be read: no "
                        "OCSP responder is known");
    arena_free(arena);
}

/* Every certificate of the chain must pass; the worst decides, and of two alike the lower. */
static void the_worst_of_a_chain_decides(void **state) {
    (void)state;
    static const struct word words[] = {OCSP(GOOD), OCSP(SILENT), OCSP(NOT_ASKED), OCSP(SHA1_ONLY),
                                        OCSP(REVOKED)};
    static const enum decision decisions[] = {DECIDE_GOOD, DECIDE_NO_STATUS, DECIDE_UNTRIED, DECIDE_INVALID,
                                              DECIDE_REVOKED};
    struct revocation_settings settings = {ALL};
    for (size_t low = 0; low < COUNT(words); low++)
        for (size_t high = 0; high < COUNT(words); high++) {
            struct arena *arena = arena_new();
            struct cert_path path = {.certs = {NULL, 0}};
            struct word of_leaf[WORDS] = {words[low]}, of_issuing[WORDS] = {words[high]};
            struct decided decided;
            LIST_ADD(arena, &path.certs, sources_of_words(arena, "leaf", of_leaf));
            LIST_ADD(arena, &path.certs, sources_of_words(arena, "Issuing", of_issuing));
            decide(arena, &settings, &path, &decided);
            size_t worst = high > low ? high : low;
            assert_int_equal(decided.decision, decisions[worst]);
            assert_ptr_equal(decided.culprit, worst == 0 ? NULL : path.certs.v[high > low]->cert);
            arena_free(arena);
        }
}

static void connections_use_their_sources(void **state) {
    (void)state;
    static const char *const used[] = {/* OCSP, distribution point, by hand, automatic, trusted CA file */
                                       [CONNECTION_SIP_TLS] = "+++++",
                                       [CONNECTION_POLICY] = "--+--",
                                       [CONNECTION_LDAP] = "----+",
                                       [CONNECTION_HTTPS] = "--+++"};
    static const enum fetch_kind kinds[] = {FETCH_OCSP, FETCH_CRL, FETCH_MANUAL_CRL, FETCH_AUTO_CRL,
                                            FETCH_TRUST_CRL};
    for (size_t c = 0; c < COUNT(used); c++)
        for (size_t k = 0; k < COUNT(kinds); k++)
            assert_int_equal(connection_uses((enum revocation_connection)c, kinds[k]), used[c][k] == '+');
}

static void decisions_have_their_outcome(void **state) {
    (void)state;
    static const struct {
        enum decision decision;
        bool accepts_if_revoked, accepts_if_not; /* treat as revoked; as not revoked */
        enum cause_id if_revoked, if_not;
    } outcomes[] = {
        {DECIDE_GOOD, true, true, CAUSE_NONE, CAUSE_NONE},
        {DECIDE_OFF, true, true, CAUSE_REVOCATION_VERDICT_CHECKING_OFF,
         CAUSE_REVOCATION_VERDICT_CHECKING_OFF},
        {DECIDE_UNTRIED, false, false, CAUSE_NONE, CAUSE_NONE},
        {DECIDE_NO_STATUS, false, true, CAUSE_REVOCATION_VERDICT_FALLBACK_REJECTS,
         CAUSE_REVOCATION_VERDICT_FALLBACK_ACCEPTS},
        {DECIDE_INVALID, false, false, CAUSE_REVOCATION_VERDICT_VALIDATION_FAILS,
         CAUSE_REVOCATION_VERDICT_VALIDATION_FAILS},
        {DECIDE_REVOKED, false, false, CAUSE_REVOCATION_VERDICT_REVOKED, CAUSE_REVOCATION_VERDICT_REVOKED},
    };
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        assert_int_equal(decision_accepts(outcomes[i].decision, true), outcomes[i].accepts_if_revoked);
        assert_int_equal(decision_accepts(outcomes[i].decision, false), outcomes[i].accepts_if_not);
        assert_int_equal(decision_cause(outcomes[i].decision, true), outcomes[i].if_revoked);
        assert_int_equal(decision_cause(outcomes[i].decision, false), outcomes[i].if_not);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_certificate_is_decided_by_the_guide),
        cmocka_unit_test(the_reason_is_what_decided),
        cmocka_unit_test(a_malformed_extension_is_told),
        cmocka_unit_test(the_worst_of_a_chain_decides),
        cmocka_unit_test(connections_use_their_sources),
        cmocka_unit_test(decisions_have_their_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
