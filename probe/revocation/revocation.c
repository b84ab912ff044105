/* What do the revocation sources of a chain answer? See revocation.h. This file knows the path from a leaf to
 * its root, and which sources that gives; fetch.c asks one of them. */
#include "probe/revocation/revocation.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probe/revocation/fetch.h"
#include "probe/tls/tls_contexts.h"
#include "wire/ocsp.h"
#include "wire/x509.h"

enum { PATH_MAX_OWN = 8, STORE_MAX = 2000 };

struct revocation {
    bool is_inside; /* private addresses are fine for the chain that is asked about now: fetch.h */
    void *by_key;   /* tsearch(3) tree of struct source */
    X509_STORE *trust;
    int64_t now;
    const struct certs *target; /* of the command; NULL: none */
    const struct texts *auto_crls;
    size_t given; /* fetches that came with the facts: files */
};

struct source { /* one question, asked once */
    char *key;
    struct fetch *fetch;
    bool is_listed; /* in the final order already */
};

/* ---- the path ---- */

struct path { /* leaf first; the root is not in it */
    const struct cert *certs[PATH_MAX_OWN];
    const struct cert *issuers[PATH_MAX_OWN]; /* NULL: not known */
    size_t n;
};

static bool is_issued_by(X509 *x, const uint8_t *der, size_t size) {
    X509 *issuer = x509_of(der, size);
    bool good = issuer != NULL &&
                X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(issuer)) == 0 &&
                X509_verify(x, X509_get0_pubkey(issuer)) == 1;
    X509_free(issuer);
    ERR_clear_error();
    return good;
}

static const struct cert *issuer_in_list(struct world *world, X509 *x, const struct trust_list *list) {
    unsigned char *name = NULL;
    int size = i2d_X509_NAME(X509_get_issuer_name(x), &name);
    const struct cert *found = NULL;
    char *error;
    for (size_t i = 0; size > 0 && found == NULL && i < list->entries.n; i++) {
        const struct ca_entry *entry = list->entries.v[i];
        if (entry->subject_size == (size_t)size && memcmp(entry->subject, name, (size_t)size) == 0 &&
            is_issued_by(x, entry->der, entry->der_size))
            found = tls_contexts_cert(world->tls, entry->der, entry->der_size, &error);
    }
    OPENSSL_free(name);
    return found;
}

/* What was sent counts first, as in every path building; then whatever list the user gave. */
static const struct cert *issuer_find(struct world *world, const struct cert *cert,
                                      const struct certs *sent) {
    const struct cert *found = NULL;
    X509 *x = x509_of(cert->der, cert->der_size);
    for (size_t i = 0; x != NULL && found == NULL && i < sent->n; i++)
        if (sent->v[i] != cert && is_issued_by(x, sent->v[i]->der, sent->v[i]->der_size))
            found = sent->v[i];
    for (size_t i = 0; x != NULL && found == NULL && i < world->facts->trust_lists.n; i++)
        found = issuer_in_list(world, x, world->facts->trust_lists.v[i]);
    X509_free(x);
    ERR_clear_error();
    return found;
}

static struct path path_of(struct world *world, const struct certs *sent) {
    struct path path = {.n = 0};
    const struct cert *cert = sent->n > 0 ? sent->v[0] : NULL;
    while (cert != NULL && cert->der != NULL && !cert->self_signed && path.n < PATH_MAX_OWN) {
        path.certs[path.n] = cert;
        cert = path.issuers[path.n] = issuer_find(world, cert, sent);
        path.n++;
    }
    return path;
}

/* ---- HTTPS distribution points ---- */

/* What the user's trust list holds, else the system's roots: an HTTPS source needs a certificate that holds
 * (guide, chapter 7). Its own revocation is not asked about, so there is no loop. */
static X509_STORE *trust_make(struct world *world) {
    struct revocation *revocation = world->revocation;
    const struct trust_list *list = facts_trust(world->facts, world->facts->run.client_trust);
    if (revocation->trust != NULL)
        return revocation->trust;
    revocation->trust = X509_STORE_new();
    for (size_t i = 0; revocation->trust != NULL && list != NULL && i < list->entries.n && i < STORE_MAX;
         i++) {
        X509 *x = x509_of(list->entries.v[i]->der, list->entries.v[i]->der_size);
        if (x != NULL)
            X509_STORE_add_cert(revocation->trust, x);
        X509_free(x);
    }
    ERR_clear_error();
    return revocation->trust;
}

/* ---- each question once ---- */

static int compare_key(const void *a, const void *b) {
    return strcmp(((const struct source *)a)->key, ((const struct source *)b)->key);
}

/* hash NULL: a CRL, which serves every certificate that names it. */
static char *key_of(struct arena *arena, enum fetch_kind kind, const char *uri, const char *certificate,
                    const char *hash) {
    if (hash == NULL)
        return arena_printf(arena, "%d %s", (int)kind, uri);
    return arena_printf(arena, "%d %s %s %s", (int)kind, certificate, hash, uri);
}

static struct source *source_find(struct world *world, char *key) {
    struct source wanted = {.key = key}, **found = tfind(&wanted, &world->revocation->by_key, compare_key);
    return found == NULL ? NULL : *found;
}

static struct source *source_new(struct world *world, enum fetch_kind kind, const char *uri,
                                 const char *certificate, const char *hash) {
    struct arena *arena = world->arena;
    struct source *source = ARENA_NEW(arena, struct source);
    source->key = key_of(arena, kind, uri, certificate, hash);
    source->fetch = ARENA_NEW(arena, struct fetch);
    source->fetch->kind = kind;
    source->fetch->uri = arena_text(arena, uri);
    source->fetch->certificate = hash == NULL ? NULL : arena_text(arena, certificate);
    source->fetch->hash = arena_text(arena, hash);
    tsearch(source, &world->revocation->by_key, compare_key);
    LIST_ADD(arena, &world->facts->fetches, source->fetch);
    return source;
}

static bool is_new(struct world *world, enum fetch_kind kind, const char *uri, const char *certificate,
                   const char *hash) {
    return !world->stopping && world->facts->fetches.n < (size_t)limits[LIMIT_FETCHES].most &&
           source_find(world, key_of(world->arena, kind, uri, certificate, hash)) == NULL;
}

static const char *const hashes[] = {"sha1",
                                     "sha256"}; /* Expressway asks with the second (guide, chapter 7) */
enum { HASHES = sizeof hashes / sizeof *hashes };

struct wanted_sources { /* how many addresses of each kind */
    size_t ocsp, cdp;
};

static size_t at_most(size_t n, size_t most) {
    return n < most ? n : most;
}

/* An OCSP address is asked with each hash. Half of what may be fetched is for CRLs, as far as there are any.
 */
static struct wanted_sources sources_of(const struct cert *cert) {
    size_t most = (size_t)limits[LIMIT_CERTIFICATE_FETCHES].most;
    size_t ocsp = at_most(cert->ocsp.n, (most - at_most(cert->cdp.n, most / 2)) / HASHES);
    return (struct wanted_sources){ocsp, at_most(cert->cdp.n, most - HASHES * ocsp)};
}

static void ocsp_ask(struct world *world, const struct cert *cert, const struct cert *issuer,
                     const char *uri) {
    for (size_t h = 0; h < HASHES; h++) {
        struct blob *request = ARENA_NEW(world->arena, struct blob);
        if (!is_new(world, FETCH_OCSP, uri, cert->sha256, hashes[h]) ||
            !ocsp_request_write(world->arena, cert, issuer->der, issuer->der_size, hashes[h],
                                world->options->ocsp_nonce, request))
            continue;
        struct source *source = source_new(world, FETCH_OCSP, uri, cert->sha256, hashes[h]);
        fetch_try(world, &(struct fetch_ask){.fetch = source->fetch,
                                             .request = request,
                                             .may_be_inside = world->revocation->is_inside,
                                             .now = world->revocation->now,
                                             .trust = trust_make});
    }
}

static void crl_ask(struct world *world, enum fetch_kind kind, const char *uri) {
    if (!is_new(world, kind, uri, NULL, NULL))
        return;
    struct source *source = source_new(world, kind, uri, NULL, NULL);
    bool is_users = kind == FETCH_AUTO_CRL;
    fetch_try(world, &(struct fetch_ask){.fetch = source->fetch,
                                         .may_be_inside = is_users || world->revocation->is_inside,
                                         .now = world->revocation->now,
                                         .trust = trust_make});
}

/* Most endpoints of a run send the same chain: its path is looked for once. */
static bool is_new_chain(struct world *world, const struct certs *chain) {
    struct source *seen = ARENA_NEW(world->arena, struct source);
    size_t room = chain->n * (2 * SHA256_DIGEST_LENGTH) + 1;
    char *end = seen->key = arena_alloc(world->arena, room);
    for (size_t i = 0; i < chain->n; i++)
        end = stpncpy(end, chain->v[i]->sha256, 2 * SHA256_DIGEST_LENGTH);
    return *(struct source **)tsearch(seen, &world->revocation->by_key, compare_key) == seen;
}

static void chain_ask(struct world *world, const struct certs *chain) {
    if (!is_new_chain(world, chain))
        return;
    struct path path = path_of(world, chain);
    for (size_t i = 0; i < path.n; i++) {
        const struct cert *cert = path.certs[i];
        struct wanted_sources wanted = sources_of(cert);
        for (size_t u = 0; u < wanted.ocsp && path.issuers[i] != NULL; u++)
            ocsp_ask(world, cert, path.issuers[i], cert->ocsp.v[u]);
        for (size_t u = 0; u < wanted.cdp; u++)
            crl_ask(world, FETCH_CRL, cert->cdp.v[u]);
    }
}

/* ---- when ---- */

static struct revocation *revocation_get(struct world *world) {
    if (world->revocation == NULL) {
        world->revocation = ARENA_NEW(world->arena, struct revocation);
        world->revocation->now = (int64_t)time(NULL);
        world->revocation->given = world->facts->fetches.n;
    }
    return world->revocation;
}

static bool leg_is_checked(enum leg leg) {
    return leg == LEG_CLIENT || leg == LEG_ZONE || leg == LEG_NEIGHBOR;
}

void revocation_seen(struct world *world, const struct endpoint *endpoint, const struct certs *chain) {
    if (world->facts->run.no_revocation || !leg_is_checked(endpoint->leg) || world->stopping || chain->n == 0)
        return;
    /* What an inside host's certificate names is inside as well, and as it should be. */
    revocation_get(world)->is_inside = endpoint->address != NULL && address_is_inside(endpoint->address);
    chain_ask(world, chain);
    world->revocation->is_inside = false;
}

typedef void (*chain_fn)(struct world *world, const struct certs *chain);

static void each_file(struct world *world, const struct deployment *deployment, chain_fn tell) {
    const struct nodes *const both[] = {&deployment->e.nodes, &deployment->c.nodes};
    for (size_t b = 0; b < 2; b++)
        for (size_t i = 0; i < both[b]->n; i++)
            tell(world, &both[b]->v[i]->certificate);
}

void revocation_deployment(struct world *world, const struct deployment *deployment) {
    if (world->facts->run.no_revocation || world->facts->run.scope.offline)
        return;
    revocation_get(world)->is_inside = true; /* the user's own files */
    each_file(world, deployment, chain_ask);
    world->revocation->is_inside = false;
}

/* ---- the order of rule ---- */

static void fetch_list(struct world *world, enum fetch_kind kind, const char *uri, const char *certificate,
                       const char *hash, const char *why_not) {
    struct source *source = source_find(world, key_of(world->arena, kind, uri, certificate, hash));
    if (source == NULL) { /* never asked */
        source = source_new(world, kind, uri, certificate, hash);
        world->facts->fetches.n--;
        source->fetch->error = arena_text(world->arena, why_not);
    }
    if (!source->is_listed)
        LIST_ADD(world->arena, &world->facts->fetches, source->fetch);
    source->is_listed = true;
}

static void chain_list(struct world *world, const struct certs *chain) {
    static const char late[] = "the time for the run was over";
    struct path path = path_of(world, chain);
    for (size_t i = 0; i < path.n; i++) {
        const struct cert *cert = path.certs[i];
        struct wanted_sources wanted = sources_of(cert);
        if (cert->ocsp.n > wanted.ocsp || cert->cdp.n > wanted.cdp)
            cut_tell(world->facts, arena_printf(world->arena, "revocation sources of %s", cert->subject),
                     (int)(wanted.ocsp + wanted.cdp), (int)(cert->ocsp.n + cert->cdp.n));
        const char *why = path.issuers[i] == NULL ? "the issuer's certificate is not known" : late;
        for (size_t u = 0; u < wanted.ocsp; u++)
            for (size_t h = 0; h < HASHES; h++)
                fetch_list(world, FETCH_OCSP, cert->ocsp.v[u], cert->sha256, hashes[h], why);
        for (size_t u = 0; u < wanted.cdp; u++)
            fetch_list(world, FETCH_CRL, cert->cdp.v[u], NULL, NULL, late);
    }
}

static void endpoint_list(struct world *world, const struct endpoint *endpoint) {
    if (!leg_is_checked(endpoint->leg))
        return;
    chain_list(world, &endpoint->tls.chain);
    for (size_t v = 0; v < endpoint->variants.n; v++)
        chain_list(world, &endpoint->variants.v[v]->chain);
}

static void keep_node(void *node) { /* the arena owns them */
    (void)node;
}

void revocation_finish(struct world *world) {
    struct revocation *revocation = world->revocation;
    struct facts *facts = world->facts;
    if (revocation == NULL)
        return;
    size_t given = revocation->given;
    struct fetch **files = arena_dup(world->arena, facts->fetches.v, given * sizeof *files);
    facts->fetches.v = NULL;
    facts->fetches.n = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        endpoint_list(world, facts->endpoints.v[i]);
    if (facts->deployment != NULL)
        each_file(world, facts->deployment, chain_list);
    if (revocation->target != NULL)
        chain_list(world, revocation->target);
    for (size_t i = 0; revocation->auto_crls != NULL && i < revocation->auto_crls->n; i++)
        fetch_list(world, FETCH_AUTO_CRL, revocation->auto_crls->v[i], NULL, NULL,
                   "the time for the run was over");
    for (size_t i = 0; i < given; i++)
        LIST_ADD(world->arena, &facts->fetches, files[i]);
    X509_STORE_free(revocation->trust);
    tdestroy(revocation->by_key, keep_node);
    world->revocation = NULL;
}

/* ---- what the user names ---- */

void revocation_ask(struct world *world, const struct revocation_target *target) {
    struct revocation *revocation = revocation_get(world);
    revocation->auto_crls = target->auto_crls;
    for (size_t i = 0; target->auto_crls != NULL && i < target->auto_crls->n; i++)
        crl_ask(world, FETCH_AUTO_CRL, target->auto_crls->v[i]);
    if (target->host != NULL || target->chain == NULL)
        return;
    revocation->target = target->chain;
    revocation->is_inside = true; /* the user's own file */
    chain_ask(world, target->chain);
    revocation->is_inside = false;
}
