/* Which certificates were seen, where, and whose are they? See seen.h. */
#include "checks/seen.h"

#include <string.h>
#include <strings.h>

#include "expressway/names.h"
#include "catalogue/guidance.h"
#include "catalogue/release.h"

enum role role_of_endpoint(const struct endpoint *endpoint) {
    static const enum role by_leg[] = {[LEG_CLIENT] = ROLE_EXPRESSWAY_E,
                                       [LEG_ZONE] = ROLE_EXPRESSWAY_E,
                                       [LEG_TUNNEL] = ROLE_EXPRESSWAY_E,
                                       [LEG_NEIGHBOR] = ROLE_NONE,
                                       [LEG_ADMIN] = ROLE_NONE,
                                       [LEG_UCM] = ROLE_UCM,
                                       [LEG_IMP] = ROLE_IMP,
                                       [LEG_OTHER] = ROLE_NONE};
    return endpoint->role != ROLE_NONE ? endpoint->role : by_leg[endpoint->leg];
}

bool is_expressway(enum role role) {
    return role == ROLE_EXPRESSWAY_E || role == ROLE_EXPRESSWAY_C;
}

bool is_lets_encrypt(const struct cert *cert) {
    return strstr(cert->issuer, "O=Let's Encrypt") != NULL;
}

/* NULL: none. */
static const struct node *node_of(const struct facts *facts, const struct endpoint *endpoint) {
    const struct deployment *d = facts->deployment;
    if (d == NULL)
        return NULL;
    const struct nodes *all[] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
    const char *names[] = {endpoint->node, endpoint->host};
    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            const struct node *node = facts_node(facts, all[i], names[n]);
            if (node != NULL)
                return node;
        }
    return NULL;
}

int run_release(const struct facts *facts) {
    int release = RELEASE_X15_5;
    release_read(facts->run.release, &release);
    return release;
}

const char *release_text_of(const struct facts *facts, enum role role) {
    const struct deployment *d = facts->deployment;
    const char *own = d == NULL || !is_expressway(role) ? NULL
                      : role == ROLE_EXPRESSWAY_E       ? d->e.release
                                                        : d->c.release;
    bool is_asked = facts->run.release_from != NULL && strcmp(facts->run.release_from, "--release") == 0;
    return own != NULL && !is_asked ? own : facts->run.release;
}

int release_of(const struct facts *facts, enum role role) {
    int release = RELEASE_X15_5;
    release_read(release_text_of(facts, role), &release);
    return release;
}

static struct seen_cert *add(struct arena *arena, struct seen *out, const struct certs *chain) {
    struct seen_cert *seen = ARENA_NEW(arena, struct seen_cert);
    seen->chain = chain;
    seen->leaf = chain->v[0];
    LIST_ADD(arena, out, seen);
    return seen;
}

/* Where the main handshake showed no certificate, any other form of it that did will do. */
static const struct certs *main_chain(const struct endpoint *endpoint) {
    static const enum tls_purpose others[] = {PURPOSE_CLIENT_CERT, PURPOSE_TLS12, PURPOSE_RSA, PURPOSE_ECDSA,
                                              PURPOSE_LEGACY};
    if (endpoint->tls.chain.n > 0)
        return &endpoint->tls.chain;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const struct tls_attempt *attempt = endpoint_variant(endpoint, others[i]);
        if (attempt != NULL && attempt->chain.n > 0)
            return &attempt->chain;
    }
    return NULL;
}

static bool same_cert(const struct cert *a, const struct cert *b) {
    return a == b || (a->sha256 != NULL && b->sha256 != NULL && strcmp(a->sha256, b->sha256) == 0);
}

static const char *kind_of(const struct cert *leaf) {
    return leaf->key_type == KEY_EC ? "ecdsa" : "rsa";
}

static void add_served(const struct facts *facts, struct arena *arena, const struct endpoint *endpoint,
                       struct seen *out) {
    static const enum tls_purpose keys[] = {PURPOSE_RSA, PURPOSE_ECDSA};
    const struct certs *chain = main_chain(endpoint);
    if (chain == NULL)
        return;
    struct seen_cert *first = add(arena, out, chain);
    first->role = role_of_endpoint(endpoint);
    first->endpoint = endpoint;
    first->at = endpoint->seen;
    first->node = node_of(facts, endpoint);
    first->about = about_endpoint(facts, endpoint);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct tls_attempt *attempt = endpoint_variant(endpoint, keys[i]);
        if (attempt == NULL || attempt->chain.n == 0 || same_cert(attempt->chain.v[0], first->leaf) ||
            attempt->chain.v[0]->key_type == first->leaf->key_type)
            continue;
        struct seen_cert *other = add(arena, out, &attempt->chain);
        const struct certs *its_chain = other->chain;
        *other = *first;
        other->chain = its_chain;
        other->leaf = its_chain->v[0];
        other->kind = kind_of(other->leaf);
        first->kind = kind_of(first->leaf);
    }
}

/* A file to be uploaded is no side of a zone: it is known by its path. */
static bool is_a_file_alone(const struct facts *facts) {
    return facts->deployment->zones.n == 0 && facts->files.n > 0;
}

const char *subject_of_node(const struct facts *facts, struct arena *arena, const struct node *node) {
    if (node->subject != NULL)
        return node->subject;
    if (facts->renewal != NULL && facts->deployment->file == NULL && node->certificate_file != NULL)
        return node->certificate_file;
    if (facts->deployment != NULL && is_a_file_alone(facts))
        return node->name;
    if (facts->deployment == NULL || facts->deployment->file != NULL || !is_expressway(node->role))
        return node->name;
    return arena_printf(arena, "%s:%s", enum_text(roles, (int)node->role), node->name);
}

static void add_purposes(struct arena *arena, const struct node *node, enum role role, struct seen *out) {
    for (size_t i = 0; i < node->certificates.n; i++) {
        const struct purpose_cert *its = node->certificates.v[i];
        if (its->chain.n == 0)
            continue;
        struct seen_cert *seen = add(arena, out, &its->chain);
        seen->role = role;
        seen->node = node;
        seen->purpose = seen->kind = its->purpose;
        seen->about = (struct about){.subject = node->name, .node = node->name};
    }
}

/* Nobody said whose these are: what can be told of any certificate is. The same one in two coats is one. */
static void add_loose_files(const struct facts *facts, struct arena *arena, struct seen *out) {
    struct texts done = {NULL, 0};
    for (size_t i = 0; i < facts->files.n; i++) {
        const struct user_file *file = facts->files.v[i];
        const struct cert *leaf = file_leaf(file);
        if (leaf == NULL || texts_has(&done, leaf->sha256))
            continue;
        texts_add(arena, &done, leaf->sha256);
        struct certs *chain = ARENA_NEW(arena, struct certs);
        LIST_ADD(arena, chain, (void *)leaf);
        struct seen_cert *seen = add(arena, out, chain);
        seen->about = (struct about){.subject = file->path};
    }
}

bool has_client_store(const struct facts *facts, const struct node *node) {
    const struct certs *client = &node->client_certificate, *server = &node->certificate;
    return client->n > 0 && is_expressway(node->role) && release_of(facts, node->role) >= RELEASE_X15_5 &&
           !(server->n > 0 && same_cert(client->v[0], server->v[0]));
}

static struct seen_cert *add_file(const struct facts *facts, struct arena *arena, const struct node *node,
                                  enum role role, const struct certs *chain, struct seen *out) {
    struct seen_cert *seen = add(arena, out, chain);
    seen->role = role;
    seen->node = node;
    seen->about = (struct about){.subject = subject_of_node(facts, arena, node),
                                 .node = node->name,
                                 .connections = &node->connections};
    return seen;
}

static void add_files(const struct facts *facts, struct arena *arena, const struct nodes *nodes,
                      enum role role, struct seen *out) {
    for (size_t i = 0; i < nodes->n; i++) {
        const struct node *node = nodes->v[i];
        bool is_apart = has_client_store(facts, node);
        add_purposes(arena, node, role, out);
        if (node->certificate.n > 0)
            add_file(facts, arena, node, role, &node->certificate, out)->kind = is_apart ? "server" : NULL;
        if (!is_apart)
            continue;
        struct seen_cert *client = add_file(facts, arena, node, role, &node->client_certificate, out);
        client->kind = "client";
        client->is_client_store = true;
    }
}

/* What a client showed on a port that is no zone: seen on the wire of a capture, and nobody's node. */
static void add_shown_by_clients(const struct facts *facts, struct arena *arena, struct seen *out) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->client == NULL || e->client_chain.n == 0 || e->zone != NULL)
            continue;
        struct seen_cert *seen = add(arena, out, &e->client_chain);
        seen->at = e->seen;
        seen->about = (struct about){.subject = arena_printf(arena, "client %s", e->client),
                                     .node = e->client,
                                     .connections = &e->connections};
    }
}

int64_t seen_at(const struct facts *facts, const struct seen_cert *seen) {
    return seen->at != 0 ? seen->at : facts->run.at;
}

bool was_taken(const struct endpoint *endpoint) {
    return endpoint != NULL && endpoint->client != NULL && endpoint->tls.state == TLS_ESTABLISHED;
}

static void add_names(struct seen *out) {
    for (size_t i = 0; i < out->n; i++) {
        const struct endpoint *endpoint = out->v[i]->endpoint;
        out->v[i]->place = i;
        name_map_add(out->by_node, out->v[i]->node == NULL ? NULL : out->v[i]->node->name, out->v[i]);
        name_map_add(out->by_host, endpoint == NULL ? NULL : endpoint->host, out->v[i]);
        name_map_add(out->by_host, endpoint == NULL ? NULL : endpoint->address, out->v[i]);
    }
}

void seen_all(const struct facts *facts, struct arena *arena, struct seen *out) {
    const struct deployment *d = facts->deployment;
    *out = (struct seen){.by_node = name_map_new(arena), .by_host = name_map_new(arena)};
    for (size_t i = 0; i < facts->endpoints.n; i++)
        add_served(facts, arena, facts->endpoints.v[i], out);
    add_shown_by_clients(facts, arena, out);
    if (d == NULL)
        add_loose_files(facts, arena, out);
    if (d != NULL) {
        add_files(facts, arena, &d->e.nodes, ROLE_EXPRESSWAY_E, out);
        add_files(facts, arena, &d->c.nodes, ROLE_EXPRESSWAY_C, out);
        add_files(facts, arena, &d->ucm, ROLE_UCM, out);
        add_files(facts, arena, &d->imp, ROLE_IMP, out);
    }
    add_names(out);
}

const struct seen_cert *seen_of_node(const struct seen *seen, const struct node *node) {
    const struct seen_cert *served = NULL;
    size_t count;
    const struct named *found = name_map_find(seen->by_node, node->name, &count);
    for (size_t i = 0; i < count; i++) {
        const struct seen_cert *one = found[i].thing;
        bool is_other = one->purpose != NULL && strcmp(one->purpose, "tomcat") != 0;
        if (one->node != node || is_other || one->is_client_store)
            continue;
        if (one->endpoint == NULL)
            return one;
        if (served == NULL)
            served = one;
    }
    return served;
}

const struct seen_cert *client_seen_of_node(const struct seen *seen, const struct node *node) {
    size_t count;
    const struct named *found = name_map_find(seen->by_node, node->name, &count);
    for (size_t i = 0; i < count; i++) {
        const struct seen_cert *one = found[i].thing;
        if (one->node == node && one->is_client_store)
            return one;
    }
    return seen_of_node(seen, node);
}

void evidence_kind(struct finding *finding, const char *kind) {
    if (kind != NULL)
        evidence_text(finding, "certificate", kind);
}

void evidence_names(struct finding *finding, struct arena *arena, const struct cert *cert) {
    struct texts names = {NULL, 0};
    name_list(cert, arena, &names);
    evidence_texts(finding, "found", &names);
}

const char *port_certificate(enum role role, int port) {
    const struct purpose *purpose = purpose_on_port(role, port, false);
    return purpose == NULL ? NULL : purpose->name;
}

bool is_shown_as(const struct seen_cert *seen, const char *name) {
    if (seen->purpose != NULL)
        return strncasecmp(seen->purpose, name, strlen(name)) == 0;
    const char *shown = seen->endpoint == NULL ? NULL : port_certificate(seen->role, seen->endpoint->port);
    return shown != NULL && strcmp(shown, name) == 0;
}
