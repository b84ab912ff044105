/* What are bytes that were given in place of PEM? DER of some kind, text whose lines were lost, something
 * else. Not here: reading it (file.h, container.h). */
#ifndef WIRE_PEM_GUESS_H
#define WIRE_PEM_GUESS_H

#include <stdbool.h>

#include "facts/arena.h"

/* What the bytes of a file without PEM are instead, as a noun with the way out: "a certificate in DER; ...".
 */
char *pem_guess(struct arena *arena, const char *text, size_t size);
/* What DER is: "a certificate", "PKCS#12"…; NULL when nothing known. */
const char *der_guess(const void *bytes, size_t size);
/* The size of the first DER element of the bytes, 0 when it is not whole: several may stand in a row. */
size_t der_element_size(const uint8_t *bytes, size_t size);
bool is_blank_text(const char *text, size_t size);
/* A certificate whose BEGIN and END lines were lost in copying begins with SEQUENCE, long length: "MI". */
bool is_bare_base64(const char *text, size_t size);

#endif
