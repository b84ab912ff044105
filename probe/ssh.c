/* Does an SSH service live behind the port, and which algorithms does it name? Reads the server's identification
 * and KEXINIT and leaves; no key exchange, no log-in. */
#include "probe/exchange.h"
#include "probe/wire/wire.h"

#include <string.h>

struct ssh_talk {
    struct world *world;
    struct ssh_exchange *exchange;
    struct ssh_reader *reader;
    uint64_t started_ns;
    bool got_banner, got_bytes, over;
    done_fn done;
    void *context;
};

static void over(struct ssh_talk *talk, enum ssh_state state, const char *error) {
    if (talk->over)
        return;
    talk->over = true;
    talk->exchange->state = state;
    if (error != NULL && talk->exchange->error == NULL)
        talk->exchange->error = arena_text(talk->world->arena, error);
    talk->exchange->ms = world_ms_since(talk->world, talk->started_ns);
    talk->done(talk->context);
}

static void on_bytes(struct ssh_talk *talk, const uint8_t *bytes, size_t size) {
    talk->got_bytes = true;
    switch (ssh_feed(talk->reader, bytes, size)) {
    case SSH_EVENT_MORE:
        break;
    case SSH_EVENT_BANNER: /* KEXINIT may have come in the same bytes */
        talk->got_banner = true;
        on_bytes(talk, NULL, 0);
        break;
    case SSH_EVENT_KEXINIT:
        over(talk, SSH_READY, NULL);
        break;
    case SSH_EVENT_NOT_SSH:
        over(talk, SSH_NOT_SSH, "the first bytes are no SSH identification");
        break;
    case SSH_EVENT_BROKEN:
        over(talk, talk->got_banner ? SSH_NO_KEXINIT : SSH_NOT_SSH, "what followed breaks the rules of SSH");
        break;
    }
}

static void on_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct ssh_talk *talk = context;
    if (talk->over)
        return;
    if (event == CONN_BYTES)
        on_bytes(talk, bytes, size);
    else if (talk->got_banner)
        over(talk, SSH_NO_KEXINIT,
             event == CONN_TIMEOUT ? "no KEXINIT after the banner" : "closed after the banner");
    else if (event == CONN_TIMEOUT)
        over(talk, SSH_NO_BANNER, talk->got_bytes ? "no whole identification line" : "connected, then silence");
    else
        over(talk, SSH_CLOSED, event == CONN_RESET ? "reset before a banner" : "closed before a banner");
}

void ssh_try(struct world *world, struct conn *conn, struct ssh_exchange *exchange, done_fn done, void *context) {
    struct ssh_talk *talk = ARENA_NEW(world->arena, struct ssh_talk);
    *talk = (struct ssh_talk){.world = world, .exchange = exchange, .done = done, .context = context};
    talk->reader = ssh_reader_new(world->arena, exchange);
    talk->started_ns = uv_hrtime();
    conn_hand_over(conn, on_conn, talk);
    conn_write(conn, ssh_banner_text, strlen(ssh_banner_text)); /* both sides speak at once, RFC 4253 4.2 */
    conn_deadline(conn, world->options->timeout_ms);
}
