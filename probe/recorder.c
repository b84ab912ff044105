/* What did we ourselves say to whom, and what came back? See recorder.h. */
#include "probe/recorder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>
#include "probe/world.h"
#include "wire/pcap_write.h"

enum {
    SEGMENT = 1400,
    HEADERS = 40 + 20, /* IPv6 and TCP */
    DATAGRAM_MAX = 4096,
    HOPS = 64,
    SECRETS_MAX = 16 * 1024 * 1024,
    FLAG_FIN = 1,
    FLAG_SYN = 2,
    FLAG_RST = 4,
    FLAG_PSH = 8,
    FLAG_ACK = 16
};

struct recorder {
    FILE *packets; /* blocks of packets, in a file without a name */
    char *secrets; /* lines of a key log */
    size_t secrets_size, secrets_room;
    bool has_passwords;
    bool failed;
    int error;
    int64_t last_ns; /* time never goes back */
};

struct end {
    uint8_t address[16];
    uint16_t port;
    uint32_t next; /* sequence number */
    bool has_ended;
};

struct recorded {
    struct recorder *recorder;
    bool is_ipv6;
    bool we_dial, is_over;
    const char *label; /* to be said with the next packet; NULL */
    struct end us, peer;
};

struct recorder *recorder_new(bool has_passwords) {
    struct recorder *r = world_alloc(NULL, sizeof *r);
    *r = (struct recorder){.packets = tmpfile(), .has_passwords = has_passwords};
    if (r->packets == NULL) {
        free(r);
        return NULL;
    }
    return r;
}

void recorder_free(struct recorder *r) {
    if (r == NULL)
        return;
    fclose(r->packets);
    if (r->secrets != NULL)
        OPENSSL_cleanse(r->secrets, r->secrets_room);
    free(r->secrets);
    free(r);
}

/* ---- secrets ---- */

/* A master secret, and the secrets of application data, would open what a password went through. */
static bool is_kept(const struct recorder *r, const char *line) {
    return !r->has_passwords || strstr(line, "_HANDSHAKE_TRAFFIC_SECRET ") != NULL;
}

static void secret_add(struct recorder *r, const char *line) {
    size_t size = strlen(line);
    if (!is_kept(r, line) || r->secrets_size + size + 1 > SECRETS_MAX)
        return;
    if (r->secrets_size + size + 1 > r->secrets_room) { /* not by realloc(), which leaves a copy behind */
        size_t room = 2 * r->secrets_room + size + 1024;
        char *larger = world_alloc(NULL, room);
        if (r->secrets != NULL) {
            memcpy(larger, r->secrets, r->secrets_size);
            OPENSSL_cleanse(r->secrets, r->secrets_room);
            free(r->secrets);
        }
        r->secrets = larger;
        r->secrets_room = room;
    }
    memcpy(r->secrets + r->secrets_size, line, size);
    r->secrets[r->secrets_size + size] = '\n';
    r->secrets_size += size + 1;
}

static void on_secret(const SSL *ssl, const char *line) {
    secret_add(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)), line);
}

void recorder_hear(struct recorder *recorder, SSL_CTX *context) {
    if (recorder == NULL || context == NULL)
        return;
    SSL_CTX_set_app_data(context, recorder);
    SSL_CTX_set_keylog_callback(context, on_secret);
}

/* ---- packets ---- */

static void put16(uint8_t *to, unsigned value) {
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value) {
    put16(to, value >> 16);
    put16(to + 2, value & 0xffff);
}

/* RFC 1071: the sum of 16-bit words, not yet folded. */
static uint32_t sum_of(const uint8_t *bytes, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    return size % 2 != 0 ? sum + ((uint32_t)bytes[size - 1] << 8) : sum;
}

static unsigned folded(uint32_t sum) {
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/* RFC 791 3.1, RFC 8200 3: how long the header is. */
static size_t ip_write(uint8_t *p, bool is_ipv6, int protocol, const struct end *from, const struct end *to,
                       size_t payload) {
    if (is_ipv6) {
        memset(p, 0, 40);
        p[0] = 0x60;
        put16(p + 4, (unsigned)payload);
        p[6] = (uint8_t)protocol;
        p[7] = HOPS;
        memcpy(p + 8, from->address, 16);
        memcpy(p + 24, to->address, 16);
        return 40;
    }
    memset(p, 0, 20);
    p[0] = 0x45;
    put16(p + 2, (unsigned)(20 + payload));
    p[6] = 0x40; /* do not fragment */
    p[8] = HOPS;
    p[9] = (uint8_t)protocol;
    memcpy(p + 12, from->address, 4);
    memcpy(p + 16, to->address, 4);
    put16(p + 10, folded(sum_of(p, 20)));
    return 20;
}

static int64_t now_ns(struct recorder *r) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    r->last_ns = ns > r->last_ns ? ns : r->last_ns;
    return r->last_ns;
}

/* RFC 9293 3.1. */
static void packet_put(struct recorded *c, bool by_us, int flags, const uint8_t *bytes, size_t size) {
    struct end *from = by_us ? &c->us : &c->peer, *to = by_us ? &c->peer : &c->us;
    uint8_t packet[HEADERS + SEGMENT], *tcp;
    size_t ip = ip_write(packet, c->is_ipv6, IPPROTO_TCP, from, to, 20 + size), address = c->is_ipv6 ? 16 : 4;
    tcp = packet + ip;
    memset(tcp, 0, 20);
    put16(tcp, from->port);
    put16(tcp + 2, to->port);
    put32(tcp + 4, from->next);
    put32(tcp + 8, (flags & FLAG_ACK) != 0 ? to->next : 0);
    tcp[12] = 5 << 4;
    tcp[13] = (uint8_t)flags;
    put16(tcp + 14, 65535);
    if (size > 0)
        memcpy(tcp + 20, bytes, size);
    put16(tcp + 16, folded(sum_of(from->address, address) + sum_of(to->address, address) + IPPROTO_TCP +
                           (uint32_t)(20 + size) + sum_of(tcp, 20 + size)));
    from->next += (uint32_t)size + ((flags & (FLAG_SYN | FLAG_FIN)) != 0);
    struct recorder *r = c->recorder;
    if (!r->failed && !pcap_write_packet(r->packets, now_ns(r), packet, ip + 20 + size, c->label)) {
        r->failed = true;
        r->error = errno;
    }
    c->label = NULL;
}

/* ---- connections ---- */

static bool end_read(struct end *end, const struct sockaddr_storage *address, bool *is_ipv6) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    *is_ipv6 = address->ss_family == AF_INET6;
    if (!*is_ipv6 && address->ss_family != AF_INET)
        return false;
    memcpy(end->address, *is_ipv6 ? (const void *)&v6->sin6_addr : (const void *)&v4->sin_addr,
           *is_ipv6 ? 16 : 4);
    end->port = ntohs(*is_ipv6 ? v6->sin6_port : v4->sin_port);
    return true;
}

struct recorded *recorder_begin(struct recorder *recorder, int fd, const struct sockaddr_storage *to,
                                bool we_dial) {
    struct sockaddr_storage own = {0}, other = *to;
    socklen_t size = sizeof own, other_size = sizeof other;
    bool own_is_ipv6, is_ipv6;
    if (recorder == NULL || getsockname(fd, (struct sockaddr *)&own, &size) != 0 ||
        (!we_dial && getpeername(fd, (struct sockaddr *)&other, &other_size) != 0))
        return NULL;
    struct recorded *c = world_alloc(NULL, sizeof *c);
    *c = (struct recorded){.recorder = recorder, .we_dial = we_dial};
    if (!end_read(&c->us, &own, &own_is_ipv6) || !end_read(&c->peer, &other, &is_ipv6) ||
        own_is_ipv6 != is_ipv6) {
        free(c);
        return NULL;
    }
    c->is_ipv6 = is_ipv6;
    c->us.next = 1000; /* any number will do; small ones are easy to read */
    c->peer.next = 500000;
    packet_put(c, we_dial, FLAG_SYN, NULL, 0);
    return c;
}

void recorded_label(struct recorded *c, const char *label) {
    if (c != NULL)
        c->label = label;
}

void recorded_open(struct recorded *c) {
    if (c == NULL)
        return;
    packet_put(c, !c->we_dial, FLAG_SYN | FLAG_ACK, NULL, 0);
    packet_put(c, c->we_dial, FLAG_ACK, NULL, 0);
}

void recorded_refused(struct recorded *c) {
    if (c != NULL && !c->is_over)
        packet_put(c, !c->we_dial, FLAG_RST | FLAG_ACK, NULL, 0);
    if (c != NULL)
        c->is_over = true;
}

static void bytes_put(struct recorded *c, bool by_us, const uint8_t *bytes, size_t size) {
    if (c == NULL || c->is_over || (by_us ? c->us.has_ended : c->peer.has_ended))
        return;
    for (size_t at = 0; at < size; at += SEGMENT)
        packet_put(c, by_us, FLAG_PSH | FLAG_ACK, bytes + at, size - at < SEGMENT ? size - at : SEGMENT);
    packet_put(c, !by_us, FLAG_ACK, NULL, 0);
}

void recorded_sent(struct recorded *c, const void *bytes, size_t size) {
    bytes_put(c, true, bytes, size);
}

void recorded_came(struct recorded *c, const void *bytes, size_t size) {
    bytes_put(c, false, bytes, size);
}

void recorded_end(struct recorded *c, bool by_us, bool by_reset) {
    struct end *end = c == NULL ? NULL : by_us ? &c->us : &c->peer;
    if (c == NULL || c->is_over || end->has_ended)
        return;
    packet_put(c, by_us, (by_reset ? FLAG_RST : FLAG_FIN) | FLAG_ACK, NULL, 0);
    end->has_ended = true;
    c->is_over = by_reset || (c->us.has_ended && c->peer.has_ended);
}

void recorded_free(struct recorded *c) {
    free(c);
}

/* RFC 768. */
void recorder_datagram(struct recorder *r, int fd, bool by_us, const void *bytes, size_t size) {
    struct sockaddr_storage own = {0}, other = {0};
    socklen_t own_size = sizeof own, other_size = sizeof other;
    struct end us = {.port = 0}, peer = {.port = 0};
    bool is_ipv6, peer_is_ipv6;
    uint8_t packet[40 + 8 + DATAGRAM_MAX];
    if (r == NULL || r->failed || size > DATAGRAM_MAX ||
        getsockname(fd, (struct sockaddr *)&own, &own_size) != 0 ||
        getpeername(fd, (struct sockaddr *)&other, &other_size) != 0 || !end_read(&us, &own, &is_ipv6) ||
        !end_read(&peer, &other, &peer_is_ipv6) || is_ipv6 != peer_is_ipv6)
        return;
    const struct end *from = by_us ? &us : &peer, *to = by_us ? &peer : &us;
    size_t ip = ip_write(packet, is_ipv6, IPPROTO_UDP, from, to, 8 + size), address = is_ipv6 ? 16 : 4;
    uint8_t *udp = packet + ip;
    put16(udp, from->port);
    put16(udp + 2, to->port);
    put16(udp + 4, (unsigned)(8 + size));
    put16(udp + 6, 0);
    memcpy(udp + 8, bytes, size);
    unsigned sum = folded(sum_of(from->address, address) + sum_of(to->address, address) + IPPROTO_UDP +
                          (uint32_t)(8 + size) + sum_of(udp, 8 + size));
    put16(udp + 6, sum == 0 ? 0xffff : sum);
    if (!pcap_write_packet(r->packets, now_ns(r), packet, ip + 8 + size, NULL)) {
        r->failed = true;
        r->error = errno;
    }
}

/* ---- the file ---- */

bool recorder_write(struct recorder *r, FILE *out, const char *comment) {
    char piece[16 * 1024];
    size_t size;
    if (r->failed) {
        errno = r->error;
        return false;
    }
    rewind(r->packets);
    if (!pcap_write_section(out, "edgeprobe", comment) ||
        !pcap_write_interface(out, LINK_RAW_IP, "edgeprobe") ||
        (r->secrets_size > 0 && !pcap_write_secrets(out, r->secrets, r->secrets_size)))
        return false;
    while ((size = fread(piece, 1, sizeof piece, r->packets)) > 0)
        if (fwrite(piece, 1, size, out) != size)
            return false;
    return !ferror(r->packets);
}
