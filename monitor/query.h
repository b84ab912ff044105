/* What do the strings of a scrape mean? Bytes of a stranger to numbers, and back into a link. Pure; what
 * stands behind
 * "?" is taken apart by libmicrohttpd. */
#ifndef MONITOR_QUERY_H
#define MONITOR_QUERY_H

#include <stdint.h>
#include "facts/arena.h"

/* Milliseconds in which a scrape wants its answer, less what the way back takes, by Prometheus' header
 * X-Prometheus-Scrape-Timeout-Seconds; 0: no limit, or nothing that can be one. NULL is fine. */
uint64_t query_timeout_ms(const char *header);
/* From 1 to pages, whatever was asked for; NULL: 1. */
size_t query_page(const char *text, size_t pages);
/* "report?target=" with the name, so that it comes back as it was (RFC 3986 2.1). */
char *query_report_link(struct arena *arena, const char *name);

#endif
