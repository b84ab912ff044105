/* Which CRLs are in the bytes of a distribution point or a file? The content tells what kind of file it is,
 * never its name: PEM or DER, plain or in an archive (certificate guide X14.3, chapter 7).
 *
 * Finds them and knows that they are CRLs; what they say is judged elsewhere. */
#include "wire/pem.h"
#include "wire/crl.h"
#include "wire/archive.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "wire/pem_guess.h"

enum { CRLS_MAX = 1000 };

static const char begin_mark[] = "-----BEGIN ";

static bool is_crl(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    if (der_element_size(der, size) != size)
        return false;
    X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)size);
    bool good = crl != NULL && p == der + size;
    X509_CRL_free(crl);
    ERR_clear_error();
    return good;
}

struct reading {
    struct arena *arena;
    struct fetch *into;
    char *fault; /* NULL: none yet */
};

static bool crl_keep(struct reading *r, const uint8_t *der, size_t size) {
    if (!is_crl(der, size)) {
        const char *other = der_guess(der, size);
        r->fault = other == NULL ? arena_text(r->arena, "not a CRL")
                                 : arena_printf(r->arena, "not a CRL but %s", other);
        return false;
    }
    if (r->into->answers.n >= CRLS_MAX) {
        r->fault = arena_text(r->arena, "more CRLs than are read");
        return false;
    }
    struct blob *blob = ARENA_NEW(r->arena, struct blob);
    *blob = (struct blob){arena_dup(r->arena, der, size), size};
    LIST_ADD(r->arena, &r->into->answers, blob);
    return true;
}

static bool der_read(struct reading *r, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        size_t one = der_element_size(bytes, size);
        if (one == 0) {
            r->fault = arena_text(r->arena, "not a CRL, or cut off");
            return false;
        }
        if (!crl_keep(r, bytes, one))
            return false;
        bytes += one;
        size -= one;
    }
    return true;
}

static bool pem_read(struct reading *r, const uint8_t *bytes, size_t size) {
    struct fetch found = {.kind = r->into->kind};
    if (!crls_find_pem(r->arena, (const char *)bytes, size, &found, &r->fault))
        return false;
    if (found.answers.n == 0)
        r->fault = arena_text(r->arena, "PEM without a CRL in it");
    for (size_t i = 0; i < found.answers.n; i++)
        if (!crl_keep(r, found.answers.v[i]->bytes, found.answers.v[i]->size))
            return false;
    return found.answers.n > 0;
}

static bool is_pem(const uint8_t *bytes, size_t size) {
    return memmem(bytes, size, begin_mark, sizeof begin_mark - 1) != NULL;
}

static bool plain_read(struct reading *r, const uint8_t *bytes, size_t size, const char **form) {
    bool pem = size > 0 && bytes[0] != 0x30 && is_pem(bytes, size);
    *form = pem ? "PEM" : "DER";
    return pem ? pem_read(r, bytes, size) : der_read(r, bytes, size);
}

/* A file of an archive that is no CRL, a readme say, does not spoil the others. */
static bool archived_read(void *context, const uint8_t *bytes, size_t size) {
    struct reading *r = context;
    const char *form;
    if (size > 0 && plain_read(r, bytes, size, &form))
        r->fault = NULL;
    return r->into->answers.n < CRLS_MAX;
}

static void archive_open(struct reading *r, const uint8_t *bytes, size_t size) {
    struct fetch *into = r->into;
    const char *error;
    bool is_too_large;
    if (!archive_read_files(bytes, size, CRL_MAX, archived_read, r, &is_too_large, &error)) {
        into->state = is_too_large ? FETCH_TOO_LARGE : FETCH_UNPARSABLE;
        into->error = arena_text(r->arena, error);
    } else if (into->answers.n == 0) {
        into->state = FETCH_UNPARSABLE;
        into->error = r->fault != NULL ? arena_printf(r->arena, "no CRL in the archive: %s", r->fault)
                                       : arena_text(r->arena, "no CRL in the archive: it is empty");
    }
}

void crl_read(struct arena *arena, const uint8_t *bytes, size_t size, struct fetch *into) {
    struct reading r = {.arena = arena, .into = into};
    const char *form = archive_form(bytes, size);
    into->state = FETCH_ANSWERED;
    if (size > CRL_MAX) {
        into->state = FETCH_TOO_LARGE;
        into->error = arena_printf(arena, "larger than the %d MiB that are read", CRL_MAX / 1024 / 1024);
    } else if (size == 0) {
        into->state = FETCH_UNPARSABLE;
        into->error = arena_text(arena, "empty");
    } else if (form != NULL) {
        into->form = arena_text(arena, form);
        archive_open(&r, bytes, size);
    } else if (plain_read(&r, bytes, size, &form)) {
        into->form = arena_text(arena, form);
    } else {
        into->state = FETCH_UNPARSABLE;
        into->error = r.fault;
    }
}
