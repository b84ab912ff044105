/* Where in a captured frame does the IP packet begin? Link layers only.
 *
 * Ethernet with VLAN tags (802.1Q, QinQ), LLC and SNAP, PPPoE, MPLS (pseudowires too), wireless frames that
 * are not encrypted, PPP, Cisco HDLC, Linux cooked (SLL, SLL2), NFLOG, macOS PKTAP, raw IP, loopback (BSD and
 * OpenBSD). Pure: no memory is taken. All input is hostile. */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_NESTED_MAX = 6 };
enum { ETHER_BRIDGED = 0x6558 }; /* EtherType of a whole Ethernet frame (RFC 1701) */

struct frame_view { /* bytes not yet looked at */
    const uint8_t *at;
    size_t size, length; /* kept, on the wire; size <= length */
    int depth;           /* tunnels so far: at most FRAME_NESTED_MAX */
};

enum frame_found {
    FRAME_IP,    /* the view begins with IPv4 or IPv6 */
    FRAME_OTHER, /* something else */
    FRAME_SHORT  /* the frame ends inside its headers */
};

/* https://www.tcpdump.org/linktypes.html */
bool frame_link_is_known(int link);
enum frame_found frame_ip(int link, struct frame_view *v);
/* The same for what stands behind an EtherType, and for an Ethernet frame in a tunnel. */
enum frame_found frame_typed(struct frame_view *v, uint16_t ether_type);
enum frame_found frame_ethernet(struct frame_view *v);

/* Past so many bytes. False when not so many were kept. */
bool frame_step(struct frame_view *v, size_t size);

/* Two bytes in the order of the network. */
static inline uint16_t be16(const uint8_t *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

#endif
