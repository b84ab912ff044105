/* What is known after the answers so far? See choice.h. */
#include "probe/ciphers/choice_known.h"

#include <string.h>

int choice_position(const struct choice *c, int number) {
    for (size_t i = 0; i < c->all.n; i++)
        if (c->all.v[i] == number)
            return (int)i;
    return -1;
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
        if (question_is_choice(b) && a->chosen != b->chosen && in(&a->set, (size_t)b->chosen_at) &&
            in(&b->set, (size_t)a->chosen_at))
            return true;
    }
    return false;
}

static enum choice_order find_order(const struct choice *c) {
    bool server = false, client = false;
    for (size_t i = 0; i < c->questions.n; i++) {
        const struct choice_question *q = c->questions.v[i];
        if (!question_is_choice(q))
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
        for (size_t i = 0; question_is_choice(q) && i < c->all.n; i++)
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
        for (size_t i = 0; question_is_choice(q) && i < q->list.n; i++) {
            is_before = is_before && q->at[i] != q->chosen_at;
            if (is_passed(c, is_before, ranks[q->at[i]] < ranks[q->chosen_at]))
                add(&c->passed, (size_t)q->at[i]);
        }
    }
}

static void join(struct choice_set *set, const struct choice_set *more) {
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        set->words[w] |= more->words[w];
}

/* An order is transitive: what comes after something that comes after this one, comes after this one. False:
 * something comes after itself. */
static bool close_order(const struct choice *c, struct choice_set *below) {
    for (size_t k = 0; k < c->all.n; k++)
        for (size_t i = 0; in(&c->accepted, k) && i < c->all.n; i++)
            if (in(&c->accepted, i) && in(&below[i], k))
                join(&below[i], &below[k]);
    for (size_t i = 0; i < c->all.n; i++)
        if (in(&below[i], i))
            return false;
    return true;
}

static void find_below(struct choice *c) {
    struct choice_set *below = c->below_space;
    c->below = NULL;
    if (c->order != ORDER_SERVER)
        return;
    memset(below, 0, c->all.n * sizeof *below);
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        if (!question_is_choice(q))
            continue;
        bool was_below = in(&below[q->chosen_at], (size_t)q->chosen_at);
        join(&below[q->chosen_at], &q->set);
        if (!was_below)
            drop(&below[q->chosen_at], (size_t)q->chosen_at);
    }
    if (close_order(c, below))
        c->below = below;
}

bool choice_is_below(const struct choice *c, int better, int worse) {
    return c->below != NULL && in(&c->below[better], (size_t)worse);
}

void choice_work_out(struct choice *c) {
    if (c->worked_out == c->changes)
        return;
    c->worked_out = c->changes;
    c->facts = 0;
    for (size_t i = 0; i < c->questions.n; i++)
        c->facts += c->questions.v[i]->answered && !c->questions.v[i]->is_void;
    c->order = find_order(c);
    c->model = find_model(c);
    find_passed(c);
    find_below(c);
}

enum choice_order choice_order(struct choice *choice) {
    choice_work_out(choice);
    return choice->order;
}

bool choice_is_likely(const struct choice *c, size_t i) {
    return in(&c->accepted, i) || (in(&c->open, i) && !in(&c->doubted, i) && !in(&c->passed, i) &&
                                   c->judge.likely(c->judge.context, c->all.v[i]));
}

/* What of a set cannot be its best: something else of the set was chosen before it once. */
static struct choice_set beaten(const struct choice *c, const struct choice_set *set) {
    struct choice_set result = {{0}};
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        if (!question_is_choice(q) || !in(set, (size_t)q->chosen_at))
            continue;
        bool was_beaten = in(&result, (size_t)q->chosen_at);
        for (size_t w = 0; w < CHOICE_MAX / 64; w++)
            result.words[w] |= q->set.words[w];
        if (!was_beaten)
            drop(&result, (size_t)q->chosen_at);
    }
    return result;
}

int choice_expected(const struct choice *c, const struct choice_set *set) {
    const int *ranks = c->ranks[c->model];
    struct choice_set out = beaten(c, set);
    int best = -1;
    for (size_t i = 0; i < c->all.n; i++)
        if (in(set, i) && !in(&out, i) && (best < 0 || ranks[i] < ranks[best]) && choice_is_likely(c, i))
            best = (int)i;
    return best;
}

static int known_best(const struct choice *c, const struct choice_set *set) {
    for (size_t i = 0; c->below != NULL && i < c->all.n; i++) {
        struct choice_set rest = *set;
        drop(&rest, i);
        if (in(set, i) && in(&c->accepted, i) && contains(&c->below[i], &rest))
            return (int)i;
    }
    return -2;
}

int choice_known(const struct choice *c, const struct choice_set *set) {
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
    return known_best(c, set);
}

struct choice_set choice_askable(const struct choice *c) {
    struct choice_set set = c->open;
    for (size_t w = 0; c->chunk > 0 && w < CHOICE_MAX / 64; w++)
        set.words[w] &= c->window.words[w];
    return set;
}

struct choice_set choice_everything(const struct choice *c) {
    struct choice_set set = choice_askable(c);
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        set.words[w] = (set.words[w] | c->accepted.words[w]) & ~c->settled.words[w];
    return set;
}

bool choice_is_waiting(const struct choice *choice) {
    for (size_t i = 0; i < choice->questions.n; i++)
        if (!choice->questions.v[i]->answered)
            return true;
    return false;
}

bool choice_is_above(const struct choice *choice, int number, const struct choice_question *question) {
    for (size_t i = 0; i < choice->questions.n; i++) {
        const struct choice_question *q = choice->questions.v[i];
        if (question_is_choice(q) && q->chosen == number && contains(&q->set, &question->set))
            return true;
    }
    return false;
}

/* ---- answers ---- */

static void add_lead(const struct choice *c, const struct choice_question *q, struct choice_set *set) {
    int lead = choice_position(c, q->lead);
    if (lead >= 0)
        add(set, (size_t)lead);
}

void choice_void(struct choice *choice, struct choice_question *question, bool is_doubted) {
    question->answered = question->is_void = true;
    choice->changes++;
    if (is_doubted)
        add_lead(choice, question, &choice->doubted);
}

void choice_miss(struct choice *choice, struct choice_question *question, int chosen) {
    choice_void(choice, question, false);
    choice_accept(choice, chosen, false);
    add_lead(choice, question, &choice->missed);
}

void choice_withdraw(struct choice *choice, struct choice_question *question) {
    choice_void(choice, question, false);
    choice->asked--;
}

bool choice_answer(struct choice *choice, struct choice_question *question, int chosen) {
    int i = choice_position(choice, chosen);
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
    int i = choice_position(choice, number);
    if (i < 0)
        return;
    choice->changes++;
    add(&choice->accepted, (size_t)i);
    drop(&choice->open, (size_t)i);
    if (is_settled)
        add(&choice->settled, (size_t)i);
}

void choice_limit(struct choice *choice, size_t chunk) {
    choice->chunk = chunk;
    memset(&choice->window, 0, sizeof choice->window);
    choice->changes++;
}

void choice_reopen(struct choice *choice, const struct numbers *members) {
    for (size_t i = 0; i < choice->questions.n; i++)
        if (choice->questions.v[i]->is_refused)
            choice->questions.v[i]->is_void = true;
    choice->settled = choice->accepted;
    for (size_t i = 0; i < members->n; i++) {
        int at = choice_position(choice, members->v[i]);
        if (at >= 0 && !in(&choice->accepted, (size_t)at))
            add(&choice->open, (size_t)at);
    }
    memset(&choice->doubted, 0, sizeof choice->doubted);
    memset(&choice->missed, 0, sizeof choice->missed);
    choice->changes++;
}

/* ---- results ---- */

bool choice_is_done(struct choice *choice) {
    return !choice_is_waiting(choice) && is_empty(&choice->open);
}

bool choice_is_doubted(const struct choice *choice, int number) {
    int i = choice_position(choice, number);
    return i >= 0 && (in(&choice->doubted, (size_t)i) || in(&choice->missed, (size_t)i));
}

bool choice_has(const struct choice *choice, int number) {
    int i = choice_position(choice, number);
    return i >= 0 && in(&choice->accepted, (size_t)i);
}

bool choice_is_open(const struct choice *choice, int number) {
    int i = choice_position(choice, number);
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
        int next = has_order ? choice_known(choice, &left) : -1;
        for (size_t i = 0; next < 0 && i < choice->all.n; i++)
            if (in(&left, i))
                next = (int)i;
        result.v[result.n++] = choice->all.v[next];
        drop(&left, (size_t)next);
    }
    return result;
}
