/* Which CA certificates stand above a certificate, as far as those at hand tell, and does a trust list have
 * them?
 *
 * For plans: names and key identifiers decide, as they do for OpenSSL when it looks for an issuer; signatures
 * are not verified here. See trust.h for whether a list would accept the certificate. */
#ifndef EXPRESSWAY_AUTHORITIES_H
#define EXPRESSWAY_AUTHORITIES_H

#include "expressway/trust.h"

/* One CA above. Where the certificate itself is not at hand, what is known of it: the way ends there. */
struct authority {
    const struct cert *cert; /* NULL: not at hand */
    const char *subject;
    const char *key_id; /* its subject key identifier; NULL when unknown */
    const char *aia;    /* of one that is not at hand: where to fetch it; NULL when nobody says */
    bool is_root;
};

struct authorities {
    struct authority **v; /* the root first */
    size_t n;
};

/* From the leaf upwards; `pool` are CA certificates at hand, beside those of the facts' trust lists. A
 * self-signed leaf is its own authority. */
void authorities_above(struct arena *arena, const struct facts *facts, const struct cert *leaf,
                       const struct certs *pool, struct authorities *out);
/* Whether the list has it: the very certificate, or another one for the same name and key that is not over at
 * that time. Of one that is not at hand: any of that name and key. */
bool authority_is_in(struct arena *arena, const struct authority *authority, const struct trust_list *list,
                     int64_t at);

#endif
