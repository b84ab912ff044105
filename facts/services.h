/* Which services does a deployment have, at which port of which box, spoken how, and on which leg of the
 * path?
 *
 * The one table of ports: planning, captures, zones, outcomes and options read it, and no other file has a
 * number of its own. Which certificate a port of Unified CM or IM and Presence shows is
 * catalogue/purposes.yaml's; what a log line's port means is checks/log_read.c's, since a line knows the
 * direction, too. */
#ifndef FACTS_SERVICES_H
#define FACTS_SERVICES_H

#include "facts/facts.h"

/* Ports by what is there, where code has to name one (field-facts 1.2, 1.3, 2, 9). */
enum service_port {
    PORT_SSH = 22,       /* an ordinary server's, no Expressway's */
    PORT_HTTP = 80,      /* ACME challenges; revocation sources */
    PORT_HTTPS = 443,    /* web administration; revocation sources */
    PORT_TUNNEL = 2222,  /* SSH tunnels of a Unified Communications zone */
    PORT_SIP_TLS = 5061, /* also a neighbour zone's, and Unified CM's in secure mode */
    PORT_SIP_MUTUAL = 5062,
    PORT_XMPP = 5222,
    PORT_XMPP_SERVER = 5269, /* XMPP federation */
    PORT_TFTP_TLS = 6972,
    PORT_ZONE = 7001, /* the first traversal zone's */
    PORT_XCP = 7400,  /* XMPP routers of Expressway and IM and Presence */
    PORT_MRA = 8443   /* log-in of clients; Tomcat of Unified CM and IM and Presence */
};

/* When a run over a domain or a deployment goes there. */
enum service_when {
    SERVICE_NEVER,      /* only met: in captures, beside HOST:PORT */
    SERVICE_ALWAYS,     /* at each node of that role; those of LEG_CLIENT also where an SRV record leads */
    SERVICE_ACME,       /* likewise, where the deployment uses ACME */
    SERVICE_FEDERATION, /* at each node, and where the SRV records of federation lead, where it is used */
    SERVICE_ZONE        /* at the peers of zones, which may have another port */
};

struct service {
    const char *name; /* "MRA log-in"; NULL ends */
    enum role role;   /* whose port it is; ROLE_NONE: of no box of the deployment */
    int port;
    enum protocol protocol; /* as a run asks: PROTOCOL_TLS where the handshake is all there is to learn */
    enum leg leg;
    const char *starttls; /* the word of --starttls; NULL: TLS at once, or none */
    enum service_when when;
};

/* By role; those of Expressway-E in the order in which its endpoints are told. */
extern const struct service services[];

/* What this box has at this port; NULL: nothing that is known. */
const struct service *service_at(enum role role, int port);
/* What clients and zones find at this port of Expressway-E; NULL: nothing, or administration and ACME. */
const struct service *service_of_edge(int port);
/* The word for --starttls: of a port, by whatever box; of a protocol. NULL: none. */
const char *starttls_at(int port);
const char *starttls_of(enum protocol protocol);
bool starttls_is_known(const char *word);
const char *starttls_words(struct arena *arena);      /* "xmpp or xmpp-server" */
enum protocol protocol_of_starttls(const char *word); /* of one that is known */
int port_of_starttls(const char *word);               /* its usual one */
/* What speaks first at a port of which only the number is known: XMPP, SSH, or TLS. */
enum protocol protocol_at(int port);
int zone_usual_port(enum zone_type type); /* where nobody gave one */

#endif
