/* What does one OCSP answer say of one certificate, and may it be believed? RFC 6960 sections 3.2 and 4.2:
 * who signed, whom it speaks of, when it was true. The order of the questions is the order of the causes: an
 * answer that nobody vouches for is not asked for its dates. */
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <string.h>

#include "expressway/revocation.h"
#include "wire/x509.h"

enum { SIGNERS_MAX = 100 };

struct reading {
    struct arena *arena;
    const struct revocation_step *step;
    const char *hash;
    int64_t at;
    OCSP_BASICRESP *basic;
    struct ocsp_answer *answer;
    const OCSP_SINGLERESP *single; /* the one that counts */
};

static bool refuse(struct reading *r, enum cause_id cause, const char *why) {
    r->answer->said = SAID_NOTHING;
    r->answer->cause = cause;
    r->answer->why = why;
    return false;
}

/* ---- the responder's own words ---- */

static const struct {
    int status;
    enum cause_id cause;
    const char *why;
} refusals[] = {
    {OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, CAUSE_REVOCATION_OCSP_MALFORMED_REQUEST,
     "the responder calls the request malformed"},
    {OCSP_RESPONSE_STATUS_INTERNALERROR, CAUSE_REVOCATION_OCSP_INTERNAL_ERROR,
     "the responder reports an internal error"},
    {OCSP_RESPONSE_STATUS_TRYLATER, CAUSE_REVOCATION_OCSP_TRY_LATER, "the responder asks to try later"},
    {OCSP_RESPONSE_STATUS_SIGREQUIRED, CAUSE_REVOCATION_OCSP_SIG_REQUIRED,
     "the responder wants signed requests"},
    {OCSP_RESPONSE_STATUS_UNAUTHORIZED, CAUSE_REVOCATION_OCSP_UNAUTHORIZED,
     "the responder answers: unauthorized"},
};

static bool response_open(struct reading *r, OCSP_RESPONSE *response) {
    if (response == NULL)
        return refuse(r, CAUSE_REVOCATION_OCSP_MALFORMED, "the bytes are no OCSP response");
    int status = OCSP_response_status(response);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (refusals[i].status == status)
            return refuse(r, refusals[i].cause, refusals[i].why);
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return refuse(r, CAUSE_REVOCATION_OCSP_MALFORMED,
                      arena_printf(r->arena, "response status %d does not exist", status));
    r->basic = OCSP_response_get1_basic(response);
    if (r->basic == NULL)
        return refuse(r, CAUSE_REVOCATION_OCSP_MALFORMED, "it holds no basic response");
    seconds_of_time(OCSP_resp_get0_produced_at(r->basic), &r->answer->produced);
    return true;
}

/* ---- who signed ---- */

static bool is_named(struct reading *r, X509 *x) {
    const ASN1_OCTET_STRING *key_hash = NULL;
    const X509_NAME *name = NULL;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size;
    OCSP_resp_get0_id(r->basic, &key_hash, &name);
    if (name != NULL)
        return X509_NAME_cmp(name, X509_get_subject_name(x)) == 0;
    return key_hash != NULL && X509_pubkey_digest(x, EVP_sha1(), digest, &size) &&
           (unsigned)ASN1_STRING_length(key_hash) == size &&
           memcmp(ASN1_STRING_get0_data(key_hash), digest, size) == 0;
}

static bool has_signed(struct reading *r, X509 *x) {
    STACK_OF(X509) *alone = sk_X509_new_null();
    bool good = alone != NULL && sk_X509_push(alone, x) &&
                OCSP_basic_verify(r->basic, alone, NULL, OCSP_NOINTERN | OCSP_NOVERIFY) == 1;
    sk_X509_free(alone);
    ERR_clear_error();
    return good;
}

/* Over at its notAfter, as OpenSSL has it (X509_cmp_time). */
static bool is_valid_at(X509 *x, int64_t at) {
    int64_t from, until;
    return seconds_of_time(X509_get0_notBefore(x), &from) && seconds_of_time(X509_get0_notAfter(x), &until) &&
           from <= at && at < until;
}

/* Why this certificate is no delegate of the issuer (RFC 6960 section 4.2.2.2); NULL when it is. */
static const char *no_delegate_because(struct reading *r, X509 *x) {
    X509 *issuer = r->step->issuer;
    uint32_t flags = X509_get_extension_flags(x), usage = X509_get_key_usage(x);
    if (X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(issuer)) != 0 ||
        X509_verify(x, X509_get0_pubkey(issuer)) != 1)
        return "its certificate was not issued by the issuer itself";
    if ((flags & EXFLAG_XKUSAGE) == 0 || (X509_get_extended_key_usage(x) & XKU_OCSP_SIGN) == 0)
        return "its certificate lacks the extended key usage OCSPSigning";
    if ((usage & KU_DIGITAL_SIGNATURE) == 0) /* all bits when the extension is absent */
        return "its certificate may not sign: key usage without digitalSignature";
    if ((flags & (EXFLAG_CRITICAL | EXFLAG_INVALID)) != 0)
        return "its certificate has a critical extension that is not understood";
    if (!is_valid_at(x, r->at))
        return "its certificate is expired or not yet valid";
    return NULL;
}

static bool signer_accept(struct reading *r, X509 *signer) {
    struct ocsp_answer *answer = r->answer;
    answer->signer = dn_text(r->arena, X509_get_subject_name(signer));
    if (r->step->is_forged)
        return refuse(r, CAUSE_REVOCATION_OCSP_SIGNER_NOT_AUTHORISED,
                      "the issuer's certificate was not signed by the one that it names");
    if (signer == r->step->issuer)
        return true;
    answer->is_delegate = true;
    answer->has_nocheck = X509_get_ext_by_NID(signer, NID_id_pkix_OCSP_noCheck, -1) != -1;
    const char *wrong = no_delegate_because(r, signer);
    ERR_clear_error();
    return wrong == NULL || refuse(r, CAUSE_REVOCATION_OCSP_SIGNER_NOT_AUTHORISED,
                                   arena_printf(r->arena, "the signer is %s: %s", answer->signer, wrong));
}

static bool signer_check(struct reading *r) {
    const STACK_OF(X509) *sent = OCSP_resp_get0_certs(r->basic);
    bool was_named = is_named(r, r->step->issuer);
    if (was_named && has_signed(r, r->step->issuer))
        return signer_accept(r, r->step->issuer);
    for (int i = 0; i < sk_X509_num(sent) && i < SIGNERS_MAX; i++) {
        X509 *candidate = sk_X509_value(sent, i);
        if (!is_named(r, candidate))
            continue;
        was_named = true;
        if (has_signed(r, candidate))
            return signer_accept(r, candidate);
    }
    if (was_named)
        return refuse(r, CAUSE_REVOCATION_OCSP_BAD_SIGNATURE,
                      "the signature does not verify with the key of the responder it names");
    return refuse(r, CAUSE_REVOCATION_OCSP_SIGNER_NOT_AUTHORISED,
                  "the responder it names is not the issuer and sent no certificate");
}

/* ---- whom it speaks of ---- */

static bool digest_is(const EVP_MD *md, const unsigned char *bytes, size_t size,
                      const ASN1_OCTET_STRING *wanted) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length;
    return EVP_Digest(bytes, size, digest, &length, md, NULL) == 1 &&
           (unsigned)ASN1_STRING_length(wanted) == length &&
           memcmp(ASN1_STRING_get0_data(wanted), digest, length) == 0;
}

static bool names_certificate(struct reading *r, const OCSP_SINGLERESP *single, int *nid) {
    ASN1_OCTET_STRING *name_hash = NULL, *key_hash = NULL;
    ASN1_OBJECT *algorithm = NULL;
    ASN1_INTEGER *serial = NULL;
    const unsigned char *name;
    size_t size;
    OCSP_CERTID *id = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(single);
    if (id == NULL || !OCSP_id_get0_info(&name_hash, &algorithm, &key_hash, &serial, id) ||
        ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(r->step->x)) != 0)
        return false;
    *nid = OBJ_obj2nid(algorithm);
    const EVP_MD *md = EVP_get_digestbynid(*nid);
    const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr(r->step->issuer);
    X509_NAME_get0_der(X509_get_issuer_name(r->step->x), &name, &size);
    return md != NULL && key != NULL && digest_is(md, name, size, name_hash) &&
           digest_is(md, ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key), key_hash);
}

/* Revoked is worse than unknown is worse than good. */
static int badness(const OCSP_SINGLERESP *single) {
    switch (OCSP_single_get0_status((OCSP_SINGLERESP *)single, NULL, NULL, NULL, NULL)) {
    case V_OCSP_CERTSTATUS_GOOD:
        return 0;
    case V_OCSP_CERTSTATUS_REVOKED:
        return 2;
    default:
        return 1;
    }
}

static int64_t updated(const OCSP_SINGLERESP *single) {
    ASN1_GENERALIZEDTIME *this_update = NULL;
    int64_t time = 0;
    OCSP_single_get0_status((OCSP_SINGLERESP *)single, NULL, NULL, &this_update, NULL);
    seconds_of_time(this_update, &time);
    return time;
}

static void single_take(struct reading *r, const OCSP_SINGLERESP *single) {
    int by = r->single == NULL ? 0 : badness(single) - badness(r->single);
    r->answer->contradicts = r->answer->contradicts || by != 0;
    if (r->single == NULL || by > 0 || (by == 0 && updated(single) > updated(r->single)))
        r->single = single;
}

/* OpenSSL, and so Expressway, finds its certificate in the answer by the CertID it asked with, hash and all.
 */
static bool single_find(struct reading *r) {
    int wanted = r->hash == NULL ? NID_undef : strcmp(r->hash, "sha1") == 0 ? NID_sha1 : NID_sha256;
    int count = OCSP_resp_count(r->basic), other_hash = NID_undef;
    for (int i = 0; i < count; i++) {
        const OCSP_SINGLERESP *single = OCSP_resp_get0(r->basic, i);
        int nid = NID_undef;
        if (!names_certificate(r, single, &nid))
            continue;
        if (wanted != NID_undef && nid != wanted)
            other_hash = nid;
        else
            single_take(r, single);
    }
    if (r->single != NULL)
        return true;
    if (other_hash != NID_undef)
        return refuse(r, CAUSE_REVOCATION_OCSP_WRONG_CERTIFICATE,
                      arena_printf(r->arena,
                                   "it names the certificate by %s hashes, not by those of the request",
                                   OBJ_nid2sn(other_hash)));
    return refuse(r, CAUSE_REVOCATION_OCSP_WRONG_CERTIFICATE,
                  count == 0 ? "it holds no status at all"
                             : "issuer or serial number in it are of another certificate");
}

/* ---- extensions ---- */

static bool is_understood(const X509_EXTENSION *extension) {
    static const int known[] = {NID_id_pkix_OCSP_Nonce,
                                NID_id_pkix_OCSP_CrlID,
                                NID_id_pkix_OCSP_archiveCutoff,
                                NID_id_pkix_OCSP_extendedStatus,
                                NID_id_pkix_OCSP_serviceLocator,
                                NID_crl_reason,
                                NID_invalidity_date};
    int nid = OBJ_obj2nid(X509_EXTENSION_get_object((X509_EXTENSION *)extension));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == nid)
            return true;
    return !X509_EXTENSION_get_critical(extension);
}

static bool extension_refuse(struct reading *r, X509_EXTENSION *extension) {
    char oid[80];
    OBJ_obj2txt(oid, sizeof oid, X509_EXTENSION_get_object(extension), true);
    return refuse(r, CAUSE_REVOCATION_OCSP_CRITICAL_EXTENSION,
                  arena_printf(r->arena, "its critical extension %s is not understood", oid));
}

static bool extensions_check(struct reading *r) {
    OCSP_SINGLERESP *single = (OCSP_SINGLERESP *)r->single;
    for (int i = 0; i < OCSP_BASICRESP_get_ext_count(r->basic); i++)
        if (!is_understood(OCSP_BASICRESP_get_ext(r->basic, i)))
            return extension_refuse(r, OCSP_BASICRESP_get_ext(r->basic, i));
    for (int i = 0; i < OCSP_SINGLERESP_get_ext_count(single); i++)
        if (!is_understood(OCSP_SINGLERESP_get_ext(single, i)))
            return extension_refuse(r, OCSP_SINGLERESP_get_ext(single, i));
    return true;
}

/* ---- when, and what ---- */

/* Over at its nextUpdate, as OpenSSL has it (X509_cmp_time). */
static bool times_check(struct reading *r, const ASN1_GENERALIZEDTIME *from,
                        const ASN1_GENERALIZEDTIME *until) {
    struct ocsp_answer *answer = r->answer;
    if (!seconds_of_time(from, &answer->this_update) ||
        (until != NULL && !seconds_of_time(until, &answer->next_update)))
        return refuse(r, CAUSE_REVOCATION_OCSP_MALFORMED, "its thisUpdate or nextUpdate is no time");
    if (answer->this_update > r->at + CLOCK_SKEW)
        return refuse(r, CAUSE_REVOCATION_OCSP_NOT_YET_VALID,
                      arena_printf(r->arena, "thisUpdate is %s", time_write(r->arena, answer->this_update)));
    if (until != NULL && answer->next_update <= r->at)
        return refuse(r, CAUSE_REVOCATION_OCSP_STALE,
                      arena_printf(r->arena, "nextUpdate was %s", time_write(r->arena, answer->next_update)));
    if (until == NULL && r->at - answer->this_update > MAX_AGE)
        return refuse(r, CAUSE_REVOCATION_OCSP_STALE,
                      arena_printf(r->arena, "it has no nextUpdate, and thisUpdate was %s",
                                   time_write(r->arena, answer->this_update)));
    return true;
}

static void status_read(struct reading *r) {
    struct ocsp_answer *answer = r->answer;
    ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
    int reason;
    int status = OCSP_single_get0_status((OCSP_SINGLERESP *)r->single, &reason, &revoked, &from, &until);
    if (!times_check(r, from, until))
        return;
    if (status == V_OCSP_CERTSTATUS_REVOKED) {
        seconds_of_time(revoked, &answer->revoked_at);
        answer->reason = reason >= 0 ? OCSP_crl_reason_str(reason) : NULL;
        answer->said = SAID_REVOKED;
        answer->cause = CAUSE_REVOCATION_OCSP_REVOKED;
    } else if (answer->contradicts) {
        refuse(r, CAUSE_REVOCATION_OCSP_AMBIGUOUS, "it says good and unknown of the same certificate");
    } else if (status == V_OCSP_CERTSTATUS_GOOD) {
        answer->said = SAID_GOOD;
    } else {
        refuse(r, CAUSE_REVOCATION_OCSP_UNKNOWN, "the responder does not know the certificate");
    }
}

void ocsp_answer_read(struct arena *arena, const uint8_t *der, size_t size,
                      const struct revocation_step *step, const char *hash, int64_t at,
                      struct ocsp_answer *answer) {
    const unsigned char *p = der;
    struct reading r = {.arena = arena, .step = step, .hash = hash, .at = at, .answer = answer};
    *answer = (struct ocsp_answer){.said = SAID_NOTHING};
    OCSP_RESPONSE *response = der == NULL ? NULL : d2i_OCSP_RESPONSE(NULL, &p, (long)size);
    if (response_open(&r, response) && signer_check(&r) && single_find(&r) && extensions_check(&r))
        status_read(&r);
    OCSP_BASICRESP_free(r.basic);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
}
