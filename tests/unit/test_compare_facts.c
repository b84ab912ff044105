/* Which facts are told as changed between two reports, and which are noise, or say nothing because one of the
 * two did not see them? Two small runs, one thing of each changed; everything that is told stands in the row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/compare.h"
#include "tests/unit/healthy.h"

/* Ports of one box at one address: one each of HTTPS, SIP and XMPP, and a server that only speaks TLS. */
#define HTTPS "box:1"
#define SIP "box:2"
#define XMPP "box:3"
#define TLS "box:4"

static struct facts *small(void) {
    struct facts *facts = facts_new();
    facts->run.command = arena_text(facts->arena, "check");
    facts->run.target = arena_text(facts->arena, DOMAIN);
    add_endpoint(facts, "box", "192.0.2.1", 1, PROTOCOL_HTTPS, LEG_CLIENT);
    add_endpoint(facts, "box", "192.0.2.1", 2, PROTOCOL_SIP, LEG_CLIENT);
    add_endpoint(facts, "box", "192.0.2.1", 3, PROTOCOL_XMPP, LEG_CLIENT);
    add_endpoint(facts, "box", "192.0.2.1", 4, PROTOCOL_TLS, LEG_CLIENT);
    return facts;
}

static char *text(struct facts *facts, const char *words) {
    return arena_text(facts->arena, words);
}

static const char *value(struct arena *arena, const struct fact_value *v) {
    const char *all = v->kind == VALUE_LIST ? "" : v->kind == VALUE_MS ? NULL : text_or(v->text, "none");
    for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.n; i++)
        all = i == 0 ? v->list.v[0] : arena_printf(arena, "%s,%s", all, v->list.v[i]);
    return all != NULL ? all : arena_printf(arena, "%d", v->ms);
}

/* "latency tcp box:1 [1] [200]", a line each. */
static const char *in_words(const struct comparison *c) {
    char *all = arena_text(c->arena, "");
    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact_change *f = c->facts.v[i];
        all = arena_printf(c->arena, "%s%s%s%s %s%s%s [%s] [%s]\n", all, f->what, f->step == NULL ? "" : " ",
                           text_or(f->step, ""), f->subject, f->address == NULL ? "" : " ",
                           text_or(f->address, ""), value(c->arena, &f->before), value(c->arena, &f->after));
    }
    return all;
}

/* ---- what is changed ---- */

#define TCP_MS(ms_)                                                                                          \
    static void tcp_##ms_(struct facts *facts) {                                                             \
        endpoint_of(facts, TLS)->tcp.ms = ms_;                                                               \
    }
TCP_MS(10)
TCP_MS(20)
TCP_MS(50)
TCP_MS(60)
TCP_MS(99)
TCP_MS(100)
TCP_MS(101)
TCP_MS(199)
TCP_MS(200)

static void slow_and_refused(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, TLS);
    tcp_fails(facts, e, TCP_REFUSED);
    e->tcp.ms = 900;
    e->tls.ms = 900;
}

static void slow_handshake(struct facts *facts) {
    endpoint_of(facts, TLS)->tls.ms = 900;
}

static void slow_until_reset(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, TLS);
    tls_fails(&e->tls, TLS_RESET, SIDE_PEER);
    e->tls.ms = 900;
}

static void slow_sip(struct facts *facts) {
    endpoint_of(facts, SIP)->sip->ms = 900;
}

static void slow_and_no_sip(struct facts *facts) {
    slow_sip(facts);
    endpoint_of(facts, SIP)->sip->state = EXCHANGE_NO_ANSWER;
}

static void no_sip(struct facts *facts) {
    endpoint_of(facts, SIP)->sip = NULL;
}

static void slow_xmpp(struct facts *facts) {
    endpoint_of(facts, XMPP)->xmpp->ms = 900;
}

static void slow_and_closed(struct facts *facts) {
    slow_xmpp(facts);
    endpoint_of(facts, XMPP)->xmpp->state = XMPP_CLOSED;
}

static void no_xmpp(struct facts *facts) {
    endpoint_of(facts, XMPP)->xmpp = NULL;
}

static struct http_exchange *http_of(struct facts *facts, size_t i) {
    struct endpoint *e = endpoint_of(facts, HTTPS);
    assert_true(i < e->http.n);
    return e->http.v[i];
}

static void slow_http(struct facts *facts) {
    http_of(facts, 0)->ms = 900;
}

static void slow_and_no_http(struct facts *facts) {
    slow_http(facts);
    http_of(facts, 0)->state = EXCHANGE_NO_ANSWER;
}

static void slow_http_of_other_domain(struct facts *facts) {
    slow_http(facts);
    http_of(facts, 0)->domain = text(facts, "example.org");
}

static void slow_second_http(struct facts *facts) {
    http_of(facts, 1)->ms = 900;
}

static void by_expressway_c(struct facts *facts) {
    http_of(facts, 0)->server = text(facts, "CE_C ECS");
}

static void by_expressway_c_otherwise(struct facts *facts) {
    http_of(facts, 0)->server = text(facts, "ce_c/15");
}

static void by_expressway_e(struct facts *facts) {
    http_of(facts, 0)->server = text(facts, "CE_E");
}

static void by_expressway_e_otherwise(struct facts *facts) {
    http_of(facts, 0)->server = text(facts, "ce_e 15");
}

static void by_nobody(struct facts *facts) {
    http_of(facts, 0)->server = NULL;
}

static void other_cipher(struct facts *facts) {
    endpoint_of(facts, TLS)->tls.cipher = text(facts, "X");
}

static void old_version(struct facts *facts) {
    endpoint_of(facts, TLS)->tls.version = text(facts, "TLSv1.2");
}

static void no_cipher(struct facts *facts) {
    endpoint_of(facts, TLS)->tls.cipher = NULL;
}

/* Its own certificate, so that other ports keep theirs. */
static struct cert *leaf(struct facts *facts) {
    struct cert *cert = cert_new(facts, "box");
    serve_cert(facts, endpoint_of(facts, TLS), cert);
    cert->sha256 = text(facts, "aa");
    return cert;
}

static void a_leaf(struct facts *facts) {
    leaf(facts);
}

static void other_leaf(struct facts *facts) {
    leaf(facts)->sha256 = text(facts, "bb");
}

static void other_issuer(struct facts *facts) {
    leaf(facts)->issuer = text(facts, "CN=Other");
}

static void more_names(struct facts *facts) {
    struct cert *cert = leaf(facts);
    cert_add_name(facts, cert, NAME_DNS, "z.example");
    cert_add_name(facts, cert, NAME_DNS, "a.example");
}

static void names_in_other_order(struct facts *facts) {
    struct cert *cert = leaf(facts);
    cert_add_name(facts, cert, NAME_DNS, "a.example");
    cert_add_name(facts, cert, NAME_DNS, "z.example");
}

static void other_last_name(struct facts *facts) {
    struct cert *cert = leaf(facts);
    cert_add_name(facts, cert, NAME_DNS, "a.example");
    cert_add_name(facts, cert, NAME_DNS, "zz.example");
}

static void leaf_alone(struct facts *facts) {
    leaf(facts);
    endpoint_of(facts, TLS)->tls.chain.n = 1;
}

static void nothing_sent(struct facts *facts) {
    leaf(facts);
    endpoint_of(facts, TLS)->tls.chain.n = 0;
}

/* ---- addresses ---- */

static struct endpoint *at(struct facts *facts, const char *address, const char *cipher) {
    struct endpoint *e = add_endpoint(facts, "two", address, 9, PROTOCOL_TLS, LEG_OTHER);
    e->tls.cipher = text(facts, cipher);
    return e;
}

static void two_of(struct facts *facts) {
    at(facts, "192.0.2.8", "X");
    at(facts, "192.0.2.9", "Y");
}

static void two_turned(struct facts *facts) {
    at(facts, "192.0.2.9", "Y");
    at(facts, "192.0.2.8", "X");
}

static void second_other(struct facts *facts) {
    at(facts, "192.0.2.9", "Z");
    at(facts, "192.0.2.8", "X");
}

static void first_left(struct facts *facts) {
    at(facts, "192.0.2.8", "Z");
}

static void second_left(struct facts *facts) {
    at(facts, "192.0.2.9", "Z");
}

static void moved(struct facts *facts) {
    at(facts, "192.0.2.7", "Z");
}

static void moved_both(struct facts *facts) {
    at(facts, "192.0.2.6", "Z");
    at(facts, "192.0.2.7", "Z");
}

static void no_address(struct facts *facts) {
    at(facts, "192.0.2.9", "X")->address = NULL;
}

static void other_port(struct facts *facts) {
    add_endpoint(facts, "TWO", "192.0.2.9", 10, PROTOCOL_TLS, LEG_OTHER);
}

static void before_all(struct facts *facts) {
    add_endpoint(facts, "aaa", "192.0.2.9", 1, PROTOCOL_TLS, LEG_OTHER);
}

static void behind_all(struct facts *facts) {
    add_endpoint(facts, "zzz", "192.0.2.9", 1, PROTOCOL_TLS, LEG_OTHER);
}

static void before_all_and_slow(struct facts *facts) {
    before_all(facts);
    tcp_200(facts);
}

static void behind_all_and_slow(struct facts *facts) {
    behind_all(facts);
    tcp_200(facts);
}

static void between_and_slow(struct facts *facts) {
    add_endpoint(facts, "box", "192.0.2.1", 35, PROTOCOL_TLS, LEG_OTHER);
    tcp_200(facts);
}

/* ---- records ---- */

static struct dns_query *records(struct facts *facts, const char *first, const char *second) {
    struct dns_query *query = add_query(facts, SRV_NAME, DNS_SRV, DNS_ANSWERED);
    add_srv(facts, query, first, 8443);
    if (second != NULL)
        add_srv(facts, query, second, 8443);
    return query;
}

static void records_ab(struct facts *facts) {
    records(facts, "a", "b");
}

static void records_ba(struct facts *facts) {
    records(facts, "b", "a");
}

static void record_a(struct facts *facts) {
    records(facts, "a", NULL);
}

static void record_without_target(struct facts *facts) {
    records(facts, "a", "b")->records.v[1]->target = NULL;
}

static void record_of_weight(struct facts *facts) {
    records(facts, "a", NULL)->records.v[0]->weight = 7;
}

static void record_of_port(struct facts *facts) {
    records(facts, "a", NULL)->records.v[0]->port = 443;
}

static void second_answer(struct facts *facts) {
    records(facts, "a", NULL);
    records(facts, "b", NULL);
}

static void other_name_only(struct facts *facts) {
    add_srv(facts, add_query(facts, "_sips._tcp.example.com", DNS_SRV, DNS_ANSWERED), "c", 5061);
}

static void other_name_first(struct facts *facts) {
    other_name_only(facts);
    records(facts, "b", NULL);
}

static void address_record(struct facts *facts) {
    add_host(facts, "box", "192.0.2.1");
    records(facts, "a", NULL);
}

static void other_address_record(struct facts *facts) {
    add_host(facts, "box", "192.0.2.2");
    records(facts, "a", NULL);
}

/* ---- nodes ---- */

static void node(struct facts *facts, struct nodes *to, const char *name, const char *sha256) {
    struct node *n = add_node(facts, to, name, ROLE_NONE);
    struct cert *cert = cert_new(facts, "node");
    cert->sha256 = text(facts, sha256);
    LIST_ADD(facts->arena, &n->certificate, cert);
}

static void deployed(struct facts *facts) {
    struct deployment *d = deployment_of(facts);
    node(facts, &d->e.nodes, "e1", "e1-old");
    node(facts, &d->e.nodes, "e2", "e2-old");
    node(facts, &d->c.nodes, "c1", "c1-old");
    node(facts, &d->ucm, "u1", "u1-old");
    node(facts, &d->imp, "i1", "i1-old");
}

static void all_renewed(struct facts *facts) {
    struct deployment *d = deployment_of(facts);
    node(facts, &d->e.nodes, "E2", "e2-new");
    node(facts, &d->e.nodes, "e1", "e1-new");
    node(facts, &d->c.nodes, "c1", "c1-new");
    node(facts, &d->ucm, "u1", "u1-new");
    node(facts, &d->imp, "i1", "i1-new");
}

static void others_deployed(struct facts *facts) {
    node(facts, &deployment_of(facts)->e.nodes, "e3", "e3-new");
}

static void named_twice(struct facts *facts) {
    struct deployment *d = deployment_of(facts);
    node(facts, &d->e.nodes, "e1", "e1-old");
    node(facts, &d->e.nodes, "e1", "e1-older");
}

static void named_once(struct facts *facts) {
    node(facts, &deployment_of(facts)->e.nodes, "e1", "e1-new");
}

/* ---- suites ---- */

static struct cipher_survey *survey(struct facts *facts, const char *id, const char *address, int suite) {
    struct cipher_survey *s = ARENA_NEW(facts->arena, struct cipher_survey);
    struct accepted_suite *accepted = ARENA_NEW(facts->arena, struct accepted_suite);
    s->endpoint = text(facts, id);
    s->address = text(facts, address);
    s->complete = true;
    *accepted = (struct accepted_suite){.version = 0x0303, .suite = suite};
    LIST_ADD(facts->arena, &s->accepted, accepted);
    LIST_ADD(facts->arena, &facts->ciphers, s);
    return s;
}

static void gcm128(struct facts *facts) {
    survey(facts, HTTPS, "192.0.2.1", 0xc02f);
}

static void gcm256(struct facts *facts) {
    survey(facts, HTTPS, "192.0.2.1", 0xc030);
}

static void gcm128_cut_short(struct facts *facts) {
    survey(facts, HTTPS, "192.0.2.1", 0xc02f)->complete = false;
}

static void gcm256_cut_short(struct facts *facts) {
    survey(facts, HTTPS, "192.0.2.1", 0xc030)->complete = false;
}

static void gcm256_elsewhere(struct facts *facts) {
    survey(facts, HTTPS, "192.0.2.2", 0xc030);
    survey(facts, SIP, "192.0.2.1", 0xc030);
}

static void gcm256_of_many(struct facts *facts) {
    gcm256_elsewhere(facts);
    gcm256(facts);
}

static void gcm128_of_many(struct facts *facts) {
    gcm256_elsewhere(facts);
    gcm128(facts);
}

static void unknown_version(struct facts *facts) {
    survey(facts, HTTPS, "192.0.2.1", 0xc02f)->accepted.v[0]->version = 0x7f00;
}

/* ---- log-ins ---- */

static struct login *walk(struct facts *facts, const char *first, const char *second) {
    static const char *const asked[] = {"servers", "devices"};
    struct login *login = ARENA_NEW(facts->arena, struct login);
    login->endpoint = text(facts, HTTPS);
    login->address = text(facts, "192.0.2.1");
    login->domain = text(facts, DOMAIN);
    login->uds = ARENA_NEW(facts->arena, struct uds);
    for (size_t i = 0; i < 2; i++) {
        struct http_exchange *http = ARENA_NEW(facts->arena, struct http_exchange);
        *http = (struct http_exchange){.request = text(facts, asked[i]),
                                       .domain = login->domain,
                                       .url = login->domain,
                                       .state = EXCHANGE_ANSWERED,
                                       .status = 200};
        LIST_ADD(facts->arena, &login->http, http);
        const char *name = i == 0 ? first : second;
        struct uds_device *device = ARENA_NEW(facts->arena, struct uds_device);
        device->name = name == NULL ? NULL : text(facts, name);
        LIST_ADD(facts->arena, &login->uds->devices, device);
        texts_add(facts->arena, &login->uds->servers, text_or(name, "u0"));
    }
    LIST_ADD(facts->arena, &facts->logins, login);
    return login;
}

static void walked_ab(struct facts *facts) {
    walk(facts, "a", "b");
}

static void walked_ba(struct facts *facts) {
    walk(facts, "b", "a");
}

static void walked_a_unnamed(struct facts *facts) {
    walk(facts, "a", NULL);
}

static void walked_not_asked(struct facts *facts) {
    walk(facts, "a", NULL)->uds = NULL;
}

static void walked_servers_refused(struct facts *facts) {
    walk(facts, "a", NULL)->http.v[0]->status = 403;
}

static void walked_devices_refused(struct facts *facts) {
    walk(facts, "a", NULL)->http.v[1]->status = 403;
}

static void walked_devices_cut(struct facts *facts) {
    walk(facts, "a", NULL)->http.v[1]->state = EXCHANGE_NO_ANSWER;
}

static void walked_devices_unread(struct facts *facts) {
    walk(facts, "a", NULL)->http.v[1]->error = text(facts, "no XML");
}

static void walked_devices_unasked(struct facts *facts) {
    walk(facts, "a", NULL)->http.n = 1;
}

static void walked_other_port(struct facts *facts) {
    walk(facts, "a", NULL)->endpoint = text(facts, SIP);
}

static void walked_other_domain(struct facts *facts) {
    walk(facts, "a", NULL)->domain = text(facts, "example.org");
}

static void walked_other_address(struct facts *facts) {
    walk(facts, "a", NULL)->address = text(facts, "192.0.2.2");
}

static void from_inside(struct facts *facts) {
    facts->run.vantage = VANTAGE_INTERNAL;
}

static void from_inside_of_no_target(struct facts *facts) {
    from_inside(facts);
    facts->run.target = NULL;
}

#define SERVERS "servers box:1 [a,b] [a,u0]\n"
#define DEVICES "devices box:1 [a,b] [a]\n"
#define SUITE128 "TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256"
#define SUITE256 "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384"

static const struct {
    const char *what;
    void (*before)(struct facts *), (*after)(struct facts *);
    const char *told;
} rows[] = {
    {"the same", NULL, NULL, ""},
    /* latency: twice as much, and 50 ms more */
    {"twice, and 50 ms more", tcp_50, tcp_100, "latency tcp box:4 [50] [100]\n"},
    {"half", tcp_100, tcp_50, "latency tcp box:4 [100] [50]\n"},
    {"twice, and 49 ms more", tcp_50, tcp_99, ""},
    {"twice, and little more", tcp_10, tcp_20, ""},
    {"50 ms more, ten to sixty", tcp_10, tcp_60, "latency tcp box:4 [10] [60]\n"},
    {"99 ms more, not twice", tcp_100, tcp_199, ""},
    {"twice", tcp_100, tcp_200, "latency tcp box:4 [100] [200]\n"},
    {"hardly more", tcp_100, tcp_101, ""},
    {"refused, however slowly", tcp_10, slow_and_refused, ""},
    {"not refused any more", slow_and_refused, tcp_10, ""},
    {"a handshake", NULL, slow_handshake, "latency tls box:4 [22] [900]\n"},
    {"a handshake that was cut", NULL, slow_until_reset, ""},
    {"a handshake that is cut no more", slow_until_reset, NULL, ""},
    {"a SIP answer", NULL, slow_sip, "latency sip box:2 [33] [900]\n"},
    {"no SIP answer", NULL, slow_and_no_sip, ""},
    {"a SIP answer for the first time", slow_and_no_sip, NULL, ""},
    {"SIP was not asked", slow_sip, no_sip, ""},
    {"SIP was asked for the first time", no_sip, slow_sip, ""},
    {"a stream", NULL, slow_xmpp, "latency xmpp box:3 [44] [900]\n"},
    {"a stream that was closed", NULL, slow_and_closed, ""},
    {"a stream that is closed no more", slow_and_closed, NULL, ""},
    {"no stream was tried", slow_xmpp, no_xmpp, ""},
    {"a stream was tried for the first time", no_xmpp, slow_xmpp, ""},
    {"an answer", NULL, slow_http, "latency get_edge_sso box:1 [55] [900]\n"},
    {"no answer", NULL, slow_and_no_http, ""},
    {"an answer for the first time", slow_and_no_http, NULL, ""},
    {"the answer for another domain", NULL, slow_http_of_other_domain, ""},
    {"the second answer", slow_http_of_other_domain, slow_second_http,
     "latency get_edge_config box:1 [66] [900]\n"},
    /* who answers */
    {"Expressway-C, then Expressway-E", by_expressway_c, by_expressway_e,
     "answered-by get_edge_sso box:1 [expressway-c] [expressway-e]\n"},
    {"Expressway-C in other words", by_expressway_c, by_expressway_c_otherwise, ""},
    {"Expressway-E in other words", by_expressway_e, by_expressway_e_otherwise, ""},
    {"who answered is not told", by_expressway_c, by_nobody, ""},
    /* the handshake */
    {"another suite", NULL, other_cipher, "cipher box:4 [TLS_AES_256_GCM_SHA384] [X]\n"},
    {"another version", NULL, old_version, "version box:4 [TLSv1.3] [TLSv1.2]\n"},
    {"a suite that is not known", NULL, no_cipher, ""},
    {"a suite that was not known", no_cipher, NULL, ""},
    /* certificates */
    {"the same certificate", a_leaf, a_leaf, ""},
    {"another certificate", a_leaf, other_leaf, "certificate box:4 [aa] [bb]\n"},
    {"another issuer", a_leaf, other_issuer, "issuer box:4 [CN=Example Issuing CA,O=Example] [CN=Other]\n"},
    {"two names more", a_leaf, more_names, "names box:4 [DNS:box] [DNS:a.example,DNS:box,DNS:z.example]\n"},
    {"names in another order", more_names, names_in_other_order, ""},
    {"the last name is another", more_names, other_last_name,
     "names box:4 [DNS:a.example,DNS:box,DNS:z.example] [DNS:a.example,DNS:box,DNS:zz.example]\n"},
    {"a CA less", a_leaf, leaf_alone,
     "chain box:4 [d5107312af7260f6c021f452d55de86a0fb0cf4d027f090af2e4fb99492433a7] []\n"},
    {"nothing was sent", a_leaf, nothing_sent, ""},
    {"nothing had been sent", nothing_sent, a_leaf, ""},
    /* addresses */
    {"the same two, in another order", two_of, two_turned, ""},
    {"one of two", two_of, second_other, "cipher two:9 192.0.2.9 [Y] [Z]\n"},
    {"the first is left", two_of, first_left,
     "addresses two [192.0.2.8,192.0.2.9] [192.0.2.8]\ncipher two:9 [X] [Z]\n"},
    {"the second is left", two_of, second_left,
     "addresses two [192.0.2.8,192.0.2.9] [192.0.2.9]\ncipher two:9 [Y] [Z]\n"},
    {"one more", first_left, two_of,
     "addresses two [192.0.2.8] [192.0.2.8,192.0.2.9]\ncipher two:9 192.0.2.8 [Z] [X]\n"},
    {"it moved: what is left is compared with what was first", two_of, moved,
     "addresses two [192.0.2.8,192.0.2.9] [192.0.2.7]\ncipher two:9 [X] [Z]\n"},
    {"both moved", two_of, moved_both,
     "addresses two [192.0.2.8,192.0.2.9] [192.0.2.6,192.0.2.7]\ncipher two:9 192.0.2.6 [X] [Z]\n"},
    {"it has none", no_address, NULL, ""},
    {"none, then one", no_address, second_left, "addresses two [] [192.0.2.9]\ncipher two:9 [X] [Z]\n"},
    {"another port of the same host", second_left, other_port, ""},
    {"a host is gone", two_of, NULL, "addresses two [192.0.2.8,192.0.2.9] []\n"},
    {"a host is new", NULL, two_of, "addresses two [] [192.0.2.8,192.0.2.9]\n"},
    {"hosts have no case, and ports share addresses", other_port, second_left, ""},
    {"the first host is new", NULL, before_all, "addresses aaa [] [192.0.2.9]\n"},
    {"the last host is gone", behind_all, NULL, "addresses zzz [192.0.2.9] []\n"},
    {"behind what is new", tcp_100, before_all_and_slow,
     "addresses aaa [] [192.0.2.9]\nlatency tcp box:4 [100] [200]\n"},
    {"behind what is gone", before_all_and_slow, tcp_100,
     "addresses aaa [192.0.2.9] []\nlatency tcp box:4 [200] [100]\n"},
    {"before what is new", tcp_100, behind_all_and_slow,
     "addresses zzz [] [192.0.2.9]\nlatency tcp box:4 [100] [200]\n"},
    {"behind a port that is new", tcp_100, between_and_slow, "latency tcp box:4 [100] [200]\n"},
    {"behind a port that is gone", between_and_slow, tcp_100, "latency tcp box:4 [200] [100]\n"},
    /* records */
    {"the same records in another order", records_ab, records_ba, ""},
    {"a record less", records_ab, record_a,
     "records _collab-edge._tls.example.com [10 10 8443 a,10 10 8443 b] [10 10 8443 a]\n"},
    {"a record without a target is none", record_a, record_without_target, ""},
    {"a weight", record_a, record_of_weight,
     "records _collab-edge._tls.example.com [10 10 8443 a] [10 7 8443 a]\n"},
    {"a port", record_a, record_of_port,
     "records _collab-edge._tls.example.com [10 10 8443 a] [10 10 443 a]\n"},
    {"asked twice, the first answer counts", record_a, second_answer, ""},
    {"and it was the first before", second_answer, record_a, ""},
    {"asked for another name", record_a, other_name_only, ""},
    {"another name was asked for first", other_name_first, record_a,
     "records _collab-edge._tls.example.com [10 10 8443 b] [10 10 8443 a]\n"},
    {"records of addresses are none of these", address_record, other_address_record, ""},
    /* nodes */
    {"each node's certificate", deployed, all_renewed,
     "certificate E2 [e2-old] [e2-new]\ncertificate e1 [e1-old] [e1-new]\ncertificate c1 [c1-old] [c1-new]\n"
     "certificate u1 [u1-old] [u1-new]\ncertificate i1 [i1-old] [i1-new]\n"},
    {"other nodes", deployed, others_deployed, ""},
    {"no deployment", deployed, NULL, ""},
    {"no deployment before", NULL, deployed, ""},
    {"a name that stood twice: its first", named_twice, named_once, "certificate e1 [e1-old] [e1-new]\n"},
    /* suites */
    {"other suites", gcm128, gcm256, "cipher box:1 [" SUITE128 "] [" SUITE256 "]\n"},
    {"the same suites", gcm128, gcm128, ""},
    {"cut short", gcm128, gcm256_cut_short, ""},
    {"cut short before", gcm128_cut_short, gcm256, ""},
    {"of another port, and another address", gcm128, gcm256_elsewhere, ""},
    {"of several", gcm128, gcm256_of_many, "cipher box:1 192.0.2.1 [" SUITE128 "] [" SUITE256 "]\n"},
    {"of several before", gcm128_of_many, gcm256, "cipher box:1 [" SUITE128 "] [" SUITE256 "]\n"},
    {"a version without a name", gcm128, unknown_version,
     "cipher box:1 [" SUITE128 "] [? ECDHE-RSA-AES128-GCM-SHA256]\n"},
    /* log-ins: servers in the order of use, devices in none */
    {"another first server", walked_ab, walked_ba, "servers box:1 [a,b] [b,a]\n"},
    {"a device less", walked_ab, walked_a_unnamed, SERVERS DEVICES},
    {"servers were refused", walked_ab, walked_servers_refused, DEVICES},
    {"servers had been refused", walked_servers_refused, walked_ab, "devices box:1 [a] [a,b]\n"},
    {"devices were refused", walked_ab, walked_devices_refused, SERVERS},
    {"devices had been refused", walked_devices_refused, walked_ab, "servers box:1 [a,u0] [a,b]\n"},
    {"no answer about devices", walked_ab, walked_devices_cut, SERVERS},
    {"an answer about devices that nobody could read", walked_ab, walked_devices_unread, SERVERS},
    {"nobody asked for devices", walked_ab, walked_devices_unasked, SERVERS},
    {"nobody asked at all", walked_ab, walked_not_asked, ""},
    {"nobody had asked at all", walked_not_asked, walked_ab, ""},
    {"the log-in at another port", walked_ab, walked_other_port, ""},
    {"the log-in for another domain", walked_ab, walked_other_domain, ""},
    {"the log-in at another address", walked_ab, walked_other_address, ""},
    /* where the run stood */
    {"from inside", NULL, from_inside, "vantage example.com [external] [internal]\n"},
    {"from inside, of no target", NULL, from_inside_of_no_target, "vantage the run [external] [internal]\n"},
};

/* What each exchange took, so that a row tells it. */
static struct facts *with(void (*change)(struct facts *)) {
    struct facts *facts = small();
    endpoint_of(facts, TLS)->tls.ms = 22;
    endpoint_of(facts, SIP)->sip->ms = 33;
    endpoint_of(facts, XMPP)->xmpp->ms = 44;
    http_of(facts, 0)->ms = 55;
    http_of(facts, 1)->ms = 66;
    if (change != NULL)
        change(facts);
    return facts;
}

static struct comparison *compared(struct facts *before, struct facts *after, struct told told[2]) {
    struct comparison *c = ARENA_NEW(after->arena, struct comparison);
    told[0] = (struct told){.facts = before};
    told[1] = (struct told){.facts = after};
    *c = (struct comparison){.arena = after->arena, .before = &told[0], .after = &told[1]};
    compare_facts(c);
    return c;
}

static void rows_hold(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *before = with(rows[i].before), *after = with(rows[i].after);
        struct told told[2];
        const char *words = in_words(compared(before, after, told));
        if (strcmp(words, rows[i].told) != 0) {
            print_error("%s:\n%swanted\n%s", rows[i].what, words, rows[i].told);
            wrong++;
        }
        facts_free(before);
        facts_free(after);
    }
    assert_int_equal(wrong, 0);
}

/* Of a report with more names than any run asks for, the first are compared. */
static void names_are_bounded(void **state) {
    (void)state;
    struct facts *both[] = {facts_new(), facts_new()};
    for (int i = 0; i < 2 * 2001; i++) {
        struct facts *facts = both[i % 2];
        const char *name = arena_printf(facts->arena, "_collab-edge._tls.d%04d.example", i / 2);
        struct dns_query *query = add_query(facts, name, DNS_SRV, DNS_ANSWERED);
        add_srv(facts, query, i % 2 == 1 && i / 2 >= 1999 ? "other" : "edge", 8443);
    }
    struct told told[2];
    assert_string_equal(in_words(compared(both[0], both[1], told)),
                        "records _collab-edge._tls.d1999.example [10 10 8443 edge] [10 10 8443 other]\n");
    facts_free(both[0]);
    facts_free(both[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(names_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
