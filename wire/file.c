/* What is a file that someone means to upload, and what is in it? See file.h. */
#include "wire/file.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>

#include "wire/cert.h"
#include "wire/skim.h"
#include "wire/container.h"
#include "wire/csr.h"
#include "wire/file_kind.h"
#include "wire/pem_blocks.h"
#include "wire/pem_guess.h"
#include "wire/x509.h"

enum { KEY_BLOCK_MAX = 1024 * 1024, CRLS_MAX = 1000 };

struct reading {
    struct arena *arena;
    const struct secret_source *secret;
    struct user_file *out;
    const char *other; /* label of the first block that holds nothing of use, as a noun; NULL: none */
};

static void odd(struct reading *r, const char *oddity) {
    if (!file_is_odd(r->out, oddity))
        texts_add(r->arena, &r->out->oddities, oddity);
}

static void trouble(struct reading *r, int line, const char *what) {
    if (r->out->trouble == NULL)
        r->out->trouble =
            line > 0 ? arena_printf(r->arena, "line %d: %s", line, what) : arena_text(r->arena, what);
}

/* ---- DER ---- */

static bool crl_add(struct reading *r, const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)size);
    if (crl != NULL && r->out->crls.n < CRLS_MAX)
        file_add_crl(r->arena, r->out, crl);
    X509_CRL_free(crl);
    ERR_clear_error();
    return crl != NULL;
}

static bool csr_add(struct reading *r, const uint8_t *der, size_t size) {
    char *public_key;
    struct csr *csr = csr_read(r->arena, der, size, &public_key);
    if (csr != NULL && r->out->csr == NULL) {
        r->out->csr = csr;
        r->out->public_key = public_key;
    }
    return csr != NULL;
}

static bool key_add_der(struct reading *r, const uint8_t *der, size_t size) {
    struct key_facts key = {0};
    char *public_key;
    if (!private_key_read_der(r->arena, der, size, r->secret, &key, &public_key))
        return false;
    r->out->key = arena_dup(r->arena, &key, sizeof key);
    r->out->public_key = public_key;
    return true;
}

static bool cert_add(struct reading *r, const uint8_t *der, size_t size) {
    struct cert *cert = r->out->certificates.n < FILE_CERTS_MAX ? cert_read(r->arena, der, size, NULL) : NULL;
    if (cert != NULL)
        LIST_ADD(r->arena, &r->out->certificates, cert);
    return cert != NULL;
}

/* Several in a row, as some tools write them; what stands behind the last one is no more looked at than
 * OpenSSL does. */
static bool certs_add(struct reading *r, const uint8_t *der, size_t size) {
    size_t one, count = 0;
    while (size > 0 && (one = der_element_size(der, size)) > 0 && cert_add(r, der, one)) {
        count++;
        der += one;
        size -= one;
    }
    return count > 0;
}

static bool crls_add(struct reading *r, const uint8_t *der, size_t size) {
    size_t one, count = 0;
    while (size > 0 && (one = der_element_size(der, size)) > 0 && crl_add(r, der, one)) {
        count++;
        der += one;
        size -= one;
    }
    return count > 0;
}

static bool der_read(struct reading *r, const uint8_t *der, size_t size) {
    if (size < 2 || der[0] != 0x30 || size > LONG_MAX) /* all of them are a SEQUENCE */
        return false;
    bool found = certs_add(r, der, size) || pkcs12_read(r->arena, der, size, r->secret, r->out) ||
                 pkcs7_read(r->arena, der, size, r->out) || csr_add(r, der, size) || crls_add(r, der, size) ||
                 key_add_der(r, der, size);
    ERR_clear_error();
    if (found)
        r->out->encoding = arena_text(r->arena, "der");
    return found;
}

/* ---- PEM ---- */

static bool decode(struct reading *r, const struct pem_block *block, uint8_t **der, size_t *size) {
    struct pem_trouble why = {NULL, block->line};
    if (pem_decode(r->arena, block, der, size, &why))
        return true;
    trouble(r, why.line, why.what);
    return false;
}

/* Some CAs put PKCS#7 between the lines of a certificate; OpenSSL's pkcs7 reads that, Expressway does not. */
static void take_certificate(struct reading *r, const struct pem_block *block) {
    uint8_t *der;
    size_t size;
    if (!decode(r, block, &der, &size) || cert_add(r, der, size))
        return;
    if (pkcs7_read(r->arena, der, size, r->out)) {
        odd(r, "pkcs7-label");
        return;
    }
    char *why = NULL;
    struct ca_entry entry;
    const char *other = der_guess(der, size);
    if (ca_entry_read(&entry, der, size)) /* it is one: the library tells why it cannot read it */
        cert_read(r->arena, der, size, &why);
    trouble(r, block->line,
            why != NULL     ? why
            : other == NULL ? "not a certificate"
                            : arena_printf(r->arena, "not a certificate but %s", other));
}

static void take_trusted(struct reading *r, const struct pem_block *block) {
    uint8_t *der;
    size_t size;
    if (!decode(r, block, &der, &size))
        return;
    const unsigned char *p = der;
    X509 *x = d2i_X509_AUX(NULL, &p, (long)size);
    if (x == NULL)
        trouble(r, block->line, "not a certificate");
    else
        file_add_x509(r->arena, r->out, x);
    X509_free(x);
    ERR_clear_error();
    odd(r, "trusted-certificate");
}

static void take_request(struct reading *r, const struct pem_block *block) {
    uint8_t *der;
    size_t size;
    if (decode(r, block, &der, &size) && !csr_add(r, der, size))
        trouble(r, block->line, "not a certificate signing request");
}

static void take_crl(struct reading *r, const struct pem_block *block) {
    uint8_t *der;
    size_t size;
    if (decode(r, block, &der, &size) && !crl_add(r, der, size))
        trouble(r, block->line, "not a CRL");
}

static void take_pkcs7(struct reading *r, const struct pem_block *block) {
    uint8_t *der;
    size_t size;
    if (decode(r, block, &der, &size) && !pkcs7_read(r->arena, der, size, r->out))
        trouble(r, block->line, "not PKCS#7");
}

/* The header lines of an encrypted key have dashes in them, at which the scanner ends a body: the END line is
 * looked for anew. The key itself is read out of the text, and never copied. */
static void take_key(struct reading *r, const struct pem_block *block, const char *end) {
    static const char end_mark[] = "-----END ";
    const char *stop = memmem(block->label, (size_t)(end - block->label), end_mark, sizeof end_mark - 1);
    const char *line = stop == NULL ? NULL : memchr(stop, '\n', (size_t)(end - stop));
    size_t size = (size_t)((stop == NULL ? block->behind : line == NULL ? end : line + 1) - block->begin);
    struct key_facts key = {0};
    char *public_key = NULL;
    if (size > KEY_BLOCK_MAX) {
        trouble(r, block->line, "a private key of more than 1 MiB");
        return;
    }
    if (r->out->key != NULL) /* the first one counts */
        return;
    private_key_read_pem(r->arena, block->begin, size, r->secret, &key, &public_key);
    r->out->key = arena_dup(r->arena, &key, sizeof key);
    if (r->out->public_key == NULL)
        r->out->public_key = public_key;
}

/* Labels of RFC 7468 and of OpenSSL, by how they end; the first match counts. */
static const struct taking {
    const char *ends, *what;
    void (*take)(struct reading *r, const struct pem_block *block); /* NULL: nothing of use in it */
} takings[] = {
    {"TRUSTED CERTIFICATE", "a certificate", take_trusted},
    {"ATTRIBUTE CERTIFICATE", "an attribute certificate", NULL},
    {"CERTIFICATE", "a certificate", take_certificate},
    {"CERTIFICATE REQUEST", "a certificate signing request", take_request},
    {"CRL", "a CRL", take_crl},
    {"PKCS7", "PKCS#7", take_pkcs7},
    {"PKCS #7 SIGNED DATA", "PKCS#7", take_pkcs7},
    {"CMS", "PKCS#7", take_pkcs7},
    {"PUBLIC KEY", "a public key", NULL},
    {"PARAMETERS", "key parameters", NULL},
    {"", "PEM of an unknown kind", NULL},
};

static void block_take(struct reading *r, const struct pem_block *block, const char *end) {
    const struct taking *t = takings;
    if (pem_label_ends(block, "PRIVATE KEY")) {
        take_key(r, block, end);
        return;
    }
    while (!pem_label_ends(block, t->ends))
        t++;
    if (t->take != NULL)
        t->take(r, block);
    else if (r->other == NULL)
        r->other = t->what;
}

static void line_ends_note(struct reading *r, const char *text, size_t size) {
    if (memchr(text, '\r', size) == NULL)
        return;
    if (memchr(text, '\n', size) == NULL)
        odd(r, "cr-line-ends");
    else if (memmem(text, size, "\r\n", 2) != NULL)
        odd(r, "crlf");
}

static bool pem_read(struct reading *r, const char *text, size_t size) {
    struct pem_scanner scanner = pem_scan(text, size);
    struct pem_block block;
    size_t mark = text_mark(text, size);
    bool found = false;
    const char *behind = text + mark;
    while (pem_next(&scanner, &block)) {
        found = true;
        bool text_before = block.begin > behind && !is_blank_text(behind, (size_t)(block.begin - behind));
        if (block.is_lost || (text_before && !pem_label_ends(&block, "PRIVATE KEY")))
            odd(r, "text-around");
        if (block.is_indented)
            odd(r, "indented");
        block_take(r, &block, text + size);
        behind = block.behind;
    }
    if (!found)
        return false;
    if (!is_blank_text(behind, (size_t)(text + size - behind)) && r->out->key == NULL)
        odd(r, "text-around");
    if (mark > 0)
        odd(r, "bom");
    line_ends_note(r, text, size);
    r->out->encoding = arena_text(r->arena, "pem");
    return true;
}

/* ---- any file ---- */

/* UTF-16 to the bytes of its ASCII; what is none becomes '?'. Owned by the caller, OPENSSL_clear_free(). */
static char *utf16_to_ascii(const unsigned char *bytes, size_t size, size_t *length) {
    bool has_mark = (bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff);
    bool is_big = has_mark ? bytes[0] == 0xfe : bytes[0] == 0;
    size_t from = has_mark ? 2 : 0;
    char *text = OPENSSL_malloc(size / 2 + 1);
    *length = 0;
    for (size_t i = from; text != NULL && i + 1 < size; i += 2) {
        unsigned unit = is_big ? bytes[i] << 8 | bytes[i + 1] : bytes[i + 1] << 8 | bytes[i];
        text[(*length)++] = unit < 0x80 ? (char)unit : '?';
    }
    return text;
}

static bool is_utf16(const unsigned char *bytes, size_t size) {
    if (size < 4)
        return false;
    return (bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff) ||
           (bytes[0] == 0 && bytes[1] == '-' && bytes[2] == 0 && bytes[3] == '-') ||
           (bytes[0] == '-' && bytes[1] == 0 && bytes[2] == '-' && bytes[3] == 0);
}

static bool bare_base64_read(struct reading *r, const char *text, size_t size) {
    size_t length = 0;
    if (!is_bare_base64(text, size))
        return false;
    uint8_t *der = OPENSSL_malloc(size / 4 * 3 + 3);
    bool found =
        der != NULL && pem_base64(text, text + size, der, &length) == NULL && der_read(r, der, length);
    OPENSSL_clear_free(der, size / 4 * 3 + 3);
    if (found) {
        odd(r, "no-pem-lines");
        r->out->encoding = arena_text(r->arena, "pem"); /* of which the lines were lost */
    }
    return found;
}

static bool content_read(struct reading *r, const char *text, size_t size) {
    return der_read(r, (const uint8_t *)text, size) || pem_read(r, text, size) ||
           bare_base64_read(r, text, size);
}

void file_classify(struct arena *arena, const char *bytes, size_t size, const struct secret_source *secret,
                   struct user_file *out) {
    struct reading r = {.arena = arena, .secret = secret, .out = out};
    char *text = NULL;
    size_t length = 0;
    out->kind = FILE_OTHER;
    out->leaf = -1;
    out->size = size > INT_MAX ? INT_MAX : (int)size;
    if (is_utf16((const unsigned char *)bytes, size) &&
        (text = utf16_to_ascii((const unsigned char *)bytes, size, &length)) != NULL) {
        if (content_read(&r, text, length))
            odd(&r, bytes[0] == 0 ? "utf-16be" : "utf-16");
        OPENSSL_clear_free(text, size / 2 + 1);
    } else if (size > 0) {
        content_read(&r, bytes, size);
    }
    if (out->key != NULL && out->certificates.n + (out->csr != NULL) > 0 && out->kind != FILE_PKCS12)
        odd(&r, "has-private-key");
    if (out->key != NULL)
        out->key->lacks_newline =
            out->encoding != NULL && strcmp(out->encoding, "pem") == 0 && size > 0 && bytes[size - 1] != '\n';
    out->leaf = file_leaf_of(arena, out);
    out->kind = file_kind_of(out);
    if (file_leaf(out) != NULL)
        out->public_key = file_public_key_of(arena, file_leaf(out));
    out->what = file_noun(arena, out, r.other, bytes, size);
    out->convert = file_conversion(arena, out);
}
