/* What becomes of one TCP connection? See conn.h. One uv_poll and one timer each. */
#include "probe/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/recorder.h"
#include "probe/turns.h"

enum { READ_SIZE = 16 * 1024, READS_PER_EVENT = 4 };

struct conn {
    struct world *world;
    struct conn *next, **link; /* in world->conns */
    uv_poll_t poll;
    uv_timer_t timer;
    bool has_poll;
    bool saw_reset;
    int handles; /* still to be closed by libuv */
    int fd;      /* -1: none (yet) */
    struct sockaddr_storage to;
    socklen_t to_size;
    uint64_t started_ns;
    struct turn turn; /* of those who may knock at this address */
    struct tcp_attempt *tcp;
    struct recorded *recorded; /* NULL: nobody records */
    conn_fn on_event;
    void *context;
    enum { IN_LINE, WAITING, CONNECTING, CONNECTED, FAILED, ENDED, CLOSED } state;
    uint8_t *out; /* what the socket did not take yet */
    size_t out_size;
    done_fn closed;
    void *closed_context;
};

static void conn_start(struct conn *conn);
static void poll_watch(struct conn *conn);

static void tell(struct conn *conn, enum conn_event event, const uint8_t *bytes, size_t size) {
    conn->on_event(conn->context, event, bytes, size);
}

/* ---- how connecting ends ---- */

/* connect(2), tcp(7), ip(7): what the kernel reports, and what it means for the path. */
static const struct {
    int error;
    enum tcp_state state;
} meanings[] = {
    {ECONNREFUSED, TCP_REFUSED},     {ETIMEDOUT, TCP_TIMEOUT},    {ENETUNREACH, TCP_UNREACHABLE},
    {EHOSTUNREACH, TCP_UNREACHABLE}, {ENETDOWN, TCP_UNREACHABLE}, {EHOSTDOWN, TCP_UNREACHABLE},
    {EAFNOSUPPORT, TCP_UNREACHABLE}, {ECONNRESET, TCP_RESET},     {EPIPE, TCP_RESET},
};

static enum tcp_state meaning(int error) {
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].error == error)
            return meanings[i].state;
    return TCP_ERROR;
}

static void note_failure(struct conn *conn, enum tcp_state state, const char *error) {
    conn->state = FAILED;
    if (!conn->turn.is_held)
        turn_give_back(&conn->turn); /* out of the line: its turn must not come any more */
    conn->tcp->state = state;
    conn->tcp->error = arena_text(conn->world->arena, error);
    conn->tcp->ms = world_ms_since(conn->world, conn->started_ns);
}

static void on_timer(uv_timer_t *timer) {
    struct conn *conn = timer->data;
    if (conn->world->stopping && conn->state <= CONNECTING) {
        conn->world->waiting_conns -= conn->state == WAITING;
        note_failure(conn, TCP_ERROR, world_over);
    } else if (conn->state == CONNECTING) {
        note_failure(conn, TCP_TIMEOUT, "no answer to the connection request");
        turn_timed_out(&conn->turn);
    } else if (conn->state == WAITING) {
        conn->world->waiting_conns--;
        note_failure(conn, TCP_ERROR, "no file descriptor became free");
    }
    if (conn->state == FAILED && conn->has_poll)
        uv_poll_stop(&conn->poll);
    tell(conn, conn->state == FAILED ? CONN_FAILED : CONN_TIMEOUT, NULL, 0);
}

static void fail_soon(struct conn *conn, enum tcp_state state, const char *error) {
    note_failure(conn, state, error);
    uv_timer_start(&conn->timer, on_timer, 0, 0);
}

/* What the kernel refuses before it sends anything is this host's own lack: no route, or no such family. */
static void fail_here(struct conn *conn, int error) {
    bool is_ours =
        error == ENETUNREACH || error == ENETDOWN || error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
    const char *words = strerror(error);
    if (is_ours)
        fail_soon(conn, TCP_ERROR,
                  arena_printf(conn->world->arena, "this host has no route to it (%s)", words));
    else
        fail_soon(conn, meaning(error), words);
}

/* ---- bytes ---- */

static void broken(struct conn *conn, enum conn_event event) {
    conn->state = ENDED;
    uv_poll_stop(&conn->poll);
    tell(conn, event, NULL, 0);
}

static void flush(struct conn *conn) {
    size_t sent = 0;
    while (sent < conn->out_size) {
        ssize_t n = send(conn->fd, conn->out + sent, conn->out_size - sent, MSG_NOSIGNAL);
        if (n > 0)
            recorded_sent(conn->recorded, conn->out + sent, (size_t)n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        /* Broken: what the peer said before is still to be read, and then the read tells. The kernel tells of
         * an RST once, so it is remembered: the read would see a mere end of file. */
        conn->saw_reset = conn->saw_reset || (n < 0 && errno == ECONNRESET);
        sent = n < 0 ? conn->out_size : sent + (size_t)n;
    }
    conn->out_size -= sent;
    if (conn->out_size > 0)
        memmove(conn->out, conn->out + sent, conn->out_size);
}

/* A server that writes in pieces (RFC 896) waits for the ACK of the first, which the kernel would hold back
 * for 40 ms: Prosody's stream header and features. What was answered at once has carried it already. Not
 * lasting. */
static void acknowledge(struct conn *conn) {
    if (conn->state == CONNECTED)
        setsockopt(conn->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}

static void receive(struct conn *conn) {
    uint8_t bytes[READ_SIZE];
    for (int i = 0; i < READS_PER_EVENT && conn->state == CONNECTED; i++) {
        ssize_t n = recv(conn->fd, bytes, sizeof bytes, 0);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return;
        if (n <= 0) {
            bool is_reset = n < 0 || conn->saw_reset;
            recorded_end(conn->recorded, false, is_reset);
            broken(conn, is_reset ? CONN_RESET : CONN_EOF);
            return;
        }
        recorded_came(conn->recorded, bytes, (size_t)n);
        tell(conn, CONN_BYTES, bytes, (size_t)n);
        acknowledge(conn);
        if ((size_t)n < sizeof bytes)
            return;
    }
}

static void connected(struct conn *conn) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    uv_timer_stop(&conn->timer);
    turn_answered(&conn->turn);
    if (error != 0) {
        uv_poll_stop(&conn->poll);
        if (meaning(error) == TCP_REFUSED || meaning(error) == TCP_RESET)
            recorded_refused(conn->recorded);
        note_failure(conn, meaning(error), strerror(error));
        tell(conn, CONN_FAILED, NULL, 0);
        return;
    }
    conn->state = CONNECTED;
    conn->tcp->state = TCP_CONNECTED;
    conn->tcp->ms = world_ms_since(conn->world, conn->started_ns);
    recorded_open(conn->recorded);
    tell(conn, CONN_OPEN, NULL, 0);
    if (conn->state == CONNECTED)
        poll_watch(conn);
}

static void on_poll(uv_poll_t *poll, int status, int events) {
    struct conn *conn = poll->data;
    if (conn->state == CONNECTING) {
        connected(conn);
        return;
    }
    if (events & UV_WRITABLE) {
        flush(conn);
        poll_watch(conn);
    }
    if (status < 0 || (events & UV_READABLE))
        receive(conn);
    if (status < 0 && conn->state == CONNECTED) /* libuv stops watching at an error; there is more to read */
        poll_watch(conn);
}

static void poll_watch(struct conn *conn) {
    int events =
        conn->state == CONNECTING ? UV_WRITABLE : UV_READABLE | (conn->out_size > 0 ? UV_WRITABLE : 0);
    uv_poll_start(&conn->poll, events, on_poll);
}

void conn_write(struct conn *conn, const void *bytes, size_t size) {
    if (conn->state != CONNECTED || size == 0)
        return;
    conn->out = world_alloc(conn->out, conn->out_size + size);
    memcpy(conn->out + conn->out_size, bytes, size);
    conn->out_size += size;
    flush(conn);
    if (conn->out_size > 0)
        poll_watch(conn);
}

/* ---- opening ---- */

static bool address_read(struct conn *conn, const char *address, int port) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)&conn->to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&conn->to;
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        conn->to_size = sizeof *v4;
        return true;
    }
    if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        conn->to_size = sizeof *v6;
        return true;
    }
    return false;
}

/* The process, or the system, has no descriptor left: wait for one of ours to be given back. */
static void wait_for_descriptor(struct conn *conn, int error) {
    struct world *world = conn->world;
    if (world->open_sockets == 0) {
        fail_soon(conn, TCP_ERROR, strerror(error));
        return;
    }
    if (conn->state != WAITING)
        world->waiting_conns++;
    conn->state = WAITING;
}

static void wake_one(struct world *world) {
    if (world->waiting_conns == 0)
        return;
    for (struct conn *conn = world->conns; conn != NULL; conn = conn->next)
        if (conn->state == WAITING) {
            conn->state = CONNECTING;
            world->waiting_conns--;
            conn_start(conn);
            return;
        }
}

static void on_turn(struct turn *turn) {
    conn_start((struct conn *)((char *)turn - offsetof(struct conn, turn)));
}

static void conn_start(struct conn *conn) {
    struct world *world = conn->world;
    struct turns *turns = world->options->turns;
    if (turns != NULL && !conn->turn.is_held && !turn_take(turns, &conn->to, &conn->turn)) {
        conn->state = IN_LINE;
        return;
    }
    conn->started_ns = uv_hrtime();
    conn->fd = socket(conn->to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (conn->fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        wait_for_descriptor(conn, errno);
        return;
    }
    if (conn->fd < 0) {
        fail_here(conn, errno);
        return;
    }
    world->open_sockets++;
    setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(conn->fd, (struct sockaddr *)&conn->to, conn->to_size) != 0 && errno != EINPROGRESS) {
        fail_here(conn, errno);
        return;
    }
    conn->recorded = recorder_begin(world->options->recorder, conn->fd, &conn->to, true);
    if (uv_poll_init(world->loop, &conn->poll, conn->fd) != 0) {
        fail_soon(conn, TCP_ERROR, "the event loop cannot watch the socket");
        return;
    }
    conn->poll.data = conn;
    conn->has_poll = true;
    conn->handles++;
    conn->state = CONNECTING;
    poll_watch(conn);
    conn_deadline(conn, world->options->timeout_ms);
}

static struct conn *conn_new(struct world *world, struct tcp_attempt *tcp, conn_fn on_event, void *context) {
    struct conn *conn = world_alloc(NULL, sizeof *conn);
    *conn = (struct conn){.world = world, .fd = -1, .tcp = tcp, .on_event = on_event, .context = context};
    conn->turn.called = on_turn;
    conn->state = CONNECTING;
    conn->next = world->conns;
    conn->link = &world->conns;
    if (conn->next != NULL)
        conn->next->link = &conn->next;
    world->conns = conn;
    uv_timer_init(world->loop, &conn->timer);
    conn->timer.data = conn;
    conn->handles = 1;
    conn->started_ns = uv_hrtime();
    return conn;
}

struct conn *conn_open(struct world *world, const char *address, int port, struct tcp_attempt *tcp,
                       conn_fn on_event, void *context) {
    struct conn *conn = conn_new(world, tcp, on_event, context);
    if (!address_read(conn, address, port))
        fail_soon(conn, TCP_ERROR, "not a numeric address");
    else
        conn_start(conn);
    return conn;
}

struct conn *conn_accept(struct world *world, int fd, struct tcp_attempt *tcp, conn_fn on_event,
                         void *context) {
    struct conn *conn = conn_new(world, tcp, on_event, context);
    conn->fd = fd;
    world->open_sockets++;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (uv_poll_init(world->loop, &conn->poll, fd) != 0) {
        fail_soon(conn, TCP_ERROR, "the event loop cannot watch the socket");
        return conn;
    }
    conn->poll.data = conn;
    conn->has_poll = true;
    conn->handles++;
    conn->state = CONNECTED;
    tcp->state = TCP_CONNECTED;
    conn->recorded = recorder_begin(world->options->recorder, fd, &conn->to, false);
    recorded_open(conn->recorded);
    poll_watch(conn);
    conn_deadline(conn, world->options->timeout_ms);
    return conn;
}

void conn_hand_over(struct conn *conn, conn_fn on_event, void *context) {
    conn->on_event = on_event;
    conn->context = context;
}

void conn_label(struct conn *conn, const char *label) {
    recorded_label(conn->recorded, label);
}

void conn_deadline(struct conn *conn, int ms) {
    if (conn->state == CONNECTING || conn->state == CONNECTED || conn->state == ENDED) {
        uv_update_time(conn->world->loop);
        uv_timer_start(&conn->timer, on_timer, ms < 0 ? 0 : (uint64_t)ms, 0);
    }
}

/* ---- closing ---- */

static void on_closed(uv_handle_t *handle) {
    struct conn *conn = handle->data;
    if (--conn->handles > 0)
        return;
    struct world *world = conn->world;
    if (conn->closed != NULL)
        conn->closed(conn->closed_context);
    free(conn->out);
    recorded_free(conn->recorded);
    free(conn);
    world_closed(world);
}

/* FIN rather than RST where it can be had: bytes that arrived and were not read would turn close() into RST.
 */
static void socket_end(struct conn *conn) {
    uint8_t rest[4096];
    if (conn->state == CONNECTED && shutdown(conn->fd, SHUT_WR) == 0)
        for (int i = 0; i < READS_PER_EVENT && recv(conn->fd, rest, sizeof rest, 0) > 0; i++)
            ;
    if (conn->state == CONNECTED || conn->state == ENDED)
        recorded_end(conn->recorded, true, false);
    close(conn->fd);
    conn->fd = -1;
}

void conn_close(struct conn *conn, done_fn closed, void *context) {
    struct world *world = conn->world;
    if (conn->state == CLOSED)
        return;
    if (conn->state == WAITING)
        world->waiting_conns--;
    conn->closed = closed;
    conn->closed_context = context;
    *conn->link = conn->next;
    if (conn->next != NULL)
        conn->next->link = conn->link;
    world->closing++;
    if (conn->has_poll)
        uv_close((uv_handle_t *)&conn->poll, on_closed);
    uv_close((uv_handle_t *)&conn->timer, on_closed);
    bool had_socket = conn->fd >= 0;
    if (had_socket)
        socket_end(conn);
    conn->state = CLOSED;
    if (had_socket) {
        world->open_sockets--;
        wake_one(world);
    }
    turn_give_back(&conn->turn);
}

void conn_stop_all(struct world *world) {
    struct conn *rest =
        world->conns; /* the handlers close theirs, perhaps others too: always from the head */
    world->conns = NULL;
    if (rest != NULL)
        rest->link = &rest;
    while (rest != NULL) {
        struct conn *conn = rest;
        rest =
            conn->next; /* out of this list, so that we get on; into the world's, so that it can be closed */
        if (rest != NULL)
            rest->link = &rest;
        conn->next = world->conns;
        conn->link = &world->conns;
        if (conn->next != NULL)
            conn->next->link = &conn->next;
        world->conns = conn;
        if (conn->state != FAILED)
            on_timer(&conn->timer);
        else
            tell(conn, CONN_FAILED, NULL, 0);
    }
}

/* ---- questions ---- */

char *conn_local_address(const struct conn *conn, struct arena *arena) {
    struct sockaddr_storage from = {0};
    socklen_t size = sizeof from;
    char text[INET6_ADDRSTRLEN];
    if (conn->fd < 0 || getsockname(conn->fd, (struct sockaddr *)&from, &size) != 0)
        return NULL;
    const void *bytes = from.ss_family == AF_INET6 ? (void *)&((struct sockaddr_in6 *)&from)->sin6_addr
                                                   : (void *)&((struct sockaddr_in *)&from)->sin_addr;
    return inet_ntop(from.ss_family, bytes, text, sizeof text) == NULL ? NULL : arena_text(arena, text);
}

int conn_rtt_ms(const struct conn *conn) {
    return conn->tcp->ms;
}
