/* What does one endpoint tell? See endpoint.h. The main attempt comes first and speaks with the service; the
 * other forms of ClientHello follow on connections of their own (variants.c), as soon as TLS is known to be
 * there; HTTP questions go out as soon as the first bytes of TLS came. Nothing waits for the end of another.
 */
#include "facts/services.h"
#include "probe/session.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "probe/ciphers/node_ciphers.h"
#include "probe/revocation/revocation.h"
#include "wire/http.h"

/* get_edge_config without credentials is a bad authorisation: six from one address within the window and the
 * edge's intrusion protection drops us for ten minutes (field-facts 1.4, 10.4). */
enum { EDGE_CONFIG_PER_ADDRESS = 4, DOMAINS_MAX = 32 };

/* ---- HTTP ---- */

struct http_job {
    struct session *session;
    struct http_exchange *exchange;
};

struct asked { /* world->asked: how often */
    char *what;
    int times;
};

static int compare_asked(const void *a, const void *b) {
    return strcmp(((const struct asked *)a)->what, ((const struct asked *)b)->what);
}

/* How often `what` was asked in this run, this time included. */
static int count_asking(struct world *world, char *what) {
    struct asked wanted = {.what = what};
    struct asked **found = tfind(&wanted, &world->asked, compare_asked);
    if (found != NULL)
        return ++(*found)->times;
    struct asked *asked = ARENA_NEW(world->arena, struct asked);
    *asked = (struct asked){what, 1};
    tsearch(asked, &world->asked, compare_asked);
    return 1;
}

static const char *why_not(struct session *session, const struct http_exchange *exchange) {
    struct arena *arena = session->world->arena;
    if (strcmp(exchange->request, "get_edge_config") != 0)
        return NULL;
    if (count_asking(session->world, arena_printf(arena, "%s %s", session->address, exchange->domain)) > 1)
        return "asked once already at this address in this run";
    if (count_asking(session->world, arena_text(arena, session->address)) > EDGE_CONFIG_PER_ADDRESS)
        return "left out: more requests without credentials could set off the edge's intrusion protection";
    return NULL;
}

static void on_http(void *context) {
    struct http_job *job = context;
    const struct http_exchange *exchange = job->exchange;
    if (exchange->state == EXCHANGE_ANSWERED)
        world_progress(job->session->world, "%s: %s for %s: HTTP %d%s%s", job->session->endpoint->id,
                       exchange->request, exchange->domain, exchange->status,
                       exchange->server == NULL ? "" : ", ",
                       exchange->server == NULL ? "" : exchange->server);
    session_end(job->session);
}

static void http_ask(struct session *session, struct http_exchange *exchange) {
    struct world *world = session->world;
    const char *reason = why_not(session, exchange);
    char *error = NULL;
    if (reason == NULL && world->http == NULL && !http_open(world, &error))
        reason = error;
    if (reason != NULL) {
        exchange->error = arena_text(world->arena, reason);
        return;
    }
    struct http_job *job = ARENA_NEW(world->arena, struct http_job);
    *job = (struct http_job){session, exchange};
    session_begin(session);
    http_try(world, exchange, session->endpoint->host, session->port, session->address, on_http, job);
}

/* The exchanges are facts from the start: not tried until TLS speaks. */
static void http_plan(struct session *session, const char *domain) {
    static const char *const requests[] = {"get_edge_sso", "get_edge_config"};
    struct endpoint *endpoint = session->endpoint;
    struct arena *arena = session->world->arena;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct http_exchange *exchange = ARENA_NEW(arena, struct http_exchange);
        exchange->request = arena_text(arena, requests[i]);
        exchange->domain = arena_text(arena, domain);
        exchange->url = http_edge_url(arena, endpoint->host, endpoint->port, domain, requests[i]);
        LIST_ADD(arena, &endpoint->http, exchange);
        if (session->http_ready && !session->world->stopping)
            http_ask(session, exchange);
    }
}

static void http_go(struct session *session) {
    size_t planned = session->endpoint->http.n;
    if (session->http_ready || session->world->stopping)
        return;
    session->http_ready = true;
    for (size_t i = 0; i < planned; i++)
        http_ask(session, session->endpoint->http.v[i]);
}

/* ---- the main attempt ---- */

static void main_start(struct session *session);

static void main_over(struct session *session) {
    attempt_close(session->main);
    session_main_over(session);
    session_end(session);
}

static void on_sip(void *context) {
    struct session *session = context;
    const struct sip_exchange *sip = session->endpoint->sip;
    if (sip->state == EXCHANGE_ANSWERED)
        world_progress(session->world, "%s: SIP %d %s", session->endpoint->id, sip->code,
                       sip->reason == NULL ? "" : sip->reason);
    main_over(session);
}

static void on_xmpp(void *context) {
    struct session *session = context;
    world_progress(session->world, "%s: XMPP %s", session->endpoint->id,
                   enum_text(xmpp_states, (int)session->endpoint->xmpp->state));
    main_over(session);
}

static void tell_handshake(const struct session *session) {
    const struct endpoint *endpoint = session->endpoint;
    const char *address = endpoint->address == NULL ? "" : endpoint->address;
    if (endpoint->tcp.state != TCP_CONNECTED)
        world_progress(session->world, "%s (%s): TCP %s", endpoint->id, address,
                       enum_text(tcp_states, (int)endpoint->tcp.state));
    else if (endpoint->tls.state == TLS_ESTABLISHED)
        world_progress(session->world, "%s (%s): %s in %d ms", endpoint->id, address, endpoint->tls.version,
                       endpoint->tls.ms);
    else
        world_progress(session->world, "%s (%s): TLS %s", endpoint->id, address,
                       enum_text(tls_states, (int)endpoint->tls.state));
}

static void on_lent(void *context) {
    main_over(context);
}

/* The questions go over the connection that stands; where none does, but TLS speaks, libcurl tries its own.
 */
static void main_done_https(struct session *session, struct tls *tls) {
    const char *host = session->endpoint->host;
    if (tls == NULL || session->endpoint->http.n == 0 || session->world->stopping) {
        if (session->speaks)
            http_go(session);
        main_over(session);
        return;
    }
    http_lend(session->world, host, session->port, session->address, tls);
    http_go(session);
    http_give_back(session->world, host, session->port, session->address, on_lent, session);
}

static void main_done(struct session *session) {
    struct endpoint *endpoint = session->endpoint;
    struct tls *tls = attempt_tls(session->main);
    tell_handshake(session);
    if (endpoint->protocol == PROTOCOL_HTTPS) {
        main_done_https(session, tls);
        return;
    }
    if (tls != NULL && endpoint->sip != NULL && !session->world->stopping) {
        sip_try(session->world, tls, endpoint->host, endpoint->port, endpoint->sip, on_sip, session);
        return;
    }
    if (tls != NULL && endpoint->xmpp != NULL && !session->world->stopping) {
        xmpp_secure_try(session->world, tls, endpoint->xmpp, on_xmpp, session);
        return;
    }
    if (endpoint->xmpp != NULL &&
        endpoint->tls.state != TLS_NOT_TRIED) /* established: the run's time is over */
        endpoint->xmpp->state = tls != NULL ? XMPP_NO_FEATURES : XMPP_TLS_FAILED;
    main_over(session);
}

/* Without a word before the certificate: some limit connections, and reset what is too much. Only what ends
 * the same way three times is told as the server's answer; what went before stays as a fact. */
static bool main_again(struct session *session) {
    struct endpoint *endpoint = session->endpoint;
    bool is_wordless = endpoint->tls.state == TLS_RESET || endpoint->tls.state == TLS_CLOSED;
    if (!is_wordless || endpoint->tls.chain.n > 0 || endpoint->xmpp != NULL || session->speaks ||
        session->world->stopping || session->world->options->lone != NULL ||
        session->main_repeats >= WORDLESS_REPEATS)
        return false;
    session->main_repeats++;
    struct tls_attempt *before = arena_dup(session->world->arena, &endpoint->tls, sizeof *before);
    before->purpose = PURPOSE_AGAIN;
    LIST_ADD(session->world->arena, &endpoint->variants, before);
    endpoint->tls = (struct tls_attempt){0};
    endpoint->tcp = (struct tcp_attempt){0};
    attempt_close(session->main);
    main_start(session);
    session_end(session);
    return true;
}

static void on_ignored(void *context) {
    world_end(context);
}

void endpoint_names(struct world *world, const struct cert *cert) {
    enum { NAMES_MAX = 100 }; /* as many as Let's Encrypt puts into a certificate */
    size_t asked = 0;
    for (size_t i = 0; i < cert->names.n && asked < NAMES_MAX; i++)
        if (cert->names.v[i]->type == NAME_DNS && strchr(cert->names.v[i]->value, '*') == NULL) {
            asked++;
            world_begin(world);
            dns_try_addresses(world, cert->names.v[i]->value, on_ignored, world);
        }
}

static void certificate_names(struct world *world, const struct endpoint *endpoint) {
    if (deployment_has_feature(world->facts->deployment, "acme") && endpoint->role == ROLE_EXPRESSWAY_E &&
        endpoint->tls.chain.n > 0 && !world->stopping)
        endpoint_names(world, endpoint->tls.chain.v[0]);
}

static void on_main(void *context, enum attempt_event event) {
    struct session *session = context;
    session->speaks = session->speaks || event == ATTEMPT_SPEAKS;
    if (event == ATTEMPT_CERTIFICATE) {
        certificate_names(session->world, session->endpoint);
        revocation_seen(session->world, session->endpoint, &session->endpoint->tls.chain);
    }
    if (event == ATTEMPT_DONE && main_again(session))
        return;
    if (event == ATTEMPT_DONE)
        main_done(session);
    else
        session_main_event(session, event);
}

static void main_start(struct session *session) {
    struct endpoint *endpoint = session->endpoint;
    struct attempt_plan plan = {
        .address = session->address,
        .port = session->port,
        .form = {.form = FORM_ALL, .sni = session->sni, .http = endpoint->protocol == PROTOCOL_HTTPS},
        .tcp = &endpoint->tcp,
        .tls = &endpoint->tls,
        .xmpp = endpoint->xmpp};
    endpoint->tls.purpose = PURPOSE_MAIN;
    session_begin(session);
    session->main = attempt_start(session->world, &plan, on_main, session);
}

/* ---- services without TLS ---- */

static void on_ssh(void *context) {
    struct session *session = context;
    conn_close(session->conn, NULL, NULL);
    world_progress(session->world, "%s: SSH %s", session->endpoint->id,
                   enum_text(ssh_states, (int)session->endpoint->ssh->state));
    session_end(session);
}

/* What the CA asks on port 80 (RFC 8555 8.3), of no challenge: a box in the path may take connections and
 * reset them once it reads the path. Whatever is answered will do. */
static void challenge_ask(struct session *session) {
    const char *request =
        arena_printf(session->world->arena,
                     "HEAD /.well-known/acme-challenge/ HTTP/1.1\r\nHost: %s\r\nUser-Agent: "
                     "edgeprobe\r\nConnection: close\r\n\r\n",
                     session->endpoint->host);
    conn_deadline(session->conn, session->world->options->timeout_ms);
    conn_write(session->conn, request, strlen(request));
}

static void on_plain_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct session *session = context;
    struct tcp_attempt *tcp = &session->endpoint->tcp;
    (void)bytes;
    (void)size;
    if (event == CONN_OPEN && session->endpoint->ssh != NULL) {
        ssh_try(session->world, session->conn, session->endpoint->ssh, on_ssh, session);
        return;
    }
    if (event == CONN_OPEN) {
        challenge_ask(session);
        return;
    }
    if (event == CONN_RESET) {
        tcp->state = TCP_RESET;
        tcp->error = arena_text(session->world->arena, "reset after the request for a challenge");
    }
    if (event == CONN_FAILED)
        tell_handshake(session);
    conn_close(session->conn, NULL, NULL);
    session_end(session);
}

/* ---- the whole session ---- */

static void facts_plan(struct session *session) {
    struct endpoint *endpoint = session->endpoint;
    struct arena *arena = session->world->arena;
    if (endpoint->protocol == PROTOCOL_SIP && endpoint->leg == LEG_CLIENT)
        endpoint->sip = ARENA_NEW(arena, struct sip_exchange);
    if (endpoint->protocol == PROTOCOL_SSH)
        endpoint->ssh = ARENA_NEW(arena, struct ssh_exchange);
    if (endpoint->protocol == PROTOCOL_XMPP || endpoint->protocol == PROTOCOL_XMPP_SERVER) {
        endpoint->xmpp = ARENA_NEW(arena, struct xmpp_exchange);
        endpoint->xmpp->is_of_servers = endpoint->protocol == PROTOCOL_XMPP_SERVER;
        endpoint->xmpp->to =
            arena_text(arena, session->domains.n > 0 ? session->domains.v[0] : endpoint->host);
    }
}

struct session *endpoint_try(struct world *world, struct endpoint *endpoint, const char *address, int port,
                             const struct texts *domains) {
    struct session *session = ARENA_NEW(world->arena, struct session);
    *session = (struct session){.world = world, .endpoint = endpoint, .address = address, .port = port};
    session->sni = world_is_address(endpoint->host) ? NULL : endpoint->host; /* RFC 6066 3: no literals */
    for (size_t i = 0; i < domains->n; i++)
        endpoint_add_domain(session, domains->v[i]);
    facts_plan(session);
    node_ciphers_join(session);
    if (endpoint->protocol == PROTOCOL_SSH || endpoint->port == PORT_HTTP) {
        session_begin(session);
        session->conn = conn_open(world, address, port, &endpoint->tcp, on_plain_conn, session);
        conn_label(session->conn, "edgeprobe: main");
    } else
        main_start(session);
    return session;
}

void endpoint_add_domain(struct session *session, const char *domain) {
    const struct endpoint *endpoint = session->endpoint;
    if (texts_has(&session->domains, domain) || session->domains.n >= DOMAINS_MAX)
        return;
    texts_add(session->world->arena, &session->domains, domain);
    if (endpoint->leg == LEG_CLIENT && endpoint->protocol == PROTOCOL_HTTPS)
        http_plan(session, domain);
    session_domain_added(session, domain);
}

/* ---- order ---- */

static size_t domain_rank(const struct facts *facts, const char *domain) {
    size_t i = 0;
    while (i < facts->domains.n && strcmp(facts->domains.v[i], domain) != 0)
        i++;
    return i;
}

static int compare_http(const void *a, const void *b, void *context) {
    const struct http_exchange *x = *(struct http_exchange *const *)a, *y = *(struct http_exchange *const *)b;
    size_t i = domain_rank(context, x->domain), j = domain_rank(context, y->domain);
    return i != j ? (i < j ? -1 : 1) : -strcmp(x->request, y->request); /* get_edge_sso was asked first */
}

static int compare_variant(const void *a, const void *b, void *context) {
    const struct tls_attempt *x = *(struct tls_attempt *const *)a, *y = *(struct tls_attempt *const *)b;
    (void)context;
    if (x->purpose != y->purpose)
        return x->purpose < y->purpose ? -1 : 1;
    int by = strcmp(x->sni == NULL ? "" : x->sni, y->sni == NULL ? "" : y->sni);
    return by != 0 ? by : (int)x->state - (int)y->state;
}

static int compare_domain(const void *a, const void *b, void *context) {
    size_t i = domain_rank(context, *(char *const *)a), j = domain_rank(context, *(char *const *)b);
    return i < j ? -1 : i > j;
}

void endpoint_sort(const struct facts *facts, struct endpoint *endpoint) {
    void *context = (void *)(uintptr_t)facts;
    session_settle(endpoint);
    if (endpoint->http.n > 1)
        qsort_r(endpoint->http.v, endpoint->http.n, sizeof *endpoint->http.v, compare_http, context);
    if (endpoint->variants.n > 1)
        qsort_r(endpoint->variants.v, endpoint->variants.n, sizeof *endpoint->variants.v, compare_variant,
                context);
    if (endpoint->domains.n > 1)
        qsort_r(endpoint->domains.v, endpoint->domains.n, sizeof *endpoint->domains.v, compare_domain,
                context);
}
