/* Do the cipher strings and TLS versions that two boxes have set meet? cipher.string and cipher.overlap of
 * what bundles tell: Expressway-C and Expressway-E with each other (traversal zone, XMPP), Expressway-C with
 * Unified CM by its profile. On paper: no handshake is made. */
#include <string.h>

#include "catalogue/release.h"
#include "checks/box.h"
#include "facts/services.h"
#include "checks/cipher.h"

/* ---- one side ---- */

static const struct box_tls *tls_of(const struct bundle *box, const char *service) {
    for (size_t i = 0; i < box->tls.n; i++)
        if (strcmp(box->tls.v[i]->service, service) == 0)
            return box->tls.v[i];
    return NULL;
}

/* TLS 1.3 came with X14.2, for XMPP and mail with X15.2 (bundle-facts 0.2, field-facts 4.1). */
static int newest_of(const struct box_tls *tls, int release) {
    bool is_late = strcmp(tls->service, "xcp") == 0 || strcmp(tls->service, "smtp") == 0;
    return release >= (is_late ? 150200 : RELEASE_X14_2) ? TLS13 : TLS12;
}

/* "minTLSv1.2", or of SIP the versions themselves, "TLSv1.2:TLSv1.3". Nothing said: 1.2 is the least. */
static bool speaks(const struct box_tls *tls, int version, int release) {
    static const struct {
        const char *word;
        int version;
    } words[] = {
        {"TLSv1", TLS10}, {"TLSv1.0", TLS10}, {"TLSv1.1", TLS11}, {"TLSv1.2", TLS12}, {"TLSv1.3", TLS13}};
    const char *text = tls->versions == NULL ? "minTLSv1.2" : tls->versions;
    bool is_least = strncasecmp(text, "min", 3) == 0;
    text += is_least ? 3 : 0;
    while (*text != 0) {
        size_t size = strcspn(text, ": ,");
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strlen(words[i].word) == size && strncasecmp(words[i].word, text, size) == 0 &&
                (is_least ? version >= words[i].version && version <= newest_of(tls, release)
                          : version == words[i].version))
                return true;
        text += size;
        text += strspn(text, ": ,");
    }
    return false;
}

static void suites_keep(struct arena *arena, struct cipher_side *side, const struct box_tls *tls,
                        int release) {
    const struct suite_ids of_12 = side->suites[TLS12 - SSL3];
    for (int version = SSL3; version <= TLS13; version++) {
        struct suite_ids *own = &side->suites[version - SSL3];
        if (!speaks(tls, version, release))
            own->n = 0;
        else if (version < TLS12 && own->n == 0)
            for (size_t i = 0; i < of_12.n; i++)
                if (suite_fits_version(suite_by_id(of_12.v[i]), version)) {
                    own->v = own->v == NULL ? arena_alloc(arena, of_12.n * sizeof *own->v) : own->v;
                    own->v[own->n++] = of_12.v[i];
                }
    }
    if (side->suites[TLS13 - SSL3].n > 0 || !speaks(tls, TLS13, release))
        return;
    for (const int *id = profile_suites13; *id != 0; id++) { /* said by name, whatever the release */
        struct suite_ids *own = &side->suites[TLS13 - SSL3];
        own->v = own->v == NULL ? arena_alloc(arena, 8 * sizeof *own->v) : own->v;
        own->v[own->n++] = *id;
    }
}

static const char *key_word(const struct node *node) {
    if (node == NULL || node->certificate.n == 0)
        return NULL;
    return node->certificate.v[0]->key_type == KEY_EC ? "ECDSA" : "RSA";
}

static const struct node *node_of_bundle(const struct facts *facts, const struct bundle *box) {
    const struct deployment *d = facts->deployment;
    const struct expressway *side = d == NULL ? NULL : box->role == ROLE_EXPRESSWAY_E ? &d->e : &d->c;
    for (size_t i = 0; side != NULL && i < side->nodes.n; i++)
        if (text_same_case_blind(side->nodes.v[i]->name, box->node))
            return side->nodes.v[i];
    return NULL;
}

static const char *word_of(const char *service) {
    static const char *const words[][2] = {
        {"sip", "SIP"},  {"https", "HTTPS"}, {"reverse-proxy", "reverse proxy"}, {"uc-client", "UC client"},
        {"xcp", "XMPP"}, {"smtp", "SMTP"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], service) == 0)
            return words[i][1];
    return service;
}

/* False: the box says nothing of this service, or its string selects nothing (cipher.string tells). */
static bool side_of_box(struct cipher_run *run, const struct bundle *box, const char *service,
                        struct cipher_side *out) {
    struct arena *arena = run->to->arena;
    const struct box_tls *tls = tls_of(box, service);
    int release = release_of(run->facts, box->role);
    struct cipher_string read = {.suites = {NULL, 1}};
    const char *key = key_word(node_of_bundle(run->facts, box));
    if (tls == NULL)
        return false;
    if (tls->ciphers != NULL)
        side_of_string(arena, tls->ciphers, release, &read, out);
    else
        side_of_profile(arena, profile_of_release(release), out);
    suites_keep(arena, out, tls, release);
    out->name = arena_printf(arena, "%s %s", box->node, word_of(service));
    out->certificates = (struct texts){NULL, 0};
    if (key != NULL)
        texts_add(arena, &out->certificates, key);
    out->certificates13 = out->certificates;
    return read.suites.n > 0;
}

/* ---- pairs ---- */

static const struct bundle *bundle_named(const struct facts *facts, const char *partner) {
    const char *slash = partner == NULL ? NULL : strchr(partner, '/');
    for (size_t i = 0; slash != NULL && i < facts->bundles.n; i++) {
        const char *node = facts->bundles.v[i]->node;
        if (node != NULL && strlen(node) == (size_t)(slash - partner) &&
            strncmp(node, partner, (size_t)(slash - partner)) == 0)
            return facts->bundles.v[i];
    }
    return NULL;
}

static const char *versions_of(struct arena *arena, const struct cipher_side *side) {
    const char *all = NULL;
    for (int v = TLS13; v >= SSL3; v--)
        if (side->suites[v - SSL3].n > 0)
            all = all == NULL ? version_text(v) : arena_printf(arena, "%s and %s", version_text(v), all);
    return all == NULL ? "none" : all;
}

/* What is set, for the one who has to set it otherwise. */
static void add_settings(struct cipher_run *run, const char *service, const struct cipher_side *off,
                         const struct bundle *c, const struct bundle *e) {
    struct arena *arena = run->to->arena;
    struct finding *f = run->to->v[run->to->n - 1];
    const struct box_tls *of_c = tls_of(c, service), *of_e = e == NULL ? NULL : tls_of(e, service);
    if (f->cause == NULL)
        return;
    evidence_text(f, "protocol", word_of(service));
    if (f->cause == cause_of(CAUSE_CIPHER_OVERLAP_NO_COMMON_VERSION))
        evidence_text(f, "now", arena_printf(arena, "%s alone", versions_of(arena, off)));
    if (f->cause == cause_of(CAUSE_CIPHER_OVERLAP_NO_COMMON_SUITE) && of_c != NULL && of_e != NULL)
        f->summary = arena_printf(arena, "%s takes %.60s, %s %.60s: %s", c->node,
                                  text_or(of_c->ciphers, "the default"), e->node,
                                  text_or(of_e->ciphers, "the default"), f->summary);
}

static bool lacks_tls12(const struct cipher_side *side) {
    return side->suites[TLS12 - SSL3].n == 0;
}

/* TLS 1.2 is what every release has by its defaults: without a version in common the side that lacks it is
 * the one to be set back. */
static void judge_boxes(struct cipher_run *run, const struct bundle *c, const struct bundle *e,
                        const char *service, struct about about) {
    struct cipher_side client, server;
    if (!side_of_box(run, c, service, &client) || !side_of_box(run, e, service, &server))
        return;
    bool is_of_e = !lacks_tls12(&client) && lacks_tls12(&server);
    if (lacks_tls12(&client) != lacks_tls12(&server)) {
        about.role = is_of_e ? ROLE_EXPRESSWAY_E : ROLE_EXPRESSWAY_C;
        about.node = is_of_e ? e->node : c->node;
    }
    judge_cipher_sides(run, about, &client, &server);
    add_settings(run, service, is_of_e ? &server : &client, c, e);
}

static bool is_first_partner(const struct bundle *c, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (c->zones.v[i]->partner != NULL && strcmp(c->zones.v[i]->partner, c->zones.v[at]->partner) == 0)
            return false;
    return true;
}

static void judge_c_and_e(struct cipher_run *run, const struct bundle *c) {
    for (size_t i = 0; i < c->zones.n; i++) {
        const struct box_zone *zone = c->zones.v[i];
        const struct bundle *e = bundle_named(run->facts, zone->partner);
        if (e == NULL || !is_first_partner(c, i))
            continue;
        struct about about = {.subject = arena_printf(run->to->arena, "zone:%s", zone->name),
                              .node = c->node,
                              .zone = zone->name,
                              .role = ROLE_EXPRESSWAY_C};
        judge_boxes(run, c, e, "sip", about);
        about.subject = arena_printf(run->to->arena, "%s:7400", e->node);
        about.zone = NULL;
        about.node = e->node;
        about.role = ROLE_EXPRESSWAY_E;
        if (zone->is_unified)
            judge_boxes(run, c, e, "xcp", about);
    }
}

static void judge_c_and_ucm(struct cipher_run *run, const struct bundle *c) {
    const struct deployment *d = run->facts->deployment;
    bool is_new = release_of(run->facts, ROLE_EXPRESSWAY_C) >= 150000;
    const struct {
        const char *service;
        int port;
        const struct cipher_profile *profile;
    } ways[] = {{"sip", PORT_SIP_TLS, profile_of_ucm(run->to->arena, d->ucm_ciphers, false, is_new)},
                {"uc-client", PORT_MRA, profile_find("ucm-https-rsa-only")}};
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
        for (size_t i = 0; i < d->ucm.n && ways[k].profile != NULL; i++) {
            struct cipher_side client, server;
            const char *name = d->ucm.v[i]->name;
            struct about about = {.subject = arena_printf(run->to->arena, "%s:%d", name, ways[k].port),
                                  .node = name,
                                  .role = ROLE_UCM};
            if (!side_of_box(run, c, ways[k].service, &client))
                continue;
            side_of_profile(run->to->arena, ways[k].profile, &server);
            server.name = arena_printf(run->to->arena, "Unified CM %s", name);
            judge_cipher_sides(run, about, &client, &server);
            evidence_text(run->to->v[run->to->n - 1], "profile", ways[k].profile->name);
            add_settings(run, ways[k].service, &client, c, NULL);
        }
}

void judge_cipher_boxes(struct cipher_run *run) {
    for (size_t i = 0; i < run->facts->bundles.n; i++) {
        const struct bundle *box = run->facts->bundles.v[i];
        for (size_t k = 0; k < box->tls.n; k++)
            if (box->tls.v[k]->ciphers != NULL) {
                struct about about = about_box(box);
                about.subject = arena_printf(run->to->arena, "%s/%s", about.subject, box->tls.v[k]->service);
                judge_cipher_string(run, about, box->tls.v[k]->ciphers);
            }
        if (box->role == ROLE_EXPRESSWAY_C && box->node != NULL && run->facts->deployment != NULL) {
            judge_c_and_e(run, box);
            judge_c_and_ucm(run, box);
        }
    }
}
