/* What do the facts of a deployment look like in which nothing is wrong? The start of every judge's test:
 * take healthy facts, break one thing, name the finding.
 *
 * example.com, seen from outside: SRV to expe1 and expe2.example.com (203.0.113.10, 203.0.113.11; no IPv6),
 * each with 8443, 5061 and 5222, certificates good for 300 days, every service answering as an edge does.
 * Certificates have no DER: tests that need mathematics bring their own. Nothing here touches the clock. */
#ifndef TESTS_UNIT_HEALTHY_H
#define TESTS_UNIT_HEALTHY_H

#include "checks/judge.h"

#define DOMAIN "example.com"
#define SRV_NAME "_collab-edge._tls.example.com"
#define EDGE1 "expe1.example.com"
#define EDGE2 "expe2.example.com"
#define EDGE1_HTTPS "expe1.example.com:8443"
#define EDGE1_SIP "expe1.example.com:5061"
#define EDGE1_XMPP "expe1.example.com:5222"
#define EDGE2_HTTPS "expe2.example.com:8443"
#define EDGE1_ZONE "expe1.example.com:7001"
#define EDGE1_SSH "expe1.example.com:2222"
#define UCM1 "ucm1.example.local"
#define IMP1 "imp1.example.local"
#define UCM1_HTTPS "ucm1.example.local:8443"
#define IMP1_HTTPS "imp1.example.local:8443"

enum { DAY = 86400 };

struct facts *healthy_facts(void); /* `check example.com`, vantage external, release X15.5 */
/* The same edges with a deployment file, vantage internal: two E nodes in the cluster expe.example.com, one C
 * node expc1.example.local (certificate file) in the cluster expc.example.local, the zone "mra" with both
 * edges as peers and the TLS verify name expc.example.local, its 7001 and 2222, one UCM and one IM&P node
 * with 8443. No trust lists. */
struct facts *healthy_deployment(void);

/* ---- certificates ---- */
/* CN=host, issued by "CN=Example Issuing CA,O=Example", dNSName host; both EKUs, RSA 2048, valid 60 days back
 * and 300 ahead. */
struct cert *cert_new(struct facts *facts, const char *host);
void cert_add_name(struct facts *facts, struct cert *cert, enum name_type type, const char *value);
void cert_drop_name(struct cert *cert, const char *value); /* asserts that it was there */
void cert_set_serial(struct facts *facts, struct cert *cert,
                     int number); /* another certificate of the name */
struct cert *ca_new(struct facts *facts, const char *common_name, bool root);
/* Leaf and the issuing CA as the chain of the main handshake and of every established variant. */
void serve_cert(struct facts *facts, struct endpoint *endpoint, struct cert *leaf);
void serve_cert_everywhere(struct facts *facts, const char *host, struct cert *leaf);

/* ---- endpoints ---- */
/* A complete and healthy endpoint, at the end of the list: connected, handshake done, service answering.
 * Serves the certificate that other endpoints of the host serve, else a new one. */
struct endpoint *add_endpoint(struct facts *facts, const char *host, const char *address, int port,
                              enum protocol protocol, enum leg leg);
void drop_endpoints(struct facts *facts, const char *host);        /* nobody looked at any port of it */
struct endpoint *endpoint_of(struct facts *facts, const char *id); /* the first of that id; asserts */
struct cert *leaf_of(struct facts *facts, const char *id);         /* as served in the main handshake */
/* The attempt of that purpose; added, established and like the main one, when it was not there. */
struct tls_attempt *variant_of(struct facts *facts, struct endpoint *endpoint, enum tls_purpose purpose);
/* Ends a handshake: no chain, no version; for TLS_ALERT the alert and its sender too. */
void tls_fails(struct tls_attempt *attempt, enum tls_state state, enum side side);
void tls_alerts(struct facts *facts, struct tls_attempt *attempt, int number, enum side sent_by);
/* The connection fails like that; TLS and the service are then not tried. */
void tcp_fails(struct facts *facts, struct endpoint *endpoint, enum tcp_state state);

/* ---- DNS ---- */
struct dns_query *add_query(struct facts *facts, const char *name, enum dns_type type, enum dns_state state);
struct dns_query *query_of(struct facts *facts, const char *name, enum dns_type type); /* asserts */
void query_fails(struct dns_query *query, enum dns_state state);                       /* drops its records */
struct dns_record *add_srv(struct facts *facts, struct dns_query *query, const char *target, int port);
struct dns_record *add_address(struct facts *facts, struct dns_query *query, const char *address);
void add_host(struct facts *facts, const char *host, const char *address); /* A with it, AAAA without data */

/* ---- deployments ---- */
struct deployment *deployment_of(struct facts *facts); /* an empty one when there was none */
struct node *add_node(struct facts *facts, struct nodes *to, const char *name, enum role role);

/* ---- findings ---- */
/* subject NULL: the first of that check. */
const struct finding *find_finding(const struct findings *findings, const char *check, const char *subject);
/* There is a finding of that check, subject (NULL: any), status and cause (NULL: none). Prints all findings
 * of the check when not. Returns the first such. */
const struct finding *assert_finding(const struct findings *findings, const char *check, const char *subject,
                                     enum status status, const char *cause);
void assert_no_finding(const struct findings *findings, const char *check, const char *subject);
/* The evidence at key is this JSON value: "\"refused\"", "[\"a\", \"b\"]", "8443". */
void assert_evidence(const struct finding *finding, const char *key, const char *wanted_json);

/* ---- tables ---- */
/* One family alone, over facts of the test. */
void judge_with(judge_fn judge, const struct facts *facts, struct findings *to);

struct judge_row {
    const char *what;                 /* printed when it does not hold */
    void (*break_it)(struct facts *); /* NULL: healthy */
    const char *check, *subject;      /* subject NULL: any */
    enum status status;
    const char *cause;            /* NULL with pass, unknown, skip */
    struct facts *(*start)(void); /* NULL: healthy_facts */
};
#define ABSENT ((enum status)(-1)) /* as status: there is no finding of that check and subject */

/* By the words of the contract; fails the test where the catalogue has no such row. */
enum check_id check_id(const char *check);
enum cause_id cause_id(const char *check, const char *cause);

/* Each row on fresh facts; judged twice, the findings must be the same in the same order. */
void assert_rows(judge_fn judge, const struct judge_row *rows, size_t count);

/* What a finding says besides its cause: one thing of its evidence, or of its summary. */
struct told_row {
    const char *what;
    void (*break_it)(struct facts *);
    const char *check, *subject; /* subject NULL: any */
    const char *key;    /* of the evidence; "node", "zone", "role" in parentheses: of the finding itself;
                           NULL: the summary */
    const char *wanted; /* its JSON, of the summary a part of it; NULL: no such finding has the key */
    struct facts *(*start)(void); /* NULL: healthy_facts */
};
/* Each row on fresh facts: a finding of that check and subject says so. */
void assert_told(judge_fn judge, const struct told_row *rows, size_t count);

/* Every cause that the catalogue has for these checks (NULL ends) is raised by a row, and every check has a
 * row that passes: nothing in the catalogue goes untested.
 * `except` (NULL: none; NULL ends) lists "check/cause" that this judge cannot raise, with the reason beside
 * it. */
void assert_rows_cover(const char *const *checks, const char *const *except, const struct judge_row *rows,
                       size_t count);

/* The passes of a run that looked at everything: without them no outcome works. */
void all_was_seen(const struct facts *facts, struct findings *to);

#endif
