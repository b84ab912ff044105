/* Which boxes are to be touched? The one that the first step names; where that step looks before it mends,
 * the boxes that its answer decides between, in the order in which it names them; then those at which another
 * way or a later step works. The catalogue's generator sees to it that words and boxes of a step agree. */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "checks/advice.h"

/* How a box is told. */
static const struct box_row {
    const char *told;
    enum role role; /* of which a host may be known */
} boxes[STEP_BOX_COUNT] = {[STEP_EXPRESSWAY_E] = {"Expressway-E", ROLE_EXPRESSWAY_E},
                           [STEP_EXPRESSWAY_C] = {"Expressway-C", ROLE_EXPRESSWAY_C},
                           [STEP_UCM] = {"Unified CM", ROLE_UCM},
                           [STEP_IMP] = {"IM and Presence", ROLE_IMP},
                           [STEP_DNS] = {"public DNS", ROLE_NONE},
                           [STEP_INTERNAL_DNS] = {"internal DNS", ROLE_NONE},
                           [STEP_RESOLVER] = {"the resolver that was asked", ROLE_NONE},
                           [STEP_FIREWALL] = {"the firewall", ROLE_NONE},
                           [STEP_BALANCER] = {"the load balancer or proxy", ROLE_NONE},
                           [STEP_CLIENT] = {"the client", ROLE_NONE},
                           [STEP_CA] = {"the CA", ROLE_NONE},
                           [STEP_MACHINE] = {"this machine (where edgeprobe runs)", ROLE_NONE}};

enum { TOLD_MAX = 2 * STEP_BOXES_MAX };

struct told {
    const char *v[TOLD_MAX];
    size_t n;
    const char *join; /* before the last: all are touched; NULL: one of them, which the answer decides */
};

struct touch {
    const struct facts *facts;
    struct arena *arena;
    const struct fault *fault;
    struct subject subject;
    struct told so_far;
    bool is_placed; /* an Expressway-C without a name is told by the edge before it */
};

static const struct nodes *nodes_of(const struct facts *facts, enum role role) {
    const struct deployment *d = facts->deployment;
    return d == NULL                   ? NULL
           : role == ROLE_EXPRESSWAY_E ? &d->e.nodes
           : role == ROLE_EXPRESSWAY_C ? &d->c.nodes
                                       : NULL;
}

const char *fault_node_name(const struct node *node) {
    if (node->name != NULL && strchr(node->name, '/') == NULL)
        return node->name;
    return node->certificate.n > 0 ? node->certificate.v[0]->common_name : NULL;
}

static const char *host_of(const struct touch *t, const struct box_row *box) {
    const struct fault *fault = t->fault;
    const struct nodes *nodes = nodes_of(t->facts, box->role);
    const struct endpoint *endpoint = fault->root->endpoint;
    size_t length = strlen(box->told);
    if (fault->box != NULL && text_starts(fault->box, box->told) && fault->box[length] == ' ')
        return fault->box + length + 1;
    if (nodes != NULL && nodes->n == 1)
        return fault_node_name(nodes->v[0]);
    if (nodes != NULL && nodes->n > 1)
        return arena_printf(t->arena, "(each of its %zu peers)", nodes->n);
    if (box->role == ROLE_EXPRESSWAY_E && endpoint != NULL)
        return endpoint->host;
    return NULL;
}

static char *box_told(const struct touch *t, const struct box_row *box) {
    const char *host = host_of(t, box), *resolver = evidence_string(t->fault->root, "resolver");
    const struct endpoint *endpoint = t->fault->root->endpoint;
    if (host != NULL)
        return arena_printf(t->arena, "%s %s", box->told, host);
    if (t->is_placed && box->role == ROLE_EXPRESSWAY_C && endpoint != NULL && endpoint->leg != LEG_UCM &&
        endpoint->leg != LEG_IMP)
        return arena_printf(t->arena, "Expressway-C (the one behind %s)", endpoint->host);
    if (box == &boxes[STEP_DNS] && t->fault->root->domain != NULL)
        return arena_printf(t->arena, "public DNS of %s", t->fault->root->domain);
    if (box == &boxes[STEP_RESOLVER] && resolver != NULL)
        return arena_printf(t->arena, "%s (%s)", box->told, resolver);
    return arena_text(t->arena, box->told);
}

/* Of whom "{box}" speaks; "here", where nobody knows. */
static enum step_box box_of_role(enum role role) {
    static const enum step_box of[] = {[ROLE_NONE] = STEP_HERE,
                                       [ROLE_EXPRESSWAY_E] = STEP_EXPRESSWAY_E,
                                       [ROLE_EXPRESSWAY_C] = STEP_EXPRESSWAY_C,
                                       [ROLE_UCM] = STEP_UCM,
                                       [ROLE_IMP] = STEP_IMP};
    return of[role];
}

static enum step_box meant(enum step_box box, enum role role) {
    return box == STEP_BOX             ? box_of_role(role)
           : box != STEP_OTHER         ? box
           : role == ROLE_EXPRESSWAY_E ? STEP_EXPRESSWAY_C
           : role == ROLE_EXPRESSWAY_C ? STEP_EXPRESSWAY_E
                                       : STEP_HERE;
}

/* NULL: nobody knows. */
static const char *one_told(const struct touch *t, enum step_box box) {
    int judge;
    const char *whose = fault_box_of(t->fault->root), *upload_to = t->subject.values[PUT_UPLOAD_TO];
    box = meant(box, t->subject.role);
    if (box == STEP_JUDGE && whose != NULL && enum_find(roles, whose, &judge))
        box = box_of_role((enum role)judge);
    if (box == STEP_JUDGE && upload_to != NULL)
        return upload_to;
    if (box == STEP_REFUSER && t->subject.values[PUT_REFUSER] != NULL)
        return t->subject.values[PUT_REFUSER];
    return boxes[box].told == NULL ? t->fault->box : box_told(t, &boxes[box]);
}

static bool is_told(const struct told *told, const char *one) {
    for (size_t i = 0; i < told->n; i++)
        if (strcmp(told->v[i], one) == 0)
            return true;
    return false;
}

static void told_add(struct told *told, const char *one) {
    if (one != NULL && !is_told(told, one) && told->n < TOLD_MAX)
        told->v[told->n++] = one;
}

static struct told boxes_told(const struct touch *t, unsigned on) {
    static const unsigned both = STEP_EXPRESSWAY_C | STEP_EXPRESSWAY_E << STEP_BOX_BITS;
    struct told told = {.join = on == STEP_BOTH ? " and " : NULL};
    for (on = on == STEP_BOTH ? both : on; on != 0; on >>= STEP_BOX_BITS) {
        enum step_box box = (enum step_box)(on & STEP_BOX_MASK);
        if (box == STEP_THEN)
            told.join = ", then ";
        else if (box != STEP_NONE)
            told_add(&told, one_told(t, box));
    }
    return told;
}

/* "A", "A, B or C" with what decides, or "A, then B"; NULL: of no box. */
static char *told_words(struct arena *arena, const struct told *told, const char *decides) {
    if (told->n == 0)
        return NULL;
    char *words = arena_text(arena, told->v[0]);
    for (size_t i = 1; i < told->n; i++)
        words = arena_printf(arena, "%s%s%s", words,
                             i + 1 < told->n      ? ", "
                             : told->join != NULL ? told->join
                                                  : " or ",
                             told->v[i]);
    return told->n > 1 && told->join == NULL ? arena_printf(arena, "%s%s", words, decides) : words;
}

/* Those that no step before it touches; they are told from then on. */
static struct told new_of(struct touch *t, const struct told *told) {
    struct told more = {.join = told->join};
    for (size_t i = 0; i < told->n; i++)
        if (!is_told(&t->so_far, told->v[i])) {
            told_add(&more, told->v[i]);
            told_add(&t->so_far, told->v[i]);
        }
    return more;
}

/* "; Option B: A", where the second of several ways touches another box; "" where not. */
static const char *other_way(struct touch *t) {
    const struct step *steps = t->fault->steps;
    for (size_t i = 1; steps[0].marks.option == 'A' && t->fault->fix[i] != NULL; i++)
        if (steps[i].marks.option == 'B') {
            struct told told = boxes_told(t, steps[i].marks.on);
            return new_of(t, &told).n > 0
                       ? arena_printf(t->arena, "; Option B: %s", told_words(t->arena, &told, ""))
                       : "";
        }
    return "";
}

/* "; then A (step 2), B or C (step 4)"; "" where all stays at the same boxes. Where the fault is was told
 * already. */
static char *later_steps(struct touch *t) {
    const struct step *steps = t->fault->steps;
    char *words = arena_text(t->arena, "");
    for (size_t i = 1; t->fault->fix[i] != NULL; i++) {
        bool is_same_way = steps[i].marks.option == 0 || steps[i].marks.option == steps[0].marks.option;
        if (!is_same_way || steps[i].marks.on == STEP_HERE)
            continue;
        struct told told = boxes_told(t, steps[i].marks.on);
        struct told more = new_of(t, &told);
        if (more.n > 0)
            words = arena_printf(t->arena, "%s%s%s (step %zu)", words, *words == '\0' ? "; then " : ", ",
                                 told_words(t->arena, &more, ""), i + 1);
    }
    return words;
}

/* Of the first step. */
static unsigned on_of(const struct fault *fault) {
    return fault->fix[0] == NULL ? STEP_NOTHING : fault->steps[0].marks.on;
}

static char *words_of(struct touch *t) {
    const struct fault *fault = t->fault;
    t->so_far = boxes_told(t, on_of(fault));
    if (t->so_far.n == 0)
        told_add(&t->so_far, fault->box);
    char *words = told_words(t->arena, &t->so_far, ": step 1 decides");
    if (words == NULL || fault->fix[0] == NULL)
        return words;
    const char *other = other_way(t);
    return arena_printf(t->arena, "%s%s%s", words, other, later_steps(t));
}

char *fault_touch(const struct facts *facts, struct arena *arena, const struct fault *fault) {
    struct touch t = {facts, arena, fault, subject_of(facts, arena, fault->root), {.n = 0}, false};
    char *words = words_of(&t);
    t.is_placed = words == NULL || strstr(words, boxes[STEP_EXPRESSWAY_E].told) == NULL;
    return t.is_placed ? words_of(&t) : words;
}

bool fault_is_unnamed(const struct fault *fault) {
    return on_of(fault) == STEP_HERE || on_of(fault) == STEP_NOTHING;
}
