/* Which TCP segment or UDP datagram is in a captured packet? See packet.h. */
#include "wire/packet.h"

#include <string.h>
#include "wire/frame.h"

enum { TAGS_MAX = 8 };
enum {
    IP_HOP_BY_HOP = 0,
    IP_IN_IP = 4,
    IP_IPV6 = 41,
    IP_ROUTING = 43,
    IP_FRAGMENT = 44,
    IP_GRE = 47,
    IP_AH = 51,
    IP_DESTINATION = 60,
    IP_MOBILITY = 135,
    IP_HIP = 139,
    IP_SHIM6 = 140
};

static inline uint32_t be32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static enum packet_result ip_read(struct frame_view *v, struct ip_packet *packet);

/* What stands behind the link layer. */
static enum packet_result found_read(enum frame_found found, struct frame_view *v, struct ip_packet *packet) {
    if (found == FRAME_IP)
        return ip_read(v, packet);
    return found == FRAME_SHORT ? PACKET_SHORT : PACKET_OTHER;
}

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

enum { PORT_GTP = 2152, PORT_VXLAN = 4789, PORT_VXLAN_LINUX = 8472, PORT_GENEVE = 6081 };

/* 3GPP TS 29.281 5.1, 5.2: a header of 8 octets, 4 more where a flag says so, then extensions in a chain. */
static enum packet_result gtp_read(struct frame_view *v, struct ip_packet *packet) {
    if (v->size < 12 || v->at[0] >> 5 != 1 || (v->at[0] & 0x10) == 0 || v->at[1] != 0xff)
        return PACKET_OTHER;
    bool has_more = (v->at[0] & 7) != 0;
    uint8_t next = (v->at[0] & 4) != 0 ? v->at[11] : 0;
    if (!frame_step(v, has_more ? 12 : 8))
        return PACKET_SHORT;
    for (int i = 0; i < TAGS_MAX && next != 0; i++) {
        size_t size = v->size == 0 ? 0 : (size_t)v->at[0] * 4;
        if (size == 0 || v->size < size)
            return PACKET_OTHER;
        next = v->at[size - 1];
        frame_step(v, size);
    }
    return ip_read(v, packet);
}

/* RFC 8926 3.4 */
static enum packet_result geneve_read(struct frame_view *v, struct ip_packet *packet) {
    if (v->size < 8 || v->at[0] >> 6 != 0)
        return PACKET_OTHER;
    uint16_t type = be16(v->at + 2);
    if (!frame_step(v, 8 + (size_t)(v->at[0] & 0x3f) * 4))
        return PACKET_SHORT;
    return found_read(frame_typed(v, type), v, packet);
}

/* RFC 7348 5; the highest flag is of the group policy extension */
static enum packet_result vxlan_read(struct frame_view *v, struct ip_packet *packet) {
    if (v->size < 8 || (v->at[0] & 0x7f) != 8)
        return PACKET_OTHER;
    frame_step(v, 8);
    return found_read(frame_ethernet(v), v, packet);
}

/* What a tunnel carries; the datagram itself where it carries nothing we know. */
static enum packet_result tunnel_read(const struct ip_packet *p, struct frame_view *v,
                                      struct ip_packet *inner) {
    *inner = *p;
    if (v->depth++ >= FRAME_NESTED_MAX)
        return PACKET_OTHER;
    if (p->to_port == PORT_GTP)
        return gtp_read(v, inner);
    if (p->to_port == PORT_GENEVE || p->from_port == PORT_GENEVE)
        return geneve_read(v, inner);
    return p->to_port == PORT_VXLAN || p->to_port == PORT_VXLAN_LINUX ? vxlan_read(v, inner) : PACKET_OTHER;
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
    struct frame_view v = {p->payload, p->size, p->length, depth};
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

/* Mirrored frames (draft-foschiano-erspan 4): version I has no header of its own, II has 8 octets, III 12
 * and 8 more where its last bit says so. */
static enum packet_result erspan_read(struct frame_view *v, bool is_third, bool is_numbered,
                                      struct ip_packet *packet) {
    size_t header = is_third ? 12 : is_numbered ? 8 : 0;
    if (v->size < header)
        return PACKET_SHORT;
    if (is_third && (v->at[11] & 1) != 0)
        header += 8;
    return frame_step(v, header) ? found_read(frame_ethernet(v), v, packet) : PACKET_SHORT;
}

/* RFC 2784, 2890: flags say which words follow. */
static enum packet_result gre_read(struct frame_view *v, struct ip_packet *packet) {
    enum { HAS_SUM = 0x8000, HAS_KEY = 0x2000, HAS_NUMBER = 0x1000, ERSPAN = 0x88be, ERSPAN_III = 0x22eb };
    if (v->size < 4)
        return PACKET_SHORT;
    uint16_t flags = be16(v->at), type = be16(v->at + 2);
    size_t header = 4 + ((flags & HAS_SUM) != 0 ? 4 : 0) + ((flags & HAS_KEY) != 0 ? 4 : 0) +
                    ((flags & HAS_NUMBER) != 0 ? 4 : 0);
    if ((flags & 7) != 0 || v->depth++ >= FRAME_NESTED_MAX)
        return PACKET_OTHER;
    if (!frame_step(v, header))
        return PACKET_SHORT;
    if (type == ERSPAN || type == ERSPAN_III)
        return erspan_read(v, type == ERSPAN_III, (flags & HAS_NUMBER) != 0, packet);
    return found_read(frame_typed(v, type), v, packet);
}

static enum packet_result carried(struct frame_view *v, struct ip_packet *packet) {
    packet->ip_payload = v->at;
    packet->ip_size = v->size;
    packet->ip_length = v->length;
    if (packet->is_fragment)
        return PACKET_FRAGMENT;
    if (packet->protocol == IP_GRE)
        return gre_read(v, packet);
    if (packet->protocol != IP_IN_IP && packet->protocol != IP_IPV6)
        return transport_read(packet, v->depth);
    return v->depth++ >= FRAME_NESTED_MAX ? PACKET_OTHER : ip_read(v, packet);
}

/* The packet's own length cuts off the padding of the frame. 0 comes from segmentation done by the network
 * card: then it is the frame's. */
static void limit(struct frame_view *v, size_t length) {
    if (length == 0 || length > v->length)
        return;
    v->length = length;
    if (v->size > length)
        v->size = length;
}

static enum packet_result ipv4_read(struct frame_view *v, struct ip_packet *p) {
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
    return frame_step(v, header) ? carried(v, p) : PACKET_SHORT;
}

/* RFC 8200 4: headers in a chain. */
static enum packet_result ipv6_extensions(struct frame_view *v, uint8_t next, struct ip_packet *p) {
    for (int i = 0; i < TAGS_MAX; i++) {
        size_t header;
        switch (next) {
        case IP_HOP_BY_HOP:
        case IP_ROUTING:
        case IP_DESTINATION:
        case IP_AH:
        case IP_MOBILITY:
        case IP_HIP:
        case IP_SHIM6:
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
        if (!frame_step(v, header))
            return PACKET_SHORT;
        if (p->is_fragment && p->fragment_offset > 0) { /* what follows is no header */
            p->protocol = next;
            return carried(v, p);
        }
    }
    return PACKET_OTHER;
}

static enum packet_result ipv6_read(struct frame_view *v, struct ip_packet *p) {
    if (v->size < 40)
        return PACKET_SHORT;
    const uint8_t *at = v->at;
    p->family = 6;
    p->hops = at[7];
    memcpy(p->from.bytes, at + 8, 16);
    memcpy(p->to.bytes, at + 24, 16);
    p->is_fragment = p->more_fragments = false;
    p->fragment_offset = 0;
    frame_step(v, 40);
    limit(v, be16(at + 4));
    return ipv6_extensions(v, at[6], p);
}

static enum packet_result ip_read(struct frame_view *v, struct ip_packet *packet) {
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

/* ---- the whole ---- */

enum packet_result packet_read(int link, const uint8_t *bytes, size_t size, size_t length,
                               struct ip_packet *packet) {
    struct frame_view v = {bytes, size, length < size ? size : length, 0};
    return found_read(frame_ip(link, &v), &v, packet);
}
