/* What do the SSH readers share? The stream so far, and a cursor over SSH's own types (RFC 4251 5). Private
 * to wire/ssh*.c. */
#ifndef WIRE_SSH_PARTS_H
#define WIRE_SSH_PARTS_H

#include "wire/ssh.h"

struct ssh_input {
    const uint8_t *p;
    size_t n;
};

bool ssh_number_take(struct ssh_input *from, uint32_t *number);
bool ssh_string_take(struct ssh_input *from, struct ssh_input *string);

struct ssh_reader {
    struct arena *arena;
    struct ssh_exchange *into;
    enum { WANT_IDENT, WANT_KEXINIT, WANT_KEY, DONE, FAILED } phase;
    enum ssh_event failure;   /* what FAILED goes on saying */
    struct ssh_input kexinit; /* the server's, without its message number */
    uint8_t *bytes;           /* INPUT_MAX of ssh.c */
    size_t size, at, scanned;
    int lines;
};

enum { SSH_COOKIE = 16, SSH_NAME_LISTS = 10, SSH_BEHIND_LISTS = 5 }; /* RFC 4253 7.1 */
enum ssh_message {
    SSH_DISCONNECT = 1,
    SSH_IGNORE = 2,
    SSH_DEBUG = 4,
    SSH_KEXINIT = 20,
    SSH_KEX_INIT = 30, /* SSH_MSG_KEXDH_INIT, RFC 4253 8; SSH_MSG_KEX_ECDH_INIT, RFC 5656 4 */
    SSH_KEX_REPLY = 31
};

/* The server's answer to SSH_KEX_INIT, without its message number: host key into the exchange. */
bool ssh_reply_read(struct arena *arena, struct ssh_input payload, struct ssh_exchange *into);

#endif
