/* What has to be done about a fault? The steps of all its findings as one list, each once, fitted to what was
 * seen: all CAs that are missing at once, one rule for all ports of a firewall, the alert that came and no
 * other, no step that another port disproves. See fault_rules.h. */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "checks/advice.h"
#include "facts/services.h"

enum {
    MERGED_MAX = 32,
    DOMAINS_EACH = 2 /* of so many the steps are told for each */
};

/* ---- guidance of several as one ---- */

static size_t place_of(const struct texts *texts, const char *text) {
    size_t i = 0;
    while (i < texts->n && strcmp(texts->v[i], text) != 0)
        i++;
    return i;
}

static void insert(struct arena *arena, struct texts *texts, size_t at, const char *text) {
    texts_add(arena, texts, text);
    for (size_t i = texts->n - 1; i > at; i--) {
        char *moved = texts->v[i];
        texts->v[i] = texts->v[i - 1];
        texts->v[i - 1] = moved;
    }
}

/* A line that the others do not have goes behind the one that it follows. */
static void merge(struct arena *arena, struct texts *all, const char *const *lines) {
    size_t next = 0;
    for (; *lines != NULL; lines++) {
        size_t at = place_of(all, *lines);
        if (at == all->n && all->n < MERGED_MAX)
            insert(arena, all, at = next, *lines);
        next = at < all->n ? at + 1 : next;
    }
}

static const char *const *list_of(struct arena *arena, const struct texts *texts) {
    const char **list = arena_alloc(arena, (texts->n + 1) * sizeof *list);
    for (size_t i = 0; i < texts->n; i++)
        list[i] = texts->v[i];
    return list;
}

const char *const *lines_merged(struct arena *arena, const struct finding *const *findings, size_t n,
                                lines_fn of) {
    struct texts all = {NULL, 0};
    for (size_t i = 0; i < n; i++)
        merge(arena, &all, of(findings[i]));
    return list_of(arena, &all);
}

static const char *const *affects_of(const struct finding *f) {
    return f->affects;
}

static const char *const *fix_of(const struct finding *f) {
    return f->fix;
}

static const char *const *restart_of(const struct finding *f) {
    return f->restart;
}

/* ---- fitted to what was seen ---- */

/* On which boxes a step is that was filled anew. */
struct known_step {
    const char *text;
    unsigned on;
};

struct fixing {
    const struct facts *facts;
    struct arena *arena;
    LIST_OF(struct known_step) known; /* steps that no finding has in these words */
};

/* The tunnel needs every CA in the list where the zone takes some from the wire: the fix names them all. */
static void missing_join(struct arena *arena, const struct fault *fault, struct subject *subject) {
    const char *box = fault_box_of(fault->root), *other;
    const char *words = NULL;
    struct texts all = {NULL, 0};
    for (size_t k = 0; k < fault->same.n + fault->consequences.n; k++) {
        struct finding *f = k < fault->same.n ? fault->same.v[k] : fault->consequences.v[k - fault->same.n];
        const json_t *missing = json_object_get(f->evidence, "missing");
        other = fault_box_of(f);
        if (box == NULL || other == NULL || strcmp(box, other) != 0)
            continue;
        for (size_t i = 0; i < json_array_size(missing); i++) {
            const char *name = json_string_value(json_object_get(json_array_get(missing, i), "subject"));
            if (name != NULL && all.n < 8 && !texts_has(&all, name))
                texts_add(arena, &all, name);
        }
    }
    for (size_t i = 0; i < all.n; i++)
        words = words == NULL ? arena_printf(arena, "\"%s\"", all.v[i])
                              : arena_printf(arena, "%s, \"%s\"", words, all.v[i]);
    if (words != NULL)
        subject->values[PUT_MISSING] = words;
}

/* Another port of the host answers, or another address: the service as a whole is on, and a step that
 * switches it on is no fix. */
static bool is_disproved(const struct facts *facts, const struct fault *fault, const char *step) {
    const struct endpoint *e = fault->root->endpoint;
    bool is_mode = strstr(step, "mode Mobile and remote access") != NULL,
         is_sip = strstr(step, "Protocols > SIP: TLS mode On") != NULL;
    if (strcmp(fault->root->check->id, "net.connect") != 0 || e == NULL || e->leg != LEG_CLIENT ||
        !(is_mode || is_sip))
        return false;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *o = facts->endpoints.v[i];
        if (o->leg == LEG_CLIENT && strcmp(o->host, e->host) == 0 && o->tcp.state == TCP_CONNECTED &&
            (is_mode || o->port == PORT_SIP_TLS))
            return true;
    }
    return false;
}

/* "unknown_ca or certificate_unknown: …" is a step for those alerts alone; the one that came is known: NULL
 * for another one, else what behind the colon is to be done. */
static const char *step_of_alert(const struct fault *fault, const char *step) {
    const struct endpoint *e = fault->root->endpoint;
    const char *seen = NULL;
    size_t length = strcspn(step, ":");
    if (strcmp(fault->root->check->id, "tls.client-auth") != 0 || step[length] == 0 ||
        strcspn(step, "_") >= length)
        return step;
    for (size_t i = 0; seen == NULL && e != NULL && i < e->variants.n; i++)
        if (e->variants.v[i]->purpose == PURPOSE_CLIENT_CERT && e->variants.v[i]->alert != NULL)
            seen = e->variants.v[i]->alert->name;
    const char *found = seen == NULL ? NULL : strstr(step, seen);
    return seen == NULL                             ? step
           : found == NULL || found > step + length ? NULL
                                                    : step + length + strspn(step + length, ": ");
}

static void know(struct fixing *s, const char *text, unsigned on) {
    struct known_step *step = ARENA_NEW(s->arena, struct known_step);
    *step = (struct known_step){text, on};
    LIST_ADD(s->arena, &s->known, step);
}

static const char *const *fill_known(struct fixing *s, const struct guidance_line *lines,
                                     const struct subject *subject) {
    struct steps steps = steps_fill(s->arena, lines, subject);
    for (size_t i = 0; steps.texts[i] != NULL; i++)
        know(s, steps.texts[i], steps.v[i].marks.on);
    return steps.texts;
}

static unsigned on_in(const struct finding_list *list, const char *step) {
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; list->v[i]->fix[k] != NULL; k++)
            if (list->v[i]->steps != NULL && strcmp(list->v[i]->fix[k], step) == 0)
                return list->v[i]->steps[k].marks.on;
    return STEP_NOTHING;
}

static unsigned on_of(const struct fixing *s, const struct fault *fault, const char *step) {
    unsigned on = step == NULL ? STEP_NOTHING : on_in(&fault->same, step);
    for (size_t i = 0; step != NULL && i < s->known.n && on == STEP_NOTHING; i++)
        if (strcmp(s->known.v[i]->text, step) == 0)
            on = s->known.v[i]->on;
    return on != STEP_NOTHING || step == NULL ? on : on_in(&fault->consequences, step);
}

static size_t steps_of(const char *const *steps) {
    size_t n = 0;
    while (steps[n] != NULL)
        n++;
    return n;
}

static const char *const *steps_left(struct fixing *s, const struct fault *fault) {
    size_t n = steps_of(fault->fix), kept = 0;
    const char **steps = arena_alloc(s->arena, (n + 1) * sizeof *steps);
    for (size_t i = 0; i < n; i++) {
        const char *step = step_of_alert(fault, fault->fix[i]);
        if (step == NULL || is_disproved(s->facts, fault, fault->fix[i]))
            continue;
        if (step != fault->fix[i])
            know(s, step, on_of(s, fault, fault->fix[i]));
        steps[kept++] = step;
    }
    return steps;
}

/* Where other addresses of the host answer, users notice something else than where none does, and the mend
 * begins with the address. */
static void parts_tell(struct fixing *s, struct fault *fault) {
    for (size_t i = 0; i < fault->consequences.n; i++) {
        struct finding *f = fault->consequences.v[i];
        if (strcmp(f->check->id, "net.all-addresses") != 0 ||
            strcmp(fault->root->check->id, "net.connect") != 0)
            continue;
        size_t n = steps_of(f->fix), own = steps_of(fault->fix);
        const char **steps = arena_alloc(s->arena, (n + own + 1) * sizeof *steps);
        for (size_t k = 0; k < n + own; k++)
            steps[k] = k < n ? f->fix[k] : fault->fix[k - n];
        fault->affects = f->affects;
        fault->fix = steps;
        return;
    }
}

/* An edge's own name was given in place of a service domain: that comes first. */
static void edge_name_tell(struct fixing *s, struct fault *fault) {
    const char *domain = fault->root->domain;
    if (json_object_get(fault->root->evidence, "has_address") == NULL || domain == NULL)
        return;
    size_t n = steps_of(fault->fix);
    const char **steps = arena_alloc(s->arena, (n + 2) * sizeof *steps);
    steps[0] = arena_printf(
        s->arena,
        "If it is the Expressway-E: edgeprobe check SERVICE-DOMAIN, where users log in; or, with no record "
        "yet: edgeprobe check SERVICE-DOMAIN --edge %s",
        domain);
    know(s, steps[0], STEP_EXPRESSWAY_E);
    for (size_t i = 0; i <= n; i++)
        steps[i + 1] = fault->fix[i];
    fault->fix = steps;
}

static struct texts domains_of(struct arena *arena, const struct fault *fault) {
    struct texts domains = {NULL, 0};
    for (size_t i = 0; i < fault->same.n; i++)
        if (fault->same.v[i]->domain != NULL && !texts_has(&domains, fault->same.v[i]->domain))
            texts_add(arena, &domains, fault->same.v[i]->domain);
    return domains;
}

/* Forty domains with one cause have one fix, and a list: not each step forty times. */
static void domains_join(struct fixing *s, struct fault *fault) {
    struct texts domains = domains_of(s->arena, fault);
    size_t n = steps_of(fault->root->fix);
    char *others = NULL;
    if (domains.n <= DOMAINS_EACH || steps_of(fault->fix) <= n)
        return;
    for (size_t i = 0; i < domains.n; i++)
        if (fault->root->domain == NULL || strcmp(domains.v[i], fault->root->domain) != 0)
            others = others == NULL ? arena_text(s->arena, domains.v[i])
                                    : arena_printf(s->arena, "%s, %s", others, domains.v[i]);
    const char **steps = arena_alloc(s->arena, (n + 2) * sizeof *steps);
    for (size_t i = 0; i < n; i++)
        steps[i] = fault->root->fix[i];
    steps[n] = arena_printf(s->arena, "The same for %s", others);
    steps[n + 1] = NULL;
    fault->fix = steps;
}

/* "ports 5061, 5222, 8443": those of the same address that the fault is of; NULL: that one alone. */
static char *ports_of(struct arena *arena, const struct fault *fault, const struct endpoint *e) {
    char *ports = NULL;
    size_t n = 0;
    for (size_t i = 0; i < fault->same.n; i++) {
        const struct endpoint *other = fault->same.v[i]->endpoint;
        if (other == NULL || other->leg != e->leg || strcmp(other->host, e->host) != 0 ||
            strcmp(text_or(other->address, ""), text_or(e->address, "")) != 0)
            continue;
        ports = n++ == 0 ? arena_printf(arena, "ports %d", other->port)
                         : arena_printf(arena, "%s, %d", ports, other->port);
    }
    return n > 1 ? ports : NULL;
}

/* One rule of a firewall lets all ports of an address through: no step a port. */
static const char *const *fix_of_ports(struct fixing *s, const struct fault *fault) {
    struct texts all = {NULL, 0};
    for (size_t i = 0; i < fault->same.n; i++) {
        const struct finding *f = fault->same.v[i];
        char *ports = f->endpoint == NULL ? NULL : ports_of(s->arena, fault, f->endpoint);
        struct subject subject = subject_of(s->facts, s->arena, f);
        if (ports != NULL)
            subject.values[PUT_PORT] = ports;
        merge(s->arena, &all, ports == NULL ? f->fix : fill_known(s, f->cause->fix, &subject));
    }
    return list_of(s->arena, &all);
}

static void guidance_add(struct fixing *s, struct fault *fault) {
    const struct finding *const *same = (const struct finding *const *)fault->same.v;
    bool is_of_ports = fault->same.n > 1 && strcmp(fault->root->check->id, "net.connect") == 0;
    fault->affects = lines_merged(s->arena, same, fault->same.n, affects_of);
    fault->restart = lines_merged(s->arena, same, fault->same.n, restart_of);
    fault->fix = is_of_ports ? fix_of_ports(s, fault) : lines_merged(s->arena, same, fault->same.n, fix_of);
    domains_join(s, fault);
    parts_tell(s, fault);
    edge_name_tell(s, fault);
    fault->fix = steps_left(s, fault);
    if (json_array_size(json_object_get(fault->root->evidence, "missing")) == 0 || fault->consequences.n == 0)
        return;
    struct subject subject = subject_of(s->facts, s->arena, fault->root);
    missing_join(s->arena, fault, &subject);
    fault->fix = fill_known(s, fault->root->cause->fix, &subject);
}

void fault_fix(const struct facts *facts, struct arena *arena, struct fault *fault) {
    struct fixing s = {.facts = facts, .arena = arena};
    guidance_add(&s, fault);
    fault->on = on_of(&s, fault, fault->fix[0]);
}
