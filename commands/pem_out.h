/* How does a certificate reach a PEM file? */
#ifndef COMMANDS_PEM_OUT_H
#define COMMANDS_PEM_OUT_H

#include <stdio.h>
#include "facts/text.h"

/* One CERTIFICATE block. False: see errno. */
bool pem_put(FILE *out, const uint8_t *der, size_t size);

#endif
