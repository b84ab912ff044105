/* What did an edge and what lies behind it say to one user's log-in? One struct login is one edge, walked as
 * a client walks it, with or without credentials.
 *
 * What needs no credentials (get_edge_sso, get_edge_config, OPTIONS, the stream) is with the endpoint. No
 * password, token, cookie value or digest is ever here. */
#ifndef FACTS_LOGIN_H
#define FACTS_LOGIN_H

#include "facts/service.h"

struct edge_server {
    char *address; /* NULL when the element was empty */
    int port;      /* 0: none given */
    int priority, weight;
};

struct edge_service {
    char *name;  /* "_cisco-uds" */
    char *error; /* "NameError": Expressway-C's DNS had no such record; NULL: none */
    LIST_OF(struct edge_server) servers;
};

/* getEdgeConfigResponse (field-facts 1.3). */
struct edge_config {
    LIST_OF(struct edge_service) services;
    LIST_OF(struct edge_server) sip, xmpp, http, uds; /* of edgeConfig; uds: userUdsServer */
    struct texts routes;                              /* sipRequest/route: "<sip:10.0.0.1:5061;…;lr>" */
};

/* SSOResult (field-facts 1.3; its exact form is not published). */
struct edge_sso {
    bool single_sign_on, oauth; /* Status enabled="true" */
    char *uri;                  /* where to log in; NULL when not said */
};

/* Set-Cookie of X-Auth without its value (RFC 6265 5.2). */
struct session_cookie {
    char *name;
    char *domain; /* lower case, no dot in front; NULL: for the host alone */
    char *path;   /* NULL: none given */
    bool secure, http_only;
    bool has_expiry; /* Expires or Max-Age */
    int lifetime_s;  /* from the answer on; 0 without an expiry */
};

struct uds_device {
    char *name, *model; /* NULL when not said */
};

/* What UDS told (bundle-facts 3.1); of the user only what log-in needs. */
struct uds {
    bool knows_user;    /* clusterUser answered */
    bool found;         /* with found="true" */
    char *home_cluster; /* host; NULL when the user has none */
    struct texts servers;
    char *user_id;                              /* as Unified CM spells it; NULL before `user` was read */
    bool has_home_cluster, has_service_profile; /* of `user` */
    LIST_OF(struct uds_device) devices;
};

struct sip_register {
    enum exchange_state state; /* of the last REGISTER that was sent */
    char *endpoint;            /* id of the endpoint: host:5061 */
    int code;                  /* when answered */
    char *reason, *server;
    char *warning;                    /* Warning header; NULL when absent */
    char *fault;                      /* what was malformed; NULL when nothing */
    int challenge_code;               /* 401 or 407 of the first answer; 0: none */
    char *scheme, *realm, *algorithm; /* of the challenge that we took; NULL when none */
    bool sent_credentials;
    char *withheld;                   /* why nothing, or no credentials, were sent; NULL */
    char *registrar, *route, *device; /* as in the request; route NULL when none was given */
    int expires;                      /* granted, seconds */
    bool removed;                     /* the de-registration was answered with 2xx */
    int ms;
};

enum xmpp_login_state {
    XMPP_LOGIN_NOT_TRIED, /* withheld or error says why */
    XMPP_LOGIN_BOUND,     /* authenticated, resource bound */
    XMPP_LOGIN_NO_ANSWER,
    XMPP_LOGIN_CLOSED,
    XMPP_LOGIN_MALFORMED,
    XMPP_LOGIN_STREAM_ERROR,
    XMPP_LOGIN_NO_MECHANISM, /* none that takes what we have */
    XMPP_LOGIN_REFUSED,      /* SASL failure: condition */
    XMPP_LOGIN_BIND_FAILED,  /* condition */
    XMPP_LOGIN_NO_TLS        /* no connection, or no TLS, on this attempt */
};
extern const struct enum_name xmpp_login_states[];

struct xmpp_login {
    enum xmpp_login_state state;
    char *endpoint; /* id of the endpoint: host:5222 */
    struct texts mechanisms;
    char *mechanism; /* that was used; NULL: none */
    char *condition; /* "not-authorized", "conflict"; NULL: none */
    char *jid;       /* that was bound; NULL: none */
    char *withheld;  /* why no credentials were sent; NULL */
    char *error;     /* NULL when there is nothing more to say */
    bool closed;     /* the server closed its stream after ours */
    int ms;
};

struct login {
    char *endpoint; /* id of its HTTPS endpoint: host:8443 */
    char *address;
    char *domain;     /* service domain */
    char *credential; /* "password" or "token" went to this edge; NULL: none did */
    char *withheld;   /* why none went here; NULL: one did, or none was given */
    /* In the order asked: "get_edge_config/" (the endpoints' form, without credentials); with them
     * "get_edge_config", "cluster-user", "servers", "user", "devices". `error` of one that was answered says
     * what is wrong with its XML. */
    LIST_OF(struct http_exchange) http;
    struct edge_sso *sso;          /* NULL: not read */
    struct edge_config *config;    /* NULL: not read */
    struct session_cookie *cookie; /* X-Auth; NULL: none came */
    struct uds *uds;               /* NULL: not asked */
    struct sip_register *sip;      /* NULL: not asked for */
    struct xmpp_login *xmpp;       /* NULL: not asked for */
};

/* Would a client at this host keep the cookie (RFC 6265 5.1.3, 5.3)? */
bool cookie_fits(const struct session_cookie *cookie, const char *host);
const struct http_exchange *login_exchange(const struct login *login, const char *request); /* NULL: none */

/* "expressway-e", "expressway-c", "unified-cm" (UDS without Server:, bundle-facts 3.1); NULL: none of them.
 */
const char *http_answered_by(const struct http_exchange *http);
/* The walk of that endpoint for that domain; NULL: none. */
struct endpoint;
struct facts;
const struct login *login_of(const struct facts *facts, const struct endpoint *endpoint, const char *domain);

#endif
