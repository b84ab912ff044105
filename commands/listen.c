/* edgeprobe listen: which certificate does Expressway-C present when it dials out? Stands in the place of
 * Expressway-E, answers its TLS handshake, and judges what it showed.
 *
 * What came in becomes a deployment with one zone and the callers as its Expressway-C nodes, so that
 * everything behind is what `zone` uses. */
#include <string.h>

#include "commands/commands.h"
#include "commands/record.h"
#include "commands/run.h"
#include "commands/secret.h"
#include "commands/take.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "config/values.h"
#include "facts/services.h"
#include "probe/tls/identity.h"
#include "probe/listen.h"

enum { COUNT_MAX = 100 };

struct own {
    const char *at, *cert, *key, *ca_names, *tls_verify_name, *e_trust;
    enum zone_type type;
    int count;
};

/* ---- options ---- */

TAKE_TEXT(own, take_at, at)
TAKE_TEXT(own, take_cert, cert)
TAKE_TEXT(own, take_key, key)
TAKE_TEXT(own, take_ca_names, ca_names)
TAKE_TEXT(own, take_e_trust, e_trust)
TAKE_HOST_AS_WRITTEN(own, take_verify_name, tls_verify_name)

static bool take_type(struct arena *arena, void *context, const char *argument, char **error) {
    int type;
    if (!enum_find(zone_types, argument, &type)) {
        *error = arena_text(arena, "wanted uc-traversal, traversal or neighbor");
        return false;
    }
    ((struct own *)context)->type = type;
    return true;
}

static bool take_count(struct arena *arena, void *context, const char *argument, char **error) {
    if (value_number(argument, 1, COUNT_MAX, &((struct own *)context)->count))
        return true;
    *error = arena_printf(arena, "wanted a number from 1 to %d", COUNT_MAX);
    return false;
}

const struct option_row listen_rows[] = {
    {"listen", 0, "ADDR[:PORT]", "where to listen (default 0.0.0.0:7001; neighbor 0.0.0.0:5061)", take_at},
    {"cert", 0, "FILE",
     "the certificate to show, then what to send with it; best Expressway-E's own. Without it a throw-away "
     "one",
     take_cert},
    {"key", 0, "FILE", "its private key; asked for its passphrase on the terminal", take_key},
    {"ca-names", 0, "FILE", "name these CAs (PEM) when asking for the caller's certificate", take_ca_names},
    {"count", 0, "N", "wait for N callers that speak TLS (default 1)", take_count},
    {"type", 0, "TYPE", "uc-traversal (default), traversal or neighbor", take_type},
    {"tls-verify-name", 0, "NAME", "the TLS verify subject name as set on Expressway-E", take_verify_name},
    {"e-trust", 0, "FILE", "Expressway-E's trust list (PEM): judge the caller's chain by it", take_e_trust},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- before ---- */

static bool trust_of(struct facts *facts, const char *option, const char *file,
                     const struct trust_list **list) {
    char *name = NULL;
    bool good = trust_take(facts, option, file, &name);
    *list = name == NULL ? NULL : facts_trust(facts, name);
    return good;
}

static bool place_choose(struct arena *arena, const struct own *own, struct listen_options *listen) {
    const char *host = "0.0.0.0";
    char *address;
    int port = zone_usual_port(own->type);
    if ((own->at != NULL && !value_host_port(arena, own->at, &host, &port)) ||
        !value_address(arena, host, &address)) {
        complain(
            "--listen: '%s': wanted ADDR or ADDR:PORT with an address of this host, such as 0.0.0.0:7001",
            text_from_wire_cut(arena, own->at, strlen(own->at), 80));
        return false;
    }
    listen->address = address;
    listen->port = port;
    return true;
}

static bool deployment_make(struct facts *facts, const struct own *own, struct listen_options *listen) {
    const struct trust_list *e_trust;
    struct deployment *d = facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    if (!trust_of(facts, "--e-trust", own->e_trust, &e_trust) ||
        !trust_of(facts, "--ca-names", own->ca_names, &listen->ca_names))
        return false;
    d->e.trust = e_trust == NULL ? NULL : e_trust->name;
    zone->name = arena_printf(facts->arena, strchr(listen->address, ':') == NULL ? "%s:%d" : "[%s]:%d",
                              listen->address, listen->port);
    zone->type = own->type;
    zone->port = listen->port;
    zone->ssh_port = PORT_TUNNEL;
    zone->tls_verify_name = arena_text(facts->arena, own->tls_verify_name);
    LIST_ADD(facts->arena, &d->zones, zone);
    listen->zone = zone->name;
    return true;
}

/* ---- after ---- */

static struct node *node_like(struct nodes *nodes, const struct caller *caller) {
    for (size_t i = 0; i < nodes->n; i++)
        if (strcmp(nodes->v[i]->address, caller->address) == 0 &&
            strcmp(nodes->v[i]->certificate.v[0]->sha256, caller->tls.chain.v[0]->sha256) == 0)
            return nodes->v[i];
    return NULL;
}

static bool address_is_taken(const struct nodes *nodes, const char *address) {
    for (size_t i = 0; i < nodes->n; i++)
        if (strcmp(nodes->v[i]->address, address) == 0)
            return true;
    return false;
}

/* Every certificate that came is a node of Expressway-C: named by its address, and by its port, too, when
 * another certificate came from there before. */
static void nodes_make(struct facts *facts) {
    struct nodes *nodes = &facts->deployment->c.nodes;
    for (size_t i = 0; i < facts->callers.n; i++) {
        struct caller *caller = facts->callers.v[i];
        struct node *node;
        if (caller->tls.chain.n == 0)
            continue;
        if ((node = node_like(nodes, caller)) == NULL) {
            node = ARENA_NEW(facts->arena, struct node);
            node->name = address_is_taken(nodes, caller->address)
                             ? arena_printf(facts->arena, "%s:%d", caller->address, caller->port)
                             : caller->address;
            node->address = caller->address;
            node->role = ROLE_EXPRESSWAY_C;
            node->certificate = caller->tls.chain;
            node->certificate_seen = arena_printf(facts->arena, "%s (it dialled in)", caller->listener);
            LIST_ADD(facts->arena, nodes, node);
        }
        caller->node = node->name;
    }
}

/* ---- the run ---- */

static void tell_ready(void *context, const char *where) {
    const struct options *options = context;
    if (options->verbose >= 0)
        fprintf(stderr, "edgeprobe: listening on %s; waiting for Expressway-C for at most %d s\n", where,
                options->deadline_ms / 1000);
}

static bool all_hung_up(const struct facts *facts) {
    for (size_t i = 0; i < facts->callers.n; i++)
        if (!caller_hung_up(facts->callers.v[i]))
            return false;
    return true;
}

static int wait_and_tell(struct facts *facts, const struct options *options, struct listen_options *listen) {
    struct probe_options probe;
    char *error = NULL;
    probe_options_from(options, facts->arena, &probe);
    if (options->verbose < 2)
        probe.progress = NULL; /* the line that says where we listen stays */
    if (!run_begin(facts, options, &probe))
        return EXIT_BAD;
    bool ran = listen_run(facts, &probe, listen, &error);
    if (!ran && strcmp(error, "interrupted") == 0)
        return run_interrupted();
    if (!ran)
        return record_end(facts, options, &probe, false, complain("%s", error));
    if (facts->callers.n == 0)
        return record_end(
            facts, options, &probe, true,
            complain(
                "nobody connected to %s within %d s; the zone on Expressway-C must have this address and "
                "port as its peer, and it dials only while the zone is enabled",
                listen->zone, options->deadline_ms / 1000));
    if (all_hung_up(facts))
        return record_end(facts, options, &probe, true,
                          complain("nobody spoke TLS on %s within %d s: %zu connection%s, the last from %s, "
                                   "closed without a word, as "
                                   "health checks do",
                                   listen->zone, options->deadline_ms / 1000, facts->callers.n,
                                   facts->callers.n == 1 ? "" : "s",
                                   facts->callers.v[facts->callers.n - 1]->address));
    nodes_make(facts);
    return record_end(facts, options, &probe, true, verdict_tell(facts, options));
}

static bool identity_choose(struct arena *arena, const struct own *own, struct identity **identity) {
    char *error = NULL;
    if (own->cert == NULL) {
        *identity = identity_make("edgeprobe listen, throw-away certificate");
        if (*identity == NULL)
            complain("our TLS library could not make a throw-away certificate; give --cert and --key");
        return *identity != NULL;
    }
    if (identity_load(arena, own->cert, own->key, passphrase_ask, NULL, identity, &error))
        return true;
    complain("%s", error);
    return false;
}

static int listen_body(struct facts *facts, const struct options *options, void *context) {
    const struct own *own = context;
    struct listen_options listen = {.count = own->count, .shown = own->cert, .ready = tell_ready};
    struct identity *identity = NULL;
    listen.ready_context = (void *)options;
    if (own->key != NULL && own->cert == NULL)
        return complain("--key: wanted --cert too");
    if (options->arguments.n > 0)
        return complain(
            "listen: '%s' is no option; where to listen is told by --listen",
            text_from_wire_cut(facts->arena, options->arguments.v[0], strlen(options->arguments.v[0]), 80));
    if (!place_choose(facts->arena, own, &listen) || !deployment_make(facts, own, &listen) ||
        !run_prepare(facts, options, "listen", listen.zone) || !identity_choose(facts->arena, own, &identity))
        return EXIT_BAD;
    listen.identity = identity;
    int status = wait_and_tell(facts, options, &listen);
    identity_free(identity);
    return status;
}

int listen_command(int argc, char **argv) {
    struct own own = {.type = ZONE_UC_TRAVERSAL, .count = 1};
    return command_run(argc, argv, listen_rows, &own, listen_body);
}
