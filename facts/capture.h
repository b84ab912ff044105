/* What did a packet capture show? One TCP connection is one struct connection, as the wire shows it: both
 * sides are strangers, and nobody in it is "us".
 *
 * A capture with many connections keeps one such struct for each, so texts and lists are shared between
 * them: nobody may change them. What judges judge are the endpoints made of them (facts.h), each of which
 * knows its connections by their ids. */
#ifndef FACTS_CAPTURE_H
#define FACTS_CAPTURE_H

#include "facts/cert.h"
#include "facts/tls.h"

enum connection_state {
    CONNECTION_ESTABLISHED, /* both sides finished the handshake, as far as the wire shows */
    CONNECTION_REFUSED,     /* a fatal alert or a close during the handshake, by either side */
    CONNECTION_UNANSWERED,  /* a ClientHello and nothing after it */
    CONNECTION_RESET,       /* an RST during the handshake, and no alert */
    CONNECTION_NOT_TLS,     /* a ClientHello, and an answer that is no TLS */
    CONNECTION_INCOMPLETE   /* the capture lacks what would tell */
};
extern const struct enum_name connection_states[];

enum connection_protocol { CONNECTION_TLS, CONNECTION_XMPP, CONNECTION_SSH };
extern const struct enum_name connection_protocols[];

enum connection_how { ENDED_OPEN, ENDED_FIN, ENDED_RESET };
extern const struct enum_name connection_hows[];

/* One of the files, and what it was besides what it showed. */
struct capture_file {
    char *name;          /* as given */
    int64_t first, last; /* packets, seconds since the epoch; 0 when there was none */
    int packets;
    int cut_packets; /* of which less was kept than there was on the wire: the snapshot length */
    int kept;        /* octets at most of a packet that was cut; 0: none was */
    char *trouble;   /* how it ends before its end, or is damaged; NULL: it is whole */
};

struct connection_client {
    char *address; /* numeric */
    int port;
};

struct connection_server {
    char *address;
    int port;
    char *name; /* SNI, else a name that a DNS answer in the capture gave the address; NULL when neither */
};

struct connection_alert {
    char *by;    /* "client" or "server" */
    char *level; /* "fatal" or "warning" */
    int number;
    char *name; /* "unknown_ca" */
};

struct connection_ended {
    enum connection_how how;
    char *by; /* "client" or "server"; NULL while it is open */
};

/* One thing that a side said or did: a line of the drawing. */
struct connection_step {
    int64_t at; /* microseconds since the epoch */
    char *by;   /* "client" or "server" */
    char *what; /* "ClientHello sni=expe1.example.com", "Alert fatal unknown_ca", "FIN" */
    int size;   /* octets */
};

struct connection {
    int id;          /* from 1, in the order of first packets */
    char *file;      /* as given */
    int64_t started; /* first packet, microseconds since the epoch */
    struct connection_client client;
    struct connection_server server;
    enum connection_protocol protocol;
    char *sni;
    struct texts versions_offered; /* "TLSv1.3"; without the extension the highest alone; no GREASE */
    char *version, *cipher;        /* chosen; NULL until the server did */
    enum connection_state state;
    LIST_OF(struct connection_alert) alerts;
    struct connection_ended ended;
    char *client_auth; /* "none", "requested" or "not-seen" */
    struct texts ca_names;
    struct certs server_chain, client_chain; /* as sent, leaf first */
    bool staple;
    int missing_bytes; /* of what was followed: up to the end of the handshake, or with keys, of all */
    int overlaps;      /* segments that disagree with bytes that came before */
    int packets;
    char *note; /* what cannot be told and why, or what else is to be known; NULL */
    LIST_OF(struct connection_step) steps; /* only where asked for */
};

#endif
