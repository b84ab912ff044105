/* Which commands are there? See commands.h. */
#include "commands/commands.h"

#include <string.h>

const struct command commands[] = {
    {"check", "check DOMAIN... | check -f deployment.yaml",
     "what clients of DOMAIN meet: discover, connect, judge", check_run},
    {"zone", "zone --peer-address ADDR[:PORT] | zone -f deployment.yaml",
     "one traversal or neighbor zone, both directions, zone and SSH tunnel", zone_run},
    {"listen", "listen [--listen ADDR[:PORT]] [--cert FILE --key FILE]",
     "which certificate a caller presents, such as Expressway-C: accepts one TLS connection", listen_command},
    {"replay", "replay SAVED.json", "judge saved facts again, offline", replay_run},
    {"explain", "explain [CHECK[/CAUSE]] | explain --log TEXT | explain --log-file FILE",
     "the catalogue of checks and its guidance; what the words of an Expressway log mean", explain_run},
    {NULL, NULL, NULL, NULL},
};

const struct command *command_find(const char *name) {
    for (const struct command *c = commands; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

void command_help(FILE *out, const char *name, const struct option_row *own) {
    const struct command *c = command_find(name);
    fprintf(out, "Usage: edgeprobe %s [OPTION]...\nTells %s.\n\n", c->usage, c->summary);
    options_help(out, own);
}
