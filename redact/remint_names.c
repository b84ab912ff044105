/* The names in a certificate: see remint_names.h. */
#include "redact/remint_names.h"

#include <openssl/x509v3.h>
#include <string.h>

/* ---- texts ---- */

static char *text_of(struct arena *arena, const ASN1_STRING *string) {
    unsigned char *utf8 = NULL;
    int size = string == NULL ? -1 : ASN1_STRING_to_UTF8(&utf8, string);
    char *text = size < 0 ? NULL : text_from_wire(arena, utf8, (size_t)size);
    OPENSSL_free(utf8);
    return text;
}

static bool is_host(const char *text) {
    return strchr(text, '.') != NULL && strpbrk(text, " ,=/@") == NULL;
}

/* What judges know a CA by: it names no customer. */
static bool is_plain_value(const char *text) {
    return strcmp(text, "Let's Encrypt") == 0 || strcmp(text, "Internet Security Research Group") == 0 ||
           strncmp(text, "ISRG Root", 9) == 0 || strstr(text, "Temporary C") != NULL ||
           ((*text == 'R' || *text == 'E') && text[1] != 0 &&
            strspn(text + 1, "0123456789") == strlen(text + 1));
}

static const struct {
    int nid;
    const char *kind; /* NULL: it stays */
} attributes[] = {{NID_countryName, NULL},
                  {NID_organizationName, "Organisation"},
                  {NID_organizationalUnitName, "Unit"},
                  {NID_localityName, "Place"},
                  {NID_stateOrProvinceName, "Place"},
                  {NID_streetAddress, "Place"},
                  {NID_commonName, "Common name"}};

static const char *kind_of(int nid) {
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (attributes[i].nid == nid)
            return attributes[i].kind;
    return "Value";
}

static char *value_instead(struct remint_names *n, int nid, const char *text) {
    if (kind_of(nid) == NULL || *text == 0 || is_plain_value(text))
        return arena_text(n->arena, text);
    if (nid == NID_pkcs9_emailAddress)
        return pseudonym_of_email(n->pseudonyms, text);
    if (nid == NID_domainComponent || is_host(text))
        return pseudonym_of_name(n->pseudonyms, text);
    return pseudonym_of_words(n->pseudonyms, kind_of(nid), text);
}

static void dn_know(struct remint_names *n, const X509_NAME *name, bool is_ca) {
    for (int i = 0; i < X509_NAME_entry_count(name); i++) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
        int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
        char *text = text_of(n->arena, X509_NAME_ENTRY_get_data(entry));
        if (text == NULL || kind_of(nid) == NULL || is_plain_value(text))
            continue;
        if (is_ca && nid == NID_commonName && !is_host(text))
            pseudonym_of_words(n->pseudonyms, "CA", text);
        if (OBJ_nid2sn(nid) != NULL)
            pseudonyms_know_phrase(
                n->pseudonyms, arena_printf(n->arena, "%s=%s", OBJ_nid2sn(nid), text),
                arena_printf(n->arena, "%s=%s", OBJ_nid2sn(nid), value_instead(n, nid, text)));
        if (nid == NID_commonName && pseudonym_of_address(n->pseudonyms, text) == NULL &&
            strpbrk(text, " ,=/@") == NULL)
            pseudonyms_know_name(n->pseudonyms, text);
        else if (nid == NID_commonName || nid == NID_organizationName || nid == NID_organizationalUnitName)
            pseudonyms_know_words(n->pseudonyms, kind_of(nid), text);
    }
}

void remint_names_know(struct remint_names *n, X509 *x) {
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        char *text = name->type == GEN_DNS ? text_of(n->arena, name->d.dNSName) : NULL;
        pseudonyms_know_name(n->pseudonyms, text);
    }
    GENERAL_NAMES_free(names);
    dn_know(n, X509_get_issuer_name(x), true);
    dn_know(n, X509_get_subject_name(x), X509_check_ca(x) != 0);
}

/* Types of strings and the order of parts stay; a value that is no text stays away. */
static X509_NAME *dn_instead(struct remint_names *n, const X509_NAME *name) {
    X509_NAME *made = X509_NAME_new();
    int set = -1;
    for (int i = 0; made != NULL && i < X509_NAME_entry_count(name); i++) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
        ASN1_OBJECT *object = X509_NAME_ENTRY_get_object(entry);
        char *text = text_of(n->arena, X509_NAME_ENTRY_get_data(entry));
        text = value_instead(n, OBJ_obj2nid(object), text_or(text, "unreadable"));
        bool is_same_set = i > 0 && X509_NAME_ENTRY_set(entry) == set;
        set = X509_NAME_ENTRY_set(entry);
        X509_NAME_ENTRY *one = X509_NAME_ENTRY_create_by_OBJ(NULL, object, V_ASN1_UTF8STRING,
                                                             (const unsigned char *)text, (int)strlen(text));
        if (one == NULL || X509_NAME_add_entry(made, one, -1, is_same_set ? -1 : 0) != 1) {
            X509_NAME_free(made);
            made = NULL;
        }
        X509_NAME_ENTRY_free(one);
    }
    return made;
}

/* ---- numbers ---- */

static int number_of(json_t *table, const char *hex) {
    if (json_object_get(table, hex) == NULL)
        json_object_set_new(table, hex, json_integer((json_int_t)json_object_size(table) + 1));
    return (int)json_integer_value(json_object_get(table, hex));
}

static bool serial_set(struct remint_names *n, const ASN1_INTEGER *from, ASN1_INTEGER *to) {
    enum { FIRST = 0x100000 }; /* no one's by chance */
    char *hex = text_hex(n->arena, ASN1_STRING_get0_data(from), (size_t)ASN1_STRING_length(from), 0);
    return ASN1_INTEGER_set_int64(to, FIRST + number_of(n->serials, hex)) == 1;
}

static bool key_id_set(struct remint_names *n, ASN1_OCTET_STRING *id) {
    unsigned char bytes[20] = {0xed, 0x9e};
    char *hex = text_hex(n->arena, ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id), 0);
    int number = number_of(n->key_ids, hex);
    bytes[18] = (unsigned char)(number >> 8);
    bytes[19] = (unsigned char)number;
    return ASN1_OCTET_STRING_set(id, bytes, sizeof bytes) == 1;
}

/* ---- general names ---- */

static bool string_set(ASN1_STRING *string, const char *text) {
    return ASN1_STRING_set(string, text, (int)strlen(text)) == 1;
}

/* An address, or in name constraints an address and its mask. */
static bool address_set(struct remint_names *n, ASN1_OCTET_STRING *address) {
    unsigned char bytes[32] = {0};
    int size = ASN1_STRING_length(address), own = size == 4 || size == 8 ? 4 : 16;
    if (size != 4 && size != 8 && size != 16 && size != 32)
        return ASN1_OCTET_STRING_set(address, bytes, size < 32 ? size : 32) == 1;
    memcpy(bytes, ASN1_STRING_get0_data(address), (size_t)size);
    char *text =
        own == 4 ? arena_printf(n->arena, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3])
                 : arena_printf(n->arena, "%x:%x:%x:%x:%x:%x:%x:%x", bytes[0] << 8 | bytes[1],
                                bytes[2] << 8 | bytes[3], bytes[4] << 8 | bytes[5], bytes[6] << 8 | bytes[7],
                                bytes[8] << 8 | bytes[9], bytes[10] << 8 | bytes[11],
                                bytes[12] << 8 | bytes[13], bytes[14] << 8 | bytes[15]);
    char *instead = pseudonym_of_address(n->pseudonyms, text);
    ASN1_OCTET_STRING *made = a2i_IPADDRESS(text_or(instead, text));
    bool good = made != NULL && ASN1_STRING_length(made) == own;
    if (good)
        memcpy(bytes, ASN1_STRING_get0_data(made), (size_t)own);
    ASN1_OCTET_STRING_free(made);
    return good && ASN1_OCTET_STRING_set(address, bytes, size) == 1;
}

static bool other_set(struct remint_names *n, OTHERNAME *other) {
    ASN1_TYPE *value = other->value;
    if (value == NULL || (value->type != V_ASN1_UTF8STRING && value->type != V_ASN1_IA5STRING))
        return false;
    char *text = text_of(n->arena, value->value.asn1_string);
    return text != NULL && string_set(value->value.asn1_string, strchr(text, '@') != NULL
                                                                    ? pseudonym_of_email(n->pseudonyms, text)
                                                                    : pseudonym_of_name(n->pseudonyms, text));
}

/* False: what it names cannot be replaced, and the name has to go. */
static bool general_name_set(struct remint_names *n, GENERAL_NAME *name) {
    char *text;
    X509_NAME *dn;
    switch (name->type) {
    case GEN_DNS:
    case GEN_URI:
    case GEN_EMAIL:
        text = text_of(n->arena, name->d.ia5);
        return text != NULL &&
               string_set(name->d.ia5, name->type == GEN_DNS   ? pseudonym_of_name(n->pseudonyms, text)
                                       : name->type == GEN_URI ? pseudonym_of_uri(n->pseudonyms, text)
                                                               : pseudonym_of_email(n->pseudonyms, text));
    case GEN_IPADD:
        return address_set(n, name->d.iPAddress);
    case GEN_DIRNAME:
        dn = dn_instead(n, name->d.directoryName);
        if (dn == NULL)
            return false;
        X509_NAME_free(name->d.directoryName);
        name->d.directoryName = dn;
        return true;
    case GEN_OTHERNAME:
        return other_set(n, name->d.otherName);
    default:
        return name->type == GEN_RID;
    }
}

static void general_names_set(struct remint_names *n, GENERAL_NAMES *names) {
    for (int i = sk_GENERAL_NAME_num(names) - 1; i >= 0; i--)
        if (!general_name_set(n, sk_GENERAL_NAME_value(names, i)))
            GENERAL_NAME_free(sk_GENERAL_NAME_delete(names, i));
}

/* ---- extensions ---- */

static void subtrees_set(struct remint_names *n, STACK_OF(GENERAL_SUBTREE) * trees) {
    for (int i = sk_GENERAL_SUBTREE_num(trees) - 1; i >= 0; i--)
        general_name_set(n, sk_GENERAL_SUBTREE_value(trees, i)->base);
}

static void points_set(struct remint_names *n, CRL_DIST_POINTS *points) {
    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        DIST_POINT *point = sk_DIST_POINT_value(points, i);
        if (point->distpoint != NULL && point->distpoint->type == 0)
            general_names_set(n, point->distpoint->name.fullname);
        general_names_set(n, point->CRLissuer);
    }
}

static void access_set(struct remint_names *n, AUTHORITY_INFO_ACCESS *access) {
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++)
        general_name_set(n, sk_ACCESS_DESCRIPTION_value(access, i)->location);
}

static void policies_set(CERTIFICATEPOLICIES *policies) {
    for (int i = 0; i < sk_POLICYINFO_num(policies); i++) {
        POLICYINFO *policy = sk_POLICYINFO_value(policies, i);
        sk_POLICYQUALINFO_pop_free(policy->qualifiers, POLICYQUALINFO_free);
        policy->qualifiers = NULL;
    }
}

static void authority_set(struct remint_names *n, AUTHORITY_KEYID *id) {
    if (id->keyid != NULL)
        key_id_set(n, id->keyid);
    general_names_set(n, id->issuer);
    if (id->serial != NULL)
        serial_set(n, id->serial, id->serial);
}

static void constraints_set(struct remint_names *n, NAME_CONSTRAINTS *constraints) {
    subtrees_set(n, constraints->permittedSubtrees);
    subtrees_set(n, constraints->excludedSubtrees);
}

static void value_set(struct remint_names *n, int nid, void *value) {
    switch (nid) {
    case NID_subject_alt_name:
    case NID_issuer_alt_name:
        general_names_set(n, value);
        break;
    case NID_subject_key_identifier:
        key_id_set(n, value);
        break;
    case NID_authority_key_identifier:
        authority_set(n, value);
        break;
    case NID_info_access:
    case NID_sinfo_access:
        access_set(n, value);
        break;
    case NID_crl_distribution_points:
    case NID_freshest_crl:
        points_set(n, value);
        break;
    case NID_certificate_policies:
        policies_set(value);
        break;
    default:
        constraints_set(n, value);
    }
}

static bool is_nameless(int nid) {
    static const int nids[] = {NID_basic_constraints,  NID_key_usage,          NID_ext_key_usage,
                               NID_inhibit_any_policy, NID_policy_constraints, NID_tlsfeature};
    for (size_t i = 0; i < sizeof nids / sizeof *nids; i++)
        if (nids[i] == nid)
            return true;
    return false;
}

static bool is_replaced(int nid) {
    static const int nids[] = {NID_subject_alt_name,       NID_issuer_alt_name,
                               NID_subject_key_identifier, NID_info_access,
                               NID_sinfo_access,           NID_authority_key_identifier,
                               NID_freshest_crl,           NID_crl_distribution_points,
                               NID_certificate_policies,   NID_name_constraints};
    for (size_t i = 0; i < sizeof nids / sizeof *nids; i++)
        if (nids[i] == nid)
            return true;
    return false;
}

/* Of what is not known by its kind only the kind stays, and whether it is critical. */
static X509_EXTENSION *extension_instead(struct remint_names *n, X509_EXTENSION *from) {
    static const unsigned char nothing[] = {0x05, 0x00};
    ASN1_OBJECT *object = X509_EXTENSION_get_object(from);
    int nid = OBJ_obj2nid(object), critical = X509_EXTENSION_get_critical(from);
    if (is_nameless(nid))
        return X509_EXTENSION_dup(from);
    void *value = is_replaced(nid) ? X509V3_EXT_d2i(from) : NULL;
    X509_EXTENSION *made = NULL;
    if (value != NULL) {
        value_set(n, nid, value);
        made = X509V3_EXT_i2d(nid, critical, value);
        ASN1_item_free(value, ASN1_ITEM_ptr(X509V3_EXT_get_nid(nid)->it));
        return made;
    }
    ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
    if (data != NULL && ASN1_OCTET_STRING_set(data, nothing, sizeof nothing) == 1)
        made = X509_EXTENSION_create_by_OBJ(NULL, object, critical, data);
    ASN1_OCTET_STRING_free(data);
    return made;
}

static bool extensions_set(struct remint_names *n, X509 *x, X509 *made) {
    while (X509_get_ext_count(made) > 0)
        X509_EXTENSION_free(X509_delete_ext(made, 0));
    for (int i = 0; i < X509_get_ext_count(x); i++) {
        X509_EXTENSION *one = extension_instead(n, X509_get_ext(x, i));
        bool good = one != NULL && X509_add_ext(made, one, -1) == 1;
        X509_EXTENSION_free(one);
        if (!good)
            return false;
    }
    return true;
}

bool remint_names_set(struct remint_names *n, X509 *x, X509 *made) {
    X509_NAME *subject = dn_instead(n, X509_get_subject_name(x)),
              *issuer = dn_instead(n, X509_get_issuer_name(x));
    bool good = subject != NULL && issuer != NULL && X509_set_subject_name(made, subject) == 1 &&
                X509_set_issuer_name(made, issuer) == 1 &&
                serial_set(n, X509_get0_serialNumber(x), X509_get_serialNumber(made)) &&
                extensions_set(n, x, made);
    X509_NAME_free(subject);
    X509_NAME_free(issuer);
    return good;
}
