/* edgeprobe bundle: what is broken between the Expressways whose diagnostic bundles these are?
 *
 * The bundles become the deployment that a user would have written, and everything behind is `check -f FILE
 * --offline`. */
#include <string.h>

#include "bundle/bundle.h"
#include "commands/commands.h"
#include "commands/deployment_out.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "redact/redact.h"

struct own {
    const char *deployment; /* --write-deployment; NULL: not wanted */
    struct texts roles;     /* FILE=ROLE, as given */
    bool redact;
};

static bool take_deployment(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)error;
    ((struct own *)context)->deployment = argument;
    return true;
}

static bool take_redact(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct own *)context)->redact = true;
    return true;
}

/* What stands behind the last '=': a file's name may hold one. */
static bool role_read(struct arena *arena, const char *argument, char **of, enum role *role) {
    const char *equals = strrchr(argument, '=');
    int value;
    if (equals == NULL || equals == argument || !enum_find(roles, equals + 1, &value) ||
        (value != ROLE_EXPRESSWAY_E && value != ROLE_EXPRESSWAY_C))
        return false;
    *of = arena_textn(arena, argument, (size_t)(equals - argument));
    *role = value;
    return true;
}

static bool take_role(struct arena *arena, void *context, const char *argument, char **error) {
    struct own *own = context;
    char *of, *other;
    enum role role, before;
    if (role_read(arena, argument, &of, &role)) {
        for (size_t i = 0; i < own->roles.n; i++)
            if (role_read(arena, own->roles.v[i], &other, &before) && strcmp(of, other) == 0 &&
                before != role) {
                *error = arena_printf(arena, "'%s' was said to be %s before; wanted one of them", of,
                                      enum_text(roles, before));
                return false;
            }
        texts_add(arena, &own->roles, argument);
        return true;
    }
    *error = arena_text(arena, "wanted FILE=expressway-e or FILE=expressway-c");
    return false;
}

const struct option_row bundle_rows[] = {
    {"redact", 0, NULL,
     "pseudonyms for names, addresses and serial numbers, in reports, saves and written files alike",
     take_redact},
    {"role-of", 0, "FILE=ROLE",
     "what the box of a bundle is, expressway-e or expressway-c, where nothing in it tells; may be repeated",
     take_role},
    {"write-deployment", 0, "OUT.yaml",
     "write what was read as a deployment file, with certificates and trust lists beside it",
     take_deployment},
    {NULL, 0, NULL, NULL, NULL}};

/* What it says of files and boxes goes to nobody either where pseudonyms are wanted. */
static bool complain_of(struct facts *facts, const struct options *options, const struct own *own,
                        const char *error) {
    complain("%s", own->redact ? redact_line(facts->arena, &options->arguments, error) : error);
    return false;
}

static bool bundles_read(struct bundles *bundles, struct facts *facts, const struct options *options,
                         const struct own *own) {
    char *error = NULL, *of;
    enum role role;
    for (size_t i = 0; i < own->roles.n; i++)
        if (role_read(facts->arena, own->roles.v[i], &of, &role))
            bundles_role(bundles, of, role);
    for (size_t i = 0; i < options->arguments.n; i++)
        if (!bundles_add(bundles, options->arguments.v[i], &error))
            return complain_of(facts, options, own, error);
    if (!bundles_end(bundles, &error))
        return complain_of(facts, options, own, error);
    const char *unused = bundles_role_unused(bundles);
    return unused == NULL ||
           complain_of(facts, options, own,
                       arena_printf(facts->arena, "--role-of: '%s' is none of the bundles read", unused));
}

/* The ports of the deployment that nobody looked at, and in the place of some of them what captures showed.
 */
static bool endpoints_plan(struct facts *facts, const struct probe_options *probe, char **error) {
    struct endpoint **captured = facts->endpoints.v, **planned;
    size_t captured_count = facts->endpoints.n, planned_count;
    facts->endpoints.v = NULL;
    facts->endpoints.n = 0;
    bool good = probe_run(facts, probe, error);
    planned = facts->endpoints.v;
    planned_count = facts->endpoints.n;
    facts->endpoints.v = NULL;
    facts->endpoints.n = 0;
    for (size_t i = 0; i < captured_count; i++)
        LIST_ADD(facts->arena, &facts->endpoints, captured[i]);
    for (size_t i = 0; i < planned_count; i++) {
        bool is_seen = false;
        for (size_t k = 0; k < captured_count && !is_seen; k++)
            is_seen = text_same_case_blind(captured[k]->id, planned[i]->id);
        if (!is_seen)
            LIST_ADD(facts->arena, &facts->endpoints, planned[i]);
    }
    return good;
}

static int judge_and_tell(struct facts *facts, const struct options *options) {
    struct probe_options probe;
    facts->run.no_revocation = true; /* nothing is asked of anybody */
    facts->run.scope.offline = true;
    if (options->trust == NULL) /* what clients trust is no box's knowledge */
        facts->run.client_trust = NULL;
    probe_options_from(options, facts->arena, &probe);
    char *error = NULL;
    return endpoints_plan(facts, &probe, &error) ? verdict_tell(facts, options) : complain("%s", error);
}

/* From here on nobody knows the originals. Of a run the save wants words that are not chosen yet. */
static struct facts *redacted(struct facts *facts, const struct texts *paths) {
    struct facts *made = facts_new();
    char *error = NULL;
    facts->run.command = facts->run.target = arena_text(facts->arena, "bundle");
    facts->run.release = arena_text(facts->arena, "");
    bool good = facts_redact(facts, paths, made, &error);
    if (!good)
        complain("%s", error);
    if (!good) {
        facts_free(made);
        return NULL;
    }
    made->run = (struct run){.release = NULL};
    return made;
}

/* Nothing is written before all that the options ask for is known to be possible. */
static int write_and_tell(struct facts *facts, const struct options *options, const struct own *own,
                          const char *target) {
    return run_prepare(facts, options, "bundle", target) &&
                   (own->deployment == NULL || deployment_write(facts, own->deployment))
               ? judge_and_tell(facts, options)
               : EXIT_BAD;
}

static int redact_and_tell(struct facts *facts, const struct options *options, const struct own *own,
                           const char *target) {
    struct facts *made = redacted(facts, &options->arguments);
    struct options without = *options; /* the command line names files */
    without.words = (struct texts){NULL, 0};
    int status = made == NULL ? EXIT_BAD : write_and_tell(made, &without, own, target);
    facts_free(made);
    return status;
}

static int bundle_body(struct facts *facts, const struct options *options, void *context) {
    const struct own *own = context;
    size_t count = options->arguments.n;
    if (count == 0)
        return complain(
            "bundle: wanted the diagnostic bundles of Expressways; see 'edgeprobe bundle --help'");
    if (own->redact && options->trust != NULL)
        return complain("bundle: --redact and --trust do not go together: its CAs would be nobody's issuers");
    if (!options_are_good(facts, options) ||
        !output_spares_inputs(options, "--write-deployment", own->deployment) ||
        !deployment_place_is_good(facts->arena, options, own->deployment))
        return EXIT_BAD;
    const char *first = own->redact ? "bundle1" : options->arguments.v[0];
    const char *target = count == 1 ? first : arena_printf(facts->arena, "%s and %zu more", first, count - 1);
    run_confine(facts->arena, options, own->deployment, NULL);
    struct bundles *bundles = bundles_new(
        facts, (struct bundles_options){.draws = options->verbose > 0, .at_given = options->has_at});
    int status = EXIT_BAD;
    if (bundles_read(bundles, facts, options, own))
        status = own->redact ? redact_and_tell(facts, options, own, target)
                             : write_and_tell(facts, options, own, target);
    bundles_free(bundles);
    return status;
}

int bundle_command(int argc, char **argv) {
    struct own own = {.deployment = NULL};
    return command_run(argc, argv, bundle_rows, &own, bundle_body);
}
