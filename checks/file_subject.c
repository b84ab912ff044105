/* Which file, for which box? What the judges of the family file have in common; see file.h. */
#include "checks/file.h"

#include <string.h>

struct finding *about_file(struct finding *finding, const struct user_file *file) {
    evidence_text(finding, "kind", enum_text(file_kinds, (int)file->kind));
    evidence_text(finding, "found", file->what);
    if (file->trouble != NULL)
        evidence_text(finding, "trouble", file->trouble);
    if (file->convert != NULL)
        evidence_text(finding, "convert", file->convert);
    return finding;
}

static const struct node *node_with(const struct nodes *nodes, const char *path) {
    for (size_t i = 0; path != NULL && i < nodes->n; i++) {
        const struct node *node = nodes->v[i];
        if (node->certificate_file != NULL && strcmp(node->certificate_file, path) == 0)
            return node;
        for (size_t k = 0; k < node->certificates.n; k++)
            if (node->certificates.v[k]->file != NULL && strcmp(node->certificates.v[k]->file, path) == 0)
                return node;
    }
    return NULL;
}

/* The node that gets the certificate; of a key or a request, the one that gets the certificate it was given
 * with. */
struct about file_subject(const struct facts *facts, const struct user_file *file) {
    const struct deployment *d = facts->deployment;
    const char *paths[] = {file->path, file->meant_for};
    for (size_t p = 0; d != NULL && p < 2; p++) {
        const struct nodes *all[] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
            const struct node *node = node_with(all[k], paths[p]);
            if (node != NULL)
                return (struct about){.subject = file->path, .node = node->name};
        }
    }
    bool is_given = file->meant_as != NULL && strcmp(file->meant_as, "certificate") == 0; /* and holds none */
    return (struct about){.subject = file->path,
                          .node = !is_given                 ? NULL
                                  : facts->run.node != NULL ? facts->run.node
                                                            : file->path};
}
