/* How does libcurl run on the event loop? See http_loop.h. */
#include "probe/http_loop.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "probe/late_curl.h"

struct http_client {
    CURLM *multi;
    uv_timer_t timer;
    struct http_job *jobs; /* in flight */
    struct lane *lanes;
    LIST_OF(struct socket_watch) watches;
};

struct socket_watch { /* one socket of curl on the loop */
    uv_poll_t poll;
    struct world *world;
    curl_socket_t fd;
    int events; /* what curl waits for */
};

struct lane **http_lanes(struct world *world) {
    return &world->http->lanes;
}

bool http_job_add(struct world *world, struct http_job *job) {
    struct http_client *http = world->http;
    if (http->multi == NULL || curl_easy_setopt(job->easy, CURLOPT_PRIVATE, job) != CURLE_OK ||
        curl_multi_add_handle(http->multi, job->easy) != CURLM_OK)
        return false;
    job->next = http->jobs;
    job->link = &http->jobs;
    if (job->next != NULL)
        job->next->link = &job->next;
    http->jobs = job;
    return true;
}

void http_job_release(struct world *world, struct http_job *job) {
    if (job->link != NULL) {
        *job->link = job->next;
        if (job->next != NULL)
            job->next->link = job->link;
        job->link = NULL;
        curl_multi_remove_handle(world->http->multi, job->easy);
    }
    curl_easy_cleanup(job->easy);
    job->easy = NULL;
}

static void collect(struct world *world) {
    CURLMsg *message;
    int left;
    while (world->http->multi != NULL &&
           (message = curl_multi_info_read(world->http->multi, &left)) != NULL) {
        struct http_job *job = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result; /* gone once the handle is removed */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&job);
        job->ended(job, code);
    }
}

static void on_poll(uv_poll_t *poll, int status, int events) {
    struct socket_watch *watch = poll->data;
    struct world *world = watch->world;
    int running = 0, what = 0;
    if (world->http->multi == NULL)
        return;
    if (status < 0) { /* an error is pending; what came before it, an alert say, is still to be read */
        events = UV_READABLE | UV_WRITABLE;
        uv_poll_start(&watch->poll, watch->events, on_poll); /* libuv stops at an error */
    }
    if ((events & UV_READABLE) != 0)
        what |= CURL_CSELECT_IN;
    if ((events & UV_WRITABLE) != 0)
        what |= CURL_CSELECT_OUT;
    curl_multi_socket_action(world->http->multi, watch->fd, what, &running);
    collect(world);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *of_socket) {
    struct world *world = context;
    struct socket_watch *watch = of_socket;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL && !uv_is_closing((uv_handle_t *)&watch->poll))
            world_close(world, (uv_handle_t *)&watch->poll);
        return 0;
    }
    if (watch == NULL) {
        watch = ARENA_NEW(world->arena, struct socket_watch);
        watch->world = world;
        watch->fd = fd;
        if (uv_poll_init_socket(world->loop, &watch->poll, fd) != 0)
            return -1;
        watch->poll.data = watch;
        LIST_ADD(world->arena, &world->http->watches, watch);
        curl_multi_assign(world->http->multi, fd, watch);
    }
    watch->events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    uv_poll_start(&watch->poll, watch->events, on_poll);
    return 0;
}

static void on_timer(uv_timer_t *timer) {
    struct world *world = timer->data;
    int running = 0;
    if (world->http->multi == NULL)
        return;
    curl_multi_socket_action(world->http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(world);
}

/* Never acts at once: curl calls this from inside its own functions. */
static int on_timeout(CURLM *multi, long ms, void *context) {
    struct world *world = context;
    (void)multi;
    if (ms < 0)
        uv_timer_stop(&world->http->timer);
    else
        uv_timer_start(&world->http->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

/* Passwords and tokens are in curl's buffers while it sends: with these its memory is wiped when it is freed.
 */
static void wiping_free(void *memory) {
    if (memory != NULL)
        OPENSSL_cleanse(memory, malloc_usable_size(memory));
    free(memory);
}

static void *wiping_realloc(void *memory, size_t size) {
    void *larger = malloc(size == 0 ? 1 : size);
    size_t old = memory == NULL ? 0 : malloc_usable_size(memory);
    if (larger == NULL)
        return NULL;
    if (memory != NULL)
        memcpy(larger, memory, old < size ? old : size);
    wiping_free(memory);
    return larger;
}

static CURLcode global_open(const struct probe_options *options) {
    return options->wipes_memory ? curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free,
                                                        wiping_realloc, strdup, calloc)
                                 : curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool http_open(struct world *world, char **error) {
    const char *why = NULL;
    if (!late_curl_load(&why)) {
        *error = arena_printf(world->arena, "libcurl is not there: %s", why);
        return false;
    }
    world->http = ARENA_NEW(world->arena, struct http_client);
    if (global_open(world->options) != CURLE_OK || (world->http->multi = curl_multi_init()) == NULL) {
        *error = arena_text(world->arena, "libcurl does not start");
        world->http = NULL;
        return false;
    }
    uv_timer_init(world->loop, &world->http->timer);
    world->http->timer.data = world;
    curl_multi_setopt(world->http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(world->http->multi, CURLMOPT_SOCKETDATA, world);
    curl_multi_setopt(world->http->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(world->http->multi, CURLMOPT_TIMERDATA, world);
    return true;
}

void http_close(struct world *world) {
    struct http_client *http = world->http;
    if (http == NULL || http->multi == NULL)
        return;
    world->stopping = true; /* what waits in a lane does not begin any more */
    while (http->jobs != NULL)
        http->jobs->ended(http->jobs, CURLE_OPERATION_TIMEDOUT);
    CURLM *multi = http->multi;
    http->multi = NULL;
    curl_multi_cleanup(multi);
    for (size_t i = 0; i < http->watches.n; i++)
        if (!uv_is_closing((uv_handle_t *)&http->watches.v[i]->poll))
            world_close(world, (uv_handle_t *)&http->watches.v[i]->poll);
    world_close(world, (uv_handle_t *)&http->timer);
    curl_global_cleanup();
}
