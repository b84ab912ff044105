/* Where in a captured frame does the IP packet begin? See frame.h. */
#include "wire/frame.h"

#include <string.h>

enum { TAGS_MAX = 8 };
enum { /* DLT_RAW is 12 or 14 on some systems */
       LINK_NULL = 0,
       LINK_ETHER = 1,
       LINK_PPP = 9,
       LINK_DLT_RAW = 12,
       LINK_DLT_RAW_OPENBSD = 14,
       LINK_PPP_SERIAL = 50,
       LINK_RAW = 101,
       LINK_CISCO_HDLC = 104,
       LINK_80211 = 105,
       LINK_LOOP = 108,
       LINK_SLL = 113,
       LINK_RADIOTAP = 127,
       LINK_IPV4 = 228,
       LINK_IPV6 = 229,
       LINK_NFLOG = 239,
       LINK_PKTAP = 258,
       LINK_SLL2 = 276
};
enum { /* EtherTypes; what is not above 1500 is the length of a frame with LLC (IEEE 802.3) */
       ETHER_LENGTH_MAX = 1500,
       ETHER_IPV4 = 0x0800,
       ETHER_VLAN = 0x8100,
       ETHER_IPV6 = 0x86dd,
       ETHER_MPLS = 0x8847,
       ETHER_PPPOE = 0x8864,
       ETHER_QINQ = 0x88a8,
       ETHER_QINQ_OLD = 0x9100
};

static inline uint16_t le16(const uint8_t *at) {
    return (uint16_t)(at[1] << 8 | at[0]);
}

static inline uint32_t le32(const uint8_t *at) {
    return (uint32_t)le16(at + 2) << 16 | le16(at);
}

bool frame_step(struct frame_view *v, size_t size) {
    if (v->size < size)
        return false;
    v->at += size;
    v->size -= size;
    v->length -= size;
    return true;
}

static enum frame_found ip(const struct frame_view *v) {
    if (v->size == 0)
        return FRAME_SHORT;
    return v->at[0] >> 4 == 4 || v->at[0] >> 4 == 6 ? FRAME_IP : FRAME_OTHER;
}

static enum frame_found typed_at(struct frame_view *v, size_t header, size_t type_at) {
    if (v->size < header)
        return FRAME_SHORT;
    uint16_t type = be16(v->at + type_at);
    frame_step(v, header);
    return frame_typed(v, type);
}

enum frame_found frame_ethernet(struct frame_view *v) {
    return typed_at(v, 14, 12);
}

/* Serial lines: what has no HDLC framing (RFC 1662) begins with the protocol; Cisco's has other addresses. */
static enum frame_found ppp(struct frame_view *v) {
    if (v->size >= 2 && (v->at[0] == 0x0f || v->at[0] == 0x8f))
        return typed_at(v, 4, 2);
    if (v->size >= 2 && v->at[0] == 0xff && v->at[1] == 3)
        frame_step(v, 2);
    if (v->size < 2)
        return FRAME_SHORT;
    uint16_t protocol = be16(v->at);
    frame_step(v, 2);
    return protocol == 0x0021 || protocol == 0x0057 ? ip(v) : FRAME_OTHER;
}

/* RFC 3032; where no IP follows an Ethernet frame may, behind a control word (RFC 4448 4.6) or at once. */
static enum frame_found mpls(struct frame_view *v) {
    for (int i = 0; i < TAGS_MAX; i++) {
        if (v->size < 4)
            return FRAME_SHORT;
        bool is_last = (v->at[2] & 1) != 0;
        frame_step(v, 4);
        if (!is_last)
            continue;
        enum frame_found found = ip(v);
        if (found != FRAME_OTHER || v->depth++ >= FRAME_NESTED_MAX)
            return found;
        if (v->at[0] >> 4 == 0 && !frame_step(v, 4))
            return FRAME_SHORT;
        return frame_ethernet(v);
    }
    return FRAME_OTHER;
}

/* IEEE 802.2 with SNAP, RFC 1042: that alone carries IP today. */
static enum frame_found llc(struct frame_view *v) {
    static const uint8_t snap[] = {0xaa, 0xaa, 3, 0, 0};
    if (v->size < 8)
        return FRAME_SHORT;
    if (memcmp(v->at, snap, sizeof snap) != 0)
        return FRAME_OTHER;
    uint16_t type = be16(v->at + 6);
    frame_step(v, 8);
    return type > ETHER_LENGTH_MAX ? frame_typed(v, type) : FRAME_OTHER;
}

enum frame_found frame_typed(struct frame_view *v, uint16_t type) {
    for (int i = 0; i < TAGS_MAX; i++) {
        switch (type) {
        case ETHER_IPV4:
        case ETHER_IPV6:
            return ip(v);
        case ETHER_MPLS:
            return mpls(v);
        case ETHER_PPPOE:
            return frame_step(v, 6) ? ppp(v) : FRAME_SHORT;
        case ETHER_BRIDGED:
            return v->depth++ >= FRAME_NESTED_MAX ? FRAME_OTHER : frame_ethernet(v);
        case ETHER_VLAN:
        case ETHER_QINQ:
        case ETHER_QINQ_OLD:
            if (v->size < 4)
                return FRAME_SHORT;
            type = be16(v->at + 2);
            frame_step(v, 4);
            break;
        default:
            return type <= ETHER_LENGTH_MAX ? llc(v) : FRAME_OTHER;
        }
    }
    return FRAME_OTHER;
}

/* IEEE 802.11 9.3.2: data frames; what is encrypted, or several packets in one (A-MSDU), is not read. */
static enum frame_found wireless(struct frame_view *v) {
    enum { TYPE = 0x0c, DATA = 8, NO_DATA = 0x40, QOS = 0x80 };                /* of the first octet */
    enum { BOTH_WAYS = 3, PROTECTED = 0x40, HT_CONTROL = 0x80, AMSDU = 0x80 }; /* of the second; of QoS */
    if (v->size < 24)
        return FRAME_SHORT;
    uint8_t kind = v->at[0], flags = v->at[1];
    if ((kind & TYPE) != DATA || (kind & NO_DATA) != 0 || (flags & PROTECTED) != 0)
        return FRAME_OTHER;
    frame_step(v, 24);
    if ((flags & BOTH_WAYS) == BOTH_WAYS && !frame_step(v, 6))
        return FRAME_SHORT;
    if ((kind & QOS) != 0) {
        if (v->size < 2)
            return FRAME_SHORT;
        if ((v->at[0] & AMSDU) != 0)
            return FRAME_OTHER;
        if (!frame_step(v, (flags & HT_CONTROL) != 0 ? 6 : 2))
            return FRAME_SHORT;
    }
    return llc(v);
}

/* Its header says how long it is. */
static enum frame_found radiotap(struct frame_view *v) {
    return v->size >= 4 && frame_step(v, le16(v->at + 2)) ? wireless(v) : FRAME_SHORT;
}

/* Of iptables' NFLOG: attributes, of which one is the packet. Their order of bytes is the machine's, which is
 * little endian wherever it is met. */
static enum frame_found nflog(struct frame_view *v) {
    enum { HEADER = 4, ATTRIBUTES_MAX = 64, PAYLOAD = 9 };
    if (!frame_step(v, HEADER))
        return FRAME_SHORT;
    for (int i = 0; i < ATTRIBUTES_MAX && v->size >= 4; i++) {
        size_t size = le16(v->at), kind = le16(v->at + 2) & 0x7fff, whole = (size + 3) / 4 * 4;
        if (size < 4)
            return FRAME_OTHER;
        if (kind == PAYLOAD) {
            frame_step(v, 4);
            return ip(v);
        }
        if (!frame_step(v, whole))
            return FRAME_SHORT;
    }
    return FRAME_OTHER;
}

/* Of macOS: how long this header is, what kind of record it is (1: a packet), and its link type. */
static enum frame_found pktap(struct frame_view *v) {
    if (v->size < 12)
        return FRAME_SHORT;
    uint32_t kind = le32(v->at + 4), link = le32(v->at + 8);
    if (kind != 1 || link > LINK_SLL2 || v->depth++ >= FRAME_NESTED_MAX)
        return FRAME_OTHER;
    return frame_step(v, le32(v->at)) ? frame_ip((int)link, v) : FRAME_SHORT;
}

/* ---- by link type ---- */

static enum frame_found sll(struct frame_view *v) {
    return typed_at(v, 16, 14);
}

static enum frame_found sll2(struct frame_view *v) {
    return typed_at(v, 20, 0);
}

/* The family's number differs by system; the version of IP does not. */
static enum frame_found loopback(struct frame_view *v) {
    return frame_step(v, 4) ? ip(v) : FRAME_SHORT;
}

static enum frame_found raw(struct frame_view *v) {
    return ip(v);
}

static const struct {
    int link;
    enum frame_found (*read)(struct frame_view *v);
} links[] = {{LINK_ETHER, frame_ethernet},
             {LINK_SLL, sll},
             {LINK_SLL2, sll2},
             {LINK_RAW, raw},
             {LINK_NULL, loopback},
             {LINK_LOOP, loopback},
             {LINK_DLT_RAW, raw},
             {LINK_DLT_RAW_OPENBSD, raw},
             {LINK_IPV4, raw},
             {LINK_IPV6, raw},
             {LINK_PPP, ppp},
             {LINK_PPP_SERIAL, ppp},
             {LINK_CISCO_HDLC, ppp},
             {LINK_80211, wireless},
             {LINK_RADIOTAP, radiotap},
             {LINK_NFLOG, nflog},
             {LINK_PKTAP, pktap}};

bool frame_link_is_known(int link) {
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (links[i].link == link)
            return true;
    return false;
}

enum frame_found frame_ip(int link, struct frame_view *v) {
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (links[i].link == link)
            return links[i].read(v);
    return FRAME_OTHER;
}
