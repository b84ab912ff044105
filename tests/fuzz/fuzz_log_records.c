/* Any bytes as a log, whole and in pieces: no crash, the same records, and every slice within its record. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

struct sum {
    size_t records, bytes, fields;
};

static void within(const struct log_record *record, struct slice part) {
    must(part.at == NULL ||
         (part.at >= record->text.at && part.at + part.size <= record->text.at + record->text.size));
}

static bool take(void *context, const struct log_record *record) {
    struct sum *sum = context;
    struct slice address;
    int port;
    const struct slice parts[] = {record->host, record->process, record->module, record->level,
                                  record->line, record->words,   record->body};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        within(record, parts[i]);
    for (size_t i = 0; i < record->field_count; i++) {
        within(record, record->fields[i].key);
        within(record, record->fields[i].value);
        must(!log_socket(record->fields[i].value, &address, &port) || (port >= 0 && port <= 65535));
    }
    must(record->text.size <= LOG_RECORD_MAX);
    sum->records++;
    sum->bytes += record->text.size;
    sum->fields += record->field_count;
    return true;
}

static struct sum read_in(const uint8_t *bytes, size_t size, size_t piece) {
    struct arena *arena = arena_new();
    struct sum sum = {0, 0, 0};
    struct log_reader *reader = log_reader_new(arena, take, &sum);
    for (size_t at = 0; at < size; at += piece)
        must(log_reader_feed(reader, bytes + at, size - at < piece ? size - at : piece));
    must(log_reader_end(reader));
    arena_free(arena);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct sum whole = read_in(bytes, size, size + 1), pieces = read_in(bytes, size, 5);
    must(memcmp(&whole, &pieces, sizeof whole) == 0);
    return 0;
}
