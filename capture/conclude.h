/* What became of one connection? From what was said, and how TCP ended, to one struct connection. */
#ifndef CAPTURE_CONCLUDE_H
#define CAPTURE_CONCLUDE_H

#include "capture/names.h"
#include "capture/talk.h"

/* TCP's part of the story. Directions are 0, of the first packet seen, and 1; -1: neither. */
struct tcp_story {
    int family;
    struct ip_address address[2];
    uint16_t port[2];
    char *file; /* kept text */
    int64_t started_ns, last_ns;
    int64_t accepted_ns; /* SYN and ACK; 0: not seen */
    int packets;
    int caller; /* who sent the SYN */
    enum connection_how how;
    int ended_by;
    int64_t ended_ns;
    bool from_path;           /* the RST came with another hop count than its sender's packets have */
    bool is_ours;             /* the probe recorded itself: nobody else dialled */
    bool is_survey;           /* only what the server takes was asked: no client does that */
    enum tls_purpose purpose; /* of ours */
    int64_t watched_until_ns; /* the capture went on to here, when it was concluded */
    bool given_up;            /* too many connections at once: not followed to its end */
};

/* In the arena of facts, with kept texts and lists. `ended` and `packets` are as of now. */
struct connection *conclude(struct facts *facts, struct keep *keep, const struct names *names,
                            struct talk *talk, const struct tcp_story *story);
/* What TCP tells later than the rest. */
void conclude_end(struct connection *connection, const struct tcp_story *story, int client);

/* Did the handshake end by this side's closing, for what the other showed? BY_CLIENT, BY_SERVER; -1: no. */
int ended_by_side(const struct tcp_story *story, int client);

#endif
