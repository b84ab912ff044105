/* What did the service behind the TLS say? One struct per protocol, each with how its exchange ended. */
#ifndef FACTS_SERVICE_H
#define FACTS_SERVICE_H

#include "facts/cert.h"
#include "facts/text.h"

enum exchange_state {
    EXCHANGE_NOT_TRIED, /* no connection, or TLS failed: nothing could be asked */
    EXCHANGE_ANSWERED,
    EXCHANGE_NO_ANSWER, /* time ran out */
    EXCHANGE_CLOSED,    /* closed or reset before an answer */
    EXCHANGE_MALFORMED, /* an answer that is none in this protocol, or breaks its rules or our caps */
    EXCHANGE_FAILED     /* we could not ask (TLS failure of the HTTP library): error says */
};
extern const struct enum_name exchange_states[];

struct http_exchange {
    char *request; /* "get_edge_sso" or "get_edge_config" */
    char *domain;  /* the service domain asked for */
    char *url;
    enum exchange_state state;
    int status;   /* when answered */
    char *server; /* Server: header; "CE_C ECS" is Expressway-C, "CE_E" Expressway-E (field-facts 1.3) */
    char *realm;  /* realm of WWW-Authenticate; of several challenges Basic's; NULL when absent */
    char *scheme; /* of the challenge with that realm: "Basic", "Digest", as sent; NULL when it names none */
    int64_t date; /* Date: header, by the clock of who answered; 0 when absent or none (RFC 9110 5.6.7) */
    char *content_type; /* NULL when absent */
    char *location;     /* NULL when absent */
    char *body;         /* first 2048 bytes, made harmless */
    char *error;
    int ms;
};

struct sip_exchange {
    enum exchange_state state;
    int code;     /* when answered */
    char *reason; /* reason phrase */
    char *server; /* Server or User-Agent; NULL when absent */
    char *fault;  /* what was malformed; NULL when nothing */
    char *raw;    /* first line and headers as received, made harmless, at most 2048 bytes */
    int ms;
};

enum xmpp_state {
    XMPP_NOT_TRIED,
    XMPP_READY, /* stream, STARTTLS, TLS, features after it */
    XMPP_NO_ANSWER,
    XMPP_CLOSED,
    XMPP_NO_STARTTLS,  /* stream features without starttls, or <failure/> */
    XMPP_STREAM_ERROR, /* <stream:error>: `error` holds the condition */
    XMPP_MALFORMED,
    XMPP_TLS_FAILED,  /* STARTTLS was accepted, the handshake failed: see tls */
    XMPP_NO_FEATURES, /* no features after TLS */
    XMPP_UNSEEN       /* a capture lacks part of it: `error` says which */
};
extern const struct enum_name xmpp_states[];

struct xmpp_exchange {
    enum xmpp_state state;
    bool is_of_servers; /* our stream is a server's; what the endpoint's protocol says is not saved again */
    char *to;           /* the domain of our stream header */
    char *from;         /* the server's; NULL when absent */
    bool starttls_required;
    struct texts mechanisms; /* SASL mechanisms after TLS */
    char *error;
    int ms;
};

enum ssh_state {
    SSH_NOT_TRIED,
    SSH_READY,     /* banner and KEXINIT */
    SSH_NO_BANNER, /* silence */
    SSH_NOT_SSH,   /* bytes that are no SSH identification: `banner` holds them */
    SSH_CLOSED,
    SSH_NO_KEXINIT, /* banner, but no valid KEXINIT */
    SSH_UNSEEN,     /* a capture lacks part of it: `error` says which */
};
extern const struct enum_name ssh_states[];

struct ssh_exchange {
    enum ssh_state state;
    char *banner; /* "SSH-2.0-OpenSSH_9.2p1"; NULL when nothing came */
    struct texts kex_algorithms, host_key_algorithms, ciphers; /* from KEXINIT, in the server's order */
    char *host_key_type;   /* NULL when the key exchange was not carried on to it */
    char *host_key_sha256; /* hex, of the whole key blob (RFC 4253 8: K_S) */
    char
        *host_key_fingerprint; /* the same as ssh-keygen -l prints it: "SHA256:" and base64 without padding */
    struct certs host_certificates; /* x509v3-* keys (RFC 6187): the certificates in the blob, leaf first */
    char *error;                    /* when ready: why the key exchange was not carried on to the host key */
    int ms;
};

#endif
