/* Does trust.c decide as Expressway's OpenSSL does, and say what is missing? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/err.h>

#include "expressway/trust.h"
#include "tests/unit/trust_ask.h"
#include "wire/skim.h"
#include "wire/cert.h"
#include "tests/unit/pki.h"
#include "tests/unit/shared_data.h"

/* ---- a world: three levels, and what can be wrong with each ---- */

struct world {
    struct arena *arena;
    const struct issued *root, *issuing, *leaf;                   /* all good */
    const struct issued *upper, *lower, *deep_leaf;               /* four levels: root > upper > lower */
    const struct issued *direct, *self_signed, *expired_leaf;     /* leaf of the root; alone; past */
    const struct issued *old_root, *old_issuing, *future_issuing; /* same names and keys, other dates */
    const struct issued *v1_root, *v1_leaf, *bare, *bare_leaf, *usage_root,
        *usage_leaf;                                                          /* no BasicConstraints */
    const struct issued *no_ca, *no_ca_leaf, *no_sign, *no_sign_leaf;         /* CA:FALSE; no keyCertSign */
    const struct issued *short_root, *short_upper, *short_lower, *short_leaf; /* pathlen:0 at upper */
    const struct issued *twin_a, *twin_b, *twin_leaf;    /* one subject, two keys, no identifiers */
    const struct issued *named_a, *named_b, *named_leaf; /* one subject, two keys, with identifiers */
    const struct issued *other_root, *cross, *impostor, *impostor_leaf;
    const struct issued *server_ca, *of_server_ca;   /* EKU serverAuth alone, of CA and of nobody */
    const struct issued *server_leaf, *client_leaf;  /* EKU of the leaf */
    const struct issued *sign_only, *encipher_only;  /* key usage certSign; keyEncipherment */
    const struct issued *narrow, *outside, *inside;  /* name constraints example.com */
    const struct issued *critical, *fraction, *nest; /* unknown critical; fractions; RFC 3779 */
    const struct issued *early, *not_yet, *fraction_ca, *early_ca, *of_fraction_ca,
        *of_early_ca;                      /* fractions, too */
    const struct issued *small, *of_small; /* RSA of 512 bits */
    const struct issued *server_encipher, *client_encipher,
        *ns_client; /* EKU and keyEncipherment; nsCertType */
};

static void make_usual(struct world *w) {
    struct arena *a = w->arena;
    w->root = pki_issue(a, &(struct spec){.name = "Root", .is_ca = true});
    w->issuing = pki_issue(
        a, &(struct spec){.name = "Issuing", .is_ca = true, .by = w->root, .aia = "http://ca/root.cer"});
    w->leaf = pki_issue(a, &(struct spec){.name = "leaf", .by = w->issuing, .aia = "http://ca/issuing.cer"});
    w->upper = pki_issue(a, &(struct spec){.name = "Upper", .is_ca = true, .by = w->root});
    w->lower = pki_issue(a, &(struct spec){.name = "Lower", .is_ca = true, .by = w->upper});
    w->deep_leaf = pki_issue(a, &(struct spec){.name = "deep", .by = w->lower});
    w->direct = pki_issue(a, &(struct spec){.name = "direct", .by = w->root});
    w->self_signed = pki_issue(a, &(struct spec){.name = "alone"});
    w->expired_leaf = pki_issue(a, &(struct spec){.name = "past", .by = w->issuing, .until = -PKI_DAY});
    w->old_root =
        pki_issue(a, &(struct spec){.name = "Root", .is_ca = true, .key = w->root->key, .until = -PKI_DAY});
    w->old_issuing = pki_issue(
        a, &(struct spec){
               .name = "Issuing", .is_ca = true, .by = w->root, .key = w->issuing->key, .until = -PKI_DAY});
    w->future_issuing = pki_issue(
        a, &(struct spec){
               .name = "Issuing", .is_ca = true, .by = w->root, .key = w->issuing->key, .from = PKI_DAY});
}

static void make_unfit(struct world *w) {
    struct arena *a = w->arena;
    w->v1_root = pki_issue(a, &(struct spec){.name = "V1 Root", .is_v1 = true, .is_ca = true});
    w->v1_leaf = pki_issue(a, &(struct spec){.name = "v1", .by = w->v1_root, .has_no_ids = true});
    w->bare = pki_issue(
        a, &(struct spec){.name = "Bare", .by = w->root, .key_usage = "keyCertSign", .constraints = ""});
    w->bare_leaf = pki_issue(a, &(struct spec){.name = "of bare", .by = w->bare});
    w->usage_root = pki_issue(a, &(struct spec){.name = "Usage Root", .key_usage = "keyCertSign"});
    w->usage_leaf = pki_issue(a, &(struct spec){.name = "of usage", .by = w->usage_root});
    w->no_ca = pki_issue(
        a, &(struct spec){.name = "No CA", .by = w->root, .key_usage = "", .constraints = "CA:FALSE"});
    w->no_ca_leaf = pki_issue(a, &(struct spec){.name = "of no ca", .by = w->no_ca});
    w->no_sign = pki_issue(
        a, &(struct spec){.name = "No Sign", .is_ca = true, .by = w->root, .key_usage = "digitalSignature"});
    w->no_sign_leaf = pki_issue(a, &(struct spec){.name = "of no sign", .by = w->no_sign});
    w->short_root = pki_issue(a, &(struct spec){.name = "Short Root", .is_ca = true});
    w->short_upper = pki_issue(a, &(struct spec){.name = "Short Upper",
                                                 .is_ca = true,
                                                 .by = w->short_root,
                                                 .constraints = "critical,CA:TRUE,pathlen:0"});
    w->short_lower = pki_issue(a, &(struct spec){.name = "Short Lower", .is_ca = true, .by = w->short_upper});
    w->short_leaf = pki_issue(a, &(struct spec){.name = "short", .by = w->short_lower});
}

static void make_twins(struct world *w) {
    struct arena *a = w->arena;
    struct spec twin = {.name = "Twin", .is_ca = true, .has_no_ids = true},
                named = {.name = "Named", .is_ca = true};
    w->twin_a = pki_issue(a, &twin);
    w->twin_b = pki_issue(a, &twin);
    w->twin_leaf = pki_issue(a, &(struct spec){.name = "of twin b", .by = w->twin_b, .has_no_ids = true});
    w->named_a = pki_issue(a, &named);
    w->named_b = pki_issue(a, &named);
    w->named_leaf = pki_issue(a, &(struct spec){.name = "of named b", .by = w->named_b});
    w->other_root = pki_issue(a, &(struct spec){.name = "Other Root", .is_ca = true});
    w->cross =
        pki_issue(a, &(struct spec){.name = "Root", .is_ca = true, .by = w->other_root, .key = w->root->key});
    w->impostor = pki_issue(a, &(struct spec){.name = "Root", .is_ca = true, .has_no_ids = true});
    w->impostor_leaf = pki_issue(a, &(struct spec){.name = "plain", .by = w->root, .has_no_ids = true});
}

static void make_odd(struct world *w) {
    struct arena *a = w->arena;
    w->server_ca =
        pki_issue(a, &(struct spec){.name = "Server CA", .is_ca = true, .by = w->root, .eku = "serverAuth"});
    w->of_server_ca =
        pki_issue(a, &(struct spec){.name = "both", .by = w->server_ca, .eku = "serverAuth,clientAuth"});
    w->server_leaf = pki_issue(a, &(struct spec){.name = "server", .by = w->root, .eku = "serverAuth"});
    w->client_leaf = pki_issue(a, &(struct spec){.name = "client", .by = w->root, .eku = "clientAuth"});
    w->sign_only = pki_issue(a, &(struct spec){.name = "sign", .by = w->root, .key_usage = "keyCertSign"});
    w->encipher_only =
        pki_issue(a, &(struct spec){.name = "encipher", .by = w->root, .key_usage = "keyEncipherment"});
    w->narrow = pki_issue(a, &(struct spec){.name = "Narrow",
                                            .is_ca = true,
                                            .by = w->root,
                                            .extra_name = "nameConstraints",
                                            .extra = "critical,permitted;DNS:example.com"});
    w->outside =
        pki_issue(a, &(struct spec){.name = "outside", .by = w->narrow, .san = "DNS:expe.example.org"});
    w->inside =
        pki_issue(a, &(struct spec){.name = "inside", .by = w->narrow, .san = "DNS:expe.example.com"});
    w->critical = pki_issue(
        a, &(struct spec){
               .name = "critical", .by = w->root, .extra_name = "1.2.3.4", .extra = "critical,ASN1:NULL"});
    w->fraction = pki_issue(a, &(struct spec){.name = "fraction", .by = w->root, .has_fraction = true});
    w->early = pki_issue(a, &(struct spec){.name = "early", .by = w->root, .has_early_fraction = true});
    w->not_yet =
        pki_issue(a, &(struct spec){.name = "not yet", .by = w->root, .from = PKI_DAY, .has_fraction = true});
    w->fraction_ca =
        pki_issue(a, &(struct spec){.name = "Fraction", .is_ca = true, .by = w->root, .has_fraction = true});
    w->early_ca = pki_issue(
        a, &(struct spec){.name = "Early", .is_ca = true, .by = w->root, .has_early_fraction = true});
    w->of_fraction_ca = pki_issue(a, &(struct spec){.name = "of fraction", .by = w->fraction_ca});
    w->of_early_ca = pki_issue(a, &(struct spec){.name = "of early", .by = w->early_ca});
    w->small = pki_issue(a, &(struct spec){.name = "Small", .is_ca = true, .key_type = "RSA 512"});
    w->of_small = pki_issue(a, &(struct spec){.name = "of small", .by = w->small});
    w->server_encipher = pki_issue(a, &(struct spec){.name = "server encipher",
                                                     .by = w->root,
                                                     .eku = "serverAuth",
                                                     .key_usage = "keyEncipherment"});
    w->client_encipher = pki_issue(a, &(struct spec){.name = "client encipher",
                                                     .by = w->root,
                                                     .eku = "clientAuth",
                                                     .key_usage = "keyEncipherment"});
    w->ns_client = pki_issue(
        a, &(struct spec){.name = "ns", .by = w->root, .extra_name = "nsCertType", .extra = "client"});
    w->nest = pki_issue(a, &(struct spec){.name = "nest",
                                          .by = w->root,
                                          .extra_name = "sbgp-ipAddrBlock",
                                          .extra = "critical,IPv4:10.0.0.0/8"});
}

static int world_open(void **state) {
    static struct world w;
    memset(&w, 0, sizeof w);
    w.arena = arena_new();
    make_usual(&w);
    make_unfit(&w);
    make_twins(&w);
    make_odd(&w);
    *state = &w;
    return 0;
}

static int world_close(void **state) {
    pki_clear();
    arena_free(((struct world *)*state)->arena);
    return 0;
}

/* ---- rows ---- */

#define AT(member) offsetof(struct world, member)

enum { ROW_MAX = 5 };

struct row {
    const char *what;
    size_t leaf, sent[ROW_MAX], list[ROW_MAX]; /* 0 ends (the arena is no certificate) */
    enum trust_verdict verdict;
    size_t missing[ROW_MAX]; /* certificates that the list lacks, lowest first */
    bool differs;            /* from plain OpenSSL, for a reason that trust.c states */
};

static const struct row rows[] = {
    {"all sent, root listed", AT(leaf), {AT(issuing)}, {AT(root)}, TRUST_GOOD, {0}, false},
    {"nothing sent, all listed", AT(leaf), {0}, {AT(issuing), AT(root)}, TRUST_GOOD, {0}, false},
    {"order of the list is free", AT(leaf), {0}, {AT(root), AT(issuing)}, TRUST_GOOD, {0}, false},
    {"root sent and listed", AT(leaf), {AT(issuing), AT(root)}, {AT(root)}, TRUST_GOOD, {0}, false},
    {"rubbish sent besides", AT(leaf), {AT(other_root), AT(issuing)}, {AT(root)}, TRUST_GOOD, {0}, false},
    {"two levels", AT(direct), {0}, {AT(root)}, TRUST_GOOD, {0}, false},
    {"four levels, one sent, one listed",
     AT(deep_leaf),
     {AT(lower)},
     {AT(upper), AT(root)},
     TRUST_GOOD,
     {0},
     false},
    {"self-signed and listed", AT(self_signed), {0}, {AT(self_signed)}, TRUST_GOOD, {0}, false},
    {"cross-signed root leads to another root",
     AT(leaf),
     {AT(issuing), AT(cross)},
     {AT(other_root)},
     TRUST_GOOD,
     {0},
     false},
    {"cross-signed and own root", AT(leaf), {AT(issuing), AT(cross)}, {AT(root)}, TRUST_GOOD, {0}, false},
    {"a leaf past its date is cert.validity's",
     AT(expired_leaf),
     {AT(issuing)},
     {AT(root)},
     TRUST_GOOD,
     {0},
     true},

    {"intermediate neither sent nor listed",
     AT(leaf),
     {0},
     {AT(root)},
     TRUST_MISSING_INTERMEDIATE,
     {AT(issuing)},
     false},
    {"nothing at all", AT(leaf), {0}, {0}, TRUST_MISSING_INTERMEDIATE, {AT(issuing)}, false},
    {"middle one missing, known from the wire",
     AT(deep_leaf),
     {AT(lower), AT(root)},
     {AT(root)},
     TRUST_NO_ROOT,
     {AT(upper)},
     false},
    {"root not listed, not sent",
     AT(leaf),
     {AT(issuing)},
     {AT(other_root)},
     TRUST_NO_ROOT,
     {AT(root)},
     false},
    {"root not listed, sent",
     AT(leaf),
     {AT(issuing), AT(root)},
     {AT(other_root)},
     TRUST_NO_ROOT,
     {AT(root)},
     false},
    {"two levels, root sent only", AT(direct), {AT(root)}, {0}, TRUST_NO_ROOT, {AT(root)}, false},
    {"issuing CA listed, the one above only sent",
     AT(leaf),
     {AT(issuing), AT(root)},
     {AT(issuing)},
     TRUST_NO_ROOT,
     {AT(root)},
     false},
    {"lower CA listed, the two above only sent",
     AT(deep_leaf),
     {AT(lower), AT(upper), AT(root)},
     {AT(lower)},
     TRUST_MISSING_INTERMEDIATE,
     {AT(upper), AT(root)},
     false},
    {"lower CA and root listed, the middle only sent",
     AT(deep_leaf),
     {AT(lower), AT(upper)},
     {AT(lower), AT(root)},
     TRUST_MISSING_INTERMEDIATE,
     {AT(upper)},
     false},
    {"self-signed, not listed",
     AT(self_signed),
     {0},
     {AT(root)},
     TRUST_SELF_SIGNED,
     {AT(self_signed)},
     false},

    {"root expired", AT(leaf), {AT(issuing)}, {AT(old_root)}, TRUST_EXPIRED_CA, {0}, false},
    {"root expired, the new one behind it",
     AT(leaf),
     {AT(issuing)},
     {AT(old_root), AT(root)},
     TRUST_GOOD,
     {0},
     false},
    {"intermediate expired", AT(leaf), {AT(old_issuing)}, {AT(root)}, TRUST_EXPIRED_CA, {0}, false},
    {"intermediate not yet valid", AT(leaf), {AT(future_issuing)}, {AT(root)}, TRUST_EXPIRED_CA, {0}, false},

    {"X.509v1 root", AT(v1_leaf), {0}, {AT(v1_root)}, TRUST_NOT_A_CA, {0}, true},
    {"CA by key usage alone", AT(bare_leaf), {AT(bare)}, {AT(root)}, TRUST_NOT_A_CA, {0}, false},
    {"root by key usage alone", AT(usage_leaf), {0}, {AT(usage_root)}, TRUST_NOT_A_CA, {0}, true},
    {"CA:FALSE", AT(no_ca_leaf), {AT(no_ca)}, {AT(root)}, TRUST_NOT_A_CA, {0}, false},
    {"no keyCertSign", AT(no_sign_leaf), {AT(no_sign)}, {AT(root)}, TRUST_NOT_A_CA, {0}, false},
    {"no keyCertSign, listed", AT(no_sign_leaf), {0}, {AT(no_sign), AT(root)}, TRUST_NOT_A_CA, {0}, false},

    {"path too long",
     AT(short_leaf),
     {AT(short_lower), AT(short_upper)},
     {AT(short_root)},
     TRUST_PATH_TOO_LONG,
     {0},
     false},
    {"path just as long as allowed",
     AT(short_lower),
     {AT(short_upper)},
     {AT(short_root)},
     TRUST_GOOD,
     {0},
     false},

    {"two of a subject, no identifiers: the right one first",
     AT(twin_leaf),
     {0},
     {AT(twin_b), AT(twin_a)},
     TRUST_GOOD,
     {0},
     false},
    {"two of a subject, no identifiers: the wrong one first",
     AT(twin_leaf),
     {0},
     {AT(twin_a), AT(twin_b)},
     TRUST_BAD_SIGNATURE,
     {AT(twin_b)},
     false},
    {"two of a subject, told apart by identifier",
     AT(named_leaf),
     {0},
     {AT(named_a), AT(named_b)},
     TRUST_GOOD,
     {0},
     false},
    {"only the wrong one of a subject, with identifiers",
     AT(named_leaf),
     {0},
     {AT(named_a)},
     TRUST_MISSING_INTERMEDIATE,
     {AT(named_b)},
     false},
    {"another's key under the root's name",
     AT(impostor_leaf),
     {0},
     {AT(impostor)},
     TRUST_BAD_SIGNATURE,
     {AT(root)},
     false},

    {"another's key under the root's name, the true one sent",
     AT(impostor_leaf),
     {AT(root)},
     {AT(impostor)},
     TRUST_BAD_SIGNATURE,
     {AT(root)},
     false},
    {"the true one sent behind another CA",
     AT(impostor_leaf),
     {AT(other_root), AT(root)},
     {AT(impostor)},
     TRUST_BAD_SIGNATURE,
     {AT(root)},
     false},
    {"two of a subject, no identifiers: the wrong one listed, the right one sent",
     AT(twin_leaf),
     {AT(twin_b)},
     {AT(twin_a)},
     TRUST_BAD_SIGNATURE,
     {AT(twin_b)},
     false},

    {"behind that of the list",
     AT(impostor_leaf),
     {AT(impostor), AT(root)},
     {AT(impostor)},
     TRUST_BAD_SIGNATURE,
     {AT(root)},
     false},
    {"self-signed without identifiers", AT(twin_a), {0}, {AT(root)}, TRUST_SELF_SIGNED, {AT(twin_a)}, false},

    {"a name outside the constraints",
     AT(outside),
     {AT(narrow)},
     {AT(root)},
     TRUST_NAME_CONSTRAINT,
     {0},
     false},
    {"a name inside the constraints", AT(inside), {AT(narrow)}, {AT(root)}, TRUST_GOOD, {0}, false},
    {"unknown critical extension", AT(critical), {0}, {AT(root)}, TRUST_CRITICAL_EXTENSION, {0}, false},
    {"fractions of a second", AT(fraction), {0}, {AT(root)}, TRUST_MALFORMED_DATE, {0}, false},
    {"fractions in notBefore", AT(early), {0}, {AT(root)}, TRUST_MALFORMED_DATE, {0}, false},
    {"fractions, and not yet valid", AT(not_yet), {0}, {AT(root)}, TRUST_MALFORMED_DATE, {0}, false},
    {"a CA's fractions", AT(of_fraction_ca), {AT(fraction_ca)}, {AT(root)}, TRUST_MALFORMED_DATE, {0}, false},
    {"a CA's in notBefore", AT(of_early_ca), {AT(early_ca)}, {AT(root)}, TRUST_MALFORMED_DATE, {0}, false},
    {"the size of keys is another question", AT(of_small), {0}, {AT(small)}, TRUST_GOOD, {0}, false},
    {"addresses that no CA above has", AT(nest), {0}, {AT(root)}, TRUST_OTHER, {0}, false},
    {"purpose is another question", AT(encipher_only), {0}, {AT(root)}, TRUST_GOOD, {0}, false},
};

struct purpose_row {
    const char *what;
    size_t leaf, sent;
    enum trust_purpose purpose;
    enum trust_verdict verdict;
    const char *culprit; /* NULL when good */
    bool differs;        /* plain OpenSSL refuses for the leaf's EKU, which is cert.eku's */
};

static const struct purpose_row purpose_rows[] = {
    {"no usage extension stands in the way", AT(leaf), AT(issuing), PURPOSE_TLS_CLIENT, TRUST_GOOD, NULL, 0},
    {"the leaf has the use, its CA has not", AT(of_server_ca), AT(server_ca), PURPOSE_TLS_CLIENT,
     TRUST_PURPOSE, "CN=Server CA,O=Example", 0},
    {"the same shown by a server", AT(of_server_ca), AT(server_ca), PURPOSE_TLS_SERVER, TRUST_GOOD, NULL, 0},
    {"the leaf's own EKU, client", AT(server_leaf), AT(root), PURPOSE_TLS_CLIENT, TRUST_GOOD, NULL, true},
    {"the leaf's own EKU, server", AT(client_leaf), AT(root), PURPOSE_TLS_SERVER, TRUST_GOOD, NULL, true},
    {"certSign alone, server", AT(sign_only), AT(root), PURPOSE_TLS_SERVER, TRUST_PURPOSE,
     "CN=sign,O=Example", 0},
    {"keyEncipherment alone, client", AT(encipher_only), AT(root), PURPOSE_TLS_CLIENT, TRUST_PURPOSE,
     "CN=encipher,O=Example", 0},
    {"keyEncipherment alone, server", AT(encipher_only), AT(root), PURPOSE_TLS_SERVER, TRUST_GOOD, NULL, 0},
    {"its EKU and its key usage, client", AT(server_encipher), AT(root), PURPOSE_TLS_CLIENT, TRUST_PURPOSE,
     "CN=server encipher,O=Example", 0},
    {"its EKU, and its key usage would do, server", AT(client_encipher), AT(root), PURPOSE_TLS_SERVER,
     TRUST_GOOD, NULL, true},
    {"neither, but Netscape's type", AT(ns_client), AT(root), PURPOSE_TLS_SERVER, TRUST_PURPOSE,
     "CN=ns,O=Example", 0},
};

static const struct issued *member(const struct world *w, size_t offset) {
    return *(const struct issued *const *)((const char *)w + offset);
}

static size_t members(const struct world *w, const size_t *offsets, const struct issued **out) {
    size_t n = 0;
    while (n < ROW_MAX && offsets[n] != 0) {
        out[n] = member(w, offsets[n]);
        n++;
    }
    return n;
}

/* Plain OpenSSL: every certificate of the list in a store, the same time, nothing else. */
static bool openssl_trusts(const struct issued *leaf, const struct issued **sent, size_t sent_count,
                           const struct issued **list, size_t list_count, int purpose, int *error) {
    X509_STORE *store = X509_STORE_new();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    for (size_t i = 0; i < list_count; i++)
        X509_STORE_add_cert(store, list[i]->x);
    for (size_t i = 0; i < sent_count; i++)
        sk_X509_push(untrusted, sent[i]->x);
    X509_STORE_CTX_init(context, store, leaf->x, untrusted);
    X509_STORE_CTX_set_time(context, 0, PKI_NOW);
    if (purpose != 0)
        X509_STORE_CTX_set_purpose(context, purpose);
    bool trusts = X509_verify_cert(context) == 1;
    if (error != NULL)
        *error = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    sk_X509_free(untrusted);
    X509_STORE_free(store);
    ERR_clear_error();
    return trusts;
}

static void check_missing(const struct world *w, const struct row *row, const struct trust_result *result,
                          const struct issued **sent, size_t sent_count) {
    const struct issued *wanted[ROW_MAX];
    size_t n = members(w, row->missing, wanted);
    assert_int_equal(result->missing.n, n);
    for (size_t i = 0; i < n; i++) {
        const struct missing_ca *ca = result->missing.v[i];
        bool is_known = wanted[i] == member(w, row->leaf);
        assert_string_equal(ca->subject, wanted[i]->cert->subject);
        for (size_t k = 0; k < sent_count; k++)
            is_known = is_known || sent[k] == wanted[i];
        if (is_known)
            assert_string_equal(ca->sha256, wanted[i]->cert->sha256);
        else
            assert_null(ca->sha256);
        if (ca->ski != NULL)
            assert_string_equal(ca->ski, wanted[i]->cert->ski);
        else
            assert_true(wanted[i]->cert->ski == NULL || !is_known);
    }
}

/* What the list alone leads to is known by then, and decides where it is good: nothing else may come out. */
static void assert_same_after_list_alone(const struct world *w, const struct row *row,
                                         const struct trust_list *list, const struct certs *sent,
                                         const struct trust_result *as) {
    const struct cert *leaf = member(w, row->leaf)->cert;
    const struct trust_index *index = trust_index_new(w->arena, list);
    struct trust_result alone, result;
    trust_judge_by(w->arena, leaf, NULL, NULL, index, PKI_NOW, PURPOSE_ANY, &alone);
    trust_judge_by(w->arena, leaf, sent, NULL, index, PKI_NOW, PURPOSE_ANY, &result);
    if (result.verdict != as->verdict || result.path.n != as->path.n)
        fail_msg("%s: another verdict or path after the list alone was asked", row->what);
    for (size_t i = 0; i < as->path.n; i++)
        assert_string_equal(result.path.v[i], as->path.v[i]);
}

static void judge_row(const struct world *w, const struct row *row) {
    const struct issued *leaf = member(w, row->leaf), *sent[ROW_MAX], *list[ROW_MAX];
    size_t sent_count = members(w, row->sent, sent), list_count = members(w, row->list, list);
    struct certs sent_certs = certs_of(w->arena, sent, sent_count);
    struct trust_list *trust = list_of(w->arena, NULL, "list", list, list_count);
    struct trust_result result;
    trust_judge(w->arena, leaf->cert, &sent_certs, trust, PKI_NOW, PURPOSE_ANY, &result);
    if (result.verdict != row->verdict)
        fail_msg("%s: verdict %s, culprit %s, OpenSSL %d", row->what,
                 enum_text(verdict_words, (int)result.verdict), result.culprit, result.openssl_error);
    bool agrees =
        openssl_trusts(leaf, sent, sent_count, list, list_count, 0, NULL) == (result.verdict == TRUST_GOOD);
    if (agrees == row->differs)
        fail_msg("%s: %s plain OpenSSL", row->what, agrees ? "agrees with" : "differs from");
    assert_true(result.path.n > 0);
    assert_string_equal(result.path.v[0], leaf->cert->subject);
    assert_int_equal(result.culprit == NULL, result.verdict == TRUST_GOOD);
    check_missing(w, row, &result, sent, sent_count);
    assert_same_after_list_alone(w, row, trust, &sent_certs, &result);
}

static void every_row_is_judged_as_openssl_does(void **state) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        judge_row(*state, &rows[i]);
}

static void purposes_are_judged_as_openssl_does(void **state) {
    const struct world *w = *state;
    for (size_t i = 0; i < sizeof purpose_rows / sizeof *purpose_rows; i++) {
        const struct purpose_row *row = &purpose_rows[i];
        const struct issued *leaf = member(w, row->leaf), *sent[] = {member(w, row->sent)},
                            *list[] = {w->root};
        struct certs with = certs_of(w->arena, sent, 1);
        struct trust_result result;
        trust_judge(w->arena, leaf->cert, &with, list_of(w->arena, NULL, "list", list, 1), PKI_NOW,
                    row->purpose, &result);
        if (result.verdict != row->verdict)
            fail_msg("%s: verdict %s", row->what, enum_text(verdict_words, (int)result.verdict));
        if (row->culprit != NULL)
            assert_string_equal(result.culprit, row->culprit);
        bool trusts = openssl_trusts(
            leaf, sent, 1, list, 1,
            row->purpose == PURPOSE_TLS_CLIENT ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER, NULL);
        if (trusts == (row->differs || row->verdict != TRUST_GOOD))
            fail_msg("%s: OpenSSL says %d", row->what, trusts);
    }
}

static void the_constraining_ca_is_named(void **state) {
    const struct world *w = *state;
    const struct issued *sent[] = {w->narrow}, *list[] = {w->root};
    struct certs with = certs_of(w->arena, sent, 1);
    struct trust_result result;
    trust_judge(w->arena, w->outside->cert, &with, list_of(w->arena, NULL, "list", list, 1), PKI_NOW,
                PURPOSE_ANY, &result);
    assert_string_equal(result.culprit, "CN=outside,O=Example");
    assert_string_equal(result.constrained_by, "CN=Narrow,O=Example");
}

/* The lowest certificate that is to blame, the path up to where it ends, and OpenSSL's own error. */
static void the_culprit_is_named(void **state) {
    const struct world *w = *state;
    static const struct {
        size_t leaf, sent[2], list;
        const char *culprit, *path;
        bool is_own_rule; /* and none of OpenSSL's */
    } culprits[] = {
        {AT(leaf),
         {AT(issuing)},
         AT(root),
         NULL,
         "CN=leaf,O=Example > CN=Issuing,O=Example > CN=Root,O=Example",
         false},
        {AT(leaf), {0}, AT(root), "CN=leaf,O=Example", "CN=leaf,O=Example", false},
        {AT(leaf),
         {AT(issuing)},
         AT(other_root),
         "CN=Issuing,O=Example",
         "CN=leaf,O=Example > CN=Issuing,O=Example",
         false},
        {AT(leaf),
         {AT(issuing), AT(root)},
         AT(other_root),
         "CN=Root,O=Example",
         "CN=leaf,O=Example > CN=Issuing,O=Example > CN=Root,O=Example",
         false},
        {AT(self_signed), {0}, AT(root), "CN=alone,O=Example", "CN=alone,O=Example", false},
        {AT(leaf),
         {AT(issuing)},
         AT(old_root),
         "CN=Root,O=Example",
         "CN=leaf,O=Example > CN=Issuing,O=Example > CN=Root,O=Example",
         false},
        {AT(leaf),
         {AT(future_issuing)},
         AT(root),
         "CN=Issuing,O=Example",
         "CN=leaf,O=Example > CN=Issuing,O=Example > CN=Root,O=Example",
         false},
        {AT(v1_leaf),
         {0},
         AT(v1_root),
         "CN=V1 Root,O=Example",
         "CN=v1,O=Example > CN=V1 Root,O=Example",
         true},
        {AT(usage_leaf),
         {0},
         AT(usage_root),
         "CN=Usage Root,O=Example",
         "CN=of usage,O=Example > CN=Usage Root,O=Example",
         true},
        {AT(no_sign_leaf),
         {AT(no_sign)},
         AT(root),
         "CN=No Sign,O=Example",
         "CN=of no sign,O=Example > CN=No Sign,O=Example > CN=Root,O=Example",
         false},
        {AT(impostor_leaf),
         {0},
         AT(impostor),
         "CN=plain,O=Example",
         "CN=plain,O=Example > CN=Root,O=Example",
         false},
        {AT(critical),
         {0},
         AT(root),
         "CN=critical,O=Example",
         "CN=critical,O=Example > CN=Root,O=Example",
         false},
        {AT(fraction),
         {0},
         AT(root),
         "CN=fraction,O=Example",
         "CN=fraction,O=Example > CN=Root,O=Example",
         false},
        {AT(short_leaf),
         {AT(short_lower), AT(short_upper)},
         AT(short_root),
         "CN=Short Upper,O=Example",
         "CN=short,O=Example > CN=Short Lower,O=Example > CN=Short Upper,O=Example > CN=Short Root,O=Example",
         false},
    };
    for (size_t i = 0; i < sizeof culprits / sizeof *culprits; i++) {
        const struct issued *sent[] = {member(w, culprits[i].sent[0]), member(w, culprits[i].sent[1])},
                            *list[] = {member(w, culprits[i].list)};
        size_t count = (culprits[i].sent[0] != 0) + (culprits[i].sent[1] != 0);
        struct certs with = certs_of(w->arena, sent, count);
        struct trust_result result;
        int error;
        trust_judge(w->arena, member(w, culprits[i].leaf)->cert, &with,
                    list_of(w->arena, NULL, "list", list, 1), PKI_NOW, PURPOSE_ANY, &result);
        char *path = arena_text(w->arena, "");
        for (size_t k = 0; k < result.path.n; k++)
            path = arena_printf(w->arena, "%s%s%s", path, k == 0 ? "" : " > ", result.path.v[k]);
        assert_string_equal(path, culprits[i].path);
        assert_int_equal(result.above.n, result.path.n - 1);
        assert_string_equal(result.culprit == NULL ? "" : result.culprit,
                            culprits[i].culprit == NULL ? "" : culprits[i].culprit);
        openssl_trusts(member(w, culprits[i].leaf), sent, count, list, 1, 0, &error);
        assert_int_equal(result.openssl_error, culprits[i].is_own_rule ? 0 : error);
        assert_null(result.constrained_by);
    }
}

/* The lowest CA above that may not certify the name, be it the next or not, for names in either place. */
static void constraints_are_found_where_they_stand(void **state) {
    struct world *w = *state;
    const struct issued *sub =
        pki_issue(w->arena, &(struct spec){.name = "Below Narrow", .is_ca = true, .by = w->narrow});
    const struct issued *narrower =
        pki_issue(w->arena, &(struct spec){.name = "Narrower",
                                           .is_ca = true,
                                           .by = w->narrow,
                                           .extra_name = "nameConstraints",
                                           .extra = "critical,permitted;DNS:a.example.com"});
    const struct issued *
        by_sub = pki_issue(w->arena, &(struct spec){.name = "x", .by = sub, .san = "DNS:a.example.org"}),
       *by_narrower =
           pki_issue(w->arena, &(struct spec){.name = "x", .by = narrower, .san = "DNS:a.example.org"}),
       *in_one = pki_issue(w->arena, &(struct spec){.name = "x", .by = narrower, .san = "DNS:b.example.com"}),
       *by_cn = pki_issue(w->arena, &(struct spec){.name = "expe.example.org", .by = w->narrow});
    const struct {
        const struct issued *leaf, *ca;
        const char *by;
    } found[] = {{by_sub, sub, "CN=Narrow,O=Example"},
                 {by_narrower, narrower, "CN=Narrower,O=Example"},
                 {in_one, narrower, "CN=Narrower,O=Example"},
                 {by_cn, NULL, "CN=Narrow,O=Example"}};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        const struct issued *sent[] = {w->narrow, found[i].ca}, *list[] = {w->root};
        struct certs with = certs_of(w->arena, sent, 2);
        struct trust_result result;
        trust_judge(w->arena, found[i].leaf->cert, &with, list_of(w->arena, NULL, "list", list, 1), PKI_NOW,
                    PURPOSE_ANY, &result);
        assert_int_equal(result.verdict, TRUST_NAME_CONSTRAINT);
        assert_string_equal(result.culprit, found[i].leaf->cert->subject);
        assert_string_equal(result.constrained_by, found[i].by);
    }
}

/* Causes of chain.zone and the others: a public contract. */
/* The certificates of a path are the facts' own where the peer sent them, else the list's, the same each
 * time. */
static void paths_are_made_of_what_is_there(void **state) {
    struct world *w = *state;
    struct trust_index *index =
        trust_index_new(w->arena, list_of(w->arena, NULL, "list", ISSUED(w->root, w->upper)));
    struct certs sent = certs_of(w->arena, ISSUED(w->lower)),
                 both = certs_of(w->arena, ISSUED(w->deep_leaf, w->lower));
    struct certs reach = trust_reach(w->arena, &both, index);
    struct trust_result result;
    trust_judge_by(w->arena, w->deep_leaf->cert, &sent, &both, index, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.above.n, 3);
    assert_ptr_equal(result.above.v[0], w->lower->cert);
    assert_int_equal(reach.n, 2); /* in the list's order */
    assert_ptr_equal(result.above.v[1], reach.v[1]);
    assert_ptr_equal(result.above.v[2], reach.v[0]);
    both = certs_of(w->arena, ISSUED(w->direct, w->impostor_leaf));
    assert_int_equal(trust_reach(w->arena, &both, index).n, 1); /* one root above both, once */
}

static void every_verdict_has_a_row(void **state) {
    (void)state;
    for (const struct enum_name *cause = verdict_words; cause->name != NULL; cause++) {
        size_t count = 0;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            count += (int)rows[i].verdict == cause->value;
        for (size_t i = 0; i < sizeof purpose_rows / sizeof *purpose_rows; i++)
            count += (int)purpose_rows[i].verdict == cause->value;
        if (count == 0)
            fail_msg("no row for %s", cause->name);
    }
}

/* ---- what else trust.h promises ---- */

static void tunnel_question_names_what_was_sent(void **state) {
    struct world *w = *state;
    struct certs sent = certs_of(w->arena, ISSUED(w->issuing));
    struct trust_list *list = list_of(w->arena, NULL, "list", ISSUED(w->root));
    struct trust_index *index = trust_index_new(w->arena, list);
    struct trust_result result;
    trust_judge_by(w->arena, w->leaf->cert, NULL, &sent, index, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_MISSING_INTERMEDIATE);
    assert_int_equal(result.missing.n, 1);
    assert_string_equal(result.missing.v[0]->sha256, w->issuing->cert->sha256);
    assert_string_equal(result.missing.v[0]->ski, w->issuing->cert->ski);
    assert_string_equal(result.missing.v[0]->aia, "http://ca/issuing.cer");
    list = list_of(w->arena, NULL, "empty", NULL, 0);
    trust_judge_by(w->arena, w->leaf->cert, NULL, &sent, trust_index_new(w->arena, list), PKI_NOW,
                   PURPOSE_ANY, &result);
    assert_int_equal(result.missing.n, 2);
    assert_string_equal(result.missing.v[1]->subject, "CN=Root,O=Example");
    assert_string_equal(result.missing.v[1]->ski, w->root->cert->ski);
    assert_string_equal(result.missing.v[1]->aia, "http://ca/root.cer");
    assert_null(result.missing.v[1]->sha256);
}

/* The one that signed is known from the wire; of the same name the list has another. */
static void tunnel_question_knows_who_signed(void **state) {
    struct world *w = *state;
    struct certs known = certs_of(w->arena, ISSUED(w->other_root, w->root));
    struct trust_index *index =
        trust_index_new(w->arena, list_of(w->arena, NULL, "list", ISSUED(w->impostor)));
    struct trust_result result;
    trust_judge_by(w->arena, w->impostor_leaf->cert, NULL, &known, index, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_BAD_SIGNATURE);
    assert_int_equal(result.missing.n, 1);
    assert_string_equal(result.missing.v[0]->sha256, w->root->cert->sha256);
}

/* A root known from the wire tells a private two-level PKI from one that lacks an intermediate. */
static void tunnel_question_knows_a_root(void **state) {
    struct world *w = *state;
    struct certs known = certs_of(w->arena, ISSUED(w->root));
    struct trust_index *index = trust_index_new(w->arena, list_of(w->arena, NULL, "empty", NULL, 0));
    struct trust_result result;
    trust_judge_by(w->arena, w->direct->cert, NULL, &known, index, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_NO_ROOT);
    trust_judge_by(w->arena, w->direct->cert, NULL, NULL, index, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_MISSING_INTERMEDIATE);
}

static void time_is_given(void **state) {
    struct world *w = *state;
    struct certs sent = certs_of(w->arena, ISSUED(w->old_issuing));
    struct trust_list *list = list_of(w->arena, NULL, "list", ISSUED(w->root));
    struct trust_result result;
    trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW - 2 * PKI_DAY, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_GOOD);
    trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_EXPIRED_CA);
    assert_string_equal(result.culprit, "CN=Issuing,O=Example");
    assert_int_equal(result.not_before, w->old_issuing->cert->not_before);
    assert_int_equal(result.not_after, w->old_issuing->cert->not_after);
    assert_false(result.culprit_is_listed);
}

/* The one in force is sent, the one that ended stands in the list, under the same name: the path takes the
 * listed one, and its dates are told. */
static void dates_are_those_of_the_one_taken(void **state) {
    struct world *w = *state;
    struct certs sent = certs_of(w->arena, ISSUED(w->issuing));
    struct trust_list *list = list_of(w->arena, NULL, "list", ISSUED(w->old_issuing, w->root));
    struct trust_result result;
    trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_EXPIRED_CA);
    assert_int_equal(result.not_after, w->old_issuing->cert->not_after);
    assert_true(result.culprit_is_listed);
}

static void without_bytes_nothing_is_said(void **state) {
    struct world *w = *state;
    struct cert bare = *w->leaf->cert;
    struct trust_result result;
    bare.der = NULL;
    trust_judge(w->arena, &bare, NULL, list_of(w->arena, NULL, "list", ISSUED(w->root)), PKI_NOW, PURPOSE_ANY,
                &result);
    assert_int_equal(result.verdict, TRUST_NO_BYTES);
    assert_int_equal(result.missing.n, 0);
}

/* A certificate of the list or of the wire that cannot be parsed is as if it were not there. */
static void what_cannot_be_parsed_is_passed_over(void **state) {
    struct world *w = *state;
    struct certs sent = certs_of(w->arena, ISSUED(w->other_root, w->issuing));
    struct trust_list *list = list_of(w->arena, NULL, "list", ISSUED(w->other_root, w->root));
    struct cert broken = *sent.v[0];
    uint8_t *bytes = arena_dup(w->arena, broken.der, broken.der_size);
    struct trust_result result;
    memset(bytes + 4, 0, 4);
    broken.der = bytes;
    sent.v[0] = &broken;
    list->entries.v[0]->der = bytes;
    list->entries.v[0]->subject = list->entries.v[1]->subject;
    list->entries.v[0]->subject_size = list->entries.v[1]->subject_size;
    trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_GOOD);
    assert_null(trust_entry_cert(w->arena, list->entries.v[0]));
    struct trust_index *index = trust_index_new(w->arena, list);
    struct certs from = certs_of(w->arena, ISSUED(w->leaf, w->issuing));
    assert_int_equal(trust_reach(w->arena, &from, index).n, 1);
    assert_int_equal(trust_issuer_of(w->arena, w->direct->cert, index), ISSUER_ROOT);
    assert_int_equal(trust_issuer_of(w->arena, &broken, index), ISSUER_NONE);
}

/* Caps against peers and lists that are made to hurt. */
static void so_many_are_looked_at_and_no_more(void **state) {
    struct world *w = *state;
    struct trust_list *list = list_of(w->arena, NULL, "list", ISSUED(w->root));
    struct trust_result result;
    for (size_t before = 99; before <= 100; before++) {
        struct certs sent = {NULL, 0};
        for (size_t i = 0; i < before; i++)
            LIST_ADD(w->arena, &sent, w->other_root->cert);
        LIST_ADD(w->arena, &sent, w->issuing->cert);
        trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW, PURPOSE_ANY, &result);
        assert_int_equal(result.verdict, before == 99 ? TRUST_GOOD : TRUST_MISSING_INTERMEDIATE);
    }
    /* of one name 64 */
    for (size_t before = 63; before <= 64; before++) {
        struct certs sent = certs_of(w->arena, ISSUED(w->issuing));
        list = list_of(w->arena, NULL, "list", NULL, 0);
        for (size_t i = 0; i < before; i++)
            list_append(w->arena, list, w->old_root->cert->der, w->old_root->cert->der_size);
        list_append(w->arena, list, w->root->cert->der, w->root->cert->der_size);
        trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW, PURPOSE_ANY, &result);
        assert_int_equal(result.verdict, before == 63 ? TRUST_GOOD : TRUST_EXPIRED_CA);
    }
}

/* Of a long chain that nobody trusts the sixteen lowest CAs are named. */
static void missing_cas_are_named_up_to_sixteen(void **state) {
    struct world *w = *state;
    const struct issued *above = w->other_root;
    struct certs known = {NULL, 0};
    struct trust_result result;
    struct trust_index *index = trust_index_new(w->arena, list_of(w->arena, NULL, "list", ISSUED(w->root)));
    for (int i = 20; i > 0; i--) {
        above = pki_issue(
            w->arena,
            &(struct spec){.name = arena_printf(w->arena, "Level %d", i), .is_ca = true, .by = above});
        LIST_ADD(w->arena, &known, above->cert);
    }
    const struct issued *leaf = pki_issue(w->arena, &(struct spec){.name = "lowest", .by = above});
    trust_judge_by(w->arena, leaf->cert, NULL, &known, index, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.missing.n, 16);
    assert_string_equal(result.missing.v[0]->subject, "CN=Level 1,O=Example");
    assert_string_equal(result.missing.v[15]->subject, "CN=Level 16,O=Example");
}

/* OpenSSL takes names for equal whatever their string type, case and blanks; the index must find them. */
static void names_are_found_in_any_spelling(void **state) {
    struct world *w = *state;
    static const struct {
        const char *name;
        int type;
    } spellings[] = {{"Spelt Root 7", MBSTRING_UTF8},
                     {"SPELT root 7", V_ASN1_PRINTABLESTRING},
                     {" Spelt  Root 7 ", MBSTRING_UTF8},
                     {"spelt root 7", V_ASN1_T61STRING},
                     {"\0S\0p\0e\0l\0t\0 \0R\0o\0o\0t\0 \0"
                      "7",
                      MBSTRING_BMP}};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings - 1; i++) {
        const struct issued *root =
            pki_issue(w->arena, &(struct spec){.name = "Spelt Root 7", .is_ca = true});
        const struct issued *leaf = pki_issue(w->arena, &(struct spec){.name = "leaf",
                                                                       .by = root,
                                                                       .named_by = spellings[i].name,
                                                                       .name_type = spellings[i].type});
        const struct issued *one[] = {root};
        struct trust_result result;
        trust_judge(w->arena, leaf->cert, NULL, list_of(w->arena, NULL, "list", one, 1), PKI_NOW, PURPOSE_ANY,
                    &result);
        assert_int_equal(result.verdict, TRUST_GOOD);
        assert_true(openssl_trusts(leaf, NULL, 0, one, 1, 0, NULL));
    }
}

static void prediction_is_the_own_list_above_the_leaf(void **state) {
    struct world *w = *state;
    struct trust_index *all =
        trust_index_new(w->arena, list_of(w->arena, NULL, "all", ISSUED(w->root, w->other_root, w->issuing)));
    struct certs sent = trust_predict(w->arena, w->leaf->cert, all, PKI_NOW);
    assert_int_equal(sent.n, 2);
    assert_string_equal(sent.v[0]->sha256, w->issuing->cert->sha256);
    assert_string_equal(sent.v[0]->aki, w->root->cert->ski);
    assert_string_equal(sent.v[1]->subject, "CN=Root,O=Example");
    struct trust_index *top = trust_index_new(w->arena, list_of(w->arena, NULL, "top", ISSUED(w->root)));
    sent = trust_predict(w->arena, w->leaf->cert, top, PKI_NOW);
    assert_int_equal(sent.n, 0);
    struct trust_index *low = trust_index_new(w->arena, list_of(w->arena, NULL, "low", ISSUED(w->issuing)));
    sent = trust_predict(w->arena, w->leaf->cert, low, PKI_NOW);
    assert_int_equal(sent.n, 1);
}

static void issuers_are_told_apart(void **state) {
    struct world *w = *state;
    struct trust_index *index =
        trust_index_new(w->arena, list_of(w->arena, NULL, "list", ISSUED(w->root, w->issuing)));
    assert_int_equal(trust_issuer_of(w->arena, w->leaf->cert, index), ISSUER_INTERMEDIATE);
    assert_int_equal(trust_issuer_of(w->arena, w->issuing->cert, index), ISSUER_ROOT);
    assert_int_equal(trust_issuer_of(w->arena, w->named_leaf->cert, index), ISSUER_NONE);
}

static void only_the_relevant_is_kept(void **state) {
    struct world *w = *state;
    struct trust_list *list =
        list_of(w->arena, NULL, "system", ISSUED(w->other_root, w->root, w->named_a, w->cross));
    struct certs seen = certs_of(w->arena, ISSUED(w->leaf, w->issuing));
    struct trust_result before, after;
    trust_judge(w->arena, w->leaf->cert, &seen, list, PKI_NOW, PURPOSE_ANY, &before);
    trust_keep_relevant(w->arena, list, &seen);
    assert_true(list->partial);
    assert_int_equal(list->entries.n, 3); /* root, its cross-signed form, and what signed that */
    trust_judge(w->arena, w->leaf->cert, &seen, list, PKI_NOW, PURPOSE_ANY, &after);
    assert_int_equal(before.verdict, TRUST_GOOD);
    assert_int_equal(after.verdict, TRUST_GOOD);
}

/* What a list's certificate is asked for. */
static void entries_are_read_lightly(void **state) {
    struct world *w = *state;
    const struct issued *ca = pki_issue(w->arena,
                                        &(struct spec){.name = "Light",
                                                       .is_ca = true,
                                                       .by = w->root,
                                                       .aia = "http://ca/1.cer,caIssuers;URI:http://ca/2.cer",
                                                       .ocsp = "http://ocsp/"}),
                        *bare = pki_issue(w->arena, &(struct spec){.name = "Plain", .has_no_ids = true});
    struct trust_list *list = list_of(w->arena, NULL, "list", ISSUED(ca, w->root, bare));
    const struct cert *light = trust_entry_cert(w->arena, list->entries.v[0]),
                      *root = trust_entry_cert(w->arena, list->entries.v[1]),
                      *plain = trust_entry_cert(w->arena, list->entries.v[2]);
    assert_string_equal(light->subject, ca->cert->subject);
    assert_string_equal(light->issuer, ca->cert->issuer);
    assert_string_equal(light->sha256, ca->cert->sha256);
    assert_string_equal(light->ski, ca->cert->ski);
    assert_string_equal(light->aki, w->root->cert->ski);
    assert_int_equal(light->aia.n, 2);
    assert_string_equal(light->aia.v[0], "http://ca/1.cer");
    assert_string_equal(light->aia.v[1], "http://ca/2.cer");
    assert_true(light->has_basic_constraints && light->is_ca && !light->self_issued && !light->self_signed);
    assert_int_equal(light->der_size, ca->cert->der_size);
    assert_memory_equal(light->der, ca->cert->der, light->der_size);
    assert_true(root->self_issued && root->self_signed);
    const struct issued
        *rolled = pki_issue(
            w->arena, &(struct spec){.name = "Rolled", .is_ca = true, .by = w->root, .named_by = "Rolled"}),
        *short_id = pki_issue(w->arena, &(struct spec){.name = "Short",
                                                       .has_no_ids = true,
                                                       .extra_name = "subjectKeyIdentifier",
                                                       .extra = "0A"}),
        *mixed = pki_issue(
            w->arena,
            &(struct spec){.name = "Mixed",
                           .extra_name = "authorityInfoAccess",
                           .extra = "OCSP;URI:http://o/,caIssuers;email:a@b,caIssuers;URI:http://ca/3.cer"});
    list = list_of(w->arena, NULL, "list", ISSUED(rolled, short_id, mixed));
    light = trust_entry_cert(w->arena, list->entries.v[0]);
    assert_true(light->self_issued && !light->self_signed); /* a new key, certified by another */
    assert_string_equal(trust_entry_cert(w->arena, list->entries.v[1])->ski, "0A");
    light = trust_entry_cert(w->arena, list->entries.v[2]);
    assert_int_equal(light->aia.n, 1);
    assert_string_equal(light->aia.v[0], "http://ca/3.cer");
    assert_true(plain->ski == NULL && plain->aki == NULL && plain->aia.n == 0);
    assert_false(plain->has_basic_constraints || plain->is_ca);
}

static struct endpoint *endpoint_with(struct facts *facts, const struct issued *shown,
                                      const struct issued *shown_else) {
    struct endpoint *endpoint = ARENA_NEW(facts->arena, struct endpoint);
    struct tls_attempt *variant = ARENA_NEW(facts->arena, struct tls_attempt);
    endpoint->tls.chain = certs_of(facts->arena, &shown, 1);
    variant->chain = certs_of(facts->arena, &shown_else, 1);
    LIST_ADD(facts->arena, &endpoint->variants, variant);
    LIST_ADD(facts->arena, &facts->endpoints, endpoint);
    return endpoint;
}

/* Of the system's roots a save keeps those that something which was seen leads to. */
static void the_systems_roots_are_trimmed(void **state) {
    struct world *w = *state;
    static const struct {
        const char *what;
        int by; /* 0: nobody; 1 main chain; 2 another handshake; 3 to 5 renewal: old, new, CAs; 6: by way of
                   our own list */
    } rows_of_trim[] = {{"nothing seen", 0},           {"the chain shown", 1},     {"another handshake's", 2},
                        {"a renewal's old chain", 3},  {"a renewal's new one", 4}, {"its CAs", 5},
                        {"by way of our own list", 6}, {"and that comes first", 7}};
    for (size_t i = 0; i < sizeof rows_of_trim / sizeof *rows_of_trim; i++) {
        struct facts *facts = facts_new();
        int by = rows_of_trim[i].by;
        struct renewal renewal = {.old_chain = {NULL, 0}};
        struct trust_list *system, *own;
        if (by != 7)
            list_of(facts->arena, facts, "system", ISSUED(w->other_root, w->root, w->twin_a));
        list_of(facts->arena, facts, "expe", ISSUED(w->other_root, w->issuing));
        if (by == 7)
            list_of(facts->arena, facts, "system", ISSUED(w->other_root, w->root, w->twin_a));
        system = facts->trust_lists.v[by == 7];
        own = facts->trust_lists.v[by != 7];
        if (by == 1)
            endpoint_with(facts, w->direct, w->self_signed);
        if (by == 2)
            endpoint_with(facts, w->self_signed, w->direct);
        endpoint_with(facts, w->self_signed, w->self_signed);
        if (by >= 3)
            facts->renewal = &renewal;
        const struct issued *one = by >= 6 ? w->leaf : w->direct;
        struct certs certs = certs_of(facts->arena, &one, 1);
        if (by == 3)
            renewal.old_chain = certs;
        if (by == 4 || by >= 6)
            renewal.new_chain = certs;
        if (by == 5)
            renewal.authorities = certs;
        trust_trim_system(facts);
        if (system->entries.n != (by != 0) || !system->partial || own->entries.n != 2 || own->partial)
            fail_msg("%s: %zu of the system's, %zu of ours", rows_of_trim[i].what, system->entries.n,
                     own->entries.n);
        if (by != 0)
            assert_int_equal(system->entries.v[0]->der_size, w->root->cert->der_size);
        facts_free(facts);
    }
}

/* Facts do not change while they are judged: the same certificates are the same question, and any other is
 * not. */
static void the_same_question_is_answered_once(void **state) {
    struct world *w = *state;
    struct trust_index *index =
        trust_index_new(w->arena, list_of(w->arena, NULL, "list", ISSUED(w->other_root)));
    struct certs none = {NULL, 0}, issuing = certs_of(w->arena, ISSUED(w->issuing)),
                 both = certs_of(w->arena, ISSUED(w->issuing, w->root)),
                 other = certs_of(w->arena, ISSUED(w->other_root));
    struct cert twin = *w->leaf->cert;
    const struct {
        const struct cert *leaf;
        const struct certs *sent, *known;
        int64_t at;
        enum trust_purpose purpose;
    } asked[] = {{w->leaf->cert, &issuing, NULL, PKI_NOW, PURPOSE_TLS_SERVER},
                 {&twin, &issuing, NULL, PKI_NOW, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &both, NULL, PKI_NOW, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &none, NULL, PKI_NOW, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &none, &issuing, PKI_NOW, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &none, &other, PKI_NOW, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &none, &both, PKI_NOW, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &none, &issuing, PKI_NOW + 1, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &issuing, NULL, PKI_NOW + 1, PURPOSE_TLS_SERVER},
                 {w->leaf->cert, &issuing, NULL, PKI_NOW, PURPOSE_TLS_CLIENT}};
    enum { ASKED = sizeof asked / sizeof *asked };
    struct trust_result first[ASKED], result;
    for (size_t i = 0; i < ASKED; i++) {
        trust_judge_by(w->arena, asked[i].leaf, asked[i].sent, asked[i].known, index, asked[i].at,
                       asked[i].purpose, &first[i]);
        for (size_t k = 0; k < i; k++)
            assert_ptr_not_equal(first[i].missing.v[0], first[k].missing.v[0]);
        trust_judge_by(w->arena, asked[i].leaf, asked[i].sent, asked[i].known, index, asked[i].at,
                       asked[i].purpose, &result);
        assert_ptr_equal(result.missing.v[0], first[i].missing.v[0]);
    }
}

/* A good answer is so whatever else is known; of 5,000 certificates each has its own. */
static void many_questions_have_their_own_answers(void **state) {
    struct world *w = *state;
    enum { MANY = 5000 };
    struct trust_index *index = trust_index_new(w->arena, list_of(w->arena, NULL, "list", ISSUED(w->root)));
    struct certs sent = certs_of(w->arena, ISSUED(w->issuing)),
                 known = certs_of(w->arena, ISSUED(w->other_root));
    struct trust_result with, without;
    trust_judge_by(w->arena, w->leaf->cert, &sent, NULL, index, PKI_NOW, PURPOSE_ANY, &without);
    trust_judge_by(w->arena, w->leaf->cert, &sent, &known, index, PKI_NOW, PURPOSE_ANY, &with);
    assert_int_equal(with.verdict, TRUST_GOOD);
    assert_ptr_equal(with.above.v, without.above.v);
    struct cert **copies = arena_alloc(w->arena, MANY * sizeof *copies);
    for (size_t i = 0; i < MANY; i++) { /* at places as uneven as those of a run */
        copies[i] = arena_alloc(w->arena, sizeof **copies + i * 7919 % 997);
        *copies[i] = i % 2 == 0 ? *w->direct->cert : *w->self_signed->cert;
    }
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < MANY; i++) {
            trust_judge_by(w->arena, copies[i], NULL, NULL, index, PKI_NOW, PURPOSE_ANY, &with);
            assert_int_equal(with.verdict, i % 2 == 0 ? TRUST_GOOD : TRUST_SELF_SIGNED);
        }
}

/* One certificate many times over, each under a subject of its own: the long list that a box never has and a
 * user may give. */
static struct trust_list *long_list(struct world *w, size_t count) {
    const struct issued *mould = pki_issue(w->arena, &(struct spec){.name = "Filler 000000", .is_ca = true});
    struct trust_list *list = list_of(w->arena, NULL, "long", NULL, 0);
    size_t size = mould->cert->der_size;
    for (size_t i = 0; i < count; i++) {
        uint8_t *der = arena_dup(w->arena, mould->cert->der, size);
        char digits[16];
        snprintf(digits, sizeof digits, "%06zu", i);
        for (size_t k = 0; k + 13 <= size; k++)
            if (memcmp(der + k, "Filler ", 7) == 0)
                memcpy(der + k + 7, digits, 6);
        list_append(w->arena, list, der, size);
    }
    return list;
}

static void long_lists_are_searched_not_parsed(void **state) {
    struct world *w = *state;
    struct certs sent = certs_of(w->arena, ISSUED(w->issuing));
    struct trust_list *list = long_list(w, 20000);
    struct trust_result result;
    trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_NO_ROOT);
    list_append(w->arena, list, w->root->cert->der, w->root->cert->der_size);
    trust_judge(w->arena, w->leaf->cert, &sent, list, PKI_NOW, PURPOSE_ANY, &result);
    assert_int_equal(result.verdict, TRUST_GOOD);
}

/* ---- certificates that nobody here made: NIST PKITS, zlint, Windows and OpenSSL fixtures ---- */

struct crowd {
    struct world *w;
    struct trust_list *list;
    struct certs certs;
    X509_STORE *store;
    struct trust_index *index;
    size_t good, refused, differ;
};

static void crowd_add(const char *path, const uint8_t *der, size_t size, void *context) {
    struct crowd *crowd = context;
    struct arena *arena = crowd->w->arena;
    struct cert *cert = cert_read(arena, der, size, NULL);
    (void)path;
    if (cert == NULL)
        return;
    const unsigned char *p = cert->der;
    X509 *x = d2i_X509(NULL, &p, (long)cert->der_size);
    X509_STORE_add_cert(crowd->store, x);
    X509_free(x);
    LIST_ADD(arena, &crowd->certs, cert);
    list_append(arena, crowd->list, cert->der, cert->der_size);
}

/* What trust.c sets apart from plain OpenSSL, no more: the leaf's dates, and BasicConstraints of the root. */
static bool is_explained(const struct trust_result *result, int openssl_error, int depth) {
    bool is_leaf_date = depth == 0 && (openssl_error == X509_V_ERR_CERT_HAS_EXPIRED ||
                                       openssl_error == X509_V_ERR_CERT_NOT_YET_VALID);
    bool is_bare_root = result->verdict == TRUST_NOT_A_CA && result->openssl_error == 0;
    return is_leaf_date || is_bare_root;
}

static void crowd_compare(struct crowd *crowd, const struct cert *cert, int64_t at) {
    const unsigned char *p = cert->der;
    X509 *x = d2i_X509(NULL, &p, (long)cert->der_size);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    struct trust_result result;
    X509_STORE_CTX_init(context, crowd->store, x, NULL);
    X509_STORE_CTX_set_time(context, 0, at);
    bool is_good = X509_verify_cert(context) == 1;
    trust_judge_by(crowd->w->arena, cert, NULL, NULL, crowd->index, at, PURPOSE_ANY, &result);
    crowd->good += is_good;
    crowd->refused += !is_good;
    if (is_good != (result.verdict == TRUST_GOOD)) {
        crowd->differ++;
        if (!is_explained(&result, X509_STORE_CTX_get_error(context),
                          X509_STORE_CTX_get_error_depth(context)))
            fail_msg("%s: OpenSSL says %s, we say %s", cert->subject,
                     X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)),
                     enum_text(verdict_words, (int)result.verdict));
    }
    X509_STORE_CTX_free(context);
    X509_free(x);
    ERR_clear_error();
}

static void a_crowd_is_judged_as_openssl_does(void **state) {
    struct crowd crowd = {.w = *state};
    shared_data_or_skip();
    crowd.store = X509_STORE_new();
    crowd.list = list_of(crowd.w->arena, NULL, "crowd", NULL, 0);
    shared_certificates_each("certificates/certvalidator", crowd_add, &crowd);
    shared_certificates_each("certificates/zlint", crowd_add, &crowd);
    crowd.index = trust_index_new(crowd.w->arena, crowd.list);
    assert_true(crowd.certs.n > 1000);
    for (size_t i = 0; i < crowd.certs.n; i++)
        crowd_compare(&crowd, crowd.certs.v[i], 1355875200); /* 2012-12-19, as the fixtures ask */
    assert_true(crowd.good > 100 && crowd.refused > 100);
    print_message("%zu trusted, %zu refused, %zu differ as explained\n", crowd.good, crowd.refused,
                  crowd.differ);
    X509_STORE_free(crowd.store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_judged_as_openssl_does),
        cmocka_unit_test(purposes_are_judged_as_openssl_does),
        cmocka_unit_test(the_constraining_ca_is_named),
        cmocka_unit_test(paths_are_made_of_what_is_there),
        cmocka_unit_test(the_culprit_is_named),
        cmocka_unit_test(constraints_are_found_where_they_stand),
        cmocka_unit_test(every_verdict_has_a_row),
        cmocka_unit_test(tunnel_question_names_what_was_sent),
        cmocka_unit_test(tunnel_question_knows_who_signed),
        cmocka_unit_test(tunnel_question_knows_a_root),
        cmocka_unit_test(time_is_given),
        cmocka_unit_test(dates_are_those_of_the_one_taken),
        cmocka_unit_test(without_bytes_nothing_is_said),
        cmocka_unit_test(what_cannot_be_parsed_is_passed_over),
        cmocka_unit_test(so_many_are_looked_at_and_no_more),
        cmocka_unit_test(missing_cas_are_named_up_to_sixteen),
        cmocka_unit_test(names_are_found_in_any_spelling),
        cmocka_unit_test(prediction_is_the_own_list_above_the_leaf),
        cmocka_unit_test(issuers_are_told_apart),
        cmocka_unit_test(only_the_relevant_is_kept),
        cmocka_unit_test(entries_are_read_lightly),
        cmocka_unit_test(the_systems_roots_are_trimmed),
        cmocka_unit_test(the_same_question_is_answered_once),
        cmocka_unit_test(many_questions_have_their_own_answers),
        cmocka_unit_test(long_lists_are_searched_not_parsed),
        cmocka_unit_test(a_crowd_is_judged_as_openssl_does),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
