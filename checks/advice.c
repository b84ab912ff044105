/* Of whom does a finding speak? See advice.h. */
#include "checks/advice.h"

#include <string.h>
#include <strings.h>

#include "catalogue/log_tokens.h"
#include "checks/advice_values.h"
#include "checks/seen.h"
#include "facts/services.h"

/* ---- role, node, zone ---- */

static enum role role_of(const struct facts *facts, const struct finding *f) {
    const struct node *node = facts->deployment == NULL ? NULL : node_known(facts, f->node);
    if (f->role != ROLE_NONE)
        return f->role;
    if (f->endpoint != NULL)
        return role_of_endpoint(f->endpoint);
    return node != NULL ? node->role : subject_by_roles(f->check->roles).role;
}

/* A call that came over no traversal zone: from Webex, or from a partner. */
static bool is_of_stranger(const struct finding *f) {
    const char *leg = finding_of_log(f, "leg");
    return leg != NULL && strcmp(leg, "b2b") == 0;
}

/* ---- claims: known only where a deployment file says so ---- */

static enum claim claim_of(bool is_so) {
    return is_so ? CLAIM_YES : CLAIM_NO;
}

static enum claim clustered(const struct deployment *d, enum role role) {
    const struct expressway *side = role == ROLE_EXPRESSWAY_C ? &d->c : &d->e;
    size_t nodes = role == ROLE_UCM ? d->ucm.n : role == ROLE_IMP ? d->imp.n : side->nodes.n;
    bool is_named = is_expressway(role) && side->cluster != NULL;
    if (nodes > 1 || is_named)
        return CLAIM_YES;
    return d->file == NULL || nodes == 0 ? CLAIM_ANY : CLAIM_NO;
}

static void claims_of(const struct deployment *d, struct subject *s) {
    if (is_expressway(s->role) && s->role != ROLE_EXPRESSWAY_E)
        s->acme = CLAIM_NO; /* Expressway-E alone has the service (certificate guide, chapter 4) */
    if (d == NULL || s->role == ROLE_NONE)
        return;
    s->clustered = clustered(d, s->role);
    if (d->file == NULL)
        return;
    if (s->role == ROLE_EXPRESSWAY_E)
        s->acme = claim_of(deployment_has_feature(d, "acme"));
    s->sso = claim_of(s->role == ROLE_IMP ? d->imp_sso : d->ucm_sso);
    s->ha = claim_of(d->imp_ha);
}

/* ---- all together ---- */

static const struct purpose *purpose_of(const struct finding *f, const struct subject *s) {
    const char *purpose = evidence_string(f, "purpose");
    const char *key = evidence_string(f, "certificate");
    const struct endpoint *e = f->endpoint;
    if (s->role != ROLE_UCM && s->role != ROLE_IMP)
        return NULL;
    if (purpose != NULL)
        return purpose_named(purpose);
    if (e == NULL)
        return NULL;
    bool is_ecdsa =
        key != NULL ? strcmp(key, "ecdsa") == 0 : e->tls.chain.n > 0 && e->tls.chain.v[0]->key_type == KEY_EC;
    return purpose_on_port(s->role, e->port, is_ecdsa);
}

/* "127.0.0.1:9": of an endpoint that was only asked for; 0: it names none. */
static int port_of_subject(const char *subject) {
    const char *colon = subject == NULL ? NULL : strrchr(subject, ':');
    int64_t port = 0;
    bool is_port = colon != NULL &&
                   (strchr(subject, ':') == colon || (colon > subject && colon[-1] == ']')) &&
                   number_read(colon + 1, strlen(colon + 1), 65535, &port);
    return is_port ? (int)port : 0;
}

struct subject subject_of(const struct facts *facts, struct arena *arena, const struct finding *f) {
    const struct zone *zone = facts_zone(facts, f->zone);
    const struct endpoint *e = f->endpoint;
    struct subject s = nobody;
    s.role = role_of(facts, f);
    s.zone = zone != NULL ? (int)zone->type : e != NULL && e->leg == LEG_NEIGHBOR ? ZONE_NEIGHBOR : -1;
    if (zone == NULL && is_of_stranger(f)) /* whoever called, it was not Expressway-C */
        s.zone = ZONE_NEIGHBOR;
    s.leg = e == NULL ? -1 : (int)e->leg;
    s.port = e != NULL ? e->port : port_of_subject(f->subject);
    s.release = release_of(facts, s.role);
    claims_of(facts->deployment, &s);
    s.purpose = purpose_of(f, &s);
    advice_values(facts, arena, f, zone, &s);
    return s;
}

static size_t texts_count(const char *const *texts) {
    size_t n = 0;
    while (texts[n] != NULL)
        n++;
    return n;
}

static struct steps steps_joined(struct arena *arena, struct steps first, struct steps then) {
    size_t n = texts_count(first.texts), rest = texts_count(then.texts);
    const char **texts = arena_alloc(arena, (n + rest + 1) * sizeof *texts);
    struct step *v = arena_alloc(arena, (n + rest + 1) * sizeof *v);
    for (size_t i = 0; i < n + rest; i++) {
        v[i] = i < n ? first.v[i] : then.v[i - n];
        texts[i] = v[i].text;
    }
    return (struct steps){texts, v};
}

/* What to do about this very alarm goes before what to do about any. */
static struct steps alarm_steps(struct arena *arena, const struct finding *f, const struct subject *subject,
                                struct steps steps) {
    const struct alarm_row *row = alarm_find((int)evidence_number(f, "alarm"));
    if (f->cause != cause_of(CAUSE_HOST_ALARM_RAISED) || row == NULL)
        return steps;
    return steps_joined(arena, steps_fill(arena, row->fix, subject), steps);
}

static bool has_lines(const struct guidance_line *lines) {
    return line_words(lines) != NULL;
}

static bool has_advice(const struct cause *cause) {
    return has_lines(cause->affects) || has_lines(cause->fix) || has_lines(cause->restart) ||
           cause == cause_of(CAUSE_HOST_ALARM_RAISED);
}

void findings_advise(const struct facts *facts, struct findings *findings) {
    for (size_t i = 0; i < findings->n; i++) {
        struct finding *f = findings->v[i];
        if (f->cause == NULL || !has_advice(f->cause))
            continue;
        struct subject subject = subject_of(facts, findings->arena, f);
        f->affects = lines_fill(findings->arena, f->cause->affects, &subject);
        struct steps steps =
            alarm_steps(findings->arena, f, &subject, steps_fill(findings->arena, f->cause->fix, &subject));
        f->fix = steps.texts;
        f->steps = steps.v;
        f->restart = lines_fill(findings->arena, f->cause->restart, &subject);
    }
}
