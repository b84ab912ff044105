/* Walks the shared test data. See shared_data.h. */
#include "tests/unit/shared_data.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

static const char *root(void) {
    const char *from_environment = getenv("EDGEPROBE_DATA");
    return from_environment != NULL ? from_environment : "../shared/data";
}

bool shared_data_there(void) {
    struct stat info;
    return stat(root(), &info) == 0 && S_ISDIR(info.st_mode);
}

void shared_data_or_skip(void) {
    if (!shared_data_there()) {
        print_message("skipped: the shared test data is not there\n");
        skip();
    }
}

static size_t file_visit(const char *path, size_t size, file_visitor *visit, void *context) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    uint8_t *bytes = calloc(1, size + 1);
    size_t got = fread(bytes, 1, size, file);
    fclose(file);
    visit(path, bytes, got, context);
    free(bytes);
    return 1;
}

static size_t walk(const char *path, file_visitor *visit, void *context) {
    struct stat info;
    size_t count = 0;
    if (stat(path, &info) != 0)
        return 0;
    if (S_ISREG(info.st_mode))
        return file_visit(path, (size_t)info.st_size, visit, context);
    struct dirent **entries;
    int n = S_ISDIR(info.st_mode) ? scandir(path, &entries, NULL, alphasort) : 0;
    for (int i = 0; i < n; i++) {
        char inner[4096];
        if (entries[i]->d_name[0] != '.' &&
            snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name) < (int)sizeof inner)
            count += walk(inner, visit, context);
        free(entries[i]);
    }
    if (n > 0)
        free(entries);
    return count;
}

size_t shared_data_each(const char *folder, file_visitor *visit, void *context) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root(), folder);
    return walk(path, visit, context);
}

struct passed_on {
    file_visitor *visit;
    void *context;
    size_t count;
};

/* OpenSSL's own PEM reader, so that ours is not its own judge. */
static void blocks_visit(const char *path, const uint8_t *bytes, size_t size, void *context) {
    struct passed_on *to = context;
    char *name, *header;
    unsigned char *der;
    long length;
    const char *end = strrchr(path, '.');
    if (size > 0 && bytes[0] == 0x30 && end != NULL && strcmp(end, ".crt") == 0) {
        to->visit(path, bytes, size, to->context);
        to->count++;
        return;
    }
    BIO *in = BIO_new_mem_buf(bytes, (int)size);
    while (PEM_read_bio(in, &name, &header, &der, &length) == 1) {
        if (strcmp(name, "CERTIFICATE") == 0) {
            to->visit(path, der, (size_t)length, to->context);
            to->count++;
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    ERR_clear_error();
    BIO_free(in);
}

size_t shared_certificates_each(const char *folder, file_visitor *visit, void *context) {
    struct passed_on to = {visit, context, 0};
    shared_data_each(folder, blocks_visit, &to);
    return to.count;
}
