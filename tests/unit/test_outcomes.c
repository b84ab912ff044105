/* Does each finding decide the outcomes that the catalogue's table says, and no other? Facts are healthy; the
 * findings are stated by the test, so that the table is tested apart from the judges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "facts/services.h"
#include "outcomes/outcome_rules.h"
#include "outcomes/symptoms.h"
#include "outcomes/verdict.h"
#include "tests/unit/healthy.h"

struct given {
    const char *check, *cause; /* cause NULL: pass, "?": unknown, "-": skip */
    const char *at; /* endpoint id; NULL: the domain; "node:X" a node; "zone:X" the zone's C side node X */
};

struct story {
    const char *what;
    bool deployment;
    struct given given[4];
    const char *outcome, *subject;
    enum outcome_state state;
};

static struct about about_of(struct facts *facts, const char *at) {
    if (at == NULL)
        return about_domain(DOMAIN);
    if (text_starts(at, "node:"))
        return (struct about){.subject = at + 5, .node = at + 5};
    if (text_starts(at, "zone:")) {
        char *subject = arena_printf(facts->arena, "expressway-c:%s", at + 5);
        return (struct about){.subject = subject, .node = at + 5, .zone = "mra"};
    }
    return about_endpoint(facts, endpoint_of(facts, at));
}

static void state_findings(struct facts *facts, const struct given *given, struct findings *to) {
    all_was_seen(facts, to);
    for (; given->check != NULL; given++) {
        struct about about = about_of(facts, given->at);
        if (given->cause == NULL)
            find_pass(to, check_id(given->check), about, "good");
        else if (strcmp(given->cause, "?") == 0)
            find_unknown(to, check_id(given->check), about, "cannot tell");
        else if (strcmp(given->cause, "-") == 0)
            find_skip(to, check_id(given->check), about, "does not apply");
        else
            find_cause(to, cause_id(given->check, given->cause), about, "broken");
    }
    findings_sort(to);
}

static const struct outcome *outcome_of(const struct outcomes *outcomes, const char *id,
                                        const char *subject) {
    for (size_t i = 0; i < outcomes->n; i++)
        if (strcmp(outcomes->v[i]->id, id) == 0 &&
            (subject == NULL ||
             (outcomes->v[i]->subject != NULL && strcmp(outcomes->v[i]->subject, subject) == 0)))
            return outcomes->v[i];
    return NULL;
}

static const struct story stories[] = {
    {"healthy", false, {{NULL, NULL, NULL}}, "jabber-login", NULL, OUTCOME_WORKS},
    {"no SRV", false, {{"dns.collab-edge-srv", "nxdomain", NULL}}, "phone-login", NULL, OUTCOME_FAILS},
    {"uds outside",
     false,
     {{"dns.uds-not-external", "resolves-outside", NULL}},
     "jabber-login",
     NULL,
     OUTCOME_FAILS},
    {"one target without address",
     false,
     {{"dns.srv-target", "no-address", "node:gone.example.com"}},
     "jabber-login",
     NULL,
     OUTCOME_AT_RISK},
    {"one edge refuses",
     false,
     {{"net.connect", "refused", EDGE1_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_AT_RISK},
    {"both edges refuse",
     false,
     {{"net.connect", "refused", EDGE1_HTTPS}, {"net.connect", "refused", EDGE2_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_FAILS},
    {"8443 dead does not stop 5222 alone",
     false,
     {{"net.connect", "refused", EDGE1_XMPP}},
     "jabber-login",
     NULL,
     OUTCOME_WORKS},
    {"domain missing on both: Jabber prompts",
     false,
     {{"name.mra-domain", "no-match", EDGE1_HTTPS}, {"name.mra-domain", "no-match", EDGE2_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_AT_RISK},
    {"domain missing on both: TC refuses",
     false,
     {{"name.mra-domain", "no-match", EDGE1_HTTPS}, {"name.mra-domain", "no-match", EDGE2_HTTPS}},
     "tc-endpoint-login",
     NULL,
     OUTCOME_FAILS},
    {"domain missing on one",
     false,
     {{"name.mra-domain", "no-match", EDGE1_HTTPS}},
     "phone-login",
     NULL,
     OUTCOME_AT_RISK},
    {"SRVName only: TC is fine",
     false,
     {{"name.mra-domain", "srvname-only", EDGE1_HTTPS}, {"name.mra-domain", "srvname-only", EDGE2_HTTPS}},
     "tc-endpoint-login",
     NULL,
     OUTCOME_WORKS},
    {"SRVName only: phones refuse",
     false,
     {{"name.mra-domain", "srvname-only", EDGE1_HTTPS}, {"name.mra-domain", "srvname-only", EDGE2_HTTPS}},
     "phone-login",
     NULL,
     OUTCOME_FAILS},
    {"wildcard is the phones' trouble",
     false,
     {{"name.wildcard", "wildcard", EDGE1_HTTPS}, {"name.wildcard", "wildcard", EDGE2_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_WORKS},
    {"name on 5061 does not stop log-in",
     false,
     {{"chain.client", "no-trusted-root", EDGE1_SIP}},
     "phone-login",
     NULL,
     OUTCOME_WORKS},
    {"expires critical is a risk",
     false,
     {{"cert.validity", "expires-critical", EDGE1_HTTPS}, {"cert.validity", "expires-critical", EDGE2_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_AT_RISK},
    {"expired",
     false,
     {{"cert.validity", "expired", EDGE1_HTTPS}, {"cert.validity", "expired", EDGE2_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_FAILS},
    {"502 from both",
     false,
     {{"mra.edge-config", "path-down", EDGE1_HTTPS}, {"mra.edge-config", "path-down", EDGE2_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_FAILS},
    {"502 from one, log-in fails nowhere else: registration",
     false,
     {{"mra.edge-config", "path-down", EDGE1_HTTPS}, {"mra.edge-config", "path-down", EDGE2_HTTPS}},
     "sip-registration",
     NULL,
     OUTCOME_FAILS},
    {"unknown handshake",
     false,
     {{"tls.handshake", "?", EDGE1_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_UNKNOWN},
    {"unknown on one, the other fails",
     false,
     {{"tls.handshake", "?", EDGE1_HTTPS}, {"net.connect", "refused", EDGE2_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_UNKNOWN},
    {"skip decides nothing",
     false,
     {{"tls.handshake", "-", EDGE1_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_WORKS},
    {"5061 dead on both",
     false,
     {{"net.connect", "timeout", EDGE1_SIP}, {"net.connect", "timeout", "expe2.example.com:5061"}},
     "sip-registration",
     NULL,
     OUTCOME_FAILS},
    {"SIP 503", false, {{"sip.options", "status-5xx", EDGE1_SIP}}, "sip-registration", NULL, OUTCOME_AT_RISK},
    {"no STARTTLS on one",
     false,
     {{"xmpp.stream", "no-starttls", EDGE1_XMPP}},
     "xmpp-messaging",
     NULL,
     OUTCOME_AT_RISK},

    {"zone healthy", true, {{NULL, NULL, NULL}}, "traversal-zone", EDGE1, OUTCOME_WORKS},
    {"zone: peer address",
     true,
     {{"name.peer-address", "no-match", EDGE1_ZONE}},
     "traversal-zone",
     EDGE1,
     OUTCOME_FAILS},
    {"zone: the other peer is not touched",
     true,
     {{"name.peer-address", "no-match", EDGE1_ZONE}},
     "traversal-zone",
     EDGE2,
     OUTCOME_WORKS},
    {"zone fails, tunnel fails",
     true,
     {{"name.peer-address", "no-match", EDGE1_ZONE}},
     "ssh-tunnel",
     EDGE1,
     OUTCOME_FAILS},
    {"zone up, SSH down",
     true,
     {{"chain.ssh-tunnel", "missing-intermediate", EDGE1_ZONE}},
     "traversal-zone",
     EDGE1,
     OUTCOME_WORKS},
    {"zone up, SSH down: tunnel",
     true,
     {{"chain.ssh-tunnel", "missing-intermediate", EDGE1_ZONE}},
     "ssh-tunnel",
     EDGE1,
     OUTCOME_FAILS},
    {"one tunnel of two down: every second log-in",
     true,
     {{"chain.ssh-tunnel", "missing-intermediate", EDGE1_ZONE}},
     "jabber-login",
     NULL,
     OUTCOME_AT_RISK},
    {"C's certificate goes to every peer",
     true,
     {{"chain.zone", "no-trusted-root", "zone:expc1.example.local"}},
     "traversal-zone",
     EDGE2,
     OUTCOME_FAILS},
    {"all tunnels down: log-in fails",
     true,
     {{"chain.ssh-tunnel", "no-trusted-root", "zone:expc1.example.local"}},
     "jabber-login",
     NULL,
     OUTCOME_FAILS},
    {"verify name unknown is a risk",
     true,
     {{"name.tls-verify", "?", "zone:expc1.example.local"}},
     "traversal-zone",
     EDGE1,
     OUTCOME_AT_RISK},
    {"2222 refused", true, {{"net.connect", "refused", EDGE1_SSH}}, "ssh-tunnel", EDGE1, OUTCOME_FAILS},
    {"2222 refused: zone is up",
     true,
     {{"net.connect", "refused", EDGE1_SSH}},
     "traversal-zone",
     EDGE1,
     OUTCOME_WORKS},
    {"underscore",
     true,
     {{"name.host-underscore", "underscore", EDGE1_ZONE}},
     "ssh-tunnel",
     EDGE1,
     OUTCOME_AT_RISK},
    {"clientAuth missing on C",
     true,
     {{"cert.eku", "missing-client", "node:expc1.example.local"}},
     "traversal-zone",
     EDGE1,
     OUTCOME_FAILS},
    {"clientAuth missing on C, EKU checking off: the zone comes up",
     true,
     {{"cert.eku", "missing-client-tunnel", "node:expc1.example.local"}},
     "traversal-zone",
     EDGE1,
     OUTCOME_WORKS},
    {"and the tunnel does not",
     true,
     {{"cert.eku", "missing-client-tunnel", "node:expc1.example.local"}},
     "ssh-tunnel",
     EDGE1,
     OUTCOME_FAILS},
    {"clientAuth missing on E leaves the zone up",
     true,
     {{"cert.eku", "missing-client", EDGE1_ZONE}},
     "traversal-zone",
     EDGE1,
     OUTCOME_WORKS},
    {"C refuses every Unified CM node: nobody logs in",
     true,
     {{"chain.ucm-trust", "not-in-tomcat-trust", "node:" UCM1}, {"name.ucm-node", "no-match", "node:" IMP1}},
     "jabber-login",
     NULL,
     OUTCOME_FAILS},
    {"C's CA in no tomcat-trust: the connection fails for that node",
     true,
     {{"chain.ucm-trust", "not-in-callmanager-trust", "node:" UCM1}},
     "ucm-connection",
     NULL,
     OUTCOME_AT_RISK},
    {"CallManager-trust is for calls: log-in comes by HTTPS",
     true,
     {{"chain.ucm-trust", "not-in-callmanager-trust", "node:" UCM1},
      {"chain.ucm-trust", "not-in-callmanager-trust", "node:" IMP1}},
     "jabber-login",
     NULL,
     OUTCOME_WORKS},
    {"and registration is by SIP",
     true,
     {{"chain.ucm-trust", "not-in-callmanager-trust", "node:" UCM1},
      {"chain.ucm-trust", "not-in-callmanager-trust", "node:" IMP1}},
     "sip-registration",
     NULL,
     OUTCOME_FAILS},
    {"one node takes no calls, the other lets nobody log in",
     true,
     {{"chain.ucm-trust", "not-in-callmanager-trust", "node:" UCM1},
      {"name.ucm-node", "no-match", "node:" IMP1}},
     "phone-login",
     NULL,
     OUTCOME_FAILS},
    {"the phone profile is not in C's certificate",
     true,
     {{"name.phone-profile", "no-match", "node:expc1.example.local"}},
     "sip-registration",
     NULL,
     OUTCOME_FAILS},
    {"get_edge_sso is Jabber's alone",
     false,
     {{"mra.edge-sso", "status-404", EDGE1_HTTPS}, {"mra.edge-sso", "status-404", EDGE2_HTTPS}},
     "phone-login",
     NULL,
     OUTCOME_WORKS},
    {"a revoked certificate puts log-in at risk",
     false,
     {{"revocation.ocsp", "revoked", EDGE1_HTTPS}},
     "jabber-login",
     NULL,
     OUTCOME_AT_RISK},
    {"a day left: the tunnel is at risk with the zone",
     true,
     {{"cert.validity", "expires-critical", EDGE1_ZONE}},
     "ssh-tunnel",
     EDGE1,
     OUTCOME_AT_RISK},
    {"ucm: one node of two",
     true,
     {{"name.ucm-node", "no-match", "node:" UCM1}, {"name.ucm-node", NULL, "node:" IMP1}},
     "ucm-connection",
     NULL,
     OUTCOME_AT_RISK},
};

static void every_row_decides(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        const struct story *s = &stories[i];
        struct facts *facts = s->deployment ? healthy_deployment() : healthy_facts();
        struct findings *findings = findings_new();
        state_findings(facts, s->given, findings);
        const struct outcome *o = outcome_of(outcomes_of(facts, findings), s->outcome, s->subject);
        if (o == NULL || o->state != s->state || ((o->state == OUTCOME_WORKS) != (o->because.n == 0))) {
            print_error("%s: %s is %s, wanted %s\n", s->what, s->outcome,
                        o == NULL ? "absent" : enum_text(outcome_states, o->state),
                        enum_text(outcome_states, s->state));
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* X15.4 dropped the demand for clientAuth in E's certificate (TN-225482). */
/* Giving less must not yield more: without the findings that decide it, an outcome is unknown. */
static void what_was_not_seen_does_not_work(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        facts->endpoints.v[i]->http.n = 0; /* what Expressway-C answers proves the tunnel */
        find_pass(findings, CHECK_NET_CONNECT, about_endpoint(facts, facts->endpoints.v[i]), "connected");
    }
    struct outcomes *outcomes = outcomes_of(facts, findings);
    assert_true(outcomes->n > 5);
    for (size_t i = 0; i < outcomes->n; i++) {
        if (outcomes->v[i]->state != OUTCOME_UNKNOWN)
            fail_msg("%s is %s", outcomes->v[i]->id, enum_text(outcome_states, (int)outcomes->v[i]->state));
        assert_non_null(strstr(outcomes->v[i]->summary, ": ")); /* it says how to learn it */
    }
    findings_free(findings);
    facts_free(facts);
}

/* Features that are named and do not hold instant messaging: nobody is told that it fails. */
static void what_is_not_used_is_not_told(void **state) {
    (void)state;
    static const struct {
        const char *feature;
        bool is_told;
    } rows[] = {{"mra", false}, {"xmpp", true}};
    for (size_t i = 0; i < 2; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        facts->deployment->imp.n = 0;
        facts->deployment->features.n = 0;
        texts_add(facts->arena, &facts->deployment->features, rows[i].feature);
        assert_int_equal(outcome_of(outcomes_of(facts, findings), "xmpp-messaging", NULL) != NULL,
                         rows[i].is_told);
        findings_free(findings);
        facts_free(facts);
    }
}

static void eku_of_e_matters_before_x15_4(void **state) {
    (void)state;
    static const struct {
        const char *release;
        enum outcome_state wanted;
    } rows[] = {{"X15.3", OUTCOME_FAILS}, {"X15.4", OUTCOME_WORKS}};
    for (size_t i = 0; i < 2; i++) {
        struct facts *facts = healthy_facts();
        facts->run.release = arena_text(facts->arena, rows[i].release);
        struct findings *findings = findings_new();
        const struct given given[] = {{"cert.eku", "missing-client", EDGE1_HTTPS},
                                      {"cert.eku", "missing-client", EDGE2_HTTPS},
                                      {NULL, NULL, NULL}};
        state_findings(facts, given, findings);
        const struct outcome *o = outcome_of(outcomes_of(facts, findings), "sip-registration", NULL);
        assert_non_null(o);
        assert_int_equal(o->state, rows[i].wanted);
        findings_free(findings);
        facts_free(facts);
    }
}

static void nothing_seen_is_unknown(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    facts->endpoints.n = 0;
    struct findings *findings = findings_new();
    const struct outcome *o = outcome_of(outcomes_of(facts, findings), "jabber-login", NULL);
    assert_non_null(o);
    assert_int_equal(o->state, OUTCOME_UNKNOWN);
    findings_free(findings);
    facts_free(facts);
}

/* ---- credentials went to one edge only ---- */

static struct login *walked(struct facts *facts, const char *endpoint, const char *credential) {
    struct login *login = ARENA_NEW(facts->arena, struct login);
    login->endpoint = arena_text(facts->arena, endpoint);
    login->address = endpoint_of(facts, endpoint)->address;
    login->domain = arena_text(facts->arena, DOMAIN);
    login->credential = arena_text(facts->arena, credential);
    LIST_ADD(facts->arena, &facts->logins, login);
    return login;
}

static void what_stands_behind_all_edges(void **state) {
    static const struct {
        const char *what, *check, *cause, *at, *by, *other; /* other: what the second edge got */
        const char *outcome;
        enum outcome_state wanted;
    } rows[] = {
        {"Expressway-C's way to Unified CM", "mra.edge-config", "status-503", EDGE1_HTTPS, "expressway-c",
         NULL, "jabber-login", OUTCOME_FAILS},
        {"the same for phones", "mra.uds", "node-unreachable", EDGE1_HTTPS, "expressway-c", NULL,
         "phone-login", OUTCOME_FAILS},
        {"Unified CM itself", "mra.uds", "status-5xx", EDGE1_HTTPS, "unified-cm", NULL, "jabber-login",
         OUTCOME_FAILS},
        {"UDS falls silent behind an edge that answers", "mra.uds", "node-unreachable", EDGE1_HTTPS, NULL,
         NULL, "jabber-login", OUTCOME_FAILS},
        {"the other edge was asked, too, and is good", "mra.edge-config", "status-503", EDGE1_HTTPS,
         "expressway-c", "password", "jabber-login", OUTCOME_AT_RISK},
        {"Expressway-E itself", "mra.edge-config", "domain-not-enabled", EDGE1_HTTPS, "expressway-e", NULL,
         "jabber-login", OUTCOME_AT_RISK},
        {"an edge that falls silent", "mra.edge-config", "no-answer", EDGE1_HTTPS, NULL, NULL, "jabber-login",
         OUTCOME_AT_RISK},
        {"a cookie of the wrong domain", "mra.edge-config", "cookie-domain", EDGE1_HTTPS, "expressway-c",
         NULL, "jabber-login", OUTCOME_AT_RISK},
        {"one tunnel", "mra.edge-config", "path-down", EDGE1_HTTPS, "expressway-e", NULL, "jabber-login",
         OUTCOME_AT_RISK},
        {"Unified CM refuses the device", "sip.register", "status-403", EDGE1_SIP, NULL, NULL,
         "sip-registration", OUTCOME_FAILS},
        {"the edge does not answer REGISTER", "sip.register", "no-answer", EDGE1_SIP, NULL, NULL,
         "sip-registration", OUTCOME_AT_RISK},
        {"the edge's own port", "net.connect", "refused", EDGE1_HTTPS, NULL, NULL, "jabber-login",
         OUTCOME_AT_RISK},
        {"a wrong password", "sip.register", "status-401", EDGE1_SIP, NULL, NULL, "sip-registration",
         OUTCOME_UNKNOWN},
        {"IM&P offers no mechanism", "xmpp.auth", "no-mechanism", EDGE1_XMPP, NULL, NULL, "xmpp-messaging",
         OUTCOME_FAILS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        all_was_seen(facts, findings);
        walked(facts, EDGE1_HTTPS, "password");
        walked(facts, EDGE2_HTTPS, rows[i].other);
        struct about about = about_endpoint(facts, endpoint_of(facts, rows[i].at));
        about.domain = DOMAIN;
        evidence_text(find_cause(findings, cause_id(rows[i].check, rows[i].cause), about, "broken"),
                      "answered_by", rows[i].by);
        findings_sort(findings);
        const struct outcome *o = outcome_of(outcomes_of(facts, findings), rows[i].outcome, NULL);
        assert_non_null(o);
        if (o->state != rows[i].wanted)
            fail_msg("%s: %s", rows[i].what, enum_text(outcome_states, (int)o->state));
        findings_free(findings);
        facts_free(facts);
    }
}

/* Whose log-in was walked decides whether an answer from behind one edge is one for all. */
static void whose_walk_it_was(void **state) {
    static const struct {
        const char *what;
        const char *first, *second;   /* credentials of the walks; NULL: none; "": no walk */
        const char *address, *domain; /* of the second walk, where it is another one */
        enum outcome_state wanted;
    } rows[] = {
        {"one edge with the password, the other without", "password", NULL, NULL, NULL, OUTCOME_FAILS},
        {"both with it", "password", "password", NULL, NULL, OUTCOME_AT_RISK},
        {"the other was not walked", "password", "", NULL, NULL, OUTCOME_AT_RISK},
        {"nobody gave a password", NULL, NULL, NULL, NULL, OUTCOME_AT_RISK},
        {"another address of the other was walked", "password", NULL, "203.0.113.99", NULL, OUTCOME_AT_RISK},
        {"the other was walked for another domain", "password", NULL, NULL, "example.org", OUTCOME_AT_RISK}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        all_was_seen(facts, findings);
        walked(facts, EDGE1_HTTPS, rows[i].first);
        if (rows[i].second == NULL || rows[i].second[0] != 0) {
            struct login *login = walked(facts, EDGE2_HTTPS, rows[i].second);
            if (rows[i].address != NULL)
                login->address = arena_text(facts->arena, rows[i].address);
            if (rows[i].domain != NULL)
                login->domain = arena_text(facts->arena, rows[i].domain);
        }
        struct about about = about_endpoint(facts, endpoint_of(facts, EDGE1_HTTPS));
        about.domain = DOMAIN;
        evidence_text(find_cause(findings, CAUSE_MRA_UDS_NODE_UNREACHABLE, about, "broken"), "answered_by",
                      "expressway-c");
        findings_sort(findings);
        const struct outcome *o = outcome_of(outcomes_of(facts, findings), "jabber-login", NULL);
        if (o->state != rows[i].wanted)
            fail_msg("%s: %s", rows[i].what, enum_text(outcome_states, (int)o->state));
        findings_free(findings);
        facts_free(facts);
    }
}

/* B2B calls can only be put at risk: with nothing known of their record, nothing can be said. */
static void unknown_risk_is_no_word_for_it(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    texts_add(facts->arena, &facts->deployment->features, "b2b");
    struct findings *findings = findings_new();
    find_unknown(findings, CHECK_DNS_SIP_SRV, about_domain(DOMAIN), "no answer");
    const struct outcome *o = outcome_of(outcomes_of(facts, findings), "b2b-calls", NULL);
    assert_non_null(o);
    assert_int_equal(o->state, OUTCOME_UNKNOWN);
    findings_free(findings);
    facts_free(facts);
}

static void symptom_keeps_what_bears_on_it(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    const struct given given[] = {{"chain.ssh-tunnel", "missing-intermediate", EDGE1_ZONE},
                                  {"name.mra-domain", "no-match", EDGE1_HTTPS},
                                  {NULL, NULL, NULL}};
    state_findings(facts, given, findings);
    struct outcomes *outcomes = outcomes_of(facts, findings);
    assert_true(symptom_is_known("ssh-down"));
    assert_false(symptom_is_known("ssh"));
    symptom_keep("ssh-down", outcomes, findings);
    assert_non_null(outcome_of(outcomes, "ssh-tunnel", EDGE1));
    assert_null(outcome_of(outcomes, "jabber-login", NULL));
    assert_non_null(find_finding(findings, "chain.ssh-tunnel", NULL));
    assert_null(find_finding(findings, "name.mra-domain", NULL));
    findings_free(findings);
    facts_free(facts);
}

/* Under every symptom: a failure that no outcome knows, and what decided an outcome that is told. */
static void symptom_hides_no_reason(void **state) {
    static const char *const every[] = {"upload-fails",    "zone-down",    "ssh-down",
                                        "mra-login-fails", "jabber-alarm", "phones-not-registering"};
    const struct given given[] = {{"name.peer-address", "no-match", EDGE1_ZONE},
                                  {"net.xcp", "refused", NULL},
                                  {"host.bundle", "outdated", NULL},
                                  {NULL, NULL, NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof every / sizeof *every; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        state_findings(facts, given, findings);
        struct outcomes *outcomes = outcomes_of(facts, findings);
        symptom_keep(every[i], outcomes, findings);
        bool is_of_path = strcmp(every[i], "upload-fails") != 0 && strcmp(every[i], "jabber-alarm") != 0;
        const struct outcome *tunnel = outcome_of(outcomes, "ssh-tunnel", EDGE1);
        if (tunnel != NULL)
            assert_int_equal(tunnel->state, OUTCOME_FAILS);
        if (is_of_path)
            assert_non_null(find_finding(findings, "name.peer-address", NULL));
        findings_free(findings);
        facts_free(facts);
    }
}

/* Each of these belongs to an outcome, so that a symptom shows it. */
static void unfit_things_have_outcomes(void **state) {
    static const struct {
        const char *check, *outcome;
    } rows[] = {
        {"chain.cluster-trust", "traversal-zone"},    {"chain.cluster-trust", "ssh-tunnel"},
        {"chain.self-signed-pair", "ucm-connection"}, {"name.phone-profile", "sip-registration"},
        {"name.cluster", "traversal-zone"},           {"name.cluster", "certificate-upload"},
        {"name.chat-alias", "xmpp-federation"},       {"cert.self-signed", "jabber-login"},
        {"cert.self-signed", "traversal-zone"},       {"cert.default-certificate", "phone-login"},
        {"cert.default-certificate", "ssh-tunnel"},   {"cert.basic-constraints", "tc-endpoint-login"},
        {"cert.basic-constraints", "traversal-zone"}, {"cert.basic-constraints", "certificate-upload"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool found = false;
        for (const struct rule *rule = outcome_rules; rule->id != NULL; rule++)
            for (const struct row *row = outcome_rows;
                 strcmp(rule->id, rows[i].outcome) == 0 && row->check != NULL; row++)
                found = found ||
                        ((outcomes_of_row(row) & rule->is) != 0 && strcmp(row->check, rows[i].check) == 0);
        if (!found)
            fail_msg("%s does not bear on %s", rows[i].check, rows[i].outcome);
    }
}

static bool is_check_or_family(const char *name) {
    size_t length = strlen(name);
    for (size_t i = CHECK_NONE + 1; name[length - 1] == '.' && i < CHECK_COUNT; i++)
        if (strncmp(catalogue_checks[i].id, name, length) == 0)
            return true;
    return name[length - 1] != '.' && check_named(name) != NULL;
}

/* A row that names nothing decides nothing, and nobody would miss it. */
static void rows_speak_of_the_catalogue(void **state) {
    (void)state;
    for (const struct row *row = outcome_rows; row->check != NULL; row++) {
        unsigned once = row->fails ^ row->risks ^ row->unsure ^ row->bears;
        char causes[256];
        if (!is_check_or_family(row->check))
            fail_msg("no check '%s'", row->check);
        if (once == 0 || once != outcomes_of_row(row))
            fail_msg("%s: no outcome, or one twice", row->check);
        snprintf(causes, sizeof causes, "%s", row->causes == NULL ? "" : row->causes);
        for (char *rest = causes, *cause; (cause = strtok_r(rest, " ", &rest)) != NULL;)
            if (cause_named(check_named(row->check), cause) == NULL)
                fail_msg("%s has no cause '%s'", row->check, cause);
    }
    for (const struct need *need = outcome_needs; need->check != NULL; need++)
        if (!is_check_or_family(need->check) || need->of == 0)
            fail_msg("what is needed of '%s'", need->check);
    for (const struct row *row = outcome_rows; row->check != NULL; row++)
        if (row->port != 0 && service_of_edge(row->port) == NULL)
            fail_msg("%s: %d is no port of an edge", row->check, row->port);
}

/* Records alone are no federation: what answers on 5269 has to be seen. */
static void federation_wants_its_port(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    texts_add(facts->arena, &facts->deployment->features, "xmpp-federation");
    find_pass(findings, CHECK_DNS_XMPP_FEDERATION_SRV, about_domain(DOMAIN), "it is there");
    const struct outcome *o = outcome_of(outcomes_of(facts, findings), "xmpp-federation", NULL);
    assert_int_equal(o->state, OUTCOME_UNKNOWN);
    assert_non_null(strstr(o->summary, "5269"));
    findings_free(findings);
    facts_free(facts);
}

/* One of two ways in that is closed leaves the other; a stream that a server refused is no federation. */
static void federation_by_what_its_ports_said(void **state) {
    static const struct {
        enum cause_id first, second; /* CAUSE_NONE: well */
        enum outcome_state wanted;
    } rows[] = {{CAUSE_NONE, CAUSE_NONE, OUTCOME_WORKS},
                {CAUSE_NET_CONNECT_REFUSED, CAUSE_NONE, OUTCOME_AT_RISK},
                {CAUSE_NET_CONNECT_REFUSED, CAUSE_NET_CONNECT_TIMEOUT, OUTCOME_FAILS},
                {CAUSE_XMPP_STREAM_STREAM_ERROR, CAUSE_XMPP_STREAM_NO_STARTTLS, OUTCOME_FAILS}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        const enum cause_id causes[] = {rows[i].first, rows[i].second};
        texts_add(facts->arena, &facts->deployment->features, "xmpp-federation");
        find_pass(findings, CHECK_DNS_XMPP_FEDERATION_SRV, about_domain(DOMAIN), "it is there");
        for (size_t k = 0; k < 2; k++) {
            struct endpoint *e = ARENA_NEW(facts->arena, struct endpoint);
            *e = (struct endpoint){.host = arena_printf(facts->arena, "expe%zu." DOMAIN, k + 1),
                                   .address = arena_printf(facts->arena, "203.0.113.%zu", k + 1),
                                   .port = PORT_XMPP_SERVER,
                                   .protocol = PROTOCOL_XMPP_SERVER,
                                   .leg = LEG_OTHER,
                                   .role = ROLE_EXPRESSWAY_E};
            e->id = arena_printf(facts->arena, "%s:%d", e->host, e->port);
            LIST_ADD(facts->arena, &facts->endpoints, e);
            if (causes[k] == CAUSE_NONE)
                find_pass(findings, CHECK_XMPP_STREAM, about_endpoint(facts, e), "it opens");
            else
                find_cause(findings, causes[k], about_endpoint(facts, e), "it does not");
        }
        assert_int_equal(outcome_of(outcomes_of(facts, findings), "xmpp-federation", NULL)->state,
                         rows[i].wanted);
        findings_free(findings);
        facts_free(facts);
    }
}

static const struct finding *seen_finding(const struct verdict *verdict) {
    for (size_t i = 0; i < verdict->findings->n; i++)
        if (strcmp(verdict->findings->v[i]->check->id, "net.seen") == 0)
            return verdict->findings->v[i];
    return NULL;
}

static enum outcome_state state_of(const struct facts *facts, struct findings *findings, const char *id,
                                   const char *subject) {
    findings_sort(findings);
    const struct outcome *o = outcome_of(outcomes_of(facts, findings), id, subject);
    if (o == NULL)
        fail_msg("no outcome %s %s", id, text_or(subject, ""));
    return o == NULL ? OUTCOME_UNKNOWN : o->state;
}

/* An edge of the deployment that no SRV record leads to is one of the edges; one of another domain is not. */
static void edges_are_those_of_the_domain(void **state) {
    static const struct {
        const char *domain; /* that the second edge's record is of; NULL: of none */
        enum outcome_state here, there;
    } rows[] = {{NULL, OUTCOME_AT_RISK, OUTCOME_AT_RISK},
                {DOMAIN, OUTCOME_AT_RISK, OUTCOME_UNKNOWN},
                {"example.org", OUTCOME_WORKS, OUTCOME_FAILS}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        texts_add(facts->arena, &facts->domains, "example.org");
        for (size_t k = 0; k < facts->endpoints.n; k++)
            if (strcmp(facts->endpoints.v[k]->host, EDGE2) == 0) {
                facts->endpoints.v[k]->domains.n = 0;
                if (rows[i].domain != NULL)
                    texts_add(facts->arena, &facts->endpoints.v[k]->domains, rows[i].domain);
            }
        all_was_seen(facts, findings);
        if (rows[i].domain == NULL) /* so that the other domain has an edge that works */
            texts_add(facts->arena, &endpoint_of(facts, EDGE1_HTTPS)->domains, "example.org");
        find_cause(findings, CAUSE_NET_CONNECT_REFUSED,
                   about_endpoint(facts, endpoint_of(facts, EDGE2_HTTPS)), "refused");
        assert_int_equal(state_of(facts, findings, "jabber-login", DOMAIN), rows[i].here);
        assert_int_equal(state_of(facts, findings, "jabber-login", "example.org"), rows[i].there);
        findings_free(findings);
        facts_free(facts);
    }
}

/* Up to X15.5 a port of Expressway-C shows the certificate that it presents as a client; whether the port
 * works is no matter at any time. */
static void ports_of_c_show_its_certificate_before_x15_5(void **state) {
    static const struct {
        const char *release;
        enum cause_id cause;
        enum outcome_state wanted;
    } rows[] = {{"X15.4", CAUSE_CERT_EKU_MISSING_CLIENT, OUTCOME_FAILS},
                {"X15.5", CAUSE_CERT_EKU_MISSING_CLIENT, OUTCOME_WORKS},
                {"X15.4", CAUSE_NET_CONNECT_REFUSED, OUTCOME_WORKS},
                {"X15.5", CAUSE_NET_CONNECT_REFUSED, OUTCOME_WORKS}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        facts->run.release = arena_text(facts->arena, rows[i].release);
        all_was_seen(facts, findings);
        find_cause(findings, rows[i].cause,
                   about_endpoint(facts, endpoint_of(facts, "expc1.example.local:5061")), "broken");
        if (state_of(facts, findings, "traversal-zone", EDGE1) != rows[i].wanted)
            fail_msg("%s of C's port in %s", catalogue_causes[rows[i].cause].id, rows[i].release);
        findings_free(findings);
        facts_free(facts);
    }
}

/* Trust lists are not replicated: what the list of one of two Expressway-C nodes lacks stops that node's half
 * of the zone; a zone that only the other node has is not touched by it. */
static void a_list_concerns_its_own_node(void **state) {
    static const struct {
        const char *list, *only; /* only: the node that has the zone; NULL: both */
        enum outcome_state wanted;
    } rows[] = {{"c1.pem", NULL, OUTCOME_AT_RISK},
                {"c1.pem", "expc1.example.local", OUTCOME_FAILS},
                {"c1.pem", "expc2.example.local", OUTCOME_WORKS},
                {"c2.pem", "expc2.example.local", OUTCOME_FAILS},
                {NULL, NULL, OUTCOME_FAILS}}; /* of every list */
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct deployment *d = facts->deployment;
        d->c.nodes.v[0]->trust = arena_text(facts->arena, "c1.pem");
        add_node(facts, &d->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
        d->c.trust = arena_text(facts->arena, "c2.pem"); /* that of a node without one of its own */
        if (rows[i].only != NULL)
            texts_add(facts->arena, &d->zones.v[0]->c_nodes, rows[i].only);
        all_was_seen(facts, findings);
        find_cause(findings, CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT,
                   (struct about){.subject = "expressway-e:" EDGE1, .node = EDGE1, .zone = "mra"},
                   "not trusted")
            ->list = rows[i].list;
        if (state_of(facts, findings, "traversal-zone", EDGE1) != rows[i].wanted)
            fail_msg("row %zu: %s", i,
                     enum_text(outcome_states, (int)state_of(facts, findings, "traversal-zone", EDGE1)));
        assert_int_equal(state_of(facts, findings, "traversal-zone", EDGE2), OUTCOME_WORKS);
        findings_free(findings);
        facts_free(facts);
    }
}

/* One of two addresses of an edge: the zone comes up by the other one. A finding without an address is about
 * both. */
static void an_address_is_a_unit(void **state) {
    static const struct {
        const char *address;
        enum outcome_state zone, login;
    } rows[] = {{"203.0.113.10", OUTCOME_AT_RISK, OUTCOME_AT_RISK},
                {"203.0.113.12", OUTCOME_AT_RISK, OUTCOME_AT_RISK},
                {NULL, OUTCOME_FAILS, OUTCOME_AT_RISK}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        add_endpoint(facts, EDGE1, "203.0.113.12", 7001, PROTOCOL_SIP, LEG_ZONE)->zone =
            arena_text(facts->arena, "mra");
        add_endpoint(facts, EDGE1, "203.0.113.12", 8443, PROTOCOL_HTTPS, LEG_CLIENT);
        all_was_seen(facts, findings);
        struct about zone = about_endpoint(facts, endpoint_of(facts, EDGE1_ZONE)),
                     login = about_endpoint(facts, endpoint_of(facts, EDGE1_HTTPS));
        zone.address = login.address = rows[i].address;
        find_cause(findings, CAUSE_TLS_HANDSHAKE_CLOSED, zone, "closed");
        assert_int_equal(state_of(facts, findings, "traversal-zone", EDGE1), rows[i].zone);
        assert_int_equal(state_of(facts, findings, "traversal-zone", EDGE2), OUTCOME_WORKS);
        find_cause(findings, CAUSE_TLS_HANDSHAKE_CLOSED, login, "closed");
        assert_int_equal(state_of(facts, findings, "jabber-login", NULL), rows[i].login);
        findings_free(findings);
        facts_free(facts);
    }
}

/* What is told of Expressway-C concerns all zones, though it be of a domain, too. */
static void a_domain_of_c_is_no_matter(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    all_was_seen(facts, findings);
    find_cause(
        findings, CAUSE_CERT_EKU_MISSING_CLIENT,
        (struct about){.subject = "expc1.example.local", .node = "expc1.example.local", .domain = DOMAIN},
        "no clientAuth");
    assert_int_equal(state_of(facts, findings, "traversal-zone", EDGE1), OUTCOME_FAILS);
    assert_int_equal(state_of(facts, findings, "traversal-zone", EDGE2), OUTCOME_FAILS);
    findings_free(findings);
    facts_free(facts);
}

/* The tunnel's addresses are its own: of two, one that fails leaves the other, whatever the zone has. */
static void tunnels_have_their_own_addresses(void **state) {
    static const char *const edges[] = {EDGE1, EDGE2};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct endpoint *other =
            add_endpoint(facts, edges[i], "203.0.113.12", 2222, PROTOCOL_SSH, LEG_TUNNEL);
        other->zone = arena_text(facts->arena, "mra");
        all_was_seen(facts, findings);
        find_cause(findings, CAUSE_NET_CONNECT_REFUSED, about_endpoint(facts, other), "refused");
        assert_int_equal(state_of(facts, findings, "ssh-tunnel", edges[i]), OUTCOME_AT_RISK);
        assert_int_equal(state_of(facts, findings, "ssh-tunnel", edges[1 - i]), OUTCOME_WORKS);
        assert_int_equal(state_of(facts, findings, "traversal-zone", edges[i]), OUTCOME_WORKS);
        findings_free(findings);
        facts_free(facts);
    }
}

/* An at-risk outcome says whether something is broken now, or is only to come. */
static void now_or_to_come(void **state) {
    static const struct {
        const char *check, *cause, *at, *outcome;
        bool now;
    } rows[] = {{"cert.validity", "expires-critical", EDGE1_HTTPS, "jabber-login", false},
                {"cert.validity", "expires-soon", EDGE1_HTTPS, "jabber-login", false},
                {"cert.validity", "expired", EDGE1_HTTPS, "jabber-login", true},
                {"cert.unknown-oid", "unknown-oid", EDGE1_HTTPS, "jabber-login", false},
                {"revocation.verdict", "fallback-accepts", EDGE1_ZONE, "traversal-zone", false},
                {"cipher.certificate-type", "other-type-untrusted", "node:" UCM1, "ucm-connection", false},
                {"net.connect", "refused", EDGE1_HTTPS, "jabber-login", true},
                {"sip.options", "status-5xx", EDGE1_SIP, "sip-registration", true},
                {"name.tls-verify", "?", "zone:expc1.example.local", "traversal-zone", false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        const struct given given[] = {{rows[i].check, rows[i].cause, rows[i].at}, {NULL, NULL, NULL}};
        state_findings(facts, given, findings);
        const struct outcome *o = outcome_of(outcomes_of(facts, findings), rows[i].outcome, NULL);
        if (o->state != OUTCOME_AT_RISK || o->now != rows[i].now)
            fail_msg("%s/%s: %s%s", rows[i].check, rows[i].cause, enum_text(outcome_states, (int)o->state),
                     o->now ? " now" : "");
        findings_free(findings);
        facts_free(facts);
    }
}

/* Where nothing that was asked is known, that is a finding of its own, in the words of what was asked. */
static void nothing_known_is_told(void **state) {
    enum { CAPTURE = 1, RENEWAL = 2, SYMPTOM = 4, NO_PORTS = 8, NO_DNS = 16, NO_DOMAIN = 32, ONE_PORT = 64 };
    static const struct {
        const char *what;
        unsigned how;
        const char *why, *subject; /* NULL: it is not told */
    } rows[] = {
        {"a run that saw its edges", 0, NULL, NULL},
        {"a symptom that nobody looked at", SYMPTOM, "this run looked at nothing that tells this symptom",
         "example.com"},
        {"of a capture its connections were asked about", SYMPTOM | CAPTURE, NULL, NULL},
        {"a plan asks nothing", SYMPTOM | RENEWAL, NULL, NULL},
        {"no ports, no answers", NO_PORTS | NO_DNS, "no edge was connected to", "example.com"},
        {"nothing at all", NO_PORTS | NO_DNS | NO_DOMAIN, "nothing in this run can be judged", "example.com"},
        {"one port that answers", NO_PORTS | NO_DOMAIN | ONE_PORT, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        unsigned how = rows[i].how;
        facts->run.target = arena_text(facts->arena, DOMAIN);
        facts->run.symptom = how & SYMPTOM ? arena_text(facts->arena, "zone-down") : NULL;
        facts->run.scope.is_renewal = (how & RENEWAL) != 0;
        if (how & CAPTURE) {
            LIST_ADD(facts->arena, &facts->captures, ARENA_NEW(facts->arena, struct capture_file));
            facts->captures.v[0]->name = arena_text(facts->arena, "a.pcap");
            if ((how & NO_PORTS) == 0) {
                LIST_ADD(facts->arena, &facts->connections, ARENA_NEW(facts->arena, struct connection));
                facts->connections.v[0]->file = facts->captures.v[0]->name;
                facts->connections.v[0]->client.address = arena_text(facts->arena, "192.0.2.1");
                facts->connections.v[0]->server.address = arena_text(facts->arena, "192.0.2.2");
            }
        }
        if (how & NO_PORTS)
            facts->endpoints.n = 0;
        if (how & ONE_PORT) {
            struct endpoint *e = ARENA_NEW(facts->arena, struct endpoint);
            *e = (struct endpoint){.id = arena_text(facts->arena, "192.0.2.7:2222"),
                                   .host = arena_text(facts->arena, "192.0.2.7"),
                                   .address = arena_text(facts->arena, "192.0.2.7"),
                                   .port = 2222,
                                   .protocol = PROTOCOL_SSH,
                                   .leg = LEG_OTHER,
                                   .tcp = {.state = TCP_CONNECTED}};
            LIST_ADD(facts->arena, &facts->endpoints, e);
        }
        if (how & NO_DNS) {
            facts->dns.n = 0;
            facts->run.scope.offline = true;
        }
        if (how & NO_DOMAIN)
            facts->domains.n = 0;
        struct verdict *verdict = verdict_of(facts);
        const struct finding *f = seen_finding(verdict);
        if ((f == NULL) != (rows[i].why == NULL))
            fail_msg("%s: %s", rows[i].what, f == NULL ? "nothing is told" : f->summary);
        if (f != NULL) {
            if (strstr(f->summary, rows[i].why) == NULL)
                fail_msg("%s: %s", rows[i].what, f->summary);
            assert_string_equal(f->subject, rows[i].subject);
            assert_int_equal(verdict_status(verdict), 3);
            assert_true(f->fix[0] != NULL); /* it says how to see something */
        }
        verdict_free(verdict);
        facts_free(facts);
    }
}

/* Only unknown outcomes are no pass; with one that works it is left to the findings. */
static void nothing_seen_is_no_pass(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct verdict *verdict = verdict_of(facts);
    assert_null(seen_finding(verdict));
    verdict_free(verdict);
    facts->run.symptom = "zone-down"; /* no zone was looked at */
    verdict = verdict_of(facts);
    assert_int_equal(verdict_status(verdict), 3);
    assert_non_null(seen_finding(verdict));
    verdict_free(verdict);
    facts->run.symptom = NULL;
    facts->endpoints.n = 0;
    facts->dns.n = 0;
    facts->run.scope.offline = true;
    verdict = verdict_of(facts);
    assert_int_equal(verdict_status(verdict), 3);
    assert_non_null(seen_finding(verdict));
    assert_int_equal(seen_finding(verdict)->status, STATUS_UNKNOWN);
    verdict_free(verdict);
    facts_free(facts);
}

/* Bundles ask no port: the nodes of Expressway-E are the edges then. Where ports are asked, an edge is what
 * was asked, and a node that was not is none. */
static void nodes_are_edges_of_bundles_alone(void **state) {
    (void)state;
    for (int with = 0; with < 2; with++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        texts_add(facts->arena, &facts->domains, "example.org");
        for (size_t i = 0; i < facts->endpoints.n;
             i++) { /* all of the other domain: for this one none was found */
            facts->endpoints.v[i]->domains.n = 0;
            texts_add(facts->arena, &facts->endpoints.v[i]->domains, "example.org");
        }
        if (with)
            LIST_ADD(facts->arena, &facts->bundles, ARENA_NEW(facts->arena, struct bundle));
        find_cause(findings, CAUSE_HOST_REVERSE_DNS_MISSING,
                   (struct about){.subject = EDGE1, .node = EDGE1, .role = ROLE_EXPRESSWAY_E},
                   "no PTR record");
        assert_int_equal(state_of(facts, findings, "xmpp-messaging", DOMAIN),
                         with ? OUTCOME_FAILS : OUTCOME_UNKNOWN);
        findings_free(findings);
        facts_free(facts);
    }
}

/* A node that Expressway-C refuses by its own log is one, whether or not the settings name it. */
static void a_node_of_a_log_is_one(void **state) {
    static const struct {
        const char *node;
        enum role role;
        enum outcome_state state;
    } rows[] = {{"ucm9.example.local", ROLE_UCM, OUTCOME_FAILS},
                {"ucm9.example.local", ROLE_EXPRESSWAY_E, OUTCOME_UNKNOWN},
                {NULL, ROLE_UCM, OUTCOME_UNKNOWN}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        facts->endpoints.n = 0;
        find_cause(findings, CAUSE_CHAIN_UCM_TRUST_NOT_IN_TOMCAT_TRUST,
                   (struct about){.subject = "expc1 to ucm9", .node = rows[i].node, .role = rows[i].role},
                   "refused");
        assert_int_equal(state_of(facts, findings, "ucm-connection", NULL), rows[i].state);
        findings_free(findings);
        facts_free(facts);
    }
}

/* Expressway-C's SIP zone to its only node is down: who logs in comes by HTTPS, of which nothing was seen. */
static void a_sip_zone_of_unified_cm_takes_the_calls(void **state) {
    (void)state;
    static const struct {
        const char *outcome;
        enum outcome_state state;
    } rows[] = {{"ucm-connection", OUTCOME_FAILS},
                {"jabber-login", OUTCOME_UNKNOWN},
                {"sip-registration", OUTCOME_FAILS},
                {"xmpp-messaging", OUTCOME_UNKNOWN}};
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    facts->endpoints.n = 0;
    find_cause(findings, CAUSE_ZONE_STATUS_UCM_FAILED,
               (struct about){.subject = "zone:CEtcp-ucm9", .node = "ucm9.example.local", .role = ROLE_UCM},
               "Failed");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(outcome_of(outcomes_of(facts, findings), rows[i].outcome, NULL)->state,
                         rows[i].state);
    findings_free(findings);
    facts_free(facts);
}

/* Registration and messages of a domain come after its own log-in, and not after another's. */
static void a_domain_has_its_own_login(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    texts_add(facts->arena, &facts->domains, "example.org");
    for (size_t k = 0; k < facts->endpoints.n; k++)
        if (strcmp(facts->endpoints.v[k]->host, EDGE2) == 0) {
            facts->endpoints.v[k]->domains.n = 0;
            texts_add(facts->arena, &facts->endpoints.v[k]->domains, "example.org");
        }
    all_was_seen(facts, findings);
    find_cause(findings, CAUSE_NET_CONNECT_REFUSED, about_endpoint(facts, endpoint_of(facts, EDGE2_HTTPS)),
               "refused");
    static const char *const after[] = {"jabber-login", "sip-registration", "xmpp-messaging"};
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        assert_int_equal(state_of(facts, findings, after[i], DOMAIN), OUTCOME_WORKS);
        assert_int_equal(state_of(facts, findings, after[i], "example.org"), OUTCOME_FAILS);
    }
    findings_free(findings);
    facts_free(facts);
}

/* Two zones to one edge: the tunnels hang on that for Unified Communications alone. */
static void tunnels_hang_on_their_own_zone(void **state) {
    static const struct {
        const char *zone;
        enum outcome_state tunnel;
    } rows[] = {{"b2b", OUTCOME_WORKS}, {"mra", OUTCOME_FAILS}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct deployment *d = facts->deployment;
        struct zone *zone = ARENA_NEW(facts->arena, struct zone);
        *zone = (struct zone){.name = arena_text(facts->arena, "b2b"), .type = ZONE_TRAVERSAL, .port = 7002};
        texts_add(facts->arena, &zone->peers, EDGE1);
        LIST_ADD(facts->arena, &d->zones, zone);
        d->zones.v[1] = d->zones.v[0];
        d->zones.v[0] = zone; /* it is told first */
        add_endpoint(facts, EDGE1, "203.0.113.10", 7002, PROTOCOL_SIP, LEG_ZONE)->zone = zone->name;
        all_was_seen(facts, findings);
        find_cause(findings, CAUSE_TLS_HANDSHAKE_CLOSED,
                   about_endpoint(facts, endpoint_of(facts, strcmp(rows[i].zone, "b2b") == 0
                                                                ? "expe1.example.com:7002"
                                                                : EDGE1_ZONE)),
                   "closed");
        assert_int_equal(state_of(facts, findings, "ssh-tunnel", EDGE1), rows[i].tunnel);
        findings_free(findings);
        facts_free(facts);
    }
}

/* The reason that is told is that of a unit that is unknown; one that fails has its own. */
static void how_to_learn_is_of_the_unknown_unit(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct about about = about_endpoint(facts, facts->endpoints.v[i]);
        if (strcmp(about.subject, EDGE1_HTTPS) == 0) { /* it fails, and more was not seen of it */
            find_cause(findings, CAUSE_NET_CONNECT_REFUSED, about, "refused");
        } else if (strcmp(about.subject, EDGE2_HTTPS) == 0) {
            find_pass(findings, CHECK_NET_CONNECT, about, "connected");
            find_pass(findings, CHECK_TLS_HANDSHAKE, about, "done");
        }
    }
    findings_sort(findings);
    const struct outcome *o = outcome_of(outcomes_of(facts, findings), "jabber-login", NULL);
    assert_int_equal(o->state, OUTCOME_UNKNOWN);
    assert_string_equal(o->how, "the edge was not asked for its configuration");
    findings_free(findings);
    facts_free(facts);
}

static void symptoms_are_named(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    assert_string_equal(symptom_names(arena),
                        "upload-fails, zone-down, ssh-down, mra-login-fails, jabber-alarm, "
                        "phones-not-registering");
    arena_free(arena);
}

/* A failure that only an outcome of the symptom was told to hang on stays; one that nothing hangs on does
 * not. */
static void symptom_keeps_what_decided(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    const struct given given[] = {{"name.peer-address", "no-match", EDGE1_ZONE},
                                  {"name.mra-domain", "no-match", EDGE1_HTTPS},
                                  {"host.alarm", "raised", "node:" EDGE1},
                                  {NULL, NULL, NULL}};
    state_findings(facts, given, findings);
    struct outcomes *outcomes = outcomes_of(facts, findings);
    symptom_keep("mra-login-fails", outcomes, findings);
    assert_non_null(find_finding(findings, "name.peer-address", NULL)); /* the tunnel fails of it */
    assert_non_null(find_finding(findings, "name.mra-domain", NULL));
    symptom_keep("ssh-down", outcomes, findings);
    assert_null(find_finding(findings, "name.mra-domain", NULL));
    assert_non_null(
        find_finding(findings, "host.alarm", NULL)); /* no outcome knows it: it may be the reason */
    symptom_keep(NULL, outcomes, findings);
    assert_non_null(find_finding(findings, "host.alarm", NULL));
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_decides),
        cmocka_unit_test(what_is_not_used_is_not_told),
        cmocka_unit_test(what_was_not_seen_does_not_work),
        cmocka_unit_test(eku_of_e_matters_before_x15_4),
        cmocka_unit_test(nothing_seen_is_unknown),
        cmocka_unit_test(what_stands_behind_all_edges),
        cmocka_unit_test(unknown_risk_is_no_word_for_it),
        cmocka_unit_test(symptom_keeps_what_bears_on_it),
        cmocka_unit_test(symptom_hides_no_reason),
        cmocka_unit_test(unfit_things_have_outcomes),
        cmocka_unit_test(rows_speak_of_the_catalogue),
        cmocka_unit_test(federation_wants_its_port),
        cmocka_unit_test(federation_by_what_its_ports_said),
        cmocka_unit_test(edges_are_those_of_the_domain),
        cmocka_unit_test(ports_of_c_show_its_certificate_before_x15_5),
        cmocka_unit_test(a_list_concerns_its_own_node),
        cmocka_unit_test(an_address_is_a_unit),
        cmocka_unit_test(nodes_are_edges_of_bundles_alone),
        cmocka_unit_test(a_node_of_a_log_is_one),
        cmocka_unit_test(a_domain_of_c_is_no_matter),
        cmocka_unit_test(tunnels_have_their_own_addresses),
        cmocka_unit_test(now_or_to_come),
        cmocka_unit_test(nothing_seen_is_no_pass),
        cmocka_unit_test(nothing_known_is_told),
        cmocka_unit_test(whose_walk_it_was),
        cmocka_unit_test(a_sip_zone_of_unified_cm_takes_the_calls),
        cmocka_unit_test(a_domain_has_its_own_login),
        cmocka_unit_test(tunnels_hang_on_their_own_zone),
        cmocka_unit_test(how_to_learn_is_of_the_unknown_unit),
        cmocka_unit_test(symptoms_are_named),
        cmocka_unit_test(symptom_keeps_what_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
