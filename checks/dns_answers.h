/* What came of a question to DNS, in the words of findings? Shared by the judges of the family dns. */
#ifndef CHECKS_DNS_ANSWERS_H
#define CHECKS_DNS_ANSWERS_H

#include "checks/finding.h"

/* NULL: it was not asked. *name: "SERVICE.DOMAIN" in either case, in arena. */
const struct dns_query *srv_of(const struct facts *facts, struct arena *arena, const char *service,
                               const char *domain, const char **name);
/* At least one record with a target; the lone target "." means that the service is not offered (RFC 2782). */
bool offers_target(const struct dns_query *query);
bool is_not_offered(const struct dns_query *query);
bool is_absent(const struct dns_query *query); /* the name server says that there is no such record */
/* The cause for an answer without a usable record, of dns.collab-edge-srv or dns.xmpp-federation-srv;
 * CAUSE_NONE when it has one. */
enum cause_id cause_of_answer(enum check_id check, const struct dns_query *query);
const char *words_of_answer(const struct dns_query *query); /* "the name does not exist (NXDOMAIN)" */

/* The host that a SRV record names; "." when it names none. Never NULL. */
const char *target_text(const struct dns_record *record);
const char *first_target(const struct dns_query *query); /* that is not ".": offers_target() */
/* "10 20 8443 expe1.example.com" or the address */
const char *record_text(struct arena *arena, const struct dns_record *record);
/* found: the records, or the state when there are none; resolver, aliases and error beside it. */
void show_answer(struct finding *finding, struct arena *arena, const struct dns_query *query);

/* Every host that a _collab-edge SRV record names, once, in the order of domains and records. */
struct target {
    const char *host, *domain; /* a host that two domains share is a target of each */
};
struct targets {
    struct target **v;
    size_t n;
};
void targets_of(const struct facts *facts, struct arena *arena, struct targets *out);

/* The addresses that the facts have for a name (A, then AAAA), and whether it was asked at all. */
bool addresses_of(const struct facts *facts, struct arena *arena, const char *host, struct texts *out);

void judge_dns_targets(const struct facts *facts, struct findings *to);   /* dns_targets.c: dns.srv-target* */
void judge_dns_san(const struct facts *facts, struct findings *to);       /* dns_san.c: dns.san-address */
void judge_dns_resolvers(const struct facts *facts, struct findings *to); /* dns_resolvers.c */

#endif
