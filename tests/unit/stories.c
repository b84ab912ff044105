/* Which reports do the tests of report/ render? See stories.h. */
#include "stories.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define TEXTS(...)                                                                                           \
    (const char *const[]) {                                                                                  \
        __VA_ARGS__                                                                                          \
    }
#define LINES(...)                                                                                           \
    (const struct guidance_line[]) {                                                                         \
        __VA_ARGS__                                                                                          \
    }

/* ---- a catalogue of our own, so that this test needs no other family's words ---- */

static const struct cause mra_causes[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "The domain is not in the certificate",
     .why = "Clients compare their service domain with the SANs.",
     .affects =
         LINES({.text = "Jabber: a certificate prompt at log-in"},
               {.text = "TC/CE endpoints and 7800/8800 phones: refuse to connect, nothing to click on"},
               {.text = NULL}),
     .fix = LINES(
         {.text =
              "On Expressway-E: Maintenance > Security > Server certificate > Generate CSR; enter the domain "
              "under "
              "Unified CM registrations domains, format CollabEdgeDNS."},
         {.text = "Have the CSR signed and upload the certificate on the same page."}, {.text = NULL}),
     .restart = LINES({.text = "Expressway-E: Maintenance > Restart options > Restart"}, {.text = NULL}),
     .source = TEXTS("Certificate guide X14.3, chapter 3", "Troubleshooting note, MRA", NULL)}};
static const struct check mra_check = {.id = "name.mra-domain",
                                       .title = "MRA domain in the Expressway-E certificate",
                                       .traits = 1u << TRAIT_ONE_OF,
                                       .source = TEXTS("Certificate guide X14.3, chapter 3", NULL),
                                       .causes = mra_causes,
                                       .cause_count = 1};

static const struct cause connect_causes[] = {
    {.id = "refused",
     .status = STATUS_FAIL,
     .title = "The port refuses connections",
     .affects = LINES({.text = "Every client that is sent to this address"}, {.text = NULL}),
     .fix = LINES({.text = "Allow TCP 5061 from anywhere to Expressway-E on the outer firewall."},
                  {.text = "On Expressway-E: Configuration > Protocols > SIP: TLS mode On, port 5061."},
                  {.text = NULL}),
     .restart = LINES({.text = NULL}),
     .source = TEXTS("field-facts 1.2", NULL)}};
static const struct check connect_check = {.id = "net.connect",
                                           .title = "TCP connection",
                                           .traits =
                                               1u << TRAIT_TITLE_TELLS | 1u << TRAIT_ALIKE | 1u << TRAIT_GATE,
                                           .source = TEXTS("field-facts 1.2", NULL),
                                           .causes = connect_causes,
                                           .cause_count = 1};

static const struct cause tunnel_causes[] = {
    {.id = "missing-intermediate",
     .status = STATUS_FAIL,
     .title = "An intermediate CA is missing from the trust list, so the SSH tunnels stay down",
     .affects =
         LINES({.text = "Everybody who logs in through MRA, though the zone is active"}, {.text = NULL}),
     .fix = LINES(
         {.text = "Fetch the CA certificate named under missing."},
         {.text =
              "On Expressway-C: Maintenance > Security > Trusted CA certificate > Append CA certificate."},
         {.text = NULL}),
     .restart = LINES({.text = "Nothing; the tunnels come back within a minute"}, {.text = NULL}),
     .source = TEXTS("Troubleshooting note", "field-facts 2", NULL)}};
static const struct check tunnel_check = {.id = "chain.ssh-tunnel",
                                          .title = "Trusted for the SSH tunnel",
                                          .traits = 1u << TRAIT_CHAIN,
                                          .source = TEXTS(NULL),
                                          .causes = tunnel_causes,
                                          .cause_count = 1};

static const struct cause expiry_causes[] = {
    {.id = "expires-soon",
     .status = STATUS_WARN,
     .title = "The certificate expires soon",
     .affects = LINES({.text = "Everybody, on that day"}, {.text = NULL}),
     .fix = LINES({.text = "Renew it now."}, {.text = NULL}),
     .restart = LINES({.text = NULL}),
     .source = TEXTS("Renewal guide", NULL)},
    {.id = "expires-critical",
     .status = STATUS_FAIL,
     .title = "The certificate expires in days",
     .affects = LINES({.text = "Everybody, on that day"}, {.text = NULL}),
     .fix = LINES({.text = "Renew it now."}, {.text = NULL}),
     .restart = LINES({.text = NULL}),
     .source = TEXTS("Renewal guide", NULL)}};
static const struct check expiry_check = {.id = "cert.validity",
                                          .title = "Validity",
                                          .traits = 1u << TRAIT_EXPIRY,
                                          .source = TEXTS("RFC 5280", NULL),
                                          .causes = expiry_causes,
                                          .cause_count = 2};

static const struct check verify_check = {
    .id = "name.tls-verify", .title = "TLS verify subject name", .source = TEXTS("field-facts 2", NULL)};

static const struct cause edge_causes[] = {
    {.id = "status-502",
     .status = STATUS_FAIL,
     .title = "Expressway-E cannot reach Expressway-C",
     .affects = LINES({.text = "Everybody who logs in"}, {.text = NULL}),
     .fix = LINES({.text = "Look at Status > Unified Communications > SSH tunnels."}, {.text = NULL}),
     .restart = LINES({.text = NULL}),
     .source = TEXTS("field-facts 1.4", NULL)}};
static const struct check edge_check = {.id = "mra.edge-sso",
                                        .traits = 1u << TRAIT_TITLE_TELLS,
                                        .title = "get_edge_sso",
                                        .source = TEXTS("field-facts 1.3", NULL),
                                        .causes = edge_causes,
                                        .cause_count = 1};

static const struct cause srv_causes[] = {
    {.id = "nxdomain",
     .status = STATUS_FAIL,
     .title = "The domain has no _collab-edge record",
     .affects = LINES({.text = "Every client outside"}, {.text = NULL}),
     .fix = LINES({.text = "Add the SRV record to the public zone."}, {.text = NULL}),
     .restart = LINES({.text = NULL}),
     .source = TEXTS("Deployment guide", NULL)}};
static const struct check srv_check = {.id = "dns.collab-edge-srv",
                                       .traits = 1u << TRAIT_DISCOVERY,
                                       .title = "SRV",
                                       .source = TEXTS("RFC 2782", NULL),
                                       .causes = srv_causes,
                                       .cause_count = 1};

/* ---- a report under construction ---- */

static void story_open(struct story *s, struct facts *facts) {
    *s = (struct story){.facts = facts, .findings = findings_new()};
    s->report = (struct report){.facts = facts, .findings = s->findings, .outcomes = &s->outcomes};
}

const struct report *story_told(struct story *s) {
    s->report.faults = faults_of(s->facts, s->findings, &s->outcomes);
    return &s->report;
}

void story_close(struct story *s) {
    findings_free(s->findings);
    facts_free(s->facts);
}

static const char *const no_texts[] = {NULL};

static struct finding *tell(struct story *s, const struct check *check, int cause, enum status status,
                            const char *subject, const char *summary) {
    struct finding *f = ARENA_NEW(s->findings->arena, struct finding);
    f->check = check;
    f->cause = cause < 0 ? NULL : &check->causes[cause];
    f->status = f->cause != NULL ? f->cause->status : status;
    f->subject = arena_text(s->findings->arena, subject);
    f->summary = arena_text(s->findings->arena, summary);
    f->evidence = evidence_new(s->findings);
    f->affects = f->fix = f->restart = no_texts;
    if (f->cause != NULL) {
        f->affects = lines_fill(s->findings->arena, f->cause->affects, &nobody);
        struct steps steps = steps_fill(s->findings->arena, f->cause->fix, &nobody);
        f->fix = steps.texts;
        f->steps = steps.v;
        f->restart = lines_fill(s->findings->arena, f->cause->restart, &nobody);
    }
    for (size_t i = 0; i < s->facts->endpoints.n && subject != NULL; i++)
        if (strcmp(s->facts->endpoints.v[i]->id, subject) == 0) {
            f->endpoint = s->facts->endpoints.v[i];
            f->node = f->endpoint->host;
            f->zone = f->endpoint->zone;
        }
    LIST_ADD(s->findings->arena, s->findings, f);
    return f;
}

static struct finding *fails(struct story *s, const struct check *check, const char *subject,
                             const char *summary) {
    return tell(s, check, 0, STATUS_FAIL, subject, summary);
}

static struct outcome *concludes(struct story *s, const char *id, const char *title, enum outcome_state state,
                                 const char *summary, const struct finding *because) {
    struct outcome *o = ARENA_NEW(s->findings->arena, struct outcome);
    o->id = id;
    o->title = title;
    o->state = state;
    o->now = state == OUTCOME_AT_RISK;
    o->summary = arena_text(s->findings->arena, summary);
    if (because != NULL)
        LIST_ADD(s->findings->arena, &o->because, (void *)because);
    LIST_ADD(s->findings->arena, &s->outcomes, o);
    return o;
}

char *render(const struct story *s, const char *format, int verbose, bool color) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct report_style style = {.color = color, .width = 80, .verbose = verbose};
    struct report report = s->report;
    report.faults = faults_of(s->facts, s->findings, &s->outcomes);
    assert_true(format_find(format)->write(&report, &style, out));
    fclose(out);
    return text;
}

/* ---- stories ---- */

void tell_broken(struct story *s) {
    story_open(s, healthy_facts());
    tcp_fails(s->facts, endpoint_of(s->facts, "expe2.example.com:5061"), TCP_REFUSED);
    struct finding *refused =
        fails(s, &connect_check, "expe2.example.com:5061", "203.0.113.11 refuses connections to port 5061");
    evidence_text(refused, "wanted", "connected");
    evidence_text(refused, "found", "refused");
    struct finding *name = NULL;
    const char *const subjects[] = {EDGE1_HTTPS, EDGE2_HTTPS};
    for (size_t i = 0; i < 2; i++) {
        struct finding *f =
            fails(s, &mra_check, subjects[i], "None of the names in the certificate stands for example.com");
        evidence_add(f, "wanted", "example.com");
        evidence_add(f, "wanted", "collab-edge.example.com");
        evidence_add(f, "found", i == 0 ? "DNS:expe1.example.com" : "DNS:expe2.example.com");
        evidence_add(f, "found", "DNS:expe.example.com");
        name = name == NULL ? f : name;
    }
    struct finding *soon =
        tell(s, &expiry_check, 0, STATUS_WARN, EDGE1_HTTPS, "12 days are left until 2026-12-03");
    evidence_int(soon, "days_left", 12);
    tell(s, &verify_check, -1, STATUS_UNKNOWN, "zone:mra",
         "Expressway-C's certificate is not visible from here; give it in the deployment file or use listen");
    tell(s, &srv_check, -1, STATUS_PASS, DOMAIN, "_collab-edge._tls.example.com leads to 2 targets");
    tell(s, &expiry_check, -1, STATUS_PASS, EDGE2_HTTPS, "300 days are left");
    tell(s, &tunnel_check, -1, STATUS_SKIP, EDGE1_HTTPS, "no trust list of Expressway-C was given");
    concludes(
        s, "jabber-login", "Jabber log-in", OUTCOME_AT_RISK,
        "Jabber can log in, with trouble: The domain is not in the certificate (expe1.example.com:8443)",
        name);
    concludes(s, "tc-endpoint-login", "TC/CE endpoint log-in", OUTCOME_FAILS,
              "TC/CE endpoints cannot log in: The domain is not in the certificate (expe1.example.com:8443)",
              name);
    concludes(s, "sip-registration", "SIP registration", OUTCOME_AT_RISK,
              "SIP registration is at risk: The port refuses connections (expe2.example.com:5061)", refused);
    concludes(s, "xmpp-messaging", "XMPP messaging", OUTCOME_WORKS, "XMPP messaging can work", NULL);
}

void tell_tunnel(struct story *s) {
    story_open(s, healthy_deployment());
    struct finding *f = fails(s, &tunnel_check, "expressway-e:expe1.example.com",
                              "Expressway-C's trust list lacks the CA that issued expe1's certificate");
    f->zone = "mra";
    f->node = EDGE1;
    evidence_set(f, "missing",
                 json_pack("[{s:s, s:s, s:s, s:s, s:s}]", "subject", "CN=Example Issuing CA,O=Example", "ski",
                           "0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9:0A:1B:2C:3D", "sha256",
                           "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "aia",
                           "http://ca.example.com/issuing.cer", "upload_to", "expressway-c"));
    concludes(s, "traversal-zone", "Traversal zone", OUTCOME_WORKS, "The traversal zone comes up", NULL)
        ->subject = EDGE1;
    concludes(s, "ssh-tunnel", "SSH tunnels", OUTCOME_FAILS,
              "The SSH tunnels stay down: An intermediate CA is missing (expressway-e:expe1.example.com)", f)
        ->subject = EDGE1;
}

/* Seen from outside: the edge answers 502, what lies behind it is down. */
void tell_edge_alone(struct story *s) {
    story_open(s, healthy_facts());
    for (size_t i = 0; i < s->facts->endpoints.n; i++)
        for (size_t k = 0; k < s->facts->endpoints.v[i]->http.n; k++)
            s->facts->endpoints.v[i]->http.v[k]->server = arena_text(s->facts->arena, "CE_E");
    const struct finding *f = fails(s, &edge_check, EDGE1_HTTPS, "get_edge_sso is answered with 502 by CE_E");
    fails(s, &edge_check, EDGE2_HTTPS, "get_edge_sso is answered with 502 by CE_E");
    concludes(s, "jabber-login", "Jabber log-in", OUTCOME_FAILS,
              "Jabber cannot log in: Expressway-E cannot reach Expressway-C (expe1.example.com:8443)", f);
}

/* No SRV record: nothing was connected to. */
void tell_nowhere(struct story *s) {
    story_open(s, healthy_facts());
    s->facts->endpoints.n = 0;
    query_fails(query_of(s->facts, SRV_NAME, DNS_SRV), DNS_NXDOMAIN);
    struct finding *f = fails(s, &srv_check, DOMAIN, "_collab-edge._tls.example.com does not exist");
    evidence_text(f, "found", "nxdomain");
    concludes(s, "jabber-login", "Jabber log-in", OUTCOME_FAILS,
              "Jabber cannot log in: The domain has no _collab-edge record (example.com)", f);
}

void tell_untried(struct story *s) {
    story_open(s, healthy_deployment());
    size_t kept = 0;
    for (size_t i = 0; i < s->facts->endpoints.n; i++)
        if (s->facts->endpoints.v[i]->leg == LEG_CLIENT)
            s->facts->endpoints.v[kept++] = s->facts->endpoints.v[i];
    s->facts->endpoints.n = kept;
    tell(s, &verify_check, -1, STATUS_UNKNOWN, "zone:mra", "Expressway-C's certificate is not visible");
    concludes(s, "traversal-zone", "Traversal zone", OUTCOME_UNKNOWN,
              "Whether the traversal zone comes up is not known: this run could not look at it", NULL);
}

void tell_healthy(struct story *s) {
    story_open(s, healthy_facts());
    tell(s, &srv_check, -1, STATUS_PASS, DOMAIN, "two targets");
    tell(s, &mra_check, -1, STATUS_PASS, EDGE1_HTTPS, "example.com is in the certificate");
    concludes(s, "jabber-login", "Jabber log-in", OUTCOME_WORKS, "Jabber can log in", NULL);
    concludes(s, "sip-registration", "SIP registration", OUTCOME_WORKS, "SIP registration can work", NULL);
}

/* Evidence as a judge would build it: the JSON library takes no control characters raw, but takes all UTF-8.
 */
static void hostile_evidence(struct finding *f, const char *text) {
    evidence_text(f, "wanted", text);
    evidence_add(f, "found", text);
    evidence_add(f, "found", "expe1.example.com");
    evidence_set(f, "missing",
                 json_pack("[{s:s, s:s, s:{s:{s:[s]}}}]", "subject", text, "aia", text, "deep", "deeper",
                           "list", text));
}

void tell_hostile(struct story *s, const char *text) {
    story_open(s, healthy_facts());
    struct arena *a = s->facts->arena;
    struct endpoint *e = s->facts->endpoints.v[1];
    e->id = arena_printf(a, "%s:5061", text);
    e->host = e->address = arena_text(a, text);
    s->facts->run.target = arena_text(a, text);
    for (size_t i = 0; i < s->facts->endpoints.n; i++) {
        s->facts->endpoints.v[i]->tls.chain.v[0]->subject = arena_printf(a, "CN=%s", text);
        s->facts->endpoints.v[i]->tls.chain.v[0]->not_after -= (int)i;
    }
    tcp_fails(s->facts, e, TCP_REFUSED);
    struct finding *first = NULL;
    for (size_t i = 0; i < 30; i++) {
        struct finding *f = tell(s, i < 15 ? &mra_check : &expiry_check, 0, STATUS_FAIL, text, text);
        f->address = f->node = f->zone = f->domain = f->subject;
        f->endpoint = i == 0 ? e : NULL;
        hostile_evidence(f, i % 2 == 0 ? text : "other");
        first = first == NULL ? f : first;
    }
    tell(s, &verify_check, -1, STATUS_UNKNOWN, text, text);
    tell(s, &srv_check, -1, STATUS_PASS, text, text);
    tell(s, &tunnel_check, -1, STATUS_SKIP, text, text);
    concludes(s, "jabber-login", "Jabber log-in", OUTCOME_FAILS, text, first)->subject = first->subject;
    concludes(s, "xmpp-messaging", "XMPP messaging", OUTCOME_WORKS, text, NULL)->subject = first->subject;
    concludes(s, "sip-registration", "SIP registration", OUTCOME_UNKNOWN, text, NULL)->subject =
        first->subject;
}

const story_fn stories[] = {tell_broken,  tell_tunnel, tell_edge_alone, tell_nowhere, tell_untried,
                            tell_healthy, NULL};
