/* What may a row say of a step besides its words? Read by the program and by the generator, which refuses
 * other words. Alerts, the words of `alert`, are facts/alerts.h's. */
#ifndef CATALOGUE_STEP_WORDS_H
#define CATALOGUE_STEP_WORDS_H

/* `on`: which box it touches, or which its answer decides between: up to six words, five bits each, the first
 * lowest. X(name, word) */
#define STEP_BOXES(X)                                                                                        \
    X(STEP_NONE, "none") /* nothing is touched: a look, or what is done where its words apply, not always */ \
    X(STEP_HERE, "here") /* where the fault is; the step itself names no box */                              \
    X(STEP_BOX, "box")   /* {box}: whose certificate, port or list it is */                                  \
    X(STEP_OTHER, "other")     /* {other}: the other side of the zone */                                     \
    X(STEP_JUDGE, "judge")     /* {upload_to}: whose trust list judges */                                    \
    X(STEP_REFUSER, "refuser") /* {refuser}: who sent the alert */                                           \
    X(STEP_EXPRESSWAY_E, "expressway-e")                                                                     \
    X(STEP_EXPRESSWAY_C, "expressway-c")                                                                     \
    X(STEP_BOTH, "both") /* Expressway-C and Expressway-E alike */                                           \
    X(STEP_UCM, "ucm")                                                                                       \
    X(STEP_IMP, "imp")                                                                                       \
    X(STEP_DNS, "dns")                                                                                       \
    X(STEP_INTERNAL_DNS, "internal-dns")                                                                     \
    X(STEP_RESOLVER, "resolver")                                                                             \
    X(STEP_FIREWALL, "firewall")                                                                             \
    X(STEP_BALANCER, "balancer")                                                                             \
    X(STEP_CLIENT, "client")                                                                                 \
    X(STEP_CA, "ca")                                                                                         \
    X(STEP_MACHINE, "machine") /* where edgeprobe runs */                                                    \
    X(STEP_THEN, "then")       /* the boxes before it, and those behind it as well: no answer decides */

#define STEP_BOX_NAME(name, word) name,
enum step_box { STEP_NOTHING, STEP_BOXES(STEP_BOX_NAME) STEP_BOX_COUNT };
#undef STEP_BOX_NAME

enum { STEP_BOX_BITS = 5, STEP_BOX_MASK = 31, STEP_BOXES_MAX = 6 };

/* `unless`: what shows that a step is no fix of the port that is spoken of. X(name, word) */
#define STEP_UNLESS(X)                                                                                       \
    X(UNLESS_CLIENTS_ANSWERED, "clients-answered") /* a port of the host for clients took a connection */    \
    X(UNLESS_SIP_ANSWERED, "sip-answered")         /* 5061 of the host did, at this address or another */    \
    X(UNLESS_XMPP_ANSWERED, "xmpp-answered")       /* 5222 of the host did */                                \
    X(UNLESS_CALLER_SEEN, "caller-seen")           /* it was another client's connection, as in a capture */ \
    X(UNLESS_WE_CALLED, "we-called")               /* it was a connection of this very run */

#define STEP_UNLESS_NAME(name, word) name,
enum step_unless { UNLESS_NOTHING, STEP_UNLESS(STEP_UNLESS_NAME) STEP_UNLESS_COUNT };
#undef STEP_UNLESS_NAME

enum { STEP_ALERTS_MAX = 3 };

#endif
