/* Which shell command makes a file uploadable? One line for a POSIX shell with openssl, ending in the file
 * that it writes. */
#include "wire/file.h"

#include <string.h>

#include "facts/shell.h"

/* "certs/expe1.cer" to "certs/expe1-upload.pem". */
static char *result_name(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    bool has_ending = dot != NULL && dot > (slash == NULL ? path : slash + 1);
    size_t stem = has_ending ? (size_t)(dot - path) : strlen(path);
    return shell_path(arena, arena_printf(arena, "%.*s-upload.pem", (int)stem, path));
}

/* The text as openssl reads PEM; "<FILE" when nothing is to be done. */
static char *plain_text(struct arena *arena, const struct user_file *file, const char *in) {
    char *command = NULL;
    if (file_is_odd(file, "utf-16") || file_is_odd(file, "utf-16be"))
        command = arena_printf(arena, "iconv -f UTF-16%s -t ASCII//TRANSLIT %s",
                               file_is_odd(file, "utf-16be") ? "BE" : "", in);
    if (file_is_odd(file, "cr-line-ends"))
        command = command == NULL ? arena_printf(arena, "tr '\\r' '\\n' <%s", in)
                                  : arena_printf(arena, "%s | tr '\\r' '\\n'", command);
    if (file_is_odd(file, "indented"))
        command = command == NULL ? arena_printf(arena, "sed 's/^[[:space:]]*//' %s", in)
                                  : arena_printf(arena, "%s | sed 's/^[[:space:]]*//'", command);
    if (file_is_odd(file, "no-pem-lines"))
        command = command == NULL ? arena_printf(arena, "base64 -di %s", in)
                                  : arena_printf(arena, "%s | base64 -di", command);
    return command;
}

struct step { /* of what openssl does */
    struct arena *arena;
    const char *text; /* command whose output is read; NULL: the file itself */
    const char *in, *out;
};

static char *by_openssl(const struct step *s, const char *what, const char *form) {
    const char *inform = form == NULL ? "" : arena_printf(s->arena, " -inform %s", form);
    if (s->text != NULL)
        return arena_printf(s->arena, "%s | openssl %s%s -out %s", s->text, what, inform, s->out);
    return arena_printf(s->arena, "openssl %s%s -in %s -out %s", what, inform, s->in, s->out);
}

/* The certificate at this position of several in PEM; text as above. */
static char *nth_certificate(const struct step *s, int position) {
    char *awk =
        arena_printf(s->arena, "awk '/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/{n++} n==%d'", position + 1);
    if (position == 0 && s->text == NULL)
        return by_openssl(s, "x509", NULL);
    if (s->text != NULL)
        return arena_printf(s->arena, "%s | %s | openssl x509 -out %s", s->text, awk, s->out);
    return arena_printf(s->arena, "%s %s | openssl x509 -out %s", awk, s->in, s->out);
}

static char *container_conversion(const struct step *s, const struct user_file *file, bool is_der) {
    char *certs;
    if (file->kind == FILE_PKCS12)
        return arena_printf(s->arena, "openssl pkcs12%s -in %s -nokeys%s | openssl x509 -out %s",
                            file_is_odd(file, "legacy-encryption") ? " -legacy" : "", s->in,
                            file->leaf >= 0 || file->certificates.n == 0 ? " -clcerts" : "", s->out);
    if (s->text != NULL)
        certs = arena_printf(s->arena, "%s | openssl pkcs7%s -print_certs", s->text,
                             is_der ? " -inform DER" : "");
    else
        certs = arena_printf(s->arena, "openssl pkcs7%s -in %s -print_certs", is_der ? " -inform DER" : "",
                             s->in);
    if (file->certificates.n == 0)
        return NULL;
    if (file->leaf < 0) /* CA certificates alone: what a trust list takes */
        return arena_printf(s->arena, "%s -out %s", certs, s->out);
    struct step printed = {s->arena, certs, s->in, s->out};
    return nth_certificate(&printed, file->leaf);
}

static bool is_fit(const struct user_file *file) {
    static const char *const harmless[] = {"crlf", NULL};
    for (size_t i = 0; i < file->oddities.n; i++)
        if (strcmp(file->oddities.v[i], harmless[0]) != 0)
            return false;
    return true;
}

char *file_conversion(struct arena *arena, const struct user_file *file) {
    if (file->path == NULL || strcmp(file->path, "-") == 0)
        return NULL;
    const char *in = shell_path(arena, file->path);
    struct step s = {arena, plain_text(arena, file, in), in, result_name(arena, file->path)};
    bool is_der =
        file->encoding != NULL && (strcmp(file->encoding, "der") == 0 || file_is_odd(file, "no-pem-lines"));
    const char *form = is_der ? "DER" : NULL;
    switch (file->kind) {
    case FILE_CERTIFICATE:
        return is_fit(file) && !is_der ? NULL : by_openssl(&s, "x509", form);
    case FILE_CHAIN:
        if (is_der) /* only the first of several in a row can be had so */
            return file->leaf == 0 ? by_openssl(&s, "x509", form) : NULL;
        return nth_certificate(&s, file->leaf);
    case FILE_PKCS7:
    case FILE_PKCS12:
        return container_conversion(&s, file, is_der);
    case FILE_CSR:
        return is_fit(file) && !is_der ? NULL : by_openssl(&s, "req", form);
    case FILE_CRL:
        return is_fit(file) && !is_der ? NULL : by_openssl(&s, "crl", form);
    case FILE_KEY:
        return is_fit(file) && !is_der && !file->key->is_encrypted ? NULL : by_openssl(&s, "pkey", form);
    default:
        return NULL;
    }
}
