/* What does an edge say to a user who logs in? See login.h.
 *
 * Two strands on the loop: what needs no credentials is asked of every edge at once; what needs them goes
 * from edge to edge, one after the other, so that a refused password is tried nowhere else. */
#include "probe/login/login.h"

#include <string.h>

#include "facts/services.h"
#include "probe/login/ask.h"
#include "probe/login/talks.h"
#include "wire/edge_xml.h"
#include "wire/http.h"
#include "wire/sip_register.h"

struct walk { /* one edge */
    struct walking *all;
    const struct login_order *order;
    struct login *fact;
    struct secret_text *cookie; /* "Cookie: X-Auth=…"; NULL: none */
    const char *inner;          /* host of UDS behind the edge; NULL before it is known */
    int inner_port;
    size_t step; /* of steps[] */
    bool had_config;
};

struct walking {
    struct world *world;
    const struct login_options *login;
    struct talk_credentials with;
    struct secret_text *authorization; /* whole header line; NULL: no credentials */
    struct walk *walks;
    size_t at; /* whose turn it is with the credentials */
    bool refused, used;
};

static void turn(struct walking *all);
static void step_next(struct walk *walk);

/* ---- credentials ---- */

/* RFC 7617 2 and RFC 6750 2.1. */
static struct secret_text *authorization_of(const struct login_options *login) {
    if (login->password == NULL && login->token == NULL)
        return NULL;
    struct secret_text *line = secret_new();
    if (login->token != NULL) {
        secret_print(line, "Authorization: Bearer %s", login->token->text);
    } else {
        struct secret_text *pair = secret_new();
        secret_print(pair, "%s:%s", login->user, login->password->text);
        secret_print(line, "Authorization: Basic ");
        secret_base64(line, pair->text, pair->size);
        secret_free(pair);
    }
    return line;
}

/* ---- HTTPS, step by step: every step needs the one before ---- */

struct step {
    const char *request;
    bool with_credentials; /* else the cookie alone */
    bool needs_user;
    const char *path; /* behind the inner server; %s is the user; NULL: asked of the edge itself */
    bool (*read)(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds, char **error);
};

/* The order of a client (field-facts 1.3); clusterUser and servers want no credentials of Unified CM. */
static const struct step steps[] = {
    {"get_edge_config", true, false, NULL, NULL},
    {"cluster-user", false, true, "/cucm-uds/clusterUser?username=%s", uds_cluster_user_read},
    {"servers", false, false, "/cucm-uds/servers", uds_servers_read},
    {"user", true, true, "/cucm-uds/user/%s", uds_user_read},
    {"devices", true, true, "/cucm-uds/user/%s/devices", uds_devices_read}};
enum { STEPS = sizeof steps / sizeof *steps };

static char *path_of(struct arena *arena, const struct step *step, const char *user) {
    const char *place = strstr(step->path, "%s");
    if (place == NULL)
        return arena_text(arena, step->path);
    return arena_printf(arena, "%.*s%s%s", (int)(place - step->path), step->path,
                        http_url_encode(arena, user), place + 2);
}

static struct http_exchange *exchange_new(struct walk *walk, const char *request) {
    struct arena *arena = walk->all->world->arena;
    struct http_exchange *exchange = ARENA_NEW(arena, struct http_exchange);
    exchange->request = arena_text(arena, request);
    exchange->domain = arena_text(arena, walk->order->domain);
    return exchange;
}

static char *url_of(struct walk *walk, const struct step *step) {
    struct arena *arena = walk->all->world->arena;
    const struct endpoint *e = walk->order->https;
    if (step->path == NULL)
        return http_edge_url(arena, e->host, e->port, walk->order->domain, step->request);
    return http_inner_url(arena, e->host, e->port, walk->order->domain, walk->inner, walk->inner_port,
                          path_of(arena, step, walk->all->login->user));
}

/* ---- what an answer leads to ---- */

static void cookie_keep(struct walk *walk, const struct ask_answer *answer) {
    if (answer->cookie == NULL || walk->fact->cookie != NULL) {
        secret_free(answer->cookie_value);
        return;
    }
    walk->fact->cookie = answer->cookie;
    if (cookie_fits(answer->cookie, walk->order->https->host)) {
        walk->cookie = secret_new();
        secret_print(walk->cookie, "Cookie: X-Auth=%s", answer->cookie_value->text);
    }
    secret_free(answer->cookie_value);
}

/* The UDS server that the configuration names; what would not be a host is not asked. */
static void inner_choose(struct walk *walk, struct http_exchange *exchange) {
    const struct edge_config *config = walk->fact->config;
    if (config->uds.n == 0)
        return;
    const struct edge_server *server = config->uds.v[0];
    if (!register_host_is_safe(server->address)) {
        exchange->error = arena_text(walk->all->world->arena, "userUdsServer/address is no host name");
        return;
    }
    walk->inner = server->address;
    walk->inner_port = server->port != 0 ? server->port : PORT_MRA;
}

static bool config_take(struct walk *walk, struct http_exchange *exchange, const struct ask_answer *answer) {
    struct arena *arena = walk->all->world->arena;
    struct edge_config *config = ARENA_NEW(arena, struct edge_config);
    if (!edge_config_read(arena, answer->body, answer->size, config, &exchange->error))
        return false;
    walk->fact->config = config;
    walk->had_config = true;
    inner_choose(walk, exchange);
    return true;
}

/* The user's home cluster serves the rest (field-facts 1.3). */
static void home_follow(struct walk *walk) {
    const struct uds *uds = walk->fact->uds;
    if (uds->home_cluster != NULL && register_host_is_safe(uds->home_cluster))
        walk->inner = uds->home_cluster;
}

static bool uds_take(struct walk *walk, const struct step *step, struct http_exchange *exchange,
                     const struct ask_answer *answer) {
    struct arena *arena = walk->all->world->arena;
    if (walk->fact->uds == NULL)
        walk->fact->uds = ARENA_NEW(arena, struct uds);
    if (!step->read(arena, answer->body, answer->size, walk->fact->uds, &exchange->error))
        return false;
    home_follow(walk);
    return step->read != uds_cluster_user_read || walk->fact->uds->found;
}

/* ---- registration and XMPP ---- */

/* A client that got no configuration, or drops the cookie, goes no further. */
static bool is_in(const struct walk *walk) {
    return walk->had_config && walk->cookie != NULL;
}

static void on_xmpp(void *context) {
    struct walk *walk = context;
    if (walk->fact->xmpp->state == XMPP_LOGIN_REFUSED)
        walk->all->refused = true;
    walk->all->at++;
    turn(walk->all);
}

static void xmpp_go(struct walk *walk) {
    struct walking *all = walk->all;
    struct xmpp_login *fact;
    if (!all->login->xmpp || walk->order->xmpp == NULL) {
        all->at++;
        turn(all);
        return;
    }
    fact = walk->fact->xmpp = ARENA_NEW(all->world->arena, struct xmpp_login);
    fact->endpoint = arena_text(all->world->arena, walk->order->xmpp->id);
    fact->withheld = arena_text(all->world->arena, !is_in(walk)   ? "the log-in ended before it"
                                                   : all->refused ? "a password was refused before it"
                                                                  : walk->order->xmpp_withheld);
    if (fact->withheld != NULL || all->world->stopping) {
        all->at++;
        turn(all);
        return;
    }
    xmpp_login_try(all->world, walk->order->xmpp, walk->order->domain, &all->with, fact, on_xmpp, walk);
}

static void on_register(void *context) {
    struct walk *walk = context;
    const struct sip_register *sip = walk->fact->sip;
    if (sip->sent_credentials && sip->code == 401)
        walk->all->refused = true;
    xmpp_go(walk);
}

/* A device of the user that Jabber is: CSF and its kin (bundle-facts 3.2). */
static const char *device_choose(const struct walk *walk) {
    static const char *const kinds[] = {"CSF", "TCT", "BOT", "TAB"};
    const struct uds *uds = walk->fact->uds;
    if (walk->all->login->device != NULL)
        return walk->all->login->device;
    for (size_t k = 0; uds != NULL && k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < uds->devices.n; i++)
            if (strncasecmp(uds->devices.v[i]->name, kinds[k], 3) == 0 &&
                register_name_is_safe(uds->devices.v[i]->name))
                return uds->devices.v[i]->name;
    return NULL;
}

static const char *registrar_choose(const struct walk *walk) {
    const struct uds *uds = walk->fact->uds;
    if (uds != NULL && uds->servers.n > 0 && register_host_is_safe(uds->servers.v[0]))
        return uds->servers.v[0];
    return walk->inner;
}

static const char *register_withheld_because(const struct walk *walk, const struct sip_register *fact) {
    if (!is_in(walk))
        return "the log-in ended before it";
    if (walk->all->refused)
        return "a password was refused before it";
    if (fact->device == NULL)
        return "the user has no Jabber device that UDS told of; name one with --device";
    if (fact->registrar == NULL)
        return "no Unified CM is known to register at";
    return walk->order->sip_withheld;
}

static void sip_go(struct walk *walk) {
    struct walking *all = walk->all;
    struct arena *arena = all->world->arena;
    struct sip_register *fact;
    if (!all->login->sip || walk->order->sip == NULL) {
        xmpp_go(walk);
        return;
    }
    fact = walk->fact->sip = ARENA_NEW(arena, struct sip_register);
    fact->endpoint = arena_text(arena, walk->order->sip->id);
    fact->device = arena_text(arena, device_choose(walk));
    fact->registrar = arena_text(arena, registrar_choose(walk));
    if (walk->fact->config != NULL && walk->fact->config->routes.n > 0 &&
        register_route_is_safe(walk->fact->config->routes.v[0]))
        fact->route = arena_text(arena, walk->fact->config->routes.v[0]);
    fact->withheld = arena_text(arena, register_withheld_because(walk, fact));
    if (fact->withheld != NULL || all->world->stopping) {
        xmpp_go(walk);
        return;
    }
    register_try(all->world, walk->order->sip, &all->with, fact, on_register, walk);
}

/* ---- the walk ---- */

static void on_step(void *context, const struct ask_answer *answer) {
    struct walk *walk = context;
    const struct step *step = &steps[walk->step];
    struct http_exchange *exchange = walk->fact->http.v[walk->fact->http.n - 1];
    bool good = exchange->state == EXCHANGE_ANSWERED && exchange->status == 200, goes_on = false;
    world_progress(walk->all->world, "%s: %s %d", walk->order->https->id, step->request, exchange->status);
    cookie_keep(walk, answer);
    if (exchange->state == EXCHANGE_ANSWERED && exchange->status == 401)
        walk->all->refused = true;
    if (good)
        goes_on =
            step->read == NULL ? config_take(walk, exchange, answer) : uds_take(walk, step, exchange, answer);
    walk->step++;
    /* A client that drops the cookie, or has nobody to ask, is not in: it does not go on either. */
    if (goes_on && walk->cookie != NULL && walk->inner != NULL && !walk->all->refused)
        step_next(walk);
    else
        sip_go(walk);
}

static void step_next(struct walk *walk) {
    struct walking *all = walk->all;
    const char *user = all->login->user;
    while (walk->step < STEPS && steps[walk->step].needs_user && user == NULL)
        walk->step++;
    if (walk->step == STEPS || all->world->stopping) {
        sip_go(walk);
        return;
    }
    const struct step *step = &steps[walk->step];
    struct http_exchange *exchange = exchange_new(walk, step->request);
    struct ask_form form = {.endpoint = walk->order->https,
                            .authorization = step->with_credentials ? all->authorization : NULL,
                            .cookie = walk->cookie};
    exchange->url = url_of(walk, step);
    LIST_ADD(all->world->arena, &walk->fact->http, exchange);
    ask_try(all->world, &form, exchange, on_step, walk);
}

static const char *withheld_because(const struct walking *all, const struct walk *walk) {
    if (walk->order->https_withheld != NULL)
        return walk->order->https_withheld;
    if (all->refused)
        return "a password was refused at another edge: it is tried nowhere else";
    return all->used && !all->login->every_edge
               ? "credentials went to another edge already (--every-edge sends them to each)"
               : NULL;
}

/* What was asked for and is not tried here has the same reason. */
static void note_withheld(struct walk *walk) {
    struct arena *arena = walk->all->world->arena;
    if (walk->all->login->sip && walk->order->sip != NULL) {
        walk->fact->sip = ARENA_NEW(arena, struct sip_register);
        walk->fact->sip->endpoint = arena_text(arena, walk->order->sip->id);
        walk->fact->sip->withheld = walk->fact->withheld;
    }
    if (walk->all->login->xmpp && walk->order->xmpp != NULL) {
        walk->fact->xmpp = ARENA_NEW(arena, struct xmpp_login);
        walk->fact->xmpp->endpoint = arena_text(arena, walk->order->xmpp->id);
        walk->fact->xmpp->withheld = walk->fact->withheld;
    }
}

/* The next edge that may get credentials; the end, when there is none. */
static void turn(struct walking *all) {
    for (; all->at < all->login->order_count; all->at++) {
        struct walk *walk = &all->walks[all->at];
        const char *why =
            all->world->stopping ? "the time for the run was over" : withheld_because(all, walk);
        walk->fact->withheld = arena_text(all->world->arena, why);
        if (why != NULL) {
            note_withheld(walk);
            continue;
        }
        all->used = true;
        walk->fact->credential =
            arena_text(all->world->arena, all->with.token != NULL ? "token" : "password");
        step_next(walk);
        return;
    }
    world_end(all->world);
}

/* ---- without credentials, of every edge ---- */

struct plain {
    struct world *world;
    struct walk *walk;
};

static void on_plain(void *context, const struct ask_answer *answer) {
    struct plain *plain = context;
    secret_free(answer->cookie_value);
    world_end(plain->world);
}

static void plain_go(struct walk *walk) {
    struct world *world = walk->all->world;
    const struct endpoint *e = walk->order->https;
    struct plain *plain = ARENA_NEW(world->arena, struct plain);
    struct http_exchange *exchange = exchange_new(walk, "get_edge_config/");
    if (e->tls.state != TLS_ESTABLISHED || e->address == NULL)
        return;
    *plain = (struct plain){world, walk};
    exchange->url = http_edge_url(world->arena, e->host, e->port, walk->order->domain, "get_edge_config/");
    LIST_ADD(world->arena, &walk->fact->http, exchange);
    world_begin(world);
    ask_try(world, &(struct ask_form){.endpoint = e}, exchange, on_plain, plain);
}

/* What get_edge_sso said was kept as text; of an answer too long for that nothing is known. */
static struct edge_sso *sso_of(struct arena *arena, const struct endpoint *endpoint, const char *domain) {
    for (size_t i = 0; i < endpoint->http.n; i++) {
        const struct http_exchange *http = endpoint->http.v[i];
        struct edge_sso *sso = ARENA_NEW(arena, struct edge_sso);
        char *error;
        if (strcmp(http->request, "get_edge_sso") == 0 && strcmp(http->domain, domain) == 0 &&
            http->body != NULL && http->status == 200 &&
            edge_sso_read(arena, (const uint8_t *)http->body, strlen(http->body), sso, &error))
            return sso;
    }
    return NULL;
}

static struct login *fact_new(struct world *world, const struct login_order *order) {
    struct login *fact = ARENA_NEW(world->arena, struct login);
    fact->endpoint = arena_text(world->arena, order->https->id);
    fact->address = arena_text(world->arena, order->https->address);
    fact->domain = arena_text(world->arena, order->domain);
    fact->sso = sso_of(world->arena, order->https, order->domain);
    LIST_ADD(world->arena, &world->facts->logins, fact);
    return fact;
}

static void begin(struct world *world, void *context) {
    struct walking *all = context;
    char *error = NULL;
    all->world = world;
    world_begin(world);
    if (world->http == NULL && !http_open(world, &error))
        world->stopping = true;
    for (size_t i = 0; i < all->login->order_count; i++) {
        struct walk *walk = &all->walks[i];
        *walk = (struct walk){.all = all, .order = &all->login->orders[i]};
        walk->fact = fact_new(world, walk->order);
        if (error == NULL)
            plain_go(walk);
    }
    if (all->authorization == NULL)
        all->at = all->login->order_count;
    turn(all);
}

bool login_run(struct facts *facts, const struct probe_options *options, const struct login_options *login,
               char **error) {
    struct probe_options own = *options;
    struct walking all = {.login = login,
                          .with = {login->user, login->password, login->token},
                          .authorization = authorization_of(login)};
    int spent = facts->run.duration_ms;
    all.walks = arena_alloc(facts->arena, (login->order_count + 1) * sizeof *all.walks);
    own.wipes_memory = true;
    bool ran = world_run(facts, &own, begin, &all, error);
    facts->run.duration_ms += spent;
    for (size_t i = 0; i < login->order_count; i++)
        secret_free(all.walks[i].cookie);
    secret_free(all.authorization);
    return ran;
}
