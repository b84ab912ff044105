/* Who dials in? See listen.h. One socket that listens, one conversation per connection that came. */
#include "probe/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/tls/answer.h"
#include "probe/conn.h"

enum {
    CALLERS_MAX = 256, /* connections noted; then nobody is let in any more */
    BACKLOG = 16,      /* that wait to be accepted */
    LINGER_MS = 500    /* for the caller's own close, after ours */
};

struct listener {
    struct world *world;
    const struct listen_options *options;
    char **error;
    uv_poll_t poll;
    int fd; /* -1: not (or no longer) listening */
    char *where;
    struct answer_kit *kit;
    int counted; /* callers that were done with */
};

/* One connection from its arrival to its end. */
struct talk {
    struct listener *listener;
    struct conn *conn;
    struct answer *answer;
    struct caller *caller;
    struct tcp_attempt tcp;
    uint64_t started_ns;
    bool is_told;
};

/* ---- addresses ---- */

static char *endpoint_text(struct arena *arena, const char *address, int port) {
    return arena_printf(arena, strchr(address, ':') == NULL ? "%s:%d" : "[%s]:%d", address, port);
}

static socklen_t address_read(const char *address, int port, struct sockaddr_storage *to) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    memset(to, 0, sizeof *to);
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        return sizeof *v6;
    }
    return 0;
}

/* An IPv4 caller on an IPv6 socket is an IPv4 caller (RFC 4291 2.5.5.2). */
static void note_address(struct arena *arena, const struct sockaddr_storage *from, struct caller *caller) {
    char text[INET6_ADDRSTRLEN] = "?";
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    bool is_v6 = from->ss_family == AF_INET6, is_mapped = is_v6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
    if (is_mapped)
        inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, text, sizeof text);
    else if (is_v6)
        inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    else
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    caller->address = arena_text(arena, text);
    caller->port = ntohs(is_v6 ? v6->sin6_port : v4->sin_port);
}

/* ---- the end of listening ---- */

static void stop_listening(struct world *world) {
    struct listener *listener = world->listener;
    if (listener->fd < 0)
        return;
    world_close(world, (uv_handle_t *)&listener->poll);
    close(listener->fd);
    listener->fd = -1;
    world_end(world);
}

/* ---- one caller ---- */

static void send_pending(struct talk *talk) {
    uint8_t bytes[4096];
    size_t size;
    while ((size = answer_take(talk->answer, bytes, sizeof bytes)) > 0)
        conn_write(talk->conn, bytes, size);
}

static void gone(void *context) {
    struct talk *talk = context;
    struct world *world = talk->listener->world;
    answer_free(talk->answer);
    free(talk);
    world_end(world);
}

static void hang_up(struct talk *talk) {
    conn_close(talk->conn, gone, talk);
}

/* Who completed the handshake without a certificate is not the one that is waited for: a health check,
 * perhaps.
 */
static bool counts(const struct talk *talk) {
    const struct tls_attempt *tls = &talk->caller->tls;
    return answer_spoke_tls(talk->answer) && (tls->state != TLS_ESTABLISHED || tls->chain.n > 0);
}

/* The attempt is complete. After a good handshake we say goodbye and let the caller close first, so that it
 * reads our close_notify and not a reset. */
static void told(struct talk *talk) {
    struct listener *listener = talk->listener;
    const struct caller *caller = talk->caller;
    talk->is_told = true;
    talk->caller->tls.ms = world_ms_since(listener->world, talk->started_ns);
    world_progress(listener->world, "%s: %s%s%s", caller->address,
                   enum_text(tls_states, (int)caller->tls.state),
                   caller->tls.chain.n > 0 ? ", certificate " : "",
                   caller->tls.chain.n > 0 ? caller->tls.chain.v[0]->subject : "");
    if (counts(talk) && ++listener->counted >= listener->options->count)
        stop_listening(listener->world);
    if (caller->tls.state != TLS_ESTABLISHED) {
        hang_up(talk);
        return;
    }
    answer_close_notify(talk->answer);
    send_pending(talk);
    conn_deadline(talk->conn, LINGER_MS);
}

static void on_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct talk *talk = context;
    bool is_end = event != CONN_BYTES;
    if (talk->is_told) {
        if (is_end)
            hang_up(talk);
        return;
    }
    if (is_end) {
        answer_end(talk->answer, event == CONN_TIMEOUT ? ENGINE_TIMEOUT
                                 : event == CONN_EOF   ? ENGINE_EOF
                                                       : ENGINE_RESET);
        told(talk);
        return;
    }
    bool is_over = answer_feed(talk->answer, bytes, size);
    send_pending(talk);
    if (is_over)
        told(talk);
}

static void welcome(struct listener *listener, int fd, const struct sockaddr_storage *from) {
    struct world *world = listener->world;
    struct caller *caller = ARENA_NEW(world->arena, struct caller);
    struct talk *talk = world_alloc(NULL, sizeof *talk);
    *talk = (struct talk){.listener = listener, .caller = caller, .started_ns = uv_hrtime()};
    note_address(world->arena, from, caller);
    caller->listener = listener->where;
    caller->shown = arena_text(world->arena, listener->options->shown);
    caller->zone = arena_text(world->arena, listener->options->zone);
    talk->answer = answer_new(listener->kit, caller);
    if (talk->answer == NULL) { /* out of memory in the library: nothing to note */
        close(fd);
        free(talk);
        return;
    }
    LIST_ADD(world->arena, &world->facts->callers, caller);
    world_begin(world);
    talk->conn = conn_accept(world, fd, &talk->tcp, on_conn, talk);
    if (world->facts->callers.n >= CALLERS_MAX)
        stop_listening(world);
}

/* ---- listening ---- */

static void on_knock(uv_poll_t *poll, int status, int events) {
    struct listener *listener = poll->data;
    (void)status;
    (void)events;
    while (listener->fd >= 0) {
        struct sockaddr_storage from = {0};
        socklen_t size = sizeof from;
        int fd = accept4(listener->fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            welcome(listener, fd, &from);
        else if (errno != EINTR && errno != ECONNABORTED)
            return; /* nobody else is waiting, or no descriptor is free yet */
    }
}

static void note_error(struct listener *listener, int error) {
    const char *hint = error == EADDRINUSE      ? "; another program listens there, or choose another port"
                       : error == EADDRNOTAVAIL ? "; it is no address of this host"
                       : error == EACCES        ? "; ports below 1024 need privileges"
                                                : "";
    *listener->error = arena_printf(listener->world->arena, "cannot listen on %s: %s%s", listener->where,
                                    strerror(error), hint);
}

static bool listen_open(struct listener *listener) {
    struct sockaddr_storage at;
    const struct listen_options *options = listener->options;
    socklen_t size = address_read(options->address, options->port, &at);
    listener->where = endpoint_text(listener->world->arena, options->address, options->port);
    listener->fd = size == 0 ? -1 : socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (size == 0)
        errno = EADDRNOTAVAIL;
    if (listener->fd < 0) {
        note_error(listener, errno);
        return false;
    }
    setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    bool good = bind(listener->fd, (struct sockaddr *)&at, size) == 0 && listen(listener->fd, BACKLOG) == 0 &&
                uv_poll_init(listener->world->loop, &listener->poll, listener->fd) == 0;
    if (!good) {
        note_error(listener, errno);
        close(listener->fd);
        listener->fd = -1;
    }
    return good;
}

static void begin(struct world *world, void *context) {
    struct listener *listener = context;
    listener->world = world;
    world->listener = listener;
    world->on_stop = stop_listening;
    world_begin(world);
    listener->kit = answer_kit_new(world->arena, listener->options->identity, listener->options->ca_names,
                                   listener->error);
    if (listener->kit == NULL || !listen_open(listener)) {
        world_end(world);
        return;
    }
    answer_kit_record(listener->kit, world->options->recorder);
    listener->poll.data = listener;
    uv_poll_start(&listener->poll, UV_READABLE, on_knock);
    if (listener->options->ready != NULL)
        listener->options->ready(listener->options->ready_context, listener->where);
}

bool listen_run(struct facts *facts, const struct probe_options *options, const struct listen_options *listen,
                char **error) {
    char *refused = NULL;
    struct listener listener = {.options = listen, .error = &refused, .fd = -1};
    bool ran = world_run(facts, options, begin, &listener, error);
    answer_kit_free(listener.kit);
    if (refused == NULL)
        return ran;
    *error = refused;
    return false;
}
