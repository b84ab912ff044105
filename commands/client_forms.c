/* See client_forms.h. Profiles and strings know suites by number; OpenSSL wants names with colons. */
#include "commands/client_forms.h"

#include "checks/cipher.h"

static char *joined(struct arena *arena, char *list, const char *name) {
    return *list == '\0' ? arena_text(arena, name) : arena_printf(arena, "%s:%s", list, name);
}

/* Up to TLS 1.2 one list serves all versions; a client's older ones hold nothing that the newest has not. */
static char *suites_of(struct arena *arena, const struct cipher_side *side, int oldest, int newest) {
    struct texts all = {NULL, 0};
    char *list = arena_text(arena, "");
    for (int version = newest; version >= oldest; version--)
        for (size_t i = 0; i < side->suites[version - SSL3].n; i++) {
            const struct suite *suite = suite_by_id(side->suites[version - SSL3].v[i]);
            if (suite == NULL || suite->openssl == NULL || texts_has(&all, suite->openssl))
                continue;
            texts_add(arena, &all, suite->openssl);
            list = joined(arena, list, suite->openssl);
        }
    return list;
}

static char *names_of(struct arena *arena, const struct texts *names) {
    char *list = NULL;
    for (size_t i = 0; i < names->n; i++)
        list = list == NULL ? arena_text(arena, names->v[i]) : joined(arena, list, names->v[i]);
    return list;
}

static struct client_form form_of(struct arena *arena, const struct cipher_client *client) {
    const struct cipher_side *side = &client->side;
    struct client_form form = {.name = client->name};
    for (int version = SSL3; version <= TLS13; version++) {
        if (side->suites[version - SSL3].n == 0)
            continue;
        form.oldest = form.oldest == 0 ? version : form.oldest;
        form.newest = version;
    }
    form.suites13 = suites_of(arena, side, TLS13, TLS13);
    form.suites12 = suites_of(arena, side, SSL3, TLS12);
    if (*form.suites12 != '\0')
        form.suites12 = arena_printf(arena, "%s:@SECLEVEL=0", form.suites12);
    form.groups = names_of(arena, side->groups13.n > 0 ? &side->groups13 : &side->groups12);
    form.signatures = names_of(arena, &side->signatures);
    return form;
}

void client_forms_add(const struct facts *facts, struct probe_options *probe) {
    struct arena *arena = facts->arena;
    struct cipher_clients clients = {NULL, 0};
    cipher_clients_of(facts, arena, &clients);
    struct client_form *forms = arena_alloc(arena, (clients.n + 1) * sizeof *forms);
    probe->client_count = 0;
    for (size_t i = 0; i < clients.n; i++)
        if (!clients.v[i]->is_empty)
            forms[probe->client_count++] = form_of(arena, clients.v[i]);
    probe->clients = forms;
}
