/* Which options mean the same for every command, and what does each take? See common_options.h. */
#include "config/common_options.h"

#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/values.h"

enum { DAYS_MAX = 36500, PORT_MAX = 65535 };

static bool wanted(struct arena *arena, char **error, const char *what) {
    *error = arena_printf(arena, "wanted %s", what);
    return false;
}

#define TAKE(name) static bool name(struct arena *arena, void *context, const char *argument, char **error)
#define OPTIONS ((struct options *)context)
#define UNUSED ((void)arena, (void)argument, (void)error)
#define TAKE_TEXT(name, member)                                                                              \
    TAKE(name) {                                                                                             \
        UNUSED;                                                                                              \
        OPTIONS->member = argument;                                                                          \
        return true;                                                                                         \
    }
#define TAKE_FLAG(name, what)                                                                                \
    TAKE(name) {                                                                                             \
        UNUSED;                                                                                              \
        OPTIONS->what;                                                                                       \
        return true;                                                                                         \
    }

/* The last of two would win in silence, and each says what the whole is. */
TAKE(take_file) {
    bool is_first = OPTIONS->file == NULL;
    OPTIONS->file = argument;
    if (!is_first)
        *error = arena_text(arena, "wanted once: one file is the whole description");
    return is_first;
}

TAKE_TEXT(take_format, format)
TAKE_TEXT(take_output, output)
TAKE_TEXT(take_save, save)
TAKE_TEXT(take_record, record)
TAKE_TEXT(take_trust, trust)
TAKE_TEXT(take_symptom, symptom)
TAKE_TEXT(take_baseline, baseline)
TAKE_FLAG(take_any_target, any_target = true)
TAKE_FLAG(take_ipv4, family = 4)
TAKE_FLAG(take_ipv6, family = 6)
TAKE_FLAG(take_no_revocation, no_revocation = true)
TAKE_FLAG(take_no_cache, no_cache = true)
TAKE_FLAG(take_private_fetch, no_private_fetch = !(OPTIONS->private_fetch = true))
TAKE_FLAG(take_no_private_fetch, private_fetch = !(OPTIONS->no_private_fetch = true))
TAKE_FLAG(take_no_progress, no_progress = true)
TAKE_FLAG(take_quiet, verbose = -1)
TAKE_FLAG(take_verbose, verbose += OPTIONS->verbose < 2)

TAKE(take_release) {
    OPTIONS->release = argument;
    return value_release(argument) || wanted(arena, error, "a release such as X14.3");
}

TAKE(take_expect_cert) {
    (void)error;
    texts_add(arena, &OPTIONS->expect_cert, argument);
    return true;
}

TAKE(take_vantage) {
    int value;
    if (!enum_find(vantages, argument, &value))
        return wanted(arena, error, "external, internal or lab");
    OPTIONS->has_vantage = true;
    OPTIONS->vantage = value;
    return true;
}

TAKE(take_at) {
    OPTIONS->has_at = time_read(argument, &OPTIONS->at);
    return OPTIONS->has_at || wanted(arena, error, "an RFC 3339 time such as 2026-11-21T21:00:00Z");
}

/* "30"; or as threshold ranges of monitoring plugins that speak up below a number: "30:", "@30", "@0:30",
 * "@~:30". An alert for too many days left is not what anybody means: such ranges are refused. */
static bool days_read(const char *text, int *days) {
    static const char *const below[] = {"@~:", "@0:", "@"};
    size_t length = strlen(text);
    char number[16] = "";
    bool inside = false;
    for (size_t i = 0; i < sizeof below / sizeof *below && !inside; i++)
        if (text_starts(text, below[i])) {
            text += strlen(below[i]);
            length = strlen(text);
            inside = true;
        }
    if (!inside && length > 0 && text[length - 1] == ':')
        length--;
    if (length >= sizeof number)
        return false;
    memcpy(number, text, length);
    if (!value_number(number, 0, DAYS_MAX, days))
        return false;
    *days += inside && *days < DAYS_MAX; /* "@30" includes the thirtieth */
    return true;
}

TAKE(take_warn_days) {
    OPTIONS->has_warn_days = days_read(argument, &OPTIONS->warn_days);
    return OPTIONS->has_warn_days ||
           wanted(arena, error, "a number of days, or a range below one such as 30:");
}

TAKE(take_crit_days) {
    OPTIONS->has_crit_days = days_read(argument, &OPTIONS->crit_days);
    return OPTIONS->has_crit_days ||
           wanted(arena, error, "a number of days, or a range below one such as 7:");
}

/* "5", "0.5": seconds, to milliseconds. */
static bool seconds_read(const char *text, int *ms) {
    char *end;
    double seconds = strtod(text, &end);
    if (strspn(text, "0123456789.") != strlen(text) || *text == 0 || *end != 0 ||
        !(seconds >= 0.001 && seconds <= 86400))
        return false;
    *ms = (int)(seconds * 1000 + 0.5);
    return true;
}

TAKE(take_timeout) {
    return seconds_read(argument, &OPTIONS->timeout_ms) ||
           wanted(arena, error, "seconds, from 0.001 to 86400");
}

TAKE(take_deadline) {
    if (!seconds_read(argument, &OPTIONS->deadline_ms))
        return wanted(arena, error, "seconds, from 0.001 to 86400");
    input_deadline(OPTIONS->deadline_ms);
    return true;
}

TAKE(take_color) {
    static const struct enum_name whens[] = {
        {COLOR_AUTO, "auto"}, {COLOR_ALWAYS, "always"}, {COLOR_NEVER, "never"}, {0, NULL}};
    int when;
    if (!enum_find(whens, argument, &when))
        return wanted(arena, error, "auto, always or never");
    OPTIONS->color = when;
    return true;
}

/* "1.2.3.4", "1.2.3.4:53", "::1", "[::1]", "[::1]:53" to "1.2.3.4:53" and "[::1]:53". */
static char *resolver_read(struct arena *arena, const char *text) {
    const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL, *colon = strrchr(text, ':');
    const char *port = "53";
    char *address = arena_text(arena, text);
    int number;
    if (bracket != NULL && bracket[1] == ':')
        colon = bracket + 1;
    else if (bracket != NULL || strchr(text, ':') != colon) /* no port, or IPv6 without brackets */
        colon = NULL;
    if (colon != NULL) {
        address = arena_textn(arena, text, (size_t)(colon - text));
        port = colon + 1;
    }
    if (!value_number(port, 1, PORT_MAX, &number) || !value_address(arena, address, &address))
        return NULL;
    return arena_printf(arena, strchr(address, ':') != NULL ? "[%s]:%d" : "%s:%d", address, number);
}

TAKE(take_resolver) {
    char *rest = arena_text(arena, argument);
    for (char *one; (one = strsep(&rest, ",")) != NULL;) {
        char *resolver = resolver_read(arena, one);
        if (resolver == NULL)
            return wanted(arena, error, "ADDRESS or ADDRESS:PORT, several with commas, IPv6 as [::1]:53");
        if (!texts_has(&OPTIONS->resolvers, resolver))
            texts_add(arena, &OPTIONS->resolvers, resolver);
    }
    return true;
}

/* One part of --connect-to up to the next ':', brackets around IPv6 removed. */
static char *part_read(struct arena *arena, const char **p) {
    const char *start = *p, *end = *start == '[' ? strchr(start, ']') : start + strcspn(start, ":");
    if (end == NULL)
        return NULL;
    char *part = *start == '[' ? arena_textn(arena, start + 1, (size_t)(end - start - 1))
                               : arena_textn(arena, start, (size_t)(end - start));
    *p = *start == '[' ? end + 1 : end;
    return part;
}

TAKE(take_connect_to) {
    struct connect_to *to = ARENA_NEW(arena, struct connect_to);
    const char *p = argument;
    char *parts[4];
    for (size_t i = 0; i < 4; i++) {
        parts[i] = part_read(arena, &p);
        if (parts[i] == NULL || (i < 3 ? *p++ != ':' : *p != 0))
            return wanted(arena, error, "HOST:PORT:HOST2:PORT2, IPv6 as [::1]");
    }
    if ((*parts[0] != 0 && !host_read(arena, parts[0], &parts[0], error)) ||
        (*parts[2] != 0 && !host_read(arena, parts[2], &parts[2], error)))
        return false;
    if ((*parts[1] != 0 && !value_number(parts[1], 0, PORT_MAX, &to->port)) ||
        (*parts[3] != 0 && !value_number(parts[3], 0, PORT_MAX, &to->to_port)))
        return wanted(arena, error, "HOST:PORT:HOST2:PORT2 with ports up to 65535");
    to->host = parts[0];
    to->to_host = parts[2];
    LIST_ADD(arena, &OPTIONS->connect_to, to);
    return true;
}

static const struct option_row common_rows[] = {
    {"file", 'f', "FILE", "deployment description (YAML)", take_file},
    {"format", 0, "FMT", "text (default), json, ndjson, markdown, html, nagios, prometheus or junit",
     take_format},
    {"output", 'o', "FILE", "write the report there, whole or not at all", take_output},
    {"save", 0, "FILE", "also keep the JSON report with all its evidence, for replay", take_save},
    {"record", 0, "FILE",
     "also keep the run's own connections as a packet capture (pcapng), with the secrets to read it",
     take_record},
    {"baseline", 0, "FILE", "compare with this saved report; tells the difference alone", take_baseline},
    {"any-target", 0, NULL, "compare with a report about another target, too", take_any_target},
    {"no-revocation", 0, NULL, "leave out OCSP and CRL queries", take_no_revocation},
    {"no-private-fetch", 0, NULL, "no revocation source at a private address, unless the host itself has one",
     take_no_private_fetch},
    {"private-fetch", 0, NULL,
     "the opposite, where the former is usual (root without a terminal, monitor --listen)",
     take_private_fetch},
    {"no-cache", 0, NULL, "ask every revocation source anew, keep nothing", take_no_cache},
    {"expect-cert", 0, "FILE", "the certificate that should be served; may be repeated", take_expect_cert},
    {"vantage", 0, "V", "external (default), internal, or lab", take_vantage},
    {"release", 0, "R", "Expressway release judged for, X12.6 to X15.5; the edge tells", take_release},
    {"trust", 0, "FILE", "trust list of the clients (PEM), instead of the system's roots", take_trust},
    {"resolver", 0, "A[:P][,...]", "DNS servers to ask and to compare, instead of the system's",
     take_resolver},
    {"connect-to", 0, "H:P:H2:P2", "connect to H2:P2 where H:P is meant; may be repeated", take_connect_to},
    {"at", 0, "TIME", "judge validity as of this RFC 3339 time", take_at},
    {"warn-days", 'w', "N", "warn of expiry within N days (30; a third of a short lifetime)", take_warn_days},
    {"crit-days", 'c', "N", "fail on expiry within N days (7; a tenth of a short lifetime)", take_crit_days},
    {"timeout", 0, "SEC", "per network step (5)", take_timeout},
    {"deadline", 't', "SEC", "for the whole run (60)", take_deadline},
    {"ipv4", '4', NULL, "IPv4 only", take_ipv4},
    {"ipv6", '6', NULL, "IPv6 only", take_ipv6},
    {"symptom", 0, "S",
     "only what bears on upload-fails, zone-down, ssh-down, mra-login-fails, jabber-alarm or "
     "phones-not-registering",
     take_symptom},
    {"color", 0, "WHEN", "auto (default), always or never", take_color},
    {"quiet", 'q', NULL, "only what does not work", take_quiet},
    {"verbose", 'v', NULL, "what passed and what was skipped, too", take_verbose},
    {"no-progress", 0, NULL, "no progress on stderr", take_no_progress},
    {NULL, 0, NULL, NULL, NULL}};

/* What a command does not look at is refused, not taken in silence: whoever gave it meant something by it.
 * Words between blanks. An option of a command's own that has the same name is another one. */
#define FROM_FILES "capture bundle cert renew diff replay explain"
static const struct ignored {
    const char *options, *commands;
    const char *instead; /* what does what was meant; NULL: nothing */
} ignored[] = {
    {"resolver connect-to ipv4 ipv6 timeout no-cache private-fetch no-private-fetch record", FROM_FILES,
     NULL},
    {"resolver connect-to ipv4 ipv6 no-cache private-fetch no-private-fetch", "listen", NULL},
    {"file", "listen", "give --tls-verify-name and --e-trust"},
    {"file", "capture", "give --peer-address, --tls-verify-name and trust lists"},
    {"file", "bundle", "the bundles are the deployment"},
    {"file", "diff replay explain", NULL},
    {"deadline no-revocation", "diff replay explain", NULL},
    {"expect-cert", "cert renew diff explain", NULL},
    {"save baseline", "monitor diff explain", NULL},
    {"record", "monitor", NULL},
    {"any-target", "monitor explain", NULL},
    {"trust symptom vantage release at warn-days crit-days", "diff explain", NULL},
};

static bool has_word(const char *words, const char *word) {
    size_t length = strlen(word);
    for (const char *p = words; (p = strstr(p, word)) != NULL; p += length)
        if ((p == words || p[-1] == ' ') && (p[length] == ' ' || p[length] == 0))
            return true;
    return false;
}

/* The row that says so; NULL: it has a meaning. */
static const struct ignored *ignored_find(const char *command, const char *name) {
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (has_word(ignored[i].commands, command) && has_word(ignored[i].options, name))
            return &ignored[i];
    return NULL;
}

bool option_is_ignored(const char *command, const char *name) {
    return ignored_find(command, name) != NULL;
}

/* Taken as everywhere, so that a script may pass them to all; they would change nothing, and no help offers
 * them. */
static bool is_idle(const char *command, const char *name) {
    return (strcmp(command, "explain") == 0 && has_word("quiet verbose no-progress", name)) ||
           (strcmp(command, "diff") == 0 && has_word("verbose no-progress", name));
}

const char *option_help_for(const char *command, const struct option_row *row) {
    if (is_idle(command, row->name))
        return NULL;
    if (strcmp(row->name, "format") != 0)
        return row->help;
    return strcmp(command, "diff") == 0      ? "text (default), json or markdown"
           : strcmp(command, "explain") == 0 ? "text (default) or json"
                                             : row->help;
}

const struct option_row *option_find(const struct option_row *own, const char *name) {
    const struct option_row *const tables[] = {own, common_rows};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct option_row *row = tables[i]; row != NULL && row->name != NULL; row++)
            if (strcmp(row->name, name) == 0)
                return row;
    return NULL;
}

const char *option_instead(const char *command, const char *name) {
    const struct ignored *found = ignored_find(command, name);
    return found == NULL ? NULL : found->instead;
}

const struct option_row *options_common(void) {
    return common_rows;
}
