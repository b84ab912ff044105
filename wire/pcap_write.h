/* How is a packet capture written? pcapng, times in nanoseconds (draft-ietf-opsawg-pcapng). And the numbers
 * of its blocks and options, which the reader needs as well. False as for fwrite: errno. */
#ifndef WIRE_PCAP_WRITE_H
#define WIRE_PCAP_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 2, /* of old */
    BLOCK_SIMPLE = 3,
    BLOCK_ENHANCED = 6,
    BLOCK_SECRETS = 10
};
enum { OPTION_COMMENT = 1, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14, SECRETS_TLS = 0x544c534b };

enum { LINK_ETHERNET = 1, LINK_RAW_IP = 101 };

bool pcap_write_section(FILE *out, const char *application, const char *comment);
bool pcap_write_interface(FILE *out, int link, const char *name);
/* On interface 0; comment NULL for none, at most 63 octets. */
bool pcap_write_packet(FILE *out, int64_t time_ns, const uint8_t *bytes, size_t size, const char *comment);
bool pcap_write_secrets(FILE *out, const char *text, size_t size);

#endif
