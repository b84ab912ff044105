/* How did a TLS attempt end, and who ended it? What happened last, and what had been seen by then, to the
 * state and the side of facts/tls.h: the first question of every TLS diagnosis.
 *
 * Pure, and the same for whoever was on the other side of the handshake. Our own library's policy must never
 * look like the peer's refusal. Reads no bytes and knows no connection: those who do fill in what they
 * witnessed. */
#ifndef FACTS_ENDING_H
#define FACTS_ENDING_H

#include "facts/tls.h"

/* What happened last. */
enum happened {
    HAPPENED_DONE,    /* all that was wanted had come */
    HAPPENED_EOF,     /* the peer closed, or said close_notify */
    HAPPENED_RESET,   /* RST */
    HAPPENED_TIMEOUT, /* nothing came for as long as we wait for one step */
    HAPPENED_STOPPED, /* our own deadline */
    HAPPENED_LIBRARY, /* our library would not go on */
    HAPPENED_LIMIT,   /* more came at once than we read: a limit of ours */
    HAPPENED_BROKEN,  /* TLS records, and no handshake can come of them */
    HAPPENED_PLAIN    /* something that is no TLS */
};

enum { NO_ALERT = -1 };

struct witnessed {
    enum happened last;
    int peer_alert, peer_warning, our_alert; /* fatal, warning, and the one that our library sent; NO_ALERT */
    int version;                             /* that the server chose, as on the wire; 0: none yet */
    bool heard;                              /* anything at all came from the peer */
    bool is_unreadable;                      /* a message of the handshake made no sense */
    bool answered; /* our part was sent: the client's Certificate message, be it empty */
};

struct ending {
    enum tls_state state;
    enum side by;
    int alert; /* that ended it, whoever sent it; NO_ALERT */
    enum side alert_by;
    const char *words; /* static; NULL where only the library's or the caller's tell, and when established */
};

struct ending ending_of(const struct witnessed *seen);

/* Where no connection was had the attempt ends by what the connection met; NOT_TRIED where that was nothing
 * of the peer's. */
struct ending ending_without_connection(enum tcp_state tcp);

/* What the server made of the client's certificate, as far as the end tells. */
struct asking {
    bool asked;      /* a CertificateRequest */
    bool is_past;    /* it came to where it would have asked */
    bool answered;   /* a Certificate message went back */
    bool showed;     /* with a certificate in it */
    bool is_through; /* the handshake was done */
    bool is_refused; /* the server ended it, in whatever way */
};
enum client_auth ending_for_client(const struct asking *asking);

/* Into the attempt: state, side, alert, and the words: those of an alert that `who` ("the peer") sent, else
 * `words` (NULL: none). */
void ending_tell(struct arena *arena, const struct ending *ending, const char *who, const char *words,
                 struct tls_attempt *attempt);

struct tls_alert *tls_alert_new(struct arena *arena, int number, enum side by); /* by its name, or alert_N */

#endif
