/* Can a list of targets hurt us, or what is asked of the exporter? The first byte says what the rest is: a
 * targets file, domains one a line, or a scrape's strings. What was read is found again by its name, and a
 * link leads back to it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/targets.h"
#include "monitor/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wants(bool holds) {
    if (!holds)
        abort();
}

/* As libmicrohttpd does (RFC 3986 2.1). */
static void unescape(char *text) {
    char *to = text, hex[3] = {0};
    for (const char *from = text; *from != 0;) {
        if (*from == '%') {
            memcpy(hex, from + 1, 2);
            *to++ = (char)strtoul(hex, NULL, 16);
            from += 3;
        } else {
            *to++ = *from++;
        }
    }
    *to = 0;
}

static void link_back(struct arena *arena, const char *name) {
    static const char before[] = "report?target=";
    char *link = query_report_link(arena, name);
    wants(strncmp(link, before, strlen(before)) == 0 && strpbrk(link, "\"<>&\r\n ") == NULL);
    unescape(link + strlen(before));
    wants(strcmp(link + strlen(before), name) == 0);
}

static void found_again(const struct targets *targets) {
    for (size_t i = 0; i < targets->v.n && i < 200; i++) {
        const struct target *target = targets->v.v[i], *found;
        if (target->name == NULL || target->error != NULL)
            continue;
        found = target_find(targets, target->name);
        wants(found != NULL && strcmp(found->name, target->name) == 0);
        wants(strpbrk(target->name, "\r\n\x1b") == NULL);
        link_back(targets->arena, target->name);
    }
}

static void a_file(const char *text, size_t size) {
    struct targets targets = {.arena = arena_new()};
    char *error = NULL;
    bool good = targets_read_text(&targets, text, size, "folder/targets.yaml", &error);
    wants(good == (error == NULL));
    wants(good || (strncmp(error, "folder/targets.yaml:", 20) == 0 && strpbrk(error, "\r\n\x1b") == NULL));
    found_again(&targets);
    arena_free(targets.arena);
}

static void lines(const char *text, size_t size) {
    struct targets targets = {.arena = arena_new()};
    targets_read_lines(&targets, text, size, "standard input");
    found_again(&targets);
    for (size_t i = 0; i < targets.v.n && i < 200; i++)
        wants(*targets.v.v[i]->what != 0 && targets.v.v[i]->line > 0);
    arena_free(targets.arena);
}

static void a_scrape(const char *text) {
    struct arena *arena = arena_new();
    size_t page = query_page(text, 7);
    wants(page >= 1 && page <= 7);
    wants(query_timeout_ms(text) <= 600 * 1000);
    link_back(arena, text);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    char *text = malloc(size); /* without the first byte, with a NUL behind */
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    if (data[0] == 'f')
        a_file(text, size - 1);
    else if (data[0] == 'l')
        lines(text, size - 1);
    else
        a_scrape(text);
    free(text);
    return 0;
}
