/* What does a client offer in its ClientHello? Versions, suites, groups, signature algorithms, server name
 * and application protocols. See handshake.h. */
#include "wire/handshake.h"

#include "facts/suites.h"
#include "wire/cursor.h"

enum { LIST_MAX = 512, NAME_MAX_BYTES = 255 };
enum {
    EXT_SERVER_NAME = 0,
    EXT_SUPPORTED_GROUPS = 10,
    EXT_SIGNATURE_ALGORITHMS = 13,
    EXT_ALPN = 16,
    EXT_SUPPORTED_VERSIONS = 43
};

struct hello {
    struct arena *arena;
    struct client_offer *offer;
};

static char *version_text(struct arena *arena, int version) {
    const char *name = tls_version_name(version);
    return name == NULL ? arena_printf(arena, "0x%04X", (unsigned)version) : arena_text(arena, name);
}

static void numbers_read(struct arena *arena, struct cursor list, struct texts *to,
                         char *(*name)(struct arena *arena, int number)) {
    while (list.left >= 2 && to->n < LIST_MAX)
        texts_add(arena, to, name(arena, (int)take_number(&list, 2)));
}

/* RFC 6066 3: the first name of type host_name. */
static void server_name_read(const struct hello *h, struct cursor body) {
    struct cursor list = take_vector(&body, 2);
    while (list.left > 0 && h->offer->sni == NULL) {
        size_t type = take_number(&list, 1);
        struct cursor name = take_vector(&list, 2);
        if (!list.broken && type == 0)
            h->offer->sni = text_from_wire_cut(h->arena, name.at, name.left, NAME_MAX_BYTES);
    }
}

static void groups_read(const struct hello *h, struct cursor body) {
    numbers_read(h->arena, take_vector(&body, 2), &h->offer->groups, group_text);
}

static void signatures_read(const struct hello *h, struct cursor body) {
    numbers_read(h->arena, take_vector(&body, 2), &h->offer->signature_algorithms, signature_text);
}

static void alpn_read(const struct hello *h, struct cursor body) {
    struct cursor list = take_vector(&body, 2);
    while (list.left > 0 && h->offer->alpn.n < LIST_MAX) {
        struct cursor name = take_vector(&list, 1);
        if (!list.broken)
            texts_add(h->arena, &h->offer->alpn, text_from_wire(h->arena, name.at, name.left));
    }
}

static void versions_read(const struct hello *h, struct cursor body) {
    h->offer->versions.n = 0; /* the field in front is legacy then (RFC 8446 4.2.1) */
    numbers_read(h->arena, take_vector(&body, 1), &h->offer->versions, version_text);
}

static const struct {
    size_t type;
    void (*read)(const struct hello *h, struct cursor body);
} extensions[] = {{EXT_SERVER_NAME, server_name_read},
                  {EXT_SUPPORTED_GROUPS, groups_read},
                  {EXT_SIGNATURE_ALGORITHMS, signatures_read},
                  {EXT_ALPN, alpn_read},
                  {EXT_SUPPORTED_VERSIONS, versions_read}};

static void extension_read(const struct hello *h, size_t type, struct cursor body) {
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (extensions[i].type == type)
            extensions[i].read(h, body);
}

bool client_hello_read(struct arena *arena, const uint8_t *body, size_t size, struct client_offer *offer) {
    struct hello h = {arena, offer};
    struct cursor c = {body, size, false};
    int version = (int)take_number(&c, 2);
    take_bytes(&c, 32); /* random */
    take_vector(&c, 1); /* session id */
    struct cursor list = take_vector(&c, 2);
    take_vector(&c, 1); /* compression methods */
    if (c.broken)
        return false;
    *offer = (struct client_offer){0};
    texts_add(arena, &offer->versions, version_text(arena, version));
    numbers_read(arena, list, &offer->suites, suite_text);
    if (c.left == 0)
        return true;
    struct cursor all = take_vector(&c, 2);
    while (all.left > 0) {
        size_t type = take_number(&all, 2);
        struct cursor part = take_vector(&all, 2);
        if (!all.broken)
            extension_read(&h, type, part);
    }
    return !c.broken && !all.broken && c.left == 0;
}
