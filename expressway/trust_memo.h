/* Was the same asked of this trust list before? Every zone shows one leaf to one list, with the same
 * certificates beside it: facts do not change while they are judged, so the same certificates are the same
 * question. What finds its place taken is worked out again. Not here: the answers (trust.c). */
#ifndef EXPRESSWAY_TRUST_MEMO_H
#define EXPRESSWAY_TRUST_MEMO_H

#include "expressway/trust.h"

struct trust_asked { /* one question: what decides, and what else may name what is missing */
    const struct cert *leaf;
    const struct certs *sent, *known; /* NULL: none */
    int64_t at;
    enum trust_purpose purpose;
};

struct trust_memos; /* grows with what is asked, up to a bound; then what comes takes the other's place */
struct trust_memos *trust_memos_new(struct arena *arena);

/* The answer, or the place for it: it is the caller's to write then. arena: for what is needed meanwhile. */
struct trust_result *trust_memo(struct arena *arena, struct trust_memos *memos,
                                const struct trust_asked *asked, bool *is_known);
/* The answer, if it is known; NULL: it is not. */
const struct trust_result *trust_memo_known(struct arena *arena, const struct trust_memos *memos,
                                            const struct trust_asked *asked);

#endif
