/* Which observations differ between two reports? The facts of a comparison: what an upgrade or a renewal did,
 * also where no verdict changed. See compare.h. */
#include "outcomes/compare.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts/suites.h"

enum { LATENCY_FACTOR = 2, LATENCY_MS = 50 };

/* ---- values ---- */

static struct fact_value of_text(const char *text) {
    return (struct fact_value){.kind = text == NULL ? VALUE_NONE : VALUE_TEXT, .text = text};
}

static bool same_list(const struct texts *a, const struct texts *b) {
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->v[i], b->v[i]) != 0)
            return false;
    return true;
}

/* What the facts that follow are about. */
struct place {
    struct comparison *c;
    const char *subject, *address, *step;
};

static void differ(const struct place *at, const char *what, struct fact_value before,
                   struct fact_value after) {
    struct fact_change *f = ARENA_NEW(at->c->arena, struct fact_change);
    *f = (struct fact_change){what, at->subject, at->address, at->step, before, after};
    LIST_ADD(at->c->arena, &at->c->facts, f);
}

/* NULL on one side: it was not seen there, which says nothing. */
static void differ_text(const struct place *at, const char *what, const char *before, const char *after) {
    if (before != NULL && after != NULL && strcmp(before, after) != 0)
        differ(at, what, of_text(before), of_text(after));
}

static void differ_list(const struct place *at, const char *what, const struct texts *before,
                        const struct texts *after) {
    if (!same_list(before, after))
        differ(at, what, (struct fact_value){.kind = VALUE_LIST, .list = *before},
               (struct fact_value){.kind = VALUE_LIST, .list = *after});
}

static bool is_noise(int a, int b) {
    int less = a < b ? a : b, more = a < b ? b : a;
    return more < LATENCY_FACTOR * less || more - less < LATENCY_MS;
}

static void differ_ms(struct place at, const char *step, int before, int after) {
    at.step = step;
    if (!is_noise(before, after))
        differ(&at, "latency", (struct fact_value){.kind = VALUE_MS, .ms = before},
               (struct fact_value){.kind = VALUE_MS, .ms = after});
}

/* ---- certificates ---- */

static void names_list(struct arena *arena, const struct cert *cert, struct texts *out) {
    for (size_t i = 0; i < cert->names.n; i++)
        texts_add(arena, out,
                  arena_printf(arena, "%s:%s", enum_text(name_types, (int)cert->names.v[i]->type),
                               cert->names.v[i]->value));
    texts_sort(out);
}

static void above_list(struct arena *arena, const struct certs *chain, struct texts *out) {
    for (size_t i = 1; i < chain->n; i++)
        texts_add(arena, out, chain->v[i]->sha256);
}

static void differ_chain(const struct place *at, const struct certs *before, const struct certs *after) {
    struct arena *arena = at->c->arena;
    struct texts names[2] = {{NULL, 0}, {NULL, 0}}, above[2] = {{NULL, 0}, {NULL, 0}};
    if (before->n == 0 || after->n == 0)
        return;
    differ_text(at, "certificate", before->v[0]->sha256, after->v[0]->sha256);
    differ_text(at, "issuer", before->v[0]->issuer, after->v[0]->issuer);
    names_list(arena, before->v[0], &names[0]);
    names_list(arena, after->v[0], &names[1]);
    differ_list(at, "names", &names[0], &names[1]);
    above_list(arena, before, &above[0]);
    above_list(arena, after, &above[1]);
    differ_list(at, "chain", &above[0], &above[1]);
}

/* ---- endpoints ---- */

static const char *answered_by(const char *server) {
    if (server != NULL && strncasecmp(server, "CE_C", 4) == 0)
        return "expressway-c";
    if (server != NULL && strncasecmp(server, "CE_E", 4) == 0)
        return "expressway-e";
    return server;
}

static void differ_http(struct place at, const struct endpoint *before, const struct endpoint *after) {
    for (size_t i = 0; i < before->http.n; i++)
        for (size_t k = 0; k < after->http.n; k++) {
            const struct http_exchange *x = before->http.v[i], *y = after->http.v[k];
            if (strcmp(x->request, y->request) != 0 || strcmp(x->domain, y->domain) != 0 ||
                x->state != EXCHANGE_ANSWERED || y->state != EXCHANGE_ANSWERED)
                continue;
            at.step = x->request;
            differ_text(&at, "answered-by", answered_by(x->server), answered_by(y->server));
            differ_ms(at, x->request, x->ms, y->ms);
        }
}

static void differ_services(const struct place *at, const struct endpoint *x, const struct endpoint *y) {
    if (x->tcp.state == TCP_CONNECTED && y->tcp.state == TCP_CONNECTED)
        differ_ms(*at, "tcp", x->tcp.ms, y->tcp.ms);
    if (x->tls.state == TLS_ESTABLISHED && y->tls.state == TLS_ESTABLISHED)
        differ_ms(*at, "tls", x->tls.ms, y->tls.ms);
    differ_http(*at, x, y);
    if (x->sip != NULL && y->sip != NULL && x->sip->state == EXCHANGE_ANSWERED &&
        y->sip->state == EXCHANGE_ANSWERED)
        differ_ms(*at, "sip", x->sip->ms, y->sip->ms);
    if (x->xmpp != NULL && y->xmpp != NULL && x->xmpp->state == XMPP_READY && y->xmpp->state == XMPP_READY)
        differ_ms(*at, "xmpp", x->xmpp->ms, y->xmpp->ms);
}

static void differ_endpoint(struct comparison *c, const struct endpoint *before, const struct endpoint *after,
                            bool alone) {
    struct place at = {c, after->id, alone ? NULL : after->address, NULL};
    differ_chain(&at, &before->tls.chain, &after->tls.chain);
    differ_text(&at, "version", before->tls.version, after->tls.version);
    differ_text(&at, "cipher", before->tls.cipher, after->tls.cipher);
    differ_services(&at, before, after);
}

/* Endpoints in the order of their ids and addresses; those of one id stand together. */
struct row {
    const struct endpoint **v;
    size_t n;
};

static int compare_endpoint(const void *a, const void *b) {
    const struct endpoint *x = *(struct endpoint *const *)a, *y = *(struct endpoint *const *)b;
    int by = strcmp(x->id, y->id);
    return by != 0 ? by : text_order(x->address, y->address);
}

static struct row row_of(struct arena *arena, const struct facts *facts) {
    struct row row = {arena_alloc(arena, (facts->endpoints.n + 1) * sizeof *row.v), facts->endpoints.n};
    for (size_t i = 0; i < row.n; i++)
        row.v[i] = facts->endpoints.v[i];
    qsort(row.v, row.n, sizeof *row.v, compare_endpoint);
    return row;
}

static size_t same_id(const struct row *row, size_t from) {
    size_t to = from;
    while (to < row->n && strcmp(row->v[to]->id, row->v[from]->id) == 0)
        to++;
    return to;
}

/* All addresses of one host and port, sorted. An edge that moved to other addresses is still the same edge.
 */
static void differ_group(struct comparison *c, const struct endpoint *const *before, size_t m,
                         const struct endpoint *const *after, size_t n) {
    size_t i = 0, k = 0, alike = 0;
    while (i < m && k < n) {
        int by = text_order(before[i]->address, after[k]->address);
        if (by == 0)
            differ_endpoint(c, before[i], after[k], n == 1);
        alike += by == 0;
        i += by <= 0;
        k += by >= 0;
    }
    if (alike == 0)
        differ_endpoint(c, before[0], after[0], n == 1);
}

static void differ_endpoints(struct comparison *c) {
    struct row before = row_of(c->arena, c->before->facts), after = row_of(c->arena, c->after->facts);
    size_t i = 0, k = 0;
    while (i < before.n && k < after.n) {
        int by = strcmp(before.v[i]->id, after.v[k]->id);
        size_t m = same_id(&before, i), n = same_id(&after, k);
        if (by == 0)
            differ_group(c, before.v + i, m - i, after.v + k, n - k);
        i = by <= 0 ? m : i;
        k = by >= 0 ? n : k;
    }
}

/* ---- addresses: of every host that was looked at ---- */

struct host_address {
    const char *host, *address; /* address NULL: the host alone */
};

static int compare_host(const void *a, const void *b) {
    const struct host_address *x = a, *y = b;
    int by = strcasecmp(x->host, y->host);
    return by != 0 ? by : text_order(x->address, y->address);
}

struct hosts {
    struct host_address *v;
    size_t n;
};

static struct hosts hosts_of(struct arena *arena, const struct facts *facts) {
    struct hosts hosts = {arena_alloc(arena, (facts->endpoints.n + 1) * sizeof *hosts.v), 0};
    for (size_t i = 0; i < facts->endpoints.n; i++)
        hosts.v[hosts.n++] =
            (struct host_address){facts->endpoints.v[i]->host, facts->endpoints.v[i]->address};
    qsort(hosts.v, hosts.n, sizeof *hosts.v, compare_host);
    return hosts;
}

/* The addresses of the host at `from`, each once; *from moves on to the next host. */
static struct texts host_take(struct arena *arena, const struct hosts *hosts, size_t *from) {
    const char *host = hosts->v[*from].host;
    struct texts list = {NULL, 0};
    for (; *from < hosts->n && strcasecmp(hosts->v[*from].host, host) == 0; ++*from) {
        const char *address = hosts->v[*from].address;
        if (address != NULL && (list.n == 0 || strcmp(list.v[list.n - 1], address) != 0))
            texts_add(arena, &list, address);
    }
    return list;
}

static void differ_addresses(struct comparison *c) {
    struct hosts before = hosts_of(c->arena, c->before->facts), after = hosts_of(c->arena, c->after->facts);
    size_t i = 0, k = 0;
    while (i < before.n || k < after.n) {
        int by = i == before.n ? 1 : k == after.n ? -1 : strcasecmp(before.v[i].host, after.v[k].host);
        struct place at = {c, by <= 0 ? before.v[i].host : after.v[k].host, NULL, NULL};
        struct texts old = {NULL, 0}, new = {NULL, 0};
        if (by <= 0)
            old = host_take(c->arena, &before, &i);
        if (by >= 0)
            new = host_take(c->arena, &after, &k);
        differ_list(&at, "addresses", &old, &new);
    }
}

/* ---- records ---- */

static void records_list(struct arena *arena, const struct dns_query *query, struct texts *out) {
    for (size_t i = 0; i < query->records.n; i++) {
        const struct dns_record *r = query->records.v[i];
        if (r->target != NULL)
            texts_add(arena, out,
                      arena_printf(arena, "%d %d %d %s", r->priority, r->weight, r->port, r->target));
    }
    texts_sort(out);
}

/* The answer to judge by, told once for each name. */
static bool is_judged(const struct facts *facts, const struct dns_query *query) {
    return query->type == DNS_SRV && facts_dns(facts, query->name, DNS_SRV) == query;
}

static void differ_records(struct comparison *c) {
    enum { NAMES_MAX = 2000 }; /* each asks for its fellow by going through them all */
    const struct facts *before = c->before->facts, *after = c->after->facts;
    for (size_t i = 0; i < before->dns.n && i < NAMES_MAX; i++) {
        const struct dns_query *query = before->dns.v[i];
        const struct dns_query *then =
            is_judged(before, query) ? facts_dns(after, query->name, DNS_SRV) : NULL;
        struct place at = {c, query->name, NULL, NULL};
        struct texts old = {NULL, 0}, new = {NULL, 0};
        if (then == NULL)
            continue;
        records_list(c->arena, query, &old);
        records_list(c->arena, then, &new);
        differ_list(&at, "records", &old, &new);
    }
}

/* ---- certificates of nodes, from files or from callers ---- */

static void differ_nodes(struct comparison *c, const struct nodes *before, const struct nodes *after) {
    for (size_t k = 0; k < after->n; k++)
        for (size_t i = 0; i < before->n; i++)
            if (text_same_case_blind(before->v[i]->name, after->v[k]->name)) {
                struct place at = {c, after->v[k]->name, NULL, NULL};
                differ_chain(&at, &before->v[i]->certificate, &after->v[k]->certificate);
                break;
            }
}

static void differ_deployment(struct comparison *c) {
    const struct deployment *before = c->before->facts->deployment, *after = c->after->facts->deployment;
    if (before == NULL || after == NULL)
        return;
    differ_nodes(c, &before->e.nodes, &after->e.nodes);
    differ_nodes(c, &before->c.nodes, &after->c.nodes);
    differ_nodes(c, &before->ucm, &after->ucm);
    differ_nodes(c, &before->imp, &after->imp);
}

/* ---- suites that a server accepts, where they were enumerated ---- */

static void suites_list(struct arena *arena, const struct cipher_survey *survey, struct texts *out) {
    for (size_t i = 0; i < survey->accepted.n; i++) {
        const char *version = tls_version_name(survey->accepted.v[i]->version);
        texts_add(arena, out,
                  arena_printf(arena, "%s %s", version == NULL ? "?" : version,
                               suite_text(arena, survey->accepted.v[i]->suite)));
    }
}

/* Where one enumeration was cut short its gaps prove nothing. */
static void differ_surveys(struct comparison *c) {
    const struct facts *before = c->before->facts, *after = c->after->facts;
    for (size_t k = 0; k < after->ciphers.n; k++)
        for (size_t i = 0; i < before->ciphers.n; i++) {
            const struct cipher_survey *x = before->ciphers.v[i], *y = after->ciphers.v[k];
            struct place at = {c, y->endpoint, after->ciphers.n > 1 ? y->address : NULL, NULL};
            struct texts old = {NULL, 0}, new = {NULL, 0};
            if (strcmp(x->endpoint, y->endpoint) != 0 || text_order(x->address, y->address) != 0 ||
                !x->complete || !y->complete)
                continue;
            suites_list(c->arena, x, &old);
            suites_list(c->arena, y, &new);
            differ_list(&at, "cipher", &old, &new);
        }
}

/* ---- where the runs stood ---- */

/* The same domain from the office and from outside is not the same question: said before what differs by it.
 */
static void differ_vantage(struct comparison *c) {
    const struct facts *before = c->before->facts, *after = c->after->facts;
    struct place at = {c, text_or(after->run.target, "the run"), NULL, NULL};
    differ_text(&at, "vantage", enum_text(vantages, (int)before->run.vantage),
                enum_text(vantages, (int)after->run.vantage));
}

/* ---- what a user's log-in was told ---- */

static void devices_list(struct arena *arena, const struct uds *uds, struct texts *out) {
    for (size_t i = 0; i < uds->devices.n; i++)
        if (uds->devices.v[i]->name != NULL)
            texts_add(arena, out, uds->devices.v[i]->name);
    texts_sort(out);
}

static bool was_answered(const struct login *login, const char *request) {
    const struct http_exchange *http = login_exchange(login, request);
    return http != NULL && http->state == EXCHANGE_ANSWERED && http->status == 200 && http->error == NULL;
}

static void differ_login(struct comparison *c, const struct login *before, const struct login *after) {
    struct place at = {c, after->endpoint, NULL, NULL};
    struct texts old = {NULL, 0}, new = {NULL, 0};
    if (before->uds == NULL || after->uds == NULL)
        return;
    if (was_answered(before, "servers") && was_answered(after, "servers"))
        differ_list(&at, "servers", &before->uds->servers, &after->uds->servers); /* in the order of use */
    if (!was_answered(before, "devices") || !was_answered(after, "devices"))
        return;
    devices_list(c->arena, before->uds, &old);
    devices_list(c->arena, after->uds, &new);
    differ_list(&at, "devices", &old, &new);
}

static void differ_logins(struct comparison *c) {
    const struct facts *before = c->before->facts, *after = c->after->facts;
    for (size_t k = 0; k < after->logins.n; k++)
        for (size_t i = 0; i < before->logins.n; i++)
            if (strcmp(before->logins.v[i]->endpoint, after->logins.v[k]->endpoint) == 0 &&
                strcmp(before->logins.v[i]->domain, after->logins.v[k]->domain) == 0 &&
                text_order(before->logins.v[i]->address, after->logins.v[k]->address) == 0)
                differ_login(c, before->logins.v[i], after->logins.v[k]);
}

void compare_facts(struct comparison *c) {
    differ_vantage(c);
    differ_records(c);
    differ_addresses(c);
    differ_endpoints(c);
    differ_deployment(c);
    differ_surveys(c);
    differ_logins(c);
}
