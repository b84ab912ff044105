/* What does the user say exists? The deployment file: YAML text to facts->deployment. The keys are in
 * schema.c; here the file is opened and what no single key can know is put in order. */
#include "config/config.h"

#include <string.h>

#include "config/schema.h"

static void share_trust(struct nodes *nodes, char *trust) {
    for (size_t i = 0; i < nodes->n; i++)
        if (nodes->v[i]->trust == NULL && !nodes->v[i]->unity)
            nodes->v[i]->trust = trust;
}

bool deployment_read_text(struct facts *facts, const char *text, size_t size, const char *file,
                          bool reads_files, char **error) {
    struct draft *draft = ARENA_NEW(facts->arena, struct draft);
    struct yaml_item *root;
    draft->facts = facts;
    draft->arena = facts->arena;
    draft->file = file;
    draft->reads_files = reads_files;
    const char *shown = text_from_wire(facts->arena, file, strlen(file));
    if (!yaml_read(facts->arena, text, size, &root, error)) {
        *error = arena_printf(facts->arena, "%s:%s", shown, *error);
        return false;
    }
    if (!draft_read_map(draft, root, draft_keys, draft)) {
        *error = draft->error;
        return false;
    }
    share_trust(&draft->deployment.ucm, draft->ucm_trust);
    share_trust(&draft->deployment.imp, draft->imp_trust);
    draft->deployment.file = (char *)shown;
    facts->deployment = &draft->deployment;
    return true;
}

bool deployment_read(struct facts *facts, const char *path, char **error) {
    char *text;
    size_t size;
    return file_read(facts->arena, path, INPUT_DEPLOYMENT, &text, &size, error) &&
           deployment_read_text(facts, text, size, path, true, error);
}
