/* Does trust.c decide as Expressway's OpenSSL does, and say what is missing? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/err.h>

#include "expressway/trust.h"
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
                           const struct issued **list, size_t list_count, int purpose) {
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
        bool is_known = wanted[i]->cert->self_signed && strcmp(ca->subject, "CN=alone,O=Example") == 0;
        assert_string_equal(ca->subject, wanted[i]->cert->subject);
        for (size_t k = 0; k < sent_count; k++)
            is_known = is_known || sent[k] == wanted[i];
        if (is_known)
            assert_string_equal(ca->sha256, wanted[i]->cert->sha256);
        else
            assert_null(ca->sha256);
        if (wanted[i]->cert->ski != NULL && ca->ski != NULL)
            assert_string_equal(ca->ski, wanted[i]->cert->ski);
    }
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
                 enum_text(trust_causes, (int)result.verdict), result.culprit, result.openssl_error);
    bool agrees =
        openssl_trusts(leaf, sent, sent_count, list, list_count, 0) == (result.verdict == TRUST_GOOD);
    if (agrees == row->differs)
        fail_msg("%s: %s plain OpenSSL", row->what, agrees ? "agrees with" : "differs from");
    assert_true(result.path.n > 0);
    assert_string_equal(result.path.v[0], leaf->cert->subject);
    assert_int_equal(result.culprit == NULL, result.verdict == TRUST_GOOD);
    check_missing(w, row, &result, sent, sent_count);
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
            fail_msg("%s: verdict %s", row->what, enum_text(trust_causes, (int)result.verdict));
        if (row->culprit != NULL)
            assert_string_equal(result.culprit, row->culprit);
        bool trusts = openssl_trusts(leaf, sent, 1, list, 1,
                                     row->purpose == PURPOSE_TLS_CLIENT ? X509_PURPOSE_SSL_CLIENT
                                                                        : X509_PURPOSE_SSL_SERVER);
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

static void every_verdict_has_a_row(void **state) {
    (void)state;
    for (const struct enum_name *cause = trust_causes; cause->name != NULL; cause++) {
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
        assert_true(openssl_trusts(leaf, NULL, 0, one, 1, 0));
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
                     enum_text(trust_causes, (int)result.verdict));
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
        cmocka_unit_test(every_verdict_has_a_row),
        cmocka_unit_test(tunnel_question_names_what_was_sent),
        cmocka_unit_test(tunnel_question_knows_a_root),
        cmocka_unit_test(time_is_given),
        cmocka_unit_test(without_bytes_nothing_is_said),
        cmocka_unit_test(names_are_found_in_any_spelling),
        cmocka_unit_test(prediction_is_the_own_list_above_the_leaf),
        cmocka_unit_test(issuers_are_told_apart),
        cmocka_unit_test(only_the_relevant_is_kept),
        cmocka_unit_test(long_lists_are_searched_not_parsed),
        cmocka_unit_test(a_crowd_is_judged_as_openssl_does),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
