/* Which handshake messages and alerts are in a plaintext TLS stream? Records in any pieces to whole messages.
 *
 * For what comes before encryption: everything up to the ServerHello, and in TLS 1.2 and below the server's
 * whole first flight (RFC 8446 5.1, RFC 5246 6.2). Decrypts nothing. */
#ifndef WIRE_RECORDS_H
#define WIRE_RECORDS_H

#include <stdbool.h>
#include "facts/arena.h"

struct records;

struct records_events {
    /* One handshake message without its header; one alert. False: enough, stop here. */
    bool (*message)(void *context, int type, const uint8_t *body, size_t size);
    bool (*alert)(void *context, int level, int number);
    void *context;
};

enum records_result {
    RECORDS_MORE,
    RECORDS_STOPPED,   /* an event said so */
    RECORDS_BROKEN,    /* *fault says why (static text) */
    RECORDS_TOO_LARGE, /* a message above the limit: ours, not the protocol's */
    RECORDS_SEALED     /* what follows is encrypted: ChangeCipherSpec or application data */
};

/* The most that is read of one message; OpenSSL's clients stop at 100 KiB. */
enum { TLS_MESSAGE_MAX = 256 * 1024 };

/* Messages above TLS_MESSAGE_MAX are TOO_LARGE, before memory is taken for them. */
struct records *records_new(struct arena *arena, struct records_events events);
enum records_result records_feed(struct records *records, const uint8_t *bytes, size_t size,
                                 const char **fault);

#endif
