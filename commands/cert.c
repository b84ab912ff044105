/* edgeprobe cert: before an upload. What are these files, do they belong together, and would Expressway take
 * them?
 *
 * Offline: no socket is opened. The files become facts; what they are for (role, node, deployment) becomes a
 * deployment, so that the judges are those of every other command. */
#include <string.h>

#include "commands/commands.h"
#include "commands/output.h"
#include "commands/request.h"
#include "commands/run.h"
#include "commands/take.h"
#include "commands/upload.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "expressway/required.h"
#include "wire/file.h"

struct cert_options {
    const struct upload_role *role;
    const char *key, *csr, *trust, *node, *password_file;
    struct texts crls;
    struct texts expected;
    bool wants_request;
};

/* ---- options ---- */

static bool take_role(struct arena *arena, void *context, const char *argument, char **error) {
    struct cert_options *own = context;
    own->role = upload_role_find(argument);
    if (own->role == NULL)
        *error = arena_printf(arena, "wanted %s", upload_role_names(arena));
    return own->role != NULL;
}

TAKE_TEXT(cert_options, take_key, key)
TAKE_TEXT(cert_options, take_csr, csr)
TAKE_TEXT(cert_options, take_trust, trust)
TAKE_TEXT(cert_options, take_node, node)
TAKE_TEXT(cert_options, take_password_file, password_file)

static bool take_crl(struct arena *arena, void *context, const char *argument, char **error) {
    (void)error;
    texts_add(arena, &((struct cert_options *)context)->crls, argument);
    return true;
}

static bool take_expect(struct arena *arena, void *context, const char *argument, char **error) {
    char *host;
    if (!host_read(arena, argument, &host, error))
        return false;
    texts_add(arena, &((struct cert_options *)context)->expected, host);
    return true;
}

static bool take_request(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct cert_options *)context)->wants_request = true;
    return true;
}

const struct option_row cert_rows[] = {
    {"role", 0, "ROLE",
     "what the certificate is for: expressway-e, expressway-c, ucm-callmanager, ucm-tomcat, imp-tomcat, "
     "imp-cup, "
     "imp-cup-xmpp, imp-cup-xmpp-s2s, imp-ipsec or capf",
     take_role},
    {"key", 0, "FILE", "the private key that is to fit the certificate", take_key},
    {"csr", 0, "FILE", "the request that the certificate is to answer", take_csr},
    {"trust", 0, "FILE", "the trust list of the box that gets the certificate (PEM)", take_trust},
    {"crl", 0, "FILE", "a CRL for the manual upload; may be repeated", take_crl},
    {"expect", 0, "NAME", "a name that the certificate must bear; may be repeated", take_expect},
    {"node", 0, "NAME", "the node of the deployment file (-f) that gets the certificate", take_node},
    {"request", 0, NULL, "write the OpenSSL request configuration for --node, and nothing else",
     take_request},
    {"password-file", 0, "FILE",
     "its first line opens PKCS#12 files and encrypted keys; else asked on the terminal", take_password_file},
    {NULL, 0, NULL, NULL, NULL}};

static const char *usage_trouble(const struct options *options, const struct cert_options *own) {
    bool has_files = options->arguments.n > 0 || own->key != NULL || own->csr != NULL || own->crls.n > 0;
    if (own->wants_request && (options->file == NULL || own->node == NULL))
        return "--request: wanted -f FILE and --node NAME with it";
    if (own->wants_request && has_files)
        return "--request: wanted no files beside it; it writes what to ask a CA for";
    if (own->node != NULL && options->file == NULL)
        return "--node: wanted -f FILE with it";
    if (!has_files && options->file == NULL)
        return "cert: wanted a FILE, a folder or -f FILE; see 'edgeprobe cert --help'";
    return NULL;
}

/* ---- the files ---- */

static bool operands_add(struct facts *facts, struct secret *secret, const struct texts *paths,
                         struct user_file_list *added) {
    for (size_t i = 0; i < paths->n; i++)
        if (!upload_add(facts, secret, NULL, paths->v[i], "certificate", added))
            return false;
    return true;
}

/* What was given beside the certificate belongs to it, when there is one. */
static bool beside_add(struct facts *facts, struct secret *secret, const struct cert_options *own,
                       const char *certificate) {
    if (!upload_beside(facts, secret, own->key, own->csr, certificate))
        return false;
    for (size_t i = 0; i < own->crls.n; i++)
        if (!upload_add(facts, secret, "--crl", own->crls.v[i], "crl", NULL))
            return false;
    return true;
}

/* PEM bundles are judged as trust lists, too. */
static void lists_add(struct facts *facts) {
    char *error = NULL;
    for (size_t i = 0; i < facts->files.n; i++) {
        const struct user_file *file = facts->files.v[i];
        if (file->kind == FILE_TRUST_LIST && strcmp(file->path, "-") != 0)
            trust_add_file(facts, file->path, &error);
    }
}

/* ---- what they are for ---- */

static const char *role_name_of(const struct node *node, const struct cert_options *own) {
    return own->role != NULL ? own->role->name : node == NULL ? NULL : enum_text(roles, (int)node->role);
}

static bool role_fits(const struct cert_options *own, const struct node *node) {
    if (own->role == NULL || own->role->role == node->role)
        return true;
    complain("--role: %s is %s in the deployment file, not %s", node->name, enum_text(roles, (int)node->role),
             own->role->name);
    return false;
}

static bool node_gets(struct facts *facts, const struct cert_options *own,
                      const struct user_file_list *found) {
    struct node *node = upload_node(facts, own->node);
    struct required_names required = {0};
    const char *common_name;
    if (node == NULL || !role_fits(own, node))
        return false;
    if (found->n > 1) {
        complain("--node: wanted one certificate for %s, got %s and %s", node->name, found->v[0]->path,
                 found->v[1]->path);
        return false;
    }
    const char *purpose = own->role != NULL        ? own->role->purpose
                          : node->role == ROLE_UCM ? "tomcat"
                          : node->role == ROLE_IMP ? "tomcat"
                                                   : NULL;
    for (size_t i = 0; found->n == 1 && i < facts->files.n; i++)
        if (node->certificate_file != NULL && strcmp(facts->files.v[i]->path, node->certificate_file) == 0)
            facts->files.v[i]->meant_as = NULL; /* what the node has now is not what is asked about */
    if (found->n == 1)
        upload_install(facts, node, purpose, found->v[0]);
    facts->run.node = node->name;
    required_names_of(facts->arena, facts->deployment, node, &required, &common_name);
    facts->required_names.v = required.v;
    facts->required_names.n = required.n;
    return true;
}

static void files_get_a_role(struct facts *facts, const struct cert_options *own,
                             const struct user_file_list *found) {
    for (size_t i = 0; i < found->n; i++)
        upload_node_of_file(facts, own->role, found->v[i]);
    if (facts->deployment == NULL) /* a file that holds no certificate is judged by its role all the same */
        facts->deployment = ARENA_NEW(facts->arena, struct deployment);
}

static bool trust_choose(struct facts *facts, const struct cert_options *own) {
    struct deployment *d = facts->deployment;
    char *name;
    if (own->trust == NULL)
        return true;
    if (!trust_take(facts, "--trust", own->trust, &name))
        return false;
    if (d == NULL)
        return true; /* judged by itself */
    struct node *node = facts->run.node == NULL ? NULL : upload_node(facts, facts->run.node);
    if (node != NULL)
        node->trust = name;
    else if (own->role == NULL)
        d->e.trust = d->c.trust = name;
    else if (own->role->role == ROLE_EXPRESSWAY_E)
        d->e.trust = name;
    else if (own->role->role == ROLE_EXPRESSWAY_C)
        d->c.trust = name;
    return true;
}

static bool files_take_places(struct facts *facts, const struct cert_options *own,
                              const struct user_file_list *found) {
    if (own->node != NULL && !node_gets(facts, own, found))
        return false;
    if (own->node == NULL && own->role != NULL)
        files_get_a_role(facts, own, found);
    struct node *node = own->node == NULL ? NULL : upload_node(facts, own->node);
    facts->run.upload_role = arena_text(facts->arena, role_name_of(node, own));
    facts->run.expected_names = own->expected;
    return trust_choose(facts, own);
}

static bool files_read(struct facts *facts, const struct options *options, const struct cert_options *own,
                       struct secret *secret) {
    if (options->file != NULL && !upload_deployment(facts, secret, options->file))
        return false;
    struct user_file_list given = {NULL, 0};
    if (!operands_add(facts, secret, &options->arguments, &given))
        return false;
    struct user_file_list found = upload_candidates(facts->arena, &given);
    struct node *node = own->node == NULL ? NULL : upload_node(facts, own->node);
    const char *certificate = found.n == 1 ? found.v[0]->path : node != NULL ? node->certificate_file : NULL;
    if ((own->node != NULL && node == NULL) || !beside_add(facts, secret, own, certificate))
        return false;
    struct user_files all = {facts->files.v, facts->files.n};
    files_sort(facts->arena, &all);
    lists_add(facts);
    return files_take_places(facts, own, &found);
}

/* ---- running ---- */

static int request_tell(struct facts *facts, const struct options *options, const struct cert_options *own) {
    if (!output_has_place("--output", options->output) ||
        !output_spares_inputs(options, "--output", options->output))
        return EXIT_BAD;
    struct node *node = upload_deployment_alone(facts, options->file) ? upload_node(facts, own->node) : NULL;
    if (node == NULL)
        return EXIT_BAD;
    struct request request = {.arena = facts->arena, .deployment = facts->deployment, .node = node};
    return output_write(options->output, request_write, &request) ? 0 : EXIT_BAD;
}

static int cert(struct facts *facts, const struct options *options, void *context) {
    const struct cert_options *own = context;
    struct secret secret;
    const char *wrong = usage_trouble(options, own);
    if (wrong != NULL)
        return complain("%s", wrong);
    run_confine(facts->arena, options, NULL, NULL);
    if (own->wants_request)
        return request_tell(facts, options, own);
    if (!secret_open(&secret, facts->arena, own->password_file))
        return EXIT_BAD;
    bool good = files_read(facts, options, own, &secret);
    secret_close(&secret);
    const char *target = options->arguments.n > 0 ? options->arguments.v[0]
                         : own->node != NULL      ? own->node
                         : options->file != NULL  ? options->file
                         : own->key != NULL       ? own->key
                         : own->csr != NULL       ? own->csr
                                                  : own->crls.v[0];
    if (!good || !run_prepare(facts, options, "cert", target))
        return EXIT_BAD;
    return verdict_tell(facts, options);
}

int cert_command(int argc, char **argv) {
    struct cert_options own = {NULL};
    return command_run(argc, argv, cert_rows, &own, cert);
}
