/* From facts to the user: what the options say about judging, where the report goes. See verdict.h. */
#include "commands/verdict.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalogue/release.h"
#include "expressway/release_told.h"
#include "expressway/trust.h"
#include "commands/baseline.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/record.h"
#include "commands/saved.h"
#include "config/config.h"
#include "config/values.h"
#include "outcomes/symptoms.h"

static void release_is_unknown(const char *where, const char *release) {
    complain("%s: '%s' is no Expressway release that I know; wanted X12.6 to %s", where, release,
             RELEASE_NEWEST);
}

static bool release_choose(struct facts *facts, const struct options *options) {
    const char *release = options->release;
    const char *where = "--release", *from = "--release";
    if (release == NULL && facts->deployment != NULL && facts->deployment->release != NULL) {
        release = facts->deployment->release;
        where = facts->deployment->file;
        from = "deployment";
    }
    if (release == NULL) /* of a replay, what was saved; else the edge itself may tell: release_settle() */
        from = facts->run.release != NULL ? facts->run.release_from : "default";
    if (release == NULL)
        release = facts->run.release != NULL ? facts->run.release : RELEASE_NEWEST;
    int number;
    if (!release_read(release, &number)) {
        release_is_unknown(where, release);
        return false;
    }
    facts->run.release_from = from == NULL ? NULL : arena_text(facts->arena, from);
    facts->run.release = arena_text(facts->arena, release);
    if (facts->run.release[0] == 'x')
        facts->run.release[0] = 'X';
    else if (facts->run.release[0] != 'X')
        facts->run.release = arena_printf(facts->arena, "X%s", facts->run.release);
    return true;
}

static void thresholds_choose(struct facts *facts, const struct options *options) {
    struct run *run = &facts->run;
    const struct deployment *d = facts->deployment;
    if (options->has_warn_days || (d != NULL && d->has_warn_days)) {
        run->has_warn_days = true;
        run->warn_days = options->has_warn_days ? options->warn_days : d->warn_days;
    }
    if (options->has_crit_days || (d != NULL && d->has_crit_days)) {
        run->has_crit_days = true;
        run->crit_days = options->has_crit_days ? options->crit_days : d->crit_days;
    }
}

static bool trust_choose(struct facts *facts, const struct options *options) {
    char *error = NULL;
    if (options->trust != NULL) {
        if (!trust_add_file(facts, options->trust, &error)) {
            complain("--trust: %s", error);
            return false;
        }
        facts->run.client_trust = text_from_wire(facts->arena, options->trust, strlen(options->trust));
    } else if (facts->run.client_trust == NULL && trust_add_system(facts)) {
        facts->run.client_trust = arena_text(facts->arena, "system");
    }
    return true;
}

static const char *format_chosen(const struct options *options) {
    return options->format == NULL ? "text" : options->format;
}

/* Before anything is looked at: nobody wants to wait for a report that cannot be written. */
static bool format_exists(struct facts *facts, const struct options *options) {
    const char *name = format_chosen(options);
    if (options->baseline != NULL)
        return diff_format_exists(facts->arena, options);
    if (format_find(name) != NULL)
        return true;
    complain("--format: '%s' is not a format of this command; wanted one of %s",
             text_from_wire_cut(facts->arena, name, strlen(name), 80), format_names(facts->arena));
    return false;
}

/* Nobody wants to wait for a report that cannot be kept. */
bool output_has_place(const char *option, const char *path) {
    struct stat there;
    if (path == NULL)
        return true;
    struct arena *scratch = arena_new();
    const char *slash = strrchr(path, '/'), *fault = NULL;
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        fault = "it is a folder; wanted a file";
    else if (slash != NULL && (stat(arena_textn(scratch, path, (size_t)(slash - path) + 1), &there) != 0 ||
                               !S_ISDIR(there.st_mode)))
        fault = "there is no such folder";
    if (fault != NULL)
        complain("%s: %s: %s", option, text_from_wire_cut(scratch, path, strlen(path), 200), fault);
    arena_free(scratch);
    return fault == NULL;
}

static bool are_one_file(const char *a, const char *b) {
    struct stat one, other;
    return a != NULL && b != NULL && stat(a, &one) == 0 && stat(b, &other) == 0 && S_ISREG(one.st_mode) &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* "--trust=FILE", "--peer-trust=NODE=FILE" */
static const char *option_lost(const char *word, const char *path) {
    static const char written[] = "--write-deployment="; /* that is an output itself */
    const char *value = strchr(word, '='), *last = strrchr(word, '=');
    if (value == NULL || strncmp(word, written, strlen(written)) == 0)
        return NULL;
    return are_one_file(path, value + 1) ? value + 1 : are_one_file(path, last + 1) ? last + 1 : NULL;
}

bool output_spares_inputs(const struct options *options, const char *option, const char *path) {
    if (path == NULL)
        return true;
    const char *lost = are_one_file(path, options->file) ? options->file : NULL;
    for (size_t i = 0; i < options->arguments.n && lost == NULL; i++)
        if (are_one_file(path, options->arguments.v[i]))
            lost = options->arguments.v[i];
    for (size_t i = 0; i < options->words.n && lost == NULL; i++)
        lost = option_lost(options->words.v[i], path);
    if (lost == NULL && strcmp(option, "--save") != 0 && are_one_file(path, options->baseline))
        lost = options->baseline; /* only the new save may take its place */
    if (lost == NULL)
        return true;
    struct arena *scratch = arena_new();
    complain("%s: %s is what is to be read; wanted another file", option,
             text_from_wire_cut(scratch, path, strlen(path), 200));
    arena_free(scratch);
    return false;
}

/* What would be written over what, or over what the user gave to be read? */
static bool outputs_are_apart(const struct options *options) {
    const struct {
        const char *option, *path;
    } outputs[] = {{"--save", options->save}, {"--output", options->output}, {"--record", options->record}};
    enum { OUTPUTS = sizeof outputs / sizeof *outputs };
    for (size_t i = 0; i < OUTPUTS; i++) {
        if (!output_spares_inputs(options, outputs[i].option, outputs[i].path))
            return false;
        for (size_t k = 0; k < i; k++)
            if (outputs[i].path != NULL && outputs[k].path != NULL && strcmp(outputs[i].path, "-") != 0 &&
                strcmp(outputs[i].path, outputs[k].path) == 0 && strncmp(outputs[i].path, "/dev/", 5) != 0) {
                complain("%s and %s: one file for both; wanted two", outputs[k].option, outputs[i].option);
                return false;
            }
    }
    return true;
}

static bool outputs_are_good(struct facts *facts, const struct options *options) {
    return format_exists(facts, options) && output_has_place("--save", options->save) &&
           output_has_place("--output", options->output) && output_has_place("--record", options->record) &&
           outputs_are_apart(options);
}

bool options_are_good(struct facts *facts, const struct options *options) {
    int number;
    if (options->release != NULL && (!release_read(options->release, &number) || number < RELEASE_X12_6)) {
        release_is_unknown("--release", options->release);
        return false;
    }
    return outputs_are_good(facts, options);
}

/* 4 or 6 where the target is an address, with or without a port; 0: a name. */
static int family_of_target(struct arena *arena, const char *target) {
    const char *host;
    char *address;
    int port;
    if (target == NULL || !value_host_port(arena, target, &host, &port) ||
        !value_address(arena, host, &address))
        return 0;
    return strchr(address, ':') != NULL ? 6 : 4;
}

/* An address of the family that is left out: nothing could be looked at, which is no verdict. */
static bool family_fits(struct facts *facts, const struct options *options, const char *target) {
    int family = family_of_target(facts->arena, target);
    if (options->family == 0 || family == 0 || family == options->family)
        return true;
    complain("-%d: '%s' is an IPv%d address", options->family,
             text_from_wire_cut(facts->arena, target, strlen(target), 80), family);
    return false;
}

bool run_prepare(struct facts *facts, const struct options *options, const char *command,
                 const char *target) {
    struct run *run = &facts->run;
    char *error = NULL;
    int value;
    if (!outputs_are_good(facts, options) || !family_fits(facts, options, target))
        return false;
    if (options->record != NULL && (command == NULL || !command_is_live(command))) {
        complain("--record: this command connects to nobody");
        return false;
    }
    if (command != NULL) { /* a new run, not a replay */
        run->command = arena_text(facts->arena, command);
        scope_of_command(facts->arena, command, &run->scope);
        run->target = text_from_wire(facts->arena, target, strlen(target));
        for (size_t i = 0; i < options->words.n; i++)
            texts_add(facts->arena, &run->words, options->words.v[i]);
        run->started = run->at = (int64_t)time(NULL);
        if (facts->deployment != NULL && facts->deployment->vantage != NULL &&
            enum_find(vantages, facts->deployment->vantage, &value))
            run->vantage = value;
        run->is_vantage_given = facts->deployment != NULL && facts->deployment->vantage != NULL;
    }
    if (options->has_vantage) {
        run->vantage = options->vantage;
        run->is_vantage_given = true;
    }
    if (options->has_at)
        run->at = options->at;
    if (options->symptom != NULL) {
        if (!symptom_is_known(options->symptom)) {
            complain("--symptom: '%s' is none of %s", options->symptom, symptom_names(facts->arena));
            return false;
        }
        run->symptom = arena_text(facts->arena, options->symptom);
    }
    run->no_revocation = run->no_revocation || options->no_revocation;
    for (size_t i = 0; i < options->expect_cert.n; i++)
        if (!certs_add_file(facts->arena, options->expect_cert.v[i], &facts->expected, &error)) {
            complain("--expect-cert: %s", error);
            return false;
        }
    thresholds_choose(facts, options);
    return release_choose(facts, options) && trust_choose(facts, options) && baseline_fits(facts, options);
}

/* ---- writing ---- */

struct writing {
    const struct report *report;
    const struct format *format;
    struct report_style style;
};

static bool write_format(FILE *out, void *context) {
    const struct writing *w = context;
    return w->format->write(w->report, &w->style, out);
}

static bool write_save(FILE *out, void *context) {
    return report_save(context, out);
}

/* The report itself, or with --baseline what changed; the exit status. */
static int tell(const struct verdict *verdict, const struct options *options) {
    struct report report = report_of(verdict);
    struct writing w = {
        .report = &report, .format = format_find(format_chosen(options)), .style = style_for(options)};
    if (options->baseline != NULL)
        return baseline_tell(&report, options);
    return output_write(options->output, write_format, &w) ? verdict_status(verdict) : EXIT_BAD;
}

/* What the verdict was made from, with it. False after one line on stderr. */
static bool verdict_save(const struct verdict *verdict, const char *path) {
    struct report report = report_of(verdict);
    return output_write(path, write_save, &report);
}

int verdict_tell(struct facts *facts, const struct options *options) {
    release_settle(facts);
    struct verdict *verdict = verdict_of(facts);
    bool saved = true;
    if (options->save != NULL) {
        trust_trim_system(facts);
        saved = verdict_save(verdict, options->save);
    }
    int status = tell(verdict, options);
    verdict_free(verdict);
    return saved ? status : EXIT_BAD;
}
