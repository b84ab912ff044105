/* Does guidance speak of the right box, and does every line of it have somebody to speak to? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "checks/advice.h"
#include "healthy.h"

/* ---- conditions and blanks ---- */

static struct arena *arena;

static int arena_open(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int arena_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

#define E_BIT (1u << ROLE_EXPRESSWAY_E)
#define C_BIT (1u << ROLE_EXPRESSWAY_C)

static const struct subject edge = {.role = ROLE_EXPRESSWAY_E,
                                    .zone = -1,
                                    .leg = LEG_CLIENT,
                                    .port = 8443,
                                    .release = 150300,
                                    .clustered = CLAIM_NO,
                                    .acme = CLAIM_YES};

static void lines_are_filled(void **state) {
    (void)state;
    static const struct {
        const char *text;
        struct condition when;
        const struct subject *of;
        const char *wanted; /* NULL: left out */
    } rows[] = {
        {"{box}: do", {0}, &edge, "Expressway-E: do"},
        {"{box}: do", {0}, &nobody, "The box: do"},
        {"{box}: do", {.roles = C_BIT}, &nobody, "Expressway-C: do"},
        {"{box}: do", {.roles = E_BIT | C_BIT}, &nobody, "The Expressway: do"},
        {"Do", {.roles = E_BIT | C_BIT}, &nobody, "On an Expressway: Do"},
        {"Do", {.roles = C_BIT}, &edge, NULL},
        {"Do", {.roles = E_BIT | C_BIT}, &edge, "Do"},
        {"Do", {.clustered = CLAIM_YES}, &edge, NULL},
        {"Do", {.clustered = CLAIM_NO}, &edge, "Do"},
        {"Do", {.clustered = CLAIM_YES}, &nobody, "In a cluster: Do"},
        {"Do", {.acme = CLAIM_YES}, &edge, "Do"},
        {"Do", {.sso = CLAIM_YES}, &edge, "With single sign-on: Do"},
        {"Do", {.before = 150400}, &edge, "Do"},
        {"Do", {.before = 150300}, &edge, NULL},
        {"Do", {.from = 150300}, &edge, "Do"},
        {"Do", {.from = 150400}, &edge, NULL},
        {"Do", {.from = 140008, .before = 140300}, &nobody, "From X14.0.8, before X14.3: Do"},
        {"Do", {.ports = {5061, 8443}}, &edge, "Do"},
        {"Do", {.ports = {5061}}, &edge, NULL},
        {"Do", {.ports = {5061, 5062}}, &nobody, "Port 5061 or 5062: Do"},
        {"Do", {.legs = 1u << LEG_TUNNEL}, &edge, NULL},
        {"Do", {.zones = 1u << ZONE_NEIGHBOR}, &edge, "For a neighbor zone: Do"},
        {"Do", {.zones = 1u << ZONE_NEIGHBOR, .roles = C_BIT}, &edge, NULL},
        {"Enter {domain} on {node}", {0}, &edge, "Enter <service domain> on the node"},
        {"unknown_ca: do", {0}, &edge, "unknown_ca: do"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct guidance_line lines[] = {{.text = rows[i].text, .when = rows[i].when}, {.text = NULL}};
        const char *const *filled = lines_fill(arena, lines, rows[i].of);
        if (rows[i].wanted == NULL ? filled[0] != NULL
                                   : filled[0] == NULL || strcmp(filled[0], rows[i].wanted) != 0)
            fail_msg("row %zu: wanted \"%s\", found \"%s\"", i,
                     rows[i].wanted == NULL ? "nothing" : rows[i].wanted,
                     filled[0] == NULL ? "nothing" : filled[0]);
    }
}

static void a_choice_of_one_is_none(void **state) {
    (void)state;
    static const struct guidance_line lines[] = {
        {.text = "Look"},
        {.text = "Upgrade", .marks = {.option = 'A'}, .when = {.before = 150400}},
        {.text = "Buy", .marks = {.option = 'B'}},
        {.text = "Install", .marks = {.option = 'B'}},
        {.text = NULL}};
    struct subject newer = edge;
    newer.release = 150500;
    const char *const *both = lines_fill(arena, lines, &edge), *const *one = lines_fill(arena, lines, &newer);
    assert_string_equal(both[0], "Look");
    assert_string_equal(both[1], "Option A: Upgrade");
    assert_string_equal(both[2], "Option B: Buy");
    assert_string_equal(both[3], "Option B: Install");
    assert_null(both[4]);
    assert_string_equal(one[1], "Buy");
    assert_string_equal(one[2], "Install");
    assert_null(one[3]);
}

/* A line that is left out takes its boxes along; one that is told twice keeps those of the first. */
static void boxes_go_with_their_steps(void **state) {
    (void)state;
    static const struct guidance_line lines[] = {
        {.text = "Later", .marks = {.on = STEP_DNS}, .when = {.from = 150400}},
        {.text = "Look", .marks = {.on = STEP_DNS | STEP_FIREWALL << STEP_BOX_BITS}},
        {.text = "Look", .marks = {.on = STEP_CA}},
        {.text = "Mend", .marks = {.on = STEP_BOX}},
        {.text = "Wait"},
        {.text = NULL}};
    struct steps steps = steps_fill(arena, lines, &edge);
    assert_string_equal(steps.texts[0], "Look");
    assert_int_equal(steps.v[0].marks.on, STEP_DNS | STEP_FIREWALL << STEP_BOX_BITS);
    assert_string_equal(steps.texts[1], "Mend");
    assert_int_equal(steps.v[1].marks.on, STEP_BOX);
    assert_string_equal(steps.texts[2], "Wait");
    assert_int_equal(steps.v[2].marks.on, STEP_NOTHING);
    assert_null(steps.texts[3]);
}

/* ---- purposes ---- */

static void ports_tell_the_purpose(void **state) {
    (void)state;
    static const struct {
        enum role role;
        int port;
        bool ecdsa;
        const char *purpose;
    } rows[] = {{ROLE_UCM, 8443, false, "tomcat"},      {ROLE_UCM, 8443, true, "tomcat-ecdsa"},
                {ROLE_IMP, 8443, false, "tomcat"},      {ROLE_UCM, 5061, false, "callmanager"},
                {ROLE_UCM, 6972, true, "tomcat-ecdsa"}, {ROLE_UCM, 6972, false, "tomcat"},
                {ROLE_UCM, 5091, false, "tomcat"},      {ROLE_IMP, 5061, false, "cup"},
                {ROLE_IMP, 5061, true, "cup"},          {ROLE_IMP, 5222, false, "cup-xmpp"},
                {ROLE_IMP, 7400, false, "cup-xmpp"},    {ROLE_IMP, 5269, false, "cup-xmpp-s2s"},
                {ROLE_UCM, 3804, false, "capf"},        {ROLE_UCM, 2445, false, "tvs"},
                {ROLE_UCM, 7400, false, NULL},          {ROLE_EXPRESSWAY_E, 8443, false, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct purpose *found = purpose_on_port(rows[i].role, rows[i].port, rows[i].ecdsa);
        if (rows[i].purpose == NULL)
            assert_null(found);
        else
            assert_ptr_equal(found, purpose_named(rows[i].purpose));
    }
}

static const char *const *plan_of(const char *purpose, enum role role, enum claim ha, enum claim sso) {
    static const struct guidance_line services[] = {{.text = "{services}"}, {.text = NULL}};
    struct subject subject = nobody;
    subject.role = role;
    subject.ha = ha;
    subject.sso = sso;
    subject.purpose = purpose_named(purpose);
    return lines_fill(arena, services, &subject);
}

static size_t place_of(const char *const *lines, const char *what) {
    size_t i = 0;
    while (lines[i] != NULL && strstr(lines[i], what) == NULL)
        i++;
    return lines[i] == NULL ? SIZE_MAX : i;
}

/* IM and Presence regeneration note: high availability off, SIP Proxy, Presence Engine, then SIP federation.
 */
static void services_come_in_their_order(void **state) {
    (void)state;
    static const struct {
        const char *purpose;
        enum role role;
        enum claim ha, sso;
        const char *order[6];
    } rows[] = {
        {"cup",
         ROLE_IMP,
         CLAIM_YES,
         CLAIM_NO,
         {"untick Enable High", "Cisco SIP Proxy", "Presence Engine", "SIP Federation",
          "tick Enable High Availability again"}},
        {"cup", ROLE_IMP, CLAIM_NO, CLAIM_NO, {"Cisco SIP Proxy", "Presence Engine", "SIP Federation"}},
        {"cup-xmpp", ROLE_IMP, CLAIM_YES, CLAIM_NO, {"untick Enable High", "Cisco XCP Router"}},
        {"cup-xmpp-s2s",
         ROLE_IMP,
         CLAIM_NO,
         CLAIM_NO,
         {"Cisco XCP Router", "XMPP Federation Connection Manager"}},
        {"ipsec",
         ROLE_UCM,
         CLAIM_NO,
         CLAIM_NO,
         {"Publisher, Cisco Unified Serviceability > Tools > Control Center - Network Services: Restart "
          "Cisco DRF Primary",
          "Cisco DRF Local"}},
        {"tomcat",
         ROLE_UCM,
         CLAIM_NO,
         CLAIM_YES,
         {"disable it", "utils service restart Cisco Tomcat", "Cisco SSOSP Tomcat", "identity provider"}},
        {"callmanager",
         ROLE_UCM,
         CLAIM_NO,
         CLAIM_NO,
         {"Not together with TVS", "Cisco CallManager", "Cisco CTIManager", "Cisco HAProxy"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const *plan = plan_of(rows[i].purpose, rows[i].role, rows[i].ha, rows[i].sso);
        size_t before = 0;
        for (size_t k = 0; k < 6 && rows[i].order[k] != NULL; k++) {
            size_t at = place_of(plan, rows[i].order[k]);
            if (at == SIZE_MAX || at < before)
                fail_msg("%s: \"%s\" is not where it belongs", rows[i].purpose, rows[i].order[k]);
            before = at;
        }
    }
    assert_int_equal(place_of(plan_of("cup", ROLE_IMP, CLAIM_NO, CLAIM_NO), "High Availability"), SIZE_MAX);
    assert_int_equal(place_of(plan_of("tomcat", ROLE_UCM, CLAIM_NO, CLAIM_NO), "SSOSP"), SIZE_MAX);
    assert_int_equal(place_of(plan_of("tomcat", ROLE_IMP, CLAIM_NO, CLAIM_NO), "HAProxy"), SIZE_MAX);
}

/* ---- every line of the catalogue ---- */

/* What there is: whose port on which leg. */
static const struct {
    enum role role;
    int leg, port;
} places[] = {{ROLE_EXPRESSWAY_E, LEG_CLIENT, 8443},
              {ROLE_EXPRESSWAY_E, LEG_CLIENT, 5061},
              {ROLE_EXPRESSWAY_E, LEG_CLIENT, 5222},
              {ROLE_EXPRESSWAY_E, LEG_ZONE, 7001},
              {ROLE_EXPRESSWAY_E, LEG_TUNNEL, 2222},
              {ROLE_EXPRESSWAY_E, LEG_ADMIN, 443},
              {ROLE_EXPRESSWAY_C, LEG_ADMIN, 443},
              {ROLE_EXPRESSWAY_E, -1, 0},
              {ROLE_EXPRESSWAY_C, -1, 0},
              {ROLE_UCM, LEG_UCM, 8443},
              {ROLE_UCM, LEG_UCM, 5061},
              {ROLE_UCM, LEG_UCM, 6972},
              {ROLE_IMP, LEG_IMP, 8443},
              {ROLE_IMP, LEG_IMP, 7400},
              {ROLE_NONE, LEG_NEIGHBOR, 5061},
              {ROLE_NONE, -1, 0}};
static const int releases[] = {120600, 140008, 140200, 140300, 150300, 150400, 150500};
enum { PLACES = sizeof places / sizeof *places, RELEASES = sizeof releases / sizeof *releases, CLAIMS = 16 };

/* claims: clustered, acme, sso, ha by bit. */
static struct subject subject_at(size_t place, int zone, int release, unsigned claims) {
    struct subject s = nobody;
    s.role = places[place].role;
    s.leg = places[place].leg;
    s.port = places[place].port;
    s.zone = zone;
    s.release = release;
    s.clustered = (claims & 1u) != 0 ? CLAIM_YES : CLAIM_NO;
    s.acme = (claims & 2u) != 0 && s.role == ROLE_EXPRESSWAY_E ? CLAIM_YES : CLAIM_NO;
    s.sso = (claims & 4u) != 0 ? CLAIM_YES : CLAIM_NO;
    s.ha = (claims & 8u) != 0 ? CLAIM_YES : CLAIM_NO;
    s.purpose = s.role == ROLE_UCM || s.role == ROLE_IMP ? purpose_on_port(s.role, s.port, false) : NULL;
    return s;
}

static bool is_about(const struct check *check, enum role role) {
    return check->roles == 0 || (check->roles >> role & 1u) != 0;
}

/* For all that is known, and nothing is open. */
static bool holds(const struct condition *when, const struct subject *s) {
    char *open = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&open, &size);
    condition_put_open(out, when, s, false);
    fclose(out);
    free(open);
    return size == 0 && !condition_fails(when, s);
}

static bool holds_for_somebody(const struct check *check, const struct condition *when) {
    for (size_t p = 0; p < PLACES; p++)
        for (int zone = is_about(check, places[p].role) ? -1 : ZONE_NEIGHBOR + 1; zone <= ZONE_NEIGHBOR;
             zone++)
            for (size_t r = 0; r < RELEASES; r++)
                for (unsigned claims = 0; claims < CLAIMS; claims++) {
                    struct subject s = subject_at(p, zone, releases[r], claims);
                    if (holds(when, &s))
                        return true;
                }
    return false;
}

typedef void (*lines_visitor)(const struct check *check, const struct cause *cause, const char *what,
                              const struct guidance_line *lines);

static void each_list(lines_visitor visit) {
    for (size_t i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
        const struct cause *cause = cause_of((enum cause_id)i);
        const struct check *check = check_of(cause->check);
        visit(check, cause, "affects", cause->affects);
        visit(check, cause, "fix", cause->fix);
        visit(check, cause, "restart", cause->restart);
    }
}

static void assert_spoken(const struct check *check, const struct cause *cause, const char *what,
                          const struct guidance_line *lines) {
    for (size_t i = 0; lines[i].text != NULL; i++)
        if (!holds_for_somebody(check, &lines[i].when))
            fail_msg("%s/%s, %s: for whom is \"%s\"?", check->id, cause->id, what, lines[i].text);
}

static void every_line_is_for_somebody(void **state) {
    (void)state;
    each_list(assert_spoken);
}

static const char *fault_of(const char *text) {
    static const char *const never[] = {
        "{", "}", "$", "DOMAIN", "named under upload_to", "The services of the certificate"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strstr(text, never[i]) != NULL)
            return never[i];
    return NULL;
}

static void assert_filled(const struct check *check, const struct cause *cause, const char *what,
                          const struct guidance_line *lines) {
    struct arena *scratch = arena_new();
    for (size_t p = 0; p < PLACES; p++)
        for (unsigned claims = 0; is_about(check, places[p].role) && claims < CLAIMS; claims += CLAIMS - 1) {
            struct subject s = subject_at(p, ZONE_UC_TRAVERSAL, 150500, claims);
            const char *const *filled = lines_fill(scratch, lines, &s);
            for (size_t i = 0; filled[i] != NULL; i++)
                if (fault_of(filled[i]) != NULL && s.role != ROLE_NONE)
                    fail_msg("%s/%s, %s: \"%s\" in \"%s\"", check->id, cause->id, what, fault_of(filled[i]),
                             filled[i]);
            if (strcmp(what, "fix") == 0 && filled[0] == NULL && cause->status != STATUS_INFO &&
                s.leg != LEG_ADMIN)
                fail_msg("%s/%s: no step for %s on leg %d, port %d", check->id, cause->id,
                         enum_text(roles, (int)s.role), s.leg, s.port);
        }
    arena_free(scratch);
}

static void every_line_is_filled_for_everybody(void **state) {
    (void)state;
    each_list(assert_filled);
}

static void nobody_gets_menus_of_another_product(void **state) {
    (void)state;
    struct arena *scratch = arena_new();
    for (size_t i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
        const struct cause *cause = cause_of((enum cause_id)i);
        const struct check *check = check_of(cause->check);
        for (enum role role = ROLE_UCM; is_about(check, role) && role <= ROLE_IMP; role++) {
            struct subject s = subject_at(role == ROLE_UCM ? 9 : 12, -1, 150500, 0);
            const char *const *fix = lines_fill(scratch, cause->fix, &s);
            for (size_t k = 0; fix[k] != NULL; k++)
                if (strncmp(fix[k], "Unified CM: Maintenance", 23) == 0 ||
                    strncmp(fix[k], "IM and Presence: Maintenance", 28) == 0)
                    fail_msg("%s/%s: \"%s\"", check->id, cause->id, fix[k]);
        }
    }
    arena_free(scratch);
}

/* ---- whole findings ---- */

static struct cert *c_cert(struct facts *facts) {
    return facts->deployment->c.nodes.v[0]->certificate.v[0];
}

static void c_without_name(struct facts *facts) {
    c_cert(facts)->common_name = NULL;
}

static void e_without_name(struct facts *facts) {
    leaf_of(facts, EDGE1_HTTPS)->common_name = NULL;
}

static void ucm_without_usage(struct facts *facts) {
    leaf_of(facts, UCM1_HTTPS)->has_eku = false;
    leaf_of(facts, UCM1_HTTPS)->eku.n = 0;
}

static void c_expired(struct facts *facts) {
    c_cert(facts)->not_after = facts->run.at - DAY;
}

static void e_expired(struct facts *facts) {
    leaf_of(facts, EDGE1_HTTPS)->not_after = facts->run.at - DAY;
}

static void imp_expired(struct facts *facts) {
    leaf_of(facts, IMP1_HTTPS)->not_after = facts->run.at - DAY;
}

static void peer_renamed(struct facts *facts) {
    cert_drop_name(leaf_of(facts, EDGE1_ZONE), EDGE1);
    leaf_of(facts, EDGE1_ZONE)->common_name = (char *)"edge";
}

static void neighbor_renamed(struct facts *facts) {
    facts->deployment->zones.v[0]->type = ZONE_NEIGHBOR;
    peer_renamed(facts);
}

static void domain_gone(struct facts *facts) {
    cert_drop_name(leaf_of(facts, EDGE1_HTTPS), DOMAIN);
}

static void no_srv(struct facts *facts) {
    query_fails(query_of(facts, SRV_NAME, DNS_SRV), DNS_NXDOMAIN);
    facts->run.vantage = VANTAGE_EXTERNAL;
}

static void zone_port_silent(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_ZONE), TCP_TIMEOUT);
    endpoint_of(facts, EDGE1_HTTPS)->http.n = 0; /* nothing proves the tunnel */
}

enum where { AFFECTS, FIX, RESTART };

static const struct {
    const char *what;
    void (*break_it)(struct facts *);
    const char *check, *subject; /* NULL: any */
    enum where where;
    const char *says;  /* in one of the lines */
    const char *never; /* in none of them; NULL: nothing of the kind */
} speeches[] = {
    {"C's certificate is made anew on C", c_without_name, "name.common-name", "expc1.example.local", FIX,
     "Expressway-C: Maintenance > Security > Server certificate > Generate CSR",
     "Expressway-E: Maintenance > Security > Server"},
    {"E's on E", e_without_name, "name.common-name", EDGE1_HTTPS, FIX,
     "Expressway-E: Maintenance > Security > Server certificate > Generate CSR",
     "Expressway-C: Maintenance > Security > Server"},
    {"Unified CM has its own menus", ucm_without_usage, "cert.eku", UCM1_HTTPS, FIX,
     "Unified CM: Cisco Unified OS Administration", "Maintenance > Security > Server certificate"},
    {"and its own services", ucm_without_usage, "cert.eku", UCM1_HTTPS, RESTART,
     "utils service restart Cisco Tomcat", "Maintenance > Restart"},
    {"IM and Presence, too", imp_expired, "cert.validity", IMP1_HTTPS, RESTART, "Cisco Tomcat",
     "Maintenance > Restart"},
    {"C's new CA goes to Unified CM", c_expired, "cert.validity", "expc1.example.local", FIX,
     "as tomcat-trust and as CallManager-trust", NULL},
    {"E's does not", e_expired, "cert.validity", EDGE1_HTTPS, FIX, "Expressway-C: the same CA certificates",
     "tomcat-trust"},
    {"a cluster first becomes permissive", e_expired, "cert.validity", EDGE1_HTTPS, FIX,
     "TLS verification mode Permissive", NULL},
    {"and strict at the end", e_expired, "cert.validity", EDGE1_HTTPS, RESTART,
     "TLS verification mode Enforce", NULL},
    {"a traversal zone has its test", peer_renamed, "name.peer-address", NULL, FIX, "Secure traversal test",
     "neighbor"},
    {"a traversal zone is named", peer_renamed, "name.peer-address", NULL, FIX,
     "Configuration > Zones > Zones > mra", NULL},
    {"a neighbor zone has none", neighbor_renamed, "name.peer-address", NULL, FIX,
     "The neighbor:", "traversal"},
    {"the domain is named", domain_gone, "name.mra-domain", EDGE1_HTTPS, FIX,
     "Unified CM registrations domains: example.com", "Expressway-C: Maintenance"},
    {"the record is spelled out", no_srv, "dns.collab-edge-srv", DOMAIN, FIX,
     "_collab-edge._tls.example.com. 3600 IN SRV 10 10 8443 expe1.example.com.", NULL},
    {"the firewall's rule is that of the port", zone_port_silent, "net.connect", EDGE1_ZONE, FIX, "port 7001",
     "any Internet address"},
    {"and so is who notices", zone_port_silent, "net.connect", EDGE1_ZONE, AFFECTS, "traversal zone",
     "messages"},
};

static void findings_speak_of_their_subject(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof speeches / sizeof *speeches; i++) {
        struct facts *facts = healthy_deployment();
        speeches[i].break_it(facts);
        struct findings *findings = judge_all(facts);
        const struct finding *f = find_finding(findings, speeches[i].check, speeches[i].subject);
        for (size_t k = 0; (f == NULL || f->cause == NULL) && k < findings->n; k++)
            if (strcmp(findings->v[k]->check->id, speeches[i].check) == 0 && findings->v[k]->cause != NULL &&
                speeches[i].subject == NULL)
                f = findings->v[k];
        if (f == NULL || f->cause == NULL) {
            fail_msg("%s: no such finding", speeches[i].what);
            return;
        }
        const char *const *lines = speeches[i].where == AFFECTS ? f->affects
                                   : speeches[i].where == FIX   ? f->fix
                                                                : f->restart;
        if (place_of(lines, speeches[i].says) == SIZE_MAX) {
            for (size_t k = 0; lines[k] != NULL; k++)
                print_error("  %s\n", lines[k]);
            fail_msg("%s: nothing says \"%s\"", speeches[i].what, speeches[i].says);
        }
        if (speeches[i].never != NULL && place_of(lines, speeches[i].never) != SIZE_MAX)
            fail_msg("%s: \"%s\"", speeches[i].what, lines[place_of(lines, speeches[i].never)]);
        findings_free(findings);
        facts_free(facts);
    }
}

/* Of an endpoint that was only asked for, the subject tells the port; a path or a bare IPv6 address has none.
 */
static void subjects_tell_ports(void **state) {
    (void)state;
    static const struct {
        const char *subject;
        int port;
    } subjects[] = {{"server.example.com:8443", 8443},
                    {"127.0.0.1:9", 9},
                    {"[2001:db8::1]:5061", 5061},
                    {"2001:db8::1", 0},
                    {"server", 0},
                    {"server:", 0},
                    {"server:65536", 0},
                    {"server:65535", 65535},
                    {"certs/e.pem:x", 0}};
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        const struct finding *f = find_cause(findings, CAUSE_NET_CONNECT_REFUSED,
                                             (struct about){.subject = subjects[i].subject}, "refused");
        int port = subject_of(facts, findings->arena, f).port;
        if (port != subjects[i].port)
            fail_msg("%s: port %d", subjects[i].subject, port);
    }
    findings_free(findings);
    facts_free(facts);
}

static struct finding *with_list(struct findings *findings, const char *key, size_t count,
                                 const char *format) {
    struct finding *f =
        find_cause(findings, CAUSE_HOST_LOG_FAILURE_LOGGED, (struct about){.subject = "x"}, "x");
    evidence_set(f, key, json_array());
    for (size_t i = 0; i < count; i++)
        evidence_add(f, key, arena_printf(findings->arena, format, (int)i));
    return f;
}

/* Four names are enough for a line; the rest is in the evidence. */
static void long_lists_are_cut(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct arena *a = findings->arena;
    assert_null(subject_of(facts, a, with_list(findings, "wanted", 0, "n%d")).values[PUT_NAME]);
    assert_string_equal(subject_of(facts, a, with_list(findings, "wanted", 1, "n%d")).values[PUT_NAME], "n0");
    assert_string_equal(subject_of(facts, a, with_list(findings, "wanted", 4, "n%d")).values[PUT_NAME],
                        "n0, n1, n2, n3");
    assert_string_equal(subject_of(facts, a, with_list(findings, "wanted", 6, "n%d")).values[PUT_NAME],
                        "n0, n1, n2, n3 and 2 more");
    assert_string_equal(subject_of(facts, a, with_list(findings, "found", 5, "DNS:n%d")).values[PUT_NAMES],
                        "n0, n1, n2, n3");
    assert_null(subject_of(facts, a, with_list(findings, "found", 2, "IP:%d")).values[PUT_NAMES]);
    assert_string_equal(
        subject_of(facts, a, with_list(findings, "dead", 2, "192.0.2.%d")).values[PUT_RECORDS],
        "192.0.2.0, 192.0.2.1");
    struct finding *f = with_list(findings, "dead", 2, "192.0.2.%d");
    evidence_text(f, "records", "these");
    assert_string_equal(subject_of(facts, a, f).values[PUT_RECORDS], "these");
    findings_free(findings);
    facts_free(facts);
}

static struct finding *lacking(struct findings *findings, size_t count, const char *upload_to) {
    struct finding *f =
        find_cause(findings, CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT, (struct about){.subject = "x"}, "x");
    json_t *missing = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(missing, json_pack("{s:s*, s:s}", "subject",
                                                 arena_printf(findings->arena, "CN=%d", (int)i), "upload_to",
                                                 upload_to));
    evidence_set(f, "missing", missing);
    return f;
}

/* Which CAs are missing, and on which box: by its name, or as one calls it. */
static void what_is_missing_is_named(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    struct arena *a = findings->arena;
    assert_string_equal(subject_of(facts, a, lacking(findings, 2, "expressway-c")).values[PUT_MISSING],
                        "\"CN=0\", \"CN=1\"");
    assert_string_equal(subject_of(facts, a, lacking(findings, 4, "expressway-c")).values[PUT_MISSING],
                        "\"CN=0\", \"CN=1\", \"CN=2\", \"CN=3\"");
    assert_string_equal(subject_of(facts, a, lacking(findings, 5, "expressway-c")).values[PUT_MISSING],
                        "\"CN=0\", \"CN=1\", \"CN=2\", \"CN=3\" and 1 more");
    assert_string_equal(subject_of(facts, a, lacking(findings, 1, "expressway-c")).values[PUT_UPLOAD_TO],
                        "Expressway-C");
    assert_string_equal(
        subject_of(facts, a, lacking(findings, 1, "expc1.example.local")).values[PUT_UPLOAD_TO],
        "Expressway-C expc1.example.local");
    assert_string_equal(subject_of(facts, a, lacking(findings, 1, UCM1)).values[PUT_UPLOAD_TO],
                        "Unified CM ucm1.example.local");
    assert_string_equal(subject_of(facts, a, lacking(findings, 1, "clients")).values[PUT_UPLOAD_TO],
                        "clients");
    struct finding *judged = lacking(findings, 0, "");
    evidence_text(judged, "judged_by", "expressway-e");
    assert_string_equal(subject_of(facts, a, judged).values[PUT_UPLOAD_TO], "Expressway-E");
    findings_free(findings);
    facts_free(facts);
}

/* A log names no CA, but with whom the box spoke, or the box itself where Unified CM refused it. */
static void a_log_tells_whose_certificate(void **state) {
    (void)state;
    static const struct {
        enum cause_id cause;
        const char *far, *box, *shown; /* NULL: nothing of the kind */
    } logs[] = {
        {CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT, "192.0.2.9:7001", "expc1.example.local",
         "root and intermediates above the certificate of 192.0.2.9"},
        {CAUSE_CHAIN_UCM_TRUST_NOT_IN_TOMCAT_TRUST, "192.0.2.9:8443", "expc1.example.local",
         "\"CN=Example Issuing CA,O=Example\", which issued the certificate of expc1.example.local, and the "
         "CAs above it"},
        {CAUSE_CHAIN_UCM_TRUST_NOT_IN_CALLMANAGER_TRUST, "192.0.2.9:5061", "expc1.example.local",
         "\"CN=Example Issuing CA,O=Example\", which issued the certificate of expc1.example.local, and the "
         "CAs above it"},
        {CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT, NULL, "expc1.example.local", NULL}};
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct finding *f = find_cause(findings, logs[i].cause, (struct about){.subject = "x"}, "x");
        evidence_text(f, "box", logs[i].box);
        evidence_set(f, "log", json_pack("[{s:s*}]", "far", logs[i].far));
        const char *shown = subject_of(facts, findings->arena, f).values[PUT_MISSING];
        if (!text_same_case_blind(shown, logs[i].shown))
            fail_msg("log %zu: %s", i, text_or(shown, "nothing"));
        findings_free(findings);
        facts_free(facts);
    }
}

/* What a deployment file says is known; what it does not say may be. */
static void claims_follow_the_deployment(void **state) {
    (void)state;
    static const struct {
        const char *node;
        bool has_file, is_named;
        size_t nodes;
        enum claim clustered;
    } clusters[] = {{EDGE1, true, true, 1, CLAIM_YES},  {EDGE1, true, false, 2, CLAIM_YES},
                    {EDGE1, true, false, 1, CLAIM_NO},  {EDGE1, false, false, 1, CLAIM_ANY},
                    {EDGE1, false, true, 1, CLAIM_YES}, {"expc1.example.local", true, false, 1, CLAIM_NO},
                    {UCM1, true, true, 1, CLAIM_NO},    {IMP1, true, true, 1, CLAIM_NO}};
    for (size_t i = 0; i < sizeof clusters / sizeof *clusters; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct deployment *d = facts->deployment;
        d->e.nodes.n = clusters[i].nodes;
        if (!clusters[i].is_named)
            d->e.cluster = d->c.cluster = NULL;
        if (!clusters[i].has_file)
            d->file = NULL;
        const struct finding *f =
            find_cause(findings, CAUSE_CERT_VALIDITY_EXPIRED,
                       (struct about){.subject = clusters[i].node, .node = clusters[i].node}, "x");
        if (subject_of(facts, findings->arena, f).clustered != clusters[i].clustered)
            fail_msg("row %zu", i);
        findings_free(findings);
        facts_free(facts);
    }
}

static enum claim claim_at(struct facts *facts, const char *node, char which) {
    struct findings *findings = findings_new();
    const struct finding *f =
        find_cause(findings, CAUSE_CERT_VALIDITY_EXPIRED, (struct about){.subject = node, .node = node}, "x");
    struct subject s = subject_of(facts, findings->arena, f);
    findings_free(findings);
    return which == 'a' ? s.acme : which == 's' ? s.sso : s.ha;
}

static void features_are_claims(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    assert_int_equal(claim_at(facts, EDGE1, 'a'), CLAIM_NO);
    assert_int_equal(claim_at(facts, UCM1, 's'), CLAIM_NO);
    assert_int_equal(claim_at(facts, IMP1, 's'), CLAIM_NO);
    assert_int_equal(claim_at(facts, IMP1, 'h'), CLAIM_NO);
    texts_add(facts->arena, &facts->deployment->features, "acme");
    facts->deployment->ucm_sso = facts->deployment->imp_ha = true;
    assert_int_equal(claim_at(facts, EDGE1, 'a'), CLAIM_YES);
    assert_int_equal(claim_at(facts, "expc1.example.local", 'a'), CLAIM_NO); /* E alone has the service */
    assert_int_equal(claim_at(facts, UCM1, 's'), CLAIM_YES);
    assert_int_equal(claim_at(facts, IMP1, 's'), CLAIM_NO);
    assert_int_equal(claim_at(facts, IMP1, 'h'), CLAIM_YES);
    facts->deployment->imp_sso = true;
    assert_int_equal(claim_at(facts, IMP1, 's'), CLAIM_YES);
    facts->deployment->file = NULL;
    assert_int_equal(claim_at(facts, EDGE1, 'a'), CLAIM_ANY);
    assert_int_equal(claim_at(facts, UCM1, 's'), CLAIM_ANY);
    facts_free(facts);
}

/* Records of a domain have to lead to an edge whose clients are of that domain. */
static void a_domain_has_its_edge(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    const struct finding *f =
        find_cause(findings, CAUSE_DNS_COLLAB_EDGE_SRV_NXDOMAIN, about_domain(DOMAIN), "none");
    assert_string_equal(subject_of(facts, findings->arena, f).values[PUT_HOST], EDGE1);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE1) == 0)
            facts->endpoints.v[i]->domains.v[0] = (char *)"example.org";
    assert_string_equal(subject_of(facts, findings->arena, f).values[PUT_HOST], EDGE2);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->leg = LEG_OTHER;
    assert_null(subject_of(facts, findings->arena, f).values[PUT_HOST]);
    findings_free(findings);
    facts_free(facts);
}

/* The boxes of a bundle: E calls its end of the zone otherwise than C. */
static struct facts *zone_of_two_names(const char *name_on_e) {
    struct facts *facts = healthy_deployment();
    struct bundle *box = ARENA_NEW(facts->arena, struct bundle);
    struct box_zone *zone = ARENA_NEW(facts->arena, struct box_zone);
    *box = (struct bundle){.path = (char *)"e.tar.gz", .node = (char *)EDGE1, .role = ROLE_EXPRESSWAY_E};
    *zone = (struct box_zone){
        .name = arena_text(facts->arena, name_on_e),
        .partner = (char *)(name_on_e == NULL ? "expc9.example.local/another" : "expc1.example.local/mra")};
    LIST_ADD(facts->arena, &box->zones, zone);
    LIST_ADD(facts->arena, &facts->bundles, box);
    return facts;
}

static void a_zone_has_its_name_on_each_box(void **state) {
    (void)state;
    static const struct {
        const char *on_e, *shown; /* NULL: E's bundle has a zone of another pair alone */
    } names[] = {{"from C", "from C"}, {"mra", "mra"}, {NULL, "mra"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct facts *facts = zone_of_two_names(names[i].on_e);
        struct findings *findings = findings_new();
        const struct finding *f = find_cause(findings, CAUSE_ZONE_STATUS_FAILED,
                                             (struct about){.subject = "zone:mra", .zone = "mra"}, "failed");
        struct subject subject = subject_of(facts, findings->arena, f);
        assert_string_equal(subject.values[PUT_ZONE], "mra");
        assert_string_equal(subject.values[PUT_ZONE_E], names[i].shown);
        findings_free(findings);
        facts_free(facts);
    }
}

/* What to do about this very alarm stands first, all of it, then what to do about any. */
static void alarms_have_steps_of_their_own(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct finding *f =
        find_cause(findings, CAUSE_HOST_ALARM_RAISED, (struct about){.subject = "e/15030"}, "raised");
    evidence_int(f, "alarm", 15030);
    struct finding *other =
        find_cause(findings, CAUSE_HOST_ALARM_RAISED, (struct about){.subject = "e/1"}, "raised");
    findings_advise(facts, findings);
    assert_non_null(strstr(f->fix[0], "Refresh servers"));
    for (size_t i = 0; other->fix[i] != NULL; i++)
        assert_string_equal(f->fix[i + 1], other->fix[i]);
    findings_free(findings);
    facts_free(facts);
}

/* What must come first does (renewal note, sections C to E; certificate guide, chapter 6). */
static void steps_of_a_renewal_are_in_order(void **state) {
    (void)state;
    static const char *const order[] = {"Show (decoded)",
                                        "Generate CSR",
                                        "Have the CA sign it",
                                        "must trust the new chain itself",
                                        "Expressway-E: the same CA certificates",
                                        "tomcat-trust",
                                        "Permissive",
                                        "Upload new certificate"};
    struct facts *facts = healthy_deployment();
    c_expired(facts);
    struct findings *findings = judge_all(facts);
    const struct finding *f =
        assert_finding(findings, "cert.validity", "expc1.example.local", STATUS_FAIL, "expired");
    size_t before = 0;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t at = place_of(f->fix, order[i]);
        if (at == SIZE_MAX || at < before)
            fail_msg("\"%s\" is not where it belongs", order[i]);
        before = at;
    }
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_are_filled, arena_open, arena_close),
        cmocka_unit_test_setup_teardown(a_choice_of_one_is_none, arena_open, arena_close),
        cmocka_unit_test_setup_teardown(boxes_go_with_their_steps, arena_open, arena_close),
        cmocka_unit_test_setup_teardown(ports_tell_the_purpose, arena_open, arena_close),
        cmocka_unit_test_setup_teardown(services_come_in_their_order, arena_open, arena_close),
        cmocka_unit_test(every_line_is_for_somebody),
        cmocka_unit_test(every_line_is_filled_for_everybody),
        cmocka_unit_test(nobody_gets_menus_of_another_product),
        cmocka_unit_test(findings_speak_of_their_subject),
        cmocka_unit_test(subjects_tell_ports),
        cmocka_unit_test(a_log_tells_whose_certificate),
        cmocka_unit_test(long_lists_are_cut),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(claims_follow_the_deployment),
        cmocka_unit_test(features_are_claims),
        cmocka_unit_test(a_domain_has_its_edge),
        cmocka_unit_test(a_zone_has_its_name_on_each_box),
        cmocka_unit_test(alarms_have_steps_of_their_own),
        cmocka_unit_test(steps_of_a_renewal_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
