/* What does one certificate say? The fields every judge and report needs, as text and numbers.
 *
 * Filled by wire/cert.c from DER (and by load from a saved report). Owned by the arena. No library
 * pointer is kept: who needs mathematics parses `der` again. */
#ifndef FACTS_CERT_H
#define FACTS_CERT_H

#include <stdbool.h>
#include "facts/arena.h"
#include "facts/text.h"

enum name_type { /* RFC 5280 4.2.1.6, and the otherName forms MRA uses (field-facts 5) */
                 NAME_DNS,
                 NAME_IP, /* value is the textual address, IPv6 compressed */
                 NAME_URI,
                 NAME_EMAIL,
                 NAME_SRV,  /* otherName 1.3.6.1.5.5.7.8.7, e.g. "_collab-edge.example.com" (RFC 4985) */
                 NAME_XMPP, /* otherName 1.3.6.1.5.5.7.8.5 */
                 NAME_DIR,
                 NAME_OTHER /* value is "OID" of another otherName, x400, EDI or RID */
};
extern const struct enum_name name_types[];

struct cert_name {
    enum name_type type;
    char *value; /* as in the certificate, made harmless (text_from_wire) */
};

enum key_type { KEY_RSA, KEY_RSA_PSS, KEY_EC, KEY_DSA, KEY_ED25519, KEY_ED448, KEY_OTHER };
extern const struct enum_name key_types[];

struct cert {
    char *subject,
        *issuer;       /* one line, OpenSSL's RFC 2253 order with UTF-8: "CN=expe1.example.com,O=Example" */
    char *common_name; /* the last (most specific) CN; NULL when the subject has none */
    char *serial;      /* hex, upper case, no separator; "-" in front when negative */
    char *sha256;      /* of the DER, lower-case hex, no separator */
    int64_t not_before, not_after;   /* the epoch when the certificate holds no valid time there */
    LIST_OF(struct cert_name) names; /* subjectAltName, in order */
    bool has_san;
    bool has_eku;           /* extendedKeyUsage present */
    struct texts eku;       /* "serverAuth", "clientAuth", "OCSPSigning"…, else the dotted OID */
    struct texts key_usage; /* "digitalSignature", "keyEncipherment", "keyCertSign", "cRLSign"… */
    enum key_type key_type;
    int key_bits;    /* RSA and DSA: modulus; EC: field size; 0 when not known */
    char *key_curve; /* EC: "prime256v1", "secp384r1", "secp521r1"…; NULL for other keys */
    char *signature; /* "sha256WithRSAEncryption", "ecdsa-with-SHA384"…, as in the X.509 name tables */
    char *signature_digest; /* "MD5", "SHA1", "SHA256"…; NULL when the algorithm fixes it (Ed25519) */
    char *aki, *ski;        /* key identifiers, upper-case hex with colons; NULL when absent */
    bool aia_malformed;     /* there is an authority information access extension that cannot be read */
    struct texts malformed; /* extensions that cannot be read, by OpenSSL's short names */
    struct texts aia;       /* caIssuers URIs */
    struct texts ocsp;      /* OCSP URIs */
    struct texts cdp;       /* CRL distribution point URIs */
    bool has_basic_constraints, is_ca;
    bool has_path_length;
    int path_length;
    bool self_issued; /* subject and issuer are the same name */
    bool self_signed; /* self-issued and the signature verifies with its own key */
    struct texts
        unknown_oids; /* dotted attribute types in subject and issuer that Expressway does not know */
    int version;      /* 1 to 3 */
    uint8_t *der;     /* NULL when loaded from a report that kept no bytes */
    size_t der_size;
};

struct certs {
    struct cert **v;
    size_t n;
};

/* A trust list as Expressway, a client or Unified CM holds it: many CA certificates, mostly never looked at,
 * so an entry is only skimmed (wire/skim.h) and parsed in full when a path needs it. */
struct ca_entry {
    const uint8_t *der;
    size_t der_size;
    const uint8_t *subject, *issuer; /* DER Names inside der */
    size_t subject_size, issuer_size;
    int64_t not_before, not_after;
    bool has_basic_constraints, is_ca;
    int line; /* in the file, 1-based; 0 when not from a file */
};

struct trust_problem {
    char *what; /* "not base64", "not a certificate", … */
    int line;
};

struct trust_list {
    char *name;                       /* path as the user gave it; "system" for the system's roots */
    LIST_OF(struct ca_entry) entries; /* in the order of the list: Expressway uses the first of a subject */
    LIST_OF(struct trust_problem) problems;
    bool partial; /* only the entries that the certificates seen can lead to were kept (system roots in a
                     save) */
};

#endif
