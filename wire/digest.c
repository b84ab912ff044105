/* How is a challenge for a password answered? See digest.h. */
#include "wire/digest.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { VALUE_MAX = 1024, HEX_MAX = 2 * 32 + 1 };

/* ---- reading ---- */

static bool is_token(char c) {
    return isalnum((unsigned char)c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

struct scan {
    const char *p, *end;
};

static void blanks_skip(struct scan *s, const char *blanks) {
    while (s->p < s->end && strchr(blanks, *s->p) != NULL && *s->p != 0)
        s->p++;
}

static size_t token_take(struct scan *s, const char **token) {
    *token = s->p;
    while (s->p < s->end && is_token(*s->p))
        s->p++;
    return (size_t)(s->p - *token);
}

/* A token or a quoted-string, unquoted into value (RFC 9110 5.6.4). */
static bool value_take(struct scan *s, char *value, size_t room) {
    size_t n = 0;
    if (s->p < s->end && *s->p != '"') {
        const char *token;
        n = token_take(s, &token);
        if (n == 0 || n >= room)
            return false;
        memcpy(value, token, n);
        value[n] = 0;
        return true;
    }
    for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
        if (*s->p == '\\' && s->p + 1 < s->end)
            s->p++;
        if (n + 1 >= room || (unsigned char)*s->p < 0x20)
            return false;
        value[n++] = *s->p;
    }
    value[n] = 0;
    return s->p < s->end && *s->p++ == '"';
}

static bool list_has(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *p = list; *p != 0;) {
        p += strspn(p, " ,\t");
        size_t n = strcspn(p, " ,\t");
        if (n == length && strncasecmp(p, word, n) == 0)
            return true;
        p += n;
    }
    return false;
}

static void parameter_set(struct arena *arena, struct challenge *c, const char *name, const char *value) {
    const struct {
        const char *name;
        char **to;
    } texts[] = {
        {"realm", &c->realm}, {"nonce", &c->nonce}, {"opaque", &c->opaque}, {"algorithm", &c->algorithm}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcasecmp(texts[i].name, name) == 0 && *texts[i].to == NULL)
            *texts[i].to = text_from_wire(arena, value, strlen(value));
    if (strcasecmp(name, "qop") == 0) {
        c->has_qop = true;
        c->has_auth = list_has(value, "auth");
    }
    if (strcasecmp(name, "stale") == 0)
        c->stale = strcasecmp(value, "true") == 0;
}

bool challenge_read(struct arena *arena, const char *text, size_t size, struct challenge *challenge) {
    struct scan s = {text, text + size};
    const char *scheme;
    *challenge = (struct challenge){0};
    blanks_skip(&s, " \t");
    size_t length = token_take(&s, &scheme);
    if (length == 0 || (s.p < s.end && *s.p != ' ' && *s.p != '\t'))
        return false;
    challenge->scheme = text_from_wire(arena, scheme, length);
    for (;;) {
        char value[VALUE_MAX], name[64];
        const char *token;
        blanks_skip(&s, " \t,\r\n");
        if (s.p == s.end)
            return true;
        size_t n = token_take(&s, &token);
        if (n == 0 || n >= sizeof name)
            return false;
        memcpy(name, token, n);
        name[n] = 0;
        blanks_skip(&s, " \t");
        if (s.p == s.end || *s.p++ != '=')
            return false;
        blanks_skip(&s, " \t");
        if (s.p == s.end || !value_take(&s, value, sizeof value))
            return false;
        parameter_set(arena, challenge, name, value);
    }
}

/* ---- answering ---- */

static const struct algorithm {
    const char *name, *hash;
    bool session;
    int strength;
} algorithms[] = {{"MD5", "MD5", false, 1},
                  {"MD5-sess", "MD5", true, 1},
                  {"SHA-256", "SHA256", false, 2},
                  {"SHA-256-sess", "SHA256", true, 2}};

static const struct algorithm *algorithm_of(const struct challenge *c) {
    if (c->algorithm == NULL) /* RFC 7616 3.3: then it is MD5 */
        return &algorithms[0];
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (strcasecmp(algorithms[i].name, c->algorithm) == 0)
            return &algorithms[i];
    return NULL;
}

bool digest_is_known(const struct challenge *c) {
    return c->scheme != NULL && strcasecmp(c->scheme, "Digest") == 0 && c->nonce != NULL &&
           c->realm != NULL && algorithm_of(c) != NULL && (!c->has_qop || c->has_auth);
}

int digest_strength(const struct challenge *c) {
    return digest_is_known(c) ? algorithm_of(c)->strength : 0;
}

/* The hash of the texts with colons between, as lower-case hex; NULL ends them. */
static void hash_of(const struct algorithm *algorithm, const char *const *texts, char hex[HEX_MAX]) {
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_MD *md = EVP_MD_fetch(NULL, algorithm->hash, NULL);
    *hex = 0;
    if (context != NULL && md != NULL && EVP_DigestInit_ex(context, md, NULL) == 1) {
        for (size_t i = 0; texts[i] != NULL; i++) {
            if (i > 0)
                EVP_DigestUpdate(context, ":", 1);
            EVP_DigestUpdate(context, texts[i], strlen(texts[i]));
        }
        if (EVP_DigestFinal_ex(context, sum, &size) == 1)
            for (unsigned int i = 0; i < size && i < (HEX_MAX - 1) / 2; i++)
                sprintf(hex + 2 * i, "%02x", sum[i]);
    }
    EVP_MD_free(md);
    EVP_MD_CTX_free(context); /* wipes its state */
    OPENSSL_cleanse(sum, sizeof sum);
}

/* A quoted-string again: what was unquoted is quoted. */
static void quoted_write(struct secret_text *out, const char *name, const char *value) {
    secret_print(out, "%s=\"", name);
    for (const char *p = value; *p != 0; p++) {
        if (*p == '"' || *p == '\\')
            secret_add(out, "\\", 1);
        secret_add(out, p, 1);
    }
    secret_add(out, "\"", 1);
}

/* RFC 7616 3.4.1 to 3.4.3; without qop as RFC 2069 had it. */
static void response_of(const struct challenge *c, const struct digest_request *r, const char *count,
                        char response[HEX_MAX]) {
    const struct algorithm *algorithm = algorithm_of(c);
    char a1[HEX_MAX], a2[HEX_MAX];
    hash_of(algorithm, (const char *[]){r->user, c->realm, r->password, NULL}, a1);
    if (algorithm->session) {
        char first[HEX_MAX];
        memcpy(first, a1, sizeof first);
        hash_of(algorithm, (const char *[]){first, c->nonce, r->cnonce, NULL}, a1);
        OPENSSL_cleanse(first, sizeof first);
    }
    hash_of(algorithm, (const char *[]){r->method, r->uri, NULL}, a2);
    if (c->has_auth)
        hash_of(algorithm, (const char *[]){a1, c->nonce, count, r->cnonce, "auth", a2, NULL}, response);
    else
        hash_of(algorithm, (const char *[]){a1, c->nonce, a2, NULL}, response);
    OPENSSL_cleanse(a1, sizeof a1);
}

void digest_write(const struct challenge *c, const struct digest_request *r, struct secret_text *out) {
    char count[9], response[HEX_MAX];
    snprintf(count, sizeof count, "%08x", (unsigned)r->count);
    response_of(c, r, count, response);
    secret_print(out, "Digest ");
    quoted_write(out, "username", r->user);
    secret_print(out, ", ");
    quoted_write(out, "realm", c->realm);
    secret_print(out, ", ");
    quoted_write(out, "nonce", c->nonce);
    secret_print(out, ", ");
    quoted_write(out, "uri", r->uri);
    secret_print(out, ", response=\"%s\"", response);
    if (c->algorithm != NULL)
        secret_print(out, ", algorithm=%s", algorithm_of(c)->name);
    if (c->has_auth)
        secret_print(out, ", qop=auth, nc=%s, cnonce=\"%s\"", count, r->cnonce);
    if (c->opaque != NULL) {
        secret_print(out, ", ");
        quoted_write(out, "opaque", c->opaque);
    }
    OPENSSL_cleanse(response, sizeof response);
}
