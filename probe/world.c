/* What do the parts of probe/ share while a run is going on? Pieces of work and handles counted, memory,
 * words, where
 * --connect-to leads. See world.h; run.c opens the parts and ends the run. */
#include "probe/world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/memory.h"

void *world_alloc(void *old, size_t size) {
    void *memory = realloc(old, size);
    if (memory == NULL)
        memory_is_out();
    return memory;
}

const char world_over[] = "not finished within --deadline";

void world_progress(struct world *world, const char *format, ...) {
    char text[512];
    va_list args;
    if (world->options->progress == NULL || world->options->tells_waits)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    world->options->progress(world->options->progress_context, text);
}

int world_ms_since(const struct world *world, uint64_t start_ns) {
    (void)world;
    return (int)((uv_hrtime() - start_ns + 999999) / 1000000);
}

bool world_is_address(const char *host) {
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

void world_connect_to(const struct world *world, const char **host, int *port) {
    const struct probe_options *options = world->options;
    for (size_t i = 0; i < options->connect_to_count; i++) {
        const struct connect_to *map = &options->connect_to[i];
        if ((*map->host != '\0' && !text_same_case_blind(map->host, *host)) ||
            (map->port != 0 && map->port != *port))
            continue;
        if (*map->to_host != '\0')
            *host = map->to_host;
        if (map->to_port != 0)
            *port = map->to_port;
        return;
    }
}

/* What one target may keep is bounded (arena_limit()): beyond it this run ends, and no other. */
static void memory_check(struct world *world) {
    if (arena_is_exhausted(world->arena) && !world->ending)
        world->run->on_exhausted(world);
}

void world_begin(struct world *world) {
    world->busy++;
    memory_check(world);
}

void world_end(struct world *world) {
    memory_check(world);
    if (--world->busy == 0)
        world->run->on_idle(world);
}

void world_closed(struct world *world) {
    if (--world->closing == 0 && world->ending)
        world->run->on_closed(world);
}

static void on_closed(uv_handle_t *handle) {
    world_closed(handle->data);
}

void world_close(struct world *world, uv_handle_t *handle) {
    handle->data = world;
    world->closing++;
    uv_close(handle, on_closed);
}
