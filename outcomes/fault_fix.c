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

static size_t count(const char *const *texts) {
    size_t n = 0;
    while (texts[n] != NULL)
        n++;
    return n;
}

/* ---- guidance of several as one ---- */

struct merged {
    struct step v[MERGED_MAX];
    size_t n;
};

static size_t place_of(const struct merged *all, const char *text) {
    size_t i = 0;
    while (i < all->n && strcmp(all->v[i].text, text) != 0)
        i++;
    return i;
}

static void insert(struct merged *all, size_t at, struct step step) {
    for (size_t i = all->n++; i > at; i--)
        all->v[i] = all->v[i - 1];
    all->v[at] = step;
}

/* A line that the others do not have goes behind the one that it follows. */
static void merge(struct merged *all, const struct step *steps, size_t n) {
    size_t next = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = place_of(all, steps[i].text);
        if (at == all->n && all->n < MERGED_MAX)
            insert(all, at = next, steps[i]);
        next = at < all->n ? at + 1 : next;
    }
}

static const char *const *texts_of(struct arena *arena, const struct merged *all) {
    const char **list = arena_alloc(arena, (all->n + 1) * sizeof *list);
    for (size_t i = 0; i < all->n; i++)
        list[i] = all->v[i].text;
    return list;
}

const char *const *lines_merged(struct arena *arena, const struct finding *const *findings, size_t n,
                                lines_fn of) {
    struct merged all = {.n = 0};
    for (size_t i = 0; i < n; i++) {
        const char *const *lines = of(findings[i]);
        struct step *steps = arena_alloc(arena, (count(lines) + 1) * sizeof *steps);
        for (size_t k = 0; lines[k] != NULL; k++)
            steps[k].text = lines[k];
        merge(&all, steps, count(lines));
    }
    return texts_of(arena, &all);
}

static const char *const *affects_of(const struct finding *f) {
    return f->affects;
}

static const char *const *restart_of(const struct finding *f) {
    return f->restart;
}

/* ---- fitted to what was seen ---- */

struct fixing {
    const struct facts *facts;
    struct arena *arena;
    struct merged steps;
};

static struct merged steps_of(const struct finding *f) {
    struct merged own = {.n = 0};
    merge(&own, f->steps, count(f->fix));
    return own;
}

static struct merged steps_filled(const struct fixing *s, const struct guidance_line *lines,
                                  const struct subject *subject) {
    struct merged all = {.n = 0};
    struct steps steps = steps_fill(s->arena, lines, subject);
    merge(&all, steps.v, count(steps.texts));
    return all;
}

/* Before all others. */
static void steps_lead(struct fixing *s, const struct merged *first) {
    struct merged all = *first;
    for (size_t i = 0; i < s->steps.n && all.n < MERGED_MAX; i++)
        all.v[all.n++] = s->steps.v[i];
    s->steps = all;
}

/* The tunnel needs every CA in the list where the zone takes some from the wire: the fix names them all. */
static void missing_join(struct arena *arena, const struct fault *fault, struct subject *subject) {
    const char *box = fault_box_of(fault->root), *other;
    const char *words = NULL;
    struct texts all = {NULL, 0};
    for (size_t k = 0; k < fault->same.n + fault->consequences.n; k++) {
        struct finding *f = k < fault->same.n ? fault->same.v[k] : fault->consequences.v[k - fault->same.n];
        const json_t *missing = evidence_value(f, "missing");
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
static bool is_disproved(const struct facts *facts, const struct fault *fault, enum step_unless unless) {
    const struct endpoint *e = fault->root->endpoint;
    if (unless == UNLESS_NOTHING || e == NULL)
        return false;
    if (unless == UNLESS_CALLER_SEEN || unless == UNLESS_WE_CALLED)
        return (e->client != NULL) == (unless == UNLESS_CALLER_SEEN);
    if (e->leg != LEG_CLIENT)
        return false;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *o = facts->endpoints.v[i];
        if (o->leg == LEG_CLIENT && strcmp(o->host, e->host) == 0 && o->tcp.state == TCP_CONNECTED &&
            (unless == UNLESS_CLIENTS_ANSWERED ||
             o->port == (unless == UNLESS_SIP_ANSWERED ? PORT_SIP_TLS : PORT_XMPP)))
            return true;
    }
    return false;
}

/* The alert by which the server refused our certificate, or that of the client that was seen; NULL: none was.
 */
static const struct tls_alert *refusal_of(const struct fault *fault) {
    const struct endpoint *e = fault->root->endpoint;
    if (e != NULL && e->client != NULL && e->tls.alert != NULL && e->tls.alert->sent_by == SIDE_PEER)
        return e->tls.alert;
    for (size_t i = 0; e != NULL && i < e->variants.n; i++)
        if (e->variants.v[i]->purpose == PURPOSE_CLIENT_CERT && e->variants.v[i]->alert != NULL)
            return e->variants.v[i]->alert;
    return NULL;
}

static bool is_for(const struct step *step, const struct tls_alert *alert) {
    for (size_t i = 0; i < STEP_ALERTS_MAX && step->marks.alerts[i] != 0; i++)
        if (step->marks.alerts[i] == alert->number)
            return true;
    return false;
}

/* A step for some alerts alone is none for the one that came, or it is, and need not say so. */
static void steps_left(struct fixing *s, const struct fault *fault) {
    const struct tls_alert *refusal = refusal_of(fault);
    size_t kept = 0;
    for (size_t i = 0; i < s->steps.n; i++) {
        struct step step = s->steps.v[i];
        bool is_of_alert = refusal != NULL && step.marks.alerts[0] != 0;
        if (is_disproved(s->facts, fault, step.marks.unless) || (is_of_alert && !is_for(&step, refusal)))
            continue;
        if (is_of_alert)
            step.text = step.words;
        s->steps.v[kept++] = step;
    }
    s->steps.n = kept;
}

/* Where other addresses of the host answer, users notice something else than where none does, and the mend
 * begins with the address. */
static void parts_tell(struct fixing *s, struct fault *fault) {
    for (size_t i = 0; i < fault->consequences.n; i++) {
        struct finding *f = fault->consequences.v[i];
        if (strcmp(f->check->id, "net.all-addresses") != 0 ||
            strcmp(fault->root->check->id, "net.connect") != 0)
            continue;
        struct merged own = steps_of(f);
        steps_lead(s, &own);
        fault->affects = f->affects;
        return;
    }
}

static struct step step_of(char *text, unsigned on) {
    return (struct step){.text = text, .words = text, .marks = {.on = on}};
}

/* An edge's own name was given in place of a service domain: that comes first. */
static void edge_name_tell(struct fixing *s, const struct fault *fault) {
    const char *domain = fault->root->domain;
    if (evidence_value(fault->root, "has_address") == NULL || domain == NULL)
        return;
    char *words = arena_printf(
        s->arena,
        "If it is the Expressway-E: edgeprobe check SERVICE-DOMAIN, where users log in; or, with no record "
        "yet: edgeprobe check SERVICE-DOMAIN --edge %s",
        domain);
    struct merged first = {.v = {step_of(words, STEP_EXPRESSWAY_E)}, .n = 1};
    steps_lead(s, &first);
}

static struct texts domains_of(struct arena *arena, const struct fault *fault) {
    struct texts domains = {NULL, 0};
    for (size_t i = 0; i < fault->same.n; i++)
        if (fault->same.v[i]->domain != NULL && !texts_has(&domains, fault->same.v[i]->domain))
            texts_add(arena, &domains, fault->same.v[i]->domain);
    return domains;
}

/* Forty domains with one cause have one fix, and a list: not each step forty times. */
static void domains_join(struct fixing *s, const struct fault *fault) {
    struct texts domains = domains_of(s->arena, fault);
    char *others = NULL;
    if (domains.n <= DOMAINS_EACH || s->steps.n <= count(fault->root->fix))
        return;
    for (size_t i = 0; i < domains.n; i++)
        if (fault->root->domain == NULL || strcmp(domains.v[i], fault->root->domain) != 0)
            others = others == NULL ? arena_text(s->arena, domains.v[i])
                                    : arena_printf(s->arena, "%s, %s", others, domains.v[i]);
    struct step rest = step_of(arena_printf(s->arena, "The same for %s", others), STEP_NOTHING);
    s->steps = steps_of(fault->root);
    if (s->steps.n < MERGED_MAX)
        s->steps.v[s->steps.n++] = rest;
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
static void ports_join(struct fixing *s, const struct fault *fault) {
    for (size_t i = 0; i < fault->same.n; i++) {
        const struct finding *f = fault->same.v[i];
        char *ports = f->endpoint == NULL ? NULL : ports_of(s->arena, fault, f->endpoint);
        struct subject subject = subject_of(s->facts, s->arena, f);
        if (ports != NULL)
            subject.values[PUT_PORT] = ports;
        struct merged own = ports == NULL ? steps_of(f) : steps_filled(s, f->cause->fix, &subject);
        merge(&s->steps, own.v, own.n);
    }
}

static void steps_join(struct fixing *s, const struct fault *fault) {
    for (size_t i = 0; i < fault->same.n; i++)
        merge(&s->steps, fault->same.v[i]->steps, count(fault->same.v[i]->fix));
}

void fault_fix(const struct facts *facts, struct arena *arena, struct fault *fault) {
    struct fixing s = {.facts = facts, .arena = arena};
    const struct finding *const *same = (const struct finding *const *)fault->same.v;
    fault->affects = lines_merged(arena, same, fault->same.n, affects_of);
    fault->restart = lines_merged(arena, same, fault->same.n, restart_of);
    if (fault->same.n > 1 && strcmp(fault->root->check->id, "net.connect") == 0)
        ports_join(&s, fault);
    else
        steps_join(&s, fault);
    domains_join(&s, fault);
    parts_tell(&s, fault);
    edge_name_tell(&s, fault);
    steps_left(&s, fault);
    if (json_array_size(evidence_value(fault->root, "missing")) > 0 && fault->consequences.n > 0) {
        struct subject subject = subject_of(facts, arena, fault->root);
        missing_join(arena, fault, &subject);
        s.steps = steps_filled(&s, fault->root->cause->fix, &subject);
    }
    fault->steps = arena_dup(arena, s.steps.v, s.steps.n * sizeof *s.steps.v);
    fault->fix = texts_of(arena, &s.steps);
}
