/* Which findings are told as one fault, what is it called, in which order, and which command comes next?
 * Facts are healthy; the findings are stated by the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "checks/advice.h"
#include "outcomes/fault_rules.h"
#include "tests/unit/given.h"
#include "tests/unit/healthy.h"

#define LACKS(ca, box) "{\"missing\": [{\"subject\": \"CN=" ca ",O=Lab\", \"upload_to\": \"" box "\"}]}"
#define LACKS_TWO(ca, other, box)                                                                            \
    "{\"missing\": [{\"subject\": \"CN=" ca ",O=Lab\", \"upload_to\": \"" box                                \
    "\"}, {\"subject\": \"CN=" other ",O=Lab\", \"upload_to\": \"" box "\"}]}"
#define CULPRIT(ca) "{\"missing\": [], \"culprit\": \"CN=" ca ",O=Lab\"}"

static const struct row {
    const char *what;
    bool deployment;
    struct given given[6];
    const char *roots[4]; /* checks of the faults, in their order; NULL ends */
    const char *title;    /* of the first; NULL: not looked at */
} rows[] = {
    {"a wrong intermediate is one fault",
     false,
     {{"chain.client", "missing-intermediate", EDGE1_HTTPS, LACKS("CA", "expressway-e")},
      {"chain.served", "incomplete", EDGE1_HTTPS, LACKS("CA", "expressway-e")},
      {"chain.served", "unrelated", EDGE1_HTTPS, NULL}},
     {"chain.client", NULL},
     "Expressway-E expe1.example.com does not send the intermediate CN=CA"},
    {"an alien certificate where clients are content is a fault of its own",
     false,
     {{"chain.served", "unrelated", EDGE1_HTTPS, NULL}},
     {"chain.served", NULL},
     NULL},
    {"zone and tunnel lack the same CA in the same list",
     true,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.ssh-tunnel", "missing-intermediate", "e:" EDGE1, LACKS_TWO("Inner", "Root", "expressway-c")}},
     {"chain.zone", NULL},
     "Traversal zone: Expressway-C's trust list lacks CN=Root and CN=Inner"},
    {"two lists are two faults",
     true,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.zone", "no-trusted-root", "c:expc1.example.local", LACKS("Root", "expressway-e")}},
     {"chain.zone", "chain.zone", NULL},
     NULL},
    {"two CAs in one list are two faults",
     true,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.ssh-tunnel", "missing-intermediate", "e:" EDGE2, LACKS("Other", "expressway-c")}},
     {"chain.zone", "chain.ssh-tunnel", NULL},
     NULL},
    {"the tunnel alone",
     true,
     {{"chain.ssh-tunnel", "missing-intermediate", "e:" EDGE1, LACKS("Issuing", "expressway-c")}},
     {"chain.ssh-tunnel", NULL},
     "SSH tunnel: Expressway-C's trust list lacks CN=Issuing"},
    {"a 502 is two requests and one fault",
     false,
     {{"mra.edge-sso", "status-502", EDGE1_HTTPS, NULL}, {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL}},
     {"mra.edge-config", NULL},
     "Expressway-E expe1.example.com (1 of 2) does not reach Expressway-C (502): SSH tunnel or zone down"},
    {"the tunnel explains the 502",
     true,
     {{"mra.edge-sso", "status-502", EDGE1_HTTPS, NULL},
      {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"chain.ssh-tunnel", "missing-intermediate", "e:" EDGE1, LACKS("Issuing", "expressway-c")}},
     {"chain.ssh-tunnel", NULL},
     NULL},
    {"the tunnel of one edge does not explain the other's 502",
     true,
     {{"mra.edge-config", "path-down", EDGE2_HTTPS, NULL},
      {"chain.ssh-tunnel", "missing-intermediate", "e:" EDGE1, LACKS("Issuing", "expressway-c")}},
     {"chain.ssh-tunnel", "mra.edge-config", NULL},
     NULL},
    {"Expressway-C's own certificate explains it at every edge",
     true,
     {{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"mra.edge-config", "path-down", EDGE2_HTTPS, NULL},
      {"cert.eku", "missing-client", "c:expc1.example.local", NULL}},
     {"cert.eku", NULL},
     "Expressway-C expc1.example.local: its certificate lacks client authentication (EKU)"},
    {"a CA without BasicConstraints is one fault in either direction",
     true,
     {{"chain.zone", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
      {"chain.zone", "not-a-ca", "c:expc1.example.local", CULPRIT("Root")},
      {"chain.ssh-tunnel", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
      {"chain.own", "not-a-ca", "e:" EDGE1, CULPRIT("Root")}},
     {"chain.zone", NULL},
     NULL},
    {"a demanded client certificate is the cause, the alert its consequence",
     false,
     {{"tls.handshake", "alert-handshake-failure", EDGE1_HTTPS, NULL},
      {"tls.client-auth", "required-but-none", EDGE1_HTTPS, NULL}},
     {"tls.client-auth", NULL},
     "Expressway-E expe1.example.com demands a client certificate on 8443, which clients do not have"},
    {"an alert at another port is another fault",
     false,
     {{"tls.handshake", "alert-handshake-failure", EDGE1_SIP, NULL},
      {"tls.client-auth", "required-but-none", EDGE1_HTTPS, NULL}},
     {"tls.client-auth", "tls.handshake", NULL},
     NULL},
    {"one certificate at three ports",
     false,
     {{"name.mra-domain", "no-match", EDGE1_HTTPS, "{\"wanted\": [\"example.com\"]}"},
      {"name.mra-domain", "no-match", EDGE1_SIP, "{\"wanted\": [\"example.com\"]}"},
      {"name.mra-domain", "no-match", EDGE2_HTTPS, "{\"wanted\": [\"example.com\"]}"}},
     {"name.mra-domain", NULL},
     "Expressway-E expe1.example.com and expe2.example.com: its certificate lacks the domain example.com"},
    {"a total outage before a prompt, whatever the catalogue's order",
     false,
     {{"name.mra-domain", "no-match", EDGE1_HTTPS, NULL},
      {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"mra.edge-config", "path-down", EDGE2_HTTPS, NULL}},
     {"mra.edge-config", "name.mra-domain", NULL},
     NULL},
    {"a wildcard, and the names that only it would match",
     false,
     {{"name.wildcard", "wildcard", EDGE1_HTTPS, NULL},
      {"name.srv-target", "wildcard-only", EDGE1_HTTPS, NULL}},
     {"name.wildcard", NULL},
     NULL},
    {"revoked: responder, list and decision",
     true,
     {{"revocation.ocsp", "revoked", EDGE1_ZONE, NULL},
      {"revocation.crl", "revoked", EDGE1_ZONE, NULL},
      {"revocation.verdict", "revoked", EDGE1_ZONE, NULL}},
     {"revocation.ocsp", NULL},
     NULL},
    {"a capture: the alert, and the certificate that it answers",
     true,
     {{"tls.handshake", "alert-bad-certificate", EDGE1_ZONE, NULL},
      {"name.peer-address", "no-match", EDGE1_ZONE, "{\"wanted\": [\"expe1.example.com\"]}"}},
     {"name.peer-address", NULL},
     NULL},
    {"a capture: an alert about nothing in common, and the offer",
     true,
     {{"tls.handshake", "alert-handshake-failure", EDGE1_ZONE, NULL},
      {"cipher.overlap", "offer-refused", EDGE1_ZONE, NULL}},
     {"cipher.overlap", NULL},
     NULL},
    {"a capture: the caller showed nothing, and was refused",
     true,
     {{"tls.handshake", "alert-handshake-failure", EDGE1_ZONE, NULL},
      {"tls.client-auth", "presented-none", EDGE1_ZONE, NULL}},
     {"tls.client-auth", NULL},
     NULL},
    {"a capture: an old server, told by three",
     false,
     {{"tls.handshake", "alert-protocol-version", EDGE1_HTTPS, NULL},
      {"tls.version", "no-common-version", EDGE1_HTTPS, NULL},
      {"cipher.overlap", "no-common-version", EDGE1_HTTPS, NULL}},
     {"tls.version", NULL},
     NULL},
    {"live from outside, and inside files: the 502, the refusal on the wire, the list that lacks",
     true,
     {{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL},
      {"chain.zone", "no-trusted-root", "c:expc1.example.local", LACKS("Root", "expressway-e")},
      {"chain.ssh-tunnel", "missing-intermediate", "c:expc1.example.local", LACKS("Root", "expressway-e")}},
     {"chain.zone", NULL},
     "Traversal zone: Expressway-E's trust list lacks CN=Root"},
    {"a bundle: either end says that the ports differ",
     true,
     {{"zone.pairing", "port-differs", "e:" EDGE1, "{\"wanted\": \"7001\", \"found\": \"7002\"}"},
      {"zone.pairing", "port-differs", "c:expc1.example.local",
       "{\"wanted\": \"7002\", \"found\": \"7001\"}"}},
     {"zone.pairing", NULL},
     NULL},
    {"a log names the box whose list lacks, and who was refused",
     true,
     {{"chain.zone", "no-trusted-root", "node:" EDGE1,
       "{\"box\": \"expe1.example.com\", \"log\": [{\"leg\": \"b2b\", \"far\": \"203.0.113.73:58531\"}]}"}},
     {"chain.zone", NULL},
     "Calls from Webex or a partner: Expressway-E expe1.example.com's trust list lacks a CA above the "
     "certificate of "
     "203.0.113.73"},
};

static const struct fault *fault_at(const struct faults *faults, size_t i, const char *what) {
    if (i >= faults->n)
        fail_msg("%s: %zu faults, wanted more", what, faults->n);
    return faults->v[i];
}

/* Every finding that fails or warns is in exactly one fault. */
static void assert_whole(const struct findings *findings, const struct faults *faults, const char *what) {
    for (size_t i = 0; i < findings->n; i++) {
        size_t times = 0;
        for (size_t k = 0; k < faults->n; k++) {
            for (size_t j = 0; j < faults->v[k]->same.n; j++)
                times += faults->v[k]->same.v[j] == findings->v[i];
            for (size_t j = 0; j < faults->v[k]->consequences.n; j++)
                times += faults->v[k]->consequences.v[j] == findings->v[i];
        }
        bool is_trouble = findings->v[i]->cause != NULL && findings->v[i]->status != STATUS_INFO;
        if (times != (is_trouble ? 1u : 0u))
            fail_msg("%s: %s %s stands in %zu faults", what, findings->v[i]->check->id,
                     findings->v[i]->subject, times);
    }
}

static void one_root_is_one_fault(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct facts *facts = row->deployment ? healthy_deployment() : healthy_facts();
        struct findings *findings = findings_given(facts, row->given);
        const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
        size_t n = 0;
        for (; row->roots[n] != NULL; n++)
            if (strcmp(fault_at(faults, n, row->what)->root->check->id, row->roots[n]) != 0)
                fail_msg("%s: fault %zu is %s, wanted %s", row->what, n + 1, faults->v[n]->root->check->id,
                         row->roots[n]);
        if (faults->n != n)
            fail_msg("%s: %zu faults, wanted %zu; one more is %s", row->what, faults->n, n,
                     faults->v[n]->title);
        if (row->title != NULL && strcmp(faults->v[0]->title, row->title) != 0)
            fail_msg("%s: '%s', wanted '%s'", row->what, faults->v[0]->title, row->title);
        assert_whole(findings, faults, row->what);
        findings_free(findings);
        facts_free(facts);
    }
}

/* What may be why of a 502 stays a fault of its own, and the 502 names it; at another edge it is none. A mend
 * that has not to look first is told before the look that the 502 begins with. */
static void a_fault_may_be_why_of_another(void **unused) {
    (void)unused;
    static const struct {
        struct given given[5];
        const char *why; /* check of the fault that may be why of the first; NULL: none */
        bool is_first;   /* and it is to be put right first */
    } maybes[] = {
        {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
          {"chain.client", "missing-intermediate", EDGE1_HTTPS, NULL},
          {NULL}},
         "chain.client",
         true},
        {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
          {"cert.validity", "expired", EDGE1_HTTPS, NULL},
          {NULL}},
         "cert.validity",
         true},
        {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
          {"name.host-underscore", "underscore", EDGE1_HTTPS, NULL},
          {NULL}},
         "name.host-underscore",
         false},
        {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
          {"cert.unknown-oid", "unknown-oid", EDGE1_HTTPS, NULL},
          {NULL}},
         "cert.unknown-oid",
         true},
        {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
          {"chain.served", "incomplete", EDGE1_HTTPS, NULL},
          {NULL}},
         "chain.served",
         true},
        {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
          {"cert.validity", "expired", EDGE2_HTTPS, NULL},
          {NULL}},
         NULL,
         false},
        {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
          {"cert.validity", "expires-soon", EDGE1_HTTPS, NULL},
          {NULL}},
         NULL,
         false},
    };
    for (size_t i = 0; i < sizeof maybes / sizeof *maybes; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_given(facts, maybes[i].given);
        findings_advise(facts, findings);
        const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
        const struct fault *down = NULL;
        assert_int_equal(faults->n, 2);
        for (size_t k = 0; k < faults->n; k++)
            down = strcmp(faults->v[k]->root->check->id, "mra.edge-config") == 0 ? faults->v[k] : down;
        assert_non_null(down);
        assert_ptr_equal(fault_first(faults), maybes[i].is_first ? down->perhaps : faults->v[0]);
        if (maybes[i].why == NULL) {
            assert_null(down->perhaps);
        } else {
            assert_non_null(down->perhaps);
            assert_string_equal(down->perhaps->root->check->id, maybes[i].why);
            assert_non_null(down->perhaps_why);
            assert_null(down->perhaps->perhaps);
            assert_int_equal(fault_number(faults, down) + fault_number(faults, down->perhaps), 3);
        }
        findings_free(findings);
        facts_free(facts);
    }
}

/* Of two that may be why the first is told; it may itself follow from another, which is then named. */
static void one_that_may_be_why_is_told(void **unused) {
    (void)unused;
    static const struct given given[] = {{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
                                         {"mra.edge-config", "path-down", EDGE2_HTTPS, NULL},
                                         {"cert.unknown-oid", "unknown-oid", EDGE1_HTTPS, NULL},
                                         {"name.host-underscore", "underscore", EDGE2_HTTPS, NULL},
                                         {"tls.served-cert", "not-yet-active", EDGE1_HTTPS, NULL},
                                         {NULL, NULL, NULL, NULL}};
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_given(facts, given);
    const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
    const struct fault *down = NULL;
    for (size_t i = 0; i < faults->n; i++)
        down = strcmp(faults->v[i]->root->check->id, "mra.edge-config") == 0 ? faults->v[i] : down;
    assert_non_null(down);
    assert_int_equal(down->same.n, 2);
    assert_non_null(down->perhaps);
    assert_string_equal(down->perhaps->root->check->id, "tls.served-cert");
    findings_free(findings);
    facts_free(facts);
}

/* ---- which finding follows from which ---- */

#define ENTRY(ca) "{\"entries\": [{\"subject\": \"CN=" ca ",O=Lab\"}]}"
#define IN_LIST(file) "{\"trust_list\": \"" file "\"}"

/* The first follows from the second: one fault, and the second is what has to be mended. */
static const struct pair {
    struct given given[3];
} follows[] = {
    /* the temporary certificate of the installation */
    {{{"cert.self-signed", "self-signed", EDGE1_HTTPS, NULL},
      {"cert.default-certificate", "temporary", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"name.mra-domain", "no-match", EDGE1_HTTPS, NULL},
      {"cert.default-certificate", "temporary", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"chain.client", "untrusted-self-signed", EDGE1_HTTPS, NULL},
      {"cert.default-certificate", "temporary", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"chain.client", "untrusted-self-signed", EDGE1_HTTPS, NULL},
      {"cert.self-signed", "self-signed", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"chain.self-signed-pair", "same-cn", "node:" UCM1, NULL},
      {"cert.self-signed", "self-signed", UCM1_HTTPS, NULL},
      {NULL}}},
    /* one certificate of a node, by its dates and in the stores of the others */
    {{{"cert.validity", "expired", UCM1_HTTPS, NULL},
      {"ucm.certificate", "expired", "node:" UCM1, NULL},
      {NULL}}},
    {{{"cert.validity", "expires-soon", UCM1_HTTPS, NULL},
      {"ucm.certificate", "expires-soon", "node:" UCM1, NULL},
      {NULL}}},
    {{{"cert.eku", "missing-server", UCM1_HTTPS, NULL},
      {"ucm.certificate", "missing-server", "node:" UCM1, NULL},
      {NULL}}},
    {{{"ucm.certificate", "missing-client", "node:" UCM1, NULL},
      {"cert.eku", "missing-client", UCM1_HTTPS, NULL},
      {NULL}}},
    {{{"ucm.expired-trust", "still-in-use", "node:" IMP1, NULL},
      {"ucm.certificate", "expired", "node:" UCM1, NULL},
      {NULL}}},
    /* the mend is made already, and does not serve yet */
    {{{"name.mra-domain", "no-match", EDGE1_HTTPS, NULL},
      {"tls.served-cert", "not-yet-active", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"cert.validity", "expired", EDGE1_HTTPS, NULL},
      {"tls.served-cert", "not-yet-active", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"chain.client", "no-trusted-root", EDGE1_HTTPS, NULL},
      {"tls.served-cert", "not-yet-active", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"tls.cluster-consistency", "names-differ", NULL, NULL},
      {"tls.served-cert", "not-yet-active", EDGE1_HTTPS, NULL},
      {NULL}}},
    /* DNS */
    {{{"dns.resolvers-agree", "differ", NULL, NULL},
      {"dns.collab-edge-srv", "nxdomain", NULL, NULL},
      {NULL}}},
    {{{"dns.resolvers-agree", "differ", NULL, NULL}, {"dns.srv-target", "no-address", NULL, NULL}, {NULL}}},
    {{{"dns.srv-target-domain", "other-domain", NULL, NULL},
      {"name.srv-target", "no-match", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"net.connect", "unresolved", EDGE1_HTTPS, NULL},
      {"dns.srv-target", "no-address", "node:" EDGE1, NULL},
      {NULL}}},
    {{{"net.all-addresses", "some-addresses-dead", EDGE1_HTTPS, NULL},
      {"net.connect", "timeout", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"net.all-addresses", "some-addresses-dead", EDGE1_HTTPS, NULL},
      {"tls.handshake", "reset", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"net.acme-http", "timeout", EDGE1_HTTPS, NULL},
      {"net.connect", "timeout", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"dns.san-address", "no-address", "node:" EDGE1, NULL},
      {"dns.srv-target", "no-address", "node:" EDGE1, NULL},
      {NULL}}},
    /* a CA certificate that is itself at fault, in whoever's list it stands */
    {{{"cert.basic-constraints", "missing", "e:" EDGE1, CULPRIT("Root")},
      {"chain.zone", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.client", "not-a-ca", EDGE1_HTTPS, CULPRIT("Root")},
      {"cert.basic-constraints", "missing", EDGE1_HTTPS, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.ssh-tunnel", "not-a-ca", "c:expc1.example.local", CULPRIT("Root")},
      {"chain.zone", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.ssh-tunnel", "not-a-ca", "c:expc1.example.local",
       "{\"culprit\": \"CN=Root,O=Lab\", \"judged_by\": \"expressway-e\"}"},
      {"chain.zone", "not-a-ca", "e:" EDGE1,
       "{\"culprit\": \"CN=Root,O=Lab\", \"judged_by\": \"expressway-c\"}"},
      {NULL}}},
    {{{"chain.own", "not-a-ca", "node:" EDGE1, CULPRIT("Root")},
      {"chain.zone", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.own", "expired-ca", "node:" EDGE1, CULPRIT("Root")},
      {"chain.ssh-tunnel", "expired-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.client", "expired-ca", EDGE1_HTTPS, CULPRIT("Root")},
      {"chain.zone", "expired-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.trust-list", "expired", NULL, ENTRY("Root")},
      {"chain.zone", "expired-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.trust-list", "no-basic-constraints", NULL, ENTRY("Root")},
      {"chain.ssh-tunnel", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    {{{"chain.trust-list", "duplicate-name", NULL, IN_LIST("c.pem")},
      {"chain.zone", "bad-signature", "e:" EDGE1, IN_LIST("c.pem")},
      {NULL}}},
    {{{"chain.trust-list", "duplicate-name", NULL, IN_LIST("c.pem")},
      {"chain.ssh-tunnel", "bad-signature", "e:" EDGE1, IN_LIST("c.pem")},
      {NULL}}},
    {{{"chain.zone", "expired-ca", "c:expc1.example.local", CULPRIT("Root")},
      {"chain.zone", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
      {NULL}}},
    /* one list lacks one CA */
    {{{"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.zone", "missing-intermediate", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.ssh-tunnel", "missing-intermediate", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.lets-encrypt", "root-missing", "node:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.lets-encrypt", "root-missing", "node:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.cluster-trust", "differ", "c:expc1.example.local", LACKS("Root", "expressway-c")},
      {"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.cluster-trust", "differ", "c:expc1.example.local", LACKS("Root", "expressway-c")},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.cluster-trust", "differ", "c:expc1.example.local", LACKS("Root", "expressway-c")},
      {"chain.own", "no-trusted-root", "c:expc1.example.local", LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"cipher.certificate-type", "presented-type-untrusted", UCM1_HTTPS, NULL},
      {"chain.ucm-trust", "not-in-expressway-c", "node:" UCM1, NULL},
      {NULL}}},
    {{{"cipher.certificate-type", "other-type-untrusted", UCM1_HTTPS, NULL},
      {"chain.ucm-trust", "not-in-expressway-c", "node:" UCM1, NULL},
      {NULL}}},
    {{{"cipher.certificate-type", "other-type-untrusted", UCM1_HTTPS, NULL},
      {"cipher.certificate-type", "presented-type-untrusted", UCM1_HTTPS, NULL},
      {NULL}}},
    /* what an Expressway sends, it takes from its own list */
    {{{"chain.served", "incomplete", EDGE1_HTTPS, NULL},
      {"chain.own", "missing-intermediate", "node:" EDGE1, NULL},
      {NULL}}},
    {{{"chain.client", "missing-intermediate", EDGE1_HTTPS, LACKS("Root", "expressway-c")},
      {"chain.own", "missing-intermediate", "node:" EDGE1, LACKS("Root", "expressway-c")},
      {NULL}}},
    {{{"chain.served", "incomplete", EDGE1_ZONE, NULL},
      {"chain.zone", "missing-intermediate", "e:" EDGE1, NULL},
      {NULL}}},
    {{{"chain.served", "incomplete", EDGE1_ZONE, NULL},
      {"chain.ssh-tunnel", "missing-intermediate", "e:" EDGE1, NULL},
      {NULL}}},
    /* names */
    {{{"name.mra-domain", "wildcard-only", EDGE1_HTTPS, NULL},
      {"name.wildcard", "wildcard", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"name.san-fqdn", "malformed", EDGE1_HTTPS, NULL},
      {"name.wildcard", "wildcard", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"name.peer-address", "no-san", EDGE1_ZONE, NULL},
      {"name.srv-target", "no-san", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"name.mra-domain", "no-match", EDGE1_HTTPS, NULL},
      {"name.srv-target", "no-san", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"name.cluster", "peer-name-missing", EDGE1_ZONE, NULL},
      {"name.peer-address", "no-match", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"name.common-name", "other-name", EDGE1_ZONE, NULL},
      {"name.peer-address", "no-match", EDGE1_ZONE, NULL},
      {NULL}}},
    /* dates and revocation */
    {{{"cert.lets-encrypt-renewal", "renewal-due", EDGE1_HTTPS, NULL},
      {"cert.validity", "expires-soon", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"tls.handshake", "alert-certificate-expired", EDGE1_ZONE, NULL},
      {"cert.validity", "expired", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"revocation.staple", "revoked", EDGE1_HTTPS, NULL},
      {"revocation.ocsp", "revoked", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"revocation.verdict", "revoked", EDGE1_ZONE, NULL},
      {"revocation.crl", "revoked", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"revocation.verdict", "validation-fails", EDGE1_ZONE, NULL},
      {"revocation.ocsp", "sha256-unsupported", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"revocation.verdict", "fallback-accepts", EDGE1_ZONE, NULL},
      {"revocation.ocsp", "unreachable", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"revocation.verdict", "fallback-accepts", EDGE1_ZONE, NULL},
      {"revocation.crl", "unreachable", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"revocation.verdict", "fallback-rejects", EDGE1_ZONE, NULL},
      {"revocation.ocsp", "unreachable", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"revocation.verdict", "fallback-rejects", EDGE1_ZONE, NULL},
      {"revocation.crl", "unreachable", EDGE1_ZONE, NULL},
      {NULL}}},
    /* the refusal of a certificate, and why it is refused */
    {{{"tls.handshake", "closed", EDGE1_HTTPS, NULL},
      {"tls.client-auth", "required-but-none", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"mra.edge-sso", "no-answer", EDGE1_HTTPS, NULL},
      {"tls.client-auth", "required-but-none", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"mra.edge-config", "no-answer", EDGE1_HTTPS, NULL},
      {"tls.client-auth", "required-but-none", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"tls.handshake", "alert-unrecognized-name", EDGE1_HTTPS, NULL},
      {"tls.sni", "needs-sni", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"tls.handshake", "alert-protocol-version", EDGE1_HTTPS, NULL},
      {"tls.version", "no-common-version", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"tls.handshake", "alert-protocol-version", EDGE1_ZONE, NULL},
      {"tls.version", "old-client", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"tls.handshake", "closed", EDGE1_ZONE, NULL},
      {"name.peer-address", "no-match", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL},
      {"name.tls-verify", "no-match", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.handshake", "alert-certificate-unknown", EDGE1_ZONE, NULL},
      {"name.peer-address", "no-match", "e:" EDGE1, NULL},
      {NULL}}},
    {{{"tls.handshake", "closed", EDGE1_HTTPS, NULL},
      {"cert.validity", "expired", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {"cert.eku", "missing-client", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.client-auth", "presented-none", EDGE1_ZONE, NULL},
      {"cert.eku", "missing-client", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {"cert.validity", "expired", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {"chain.zone", "no-trusted-root", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {"name.tls-verify", "no-match", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.client-auth", "issuer-not-advertised", EDGE1_ZONE, NULL},
      {"chain.zone", "no-trusted-root", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.client-auth", "issuer-not-advertised", EDGE1_ZONE, NULL},
      {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"tls.handshake", "closed", EDGE1_ZONE, NULL},
      {"chain.zone", "no-trusted-root", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.handshake", "closed", EDGE1_ZONE, NULL},
      {"cert.eku", "missing-client", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"tls.handshake", "closed", EDGE1_ZONE, NULL},
      {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"tls.handshake", "alert-unknown-ca", EDGE1_HTTPS, NULL},
      {"chain.client", "no-trusted-root", EDGE1_HTTPS, NULL},
      {NULL}}},
    /* 502: what stops the tunnel is the reason */
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"net.connect", "timeout", EDGE1_SSH, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"net.connect", "timeout", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"chain.zone", "no-trusted-root", "e:" EDGE1, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"chain.ssh-tunnel", "no-trusted-root", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"name.peer-address", "no-match", "e:" EDGE1, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"name.tls-verify", "no-match", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"cert.validity", "expired", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"cert.unknown-oid", "unknown-oid", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"name.host-underscore", "underscore", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"file.key", "no-trailing-newline", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"ssh.service", "closed", EDGE1_SSH, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"mra.edge-sso", "status-404", EDGE1_HTTPS, NULL},
      {"mra.edge-config", "status-404", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"mra.uds", "node-unreachable", EDGE1_HTTPS, NULL},
      {"mra.edge-config", "status-404", EDGE1_HTTPS, NULL},
      {NULL}}},
};

/* No fault in common, though the same two would be one elsewhere. */
static const struct pair apart[] = {
    {{{"tls.handshake", "closed", EDGE1_SIP, NULL},
      {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"net.connect", "timeout", EDGE1_XMPP, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE2_HTTPS, NULL},
      {"net.connect", "timeout", EDGE1_SSH, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE2_HTTPS, NULL},
      {"cert.validity", "expired", EDGE1_ZONE, NULL},
      {NULL}}},
    {{{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
      {"cert.validity", "expired", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"tls.handshake", "closed", EDGE1_SIP, NULL},
      {"chain.zone", "no-trusted-root", "c:expc1.example.local", NULL},
      {NULL}}},
    {{{"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Other", "expressway-c")},
      {NULL}}},
    {{{"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
      {"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-e")},
      {NULL}}},
    {{{"chain.own", "not-a-ca", "node:" EDGE1, CULPRIT("Root")},
      {"chain.zone", "not-a-ca", "e:" EDGE1, CULPRIT("Other")},
      {NULL}}},
    {{{"chain.trust-list", "duplicate-name", NULL, IN_LIST("c.pem")},
      {"chain.zone", "bad-signature", "e:" EDGE1, IN_LIST("e.pem")},
      {NULL}}},
    {{{"name.mra-domain", "wildcard-only", EDGE2_HTTPS, NULL},
      {"name.wildcard", "wildcard", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"cert.lets-encrypt-renewal", "renewal-due", EDGE2_HTTPS, NULL},
      {"cert.validity", "expires-soon", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"net.all-addresses", "some-addresses-dead", EDGE2_HTTPS, NULL},
      {"net.connect", "timeout", EDGE1_HTTPS, NULL},
      {NULL}}},
    {{{"zone.status", "failed", "c:expc1.example.local",
       "{\"explained_by\": \"host.settings other.example\"}"},
      {"host.settings", "mra-off", "node:expc1.example.local", NULL},
      {NULL}}},
    {{{"zone.status", "failed", "c:expc1.example.local", NULL},
      {"host.settings", "mra-off", "node:expc1.example.local", NULL},
      {NULL}}},
};

static size_t wrong_pairs(const struct pair *pairs, size_t count, size_t wanted) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const struct given *c = &pairs[i].given[0], *r = &pairs[i].given[1];
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_given(facts, pairs[i].given);
        const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
        assert_whole(findings, faults, c->check);
        if (faults->n != wanted ||
            (wanted == 1 && faults->v[0]->root->cause != cause_of(cause_id(r->check, r->cause)))) {
            print_error("%s/%s from %s/%s: %zu faults, the first is %s\n", c->check, c->cause, r->check,
                        r->cause, faults->n, faults->v[0]->title);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    return wrong;
}

static void one_follows_from_the_other(void **unused) {
    (void)unused;
    assert_int_equal(wrong_pairs(follows, sizeof follows / sizeof *follows, 1), 0);
    assert_int_equal(wrong_pairs(apart, sizeof apart / sizeof *apart, 2), 0);
}

/* What a box says of itself names what explains it. */
static void an_alarm_follows_from_what_it_names(void **unused) {
    static const struct pair named[] = {
        {{{"zone.status", "failed", "c:expc1.example.local",
           "{\"explained_by\": \"host.settings expc1.example.local\"}"},
          {"host.settings", "sip-tls-off", "node:expc1.example.local", NULL},
          {NULL}}},
        {{{"zone.status", "tunnels-down", "e:" EDGE1,
           "{\"explained_by\": \"zone.status expc1.example.local\"}"},
          {"zone.status", "failed", "c:expc1.example.local", NULL},
          {NULL}}},
        {{{"host.alarm", "raised", "node:" EDGE1,
           "{\"explained_by\": \"name.tls-verify expc1.example.local\"}"},
          {"name.tls-verify", "no-match", "c:expc1.example.local", NULL},
          {NULL}}},
    };
    (void)unused;
    assert_int_equal(wrong_pairs(named, sizeof named / sizeof *named, 1), 0);
}

/* ---- what it is called ---- */

/* Box and object first, so that one line tells who has to do what. */
static const struct {
    struct given given;
    const char *title;
} titles[] = {
    {{"chain.zone", "expired-ca", "e:" EDGE1, CULPRIT("Root")},
     "Traversal zone: CN=Root, above the certificate of Expressway-E expe1.example.com, is outside its "
     "validity"},
    {{"chain.zone", "not-a-ca", "e:" EDGE1, CULPRIT("Root")},
     "Traversal zone: the CA certificate CN=Root lacks BasicConstraints CA:TRUE"},
    {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")},
     "Traversal zone: Expressway-C's trust list lacks CN=Root"},
    {{"chain.zone", "missing-intermediate", "e:" EDGE1, LACKS_TWO("Inner", "Root", "expressway-c")},
     "Traversal zone: Expressway-C's trust list lacks CN=Inner and 1 more"},
    {{"chain.ssh-tunnel", "untrusted-self-signed", "c:expc1.example.local", LACKS("Root", "expressway-e")},
     "SSH tunnel: Expressway-E's trust list lacks CN=Root"},
    {{"chain.own", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-e")},
     "Expressway-E's own trust list lacks CN=Root, which is above its own certificate"},
    {{"chain.client", "no-trusted-root", EDGE1_HTTPS, LACKS("Root", "expressway-e")},
     "Expressway-E expe1.example.com: its certificate leads to CN=Root, which clients do not trust"},
    {{"chain.client", "expired-ca", EDGE1_HTTPS, CULPRIT("Root")},
     "Expressway-E expe1.example.com: CN=Root, above its certificate, is outside its validity"},
    {{"chain.client", "untrusted-self-signed", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com shows a self-signed certificate, which clients do not trust"},
    {{"chain.served", "incomplete", EDGE1_HTTPS, LACKS("Root", "expressway-e")},
     "Expressway-E expe1.example.com does not send CN=Root, the issuer of its certificate"},
    {{"name.mra-domain", "no-match", EDGE1_HTTPS, "{\"wanted\": [\"example.com\"]}"},
     "Expressway-E expe1.example.com: its certificate lacks the domain example.com"},
    {{"name.mra-domain", "srvname-only", EDGE1_HTTPS, "{\"wanted\": [\"example.com\"]}"},
     "Expressway-E expe1.example.com: its certificate has example.com as an SRVName only"},
    {{"name.srv-target", "no-match", EDGE1_HTTPS, "{\"wanted\": [\"expe1.example.com\"]}"},
     "Clients are sent to expe1.example.com: not in the certificate that is served there"},
    {{"name.srv-target", "no-san", EDGE1_HTTPS, "{\"wanted\": [\"expe1.example.com\"]}"},
     "Expressway-E expe1.example.com: its certificate has no SAN at all; expe1.example.com is wanted"},
    {{"name.peer-address", "no-match", EDGE1_ZONE, "{\"wanted\": [\"edge.example.com\"]}"},
     "Expressway-E expe1.example.com: its certificate lacks edge.example.com, the peer address of the zone"},
    {{"name.peer-address", "no-san", EDGE1_ZONE, "{\"wanted\": [\"edge.example.com\"]}"},
     "Expressway-E expe1.example.com: its certificate has no SAN at all; the peer address edge.example.com "
     "is wanted"},
    {{"name.peer-address", "cn-only", EDGE1_ZONE, "{\"wanted\": [\"edge.example.com\"]}"},
     "Expressway-E expe1.example.com: the peer address edge.example.com is its common name only, not in the "
     "SAN"},
    {{"name.peer-address", "ip-address", EDGE1_ZONE, "{\"wanted\": [\"203.0.113.10\"]}"},
     "Expressway-C dials 203.0.113.10, an IP address; the certificate has names only"},
    {{"name.peer-address", "short-name", EDGE1_ZONE, "{\"wanted\": [\"expe1\"]}"},
     "Expressway-C dials expe1, without its domain; the certificate has FQDNs"},
    {{"name.tls-verify", "no-match", "c:expc1.example.local", "{\"wanted\": [\"expc.example.local\"]}"},
     "TLS verify subject name expc.example.local of the zone: not in the certificate of Expressway-C "
     "expc1.example.local"},
    {{"name.ucm-node", "no-match", UCM1_HTTPS, "{\"wanted\": [\"ucm1.example.local\"]}"},
     "Unified CM ucm1.example.local: its certificate lacks ucm1.example.local, by which it is known"},
    {{"name.wildcard", "wildcard", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com: its certificate has a wildcard name, which Expressway does not "
     "support"},
    {{"name.phone-profile", "no-match", "c:expc1.example.local", "{\"wanted\": [\"phones.example.com\"]}"},
     "Expressway-C expc1.example.local: its certificate lacks the phone profile phones.example.com"},
    {{"name.xmpp-domain", "no-match", EDGE1_HTTPS, "{\"wanted\": [\"example.com\"]}"},
     "Expressway-E expe1.example.com: its certificate lacks the XMPP federation domain example.com"},
    {{"name.host-underscore", "underscore", EDGE1_ZONE, NULL},
     "Expressway-E expe1.example.com: the host name has an underscore, which Expressway-E's own name "
     "must not have"},
    {{"cert.validity", "expired", EDGE1_HTTPS, "{\"not_after\": \"2026-01-02T03:04:05Z\"}"},
     "Expressway-E expe1.example.com: its certificate expired on 2026-01-02"},
    {{"cert.validity", "not-yet-valid", EDGE1_HTTPS, "{\"not_before\": \"2027-01-02T03:04:05Z\"}"},
     "Expressway-E expe1.example.com: its certificate is not valid before 2027-01-02"},
    {{"cert.validity", "expires-soon", EDGE1_HTTPS, "{\"not_after\": \"2026-12-02T03:04:05Z\"}"},
     "Expressway-E expe1.example.com: its certificate expires on 2026-12-02"},
    {{"cert.validity", "expires-critical", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com: its certificate expires on an unknown date"},
    {{"cert.eku", "missing-client", "c:expc1.example.local", NULL},
     "Expressway-C expc1.example.local: its certificate lacks client authentication (EKU)"},
    {{"cert.eku", "missing-server", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com: its certificate lacks server authentication (EKU)"},
    {{"cert.unknown-oid", "unknown-oid", "c:expc1.example.local", NULL},
     "Expressway-C expc1.example.local: its certificate names an attribute that breaks the SSH tunnels "
     "(unknown to Expressway)"},
    {{"tls.client-auth", "required-but-none", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com demands a client certificate on 8443, which clients do not have"},
    {{"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
     "Expressway-E expe1.example.com refused the client certificate that was presented on 7001"},
    {{"tls.sni", "needs-sni", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com, port 8443: what answers demands a server name (SNI), which an "
     "Expressway never does"},
    {{"tls.handshake", "not-tls", EDGE1_HTTPS, NULL},
     "expe1.example.com, port 8443: something else answers in place of TLS"},
    {{"tls.served-cert", "not-yet-active", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com still serves its old certificate: not restarted after the upload"},
    {{"net.connect", "refused", EDGE1_SIP, NULL},
     "Expressway-E expe1.example.com refuses connections on 5061 (SIP)"},
    {{"net.connect", "refused", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com refuses connections on 8443 (HTTPS, log-in)"},
    {{"net.connect", "refused", EDGE1_XMPP, NULL},
     "Expressway-E expe1.example.com refuses connections on 5222 (XMPP)"},
    {{"net.connect", "timeout", EDGE1_ZONE, NULL},
     "Expressway-E expe1.example.com does not answer on 7001 (traversal zone): firewall"},
    {{"net.connect", "unreachable", EDGE1_SSH, NULL},
     "No route to Expressway-E expe1.example.com, 2222 (SSH tunnel)"},
    {{"net.connect", "reset", UCM1_HTTPS, NULL},
     "Unified CM ucm1.example.local: connections to 8443 (Unified CM) are accepted and reset at once"},
    {{"net.connect", "refused", IMP1_HTTPS, NULL},
     "IM and Presence imp1.example.local refuses connections on 8443 (IM and Presence)"},
    {{"net.connect", "unresolved", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com: the name has no address"},
    {{"mra.edge-sso", "status-502", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com (1 of 2) does not reach Expressway-C (502): SSH tunnel or zone down"},
    {{"revocation.ocsp", "revoked", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com: its CA has revoked the certificate"},
    {{"revocation.crl", "revoked", EDGE1_HTTPS, NULL},
     "Expressway-E expe1.example.com: its CA has revoked the certificate"},
    {{"chain.ucm-trust", "not-in-tomcat-trust", UCM1_HTTPS, LACKS("Root", "ucm")},
     "Unified CM ucm1.example.local: tomcat-trust lacks CN=Root of Expressway-C's certificate"},
    {{"chain.ucm-trust", "not-in-callmanager-trust", UCM1_HTTPS, LACKS("Root", "ucm")},
     "Unified CM ucm1.example.local: CallManager-trust lacks CN=Root of Expressway-C's certificate"},
    {{"chain.ucm-trust", "not-in-expressway-c", UCM1_HTTPS, LACKS("Root", "expressway-c")},
     "Expressway-C's trust list lacks CN=Root of Unified CM ucm1.example.local"},
};

static void a_title_names_box_and_object(void **unused) {
    (void)unused;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        const struct given given[] = {titles[i].given, {NULL}};
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_given(facts, given);
        const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
        if (faults->n != 1 || strcmp(faults->v[0]->title, titles[i].title) != 0) {
            print_error("%s/%s: '%s'\n    wanted '%s'\n", given->check, given->cause, faults->v[0]->title,
                        titles[i].title);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

static void consequences_name_their_root(void **unused) {
    (void)unused;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_given(facts, rows[0].given);
    faults_of(facts, findings, outcomes_of(facts, findings));
    const struct finding *root =
        assert_finding(findings, "chain.client", NULL, STATUS_FAIL, "missing-intermediate");
    assert_null(root->root);
    assert_ptr_equal(assert_finding(findings, "chain.served", NULL, STATUS_WARN, "incomplete")->root, root);
    assert_ptr_equal(assert_finding(findings, "chain.served", NULL, STATUS_WARN, "unrelated")->root, root);
    findings_free(findings);
    facts_free(facts);
}

/* What the tunnel needs and the zone took from the wire stands in the one fix. */
static void one_fix_names_every_ca(void **unused) {
    (void)unused;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_given(facts, rows[2].given);
    const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
    bool is_named = false;
    for (size_t i = 0; faults->v[0]->fix[i] != NULL; i++)
        is_named = is_named || (strstr(faults->v[0]->fix[i], "CN=Root,O=Lab") != NULL &&
                                strstr(faults->v[0]->fix[i], "CN=Inner,O=Lab") != NULL);
    assert_true(is_named);
    assert_string_equal(faults->v[0]->box, "Expressway-C");
    findings_free(findings);
    facts_free(facts);
}

/* Which box a step touches is told by its host where one is known, by the other words where none is. */
static void the_box_to_touch_is_named(void **unused) {
    (void)unused;
    static const struct {
        struct given given[4];
        const char *touch, *step; /* the first step, its beginning; NULL: not looked at */
    } touched[] = {
        {{{"dns.collab-edge-srv", "nxdomain", NULL, NULL}, {NULL}},
         "public DNS of " DOMAIN,
         "Public DNS, zone of the service domain"},
        {{{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS("Root", "expressway-c")}, {NULL}},
         "Expressway-C expc1.example.local",
         NULL},
        {{{"chain.zone", "no-trusted-root", "c:expc1.example.local", LACKS("Root", "expressway-e")}, {NULL}},
         "Expressway-E (each of its 2 peers)",
         NULL},
        {{{"net.connect", "timeout", EDGE1_HTTPS, NULL}, {NULL}},
         "the firewall",
         "Firewall: allow TCP from any Internet address and port to port 8443 of Expressway-E"},
        {{{"host.clock", "differs", "node:expc1.example.local", NULL}, {NULL}},
         "Expressway-C expc1.example.local and Expressway-E (each of its 2 peers); then the firewall (step "
         "2)",
         NULL},
        {{{"host.reverse-dns", "missing", "node:" EDGE1, NULL}, {NULL}}, "internal DNS", NULL},
    };
    for (size_t i = 0; i < sizeof touched / sizeof *touched; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_given(facts, touched[i].given);
        findings_advise(facts, findings);
        const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
        assert_int_equal(faults->n, 1);
        assert_string_equal(faults->v[0]->touch, touched[i].touch);
        if (touched[i].step != NULL && !text_starts(faults->v[0]->fix[0], touched[i].step))
            fail_msg("step 1 is \"%s\"", faults->v[0]->fix[0]);
        findings_free(findings);
        facts_free(facts);
    }
}

static void say(struct facts *facts, const char *const *words) {
    facts->run.words = (struct texts){NULL, 0};
    for (; *words != NULL; words++)
        texts_add(facts->arena, &facts->run.words, *words);
}

static void the_next_command_is_complete(void **unused) {
    (void)unused;
    static const char *const words[] = {"--resolver=192.0.2.53:53", "--trust=my roots.pem",
                                        "it's.example.com", NULL};
    static const struct given refused[] = {{"net.connect", "refused", EDGE1_SIP, NULL},
                                           {NULL, NULL, NULL, NULL}};
    static const struct given behind[] = {{"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
                                          {NULL, NULL, NULL, NULL}};
    const struct {
        const struct given *given;
        const char *command;
        bool has_capture;
        const char *next;
    } nexts[] = {
        {refused, "check", false,
         "edgeprobe check --resolver=192.0.2.53:53 '--trust=my roots.pem' 'it'\\''s.example.com'"},
        {behind, "check", false,
         "edgeprobe zone --peer-address expe1.example.com --c-trust FILE --e-trust FILE --c-cert FILE "
         "--resolver=192.0.2.53:53"},
        {refused, "capture", true, "edgeprobe check expe1.example.com:5061 --resolver=192.0.2.53:53"}};
    for (size_t i = 0; i < sizeof nexts / sizeof *nexts; i++) {
        struct facts *facts = healthy_facts();
        facts->run.command = arena_text(facts->arena, nexts[i].command);
        if (nexts[i].has_capture)
            LIST_ADD(facts->arena, &facts->captures, ARENA_NEW(facts->arena, struct capture_file));
        say(facts, words);
        struct findings *findings = findings_given(facts, nexts[i].given);
        const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
        assert_string_equal(faults->v[0]->next, nexts[i].next);
        findings_free(findings);
        facts_free(facts);
    }
}

/* Forty domains with one cause are one block, and its title counts them. */
static void many_domains_are_one_fault(void **unused) {
    (void)unused;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    for (int i = 0; i < 40; i++) {
        const char *domain = arena_printf(facts->arena, "d%02d.example.com", i);
        find_cause(findings, cause_id("dns.collab-edge-srv", "nxdomain"), about_domain(domain), "broken");
    }
    findings_sort(findings);
    const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
    assert_int_equal(faults->n, 1);
    assert_int_equal(faults->v[0]->same.n, 40);
    assert_string_equal(
        faults->v[0]->title,
        "DNS of 40 domains, d00.example.com first: The _collab-edge SRV record does not exist");
    assert_whole(findings, faults, "forty domains");
    findings_free(findings);
    facts_free(facts);
}

/* A row that names what the catalogue does not have would never fit, and nobody would notice. */
static void rows_name_what_exists(void **unused) {
    (void)unused;
    for (const struct fault_rule *rule = fault_rules; rule->check != NULL; rule++) {
        bool is_family = rule->check[strlen(rule->check) - 1] == '.';
        const struct check *check = check_named(rule->check),
                           *root = rule->root == NULL ? NULL : check_named(rule->root);
        if ((!is_family && check == NULL) || (root == NULL) != (rule->root == NULL))
            fail_msg("%s follows from %s: no such check", rule->check, text_or(rule->root, "any"));
        assert_true(rule->root != NULL || rule->in_common == EXPLAINS); /* else anything would follow */
        const struct {
            const struct check *check;
            const char *causes;
        } both[] = {{check, rule->causes}, {root, rule->root_causes}};
        for (size_t k = 0; k < 2; k++) {
            char causes[512], *rest = causes;
            size_t fit = 0; /* a list that several rows share may name more than this check has */
            snprintf(causes, sizeof causes, "%s", both[k].causes == NULL ? "" : both[k].causes);
            for (const char *one; both[k].check != NULL && (one = strsep(&rest, " ")) != NULL;)
                fit += *one != 0 && cause_named(both[k].check, one) != NULL;
            if (both[k].check != NULL && both[k].causes != NULL && fit == 0)
                fail_msg("%s has no cause of '%s'", both[k].check->id, both[k].causes);
        }
    }
}

/* The same fact in the same words, whichever address the run began with. */
static void one_of_several_addresses_is_counted(void **state_of_test) {
    (void)state_of_test;
    struct facts *facts = healthy_facts();
    add_endpoint(facts, EDGE1, "203.0.113.20", 8443, PROTOCOL_HTTPS, LEG_CLIENT);
    struct endpoint *third = add_endpoint(facts, EDGE1, "203.0.113.30", 8443, PROTOCOL_HTTPS, LEG_CLIENT);
    struct findings *findings = findings_new();
    all_was_seen(facts, findings);
    struct finding *f =
        find_cause(findings, cause_id("tls.handshake", "timeout"), about_endpoint(facts, third), "broken");
    findings_sort(findings);
    struct outcomes *outcomes = outcomes_of(facts, findings);
    struct faults *faults = faults_of(facts, findings, outcomes);
    assert_true(faults->n > 0);
    assert_ptr_equal(faults->v[0]->root, f);
    assert_non_null(strstr(faults->v[0]->title, "(203.0.113.30, 1 of 3 addresses)"));
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_root_is_one_fault),
        cmocka_unit_test(a_fault_may_be_why_of_another),
        cmocka_unit_test(one_that_may_be_why_is_told),
        cmocka_unit_test(one_follows_from_the_other),
        cmocka_unit_test(an_alarm_follows_from_what_it_names),
        cmocka_unit_test(a_title_names_box_and_object),
        cmocka_unit_test(consequences_name_their_root),
        cmocka_unit_test(one_fix_names_every_ca),
        cmocka_unit_test(the_box_to_touch_is_named),
        cmocka_unit_test(the_next_command_is_complete),
        cmocka_unit_test(rows_name_what_exists),
        cmocka_unit_test(many_domains_are_one_fault),
        cmocka_unit_test(one_of_several_addresses_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
