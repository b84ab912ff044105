/* What does one certificate say? DER to struct cert, by libcrypto.
 *
 * Dates and BasicConstraints come from the skimmer (wire/skim.h), so a certificate and its entry in a trust
 * list never disagree; what the skimmer refuses is no certificate here either, so that all that is read can
 * be saved and loaded again. */
#include "wire/cert.h"

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "wire/skim.h"
#include "wire/x509.h"

enum { UNKNOWN_OIDS_MAX = 64 };

/* ---- names: subjectAltName (RFC 5280 4.2.1.6) ---- */

/* otherName forms that MRA uses. Both are strings; the RFCs fix the string type (IA5 for SRVName, RFC 4985;
 * UTF-8 for XmppAddr, RFC 6120 13.7.1.4), issuers mix them up, so any of these types is read. */
static const struct {
    const char *oid;
    enum name_type type;
} other_names[] = {{"1.3.6.1.5.5.7.8.7", NAME_SRV}, {"1.3.6.1.5.5.7.8.5", NAME_XMPP}};

static void name_add(struct arena *arena, struct cert *cert, enum name_type type, char *value) {
    struct cert_name *name = ARENA_NEW(arena, struct cert_name);
    name->type = type;
    name->value = value;
    LIST_ADD(arena, &cert->names, name);
}

static bool is_string(const ASN1_TYPE *value) {
    return value != NULL && (value->type == V_ASN1_IA5STRING || value->type == V_ASN1_UTF8STRING ||
                             value->type == V_ASN1_PRINTABLESTRING);
}

static void other_name_add(struct arena *arena, struct cert *cert, const OTHERNAME *other) {
    char *oid = cert_oid(arena, other->type_id);
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (strcmp(oid, other_names[i].oid) == 0 && is_string(other->value)) {
            name_add(arena, cert, other_names[i].type, cert_string(arena, other->value->value.asn1_string));
            return;
        }
    name_add(arena, cert, NAME_OTHER, oid);
}

/* RFC 5280: exactly 4 or 16 bytes. */
static void address_add(struct arena *arena, struct cert *cert, const ASN1_OCTET_STRING *bytes) {
    char text[INET6_ADDRSTRLEN];
    int length = ASN1_STRING_length(bytes);
    int family = length == 4 ? AF_INET : length == 16 ? AF_INET6 : AF_UNSPEC;
    if (family == AF_UNSPEC || inet_ntop(family, ASN1_STRING_get0_data(bytes), text, sizeof text) == NULL)
        name_add(arena, cert, NAME_OTHER, arena_text(arena, "malformed IP"));
    else
        name_add(arena, cert, NAME_IP, arena_text(arena, text));
}

static void general_name_add(struct arena *arena, struct cert *cert, const GENERAL_NAME *name) {
    switch (name->type) {
    case GEN_DNS:
        name_add(arena, cert, NAME_DNS, cert_string(arena, name->d.dNSName));
        return;
    case GEN_EMAIL:
        name_add(arena, cert, NAME_EMAIL, cert_string(arena, name->d.rfc822Name));
        return;
    case GEN_URI:
        name_add(arena, cert, NAME_URI, cert_string(arena, name->d.uniformResourceIdentifier));
        return;
    case GEN_IPADD:
        address_add(arena, cert, name->d.iPAddress);
        return;
    case GEN_OTHERNAME:
        other_name_add(arena, cert, name->d.otherName);
        return;
    case GEN_DIRNAME:
        name_add(arena, cert, NAME_DIR, dn_text(arena, name->d.directoryName));
        return;
    case GEN_RID:
        name_add(arena, cert, NAME_OTHER, cert_oid(arena, name->d.registeredID));
        return;
    case GEN_X400:
        name_add(arena, cert, NAME_OTHER, arena_text(arena, "x400Address"));
        return;
    default:
        name_add(arena, cert, NAME_OTHER, arena_text(arena, "ediPartyName"));
    }
}

void cert_names_read(struct arena *arena, struct cert *cert, const X509 *x) {
    cert->has_san = cert_has_extension(x, NID_subject_alt_name);
    GENERAL_NAMES *names = cert_extension(x, NID_subject_alt_name);
    if (names == NULL && cert->has_san)
        name_add(arena, cert, NAME_OTHER, arena_text(arena, "malformed subjectAltName"));
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        general_name_add(arena, cert, sk_GENERAL_NAME_value(names, i));
    GENERAL_NAMES_free(names);
}

/* ---- all else ---- */

/* The last CN of the subject: RFC 5280 puts the most specific attribute last. */
static char *common_name(struct arena *arena, const X509_NAME *subject) {
    int last = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;)
        last = at;
    if (last < 0)
        return NULL;
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last));
    unsigned char *utf8 = NULL;
    int size = ASN1_STRING_to_UTF8(&utf8, value);
    char *text = size < 0 ? cert_string(arena, value) : text_from_wire(arena, utf8, (size_t)size);
    OPENSSL_free(utf8);
    return text;
}

/* Expressway decodes the attribute types its OpenSSL has a name for; one it can only print as a number makes
 * SSH tunnels fail (certificate guide X14.3, chapter 1 and the appendix on SSH failures). Of extended
 * validation only 1.3.6.1.4.1.311.60.2.1.1, .2 and .3 are supported; all three are in the table. */
static void unknown_oids(struct arena *arena, struct cert *cert, const X509_NAME *name) {
    for (int i = 0; i < X509_NAME_entry_count(name) && cert->unknown_oids.n < UNKNOWN_OIDS_MAX; i++) {
        const ASN1_OBJECT *type = X509_NAME_ENTRY_get_object(X509_NAME_get_entry(name, i));
        if (OBJ_obj2nid(type) != NID_undef)
            continue;
        char *oid = cert_oid(arena, type);
        if (!texts_has(&cert->unknown_oids, oid))
            texts_add(arena, &cert->unknown_oids, oid);
    }
}

static char *serial_text(struct arena *arena, const X509 *x) {
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    char *hex = number == NULL ? NULL : BN_bn2hex(number);
    char *text = arena_text(arena, hex == NULL ? "0" : hex);
    OPENSSL_free(hex);
    BN_free(number);
    return text;
}

void cert_subject_read(struct arena *arena, struct cert *cert, const X509_NAME *subject) {
    cert->subject = dn_text(arena, subject);
    cert->common_name = common_name(arena, subject);
    unknown_oids(arena, cert, subject);
}

static void issuer_read(struct arena *arena, struct cert *cert, const X509 *x) {
    const X509_NAME *subject = X509_get_subject_name(x), *issuer = X509_get_issuer_name(x);
    cert->issuer = dn_text(arena, issuer);
    cert->serial = serial_text(arena, x);
    cert->self_issued = X509_NAME_cmp(subject, issuer) == 0;
    unknown_oids(arena, cert, issuer);
}

static const struct {
    int id;
    enum key_type type;
} key_ids[] = {{EVP_PKEY_RSA, KEY_RSA}, {EVP_PKEY_RSA_PSS, KEY_RSA_PSS}, {EVP_PKEY_EC, KEY_EC},
               {EVP_PKEY_DSA, KEY_DSA}, {EVP_PKEY_ED25519, KEY_ED25519}, {EVP_PKEY_ED448, KEY_ED448}};

void cert_key_read(struct arena *arena, struct cert *cert, const EVP_PKEY *key) {
    cert->key_type = KEY_OTHER;
    if (key == NULL)
        return;
    for (size_t i = 0; i < sizeof key_ids / sizeof *key_ids; i++)
        if (EVP_PKEY_get_base_id(key) == key_ids[i].id)
            cert->key_type = key_ids[i].type;
    cert->key_bits = EVP_PKEY_get_bits(key);
    char curve[80];
    size_t length;
    if (cert->key_type == KEY_EC && EVP_PKEY_get_group_name(key, curve, sizeof curve, &length) == 1)
        cert->key_curve = text_from_wire(arena, curve, length);
}

static void signature_read(struct arena *arena, struct cert *cert, X509 *x) {
    int nid = X509_get_signature_nid(x), digest = NID_undef;
    const X509_ALGOR *algorithm;
    const ASN1_OBJECT *oid;
    X509_get0_signature(NULL, &algorithm, x);
    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    cert->signature = nid == NID_undef ? cert_oid(arena, oid) : arena_text(arena, OBJ_nid2ln(nid));
    if (X509_get_signature_info(x, &digest, NULL, NULL, NULL) != 1) /* RSA-PSS: the hash is a parameter */
        OBJ_find_sigid_algs(nid, &digest, NULL);
    if (digest != NID_undef)
        cert->signature_digest = arena_text(arena, OBJ_nid2sn(digest));
}

/* RFC 5280 4.2.1.3, in bit order. */
static const char *const usage_bits[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                         "dataEncipherment", "keyAgreement",   "keyCertSign",
                                         "cRLSign",          "encipherOnly",   "decipherOnly"};

void cert_usage_read(struct arena *arena, struct cert *cert, const X509 *x) {
    ASN1_BIT_STRING *bits = cert_extension(x, NID_key_usage);
    for (size_t i = 0; bits != NULL && i < sizeof usage_bits / sizeof *usage_bits; i++)
        if (ASN1_BIT_STRING_get_bit(bits, (int)i))
            texts_add(arena, &cert->key_usage, usage_bits[i]);
    ASN1_BIT_STRING_free(bits);

    cert->has_eku = cert_has_extension(x, NID_ext_key_usage);
    EXTENDED_KEY_USAGE *purposes = cert_extension(x, NID_ext_key_usage);
    for (int i = 0; i < sk_ASN1_OBJECT_num(purposes); i++) {
        const ASN1_OBJECT *purpose = sk_ASN1_OBJECT_value(purposes, i);
        int nid = OBJ_obj2nid(purpose);
        texts_add(arena, &cert->eku, nid == NID_undef ? cert_oid(arena, purpose) : OBJ_nid2sn(nid));
    }
    EXTENDED_KEY_USAGE_free(purposes);
}

static char *identifier(struct arena *arena, const ASN1_OCTET_STRING *bytes) {
    if (bytes == NULL || ASN1_STRING_length(bytes) == 0)
        return NULL;
    return text_hex(arena, ASN1_STRING_get0_data(bytes), (size_t)ASN1_STRING_length(bytes), ':');
}

static void identifiers_read(struct arena *arena, struct cert *cert, const X509 *x) {
    ASN1_OCTET_STRING *ski = cert_extension(x, NID_subject_key_identifier);
    AUTHORITY_KEYID *aki = cert_extension(x, NID_authority_key_identifier);
    cert->ski = identifier(arena, ski);
    cert->aki = aki == NULL ? NULL : identifier(arena, aki->keyid);
    ASN1_OCTET_STRING_free(ski);
    AUTHORITY_KEYID_free(aki);
}

static void uri_add(struct arena *arena, struct texts *to, const GENERAL_NAME *name) {
    if (name->type == GEN_URI)
        texts_add(arena, to, cert_string(arena, name->d.uniformResourceIdentifier));
}

static void locations_read(struct arena *arena, struct cert *cert, const X509 *x) {
    AUTHORITY_INFO_ACCESS *access = cert_extension(x, NID_info_access);
    cert->aia_malformed = texts_has(&cert->malformed, "authorityInfoAccess");
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        int method = OBJ_obj2nid(one->method);
        if (method == NID_ad_ca_issuers)
            uri_add(arena, &cert->aia, one->location);
        else if (method == NID_ad_OCSP)
            uri_add(arena, &cert->ocsp, one->location);
    }
    AUTHORITY_INFO_ACCESS_free(access);

    CRL_DIST_POINTS *points = cert_extension(x, NID_crl_distribution_points);
    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT_NAME *name = sk_DIST_POINT_value(points, i)->distpoint;
        for (int k = 0; name != NULL && name->type == 0 && k < sk_GENERAL_NAME_num(name->name.fullname); k++)
            uri_add(arena, &cert->cdp, sk_GENERAL_NAME_value(name->name.fullname, k));
    }
    CRL_DIST_POINTS_free(points);
}

/* What OpenSSL knows and cannot decode counts as absent for some readers and breaks the certificate for
 * others. */
static void malformed_read(struct arena *arena, struct cert *cert, const X509 *x) {
    for (int i = 0; i < X509_get_ext_count(x); i++) {
        X509_EXTENSION *extension = X509_get_ext(x, i);
        const X509V3_EXT_METHOD *method = X509V3_EXT_get(extension);
        if (method == NULL)
            continue;
        void *value = X509V3_EXT_d2i(extension);
        if (value == NULL)
            texts_add(arena, &cert->malformed, OBJ_nid2sn(method->ext_nid));
        else if (method->it != NULL)
            ASN1_item_free(value, ASN1_ITEM_ptr(method->it));
        else
            method->ext_free(value);
    }
    ERR_clear_error();
}

static void path_length_read(struct cert *cert, const X509 *x) {
    BASIC_CONSTRAINTS *constraints = cert_extension(x, NID_basic_constraints);
    int64_t length;
    if (constraints != NULL && constraints->pathlen != NULL) {
        cert->has_path_length = true;
        if (ASN1_INTEGER_get_int64(&length, constraints->pathlen) != 1 || length > INT_MAX)
            length = INT_MAX;
        cert->path_length = length < -1 ? -1 : (int)length;
    }
    BASIC_CONSTRAINTS_free(constraints);
}

static char *digest_text(struct arena *arena, const uint8_t *der, size_t size) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_Digest(der, size, digest, &length, EVP_sha256(), NULL);
    return text_hex(arena, digest, length, 0);
}

/* One attribute of a Name whose value is an OBJECT IDENTIFIER: libcrypto, and so Expressway, reads texts only
 * (the guide's appendix on SSH failures prints such a certificate). NULL: there is none. */
static char *oid_valued(struct arena *arena, const uint8_t *name, size_t size) {
    const unsigned char *at = name, *end = name + size;
    int depth = 0, tag, class;
    long length;
    while (at < end) {
        const unsigned char *start = at;
        int flags = ASN1_get_object(&at, &length, &tag, &class, end - at);
        ERR_clear_error();
        if ((flags & 0x80) != 0 || length > end - at)
            return NULL;
        if ((flags & V_ASN1_CONSTRUCTED) != 0 && depth++ < 1000)
            continue;
        const unsigned char *value = at + length;
        if (tag == V_ASN1_OBJECT && value < end && *value == V_ASN1_OBJECT) {
            ASN1_OBJECT *type = d2i_ASN1_OBJECT(NULL, &start, value - start);
            char *text = type == NULL ? NULL : cert_oid(arena, type);
            ASN1_OBJECT_free(type);
            return text;
        }
        at = value;
    }
    return NULL;
}

static char *library_error(struct arena *arena, const struct ca_entry *skimmed) {
    char *type = oid_valued(arena, skimmed->subject, skimmed->subject_size);
    type = type != NULL ? type : oid_valued(arena, skimmed->issuer, skimmed->issuer_size);
    if (type != NULL)
        return arena_printf(
            arena,
            "a certificate in whose subject or issuer the attribute %s has an OBJECT IDENTIFIER "
            "for its value; OpenSSL cannot read it, and on Expressway SSH tunnels fail "
            "(certificate guide, appendix A): have it issued without that attribute",
            type);
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return arena_printf(arena, "not an X.509 certificate (%s)", reason == NULL ? "bytes left over" : reason);
}

/* `skimmed` and `x` are of the same bytes. */
static struct cert *cert_of(struct arena *arena, const uint8_t *der, size_t size,
                            const struct ca_entry *skimmed, X509 *x) {
    struct cert *cert = ARENA_NEW(arena, struct cert);
    cert->der = arena_dup(arena, der, size);
    cert->der_size = size;
    cert->sha256 = digest_text(arena, der, size);
    cert->not_before = skimmed->not_before;
    cert->not_after = skimmed->not_after;
    cert->has_basic_constraints = skimmed->has_basic_constraints;
    cert->is_ca = skimmed->is_ca;
    long version = X509_get_version(x);
    cert->version = version >= 0 && version < 100 ? (int)version + 1 : 0;
    EVP_PKEY *key = X509_get0_pubkey(x);
    cert_subject_read(arena, cert, X509_get_subject_name(x));
    issuer_read(arena, cert, x);
    cert_names_read(arena, cert, x);
    cert_key_read(arena, cert, key);
    cert->self_signed = cert->self_issued && key != NULL && X509_verify(x, key) == 1;
    signature_read(arena, cert, x);
    cert_usage_read(arena, cert, x);
    identifiers_read(arena, cert, x);
    malformed_read(arena, cert, x);
    locations_read(arena, cert, x);
    path_length_read(cert, x);
    return cert;
}

struct cert *cert_read(struct arena *arena, const uint8_t *der, size_t size, char **error) {
    struct cert *cert = NULL;
    struct ca_entry skimmed = {0};
    ERR_clear_error();
    if (!ca_entry_read(&skimmed, der, size)) {
        if (error != NULL)
            *error = arena_text(arena, size == 0 ? "no bytes" : "not an X.509 certificate");
        return NULL;
    }
    X509 *x = x509_parse(der, size);
    if (x != NULL)
        cert = cert_of(arena, der, size, &skimmed, x);
    else if (error != NULL)
        *error = library_error(arena, &skimmed);
    X509_free(x);
    ERR_clear_error();
    return cert;
}

struct cert *cert_read_beside(struct arena *arena, const uint8_t *der, size_t size, X509 **x) {
    struct ca_entry skimmed = {0};
    *x = ca_entry_read(&skimmed, der, size) ? x509_parse_beside(der, size) : NULL;
    struct cert *cert = *x == NULL ? NULL : cert_of(arena, der, size, &skimmed, *x);
    ERR_clear_error();
    return cert;
}
