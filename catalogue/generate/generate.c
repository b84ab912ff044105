/* Makes the catalogue: see generate.h.
 *
 *     generate DIR OUT JUDGE.c...
 *
 * reads DIR/shared.yaml, one DIR/FAMILY.yaml for each family that it lists, and the other files of DIR, and
 * writes OUT/causes.h (the enumerations of checks and causes) and OUT/table.c (the rows). A file that would
 * not change is left alone, so that nothing is built anew. Refuses a cause that neither a judge (checks/, the
 * simulation) nor a line of a log, an alarm or other words name. */
#include "catalogue/generate/generate.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Every identifier in the judges' sources that begins as those of causes do. */
static void names_read(const char *path, struct texts *names) {
    FILE *file = fopen(path, "rb");
    char word[ID_MAX * 2];
    size_t length = 0;
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    for (int c = getc(file);; c = getc(file)) {
        if (c != EOF && (isalnum(c) || c == '_')) {
            if (length < sizeof word - 1)
                word[length++] = (char)c;
            continue;
        }
        word[length] = '\0';
        if (strncmp(word, "CAUSE_", 6) == 0 && !texts_have(names, word))
            texts_add(names, need(strdup(word)));
        length = 0;
        if (c == EOF)
            break;
    }
    fclose(file);
}

static void refuse_doubled(struct input *input, const struct cause_row *cause, struct texts *names,
                           const char *name) {
    if (texts_have(names, name))
        refuse(input, cause->at, "%s stands twice in the catalogue", name);
    texts_add(names, name);
}

static void rows_check(struct catalogue *c, const struct texts *judges) {
    struct texts names = {0};
    for (size_t f = 0; f < c->n; f++)
        for (size_t k = 0; k < c->families[f].n; k++) {
            const struct check_row *check = &c->families[f].checks[k];
            struct input *input = &c->families[f].input;
            refuse_doubled(input, &check->causes[0], &names, check->name);
            for (size_t i = 0; i < check->n; i++) {
                const struct cause_row *cause = &check->causes[i];
                refuse_doubled(input, cause, &names, cause->name);
                bool is_named = texts_have(judges, cause->name) || texts_have(&c->said, cause->name),
                     is_promised = texts_have(&c->promised, cause->name);
                if (is_named && is_promised)
                    refuse(&c->shared, NULL, "%s is named by a judge now: take it out of \"promised\"",
                           cause->name);
                if (!is_named && !is_promised)
                    refuse(input, cause->at,
                           "no judge names %s: raise it with find_cause(to, %s, ...) in checks/, or take the "
                           "row out (docs/HACKING.md, \"Add a check\")",
                           cause->name, cause->name);
            }
        }
    free(names.v);
}

static bool is_same(const char *path, const char *text, size_t size) {
    FILE *file = fopen(path, "rb");
    bool same = file != NULL;
    for (size_t i = 0; same && i < size; i++)
        same = getc(file) == (unsigned char)text[i];
    same = same && getc(file) == EOF;
    if (file != NULL)
        fclose(file);
    return same;
}

static void file_write(const char *folder, const char *name, void (*write)(FILE *, const struct catalogue *),
                       const struct catalogue *c) {
    char *text = NULL, path[4096], draft[4096 + 8];
    size_t size = 0;
    FILE *out = need(open_memstream(&text, &size));
    write(out, c);
    fclose(out);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(draft, sizeof draft, "%s.new", path);
    if (!is_same(path, text, size)) {
        FILE *file = fopen(draft, "wb");
        bool good = file != NULL && fwrite(text, 1, size, file) == size;
        good = file != NULL && fclose(file) == 0 && good;
        if (!good || rename(draft, path) != 0) {
            fprintf(stderr, "%s: %s\n", path, strerror(errno));
            exit(1);
        }
    }
    free(text);
}

int main(int argc, char **argv) {
    struct catalogue catalogue = {0};
    struct texts judges = {0};
    if (argc < 4) {
        fputs("usage: generate DIR OUT JUDGE.c...\n", stderr);
        return 2;
    }
    catalogue_read(&catalogue, argv[1]);
    for (int i = 3; i < argc; i++)
        names_read(argv[i], &judges);
    rows_check(&catalogue, &judges);
    file_write(argv[2], "causes.h", header_write, &catalogue);
    file_write(argv[2], "table.c", table_write, &catalogue);
    return 0;
}
