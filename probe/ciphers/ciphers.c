/* What does one server take? From host and port to the address that is surveyed. See ciphers.h. */
#include "probe/ciphers/ciphers.h"

#include <string.h>
#include "probe/ciphers/survey.h"

enum { ADDRESSES_MAX = 8 };

struct round { /* all targets of one run */
    struct facts *facts;
    const struct cipher_target *targets;
    size_t count;
    struct visit *visits;
    probe_done done; /* NULL when somebody waits for the whole run */
    void *context;
};

struct visit { /* one target */
    struct world *world;
    const struct cipher_target *target;
    const char *connect_host; /* with --connect-to not the target's */
    int connect_port;
    struct texts addresses;
    size_t tried;
    struct cipher_survey *fact; /* of the last survey; NULL before the first */
    struct survey *survey;      /* NULL when none is running */
};

/* ---- one address after the other ---- */

static const char *endpoint_id(struct arena *arena, const char *host, int port) {
    return arena_printf(arena, strchr(host, ':') != NULL ? "[%s]:%d" : "%s:%d", host, port);
}

static struct cipher_survey *fact_new(const struct visit *visit) {
    struct arena *arena = visit->world->arena;
    struct cipher_survey *fact = ARENA_NEW(arena, struct cipher_survey);
    fact->endpoint = arena_text(arena, endpoint_id(arena, visit->target->host, visit->target->port));
    fact->starttls = arena_text(arena, visit->target->starttls);
    return fact;
}

static void next_address(struct visit *visit);

static void on_survey(void *context, struct survey *survey) {
    struct visit *visit = context;
    visit->survey = NULL;
    bool answered = survey->has_good;
    if (!answered && !visit->world->stopping && visit->tried < visit->addresses.n)
        next_address(visit);
}

static void next_address(struct visit *visit) {
    const struct cipher_target *target = visit->target;
    struct world *world = visit->world;
    visit->fact = fact_new(visit);
    visit->fact->address = arena_text(world->arena, visit->addresses.v[visit->tried++]);
    struct survey *survey = survey_new(world, visit->fact);
    survey->host = target->host;
    survey->address = visit->fact->address;
    survey->port = visit->connect_port;
    survey->sni = world_is_address(target->host) ? NULL : target->host;
    if (target->starttls != NULL)
        survey->xmpp_domain = target->domain != NULL ? target->domain : target->host;
    survey->parallel = target->parallel;
    survey->per_second = target->per_second;
    survey->done = on_survey;
    survey->context = visit;
    visit->survey = survey;
    survey_start(survey);
}

/* ---- addresses ---- */

static void collect(struct visit *visit, enum dns_type type) {
    const struct dns_query *query = facts_dns(visit->world->facts, visit->connect_host, type);
    for (size_t i = 0; query != NULL && i < query->records.n && visit->addresses.n < ADDRESSES_MAX; i++)
        if (query->records.v[i]->type == type && query->records.v[i]->address != NULL)
            texts_add(visit->world->arena, &visit->addresses, query->records.v[i]->address);
}

static void on_addresses(void *context) {
    struct visit *visit = context;
    collect(visit, DNS_A);
    collect(visit, DNS_AAAA);
    if (visit->addresses.n > 0 && !visit->world->stopping) {
        next_address(visit);
    } else {
        visit->fact = fact_new(visit);
        visit->fact->error = arena_text(visit->world->arena, "the name gave no address");
    }
    world_end(visit->world);
}

static void map(struct visit *visit) {
    const struct probe_options *options = visit->world->options;
    for (size_t i = 0; i < options->connect_to_count; i++) {
        const struct connect_to *to = &options->connect_to[i];
        if ((*to->host != '\0' && !text_same_case_blind(to->host, visit->target->host)) ||
            (to->port != 0 && to->port != visit->target->port))
            continue;
        if (*to->to_host != '\0')
            visit->connect_host = to->to_host;
        if (to->to_port != 0)
            visit->connect_port = to->to_port;
        return; /* the first that matches, as in curl */
    }
}

static void visit_begin(struct world *world, struct visit *visit, const struct cipher_target *target) {
    *visit = (struct visit){
        .world = world, .target = target, .connect_host = target->host, .connect_port = target->port};
    map(visit);
    if (world_is_address(visit->connect_host)) {
        texts_add(world->arena, &visit->addresses, visit->connect_host);
        next_address(visit);
        return;
    }
    world_begin(world);
    dns_try_addresses(world, visit->connect_host, on_addresses, visit);
}

/* ---- the run ---- */

static void on_stop(struct world *world) {
    struct round *round = world->surveys;
    for (size_t i = 0; i < round->count; i++)
        if (round->visits[i].survey != NULL)
            survey_stop(round->visits[i].survey);
}

static void begin(struct world *world, void *context) {
    struct round *round = context;
    world->surveys = round;
    world->on_stop = on_stop;
    world_begin(world); /* so that the run does not end between two targets */
    for (size_t i = 0; i < round->count; i++)
        visit_begin(world, &round->visits[i], &round->targets[i]);
    world_end(world);
}

static void facts_add(const struct round *round) {
    for (size_t i = 0; i < round->count; i++)
        if (round->visits[i].fact != NULL)
            LIST_ADD(round->facts->arena, &round->facts->ciphers, round->visits[i].fact);
}

bool ciphers_run_all(struct facts *facts, const struct probe_options *options,
                     const struct cipher_target *targets, size_t count, char **error) {
    struct round round = {.facts = facts, .targets = targets, .count = count};
    if (count == 0)
        return true;
    round.visits = arena_alloc(facts->arena, count * sizeof *round.visits);
    bool good = world_run(facts, options, begin, &round, error);
    facts_add(&round);
    return good;
}

static void on_over(void *context, const char *error) {
    struct round *round = context;
    facts_add(round);
    round->done(round->context, error);
}

struct world *ciphers_start(uv_loop_t *loop, struct facts *facts, const struct probe_options *options,
                            const struct cipher_target *targets, size_t count, probe_done done,
                            void *context) {
    struct round *round = ARENA_NEW(facts->arena, struct round);
    *round = (struct round){.facts = facts,
                            .targets = targets,
                            .count = count,
                            .visits = arena_alloc(facts->arena, count * sizeof *round->visits),
                            .done = done,
                            .context = context};
    return world_start(loop, facts, options, begin, round, on_over, round);
}

bool ciphers_run(struct facts *facts, const struct probe_options *options, const struct cipher_target *target,
                 char **error) {
    return ciphers_run_all(facts, options, target, 1, error);
}
