/* edgeprobe zone: one traversal or neighbour zone, both directions, both trust questions.
 *
 * The options become a deployment with one zone, so that everything behind is what `check -f` uses. */
#include <string.h>

#include "commands/commands.h"
#include "commands/prepare.h"
#include "commands/run.h"
#include "commands/secret.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "config/values.h"
#include "facts/services.h"
#include "probe/tls/identity.h"

enum { PORT_MAX = 65535 };

struct zone_options {
    struct texts peers, c_certs;
    const char *e_cert, *tls_verify_name, *e_trust, *c_trust, *client_cert, *client_key;
    enum zone_type type;
    int ssh_port; /* 0: the usual one */
    bool offline;
    bool asks;                 /* for the passphrase of a key; else such a key is refused */
    struct identity *identity; /* of client_cert; NULL until the run is prepared */
    const char *of_one_zone; /* the last option given that describes a zone, and so cannot stand beside -f */
};

/* ---- options ---- */

static bool take_peer(struct arena *arena, void *context, const char *argument, char **error) {
    (void)error;
    texts_add(arena, &((struct zone_options *)context)->peers, argument);
    return true;
}

static bool take_type(struct arena *arena, void *context, const char *argument, char **error) {
    struct zone_options *own = context;
    int type;
    own->of_one_zone = "--type";
    if (!enum_find(zone_types, argument, &type)) {
        *error = arena_text(arena, "wanted uc-traversal, traversal or neighbor");
        return false;
    }
    own->type = type;
    return true;
}

static bool take_verify_name(struct arena *arena, void *context, const char *argument, char **error) {
    struct zone_options *own = context;
    char *host;
    own->of_one_zone = "--tls-verify-name";
    if (!host_as_written(arena, argument, &host, error))
        return false;
    own->tls_verify_name = host;
    return true;
}

static bool take_c_cert(struct arena *arena, void *context, const char *argument, char **error) {
    struct zone_options *own = context;
    (void)error;
    own->of_one_zone = "--c-cert";
    texts_add(arena, &own->c_certs, argument);
    return true;
}

static bool take_e_cert(struct arena *arena, void *context, const char *argument, char **error) {
    struct zone_options *own = context;
    own->of_one_zone = "--e-cert";
    if (own->e_cert != NULL) {
        *error = arena_text(
            arena, "wanted one file: a peer has one certificate, and what it sends stands behind it");
        return false;
    }
    own->e_cert = argument;
    return true;
}

#define TAKE_FILE(name, member, of_zone)                                                                     \
    static bool name(struct arena *arena, void *context, const char *argument, char **error) {               \
        struct zone_options *own = context;                                                                  \
        (void)arena, (void)error;                                                                            \
        own->member = argument;                                                                              \
        if ((of_zone) != NULL)                                                                               \
            own->of_one_zone = of_zone;                                                                      \
        return true;                                                                                         \
    }
TAKE_FILE(take_e_trust, e_trust, "--e-trust")
TAKE_FILE(take_c_trust, c_trust, "--c-trust")
TAKE_FILE(take_client_cert, client_cert, NULL)
TAKE_FILE(take_client_key, client_key, NULL)

static bool take_ssh_port(struct arena *arena, void *context, const char *argument, char **error) {
    struct zone_options *own = context;
    own->of_one_zone = "--ssh-port";
    if (value_number(argument, 1, PORT_MAX, &own->ssh_port))
        return true;
    *error = arena_text(arena, "wanted a port from 1 to 65535");
    return false;
}

static bool take_offline(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct zone_options *)context)->offline = true;
    return true;
}

const struct option_row zone_rows[] = {
    {"peer-address", 0, "ADDR[:PORT]",
     "the peer address as set on Expressway-C; port 7001, neighbor 5061; repeat for each peer of the zone",
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

/* ---- the options as a deployment with one zone ---- */

static bool peer_add(struct facts *facts, struct zone *zone, const char *text) {
    struct arena *arena = facts->arena;
    const char *typed;
    char *host, *error = NULL;
    int port = zone_usual_port(zone->type);
    if (!value_host_port(arena, text, &typed, &port) || !host_as_written(arena, typed, &host, &error)) {
        const char *shown = text_from_wire_cut(arena, text, strlen(text), 80);
        complain("--peer-address: %s",
                 error != NULL ? error : arena_printf(arena, "'%s': wanted ADDR or ADDR:PORT", shown));
        return false;
    }
    if (zone->port != 0 && zone->port != port) {
        complain("--peer-address: wanted the same port for every peer; a zone has one");
        return false;
    }
    zone->port = port;
    if (!texts_has(&zone->peers, host))
        texts_add(arena, &zone->peers, host);
    return true;
}

static struct node *node_add(struct facts *facts, struct expressway *to, enum role role, const char *name) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = text_from_wire(facts->arena, name, strlen(name));
    node->role = role;
    LIST_ADD(facts->arena, &to->nodes, node);
    return node;
}

static bool node_read(struct facts *facts, struct node *node, const char *option, const char *file) {
    char *error = NULL;
    if (file == NULL)
        return true;
    node->certificate_file = text_from_wire(facts->arena, file, strlen(file));
    if (certs_add_file(facts->arena, file, &node->certificate, &error))
        return true;
    complain("%s: %s", option, error);
    return false;
}

static bool e_nodes_add(struct facts *facts, const struct zone_options *own) {
    const struct texts *peers = &facts->deployment->zones.v[0]->peers;
    if (own->e_cert != NULL && peers->n > 1) {
        complain("--e-cert: wanted one --peer-address; each peer has a certificate of its own");
        return false;
    }
    for (size_t i = 0; i < peers->n; i++)
        if (!node_read(facts, node_add(facts, &facts->deployment->e, ROLE_EXPRESSWAY_E, peers->v[i]),
                       "--e-cert", own->e_cert))
            return false;
    return true;
}

static bool c_nodes_add(struct facts *facts, const struct zone_options *own) {
    struct expressway *c = &facts->deployment->c;
    for (size_t i = 0; i < own->c_certs.n; i++)
        if (!node_read(facts, node_add(facts, c, ROLE_EXPRESSWAY_C, own->c_certs.v[i]), "--c-cert",
                       own->c_certs.v[i]))
            return false;
    if (own->c_certs.n == 0 && own->client_cert != NULL)
        return node_read(facts, node_add(facts, c, ROLE_EXPRESSWAY_C, own->client_cert), "--client-cert",
                         own->client_cert);
    return true;
}

static bool deployment_make(struct facts *facts, const struct zone_options *own) {
    struct deployment *d = facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    zone->type = own->type;
    zone->ssh_port = own->ssh_port != 0 ? own->ssh_port : PORT_TUNNEL;
    zone->tls_verify_name = arena_text(facts->arena, own->tls_verify_name);
    for (size_t i = 0; i < own->peers.n; i++)
        if (!peer_add(facts, zone, own->peers.v[i]))
            return false;
    zone->name = zone->peers.v[0];
    LIST_ADD(facts->arena, &d->zones, zone);
    return trust_take(facts, "--e-trust", own->e_trust, &d->e.trust) &&
           trust_take(facts, "--c-trust", own->c_trust, &d->c.trust) && e_nodes_add(facts, own) &&
           c_nodes_add(facts, own);
}

/* ---- running ---- */

/* The key belongs to the certificate that was given with it: the node of that file; else to the first, in
 * whose place it is presented. */
static void key_note(struct facts *facts, const struct zone_options *own) {
    const char *key = own->client_key != NULL ? own->client_key : own->client_cert;
    const char *file = text_from_wire(facts->arena, own->client_cert, strlen(own->client_cert));
    struct nodes *nodes = &facts->deployment->c.nodes;
    struct node *node = nodes->n > 0 ? nodes->v[0] : NULL;
    char *error = NULL;
    for (size_t i = 0; i < nodes->n; i++)
        if (nodes->v[i]->certificate_file != NULL && strcmp(nodes->v[i]->certificate_file, file) == 0)
            node = nodes->v[i];
    if (node == NULL ||
        !key_look(facts->arena, key, &node->key_lacks_newline, &node->key_is_encrypted, &error))
        return; /* a FIFO is read once */
    node->key_file = text_from_wire(facts->arena, key, strlen(key));
}

static int ask_nobody(void *context, const char *file, char *buffer, int size) {
    (void)context;
    (void)file;
    (void)buffer;
    (void)size;
    return -1;
}

static bool identity_prepare(struct facts *facts, struct zone_options *own, struct probe_options *probe) {
    char *error = NULL;
    if (own->client_cert == NULL)
        return true;
    if (!identity_load(facts->arena, own->client_cert, own->client_key,
                       own->asks ? passphrase_ask : ask_nobody, NULL, &own->identity, &error)) {
        complain("%s", error);
        return false;
    }
    key_note(facts, own);
    probe->identity = own->identity;
    return true;
}

static bool usage_is_good(const struct options *options, const struct zone_options *own) {
    struct arena *scratch = arena_new();
    const char *wrong = NULL;
    if (own->client_key != NULL && own->client_cert == NULL)
        wrong = "--client-key: wanted --client-cert too";
    else if (options->arguments.n > 0)
        wrong = arena_printf(
            scratch, "zone: '%s' is no option; the peer is named by --peer-address",
            text_from_wire_cut(scratch, options->arguments.v[0], strlen(options->arguments.v[0]), 80));
    else if (own->peers.n == 0 && options->file == NULL)
        wrong = "zone: wanted --peer-address ADDR[:PORT] or -f FILE; see 'edgeprobe zone --help'";
    else if (own->peers.n > 0 && options->file != NULL)
        wrong = "zone: wanted --peer-address or -f, not both";
    else if (options->file != NULL && own->of_one_zone != NULL)
        wrong = arena_printf(scratch, "%s: not with -f; the deployment file says it", own->of_one_zone);
    if (wrong != NULL)
        complain("%s", wrong);
    arena_free(scratch);
    return wrong == NULL;
}

bool zone_prepare(struct facts *facts, const struct options *options, void *context,
                  struct probe_options *probe) {
    struct zone_options *own = context;
    char *error = NULL;
    if (!usage_is_good(options, own))
        return false;
    if (own->peers.n == 0 ? !deployment_read(facts, options->file, &error) : !deployment_make(facts, own)) {
        if (error != NULL)
            complain("%s", error);
        return false;
    }
    if (facts->deployment->zones.n == 0) {
        complain("%s: no zones in it", options->file);
        return false;
    }
    facts->run.vantage = VANTAGE_INTERNAL; /* where Expressway-C stands: a closed zone port is no good sign */
    if (!run_prepare(facts, options, "zone", own->peers.n > 0 ? own->peers.v[0] : options->file))
        return false;
    probe_options_from(options, facts->arena, probe);
    facts->run.scope.offline = own->offline;
    return identity_prepare(facts, own, probe);
}

void *zone_own_new(struct arena *arena) {
    struct zone_options *own = ARENA_NEW(arena, struct zone_options);
    own->type = ZONE_UC_TRAVERSAL;
    return own;
}

void zone_own_free(void *context) {
    identity_free(((struct zone_options *)context)->identity);
}

static int zone(struct facts *facts, const struct options *options, void *context) {
    struct zone_options *own = context;
    struct probe_options probe;
    int status = zone_prepare(facts, options, own, &probe) ? look_and_tell(facts, options, &probe) : EXIT_BAD;
    zone_own_free(own);
    return status;
}

int zone_run(int argc, char **argv) {
    struct zone_options own = {.type = ZONE_UC_TRAVERSAL, .asks = true};
    return command_run(argc, argv, zone_rows, &own, zone);
}
