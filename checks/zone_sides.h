/* Which certificate does each side of a zone show, and whose trust list judges it? The view of a deployment
 * that the name and chain families share. Private to checks/. Does not judge.
 *
 * Expressway-E's certificate comes from the wire (the zone's port, else any other port of that host: an
 * Expressway has one server certificate), or from the node's file; when the deployment was made from command
 * line options the file comes first, because it was given to be judged. Expressway-C only dials out: its
 * certificate comes from the file, else from a port on which it serves. */
#ifndef CHECKS_ZONE_SIDES_H
#define CHECKS_ZONE_SIDES_H

#include "checks/seen.h"
#include "expressway/trust.h"

/* A certificate shown to the other side. */
struct shown {
    const struct zone *zone;         /* NULL where the deployment names none */
    const char *name;                /* peer address as configured; node or file of C */
    const struct node *node;         /* of the one who shows it; NULL when not in the deployment */
    const struct cert *leaf;         /* NULL: nobody saw it */
    struct certs sent;               /* what comes with it on the wire, or stands in the file behind it */
    const struct endpoint *endpoint; /* the zone's own port, when seen there; else NULL */
    const char *seen_on;             /* host:port where it was seen; NULL: from a file */
    const char *file;                /* NULL: from the wire */
    const char *kind;                /* "rsa" or "ecdsa" when there are two */
    struct about about;              /* subject "expressway-e:PEER" or "expressway-c:NODE" */
};

/* On X15.5 the certificate that a port of Expressway-C serves is not the one that it presents as a client;
 * says so. NULL when there is nothing to warn of. */
const char *store_note(const struct facts *facts, const struct shown *shown);

struct shown_list {
    struct shown **v;
    size_t n;
};

/* Every peer of every zone; without zones every E node of which a certificate is to be had. */
void shown_by_e(const struct facts *facts, const struct seen *seen, struct arena *arena,
                struct shown_list *out);
/* Every C node, for every zone (or once without zones). Peers of a zone do not matter here: all see the same.
 */
void shown_by_c(const struct facts *facts, const struct seen *seen, struct arena *arena,
                struct shown_list *out);

/* A trust list that a side judges by. */
struct own_list {
    const struct trust_list *list;   /* NULL: named in the deployment, not in the facts */
    const char *name;                /* of the list */
    const char *box;                 /* "expressway-e", "expressway-c", or the node whose own list it is */
    const struct trust_index *index; /* NULL when list is NULL */
};

struct own_lists {
    struct own_list **v;
    size_t n;
};

/* The distinct lists of one side: shared, and of nodes. Empty when none was given. */
void own_lists_of(const struct facts *facts, struct arena *arena, enum role role, struct own_lists *out);
/* The list of one node of that side: its own, else the shared one; NULL when none was given. */
const struct own_list *own_list_of(const struct facts *facts, const struct own_lists *lists, enum role role,
                                   const struct node *node);

#endif
