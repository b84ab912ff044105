/* What do the facts of a deployment look like in which nothing is wrong? See healthy.h. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* ---- certificates ---- */

/* 64 hexadecimal digits that differ when subject or serial do; no real digest. */
static char *fake_sha256(struct arena *arena, const char *subject, const char *serial) {
    uint64_t h = 0xcbf29ce484222325u, part[4];
    for (const char *p = subject; *p != 0; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3u;
    for (const char *p = serial; *p != 0; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3u;
    for (size_t i = 0; i < 4; i++)
        part[i] = h = h * 0x5851f42d4c957f2du + 0x14057b7ef767814fu;
    return text_hex(arena, part, sizeof part, 0);
}

static struct cert *cert_any(struct facts *facts, const char *common_name, const char *issuer) {
    struct arena *a = facts->arena;
    struct cert *cert = ARENA_NEW(a, struct cert);
    cert->common_name = arena_text(a, common_name);
    cert->subject = arena_printf(a, "CN=%s,O=Example", common_name);
    cert->issuer = arena_printf(a, "CN=%s,O=Example", issuer);
    cert->serial = arena_text(a, "1000");
    cert->sha256 = fake_sha256(a, cert->subject, cert->serial);
    cert->key_type = KEY_RSA;
    cert->key_bits = 2048;
    cert->signature = arena_text(a, "sha256WithRSAEncryption");
    cert->signature_digest = arena_text(a, "SHA256");
    cert->version = 3;
    uint8_t key_id[20];
    memset(key_id, (int)strlen(common_name), sizeof key_id);
    cert->ski = text_hex(a, key_id, sizeof key_id, ':');
    memset(key_id, (int)strlen(issuer), sizeof key_id);
    cert->aki = text_hex(a, key_id, sizeof key_id, ':');
    return cert;
}

struct cert *cert_new(struct facts *facts, const char *host) {
    struct arena *a = facts->arena;
    struct cert *cert = cert_any(facts, host, "Example Issuing CA");
    cert->not_before = facts->run.at - 60 * DAY;
    cert->not_after = facts->run.at + 300 * DAY;
    cert_add_name(facts, cert, NAME_DNS, host);
    cert->has_eku = true;
    texts_add(a, &cert->eku, "serverAuth");
    texts_add(a, &cert->eku, "clientAuth");
    texts_add(a, &cert->key_usage, "digitalSignature");
    texts_add(a, &cert->key_usage, "keyEncipherment");
    texts_add(a, &cert->aia, "http://ca.example.com/issuing.cer");
    texts_add(a, &cert->cdp, "http://ca.example.com/issuing.crl");
    return cert;
}

struct cert *ca_new(struct facts *facts, const char *common_name, bool root) {
    struct cert *cert = cert_any(facts, common_name, root ? common_name : "Example Root CA");
    cert->not_before = facts->run.at - 1000 * DAY;
    cert->not_after = facts->run.at + 2000 * DAY;
    cert->has_basic_constraints = cert->is_ca = true;
    cert->self_issued = cert->self_signed = root;
    texts_add(facts->arena, &cert->key_usage, "keyCertSign");
    texts_add(facts->arena, &cert->key_usage, "cRLSign");
    return cert;
}

void cert_add_name(struct facts *facts, struct cert *cert, enum name_type type, const char *value) {
    struct cert_name *name = ARENA_NEW(facts->arena, struct cert_name);
    name->type = type;
    name->value = arena_text(facts->arena, value);
    LIST_ADD(facts->arena, &cert->names, name);
    cert->has_san = true;
}

void cert_drop_name(struct cert *cert, const char *value) {
    size_t kept = 0, before = cert->names.n;
    for (size_t i = 0; i < before; i++)
        if (strcmp(cert->names.v[i]->value, value) != 0)
            cert->names.v[kept++] = cert->names.v[i];
    assert_int_not_equal(kept, before);
    cert->names.n = kept;
}

void cert_set_serial(struct facts *facts, struct cert *cert, int number) {
    cert->serial = arena_printf(facts->arena, "%04X", (unsigned)number);
    cert->sha256 = fake_sha256(facts->arena, cert->subject, cert->serial);
}

void serve_cert(struct facts *facts, struct endpoint *endpoint, struct cert *leaf) {
    struct certs chain = {0};
    LIST_ADD(facts->arena, &chain, leaf);
    LIST_ADD(facts->arena, &chain, ca_new(facts, "Example Issuing CA", false));
    endpoint->tls.chain = chain;
    for (size_t i = 0; i < endpoint->variants.n; i++)
        if (endpoint->variants.v[i]->state == TLS_ESTABLISHED)
            endpoint->variants.v[i]->chain = chain;
}

void serve_cert_everywhere(struct facts *facts, const char *host, struct cert *leaf) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *endpoint = facts->endpoints.v[i];
        if (strcmp(endpoint->host, host) == 0 && endpoint->protocol != PROTOCOL_SSH)
            serve_cert(facts, endpoint, leaf);
    }
}

/* ---- endpoints ---- */

static struct cert *cert_of_host(struct facts *facts, const char *host) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *endpoint = facts->endpoints.v[i];
        if (strcmp(endpoint->host, host) == 0 && endpoint->tls.chain.n > 0)
            return endpoint->tls.chain.v[0];
    }
    return cert_new(facts, host);
}

static void handshake(struct facts *facts, struct endpoint *endpoint) {
    struct arena *a = facts->arena;
    struct tls_attempt *tls = &endpoint->tls;
    tls->purpose = PURPOSE_MAIN;
    tls->state = TLS_ESTABLISHED;
    tls->version = arena_text(a, "TLSv1.3");
    tls->cipher = arena_text(a, "TLS_AES_256_GCM_SHA384");
    tls->group = arena_text(a, "X25519");
    tls->signature_algorithm = arena_text(a, "rsa_pss_rsae_sha256");
    tls->sni = arena_text(a, endpoint->host);
    tls->client_auth = CLIENT_AUTH_NONE;
    tls->session_ticket = true;
    tls->connect_ms = 11;
    tls->ms = 23;
    serve_cert(facts, endpoint, cert_of_host(facts, endpoint->host));
    variant_of(facts, endpoint, PURPOSE_SNI_NONE)->sni = NULL;
    variant_of(facts, endpoint, PURPOSE_RSA);
    tls_alerts(facts, variant_of(facts, endpoint, PURPOSE_ECDSA), 40, SIDE_PEER);
    variant_of(facts, endpoint, PURPOSE_TLS12)->version = arena_text(a, "TLSv1.2");
    tls_alerts(facts, variant_of(facts, endpoint, PURPOSE_LEGACY), 70, SIDE_PEER);
}

static void add_http(struct facts *facts, struct endpoint *endpoint, const char *request, int status,
                     const char *server) {
    struct arena *a = facts->arena;
    struct http_exchange *http = ARENA_NEW(a, struct http_exchange);
    http->request = arena_text(a, request);
    http->domain = arena_text(a, DOMAIN);
    http->url = arena_printf(a, "https://%s/ZXhhbXBsZS5jb20/%s", endpoint->id, request);
    http->state = EXCHANGE_ANSWERED;
    http->status = status;
    http->server = arena_text(a, server);
    http->ms = 34;
    LIST_ADD(a, &endpoint->http, http);
}

static void serve_https(struct facts *facts, struct endpoint *endpoint) {
    if (endpoint->leg != LEG_CLIENT)
        return;
    add_http(facts, endpoint, "get_edge_sso", 200, "CE_E");
    endpoint->http.v[0]->content_type = arena_text(facts->arena, "text/xml");
    endpoint->http.v[0]->body = arena_text(
        facts->arena, "<?xml version=\"1.0\"?><SSOResult version=\"1.0\"><Response>"
                      "<SingleSignOn><Status enabled=\"false\"/></SingleSignOn></Response></SSOResult>");
    add_http(facts, endpoint, "get_edge_config", 401, "CE_C ECS");
    endpoint->http.v[1]->realm = arena_text(facts->arena, "Cisco-Edge");
}

static void serve_sip(struct facts *facts, struct endpoint *endpoint) {
    endpoint->sip = ARENA_NEW(facts->arena, struct sip_exchange);
    endpoint->sip->state = EXCHANGE_ANSWERED;
    endpoint->sip->code = 200;
    endpoint->sip->reason = arena_text(facts->arena, "OK");
    endpoint->sip->server = arena_text(facts->arena, "TANDBERG/4137 (X15.5)");
    endpoint->sip->ms = 12;
}

static void serve_xmpp(struct facts *facts, struct endpoint *endpoint) {
    endpoint->xmpp = ARENA_NEW(facts->arena, struct xmpp_exchange);
    endpoint->xmpp->state = XMPP_READY;
    endpoint->xmpp->to = endpoint->xmpp->from = arena_text(facts->arena, DOMAIN);
    endpoint->xmpp->starttls_required = true;
    texts_add(facts->arena, &endpoint->xmpp->mechanisms, "PLAIN");
    endpoint->xmpp->ms = 40;
}

static void serve_ssh(struct facts *facts, struct endpoint *endpoint) {
    endpoint->ssh = ARENA_NEW(facts->arena, struct ssh_exchange);
    endpoint->ssh->state = SSH_READY;
    endpoint->ssh->banner = arena_text(facts->arena, "SSH-2.0-OpenSSH_9.2");
    texts_add(facts->arena, &endpoint->ssh->kex_algorithms, "ecdh-sha2-nistp256");
    texts_add(facts->arena, &endpoint->ssh->host_key_algorithms, "x509v3-sign-rsa");
    texts_add(facts->arena, &endpoint->ssh->ciphers, "aes256-ctr");
    endpoint->ssh->ms = 9;
}

struct endpoint *add_endpoint(struct facts *facts, const char *host, const char *address, int port,
                              enum protocol protocol, enum leg leg) {
    struct arena *a = facts->arena;
    struct endpoint *endpoint = ARENA_NEW(a, struct endpoint);
    endpoint->id = arena_printf(a, strchr(host, ':') == NULL ? "%s:%d" : "[%s]:%d", host, port);
    endpoint->host = arena_text(a, host);
    endpoint->address = arena_text(a, address);
    endpoint->port = port;
    endpoint->protocol = protocol;
    endpoint->leg = leg;
    endpoint->role = leg == LEG_UCM ? ROLE_UCM : leg == LEG_IMP ? ROLE_IMP : ROLE_EXPRESSWAY_E;
    if (leg == LEG_CLIENT)
        texts_add(a, &endpoint->domains, DOMAIN);
    endpoint->tcp.state = TCP_CONNECTED;
    endpoint->tcp.ms = 11;
    if (protocol != PROTOCOL_SSH)
        handshake(facts, endpoint);
    if (protocol == PROTOCOL_HTTPS)
        serve_https(facts, endpoint);
    else if (protocol == PROTOCOL_SIP)
        serve_sip(facts, endpoint);
    else if (protocol == PROTOCOL_XMPP)
        serve_xmpp(facts, endpoint);
    else if (protocol == PROTOCOL_SSH)
        serve_ssh(facts, endpoint);
    LIST_ADD(a, &facts->endpoints, endpoint);
    return endpoint;
}

void drop_endpoints(struct facts *facts, const char *host) {
    size_t kept = 0, before = facts->endpoints.n;
    for (size_t i = 0; i < before; i++)
        if (strcmp(facts->endpoints.v[i]->host, host) != 0)
            facts->endpoints.v[kept++] = facts->endpoints.v[i];
    assert_int_not_equal(kept, before);
    facts->endpoints.n = kept;
}

struct endpoint *endpoint_of(struct facts *facts, const char *id) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->id, id) == 0)
            return facts->endpoints.v[i];
    fail_msg("no endpoint %s", id);
    return NULL;
}

struct cert *leaf_of(struct facts *facts, const char *id) {
    struct endpoint *endpoint = endpoint_of(facts, id);
    assert_true(endpoint->tls.chain.n > 0);
    return endpoint->tls.chain.v[0];
}

struct tls_attempt *variant_of(struct facts *facts, struct endpoint *endpoint, enum tls_purpose purpose) {
    if (purpose == PURPOSE_MAIN)
        return &endpoint->tls;
    for (size_t i = 0; i < endpoint->variants.n; i++)
        if (endpoint->variants.v[i]->purpose == purpose)
            return endpoint->variants.v[i];
    struct tls_attempt *attempt = arena_dup(facts->arena, &endpoint->tls, sizeof endpoint->tls);
    attempt->purpose = purpose;
    if (purpose == PURPOSE_LEGACY || purpose == PURPOSE_RSA || purpose == PURPOSE_ECDSA ||
        purpose == PURPOSE_TLS12)
        attempt->client_auth = CLIENT_AUTH_NOT_SEEN; /* these end with the certificate */
    LIST_ADD(facts->arena, &endpoint->variants, attempt);
    for (size_t i = endpoint->variants.n - 1; i > 0 && endpoint->variants.v[i - 1]->purpose > purpose; i--) {
        endpoint->variants.v[i] = endpoint->variants.v[i - 1]; /* in the order of enum tls_purpose */
        endpoint->variants.v[i - 1] = attempt;
    }
    return attempt;
}

void tls_fails(struct tls_attempt *attempt, enum tls_state state, enum side side) {
    attempt->state = state;
    attempt->ended_by = side;
    attempt->alert = NULL;
    attempt->version = attempt->cipher = attempt->group = attempt->signature_algorithm = NULL;
    attempt->client_auth = CLIENT_AUTH_NOT_SEEN;
    attempt->chain = (struct certs){0};
    attempt->session_ticket = false;
}

void tls_alerts(struct facts *facts, struct tls_attempt *attempt, int number, enum side sent_by) {
    tls_fails(attempt, TLS_ALERT, sent_by);
    attempt->alert = ARENA_NEW(facts->arena, struct tls_alert);
    attempt->alert->number = number;
    const char *name = alert_name(number);
    attempt->alert->name =
        name != NULL ? arena_text(facts->arena, name) : arena_printf(facts->arena, "alert_%d", number);
    attempt->alert->sent_by = sent_by;
    attempt->error = arena_printf(facts->arena, "alert %d", number);
}

void tcp_fails(struct facts *facts, struct endpoint *endpoint, enum tcp_state state) {
    endpoint->tcp.state = state;
    endpoint->tcp.error = arena_text(facts->arena, enum_text(tcp_states, (int)state));
    if (state == TCP_UNRESOLVED)
        endpoint->address = NULL;
    tls_fails(&endpoint->tls, TLS_NOT_TRIED, SIDE_NOBODY);
    endpoint->variants.n = 0;
    for (size_t i = 0; i < endpoint->http.n; i++)
        *endpoint->http.v[i] = (struct http_exchange){.request = endpoint->http.v[i]->request,
                                                      .domain = endpoint->http.v[i]->domain,
                                                      .url = endpoint->http.v[i]->url};
    if (endpoint->sip != NULL)
        *endpoint->sip = (struct sip_exchange){0};
    if (endpoint->xmpp != NULL)
        *endpoint->xmpp = (struct xmpp_exchange){.to = endpoint->xmpp->to};
    if (endpoint->ssh != NULL)
        *endpoint->ssh = (struct ssh_exchange){0};
}

/* ---- DNS ---- */

struct dns_query *add_query(struct facts *facts, const char *name, enum dns_type type, enum dns_state state) {
    struct dns_query *query = ARENA_NEW(facts->arena, struct dns_query);
    query->name = arena_text(facts->arena, name);
    query->type = type;
    query->resolver = arena_text(facts->arena, "192.0.2.53:53");
    query->state = state;
    query->rcode = state == DNS_NXDOMAIN ? 3 : state == DNS_SERVFAIL ? 2 : state == DNS_REFUSED ? 5 : 0;
    query->ms = 8;
    LIST_ADD(facts->arena, &facts->dns, query);
    return query;
}

struct dns_query *query_of(struct facts *facts, const char *name, enum dns_type type) {
    for (size_t i = 0; i < facts->dns.n; i++)
        if (facts->dns.v[i]->type == type && strcmp(facts->dns.v[i]->name, name) == 0)
            return facts->dns.v[i];
    fail_msg("%s was not asked", name);
    return NULL;
}

void query_fails(struct dns_query *query, enum dns_state state) {
    query->state = state;
    query->records.n = 0;
}

struct dns_record *add_srv(struct facts *facts, struct dns_query *query, const char *target, int port) {
    struct dns_record *record = ARENA_NEW(facts->arena, struct dns_record);
    record->type = DNS_SRV;
    record->owner = query->name;
    record->priority = record->weight = 10;
    record->port = port;
    record->target = arena_text(facts->arena, target);
    query->state = DNS_ANSWERED;
    LIST_ADD(facts->arena, &query->records, record);
    return record;
}

struct dns_record *add_address(struct facts *facts, struct dns_query *query, const char *address) {
    struct dns_record *record = ARENA_NEW(facts->arena, struct dns_record);
    record->type = query->type;
    record->owner = query->name;
    record->address = arena_text(facts->arena, address);
    query->state = DNS_ANSWERED;
    LIST_ADD(facts->arena, &query->records, record);
    return record;
}

void add_host(struct facts *facts, const char *host, const char *address) {
    add_address(facts, add_query(facts, host, DNS_A, DNS_ANSWERED), address);
    add_query(facts, host, DNS_AAAA, DNS_NO_DATA);
}
