/* Do Expressway-C and Expressway-E trust each other's certificate, for the zone and for the SSH tunnel?
 *
 * Two questions in each direction. Zone: leaf, intermediates as sent, the other side's trust list. Tunnel:
 * leaf and trust list alone, because nothing is sent there that helps (troubleshooting note, "zone up, SSH
 * down"; field-facts 2). Where only a leaf is at hand and the sender's own trust list is known, what it will
 * send is predicted from that list: OpenSSL adds to its handshake what the list has above the leaf. */
#include <string.h>

#include "checks/chain.h"

static const char no_list[] = "the trust list of the Expressway that judges was not given";
static const char not_seen[] = "the certificate that %s presents was not seen: give it as a file%s";

/* One side's certificate before the lists of the other side. */
struct direction {
    struct judging *run;
    enum role shower, judge;
    const struct own_lists *own, *lists; /* of the one who shows, of the one who judges */
};

/* ---- what comes with the certificate ---- */

enum origin { ORIGIN_WIRE, ORIGIN_FILE, ORIGIN_PREDICTED };

static enum origin sent_with(const struct direction *d, const struct shown *shown, struct certs *sent) {
    const struct own_list *own = own_list_of(d->run->facts, d->own, d->shower, shown->node);
    *sent = shown->sent;
    if (shown->file == NULL)
        return ORIGIN_WIRE;
    if (shown->sent.n > 0 || own == NULL || own->index == NULL || shown->leaf->der == NULL)
        return ORIGIN_FILE;
    *sent = trust_predict(d->run->to->arena, shown->leaf, own->index, d->run->facts->run.at);
    return ORIGIN_PREDICTED;
}

static void add_place(const struct direction *d, struct finding *finding, const struct shown *shown) {
    const char *note = store_note(d->run->facts, shown);
    if (shown->file != NULL)
        evidence_text(finding, "file", shown->file);
    if (shown->seen_on != NULL && shown->endpoint == NULL)
        evidence_text(finding, "seen_on", shown->seen_on);
    if (note != NULL)
        evidence_text(finding, "note", note);
}

static void add_origin(const struct direction *d, struct finding *finding, const struct shown *shown,
                       enum origin origin) {
    static const char *const names[] = {[ORIGIN_WIRE] = "seen on the wire",
                                        [ORIGIN_FILE] = "as the file has it",
                                        [ORIGIN_PREDICTED] = "predicted from the sender's own trust list"};
    evidence_text(finding, "sent", names[origin]);
    add_place(d, finding, shown);
}

/* ---- chain.served, predicted ---- */

static struct certs whole_chain(struct arena *arena, const struct shown *shown, const struct certs *sent) {
    struct certs chain = {NULL, 0};
    LIST_ADD(arena, &chain, (void *)shown->leaf);
    for (size_t i = 0; i < sent->n; i++)
        LIST_ADD(arena, &chain, sent->v[i]);
    return chain;
}

static void judge_prediction(const struct direction *d, const struct shown *shown, const struct certs *sent) {
    static const enum check_id check = CHECK_CHAIN_SERVED;
    const struct own_list *own = own_list_of(d->run->facts, d->own, d->shower, shown->node);
    struct certs chain = whole_chain(d->run->to->arena, shown, sent);
    const struct cert *top = chain_breaks_at(d->run, &chain);
    struct finding *finding;
    if (top == NULL) {
        finding = find_pass(d->run->to, check, shown->about,
                            "will send its CA certificates: its own trust list has them");
    } else {
        finding = find_cause(d->run->to, CAUSE_CHAIN_SERVED_INCOMPLETE, shown->about,
                             "will not send the issuer of %s: it is not in its own trust list", top->subject);
        json_t *missing = json_array();
        json_array_append_new(missing, missing_json(top->issuer, top->aki, NULL,
                                                    top->aia.n > 0 ? top->aia.v[0] : NULL, own->box));
        evidence_set(finding, "missing", missing);
    }
    for (size_t i = 0; i < chain.n; i++)
        evidence_add(finding, "found", chain.v[i]->subject);
    evidence_text(finding, "trust_list", own->name);
    add_origin(d, finding, shown, ORIGIN_PREDICTED);
}

/* A file that holds more than the leaf says what would be sent, when it was given for just that. */
static void judge_file_chain(const struct direction *d, const struct shown *shown) {
    struct certs chain = whole_chain(d->run->to->arena, shown, &shown->sent);
    judge_chain_served(d->run, shown->about, &chain, shown->kind, enum_text(roles, (int)d->shower));
}

/* ---- chain.zone and chain.ssh-tunnel ---- */

static bool has_tunnel(const struct shown *shown) {
    return shown->zone == NULL || shown->zone->type == ZONE_UC_TRAVERSAL;
}

static void skip_both(const struct direction *d, const struct shown *shown) {
    find_skip(d->run->to, CHECK_CHAIN_ZONE, shown->about, "%s", no_list);
    if (has_tunnel(shown))
        find_skip(d->run->to, CHECK_CHAIN_SSH_TUNNEL, shown->about, "%s", no_list);
}

static void unknown_both(const struct direction *d, struct about about, const char *name, bool is_uc) {
    const char *also = d->shower == ROLE_EXPRESSWAY_C ? ", record it with `edgeprobe listen`" : "";
    find_unknown(d->run->to, CHECK_CHAIN_ZONE, about, not_seen, name, also);
    if (is_uc)
        find_unknown(d->run->to, CHECK_CHAIN_SSH_TUNNEL, about, not_seen, name, also);
}

static void judge_tunnel(const struct direction *d, const struct shown *shown, const struct certs *sent,
                         struct trust_question *question, enum trust_verdict zone) {
    struct trust_result result;
    question->check = CHECK_CHAIN_SSH_TUNNEL;
    question->sent = NULL;
    question->known = sent;
    struct finding *finding = judge_trust(d->run, question, &result);
    if (finding->status == STATUS_FAIL && zone == TRUST_GOOD)
        finding->summary = arena_printf(d->run->to->arena, "the zone comes up, the SSH tunnel does not: %s",
                                        finding->summary);
    evidence_text(finding, "judged_by", question->box);
    add_place(d, finding, shown);
}

static void judge_by_list(const struct direction *d, const struct shown *shown, const struct certs *sent,
                          enum origin origin, const struct own_list *own) {
    struct trust_question question = {
        .check = CHECK_CHAIN_ZONE,
        .about = shown->about,
        .leaf = shown->leaf,
        .sent = sent,
        .index = own->index,
        .list = own->name,
        .box = own->box,
        .purpose = d->shower == ROLE_EXPRESSWAY_C ? PURPOSE_TLS_CLIENT : PURPOSE_TLS_SERVER,
        .kind = shown->kind,
        .unenforced =
            zone_verifies(d->run->facts, shown->zone) ? NULL : "TLS verify mode of this zone is off"};
    question.about.list = own->name;
    struct trust_result result;
    struct finding *finding = judge_trust(d->run, &question, &result);
    evidence_text(finding, "judged_by", own->box);
    add_origin(d, finding, shown, origin);
    if (has_tunnel(shown))
        judge_tunnel(d, shown, sent, &question, result.verdict);
}

static bool some_list_is_there(const struct own_lists *lists) {
    for (size_t i = 0; i < lists->n; i++)
        if (lists->v[i]->index != NULL)
            return true;
    return false;
}

/* Does this list judge in that zone? Where no node of the judging side is known to be in it, each may. */
static bool judges_in(const struct direction *d, const struct zone *zone, const struct own_list *list) {
    const struct deployment *deployment = d->run->facts->deployment;
    const struct nodes *judges = d->judge == ROLE_EXPRESSWAY_C ? &deployment->c.nodes : &deployment->e.nodes;
    bool some = false;
    if (zone == NULL || zone->c_nodes.n == 0)
        return true;
    for (size_t i = 0; i < judges->n; i++) {
        if (!zone_has_node(zone, judges->v[i]))
            continue;
        if (own_list_of(d->run->facts, d->lists, d->judge, judges->v[i]) == list)
            return true;
        some = true;
    }
    return !some;
}

static void judge_shown(const struct direction *d, const struct shown *shown, bool is_first_zone) {
    struct certs sent;
    if (shown->leaf == NULL && some_list_is_there(d->lists)) {
        unknown_both(d, shown->about, shown->name, has_tunnel(shown));
        return;
    }
    if (shown->leaf != NULL) {
        enum origin origin = sent_with(d, shown, &sent);
        if (origin == ORIGIN_PREDICTED && is_first_zone)
            judge_prediction(d, shown, &sent);
        if (origin == ORIGIN_FILE && shown->sent.n > 0 && is_first_zone &&
            d->run->facts->deployment->file == NULL)
            judge_file_chain(d, shown);
        for (size_t i = 0; i < d->lists->n; i++)
            if (d->lists->v[i]->index != NULL && judges_in(d, shown->zone, d->lists->v[i]))
                judge_by_list(d, shown, &sent, origin, d->lists->v[i]);
    }
    if (!some_list_is_there(d->lists))
        skip_both(d, shown);
}

static void judge_direction(const struct direction *d, const struct shown_list *all) {
    const struct zone *first = all->n > 0 ? all->v[0]->zone : NULL;
    for (size_t i = 0; i < all->n; i++)
        judge_shown(d, all->v[i], d->shower == ROLE_EXPRESSWAY_E || all->v[i]->zone == first);
}

/* A zone in which nobody named an Expressway-C, though its judge is known. */
static void judge_unseen_c(const struct direction *d) {
    const struct deployment *deployment = d->run->facts->deployment;
    if (deployment->c.nodes.n > 0 || !some_list_is_there(d->lists))
        return;
    for (size_t i = 0; i < deployment->zones.n; i++) {
        const struct zone *zone = deployment->zones.v[i];
        struct about about = {.subject = arena_printf(d->run->to->arena, "zone:%s", zone->name),
                              .zone = zone->name};
        unknown_both(d, about, "Expressway-C", zone->type == ZONE_UC_TRAVERSAL);
    }
}

void judge_chain_zones(struct judging *run) {
    struct direction e_to_c = {run, ROLE_EXPRESSWAY_E, ROLE_EXPRESSWAY_C, &run->of_e, &run->of_c};
    struct direction c_to_e = {run, ROLE_EXPRESSWAY_C, ROLE_EXPRESSWAY_E, &run->of_c, &run->of_e};
    struct shown_list all;
    if (run->facts->deployment == NULL) {
        struct about about = {.subject = run->facts->run.target};
        find_skip(run->to, CHECK_CHAIN_ZONE, about, "%s", no_list);
        find_skip(run->to, CHECK_CHAIN_SSH_TUNNEL, about, "%s", no_list);
        return;
    }
    shown_by_e(run->facts, &run->seen, run->to->arena, &all);
    judge_direction(&e_to_c, &all);
    shown_by_c(run->facts, &run->seen, run->to->arena, &all);
    judge_direction(&c_to_e, &all);
    judge_unseen_c(&c_to_e);
}
