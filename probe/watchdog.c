/* What if the loop does not come to turn any more? See watchdog.h. */
#include "probe/watchdog.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "facts/memory.h"

enum { OBEY_MS = 2000, HEARTBEAT_MS = 10000, SIGNALS = 32 };

/* A signal handler has nothing but what stands still: this, and what it calls is async-signal-safe. */
static struct {
    timer_t wall, processor;
    bool has_wall, has_processor;
    int turn_ms;
    volatile sig_atomic_t came; /* the signal that is to be obeyed; 0: none */
    void (*next[SIGNALS])(int);
} dog;

static void set(timer_t timer, int ms) {
    struct itimerspec when = {.it_value = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}};
    timer_settime(timer, 0, &when, NULL);
}

static void on_alarm(int number) {
    sigset_t one;
    (void)number;
    if (dog.came == 0)
        end_at_once("the run did not end with its deadline; what kept it busy is a fault of edgeprobe's");
    sigemptyset(&one);
    sigaddset(&one, dog.came);
    signal(dog.came, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    raise(dog.came);
}

/* False where the kernel gives no timer: then there is no last resort. */
static bool open_timer(clockid_t clock, timer_t *timer, bool *has) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigset_t alarm;
    if (*has)
        return true;
    sigemptyset(&action.sa_mask);
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM); /* whoever started us may have held it back */
    if (sigaction(SIGALRM, &action, NULL) != 0 || pthread_sigmask(SIG_UNBLOCK, &alarm, NULL) != 0 ||
        timer_create(clock, &event, timer) != 0)
        return false;
    *has = true;
    return true;
}

void watchdog_arm(int ms) {
    dog.came = 0;
    if (open_timer(CLOCK_MONOTONIC, &dog.wall, &dog.has_wall))
        set(dog.wall, ms < 1 ? 1 : ms);
}

void watchdog_disarm(void) {
    if (dog.has_wall)
        set(dog.wall, 0);
    dog.came = 0;
}

static void on_signal(int number) {
    dog.came = number;
    set(dog.wall, OBEY_MS);
    dog.next[number](number);
}

void watchdog_hear(int number) {
    struct sigaction action;
    if (number >= SIGNALS || !open_timer(CLOCK_MONOTONIC, &dog.wall, &dog.has_wall) ||
        sigaction(number, NULL, &action) != 0 || (action.sa_flags & SA_SIGINFO) != 0 ||
        action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN || action.sa_handler == on_signal)
        return;
    dog.next[number] = action.sa_handler;
    action.sa_handler = on_signal;
    sigaction(number, &action, NULL);
}

static void on_heartbeat(uv_timer_t *timer) {
    (void)timer;
    set(dog.processor, dog.turn_ms);
}

void watchdog_follow(struct watchdog *watchdog, uv_loop_t *loop, int turn_ms) {
    dog.turn_ms = turn_ms;
    uv_timer_init(loop, &watchdog->timer);
    if (!open_timer(CLOCK_PROCESS_CPUTIME_ID, &dog.processor, &dog.has_processor))
        return;
    set(dog.processor, dog.turn_ms);
    uv_timer_start(&watchdog->timer, on_heartbeat, HEARTBEAT_MS, HEARTBEAT_MS);
    uv_unref((uv_handle_t *)&watchdog->timer);
}

void watchdog_leave(struct watchdog *watchdog) {
    uv_loop_t *loop = watchdog->timer.loop;
    if (dog.has_processor)
        set(dog.processor, 0);
    uv_close((uv_handle_t *)&watchdog->timer, NULL);
    uv_run(loop, UV_RUN_DEFAULT); /* lets it go */
}
