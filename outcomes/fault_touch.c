/* Which box is to be touched? The one that the first step names; where that step looks before it mends, the
 * boxes that its answer decides between, in the order in which it names them. */
#include "outcomes/fault_rules.h"

#include <string.h>

/* How steps name a box, and how it is told. */
static const struct box_row {
    const char *word, *told;
    enum role role; /* of which a host may be known */
} boxes[] = {{"Expressway-E", "Expressway-E", ROLE_EXPRESSWAY_E},
             {"Expressway-C", "Expressway-C", ROLE_EXPRESSWAY_C},
             {"ublic DNS", "public DNS", ROLE_NONE},
             {"irewall", "the firewall", ROLE_NONE},
             {"Load balancer", "the load balancer or proxy", ROLE_NONE},
             {": load balancer", "the load balancer or proxy", ROLE_NONE},
             {"his machine", "this machine, where edgeprobe runs", ROLE_NONE},
             {"esolver", "the resolver that was asked", ROLE_NONE},
             {"At the CA", "the CA", ROLE_NONE},
             {"he CA", "the CA", ROLE_NONE},
             {"Unified CM", "Unified CM", ROLE_UCM},
             {"IM and Presence", "IM and Presence", ROLE_IMP}};
enum { BOX_COUNT = sizeof boxes / sizeof *boxes, BOXES_TOLD = 3 };

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
    if (strcmp(box->told, "public DNS") == 0 && fault->root->domain != NULL)
        return arena_printf(arena, "public DNS of %s", fault->root->domain);
    return arena_text(arena, box->told);
}

/* Where the step names the box the first time; NULL: nowhere. Servers behind are named by the settings of
 * other boxes, too ("on Unified CM On"): they are meant where a step is theirs. */
static const char *named_at(const char *step, const struct box_row *box) {
    const char *at = strstr(step, box->word);
    bool is_behind = box->role == ROLE_UCM || box->role == ROLE_IMP;
    if (at != NULL && strncmp(at, "he CA certificate", 17) == 0)
        return NULL;
    return at == NULL || !is_behind || at[strlen(box->word)] == ':' ? at : NULL;
}

/* The boxes that a step names, in its order; each once. */
static size_t boxes_in(const char *step, const struct box_row *found[BOX_COUNT]) {
    size_t n = 0;
    const char *from = step;
    while (n < BOX_COUNT) {
        const struct box_row *next = NULL;
        const char *at = NULL;
        for (size_t i = 0; i < BOX_COUNT; i++) {
            const char *its = named_at(from, &boxes[i]);
            if (its != NULL && (at == NULL || its < at)) {
                at = its;
                next = &boxes[i];
            }
        }
        if (next == NULL)
            return n;
        bool is_told = false;
        for (size_t i = 0; i < n; i++)
            is_told = is_told || strcmp(found[i]->told, next->told) == 0;
        if (!is_told)
            found[n++] = next;
        from = at + strlen(next->word);
    }
    return n;
}

char *fault_touch(const struct facts *facts, struct arena *arena, const struct fault *fault) {
    const struct box_row *found[BOX_COUNT];
    const char *step = text_or(fault->fix[0], "");
    bool decides = strchr(step, '?') != NULL;
    size_t n = boxes_in(step, found), told = decides && n > BOXES_TOLD ? BOXES_TOLD : decides ? n : n > 0;
    if (n == 0)
        return fault->box == NULL ? NULL : arena_text(arena, fault->box);
    char *words = arena_text(arena, "");
    for (size_t i = 0; i < told; i++)
        words = arena_printf(arena, "%s%s%s", words,
                             i == 0         ? ""
                             : i + 1 < told ? ", "
                                            : " or ",
                             box_told(facts, arena, fault, found[i]));
    return told > 1 ? arena_printf(arena, "%s: step 1 decides", words) : words;
}
