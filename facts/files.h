/* What are the files that the user has in hand before an upload?
 *
 * Filled by wire/file.c from bytes, and put in relation to each other by wire/file_sort.c. Of private keys
 * only what is no secret is kept. */
#ifndef FACTS_FILES_H
#define FACTS_FILES_H

#include "facts/cert.h"

enum file_kind {
    FILE_CERTIFICATE, /* one certificate */
    FILE_CHAIN,       /* one server certificate and certificates of CAs */
    FILE_TRUST_LIST,  /* CA certificates, or several that are nobody's chain */
    FILE_KEY,
    FILE_CSR,
    FILE_CRL,
    FILE_PKCS7,
    FILE_PKCS12,
    FILE_OTHER
};
extern const struct enum_name file_kinds[];

/* A certificate signing request (PKCS#10): what is asked for. */
struct csr {
    char *subject;
    char *common_name; /* NULL when the subject has none */
    LIST_OF(struct cert_name) names;
    bool has_san, has_eku;
    struct texts eku, key_usage; /* as in struct cert */
    enum key_type key_type;
    int key_bits;
    char *key_curve; /* NULL for other keys than EC */
    char *signature, *signature_digest;
    struct texts unknown_oids; /* in its subject, as in struct cert */
    bool is_signed_by_its_key; /* proof of possession */
};

/* A private key, by what may be told of it. */
struct key_facts {
    enum key_type type; /* KEY_OTHER while it is not open */
    int bits;
    char *curve;                /* NULL for other keys than EC */
    bool is_encrypted, is_open; /* is_open: it could be read, with a passphrase where it wants one */
    bool lacks_newline;         /* the last line of its file does not end */
    bool is_world_readable;     /* by its file's permissions */
    char *trouble;              /* why it is not open; NULL when it is */
};

struct crl_facts {
    char *issuer;
    int64_t this_update, next_update; /* 0: not said */
    int entries;
};

/* One step of the way from a certificate up to its root. */
struct chain_link {
    char *subject; /* of the missing one the issuer's name */
    char *sha256;  /* NULL: missing */
    char *path;    /* of the file that holds it; NULL: missing */
    char *key_id;  /* its subject key identifier, of a missing one by what it signed; NULL when unknown */
    char *aia;     /* of a missing one: where to fetch it, when the certificate below says so */
};

struct user_file {
    char *path; /* as given; inside a folder: folder/file */
    enum file_kind kind;
    char *meant_as; /* "certificate" "key" "csr" "crl" "trust": what the user gave it for; NULL in a folder */
    char *meant_for; /* path of the certificate that it was given with; NULL when with none */
    char *encoding;  /* "pem" or "der"; NULL when it is neither */
    struct certs certificates;
    int leaf;              /* which of them is the server certificate, from 0; -1 when none is */
    char *belongs_to;      /* key or CSR: path of the certificate that it fits; NULL when none does */
    char *issued_by;       /* path of the file that holds the issuer of its (server) certificate; NULL */
    char *convert;         /* shell command that makes it uploadable; NULL when it is, or nothing will */
    char *what;            /* what it is, as a noun: "a certificate in DER" */
    struct texts oddities; /* "bom" "utf-16" "crlf" "cr-line-ends" "indented" "text-around"
                              "trusted-certificate" "has-private-key" "no-pem-lines" "pkcs7-label"
                              "utf-16be" (without its mark) "legacy-encryption" (PKCS#12 with RC2 or RC4) */
    char *trouble;         /* "line 12: not base64": what kept it from being read whole; NULL */
    int size;              /* bytes */
    char *public_key;      /* SHA-256 of the public key of its server certificate, CSR or key; NULL */
    struct key_facts *key; /* NULL without one */
    struct csr *csr;       /* NULL without one */
    LIST_OF(struct crl_facts) crls;
    LIST_OF(struct chain_link) chain; /* of its server certificate, from that upwards; empty without one */
};

bool file_is_odd(const struct user_file *file, const char *oddity);
const struct cert *file_leaf(const struct user_file *file); /* its server certificate; NULL without one */

#endif
