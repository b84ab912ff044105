/* What is in a packet capture file? pcap and pcapng, plain or gzip, in pieces of any size. How one is written
 * is pcap_write.h's.
 *
 * Reads pcap (both byte orders, microseconds and nanoseconds) and pcapng (several sections and interfaces,
 * comments, Decryption Secrets Blocks; draft-ietf-opsawg-pcapng). Knows nothing of what packets hold, and
 * opens no file: bytes come through a function. All input is hostile: a block that lies about its length is
 * the end of what can be read, and is said. */
#ifndef WIRE_PCAP_H
#define WIRE_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/feed.h"

struct pcap_packet {
    int64_t time_ns;      /* since the epoch; of the packet before where the block has none */
    int link;             /* LINKTYPE_ number of its interface */
    const uint8_t *bytes; /* until the next call */
    size_t size;          /* as kept */
    size_t length;        /* as it was on the wire; never below size */
    const char *comment;  /* its first one, cut to 63 octets, until the next call; NULL */
};

enum pcap_event {
    PCAP_PACKET,
    PCAP_END,
    PCAP_CUT,       /* the file ends inside a packet or block */
    PCAP_BROKEN,    /* no sense can be made of what follows: pcap_fault() */
    PCAP_NO_CAPTURE /* this was no capture from the start: pcap_fault() says what it is */
};

struct pcap_reader; /* owns its memory; no arena, since captures are larger than what is kept of them */

struct pcap_reader *pcap_open(feed_read_fn read, void *context);
void pcap_close(struct pcap_reader *reader); /* NULL is fine */

/* The text of a TLS key log in a Decryption Secrets Block, as it comes. */
void pcap_on_secrets(struct pcap_reader *reader,
                     void (*secrets)(void *context, const char *text, size_t size), void *context);

enum pcap_event pcap_next(struct pcap_reader *reader, struct pcap_packet *packet);
const char *pcap_fault(const struct pcap_reader *reader); /* static text; NULL when nothing is wrong */
const char *
pcap_comment(const struct pcap_reader *reader); /* first comment of the section, as it stands; NULL */

#endif
