/* Any bytes as a line of a log: no crash, and what is said of it is whole and harmless. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks/log.h"
#include "wire/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static void harmless(const char *text) {
    for (; text != NULL && *text != 0; text++)
        must((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void must_be_whole(const struct log_entry *entry) {
    struct arena *arena = arena_new();
    must(entry->token != NULL && entry->means != NULL && log_fix(arena, entry) != NULL);
    arena_free(arena);
    must(entry->cause == NULL || entry->check != NULL);
    const char *const texts[] = {entry->event,    entry->detail, entry->reason, entry->common_name,
                                 entry->dst_port, entry->host,   entry->far};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        harmless(texts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct log_report report = {0};
    struct log_stories *stories = log_stories_new(arena, &report);
    struct log_reader *reader = log_reader_new(arena, log_stories_take, stories);
    char *exact = malloc(size == 0 ? 1 : size);
    if (size > 0)
        memcpy(exact, bytes, size);
    log_reader_feed(reader, exact, size);
    log_reader_end(reader);
    free(exact);
    log_stories_end(stories);
    for (size_t i = 0; i < report.groups.n; i++) {
        must_be_whole(&report.groups.v[i]->entry);
        must(report.groups.v[i]->together_count > 0);
    }
    arena_free(arena);
    return 0;
}
