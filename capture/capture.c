/* What do packet captures show? See capture.h. */
#include "capture/capture.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "capture/fragments.h"
#include "wire/frame.h"

enum { SOURCES_MAX = 4096 };

struct capture {
    struct facts *facts;
    struct capture_options options;
    struct keep *keep;
    struct names *names;
    struct cases *cases;
    struct key_log *keys;
    struct fragments *fragments;
    struct flows *flows;
    struct talk_world world;
    struct capture_tally tally;
    int next_id;
    size_t lone;
};

/* ---- what flows tell ---- */

static struct connection *on_understood(void *context, struct talk *talk, const struct tcp_story *story) {
    struct capture *c = context;
    struct connection *connection = conclude(c->facts, c->keep, c->names, talk, story);
    connection->id = ++c->next_id;
    cases_add(c->cases, connection, talk, story);
    if (c->options.ended == NULL)
        LIST_ADD(c->facts->arena, &c->facts->connections, connection);
    return connection;
}

static void on_ended(void *context, struct connection *connection) {
    struct capture *c = context;
    if (c->options.ended != NULL)
        c->options.ended(c->options.context, connection);
}

static void on_lone(void *context, const struct lone_syn *lone) {
    struct capture *c = context;
    c->lone++;
    cases_add_lone(c->cases, lone, c->names);
}

static bool touches(const struct capture *c, const struct capture_host *host, int family,
                    const struct ip_address *address, int port) {
    return (host->port == 0 || host->port == port) &&
           strcmp(host->address, keep_address(c->keep, family, address)) == 0;
}

static bool is_wanted(void *context, const struct ip_packet *p) {
    const struct capture *c = context;
    for (size_t i = 0; i < c->options.host_count; i++)
        if (touches(c, &c->options.hosts[i], p->family, &p->from, p->from_port) ||
            touches(c, &c->options.hosts[i], p->family, &p->to, p->to_port))
            return true;
    return c->options.host_count == 0;
}

/* ---- opening and closing ---- */

struct capture *capture_new(struct facts *facts, const struct capture_options *options) {
    struct capture *c = ARENA_NEW(facts->arena, struct capture);
    c->facts = facts;
    c->options = *options;
    c->keep = keep_new(facts->arena);
    c->names = names_new(facts, c->keep);
    c->cases = cases_new(facts, c->keep);
    c->keys = key_log_new();
    c->fragments = fragments_new();
    c->world = (struct talk_world){.keep = c->keep, .key_log = c->keys, .draws = options->draws};
    c->flows = flows_new(&c->world, (struct flows_events){.understood = on_understood,
                                                          .ended = on_ended,
                                                          .lone = on_lone,
                                                          .wanted = is_wanted,
                                                          .context = c});
    return c;
}

void capture_free(struct capture *c) {
    if (c == NULL)
        return;
    flows_free(c->flows);
    fragments_free(c->fragments);
    key_log_free(c->keys);
    c->flows = NULL;
    c->fragments = NULL;
    c->keys = NULL;
}

size_t capture_add_keys(struct capture *c, const char *text, size_t size) {
    size_t added = key_log_add(c->keys, text, size);
    c->tally.sessions = key_log_sessions(c->keys);
    return added;
}

const struct capture_tally *capture_tally(const struct capture *c) {
    return &c->tally;
}

bool capture_found(const struct capture *c) {
    return c->next_id > 0 || c->facts->endpoints.n > 0;
}

size_t capture_certificates(const struct capture *c, const struct cert *const **all) {
    return keep_certificates(c->keep, all);
}

/* ---- packets ---- */

static void transport_take(struct capture *c, struct ip_packet *p, int64_t time_ns, char *file,
                           const char *comment) {
    if (p->protocol == IP_TCP) {
        c->tally.tcp++;
        c->tally.tcp_bytes += p->length;
        flows_packet(c->flows, p, time_ns, file, comment);
        return;
    }
    c->tally.udp++;
    if (p->from_port == 53 || p->from_port == 5353)
        names_hear(c->names, p);
}

static void packet_count(struct capture_file *file, const struct pcap_packet *packet) {
    int64_t at = packet->time_ns / 1000000000;
    file->packets += file->packets < INT_MAX;
    if (file->first == 0 || at < file->first)
        file->first = at;
    if (at > file->last)
        file->last = at;
    if (packet->size >= packet->length)
        return;
    file->cut_packets += file->cut_packets < INT_MAX;
    if ((int)packet->size > file->kept)
        file->kept = (int)packet->size;
}

static void packet_take(struct capture *c, const struct pcap_packet *packet, struct capture_file *fact) {
    struct capture_tally *t = &c->tally;
    struct ip_packet p;
    t->packets++;
    t->bytes += packet->size;
    if (t->first_ns == 0 || packet->time_ns < t->first_ns)
        t->first_ns = packet->time_ns;
    if (packet->time_ns > t->last_ns)
        t->last_ns = packet->time_ns;
    packet_count(fact, packet);
    enum packet_result result = packet_read(packet->link, packet->bytes, packet->size, packet->length, &p);
    if (result == PACKET_FRAGMENT && fragments_add(c->fragments, &p))
        result = packet_transport(&p);
    if (result == PACKET_TRANSPORT)
        transport_take(c, &p, packet->time_ns, fact->name, packet->comment);
    else if (!frame_link_is_known(packet->link)) {
        t->unknown_link++;
        t->unknown_link_type = packet->link;
    } else
        t->other++;
}

/* ---- several sources as one time line ---- */

struct lane {
    const struct capture_source *source;
    char *file; /* kept name */
    struct capture_file *fact;
    struct pcap_reader *reader; /* NULL before it is its turn, and after its end */
    struct pcap_packet packet;  /* the next one */
    int64_t first_ns;
    bool is_empty;
};

struct reading {
    struct capture *capture;
    struct lane *lanes;
    size_t count;
    char *error;
};

static void on_secrets(void *context, const char *text, size_t size) {
    capture_add_keys(context, text, size);
}

static void lane_open(struct reading *r, struct lane *lane) {
    lane->reader = pcap_open(lane->source->read, lane->source->context);
    pcap_on_secrets(lane->reader, on_secrets, r->capture);
}

static void lane_close(struct lane *lane) {
    pcap_close(lane->reader);
    lane->reader = NULL;
}

/* The next packet of a lane. False at its end, whatever that is; then it is closed. */
static bool lane_next(struct reading *r, struct lane *lane, bool is_first) {
    struct arena *arena = r->capture->facts->arena;
    enum pcap_event event = pcap_next(lane->reader, &lane->packet);
    const char *fault = pcap_fault(lane->reader), *section = pcap_comment(lane->reader);
    if (section == NULL || !text_starts(section, "edgeprobe ")) /* anybody can comment on packets */
        lane->packet.comment = NULL;
    if (event == PCAP_PACKET)
        return true;
    if (event == PCAP_NO_CAPTURE)
        r->error = arena_printf(arena, "%s: this is %s; wanted a packet capture (pcap or pcapng, also gzip)",
                                lane->file, fault);
    else if (event == PCAP_BROKEN && is_first)
        r->error = arena_printf(arena, "%s: %s", lane->file, fault);
    else if (event == PCAP_BROKEN)
        lane->fact->trouble = arena_printf(arena, "damaged: %s; what came before was used", fault);
    else if (event == PCAP_CUT)
        lane->fact->trouble = arena_text(arena, "ends in the middle of a packet; what came before was used");
    lane->is_empty = is_first;
    lane_close(lane);
    return false;
}

/* When does each begin? One that cannot be rewound stays open. */
static bool lanes_look(struct reading *r) {
    for (size_t i = 0; i < r->count; i++) {
        struct lane *lane = &r->lanes[i];
        lane_open(r, lane);
        if (!lane_next(r, lane, true)) {
            if (r->error != NULL)
                return false;
            continue;
        }
        lane->first_ns = lane->packet.time_ns;
        if (lane->source->rewind != NULL && r->count > 1) {
            lane_close(lane);
            if (!lane->source->rewind(lane->source->context)) {
                r->error = arena_printf(r->capture->facts->arena, "%s: cannot be read again", lane->file);
                return false;
            }
        }
    }
    return true;
}

static int by_start(const void *left, const void *right) {
    const struct lane *a = left, *b = right;
    return (a->first_ns > b->first_ns) - (a->first_ns < b->first_ns);
}

/* The lane with the earliest packet among those begun; those that begin before it are begun. */
static struct lane *lane_due(struct reading *r, size_t *begun) {
    for (;;) {
        struct lane *due = NULL;
        for (size_t i = 0; i < *begun; i++)
            if (r->lanes[i].reader != NULL &&
                (due == NULL || r->lanes[i].packet.time_ns < due->packet.time_ns))
                due = &r->lanes[i];
        if (*begun == r->count || (due != NULL && due->packet.time_ns <= r->lanes[*begun].first_ns))
            return due;
        struct lane *next = &r->lanes[(*begun)++];
        if (!next->is_empty && next->reader == NULL) {
            lane_open(r, next);
            lane_next(r, next, false);
        }
    }
}

static void lanes_merge(struct reading *r) {
    size_t begun = 0;
    struct lane *lane;
    qsort(r->lanes, r->count, sizeof *r->lanes, by_start);
    while ((lane = lane_due(r, &begun)) != NULL) {
        /* As long as nobody else can be due, without looking round after each packet. */
        int64_t until = begun < r->count ? r->lanes[begun].first_ns : INT64_MAX;
        for (size_t i = 0; i < begun; i++)
            if (&r->lanes[i] != lane && r->lanes[i].reader != NULL && r->lanes[i].packet.time_ns < until)
                until = r->lanes[i].packet.time_ns;
        do
            packet_take(r->capture, &lane->packet, lane->fact);
        while (lane_next(r, lane, false) && lane->packet.time_ns <= until);
    }
}

bool capture_read(struct capture *c, const struct capture_source *sources, size_t count, char **error) {
    struct reading r = {.capture = c, .count = count};
    if (count > SOURCES_MAX) {
        *error =
            arena_printf(c->facts->arena, "%zu files; wanted at most %d in one go", count, (int)SOURCES_MAX);
        return false;
    }
    r.lanes = arena_alloc(c->facts->arena, (count + 1) * sizeof *r.lanes);
    for (size_t i = 0; i < count; i++) {
        r.lanes[i].source = &sources[i];
        r.lanes[i].file =
            keep_text(c->keep, text_from_wire(c->facts->arena, sources[i].name, strlen(sources[i].name)));
        r.lanes[i].fact = ARENA_NEW(c->facts->arena, struct capture_file);
        r.lanes[i].fact->name = r.lanes[i].file;
        LIST_ADD(c->facts->arena, &c->facts->captures, r.lanes[i].fact);
    }
    bool good = lanes_look(&r);
    if (good)
        lanes_merge(&r);
    for (size_t i = 0; i < count; i++)
        lane_close(&r.lanes[i]);
    c->tally.connections = flows_seen(c->flows);
    *error = r.error;
    return good;
}

/* ---- the end ---- */

static int by_first_packet(const void *left, const void *right) {
    const struct connection *a = *(struct connection *const *)left, *b = *(struct connection *const *)right;
    return a->started != b->started ? (a->started > b->started) - (a->started < b->started)
                                    : (a->id > b->id) - (a->id < b->id);
}

void capture_end(struct capture *c, const struct capture_zone *zone) {
    struct facts *facts = c->facts;
    flows_end(c->flows);
    if (facts->connections.n > 0)
        qsort(facts->connections.v, facts->connections.n, sizeof *facts->connections.v, by_first_packet);
    for (size_t i = 0; i < facts->connections.n; i++) {
        struct connection *connection = facts->connections.v[i];
        connection->id = (int)i + 1;
        if (connection->server.name == NULL)
            connection->server.name = names_of(c->names, connection->server.address);
    }
    cases_end(c->cases, zone);
}

char *capture_contents(const struct capture *c, struct arena *arena) {
    const struct capture_tally *t = &c->tally;
    if (t->packets == 0)
        return arena_text(arena, "no packets");
    char *text = arena_printf(arena, "%zu packet%s", t->packets, t->packets == 1 ? "" : "s");
    if (t->unknown_link > 0)
        text = arena_printf(arena, "%s, %zu of link type %d, which is not read", text, t->unknown_link,
                            t->unknown_link_type);
    if (t->tcp > 0)
        text = arena_printf(arena, "%s, %zu TCP connection%s without TLS, SSH or XMPP", text, t->connections,
                            t->connections == 1 ? "" : "s");
    if (t->udp > 0)
        text = arena_printf(arena, "%s, %zu UDP datagrams", text, t->udp);
    if (t->other > 0)
        text = arena_printf(arena, "%s, %zu of other protocols", text, t->other);
    return text;
}
