/* Does judge_cipher tell what a server takes, what its clients make of it, and whose certificate comes? One
 * broken thing per row, from a healthy deployment whose Unified CM was enumerated. */
#include "healthy.h"
#include "pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "facts/suites.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SERVER "server.example.com:8443"
#define C_LIST "trust/expc"
#define GIVEN "given.pem"

static struct {
    struct arena *arena;
    const struct issued *rsa_root, *ecdsa_root, *rsa, *ecdsa;
} pki;

static int pki_open(void **state) {
    (void)state;
    pki.arena = arena_new();
    pki.rsa_root = pki_issue(pki.arena, &(struct spec){.name = "RSA Root", .is_ca = true});
    pki.ecdsa_root = pki_issue(pki.arena, &(struct spec){.name = "ECDSA Root", .is_ca = true});
    pki.rsa = pki_issue(pki.arena, &(struct spec){.name = UCM1, .by = pki.rsa_root, .key_type = "RSA 2048"});
    pki.ecdsa = pki_issue(pki.arena, &(struct spec){.name = UCM1, .by = pki.ecdsa_root});
    return 0;
}

static int pki_close(void **state) {
    (void)state;
    pki_clear();
    arena_free(pki.arena);
    return 0;
}

/* ---- a survey ---- */

static struct cipher_survey *survey_of(struct facts *facts) {
    return facts->ciphers.v[0];
}

static struct version_answer *version_of(struct facts *facts, int version) {
    struct cipher_survey *survey = survey_of(facts);
    for (size_t i = 0; i < survey->versions.n; i++)
        if (survey->versions.v[i]->version == version)
            return survey->versions.v[i];
    fail_msg("no such version");
    return NULL;
}

static struct accepted_suite *take(struct facts *facts, int version, int suite) {
    struct accepted_suite *a = ARENA_NEW(facts->arena, struct accepted_suite);
    const struct suite *row = suite_by_id(suite);
    assert_non_null(row);
    a->version = version;
    a->suite = suite;
    a->certificate = arena_text(facts->arena, row->auth == AUTH_ECDSA  ? "ECDSA"
                                              : row->auth == AUTH_NONE ? "none"
                                                                       : "RSA");
    if (suite_has_forward_secrecy(row))
        a->group = arena_text(facts->arena, "x25519");
    LIST_ADD(facts->arena, &survey_of(facts)->accepted, a);
    version_of(facts, version)->state = arena_text(facts->arena, "accepted");
    return a;
}

static void survey_new(struct facts *facts, const char *endpoint) {
    struct cipher_survey *survey = ARENA_NEW(facts->arena, struct cipher_survey);
    survey->endpoint = arena_text(facts->arena, endpoint);
    survey->complete = true;
    survey->connections = 30;
    for (int version = SSL3; version <= TLS13; version++) {
        struct version_answer *v = ARENA_NEW(facts->arena, struct version_answer);
        v->version = version;
        v->state = arena_text(facts->arena, "refused");
        v->how = arena_text(facts->arena, "alert protocol_version");
        LIST_ADD(facts->arena, &survey->versions, v);
    }
    texts_add(facts->arena, &survey->groups12, "x25519");
    texts_add(facts->arena, &survey->groups13, "x25519");
    LIST_ADD(facts->arena, &facts->ciphers, survey);
}

static void signs(struct facts *facts, const char *algorithm) {
    texts_add(facts->arena, &survey_of(facts)->signature_algorithms, algorithm);
}

static void shows(struct facts *facts, const struct issued *rsa, const struct issued *ecdsa) {
    struct cipher_survey *survey = survey_of(facts);
    if (rsa != NULL)
        survey->chain_rsa = certs_of(facts->arena, &rsa, 1);
    if (ecdsa != NULL)
        survey->chain_ecdsa = certs_of(facts->arena, &ecdsa, 1);
}

/* `ciphers server.example.com:8443 --trust given.pem`: TLS 1.2, both certificates, the client's order. */
static struct facts *surveyed(void) {
    struct facts *facts = facts_new();
    facts->run.release_from = arena_text(facts->arena, "default");
    scope_of_command(facts->arena, "ciphers", &facts->run.scope);
    facts->run.release = arena_text(facts->arena, "X15.5");
    facts->run.at = PKI_NOW;
    facts->run.client_trust = (char *)GIVEN;
    list_of(facts->arena, facts, GIVEN, ISSUED(pki.rsa_root, pki.ecdsa_root));
    survey_new(facts, SERVER);
    take(facts, TLS12, 0xC02C);
    take(facts, TLS12, 0xC030);
    version_of(facts, TLS12)->preference = arena_text(facts->arena, "client");
    signs(facts, "ecdsa_secp256r1_sha256");
    signs(facts, "rsa_pss_rsae_sha256");
    shows(facts, pki.rsa, pki.ecdsa);
    return facts;
}

static void drop_all(struct facts *facts) {
    survey_of(facts)->accepted.n = 0;
}

static void only(struct facts *facts, int version, int suite) {
    drop_all(facts);
    take(facts, version, suite);
}

/* ---- accepted ---- */

static void takes_3des(struct facts *facts) {
    take(facts, TLS12, 0x000A);
}
static void takes_null(struct facts *facts) {
    take(facts, TLS12, 0x0002);
}
static void takes_anonymous(struct facts *facts) {
    take(facts, TLS12, 0xC018);
}
static void takes_export(struct facts *facts) {
    take(facts, SSL3, 0x0003);
}
static void takes_rc4(struct facts *facts) {
    take(facts, TLS10, 0x0005);
}
static void takes_static_too(struct facts *facts) {
    take(facts, TLS12, 0x002F);
}
static void takes_static_alone(struct facts *facts) {
    only(facts, TLS12, 0x002F);
}
static void prefers_static(struct facts *facts) {
    only(facts, TLS12, 0x002F);
    take(facts, TLS12, 0xC030);
    version_of(facts, TLS12)->preference = arena_text(facts->arena, "server");
}
static void lists_static_first(struct facts *facts) {
    prefers_static(facts);
    version_of(facts, TLS12)->preference = arena_text(facts->arena, "client");
}
static void static_in_tls12(struct facts *facts) {
    only(facts, TLS13, 0x1301);
    take(facts, TLS12, 0x002F);
}
static void static_in_tls10(struct facts *facts) {
    take(facts, TLS10, 0x002F);
}
static void dh(struct facts *facts, int bits) {
    take(facts, TLS12, 0x009F)->dh_bits = bits;
}
static void dh_768(struct facts *facts) {
    dh(facts, 768);
}
static void dh_1024(struct facts *facts) {
    dh(facts, 1024);
}
static void dh_2047(struct facts *facts) {
    dh(facts, 2047);
}
static void dh_2048(struct facts *facts) {
    dh(facts, 2048);
}
static void silent(struct facts *facts) {
    drop_all(facts);
    survey_of(facts)->complete = false;
    survey_of(facts)->error = arena_text(facts->arena, "connection refused");
}
static void no_tls(struct facts *facts) {
    drop_all(facts);
}
static void stopped(struct facts *facts) {
    survey_of(facts)->complete = false;
    survey_of(facts)->rate_limited = true;
}

static const struct judge_row accepted_rows[] = {
    {"healthy", NULL, "cipher.accepted", SERVER, STATUS_INFO, "enumerated", surveyed},
    {"3DES", takes_3des, "cipher.accepted", SERVER, STATUS_WARN, "weak", surveyed},
    {"NULL", takes_null, "cipher.accepted", SERVER, STATUS_WARN, "weak", surveyed},
    {"anonymous", takes_anonymous, "cipher.accepted", SERVER, STATUS_WARN, "weak", surveyed},
    {"export", takes_export, "cipher.accepted", SERVER, STATUS_WARN, "weak", surveyed},
    {"RC4", takes_rc4, "cipher.accepted", SERVER, STATUS_WARN, "weak", surveyed},
    {"static RSA alone", takes_static_alone, "cipher.accepted", SERVER, STATUS_WARN, "weak", surveyed},
    {"static RSA alone", takes_static_alone, "cipher.accepted", SERVER, STATUS_WARN, "no-forward-secrecy",
     surveyed},
    {"static RSA preferred", prefers_static, "cipher.accepted", SERVER, STATUS_WARN, "no-forward-secrecy",
     surveyed},
    {"static RSA alone in 1.2", static_in_tls12, "cipher.accepted", SERVER, STATUS_WARN, "no-forward-secrecy",
     surveyed},
    {"768 bits", dh_768, "cipher.accepted", SERVER, STATUS_WARN, "weak-dh", surveyed},
    {"1024 bits", dh_1024, "cipher.accepted", SERVER, STATUS_WARN, "weak-dh", surveyed},
    {"2047 bits", dh_2047, "cipher.accepted", SERVER, STATUS_WARN, "weak-dh", surveyed},
    {"no answer", silent, "cipher.accepted", SERVER, STATUS_UNKNOWN, NULL, surveyed},
    {"nothing accepted", no_tls, "cipher.accepted", SERVER, STATUS_UNKNOWN, NULL, surveyed},
    {"stopped", stopped, "cipher.accepted", SERVER, STATUS_UNKNOWN, NULL, surveyed},
    {"stopped, and yet something was seen", stopped, "cipher.accepted", SERVER, STATUS_INFO, "enumerated",
     surveyed},
};

static const struct told_row accepted_told[] = {
    {"3DES", takes_3des, "cipher.accepted", SERVER, NULL,
     "takes weak suites, old ciphers (DES, 3DES, RC2 or RC4): TLSv1.2 DES-CBC3-SHA", surveyed},
    {"NULL", takes_null, "cipher.accepted", SERVER, NULL,
     "takes weak suites, no encryption (NULL): TLSv1.2 NULL-SHA", surveyed},
    {"anonymous", takes_anonymous, "cipher.accepted", SERVER, NULL,
     "takes weak suites, anonymous: TLSv1.2 AECDH-AES128-SHA", surveyed},
    {"export", takes_export, "cipher.accepted", SERVER, NULL, "takes weak suites, EXPORT: SSLv3 EXP-RC4-MD5",
     surveyed},
    {"a weak suite is named", takes_3des, "cipher.accepted", SERVER, "found", "[\"TLSv1.2 DES-CBC3-SHA\"]",
     surveyed},
    {"1024 bits are weak, and taken", dh_1024, "cipher.accepted", SERVER, "refused_by_expressway", "false",
     surveyed},
};

/* What just misses: the survey is told, and nothing more. */
static void test_accepted_misses(void **state) {
    static void (*const misses[])(struct facts *) = {takes_static_too, lists_static_first, static_in_tls10,
                                                     dh_2048};
    (void)state;
    for (size_t i = 0; i < COUNT(misses); i++) {
        struct facts *facts = surveyed();
        struct findings *findings = findings_new();
        size_t count = 0;
        misses[i](facts);
        judge_with(judge_cipher, facts, findings);
        for (size_t k = 0; k < findings->n; k++)
            count += strcmp(findings->v[k]->check->id, "cipher.accepted") == 0;
        print_message("miss %zu\n", i);
        assert_int_equal(count, 1);
        assert_finding(findings, "cipher.accepted", SERVER, STATUS_INFO, "enumerated");
        findings_free(findings);
        facts_free(facts);
    }
}

static void test_accepted(void **state) {
    const struct check *check = check_named("cipher.accepted");
    (void)state;
    assert_rows(judge_cipher, accepted_rows, COUNT(accepted_rows));
    assert_told(judge_cipher, accepted_told, COUNT(accepted_told));
    for (size_t i = 0; i < check->cause_count; i++) {
        bool raised = false;
        for (size_t k = 0; k < COUNT(accepted_rows); k++)
            raised = raised || (accepted_rows[k].cause != NULL &&
                                strcmp(accepted_rows[k].cause, check->causes[i].id) == 0);
        if (!raised)
            fail_msg("no row raises %s", check->causes[i].id);
    }
}

static void test_accepted_evidence(void **state) {
    (void)state;
    struct facts *facts = surveyed();
    struct findings *findings = findings_new();
    dh_768(facts);
    judge_with(judge_cipher, facts, findings);
    const struct finding *info =
        assert_finding(findings, "cipher.accepted", SERVER, STATUS_INFO, "enumerated");
    assert_evidence(info, "preference", "\"client\"");
    json_t *accepted = evidence_value(info, "accepted");
    assert_int_equal(json_array_size(accepted), 3);
    json_t *wanted =
        json_loads("{\"version\": \"TLSv1.2\", \"suite\": \"ECDHE-ECDSA-AES256-GCM-SHA384\", \"iana\": "
                   "\"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\", \"id\": \"0xC02C\", \"certificate\": "
                   "\"ECDSA\", \"group\": \"x25519\"}",
                   0, NULL);
    assert_true(json_equal(json_array_get(accepted, 0), wanted));
    json_decref(wanted);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(accepted, 2), "dh_bits")), 768);
    const struct finding *weak = assert_finding(findings, "cipher.accepted", SERVER, STATUS_WARN, "weak-dh");
    assert_evidence(weak, "dh_bits", "768");
    assert_evidence(weak, "refused_by_expressway", "true");
    assert_evidence(weak, "found", "[\"TLSv1.2 DHE-RSA-AES256-GCM-SHA384\"]");
    findings_free(findings);
    facts_free(facts);
}

/* ---- overlap, string ---- */

static void with_client(struct facts *facts, const char *client) {
    texts_add(facts->arena, &facts->run.cipher_clients, client);
}
static void old_version(struct facts *facts) {
    only(facts, TLS11, 0xC013);
}
static void only_aes256_sha1(struct facts *facts) {
    only(facts, TLS12, 0xC014);
}
static void odd_group(struct facts *facts) {
    survey_of(facts)->groups12.n = 0;
    texts_add(facts->arena, &survey_of(facts)->groups12, "secp224r1");
}
static void odd_signature(struct facts *facts) {
    survey_of(facts)->signature_algorithms.n = 0;
    signs(facts, "ecdsa_sha1");
}
static void rsa_server_ecdsa_client(struct facts *facts) {
    only(facts, TLS12, 0xC02F);
    shows(facts, pki.rsa, NULL);
    survey_of(facts)->chain_ecdsa.n = 0;
    with_client(facts, "ECDHE-ECDSA-AES128-GCM-SHA256");
}
static void rsa_server_both_client(struct facts *facts) {
    rsa_server_ecdsa_client(facts);
    facts->run.cipher_clients.v[0] = (char *)"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
}
static void old_and_stopped(struct facts *facts) {
    old_version(facts);
    stopped(facts);
}
static void slip(struct facts *facts) {
    with_client(facts, "ECDHE-ECDSA-AES128-GCM-SHAdefault");
}
static void empties(struct facts *facts) {
    with_client(facts, "HIGH:!HIGH");
}
static void good_string(struct facts *facts) {
    with_client(facts, "ECDHE-RSA-AES256-GCM-SHA384:HIGH");
}
static struct facts *on_paper(void) {
    struct facts *facts = facts_new();
    facts->run.release_from = arena_text(facts->arena, "default");
    facts->run.release = arena_text(facts->arena, "X14.2");
    facts->run.cipher_server = arena_text(facts->arena, "ucm-all-rsa-preferred");
    return facts;
}
static void by_a_string(struct facts *facts) {
    facts->run.cipher_server = arena_text(facts->arena, "AES256-SHA");
}
static void paper_mismatch(struct facts *facts) {
    facts->run.cipher_server = arena_text(facts->arena, "expressway-x14.0");
    with_client(facts, "ECDHE-ECDSA-AES128-GCM-SHA256");
}
/* An Expressway may have an ECDSA certificate from X14.3 on; the user knows whether it has. */
static void paper_edge(struct facts *facts) {
    facts->run.cipher_server = arena_text(facts->arena, "expressway-x14.2-tls12");
    with_client(facts, "ECDHE-ECDSA-AES128-GCM-SHA256");
    facts->run.release = arena_text(facts->arena, "X14.2");
}
static void paper_edge_x143(struct facts *facts) {
    paper_edge(facts);
    facts->run.release = arena_text(facts->arena, "X14.3");
}
static void paper_edge_rsa(struct facts *facts) {
    paper_edge_x143(facts);
    facts->run.cipher_server_certs = arena_text(facts->arena, "rsa");
}
static void paper_edge_rsa_for_rsa(struct facts *facts) {
    paper_edge_rsa(facts);
    facts->run.cipher_clients.v[0] = (char *)"ECDHE-RSA-AES128-GCM-SHA256";
}
static void paper_edge_ecdsa_for_rsa(struct facts *facts) {
    paper_edge_rsa_for_rsa(facts);
    facts->run.cipher_server_certs = arena_text(facts->arena, "ecdsa");
}
static void paper_edge_ecdsa(struct facts *facts) {
    paper_edge(facts);
    facts->run.cipher_server_certs = arena_text(facts->arena, "ecdsa");
}
static void paper_edge_of_file(struct facts *facts) {
    paper_edge_x143(facts);
    facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    facts->deployment->e.server_cert_type = arena_text(facts->arena, "rsa");
}

/* The client's own hello was sent, and this is what came. */
static struct tls_attempt *answered(struct facts *facts, const char *client, enum tls_state state) {
    struct hello_answer *answer = ARENA_NEW(facts->arena, struct hello_answer);
    answer->client = arena_text(facts->arena, client);
    answer->tls.state = state;
    answer->tls.client_auth = state == TLS_ESTABLISHED ? CLIENT_AUTH_NONE : CLIENT_AUTH_NOT_SEEN;
    answer->tls.ended_by = state == TLS_ALERT         ? SIDE_PEER
                           : state == TLS_RESET       ? SIDE_PATH
                           : state == TLS_LOCAL_ERROR ? SIDE_US
                                                      : SIDE_NOBODY;
    LIST_ADD(facts->arena, &survey_of(facts)->clients, answer);
    with_client(facts, client);
    return &answer->tls;
}
static void came(struct facts *facts, const char *client, const char *version, const char *suite,
                 const struct issued *shown) {
    struct tls_attempt *tls = answered(facts, client, TLS_ESTABLISHED);
    tls->version = arena_text(facts->arena, version);
    tls->cipher = arena_text(facts->arena, suite);
    tls->group = arena_text(facts->arena, "X25519");
    tls->chain = certs_of(facts->arena, &shown, 1);
}
static void hello_refused(struct facts *facts) {
    answered(facts, "expressway-x15.0", TLS_ALERT);
}
static void hello_reset(struct facts *facts) {
    answered(facts, "expressway-x15.0", TLS_RESET);
    version_of(facts, TLS13)->how = arena_text(facts->arena, "reset");
    version_of(facts, TLS13)->state = arena_text(facts->arena, "refused");
    for (size_t i = 0; i < survey_of(facts)->accepted.n; i++)
        if (survey_of(facts)->accepted.v[i]->version == TLS13)
            survey_of(facts)->accepted.v[i]->version = TLS12;
}
static void older_hello_reset(struct facts *facts) {
    hello_reset(facts);
    survey_of(facts)->clients.v[0]->client = arena_text(facts->arena, "expressway-x14.0");
    facts->run.cipher_clients.v[0] = (char *)"expressway-x14.0";
}
/* The server takes something from who asks for it, though enumeration found nothing in common. */
static void hello_taken(struct facts *facts) {
    only(facts, TLS12, 0xC02B);
    came(facts, "ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", pki.rsa);
}
static void library_refused(struct facts *facts) {
    answered(facts, "expressway-x15.0", TLS_LOCAL_ERROR);
}

/* A connection of a capture: who dialled, and what was offered. */
static struct endpoint *offered(struct facts *facts, const char *version, const char *suite) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    struct client_offer *offer = e->offer = ARENA_NEW(facts->arena, struct client_offer);
    e->client = arena_text(facts->arena, "203.0.113.7");
    texts_add(facts->arena, &offer->versions, version);
    texts_add(facts->arena, &offer->suites, suite);
    texts_add(facts->arena, &offer->groups, "P-256");
    texts_add(facts->arena, &offer->signature_algorithms, "rsa_pkcs1_sha256");
    return e;
}
static void offer_refused(struct endpoint *e, int alert, const char *name, enum side by) {
    struct tls_alert *said = ARENA_NEW(pki.arena, struct tls_alert);
    *said = (struct tls_alert){.number = alert, .name = arena_text(pki.arena, name), .sent_by = by};
    e->tls = (struct tls_attempt){.state = TLS_ALERT, .ended_by = by, .alert = said};
}
static void offer_taken(struct facts *facts) {
    offered(facts, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256");
}
static void offer_against_defaults(struct facts *facts) {
    offer_refused(offered(facts, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"), 40, "handshake_failure",
                  SIDE_PEER);
}
static void offer_too_old(struct facts *facts) {
    offer_refused(offered(facts, "TLSv1", "AES128-SHA"), 70, "protocol_version", SIDE_PEER);
}
static void offer_of_weak_suites(struct facts *facts) {
    offer_refused(offered(facts, "TLSv1.2", "ECDHE-RSA-NULL-SHA"), 40, "handshake_failure", SIDE_PEER);
}
static void offer_and_bad_certificate(struct facts *facts) {
    offer_refused(offered(facts, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"), 42, "bad_certificate", SIDE_PEER);
}

#define OVERLAP "cipher.overlap"
#define STRING "cipher.string"
static const struct judge_row overlap_rows[] = {
    {"healthy", NULL, OVERLAP, SERVER, STATUS_PASS, NULL, surveyed},
    {"TLS 1.1", old_version, OVERLAP, SERVER, STATUS_FAIL, "no-common-version", surveyed},
    {"TLS 1.1, but not all was seen", old_and_stopped, OVERLAP, SERVER, STATUS_UNKNOWN, NULL, surveyed},
    {"not all was seen, enough was", stopped, OVERLAP, SERVER, STATUS_PASS, NULL, surveyed},
    {"nothing was seen", silent, OVERLAP, SERVER, STATUS_SKIP, NULL, surveyed},
    {"AES-256 with SHA-1", only_aes256_sha1, OVERLAP, SERVER, STATUS_FAIL, "no-common-suite", surveyed},
    {"its own hello is refused", hello_refused, OVERLAP, SERVER, STATUS_FAIL, "refused", surveyed},
    {"its own hello is refused by our library", library_refused, OVERLAP, SERVER, STATUS_PASS, NULL,
     surveyed},
    {"cut when TLS 1.3 is offered", hello_reset, OVERLAP, SERVER, STATUS_FAIL, "version-intolerant",
     surveyed},
    {"cut without TLS 1.3", older_hello_reset, OVERLAP, SERVER, STATUS_FAIL, "refused", surveyed},
    {"its own hello is taken", hello_taken, OVERLAP, SERVER, STATUS_PASS, NULL, surveyed},
    {"a real offer is taken", offer_taken, OVERLAP, EDGE1_HTTPS, STATUS_PASS, NULL, healthy_deployment},
    {"a real offer is refused that defaults would take", offer_against_defaults, OVERLAP, EDGE1_HTTPS,
     STATUS_FAIL, "offer-refused", healthy_deployment},
    {"a real offer of TLS 1.0", offer_too_old, OVERLAP, EDGE1_HTTPS, STATUS_FAIL, "no-common-version",
     healthy_deployment},
    {"a real offer of suites that nobody takes", offer_of_weak_suites, OVERLAP, EDGE1_HTTPS, STATUS_FAIL,
     "no-common-suite", healthy_deployment},
    {"a refusal of a certificate says nothing of offers", offer_and_bad_certificate, OVERLAP, EDGE1_HTTPS,
     ABSENT, NULL, healthy_deployment},
    {"an odd curve", odd_group, OVERLAP, SERVER, STATUS_FAIL, "no-common-group", surveyed},
    {"an odd signature", odd_signature, OVERLAP, SERVER, STATUS_FAIL, "no-common-signature-algorithm",
     surveyed},
    {"the other key", rsa_server_ecdsa_client, OVERLAP, SERVER, STATUS_FAIL, "certificate-type-mismatch",
     surveyed},
    {"either key", rsa_server_both_client, OVERLAP, SERVER, STATUS_PASS, NULL, surveyed},
    {"a string that selects nothing", empties, OVERLAP, SERVER, STATUS_SKIP, NULL, surveyed},
    {"on paper", NULL, OVERLAP, "ucm-all-rsa-preferred", STATUS_PASS, NULL, on_paper},
    {"on paper, by a string", by_a_string, OVERLAP, "AES256-SHA", STATUS_FAIL, "no-common-suite", on_paper},
    {"on paper, the other key", paper_mismatch, OVERLAP, "expressway-x14.0", STATUS_FAIL,
     "certificate-type-mismatch", on_paper},
    {"an edge before X14.3", paper_edge, OVERLAP, "expressway-x14.2-tls12", STATUS_FAIL,
     "certificate-type-mismatch", on_paper},
    {"an edge from X14.3 on", paper_edge_x143, OVERLAP, "expressway-x14.2-tls12", STATUS_PASS, NULL,
     on_paper},
    {"that has RSA alone", paper_edge_rsa, OVERLAP, "expressway-x14.2-tls12", STATUS_FAIL,
     "certificate-type-mismatch", on_paper},
    {"that has RSA alone, for a client of RSA", paper_edge_rsa_for_rsa, OVERLAP, "expressway-x14.2-tls12",
     STATUS_PASS, NULL, on_paper},
    {"that has ECDSA alone, for a client of RSA", paper_edge_ecdsa_for_rsa, OVERLAP, "expressway-x14.2-tls12",
     STATUS_FAIL, "certificate-type-mismatch", on_paper},
    {"that has RSA alone by the deployment file", paper_edge_of_file, OVERLAP, "expressway-x14.2-tls12",
     STATUS_FAIL, "certificate-type-mismatch", on_paper},
    {"that has ECDSA, says the user", paper_edge_ecdsa, OVERLAP, "expressway-x14.2-tls12", STATUS_PASS, NULL,
     on_paper},
    {"a slip", slip, STRING, "ECDHE-ECDSA-AES128-GCM-SHAdefault", STATUS_FAIL, "unknown-name", surveyed},
    {"selects nothing", empties, STRING, "HIGH:!HIGH", STATUS_FAIL, "invalid", surveyed},
    {"a good string", good_string, STRING, "ECDHE-RSA-AES256-GCM-SHA384:HIGH", STATUS_PASS, NULL, surveyed},
    {"a profile is no string", NULL, STRING, NULL, ABSENT, NULL, surveyed},
};

static void offer_to_a_stranger(struct facts *facts) {
    offer_against_defaults(facts);
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    e->leg = LEG_OTHER;
    e->role = ROLE_NONE;
    e->protocol = PROTOCOL_TLS;
}

static void two_slips(struct facts *facts) {
    with_client(facts, "ECDHE-ECDSA-AES128-GCM-SHAdefault:ECDHE-ECDSA-AESdefault-GCM-SHA384");
}

/* The same capture has another client, whom the same port took; and one whom another address took. */
static void offer_refused_others_taken(struct facts *facts) {
    offer_against_defaults(facts);
    for (int i = 0; i < 2; i++) {
        struct endpoint *other = add_endpoint(facts, EDGE1, i == 0 ? "203.0.113.10" : "203.0.113.99", 8443,
                                              PROTOCOL_HTTPS, LEG_CLIENT);
        other->client = arena_text(facts->arena, "203.0.113.8");
        other->tls.cipher = arena_text(facts->arena, i == 0 ? "AES128-SHA" : "AES256-SHA");
    }
}

static void in_x15_0(struct facts *facts) {
    facts->run.release = arena_text(facts->arena, "X15.0");
}

static void in_x14_3(struct facts *facts) {
    facts->run.release = arena_text(facts->arena, "X14.3");
}

static const struct told_row overlap_told[] = {
    {"predicted", NULL, OVERLAP, SERVER, NULL, "(predicted from what it took piece by piece)", surveyed},
    {"on paper", NULL, OVERLAP, NULL, NULL, "(on paper)", on_paper},
    {"seen", hello_taken, OVERLAP, SERVER, NULL,
     " choose TLSv1.2, ECDHE-RSA-AES128-GCM-SHA256, group x25519, the RSA certificate", surveyed},
    {"in which version", only_aes256_sha1, OVERLAP, SERVER, NULL, "have no cipher suite in common in TLSv1.2",
     surveyed},
    {"not all was seen", old_and_stopped, OVERLAP, SERVER, NULL, " was seen, but not all was: ", surveyed},
    {"how it ended", hello_refused, OVERLAP, SERVER, "answer", "\"alert\"", surveyed},
    {"how, in the words of the connection", hello_reset, OVERLAP, SERVER, "answer", "\"reset\"", surveyed},
    {"what came", hello_taken, OVERLAP, SERVER, "basis", "\"handshake\"", surveyed},
    {"what was not sent", NULL, OVERLAP, SERVER, "basis", "\"enumeration\"", surveyed},
    {"what is known by name", NULL, OVERLAP, NULL, "basis", "\"paper\"", on_paper},
    {"what the server took from others", offer_refused_others_taken, OVERLAP, EDGE1_HTTPS,
     "taken_from_others", "[\"AES128-SHA\"]", healthy_deployment},
    {"the newest Unified CM goes with X15", in_x15_0, OVERLAP, SERVER, "client",
     "\"ucm-all-rsa-preferred-15su2\"", surveyed},
    {"before, the one before", in_x14_3, OVERLAP, SERVER, "client", "\"ucm-all-rsa-preferred\"", surveyed},
    {"TLS 1.1", old_version, OVERLAP, SERVER, NULL, "have no TLS version in common", surveyed},
    {"AES-256 with SHA-1", only_aes256_sha1, OVERLAP, SERVER, NULL, "have no cipher suite in common",
     surveyed},
    {"an odd curve", odd_group, OVERLAP, SERVER, NULL, "have no key exchange group in common", surveyed},
    {"an odd signature", odd_signature, OVERLAP, SERVER, NULL, "have no signature algorithm in common",
     surveyed},
    {"the other key", rsa_server_ecdsa_client, OVERLAP, SERVER, NULL,
     "but none for the certificate's key type", surveyed},
    {"its own hello is refused", hello_refused, OVERLAP, SERVER, NULL,
     "the server refuses this client's hello", surveyed},
    {"cut when TLS 1.3 is offered", hello_reset, OVERLAP, SERVER, NULL,
     "the server cuts the connection when TLS 1.3 is offered", surveyed},
    {"two slips", two_slips, STRING, NULL, NULL, "; and there are more parts like it", surveyed},
    {"one slip", slip, STRING, NULL, "found", "[\"ECDHE-ECDSA-AES128-GCM-SHAdefault\"]", surveyed},
    {"an Expressway would take it", offer_against_defaults, OVERLAP, EDGE1_HTTPS, NULL,
     "though Expressway's defaults take it: its ciphers were changed, or its key fits none of them",
     healthy_deployment},
    {"what a stranger would take nobody knows", offer_to_a_stranger, OVERLAP, EDGE1_HTTPS, "server",
     "\"expe1.example.com:8443\"", healthy_deployment},
    {"an offer that was too old", offer_too_old, OVERLAP, EDGE1_HTTPS, NULL,
     "has by its defaults no version in common with it", healthy_deployment},
    {"an offer of weak suites", offer_of_weak_suites, OVERLAP, EDGE1_HTTPS, NULL,
     "has by its defaults no cipher suite in common with it", healthy_deployment},
    {"what was chosen", offer_taken, OVERLAP, EDGE1_HTTPS, "basis", "\"handshake\"", healthy_deployment},
};

static void test_overlap(void **state) {
    static const char *const checks[] = {OVERLAP, STRING, NULL};
    (void)state;
    assert_rows(judge_cipher, overlap_rows, COUNT(overlap_rows));
    assert_told(judge_cipher, overlap_told, COUNT(overlap_told));
    assert_rows_cover(checks, NULL, overlap_rows, COUNT(overlap_rows));
}

static void test_overlap_evidence(void **state) {
    (void)state;
    struct facts *facts = surveyed();
    struct findings *findings = findings_new();
    with_client(facts, "expressway-x14.0");
    judge_with(judge_cipher, facts, findings);
    const struct finding *f = assert_finding(findings, OVERLAP, SERVER, STATUS_PASS, NULL);
    assert_evidence(f, "client", "\"expressway-x14.0\"");
    assert_evidence(f, "version", "\"TLSv1.2\"");
    assert_evidence(f, "suite", "\"ECDHE-RSA-AES256-GCM-SHA384\"");
    assert_evidence(f, "id", "\"0xC030\"");
    assert_evidence(f, "group", "\"x25519\"");
    assert_evidence(f, "certificate", "\"RSA\"");
    findings_free(findings);
    facts_free(facts);
}

static void test_string_evidence(void **state) {
    (void)state;
    struct facts *facts = surveyed();
    struct findings *findings = findings_new();
    with_client(facts, "AES128-SHA:ECDHE-ECDSA-AESdefault-GCM-SHA384");
    judge_with(judge_cipher, facts, findings);
    const struct finding *f = assert_finding(findings, STRING, NULL, STATUS_FAIL, "unknown-name");
    assert_evidence(f, "found", "[\"ECDHE-ECDSA-AESdefault-GCM-SHA384\"]");
    assert_evidence(f, "wanted", "[\"ECDHE-ECDSA-AES256-GCM-SHA384\"]");
    assert_evidence(f, "selected", "[\"AES128-SHA\"]");
    findings_free(findings);
    facts_free(facts);
}

/* ---- boxes, by their bundles ---- */

static struct bundle *box_add(struct facts *facts, const char *node, enum role role, const char *zone,
                              const char *partner) {
    struct bundle *box = ARENA_NEW(facts->arena, struct bundle);
    struct box_zone *its = ARENA_NEW(facts->arena, struct box_zone);
    *box =
        (struct bundle){.path = (char *)"x.tar.gz", .node = (char *)node, .role = role, .has_settings = true};
    *its =
        (struct box_zone){.name = (char *)zone, .is_unified = true, .port = 7001, .partner = (char *)partner};
    LIST_ADD(facts->arena, &box->zones, its);
    LIST_ADD(facts->arena, &facts->bundles, box);
    return box;
}

static void box_says(struct facts *facts, size_t box, const char *service, const char *ciphers,
                     const char *versions) {
    struct bundle *to = facts->bundles.v[box];
    struct box_tls *tls = NULL;
    for (size_t i = 0; i < to->tls.n; i++)
        if (strcmp(to->tls.v[i]->service, service) == 0)
            tls = to->tls.v[i];
    if (tls == NULL) {
        tls = ARENA_NEW(facts->arena, struct box_tls);
        LIST_ADD(facts->arena, &to->tls, tls);
    }
    *tls = (struct box_tls){(char *)service, (char *)ciphers, (char *)versions};
}

#define C1 "expc1.example.local"
enum { BOX_E, BOX_C };
#define GCM256 "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384"
#define GCM128 "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256"
#define CBC "ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES256-SHA"

/* Bundles of one box of each side, which say the same of SIP and XMPP. */
static struct facts *boxes(void) {
    struct facts *facts = healthy_deployment();
    box_add(facts, EDGE1, ROLE_EXPRESSWAY_E, "from C", C1 "/mra");
    box_add(facts, C1, ROLE_EXPRESSWAY_C, "mra", EDGE1 "/from C");
    for (size_t i = 0; i < 2; i++) {
        box_says(facts, i, "sip", GCM256, "TLSv1.2");
        box_says(facts, i, "xcp", GCM256, NULL);
    }
    return facts;
}

#define BOXES(name, box, service, ciphers, versions)                                                         \
    static void name(struct facts *facts) {                                                                  \
        box_says(facts, box, service, ciphers, versions);                                                    \
    }
BOXES(suites_apart, BOX_E, "sip", GCM128, "TLSv1.2")
BOXES(xmpp_suites_apart, BOX_E, "xcp", GCM128, NULL)
BOXES(string_of_nothing, BOX_E, "sip", "HIGH:!HIGH", "TLSv1.2")
BOXES(versions_apart, BOX_E, "sip", GCM256, "TLSv1.3")
BOXES(both_versions, BOX_E, "sip", GCM256, "TLSv1.2:TLSv1.3")
BOXES(at_least_13, BOX_E, "sip", GCM256, "minTLSv1.3")
BOXES(at_least_11, BOX_E, "sip", GCM256, "minTLSv1.1")
BOXES(nothing_said_of_versions, BOX_E, "sip", GCM256, NULL)
BOXES(by_release, BOX_E, "sip", NULL, NULL)
BOXES(unified_cm_by_https, BOX_C, "uc-client", GCM256, NULL)

static void unified_cm_by_https_ecdsa(struct facts *facts) {
    box_says(facts, BOX_C, "uc-client", "ECDHE-ECDSA-AES256-GCM-SHA384", "minTLSv1.2");
    facts->run.release = (char *)"X14.0";
}

static void both_13(struct facts *facts) {
    versions_apart(facts);
    box_says(facts, BOX_C, "sip", GCM256, "minTLSv1.2");
}

static void both_13_before_it_came(struct facts *facts) {
    both_13(facts);
    facts->run.release = (char *)"X14.0";
}

/* Both name it, whatever the release is said to be. */
static void both_13_by_name(struct facts *facts) {
    for (size_t i = 0; i < 2; i++)
        box_says(facts, i, "sip", GCM256, "TLSv1.3");
    facts->run.release = (char *)"X14.0";
}

static void both_10(struct facts *facts) {
    for (size_t i = 0; i < 2; i++)
        box_says(facts, i, "sip", CBC, "TLSv1");
}

static void both_10_by_another_word(struct facts *facts) {
    box_says(facts, BOX_E, "sip", CBC, "TLSv1.0");
    box_says(facts, BOX_C, "sip", CBC, "TLSv1");
}

static void one_11(struct facts *facts) {
    both_10(facts);
    box_says(facts, BOX_C, "sip", CBC, "TLSv1.1");
}

/* XMPP has TLS 1.3 from X15.2 on. */
static void xmpp_13(struct facts *facts, const char *release) {
    for (size_t i = 0; i < 2; i++)
        box_says(facts, i, "xcp", GCM256, "minTLSv1.3");
    facts->run.release = (char *)release;
}

static void xmpp_13_in_x15_1(struct facts *facts) {
    xmpp_13(facts, "X15.1");
}

static void xmpp_13_in_x15_2(struct facts *facts) {
    xmpp_13(facts, "X15.2");
}

static void xmpp_suites_apart_in_x15_1(struct facts *facts) {
    xmpp_suites_apart(facts);
    facts->run.release = (char *)"X15.1";
}

static void zone_of_neighbors(struct facts *facts) {
    facts->bundles.v[BOX_C]->zones.v[0]->is_unified = false;
}

static void nobody_knows_e(struct facts *facts) {
    facts->bundles.v[BOX_C]->zones.v[0]->partner = (char *)"expe9.example.com/from C";
}

static void e_alone(struct facts *facts) {
    facts->bundles.n = 1;
}

#define MRA "zone:mra"
#define XCP "expe1.example.com:7400"
static const struct judge_row box_rows[] = {
    {"the same on both", NULL, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"XMPP, too", NULL, OVERLAP, XCP, STATUS_PASS, NULL, boxes},
    {"suites apart", suites_apart, OVERLAP, MRA, STATUS_FAIL, "no-common-suite", boxes},
    {"which are not XMPP's", suites_apart, OVERLAP, XCP, STATUS_PASS, NULL, boxes},
    {"XMPP's suites apart, and TLS 1.3 is left", xmpp_suites_apart, OVERLAP, XCP, STATUS_PASS, NULL, boxes},
    {"XMPP's suites apart before TLS 1.3", xmpp_suites_apart_in_x15_1, OVERLAP, XCP, STATUS_FAIL,
     "no-common-suite", boxes},
    {"no XMPP on another zone", zone_of_neighbors, OVERLAP, XCP, ABSENT, NULL, boxes},
    {"a string of nothing is told as such", string_of_nothing, STRING, "expe1.example.com/sip", STATUS_FAIL,
     "invalid", boxes},
    {"and compared with nothing", string_of_nothing, OVERLAP, MRA, ABSENT, NULL, boxes},
    {"a good string", NULL, STRING, "expe1.example.com/sip", STATUS_PASS, NULL, boxes},
    {"versions apart", versions_apart, OVERLAP, MRA, STATUS_FAIL, "no-common-version", boxes},
    {"one of two versions", both_versions, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"at least a version that the other lacks", at_least_13, OVERLAP, MRA, STATUS_FAIL, "no-common-version",
     boxes},
    {"at least an older one", at_least_11, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"1.2 is the least where nothing is said", nothing_said_of_versions, OVERLAP, MRA, STATUS_PASS, NULL,
     boxes},
    {"by the defaults of the release", by_release, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"1.3, whose suites no string says", both_13, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"by its name", both_13_by_name, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"before it came", both_13_before_it_came, OVERLAP, MRA, STATUS_FAIL, "no-common-version", boxes},
    {"1.0", both_10, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"1.0 by another word", both_10_by_another_word, OVERLAP, MRA, STATUS_PASS, NULL, boxes},
    {"1.0 and 1.1", one_11, OVERLAP, MRA, STATUS_FAIL, "no-common-version", boxes},
    {"XMPP has no 1.3 in X15.1", xmpp_13_in_x15_1, OVERLAP, XCP, STATUS_FAIL, "no-common-version", boxes},
    {"and has it in X15.2", xmpp_13_in_x15_2, OVERLAP, XCP, STATUS_PASS, NULL, boxes},
    {"E's bundle is not there", nobody_knows_e, OVERLAP, MRA, ABSENT, NULL, boxes},
    {"C's is not", e_alone, OVERLAP, MRA, ABSENT, NULL, boxes},
    {"Unified CM over SIP", NULL, OVERLAP, "ucm1.example.local:5061", STATUS_PASS, NULL, boxes},
    {"over HTTPS", unified_cm_by_https, OVERLAP, "ucm1.example.local:8443", STATUS_PASS, NULL, boxes},
    {"over HTTPS, and a string without RSA before TLS 1.3", unified_cm_by_https_ecdsa, OVERLAP,
     "ucm1.example.local:8443", STATUS_FAIL, "certificate-type-mismatch", boxes},
};

static const struct told_row box_told[] = {
    {"who dials", NULL, OVERLAP, MRA, "client", "\"expc1.example.local SIP\"", boxes},
    {"whom", NULL, OVERLAP, MRA, "server", "\"expe1.example.com SIP\"", boxes},
    {"over XMPP", NULL, OVERLAP, XCP, "server", "\"expe1.example.com XMPP\"", boxes},
    {"to Unified CM", unified_cm_by_https, OVERLAP, "ucm1.example.local:8443", "client",
     "\"expc1.example.local UC client\"", boxes},
    {"in which version", NULL, OVERLAP, MRA, "version", "\"TLSv1.2\"", boxes},
    {"1.3", both_13, OVERLAP, MRA, "version", "\"TLSv1.3\"", boxes},
    {"1.0", both_10, OVERLAP, MRA, "version", "\"TLSv1\"", boxes},
    {"whose trouble it is", suites_apart, OVERLAP, MRA, "(role)", "expressway-c", boxes},
    {"what 1.3 hides", xmpp_suites_apart, OVERLAP, XCP, NULL,
     "; without TLS 1.3 they have no cipher suite in common", boxes},
    {"of XMPP", xmpp_suites_apart, OVERLAP, XCP, "(node)", EDGE1, boxes},
};

static void test_boxes(void **state) {
    (void)state;
    assert_rows(judge_cipher, box_rows, COUNT(box_rows));
    assert_told(judge_cipher, box_told, COUNT(box_told));
}

/* Two zones to the same partner are one way. */
static void test_each_pair_once(void **state) {
    (void)state;
    struct facts *facts = boxes();
    struct findings *findings = findings_new();
    struct bundle *c = facts->bundles.v[BOX_C];
    LIST_ADD(facts->arena, &c->zones, arena_dup(facts->arena, c->zones.v[0], sizeof *c->zones.v[0]));
    judge_with(judge_cipher, facts, findings);
    size_t count = 0;
    for (size_t i = 0; i < findings->n; i++)
        count += strcmp(findings->v[i]->check->id, OVERLAP) == 0 && strcmp(findings->v[i]->subject, MRA) == 0;
    assert_int_equal(count, 1);
    findings_free(findings);
    facts_free(facts);
}

/* ---- certificate-type ---- */

static void trusts(struct facts *facts, const struct issued *ca) {
    facts->trust_lists.n = 0;
    list_of(facts->arena, facts, GIVEN, &ca, 1);
}
static void trusts_rsa(struct facts *facts) {
    trusts(facts, pki.rsa_root);
    with_client(facts, "expressway-x15.0");
}
static void trusts_ecdsa(struct facts *facts) {
    trusts(facts, pki.ecdsa_root);
    with_client(facts, "expressway-x15.0");
}
static void before_upgrade(struct facts *facts) {
    trusts(facts, pki.rsa_root);
    with_client(facts, "expressway-x14.0");
}
static void only_rsa_trusted(struct facts *facts) {
    trusts(facts, pki.rsa_root);
    with_client(facts, "expressway-x15.0");
    only(facts, TLS12, 0xC030);
    survey_of(facts)->chain_ecdsa.n = 0;
}
static void no_list(struct facts *facts) {
    facts->run.client_trust = arena_text(facts->arena, "system");
}
static void no_certificates(struct facts *facts) {
    survey_of(facts)->chain_rsa.n = survey_of(facts)->chain_ecdsa.n = 0;
}
static void no_bytes(struct facts *facts) {
    struct cert *bare = arena_dup(facts->arena, pki.ecdsa->cert, sizeof *bare);
    bare->der = NULL;
    bare->der_size = 0;
    survey_of(facts)->chain_ecdsa.v[0] = bare;
}
static void other_not_seen(struct facts *facts) {
    survey_of(facts)->chain_ecdsa.n = 0;
}

/* `check -f`: Expressway-C's list, and Unified CM's port with both certificates in the variants. */
static struct facts *deployed(void) {
    struct facts *facts = healthy_deployment();
    struct endpoint *ucm = endpoint_of(facts, UCM1_HTTPS);
    facts->run.at = PKI_NOW;
    facts->deployment->c.trust = (char *)C_LIST;
    list_of(facts->arena, facts, C_LIST, ISSUED(pki.rsa_root, pki.ecdsa_root));
    ucm->tls.chain = certs_of(facts->arena, &pki.ecdsa, 1);
    variant_of(facts, ucm, PURPOSE_RSA)->chain = certs_of(facts->arena, &pki.rsa, 1);
    variant_of(facts, ucm, PURPOSE_ECDSA)->chain = certs_of(facts->arena, &pki.ecdsa, 1);
    endpoint_of(facts, IMP1_HTTPS)->tls.chain.n = 0;
    endpoint_of(facts, IMP1_HTTPS)->variants.n = 0;
    return facts;
}
static void c_trusts(struct facts *facts, const struct issued *ca) {
    facts->trust_lists.n = 0;
    list_of(facts->arena, facts, C_LIST, &ca, 1);
}
static void c_trusts_rsa(struct facts *facts) {
    c_trusts(facts, pki.rsa_root);
}
static void c_trusts_rsa_x140(struct facts *facts) {
    c_trusts(facts, pki.rsa_root);
    facts->run.release = arena_text(facts->arena, "X14.0");
}
static void c_trusts_ecdsa(struct facts *facts) {
    c_trusts(facts, pki.ecdsa_root);
}
static void c_has_no_list(struct facts *facts) {
    facts->deployment->c.trust = NULL;
}

static void parameter_slip(struct facts *facts) {
    facts->deployment->ucm_ciphers = arena_text(facts->arena, "all-rsa-prefered");
}
static void parameter_known(struct facts *facts) {
    facts->deployment->ucm_ciphers = arena_text(facts->arena, "All Ciphers ECDSA Preferred");
}
static void parameter_is_string(struct facts *facts) {
    facts->deployment->ucm_ciphers = arena_text(facts->arena, "ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA");
}

/* Enumeration would have ECDSA; what came to the client's own hello is RSA, as it does from JSSE. */
static void rsa_came(struct facts *facts) {
    trusts(facts, pki.rsa_root);
    survey_of(facts)->chain_ecdsa.n = 0;
    came(facts, "expressway-x15.0", "TLSv1.3", "TLS_AES_256_GCM_SHA384", pki.rsa);
}
static void ecdsa_came(struct facts *facts) {
    trusts(facts, pki.rsa_root);
    came(facts, "expressway-x15.0", "TLSv1.3", "TLS_AES_256_GCM_SHA384", pki.ecdsa);
}

static void nothing_was_shown(struct facts *facts) {
    rsa_came(facts);
    survey_of(facts)->clients.v[0]->tls.chain.n = 0;
}

#define TYPE "cipher.certificate-type"
static const struct judge_row type_rows[] = {
    {"both trusted", NULL, TYPE, SERVER, STATUS_PASS, NULL, surveyed},
    {"ECDSA comes and is not trusted", trusts_rsa, TYPE, SERVER, STATUS_FAIL, "presented-type-untrusted",
     surveyed},
    {"ECDSA comes and is trusted", trusts_ecdsa, TYPE, SERVER, STATUS_WARN, "other-type-untrusted", surveyed},
    {"before the upgrade RSA comes", before_upgrade, TYPE, SERVER, STATUS_WARN, "other-type-untrusted",
     surveyed},
    {"RSA came to its own hello", rsa_came, TYPE, SERVER, STATUS_PASS, NULL, surveyed},
    {"ECDSA came to its own hello", ecdsa_came, TYPE, SERVER, STATUS_FAIL, "presented-type-untrusted",
     surveyed},
    {"what came was not seen", nothing_was_shown, TYPE, SERVER, STATUS_SKIP, NULL, surveyed},
    {"RSA alone", only_rsa_trusted, TYPE, SERVER, STATUS_PASS, NULL, surveyed},
    {"no list of Expressway-C", no_list, TYPE, SERVER, STATUS_SKIP, NULL, surveyed},
    {"no certificate was seen", no_certificates, TYPE, SERVER, ABSENT, NULL, surveyed},
    {"nothing in common", old_version, TYPE, SERVER, STATUS_SKIP, NULL, surveyed},
    {"bytes were not kept", no_bytes, TYPE, SERVER, STATUS_UNKNOWN, NULL, surveyed},
    {"the one that comes was not seen", other_not_seen, TYPE, SERVER, STATUS_UNKNOWN, NULL, surveyed},
    {"deployment", NULL, TYPE, UCM1_HTTPS, STATUS_PASS, NULL, deployed},
    {"tomcat-ECDSA's CA is missing", c_trusts_rsa, TYPE, UCM1_HTTPS, STATUS_FAIL, "presented-type-untrusted",
     deployed},
    {"missing, but X14.0 asks for RSA", c_trusts_rsa_x140, TYPE, UCM1_HTTPS, STATUS_WARN,
     "other-type-untrusted", deployed},
    {"tomcat's CA is missing", c_trusts_ecdsa, TYPE, UCM1_HTTPS, STATUS_WARN, "other-type-untrusted",
     deployed},
    {"no trust list", c_has_no_list, TYPE, UCM1_HTTPS, STATUS_SKIP, NULL, deployed},
    {"no value of the enterprise parameter", parameter_slip, STRING, "all-rsa-prefered", STATUS_FAIL,
     "unknown-name", deployed},
    {"a value of it", parameter_known, STRING, NULL, ABSENT, NULL, deployed},
    {"a string of Cipher Management", parameter_is_string, STRING, NULL, STATUS_PASS, NULL, deployed},
    {"edges are not Unified CM", NULL, TYPE, EDGE1_HTTPS, ABSENT, NULL, deployed},
};

static void call_manager(struct facts *facts) {
    survey_of(facts)->endpoint = arena_text(facts->arena, "server.example.com:5061");
}

static void showed_rsa_alone(struct facts *facts) {
    struct endpoint *ucm = endpoint_of(facts, UCM1_HTTPS);
    ucm->tls.chain = certs_of(facts->arena, &pki.rsa, 1);
    variant_of(facts, ucm, PURPOSE_RSA)->chain = ucm->tls.chain;
    variant_of(facts, ucm, PURPOSE_ECDSA)->chain.n = 0;
    variant_of(facts, ucm, PURPOSE_TLS12)->chain = ucm->tls.chain;
}

static const struct told_row type_told[] = {
    {"by its port", call_manager, TYPE, "server.example.com:5061", "unified_cm_name", "\"CallManager-ECDSA\"",
     surveyed},
    {"the only one that there is", showed_rsa_alone, TYPE, UCM1_HTTPS, "presented", "\"RSA\"", deployed},
    {"which is all that was found", showed_rsa_alone, TYPE, UCM1_HTTPS, "found", "[\"RSA\"]", deployed},
    {"a server of nobody", NULL, TYPE, SERVER, NULL, "is shown its ECDSA certificate, which is trusted",
     surveyed},
    {"Unified CM", NULL, TYPE, UCM1_HTTPS, NULL,
     "is shown tomcat-ECDSA (ECDSA), which is trusted, as is the other one", deployed},
    {"the other is not", trusts_ecdsa, TYPE, SERVER, NULL, "which is trusted; its RSA certificate is not",
     surveyed},
    {"which comes, though it was not seen", other_not_seen, TYPE, SERVER, "presented", "\"ECDSA\"", surveyed},
    {"by what that is known", rsa_came, TYPE, SERVER, "basis", "\"handshake\"", surveyed},
    {"else by enumeration", NULL, TYPE, SERVER, "basis", "\"enumeration\"", surveyed},
    {"else on paper", NULL, TYPE, UCM1_HTTPS, "basis", "\"paper\"", deployed},
    {"what Unified CM calls it", NULL, TYPE, UCM1_HTTPS, "unified_cm_name", "\"tomcat-ECDSA\"", deployed},
};

static void test_type(void **state) {
    static const char *const checks[] = {TYPE, NULL};
    (void)state;
    assert_rows(judge_cipher, type_rows, COUNT(type_rows));
    assert_told(judge_cipher, type_told, COUNT(type_told));
    assert_rows_cover(checks, NULL, type_rows, COUNT(type_rows));
}

static void test_type_evidence(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = findings_new();
    c_trusts_rsa(facts);
    judge_with(judge_cipher, facts, findings);
    const struct finding *f =
        assert_finding(findings, TYPE, UCM1_HTTPS, STATUS_FAIL, "presented-type-untrusted");
    assert_evidence(f, "presented", "\"ECDSA\"");
    assert_evidence(f, "unified_cm_name", "\"tomcat-ECDSA\"");
    assert_evidence(f, "found", "[\"RSA\", \"ECDSA\"]");
    assert_evidence(f, "trust_list", "\"" C_LIST "\"");
    json_t *missing = json_array_get(evidence_value(f, "missing"), 0);
    assert_string_equal(json_string_value(json_object_get(missing, "subject")), "CN=ECDSA Root,O=Example");
    assert_string_equal(json_string_value(json_object_get(missing, "upload_to")), "expressway-c");
    findings_free(findings);
    facts_free(facts);
}

/* The same server, before and after: one run with both clients tells what the upgrade does. */
static void test_before_and_after(void **state) {
    size_t warns = 0, fails = 0;
    (void)state;
    struct facts *facts = surveyed();
    struct findings *findings = findings_new();
    trusts(facts, pki.rsa_root);
    with_client(facts, "expressway-x14.0");
    with_client(facts, "expressway-x14.2");
    judge_with(judge_cipher, facts, findings);
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        const char *client = evidence_string(f, "client");
        if (strcmp(f->check->id, TYPE) != 0)
            continue;
        warns += f->status == STATUS_WARN && strcmp(client, "expressway-x14.0") == 0;
        fails += f->status == STATUS_FAIL && strcmp(client, "expressway-x14.2") == 0;
    }
    assert_int_equal(warns, 1);
    assert_int_equal(fails, 1);
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accepted),
                                       cmocka_unit_test(test_accepted_misses),
                                       cmocka_unit_test(test_accepted_evidence),
                                       cmocka_unit_test(test_overlap),
                                       cmocka_unit_test(test_overlap_evidence),
                                       cmocka_unit_test(test_string_evidence),
                                       cmocka_unit_test(test_boxes),
                                       cmocka_unit_test(test_each_pair_once),
                                       cmocka_unit_test(test_type),
                                       cmocka_unit_test(test_type_evidence),
                                       cmocka_unit_test(test_before_and_after)};
    return cmocka_run_group_tests(tests, pki_open, pki_close);
}
