/* What did a revocation source answer last time? See cache.h. A file is one line of text, the question,
 * what the server wants to hear of next time, and the answer; its name is the hash of the question, and the
 * line holds that of all the rest. */
#include "probe/revocation/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "facts/replace.h"

enum {
    HEAD_MAX = 256,
    VALIDATORS_MAX = 2048,
    QUESTION_MAX = 64 * 1024,
    NAME_MAX_OWN = 2 * SHA256_DIGEST_LENGTH + 1,
    ABANDONED_S = 3600
};

/* fetched; sizes of question, validators, answer; hash of all behind the line */
static const char head_format[] = "edgeprobe-cache/2 %" PRId64 " %zu %zu %zu %s\n";
static const char temporary[] = ".new-";

char *cache_folder(struct arena *arena) {
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (base != NULL && *base == '/') /* others must be ignored, says the XDG Base Directory Specification */
        return arena_printf(arena, "%s/edgeprobe", base);
    return home != NULL && *home == '/' ? arena_printf(arena, "%s/.cache/edgeprobe", home) : NULL;
}

static void hash_text(const void *bytes, size_t size, char text[NAME_MAX_OWN]) {
    uint8_t hash[SHA256_DIGEST_LENGTH];
    SHA256(bytes, size, hash);
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

static char *path_of(const char *folder, const char *question) {
    char name[NAME_MAX_OWN], *path;
    hash_text(question, strlen(question), name);
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* ---- reading ---- */

static bool file_load(struct arena *arena, FILE *in, struct blob *whole) {
    struct stat there;
    if (fstat(fileno(in), &there) != 0 || !S_ISREG(there.st_mode) || there.st_size <= 0 ||
        there.st_size > CACHE_ENTRY_MAX + HEAD_MAX + VALIDATORS_MAX + QUESTION_MAX)
        return false;
    whole->size = (size_t)there.st_size;
    whole->bytes = arena_alloc(arena, whole->size + 1);
    return fread(whole->bytes, 1, whole->size, in) == whole->size;
}

/* "etag LF last-modified", either may be empty. */
static void validators_read(struct arena *arena, const char *text, size_t size, struct cached *cached) {
    const char *end = memchr(text, '\n', size);
    size_t first = end == NULL ? size : (size_t)(end - text), rest = end == NULL ? 0 : size - first - 1;
    cached->etag = first == 0 ? NULL : arena_textn(arena, text, first);
    cached->last_modified = rest == 0 ? NULL : arena_textn(arena, end + 1, rest);
}

/* Everything must fit: a half-written or changed file is none. */
static bool entry_read(struct arena *arena, struct blob whole, const char *question, struct cached *cached) {
    size_t question_size, validators_size, size;
    char hash[NAME_MAX_OWN], wanted[NAME_MAX_OWN], head[HEAD_MAX];
    const uint8_t *end = memchr(whole.bytes, '\n', whole.size < HEAD_MAX ? whole.size : HEAD_MAX - 1);
    if (end == NULL)
        return false;
    size_t head_size = (size_t)(end - whole.bytes) + 1;
    memcpy(head, whole.bytes, head_size);
    head[head_size] = 0;
    if (sscanf(head, "edgeprobe-cache/2 %" SCNd64 " %zu %zu %zu %64[0-9a-f]\n", &cached->fetched,
               &question_size, &validators_size, &size, hash) != 5)
        return false;
    const uint8_t *rest = whole.bytes + head_size;
    if (question_size != strlen(question) || validators_size > VALIDATORS_MAX || size > CACHE_ENTRY_MAX ||
        whole.size != head_size + question_size + validators_size + size ||
        memcmp(rest, question, question_size) != 0)
        return false;
    hash_text(rest, whole.size - head_size, wanted);
    validators_read(arena, (const char *)rest + question_size, validators_size, cached);
    cached->answer = (struct blob){(uint8_t *)rest + question_size + validators_size, size};
    return strcmp(hash, wanted) == 0;
}

/* Without blocking: an entry may be a FIFO that somebody put there. */
static FILE *entry_open(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    FILE *in = fd < 0 ? NULL : fdopen(fd, "rb");
    if (fd >= 0 && in == NULL)
        close(fd);
    return in;
}

bool cache_read(struct arena *arena, const char *folder, const char *question, struct cached *cached) {
    struct blob whole;
    char *path = path_of(folder, question);
    FILE *in = path == NULL ? NULL : entry_open(path);
    bool good = in != NULL && file_load(arena, in, &whole) && entry_read(arena, whole, question, cached);
    if (in != NULL)
        fclose(in);
    free(path);
    return good;
}

/* ---- writing ---- */

bool cache_make(const char *folder) {
    struct stat there;
    char *path = strdup(folder);
    if (path == NULL)
        return false;
    for (char *p = path + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = 0;
        mkdir(path, 0700);
    }
    mkdir(path, 0700);
    bool good = stat(path, &there) == 0 && S_ISDIR(there.st_mode);
    free(path);
    return good;
}

struct kept {
    char name[NAME_MAX_OWN];
    int64_t written;
    int64_t size;
};

static int older_first(const void *a, const void *b) {
    const struct kept *x = a, *y = b;
    return x->written != y->written ? (x->written < y->written ? -1 : 1) : strcmp(x->name, y->name);
}

static bool is_entry(const char *name) {
    return strlen(name) == NAME_MAX_OWN - 1 && strspn(name, "0123456789abcdef") == NAME_MAX_OWN - 1;
}

/* What a process left behind that died while it wrote. */
static void abandoned_remove(int folder, const char *name, const struct stat *there, int64_t now) {
    if (strncmp(name, temporary, sizeof temporary - 1) == 0 && there->st_mtime + ABANDONED_S < now)
        unlinkat(folder, name, 0);
}

static size_t folder_list(DIR *at, struct kept **list, int64_t *bytes, int64_t now) {
    size_t n = 0, room = 0;
    const struct dirent *entry;
    struct stat there;
    while ((entry = readdir(at)) != NULL) {
        if (fstatat(dirfd(at), entry->d_name, &there, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(there.st_mode))
            continue;
        abandoned_remove(dirfd(at), entry->d_name, &there, now);
        if (!is_entry(entry->d_name))
            continue;
        if (n == room) {
            room = room == 0 ? 64 : room * 2;
            struct kept *larger = realloc(*list, room * sizeof *larger);
            if (larger == NULL)
                break;
            *list = larger;
        }
        struct kept *kept = &(*list)[n++];
        memcpy(kept->name, entry->d_name, sizeof kept->name);
        kept->written = there.st_mtime;
        kept->size = there.st_size;
        *bytes += there.st_size;
    }
    return n;
}

/* The oldest go until there is room for one more of this size. */
static void room_make(const char *folder, size_t size) {
    struct kept *list = NULL;
    int64_t bytes = (int64_t)size;
    struct timespec now;
    DIR *at = opendir(folder);
    if (at == NULL)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    size_t n = folder_list(at, &list, &bytes, now.tv_sec);
    if (n > 0)
        qsort(list, n, sizeof *list, older_first);
    for (size_t i = 0; i < n && (n - i >= CACHE_FILES_MAX || bytes > CACHE_BYTES_MAX); i++) {
        unlinkat(dirfd(at), list[i].name, 0);
        bytes -= list[i].size;
    }
    closedir(at);
    free(list);
}

/* The whole file; NULL when it is none to keep. To be freed. */
static char *entry_make(const char *question, const struct cached *cached, size_t *size) {
    const char *etag = cached->etag == NULL ? "" : cached->etag;
    const char *modified = cached->last_modified == NULL ? "" : cached->last_modified;
    size_t questions = strlen(question), validators = strlen(etag) + 1 + strlen(modified);
    size_t body = questions + validators + cached->answer.size;
    if (validators > VALIDATORS_MAX || questions > QUESTION_MAX)
        return NULL;
    char hash[NAME_MAX_OWN], *whole = malloc(HEAD_MAX + body);
    if (whole == NULL)
        return NULL;
    char *rest = whole + HEAD_MAX;
    memcpy(rest, question, questions);
    memcpy(rest + questions, etag, strlen(etag));
    rest[questions + strlen(etag)] = '\n';
    memcpy(rest + questions + strlen(etag) + 1, modified, strlen(modified));
    memcpy(rest + questions + validators, cached->answer.bytes, cached->answer.size);
    hash_text(rest, body, hash);
    int head = snprintf(whole, HEAD_MAX, head_format, cached->fetched, questions, validators,
                        cached->answer.size, hash);
    if (head <= 0 || head >= HEAD_MAX) {
        free(whole);
        return NULL;
    }
    memmove(whole + head, rest, body);
    *size = (size_t)head + body;
    return whole;
}

void cache_write(const char *folder, const char *question, const struct cached *cached) {
    const struct blob *answer = &cached->answer;
    char *path = path_of(folder, question), *fresh = NULL;
    if (path == NULL || answer->size == 0 || answer->size > CACHE_ENTRY_MAX || !cache_make(folder) ||
        asprintf(&fresh, "%s/%sXXXXXX", folder, temporary) < 0) {
        free(path);
        return;
    }
    room_make(folder, answer->size);
    size_t size;
    char *whole = entry_make(question, cached, &size);
    if (whole != NULL)
        file_replace(path, fresh, whole, size, 0600);
    free(whole);
    free(fresh);
    free(path);
}
