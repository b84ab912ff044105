/* What follows from the choices a server made, and what is to be asked next? See choice.h. */
#include "probe/choice.h"

#include <string.h>

enum { PER_MEMBER = 4, SPARE = 60 }; /* questions */
enum { AHEAD_MAX = 8, AHEAD_EARLY = 3, EARLY = 3 };

/* ---- sets ---- */

static bool in(const struct choice_set *set, size_t i) {
    return set->words[i / 64] >> (i % 64) & 1;
}

static void add(struct choice_set *set, size_t i) {
    set->words[i / 64] |= (uint64_t)1 << (i % 64);
}

static void drop(struct choice_set *set, size_t i) {
    set->words[i / 64] &= ~((uint64_t)1 << (i % 64));
}

static bool is_empty(const struct choice_set *set) {
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        if (set->words[w] != 0)
            return false;
    return true;
}

static bool contains(const struct choice_set *outer, const struct choice_set *inner) {
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        if ((inner->words[w] & ~outer->words[w]) != 0)
            return false;
    return true;
}

static bool meets(const struct choice_set *a, const struct choice_set *b) {
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        if ((a->words[w] & b->words[w]) != 0)
            return true;
    return false;
}

static size_t count(const struct choice_set *set) {
    size_t n = 0;
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        n += (size_t)__builtin_popcountll(set->words[w]);
    return n;
}

static int position(const struct choice *c, int number) {
    for (size_t i = 0; i < c->all.n; i++)
        if (c->all.v[i] == number)
            return (int)i;
    return -1;
}

/* ---- making questions ---- */

static void rank_all(struct choice *c) {
    int models = c->judge.rank == NULL ? 1 : c->judge.models;
    c->ranks = arena_alloc(c->arena, (size_t)models * sizeof *c->ranks);
    for (int m = 0; m < models; m++) {
        c->ranks[m] = arena_alloc(c->arena, (c->all.n + 1) * sizeof **c->ranks);
        for (size_t i = 0; i < c->all.n; i++)
            c->ranks[m][i] = m == 0 ? (int)i : c->judge.rank(c->judge.context, m, c->all.v[i]);
    }
    c->judge.models = models;
}

void choice_init(struct choice *choice, struct arena *arena, struct numbers all, struct choice_judge judge,
                 int opening) {
    *choice = (struct choice){.arena = arena, .judge = judge, .all = all, .opening = opening, .changes = 1};
    if (choice->all.n > CHOICE_MAX)
        choice->all.n = CHOICE_MAX;
    for (size_t i = 0; i < choice->all.n; i++)
        add(&choice->open, i);
    rank_all(choice);
}

static void list_add_at(const struct choice *c, struct choice_question *q, size_t i) {
    q->at[q->list.n] = (int)i;
    q->list.v[q->list.n++] = c->all.v[i];
}

static bool is_first(const struct choice_set *set, size_t position) {
    for (size_t i = 0; i < position; i++)
        if (in(set, i))
            return false;
    return true;
}

/* lead (a position, -1 for none) goes in front, but not with a server whose order depends on ours. */
static struct choice_question *ask(struct choice *c, const struct choice_set *set, int lead,
                                   bool is_reversed) {
    struct choice_question *q = ARENA_NEW(c->arena, struct choice_question);
    size_t n = count(set);
    bool is_led = lead >= 0 && c->order != ORDER_MIXED;
    q->set = *set;
    q->chosen = q->chosen_at = -1;
    q->lead = lead < 0 ? -1 : c->all.v[lead];
    q->list.v = arena_alloc(c->arena, (n + 1) * sizeof *q->list.v);
    q->at = arena_alloc(c->arena, (n + 1) * sizeof *q->at);
    if (is_led)
        list_add_at(c, q, (size_t)lead);
    for (size_t k = 0; k < c->all.n; k++) {
        size_t i = is_reversed ? c->all.n - 1 - k : k;
        if (in(set, i) && !(is_led && (int)i == lead))
            list_add_at(c, q, i);
    }
    q->is_natural = !is_reversed && (!is_led || is_first(set, (size_t)lead));
    LIST_ADD(c->arena, &c->questions, q);
    return q;
}

static bool is_choice(const struct choice_question *q) { /* a fact that is no refusal */
    return q->answered && !q->is_void && !q->is_refused;
}

static size_t on_the_way(const struct choice *c) {
    size_t n = 0;
    for (size_t i = 0; i < c->questions.n; i++)
        n += !c->questions.v[i]->answered;
    return n;
}

/* ---- what follows ---- */

/* Something that it takes stood before what it chose. */
static bool shows_server(const struct choice *c, const struct choice_question *q) {
    for (size_t i = 0; i < q->list.n && q->at[i] != q->chosen_at; i++)
        if (in(&c->accepted, (size_t)q->at[i]))
            return true;
    return false;
}

/* One time this was better, one time that: no order of its own. */
static bool shows_client(const struct choice *c, const struct choice_question *a) {
    for (size_t i = 0; i < c->questions.n; i++) {
        const struct choice_question *b = c->questions.v[i];
        if (is_choice(b) && a->chosen != b->chosen && in(&a->set, (size_t)b->chosen_at) &&
            in(&b->set, (size_t)a->chosen_at))
            return true;
    }
    return false;
}

static enum choice_order find_order(const struct choice *c) {
    bool server = false, client = false;
    for (size_t i = 0; i < c->questions.n; i++) {
        const struct choice_question *q = c->questions.v[i];
        if (!is_choice(q))
            continue;
        server = server || shows_server(c, q);
        client = client || shows_client(c, q);
    }
    return server && client ? ORDER_MIXED : server ? ORDER_SERVER : client ? ORDER_CLIENT : ORDER_UNKNOWN;
}

/* How often the answers went against an order. */
static int against(const struct choice *c, const int *ranks) {
    int n = 0;
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        for (size_t i = 0; is_choice(q) && i < c->all.n; i++)
            n += in(&c->accepted, i) && in(&q->set, i) && ranks[i] < ranks[q->chosen_at];
    }
    return n;
}

static int find_model(const struct choice *c) {
    int best = 0, least = against(c, c->ranks[0]);
    for (int m = 1; m < c->judge.models && least > 0; m++) {
        int n = against(c, c->ranks[m]);
        if (n < least) {
            least = n;
            best = m;
        }
    }
    return best;
}

/* With a server that follows the client, what stood before its choice; with one that has an order of its own,
 * what stands before it in the order that this seems to be; while that is not known, only what both says. */
static bool is_passed(const struct choice *c, bool is_before, bool is_better) {
    return c->order == ORDER_CLIENT   ? is_before
           : c->order == ORDER_SERVER ? is_better
                                      : is_before && is_better;
}

static void find_passed(struct choice *c) {
    const int *ranks = c->ranks[c->model];
    memset(&c->passed, 0, sizeof c->passed);
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        bool is_before = true;
        for (size_t i = 0; is_choice(q) && i < q->list.n; i++) {
            is_before = is_before && q->at[i] != q->chosen_at;
            if (is_passed(c, is_before, ranks[q->at[i]] < ranks[q->chosen_at]))
                add(&c->passed, (size_t)q->at[i]);
        }
    }
}

static void work_out(struct choice *c) {
    if (c->worked_out == c->changes)
        return;
    c->worked_out = c->changes;
    c->facts = 0;
    for (size_t i = 0; i < c->questions.n; i++)
        c->facts += c->questions.v[i]->answered && !c->questions.v[i]->is_void;
    c->order = find_order(c);
    c->model = find_model(c);
    find_passed(c);
}

enum choice_order choice_order(struct choice *choice) {
    work_out(choice);
    return choice->order;
}

static bool is_likely(const struct choice *c, size_t i) {
    return in(&c->accepted, i) || (in(&c->open, i) && !in(&c->doubted, i) && !in(&c->passed, i) &&
                                   c->judge.likely(c->judge.context, c->all.v[i]));
}

/* What of a set cannot be its best: something else of the set was chosen before it once. */
static struct choice_set beaten(const struct choice *c, const struct choice_set *set) {
    struct choice_set result = {{0}};
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        if (!is_choice(q) || !in(set, (size_t)q->chosen_at))
            continue;
        bool was_beaten = in(&result, (size_t)q->chosen_at);
        for (size_t w = 0; w < CHOICE_MAX / 64; w++)
            result.words[w] |= q->set.words[w];
        if (!was_beaten)
            drop(&result, (size_t)q->chosen_at);
    }
    return result;
}

/* The position of what a server with an order of its own would choose; -1: nothing of it is expected. */
static int expected(const struct choice *c, const struct choice_set *set) {
    const int *ranks = c->ranks[c->model];
    struct choice_set out = beaten(c, set);
    int best = -1;
    for (size_t i = 0; i < c->all.n; i++)
        if (in(set, i) && !in(&out, i) && (best < 0 || ranks[i] < ranks[best]) && is_likely(c, i))
            best = (int)i;
    return best;
}

/* ---- questions to a server with an order of its own, and while that is not known ---- */

/* What it chooses from set, by what it chose from larger ones; -1 refused, -2 not known. */
static int known_choice(const struct choice *c, const struct choice_set *set) {
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        if (!q->answered || q->is_void || !contains(&q->set, set) ||
            (c->order == ORDER_MIXED && !q->is_natural && !q->is_refused))
            continue;
        if (q->is_refused)
            return -1;
        if (in(set, (size_t)q->chosen_at))
            return q->chosen_at;
    }
    return -2;
}

static struct choice_set everything(const struct choice *c) {
    struct choice_set set;
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        set.words[w] = (c->open.words[w] | c->accepted.words[w]) & ~c->settled.words[w];
    return set;
}

/* What has been refused since is no difference. */
static bool asked_already(const struct choice *c, const struct choice_set *set) {
    struct choice_set all = everything(c);
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        bool is_same = !q->answered;
        for (size_t w = 0; is_same && w < CHOICE_MAX / 64; w++)
            is_same = (q->set.words[w] & all.words[w]) == set->words[w];
        if (is_same)
            return true;
    }
    return false;
}

/* The second question of all comes in the reverse order: does the server mind? Where one was answered
 * already, nothing is struck from it, so that a server that follows shows itself at once. */
static struct choice_question *ask_reversed(struct choice *c, const struct choice_set *set) {
    struct choice_set all = everything(c);
    return ask(c, c->facts > 0 ? &all : set, -1, true);
}

/* How many answers are anticipated. */
static int ahead_of(const struct choice *c) {
    if (c->facts < (size_t)c->opening)
        return c->opening - 1;
    return c->facts == 1 ? 0 : c->facts < EARLY ? AHEAD_EARLY : AHEAD_MAX;
}

static struct choice_question *next_struck(struct choice *c) {
    struct choice_set set = everything(c);
    int ahead = ahead_of(c);
    while (!is_empty(&set)) {
        int chosen = known_choice(c, &set);
        if (chosen == -1 || (!meets(&set, &c->open) && count(&set) < 2))
            return NULL;
        if (chosen == -2) {
            int guess = expected(c, &set);
            if (!asked_already(c, &set))
                return c->questions.n == 1 ? ask_reversed(c, &set) : ask(c, &set, guess, false);
            if (guess < 0 || ahead-- == 0)
                return NULL;
            chosen = guess;
        }
        drop(&set, (size_t)chosen);
    }
    return NULL;
}

/* ---- questions to a server that follows the client ---- */

static bool leads_already(const struct choice *c, size_t i) {
    for (size_t k = 0; k < c->questions.n; k++)
        if (!c->questions.v[k]->answered && c->questions.v[k]->lead == c->all.v[i])
            return true;
    return false;
}

static struct choice_question *next_led(struct choice *c) {
    struct choice_set rest = c->open;
    int lead = -1;
    for (size_t i = 0; i < c->all.n; i++) {
        if (leads_already(c, i))
            drop(&rest, i);
        else if (lead < 0 && in(&rest, i) && is_likely(c, i))
            lead = (int)i;
    }
    if (lead >= 0)
        return ask(c, &rest, lead, false);
    if (is_empty(&rest))
        return NULL;
    for (size_t k = 0; k < c->questions.n; k++)
        if (!c->questions.v[k]->answered && c->questions.v[k]->lead < 0)
            return NULL; /* another is out for the same */
    return ask(c, &rest, -1, false);
}

/* ---- both ---- */

/* One question about all that is not expected: it finds what would upset the expectations, or strikes it. */
static struct choice_question *next_probe(struct choice *c) {
    struct choice_set set = {{0}};
    bool has_likely = false;
    for (size_t k = 0; k < c->questions.n; k++)
        if (c->questions.v[k]->is_probe && !c->questions.v[k]->answered)
            return NULL;
    for (size_t i = 0; i < c->all.n; i++) {
        bool is_open = in(&c->open, i);
        if (is_open && !is_likely(c, i))
            add(&set, i);
        has_likely = has_likely || (is_open && is_likely(c, i));
    }
    if (!has_likely || is_empty(&set))
        return NULL;
    struct choice_question *q = ask(c, &set, -1, false);
    q->is_probe = true;
    return q;
}

struct choice_question *choice_next(struct choice *choice) {
    enum choice_order order = choice_order(choice);
    struct choice_question *q = NULL;
    if (choice->questions.n > PER_MEMBER * choice_count(choice) + SPARE)
        return NULL; /* a server that contradicts itself without end */
    if (choice->facts >= EARLY)
        q = next_probe(choice);
    if (q == NULL)
        q = order == ORDER_CLIENT ? next_led(choice) : next_struck(choice);
    return q;
}

/* What is known, and what is expected of the questions on their way, is left out. */
static struct choice_question *along_struck(struct choice *c, int keep) {
    struct choice_set set = c->open;
    int kept = position(c, keep);
    for (size_t i = 0; i < c->all.n; i++)
        if (leads_already(c, i))
            drop(&set, i);
    int lead = expected(c, &set);
    if (lead < 0)
        return NULL;
    if (kept >= 0)
        add(&set, (size_t)kept);
    struct choice_question *q = ask(c, &set, lead, false);
    q->is_struck = true;
    return q;
}

static bool has_led(const struct choice *c, size_t i) {
    for (size_t k = 0; k < c->questions.n; k++)
        if (c->questions.v[k]->lead == c->all.v[i])
            return true;
    return false;
}

/* It was in front, and something else was chosen: perhaps for an order of the server's own. */
static bool has_led_in_vain(const struct choice *c) {
    for (size_t k = 0; k < c->questions.n; k++)
        if (is_choice(c->questions.v[k]) && c->questions.v[k]->lead >= 0 &&
            c->questions.v[k]->lead != c->questions.v[k]->chosen)
            return true;
    return false;
}

struct choice_question *choice_along(struct choice *choice, enum choice_order order, int keep) {
    struct choice_set set = everything(choice);
    if (choice_order(choice) != ORDER_UNKNOWN)
        order = choice->order;
    if (order == ORDER_SERVER || (order == ORDER_UNKNOWN && has_led_in_vain(choice)))
        return along_struck(choice, keep);
    for (size_t i = 0; i < choice->all.n; i++)
        if (in(&choice->open, i) && is_likely(choice, i) && !has_led(choice, i))
            return ask(choice, &set, (int)i, false);
    return NULL;
}

/* ---- answers ---- */

static void doubt(struct choice *c, const struct choice_question *q) {
    int lead = position(c, q->lead);
    if (lead >= 0)
        add(&c->doubted, (size_t)lead);
}

void choice_void(struct choice *choice, struct choice_question *question, bool is_doubted) {
    question->answered = question->is_void = true;
    choice->changes++;
    if (is_doubted)
        doubt(choice, question);
}

bool choice_answer(struct choice *choice, struct choice_question *question, int chosen) {
    int i = position(choice, chosen);
    bool contradicts =
        chosen < 0 ? meets(&question->set, &choice->accepted) : i < 0 || !in(&question->set, (size_t)i);
    if (contradicts) {
        choice_void(choice, question, true);
        return false;
    }
    choice->changes++;
    question->answered = true;
    question->chosen = chosen;
    question->chosen_at = i;
    question->is_refused = chosen < 0;
    if (chosen >= 0) {
        choice_accept(choice, chosen, false);
        return true;
    }
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        choice->open.words[w] &= ~question->set.words[w];
    return true;
}

void choice_accept(struct choice *choice, int number, bool is_settled) {
    int i = position(choice, number);
    if (i < 0)
        return;
    choice->changes++;
    add(&choice->accepted, (size_t)i);
    drop(&choice->open, (size_t)i);
    if (is_settled)
        add(&choice->settled, (size_t)i);
}

/* ---- results ---- */

bool choice_is_done(struct choice *choice) {
    return on_the_way(choice) == 0 && is_empty(&choice->open);
}

bool choice_is_doubted(const struct choice *choice, int number) {
    int i = position(choice, number);
    return i >= 0 && in(&choice->doubted, (size_t)i);
}

bool choice_has(const struct choice *choice, int number) {
    int i = position(choice, number);
    return i >= 0 && in(&choice->accepted, (size_t)i);
}

bool choice_is_open(const struct choice *choice, int number) {
    int i = position(choice, number);
    return i >= 0 && in(&choice->open, (size_t)i);
}

size_t choice_count(const struct choice *choice) {
    return count(&choice->accepted);
}

struct numbers choice_result(struct choice *choice) {
    struct numbers result = {arena_alloc(choice->arena, (choice->all.n + 1) * sizeof *result.v), 0};
    struct choice_set left = choice->accepted;
    bool has_order = choice_order(choice) == ORDER_SERVER || choice_order(choice) == ORDER_MIXED;
    while (!is_empty(&left)) {
        int next = has_order ? known_choice(choice, &left) : -1;
        for (size_t i = 0; next < 0 && i < choice->all.n; i++)
            if (in(&left, i))
                next = (int)i;
        result.v[result.n++] = choice->all.v[next];
        drop(&left, (size_t)next);
    }
    return result;
}
