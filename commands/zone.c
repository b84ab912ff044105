/* edgeprobe zone: one traversal or neighbour zone, both directions, both trust questions.
 *
 * The options become a deployment with one zone, so that everything behind is what `check -f` uses. */
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "probe/identity.h"

struct zone_options {
    const char *peer, *tls_verify_name, *e_trust, *c_trust, *client_cert, *client_key;
    enum zone_type type;
    int ssh_port; /* 0: the usual one */
    bool offline;
    struct texts e_certs, c_certs;
};

static bool take_peer(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)error;
    ((struct zone_options *)context)->peer = argument;
    return true;
}

static bool take_type(struct arena *arena, void *context, const char *argument, char **error) {
    int type;
    if (!enum_find(zone_types, argument, &type)) {
        *error = arena_text(arena, "wanted uc-traversal, traversal or neighbor");
        return false;
    }
    ((struct zone_options *)context)->type = type;
    return true;
}

static bool take_verify_name(struct arena *arena, void *context, const char *argument, char **error) {
    char *host;
    if (!host_read(arena, argument, &host, error))
        return false;
    ((struct zone_options *)context)->tls_verify_name = host;
    return true;
}

static bool take_e_cert(struct arena *arena, void *context, const char *argument, char **error) {
    (void)error;
    texts_add(arena, &((struct zone_options *)context)->e_certs, argument);
    return true;
}

static bool take_c_cert(struct arena *arena, void *context, const char *argument, char **error) {
    (void)error;
    texts_add(arena, &((struct zone_options *)context)->c_certs, argument);
    return true;
}

#define TAKE_FILE(name, member)                                                                              \
    static bool name(struct arena *arena, void *context, const char *argument, char **error) {               \
        (void)arena, (void)error;                                                                            \
        ((struct zone_options *)context)->member = argument;                                                 \
        return true;                                                                                         \
    }
TAKE_FILE(take_e_trust, e_trust)
TAKE_FILE(take_c_trust, c_trust)
TAKE_FILE(take_client_cert, client_cert)
TAKE_FILE(take_client_key, client_key)

static bool port_read(const char *text, int *port) {
    char *end;
    long value = strtol(text, &end, 10);
    *port = (int)value;
    return *text >= '0' && *text <= '9' && *end == 0 && value > 0 && value < 65536;
}

static bool take_ssh_port(struct arena *arena, void *context, const char *argument, char **error) {
    if (port_read(argument, &((struct zone_options *)context)->ssh_port))
        return true;
    *error = arena_text(arena, "wanted a port from 1 to 65535");
    return false;
}

static bool take_offline(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct zone_options *)context)->offline = true;
    return true;
}

static const struct option_row rows[] = {
    {"peer-address", 0, "ADDR[:PORT]", "the peer address as set on Expressway-C; port 7001, neighbor 5061",
     take_peer},
    {"type", 0, "TYPE", "uc-traversal (default), traversal or neighbor", take_type},
    {"tls-verify-name", 0, "NAME", "the TLS verify subject name as set on Expressway-E", take_verify_name},
    {"e-cert", 0, "FILE", "Expressway-E's certificate, leaf first, instead of looking on the wire",
     take_e_cert},
    {"c-cert", 0, "FILE", "Expressway-C's certificate, leaf first; repeat for each node", take_c_cert},
    {"e-trust", 0, "FILE", "Expressway-E's trust list (PEM)", take_e_trust},
    {"c-trust", 0, "FILE", "Expressway-C's trust list (PEM)", take_c_trust},
    {"client-cert", 0, "FILE", "present this certificate, as Expressway-C would", take_client_cert},
    {"client-key", 0, "FILE", "its private key; asked for its passphrase on the terminal", take_client_key},
    {"ssh-port", 0, "PORT", "the SSH tunnel's port (default 2222)", take_ssh_port},
    {"offline", 0, NULL, "judge the files alone: no connection is made", take_offline},
    {NULL, 0, NULL, NULL, NULL}};

/* "host", "host:port", "[v6]:port", "v6". */
static bool peer_split(struct arena *arena, const char *text, const char **host, int *port) {
    const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL, *colon = strrchr(text, ':');
    *host = text;
    if (bracket != NULL) {
        *host = arena_textn(arena, text + 1, (size_t)(bracket - text - 1));
        return bracket[1] == 0 || (bracket[1] == ':' && port_read(bracket + 2, port));
    }
    if (colon == NULL || strchr(text, ':') != colon) /* no port, or an IPv6 address without brackets */
        return true;
    *host = arena_textn(arena, text, (size_t)(colon - text));
    return port_read(colon + 1, port);
}

static bool trust_of(struct facts *facts, const char *option, const char *file, char **name) {
    char *error = NULL;
    if (file == NULL)
        return true;
    if (!trust_add_file(facts, file, &error)) {
        complain("%s: %s", option, error);
        return false;
    }
    *name = arena_text(facts->arena, file);
    return true;
}

static bool node_add(struct facts *facts, struct expressway *to, enum role role, const char *name,
                     const char *option, const char *file) {
    char *error = NULL;
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = text_from_wire(facts->arena, name, strlen(name));
    node->role = role;
    if (file != NULL) {
        node->certificate_file = arena_text(facts->arena, file);
        if (!certs_add_file(facts->arena, file, &node->certificate, &error)) {
            complain("%s: %s", option, error);
            return false;
        }
    }
    LIST_ADD(facts->arena, &to->nodes, node);
    return true;
}

static bool c_nodes_add(struct facts *facts, const struct zone_options *own) {
    struct expressway *c = &facts->deployment->c;
    for (size_t i = 0; i < own->c_certs.n; i++)
        if (!node_add(facts, c, ROLE_EXPRESSWAY_C, own->c_certs.v[i], "--c-cert", own->c_certs.v[i]))
            return false;
    if (own->c_certs.n == 0 && own->client_cert != NULL)
        return node_add(facts, c, ROLE_EXPRESSWAY_C, own->client_cert, "--client-cert", own->client_cert);
    return true;
}

/* The options as a deployment with one zone. */
static bool deployment_make(struct facts *facts, const struct zone_options *own) {
    struct deployment *d = facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    char *host, *error = NULL;
    const char *peer;
    zone->type = own->type;
    zone->port = own->type == ZONE_NEIGHBOR ? 5061 : 7001;
    zone->ssh_port = own->ssh_port != 0 ? own->ssh_port : 2222;
    if (!peer_split(facts->arena, own->peer, &peer, &zone->port) ||
        !host_read(facts->arena, peer, &host, &error)) {
        complain("--peer-address: %s", error != NULL ? error : "wanted ADDR or ADDR:PORT");
        return false;
    }
    zone->name = host;
    texts_add(facts->arena, &zone->peers, host);
    zone->tls_verify_name = arena_text(facts->arena, own->tls_verify_name);
    LIST_ADD(facts->arena, &d->zones, zone);
    if (own->e_certs.n > 1) {
        complain("--e-cert: a peer has one certificate; put what it sends behind it in the same file");
        return false;
    }
    return trust_of(facts, "--e-trust", own->e_trust, &d->e.trust) &&
           trust_of(facts, "--c-trust", own->c_trust, &d->c.trust) &&
           node_add(facts, &d->e, ROLE_EXPRESSWAY_E, host, "--e-cert",
                    own->e_certs.n > 0 ? own->e_certs.v[0] : NULL) &&
           c_nodes_add(facts, own);
}

static int zone_tell(struct facts *facts, const struct options *options, const struct zone_options *own) {
    struct probe_options probe;
    struct identity *identity = NULL;
    char *error = NULL;
    if (own->offline)
        return verdict_tell(facts, options);
    if (own->client_cert != NULL && !identity_load(facts->arena, own->client_cert, own->client_key,
                                                   passphrase_ask, NULL, &identity, &error))
        return complain("%s", error);
    probe_options_from(options, facts->arena, &probe);
    probe.zones_only = true;
    probe.identity = identity;
    int status = look_and_tell(facts, options, &probe);
    identity_free(identity);
    return status;
}

static int zone(struct facts *facts, const struct options *options, void *context) {
    struct zone_options *own = context;
    char *error = NULL;
    if (own->client_key != NULL && own->client_cert == NULL)
        return complain("--client-key: wanted --client-cert too");
    if (options->arguments.n > 0)
        return complain("zone: '%s' is no option; the peer is named by --peer-address",
                        options->arguments.v[0]);
    if (own->peer == NULL && options->file == NULL)
        return complain("zone: wanted --peer-address ADDR[:PORT] or -f FILE; see 'edgeprobe zone --help'");
    if (own->peer != NULL && options->file != NULL)
        return complain("zone: wanted --peer-address or -f, not both");
    if (own->peer == NULL ? !deployment_read(facts, options->file, &error) : !deployment_make(facts, own))
        return error != NULL ? complain("%s", error) : EXIT_BAD;
    if (facts->deployment->zones.n == 0)
        return complain("%s: no zones in it", options->file);
    if (!run_prepare(facts, options, "zone", own->peer != NULL ? own->peer : options->file))
        return EXIT_BAD;
    return zone_tell(facts, options, own);
}

int zone_run(int argc, char **argv) {
    struct zone_options own = {.type = ZONE_UC_TRAVERSAL};
    return command_run(argc, argv, rows, &own, zone);
}
