/* Any bytes as a certificate: both readers agree, libcrypto agrees with both, and what is read survives a
 * save. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "facts/save.h"
#include "wire/skim.h"
#include "wire/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static char *dumped(const struct facts *facts) {
    json_t *evidence = facts_save(facts, true);
    char *text = json_dumps(evidence, 0);
    json_decref(evidence);
    must(text != NULL);
    return text;
}

static void round_trip(const uint8_t *bytes, size_t size) {
    struct facts *facts = facts_new(), *again = facts_new();
    facts->run.command = facts->run.target = facts->run.release = arena_text(facts->arena, "x");
    struct cert *cert = cert_read(facts->arena, bytes, size, NULL);
    LIST_ADD(facts->arena, &facts->expected, cert);
    char *first = dumped(facts), *error;
    json_t *evidence = json_loads(first, 0, NULL);
    must(facts_load(again, evidence, ca_entry_read, &error));
    char *second = dumped(again);
    must(strcmp(first, second) == 0);
    json_decref(evidence);
    free(first);
    free(second);
    facts_free(facts);
    facts_free(again);
}

/* The skimmer may be the stricter one, never the laxer. */
static void agreement(const struct ca_entry *entry, const uint8_t *bytes, size_t size) {
    const unsigned char *p = bytes, *der;
    size_t der_size;
    X509 *x = d2i_X509(NULL, &p, (long)size);
    must(x != NULL && p == bytes + size);
    must(X509_NAME_get0_der(X509_get_subject_name(x), &der, &der_size) == 1);
    must(entry->subject_size == der_size && memcmp(entry->subject, der, der_size) == 0);
    must(X509_NAME_get0_der(X509_get_issuer_name(x), &der, &der_size) == 1);
    must(entry->issuer_size == der_size && memcmp(entry->issuer, der, der_size) == 0);
    BASIC_CONSTRAINTS *constraints = X509_get_ext_d2i(x, NID_basic_constraints, NULL, NULL);
    must(!entry->is_ca || (constraints != NULL && constraints->ca != 0));
    must(entry->has_basic_constraints == (X509_get_ext_by_NID(x, NID_basic_constraints, -1) >= 0));
    struct tm tm;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) == 1 && entry->not_after != 0)
        must(timegm(&tm) == entry->not_after || tm.tm_year + 1900 > 9999 || tm.tm_year + 1900 < 0);
    BASIC_CONSTRAINTS_free(constraints);
    X509_free(x);
    ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct ca_entry entry = {0};
    char *error = NULL;
    bool skimmed = ca_entry_read(&entry, bytes, size);
    const struct cert *cert = cert_read(arena, bytes, size, &error);
    must((cert == NULL) == (error != NULL));
    must(ERR_peek_error() == 0);
    must(cert == NULL || skimmed);
    if (cert != NULL) {
        must(cert->not_before == entry.not_before && cert->not_after == entry.not_after);
        must(cert->is_ca == entry.is_ca && cert->has_basic_constraints == entry.has_basic_constraints);
        agreement(&entry, bytes, size);
        round_trip(bytes, size);
    }
    arena_free(arena);
    return 0;
}
