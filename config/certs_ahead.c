/* Certificates of files that will be read: see certs_ahead.h. */
#include "config/certs_ahead.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "probe/input.h"
#include "wire/cert.h"
#include "wire/pem_blocks.h"
#include "wire/x509.h"

enum { CHAIN_MOST = 4 }; /* certificates of one file; one with more is left to who reads it */

struct ahead { /* of one file; the thread's until it is known, then the loop's */
    struct cert *certs[CHAIN_MOST];
    X509 *x[CHAIN_MOST];
    size_t n;             /* 0: to be read as if nobody had looked */
    atomic_bool is_known; /* set last */
};

struct certs_ahead {
    char *const *paths;
    size_t n, at; /* at: what comes next */
    struct ahead *files;
    struct arena *arena; /* of the certificates; the thread's until it has ended */
    pthread_t thread;
    atomic_size_t reached; /* files before this one are not worth a look any more */
};

static void file_forget(struct ahead *file) {
    for (size_t i = 0; i < file->n; i++)
        X509_free(file->x[i]);
    file->n = 0;
}

/* ---- the thread ---- */

/* False: something else than sound certificates, and not too many. */
static bool blocks_read(struct arena *scratch, struct arena *arena, struct pem_scanner *scanner,
                        struct ahead *file) {
    struct pem_block block;
    while (pem_next(scanner, &block)) {
        struct pem_trouble trouble = {NULL, block.line};
        uint8_t *der;
        size_t size, i = file->n;
        if (i == CHAIN_MOST || block.label_size != strlen("CERTIFICATE") ||
            !pem_label_ends(&block, "CERTIFICATE") || !pem_decode(scratch, &block, &der, &size, &trouble) ||
            (file->certs[i] = cert_read_beside(arena, der, size, &file->x[i])) == NULL)
            return false;
        file->n++;
    }
    return true;
}

static void file_look(struct certs_ahead *ahead, const char *path, struct ahead *file) {
    struct arena *scratch = arena_new();
    struct input in;
    char *text;
    size_t size;
    if (input_open_entry(&in, path, INPUT_CERTS) && input_take(&in, scratch, &text, &size)) {
        struct pem_scanner scanner = pem_scan(text, size);
        if (!blocks_read(scratch, ahead->arena, &scanner, file))
            file_forget(file);
    }
    arena_free(scratch);
}

static void *look_on(void *of) {
    struct certs_ahead *ahead = of;
    for (size_t i = ahead->n; i > atomic_load(&ahead->reached); i--) {
        if (ahead->paths[i - 1] == NULL)
            continue;
        file_look(ahead, ahead->paths[i - 1], &ahead->files[i - 1]);
        atomic_store(&ahead->files[i - 1].is_known, true);
    }
    return NULL;
}

/* ---- who asks ---- */

struct certs_ahead *certs_ahead_begin(char *const *paths, size_t n) {
    struct certs_ahead *ahead = n < CERTS_AHEAD_FROM ? NULL : calloc(1, sizeof *ahead);
    if (ahead == NULL)
        return NULL;
    x509_beside_begin();
    *ahead = (struct certs_ahead){
        .paths = paths, .n = n, .files = calloc(n, sizeof *ahead->files), .arena = arena_new()};
    if (ahead->files != NULL && pthread_create(&ahead->thread, NULL, look_on, ahead) == 0)
        return ahead;
    arena_free(ahead->arena);
    free(ahead->files);
    free(ahead);
    return NULL;
}

void certs_ahead_next(struct certs_ahead *ahead, size_t at) {
    ahead->at = at;
    atomic_store(&ahead->reached, at + 1);
}

bool certs_ahead_take(struct certs_ahead *ahead, const char *path, struct arena *arena, struct certs *out) {
    struct ahead *file = &ahead->files[ahead->at];
    const char *next = ahead->paths[ahead->at];
    if (next == NULL || strcmp(next, path) != 0 || !atomic_load(&file->is_known) || file->n == 0)
        return false;
    for (size_t i = 0; i < file->n; i++) {
        x509_keep(file->x[i], file->certs[i]->der, file->certs[i]->der_size);
        LIST_ADD(arena, out, file->certs[i]);
    }
    file_forget(file);
    return true;
}

void certs_ahead_end(struct certs_ahead *ahead, struct arena *arena) {
    if (ahead == NULL)
        return;
    atomic_store(&ahead->reached, ahead->n);
    pthread_join(ahead->thread, NULL);
    for (size_t i = 0; i < ahead->n; i++)
        file_forget(&ahead->files[i]);
    arena_adopt(arena, ahead->arena);
    free(ahead->files);
    free(ahead);
}
