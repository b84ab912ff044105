/* Are the certificates and trust stores inside Unified CM and IM and Presence in order? Certificates by
 * purpose, from files and ports (field-facts 9); expired trust certificates; the publisher's ipsec
 * certificate on every other node (regeneration note). What Expressway-C makes of them is chain.ucm-trust and
 * name.ucm-node. */
#include <string.h>

#include "checks/cert.h"
#include "expressway/names.h"
#include "expressway/trust.h"

/* ---- ucm.certificate ---- */

static const struct purpose *purpose_of(const struct seen_cert *seen) {
    if (seen->purpose != NULL)
        return purpose_named(seen->purpose);
    return seen->endpoint == NULL
               ? NULL
               : purpose_on_port(seen->role, seen->endpoint->port, seen->leaf->key_type == KEY_EC);
}

static enum cause_id date_cause(const struct judging *run, const struct seen_cert *seen) {
    static const struct {
        enum cause_id of, here;
    } rows[] = {{CAUSE_CERT_VALIDITY_EXPIRED, CAUSE_UCM_CERTIFICATE_EXPIRED},
                {CAUSE_CERT_VALIDITY_NOT_YET_VALID, CAUSE_UCM_CERTIFICATE_NOT_YET_VALID},
                {CAUSE_CERT_VALIDITY_EXPIRES_CRITICAL, CAUSE_UCM_CERTIFICATE_EXPIRES_CRITICAL},
                {CAUSE_CERT_VALIDITY_EXPIRES_SOON, CAUSE_UCM_CERTIFICATE_EXPIRES_SOON}};
    enum cause_id cause = validity_cause(run, seen->leaf, seen_at(run->facts, seen));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].of == cause)
            return rows[i].here;
    return CAUSE_NONE;
}

static enum cause_id usage_cause(const struct judging *run, const struct seen_cert *seen) {
    enum cause_id cause = eku_cause(run, seen);
    return cause == CAUSE_CERT_EKU_MISSING_SERVER ? CAUSE_UCM_CERTIFICATE_MISSING_SERVER
           : cause == CAUSE_CERT_EKU_MISSING_CLIENT || cause == CAUSE_CERT_EKU_MISSING_CLIENT_SOON
               ? CAUSE_UCM_CERTIFICATE_MISSING_CLIENT
               : CAUSE_NONE;
}

/* tomcat's names are name.ucm-node's; CAPF and ipsec are known by their own. */
static bool bears_node_name(const struct seen_cert *seen, const struct purpose *purpose) {
    static const char *const compared[] = {"callmanager", "callmanager-ecdsa", "cup", "cup-xmpp"};
    bool is_compared = false;
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
        is_compared = is_compared || strcmp(purpose->id, compared[i]) == 0;
    if (!is_compared || seen->node == NULL || name_is_ip(seen->node->name) ||
        seen->about.subject != seen->node->name)
        return true;
    return name_has_dns(seen->leaf, seen->node->name) ||
           (seen->leaf->common_name != NULL && name_equal(seen->leaf->common_name, seen->node->name));
}

static struct finding *with_certificate(struct judging *run, struct finding *finding,
                                        const struct seen_cert *seen, const struct purpose *purpose) {
    evidence_text(finding, "purpose", purpose->id);
    evidence_text(finding, "serial", seen->leaf->serial);
    evidence_time(finding, "not_after", seen->leaf->not_after);
    evidence_texts(finding, "eku", &seen->leaf->eku);
    if (seen->endpoint != NULL)
        evidence_text(finding, "seen_on", seen->endpoint->id);
    evidence_names(finding, run->arena, seen->leaf);
    return finding;
}

static void judge_certificate(struct judging *run, const struct seen_cert *seen) {
    const struct purpose *purpose = purpose_of(seen);
    const char *end = time_write(run->arena, seen->leaf->not_after);
    size_t before = run->to->n;
    if ((seen->role != ROLE_UCM && seen->role != ROLE_IMP) || purpose == NULL)
        return;
    enum cause_id dates = date_cause(run, seen), usages = usage_cause(run, seen);
    if (dates != CAUSE_NONE)
        with_certificate(run,
                         find_cause(run->to, dates, seen->about, "%s %s %s", purpose->name,
                                    dates == CAUSE_UCM_CERTIFICATE_EXPIRED ? "ended on"
                                    : dates == CAUSE_UCM_CERTIFICATE_NOT_YET_VALID
                                        ? "is not valid yet, and ends on"
                                        : "ends on",
                                    end),
                         seen, purpose);
    if (usages != CAUSE_NONE)
        with_certificate(
            run, find_cause(run->to, usages, seen->about, "%s: %s", purpose->name, cause_of(usages)->title),
            seen, purpose);
    if (!bears_node_name(seen, purpose))
        evidence_text(
            with_certificate(run,
                             find_cause(run->to, CAUSE_UCM_CERTIFICATE_NO_MATCH, seen->about,
                                        "%s does not bear the name %s", purpose->name, seen->node->name),
                             seen, purpose),
            "wanted", seen->node->name);
    if (run->to->n == before)
        with_certificate(
            run, find_pass(run->to, CHECK_UCM_CERTIFICATE, seen->about, "%s ends on %s", purpose->name, end),
            seen, purpose);
}

/* ---- ucm.expired-trust ---- */

/* The purpose whose restarts clear the services' memory of a store. */
static const char *purpose_of_store(enum role role, const char *store) {
    for (const struct purpose *p = purpose_rows; p->id != NULL; p++)
        if ((p->roles >> role & 1u) != 0 && p->store != NULL && text_same_case_blind(p->store, store))
            return p->id;
    return NULL;
}

static bool is_shown(const struct judging *run, const struct ca_entry *entry) {
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct cert *leaf = run->seen.v[i]->leaf;
        bool is_inside = run->seen.v[i]->role == ROLE_UCM || run->seen.v[i]->role == ROLE_IMP;
        if (is_inside && leaf->der != NULL && leaf->der_size == entry->der_size &&
            memcmp(leaf->der, entry->der, entry->der_size) == 0)
            return true;
    }
    return false;
}

enum { SHOWN_MAX = 20 };

static json_t *entry_json(struct arena *arena, const struct ca_entry *entry) {
    const struct cert *cert = trust_entry_cert(arena, entry);
    json_t *json = json_object();
    json_object_set_new(json, "subject",
                        json_string(cert == NULL ? "a certificate that cannot be parsed" : cert->subject));
    json_object_set_new(json, "sha256",
                        cert == NULL || cert->sha256 == NULL ? json_null() : json_string(cert->sha256));
    json_object_set_new(json, "not_after", json_string(time_write(arena, entry->not_after)));
    return json;
}

/* The expired entries that nodes show, or those that none shows. */
static size_t tell_expired(struct judging *run, const struct node *node, const struct purpose_store *store,
                           const struct trust_list *list, enum cause_id cause) {
    struct about about = {.subject = node->name, .node = node->name, .role = node->role};
    bool wants_shown = cause == CAUSE_UCM_EXPIRED_TRUST_STILL_IN_USE;
    json_t *shown = json_array();
    size_t count = 0;
    for (size_t i = 0; i < list->entries.n; i++)
        if (list->entries.v[i]->not_after < run->facts->run.at &&
            is_shown(run, list->entries.v[i]) == wants_shown && count++ < SHOWN_MAX)
            json_array_append_new(shown, entry_json(run->arena, list->entries.v[i]));
    if (count == 0) {
        json_decref(shown);
        return 0;
    }
    struct finding *finding = find_cause(run->to, cause, about, "%s: %zu expired %s", store->store, count,
                                         wants_shown  ? "that a node still shows as its own"
                                         : count == 1 ? "certificate"
                                                      : "certificates");
    evidence_text(finding, "store", store->store);
    evidence_text(finding, "purpose", purpose_of_store(node->role, store->store));
    evidence_text(finding, "trust_list", store->trust);
    evidence_int(finding, "count", (long long)count);
    evidence_set(finding, "found", shown);
    return count;
}

static void judge_stores(struct judging *run, const struct node *node) {
    struct about about = {.subject = node->name, .node = node->name, .role = node->role};
    for (size_t i = 0; i < node->stores.n; i++) {
        const struct purpose_store *store = node->stores.v[i];
        const struct trust_list *list = facts_trust(run->facts, store->trust);
        if (list == NULL)
            continue;
        size_t expired = tell_expired(run, node, store, list, CAUSE_UCM_EXPIRED_TRUST_REMOVABLE) +
                         tell_expired(run, node, store, list, CAUSE_UCM_EXPIRED_TRUST_STILL_IN_USE);
        if (expired == 0)
            evidence_text(find_pass(run->to, CHECK_UCM_EXPIRED_TRUST, about, "%s: none of %zu is expired",
                                    store->store, list->entries.n),
                          "store", store->store);
    }
}

/* ---- ucm.ipsec-trust ---- */

static const struct node *publisher_of(const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n; i++)
        if (nodes->v[i]->publisher)
            return nodes->v[i];
    return nodes->n == 1 ? nodes->v[0] : NULL;
}

/* By name and serial number, as the note has it compared. */
static void judge_ipsec_store(struct judging *run, const struct node *publisher, const struct cert *ipsec,
                              const struct node *node, const struct trust_list *list) {
    struct about about = {.subject = node->name, .node = node->name, .role = node->role};
    struct texts serials = {NULL, 0};
    for (size_t i = 0; i < list->entries.n; i++) {
        const struct cert *entry = trust_entry_cert(run->arena, list->entries.v[i]);
        if (entry == NULL || strcmp(entry->subject, ipsec->subject) != 0)
            continue;
        entry = trust_entry_whole(run->arena, list->entries.v[i]);
        if (entry != NULL)
            texts_add(run->arena, &serials, entry->serial);
    }
    struct finding *finding =
        texts_has(&serials, ipsec->serial)
            ? find_pass(run->to, CHECK_UCM_IPSEC_TRUST, about, "ipsec-trust holds serial %s of %s",
                        ipsec->serial, publisher->name)
        : serials.n > 0 ? find_cause(run->to, CAUSE_UCM_IPSEC_TRUST_SERIAL_DIFFERS, about,
                                     "ipsec-trust holds serial %s of %s, which has %s now", serials.v[0],
                                     publisher->name, ipsec->serial)
                        : find_cause(run->to, CAUSE_UCM_IPSEC_TRUST_MISSING, about,
                                     "ipsec-trust holds no certificate of %s", publisher->name);
    evidence_text(finding, "publisher", publisher->name);
    evidence_text(finding, "purpose", "ipsec");
    evidence_text(finding, "wanted", ipsec->serial);
    evidence_texts(finding, "found", &serials);
}

static void judge_ipsec(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    const struct nodes *both[] = {&d->ucm, &d->imp};
    const struct node *publisher = publisher_of(d->ucm.n > 0 ? &d->ucm : &d->imp);
    const struct purpose_cert *its = publisher == NULL ? NULL : node_certificate_for(publisher, "ipsec");
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->n; i++) {
            const struct node *node = both[k]->v[i];
            const struct trust_list *list = facts_trust(run->facts, node_store(node, "ipsec-trust"));
            struct about about = {.subject = node->name, .node = node->name, .role = node->role};
            if (list == NULL || node == publisher)
                continue;
            if (its == NULL || its->chain.n == 0)
                find_unknown(run->to, CHECK_UCM_IPSEC_TRUST, about,
                             "the publisher's ipsec certificate was not given: certificates: {ipsec: FILE} "
                             "of the node with "
                             "publisher: true (CLI there: show cert own ipsec/ipsec.pem)");
            else
                judge_ipsec_store(run, publisher, its->chain.v[0], node, list);
        }
}

void judge_ucm(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    if (d == NULL)
        return;
    const struct nodes *both[] = {&d->ucm, &d->imp};
    for (size_t i = 0; i < run->seen.n; i++)
        judge_certificate(run, run->seen.v[i]);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->n; i++)
            judge_stores(run, both[k]->v[i]);
    judge_ipsec(run);
}
