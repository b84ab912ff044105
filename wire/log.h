/* What are the records of an Expressway's log? Bytes in pieces of any size, records out, one at a time.
 *
 * Takes the forms of X7 to X15 (loggingsnapshot_*.txt, event and network logs, lines pasted from them) and
 * the lines of clients, which merely have no fields. Memory is bounded: a record keeps LOG_RECORD_MAX bytes,
 * the rest of it is dropped and said. Does not: open files, match tokens, keep anything. */
#ifndef WIRE_LOG_H
#define WIRE_LOG_H

#include "facts/log.h"

enum { LOG_RECORD_MAX = 64 * 1024 };

/* One record. Its slices are good until this returns. False ends the reading. */
typedef bool (*log_record_fn)(void *context, const struct log_record *record);

struct log_reader;
struct log_reader *log_reader_new(struct arena *arena, log_record_fn take, void *context);
bool log_reader_feed(struct log_reader *reader, const void *bytes, size_t size); /* false: take said so */
bool log_reader_end(struct log_reader *reader); /* what has not ended with a newline yet */
long long log_reader_lines(const struct log_reader *reader);

/* A record that is whole in memory, without a reader. */
void log_record_read(const char *text, size_t size, struct log_record *record);

#endif
