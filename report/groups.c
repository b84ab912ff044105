/* Which findings say the same thing? See groups.h. */
#include "report/groups.h"

static struct group *group_for(struct arena *arena, struct groups *groups, const struct finding *f) {
    for (size_t i = 0; i < groups->n; i++) {
        struct group *g = groups->v[i];
        if (g->check == f->check && g->cause == f->cause && g->status == f->status)
            return g;
    }
    struct group *g = ARENA_NEW(arena, struct group);
    g->check = f->check;
    g->cause = f->cause;
    g->status = f->status;
    LIST_ADD(arena, groups, g);
    return g;
}

void groups_of(struct arena *arena, const struct findings *findings, struct groups *out) {
    int number = 0;
    *out = (struct groups){0};
    for (size_t i = 0; i < findings->n; i++) {
        struct group *g = group_for(arena, out, findings->v[i]);
        LIST_ADD(arena, &g->members, findings->v[i]);
    }
    for (size_t i = 0; i < out->n; i++) {
        enum status status = out->v[i]->status;
        if (status == STATUS_FAIL || status == STATUS_WARN || status == STATUS_UNKNOWN)
            out->v[i]->number = ++number;
    }
}

int group_number(const struct groups *groups, const struct finding *finding) {
    for (size_t i = 0; i < groups->n; i++)
        for (size_t k = 0; k < groups->v[i]->members.n; k++)
            if (groups->v[i]->members.v[k] == finding)
                return groups->v[i]->number;
    return 0;
}
