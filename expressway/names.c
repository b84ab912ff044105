/* Does a name match a certificate? See names.h. */
#include "expressway/names.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { HOST_MAX = 253, LABEL_MAX = 63 };

static size_t bare_length(const char *name) {
    return strlen(name) - text_ends(name, ".");
}

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static bool same_part(const char *a, const char *b, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

bool name_equal(const char *a, const char *b) {
    if (a == NULL || b == NULL || lower(a[0]) != lower(b[0]))
        return false;
    size_t length = bare_length(a);
    return length > 0 && length == bare_length(b) && same_part(a, b, length);
}

/* ---- addresses ---- */

struct address {
    int family;
    unsigned char bytes[sizeof(struct in6_addr)];
};

static bool address_read(const char *text, struct address *address) {
    char bare[INET6_ADDRSTRLEN + 2];
    size_t length = strlen(text);
    bool bracketed = text[0] == '[' && text[length - 1] == ']';
    if (bracketed)
        text++, length -= 2;
    if (length >= sizeof bare)
        return false;
    memcpy(bare, text, length);
    bare[length] = '\0';
    *address = (struct address){.family = strchr(bare, ':') != NULL ? AF_INET6 : AF_INET};
    return (!bracketed || address->family == AF_INET6) &&
           inet_pton(address->family, bare, address->bytes) == 1;
}

bool name_is_ip(const char *text) {
    struct address unused;
    return text != NULL && address_read(text, &unused);
}

static bool same_address(const char *a, const char *b) {
    struct address x, y;
    return address_read(a, &x) && address_read(b, &y) && memcmp(&x, &y, sizeof x) == 0;
}

/* ---- forms of a name ---- */

bool name_is_wildcard(const char *text) {
    return text != NULL && strchr(text, '*') != NULL;
}

static bool is_alpha(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_label(const char *label, size_t length) {
    if (length == 0 || length > LABEL_MAX || label[0] == '-' || label[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_alpha(label[i]) && !(label[i] >= '0' && label[i] <= '9') && label[i] != '-')
            return false;
    return true;
}

bool name_is_fqdn(const char *text) {
    if (text == NULL || strlen(text) > HOST_MAX)
        return false;
    const char *label = text, *dot;
    for (; (dot = strchr(label, '.')) != NULL; label = dot + 1)
        if (!is_label(label, (size_t)(dot - label)))
            return false;
    return label > text && is_label(label, strlen(label)) && is_alpha(*label);
}

/* A name of a certificate, which is taken as it stands: with a dot at its end it is no host name, and OpenSSL
 * and GnuTLS match nothing with it. The wanted name may have one. */
static bool same_as_shown(const char *shown, const char *wanted) {
    return shown != NULL && strlen(shown) == bare_length(shown) && name_equal(shown, wanted);
}

/* RFC 6125 6.4.3: "*" stands for the whole leftmost label, one label only. Kept only to tell the user why a
 * certificate that pleases a browser does not please Expressway. */
static bool wildcard_covers(const char *pattern, const char *wanted) {
    if (pattern == NULL || pattern[0] != '*' || pattern[1] != '.')
        return false;
    const char *dot = strchr(wanted, '.');
    return dot != NULL && dot > wanted && same_as_shown(pattern + 1, dot);
}

/* ---- against a certificate ---- */

static bool has_name(const struct cert *cert, enum name_type type, const char *wanted,
                     bool (*same)(const char *, const char *)) {
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == type && same(cert->names.v[i]->value, wanted))
            return true;
    return false;
}

static bool has_type(const struct cert *cert, enum name_type type) {
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == type)
            return true;
    return false;
}

bool name_has_dns(const struct cert *cert, const char *wanted) {
    return has_name(cert, NAME_DNS, wanted, same_as_shown);
}

/* "_service._tls.name", as Cisco writes it, and "_service.name", as RFC 4985 does, are one name: the part
 * behind the service label and, where there is one, the protocol label. */
static const char *srv_rest(const char *name) {
    const char *dot = strchr(name, '.');
    if (name[0] != '_' || dot == NULL)
        return NULL;
    const char *rest = dot + 1;
    if (rest[0] == '_' && (dot = strchr(rest, '.')) != NULL)
        rest = dot + 1;
    return rest;
}

static bool same_srv(const char *a, const char *b) {
    const char *rest_a = srv_rest(a), *rest_b = srv_rest(b);
    size_t service = strcspn(a, ".");
    return rest_a != NULL && rest_b != NULL && service == strcspn(b, ".") && same_part(a, b, service) &&
           same_as_shown(rest_a, rest_b);
}

bool name_has_srv(const struct cert *cert, const char *wanted) {
    return has_name(cert, NAME_SRV, wanted, same_srv);
}

static enum name_match match_address(const struct cert *cert, const char *wanted) {
    if (has_name(cert, NAME_IP, wanted, same_address))
        return MATCH_GOOD;
    if (cert->common_name != NULL && same_address(cert->common_name, wanted))
        return MATCH_CN_ONLY;
    if (has_type(cert, NAME_DNS) && !has_type(cert, NAME_IP))
        return MATCH_IP;
    return cert->has_san ? MATCH_NONE : MATCH_NO_SAN;
}

/* A host name without domain, and a name in the certificate of which it is the first label. Any FQDN makes
 * the advice the same: configure the FQDN. */
static bool is_short(const struct cert *cert, const char *wanted) {
    size_t length = bare_length(wanted);
    if (memchr(wanted, '.', length) != NULL)
        return false;
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == NAME_DNS && strchr(cert->names.v[i]->value, '.') != NULL)
            return true;
    return false;
}

enum name_match name_match(const struct cert *cert, const char *wanted) {
    if (name_is_ip(wanted))
        return match_address(cert, wanted);
    if (name_has_dns(cert, wanted))
        return MATCH_GOOD;
    if (same_as_shown(cert->common_name, wanted))
        return MATCH_CN_ONLY;
    if (has_name(cert, NAME_DNS, wanted, wildcard_covers) || wildcard_covers(cert->common_name, wanted))
        return MATCH_WILDCARD_ONLY;
    if (is_short(cert, wanted))
        return MATCH_SHORT;
    return cert->has_san ? MATCH_NONE : MATCH_NO_SAN;
}

char *name_written(struct arena *arena, const struct cert_name *name) {
    return arena_printf(arena, "%s:%s", enum_text(name_types, (int)name->type), name->value);
}

bool name_is_borne(const struct cert *cert, const struct cert_name *name) {
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == name->type &&
            (name->type == NAME_DNS ? name_equal(cert->names.v[i]->value, name->value)
                                    : strcmp(cert->names.v[i]->value, name->value) == 0))
            return true;
    return false;
}

void name_list(const struct cert *cert, struct arena *arena, struct texts *out) {
    for (size_t i = 0; i < cert->names.n; i++)
        texts_add(arena, out, name_written(arena, cert->names.v[i]));
}
