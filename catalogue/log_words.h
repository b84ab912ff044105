/* Which words may a row of log.yaml or alarms.yaml have under `if`, `says` and `weight`? Read by the program,
 * where they are enumerations and their texts, and by the generator, which refuses others. */
#ifndef CATALOGUE_LOG_WORDS_H
#define CATALOGUE_LOG_WORDS_H

/* X(number, word): of the connection, seen from the box that wrote the line. */
#define LOG_DIRECTIONS(X)                                                                                    \
    X(LOG_UNKNOWN, "unknown")                                                                                \
    X(LOG_INBOUND, "inbound")                                                                                \
    X(LOG_OUTBOUND, "outbound")

/* Who wrote the line. */
#define LOG_BOXES(X)                                                                                         \
    X(LOG_BOX_UNKNOWN, "unknown")                                                                            \
    X(LOG_BOX_EXPRESSWAY, "expressway") /* one of the two */                                                 \
    X(LOG_BOX_E, "expressway-e")                                                                             \
    X(LOG_BOX_C, "expressway-c")                                                                             \
    X(LOG_BOX_UCM, "unified-cm")                                                                             \
    X(LOG_BOX_JABBER, "jabber")                                                                              \
    X(LOG_BOX_ENDPOINT, "endpoint") /* TC/CE room endpoint */

/* Which part of the path the line speaks of. */
#define LOG_LEGS(X)                                                                                          \
    X(LOG_LEG_UNKNOWN, "unknown")                                                                            \
    X(LOG_LEG_CLIENT, "client")   /* client to Expressway-E */                                               \
    X(LOG_LEG_ZONE, "zone")       /* Expressway-C to Expressway-E, SIP TLS */                                \
    X(LOG_LEG_TUNNEL, "tunnel")   /* the same two, SSH tunnels */                                            \
    X(LOG_LEG_XCP, "xmpp")        /* the same two, XMPP routers */                                           \
    X(LOG_LEG_B2B, "b2b")         /* Webex or a business partner and Expressway-E, mutual TLS */             \
    X(LOG_LEG_UCM, "ucm")         /* Expressway-C to Unified CM */                                           \
    X(LOG_LEG_IMP, "imp")         /* to IM and Presence */                                                   \
    X(LOG_LEG_CLUSTER, "cluster") /* between the peers of one cluster */                                     \
    X(LOG_LEG_LOCAL, "local")     /* within the box */

/* How much a token tells of a failure. Of all that fit a line, and of all lines of one connection, the one
 * that tells most is the verdict. */
#define LOG_WEIGHTS(X)                                                                                       \
    X(LOG_REASON, "reason")     /* why it failed */                                                          \
    X(LOG_SYMPTOM, "symptom")   /* that it failed */                                                         \
    X(LOG_SEQUEL, "sequel")     /* what followed from it elsewhere */                                        \
    X(LOG_PROGRESS, "progress") /* no failure: what was seen on the way */

#endif
