/* Which packets belong to one TCP connection, and how did it begin and end? See flows.h. */
#include "capture/flows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/table.h"
#include "facts/memory.h"

enum {
    SLOTS = 1 << 16,
    QUIET_MAX = 32768, /* nothing known is spoken, or it is understood already */
    TALKING_MAX = 8192,
    CLOSED_MAX = 8192,
    MEMORY_MAX = 32 * 1024 * 1024 /* buffers of all that talk */
};
#define LINGER_NS (int64_t)1000000000   /* what comes late after the end still belongs to it */
#define PATIENCE_NS (int64_t)1000000000 /* a SYN is sent again after so long (RFC 6298 2) */

enum list { LIST_QUIET, LIST_TALKING, LIST_CLOSING, LIST_CLOSED, LISTS };

struct flow {
    struct flow *next;          /* in its slot */
    struct flow *older, *newer; /* in its list */
    uint64_t hash;
    enum list list;
    bool is_ignored; /* dull, or not wanted */
    uint8_t hops[2]; /* of the last packet that was no RST */
    bool has_syn[2], has_fin[2], has_ack[2];
    uint32_t first[2]; /* sequence number of the SYN */
    size_t memory;     /* of talk, when last looked at */
    struct tcp_story story;
    struct talk *talk;             /* NULL before the first byte, and when it is understood */
    int client;                    /* direction; valid with connection */
    struct connection *connection; /* NULL until understood */
};

struct flow_list {
    struct flow *oldest, *newest;
    size_t n;
};

struct flows {
    const struct talk_world *world;
    struct flows_events events;
    uint64_t seed;
    struct flow *slots[SLOTS];
    struct flow_list lists[LISTS];
    struct flow *spare; /* given back, for the next ones */
    size_t memory, seen;
    int64_t latest_ns; /* of all packets */
};

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

struct flows *flows_new(const struct talk_world *world, struct flows_events events) {
    struct flows *f = must(calloc(1, sizeof *f));
    f->world = world;
    f->events = events;
    f->seed = hash_seed();
    return f;
}

size_t flows_seen(const struct flows *f) {
    return f->seen;
}

/* ---- lists ---- */

static void unlink_flow(struct flows *f, struct flow *flow) {
    struct flow_list *list = &f->lists[flow->list];
    *(flow->older != NULL ? &flow->older->newer : &list->oldest) = flow->newer;
    *(flow->newer != NULL ? &flow->newer->older : &list->newest) = flow->older;
    list->n--;
}

static void link_newest(struct flows *f, struct flow *flow, enum list which) {
    struct flow_list *list = &f->lists[which];
    flow->list = which;
    flow->newer = NULL;
    flow->older = list->newest;
    *(list->newest != NULL ? &list->newest->newer : &list->oldest) = flow;
    list->newest = flow;
    list->n++;
}

static void move(struct flows *f, struct flow *flow, enum list which) {
    if (flow->list == which && flow->newer == NULL)
        return;
    unlink_flow(f, flow);
    link_newest(f, flow, which);
}

/* ---- finding ---- */

/* The same for both directions. */
static uint64_t hash_of(const struct flows *f, const struct ip_packet *p) {
    uint64_t a = hash_keyed(f->seed ^ p->from_port, &p->from, p->family == 4 ? 4 : 16);
    uint64_t b = hash_keyed(f->seed ^ p->to_port, &p->to, p->family == 4 ? 4 : 16);
    return (a + b) * 0x9e3779b97f4a7c15U;
}

static bool same_end(const struct tcp_story *s, int end, const struct ip_address *address, uint16_t port) {
    return s->port[end] == port && memcmp(&s->address[end], address, sizeof *address) == 0;
}

static struct flow **slot_of(struct flows *f, uint64_t hash) {
    return &f->slots[hash >> 48];
}

static struct flow *flow_find(struct flows *f, uint64_t hash, const struct ip_packet *p, int *direction) {
    for (struct flow *flow = *slot_of(f, hash); flow != NULL; flow = flow->next) {
        if (flow->hash != hash || flow->story.family != p->family)
            continue;
        if (same_end(&flow->story, 0, &p->from, p->from_port) &&
            same_end(&flow->story, 1, &p->to, p->to_port)) {
            *direction = 0;
            return flow;
        }
        if (same_end(&flow->story, 1, &p->from, p->from_port) &&
            same_end(&flow->story, 0, &p->to, p->to_port)) {
            *direction = 1;
            return flow;
        }
    }
    return NULL;
}

static struct flow *flow_make(struct flows *f, uint64_t hash, const struct ip_packet *p, int64_t now,
                              char *file) {
    struct flow *flow = f->spare != NULL ? f->spare : must(malloc(sizeof *flow));
    if (f->spare != NULL)
        f->spare = flow->next;
    *flow = (struct flow){.hash = hash,
                          .next = *slot_of(f, hash),
                          .is_ignored = !f->events.wanted(f->events.context, p),
                          .story = {.family = p->family,
                                    .address = {p->from, p->to},
                                    .port = {p->from_port, p->to_port},
                                    .file = file,
                                    .started_ns = now,
                                    .caller = -1,
                                    .ended_by = -1}};
    *slot_of(f, hash) = flow;
    link_newest(f, flow, LIST_QUIET);
    f->seen++;
    return flow;
}

static void flow_drop(struct flows *f, struct flow *flow) {
    struct flow **at = slot_of(f, flow->hash);
    while (*at != flow)
        at = &(*at)->next;
    *at = flow->next;
    unlink_flow(f, flow);
    flow->next = f->spare;
    f->spare = flow;
}

/* ---- what is understood ---- */

static void talk_drop(struct flows *f, struct flow *flow) {
    f->memory -= flow->memory;
    flow->memory = 0;
    talk_free(flow->talk);
    flow->talk = NULL;
}

static void understand(struct flows *f, struct flow *flow) {
    flow->story.watched_until_ns = f->latest_ns;
    if (flow->connection == NULL && talk_is_known(flow->talk)) {
        flow->client = flow->talk->client >= 0 ? flow->talk->client : 0;
        flow->connection = f->events.understood(f->events.context, flow->talk, &flow->story);
    }
    talk_drop(f, flow);
    flow->is_ignored = true;
}

/* Nobody ever said a word: silence, or a refusal at once. A SYN right before the capture's end tells nothing,
 * and one that the caller goes on from was answered where nobody captured it. */
static void tell_lone(struct flows *f, const struct flow *flow) {
    int caller = flow->story.caller;
    if (flow->connection != NULL || caller < 0 || !flow->has_syn[caller] || flow->has_syn[!caller] ||
        flow->has_ack[caller])
        return;
    bool was_refused = flow->story.how == ENDED_RESET && flow->story.ended_by == !caller;
    bool was_waited_for = f->latest_ns - flow->story.started_ns >= PATIENCE_NS;
    if (was_refused || (flow->story.how == ENDED_OPEN && was_waited_for))
        f->events.lone(f->events.context, &(struct lone_syn){&flow->story, was_refused});
}

/* The connection is over, or is not followed any longer. */
static void conclude_flow(struct flows *f, struct flow *flow) {
    if (flow->list == LIST_CLOSED)
        return;
    if (flow->talk != NULL) {
        talk_end(flow->talk);
        understand(f, flow);
    }
    if (flow->connection != NULL) {
        conclude_end(flow->connection, &flow->story, flow->client);
        f->events.ended(f->events.context, flow->connection);
    } else
        tell_lone(f, flow);
    flow->connection = NULL;
    flow->is_ignored = true;
}

static void limit(struct flows *f) {
    struct flow_list *lists = f->lists;
    while (lists[LIST_QUIET].n > QUIET_MAX) {
        struct flow *oldest = lists[LIST_QUIET].oldest;
        conclude_flow(f, oldest);
        flow_drop(f, oldest);
    }
    while (lists[LIST_CLOSED].n > CLOSED_MAX)
        flow_drop(f, lists[LIST_CLOSED].oldest);
    while (lists[LIST_TALKING].n > TALKING_MAX || (f->memory > MEMORY_MAX && lists[LIST_TALKING].n > 0)) {
        struct flow *oldest = lists[LIST_TALKING].oldest;
        oldest->story.given_up = true;
        talk_end(oldest->talk);
        understand(f, oldest);
        move(f, oldest, LIST_QUIET);
    }
}

/* Those that closed a while ago end now. Time may go backwards where files are mixed up: then all wait. */
static void sweep(struct flows *f, int64_t now) {
    while (f->lists[LIST_CLOSING].oldest != NULL &&
           now - f->lists[LIST_CLOSING].oldest->story.ended_ns > LINGER_NS) {
        struct flow *flow = f->lists[LIST_CLOSING].oldest;
        conclude_flow(f, flow);
        move(f, flow, LIST_CLOSED);
    }
}

/* ---- one packet ---- */

/* A new connection between the same two ports. */
static bool is_another(const struct flow *flow, int direction, const struct ip_packet *p) {
    if ((p->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
        return false;
    if (flow->list == LIST_CLOSED || flow->list == LIST_CLOSING) /* a SYN again after an RST: another try */
        return !flow->has_syn[direction] || flow->first[direction] != p->seq ||
               (flow->talk == NULL && flow->connection == NULL && flow->story.how == ENDED_RESET);
    return flow->has_syn[direction] && flow->first[direction] != p->seq;
}

static void note_syn(struct flow *flow, int direction, const struct ip_packet *p, int64_t now) {
    bool is_answer = (p->flags & TCP_ACK) != 0;
    if (flow->has_syn[direction] && (!is_answer || flow->first[direction] == p->seq))
        return;
    flow->has_syn[direction] = true;
    flow->first[direction] = p->seq;
    if (flow->story.caller < 0)
        flow->story.caller = is_answer ? !direction : direction;
    if (is_answer && flow->story.accepted_ns == 0)
        flow->story.accepted_ns = now;
    if (flow->talk != NULL)
        talk_begins(flow->talk, direction, p->seq + 1);
}

static void note_end(struct flow *flow, int direction, const struct ip_packet *p, int64_t now) {
    struct tcp_story *s = &flow->story;
    bool is_reset = (p->flags & TCP_RST) != 0;
    if (s->how != ENDED_OPEN)
        return;
    s->how = is_reset ? ENDED_RESET : ENDED_FIN;
    s->ended_by = direction;
    s->ended_ns = now;
    s->from_path = is_reset && flow->hops[direction] != 0 && p->hops != flow->hops[direction] &&
                   p->hops != 0 && p->hops != 64 && p->hops != 255 && p->hops != 128;
}

static void talk_take(struct flows *f, struct flow *flow, int direction, const struct ip_packet *p,
                      int64_t now) {
    uint32_t seq = p->seq + ((p->flags & TCP_SYN) != 0 ? 1 : 0);
    if (flow->talk == NULL) {
        if (p->length == 0)
            return;
        int caller = flow->story.caller;
        flow->talk = talk_new(f->world, caller);
        for (int i = 0; i < 2; i++)
            if (flow->has_syn[i])
                talk_begins(flow->talk, i, flow->first[i] + 1);
        move(f, flow, LIST_TALKING);
    }
    talk_segment(flow->talk, direction, p, seq, now);
    size_t memory = talk_memory(flow->talk);
    f->memory += memory - flow->memory;
    flow->memory = memory;
    if (talk_is_over(flow->talk) || talk_is_dull(flow->talk)) {
        understand(f, flow);
        if (flow->list == LIST_TALKING)
            move(f, flow, LIST_QUIET);
    }
}

/* What the probe said of its own connection. */
static void note_label(struct tcp_story *story, const char *comment) {
    static const char prefix[] = "edgeprobe: ";
    int purpose;
    if (strncmp(comment, prefix, sizeof prefix - 1) != 0)
        return;
    story->is_ours = true;
    story->is_survey = !enum_find(tls_purposes, comment + sizeof prefix - 1, &purpose);
    story->purpose = story->is_survey ? PURPOSE_MAIN : (enum tls_purpose)purpose;
}

void flows_packet(struct flows *f, const struct ip_packet *p, int64_t now, char *file, const char *comment) {
    uint64_t hash = hash_of(f, p);
    int direction = 0;
    if (now > f->latest_ns)
        f->latest_ns = now;
    sweep(f, now);
    struct flow *flow = flow_find(f, hash, p, &direction);
    if (flow != NULL && is_another(flow, direction, p)) {
        conclude_flow(f, flow);
        flow_drop(f, flow);
        flow = NULL;
    }
    if (flow == NULL) {
        if ((p->flags & TCP_RST) != 0 && p->length == 0) /* of a connection that ended long ago */
            return;
        flow = flow_make(f, hash, p, now, file);
        direction = 0;
    }
    if (flow->list == LIST_CLOSED)
        return;
    flow->story.packets++;
    if (comment != NULL)
        note_label(&flow->story, comment);
    flow->story.last_ns = now;
    if ((p->flags & TCP_SYN) != 0)
        note_syn(flow, direction, p, now);
    if (!flow->is_ignored)
        talk_take(f, flow, direction, p, now);
    if ((p->flags & (TCP_FIN | TCP_RST)) != 0) {
        note_end(flow, direction, p, now);
        flow->has_fin[direction] = true;
        bool is_over = (p->flags & TCP_RST) != 0 || (flow->has_fin[0] && flow->has_fin[1]);
        if (is_over && flow->list != LIST_CLOSING)
            move(f, flow, LIST_CLOSING);
    } else {
        flow->hops[direction] = p->hops;
        flow->has_ack[direction] = flow->has_ack[direction] || (p->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK;
        if (flow->list != LIST_CLOSING)
            move(f, flow, flow->list);
    }
    limit(f);
}

void flows_end(struct flows *f) {
    static const enum list order[] = {LIST_CLOSING, LIST_TALKING, LIST_QUIET};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        while (f->lists[order[i]].oldest != NULL) {
            struct flow *flow = f->lists[order[i]].oldest;
            conclude_flow(f, flow);
            flow_drop(f, flow);
        }
    while (f->lists[LIST_CLOSED].oldest != NULL)
        flow_drop(f, f->lists[LIST_CLOSED].oldest);
}

void flows_free(struct flows *f) {
    if (f == NULL)
        return;
    for (enum list which = 0; which < LISTS; which++)
        while (f->lists[which].oldest != NULL) {
            struct flow *flow = f->lists[which].oldest;
            if (flow->talk != NULL)
                talk_drop(f, flow);
            flow_drop(f, flow);
        }
    for (struct flow *flow = f->spare, *next; flow != NULL; flow = next) {
        next = flow->next;
        free(flow);
    }
    free(f);
}
