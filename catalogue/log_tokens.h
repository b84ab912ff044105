/* What do the words of Expressway's own log mean, and those of its clients? The table; checks/log.h reads
 * lines with it. Alerts are not in it: their names are facts/tls.h's. Alarms: alarms.h. */
#ifndef CATALOGUE_LOG_TOKENS_H
#define CATALOGUE_LOG_TOKENS_H

#include "catalogue/catalogue.h"

/* Of the connection, seen from the box that wrote the line. */
enum log_direction { LOG_UNKNOWN, LOG_INBOUND, LOG_OUTBOUND };
extern const struct enum_name log_directions[];

/* Who wrote the line. */
enum log_box {
    LOG_BOX_UNKNOWN,
    LOG_BOX_EXPRESSWAY, /* one of the two */
    LOG_BOX_E,
    LOG_BOX_C,
    LOG_BOX_UCM,
    LOG_BOX_JABBER,
    LOG_BOX_ENDPOINT /* TC/CE room endpoint */
};
extern const struct enum_name log_boxes[]; /* "expressway-e" */

/* Which part of the path the line speaks of. */
enum log_leg {
    LOG_LEG_UNKNOWN,
    LOG_LEG_CLIENT,  /* client to Expressway-E */
    LOG_LEG_ZONE,    /* Expressway-C to Expressway-E, SIP TLS */
    LOG_LEG_TUNNEL,  /* the same two, SSH tunnels */
    LOG_LEG_XCP,     /* the same two, XMPP routers, 7400 */
    LOG_LEG_B2B,     /* Webex or a business partner and Expressway-E, mutual TLS, 5062 and others' 5061 */
    LOG_LEG_UCM,     /* Expressway-C to Unified CM */
    LOG_LEG_IMP,     /* to IM and Presence */
    LOG_LEG_CLUSTER, /* between the peers of one cluster */
    LOG_LEG_LOCAL    /* within the box */
};
extern const struct enum_name log_legs[];

/* How much a token tells of a failure. Of all that fit a line, and of all lines of one connection, the one
 * that tells most is the verdict. */
enum log_weight {
    LOG_REASON,   /* why it failed */
    LOG_SYMPTOM,  /* that it failed */
    LOG_SEQUEL,   /* what followed from it elsewhere */
    LOG_PROGRESS, /* no failure: what was seen on the way */
};
extern const struct enum_name log_weights[];

enum { LOG_FIX_MAX = 4, LOG_NO_ALERT = 0 };

/* Of rows with one weight the first that fits is it. */
struct log_token {
    const char *id; /* "peer-identity-unacceptable" */
    enum log_weight weight;
    /* Only when the line is known to be so; UNKNOWN: whatever it is. */
    enum log_direction direction;
    enum log_leg leg;
    bool is_to_address; /* only when the name that was looked for is an IP address */
    int alert;          /* an alert of this number was received (close_notify has no row); 0: words decide */
    const char *words, *also; /* lower case; both must stand in the line; also NULL: words alone */
    const char *unless;       /* lower case; must not stand in it; NULL: nothing of the kind */
    /* What the words themselves tell of the line, where it does not say so otherwise. */
    enum log_box box;
    enum log_direction says_direction;
    enum log_leg says_leg;
    enum check_id check;              /* CHECK_NONE: no check speaks of it */
    enum cause_id cause;              /* CAUSE_NONE: the log does not tell which */
    const char *means;                /* in one or two sentences */
    const char *fix[LOG_FIX_MAX + 1]; /* where there is no cause, whose guidance the catalogue has */
};
extern const struct log_token log_tokens[]; /* id NULL ends */

#endif
