/* What do the words of a cipher string stand for? The aliases of OpenSSL (openssl-ciphers(1), "CIPHER
 * STRINGS"), those of releases gone by too: Expressway's default string still says !LOW and !aDH. */
#include "expressway/cipher_words.h"

#include <string.h>

#define BIT(value) (1u << (value))
#define NOT(value) (~BIT(value))
#define KX(mask)                                                                                             \
    { .kx = (mask) }
#define AUTH(mask)                                                                                           \
    { .auth = (mask) }
#define ENC(mask)                                                                                            \
    { .cipher = (mask) }
#define MACS(value)                                                                                          \
    { .mac = BIT(value) }
#define STRONG(value)                                                                                        \
    { .strength = BIT(value) }

#define ANY_AES (BIT(CIPHER_AES) | BIT(CIPHER_AESGCM) | BIT(CIPHER_AESCCM) | BIT(CIPHER_AESCCM8))
#define ANY_ARIA (BIT(CIPHER_ARIA) | BIT(CIPHER_ARIAGCM))
#define ANY_PSK (BIT(KX_PSK) | BIT(KX_RSA_PSK) | BIT(KX_DHE_PSK) | BIT(KX_ECDHE_PSK))
#define REAL_CIPHER NOT(CIPHER_NULL)

const struct cipher_word cipher_words[] = {
    {"ALL", ENC(REAL_CIPHER)},
    {"COMPLEMENTOFALL", ENC(BIT(CIPHER_NULL))},
    {"COMPLEMENTOFDEFAULT", {.cipher = REAL_CIPHER, .defaults = DEFAULTS_OUT}},
    {"HIGH", STRONG(STRENGTH_HIGH)},
    {"MEDIUM", STRONG(STRENGTH_MEDIUM)},
    {"LOW", STRONG(STRENGTH_LOW)},
    {"EXP", STRONG(STRENGTH_EXPORT)},
    {"EXPORT", STRONG(STRENGTH_EXPORT)},
    {"EXPORT40", {.strength = BIT(STRENGTH_EXPORT), .bits = 40}},
    {"EXPORT56", {.strength = BIT(STRENGTH_EXPORT), .bits = 56}},
    {"eNULL", ENC(BIT(CIPHER_NULL))},
    {"NULL", ENC(BIT(CIPHER_NULL))},
    {"aNULL", AUTH(BIT(AUTH_NONE))},
    {"kRSA", KX(BIT(KX_RSA))},
    {"aRSA", {.kx = NOT(KX_ECDH), .auth = BIT(AUTH_RSA)}}, /* ECDH has its own, whoever signed */
    {"RSA", {.kx = BIT(KX_RSA), .auth = BIT(AUTH_RSA)}},
    {"kDHr", KX(BIT(KX_DH))},
    {"kDHd", KX(BIT(KX_DH))},
    {"kDH", KX(BIT(KX_DH))},
    {"kDHE", KX(BIT(KX_DHE))},
    {"kEDH", KX(BIT(KX_DHE))},
    {"DHE", {.kx = BIT(KX_DHE), .auth = NOT(AUTH_NONE)}},
    {"EDH", {.kx = BIT(KX_DHE), .auth = NOT(AUTH_NONE)}},
    {"DH", {.kx = BIT(KX_DH) | BIT(KX_DHE)}},
    {"ADH", {.kx = BIT(KX_DHE), .auth = BIT(AUTH_NONE)}},
    {"kECDHE", KX(BIT(KX_ECDHE))},
    {"kEECDH", KX(BIT(KX_ECDHE))},
    {"ECDHE", {.kx = BIT(KX_ECDHE), .auth = NOT(AUTH_NONE)}},
    {"EECDH", {.kx = BIT(KX_ECDHE), .auth = NOT(AUTH_NONE)}},
    {"kECDHr", KX(BIT(KX_ECDH))},
    {"kECDHe", KX(BIT(KX_ECDH))},
    {"kECDH", KX(BIT(KX_ECDH))},
    {"ECDH", {.kx = BIT(KX_ECDH) | BIT(KX_ECDHE)}},
    {"AECDH", {.kx = BIT(KX_ECDHE), .auth = BIT(AUTH_NONE)}},
    {"aDSS", AUTH(BIT(AUTH_DSS))},
    {"DSS", AUTH(BIT(AUTH_DSS))},
    {"aDH", AUTH(BIT(AUTH_DH))},
    {"aECDH", KX(BIT(KX_ECDH))},
    {"aECDSA", {.kx = NOT(KX_ECDH), .auth = BIT(AUTH_ECDSA)}},
    {"ECDSA", {.kx = NOT(KX_ECDH), .auth = BIT(AUTH_ECDSA)}},
    {"SSLv3", {.since = 0x0300}},
    {"TLSv1", {.since = 0x0301}},
    {"TLSv1.0", {.since = 0x0301}},
    {"TLSv1.2", {.since = 0x0303}},
    {"AES", ENC(ANY_AES)},
    {"AES128", {.cipher = ANY_AES, .bits = 128}},
    {"AES256", {.cipher = ANY_AES, .bits = 256}},
    {"AESGCM", ENC(BIT(CIPHER_AESGCM))},
    {"AESCCM", ENC(BIT(CIPHER_AESCCM) | BIT(CIPHER_AESCCM8))},
    {"AESCCM8", ENC(BIT(CIPHER_AESCCM8))},
    {"ARIA", ENC(ANY_ARIA)},
    {"ARIAGCM", ENC(BIT(CIPHER_ARIAGCM))},
    {"ARIA128", {.cipher = ANY_ARIA, .bits = 128}},
    {"ARIA256", {.cipher = ANY_ARIA, .bits = 256}},
    {"CAMELLIA", ENC(BIT(CIPHER_CAMELLIA))},
    {"CAMELLIA128", {.cipher = BIT(CIPHER_CAMELLIA), .bits = 128}},
    {"CAMELLIA256", {.cipher = BIT(CIPHER_CAMELLIA), .bits = 256}},
    {"CHACHA20", ENC(BIT(CIPHER_CHACHA20))},
    {"3DES", ENC(BIT(CIPHER_3DES))},
    {"DES", ENC(BIT(CIPHER_DES))},
    {"RC4", ENC(BIT(CIPHER_RC4))},
    {"RC2", ENC(BIT(CIPHER_RC2))},
    {"IDEA", ENC(BIT(CIPHER_IDEA))},
    {"SEED", ENC(BIT(CIPHER_SEED))},
    {"MD5", MACS(MAC_MD5)},
    {"SHA1", MACS(MAC_SHA1)},
    {"SHA", MACS(MAC_SHA1)},
    {"SHA256", MACS(MAC_SHA256)},
    {"SHA384", MACS(MAC_SHA384)},
    {"aGOST", AUTH(BIT(AUTH_GOST))},
    {"aGOST01", AUTH(BIT(AUTH_GOST))},
    {"aGOST12", AUTH(BIT(AUTH_GOST))},
    {"kGOST", KX(BIT(KX_GOST))},
    {"GOST89", ENC(BIT(CIPHER_GOST))},
    {"PSK", KX(ANY_PSK)},
    {"kPSK", KX(BIT(KX_PSK))},
    {"kRSAPSK", KX(BIT(KX_RSA_PSK))},
    {"kDHEPSK", KX(BIT(KX_DHE_PSK))},
    {"kECDHEPSK", KX(BIT(KX_ECDHE_PSK))},
    {"aPSK", AUTH(BIT(AUTH_PSK))},
    {"SRP", KX(BIT(KX_SRP))},
    {"kSRP", KX(BIT(KX_SRP))},
    {"aSRP", AUTH(BIT(AUTH_SRP))},
    {"FIPS", {.kx = NOT(KX_SRP), .cipher = BIT(CIPHER_AES) | BIT(CIPHER_AESGCM) | BIT(CIPHER_3DES)}},
    {NULL, {0}}};

const struct cipher_word *cipher_word_find(const char *name, size_t length) {
    for (const struct cipher_word *word = cipher_words; word->name != NULL; word++)
        if (strlen(word->name) == length && memcmp(word->name, name, length) == 0)
            return word;
    return NULL;
}

/* What OpenSSL's DEFAULT leaves out besides NULL (SSL_NOT_DEFAULT in its table of suites). */
static bool is_not_default(const struct suite *suite) {
    switch (suite->cipher) {
    case CIPHER_AES:
    case CIPHER_AESGCM:
    case CIPHER_CHACHA20:
        return suite->auth == AUTH_NONE || suite->auth == AUTH_DSS;
    default:
        return true;
    }
}

static bool has(unsigned mask, int value) {
    return mask == 0 || (mask & BIT(value)) != 0;
}

bool suite_matches(const struct suite *suite, const struct suite_match *match) {
    return has(match->kx, (int)suite->kx) && has(match->auth, (int)suite->auth) &&
           has(match->cipher, (int)suite->cipher) && has(match->mac, (int)suite->mac) &&
           has(match->strength, (int)suite->strength) &&
           (match->since == 0 || match->since == suite->since) &&
           (match->bits == 0 || match->bits == suite->bits) &&
           (match->defaults == DEFAULTS_ANY || is_not_default(suite));
}

int suite_strength_bits(const struct suite *suite) {
    return suite->cipher == CIPHER_3DES ? 112 /* meet in the middle */ : suite->bits;
}
