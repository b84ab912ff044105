/* Does the user's device get registered through the edge? REGISTER, the challenge, REGISTER with
 * credentials, and the registration taken back (RFC 3261 10 and 22, bundle-facts 3.2).
 *
 * A digest goes only to the edge's own challenge: code 401, and a realm that is a name of its certificate. A
 * token goes only to a Bearer challenge (TN-215572). */
#include "probe/login/talks.h"

#include <openssl/rand.h>
#include <string.h>
#include <strings.h>

#include "facts/services.h"
#include "wire/sip_register.h"

enum { EXPIRES = 120, EXPIRES_MOST = 3600, TRIES_MOST = 5 };

struct registering {
    struct world *world;
    struct proven proven;
    struct tls *tls;
    const struct talk_credentials *with;
    struct sip_register *fact;
    struct register_form form;
    struct sip_exchange exchange; /* of the request under way */
    struct sip_answer answer;
    struct challenge challenge; /* that is answered; scheme NULL: none yet */
    const char *header;         /* "Authorization" or "Proxy-Authorization" */
    int count;                  /* nc */
    int requests;
    bool renewed, longer, removing; /* a stale nonce, or a longer time, was met once */
    uint64_t started;
    done_fn done;
    void *context;
};

static void over(struct registering *r) {
    r->fact->ms = world_ms_since(r->world, r->started);
    if (r->proven.attempt != NULL)
        attempt_close(r->proven.attempt);
    r->done(r->context);
}

static const char *random_hex(struct arena *arena, size_t bytes) {
    uint8_t random[16] = {0};
    RAND_bytes(random, (int)bytes);
    return text_hex(arena, random, bytes, 0);
}

/* ---- the credentials in a header ---- */

static struct secret_text *authorization_of(struct registering *r) {
    if (r->challenge.scheme == NULL)
        return NULL;
    struct secret_text *line = secret_new();
    secret_print(line, "%s: ", r->header);
    if (r->with->token != NULL) {
        secret_print(line, "Bearer token=\"%s\"", r->with->token->text);
    } else {
        struct digest_request request = {.method = "REGISTER",
                                         .uri = register_uri(r->world->arena, &r->form),
                                         .user = r->with->user,
                                         .password = r->with->password->text,
                                         .cnonce = random_hex(r->world->arena, 8),
                                         .count = ++r->count};
        digest_write(&r->challenge, &request, line);
    }
    return line;
}

static void on_answer(void *context);

static void ask(struct registering *r) {
    struct arena *arena = r->world->arena;
    struct secret_text *authorization = authorization_of(r), *request = secret_new(), *like = secret_new();
    r->form.branch = random_hex(arena, 8);
    r->form.sequence++;
    r->requests++;
    register_write(arena, &r->form, authorization == NULL ? NULL : authorization->text, request);
    register_write(arena, &r->form, NULL, like);
    r->exchange = (struct sip_exchange){0};
    r->answer = (struct sip_answer){NULL, 0};
    sip_ask(r->world, r->tls, request->text, arena_text(arena, like->text), &r->exchange, &r->answer,
            on_answer, r);
    secret_free(like);
    secret_free(request);
    secret_free(authorization);
}

/* ---- which challenge may be answered ---- */

static bool is_name_of_edge(const struct endpoint *endpoint, const char *realm) {
    const struct cert *leaf = endpoint->tls.chain.v[0];
    if (text_same_case_blind(endpoint->host, realm))
        return true;
    for (size_t i = 0; i < leaf->names.n; i++)
        if (leaf->names.v[i]->type == NAME_DNS && text_same_case_blind(leaf->names.v[i]->value, realm))
            return true;
    return false;
}

static const char *digest_refused_because(const struct registering *r, const struct challenge *c) {
    if (r->with->password == NULL)
        return "the challenge wants a password, and only a token was given";
    if (!digest_is_known(c))
        return "the challenge wants a digest that is not known here";
    return is_name_of_edge(r->proven.endpoint, c->realm)
               ? NULL
               : "the realm of the challenge is no name of this edge";
}

static const char *bearer_refused_because(const struct registering *r) {
    return r->with->token != NULL ? NULL
                                  : "the challenge wants a token (Bearer), and only a password was given";
}

/* The strongest that we can answer (RFC 8760 2.4); else the first, with why not. */
static const struct challenge *challenge_choose(const struct registering *r,
                                                const struct register_answer *answer, const char **why) {
    const struct challenge *best = NULL;
    *why = "the challenge cannot be read";
    for (size_t i = 0; i < answer->challenge_count; i++) {
        const struct challenge *c = &answer->challenges[i];
        const char *refused = strcasecmp(c->scheme, "Bearer") == 0 ? bearer_refused_because(r)
                              : strcasecmp(c->scheme, "Digest") == 0
                                  ? digest_refused_because(r, c)
                                  : "the scheme of the challenge is not known";
        if (refused == NULL && (best == NULL || *why != NULL || digest_strength(c) > digest_strength(best))) {
            best = c;
            *why = NULL;
        } else if (best == NULL) {
            best = c;
            *why = refused;
        }
    }
    return best;
}

/* A 407 by digest is the zone's policy, not the edge's question to the phone (field-facts 1.4): it is not
 * answered. */
static bool take_challenge(struct registering *r, const struct register_answer *answer) {
    const char *why;
    const struct challenge *c = challenge_choose(r, answer, &why);
    struct sip_register *fact = r->fact;
    fact->challenge_code = r->exchange.code;
    if (c != NULL) {
        fact->scheme = c->scheme;
        fact->realm = c->realm;
        fact->algorithm = c->algorithm;
    }
    if (why == NULL && r->exchange.code == 407 && strcasecmp(c->scheme, "Digest") == 0)
        why = "it is a proxy's challenge (407), not the edge's own";
    fact->withheld = arena_text(r->world->arena, why);
    if (why != NULL)
        return false;
    r->challenge = *c;
    r->header = r->exchange.code == 407 ? "Proxy-Authorization" : "Authorization";
    fact->sent_credentials = true;
    ask(r);
    return true;
}

/* The nonce ran out, the password is not to blame (RFC 7616 3.3): once. */
static bool take_stale(struct registering *r, const struct register_answer *answer) {
    for (size_t i = 0; i < answer->challenge_count && !r->renewed; i++)
        if (answer->challenges[i].stale && digest_is_known(&answer->challenges[i]) &&
            text_same_case_blind(answer->challenges[i].realm, r->challenge.realm)) {
            r->renewed = true;
            r->challenge = answer->challenges[i];
            r->count = 0;
            ask(r);
            return true;
        }
    return false;
}

/* ---- the talk ---- */

static void note(struct registering *r, const struct register_answer *answer) {
    struct sip_register *fact = r->fact;
    fact->state = r->exchange.state;
    fact->code = r->exchange.code;
    fact->reason = r->exchange.reason;
    fact->server = r->exchange.server;
    fact->fault = r->exchange.fault;
    fact->warning = answer->warning;
}

static void remove_registration(struct registering *r, int granted) {
    r->fact->expires = granted < 0 ? EXPIRES : granted;
    r->removing = true;
    r->form.expires = 0;
    ask(r);
}

static void on_answer(void *context) {
    struct registering *r = context;
    struct register_answer answer = {.expires = -1, .min_expires = -1};
    int code = r->exchange.code;
    bool answered = r->exchange.state == EXCHANGE_ANSWERED, again = false;
    if (r->answer.bytes != NULL && answered)
        register_read(r->world->arena, r->answer.bytes, r->answer.size, r->form.instance, &answer);
    if (!r->removing)
        note(r, &answer);
    if (r->world->stopping || !answered || r->requests >= TRIES_MOST) {
        over(r);
        return;
    }
    if ((code == 401 || code == 407) && r->challenge.scheme == NULL)
        again = take_challenge(r, &answer);
    else if (code == 401 || code == 407)
        again = take_stale(r, &answer);
    else if (code == 423 && !r->longer && answer.min_expires > 0 && answer.min_expires <= EXPIRES_MOST &&
             !r->removing) { /* RFC 3261 10.2.8 */
        r->longer = again = true;
        r->form.expires = answer.min_expires;
        ask(r);
    } else if (code / 100 == 2 && !r->removing) {
        again = true;
        remove_registration(r, answer.expires);
    } else if (code / 100 == 2) {
        r->fact->removed = true;
    }
    if (!again)
        over(r);
}

static void on_proven(void *context, struct tls *tls, const char *why) {
    struct registering *r = context;
    struct arena *arena = r->world->arena;
    if (tls == NULL) {
        r->fact->withheld = arena_text(arena, why);
        over(r);
        return;
    }
    const char *local = conn_local_address(tls_conn(tls), arena);
    r->tls = tls;
    r->form.local = local == NULL ? "0.0.0.0" : local;
    ask(r);
}

void register_try(struct world *world, const struct endpoint *endpoint, const struct talk_credentials *with,
                  struct sip_register *fact, done_fn done, void *context) {
    struct registering *r = ARENA_NEW(world->arena, struct registering);
    *r = (struct registering){.world = world,
                              .with = with,
                              .fact = fact,
                              .done = done,
                              .context = context,
                              .started = uv_hrtime(),
                              .proven = {.on_done = on_proven, .context = r}};
    r->form = (struct register_form){.registrar = fact->registrar,
                                     .user = with->user != NULL ? with->user : fact->device,
                                     .route = fact->route,
                                     .device = fact->device,
                                     .local_port = PORT_SIP_TLS,
                                     .call_id = random_hex(world->arena, 16),
                                     .tag = random_hex(world->arena, 8),
                                     .instance = random_hex(world->arena, 6),
                                     .expires = EXPIRES};
    proven_start(world, &r->proven, endpoint, NULL);
}
