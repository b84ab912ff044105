/* Which certificates were seen, where, and whose are they? What the name, cert and chain families walk over:
 * served ones by endpoint, both keys of a server that has two, and those from files by node. Private to
 * checks/. Does not judge. */
#ifndef CHECKS_SEEN_H
#define CHECKS_SEEN_H

#include "checks/finding.h"
#include "facts/name_map.h"

struct seen_cert {
    size_t place; /* in struct seen */
    const struct cert *leaf;
    const struct certs *chain;       /* leaf first, then what came, or would come, with it */
    enum role role;                  /* whose it is */
    const struct endpoint *endpoint; /* NULL: from a file */
    const struct node *node;         /* of the deployment; NULL when only discovered */
    const char
        *purpose;     /* of a Unified CM or IM and Presence certificate from a file: "tomcat"…; else NULL */
    const char *kind; /* "rsa" or "ecdsa" when the endpoint has several certificates, "server" or "client"
                         when a node has a file for each store, else NULL */
    bool is_client_store; /* from X15.5: what an Expressway presents, and no port of it shows (TN-225693) */
    int64_t at;           /* when a client saw it, in a capture; 0: during the run */
    struct about about;
};

struct seen {
    struct seen_cert **v;
    size_t n;
    struct name_map *by_node; /* those of nodes, by the node's name */
    struct name_map *by_host; /* those of endpoints, by host and by address */
};

/* In the order of endpoints (main certificate, then the other key's), then E, C, Unified CM, IM&P nodes,
 * then files of which nobody said whose they are (without a deployment). */
void seen_all(const struct facts *facts, struct arena *arena, struct seen *out);

/* The time that dates are judged for. */
int64_t seen_at(const struct facts *facts, const struct seen_cert *seen);
/* A real client, not the probe, was shown this and went through with the handshake: by whatever rules it has,
 * it took the certificate. */
bool was_taken(const struct endpoint *endpoint);

/* The subject of findings about a node's own certificate or trust list: its name in a deployment file; where
 * options made the deployment, "expressway-e:PEER" or "expressway-c:FILE", as for the zone itself. */
const char *subject_of_node(const struct facts *facts, struct arena *arena, const struct node *node);
enum role role_of_endpoint(const struct endpoint *endpoint); /* by leg where the role is not known */
/* From X15.5 on, and another certificate than the server's was given for it. */
bool has_client_store(const struct facts *facts, const struct node *node);
bool is_expressway(enum role role);
bool is_lets_encrypt(const struct cert *cert); /* issued by it */
/* The certificate of a node (Unified CM, IM and Presence: tomcat's): from its file, else from a port of its;
 * NULL when nobody saw it. */
const struct seen_cert *seen_of_node(const struct seen *seen, const struct node *node);
/* What an Expressway presents where it is the client: its client certificate, where it has one of its own. */
const struct seen_cert *client_seen_of_node(const struct seen *seen, const struct node *node);
int run_release(const struct facts *facts); /* the newest when none was given */
/* What a box of that role is judged for: its side's own release where the deployment has one and the user did
 * not ask for another, else the run's. */
const char *release_text_of(const struct facts *facts, enum role role);
int release_of(const struct facts *facts, enum role role);
void evidence_kind(struct finding *finding, const char *kind); /* which of two certificates */
void evidence_names(struct finding *finding, struct arena *arena, const struct cert *cert); /* "found" */

/* "tomcat", "CallManager", "cup-xmpp": the certificate that a port of Unified CM or IM and Presence shows.
 * NULL where the port tells nothing. What is spoken there does not tell it: these ports are probed as TLS
 * alone. */
const char *port_certificate(enum role role, int port);
/* Is it the certificate of that name, by the purpose of its file, else by the port that showed it? */
bool is_shown_as(const struct seen_cert *seen, const char *name);

#endif
