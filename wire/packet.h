/* Which TCP segment or UDP datagram is in a captured packet? IP and transport: headers only.
 *
 * Behind any link layer of frame.h; IP inside IP, GRE, ERSPAN, VXLAN, GENEVE and GTP. Fragments are told, not
 * joined (capture/fragments.h does). Pure: no memory is taken. All input is hostile. */
#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IP_TCP = 6, IP_UDP = 17 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

struct ip_address {
    uint8_t bytes[16]; /* IPv4: the first four, the rest zero */
};

struct ip_packet {
    int family; /* 4 or 6 */
    struct ip_address from, to;
    uint8_t protocol; /* IP_TCP, IP_UDP, others */
    uint8_t hops;     /* time to live, or hop limit: how many routers it may still pass */
    /* What IP carries: as kept, and as it was on the wire. */
    const uint8_t *ip_payload;
    size_t ip_size, ip_length;
    /* A fragment (RFC 791 3.2, RFC 8200 4.5): transport is not read then. */
    bool is_fragment, more_fragments;
    uint32_t fragment_id;
    size_t fragment_offset; /* octets */
    /* TCP and UDP */
    uint16_t from_port, to_port;
    uint32_t seq, ack;
    uint8_t flags;
    const uint8_t *payload;
    size_t size;   /* as kept */
    size_t length; /* as it was on the wire */
};

enum packet_result {
    PACKET_TRANSPORT, /* TCP or UDP with its ports */
    PACKET_FRAGMENT,
    PACKET_OTHER, /* something else, whole as far as it was looked at */
    PACKET_SHORT  /* the packet ends inside its headers */
};

/* size as kept, length as on the wire. */
enum packet_result packet_read(int link, const uint8_t *bytes, size_t size, size_t length,
                               struct ip_packet *packet);
/* The transport header in ip_payload, once it is whole (packet_read has done it for what is no fragment). */
enum packet_result packet_transport(struct ip_packet *packet);

#endif
