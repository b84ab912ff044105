/* Which files did the user name, and what is in them? See config.h. */
#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "wire/pem.h"
#include "wire/crl.h"

enum { FOLDER_FILES_MAX = 10000 };

static bool fails(struct arena *arena, char **error, const char *path, const char *what) {
    *error = arena_printf(arena, "%s: %s", text_from_wire(arena, path, strlen(path)), what);
    return false;
}

static bool take(struct arena *arena, struct input *in, const char *path, char **text, size_t *size,
                 char **error) {
    return input_take(in, arena, text, size) || fails(arena, error, path, in->fault);
}

bool file_read(struct arena *arena, const char *path, enum input_kind kind, char **text, size_t *size,
               char **error) {
    struct input in;
    return input_open(&in, path, kind) ? take(arena, &in, path, text, size, error)
                                       : fails(arena, error, path, in.fault);
}

bool certs_add_file(struct arena *arena, const char *path, struct certs *out, char **error) {
    char *text, *why;
    size_t size;
    if (!file_read(arena, path, INPUT_CERTS, &text, &size, error))
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
    struct input in;
    char *text;
    size_t size;
    if (input_open(&in, path, INPUT_CRL) && input_take(&in, facts->arena, &text, &size)) {
        crl_read(facts->arena, (const uint8_t *)text, size, fetch);
    } else if (in.is_too_large) {
        const char *told = in.size > 0 ? arena_printf(facts->arena, "%llu", (unsigned long long)in.size)
                                       : "16777216 or more";
        fetch->state = FETCH_TOO_LARGE;
        fetch->error = arena_printf(facts->arena, "%s bytes; an upload must be under 16 MB", told);
    } else {
        return fails(facts->arena, error, path, in.fault);
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

static bool trust_take(struct facts *facts, struct input *in, const char *path, struct trust_list *list,
                       char **error) {
    struct arena *arena = facts->arena;
    char *text, *why;
    size_t size;
    if (!take(arena, in, path, &text, &size, error))
        return false;
    if (!trust_read_pem(arena, text, size, list, &why))
        return fails(arena, error, path, why);
    crls_add(facts, path, text, size);
    return true;
}

static bool trust_add_one(struct facts *facts, const char *path, struct trust_list *list, char **error) {
    struct input in;
    return input_open(&in, path, INPUT_TRUST) ? trust_take(facts, &in, path, list, error)
                                              : fails(facts->arena, error, path, in.fault);
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void problem_add(struct arena *arena, struct trust_list *list, const char *what) {
    struct trust_problem *problem = ARENA_NEW(arena, struct trust_problem);
    problem->what = arena_text(arena, what);
    LIST_ADD(arena, &list->problems, problem);
}

/* All files together may be as large as one. */
static void trust_add_entry(struct facts *facts, const char *file, struct trust_list *list, uint64_t *bytes) {
    struct input in;
    char *why = NULL;
    bool good = input_open_entry(&in, file, INPUT_TRUST) || fails(facts->arena, &why, file, in.fault);
    if (good && (*bytes += in.size) > input_limit(INPUT_TRUST)) {
        input_close(&in);
        good = fails(facts->arena, &why, file, "not read: the files of this folder are too large together");
    }
    if (!good || !trust_take(facts, &in, file, list, &why))
        problem_add(facts->arena, list, why);
}

/* Every file of the directory, by name; those without a certificate are told as problems of the list. */
static bool trust_add_directory(struct facts *facts, const char *path, struct trust_list *list,
                                char **error) {
    struct arena *arena = facts->arena;
    struct dirent **names;
    uint64_t bytes = 0;
    int n = scandir(path, &names, visible, alphasort);
    if (n < 0)
        return fails(arena, error, path, strerror(errno));
    for (int i = 0; i < n; i++) {
        if (i < FOLDER_FILES_MAX)
            trust_add_entry(facts, arena_printf(arena, "%s/%s", path, names[i]->d_name), list, &bytes);
        free(names[i]);
    }
    free(names);
    if (n > FOLDER_FILES_MAX)
        problem_add(arena, list,
                    arena_printf(arena, "%s: only the first %d of %d files were read",
                                 text_from_wire(arena, path, strlen(path)), FOLDER_FILES_MAX, n));
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

static bool is_passworded(const char *text, size_t size) {
    static const char *const marks[] = {"BEGIN ENCRYPTED PRIVATE KEY", /* RFC 7468 section 11 */
                                        "Proc-Type: 4,ENCRYPTED"};     /* RFC 1421, OpenSSL's older form */
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (memmem(text, size, marks[i], strlen(marks[i])) != NULL)
            return true;
    return false;
}

bool key_look(struct arena *arena, const char *path, bool *lacks_newline, bool *is_encrypted, char **error) {
    enum { KEY_MAX = 64 * 1024 };
    static const char wanted[] = "wanted a private key (PEM), got";
    char text[KEY_MAX];
    ptrdiff_t got = 0;
    size_t size = 0;
    struct input in;
    *lacks_newline = *is_encrypted = false;
    if (!input_open_entry(&in, path, INPUT_ANY))
        return fails(arena, error, path, in.fault);
    while (size < sizeof text && (got = input_read(&in, text + size, sizeof text - size)) > 0)
        size += (size_t)got;
    const char *fault = got < 0           ? arena_text(arena, in.fault)
                        : size == KEY_MAX ? arena_printf(arena, "%s a file of 64 kB and more", wanted)
                        : size == 0       ? arena_printf(arena, "%s an empty file", wanted)
                                          : NULL;
    input_close(&in);
    if (fault == NULL) {
        *lacks_newline = memmem(text, size, "-----BEGIN ", 11) != NULL && text[size - 1] != '\n';
        *is_encrypted = is_passworded(text, size);
    }
    OPENSSL_cleanse(text, size);
    return fault == NULL || fails(arena, error, path, fault);
}
