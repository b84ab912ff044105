/* Whose lists are compared with what servers take: those that the user named, else Expressway of the release
 * and Unified CM by the deployment. Does not judge. */
#ifndef CHECKS_CIPHER_CLIENTS_H
#define CHECKS_CIPHER_CLIENTS_H

#include "expressway/overlap.h"
#include "facts/facts.h"

struct cipher_client {
    const char *name;
    enum profile_kind kind; /* a cipher string is one of an Expressway */
    struct cipher_side side;
    bool is_empty; /* a cipher string that selects nothing: cipher.string tells */
    bool is_asked; /* the user named it */
};

struct cipher_clients {
    struct cipher_client **v;
    size_t n;
};

/* By facts->run and facts->deployment; all of it lives in arena. */
void cipher_clients_of(const struct facts *facts, struct arena *arena, struct cipher_clients *clients);

#endif
