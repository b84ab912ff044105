/* edgeprobe cert: before an upload. What are these files, do they belong together, and would Expressway take
 * them?
 *
 * Offline: no socket is opened. The files become facts; what they are for (role, node, deployment) becomes a
 * deployment, so that the judges are those of every other command. */
#include <string.h>

#include "commands/commands.h"
#include "commands/run.h"
#include "commands/secret.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "wire/file.h"

struct cert_options {
    const char *password_file;
};

static bool take_password_file(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)error;
    ((struct cert_options *)context)->password_file = argument;
    return true;
}

static const struct option_row rows[] = {
    {"password-file", 0, "FILE",
     "its first line opens PKCS#12 files and encrypted keys; else asked on the terminal", take_password_file},
    {NULL, 0, NULL, NULL, NULL}};

static bool files_read(struct facts *facts, const struct texts *paths, struct secret *secret) {
    char *error = NULL;
    struct secret_source source = secret_source_of(secret);
    for (size_t i = 0; i < paths->n; i++)
        if (!files_add(facts, paths->v[i], &source, &error)) {
            complain("%s", error);
            return false;
        }
    struct user_files all = {facts->files.v, facts->files.n};
    files_sort(facts->arena, &all);
    return true;
}

static int cert(struct facts *facts, const struct options *options, void *context) {
    const struct cert_options *own = context;
    struct secret secret;
    if (options->arguments.n == 0)
        return complain("cert: wanted a FILE or a folder; see 'edgeprobe cert --help'");
    if (!secret_open(&secret, facts->arena, own->password_file))
        return EXIT_BAD;
    bool good = files_read(facts, &options->arguments, &secret);
    secret_close(&secret);
    if (!good || !run_prepare(facts, options, "cert", options->arguments.v[0]))
        return EXIT_BAD;
    return verdict_tell(facts, options);
}

int cert_command(int argc, char **argv) {
    struct cert_options own = {NULL};
    return command_run(argc, argv, rows, &own, cert);
}
