/* First rows. */
#include "checks/catalogue.h"

static const struct cause cert_validity[] = {
    {.id = "expired", .status = STATUS_FAIL, .title = "expired", .why = "expired"},
    {.id = "not-yet-valid", .status = STATUS_FAIL, .title = "not-yet-valid", .why = "not-yet-valid"},
    {.id = "expires-critical", .status = STATUS_FAIL, .title = "expires-critical", .why = "expires-critical"},
    {.id = "expires-soon", .status = STATUS_WARN, .title = "expires-soon", .why = "expires-soon"},
    {.id = "after-2050", .status = STATUS_WARN, .title = "after-2050", .why = "after-2050"},
};

static const struct cause cert_eku[] = {
    {.id = "missing-client", .status = STATUS_FAIL, .title = "missing-client", .why = "missing-client"},
    {.id = "missing-server", .status = STATUS_FAIL, .title = "missing-server", .why = "missing-server"},
    {.id = "missing-client-soon", .status = STATUS_WARN, .title = "missing-client-soon", .why = "missing-client-soon"},
    {.id = "absent", .status = STATUS_WARN, .title = "absent", .why = "absent"},
};

static const struct cause cert_key[] = {
    {.id = "rsa-8192", .status = STATUS_FAIL, .title = "rsa-8192", .why = "rsa-8192"},
    {.id = "rsa-weak", .status = STATUS_FAIL, .title = "rsa-weak", .why = "rsa-weak"},
    {.id = "ecdsa-unsupported-curve", .status = STATUS_FAIL, .title = "ecdsa-unsupported-curve", .why = "ecdsa-unsupported-curve"},
    {.id = "ecdsa-before-x14.3", .status = STATUS_FAIL, .title = "ecdsa-before-x14.3", .why = "ecdsa-before-x14.3"},
    {.id = "dsa", .status = STATUS_WARN, .title = "dsa", .why = "dsa"},
    {.id = "rsa-unusual", .status = STATUS_WARN, .title = "rsa-unusual", .why = "rsa-unusual"},
    {.id = "other-type", .status = STATUS_WARN, .title = "other-type", .why = "other-type"},
};

static const struct cause cert_signature[] = {
    {.id = "md5", .status = STATUS_FAIL, .title = "md5", .why = "md5"},
    {.id = "sha1", .status = STATUS_WARN, .title = "sha1", .why = "sha1"},
};

static const struct cause cert_basic_constraints[] = {
    {.id = "missing", .status = STATUS_FAIL, .title = "missing", .why = "missing"},
    {.id = "not-a-ca", .status = STATUS_FAIL, .title = "not-a-ca", .why = "not-a-ca"},
};

static const struct cause cert_unknown_oid[] = {
    {.id = "unknown-oid", .status = STATUS_FAIL, .title = "unknown-oid", .why = "unknown-oid"},
};

static const struct cause cert_self_signed[] = {
    {.id = "self-signed", .status = STATUS_FAIL, .title = "self-signed", .why = "self-signed"},
};

static const struct cause cert_default_certificate[] = {
    {.id = "temporary", .status = STATUS_FAIL, .title = "temporary", .why = "temporary"},
};

static const struct cause cert_lets_encrypt_renewal[] = {
    {.id = "renewal-due", .status = STATUS_WARN, .title = "renewal-due", .why = "renewal-due"},
};

static const struct check checks[] = {
    {"cert.validity", "cert.validity", "cert.validity", {NULL}, cert_validity, sizeof cert_validity / sizeof *cert_validity},
    {"cert.eku", "cert.eku", "cert.eku", {NULL}, cert_eku, sizeof cert_eku / sizeof *cert_eku},
    {"cert.key", "cert.key", "cert.key", {NULL}, cert_key, sizeof cert_key / sizeof *cert_key},
    {"cert.signature", "cert.signature", "cert.signature", {NULL}, cert_signature, sizeof cert_signature / sizeof *cert_signature},
    {"cert.basic-constraints", "cert.basic-constraints", "cert.basic-constraints", {NULL}, cert_basic_constraints, sizeof cert_basic_constraints / sizeof *cert_basic_constraints},
    {"cert.unknown-oid", "cert.unknown-oid", "cert.unknown-oid", {NULL}, cert_unknown_oid, sizeof cert_unknown_oid / sizeof *cert_unknown_oid},
    {"cert.self-signed", "cert.self-signed", "cert.self-signed", {NULL}, cert_self_signed, sizeof cert_self_signed / sizeof *cert_self_signed},
    {"cert.default-certificate", "cert.default-certificate", "cert.default-certificate", {NULL}, cert_default_certificate, sizeof cert_default_certificate / sizeof *cert_default_certificate},
    {"cert.lets-encrypt-renewal", "cert.lets-encrypt-renewal", "cert.lets-encrypt-renewal", {NULL}, cert_lets_encrypt_renewal, sizeof cert_lets_encrypt_renewal / sizeof *cert_lets_encrypt_renewal},
};

const struct family family_cert;
const struct family family_cert = {"cert", "cert", checks, sizeof checks / sizeof *checks};
