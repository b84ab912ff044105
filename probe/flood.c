/* How much may a peer say in a TLS handshake that libcurl drives? See flood.h. */
#include "probe/flood.h"

#include <sys/socket.h>

/* A handshake has some ten, a renegotiation as many; tickets and key updates come on top. */
enum { MESSAGES_MAX = 100 };

struct flood {
    int fd; /* libcurl's; -1 before there is one, and when it was taken off the network */
    int messages;
    bool came;
};

const char flood_words[] = "more than 100 handshake messages came on one connection";

/* Not shutdown(2): what the kernel holds already, megabytes of such messages, would still be read. */
static void hang_up(struct flood *flood) {
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    if (flood->fd >= 0 && connect(flood->fd, &nobody, sizeof nobody) != 0)
        shutdown(flood->fd, SHUT_RDWR);
    flood->fd = -1;
}

static void on_message(int written, int version, int type, const void *buffer, size_t size, SSL *ssl,
                       void *context) {
    struct flood *flood = context;
    (void)version, (void)buffer, (void)size, (void)ssl;
    if (written || type != SSL3_RT_HANDSHAKE || ++flood->messages <= MESSAGES_MAX)
        return;
    flood->came = true;
    hang_up(flood);
}

static int on_socket(void *context, curl_socket_t fd, curlsocktype purpose) {
    struct flood *flood = context;
    (void)purpose;
    flood->fd = fd;
    flood->messages = 0;
    return CURL_SOCKOPT_OK;
}

struct flood *flood_watch(struct arena *arena, CURL *easy) {
    struct flood *flood = ARENA_NEW(arena, struct flood);
    flood->fd = -1;
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, flood);
    return flood;
}

void flood_hear(struct flood *flood, SSL_CTX *context) {
    SSL_CTX_set_msg_callback(context, on_message);
    SSL_CTX_set_msg_callback_arg(context, flood);
}

bool flood_came(const struct flood *flood) {
    return flood != NULL && flood->came;
}
