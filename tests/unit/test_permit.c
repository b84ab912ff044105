/* Where may a password go? Rows on an edge's port: what is wrong with it, and why the password stays here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/permit.h"
#include "tests/unit/given.h"
#include "tests/unit/healthy.h"

/* ---- by what judges say of its certificate ---- */

static const struct given chain_good = {"chain.client", "pass", EDGE1_HTTPS, NULL},
                          name_good = {"name.srv-target", "pass", EDGE1_HTTPS, NULL};

static const struct {
    const char *what;
    struct given given[5];
    const char *why; /* as it is told; NULL: it may go there */
} said[] = {
    {"trusted, and of that name", {chain_good, name_good}, NULL},
    {"nobody could judge the chain",
     {{"chain.client", "skip", EDGE1_HTTPS, NULL}, name_good},
     "chain.client could not be judged"},
    {"the chain is not known",
     {{"chain.client", "unknown", EDGE1_HTTPS, NULL}, name_good},
     "chain.client could not be judged"},
    {"nobody looked at the chain", {name_good}, "chain.client could not be judged"},
    {"nobody looked at the name", {chain_good}, "name.srv-target could not be judged"},
    {"another port's chain is not this one's",
     {{"chain.client", "pass", EDGE2_HTTPS, NULL}, name_good},
     "chain.client could not be judged"},
    {"no trusted root",
     {{"chain.client", "no-trusted-root", EDGE1_HTTPS, NULL}, name_good},
     "chain.client/no-trusted-root"},
    {"one of two chains is not trusted",
     {chain_good, {"chain.client", "no-trusted-root", EDGE1_HTTPS, NULL}, name_good},
     "chain.client/no-trusted-root"},
    {"another name",
     {chain_good, {"name.srv-target", "no-match", EDGE1_HTTPS, NULL}},
     "name.srv-target/no-match"},
    {"the common name alone",
     {chain_good, {"name.srv-target", "cn-only", EDGE1_HTTPS, NULL}},
     "name.srv-target/cn-only"},
    {"the domain is not in it",
     {chain_good, name_good, {"name.mra-domain", "no-match", EDGE1_HTTPS, NULL}},
     "name.mra-domain/no-match"},
    {"the domain is not in another edge's",
     {chain_good, name_good, {"name.mra-domain", "no-match", EDGE2_HTTPS, NULL}},
     NULL},
    {"expired",
     {chain_good, name_good, {"cert.validity", "expired", EDGE1_HTTPS, NULL}},
     "cert.validity/expired"},
    {"not valid yet",
     {chain_good, name_good, {"cert.validity", "not-yet-valid", EDGE1_HTTPS, NULL}},
     "cert.validity/not-yet-valid"},
    {"expires this week, and is good till then",
     {chain_good, name_good, {"cert.validity", "expires-critical", EDGE1_HTTPS, NULL}},
     NULL},
    {"expires soon", {chain_good, name_good, {"cert.validity", "expires-soon", EDGE1_HTTPS, NULL}}, NULL},
    {"a handshake that failed beside",
     {chain_good, name_good, {"tls.handshake", "reset", EDGE1_HTTPS, NULL}},
     "tls.handshake/reset"},
    {"an old version alone",
     {chain_good, name_good, {"tls.version", "no-common-version", EDGE1_HTTPS, NULL}},
     "tls.version/no-common-version"},
    {"self-signed",
     {chain_good, name_good, {"cert.self-signed", "self-signed", EDGE1_HTTPS, NULL}},
     "cert.self-signed/self-signed"},
    {"the certificate of the installation",
     {chain_good, name_good, {"cert.default-certificate", "temporary", EDGE1_HTTPS, NULL}},
     "cert.default-certificate/temporary"},
    {"a weak signature",
     {chain_good, name_good, {"cert.signature", "md5", EDGE1_HTTPS, NULL}},
     "cert.signature/md5"},
    {"revoked, by its responder",
     {chain_good, name_good, {"revocation.ocsp", "revoked", EDGE1_HTTPS, NULL}},
     "revocation.ocsp/revoked"},
    {"revoked, by the staple",
     {chain_good, name_good, {"revocation.staple", "revoked", EDGE1_HTTPS, NULL}},
     "revocation.staple/revoked"},
    {"revoked, by its list",
     {chain_good, name_good, {"revocation.crl", "revoked", EDGE1_HTTPS, NULL}},
     "revocation.crl/revoked"},
    {"a list that is not there is no word against it",
     {chain_good, name_good, {"revocation.crl", "unreachable", EDGE1_HTTPS, NULL}},
     NULL},
    {"a warning is no word against it",
     {chain_good, name_good, {"revocation.ocsp", "unreachable", EDGE1_HTTPS, NULL}},
     NULL},
    {"what fails without touching the certificate",
     {chain_good, name_good, {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL}},
     NULL},
};

static void assert_words(const char *what, const char *got, const char *wanted) {
    if (wanted == NULL ? got != NULL : got == NULL || strstr(got, wanted) == NULL)
        fail_msg("%s: %s", what, got == NULL ? "credentials may go there" : got);
}

static void the_certificate_decides(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_alone(facts, said[i].given);
        const struct endpoint *edge = endpoint_of(facts, EDGE1_HTTPS);
        assert_words(said[i].what, withheld_because(facts->arena, findings, edge, DOMAIN, false, false),
                     said[i].why);
        if (said[i].why != NULL)
            assert_words(said[i].what, withheld_because(facts->arena, findings, edge, DOMAIN, false, false),
                         "--insist sends credentials all the same");
        assert_words(said[i].what, withheld_because(facts->arena, findings, edge, DOMAIN, true, false), NULL);
        findings_free(findings);
        facts_free(facts);
    }
}

/* ---- by what the port itself showed: --insist waives none of it ---- */

static struct http_exchange *asked(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    for (size_t i = 0; i < e->http.n; i++)
        if (strcmp(e->http.v[i]->request, "get_edge_config") == 0)
            return e->http.v[i];
    fail_msg("the edge configuration was not asked for");
    return NULL;
}

static void no_tls(struct facts *facts) {
    tls_fails(&endpoint_of(facts, EDGE1_HTTPS)->tls, TLS_RESET, SIDE_PEER);
}

static void no_chain(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->tls.chain.n = 0;
}

static void tls_was_cut(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->tls.state = TLS_RESET;
}

static void no_address(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->address = NULL;
}

static void lower_realm(struct facts *facts) {
    asked(facts)->realm = arena_text(facts->arena, "cisco-edge");
}

static void other_realm(struct facts *facts) {
    asked(facts)->realm = arena_text(facts->arena, "Some proxy");
}

static void no_realm(struct facts *facts) {
    asked(facts)->realm = NULL;
}

static void no_401(struct facts *facts) {
    asked(facts)->status = 200;
}

static void not_whole(struct facts *facts) {
    asked(facts)->state = EXCHANGE_MALFORMED;
}

static void for_another_request(struct facts *facts) {
    asked(facts)->request = arena_text(facts->arena, "get_edge_sso");
}

static void for_another_domain(struct facts *facts) {
    asked(facts)->domain = arena_text(facts->arena, "example.org");
}

static void upper_domain(struct facts *facts) {
    asked(facts)->domain = arena_text(facts->arena, "EXAMPLE.com");
}

static void stream_closed(struct facts *facts) {
    endpoint_of(facts, EDGE1_XMPP)->xmpp->state = XMPP_CLOSED;
}

static void no_stream(struct facts *facts) {
    endpoint_of(facts, EDGE1_XMPP)->xmpp = NULL;
}

static void asks_by(struct facts *facts, const char *scheme) {
    struct endpoint *edge = endpoint_of(facts, EDGE1_HTTPS);
    for (size_t i = 0; i < edge->http.n; i++)
        edge->http.v[i]->scheme = arena_text(facts->arena, scheme);
}

static void asks_by_basic(struct facts *facts) {
    asks_by(facts, "BASIC");
}

static void asks_by_digest(struct facts *facts) {
    asks_by(facts, "Digest");
}

static void asks_by_bearer(struct facts *facts) {
    asks_by(facts, "Bearer");
}

static const struct {
    const char *what;
    void (*break_it)(struct facts *);
    const char *at, *why;
} shown[] = {
    {"an edge", NULL, EDGE1_HTTPS, NULL},
    {"no TLS", no_tls, EDGE1_HTTPS, "no TLS"},
    {"TLS that was cut, with its chain", tls_was_cut, EDGE1_HTTPS, "no TLS"},
    {"TLS without a certificate", no_chain, EDGE1_HTTPS, "no TLS"},
    {"the name had no address", no_address, EDGE1_HTTPS, "no TLS"},
    {"the same realm in other letters is another", lower_realm, EDGE1_HTTPS, "realm Cisco-Edge"},
    {"another realm", other_realm, EDGE1_HTTPS, "realm Cisco-Edge"},
    {"no realm", no_realm, EDGE1_HTTPS, "realm Cisco-Edge"},
    {"it asks by Basic", asks_by_basic, EDGE1_HTTPS, NULL},
    {"it asks by Digest, not to see the password", asks_by_digest, EDGE1_HTTPS, "by Digest"},
    {"it asks for a token", asks_by_bearer, EDGE1_HTTPS, "by Bearer"},
    {"it lets anybody in", no_401, EDGE1_HTTPS, "realm Cisco-Edge"},
    {"the answer was not whole", not_whole, EDGE1_HTTPS, "realm Cisco-Edge"},
    {"the realm came with another request", for_another_request, EDGE1_HTTPS, "realm Cisco-Edge"},
    {"the realm is another domain's", for_another_domain, EDGE1_HTTPS, "realm Cisco-Edge"},
    {"a domain has no case", upper_domain, EDGE1_HTTPS, NULL},
    {"SIP shows its realm later", other_realm, EDGE1_SIP, NULL},
    {"a stream", NULL, EDGE1_XMPP, NULL},
    {"a stream needs no realm of HTTPS", other_realm, EDGE1_XMPP, NULL},
    {"a stream that was closed", stream_closed, EDGE1_XMPP, "xmpp.stream"},
    {"no stream was tried", no_stream, EDGE1_XMPP, "xmpp.stream"},
    {"a stream is not asked of HTTPS", stream_closed, EDGE1_HTTPS, NULL},
};

static void the_port_decides(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct given good[] = {{"chain.client", "pass", shown[i].at, NULL},
                                     {"name.srv-target", "pass", shown[i].at, NULL},
                                     {NULL, NULL, NULL, NULL}};
        struct facts *facts = healthy_facts();
        if (shown[i].break_it != NULL)
            shown[i].break_it(facts);
        struct findings *findings = findings_alone(facts, good);
        const struct endpoint *edge = endpoint_of(facts, shown[i].at);
        for (int insist = 0; insist < 2; insist++)
            assert_words(shown[i].what,
                         withheld_because(facts->arena, findings, edge, DOMAIN, insist == 1, false),
                         shown[i].why);
        findings_free(findings);
        facts_free(facts);
    }
}

static void a_token_goes_by_bearer(void **state) {
    (void)state;
    static const struct {
        void (*asks)(struct facts *);
        const char *why;
    } rows[] = {{NULL, NULL}, {asks_by_basic, NULL}, {asks_by_bearer, NULL}, {asks_by_digest, "by Digest"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        if (rows[i].asks != NULL)
            rows[i].asks(facts);
        struct findings *findings = findings_new();
        assert_words(
            "a token",
            withheld_because(facts->arena, findings, endpoint_of(facts, EDGE1_HTTPS), DOMAIN, true, true),
            rows[i].why);
        findings_free(findings);
        facts_free(facts);
    }
}

/* What judges say of a healthy edge, and of one whose certificate is another host's. */
static void judges_decide(void **state) {
    (void)state;
    static const struct {
        const char *dropped, *why; /* a name that the certificate loses; NULL: none */
    } names[] = {{NULL, NULL}, {EDGE1, "name.srv-target/cn-only"}, {DOMAIN, "name.mra-domain/no-match"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct facts *facts = healthy_facts();
        if (names[i].dropped != NULL)
            cert_drop_name(leaf_of(facts, EDGE1_HTTPS), names[i].dropped);
        struct findings *findings = judge_all(facts);
        for (size_t k = 0; k < findings->n; k++) /* it needs mathematics, which these certificates have not */
            if (strcmp(findings->v[k]->check->id, "chain.client") == 0)
                findings->v[k]->status = STATUS_PASS;
        assert_words(
            text_or(names[i].dropped, "healthy"),
            withheld_because(facts->arena, findings, endpoint_of(facts, EDGE1_HTTPS), DOMAIN, false, false),
            names[i].why);
        findings_free(findings);
        facts_free(facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_certificate_decides),
        cmocka_unit_test(the_port_decides),
        cmocka_unit_test(a_token_goes_by_bearer),
        cmocka_unit_test(judges_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
