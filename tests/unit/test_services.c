/* Does the table of services agree with itself, and with the rows that speak of the same ports? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "catalogue/guidance.h"
#include "checks/seen.h"
#include "facts/services.h"

static void no_port_of_a_box_stands_twice(void **state) {
    (void)state;
    for (const struct service *s = services; s->name != NULL; s++) {
        assert_ptr_equal(service_at(s->role, s->port), s);
        assert_true(s->when != SERVICE_ALWAYS || s->leg != LEG_OTHER);
    }
    assert_null(service_at(ROLE_EXPRESSWAY_E, 9));
}

/* What a run asks of Unified CM and IM and Presence is shown by one of their certificates. */
static void ports_inside_show_a_known_certificate(void **state) {
    (void)state;
    int count = 0;
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->role == ROLE_UCM || s->role == ROLE_IMP) {
            assert_non_null(purpose_on_port(s->role, s->port, false));
            count++;
        }
    assert_int_equal(count, 7);
    assert_string_equal(port_certificate(ROLE_UCM, PORT_TFTP_TLS), "tomcat");
    assert_string_equal(port_certificate(ROLE_IMP, PORT_XCP), "cup-xmpp");
    assert_string_equal(port_certificate(ROLE_IMP, PORT_XMPP_SERVER), "cup-xmpp-s2s");
    assert_null(port_certificate(ROLE_EXPRESSWAY_E, PORT_MRA));
}

static const struct {
    int port;
    enum protocol protocol;
    const char *starttls;
    bool is_edge; /* what clients and zones find there */
} rows[] = {
    {PORT_MRA, PROTOCOL_TLS, NULL, true},
    {PORT_SIP_TLS, PROTOCOL_TLS, NULL, true},
    {PORT_SIP_MUTUAL, PROTOCOL_TLS, NULL, true},
    {PORT_XMPP, PROTOCOL_XMPP, "xmpp", true},
    {PORT_ZONE, PROTOCOL_TLS, NULL, true},
    {PORT_TUNNEL, PROTOCOL_SSH, NULL, true},
    {PORT_HTTPS, PROTOCOL_TLS, NULL, false},
    {PORT_HTTP, PROTOCOL_TLS, NULL, false},
    {PORT_SSH, PROTOCOL_SSH, NULL, false},
    {PORT_XCP, PROTOCOL_TLS, NULL, false},
    {PORT_XMPP_SERVER, PROTOCOL_XMPP_SERVER, "xmpp-server", true},
    {9, PROTOCOL_TLS, NULL, false},
};

static void a_number_alone_tells_what_speaks(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(protocol_at(rows[i].port), rows[i].protocol);
        assert_int_equal(service_of_edge(rows[i].port) != NULL, rows[i].is_edge);
        if (rows[i].starttls == NULL)
            assert_null(starttls_at(rows[i].port));
        else
            assert_string_equal(starttls_at(rows[i].port), rows[i].starttls);
    }
    assert_string_equal(starttls_of(PROTOCOL_XMPP), "xmpp");
    assert_null(starttls_of(PROTOCOL_SIP));
    assert_string_equal(starttls_of(PROTOCOL_XMPP_SERVER), "xmpp-server");
    assert_int_equal(protocol_of_starttls("xmpp"), PROTOCOL_XMPP);
    assert_int_equal(protocol_of_starttls("xmpp-server"), PROTOCOL_XMPP_SERVER);
    assert_int_equal(port_of_starttls("xmpp"), PORT_XMPP);
    assert_int_equal(port_of_starttls("xmpp-server"), PORT_XMPP_SERVER);
    assert_true(starttls_is_known("xmpp"));
    assert_false(starttls_is_known("smtp"));
    assert_int_equal(zone_usual_port(ZONE_UC_TRAVERSAL), 7001);
    assert_int_equal(zone_usual_port(ZONE_NEIGHBOR), 5061);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_port_of_a_box_stands_twice),
                                       cmocka_unit_test(ports_inside_show_a_known_certificate),
                                       cmocka_unit_test(a_number_alone_tells_what_speaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
