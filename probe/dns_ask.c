/* How does one question to one resolver go? c-ares asks, on the libuv loop; wire/dns.c reads.
 *
 * Every question has a channel of its own, so whatever happens on its sockets is about this question and
 * this resolver: bytes that c-ares drops in silence (another id, a broken question), a truncated answer
 * before TCP fails, ICMP "refused". That is what tells malformed, truncated and unreachable from silence. The
 * sockets are ours (ares_set_socket_functions) to see them. */
#include "probe/dns_ask.h"

#include <ares.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "probe/recorder.h"
#include "probe/turns.h"
#include "wire/dns.h"

enum {
    TRIES = 3,                 /* c-ares doubles its wait each time: */
    PARTS = (1 << TRIES) - 1,  /* so of 1 + 2 + 4 parts of timeout_ms the first try gets one */
    EDNS_SIZE = 1232,          /* fits every path without fragments */
    DEFAULT_TIMEOUT_MS = 5000, /* when the caller named none */
    CLASS_IN = 1,
    HEADER_SIZE = 12,
    RCODE_FORMERR = 1,
    RCODE_NOTIMP = 4
};
static const int rr_types[] = {[DNS_SRV] = 33, [DNS_A] = 1, [DNS_AAAA] = 28};

struct ask {
    struct world *world;
    const struct resolver *resolver;
    struct dns_query *query; /* the fact; DNS_NOT_ASKED until it is known */
    done_fn done;
    void *context;
    ares_channel channel; /* NULL before and after */
    struct turn turn;     /* of those who may ask this resolver: a channel takes 74 KiB */
    uv_timer_t timer;
    uint64_t started;
    LIST_OF(struct watch) watches;
    bool with_edns, over_tcp;
    bool begun, over;
    int sent_id;          /* of our question; -1 before */
    bool saw_truncated;   /* over UDP: the TC bit, or more than our buffer holds */
    bool saw_stray;       /* bytes that are no answer to our question */
    int refusal;          /* errno of the last failure on a socket; 0: none */
    const uint8_t *reply; /* a datagram with our id, which c-ares may or may not accept */
    size_t reply_size;
};

struct watch { /* one socket of c-ares on the loop */
    uv_poll_t poll;
    struct ask *ask;
    ares_socket_t fd;
    bool active;
};

/* ---- sockets, ours so that we see what passes ---- */

static ares_socket_t socket_open(int family, int type, int protocol, void *context) {
    struct ask *ask = context;
    int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (fd < 0)
        ask->refusal = errno;
    return fd;
}

static int socket_close(ares_socket_t fd, void *context) {
    (void)context;
    return close(fd);
}

static void note_failure(struct ask *ask, int error) {
    if (error != EAGAIN && error != EWOULDBLOCK && error != EINPROGRESS && error != EINTR)
        ask->refusal = error;
}

static int socket_connect(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t size,
                          void *context) {
    int result = connect(fd, address, size), error = errno;
    if (result != 0)
        note_failure(context, error);
    errno = error;
    return result;
}

static bool is_datagram(ares_socket_t fd) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM;
}

/* What came over UDP: ours (same id), or stray bytes. A full buffer means that more had come. */
static void note_datagram(struct ask *ask, const uint8_t *bytes, size_t size, size_t room) {
    if (size < 2 || (bytes[0] << 8 | bytes[1]) != ask->sent_id) {
        ask->saw_stray = true;
    } else if (size == room) {
        ask->saw_truncated = true;
    } else {
        ask->reply = arena_dup(ask->world->arena, bytes, size);
        ask->reply_size = size;
    }
}

static ares_ssize_t socket_receive(ares_socket_t fd, void *buffer, size_t size, int flags,
                                   struct sockaddr *from, ares_socklen_t *from_size, void *context) {
    struct ask *ask = context;
    ssize_t got = recvfrom(fd, buffer, size, flags, from, from_size);
    int error = errno;
    if (got < 0)
        note_failure(ask, error);
    else if (is_datagram(fd)) {
        note_datagram(ask, buffer, (size_t)got, size);
        recorder_datagram(ask->world->options->recorder, fd, false, buffer, (size_t)got);
    }
    errno = error;
    return got;
}

static ares_ssize_t socket_send(ares_socket_t fd, const struct iovec *parts, int count, void *context) {
    struct ask *ask = context;
    if (count > 0 && parts[0].iov_len >= HEADER_SIZE && is_datagram(fd)) {
        const uint8_t *bytes = parts[0].iov_base;
        ask->sent_id = bytes[0] << 8 | bytes[1];
        ask->reply = NULL;
    }
    struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count};
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    int error = errno;
    if (count == 1 && sent > 0 && is_datagram(fd))
        recorder_datagram(ask->world->options->recorder, fd, true, parts[0].iov_base, (size_t)sent);
    if (sent < 0)
        note_failure(ask, error);
    errno = error;
    return sent;
}

static const struct ares_socket_functions sockets = {socket_open, socket_close, socket_connect,
                                                     socket_receive, socket_send};

/* ---- c-ares on the loop ---- */

static void ask_continue(struct ask *ask);

static void on_poll(uv_poll_t *poll, int status, int events) {
    struct watch *watch = poll->data;
    struct ask *ask = watch->ask;
    if (ask->channel == NULL || !watch->active)
        return;
    bool both = status < 0; /* an error on the socket: let c-ares find it */
    ares_process_fd(ask->channel, both || (events & UV_READABLE) ? watch->fd : ARES_SOCKET_BAD,
                    both || (events & UV_WRITABLE) ? watch->fd : ARES_SOCKET_BAD);
    ask_continue(ask);
}

static struct watch *watch_find(struct ask *ask, ares_socket_t fd) {
    for (size_t i = 0; i < ask->watches.n; i++)
        if (ask->watches.v[i]->active && ask->watches.v[i]->fd == fd)
            return ask->watches.v[i];
    return NULL;
}

static struct watch *watch_new(struct ask *ask, ares_socket_t fd) {
    struct watch *watch = ARENA_NEW(ask->world->arena, struct watch);
    watch->ask = ask;
    watch->fd = fd;
    if (uv_poll_init(ask->world->loop, &watch->poll, fd) != 0)
        return NULL;
    watch->poll.data = watch;
    watch->active = true;
    LIST_ADD(ask->world->arena, &ask->watches, watch);
    return watch;
}

/* c-ares tells which sockets it waits for; with neither direction the socket is about to be closed. */
static void on_socket_state(void *context, ares_socket_t fd, int readable, int writable) {
    struct ask *ask = context;
    struct watch *watch = watch_find(ask, fd);
    if (!readable && !writable) {
        if (watch != NULL) {
            watch->active = false;
            world_close(ask->world, (uv_handle_t *)&watch->poll);
        }
        return;
    }
    if (watch == NULL)
        watch = watch_new(ask, fd);
    if (watch != NULL)
        uv_poll_start(&watch->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0), on_poll);
}

static int timeout_of(const struct world *world) {
    return world->options->timeout_ms > 0 ? world->options->timeout_ms : DEFAULT_TIMEOUT_MS;
}

static int time_left(const struct ask *ask) {
    return timeout_of(ask->world) - world_ms_since(ask->world, ask->started);
}

static void on_timer(uv_timer_t *timer) {
    struct ask *ask = timer->data;
    if (ask->channel == NULL)
        return;
    ares_process_fd(ask->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    ask_continue(ask);
}

/* Sleeps until c-ares has something to repeat, or our own time is over. */
static void timer_set(struct ask *ask) {
    int left = time_left(ask);
    struct timeval limit = {left / 1000, (left % 1000) * 1000}, next;
    struct timeval *sooner = left > 0 ? ares_timeout(ask->channel, &limit, &next) : NULL;
    uint64_t ms = sooner == NULL ? 0 : (uint64_t)sooner->tv_sec * 1000 + (uint64_t)sooner->tv_usec / 1000;
    uv_timer_start(&ask->timer, on_timer, ms + 1, 0);
}

static void channel_end(struct ask *ask) {
    ares_channel channel = ask->channel;
    ask->channel = NULL;
    if (channel != NULL)
        ares_destroy(channel); /* closes its sockets, and through on_socket_state their watches */
}

/* ---- from the question to the fact ---- */

static void ask_finish(struct ask *ask) {
    channel_end(ask);
    if (ask->query->state == DNS_TIMEOUT)
        turn_timed_out(&ask->turn);
    else if (ask->query->state != DNS_NOT_ASKED)
        turn_answered(&ask->turn);
    turn_give_back(&ask->turn);
    ask->over = true;
    ask->query->ms = world_ms_since(ask->world, ask->started);
    world_close(ask->world, (uv_handle_t *)&ask->timer);
    ask->done(ask->context);
    world_end(ask->world);
}

/* No answer that could be read: what do the sockets tell? */
static void ask_fail(struct ask *ask, int status) {
    bool refused = status == ARES_ECONNREFUSED && ask->refusal != 0;
    enum dns_state state;
    const char *words;
    if (ask->saw_truncated) {
        state = DNS_TRUNCATED;
        words = ask->refusal != 0 ? arena_printf(ask->world->arena, "the answer is cut short; over TCP: %s",
                                                 strerror(ask->refusal))
                                  : "the answer is cut short, and over TCP there was none";
    } else if (ask->saw_stray) {
        state = DNS_MALFORMED;
        words = "what came is no answer to this question";
    } else if (refused) {
        state = DNS_UNREACHABLE;
        words = strerror(ask->refusal);
    } else if (status == ARES_ENOTFOUND) { /* c-ares does not even ask for .onion (RFC 7686) */
        state = DNS_NXDOMAIN;
        words = "the name is outside the DNS";
    } else if (ask->world->stopping) {
        state = DNS_NOT_ASKED;
        words = world_over;
    } else {
        state = DNS_TIMEOUT;
        words = status == ARES_ETIMEOUT ? "no answer in time" : ares_strerror(status);
    }
    ask->query->state = state;
    ask->query->error = arena_text(ask->world->arena, words);
}

/* c-ares cuts what is longer than it offered to take; the datagram as it came is in ask->reply. */
static void on_answer(void *context, int status, int timeouts, unsigned char *bytes, int size) {
    struct ask *ask = context;
    (void)timeouts;
    if (ask->channel == NULL || ask->over) /* we gave it up ourselves */
        return;
    if (ask->reply != NULL)
        dns_read(ask->world->arena, ask->reply, ask->reply_size, ask->query);
    else if (bytes != NULL && size > 0)
        dns_read(ask->world->arena, bytes, (size_t)size, ask->query);
    else
        ask_fail(ask, status);
    if (ask->saw_truncated && !ask->over_tcp)
        ask->query->state = DNS_TRUNCATED;
}

/* Nothing from resolv.conf but the servers: no search list, no hosts file, our own times. */
static int channel_open(struct ask *ask) {
    struct ares_options options = {0};
    struct in_addr nowhere = {0}; /* replaced below, with ports and IPv6 */
    options.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_IGNTC |
                    (ask->with_edns ? ARES_FLAG_EDNS : 0) | (ask->over_tcp ? ARES_FLAG_USEVC : 0);
    /* c-ares skips servers that are closed; whoever is left still gets all the time. Ours ends it. */
    options.timeout = time_left(ask) / (ask->over_tcp ? ask->resolver->server_count : PARTS) + 1;
    options.tries = ask->over_tcp ? 1 : TRIES;
    options.ndots = 1;
    options.lookups = "b";
    options.ednspsz = EDNS_SIZE;
    options.sock_state_cb = on_socket_state;
    options.sock_state_cb_data = ask;
    options.servers = &nowhere;
    options.nservers = 1;
    int status = ares_init_options(&ask->channel, &options,
                                   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
                                       ARES_OPT_LOOKUPS | ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB |
                                       ARES_OPT_SERVERS | ARES_OPT_DOMAINS);
    if (status != ARES_SUCCESS)
        return status;
    ares_set_socket_functions(ask->channel, &sockets, ask);
    return ares_set_servers_ports(ask->channel, ask->resolver->servers);
}

static void ask_send(struct ask *ask) {
    int status = channel_open(ask);
    ask->sent_id = -1;
    ask->reply = NULL;
    ask->refusal = 0;
    ask->query->state = DNS_NOT_ASKED;
    if (status == ARES_SUCCESS)
        ares_query(ask->channel, ask->query->name, CLASS_IN, rr_types[ask->query->type], on_answer, ask);
    else
        ask_fail(ask, status);
}

/* An old server may not understand EDNS, and may say so without repeating the question, which c-ares does not
 * take (RFC 6891 7): ask plainly then. */
static bool wants_plain(const struct ask *ask) {
    const struct dns_query *query = ask->query;
    return ask->with_edns && query->state == DNS_OTHER_RCODE &&
           (query->rcode == RCODE_FORMERR || query->rcode == RCODE_NOTIMP) && time_left(ask) > 0;
}

/* Once over TCP for what was cut short (RFC 7766 5), once without EDNS for those who do not know it. */
static bool asks_again(struct ask *ask) {
    bool plain = wants_plain(ask);
    bool tcp = ask->query->state == DNS_TRUNCATED && !ask->over_tcp && time_left(ask) > 0;
    if (!plain && !tcp)
        return false;
    channel_end(ask);
    ask->saw_truncated = ask->saw_truncated || tcp;
    ask->over_tcp = ask->over_tcp || tcp;
    ask->with_edns = ask->with_edns && !plain;
    ask_send(ask);
    return true;
}

/* After every call into c-ares: is it over, is there a reply that c-ares would not take, or do we wait on? */
static void ask_continue(struct ask *ask) {
    struct dns_query *query = ask->query;
    do {
        if (query->state == DNS_NOT_ASKED && ask->reply != NULL)
            dns_read(ask->world->arena, ask->reply, ask->reply_size, query);
    } while (asks_again(ask));
    if (query->state == DNS_NOT_ASKED && time_left(ask) <= 0)
        ask_fail(ask, ARES_ETIMEOUT);
    if (query->state != DNS_NOT_ASKED)
        ask_finish(ask);
    else
        timer_set(ask);
}

struct ask *ask_new(struct world *world, const struct resolver *resolver, struct dns_query *query) {
    struct ask *ask = ARENA_NEW(world->arena, struct ask);
    ask->world = world;
    ask->resolver = resolver;
    ask->query = query;
    query->resolver = resolver->label;
    return ask;
}

static void ask_now(struct ask *ask) {
    ask->started = uv_hrtime();
    ask_send(ask);
    ask_continue(ask);
}

static void on_turn(struct turn *turn) {
    ask_now((struct ask *)((char *)turn - offsetof(struct ask, turn)));
}

static struct sockaddr_storage address_of(const struct ares_addr_port_node *server) {
    struct sockaddr_storage to = {.ss_family = (sa_family_t)server->family};
    if (server->family == AF_INET6)
        memcpy(&((struct sockaddr_in6 *)&to)->sin6_addr, &server->addr.addr6, sizeof server->addr.addr6);
    else
        memcpy(&((struct sockaddr_in *)&to)->sin_addr, &server->addr.addr4, sizeof server->addr.addr4);
    return to;
}

void ask_begin(struct ask *ask, done_fn done, void *context) {
    struct turns *questions = ask->world->options->questions;
    struct sockaddr_storage to = address_of(ask->resolver->servers);
    if (ask->over)
        return;
    /* A piece of work whether somebody waits for it or not: the run does not end before the last resolver has
     * answered or had its time, else what it would have said is missing by chance. */
    world_begin(ask->world);
    ask->done = done;
    ask->context = context;
    ask->begun = true;
    ask->with_edns = true;
    ask->started = uv_hrtime();
    uv_timer_init(ask->world->loop, &ask->timer);
    ask->timer.data = ask;
    ask->turn.called = on_turn;
    if (questions == NULL || turn_take(questions, &to, &ask->turn))
        ask_now(ask);
}

void ask_end(struct ask *ask) {
    if (ask->over)
        return;
    if (!ask->begun) {
        ask->over = true;
        return;
    }
    ask_fail(ask, ARES_ETIMEOUT);
    ask_finish(ask);
}

bool ask_is_over(const struct ask *ask) {
    return ask->over;
}
