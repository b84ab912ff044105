/* Which names does a certificate carry in its subjectAltName (RFC 5280 4.2.1.6)? */
#include "wire/cert_parts.h"

#include <arpa/inet.h>
#include <string.h>

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
