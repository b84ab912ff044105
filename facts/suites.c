/* Which cipher suites are there? See suites.h; the rows are in suites_table.c. */
#include "facts/suites.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "facts/ciphers.h"

static int compare_id(const void *key, const void *row) {
    int wanted = *(const int *)key, id = ((const struct suite *)row)->id; /* wanted may be any number */
    return (wanted > id) - (wanted < id);
}

const struct suite *suite_by_id(int id) {
    return bsearch(&id, suites, suite_count, sizeof *suites, compare_id);
}

/* OpenSSL up to 1.0.2 wrote EDH where later releases write DHE. */
static bool is_old_name(const char *name, const char *openssl) {
    bool is_export = strncasecmp(name, "EXP-", 4) == 0 && strncasecmp(openssl, "EXP-", 4) == 0;
    name += is_export ? 4 : 0;
    openssl += is_export ? 4 : 0;
    return strncasecmp(name, "EDH-", 4) == 0 && strncasecmp(openssl, "DHE-", 4) == 0 &&
           strcasecmp(name + 4, openssl + 4) == 0;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const struct suite *suite_by_name(const char *name) {
    char first = lower(*name); /* a cipher string asks for each of its parts, of 370 rows */
    bool is_old = first == 'e';
    for (size_t i = 0; i < suite_count; i++) {
        const struct suite *suite = &suites[i];
        if (first == lower(*suite->iana) && strcasecmp(suite->iana, name) == 0)
            return suite;
        if (suite->openssl == NULL)
            continue;
        if ((first == lower(*suite->openssl) && strcasecmp(suite->openssl, name) == 0) ||
            (is_old && is_old_name(name, suite->openssl)))
            return suite;
    }
    return NULL;
}

char *suite_text(struct arena *arena, int id) {
    const struct suite *suite = suite_by_id(id);
    if (suite == NULL)
        return arena_printf(arena, "0x%04X", (unsigned)id);
    return arena_text(arena, suite->openssl != NULL ? suite->openssl : suite->iana);
}

bool suite_is_13(const struct suite *suite) {
    return suite->since == TLS13;
}

bool suite_has_forward_secrecy(const struct suite *suite) {
    switch (suite->kx) {
    case KX_DHE:
    case KX_ECDHE:
    case KX_DHE_PSK:
    case KX_ECDHE_PSK:
    case KX_SRP:
        return true;
    default:
        return suite_is_13(suite);
    }
}

bool suite_is_weak(const struct suite *suite) {
    static const bool weak[] = {[CIPHER_NULL] = true, [CIPHER_RC4] = true,  [CIPHER_RC2] = true,
                                [CIPHER_DES] = true,  [CIPHER_3DES] = true, [CIPHER_FORTEZZA] = true};
    return suite->auth == AUTH_NONE || ((size_t)suite->cipher < sizeof weak && weak[suite->cipher]);
}

bool suite_fits_version(const struct suite *suite, int version) {
    return version == TLS13 ? suite->since == TLS13 : suite->since <= version && suite->since != TLS13;
}
