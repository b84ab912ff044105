/* What do the files that read PEM share? Private to pem.c and pem_guess.c. */
#ifndef WIRE_PEM_PARTS_H
#define WIRE_PEM_PARTS_H

#include "facts/arena.h"

/* What the bytes of a file without PEM are instead, as a noun with the way out: "a certificate in DER; ...".
 */
char *pem_guess(struct arena *arena, const char *text, size_t size);
/* What DER is: "a certificate", "PKCS#12"…; NULL when nothing known. */
const char *der_guess(const void *bytes, size_t size);

#endif
