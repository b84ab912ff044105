/* How does one question to one resolver go? Private to probe/dns.c, which knows who asks what and why.
 *
 * Does not: look at names, share answers, or decide whose answer counts. */
#ifndef PROBE_DNS_ASK_H
#define PROBE_DNS_ASK_H

#include "probe/world.h"

struct ares_addr_port_node;

struct resolver {
    char *label; /* as in dns_query.resolver */
    struct ares_addr_port_node *servers;
    int server_count;
};

struct ask;

/* Nothing happens before ask_begin(). query is the fact to fill; name and type are set. */
struct ask *ask_new(struct world *world, const struct resolver *resolver, struct dns_query *query);
/* Asks; done(context) is called once, perhaps before this returns. Does nothing when ask_end() came first. */
void ask_begin(struct ask *ask, done_fn done, void *context);
void ask_end(struct ask *ask); /* gives up: the query becomes what is known of it by now */
bool ask_is_over(const struct ask *ask);

#endif
