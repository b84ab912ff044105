/* edgeprobe renew: what would a new certificate break, and what is to be done tonight, in which order?
 *
 * Offline: no socket is opened. Old and new certificate, trust lists and deployment become facts; the new one
 * takes its place in the deployment, so that the judges are those of every other command. */
#include <string.h>

#include "commands/commands.h"
#include "commands/renew_deployment.h"
#include "commands/run.h"
#include "commands/take.h"
#include "commands/upload.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "expressway/names.h"
#include "wire/file.h"

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
        renewal_deployment_make(facts, own, new);
    else if (!renewal_nodes_take(facts, own, new))
        return false;
    struct user_files all = {facts->files.v, facts->files.n};
    files_sort(facts->arena, &all);
    facts->run.upload_role = facts->renewal->role;
    if (facts->deployment != NULL)
        facts->domains = facts->deployment->domains;
    return renewal_trusts_read(facts, own);
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
