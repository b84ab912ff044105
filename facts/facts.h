/* Everything one run knows: what was asked for, what exists as the user says, what was observed.
 *
 * The only thing probe/ and checks/ both know. probe/ fills it, checks/ reads it const, report/ prints it,
 * save and load (facts/save.h) keep it. One arena owns it all. */
#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H

#include "facts/bundle.h"
#include "facts/caller.h"
#include "facts/capture.h"
#include "facts/ciphers.h"
#include "facts/deployment.h"
#include "facts/dns.h"
#include "facts/files.h"
#include "facts/limits.h"
#include "facts/login.h"
#include "facts/name_map.h"
#include "facts/renewal.h"
#include "facts/required.h"
#include "facts/revocation.h"
#include "facts/service.h"
#include "facts/tls.h"

enum protocol {
    PROTOCOL_HTTPS,
    PROTOCOL_SIP,
    PROTOCOL_XMPP,
    PROTOCOL_XMPP_SERVER, /* as servers speak among themselves: federation */
    PROTOCOL_SSH,
    PROTOCOL_TLS /* handshake only */
};
extern const struct enum_name protocols[];

/* Which part of the path an endpoint stands for. */
enum leg {
    LEG_CLIENT,   /* Internet client to Expressway-E: 8443, 5061, 5222 */
    LEG_ZONE,     /* Expressway-C to Expressway-E, SIP TLS 7001 */
    LEG_TUNNEL,   /* Expressway-C to Expressway-E, SSH 2222 */
    LEG_NEIGHBOR, /* neighbour zone */
    LEG_ADMIN,    /* web administration 443 of an Expressway */
    LEG_UCM,      /* Expressway-C to Unified CM */
    LEG_IMP,      /* Expressway-C to IM and Presence */
    LEG_OTHER     /* a port of which nobody knows what it is to the deployment */
};
extern const struct enum_name legs[];

struct endpoint {
    char *id;      /* "host:port", IPv6 literals as "[::1]:5061": the subject of its findings */
    char *host;    /* SRV target, node name or peer address, A-labels */
    char *address; /* numeric; NULL when the name gave none */
    int port;
    enum protocol protocol;
    enum leg leg;
    enum role role;       /* whose port it is */
    char *node;           /* name of the deployment node; NULL when only discovered */
    char *zone;           /* name of the zone it belongs to; NULL when none */
    struct texts domains; /* service domains whose SRV led here (LEG_CLIENT) */
    char *client; /* numeric address of who dialled, which is "us" in what follows; NULL: the probe did */
    int64_t seen; /* when the client dialled, seconds since the epoch; 0: during the run */
    struct client_offer
        *offer; /* what the client offered; NULL when that is not known, or it was the probe */
    struct certs
        client_chain;       /* what the client showed, leaf first; empty when nothing, or it was the probe */
    struct ids connections; /* the connections of a capture that went like this one; empty otherwise */
    struct tcp_attempt tcp;
    struct tls_attempt tls;               /* PURPOSE_MAIN */
    LIST_OF(struct tls_attempt) variants; /* the other purposes tried, in the order of enum tls_purpose */
    bool limits_connections;              /* what it cut beside others it answered when asked again alone */
    LIST_OF(struct http_exchange) http;
    struct sip_exchange *sip; /* NULL when the protocol does not apply */
    struct xmpp_exchange *xmpp;
    struct ssh_exchange *ssh;
};

enum vantage { VANTAGE_EXTERNAL, VANTAGE_INTERNAL, VANTAGE_LAB };
extern const struct enum_name vantages[];

/* What a run was asked to look at and to tell: data, so that a replay tells the same and nobody has to know
 * commands. */
struct run_scope {
    struct texts checks; /* IDs, or families with a dot behind ("cipher."), that are told; empty: all */
    bool is_revocation;  /* the revocation decision is the question: drawn, and for whatever service */
    bool is_ciphers;     /* what servers take is the question: their suites are drawn */
    bool is_upload;      /* certificate files about to be uploaded are the question */
    bool is_renewal; /* what a new certificate would change is: outcomes are judged by certificates alone */
    bool is_login;   /* the log-in step by step is the question: its timeline is drawn */
    bool is_lone;    /* one endpoint alone is the question, not what it is to a deployment: one handshake */
    bool zones_only; /* only the zones of the deployment, and ports where an Expressway-C shows a certificate
                        that no file gave: no discovery, no other ports */
    bool offline;    /* with zones_only: endpoints are planned, none is connected to, nothing is asked */
};

/* The parameters of a run: what the verdicts depend on besides the observations. Kept in a save. */
struct run {
    char *command, *target; /* for the reader; nothing is decided by them: see scope */
    struct run_scope scope;
    struct texts words; /* what it was asked, option by option and then operands, without what only concerns
                           the report: for the command to run next */
    struct texts edges; /* --edge: hosts that are tried in place of what SRV records name; empty: those */
    char *release;      /* "X15.5": judged for */
    char *release_from; /* who said so: "--release", "deployment", "server" (the edge's own header) or
                           "default"; NULL in a save from before it was kept */
    enum vantage vantage;
    bool is_vantage_given; /* by option or deployment file; else it is the usual one, from outside */
    int64_t started;       /* wall clock at the start, seconds */
    int duration_ms;
    int64_t at; /* the time validity is judged for; = started unless --at was given */
    bool has_warn_days, has_crit_days;
    int warn_days, crit_days;
    char *client_trust; /* name of the trust list that clients use ("system" unless --trust) ; NULL: none to
                           be had */
    bool is_cut;        /* the deadline ended it: what was in flight is not known */
    bool no_revocation;
    char *symptom;               /* NULL: all */
    char *node;                  /* only what is about this node of the deployment; NULL: all */
    char *upload_role;           /* --role, or that of the node: what a file is to be uploaded as; NULL */
    struct texts expected_names; /* --expect: that certificates in files must bear */
    struct texts cipher_clients; /* profiles or cipher strings to compare with what servers take; empty: the
                                    usual ones of the release */
    char *cipher_server;         /* profile or cipher string to compare on paper; NULL: none */
    char *cipher_server_certs;   /* "rsa", "ecdsa", "both": what it can show; NULL: as its release allows */
};

struct facts {
    struct arena *arena; /* owns everything below, and the struct itself */
    struct run run;
    struct texts domains;               /* service domains, A-labels */
    struct deployment *deployment;      /* NULL without one */
    LIST_OF(struct dns_query) dns;      /* by name, type, resolver in the order asked */
    LIST_OF(struct endpoint) endpoints; /* in the order of discovery rules, never of arrival */
    LIST_OF(struct trust_list) trust_lists;
    LIST_OF(struct fetch) fetches; /* revocation sources asked, in the order of certificates and URIs */
    LIST_OF(struct cipher_survey) ciphers; /* endpoints enumerated */
    LIST_OF(struct bundle) bundles;        /* diagnostic bundles read, in the order given */
    LIST_OF(struct caller) callers;        /* connections that came in, in the order of arrival */
    LIST_OF(struct login) logins;          /* edges walked, in the order of SRV records, then addresses */
    struct certs expected;                 /* --expect-cert */
    struct facts *shelf;     /* where trust lists are read once for many runs and borrowed, until its arena's
                                limit is reached; NULL: nowhere. Outlives this, and is not saved */
    struct renewal *renewal; /* NULL without one */
    LIST_OF(struct required_name) required_names; /* of the node that is asked about */
    LIST_OF(struct capture_file) captures;        /* the files behind the connections, as given */
    LIST_OF(struct connection) connections;       /* of captures, in the order of their first packets */
    LIST_OF(struct user_file)
    files;                    /* that the user means to upload, or has beside; as given, a folder's by name */
    LIST_OF(struct cut) cuts; /* what caps left out, in the order of noticing */
    struct facts_lookup *lookup; /* what the questions below find by name: a memo, made when first asked */
};

struct facts *facts_new(void);
struct facts *facts_new_in(struct arena *arena); /* they end with the arena: not for facts_free() */
/* The scope that a command's runs have. Of a save from before scopes were kept, the command tells it too. */
void scope_of_command(struct arena *arena, const char *command, struct run_scope *scope);
void scope_of_lone(struct arena *arena, struct run_scope *scope); /* one endpoint alone was asked about */
void facts_free(struct facts *facts);

/* The answer to judge by: that of the first resolver, in the order given, which answered; else the first
 * asked. NULL when the question was not asked. */
const struct dns_query *facts_dns(const struct facts *facts, const char *name, enum dns_type type);
const struct trust_list *facts_trust(const struct facts *facts,
                                     const char *name); /* NULL name or unknown: NULL */
const struct tls_attempt *endpoint_variant(const struct endpoint *endpoint,
                                           enum tls_purpose purpose); /* NULL: not tried */
/* Is there an endpoint of the same id ("host:port") at another address? */
bool facts_has_other_address(const struct facts *facts, const struct endpoint *endpoint);
/* The endpoints of that host (a dot at its end or not), in their order: the things of *count names in a row.
 * For judges, when no endpoint is being added. */
const struct named *facts_at_host(const struct facts *facts, const char *host, size_t *count);
/* The first node of that list (of facts->deployment) which has the name, a dot at its end or not, or the
 * address; NULL: none, or name is NULL. */
const struct node *facts_node(const struct facts *facts, const struct nodes *list, const char *name);
/* The deployment's zone of that name, capital letters and all; NULL: none, or name is NULL. */
const struct zone *facts_zone(const struct facts *facts, const char *name);
bool address_is_ipv6(const char *address);
/* The order of rule: IPv4 before IPv6, then by number; NULL last. As strcmp() tells it. */
int address_compare(const char *a, const char *b);
/* Loopback, link-local, private (RFC 1918, RFC 4193), shared (RFC 6598) or unspecified, or an IPv6 address
 * that leads to such an IPv4 one; text that is no address is not. */
bool address_is_inside(const char *address);

/* The same edge's port for SIP or XMPP: at the address of its HTTPS port, else (--connect-to leads each port
 * elsewhere) the host's only one. NULL: none was looked at. */
const struct endpoint *login_port(const struct facts *facts, const struct endpoint *https,
                                  enum protocol protocol);

/* Does anybody look at names and trust there? Not where TLS verify mode is off, but for MRA, which wants it
 * on. Bundles have a mode for each side: either may look. NULL zone: true. */
bool zone_verifies(const struct facts *facts, const struct zone *zone);

#endif
