/* edgeprobe check: what do the clients of a domain meet? Discover, connect, judge. Or, with HOST:PORT, what
 * does one endpoint alone show? */
#include <string.h>

#include "commands/commands.h"
#include "commands/prepare.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "config/values.h"
#include "facts/services.h"

/* ---- its own options ---- */

struct check_options {
    bool offline;
    const char *starttls; /* NULL: as the port's number says */
    struct texts expected_names, edges;
};

static bool take_offline(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct check_options *)context)->offline = true;
    return true;
}

static bool take_starttls(struct arena *arena, void *context, const char *argument, char **error) {
    ((struct check_options *)context)->starttls = argument;
    return value_starttls(arena, argument, error);
}

static bool take_expect_name(struct arena *arena, void *context, const char *argument, char **error) {
    char *host;
    if (!host_read(arena, argument, &host, error))
        return false;
    texts_add(arena, &((struct check_options *)context)->expected_names, host);
    return true;
}

static bool take_edge(struct arena *arena, void *context, const char *argument, char **error) {
    char *rest = arena_text(arena, argument);
    for (char *one; (one = strsep(&rest, ",")) != NULL;) {
        char *host;
        if (!host_read(arena, one, &host, error))
            return false;
        texts_add(arena, &((struct check_options *)context)->edges, host);
    }
    return true;
}

const struct option_row check_rows[] = {
    {"edge", 0, "HOST[,...]", "with DOMAIN: try these edges in place of those that the SRV record names",
     take_edge},
    {"offline", 0, NULL, "with -f: judge by its files alone; no connection is made, nothing is asked",
     take_offline},
    {"starttls", 0, "xmpp|xmpp-server",
     "with HOST:PORT: begin with XMPP and STARTTLS, as ports 5222 and 5269 do unasked", take_starttls},
    {"expect-name", 0, "NAME",
     "with HOST:PORT: a name that the certificate must bear, in place of HOST; may be repeated",
     take_expect_name},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- one endpoint alone ---- */

/* "host:port"; a domain has no colon, and of an IPv6 address without brackets nobody could tell. */
static bool is_endpoint(struct arena *arena, const struct texts *arguments) {
    const char *host;
    int port = 0;
    return arguments->n > 0 && value_host_port(arena, arguments->v[0], &host, &port) && port != 0;
}

static bool lone_prepare(struct facts *facts, const struct options *options, const struct check_options *own,
                         struct probe_options *probe) {
    struct lone_endpoint *lone = ARENA_NEW(facts->arena, struct lone_endpoint);
    const char *typed, *target = options->arguments.v[0];
    char *host, *error = NULL;
    if (options->file != NULL || options->arguments.n > 1) {
        complain("check: wanted HOST:PORT alone, without %s",
                 options->file != NULL ? "-f FILE" : "anything beside it");
        return false;
    }
    if (own->edges.n > 0) {
        complain("check: --edge: wanted a DOMAIN with it, not HOST:PORT");
        return false;
    }
    value_host_port(facts->arena, target, &typed, &lone->port);
    if (!host_read(facts->arena, typed, &host, &error)) {
        complain("check: %s", error);
        return false;
    }
    if (!run_prepare(facts, options, "check", target))
        return false;
    probe_options_from(options, facts->arena, probe);
    lone->host = host;
    lone->protocol =
        own != NULL && own->starttls != NULL ? protocol_of_starttls(own->starttls) : protocol_at(lone->port);
    probe->lone = lone;
    scope_of_lone(facts->arena, &facts->run.scope);
    facts->run.no_revocation = true;
    if (own != NULL)
        facts->run.expected_names = own->expected_names;
    if (facts->run.expected_names.n == 0)
        texts_add(facts->arena, &facts->run.expected_names, host);
    return true;
}

/* ---- a domain, or a deployment ---- */

void *check_own_new(struct arena *arena) {
    return ARENA_NEW(arena, struct check_options);
}

bool check_prepare(struct facts *facts, const struct options *options, void *own,
                   struct probe_options *probe) {
    const struct check_options *wanted = own; /* NULL: none were given */
    char *error = NULL;
    if (is_endpoint(facts->arena, &options->arguments))
        return lone_prepare(facts, options, wanted, probe);
    if (wanted != NULL && (wanted->starttls != NULL || wanted->expected_names.n > 0)) {
        complain("%s: wanted HOST:PORT, one endpoint alone, with it",
                 wanted->starttls != NULL ? "--starttls" : "--expect-name");
        return false;
    }
    if (wanted != NULL && wanted->offline && options->file == NULL) {
        complain("--offline: wanted -f FILE, whose files are judged");
        return false;
    }
    if (wanted != NULL)
        facts->run.edges = wanted->edges;
    if (options->file != NULL && !deployment_read(facts, options->file, &error)) {
        complain("%s", error);
        return false;
    }
    if (options->arguments.n == 0 && options->file == NULL) {
        complain("check: wanted a DOMAIN, HOST:PORT or -f FILE; see 'edgeprobe check --help'");
        return false;
    }
    const char *target = options->arguments.n > 0 ? options->arguments.v[0] : options->file;
    if (!domains_choose(facts, options) || !run_prepare(facts, options, "check", target))
        return false;
    const struct deployment *d = facts->deployment;
    if (facts->domains.n == 0 && d->zones.n + d->e.nodes.n + d->c.nodes.n + d->ucm.n + d->imp.n == 0) {
        complain("%s: no domain, node or zone to look at", options->file);
        return false;
    }
    probe_options_from(options, facts->arena, probe);
    facts->run.scope.offline = wanted != NULL && wanted->offline;
    return true;
}

static int check(struct facts *facts, const struct options *options, void *own) {
    struct probe_options probe;
    return check_prepare(facts, options, own, &probe) ? look_and_tell(facts, options, &probe) : EXIT_BAD;
}

int check_run(int argc, char **argv) {
    struct check_options own = {0};
    return command_run(argc, argv, check_rows, &own, check);
}
