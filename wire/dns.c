/* What does this DNS message answer to our question? Header, question and answer section by RFC 1035, with
 * SRV (RFC 2782), AAAA (RFC 3596) and the upper bits of the RCODE (RFC 6891).
 *
 * Strict where records are concerned: one that lies about its size makes the whole answer malformed, since
 * nothing behind it can be trusted. The authority section is walked only to tell a referral. */
#include "wire/dns.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_SIZE = 12, CLASS_IN = 1, RR_A = 1, RR_NS = 2, RR_CNAME = 5, RR_SOA = 6, RR_AAAA = 28 };
enum { RR_SRV = 33, RR_OPT = 41, FLAG_QR = 0x8000, FLAG_OPCODE = 0x7800, FLAG_TC = 0x0200 };
enum { WIRE_NAME_MAX = 255, NAME_TEXT = 4 * 255 + 1, JUMPS_MAX = 127 /* labels of the longest name */ };
enum { ALIASES_MAX = 16, RECORDS_MAX = 100 };

static const int rr_types[] = {[DNS_SRV] = RR_SRV, [DNS_A] = RR_A, [DNS_AAAA] = RR_AAAA};

struct message {
    const uint8_t *bytes;
    size_t size, at;
    const char *fault; /* what was wrong with it; NULL while nothing is */
};

struct rr {
    char owner[NAME_TEXT];
    int type, klass;
    uint32_t ttl;
    size_t data, data_size; /* where in the message */
};

struct header {
    int flags, questions, answers, authority, additional;
};

static bool broken(struct message *m, const char *fault) {
    if (m->fault == NULL)
        m->fault = fault;
    return false;
}

static bool read16(struct message *m, int *value) {
    if (m->size - m->at < 2)
        return broken(m, "it ends in the middle of a field");
    *value = m->bytes[m->at] << 8 | m->bytes[m->at + 1];
    m->at += 2;
    return true;
}

/* One label as dig prints it: a dot or backslash inside is escaped, what is not printable ASCII becomes \DDD
 * (RFC 1035 5.1), so distinct names stay distinct and none can act on a terminal. */
static size_t label_write(char *out, const uint8_t *label, size_t size) {
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = label[i];
        if (c == '.' || c == '\\')
            out[n++] = '\\';
        if (c > 0x20 && c < 0x7f)
            out[n++] = (char)c;
        else
            n += (size_t)snprintf(out + n, 5, "\\%03d", c);
    }
    return n;
}

/* A name, compressed or not (RFC 1035 4.1.4), into text of NAME_TEXT bytes without trailing dot; "" is the
 * root. A pointer must go back behind everything read so far for this name, so no loop can be built. */
static bool read_name(struct message *m, char *out) {
    size_t at = m->at, lowest = m->at, n = 0, wire = 1;
    int jumps = 0;
    for (;;) {
        if (at >= m->size)
            return broken(m, "a name runs beyond the end");
        uint8_t length = m->bytes[at];
        if ((length & 0xc0) == 0xc0) {
            if (m->size - at < 2)
                return broken(m, "a name runs beyond the end");
            size_t target = (size_t)(length & 0x3f) << 8 | m->bytes[at + 1];
            if (jumps++ == 0)
                m->at = at + 2;
            if (target >= lowest || jumps > JUMPS_MAX)
                return broken(m, "compressed names that do not point backwards");
            at = lowest = target;
            continue;
        }
        if (length > 63)
            return broken(m, "a label of an unknown kind");
        if (length == 0)
            break;
        if (m->size - at - 1 < length)
            return broken(m, "a name runs beyond the end");
        wire += length + 1u;
        if (wire > WIRE_NAME_MAX)
            return broken(m, "a name of more than 255 octets");
        if (n > 0)
            out[n++] = '.';
        n += label_write(out + n, m->bytes + at + 1, length);
        at += 1u + length;
    }
    out[n] = 0;
    if (jumps == 0)
        m->at = at + 1;
    return true;
}

static bool read_rr(struct message *m, struct rr *rr) {
    int high, low, size;
    if (!read_name(m, rr->owner) || !read16(m, &rr->type) || !read16(m, &rr->klass) || !read16(m, &high) ||
        !read16(m, &low) || !read16(m, &size))
        return false;
    rr->ttl = (uint32_t)high << 16 | (uint32_t)low;
    if (m->size - m->at < (size_t)size)
        return broken(m, "a record claims more bytes than came");
    rr->data = m->at;
    rr->data_size = (size_t)size;
    m->at += (size_t)size;
    return true;
}

/* A name that must fill its record from `from` to the end. */
static bool read_data_name(const struct message *m, const struct rr *rr, size_t from, char *out) {
    struct message part = {m->bytes, rr->data + rr->data_size, rr->data + from, NULL};
    return read_name(&part, out) && part.at == part.size;
}

static bool read_srv(struct arena *arena, const struct message *m, const struct rr *rr,
                     struct dns_record *record) {
    char target[NAME_TEXT];
    if (rr->data_size < 7 || !read_data_name(m, rr, 6, target))
        return false;
    const uint8_t *p = m->bytes + rr->data;
    record->priority = p[0] << 8 | p[1];
    record->weight = p[2] << 8 | p[3];
    record->port = p[4] << 8 | p[5];
    record->target = arena_text(arena, target[0] == 0 ? "." : target);
    return true;
}

static bool read_address(struct arena *arena, const struct message *m, const struct rr *rr,
                         struct dns_record *record) {
    char text[INET6_ADDRSTRLEN];
    int family = rr->type == RR_A ? AF_INET : AF_INET6;
    if (rr->data_size != (rr->type == RR_A ? 4 : 16) ||
        inet_ntop(family, m->bytes + rr->data, text, sizeof text) == NULL)
        return false;
    record->address = arena_text(arena, text);
    return true;
}

static int by_content(const void *left, const void *right) {
    const struct dns_record *a = *(struct dns_record *const *)left, *b = *(struct dns_record *const *)right;
    if (a->priority != b->priority)
        return a->priority < b->priority ? -1 : 1;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    int order =
        strcasecmp(a->target != NULL ? a->target : a->address, b->target != NULL ? b->target : b->address);
    return order != 0 ? order : a->port - b->port;
}

/* A set of records holds no two alike (RFC 2181 5); servers rotate their order, so ours is by content. */
static void order_records(struct dns_query *query) {
    if (query->records.n < 2)
        return;
    qsort(query->records.v, query->records.n, sizeof query->records.v[0], by_content);
    size_t kept = 1;
    for (size_t i = 1; i < query->records.n; i++)
        if (by_content(&query->records.v[kept - 1], &query->records.v[i]) != 0)
            query->records.v[kept++] = query->records.v[i];
    query->records.n = kept;
}

/* Keeps one record of the type asked for if it stands at the end of the chain. */
static bool take_record(struct arena *arena, struct message *m, const struct rr *rr, const char *owner,
                        struct dns_query *query) {
    if (rr->klass != CLASS_IN || rr->type != rr_types[query->type] || strcasecmp(rr->owner, owner) != 0)
        return true;
    struct dns_record *record = ARENA_NEW(arena, struct dns_record);
    record->type = query->type;
    bool good = rr->type == RR_SRV ? read_srv(arena, m, rr, record) : read_address(arena, m, rr, record);
    if (!good)
        return broken(m, "a record whose content does not fit its type");
    record->owner = arena_text(arena, rr->owner);
    if (query->records.n < RECORDS_MAX)
        LIST_ADD(arena, &query->records, record);
    else
        query->error = arena_printf(arena, "more than %d records came: the others are left out", RECORDS_MAX);
    return true;
}

/* Where does the CNAME at `name` lead? One pass over the answer section; records may come in any order. */
static bool find_alias(struct message *m, const struct header *header, size_t start, const char *name,
                       char *to, bool *found) {
    struct rr rr;
    m->at = start;
    *found = false;
    for (int i = 0; i < header->answers; i++) {
        if (!read_rr(m, &rr))
            return false;
        if (*found || rr.klass != CLASS_IN || rr.type != RR_CNAME || strcasecmp(rr.owner, name) != 0)
            continue;
        if (!read_data_name(m, &rr, 0, to))
            return broken(m, "a record whose content does not fit its type");
        *found = true;
    }
    return true;
}

static bool has_alias(const struct dns_query *query, const char *name) {
    for (size_t i = 0; i < query->aliases.n; i++)
        if (strcasecmp(query->aliases.v[i], name) == 0)
            return true;
    return strcasecmp(query->name, name) == 0;
}

/* Follows the chain from the name asked to the owner of the records, and fills query->aliases. */
static bool follow_aliases(struct arena *arena, struct message *m, const struct header *header,
                           struct dns_query *query, char *owner) {
    size_t start = m->at;
    char to[NAME_TEXT];
    bool found = true;
    snprintf(owner, NAME_TEXT, "%s", query->name);
    while (true) {
        if (!find_alias(m, header, start, owner, to, &found))
            return false;
        if (!found)
            break;
        if (has_alias(query, to))
            return broken(m, "its aliases (CNAME) lead in a circle");
        if (query->aliases.n == ALIASES_MAX)
            return broken(m, "its chain of aliases (CNAME) is too long");
        texts_add(arena, &query->aliases, to);
        snprintf(owner, NAME_TEXT, "%s", to);
    }
    m->at = start;
    return true;
}

static bool read_answers(struct arena *arena, struct message *m, const struct header *header,
                         struct dns_query *query) {
    char owner[NAME_TEXT];
    struct rr rr;
    if (!follow_aliases(arena, m, header, query, owner))
        return false;
    for (int i = 0; i < header->answers; i++)
        if (!read_rr(m, &rr) || !take_record(arena, m, &rr, owner, query))
            return false;
    order_records(query);
    return true;
}

static bool read_header(struct message *m, struct header *header) {
    int id;
    if (m->size < HEADER_SIZE)
        return broken(m, "it is shorter than a DNS header");
    return read16(m, &id) && read16(m, &header->flags) && read16(m, &header->questions) &&
           read16(m, &header->answers) && read16(m, &header->authority) && read16(m, &header->additional);
}

/* The answer must repeat our question. Servers that only report an error may leave it out. */
static bool read_question(struct message *m, const struct header *header, const struct dns_query *query) {
    char name[NAME_TEXT];
    int type, klass;
    if (header->questions == 0 && query->rcode != 0)
        return true;
    if (header->questions != 1)
        return broken(m, "it does not repeat the question");
    if (!read_name(m, name) || !read16(m, &type) || !read16(m, &klass))
        return false;
    if (strcasecmp(name, query->name) != 0 || type != rr_types[query->type] || klass != CLASS_IN)
        return broken(m, "it answers another question");
    return true;
}

/* Behind the answers: is this a referral, and does EDNS add to the RCODE? Faults here do not matter. */
static void read_rest(struct message *m, const struct header *header, struct dns_query *query,
                      bool *referral) {
    struct rr rr;
    bool soa = false, ns = false;
    for (int i = 0; i < header->authority; i++) {
        if (!read_rr(m, &rr))
            return;
        soa = soa || rr.type == RR_SOA;
        ns = ns || rr.type == RR_NS;
    }
    *referral = ns && !soa;
    for (int i = 0; i < header->additional && read_rr(m, &rr); i++)
        if (rr.type == RR_OPT)
            query->rcode |= (int)(rr.ttl >> 24) << 4;
}

/* What an RCODE (RFC 1035 4.1.1, RFC 6895 2.3) means for us. 0 is decided by the records. */
static const struct {
    int rcode;
    enum dns_state state;
    const char *words;
} rcodes[] = {{1, DNS_OTHER_RCODE, "FORMERR: the server did not understand the question"},
              {2, DNS_SERVFAIL, "SERVFAIL: the server failed to get an answer"},
              {3, DNS_NXDOMAIN, "NXDOMAIN: the name does not exist"},
              {4, DNS_OTHER_RCODE, "NOTIMP: the server does not support the question"},
              {5, DNS_REFUSED, "REFUSED: the server will not answer us"},
              {9, DNS_OTHER_RCODE, "NOTAUTH: the server is not authoritative"},
              {16, DNS_OTHER_RCODE, "BADVERS: the server does not support this version of EDNS"}};

static void judge_rcode(struct arena *arena, struct dns_query *query) {
    for (size_t i = 0; i < sizeof rcodes / sizeof rcodes[0]; i++)
        if (rcodes[i].rcode == query->rcode) {
            query->state = rcodes[i].state;
            query->error = arena_text(arena, rcodes[i].words);
            return;
        }
    query->state = DNS_OTHER_RCODE;
    query->error = arena_printf(arena, "RCODE %d", query->rcode);
}

static void drop_records(struct dns_query *query) {
    query->aliases.n = 0;
    query->records.n = 0;
}

static void read_message(struct arena *arena, struct message *m, struct dns_query *query) {
    struct header header;
    bool referral = false;
    if (!read_header(m, &header))
        return;
    query->rcode = header.flags & 15;
    if ((header.flags & FLAG_QR) == 0 || (header.flags & FLAG_OPCODE) != 0) {
        broken(m, "it is a question, not an answer");
        return;
    }
    if (!read_question(m, &header, query))
        return;
    if ((header.flags & FLAG_TC) != 0) {
        query->state = DNS_TRUNCATED;
        query->error = arena_text(arena, "the answer is cut short");
        return;
    }
    if ((query->rcode == 0 || query->rcode == 3) && !read_answers(arena, m, &header, query))
        return;
    if (query->rcode == 0 || query->rcode == 3)
        read_rest(m, &header, query, &referral);
    if (query->rcode != 0) {
        query->records.n =
            0; /* aliases may stand beside NXDOMAIN (RFC 2308 2.1), records of the type may not */
        judge_rcode(arena, query);
        return;
    }
    query->state = query->records.n > 0 ? DNS_ANSWERED : DNS_NO_DATA;
    if (query->records.n == 0)
        query->error = arena_text(arena, referral ? "a referral: this server does not resolve names for us"
                                                  : "the name has no record of this type");
}

void dns_read(struct arena *arena, const uint8_t *bytes, size_t size, struct dns_query *query) {
    struct message m = {bytes, size, 0, NULL};
    drop_records(query);
    query->error = NULL;
    query->rcode = 0;
    query->state = DNS_MALFORMED;
    read_message(arena, &m, query);
    if (m.fault == NULL || query->state != DNS_MALFORMED)
        return;
    drop_records(query);
    query->error = arena_printf(arena, "an answer of %zu bytes is malformed: %s", size, m.fault);
}
