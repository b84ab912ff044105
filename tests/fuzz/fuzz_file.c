/* Any bytes as a file that somebody means to upload: called something, with what is in it, and never more
 * than that. */
#include <stdlib.h>
#include <string.h>

#include "wire/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

/* A password that is right for some of the seeds, so that what is inside gets read, too. */
static int secret_tell(void *context, const char *file, char *buffer, int size) {
    static const char word[] = "fuzz";
    (void)context, (void)file;
    must(size >= (int)sizeof word);
    memcpy(buffer, word, sizeof word - 1);
    return (int)sizeof word - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct secret_source secret = {.ask = secret_tell};
    struct user_file *file = ARENA_NEW(arena, struct user_file);
    struct user_files all = {&file, 1};
    char *copy = arena_dup(arena, bytes, size);
    file->path = arena_text(arena, "any");
    file_classify(arena, copy, size, &secret, file);
    must(file->kind >= FILE_CERTIFICATE && file->kind <= FILE_OTHER);
    must(file->leaf >= -1 && file->leaf < (int)file->certificates.n);
    must((file_leaf(file) != NULL) == (file->leaf >= 0));
    must(file->kind != FILE_CERTIFICATE || file->certificates.n == 1);
    must(file->kind != FILE_CSR || file->csr != NULL);
    must(file->kind != FILE_KEY || file->key != NULL);
    must(file->kind != FILE_OTHER || file->certificates.n == 0);
    files_sort(arena, &all);
    must(file->chain.n == 0 || file_leaf(file) != NULL);
    file_conversion(arena, file);
    arena_free(arena);
    return 0;
}
