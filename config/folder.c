/* What are the files that the user has in hand before an upload? Paths in, facts->files out.
 *
 * A file may hold a private key, so its bytes are kept out of stdio and the arena, and wiped. */
#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/crypto.h>

#include "wire/file.h"

enum { FIRST_ROOM = 64 * 1024, FOLDER_MAX = 2000 };

/* All bytes; NULL with in->fault. *room is what to wipe and free; a file that says how large it is takes
 * that. */
static char *read_all(struct input *in, size_t *size, size_t *room) {
    char *bytes = OPENSSL_malloc(*room = in->is_regular ? (size_t)in->size + 1 : FIRST_ROOM);
    ptrdiff_t n = 1;
    *size = 0;
    while (bytes != NULL && (n = input_read(in, bytes + *size, *room - *size)) > 0) {
        *size += (size_t)n;
        if (*size < *room)
            continue;
        char *larger = OPENSSL_clear_realloc(bytes, *room, *room * 2);
        if (larger == NULL)
            break;
        bytes = larger;
        *room *= 2;
    }
    if (bytes != NULL && n == 0)
        return bytes;
    OPENSSL_clear_free(bytes, *room);
    return NULL;
}

static struct user_file *file_new(struct facts *facts, const char *path) {
    struct user_file *file = ARENA_NEW(facts->arena, struct user_file);
    file->path = text_from_wire(facts->arena, path, strlen(path));
    file->kind = FILE_OTHER;
    file->leaf = -1;
    LIST_ADD(facts->arena, &facts->files, file);
    return file;
}

static bool is_known(const struct facts *facts, const char *path) {
    for (size_t i = 0; i < facts->files.n; i++)
        if (strcmp(facts->files.v[i]->path, path) == 0)
            return true;
    return false;
}

/* False with in->fault when it cannot be read. Closes. */
static bool file_add(struct facts *facts, const char *path, struct input *in,
                     const struct secret_source *secret) {
    size_t size = 0, room = 0;
    char *bytes = read_all(in, &size, &room);
    input_close(in);
    if (bytes == NULL)
        return false;
    struct user_file *file = file_new(facts, path);
    struct secret_source asked = secret == NULL ? (struct secret_source){NULL} : *secret;
    asked.file = file->path;
    file_classify(facts->arena, bytes, size, &asked, file);
    if (file->key != NULL)
        file->key->is_world_readable = strcmp(path, "-") != 0 && (in->mode & S_IROTH) != 0;
    OPENSSL_clear_free(bytes, room);
    return true;
}

/* What it is besides is not looked at. */
static void file_add_large(struct facts *facts, const char *path) {
    struct user_file *file = file_new(facts, path);
    file->size = (int)input_limit(INPUT_ANY);
    file->what = arena_text(facts->arena, "a file of more than 64 MiB");
}

/* False with in->fault. */
static bool opened_add(struct facts *facts, const char *path, bool is_open, struct input *in,
                       const struct secret_source *secret) {
    if (is_open && file_add(facts, path, in, secret))
        return true;
    if (in->is_too_large)
        file_add_large(facts, path);
    return in->is_too_large;
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool folder_add(struct facts *facts, const char *path, const struct secret_source *secret,
                       char **error) {
    struct arena *arena = facts->arena;
    struct dirent **names;
    const char *shown = text_from_wire(arena, path, strlen(path));
    size_t length = strlen(path);
    int n = scandir(path, &names, visible, alphasort);
    if (n < 0) {
        *error = arena_printf(arena, "%s: %s", shown, strerror(errno));
        return false;
    }
    for (int i = 0; i < n; i++) {
        struct stat there;
        char *file = arena_printf(arena, "%s%s%s", path, length > 0 && path[length - 1] == '/' ? "" : "/",
                                  names[i]->d_name);
        bool is_file = stat(file, &there) == 0 && S_ISREG(there.st_mode);
        free(names[i]);
        if (!is_file || i >= FOLDER_MAX || is_known(facts, file))
            continue;
        struct input in;
        bool is_open = input_open(&in, file, INPUT_ANY);
        if (!opened_add(facts, file, is_open, &in, secret))
            file_new(facts, file)->trouble = arena_text(arena, in.fault);
    }
    free(names);
    return true;
}

bool files_add(struct facts *facts, const char *path, const struct secret_source *secret, char **error) {
    struct stat there;
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        return folder_add(facts, path, secret, error);
    struct input in;
    if (is_known(facts, path) || opened_add(facts, path, input_open(&in, path, INPUT_ANY), &in, secret))
        return true;
    *error = arena_printf(facts->arena, "%s: %s", text_from_wire(facts->arena, path, strlen(path)), in.fault);
    return false;
}
