/* What does a certificate signing request ask for? See csr.h. */
#include "wire/csr.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "wire/cert.h"
#include "wire/x509.h"
#include "wire/private_key.h"

/* The extensions and the names of a request are those of a certificate that does not exist yet: one is made,
 * so that one set of readers serves both. */
static X509 *as_certificate(X509_REQ *request) {
    X509 *x = X509_new();
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request);
    bool good = x != NULL && X509_set_subject_name(x, X509_REQ_get_subject_name(request)) == 1;
    for (int i = 0; good && i < sk_X509_EXTENSION_num(extensions); i++)
        good = X509_add_ext(x, sk_X509_EXTENSION_value(extensions, i), -1) == 1;
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    if (good)
        return x;
    X509_free(x);
    return NULL;
}

static void signature_name(struct arena *arena, struct csr *csr, const X509_REQ *request) {
    int nid = X509_REQ_get_signature_nid(request), digest = NID_undef;
    csr->signature = arena_text(arena, nid == NID_undef ? "unknown" : OBJ_nid2ln(nid));
    if (OBJ_find_sigid_algs(nid, &digest, NULL) == 1 && digest != NID_undef)
        csr->signature_digest = arena_text(arena, OBJ_nid2sn(digest));
}

struct csr *csr_read(struct arena *arena, const uint8_t *der, size_t size, char **public_key) {
    const unsigned char *p = der;
    struct csr *csr = NULL;
    struct cert asked = {0};
    X509 *x = NULL;
    *public_key = NULL;
    X509_REQ *request = d2i_X509_REQ(NULL, &p, (long)size);
    if (request == NULL || (x = as_certificate(request)) == NULL)
        goto done;
    EVP_PKEY *key = X509_REQ_get0_pubkey(request);
    cert_subject_read(arena, &asked, X509_get_subject_name(x));
    cert_names_read(arena, &asked, x);
    cert_usage_read(arena, &asked, x);
    cert_key_read(arena, &asked, key);
    csr = ARENA_NEW(arena, struct csr);
    csr->subject = asked.subject;
    csr->common_name = asked.common_name;
    csr->names.v = asked.names.v;
    csr->names.n = asked.names.n;
    csr->has_san = asked.has_san;
    csr->has_eku = asked.has_eku;
    csr->eku = asked.eku;
    csr->key_usage = asked.key_usage;
    csr->unknown_oids = asked.unknown_oids;
    csr->key_type = asked.key_type;
    csr->key_bits = asked.key_bits;
    csr->key_curve = asked.key_curve;
    csr->is_signed_by_its_key = key != NULL && X509_REQ_verify(request, key) == 1;
    signature_name(arena, csr, request);
    *public_key = key == NULL ? NULL : public_key_id(arena, key);
done:
    X509_free(x);
    X509_REQ_free(request);
    ERR_clear_error();
    return csr;
}
