/* Which services does a deployment have? The table; see services.h. Ports are field-facts 1.2 (Expressway-E),
 * 1.3 (Expressway-C) and 9 (Unified CM, IM and Presence). */
#include "facts/services.h"

#include <string.h>

static const char xmpp[] = "xmpp", xmpp_server[] = "xmpp-server"; /* RFC 6120 5 and 4.8.3 */

const struct service services[] = {
    {"MRA log-in", ROLE_EXPRESSWAY_E, PORT_MRA, PROTOCOL_HTTPS, LEG_CLIENT, NULL, SERVICE_ALWAYS},
    {"SIP over TLS", ROLE_EXPRESSWAY_E, PORT_SIP_TLS, PROTOCOL_SIP, LEG_CLIENT, NULL, SERVICE_ALWAYS},
    {"XMPP", ROLE_EXPRESSWAY_E, PORT_XMPP, PROTOCOL_XMPP, LEG_CLIENT, xmpp, SERVICE_ALWAYS},
    {"web administration", ROLE_EXPRESSWAY_E, PORT_HTTPS, PROTOCOL_TLS, LEG_ADMIN, NULL, SERVICE_ALWAYS},
    {"traversal zone", ROLE_EXPRESSWAY_E, PORT_ZONE, PROTOCOL_SIP, LEG_ZONE, NULL, SERVICE_ZONE},
    {"SSH tunnels", ROLE_EXPRESSWAY_E, PORT_TUNNEL, PROTOCOL_SSH, LEG_TUNNEL, NULL, SERVICE_ZONE},
    {"XMPP federation", ROLE_EXPRESSWAY_E, PORT_XMPP_SERVER, PROTOCOL_XMPP_SERVER, LEG_OTHER, xmpp_server,
     SERVICE_FEDERATION},
    {"SIP, mutual TLS", ROLE_EXPRESSWAY_E, PORT_SIP_MUTUAL, PROTOCOL_SIP, LEG_CLIENT, NULL, SERVICE_NEVER},
    {"ACME challenges", ROLE_EXPRESSWAY_E, PORT_HTTP, PROTOCOL_TLS, LEG_CLIENT, NULL, SERVICE_ACME},
    {"web administration", ROLE_EXPRESSWAY_C, PORT_HTTPS, PROTOCOL_TLS, LEG_ADMIN, NULL, SERVICE_ALWAYS},
    {"SIP over TLS", ROLE_EXPRESSWAY_C, PORT_SIP_TLS, PROTOCOL_TLS, LEG_ADMIN, NULL, SERVICE_ALWAYS},
    {"Tomcat", ROLE_UCM, PORT_MRA, PROTOCOL_TLS, LEG_UCM, NULL, SERVICE_ALWAYS},
    {"TFTP over TLS", ROLE_UCM, PORT_TFTP_TLS, PROTOCOL_TLS, LEG_UCM, NULL, SERVICE_ALWAYS},
    {"SIP over TLS", ROLE_UCM, PORT_SIP_TLS, PROTOCOL_TLS, LEG_UCM, NULL, SERVICE_ALWAYS},
    {"Tomcat", ROLE_IMP, PORT_MRA, PROTOCOL_TLS, LEG_IMP, NULL, SERVICE_ALWAYS},
    {"XMPP router", ROLE_IMP, PORT_XCP, PROTOCOL_TLS, LEG_IMP, NULL, SERVICE_ALWAYS},
    {"XMPP", ROLE_IMP, PORT_XMPP, PROTOCOL_XMPP, LEG_IMP, xmpp, SERVICE_NEVER},
    {"XMPP federation", ROLE_IMP, PORT_XMPP_SERVER, PROTOCOL_XMPP_SERVER, LEG_IMP, xmpp_server,
     SERVICE_NEVER},
    {"SSH", ROLE_NONE, PORT_SSH, PROTOCOL_SSH, LEG_OTHER, NULL, SERVICE_NEVER},
    {NULL, ROLE_NONE, 0, PROTOCOL_TLS, LEG_OTHER, NULL, SERVICE_NEVER}};

const struct service *service_at(enum role role, int port) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->role == role && s->port == port)
            return s;
    return NULL;
}

const struct service *service_of_edge(int port) {
    const struct service *s = service_at(ROLE_EXPRESSWAY_E, port);
    return s == NULL || s->leg == LEG_ADMIN || s->when == SERVICE_ACME ? NULL : s;
}

const char *starttls_at(int port) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->port == port && s->starttls != NULL)
            return s->starttls;
    return NULL;
}

const char *starttls_of(enum protocol protocol) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->protocol == protocol)
            return s->starttls;
    return NULL;
}

bool starttls_is_known(const char *word) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->starttls != NULL && strcmp(s->starttls, word) == 0)
            return true;
    return false;
}

const char *starttls_words(struct arena *arena) {
    char *all = arena_text(arena, "");
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->starttls != NULL && strstr(all, s->starttls) == NULL)
            all = arena_printf(arena, "%s%s%s", all, *all != 0 ? " or " : "", s->starttls);
    return all;
}

enum protocol protocol_of_starttls(const char *word) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->starttls != NULL && strcmp(s->starttls, word) == 0)
            return s->protocol;
    return PROTOCOL_TLS;
}

int port_of_starttls(const char *word) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->starttls != NULL && strcmp(s->starttls, word) == 0)
            return s->port;
    return 0;
}

/* HTTPS and SIP are TLS from the first byte alike, so their ports tell no more than that. */
enum protocol protocol_at(int port) {
    const struct service *s = service_of_edge(port);
    if (s == NULL)
        s = service_at(ROLE_NONE, port);
    return s != NULL && (s->protocol == PROTOCOL_SSH || s->starttls != NULL) ? s->protocol : PROTOCOL_TLS;
}

int zone_usual_port(enum zone_type type) {
    return type == ZONE_NEIGHBOR ? PORT_SIP_TLS : PORT_ZONE;
}
