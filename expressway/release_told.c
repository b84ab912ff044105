/* Which release do the Expressways themselves say they run? See release_told.h. */
#include "expressway/release_told.h"

#include <string.h>

#include "catalogue/release.h"

char *release_of_server(struct arena *arena, const char *server) {
    int number;
    const char *at = server == NULL || strncmp(server, "TANDBERG/", 9) != 0 ? NULL : strstr(server, "(X");
    char *release =
        at == NULL ? NULL : arena_textn(arena, at + strlen("("), strspn(at + strlen("("), "X0123456789."));
    return release_read(release, &number) ? release : NULL;
}

static char *told_by(struct arena *arena, const struct endpoint *endpoint) {
    char *release = endpoint->sip == NULL ? NULL : release_of_server(arena, endpoint->sip->server);
    for (size_t i = 0; release == NULL && i < endpoint->http.n; i++)
        release = release_of_server(arena, endpoint->http.v[i]->server);
    return release;
}

char *release_told(const struct facts *facts, struct arena *arena, const struct endpoint **by) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *endpoint = facts->endpoints.v[i];
        char *release = endpoint->role == ROLE_EXPRESSWAY_E ? told_by(arena, endpoint) : NULL;
        if (release == NULL)
            continue;
        *by = endpoint;
        return release;
    }
    return NULL;
}

void release_settle(struct facts *facts) {
    const struct endpoint *by;
    if (facts->run.release_from == NULL || strcmp(facts->run.release_from, "default") != 0)
        return;
    char *release = release_told(facts, facts->arena, &by);
    if (release == NULL)
        return;
    facts->run.release = release;
    facts->run.release_from = arena_text(facts->arena, "server");
}
