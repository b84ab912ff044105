/* edgeprobe ciphers: what does a server take, which certificate does it show, and does that meet what
 * Expressway and Unified CM offer? With profiles on both sides: on paper, without a network. */
#include <string.h>

#include "catalogue/profiles.h"
#include "commands/client_forms.h"
#include "commands/commands.h"
#include "commands/profiles_list.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "config/values.h"
#include "facts/services.h"
#include "probe/ciphers/ciphers.h"

enum { PARALLEL_MAX = 64 };

struct ciphers_options {
    struct texts clients;
    const char *server, *server_certs, *starttls, *xmpp_domain;
    int parallel; /* 0: the usual */
    bool lists_profiles;
};

/* ---- options ---- */

/* A slip in a profile's name would else be told as a cipher string that makes no sense. */
static bool profile_or_string(struct arena *arena, const char *text, char **error) {
    struct texts names = {NULL, 0};
    if (profile_find(text) != NULL)
        return true;
    for (const struct cipher_profile *p = cipher_profiles; p->name != NULL; p++)
        texts_add(arena, &names, p->name);
    const char *near = strpbrk(text, ":+!@, ") == NULL ? value_nearest(text, &names) : NULL;
    if (near == NULL && !profile_name_is_meant(text))
        return true;
    *error = near != NULL
                 ? arena_printf(arena, "wanted a profile (did you mean %s?) or a cipher string", near)
                 : arena_text(arena, "wanted a profile of --list-profiles or a cipher string");
    return false;
}

static bool take_client(struct arena *arena, void *context, const char *argument, char **error) {
    struct ciphers_options *own = context;
    if (!texts_has(&own->clients, argument))
        texts_add(arena, &own->clients, argument);
    return profile_or_string(arena, argument, error);
}

static bool take_server(struct arena *arena, void *context, const char *argument, char **error) {
    ((struct ciphers_options *)context)->server = argument;
    return profile_or_string(arena, argument, error);
}

static bool take_server_certs(struct arena *arena, void *context, const char *argument, char **error) {
    static const struct enum_name types[] = {{1, "rsa"}, {2, "ecdsa"}, {3, "both"}, {0, NULL}};
    int type;
    ((struct ciphers_options *)context)->server_certs = argument;
    if (enum_find(types, argument, &type))
        return true;
    *error = arena_text(arena, "wanted rsa, ecdsa or both");
    return false;
}

static bool take_starttls(struct arena *arena, void *context, const char *argument, char **error) {
    ((struct ciphers_options *)context)->starttls = argument;
    return value_starttls(arena, argument, error);
}

static bool take_xmpp_domain(struct arena *arena, void *context, const char *argument, char **error) {
    char *host;
    if (!host_read(arena, argument, &host, error))
        return false;
    ((struct ciphers_options *)context)->xmpp_domain = host;
    return true;
}

static bool take_parallel(struct arena *arena, void *context, const char *argument, char **error) {
    if (value_number(argument, 1, PARALLEL_MAX, &((struct ciphers_options *)context)->parallel))
        return true;
    *error = arena_text(arena, "wanted a number of connections from 1 to 64");
    return false;
}

static bool take_list(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct ciphers_options *)context)->lists_profiles = true;
    return true;
}

const struct option_row ciphers_rows[] = {
    {"client", 0, "PROFILE|STRING",
     "who connects: a profile or an OpenSSL cipher string; may be repeated (default: Expressway of the "
     "release, "
     "Unified CM)",
     take_client},
    {"server-profile", 0, "PROFILE|STRING", "compare on paper with this server; no connection is made for it",
     take_server},
    {"server-cert-type", 0, "TYPE",
     "rsa, ecdsa or both: which certificates that server has (default: what its release allows)",
     take_server_certs},
    {"list-profiles", 0, NULL, "which profiles there are, their source and how sure they are", take_list},
    {"starttls", 0, "xmpp|xmpp-server",
     "begin with XMPP and STARTTLS (port 5222 unless given, 5269 as a server)", take_starttls},
    {"xmpp-domain", 0, "DOMAIN", "the domain that the XMPP stream is opened for (default: HOST)",
     take_xmpp_domain},
    {"parallel", 0, "N", "connections at a time (default 8)", take_parallel},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- running ---- */

static bool target_read(struct facts *facts, const struct ciphers_options *own, const char *text,
                        struct cipher_target *target) {
    struct arena *arena = facts->arena;
    const char *typed;
    char *host, *error = NULL;
    int port = own->starttls != NULL ? port_of_starttls(own->starttls) : PORT_HTTPS;
    if (!value_host_port(arena, text, &typed, &port) || !host_read(arena, typed, &host, &error)) {
        complain("ciphers: %s", error != NULL
                                    ? error
                                    : arena_printf(arena, "'%s': wanted HOST or HOST:PORT",
                                                   text_from_wire_cut(arena, text, strlen(text), 80)));
        return false;
    }
    *target = (struct cipher_target){.host = host,
                                     .port = port,
                                     .starttls = own->starttls,
                                     .domain = own->xmpp_domain,
                                     .parallel = own->parallel};
    return true;
}

static int survey_and_tell(struct facts *facts, const struct options *options,
                           const struct cipher_target *target) {
    struct probe_options probe;
    char *error = NULL;
    probe_options_from(options, facts->arena, &probe);
    client_forms_add(facts, &probe);
    if (!run_begin(facts, options, &probe))
        return EXIT_BAD;
    bool ran = ciphers_run(facts, &probe, target, &error);
    return run_end(facts, options, &probe, ran, error);
}

static const char *usage_trouble(const struct options *options, const struct ciphers_options *own) {
    bool has_string = false;
    for (size_t i = 0; i < own->clients.n; i++)
        has_string = has_string || profile_find(own->clients.v[i]) == NULL;
    if (options->arguments.n > 1)
        return "wanted one HOST or HOST:PORT";
    if (options->arguments.n == 0 && own->server == NULL && !has_string)
        return "wanted HOST[:PORT], --server-profile or --list-profiles; see 'edgeprobe ciphers --help'";
    if (options->arguments.n == 0 && (own->starttls != NULL || own->xmpp_domain != NULL))
        return "wanted HOST[:PORT] with --starttls";
    if (own->server_certs != NULL && own->server == NULL)
        return "wanted --server-profile with --server-cert-type";
    if (own->xmpp_domain != NULL && own->starttls == NULL)
        return "wanted --starttls xmpp with --xmpp-domain";
    return NULL;
}

static int ciphers(struct facts *facts, const struct options *options, void *context) {
    struct ciphers_options *own = context;
    struct cipher_target target;
    char *error = NULL;
    if (own->lists_profiles && (options->arguments.n > 0 || own->server != NULL))
        return complain("ciphers: --list-profiles: wanted it without %s",
                        own->server != NULL ? "--server-profile" : "HOST");
    if (own->lists_profiles)
        return profiles_list(facts, options);
    const char *wrong = usage_trouble(options, own);
    if (wrong != NULL)
        return complain("ciphers: %s", wrong);
    if (options->file != NULL && !deployment_read(facts, options->file, &error))
        return complain("%s", error);
    bool looks = options->arguments.n > 0;
    if (looks && !target_read(facts, own, options->arguments.v[0], &target))
        return EXIT_BAD;
    const char *about = looks                 ? options->arguments.v[0]
                        : own->server != NULL ? own->server
                                              : own->clients.v[0];
    facts->run.cipher_clients = own->clients;
    facts->run.cipher_server = arena_text(facts->arena, own->server);
    facts->run.cipher_server_certs = arena_text(facts->arena, own->server_certs);
    if (!run_prepare(facts, options, "ciphers", about))
        return EXIT_BAD;
    return looks ? survey_and_tell(facts, options, &target) : verdict_tell(facts, options);
}

int ciphers_command(int argc, char **argv) {
    struct ciphers_options own = {.parallel = 0};
    return command_run(argc, argv, ciphers_rows, &own, ciphers);
}
