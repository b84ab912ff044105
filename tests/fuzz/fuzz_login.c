/* Can what a log-in hears hurt us? The first byte chooses the reader: XML documents, a Set-Cookie, a
 * challenge, an answer to REGISTER, an XMPP stream in pieces. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/cookie.h"
#include "wire/digest.h"
#include "wire/edge_xml.h"
#include "wire/sip_register.h"
#include "wire/xmpp_login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text) {
    for (; text != NULL && *text != 0; text++)
        if ((unsigned char)*text < 0x20)
            abort();
}

static void documents(struct arena *arena, const uint8_t *data, size_t size) {
    struct edge_config config = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    struct edge_sso sso = {false, false, NULL};
    struct uds uds = {.knows_user = false};
    char *error = NULL;
    if (edge_config_read(arena, data, size, &config, &error))
        for (size_t i = 0; i < config.uds.n; i++)
            check(config.uds.v[i]->address);
    for (size_t i = 0; i < config.routes.n; i++) /* what is safe for a header holds no line end */
        if (register_route_is_safe(config.routes.v[i]))
            check(config.routes.v[i]);
    edge_sso_read(arena, data, size, &sso, &error);
    check(sso.uri);
    uds_cluster_user_read(arena, data, size, &uds, &error);
    uds_servers_read(arena, data, size, &uds, &error);
    uds_user_read(arena, data, size, &uds, &error);
    uds_devices_read(arena, data, size, &uds, &error);
    check(uds.home_cluster);
    check(uds.user_id);
    for (size_t i = 0; i < uds.devices.n; i++)
        check(uds.devices.v[i]->name);
    check(error);
}

static void cookie(struct arena *arena, const uint8_t *data, size_t size) {
    struct session_cookie read = {NULL, NULL, NULL, false, false, false, 0};
    struct secret_text *value = secret_new();
    if (cookie_read(arena, (const char *)data, size, "X-Auth", 1800000000, &read, value))
        check(value->text); /* goes into a header again */
    check(read.domain);
    check(read.path);
    secret_free(value);
}

static void challenge(struct arena *arena, const uint8_t *data, size_t size) {
    struct challenge read;
    struct secret_text *out = secret_new();
    struct digest_request request = {"REGISTER", "sip:a", "u", "p", "00", 1};
    if (challenge_read(arena, (const char *)data, size, &read) && digest_is_known(&read))
        digest_write(&read, &request, out);
    check(out->text);
    secret_free(out);
}

static void answer(struct arena *arena, const uint8_t *data, size_t size) {
    struct register_answer read;
    register_read(arena, data, size, "0123456789ab", &read);
    check(read.warning);
    for (size_t i = 0; i < read.challenge_count; i++)
        check(read.challenges[i].realm);
}

static void stream(struct arena *arena, const uint8_t *data, size_t size) {
    struct xmpp_said said = {.condition = NULL};
    struct xmpp_words *words = xmpp_words_new(arena, &said);
    for (size_t at = 0; at < size;) {
        size_t n = 1 + data[at] % 37u;
        n = n < size - at ? n : size - at;
        enum xmpp_word word = xmpp_words_feed(words, data + at, n);
        while (word != XMPP_WORD_MORE && word != XMPP_WORD_BROKEN)
            word = xmpp_words_feed(words, NULL, 0);
        at += n;
    }
    check(said.condition);
    check(said.jid);
    check(said.error);
    xmpp_words_free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const readers[])(struct arena *, const uint8_t *, size_t) = {documents, cookie, challenge,
                                                                               answer, stream};
    if (size == 0)
        return 0;
    struct arena *arena = arena_new();
    uint8_t *exact = malloc(size); /* so that a byte too far is seen */
    memcpy(exact, data + 1, size - 1);
    readers[data[0] % (sizeof readers / sizeof *readers)](arena, exact, size - 1);
    free(exact);
    arena_free(arena);
    return 0;
}
