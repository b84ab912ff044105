/* edgeprobe renew: what would a new certificate break, and what is to be done tonight, in which order?
 *
 * Offline: no socket is opened. Old and new certificate, trust lists and deployment become facts; the new one
 * takes its place in the deployment, so that the judges are those of every other command. */
#include <string.h>

#include "commands/commands.h"
#include "commands/run.h"
#include "commands/take.h"
#include "commands/upload.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "expressway/names.h"
#include "facts/services.h"
#include "wire/file.h"

struct peer_trust {
    const char *node, *file;
};

struct renew_options {
    const struct upload_role *role;
    const char *old, *new, *key, *csr, *own_trust, *node, *password_file;
    struct texts authorities;
    LIST_OF(struct peer_trust) peers;
};

/* ---- options ---- */

static bool take_role(struct arena *arena, void *context, const char *argument, char **error) {
    struct renew_options *own = context;
    own->role = upload_role_find(argument);
    if (own->role == NULL)
        *error = arena_printf(arena, "wanted %s", upload_role_names(arena));
    return own->role != NULL;
}

TAKE_TEXT(renew_options, take_old, old)
TAKE_TEXT(renew_options, take_new, new)
TAKE_TEXT(renew_options, take_key, key)
TAKE_TEXT(renew_options, take_csr, csr)
TAKE_TEXT(renew_options, take_own_trust, own_trust)
TAKE_TEXT(renew_options, take_node, node)
TAKE_TEXT(renew_options, take_password_file, password_file)

static bool take_ca(struct arena *arena, void *context, const char *argument, char **error) {
    (void)error;
    texts_add(arena, &((struct renew_options *)context)->authorities, argument);
    return true;
}

static bool take_peer_trust(struct arena *arena, void *context, const char *argument, char **error) {
    struct renew_options *own = context;
    const char *equals = strchr(argument, '=');
    char *host;
    if (equals == NULL || equals == argument || equals[1] == '\0') {
        *error = arena_text(arena, "wanted NODE=FILE: a box and its trust list");
        return false;
    }
    struct peer_trust *peer = ARENA_NEW(arena, struct peer_trust);
    if (!host_as_written(arena, arena_printf(arena, "%.*s", (int)(equals - argument), argument), &host,
                         error))
        return false;
    *peer = (struct peer_trust){host, equals + 1};
    for (size_t i = 0; i < own->peers.n; i++)
        if (name_equal(own->peers.v[i]->node, host)) {
            *error = arena_printf(arena, "%s was given twice", host);
            return false;
        }
    LIST_ADD(arena, &own->peers, peer);
    return true;
}

const struct option_row renew_rows[] = {
    {"old", 0, "FILE", "the certificate in use; else that of the node in the deployment file", take_old},
    {"new", 0, "FILE", "the certificate that is to replace it", take_new},
    {"role", 0, "ROLE",
     "what the certificate is for: expressway-e, expressway-c, ucm-callmanager, ucm-tomcat, imp-tomcat, "
     "imp-cup, "
     "imp-cup-xmpp, imp-cup-xmpp-s2s, imp-ipsec or capf; without files: the plan for making it anew",
     take_role},
    {"csr", 0, "FILE", "the request that the new certificate is to answer", take_csr},
    {"key", 0, "FILE", "the private key that is to fit the new certificate", take_key},
    {"own-trust", 0, "FILE", "the trust list of the box that gets the certificate (PEM)", take_own_trust},
    {"peer-trust", 0, "NODE=FILE",
     "the trust list of a box that will judge it, as Expressway-C does for Expressway-E; may be repeated",
     take_peer_trust},
    {"ca", 0, "FILE", "CA certificates that come with the new one (PEM); may be repeated", take_ca},
    {"node", 0, "NAME", "the node of the deployment file (-f) that gets the certificate", take_node},
    {"password-file", 0, "FILE",
     "its first line opens PKCS#12 files and encrypted keys; else asked on the terminal", take_password_file},
    {NULL, 0, NULL, NULL, NULL}};

static const char *usage_trouble(struct arena *arena, const struct options *options,
                                 const struct renew_options *own) {
    bool has_files = own->old != NULL || own->new != NULL;
    if (options->arguments.n > 0)
        return arena_printf(
            arena, "renew: '%s' is no option; the files are named by --old and --new",
            text_from_wire_cut(arena, options->arguments.v[0], strlen(options->arguments.v[0]), 80));
    if (own->node != NULL && options->file == NULL)
        return "--node: wanted -f FILE with it";
    if (has_files && own->new == NULL)
        return "--old: wanted --new FILE with it";
    if (has_files && own->old == NULL && options->file == NULL)
        return "--new: wanted --old FILE with it, or -f FILE, which names the certificate in use";
    if (!has_files && own->role == NULL && own->node == NULL)
        return "renew: wanted --old FILE and --new FILE, or --role ROLE for the plan alone; see 'edgeprobe "
               "renew --help'";
    if (!has_files && (own->key != NULL || own->csr != NULL))
        return "renew: --key and --csr: wanted --new FILE, which they are to fit";
    return NULL;
}

/* ---- the certificates ---- */

/* One server certificate of a file in whatever coat; the file itself is among the facts from then on. */
static struct user_file *certificate_in(struct facts *facts, struct secret *secret, const char *option,
                                        const char *path, const char *meant_as) {
    struct user_file_list added = {NULL, 0};
    if (!upload_add(facts, secret, option, path, meant_as, &added))
        return NULL;
    struct user_file *file = added.n == 1 ? added.v[0] : NULL;
    if (file == NULL || file_leaf(file) == NULL) {
        complain("%s: %s: it is %s; wanted a certificate", option, path,
                 added.n > 1                          ? "a folder"
                 : file != NULL && file->what != NULL ? file->what
                                                      : "something else");
        return NULL;
    }
    return file;
}

static void chain_of(struct arena *arena, const struct user_file *file, struct certs *chain) {
    LIST_ADD(arena, chain, (void *)file_leaf(file));
    for (size_t i = 0; i < file->certificates.n; i++)
        if (file->certificates.v[i] != file_leaf(file))
            LIST_ADD(arena, chain, file->certificates.v[i]);
}

/* What is in use already is not judged as an upload. */
static void forget_file(struct facts *facts, const char *path) {
    size_t kept = 0;
    for (size_t i = 0; i < facts->files.n; i++)
        if (strcmp(facts->files.v[i]->path, path) != 0)
            facts->files.v[kept++] = facts->files.v[i];
    facts->files.n = kept;
}

static bool old_read(struct facts *facts, struct secret *secret, const struct renew_options *own) {
    struct renewal *r = facts->renewal;
    struct user_file *file = own->old == NULL ? NULL : certificate_in(facts, secret, "--old", own->old, NULL);
    if (own->old == NULL)
        return true;
    if (file == NULL)
        return false;
    r->old_file = file->path;
    chain_of(facts->arena, file, &r->old_chain);
    forget_file(facts, file->path);
    return true;
}

static bool new_read(struct facts *facts, struct secret *secret, const struct renew_options *own,
                     struct user_file **new) {
    struct renewal *r = facts->renewal;
    *new = own->new == NULL ? NULL : certificate_in(facts, secret, "--new", own->new, "certificate");
    if (own->new == NULL)
        return true;
    if (*new == NULL)
        return false;
    r->new_file = (*new)->path;
    chain_of(facts->arena, *new, &r->new_chain);
    return upload_beside(facts, secret, own->key, own->csr, (*new)->path);
}

static bool authorities_read(struct facts *facts, const struct renew_options *own) {
    char *error = NULL;
    for (size_t i = 0; i < own->authorities.n; i++)
        if (!certs_add_file(facts->arena, own->authorities.v[i], &facts->renewal->authorities, &error)) {
            complain("--ca: %s", error);
            return false;
        }
    return true;
}

/* ---- whose it is ---- */

static struct nodes *side_of(struct deployment *d, enum role role) {
    return role == ROLE_EXPRESSWAY_E   ? &d->e.nodes
           : role == ROLE_EXPRESSWAY_C ? &d->c.nodes
           : role == ROLE_UCM          ? &d->ucm
                                       : &d->imp;
}

static const struct certs *certificate_of(const struct node *node, const char *purpose) {
    const struct purpose_cert *its = purpose == NULL ? NULL : node_certificate_for(node, purpose);
    return purpose == NULL ? &node->certificate : its == NULL ? NULL : &its->chain;
}

static bool has_certificate(const struct node *node, const char *purpose, const struct cert *cert) {
    const struct certs *its = certificate_of(node, purpose);
    return its != NULL && its->n > 0 && strcmp(its->v[0]->sha256, cert->sha256) == 0;
}

/* Nobody said which node: those that have the old certificate now; else the only one of its role. */
static bool nodes_find(struct facts *facts, const struct renew_options *own) {
    struct renewal *r = facts->renewal;
    struct deployment *d = facts->deployment;
    for (int role = ROLE_EXPRESSWAY_E; role <= ROLE_IMP; role++) {
        struct nodes *side = side_of(d, (enum role)role);
        if (own->role != NULL && own->role->role != (enum role)role)
            continue;
        for (size_t i = 0; r->old_chain.n > 0 && i < side->n; i++)
            if (has_certificate(side->v[i], own->role == NULL ? NULL : own->role->purpose, r->old_chain.v[0]))
                texts_add(facts->arena, &r->nodes, side->v[i]->name);
        if (r->nodes.n > 0)
            return true;
    }
    struct nodes *side = own->role == NULL ? NULL : side_of(d, own->role->role);
    bool is_for_all = side != NULL && r->new_chain.n == 0; /* the plan alone is for every node of the role */
    for (size_t i = 0; side != NULL && (side->n == 1 || is_for_all) && i < side->n; i++)
        texts_add(facts->arena, &r->nodes, side->v[i]->name);
    if (r->nodes.n == 0)
        complain("--node: wanted the node of %s that gets the certificate: none has the old one%s", d->file,
                 own->role == NULL ? ", and no --role was given" : "");
    return r->nodes.n > 0;
}

static bool node_takes(struct facts *facts, const char *name, const struct upload_role *role,
                       const char *purpose, const struct user_file *new) {
    struct node *node = upload_node(facts, name);
    struct renewal *r = facts->renewal;
    if (node == NULL)
        return false;
    if (role != NULL && role->role != node->role) {
        complain("--role: %s is %s in the deployment file, not %s", node->name,
                 enum_text(roles, (int)node->role), role->name);
        return false;
    }
    const struct certs *now = certificate_of(node, purpose);
    const struct purpose_cert *its = purpose == NULL ? NULL : node_certificate_for(node, purpose);
    if (r->old_chain.n == 0 && now != NULL && now->n > 0) {
        r->old_chain = *now;
        r->old_file = purpose == NULL ? node->certificate_file : its->file;
    }
    if (new == NULL)
        return true;
    upload_install(facts, node, purpose, new);
    return true;
}

static const struct upload_role *role_of_node(const struct node *node) {
    for (const struct upload_role *role = upload_roles; role->name != NULL; role++)
        if (role->role == node->role && (role->purpose == NULL || strcmp(role->purpose, "tomcat") == 0))
            return role;
    return NULL;
}

static bool nodes_take(struct facts *facts, const struct renew_options *own, const struct user_file *new) {
    struct renewal *r = facts->renewal;
    const struct node *first = own->node == NULL ? NULL : upload_node(facts, own->node);
    const struct upload_role *role = own->role;
    if (own->node != NULL && first == NULL)
        return false;
    if (own->node != NULL)
        texts_add(facts->arena, &r->nodes, first->name);
    else if (!nodes_find(facts, own))
        return false;
    if (role == NULL)
        role = role_of_node(upload_node(facts, r->nodes.v[0]));
    r->role = arena_text(facts->arena, role->name);
    r->purpose = arena_text(facts->arena, role->purpose);
    for (size_t i = 0; i < r->nodes.n; i++)
        if (!node_takes(facts, r->nodes.v[i], own->role, role->purpose, new))
            return false;
    if (new != NULL && r->old_chain.n == 0) {
        complain("--old: wanted a file: %s names no certificate of %s that is in use",
                 facts->deployment->file, r->nodes.v[0]);
        return false;
    }
    return true;
}

/* ---- a deployment of options ---- */

/* The name by which the others know the box: what its certificate says, as long as nobody else does. */
static const char *known_as(const struct cert *cert, const char *otherwise) {
    if (cert->common_name != NULL && name_is_fqdn(cert->common_name) &&
        (!cert->has_san || name_has_dns(cert, cert->common_name)))
        return cert->common_name;
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == NAME_DNS && name_is_fqdn(cert->names.v[i]->value))
            return cert->names.v[i]->value;
    return otherwise;
}

static void zone_make(struct facts *facts) {
    struct deployment *d = facts->deployment;
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    for (size_t i = 0; i < d->e.nodes.n; i++)
        texts_add(facts->arena, &zone->peers, d->e.nodes.v[i]->name);
    if (zone->peers.n == 0)
        return;
    zone->name = zone->peers.v[0];
    zone->type = ZONE_UC_TRAVERSAL;
    zone->port = zone_usual_port(zone->type);
    zone->ssh_port = PORT_TUNNEL;
    LIST_ADD(facts->arena, &d->zones, zone);
}

/* Of Expressway-E the other side is Expressway-C, of everything else what judges it. */
static enum role judge_of(enum role role) {
    return role == ROLE_EXPRESSWAY_C ? ROLE_EXPRESSWAY_E : ROLE_EXPRESSWAY_C;
}

static void peers_make(struct facts *facts, const struct renew_options *own) {
    for (size_t i = 0; i < own->peers.n; i++) {
        struct node *peer = ARENA_NEW(facts->arena, struct node);
        peer->name = arena_text(facts->arena, own->peers.v[i]->node);
        peer->role = judge_of(own->role->role);
        LIST_ADD(facts->arena, side_of(facts->deployment, peer->role), peer);
    }
}

/* The service domains, as far as the old certificate shows them: "example.com" of expe1.example.com, and what
 * stands behind "collab-edge." (certificate guide, chapter 3). */
static void domains_guess(struct facts *facts, const char *host) {
    static const char edge[] = "collab-edge.";
    const struct cert *old = facts->renewal->old_chain.v[0];
    for (size_t i = 0; i < old->names.n; i++) {
        const char *name = old->names.v[i]->value;
        bool is_parent = text_ends(host, arena_printf(facts->arena, ".%s", name));
        if (old->names.v[i]->type != NAME_DNS || (!is_parent && !text_starts(name, edge)))
            continue;
        const char *domain = is_parent ? name : name + strlen(edge);
        if (!texts_has(&facts->deployment->domains, domain))
            texts_add(facts->arena, &facts->deployment->domains, domain);
    }
}

static void deployment_make(struct facts *facts, const struct renew_options *own,
                            const struct user_file *new) {
    struct renewal *r = facts->renewal;
    if (own->role == NULL)
        return;
    r->role = arena_text(facts->arena, own->role->name);
    r->purpose = arena_text(facts->arena, own->role->purpose);
    facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    if (new == NULL)
        return;
    struct node *node = upload_node_of_file(facts, own->role, new);
    node->name = arena_text(facts->arena, known_as(r->old_chain.v[0], new->path));
    texts_add(facts->arena, &r->nodes, node->name);
    peers_make(facts, own);
    if (own->role->purpose == NULL)
        zone_make(facts);
    if (own->role->role == ROLE_EXPRESSWAY_E)
        domains_guess(facts, node->name);
}

/* ---- trust lists ---- */

static void store_put(struct facts *facts, struct node *node, const char *store, char *name) {
    struct purpose_store *entry = ARENA_NEW(facts->arena, struct purpose_store);
    *entry = (struct purpose_store){arena_text(facts->arena, store), name};
    LIST_ADD(facts->arena, &node->stores, entry);
    if (strcmp(store, "tomcat-trust") == 0)
        node->tomcat_trust = name;
    if (strcmp(store, "callmanager-trust") == 0)
        node->callmanager_trust = name;
}

/* An Expressway has one list. Of Unified CM what is given stands for both stores that judge Expressway-C. */
static void trust_put(struct facts *facts, struct node *node, char *name) {
    if (node->role == ROLE_EXPRESSWAY_E || node->role == ROLE_EXPRESSWAY_C) {
        node->trust = name;
        return;
    }
    store_put(facts, node, "tomcat-trust", name);
    if (node->role == ROLE_UCM)
        store_put(facts, node, "callmanager-trust", name);
}

static bool trusts_read(struct facts *facts, const struct renew_options *own) {
    char *name;
    if (own->own_trust != NULL) {
        if (!trust_take(facts, "--own-trust", own->own_trust, &name))
            return false;
        for (size_t i = 0; i < facts->renewal->nodes.n; i++)
            trust_put(facts, upload_node(facts, facts->renewal->nodes.v[i]), name);
    }
    for (size_t i = 0; i < own->peers.n; i++) {
        const struct peer_trust *peer = own->peers.v[i];
        if (!trust_take(facts, "--peer-trust", peer->file, &name))
            return false;
        struct node *node = facts->deployment == NULL ? NULL : upload_node_known(facts, peer->node);
        if (node == NULL && facts->deployment != NULL) {
            complain("--peer-trust: %s has no node '%s'", facts->deployment->file, peer->node);
            return false;
        }
        if (node != NULL)
            trust_put(facts, node, name);
    }
    return true;
}

/* ---- running ---- */

static bool files_read(struct facts *facts, const struct options *options, const struct renew_options *own,
                       struct secret *secret) {
    struct user_file *new = NULL;
    facts->renewal = ARENA_NEW(facts->arena, struct renewal);
    if (options->file != NULL && !upload_deployment(facts, secret, options->file))
        return false;
    facts->files.v = NULL; /* what the deployment has already is not about to be uploaded */
    facts->files.n = 0;
    if (!old_read(facts, secret, own) || !new_read(facts, secret, own, &new) || !authorities_read(facts, own))
        return false;
    if (options->file == NULL)
        deployment_make(facts, own, new);
    else if (!nodes_take(facts, own, new))
        return false;
    struct user_files all = {facts->files.v, facts->files.n};
    files_sort(facts->arena, &all);
    facts->run.upload_role = facts->renewal->role;
    if (facts->deployment != NULL)
        facts->domains = facts->deployment->domains;
    return trusts_read(facts, own);
}

static int renew(struct facts *facts, const struct options *options, void *context) {
    struct renew_options *own = context;
    struct secret secret;
    const char *wrong = usage_trouble(facts->arena, options, own);
    if (wrong != NULL)
        return complain("%s", wrong);
    run_confine(facts->arena, options, NULL, NULL);
    if (!secret_open(&secret, facts->arena, own->password_file))
        return EXIT_BAD;
    bool good = files_read(facts, options, own, &secret);
    secret_close(&secret);
    const char *target = own->node != NULL ? own->node : own->new != NULL ? own->new : own->role->name;
    if (!good || !run_prepare(facts, options, "renew", target))
        return EXIT_BAD;
    return verdict_tell(facts, options);
}

int renew_command(int argc, char **argv) {
    struct renew_options own = {NULL};
    return command_run(argc, argv, renew_rows, &own, renew);
}
