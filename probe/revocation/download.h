/* What comes from one URL? One request of libcurl, to addresses that are known already, with caps on size and
 * time.
 *
 * Follows no redirect, asks no DNS, sends no credentials. HTTPS needs a certificate that holds for the name
 * and leads to a root of the trust given; nobody asks for that certificate's own revocation. */
#ifndef PROBE_REVOCATION_DOWNLOAD_H
#define PROBE_REVOCATION_DOWNLOAD_H

#include <openssl/x509.h>
#include "probe/world.h"

struct download_ask {
    const char *url;
    const struct blob *post;    /* sent by POST; NULL: GET */
    const char *const *headers; /* NULL ends them */
    const char *connect;        /* curl's CONNECT_TO; NULL: to the URL's host and port */
    const char *resolve;        /* curl's RESOLVE, with all addresses; NULL: the host is one */
    size_t limit;               /* of the body */
    int wait_ms, whole_ms;      /* for the connection and between bytes; for all of it */
    X509_STORE *trust;          /* for HTTPS */
};

struct download {
    enum fetch_state state; /* ANSWERED: with any HTTP status */
    bool was_connected;
    int status;                       /* 0: none came */
    struct blob body;                 /* the caller's no more when done returns */
    const char *redirect;             /* absolute URL, NULL when there is none */
    bool no_store;                    /* RFC 9111 5.2.2.5: must not be kept */
    const char *etag, *last_modified; /* RFC 9110 8.8, as they came; NULL: not sent */
    const char *error;                /* NULL when answered */
};
typedef void (*download_fn)(void *context, const struct download *download);

/* done is called once, from the loop, or before this returns when nothing could begin. What ask points to,
 * but not ask itself, lives until then. */
void download_try(struct world *world, const struct download_ask *ask, download_fn done, void *context);

#endif
