/* What do client and server agree on, and when not, why not? Pairs of profiles, strings and surveys on paper.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "expressway/overlap.h"
#include "catalogue/release.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void side_named(struct arena *arena, const char *name, struct cipher_side *side) {
    const struct cipher_profile *profile = profile_find(name);
    struct cipher_string read;
    if (profile != NULL)
        side_of_profile(arena, profile, side);
    else
        side_of_string(arena, name, RELEASE_X15_5, &read, side);
}

static void assert_text(const char *got, const char *wanted) {
    if (wanted == NULL)
        assert_null(got);
    else if (got == NULL)
        fail_msg("nothing, wanted %s", wanted);
    else
        assert_string_equal(got, wanted);
}

/* ---- profiles ---- */

static void test_profiles(void **state) {
    static const struct {
        const char *client, *server;
        int version, suite;
        const char *group, *certificate, *cause;
    } rows[] = {
        /* what the X14.2 upgrade changed: the same Unified CM shows its other certificate */
        {"expressway-x14.0", "ucm-all-rsa-preferred", TLS12, 0xC030, "secp256r1", "RSA", NULL},
        {"expressway-x14.2", "ucm-all-rsa-preferred", TLS12, 0xC02C, "secp256r1", "ECDSA", NULL},
        {"expressway-x14.2-upgraded", "ucm-all-rsa-preferred", TLS12, 0xC030, "secp256r1", "RSA", NULL},
        {"expressway-x15.0", "ucm-all-rsa-preferred", TLS12, 0xC02C, "secp256r1", "ECDSA", NULL},
        /* TLS 1.3 of 15SU2: by default the order of the TLS 1.2 suites decides */
        {"expressway-x15.0", "ucm-all-rsa-preferred-15su2", TLS13, 0x1302, "x25519", "ECDSA", NULL},
        {"expressway-x15.0-upgraded", "ucm-all-rsa-preferred-15su2", TLS13, 0x1302, "x25519", "RSA", NULL},
        {"expressway-x14.0", "ucm-all-rsa-preferred-15su2", TLS12, 0xC030, "x25519", "RSA", NULL},
        /* RSA Ciphers Only loads no ECDSA certificate */
        {"expressway-x15.0", "ucm-https-rsa-only", TLS13, 0x1302, "x25519", "RSA", NULL},
        {"expressway-x14.2-tls12", "ucm-https-rsa-only", TLS12, 0xC030, "x25519", "RSA", NULL},
        {"expressway-x15.0", "ucm-https-all", TLS13, 0x1302, "x25519", "ECDSA", NULL},
        /* Unified CM as the client: its parameter's order, Expressway's RSA certificate */
        {"ucm-all-ecdsa-preferred", "expressway-x15.0", TLS12, 0xC030, "secp256r1", "RSA", NULL},
        {"ucm-strongest-ecdsa-preferred-15su2", "expressway-x15.0", TLS13, 0x1302, "x25519", "RSA", NULL},
        {"expressway-x15.0", "imp-medium-rsa-preferred", TLS12, 0xC02C, "secp256r1", "ECDSA", NULL},
        /* strings: TLS 1.3's own suites are added */
        {"AES128-SHA", "ucm-all-rsa-preferred", TLS12, 0x002F, NULL, "RSA", NULL},
        {"AES128-SHA", "ucm-all-rsa-preferred-15su2", TLS13, 0x1302, "x25519", "RSA", NULL},
        {"ECDHE-RSA-AES256-GCM-SHA384", "ucm-strongest-ecdsa-preferred", TLS12, 0xC030, "secp256r1", "RSA",
         NULL},
        /* nothing in common */
        {"AES256-SHA", "ucm-all-rsa-preferred", TLS12, 0, NULL, NULL, "no-common-suite"},
        {"DHE-RSA-AES256-SHA", "ucm-medium-rsa-preferred", TLS12, 0, NULL, NULL, "no-common-suite"},
        {"ECDHE-ECDSA-AES128-GCM-SHA256", "expressway-x14.0", TLS12, 0, NULL, NULL,
         "certificate-type-mismatch"},
        {"ECDHE-ECDSA-AES128-GCM-SHA256:AES128-SHA", "expressway-x14.0", TLS12, 0x002F, NULL, "RSA", NULL},
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_side client, server;
        struct overlap overlap;
        side_named(arena, rows[i].client, &client);
        side_named(arena, rows[i].server, &server);
        overlap_find(arena, &client, &server, &overlap);
        print_message("%s and %s\n", rows[i].client, rows[i].server);
        assert_text(cause_text(overlap.cause), rows[i].cause);
        assert_int_equal(overlap.version, rows[i].version);
        if (rows[i].cause != NULL)
            continue;
        assert_int_equal(overlap.suite, rows[i].suite);
        assert_text(overlap.group, rows[i].group);
        assert_text(overlap.certificate, rows[i].certificate);
    }
    arena_free(arena);
}

/* Field-facts: all lists of Unified CM overlap with Expressway's default, either way round. */
static void test_products_always_overlap(void **state) {
    size_t pairs = 0;
    (void)state;
    struct arena *arena = arena_new();
    for (const struct cipher_profile *c = cipher_profiles; c->name != NULL; c++)
        for (const struct cipher_profile *s = cipher_profiles; s->name != NULL; s++) {
            struct cipher_side client, server;
            struct overlap overlap;
            if (s->certificates[0] == NULL)
                continue;
            side_of_profile(arena, c, &client);
            side_of_profile(arena, s, &server);
            overlap_find(arena, &client, &server, &overlap);
            if (overlap.cause != CAUSE_NONE)
                fail_msg("%s and %s: %s", c->name, s->name, cause_text(overlap.cause));
            pairs++;
        }
    assert_true(pairs > 500);
    arena_free(arena);
}

/* ---- the tables themselves ---- */

static bool has_curve(const char *const *groups) {
    for (; *groups != NULL; groups++)
        if (strcmp(*groups, "secp256r1") == 0)
            return true;
    return false;
}

static void test_profile_tables(void **state) {
    (void)state;
    for (const struct cipher_profile *p = cipher_profiles; p->name != NULL; p++) {
        size_t first = (size_t)-1, twelve = 0;
        print_message("%s\n", p->name);
        assert_ptr_equal(profile_find(p->name), p); /* the name is one of its own */
        assert_true(strlen(p->title) > 0 && strlen(p->source) > 0);
        assert_true(p->oldest <= p->newest && p->oldest >= SSL3 && p->newest <= TLS13);
        assert_true(has_curve(p->groups) && p->signatures[0] != NULL);
        for (size_t i = 0; p->suites[i] != 0; i++) {
            const struct suite *suite = suite_by_id(p->suites[i]);
            assert_non_null(suite);
            if (!suite_is_13(suite) && twelve++ == 0)
                first = i;
            for (size_t k = 0; k < i; k++)
                assert_int_not_equal(p->suites[k], p->suites[i]);
            assert_true(!suite_is_13(suite) || twelve == 0); /* those of TLS 1.3 first */
        }
        assert_true(twelve > 0 && first != (size_t)-1);
    }
    assert_true(profile_name_is_meant("expressway-x99") && profile_name_is_meant("ucm-foo"));
    assert_false(profile_name_is_meant("EECDH:EDH") || profile_name_is_meant("HIGH"));
}

static void test_profile_of_release(void **state) {
    static const struct {
        const char *release, *profile;
    } rows[] = {
        {"X8.11", "expressway-x12.6"},   {"X12.6", "expressway-x12.6"},   {"X14.0", "expressway-x14.0"},
        {"X14.0.8", "expressway-x14.0"}, {"X14.2", "expressway-x14.2"},   {"X14.3", "expressway-x14.2"},
        {"X15.0", "expressway-x15.0"},   {"X15.0.2", "expressway-x15.0"}, {"X15.1", "expressway-x15.0"},
        {"X15.2", "expressway-x15.2"},   {"X15.5", "expressway-x15.2"}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int release;
        assert_true(release_read(rows[i].release, &release));
        assert_string_equal(profile_of_release(release)->name, rows[i].profile);
    }
}

static void test_profile_of_ucm(void **state) {
    static const struct {
        const char *setting;
        bool imp, tls13;
        const char *profile;
    } rows[] = {{NULL, false, false, "ucm-all-rsa-preferred"},
                {"all-rsa-preferred", false, true, "ucm-all-rsa-preferred-15su2"},
                {"All Ciphers ECDSA Preferred", false, false, "ucm-all-ecdsa-preferred"},
                {"strongest-rsa-preferred", true, false, "imp-strongest-rsa-preferred"},
                {"anything else", false, false, NULL}};
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct cipher_profile *p = profile_of_ucm(arena, rows[i].setting, rows[i].imp, rows[i].tls13);
        assert_text(p == NULL ? NULL : p->name, rows[i].profile);
    }
    arena_free(arena);
}

/* ---- surveys ---- */

struct accepts {
    int version, suite;
    const char *certificate;
};

static void survey_of(struct arena *arena, const struct accepts *accepts, const char *preference,
                      struct cipher_survey *survey) {
    *survey = (struct cipher_survey){.endpoint = arena_text(arena, "srv:443"), .complete = true};
    for (; accepts->version != 0; accepts++) {
        struct accepted_suite *a = ARENA_NEW(arena, struct accepted_suite);
        a->version = accepts->version;
        a->suite = accepts->suite;
        a->certificate = arena_text(arena, accepts->certificate);
        LIST_ADD(arena, &survey->accepted, a);
    }
    for (int version = SSL3; version <= TLS13; version++) {
        struct version_answer *v = ARENA_NEW(arena, struct version_answer);
        v->version = version;
        v->state = arena_text(arena, "accepted");
        v->preference = arena_text(arena, preference);
        LIST_ADD(arena, &survey->versions, v);
    }
}

static void set_texts(struct arena *arena, struct texts *to, const char *a, const char *b) {
    *to = (struct texts){NULL, 0};
    if (a != NULL)
        texts_add(arena, to, a);
    if (b != NULL)
        texts_add(arena, to, b);
}

static void test_surveys(void **state) {
    static const struct {
        const char *what, *client;
        struct accepts accepts[5];
        const char *preference, *group12, *signature;
        int suite;
        const char *certificate, *cause;
    } rows[] = {
        {"the server's order decides",
         "expressway-x14.0",
         {{TLS12, 0xC02F, "RSA"}, {TLS12, 0xC030, "RSA"}},
         "server",
         NULL,
         NULL,
         0xC02F,
         "RSA",
         NULL},
        {"the client's order decides",
         "expressway-x14.0",
         {{TLS12, 0xC02F, "RSA"}, {TLS12, 0xC030, "RSA"}},
         "client",
         NULL,
         NULL,
         0xC030,
         "RSA",
         NULL},
        {"only AES-256 with SHA-1, which Expressway leaves out",
         "expressway-x15.0",
         {{TLS12, 0xC014, "RSA"}, {TLS12, 0x0035, "RSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "no-common-suite"},
        {"one suite more and it works",
         "expressway-x15.0",
         {{TLS12, 0xC014, "RSA"}, {TLS12, 0x002F, "RSA"}},
         "server",
         NULL,
         NULL,
         0x002F,
         "RSA",
         NULL},
        {"TLS 1.0 and 1.1 alone",
         "expressway-x15.0",
         {{TLS11, 0xC013, "RSA"}, {TLS10, 0xC013, "RSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "no-common-version"},
        {"TLS 1.0 is in common with an old Unified CM",
         "ucm-all-rsa-preferred",
         {{TLS10, 0x002F, "RSA"}},
         "server",
         NULL,
         NULL,
         0x002F,
         "RSA",
         NULL},
        {"only TLS 1.3, against X14.0",
         "expressway-x14.0",
         {{TLS13, 0x1302, "RSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "no-common-version"},
        {"ECDSA suites alone against an RSA server",
         "ECDHE-ECDSA-AES128-GCM-SHA256",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "certificate-type-mismatch"},
        {"RSA suites alone against an ECDSA server",
         "ECDHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0xC02B, "ECDSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "certificate-type-mismatch"},
        {"another cipher altogether is no matter of the key",
         "ECDHE-ECDSA-CHACHA20-POLY1305",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "no-common-suite"},
        {"no curve in common",
         "ECDHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         "secp224r1",
         NULL,
         0,
         NULL,
         "no-common-group"},
        {"no curve in common, but a suite that needs none",
         "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA",
         {{TLS12, 0xC02F, "RSA"}, {TLS12, 0x002F, "RSA"}},
         "server",
         "secp224r1",
         NULL,
         0x002F,
         "RSA",
         NULL},
        {"signs with SHA-1 alone",
         "expressway-x14.0",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         "secp256r1",
         "rsa_pkcs1_sha1",
         0,
         NULL,
         "no-common-signature-algorithm"},
        {"signs with SHA-1 alone, against a string",
         "ECDHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         "secp256r1",
         "rsa_pkcs1_sha1",
         0,
         NULL,
         "no-common-signature-algorithm"},
        {"signs with what nobody knows",
         "ECDHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         "secp256r1",
         "no such algorithm",
         0,
         NULL,
         "no-common-signature-algorithm"},
        {"a group that nobody knows",
         "ECDHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         "no such group",
         NULL,
         0,
         NULL,
         "no-common-group"},
        {"ECDHE with pre-shared keys needs a curve, too",
         "ECDHE-PSK-AES128-CBC-SHA",
         {{TLS12, 0xC035, "none"}},
         "server",
         "secp224r1",
         NULL,
         0,
         NULL,
         "no-common-group"},
        {"what an anonymous suite shows is no certificate",
         "ECDHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0xC018, "none"}, {TLS12, 0xC02F, NULL}},
         "server",
         NULL,
         NULL,
         0xC02F,
         "RSA",
         NULL},
        {"an RSA-PSS key serves RSA suites",
         "ECDHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0xC02F, "RSA-PSS"}},
         "server",
         NULL,
         NULL,
         0xC02F,
         "RSA-PSS",
         NULL},
        {"a DSA key: Expressway offers no signature of its kind",
         "DHE-DSS-AES128-GCM-SHA256",
         {{TLS12, 0x00A2, "DSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "no-common-signature-algorithm"},
        {"a DSA key for RSA suites",
         "DHE-RSA-AES128-GCM-SHA256",
         {{TLS12, 0x00A2, "DSA"}},
         "server",
         NULL,
         NULL,
         0,
         NULL,
         "certificate-type-mismatch"},
        {"signs with SHA-256",
         "expressway-x14.0",
         {{TLS12, 0xC02F, "RSA"}},
         "server",
         "secp256r1",
         "rsa_pkcs1_sha256",
         0xC02F,
         "RSA",
         NULL},
        {"an Ed25519 key serves ECDSA suites",
         "expressway-x14.0",
         {{TLS12, 0xC02B, "Ed25519"}},
         "server",
         NULL,
         "ed25519",
         0xC02B,
         "Ed25519",
         NULL},
        {"anonymous suites need no certificate",
         "AECDH-AES128-SHA:ADH-AES128-SHA",
         {{TLS12, 0xC018, "none"}},
         "server",
         NULL,
         NULL,
         0xC018,
         "none",
         NULL},
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_survey survey;
        struct cipher_side client, server;
        struct overlap overlap;
        survey_of(arena, rows[i].accepts, rows[i].preference, &survey);
        set_texts(arena, &survey.groups12, rows[i].group12, NULL);
        set_texts(arena, &survey.signature_algorithms, rows[i].signature, NULL);
        side_named(arena, rows[i].client, &client);
        side_of_survey(arena, &survey, &server);
        overlap_find(arena, &client, &server, &overlap);
        print_message("%s\n", rows[i].what);
        assert_text(cause_text(overlap.cause), rows[i].cause);
        if (rows[i].cause != NULL)
            continue;
        assert_int_equal(overlap.suite, rows[i].suite);
        assert_text(overlap.certificate, rows[i].certificate);
    }
    arena_free(arena);
}

/* TLS 1.3: signature algorithms choose the certificate, in the client's order or the server's. */
static void test_tls13_certificates(void **state) {
    static const struct accepts accepts[] = {{TLS13, 0x1301, "ECDSA"}, {0}};
    static const struct {
        const char *client, *preference, *first, *second, *signs1, *signs2, *certificate, *cause;
    } rows[] = {
        {"expressway-x15.0", "client", "ECDSA", "RSA", "rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256",
         "ECDSA", NULL},
        {"expressway-x15.2-sip-rsa", "client", "ECDSA", "RSA", "ecdsa_secp256r1_sha256",
         "rsa_pss_rsae_sha256", "RSA", NULL},
        {"expressway-x15.0", "server", "ECDSA", "RSA", "rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256", "RSA",
         NULL},
        {"expressway-x15.0", "client", "RSA", NULL, "rsa_pss_rsae_sha256", NULL, "RSA", NULL},
        {"expressway-x15.0", "client", "RSA", NULL, NULL, NULL, "RSA", NULL},
        {"expressway-x15.0", "client", "RSA", NULL, "rsa_pkcs1_sha256", NULL, NULL,
         "no-common-signature-algorithm"},
        {"expressway-x15.0", "client", "ECDSA", NULL, "ecdsa_brainpoolP256r1tls13_sha256", NULL, NULL,
         "no-common-signature-algorithm"},
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_survey survey;
        struct cipher_side client, server;
        struct overlap overlap;
        survey_of(arena, accepts, rows[i].preference, &survey);
        set_texts(arena, &survey.certificates13, rows[i].first, rows[i].second);
        set_texts(arena, &survey.signature_algorithms, rows[i].signs1, rows[i].signs2);
        side_named(arena, rows[i].client, &client);
        side_of_survey(arena, &survey, &server);
        overlap_find(arena, &client, &server, &overlap);
        print_message("row %zu\n", i);
        assert_text(cause_text(overlap.cause), rows[i].cause);
        if (rows[i].cause == NULL)
            assert_text(overlap.certificate, rows[i].certificate);
    }
    arena_free(arena);
}

/* ---- the sides themselves ---- */

static size_t count_of(const struct suite_ids *ids, int id) {
    size_t n = 0;
    for (size_t i = 0; i < ids->n; i++)
        n += ids->v[i] == id;
    return n;
}

/* Every suite of the profile, in the versions that it fits and the profile speaks, and no other. */
static void test_sides_of_profiles(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    for (const struct cipher_profile *p = cipher_profiles; p->name != NULL; p++) {
        struct cipher_side side;
        size_t wanted = 0, got = 0;
        side_of_profile(arena, p, &side);
        for (int version = SSL3; version <= TLS13; version++) {
            got += side.suites[version - SSL3].n;
            for (const int *id = p->suites; *id != 0; id++) {
                bool fits = version >= p->oldest && version <= p->newest &&
                            suite_fits_version(suite_by_id(*id), version);
                wanted += fits;
                assert_int_equal(count_of(&side.suites[version - SSL3], *id), fits);
            }
        }
        assert_int_equal(got, wanted);
    }
    arena_free(arena);
}

/* TLS 1.3 came with X14.2 (field-facts 4.1). */
static void test_sides_of_strings(void **state) {
    static const struct {
        int release;
        size_t suites13;
    } rows[] = {{RELEASE_X14_0_8, 0}, {RELEASE_X14_2, 3}, {RELEASE_X15_5, 3}};
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_side side;
        struct cipher_string read;
        side_of_string(arena, "AES128-SHA:AES256-SHA", rows[i].release, &read, &side);
        assert_int_equal(side.suites[TLS13 - SSL3].n, rows[i].suites13);
        assert_int_equal(side.suites[TLS12 - SSL3].n, 2);
        assert_int_equal(side.suites[TLS11 - SSL3].n, 0);
    }
    arena_free(arena);
}

static void test_sides_of_surveys(void **state) {
    static const struct accepts accepts[] = {{TLS13, 0x1301, NULL}, {SSL3, 0x002F, NULL}, {0}};
    (void)state;
    struct arena *arena = arena_new();
    struct cipher_survey survey;
    struct cipher_side side;
    struct cert cert = {.version = 3};
    survey_of(arena, accepts, "server", &survey);
    side_of_survey(arena, &survey, &side);
    assert_int_equal(side.suites[0].n, 1);
    assert_int_equal(side.suites[TLS13 - SSL3].n, 1);
    assert_true(side.is_own_order[0] && side.is_own_order[TLS13 - SSL3]);
    assert_int_equal(side.certificates.n, 0);
    LIST_ADD(arena, &survey.chain_rsa, &cert);
    LIST_ADD(arena, &survey.chain_ecdsa, &cert);
    side_of_survey(arena, &survey, &side);
    assert_int_equal(side.certificates.n, 2);
    assert_string_equal(side.certificates.v[0], "RSA");
    assert_string_equal(side.certificates.v[1], "ECDSA");
    assert_int_equal(side.certificates13.n, 2); /* where TLS 1.3 was not asked apart: the same */
    texts_add(arena, &survey.certificates13, "ECDSA");
    side_of_survey(arena, &survey, &side);
    assert_int_equal(side.certificates13.n, 1);
    arena_free(arena);
}

/* ---- what real clients offered, against servers on paper ---- */

static void words_add(struct arena *arena, struct texts *to, const char *words) {
    char *rest = arena_text(arena, words), *save = NULL;
    for (char *one = rest == NULL ? NULL : strtok_r(rest, " ", &save); one != NULL;
         one = strtok_r(NULL, " ", &save))
        texts_add(arena, to, one);
}

static void test_offers(void **state) {
    static const struct {
        const char *what, *versions, *suites, *groups, *signatures; /* of the client */
        struct accepts accepts[3];
        const char *server_groups, *server_signatures, *certificates13;
        int version;
        const char *cause, *group, *signature, *certificate;
    } rows[] = {
        {"names of OpenSSL are known",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         "X25519 P-256",
         "rsa_pss_rsae_sha256 rsa_pkcs1_sha256",
         {{TLS12, 0xC02F, "RSA"}},
         "secp256r1",
         "rsa_pkcs1_sha256",
         NULL,
         TLS12,
         NULL,
         "secp256r1",
         "rsa_pkcs1_sha256",
         "RSA"},
        {"names of IANA, too",
         "TLSv1.2",
         "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
         "secp256r1",
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         "secp256r1",
         NULL,
         NULL,
         TLS12,
         NULL,
         "secp256r1",
         NULL,
         "RSA"},
        {"what nobody knows is passed over",
         "TLSv1.2",
         "0xFAFA ECDHE-RSA-AES128-GCM-SHA256",
         "0xFAFA P-256",
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         "secp256r1",
         NULL,
         NULL,
         TLS12,
         NULL,
         "secp256r1",
         NULL,
         "RSA"},
        {"no version in common",
         "TLSv1.2",
         "AES128-SHA TLS_AES_128_GCM_SHA256",
         NULL,
         NULL,
         {{TLS13, 0x1301, "RSA"}},
         NULL,
         NULL,
         NULL,
         0,
         "no-common-version",
         NULL,
         NULL,
         NULL},
        {"a DSA key serves DSS suites",
         "TLSv1.2",
         "DHE-DSS-AES128-GCM-SHA256",
         NULL,
         NULL,
         {{TLS12, 0x00A2, "DSA"}},
         NULL,
         NULL,
         NULL,
         TLS12,
         NULL,
         NULL,
         NULL,
         "DSA"},
        {"SSLv3 alone",
         "SSLv3",
         "AES128-SHA",
         NULL,
         NULL,
         {{SSL3, 0x002F, "RSA"}},
         NULL,
         NULL,
         NULL,
         SSL3,
         NULL,
         NULL,
         NULL,
         "RSA"},
        {"no lists: nothing is known, nothing is wrong",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         NULL,
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         NULL,
         NULL,
         NULL,
         TLS12,
         NULL,
         NULL,
         NULL,
         "RSA"},
        {"the server's groups alone are known",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         NULL,
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         "secp224r1",
         NULL,
         NULL,
         TLS12,
         NULL,
         NULL,
         NULL,
         "RSA"},
        {"a client with one group",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         "P-521",
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         "secp224r1",
         NULL,
         NULL,
         TLS12,
         "no-common-group",
         NULL,
         NULL,
         NULL},
        {"the server's signatures alone are known",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         NULL,
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         NULL,
         "rsa_pkcs1_sha256",
         NULL,
         TLS12,
         NULL,
         NULL,
         "rsa_pkcs1_sha256",
         "RSA"},
        {"one of them of another key",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         NULL,
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         NULL,
         "ecdsa_secp256r1_sha256",
         NULL,
         TLS12,
         "no-common-signature-algorithm",
         NULL,
         NULL,
         NULL},
        {"the client's signatures alone are known",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         NULL,
         "rsa_pkcs1_sha256",
         {{TLS12, 0xC02F, "RSA"}},
         NULL,
         NULL,
         NULL,
         TLS12,
         NULL,
         NULL,
         "rsa_pkcs1_sha256",
         "RSA"},
        {"one of them of another key",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         NULL,
         "ecdsa_secp256r1_sha256",
         {{TLS12, 0xC02F, "RSA"}},
         NULL,
         NULL,
         NULL,
         TLS12,
         "no-common-signature-algorithm",
         NULL,
         NULL,
         NULL},
        {"finite fields are groups of TLS 1.3",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         "ffdhe2048",
         NULL,
         {{TLS13, 0x1301, "RSA"}},
         "ffdhe2048",
         NULL,
         NULL,
         TLS13,
         NULL,
         "ffdhe2048",
         NULL,
         "RSA"},
        {"and not of TLS 1.2's curves",
         "TLSv1.2",
         "ECDHE-RSA-AES128-GCM-SHA256",
         "ffdhe2048",
         NULL,
         {{TLS12, 0xC02F, "RSA"}},
         "ffdhe2048",
         NULL,
         NULL,
         TLS12,
         "no-common-group",
         NULL,
         NULL,
         NULL},
        {"no group in common in TLS 1.3",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         "P-256",
         NULL,
         {{TLS13, 0x1301, "RSA"}},
         "secp384r1",
         NULL,
         NULL,
         TLS13,
         "no-common-group",
         NULL,
         NULL,
         NULL},
        {"no suite in common in TLS 1.3",
         "TLSv1.3",
         "TLS_AES_256_GCM_SHA384",
         NULL,
         NULL,
         {{TLS13, 0x1301, "RSA"}},
         NULL,
         NULL,
         NULL,
         TLS13,
         "no-common-suite",
         NULL,
         NULL,
         NULL},
        /* RFC 8446 4.2.3: not in TLS 1.3 */
        {"SHA-1 with ECDSA",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         NULL,
         "ecdsa_sha1",
         {{TLS13, 0x1301, "ECDSA"}},
         NULL,
         "ecdsa_sha1",
         "ECDSA",
         TLS13,
         "no-common-signature-algorithm",
         NULL,
         NULL,
         NULL},
        {"SHA-224 with ECDSA",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         NULL,
         "ecdsa_sha224",
         {{TLS13, 0x1301, "ECDSA"}},
         NULL,
         "ecdsa_sha224",
         "ECDSA",
         TLS13,
         "no-common-signature-algorithm",
         NULL,
         NULL,
         NULL},
        {"DSA",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         NULL,
         "dsa_sha256",
         {{TLS13, 0x1301, "DSA"}},
         NULL,
         "dsa_sha256",
         "DSA",
         TLS13,
         "no-common-signature-algorithm",
         NULL,
         NULL,
         NULL},
        {"PKCS #1",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         NULL,
         "rsa_pkcs1_sha256",
         {{TLS13, 0x1301, "RSA"}},
         NULL,
         "rsa_pkcs1_sha256",
         "RSA",
         TLS13,
         "no-common-signature-algorithm",
         NULL,
         NULL,
         NULL},
        /* which certificate comes */
        {"one is all there is",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         NULL,
         NULL,
         {{TLS13, 0x1301, "ECDSA"}},
         NULL,
         NULL,
         "RSA",
         TLS13,
         NULL,
         NULL,
         NULL,
         "RSA"},
        {"of two nobody can tell",
         "TLSv1.3",
         "TLS_AES_128_GCM_SHA256",
         NULL,
         NULL,
         {{TLS13, 0x1301, NULL}},
         NULL,
         NULL,
         "RSA ECDSA",
         TLS13,
         NULL,
         NULL,
         NULL,
         NULL},
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_offer offer = {.sni = NULL};
        struct cipher_survey survey;
        struct cipher_side client, server;
        struct overlap overlap;
        words_add(arena, &offer.versions, rows[i].versions);
        words_add(arena, &offer.suites, rows[i].suites);
        words_add(arena, &offer.groups, rows[i].groups);
        words_add(arena, &offer.signature_algorithms, rows[i].signatures);
        survey_of(arena, rows[i].accepts, "client", &survey);
        words_add(arena, &survey.groups12, rows[i].server_groups);
        words_add(arena, &survey.groups13, rows[i].server_groups);
        words_add(arena, &survey.signature_algorithms, rows[i].server_signatures);
        words_add(arena, &survey.certificates13, rows[i].certificates13);
        side_of_offer(arena, "a client", &offer, &client);
        side_of_survey(arena, &survey, &server);
        overlap_find(arena, &client, &server, &overlap);
        print_message("%s\n", rows[i].what);
        assert_text(cause_text(overlap.cause), rows[i].cause);
        assert_int_equal(overlap.version, rows[i].version);
        if (rows[i].cause != NULL)
            continue;
        assert_text(overlap.group, rows[i].group);
        assert_text(overlap.signature, rows[i].signature);
        assert_text(overlap.certificate, rows[i].certificate);
    }
    arena_free(arena);
}

static void test_hostile_survey(void **state) {
    static const struct accepts accepts[] = {
        {0x7fff, 0xffffff, NULL}, {-1, -1, "none"}, {TLS12, 0xFFFF, NULL}, {0}};
    struct cipher_survey survey;
    struct cipher_side client, server;
    struct overlap overlap;
    (void)state;
    struct arena *arena = arena_new();
    survey_of(arena, accepts, NULL, &survey);
    set_texts(arena, &survey.groups12, "no such group", "");
    set_texts(arena, &survey.signature_algorithms, "no such algorithm", "");
    side_named(arena, "expressway-x15.0", &client);
    side_of_survey(arena, &survey, &server);
    overlap_find(arena, &client, &server, &overlap);
    assert_string_equal(cause_text(overlap.cause), "no-common-suite");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_profiles),
                                       cmocka_unit_test(test_products_always_overlap),
                                       cmocka_unit_test(test_profile_tables),
                                       cmocka_unit_test(test_profile_of_release),
                                       cmocka_unit_test(test_profile_of_ucm),
                                       cmocka_unit_test(test_surveys),
                                       cmocka_unit_test(test_tls13_certificates),
                                       cmocka_unit_test(test_sides_of_profiles),
                                       cmocka_unit_test(test_sides_of_strings),
                                       cmocka_unit_test(test_sides_of_surveys),
                                       cmocka_unit_test(test_offers),
                                       cmocka_unit_test(test_hostile_survey)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
