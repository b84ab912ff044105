/* How does a test get the other end of a handshake? A TLS server over memory, made of the same library, and
 * the pump that carries bytes between it and an engine. No sockets. */
#ifndef TESTS_UNIT_TLS_SERVER_H
#define TESTS_UNIT_TLS_SERVER_H

#include <openssl/ssl.h>

#include "probe/tls/tls_engine.h"

enum server_client_auth { ASKS_NOTHING, ASKS, DEMANDS, DEMANDS_AND_TRUSTS };

struct server_form {
    int lowest, highest; /* 0: TLS 1.2, TLS 1.3 */
    bool rsa, ecdsa;     /* certificates; neither: RSA */
    const char *suites;  /* up to TLS 1.2; NULL: the library's */
    enum server_client_auth client_auth;
    const char *only_name; /* any other server name, or none, is refused with unrecognized_name */
    bool staples;          /* three bytes "abc" */
    bool alpn_http;
    int weight;   /* kB of text in its certificate; 0: none */
    size_t chunk; /* bytes fed to the engine at once; 0: all */
};

struct server;

struct server *server_new(const struct server_form *form);
void server_free(struct server *server);
/* Once: what the engine says to the server, and what that answers back. False when nobody said anything. */
bool server_turn(struct server *server, struct engine *engine);
/* Until neither side has anything to say. */
enum engine_state server_pump(struct server *server, struct engine *engine);
void server_write(struct server *server, const char *text);
/* What the engine wrote inside TLS, NUL behind; a static buffer. */
const char *server_read(struct server *server);
/* PEM of a certificate with its key, issued by what the server's DEMANDS_AND_TRUSTS trusts. Path of a
 * temporary file, to be unlinked. */
char *server_client_pem(struct arena *arena);

#endif
