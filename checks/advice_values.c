/* What does a finding have to say in the blanks of the catalogue's guidance? See advice_values.h. */
#include "checks/advice_values.h"

#include <string.h>

#include "catalogue/log_tokens.h"
#include "checks/seen.h"
#include "facts/shell.h"
#include "facts/services.h"

enum { SHOWN_MAX = 4 }; /* names in one line; the rest is in the evidence */

const struct node *node_known(const struct facts *facts, const char *name) {
    const struct deployment *d = facts->deployment;
    const struct nodes *all[] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
    const struct node *node = NULL;
    for (size_t i = 0; i < sizeof all / sizeof *all && node == NULL; i++)
        node = facts_node(facts, all[i], name);
    return node;
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

/* "\"CN=A\", \"CN=B\", which issued the presented certificate": each name once, whatever keys it has. */
static const char *issuers_words(struct arena *arena, const json_t *issuers) {
    const char *all = NULL;
    for (size_t i = 0; i < json_array_size(issuers) && i < SHOWN_MAX; i++) {
        const char *one =
            arena_printf(arena, "\"%s\"", text_or(json_string_value(json_array_get(issuers, i)), ""));
        if (all == NULL || strstr(all, one) == NULL)
            all = arena_printf(arena, "%s%s%s", text_or(all, ""), all == NULL ? "" : ", ", one);
    }
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

/* ---- boxes, zones, callers ---- */

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
    return text_of(f, "client") != NULL     ? text_of(f, "client")
           : text_of(f, "listener") != NULL ? text_of(f, "address") /* whoever came to us */
           : far == NULL                    ? NULL
                                            : arena_textn(arena, far, strcspn(far, ":"));
}

/* "Expressway-E expe1.example.com"; NULL: not both are known. */
static const char *named_words(struct arena *arena, const struct finding *f, enum role role) {
    return box_name(role) == NULL || f->node == NULL || strchr(f->node, '/') != NULL
               ? box_name(role)
               : arena_printf(arena, "%s %s", box_name(role), f->node);
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

/* ---- who refused whom by an alert ---- */

static const char *server_words(struct arena *arena, const struct endpoint *e, enum role role) {
    return box_name(role) == NULL ? e->id : arena_printf(arena, "%s %s", box_name(role), e->host);
}

/* Who dials Expressway-E on the ports of a zone, or Unified CM at all, is Expressway-C. NULL: it was this
 * very probe. */
static const char *client_words(struct arena *arena, const struct endpoint *e) {
    bool is_inside = e->leg == LEG_ZONE || e->leg == LEG_TUNNEL || e->leg == LEG_UCM || e->leg == LEG_IMP;
    if (e->client == NULL)
        return NULL;
    return arena_printf(arena, "%s %s", is_inside ? box_name(ROLE_EXPRESSWAY_C) : "the client", e->client);
}

static void alert_values(struct arena *arena, const struct finding *f, enum role role, const char **values) {
    const struct tls_alert *alert = f->endpoint == NULL ? NULL : f->endpoint->tls.alert;
    if (alert == NULL)
        return;
    const char *server = server_words(arena, f->endpoint, role), *client = client_words(arena, f->endpoint);
    bool is_server = alert->sent_by == SIDE_PEER;
    values[PUT_REFUSER] = is_server ? server : client;
    values[PUT_REFUSED] = is_server ? client : server;
}

/* ---- all together ---- */

/* What evidence has as the guidance says it. */
static const struct {
    enum placeholder at;
    const char *key;
} told[] = {{PUT_CLOCKS, "clocks"}, {PUT_LISTENS, "listens"}, {PUT_DIALS, "dials"},     {PUT_LIKE, "like"},
            {PUT_NOW, "now"},       {PUT_SINCE, "first"},     {PUT_CONVERT, "convert"}, {PUT_HOW, "how"}};

static void port_values(struct arena *arena, const struct finding *f, const char **values) {
    const struct endpoint *e = f->endpoint;
    values[PUT_ADDRESS] = e != NULL ? e->address : text_or(f->address, text_of(f, "address"));
    values[PUT_PORT] = e != NULL ? arena_printf(arena, "port %d", e->port) : NULL;
    values[PUT_ENDPOINT] = text_or(e != NULL ? e->id : finding_of_log(f, "far"), text_of(f, "endpoint"));
    values[PUT_CALLER] = e != NULL ? e->client : caller_words(arena, f);
    values[PUT_PROTOCOL] = e != NULL ? service_word(e) : text_of(f, "protocol");
    values[PUT_SERIAL] = serial_words(arena, e);
}

static void zone_values(const struct facts *facts, struct arena *arena, const struct finding *f,
                        const struct zone *zone, const char **values) {
    const char *name = zone_words(zone, f->zone);
    const char *peer = zone == NULL ? NULL : zone->peers.n == 1 ? zone->peers.v[0] : values[PUT_NAME];
    values[PUT_ZONE_E] = text_or(zone_of_e(facts, f->zone), name);
    if (values[PUT_ZONE_E] == NULL) /* of which one is meant */
        values[PUT_ZONE_E] = evidence_words(arena, evidence_value(f, "zones"));
    values[PUT_ZONE] = text_or(name, values[PUT_ZONE_E]);
    values[PUT_ZONE_HERE] = text_starts(f->subject, "zone:") ? f->subject + 5 : NULL;
    values[PUT_PEER] = text_or(text_of(f, "far"), peer);
}

/* What lacks and what would do, each as evidence has it; where that is not told, the next best. */
static void object_values(const struct facts *facts, struct arena *arena, const struct finding *f,
                          const char **values) {
    const json_t *found = evidence_value(f, "found"), *file = evidence_value(f, "file");
    values[PUT_NAME] = evidence_words(arena, evidence_value(f, "wanted"));
    values[PUT_NAMES] = names_words(arena, found, NULL);
    if (values[PUT_NAMES] == NULL) /* none was found, and these would do */
        values[PUT_NAMES] = names_words(arena, evidence_value(f, "candidates"), NULL);
    values[PUT_HOSTS] = names_words(arena, found, &facts->domains);
    values[PUT_ISSUERS] = issuers_words(arena, evidence_value(f, "issuers"));
    values[PUT_RECORDS] = evidence_words(arena, evidence_value(f, "records"));
    if (values[PUT_RECORDS] == NULL) /* those of addresses that do not answer */
        values[PUT_RECORDS] = evidence_words(arena, evidence_value(f, "dead"));
    values[PUT_PATH] = text_starts(f->check->id, "file.") ? shell_path(arena, f->subject) : NULL;
    values[PUT_FILE] = json_is_string(file) ? json_string_value(file) : NULL;
    values[PUT_MISSING] = missing_words(arena, evidence_value(f, "missing"));
    if (values[PUT_MISSING] == NULL)
        values[PUT_MISSING] = far_words(facts, arena, f);
}

void advice_values(const struct facts *facts, struct arena *arena, const struct finding *f,
                   const struct zone *zone, struct subject *s) {
    const char **values = s->values;
    enum role other = s->role == ROLE_EXPRESSWAY_E   ? ROLE_EXPRESSWAY_C
                      : s->role == ROLE_EXPRESSWAY_C ? ROLE_EXPRESSWAY_E
                                                     : ROLE_NONE;
    values[PUT_OTHER] = other == ROLE_NONE ? NULL : box_name(other);
    if (s->role == ROLE_NONE && f->check->roles == BOTH_EXPRESSWAYS) /* given without saying for which */
        values[PUT_BOX] = "the Expressway";
    values[PUT_NODE] = f->node;
    values[PUT_HOST] = edge_host(facts, f);
    values[PUT_NAMED] = named_words(arena, f, s->role);
    values[PUT_DOMAIN] = f->domain != NULL ? f->domain : facts->domains.n == 1 ? facts->domains.v[0] : NULL;
    values[PUT_UPLOAD_TO] = box_words(facts, arena, judging_box(f));
    values[PUT_PURPOSE] = s->purpose == NULL ? NULL : s->purpose->name;
    values[PUT_STORE] = s->purpose == NULL ? NULL : s->purpose->store;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        values[told[i].at] = text_of(f, told[i].key);
    port_values(arena, f, values);
    alert_values(arena, f, s->role, values);
    object_values(facts, arena, f, values);
    zone_values(facts, arena, f, zone, values); /* behind the object: a peer may be the name that is wanted */
}
