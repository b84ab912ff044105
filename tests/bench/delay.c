/* How does a run go when round trips cost something? A proxy that holds every chunk and datagram for MS
 * milliseconds each way, for measuring without root.
 *
 *     delay MS tcp:LISTEN_ADDRESS:PORT=TARGET_ADDRESS:PORT udp:…=… …
 *
 * Limits: the TCP handshake itself is loopback-fast (the kernel answers SYN), so a run through this proxy has
 * one round trip less per connection than on a real link. IPv4 only. Prints "ready" on stdout when all ports
 * listen; ends on end of stdin. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static uv_loop_t *loop;
static uint64_t delay_ms;

struct route {
    struct sockaddr_in listen, target;
    union {
        uv_tcp_t tcp;
        uv_udp_t udp;
    } at;
};

static void out_of_memory(void) {
    fputs("delay: out of memory\n", stderr);
    exit(1);
}

static void *need(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL)
        out_of_memory();
    return memory;
}

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(need(65536), 65536);
}

/* ---- TCP: two streams that copy to each other, late ---- */

struct pair;

struct half {
    uv_tcp_t stream;
    struct half *other;
    struct pair *pair;
    bool open; /* connected and not closed */
};

struct pair {
    struct half client, server;
    unsigned pending; /* timers and writes in flight, plus handles not yet closed */
};

struct later {
    uv_timer_t timer;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct half *to;
    char *bytes; /* NULL: end of stream */
    size_t size;
};

static void pair_release(struct pair *pair) {
    if (--pair->pending == 0)
        free(pair);
}

static void half_closed(uv_handle_t *handle) {
    pair_release(((struct half *)handle->data)->pair);
}

static void half_close(struct half *half) {
    if (!uv_is_closing((uv_handle_t *)&half->stream)) {
        half->open = false;
        uv_close((uv_handle_t *)&half->stream, half_closed);
    }
}

static void later_closed(uv_handle_t *handle) {
    struct later *later = handle->data;
    struct pair *pair = later->to->pair;
    free(later->bytes);
    free(later);
    pair_release(pair);
}

static void wrote(uv_write_t *write, int status) {
    struct later *later = write->data;
    if (status != 0)
        half_close(later->to);
    uv_close((uv_handle_t *)&later->timer, later_closed);
}

static void shut(uv_shutdown_t *request, int status) {
    struct later *later = request->data;
    (void)status;
    half_close(later->to);
    half_close(later->to->other);
    uv_close((uv_handle_t *)&later->timer, later_closed);
}

static void due(uv_timer_t *timer) {
    struct later *later = timer->data;
    int failed;
    if (!later->to->open) {
        uv_close((uv_handle_t *)timer, later_closed);
        return;
    }
    if (later->bytes != NULL) {
        uv_buf_t buffer = uv_buf_init(later->bytes, (unsigned)later->size);
        later->write.data = later;
        failed = uv_write(&later->write, (uv_stream_t *)&later->to->stream, &buffer, 1, wrote);
    } else {
        later->shutdown.data = later;
        failed = uv_shutdown(&later->shutdown, (uv_stream_t *)&later->to->stream, shut);
    }
    if (failed != 0)
        uv_close((uv_handle_t *)timer, later_closed);
}

static void send_later(struct half *to, char *bytes, size_t size) {
    struct later *later = need(sizeof *later);
    later->to = to;
    later->bytes = bytes;
    later->size = size;
    to->pair->pending++;
    uv_timer_init(loop, &later->timer);
    later->timer.data = later;
    uv_timer_start(&later->timer, due, delay_ms, 0);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer) {
    struct half *half = stream->data;
    if (size > 0) {
        send_later(half->other, buffer->base, (size_t)size);
        return;
    }
    free(buffer->base);
    if (size < 0) {
        uv_read_stop(stream);
        send_later(half->other, NULL, 0);
    }
}

static void on_connected(uv_connect_t *request, int status) {
    struct pair *pair = request->data;
    free(request);
    if (status != 0) {
        half_close(&pair->client);
        half_close(&pair->server);
        return;
    }
    pair->client.open = pair->server.open = true;
    uv_read_start((uv_stream_t *)&pair->client.stream, allocate, on_read);
    uv_read_start((uv_stream_t *)&pair->server.stream, allocate, on_read);
}

static void on_connection(uv_stream_t *listener, int status) {
    struct route *route = listener->data;
    if (status != 0)
        return;
    struct pair *pair = need(sizeof *pair);
    struct half *halves[] = {&pair->client, &pair->server};
    for (int i = 0; i < 2; i++) {
        uv_tcp_init(loop, &halves[i]->stream);
        uv_tcp_nodelay(&halves[i]->stream, 1);
        halves[i]->stream.data = halves[i];
        halves[i]->pair = pair;
        halves[i]->other = halves[1 - i];
    }
    pair->pending = 2;
    uv_connect_t *request = need(sizeof *request);
    request->data = pair;
    if (uv_accept(listener, (uv_stream_t *)&pair->client.stream) != 0 ||
        uv_tcp_connect(request, &pair->server.stream, (struct sockaddr *)&route->target, on_connected) != 0) {
        free(request);
        half_close(&pair->client);
        half_close(&pair->server);
    }
}

/* ---- UDP: each datagram from a client opens a socket of its own towards the target, for one answer ---- */

struct exchange {
    uv_udp_t socket;
    uv_timer_t timer;
    uv_udp_send_t send;
    struct route *route;
    struct sockaddr_in client;
    char *bytes;
    size_t size;
    bool answered;
    unsigned open;
};

static void exchange_closed(uv_handle_t *handle) {
    struct exchange *x = handle->data;
    if (--x->open == 0) {
        free(x->bytes);
        free(x);
    }
}

static void exchange_end(struct exchange *x) {
    uv_close((uv_handle_t *)&x->socket, exchange_closed);
    uv_close((uv_handle_t *)&x->timer, exchange_closed);
}

static void datagram_sent(uv_udp_send_t *send, int status) {
    struct exchange *x = send->data;
    (void)status;
    if (x->answered)
        exchange_end(x);
}

static void exchange_due(uv_timer_t *timer) {
    struct exchange *x = timer->data;
    uv_buf_t buffer = uv_buf_init(x->bytes, (unsigned)x->size);
    x->send.data = x;
    uv_udp_t *from = x->answered ? &x->route->at.udp : &x->socket;
    struct sockaddr_in *to = x->answered ? &x->client : &x->route->target;
    if (uv_udp_send(&x->send, from, &buffer, 1, (struct sockaddr *)to, datagram_sent) != 0)
        exchange_end(x);
}

static void on_answer(uv_udp_t *socket, ssize_t size, const uv_buf_t *buffer, const struct sockaddr *from,
                      unsigned flags) {
    struct exchange *x = socket->data;
    (void)flags;
    if (size <= 0 || from == NULL || x->answered) {
        free(buffer->base);
        return;
    }
    free(x->bytes);
    x->bytes = buffer->base;
    x->size = (size_t)size;
    x->answered = true;
    uv_udp_recv_stop(socket);
    uv_timer_start(&x->timer, exchange_due, delay_ms, 0);
}

static void on_question(uv_udp_t *socket, ssize_t size, const uv_buf_t *buffer, const struct sockaddr *from,
                        unsigned flags) {
    (void)flags;
    if (size <= 0 || from == NULL) {
        free(buffer->base);
        return;
    }
    struct exchange *x = need(sizeof *x);
    x->route = socket->data;
    memcpy(&x->client, from, sizeof x->client);
    x->bytes = buffer->base;
    x->size = (size_t)size;
    x->open = 2;
    uv_udp_init(loop, &x->socket);
    uv_timer_init(loop, &x->timer);
    x->socket.data = x->timer.data = x;
    uv_udp_recv_start(&x->socket, allocate, on_answer);
    uv_timer_start(&x->timer, exchange_due, delay_ms, 0);
}

/* ---- the command line ---- */

static bool address_read(char *text, struct sockaddr_in *address) {
    char *colon = strrchr(text, ':');
    if (colon == NULL)
        return false;
    *colon = 0;
    return uv_ip4_addr(text, atoi(colon + 1), address) == 0;
}

static bool route_open(char *text) {
    struct route *route = need(sizeof *route);
    bool tcp = strncmp(text, "tcp:", 4) == 0, udp = strncmp(text, "udp:", 4) == 0;
    char *equals = strchr(text, '=');
    if ((!tcp && !udp) || equals == NULL)
        return false;
    *equals = 0;
    if (!address_read(text + 4, &route->listen) || !address_read(equals + 1, &route->target))
        return false;
    if (tcp) {
        uv_tcp_init(loop, &route->at.tcp);
        route->at.tcp.data = route;
        return uv_tcp_bind(&route->at.tcp, (struct sockaddr *)&route->listen, 0) == 0 &&
               uv_listen((uv_stream_t *)&route->at.tcp, 128, on_connection) == 0;
    }
    uv_udp_init(loop, &route->at.udp);
    route->at.udp.data = route;
    return uv_udp_bind(&route->at.udp, (struct sockaddr *)&route->listen, UV_UDP_REUSEADDR) == 0 &&
           uv_udp_recv_start(&route->at.udp, allocate, on_question) == 0;
}

static void on_stdin(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer) {
    (void)stream;
    free(buffer->base);
    if (size < 0)
        uv_stop(loop);
}

int main(int argc, char **argv) {
    loop = uv_default_loop();
    delay_ms = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    for (int i = 2; i < argc; i++)
        if (!route_open(argv[i])) {
            fprintf(stderr, "delay: %s: wanted tcp:ADDRESS:PORT=ADDRESS:PORT or udp:…, on a free port\n",
                    argv[i]);
            return 2;
        }
    uv_pipe_t input;
    uv_pipe_init(loop, &input, 0);
    if (argc < 3 || uv_pipe_open(&input, 0) != 0 ||
        uv_read_start((uv_stream_t *)&input, allocate, on_stdin) != 0) {
        fputs("usage: delay MS tcp:LISTEN=TARGET… (stdin is a pipe; its end ends the proxy)\n", stderr);
        return 2;
    }
    puts("ready");
    fflush(stdout);
    return uv_run(loop, UV_RUN_DEFAULT) < 0;
}
