/* What does a server answer to one ClientHello of our own bytes? One connection: TCP, STARTTLS where wanted,
 * the hello, the first flight, a farewell. Agrees on no key. */
#ifndef PROBE_CIPHERS_ASK_H
#define PROBE_CIPHERS_ASK_H

#include "wire/flight.h"
#include "wire/hello_write.h"
#include "probe/world.h"

enum ask_outcome {
    ASK_HELLO,  /* a ServerHello (or HelloRetryRequest), and what belongs to it */
    ASK_ALERT,  /* a fatal alert: alert says which */
    ASK_CLOSED, /* end of file without a word of TLS */
    ASK_RESET,
    ASK_TIMEOUT,
    ASK_NO_CONNECTION, /* TCP refused, timed out, unreachable */
    ASK_NO_STARTTLS,   /* the XMPP stream did not come to TLS */
    ASK_NOT_TLS,
    ASK_MALFORMED /* TLS that breaks its rules, or an answer to another question */
};

struct ask_form {
    const char *address; /* numeric */
    int port;
    const char *xmpp_domain; /* STARTTLS of XMPP first, to this domain; NULL: TLS at once */
    bool is_of_servers;      /* as a server that calls another */
    struct hello_form hello;
};

struct ask {
    struct ask_form form;
    enum ask_outcome outcome;
    const struct flight *flight; /* NULL when no hello was sent */
    struct tcp_attempt tcp;
    char *what; /* the outcome in words: "alert handshake_failure", "closed"; NULL for a good answer */
};

typedef void (*ask_fn)(void *context, struct ask *ask);

/* `done` once, from the loop; the connection is gone by then. The ask is in the arena. */
struct ask *ask_start(struct world *world, const struct ask_form *form, ask_fn done, void *context);

#endif
