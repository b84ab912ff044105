/* What follows from the choices a server made, and what is to be asked next? One dimension at a time: suites
 * of one version, groups, or signature algorithms.
 *
 * Who is asked with a list picks one of it or refuses. A server with an order of its own picks its best (what
 * was struck changes nothing for the rest); one that follows its client picks the first it takes. From that
 * the next questions are made, several ahead of the answers: in the first case lists from which the expected
 * choices are struck already, in the second lists that begin with one candidate each. A wrong expectation
 * costs one question, never a wrong result: only a refusal strikes what was not chosen.
 *
 * Pure: knows no sockets. Does not know what the numbers mean; `likely` and `rank` of the caller do. */
#ifndef PROBE_CIPHERS_CHOICE_H
#define PROBE_CIPHERS_CHOICE_H

#include "wire/hello_write.h"

enum { CHOICE_MAX = 512, CHOICE_KINDS = 3 }; /* members of one dimension, kinds of them */

enum choice_order { ORDER_UNKNOWN, ORDER_SERVER, ORDER_CLIENT, ORDER_MIXED };

struct choice_set { /* of positions in choice.all */
    uint64_t words[CHOICE_MAX / 64];
};

struct choice_question {
    struct numbers list; /* to be offered, in this order */
    int *at;             /* the positions of its members in choice.all */
    struct choice_set set;
    bool is_natural; /* the list is in our own order */
    bool is_reversed;
    bool is_struck;            /* something known to be accepted is missing from the list */
    bool is_probe;             /* of what is not expected: a refusal is expected */
    bool answered, is_refused; /* neither: on its way */
    bool is_void;              /* answered, and proves nothing */
    int chosen, chosen_at;     /* number and position; -1 when refused */
    int lead;                  /* the choice expected; -1: a refusal */
};

struct choice_judge { /* what the caller knows about the members */
    bool (*likely)(void *context, int number);
    /* What is not likely is asked about kind by kind, 0 to CHOICE_KINDS - 1. NULL: all at once. */
    int (*kind)(void *context, int number);
    /* Position of a member in the order number `model` that servers are known to have; model 0 is our own. */
    int (*rank)(void *context, int model, int number);
    int models;
    void *context;
};

struct choice {
    struct arena *arena;
    struct choice_judge judge;
    struct numbers all; /* in our own order */
    struct choice_set open, accepted;
    struct choice_set settled; /* accepted, and its place in the order is no question either */
    struct choice_set doubted; /* expected once, in vain */
    struct choice_set missed;  /* something better was chosen, of what may have been too short a list */
    size_t chunk;              /* open members offered at once; 0: all */
    struct choice_set window;  /* those, while there is a chunk */
    LIST_OF(struct choice_question) questions;
    int opening;  /* questions asked at once while nothing is known, at most 5 */
    size_t asked; /* questions of its own, not along with others' */
    int **ranks;  /* by model and position */
    /* What follows from the answers, worked out when something has changed: */
    size_t changes, worked_out;
    size_t facts;
    enum choice_order order;
    int model;
    struct choice_set passed; /* would have been chosen before, were they accepted */
    struct choice_set *below; /* by position: what is known to come after it, in a server's own order; NULL:
                                 no such order, or one that contradicts itself */
    struct choice_set *below_space;
};

void choice_init(struct choice *choice, struct arena *arena, struct numbers all, struct choice_judge judge,
                 int opening);
/* A question to ask now; NULL: wait for answers, or, when none is on its way, all is known. */
struct choice_question *choice_next(struct choice *choice);
/* What to offer of this dimension along with a question about another one: something not known yet in front,
 * or, to a server with an order of its own, what is known struck from the list.
 * NULL: nothing can be learned that way, offer everything. `order` is what is to be supposed of it while it
 * has not shown. */
struct choice_question *choice_along(struct choice *choice, enum choice_order order);

/* What is open and not expected, as a question that goes along with another, or comes early; NULL: nothing,
 * or another is out for it. */
struct choice_question *choice_rest(struct choice *choice);
/* Everything in our own order, along with a question that changes nothing of this dimension. */
struct choice_question *choice_natural(struct choice *choice);
/* Put by someone who can offer these alone: one that is expected in front, or, to a server with an order of
 * its own, what is known struck from the list, and in the reverse order. NULL: none is expected. */
struct choice_question *choice_among(struct choice *choice, const struct numbers *able,
                                     enum choice_order order);

/* chosen -1: refused. False when that contradicts what is known (something accepted was on a list that was
 * refused, or a choice that was not offered): then the question is void. */
bool choice_answer(struct choice *choice, struct choice_question *question, int chosen);
/* Proves nothing; it will be asked again if need be. is_doubted: what it expected is not expected any more.
 */
void choice_void(struct choice *choice, struct choice_question *question, bool is_doubted);
/* Proves nothing but that what was chosen is taken; what was expected may stand behind it. */
void choice_miss(struct choice *choice, struct choice_question *question, int chosen);
/* From choice_next(), and not asked after all. */
void choice_withdraw(struct choice *choice, struct choice_question *question);
/* Known from elsewhere; is_settled: no question about its place in the order. */
void choice_accept(struct choice *choice, int number, bool is_settled);

/* From now on not more than this many open members in one question, our first ones first. */
void choice_limit(struct choice *choice, size_t chunk);
/* What these were refused in is no proof any more, and what is accepted is asked about no more. */
void choice_reopen(struct choice *choice, const struct numbers *members);
/* With all members of the question offered this was chosen: so it will be, offered in front of them. */
bool choice_is_above(const struct choice *choice, int number, const struct choice_question *question);
bool choice_has_led(const struct choice *choice);    /* something was in front of all the rest once */
bool choice_is_waiting(const struct choice *choice); /* questions are on their way */
bool choice_is_doubted(const struct choice *choice, int number); /* was expected in vain, or missed */
bool choice_is_done(struct choice *choice);
bool choice_has(const struct choice *choice, int number);     /* accepted */
bool choice_is_open(const struct choice *choice, int number); /* neither accepted nor refused yet */
size_t choice_count(const struct choice *choice);             /* accepted */
enum choice_order choice_order(struct choice *choice);
/* What is accepted: by the server's preference where it has one, else in our own order. */
struct numbers choice_result(struct choice *choice);

bool numbers_have(const struct numbers *list, int number);

#endif
