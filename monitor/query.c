/* What do the strings of a scrape mean? See query.h. */
#include "monitor/query.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADROOM_MS = 500, /* of the scrape's time-out, for the way back */
    TIMEOUT_MOST_S = 600,
    NUMBER_SIZE = 32,
    PAGE_SIZE = 7
};

uint64_t query_timeout_ms(const char *header) {
    char *end;
    if (header == NULL || *header == 0 || strlen(header) > NUMBER_SIZE ||
        strspn(header, "0123456789.") != strlen(header))
        return 0;
    double seconds = strtod(header, &end);
    if (*end != 0 || seconds <= 0 || seconds > TIMEOUT_MOST_S)
        return 0;
    double ms = seconds * 1000;
    ms -= ms > 4 * HEADROOM_MS ? HEADROOM_MS : ms / 5;
    return ms < 1 ? 1 : (uint64_t)ms;
}

size_t query_page(const char *text, size_t pages) {
    size_t page = 1;
    if (text != NULL && strlen(text) < PAGE_SIZE && strspn(text, "0123456789") == strlen(text))
        page = strtoul(text, NULL, 10);
    return page < 1 ? 1 : page > pages ? pages : page;
}

char *query_report_link(struct arena *arena, const char *name) {
    char *link = arena_alloc(arena, strlen(name) * 3 + 16), *at = stpcpy(link, "report?target=");
    for (const unsigned char *p = (const unsigned char *)name; *p != 0; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
                     strchr("-._~", *p) != NULL;
        at += sprintf(at, plain ? "%c" : "%%%02X", *p);
    }
    return link;
}
