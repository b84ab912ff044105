/* A server that misbehaves. See tls_peer.h. */
#include "tests/unit/tls_peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int listen_on(int backlog, struct sockaddr_in *at) {
    socklen_t size = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || bind(fd, (struct sockaddr *)at, sizeof *at) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, (struct sockaddr *)at, &size) != 0)
        abort();
    return fd;
}

static void say(int fd, const struct peer_step *step) {
    size_t chunk = step->what == PEER_DRIP ? 1 : step->size;
    for (size_t at = 0; at < step->size; at += chunk) {
        if (send(fd, step->text + at, chunk, MSG_NOSIGNAL) < 0)
            return;
        usleep((useconds_t)step->ms * 1000);
    }
}

static void hear(int fd) {
    uint8_t bytes[4096];
    if (recv(fd, bytes, sizeof bytes, 0) < 0)
        return;
}

static void play(int fd, const struct peer_step *step) {
    for (; step->what != PEER_END; step++) {
        if (step->what == PEER_HEAR)
            hear(fd);
        else if (step->what == PEER_SLEEP)
            usleep((useconds_t)step->ms * 1000);
        else if (step->what == PEER_RESET)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
        else
            say(fd, step);
    }
    close(fd);
}

struct peer peer_start(const struct peer_step *script) {
    struct sockaddr_in at;
    int listener = listen_on(16, &at);
    pid_t pid = fork();
    if (pid < 0)
        abort();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGCHLD, SIG_IGN);
        for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd))
            if (fork() == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                play(fd, script);
                _exit(0);
            }
        _exit(0);
    }
    close(listener);
    return (struct peer){pid, ntohs(at.sin_port)};
}

void peer_stop(struct peer peer) {
    kill(peer.pid, SIGKILL);
    waitpid(peer.pid, NULL, 0);
}

int port_closed(void) {
    struct sockaddr_in at;
    close(listen_on(1, &at));
    return ntohs(at.sin_port);
}

int port_silent(int descriptors[4]) {
    struct sockaddr_in at;
    descriptors[0] = listen_on(0, &at);
    for (int i = 1; i < 4; i++) {
        descriptors[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (connect(descriptors[i], (struct sockaddr *)&at, sizeof at) != 0)
            poll(&(struct pollfd){.fd = descriptors[i], .events = POLLOUT}, 1, 50);
    }
    return ntohs(at.sin_port);
}
