/* What is put in the place of names, addresses, numbers and words that nobody else is to read? The same
 * original has the same pseudonym throughout a run, and what hangs on its form stays: labels stay labels, a
 * wildcard stays one, a private address stays private, names that the product itself makes up stay as they
 * are.
 *
 * Does not know facts, JSON or certificates: redact.h and remint.h do. Nothing can be turned back: pseudonyms
 * are numbers in the order of meeting. */
#ifndef REDACT_PSEUDONYMS_H
#define REDACT_PSEUDONYMS_H

#include "facts/arena.h"
#include "facts/text.h"

struct pseudonyms;
struct pseudonyms *pseudonyms_new(struct arena *arena);
void pseudonyms_free(struct pseudonyms *p); /* NULL is fine; what it gave lives in arena */

/* ---- what is known to be one, before texts are read ---- */

void pseudonyms_know_name(struct pseudonyms *p, const char *name); /* "expe1.example.com", "expe1" */
void pseudonyms_know_words(struct pseudonyms *p, const char *kind,
                           const char *words); /* "Zone", "Hybrid calls" */
void pseudonyms_know_phrase(struct pseudonyms *p, const char *original, const char *instead);
void pseudonyms_know_path(struct pseudonyms *p, const char *path); /* that the user gave */
/* The words of this text are nobody's: they stay in strange texts, unless they are a known name, too. */
void pseudonyms_know_plain(struct pseudonyms *p, const char *text);
/* The first label of this name is called after its kind ("expe", "ucm"), if it is called nothing yet. */
void pseudonyms_call(struct pseudonyms *p, const char *name, const char *kind);

/* ---- one thing of a kind; all of them in arena ---- */

char *pseudonym_of_name(struct pseudonyms *p, const char *name);       /* DNS name, label or address */
char *pseudonym_of_address(struct pseudonyms *p, const char *address); /* NULL: it is none */
char *pseudonym_of_words(struct pseudonyms *p, const char *kind, const char *words);
char *pseudonym_of_uri(struct pseudonyms *p, const char *uri);
char *pseudonym_of_email(struct pseudonyms *p, const char *address);
char *pseudonym_of_zone(struct pseudonyms *p, const char *zone);
char *pseudonym_of_path(struct pseudonyms *p, const char *path);
/* Free text of ours: every name, address, path and word in it that is known, and what looks like one. */
char *pseudonym_of_text(struct pseudonyms *p, const char *text);
/* Free text of somebody else's, of a log or a status: of that no word stays but those that are plain. */
char *pseudonym_of_strange_text(struct pseudonyms *p, const char *text);

/* ---- what is known; words in lower case ---- */

struct arena *pseudonyms_arena(struct pseudonyms *p);
bool pseudonyms_is_known_name(const struct pseudonyms *p, const char *name); /* or a domain above one */
/* Of a known name: its first one (of a host), or any. */
bool pseudonyms_is_known_label(const struct pseudonyms *p, const char *label, bool is_host);
/* Known, below a known domain, or ended by what only names end with. */
bool pseudonyms_is_name(const struct pseudonyms *p, const char *token);
bool pseudonyms_is_plain(const struct pseudonyms *p, const char *word);
/* How much of its beginning is a path that the user gave, and what stands for it; 0: none of it. */
size_t pseudonyms_path_at(const struct pseudonyms *p, const char *path, const char **instead);
/* With known paths, and known words of several, replaced. */
char *pseudonyms_phrases_instead(struct pseudonyms *p, const char *text);

#endif
