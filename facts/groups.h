/* Which key exchange groups and signature algorithms are there, and what are they called? The registries of
 * TLS (RFC 8446 4.2.3, 4.2.7, RFC 8422, RFC 7919, and what came later).
 *
 * Facts of cipher surveys and profiles use IANA's names; those of TLS attempts OpenSSL's. */
#ifndef FACTS_GROUPS_H
#define FACTS_GROUPS_H

#include "facts/arena.h"

enum group_kind { GROUP_CURVE, GROUP_FFDHE, GROUP_HYBRID /* with ML-KEM; TLS 1.3 only */ };

struct tls_group {
    int id;
    const char *name;    /* "secp256r1" */
    const char *openssl; /* "P-256" */
    enum group_kind kind;
    int since, until; /* versions in which it has a meaning */
};
extern const struct tls_group tls_groups[]; /* in the order in which we offer them */
extern const size_t tls_group_count;
const struct tls_group *group_by_id(int id);             /* NULL: not known */
const struct tls_group *group_by_name(const char *name); /* either name, any case */
char *group_name(struct arena *arena, int id);           /* "0x1234" when not known */

struct tls_signature {
    int id;
    const char *name; /* "rsa_pss_rsae_sha256" */
    const char
        *key; /* of the certificate that signs: "RSA", "ECDSA", "RSA-PSS", "DSA", "Ed25519", "Ed448"… */
};
extern const struct tls_signature tls_signatures[]; /* likewise */
extern const size_t tls_signature_count;
const struct tls_signature *signature_by_id(int id);             /* NULL: not known */
const struct tls_signature *signature_by_name(const char *name); /* likewise */
char *signature_name(struct arena *arena, int id);               /* as group_name() */

#endif
