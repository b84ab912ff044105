/* Of whom does a finding speak? See advice.h. */
#include "checks/advice.h"
#include "catalogue/log_tokens.h"

#include <string.h>
#include <strings.h>

#include "checks/seen.h"
#include "facts/services.h"

enum { SHOWN_MAX = 4 }; /* names in one line; the rest is in the evidence */

/* ---- role, node, zone ---- */

static const struct node *node_known(const struct facts *facts, const char *name) {
    const struct deployment *d = facts->deployment;
    const struct nodes *all[] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
    const struct node *node = NULL;
    for (size_t i = 0; i < sizeof all / sizeof *all && node == NULL; i++)
        node = facts_node(facts, all[i], name);
    return node;
}

static enum role role_of(const struct facts *facts, const struct finding *f) {
    const struct node *node = facts->deployment == NULL ? NULL : node_known(facts, f->node);
    if (f->role != ROLE_NONE)
        return f->role;
    if (f->endpoint != NULL)
        return role_of_endpoint(f->endpoint);
    return node != NULL ? node->role : subject_by_roles(f->check->roles).role;
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

/* ---- what the evidence says ---- */

/* One text, or the first of a list. */
static const char *evidence_words(struct arena *arena, const json_t *value) {
    const char *all = json_string_value(value);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (text == NULL)
            return NULL;
        if (i == SHOWN_MAX)
            return arena_printf(arena, "%s and %zu more", all, json_array_size(value) - i);
        all = all == NULL ? text : arena_printf(arena, "%s, %s", all, text);
    }
    return all;
}

static bool is_domain(const struct texts *domains, const char *name) {
    for (size_t i = 0; domains != NULL && i < domains->n; i++)
        if (text_same_case_blind(domains->v[i], name))
            return true;
    return false;
}

/* A service domain, or a name that clients look for there: a certificate has it beside "collab-edge.NAME". */
static bool is_of_service(const json_t *found, const char *name) {
    if (strncasecmp(name, "collab-edge.", 12) == 0)
        return true;
    for (size_t i = 0; i < json_array_size(found); i++) {
        const char *other = json_string_value(json_array_get(found, i));
        if (other != NULL && strncasecmp(other, "DNS:collab-edge.", 16) == 0 &&
            strcasecmp(other + 16, name) == 0)
            return true;
    }
    return false;
}

/* "expe1.example.com, expe.example.com": the entries of a certificate without their form; without those that
 * are service domains, where they are given: nobody's records lead to a host of that name. */
static const char *names_words(struct arena *arena, const json_t *found, const struct texts *domains) {
    const char *all = NULL;
    for (size_t i = 0; i < json_array_size(found) && i < SHOWN_MAX; i++) {
        const char *name = json_string_value(json_array_get(found, i));
        bool is_host = name != NULL && text_starts(name, "DNS:") &&
                       (domains == NULL || !(is_domain(domains, name + 4) || is_of_service(found, name + 4)));
        if (is_host)
            all = all == NULL ? name + 4 : arena_printf(arena, "%s, %s", all, name + 4);
    }
    return all;
}

/* The leaf that the port showed, or showed on another try. */
static const struct cert *leaf_shown(const struct endpoint *e) {
    if (e == NULL || e->tls.chain.n > 0)
        return e == NULL ? NULL : e->tls.chain.v[0];
    for (size_t i = 0; i < e->variants.n; i++)
        if (e->variants.v[i]->chain.n > 0)
            return e->variants.v[i]->chain.v[0];
    return NULL;
}

/* "24:2B:47:79:57:70:F8:D3...": as the pages of Expressway show a serial number; its beginning tells two
 * apart. */
static const char *serial_words(struct arena *arena, const struct endpoint *e) {
    enum { DIGITS_SHOWN = 16, DIGITS_SHORT = 16 };
    const struct cert *leaf = leaf_shown(e);
    const char *hex = leaf == NULL ? NULL : leaf->serial;
    if (hex == NULL || strlen(hex) % 2 != 0 || *hex == '-')
        return hex;
    if (strlen(hex) <= DIGITS_SHORT) /* a small one is shown as a number */
        return arena_printf(arena, "0x%s", hex);
    char *words = arena_printf(arena, "%.2s", hex);
    for (size_t i = 2; i < DIGITS_SHOWN; i += 2)
        words = arena_printf(arena, "%s:%.2s", words, hex + i);
    return arena_printf(arena, "%s...", words);
}

/* "\"CN=A\", \"CN=B\" (which issued the presented certificate)" */
static const char *issuers_words(struct arena *arena, const json_t *issuers) {
    const char *all = NULL;
    for (size_t i = 0; i < json_array_size(issuers) && i < SHOWN_MAX; i++)
        all = arena_printf(arena, "%s%s\"%s\"", text_or(all, ""), all == NULL ? "" : ", ",
                           text_or(json_string_value(json_array_get(issuers, i)), ""));
    return all == NULL ? NULL : arena_printf(arena, "%s, which issued the presented certificate", all);
}

static const char *missing_words(struct arena *arena, const json_t *missing) {
    const char *all = NULL;
    for (size_t i = 0; i < json_array_size(missing); i++) {
        const char *subject = json_string_value(json_object_get(json_array_get(missing, i), "subject"));
        if (subject == NULL)
            return NULL;
        if (i == SHOWN_MAX)
            return arena_printf(arena, "%s and %zu more", all, json_array_size(missing) - i);
        all = all == NULL ? arena_printf(arena, "\"%s\"", subject)
                          : arena_printf(arena, "%s, \"%s\"", all, subject);
    }
    return all;
}

/* "expressway-c" and node names become what one would call the box. */
static const char *box_words(const struct facts *facts, struct arena *arena, const char *box) {
    int role;
    if (box == NULL)
        return NULL;
    if (enum_find(roles, box, &role) && box_name((enum role)role) != NULL)
        return box_name((enum role)role);
    const struct node *node = facts->deployment == NULL ? NULL : node_known(facts, box);
    return node == NULL || box_name(node->role) == NULL
               ? box
               : arena_printf(arena, "%s %s", box_name(node->role), box);
}

/* Whose trust list lacks something, or by whose list it was judged. */
static const char *judging_box(const struct finding *f) {
    const json_t *first = json_array_get(evidence_value(f, "missing"), 0);
    const char *lacking = json_string_value(json_object_get(first, "upload_to"));
    if (lacking == NULL)
        lacking = evidence_string(f, "judged_by");
    /* A box's own log says what that box took for untrusted. */
    return lacking != NULL || evidence_value(f, "log") == NULL ? lacking : evidence_string(f, "box");
}

/* A call that came over no traversal zone: from Webex, or from a partner. */
static bool is_of_stranger(const struct finding *f) {
    const char *leg = finding_of_log(f, "leg");
    return leg != NULL && strcmp(leg, "b2b") == 0;
}

/* A log names no CA, but whose certificate was shown: the other side's, or the box's own where Unified CM
 * refused it. */
static const char *far_words(const struct facts *facts, struct arena *arena, const struct finding *f) {
    bool is_own = f->cause == cause_of(CAUSE_CHAIN_UCM_TRUST_NOT_IN_TOMCAT_TRUST) ||
                  f->cause == cause_of(CAUSE_CHAIN_UCM_TRUST_NOT_IN_CALLMANAGER_TRUST);
    const char *whose = is_own ? evidence_string(f, "box") : finding_of_log(f, "far");
    const struct node *own = is_own && facts->deployment != NULL ? node_known(facts, whose) : NULL;
    if (own != NULL && own->certificate.n > 0)
        return arena_printf(arena, "\"%s\", which issued the certificate of %s, and the CAs above it",
                            own->certificate.v[0]->issuer, whose);
    return whose == NULL ? NULL
                         : arena_printf(arena, "root and intermediates above the certificate of %.*s",
                                        (int)strcspn(whose, ":"), whose);
}

/* An edge by its name, for records that have to lead there. */
static const char *edge_host(const struct facts *facts, const struct finding *f) {
    const struct deployment *d = facts->deployment;
    if (f->endpoint != NULL || f->node != NULL)
        return f->endpoint != NULL ? f->endpoint->host : f->node;
    if (d != NULL && d->e.nodes.n > 0)
        return d->e.nodes.v[0]->name;
    for (size_t i = 0; f->domain != NULL && i < facts->endpoints.n; i++) { /* whom its records lead to */
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->leg == LEG_CLIENT && (e->domains.n == 0 || texts_has(&e->domains, f->domain)))
            return e->host;
    }
    return NULL;
}

/* ---- all together ---- */

static const char *text_of(const struct finding *f, const char *key) {
    return evidence_string(f, key);
}

/* As the page Maintenance > Security > Ciphers has it. */
static const char *service_word(const struct endpoint *e) {
    static const char *const words[] = {
        [PROTOCOL_SIP] = "SIP",     [PROTOCOL_XMPP] = "XMPP", [PROTOCOL_XMPP_SERVER] = "XMPP",
        [PROTOCOL_HTTPS] = "HTTPS", [PROTOCOL_SSH] = NULL,    [PROTOCOL_TLS] = NULL};
    return e->port == PORT_MRA ? "Reverse proxy" : words[e->protocol];
}

/* Who came in: of a log its far end without the port, which is another one each time. */
static const char *caller_words(struct arena *arena, const struct finding *f) {
    const char *far = finding_of_log(f, "far");
    return text_of(f, "client") != NULL ? text_of(f, "client")
           : far == NULL                ? NULL
                                        : arena_textn(arena, far, strcspn(far, ":"));
}

/* "Expressway-E expe1.example.com"; NULL: not both are known. */
static const char *named_words(struct arena *arena, const struct finding *f, enum role role) {
    return box_name(role) == NULL || f->node == NULL || strchr(f->node, '/') != NULL
               ? box_name(role)
               : arena_printf(arena, "%s %s", box_name(role), f->node);
}

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

/* A zone that is known by its peer alone has another name on the boxes. */
static const char *zone_words(const struct zone *zone, const char *name) {
    return zone != NULL && name != NULL && texts_has(&zone->peers, name) ? "the traversal zone" : name;
}

/* On the page of Expressway-E the zone bears the name that it has there; NULL: not known. */
static const char *zone_of_e(const struct facts *facts, const char *zone) {
    for (size_t i = 0; zone != NULL && i < facts->bundles.n; i++) {
        const struct bundle *box = facts->bundles.v[i];
        for (size_t k = 0; box->role == ROLE_EXPRESSWAY_E && k < box->zones.n; k++) {
            const char *slash =
                box->zones.v[k]->partner == NULL ? NULL : strchr(box->zones.v[k]->partner, '/');
            if (slash != NULL && strcmp(slash + 1, zone) == 0)
                return box->zones.v[k]->name;
        }
    }
    return NULL;
}

static void values_fill(const struct facts *facts, struct arena *arena, const struct finding *f,
                        const struct zone *zone, struct subject *s) {
    const json_t *missing = evidence_value(f, "missing"), *file = evidence_value(f, "file");
    const char **values = s->values;
    values[PUT_OTHER] = s->role == ROLE_EXPRESSWAY_E   ? box_name(ROLE_EXPRESSWAY_C)
                        : s->role == ROLE_EXPRESSWAY_C ? box_name(ROLE_EXPRESSWAY_E)
                                                       : NULL;
    values[PUT_NODE] = f->node;
    values[PUT_HOST] = edge_host(facts, f);
    values[PUT_ADDRESS] = f->endpoint != NULL  ? f->endpoint->address
                          : f->address != NULL ? f->address
                                               : text_of(f, "address");
    values[PUT_PORT] = f->endpoint != NULL ? arena_printf(arena, "port %d", f->endpoint->port) : NULL;
    values[PUT_ENDPOINT] = f->endpoint != NULL ? f->endpoint->id : finding_of_log(f, "far");
    if (values[PUT_ENDPOINT] == NULL)
        values[PUT_ENDPOINT] = text_of(f, "endpoint");
    values[PUT_DOMAIN] = f->domain != NULL ? f->domain : facts->domains.n == 1 ? facts->domains.v[0] : NULL;
    values[PUT_ZONE] = zone_words(zone, f->zone);
    values[PUT_ZONE_E] = text_or(zone_of_e(facts, f->zone), values[PUT_ZONE]);
    if (values[PUT_ZONE_E] == NULL) /* of which one is meant */
        values[PUT_ZONE_E] = evidence_words(arena, evidence_value(f, "zones"));
    if (values[PUT_ZONE] == NULL)
        values[PUT_ZONE] = values[PUT_ZONE_E];
    values[PUT_CALLER] = f->endpoint != NULL ? f->endpoint->client : caller_words(arena, f);
    values[PUT_CLOCKS] = text_of(f, "clocks");
    values[PUT_NAMED] = named_words(arena, f, s->role);
    values[PUT_ZONE_HERE] = text_starts(f->subject, "zone:") ? f->subject + 5 : NULL;
    values[PUT_LISTENS] = text_of(f, "listens");
    values[PUT_DIALS] = text_of(f, "dials");
    values[PUT_LIKE] = text_of(f, "like");
    values[PUT_PROTOCOL] = f->endpoint != NULL ? service_word(f->endpoint) : text_of(f, "protocol");
    values[PUT_NOW] = text_of(f, "now");
    values[PUT_SINCE] = text_of(f, "first");
    values[PUT_NAMES] = names_words(arena, evidence_value(f, "found"), NULL);
    if (values[PUT_NAMES] == NULL) /* none was found, and these would do */
        values[PUT_NAMES] = names_words(arena, evidence_value(f, "candidates"), NULL);
    values[PUT_HOSTS] = names_words(arena, evidence_value(f, "found"), &facts->domains);
    values[PUT_SERIAL] = serial_words(arena, f->endpoint);
    values[PUT_ISSUERS] = issuers_words(arena, evidence_value(f, "issuers"));
    values[PUT_NAME] = evidence_words(arena, evidence_value(f, "wanted"));
    values[PUT_PEER] = text_of(f, "far");
    if (values[PUT_PEER] == NULL)
        values[PUT_PEER] = zone == NULL ? NULL : zone->peers.n == 1 ? zone->peers.v[0] : values[PUT_NAME];
    values[PUT_RECORDS] = evidence_words(arena, evidence_value(f, "records"));
    if (values[PUT_RECORDS] == NULL) /* those of addresses that do not answer */
        values[PUT_RECORDS] = evidence_words(arena, evidence_value(f, "dead"));
    values[PUT_FILE] = json_is_string(file) ? json_string_value(file) : NULL;
    values[PUT_MISSING] = missing_words(arena, missing);
    if (values[PUT_MISSING] == NULL)
        values[PUT_MISSING] = far_words(facts, arena, f);
    values[PUT_UPLOAD_TO] = box_words(facts, arena, judging_box(f));
    values[PUT_PURPOSE] = s->purpose == NULL ? NULL : s->purpose->name;
    values[PUT_STORE] = s->purpose == NULL ? NULL : s->purpose->store;
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
    values_fill(facts, arena, f, zone, &s);
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

void findings_advise(const struct facts *facts, struct findings *findings) {
    for (size_t i = 0; i < findings->n; i++) {
        struct finding *f = findings->v[i];
        if (f->cause == NULL)
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
