/* Which names do DNS answers in the capture give to addresses? See names.h. */
#include "capture/names.h"

#include <stdio.h>
#include <string.h>
#include "capture/table.h"
#include "wire/dns.h"

enum { NAMES_MAX = 100000, QUERIES_MAX = 1000, QUESTION_AT = 12, NAME_ROOM = 256 };
enum { TYPE_A = 1, TYPE_AAAA = 28, TYPE_SRV = 33 };

struct names {
    struct facts *facts;
    struct keep *keep;
    struct table *by_address; /* kept text of the address to kept name */
    struct table *queries;    /* name, type and resolver to struct dns_query */
};

struct names *names_new(struct facts *facts, struct keep *keep) {
    struct names *n = ARENA_NEW(facts->arena, struct names);
    *n = (struct names){facts, keep, table_new(facts->arena), table_new(facts->arena)};
    return n;
}

/* The only question of an answer, uncompressed (RFC 1035 4.1.2): its name without a dot at the end. 0: none.
 */
static int question_read(const uint8_t *bytes, size_t size, char *name) {
    size_t at = QUESTION_AT, length = 0;
    if (size < QUESTION_AT + 5 || (bytes[2] & 0x80) == 0 || bytes[4] != 0 || bytes[5] != 1)
        return 0;
    while (at < size && bytes[at] != 0) {
        size_t label = bytes[at++];
        if (label > 63 || at + label > size || length + label + 2 > NAME_ROOM)
            return 0;
        for (size_t i = 0; i < label; i++) {
            char c = (char)bytes[at + i];
            name[length++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
        name[length++] = '.';
        at += label;
    }
    if (length == 0 || at + 5 > size)
        return 0;
    name[length - 1] = 0;
    return strlen(name) == length - 1 ? bytes[at + 1] << 8 | bytes[at + 2] : 0;
}

static const struct {
    int number;
    enum dns_type type;
} types[] = {{TYPE_A, DNS_A}, {TYPE_AAAA, DNS_AAAA}, {TYPE_SRV, DNS_SRV}};

/* Once for each question and server: the first usable answer stays. */
static void keep_query(struct names *n, const struct ip_packet *packet, const char *name,
                       enum dns_type type) {
    const char *server = keep_address(n->keep, packet->family, &packet->from);
    char key[NAME_ROOM + 128];
    int length = snprintf(key, sizeof key, "%d %s %s", (int)type, server, name);
    void **at = table_at(n->queries, key, (size_t)length, QUERIES_MAX);
    if (at == NULL || *at != NULL)
        return;
    struct arena *arena = n->facts->arena;
    struct dns_query *query = ARENA_NEW(arena, struct dns_query);
    query->name = text_from_wire(arena, name, strlen(name));
    query->type = type;
    query->resolver =
        arena_printf(arena, packet->family == 6 ? "[%s]:%d" : "%s:%d", server, packet->from_port);
    dns_read(arena, packet->payload, packet->size, query);
    LIST_ADD(arena, &n->facts->dns, query);
    *at = query;
}

static void keep_names(struct names *n, const struct ip_packet *packet, const char *name,
                       enum dns_type type) {
    struct arena *scratch = arena_new();
    struct dns_query query = {.name = text_from_wire(scratch, name, strlen(name)), .type = type};
    dns_read(scratch, packet->payload, packet->size, &query);
    for (size_t i = 0; i < query.records.n; i++) {
        const char *address = query.records.v[i]->address;
        void **at = address == NULL ? NULL : table_at(n->by_address, address, strlen(address), NAMES_MAX);
        if (at != NULL)
            *at = keep_text(n->keep, query.name);
    }
    arena_free(scratch);
}

void names_hear(struct names *n, const struct ip_packet *packet) {
    char name[NAME_ROOM];
    if (packet->size != packet->length)
        return;
    int number = question_read(packet->payload, packet->size, name);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].number != number)
            continue;
        if (types[i].type == DNS_SRV)
            keep_query(n, packet, name, DNS_SRV);
        else
            keep_names(n, packet, name, types[i].type);
    }
}

char *names_of(const struct names *n, const char *address) {
    return table_find(n->by_address, address, strlen(address));
}
