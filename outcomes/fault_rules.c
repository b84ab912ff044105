/* Which findings are consequences of which? See fault_rules.h. The order of the rows is the order of causes:
 * what is nearer to the thing that has to be mended stands first. */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "checks/advice.h"
#include "checks/seen.h"
#include "outcomes/outcome_units.h"

static const char path_down[] = "path-down no-answer status-502 status-503 status-504 status-5xx";
static const char ca_faults[] =
    "not-a-ca expired-ca bad-signature path-too-long name-constraint critical-extension malformed-date "
    "unsuitable-purpose other";
static const char refusals[] =
    "alert-unknown-ca alert-bad-certificate alert-unsupported-certificate alert-certificate-expired "
    "alert-certificate-unknown alert-certificate-revoked alert-access-denied closed";
static const char no_ground[] =
    "alert-handshake-failure alert-insufficient-security alert-protocol-version alert-illegal-parameter "
    "closed reset";

static const char ended[] = "expired not-yet-valid";

const struct fault_rule fault_rules[] = {
    /* The temporary certificate of the installation is self-signed, and bears no name of this place. */
    {"cert.self-signed", NULL, "cert.default-certificate", NULL, SAME_LEAF},
    {"name.", NULL, "cert.default-certificate", NULL, SAME_LEAF},
    {"chain.", "untrusted-self-signed", "cert.default-certificate", NULL, SAME_LEAF},
    {"chain.", "untrusted-self-signed", "cert.self-signed", NULL, SAME_LEAF},
    {"chain.self-signed-pair", NULL, "cert.self-signed", NULL, SAME_LEAF},

    /* The same certificate by its dates, and in the stores of the other nodes. */
    {"cert.validity", ended, "ucm.certificate", ended, SAME_LEAF},
    {"cert.validity", "expires-soon expires-critical", "ucm.certificate", "expires-soon expires-critical",
     SAME_LEAF},
    {"cert.eku", "missing-server", "ucm.certificate", "missing-server", SAME_LEAF},
    {"ucm.certificate", "missing-client", "cert.eku", "missing-client", SAME_LEAF},
    {"ucm.expired-trust", "still-in-use", "ucm.certificate", "expired", 0},

    /* The mend is made already, and does not serve yet. */
    {"name.", NULL, "tls.served-cert", "not-yet-active", SAME_HOST},
    {"cert.", NULL, "tls.served-cert", "not-yet-active", SAME_HOST},
    {"chain.client", NULL, "tls.served-cert", "not-yet-active", SAME_HOST},
    {"tls.cluster-consistency", NULL, "tls.served-cert", NULL, 0},

    /* DNS */
    {"dns.resolvers-agree", NULL, "dns.collab-edge-srv", NULL, SAME_DOMAIN},
    {"dns.resolvers-agree", NULL, "dns.srv-target", NULL, SAME_DOMAIN},
    {"dns.srv-target-domain", NULL, "name.srv-target", NULL, SAME_DOMAIN},
    {"net.connect", "unresolved", "dns.srv-target", "no-address", SAME_HOST},
    {"net.connect", NULL, "dns.srv-port", "unexpected-port", IS_SRV_PORT},
    {"net.all-addresses", NULL, "net.connect", NULL, SAME_HOST},
    {"net.acme-http", NULL, "net.connect", NULL, SAME_HOST},
    {"dns.san-address", NULL, "dns.srv-target", "no-address", SAME_HOST},

    /* The CA certificate itself is at fault, in whoever's list it stands. */
    {"chain.client", ca_faults, "cert.basic-constraints", NULL, SAME_CA},
    {"chain.ssh-tunnel", ca_faults, "chain.zone", ca_faults, SAME_CA},
    {"chain.own", ca_faults, "chain.zone", ca_faults, SAME_CA},
    {"chain.own", ca_faults, "chain.ssh-tunnel", ca_faults, SAME_CA},
    {"chain.client", ca_faults, "chain.zone", ca_faults, SAME_CA},
    {"chain.trust-list", "no-basic-constraints not-a-ca expired", "chain.zone", ca_faults, SAME_CA},
    {"chain.trust-list", "no-basic-constraints not-a-ca expired", "chain.ssh-tunnel", ca_faults, SAME_CA},
    {"chain.trust-list", "duplicate-name", "chain.zone", "bad-signature", SAME_LIST},
    {"chain.trust-list", "duplicate-name", "chain.ssh-tunnel", "bad-signature", SAME_LIST},
    {"cert.basic-constraints", NULL, "chain.zone", ca_faults, SAME_CA},
    {"chain.zone", ca_faults, "chain.zone", ca_faults, SAME_CA},

    /* The same list lacks the same CA: zone, tunnel, and what differs between peers of a cluster. */
    {"chain.ssh-tunnel", NULL, "chain.zone", NULL, SAME_BOX | SAME_CA},
    {"chain.zone", "no-trusted-root", "chain.zone", "missing-intermediate", SAME_BOX | SAME_CA},
    {"chain.ssh-tunnel", "no-trusted-root", "chain.ssh-tunnel", "missing-intermediate", SAME_BOX | SAME_CA},
    {"chain.lets-encrypt", NULL, "chain.zone", NULL, SAME_BOX},
    {"chain.lets-encrypt", NULL, "chain.ssh-tunnel", NULL, SAME_BOX},
    {"chain.cluster-trust", NULL, "chain.zone", NULL, SAME_CA},
    {"chain.cluster-trust", NULL, "chain.ssh-tunnel", NULL, SAME_CA},
    {"chain.cluster-trust", NULL, "chain.own", NULL, SAME_CA},
    {"cipher.certificate-type", "presented-type-untrusted", "chain.ucm-trust", "not-in-expressway-c",
     SAME_HOST},
    {"cipher.certificate-type", "other-type-untrusted", "chain.ucm-trust", "not-in-expressway-c", SAME_HOST},
    {"cipher.certificate-type", "other-type-untrusted", "cipher.certificate-type", "presented-type-untrusted",
     SAME_HOST},

    /* What an Expressway sends, it takes from its own list. */
    {"chain.served", NULL, "chain.own", NULL, SAME_LEAF},
    {"chain.client", "missing-intermediate", "chain.own", "missing-intermediate", SAME_CA},
    {"chain.served", NULL, "chain.client", NULL, SAME_LEAF},
    {"chain.served", NULL, "chain.zone", NULL, SAME_LEAF},
    {"chain.served", NULL, "chain.ssh-tunnel", NULL, SAME_LEAF},

    /* A name that no certificate of an Expressway should bear, and what hangs on it. */
    {"name.", "wildcard-only", "name.wildcard", NULL, SAME_LEAF},
    {"name.san-fqdn", "malformed", "name.wildcard", NULL, SAME_LEAF},
    {"name.peer-address", "no-san cn-only", "name.srv-target", "no-san cn-only", SAME_LEAF},
    {"name.mra-domain", NULL, "name.srv-target", "no-san", SAME_LEAF},

    {"cert.lets-encrypt-renewal", NULL, "cert.validity", NULL, SAME_LEAF},
    {"tls.handshake", "alert-certificate-expired", "cert.validity", "expired expired-logged not-yet-valid",
     SAME_HOST},

    /* One certificate revoked: list, responder and the decision tell it each. */
    {"revocation.crl", "revoked", "revocation.ocsp", "revoked", SAME_LEAF},
    {"revocation.staple", NULL, "revocation.ocsp", NULL, SAME_LEAF},
    {"revocation.verdict", "revoked", "revocation.ocsp", "revoked", SAME_LEAF},
    {"revocation.verdict", "revoked", "revocation.crl", NULL, SAME_LEAF},
    {"revocation.verdict", "validation-fails", "revocation.ocsp", "sha256-unsupported", SAME_HOST},
    {"revocation.verdict", "fallback-accepts fallback-rejects", "revocation.ocsp", NULL, SAME_HOST},
    {"revocation.verdict", "fallback-accepts fallback-rejects", "revocation.crl", NULL, SAME_HOST},

    /* The refusal of a certificate, seen on the wire or in a log, and why it is refused. */
    {"tls.handshake", NULL, "tls.client-auth", "required-but-none", SAME_PORT},
    {"tls.handshake", NULL, "tls.client-auth", "presented-none", SAME_PORT},
    {"mra.edge-sso", NULL, "tls.client-auth", "required-but-none", SAME_PORT},
    {"mra.edge-config", NULL, "tls.client-auth", "required-but-none", SAME_PORT},
    {"tls.handshake", NULL, "tls.sni", "needs-sni", SAME_PORT},
    {"tls.handshake", "alert-protocol-version", "tls.version", "no-common-version", SAME_PORT},
    {"cipher.overlap", "no-common-version", "tls.version", "no-common-version", SAME_PORT},
    {"tls.handshake", "alert-protocol-version", "tls.version", "old-client", SAME_PORT},
    {"cipher.overlap", "no-common-version", "tls.version", "old-client", SAME_PORT},
    {"tls.handshake", no_ground, "cipher.overlap", NULL, SAME_PORT},
    {"tls.handshake", refusals, "name.peer-address", NULL, SAME_PORT},
    {"tls.handshake", refusals, "name.tls-verify", NULL, OF_TUNNEL | AT_TUNNEL},
    {"tls.handshake", refusals, "cert.validity", "expired expired-logged not-yet-valid", SAME_PORT},
    {"tls.client-auth", "rejected presented-none", "cert.eku", "missing-client", OF_TUNNEL},
    {"tls.client-auth", "rejected", "cert.validity", "expired expired-logged not-yet-valid", OF_TUNNEL},
    {"tls.client-auth", "rejected", "chain.zone", NULL, OF_TUNNEL},
    {"tls.client-auth", "rejected", "name.tls-verify", NULL, OF_TUNNEL},
    {"tls.client-auth", "issuer-not-advertised", "chain.zone", NULL, OF_TUNNEL},
    {"tls.client-auth", "issuer-not-advertised", "tls.client-auth", "rejected", SAME_PORT},
    {"tls.handshake", refusals, "chain.zone", NULL, OF_TUNNEL | AT_TUNNEL},
    {"tls.handshake", refusals, "cert.eku", "missing-client", OF_TUNNEL | AT_TUNNEL},
    {"tls.handshake", "alert-bad-certificate alert-certificate-unknown", "name.peer-address", NULL,
     OF_TUNNEL | AT_TUNNEL},
    {"name.cluster", "peer-name-missing", "name.peer-address", "no-match", SAME_LEAF},
    {"name.common-name", "other-name", "name.peer-address", "no-match", SAME_LEAF},
    {"tls.handshake", refusals, "tls.client-auth", "rejected", SAME_PORT},
    {"tls.handshake", "alert-unknown-ca alert-bad-certificate alert-certificate-unknown", "chain.client",
     NULL, SAME_PORT},
    /* What a box says of itself names what explains it (checks/box.c, checks/box_state.c), as does what a
       renewal would break. */
    {"renew.predict", NULL, NULL, NULL, EXPLAINS},
    {"zone.status", NULL, NULL, NULL, EXPLAINS},
    {"host.alarm", NULL, NULL, NULL, EXPLAINS},

    /* 502: Expressway-E does not reach Expressway-C. Whatever stops the tunnel is the reason. */
    {"mra.", path_down, "net.connect", NULL, SAME_HOST | IS_TUNNEL_PORT},
    {"mra.", path_down, "chain.zone", NULL, OF_TUNNEL},
    {"mra.", path_down, "chain.ssh-tunnel", NULL, OF_TUNNEL},
    {"mra.", path_down, "name.peer-address", NULL, OF_TUNNEL},
    {"mra.", path_down, "name.tls-verify", NULL, OF_TUNNEL},
    {"mra.", path_down, "cert.eku", "missing-client", OF_TUNNEL},
    {"mra.", path_down, "cert.validity", "expired expired-logged not-yet-valid", OF_TUNNEL},
    {"mra.", path_down, "cert.unknown-oid", NULL, OF_TUNNEL},
    {"mra.", path_down, "name.host-underscore", NULL, OF_TUNNEL},
    {"mra.", path_down, "file.key", NULL, OF_TUNNEL},
    {"mra.", path_down, "ssh.service", NULL, SAME_HOST},
    {"mra.", path_down, "tls.client-auth", "rejected presented-none", SAME_HOST},
    {"mra.edge-sso", NULL, "mra.edge-config", NULL, SAME_PORT},
    {"mra.uds", NULL, "mra.edge-config", NULL, SAME_HOST},
    {"net.all-addresses", NULL, "tls.handshake", NULL, SAME_HOST},
    {NULL, NULL, NULL, NULL, 0}};

static const char by_the_same_list[] = "Expressway-E lacks that CA, and refuses Expressway-C's certificate "
                                       "on the SSH tunnel, if it is of the same CA";

const struct fault_maybe fault_maybes[] = {
    {{"mra.", path_down, "name.host-underscore", NULL, SAME_HOST},
     "it stops the SSH tunnels; step 1 tells whether"},
    {{"mra.", path_down, "cert.unknown-oid", NULL, SAME_HOST},
     "it stops the SSH tunnels; step 1 tells whether"},
    {{"mra.", path_down, "cert.validity", "expired expired-logged not-yet-valid", SAME_HOST},
     "the traversal zone is judged by the same certificate; step 1 tells whether"},
    {{"mra.", path_down, "chain.client", "missing-intermediate", SAME_HOST}, by_the_same_list},
    {{"mra.", path_down, "chain.served", "incomplete", SAME_HOST}, by_the_same_list},
    {{NULL, NULL, NULL, NULL, 0}, NULL}};

bool fault_root_says(const struct finding *root, const struct finding *consequence) {
    static const struct {
        const char *root, *consequence; /* checks, or a family with a dot behind */
    } same[] = {{"cert.self-signed", "chain.client"},
                {"chain.client", "chain.served"},
                {"chain.served", "chain.client"},
                {"name.wildcard", "name."},
                {"name.srv-target", "dns.srv-target-domain"},
                {"mra.", "mra."}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (is_of_check(same[i].root, root) && is_of_check(same[i].consequence, consequence))
            return true;
    return strcmp(consequence->cause->id, root->cause->id) == 0;
}

/* ---- what one finding speaks of ---- */

static void ca_add(struct arena *arena, struct texts *to, const json_t *subject) {
    const char *text = json_string_value(subject);
    if (text != NULL && !texts_has(to, text))
        texts_add(arena, to, text);
}

static void cas_of(struct arena *arena, const struct finding *f, struct texts *to) {
    static const char *const lists[] = {"missing", "entries"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const json_t *list = evidence_value(f, lists[i]);
        for (size_t k = 0; k < json_array_size(list) && to->n < 64; k++)
            ca_add(arena, to, json_object_get(json_array_get(list, k), "subject"));
    }
    ca_add(arena, to, evidence_value(f, "culprit"));
}

/* The certificate it speaks of, by what it says, else by what the port showed. */
static const char *leaf_of(const struct finding *f) {
    const json_t *path = evidence_value(f, "path");
    const char *said = evidence_string(f, "certificate");
    if (f->endpoint != NULL && f->endpoint->tls.chain.n > 0)
        return f->endpoint->tls.chain.v[0]->subject;
    if (json_array_size(path) > 0)
        return json_string_value(json_array_get(path, 0));
    return said != NULL && !word_in("rsa ecdsa server client", said) ? said : NULL;
}

const char *fault_box_of(const struct finding *f) {
    const json_t *first = json_array_get(evidence_value(f, "missing"), 0);
    const char *box = json_string_value(json_object_get(first, "upload_to"));
    if (box == NULL)
        box = evidence_string(f, "judged_by");
    return box != NULL || evidence_value(f, "log") == NULL ? box : evidence_string(f, "box");
}

void ident_of(const struct facts *facts, struct arena *arena, struct finding *f, struct ident *out) {
    const char *list = evidence_string(f, "trust_list");
    *out = (struct ident){.finding = f,
                          .role = subject_of(facts, arena, f).role,
                          .host = f->endpoint != NULL ? f->endpoint->host : f->node,
                          .id = f->endpoint != NULL ? f->endpoint->id : f->subject,
                          .leaf = leaf_of(f),
                          .box = fault_box_of(f),
                          .list = list != NULL      ? list
                                  : f->list != NULL ? f->list
                                                    : f->subject,
                          .domain = f->domain};
    cas_of(arena, f, &out->cas);
}

/* ---- what two have in common ---- */

static bool share_ca(const struct ident *a, const struct ident *b) {
    for (size_t i = 0; i < a->cas.n; i++)
        if (texts_has(&b->cas, a->cas.v[i]))
            return true;
    return false;
}

static bool share_host(const struct ident *a, const struct ident *b) {
    const struct finding *x = a->finding, *y = b->finding;
    if (a->host == NULL || b->host == NULL)
        return true;
    if (x->endpoint != NULL && y->endpoint != NULL && x->endpoint->address != NULL &&
        y->endpoint->address != NULL && strcmp(x->endpoint->address, y->endpoint->address) == 0)
        return true;
    return names_alike(a->host, b->host);
}

/* Expressway-C's own certificate goes to every edge; what is wrong at one edge concerns that one. */
static bool is_of_tunnel(const struct ident *consequence, const struct ident *root) {
    enum leg leg = root->finding->endpoint == NULL ? LEG_ZONE : root->finding->endpoint->leg;
    if (root->role == ROLE_EXPRESSWAY_C)
        return true;
    return (leg == LEG_ZONE || leg == LEG_TUNNEL) && share_host(consequence, root);
}

static bool is_tunnel_port(const struct ident *root) {
    const struct endpoint *e = root->finding->endpoint;
    return e != NULL && (e->leg == LEG_ZONE || e->leg == LEG_TUNNEL);
}

/* A log-in port that only an SRV record can have named. */
static bool is_srv_port(const struct ident *consequence) {
    const struct endpoint *e = consequence->finding->endpoint;
    return e != NULL && e->leg == LEG_CLIENT && e->protocol == PROTOCOL_HTTPS && e->port != PORT_MRA;
}

/* "host.settings expc1.example.com": its check and its subject. */
static const char *explained_by(const struct ident *c) {
    return evidence_string(c->finding, "explained_by");
}

static bool is_explanation(const struct ident *c, const struct ident *r) {
    const char *why = explained_by(c);
    size_t size = strlen(r->finding->check->id);
    return why != NULL && text_starts(why, r->finding->check->id) && why[size] == ' ' &&
           strcmp(why + size + 1, r->finding->subject) == 0;
}

const struct check *fault_rule_root(struct arena *arena, const struct fault_rule *rule,
                                    const struct ident *c) {
    const char *why = explained_by(c);
    if (rule->root != NULL)
        return check_named(rule->root);
    return why == NULL ? NULL : check_named(arena_printf(arena, "%.*s", (int)strcspn(why, " "), why));
}

static bool have_in_common(unsigned what, const struct ident *c, const struct ident *r) {
    if ((what & SAME_PORT) != 0 && strcmp(c->id, r->id) != 0)
        return false;
    if ((what & IS_SRV_PORT) != 0 && !is_srv_port(c))
        return false;
    if ((what & SAME_HOST) != 0 && !share_host(c, r))
        return false;
    if ((what & SAME_LEAF) != 0 &&
        !(c->leaf != NULL && r->leaf != NULL ? strcmp(c->leaf, r->leaf) == 0 : share_host(c, r)))
        return false;
    if ((what & SAME_CA) != 0 && !share_ca(c, r))
        return false;
    if ((what & SAME_BOX) != 0 && c->box != NULL && r->box != NULL && strcmp(c->box, r->box) != 0)
        return false;
    if ((what & SAME_LIST) != 0 && strcmp(c->list, r->list) != 0)
        return false;
    if ((what & SAME_DOMAIN) != 0 && c->domain != NULL && r->domain != NULL &&
        !names_alike(c->domain, r->domain))
        return false;
    if ((what & OF_TUNNEL) != 0 && !is_of_tunnel(c, r))
        return false;
    if ((what & EXPLAINS) != 0 && !is_explanation(c, r))
        return false;
    if ((what & AT_TUNNEL) != 0 && !is_tunnel_port(c))
        return false;
    return (what & IS_TUNNEL_PORT) == 0 || is_tunnel_port(r);
}

static bool cause_fits(const char *causes, const struct finding *f) {
    return causes == NULL || word_in(causes, f->cause->id);
}

bool fault_rule_speaks_of(const struct fault_rule *rule, const struct ident *c) {
    return is_of_check(rule->check, c->finding) && cause_fits(rule->causes, c->finding);
}

/* What tells most pairs apart is asked first: a thousand zones have millions of pairs. */
bool fault_rule_fits(const struct fault_rule *rule, const struct ident *c, const struct ident *r) {
    return c->finding->cause != r->finding->cause && have_in_common(rule->in_common, c, r) &&
           cause_fits(rule->root_causes, r->finding);
}

/* ---- the same elsewhere ---- */

/* Do all ports of that address that were tried fail to connect? Then the host is the thing, not a port. */
static bool is_host_dead(const struct facts *facts, const struct endpoint *e) {
    size_t tried = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *o = facts->endpoints.v[i];
        if (strcmp(o->host, e->host) != 0 || !text_same_case_blind(o->address, e->address) ||
            o->tcp.state == TCP_NOT_TRIED)
            continue;
        if (o->tcp.state == TCP_CONNECTED)
            return false;
        tried++;
    }
    return tried > 1;
}

static char *cas_key(struct arena *arena, const struct ident *ident) {
    char *all = arena_text(arena, "");
    for (size_t i = 0; i < ident->cas.n; i++)
        all = arena_printf(arena, "%s|%s", all, ident->cas.v[i]);
    return all;
}

/* The certificate that the node has by its file: the one that its port shows is the same thing. */
static const char *leaf_of_node(const struct facts *facts, const char *name) {
    const struct deployment *d = facts->deployment;
    const struct nodes *both[] = {d == NULL ? NULL : &d->e.nodes, d == NULL ? NULL : &d->c.nodes};
    for (size_t i = 0; d != NULL && name != NULL && i < 2; i++) {
        const struct node *node = facts_node(facts, both[i], name);
        if (node != NULL && node->certificate.n > 0)
            return node->certificate.v[0]->subject;
    }
    return "";
}

char *fault_key(const struct facts *facts, struct arena *arena, const struct ident *ident) {
    const struct finding *f = ident->finding;
    const struct endpoint *e = f->endpoint;
    if (text_starts(f->check->id, "chain."))
        return cause_fits(ca_faults, f)
                   ? arena_printf(arena, "%s", text_or(evidence_string(f, "culprit"), ""))
                   : arena_printf(arena, "%s|%s", text_or(ident->box, ""), cas_key(arena, ident));
    if (strcmp(f->check->id, "net.connect") == 0 && e != NULL)
        return is_host_dead(facts, e) ? arena_printf(arena, "host %s", e->host)
                                      : arena_printf(arena, "%d", e->port);
    if (text_starts(f->check->id, "revocation.") || text_starts(f->check->id, "cert."))
        return arena_printf(arena, "%d %s", (int)ident->role,
                            text_or(ident->leaf, leaf_of_node(facts, f->node)));
    if (strcmp(f->check->id, "zone.status") == 0) /* from either end */
        return arena_printf(arena, "%s", text_or(f->zone, f->subject));
    if (strcmp(f->check->id, "zone.pairing") == 0) { /* the same said from either end */
        const char *wanted = text_or(evidence_string(f, "wanted"), "");
        const char *found = text_or(evidence_string(f, "found"), "");
        bool is_first = strcmp(wanted, found) < 0;
        return arena_printf(arena, "%s|%s", is_first ? wanted : found, is_first ? found : wanted);
    }
    return arena_printf(arena, "%d", (int)ident->role);
}
