/* What stands in the blanks of a fault's title: which place, whose list, which CA, port, date? See
 * fault_rules.h. Every blank has words for when nobody told. */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "catalogue/log_tokens.h"
#include "checks/advice.h"

/* Of whose title the blanks are asked for. */
struct titled {
    const struct facts *facts;
    struct arena *arena;
    const struct fault *fault;
    const struct finding *root;
    const struct subject *subject;
};

static const char *first_text(const json_t *value) {
    return json_is_array(value) ? json_string_value(json_array_get(value, 0)) : json_string_value(value);
}

/* ---- places ---- */

/* The certificate of a file that nobody gave a node bears the name of its box. */
static const char *name_in_file(const struct facts *facts, const char *file) {
    const struct deployment *d = facts->deployment;
    const struct nodes *both[] = {d == NULL ? NULL : &d->e.nodes, d == NULL ? NULL : &d->c.nodes};
    for (size_t i = 0; d != NULL && file != NULL && i < 2; i++) {
        const struct node *node = facts_node(facts, both[i], file);
        if (node != NULL && fault_node_name(node) != NULL)
            return fault_node_name(node);
    }
    return NULL;
}

const char *fault_place(const struct facts *facts, const struct finding *f) {
    const char *name = f->endpoint != NULL ? f->endpoint->host : f->node;
    if (name != NULL && strchr(name, '/') == NULL)
        return name;
    const char *told = evidence_string(f, "common_name");
    return told != NULL ? told : name_in_file(facts, name);
}

/* The one address that fails, where the name has others. */
static const char *lone_address(const struct fault *fault) {
    const char *address = fault->root->address;
    for (size_t i = 0; i < fault->same.n && address != NULL; i++)
        if (!text_same_case_blind(fault->same.v[i]->address, address))
            return NULL;
    return address;
}

static void places_of(const struct facts *facts, struct arena *arena, const struct fault *fault,
                      struct texts *to) {
    for (size_t i = 0; i < fault->same.n; i++) {
        const char *name = fault_place(facts, fault->same.v[i]);
        if (name != NULL && !texts_has(to, name))
            texts_add(arena, to, name);
    }
}

static const char *and_more(struct arena *arena, const struct texts *names) {
    return names->n == 0   ? NULL
           : names->n == 1 ? names->v[0]
           : names->n == 2 ? arena_printf(arena, "%s and %s", names->v[0], names->v[1])
                           : arena_printf(arena, "%s and %zu more", names->v[0], names->n - 1);
}

/* Who called a zone that is none between the two boxes is known by the zone alone. */
static const char *caller_of_zone(struct arena *arena, const struct fault *fault) {
    const char *zone = first_text(evidence_value(fault->root, "zones"));
    return zone == NULL || fault->root->zone != NULL ? NULL
                                                     : arena_printf(arena, "the caller of zone %s", zone);
}

/* ", 1 of 3 addresses": every third client meets it. Empty where the host has one at that port. */
static const char *one_of_addresses(const struct facts *facts, struct arena *arena,
                                    const struct fault *fault) {
    const struct endpoint *e = fault->root->endpoint;
    size_t count = 0, all = 0;
    const struct named *found = e == NULL ? NULL : facts_at_host(facts, e->host, &count);
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *other = found[i].thing;
        all += other->port == e->port && other->address != NULL;
    }
    return all < 2 ? "" : arena_printf(arena, ", 1 of %zu addresses", all);
}

/* " (1 of 2)": of a request of log-in that another edge was asked, too. */
static const char *one_of_hosts(const struct titled *t) {
    const struct facts *facts = t->facts;
    const struct endpoint *own = t->root->endpoint;
    struct texts hosts = {NULL, 0}, failed = {NULL, 0};
    if (own == NULL)
        return "";
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->leg == own->leg && e->port == own->port && e->http.n > 0 && !texts_has(&hosts, e->host))
            texts_add(t->arena, &hosts, e->host);
    }
    places_of(facts, t->arena, t->fault, &failed);
    return hosts.n < 2 || failed.n > 1 ? "" : arena_printf(t->arena, " (1 of %zu)", hosts.n);
}

static const char *place_of(const struct titled *t) {
    struct texts names = {NULL, 0};
    places_of(t->facts, t->arena, t->fault, &names);
    return text_or(and_more(t->arena, &names), t->root->subject);
}

static const char *at_of(const struct titled *t) {
    struct texts names = {NULL, 0};
    const char *box = box_name(t->subject->role), *address = lone_address(t->fault);
    places_of(t->facts, t->arena, t->fault, &names);
    const char *where = and_more(t->arena, &names);
    if (where == NULL)
        return text_or(caller_of_zone(t->arena, t->fault), text_or(box, t->root->subject));
    if (address != NULL)
        where = arena_printf(t->arena, "%s (%s%s)", where, address,
                             one_of_addresses(t->facts, t->arena, t->fault));
    return box == NULL ? where : arena_printf(t->arena, "%s %s", box, where);
}

/* ---- objects ---- */

/* "CN=Lab Issuing CA" of "CN=Lab Issuing CA,O=Lab": what people call it. */
static char *short_subject(struct arena *arena, const char *subject) {
    const char *cn = strstr(subject, "CN=");
    if (cn == NULL)
        return arena_text(arena, subject);
    const char *end = cn;
    while (*end != 0 && *end != ',')
        end += *end == '\\' && end[1] != 0 ? 2 : 1;
    return arena_textn(arena, cn, (size_t)(end - cn));
}

static const char *ca_words(struct arena *arena, const struct finding *f) {
    const char *far = text_starts(f->check->id, "chain.zone") || text_starts(f->check->id, "chain.ssh")
                          ? finding_of_log(f, "far")
                          : NULL;
    const json_t *missing = evidence_value(f, "missing");
    const char *culprit = evidence_string(f, "culprit");
    const char *first = json_string_value(json_object_get(json_array_get(missing, 0), "subject"));
    size_t count = json_array_size(missing);
    if (first == NULL)
        return culprit != NULL ? short_subject(arena, culprit)
               : far != NULL
                   ? arena_printf(arena, "a CA above the certificate of %.*s", (int)strcspn(far, ":"), far)
                   : "a CA of the chain";
    return count == 1 ? short_subject(arena, first)
                      : arena_printf(arena, "%s and %zu more", short_subject(arena, first), count - 1);
}

/* What the peer's list lacks as well, told by what follows: both go there in one step. */
static const char *cas_words(const struct titled *t) {
    const struct finding *root = t->root;
    const struct fault *fault = t->fault;
    struct arena *arena = t->arena;
    const char *box = fault_box_of(root), *words = ca_words(arena, root), *other = NULL;
    struct texts told = {NULL, 0};
    const json_t *missing = evidence_value(root, "missing");
    bool is_list = text_starts(root->check->id, "chain.zone") || text_starts(root->check->id, "chain.ssh");
    if (!is_list || box == NULL || json_array_size(missing) != 1)
        return words;
    for (size_t i = 0; i < fault->consequences.n; i++) {
        const struct finding *f = fault->consequences.v[i];
        const json_t *more = evidence_value(f, "missing");
        if (!text_starts(f->check->id, "chain.") || fault_box_of(f) == NULL ||
            strcmp(fault_box_of(f), box) != 0)
            continue;
        for (size_t k = 0; k < json_array_size(more); k++) {
            const char *subject = json_string_value(json_object_get(json_array_get(more, k), "subject"));
            char *name = subject == NULL ? NULL : short_subject(arena, subject);
            if (name == NULL || strcmp(name, words) == 0 || texts_has(&told, name))
                continue;
            texts_add(arena, &told, name);
            other = name;
        }
    }
    return told.n == 0   ? words
           : told.n == 1 ? arena_printf(arena, "%s and %s", words, other)
                         : arena_printf(arena, "%s and %zu more", words, told.n);
}

/* "expired on 2026-01-01": of the CA certificate of the chain that is out of date, where it was sent. */
static const char *over_words(const struct titled *t) {
    const char *from = evidence_string(t->root, "culprit_not_before");
    const char *until = evidence_string(t->root, "culprit_not_after");
    const char *now =
        time_write(t->arena, t->facts->run.at); /* times are written so that they sort as texts do */
    if (until != NULL && strcmp(until, now) < 0)
        return arena_printf(t->arena, "expired on %.10s", until);
    if (from != NULL && strcmp(from, now) > 0)
        return arena_printf(t->arena, "is not valid before %.10s", from);
    return "is outside its validity";
}

static const char *day_of(const struct titled *t, const char *key) {
    const char *time = evidence_string(t->root, key);
    return time == NULL ? NULL : arena_printf(t->arena, "%.10s", time);
}

static const char *service_words(const struct endpoint *e) {
    static const char *const words[] = {[LEG_CLIENT] = NULL,
                                        [LEG_ZONE] = "traversal zone",
                                        [LEG_TUNNEL] = "SSH tunnel",
                                        [LEG_NEIGHBOR] = "neighbor zone",
                                        [LEG_ADMIN] = "web administration",
                                        [LEG_UCM] = "Unified CM",
                                        [LEG_IMP] = "IM and Presence",
                                        [LEG_OTHER] = NULL};
    static const char *const protocols_told[] = {
        [PROTOCOL_HTTPS] = "HTTPS, log-in",         [PROTOCOL_SIP] = "SIP", [PROTOCOL_XMPP] = "XMPP",
        [PROTOCOL_XMPP_SERVER] = "XMPP federation", [PROTOCOL_SSH] = "SSH", [PROTOCOL_TLS] = "TLS"};
    return words[e->leg] != NULL ? words[e->leg] : protocols_told[e->protocol];
}

static const char *domains_words(const struct titled *t) {
    const struct fault *fault = t->fault;
    struct arena *arena = t->arena;
    struct texts names = {NULL, 0};
    for (size_t i = 0; i < fault->same.n; i++) {
        const char *domain = fault->same.v[i]->domain;
        if (domain != NULL && !texts_has(&names, domain))
            texts_add(arena, &names, domain);
    }
    return names.n > 2 ? arena_printf(arena, "%zu domains, %s first", names.n, names.v[0])
                       : text_or(and_more(arena, &names), fault->root->subject);
}

/* "5061 (SIP)", or "5061, 5222, 8443". */
static const char *ports_words(const struct titled *t) {
    const struct fault *fault = t->fault;
    struct arena *arena = t->arena;
    enum { PORTS_MAX = 4 };
    const struct endpoint *told[PORTS_MAX];
    const char *all = NULL;
    size_t n = 0;
    for (size_t i = 0; i < fault->same.n && n < PORTS_MAX; i++) {
        const struct endpoint *e = fault->same.v[i]->endpoint;
        bool is_new = e != NULL;
        for (size_t k = 0; k < n && is_new; k++)
            is_new = told[k]->port != e->port;
        if (!is_new)
            continue;
        told[n++] = e;
        all = all == NULL ? arena_printf(arena, "%d", e->port) : arena_printf(arena, "%s, %d", all, e->port);
    }
    if (n == 1 && strcmp(fault->root->check->id, "net.connect") == 0)
        return arena_printf(arena, "%s (%s)", all, service_words(told[0]));
    return all;
}

/* ", port 8443"; nothing of a caller, who came to a port of ours. */
static const char *at_port_words(const struct titled *t) {
    const char *ports = ports_words(t);
    return ports == NULL ? NULL : arena_printf(t->arena, ", port %s", ports);
}

static const char *zone_words(const struct titled *t) {
    const char *leg = finding_of_log(t->root, "leg");
    if (leg != NULL && strcmp(leg, "b2b") == 0)
        return "Calls from Webex or a partner";
    return t->subject->zone == ZONE_NEIGHBOR ? "Neighbor zone" : "Traversal zone";
}

/* "40068 (Server certificate has expired)" */
static const char *alarm_words(const struct titled *t) {
    int id = (int)evidence_number(t->root, "alarm");
    const struct alarm_row *row = alarm_find(id);
    return row == NULL ? arena_printf(t->arena, "%d", id) : arena_printf(t->arena, "%d (%s)", id, row->title);
}

/* --at asks about a day to come: what ends before it has not ended yet. A log has no date, and does not say
 * which of the chain it was. */
static const char *ended_words(const struct titled *t) {
    const int64_t started = t->facts->run.started;
    const char *end_text = evidence_string(t->root, "not_after");
    int64_t end = 0;
    bool is_good_today = end_text != NULL && time_read(end_text, &end) && started > 0 && started <= end;
    const char *day = day_of(t, "not_after");
    if (day == NULL)
        return "or one above it has expired, by the log";
    return is_good_today
               ? arena_printf(t->arena, "is valid today and ends before the date asked for, on %s", day)
               : arena_printf(t->arena, "expired on %s", day);
}

/* " of CN=expc1.example.local": whose certificate was shown in vain. NULL: not known. */
static const char *whose_words(const struct titled *t) {
    const char *subject = evidence_string(t->root, "presented");
    return subject == NULL ? NULL : arena_printf(t->arena, " of %s", short_subject(t->arena, subject));
}

static const char *far_end(const struct titled *t) {
    return text_or(evidence_string(t->root, "endpoint"), evidence_string(t->root, "far"));
}

/* "expc1.example.local SIP and expe1.example.com SIP" */
static const char *pair_words(const struct titled *t) {
    const char *client = evidence_string(t->root, "client"), *server = evidence_string(t->root, "server");
    return client == NULL || server == NULL ? NULL : arena_printf(t->arena, "%s and %s", client, server);
}

static const char *versions_words(struct arena *arena, const json_t *side) {
    const json_t *versions = json_object_get(side, "versions");
    const char *all = NULL;
    for (size_t i = 0; i < json_array_size(versions); i++) {
        const char *one = json_string_value(json_array_get(versions, i));
        all = all == NULL ? one : arena_printf(arena, "%s/%s", all, text_or(one, ""));
    }
    return all;
}

/* "expc1.example.local SIP takes TLSv1.3 alone, expe1.example.com SIP TLSv1.2": what each side has. */
static const char *versions_of_pair(const struct titled *t) {
    const char *wanted = versions_words(t->arena, evidence_value(t->root, "wanted")),
               *found = versions_words(t->arena, evidence_value(t->root, "found"));
    if (pair_words(t) == NULL || wanted == NULL || found == NULL)
        return t->root->cause->title;
    return arena_printf(t->arena, "%s takes %s, %s %s: no TLS version in common",
                        evidence_string(t->root, "client"), wanted, evidence_string(t->root, "server"),
                        found);
}

/* The host is up: another port of it answers. */
static bool answers_elsewhere(const struct facts *facts, const struct finding *f) {
    for (size_t i = 0; f->endpoint != NULL && i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->tcp.state == TCP_CONNECTED && strcmp(e->host, f->endpoint->host) == 0 &&
            text_same_case_blind(e->address, f->endpoint->address))
            return true;
    }
    return false;
}

static const char *down_words(const struct titled *t) {
    return answers_elsewhere(t->facts, t->root) ? "" : ", or down";
}

/* ---- the blanks ---- */

static const char *cause_title(const struct titled *t) {
    return t->root->cause->title;
}

static const char *spoken(const struct titled *t) {
    return t->root->endpoint == NULL ? NULL : t->root->endpoint->tls.not_tls;
}

static const struct {
    const char *key;
    const char *(*words)(const struct titled *titled);
    enum placeholder put;    /* else as guidance has it, */
    const char *first, *day; /* else the first text, or the day, at this key of the evidence */
    const char *otherwise;   /* when nobody told; NULL: nothing */
} blanks[] = {{"at", .words = at_of},
              {"of", .words = one_of_hosts},
              {"place", .words = place_of},
              {"alarm", .words = alarm_words},
              {"title", .words = cause_title},
              {"list", .put = PUT_UPLOAD_TO, .otherwise = "The judging side"},
              {"ca", .words = cas_words},
              {"over", .words = over_words},
              {"name", .first = "wanted", .otherwise = "the name that is wanted"},
              {"whose", .words = whose_words},
              {"down", .words = down_words},
              {"refuser", .put = PUT_REFUSER, .otherwise = "The one side"},
              {"refused", .put = PUT_REFUSED, .otherwise = "whoever dials"},
              {"caller", .put = PUT_CALLER, .otherwise = "the log"},
              {"listens", .put = PUT_LISTENS, .otherwise = "another"},
              {"dials", .put = PUT_DIALS, .otherwise = "another"},
              {"here", .put = PUT_ZONE_HERE, .otherwise = "of it"},
              {"far", .words = far_end, .otherwise = "Expressway-E"},
              {"purpose", .put = PUT_PURPOSE, .otherwise = "own"},
              {"pair", .words = pair_words, .otherwise = "Client and server"},
              {"versions", .words = versions_of_pair},
              {"unfit", .first = "unfit", .otherwise = "an unfit name"},
              {"until", .day = "not_after", .otherwise = "an unknown date"},
              {"ended", .words = ended_words},
              {"from", .day = "not_before", .otherwise = "an unknown date"},
              {"spoke", .words = spoken, .otherwise = "something else"},
              {"port", .words = ports_words, .otherwise = "that port"},
              {"at_port", .words = at_port_words},
              {"owner", .put = PUT_FILE, .otherwise = "A"},
              {"domain", .words = domains_words},
              {"zone", .words = zone_words}};

const char *fault_blank(const struct facts *facts, struct arena *arena, const struct fault *fault,
                        const struct subject *subject, const char *key) {
    const struct titled titled = {facts, arena, fault, fault->root, subject};
    size_t i = 0;
    while (i < sizeof blanks / sizeof *blanks && strcmp(blanks[i].key, key) != 0)
        i++;
    if (i == sizeof blanks / sizeof *blanks)
        return "";
    const char *value = blanks[i].words != NULL   ? blanks[i].words(&titled)
                        : blanks[i].first != NULL ? first_text(evidence_value(titled.root, blanks[i].first))
                        : blanks[i].day != NULL   ? day_of(&titled, blanks[i].day)
                                                  : subject->values[blanks[i].put];
    return text_or(value, text_or(blanks[i].otherwise, ""));
}
