/* Are CRLs found in whatever a distribution point sends, told by content, within bounds? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "wire/crl.h"
#include "tests/unit/cert_maker.h"
#include "tests/unit/pki.h"

struct fixture {
    struct arena *arena;
    struct issued *root;
    struct blob crl, other; /* DER, ending one and two days from PKI_NOW */
};

static struct blob crl_make(struct fixture *f, int until) {
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = ASN1_TIME_set(NULL, PKI_NOW - PKI_DAY), *to = ASN1_TIME_set(NULL, PKI_NOW + until);
    X509_CRL_set_version(crl, 1);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(f->root->x));
    X509_CRL_set1_lastUpdate(crl, from);
    if (until != 0)
        X509_CRL_set1_nextUpdate(crl, to);
    assert_true(X509_CRL_sign(crl, f->root->key, EVP_sha256()) > 0);
    unsigned char *der = NULL;
    int size = i2d_X509_CRL(crl, &der);
    struct blob out = {arena_dup(f->arena, der, (size_t)size), (size_t)size};
    OPENSSL_free(der);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    X509_CRL_free(crl);
    return out;
}

static int set_up(void **state) {
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    f->root = pki_issue(arena, &(struct spec){.name = "Root", .is_ca = true});
    f->crl = crl_make(f, PKI_DAY);
    f->other = crl_make(f, 2 * PKI_DAY);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    pki_clear();
    arena_free(f->arena);
    return 0;
}

static struct fetch read_blob(const struct fixture *f, struct blob bytes) {
    struct fetch fetch = {.kind = FETCH_CRL};
    crl_read(f->arena, bytes.bytes, bytes.size, &fetch);
    return fetch;
}

static struct blob text_blob(const char *text) {
    return (struct blob){(uint8_t *)(uintptr_t)text, strlen(text)};
}

static struct blob joined(const struct fixture *f, struct blob a, struct blob b) {
    struct blob out = {arena_alloc(f->arena, a.size + b.size + 1), a.size + b.size};
    memcpy(out.bytes, a.bytes, a.size);
    memcpy(out.bytes + a.size, b.bytes, b.size);
    return out;
}

static struct blob pem_of(const struct fixture *f, struct blob der, const char *label) {
    return text_blob(pem_make(f->arena, label, der.bytes, der.size));
}

/* ---- archives ---- */

enum packing { ZIP, ZIP_STORED, TAR_GZ, GZ };

struct member {
    const char *name;
    struct blob bytes;
};

static struct blob packed(const struct fixture *f, enum packing packing, const struct member *members,
                          size_t n) {
    enum { ROOM = 1024 * 1024 };
    struct archive *archive = archive_write_new();
    uint8_t *bytes = arena_alloc(f->arena, ROOM);
    size_t size = 0;
    if (packing == ZIP || packing == ZIP_STORED) {
        archive_write_set_format_zip(archive);
        if (packing == ZIP_STORED)
            archive_write_zip_set_compression_store(archive);
    } else {
        archive_write_add_filter_gzip(archive);
        if (packing == TAR_GZ)
            archive_write_set_format_ustar(archive);
        else
            archive_write_set_format_raw(archive);
    }
    archive_write_set_bytes_per_block(archive, 0);
    assert_int_equal(archive_write_open_memory(archive, bytes, ROOM, &size), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_size(entry, (la_int64_t)members[i].bytes.size);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        assert_true(archive_write_data(archive, members[i].bytes.bytes, members[i].bytes.size) >= 0);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return (struct blob){bytes, size};
}

/* ---- tests ---- */

static void test_forms(void **state) {
    struct fixture *f = *state;
    struct blob pem = pem_of(f, f->crl, "X509 CRL"), both = joined(f, pem, pem_of(f, f->other, "X509 CRL"));
    const struct member members[] = {{"a.crl", f->crl}, {"b", both}, {"README", text_blob("none here\n")}};
    const struct {
        struct blob bytes;
        const char *form;
        size_t n;
    } rows[] = {
        {f->crl, "DER", 1},
        {joined(f, f->crl, f->other), "DER", 2},
        {pem, "PEM", 1},
        {both, "PEM", 2},
        {joined(f, text_blob("Issuer: Root\r\n\r\n"), pem), "PEM", 1},
        {joined(f, pem_of(f, (struct blob){f->root->cert->der, f->root->cert->der_size}, "CERTIFICATE"), pem),
         "PEM", 1},
        {packed(f, ZIP, members, 3), "ZIP", 3},
        {packed(f, ZIP_STORED, members, 1), "ZIP", 1},
        {packed(f, TAR_GZ, members, 3), "GZIP", 3},
        {packed(f, GZ, members, 1), "GZIP", 1},
        {packed(f, GZ, members + 1, 1), "GZIP", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch fetch = read_blob(f, rows[i].bytes);
        assert_int_equal(fetch.state, FETCH_ANSWERED);
        assert_string_equal(fetch.form, rows[i].form);
        assert_int_equal(fetch.answers.n, rows[i].n);
        assert_null(fetch.error);
        assert_int_equal(fetch.answers.v[0]->size, f->crl.size);
        assert_memory_equal(fetch.answers.v[0]->bytes, f->crl.bytes, f->crl.size);
    }
}

static void test_no_crl(void **state) {
    struct fixture *f = *state;
    struct blob cert = {f->root->cert->der, f->root->cert->der_size};
    struct blob cut = {f->crl.bytes, f->crl.size - 1};
    const struct member readme[] = {{"README", text_blob("none here\n")}};
    struct blob zip = packed(f, ZIP, &(struct member){"a.crl", f->crl}, 1);
    struct blob inner = packed(f, GZ, &(struct member){"a.crl", f->crl}, 1);
    const struct {
        struct blob bytes;
        const char *error;
    } rows[] = {
        {text_blob(""), "empty"},
        {text_blob("<html>moved</html>"), "not a CRL, or cut off"},
        {cut, "not a CRL, or cut off"},
        {joined(f, f->crl, text_blob("x")), "not a CRL, or cut off"},
        {cert, "not a CRL but a certificate in DER"},
        {pem_of(f, cert, "CERTIFICATE"), "PEM without a CRL in it"},
        {pem_of(f, cert, "X509 CRL"), "not a CRL but a certificate in DER"},
        {text_blob("-----BEGIN X509 CRL-----\nMA?=\n-----END X509 CRL-----\n"), "line 2: not base64"},
        {packed(f, ZIP, readme, 1), "no CRL in the archive: not a CRL, or cut off"},
        {packed(f, ZIP, readme, 0), "no CRL in the archive: it is empty"},
        {(struct blob){zip.bytes, zip.size / 2}, "the archive is damaged, encrypted, or cut off"},
        {packed(f, ZIP, &(struct member){"inner.gz", inner}, 1),
         "no CRL in the archive: not a CRL, or cut off"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch fetch = read_blob(f, rows[i].bytes);
        assert_int_equal(fetch.state, FETCH_UNPARSABLE);
        assert_string_equal(fetch.error, rows[i].error);
    }
}

/* A few hundred kilobytes that unpack to more than we take: a bomb ends at the cap. */
static void test_bomb(void **state) {
    struct fixture *f = *state;
    enum { BOMB = CRL_MAX + 1 };
    struct blob same = {malloc(BOMB), BOMB};
    assert_non_null(same.bytes);
    memset(same.bytes, 'x', BOMB); /* zeros would be an empty tar */
    const enum packing packings[] = {ZIP, TAR_GZ, GZ};
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
        struct blob bomb = packed(f, packings[i], &(struct member){"bomb", same}, 1);
        assert_true(bomb.size < BOMB / 100);
        struct fetch fetch = read_blob(f, bomb);
        assert_int_equal(fetch.state, FETCH_TOO_LARGE);
        assert_string_equal(fetch.error, "the archive unpacks to more than is read");
    }
    same.size = CRL_MAX; /* just fits, and is no CRL */
    struct fetch fits = read_blob(f, packed(f, GZ, &(struct member){"same", same}, 1));
    assert_int_equal(fits.state, FETCH_UNPARSABLE);
    same.size = BOMB;
    assert_int_equal(read_blob(f, same).state, FETCH_TOO_LARGE);
    free(same.bytes);
}

static void test_many_files(void **state) {
    struct fixture *f = *state;
    enum { FILES = 1001 };
    struct member *members = arena_alloc(f->arena, FILES * sizeof *members);
    for (size_t i = 0; i < FILES; i++)
        members[i] = (struct member){arena_printf(f->arena, "%zu", i), text_blob("x")};
    struct fetch fetch = read_blob(f, packed(f, ZIP, members, FILES));
    assert_int_equal(fetch.state, FETCH_TOO_LARGE);
    assert_string_equal(fetch.error, "the archive holds more files than are read");
    assert_int_equal(read_blob(f, packed(f, ZIP, members, FILES - 2)).state, FETCH_UNPARSABLE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_crl, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bomb, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_files, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
