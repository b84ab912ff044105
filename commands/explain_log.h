/* What do the words of Expressway's log mean? `explain --log` and `explain --log-file`. */
#ifndef COMMANDS_EXPLAIN_LOG_H
#define COMMANDS_EXPLAIN_LOG_H

#include "report/log.h"

/* Every line of a text; the report lives in arena. */
void log_take_text(struct arena *arena, const char *text, struct log_report *report);
/* A file of any size, read line by line; "-" is standard input. False after one line on stderr. */
bool log_take_file(struct arena *arena, const char *path, struct log_report *report);

#endif
