/* What did the user ask for? See options.h. One table of the common options drives parsing and help. */
#include "config/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/values.h"

enum { FIRST_LONG = 1000, MOST_OPTIONS = 80, DAYS_MAX = 36500, PORT_MAX = 65535 };

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

TAKE_TEXT(take_file, file)
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

const struct option_row *option_find(const struct option_row *own, const char *name) {
    const struct option_row *const tables[] = {own, common_rows};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct option_row *row = tables[i]; row != NULL && row->name != NULL; row++)
            if (strcmp(row->name, name) == 0)
                return row;
    return NULL;
}

/* ---- the tables as getopt wants them ---- */

struct parsing {
    struct option longs[MOST_OPTIONS];
    const struct option_row *rows[MOST_OPTIONS];
    bool is_own[MOST_OPTIONS];
    char shorts[2 * MOST_OPTIONS + 3];
    size_t n;
};

static void rows_add(struct parsing *p, const struct option_row *rows, bool is_own) {
    for (; rows != NULL && rows->name != NULL && p->n < MOST_OPTIONS - 2; rows++) {
        bool known = false;
        for (size_t i = 0; i < p->n; i++)
            known = known ||
                    strcmp(p->rows[i]->name, rows->name) == 0; /* a command's own row comes first and wins */
        if (known)
            continue;
        p->longs[p->n] = (struct option){rows->name, rows->argument != NULL ? required_argument : no_argument,
                                         NULL, FIRST_LONG + (int)p->n};
        p->rows[p->n] = rows;
        p->is_own[p->n++] = is_own;
        if (rows->letter != 0) {
            char letter[3] = {rows->letter, rows->argument != NULL ? ':' : 0, 0};
            strcat(p->shorts, letter);
        }
    }
}

static size_t row_of(const struct parsing *p, int got) {
    for (size_t i = 0; i < p->n; i++)
        if (got == FIRST_LONG + (int)i || (p->rows[i]->letter != 0 && got == p->rows[i]->letter))
            return i;
    return p->n;
}

static enum options_result usage(const char *command, const char *what) {
    fprintf(stderr, "edgeprobe: %s: %s; see 'edgeprobe %s --help'\n", command, what, command);
    return OPTIONS_BAD;
}

/* "--password X" would be taken for --password-file, and X, which is no file, be told as one that is missing.
 */
static const struct option_row *secret_cut_short(const struct parsing *p, const char *argument) {
    enum { LEAST = sizeof "--pas" - 1 };
    size_t size = strcspn(argument, "=");
    for (size_t i = 0; i < p->n && size >= LEAST && strncmp(argument, "--", 2) == 0; i++) {
        const char *name = p->rows[i]->name;
        bool is_secret = strcmp(name, "password-file") == 0 || strcmp(name, "token-file") == 0;
        if (is_secret && size - 2 < strlen(name) && strncmp(argument + 2, name, size - 2) == 0)
            return p->rows[i];
    }
    return NULL;
}

static const char *nearest_option(struct arena *arena, const struct parsing *p, const char *text) {
    struct texts names = {NULL, 0};
    for (size_t i = 0; i < p->n; i++)
        texts_add(arena, &names, p->rows[i]->name);
    char *name = arena_text(arena, text + strspn(text, "-"));
    name[strcspn(name, "=")] = 0;
    return value_nearest(name, &names);
}

static enum options_result bad_option(struct arena *arena, const struct parsing *p, char **argv, int got) {
    const char *text = optopt > 0 && optopt < 256 ? arena_printf(arena, "-%c", optopt) : argv[optind - 1];
    size_t row = row_of(p, optopt);
    if (optopt >= FIRST_LONG && row < p->n)
        text = arena_printf(arena, "--%s", p->rows[row]->name);
    text = text_from_wire_cut(arena, text, strlen(text), 80);
    if (got == ':')
        return usage(argv[0], arena_printf(arena, "option '%s' wants an argument", text));
    if (optopt >= FIRST_LONG)
        return usage(argv[0], arena_printf(arena, "option '%s' takes no argument", text));
    const char *near = optopt == 0 ? nearest_option(arena, p, text) : NULL;
    if (near != NULL)
        return usage(argv[0], arena_printf(arena, "unknown option '%s', did you mean '--%s'?", text, near));
    return usage(argv[0], arena_printf(arena, "unknown option '%s'", text));
}

/* Arguments go into facts and reports, so one with control characters is refused here, once for all. */
static bool take(struct arena *arena, const struct option_row *row, void *context, char **error) {
    if (optarg != NULL && strcmp(text_from_wire(arena, optarg, strlen(optarg)), optarg) != 0)
        return wanted(arena, error, "text without control characters");
    return row->take(arena, context, optarg, error);
}

/* How the report is written, or kept: no part of the question. */
static bool is_of_report(const char *name) {
    static const char *const names[] = {"format", "output", "save",    "baseline",    "any-target",
                                        "color",  "quiet",  "verbose", "no-progress", "record"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static enum options_result take_row(struct arena *arena, const struct parsing *p, size_t row,
                                    const char *command, void *context, struct options *options) {
    char *error = NULL;
    const struct option_row *r = p->rows[row];
    const struct ignored *ignores = p->is_own[row] ? NULL : ignored_find(command, r->name);
    if (ignores != NULL)
        return usage(command,
                     arena_printf(arena, "option '--%s' has no meaning here%s%s", r->name,
                                  ignores->instead == NULL ? "" : ", ", text_or(ignores->instead, "")));
    if (take(arena, r, p->is_own[row] ? context : options, &error)) {
        char *word = optarg == NULL ? arena_printf(arena, "--%s", r->name)
                                    : arena_printf(arena, "--%s=%s", r->name, optarg);
        if (!p->is_own[row])
            texts_add(arena, &options->given, word);
        if (!is_of_report(r->name))
            texts_add(arena, &options->words, word);
        return OPTIONS_GOOD;
    }
    fprintf(stderr, "edgeprobe: %s: --%s: %s", command, r->name, error);
    if (optarg != NULL && text_starts(error, "wanted"))
        fprintf(stderr, ", got '%s'", text_from_wire_cut(arena, optarg, strlen(optarg), 80));
    fputc('\n', stderr);
    return OPTIONS_BAD;
}

static bool thresholds_fit(const struct options *options, const char *command) {
    if (!options->has_warn_days || !options->has_crit_days || options->crit_days <= options->warn_days)
        return true;
    fprintf(stderr, "edgeprobe: %s: --crit-days: wanted at most the %d of --warn-days, got '%d'\n", command,
            options->warn_days, options->crit_days);
    return false;
}

enum options_result options_read(struct arena *arena, int argc, char **argv, const struct option_row *own,
                                 void *context, struct options *options) {
    struct parsing *p = arena_alloc(arena, sizeof *p);
    strcpy(p->shorts, ":h"); /* a leading ':' keeps getopt silent */
    rows_add(p, own, true);
    rows_add(p, common_rows, false);
    p->longs[p->n] = (struct option){"help", no_argument, NULL, 'h'};
    options->timeout_ms = 5000;
    options->deadline_ms = 60000;
    optind = 0; /* glibc: start anew */
    opterr = 0;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const struct option_row *secret = secret_cut_short(p, argv[i]);
        if (secret != NULL)
            return usage(argv[0],
                         arena_printf(arena, "unknown option '%.*s'; a secret is never an argument: --%s",
                                      (int)strcspn(argv[i], "="), argv[i], secret->name));
    }
    for (int got; (got = getopt_long(argc, argv, p->shorts, p->longs, NULL)) != -1;) {
        if (got == 'h')
            return OPTIONS_HELP;
        size_t row = row_of(p, got);
        if (got == '?' || got == ':' || row == p->n)
            return bad_option(arena, p, argv, got);
        if (take_row(arena, p, row, argv[0], context, options) != OPTIONS_GOOD)
            return OPTIONS_BAD;
    }
    for (; optind < argc; optind++) {
        texts_add(arena, &options->arguments, argv[optind]);
        texts_add(arena, &options->words, text_from_wire(arena, argv[optind], strlen(argv[optind])));
    }
    return thresholds_fit(options, argv[0]) ? OPTIONS_GOOD : OPTIONS_BAD;
}

/* "  -f, --file FILE", and from column HELP_AT on what it does, within WIDTH columns. */
static void help_row(FILE *out, const struct option_row *row) {
    enum { HELP_AT = 28, WIDTH = 80 };
    char letter[] = {'-', row->letter, ',', 0};
    int at = fprintf(out, "  %3s --%s%s%s", row->letter != 0 ? letter : "", row->name,
                     row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
    bool fresh = true; /* no word of the help in this line yet */
    for (const char *word = row->help; *word != 0;) {
        int length = (int)strcspn(word, " ");
        if (at + (fresh ? 0 : 1) + length > WIDTH || at > HELP_AT - 2 + (fresh ? 0 : WIDTH)) {
            fputc('\n', out);
            at = 0;
            fresh = true;
        }
        at += fprintf(out, "%*s%.*s", fresh ? HELP_AT - at : 1, "", length, word);
        fresh = false;
        word += length + (word[length] == ' ');
    }
    fputc('\n', out);
}

const struct option_row *options_common(void) {
    return common_rows;
}

void options_help(FILE *out, const char *command, const struct option_row *own) {
    for (const struct option_row *row = own; row != NULL && row->name != NULL; row++)
        help_row(out, row);
    if (own != NULL)
        fputs("\nOptions that mean the same everywhere:\n", out);
    for (const struct option_row *row = common_rows; row->name != NULL; row++)
        if (option_find(own, row->name) == row && !option_is_ignored(command, row->name))
            help_row(out, row);
    fputs("  -h, --help\n", out);
}
