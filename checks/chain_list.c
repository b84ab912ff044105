/* Is a trust list itself in order, and do cluster peers hold the same? Lists may hold 100,000 entries: what
 * can be told from the skimmed fields is, and only what is reported gets parsed. */
#include <stdlib.h>
#include <string.h>

#include "checks/chain.h"
#include "expressway/dn_key.h"

enum { ENTRIES_MAX = 1000, SHOWN_MAX = 20 };

static json_t *entry_json(struct arena *arena, const struct ca_entry *entry) {
    const struct cert *cert = trust_entry_cert(arena, entry);
    json_t *json = json_object();
    json_object_set_new(json, "subject",
                        json_string(cert == NULL ? "a certificate that cannot be parsed" : cert->subject));
    json_object_set_new(json, "sha256", cert == NULL ? json_null() : json_string(cert->sha256));
    json_object_set_new(json, "not_after", json_string(time_write(arena, entry->not_after)));
    json_object_set_new(json, "line", json_integer(entry->line));
    return json;
}

/* ---- chain.trust-list ---- */

typedef bool (*entry_test)(const struct ca_entry *entry, int64_t at);

static bool is_expired(const struct ca_entry *entry, int64_t at) {
    return entry->not_after < at;
}

static bool lacks_constraints(const struct ca_entry *entry, int64_t at) {
    (void)at;
    return !entry->has_basic_constraints;
}

static bool is_no_ca(const struct ca_entry *entry, int64_t at) {
    (void)at;
    return entry->has_basic_constraints && !entry->is_ca;
}

static const struct {
    enum cause_id cause;
    const char *words;
    entry_test is_bad;
} entry_rows[] = {
    {CAUSE_CHAIN_TRUST_LIST_EXPIRED, "CA certificates in the list that are expired", is_expired},
    {CAUSE_CHAIN_TRUST_LIST_NO_BASIC_CONSTRAINTS, "certificates in the list without BasicConstraints",
     lacks_constraints},
    {CAUSE_CHAIN_TRUST_LIST_NOT_A_CA, "certificates in the list that say they are no CA", is_no_ca},
};

static bool judge_entries(struct judging *run, struct about about, const struct trust_list *list,
                          size_t row) {
    size_t count = 0;
    json_t *shown = json_array();
    for (size_t i = 0; i < list->entries.n; i++)
        if (entry_rows[row].is_bad(list->entries.v[i], run->facts->run.at) && count++ < SHOWN_MAX)
            json_array_append_new(shown, entry_json(run->to->arena, list->entries.v[i]));
    if (count == 0) {
        json_decref(shown);
        return false;
    }
    struct finding *finding =
        find_cause(run->to, entry_rows[row].cause, about, "%s: %zu", entry_rows[row].words, count);
    evidence_int(finding, "count", (long long)count);
    evidence_set(finding, "entries", shown);
    return true;
}

struct keyed {
    uint64_t key;
    size_t position;
};

static int by_key(const void *a, const void *b) {
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->position < y->position ? -1 : x->position > y->position;
}

static bool same_bytes(const struct ca_entry *a, const struct ca_entry *b) {
    return a->der_size == b->der_size && memcmp(a->der, b->der, a->der_size) == 0;
}

/* What makes several certificates trouble: one subject for different keys, of which the first alone is found
 * (a renewed certificate of the same key serves as well); or, with single sign-on, one common name for
 * different subjects (guide, chapter 6). */
struct likeness {
    enum cause_id cause;
    uint64_t (*key)(const uint8_t *der, size_t size);
    bool (*differ)(struct arena *arena, const struct ca_entry *a, const struct ca_entry *b);
    bool needs_sso;
};

static bool keys_differ(struct arena *arena, const struct ca_entry *a, const struct ca_entry *b) {
    const struct cert *x, *y;
    if (same_bytes(a, b))
        return false;
    x = trust_entry_cert(arena, a);
    y = trust_entry_cert(arena, b);
    return x == NULL || y == NULL || x->ski == NULL || y->ski == NULL || strcmp(x->ski, y->ski) != 0;
}

static bool subjects_differ(struct arena *arena, const struct ca_entry *a, const struct ca_entry *b) {
    (void)arena;
    return dn_whole_key(a->subject, a->subject_size) != dn_whole_key(b->subject, b->subject_size);
}

static const struct likeness likenesses[] = {
    {CAUSE_CHAIN_TRUST_LIST_DUPLICATE_NAME, dn_whole_key, keys_differ, false},
    {CAUSE_CHAIN_TRUST_LIST_SAME_COMMON_NAME, dn_key, subjects_differ, true}};

/* A run of one key: do two of it differ in what counts? */
static bool has_two(struct arena *arena, const struct likeness *like, const struct trust_list *list,
                    const struct keyed *v, size_t count) {
    for (size_t i = 1; i < count && i < SHOWN_MAX; i++)
        if (like->differ(arena, list->entries.v[v[0].position], list->entries.v[v[i].position]))
            return true;
    return false;
}

static void add_duplicates(struct judging *run, json_t *to, const struct trust_list *list,
                           const struct keyed *v, size_t count) {
    for (size_t i = 0; i < count && json_array_size(to) < SHOWN_MAX; i++)
        json_array_append_new(to, entry_json(run->to->arena, list->entries.v[v[i].position]));
}

static bool has_sso(const struct deployment *d) {
    return d != NULL && (d->ucm_sso || d->imp_sso);
}

static bool judge_duplicates(struct judging *run, struct about about, const struct trust_list *list,
                             const struct likeness *like) {
    struct arena *scratch = arena_new();
    struct keyed *v = arena_alloc(scratch, (list->entries.n + 1) * sizeof *v);
    json_t *shown = json_array();
    size_t names = 0;
    for (size_t i = 0; i < list->entries.n; i++)
        v[i] = (struct keyed){like->key(list->entries.v[i]->subject, list->entries.v[i]->subject_size), i};
    qsort(v, list->entries.n, sizeof *v, by_key);
    for (size_t start = 0, end; start < list->entries.n; start = end) {
        for (end = start + 1; end < list->entries.n && v[end].key == v[start].key;)
            end++;
        if (has_two(run->to->arena, like, list, v + start, end - start)) {
            names++;
            add_duplicates(run, shown, list, v + start, end - start);
        }
    }
    arena_free(scratch);
    if (names == 0) {
        json_decref(shown);
        return false;
    }
    struct finding *finding =
        find_cause(run->to, like->cause, about,
                   like->needs_sso ? "%zu common names are borne by CA certificates of different subjects"
                                   : "%zu names are borne by several CA certificates, of which only the "
                                     "first counts",
                   names);
    evidence_int(finding, "count", (long long)names);
    evidence_set(finding, "entries", shown);
    return true;
}

static const char *problem_text(struct judging *run, const struct trust_problem *problem) {
    return arena_printf(run->to->arena, "line %d: %s", problem->line,
                        problem->what == NULL ? "unreadable" : problem->what);
}

static bool judge_readable(struct judging *run, struct about about, const struct trust_list *list) {
    if (list != NULL && list->entries.n > 0 && list->problems.n == 0)
        return true;
    struct finding *finding =
        list == NULL || list->entries.n == 0
            ? find_cause(run->to, CAUSE_CHAIN_TRUST_LIST_UNREADABLE, about, "there is no certificate in it")
            : find_cause(run->to, CAUSE_CHAIN_TRUST_LIST_UNREADABLE, about,
                         "%zu of its blocks cannot be read: %s", list->problems.n,
                         problem_text(run, list->problems.v[0]));
    for (size_t i = 0; list != NULL && i < list->problems.n && i < SHOWN_MAX; i++)
        evidence_add(finding, "problems", problem_text(run, list->problems.v[i]));
    return false;
}

static void judge_list(struct judging *run, const struct own_list *own) {
    static const enum check_id check = CHECK_CHAIN_TRUST_LIST;
    struct about about = {.subject = own->name};
    bool is_good = judge_readable(run, about, own->list);
    if (own->list == NULL)
        return;
    if (own->list->entries.n > ENTRIES_MAX) {
        struct finding *finding =
            find_cause(run->to, CAUSE_CHAIN_TRUST_LIST_TOO_MANY, about, "%zu certificates; %d is the most",
                       own->list->entries.n, ENTRIES_MAX);
        evidence_int(finding, "wanted", ENTRIES_MAX);
        evidence_int(finding, "found", (long long)own->list->entries.n);
        is_good = false;
    }
    for (size_t i = 0; i < sizeof likenesses / sizeof *likenesses; i++)
        if (!likenesses[i].needs_sso || has_sso(run->facts->deployment))
            is_good = !judge_duplicates(run, about, own->list, &likenesses[i]) && is_good;
    for (size_t row = 0; row < sizeof entry_rows / sizeof *entry_rows; row++)
        is_good = !judge_entries(run, about, own->list, row) && is_good;
    if (is_good)
        evidence_int(
            find_pass(run->to, check, about, "%zu CA certificates, all in order", own->list->entries.n),
            "found", (long long)own->list->entries.n);
}

/* A list that both sides use is judged once. */
static void judge_lists(struct judging *run) {
    const struct own_lists *both[] = {&run->of_e, &run->of_c};
    struct texts done = {NULL, 0};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->n; k++)
            if (!texts_has(&done, both[i]->v[k]->name)) {
                texts_add(run->to->arena, &done, both[i]->v[k]->name);
                judge_list(run, both[i]->v[k]);
            }
    for (size_t i = 0; i < run->facts->files.n; i++) { /* bundles in hand */
        const struct user_file *file = run->facts->files.v[i];
        struct own_list own = {.list = facts_trust(run->facts, file->path), .name = file->path};
        if (file->kind == FILE_TRUST_LIST && own.list != NULL && !texts_has(&done, own.name))
            judge_list(run, &own);
    }
}

/* ---- chain.cluster-trust ---- */

struct entry_set {
    const struct ca_entry **v; /* sorted, each once */
    size_t n;
};

/* Any order will do that is the same for equal bytes; the end of a certificate is its signature, so that most
 * comparisons end at once. */
static int by_bytes(const void *a, const void *b) {
    enum { TAIL = 32 };
    const struct ca_entry *x = *(const struct ca_entry *const *)a, *y = *(const struct ca_entry *const *)b;
    if (x->der_size != y->der_size)
        return x->der_size < y->der_size ? -1 : 1;
    size_t tail = x->der_size < TAIL ? x->der_size : TAIL;
    int by = memcmp(x->der + x->der_size - tail, y->der + y->der_size - tail, tail);
    return by != 0 ? by : memcmp(x->der, y->der, x->der_size);
}

static void set_add_list(struct entry_set *set, const struct trust_list *list) {
    for (size_t i = 0; i < list->entries.n; i++)
        set->v[set->n++] = list->entries.v[i];
}

static void set_sort(struct entry_set *set) {
    size_t kept = 0;
    qsort(set->v, set->n, sizeof *set->v, by_bytes);
    for (size_t i = 0; i < set->n; i++)
        if (kept == 0 || by_bytes(&set->v[kept - 1], &set->v[i]) != 0)
            set->v[kept++] = set->v[i];
    set->n = kept;
}

static void judge_peer_set(struct judging *run, const struct node *node, const struct own_list *own,
                           const struct entry_set *all, struct entry_set *set) {
    struct about about = {.subject = node->name, .node = node->name};
    json_t *missing = json_array();
    size_t count = 0;
    set->n = 0;
    set_add_list(set, own->list);
    set_sort(set);
    for (size_t i = 0; i < all->n; i++) {
        if (bsearch(&all->v[i], set->v, set->n, sizeof *set->v, by_bytes) != NULL || count++ >= SHOWN_MAX)
            continue;
        const struct cert *cert = trust_entry_cert(run->to->arena, all->v[i]);
        if (cert != NULL)
            json_array_append_new(missing,
                                  missing_json(cert->subject, cert->ski, cert->sha256, NULL, node->name));
    }
    struct finding *finding =
        count > 0
            ? find_cause(run->to, CAUSE_CHAIN_CLUSTER_TRUST_DIFFER, about,
                         "its trust list lacks %zu CA certificates that a cluster peer has", count)
            : find_pass(run->to, CHECK_CHAIN_CLUSTER_TRUST, about, "its trust list lacks none of its peers'");
    evidence_text(finding, "trust_list", own->name);
    evidence_set(finding, "missing", missing);
    evidence_int(finding, "count", (long long)count);
}

static bool uses(const struct judging *run, const struct own_lists *lists, const struct nodes *nodes,
                 const struct own_list *list) {
    for (size_t i = 0; i < nodes->n; i++)
        if (own_list_of(run->facts, lists, nodes->v[i]->role, nodes->v[i]) == list)
            return true;
    return false;
}

static void judge_cluster(struct judging *run, enum role role, const struct nodes *nodes,
                          const struct own_lists *lists, bool is_all) {
    struct arena *scratch = arena_new();
    struct entry_set all = {NULL, 0}, one = {NULL, 0};
    const struct own_list *first = NULL;
    size_t total = 0;
    bool is_one_list = true;
    for (size_t i = 0; i < nodes->n; i++) {
        const struct own_list *own = own_list_of(run->facts, lists, role, nodes->v[i]);
        if (own == NULL || own->list == NULL)
            continue;
        is_one_list = is_one_list && (first == NULL || own == first);
        first = first == NULL ? own : first;
        total += own->list->entries.n;
    }
    if (nodes->n > 1 && first != NULL && is_one_list)
        find_skip(run->to, CHECK_CHAIN_CLUSTER_TRUST, (struct about){.subject = enum_text(roles, (int)role)},
                  "one list was given for all peers; lists are not replicated, so give each node its own");
    all.v = arena_alloc(scratch, (total + 1) * sizeof *all.v);
    one.v = arena_alloc(scratch, (total + 1) * sizeof *one.v);
    for (size_t i = 0; i < lists->n && !is_one_list; i++)
        if (lists->v[i]->list != NULL && (is_all || uses(run, lists, nodes, lists->v[i])))
            set_add_list(&all, lists->v[i]->list);
    set_sort(&all);
    for (size_t i = 0; i < nodes->n && !is_one_list; i++) {
        const struct own_list *own = own_list_of(run->facts, lists, role, nodes->v[i]);
        if (own != NULL && own->list != NULL)
            judge_peer_set(run, nodes->v[i], own, &all, &one);
    }
    arena_free(scratch);
}

static bool has_pairs(const struct deployment *d) {
    for (size_t i = 0; i < d->zones.n; i++)
        if (d->zones.v[i]->c_nodes.n > 0)
            return true;
    return false;
}

static bool are_peers(const struct deployment *d, const struct node *a, const struct node *b) {
    for (size_t i = 0; i < d->zones.n; i++)
        if (d->zones.v[i]->c_nodes.n > 0 && zone_has_node(d->zones.v[i], a) &&
            zone_has_node(d->zones.v[i], b))
            return true;
    return false;
}

/* Of several pairs of Expressways, those that stand in one zone are a cluster; of one pair all are. */
static void judge_clusters(struct judging *run, enum role role, const struct expressway *side,
                           const struct own_lists *lists) {
    const struct deployment *d = run->facts->deployment;
    if (!has_pairs(d)) {
        judge_cluster(run, role, &side->nodes, lists, true);
        return;
    }
    bool *is_judged = arena_alloc(run->arena, side->nodes.n + 1);
    for (size_t i = 0; i < side->nodes.n; i++) {
        struct nodes cluster = {NULL, 0};
        for (size_t k = i; k < side->nodes.n && !is_judged[i]; k++)
            if (!is_judged[k] && (k == i || are_peers(d, side->nodes.v[i], side->nodes.v[k])))
                LIST_ADD(run->arena, &cluster, side->nodes.v[k]);
        for (size_t k = i, n = 0; k < side->nodes.n && n < cluster.n; k++)
            if (side->nodes.v[k] == cluster.v[n]) {
                is_judged[k] = true;
                n++;
            }
        if (cluster.n > 0)
            judge_cluster(run, role, &cluster, lists, false);
    }
}

void judge_chain_lists(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    judge_lists(run);
    if (d == NULL)
        return;
    judge_clusters(run, ROLE_EXPRESSWAY_E, &d->e, &run->of_e);
    judge_clusters(run, ROLE_EXPRESSWAY_C, &d->c, &run->of_c);
}
