/* First rows. */
#include "checks/catalogue.h"

static const struct cause tls_handshake[] = {
    {.id = "alert-close-notify", .status = STATUS_FAIL, .title = "alert-close-notify", .why = "alert-close-notify"},
    {.id = "alert-unexpected-message", .status = STATUS_FAIL, .title = "alert-unexpected-message", .why = "alert-unexpected-message"},
    {.id = "alert-bad-record-mac", .status = STATUS_FAIL, .title = "alert-bad-record-mac", .why = "alert-bad-record-mac"},
    {.id = "alert-decryption-failed", .status = STATUS_FAIL, .title = "alert-decryption-failed", .why = "alert-decryption-failed"},
    {.id = "alert-record-overflow", .status = STATUS_FAIL, .title = "alert-record-overflow", .why = "alert-record-overflow"},
    {.id = "alert-decompression-failure", .status = STATUS_FAIL, .title = "alert-decompression-failure", .why = "alert-decompression-failure"},
    {.id = "alert-handshake-failure", .status = STATUS_FAIL, .title = "alert-handshake-failure", .why = "alert-handshake-failure"},
    {.id = "alert-no-certificate", .status = STATUS_FAIL, .title = "alert-no-certificate", .why = "alert-no-certificate"},
    {.id = "alert-bad-certificate", .status = STATUS_FAIL, .title = "alert-bad-certificate", .why = "alert-bad-certificate"},
    {.id = "alert-unsupported-certificate", .status = STATUS_FAIL, .title = "alert-unsupported-certificate", .why = "alert-unsupported-certificate"},
    {.id = "alert-certificate-revoked", .status = STATUS_FAIL, .title = "alert-certificate-revoked", .why = "alert-certificate-revoked"},
    {.id = "alert-certificate-expired", .status = STATUS_FAIL, .title = "alert-certificate-expired", .why = "alert-certificate-expired"},
    {.id = "alert-certificate-unknown", .status = STATUS_FAIL, .title = "alert-certificate-unknown", .why = "alert-certificate-unknown"},
    {.id = "alert-illegal-parameter", .status = STATUS_FAIL, .title = "alert-illegal-parameter", .why = "alert-illegal-parameter"},
    {.id = "alert-unknown-ca", .status = STATUS_FAIL, .title = "alert-unknown-ca", .why = "alert-unknown-ca"},
    {.id = "alert-access-denied", .status = STATUS_FAIL, .title = "alert-access-denied", .why = "alert-access-denied"},
    {.id = "alert-decode-error", .status = STATUS_FAIL, .title = "alert-decode-error", .why = "alert-decode-error"},
    {.id = "alert-decrypt-error", .status = STATUS_FAIL, .title = "alert-decrypt-error", .why = "alert-decrypt-error"},
    {.id = "alert-export-restriction", .status = STATUS_FAIL, .title = "alert-export-restriction", .why = "alert-export-restriction"},
    {.id = "alert-protocol-version", .status = STATUS_FAIL, .title = "alert-protocol-version", .why = "alert-protocol-version"},
    {.id = "alert-insufficient-security", .status = STATUS_FAIL, .title = "alert-insufficient-security", .why = "alert-insufficient-security"},
    {.id = "alert-internal-error", .status = STATUS_FAIL, .title = "alert-internal-error", .why = "alert-internal-error"},
    {.id = "alert-inappropriate-fallback", .status = STATUS_FAIL, .title = "alert-inappropriate-fallback", .why = "alert-inappropriate-fallback"},
    {.id = "alert-user-canceled", .status = STATUS_FAIL, .title = "alert-user-canceled", .why = "alert-user-canceled"},
    {.id = "alert-no-renegotiation", .status = STATUS_FAIL, .title = "alert-no-renegotiation", .why = "alert-no-renegotiation"},
    {.id = "alert-missing-extension", .status = STATUS_FAIL, .title = "alert-missing-extension", .why = "alert-missing-extension"},
    {.id = "alert-unsupported-extension", .status = STATUS_FAIL, .title = "alert-unsupported-extension", .why = "alert-unsupported-extension"},
    {.id = "alert-certificate-unobtainable", .status = STATUS_FAIL, .title = "alert-certificate-unobtainable", .why = "alert-certificate-unobtainable"},
    {.id = "alert-unrecognized-name", .status = STATUS_FAIL, .title = "alert-unrecognized-name", .why = "alert-unrecognized-name"},
    {.id = "alert-bad-certificate-status-response", .status = STATUS_FAIL, .title = "alert-bad-certificate-status-response", .why = "alert-bad-certificate-status-response"},
    {.id = "alert-bad-certificate-hash-value", .status = STATUS_FAIL, .title = "alert-bad-certificate-hash-value", .why = "alert-bad-certificate-hash-value"},
    {.id = "alert-unknown-psk-identity", .status = STATUS_FAIL, .title = "alert-unknown-psk-identity", .why = "alert-unknown-psk-identity"},
    {.id = "alert-certificate-required", .status = STATUS_FAIL, .title = "alert-certificate-required", .why = "alert-certificate-required"},
    {.id = "alert-no-application-protocol", .status = STATUS_FAIL, .title = "alert-no-application-protocol", .why = "alert-no-application-protocol"},
    {.id = "alert-other", .status = STATUS_FAIL, .title = "alert-other", .why = "alert-other"},
    {.id = "closed", .status = STATUS_FAIL, .title = "closed", .why = "closed"},
    {.id = "reset", .status = STATUS_FAIL, .title = "reset", .why = "reset"},
    {.id = "timeout", .status = STATUS_FAIL, .title = "timeout", .why = "timeout"},
    {.id = "not-tls", .status = STATUS_FAIL, .title = "not-tls", .why = "not-tls"},
    {.id = "malformed", .status = STATUS_FAIL, .title = "malformed", .why = "malformed"},
};

static const struct cause tls_version[] = {
    {.id = "no-common-version", .status = STATUS_FAIL, .title = "no-common-version", .why = "no-common-version"},
    {.id = "legacy-offered", .status = STATUS_WARN, .title = "legacy-offered", .why = "legacy-offered"},
    {.id = "no-tls12", .status = STATUS_WARN, .title = "no-tls12", .why = "no-tls12"},
};

static const struct cause tls_client_auth[] = {
    {.id = "issuer-not-advertised", .status = STATUS_WARN, .title = "issuer-not-advertised", .why = "issuer-not-advertised"},
    {.id = "required-but-none", .status = STATUS_FAIL, .title = "required-but-none", .why = "required-but-none"},
    {.id = "rejected", .status = STATUS_FAIL, .title = "rejected", .why = "rejected"},
    {.id = "requested", .status = STATUS_INFO, .title = "requested", .why = "requested"},
    {.id = "required", .status = STATUS_INFO, .title = "required", .why = "required"},
};

static const struct cause tls_sni[] = {
    {.id = "varies", .status = STATUS_WARN, .title = "varies", .why = "varies"},
    {.id = "needs-sni", .status = STATUS_FAIL, .title = "needs-sni", .why = "needs-sni"},
};

static const struct cause tls_served_cert[] = {
    {.id = "not-yet-active", .status = STATUS_FAIL, .title = "not-yet-active", .why = "not-yet-active"},
    {.id = "other-peers-certificate", .status = STATUS_FAIL, .title = "other-peers-certificate", .why = "other-peers-certificate"},
};

static const struct cause tls_cluster_consistency[] = {
    {.id = "issuer-differs", .status = STATUS_WARN, .title = "issuer-differs", .why = "issuer-differs"},
    {.id = "names-differ", .status = STATUS_WARN, .title = "names-differ", .why = "names-differ"},
    {.id = "eku-differs", .status = STATUS_WARN, .title = "eku-differs", .why = "eku-differs"},
};

static const struct check checks[] = {
    {"tls.handshake", "tls.handshake", "tls.handshake", {NULL}, tls_handshake, sizeof tls_handshake / sizeof *tls_handshake},
    {"tls.version", "tls.version", "tls.version", {NULL}, tls_version, sizeof tls_version / sizeof *tls_version},
    {"tls.client-auth", "tls.client-auth", "tls.client-auth", {NULL}, tls_client_auth, sizeof tls_client_auth / sizeof *tls_client_auth},
    {"tls.sni", "tls.sni", "tls.sni", {NULL}, tls_sni, sizeof tls_sni / sizeof *tls_sni},
    {"tls.served-cert", "tls.served-cert", "tls.served-cert", {NULL}, tls_served_cert, sizeof tls_served_cert / sizeof *tls_served_cert},
    {"tls.cluster-consistency", "tls.cluster-consistency", "tls.cluster-consistency", {NULL}, tls_cluster_consistency, sizeof tls_cluster_consistency / sizeof *tls_cluster_consistency},
};

const struct family family_tls;
const struct family family_tls = {"tls", "tls", checks, sizeof checks / sizeof *checks};
