/* How does somebody ask us over HTTP, while the loop goes on with its work? See web.h. libmicrohttpd waits on
 * an epoll descriptor of its own, which our loop watches. */
#include "monitor/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "monitor/late_microhttpd.h"
#include "facts/memory.h"

enum { BACKLOG = 1024, SILENCE_S = 30, MEMORY_OF_ONE = 32 * 1024, LONGEST_WAIT_MS = 1000 };

struct web {
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_timer_t timer;
    web_handler handler;
    void *context;
    int port;
    struct web_exchange *waiting; /* those that are answered later */
    bool is_closing;
    int handles; /* that libuv has not let go yet */
};

struct web_exchange {
    struct web *web;
    struct MHD_Connection *connection;
    struct MHD_Response *response; /* NULL until it is answered */
    unsigned status;
    bool is_suspended;
    struct web_exchange *next, **at; /* among those that wait */
};

/* ---- answers ---- */

static void unlink_waiting(struct web_exchange *exchange) {
    if (exchange->at == NULL)
        return;
    if (exchange->next != NULL)
        exchange->next->at = exchange->at;
    *exchange->at = exchange->next;
    exchange->at = NULL;
}

static void link_waiting(struct web_exchange *exchange) {
    struct web *web = exchange->web;
    exchange->next = web->waiting;
    exchange->at = &web->waiting;
    if (exchange->next != NULL)
        exchange->next->at = &exchange->next;
    web->waiting = exchange;
}

static void wake(struct web *web);

void web_answer(struct web_exchange *exchange, int status, const char *type, const char *encoding, void *body,
                size_t size) {
    exchange->response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
    if (exchange->response == NULL)
        memory_is_out();
    exchange->status = (unsigned)status;
    MHD_add_response_header(exchange->response, "Content-Type", type);
    MHD_add_response_header(exchange->response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(exchange->response, "Cache-Control", "no-store");
    if (encoding != NULL)
        MHD_add_response_header(exchange->response, "Content-Encoding", encoding);
    if (!exchange->is_suspended)
        return;
    unlink_waiting(exchange);
    exchange->is_suspended = false;
    MHD_resume_connection(exchange->connection);
    wake(exchange->web);
}

void web_say(struct web_exchange *exchange, int status, const char *format, ...) {
    va_list args;
    char *text = NULL;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    if (size < 0) {
        text = NULL;
        size = 0;
    }
    web_answer(exchange, status, "text/plain; charset=utf-8", NULL, text, (size_t)size);
}

const char *web_query(struct web_exchange *exchange, const char *name) {
    const char *value = NULL;
    size_t size = 0;
    if (MHD_lookup_connection_value_n(exchange->connection, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value,
                                      &size) != MHD_YES ||
        value == NULL || strlen(value) != size) /* "a%00b" is not "a" */
        return NULL;
    return value;
}

const char *web_header(struct web_exchange *exchange, const char *name) {
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

/* ---- requests ---- */

static enum MHD_Result send_answer(struct web_exchange *exchange) {
    enum MHD_Result sent = MHD_queue_response(exchange->connection, exchange->status, exchange->response);
    MHD_destroy_response(exchange->response);
    exchange->response = NULL;
    return sent;
}

static void ask(struct web *web, struct web_exchange *exchange, const char *path, const char *method) {
    if (web->is_closing)
        web_say(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "shutting down\n");
    else if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        web_say(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "GET or HEAD\n");
    else
        web->handler(web->context, exchange, path);
}

/* Called with the head of a request, then once more when it is there as a whole, then when a late answer is.
 */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **kept) {
    struct web *web = context;
    struct web_exchange *exchange = *kept;
    (void)version;
    (void)upload;
    if (exchange == NULL) {
        exchange = calloc(1, sizeof *exchange);
        if (exchange == NULL)
            return MHD_NO;
        *exchange = (struct web_exchange){.web = web, .connection = connection};
        *kept = exchange;
        return MHD_YES;
    }
    if (*upload_size > 0) { /* nobody asked for it */
        *upload_size = 0;
        return MHD_YES;
    }
    if (exchange->response == NULL)
        ask(web, exchange, path, method);
    if (exchange->response != NULL)
        return send_answer(exchange);
    exchange->is_suspended = true;
    link_waiting(exchange);
    MHD_suspend_connection(connection);
    return MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **kept,
                         enum MHD_RequestTerminationCode code) {
    struct web_exchange *exchange = *kept;
    (void)context;
    (void)connection;
    (void)code;
    if (exchange == NULL)
        return;
    unlink_waiting(exchange);
    if (exchange->response != NULL)
        MHD_destroy_response(exchange->response);
    free(exchange);
    *kept = NULL;
}

static void say_nothing(void *context, const char *format, va_list args) {
    (void)context;
    (void)format;
    (void)args;
}

/* ---- the loop ---- */

static void on_timer(uv_timer_t *timer);

static void run(struct web *web) {
    MHD_UNSIGNED_LONG_LONG wait = LONGEST_WAIT_MS;
    MHD_run(web->daemon);
    if (MHD_get_timeout(web->daemon, &wait) != MHD_YES || wait > LONGEST_WAIT_MS)
        wait = LONGEST_WAIT_MS;
    uv_timer_start(&web->timer, on_timer, (uint64_t)wait, 0);
}

static void on_timer(uv_timer_t *timer) {
    run(timer->data);
}

static void on_ready(uv_poll_t *poll, int status, int events) {
    (void)status;
    (void)events;
    run(poll->data);
}

/* What was answered outside of MHD_run() is sent soon. */
static void wake(struct web *web) {
    if (!web->is_closing)
        uv_timer_start(&web->timer, on_timer, 0, 0);
}

/* ---- open and close ---- */

static int listen_on(const char *address, int port) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int on = 1, fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if ((is_v4 ? bind(fd, (struct sockaddr *)&v4, sizeof v4) : bind(fd, (struct sockaddr *)&v6, sizeof v6)) !=
            0 ||
        listen(fd, BACKLOG) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static int port_of(int fd) {
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &size) != 0)
        return 0;
    return ntohs(bound.ss_family == AF_INET ? ((struct sockaddr_in *)&bound)->sin_port
                                            : ((struct sockaddr_in6 *)&bound)->sin6_port);
}

static bool start_daemon(struct web *web, int fd, int connections) {
    struct MHD_OptionItem options[] = {{MHD_OPTION_LISTEN_SOCKET, fd, NULL},
                                       {MHD_OPTION_CONNECTION_LIMIT, connections, NULL},
                                       {MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S, NULL},
                                       {MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_OF_ONE, NULL},
                                       {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
                                       {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)say_nothing, NULL},
                                       {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, NULL},
                                       {MHD_OPTION_END, 0, NULL}};
    web->daemon = late_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, on_request, web, options);
    return web->daemon != NULL;
}

struct web *web_open(uv_loop_t *loop, struct arena *arena, const char *address, int port, int connections,
                     web_handler handler, void *context, char **error) {
    const char *why = NULL;
    struct web *web = calloc(1, sizeof *web);
    int fd = -1;
    if (web == NULL || !late_microhttpd_load(&why)) {
        *error = arena_printf(arena, "libmicrohttpd is not there: %s", why == NULL ? "out of memory" : why);
        free(web);
        return NULL;
    }
    *web = (struct web){.handler = handler, .context = context};
    fd = listen_on(address, port);
    if (fd < 0 || !start_daemon(web, fd, connections)) {
        *error = arena_printf(arena, strchr(address, ':') == NULL ? "%s:%d: %s" : "[%s]:%d: %s", address,
                              port, strerror(errno));
        if (fd >= 0)
            close(fd);
        free(web);
        return NULL;
    }
    web->port = port_of(fd);
    uv_timer_init(loop, &web->timer);
    uv_poll_init(loop, &web->poll, MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd);
    web->timer.data = web->poll.data = web;
    web->handles = 2;
    uv_poll_start(&web->poll, UV_READABLE, on_ready);
    run(web);
    return web;
}

int web_port(const struct web *web) {
    return web->port;
}

static void on_closed(uv_handle_t *handle) {
    struct web *web = handle->data;
    if (--web->handles == 0)
        free(web);
}

void web_close(struct web *web) {
    web->is_closing = true;
    while (web->waiting != NULL)
        web_say(web->waiting, MHD_HTTP_SERVICE_UNAVAILABLE, "shutting down\n");
    MHD_run(web->daemon);
    uv_poll_stop(&web->poll);
    MHD_stop_daemon(web->daemon); /* closes the listening socket, too */
    uv_close((uv_handle_t *)&web->timer, on_closed);
    uv_close((uv_handle_t *)&web->poll, on_closed);
}
