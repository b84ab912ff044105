/* What does one server take? From host and port to the address that is surveyed. See ciphers.h. */
#include "probe/ciphers/ciphers.h"

#include <string.h>
#include "facts/services.h"
#include "probe/ciphers/survey.h"

enum { ADDRESSES_MAX = 8 };

struct visit {
    struct world *world;
    const struct cipher_target *target;
    const char *connect_host; /* with --connect-to not the target's */
    int connect_port;
    struct texts addresses;
    size_t tried;
    struct cipher_survey *fact; /* of the last survey; NULL before the first */
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
    if (target->starttls != NULL) {
        survey->xmpp_domain = target->domain != NULL ? target->domain : target->host;
        survey->is_of_servers = protocol_of_starttls(target->starttls) == PROTOCOL_XMPP_SERVER;
    }
    survey->parallel = target->parallel;
    survey->per_second = target->per_second;
    survey->done = on_survey;
    survey->context = visit;
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

/* ---- the run ---- */

static void begin(struct world *world, void *context) {
    struct visit *visit = context;
    visit->world = world;
    world_connect_to(world, &visit->connect_host, &visit->connect_port);
    world_begin(world);
    if (world_is_address(visit->connect_host)) {
        texts_add(world->arena, &visit->addresses, visit->connect_host);
        next_address(visit);
        world_end(world);
        return;
    }
    dns_try_addresses(world, visit->connect_host, on_addresses, visit);
}

bool ciphers_run(struct facts *facts, const struct probe_options *options, const struct cipher_target *target,
                 char **error) {
    struct visit visit = {.target = target, .connect_host = target->host, .connect_port = target->port};
    bool good = world_run(facts, options, begin, &visit, error);
    if (visit.fact != NULL)
        LIST_ADD(facts->arena, &facts->ciphers, visit.fact);
    return good;
}
