/* First rows. */
#include "checks/catalogue.h"

static const struct cause revocation_ocsp[] = {
    {.id = "revoked", .status = STATUS_FAIL, .title = "revoked", .why = "revoked"},
    {.id = "sha256-unsupported", .status = STATUS_FAIL, .title = "sha256-unsupported", .why = "sha256-unsupported"},
    {.id = "unreachable", .status = STATUS_WARN, .title = "unreachable", .why = "unreachable"},
    {.id = "http-error", .status = STATUS_WARN, .title = "http-error", .why = "http-error"},
    {.id = "unknown", .status = STATUS_WARN, .title = "unknown", .why = "unknown"},
    {.id = "malformed", .status = STATUS_WARN, .title = "malformed", .why = "malformed"},
    {.id = "bad-signature", .status = STATUS_WARN, .title = "bad-signature", .why = "bad-signature"},
    {.id = "signer-not-authorised", .status = STATUS_WARN, .title = "signer-not-authorised", .why = "signer-not-authorised"},
    {.id = "wrong-certificate", .status = STATUS_WARN, .title = "wrong-certificate", .why = "wrong-certificate"},
    {.id = "ambiguous", .status = STATUS_WARN, .title = "ambiguous", .why = "ambiguous"},
    {.id = "critical-extension", .status = STATUS_WARN, .title = "critical-extension", .why = "critical-extension"},
    {.id = "stale", .status = STATUS_WARN, .title = "stale", .why = "stale"},
    {.id = "not-yet-valid", .status = STATUS_WARN, .title = "not-yet-valid", .why = "not-yet-valid"},
    {.id = "malformed-request", .status = STATUS_WARN, .title = "malformed-request", .why = "malformed-request"},
    {.id = "internal-error", .status = STATUS_WARN, .title = "internal-error", .why = "internal-error"},
    {.id = "try-later", .status = STATUS_WARN, .title = "try-later", .why = "try-later"},
    {.id = "sig-required", .status = STATUS_WARN, .title = "sig-required", .why = "sig-required"},
    {.id = "unauthorized", .status = STATUS_WARN, .title = "unauthorized", .why = "unauthorized"},
    {.id = "no-uri", .status = STATUS_INFO, .title = "no-uri", .why = "no-uri"},
};

static const struct cause revocation_staple[] = {
    {.id = "revoked", .status = STATUS_FAIL, .title = "revoked", .why = "revoked"},
    {.id = "unknown", .status = STATUS_WARN, .title = "unknown", .why = "unknown"},
    {.id = "malformed", .status = STATUS_WARN, .title = "malformed", .why = "malformed"},
    {.id = "bad-signature", .status = STATUS_WARN, .title = "bad-signature", .why = "bad-signature"},
    {.id = "signer-not-authorised", .status = STATUS_WARN, .title = "signer-not-authorised", .why = "signer-not-authorised"},
    {.id = "wrong-certificate", .status = STATUS_WARN, .title = "wrong-certificate", .why = "wrong-certificate"},
    {.id = "ambiguous", .status = STATUS_WARN, .title = "ambiguous", .why = "ambiguous"},
    {.id = "critical-extension", .status = STATUS_WARN, .title = "critical-extension", .why = "critical-extension"},
    {.id = "stale", .status = STATUS_WARN, .title = "stale", .why = "stale"},
    {.id = "not-yet-valid", .status = STATUS_WARN, .title = "not-yet-valid", .why = "not-yet-valid"},
    {.id = "malformed-request", .status = STATUS_WARN, .title = "malformed-request", .why = "malformed-request"},
    {.id = "internal-error", .status = STATUS_WARN, .title = "internal-error", .why = "internal-error"},
    {.id = "try-later", .status = STATUS_WARN, .title = "try-later", .why = "try-later"},
    {.id = "sig-required", .status = STATUS_WARN, .title = "sig-required", .why = "sig-required"},
    {.id = "unauthorized", .status = STATUS_WARN, .title = "unauthorized", .why = "unauthorized"},
};

static const struct cause revocation_crl[] = {
    {.id = "revoked", .status = STATUS_FAIL, .title = "revoked", .why = "revoked"},
    {.id = "expired", .status = STATUS_FAIL, .title = "expired", .why = "expired"},
    {.id = "unreachable", .status = STATUS_WARN, .title = "unreachable", .why = "unreachable"},
    {.id = "http-error", .status = STATUS_WARN, .title = "http-error", .why = "http-error"},
    {.id = "unsupported-scheme", .status = STATUS_WARN, .title = "unsupported-scheme", .why = "unsupported-scheme"},
    {.id = "unparsable", .status = STATUS_WARN, .title = "unparsable", .why = "unparsable"},
    {.id = "bad-signature", .status = STATUS_WARN, .title = "bad-signature", .why = "bad-signature"},
    {.id = "wrong-issuer", .status = STATUS_WARN, .title = "wrong-issuer", .why = "wrong-issuer"},
    {.id = "too-large", .status = STATUS_WARN, .title = "too-large", .why = "too-large"},
    {.id = "not-yet-valid", .status = STATUS_WARN, .title = "not-yet-valid", .why = "not-yet-valid"},
    {.id = "other-partition", .status = STATUS_WARN, .title = "other-partition", .why = "other-partition"},
    {.id = "no-cdp", .status = STATUS_INFO, .title = "no-cdp", .why = "no-cdp"},
};

static const struct cause revocation_verdict[] = {
    {.id = "revoked", .status = STATUS_FAIL, .title = "revoked", .why = "revoked"},
    {.id = "fallback-rejects", .status = STATUS_FAIL, .title = "fallback-rejects", .why = "fallback-rejects"},
    {.id = "validation-fails", .status = STATUS_FAIL, .title = "validation-fails", .why = "validation-fails"},
    {.id = "fallback-accepts", .status = STATUS_WARN, .title = "fallback-accepts", .why = "fallback-accepts"},
    {.id = "checking-off", .status = STATUS_WARN, .title = "checking-off", .why = "checking-off"},
};

static const struct cause revocation_source_scope[] = {
    {.id = "source-not-used-here", .status = STATUS_WARN, .title = "source-not-used-here", .why = "source-not-used-here"},
};

static const struct check checks[] = {
    {"revocation.ocsp", "revocation.ocsp", "revocation.ocsp", {NULL}, revocation_ocsp, sizeof revocation_ocsp / sizeof *revocation_ocsp},
    {"revocation.staple", "revocation.staple", "revocation.staple", {NULL}, revocation_staple, sizeof revocation_staple / sizeof *revocation_staple},
    {"revocation.crl", "revocation.crl", "revocation.crl", {NULL}, revocation_crl, sizeof revocation_crl / sizeof *revocation_crl},
    {"revocation.verdict", "revocation.verdict", "revocation.verdict", {NULL}, revocation_verdict, sizeof revocation_verdict / sizeof *revocation_verdict},
    {"revocation.source-scope", "revocation.source-scope", "revocation.source-scope", {NULL}, revocation_source_scope, sizeof revocation_source_scope / sizeof *revocation_source_scope},
};

const struct family family_revocation;
const struct family family_revocation = {"revocation", "revocation", checks, sizeof checks / sizeof *checks};
