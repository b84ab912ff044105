/* What did the name servers answer? One question to one resolver is one struct dns_query.
 * *Not asked*, *no answer* and *absent* are different facts. */
#ifndef FACTS_DNS_H
#define FACTS_DNS_H

#include "facts/arena.h"
#include "facts/text.h"

enum dns_type { DNS_SRV, DNS_A, DNS_AAAA };
extern const struct enum_name dns_types[];

enum dns_state {
    DNS_NOT_ASKED,
    DNS_ANSWERED, /* NOERROR with at least one record of the type asked for */
    DNS_NXDOMAIN,
    DNS_NO_DATA, /* NOERROR, the name exists or may exist, none of this type */
    DNS_SERVFAIL,
    DNS_REFUSED,     /* RCODE 5 */
    DNS_TIMEOUT,     /* silence from every try */
    DNS_UNREACHABLE, /* the resolver could not be reached: ICMP refused, no route */
    DNS_MALFORMED,   /* bytes that are no DNS answer to this question */
    DNS_TRUNCATED,   /* TC bit, and the answer could not be had over TCP */
    DNS_OTHER_RCODE
};
extern const struct enum_name dns_states[];

struct dns_record {
    enum dns_type type;
    char *owner;                /* name the record stands at (behind any CNAMEs), no trailing dot */
    int priority, weight, port; /* SRV */
    char *target;  /* SRV: host without trailing dot, "." when the service is explicitly not offered */
    char *address; /* A, AAAA: textual address */
};

struct dns_query {
    char *name; /* as asked, A-labels, no trailing dot */
    enum dns_type type;
    char *resolver; /* "127.0.0.53:53", or "system" for the system's own set of them */
    enum dns_state state;
    int rcode;            /* when an answer came */
    int ms;               /* from question to answer or giving up */
    struct texts aliases; /* CNAME chain from the name asked to the owner of the records; empty when direct */
    LIST_OF(struct dns_record) records; /* SRV: by priority, then weight (highest first), then target */
    char *error; /* the resolver library's words when there was no usable answer, else NULL */
};

#endif
