/* Which certificates and CRLs does a PEM file hold, and what is a file that holds none? For files that the
 * user gives.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_PEM_H
#define WIRE_PEM_H

#include "facts/facts.h"

/* All CERTIFICATE blocks of a PEM text, in order. False when there is none or one is broken; *error says what
 * and in which line ("line 12: not base64"), and what the bytes look like instead (DER, PKCS#7, PKCS#12,
 * private key, empty). */
bool certs_read_pem(struct arena *arena, const char *text, size_t size, struct certs *out, char **error);
/* A trust list: entries skimmed, not parsed (100,000 certificates in well under a second). Broken blocks
 * become problems. False when not one certificate was found; *error as above. list->name is left to the
 * caller. */
bool trust_read_pem(struct arena *arena, const char *text, size_t size, struct trust_list *list,
                    char **error);

/* What a file is in which something else was looked for: "a certificate" (its first PEM block), "a private
 * key in DER", "an empty file"; NULL when nothing known. */
char *pem_what(struct arena *arena, const char *text, size_t size);

/* Every CRL block of a PEM text, in order, as DER that nobody has parsed yet. False when one is broken:
 * *error says which; what came before it is kept. */
bool crls_find_pem(struct arena *arena, const char *text, size_t size, struct fetch *into, char **error);

#endif
