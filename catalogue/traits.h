/* What is to be known of a check besides its words, by those who print findings or remember them? Nobody
 * outside checks/, expressway/ and outcomes/ knows a check by its name: what they have to tell apart is a
 * word of `traits`. Read by the program and by the generator, which refuses other words. What follows from a
 * finding is outcomes/'s, not a trait. */
#ifndef CATALOGUE_TRAITS_H
#define CATALOGUE_TRAITS_H

/* Of a family: of each of its checks; of a check: of each of its causes, and where it passes. X(name, word)
 */
#define TRAITS(X)                                                                                            \
    X(TRAIT_TITLE_TELLS, "title-tells") /* what was found is the title in other words */                     \
    X(TRAIT_ONE_OF, "one-of")           /* of what is wanted one is enough */                                \
    X(TRAIT_ALIKE, "alike")     /* several of one cause are told by its title, not by their summaries */     \
    X(TRAIT_SUMS_UP, "sums-up") /* as a consequence it tells why its root matters, better than that does */  \
    X(TRAIT_CHAIN, "chain")     /* what somebody makes of a chain: stands beside it */                       \
    X(TRAIT_EXPIRY, "expiry")   /* how long a certificate is good; evidence has days_left */                 \
    X(TRAIT_DECISION, "decision")   /* the revocation decision with all its steps */                         \
    X(TRAIT_CHOICE, "choice")       /* what a client and a server would agree on */                          \
    X(TRAIT_NAMELESS, "nameless")   /* a choice whose summary does not say whose it is */                    \
    X(TRAIT_GATE, "gate")           /* while it does not pass, nothing behind its port can be seen */        \
    X(TRAIT_DISCOVERY, "discovery") /* while it fails, nobody knows which edges there are ... */             \
    X(TRAIT_ANSWER, "answer")       /* ... but by this cause, which says that there is none */

#define TRAIT_NAME(name, word) name,
enum trait { TRAITS(TRAIT_NAME) TRAIT_COUNT };
#undef TRAIT_NAME

#endif
