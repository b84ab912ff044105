/* What do Expressway's own words mean? A line of its log to the check, cause and guidance that fit.
 *
 * Pure: one line in, one entry out. Does not open files, know the order of lines, or judge: a log says what
 * one side saw at one time. */
#ifndef CATALOGUE_LOG_TOKENS_H
#define CATALOGUE_LOG_TOKENS_H

#include "catalogue/catalogue.h"
#include "facts/arena.h"

enum log_direction { LOG_UNKNOWN, LOG_INBOUND, LOG_OUTBOUND };
extern const struct enum_name log_directions[]; /* of the connection, seen from the box that wrote the log */

enum { LOG_FIX_MAX = 4 };

/* Rows are tried in order, the first that fits is it. */
struct log_token {
    const char *id;                   /* "peer-identity-unacceptable" */
    enum log_direction direction;     /* only in this direction; LOG_UNKNOWN: in any */
    const char *words, *also;         /* lower case; both must stand in the line; also NULL: words alone */
    const char *check, *cause;        /* of the catalogue; cause NULL: the log does not tell which */
    const char *means;                /* in one or two sentences */
    const char *fix[LOG_FIX_MAX + 1]; /* where there is no cause, whose guidance the catalogue has */
};
extern const struct log_token log_tokens[]; /* id NULL ends */

struct log_entry {
    const char *token;
    enum log_direction direction;
    char *event, *detail, *common_name, *dst_port; /* of the line, made harmless; NULL where it has none */
    const struct check *check;                     /* NULL when no check speaks of it */
    const struct cause *cause;                     /* NULL when the log does not tell which */
    const char *means;
    const char *const *fix; /* the cause's, else the token's own; NULL ends */
};

/* False when the line holds nothing that is known. Texts of the entry live in arena or are constant. */
bool log_line_read(struct arena *arena, const char *line, size_t size, struct log_entry *entry);

#endif
