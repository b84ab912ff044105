/* How do the files of a folder belong together: which key fits which certificate, which CA signed which? */
#include "wire/file.h"
#include "wire/x509.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

enum { STEPS_MAX = 20 };

struct held { /* a certificate, and the file that holds it */
    const struct cert *cert;
    const struct user_file *file;
};

/* A name may be borne by several CA certificates: the signature tells. */
static bool is_issuer(const struct cert *issuer, const struct cert *of) {
    if (strcmp(issuer->subject, of->issuer) != 0 || strcmp(issuer->sha256, of->sha256) == 0 ||
        (issuer->ski != NULL && of->aki != NULL && strcmp(issuer->ski, of->aki) != 0))
        return false;
    X509 *above = x509_of(issuer->der, issuer->der_size), *below = x509_of(of->der, of->der_size);
    EVP_PKEY *key = above == NULL ? NULL : X509_get0_pubkey(above);
    bool signed_it = key != NULL && below != NULL && X509_verify(below, key) == 1;
    X509_free(above);
    X509_free(below);
    ERR_clear_error();
    return signed_it;
}

static bool issuer_in(const struct user_file *file, const struct cert *of, struct held *found) {
    for (size_t i = 0; i < file->certificates.n; i++)
        if (is_issuer(file->certificates.v[i], of)) {
            *found = (struct held){file->certificates.v[i], file};
            return true;
        }
    return false;
}

/* In a file of its own before a list that happens to have it, too; the file at hand before both. */
static bool issuer_of(const struct user_files *files, const struct user_file *own, const struct cert *of,
                      struct held *found) {
    static const enum file_kind order[] = {FILE_CERTIFICATE, FILE_CHAIN, FILE_TRUST_LIST, FILE_PKCS7,
                                           FILE_PKCS12};
    if (issuer_in(own, of, found))
        return true;
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < files->n; i++)
            if (files->v[i]->kind == order[k] && files->v[i] != own && issuer_in(files->v[i], of, found))
                return true;
    return false;
}

static void link_add(struct arena *arena, struct user_file *file, const struct cert *cert, const char *path) {
    struct chain_link *link = ARENA_NEW(arena, struct chain_link);
    *link = (struct chain_link){.subject = cert->subject,
                                .sha256 = cert->sha256,
                                .path = arena_text(arena, path),
                                .key_id = cert->ski};
    LIST_ADD(arena, &file->chain, link);
}

static void missing_add(struct arena *arena, struct user_file *file, const struct cert *below) {
    struct chain_link *link = ARENA_NEW(arena, struct chain_link);
    link->subject = below->issuer;
    link->key_id = below->aki;
    link->aia = below->aia.n > 0 ? below->aia.v[0] : NULL;
    LIST_ADD(arena, &file->chain, link);
}

static void chain_draw(struct arena *arena, const struct user_files *files, struct user_file *file) {
    struct held at = {file_leaf(file), file};
    for (int step = 0; at.cert != NULL && step < STEPS_MAX; step++) {
        link_add(arena, file, at.cert, at.file->path);
        if (at.cert->self_issued)
            return;
        struct held above;
        if (!issuer_of(files, at.file, at.cert, &above)) {
            missing_add(arena, file, at.cert);
            return;
        }
        if (step == 0)
            file->issued_by = above.file->path;
        at = above;
    }
}

/* How well a file serves as the certificate that a key or a request fits: one that could be uploaded comes
 * first. */
static int rank_of(const struct user_file *file) {
    return file->kind != FILE_CERTIFICATE ? 2 : file->convert != NULL ? 1 : 0;
}

static void owner_find(const struct user_files *files, struct user_file *file) {
    const struct user_file *best = NULL;
    if ((file->kind != FILE_KEY && file->kind != FILE_CSR) || file->public_key == NULL)
        return;
    for (size_t i = 0; i < files->n; i++) {
        const struct user_file *other = files->v[i];
        bool fits = file_leaf(other) != NULL && other->public_key != NULL &&
                    strcmp(other->public_key, file->public_key) == 0;
        if (fits && (best == NULL || rank_of(other) < rank_of(best)))
            best = other;
    }
    file->belongs_to = best == NULL ? NULL : best->path;
}

void files_sort(struct arena *arena, const struct user_files *files) {
    for (size_t i = 0; i < files->n; i++) {
        owner_find(files, files->v[i]);
        chain_draw(arena, files, files->v[i]);
    }
}
