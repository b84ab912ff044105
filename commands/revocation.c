/* edgeprobe revocation: what do the revocation sources of a certificate say, and what would Expressway do
 * about it?
 *
 * With HOST:PORT the certificate comes from a handshake, with --cert from a file. Settings come from the
 * deployment file, else from the options; what is not stated is on, and the fallback as Expressway ships it.
 */
#include <string.h>

#include "commands/commands.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "config/values.h"
#include "probe/probe.h"

struct revocation_options {
    const char *cert;
    struct texts issuers, crl_files, auto_crls;
    struct revocation_settings settings;
    bool has_mode, has_ocsp, has_crl, has_cdp, has_fallback; /* stated on the command line */
};

/* ---- options ---- */

static const struct enum_name switches[] = {{true, "on"}, {false, "off"}, {0, NULL}};
static const struct enum_name fallbacks[] = {
    {true, "treat-as-revoked"}, {false, "treat-as-not-revoked"}, {0, NULL}};

#define TAKE_SETTING(name, member, flag, names, wanted)                                                      \
    static bool name(struct arena *arena, void *context, const char *argument, char **error) {               \
        struct revocation_options *own = context;                                                            \
        int value;                                                                                           \
        if (!enum_find(names, argument, &value)) {                                                           \
            *error = arena_text(arena, wanted);                                                              \
            return false;                                                                                    \
        }                                                                                                    \
        own->settings.member = value;                                                                        \
        own->flag = true;                                                                                    \
        return true;                                                                                         \
    }
TAKE_SETTING(take_mode, mode, has_mode, switches, "wanted on or off")
TAKE_SETTING(take_ocsp, ocsp, has_ocsp, switches, "wanted on or off")
TAKE_SETTING(take_crl, crl, has_crl, switches, "wanted on or off")
TAKE_SETTING(take_cdp, cdp, has_cdp, switches, "wanted on or off")
TAKE_SETTING(take_fallback, treat_as_revoked, has_fallback, fallbacks,
             "wanted treat-as-revoked or treat-as-not-revoked")

static bool take_connection(struct arena *arena, void *context, const char *argument, char **error) {
    int value;
    if (!enum_find(revocation_connections, argument, &value)) {
        *error = arena_text(arena, "wanted sip-tls, policy, ldap or https");
        return false;
    }
    ((struct revocation_options *)context)->settings.connection = value;
    return true;
}

static bool take_auto_crl(struct arena *arena, void *context, const char *argument, char **error) {
    struct revocation_options *own = context;
    bool is_web = strncasecmp(argument, "http://", 7) == 0 || strncasecmp(argument, "https://", 8) == 0;
    if (!is_web) {
        *error =
            arena_text(arena, "wanted an http:// or https:// URL; Expressway downloads by no other scheme");
        return false;
    }
    const char *url = text_from_wire(arena, argument, strlen(argument));
    if (!texts_has(&own->auto_crls, url))
        texts_add(arena, &own->auto_crls, url);
    return true;
}

static bool take_cert(struct arena *arena, void *context, const char *argument, char **error) {
    struct revocation_options *own = context;
    if (own->cert != NULL) {
        *error = arena_text(arena, "wanted one certificate; those that issued it are named by --issuer");
        return false;
    }
    own->cert = argument;
    return true;
}

static bool take_issuer(struct arena *arena, void *context, const char *argument, char **error) {
    (void)error;
    texts_add(arena, &((struct revocation_options *)context)->issuers, argument);
    return true;
}

static bool take_crl_file(struct arena *arena, void *context, const char *argument, char **error) {
    struct revocation_options *own = context;
    (void)error;
    if (!texts_has(&own->crl_files, argument))
        texts_add(arena, &own->crl_files, argument);
    return true;
}

static bool take_matrix(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct revocation_options *)context)->settings.wants_matrix = true;
    return true;
}

const struct option_row revocation_rows[] = {
    {"cert", 0, "FILE", "the certificate to ask about, in place of HOST:PORT", take_cert},
    {"issuer", 0, "FILE", "the certificate that issued it; repeat upwards to the root", take_issuer},
    {"mode", 0, "on|off", "certificate revocation checking mode (default on)", take_mode},
    {"ocsp", 0, "on|off", "Use OCSP (default on)", take_ocsp},
    {"crl", 0, "on|off", "Use CRLs (default on)", take_crl},
    {"cdp", 0, "on|off", "Allow CRL downloads from CDPs (default on)", take_cdp},
    {"fallback", 0, "WHAT", "treat-as-revoked or treat-as-not-revoked (default)", take_fallback},
    {"crl-file", 0, "FILE", "a CRL as loaded by hand (PEM, under 16 MB); the last counts", take_crl_file},
    {"auto-crl", 0, "URL", "a CRL or archive of the automatic update; may be repeated", take_auto_crl},
    {"connection", 0, "KIND", "sip-tls (default), policy, ldap or https: which sources count",
     take_connection},
    {"matrix", 0, NULL, "what each of the 32 combinations of settings would do", take_matrix},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- the options as a deployment ---- */

static bool settings_choose(struct facts *facts, const struct options *options,
                            const struct revocation_options *own) {
    struct revocation_settings stated = {.mode = true, .ocsp = true, .crl = true, .cdp = true};
    char *error = NULL;
    if (options->file != NULL) {
        if (!deployment_read(facts, options->file, &error)) {
            complain("%s", error);
            return false;
        }
        if (facts->deployment->revocation.given)
            stated = facts->deployment->revocation;
    }
    const struct revocation_settings *s = &own->settings;
    facts->deployment =
        ARENA_NEW(facts->arena, struct deployment); /* its nodes are not what is asked about */
    facts->deployment->revocation = (struct revocation_settings){
        .given = true,
        .mode = own->has_mode ? s->mode : stated.mode,
        .ocsp = own->has_ocsp ? s->ocsp : stated.ocsp,
        .crl = own->has_crl ? s->crl : stated.crl,
        .cdp = own->has_cdp ? s->cdp : stated.cdp,
        .treat_as_revoked = own->has_fallback ? s->treat_as_revoked : stated.treat_as_revoked,
        .fallback_given = own->has_fallback || stated.fallback_given,
        .connection = s->connection,
        .wants_matrix = s->wants_matrix};
    return true;
}

static bool file_add(struct facts *facts, const char *option, const char *file, struct certs *chain) {
    char *error = NULL;
    if (certs_add_file(facts->arena, file, chain, &error))
        return true;
    complain("%s: %s", option, error);
    return false;
}

/* The file's certificate and its issuers, as what one node shows. */
static bool chain_read(struct facts *facts, const struct revocation_options *own,
                       struct revocation_target *target) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = node->certificate_file = text_from_wire(facts->arena, own->cert, strlen(own->cert));
    if (!file_add(facts, "--cert", own->cert, &node->certificate))
        return false;
    for (size_t i = 0; i < own->issuers.n; i++)
        if (!file_add(facts, "--issuer", own->issuers.v[i], &node->certificate))
            return false;
    LIST_ADD(facts->arena, &facts->deployment->e.nodes, node);
    target->chain = &node->certificate;
    return true;
}

static bool host_choose(struct facts *facts, const char *text, struct revocation_target *target) {
    const char *typed;
    char *host, *error = NULL;
    int port = 0;
    bool good =
        value_host_port(facts->arena, text, &typed, &port) && host_read(facts->arena, typed, &host, &error);
    if (!good || port == 0) {
        complain("revocation: %s",
                 error != NULL ? error
                               : arena_printf(facts->arena, "'%s': wanted HOST:PORT",
                                              text_from_wire_cut(facts->arena, text, strlen(text), 80)));
        return false;
    }
    target->host = host;
    target->port = port;
    return true;
}

static bool crl_files_read(struct facts *facts, const struct revocation_options *own) {
    char *error = NULL;
    for (size_t i = 0; i < own->crl_files.n; i++)
        if (!crl_add_file(facts, own->crl_files.v[i], &error)) {
            complain("--crl-file: %s", error);
            return false;
        }
    return true;
}

/* ---- running ---- */

static const char *usage_trouble(const struct options *options, const struct revocation_options *own) {
    if (options->arguments.n > 1)
        return "wanted one HOST:PORT";
    if (options->arguments.n == 0 && own->cert == NULL)
        return "wanted HOST:PORT or --cert FILE; see 'edgeprobe revocation --help'";
    if (options->arguments.n == 1 && own->cert != NULL)
        return "wanted HOST:PORT or --cert FILE, not both";
    if (own->cert == NULL && own->issuers.n > 0)
        return "--issuer: wanted --cert FILE with it; a server sends its issuers";
    return NULL;
}

static int ask_and_tell(struct facts *facts, const struct options *options,
                        const struct revocation_target *target) {
    struct probe_options probe;
    char *error = NULL;
    probe_options_from(options, facts->arena, &probe);
    if (!run_begin(facts, options, &probe))
        return EXIT_BAD;
    bool ran = probe_revocation(facts, &probe, target, &error);
    return run_end(facts, options, &probe, ran, error);
}

static int revocation(struct facts *facts, const struct options *options, void *context) {
    const struct revocation_options *own = context;
    struct revocation_target target = {.auto_crls = &own->auto_crls};
    const char *wrong = usage_trouble(options, own);
    if (wrong != NULL)
        return complain("revocation: %s", wrong);
    if (!settings_choose(facts, options, own))
        return EXIT_BAD;
    if (own->cert != NULL ? !chain_read(facts, own, &target)
                          : !host_choose(facts, options->arguments.v[0], &target))
        return EXIT_BAD;
    const char *name = own->cert != NULL ? own->cert : options->arguments.v[0];
    if (!crl_files_read(facts, own) || !run_prepare(facts, options, "revocation", name))
        return EXIT_BAD;
    return ask_and_tell(facts, options, &target);
}

int revocation_command(int argc, char **argv) {
    struct revocation_options own = {.cert = NULL};
    return command_run(argc, argv, revocation_rows, &own, revocation);
}
