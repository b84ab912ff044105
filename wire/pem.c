/* Which certificates are in the files that the user gives? PEM (RFC 7468) to certificates and trust lists.
 *
 * As tolerant as OpenSSL's reader, which decides on Expressway: text around the blocks, CR LF, a BOM. Lines
 * may be of any length and may be indented. */
#include "wire/cert.h"
#include "wire/pem.h"

#include <string.h>

#include "wire/skim.h"
#include "wire/pem_blocks.h"
#include "wire/pem_guess.h"

enum { PROBLEMS_MAX = 1000, GUESSES_MAX = 16 /* libcrypto takes a millisecond to know what DER is */ };

enum handling { KEEP, IGNORE, REPORT };

/* Labels of RFC 7468 and of OpenSSL, by how they end. A chain file may hold the key, too; a list of trusted
 * CA certificates may hold CRLs (certificate guide X14.3, chapter 7: LDAP). First match counts. */
static const struct kind {
    const char *ends, *what;
    enum handling in_certs, in_trust;
} kinds[] = {
    {"TRUSTED CERTIFICATE",
     "a TRUSTED CERTIFICATE block, OpenSSL's own form; convert it with: openssl x509 -in FILE", REPORT,
     REPORT},
    {"ATTRIBUTE CERTIFICATE", "an attribute certificate", REPORT, REPORT},
    {"CERTIFICATE", "a certificate", KEEP, KEEP}, /* also "X509 CERTIFICATE" of old */
    {"PRIVATE KEY", "a private key", IGNORE, REPORT},
    {"PUBLIC KEY", "a public key", IGNORE, REPORT},
    {"PARAMETERS", "key parameters", IGNORE, REPORT},
    {"CERTIFICATE REQUEST", "a certificate signing request", IGNORE, REPORT},
    {"CRL", "a CRL", IGNORE, IGNORE},
    {"PKCS7", "PKCS#7; convert it with: openssl pkcs7 -in FILE -print_certs", REPORT, REPORT},
    {"CMS", "PKCS#7 (CMS); convert it with: openssl pkcs7 -in FILE -print_certs", REPORT, REPORT},
    {"", "a block of unknown kind", IGNORE, REPORT},
};

static const struct kind *kind_of(const struct pem_block *block) {
    const struct kind *kind = kinds;
    while (!pem_label_ends(block, kind->ends)) /* the last one ends every label */
        kind++;
    return kind;
}

static const char *not_a_certificate(struct arena *arena, const uint8_t *der, size_t size, const char *why) {
    struct ca_entry entry;
    if (ca_entry_read(&entry, der, size)) /* it is one, and the library knows why it cannot read it */
        return why;
    const char *other = der_guess(der, size);
    return other == NULL ? why : arena_printf(arena, "not a certificate but %s", other);
}

/* Nothing was found: what is the file? `other` is the first block of another kind, NULL when none. */
static char *nothing_found(struct arena *arena, const char *text, size_t size, const char *other, int line) {
    if (other != NULL)
        return arena_printf(arena, "no certificate found; line %d: %s", line, other);
    char *guess = pem_guess(arena, text, size);
    return guess == NULL ? arena_text(arena, "no certificate found")
                         : arena_printf(arena, "no certificate in PEM found: it is %s", guess);
}

bool certs_read_pem(struct arena *arena, const char *text, size_t size, struct certs *out, char **error) {
    struct pem_scanner s = pem_scan(text, size);
    struct pem_block block;
    const char *other = NULL;
    int other_line = 0;
    size_t before = out->n;
    while (pem_next(&s, &block)) {
        const struct kind *kind = kind_of(&block);
        struct pem_trouble trouble = {NULL, block.line};
        uint8_t *der;
        size_t der_size;
        char *why = NULL;
        if (kind->in_certs == REPORT)
            trouble.what = kind->what;
        else if (kind->in_certs == IGNORE) {
            if (other == NULL) {
                other = kind->what;
                other_line = block.line;
            }
            continue;
        } else if (pem_decode(arena, &block, &der, &der_size, &trouble)) {
            struct cert *cert = cert_read(arena, der, der_size, &why);
            if (cert != NULL)
                LIST_ADD(arena, out, cert);
            else
                trouble.what = not_a_certificate(arena, der, der_size, why);
        }
        if (trouble.what != NULL) {
            *error = arena_printf(arena, "line %d: %s", trouble.line, trouble.what);
            return false;
        }
    }
    if (out->n == before)
        *error = nothing_found(arena, text, size, other, other_line);
    return out->n > before;
}

static void problem_add(struct arena *arena, struct trust_list *list, struct pem_trouble trouble) {
    if (list->problems.n > PROBLEMS_MAX)
        return;
    struct trust_problem *problem = ARENA_NEW(arena, struct trust_problem);
    problem->line = trouble.line;
    problem->what = arena_text(arena, list->problems.n < PROBLEMS_MAX ? trouble.what : "and more problems");
    LIST_ADD(arena, &list->problems, problem);
}

static void entry_add(struct arena *arena, struct trust_list *list, const struct pem_block *block) {
    struct pem_trouble trouble = {NULL, block->line};
    uint8_t *der;
    size_t der_size;
    struct ca_entry *entry;
    if (pem_decode(arena, block, &der, &der_size, &trouble)) {
        entry = ARENA_NEW(arena, struct ca_entry);
        entry->line = block->line;
        if (ca_entry_read(entry, der, der_size))
            LIST_ADD(arena, &list->entries, entry);
        else if (list->problems.n < GUESSES_MAX)
            trouble.what = not_a_certificate(arena, der, der_size, "not a certificate");
        else
            trouble.what = "not a certificate";
    }
    if (trouble.what != NULL)
        problem_add(arena, list, trouble);
}

bool trust_read_pem(struct arena *arena, const char *text, size_t size, struct trust_list *list,
                    char **error) {
    struct pem_scanner s = pem_scan(text, size);
    struct pem_block block;
    const char *other = NULL;
    int other_line = 0;
    size_t before = list->entries.n;
    while (pem_next(&s, &block)) {
        const struct kind *kind = kind_of(&block);
        if (kind->in_trust == KEEP)
            entry_add(arena, list, &block);
        else {
            if (kind->in_trust == REPORT)
                problem_add(arena, list, (struct pem_trouble){kind->what, block.line});
            if (other == NULL) {
                other = kind->what;
                other_line = block.line;
            }
        }
    }
    if (list->entries.n > before)
        return true;
    if (other == NULL && list->problems.n > 0) {
        other = list->problems.v[0]->what;
        other_line = list->problems.v[0]->line;
    }
    *error = nothing_found(arena, text, size, other, other_line);
    return false;
}

bool crls_find_pem(struct arena *arena, const char *text, size_t size, struct fetch *into, char **error) {
    struct pem_scanner s = pem_scan(text, size);
    struct pem_block block;
    while (pem_next(&s, &block)) {
        struct pem_trouble trouble = {NULL, block.line};
        struct blob *crl = ARENA_NEW(arena, struct blob);
        if (strcmp(kind_of(&block)->ends, "CRL") != 0)
            continue;
        if (!pem_decode(arena, &block, &crl->bytes, &crl->size, &trouble)) {
            *error = arena_printf(arena, "line %d: %s", trouble.line, trouble.what);
            return false;
        }
        LIST_ADD(arena, &into->answers, crl);
    }
    return true;
}

char *pem_what(struct arena *arena, const char *text, size_t size) {
    struct pem_scanner s = pem_scan(text, size);
    struct pem_block block;
    if (!pem_next(&s, &block))
        return pem_guess(arena, text, size);
    return arena_text(arena, kind_of(&block)->what);
}
