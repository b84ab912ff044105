/* Which box is to be touched? The one that the first step names; where that step looks before it mends, the
 * boxes that its answer decides between, in the order in which it names them. */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "checks/advice.h"

/* How a box is told. */
static const struct box_row {
    const char *told;
    enum role role; /* of which a host may be known */
} boxes[STEP_BOX_COUNT] = {[STEP_EXPRESSWAY_E] = {"Expressway-E", ROLE_EXPRESSWAY_E},
                           [STEP_EXPRESSWAY_C] = {"Expressway-C", ROLE_EXPRESSWAY_C},
                           [STEP_BOTH] = {"Expressway-C and Expressway-E, both", ROLE_NONE},
                           [STEP_UCM] = {"Unified CM", ROLE_UCM},
                           [STEP_IMP] = {"IM and Presence", ROLE_IMP},
                           [STEP_DNS] = {"public DNS", ROLE_NONE},
                           [STEP_INTERNAL_DNS] = {"internal DNS", ROLE_NONE},
                           [STEP_RESOLVER] = {"the resolver that was asked", ROLE_NONE},
                           [STEP_FIREWALL] = {"the firewall", ROLE_NONE},
                           [STEP_BALANCER] = {"the load balancer or proxy", ROLE_NONE},
                           [STEP_CLIENT] = {"the client", ROLE_NONE},
                           [STEP_CA] = {"the CA", ROLE_NONE},
                           [STEP_MACHINE] = {"this machine, where edgeprobe runs", ROLE_NONE}};

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

static const char *host_of(const struct facts *facts, struct arena *arena, const struct fault *fault,
                           const struct box_row *box) {
    const struct nodes *nodes = nodes_of(facts, box->role);
    const struct endpoint *endpoint = fault->root->endpoint;
    size_t length = strlen(box->told);
    if (fault->box != NULL && text_starts(fault->box, box->told) && fault->box[length] == ' ')
        return fault->box + length + 1;
    if (nodes != NULL && nodes->n == 1)
        return fault_node_name(nodes->v[0]);
    if (nodes != NULL && nodes->n > 1)
        return arena_printf(arena, "every peer of it: %zu", nodes->n);
    if (box->role == ROLE_EXPRESSWAY_E && endpoint != NULL)
        return endpoint->host;
    return NULL;
}

static char *box_told(const struct facts *facts, struct arena *arena, const struct fault *fault,
                      const struct box_row *box) {
    const char *host = host_of(facts, arena, fault, box);
    const struct endpoint *endpoint = fault->root->endpoint;
    if (host != NULL)
        return arena_printf(arena, "%s %s", box->told, host);
    if (box->role == ROLE_EXPRESSWAY_C && endpoint != NULL && endpoint->leg != LEG_UCM &&
        endpoint->leg != LEG_IMP)
        return arena_printf(arena, "Expressway-C (the one behind %s)", endpoint->host);
    if (box == &boxes[STEP_DNS] && fault->root->domain != NULL)
        return arena_printf(arena, "public DNS of %s", fault->root->domain);
    const char *resolver = evidence_string(fault->root, "resolver");
    if (box == &boxes[STEP_RESOLVER] && resolver != NULL)
        return arena_printf(arena, "%s (%s)", box->told, resolver);
    return arena_text(arena, box->told);
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
static const char *one_told(const struct facts *facts, struct arena *arena, const struct fault *fault,
                            enum step_box box, const struct subject *subject) {
    int judge;
    const char *whose = fault_box_of(fault->root);
    box = meant(box, subject->role);
    if (box == STEP_JUDGE && whose != NULL && enum_find(roles, whose, &judge))
        box = box_of_role((enum role)judge);
    if (box == STEP_JUDGE && subject->values[PUT_UPLOAD_TO] != NULL)
        return subject->values[PUT_UPLOAD_TO];
    return boxes[box].told == NULL ? fault->box : box_told(facts, arena, fault, &boxes[box]);
}

/* Of the first step. */
static unsigned on_of(const struct fault *fault) {
    return fault->fix[0] == NULL ? STEP_NOTHING : fault->steps[0].marks.on;
}

struct told {
    const char *v[STEP_BOXES_MAX];
    size_t n;
    bool is_in_turn; /* one after the other, not one of them */
};

static bool is_told(const struct told *told, const char *one) {
    for (size_t i = 0; i < told->n; i++)
        if (strcmp(told->v[i], one) == 0)
            return true;
    return false;
}

static struct told boxes_told(const struct facts *facts, struct arena *arena, const struct fault *fault,
                              unsigned on, const struct subject *subject) {
    struct told told = {.n = 0};
    for (; on != 0; on >>= STEP_BOX_BITS) {
        enum step_box box = (enum step_box)(on & STEP_BOX_MASK);
        told.is_in_turn = told.is_in_turn || box == STEP_THEN;
        const char *one = box == STEP_THEN ? NULL : one_told(facts, arena, fault, box, subject);
        if (one != NULL && !is_told(&told, one))
            told.v[told.n++] = one;
    }
    return told;
}

/* "A", "A, B or C: step 1 decides", or "A, then B"; NULL: of no box. */
static char *told_words(struct arena *arena, const struct told *told) {
    if (told->n == 0)
        return NULL;
    char *words = arena_text(arena, told->v[0]);
    for (size_t i = 1; i < told->n; i++)
        words = arena_printf(arena, "%s%s%s", words,
                             i + 1 < told->n    ? ", "
                             : told->is_in_turn ? ", then "
                                                : " or ",
                             told->v[i]);
    return told->n > 1 && !told->is_in_turn ? arena_printf(arena, "%s: step 1 decides", words) : words;
}

/* What the second of several ways touches; 0: there is none. */
static unsigned on_of_option(const struct fault *fault) {
    if (fault->fix[0] == NULL || fault->steps[0].marks.option != 'A')
        return STEP_NOTHING;
    for (size_t i = 1; fault->fix[i] != NULL; i++)
        if (fault->steps[i].marks.option == 'B')
            return fault->steps[i].marks.on;
    return STEP_NOTHING;
}

char *fault_touch(const struct facts *facts, struct arena *arena, const struct fault *fault) {
    struct subject subject = subject_of(facts, arena, fault->root);
    struct told first = boxes_told(facts, arena, fault, on_of(fault), &subject),
                other = boxes_told(facts, arena, fault, on_of_option(fault), &subject);
    bool is_new = false;
    for (size_t i = 0; i < other.n; i++)
        is_new = is_new || !is_told(&first, other.v[i]);
    char *words = told_words(arena, &first);
    if (words == NULL)
        return fault->box == NULL ? NULL : arena_text(arena, fault->box);
    return is_new ? arena_printf(arena, "%s; Option B: %s", words, told_words(arena, &other)) : words;
}

bool fault_is_unnamed(const struct fault *fault) {
    return on_of(fault) == STEP_HERE || on_of(fault) == STEP_NOTHING;
}
