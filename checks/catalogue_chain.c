/* First rows. */
#include "checks/catalogue.h"

static const struct cause chain_served[] = {
    {.id = "incomplete", .status = STATUS_WARN, .title = "incomplete", .why = "incomplete"},
    {.id = "misordered", .status = STATUS_WARN, .title = "misordered", .why = "misordered"},
    {.id = "has-root", .status = STATUS_WARN, .title = "has-root", .why = "has-root"},
    {.id = "duplicate", .status = STATUS_WARN, .title = "duplicate", .why = "duplicate"},
    {.id = "unrelated", .status = STATUS_WARN, .title = "unrelated", .why = "unrelated"},
};

static const struct cause chain_client[] = {
    {.id = "no-trusted-root", .status = STATUS_FAIL, .title = "no-trusted-root", .why = "no-trusted-root"},
    {.id = "missing-intermediate", .status = STATUS_FAIL, .title = "missing-intermediate", .why = "missing-intermediate"},
    {.id = "untrusted-self-signed", .status = STATUS_FAIL, .title = "untrusted-self-signed", .why = "untrusted-self-signed"},
    {.id = "expired-ca", .status = STATUS_FAIL, .title = "expired-ca", .why = "expired-ca"},
    {.id = "not-a-ca", .status = STATUS_FAIL, .title = "not-a-ca", .why = "not-a-ca"},
    {.id = "bad-signature", .status = STATUS_FAIL, .title = "bad-signature", .why = "bad-signature"},
    {.id = "path-too-long", .status = STATUS_FAIL, .title = "path-too-long", .why = "path-too-long"},
};

static const struct cause chain_zone[] = {
    {.id = "no-trusted-root", .status = STATUS_FAIL, .title = "no-trusted-root", .why = "no-trusted-root"},
    {.id = "missing-intermediate", .status = STATUS_FAIL, .title = "missing-intermediate", .why = "missing-intermediate"},
    {.id = "untrusted-self-signed", .status = STATUS_FAIL, .title = "untrusted-self-signed", .why = "untrusted-self-signed"},
    {.id = "expired-ca", .status = STATUS_FAIL, .title = "expired-ca", .why = "expired-ca"},
    {.id = "not-a-ca", .status = STATUS_FAIL, .title = "not-a-ca", .why = "not-a-ca"},
    {.id = "bad-signature", .status = STATUS_FAIL, .title = "bad-signature", .why = "bad-signature"},
    {.id = "path-too-long", .status = STATUS_FAIL, .title = "path-too-long", .why = "path-too-long"},
};

static const struct cause chain_ssh_tunnel[] = {
    {.id = "no-trusted-root", .status = STATUS_FAIL, .title = "no-trusted-root", .why = "no-trusted-root"},
    {.id = "missing-intermediate", .status = STATUS_FAIL, .title = "missing-intermediate", .why = "missing-intermediate"},
    {.id = "untrusted-self-signed", .status = STATUS_FAIL, .title = "untrusted-self-signed", .why = "untrusted-self-signed"},
    {.id = "expired-ca", .status = STATUS_FAIL, .title = "expired-ca", .why = "expired-ca"},
    {.id = "not-a-ca", .status = STATUS_FAIL, .title = "not-a-ca", .why = "not-a-ca"},
    {.id = "bad-signature", .status = STATUS_FAIL, .title = "bad-signature", .why = "bad-signature"},
    {.id = "path-too-long", .status = STATUS_FAIL, .title = "path-too-long", .why = "path-too-long"},
};

static const struct cause chain_own[] = {
    {.id = "missing-intermediate", .status = STATUS_FAIL, .title = "missing-intermediate", .why = "missing-intermediate"},
    {.id = "no-trusted-root", .status = STATUS_FAIL, .title = "no-trusted-root", .why = "no-trusted-root"},
};

static const struct cause chain_trust_list[] = {
    {.id = "unreadable", .status = STATUS_FAIL, .title = "unreadable", .why = "unreadable"},
    {.id = "too-many", .status = STATUS_WARN, .title = "too-many", .why = "too-many"},
    {.id = "duplicate-name", .status = STATUS_WARN, .title = "duplicate-name", .why = "duplicate-name"},
    {.id = "expired", .status = STATUS_WARN, .title = "expired", .why = "expired"},
    {.id = "no-basic-constraints", .status = STATUS_WARN, .title = "no-basic-constraints", .why = "no-basic-constraints"},
    {.id = "not-a-ca", .status = STATUS_WARN, .title = "not-a-ca", .why = "not-a-ca"},
};

static const struct cause chain_self_signed_pair[] = {
    {.id = "same-cn", .status = STATUS_FAIL, .title = "same-cn", .why = "same-cn"},
};

static const struct cause chain_cluster_trust[] = {
    {.id = "differ", .status = STATUS_FAIL, .title = "differ", .why = "differ"},
};

static const struct cause chain_lets_encrypt[] = {
    {.id = "root-missing", .status = STATUS_FAIL, .title = "root-missing", .why = "root-missing"},
    {.id = "intermediate-missing", .status = STATUS_FAIL, .title = "intermediate-missing", .why = "intermediate-missing"},
};

static const struct cause chain_ucm_trust[] = {
    {.id = "not-in-tomcat-trust", .status = STATUS_FAIL, .title = "not-in-tomcat-trust", .why = "not-in-tomcat-trust"},
    {.id = "not-in-callmanager-trust", .status = STATUS_FAIL, .title = "not-in-callmanager-trust", .why = "not-in-callmanager-trust"},
    {.id = "not-in-expressway-c", .status = STATUS_FAIL, .title = "not-in-expressway-c", .why = "not-in-expressway-c"},
};

static const struct check checks[] = {
    {"chain.served", "chain.served", "chain.served", {NULL}, chain_served, sizeof chain_served / sizeof *chain_served},
    {"chain.client", "chain.client", "chain.client", {NULL}, chain_client, sizeof chain_client / sizeof *chain_client},
    {"chain.zone", "chain.zone", "chain.zone", {NULL}, chain_zone, sizeof chain_zone / sizeof *chain_zone},
    {"chain.ssh-tunnel", "chain.ssh-tunnel", "chain.ssh-tunnel", {NULL}, chain_ssh_tunnel, sizeof chain_ssh_tunnel / sizeof *chain_ssh_tunnel},
    {"chain.own", "chain.own", "chain.own", {NULL}, chain_own, sizeof chain_own / sizeof *chain_own},
    {"chain.trust-list", "chain.trust-list", "chain.trust-list", {NULL}, chain_trust_list, sizeof chain_trust_list / sizeof *chain_trust_list},
    {"chain.self-signed-pair", "chain.self-signed-pair", "chain.self-signed-pair", {NULL}, chain_self_signed_pair, sizeof chain_self_signed_pair / sizeof *chain_self_signed_pair},
    {"chain.cluster-trust", "chain.cluster-trust", "chain.cluster-trust", {NULL}, chain_cluster_trust, sizeof chain_cluster_trust / sizeof *chain_cluster_trust},
    {"chain.lets-encrypt", "chain.lets-encrypt", "chain.lets-encrypt", {NULL}, chain_lets_encrypt, sizeof chain_lets_encrypt / sizeof *chain_lets_encrypt},
    {"chain.ucm-trust", "chain.ucm-trust", "chain.ucm-trust", {NULL}, chain_ucm_trust, sizeof chain_ucm_trust / sizeof *chain_ucm_trust},
};

const struct family family_chain;
const struct family family_chain = {"chain", "chain", checks, sizeof checks / sizeof *checks};
