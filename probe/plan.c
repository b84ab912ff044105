/* Which endpoints are there? See plan.h. From here on a "candidate" is one host and port to be looked at,
 * which may lead to several endpoints, one for each address. */
#include "probe/plan.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "facts/services.h"
#include "probe/endpoint.h"
#include "probe/plan_candidates.h"

/* Where an endpoint stands in the order of rule. */
struct place {
    size_t group, item; /* see enum plan_group; the number of the SRV record, node or peer in it */
};

struct planned {
    struct endpoint *endpoint;
    struct session *session; /* NULL when there is nothing to connect to */
    struct place place;
};

struct domain_count { /* what one domain's SRV records led to */
    const char *domain;
    int wanted;
};

struct plan {
    struct world *world;
    LIST_OF(struct domain_count) domains;
    LIST_OF(struct planned) all;
    void *by_key; /* tsearch(3) tree of struct planned */
};

/* ---- the same endpoint found twice is one ---- */

static int compare_text(const char *a, const char *b) {
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcasecmp(a, b);
}

static int compare_key(const void *a, const void *b) {
    const struct endpoint *x = ((const struct planned *)a)->endpoint,
                          *y = ((const struct planned *)b)->endpoint;
    int by[] = {compare_text(x->host, y->host), x->port - y->port, compare_text(x->address, y->address),
                (int)x->leg - (int)y->leg, compare_text(x->zone, y->zone)};
    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (by[i] != 0)
            return by[i];
    return 0;
}

static bool place_before(struct place a, struct place b) {
    return a.group != b.group ? a.group < b.group : a.item < b.item;
}

static struct endpoint *endpoint_new(struct plan *plan, const struct candidate *candidate,
                                     const char *address) {
    struct arena *arena = plan->world->arena;
    struct endpoint *endpoint = ARENA_NEW(arena, struct endpoint);
    bool brackets = strchr(candidate->host, ':') != NULL;
    endpoint->id = arena_printf(arena, brackets ? "[%s]:%d" : "%s:%d", candidate->host, candidate->port);
    endpoint->host = arena_text(arena, candidate->host);
    endpoint->address = arena_text(arena, address);
    endpoint->port = candidate->port;
    endpoint->protocol = candidate->protocol;
    endpoint->leg = candidate->leg;
    endpoint->role = candidate->role;
    endpoint->zone = arena_text(arena, candidate->zone);
    return endpoint;
}

static void domain_note(struct plan *plan, struct planned *planned, const struct candidate *candidate) {
    if (candidate->srv_domain != NULL && !texts_has(&planned->endpoint->domains, candidate->srv_domain))
        texts_add(plan->world->arena, &planned->endpoint->domains, candidate->srv_domain);
    for (size_t i = 0; planned->session != NULL && i < candidate->domains.n; i++)
        endpoint_add_domain(planned->session, candidate->domains.v[i]);
}

static struct domain_count *domain_count(struct plan *plan, const char *domain) {
    for (size_t i = 0; i < plan->domains.n; i++)
        if (strcmp(plan->domains.v[i]->domain, domain) == 0)
            return plan->domains.v[i];
    struct domain_count *count = ARENA_NEW(plan->world->arena, struct domain_count);
    count->domain = domain;
    LIST_ADD(plan->world->arena, &plan->domains, count);
    return count;
}

/* One more of what this domain leads to, or of the run. A domain's owner may send us anywhere, as often as
 * the records allow: 64 endpoints are ten addresses with six ports each. What a deployment file names is not
 * bounded by it. */
static bool has_room(struct plan *plan, const struct candidate *candidate) {
    struct facts *facts = plan->world->facts;
    int all = limits[LIMIT_ENDPOINTS].most, most = limits[LIMIT_DOMAIN_ENDPOINTS].most;
    if (plan->all.n >= (size_t)all) {
        cut_tell(facts, limits[LIMIT_ENDPOINTS].what, all, all + 1);
        return false;
    }
    if (candidate->srv_domain == NULL)
        return true;
    struct domain_count *count = domain_count(plan, candidate->srv_domain);
    if (count->wanted++ < most)
        return true;
    cut_tell(facts, arena_printf(facts->arena, "endpoints of %s", candidate->srv_domain), most,
             count->wanted);
    return false;
}

/* The endpoint of this candidate at this address, made if it is new. *is_new: nothing is started there yet.
 */
static struct planned *planned_get(struct plan *plan, const struct candidate *candidate, const char *address,
                                   bool *is_new) {
    struct planned wanted = {.endpoint = endpoint_new(plan, candidate, address)};
    struct planned **found = tfind(&wanted, &plan->by_key, compare_key);
    struct planned *planned;
    *is_new = found == NULL;
    if (found != NULL) {
        planned = *found;
    } else {
        planned = ARENA_NEW(plan->world->arena, struct planned);
        planned->endpoint = wanted.endpoint;
        planned->place = (struct place){candidate->group, candidate->item};
        LIST_ADD(plan->world->arena, &plan->all, planned);
        LIST_ADD(plan->world->arena, &plan->world->facts->endpoints, planned->endpoint);
        tsearch(planned, &plan->by_key, compare_key);
    }
    if (place_before((struct place){candidate->group, candidate->item}, planned->place))
        planned->place = (struct place){candidate->group, candidate->item};
    if (candidate->node != NULL)
        planned->endpoint->node = arena_text(plan->world->arena, candidate->node);
    return planned;
}

void plan_address(const struct candidate *candidate, const char *address, int port) {
    struct world *world = candidate->world;
    bool is_new;
    if (world->stopping)
        return;
    struct planned wanted = {.endpoint = endpoint_new(world->plan, candidate, address)};
    if (tfind(&wanted, &world->plan->by_key, compare_key) == NULL && !has_room(world->plan, candidate))
        return;
    struct planned *planned = planned_get(world->plan, candidate, address, &is_new);
    int family = world->options->family;
    if (is_new && family != 0 && (family == 6) != address_is_ipv6(address))
        planned->endpoint->tcp.error = arena_printf(world->arena, "left out by -%d", family);
    else if (is_new)
        planned->session = endpoint_try(world, planned->endpoint, address, port, &candidate->domains);
    domain_note(world->plan, planned, candidate);
}

void plan_unresolved(const struct candidate *candidate) {
    bool is_new;
    struct planned *planned = planned_get(candidate->world->plan, candidate, NULL, &is_new);
    planned->endpoint->tcp.state = TCP_UNRESOLVED;
    planned->endpoint->tcp.error =
        arena_printf(candidate->world->arena, "no address for %s", candidate->connect_host);
    domain_note(candidate->world->plan, planned, candidate);
}

void plan_untried(const struct candidate *candidate) {
    bool is_new;
    struct planned *planned = planned_get(candidate->world->plan, candidate, NULL, &is_new);
    if (is_new)
        planned->endpoint->tcp.error = arena_text(candidate->world->arena, "left out by --offline");
    for (size_t i = 0; i < candidate->domains.n; i++) /* no record says whose edge it is: each domain's */
        if (!texts_has(&planned->endpoint->domains, candidate->domains.v[i]))
            texts_add(candidate->world->arena, &planned->endpoint->domains, candidate->domains.v[i]);
}

/* ---- beginning and end ---- */

void plan_open(struct world *world) {
    world->plan = ARENA_NEW(world->arena, struct plan);
    world->plan->world = world;
}

static int port_rank(const struct endpoint *endpoint) {
    int rank = 0;
    if (endpoint->leg == LEG_CLIENT &&
        endpoint->protocol == PROTOCOL_HTTPS) /* whatever the SRV record says */
        return 0;
    for (const struct service *s = services; s->name != NULL; s++) {
        if (s->role != ROLE_EXPRESSWAY_E || (s->when != SERVICE_ALWAYS && s->when != SERVICE_ZONE))
            continue;
        if (s->port == endpoint->port)
            return rank;
        rank++;
    }
    return rank + endpoint->port;
}

static int compare_planned(const void *a, const void *b) {
    const struct planned *x = *(struct planned *const *)a, *y = *(struct planned *const *)b;
    if (x->place.group != y->place.group || x->place.item != y->place.item)
        return place_before(x->place, y->place) ? -1 : 1;
    int by[] = {compare_text(x->endpoint->host, y->endpoint->host),
                port_rank(x->endpoint) - port_rank(y->endpoint), x->endpoint->port - y->endpoint->port,
                address_compare(x->endpoint->address, y->endpoint->address),
                (int)x->endpoint->leg - (int)y->endpoint->leg};
    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (by[i] != 0)
            return by[i];
    return compare_text(x->endpoint->zone, y->endpoint->zone);
}

static void keep(void *node) { /* the arena owns them */
    (void)node;
}

void plan_finish(struct world *world) {
    struct plan *plan = world->plan;
    if (plan == NULL)
        return;
    if (plan->all.n > 1)
        qsort(plan->all.v, plan->all.n, sizeof *plan->all.v, compare_planned);
    for (size_t i = 0; i < plan->all.n; i++) {
        world->facts->endpoints.v[i] = plan->all.v[i]->endpoint;
        endpoint_sort(world->facts, plan->all.v[i]->endpoint);
    }
    dns_sort(world->facts);
    tdestroy(plan->by_key, keep);
    plan->by_key = NULL;
}
