/* What is a file that someone means to upload, and what is in it?
 *
 * Pure, like every reader of wire/: bytes to facts, everything bounded, all input hostile. Recognises PEM in
 * all the coats that mail, Windows and web pages give it, DER, PKCS#7, PKCS#12, requests, keys and CRLs. It
 * does not judge whether Expressway takes the file; it says how to make one that it takes. */
#ifndef WIRE_FILE_H
#define WIRE_FILE_H

#include "facts/files.h"
#include "wire/private_key.h"

/* Fills all of out that the bytes tell; out->path is the caller's, and set before. secret may be NULL: nobody
 * to ask for a passphrase. */
void file_classify(struct arena *arena, const char *bytes, size_t size, const struct secret_source *secret,
                   struct user_file *out);

struct user_files {
    struct user_file **v;
    size_t n;
};
/* How do the files belong together? Fills belongs_to, issued_by and chain of each. */
void files_sort(struct arena *arena, const struct user_files *files);

/* The shell command that makes the file uploadable: one PEM certificate, the server's alone, or PEM of what
 * it is otherwise. NULL when it is so already, and when no command helps. */
char *file_conversion(struct arena *arena, const struct user_file *file);

#endif
