/* Do the two sides of a zone know each other by names that their certificates bear? Expressway-C looks for
 * the peer address as configured, Expressway-E for the TLS verify subject name; each in the SAN alone
 * (troubleshooting note, zone down; certificate guide appendix A). */
#include <string.h>

#include "checks/name.h"
#include "catalogue/release.h"

static const char obtain_from_bundle[] = "give that box's bundle with a readable server_*.pem in it";

static const char *obtain_e(const struct judging *run) {
    return run->facts->bundles.n > 0
               ? obtain_from_bundle
               : "give its certificate with --e-cert or as the node's `certificate`, or let "
                 "the probe reach the zone port";
}

static const char *obtain_c(const struct judging *run) {
    return run->facts->bundles.n > 0
               ? obtain_from_bundle
               : "Expressway-C only dials out: give its certificate as a file (--c-cert, or the node's "
                 "`certificate`), record it with `edgeprobe listen`, or take it from a capture";
}

static void add_origin(struct finding *finding, const struct shown *shown) {
    if (shown->seen_on != NULL && shown->endpoint == NULL)
        evidence_text(finding, "seen_on", shown->seen_on);
    if (shown->file != NULL)
        evidence_text(finding, "file", shown->file);
    evidence_kind(finding, shown->kind);
}

/* The wire shows where the zone leads, not the peer address that Expressway-C has configured for it. */
static void judge_guess(struct judging *run, const struct shown *shown) {
    struct finding *finding =
        was_taken(shown->endpoint)
            ? find_pass(run->to, CHECK_NAME_PEER_ADDRESS, shown->about,
                        "%s took the certificate: the peer address that it has "
                        "configured fits, or it does not verify",
                        shown->endpoint->client)
            : find_unknown(run->to, CHECK_NAME_PEER_ADDRESS, shown->about,
                           "what was seen does not tell the peer address that "
                           "Expressway-C has configured: give %s",
                           run->facts->bundles.n > 0 ? "the bundle of Expressway-C, which has it"
                                                     : "it with --peer-address");
    add_found(run, finding, shown->leaf);
}

static const char unverified[] = "TLS verify mode of this zone is off: nobody looks at names";

static void judge_peers(struct judging *run) {
    struct shown_list all;
    shown_by_e(run->facts, &run->seen, run->to->arena, &all);
    for (size_t i = 0; i < all.n; i++) {
        const struct shown *shown = all.v[i];
        if (shown->zone == NULL)
            continue;
        if (!zone_verifies(run->facts, shown->zone)) {
            find_skip(run->to, CHECK_NAME_PEER_ADDRESS, shown->about, "%s", unverified);
            continue;
        }
        if (shown->leaf == NULL) {
            struct finding *finding =
                find_unknown(run->to, CHECK_NAME_PEER_ADDRESS, shown->about,
                             "the certificate that %s presents was not seen: %s", shown->name, obtain_e(run));
            evidence_add(finding, "wanted", shown->name);
            continue;
        }
        if (shown->zone->peers_are_guesses) {
            judge_guess(run, shown);
            continue;
        }
        add_origin(judge_match(run, CHECK_NAME_PEER_ADDRESS, shown->about, shown->leaf, shown->name), shown);
    }
}

/* ---- name.tls-verify ---- */

/* What Expressway-C shows for one zone stands in a row; the rows, in the order of the zones. */
struct row_of_zone {
    struct shown **v;
    size_t n, seen;
};

static struct row_of_zone take_row(const struct shown_list *all, const struct zone *zone, size_t *at) {
    struct row_of_zone row = {.v = all->n == 0 ? NULL : all->v + *at};
    for (; *at < all->n && all->v[*at]->zone == zone; ++*at) {
        row.n++;
        row.seen += all->v[*at]->leaf != NULL;
    }
    return row;
}

static struct finding *not_visible(struct judging *run, struct about about, const char *who) {
    return find_cause(run->to, CAUSE_NAME_TLS_VERIFY_CERTIFICATE_NOT_VISIBLE, about,
                      "the certificate of %s was not seen: %s", who, obtain_c(run));
}

static void add_store_note(struct judging *run, struct finding *finding, const struct shown *shown) {
    const char *note = store_note(run->facts, shown);
    if (note != NULL)
        evidence_text(finding, "note", note);
}

static enum cause_id verify_cause(struct judging *run, const struct shown *shown, size_t seen) {
    const struct cert *cert = shown->leaf;
    const struct expressway *c = &run->facts->deployment->c;
    const char *wanted = shown->zone->tls_verify_name;
    enum name_match match = name_match(cert, wanted);
    if (match != MATCH_GOOD)
        return seen > 1 ? CAUSE_NAME_TLS_VERIFY_MISSING_ON_NODE : match_cause(CHECK_NAME_TLS_VERIFY, match);
    bool is_cluster = c->cluster != NULL && !name_equal(c->cluster, wanted);
    bool is_own_name = name_equal(shown->node->name, wanted) || name_equal(cert->common_name, wanted);
    return seen == 1 && is_cluster && is_own_name ? CAUSE_NAME_TLS_VERIFY_NODE_NAME_IN_CLUSTER : CAUSE_NONE;
}

static void judge_c_node(struct judging *run, const struct shown *shown, size_t seen) {
    static const enum check_id check = CHECK_NAME_TLS_VERIFY;
    const char *wanted = shown->zone->tls_verify_name;
    struct finding *finding;
    if (shown->leaf == NULL) {
        evidence_add(not_visible(run, shown->about, shown->name), "wanted", wanted);
        return;
    }
    enum cause_id cause = verify_cause(run, shown, seen);
    enum name_match match = name_match(shown->leaf, wanted);
    if (cause == CAUSE_NONE)
        finding =
            find_pass(run->to, check, shown->about, "%s is in the certificate of %s", wanted, shown->name);
    else if (match == MATCH_GOOD)
        finding = find_cause(run->to, cause, shown->about,
                             "%s names this node alone; its cluster peers would not match", wanted);
    else
        finding = find_cause(run->to, cause, shown->about, "%s %s in the certificate of %s", wanted,
                             match_words(match), shown->name);
    evidence_add(finding, "wanted", wanted);
    add_found(run, finding, shown->leaf);
    add_origin(finding, shown);
    add_store_note(run, finding, shown);
    if (run->facts->deployment->c.cluster != NULL)
        evidence_text(finding, "cluster", run->facts->deployment->c.cluster);
}

static void judge_verify_name(struct judging *run, const struct row_of_zone *row, const struct zone *zone) {
    struct about about = {.subject = arena_printf(run->to->arena, "zone:%s", zone->name), .zone = zone->name};
    if (!zone_verifies(run->facts, zone)) {
        find_skip(run->to, CHECK_NAME_TLS_VERIFY, about, "%s", unverified);
        return;
    }
    if (zone->tls_verify_name == NULL) {
        find_skip(run->to, CHECK_NAME_TLS_VERIFY, about, "no TLS verify subject name was given");
        return;
    }
    if (run->facts->deployment->c.nodes.n == 0)
        evidence_add(not_visible(run, about, "Expressway-C"), "wanted", zone->tls_verify_name);
    for (size_t i = 0; i < row->n; i++)
        judge_c_node(run, row->v[i], row->seen);
}

void judge_name_zones(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    struct shown_list of_c;
    size_t at = 0;
    if (d == NULL)
        return;
    judge_peers(run);
    shown_by_c(run->facts, &run->seen, run->to->arena, &of_c);
    for (size_t z = 0; z < d->zones.n; z++) {
        struct row_of_zone row = take_row(&of_c, d->zones.v[z], &at);
        judge_verify_name(run, &row, d->zones.v[z]);
    }
}
