/* Are keys read, and signatures verified, with whatever part of OpenSSL a certificate was read? */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/pki.h"
#include "wire/x509.h"
#include "wire/x509_ahead.h"

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

/* Two CAs of one name, each of which signed half of many: a second thread finds what asking would. */
static void what_is_looked_at_ahead_is_so(void **state) {
    (void)state;
    enum { MANY = AHEAD_FROM + 20 };
    static const struct spec ca_spec = {.name = "CA", .is_ca = true, .key_type = "EC P-256"};
    struct issued *cas[] = {pki_issue(arena, &ca_spec), pki_issue(arena, &ca_spec)};
    X509 *issuers[] = {x509_of_cert(cas[0]->cert), x509_of_cert(cas[1]->cert)}, *leaves[MANY];
    bool is_good;
    for (size_t i = 0; i < MANY; i++) {
        const struct spec spec = {.name = "leaf", .by = cas[i % 2], .key_type = "EC P-256"};
        leaves[i] = x509_of_cert(pki_issue(arena, &spec)->cert);
    }
    for (size_t by = 0; by < 2; by++) {
        assert_false(x509_ahead_knows(leaves[1], issuers[by], &is_good));
        assert_int_equal(x509_is_signed_by(leaves[0], issuers[by]),
                         by == 0); /* from now on it is looked at */
        for (size_t i = 1; i < MANY; i++) {
            /* By the key identifiers only those are taken that it signed. */
            while (i % 2 == by && !x509_ahead_knows(leaves[i], issuers[by], &is_good))
                sched_yield();
            assert_true(i % 2 != by || is_good);
            assert_int_equal(x509_is_signed_by(leaves[i], issuers[by]), i % 2 == by);
        }
    }
    x509_forget(); /* the thread ends, wherever it is */
    assert_false(x509_ahead_knows(leaves[1], issuers[1], &is_good));
    x509_expect(1000);
    for (size_t i = 0; i < MANY; i++)
        X509_free(leaves[i]);
    X509_free(issuers[0]);
    X509_free(issuers[1]);
    pki_clear(); /* room for as many again */
}

/* A signature that is none, from a CA that looks as if: known ahead, and known to be bad. And the thread is
 * ended while it has work. */
static void bad_signatures_are_known_ahead(void **state) {
    (void)state;
    enum { MANY = AHEAD_FROM + 20, SPOILED = 7 };
    static const struct spec ca_spec = {.name = "CA", .is_ca = true, .key_type = "EC P-256"};
    struct issued *ca = pki_issue(arena, &ca_spec);
    X509 *issuer = x509_of_cert(ca->cert), *leaves[MANY];
    bool is_good = false;
    for (size_t i = 0; i < MANY; i++) {
        const struct spec spec = {.name = "leaf", .by = ca, .key_type = "EC P-256"};
        struct cert *cert = pki_issue(arena, &spec)->cert;
        uint8_t *der = arena_dup(arena, cert->der, cert->der_size);
        der[cert->der_size - 3] ^= i == SPOILED; /* the last number of the signature */
        leaves[i] = x509_of(der, cert->der_size);
        assert_non_null(leaves[i]);
    }
    assert_true(x509_is_signed_by(leaves[0], issuer));
    while (!x509_ahead_knows(leaves[SPOILED], issuer, &is_good))
        sched_yield();
    assert_false(is_good);
    assert_false(x509_is_signed_by(leaves[SPOILED], issuer));
    x509_forget();
    x509_expect(1000);
    for (size_t i = 0; i < MANY; i++)
        X509_free(leaves[i]);
    X509_free(issuer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_signs_every_other),
        cmocka_unit_test(a_key_is_what_it_is),
        cmocka_unit_test(what_is_looked_at_ahead_is_so),
        cmocka_unit_test(bad_signatures_are_known_ahead),
    };
    return cmocka_run_group_tests(tests, open_many, close_all);
}
