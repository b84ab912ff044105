/* Which commands are there? See commands.h. */
#include "commands/commands.h"

#include <string.h>

const struct command commands[] = {
    {"check", "check DOMAIN... | check HOST:PORT | check -f deployment.yaml",
     "what clients of DOMAIN meet: discover, connect, judge", check_run},
    {"zone", "zone --peer-address ADDR[:PORT] | zone -f deployment.yaml",
     "one traversal or neighbor zone, both directions, zone and SSH tunnel", zone_run},
    {"listen", "listen [--listen ADDR[:PORT]]", "which certificate a caller such as Expressway-C presents",
     listen_command},
    {"login", "login DOMAIN [--user U [--password-file FILE] | --token-file FILE]",
     "how far a user's log-in gets, step by step, at every edge", login_command},
    {"ciphers",
     "ciphers HOST[:PORT] | ciphers --server-profile PROFILE --client PROFILE | ciphers --list-profiles",
     "versions, suites, certificates; overlap with Expressway and UCM", ciphers_command},
    {"revocation", "revocation HOST:PORT | revocation --cert FILE --issuer FILE...",
     "what OCSP and CRLs say, and what each fallback setting would do", revocation_command},
    {"cert", "cert FILE|DIR...", "before an upload: certificate, key, CSR, trust list, a whole folder",
     cert_command},
    {"renew",
     "renew --old FILE --new FILE | renew -f deployment.yaml --node NAME --new FILE | renew --role ROLE",
     "what a new certificate would break, and the plan for tonight", renew_command},
    {"monitor",
     "monitor -f FILE | monitor DIR | monitor - | monitor -f FILE --listen ADDR:PORT | monitor --history "
     "TARGET --changes STATE.db",
     "how many targets are, and what has changed; for cron and monitoring systems", monitor_run},
    {"diff", "diff BEFORE.json AFTER.json", "what changed between two saved reports", diff_run},
    {"capture", "capture FILE...", "which TLS handshakes are in packet captures, and why they failed",
     capture_command},
    {"bundle", "bundle FILE.tar.gz|DIR|-...",
     "what is broken between the Expressways whose diagnostic bundles these are", bundle_command},
    {"replay", "replay SAVED.json", "judge saved facts again, offline", replay_run},
    {"explain",
     "explain [CHECK[/CAUSE]] | explain WORDS... | explain purposes | explain --log TEXT | explain "
     "--log-file FILE",
     "the catalogue and its guidance; what the words of a log mean", explain_run},
    {NULL, NULL, NULL, NULL},
};

const struct command *command_find(const char *name) {
    for (const struct command *c = commands; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

/* Each form of the usage on a line of its own: "check DOMAIN... | check -f FILE". */
static void usage_write(FILE *out, const char *usage) {
    const char *before = "Usage:";
    for (const char *form = usage; form != NULL; before = "      ") {
        const char *end = strstr(form, " | ");
        fprintf(out, "%s edgeprobe %.*s [OPTION]...\n", before,
                (int)(end == NULL ? strlen(form) : (size_t)(end - form)), form);
        form = end == NULL ? NULL : end + strlen(" | ");
    }
}

void command_help(FILE *out, const char *name, const struct option_row *own) {
    const struct command *c = command_find(name);
    usage_write(out, c->usage);
    fprintf(out, "Tells %s.\n\n", c->summary);
    options_help(out, own);
}
