/* What to ask a CA for: the OpenSSL request configuration of a node. Makes neither key nor request:
 * openssl(1) does, by this file. */
#ifndef COMMANDS_REQUEST_H
#define COMMANDS_REQUEST_H

#include <stdio.h>

#include "facts/deployment.h"

struct request {
    struct arena *arena;
    const struct deployment *deployment;
    const struct node *node;
};

bool request_write(FILE *out,
                   void *request); /* context of output_write(): struct request; false: see errno */

#endif
