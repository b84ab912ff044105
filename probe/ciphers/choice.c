/* What is to be asked next, to learn what a server chooses? See choice.h. */
#include "probe/ciphers/choice_known.h"

#include <string.h>

enum { PER_MEMBER = 4, SPARE = 60 }; /* questions */
enum { FEW = 12 }; /* members: so many are not worth a question of their own before the rest is known */
enum { AHEAD_MAX = 8, AHEAD_EARLY = 3, EARLY = 3 };

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
    choice->below_space = arena_alloc(arena, (choice->all.n + 1) * sizeof *choice->below_space);
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

/* lead (a position, -1 for none) goes in front, but not with a server whose order depends on ours, and not in
 * the reverse order. */
static struct choice_question *ask(struct choice *c, const struct choice_set *set, int lead,
                                   bool is_reversed) {
    struct choice_question *q = ARENA_NEW(c->arena, struct choice_question);
    size_t n = count(set);
    bool is_led = lead >= 0 && c->order != ORDER_MIXED && !is_reversed;
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
    q->is_reversed = is_reversed;
    q->is_natural = !is_reversed && (!is_led || is_first(set, (size_t)lead));
    LIST_ADD(c->arena, &c->questions, q);
    return q;
}

/* ---- questions to a server with an order of its own, and while that is not known ---- */

/* Without what is not expected: that is asked about by itself, since were it better than all the rest, every
 * question with it would get the same answer. */
static struct choice_set likely_ones(const struct choice *c) {
    struct choice_set set = choice_everything(c);
    for (size_t i = 0; c->facts >= EARLY && i < c->all.n; i++)
        if (in(&set, i) && !choice_is_likely(c, i))
            drop(&set, i);
    return set;
}

/* What has been refused since is no difference, nor what is not expected. */
static bool asked_already(const struct choice *c, const struct choice_set *set) {
    struct choice_set all = likely_ones(c);
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
    struct choice_set all = choice_everything(c);
    return ask(c, c->facts > 0 ? &all : set, -1, true);
}

static bool is_opening(const struct choice *c) {
    return c->facts == 0 && c->questions.n < (size_t)c->opening;
}

/* How many answers are anticipated. Nothing known: by these steps, so that some of the first questions go
 * past all that is usual; and none until enough of them were answered. */
static int ahead_of(const struct choice *c) {
    static const int opening[] = {0, 1, 2, 4, 6};
    if (is_opening(c))
        return opening[c->questions.n];
    bool hears_opening = c->facts < (size_t)c->opening && choice_is_waiting(c);
    if (c->facts <= 1 || (c->facts < EARLY && hears_opening))
        return 0;
    return c->facts < EARLY ? AHEAD_EARLY : AHEAD_MAX;
}

static struct choice_question *ask_struck(struct choice *c, const struct choice_set *set, int guess) {
    if (c->questions.n == 1)
        return ask_reversed(c, set);
    struct choice_question *q = ask(c, set, guess, false);
    q->is_probe = guess < 0;
    return q;
}

static bool is_probed(const struct choice *c, const struct choice_set *set) {
    for (size_t k = 0; k < c->questions.n; k++)
        if (c->questions.v[k]->is_probe && !c->questions.v[k]->answered &&
            meets(&c->questions.v[k]->set, set))
            return true;
    return false;
}

static struct choice_question *ask_probe(struct choice *c, const struct choice_set *set) {
    if (is_empty(set) || is_probed(c, set))
        return NULL;
    struct choice_question *q = ask(c, set, -1, false);
    q->is_probe = true;
    return q;
}

static struct choice_question *ask_rest(struct choice *c) {
    struct choice_set open = choice_askable(c);
    for (size_t i = 0; i < c->all.n; i++)
        if (in(&open, i) && choice_is_likely(c, i))
            drop(&open, i);
    return ask_probe(c, &open);
}

/* All is known but for whose order it is: nobody has asked the other way round. */
static bool wants_order(const struct choice *c) {
    if (c->judge.rank == NULL || c->order != ORDER_UNKNOWN || choice_is_waiting(c) || !is_empty(&c->open))
        return false;
    for (size_t k = 0; k < c->questions.n; k++)
        if (c->questions.v[k]->is_reversed && contains(&c->questions.v[k]->set, &c->accepted))
            return false;
    return count(&c->accepted) > 1;
}

/* A question is out that expects the first of both. */
static bool will_be_below(const struct choice *c, int better, int worse) {
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        if (!q->answered && q->lead == c->all.v[better] && in(&q->set, (size_t)worse))
            return true;
    }
    return false;
}

/* What is expected next is known to come after the guess, or will be: when it is chosen of the rest, the
 * guess is the best of all, and one question tells both. */
static bool is_told_behind(const struct choice *c, const struct choice_set *set, int guess) {
    struct choice_set rest = *set;
    if (guess < 0 || c->below == NULL)
        return false;
    drop(&rest, (size_t)guess);
    int next = choice_expected(c, &rest);
    return next >= 0 && (choice_is_below(c, guess, next) || will_be_below(c, guess, next));
}

static struct choice_question *next_struck(struct choice *c) {
    struct choice_set set = likely_ones(c);
    int ahead = ahead_of(c);
    while (!is_empty(&set)) {
        int chosen = choice_known(c, &set);
        if (chosen == -1 || (!meets(&set, &c->open) && count(&set) < 2))
            break;
        if (chosen == -2) {
            int guess = choice_expected(c, &set);
            if (is_told_behind(c, &set, guess)) {
                drop(&set, (size_t)guess);
                continue;
            }
            if (!asked_already(c, &set) && (!is_opening(c) || ahead == 0))
                return ask_struck(c, &set, guess);
            if (guess < 0 || ahead-- == 0)
                return NULL;
            chosen = guess;
        }
        drop(&set, (size_t)chosen);
    }
    if (wants_order(c))
        return ask(c, &c->accepted, -1, true);
    return c->facts < EARLY ? NULL : ask_rest(c);
}

/* ---- questions to a server that follows the client ---- */

static bool leads_already(const struct choice *c, size_t i) {
    for (size_t k = 0; k < c->questions.n; k++)
        if (!c->questions.v[k]->answered && c->questions.v[k]->lead == c->all.v[i])
            return true;
    return false;
}

static struct choice_question *next_led(struct choice *c) {
    struct choice_set rest = choice_askable(c);
    int lead = -1;
    for (size_t i = 0; i < c->all.n; i++) {
        if (leads_already(c, i))
            drop(&rest, i);
        else if (lead < 0 && in(&rest, i) && choice_is_likely(c, i))
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

/* One question about all of a kind that is not expected: it finds what would upset the expectations, or
 * strikes it. */
static struct choice_question *next_probe(struct choice *c) {
    struct choice_set sets[CHOICE_KINDS] = {{{0}}}, open = choice_askable(c);
    bool has_likely = false, has_kinds = c->judge.kind != NULL && c->order != ORDER_CLIENT;
    for (size_t i = 0; i < c->all.n; i++) {
        bool is_open = in(&open, i), is_likely = is_open && choice_is_likely(c, i);
        if (is_open && !is_likely)
            add(&sets[has_kinds ? c->judge.kind(c->judge.context, c->all.v[i]) : 0], i);
        has_likely = has_likely || is_likely;
    }
    struct choice_question *q = NULL;
    for (int kind = CHOICE_KINDS - 1; kind >= 0 && has_likely && q == NULL; kind--)
        if (count(&sets[kind]) >= FEW)
            q = ask_probe(c, &sets[kind]);
    return q;
}

struct choice_question *choice_rest(struct choice *choice) {
    choice_work_out(choice);
    return ask_rest(choice);
}

struct choice_question *choice_natural(struct choice *choice) {
    struct choice_set all = choice_everything(choice);
    return ask(choice, &all, -1, false);
}

/* The next chunk, when nothing of this one is open any more. */
static void window_move(struct choice *c) {
    struct choice_set open = choice_askable(c);
    if (c->chunk == 0 || !is_empty(&open) || is_empty(&c->open))
        return;
    memset(&c->window, 0, sizeof c->window);
    for (size_t i = 0, n = 0; i < c->all.n && n < c->chunk; i++)
        if (in(&c->open, i)) {
            add(&c->window, i);
            n++;
        }
}

struct choice_question *choice_next(struct choice *choice) {
    window_move(choice);
    enum choice_order order = choice_order(choice);
    struct choice_question *q = NULL;
    if (choice->asked > PER_MEMBER * choice_count(choice) + SPARE)
        return NULL; /* a server that contradicts itself without end */
    if (choice->facts >= EARLY)
        q = next_probe(choice);
    if (q == NULL)
        q = order == ORDER_CLIENT ? next_led(choice) : next_struck(choice);
    choice->asked += q != NULL;
    return q;
}

static bool is_anticipated(const struct choice *c, size_t i) {
    for (size_t k = 0; k < c->questions.n; k++) {
        const struct choice_question *q = c->questions.v[k];
        if (!q->answered && q->is_struck && q->lead == c->all.v[i])
            return true;
    }
    return false;
}

/* What is known, and what is expected of such questions on their way, is left out. */
static struct choice_question *along_struck(struct choice *c) {
    struct choice_set set = choice_askable(c);
    for (size_t i = 0; i < c->all.n; i++)
        if (is_anticipated(c, i))
            drop(&set, i);
    int lead = choice_expected(c, &set);
    if (lead < 0)
        return NULL;
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

bool choice_has_led(const struct choice *choice) {
    for (size_t k = 0; k < choice->questions.n; k++)
        if (choice->questions.v[k]->lead >= 0 && !choice->questions.v[k]->is_struck)
            return true;
    return false;
}

/* It was in front, and something else was chosen: perhaps for an order of the server's own. */
static bool has_led_in_vain(const struct choice *c) {
    for (size_t k = 0; k < c->questions.n; k++)
        if (question_is_choice(c->questions.v[k]) && c->questions.v[k]->lead >= 0 &&
            c->questions.v[k]->lead != c->questions.v[k]->chosen)
            return true;
    return false;
}

struct choice_question *choice_along(struct choice *choice, enum choice_order order) {
    struct choice_set set = choice_everything(choice);
    if (choice_order(choice) != ORDER_UNKNOWN)
        order = choice->order;
    if (order == ORDER_SERVER || (order == ORDER_UNKNOWN && has_led_in_vain(choice)))
        return along_struck(choice);
    for (size_t i = 0; i < choice->all.n; i++)
        if (in(&choice->open, i) && choice_is_likely(choice, i) && !has_led(choice, i))
            return ask(choice, &set, (int)i, false);
    return NULL;
}

struct choice_question *choice_among(struct choice *choice, const struct numbers *able,
                                     enum choice_order order) {
    choice_work_out(choice);
    struct choice_set set = choice_everything(choice);
    bool is_struck = order == ORDER_SERVER;
    int lead = -1;
    for (size_t i = 0; i < choice->all.n; i++)
        if (!numbers_have(able, choice->all.v[i]) ||
            (is_struck && (in(&choice->accepted, i) || leads_already(choice, i))))
            drop(&set, i);
    for (size_t i = 0; i < choice->all.n && lead < 0; i++)
        if (in(&set, i) && in(&choice->open, i) && choice_is_likely(choice, i) && !leads_already(choice, i))
            lead = (int)i;
    struct choice_question *q = lead < 0 ? NULL : ask(choice, &set, lead, is_struck);
    if (q != NULL)
        q->is_struck = is_struck;
    return q;
}

bool numbers_have(const struct numbers *list, int number) {
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i] == number)
            return true;
    return false;
}
