/* What will a client and a server agree on? Version, suite, group, signature algorithm and certificate, or
 * why nothing. Either side is a profile, a cipher string or what was enumerated. On paper: no handshake is
 * made. Asked by checks/cipher*.c; what is wrong with it, they say. */
#ifndef EXPRESSWAY_OVERLAP_H
#define EXPRESSWAY_OVERLAP_H

#include "catalogue/catalogue.h"
#include "expressway/cipher_string.h"
#include "catalogue/profiles.h"
#include "facts/caller.h"

enum { VERSION_SLOTS = TLS13 - SSL3 + 1 };

struct cipher_side {
    const char *name;                       /* "expressway-x15.0", "host:port", a cipher string */
    struct suite_ids suites[VERSION_SLOTS]; /* by version - SSL3, in order; none: the version is not spoken */
    bool is_own_order[VERSION_SLOTS];       /* as a server: its order decides, not the client's */
    struct texts groups12, groups13;        /* preferred first; empty: not known, taken as any */
    struct texts signatures;                /* likewise */
    struct texts certificates;   /* as a server: "RSA", "ECDSA"…; empty: not known, taken as any */
    struct texts certificates13; /* those that it shows in TLS 1.3 */
    bool suites_choose_certificate;
};

void side_of_profile(struct arena *arena, const struct cipher_profile *profile, struct cipher_side *out);
void side_of_survey(struct arena *arena, const struct cipher_survey *survey, struct cipher_side *out);
void side_of_string(struct arena *arena, const char *text, int release, struct cipher_string *read,
                    struct cipher_side *out);

/* What a real ClientHello offered. */
void side_of_offer(struct arena *arena, const char *name, const struct client_offer *offer,
                   struct cipher_side *out);

struct overlap {
    enum cause_id cause;     /* of cipher.overlap; CAUSE_NONE: they agree */
    int version;             /* agreed on, or the highest in common; 0 when none */
    int suite;               /* 0: none */
    const char *group;       /* NULL: the suite needs none, or not known */
    const char *signature;   /* NULL likewise */
    const char *certificate; /* "RSA", "ECDSA"; "none" for anonymous suites; NULL: not known */
    struct suite_ids common; /* in that version, in the order that decides */
};
/* In the version that the two would choose. */
void overlap_find(struct arena *arena, const struct cipher_side *client, const struct cipher_side *server,
                  struct overlap *out);
/* In this version; false when either does not speak it. */
bool overlap_in(struct arena *arena, const struct cipher_side *client, const struct cipher_side *server,
                int version, struct overlap *out);

#endif
