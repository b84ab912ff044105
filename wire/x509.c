/* Certificates and names of the library: see x509.h. */
#include "wire/x509.h"

#include <openssl/err.h>

#include "facts/text.h"

X509 *x509_of(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    X509 *x = der == NULL || size > INT32_MAX ? NULL : d2i_X509(NULL, &p, (long)size);
    ERR_clear_error();
    return x;
}

/* Strings of a broken type or encoding cannot be converted to UTF-8: then their bytes, then their hex. */
char *dn_text(struct arena *arena, const X509_NAME *name) {
    static const unsigned long forms[] = {
        XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB,
        XN_FLAG_RFC2253 & ~(ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_UTF8_CONVERT),
        XN_FLAG_RFC2253 | ASN1_STRFLGS_DUMP_ALL,
    };
    char *text = NULL;
    for (size_t i = 0; i < sizeof forms / sizeof *forms && text == NULL; i++) {
        BIO *out = BIO_new(BIO_s_mem());
        char *bytes = NULL;
        if (out != NULL && X509_NAME_print_ex(out, name, 0, forms[i]) >= 0) {
            long size = BIO_get_mem_data(out, &bytes);
            text = text_from_wire(arena, bytes, size > 0 ? (size_t)size : 0);
        }
        BIO_free(out);
    }
    return text == NULL ? arena_text(arena, "malformed name") : text;
}
