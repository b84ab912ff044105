/* Who may knock at an address, in which order, and what a silent one changes: probe/turns.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "probe/turns.h"

enum { SEATS = 6 };

struct seat { /* one who wants a turn */
    struct turn turn;
    int place;               /* in the order of being called; 0: not called */
    struct seat *gives_back; /* when called; NULL: nobody */
};

static int calls;

static void on_called(struct turn *turn) {
    struct seat *seat = (struct seat *)turn;
    seat->place = ++calls;
    if (seat->gives_back != NULL)
        turn_give_back(&seat->gives_back->turn);
}

static struct sockaddr_storage to(const char *address, int port) {
    struct sockaddr_storage storage = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
    if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
    } else {
        memset(&storage, 0, sizeof storage);
        assert_int_equal(inet_pton(AF_INET, address, &v4->sin_addr), 1);
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
    }
    return storage;
}

static bool takes(struct turns *turns, struct seat *seat, const char *address, int port) {
    struct sockaddr_storage where = to(address, port);
    *seat = (struct seat){.turn = {.called = on_called}};
    return turn_take(turns, &where, &seat->turn);
}

static struct turns *opened(int most) {
    calls = 0;
    return turns_new(most);
}

static void in_the_order_of_coming(void **state) {
    struct turns *turns = opened(2);
    struct seat s[SEATS];
    (void)state;
    for (int i = 0; i < SEATS; i++)
        assert_int_equal(takes(turns, &s[i], "192.0.2.1", 8443), i < 2);
    turn_give_back(&s[3].turn); /* leaves the line: nobody is called */
    assert_int_equal(calls, 0);
    turn_give_back(&s[1].turn);
    assert_int_equal(s[2].place, 1);
    turn_give_back(&s[0].turn);
    assert_int_equal(s[4].place, 2); /* the third has left */
    assert_int_equal(s[5].place, 0);
    turn_give_back(&s[4].turn);
    assert_int_equal(s[5].place, 3);
    turn_give_back(&s[2].turn);
    turn_give_back(&s[5].turn);
    turn_give_back(&s[5].turn); /* twice is nothing */
    assert_int_equal(calls, 3);
    turns_free(turns);
}

static void an_address_is_the_box_whatever_the_port(void **state) {
    struct turns *turns = opened(1);
    struct seat s[4];
    (void)state;
    assert_true(takes(turns, &s[0], "192.0.2.1", 8443));
    assert_false(takes(turns, &s[1], "192.0.2.1", 5061));
    assert_true(takes(turns, &s[2], "192.0.2.2", 8443));
    assert_true(takes(turns, &s[3], "2001:db8::1", 8443));
    for (int i = 0; i < 4; i++)
        turn_give_back(&s[i].turn);
    assert_int_equal(s[1].place, 1); /* called when the first left */
    turns_free(turns);
}

static void a_silent_address_keeps_nobody_waiting(void **state) {
    struct turns *turns = opened(1);
    struct seat s[SEATS];
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(takes(turns, &s[i], "192.0.2.1", 8443), i == 0);
    turn_timed_out(&s[2].turn); /* it stands in line and has tried nothing */
    assert_int_equal(calls, 0);
    turn_timed_out(&s[0].turn);
    assert_int_equal(calls, 3);
    assert_true(takes(turns, &s[4], "192.0.2.1", 8443));
    turn_answered(&s[4].turn); /* it lives: from now on in line again */
    assert_false(takes(turns, &s[5], "192.0.2.1", 8443));
    for (int i = 0; i < 4; i++)
        turn_give_back(&s[i].turn);
    assert_int_equal(s[5].place, 0);
    turn_give_back(&s[4].turn);
    assert_int_equal(s[5].place, 4);
    turn_give_back(&s[5].turn);
    turns_free(turns);
}

static void who_is_called_may_give_back_at_once(void **state) {
    struct turns *turns = opened(1);
    struct seat s[4];
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(takes(turns, &s[i], "192.0.2.1", 8443), i == 0);
    for (int i = 1; i < 4; i++)
        s[i].gives_back = &s[i]; /* it failed before anything was sent */
    turn_give_back(&s[0].turn);
    assert_int_equal(s[3].place, 3);
    assert_true(takes(turns, &s[0], "192.0.2.1", 8443));
    turn_give_back(&s[0].turn);
    turns_free(turns);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_order_of_coming),
        cmocka_unit_test(an_address_is_the_box_whatever_the_port),
        cmocka_unit_test(a_silent_address_keeps_nobody_waiting),
        cmocka_unit_test(who_is_called_may_give_back_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
