/* Which commands are there? See commands.h. */
#include "commands/commands.h"

#include <ctype.h>
#include <string.h>

const struct command commands[] = {
    {"check", "check DOMAIN... | check HOST:PORT | check -f deployment.yaml [DOMAIN...]",
     "check example.com --resolver 192.0.2.53", "what clients of DOMAIN meet: discover, connect, judge",
     check_run, check_rows},
    {"zone", "zone --peer-address ADDR[:PORT] | zone -f deployment.yaml",
     "zone --peer-address expe1.example.com --c-cert expc.pem",
     "one traversal or neighbor zone, both directions, and its SSH tunnel", zone_run, zone_rows},
    {"listen", "listen [--listen ADDR[:PORT]]", "listen --listen 0.0.0.0:7001 --e-trust expe-trust.pem",
     "which certificate a caller such as Expressway-C presents", listen_command, listen_rows},
    {"login",
     "login DOMAIN [--user U [--password-file FILE]] | login DOMAIN --token-file FILE | login -f "
     "deployment.yaml",
     "login example.com --user alice", "how far a user's log-in gets, step by step, at every edge",
     login_command, login_rows},
    {"ciphers",
     "ciphers HOST[:PORT] | ciphers --server-profile PROFILE --client PROFILE | ciphers --list-profiles",
     "ciphers expe1.example.com:8443", "versions, suites, certificates; overlap with Expressway and UCM",
     ciphers_command, ciphers_rows},
    {"revocation", "revocation HOST:PORT | revocation --cert FILE --issuer FILE...",
     "revocation expe1.example.com:8443 --fallback treat-as-revoked",
     "what OCSP and CRLs say, and what each fallback setting would do", revocation_command, revocation_rows},
    {"cert", "cert FILE|DIR... | cert --request -f deployment.yaml --node NAME",
     "cert new.pem --role expressway-e --trust expe-trust.pem",
     "before an upload: certificate, key, CSR, trust list, a whole folder", cert_command, cert_rows},
    {"renew",
     "renew --old FILE --new FILE | renew -f deployment.yaml --node NAME --new FILE | renew --role ROLE",
     "renew --old old.pem --new new.pem --role expressway-e",
     "what a new certificate would break, and the plan for tonight", renew_command, renew_rows},
    {"monitor",
     "monitor -f FILE | monitor DIR | monitor - | monitor -f FILE --listen ADDR:PORT | monitor --history "
     "TARGET --changes STATE.db",
     "monitor -f targets.yaml --changes state.db",
     "how many targets are, and what has changed; for cron and monitoring", monitor_run, monitor_rows},
    {"diff", "diff BEFORE.json AFTER.json", "diff monday.json today.json",
     "what changed between two saved reports", diff_run, NULL},
    {"capture", "capture FILE...", "capture trace.pcap --c-trust expc-trust.pem",
     "which TLS handshakes are in packet captures, and why they failed", capture_command, capture_rows},
    {"bundle", "bundle FILE.tar.gz|DIR|-...", "bundle log_expc1.tar.gz log_expe1.tar.gz",
     "what is broken between Expressways, by their diagnostic bundles", bundle_command, bundle_rows},
    {"replay", "replay SAVED.json", "replay saved.json --release X14.3", "judge saved facts again, offline",
     replay_run, NULL},
    {"explain",
     "explain [CHECK[/CAUSE]] | explain WORDS... | explain purposes | explain --log TEXT | explain "
     "--log-file FILE",
     "explain No SSH tunnels have been established",
     "the catalogue and its guidance; what the words of a log mean", explain_run, explain_rows},
    {NULL, NULL, NULL, NULL, NULL, NULL},
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

/* Usage, summary, options. */
static void help_write(FILE *out, const struct command *c) {
    usage_write(out, c->usage);
    fprintf(out, "Example: edgeprobe %s\n", c->example);
    fprintf(out, "%c%s.\n\n", toupper((unsigned char)c->summary[0]), c->summary + 1);
    options_help(out, c->name, c->rows);
}

int command_do(const struct command *command, int argc, char **argv) {
    int status = command->run(argc, argv);
    if (status != EXIT_HELP)
        return status;
    help_write(stdout, command);
    return 0;
}
