/* What do the XML answers of a log-in say? See edge_xml.h. */
#include "wire/edge_xml.h"

#include <stdlib.h>
#include <string.h>

#include "wire/xml.h"

enum { ITEMS_MAX = 200, VALUE_MAX = 512, PORT_MAX = 65535 };

/* The document, when its root has that name. */
static const struct xml *root_of(struct arena *arena, const uint8_t *bytes, size_t size, const char *name,
                                 char **error) {
    *error = NULL;
    const struct xml *root = xml_read(arena, bytes, size, error);
    if (root != NULL && strcmp(root->name, name) == 0)
        return root;
    if (root != NULL)
        *error = arena_printf(arena, "the document is <%.60s>, wanted <%s>", root->name, name);
    return NULL;
}

static char *value(struct arena *arena, const char *text) {
    return text == NULL ? NULL : text_from_wire_cut(arena, text, strlen(text), VALUE_MAX);
}

/* 0 for what is no such number. */
static int number(const char *text, int most) {
    int64_t is = 0;
    return text != NULL && number_read(text, strlen(text), most, &is) ? (int)is : 0;
}

static bool is_true(const char *text) {
    return text_same_case_blind(text, "true");
}

/* ---- getEdgeConfigResponse ---- */

struct servers {
    struct edge_server **v;
    size_t n;
};

static void server_add(struct arena *arena, struct servers *to, const struct xml *from, const char *port) {
    struct edge_server *s = ARENA_NEW(arena, struct edge_server);
    s->address = value(arena, xml_text_of(from, "address"));
    s->port = number(xml_text_of(from, port), PORT_MAX);
    s->priority = number(xml_text_of(from, "priority"), PORT_MAX);
    s->weight = number(xml_text_of(from, "weight"), PORT_MAX);
    if (to->n < ITEMS_MAX)
        LIST_ADD(arena, to, s);
}

/* A `server` without an address is what an unset one looks like: it names none. */
static void edge_servers(struct arena *arena, const struct xml *config, const char *name,
                         struct servers *to) {
    const struct xml *kind = xml_child(config, name);
    for (const struct xml *s = xml_child(kind, "server"); s != NULL; s = xml_next(s, "server"))
        if (xml_text_of(s, "address") != NULL)
            server_add(arena, to, s, "tlsPort");
}

/* tftpServer has bare addresses (TN-211304). */
static void service_add(struct arena *arena, struct edge_config *config, const struct xml *from) {
    struct edge_service *service = ARENA_NEW(arena, struct edge_service);
    struct servers servers = {NULL, 0};
    service->name = value(arena, xml_text_of(from, "name"));
    service->error = value(arena, xml_text_of(from, "error"));
    for (const struct xml *s = xml_child(from, "server"); s != NULL; s = xml_next(s, "server"))
        server_add(arena, &servers, s, "port");
    for (const struct xml *a = xml_child(from, "address"); a != NULL; a = xml_next(a, "address")) {
        struct edge_server *bare = ARENA_NEW(arena, struct edge_server);
        bare->address = value(arena, *a->text == 0 ? NULL : a->text);
        if (bare->address != NULL && servers.n < ITEMS_MAX)
            LIST_ADD(arena, &servers, bare);
    }
    service->servers.v = servers.v;
    service->servers.n = servers.n;
    if (service->name != NULL && config->services.n < ITEMS_MAX)
        LIST_ADD(arena, &config->services, service);
}

bool edge_config_read(struct arena *arena, const uint8_t *bytes, size_t size, struct edge_config *config,
                      char **error) {
    const struct xml *root = root_of(arena, bytes, size, "getEdgeConfigResponse", error);
    const struct xml *services = xml_child(root, "serviceConfig"), *edge = xml_child(root, "edgeConfig");
    const struct {
        const char *name;
        size_t member;
    } kinds[] = {{"sipEdgeServer", offsetof(struct edge_config, sip)},
                 {"xmppEdgeServer", offsetof(struct edge_config, xmpp)},
                 {"httpEdgeServer", offsetof(struct edge_config, http)},
                 {"userUdsServer", offsetof(struct edge_config, uds)}};
    if (root == NULL)
        return false;
    if (edge == NULL) {
        *error = arena_text(arena, "getEdgeConfigResponse without edgeConfig");
        return false;
    }
    for (const struct xml *s = xml_child(services, "service"); s != NULL; s = xml_next(s, "service"))
        service_add(arena, config, s);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct servers servers = {NULL, 0};
        edge_servers(arena, edge, kinds[i].name, &servers);
        memcpy((char *)config + kinds[i].member, &servers.v, sizeof servers.v);
        memcpy((char *)config + kinds[i].member + sizeof servers.v, &servers.n, sizeof servers.n);
    }
    const struct xml *request = xml_child(edge, "sipRequest");
    for (const struct xml *r = xml_child(request, "route"); r != NULL; r = xml_next(r, "route"))
        if (*r->text != 0 && config->routes.n < ITEMS_MAX)
            texts_add(arena, &config->routes, value(arena, r->text));
    return true;
}

/* ---- SSOResult ---- */

static const struct xml *anywhere(const struct xml *in, const char *name) {
    for (const struct xml *x = in == NULL ? NULL : in->first; x != NULL; x = x->next) {
        const struct xml *found = strcmp(x->name, name) == 0 ? x : anywhere(x, name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* Its inner form is not published: the elements are looked for wherever they stand. */
bool edge_sso_read(struct arena *arena, const uint8_t *bytes, size_t size, struct edge_sso *sso,
                   char **error) {
    const struct xml *root = root_of(arena, bytes, size, "SSOResult", error);
    if (root == NULL)
        return false;
    const struct xml *single = anywhere(root, "SingleSignOn"), *oauth = anywhere(root, "OAuth");
    sso->single_sign_on = is_true(xml_attribute(anywhere(single, "Status"), "enabled"));
    sso->oauth = is_true(xml_attribute(anywhere(oauth, "Status"), "enabled"));
    sso->uri = value(arena, xml_text_of(single, "Uri"));
    return true;
}

/* ---- UDS ---- */

bool uds_cluster_user_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds,
                           char **error) {
    const struct xml *root = root_of(arena, bytes, size, "clusterUser", error);
    const struct xml *result = xml_child(root, "result");
    if (root == NULL)
        return false;
    if (xml_attribute(result, "found") == NULL) {
        *error = arena_text(arena, "clusterUser without result/@found");
        return false;
    }
    uds->knows_user = true;
    uds->found = is_true(xml_attribute(result, "found"));
    uds->home_cluster = value(arena, xml_text_of(root, "homeCluster"));
    return true;
}

bool uds_servers_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds, char **error) {
    const struct xml *root = root_of(arena, bytes, size, "servers", error);
    if (root == NULL)
        return false;
    for (const struct xml *s = xml_child(root, "server"); s != NULL; s = xml_next(s, "server"))
        if (*s->text != 0 && uds->servers.n < ITEMS_MAX)
            texts_add(arena, &uds->servers, value(arena, s->text));
    return true;
}

bool uds_user_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds, char **error) {
    const struct xml *root = root_of(arena, bytes, size, "user", error);
    if (root == NULL)
        return false;
    uds->user_id = value(arena, xml_text_of(root, "userName"));
    uds->has_home_cluster = is_true(xml_text_of(root, "homeCluster"));
    const struct xml *profile = xml_child(root, "serviceProfile");
    uds->has_service_profile =
        profile != NULL &&
        (*profile->text != 0 || xml_text_of(profile, "uri") != NULL || xml_attribute(profile, "uri") != NULL);
    if (uds->user_id == NULL)
        *error = arena_text(arena, "user without userName");
    return uds->user_id != NULL;
}

bool uds_devices_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds, char **error) {
    const struct xml *root = root_of(arena, bytes, size, "devices", error);
    if (root == NULL)
        return false;
    for (const struct xml *d = xml_child(root, "device"); d != NULL; d = xml_next(d, "device")) {
        struct uds_device *device = ARENA_NEW(arena, struct uds_device);
        device->name = value(arena, xml_text_of(d, "name"));
        device->model = value(arena, xml_text_of(d, "model"));
        if (device->name != NULL && uds->devices.n < ITEMS_MAX)
            LIST_ADD(arena, &uds->devices, device);
    }
    return true;
}
