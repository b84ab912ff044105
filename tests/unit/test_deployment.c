/* Is the deployment file read as documented, and does every mistake in it get its file, line, column and key?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config/config.h"

static const char whole[] = /* the example of the documentation */
    "release: X14.3\n"
    "vantage: internal\n"
    "domains: [example.com]                 # MRA service discovery domains\n"
    "features: [mra, xmpp-federation, b2b, acme, jabber-guest]\n"
    "expressway-e:\n"
    "  cluster: expe.example.com            # omit for a single node\n"
    "  trust: trust/expe.pem                # or per node\n"
    "  nodes:\n"
    "    - {name: expe1.example.com, address: 203.0.113.10, certificate: certs/expe1.pem}\n"
    "    - {name: expe2.example.com}\n"
    "  xmpp-federation-domains: [example.com]\n"
    "expressway-c:\n"
    "  cluster: expc.example.local\n"
    "  trust: trust/expc.pem\n"
    "  nodes: [{name: expc1.example.local, certificate: certs/expc1.pem}]\n"
    "  phone-profiles: [jabbersecure.example.com]\n"
    "  chat-aliases: [chatnode1.example.com]\n"
    "zones:\n"
    "  - {name: mra, type: uc-traversal, peers: [expe1.example.com], port: 7001, tls-verify-name: "
    "expc.example.local}\n"
    "ucm:\n"
    "  ciphers: all-rsa-preferred\n"
    "  nodes: [{name: ucm1.example.local, publisher: true, tomcat-trust: trust/tomcat, callmanager-trust: "
    "trust/cm}]\n"
    "imp:\n"
    "  nodes: [{name: imp1.example.local, publisher: true}]\n"
    "revocation: {mode: on, ocsp: on, crl: on, cdp: on, fallback: treat-as-not-revoked}\n"
    "thresholds: {warn-days: 30, crit-days: 7}\n";

static bool read_text(struct facts *facts, const char *text, char **error) {
    *error = NULL;
    return deployment_read_text(facts, text, strlen(text), "lab/d.yaml", false, error);
}

static void test_whole(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    char *error;
    assert_true(read_text(facts, whole, &error));
    const struct deployment *d = facts->deployment;
    assert_string_equal(d->file, "lab/d.yaml");
    assert_string_equal(d->release, "X14.3");
    assert_string_equal(d->vantage, "internal");
    assert_string_equal(d->domains.v[0], "example.com");
    assert_int_equal(d->features.n, 5);
    assert_true(deployment_has_feature(d, "jabber-guest"));
    assert_string_equal(d->e.cluster, "expe.example.com");
    assert_string_equal(d->e.trust, "lab/trust/expe.pem");
    assert_int_equal(d->e.nodes.n, 2);
    assert_string_equal(d->e.nodes.v[0]->name, "expe1.example.com");
    assert_string_equal(d->e.nodes.v[0]->address, "203.0.113.10");
    assert_string_equal(d->e.nodes.v[0]->certificate_file, "lab/certs/expe1.pem");
    assert_int_equal(d->e.nodes.v[0]->role, ROLE_EXPRESSWAY_E);
    assert_null(d->e.nodes.v[1]->address);
    assert_null(d->e.nodes.v[1]->certificate_file);
    assert_string_equal(d->e.xmpp_federation_domains.v[0], "example.com");
    assert_int_equal(d->c.nodes.v[0]->role, ROLE_EXPRESSWAY_C);
    assert_string_equal(d->c.phone_profiles.v[0], "jabbersecure.example.com");
    assert_string_equal(d->c.chat_aliases.v[0], "chatnode1.example.com");
    assert_int_equal(d->zones.n, 1);
    assert_string_equal(d->zones.v[0]->name, "mra");
    assert_int_equal(d->zones.v[0]->type, ZONE_UC_TRAVERSAL);
    assert_string_equal(d->zones.v[0]->peers.v[0], "expe1.example.com");
    assert_int_equal(d->zones.v[0]->port, 7001);
    assert_int_equal(d->zones.v[0]->ssh_port, 2222);
    assert_string_equal(d->zones.v[0]->tls_verify_name, "expc.example.local");
    assert_string_equal(d->ucm_ciphers, "all-rsa-preferred");
    assert_true(d->ucm.v[0]->publisher);
    assert_int_equal(d->ucm.v[0]->role, ROLE_UCM);
    assert_string_equal(d->ucm.v[0]->tomcat_trust, "lab/trust/tomcat");
    assert_string_equal(d->ucm.v[0]->callmanager_trust, "lab/trust/cm");
    assert_int_equal(d->imp.v[0]->role, ROLE_IMP);
    assert_true(d->revocation.given && d->revocation.mode && d->revocation.ocsp && d->revocation.crl &&
                d->revocation.cdp && !d->revocation.treat_as_revoked);
    assert_true(d->has_warn_days && d->has_crit_days);
    assert_int_equal(d->warn_days, 30);
    assert_int_equal(d->crit_days, 7);
    facts_free(facts);
}

static void test_certificates_by_purpose(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    char *error;
    assert_true(read_text(facts,
                          "features: [mra, xmpp, sip, sip-federation]\n"
                          "expressway-c:\n"
                          "  nodes: [{name: c1, certificate: c1.pem, key: c1.key, client-certificate: "
                          "cc.pem, client-key: cc.key}]\n"
                          "  server-cert-type: both\n"
                          "  eku-checking: off\n"
                          "  release: X14.2\n"
                          "  revocation: {mode: on, fallback: treat-as-revoked}\n"
                          "zones: [{name: z, type: traversal, peers: [p], tls-verify-mode: off}]\n"
                          "ucm:\n"
                          "  sso: on\n"
                          "  tls-verify-mode: off\n"
                          "  nodes:\n"
                          "    - {name: u1, certificates: {tomcat: t.pem, callmanager-ecdsa: e.pem}, trust: "
                          "{ipsec-trust: i, tomcat-trust: tt}}\n"
                          "    - {name: u2, callmanager-trust: ct}\n"
                          "imp: {ha: on, nodes: [{name: i1, certificates: {cup-xmpp: x.pem}}]}\n"
                          "unity: {nodes: [cuc1.example.local]}\n",
                          &error));
    const struct deployment *d = facts->deployment;
    const struct node *c1 = d->c.nodes.v[0], *u1 = d->ucm.v[0];
    assert_string_equal(c1->key_file, "lab/c1.key");
    assert_string_equal(c1->client_file, "lab/cc.pem");
    assert_string_equal(c1->client_key_file, "lab/cc.key");
    assert_string_equal(d->c.server_cert_type, "both");
    assert_true(d->c.eku_checking_off && !d->e.eku_checking_off);
    assert_string_equal(d->c.release, "X14.2");
    assert_true(d->c.revocation.given && d->c.revocation.treat_as_revoked && !d->e.revocation.given);
    assert_int_equal(d->zones.v[0]->tls_verify_mode, TOGGLE_OFF);
    assert_true(d->ucm_sso && !d->imp_sso && d->imp_ha && !d->ucm_ha && d->ucm_tls_verify_off);
    assert_int_equal(u1->certificates.n, 2);
    assert_true(!u1->unity && d->ucm.n == 3 && d->ucm.v[2]->unity);
    assert_string_equal(node_certificate_for(u1, "tomcat")->file, "lab/t.pem");
    assert_null(node_certificate_for(u1, "callmanager"));
    assert_string_equal(node_store(u1, "ipsec-trust"), "lab/i");
    assert_string_equal(u1->tomcat_trust, "lab/tt");
    assert_string_equal(d->ucm.v[1]->callmanager_trust, "lab/ct");
    assert_string_equal(node_certificate_for(d->imp.v[0], "cup-xmpp")->file, "lab/x.pem");
    facts_free(facts);
}

static void test_defaults_and_forms(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    char *error;
    assert_true(
        read_text(facts,
                  "domains: [B\xc3\x9c"
                  "CHER.example.]\n"
                  "expressway-e: {nodes: [ExpE1.example.com, {name: expe2, address: '[2001:DB8::1]'}]}\n"
                  "zones:\n"
                  "- {name: b2b, type: neighbor, peers: ['192.0.2.1', '2001:db8::2', short]}\n"
                  "- {name: t, type: traversal, peers: [a.example.com], port: '7002', ssh-port: 2223}\n"
                  "ucm: {trust: /cas/cm.pem, nodes: [{name: u1}, {name: u2, trust: own.pem}]}\n"
                  "revocation: {fallback: treat-as-revoked, ocsp: off}\n"
                  "thresholds: {crit-days: 3}\n",
                  &error));
    const struct deployment *d = facts->deployment;
    assert_null(d->release);
    assert_string_equal(d->domains.v[0], "xn--bcher-kva.example");
    assert_string_equal(d->e.nodes.v[0]->name, "ExpE1.example.com"); /* as written */
    assert_string_equal(d->e.nodes.v[1]->address, "2001:db8::1");
    assert_int_equal(d->zones.v[0]->port, 5061);
    assert_int_equal(d->zones.v[0]->peers.n, 3);
    assert_string_equal(d->zones.v[0]->peers.v[0], "192.0.2.1");
    assert_null(d->zones.v[0]->tls_verify_name);
    assert_int_equal(d->zones.v[1]->port, 7002);
    assert_int_equal(d->zones.v[1]->ssh_port, 2223);
    assert_string_equal(d->ucm.v[0]->trust, "/cas/cm.pem");
    assert_string_equal(d->ucm.v[1]->trust, "lab/own.pem");
    assert_true(d->revocation.given && !d->revocation.mode && !d->revocation.ocsp && d->revocation.crl &&
                d->revocation.treat_as_revoked);
    assert_true(!d->has_warn_days && d->has_crit_days);
    facts_free(facts);

    facts = facts_new();
    assert_true(read_text(facts, "domains: []\n", &error));
    assert_false(facts->deployment->revocation.given);
    assert_int_equal(facts->deployment->domains.n, 0);
    facts_free(facts);
}

static const struct {
    const char *text, *error; /* the error begins so, behind "lab/d.yaml:" */
} bad[] = {
    {"", "1:1: wanted keys and values"},
    {"# nothing\n", "1:1: wanted keys and values"},
    {"example.com\n", "1:1: wanted keys and values such as 'release: ...', got a text"},
    {"- a\n", "1:1: wanted keys and values such as 'release: ...', got a list"},
    /* keys */
    {"ucm: {nodes: [{name: u, certificates: {tomcatt: a}}]}\n",
     "1:40: unknown key 'tomcatt'; did you mean 'tomcat'?"},
    {"ucm: {nodes: [{name: u, tomcat-trust: a, trust: {tomcat-trust: b}}]}\n",
     "1:15: nodes: tomcat-trust is given twice"},
    {"ucm: {nodes: [{name: u, trust: {tomcat: b}}]}\n",
     "1:33: unknown key 'tomcat'; did you mean 'tomcat-trust'?"},
    {"expressway-c: {server-cert-type: dsa}\n",
     "1:34: server-cert-type: wanted rsa, ecdsa or both, got 'dsa'"},
    {"domain: [a.b]\n", "1:1: unknown key 'domain'; did you mean 'domains'?"},
    {"release: X14\nsomething: 1\n", "2:1: unknown key 'something'; wanted release, vantage"},
    {"zones:\n- {name: a, type: traversal, peers: [b], tls-verify: c}\n",
     "2:42: unknown key 'tls-verify'; did you mean 'tls-verify-name'?"},
    {"zones:\n- {name: a, type: traversal, peers: [b], tls_verify_name: c}\n",
     "2:42: unknown key 'tls_verify_name'; did you mean 'tls-verify-name'?"},
    {"expressway-e: {phone-profiles: [a]}\n", "1:16: unknown key 'phone-profiles'"},
    {"expressway-e:\n  nodes:\n    - {name: a.b, publisher: true}\n", "3:19: unknown key 'publisher'"},
    {"domains: [a.b]\nrelease: X14\ndomains: [c.d]\n", "3:1: key 'domains' is already in line 1"},
    {"? [a]\n: b\n", "1:3: wanted a key"},
    {"\"a\\e[31mb\": c\n", "1:1: unknown key 'a\\x1b[31mb'"},
    /* kinds */
    {"domains: example.com\n", "1:10: domains: wanted a list such as [one, two], got a text"},
    {"domains:\n", "1:9: domains: wanted a list"},
    {"domains: [[a.b]]\n", "1:11: domains: wanted a domain, got a list"},
    {"domains: [{a: b}]\n", "1:11: domains: wanted a domain, got a map"},
    {"domains: ['']\n", "1:11: domains: wanted a domain, got nothing"},
    {"release: [X14]\n", "1:10: release: wanted a release such as X14.3, got a list"},
    {"expressway-e: [a]\n", "1:15: expressway-e: wanted keys and values such as 'cluster: ...', got a list"},
    {"expressway-e: {nodes: a.b}\n", "1:23: nodes: wanted a list of nodes"},
    {"expressway-e: {nodes: [[a.b]]}\n",
     "1:24: nodes: wanted keys and values such as 'name: ...', got a list"},
    {"zones: {name: a}\n", "1:8: zones: wanted a list of zones"},
    {"zones: [a]\n", "1:9: zones: wanted keys and values"},
    /* words and numbers */
    {"vantage: outside\n", "1:10: vantage: wanted external, internal or lab, got 'outside'"},
    {"features: [mra, sso]\n", "1:17: features: wanted mra, xmpp, sip, xmpp-federation, sip-federation, b2b, "
                               "acme or jabber-guest, got 'sso'"},
    {"release: fourteen\n", "1:10: release: wanted a release such as X14.3, got 'fourteen'"},
    {"zones: [{name: a, type: sip, peers: [b]}]\n",
     "1:25: type: wanted uc-traversal, traversal or neighbor, got 'sip'"},
    {"zones: [{name: a, type: traversal, peers: [b], port: 0}]\n",
     "1:54: port: wanted a number from 1 to 65535, got '0'"},
    {"zones: [{name: a, type: traversal, peers: [b], port: 65536}]\n", "1:54: port: wanted a number"},
    {"zones: [{name: a, type: traversal, peers: [b], ssh-port: 2k}]\n", "1:58: ssh-port: wanted a number"},
    {"zones: [{name: a, type: traversal, peers: [b], port: 99999999999999999999}]\n",
     "1:54: port: wanted a number"},
    {"thresholds: {warn-days: soon}\n", "1:25: warn-days: wanted a number from 0 to 36500, got 'soon'"},
    {"thresholds: {warn-days: -1}\n", "1:25: warn-days: wanted a number"},
    {"thresholds: {warn-days: 5, crit-days: 6}\n", "1:39: crit-days: wanted at most the 5 of warn-days"},
    {"revocation: {mode: maybe}\n", "1:20: mode: wanted on, off, yes, no, true or false, got 'maybe'"},
    {"revocation: {fallback: on}\n",
     "1:24: fallback: wanted treat-as-revoked or treat-as-not-revoked, got 'on'"},
    {"expressway-e: {nodes: [{name: a, address: b.c}]}\n",
     "1:43: address: wanted an IPv4 or IPv6 address, got 'b.c'"},
    /* names */
    {"domains: [exa mple.com]\n", "1:11: domains: 'exa mple.com' is no host name"},
    {"domains: [192.0.2.1]\n", "1:11: domains: wanted a domain, got '192.0.2.1'"},
    {"domains: ['*.example.com']\n", "1:11: domains: '*.example.com' is no host name: it is a wildcard"},
    {"expressway-e: {cluster: 'https://a.b'}\n", "1:25: cluster: 'https://a.b' is no host name"},
    {"zones: [{name: a, type: traversal, peers: ['b:7001']}]\n", "1:44: peers: 'b:7001' is no host name"},
    /* what is missing or twice */
    {"expressway-e: {nodes: [{address: 192.0.2.1}]}\n", "1:24: nodes: wanted a 'name' here"},
    {"zones: [{type: traversal, peers: [b]}]\n", "1:9: zones: wanted a 'name' here"},
    {"zones: [{name: a, peers: [b]}]\n", "1:9: zones: wanted a 'type' here"},
    {"zones: [{name: a, type: traversal}]\n", "1:9: zones: wanted a 'peers' here"},
    {"zones: [{name: a, type: traversal, peers: []}]\n", "1:43: peers: wanted at least one peer address"},
    {"zones: [{name: a, type: traversal, peers: [b, B]}]\n", "1:47: peers: 'B' stands here twice"},
    {"zones:\n- {name: a, type: traversal, peers: [b]}\n- {name: a, type: traversal, peers: [c]}\n",
     "3:10: name: zone 'a' stands here twice"},
    {"expressway-e:\n  nodes:\n  - name: a.b\n  - name: A.b\n",
     "4:11: name: node 'A.b' is already in line 3"},
    {"expressway-e: {nodes: [a.b]}\nucm:\n  nodes: [a.b]\n", "3:11: nodes: node 'a.b' is already in line 1"},
    {"domains: [a.b, A.B]\n", "1:16: domains: 'a.b' stands here twice"},
    /* YAML */
    {"domains: [a.b\n", "2:1: while parsing a flow sequence: "},
    {"domains: a: b\n", "1:11: mapping values are not allowed"},
    {"\tdomains: [a]\n",
     "1:1: while scanning for the next token: found character that cannot start any token"},
    {"a: \xff\n", "1:1: "},
    {"domains: &x [a.b]\n", "1:10: an anchor (&): write it out"},
    {"a: &a [x,x]\nb: &b [*a,*a]\n", "1:4: an anchor"},
    {"domains: *x\n", "1:10: an alias (*): write it out"},
    {"domains: !!seq [a.b]\n", "1:10: a tag (!): leave it out"},
    {"release: !x X14\n", "1:10: a tag (!): leave it out"},
    {"release: X14\n---\nrelease: X15\n", "2:1: a second document: wanted one"},
    {"a: [[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]\n", "1:20: nested too deeply"},
};

static void test_bad(void **state) {
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct facts *facts = facts_new();
        char *error, *wanted = arena_printf(facts->arena, "lab/d.yaml:%s", bad[i].error);
        bool good = read_text(facts, bad[i].text, &error);
        if (good || !text_starts(error, wanted) || strpbrk(error, "\n\x1b") != NULL ||
            facts->deployment != NULL) {
            print_error("%s  -> %s\n  wanted %s\n", bad[i].text, good ? "(good)" : error, wanted);
            wrong++;
        }
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* No prefix of a good file crashes, and whatever is accepted is a deployment. */
static void test_prefixes(void **state) {
    (void)state;
    for (size_t size = 0; size < sizeof whole; size++) {
        struct facts *facts = facts_new();
        char *error = NULL, *part = malloc(size + 1);
        memcpy(part, whole, size);
        bool good = deployment_read_text(facts, part, size, "d.yaml", false, &error);
        assert_int_equal(good, facts->deployment != NULL);
        assert_int_equal(good, error == NULL);
        free(part);
        facts_free(facts);
    }
}

/* ---- with files ---- */

static void write_file(const char *folder, const char *name, const char *text, size_t size) {
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fwrite(text, 1, size, out);
    fclose(out);
}

static void test_files(void **state) {
    (void)state;
    char folder[] = "/tmp/edgeprobe-test-XXXXXX", path[300], *error = NULL;
    struct {
        const char *text, *says; /* part of the error, behind the file's own name */
    } files[] = {
        {"expressway-e: {trust: none.pem}\n", ":1:23: trust: "},
        {"expressway-e: {trust: none.pem}\n", "none.pem: No such file or directory"},
        {"expressway-e: {trust: text.pem}\n", "text.pem: "},
        {"expressway-e: {trust: .}\n", "no certificate in any file of this directory"},
        {"expressway-e:\n  nodes:\n  - {name: a.b, certificate: text.pem}\n", ":3:30: certificate: "},
        {"expressway-e: {nodes: [{name: a.b, certificate: .}]}\n", "Is a directory"}};
    assert_non_null(mkdtemp(folder));
    write_file(folder, "text.pem", "no certificate\n", 15);
    snprintf(path, sizeof path, "%s/d.yaml", folder);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct facts *facts = facts_new();
        write_file(folder, "d.yaml", files[i].text, strlen(files[i].text));
        assert_false(deployment_read(facts, path, &error));
        if (strstr(error, files[i].says) == NULL)
            print_error("%s\n", error);
        assert_true(text_starts(error, path));
        assert_non_null(strstr(error, files[i].says));
        facts_free(facts);
    }
    struct facts *facts = facts_new();
    char *large = calloc(1, 1100 * 1024);
    memset(large, '#', 1100 * 1024);
    write_file(folder, "d.yaml", large, 1100 * 1024);
    free(large);
    assert_false(deployment_read(facts, path, &error));
    assert_true(text_starts(error, path));
    unlink(path);
    assert_false(deployment_read(facts, path, &error));
    assert_non_null(strstr(error, "No such file"));
    facts_free(facts);
    snprintf(path, sizeof path, "%s/text.pem", folder);
    unlink(path);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole),
                                       cmocka_unit_test(test_certificates_by_purpose),
                                       cmocka_unit_test(test_defaults_and_forms),
                                       cmocka_unit_test(test_bad),
                                       cmocka_unit_test(test_prefixes),
                                       cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
