/* What do the words of a cipher string stand for? Private to expressway/cipher_string.c and
 * expressway/cipher_words.c. */
#ifndef CHECKS_CIPHER_WORDS_H
#define CHECKS_CIPHER_WORDS_H

#include "facts/suites.h"

/* A set of suites by their properties: bit n of a mask stands for value n of the enum; 0: whatever. */
struct suite_match {
    unsigned kx, auth, cipher, mac, strength;
    int since; /* exactly */
    int bits;  /* exactly */
    enum { DEFAULTS_ANY, DEFAULTS_OUT } defaults;
};

struct cipher_word {
    const char *name; /* NULL ends the table */
    struct suite_match match;
};
extern const struct cipher_word cipher_words[];

const struct cipher_word *cipher_word_find(const char *name, size_t length);
bool suite_matches(const struct suite *suite, const struct suite_match *match);
int suite_strength_bits(const struct suite *suite); /* by which @STRENGTH sorts */

/* A name that is neither a word nor OpenSSL's name of a suite (cipher_guess.c). */
const char *cipher_name_guess(struct arena *arena,
                              const char *text);   /* what may be meant; NULL: nothing near */
const char *cipher_name_trouble(const char *name); /* "upper and lower case matter" */

#endif
