/* Does judge_tls tell who ended a handshake, and what the server takes and wants? One broken thing per row.
 */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct endpoint *edge1(struct facts *facts) {
    return endpoint_of(facts, EDGE1_HTTPS);
}

/* ---- tls.handshake: one row per alert of RFC 8446 section 6 and the extensions ---- */

#define ALERTS(X)                                                                                            \
    X(0, "close-notify")                                                                                     \
    X(10, "unexpected-message")                                                                              \
    X(20, "bad-record-mac")                                                                                  \
    X(21, "decryption-failed")                                                                               \
    X(22, "record-overflow")                                                                                 \
    X(30, "decompression-failure")                                                                           \
    X(40, "handshake-failure")                                                                               \
    X(41, "no-certificate")                                                                                  \
    X(42, "bad-certificate")                                                                                 \
    X(43, "unsupported-certificate")                                                                         \
    X(44, "certificate-revoked")                                                                             \
    X(45, "certificate-expired")                                                                             \
    X(46, "certificate-unknown")                                                                             \
    X(47, "illegal-parameter")                                                                               \
    X(48, "unknown-ca")                                                                                      \
    X(49, "access-denied")                                                                                   \
    X(50, "decode-error")                                                                                    \
    X(51, "decrypt-error")                                                                                   \
    X(60, "export-restriction")                                                                              \
    X(70, "protocol-version")                                                                                \
    X(71, "insufficient-security")                                                                           \
    X(80, "internal-error")                                                                                  \
    X(86, "inappropriate-fallback")                                                                          \
    X(90, "user-canceled")                                                                                   \
    X(100, "no-renegotiation")                                                                               \
    X(109, "missing-extension")                                                                              \
    X(110, "unsupported-extension")                                                                          \
    X(111, "certificate-unobtainable")                                                                       \
    X(112, "unrecognized-name")                                                                              \
    X(113, "bad-certificate-status-response")                                                                \
    X(114, "bad-certificate-hash-value")                                                                     \
    X(115, "unknown-psk-identity")                                                                           \
    X(116, "certificate-required")                                                                           \
    X(120, "no-application-protocol")                                                                        \
    X(200, "other")

#define ALERT_FUNCTION(number, name)                                                                         \
    static void alert_##number(struct facts *facts) {                                                        \
        tls_alerts(facts, &edge1(facts)->tls, number, SIDE_PEER);                                            \
    }
#define ALERT_ROW(number, name)                                                                              \
    {"alert " name, alert_##number, "tls.handshake", EDGE1_HTTPS, STATUS_FAIL, "alert-" name, NULL},
ALERTS(ALERT_FUNCTION)

static void our_alert(struct facts *facts) {
    tls_alerts(facts, &edge1(facts)->tls, 50, SIDE_US);
}

#define TLS_STATE(name, state, side)                                                                         \
    static void name(struct facts *facts) {                                                                  \
        tls_fails(&edge1(facts)->tls, state, side);                                                          \
        tls_fails(variant_of(facts, edge1(facts), PURPOSE_TLS12), state, side);                              \
    }
TLS_STATE(closed, TLS_CLOSED, SIDE_PEER)
TLS_STATE(reset, TLS_RESET, SIDE_PATH)

static void reset_on_path(struct facts *facts) {
    reset(facts);
    edge1(facts)->client = arena_text(facts->arena, "203.0.113.77"); /* a capture, which shows hop counts */
}

TLS_STATE(silent, TLS_TIMEOUT, SIDE_NOBODY)
TLS_STATE(malformed, TLS_MALFORMED, SIDE_US)
TLS_STATE(own_trouble, TLS_LOCAL_ERROR, SIDE_US)

/* TLS 1.3 in the hello is what ends it. */
static void intolerant(struct facts *facts) {
    variant_of(facts, edge1(facts), PURPOSE_TLS12);
    tls_fails(&edge1(facts)->tls, TLS_RESET, SIDE_PATH);
}

static void intolerant_in_silence(struct facts *facts) {
    variant_of(facts, edge1(facts), PURPOSE_TLS12);
    tls_fails(&edge1(facts)->tls, TLS_TIMEOUT, SIDE_NOBODY);
}

static void late_once(struct facts *facts) {
    struct tls_attempt *again = variant_of(facts, edge1(facts), PURPOSE_AGAIN);
    again->sni = edge1(facts)->tls.sni;
    intolerant_in_silence(facts);
}

/* The same question, answered another time. */
static void reset_once(struct facts *facts) {
    struct tls_attempt *again = variant_of(facts, edge1(facts), PURPOSE_AGAIN);
    again->sni = edge1(facts)->tls.sni;
    tls_fails(again, TLS_RESET, SIDE_PATH);
}

static void plaintext(struct facts *facts) {
    tls_fails(&edge1(facts)->tls, TLS_NOT_TLS, SIDE_PEER);
    edge1(facts)->tls.not_tls = arena_text(facts->arena, "http");
    edge1(facts)->tls.first_bytes = arena_text(facts->arena, "HTTP/1.1 400 Bad Request");
}

static void unreachable(struct facts *facts) {
    tcp_fails(facts, edge1(facts), TCP_TIMEOUT);
}

static void no_starttls(struct facts *facts) {
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_XMPP);
    tls_fails(&endpoint->tls, TLS_NOT_TRIED, SIDE_NOBODY);
    endpoint->variants.n = 0;
    endpoint->xmpp->state = XMPP_NO_STARTTLS;
}

static void zone_unreachable_outside(struct facts *facts) {
    facts->run.vantage = VANTAGE_EXTERNAL;
    tcp_fails(facts, endpoint_of(facts, EDGE1_ZONE), TCP_TIMEOUT);
}

static void zone_alert_before_certificate(struct facts *facts) {
    tls_alerts(facts, &endpoint_of(facts, EDGE1_ZONE)->tls, 40, SIDE_PEER);
}

/* ---- tls.version ---- */

static void set_version(struct facts *facts, enum tls_purpose purpose, const char *version) {
    struct tls_attempt *attempt = variant_of(facts, edge1(facts), purpose);
    struct certs chain = edge1(facts)->tls.chain;
    tls_fails(attempt, TLS_ESTABLISHED, SIDE_NOBODY);
    attempt->version = arena_text(facts->arena, version);
    attempt->chain = chain;
}

static void drop_purpose(struct facts *facts, enum tls_purpose purpose) {
    struct endpoint *endpoint = edge1(facts);
    size_t kept = 0;
    for (size_t i = 0; i < endpoint->variants.n; i++)
        if (endpoint->variants.v[i]->purpose != purpose)
            endpoint->variants.v[kept++] = endpoint->variants.v[i];
    endpoint->variants.n = kept;
}

static void tls10_only(struct facts *facts) {
    edge1(facts)->variants.n = 0;
    set_version(facts, PURPOSE_MAIN, "TLSv1");
    set_version(facts, PURPOSE_LEGACY, "TLSv1");
}

static void no_version_at_all(struct facts *facts) {
    edge1(facts)->variants.n = 0;
    alert_70(facts);
}

/* In a capture: what a client offered, and the server did not take. */
static void old_client(struct facts *facts) {
    struct endpoint *e = edge1(facts);
    e->client = arena_text(facts->arena, "203.0.113.77");
    e->offer = ARENA_NEW(facts->arena, struct client_offer);
    texts_add(facts->arena, &e->offer->versions, "TLSv1.1");
    texts_add(facts->arena, &e->offer->versions, "TLSv1");
    no_version_at_all(facts);
}

static void refused_client_of_12(struct facts *facts) {
    old_client(facts);
    texts_add(facts->arena, &edge1(facts)->offer->versions, "TLSv1.2");
}

static void legacy_behind_refusal(struct facts *facts) {
    no_version_at_all(facts);
    struct tls_attempt *legacy = variant_of(facts, edge1(facts), PURPOSE_LEGACY);
    tls_fails(legacy, TLS_ESTABLISHED, SIDE_NOBODY);
    legacy->version = arena_text(facts->arena, "TLSv1.1");
}

static void tls11_offered(struct facts *facts) {
    set_version(facts, PURPOSE_LEGACY, "TLSv1.1");
}

static void tls12_only(struct facts *facts) {
    edge1(facts)->variants.n = 0;
    set_version(facts, PURPOSE_MAIN, "TLSv1.2");
}

static void tls13_only(struct facts *facts) {
    drop_purpose(facts, PURPOSE_SNI_NONE);
    drop_purpose(facts, PURPOSE_RSA);
    tls_alerts(facts, variant_of(facts, edge1(facts), PURPOSE_TLS12), 70, SIDE_PEER);
}

static void tls12_silent(struct facts *facts) {
    tls13_only(facts);
    tls_fails(variant_of(facts, edge1(facts), PURPOSE_TLS12), TLS_TIMEOUT, SIDE_NOBODY);
}

static void main_fails_tls12_works(struct facts *facts) {
    struct tls_attempt *tls12 = variant_of(facts, edge1(facts), PURPOSE_TLS12);
    tls_fails(&edge1(facts)->tls, TLS_CLOSED, SIDE_PEER);
    edge1(facts)->variants.n = 0;
    LIST_ADD(facts->arena, &edge1(facts)->variants, tls12);
}

static void handshake_fails(struct facts *facts) {
    closed(facts);
    edge1(facts)->variants.n = 0;
}

/* ---- tls.client-auth ---- */

static void requested(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->tls.client_auth = CLIENT_AUTH_REQUESTED;
}

static void required(struct facts *facts) {
    struct tls_attempt *tls = &edge1(facts)->tls;
    struct certs chain = tls->chain;
    alert_116(facts);
    tls->client_auth = CLIENT_AUTH_REQUIRED;
    tls->chain = chain;
}

/* As `check HOST:PORT` meets it: whose port it is nobody said. */
static void required_of_a_lone_one(struct facts *facts) {
    required(facts);
    edge1(facts)->leg = LEG_OTHER;
    edge1(facts)->role = ROLE_NONE;
    edge1(facts)->protocol = PROTOCOL_TLS;
}

static void required_of_a_lone_zone(struct facts *facts) {
    required_of_a_lone_one(facts);
    edge1(facts)->port = 7002;
}

static void requested_and_http_refuses(struct facts *facts) {
    edge1(facts)->tls.client_auth = CLIENT_AUTH_REQUESTED;
    edge1(facts)->http.v[0]->status = 400;
    edge1(facts)->http.v[0]->body =
        arena_text(facts->arena, "<title>400 No required SSL certificate was sent</title>");
}

static void requested_and_http_400(struct facts *facts) {
    requested_and_http_refuses(facts);
    edge1(facts)->http.v[0]->body = arena_text(facts->arena, "<title>400 Bad Request</title>");
}

static void requested_and_http_496(struct facts *facts) {
    requested_and_http_refuses(facts);
    edge1(facts)->http.v[0]->status = 496;
}

static void requested_and_http_serves(struct facts *facts) {
    requested_and_http_refuses(facts);
    edge1(facts)->http.v[0]->status = 200;
}

/* Apache's <Location>: the handshake asks for nothing, the request is refused. */
static void demanded_late(struct facts *facts) {
    edge1(facts)->tls.client_auth = CLIENT_AUTH_REQUESTED;
    edge1(facts)->tls.asked_late = true;
    for (size_t i = 0; i < edge1(facts)->http.n; i++)
        edge1(facts)->http.v[i]->status = 403;
}

static void asked_late_and_served(struct facts *facts) {
    demanded_late(facts);
    edge1(facts)->http.v[0]->status = 200;
}

static struct tls_attempt *zone_presents(struct facts *facts, enum client_auth result) {
    struct endpoint *zone = endpoint_of(facts, EDGE1_ZONE);
    struct tls_attempt *attempt = variant_of(facts, zone, PURPOSE_CLIENT_CERT);
    attempt->client_auth = result;
    if (result == CLIENT_AUTH_ACCEPTED)
        attempt->state = TLS_ESTABLISHED, attempt->ended_by = SIDE_NOBODY;
    return attempt;
}

static void zone_accepts(struct facts *facts) {
    zone_presents(facts, CLIENT_AUTH_ACCEPTED);
}

static void zone_rejects(struct facts *facts) {
    struct tls_attempt *attempt = zone_presents(facts, CLIENT_AUTH_REJECTED);
    tls_alerts(facts, attempt, 48, SIDE_PEER);
    attempt->client_auth = CLIENT_AUTH_REJECTED;
}

static void zone_asks(struct facts *facts) {
    struct tls_attempt *tls = &endpoint_of(facts, EDGE1_ZONE)->tls;
    tls->state = TLS_ESTABLISHED;
    tls->ended_by = SIDE_NOBODY;
    tls->client_auth = CLIENT_AUTH_REQUESTED;
}

static void zone_asks_nothing(struct facts *facts) {
    zone_asks(facts);
    endpoint_of(facts, EDGE1_ZONE)->tls.client_auth = CLIENT_AUTH_NONE;
}

static void advertise(struct facts *facts, const char *ca_name) {
    texts_add(facts->arena, &endpoint_of(facts, EDGE1_ZONE)->tls.ca_names, ca_name);
}

static void zone_advertises_other(struct facts *facts) {
    endpoint_of(facts, EDGE1_ZONE)->tls.ca_names.n = 0;
    advertise(facts, "CN=Other CA,O=Example");
}

static void zone_advertises_issuer(struct facts *facts) {
    zone_advertises_other(facts);
    advertise(facts, "CN=Example Issuing CA,O=Example");
}

static void zone_advertises_root(struct facts *facts) {
    advertise(facts, "CN=Example Root CA,O=Example");
}

/* ---- tls.sni ---- */

static struct cert *other_cert(struct facts *facts) {
    struct cert *cert = cert_new(facts, EDGE1);
    cert_set_serial(facts, cert, 0x2000);
    return cert;
}

static void set_leaf(struct facts *facts, struct tls_attempt *attempt, struct cert *leaf) {
    attempt->chain = (struct certs){0};
    LIST_ADD(facts->arena, &attempt->chain, leaf);
}

static void varies_without_sni(struct facts *facts) {
    set_leaf(facts, variant_of(facts, edge1(facts), PURPOSE_SNI_NONE), other_cert(facts));
}

static void varies_for_service_domain(struct facts *facts) {
    struct tls_attempt *attempt = variant_of(facts, edge1(facts), PURPOSE_SNI_SERVICE);
    attempt->sni = arena_text(facts->arena, "expe1.example.org");
    set_leaf(facts, attempt, other_cert(facts));
}

static void same_for_service_domain(struct facts *facts) {
    varies_for_service_domain(facts);
    set_leaf(facts, variant_of(facts, edge1(facts), PURPOSE_SNI_SERVICE), leaf_of(facts, EDGE1_HTTPS));
}

/* An ECDSA certificate beside the RSA one is no matter of the server name. */
static void varies_by_key_only(struct facts *facts) {
    struct tls_attempt *attempt = variant_of(facts, edge1(facts), PURPOSE_ECDSA);
    attempt->state = TLS_ESTABLISHED;
    attempt->ended_by = SIDE_NOBODY;
    set_leaf(facts, attempt, other_cert(facts));
}

static void refused_without_sni(struct facts *facts) {
    tls_alerts(facts, variant_of(facts, edge1(facts), PURPOSE_SNI_NONE), 112, SIDE_PEER);
}

static void refused_with_host(struct facts *facts) {
    alert_112(facts);
}

static void silent_without_sni(struct facts *facts) {
    tls_fails(variant_of(facts, edge1(facts), PURPOSE_SNI_NONE), TLS_TIMEOUT, SIDE_NOBODY);
}

/* ---- of two others: a capture ---- */

static struct endpoint *client_alerts(struct facts *facts, enum side by) {
    struct endpoint *e = edge1(facts);
    struct certs chain = e->tls.chain;
    e->client = arena_text(facts->arena, "203.0.113.77");
    tls_alerts(facts, &e->tls, 48, by);
    e->tls.chain = chain;
    return e;
}

static void client_rejects(struct facts *facts) {
    client_alerts(facts, SIDE_US);
}

static void client_shows_and_rejects(struct facts *facts) {
    struct endpoint *e = client_alerts(facts, SIDE_US);
    LIST_ADD(facts->arena, &e->client_chain, cert_new(facts, "phone.example.com"));
}

static void server_rejects(struct facts *facts) {
    struct endpoint *e = client_alerts(facts, SIDE_PEER);
    LIST_ADD(facts->arena, &e->client_chain, cert_new(facts, "phone.example.com"));
}

static void server_ends_it(struct facts *facts) {
    client_alerts(facts, SIDE_PEER);
}

static void one_form(struct facts *facts) {
    drop_purpose(facts, PURPOSE_SNI_NONE);
}

static struct endpoint *client_ends(struct facts *facts, enum tls_state state) {
    struct endpoint *e = edge1(facts);
    struct certs chain = e->tls.chain;
    e->client = arena_text(facts->arena, "203.0.113.77");
    tls_fails(&e->tls, state, SIDE_US);
    e->tls.chain = chain;
    return e;
}

static void server_closes_after_client(struct facts *facts) {
    struct endpoint *e = client_ends(facts, TLS_UNSEEN);
    e->tls.ended_by = SIDE_PEER;
    e->tls.client_auth = CLIENT_AUTH_NOT_SEEN; /* encrypted in TLS 1.3 */
}

static void end_was_not_seen(struct facts *facts) {
    client_ends(facts, TLS_UNSEEN)->tls.ended_by = SIDE_NOBODY;
}

static struct node *second_c(struct facts *facts, const char *issuer) {
    struct node *node =
        add_node(facts, &facts->deployment->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
    if (issuer != NULL) {
        struct cert *cert = cert_new(facts, "expc2.example.local");
        cert->issuer = arena_text(facts->arena, issuer);
        LIST_ADD(facts->arena, &node->certificate, cert);
    }
    return node;
}

static void rejects_one_of_two(struct facts *facts) {
    zone_rejects(facts);
    endpoint_of(facts, EDGE1_ZONE)->tls.ca_names.n = 0;
    second_c(facts, "CN=Another CA");
}

/* Of the other nobody has the certificate. */
static void rejects_the_known_of_two(struct facts *facts) {
    zone_rejects(facts);
    endpoint_of(facts, EDGE1_ZONE)->tls.ca_names.n = 0;
    second_c(facts, NULL);
}

static const struct judge_row rows[] = {
    ALERTS(ALERT_ROW)
#define HANDSHAKE "tls.handshake", EDGE1_HTTPS
        {"healthy", NULL, HANDSHAKE, STATUS_PASS, NULL, NULL},
    {"the server closed as soon as the client was through", server_closes_after_client, HANDSHAKE,
     STATUS_WARN, "closed-after-client", NULL},
    {"how it ended was not seen", end_was_not_seen, HANDSHAKE, STATUS_UNKNOWN, NULL, NULL},
    {"our alert", our_alert, HANDSHAKE, STATUS_FAIL, "alert-decode-error", NULL},
    {"closed", closed, HANDSHAKE, STATUS_FAIL, "closed", NULL},
    {"reset", reset, HANDSHAKE, STATUS_FAIL, "reset", NULL},
    {"reset on the path", reset_on_path, HANDSHAKE, STATUS_FAIL, "reset-on-path", NULL},
    {"reset once, then answered", reset_once, HANDSHAKE, STATUS_WARN, "some-reset", NULL},
    {"a reset is no refusal of a name", reset_once, "tls.sni", EDGE1_HTTPS, STATUS_PASS, NULL, NULL},
    {"reset by TLS 1.3", intolerant, HANDSHAKE, STATUS_FAIL, "tls13-intolerant", NULL},
    {"silent at TLS 1.3", intolerant_in_silence, HANDSHAKE, STATUS_FAIL, "tls13-intolerant", NULL},
    {"late once at TLS 1.3", late_once, HANDSHAKE, STATUS_FAIL, "timeout", NULL},
    {"silence", silent, HANDSHAKE, STATUS_FAIL, "timeout", NULL},
    {"malformed", malformed, HANDSHAKE, STATUS_FAIL, "malformed", NULL},
    {"plaintext", plaintext, HANDSHAKE, STATUS_FAIL, "not-tls", NULL},
    {"our own trouble", own_trouble, HANDSHAKE, STATUS_UNKNOWN, NULL, NULL},
    {"no connection", unreachable, HANDSHAKE, STATUS_SKIP, NULL, NULL},
    {"no STARTTLS", no_starttls, "tls.handshake", EDGE1_XMPP, STATUS_SKIP, NULL, NULL},
    {"client certificate demanded of clients", required, HANDSHAKE, STATUS_SKIP, NULL, NULL},
    {"zone demands ours", NULL, "tls.handshake", EDGE1_ZONE, STATUS_PASS, NULL, healthy_deployment},
    {"zone refuses before", zone_alert_before_certificate, "tls.handshake", EDGE1_ZONE, STATUS_FAIL,
     "alert-handshake-failure", healthy_deployment},
    {"zone closed to the outside", zone_unreachable_outside, "tls.handshake", EDGE1_ZONE, STATUS_SKIP, NULL,
     healthy_deployment},
    {"SSH has no TLS", NULL, "tls.handshake", EDGE1_SSH, ABSENT, NULL, healthy_deployment},
#define VERSION "tls.version", EDGE1_HTTPS
    {"healthy", NULL, VERSION, STATUS_PASS, NULL, NULL},
    {"TLS 1.0 only", tls10_only, VERSION, STATUS_FAIL, "no-common-version", NULL},
    {"none of our versions", no_version_at_all, VERSION, STATUS_FAIL, "no-common-version", NULL},
    {"a client that knows no more", old_client, VERSION, STATUS_FAIL, "old-client", NULL},
    {"a client of TLS 1.2 that is refused", refused_client_of_12, VERSION, STATUS_FAIL, "no-common-version",
     NULL},
    {"1.1 behind a refusal", legacy_behind_refusal, VERSION, STATUS_FAIL, "no-common-version", NULL},
    {"1.1 beside 1.3", tls11_offered, VERSION, STATUS_WARN, "legacy-offered", NULL},
    {"1.2 only", tls12_only, VERSION, STATUS_PASS, NULL, NULL},
    {"1.3 only", tls13_only, VERSION, STATUS_WARN, "no-tls12", NULL},
    {"1.2 silent", tls12_silent, VERSION, STATUS_PASS, NULL, NULL},
    {"1.2 works, the rest does not", main_fails_tls12_works, VERSION, STATUS_PASS, NULL, NULL},
    {"no handshake", handshake_fails, VERSION, STATUS_SKIP, NULL, NULL},
    {"no connection", unreachable, VERSION, STATUS_SKIP, NULL, NULL},
    {"zone", NULL, "tls.version", EDGE1_ZONE, STATUS_PASS, NULL, healthy_deployment},
#define CLIENT "tls.client-auth", EDGE1_HTTPS
    {"healthy", NULL, CLIENT, STATUS_PASS, NULL, NULL},
    {"requested on 5061", requested, "tls.client-auth", EDGE1_SIP, STATUS_INFO, "requested", NULL},
    {"required of clients", required, CLIENT, STATUS_FAIL, "required-but-none", NULL},
    {"required at 8443 of whatever box", required_of_a_lone_one, CLIENT, STATUS_FAIL, "required-but-none",
     NULL},
    {"required at a port for who knows what", required_of_a_lone_zone, CLIENT, STATUS_INFO, "required", NULL},
    {"demanded once the request is known", demanded_late, CLIENT, STATUS_FAIL, "required-but-none", NULL},
    {"asked once the request is known, and served without", asked_late_and_served, CLIENT, STATUS_INFO,
     "requested", NULL},
    {"HTTP refuses without", requested_and_http_refuses, CLIENT, STATUS_FAIL, "required-but-none", NULL},
    {"HTTP refuses by nginx's own status", requested_and_http_496, CLIENT, STATUS_FAIL, "required-but-none",
     NULL},
    {"a page that speaks of certificates", requested_and_http_serves, CLIENT, STATUS_INFO, "requested", NULL},
    {"another 400", requested_and_http_400, CLIENT, STATUS_INFO, "requested", NULL},
    {"no handshake", closed, CLIENT, STATUS_SKIP, NULL, NULL},
    {"no connection", unreachable, CLIENT, STATUS_SKIP, NULL, NULL},
#define ZONE "tls.client-auth", EDGE1_ZONE
    {"zone requires", NULL, ZONE, STATUS_INFO, "required", healthy_deployment},
    {"zone accepts", zone_accepts, ZONE, STATUS_PASS, NULL, healthy_deployment},
    {"zone rejects", zone_rejects, ZONE, STATUS_FAIL, "rejected", healthy_deployment},
    {"zone asks", zone_asks, ZONE, STATUS_INFO, "requested", healthy_deployment},
    {"zone asks nothing", zone_asks_nothing, ZONE, STATUS_PASS, NULL, healthy_deployment},
    {"zone wants other CAs", zone_advertises_other, ZONE, STATUS_WARN, "issuer-not-advertised",
     healthy_deployment},
    {"zone wants our CA too", zone_advertises_issuer, ZONE, STATUS_INFO, "required", healthy_deployment},
    {"zone wants our root", zone_advertises_root, ZONE, STATUS_INFO, "required", healthy_deployment},
    {"zone did not get there", zone_alert_before_certificate, ZONE, STATUS_SKIP, NULL, healthy_deployment},
#define SNI "tls.sni", EDGE1_HTTPS
    {"healthy", NULL, SNI, STATUS_PASS, NULL, NULL},
    {"varies without", varies_without_sni, SNI, STATUS_WARN, "varies", NULL},
    {"varies for the service domain", varies_for_service_domain, SNI, STATUS_WARN, "varies", NULL},
    {"same for the service domain", same_for_service_domain, SNI, STATUS_PASS, NULL, NULL},
    {"varies by key", varies_by_key_only, SNI, STATUS_PASS, NULL, NULL},
    {"refused without", refused_without_sni, SNI, STATUS_FAIL, "needs-sni", NULL},
    {"refused with the host", refused_with_host, SNI, STATUS_FAIL, "refuses-name", NULL},
    {"silent without", silent_without_sni, SNI, STATUS_UNKNOWN, NULL, NULL},
    {"one form", one_form, SNI, STATUS_SKIP, NULL, NULL},
    {"no handshake", handshake_fails, SNI, STATUS_SKIP, NULL, NULL},
};

static const char *const checks[] = {"tls.handshake", "tls.version", "tls.client-auth", "tls.sni", NULL};

/* Of those who dial in: test_judge_caller.c. */
static const char *const of_callers[] = {"tls.handshake/caller-silent", "tls.handshake/caller-not-tls",
                                         "tls.client-auth/presented-none", NULL};

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_tls, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, of_callers, rows, sizeof rows / sizeof *rows);
}

static void tls10_offered(struct facts *facts) {
    set_version(facts, PURPOSE_LEGACY, "TLSv1");
}

static void legacy_not_tried(struct facts *facts) {
    drop_purpose(facts, PURPOSE_LEGACY);
}

static void tls12_not_tried(struct facts *facts) {
    drop_purpose(facts, PURPOSE_TLS12);
    for (size_t i = 0; i < edge1(facts)->variants.n; i++)
        if (edge1(facts)->variants.v[i]->version != NULL)
            edge1(facts)->variants.v[i]->version = arena_text(facts->arena, "TLSv1.3");
    edge1(facts)->tls.version = arena_text(facts->arena, "TLSv1.3");
}

static void client_closes(struct facts *facts) {
    client_ends(facts, TLS_CLOSED);
}

static void client_closes_at_once(struct facts *facts) {
    client_ends(facts, TLS_CLOSED)->tls.chain.n = 0;
}

static void plaintext_of_another(struct facts *facts) {
    plaintext(facts);
    edge1(facts)->tls.not_tls = arena_text(facts->arena, "other");
}

static void limits_connections(struct facts *facts) {
    edge1(facts)->limits_connections = true;
}

static void zone_wants_from_caller(struct facts *facts) {
    endpoint_of(facts, EDGE1_ZONE)->client = arena_text(facts->arena, "192.0.2.11");
}

#define REJECTED "rejected the certificate of "
#define OF_EDGE "expe1.example.com:8443 (CN=expe1.example.com,O=Example)"
static const struct told_row told[] = {
    {"the client, which showed none", client_rejects, HANDSHAKE, NULL,
     "203.0.113.77 " REJECTED OF_EDGE " and never showed its own: alert unknown_ca", NULL},
    {"the client, which showed its own", client_shows_and_rejects, HANDSHAKE, NULL,
     "203.0.113.77 " REJECTED OF_EDGE ": alert unknown_ca", NULL},
    {"the server", server_rejects, HANDSHAKE, NULL,
     "expe1.example.com:8443 " REJECTED "203.0.113.77 (CN=phone.example.com,O=Example): alert unknown_ca",
     NULL},
    {"the server, which was shown none", server_ends_it, HANDSHAKE, NULL,
     "expe1.example.com:8443 ended the handshake with 203.0.113.77: alert unknown_ca", NULL},
    {"what the server did with it", requested, "tls.client-auth", EDGE1_SIP, "found", "\"requested\"", NULL},
    {"what the zone wants", NULL, ZONE, "found", "\"required\"", healthy_deployment},
    {"which CAs it names", zone_advertises_issuer, ZONE, "ca_names",
     "[\"CN=Other CA,O=Example\", \"CN=Example Issuing CA,O=Example\"]", healthy_deployment},
    {"both versions", NULL, VERSION, NULL, "takes TLSv1.2 and TLSv1.3", NULL},
    {"one of them", tls12_only, VERSION, NULL, "takes TLSv1.2; TLS 1.0 and 1.1 were not tried", NULL},
    {"which were not tried", legacy_not_tried, VERSION, "not_tried", "[\"TLSv1\", \"TLSv1.1\"]", NULL},
    {"nor 1.2", tls12_not_tried, VERSION, "not_tried", "[\"TLSv1.2\"]", NULL},
    {"an old one, too", tls11_offered, VERSION, NULL, "still takes TLSv1.1", NULL},
    {"an older one", tls10_offered, VERSION, NULL, "still takes TLSv1", NULL},
    {"which are taken", tls10_offered, VERSION, "found", "[\"TLSv1\", \"TLSv1.2\", \"TLSv1.3\"]", NULL},
    {"old ones alone", tls10_only, VERSION, NULL, "takes TLSv1 at most", NULL},
    {"none at all", no_version_at_all, VERSION, NULL, "takes none of the versions from TLS 1.0 to 1.3", NULL},
    {"1.3 alone", tls13_only, VERSION, "found", "[\"TLSv1.3\"]", NULL},
    {"what a client offered", old_client, VERSION, NULL,
     "203.0.113.77 offered TLSv1.1, TLSv1, which expe1.example.com:8443 does not take", NULL},
    {"1.2 is taken", intolerant, HANDSHAKE, NULL,
     "takes TLS 1.2, and a ClientHello that offers TLS 1.3 as well ends with", NULL},
    {"how many ended", reset_once, HANDSHAKE, "ended", "1", NULL},
    {"of how many", reset_once, HANDSHAKE, "connections", "3", NULL},
    {"in words", reset_once, HANDSHAKE, NULL,
     "1 of 3 connections to expe1.example.com:8443 ended without a word", NULL},
    {"a client closes", client_closes, HANDSHAKE, NULL, ", having seen its certificate", NULL},
    {"before it saw one", client_closes_at_once, HANDSHAKE, NULL, " with expe1.example.com:8443", NULL},
    {"what was not seen", end_was_not_seen, HANDSHAKE, NULL,
     "how the handshake of 203.0.113.77 with expe1.example.com:8443 ended cannot be told: not all of it was "
     "seen",
     NULL},
    {"who answered", plaintext, HANDSHAKE, NULL, "does not speak TLS: http answered", NULL},
    {"nobody knows who", plaintext_of_another, HANDSHAKE, NULL, "does not speak TLS: something else answered",
     NULL},
    {"how it went", NULL, HANDSHAKE, NULL, "TLSv1.3 with TLS_AES_256_GCM_SHA384 in ", NULL},
    {"one at a time", limits_connections, HANDSHAKE, NULL, "; it limits connections at a time", NULL},
    {"with a certificate", zone_accepts, "tls.handshake", EDGE1_ZONE, "with_client_certificate",
     "\"established\"", healthy_deployment},
    {"which was refused", zone_rejects, "tls.handshake", EDGE1_ZONE, "with_client_certificate", "\"alert\"",
     healthy_deployment},
    {"by whom", zone_rejects, ZONE, NULL, "refused the client certificate that was presented",
     healthy_deployment},
    {"what came of it", zone_rejects, ZONE, "found", "\"rejected\"", healthy_deployment},
    {"whose CA is not asked for", zone_advertises_other, ZONE, "wanted",
     "\"CN=Example Issuing CA,O=Example\"", healthy_deployment},
    {"which are", zone_advertises_other, ZONE, "found", "[\"CN=Other CA,O=Example\"]", healthy_deployment},
    {"what it would take is told elsewhere", NULL, ZONE, "would_accept", "\"unknown\"", healthy_deployment},
    {"it asks for nothing", zone_asks_nothing, ZONE, "would_accept", NULL, healthy_deployment},
    {"a caller without", zone_wants_from_caller, ZONE, NULL,
     "demands a client certificate, and 192.0.2.11 presented none", healthy_deployment},
    {"which status refused", requested_and_http_refuses, CLIENT, NULL, "(HTTP 400)", NULL},
    {"once the request is known", demanded_late, CLIENT, NULL,
     "once it knows the request, and refuses those without", NULL},
    {"which form was refused", refused_without_sni, SNI, NULL,
     "refuses the handshake without a server name, and takes it with the server name expe1.example.com",
     NULL},
    {"with the host", refused_with_host, SNI, NULL,
     "refuses the handshake with the server name expe1.example.com", NULL},
    {"which of two was presented is not known", rejects_one_of_two, ZONE, "issuers", NULL,
     healthy_deployment},
    {"of one alone there is a certificate", rejects_the_known_of_two, ZONE, "issuers",
     "[\"CN=Example Issuing CA,O=Example\", \"CN=Example Root CA,O=Example\"]", healthy_deployment},
    {"nor which it was", rejects_the_known_of_two, ZONE, "presented", NULL, healthy_deployment},
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_tls, told, sizeof told / sizeof *told);
}

/* Who takes none but old versions is told so, and not that it takes them, too. */
static void test_old_versions_are_one_fault(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    size_t count = 0;
    tls10_only(facts);
    judge_with(judge_tls, facts, findings);
    for (size_t i = 0; i < findings->n; i++)
        count += strcmp(findings->v[i]->check->id, "tls.version") == 0 &&
                 strcmp(findings->v[i]->subject, EDGE1_HTTPS) == 0;
    assert_int_equal(count, 1);
    findings_free(findings);
    facts_free(facts);
}

/* What was shown for each form of server name: a certificate, or how it ended. */
static void test_forms_in_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    refused_without_sni(facts);
    leaf_of(facts, EDGE1_HTTPS)->sha256 = (char *)"c0ffee";
    judge_with(judge_tls, facts, findings);
    const struct finding *f = assert_finding(findings, SNI, STATUS_FAIL, "needs-sni");
    json_t *found = evidence_value(f, "found");
    assert_int_equal(json_array_size(found), 2);
    const char *named = json_string_value(json_array_get(found, 0)),
               *none = json_string_value(json_array_get(found, 1));
    assert_non_null(strstr(named, "expe1.example.com: "));
    assert_non_null(strstr(named, ", certificate c0ffee"));
    assert_non_null(strstr(none, "no SNI: "));
    assert_null(strstr(none, "certificate "));
    assert_non_null(strstr(none, "alert unrecognized_name from the server"));
    findings_free(findings);
    facts_free(facts);
}

/* "Who ended it" is the first question of every diagnosis: it stands in the evidence. */
static void test_side_in_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    our_alert(facts);
    judge_with(judge_tls, facts, findings);
    const struct finding *finding =
        assert_finding(findings, "tls.handshake", EDGE1_HTTPS, STATUS_FAIL, "alert-decode-error");
    assert_evidence(finding, "ended_by", "\"us\"");
    assert_evidence(finding, "alert", "{\"number\": 50, \"name\": \"decode_error\", \"sent_by\": \"us\"}");
    assert_non_null(strstr(finding->summary, "our side"));
    findings_free(findings);
    facts_free(facts);
}

static void test_not_tls_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    plaintext(facts);
    judge_with(judge_tls, facts, findings);
    const struct finding *finding =
        assert_finding(findings, "tls.handshake", EDGE1_HTTPS, STATUS_FAIL, "not-tls");
    assert_evidence(finding, "not_tls", "\"http\"");
    assert_evidence(finding, "first_bytes", "\"HTTP/1.1 400 Bad Request\"");
    finding = assert_finding(findings, "tls.version", EDGE2_HTTPS, STATUS_PASS, NULL);
    assert_evidence(finding, "wanted", "[\"TLSv1.2\", \"TLSv1.3\"]");
    assert_evidence(finding, "found", "[\"TLSv1.2\", \"TLSv1.3\"]");
    assert_evidence(finding, "not_tried", "[]");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
                                       cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_forms_in_evidence),
                                       cmocka_unit_test(test_old_versions_are_one_fault),
                                       cmocka_unit_test(test_side_in_evidence),
                                       cmocka_unit_test(test_not_tls_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
