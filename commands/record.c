/* --record: how does a run's own capture come about, and into its file? See record.h. */
#include "commands/record.h"

#include <errno.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/output.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "facts/version.h"
#include "probe/recorder.h"

static const struct {
    const char *command;
    bool has_passwords;
} live[] = {{"check", false},      {"zone", false},   {"ciphers", false},
            {"revocation", false}, {"listen", false}, {"login", true}};

bool command_is_live(const char *command) {
    for (size_t i = 0; i < sizeof live / sizeof *live; i++)
        if (strcmp(live[i].command, command) == 0)
            return true;
    return false;
}

bool record_begin(const struct facts *facts, const struct options *options, struct probe_options *probe) {
    bool has_passwords = true;
    if (options->record == NULL)
        return true;
    for (size_t i = 0; i < sizeof live / sizeof *live; i++)
        if (strcmp(live[i].command, facts->run.command) == 0)
            has_passwords = live[i].has_passwords;
    probe->recorder = recorder_new(has_passwords);
    if (probe->recorder == NULL)
        complain("--record: no temporary file: %s", strerror(errno));
    return probe->recorder != NULL;
}

struct writing {
    struct recorder *recorder;
    const char *comment;
};

static bool write_record(FILE *out, void *context) {
    const struct writing *writing = context;
    return recorder_write(writing->recorder, out, writing->comment);
}

int record_end(const struct facts *facts, const struct options *options, struct probe_options *probe,
               bool ran, int status) {
    if (probe->recorder == NULL)
        return status;
    char *comment = arena_printf(facts->arena, "edgeprobe %s %s %s", EDGEPROBE_VERSION, facts->run.command,
                                 facts->run.target);
    struct writing writing = {probe->recorder,
                              text_from_wire_cut(facts->arena, comment, strlen(comment), 1000)};
    bool good = !ran || output_write(options->record, write_record, &writing);
    recorder_free(probe->recorder);
    probe->recorder = NULL;
    return good ? status : EXIT_BAD;
}
