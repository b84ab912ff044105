/* What is a run waiting for? See waiting.h. Read off the facts: what was begun and has no end yet. */
#include "probe/waiting.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 160 };

struct waits {
    char first[WORDS];
    size_t n;
};

static void add(struct waits *waits, const char *what, const char *of) {
    if (waits->n++ == 0)
        snprintf(waits->first, sizeof waits->first, "%.100s %.50s", of, what);
}

static void dns_add(const struct facts *facts, struct waits *waits) {
    for (size_t i = 0; i < facts->dns.n; i++)
        if (facts->dns.v[i]->state == DNS_NOT_ASKED) {
            char of[WORDS];
            snprintf(of, sizeof of, "%.80s from %.60s", enum_text(dns_types, (int)facts->dns.v[i]->type),
                     text_or(facts->dns.v[i]->resolver, "the resolver"));
            add(waits, of, text_or(facts->dns.v[i]->name, ""));
        }
}

static void endpoint_add(const struct endpoint *e, struct waits *waits) {
    if (e->tcp.state == TCP_NOT_TRIED) {
        if (e->address != NULL)
            add(waits, "(TCP)", e->id);
        return;
    }
    if (e->tcp.state != TCP_CONNECTED)
        return;
    if (e->ssh != NULL ? e->ssh->state == SSH_NOT_TRIED : e->tls.state == TLS_NOT_TRIED) {
        add(waits, e->ssh != NULL ? "(SSH)" : "(TLS)", e->id);
        return;
    }
    for (size_t i = 0; i < e->http.n; i++)
        if (e->http.v[i]->state == EXCHANGE_NOT_TRIED && e->http.v[i]->error == NULL &&
            e->tls.state == TLS_ESTABLISHED)
            add(waits, "(HTTP)", e->id);
    if (e->sip != NULL && e->sip->state == EXCHANGE_NOT_TRIED && e->tls.state == TLS_ESTABLISHED)
        add(waits, "(SIP)", e->id);
}

bool waiting_tell(const struct world *world, char *text, size_t size) {
    const struct facts *facts = world->facts;
    struct waits waits = {.n = 0};
    dns_add(facts, &waits);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        endpoint_add(facts->endpoints.v[i], &waits);
    for (size_t i = 0; i < facts->fetches.n; i++)
        if (facts->fetches.v[i]->state == FETCH_NOT_TRIED && facts->fetches.v[i]->error == NULL)
            add(&waits, "(revocation)", text_or(facts->fetches.v[i]->uri, "a revocation source"));
    if (waits.n == 0 && world->open_sockets == 0)
        return false;
    int seconds = world_ms_since(world, world->started_ns) / 1000;
    if (waits.n == 0)
        snprintf(text, size, "waiting for %zu connection%s (%d s)", world->open_sockets,
                 world->open_sockets == 1 ? "" : "s", seconds);
    else if (waits.n == 1)
        snprintf(text, size, "waiting for %s (%d s)", waits.first, seconds);
    else
        snprintf(text, size, "waiting for %s and %zu more (%d s)", waits.first, waits.n - 1, seconds);
    return true;
}
