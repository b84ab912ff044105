/* Is a responder asked what we mean to ask, and do we know how long its answer holds? Read back by libcrypto.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ocsp.h>

#include "wire/ocsp.h"
#include "tests/unit/pki.h"

struct fixture {
    struct arena *arena;
    struct issued *root, *leaf, *stranger;
};

static int set_up(void **state) {
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    f->root = pki_issue(arena, &(struct spec){.name = "Root", .is_ca = true});
    f->leaf = pki_issue(arena, &(struct spec){.name = "leaf", .by = f->root});
    f->stranger = pki_issue(arena, &(struct spec){.name = "Stranger", .is_ca = true});
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    pki_clear();
    arena_free(f->arena);
    return 0;
}

static bool ask(const struct fixture *f, const struct issued *issuer, const char *hash, bool nonce,
                struct blob *request) {
    return ocsp_request_write(f->arena, f->leaf->cert, issuer->cert->der, issuer->cert->der_size, hash, nonce,
                              request);
}

static OCSP_REQUEST *read_back(const struct blob *request) {
    const unsigned char *p = request->bytes;
    OCSP_REQUEST *read = d2i_OCSP_REQUEST(NULL, &p, (long)request->size);
    assert_non_null(read);
    assert_ptr_equal(p, request->bytes + request->size);
    return read;
}

static void test_hashes(void **state) {
    const struct fixture *f = *state;
    static const struct {
        const char *hash;
        int nid;
    } rows[] = {{"sha1", NID_sha1}, {"sha256", NID_sha256}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct blob request;
        assert_true(ask(f, f->root, rows[i].hash, false, &request));
        OCSP_REQUEST *read = read_back(&request);
        assert_int_equal(OCSP_request_onereq_count(read), 1);
        OCSP_CERTID *id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(read, 0));
        OCSP_CERTID *wanted = OCSP_cert_to_id(EVP_get_digestbynid(rows[i].nid), f->leaf->x, f->root->x);
        ASN1_OBJECT *algorithm;
        OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, id);
        assert_int_equal(OBJ_obj2nid(algorithm), rows[i].nid);
        assert_int_equal(OCSP_id_cmp(id, wanted), 0);
        assert_int_equal(OCSP_REQUEST_get_ext_count(read), 0);
        OCSP_CERTID_free(wanted);
        OCSP_REQUEST_free(read);
    }
}

static void test_nonce(void **state) {
    const struct fixture *f = *state;
    struct blob one, other;
    assert_true(ask(f, f->root, "sha1", true, &one));
    assert_true(ask(f, f->root, "sha1", true, &other));
    OCSP_REQUEST *read = read_back(&one);
    assert_true(OCSP_REQUEST_get_ext_by_NID(read, NID_id_pkix_OCSP_Nonce, -1) >= 0);
    assert_true(one.size != other.size || memcmp(one.bytes, other.bytes, one.size) != 0);
    OCSP_REQUEST_free(read);
}

static void test_refused(void **state) {
    const struct fixture *f = *state;
    struct blob request;
    assert_false(ask(f, f->stranger, "sha1", false, &request)); /* another name */
    assert_false(
        ocsp_request_write(f->arena, f->leaf->cert, (const uint8_t *)"no", 2, "sha1", false, &request));
    struct cert bare = {.der = NULL};
    assert_false(ocsp_request_write(f->arena, &bare, f->root->cert->der, f->root->cert->der_size, "sha1",
                                    false, &request));
}

/* RFC 6960 A.1: {url}/{url-encoding of base64 encoding of the DER encoding of the OCSPRequest} */
static void test_get(void **state) {
    const struct fixture *f = *state;
    struct blob bytes = {(uint8_t *)"\xfb\xff\xfe\x01", 4}; /* +//+AQ== */
    assert_string_equal(ocsp_get_url(f->arena, "http://a.example/ocsp", &bytes),
                        "http://a.example/ocsp/%2B%2F%2F%2BAQ%3D%3D");
    assert_string_equal(ocsp_get_url(f->arena, "http://a.example/", &bytes),
                        "http://a.example/%2B%2F%2F%2BAQ%3D%3D");
    /* RFC 5019 5: 255 bytes fit, one more does not */
    struct blob none = {(uint8_t *)"", 0};
    char url[256];
    memset(url, 'a', 255);
    memcpy(url, "http://", 7);
    url[254] = 0;
    assert_int_equal(strlen(ocsp_get_url(f->arena, url, &none)), 255);
    url[254] = 'a';
    url[255] = 0;
    assert_null(ocsp_get_url(f->arena, url, &none));
}

/* One answer with statuses that end after so many seconds from PKI_NOW; 0: no nextUpdate. */
static struct blob answer_make(const struct fixture *f, const int *ends, size_t n, int status) {
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    ASN1_TIME *from = ASN1_TIME_set(NULL, PKI_NOW - 60);
    for (size_t i = 0; i < n; i++) {
        OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), f->leaf->x, f->root->x);
        ASN1_TIME *until = ends[i] == 0 ? NULL : ASN1_TIME_set(NULL, PKI_NOW + ends[i]);
        OCSP_basic_add1_status(basic, id, V_OCSP_CERTSTATUS_GOOD, 0, NULL, from, until);
        ASN1_TIME_free(until);
        OCSP_CERTID_free(id);
    }
    assert_int_equal(OCSP_basic_sign(basic, f->root->x, f->root->key, EVP_sha256(), NULL, 0), 1);
    OCSP_RESPONSE *response = OCSP_response_create(status, status == 0 ? basic : NULL);
    unsigned char *der = NULL;
    int size = i2d_OCSP_RESPONSE(response, &der);
    struct blob out = {arena_dup(f->arena, der, (size_t)size), (size_t)size};
    OPENSSL_free(der);
    ASN1_TIME_free(from);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    return out;
}

static void test_next_update(void **state) {
    const struct fixture *f = *state;
    static const struct {
        int ends[2];
        size_t n;
        int status;
        int64_t wanted;
    } rows[] = {{{3600, 0}, 1, 0, PKI_NOW + 3600},
                {{3600, 60}, 2, 0, PKI_NOW + 60}, /* the first to end counts */
                {{3600, 0}, 2, 0, 0},             /* one does not say */
                {{0, 0}, 0, 0, 0},
                {{3600, 0}, 1, OCSP_RESPONSE_STATUS_TRYLATER, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct blob answer = answer_make(f, rows[i].ends, rows[i].n, rows[i].status);
        assert_int_equal(ocsp_next_update(answer.bytes, answer.size), rows[i].wanted);
    }
    struct blob whole = answer_make(f, (const int[]){3600}, 1, 0);
    for (size_t size = 0; size < whole.size; size++)
        assert_int_equal(ocsp_next_update(whole.bytes, size), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_hashes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nonce, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_get, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_next_update, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
