/* What does the user say exists? Files in, facts out, and an error that names file, line and column.
 * May read files; never the network. *error lives in the arena of the facts, or in that which is given. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "facts/facts.h"
#include "probe/input.h"

/* Reads the deployment file (YAML, docs/…) into facts->deployment, with the certificates and trust lists it
 * names. *error: "deployment.yaml:12:5: unknown key 'tls-verify'; wanted one of ..." */
bool deployment_read(struct facts *facts, const char *path, char **error);
/* The same from text in memory; `file` names it in errors, and its folder is where paths begin. reads_files
 * false: the files it names are not opened. */
bool deployment_read_text(struct facts *facts, const char *text, size_t size, const char *file,
                          bool reads_files, char **error);

/* Adds a trust list to the facts unless it is there: a PEM file, or a directory of PEM files. CRLs in it
 * become a fetch of FETCH_TRUST_CRL. */
bool trust_add_file(struct facts *facts, const char *path, char **error);
/* The system's roots under the name "system"; false when none were found (not an error for the run). */
bool trust_add_system(struct facts *facts);
/* A CRL file as loaded by hand on the CRL management page: one fetch of FETCH_MANUAL_CRL, also when what is
 * in it is no CRL. False with *error only when it cannot be read. */
bool crl_add_file(struct facts *facts, const char *path, char **error);
/* The certificates of a PEM file, behind those that are in out. */
bool certs_add_file(struct arena *arena, const char *path, struct certs *out, char **error);

/* A host or domain as the user typed it to lower-case A-labels (UTS 46 by libidn2), one trailing dot dropped.
 * False with *error for empty, over-long (label 63, name 253), control characters, spaces, empty labels,
 * forbidden characters. IP literals (brackets allowed) pass through. Underscores are allowed: judges speak of
 * them. */
bool host_read(struct arena *arena, const char *text, char **host, char **error);

/* The same check, but what was typed in ASCII stays as it is (letter case, trailing dot, brackets): what is
 * configured is what Expressway compares. What is not ASCII can only be meant as an IDN. */
bool host_as_written(struct arena *arena, const char *text, char **host, char **error);

/* Does a private key's file (PEM) end in the middle of its last line, and does it want a password? The first
 * breaks MRA (guide, appendix A), the second is refused (chapter 6). Nothing of it is kept. False, with
 * *error, when the file cannot be read. */
bool key_look(struct arena *arena, const char *path, bool *lacks_newline, bool *is_encrypted, char **error);

/* What the user means to upload: a file, or a folder whose files are read by name, one level deep, hidden
 * ones left out; "-" is standard input. Adds to facts->files. Passphrases are asked by `secret`
 * (wire/private_key.h). False with *error when the path itself cannot be read; a member of a folder that
 * cannot be read says so in its trouble.
 */
struct secret_source;
bool files_add(struct facts *facts, const char *path, const struct secret_source *secret, char **error);

/* A whole file, as input_take() gives it; *error names it and the reason. */
bool file_read(struct arena *arena, const char *path, enum input_kind kind, char **text, size_t *size,
               char **error);

#endif
