/* Which questions go to which name servers, and who waits for the answers? One question to one resolver is
 * probe/dns_ask.c; here is what makes them one answer for the callers. */
#include "probe/world.h"

#include <ares.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "probe/dns_ask.h"

enum { NAME_MAX_TEXT = 253, LABEL_MAX_TEXT = 63 }; /* RFC 1035 2.3.4, as text */

struct dns_client {
    LIST_OF(struct resolver) resolvers;
    LIST_OF(struct question) questions; /* all that were ever asked */
};

struct waiter {
    done_fn done;
    void *context;
    struct waiter *next;
};

struct answer { /* of one resolver */
    struct ask *ask;
    struct dns_query *query;
};

struct question { /* one name and type, to every resolver */
    struct world *world;
    char *name;
    enum dns_type type;
    LIST_OF(struct answer) answers; /* in the order of the resolvers */
    struct waiter *waiters, **waiters_end;
};

static bool has_answered(const struct dns_query *query) {
    return query->state == DNS_ANSWERED || query->state == DNS_NXDOMAIN || query->state == DNS_NO_DATA;
}

/* Is there something to judge by? The first resolver, in their order, that answered; or all have failed. */
static bool is_settled(const struct question *question) {
    for (size_t i = 0; i < question->answers.n; i++) {
        if (!ask_is_over(question->answers.v[i]->ask))
            return false;
        if (has_answered(question->answers.v[i]->query))
            return true;
    }
    return true;
}

static void tell_waiters(void *context) {
    struct question *question = context;
    while (question->waiters != NULL && is_settled(question)) {
        struct waiter *waiter = question->waiters;
        question->waiters = waiter->next;
        if (question->waiters == NULL)
            question->waiters_end = &question->waiters;
        waiter->done(waiter->context); /* may ask more, the same question too */
    }
}

/* Only what can be a host or service name is asked; the rest stays not asked, for the judges to see. */
static const char *unaskable(const char *name) {
    size_t label = 0, size = strlen(name);
    if (size == 0 || size > NAME_MAX_TEXT)
        return "not asked: the name is empty or longer than 253 characters";
    for (const char *p = name;; p++) {
        if (*p != '.' && *p != 0) {
            if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
                return "not asked: the name has characters that no host name has";
            label++;
            continue;
        }
        if (label == 0 || label > LABEL_MAX_TEXT)
            return "not asked: a label of the name is empty or longer than 63 characters";
        if (*p == 0)
            return NULL;
        label = 0;
    }
}

static void answer_new(struct question *question, const struct resolver *resolver) {
    struct world *world = question->world;
    struct answer *answer = ARENA_NEW(world->arena, struct answer);
    answer->query = ARENA_NEW(world->arena, struct dns_query);
    answer->query->name = question->name;
    answer->query->type = question->type;
    answer->ask = ask_new(world, resolver, answer->query);
    LIST_ADD(world->arena, &question->answers, answer);
    LIST_ADD(world->arena, &world->facts->dns, answer->query);
}

/* Lower case and without trailing dot: whoever asks first must not decide how the fact is written. */
static char *plain_name(struct arena *arena, const char *name) {
    size_t size = strlen(name);
    char *plain = arena_textn(arena, name, size > 1 && name[size - 1] == '.' ? size - 1 : size);
    for (char *p = plain; *p != 0; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + ('a' - 'A'));
    return plain;
}

static struct question *question_new(struct world *world, char *name, enum dns_type type) {
    struct question *question = ARENA_NEW(world->arena, struct question);
    question->world = world;
    question->name = name;
    question->type = type;
    question->waiters_end = &question->waiters;
    LIST_ADD(world->arena, &world->dns->questions, question);
    for (size_t i = 0; i < world->dns->resolvers.n; i++)
        answer_new(question, world->dns->resolvers.v[i]);
    return question;
}

static void question_begin(struct question *question) {
    const char *reason = unaskable(question->name);
    if (reason == NULL && question->world->stopping)
        reason = world_over;
    for (size_t i = 0; i < question->answers.n; i++) {
        struct answer *answer = question->answers.v[i];
        if (reason == NULL) {
            ask_begin(answer->ask, tell_waiters, question);
        } else {
            answer->query->error = arena_text(question->world->arena, reason);
            ask_end(answer->ask);
        }
    }
    tell_waiters(question);
}

static struct question *question_find(const struct dns_client *client, const char *name, enum dns_type type) {
    for (size_t i = 0; i < client->questions.n; i++)
        if (client->questions.v[i]->type == type && strcmp(client->questions.v[i]->name, name) == 0)
            return client->questions.v[i];
    return NULL;
}

void dns_try(struct world *world, const char *name, enum dns_type type, done_fn done, void *context) {
    char *plain = plain_name(world->arena, name);
    struct question *question = question_find(world->dns, plain, type);
    bool is_new = question == NULL;
    if (is_new)
        question = question_new(world, plain, type);
    struct waiter *waiter = ARENA_NEW(world->arena, struct waiter);
    waiter->done = done;
    waiter->context = context;
    *question->waiters_end = waiter;
    question->waiters_end = &waiter->next;
    if (is_new)
        question_begin(question);
    else
        tell_waiters(question);
}

/* ---- A and AAAA together ---- */

struct both {
    int missing;
    done_fn done;
    void *context;
};

static void on_one_of_both(void *context) {
    struct both *both = context;
    if (--both->missing == 0)
        both->done(both->context);
}

void dns_try_addresses(struct world *world, const char *name, done_fn done, void *context) {
    struct both *both = ARENA_NEW(world->arena, struct both);
    int family = world->options->family;
    both->missing = family == 0 ? 2 : 1;
    both->done = done;
    both->context = context;
    if (family != 6)
        dns_try(world, name, DNS_A, on_one_of_both, both);
    if (family != 4)
        dns_try(world, name, DNS_AAAA, on_one_of_both, both);
}

/* ---- opening, closing, order ---- */

static void copy_servers(struct arena *arena, const struct ares_addr_port_node *from,
                         struct resolver *resolver) {
    struct ares_addr_port_node **end = &resolver->servers;
    for (; from != NULL; from = from->next) {
        *end = arena_dup(arena, from, sizeof *from);
        (*end)->next = NULL;
        end = &(*end)->next;
        resolver->server_count++;
    }
}

/* text NULL: what resolv.conf names. The channel serves only to read that, or the text. */
static bool resolver_add(struct world *world, const char *text, char **error) {
    struct resolver *resolver = ARENA_NEW(world->arena, struct resolver);
    struct ares_addr_port_node *list = NULL;
    ares_channel channel = NULL;
    resolver->label = arena_text(world->arena, text != NULL ? text : "system");
    int status = ares_init(&channel);
    if (status == ARES_SUCCESS && text != NULL)
        status = ares_set_servers_ports_csv(channel, text);
    if (status == ARES_SUCCESS)
        status = ares_get_servers_ports(channel, &list);
    copy_servers(world->arena, list, resolver);
    if (list != NULL)
        ares_free_data(list);
    if (channel != NULL)
        ares_destroy(channel);
    if (status == ARES_SUCCESS && resolver->server_count > 0) {
        LIST_ADD(world->arena, &world->dns->resolvers, resolver);
        return true;
    }
    *error = arena_printf(world->arena, "DNS server %s: %s", resolver->label,
                          status == ARES_SUCCESS ? "none is configured" : ares_strerror(status));
    return false;
}

bool dns_open(struct world *world, char **error) {
    const struct probe_options *options = world->options;
    world->dns = ARENA_NEW(world->arena, struct dns_client);
    int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS) {
        *error = arena_printf(world->arena, "c-ares: %s", ares_strerror(status));
        return false;
    }
    for (size_t i = 0; i < options->resolver_count; i++)
        if (!resolver_add(world, options->resolvers[i], error))
            return false;
    return options->resolver_count > 0 || resolver_add(world, NULL, error);
}

void dns_close(struct world *world) {
    if (world->dns == NULL)
        return;
    world->stopping = true; /* a waiter that asks on gets no new question */
    for (size_t i = 0; i < world->dns->questions.n; i++) {
        struct question *question = world->dns->questions.v[i];
        for (size_t k = 0; k < question->answers.n; k++)
            ask_end(question->answers.v[k]->ask);
    }
    ares_library_cleanup();
}

struct place {
    struct dns_query *query;
    size_t asked; /* position before sorting: keeps the resolvers in their order */
};

static int by_question(const void *left, const void *right) {
    const struct place *a = left, *b = right;
    int order = strcasecmp(a->query->name, b->query->name);
    if (order == 0)
        order = (int)a->query->type - (int)b->query->type;
    return order != 0 ? order : a->asked < b->asked ? -1 : 1;
}

void dns_sort(struct facts *facts) {
    struct place *places = arena_alloc(facts->arena, (facts->dns.n + 1) * sizeof *places);
    for (size_t i = 0; i < facts->dns.n; i++)
        places[i] = (struct place){facts->dns.v[i], i};
    qsort(places, facts->dns.n, sizeof *places, by_question);
    for (size_t i = 0; i < facts->dns.n; i++)
        facts->dns.v[i] = places[i].query;
}
