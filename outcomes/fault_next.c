/* Which command confirms the cause, or checks the mend? Complete, with the options of this run. See
 * fault_rules.h. */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "outcomes/outcome_units.h"

/* Words that a shell leaves as they are. */
static bool is_plain(const char *word) {
    return *word != 0 && word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                           "-_./:=,@%+")] == 0;
}

static char *quoted(struct arena *arena, const char *word) {
    if (is_plain(word))
        return arena_text(arena, word);
    char *out = arena_text(arena, "'");
    for (const char *p = word; *p != 0; p++)
        out = *p == '\'' ? arena_printf(arena, "%s'\\''", out) : arena_printf(arena, "%s%c", out, *p);
    return arena_printf(arena, "%s'", out);
}

static char *add(struct arena *arena, char *line, const char *word) {
    return arena_printf(arena, "%s %s", line, quoted(arena, word));
}

/* Options of any command that change what is met, not what is asked: they belong to every next command. */
static bool goes_along(const char *word) {
    static const char *const along[] = {
        "--resolver=", "--connect-to=", "--release=", "--vantage=", "--timeout=", "--ipv4", "--ipv6"};
    for (size_t i = 0; i < sizeof along / sizeof *along; i++)
        if (text_starts(word, along[i]))
            return true;
    return false;
}

static char *with_ways(const struct facts *facts, struct arena *arena, char *line) {
    for (size_t i = 0; i < facts->run.words.n; i++)
        if (goes_along(facts->run.words.v[i]))
            line = add(arena, line, facts->run.words.v[i]);
    return line;
}

/* The same again: it judges the mend. */
static char *again(const struct facts *facts, struct arena *arena) {
    char *line = arena_printf(arena, "edgeprobe %s", text_or(facts->run.command, "check"));
    for (size_t i = 0; i < facts->run.words.n; i++)
        line = add(arena, line, facts->run.words.v[i]);
    if (facts->run.words.n == 0 && facts->run.target != NULL) /* a save from before words were kept */
        line = add(arena, line, facts->run.target);
    return line;
}

/* Bundles hold all that a zone is judged by: they are written as a deployment, which the live check takes. */
static char *zone_of_bundles(const struct facts *facts, struct arena *arena) {
    char *line = arena_text(arena, "edgeprobe bundle");
    size_t files = 0;
    for (size_t i = 0; i < facts->run.words.n; i++)
        if (!text_starts(facts->run.words.v[i], "-")) {
            line = add(arena, line, facts->run.words.v[i]);
            files++;
        }
    if (files == 0)
        line = arena_printf(arena, "%s FILE...", line);
    line = arena_printf(arena,
                        "%s --write-deployment deployment.yaml && edgeprobe check -f deployment.yaml "
                        "--vantage=internal",
                        line);
    return line;
}

static bool is_of_bundles(const struct facts *facts) {
    return facts->bundles.n > 0;
}

static const char *file_word(const struct facts *facts) {
    for (size_t i = 0; i < facts->run.words.n; i++)
        if (text_starts(facts->run.words.v[i], "--file="))
            return facts->run.words.v[i];
    return NULL;
}

static char *zone_of_edge(const struct facts *facts, struct arena *arena, const char *host) {
    const struct deployment *d = facts->deployment;
    if (is_of_bundles(facts))
        return zone_of_bundles(facts, arena);
    const char *verify = d != NULL && d->zones.n > 0 ? d->zones.v[0]->tls_verify_name : NULL;
    char *line = add(arena, arena_text(arena, "edgeprobe zone --peer-address"), host);
    if (verify != NULL)
        line = add(arena, line, arena_printf(arena, "--tls-verify-name=%s", verify));
    line = arena_printf(arena, "%s --c-trust FILE --e-trust FILE --c-cert FILE", line);
    return with_ways(facts, arena, line);
}

/* Nothing that is looked at again changes: a capture, a bundle, who came in. */
static bool is_of_the_past(const struct facts *facts) {
    return facts->captures.n + facts->bundles.n + facts->callers.n > 0;
}

static char *live(const struct facts *facts, struct arena *arena, const struct finding *f) {
    const struct endpoint *e = f->endpoint;
    if (e != NULL && (e->leg == LEG_ZONE || e->leg == LEG_TUNNEL))
        return zone_of_edge(facts, arena, e->host);
    if (f->domain != NULL)
        return with_ways(facts, arena, add(arena, arena_text(arena, "edgeprobe check"), f->domain));
    if (e != NULL)
        return with_ways(facts, arena, add(arena, arena_text(arena, "edgeprobe check"), e->id));
    if (facts->deployment != NULL && facts->deployment->zones.n > 0 &&
        facts->deployment->zones.v[0]->peers.n > 0)
        return zone_of_edge(facts, arena, facts->deployment->zones.v[0]->peers.v[0]);
    if (is_of_bundles(facts))
        return zone_of_bundles(facts, arena);
    return again(facts, arena);
}

/* Of many domains that fail alike the first will do to confirm the cause. */
static bool is_of_many_domains(const struct facts *facts, const struct fault *fault) {
    enum { FEW = 3 };
    return facts->domains.n > FEW && fault->root->domain != NULL && fault->root->endpoint == NULL;
}

static char *next_of(const struct facts *facts, struct arena *arena, const struct fault *fault) {
    const struct finding *f = fault->root;
    bool is_behind =
        (strcmp(f->check->id, "mra.edge-config") == 0 || strcmp(f->check->id, "mra.edge-sso") == 0) &&
        word_in("path-down status-502 status-503 status-504", f->cause->id);
    const char *file = file_word(facts); /* what it says is part of the question */
    bool has_zone = facts->deployment != NULL && facts->deployment->zones.n > 0;
    if (is_behind && !has_zone && file == NULL && f->endpoint != NULL)
        return zone_of_edge(facts, arena, f->endpoint->host);
    if (is_of_many_domains(facts, fault)) {
        char *line = arena_printf(arena, "edgeprobe %s", text_or(facts->run.command, "check"));
        if (file != NULL)
            line = add(arena, line, file);
        return with_ways(facts, arena, add(arena, line, f->domain));
    }
    return is_of_the_past(facts) ? live(facts, arena, f) : again(facts, arena);
}

char *fault_next(const struct facts *facts, struct arena *arena, const struct fault *fault, bool *is_again) {
    char *next = next_of(facts, arena, fault);
    *is_again = strcmp(next, again(facts, arena)) == 0;
    return next;
}
