/* What did the diagnostic bundle of one Expressway hold, besides what became the deployment? The dump is of
 * the start of logging, log and captures are of what came after. Judges and reports read it like any other
 * fact. */
#ifndef FACTS_BUNDLE_H
#define FACTS_BUNDLE_H

#include "facts/deployment.h"

struct left_out {
    char *name, *why; /* of a file */
};

/* A zone as one box has it. */
struct box_zone {
    int index; /* of the zone's page, ?id=N */
    char *name;
    char *type;                     /* "TraversalClient", as written */
    bool is_unified;                /* Unified Communications traversal, by both sides */
    enum toggle collaboration_edge; /* that setting of the zone; UNKNOWN: not said */
    struct texts peers;             /* of a traversal server none */
    int port;                       /* 0: not said */
    enum toggle tls_verify_mode;
    char *tls_verify_name; /* NULL: none */
    char *partner;         /* "BOX/ZONE" on the other side; NULL: none found */
    bool has_user;         /* an account name was set; the name itself is nobody's business */
    bool user_differs;     /* from the partner's */
    char *status;          /* by the status dump: "Active", "Failed"; NULL: not said */
    char *transport;       /* of SIP: "TLS", "TCP"; NULL: not said */
    struct texts lacks;    /* settings that every whole dump has of such a zone, and this one has not */
    struct texts peers_up, peers_down; /* addresses of peers, by the status dump, SIP alone */
};

/* What a box has set of TLS for one of its services. */
struct box_tls {
    char *service;  /* "sip" "https" "reverse-proxy" "uc-client" "xcp" "smtp" */
    char *ciphers;  /* OpenSSL's string; NULL: not said */
    char *versions; /* "minTLSv1.2"; of SIP "TLSv1.2:TLSv1.3"; NULL: not said */
};

enum alarm_source { ALARM_FROM_LOG, ALARM_FROM_STATUS };
extern const struct enum_name alarm_sources[];

struct alarm_seen {
    int id;
    char *severity, *detail; /* "warning", title and description; NULL: not said */
    enum alarm_source source;
    bool is_lowered; /* later than it was raised */
    int count;
    char *first, *last; /* RFC 3339; NULL: not said */
};

/* What lines of the log say again and again of one thing, in the words of checks/log.h. */
struct log_sight {
    char *token, *check, *cause; /* check and cause NULL where the log does not tell */
    char *weight, *leg, *direction;
    char *far; /* the other side, "name" or "address:port"; NULL: not told */
    char *event, *detail, *reason, *common_name, *dst_port;
    int count, line, last_line;
    char *first, *last; /* RFC 3339; NULL: lines without time */
    char *sample;       /* the line that tells most, without user names and secrets */
};

/* Something that happened to the box, by its log. */
struct moment {
    char *time; /* RFC 3339 */
    char *what; /* "System Start", "Certificate Management: ..." */
    int count;
};

struct bundle {
    char *path;
    enum role role;  /* ROLE_NONE: nothing tells */
    char *role_from; /* "option", "status", "zones"…: what told it */
    char *node;      /* FQDN; NULL: nothing tells */
    char *release;   /* NULL: nothing tells */
    char *release_from;
    char *judged_as; /* the release it is judged for, where its own is too old or too new; else NULL */
    struct texts files_read;
    LIST_OF(struct left_out) files_left_out;
    bool is_cut; /* an archive ended early: what is missing is not known */
    bool has_settings, has_status;
    bool settings_cut;           /* a dump of settings ended early: what is missing is not known */
    struct texts contradictions; /* settings that the text and the XML of the dump tell differently */
    char *cluster;               /* its cluster's name; NULL: none, or a single box */
    char *mra, *sip_tls; /* Mobile and remote access, SIP over TLS, for the whole box: "on", "off"; NULL:
                            not said */
    int sip_tls_port;    /* 0: not said */
    struct texts tunnels_up, tunnels_down; /* SSH tunnels by the status dump, by their far ends */
    int secrets;                           /* settings dropped at the door */
    char *dumped;               /* when the dump was made, by its status or name, RFC 3339; NULL: not said */
    char *log_first, *log_last; /* NULL: no log, or no times in it */
    int log_lines;
    int ntp_servers;             /* -1: no settings to tell */
    char *ntp_status;            /* by the status dump; NULL: not said */
    LIST_OF(struct box_tls) tls; /* services of which anything is said */
    struct revocation_settings revocation;
    LIST_OF(struct box_zone) zones;
    LIST_OF(struct alarm_seen) alarms;
    LIST_OF(struct log_sight) log;
    LIST_OF(struct moment) moments; /* by time */
};

#endif
