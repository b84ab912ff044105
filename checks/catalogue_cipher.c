/* First rows. */
#include "checks/catalogue.h"

static const struct cause cipher_accepted[] = {
    {.id = "enumerated", .status = STATUS_INFO, .title = "enumerated", .why = "enumerated"},
    {.id = "weak", .status = STATUS_WARN, .title = "weak", .why = "weak"},
    {.id = "no-forward-secrecy", .status = STATUS_WARN, .title = "no-forward-secrecy", .why = "no-forward-secrecy"},
    {.id = "weak-dh", .status = STATUS_WARN, .title = "weak-dh", .why = "weak-dh"},
};

static const struct cause cipher_overlap[] = {
    {.id = "no-common-version", .status = STATUS_FAIL, .title = "no-common-version", .why = "no-common-version"},
    {.id = "no-common-suite", .status = STATUS_FAIL, .title = "no-common-suite", .why = "no-common-suite"},
    {.id = "no-common-group", .status = STATUS_FAIL, .title = "no-common-group", .why = "no-common-group"},
    {.id = "no-common-signature-algorithm", .status = STATUS_FAIL, .title = "no-common-signature-algorithm", .why = "no-common-signature-algorithm"},
    {.id = "certificate-type-mismatch", .status = STATUS_FAIL, .title = "certificate-type-mismatch", .why = "certificate-type-mismatch"},
};

static const struct cause cipher_certificate_type[] = {
    {.id = "presented-type-untrusted", .status = STATUS_FAIL, .title = "presented-type-untrusted", .why = "presented-type-untrusted"},
    {.id = "other-type-untrusted", .status = STATUS_WARN, .title = "other-type-untrusted", .why = "other-type-untrusted"},
};

static const struct cause cipher_string[] = {
    {.id = "invalid", .status = STATUS_FAIL, .title = "invalid", .why = "invalid"},
    {.id = "unknown-name", .status = STATUS_FAIL, .title = "unknown-name", .why = "unknown-name"},
};

static const struct check checks[] = {
    {"cipher.accepted", "cipher.accepted", "cipher.accepted", {NULL}, cipher_accepted, sizeof cipher_accepted / sizeof *cipher_accepted},
    {"cipher.overlap", "cipher.overlap", "cipher.overlap", {NULL}, cipher_overlap, sizeof cipher_overlap / sizeof *cipher_overlap},
    {"cipher.certificate-type", "cipher.certificate-type", "cipher.certificate-type", {NULL}, cipher_certificate_type, sizeof cipher_certificate_type / sizeof *cipher_certificate_type},
    {"cipher.string", "cipher.string", "cipher.string", {NULL}, cipher_string, sizeof cipher_string / sizeof *cipher_string},
};

const struct family family_cipher;
const struct family family_cipher = {"cipher", "cipher", checks, sizeof checks / sizeof *checks};
