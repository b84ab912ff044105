/* edgeprobe login: how far does a user's log-in get, step by step, at every edge?
 *
 * Looks first without credentials, as check does; the judges' word on each certificate then decides where
 * credentials may go (outcomes/permit.h), and only there they are tried (probe/login/). */
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <openssl/crypto.h>

#include "checks/judge.h"
#include "commands/commands.h"
#include "commands/run.h"
#include "commands/secret.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "outcomes/permit.h"
#include "probe/login/login.h"
#include "wire/sip_register.h"

enum { PASSWORD_MAX = 1024, TOKEN_MAX = 16 * 1024, USER_MAX = 128, LEAST_MS = 100 };

struct login_own {
    const char *user, *password_file, *token_file, *device;
    bool sip, xmpp, every_edge, insist;
};

/* ---- options ---- */

static bool take_user(struct arena *arena, void *context, const char *argument, char **error) {
    ((struct login_own *)context)->user = argument;
    /* RFC 7617 2: a colon would end it. */
    if (*argument != 0 && strchr(argument, ':') == NULL && strlen(argument) <= USER_MAX)
        return true;
    *error = arena_text(arena, "wanted a user id without a colon");
    return false;
}

static bool take_device(struct arena *arena, void *context, const char *argument, char **error) {
    ((struct login_own *)context)->device = argument;
    if (register_name_is_safe(argument))
        return true;
    *error = arena_text(arena, "wanted the name of a device, such as CSFALICE");
    return false;
}

#define TAKE(name, member, value)                                                                            \
    static bool name(struct arena *arena, void *context, const char *argument, char **error) {               \
        (void)arena, (void)error, (void)argument;                                                            \
        ((struct login_own *)context)->member = value;                                                       \
        return true;                                                                                         \
    }
TAKE(take_password_file, password_file, argument)
TAKE(take_token_file, token_file, argument)
TAKE(take_sip, sip, true)
TAKE(take_xmpp, xmpp, true)
TAKE(take_every_edge, every_edge, true)
TAKE(take_insist, insist, true)

const struct option_row login_rows[] = {
    {"user", 0, "U", "log in as this user; the password is asked on the terminal, unseen", take_user},
    {"password-file", 0, "FILE", "the password is the first line of this file", take_password_file},
    {"token-file", 0, "FILE", "log in with the OAuth token in this file", take_token_file},
    {"sip", 0, NULL, "register a device, too, and take it back at once", take_sip},
    {"device", 0, "NAME", "which; default: the user's first Jabber device", take_device},
    {"xmpp", 0, NULL, "authenticate and bind a resource, too, and close the stream", take_xmpp},
    {"every-edge", 0, NULL, "credentials to every edge, not only to the first that passes", take_every_edge},
    {"insist", 0, NULL, "credentials also where the certificate did not pass", take_insist},
    {NULL, 0, NULL, NULL, NULL}};

static bool options_fit(const struct login_own *own) {
    bool has_credentials = own->user != NULL || own->token_file != NULL;
    const struct {
        bool wrong;
        const char *words;
    } rules[] = {{own->password_file != NULL && own->user == NULL, "--password-file: wanted --user with it"},
                 {own->password_file != NULL && own->token_file != NULL,
                  "--password-file and --token-file: wanted one of the two"},
                 {own->sip && !has_credentials, "--sip: wanted --user or --token-file with it"},
                 {own->xmpp && !has_credentials, "--xmpp: wanted --user or --token-file with it"},
                 {own->device != NULL && !own->sip, "--device: wanted --sip with it"},
                 {own->every_edge && !has_credentials, "--every-edge: wanted --user or --token-file with it"},
                 {own->insist && !has_credentials, "--insist: wanted --user or --token-file with it"}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].wrong) {
            complain("login: %s", rules[i].words);
            return false;
        }
    return true;
}

/* ---- credentials: from a file or the terminal, never from an argument or the environment ---- */

/* NULL, or what was wanted instead. */
static const char *line_fault(const char *line, size_t length, bool is_token) {
    if (length == 0)
        return "wanted something in its first line";
    if (length > 1 && (memcmp(line, "\xff\xfe", 2) == 0 || memcmp(line, "\xfe\xff", 2) == 0))
        return "is in UTF-16; wanted UTF-8";
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        if (c < 0x20 || c == 0x7f)
            return "wanted a first line without control characters";
        if (is_token && (c <= 0x20 || c > 0x7e || c == '"' || c == '\\')) /* RFC 6750 2.1 */
            return "wanted a token: letters, digits and -._~+/= alone";
    }
    return NULL;
}

/* The first line of size bytes; false with *fault. */
static bool line_keep(const char *bytes, size_t size, bool is_token, struct secret_text *into,
                      const char **fault) {
    size_t mark = text_mark(bytes, size); /* else it would cost the user a wrong password */
    bytes += mark;
    size -= mark;
    const char *end = memchr(bytes, '\n', size);
    size_t length = end == NULL ? size : (size_t)(end - bytes);
    if (length > 0 && bytes[length - 1] == '\r')
        length--;
    *fault = line_fault(bytes, length, is_token);
    if (*fault == NULL)
        secret_add(into, bytes, length);
    return *fault == NULL;
}

/* At most room bytes of a file of any kind; -1 with in->fault. */
static ptrdiff_t all_read(struct input *in, const char *path, char *bytes, size_t room) {
    size_t size = 0;
    ptrdiff_t n = input_open(in, path, INPUT_SECRET) ? 1 : -1;
    while (n > 0 && size < room)
        if ((n = input_read(in, bytes + size, room - size)) > 0)
            size += (size_t)n;
    input_close(in);
    return n < 0 ? -1 : (ptrdiff_t)size;
}

static bool file_keep(struct arena *arena, const char *option, const char *path, bool is_token,
                      struct secret_text *into) {
    char bytes[TOKEN_MAX + 1];
    size_t room = is_token ? TOKEN_MAX + 1 : PASSWORD_MAX + 1;
    struct input in;
    ptrdiff_t size = all_read(&in, path, bytes, room);
    const char *fault = size < 0 ? in.fault : "";
    bool good = size >= 0 && (size_t)size < room && line_keep(bytes, (size_t)size, is_token, into, &fault);
    if (size >= 0 && (size_t)size == room)
        fault = is_token ? "wanted a token of at most 16 KiB" : "wanted a password of at most 1024 bytes";
    if (!good)
        complain("%s: %s: %s", option, text_from_wire_cut(arena, path, strlen(path), 200), fault);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return good;
}

static bool password_ask(struct arena *arena, const char *user, struct secret_text *into) {
    char bytes[PASSWORD_MAX + 1];
    int size = terminal_ask(arena_printf(arena, "Password of %s", user), bytes, sizeof bytes);
    const char *fault = "wanted --password-file FILE: there is no terminal to ask for the password";
    bool fits = size <= PASSWORD_MAX;
    bool good = size >= 0 && fits && line_keep(bytes, (size_t)size, false, into, &fault);
    if (!good)
        complain("login: --user: %s", size < 0    ? fault
                                      : !fits     ? "wanted a password of at most 1024 bytes"
                                      : size == 0 ? "no password was given"
                                                  : "wanted a password without control characters");
    OPENSSL_cleanse(bytes, sizeof bytes);
    return good;
}

/* libcurl and libssl hold copies while they send, in memory that a core dump would bring. */
static void no_core(void) {
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0);
}

static bool credentials_read(struct arena *arena, const struct login_own *own, struct secret_text *into) {
    if (own->user != NULL || own->token_file != NULL)
        no_core();
    if (own->token_file != NULL)
        return file_keep(arena, "--token-file", own->token_file, true, into);
    if (own->password_file != NULL)
        return file_keep(arena, "--password-file", own->password_file, false, into);
    return own->user == NULL || password_ask(arena, own->user, into);
}

/* ---- who may get them ---- */

static void order_make(struct facts *facts, const struct findings *findings, const struct login_own *own,
                       const struct endpoint *https, const char *domain, struct login_order *order) {
    struct arena *arena = facts->arena;
    *order = (struct login_order){.https = https,
                                  .sip = login_port(facts, https, PROTOCOL_SIP),
                                  .xmpp = login_port(facts, https, PROTOCOL_XMPP),
                                  .domain = domain};
    order->https_withheld =
        withheld_because(arena, findings, https, domain, own->insist, own->token_file != NULL);
    if (order->sip != NULL)
        order->sip_withheld =
            withheld_because(arena, findings, order->sip, domain, own->insist, own->token_file != NULL);
    if (order->xmpp != NULL)
        order->xmpp_withheld =
            withheld_because(arena, findings, order->xmpp, domain, own->insist, own->token_file != NULL);
}

static size_t orders_make(struct facts *facts, const struct login_own *own, struct login_order **orders) {
    struct findings *findings = judge_all(facts);
    size_t n = 0;
    *orders = arena_alloc(facts->arena, (facts->endpoints.n * facts->domains.n + 1) * sizeof **orders);
    for (size_t d = 0; d < facts->domains.n; d++)
        for (size_t i = 0; i < facts->endpoints.n; i++) {
            const struct endpoint *e = facts->endpoints.v[i];
            if (e->leg == LEG_CLIENT && e->protocol == PROTOCOL_HTTPS &&
                (e->domains.n == 0 || texts_has(&e->domains, facts->domains.v[d])))
                order_make(facts, findings, own, e, facts->domains.v[d], &(*orders)[n++]);
        }
    findings_free(findings);
    return n;
}

/* ---- the run ---- */

static bool walk(struct facts *facts, const struct probe_options *probe, const struct login_own *own,
                 const struct secret_text *credential, char **error) {
    struct login_order *orders;
    struct probe_options rest = *probe;
    bool is_token = own->token_file != NULL, has_credential = credential->size > 0;
    struct login_options login = {.user = own->user,
                                  .password = has_credential && !is_token ? credential : NULL,
                                  .token = has_credential && is_token ? credential : NULL,
                                  .device = own->device,
                                  .every_edge = own->every_edge,
                                  .sip = own->sip,
                                  .xmpp = own->xmpp};
    login.order_count = orders_make(facts, own, &orders);
    login.orders = orders;
    rest.deadline_ms = probe->deadline_ms - facts->run.duration_ms;
    if (rest.deadline_ms < LEAST_MS)
        rest.deadline_ms = LEAST_MS;
    return login.order_count == 0 || login_run(facts, &rest, &login, error);
}

static int look_walk_and_tell(struct facts *facts, const struct options *options, const struct login_own *own,
                              const struct secret_text *credential) {
    struct probe_options probe;
    char *error = NULL;
    probe_options_from(options, facts->arena, &probe);
    if (!run_begin(facts, options, &probe))
        return EXIT_BAD;
    bool ran = probe_run(facts, &probe, &error) && walk(facts, &probe, own, credential, &error);
    return run_end(facts, options, &probe, ran, error);
}

static int login(struct facts *facts, const struct options *options, void *context) {
    const struct login_own *own = context;
    char *error = NULL;
    if (!options_fit(own))
        return EXIT_BAD;
    if (options->file != NULL && !deployment_read(facts, options->file, &error))
        return complain("%s", error);
    if (options->arguments.n > 1 || (options->arguments.n == 0 && options->file == NULL))
        return complain("login: wanted one DOMAIN, or -f FILE; see 'edgeprobe login --help'");
    const char *target = options->arguments.n > 0 ? options->arguments.v[0] : options->file;
    if (!domains_choose(facts, options) || !run_prepare(facts, options, "login", target))
        return EXIT_BAD;
    if (facts->domains.n == 0)
        return complain("%s: no domain to log in to", options->file);
    struct secret_text *credential = secret_new();
    int status = credentials_read(facts->arena, own, credential)
                     ? look_walk_and_tell(facts, options, own, credential)
                     : EXIT_BAD;
    secret_free(credential);
    return status;
}

int login_command(int argc, char **argv) {
    struct login_own own = {.user = NULL};
    return command_run(argc, argv, login_rows, &own, login);
}
