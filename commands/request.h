/* What to ask a CA for: the OpenSSL request configuration of a node. */
#ifndef COMMANDS_REQUEST_H
#define COMMANDS_REQUEST_H

#include <stdio.h>

#include "facts/deployment.h"

struct request {
    struct arena *arena;
    const struct deployment *deployment;
    const struct node *node;
};

bool request_write(FILE *out, void *request); /* context of output_write() */

#endif
