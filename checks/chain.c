/* Does what a server sends lead to a root that is trusted? Client-facing ports and the chain as sent; the
 * Expressways' own trust is in chain_zone.c and chain_own.c, the lists themselves in chain_list.c, Unified CM
 * in chain_ucm.c. The path is found by trust.c, as OpenSSL finds it. */
#include <string.h>

#include <openssl/x509_vfy.h>

#include "checks/chain_parts.h"

/* ---- one question of trust ---- */

static const struct {
    enum trust_verdict verdict;
    const char *words; /* with the subject of the culprit */
} words[] = {
    {TRUST_NO_ROOT, "the path ends at %s: the root above it is not in the trust list"},
    {TRUST_MISSING_INTERMEDIATE,
     "no CA certificate leads on from %s: its issuer is neither at hand nor in the "
     "trust list"},
    {TRUST_SELF_SIGNED, "%s is self-signed and not in the trust list"},
    {TRUST_EXPIRED_CA, "the CA certificate %s is expired or not yet valid"},
    {TRUST_NOT_A_CA, "%s stands in the path and may not issue certificates there"},
    {TRUST_BAD_SIGNATURE, "the signature on %s was not made by the CA of that name in the path"},
    {TRUST_PATH_TOO_LONG, "the path is longer than %s allows"},
    {TRUST_PURPOSE, "the key usage or extended key usage of %s forbids what the certificate is shown for"},
    {TRUST_NAME_CONSTRAINT, "%s bears a name that a CA above it may not certify (name constraints)"},
    {TRUST_CRITICAL_EXTENSION, "%s has an extension that is marked critical and that OpenSSL does not know"},
    {TRUST_MALFORMED_DATE, "a date of %s is not written as RFC 5280 wants it (no fractions of a second)"},
    {TRUST_OTHER, "OpenSSL refuses %s"},
};

static const char *summary_of(struct arena *arena, const struct trust_result *result) {
    const char *culprit = result->culprit == NULL ? "the certificate" : result->culprit;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].verdict == result->verdict) {
            const char *at = strstr(words[i].words, "%s");
            return arena_printf(arena, "%.*s%s%s", (int)(at - words[i].words), words[i].words, culprit,
                                at + 2);
        }
    return "not trusted";
}

static json_t *text_or_null(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

json_t *missing_json(const char *subject, const char *ski, const char *sha256, const char *aia,
                     const char *upload_to) {
    json_t *missing = json_object();
    json_object_set_new(missing, "subject", text_or_null(subject));
    json_object_set_new(missing, "ski", text_or_null(ski));
    json_object_set_new(missing, "sha256", text_or_null(sha256));
    json_object_set_new(missing, "aia", text_or_null(aia));
    json_object_set_new(missing, "upload_to", text_or_null(upload_to));
    return missing;
}

static void add_result(struct finding *finding, const struct trust_question *question,
                       const struct trust_result *result) {
    evidence_text(finding, "trust_list", question->list);
    evidence_texts(finding, "path", &result->path);
    evidence_kind(finding, question->kind);
    if (result->verdict == TRUST_GOOD)
        return;
    json_t *missing = json_array();
    for (size_t i = 0; i < result->missing.n; i++) {
        const struct missing_ca *ca = result->missing.v[i];
        json_array_append_new(missing,
                              missing_json(ca->subject, ca->ski, ca->sha256, ca->aia, question->box));
    }
    evidence_set(finding, "missing", missing);
    evidence_text(finding, "culprit", result->culprit);
    if (result->constrained_by != NULL)
        evidence_text(finding, "constrained_by", result->constrained_by);
    if (result->openssl_error != 0)
        evidence_text(finding, "openssl", X509_verify_cert_error_string(result->openssl_error));
}

static void add_all(struct arena *arena, struct certs *to, const struct certs *from) {
    for (size_t i = 0; from != NULL && i < from->n; i++)
        LIST_ADD(arena, to, from->v[i]);
}

/* What can name a missing CA: the certificates that were sent, and every list at hand. A CA that this list
 * lacks often stands in the one of the other side. */
static struct certs known_to(const struct chain_run *run, const struct trust_question *question) {
    struct arena *arena = run->to->arena;
    struct certs known = {NULL, 0}, from = {NULL, 0};
    const struct own_lists *both[] = {&run->of_e, &run->of_c};
    add_all(arena, &known, question->known);
    LIST_ADD(arena, &from, (void *)question->leaf);
    add_all(arena, &from, question->sent);
    add_all(arena, &from, question->known);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->n; k++)
            if (both[i]->v[k]->index != NULL && both[i]->v[k]->index != question->index) {
                struct certs reach = trust_reach(arena, &from, both[i]->v[k]->index);
                add_all(arena, &known, &reach);
            }
    return known;
}

/* One verdict is a cause of each question that can be asked. */
static enum cause_id cause_of_verdict(enum check_id check, enum trust_verdict verdict) {
    static const struct {
        enum trust_verdict verdict;
        enum cause_id client, zone, tunnel, own;
    } rows[] = {
        {TRUST_NO_ROOT, CAUSE_CHAIN_CLIENT_NO_TRUSTED_ROOT, CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT,
         CAUSE_CHAIN_SSH_TUNNEL_NO_TRUSTED_ROOT, CAUSE_CHAIN_OWN_NO_TRUSTED_ROOT},
        {TRUST_MISSING_INTERMEDIATE, CAUSE_CHAIN_CLIENT_MISSING_INTERMEDIATE,
         CAUSE_CHAIN_ZONE_MISSING_INTERMEDIATE, CAUSE_CHAIN_SSH_TUNNEL_MISSING_INTERMEDIATE,
         CAUSE_CHAIN_OWN_MISSING_INTERMEDIATE},
        {TRUST_SELF_SIGNED, CAUSE_CHAIN_CLIENT_UNTRUSTED_SELF_SIGNED, CAUSE_CHAIN_ZONE_UNTRUSTED_SELF_SIGNED,
         CAUSE_CHAIN_SSH_TUNNEL_UNTRUSTED_SELF_SIGNED, CAUSE_CHAIN_OWN_UNTRUSTED_SELF_SIGNED},
        {TRUST_EXPIRED_CA, CAUSE_CHAIN_CLIENT_EXPIRED_CA, CAUSE_CHAIN_ZONE_EXPIRED_CA,
         CAUSE_CHAIN_SSH_TUNNEL_EXPIRED_CA, CAUSE_CHAIN_OWN_EXPIRED_CA},
        {TRUST_NOT_A_CA, CAUSE_CHAIN_CLIENT_NOT_A_CA, CAUSE_CHAIN_ZONE_NOT_A_CA,
         CAUSE_CHAIN_SSH_TUNNEL_NOT_A_CA, CAUSE_CHAIN_OWN_NOT_A_CA},
        {TRUST_BAD_SIGNATURE, CAUSE_CHAIN_CLIENT_BAD_SIGNATURE, CAUSE_CHAIN_ZONE_BAD_SIGNATURE,
         CAUSE_CHAIN_SSH_TUNNEL_BAD_SIGNATURE, CAUSE_CHAIN_OWN_BAD_SIGNATURE},
        {TRUST_PATH_TOO_LONG, CAUSE_CHAIN_CLIENT_PATH_TOO_LONG, CAUSE_CHAIN_ZONE_PATH_TOO_LONG,
         CAUSE_CHAIN_SSH_TUNNEL_PATH_TOO_LONG, CAUSE_CHAIN_OWN_PATH_TOO_LONG},
        {TRUST_PURPOSE, CAUSE_CHAIN_CLIENT_UNSUITABLE_PURPOSE, CAUSE_CHAIN_ZONE_UNSUITABLE_PURPOSE,
         CAUSE_CHAIN_SSH_TUNNEL_UNSUITABLE_PURPOSE, CAUSE_CHAIN_OWN_OTHER},
        {TRUST_NAME_CONSTRAINT, CAUSE_CHAIN_CLIENT_NAME_CONSTRAINT, CAUSE_CHAIN_ZONE_NAME_CONSTRAINT,
         CAUSE_CHAIN_SSH_TUNNEL_NAME_CONSTRAINT, CAUSE_CHAIN_OWN_NAME_CONSTRAINT},
        {TRUST_CRITICAL_EXTENSION, CAUSE_CHAIN_CLIENT_CRITICAL_EXTENSION, CAUSE_CHAIN_ZONE_CRITICAL_EXTENSION,
         CAUSE_CHAIN_SSH_TUNNEL_CRITICAL_EXTENSION, CAUSE_CHAIN_OWN_CRITICAL_EXTENSION},
        {TRUST_MALFORMED_DATE, CAUSE_CHAIN_CLIENT_MALFORMED_DATE, CAUSE_CHAIN_ZONE_MALFORMED_DATE,
         CAUSE_CHAIN_SSH_TUNNEL_MALFORMED_DATE, CAUSE_CHAIN_OWN_MALFORMED_DATE},
        {TRUST_OTHER, CAUSE_CHAIN_CLIENT_OTHER, CAUSE_CHAIN_ZONE_OTHER, CAUSE_CHAIN_SSH_TUNNEL_OTHER,
         CAUSE_CHAIN_OWN_OTHER}};
    size_t i = 0;
    while (i + 1 < sizeof rows / sizeof *rows && rows[i].verdict != verdict)
        i++;
    return check == CHECK_CHAIN_CLIENT       ? rows[i].client
           : check == CHECK_CHAIN_SSH_TUNNEL ? rows[i].tunnel
           : check == CHECK_CHAIN_OWN        ? rows[i].own
                                             : rows[i].zone;
}

struct finding *judge_trust(struct chain_run *run, const struct trust_question *question,
                            struct trust_result *result) {
    struct arena *arena = run->to->arena;
    struct certs known = known_to(run, question);
    struct finding *finding;
    trust_judge_by(arena, question->leaf, question->sent, &known, question->index, run->facts->run.at,
                   question->purpose, result);
    if (result->verdict == TRUST_NO_BYTES)
        return find_unknown(
            run->to, question->check, question->about,
            "the bytes of the certificates were not kept: look again, or save them with --save");
    if (result->verdict == TRUST_GOOD) {
        finding = find_pass(run->to, question->check, question->about, "trusted by %s", question->list);
    } else {
        enum cause_id cause = question->cause != CAUSE_NONE
                                  ? question->cause
                                  : cause_of_verdict(question->check, result->verdict);
        finding = find_cause(run->to, cause, question->about, "%s", summary_of(arena, result));
    }
    add_result(finding, question, result);
    return finding;
}

/* ---- chain.served ---- */

/* By name, and by key identifier where both sides have one (RFC 4158 3.5.12): bytes are not needed. */
static bool has_issued(const struct cert *ca, const struct cert *child) {
    if (ca == child || strcmp(child->issuer, ca->subject) != 0)
        return false;
    return child->aki == NULL || ca->ski == NULL || strcmp(child->aki, ca->ski) == 0;
}

struct served {
    const struct certs *chain;
    bool *is_related, *is_duplicate; /* by position */
};

static void mark(struct arena *arena, const struct certs *chain, struct served *served) {
    served->chain = chain;
    served->is_related = arena_alloc(arena, chain->n * sizeof(bool));
    served->is_duplicate = arena_alloc(arena, chain->n * sizeof(bool));
    served->is_related[0] = true;
    for (size_t i = 1; i < chain->n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(chain->v[i]->sha256, chain->v[k]->sha256) == 0)
                served->is_duplicate[i] = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 1; i < chain->n; i++)
            for (size_t k = 0; k < chain->n && !served->is_related[i]; k++)
                if (served->is_related[k] && has_issued(chain->v[i], chain->v[k]))
                    served->is_related[i] = changed = true;
    }
}

/* Each certificate has to certify one before it (RFC 5246 7.4.2; RFC 8446 4.4.2 only recommends it). */
static const struct cert *first_misordered(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++) {
        bool follows = !served->is_related[i] || served->is_duplicate[i];
        for (size_t k = 0; k < i && !follows; k++)
            follows = has_issued(served->chain->v[i], served->chain->v[k]);
        if (!follows)
            return served->chain->v[i];
    }
    return NULL;
}

static const struct cert *first_unrelated(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++)
        if (!served->is_related[i] && !served->is_duplicate[i])
            return served->chain->v[i];
    return NULL;
}

static const struct cert *first_duplicate(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++)
        if (served->is_duplicate[i])
            return served->chain->v[i];
    return NULL;
}

static const struct cert *first_root(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++)
        if (served->is_related[i] && served->chain->v[i]->self_issued)
            return served->chain->v[i];
    return NULL;
}

/* The highest certificate that was sent. */
static const struct cert *top_of(const struct served *served) {
    const struct cert *top = served->chain->v[0];
    for (size_t step = 0; step < served->chain->n; step++) {
        const struct cert *next = NULL;
        for (size_t i = 1; i < served->chain->n && next == NULL; i++)
            if (has_issued(served->chain->v[i], top))
                next = served->chain->v[i];
        if (next == NULL || top->self_issued)
            break;
        top = next;
    }
    return top;
}

static enum trust_issuer issuer_anywhere(struct chain_run *run, const struct cert *cert) {
    const struct own_lists *both[] = {&run->of_e, &run->of_c};
    enum trust_issuer best = ISSUER_NONE, found;
    if (run->client != NULL)
        best = trust_issuer_of(run->to->arena, cert, run->client);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->n && best != ISSUER_ROOT; k++)
            if (both[i]->v[k]->index != NULL &&
                (found = trust_issuer_of(run->to->arena, cert, both[i]->v[k]->index)) > best)
                best = found;
    return best;
}

/* A root need not be sent. Whether the next one up is a root only a trust list can tell; where none does, a
 * leaf that came alone is taken for incomplete, and a longer chain for whole. */
static bool is_incomplete(struct chain_run *run, const struct served *served, const struct cert *top) {
    if (served->chain->v[0]->self_signed || top->self_issued || first_root(served) != NULL)
        return false;
    switch (issuer_anywhere(run, top)) {
    case ISSUER_ROOT:
        return false;
    case ISSUER_INTERMEDIATE:
        return true;
    default:
        return top == served->chain->v[0];
    }
}

const struct cert *chain_breaks_at(struct chain_run *run, const struct certs *chain) {
    struct served served;
    mark(run->to->arena, chain, &served);
    const struct cert *top = top_of(&served);
    return is_incomplete(run, &served, top) ? top : NULL;
}

static void add_sent(struct finding *finding, const struct certs *chain, const char *kind) {
    for (size_t i = 0; i < chain->n; i++)
        evidence_add(finding, "found", chain->v[i]->subject);
    evidence_kind(finding, kind);
}

void judge_chain_served(struct chain_run *run, struct about about, const struct certs *chain,
                        const char *kind, const char *box) {
    static const enum check_id check = CHECK_CHAIN_SERVED;
    struct served served;
    mark(run->to->arena, chain, &served);
    const struct cert *top = top_of(&served);
    const struct {
        enum cause_id cause;
        const char *words;
        const struct cert *culprit;
    } faults[] = {
        {CAUSE_CHAIN_SERVED_INCOMPLETE, "the issuer of %s was not sent",
         is_incomplete(run, &served, top) ? top : NULL},
        {CAUSE_CHAIN_SERVED_MISORDERED, "%s comes before what it certifies", first_misordered(&served)},
        {CAUSE_CHAIN_SERVED_HAS_ROOT, "the root %s is sent, which nobody needs", first_root(&served)},
        {CAUSE_CHAIN_SERVED_DUPLICATE, "%s is sent twice", first_duplicate(&served)},
        /* While a link is missing nobody can know what belongs to it. */
        {CAUSE_CHAIN_SERVED_UNRELATED, "%s has nothing to do with the certificate",
         is_incomplete(run, &served, top) ? NULL : first_unrelated(&served)},
    };
    bool is_good = true;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (faults[i].culprit == NULL)
            continue;
        const char *subject = faults[i].culprit->subject, *at = strstr(faults[i].words, "%s");
        struct finding *finding = find_cause(run->to, faults[i].cause, about, "%.*s%s%s",
                                             (int)(at - faults[i].words), faults[i].words, subject, at + 2);
        add_sent(finding, chain, kind);
        if (i == 0) {
            json_t *missing = json_array();
            json_array_append_new(missing, missing_json(top->issuer, top->aki, NULL,
                                                        top->aia.n > 0 ? top->aia.v[0] : NULL, box));
            evidence_set(finding, "missing", missing);
        }
        is_good = false;
    }
    if (is_good)
        add_sent(find_pass(run->to, check, about, "complete and in order"), chain, kind);
}

/* The box whose trust list has to hold the CA for this port to send it. */
static const char *sender_of(const struct chain_run *run, const struct seen_cert *seen) {
    const struct own_lists *lists = seen->role == ROLE_EXPRESSWAY_C ? &run->of_c : &run->of_e;
    const struct own_list *own = own_list_of(run->facts, lists, seen->role, seen->node);
    return own != NULL ? own->box : enum_text(roles, (int)seen->role);
}

/* ---- chain.client ---- */

static void add_clients(struct finding *finding, bool is_trusted) {
    json_t *clients = json_object();
    json_object_set_new(clients, "jabber", json_string(is_trusted ? "accepts" : "prompts"));
    json_object_set_new(clients, "tc_ce",
                        json_string(is_trusted ? "accepts where its CA list has the root" : "refuses"));
    json_object_set_new(
        clients, "phones",
        json_string(is_trusted ? "accepts where its fixed CA list (7800/8800) has the root" : "refuses"));
    evidence_set(finding, "clients", clients);
}

/* What E does not send it lacks in its own trust list; what clients lack is theirs to get. */
static const char *client_box(const struct chain_run *run, const struct seen_cert *seen,
                              enum trust_verdict verdict) {
    return verdict == TRUST_MISSING_INTERMEDIATE ? sender_of(run, seen) : "clients";
}

static void judge_client(struct chain_run *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_CHAIN_CLIENT;
    if (run->client == NULL) {
        find_skip(run->to, check, seen->about, "no list of roots that clients trust was given or found");
        return;
    }
    struct certs sent = {seen->chain->v + 1, seen->chain->n - 1};
    struct trust_question question = {.check = check,
                                      .about = seen->about,
                                      .purpose = PURPOSE_TLS_SERVER,
                                      .leaf = seen->leaf,
                                      .sent = &sent,
                                      .index = run->client,
                                      .list = run->facts->run.client_trust,
                                      .kind = seen->kind};
    struct trust_result result;
    struct finding *finding = judge_trust(run, &question, &result);
    if (result.verdict == TRUST_NO_BYTES)
        return;
    json_t *missing = json_object_get(finding->evidence, "missing");
    for (size_t i = 0; i < json_array_size(missing); i++)
        json_object_set_new(json_array_get(missing, i), "upload_to",
                            json_string(client_box(run, seen, result.verdict)));
    add_clients(finding, result.verdict == TRUST_GOOD);
}

void judge_chain(const struct facts *facts, struct findings *to) {
    struct chain_run run = {.facts = facts, .to = to};
    const struct trust_list *client = facts_trust(facts, facts->run.client_trust);
    seen_all(facts, to->arena, &run.seen);
    own_lists_of(facts, to->arena, ROLE_EXPRESSWAY_E, &run.of_e);
    own_lists_of(facts, to->arena, ROLE_EXPRESSWAY_C, &run.of_c);
    run.client = client == NULL ? NULL : trust_index_new(to->arena, client);
    for (size_t i = 0; i < run.seen.n; i++) {
        const struct seen_cert *seen = run.seen.v[i];
        if (seen->endpoint == NULL)
            continue;
        if (is_expressway(seen->role))
            judge_chain_served(&run, seen->about, seen->chain, seen->kind, sender_of(&run, seen));
        if (seen->endpoint->leg == LEG_CLIENT)
            judge_client(&run, seen);
    }
    judge_chain_zones(&run);
    judge_chain_own(&run);
    judge_chain_lists(&run);
    judge_chain_ucm(&run);
}
