/* Is a TCP segment found behind every link layer and tunnel that captures come with? One SYN, wrapped by hand
 * after the documents of the formats; cut at every length it is never found, and never read beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/frame.h"
#include "wire/packet.h"

enum { CALLER = 25001, ZONE = 7001 };

#define ETHERNET "\2\0\0\0\0\1\2\0\0\0\0\2"
#define ETHERNET_IP ETHERNET "\x08\0"
#define TO_GRE ETHERNET_IP "\x45\0\0\0\0\1\0\0\x40\x2f\0\0\xc0\0\2\1\xc0\0\2\2"
#define TO_UDP ETHERNET_IP "\x45\0\0\0\0\1\0\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2"
#define SNAP "\xaa\xaa\3\0\0\0\x08\0"
#define AIR "\0\0\1\1\1\1\1\1\2\2\2\2\2\2\3\3\3\3\3\3\0\0"

/* 192.0.2.1:25001 to 192.0.2.2:7001 */
static const uint8_t syn[] = {0x45, 0, 0,   40, 0,    1, 0,    0,    64,   6,    0, 0, 192, 0,
                              2,    1, 192, 0,  2,    2, 0x61, 0xa9, 0x1b, 0x59, 0, 0, 0,   1,
                              0,    0, 0,   0,  0x50, 2, 0xff, 0xff, 0,    0,    0, 0};

#define ROW(name, link, bytes)                                                                               \
    { name, link, (const uint8_t *)(bytes), sizeof(bytes) - 1 }

static const struct row {
    const char *name;
    int link;
    const uint8_t *before;
    size_t size;
} rows[] = {
    ROW("Ethernet", 1, ETHERNET_IP),
    ROW("802.1Q", 1, ETHERNET "\x81\0\0\5\x08\0"),
    ROW("QinQ", 1, ETHERNET "\x88\xa8\0\5\x81\0\0\6\x08\0"),
    ROW("802.3 with SNAP", 1, ETHERNET "\0\x30" SNAP),
    ROW("PPPoE", 1, ETHERNET "\x88\x64\x11\0\0\1\0\x2a\0\x21"),
    ROW("MPLS", 1, ETHERNET "\x88\x47\0\0\1\x40"),
    ROW("MPLS, two labels", 1, ETHERNET "\x88\x47\0\0\0\x40\0\0\1\x40"),
    ROW("MPLS pseudowire", 1, ETHERNET "\x88\x47\0\0\1\x40\0\0\0\0" ETHERNET_IP),
    ROW("raw", 101, ""),
    ROW("raw, DLT", 12, ""),
    ROW("loopback", 0, "\2\0\0\0"),
    ROW("loopback of OpenBSD", 108, "\0\0\0\2"),
    ROW("Linux cooked", 113, "\0\0\3\4\0\6\0\0\0\0\0\0\0\0\x08\0"),
    ROW("Linux cooked 2", 276, "\x08\0\0\0\0\0\0\1\3\4\0\6\0\0\0\0\0\0\0\0"),
    ROW("PPP", 9, "\xff\3\0\x21"),
    ROW("PPP without framing", 9, "\0\x21"),
    ROW("PPP, serial", 50, "\xff\3\0\x21"),
    ROW("Cisco HDLC", 104, "\x0f\0\x08\0"),
    ROW("802.11", 105, "\x08\1" AIR SNAP),
    ROW("802.11 with QoS", 105, "\x88\1" AIR "\0\0" SNAP),
    ROW("802.11 with QoS and HT control", 105, "\x88\x81" AIR "\0\0\0\0\0\0" SNAP),
    ROW("802.11 between access points", 105, "\x08\3" AIR "\4\4\4\4\4\4" SNAP),
    ROW("radiotap", 127, "\0\0\x08\0\0\0\0\0\x08\2" AIR SNAP),
    ROW("NFLOG", 239, "\2\0\0\0\x05\0\x0a\0\0\0\0\0\x2c\0\x09\0"),
    ROW("PKTAP", 258, "\x10\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0" ETHERNET_IP),
    ROW("GRE", 1, TO_GRE "\0\0\x08\0"),
    ROW("GRE with key and number", 1, TO_GRE "\x30\0\x08\0\0\0\0\1\0\0\0\1"),
    ROW("Ethernet in GRE", 1, TO_GRE "\x20\0\x65\x58\0\0\1\0" ETHERNET_IP),
    ROW("ERSPAN I", 1, TO_GRE "\0\0\x88\xbe" ETHERNET_IP),
    ROW("ERSPAN II", 1, TO_GRE "\x10\0\x88\xbe\0\0\0\1\x10\1\0\1\0\0\0\0" ETHERNET_IP),
    ROW("ERSPAN III", 1, TO_GRE "\x10\0\x22\xeb\0\0\0\1\x20\1\0\1\0\0\0\0\0\0\0\0" ETHERNET_IP),
    ROW("ERSPAN III with more", 1,
        TO_GRE "\x10\0\x22\xeb\0\0\0\1\x20\1\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0" ETHERNET_IP),
    ROW("VXLAN", 1, TO_UDP "\x12\x34\x12\xb5\0\0\0\0\x08\0\0\0\0\0\1\0" ETHERNET_IP),
    ROW("VXLAN with a group policy", 1, TO_UDP "\x12\x34\x12\xb5\0\0\0\0\x88\0\0\1\0\0\1\0" ETHERNET_IP),
    ROW("VXLAN, Linux's port", 1, TO_UDP "\x12\x34\x21\x18\0\0\0\0\x08\0\0\0\0\0\1\0" ETHERNET_IP),
    ROW("GENEVE", 1, TO_UDP "\x12\x34\x17\xc1\0\0\0\0\0\0\x65\x58\0\0\1\0" ETHERNET_IP),
};

/* A copy of its own size, so that a read beyond it is seen by a sanitizer. */
static enum packet_result read_copy(int link, const uint8_t *bytes, size_t size, size_t length,
                                    struct ip_packet *packet) {
    uint8_t *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    enum packet_result result = packet_read(link, copy, size, length, packet);
    free(copy);
    return result;
}

static void a_segment_is_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        uint8_t frame[256];
        struct ip_packet p = {0};
        size_t whole = row->size + sizeof syn;
        memcpy(frame, row->before, row->size);
        memcpy(frame + row->size, syn, sizeof syn);
        assert_true(frame_link_is_known(row->link));
        if (read_copy(row->link, frame, whole, whole, &p) != PACKET_TRANSPORT || p.from_port != CALLER ||
            p.to_port != ZONE || (p.flags & TCP_SYN) == 0 || p.length != 0)
            fail_msg("%s: no SYN", row->name);
        for (size_t size = 0; size < whole; size++)
            if (read_copy(row->link, frame, size, whole, &p) == PACKET_TRANSPORT && p.to_port == ZONE)
                fail_msg("%s: a SYN in %zu of %zu bytes", row->name, size, whole);
    }
}

/* What only looks alike. */
static void what_is_none(void **state) {
    (void)state;
    static const struct row none[] = {
        ROW("802.11, encrypted", 105, "\x08\x41" AIR SNAP),
        ROW("802.11, a beacon", 105, "\x80\0" AIR SNAP),
        ROW("802.11, several in one", 105, "\x88\1" AIR "\x80\0" SNAP),
        ROW("802.3 of another protocol", 1, ETHERNET "\0\x30\x42\x42\3\0\0\0\x08\0"),
        ROW("PKTAP, no packet", 258, "\x10\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0" ETHERNET_IP),
        ROW("PKTAP in itself", 258, "\x0c\0\0\0\1\0\0\0\2\1\0\0\x0c\0\0\0\1\0\0\0\2\1\0\0"),
        ROW("NFLOG without a packet", 239, "\2\0\0\0\x05\0\x0a\0\0\0\0\0\2\0\x09\0"),
        ROW("another kind of GRE", 1, TO_GRE "\0\1\x08\0"),
        ROW("PPP, LCP", 9, "\xff\3\xc0\x21"),
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        uint8_t frame[256];
        struct ip_packet p = {0};
        memcpy(frame, none[i].before, none[i].size);
        memcpy(frame + none[i].size, syn, sizeof syn);
        size_t whole = none[i].size + sizeof syn;
        if (read_copy(none[i].link, frame, whole, whole, &p) == PACKET_TRANSPORT)
            fail_msg("%s: a segment was found", none[i].name);
    }
}

/* Headers between IPv6 and TCP (RFC 8200 4.1, RFC 6275, RFC 7401, RFC 5533). */
static void headers_of_ipv6(void **state) {
    (void)state;
    static const uint8_t kinds[] = {0, 43, 60, 135, 139, 140};
    for (size_t i = 0; i < sizeof kinds; i++) {
        uint8_t frame[40 + 8 + 20] = {0x60, [5] = 28, [6] = 0, [7] = 64, [23] = 1, [39] = 2};
        struct ip_packet p = {0};
        frame[6] = kinds[i];
        frame[40] = IP_TCP;
        memcpy(frame + 48, syn + 20, 20);
        assert_int_equal(read_copy(101, frame, sizeof frame, sizeof frame, &p), PACKET_TRANSPORT);
        assert_int_equal(p.to_port, ZONE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_segment_is_found), cmocka_unit_test(what_is_none),
                                       cmocka_unit_test(headers_of_ipv6)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
