/* Which secrets does a key log hold? SSLKEYLOGFILE's lines, from a file or from a capture's Decryption
 * Secrets Blocks, to the secrets of each session. Opens nothing with them (tls_keys.h does); wipes them when
 * it is freed. */
#ifndef WIRE_KEY_LOG_H
#define WIRE_KEY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_secret {
    SECRET_MASTER,           /* CLIENT_RANDOM */
    SECRET_CLIENT_HANDSHAKE, /* TLS 1.3 from here */
    SECRET_SERVER_HANDSHAKE,
    SECRET_CLIENT_TRAFFIC,
    SECRET_SERVER_TRAFFIC,
    SECRETS
};

enum { SECRET_MAX = 64, RANDOM_SIZE = 32 };

struct tls_secrets { /* of one session */
    uint8_t random[RANDOM_SIZE];
    uint8_t bytes[SECRETS][SECRET_MAX];
    uint8_t size[SECRETS]; /* 0: not there */
};

struct key_log;

struct key_log *key_log_new(void);
void key_log_free(struct key_log *log); /* NULL is fine */
/* Text in pieces of whole lines; what is no line of a key log is counted and left. How many secrets came. */
size_t key_log_add(struct key_log *log, const char *text, size_t size);
const struct tls_secrets *key_log_find(const struct key_log *log, const uint8_t *random); /* NULL: none */
size_t key_log_sessions(const struct key_log *log);

#endif
