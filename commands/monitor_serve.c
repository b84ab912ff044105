/* The exporter: targets are looked at when they are scraped. The monitor command with --listen. */
#include <string.h>

#include "commands/commands.h"
#include "commands/monitoring.h"
#include "commands/verdict.h"
#include "monitor/exporter.h"
#include "monitor/numbers.h"

static bool prepare_for_scrape(void *context, const struct target *target, const struct settings *module,
                               struct arena *arena, struct ready *ready, char **error) {
    const struct monitoring *m = context;
    return target_prepare(&m->preparing, target, module, arena, ready, error);
}

/* Nothing is told: the database remembers since when a target is as it is, and what changed. */
static void keep_look(void *context, const char *name, const char *what, const struct verdict *verdict) {
    struct monitoring *m = context;
    struct arena *scratch = arena_new();
    struct state_changes changes;
    struct state_run run = {.name = name,
                            .what = what,
                            .findings = verdict->findings,
                            .at = verdict->facts->run.started,
                            .not_after = soonest_end(verdict->facts)};
    char *error = NULL;
    if (m->state != NULL && (!state_take(m->state, scratch, &run, m->own->confirm, &changes, &error) ||
                             !state_keep(m->state, scratch, &error)))
        complain("--changes: %s", error);
    arena_free(scratch);
}

static bool known_of(void *context, struct arena *arena, const char *name, struct known_before *known) {
    const struct monitoring *m = context;
    struct state_summary summary;
    char *error = NULL;
    if (m->state == NULL || !state_summary(m->state, arena, name, &summary, &error))
        return false;
    *known = (struct known_before){summary.status, summary.since, summary.last_run, summary.not_after};
    return true;
}

static void name_bad_all(const struct targets *targets) {
    for (size_t i = 0; i < targets->v.n; i++)
        if (targets->v.v[i]->error != NULL)
            name_bad(targets->v.v[i], targets->v.v[i]->error);
}

static const struct targets *reload(void *context) {
    struct monitoring *m = context;
    struct targets fresh = {.arena = arena_new()};
    char *error = NULL;
    if (!targets_read(&fresh, m->options->file, &error)) {
        complain("%s; the targets stay as they were", error);
        arena_free(fresh.arena);
        return NULL;
    }
    arena_free(m->targets.arena);
    m->targets = fresh;
    name_bad_all(&m->targets);
    shelf_renew(m);
    return &m->targets;
}

static void listening(void *context, const char *address, int port) {
    monitor_confine(context);
    fprintf(stderr,
            strchr(address, ':') == NULL ? "edgeprobe: http://%s:%d/\n" : "edgeprobe: http://[%s]:%d/\n",
            address, port);
}

int serve(struct monitoring *m, struct arena *arena) {
    char *error = NULL;
    struct exporter_plan plan = {.targets = &m->targets,
                                 .address = m->own->listen,
                                 .port = m->own->port,
                                 .jobs = m->own->jobs,
                                 .to_one_address = m->own->to_one_address,
                                 .memory = MEMORY_OF_ONE,
                                 .prepare = prepare_for_scrape,
                                 .looked = keep_look,
                                 .known = known_of,
                                 .reload = reload,
                                 .listening = listening,
                                 .context = m};
    name_bad_all(&m->targets);
    return exporter_run(&plan, arena, &error) ? 0 : complain("--listen: %s", error);
}
