/* How are SSH's own types read, and what are its messages called? RFC 4251 5, RFC 4253. Numbers and strings
 * off the front of some bytes; false when these end before. Used by wire/ssh*.c. */
#ifndef WIRE_SSH_TYPES_H
#define WIRE_SSH_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssh_input {
    const uint8_t *p;
    size_t n;
};

static inline bool ssh_number_take(struct ssh_input *from, uint32_t *number) {
    if (from->n < 4)
        return false;
    *number =
        (uint32_t)from->p[0] << 24 | (uint32_t)from->p[1] << 16 | (uint32_t)from->p[2] << 8 | from->p[3];
    from->p += 4;
    from->n -= 4;
    return true;
}

static inline bool ssh_string_take(struct ssh_input *from, struct ssh_input *string) {
    uint32_t length;
    if (!ssh_number_take(from, &length) || length > from->n)
        return false;
    *string = (struct ssh_input){from->p, length};
    from->p += length;
    from->n -= length;
    return true;
}

enum { SSH_COOKIE = 16, SSH_NAME_LISTS = 10, SSH_BEHIND_LISTS = 5 }; /* RFC 4253 7.1 */
enum ssh_message {
    SSH_DISCONNECT = 1,
    SSH_IGNORE = 2,
    SSH_DEBUG = 4,
    SSH_KEXINIT = 20,
    SSH_KEX_INIT = 30, /* SSH_MSG_KEXDH_INIT, RFC 4253 8; SSH_MSG_KEX_ECDH_INIT, RFC 5656 4 */
    SSH_KEX_REPLY = 31
};

#endif
