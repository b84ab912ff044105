/* How many connections, or DNS questions, may there be at one address at a time, whoever has them? Runs that
 * share a loop share the turns, so that ten thousand domains behind one edge do not all knock at once.
 *
 * Who gets no turn waits in line until one is given back. An address where nobody answers is not spared: once
 * something timed out there, and until something is answered, all go at once, and lose no time in line. Knows
 * nothing of sockets. */
#ifndef PROBE_TURNS_H
#define PROBE_TURNS_H

#include <netinet/in.h>
#include <stdbool.h>

struct turns;

struct turn { /* one connection's; zeroed at first, owned by the caller, who must give it back */
    struct turn *next, **link;         /* in line */
    struct turns_address *address;     /* NULL: neither held nor in line */
    bool is_held;                      /* false: in line, when there is an address */
    void (*called)(struct turn *turn); /* the turn has come: it is held now */
};

struct turns *turns_new(int most);    /* connections to one address at a time, from 1 */
void turns_free(struct turns *turns); /* when all turns have been given back */

/* True: the turn is held. False: it stands in line, and turn->called comes from turn_give_back() of another.
 */
bool turn_take(struct turns *turns, const struct sockaddr_storage *to, struct turn *turn);
/* Held, in line, or neither. */
void turn_give_back(struct turn *turn);
/* How it went there: in vain calls all who stand in line. */
void turn_answered(struct turn *turn);
void turn_timed_out(struct turn *turn);

#endif
