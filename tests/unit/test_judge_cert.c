/* Does judge_cert raise every cause, and only just? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "healthy.h"

#define C_NODE "expc1.example.local"

static struct cert *leaf(struct facts *facts) {
    return leaf_of(facts, EDGE1_HTTPS);
}

static struct cert *c_leaf(struct facts *facts) {
    return facts->deployment->c.nodes.v[0]->certificate.v[0];
}

static struct cert *ca_of(struct facts *facts) {
    return endpoint_of(facts, EDGE1_HTTPS)->tls.chain.v[1];
}

/* ---- validity ---- */

static void dates(struct facts *facts, int64_t lifetime_days, int64_t seconds_left) {
    leaf(facts)->not_after = facts->run.at + seconds_left;
    leaf(facts)->not_before = leaf(facts)->not_after - lifetime_days * DAY;
}

#define DATES(name, lifetime, left)                                                                          \
    static void name(struct facts *facts) {                                                                  \
        dates(facts, lifetime, left);                                                                        \
    }
DATES(expired, 365, -1)
DATES(last_second, 365, 0)
DATES(six_days, 365, 7 * DAY - 1)
DATES(seven_days, 365, 7 * DAY)
DATES(twenty_nine_days, 365, 30 * DAY - 1)
DATES(thirty_days, 365, 30 * DAY)
DATES(short_third_over, 90, 30 * DAY)
DATES(short_third_under, 90, 30 * DAY - 1)
DATES(short_tenth_over, 90, 9 * DAY)
DATES(short_tenth_under, 90, 9 * DAY - 1)
DATES(almost_short, 179, 50 * DAY)
DATES(not_short, 180, 50 * DAY)

static void not_yet(struct facts *facts) {
    leaf(facts)->not_before = facts->run.at + 1;
}

/* The first answer has no Date:, the second has. */
static void clock_in_second_answer(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    not_yet(facts);
    e->http.v[0]->date = 0;
    e->http.v[1]->date = facts->run.at;
    facts->run.started = facts->run.at;
}

static void from_now(struct facts *facts) {
    leaf(facts)->not_before = facts->run.at;
}

static void until_2050(struct facts *facts) {
    leaf(facts)->not_after = 2524608000;
}

static void until_2049(struct facts *facts) {
    leaf(facts)->not_after = 2524607999;
}

static void given_days(struct facts *facts) {
    dates(facts, 90, 12 * DAY);
    facts->run.has_warn_days = facts->run.has_crit_days = true;
    facts->run.warn_days = 10;
    facts->run.crit_days = 5;
}

static void given_days_reached(struct facts *facts) {
    given_days(facts);
    facts->run.warn_days = 13;
}

static void days_of_deployment(struct facts *facts) {
    dates(facts, 365, 40 * DAY);
    facts->deployment->has_warn_days = true;
    facts->deployment->warn_days = 60;
}

/* ---- EKU ---- */

static void ekus(struct cert *cert, struct arena *arena, const char *a) {
    cert->eku.n = 0;
    if (a != NULL)
        texts_add(arena, &cert->eku, a);
    else
        cert->has_eku = false;
}

static void e_has(struct facts *facts, const char *eku, const char *release) {
    ekus(leaf(facts), facts->arena, eku);
    facts->run.release = (char *)release;
}

#define E_HAS(name, eku, release)                                                                            \
    static void name(struct facts *facts) {                                                                  \
        e_has(facts, eku, release);                                                                          \
    }
E_HAS(e_server_x14, "serverAuth", "X14.3")
E_HAS(e_server_x15_3, "serverAuth", "X15.3.2")
E_HAS(e_server_x15_4, "serverAuth", "X15.4")
E_HAS(e_server_x15_5, "serverAuth", "X15.5")
E_HAS(e_client_x14, "clientAuth", "X14.3")
E_HAS(e_client_x15_5, "clientAuth", "X15.5")
E_HAS(e_none, NULL, "X14.3")

static void c_has(struct facts *facts, const char *eku, const char *release) {
    ekus(c_leaf(facts), facts->arena, eku);
    facts->run.release = (char *)release;
}

/* The side has its own release by the deployment; only who asks by option is heard before it. */
static void e_release_is(struct facts *facts, const char *from) {
    ekus(leaf(facts), facts->arena, "serverAuth");
    facts->run.release = (char *)"X14.3";
    facts->run.release_from = (char *)from;
    facts->deployment->e.release = (char *)"X15.5";
}

static void e_release_by_deployment(struct facts *facts) {
    e_release_is(facts, "server");
}

static void e_release_by_option(struct facts *facts) {
    e_release_is(facts, "--release");
}

static void e_release_by_nobody(struct facts *facts) {
    e_release_is(facts, NULL);
}

#define C_HAS(name, eku, release)                                                                            \
    static void name(struct facts *facts) {                                                                  \
        c_has(facts, eku, release);                                                                          \
    }
C_HAS(c_server_x14, "serverAuth", "X14.3")
C_HAS(c_server_x15_4, "serverAuth", "X15.4")
C_HAS(c_server_x15_5, "serverAuth", "X15.5")
C_HAS(c_client_x15_4, "clientAuth", "X15.4")
C_HAS(c_client_x15_5, "clientAuth", "X15.5")

static void c_unchecked_x15_5(struct facts *facts) {
    c_server_x15_5(facts);
    facts->deployment->e.eku_checking_off = true;
}

static void c_unchecked_x15_4(struct facts *facts) {
    c_server_x15_4(facts);
    facts->deployment->e.eku_checking_off = true;
}

static void c_served_x15_5(struct facts *facts) {
    drop_endpoints(facts, C_NODE);
    struct endpoint *e = add_endpoint(facts, C_NODE, "192.0.2.11", 443, PROTOCOL_TLS, LEG_ADMIN);
    c_server_x15_5(facts);
    e->role = ROLE_EXPRESSWAY_C;
    serve_cert(facts, e, c_leaf(facts));
}

static void e_file_x15_5(struct facts *facts) {
    struct node *node = facts->deployment->e.nodes.v[0];
    LIST_ADD(facts->arena, &node->certificate, cert_new(facts, EDGE1));
    ekus(node->certificate.v[0], facts->arena, "serverAuth");
}

static void e_file_client_x15_5(struct facts *facts) {
    e_file_x15_5(facts);
    ekus(facts->deployment->e.nodes.v[0]->certificate.v[0], facts->arena, "clientAuth");
}

static void c_port_client_x15_5(struct facts *facts) {
    c_served_x15_5(facts);
    ekus(c_leaf(facts), facts->arena, "clientAuth");
}

static void e_file_x15_5_with_b2b(struct facts *facts) {
    e_file_x15_5(facts);
    texts_add(facts->arena, &facts->deployment->features, "b2b");
}

static void e_file_x15_5_with_neighbor(struct facts *facts) {
    e_file_x15_5(facts);
    facts->deployment->zones.v[0]->type = ZONE_NEIGHBOR;
}

static void tomcat_server_only(struct facts *facts) {
    ekus(leaf_of(facts, UCM1_HTTPS), facts->arena, "serverAuth");
}

static void call_manager_server_only(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, UCM1 ":5061");
    e->node = e->host;
    serve_cert(facts, e, cert_new(facts, UCM1));
    ekus(e->tls.chain.v[0], facts->arena, "serverAuth");
}

/* ---- key ---- */

static void key_is(struct facts *facts, enum key_type type, int bits, const char *curve) {
    leaf(facts)->key_type = type;
    leaf(facts)->key_bits = bits;
    leaf(facts)->key_curve = (char *)curve;
}

#define KEY(name, type, bits, curve)                                                                         \
    static void name(struct facts *facts) {                                                                  \
        key_is(facts, type, bits, curve);                                                                    \
    }
KEY(rsa_8192, KEY_RSA, 8192, NULL)
KEY(rsa_16384, KEY_RSA, 16384, NULL)
KEY(rsa_4096, KEY_RSA, 4096, NULL)
KEY(rsa_3072, KEY_RSA, 3072, NULL)
KEY(rsa_2047, KEY_RSA, 2047, NULL)
KEY(ec_p256, KEY_EC, 256, "prime256v1")
KEY(ec_p521, KEY_EC, 521, "secp521r1")
KEY(ec_k256, KEY_EC, 256, "secp256k1")
KEY(dsa_2048, KEY_DSA, 2048, NULL)
KEY(ed25519, KEY_ED25519, 256, NULL)

static void ec_x14_2(struct facts *facts) {
    ec_p256(facts);
    facts->run.release = (char *)"X14.2.7";
}

static void ec_x14_3(struct facts *facts) {
    ec_p256(facts);
    facts->run.release = (char *)"X14.3";
}

static void ucm_ec_x14_2(struct facts *facts) {
    struct cert *cert = leaf_of(facts, UCM1_HTTPS);
    cert->key_type = KEY_EC;
    cert->key_curve = (char *)"secp384r1";
    facts->run.release = (char *)"X14.2.7";
}

/* ---- the rest ---- */

static void digest_is(struct cert *cert, const char *digest, const char *signature) {
    cert->signature_digest = (char *)digest;
    cert->signature = (char *)signature;
}

static void md5(struct facts *facts) {
    digest_is(leaf(facts), "MD5", "md5WithRSAEncryption");
}

static void sha1(struct facts *facts) {
    digest_is(leaf(facts), "SHA1", "sha1WithRSAEncryption");
}

static void md2(struct facts *facts) {
    digest_is(leaf(facts), "MD2", "md2WithRSAEncryption");
}

static void md4(struct facts *facts) {
    digest_is(leaf(facts), "MD4", "md4WithRSAEncryption");
}

static void sha(struct facts *facts) {
    digest_is(leaf(facts), "SHA", "shaWithRSAEncryption");
}

static void sha1_below_md5(struct facts *facts) {
    sha1(facts);
    digest_is(ca_of(facts), "MD5", "md5WithRSAEncryption");
}

static void md5_below_sha1(struct facts *facts) {
    md5(facts);
    digest_is(ca_of(facts), "SHA1", "sha1WithRSAEncryption");
}

static void sha1_on_ca(struct facts *facts) {
    digest_is(ca_of(facts), "SHA1", "sha1WithRSAEncryption");
}

static void sha1_on_root(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    struct cert *root = ca_new(facts, "Example Root CA", true);
    digest_is(root, "SHA1", "sha1WithRSAEncryption");
    LIST_ADD(facts->arena, &e->tls.chain, root);
}

static void ca_without_constraints(struct facts *facts) {
    ca_of(facts)->has_basic_constraints = ca_of(facts)->is_ca = false;
}

static void ca_that_is_none(struct facts *facts) {
    ca_of(facts)->is_ca = false;
}

static void stranger_without_constraints(struct facts *facts) {
    LIST_ADD(facts->arena, &endpoint_of(facts, EDGE1_HTTPS)->tls.chain,
             cert_new(facts, "stranger.example.com"));
}

static void unknown_oid(struct facts *facts) {
    texts_add(facts->arena, &leaf(facts)->unknown_oids, "1.3.6.1.4.1.6449.1.2.1.5.1");
}

static void self_signed(struct facts *facts) {
    leaf(facts)->issuer = leaf(facts)->subject;
    leaf(facts)->self_issued = leaf(facts)->self_signed = true;
}

static void self_issued_only(struct facts *facts) {
    self_signed(facts);
    leaf(facts)->self_signed = false;
}

static void ucm_self_signed(struct facts *facts) {
    leaf_of(facts, UCM1_HTTPS)->self_signed = true;
}

static void temporary(struct facts *facts) {
    leaf(facts)->issuer =
        (char *)"CN=Temporary CA 1fb3e1a0-0000-4000-8000-000000000000,O=Temporary CA 1fb3e1a0";
}

static void temporary_self_signed(struct facts *facts) {
    self_signed(facts);
    leaf(facts)->subject = (char *)"CN=expe1,O=Temporary Certificate 1fb3e1a0";
}

static void lets_encrypt(struct facts *facts, int64_t lifetime, int64_t left) {
    dates(facts, lifetime, left);
    leaf(facts)->issuer = (char *)"CN=R11,O=Let's Encrypt,C=US";
}

static void le_at_two_thirds(struct facts *facts) {
    lets_encrypt(facts, 90, 30 * DAY);
}

static void le_before_two_thirds(struct facts *facts) {
    lets_encrypt(facts, 90, 30 * DAY + 1);
}

static void le_long_lived(struct facts *facts) {
    lets_encrypt(facts, 300, 50 * DAY);
}

static void other_short_lived(struct facts *facts) {
    dates(facts, 47, 10 * DAY);
}

static void expired_later(struct facts *facts) {
    facts->run.started = facts->run.at;
    facts->run.at += 336 * DAY;
}

static void weak_ca(struct facts *facts) {
    ca_of(facts)->key_bits = 1024;
}

static void least_ca(struct facts *facts) {
    ca_of(facts)->key_bits = 2048;
}

static void dsa_ca(struct facts *facts) {
    ca_of(facts)->key_type = KEY_DSA;
}

/* A capture of the past, on the first day of the certificate, read by a machine whose clock is behind. */
static void captured(struct facts *facts, int64_t seen_after_first_day, int64_t read_after_first_day) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    e->client = arena_text(facts->arena, "203.0.113.77");
    leaf(facts)->not_before = facts->run.at - 400 * DAY;
    leaf(facts)->not_after = facts->run.at - 35 * DAY;
    e->seen = leaf(facts)->not_before + seen_after_first_day;
    facts->run.started = leaf(facts)->not_before + read_after_first_day;
}

static void captured_and_read_too_early(struct facts *facts) {
    captured(facts, DAY, -DAY);
}

static void captured_and_read_late(struct facts *facts) {
    captured(facts, DAY, 366 * DAY);
}

static void captured_and_read_at_the_end(struct facts *facts) {
    captured(facts, DAY, 360 * DAY);
}

static void captured_early_and_read_in_time(struct facts *facts) {
    captured(facts, -DAY, 10 * DAY);
}

static void captured_and_read_in_time(struct facts *facts) {
    captured(facts, DAY, 10 * DAY);
}

/* In a capture the phone's own certificate is seen, too, on a port behind another without. */
static void phone_expired(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_SIP);
    struct cert *phone = cert_new(facts, "phone.example.com");
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->client = arena_text(facts->arena, "203.0.113.77");
    phone->not_after = facts->run.at - 1;
    LIST_ADD(facts->arena, &e->client_chain, phone);
}

/* Nodes of which options and files tell, without a deployment file. */
static void known_by_options(struct facts *facts) {
    facts->deployment->file = NULL;
}

static void known_by_options_without_zones(struct facts *facts) {
    known_by_options(facts);
    facts->deployment->zones.n = 0;
}

#define P STATUS_PASS
#define F STATUS_FAIL
#define W STATUS_WARN
#define S STATUS_SKIP
#define HERE EDGE1_HTTPS
#define DEPLOYED healthy_deployment

static void leaf_malformed(struct facts *facts) {
    texts_add(facts->arena, &leaf_of(facts, HERE)->malformed, "authorityInfoAccess");
}

static void ca_malformed(struct facts *facts) {
    texts_add(facts->arena, &endpoint_of(facts, HERE)->tls.chain.v[1]->malformed, "crlDistributionPoints");
}

DATES(lives_100_days, 100, 40 * DAY)
DATES(lives_101_days, 101, 40 * DAY)

/* A trust list was skimmed, and its keys are not known. */
static void ca_of_unknown_key(struct facts *facts) {
    ca_of(facts)->key_bits = 0;
}

/* The second of two certificates has a CA of its own. */
static void weak_ca_of_second(struct facts *facts) {
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_HTTPS);
    struct tls_attempt *attempt = variant_of(facts, endpoint, PURPOSE_ECDSA);
    struct cert *second = cert_new(facts, "expe1.example.com"), *above = ca_new(facts, "Weak CA", false);
    cert_set_serial(facts, second, 0x77);
    above->key_bits = 1024;
    second->key_type = KEY_EC;
    second->key_curve = arena_text(facts->arena, "prime256v1");
    attempt->state = TLS_ESTABLISHED;
    attempt->ended_by = SIDE_NOBODY;
    attempt->chain = (struct certs){0};
    LIST_ADD(facts->arena, &attempt->chain, second);
    LIST_ADD(facts->arena, &attempt->chain, above);
}

static const struct judge_row rows[] = {
    {"healthy", NULL, "cert.validity", HERE, P, NULL, NULL},
    {"a second after", expired, "cert.validity", HERE, F, "expired", NULL},
    {"on a date asked for", expired_later, "cert.validity", HERE, F, "expired", NULL},
    {"the last second is valid", last_second, "cert.validity", HERE, F, "expires-critical", NULL},
    {"starts in a second", not_yet, "cert.validity", HERE, F, "not-yet-valid", NULL},
    {"starts now", from_now, "cert.validity", HERE, P, NULL, NULL},
    {"under seven days", six_days, "cert.validity", HERE, F, "expires-critical", NULL},
    {"seven days", seven_days, "cert.validity", HERE, W, "expires-soon", NULL},
    {"under thirty days", twenty_nine_days, "cert.validity", HERE, W, "expires-soon", NULL},
    {"thirty days", thirty_days, "cert.validity", HERE, P, NULL, NULL},
    {"a third of 90 days", short_third_over, "cert.validity", HERE, P, NULL, NULL},
    {"under a third", short_third_under, "cert.validity", HERE, W, "expires-soon", NULL},
    {"a tenth of 90 days", short_tenth_over, "cert.validity", HERE, W, "expires-soon", NULL},
    {"under a tenth", short_tenth_under, "cert.validity", HERE, F, "expires-critical", NULL},
    {"179 days are a short life", almost_short, "cert.validity", HERE, W, "expires-soon", NULL},
    {"180 days are none", not_short, "cert.validity", HERE, P, NULL, NULL},
    {"days given", given_days, "cert.validity", HERE, P, NULL, NULL},
    {"days given and reached", given_days_reached, "cert.validity", HERE, W, "expires-soon", NULL},
    {"days of the deployment", days_of_deployment, "cert.validity", HERE, W, "expires-soon", DEPLOYED},
    {"2050", until_2050, "cert.validity", HERE, W, "after-2050", NULL},
    {"the last second of 2049", until_2049, "cert.validity", HERE, P, NULL, NULL},
    {"what a client showed", phone_expired, "cert.validity", "client 203.0.113.77", F, "expired", NULL},
    {"a file's, by options", known_by_options, "cert.validity", "expressway-c:" C_NODE, P, NULL, DEPLOYED},
    {"a file's, by options, of no zone", known_by_options_without_zones, "cert.validity",
     "expressway-c:" C_NODE, P, NULL, DEPLOYED},
    {"a file's", NULL, "cert.validity", C_NODE, P, NULL, DEPLOYED},

    {"a short key above it", weak_ca, "cert.key", HERE, F, "rsa-weak", NULL},
    {"2048 bits above it", least_ca, "cert.key", HERE, P, NULL, NULL},
    {"a DSA key above it", dsa_ca, "cert.key", HERE, W, "dsa", NULL},

    {"healthy", NULL, "cert.eku", HERE, P, NULL, NULL},
    {"E without client, X14.3", e_server_x14, "cert.eku", HERE, F, "missing-client", NULL},
    {"E without client, X15.3.2", e_server_x15_3, "cert.eku", HERE, F, "missing-client", NULL},
    {"E without client, X15.4", e_server_x15_4, "cert.eku", HERE, W, "missing-client-soon", NULL},
    {"E without client, X15.5", e_server_x15_5, "cert.eku", HERE, P, NULL, NULL},
    {"E by its own release", e_release_by_deployment, "cert.eku", HERE, P, NULL, DEPLOYED},
    {"nobody asked for one", e_release_by_nobody, "cert.eku", HERE, P, NULL, DEPLOYED},
    {"E by --release", e_release_by_option, "cert.eku", HERE, F, "missing-client", DEPLOYED},
    {"E without server", e_client_x14, "cert.eku", HERE, F, "missing-server", NULL},
    {"E without server, X15.5", e_client_x15_5, "cert.eku", HERE, F, "missing-server", NULL},
    {"E without EKU", e_none, "cert.eku", HERE, W, "absent", NULL},
    {"E's file, X15.5", e_file_x15_5, "cert.eku", EDGE1, P, NULL, DEPLOYED},
    {"E's file without server, X15.5: E has a store for clients, but this is the server's",
     e_file_client_x15_5, "cert.eku", EDGE1, F, "missing-server", DEPLOYED},
    {"E's file, X15.5, business to business", e_file_x15_5_with_b2b, "cert.eku", EDGE1, W,
     "missing-client-soon", DEPLOYED},
    {"E's file, X15.5, neighbor zone", e_file_x15_5_with_neighbor, "cert.eku", EDGE1, W,
     "missing-client-soon", DEPLOYED},
    {"C without client, X14.3", c_server_x14, "cert.eku", C_NODE, F, "missing-client", DEPLOYED},
    {"C without client, X15.4", c_server_x15_4, "cert.eku", C_NODE, F, "missing-client", DEPLOYED},
    {"C without client, X15.5", c_server_x15_5, "cert.eku", C_NODE, F, "missing-client", DEPLOYED},
    {"C without client, X15.5, EKU checking off: the tunnel still checks", c_unchecked_x15_5, "cert.eku",
     C_NODE, F, "missing-client-tunnel", DEPLOYED},
    {"a switch that X15.4 does not have", c_unchecked_x15_4, "cert.eku", C_NODE, F, "missing-client",
     DEPLOYED},
    {"C's port without client, X15.5", c_served_x15_5, "cert.eku", "expc1.example.local:443", P, NULL,
     DEPLOYED},
    {"C without server, X15.4", c_client_x15_4, "cert.eku", C_NODE, F, "missing-server", DEPLOYED},
    {"C without server, X15.5: the client store", c_client_x15_5, "cert.eku", C_NODE, P, NULL, DEPLOYED},
    {"C's port without server, X15.5: the client store is on no port", c_port_client_x15_5, "cert.eku",
     "expc1.example.local:443", F, "missing-server", DEPLOYED},
    {"tomcat without client", tomcat_server_only, "cert.eku", UCM1_HTTPS, W, "missing-client-soon", DEPLOYED},
    {"CallManager without client", call_manager_server_only, "cert.eku", "ucm1.example.local:5061", F,
     "missing-client", DEPLOYED},

    {"healthy", NULL, "cert.key", HERE, P, NULL, NULL},
    {"RSA 8192", rsa_8192, "cert.key", HERE, F, "rsa-8192", NULL},
    {"RSA 16384", rsa_16384, "cert.key", HERE, F, "rsa-8192", NULL},
    {"RSA 4096", rsa_4096, "cert.key", HERE, P, NULL, NULL},
    {"RSA 3072", rsa_3072, "cert.key", HERE, W, "rsa-unusual", NULL},
    {"RSA 2047", rsa_2047, "cert.key", HERE, F, "rsa-weak", NULL},
    {"P-256", ec_p256, "cert.key", HERE, P, NULL, NULL},
    {"P-521", ec_p521, "cert.key", HERE, P, NULL, NULL},
    {"P-256, X14.3", ec_x14_3, "cert.key", HERE, P, NULL, NULL},
    {"P-256, X14.2", ec_x14_2, "cert.key", HERE, F, "ecdsa-before-x14.3", NULL},
    {"Unified CM's P-384, X14.2", ucm_ec_x14_2, "cert.key", UCM1_HTTPS, P, NULL, DEPLOYED},
    {"another curve", ec_k256, "cert.key", HERE, F, "ecdsa-unsupported-curve", NULL},
    {"DSA", dsa_2048, "cert.key", HERE, W, "dsa", NULL},
    {"Ed25519", ed25519, "cert.key", HERE, W, "other-type", NULL},

    {"healthy", NULL, "cert.signature", HERE, P, NULL, NULL},
    {"MD5", md5, "cert.signature", HERE, F, "md5", NULL},
    {"SHA-1", sha1, "cert.signature", HERE, W, "sha1", NULL},
    {"SHA-1 on the issuing CA", sha1_on_ca, "cert.signature", HERE, W, "sha1", NULL},
    {"MD2", md2, "cert.signature", HERE, F, "md5", NULL},
    {"MD4", md4, "cert.signature", HERE, F, "md5", NULL},
    {"SHA-0", sha, "cert.signature", HERE, W, "sha1", NULL},
    {"MD5 is told before SHA-1", sha1_below_md5, "cert.signature", HERE, F, "md5", NULL},
    {"and is not forgotten for it", md5_below_sha1, "cert.signature", HERE, F, "md5", NULL},
    {"SHA-1 on the root, which nobody checks", sha1_on_root, "cert.signature", HERE, P, NULL, NULL},

    {"healthy", NULL, "cert.basic-constraints", HERE, P, NULL, NULL},
    {"none", ca_without_constraints, "cert.basic-constraints", HERE, F, "missing", NULL},
    {"CA:FALSE", ca_that_is_none, "cert.basic-constraints", HERE, F, "not-a-ca", NULL},
    {"on one that issued nothing", stranger_without_constraints, "cert.basic-constraints", HERE, P, NULL,
     NULL},

    {"all can be read", NULL, "cert.extensions", HERE, ABSENT, NULL, NULL},
    {"one of the leaf cannot", leaf_malformed, "cert.extensions", HERE, W, "malformed", NULL},
    {"one of a CA cannot", ca_malformed, "cert.extensions", HERE, W, "malformed", NULL},

    {"healthy", NULL, "cert.unknown-oid", HERE, P, NULL, NULL},
    {"one", unknown_oid, "cert.unknown-oid", HERE, F, "unknown-oid", NULL},
    {"Unified CM has no SSH tunnel", NULL, "cert.unknown-oid", UCM1_HTTPS, ABSENT, NULL, DEPLOYED},

    {"healthy", NULL, "cert.self-signed", HERE, P, NULL, NULL},
    {"by its own key", self_signed, "cert.self-signed", HERE, F, "self-signed", NULL},
    {"own name, another key", self_issued_only, "cert.self-signed", HERE, P, NULL, NULL},
    {"Unified CM's may be", ucm_self_signed, "cert.self-signed", UCM1_HTTPS, ABSENT, NULL, DEPLOYED},
    {"the installation's own", temporary_self_signed, "cert.self-signed", HERE, S, NULL, NULL},

    {"healthy", NULL, "cert.default-certificate", HERE, P, NULL, NULL},
    {"of a temporary CA", temporary, "cert.default-certificate", HERE, F, "temporary", NULL},
    {"temporary and self-signed", temporary_self_signed, "cert.default-certificate", HERE, F, "temporary",
     NULL},

    {"a long life", NULL, "cert.lets-encrypt-renewal", HERE, ABSENT, NULL, NULL},
    {"two thirds over", le_at_two_thirds, "cert.lets-encrypt-renewal", HERE, W, "renewal-due", NULL},
    {"a second before", le_before_two_thirds, "cert.lets-encrypt-renewal", HERE, P, NULL, NULL},
    {"Let's Encrypt with a long life", le_long_lived, "cert.lets-encrypt-renewal", HERE, W, "renewal-due",
     NULL},
    {"another short life", other_short_lived, "cert.lets-encrypt-renewal", HERE, W, "renewal-due", NULL},
    {"a life of 100 days", lives_100_days, "cert.lets-encrypt-renewal", HERE, P, NULL, NULL},
    {"a life of 101 days", lives_101_days, "cert.lets-encrypt-renewal", HERE, ABSENT, NULL, NULL},
    {"a key above it that nobody told", ca_of_unknown_key, "cert.key", HERE, P, NULL, NULL},
    {"a short key above the second", weak_ca_of_second, "cert.key", HERE, F, "rsa-weak", NULL},
};

static void every_row_holds(void **state) {
    (void)state;
    assert_rows(judge_cert, rows, sizeof rows / sizeof *rows);
}

static void every_cause_is_raised(void **state) {
    (void)state;
    static const char *const checks[] = {"cert.validity",
                                         "cert.eku",
                                         "cert.key",
                                         "cert.signature",
                                         "cert.basic-constraints",
                                         "cert.unknown-oid",
                                         "cert.self-signed",
                                         "cert.default-certificate",
                                         "cert.lets-encrypt-renewal",
                                         NULL};
    static const char *const of_logs[] = {"cert.validity/expired-logged", NULL}; /* test_judge_box.c */
    assert_rows_cover(checks, of_logs, rows, sizeof rows / sizeof *rows);
}

static const struct told_row told[] = {
    {"no usage at all", e_none, "cert.eku", HERE, NULL,
     "the certificate has no extended key usage at all (judged for X14.3)", NULL},
    {"not the server's", e_client_x14, "cert.eku", HERE, NULL, "server authentication is missing from", NULL},
    {"not the client's", e_server_x14, "cert.eku", HERE, NULL, "client authentication is missing from", NULL},
    {"which this release accepts", e_server_x15_4, "cert.eku", HERE, NULL,
     "client authentication is missing; this release accepts that, some peers do not (judged for X15.4)",
     NULL},
    {"which the zone does not check", c_unchecked_x15_5, "cert.eku", C_NODE, NULL,
     "the zone comes up, as EKU checking is off, and port 2222 refuses it", DEPLOYED},
    {"what it has", e_client_x14, "cert.eku", HERE, "found", "[\"clientAuth\"]", NULL},
    {"when it bites", e_client_x14, "cert.eku", HERE, "releases",
     "[\"upload, and every handshake as server: all\"]", NULL},
    {"both are there", NULL, "cert.eku", HERE, NULL, "server and client authentication are both there", NULL},
    {"one is enough", e_server_x15_5, "cert.eku", HERE, NULL, "enough for this certificate's use in X15.5",
     NULL},
    {"what no port shows", e_server_x15_5, "cert.eku", HERE, "note",
     "\"from X15.5 the client certificate is a store of its own, which no port shows\"", NULL},
    {"before X15.5 there is none", e_server_x15_4, "cert.eku", HERE, "note", NULL, NULL},
    {"the clock of the box", clock_in_second_answer, "cert.validity", HERE, "its_clock",
     "\"2026-11-21T21:00:00Z\"", NULL},
    {"which tells none", not_yet, "cert.validity", HERE, "its_clock", NULL, NULL},
    {"not valid yet by the clock of today", captured_and_read_too_early, "cert.validity", HERE, "today",
     "\"not valid yet\"", NULL},
    {"has expired since", captured_and_read_late, "cert.validity", HERE, "today",
     "\"expired since 2026-10-17T21:00:00Z\"", NULL},
    {"ends soon", captured_and_read_at_the_end, "cert.validity", HERE, "today",
     "\"expires on 2026-10-17T21:00:00Z, in 5 days\"", NULL},
    {"was not valid then", captured_early_and_read_in_time, "cert.validity", HERE, "today",
     "\"valid until 2026-10-17T21:00:00Z\"", NULL},
    {"as then", captured_and_read_in_time, "cert.validity", HERE, "today", NULL, NULL},
    {"valid by then", captured_and_read_in_time, "cert.validity", HERE, NULL, "in 364 days by then", NULL},
    {"a short key above the second: which", weak_ca_of_second, "cert.key", HERE, "certificate", "\"ecdsa\"",
     NULL},
};

static void findings_tell(void **state) {
    (void)state;
    assert_told(judge_cert, told, sizeof told / sizeof *told);
}

static struct findings *judged(struct facts *facts) {
    struct findings *findings = findings_new();
    judge_with(judge_cert, facts, findings);
    return findings;
}

static void validity_gives_its_figures(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    six_days(facts);
    struct findings *findings = judged(facts);
    const struct finding *f = assert_finding(findings, "cert.validity", HERE, F, "expires-critical");
    assert_evidence(f, "days_left", "6");
    assert_evidence(f, "not_after", "\"2026-11-28T20:59:59Z\"");
    assert_evidence(f, "judged_at", "\"2026-11-21T21:00:00Z\"");
    assert_evidence(f, "crit_days", "7");
    findings_free(findings);
    expired(facts);
    findings = judged(facts);
    assert_evidence(assert_finding(findings, "cert.validity", HERE, F, "expired"), "days_left", "-1");
    findings_free(findings);
    facts_free(facts);
}

static bool list_speaks_of(const struct finding *f, const char *key, const char *id) {
    json_t *list = evidence_value(f, key);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strncmp(json_string_value(json_array_get(list, i)), id, strlen(id)) == 0)
            return true;
    return false;
}

/* What breaks, by release and leg: the table of field-facts 5. */
/* The clock of the box, as its answers date themselves, tells whether ours is wrong. */
static void clocks_are_compared(void **state) {
    (void)state;
    static const struct {
        int64_t off; /* of its clock to ours, in seconds */
        const char *says;
    } table[] = {{0, "\"The clocks of this machine and of the box agree\""},
                 {300, "\"The clocks of this machine and of the box agree\""},
                 {-300, "\"The clocks of this machine and of the box agree\""},
                 {301, "which is wrong?"},
                 {-86400, "which is wrong?"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct facts *facts = healthy_facts();
        not_yet(facts);
        endpoint_of(facts, EDGE1_HTTPS)->http.v[0]->date = facts->run.started + table[i].off;
        struct findings *findings = judged(facts);
        const struct finding *f = assert_finding(findings, "cert.validity", HERE, F, "not-yet-valid");
        char *clocks = json_dumps(evidence_value(f, "clocks"), JSON_ENCODE_ANY);
        assert_non_null(clocks);
        assert_non_null(strstr(clocks, table[i].says));
        free(clocks);
        findings_free(findings);
        facts_free(facts);
    }
    struct facts *facts = healthy_facts();
    not_yet(facts);
    struct findings *findings = judged(facts);
    assert_false(evidence_has(assert_finding(findings, "cert.validity", HERE, F, "not-yet-valid"), "clocks"));
    findings_free(findings);
    facts_free(facts);
}

static void eku_says_what_breaks_and_when(void **state) {
    (void)state;
    static const struct {
        bool of_c;
        const char *release, *breaks, *spares;
    } table[] = {
        {false, "X14.3", "upload", "ssh-tunnel"},
        {false, "X15.3.2", "sip-service", "traversal-zone"},
        {false, "X14.3", "cluster-database", "traversal-zone"},
        {false, "X15.4", "neighbor-zones", "sip-service"},
        {false, "X15.4", "neighbor-zones", "cluster-database"},
        {true, "X14.3", "cluster-database", "sip-service"},
        {true, "X15.4", "ssh-tunnel", "cluster-database"},
        {true, "X15.5", "traversal-zone", "cluster-database"},
        {true, "X15.5", "ssh-tunnel", "sip-service"},
        {true, "X15.5", "ucm", "neighbor-zones"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct facts *facts = healthy_deployment();
        if (table[i].of_c)
            c_has(facts, "serverAuth", table[i].release);
        else
            e_has(facts, "serverAuth", table[i].release);
        struct findings *findings = judged(facts);
        const struct finding *f = find_finding(findings, "cert.eku", table[i].of_c ? C_NODE : HERE);
        assert_non_null(f->cause);
        if (!list_speaks_of(f, "breaks", table[i].breaks) || list_speaks_of(f, "breaks", table[i].spares))
            fail_msg("row %zu: %s, %s", i, table[i].breaks, table[i].spares);
        assert_true(list_speaks_of(f, "releases", table[i].breaks));
        assert_evidence(f, "wanted", "[\"serverAuth\", \"clientAuth\"]");
        assert_evidence(f, "found", "[\"serverAuth\"]");
        findings_free(findings);
        facts_free(facts);
    }
}

/* Those of Unified CM that dial have to be clients, too (field-facts 5). */
static void purposes_need_what_they_need(void **state) {
    (void)state;
    static const struct {
        const char *purpose;
        enum status status;
        const char *cause;
    } purposes[] = {{"callmanager", F, "missing-client"},
                    {"callmanager-ecdsa", F, "missing-client"},
                    {"capf", P, NULL},
                    {"ipsec", P, NULL},
                    {"tomcat", W, "missing-client-soon"},
                    {"tvs", W, "missing-client-soon"}};
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        struct facts *facts = healthy_deployment();
        struct purpose_cert *its = ARENA_NEW(facts->arena, struct purpose_cert);
        its->purpose = (char *)purposes[i].purpose;
        LIST_ADD(facts->arena, &its->chain, cert_new(facts, UCM1));
        ekus(its->chain.v[0], facts->arena, "serverAuth");
        LIST_ADD(facts->arena, &facts->deployment->ucm.v[0]->certificates, its);
        struct findings *findings = judged(facts);
        assert_evidence(assert_finding(findings, "cert.eku", UCM1, purposes[i].status, purposes[i].cause),
                        "certificate", arena_printf(facts->arena, "\"%s\"", purposes[i].purpose));
        findings_free(findings);
        facts_free(facts);
    }
}

/* The database of a cluster: of one that is named, or of two nodes. */
static void a_cluster_has_a_database(void **state) {
    (void)state;
    static const struct {
        bool is_named;
        size_t nodes;
        bool has_database;
    } clusters[] = {{true, 1, true}, {false, 1, false}, {false, 2, true}};
    for (size_t i = 0; i < sizeof clusters / sizeof *clusters; i++) {
        struct facts *facts = healthy_deployment();
        struct expressway *c = &facts->deployment->c;
        c_has(facts, "serverAuth", "X14.3");
        c->cluster = clusters[i].is_named ? c->cluster : NULL;
        while (c->nodes.n < clusters[i].nodes)
            add_node(facts, &c->nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
        struct findings *findings = judged(facts);
        const struct finding *f = assert_finding(findings, "cert.eku", C_NODE, F, "missing-client");
        assert_true(list_speaks_of(f, "breaks", "cluster-database") == clusters[i].has_database);
        findings_free(findings);
        facts_free(facts);
    }
}

/* The same certificate on three ports is a finding for each; another key's certificate is named. */
static void each_endpoint_has_its_finding(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    expired(facts);
    struct tls_attempt *ecdsa = variant_of(facts, endpoint_of(facts, EDGE1_SIP), PURPOSE_ECDSA);
    struct cert *other = cert_new(facts, EDGE1);
    other->key_type = KEY_EC;
    other->key_curve = (char *)"secp384r1";
    cert_set_serial(facts, other, 9);
    ecdsa->chain = (struct certs){NULL, 0};
    LIST_ADD(facts->arena, &ecdsa->chain, other);
    struct findings *findings = judged(facts);
    assert_finding(findings, "cert.validity", EDGE1_HTTPS, F, "expired");
    assert_finding(findings, "cert.validity", EDGE1_XMPP, F, "expired");
    assert_evidence(assert_finding(findings, "cert.validity", EDGE1_SIP, F, "expired"), "certificate",
                    "\"rsa\"");
    assert_evidence(assert_finding(findings, "cert.validity", EDGE1_SIP, P, NULL), "certificate",
                    "\"ecdsa\"");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_holds),
        cmocka_unit_test(every_cause_is_raised),
        cmocka_unit_test(findings_tell),
        cmocka_unit_test(validity_gives_its_figures),
        cmocka_unit_test(clocks_are_compared),
        cmocka_unit_test(eku_says_what_breaks_and_when),
        cmocka_unit_test(purposes_need_what_they_need),
        cmocka_unit_test(a_cluster_has_a_database),
        cmocka_unit_test(each_endpoint_has_its_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
