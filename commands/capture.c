/* edgeprobe capture: which TLS handshakes are in packet captures, and why did they fail?
 *
 * The files become the facts that live probing would give, and everything behind is the same. */
#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "capture/capture.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/pem_out.h"
#include "commands/run.h"
#include "commands/take.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "config/values.h"

struct own {
    const char *peer_address, *tls_verify_name, *keylog, *export, *e_trust, *c_trust;
    int peer_port;
    int draw; /* id of the connection to draw; 0: none */
    LIST_OF(struct capture_host) hosts;
};

/* ---- options ---- */

TAKE_TEXT(own, take_keylog, keylog)
TAKE_TEXT(own, take_export, export)
TAKE_TEXT(own, take_e_trust, e_trust)
TAKE_TEXT(own, take_c_trust, c_trust)
TAKE_HOST_AS_WRITTEN(own, take_verify_name, tls_verify_name)

static bool take_peer(struct arena *arena, void *context, const char *argument, char **error) {
    struct own *own = context;
    const char *typed;
    char *host;
    if (!value_host_port(arena, argument, &typed, &own->peer_port)) {
        *error = arena_text(arena, "wanted ADDR or ADDR:PORT");
        return false;
    }
    if (!host_as_written(arena, typed, &host, error))
        return false;
    own->peer_address = host;
    return true;
}

static bool take_host(struct arena *arena, void *context, const char *argument, char **error) {
    struct own *own = context;
    struct capture_host *host = ARENA_NEW(arena, struct capture_host);
    const char *typed;
    char *address;
    if (!value_host_port(arena, argument, &typed, &host->port) || !value_address(arena, typed, &address)) {
        *error = arena_text(arena, "wanted ADDR or ADDR:PORT with a numeric address");
        return false;
    }
    host->address = address;
    LIST_ADD(arena, &own->hosts, host);
    return true;
}

static bool take_connection(struct arena *arena, void *context, const char *argument, char **error) {
    if (value_number(argument, 1, 1000000000, &((struct own *)context)->draw))
        return true;
    *error = arena_text(arena, "wanted the number of a connection, from 1");
    return false;
}

const struct option_row capture_rows[] = {
    {"peer-address", 0, "ADDR[:PORT]",
     "the peer address as set on Expressway-C: its connections are judged as a zone", take_peer},
    {"tls-verify-name", 0, "NAME", "the TLS verify subject name as set on Expressway-E", take_verify_name},
    {"e-trust", 0, "FILE", "Expressway-E's trust list (PEM)", take_e_trust},
    {"c-trust", 0, "FILE", "Expressway-C's trust list (PEM)", take_c_trust},
    {"keylog", 0, "FILE", "secrets of the TLS sessions, as SSLKEYLOGFILE writes them", take_keylog},
    {"host", 0, "ADDR[:PORT]", "only connections that touch this address; repeatable", take_host},
    {"connection", 0, "N", "draw connection N: who sent what, and when", take_connection},
    {"export", 0, "DIR", "write every certificate found as DIR/SHA256.pem", take_export},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- files ---- */

static ptrdiff_t file_bytes(void *context, uint8_t *buffer, size_t size) {
    return input_read(context, buffer, size);
}

static bool file_rewind(void *context) {
    struct input *in = context;
    in->taken = 0;
    return lseek(in->fd, 0, SEEK_SET) == 0;
}

static bool source_open(struct arena *arena, const char *path, struct capture_source *source) {
    struct input *in = ARENA_NEW(arena, struct input);
    const char *shown = text_from_wire_cut(arena, path, strlen(path), 200);
    *source = (struct capture_source){.name = path, .read = file_bytes, .context = in};
    if (!input_open(in, path, INPUT_CAPTURE)) {
        if (S_ISDIR(in->mode))
            complain("%s: this is a folder; wanted packet captures, such as %s/*", shown, shown);
        else
            complain("%s: %s", shown, in->fault);
        return false;
    }
    if (in->is_regular && strcmp(path, "-") != 0)
        source->rewind = file_rewind;
    return true;
}

static void sources_close(const struct capture_source *sources, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (sources[i].context != NULL)
            input_close(sources[i].context);
}

static bool keys_read(struct facts *facts, struct capture *capture, const char *path) {
    char *text, *error = NULL;
    size_t size;
    if (path == NULL)
        return true;
    if (!file_read(facts->arena, path, INPUT_KEY_LOG, &text, &size, &error)) {
        complain("--keylog: %s", error);
        return false;
    }
    size_t added = capture_add_keys(capture, text, size);
    OPENSSL_cleanse(text, size);
    if (added == 0)
        complain("--keylog: %s: no secrets in it; wanted lines such as CLIENT_RANDOM or "
                 "SERVER_HANDSHAKE_TRAFFIC_SECRET, as SSLKEYLOGFILE writes them",
                 text_from_wire_cut(facts->arena, path, strlen(path), 200));
    return added > 0;
}

/* ---- --export ---- */

static bool pem_write(FILE *out, void *context) {
    const struct cert *cert = context;
    return pem_put(out, cert->der, cert->der_size);
}

static bool export_begin(struct facts *facts, const char *folder) {
    if (folder == NULL || mkdir(folder, 0777) == 0 || errno == EEXIST)
        return true;
    complain("--export: %s: %s", text_from_wire_cut(facts->arena, folder, strlen(folder), 200),
             strerror(errno));
    return false;
}

static bool certificates_export(struct facts *facts, const struct capture *capture, const char *folder) {
    const struct cert *const *all;
    size_t count = capture_certificates(capture, &all);
    for (size_t i = 0; folder != NULL && i < count; i++)
        if (!output_write(arena_printf(facts->arena, "%s/%s.pem", folder, all[i]->sha256), pem_write,
                          (void *)all[i]))
            return false;
    return true;
}

/* ---- the run ---- */

static void on_ended(void *context, struct connection *connection) {
    (void)context;
    connection_line(connection, stdout);
}

/* Validity is judged as of the connections; those without a time of their own go by the first. */
static void time_choose(struct facts *facts, const struct options *options, const struct capture *capture) {
    if (!options->has_at && capture_tally(capture)->first_ns > 0)
        facts->run.at = capture_tally(capture)->first_ns / 1000000000;
}

static int tell(struct facts *facts, const struct options *options, const struct own *own,
                struct capture *capture) {
    struct capture_zone zone = {.peer_address = own->peer_address,
                                .port = own->peer_port,
                                .tls_verify_name = own->tls_verify_name,
                                .at_given = options->has_at};
    if (!trust_take(facts, "--e-trust", own->e_trust, &zone.e_trust) ||
        !trust_take(facts, "--c-trust", own->c_trust, &zone.c_trust))
        return EXIT_BAD;
    capture_end(capture, &zone);
    if (!capture_found(capture))
        return complain("%s: nothing in it that can be diagnosed: %s", facts->run.target,
                        capture_contents(capture, facts->arena));
    if (own->draw > (int)facts->connections.n)
        return complain("--connection: %d: the capture has %zu", own->draw, facts->connections.n);
    for (size_t i = 0; own->draw > 0 && i < facts->connections.n; i++)
        if (facts->connections.v[i]->id != own->draw)
            facts->connections.v[i]->steps.n = 0;
    time_choose(facts, options, capture);
    if (!certificates_export(facts, capture, own->export))
        return EXIT_BAD;
    return verdict_tell(facts, options);
}

static int read_and_tell(struct facts *facts, const struct options *options, const struct own *own,
                         const struct capture_source *sources) {
    bool streams = options->format != NULL && strcmp(options->format, "ndjson") == 0 &&
                   options->output == NULL && options->save == NULL && options->baseline == NULL &&
                   own->draw == 0;
    struct capture_host *hosts = arena_alloc(facts->arena, (own->hosts.n + 1) * sizeof *hosts);
    for (size_t i = 0; i < own->hosts.n; i++)
        hosts[i] = *own->hosts.v[i];
    struct capture *capture =
        capture_new(facts, &(struct capture_options){.hosts = hosts,
                                                     .host_count = own->hosts.n,
                                                     .draws = own->draw > 0 || options->verbose > 0,
                                                     .ended = streams ? on_ended : NULL});
    char *error = NULL;
    int status = EXIT_BAD;
    if (keys_read(facts, capture, own->keylog)) {
        if (!capture_read(capture, sources, options->arguments.n, &error))
            complain("%s", error);
        else
            status = tell(facts, options, own, capture);
    }
    capture_free(capture);
    return status;
}

static int capture_body(struct facts *facts, const struct options *options, void *context) {
    const struct own *own = context;
    size_t count = options->arguments.n, opened = 0;
    if (count == 0)
        return complain("capture: wanted packet captures; see 'edgeprobe capture --help'");
    const char *target =
        count == 1 ? options->arguments.v[0]
                   : arena_printf(facts->arena, "%s and %zu more", options->arguments.v[0], count - 1);
    if (!run_prepare(facts, options, "capture", target))
        return EXIT_BAD;
    facts->run.no_revocation = true; /* nothing is asked of anybody */
    if (!export_begin(facts, own->export))
        return EXIT_BAD;
    run_confine(facts->arena, options,
                own->export == NULL ? NULL : arena_printf(facts->arena, "%s/x", own->export), NULL);
    struct capture_source *sources = arena_alloc(facts->arena, count * sizeof *sources);
    while (opened < count && source_open(facts->arena, options->arguments.v[opened], &sources[opened]))
        opened++;
    int status = opened < count ? EXIT_BAD : read_and_tell(facts, options, own, sources);
    sources_close(sources, count);
    return status;
}

int capture_command(int argc, char **argv) {
    struct own own = {.peer_port = 0};
    return command_run(argc, argv, capture_rows, &own, capture_body);
}
