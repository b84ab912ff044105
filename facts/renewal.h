/* Which certificate is to be replaced, by which, and on which nodes? What command `renew` was given.
 *
 * The deployment holds the new certificate where the old one was (or the old one, when there is no new one
 * yet); this keeps both. Does not say what would come of it: see outcomes/renewal.h. */
#ifndef FACTS_RENEWAL_H
#define FACTS_RENEWAL_H

#include "facts/cert.h"

struct renewal {
    char *role;                /* as --role has it: "expressway-e" "imp-cup"…; NULL: nobody said */
    char *purpose;             /* of Unified CM and IM and Presence: "tomcat"…; NULL: an Expressway's */
    struct texts nodes;        /* of the deployment that get it; empty: nobody said which */
    char *old_file, *new_file; /* NULL: not given. Without both the plan alone is asked for */
    struct certs old_chain, new_chain; /* leaf first; empty where no file was given */
    struct certs authorities;          /* CA certificates that come with the new one (--ca) */
};

#endif
