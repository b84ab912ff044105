/* What is a file, by all that was found in it: a certificate, a chain, a trust list, and which of its
 * certificates is the server's? Private to file.c, which finds. Does not say whether Expressway takes it:
 * checks/ does. */
#ifndef WIRE_FILE_KIND_H
#define WIRE_FILE_KIND_H

#include "facts/files.h"

/* The certificate of the key that stands with it; else the only one; else the only one that is no CA's. -1:
 * nobody can tell which. */
int file_leaf_of(struct arena *arena, const struct user_file *file);
enum file_kind file_kind_of(const struct user_file *file); /* when its leaf is there */
/* "a certificate in DER", when its kind is there. other: the noun of what stood in it to no use; NULL:
 * nothing did. NULL: neither this nor the bytes tell. */
char *file_noun(struct arena *arena, const struct user_file *file, const char *other, const char *bytes,
                size_t size);
/* SHA-256 of the certificate's public key; NULL without bytes. */
char *file_public_key_of(struct arena *arena, const struct cert *cert);

#endif
