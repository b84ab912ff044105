/* How many connections may stand at one address at a time, whoever opens them? See turns.h. */
#include "probe/turns.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "facts/memory.h"

enum { ADDRESS_SIZE = 1 + 16 }; /* family, address; without the port: the box behind them is one */

struct turns_address {
    unsigned char key[ADDRESS_SIZE];
    struct turns *turns;
    int held;
    bool is_silent;
    struct turn *first, **last; /* in line */
};

struct turns {
    int most;
    void *addresses; /* tsearch(3) tree */
};

struct turns *turns_new(int most) {
    struct turns *turns = calloc(1, sizeof *turns);
    if (turns == NULL)
        memory_is_out();
    turns->most = most;
    return turns;
}

void turns_free(struct turns *turns) {
    if (turns == NULL)
        return;
    tdestroy(turns->addresses, free);
    free(turns);
}

/* ---- addresses ---- */

static int by_key(const void *a, const void *b) {
    return memcmp(((const struct turns_address *)a)->key, ((const struct turns_address *)b)->key,
                  ADDRESS_SIZE);
}

static void key_write(unsigned char *key, const struct sockaddr_storage *to) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)to;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)to;
    memset(key, 0, ADDRESS_SIZE);
    key[0] = (unsigned char)to->ss_family;
    if (to->ss_family == AF_INET6)
        memcpy(key + 1, &v6->sin6_addr, sizeof v6->sin6_addr);
    else
        memcpy(key + 1, &v4->sin_addr, sizeof v4->sin_addr);
}

static struct turns_address *address_of(struct turns *turns, const struct sockaddr_storage *to) {
    struct turns_address wanted;
    key_write(wanted.key, to);
    struct turns_address **found = tfind(&wanted, &turns->addresses, by_key);
    if (found != NULL)
        return *found;
    struct turns_address *address = calloc(1, sizeof *address);
    if (address == NULL || tsearch(memcpy(address, &wanted, ADDRESS_SIZE), &turns->addresses, by_key) == NULL)
        memory_is_out();
    address->turns = turns;
    address->last = &address->first;
    return address;
}

/* One where nobody is any more is forgotten, unless there is something to remember of it. */
static void address_leave(struct turns_address *address) {
    if (address->held > 0 || address->first != NULL || address->is_silent)
        return;
    tdelete(address, &address->turns->addresses, by_key);
    free(address);
}

/* ---- turns ---- */

static bool has_room(const struct turns_address *address) {
    return address->is_silent || address->held < address->turns->most;
}

static void unlink_turn(struct turn *turn) {
    *turn->link = turn->next;
    if (turn->next != NULL)
        turn->next->link = turn->link;
    else
        turn->address->last = turn->link;
}

/* What is called may take and give back turns, here too: `held` keeps the address alive meanwhile. */
static void call_those_who_may(struct turns_address *address) {
    address->held++;
    while (address->first != NULL && (address->is_silent || address->held - 1 < address->turns->most)) {
        struct turn *turn = address->first;
        unlink_turn(turn);
        turn->is_held = true;
        address->held++;
        turn->called(turn);
    }
    address->held--;
    address_leave(address);
}

bool turn_take(struct turns *turns, const struct sockaddr_storage *to, struct turn *turn) {
    struct turns_address *address = address_of(turns, to);
    turn->address = address;
    turn->is_held = has_room(address) && address->first == NULL;
    if (turn->is_held) {
        address->held++;
        return true;
    }
    turn->next = NULL;
    turn->link = address->last;
    *address->last = turn;
    address->last = &turn->next;
    return false;
}

void turn_give_back(struct turn *turn) {
    struct turns_address *address = turn->address;
    if (address == NULL)
        return;
    if (turn->is_held)
        address->held--;
    else
        unlink_turn(turn);
    turn->address = NULL;
    turn->is_held = false;
    call_those_who_may(address);
}

void turn_answered(struct turn *turn) {
    if (turn->address != NULL)
        turn->address->is_silent = false;
}

void turn_timed_out(struct turn *turn) {
    if (turn->address == NULL || !turn->is_held)
        return;
    turn->address->is_silent = true;
    call_those_who_may(turn->address);
}
