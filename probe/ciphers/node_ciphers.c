/* What do the Unified CM and IM&P nodes of a deployment take? See node_ciphers.h. */
#include "probe/ciphers/node_ciphers.h"

#include <string.h>

#include "facts/services.h"
#include "probe/ciphers/ciphers.h"

enum { LEAST_MS = 500 }; /* below this nothing comes of it */

struct survey_plan {
    struct cipher_target *targets;
    struct connect_to *ways; /* the user's first, then the addresses that the endpoints were reached at */
    size_t count, way_count;
};

/* Its certificate came: whatever ended the handshake then, it takes some cipher. */
static bool is_wanted(const struct endpoint *endpoint) {
    return (endpoint->role == ROLE_UCM || endpoint->role == ROLE_IMP) && endpoint->address != NULL &&
           endpoint->tls.chain.n > 0 && endpoint->protocol != PROTOCOL_SSH;
}

static bool is_planned(const struct survey_plan *plan, const struct endpoint *endpoint) {
    for (size_t i = 0; i < plan->count; i++)
        if (plan->targets[i].port == endpoint->port && strcmp(plan->targets[i].host, endpoint->host) == 0)
            return true;
    return false;
}

static void plan_add(struct survey_plan *plan, const struct endpoint *endpoint) {
    const char *starttls = starttls_of(endpoint->protocol);
    plan->targets[plan->count++] = (struct cipher_target){
        .host = endpoint->host,
        .port = endpoint->port,
        .starttls = starttls,
        .domain = starttls != NULL && endpoint->domains.n > 0 ? endpoint->domains.v[0] : NULL};
    plan->ways[plan->way_count++] = (struct connect_to){endpoint->host, endpoint->port, endpoint->address, 0};
}

static void plan_make(struct facts *facts, const struct probe_options *options, struct survey_plan *plan) {
    size_t most = facts->endpoints.n + 1;
    plan->targets = arena_alloc(facts->arena, most * sizeof *plan->targets);
    plan->ways = arena_alloc(facts->arena, (most + options->connect_to_count) * sizeof *plan->ways);
    for (size_t i = 0; i < options->connect_to_count; i++)
        plan->ways[plan->way_count++] = options->connect_to[i];
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (is_wanted(facts->endpoints.v[i]) && !is_planned(plan, facts->endpoints.v[i]))
            plan_add(plan, facts->endpoints.v[i]);
}

/* False when there is nothing to survey, or no time for it. */
static bool own_options(struct facts *facts, const struct probe_options *options, struct survey_plan *plan,
                        struct probe_options *own) {
    *own = *options;
    plan_make(facts, options, plan);
    own->connect_to = plan->ways;
    own->connect_to_count = plan->way_count;
    own->deadline_ms = options->deadline_ms - facts->run.duration_ms;
    return plan->count > 0 && own->deadline_ms >= LEAST_MS;
}

bool node_ciphers_survey(struct facts *facts, const struct probe_options *options, char **error) {
    struct survey_plan plan = {0};
    struct probe_options own;
    int spent = facts->run.duration_ms;
    if (!own_options(facts, options, &plan, &own))
        return true;
    bool ran = ciphers_run_all(facts, &own, plan.targets, plan.count, error);
    facts->run.duration_ms += spent;
    return ran;
}

struct waiting { /* for the survey's end, to add up the time */
    struct facts *facts;
    int spent;
    probe_done done;
    void *context;
};

static void on_over(void *context, const char *error) {
    const struct waiting *waiting = context;
    waiting->facts->run.duration_ms += waiting->spent;
    waiting->done(waiting->context, error);
}

struct world *node_ciphers_start(uv_loop_t *loop, struct facts *facts, const struct probe_options *options,
                                 probe_done done, void *context) {
    struct survey_plan plan = {0};
    struct probe_options *own = ARENA_NEW(facts->arena, struct probe_options);
    struct waiting *waiting = ARENA_NEW(facts->arena, struct waiting);
    *waiting = (struct waiting){facts, facts->run.duration_ms, done, context};
    if (!own_options(facts, options, &plan, own))
        return NULL;
    return ciphers_start(loop, facts, own, plan.targets, plan.count, on_over, waiting);
}
