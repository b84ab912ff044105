/* Which TCP segment or UDP datagram is in a captured packet? See packet.h. */
#include "wire/packet.h"

#include <string.h>

enum { TAGS_MAX = 8, NESTED_MAX = 4 };
enum { /* https://www.tcpdump.org/linktypes.html; DLT_RAW is 12 or 14 on some systems */
       LINK_NULL = 0,
       LINK_ETHER = 1,
       LINK_PPP = 9,
       LINK_DLT_RAW = 12,
       LINK_DLT_RAW_OPENBSD = 14,
       LINK_RAW = 101,
       LINK_LOOP = 108,
       LINK_SLL = 113,
       LINK_IPV4 = 228,
       LINK_IPV6 = 229,
       LINK_SLL2 = 276
};
enum { /* EtherTypes */
       ETHER_IPV4 = 0x0800,
       ETHER_VLAN = 0x8100,
       ETHER_IPV6 = 0x86dd,
       ETHER_MPLS = 0x8847,
       ETHER_PPPOE = 0x8864,
       ETHER_QINQ = 0x88a8,
       ETHER_QINQ_OLD = 0x9100
};
enum {
    IP_HOP_BY_HOP = 0,
    IP_IN_IP = 4,
    IP_IPV6 = 41,
    IP_ROUTING = 43,
    IP_FRAGMENT = 44,
    IP_GRE = 47,
    IP_AH = 51,
    IP_DESTINATION = 60
};

struct view { /* bytes not yet looked at */
    const uint8_t *at;
    size_t size, length; /* kept, on the wire */
    int depth;           /* tunnels so far */
};

static inline uint16_t be16(const uint8_t *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t be32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* False when not so many bytes were kept. */
static inline bool step(struct view *v, size_t size) {
    if (v->size < size)
        return false;
    v->at += size;
    v->size -= size;
    v->length -= size;
    return true;
}

static enum packet_result ether_type(struct view *v, uint16_t type, struct ip_packet *packet);

/* ---- transport ---- */

static enum packet_result tcp_read(struct ip_packet *p) {
    if (p->ip_size < 20)
        return PACKET_SHORT;
    const uint8_t *at = p->ip_payload;
    size_t header = (size_t)(at[12] >> 4) * 4;
    p->from_port = be16(at);
    p->to_port = be16(at + 2);
    p->seq = be32(at + 4);
    p->ack = be32(at + 8);
    p->flags = at[13];
    if (header < 20 || header > p->ip_length)
        return PACKET_OTHER;
    if (header > p->ip_size) { /* cut in the options */
        p->payload = at + p->ip_size;
        p->size = 0;
    } else {
        p->payload = at + header;
        p->size = p->ip_size - header;
    }
    p->length = p->ip_length - header;
    return PACKET_TRANSPORT;
}

/* ---- tunnels in UDP ---- */

enum { PORT_GTP = 2152, PORT_VXLAN = 4789, PORT_GENEVE = 6081, ETHER_BRIDGED = 0x6558 };

static enum packet_result ip_read(struct view *v, struct ip_packet *packet);
static enum packet_result typed(struct view *v, size_t header, size_t type_at, struct ip_packet *packet);

/* 3GPP TS 29.281 5.1, 5.2: a header of 8 octets, 4 more where a flag says so, then extensions in a chain. */
static enum packet_result gtp_read(struct view *v, struct ip_packet *packet) {
    if (v->size < 12 || v->at[0] >> 5 != 1 || (v->at[0] & 0x10) == 0 || v->at[1] != 0xff)
        return PACKET_OTHER;
    bool has_more = (v->at[0] & 7) != 0;
    uint8_t next = (v->at[0] & 4) != 0 ? v->at[11] : 0;
    if (!step(v, has_more ? 12 : 8))
        return PACKET_SHORT;
    for (int i = 0; i < TAGS_MAX && next != 0; i++) {
        size_t size = v->size == 0 ? 0 : (size_t)v->at[0] * 4;
        if (size == 0 || v->size < size)
            return PACKET_OTHER;
        next = v->at[size - 1];
        step(v, size);
    }
    return ip_read(v, packet);
}

/* RFC 8926 3.4 */
static enum packet_result geneve_read(struct view *v, struct ip_packet *packet) {
    if (v->size < 8 || v->at[0] >> 6 != 0)
        return PACKET_OTHER;
    uint16_t type = be16(v->at + 2);
    if (!step(v, 8 + (size_t)(v->at[0] & 0x3f) * 4))
        return PACKET_SHORT;
    return type == ETHER_BRIDGED ? typed(v, 14, 12, packet) : ether_type(v, type, packet);
}

/* RFC 7348 5 */
static enum packet_result vxlan_read(struct view *v, struct ip_packet *packet) {
    if (v->size < 8 || v->at[0] != 8)
        return PACKET_OTHER;
    step(v, 8);
    return typed(v, 14, 12, packet);
}

/* What a tunnel carries; the datagram itself where it carries nothing we know. */
static enum packet_result tunnel_read(const struct ip_packet *p, struct view *v, struct ip_packet *inner) {
    *inner = *p;
    if (v->depth++ >= NESTED_MAX)
        return PACKET_OTHER;
    if (p->to_port == PORT_GTP)
        return gtp_read(v, inner);
    if (p->to_port == PORT_GENEVE || p->from_port == PORT_GENEVE)
        return geneve_read(v, inner);
    return p->to_port == PORT_VXLAN ? vxlan_read(v, inner) : PACKET_OTHER;
}

static enum packet_result udp_read(struct ip_packet *p, int depth) {
    if (p->ip_size < 8)
        return PACKET_SHORT;
    const uint8_t *at = p->ip_payload;
    p->from_port = be16(at);
    p->to_port = be16(at + 2);
    p->payload = at + 8;
    p->size = p->ip_size - 8;
    p->length = p->ip_length - 8;
    struct view v = {p->payload, p->size, p->length, depth};
    struct ip_packet inner;
    enum packet_result result = tunnel_read(p, &v, &inner);
    if (result == PACKET_TRANSPORT || result == PACKET_FRAGMENT)
        *p = inner;
    return result == PACKET_FRAGMENT ? result : PACKET_TRANSPORT;
}

static enum packet_result transport_read(struct ip_packet *packet, int depth) {
    switch (packet->protocol) {
    case IP_TCP:
        return tcp_read(packet);
    case IP_UDP:
        return udp_read(packet, depth);
    default:
        return PACKET_OTHER;
    }
}

enum packet_result packet_transport(struct ip_packet *packet) {
    return transport_read(packet, 0);
}

/* ---- IP ---- */

static enum packet_result ip_read(struct view *v, struct ip_packet *packet);

/* RFC 2784, 2890: flags say which words follow. */
static enum packet_result gre_read(struct view *v, struct ip_packet *packet) {
    if (v->size < 4)
        return PACKET_SHORT;
    uint16_t flags = be16(v->at), type = be16(v->at + 2);
    size_t header = 4 + ((flags & 0x8000) != 0 ? 4 : 0) + ((flags & 0x2000) != 0 ? 4 : 0) +
                    ((flags & 0x1000) != 0 ? 4 : 0);
    if ((flags & 7) != 0 || v->depth++ >= NESTED_MAX)
        return PACKET_OTHER;
    return step(v, header) ? ether_type(v, type, packet) : PACKET_SHORT;
}

static enum packet_result carried(struct view *v, struct ip_packet *packet) {
    packet->ip_payload = v->at;
    packet->ip_size = v->size;
    packet->ip_length = v->length;
    if (packet->is_fragment)
        return PACKET_FRAGMENT;
    if (packet->protocol == IP_GRE)
        return gre_read(v, packet);
    if (packet->protocol != IP_IN_IP && packet->protocol != IP_IPV6)
        return transport_read(packet, v->depth);
    return v->depth++ >= NESTED_MAX ? PACKET_OTHER : ip_read(v, packet);
}

/* The packet's own length cuts off the padding of the frame. 0 comes from segmentation done by the network
 * card: then it is the frame's. */
static void limit(struct view *v, size_t length) {
    if (length == 0 || length > v->length)
        return;
    v->length = length;
    if (v->size > length)
        v->size = length;
}

static enum packet_result ipv4_read(struct view *v, struct ip_packet *p) {
    if (v->size < 20)
        return PACKET_SHORT;
    const uint8_t *at = v->at;
    size_t header = (size_t)(at[0] & 15) * 4;
    uint16_t fragment = be16(at + 6);
    if (header < 20)
        return PACKET_OTHER;
    limit(v, be16(at + 2));
    if (v->length < header)
        return PACKET_OTHER;
    p->family = 4;
    p->protocol = at[9];
    p->hops = at[8];
    memset(&p->from, 0, sizeof p->from);
    memset(&p->to, 0, sizeof p->to);
    memcpy(p->from.bytes, at + 12, 4);
    memcpy(p->to.bytes, at + 16, 4);
    p->more_fragments = (fragment & 0x2000) != 0;
    p->fragment_offset = (size_t)(fragment & 0x1fff) * 8;
    p->is_fragment = p->more_fragments || p->fragment_offset > 0;
    p->fragment_id = be16(at + 4);
    return step(v, header) ? carried(v, p) : PACKET_SHORT;
}

/* RFC 8200 4: headers in a chain. */
static enum packet_result ipv6_extensions(struct view *v, uint8_t next, struct ip_packet *p) {
    for (int i = 0; i < TAGS_MAX; i++) {
        size_t header;
        switch (next) {
        case IP_HOP_BY_HOP:
        case IP_ROUTING:
        case IP_DESTINATION:
        case IP_AH:
            if (v->size < 8)
                return PACKET_SHORT;
            header = next == IP_AH ? ((size_t)v->at[1] + 2) * 4 : ((size_t)v->at[1] + 1) * 8;
            break;
        case IP_FRAGMENT:
            if (v->size < 8)
                return PACKET_SHORT;
            p->more_fragments = (v->at[3] & 1) != 0;
            p->fragment_offset = be16(v->at + 2) & 0xfff8U;
            p->is_fragment = p->more_fragments || p->fragment_offset > 0;
            p->fragment_id = be32(v->at + 4);
            header = 8;
            break;
        default:
            p->protocol = next;
            return carried(v, p);
        }
        next = v->at[0];
        if (!step(v, header))
            return PACKET_SHORT;
        if (p->is_fragment && p->fragment_offset > 0) { /* what follows is no header */
            p->protocol = next;
            return carried(v, p);
        }
    }
    return PACKET_OTHER;
}

static enum packet_result ipv6_read(struct view *v, struct ip_packet *p) {
    if (v->size < 40)
        return PACKET_SHORT;
    const uint8_t *at = v->at;
    p->family = 6;
    p->hops = at[7];
    memcpy(p->from.bytes, at + 8, 16);
    memcpy(p->to.bytes, at + 24, 16);
    p->is_fragment = p->more_fragments = false;
    p->fragment_offset = 0;
    step(v, 40);
    limit(v, be16(at + 4));
    return ipv6_extensions(v, at[6], p);
}

static enum packet_result ip_read(struct view *v, struct ip_packet *packet) {
    if (v->size == 0)
        return PACKET_SHORT;
    switch (v->at[0] >> 4) {
    case 4:
        return ipv4_read(v, packet);
    case 6:
        return ipv6_read(v, packet);
    default:
        return PACKET_OTHER;
    }
}

/* ---- link layers ---- */

static enum packet_result ppp_read(struct view *v, struct ip_packet *packet) {
    if (v->size >= 2 && v->at[0] == 0xff && v->at[1] == 3) /* HDLC framing, RFC 1662 */
        step(v, 2);
    if (v->size < 2)
        return PACKET_SHORT;
    uint16_t protocol = be16(v->at);
    step(v, 2);
    return protocol == 0x0021 || protocol == 0x0057 ? ip_read(v, packet) : PACKET_OTHER;
}

static enum packet_result mpls_read(struct view *v, struct ip_packet *packet) {
    for (int i = 0; i < TAGS_MAX; i++) {
        if (v->size < 4)
            return PACKET_SHORT;
        bool is_last = (v->at[2] & 1) != 0;
        step(v, 4);
        if (is_last)
            return ip_read(v, packet);
    }
    return PACKET_OTHER;
}

static enum packet_result ether_type(struct view *v, uint16_t type, struct ip_packet *packet) {
    for (int i = 0; i < TAGS_MAX; i++) {
        switch (type) {
        case ETHER_IPV4:
        case ETHER_IPV6:
            return ip_read(v, packet);
        case ETHER_MPLS:
            return mpls_read(v, packet);
        case ETHER_PPPOE:
            return step(v, 6) ? ppp_read(v, packet) : PACKET_SHORT;
        case ETHER_VLAN:
        case ETHER_QINQ:
        case ETHER_QINQ_OLD:
            if (v->size < 4)
                return PACKET_SHORT;
            type = be16(v->at + 2);
            step(v, 4);
            break;
        default:
            return PACKET_OTHER;
        }
    }
    return PACKET_OTHER;
}

static enum packet_result typed(struct view *v, size_t header, size_t type_at, struct ip_packet *packet) {
    if (v->size < header)
        return PACKET_SHORT;
    uint16_t type = be16(v->at + type_at);
    step(v, header);
    return ether_type(v, type, packet);
}

bool packet_link_is_known(int link) {
    static const int known[] = {LINK_NULL, LINK_ETHER, LINK_PPP, LINK_DLT_RAW, LINK_DLT_RAW_OPENBSD,
                                LINK_RAW,  LINK_LOOP,  LINK_SLL, LINK_IPV4,    LINK_IPV6,
                                LINK_SLL2};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == link)
            return true;
    return false;
}

enum packet_result packet_read(int link, const uint8_t *bytes, size_t size, size_t length,
                               struct ip_packet *packet) {
    struct view v = {bytes, size, length < size ? size : length, 0};
    switch (link) {
    case LINK_ETHER:
        return typed(&v, 14, 12, packet);
    case LINK_SLL:
        return typed(&v, 16, 14, packet);
    case LINK_SLL2:
        return typed(&v, 20, 0, packet);
    case LINK_NULL:
    case LINK_LOOP: /* the family's number differs by system; the version of IP does not */
        return step(&v, 4) ? ip_read(&v, packet) : PACKET_SHORT;
    case LINK_PPP:
        return ppp_read(&v, packet);
    case LINK_DLT_RAW:
    case LINK_DLT_RAW_OPENBSD:
    case LINK_RAW:
    case LINK_IPV4:
    case LINK_IPV6:
        return ip_read(&v, packet);
    default:
        return PACKET_OTHER;
    }
}
