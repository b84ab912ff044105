/* Does judge_file tell what is wrong with files before an upload? One broken thing per row. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define CERT "certs/e.pem"
#define KEY "certs/e.key"
#define CSR "certs/e.csr"
#define CRL "certs/ca.crl"
#define CAP "eth0.pcap"

/* ---- a folder in which all is well ---- */

static struct user_file *file_add(struct facts *facts, const char *path, enum file_kind kind,
                                  const char *what) {
    struct user_file *file = ARENA_NEW(facts->arena, struct user_file);
    file->path = arena_text(facts->arena, path);
    file->kind = kind;
    file->encoding = arena_text(facts->arena, "pem");
    file->what = arena_text(facts->arena, what);
    file->leaf = -1;
    file->size = 2000;
    LIST_ADD(facts->arena, &facts->files, file);
    return file;
}

static struct user_file *file_of(struct facts *facts, const char *path) {
    for (size_t i = 0; i < facts->files.n; i++)
        if (strcmp(facts->files.v[i]->path, path) == 0)
            return facts->files.v[i];
    fail_msg("no file %s", path);
    return NULL;
}

static void csr_add(struct facts *facts, struct user_file *file, const struct cert *like) {
    struct csr *csr = file->csr = ARENA_NEW(facts->arena, struct csr);
    csr->subject = like->subject;
    csr->common_name = like->common_name;
    csr->names.v = like->names.v;
    csr->names.n = like->names.n;
    csr->has_san = csr->has_eku = csr->is_signed_by_its_key = true;
    csr->eku = like->eku;
}

static void capture_add(struct facts *facts) {
    struct capture_file *file = ARENA_NEW(facts->arena, struct capture_file);
    struct connection *connection = ARENA_NEW(facts->arena, struct connection);
    file->name = connection->file = arena_text(facts->arena, CAP);
    file->packets = 12;
    LIST_ADD(facts->arena, &facts->captures, file);
    LIST_ADD(facts->arena, &facts->connections, connection);
}

static struct facts *healthy_files(void) {
    struct facts *facts = healthy_facts();
    capture_add(facts);
    facts->endpoints.n = facts->dns.n = 0;
    facts->run.command = arena_text(facts->arena, "cert");
    struct user_file *cert = file_add(facts, CERT, FILE_CERTIFICATE, "a certificate");
    struct cert *leaf = cert_new(facts, EDGE1);
    cert_add_name(facts, leaf, NAME_DNS, DOMAIN);
    LIST_ADD(facts->arena, &cert->certificates, leaf);
    cert->leaf = 0;
    cert->public_key = arena_text(facts->arena, "11");
    struct user_file *key = file_add(facts, KEY, FILE_KEY, "a private key");
    key->key = ARENA_NEW(facts->arena, struct key_facts);
    key->key->is_open = true;
    key->public_key = cert->public_key;
    key->belongs_to = cert->path;
    struct user_file *csr = file_add(facts, CSR, FILE_CSR, "a certificate signing request");
    csr->public_key = cert->public_key;
    csr->belongs_to = cert->path;
    csr_add(facts, csr, leaf);
    struct user_file *crl = file_add(facts, CRL, FILE_CRL, "a CRL");
    struct crl_facts *its = ARENA_NEW(facts->arena, struct crl_facts);
    its->issuer = arena_text(facts->arena, "CN=Example Issuing CA,O=Example");
    its->next_update = facts->run.at + DAY;
    LIST_ADD(facts->arena, &crl->crls, its);
    return facts;
}

/* ---- file.format ---- */

#define ODD(name, oddity)                                                                                    \
    static void name(struct facts *facts) {                                                                  \
        texts_add(facts->arena, &file_of(facts, CERT)->oddities, oddity);                                    \
    }
ODD(has_bom, "bom")
ODD(has_text, "text-around")
ODD(has_key, "has-private-key")
ODD(is_utf16, "utf-16")
ODD(is_utf16_big, "utf-16be")
ODD(has_cr_alone, "cr-line-ends")
ODD(is_trusted, "trusted-certificate")
ODD(is_indented, "indented")
ODD(lost_its_lines, "no-pem-lines")
ODD(has_crlf, "crlf")

#define KIND(name, kind_, encoding_)                                                                         \
    static void name(struct facts *facts) {                                                                  \
        file_of(facts, CERT)->kind = kind_;                                                                  \
        file_of(facts, CERT)->encoding = arena_text(facts->arena, encoding_);                                \
    }
KIND(is_der, FILE_CERTIFICATE, "der")
KIND(is_pkcs7, FILE_PKCS7, "pem")
KIND(is_pkcs12, FILE_PKCS12, "der")
KIND(is_chain, FILE_CHAIN, "pem")
KIND(is_list, FILE_TRUST_LIST, "pem")
KIND(is_other, FILE_OTHER, NULL)

static void is_empty(struct facts *facts) {
    is_other(facts);
    file_of(facts, CERT)->size = 0;
}

static void is_blank(struct facts *facts) {
    is_other(facts);
    file_of(facts, CERT)->what = arena_text(facts->arena, "an empty file");
}

static void is_a_readme(struct facts *facts) {
    is_other(facts);
    file_of(facts, CERT)->path = arena_text(facts->arena, "certs/README.txt");
}

static void is_a_readme_given(struct facts *facts) {
    is_a_readme(facts);
    file_of(facts, "certs/README.txt")->meant_as = arena_text(facts->arena, "certificate");
}

/* ---- file.key ---- */

#define KEY_IS(name, ...)                                                                                    \
    static void name(struct facts *facts) {                                                                  \
        struct user_file *file = file_of(facts, KEY);                                                        \
        struct key_facts *key = file->key;                                                                   \
        (void)key;                                                                                           \
        __VA_ARGS__;                                                                                         \
    }
KEY_IS(key_locked, key->is_encrypted = true)
KEY_IS(key_broken, key->is_open = false)
KEY_IS(key_in_der, file->encoding = arena_text(facts->arena, "der"))
KEY_IS(key_unended, key->lacks_newline = true)
KEY_IS(key_open_to_all, key->is_world_readable = true)
KEY_IS(key_of_another_given, file->public_key = arena_text(facts->arena, "22"); file->belongs_to = NULL;
       file->meant_for = arena_text(facts->arena, CERT))
KEY_IS(key_fits_as_given, file->meant_for = arena_text(facts->arena, CERT))
KEY_IS(key_is_no_key, file->kind = FILE_OTHER; file->key = NULL;
       file->meant_as = arena_text(facts->arena, "key"))
/* a key of something else: the certificate has its request, from which its own key comes */
KEY_IS(key_of_something_else, file->public_key = arena_text(facts->arena, "22"); file->belongs_to = NULL)

static void key_of_another_in_folder(struct facts *facts) {
    key_of_something_else(facts);
    file_of(facts, CSR)->public_key = arena_text(facts->arena, "33");
    file_of(facts, CSR)->belongs_to = NULL;
}

static void key_of_a_pending_request(struct facts *facts) {
    key_of_another_in_folder(facts);
    file_of(facts, CSR)->public_key = file_of(facts, KEY)->public_key;
}

/* ---- file.csr ---- */

static void csr_of_another(struct facts *facts) {
    struct user_file *file = file_of(facts, CSR);
    file->public_key = arena_text(facts->arena, "22");
    file->belongs_to = NULL;
    file->meant_for = arena_text(facts->arena, CERT);
}

static void csr_pending(struct facts *facts) { /* not signed yet: its key lies beside it */
    struct user_file *file = file_of(facts, CSR);
    file->public_key = arena_text(facts->arena, "22");
    file->belongs_to = NULL;
}

static void csr_asked_more(struct facts *facts) {
    struct cert *like = cert_new(facts, EDGE1);
    cert_add_name(facts, like, NAME_DNS, DOMAIN);
    cert_add_name(facts, like, NAME_DNS, "collab-edge.example.com");
    csr_add(facts, file_of(facts, CSR), like);
}

static void csr_asked_less(struct facts *facts) {
    csr_add(facts, file_of(facts, CSR), cert_new(facts, EDGE1));
}

static void csr_asked_in_capitals(struct facts *facts) {
    struct cert *like = cert_new(facts, "EXPE1.example.com");
    like->subject = file_leaf(file_of(facts, CERT))->subject;
    csr_add(facts, file_of(facts, CSR), like);
}

static void cert_lacks_client(struct facts *facts) {
    struct cert *leaf = file_of(facts, CERT)->certificates.v[0];
    struct texts one = {NULL, 0};
    csr_add(facts, file_of(facts, CSR), cert_new(facts, EDGE1));
    texts_add(facts->arena, &one, "serverAuth");
    leaf->eku = one;
}

static void csr_subject_differs(struct facts *facts) {
    file_of(facts, CSR)->csr->subject = arena_text(facts->arena, "CN=expe1.example.com,O=Example,C=GB");
}

static void csr_has_unknown_oid(struct facts *facts) {
    texts_add(facts->arena, &file_of(facts, CSR)->csr->unknown_oids, "1.3.6.1.4.1.6449.1.2.1.5.1");
}

static void csr_is_broken(struct facts *facts) {
    file_of(facts, CSR)->csr->is_signed_by_its_key = false;
}

/* ---- file.crl ---- */

static void crl_in_der(struct facts *facts) {
    file_of(facts, CRL)->encoding = arena_text(facts->arena, "der");
}

static void crl_huge(struct facts *facts) {
    file_of(facts, CRL)->size = 16 * 1024 * 1024;
}

static void crl_just_fits(struct facts *facts) {
    file_of(facts, CRL)->size = 16 * 1024 * 1024 - 1;
}

static void crl_ended(struct facts *facts) {
    file_of(facts, CRL)->crls.v[0]->next_update = facts->run.at - 1;
}

static void crl_ends_now(struct facts *facts) {
    file_of(facts, CRL)->crls.v[0]->next_update = facts->run.at;
}

static void crl_without_end(struct facts *facts) {
    file_of(facts, CRL)->crls.v[0]->next_update = 0;
}

static void crl_is_none(struct facts *facts) {
    file_of(facts, CRL)->kind = FILE_OTHER;
    file_of(facts, CRL)->meant_as = arena_text(facts->arena, "crl");
}

#define ROW(what, break_it, check, subject, status, cause)                                                   \
    { what, break_it, check, subject, status, cause, healthy_files }
#define FORMAT(what, break_it, status, cause) ROW(what, break_it, "file.format", CERT, status, cause)

/* ---- captures ---- */

static void capture_lossy(struct facts *facts) {
    facts->connections.v[0]->missing_bytes = 1;
}

static void capture_cut_harmlessly(struct facts *facts) {
    facts->captures.v[0]->cut_packets = 1;
    facts->captures.v[0]->kept = 128;
}

static void capture_cut(struct facts *facts) {
    capture_cut_harmlessly(facts);
    capture_lossy(facts);
}

static void capture_cut_elsewhere(struct facts *facts) {
    capture_cut(facts);
    facts->connections.v[0]->file = arena_text(facts->arena, "eth1.pcap");
}

static void capture_ends_early(struct facts *facts) {
    facts->captures.v[0]->trouble = arena_text(facts->arena, "ends in the middle of a packet");
}

static const struct judge_row rows[] = {
    FORMAT("one certificate in PEM", NULL, STATUS_PASS, NULL),
    FORMAT("CR LF is what Windows writes", has_crlf, STATUS_PASS, NULL),
    FORMAT("DER", is_der, STATUS_FAIL, "der"),
    FORMAT("PKCS#7", is_pkcs7, STATUS_FAIL, "pkcs7"),
    FORMAT("PKCS#12", is_pkcs12, STATUS_FAIL, "pkcs12"),
    FORMAT("the chain with it", is_chain, STATUS_FAIL, "chain-included"),
    FORMAT("a trust list is no such file", is_list, ABSENT, NULL),
    FORMAT("something else", is_other, STATUS_FAIL, "not-a-certificate"),
    FORMAT("BEGIN and END lost", lost_its_lines, STATUS_FAIL, "not-a-certificate"),
    FORMAT("nothing in it", is_empty, STATUS_FAIL, "empty"),
    FORMAT("blanks in it", is_blank, STATUS_FAIL, "empty"),
    FORMAT("UTF-16", is_utf16, STATUS_FAIL, "utf-16"),
    FORMAT("UTF-16 without its mark", is_utf16_big, STATUS_FAIL, "utf-16"),
    FORMAT("CR alone", has_cr_alone, STATUS_FAIL, "cr-line-ends"),
    FORMAT("OpenSSL's own form", is_trusted, STATUS_FAIL, "trusted-certificate"),
    FORMAT("indented", is_indented, STATUS_FAIL, "indented"),
    FORMAT("the key beside it", has_key, STATUS_WARN, "has-private-key"),
    FORMAT("a byte order mark", has_bom, STATUS_WARN, "bom"),
    FORMAT("text around it", has_text, STATUS_WARN, "text-around"),
    ROW("a readme in the folder", is_a_readme, "file.format", "certs/README.txt", ABSENT, NULL),
    ROW("a readme given as a certificate", is_a_readme_given, "file.format", "certs/README.txt", STATUS_FAIL,
        "not-a-certificate"),

    ROW("the key fits", NULL, "file.key", KEY, STATUS_PASS, NULL),
    ROW("the key fits what it was given with", key_fits_as_given, "file.key", KEY, STATUS_PASS, NULL),
    ROW("another key was given", key_of_another_given, "file.key", KEY, STATUS_FAIL, "mismatch"),
    ROW("a certificate without a key, a key without one", key_of_another_in_folder, "file.key", KEY,
        STATUS_FAIL, "mismatch"),
    ROW("a key for something else", key_of_something_else, "file.key", KEY, STATUS_PASS, NULL),
    ROW("the key of a request that is pending", key_of_a_pending_request, "file.key", KEY, STATUS_PASS, NULL),
    ROW("a password", key_locked, "file.key", KEY, STATUS_FAIL, "encrypted"),
    ROW("damaged", key_broken, "file.key", KEY, STATUS_FAIL, "unreadable"),
    ROW("DER", key_in_der, "file.key", KEY, STATUS_FAIL, "unreadable"),
    ROW("no key at all", key_is_no_key, "file.key", KEY, STATUS_FAIL, "unreadable"),
    ROW("no last newline", key_unended, "file.key", KEY, STATUS_FAIL, "no-trailing-newline"),
    ROW("open to all", key_open_to_all, "file.key", KEY, STATUS_WARN, "world-readable"),

    ROW("answered", NULL, "file.csr", CSR, STATUS_PASS, NULL),
    ROW("not signed yet", csr_pending, "file.csr", CSR, STATUS_PASS, NULL),
    ROW("another key", csr_of_another, "file.csr", CSR, STATUS_FAIL, "key-mismatch"),
    ROW("a name is gone", csr_asked_more, "file.csr", CSR, STATUS_FAIL, "names-dropped"),
    ROW("the CA added one", csr_asked_less, "file.csr", CSR, STATUS_PASS, NULL),
    ROW("capitals are the same name", csr_asked_in_capitals, "file.csr", CSR, STATUS_PASS, NULL),
    ROW("a usage is gone", cert_lacks_client, "file.csr", CSR, STATUS_FAIL, "eku-missing"),
    ROW("another subject", csr_subject_differs, "file.csr", CSR, STATUS_WARN, "attributes-changed"),
    ROW("an unknown attribute", csr_has_unknown_oid, "file.csr", CSR, STATUS_FAIL, "unknown-oid"),
    ROW("not signed by its key", csr_is_broken, "file.csr", CSR, STATUS_FAIL, "bad-signature"),

    ROW("a fresh CRL", NULL, "file.crl", CRL, STATUS_PASS, NULL),
    ROW("DER", crl_in_der, "file.crl", CRL, STATUS_FAIL, "der"),
    ROW("16 MB", crl_huge, "file.crl", CRL, STATUS_FAIL, "too-large"),
    ROW("a byte less", crl_just_fits, "file.crl", CRL, STATUS_PASS, NULL),
    ROW("ended", crl_ended, "file.crl", CRL, STATUS_FAIL, "expired"),
    ROW("ends this second", crl_ends_now, "file.crl", CRL, STATUS_PASS, NULL),
    ROW("no end is said", crl_without_end, "file.crl", CRL, STATUS_PASS, NULL),
    ROW("no CRL", crl_is_none, "file.crl", CRL, STATUS_FAIL, "unparsable"),
    ROW("a whole capture", NULL, "file.capture", CAP, STATUS_PASS, NULL),
    ROW("cut packets", capture_cut, "file.capture", CAP, STATUS_WARN, "cut-packets"),
    ROW("cut packets, none of them missed", capture_cut_harmlessly, "file.capture", CAP, STATUS_PASS, NULL),
    ROW("bytes are missing, no packet is cut", capture_lossy, "file.capture", CAP, STATUS_PASS, NULL),
    ROW("another file's connection lacks bytes", capture_cut_elsewhere, "file.capture", CAP, STATUS_PASS,
        NULL),
    ROW("ends early", capture_ends_early, "file.capture", CAP, STATUS_WARN, "damaged"),
};

#define TELLS(what, break_it, check, subject, key, wanted)                                                   \
    { what, break_it, check, subject, key, wanted, healthy_files }

static const struct told_row told[] = {
    TELLS("whose key it is not", key_of_another_given, "file.key", KEY, "certificate", "\"certs/e.pem\""),
    TELLS("whose it is", NULL, "file.key", KEY, NULL, "the key belongs to the certificate in certs/e.pem"),
    TELLS("whose it is as given", key_fits_as_given, "file.key", KEY, NULL,
          "the key belongs to the certificate in certs/e.pem"),
    TELLS("nothing to compare it with", key_of_something_else, "file.key", KEY, NULL,
          "no certificate to compare it with"),
    TELLS("a key in DER", key_in_der, "file.key", KEY, NULL, "is in DER; Expressway takes PEM"),
    TELLS("a key that cannot be read", key_broken, "file.key", KEY, NULL, "it cannot be read"),
    TELLS("no key", key_is_no_key, "file.key", KEY, NULL, "it is a private key, not a private key in PEM"),
    TELLS("what was dropped", csr_asked_more, "file.csr", CSR, "dropped",
          "[\"DNS:collab-edge.example.com\"]"),
    TELLS("of what was asked for", csr_asked_more, "file.csr", CSR, "wanted",
          "[\"DNS:expe1.example.com\", \"DNS:example.com\", \"DNS:collab-edge.example.com\"]"),
    TELLS("and what came", csr_asked_more, "file.csr", CSR, "found",
          "[\"DNS:expe1.example.com\", \"DNS:example.com\"]"),
    TELLS("which usage", cert_lacks_client, "file.csr", CSR, NULL, "not in the certificate: clientAuth"),
    TELLS("of which", cert_lacks_client, "file.csr", CSR, "wanted", "[\"serverAuth\", \"clientAuth\"]"),
    TELLS("and which came", cert_lacks_client, "file.csr", CSR, "found", "[\"serverAuth\"]"),
    TELLS("which subject", csr_subject_differs, "file.csr", CSR, "wanted",
          "\"CN=expe1.example.com,O=Example,C=GB\""),
    TELLS("and which came", csr_subject_differs, "file.csr", CSR, "found",
          "\"CN=expe1.example.com,O=Example\""),
    TELLS("which attribute", csr_has_unknown_oid, "file.csr", CSR, "found",
          "[\"1.3.6.1.4.1.6449.1.2.1.5.1\"]"),
    TELLS("which certificate has another key", csr_of_another, "file.csr", CSR, "certificate",
          "\"certs/e.pem\""),
    TELLS("which answers it", NULL, "file.csr", CSR, "certificate", "\"certs/e.pem\""),
    TELLS("none does", csr_pending, "file.csr", CSR, NULL, "no certificate to compare it with"),
    TELLS("whose CRL", NULL, "file.crl", CRL, NULL, "a CRL in PEM of CN=Example Issuing CA,O=Example"),
    TELLS("how much was kept", capture_cut, "file.capture", CAP, "found", "\"128 octets\""),
    TELLS("how it ends", capture_ends_early, "file.capture", CAP, NULL,
          "the file is not whole: ends in the middle of a packet"),
    TELLS("after how many packets", capture_ends_early, "file.capture", CAP, "packets", "12"),
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_file, told, sizeof told / sizeof *told);
}

static void test_rows(void **state) {
    (void)state;
    static const char *const checks[] = {"file.format", "file.key",     "file.csr",
                                         "file.crl",    "file.capture", NULL};
    assert_rows(judge_file, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

/* A key that the deployment names, of which the file was not opened. */
static void test_named_key(void **state) {
    (void)state;
    static const struct {
        bool of_client, lacks_newline, is_encrypted,
            has_file; /* has_file: the deployment is one's own file */
        const char *cause, *says;
    } keys[] = {
        {false, false, false, true, NULL, "the last line of the key file ends, as it must"},
        {false, true, false, true, "no-trailing-newline", "the last line of " KEY " does not end"},
        {false, false, true, true, "encrypted", "the private key in " KEY " is protected by a password"},
        {false, false, true, false, NULL, "it has a password, which Expressway does not take"},
        {true, false, false, true, NULL, "the last line of the key file ends, as it must"},
        {true, true, false, true, "no-trailing-newline", "the last line of " KEY " does not end"},
        {true, false, true, true, "encrypted", "the private key in " KEY " is protected by a password"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct node *node = facts->deployment->c.nodes.v[0];
        *(keys[i].of_client ? &node->client_key_file : &node->key_file) = arena_text(facts->arena, KEY);
        *(keys[i].of_client ? &node->client_key_lacks_newline : &node->key_lacks_newline) =
            keys[i].lacks_newline;
        *(keys[i].of_client ? &node->client_key_is_encrypted : &node->key_is_encrypted) =
            keys[i].is_encrypted;
        node->client_file = (char *)"client.pem";
        if (!keys[i].has_file)
            facts->deployment->file = NULL;
        judge_with(judge_file, facts, findings);
        const struct finding *f = assert_finding(
            findings, "file.key", KEY, keys[i].cause == NULL ? STATUS_PASS : STATUS_FAIL, keys[i].cause);
        assert_non_null(strstr(f->summary, keys[i].says));
        assert_evidence(f, "certificate", keys[i].of_client ? "\"client.pem\"" : "\"expc1.pem\"");
        findings_free(findings);
        facts_free(facts);
    }
}

/* Of a capture whose packets were cut: how many connections of that very file lack bytes for it. */
static void test_cut_captures(void **state) {
    (void)state;
    static const char *const says[] = {"whole as far as", "; 1 connection lacks bytes",
                                       "; 2 connections lack bytes"};
    for (int lacking = 0; lacking < 3; lacking++) {
        struct facts *facts = facts_new();
        facts->run.release_from = arena_text(facts->arena, "default");
        struct findings *findings = findings_new();
        struct capture_file *file = ARENA_NEW(facts->arena, struct capture_file);
        *file = (struct capture_file){.name = (char *)"a.pcap", .packets = 9, .cut_packets = 3, .kept = 96};
        LIST_ADD(facts->arena, &facts->captures, file);
        for (int i = 0; i < 4; i++) { /* the last is another file's */
            struct connection *c = ARENA_NEW(facts->arena, struct connection);
            *c = (struct connection){.id = i + 1,
                                     .file = (char *)(i == 3 ? "b.pcap" : "a.pcap"),
                                     .missing_bytes = i < lacking || i == 3 ? 100 : 0};
            LIST_ADD(facts->arena, &facts->connections, c);
        }
        judge_with(judge_file, facts, findings);
        const struct finding *f =
            assert_finding(findings, "file.capture", "a.pcap", lacking == 0 ? STATUS_PASS : STATUS_WARN,
                           lacking == 0 ? NULL : "cut-packets");
        assert_non_null(strstr(f->summary, says[lacking]));
        if (lacking > 0)
            assert_evidence(f, "cut_packets", "3");
        findings_free(findings);
        facts_free(facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_cut_captures), cmocka_unit_test(test_named_key)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
