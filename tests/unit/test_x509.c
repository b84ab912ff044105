/* Are keys read, and signatures verified, with whatever part of OpenSSL a certificate was read? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/pki.h"
#include "wire/x509.h"

static struct arena *arena;

static int open_many(void **state) {
    (void)state;
    arena = arena_new();
    x509_expect(1000); /* as a run of many certificates has it: lean from the first on */
    return 0;
}

static int close_all(void **state) {
    (void)state;
    x509_forget();
    pki_clear();
    arena_free(arena);
    return 0;
}

static X509 *x509_of_cert(const struct cert *cert) {
    X509 *x = x509_of(cert->der, cert->der_size);
    assert_non_null(x);
    return x;
}

static const char *const types[] = {"RSA 2048", "EC P-256", "RSA 3072"};
enum { TYPES = sizeof types / sizeof *types };

static void every_type_signs_every_other(void **state) {
    (void)state;
    struct issued *cas[TYPES];
    X509 *issuers[TYPES];
    for (size_t i = 0; i < TYPES; i++) {
        cas[i] = pki_issue(arena, &(struct spec){.name = "CA", .is_ca = true, .key_type = types[i]});
        issuers[i] = x509_of_cert(cas[i]->cert);
    }
    for (size_t i = 0; i < TYPES; i++)
        for (size_t k = 0; k < TYPES; k++) {
            const struct issued *leaf =
                pki_issue(arena, &(struct spec){.name = "leaf", .by = cas[i], .key_type = types[k]});
            X509 *x = x509_of_cert(leaf->cert);
            assert_non_null(X509_get0_pubkey(x));
            for (size_t other = 0; other < TYPES; other++)
                assert_int_equal(x509_is_signed_by(x, issuers[other]), other == i);
            X509_free(x);
        }
    for (size_t i = 0; i < TYPES; i++)
        X509_free(issuers[i]);
}

/* The AlgorithmIdentifier of an RSA key, where it is none. */
static void a_key_is_what_it_is(void **state) {
    (void)state;
    const struct issued *made =
        pki_issue(arena, &(struct spec){.name = "not RSA",
                                        .key_type = "EC P-256",
                                        .extra_name = "1.2.3.4",
                                        .extra = "DER:30:0d:06:09:2a:86:48:86:f7:0d:01:01:01:05:00"});
    X509 *x = x509_of_cert(made->cert);
    assert_non_null(X509_get0_pubkey(x));
    assert_int_equal(EVP_PKEY_get_base_id(X509_get0_pubkey(x)), EVP_PKEY_EC);
    assert_true(x509_is_signed_by(x, x));
    assert_int_equal(made->cert->key_type, KEY_EC);
    X509_free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_signs_every_other),
        cmocka_unit_test(a_key_is_what_it_is),
    };
    return cmocka_run_group_tests(tests, open_many, close_all);
}
