/* Where does a passphrase come from: a file that the user names, or the terminal? Never an argument, never
 * the environment; wiped when done. */
#ifndef COMMANDS_SECRET_H
#define COMMANDS_SECRET_H

#include "wire/private_key.h"

enum { SECRET_MAX = 1024 };

struct secret {
    char text[SECRET_MAX];
    int length; /* -1: the terminal is asked */
};

/* The first line of the file; file NULL: the terminal. False after one line on stderr that names
 * --password-file. */
bool secret_open(struct secret *secret, struct arena *arena, const char *file);
void secret_close(struct secret *secret); /* wipes it */
struct secret_source secret_source_of(struct secret *secret);

/* Asks on the terminal, unseen: "PROMPT: ". The length without line end, 0 where nothing was said; -1
 * without a terminal. Echo is back also when a signal ends us. */
int terminal_ask(const char *prompt, char *buffer, int size);
/* Asks for the passphrase of a private key on the terminal; a passphrase_fn. -1 without one. */
int passphrase_ask(void *context, const char *file, char *buffer, int size);

#endif
