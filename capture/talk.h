/* What do the two ends of one TCP connection say to each other? Finds TLS on any port and behind any opening
 * words, XMPP streams, SSH banners; follows the handshake as long as it tells something, and no longer.
 *
 * Does not know how TCP ended (flows.h does) and does not conclude (conclude.h). */
#ifndef CAPTURE_TALK_H
#define CAPTURE_TALK_H

#include "capture/keep.h"
#include "capture/stream.h"
#include "wire/conversation.h"
#include "wire/packet.h"
#include "wire/key_log.h"

enum talk_kind { TALK_PLAIN, TALK_TLS, TALK_SSH };

struct talk_world { /* what all connections share */
    struct keep *keep;
    const struct key_log *key_log; /* NULL: no keys */
    bool draws;                    /* steps are wanted */
};

struct talk {
    const struct talk_world *world;
    struct arena *arena; /* of this connection alone */
    enum talk_kind kind;
    int client;      /* which direction, 0 or 1, the client sends in; -1 while nothing tells */
    bool has_syn[2]; /* the direction was seen from its beginning */
    struct stream streams[2];
    struct conversation_reader *tls; /* NULL until TLS begins */
    int speaking;                    /* BY_CLIENT or BY_SERVER: whose bytes are read */
    struct certs shown[SIDES];       /* as sent, also what cannot be read: of that only the hash is told */
    bool offer_is_kept;              /* the last offer is not this connection's alone */
    bool is_xmpp;
    struct xmpp_exchange *xmpp; /* NULL unless is_xmpp */
    struct xmpp_reader *xmpp_reader;
    struct ssh_exchange *ssh; /* NULL unless TALK_SSH */
    struct ssh_reader *ssh_reader;
    struct http_exchange *http; /* the first answer that decrypted HTTP gave to a request of MRA; NULL */
    struct sip_exchange *sip;   /* the first final answer that decrypted SIP gave; NULL */
    struct inside *inside;      /* reader of what is decrypted; NULL before the first of it */
    uint8_t carry[2][16];       /* the beginning of what may be a ClientHello */
    size_t carry_size[2];
    size_t plain_bytes[2];
    int64_t now_ns;               /* of the packet that is looked at */
    int64_t hello_ns, through_ns; /* ClientHello; end of the handshake; 0: not seen */
    size_t gap_bytes;             /* missing in what was followed */
    LIST_OF(struct connection_step) steps;
};

/* client: as TCP tells, -1 when it does not. */
struct talk *talk_new(const struct talk_world *world, int client);
void talk_free(struct talk *talk); /* NULL is fine */
/* The SYN of one direction: its data begin behind this number. */
void talk_begins(struct talk *talk, int direction, uint32_t first);
void talk_segment(struct talk *talk, int direction, const struct ip_packet *packet, uint32_t seq,
                  int64_t now_ns);
void talk_end(struct talk *talk); /* nothing more comes */

bool talk_is_dull(const struct talk *talk);  /* nothing that we know is spoken, and much was said */
bool talk_is_over(const struct talk *talk);  /* all that can be known is */
bool talk_is_known(const struct talk *talk); /* TLS, XMPP or SSH was seen */
size_t talk_memory(const struct talk *talk);

#endif
