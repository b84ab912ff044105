/* What is a fault called, so that box and object follow from one line? See fault_rules.h. Titles are rows
 * with blanks, which fault_blanks.c fills; a cause without a row is its catalogue title behind the place. */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "checks/advice.h"
#include "outcomes/outcome_units.h"

static const struct title_row {
    const char *check, *causes; /* NULL: any cause */
    const char *title;          /* NULL check ends */
} titles[] = {
    {"chain.zone", "no-trusted-root missing-intermediate untrusted-self-signed",
     "{zone}: {list}'s trust list lacks {ca}"},
    {"chain.zone", "caller-untrusted",
     "Calls over TLS: {list}'s trust list lacks the CA of the caller {caller}"},
    {"chain.zone", "expired-ca", "{zone}: {ca}, above the certificate of {at}, {over}"},
    {"chain.zone", "not-a-ca", "{zone}: the CA certificate {ca} lacks BasicConstraints CA:TRUE"},
    {"chain.ssh-tunnel", "no-trusted-root missing-intermediate untrusted-self-signed",
     "SSH tunnel: {list}'s trust list lacks {ca}"},
    {"chain.own", "no-trusted-root missing-intermediate untrusted-self-signed",
     "{list}'s own trust list lacks {ca}, which is above its own certificate"},
    {"chain.cluster-trust", NULL, "Trust lists of a cluster differ: {at} lacks {ca}"},
    {"chain.client", "missing-intermediate", "{at} does not send the intermediate {ca}"},
    {"chain.client", "no-trusted-root", "{at}: its certificate leads to {ca}, which clients do not trust"},
    {"chain.client", "expired-ca", "{at}: {ca}, above its certificate, {over}"},
    {"chain.client", "untrusted-self-signed",
     "{at} shows a self-signed certificate, which clients do not trust"},
    {"chain.served", "incomplete", "{at} does not send {ca}, the issuer of its certificate"},
    {"chain.ucm-trust", "not-in-expressway-c", "Expressway-C's trust list lacks {ca} of {at}"},
    {"chain.ucm-trust", "not-in-tomcat-trust", "{at}: tomcat-trust lacks {ca} of Expressway-C's certificate"},
    {"chain.ucm-trust", "not-in-callmanager-trust",
     "{at}: CallManager-trust lacks {ca} of Expressway-C's certificate"},
    {"chain.trust-list", NULL, "{owner} trust list: {title}"},
    {"chain.lets-encrypt", NULL, "{list}'s trust list lacks Let's Encrypt's {ca}"},
    {"name.mra-domain", "no-match", "{at}: its certificate lacks the domain {name}"},
    {"name.mra-domain", "srvname-only", "{at}: its certificate has {name} as an SRVName only"},
    {"name.srv-target", "no-match",
     "Clients are sent to {name}: not in the certificate that is served there"},
    {"name.srv-target", "no-san", "{at}: its certificate has no SAN at all; {name} is wanted"},
    {"name.peer-address", "no-match", "{at}: its certificate lacks {name}, the peer address of the zone"},
    {"name.peer-address", "no-san",
     "{at}: its certificate has no SAN at all; the peer address {name} is wanted"},
    {"name.peer-address", "cn-only", "{at}: the peer address {name} is its common name only, not in the SAN"},
    {"name.peer-address", "ip-address",
     "Expressway-C dials {name}, an IP address; the certificate has names only"},
    {"name.peer-address", "short-name",
     "Expressway-C dials {name}, without its domain; the certificate has FQDNs"},
    {"name.tls-verify", "no-match missing-on-node",
     "TLS verify subject name {name} of the zone: not in the certificate of {at}"},
    {"name.wildcard", NULL, "{at}: its certificate has a wildcard name, which Expressway does not support"},
    {"name.ucm-node", "no-match", "{at}: its certificate lacks {name}, by which it is known"},
    {"name.expected", NULL, "{at}: its certificate lacks {name}"},
    {"name.phone-profile", "no-match", "{at}: its certificate lacks the phone profile {name}"},
    {"name.xmpp-domain", "no-match", "{at}: its certificate lacks the XMPP federation domain {name}"},
    {"name.host-underscore", NULL,
     "{at}: the host name has an underscore, which Expressway-E's own name must not have"},
    {"name.san-fqdn", NULL, "{at}: its SAN holds {unfit}, which is no FQDN: refused at the next upload"},
    {"cert.validity", "expired", "{at}: its certificate {ended}"},
    {"cert.validity", "expired-logged", "{at}: its certificate or a CA above it has expired, by the log"},
    {"cert.validity", "not-yet-valid", "{at}: its certificate is not valid before {from}"},
    {"cert.validity", "expires-critical expires-soon", "{at}: its certificate expires on {until}"},
    {"ucm.certificate", "expired", "{at}: its {purpose} certificate {ended}"},
    {"ucm.certificate", "expires-critical expires-soon",
     "{at}: its {purpose} certificate expires on {until}"},
    {"ucm.certificate", "missing-server",
     "{at}: its {purpose} certificate lacks server authentication (EKU)"},
    {"cert.eku", "missing-client missing-client-soon",
     "{at}: its certificate lacks client authentication (EKU)"},
    {"cert.unknown-oid", NULL,
     "{at}: its certificate names an attribute that breaks the SSH tunnels (unknown to Expressway)"},
    {"cert.eku", "missing-server", "{at}: its certificate lacks server authentication (EKU)"},
    {"tls.client-auth", "required-but-none",
     "{at} demands a client certificate on {port}, which clients do not have"},
    {"tls.client-auth", "rejected",
     "{at} refused the client certificate{whose} that was presented on {port}"},
    {"tls.sni", "needs-sni refuses-name",
     "{at}, port {port}: what answers demands a server name (SNI), which an Expressway never does"},
    {"tls.handshake", "not-tls", "{place}, port {port}: {spoke} answers in place of TLS"},
    {"tls.handshake",
     "alert-unknown-ca alert-bad-certificate alert-unsupported-certificate alert-certificate-revoked "
     "alert-certificate-expired alert-certificate-unknown",
     "{refuser} refused the certificate of {refused} on {port}: {title}"},
    {"tls.handshake", NULL, "{at}{at_port}: {title}"},
    {"tls.version", "old-client", "The client of {at}, port {port}, offers nothing from TLS 1.2 up"},
    {"tls.version", "no-common-version", "{place}, port {port}: {title}"},
    {"tls.version", NULL, "{at}{at_port}: {title}"},
    {"tls.served-cert", "not-yet-active",
     "{at} still serves its old certificate: not restarted after the upload"},
    {"zone.pairing", "port-differs",
     "Traversal zone: Expressway-C dials port {dials}, Expressway-E listens on {listens}"},
    {"zone.pairing", "peer-port-differs",
     "{at} listens on port {listens}; its peers and Expressway-C have {dials}"},
    {"zone.pairing", "no-partner", "{at}: its zone '{here}' has no partner on the other side"},
    {"zone.settings", "none-for-mra", "Expressway-C and Expressway-E: {title}"},
    {"zone.settings", NULL, "{at}, zone {here}: {title}"},
    {"zone.status", "failed peer-down", "Traversal zone, Expressway-C to {far}: {title}"},
    {"zone.status", "alarm-against", "{at}: alarm {alarm}, and its files show nothing of it"},
    {"zone.status", "ucm-failed", "Expressway-C's zone to Unified CM {place} is down, by the status dump"},
    {"zone.status", "tunnels-down", "Expressway-C has no SSH tunnel (2222) to {far}, as it says itself"},
    {"host.clock", "differs", "Expressway-C and Expressway-E: {title}"},
    {"cipher.overlap", "no-common-version", "{versions}"},
    {"cipher.overlap", "no-common-suite", "{pair}: no cipher suite in common"},
    {"net.connect", "refused", "{at} refuses connections on {port}"},
    {"net.connect", "timeout", "{at} does not answer on {port}: firewall{down}"},
    {"net.connect", "unreachable", "No route to {at}, {port}"},
    {"net.connect", "reset", "{at}: connections to {port} are accepted and reset at once"},
    {"net.connect", "unresolved", "{at}: the name has no address"},
    {"dns.", NULL, "DNS of {domain}: {title}"},
    {"mra.edge-config", "path-down", "{at}{of} does not reach Expressway-C (502): SSH tunnel or zone down"},
    {"mra.edge-sso", "status-502", "{at}{of} does not reach Expressway-C (502): SSH tunnel or zone down"},
    {"mra.edge-config", "domain-not-enabled",
     "{at} refuses {domain} (403): not enabled for MRA on Expressway-C, or the clocks differ"},
    {"revocation.ocsp", "revoked", "{at}: its CA has revoked the certificate"},
    {"revocation.crl", "revoked", "{at}: its CA has revoked the certificate"},
    {"ssh.service", NULL, "SSH tunnel: {at}{at_port}: {title}"},
    {"sip.", NULL, "{at}{at_port}: {title}"},
    {"xmpp.", NULL, "{at}{at_port}: {title}"},
    {NULL, NULL, NULL}};

static const struct title_row *title_row_of(const struct finding *f) {
    for (const struct title_row *row = titles; row->check != NULL; row++)
        if (is_of_check(row->check, f) && (row->causes == NULL || word_in(row->causes, f->cause->id)))
            return row;
    return NULL;
}

/* Whose list is it, as the deployment has it? */
static const char *owner_of_list(const struct facts *facts, const char *list) {
    const struct deployment *d = facts->deployment;
    const struct expressway *both[] = {d == NULL ? NULL : &d->e, d == NULL ? NULL : &d->c};
    static const enum role owners[] = {ROLE_EXPRESSWAY_E, ROLE_EXPRESSWAY_C};
    for (size_t i = 0; d != NULL && i < 2; i++) {
        if (both[i]->trust != NULL && strcmp(both[i]->trust, list) == 0)
            return box_name(owners[i]);
        for (size_t k = 0; k < both[i]->nodes.n; k++)
            if (both[i]->nodes.v[k]->trust != NULL && strcmp(both[i]->nodes.v[k]->trust, list) == 0)
                return box_name(owners[i]);
    }
    return NULL;
}

static char *fill(const struct facts *facts, struct arena *arena, const struct fault *fault,
                  const struct subject *subject, const char *title) {
    char *out = arena_text(arena, "");
    while (*title != 0) {
        size_t plain = strcspn(title, "{");
        out = arena_printf(arena, "%s%.*s", out, (int)plain, title);
        title += plain;
        if (*title == 0)
            break;
        size_t length = strcspn(title + 1, "}");
        char *key = arena_textn(arena, title + 1, length);
        out = arena_printf(arena, "%s%s", out, fault_blank(facts, arena, fault, subject, key));
        title += length + 2;
    }
    return out;
}

static const char *box_words(const struct facts *facts, struct arena *arena, const struct fault *fault,
                             const struct subject *subject) {
    bool is_clients = strcmp(fault->root->check->id, "chain.client") == 0 ||
                      strcmp(fault->root->check->id, "chain.served") == 0;
    bool is_lists = !is_clients && text_starts(fault->root->check->id, "chain.") &&
                    fault_box_of(fault->root) != NULL && strcmp(fault_box_of(fault->root), "clients") != 0;
    if (is_lists && subject->values[PUT_UPLOAD_TO] != NULL)
        return subject->values[PUT_UPLOAD_TO];
    if (text_starts(fault->root->check->id, "dns."))
        return "DNS";
    if (fault->root->cause == cause_of(CAUSE_ZONE_STATUS_UCM_FAILED)) /* of the node it tells which zone */
        return box_name(subject->role);
    return box_name(subject->role) == NULL ? fault_place(facts, fault->root)
                                           : fault_blank(facts, arena, fault, subject, "at");
}

/* "check HOST" of an edge's own name: the record lacks, but not there. */
static const char *address_of_domain(const struct fault *fault) {
    return strcmp(fault->root->check->id, "dns.collab-edge-srv") != 0
               ? NULL
               : evidence_string(fault->root, "has_address");
}

/* From X15.5 an Expressway has two certificates: the title says where it is the one that it presents. */
static const char *of_its_store(struct arena *arena, const struct finding *f, const char *title) {
    static const char words[] = "its certificate";
    const char *store = evidence_string(f, "certificate"), *at = strstr(title, words);
    if (store == NULL || strcmp(store, "client") != 0)
        return title;
    return at == NULL ? arena_printf(arena, "%s (client certificate)", title)
                      : arena_printf(arena, "%.*sits client certificate%s", (int)(at - title), title,
                                     at + strlen(words));
}

void fault_tell(const struct facts *facts, struct arena *arena, struct fault *fault) {
    const struct title_row *row = title_row_of(fault->root);
    struct subject subject = subject_of(facts, arena, fault->root);
    const char *owner = owner_of_list(facts, fault->root->subject);
    if (owner != NULL)
        subject.values[PUT_FILE] = arena_printf(arena, "%s's", owner);
    fault->title = fill(facts, arena, fault, &subject, row != NULL ? row->title : "{at}: {title}");
    if (address_of_domain(fault) != NULL)
        fault->title = arena_printf(arena, "%s has an address (%s) and no SRV record: is it the edge?",
                                    fault->root->domain, address_of_domain(fault));
    fault->title = of_its_store(arena, fault->root, fault->title);
    fault->box = box_words(facts, arena, fault, &subject);
    fault->touch = fault_touch(facts, arena, fault);
    fault->next = fault_next(facts, arena, fault, &fault->is_again);
}
