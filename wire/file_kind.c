/* What is a file, by all that was found in it? See file_kind.h. */
#include "wire/file_kind.h"

#include <string.h>

#include <openssl/err.h>

#include "wire/pem_guess.h"
#include "wire/private_key.h"
#include "wire/x509.h"

static bool issued_another(const struct certs *certs, size_t i) {
    for (size_t k = 0; k < certs->n; k++)
        if (k != i && strcmp(certs->v[k]->issuer, certs->v[i]->subject) == 0)
            return true;
    return false;
}

static bool stands_for_a_ca(const struct certs *certs, size_t i) {
    return certs->v[i]->is_ca || certs->v[i]->self_signed || issued_another(certs, i);
}

/* SHA-256 of the certificate's public key; NULL without bytes. */
char *file_public_key_of(struct arena *arena, const struct cert *cert) {
    X509 *x = x509_of(cert->der, cert->der_size);
    EVP_PKEY *key = x == NULL ? NULL : X509_get0_pubkey(x);
    char *id = key == NULL ? NULL : public_key_id(arena, key);
    X509_free(x);
    ERR_clear_error();
    return id;
}

/* The certificate of the key that stands with it; else the only one; else the only one that is no CA's. */
int file_leaf_of(struct arena *arena, const struct user_file *file) {
    const struct certs *certs = &file->certificates;
    int leaf = -1;
    for (size_t i = 0; file->key != NULL && file->key->is_open && i < certs->n && i < 100; i++) {
        const char *id = file_public_key_of(arena, certs->v[i]);
        if (id != NULL && file->public_key != NULL && strcmp(id, file->public_key) == 0)
            return (int)i;
    }
    if (certs->n == 1)
        return 0;
    for (size_t i = 0; i < certs->n; i++) {
        if (stands_for_a_ca(certs, i))
            continue;
        if (leaf >= 0)
            return -1;
        leaf = (int)i;
    }
    return leaf;
}

enum file_kind file_kind_of(const struct user_file *file) {
    if (file->kind != FILE_OTHER) /* PKCS#7 and PKCS#12 said so themselves */
        return file->kind;
    if (file->certificates.n == 1)
        return FILE_CERTIFICATE;
    if (file->certificates.n > 1)
        return file->leaf >= 0 ? FILE_CHAIN : FILE_TRUST_LIST;
    if (file->csr != NULL)
        return FILE_CSR;
    return file->key != NULL ? FILE_KEY : file->crls.n > 0 ? FILE_CRL : FILE_OTHER;
}

char *file_noun(struct arena *arena, const struct user_file *file, const char *other, const char *text,
                size_t size) {
    static const char *const nouns[] = {[FILE_CERTIFICATE] = "a certificate",
                                        [FILE_CHAIN] = "a certificate with its chain",
                                        [FILE_TRUST_LIST] = "a list of certificates",
                                        [FILE_KEY] = "a private key",
                                        [FILE_CSR] = "a certificate signing request",
                                        [FILE_CRL] = "a CRL",
                                        [FILE_PKCS7] = "PKCS#7",
                                        [FILE_PKCS12] = "PKCS#12"};
    if (file->kind != FILE_OTHER) {
        bool is_der =
            file->encoding != NULL && strcmp(file->encoding, "der") == 0 && file->kind != FILE_PKCS12;
        bool is_shut = file->kind == FILE_KEY && file->key->is_encrypted;
        return arena_printf(arena, "%s%s", is_shut ? "an encrypted private key" : nouns[file->kind],
                            is_der ? " in DER" : "");
    }
    if (other != NULL)
        return arena_text(arena, other);
    char *guess = pem_guess(arena, text, size);
    if (guess == NULL && memmem(text, size, "Serial Number:", 14) != NULL)
        return arena_text(arena, "the decoded text of a certificate without the certificate itself");
    return guess;
}
