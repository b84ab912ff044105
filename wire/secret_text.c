/* Where does a password live? See secret_text.h. */
#include "wire/secret_text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "facts/memory.h"

enum { PAGE = 4096 };

static void no_memory(void) {
    memory_is_out();
}

/* Whole pages, so that locking them touches nothing else. The lock may be refused (RLIMIT_MEMLOCK): then the
 * secret can be paged out, and is wiped all the same. */
static char *pages_new(size_t room) {
    char *pages = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        no_memory();
    (void)mlock(pages, room);
    (void)madvise(pages, room, MADV_DONTDUMP);
    return pages;
}

static void pages_free(char *pages, size_t room) {
    OPENSSL_cleanse(pages, room);
    munmap(pages, room);
}

struct secret_text *secret_new(void) {
    struct secret_text *secret = malloc(sizeof *secret);
    if (secret == NULL)
        no_memory();
    *secret = (struct secret_text){.text = pages_new(PAGE), .room = PAGE};
    return secret;
}

void secret_free(struct secret_text *secret) {
    if (secret == NULL)
        return;
    pages_free(secret->text, secret->room);
    free(secret);
}

static void room_make(struct secret_text *secret, size_t more) {
    if (secret->size + more < secret->room)
        return;
    size_t room = (secret->size + more + PAGE) / PAGE * PAGE + PAGE;
    char *larger = pages_new(room);
    memcpy(larger, secret->text, secret->size);
    pages_free(secret->text, secret->room);
    secret->text = larger;
    secret->room = room;
}

void secret_add(struct secret_text *secret, const char *bytes, size_t size) {
    room_make(secret, size + 1);
    memcpy(secret->text + secret->size, bytes, size);
    secret->size += size;
    secret->text[secret->size] = 0;
}

void secret_print(struct secret_text *secret, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        return;
    room_make(secret, (size_t)size + 1);
    va_start(args, format);
    vsnprintf(secret->text + secret->size, (size_t)size + 1, format, args);
    va_end(args);
    secret->size += (size_t)size;
}

void secret_base64(struct secret_text *secret, const void *bytes, size_t size) {
    room_make(secret, size / 3 * 4 + 8);
    secret->size += (size_t)EVP_EncodeBlock((unsigned char *)secret->text + secret->size, bytes, (int)size);
}
