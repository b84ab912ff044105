/* Is this word a number, a release, an address, and if not, what was probably meant? The small readers that
 * command line and deployment file share. None of them prints or keeps anything. */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include <stdbool.h>
#include "facts/text.h"

/* Decimal digits only, from least to most. */
bool value_number(const char *text, int least, int most, int *number);
/* "X14.3", "14.0.8": the form only; whether there is such a release is for the checks to know. */
bool value_release(const char *text);
/* An IPv4 or IPv6 literal, brackets around IPv6 allowed; *address in its shortest form, without brackets. */
bool value_address(struct arena *arena, const char *text, char **address);
/* "host", "host:port", "[v6]:port", "v6": *host without brackets; *port stays where none is given. The host
 * is not looked at. */
bool value_host_port(struct arena *arena, const char *text, const char **host, int *port);
/* The candidate that differs from word by few letters; NULL when none is near. */
const char *value_nearest(const char *word, const struct texts *candidates);
/* Does a word of --starttls name what facts/services.h knows? False with *error. */
bool value_starttls(struct arena *arena, const char *text, char **error);
/* "a, b or c" */
char *value_choice(struct arena *arena, const struct texts *candidates);

#endif
