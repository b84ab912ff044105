/* Does the last resort end what does not end, in words or as the signal would have, and nothing else? */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/memory.h"
#include "probe/watchdog.h"

static const char words[] =
    "the run did not end with its deadline; what kept it busy is a fault of edgeprobe's\n";

/* Runs it in a process of its own; what it wrote to standard output and error is in `said`. */
static int ended(void (*run)(void), char *said, size_t size) {
    int both[2], status = 0;
    size_t length = 0;
    assert_int_equal(pipe(both), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(both[1], STDOUT_FILENO);
        dup2(both[1], STDERR_FILENO);
        close(both[0]);
        close(both[1]);
        run();
        _exit(0);
    }
    close(both[1]);
    for (ssize_t n; length < size - 1 && (n = read(both[0], said + length, size - 1 - length)) > 0;)
        length += (size_t)n;
    said[length] = 0;
    close(both[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void wait_for_ever(void) {
    for (;;)
        pause();
}

static void spin(void) {
    for (volatile unsigned long n = 0;;)
        n++;
}

/* ---- a run with a deadline ---- */

static void too_long(void) {
    watchdog_arm(20);
    spin();
}

static void too_long_for_a_plugin(void) {
    last_words_begin("EDGEPROBE UNKNOWN - ");
    too_long();
}

static void held_back(void) { /* as whoever started us may have left it */
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm, NULL);
    too_long();
}

static void on_time(uv_timer_t *timer) {
    uv_close((uv_handle_t *)timer, NULL);
}

static void in_time(void) {
    uv_loop_t loop;
    uv_timer_t timer;
    watchdog_arm(20);
    watchdog_disarm();
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, on_time, 60, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void test_deadline(void **state) {
    char said[512];
    (void)state;
    int status = ended(too_long, said, sizeof said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    assert_string_equal(said, strcat(strcpy((char[256]){0}, "edgeprobe: "), words));
    status = ended(held_back, said, sizeof said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    status = ended(too_long_for_a_plugin, said, sizeof said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    assert_ptr_equal(strstr(said, "EDGEPROBE UNKNOWN - the run did not end"), said);
    status = ended(in_time, said, sizeof said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_string_equal(said, "");
}

/* ---- a loop without one ---- */

static void one_turn(bool too_much) {
    uv_loop_t loop;
    uv_timer_t timer;
    struct watchdog watchdog;
    uv_loop_init(&loop);
    watchdog_follow(&watchdog, &loop, 50);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, on_time, too_much ? 0 : 100, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    if (too_much)
        spin();
    watchdog_leave(&watchdog);
    if (uv_loop_close(&loop) != 0)
        _exit(7);
}

static void turn_too_long(void) {
    one_turn(true);
}

static void turns(void) {
    one_turn(false);
}

static void test_turn(void **state) {
    char said[512];
    (void)state;
    int status = ended(turn_too_long, said, sizeof said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    status = ended(turns, said, sizeof said); /* waiting takes no processor time */
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- ^C ---- */

static void on_signal(uv_signal_t *watched, int number) {
    (void)number;
    uv_close((uv_handle_t *)watched, NULL);
    watchdog_disarm();
    if (write(STDOUT_FILENO, "heard\n", 6) != 6)
        _exit(7);
}

static void interrupted(bool turns_again) {
    uv_loop_t loop;
    uv_signal_t watched;
    uv_loop_init(&loop);
    uv_signal_init(&loop, &watched);
    uv_signal_start(&watched, on_signal, SIGINT);
    watchdog_hear(SIGINT);
    watchdog_hear(SIGINT); /* twice is once */
    raise(SIGINT);
    if (!turns_again)
        wait_for_ever();
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void obeyed(void) {
    interrupted(true);
}

static void not_obeyed(void) {
    interrupted(false);
}

static void test_interrupt(void **state) {
    char said[512];
    (void)state;
    int status = ended(obeyed, said, sizeof said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_string_equal(said, "heard\n");
    status = ended(not_obeyed, said, sizeof said);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    assert_string_equal(said, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_turn),
        cmocka_unit_test(test_interrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
