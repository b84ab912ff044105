/* What do the parts of a cipher survey share? One server, one address, while it is being asked. Private to
 * survey*.c; ciphers.c starts them.
 *
 * survey.c launches questions and tells a server that refuses from one that has had enough of us;
 * survey_pace.c keeps the limits; survey_tracks.c knows what to ask about suites, survey_besides.c what
 * besides, and survey_hello.c makes hellos of that; survey_answers.c knows what an answer means;
 * survey_certs.c has OpenSSL fetch what is encrypted; survey_result.c makes the facts. */
#ifndef PROBE_CIPHERS_SURVEY_H
#define PROBE_CIPHERS_SURVEY_H

#include "facts/groups.h"
#include "facts/suites.h"
#include "probe/ciphers/ask.h"
#include "probe/tls/attempt.h"
#include "probe/ciphers/choice.h"
#include "probe/ciphers/hints.h"

enum { TRACK_TLS13, TRACK_TLS12, TRACK_TLS11, TRACK_TLS10, TRACK_SSL3, TRACKS };

enum track_state {
    TRACK_WAITING, /* for what another version's answer shows */
    TRACK_ASKED,   /* its first questions are out */
    TRACK_OPEN,    /* the version is accepted, its suites are being found */
    TRACK_REFUSED,
    TRACK_SILENT /* no usable answer */
};

struct track {
    int version;
    enum track_state state;
    struct choice suites;
    char *how;                            /* it was refused; NULL otherwise */
    LIST_OF(struct accepted_suite) found; /* in the order of finding */
    int useless;                          /* answers that fitted no question */
    bool is_split; /* it was asked for suites of other keys alone: some servers choose the key first */
};

enum job_kind { JOB_SUITES, JOB_GROUPS, JOB_SIGNATURES, JOB_FALLBACK, JOB_OWN_DH, JOB_ALIVE };

enum { SIGN_RSA, SIGN_ECDSA, SIGN_KINDS };

enum { CERT_FORMS = 5 }; /* handshakes for the certificates of TLS 1.3 */

struct job {
    struct survey *survey;
    struct job *next; /* in the list it waits in */
    enum job_kind kind;
    struct track *track;
    struct choice_question *suites, *groups, *signatures[SIGN_KINDS]; /* NULL: not asked about */
    bool is_plain;  /* groups and signature algorithms stand in their usual order */
    bool is_struck; /* some that are known to be accepted are missing */
    int keep_group; /* offered besides, because the certificate needs it; 0: none */
    int front; /* a suite that is known to be taken, in front of the question: see ask_groups_along; 0: none
                */
    struct ask_form form;
    struct ask *ask;
    enum ask_outcome ending; /* without a word, at first */
    int alone;               /* times it ended so again with nothing else running, the server being well */
    bool is_alone;           /* asked with nothing else running */
    size_t beside;           /* connections open when it was asked, its own among them */
};

struct cert_attempt { /* one handshake by OpenSSL, as far as the server's certificate */
    struct survey *survey;
    struct tls_attempt *fact; /* NULL: not begun */
    struct attempt *running;
    bool is_over;
    int wordless;                   /* times it ended without a word */
    struct choice_question *suites; /* that its hello puts along; NULL: all of the library's are offered */
    bool is_whole;                  /* it was refused with such a question: without one, now */
};

struct survey {
    struct world *world;
    struct survey *next; /* in world->surveys, while it runs */
    const char *host, *address, *xmpp_domain;
    bool is_of_servers; /* the stream to xmpp_domain is a server's */
    const char *sni;    /* NULL for an address */
    int port;
    int parallel, per_second;
    struct cipher_survey *fact;
    void (*go_on)(struct survey *survey); /* asks what may be asked now */
    void (*done)(void *context, struct survey *survey);
    void *context;

    struct track tracks[TRACKS];
    struct hints hints;
    struct choice groups12, groups13, signatures[SIGN_KINDS];
    char *curve;   /* of the ECDSA certificate, as in the certificate; NULL not seen */
    bool shares13; /* TLS 1.3: a server that wants key shares in the first hello */
    bool fallback_asked;
    bool own_dh_asked;  /* without finite-field groups */
    int own_dh_bits;    /* of what it has for who offers none; 0: not known */
    bool takes_large;   /* it answered a hello with all suites */
    int struck_in_vain; /* questions that failed with something struck along with them */
    int front_in_vain;  /* likewise, with a suite in front */
    struct cert_attempt certs13[CERT_FORMS];
    struct cert_attempt *clients; /* by options->clients */

    size_t running;
    uint64_t started_ns, spent_ns; /* the bucket of connections is full again at spent_ns */
    uv_timer_t timer, soon;
    uint64_t flock_ms;    /* by the loop's clock: the first answer that `soon` waits with */
    int trip_ms;          /* to the server and back; 0: not known */
    int timers;           /* to be closed by libuv */
    bool is_waiting;      /* for the bucket, or for the server to forgive */
    struct job *suspects; /* ended without a word: refusal, or had enough? */
    struct job *accused;  /* asked alone, ended so again: is the server well? NULL: none */
    bool has_good;
    struct ask_form good;  /* a question that was answered */
    bool closes_to_refuse; /* it has been shown that this server says no by closing */
    bool is_contended;     /* others take of the same limit: also what is asked alone ends without a word */
    int pause_ms;          /* between connections, while it is contended */
    uint64_t pause_until_ns;
    bool asks_alone;    /* a question is out that nothing may run beside */
    int alive_failures; /* of the good question, one after the other */
    int forgiving;      /* waits spent since it stopped answering */
    bool is_blocked, is_over;
    char *trouble; /* why it is not complete; NULL when nothing was wrong */
};

/* ---- survey.c ---- */
struct survey *survey_new(struct world *world, struct cipher_survey *fact);
void survey_start(struct survey *survey);

/* ---- survey_pace.c ---- */
bool survey_may_connect(struct survey *survey); /* within the limits; else it goes on by itself when it may */
void survey_count(struct survey *survey);       /* one connection more */
void survey_note_trip(struct survey *survey, const struct tcp_attempt *tcp);
void survey_go_on_soon(struct survey *survey);
void survey_wait(struct survey *survey, uint64_t ms); /* then it goes on */
void survey_pause(struct survey *survey); /* others take of the same limit: the next connection later */
void survey_pause_longer(struct survey *survey);
void survey_pause_begin(struct survey *survey); /* where that is so */
int survey_enough(const struct survey *survey,
                  bool is_timeout); /* times alone, before silence is an answer */

/* ---- survey_tracks.c ---- */
void tracks_open(struct survey *survey);
struct job *tracks_next(struct survey *survey); /* NULL: nothing to ask now */

/* ---- survey_besides.c ---- */
struct job *besides_next(struct survey *survey); /* likewise */
int survey_certificate_group(
    const struct survey *survey); /* of the ECDSA certificate; 0: none, or not seen */

/* ---- survey_hello.c ---- */
struct job *job_new(struct survey *survey, enum job_kind kind, struct track *track);
void job_fill(struct job *job, int version, struct numbers list); /* its hello, with this list of suites */

/* ---- survey_answers.c ---- */
void tracks_answer(struct job *job); /* a hello */
void tracks_refuse(struct job *job, const char *how);
void tracks_useless(struct job *job, const char *what); /* an answer that proves nothing */

/* ---- survey_certs.c ---- */
bool certs_begin(struct survey *survey);   /* started one */
bool clients_begin(struct survey *survey); /* likewise, one of the hellos that are compared */
bool certs_are_known(const struct survey *survey);
bool certs_ask_suites(const struct survey *survey); /* those of TLS 1.3: they do so now, or will */
void certs_stop(struct survey *survey);

/* ---- survey_result.c ---- */
void result_suite(struct survey *survey, struct track *track, const struct handshake *seen);
bool result_is_named_dh(const struct accepted_suite *accepted); /* it took a group of RFC 7919 */
void result_finish(struct survey *survey);

#endif
