/* Which cipher suites are there? Every suite of the IANA registry (TLS Cipher Suites) and the few drafts that
 * shipped, by number and by both names.
 *
 * Facts only: who accepts or prefers what is not told here. Signalling values (SCSV, GREASE) are no suites.
 */
#ifndef FACTS_SUITES_H
#define FACTS_SUITES_H

#include <stdbool.h>
#include <stddef.h>
#include "facts/text.h"

enum suite_kx {         /* how the key is agreed on */
                KX_ANY, /* TLS 1.3: not the suite's business */
                KX_RSA, /* static: no forward secrecy, as with DH and ECDH */
                KX_DH,
                KX_ECDH,
                KX_DHE,
                KX_ECDHE,
                KX_PSK,
                KX_RSA_PSK,
                KX_DHE_PSK,
                KX_ECDHE_PSK,
                KX_SRP,
                KX_KRB5,
                KX_GOST,
                KX_OTHER
};

enum suite_auth { /* how the server proves who it is */
                  AUTH_ANY,
                  AUTH_NONE, /* anonymous */
                  AUTH_RSA,
                  AUTH_DSS,
                  AUTH_ECDSA, /* ECDSA and EdDSA keys (RFC 8422 2) */
                  AUTH_DH,    /* never in use: a certificate with a Diffie-Hellman key */
                  AUTH_PSK,
                  AUTH_SRP,
                  AUTH_KRB5,
                  AUTH_GOST,
                  AUTH_OTHER
};

enum suite_cipher {
    CIPHER_NULL,
    CIPHER_RC4,
    CIPHER_RC2,
    CIPHER_DES,
    CIPHER_3DES,
    CIPHER_IDEA,
    CIPHER_SEED,
    CIPHER_FORTEZZA,
    CIPHER_GOST,
    CIPHER_AES, /* CBC, as the two below */
    CIPHER_CAMELLIA,
    CIPHER_ARIA,
    CIPHER_AESGCM,
    CIPHER_AESCCM,
    CIPHER_AESCCM8,
    CIPHER_CAMELLIAGCM,
    CIPHER_ARIAGCM,
    CIPHER_CHACHA20,
    CIPHER_SM4,
    CIPHER_AEGIS
};

enum suite_mac { MAC_AEAD, MAC_MD5, MAC_SHA1, MAC_SHA256, MAC_SHA384, MAC_OTHER };

enum suite_strength { /* the classes of OpenSSL's cipher strings */
                      STRENGTH_NULL,
                      STRENGTH_EXPORT,
                      STRENGTH_LOW,
                      STRENGTH_MEDIUM,
                      STRENGTH_HIGH
};

struct suite {
    int id; /* 0xC02F */
    const char *iana;
    const char *openssl; /* NULL: OpenSSL never had it. Names of releases gone by count */
    enum suite_kx kx;
    enum suite_auth auth;
    enum suite_cipher cipher;
    int bits; /* of the key, as agreed on: 40 and 56 in export suites, 168 for 3DES */
    enum suite_mac mac;
    enum suite_strength strength;
    int since; /* lowest version it may be used with: 0x0300, 0x0301, 0x0303 or 0x0304 */
};

extern const struct suite suites[]; /* by id */
extern const size_t suite_count;

const struct suite *suite_by_id(int id); /* NULL: not known */
const struct suite *
suite_by_name(const char *name); /* IANA's or OpenSSL's, any case, old EDH- names too; NULL */
/* OpenSSL's name, else IANA's, else "0xABCD". */
char *suite_text(struct arena *arena, int id);

bool suite_is_13(const struct suite *suite);
bool suite_has_forward_secrecy(const struct suite *suite);
/* NULL cipher, anonymous, export, RC2, RC4, DES, 3DES: what `weak` means. Static RSA is not among them. */
bool suite_is_weak(const struct suite *suite);
/* What an answer may hold that carries this suite in this version (RFC 5246 A.5, RFC 8446 B.4). */
bool suite_fits_version(const struct suite *suite, int version);

#endif
