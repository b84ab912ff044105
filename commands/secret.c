/* Where does a passphrase come from? See secret.h. */
#include "commands/secret.h"

#include <string.h>

#include <openssl/crypto.h>

#include "commands/run.h"
#include "commands/verdict.h"
#include "probe/input.h"

static int line_length(const char *text, size_t size) {
    const char *end = memchr(text, '\n', size);
    size_t length = end == NULL ? size : (size_t)(end - text);
    return (int)(length > 0 && text[length - 1] == '\r' ? length - 1 : length);
}

bool secret_open(struct secret *secret, struct arena *arena, const char *file) {
    secret->length = -1;
    if (file == NULL)
        return true;
    const char *shown = text_from_wire_cut(arena, file, strlen(file), 200);
    struct input in;
    ptrdiff_t n =
        input_open(&in, file, INPUT_SECRET) ? input_read(&in, secret->text, sizeof secret->text) : -1;
    input_close(&in);
    if (n < 0)
        complain("--password-file: %s: %s", shown, in.fault);
    else if (n == (ptrdiff_t)sizeof secret->text && memchr(secret->text, '\n', sizeof secret->text) == NULL)
        complain("--password-file: %s: wanted a first line of less than %d bytes", shown, SECRET_MAX);
    else
        secret->length = line_length(secret->text, (size_t)n);
    if (secret->length < 0)
        OPENSSL_cleanse(secret->text, sizeof secret->text);
    return secret->length >= 0;
}

void secret_close(struct secret *secret) {
    OPENSSL_cleanse(secret->text, sizeof secret->text);
    secret->length = -1;
}

static int answer(void *context, const char *file, char *buffer, int size) {
    const struct secret *secret = context;
    if (secret->length < 0)
        return passphrase_ask(NULL, file, buffer, size);
    int length = secret->length < size ? secret->length : size;
    memcpy(buffer, secret->text, (size_t)length);
    return length;
}

struct secret_source secret_source_of(struct secret *secret) {
    return (struct secret_source){.ask = answer, .context = secret};
}
