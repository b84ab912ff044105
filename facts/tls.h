/* How did one connection attempt go, and who ended it?
 * A TCP attempt belongs to an endpoint; a TLS attempt is one handshake with one form of ClientHello. */
#ifndef FACTS_TLS_H
#define FACTS_TLS_H

#include "facts/cert.h"

enum tcp_state {
    TCP_NOT_TRIED,
    TCP_UNRESOLVED, /* the name gave no address */
    TCP_CONNECTED,
    TCP_REFUSED,
    TCP_TIMEOUT,
    TCP_UNREACHABLE, /* no route, host or network unreachable */
    TCP_RESET,       /* RST right after the connection was accepted, before either side said anything */
    TCP_ERROR        /* anything else: `error` says what */
};
extern const struct enum_name tcp_states[];

struct tcp_attempt {
    enum tcp_state state;
    int ms;
    char *error; /* the system's words; NULL when connected */
};

enum tls_state {
    TLS_NOT_TRIED,
    TLS_ESTABLISHED, /* handshake done, and the read after it brought no refusal */
    TLS_ALERT,       /* a fatal alert ended it: alert->sent_by says whose */
    TLS_CLOSED,      /* end of file without an alert */
    TLS_RESET,
    TLS_TIMEOUT,
    TLS_NOT_TLS,     /* something else answered: not_tls says what */
    TLS_MALFORMED,   /* TLS records, but no valid handshake */
    TLS_LOCAL_ERROR, /* our own library refused or failed: never the server's fault */
    TLS_UNSEEN       /* what was seen of it does not tell how it ended: `error` says what is missing */
};
extern const struct enum_name tls_states[];

enum side { SIDE_NOBODY, SIDE_US, SIDE_PEER, SIDE_PATH };
extern const struct enum_name sides[];

/* Which form of ClientHello, and what it is to show. Of all but MAIN and CLIENT_CERT only the server's
 * Certificate is wanted: ESTABLISHED says that it came, then we left. Where no connection was had for one of
 * them, the state is what it met: TIMEOUT for silence, RESET for a refusal. */
enum tls_purpose {
    PURPOSE_MAIN,        /* everything offered, SNI = the host */
    PURPOSE_SNI_SERVICE, /* SNI = host label of the target + service domain (field-facts 1.1, multitenant) */
    PURPOSE_SNI_NONE,
    PURPOSE_RSA,         /* only RSA authentication acceptable */
    PURPOSE_ECDSA,       /* only ECDSA authentication acceptable */
    PURPOSE_TLS12,       /* TLS 1.2 at most */
    PURPOSE_LEGACY,      /* TLS 1.0 and 1.1 only */
    PURPOSE_CLIENT_CERT, /* with the client certificate given by the user */
    PURPOSE_AGAIN /* MAIN, or a form of server name, over again: it ended without a word. `sni` tells which */
};
extern const struct enum_name tls_purposes[];

enum client_auth {
    CLIENT_AUTH_NOT_SEEN,  /* the handshake did not get that far */
    CLIENT_AUTH_NONE,      /* no CertificateRequest */
    CLIENT_AUTH_REQUESTED, /* asked, and went on without one */
    CLIENT_AUTH_REQUIRED,  /* asked, and refused us without one */
    CLIENT_AUTH_ACCEPTED,  /* ours was presented and accepted */
    CLIENT_AUTH_REJECTED   /* ours was presented and refused */
};
extern const struct enum_name client_auths[];

struct tls_alert {
    int number;
    char *name;        /* "handshake_failure"; "alert_200" for a number nobody assigned */
    enum side sent_by; /* SIDE_US or SIDE_PEER */
};

const char *alert_name(int number); /* "unknown_ca"; NULL when not assigned */

struct tls_attempt {
    enum tls_purpose purpose;
    enum tls_state state;
    enum side ended_by;            /* who ended it when it failed */
    struct tls_alert *alert;       /* NULL when no fatal alert was seen in either direction */
    char *version;                 /* "TLSv1.3"; NULL until the server chose */
    char *cipher;                  /* OpenSSL's name; NULL likewise */
    char *group;                   /* key exchange group "X25519", "P-256"; NULL when none or not known */
    struct texts groups_announced; /* TLS 1.3: the server's own list, preferred first, IANA names; mostly
                                      empty. Not saved: a cipher survey's groups13 is */
    char *signature_algorithm;     /* the server's, "rsa_pss_rsae_sha256"; NULL when none was seen */
    char *alpn;                    /* NULL when none was chosen */
    char *sni;                     /* what we sent; NULL when none */
    enum client_auth client_auth;
    bool asked_late;       /* for a client certificate, after the handshake: once the request was known */
    struct texts ca_names; /* distinguished names in the CertificateRequest, one line each */
    struct certs chain;    /* as sent, leaf first */
    bool session_ticket;   /* TLS 1.3: a ticket arrived on the read after the handshake */
    char *not_tls;         /* "http", "ssh", "sip", "xmpp", "smtp", "other"; NULL unless TLS_NOT_TLS */
    char *first_bytes;     /* what came instead, made harmless, at most 64 bytes; NULL likewise */
    char *error;           /* the library's or the system's words; NULL when established */
    uint8_t *staple;       /* stapled OCSP answer, DER; NULL when none came */
    size_t staple_size;
    int connect_ms, ms; /* own TCP connect; from ClientHello to the end of the handshake */
};

#endif
