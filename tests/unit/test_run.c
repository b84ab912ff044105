/* Can several runs share one loop, each with its own end? Ports where nobody listens: no server is needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <uv.h>

#include "probe/probe.h"

enum { RUNS = 3, TINY = 1 };

struct run_seen {
    struct facts *facts;
    struct probe_options options;
    const char *error;
    int ended;
};

static void on_end(void *context, const char *error) {
    struct run_seen *seen = context;
    seen->ended++;
    seen->error = error;
}

/* A zone with one peer on a port of our own loopback that is closed. */
static void prepare(struct run_seen *seen) {
    static const char *const resolvers[] = {"127.0.0.1:9"};
    struct facts *facts = facts_new();
    facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    zone->name = arena_text(facts->arena, "one");
    zone->type = ZONE_TRAVERSAL;
    zone->port = 9;
    texts_add(facts->arena, &zone->peers, "127.0.0.1");
    LIST_ADD(facts->arena, &facts->deployment->zones, zone);
    facts->run.scope.zones_only = true;
    *seen = (struct run_seen){.facts = facts,
                              .options = {.resolvers = resolvers,
                                          .resolver_count = 1,
                                          .timeout_ms = 2000,
                                          .deadline_ms = 4000,
                                          .family = 4}};
}

static void runs_share_a_loop(void **state) {
    (void)state;
    struct run_seen seen[RUNS];
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    for (size_t i = 0; i < RUNS; i++) {
        prepare(&seen[i]);
        assert_non_null(probe_start(&loop, seen[i].facts, &seen[i].options, on_end, &seen[i]));
        assert_int_equal(seen[i].ended, 0); /* never from within probe_start() */
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0); /* nothing of any run is left on it */
    for (size_t i = 0; i < RUNS; i++) {
        assert_int_equal(seen[i].ended, 1);
        assert_null(seen[i].error);
        assert_int_equal(seen[i].facts->endpoints.n, 1);
        assert_int_equal(seen[i].facts->endpoints.v[0]->tcp.state, TCP_REFUSED);
        facts_free(seen[i].facts);
    }
}

/* One target takes more memory than it may: it ends with an error, and its neighbour does not notice. */
static void out_of_memory_is_one_runs_error(void **state) {
    (void)state;
    struct run_seen hungry, other;
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    prepare(&hungry);
    prepare(&other);
    arena_limit(hungry.facts->arena, TINY);
    probe_start(&loop, hungry.facts, &hungry.options, on_end, &hungry);
    probe_start(&loop, other.facts, &other.options, on_end, &other);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(hungry.ended, 1);
    assert_string_equal(hungry.error, "out of memory");
    assert_int_equal(other.ended, 1);
    assert_null(other.error);
    facts_free(hungry.facts);
    facts_free(other.facts);
}

static void a_stopped_run_ends_once(void **state) {
    (void)state;
    struct run_seen seen;
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    prepare(&seen);
    probe_stop(probe_start(&loop, seen.facts, &seen.options, on_end, &seen));
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(seen.ended, 1);
    facts_free(seen.facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(runs_share_a_loop),
                                       cmocka_unit_test(out_of_memory_is_one_runs_error),
                                       cmocka_unit_test(a_stopped_run_ends_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
