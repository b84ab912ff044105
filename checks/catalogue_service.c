/* First rows. */
#include "checks/catalogue.h"

static const struct cause sip_options[] = {
    {.id = "no-answer", .status = STATUS_FAIL, .title = "no-answer", .why = "no-answer"},
    {.id = "malformed", .status = STATUS_FAIL, .title = "malformed", .why = "malformed"},
    {.id = "closed", .status = STATUS_FAIL, .title = "closed", .why = "closed"},
    {.id = "status-5xx", .status = STATUS_WARN, .title = "status-5xx", .why = "status-5xx"},
};

static const struct cause mra_edge_sso[] = {
    {.id = "no-answer", .status = STATUS_FAIL, .title = "no-answer", .why = "no-answer"},
    {.id = "status-403", .status = STATUS_FAIL, .title = "status-403", .why = "status-403"},
    {.id = "status-404", .status = STATUS_FAIL, .title = "status-404", .why = "status-404"},
    {.id = "status-502", .status = STATUS_FAIL, .title = "status-502", .why = "status-502"},
    {.id = "status-5xx", .status = STATUS_FAIL, .title = "status-5xx", .why = "status-5xx"},
    {.id = "not-an-edge", .status = STATUS_FAIL, .title = "not-an-edge", .why = "not-an-edge"},
};

static const struct cause mra_edge_config[] = {
    {.id = "bad-credentials", .status = STATUS_FAIL, .title = "bad-credentials", .why = "bad-credentials"},
    {.id = "domain-not-enabled", .status = STATUS_FAIL, .title = "domain-not-enabled", .why = "domain-not-enabled"},
    {.id = "path-down", .status = STATUS_FAIL, .title = "path-down", .why = "path-down"},
    {.id = "unexpected-xml", .status = STATUS_FAIL, .title = "unexpected-xml", .why = "unexpected-xml"},
    {.id = "no-uds-server", .status = STATUS_FAIL, .title = "no-uds-server", .why = "no-uds-server"},
    {.id = "service-name-error", .status = STATUS_FAIL, .title = "service-name-error", .why = "service-name-error"},
    {.id = "cookie-domain", .status = STATUS_FAIL, .title = "cookie-domain", .why = "cookie-domain"},
    {.id = "no-answer", .status = STATUS_FAIL, .title = "no-answer", .why = "no-answer"},
    {.id = "status-404", .status = STATUS_FAIL, .title = "status-404", .why = "status-404"},
    {.id = "status-5xx", .status = STATUS_FAIL, .title = "status-5xx", .why = "status-5xx"},
    {.id = "not-an-edge", .status = STATUS_FAIL, .title = "not-an-edge", .why = "not-an-edge"},
};

static const struct cause xmpp_stream[] = {
    {.id = "no-starttls", .status = STATUS_FAIL, .title = "no-starttls", .why = "no-starttls"},
    {.id = "stream-error", .status = STATUS_FAIL, .title = "stream-error", .why = "stream-error"},
    {.id = "no-answer", .status = STATUS_FAIL, .title = "no-answer", .why = "no-answer"},
    {.id = "closed", .status = STATUS_FAIL, .title = "closed", .why = "closed"},
    {.id = "malformed", .status = STATUS_FAIL, .title = "malformed", .why = "malformed"},
    {.id = "no-features", .status = STATUS_FAIL, .title = "no-features", .why = "no-features"},
};

static const struct cause ssh_service[] = {
    {.id = "no-banner", .status = STATUS_FAIL, .title = "no-banner", .why = "no-banner"},
    {.id = "not-ssh", .status = STATUS_FAIL, .title = "not-ssh", .why = "not-ssh"},
    {.id = "closed", .status = STATUS_FAIL, .title = "closed", .why = "closed"},
    {.id = "no-kexinit", .status = STATUS_FAIL, .title = "no-kexinit", .why = "no-kexinit"},
};

static const struct check checks[] = {
    {"sip.options", "sip.options", "sip.options", {NULL}, sip_options, sizeof sip_options / sizeof *sip_options},
    {"mra.edge-sso", "mra.edge-sso", "mra.edge-sso", {NULL}, mra_edge_sso, sizeof mra_edge_sso / sizeof *mra_edge_sso},
    {"mra.edge-config", "mra.edge-config", "mra.edge-config", {NULL}, mra_edge_config, sizeof mra_edge_config / sizeof *mra_edge_config},
    {"xmpp.stream", "xmpp.stream", "xmpp.stream", {NULL}, xmpp_stream, sizeof xmpp_stream / sizeof *xmpp_stream},
    {"ssh.service", "ssh.service", "ssh.service", {NULL}, ssh_service, sizeof ssh_service / sizeof *ssh_service},
};

const struct family family_service;
const struct family family_service = {"service", "service", checks, sizeof checks / sizeof *checks};
