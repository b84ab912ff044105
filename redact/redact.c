/* Facts with pseudonyms: see redact.h. They are saved, their JSON is walked twice (what is there to be known;
 * what stands in its place), and loaded again. */
#include "redact/redact.h"

#include <jansson.h>
#include <string.h>

#include "facts/save.h"
#include "redact/pseudonyms.h"
#include "redact/remint.h"
#include "redact/vocabulary.h"
#include "wire/cert.h"
#include "wire/skim.h"

enum { CERTIFICATES_MAX = 20000 };

struct redaction {
    struct arena *arena;
    struct pseudonyms *pseudonyms;
    struct remint *remint;
    const json_t *pool;   /* the save's certificates */
    json_t *pool_instead; /* those that stand for them */
    json_t *digests;      /* SHA-256 of each to that of its stand-in */
    size_t certificates;
};

/* ---- what a key holds ---- */

enum meaning { MEANS_TEXT, MEANS_WORD, MEANS_NAME, MEANS_ZONE, MEANS_PATH, MEANS_STRANGE, MEANS_SECRET };

struct key_row {
    const char *in; /* the list it stands in; NULL: any */
    const char *key;
    enum meaning meaning;
};

static const struct key_row rows[] = {{"zones", "name", MEANS_ZONE},
                                      {NULL, "zone", MEANS_ZONE},
                                      {NULL, "partner", MEANS_ZONE},
                                      {"nodes", "name", MEANS_NAME},
                                      {"ucm", "name", MEANS_NAME},
                                      {"imp", "name", MEANS_NAME},
                                      {"trust_lists", "name", MEANS_PATH},
                                      {"captures", "name", MEANS_PATH},
                                      {"files_left_out", "name", MEANS_PATH},
                                      {"bundles", "path", MEANS_PATH},
                                      {NULL, "files_read", MEANS_PATH},
                                      {NULL, "file", MEANS_PATH},
                                      {NULL, "certificate_file", MEANS_PATH},
                                      {NULL, "client_file", MEANS_PATH},
                                      {NULL, "key_file", MEANS_PATH},
                                      {NULL, "client_key_file", MEANS_PATH},
                                      {NULL, "trust", MEANS_PATH},
                                      {NULL, "tomcat_trust", MEANS_PATH},
                                      {NULL, "callmanager_trust", MEANS_PATH},
                                      {NULL, "host", MEANS_NAME},
                                      {NULL, "node", MEANS_NAME},
                                      {NULL, "cluster", MEANS_NAME},
                                      {NULL, "peers", MEANS_NAME},
                                      {NULL, "aliases", MEANS_NAME},
                                      {NULL, "domain", MEANS_NAME},
                                      {NULL, "domains", MEANS_NAME},
                                      {NULL, "xmpp_federation_domains", MEANS_NAME},
                                      {NULL, "phone_profiles", MEANS_NAME},
                                      {NULL, "chat_aliases", MEANS_NAME},
                                      {NULL, "target", MEANS_NAME},
                                      {NULL, "owner", MEANS_NAME},
                                      {NULL, "sni", MEANS_NAME},
                                      {NULL, "tls_verify_name", MEANS_NAME},
                                      {NULL, "common_name", MEANS_NAME},
                                      {NULL, "far", MEANS_NAME},
                                      {NULL, "realm", MEANS_NAME},
                                      /* words of boxes */
                                      {"log", "event", MEANS_STRANGE},
                                      {"log", "detail", MEANS_STRANGE},
                                      {"log", "reason", MEANS_STRANGE},
                                      {"alarms", "detail", MEANS_STRANGE},
                                      {"alarms", "severity", MEANS_STRANGE},
                                      {"moments", "what", MEANS_STRANGE},
                                      {"zones", "type", MEANS_STRANGE},
                                      {"zones", "status", MEANS_STRANGE},
                                      {NULL, "ntp_status", MEANS_STRANGE},
                                      {NULL, "host_key_sha256", MEANS_SECRET},
                                      {NULL, "host_key_fingerprint", MEANS_SECRET},
                                      {NULL, "staple", MEANS_SECRET},
                                      {NULL, "bytes", MEANS_SECRET},
                                      {NULL, "words", MEANS_SECRET}, /* the command line */
                                      /* words of our own and of protocols, in which no name can stand */
                                      {NULL, "token", MEANS_WORD},
                                      {NULL, "check", MEANS_WORD},
                                      {NULL, "cause", MEANS_WORD},
                                      {NULL, "weight", MEANS_WORD},
                                      {NULL, "leg", MEANS_WORD},
                                      {NULL, "direction", MEANS_WORD},
                                      {NULL, "role", MEANS_WORD},
                                      {NULL, "role_from", MEANS_WORD},
                                      {NULL, "release", MEANS_WORD},
                                      {NULL, "release_from", MEANS_WORD},
                                      {NULL, "judged_as", MEANS_WORD},
                                      {NULL, "type", MEANS_WORD},
                                      {NULL, "state", MEANS_WORD},
                                      {NULL, "status", MEANS_WORD},
                                      {NULL, "severity", MEANS_WORD},
                                      {NULL, "source", MEANS_WORD},
                                      {NULL, "protocol", MEANS_WORD},
                                      {NULL, "features", MEANS_WORD},
                                      {NULL, "ucm_ciphers", MEANS_WORD},
                                      {NULL, "command", MEANS_WORD},
                                      {NULL, "version", MEANS_WORD},
                                      {NULL, "cipher", MEANS_WORD},
                                      {NULL, "group", MEANS_WORD},
                                      {NULL, "signature", MEANS_WORD},
                                      {NULL, "signature_algorithm", MEANS_WORD},
                                      {NULL, "signature_algorithms", MEANS_WORD},
                                      {NULL, "suites", MEANS_WORD},
                                      {NULL, "groups", MEANS_WORD},
                                      {NULL, "versions", MEANS_WORD},
                                      {NULL, "versions_offered", MEANS_WORD},
                                      {NULL, "eku", MEANS_WORD},
                                      {NULL, "key_usage", MEANS_WORD},
                                      {NULL, "unknown_oids", MEANS_WORD},
                                      {NULL, "kex_algorithms", MEANS_WORD},
                                      {NULL, "host_key_algorithms", MEANS_WORD},
                                      {NULL, "ciphers", MEANS_WORD},
                                      {NULL, "started", MEANS_WORD},
                                      {NULL, "at", MEANS_WORD},
                                      {NULL, "time", MEANS_WORD},
                                      {NULL, "first", MEANS_WORD},
                                      {NULL, "last", MEANS_WORD},
                                      {NULL, "dumped", MEANS_WORD},
                                      {NULL, "log_first", MEANS_WORD},
                                      {NULL, "log_last", MEANS_WORD},
                                      {NULL, "not_before", MEANS_WORD},
                                      {NULL, "not_after", MEANS_WORD}};

static enum meaning meaning_of(const char *in, const char *key) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].key, key) == 0 &&
            (rows[i].in == NULL || (in != NULL && strcmp(rows[i].in, in) == 0)))
            return rows[i].meaning;
    return MEANS_TEXT;
}

/* ---- certificates ---- */

static bool is_certificate(const json_t *value) {
    return json_is_string(json_object_get(value, "sha256")) &&
           json_is_string(json_object_get(value, "not_before"));
}

static bool bytes_read(struct redaction *r, const json_t *text, uint8_t **bytes, size_t *size) {
    return json_is_string(text) && base64_read(r->arena, json_string_value(text), bytes, size);
}

static const json_t *der_text(const struct redaction *r, const char *sha256) {
    const json_t *of = json_object_get(r->pool, sha256);
    return json_is_object(of) ? json_object_get(of, "der") : of;
}

static void der_know(struct redaction *r, const json_t *text) {
    uint8_t *der;
    size_t size;
    if (r->certificates++ < CERTIFICATES_MAX && bytes_read(r, text, &der, &size))
        remint_know(r->remint, der, size);
}

/* The stand-in as a save has it, new reference; NULL: there is none. */
static json_t *der_instead(struct redaction *r, const json_t *text, struct cert **cert) {
    uint8_t *der;
    const uint8_t *made;
    size_t size, made_size;
    if (!bytes_read(r, text, &der, &size) || (made = remint_of(r->remint, der, size, &made_size)) == NULL)
        return NULL;
    if (cert != NULL && (*cert = cert_read(r->arena, made, made_size, NULL)) == NULL)
        return NULL;
    return json_string(base64_write(r->arena, made, made_size, true));
}

/* One certificate as it stands in the evidence; the pool gets its bytes. NULL: it has no stand-in. */
static json_t *certificate_instead(struct redaction *r, const char *sha256) {
    struct cert *cert;
    json_t *der = der_instead(r, der_text(r, sha256), &cert);
    if (der == NULL)
        return NULL;
    json_t *object = cert_save(cert);
    json_object_set_new(r->digests, sha256, json_string(cert->sha256));
    if (json_is_object(json_object_get(r->pool, sha256))) { /* told by its id elsewhere */
        json_t *whole = json_copy(object);
        json_object_set_new(whole, "der", der);
        json_object_set_new(r->pool_instead, cert->sha256, whole);
    } else {
        json_object_set_new(r->pool_instead, cert->sha256, der);
    }
    return object;
}

/* ---- the first walk ---- */

static void name_know(struct redaction *r, const char *name) {
    const char *colon = strrchr(name, ':');
    bool has_port = colon != NULL && colon[1] != 0 && colon[1 + strspn(colon + 1, "0123456789")] == 0;
    pseudonyms_know_name(r->pseudonyms,
                         has_port ? arena_textn(r->arena, name, (size_t)(colon - name)) : name);
}

static void know(struct redaction *r, const char *in, const char *key, const json_t *value) {
    const char *inner;
    size_t i;
    json_t *item;
    if (json_is_array(value)) {
        json_array_foreach(value, i, item) know(r, key, key, item);
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)value, inner, item) know(r, in, inner, item);
    } else if (json_is_string(value) && strcmp(key, "der") == 0) {
        der_know(r, value);
    } else if (json_is_string(value) && meaning_of(in, key) == MEANS_NAME) {
        name_know(r, json_string_value(value));
    }
}

static void pool_know(struct redaction *r) {
    const char *sha256;
    json_t *value;
    json_object_foreach((json_t *)r->pool, sha256, value) if (json_is_string(value)) der_know(r, value);
}

/* Who reads the report wants to know which box is which. */
static void boxes_call(struct redaction *r, const struct deployment *d) {
    const struct {
        const struct nodes *nodes;
        const char *kind;
    } all[] = {{&d->e.nodes, "expe"}, {&d->c.nodes, "expc"}, {&d->ucm, "ucm"}, {&d->imp, "imp"}};
    for (int calls = 0; calls <= 1; calls++) /* what exists comes first: nobody is called like another */
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            for (size_t i = 0; i < all[k].nodes->n; i++)
                if (calls)
                    pseudonyms_call(r->pseudonyms, all[k].nodes->v[i]->name, all[k].kind);
                else
                    pseudonyms_know_name(r->pseudonyms, all[k].nodes->v[i]->name);
}

/* Names of zones come last: what else a word is, it is first. */
static void zones_know(struct redaction *r, const struct facts *facts) {
    for (size_t i = 0; i < facts->bundles.n; i++)
        for (size_t k = 0; k < facts->bundles.v[i]->zones.n; k++) {
            const char *name = facts->bundles.v[i]->zones.v[k]->name;
            if (strncmp(pseudonym_of_zone(r->pseudonyms, name), "Zone ", 5) == 0)
                pseudonyms_know_words(r->pseudonyms, "Zone", name);
        }
}

/* ---- the second walk ---- */

static const char *zone_instead(struct redaction *r, const char *text) {
    const char *slash = strchr(text, '/'); /* "BOX/ZONE" */
    if (slash == NULL)
        return pseudonym_of_zone(r->pseudonyms, text);
    char *box = pseudonym_of_name(r->pseudonyms, arena_textn(r->arena, text, (size_t)(slash - text)));
    return arena_printf(r->arena, "%s/%s", box, pseudonym_of_zone(r->pseudonyms, slash + 1));
}

static const char *text_instead(struct redaction *r, enum meaning meaning, const char *text) {
    const char *digest = json_string_value(json_object_get(r->digests, text));
    if (digest != NULL)
        return digest;
    switch (meaning) {
    case MEANS_WORD:
        return text;
    case MEANS_NAME:
        return strpbrk(text, " :/@[") == NULL ? pseudonym_of_name(r->pseudonyms, text)
                                              : pseudonym_of_strange_text(r->pseudonyms, text);
    case MEANS_STRANGE:
        return pseudonym_of_strange_text(r->pseudonyms, text);
    case MEANS_ZONE:
        return zone_instead(r, text);
    case MEANS_PATH:
        return pseudonym_of_path(r->pseudonyms, text);
    default:
        return pseudonym_of_text(r->pseudonyms, text);
    }
}

static json_t *instead(struct redaction *r, const char *in, const char *key, const json_t *value);

static json_t *list_instead(struct redaction *r, const char *key, const json_t *list) {
    json_t *made = json_array(), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        json_t *one = instead(r, key, key, item);
        if (one != NULL)
            json_array_append_new(made, one);
    }
    return made;
}

static json_t *object_instead(struct redaction *r, const char *in, const json_t *object) {
    const char *sha256 = json_string_value(json_object_get(object, "sha256"));
    json_t *made = is_certificate(object) ? certificate_instead(r, sha256) : NULL, *item;
    const char *key;
    if (made != NULL)
        return made;
    if (is_certificate(object))
        return NULL; /* without its bytes nothing stands for it */
    made = json_object();
    json_object_foreach((json_t *)object, key, item) {
        json_t *one = instead(r, in, key, item);
        if (one == NULL && strcmp(key, "der") == 0) { /* an entry of a trust list that is no certificate */
            json_decref(made);
            return NULL;
        }
        if (one != NULL)
            json_object_set_new(made, key, one);
    }
    return made;
}

/* New reference; NULL: it goes. */
static json_t *instead(struct redaction *r, const char *in, const char *key, const json_t *value) {
    enum meaning meaning = meaning_of(in, key);
    if (meaning == MEANS_SECRET)
        return json_is_array(value) ? json_array() : NULL;
    if (json_is_array(value))
        return list_instead(r, key, value);
    if (json_is_object(value))
        return object_instead(r, in, value);
    if (!json_is_string(value))
        return json_incref((json_t *)value);
    if (strcmp(key, "der") == 0)
        return der_instead(r, value, NULL);
    return json_string(text_instead(r, meaning, json_string_value(value)));
}

/* Before anything else: identifiers of certificates are met everywhere. */
static void digests_fill(struct redaction *r) {
    const char *sha256;
    json_t *value;
    json_object_foreach((json_t *)r->pool, sha256, value) json_decref(certificate_instead(r, sha256));
}

static json_t *evidence_instead(struct redaction *r, const json_t *evidence) {
    json_t *made = json_object(), *item;
    const char *key;
    digests_fill(r);
    json_object_foreach((json_t *)evidence, key, item) if (strcmp(key, "certificates") != 0)
        json_object_set_new(made, key, instead(r, NULL, key, item));
    json_object_set(made, "certificates", r->pool_instead);
    return made;
}

bool facts_redact(const struct facts *from, const struct texts *paths, struct facts *to, char **error) {
    struct redaction r = {.arena = to->arena, .pool_instead = json_object(), .digests = json_object()};
    json_t *evidence = facts_save(from, true);
    r.pseudonyms = pseudonyms_new(r.arena);
    vocabulary_know(r.pseudonyms);
    r.remint = remint_new(r.arena, r.pseudonyms);
    r.pool = json_object_get(evidence, "certificates");
    for (size_t i = 0; i < paths->n; i++)
        pseudonyms_know_path(r.pseudonyms, paths->v[i]);
    if (from->deployment != NULL)
        boxes_call(&r, from->deployment);
    know(&r, NULL, "", evidence);
    pool_know(&r);
    zones_know(&r, from);
    bool good = r.certificates <= CERTIFICATES_MAX;
    if (good) {
        json_t *made = evidence_instead(&r, evidence);
        good = facts_load(to, made, ca_entry_read, error);
        json_decref(made);
    } else {
        *error = arena_printf(r.arena, "--redact: more certificates (%zu) than are made anew; at most %d",
                              r.certificates, CERTIFICATES_MAX);
    }
    json_decref(evidence);
    json_decref(r.pool_instead);
    json_decref(r.digests);
    remint_free(r.remint);
    pseudonyms_free(r.pseudonyms);
    return good;
}

char *redact_line(struct arena *arena, const struct texts *paths, const char *line) {
    struct pseudonyms *pseudonyms = pseudonyms_new(arena);
    vocabulary_know(pseudonyms);
    for (size_t i = 0; i < paths->n; i++)
        pseudonyms_know_path(pseudonyms, paths->v[i]);
    char *told = pseudonym_of_strange_text(pseudonyms, line);
    pseudonyms_free(pseudonyms);
    return told;
}
