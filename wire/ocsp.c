/* How is a responder asked about a certificate, and how long does its answer hold? RFC 6960 4.1, RFC 5019.
 *
 * Only what asking and keeping need: whether an answer is true is for checks/ to say. */
#include "wire/ocsp.h"
#include "wire/x509.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

enum {
    GET_MAX = 255 /* RFC 5019 5: the request, URL-encoded, with the URL */,
    NONCE_SIZE = 32 /* RFC 9654 */
};

static bool request_encode(struct arena *arena, OCSP_REQUEST *request, struct blob *out) {
    unsigned char *der = NULL;
    int size = i2d_OCSP_REQUEST(request, &der);
    if (size <= 0)
        return false;
    *out = (struct blob){arena_dup(arena, der, (size_t)size), (size_t)size};
    OPENSSL_free(der);
    return true;
}

static bool nonce_add(OCSP_REQUEST *request) {
    uint8_t nonce[NONCE_SIZE];
    return RAND_bytes(nonce, sizeof nonce) == 1 && OCSP_request_add1_nonce(request, nonce, sizeof nonce) == 1;
}

bool ocsp_request_write(struct arena *arena, const struct cert *cert, const uint8_t *issuer,
                        size_t issuer_size, const char *hash, bool nonce, struct blob *request) {
    bool good = false;
    X509 *subject_x = x509_of(cert->der, cert->der_size), *issuer_x = x509_of(issuer, issuer_size);
    OCSP_REQUEST *made = OCSP_REQUEST_new();
    OCSP_CERTID *id = NULL;
    if (subject_x == NULL || issuer_x == NULL || made == NULL ||
        X509_NAME_cmp(X509_get_issuer_name(subject_x), X509_get_subject_name(issuer_x)) != 0)
        goto done;
    id = OCSP_cert_to_id(strcmp(hash, "sha1") == 0 ? EVP_sha1() : EVP_sha256(), subject_x, issuer_x);
    if (id == NULL || OCSP_request_add0_id(made, id) == NULL)
        goto done;
    id = NULL; /* the request's now */
    good = (!nonce || nonce_add(made)) && request_encode(arena, made, request);
done:
    OCSP_CERTID_free(id);
    OCSP_REQUEST_free(made);
    X509_free(issuer_x);
    X509_free(subject_x);
    ERR_clear_error();
    return good;
}

/* RFC 6960 A.1: the base64 of the request, URL-encoded, behind the responder's URL and a slash. */
char *ocsp_get_url(struct arena *arena, const char *uri, const struct blob *request) {
    const char *text = base64_write(arena, request->bytes, request->size, true);
    char *encoded = arena_alloc(arena, strlen(text) * 3 + 1), *to = encoded;
    for (const char *p = text; *p != 0; p++) {
        const char *escape = *p == '+' ? "%2B" : *p == '/' ? "%2F" : *p == '=' ? "%3D" : NULL;
        if (escape == NULL)
            *to++ = *p;
        else
            to = mempcpy(to, escape, 3);
    }
    char *url = arena_printf(arena, "%s%s%s", uri, text_ends(uri, "/") ? "" : "/", encoded);
    return strlen(url) > GET_MAX ? NULL : url;
}

static int64_t seconds_of(const ASN1_TIME *when) {
    struct tm parts;
    return when != NULL && ASN1_TIME_to_tm(when, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

static int64_t first_next_update(OCSP_BASICRESP *basic) {
    int64_t first = 0;
    for (int i = 0; i < OCSP_resp_count(basic); i++) {
        ASN1_GENERALIZEDTIME *next = NULL;
        OCSP_single_get0_status(OCSP_resp_get0(basic, i), NULL, NULL, NULL, &next);
        int64_t at = seconds_of(next);
        if (at <= 0)
            return 0;
        if (first == 0 || at < first)
            first = at;
    }
    return first;
}

int64_t ocsp_next_update(const uint8_t *bytes, size_t size) {
    const unsigned char *p = bytes;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)size);
    OCSP_BASICRESP *basic = NULL;
    int64_t next = 0;
    if (response != NULL && p == bytes + size &&
        OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
        basic = OCSP_response_get1_basic(response);
    if (basic != NULL)
        next = first_next_update(basic);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    return next;
}
