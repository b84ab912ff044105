/* Does the catalogue keep its contract, and does every row say what a user needs? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue/catalogue.h"
#include "facts/tls.h"

enum { TITLE_MAX = 70, WHY_MAX = 350, WHY_MIN = 40, LINE_MAX_LONG = 330 };

/* The public contract: checks in catalogue order, their causes by severity, in the order of the catalogue.
 * Rows may be added; to rename or drop one is to break scripts and dashboards. Of tls.handshake the rows
 * of single alerts are tested apart. */
static const struct {
    const char *check, *causes;
} contract[] = {
    {"dns.collab-edge-srv",
     "fail: nxdomain no-data servfail refused timeout malformed truncated not-offered"},
    {"dns.srv-target",
     "fail: no-address not-a-host-name ip-literal loopback timeout warn: alias private-address "
     "dot-beside-others"},
    {"dns.srv-target-domain", "warn: other-domain"},
    {"dns.srv-port", "warn: unexpected-port"},
    {"dns.uds-not-external", "fail: resolves-outside unknown: seen-from-inside warn: missing-inside"},
    {"dns.xmpp-federation-srv",
     "fail: nxdomain no-data servfail refused timeout malformed truncated not-offered"},
    {"dns.sip-srv", "warn: nxdomain no-data"},
    {"dns.san-address", "fail: no-address elsewhere"},
    {"dns.resolvers-agree", "warn: differ unknown: no-answer"},
    {"net.connect", "fail: refused timeout unreachable reset unresolved intrusion-block-suspected"},
    {"net.all-addresses", "warn: some-addresses-dead ipv6-dead"},
    {"net.acme-http", "info: refused warn: with-jabber-guest timeout unreachable reset unresolved"},
    {"net.xcp", "fail: refused timeout"},
    {"net.limits", "warn: left-out"},
    {"net.seen", "unknown: nothing"},
    {"tls.handshake", "fail: alert-other closed warn: closed-after-client fail: reset warn: some-reset fail: "
                      "tls13-intolerant reset-on-path "
                      "timeout not-tls malformed caller-silent caller-not-tls"},
    {"tls.version", "fail: no-common-version old-client warn: legacy-offered no-tls12"},
    {"tls.client-auth",
     "warn: issuer-not-advertised fail: required-but-none rejected presented-none info: requested required"},
    {"tls.sni", "warn: varies fail: refuses-name needs-sni"},
    {"tls.served-cert", "fail: not-yet-active other-peers-certificate"},
    {"tls.cluster-consistency", "warn: issuer-differs names-differ eku-differs"},
    {"name.peer-address", "fail: no-match ip-address cn-only wildcard-only no-san short-name"},
    {"name.tls-verify", "fail: no-match missing-on-node cn-only wildcard-only warn: node-name-in-cluster "
                        "unknown: certificate-not-visible"},
    {"name.mra-domain", "fail: no-match wildcard-only warn: srvname-only"},
    {"name.srv-target", "fail: no-match wildcard-only cn-only no-san ip-address"},
    {"name.common-name", "fail: missing not-fqdn warn: other-name"},
    {"name.san-fqdn", "fail: ip-address hostname malformed"},
    {"name.wildcard", "fail: wildcard"},
    {"name.host-underscore", "fail: underscore"},
    {"name.cluster", "fail: cluster-name-missing warn: cluster-name-missing-on-e fail: peer-name-missing"},
    {"name.xmpp-domain", "fail: no-match warn: xmppaddr-form"},
    {"name.chat-alias", "fail: no-match sets-differ"},
    {"name.phone-profile", "fail: no-match not-fqdn"},
    {"name.ucm-node", "fail: no-match ip-address short-name"},
    {"name.expected", "fail: no-match"},
    {"cert.validity",
     "fail: expired expired-logged not-yet-valid expires-critical warn: expires-soon after-2050"},
    {"cert.eku",
     "fail: missing-client missing-client-tunnel missing-server warn: missing-client-soon absent"},
    {"cert.key",
     "fail: rsa-8192 rsa-weak ecdsa-unsupported-curve ecdsa-before-x14.3 warn: dsa rsa-unusual other-type"},
    {"cert.signature", "fail: md5 warn: sha1"},
    {"cert.basic-constraints", "fail: missing not-a-ca"},
    {"cert.extensions", "warn: malformed"},
    {"cert.unknown-oid", "fail: unknown-oid"},
    {"cert.self-signed", "fail: self-signed"},
    {"cert.default-certificate", "fail: temporary"},
    {"cert.lets-encrypt-renewal", "warn: renewal-due"},
    {"chain.served", "warn: incomplete misordered info: has-root warn: duplicate unrelated"},
    {"chain.client", "fail: no-trusted-root missing-intermediate untrusted-self-signed expired-ca not-a-ca "
                     "bad-signature path-too-long"
                     " unsuitable-purpose name-constraint critical-extension malformed-date other"},
    {"chain.zone",
     "fail: no-trusted-root caller-untrusted missing-intermediate untrusted-self-signed expired-ca not-a-ca "
     "bad-signature path-too-long"
     " unsuitable-purpose name-constraint critical-extension malformed-date other"},
    {"chain.ssh-tunnel", "fail: no-trusted-root missing-intermediate untrusted-self-signed expired-ca "
                         "not-a-ca bad-signature path-too-long"
                         " unsuitable-purpose name-constraint critical-extension malformed-date other"},
    {"chain.own",
     "fail: missing-intermediate no-trusted-root expired-ca not-a-ca bad-signature path-too-long "
     "untrusted-self-signed name-constraint critical-extension malformed-date other"},
    {"chain.trust-list",
     "fail: unreadable warn: too-many duplicate-name same-common-name expired no-basic-constraints not-a-ca"},
    {"chain.self-signed-pair", "fail: same-cn"},
    {"chain.cluster-trust", "fail: differ"},
    {"chain.lets-encrypt", "fail: root-missing intermediate-missing"},
    {"chain.ucm-trust", "fail: not-in-tomcat-trust not-in-callmanager-trust not-in-expressway-c"},
    {"revocation.ocsp",
     "fail: revoked sha256-unsupported warn: unreachable http-error unknown malformed bad-signature "
     "signer-not-authorised wrong-certificate ambiguous critical-extension stale not-yet-valid "
     "malformed-request internal-error try-later sig-required unauthorized info: no-uri"},
    {"revocation.staple", "fail: revoked warn: unknown malformed bad-signature signer-not-authorised "
                          "wrong-certificate ambiguous critical-extension stale not-yet-valid "
                          "malformed-request internal-error try-later sig-required unauthorized"},
    {"revocation.crl", "fail: revoked expired warn: unreachable http-error unsupported-scheme unparsable "
                       "bad-signature wrong-issuer too-large not-yet-valid other-partition "
                       "not-pem replaced info: no-cdp"},
    {"revocation.verdict",
     "fail: revoked fallback-rejects validation-fails warn: fallback-accepts checking-off"},
    {"revocation.source-scope", "warn: source-not-used-here"},
    {"cipher.accepted", "info: enumerated warn: weak no-forward-secrecy weak-dh"},
    {"cipher.overlap",
     "fail: no-common-version no-common-suite refused offer-refused version-intolerant no-common-group "
     "no-common-signature-algorithm certificate-type-mismatch"},
    {"cipher.certificate-type", "fail: presented-type-untrusted warn: other-type-untrusted"},
    {"cipher.string", "fail: invalid unknown-name"},
    {"sip.options", "fail: no-answer malformed closed warn: status-5xx"},
    {"mra.edge-sso", "fail: no-answer status-403 status-404 status-502 status-5xx not-an-edge"},
    {"mra.edge-config", "fail: bad-credentials domain-not-enabled path-down unexpected-xml no-uds-server "
                        "service-name-error cookie-domain no-answer status-404 no-cookie status-500 "
                        "status-503 status-504 status-5xx not-an-edge unknown: redirect"},
    {"mra.release", "warn: differs"},
    {"mra.uds", "fail: user-not-found bad-credentials role-missing not-in-allow-list node-unreachable "
                "unexpected-xml status-5xx unexpected-status"},
    {"sip.register", "fail: status-401 status-403 status-404 status-405 status-407 status-5xx no-answer "
                     "malformed refused"},
    {"xmpp.auth", "fail: not-authorized bind-conflict no-mechanism no-answer malformed stream-error"},
    {"xmpp.stream", "fail: no-starttls stream-error no-answer closed malformed no-features"},
    {"ssh.service", "fail: no-banner not-ssh closed no-kexinit"},
    {"host.alarm", "fail: raised"},
    {"host.clock", "fail: not-synchronised differs"},
    {"host.reverse-dns", "fail: missing not-in-san"},
    {"host.log", "warn: failure-logged"},
    {"host.settings", "fail: mra-off sip-tls-off warn: sip-tls-port"},
    {"host.bundle", "unknown: incomplete other-side-missing role-unknown warn: outdated contradictory info: "
                    "changed-since"},
    {"zone.pairing", "fail: port-differs peer-port-differs warn: no-partner"},
    {"zone.authentication", "fail: wrong-password user-differs peer-user-differs"},
    {"zone.verify-mode", "fail: off"},
    {"zone.settings", "fail: not-tls no-peer no-verify-name services-off none-for-mra"},
    {"zone.cluster", "warn: differs fail: verify-name-not-in-certificate"},
    {"zone.status", "fail: failed warn: peer-down fail: tunnels-down ucm-failed not-reached warn: "
                    "not-reached-then alarm-against failure-logged "
                    "tunnel-failure-logged"},
    {"file.format", "fail: der pkcs7 pkcs12 not-a-certificate empty chain-included utf-16 cr-line-ends "
                    "trusted-certificate indented warn: has-private-key bom text-around"},
    {"file.key", "fail: mismatch encrypted no-trailing-newline unreadable warn: world-readable"},
    {"file.csr",
     "fail: key-mismatch names-dropped eku-missing unknown-oid bad-signature warn: attributes-changed"},
    {"file.crl", "fail: der too-large expired unparsable"},
    {"file.capture", "warn: cut-packets damaged"},
    {"renew.names", "fail: names-lost info: names-added"},
    {"renew.eku", "fail: eku-lost"},
    {"renew.issuer", "warn: issuer-changed"},
    {"renew.key", "warn: key-type-changed info: key-size-changed"},
    {"renew.signature", "warn: digest-weaker"},
    {"renew.validity", "fail: same-certificate warn: not-later info: lifetime-shorter"},
    {"renew.predict", "fail: would-break warn: would-weaken"},
    {"ucm.certificate", "fail: expired not-yet-valid expires-critical warn: expires-soon fail: "
                        "missing-server warn: missing-client no-match"},
    {"ucm.expired-trust", "warn: removable still-in-use"},
    {"ucm.ipsec-trust", "fail: missing serial-differs"},
};

typedef void (*cause_visitor)(const struct check *check, const struct cause *cause);

static void each_cause(cause_visitor visit) {
    for (const struct family *const *f = families; *f != NULL; f++)
        for (size_t i = 0; i < (*f)->check_count; i++)
            for (size_t k = 0; k < (*f)->checks[i].cause_count; k++)
                visit(&(*f)->checks[i], &(*f)->checks[i].causes[k]);
}

#define BAD(check, cause, ...)                                                                               \
    do {                                                                                                     \
        print_error("%s/%s: ", (check)->id, (cause)->id);                                                    \
        fail_msg(__VA_ARGS__);                                                                               \
    } while (0)

/* ---- the contract ---- */

static const struct check *contract_check(size_t row) {
    const struct check *check = check_named(contract[row].check);
    if (check == NULL)
        fail_msg("the catalogue has no %s", contract[row].check);
    return check;
}

static size_t word_length(const char *text) {
    return strcspn(text, " ");
}

static void assert_contract_row(size_t row) {
    const struct check *check = contract_check(row);
    const char *status = "";
    size_t status_length = 0;
    for (const char *p = contract[row].causes; *p != '\0'; p += strspn(p, " ")) {
        size_t length = word_length(p);
        if (p[length - 1] == ':') {
            status = p;
            status_length = length - 1;
        } else {
            char id[80] = {0};
            assert_true(length < sizeof id);
            memcpy(id, p, length);
            const struct cause *cause = cause_named(check, id);
            if (cause == NULL)
                fail_msg("%s has no cause %s", check->id, id);
            else if (strlen(enum_text(status_names, (int)cause->status)) != status_length ||
                     strncmp(enum_text(status_names, (int)cause->status), status, status_length) != 0)
                BAD(check, cause, "its severity is %s", enum_text(status_names, (int)cause->status));
        }
        p += length;
    }
}

static void test_contract(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof contract / sizeof *contract; i++)
        assert_contract_row(i);
}

static void test_catalogue_order(void **state) {
    (void)state;
    for (size_t i = 1; i < sizeof contract / sizeof *contract; i++)
        assert_true(check_order(contract_check(i - 1)) < check_order(contract_check(i)));
    assert_int_equal(check_order(contract_check(0)), 0);
}

static bool is_in_contract(const struct check *check, const char *cause) {
    for (size_t i = 0; i < sizeof contract / sizeof *contract; i++) {
        if (strcmp(contract[i].check, check->id) != 0)
            continue;
        size_t length = strlen(cause);
        for (const char *p = contract[i].causes; (p = strstr(p, cause)) != NULL; p++)
            if ((p == contract[i].causes || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
                return true;
    }
    return false;
}

static void assert_known(const struct check *check, const struct cause *cause) {
    if (strncmp(cause->id, "alert-", 6) != 0 && !is_in_contract(check, cause->id))
        BAD(check, cause, "is not in this test's table: add it there");
}

/* New rows must be written down here as well, or nothing guards them. */
static void test_nothing_but_the_contract(void **state) {
    (void)state;
    each_cause(assert_known);
}

/* A peer may send any alert as fatal: each that has a name has a row, so that no peer can end the program. */
static void test_every_alert_has_a_row(void **state) {
    (void)state;
    const struct check *check = check_named("tls.handshake");
    assert_non_null(check);
    size_t named = 0, rows = 0;
    for (int number = 0; number < 256; number++) {
        const char *name = alert_name(number);
        if (name == NULL)
            continue;
        named++;
        char id[64] = "alert-";
        strncat(id, name, sizeof id - strlen(id) - 1);
        for (char *p = id; *p != '\0'; p++)
            if (*p == '_')
                *p = '-';
        if (cause_named(check, id) == NULL)
            fail_msg("tls.handshake has no cause %s", id);
    }
    for (size_t i = 0; i < check->cause_count; i++)
        rows += strncmp(check->causes[i].id, "alert-", 6) == 0;
    assert_int_equal(rows, named + 1); /* and alert-other */
}

/* ---- the form ---- */

static bool is_id(const char *id) {
    if (id == NULL || !(*id >= 'a' && *id <= 'z'))
        return false;
    return id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.")] == '\0' && id[strlen(id) - 1] != '-';
}

static void assert_unique(const struct check *check, const struct cause *cause) {
    if (!is_id(cause->id))
        BAD(check, cause, "is not a well-formed ID");
    if (cause_named(check, cause->id) != cause)
        BAD(check, cause, "stands twice");
}

static void test_ids(void **state) {
    (void)state;
    for (const struct family *const *f = families; *f != NULL; f++)
        for (size_t i = 0; i < (*f)->check_count; i++) {
            const struct check *check = &(*f)->checks[i];
            assert_true(is_id(check->id));
            assert_non_null(strchr(check->id, '.'));
            assert_ptr_equal(check_named(check->id), check);
            assert_true(check->cause_count > 0);
        }
    each_cause(assert_unique);
    assert_null(check_named("no.such-check"));
    assert_null(cause_named(check_named("net.connect"), "no-such-cause"));
}

/* Printable ASCII, no blanks at the ends or doubled, none of the marks of unfinished work. */
static bool is_clean(const char *text) {
    if (text == NULL || *text == '\0' || *text == ' ' || text[strlen(text) - 1] == ' ')
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (*p < ' ' || *p > '~')
            return false;
    return strstr(text, "  ") == NULL && strstr(text, "TODO") == NULL && strstr(text, "field-facts") == NULL;
}

static size_t list_length(const struct check *check, const struct cause *cause, const char *const *texts) {
    size_t n = 0;
    for (; texts[n] != NULL; n++)
        if (!is_clean(texts[n]) || strlen(texts[n]) > LINE_MAX_LONG)
            BAD(check, cause, "bad text (%zu): \"%s\"", strlen(texts[n]), texts[n]);
    return n;
}

/* As `explain` shows them. */
static size_t filled_length(const struct check *check, const struct cause *cause,
                            const struct guidance_line *lines) {
    struct arena *scratch = arena_new();
    size_t n = list_length(check, cause, lines_fill(scratch, lines, &nobody));
    arena_free(scratch);
    return n;
}

static void assert_guidance(const struct check *check, const struct cause *cause) {
    if (!is_clean(cause->title) || strlen(cause->title) > TITLE_MAX)
        BAD(check, cause, "title of %zu: \"%s\"", strlen(cause->title), cause->title);
    if (!is_clean(cause->why) || strlen(cause->why) > WHY_MAX || strlen(cause->why) < WHY_MIN)
        BAD(check, cause, "why of %zu characters", strlen(cause->why));
    size_t affects = filled_length(check, cause, cause->affects);
    size_t fix = filled_length(check, cause, cause->fix);
    filled_length(check, cause, cause->restart);
    if (list_length(check, cause, cause->source) == 0)
        BAD(check, cause, "no source");
    if (cause->status != STATUS_INFO && (affects == 0 || fix == 0))
        BAD(check, cause, "%s", affects == 0 ? "says not who is affected" : "no fix");
    if (cause->title[strlen(cause->title) - 1] == '.')
        BAD(check, cause, "title ends with a full stop");
}

static void assert_severity(const struct check *check, const struct cause *cause) {
    if (cause->status == STATUS_PASS || cause->status == STATUS_SKIP)
        BAD(check, cause, "a cause cannot be pass or skip");
}

static void test_guidance(void **state) {
    (void)state;
    each_cause(assert_guidance);
    each_cause(assert_severity);
}

static void test_checks_say_what_they_judge(void **state) {
    (void)state;
    for (const struct family *const *f = families; *f != NULL; f++) {
        assert_true(is_clean((*f)->title));
        for (size_t i = 0; i < (*f)->check_count; i++) {
            const struct check *check = &(*f)->checks[i];
            assert_true(is_clean(check->title) && strlen(check->title) <= TITLE_MAX);
            assert_true(is_clean(check->judges));
            assert_true(list_length(check, &check->causes[0], check->source) > 0);
        }
    }
}

/* Two causes of one check must differ in words, or the second is a copy nobody finished. */
static void assert_own_words(const struct check *check, const struct cause *cause) {
    for (size_t i = 0; &check->causes[i] != cause; i++)
        if (strcmp(check->causes[i].title, cause->title) == 0 ||
            strcmp(check->causes[i].why, cause->why) == 0)
            BAD(check, cause, "has the words of %s", check->causes[i].id);
}

static void test_causes_differ(void **state) {
    (void)state;
    each_cause(assert_own_words);
}

/* A family's are each check's, a check's are not its cause's alone, and a cause's are nobody else's. */
static void test_traits(void **state) {
    static const struct {
        const char *check, *cause; /* cause NULL: of the check itself */
        unsigned traits;
    } rows[] = {{"chain.own", NULL, 1u << TRAIT_CHAIN},
                {"net.acme-http", NULL, 1u << TRAIT_TITLE_TELLS},
                {"net.connect", NULL, 1u << TRAIT_TITLE_TELLS | 1u << TRAIT_ALIKE | 1u << TRAIT_GATE},
                {"net.connect", "refused", 0},
                {"dns.uds-not-external", NULL, 1u << TRAIT_TITLE_TELLS},
                {"dns.collab-edge-srv", NULL, 1u << TRAIT_DISCOVERY},
                {"dns.collab-edge-srv", "nxdomain", 1u << TRAIT_ANSWER},
                {"dns.collab-edge-srv", "servfail", 0},
                {"name.peer-address", NULL, 0},
                {"name.peer-address", "ip-address", 1u << TRAIT_TITLE_TELLS},
                {"name.peer-address", "no-match", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct check *check = check_named(rows[i].check);
        unsigned traits = rows[i].cause == NULL ? check->traits : cause_named(check, rows[i].cause)->traits;
        if (traits != rows[i].traits)
            fail_msg("%s/%s: traits 0x%x, wanted 0x%x", rows[i].check, text_or(rows[i].cause, ""), traits,
                     rows[i].traits);
    }
}

/* ---- what the guidance must not leave out ---- */

static bool says(const char *const *texts, const char *what) {
    for (; *texts != NULL; texts++)
        if (strstr(*texts, what) != NULL)
            return true;
    return false;
}

static void test_facts_the_guidance_must_hold(void **state) {
    enum where { WHY, AFFECTS, FIX, RESTART };
    static const struct {
        const char *check, *cause;
        enum where where;
        const char *what;
    } rows[] = {
        {"dns.collab-edge-srv", "nxdomain", FIX, "IN SRV 10 10 8443"},
        {"net.connect", "refused", FIX, "any Internet address"},
        {"net.connect", "timeout", FIX, "source ports 25000-29999"},
        {"net.connect", "timeout", FIX, "source ports 35000-35999"},
        {"net.connect", "intrusion-block-suspected", FIX, "Automated detection"},
        {"name.mra-domain", "no-match", AFFECTS, "Jabber: certificate prompt"},
        {"name.mra-domain", "no-match", AFFECTS, "TC/CE room endpoints: refuse"},
        {"name.mra-domain", "no-match", AFFECTS, "7800/8800 phones: refuse"},
        {"name.mra-domain", "no-match", FIX, "Maintenance > Security > Server certificate > Generate CSR"},
        {"name.mra-domain", "no-match", RESTART, "Maintenance > Restart options > Restart"},
        {"name.tls-verify", "no-match", FIX, "TLS verify subject name"},
        {"name.common-name", "missing", AFFECTS, "Jabber Guest"},
        {"name.ucm-node", "no-match", WHY, "X14.0.8 and X14.2"},
        {"cert.eku", "missing-client", WHY, "X15.4"},
        {"cert.eku", "missing-client", WHY, "2222"},
        {"cert.eku", "missing-client", FIX, "EnableServerEkuUpload"},
        {"cert.unknown-oid", "unknown-oid", WHY, "1.3.6.1.4.1.311.60.2.1.1"},
        {"chain.ssh-tunnel", "missing-intermediate", AFFECTS, "No SSH tunnels have been established"},
        {"chain.ssh-tunnel", "missing-intermediate", FIX, "Trusted CA certificate > Append CA certificate"},
        {"chain.own", "missing-intermediate", AFFECTS, "Unrecognized CA"},
        {"chain.ucm-trust", "not-in-tomcat-trust", FIX, "tomcat-trust"},
        {"chain.ucm-trust", "not-in-tomcat-trust", RESTART, "utils service restart Cisco Tomcat"},
        {"chain.ucm-trust", "not-in-callmanager-trust", RESTART, "Cisco HAProxy"},
        {"revocation.verdict", "fallback-accepts", WHY, "Treat as not revoked"},
        {"mra.edge-config", "path-down", FIX, "2222"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cause *c = cause_named(check_named(rows[i].check), rows[i].cause);
        struct arena *scratch = arena_new();
        const char *const why[] = {c->why, NULL};
        const char *const *const places[] = {[WHY] = why,
                                             [AFFECTS] = lines_fill(scratch, c->affects, &nobody),
                                             [FIX] = lines_fill(scratch, c->fix, &nobody),
                                             [RESTART] = lines_fill(scratch, c->restart, &nobody)};
        if (!says(places[rows[i].where], rows[i].what))
            fail_msg("%s/%s does not say \"%s\"", rows[i].check, rows[i].cause, rows[i].what);
        arena_free(scratch);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract),
        cmocka_unit_test(test_catalogue_order),
        cmocka_unit_test(test_nothing_but_the_contract),
        cmocka_unit_test(test_every_alert_has_a_row),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_guidance),
        cmocka_unit_test(test_checks_say_what_they_judge),
        cmocka_unit_test(test_causes_differ),
        cmocka_unit_test(test_traits),
        cmocka_unit_test(test_facts_the_guidance_must_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
