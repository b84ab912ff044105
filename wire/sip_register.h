/* How does a phone register, and what does the answer ask for or grant? REGISTER as Jabber sends it through
 * an edge (bundle-facts 3.2, RFC 3261 10), with a User-Agent that says who we are.
 *
 * Framing and the faults of a message are wire/sip.h's. Pure; all input is hostile: what comes from an XML
 * answer goes into a header only when it cannot end one. */
#ifndef WIRE_SIP_REGISTER_H
#define WIRE_SIP_REGISTER_H

#include "wire/digest.h"
#include "wire/sip.h"

struct register_form {
    const char *registrar; /* host of the request URI */
    const char *user;      /* of From, To and Contact */
    const char *route;     /* "<sip:…;lr>"; NULL: none */
    const char *device;    /* "CSFALICE"; NULL: none */
    const char *local;     /* our address */
    int local_port;
    const char *call_id, *tag, *instance; /* hex; instance: 12 digits */
    const char *branch;                   /* new for each request */
    int sequence;
    int expires; /* 0 de-registers */
};

enum { CHALLENGES_MAX = 8 };

struct register_answer {
    struct challenge challenges[CHALLENGES_MAX]; /* of WWW-Authenticate and Proxy-Authenticate, in order */
    size_t challenge_count;
    char *warning;   /* NULL: none */
    int expires;     /* granted: of our Contact, else of Expires; -1: not said */
    int min_expires; /* of 423; -1: not said */
};

/* Would it fit into a header: a host, a name of a device, a route? */
bool register_host_is_safe(const char *text);
bool register_name_is_safe(const char *text);
bool register_route_is_safe(const char *text);
/* A SIP user part (RFC 3261 25.1): what may not stand there is %-encoded. */
char *register_user(struct arena *arena, const char *user);
char *register_uri(struct arena *arena, const struct register_form *form); /* the request URI */

/* The whole message into out; authorization: "Authorization: Digest …" without a line end; NULL: none. */
void register_write(struct arena *arena, const struct register_form *form, const char *authorization,
                    struct secret_text *out);
/* One framed response that sip_read() took. */
void register_read(struct arena *arena, const uint8_t *bytes, size_t size, const char *instance,
                   struct register_answer *answer);

#endif
