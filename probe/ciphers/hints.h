/* Which suites is a server likely to take, and in which order, after what it took so far? Expectations that
 * make enumeration short; what comes out of it never depends on them.
 *
 * Servers are configured by kind of key exchange and kind of cipher, so what they take is mostly a product of
 * the two; and their orders are few: OpenSSL's own, and those of the usual recommendations. */
#ifndef PROBE_CIPHERS_HINTS_H
#define PROBE_CIPHERS_HINTS_H

#include "facts/suites.h"
#include "probe/ciphers/choice.h"

enum { HINT_MODELS = 20 };

struct hints {
    bool kx[KX_OTHER + 1][AUTH_OTHER + 1];
    bool cipher[CIPHER_AEGIS + 1][2][MAC_OTHER + 1]; /* by length of key, up to 128 bits or more */
    bool has_unusual;                                /* it takes what only a library's whole list holds */
    bool usual_is_over; /* enough is known: what is usual is no longer expected by itself */
};

void hints_note(struct hints *hints, int suite); /* it takes this one */
struct choice_judge hints_judge(struct hints *hints);

/* All suites that may be offered in this version, in our own order: that in which OpenSSL offers what it has,
 * with weak and unusual ones behind. */
struct numbers hints_suites(struct arena *arena, int version);

#endif
