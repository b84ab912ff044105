/* How is a connection of a capture told in words? See connection_words.h. */
#include "report/connection_words.h"

#include <string.h>

enum { TO_MAX = 40 };

static const struct {
    const char *word;
    enum ink ink;
} states[] = {[CONNECTION_ESTABLISHED] = {"established", INK_GOOD},
              [CONNECTION_REFUSED] = {"refused", INK_BAD},
              [CONNECTION_UNANSWERED] = {"unanswered", INK_BAD},
              [CONNECTION_RESET] = {"reset", INK_BAD},
              [CONNECTION_NOT_TLS] = {"not TLS", INK_BAD},
              [CONNECTION_INCOMPLETE] = {"cannot be told", INK_UNSURE}};

const char *connection_word(enum connection_state state) {
    return states[state].word;
}

enum ink connection_ink(enum connection_state state) {
    return states[state].ink;
}

bool connection_is_failed(const struct connection *c) {
    return c->state != CONNECTION_ESTABLISHED && c->state != CONNECTION_INCOMPLETE;
}

static char *place(struct arena *arena, const char *address, int port) {
    return arena_printf(arena, strchr(address, ':') != NULL ? "[%s]:%d" : "%s:%d", address, port);
}

char *connection_from(struct page *page, const struct connection *c) {
    return page_short(page, place(page->arena, c->client.address, c->client.port), CONNECTION_FROM_MAX);
}

char *connection_to(struct page *page, const struct connection *c) {
    const char *name = c->server.name != NULL ? c->server.name : c->server.address;
    return page_short(page, place(page->arena, name, c->server.port), TO_MAX);
}

char *connection_clock(struct arena *arena, int64_t micros) {
    int64_t day = 86400000000, in_day = (micros % day + day) % day;
    int ms = (int)(in_day / 1000);
    return arena_printf(arena, "%02d:%02d:%02d.%03d", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60,
                        ms % 1000);
}

/* "refused by the client: unknown_ca" */
char *connection_outcome(struct arena *arena, const struct connection *c) {
    const char *word = states[c->state].word;
    const char *by = c->alerts.n > 0 ? c->alerts.v[0]->by : c->ended.by;
    if (!connection_is_failed(c))
        return arena_text(arena, word);
    if (c->state == CONNECTION_REFUSED && c->alerts.n > 0)
        return arena_printf(arena, "refused by the %s: %s", by, c->alerts.v[0]->name);
    if (c->state == CONNECTION_REFUSED && by != NULL)
        return arena_printf(arena, "closed by the %s, no alert", by);
    if (c->state == CONNECTION_RESET && c->note != NULL)
        return arena_text(arena, "reset by something on the path");
    if (c->state == CONNECTION_RESET && by != NULL)
        return arena_printf(arena, "reset by the %s, no alert", by);
    return arena_text(arena, word);
}
