/* The causes of tls.handshake, which fill a file of their own. Private to the catalogue. */
#ifndef CATALOGUE_CATALOGUE_HANDSHAKE_H
#define CATALOGUE_CATALOGUE_HANDSHAKE_H

#include "catalogue/catalogue.h"

enum { HANDSHAKE_CAUSES = 42 };
extern const struct cause handshake_causes[]; /* HANDSHAKE_CAUSES of them */

#endif
