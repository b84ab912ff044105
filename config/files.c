/* Which files did the user name, and what is in them? See config.h. */
#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/pem.h"
#include "wire/crl.h"

enum {
    LARGEST_CERTS = 16 * 1024 * 1024,
    LARGEST_TRUST = 1024 * 1024 * 1024,
    LARGEST_CRL_UPLOAD = 16 * 1024 * 1024 /* guide, chapter 7: under 16 MB */
};

static bool fails(struct arena *arena, char **error, const char *path, const char *what) {
    *error = arena_printf(arena, "%s: %s", text_from_wire(arena, path, strlen(path)), what);
    return false;
}

static bool read_all(struct arena *arena, FILE *in, size_t expected, size_t limit, char **text,
                     size_t *size) {
    size_t room = expected + 1, used = 0;
    char *buffer = malloc(room + 1);
    while (buffer != NULL) {
        size_t n = fread(buffer + used, 1, room - used, in);
        used += n;
        if (used < room || used > limit)
            break;
        room *= 2;
        char *larger = realloc(buffer, room + 1);
        if (larger == NULL) {
            free(buffer);
            buffer = NULL;
        } else {
            buffer = larger;
        }
    }
    if (buffer == NULL)
        return false;
    *text = arena_textn(arena, buffer, used);
    *size = used;
    free(buffer);
    return true;
}

bool file_read(struct arena *arena, const char *path, size_t limit, char **text, size_t *size, char **error) {
    struct stat there;
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (in == NULL)
        return fails(arena, error, path, strerror(errno));
    bool good = fstat(fileno(in), &there) == 0, is_file = good && S_ISREG(there.st_mode);
    if (good && S_ISDIR(there.st_mode)) {
        errno = EISDIR;
        good = false;
    }
    if (good && is_file && (uintmax_t)there.st_size > limit) {
        errno = EFBIG;
        good = false;
    }
    errno = good ? 0 : errno;
    good = good && read_all(arena, in, is_file ? (size_t)there.st_size : 65536, limit, text, size) &&
           !ferror(in);
    int why = errno != 0 ? errno : ENOMEM;
    if (in != stdin)
        fclose(in);
    if (!good)
        return fails(arena, error, path, strerror(why));
    return *size <= limit || fails(arena, error, path, strerror(EFBIG));
}

bool certs_add_file(struct arena *arena, const char *path, struct certs *out, char **error) {
    char *text, *why;
    size_t size;
    if (!file_read(arena, path, LARGEST_CERTS, &text, &size, error))
        return false;
    return certs_read_pem(arena, text, size, out, &why) || fails(arena, error, path, why);
}

static struct fetch *crl_file_new(struct facts *facts, enum fetch_kind kind, const char *path) {
    struct fetch *fetch = ARENA_NEW(facts->arena, struct fetch);
    fetch->kind = kind;
    fetch->uri = text_from_wire(facts->arena, path, strlen(path));
    return fetch;
}

bool crl_add_file(struct facts *facts, const char *path, char **error) {
    struct fetch *fetch = crl_file_new(facts, FETCH_MANUAL_CRL, path);
    char *text;
    size_t size;
    if (!file_read(facts->arena, path, LARGEST_TRUST, &text, &size, error))
        return false;
    if (size < LARGEST_CRL_UPLOAD) {
        crl_read(facts->arena, (const uint8_t *)text, size, fetch);
    } else {
        fetch->state = FETCH_TOO_LARGE;
        fetch->error = arena_printf(facts->arena, "%zu bytes; an upload must be under 16 MB", size);
    }
    LIST_ADD(facts->arena, &facts->fetches, fetch);
    return true;
}

/* LDAP connections use the CRLs inside the file of the trust list (guide, chapter 7). */
static void crls_add(struct facts *facts, const char *path, const char *text, size_t size) {
    static const char end_mark[] = " CRL-----";
    struct fetch *fetch = crl_file_new(facts, FETCH_TRUST_CRL, path);
    char *error = NULL;
    if (memmem(text, size, end_mark, sizeof end_mark - 1) == NULL)
        return;
    fetch->form = arena_text(facts->arena, "PEM");
    fetch->state = crls_find_pem(facts->arena, text, size, fetch, &error) ? FETCH_ANSWERED : FETCH_UNPARSABLE;
    fetch->error = error;
    if (error != NULL || fetch->answers.n > 0)
        LIST_ADD(facts->arena, &facts->fetches, fetch);
}

static bool trust_add_one(struct facts *facts, const char *path, struct trust_list *list, char **error) {
    struct arena *arena = facts->arena;
    char *text, *why;
    size_t size;
    if (!file_read(arena, path, LARGEST_TRUST, &text, &size, error))
        return false;
    if (!trust_read_pem(arena, text, size, list, &why))
        return fails(arena, error, path, why);
    crls_add(facts, path, text, size);
    return true;
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* Every file of the directory, by name; those without a certificate are told as problems of the list. */
static bool trust_add_directory(struct facts *facts, const char *path, struct trust_list *list,
                                char **error) {
    struct arena *arena = facts->arena;
    struct dirent **names;
    int n = scandir(path, &names, visible, alphasort);
    if (n < 0)
        return fails(arena, error, path, strerror(errno));
    for (int i = 0; i < n; i++) {
        char *file = arena_printf(arena, "%s/%s", path, names[i]->d_name), *why;
        if (!trust_add_one(facts, file, list, &why)) {
            struct trust_problem *problem = ARENA_NEW(arena, struct trust_problem);
            problem->what = why;
            LIST_ADD(arena, &list->problems, problem);
        }
        free(names[i]);
    }
    free(names);
    return list->entries.n > 0 || fails(arena, error, path, "no certificate in any file of this directory");
}

/* From the shelf, with the CRLs that came in its files. */
static bool trust_borrow(struct facts *facts, const char *name) {
    const struct facts *shelf = facts->shelf;
    size_t length = strlen(name);
    LIST_ADD(facts->arena, &facts->trust_lists, (void *)facts_trust(shelf, name));
    for (size_t i = 0; i < shelf->fetches.n; i++) {
        const char *uri = shelf->fetches.v[i]->uri;
        if (strncmp(uri, name, length) == 0 && (uri[length] == 0 || uri[length] == '/'))
            LIST_ADD(facts->arena, &facts->fetches, shelf->fetches.v[i]);
    }
    return true;
}

bool trust_add_file(struct facts *facts, const char *path, char **error) {
    struct arena *arena = facts->arena;
    struct stat there;
    struct trust_list *list = ARENA_NEW(arena, struct trust_list);
    list->name = text_from_wire(arena, path, strlen(path));
    if (facts_trust(facts, list->name) != NULL)
        return true;
    if (facts->shelf != NULL &&
        (facts_trust(facts->shelf, list->name) != NULL || !arena_is_exhausted(facts->shelf->arena)))
        return trust_add_file(facts->shelf, path, error) && trust_borrow(facts, list->name);
    bool is_directory = stat(path, &there) == 0 && S_ISDIR(there.st_mode);
    if (!(is_directory ? trust_add_directory : trust_add_one)(facts, path, list, error))
        return false;
    LIST_ADD(arena, &facts->trust_lists, list);
    return true;
}

bool trust_add_system(struct facts *facts) {
    const char *const places[] = {getenv("SSL_CERT_FILE"),              /* as OpenSSL and curl have it */
                                  "/etc/ssl/certs/ca-certificates.crt", /* Debian */
                                  "/etc/pki/tls/certs/ca-bundle.crt",   /* Red Hat */
                                  "/etc/ssl/cert.pem"};                 /* OpenSSL's own, Alpine */
    if (facts_trust(facts, "system") != NULL)
        return true;
    if (facts->shelf != NULL)
        return trust_add_system(facts->shelf) && trust_borrow(facts, "system");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct trust_list *list = ARENA_NEW(facts->arena, struct trust_list);
        char *error;
        if (places[i] == NULL || !trust_add_one(facts, places[i], list, &error))
            continue;
        list->name = arena_text(facts->arena, "system");
        LIST_ADD(facts->arena, &facts->trust_lists, list);
        return true;
    }
    return false;
}

bool key_lacks_newline(const char *path) {
    FILE *in = fopen(path, "rb");
    int last = '\n';
    if (in == NULL)
        return false;
    if (fseek(in, -1, SEEK_END) == 0)
        last = fgetc(in);
    fclose(in);
    return last != '\n' && last != EOF;
}
