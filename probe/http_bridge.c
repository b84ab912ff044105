/* How does libcurl speak over a TLS connection that already stands? See http_bridge.h. */
#include "probe/http_bridge.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What waits for curl at most: it reads as fast as the loop turns, and stops at 64 KiB. */
enum { WAITING_MAX = 256 * 1024, PIECE = 16 * 1024 };

struct call { /* one question: curl has connected, and speaks */
    struct http_bridge *bridge;
    uv_pipe_t pipe;
    uv_shutdown_t shutdown;
    char piece[PIECE];
};

struct http_bridge {
    struct world *world;
    struct tls *tls;   /* NULL after bridge_close() */
    uv_pipe_t door;    /* where curl connects to */
    struct call *call; /* NULL: none is under way */
    bool is_over;      /* TLS has ended, or what comes from it can no longer be told apart */
};

struct sending {
    uv_write_t write;
    uint8_t bytes[];
};

static void on_sent(uv_write_t *write, int status) {
    (void)status;
    free(write->data);
}

static void on_shut(uv_shutdown_t *shutdown, int status) {
    (void)shutdown;
    (void)status;
}

/* What was received before the end still reaches curl. */
static void over(struct http_bridge *bridge) {
    struct call *call = bridge->call;
    if (bridge->is_over)
        return;
    bridge->is_over = true;
    if (call != NULL && uv_is_writable((uv_stream_t *)&call->pipe))
        uv_shutdown(&call->shutdown, (uv_stream_t *)&call->pipe, on_shut);
}

static void call_end(struct http_bridge *bridge) {
    if (bridge->call != NULL)
        world_close(bridge->world, (uv_handle_t *)&bridge->call->pipe);
    bridge->call = NULL;
}

/* ---- from TLS to curl ---- */

static void to_curl(struct http_bridge *bridge, const uint8_t *bytes, size_t size) {
    if (bridge->is_over || size == 0)
        return;
    uv_stream_t *stream = bridge->call == NULL ? NULL : (uv_stream_t *)&bridge->call->pipe;
    if (stream == NULL || uv_stream_get_write_queue_size(stream) > WAITING_MAX) {
        over(bridge); /* nobody asked, or nobody reads */
        return;
    }
    struct sending *sending = world_alloc(NULL, sizeof *sending + size);
    memcpy(sending->bytes, bytes, size);
    sending->write.data = sending;
    uv_buf_t buffer = uv_buf_init((char *)sending->bytes, (unsigned)size);
    if (uv_write(&sending->write, stream, &buffer, 1, on_sent) != 0) {
        free(sending);
        over(bridge);
    }
}

static void on_tls(void *context, enum tls_event event, const uint8_t *bytes, size_t size) {
    struct http_bridge *bridge = context;
    if (event == TLS_EVENT_BYTES)
        to_curl(bridge, bytes, size);
    else if (event == TLS_EVENT_END)
        over(bridge);
    /* the time of a question is curl's to watch */
}

static void on_tls_given_back(void *context, enum tls_event event, const uint8_t *bytes, size_t size) {
    (void)context, (void)event, (void)bytes, (void)size;
}

/* ---- from curl to TLS ---- */

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer) {
    struct call *call = handle->data;
    (void)wanted;
    *buffer = uv_buf_init(call->piece, sizeof call->piece);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer) {
    struct http_bridge *bridge = ((struct call *)stream->data)->bridge;
    if (size > 0 && bridge_stands(bridge))
        tls_write(bridge->tls, buffer->base, (size_t)size);
    else if (size < 0)
        call_end(bridge);
}

/* An abstract address (unix(7)): whoever is on this machine could call there. */
static bool is_ourselves(const uv_pipe_t *pipe) {
    struct ucred who;
    socklen_t size = sizeof who;
    uv_os_fd_t fd;
    return uv_fileno((const uv_handle_t *)pipe, &fd) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.pid == getpid();
}

static void on_call(uv_stream_t *door, int status) {
    struct http_bridge *bridge = door->data;
    if (status != 0 || bridge->tls == NULL)
        return;
    struct call *call = ARENA_NEW(bridge->world->arena, struct call);
    call->bridge = bridge;
    uv_pipe_init(bridge->world->loop, &call->pipe, 0);
    call->pipe.data = call;
    if (uv_accept(door, (uv_stream_t *)&call->pipe) != 0 || bridge->call != NULL ||
        !is_ourselves(&call->pipe) || uv_read_start((uv_stream_t *)&call->pipe, on_room, on_read) != 0) {
        world_close(bridge->world, (uv_handle_t *)&call->pipe);
        return;
    }
    bridge->call = call;
}

/* ---- open and close ---- */

struct http_bridge *bridge_open(struct world *world, struct tls *tls) {
    struct sockaddr_un any = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any.sun_family) != 0) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct http_bridge *bridge = ARENA_NEW(world->arena, struct http_bridge);
    *bridge = (struct http_bridge){.world = world, .tls = tls};
    uv_pipe_init(world->loop, &bridge->door, 0);
    bridge->door.data = bridge;
    if (uv_pipe_open(&bridge->door, fd) != 0 || uv_listen((uv_stream_t *)&bridge->door, 1, on_call) != 0) {
        world_close(world, (uv_handle_t *)&bridge->door);
        return NULL;
    }
    tls_hand_over(tls, on_tls, bridge);
    return bridge;
}

int bridge_socket(struct http_bridge *bridge, struct sockaddr_un *address, socklen_t *size) {
    uv_os_fd_t door;
    if (!bridge_stands(bridge) || uv_fileno((uv_handle_t *)&bridge->door, &door) != 0 ||
        getsockname(door, (struct sockaddr *)address, size) != 0)
        return -1;
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

void bridge_question(struct http_bridge *bridge) {
    call_end(bridge); /* the end of the one before may not have been read yet */
    tls_deadline(bridge->tls, bridge->world->options->timeout_ms);
}

bool bridge_stands(const struct http_bridge *bridge) {
    return bridge->tls != NULL && !bridge->is_over;
}

void bridge_abandon(struct http_bridge *bridge) {
    over(bridge);
}

const char *bridge_alert(const struct http_bridge *bridge) {
    int number = bridge->tls == NULL ? -1 : tls_peer_alert(bridge->tls);
    const char *name = number < 0 ? NULL : alert_name(number);
    if (number < 0)
        return NULL;
    return arena_printf(bridge->world->arena, "TLS alert %s (%d)", name == NULL ? "not assigned" : name,
                        number);
}

void bridge_close(struct http_bridge *bridge) {
    if (bridge->tls == NULL)
        return;
    tls_hand_over(bridge->tls, on_tls_given_back, NULL);
    bridge->tls = NULL;
    bridge->is_over = true;
    call_end(bridge);
    world_close(bridge->world, (uv_handle_t *)&bridge->door);
}
