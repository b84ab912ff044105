/* The user gave a file that holds no certificate in PEM: what is it then, and what to do with it? */
#include "wire/pem_guess.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "wire/skim.h"

size_t der_element_size(const uint8_t *bytes, size_t size) {
    const unsigned char *p = bytes;
    long length;
    int tag, class;
    int flags = ASN1_get_object(&p, &length, &tag, &class, (long)size);
    ERR_clear_error();
    if ((flags & 0x80) != 0 || flags == 0x21 || tag != V_ASN1_SEQUENCE || class != V_ASN1_UNIVERSAL)
        return 0; /* broken, or of indefinite length */
    size_t head = (size_t)(p - bytes);
    return length >= 0 && (size_t)length <= size - head ? head + (size_t)length : 0;
}

static bool is_certificate(const unsigned char *bytes, long size) {
    struct ca_entry entry = {0};
    return ca_entry_read(&entry, bytes, (size_t)size);
}

static bool is_private_key(const unsigned char *bytes, long size) {
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &bytes, size);
    EVP_PKEY_free(key);
    return key != NULL;
}

#define IS_A(function, TYPE)                                                                                 \
    static bool function(const unsigned char *bytes, long size) {                                            \
        TYPE *object = d2i_##TYPE(NULL, &bytes, size);                                                       \
        TYPE##_free(object);                                                                                 \
        return object != NULL;                                                                               \
    }
IS_A(is_pkcs12, PKCS12)
IS_A(is_pkcs7, PKCS7)
IS_A(is_crl, X509_CRL)
IS_A(is_request, X509_REQ)
IS_A(is_encrypted_key, X509_SIG)

static const struct {
    bool (*is)(const unsigned char *bytes, long size);
    const char *what, *remedy;
} forms[] = {
    {is_certificate, "a certificate in DER", "openssl x509 -inform DER -in FILE -out FILE.pem"},
    {is_pkcs12, "PKCS#12", "openssl pkcs12 -in FILE -nokeys -out FILE.pem"},
    {is_pkcs7, "PKCS#7 in DER", "openssl pkcs7 -inform DER -in FILE -print_certs -out FILE.pem"},
    {is_request, "a certificate signing request in DER", NULL},
    {is_crl, "a CRL in DER", NULL},
    {is_private_key, "a private key in DER", NULL},
    {is_encrypted_key, "an encrypted private key in DER", NULL},
};

static int form_of(const void *bytes, size_t size) {
    int found = -1;
    if (size < 2 || *(const unsigned char *)bytes != 0x30) /* all of them are a SEQUENCE */
        return -1;
    for (size_t i = 0; i < sizeof forms / sizeof *forms && found < 0 && size < LONG_MAX; i++)
        if (forms[i].is(bytes, (long)size))
            found = (int)i;
    ERR_clear_error();
    return found;
}

const char *der_guess(const void *bytes, size_t size) {
    int form = form_of(bytes, size);
    return form < 0 ? NULL : forms[form].what;
}

static const struct {
    const char *bytes;
    size_t size;
    const char *what;
} beginnings[] = {
    {"\xff\xfe", 2, "UTF-16 text; save it as plain ASCII or UTF-8"},
    {"\xfe\xff", 2, "UTF-16 text; save it as plain ASCII or UTF-8"},
    {"\xfe\xed\xfe\xed", 4, "a Java keystore; export the certificates with keytool -exportcert -rfc"},
    {"<!DOCTYPE html", 14, "an HTML page"},
    {"<html", 5, "an HTML page"},
    {"PK\x03\x04", 4, "a ZIP archive; unpack it"},
    {"\x1f\x8b", 2, "a GZIP archive; unpack it"},
    {"ssh-", 4, "an SSH public key"},
    {"---- BEGIN SSH2", 15, "an SSH public key"},
};

bool is_blank_text(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (!isspace((unsigned char)text[i]) && text[i] != 0)
            return false;
    return true;
}

bool is_bare_base64(const char *text, size_t size) {
    if (size < 64 || text[0] != 'M' || text[1] != 'I')
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)text[i]) && !isspace((unsigned char)text[i]) &&
            strchr("+/=", text[i]) == NULL)
            return false;
    return true;
}

char *pem_guess(struct arena *arena, const char *text, size_t size) {
    if (is_blank_text(text, size))
        return arena_text(arena, "an empty file");
    int form = form_of(text, size);
    if (form >= 0)
        return forms[form].remedy == NULL
                   ? arena_text(arena, forms[form].what)
                   : arena_printf(arena, "%s; convert it with: %s", forms[form].what, forms[form].remedy);
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (size >= beginnings[i].size && strncasecmp(text, beginnings[i].bytes, beginnings[i].size) == 0)
            return arena_text(arena, beginnings[i].what);
    if (is_bare_base64(text, size))
        return arena_text(arena, "base64 without its BEGIN and END lines");
    return NULL;
}
