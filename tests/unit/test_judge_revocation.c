/* Does judge_revocation raise every cause, and only just? Answers and CRLs are signed in earnest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "healthy.h"
#include "tests/unit/revocation_maker.h"

#define OCSP_URI "http://ocsp.example.com"
#define ROOT_OCSP_URI "http://ocsp.example.com:8080/root"
#define CDP "http://crl.example.com/issuing.crl"
#define ROOT_CDP "https://crl.example.com/root.crl"
#define MANUAL "files/manual.pem"
#define S EDGE1_SIP

/* Made once: leaf < issuing < root; the delegates sign OCSP answers. */
static struct {
    struct arena *arena;
    const struct issued *root, *issuing, *leaf, *other_leaf, *bare, *bare_issuing, *ldap, *ldap_and_web;
    const struct issued *delegate, *no_eku, *foreign_delegate, *late_delegate, *stranger;
} pki;

static const struct issued *issue(const struct spec *spec) {
    return pki_issue(pki.arena, spec);
}

static int pki_open(void **state) {
    (void)state;
    pki.arena = arena_new();
    pki.root = issue(&(struct spec){.name = "Root", .is_ca = true});
    pki.stranger = issue(&(struct spec){.name = "Stranger", .is_ca = true});
    pki.issuing = issue(&(struct spec){
        .name = "Issuing", .is_ca = true, .by = pki.root, .ocsp = ROOT_OCSP_URI, .cdp = "URI:" ROOT_CDP});
    pki.leaf = issue(&(struct spec){.name = EDGE1, .by = pki.issuing, .ocsp = OCSP_URI, .cdp = "URI:" CDP});
    pki.other_leaf = issue(&(struct spec){.name = EDGE2, .by = pki.issuing});
    pki.bare = issue(&(struct spec){.name = EDGE1, .by = pki.issuing});
    pki.ldap = issue(&(struct spec){.name = EDGE1, .by = pki.issuing, .cdp = "URI:ldap:///CN=x"});
    pki.ldap_and_web =
        issue(&(struct spec){.name = EDGE1, .by = pki.issuing, .cdp = "URI:ldap:///CN=x,URI:" CDP});
    pki.delegate = issue(&(struct spec){.name = "OCSP", .by = pki.issuing, .eku = "OCSPSigning"});
    pki.no_eku = issue(&(struct spec){.name = "OCSP", .by = pki.issuing, .eku = "serverAuth"});
    pki.foreign_delegate = issue(&(struct spec){.name = "OCSP", .by = pki.stranger, .eku = "OCSPSigning"});
    pki.late_delegate =
        issue(&(struct spec){.name = "OCSP", .by = pki.issuing, .eku = "OCSPSigning", .until = -1});
    return 0;
}

static int pki_close(void **state) {
    (void)state;
    pki_clear();
    arena_free(pki.arena);
    return 0;
}

/* ---- healthy: every source answers and calls every certificate good ---- */

static struct fetch *fetch_of(struct facts *facts, enum fetch_kind kind, const char *uri, const char *hash) {
    for (size_t i = 0; i < facts->fetches.n; i++) {
        struct fetch *f = facts->fetches.v[i];
        if (f->kind == kind && strcmp(f->uri, uri) == 0 && (hash == NULL || strcmp(f->hash, hash) == 0))
            return f;
    }
    struct fetch *f = ARENA_NEW(facts->arena, struct fetch);
    f->kind = kind;
    f->uri = arena_text(facts->arena, uri);
    f->hash = arena_text(facts->arena, hash);
    LIST_ADD(facts->arena, &facts->fetches, f);
    return f;
}

static void answers(struct facts *facts, struct fetch *f, struct blob made) {
    f->state = FETCH_ANSWERED;
    f->form =
        f->kind == FETCH_OCSP
            ? NULL
            : arena_text(facts->arena, f->kind == FETCH_CRL || f->kind == FETCH_AUTO_CRL ? "DER" : "PEM");
    f->answers.n = 0;
    f->answers.v = NULL;
    LIST_ADD(facts->arena, &f->answers, arena_dup(facts->arena, &made, sizeof made));
}

static void ocsp_hash(struct facts *facts, const char *hash, struct ocsp_recipe recipe) {
    struct fetch *f = fetch_of(facts, FETCH_OCSP, OCSP_URI, hash);
    f->certificate = pki.leaf->cert->sha256;
    recipe.cert = pki.leaf;
    recipe.issuer = pki.issuing;
    recipe.hash = recipe.hash != NULL ? recipe.hash : hash;
    answers(facts, f, ocsp_make(facts->arena, &recipe));
}

static void ocsp_of_issuing(struct facts *facts, const char *hash) {
    struct fetch *f = fetch_of(facts, FETCH_OCSP, ROOT_OCSP_URI, hash);
    f->certificate = pki.issuing->cert->sha256;
    answers(facts, f,
            ocsp_make(facts->arena,
                      &(struct ocsp_recipe){.cert = pki.issuing, .issuer = pki.root, .hash = hash}));
}

static void ocsp_both(struct facts *facts, struct ocsp_recipe recipe) {
    ocsp_hash(facts, "sha1", recipe);
    ocsp_hash(facts, "sha256", recipe);
}

static void crl_of(struct facts *facts, enum fetch_kind kind, const char *uri, struct crl_recipe recipe) {
    struct fetch *f = fetch_of(facts, kind, uri, NULL);
    recipe.issuer = recipe.issuer != NULL ? recipe.issuer : pki.issuing;
    answers(facts, f, crl_make(facts->arena, &recipe));
}

static void chain_set(struct facts *facts, const struct issued *leaf) {
    const struct issued *chain[] = {leaf, pki.issuing};
    endpoint_of(facts, S)->tls.chain = certs_of(facts->arena, chain, 2);
    endpoint_of(facts, S)->variants.n = 0;
}

static struct revocation_settings *settings(struct facts *facts) {
    return &facts->deployment->revocation;
}

static struct facts *healthy_sources(void) {
    struct facts *facts = healthy_facts();
    const struct issued *roots[] = {pki.root};
    deployment_of(facts)->revocation =
        (struct revocation_settings){.given = true, .mode = true, .ocsp = true, .crl = true, .cdp = true};
    list_of(facts->arena, facts, "trust.pem", roots, 1);
    chain_set(facts, pki.leaf);
    ocsp_both(facts, (struct ocsp_recipe){.next_update = DAY});
    ocsp_of_issuing(facts, "sha1");
    ocsp_of_issuing(facts, "sha256");
    crl_of(facts, FETCH_CRL, CDP, (struct crl_recipe){0});
    crl_of(facts, FETCH_CRL, ROOT_CDP, (struct crl_recipe){.issuer = pki.root});
    return facts;
}

/* ---- one thing wrong ---- */

#define OCSP(name, ...)                                                                                      \
    static void name(struct facts *facts) {                                                                  \
        ocsp_both(facts, (struct ocsp_recipe){__VA_ARGS__});                                                 \
    }
#define OCSP256(name, ...)                                                                                   \
    static void name(struct facts *facts) {                                                                  \
        ocsp_hash(facts, "sha256", (struct ocsp_recipe){__VA_ARGS__});                                       \
    }
#define CRL(name, ...)                                                                                       \
    static void name(struct facts *facts) {                                                                  \
        crl_of(facts, FETCH_CRL, CDP, (struct crl_recipe){__VA_ARGS__});                                     \
    }
static void failed(struct fetch *f, enum fetch_state how) {
    f->state = how;
    f->form = NULL;
    f->answers.n = 0;
    f->error = "as said";
}

#define FAILED(name, kind, uri, hash, how)                                                                   \
    static void name(struct facts *facts) {                                                                  \
        failed(fetch_of(facts, kind, uri, hash), how);                                                       \
    }

OCSP(revoked, .status = V_OCSP_CERTSTATUS_REVOKED, .next_update = DAY)
OCSP(unknown, .status = V_OCSP_CERTSTATUS_UNKNOWN, .next_update = DAY)
OCSP(good_and_good, .second = V_OCSP_CERTSTATUS_GOOD + 1, .next_update = DAY)
OCSP(good_and_unknown, .second = V_OCSP_CERTSTATUS_UNKNOWN + 1, .next_update = DAY)
OCSP(good_and_revoked, .second = V_OCSP_CERTSTATUS_REVOKED + 1, .next_update = DAY)
OCSP(damaged, .is_damaged = true)
OCSP(by_delegate, .signer = pki.delegate)
OCSP(by_key, .signer = pki.delegate, .by_key = true)
OCSP(issuer_by_key, .by_key = true, .without_certificate = true)
OCSP(delegate_not_sent, .signer = pki.delegate, .without_certificate = true)
OCSP(delegate_no_eku, .signer = pki.no_eku)
OCSP(delegate_foreign, .signer = pki.foreign_delegate)
OCSP(delegate_late, .signer = pki.late_delegate)
OCSP(by_stranger, .signer = pki.stranger)
OCSP(other_serial, .about = pki.other_leaf)
OCSP(other_issuer, .named = pki.root)
OCSP(critical, .critical = "1.2.3.4.5")
OCSP(single_critical, .single_critical = "1.2.3.4.5")
OCSP(critical_nonce, .critical = "1.3.6.1.5.5.7.48.1.2")
OCSP(next_passed, .this_update = -DAY, .next_update = -1)
OCSP(next_now, .this_update = -DAY, .next_update = 1)
OCSP(older_than_week, .this_update = -7 * DAY - 1)
OCSP(week_old, .this_update = -7 * DAY)
OCSP(future, .this_update = 301, .next_update = DAY)
OCSP(almost_future, .this_update = 300, .next_update = DAY)
OCSP(says_malformed_request, .refusal = OCSP_RESPONSE_STATUS_MALFORMEDREQUEST)
OCSP(says_internal_error, .refusal = OCSP_RESPONSE_STATUS_INTERNALERROR)
OCSP(says_try_later, .refusal = OCSP_RESPONSE_STATUS_TRYLATER)
OCSP(says_sig_required, .refusal = OCSP_RESPONSE_STATUS_SIGREQUIRED)
OCSP(says_unauthorized, .refusal = OCSP_RESPONSE_STATUS_UNAUTHORIZED)
OCSP256(sha256_unauthorized, .refusal = OCSP_RESPONSE_STATUS_UNAUTHORIZED)
OCSP256(sha256_by_sha1, .hash = "sha1", .next_update = DAY)
OCSP256(sha256_unknown, .status = V_OCSP_CERTSTATUS_UNKNOWN, .next_update = DAY)
OCSP256(sha256_try_later, .refusal = OCSP_RESPONSE_STATUS_TRYLATER)
FAILED(ocsp_silent, FETCH_OCSP, OCSP_URI, "sha256", FETCH_UNREACHABLE)
FAILED(ocsp_no_tls, FETCH_OCSP, OCSP_URI, "sha256", FETCH_TLS_FAILED)
FAILED(ocsp_http, FETCH_OCSP, OCSP_URI, "sha256", FETCH_HTTP_ERROR)
FAILED(ocsp_untried, FETCH_OCSP, OCSP_URI, "sha256", FETCH_NOT_TRIED)

/* The time was over when one of two hashes was to be asked, and the other never was. */
static void ocsp_half_untried(struct facts *facts) {
    size_t kept = 0;
    ocsp_untried(facts);
    for (size_t i = 0; i < facts->fetches.n; i++)
        if (strcmp(facts->fetches.v[i]->uri, OCSP_URI) != 0 || strcmp(facts->fetches.v[i]->hash, "sha1") != 0)
            facts->fetches.v[kept++] = facts->fetches.v[i];
    facts->fetches.n = kept;
}

static void sha1_fails(struct facts *facts) {
    ocsp_hash(facts, "sha1", (struct ocsp_recipe){.refusal = OCSP_RESPONSE_STATUS_UNAUTHORIZED});
}

static void http_error(struct facts *facts) {
    sha1_fails(facts);
    ocsp_http(facts);
}

/* No answer today; the cache has yesterday's. */
static void silent_but_kept(struct facts *facts) {
    struct fetch *f = fetch_of(facts, FETCH_OCSP, OCSP_URI, "sha256");
    struct blob kept = f->answers.v[0] == NULL ? (struct blob){0} : *f->answers.v[0];
    ocsp_silent(facts);
    LIST_ADD(facts->arena, &f->kept, arena_dup(facts->arena, &kept, sizeof kept));
    f->fetched = arena_text(facts->arena, "2026-11-20T12:00:00Z");
}

static void revoked_by_sha1_alone(struct facts *facts) {
    revoked(facts);
    sha256_unauthorized(facts);
}

static void html_page(struct facts *facts) {
    static uint8_t html[] = "<html>blocked</html>";
    struct blob page = {html, sizeof html - 1};
    answers(facts, fetch_of(facts, FETCH_OCSP, OCSP_URI, "sha1"), page);
    answers(facts, fetch_of(facts, FETCH_OCSP, OCSP_URI, "sha256"), page);
}

static void no_sources(struct facts *facts) {
    chain_set(facts, pki.bare);
}

CRL(on_list, .revoked = pki.leaf, .reason = "keyCompromise")
CRL(other_on_list, .revoked = pki.other_leaf)
CRL(crl_expired, .this_update = -2 * DAY, .next_update = -1)
CRL(crl_last_second, .this_update = -2 * DAY, .next_update = 1)
CRL(crl_future, .this_update = 301)
CRL(crl_almost_future, .this_update = 300)
CRL(crl_damaged, .signer = pki.stranger)
CRL(crl_of_root, .issuer = pki.root)
CRL(crl_critical, .critical = "1.2.3.4.5")
CRL(crl_entry_critical, .revoked = pki.other_leaf, .entry_critical = "1.2.3.4.5")
CRL(own_partition, .scope = "fullname:URI:" CDP)
CRL(other_partition, .scope = "fullname:URI:http://crl.example.com/2.crl")
CRL(users_only, .scope = "onlyuser:TRUE")
CRL(cas_only, .scope = "onlyCA:TRUE")
CRL(attributes_only, .scope = "onlyAA:TRUE")
CRL(some_reasons, .scope = "onlysomereasons:keyCompromise")
CRL(delta_alone, .delta_of = 1)
FAILED(crl_silent, FETCH_CRL, CDP, NULL, FETCH_UNREACHABLE)
FAILED(crl_http, FETCH_CRL, CDP, NULL, FETCH_HTTP_ERROR)
FAILED(crl_large, FETCH_CRL, CDP, NULL, FETCH_TOO_LARGE)
FAILED(crl_broken, FETCH_CRL, CDP, NULL, FETCH_UNPARSABLE)
FAILED(crl_untried, FETCH_CRL, CDP, NULL, FETCH_NOT_TRIED)
FAILED(crl_no_tls, FETCH_CRL, CDP, NULL, FETCH_TLS_FAILED)

/* The root of the list has the root's name and key, and did not sign itself. */
static void forged_root(struct facts *facts) {
    struct trust_list *list = facts->trust_lists.v[facts->trust_lists.n - 1];
    struct ca_entry *entry = list->entries.v[0];
    uint8_t *der = arena_dup(facts->arena, entry->der, entry->der_size);
    der[entry->der_size - 1] ^= 1;
    entry->der = der;
}

static void root_cas_only(struct facts *facts) {
    crl_of(facts, FETCH_CRL, ROOT_CDP, (struct crl_recipe){.issuer = pki.root, .scope = "onlyCA:TRUE"});
}

static void add_list(struct facts *facts, struct crl_recipe recipe) {
    struct fetch *f = fetch_of(facts, FETCH_CRL, CDP, NULL);
    recipe.issuer = pki.issuing;
    struct blob made = crl_make(facts->arena, &recipe);
    LIST_ADD(facts->arena, &f->answers, arena_dup(facts->arena, &made, sizeof made));
}

static void delta_revokes(struct facts *facts) {
    add_list(facts, (struct crl_recipe){.delta_of = 1, .revoked = pki.leaf});
}

static void delta_lifts(struct facts *facts) {
    crl_of(facts, FETCH_CRL, CDP, (struct crl_recipe){.revoked = pki.leaf, .reason = "certificateHold"});
    add_list(facts, (struct crl_recipe){.delta_of = 1, .revoked = pki.leaf, .reason = "removeFromCRL"});
}

static void foreign_beside(struct facts *facts) {
    struct fetch *f = fetch_of(facts, FETCH_CRL, CDP, NULL);
    struct crl_recipe recipe = {.issuer = pki.stranger};
    struct blob made = crl_make(facts->arena, &recipe);
    LIST_ADD(facts->arena, &f->answers, arena_dup(facts->arena, &made, sizeof made));
}

static void ldap_only(struct facts *facts) {
    chain_set(facts, pki.ldap);
    struct fetch *f = fetch_of(facts, FETCH_CRL, "ldap:///CN=x", NULL);
    f->state = FETCH_UNSUPPORTED_SCHEME;
}

static void ldap_beside(struct facts *facts) {
    ldap_only(facts);
    chain_set(facts, pki.ldap_and_web);
}

/* ---- files ---- */

static void manual_good(struct facts *facts) {
    crl_of(facts, FETCH_MANUAL_CRL, MANUAL, (struct crl_recipe){0});
}

static void manual_foreign(struct facts *facts) {
    crl_of(facts, FETCH_MANUAL_CRL, MANUAL, (struct crl_recipe){.issuer = pki.stranger});
}

static void manual_in_der(struct facts *facts) {
    manual_good(facts);
    facts->fetches.v[facts->fetches.n - 1]->form = arena_text(facts->arena, "DER");
}

/* The box has the second alone: the list that revokes is gone again. */
static void manual_twice(struct facts *facts) {
    settings(facts)->connection = CONNECTION_POLICY;
    crl_of(facts, FETCH_MANUAL_CRL, MANUAL, (struct crl_recipe){.revoked = pki.leaf});
    crl_of(facts, FETCH_MANUAL_CRL, "files/second.pem", (struct crl_recipe){0});
}

static void manual_policy_in_der(struct facts *facts) {
    settings(facts)->connection = CONNECTION_POLICY;
    manual_in_der(facts);
}

/* Lists beside the CAs of the trust list: of other CAs, too, as a bundle of many has them. */
static void trust_foreign(struct facts *facts) {
    crl_of(facts, FETCH_TRUST_CRL, "beside.pem", (struct crl_recipe){.issuer = pki.stranger});
}

static void web_administration(struct facts *facts) {
    endpoint_of(facts, S)->leg = LEG_ADMIN;
    endpoint_of(facts, S)->protocol = PROTOCOL_TLS;
}

static void manual_large(struct facts *facts) {
    failed(fetch_of(facts, FETCH_MANUAL_CRL, MANUAL, NULL), FETCH_TOO_LARGE);
}

static void manual_revokes(struct facts *facts) {
    crl_of(facts, FETCH_MANUAL_CRL, MANUAL, (struct crl_recipe){.revoked = pki.leaf});
}

/* ---- stapling ---- */

static void staple(struct facts *facts, struct ocsp_recipe recipe) {
    struct tls_attempt *tls = &endpoint_of(facts, S)->tls;
    recipe.cert = pki.leaf;
    recipe.issuer = pki.issuing;
    struct blob made = ocsp_make(facts->arena, &recipe);
    tls->staple = made.bytes;
    tls->staple_size = made.size;
}
#define STAPLE(name, ...)                                                                                    \
    static void name(struct facts *facts) {                                                                  \
        staple(facts, (struct ocsp_recipe){__VA_ARGS__});                                                    \
    }
STAPLE(staple_good, .next_update = DAY, .hash = "sha1")
STAPLE(staple_good256, .next_update = DAY)
STAPLE(staple_revoked, .status = V_OCSP_CERTSTATUS_REVOKED)
STAPLE(staple_unknown, .status = V_OCSP_CERTSTATUS_UNKNOWN)
STAPLE(staple_damaged, .is_damaged = true)
STAPLE(staple_stranger, .signer = pki.stranger)
STAPLE(staple_other, .about = pki.other_leaf)
STAPLE(staple_twice, .second = V_OCSP_CERTSTATUS_UNKNOWN + 1)
STAPLE(staple_critical, .critical = "1.2.3.4.5")
STAPLE(staple_stale, .this_update = -DAY, .next_update = -1)
STAPLE(staple_future, .this_update = 301)
STAPLE(staple_malformed_request, .refusal = OCSP_RESPONSE_STATUS_MALFORMEDREQUEST)
STAPLE(staple_internal, .refusal = OCSP_RESPONSE_STATUS_INTERNALERROR)
STAPLE(staple_later, .refusal = OCSP_RESPONSE_STATUS_TRYLATER)
STAPLE(staple_sig, .refusal = OCSP_RESPONSE_STATUS_SIGREQUIRED)
STAPLE(staple_unauthorized, .refusal = OCSP_RESPONSE_STATUS_UNAUTHORIZED)

static void staple_garbage(struct facts *facts) {
    staple_good(facts);
    endpoint_of(facts, S)->tls.staple_size = 7;
}

/* ---- settings ---- */

static void mode_off(struct facts *facts) {
    settings(facts)->mode = false;
    revoked(facts);
}

static void not_given(struct facts *facts) {
    settings(facts)->given = false;
    revoked(facts);
}

static void ocsp_off(struct facts *facts) {
    settings(facts)->ocsp = false;
}

static void ocsp_off_and_bad(struct facts *facts) {
    ocsp_off(facts);
    revoked(facts);
}

static void ocsp_off_on_list(struct facts *facts) {
    ocsp_off(facts);
    on_list(facts);
}

static void ocsp_off_expired(struct facts *facts) {
    ocsp_off(facts);
    crl_expired(facts);
}

static void silent_rejects(struct facts *facts) {
    ocsp_silent(facts);
    sha1_fails(facts);
    settings(facts)->treat_as_revoked = true;
}

static void silent_accepts(struct facts *facts) {
    ocsp_silent(facts);
    sha1_fails(facts);
}

static void silent_and_on_list(struct facts *facts) {
    silent_accepts(facts);
    on_list(facts);
}

static void cdp_off(struct facts *facts) {
    ocsp_off(facts);
    settings(facts)->cdp = false;
}

static void cdp_off_rejects(struct facts *facts) {
    cdp_off(facts);
    settings(facts)->treat_as_revoked = true;
}

static void cdp_off_by_hand(struct facts *facts) {
    ocsp_off(facts);
    cdp_off(facts);
    manual_good(facts);
    crl_of(facts, FETCH_AUTO_CRL, ROOT_CDP, (struct crl_recipe){.issuer = pki.root});
}

static void expired_beside_fresh(struct facts *facts) {
    ocsp_off_expired(facts);
    manual_good(facts);
}

static void policy(struct facts *facts) {
    settings(facts)->connection = CONNECTION_POLICY;
    ocsp_off(facts);
    cdp_off(facts);
    manual_revokes(facts);
}

static void policy_with_ocsp(struct facts *facts) {
    policy(facts);
    settings(facts)->ocsp = true;
}

static void ldap_by_hand(struct facts *facts) {
    policy(facts);
    settings(facts)->connection = CONNECTION_LDAP;
}

static void ldap_in_trust(struct facts *facts) {
    settings(facts)->connection = CONNECTION_LDAP;
    ocsp_off(facts);
    cdp_off(facts);
    crl_of(facts, FETCH_TRUST_CRL, "trust.pem", (struct crl_recipe){.revoked = pki.leaf});
}

static void https_replaced(struct facts *facts) {
    settings(facts)->connection = CONNECTION_HTTPS;
    manual_revokes(facts);
    crl_of(facts, FETCH_AUTO_CRL, "http://crl.example.com/all", (struct crl_recipe){0});
}

static void nobody_was_asked(struct facts *facts) {
    facts->fetches.n = 0;
}

static void switched_off(struct facts *facts) {
    facts->run.no_revocation = true;
}

static void crls_off(struct facts *facts) {
    settings(facts)->crl = false;
}

static void responder_at_ipv6(struct facts *facts) {
    for (size_t i = 0; i < facts->fetches.n; i++)
        if (strcmp(facts->fetches.v[i]->uri, OCSP_URI) == 0) {
            facts->fetches.v[i]->host = arena_text(facts->arena, "2001:db8::53");
            facts->fetches.v[i]->port = 80;
        }
}

/* Files are fetched before anything was asked over the network. */
static void policy_file_first(struct facts *facts) {
    policy(facts);
    struct fetch *manual = facts->fetches.v[facts->fetches.n - 1];
    memmove(facts->fetches.v + 1, facts->fetches.v, (facts->fetches.n - 1) * sizeof manual);
    facts->fetches.v[0] = manual;
}

#define O "revocation.ocsp", S
#define C "revocation.crl", S
#define T "revocation.staple", S
#define V "revocation.verdict", S
#define F STATUS_FAIL
#define W STATUS_WARN
#define P STATUS_PASS, NULL
#define START healthy_sources

static const struct judge_row rows[] = {
    {"both hashes good", NULL, O, P, START},
    {"revoked", revoked, O, F, "revoked", START},
    {"revoked, says SHA-1", revoked_by_sha1_alone, O, F, "revoked", START},
    {"and SHA-256 is turned away, which is told as well", revoked_by_sha1_alone, O, F, "sha256-unsupported",
     START},
    {"SHA-256 unauthorized", sha256_unauthorized, O, F, "sha256-unsupported", START},
    {"SHA-256 answered with SHA-1", sha256_by_sha1, O, F, "sha256-unsupported", START},
    {"SHA-256 unknown", sha256_unknown, O, F, "sha256-unsupported", START},
    {"SHA-256 HTTP error", ocsp_http, O, F, "sha256-unsupported", START},
    {"SHA-256 later: nothing about hashes", sha256_try_later, O, W, "try-later", START},
    {"SHA-1 unauthorized alone", sha1_fails, O, P, START},
    {"silence", ocsp_silent, O, W, "unreachable", START},
    {"HTTPS without certificate", ocsp_no_tls, O, W, "unreachable", START},
    {"HTTP error", http_error, O, W, "http-error", START},
    {"unknown", unknown, O, W, "unknown", START},
    {"a web page", html_page, O, W, "malformed", START},
    {"signature damaged", damaged, O, W, "bad-signature", START},
    {"delegate", by_delegate, O, P, START},
    {"delegate by key", by_key, O, P, START},
    {"issuer by key", issuer_by_key, O, P, START},
    {"delegate not sent", delegate_not_sent, O, W, "signer-not-authorised", START},
    {"delegate without EKU", delegate_no_eku, O, W, "signer-not-authorised", START},
    {"delegate of another CA", delegate_foreign, O, W, "signer-not-authorised", START},
    {"delegate expired", delegate_late, O, W, "signer-not-authorised", START},
    {"signed by a stranger", by_stranger, O, W, "signer-not-authorised", START},
    {"another serial", other_serial, O, W, "wrong-certificate", START},
    {"another issuer", other_issuer, O, W, "wrong-certificate", START},
    {"twice good", good_and_good, O, P, START},
    {"good and unknown", good_and_unknown, O, W, "ambiguous", START},
    {"good and revoked: the worse", good_and_revoked, O, F, "revoked", START},
    {"good and revoked", good_and_revoked, O, W, "ambiguous", START},
    {"critical extension", critical, O, W, "critical-extension", START},
    {"critical extension of the status", single_critical, O, W, "critical-extension", START},
    {"critical nonce", critical_nonce, O, P, START},
    {"nextUpdate passed", next_passed, O, W, "stale", START},
    {"nextUpdate not passed", next_now, O, P, START},
    {"older than seven days", older_than_week, O, W, "stale", START},
    {"seven days old", week_old, O, P, START},
    {"future", future, O, W, "not-yet-valid", START},
    {"within the skew of clocks", almost_future, O, P, START},
    {"malformed request", says_malformed_request, O, W, "malformed-request", START},
    {"internal error", says_internal_error, O, W, "internal-error", START},
    {"try later", says_try_later, O, W, "try-later", START},
    {"sig required", says_sig_required, O, W, "sig-required", START},
    {"unauthorized", says_unauthorized, O, W, "unauthorized", START},
    {"not tried", ocsp_untried, O, STATUS_UNKNOWN, NULL, START},
    {"half of it not tried", ocsp_half_untried, O, STATUS_UNKNOWN, NULL, START},
    {"no OCSP URI", no_sources, O, STATUS_INFO, "no-uri", START},
    {"left out, so nothing is judged", switched_off, V, ABSENT, NULL, START},
    {"left out", switched_off, "revocation.ocsp", "example.com", STATUS_SKIP, NULL, START},

    {"stapled good", staple_good, T, P, START},
    {"stapled good, SHA-256", staple_good256, T, P, START},
    {"no staple", NULL, T, ABSENT, NULL, START},
    {"stapled revoked", staple_revoked, T, F, "revoked", START},
    {"stapled unknown", staple_unknown, T, W, "unknown", START},
    {"stapled garbage", staple_garbage, T, W, "malformed", START},
    {"stapled damaged", staple_damaged, T, W, "bad-signature", START},
    {"stapled of a stranger", staple_stranger, T, W, "signer-not-authorised", START},
    {"stapled of another", staple_other, T, W, "wrong-certificate", START},
    {"stapled twice", staple_twice, T, W, "ambiguous", START},
    {"stapled critical", staple_critical, T, W, "critical-extension", START},
    {"stapled stale", staple_stale, T, W, "stale", START},
    {"stapled future", staple_future, T, W, "not-yet-valid", START},
    {"stapled malformed request", staple_malformed_request, T, W, "malformed-request", START},
    {"stapled internal error", staple_internal, T, W, "internal-error", START},
    {"stapled try later", staple_later, T, W, "try-later", START},
    {"stapled sig required", staple_sig, T, W, "sig-required", START},
    {"stapled unauthorized", staple_unauthorized, T, W, "unauthorized", START},

    {"not on the list", NULL, C, P, START},
    {"another on the list", other_on_list, C, P, START},
    {"on the list", on_list, C, F, "revoked", START},
    {"expired list", crl_expired, C, F, "expired", START},
    {"list of the last second", crl_last_second, C, P, START},
    {"list of the future", crl_future, C, W, "not-yet-valid", START},
    {"list within the skew", crl_almost_future, C, P, START},
    {"list signed by another key", crl_damaged, C, W, "bad-signature", START},
    {"list of another CA", crl_of_root, C, W, "wrong-issuer", START},
    {"list of another CA beside", foreign_beside, C, P, START},
    {"critical extension of the list", crl_critical, C, W, "unparsable", START},
    {"critical extension of an entry", crl_entry_critical, C, W, "unparsable", START},
    {"own partition", own_partition, C, P, START},
    {"other partition", other_partition, C, W, "other-partition", START},
    {"users only", users_only, C, P, START},
    {"CAs only", cas_only, C, W, "other-partition", START},
    {"CAs only, for a CA", root_cas_only, C, P, START},
    {"attribute certificates only", attributes_only, C, W, "other-partition", START},
    {"some reasons only", some_reasons, C, W, "other-partition", START},
    {"delta without base", delta_alone, C, W, "other-partition", START},
    {"delta revokes", delta_revokes, C, F, "revoked", START},
    {"delta lifts the hold", delta_lifts, C, P, START},
    {"list unreachable", crl_silent, C, W, "unreachable", START},
    {"list HTTP error", crl_http, C, W, "http-error", START},
    {"list too large", crl_large, C, W, "too-large", START},
    {"list unparsable", crl_broken, C, W, "unparsable", START},
    {"list by HTTPS without certificate", crl_no_tls, C, W, "unreachable", START},
    {"a root that did not sign itself", forged_root, C, W, "bad-signature", START},
    {"a root that did not sign itself", forged_root, O, W, "signer-not-authorised", START},
    {"list not tried", crl_untried, C, STATUS_UNKNOWN, NULL, START},
    {"LDAP only", ldap_only, C, W, "unsupported-scheme", START},
    {"LDAP beside HTTP", ldap_beside, C, P, START},
    {"no CDP", no_sources, C, STATUS_INFO, "no-cdp", START},
    {"manual of another CA", manual_foreign, "revocation.crl", MANUAL, W, "wrong-issuer", START},
    {"manual of the CA", manual_good, "revocation.crl", MANUAL, ABSENT, NULL, START},
    {"manual in DER", manual_in_der, "revocation.crl", MANUAL, W, "not-pem", START},
    {"manual in DER is not there", manual_policy_in_der, "revocation.verdict", S, W, "fallback-accepts",
     START},
    {"manual, and another after it", manual_twice, "revocation.crl", MANUAL, W, "replaced", START},
    {"the other", manual_twice, "revocation.crl", "files/second.pem", ABSENT, NULL, START},
    {"and what it says does not count", manual_twice, "revocation.crl", S, P, START},
    {"manual too large", manual_large, "revocation.crl", MANUAL, W, "too-large", START},

    {"a list of another CA in the trust file", trust_foreign, "revocation.crl", "beside.pem", ABSENT, NULL,
     START},
    {"nobody verifies the web administration", web_administration, V, ABSENT, NULL, START},
    {"nobody was asked", nobody_was_asked, V, STATUS_SKIP, NULL, START},
    {"all good", NULL, V, P, START},
    {"verdict revoked", revoked, V, F, "revoked", START},
    {"SHA-1 only fails whatever the fallback", sha256_unauthorized, V, F, "validation-fails", START},
    {"silence, treat as revoked", silent_rejects, V, F, "fallback-rejects", START},
    {"silence, treat as not revoked", silent_accepts, V, W, "fallback-accepts", START},
    {"OCSP applies: the list does not count", silent_and_on_list, V, W, "fallback-accepts", START},
    {"OCSP off, bad OCSP answer", ocsp_off_and_bad, V, P, START},
    {"OCSP off, on the list", ocsp_off_on_list, V, F, "revoked", START},
    {"OCSP off, expired list", ocsp_off_expired, V, F, "revoked", START},
    {"expired list beside a fresh one", expired_beside_fresh, V, P, START},
    {"CDP off: the CA has no list", cdp_off, V, W, "fallback-accepts", START},
    {"CDP off, treat as revoked", cdp_off_rejects, V, F, "fallback-rejects", START},
    {"CDP off, lists loaded", cdp_off_by_hand, V, P, START},
    {"checking off", mode_off, V, W, "checking-off", START},
    {"no settings", not_given, V, STATUS_SKIP, NULL, START},
    {"OCSP not tried", ocsp_untried, V, STATUS_UNKNOWN, NULL, START},
    {"policy server: by hand", policy, V, F, "revoked", START},
    {"LDAP: not by hand", ldap_by_hand, V, W, "fallback-accepts", START},
    {"LDAP: in the CA file", ldap_in_trust, V, F, "revoked", START},
    {"HTTPS: automatic replaces manual", https_replaced, V, W, "fallback-accepts", START},

    {"SIP TLS uses all", manual_good, "revocation.source-scope", S, P, START},
    {"policy server and OCSP", policy_with_ocsp, "revocation.source-scope", S, W, "source-not-used-here",
     START},
    {"policy server, by hand alone", policy, "revocation.source-scope", S, P, START},
    {"LDAP, by hand", ldap_by_hand, "revocation.source-scope", S, W, "source-not-used-here", START},
};

static void judges_every_row(void **state) {
    (void)state;
    assert_rows(judge_revocation, rows, sizeof rows / sizeof *rows);
}

static void covers_the_catalogue(void **state) {
    (void)state;
    static const char *const checks[] = {"revocation.ocsp",    "revocation.staple",       "revocation.crl",
                                         "revocation.verdict", "revocation.source-scope", NULL};
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

/* ---- evidence ---- */

static const struct told_row told[] = {
    {"who was asked", NULL, O, "uri", "\"" OCSP_URI "\"", START},
    {"with which hash it answers", sha256_unauthorized, O, "sha1", "\"good\"", START},
    {"and with which it does not", sha256_unauthorized, O, "sha256", "\"unauthorized\"", START},
    {"OCSP is off", ocsp_off, O, NULL, "is not used: Use OCSP is off", START},
    {"and which responder is not used", ocsp_off, O, "uri", "\"" OCSP_URI "\"", START},
    {"CRLs are off", crls_off, C, NULL, "is not used: Use CRLs is off", START},
    {"downloads are off", cdp_off, C, NULL, "downloads from distribution points are off", START},
    {"what it said last time", silent_but_kept, O, "cached",
     "{\"fetched\": \"2026-11-20T12:00:00Z\", \"says\": \"good\"}", START},
    {"nothing was kept", ocsp_silent, O, "cached", NULL, START},
    {"which list", NULL, C, "uri", "\"" CDP "\"", START},
    {"where it is from", NULL, C, "origin", "\"distribution point\"", START},
    {"why it revokes", on_list, C, "reason", "\"keyCompromise\"", START},
    {"with a delta", delta_revokes, C, "delta", "true", START},
    {"of two lists", delta_revokes, C, "lists", "2", START},
    {"a delegate signs", by_delegate, O, "signed_by", "\"delegate\"", START},
    {"the issuer signs", NULL, O, "signed_by", "\"issuer\"", START},
    {"a firewall wants addresses of IPv6 in brackets", responder_at_ipv6, V, "firewall",
     "[\"[2001:db8::53]:80\", \"crl.example.com:80\", \"ocsp.example.com:8080\", \"crl.example.com:443\"]",
     START},
    {"the file that was loaded by hand is in use", policy_file_first, "revocation.source-scope", S, "used",
     "[\"manual-crl\"]", START},
};

static void tells_what_was_asked(void **state) {
    (void)state;
    assert_told(judge_revocation, told, sizeof told / sizeof *told);
}

static struct findings *judged(struct facts *facts) {
    struct findings *findings = findings_new();
    judge_with(judge_revocation, facts, findings);
    return findings;
}

static void tells_both_fallbacks(void **state) {
    (void)state;
    static const struct {
        void (*break_it)(struct facts *);
        const char *if_revoked, *if_not;
    } cases[] = {{NULL, "\"accepted\"", "\"accepted\""},
                 {revoked, "\"rejected\"", "\"rejected\""},
                 {sha256_unauthorized, "\"rejected\"", "\"rejected\""},
                 {silent_accepts, "\"rejected\"", "\"accepted\""},
                 {silent_rejects, "\"rejected\"", "\"accepted\""},
                 {not_given, "\"rejected\"", "\"rejected\""},
                 {mode_off, "\"accepted\"", "\"accepted\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct facts *facts = healthy_sources();
        if (cases[i].break_it != NULL)
            cases[i].break_it(facts);
        struct findings *findings = judged(facts);
        const struct finding *f = find_finding(findings, V);
        assert_non_null(f);
        assert_evidence(f, "if_treat_as_revoked", cases[i].if_revoked);
        assert_evidence(f, "if_treat_as_not_revoked", cases[i].if_not);
        findings_free(findings);
        facts_free(facts);
    }
}

static void traces_the_sources_in_order(void **state) {
    (void)state;
    struct facts *facts = healthy_sources();
    silent_and_on_list(facts);
    struct findings *findings = judged(facts);
    const struct finding *f = find_finding(findings, V);
    assert_evidence(f, "trace",
                    "[\"" EDGE1 ": OCSP " OCSP_URI " with SHA-256: unreachable\","
                    "\"" EDGE1 ": no status: the fallback decides\","
                    "\"" EDGE1 ": not used: CRL of the distribution point " CDP ": revoked\","
                    "\"Issuing: OCSP " ROOT_OCSP_URI " with SHA-256: good\","
                    "\"Issuing: not used: CRL of the distribution point " ROOT_CDP ": good\"]");
    assert_evidence(f, "firewall",
                    "[\"ocsp.example.com:80\", \"crl.example.com:80\", \"ocsp.example.com:8080\","
                    "\"crl.example.com:443\"]");
    findings_free(findings);
    facts_free(facts);
}

/* The guide's table, for a certificate that is revoked by OCSP and not on any list, below a CA with a good
 * list. */
static void tells_all_settings(void **state) {
    (void)state;
    struct facts *facts = healthy_sources();
    revoked(facts);
    settings(facts)->wants_matrix = true;
    struct findings *findings = judged(facts);
    const json_t *matrix = evidence_value(find_finding(findings, V), "matrix");
    assert_int_equal(json_array_size(matrix), 32);
    for (size_t i = 0; i < 32; i++) {
        const json_t *row = json_array_get(matrix, i);
        bool mode = (i & 16) == 0, ocsp = (i & 8) == 0, crl = (i & 4) == 0, cdp = (i & 2) == 0,
             refuses = (i & 1) != 0;
        bool rejected = mode && (ocsp || (refuses && !(crl && cdp)));
        assert_string_equal(json_string_value(json_object_get(row, "mode")), mode ? "on" : "off");
        assert_string_equal(json_string_value(json_object_get(row, "cdp")), cdp ? "on" : "off");
        assert_string_equal(json_string_value(json_object_get(row, "verdict")),
                            rejected ? "rejected" : "accepted");
    }
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_every_row),     cmocka_unit_test(covers_the_catalogue),
        cmocka_unit_test(tells_both_fallbacks), cmocka_unit_test(traces_the_sources_in_order),
        cmocka_unit_test(tells_all_settings),   cmocka_unit_test(tells_what_was_asked),
    };
    return cmocka_run_group_tests(tests, pki_open, pki_close);
}
