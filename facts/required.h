/* Which names must the certificate of a node bear? What expressway/required.c makes of the deployment. */
#ifndef FACTS_REQUIRED_H
#define FACTS_REQUIRED_H

#include "facts/text.h"

enum required_type { REQUIRED_DNS, REQUIRED_SRV };
extern const struct enum_name required_types[];

enum required_why {
    WHY_PEER_FQDN, /* the node's own name, or one by which the other side of a zone knows it */
    WHY_CLUSTER,
    WHY_MRA_DOMAIN,
    WHY_XMPP_FEDERATION,
    WHY_CHAT_ALIAS,
    WHY_PHONE_PROFILE,
    WHY_JABBER_GUEST,
    WHY_B2B
};
extern const struct enum_name required_whys[];

struct required_name {
    char *name;
    enum required_type type;
    enum required_why why; /* of several reasons the first */
};

#endif
