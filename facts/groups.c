/* Which key exchange groups and signature algorithms are there, and what are they called? See groups.h. */
#include "facts/groups.h"

#include <strings.h>
#include "facts/ciphers.h"

const struct tls_group tls_groups[] = {
    {29, "x25519", "X25519", GROUP_CURVE, TLS10, TLS13},
    {23, "secp256r1", "P-256", GROUP_CURVE, TLS10, TLS13},
    {30, "x448", "X448", GROUP_CURVE, TLS10, TLS13},
    {25, "secp521r1", "P-521", GROUP_CURVE, TLS10, TLS13},
    {24, "secp384r1", "P-384", GROUP_CURVE, TLS10, TLS13},
    {256, "ffdhe2048", "ffdhe2048", GROUP_FFDHE, TLS10, TLS13},
    {257, "ffdhe3072", "ffdhe3072", GROUP_FFDHE, TLS10, TLS13},
    {258, "ffdhe4096", "ffdhe4096", GROUP_FFDHE, TLS10, TLS13},
    {259, "ffdhe6144", "ffdhe6144", GROUP_FFDHE, TLS10, TLS13},
    {260, "ffdhe8192", "ffdhe8192", GROUP_FFDHE, TLS10, TLS13},
    {26, "brainpoolP256r1", "brainpoolP256r1", GROUP_CURVE, TLS10, TLS12},
    {27, "brainpoolP384r1", "brainpoolP384r1", GROUP_CURVE, TLS10, TLS12},
    {28, "brainpoolP512r1", "brainpoolP512r1", GROUP_CURVE, TLS10, TLS12},
    {22, "secp256k1", "secp256k1", GROUP_CURVE, TLS10, TLS12},
    {21, "secp224r1", "P-224", GROUP_CURVE, TLS10, TLS12},
    {20, "secp224k1", "secp224k1", GROUP_CURVE, TLS10, TLS12},
    {19, "secp192r1", "P-192", GROUP_CURVE, TLS10, TLS12},
    {18, "secp192k1", "secp192k1", GROUP_CURVE, TLS10, TLS12},
    {17, "secp160r2", "secp160r2", GROUP_CURVE, TLS10, TLS12},
    {16, "secp160r1", "secp160r1", GROUP_CURVE, TLS10, TLS12},
    {15, "secp160k1", "secp160k1", GROUP_CURVE, TLS10, TLS12},
    {14, "sect571r1", "B-571", GROUP_CURVE, TLS10, TLS12},
    {13, "sect571k1", "K-571", GROUP_CURVE, TLS10, TLS12},
    {12, "sect409r1", "B-409", GROUP_CURVE, TLS10, TLS12},
    {11, "sect409k1", "K-409", GROUP_CURVE, TLS10, TLS12},
    {10, "sect283r1", "B-283", GROUP_CURVE, TLS10, TLS12},
    {9, "sect283k1", "K-283", GROUP_CURVE, TLS10, TLS12},
    {8, "sect239k1", "sect239k1", GROUP_CURVE, TLS10, TLS12},
    {7, "sect233r1", "B-233", GROUP_CURVE, TLS10, TLS12},
    {6, "sect233k1", "K-233", GROUP_CURVE, TLS10, TLS12},
    {5, "sect193r2", "sect193r2", GROUP_CURVE, TLS10, TLS12},
    {4, "sect193r1", "sect193r1", GROUP_CURVE, TLS10, TLS12},
    {3, "sect163r2", "B-163", GROUP_CURVE, TLS10, TLS12},
    {2, "sect163r1", "sect163r1", GROUP_CURVE, TLS10, TLS12},
    {1, "sect163k1", "K-163", GROUP_CURVE, TLS10, TLS12},
    {31, "brainpoolP256r1tls13", "brainpoolP256r1tls13", GROUP_CURVE, TLS13, TLS13},
    {32, "brainpoolP384r1tls13", "brainpoolP384r1tls13", GROUP_CURVE, TLS13, TLS13},
    {33, "brainpoolP512r1tls13", "brainpoolP512r1tls13", GROUP_CURVE, TLS13, TLS13},
    {4588, "X25519MLKEM768", "X25519MLKEM768", GROUP_HYBRID, TLS13, TLS13},
    {4587, "SecP256r1MLKEM768", "SecP256r1MLKEM768", GROUP_HYBRID, TLS13, TLS13},
    {4589, "SecP384r1MLKEM1024", "SecP384r1MLKEM1024", GROUP_HYBRID, TLS13, TLS13},
    {512, "MLKEM512", "MLKEM512", GROUP_HYBRID, TLS13, TLS13},
    {513, "MLKEM768", "MLKEM768", GROUP_HYBRID, TLS13, TLS13},
    {514, "MLKEM1024", "MLKEM1024", GROUP_HYBRID, TLS13, TLS13},
    {25497, "X25519Kyber768Draft00", "X25519Kyber768Draft00", GROUP_HYBRID, TLS13, TLS13},
    {41, "curveSM2", "curveSM2", GROUP_CURVE, TLS13, TLS13},
    {34, "GC256A", "GC256A", GROUP_CURVE, TLS12, TLS13},
    {35, "GC256B", "GC256B", GROUP_CURVE, TLS12, TLS13},
    {36, "GC256C", "GC256C", GROUP_CURVE, TLS12, TLS13},
    {37, "GC256D", "GC256D", GROUP_CURVE, TLS12, TLS13},
    {38, "GC512A", "GC512A", GROUP_CURVE, TLS12, TLS13},
    {39, "GC512B", "GC512B", GROUP_CURVE, TLS12, TLS13},
    {40, "GC512C", "GC512C", GROUP_CURVE, TLS12, TLS13}};
const size_t tls_group_count = sizeof tls_groups / sizeof *tls_groups;

const struct tls_signature tls_signatures[] = {{0x0403, "ecdsa_secp256r1_sha256", "ECDSA"},
                                               {0x0503, "ecdsa_secp384r1_sha384", "ECDSA"},
                                               {0x0603, "ecdsa_secp521r1_sha512", "ECDSA"},
                                               {0x0807, "ed25519", "Ed25519"},
                                               {0x0808, "ed448", "Ed448"},
                                               {0x0809, "rsa_pss_pss_sha256", "RSA-PSS"},
                                               {0x080a, "rsa_pss_pss_sha384", "RSA-PSS"},
                                               {0x080b, "rsa_pss_pss_sha512", "RSA-PSS"},
                                               {0x0804, "rsa_pss_rsae_sha256", "RSA"},
                                               {0x0805, "rsa_pss_rsae_sha384", "RSA"},
                                               {0x0806, "rsa_pss_rsae_sha512", "RSA"},
                                               {0x0401, "rsa_pkcs1_sha256", "RSA"},
                                               {0x0501, "rsa_pkcs1_sha384", "RSA"},
                                               {0x0601, "rsa_pkcs1_sha512", "RSA"},
                                               {0x0303, "ecdsa_sha224", "ECDSA"},
                                               {0x0301, "rsa_pkcs1_sha224", "RSA"},
                                               {0x0402, "dsa_sha256", "DSA"},
                                               {0x0502, "dsa_sha384", "DSA"},
                                               {0x0602, "dsa_sha512", "DSA"},
                                               {0x0302, "dsa_sha224", "DSA"},
                                               {0x0203, "ecdsa_sha1", "ECDSA"},
                                               {0x0201, "rsa_pkcs1_sha1", "RSA"},
                                               {0x0202, "dsa_sha1", "DSA"},
                                               {0x081a, "ecdsa_brainpoolP256r1tls13_sha256", "ECDSA"},
                                               {0x081b, "ecdsa_brainpoolP384r1tls13_sha384", "ECDSA"},
                                               {0x081c, "ecdsa_brainpoolP512r1tls13_sha512", "ECDSA"},
                                               {0x0708, "sm2sig_sm3", "SM2"},
                                               {0x0904, "mldsa44", "ML-DSA"},
                                               {0x0905, "mldsa65", "ML-DSA"},
                                               {0x0906, "mldsa87", "ML-DSA"},
                                               {0x0101, "rsa_pkcs1_md5", "RSA"}};
const size_t tls_signature_count = sizeof tls_signatures / sizeof *tls_signatures;

const struct tls_group *group_by_id(int id) {
    for (size_t i = 0; i < tls_group_count; i++)
        if (tls_groups[i].id == id)
            return &tls_groups[i];
    return NULL;
}

const struct tls_group *group_by_name(const char *name) {
    for (size_t i = 0; i < tls_group_count; i++)
        if (strcasecmp(tls_groups[i].name, name) == 0 || strcasecmp(tls_groups[i].openssl, name) == 0)
            return &tls_groups[i];
    return NULL;
}

char *group_name(struct arena *arena, int id) {
    const struct tls_group *group = group_by_id(id);
    return group == NULL ? arena_printf(arena, "0x%04X", (unsigned)id) : arena_text(arena, group->name);
}

const struct tls_signature *signature_by_id(int id) {
    for (size_t i = 0; i < tls_signature_count; i++)
        if (tls_signatures[i].id == id)
            return &tls_signatures[i];
    return NULL;
}

const struct tls_signature *signature_by_name(const char *name) {
    for (size_t i = 0; i < tls_signature_count; i++)
        if (strcasecmp(tls_signatures[i].name, name) == 0)
            return &tls_signatures[i];
    return NULL;
}

char *signature_name(struct arena *arena, int id) {
    const struct tls_signature *signature = signature_by_id(id);
    return signature == NULL ? arena_printf(arena, "0x%04X", (unsigned)id)
                             : arena_text(arena, signature->name);
}
