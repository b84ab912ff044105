/* How does a test get a server that misbehaves? A script, played on loopback to every connection, by a
 * process of its own. */
#ifndef TESTS_UNIT_TLS_PEER_H
#define TESTS_UNIT_TLS_PEER_H

#include <stddef.h>
#include <sys/types.h>

enum peer_do {
    PEER_END,   /* of the script: close */
    PEER_HEAR,  /* wait for the first bytes of the client */
    PEER_SAY,   /* text, then wait ms */
    PEER_DRIP,  /* the same, one byte every `ms` */
    PEER_SLEEP, /* ms */
    PEER_RESET  /* RST */
};

struct peer_step {
    enum peer_do what;
    const char *text;
    size_t size;
    int ms;
};

#define END                                                                                                  \
    { .what = PEER_END }
#define HEAR                                                                                                 \
    { .what = PEER_HEAR }
#define SAY(text)                                                                                            \
    { PEER_SAY, text, sizeof(text) - 1, 0 }
#define SAY_SLOWLY(text, ms)                                                                                 \
    { PEER_SAY, text, sizeof(text) - 1, ms }
#define DRIP(text, ms)                                                                                       \
    { PEER_DRIP, text, sizeof(text) - 1, ms }
#define SLEEP(time)                                                                                          \
    { .what = PEER_SLEEP, .ms = time }
#define RESET                                                                                                \
    { .what = PEER_RESET }

struct peer {
    pid_t pid;
    int port;
};

struct peer peer_start(const struct peer_step *script);
void peer_stop(struct peer peer);
/* A port that nobody listens on; and one where connection requests get no answer (the queue is full), to be
 * ended by closing the descriptors. */
int port_closed(void);
int port_silent(int descriptors[4]);

#endif
