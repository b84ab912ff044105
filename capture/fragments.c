/* Which datagram do IP fragments make? See fragments.h. */
#include "capture/fragments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "facts/memory.h"

enum { DATAGRAMS = 64, LARGEST = 65536, UNIT = 8, UNITS = LARGEST / UNIT };

struct datagram {
    bool used;
    int family;
    uint8_t protocol;
    uint32_t id;
    struct ip_address from, to;
    size_t total;   /* 0: the last piece has not come */
    uint8_t *bytes; /* LARGEST */
    uint8_t have[UNITS / 8];
};

struct fragments {
    struct datagram datagrams[DATAGRAMS]; /* a ring: the next one to be given away is the oldest */
    size_t next;
};

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

struct fragments *fragments_new(void) {
    return must(calloc(1, sizeof(struct fragments)));
}

void fragments_free(struct fragments *f) {
    if (f == NULL)
        return;
    for (size_t i = 0; i < DATAGRAMS; i++)
        free(f->datagrams[i].bytes);
    free(f);
}

static bool is_of(const struct datagram *d, const struct ip_packet *p) {
    return d->used && d->family == p->family && d->id == p->fragment_id && d->protocol == p->protocol &&
           memcmp(&d->from, &p->from, sizeof d->from) == 0 && memcmp(&d->to, &p->to, sizeof d->to) == 0;
}

static struct datagram *datagram_of(struct fragments *f, const struct ip_packet *p) {
    for (size_t i = 0; i < DATAGRAMS; i++)
        if (is_of(&f->datagrams[i], p))
            return &f->datagrams[i];
    struct datagram *d = &f->datagrams[f->next];
    uint8_t *bytes = d->bytes == NULL ? must(malloc(LARGEST)) : d->bytes;
    f->next = (f->next + 1) % DATAGRAMS;
    *d = (struct datagram){.used = true,
                           .family = p->family,
                           .protocol = p->protocol,
                           .id = p->fragment_id,
                           .from = p->from,
                           .to = p->to,
                           .bytes = bytes};
    return d;
}

/* Pieces but the last come in units of 8 octets. */
static void piece_take(struct datagram *d, const struct ip_packet *p) {
    for (size_t at = 0; at < p->ip_size; at += UNIT) {
        size_t unit = (p->fragment_offset + at) / UNIT,
               part = p->ip_size - at < UNIT ? p->ip_size - at : UNIT;
        if ((d->have[unit / 8] & 1 << unit % 8) != 0)
            continue;
        d->have[unit / 8] |= (uint8_t)(1 << unit % 8);
        memcpy(d->bytes + unit * UNIT, p->ip_payload + at, part);
    }
}

static bool is_whole(const struct datagram *d) {
    if (d->total == 0)
        return false;
    for (size_t unit = 0; unit * UNIT < d->total; unit++)
        if ((d->have[unit / 8] & 1 << unit % 8) == 0)
            return false;
    return true;
}

bool fragments_add(struct fragments *f, struct ip_packet *p) {
    bool is_sound = p->ip_size == p->ip_length && p->ip_size > 0 &&
                    p->fragment_offset + p->ip_length <= LARGEST && p->fragment_offset % UNIT == 0 &&
                    (!p->more_fragments || p->ip_length % UNIT == 0);
    if (!is_sound)
        return false;
    struct datagram *d = datagram_of(f, p);
    piece_take(d, p);
    if (!p->more_fragments && d->total == 0)
        d->total = p->fragment_offset + p->ip_length;
    if (!is_whole(d))
        return false;
    d->used = false;
    p->ip_payload = d->bytes;
    p->ip_size = p->ip_length = d->total;
    p->is_fragment = false;
    return true;
}
