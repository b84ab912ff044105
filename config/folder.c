/* What are the files that the user has in hand before an upload? Paths in, facts->files out.
 *
 * A file may hold a private key, so its bytes are kept out of stdio and the arena, and wiped. */
#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "wire/file.h"

enum { LARGEST = 64 * 1024 * 1024, FIRST_ROOM = 64 * 1024, FOLDER_MAX = 2000 };

/* All bytes of a descriptor, at most LARGEST and one more; *room is what to wipe and free. */
static char *read_all(int fd, size_t *size, size_t *room) {
    char *bytes = OPENSSL_malloc(*room = FIRST_ROOM);
    ssize_t n = 1;
    *size = 0;
    while (bytes != NULL && n > 0 && *size <= LARGEST) {
        if (*size == *room) {
            char *larger = OPENSSL_clear_realloc(bytes, *room, *room * 2);
            if (larger == NULL)
                break;
            bytes = larger;
            *room *= 2;
        }
        n = read(fd, bytes + *size, *room - *size);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0)
            *size += (size_t)n;
    }
    if (bytes == NULL || n == 0 || *size > LARGEST)
        return bytes;
    int why = n < 0 ? errno : ENOMEM;
    OPENSSL_clear_free(bytes, *room);
    errno = why;
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

/* False with errno when it cannot be read. A pipe is read as a file is; a device that never ends is cut. */
static bool file_add(struct facts *facts, const char *path, const struct secret_source *secret) {
    struct stat there;
    bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    size_t size = 0, room = 0;
    if (fd < 0)
        return false;
    bool good = fstat(fd, &there) == 0;
    if (!is_input)
        fcntl(fd, F_SETFL, 0);
    char *bytes = good ? read_all(fd, &size, &room) : NULL;
    int why = errno;
    if (!is_input)
        close(fd);
    errno = why;
    if (bytes == NULL)
        return false;
    struct user_file *file = file_new(facts, path);
    struct secret_source asked = secret == NULL ? (struct secret_source){NULL} : *secret;
    asked.file = file->path;
    if (size <= LARGEST) {
        file_classify(facts->arena, bytes, size, &asked, file);
    } else {
        file->size = LARGEST;
        file->what = arena_text(facts->arena, "a file of more than 64 MiB");
    }
    if (file->key != NULL)
        file->key->is_world_readable = !is_input && (there.st_mode & S_IROTH) != 0;
    OPENSSL_clear_free(bytes, room);
    return true;
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
        if (!file_add(facts, file, secret))
            file_new(facts, file)->trouble = arena_text(arena, strerror(errno));
    }
    free(names);
    return true;
}

bool files_add(struct facts *facts, const char *path, const struct secret_source *secret, char **error) {
    struct stat there;
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        return folder_add(facts, path, secret, error);
    if (is_known(facts, path) || file_add(facts, path, secret))
        return true;
    *error = arena_printf(facts->arena, "%s: %s", text_from_wire(facts->arena, path, strlen(path)),
                          strerror(errno));
    return false;
}
