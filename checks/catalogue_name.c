/* First rows. */
#include "checks/catalogue.h"

static const struct cause name_peer_address[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "ip-address", .status = STATUS_FAIL, .title = "ip-address", .why = "ip-address"},
    {.id = "cn-only", .status = STATUS_FAIL, .title = "cn-only", .why = "cn-only"},
    {.id = "wildcard-only", .status = STATUS_FAIL, .title = "wildcard-only", .why = "wildcard-only"},
    {.id = "no-san", .status = STATUS_FAIL, .title = "no-san", .why = "no-san"},
    {.id = "short-name", .status = STATUS_FAIL, .title = "short-name", .why = "short-name"},
};

static const struct cause name_tls_verify[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "missing-on-node", .status = STATUS_FAIL, .title = "missing-on-node", .why = "missing-on-node"},
    {.id = "cn-only", .status = STATUS_FAIL, .title = "cn-only", .why = "cn-only"},
    {.id = "wildcard-only", .status = STATUS_FAIL, .title = "wildcard-only", .why = "wildcard-only"},
    {.id = "node-name-in-cluster", .status = STATUS_WARN, .title = "node-name-in-cluster", .why = "node-name-in-cluster"},
};

static const struct cause name_mra_domain[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "wildcard-only", .status = STATUS_FAIL, .title = "wildcard-only", .why = "wildcard-only"},
    {.id = "srvname-only", .status = STATUS_WARN, .title = "srvname-only", .why = "srvname-only"},
};

static const struct cause name_srv_target[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "wildcard-only", .status = STATUS_FAIL, .title = "wildcard-only", .why = "wildcard-only"},
    {.id = "cn-only", .status = STATUS_FAIL, .title = "cn-only", .why = "cn-only"},
    {.id = "no-san", .status = STATUS_FAIL, .title = "no-san", .why = "no-san"},
    {.id = "ip-address", .status = STATUS_FAIL, .title = "ip-address", .why = "ip-address"},
};

static const struct cause name_common_name[] = {
    {.id = "missing", .status = STATUS_FAIL, .title = "missing", .why = "missing"},
    {.id = "not-fqdn", .status = STATUS_FAIL, .title = "not-fqdn", .why = "not-fqdn"},
};

static const struct cause name_san_fqdn[] = {
    {.id = "ip-address", .status = STATUS_FAIL, .title = "ip-address", .why = "ip-address"},
    {.id = "hostname", .status = STATUS_FAIL, .title = "hostname", .why = "hostname"},
    {.id = "malformed", .status = STATUS_FAIL, .title = "malformed", .why = "malformed"},
};

static const struct cause name_wildcard[] = {
    {.id = "wildcard", .status = STATUS_FAIL, .title = "wildcard", .why = "wildcard"},
};

static const struct cause name_host_underscore[] = {
    {.id = "underscore", .status = STATUS_FAIL, .title = "underscore", .why = "underscore"},
};

static const struct cause name_cluster[] = {
    {.id = "cluster-name-missing", .status = STATUS_FAIL, .title = "cluster-name-missing", .why = "cluster-name-missing"},
    {.id = "peer-name-missing", .status = STATUS_FAIL, .title = "peer-name-missing", .why = "peer-name-missing"},
};

static const struct cause name_xmpp_domain[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "xmppaddr-form", .status = STATUS_WARN, .title = "xmppaddr-form", .why = "xmppaddr-form"},
};

static const struct cause name_chat_alias[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "sets-differ", .status = STATUS_FAIL, .title = "sets-differ", .why = "sets-differ"},
};

static const struct cause name_phone_profile[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "not-fqdn", .status = STATUS_FAIL, .title = "not-fqdn", .why = "not-fqdn"},
};

static const struct cause name_ucm_node[] = {
    {.id = "no-match", .status = STATUS_FAIL, .title = "no-match", .why = "no-match"},
    {.id = "ip-address", .status = STATUS_FAIL, .title = "ip-address", .why = "ip-address"},
    {.id = "short-name", .status = STATUS_FAIL, .title = "short-name", .why = "short-name"},
};

static const struct check checks[] = {
    {"name.peer-address", "name.peer-address", "name.peer-address", {NULL}, name_peer_address, sizeof name_peer_address / sizeof *name_peer_address},
    {"name.tls-verify", "name.tls-verify", "name.tls-verify", {NULL}, name_tls_verify, sizeof name_tls_verify / sizeof *name_tls_verify},
    {"name.mra-domain", "name.mra-domain", "name.mra-domain", {NULL}, name_mra_domain, sizeof name_mra_domain / sizeof *name_mra_domain},
    {"name.srv-target", "name.srv-target", "name.srv-target", {NULL}, name_srv_target, sizeof name_srv_target / sizeof *name_srv_target},
    {"name.common-name", "name.common-name", "name.common-name", {NULL}, name_common_name, sizeof name_common_name / sizeof *name_common_name},
    {"name.san-fqdn", "name.san-fqdn", "name.san-fqdn", {NULL}, name_san_fqdn, sizeof name_san_fqdn / sizeof *name_san_fqdn},
    {"name.wildcard", "name.wildcard", "name.wildcard", {NULL}, name_wildcard, sizeof name_wildcard / sizeof *name_wildcard},
    {"name.host-underscore", "name.host-underscore", "name.host-underscore", {NULL}, name_host_underscore, sizeof name_host_underscore / sizeof *name_host_underscore},
    {"name.cluster", "name.cluster", "name.cluster", {NULL}, name_cluster, sizeof name_cluster / sizeof *name_cluster},
    {"name.xmpp-domain", "name.xmpp-domain", "name.xmpp-domain", {NULL}, name_xmpp_domain, sizeof name_xmpp_domain / sizeof *name_xmpp_domain},
    {"name.chat-alias", "name.chat-alias", "name.chat-alias", {NULL}, name_chat_alias, sizeof name_chat_alias / sizeof *name_chat_alias},
    {"name.phone-profile", "name.phone-profile", "name.phone-profile", {NULL}, name_phone_profile, sizeof name_phone_profile / sizeof *name_phone_profile},
    {"name.ucm-node", "name.ucm-node", "name.ucm-node", {NULL}, name_ucm_node, sizeof name_ucm_node / sizeof *name_ucm_node},
};

const struct family family_name;
const struct family family_name = {"name", "name", checks, sizeof checks / sizeof *checks};
