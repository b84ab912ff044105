/* What is known to offer or to take what? Expressway by release and leg, Unified CM and IM&P by enterprise
 * parameter and release, clients: rows with their source and how sure it is (docs/ciphers.md). Does not
 * judge. */
#ifndef CATALOGUE_PROFILES_H
#define CATALOGUE_PROFILES_H

#include "facts/ciphers.h"

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
extern const struct enum_name confidences[];

enum profile_kind { PROFILE_EXPRESSWAY, PROFILE_UCM, PROFILE_IMP, PROFILE_CLIENT };

struct cipher_profile {
    const char *name;  /* "expressway-x14.2" */
    const char *title; /* one line */
    enum profile_kind kind;
    int oldest, newest;        /* TLS versions */
    const int *suites;         /* in order, 0 ends; those of TLS 1.3 first */
    const char *const *groups; /* preferred first, NULL ends */
    const char *const *signatures;
    const char *certificates[3]; /* as a server: what it can show, NULL ends; none: it is no server */
    bool
        suites_choose_certificate; /* in TLS 1.3 too, when the client offers 1.2 as well (Unified CM 15SU2) */
    int from_release; /* Expressway: X14.2 is 140200 (catalogue/release.h); 0: never chosen by release */
    const char *source;
    enum confidence confidence;
};

extern const struct cipher_profile cipher_profiles[];        /* name NULL ends */
const struct cipher_profile *profile_find(const char *name); /* NULL: none */
/* Has a name such as profiles have, so that a slip in it is not taken for a cipher string. */
bool profile_name_is_meant(const char *text);
const struct cipher_profile *profile_of_release(int release); /* Expressway-C as a client, new installation */
/* "all-rsa-preferred", "All Ciphers RSA Preferred"; NULL: the default. NULL when there is no such setting. */
const struct cipher_profile *profile_of_ucm(struct arena *arena, const char *setting, bool imp, bool tls13);

/* What an Expressway of that release offers with a cipher string of the user's. */
extern const int profile_suites13[];                                    /* 0 ends */
extern const char *const profile_groups[], *const profile_signatures[]; /* NULL ends */

#endif
