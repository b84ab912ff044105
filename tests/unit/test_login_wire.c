/* Is what a log-in hears read rightly, and does nothing hostile in it get through? XML, cookies, digest,
 * REGISTER and its answers, XMPP from authentication to binding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/cookie.h"
#include "wire/digest.h"
#include "wire/edge_xml.h"
#include "wire/sip_register.h"
#include "wire/xml.h"
#include "wire/xmpp_login.h"

static struct arena *arena;

static int open_arena(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- XML ---- */

static const struct {
    const char *text, *error; /* error NULL: it is read */
} documents[] = {
    {"<a/>", NULL},
    {"<?xml version='1.0' encoding='UTF-8'?><a>t</a>", NULL},
    {"<a><!-- note --><b>&lt;&amp;&#65;</b></a>", NULL},
    {"", "no element"},
    {"words", "syntax"},
    {"<a>", "no element"},
    {"<a></b>", "mismatched"},
    {"<a/><b/>", "junk"},
    {"<!DOCTYPE a><a/>", "DOCTYPE"},
    {"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "DOCTYPE"},
    {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "DOCTYPE"},
    {"<!DOCTYPE a [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><a>&b;</a>", "DOCTYPE"},
    {"<a>&undefined;</a>", "undefined entity"},
    {"<a>\x01</a>", "invalid token"},
    {"<a>\xff</a>", "invalid token"},
    {"<a b='1' b='2'/>", "duplicate"},
};

static void documents_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        char *error = NULL;
        const struct xml *x =
            xml_read(arena, (const uint8_t *)documents[i].text, strlen(documents[i].text), &error);
        if ((x != NULL) != (documents[i].error == NULL) ||
            (x == NULL && strstr(error, documents[i].error) == NULL))
            fail_msg("%s: %s", documents[i].text, x != NULL ? "read" : error);
    }
}

static char *repeated(const char *text, size_t times, const char *middle, const char *end) {
    size_t size = (strlen(text) + strlen(end)) * times + strlen(middle) + 1;
    char *all = calloc(1, size), *at = all;
    for (size_t i = 0; i < times; i++)
        at += sprintf(at, "%s", text);
    at += sprintf(at, "%s", middle);
    for (size_t i = 0; i < times; i++)
        at += sprintf(at, "%s", end);
    return all;
}

static void assert_limit(char *text, const char *wanted) {
    char *error = NULL;
    const struct xml *x = xml_read(arena, (const uint8_t *)text, strlen(text), &error);
    if (wanted == NULL ? x == NULL : x != NULL || strstr(error, wanted) == NULL)
        fail_msg("%.40s…: %s", text, x != NULL ? "read" : error);
    free(text);
}

static void documents_have_limits(void **state) {
    (void)state;
    assert_limit(repeated("<a>", XML_DEPTH_MAX, "", "</a>"), NULL);
    assert_limit(repeated("<a>", XML_DEPTH_MAX + 1, "", "</a>"), "deeply");
    char *many = repeated("<b/>", XML_ELEMENTS_MAX - 1, "", ""), *whole;
    assert_true(asprintf(&whole, "<a>%s</a>", many) > 0);
    assert_limit(whole, NULL);
    assert_true(asprintf(&whole, "<a>%s<b/></a>", many) > 0);
    assert_limit(whole, "too many");
    free(many);
    assert_limit(repeated("x", XML_SIZE_MAX + 1, "", ""), "1 MiB");
}

static void trees_are_walked(void **state) {
    (void)state;
    static const char text[] = "<r v='1'><s> one </s><t>a<u/>b</t><s>two</s><n:s xmlns:n='x'>three</n:s></r>";
    char *error;
    const struct xml *r = xml_read(arena, (const uint8_t *)text, strlen(text), &error);
    assert_string_equal(xml_attribute(r, "v"), "1");
    assert_null(xml_attribute(r, "w"));
    const struct xml *s = xml_child(r, "s");
    assert_string_equal(s->text, "one");
    s = xml_next(s, "s");
    assert_string_equal(s->text, "two");
    s = xml_next(s, "s");
    assert_string_equal(s->text, "three");
    assert_null(xml_next(s, "s"));
    assert_string_equal(xml_child(r, "t")->text, "ab");
    assert_null(xml_text_of(xml_child(r, "t"), "u"));
    assert_null(xml_child(NULL, "x"));
}

/* ---- the edge's own documents ---- */

static const char config_text[] = /* in the form of TN-211304 */
    "<?xml version='1.0' encoding='UTF-8'?><getEdgeConfigResponse version='1.0'><serviceConfig>"
    "<service><name>_cisco-phone-tftp</name><error>NameError</error></service>"
    "<service><name>_cuplogin</name><error>NameError</error></service>"
    "<service><name>_cisco-uds</name><server><priority>1</priority><weight>2</weight><port>8443</port>"
    "<address>cucm.example.com.</address></server></service>"
    "<service><name>tftpServer</name><address>cucm.example.com</address><address></address></service>"
    "</serviceConfig><edgeConfig><sipEdgeServer><server><address>e.example.com</address>"
    "<tlsPort>5061</tlsPort></server></sipEdgeServer><sipRequest><route>&lt;sip:192.0.2.1:5061;transport=tls;"
    "zone-id=3;directed;lr&gt;</route></sipRequest><xmppEdgeServer><server><address>e.example.com</address>"
    "<tlsPort>5222</tlsPort></server></xmppEdgeServer><httpEdgeServer><server><address>e.example.com</"
    "address>"
    "<tlsPort>8443</tlsPort></server><server><address>f.example.com</address><tlsPort>99999</tlsPort></"
    "server>"
    "</httpEdgeServer><turnEdgeServer/><userUdsServer><server><address>cucm.example.com</address>"
    "<tlsPort>8443</tlsPort></server></userUdsServer></edgeConfig></getEdgeConfigResponse>";

static void edge_config_is_read(void **state) {
    (void)state;
    struct edge_config config = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    char *error;
    assert_true(edge_config_read(arena, (const uint8_t *)config_text, strlen(config_text), &config, &error));
    assert_int_equal(config.services.n, 4);
    assert_string_equal(config.services.v[0]->error, "NameError");
    assert_null(config.services.v[2]->error);
    assert_int_equal(config.services.v[2]->servers.v[0]->port, 8443);
    assert_int_equal(config.services.v[2]->servers.v[0]->weight, 2);
    assert_int_equal(config.services.v[3]->servers.n, 1);
    assert_string_equal(config.sip.v[0]->address, "e.example.com");
    assert_int_equal(config.xmpp.v[0]->port, 5222);
    assert_int_equal(config.http.n, 2);
    assert_int_equal(config.http.v[1]->port, 0); /* no port */
    assert_string_equal(config.uds.v[0]->address, "cucm.example.com");
    assert_string_equal(config.routes.v[0], "<sip:192.0.2.1:5061;transport=tls;zone-id=3;directed;lr>");
}

static bool config_good(const uint8_t *b, size_t n, char **error) {
    struct edge_config into = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    return edge_config_read(arena, b, n, &into, error);
}
static bool sso_good(const uint8_t *b, size_t n, char **error) {
    struct edge_sso into = {false, false, NULL};
    return edge_sso_read(arena, b, n, &into, error);
}
#define UDS_GOOD(name)                                                                                       \
    static bool name##_good(const uint8_t *b, size_t n, char **error) {                                      \
        struct uds into = {.knows_user = false};                                                             \
        return uds_##name##_read(arena, b, n, &into, error);                                                 \
    }
UDS_GOOD(cluster_user)
UDS_GOOD(servers)
UDS_GOOD(user)
UDS_GOOD(devices)

static const struct {
    bool (*read)(const uint8_t *, size_t, char **);
    const char *text, *error; /* error NULL: good */
} answers[] = {
    {config_good, "<html/>", "<html>, wanted <getEdgeConfigResponse>"},
    {config_good, "<getEdgeConfigResponse/>", "without edgeConfig"},
    {config_good, "<getEdgeConfigResponse><edgeConfig/></getEdgeConfigResponse>", NULL},
    {config_good, "<getEdgeConfigResponse>", "no element"},
    {sso_good, "<SSOResult/>", NULL},
    {sso_good, "<ssoresult/>", "wanted <SSOResult>"},
    {cluster_user_good, "<clusterUser><result found='true'/></clusterUser>", NULL},
    {cluster_user_good, "<clusterUser><result/></clusterUser>", "found"},
    {cluster_user_good, "<clusterUser/>", "found"},
    {servers_good, "<servers/>", NULL},
    {servers_good, "<server/>", "wanted <servers>"},
    {user_good, "<user><userName>alice</userName></user>", NULL},
    {user_good, "<user><id>1</id></user>", "userName"},
    {devices_good, "<devices/>", NULL},
    {devices_good, "words", "syntax"},
};

static void answers_are_told_apart(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        char *error = NULL;
        bool good = answers[i].read((const uint8_t *)answers[i].text, strlen(answers[i].text), &error);
        if (good != (answers[i].error == NULL) || (!good && strstr(error, answers[i].error) == NULL))
            fail_msg("%s: %s", answers[i].text, good ? "good" : error);
    }
}

static void uds_is_read(void **state) {
    (void)state;
    static const char user[] = "<clusterUser version='11'><result found='TRUE' uri='x'/><homeCluster "
                               "serversUri='https://h:8443/cucm-uds/servers'>h.example.com</homeCluster>"
                               "</clusterUser>",
                      servers[] = "<servers><server>a.example.com</server><server/></servers>",
                      self[] = "<user><userName>alice</userName><homeCluster enableImAndPresence='true'>true"
                               "</homeCluster><serviceProfile uri='http://h:6970/SPDefault.cnf.xml'/></user>",
                      devices[] =
                          "<devices><device><name>CSFALICE</name><model>Cisco Unified Client Services "
                          "Framework</model></device><device><id>2</id></device></devices>",
                      sso[] = "<SSOResult version='1.0'><Response><SingleSignOn><Status enabled='true'/><Uri>"
                              "https://e/#(d)/authorization</Uri></SingleSignOn><OAuth><Status "
                              "enabled='false'/></OAuth></Response></SSOResult>";
    struct uds uds = {.knows_user = false};
    struct edge_sso read = {false, false, NULL};
    char *error;
#define READ(reader, text) reader(arena, (const uint8_t *)(text), strlen(text), &uds, &error)
    assert_true(READ(uds_cluster_user_read, user) && READ(uds_servers_read, servers) &&
                READ(uds_user_read, self) && READ(uds_devices_read, devices));
    assert_true(uds.found && uds.has_home_cluster && uds.has_service_profile);
    assert_string_equal(uds.home_cluster, "h.example.com");
    assert_int_equal(uds.servers.n, 1);
    assert_string_equal(uds.user_id, "alice");
    assert_int_equal(uds.devices.n, 1);
    assert_string_equal(uds.devices.v[0]->name, "CSFALICE");
    assert_true(edge_sso_read(arena, (const uint8_t *)sso, strlen(sso), &read, &error));
    assert_true(read.single_sign_on && !read.oauth);
    assert_string_equal(read.uri, "https://e/#(d)/authorization");
}

/* ---- cookies ---- */

enum { NOW = 1800000000 }; /* 2027-01-15T08:00:00Z */

static const struct {
    const char *text, *value; /* value NULL: not taken */
    const char *domain, *path;
    bool secure, http_only, has_expiry;
    int lifetime;
} cookies[] = {
    {" X-Auth=abc-123; Expires=Fri, 15 Jan 2027 16:00:00 GMT; Domain=.Example.com; Path=/; Secure", "abc-123",
     "example.com", "/", true, false, true, 28800},
    {"X-Auth=a", "a", NULL, NULL, false, false, false, 0},
    {"X-Auth=a; HttpOnly;secure ;domain=e.example.com", "a", "e.example.com", NULL, true, true, false, 0},
    {"X-Auth=a; Max-Age=60; Expires=Fri, 15 Jan 2027 16:00:00 GMT", "a", NULL, NULL, false, false, true, 60},
    {"X-Auth=a; Max-Age=-1", "a", NULL, NULL, false, false, true, -1},
    {"X-Auth=a; Max-Age=soon", "a", NULL, NULL, false, false, false, 0},
    {"X-Auth=a; Expires=Friday, 15-Jan-27 08:01:00 GMT", "a", NULL, NULL, false, false, true, 60},
    {"X-Auth=a; Expires=Fri Jan 15 08:01:00 2027", "a", NULL, NULL, false, false, true, 60},
    {"X-Auth=a; Expires=yesterday", "a", NULL, NULL, false, false, false, 0},
    {"X-Auth=a; Expires=Fri, 32 Jan 2027 08:01:00 GMT", "a", NULL, NULL, false, false, false, 0},
    {"X-Auth=a; Domain=; Path=x", "a", NULL, NULL, false, false, false, 0},
    {"X-Auth=a;;; ;=;Domain", "a", NULL, NULL, false, false, false, 0},
    {"x-auth=a", NULL, NULL, NULL, false, false, false, 0}, /* names are case-sensitive */
    {"X-Auth", NULL, NULL, NULL, false, false, false, 0},
    {"X-Auth=", NULL, NULL, NULL, false, false, false, 0},
    {"X-Auth=a b", NULL, NULL, NULL, false, false, false, 0},
    {"X-Auth=a\r\nX: y", NULL, NULL, NULL, false, false, false, 0},
    {"Other=a; X-Auth=b", NULL, NULL, NULL, false, false, false, 0},
    {"", NULL, NULL, NULL, false, false, false, 0},
};

static bool same(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void cookies_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cookies / sizeof *cookies; i++) {
        struct session_cookie c = {NULL, NULL, NULL, false, false, false, 0};
        struct secret_text *value = secret_new();
        bool taken = cookie_read(arena, cookies[i].text, strlen(cookies[i].text), "X-Auth", NOW, &c, value);
        if (taken != (cookies[i].value != NULL) ||
            (taken && (strcmp(value->text, cookies[i].value) != 0 || !same(c.domain, cookies[i].domain) ||
                       !same(c.path, cookies[i].path) || c.secure != cookies[i].secure ||
                       c.http_only != cookies[i].http_only || c.has_expiry != cookies[i].has_expiry ||
                       c.lifetime_s != cookies[i].lifetime)))
            fail_msg("%s: taken %d domain %s path %s lifetime %d", cookies[i].text, taken,
                     c.domain == NULL ? "-" : c.domain, c.path == NULL ? "-" : c.path, c.lifetime_s);
        secret_free(value);
    }
}

static void cookies_fit_hosts(void **state) {
    (void)state;
    static const struct {
        const char *domain, *host;
        bool fits;
    } rows[] = {{NULL, "e.example.com", true},
                {"example.com", "e.example.com", true},
                {"example.com", "E.EXAMPLE.COM", true},
                {"e.example.com", "e.example.com", true},
                {"example.com", "eexample.com", false},
                {"e.example.com", "example.com", false},
                {"example.org", "e.example.com", false},
                {"com", "e.example.com", false},
                {"", "e.example.com", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct session_cookie c = {.domain = arena_text(arena, rows[i].domain)};
        if (cookie_fits(&c, rows[i].host) != rows[i].fits)
            fail_msg("%s at %s", rows[i].domain, rows[i].host);
    }
}

/* ---- digest ---- */

/* RFC 7616 3.9.1, and RFC 2617 3.5. */
static void digests_are_those_of_the_rfcs(void **state) {
    (void)state;
    static const struct {
        const char *challenge, *user, *password, *cnonce, *response;
    } rows[] = {
        {"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, "
         "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"F\"",
         "Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
         "8ca523f5e9506fed4657c9700eebdbec"},
        {"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
         "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
         "Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
         "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
        {"Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
         "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
         "Mufasa", "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"},
        {"Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"", "Mufasa",
         "Circle Of Life", "0a4f113b", "670fd8c2df070c60b045671b8b24ff02"}, /* RFC 2069's form */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct challenge c;
        struct secret_text *out = secret_new();
        assert_true(challenge_read(arena, rows[i].challenge, strlen(rows[i].challenge), &c));
        assert_true(digest_is_known(&c));
        struct digest_request request = {
            "GET", "/dir/index.html", rows[i].user, rows[i].password, rows[i].cnonce, 1};
        digest_write(&c, &request, out);
        const char *wanted = arena_printf(arena, "response=\"%s\"", rows[i].response);
        if (strstr(out->text, wanted) == NULL)
            fail_msg("row %zu: %s", i, out->text);
        assert_null(strstr(out->text, rows[i].password));
        secret_free(out);
    }
}

static void challenges_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool read, known;
    } rows[] = {
        {"Digest realm=\"e\", nonce=\"n\"", true, true},
        {"digest Realm = e ,nonce=n", true, true},
        {"Digest realm=\"a\\\"b\", nonce=\"n\", stale=TRUE", true, true},
        {"Digest realm=\"e\", nonce=\"n\", algorithm=SHA-256", true, true},
        {"Digest realm=\"e\", nonce=\"n\", algorithm=SHA-512-256", true, false},
        {"Digest realm=\"e\", nonce=\"n\", qop=\"auth-int\"", true, false},
        {"Digest realm=\"e\"", true, false},
        {"Digest nonce=\"n\"", true, false},
        {"Bearer realm=\"ccmsipline\"", true, false},
        {"Basic", true, false},
        {"", false, false},
        {"Digest realm=\"open", false, false},
        {"Digest realm", false, false},
        {"Digest =x", false, false},
        {"Digest realm=\"a\rb\"", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct challenge c;
        bool read = challenge_read(arena, rows[i].text, strlen(rows[i].text), &c);
        if (read != rows[i].read || (read && digest_is_known(&c) != rows[i].known))
            fail_msg("%s: read %d", rows[i].text, read);
    }
    struct challenge weak, strong;
    challenge_read(arena, rows[0].text, strlen(rows[0].text), &weak);
    challenge_read(arena, rows[3].text, strlen(rows[3].text), &strong);
    assert_true(digest_strength(&strong) > digest_strength(&weak) && digest_strength(&weak) > 0);
}

/* ---- REGISTER ---- */

static const struct register_form form = {.registrar = "cucm.example.com",
                                          .user = "alice smith",
                                          .route = "<sip:192.0.2.1:5061;transport=tls;zone-id=3;directed;lr>",
                                          .device = "CSFALICE",
                                          .local = "192.0.2.7",
                                          .local_port = 5061,
                                          .call_id = "c0ffee",
                                          .tag = "7a6",
                                          .instance = "0123456789ab",
                                          .branch = "b1",
                                          .sequence = 2,
                                          .expires = 120};

static void registers_are_written(void **state) {
    (void)state;
    struct secret_text *out = secret_new();
    struct sip_exchange exchange = {0};
    size_t used;
    const char *fault;
    register_write(arena, &form, "Authorization: Digest x=\"y\"", out);
    assert_int_equal(sip_frame((const uint8_t *)out->text, out->size, &used, &fault), FRAMING_WHOLE);
    assert_int_equal(used, out->size);
    assert_true(sip_is_request((const uint8_t *)out->text, out->size));
    sip_read(arena, (const uint8_t *)out->text, out->size, &exchange);
    assert_string_equal(exchange.fault, "a request, not a response"); /* and nothing worse */
    static const char *const wanted[] = {
        "REGISTER sip:cucm.example.com SIP/2.0\r\n",
        "\r\nRoute: <sip:192.0.2.1:5061;transport=tls;zone-id=3;directed;lr>\r\n",
        "\r\nTo: <sip:alice%20smith@cucm.example.com>\r\n",
        "\r\nCSeq: 2 REGISTER\r\n",
        "+u.sip!devicename.ccm.cisco.com=\"CSFALICE\";+u.sip!model.ccm.cisco.com=\"503\"\r\n",
        "+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-0123456789ab>\"",
        "\r\nExpires: 120\r\n",
        "\r\nUser-Agent: edgeprobe\r\n",
        "\r\nAuthorization: Digest x=\"y\"\r\n"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strstr(out->text, wanted[i]) == NULL)
            fail_msg("%s\nis not in\n%s", wanted[i], out->text);
    secret_free(out);
}

static void headers_cannot_be_ended(void **state) {
    (void)state;
    static const char *const routes[] = {
        "<sip:a;lr>\r\nX: y", "<sip:a>,<sip:b>", "sip:a", "<sip:a", "<http://a>",
        "<sip:a\r>",          "<sip:\">",        "",      "<>"};
    static const char *const hosts[] = {"", "a b", "a\r\nb", "a>", "a@b", "a/b", "a:1"};
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        assert_false(register_route_is_safe(routes[i]));
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        assert_false(register_host_is_safe(hosts[i]));
    assert_true(register_route_is_safe(form.route));
    assert_true(register_route_is_safe("<sip:[2001:db8::1]:5061;lr>"));
    assert_true(register_host_is_safe("cucm-1.example_x.com"));
    assert_true(register_name_is_safe("SEP001122334455"));
    assert_false(register_name_is_safe("SEP\"x"));
    assert_string_equal(register_user(arena, "a@b\r\n<x>"), "a%40b%0D%0A%3Cx%3E");
}

static void register_answers_are_read(void **state) {
    (void)state;
    static const char refused[] =
        "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/TLS x\r\n"
        "WWW-Authenticate: Digest realm=\"expe1.example.com\",\r\n nonce=\"n\", qop=\"auth\"\r\n"
        "www-authenticate : Digest realm=\"expe1.example.com\", nonce=\"m\", algorithm=SHA-256\r\n"
        "Proxy-Authenticate: Bearer realm=\"ccmsipline\"\r\nWWW-Authenticate: broken=\r\n\r\n";
    static const char granted[] =
        "SIP/2.0 200 OK\r\nContact: <sip:a@b>;expires=3600;+sip.instance=\"<urn:uuid:1>\", "
        "<sip:c@d>;+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-0123456789ab>\";expires=90\r\n"
        "Expires: 7\r\nWarning: 399 cucm \"port Mismatch\"\r\n\r\n";
    static const char brief[] = "SIP/2.0 423 Interval Too Brief\r\nMin-Expires: 600\r\n\r\n";
    struct register_answer a;
    register_read(arena, (const uint8_t *)refused, strlen(refused), form.instance, &a);
    assert_int_equal(a.challenge_count, 3);
    assert_string_equal(a.challenges[0].nonce, "n");
    assert_string_equal(a.challenges[1].algorithm, "SHA-256");
    assert_string_equal(a.challenges[2].scheme, "Bearer");
    register_read(arena, (const uint8_t *)granted, strlen(granted), form.instance, &a);
    assert_int_equal(a.expires, 90);
    assert_string_equal(a.warning, "399 cucm \"port Mismatch\"");
    register_read(arena, (const uint8_t *)granted, strlen(granted), "ffffffffffff", &a);
    assert_int_equal(a.expires, 7);
    register_read(arena, (const uint8_t *)brief, strlen(brief), form.instance, &a);
    assert_int_equal(a.min_expires, 600);
    register_read(arena, (const uint8_t *)"", 0, form.instance, &a);
    assert_int_equal(a.expires, -1);
}

/* ---- XMPP ---- */

#define STREAM                                                                                               \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "                                             \
    "xmlns:stream='http://etherx.jabber.org/streams' from='example.com' id='1' version='1.0'>"
#define SASL "urn:ietf:params:xml:ns:xmpp-sasl"

static const struct {
    const char *text;
    enum xmpp_word words[3]; /* until MORE */
    const char *condition, *jid, *error;
} streams[] = {
    {STREAM, {XMPP_WORD_MORE}, NULL, NULL, NULL},
    {STREAM "<stream:features><mechanisms xmlns='" SASL "'><mechanism>PLAIN</mechanism></mechanisms>"
            "</stream:features>",
     {XMPP_WORD_FEATURES},
     NULL,
     NULL,
     NULL},
    {STREAM "<success xmlns='" SASL "'/>", {XMPP_WORD_SUCCESS}, NULL, NULL, NULL},
    {STREAM "<failure xmlns='" SASL "'><text>no</text><not-authorized/></failure></stream:stream>",
     {XMPP_WORD_FAILURE, XMPP_WORD_END},
     "not-authorized",
     NULL,
     NULL},
    {STREAM "<challenge xmlns='" SASL "'>eA==</challenge>", {XMPP_WORD_CHALLENGE}, NULL, NULL, NULL},
    {STREAM "<iq type='result' id='edgeprobe-bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            "<jid>alice@example.com/edgeprobe</jid></bind></iq>",
     {XMPP_WORD_BOUND},
     NULL,
     "alice@example.com/edgeprobe",
     NULL},
    {STREAM "<iq type='error' id='edgeprobe-bind'><error code='409' type='cancel'><conflict "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
     {XMPP_WORD_UNBOUND},
     "conflict",
     NULL,
     NULL},
    {STREAM "<iq type='result' id='other'/><message/>", {XMPP_WORD_MORE}, NULL, NULL, NULL},
    {STREAM "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
     {XMPP_WORD_ERROR},
     "host-unknown",
     NULL,
     NULL},
    {STREAM "</stream:stream>", {XMPP_WORD_END}, NULL, NULL, NULL},
    {"<html/>", {XMPP_WORD_BROKEN}, NULL, NULL, "not an XMPP stream"},
    {"HTTP/1.1 400", {XMPP_WORD_BROKEN}, NULL, NULL, "not well-formed"},
    {"<!DOCTYPE x [<!ENTITY y 'z'>]>" STREAM, {XMPP_WORD_BROKEN}, NULL, NULL, "DOCTYPE"},
    {STREAM "<a><b></a>", {XMPP_WORD_BROKEN}, NULL, NULL, "mismatched"},
    {STREAM "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>", {XMPP_WORD_BROKEN}, NULL, NULL, "deeply"},
};

/* In pieces of that size each. */
static void assert_stream(size_t i, size_t piece) {
    struct xmpp_said said = {.condition = NULL};
    struct xmpp_words *words = xmpp_words_new(arena, &said);
    size_t size = strlen(streams[i].text), told = 0;
    for (size_t at = 0; at < size; at += piece) {
        size_t n = size - at < piece ? size - at : piece;
        enum xmpp_word word = xmpp_words_feed(words, (const uint8_t *)streams[i].text + at, n);
        for (; word != XMPP_WORD_MORE; word = xmpp_words_feed(words, NULL, 0))
            if (told > 2 || word != streams[i].words[told++])
                fail_msg("row %zu: word %d", i, (int)word);
    }
    if ((told < 3 && streams[i].words[told] != XMPP_WORD_MORE) ||
        !same(said.condition, streams[i].condition) || !same(said.jid, streams[i].jid) ||
        (streams[i].error != NULL && (said.error == NULL || strstr(said.error, streams[i].error) == NULL)))
        fail_msg("row %zu in pieces of %zu: told %zu, %s %s %s", i, piece, told,
                 said.condition == NULL ? "-" : said.condition, said.jid == NULL ? "-" : said.jid,
                 said.error == NULL ? "-" : said.error);
    xmpp_words_free(words);
}

static void streams_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        assert_stream(i, 100000);
        assert_stream(i, 1);
        assert_stream(i, 7);
    }
}

static void endless_streams_end(void **state) {
    (void)state;
    struct xmpp_said said = {.condition = NULL};
    struct xmpp_words *words = xmpp_words_new(arena, &said);
    static const char stanza[] = "<message>again and again</message>";
    enum xmpp_word word = xmpp_words_feed(words, (const uint8_t *)STREAM, strlen(STREAM));
    size_t times = 0;
    while (word == XMPP_WORD_MORE && times++ < 10000)
        word = xmpp_words_feed(words, (const uint8_t *)stanza, strlen(stanza));
    assert_int_equal(word, XMPP_WORD_BROKEN);
    assert_string_equal(said.error, "more than 64 KiB");
    assert_true(times < 2000);
    xmpp_words_free(words);
}

static void plain_is_that_of_the_rfc(void **state) {
    (void)state;
    struct secret_text *out = secret_new();
    xmpp_plain_write("tim", "tanstaaftanstaaf", out); /* RFC 4616 4 */
    assert_non_null(strstr(out->text, ">AHRpbQB0YW5zdGFhZnRhbnN0YWFm</auth>"));
    secret_free(out);
}

/* ---- secrets ---- */

static void secrets_grow_and_keep(void **state) {
    (void)state;
    struct secret_text *s = secret_new();
    for (int i = 0; i < 5000; i++)
        secret_print(s, "%04d", i);
    assert_int_equal(s->size, 20000);
    assert_int_equal(strlen(s->text), 20000);
    assert_memory_equal(s->text + 19996, "4999", 4);
    secret_base64(s, "ab", 2);
    assert_string_equal(s->text + 20000, "YWI=");
    secret_free(s);
    secret_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(documents_are_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(documents_have_limits, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(trees_are_walked, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(edge_config_is_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(answers_are_told_apart, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(uds_is_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(cookies_are_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(cookies_fit_hosts, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(digests_are_those_of_the_rfcs, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(challenges_are_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(registers_are_written, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(headers_cannot_be_ended, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(register_answers_are_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(streams_are_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(endless_streams_end, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(plain_is_that_of_the_rfc, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(secrets_grow_and_keep, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
