/* The files that somebody means to upload become a deployment. See upload.h. */
#include "commands/upload.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/verdict.h"
#include "config/config.h"
#include "expressway/names.h"
#include "wire/file.h"

static bool lies_in(const struct user_file *file, const char *folder) {
    size_t length = strlen(folder);
    return text_starts(file->path, folder) && (folder[length - 1] == '/' || file->path[length] == '/');
}

bool upload_add(struct facts *facts, struct secret *secret, const char *option, const char *path,
                const char *meant_as, struct user_file_list *added) {
    struct secret_source source = secret_source_of(secret);
    struct stat there;
    char *error = NULL;
    const char *shown = text_from_wire(facts->arena, path, strlen(path));
    bool is_folder = *path != 0 && stat(path, &there) == 0 && S_ISDIR(there.st_mode);
    if (is_folder && option != NULL) {
        complain("%s: %s: it is a folder; wanted a file", option, shown);
        return false;
    }
    if (!files_add(facts, path, &source, &error)) {
        complain("%s%s%s", option == NULL ? "" : option, option == NULL ? "" : ": ", error);
        return false;
    }
    for (size_t i = 0; i < facts->files.n; i++) {
        struct user_file *file = facts->files.v[i];
        if (is_folder ? !lies_in(file, shown) : strcmp(file->path, shown) != 0)
            continue;
        if (!is_folder)
            file->meant_as = arena_text(facts->arena, meant_as);
        if (added != NULL)
            LIST_ADD(facts->arena, added, file);
    }
    return true;
}

static bool upload_add_one(struct facts *facts, struct secret *secret, const char *path, const char *meant_as,
                           struct user_file **file) {
    struct user_file_list added = {NULL, 0};
    *file = NULL;
    if (!upload_add(facts, secret, NULL, path, meant_as, &added))
        return false;
    if (added.n == 1)
        *file = added.v[0];
    return true;
}

bool upload_beside(struct facts *facts, struct secret *secret, const char *key, const char *csr,
                   const char *certificate) {
    struct user_file_list keys = {NULL, 0}, requests = {NULL, 0};
    if (key != NULL && !upload_add(facts, secret, "--key", key, "key", &keys))
        return false;
    if (keys.n == 1)
        keys.v[0]->meant_for = arena_text(facts->arena, certificate);
    if (csr == NULL)
        return true;
    if (!upload_add(facts, secret, "--csr", csr, "csr", &requests))
        return false;
    struct user_file *file = requests.n == 1 ? requests.v[0] : NULL;
    if (file == NULL || file->kind != FILE_CSR) {
        complain("--csr: %s: it is %s; wanted a certificate signing request", csr,
                 file != NULL && file->what != NULL ? file->what : "something else");
        return false;
    }
    file->meant_for = arena_text(facts->arena, certificate);
    return true;
}

/* ---- the deployment file and what it names ---- */

static void chain_of_file(struct arena *arena, const struct user_file *file, struct certs *chain) {
    const struct cert *leaf = file_leaf(file);
    *chain = (struct certs){NULL, 0};
    if (leaf == NULL)
        return;
    LIST_ADD(arena, chain, (void *)leaf);
    for (size_t i = 0; i < file->certificates.n; i++)
        if (file->certificates.v[i] != leaf)
            LIST_ADD(arena, chain, file->certificates.v[i]);
}

static bool cert_named(struct facts *facts, struct secret *secret, const char *path, struct certs *chain) {
    struct user_file *file;
    if (path == NULL)
        return true;
    if (!upload_add_one(facts, secret, path, "certificate", &file))
        return false;
    if (file != NULL)
        chain_of_file(facts->arena, file, chain);
    return true;
}

static bool key_named(struct facts *facts, struct secret *secret, const char *path, const char *cert_path) {
    struct user_file *file;
    if (path == NULL)
        return true;
    if (!upload_add_one(facts, secret, path, "key", &file))
        return false;
    if (file != NULL)
        file->meant_for = arena_text(facts->arena, cert_path);
    return true;
}

/* A list that cannot be read is told as a finding: the deployment names it, the facts have none of that name.
 */
static void trust_named(struct facts *facts, const char *path) {
    char *error = NULL;
    if (path != NULL)
        trust_add_file(facts, path, &error);
}

static bool node_files(struct facts *facts, struct secret *secret, struct node *node) {
    bool good = cert_named(facts, secret, node->certificate_file, &node->certificate) &&
                key_named(facts, secret, node->key_file, node->certificate_file) &&
                cert_named(facts, secret, node->client_file, &node->client_certificate) &&
                key_named(facts, secret, node->client_key_file, node->client_file);
    for (size_t i = 0; good && i < node->certificates.n; i++)
        good = cert_named(facts, secret, node->certificates.v[i]->file, &node->certificates.v[i]->chain);
    trust_named(facts, node->trust);
    for (size_t i = 0; i < node->stores.n; i++)
        trust_named(facts, node->stores.v[i]->trust);
    return good;
}

bool upload_deployment_alone(struct facts *facts, const char *path) {
    char *text, *error = NULL;
    size_t size;
    if (file_read(facts->arena, path, INPUT_DEPLOYMENT, &text, &size, &error) &&
        deployment_read_text(facts, text, size, path, false, &error))
        return true;
    complain("%s", error);
    return false;
}

bool upload_deployment(struct facts *facts, struct secret *secret, const char *path) {
    if (!upload_deployment_alone(facts, path))
        return false;
    struct deployment *d = facts->deployment;
    struct nodes *all[] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
    trust_named(facts, d->e.trust);
    trust_named(facts, d->c.trust);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (size_t i = 0; i < all[k]->n; i++)
            if (!node_files(facts, secret, all[k]->v[i]))
                return false;
    return true;
}

struct node *upload_node_known(struct facts *facts, const char *name) {
    struct deployment *d = facts->deployment;
    struct nodes *all[] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (size_t i = 0; i < all[k]->n; i++)
            if (name_equal(all[k]->v[i]->name, name))
                return all[k]->v[i];
    return NULL;
}

struct node *upload_node(struct facts *facts, const char *name) {
    struct node *node = upload_node_known(facts, name);
    if (node == NULL)
        complain("--node: %s has no node '%s'", facts->deployment->file,
                 text_from_wire_cut(facts->arena, name, strlen(name), 80));
    return node;
}

/* ---- a certificate takes its place ---- */

static struct purpose_cert *purpose_of(struct arena *arena, struct node *node, const char *purpose) {
    for (size_t i = 0; i < node->certificates.n; i++)
        if (strcmp(node->certificates.v[i]->purpose, purpose) == 0)
            return node->certificates.v[i];
    struct purpose_cert *cert = ARENA_NEW(arena, struct purpose_cert);
    cert->purpose = arena_text(arena, purpose);
    LIST_ADD(arena, &node->certificates, cert);
    return cert;
}

void upload_install(struct facts *facts, struct node *node, const char *purpose,
                    const struct user_file *file) {
    if (purpose == NULL) {
        node->certificate_file = file->path;
        node->certificate_seen = NULL;
        chain_of_file(facts->arena, file, &node->certificate);
        node->certificate.n =
            node->certificate.n > 1 ? 1 : node->certificate.n; /* the leaf alone is uploaded */
        return;
    }
    struct purpose_cert *cert = purpose_of(facts->arena, node, purpose);
    cert->file = file->path;
    chain_of_file(facts->arena, file, &cert->chain);
}

struct node *upload_node_of_file(struct facts *facts, const struct upload_role *role,
                                 const struct user_file *file) {
    if (facts->deployment == NULL)
        facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    struct deployment *d = facts->deployment;
    struct nodes *to = role->role == ROLE_EXPRESSWAY_E   ? &d->e.nodes
                       : role->role == ROLE_EXPRESSWAY_C ? &d->c.nodes
                       : role->role == ROLE_UCM          ? &d->ucm
                                                         : &d->imp;
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = file->path;
    node->role = role->role;
    LIST_ADD(facts->arena, to, node);
    upload_install(facts, node, role->purpose, file);
    return node;
}

/* ---- which of the files is meant? ---- */

static int rank_of(const struct user_file *file) {
    return file->kind != FILE_CERTIFICATE ? 2 : file->convert != NULL ? 1 : 0;
}

static bool holds_a_server_certificate(const struct user_file *file) {
    const struct cert *leaf = file_leaf(file);
    bool is_meant = file->meant_as != NULL && strcmp(file->meant_as, "certificate") == 0;
    return leaf != NULL && (!leaf->is_ca || is_meant);
}

struct user_file_list upload_candidates(struct arena *arena, const struct user_file_list *given) {
    struct user_file_list list = {NULL, 0};
    for (size_t i = 0; i < given->n; i++) {
        struct user_file *file = given->v[i];
        size_t same = 0;
        if (!holds_a_server_certificate(file))
            continue;
        while (same < list.n && strcmp(file_leaf(list.v[same])->sha256, file_leaf(file)->sha256) != 0)
            same++;
        if (same == list.n)
            LIST_ADD(arena, &list, file);
        else if (rank_of(file) < rank_of(list.v[same]))
            list.v[same] = file;
    }
    return list;
}
