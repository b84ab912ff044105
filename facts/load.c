/* How does evidence become facts again? See save.h. Walks the tables of fields.c, and trusts nothing. */
#include "facts/save.h"

#include <limits.h>
#include <string.h>

#include "facts/fields.h"

struct facts_loading {
    struct facts *facts;
    struct arena *arena;
    const json_t *pool;
    ca_entry_fn read_certificate;
    char *error;
    bool is_part;   /* not the first: what is missing came before */
    bool has_scope; /* the save tells what was asked */
    bool is_good;
    LIST_OF(struct cut) cuts; /* what caps left out of the evidence */
};

/* Where in the evidence: told only when something is wrong there, so it is not written before. */
struct path {
    const struct path *up; /* NULL: the evidence itself */
    const char *key;       /* NULL: an item of a list, number `index` */
    size_t index;
};

static const char *path_text(struct arena *arena, const struct path *path) {
    if (path->up == NULL)
        return path->key;
    const char *up = path_text(arena, path->up);
    return path->key != NULL ? arena_printf(arena, "%s.%s", up, path->key)
                             : arena_printf(arena, "%s[%zu]", up, path->index);
}

static const struct path evidence_path = {NULL, "evidence", 0};

static bool record_load(struct facts_loading *l, const struct record *of, void *record, const json_t *object,
                        const struct path *path);

static bool wrong(struct facts_loading *l, const struct path *path, const char *wanted) {
    if (l->error == NULL)
        l->error = arena_printf(l->arena, "%s: wanted %s", path_text(l->arena, path), wanted);
    return false;
}

static char *text_load(struct facts_loading *l, const json_t *value) {
    return text_from_wire(l->arena, json_string_value(value), json_string_length(value));
}

/* How many a list may come to hold; what is left out is told. */
static size_t taken(struct facts_loading *l, const char *key, const json_t *value, size_t before,
                    const struct path *path) {
    const struct limit_row *limit = limit_of_list(key);
    size_t n = before + json_array_size(value);
    if (limit == NULL || n <= (size_t)limit->most)
        return n;
    struct cut *cut = ARENA_NEW(l->arena, struct cut);
    *cut = (struct cut){arena_printf(l->arena, "%s (%s)", limit->what, path_text(l->arena, path)),
                        limit->most, n > INT_MAX ? INT_MAX : (int)n};
    LIST_ADD(l->arena, &l->cuts, cut);
    return (size_t)limit->most;
}

static bool texts_load(struct facts_loading *l, struct texts *texts, const char *key, const json_t *value,
                       const struct path *path) {
    if (!json_is_array(value))
        return wrong(l, path, "a list of texts");
    size_t most = taken(l, key, value, 0, path);
    size_t i;
    json_t *item;
    json_array_foreach(value, i, item) {
        if (!json_is_string(item))
            return wrong(l, path, "a list of texts");
        if (i >= most)
            break;
        texts_add(l->arena, texts, text_load(l, item));
    }
    return true;
}

static bool name_type_find(const char *text, size_t length, int *type) {
    char word[16];
    if (length >= sizeof word)
        return false;
    memcpy(word, text, length);
    word[length] = '\0';
    return enum_find(name_types, word, type);
}

static bool names_load(struct facts_loading *l, struct cert *cert, const json_t *value,
                       const struct path *path) {
    size_t i;
    json_t *item;
    if (!json_is_array(value))
        return wrong(l, path, "a list of \"TYPE:name\"");
    json_array_foreach(value, i, item) {
        const char *text = json_is_string(item) ? text_load(l, item) : "", *colon = strchr(text, ':');
        int type;
        if (colon == NULL || !name_type_find(text, (size_t)(colon - text), &type))
            return wrong(l, path, "a list of \"TYPE:name\"");
        struct cert_name *name = ARENA_NEW(l->arena, struct cert_name);
        name->type = type;
        name->value = (char *)colon + 1;
        LIST_ADD(l->arena, &cert->names, name);
    }
    return true;
}

static bool int_load(struct facts_loading *l, int *number, const json_t *value, const struct path *path) {
    json_int_t wide = json_integer_value(value);
    if (!json_is_integer(value) || wide < INT_MIN || wide > INT_MAX)
        return wrong(l, path, "a whole number");
    *number = (int)wide;
    return true;
}

static bool ints_load(struct facts_loading *l, struct ids *ids, const json_t *value,
                      const struct path *path) {
    size_t i;
    int number;
    json_t *item;
    if (!json_is_array(value))
        return wrong(l, path, "a list of whole numbers");
    json_array_foreach(value, i, item) {
        if (!int_load(l, &number, item, path))
            return false;
        ids_add(l->arena, ids, number);
    }
    return true;
}

static bool cert_load(struct facts_loading *l, struct cert *cert, const json_t *object,
                      const struct path *path) {
    if (!json_is_object(object))
        return wrong(l, path, "a certificate");
    bool good = record_load(l, &cert_record, cert, object, path);
    const json_t *key = json_object_get(object, "key"), *type = json_object_get(key, "type");
    int value;
    if (!good || !names_load(l, cert, json_object_get(object, "names"), path))
        return false;
    if (!json_is_string(type) || !enum_find(key_types, json_string_value(type), &value))
        return wrong(l, path, "a key type");
    cert->key_type = value;
    if (!int_load(l, &cert->key_bits, json_object_get(key, "bits"), path))
        return false;
    if (json_is_string(json_object_get(key, "curve")))
        cert->key_curve = text_load(l, json_object_get(key, "curve"));
    const json_t *der = json_object_get(l->pool, cert->sha256);
    der = json_is_object(der) ? json_object_get(der, "der") : der;
    if (der != NULL &&
        (!json_is_string(der) || !base64_read(l->arena, json_string_value(der), &cert->der, &cert->der_size)))
        return wrong(l, path, "base64 of the certificate");
    struct ca_entry skimmed;
    if (cert->der != NULL && !l->read_certificate(&skimmed, cert->der, cert->der_size))
        return wrong(l, path, "an X.509 certificate");
    return true;
}

/* A certificate told by its id: the pool has it. */
static bool cert_id_load(struct facts_loading *l, struct cert *cert, const json_t *id,
                         const struct path *path) {
    const json_t *object = json_is_string(id) ? json_object_get(l->pool, json_string_value(id)) : NULL;
    if (!json_is_object(object))
        return wrong(l, path, "the SHA-256 of one of evidence.certificates");
    return cert_load(l, cert, object, path);
}

static bool list_load(struct facts_loading *l, const struct field *f, void *record, const json_t *value,
                      const struct path *path) {
    size_t i, n;
    json_t *item;
    void *v;
    memcpy(&v, (char *)record + f->offset, sizeof v); /* what came in a part before */
    memcpy(&n, (char *)record + f->offset + sizeof v, sizeof n);
    if (!json_is_array(value))
        return wrong(l, path, "a list");
    size_t most = taken(l, f->key, value, n, path);
    json_array_foreach(value, i, item) {
        if (n >= most)
            break;
        bool is_cert = f->kind == FIELD_CERTS || f->kind == FIELD_CERT_IDS;
        const struct record *of = is_cert ? &cert_record : f->of;
        const struct path here = {path, NULL, n};
        void *made = arena_alloc(l->arena, of->size);
        bool good = f->kind == FIELD_CERTS      ? cert_load(l, made, item, &here)
                    : f->kind == FIELD_CERT_IDS ? cert_id_load(l, made, item, &here)
                                                : record_load(l, of, made, item, &here);
        if (!good)
            return false;
        list_add(l->arena, &v, &n, made);
    }
    memcpy((char *)record + f->offset, &v, sizeof v);
    memcpy((char *)record + f->offset + sizeof v, &n, sizeof n);
    return true;
}

static bool bool_load(struct facts_loading *l, bool *place, const json_t *value, const struct path *path) {
    if (!json_is_boolean(value))
        return wrong(l, path, "true or false");
    *place = json_is_true(value);
    return true;
}

static bool enum_load(struct facts_loading *l, int *place, const struct enum_name *names, const json_t *value,
                      const struct path *path) {
    return (json_is_string(value) && enum_find(names, json_string_value(value), place)) ||
           wrong(l, path, "one of its known words");
}

static bool bytes_load(struct facts_loading *l, const struct field *f, void *record, const json_t *value,
                       const struct path *path) {
    uint8_t *bytes;
    size_t size;
    if (!json_is_string(value) || !base64_read(l->arena, json_string_value(value), &bytes, &size))
        return wrong(l, path, "base64");
    memcpy((char *)record + f->offset, &bytes, sizeof bytes);
    memcpy((char *)record + f->extra, &size, sizeof size);
    return true;
}

static bool field_load(struct facts_loading *l, const struct field *f, void *record, const json_t *value,
                       const struct path *path) {
    void *place = (char *)record + f->offset, *made;
    if (json_is_null(value) && (f->kind == FIELD_TEXT || f->kind == FIELD_POINTER))
        return true;
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
        if (!json_is_string(value))
            return wrong(l, path, f->kind == FIELD_NAME ? "a text" : "a text or null");
        made = text_load(l, value);
        memcpy(place, &made, sizeof made);
        return true;
    case FIELD_INT:
        return int_load(l, place, value, path);
    case FIELD_BOOL:
        return bool_load(l, place, value, path);
    case FIELD_ENUM:
        return enum_load(l, place, f->of, value, path);
    case FIELD_TIME:
        return (json_is_string(value) && time_read(json_string_value(value), place)) ||
               wrong(l, path, "an RFC 3339 time");
    case FIELD_MICROS:
        return (json_is_string(value) && micros_read(json_string_value(value), place)) ||
               wrong(l, path, "an RFC 3339 time with a fraction");
    case FIELD_INTS:
        return ints_load(l, place, value, path);
    case FIELD_TEXTS:
        return texts_load(l, place, f->key, value, path);
    case FIELD_STRUCT:
        return record_load(l, f->of, place, value, path);
    case FIELD_POINTER:
        made = arena_alloc(l->arena, ((const struct record *)f->of)->size);
        memcpy(place, &made, sizeof made);
        return record_load(l, f->of, made, value, path);
    case FIELD_LIST:
    case FIELD_CERTS:
    case FIELD_CERT_IDS:
        return list_load(l, f, record, value, path);
    case FIELD_BYTES:
        return bytes_load(l, f, record, value, path);
    }
    return false;
}

/* A text that is never NULL, or a struct that holds one. */
static bool is_needed(const struct field *f) {
    if (f->kind == FIELD_STRUCT)
        for (const struct field *inner = ((const struct record *)f->of)->fields; inner->key != NULL; inner++)
            if (is_needed(inner))
                return true;
    return f->kind == FIELD_NAME;
}

static bool record_load(struct facts_loading *l, const struct record *of, void *record, const json_t *object,
                        const struct path *path) {
    if (!json_is_object(object))
        return wrong(l, path, "an object");
    for (const struct field *f = of->fields; f->key != NULL; f++) {
        if (of == &cert_record && f->offset == offsetof(struct cert, names))
            continue; /* not of the table's shape: names_load() */
        const json_t *value = json_object_get(object, f->key);
        if (value == NULL && (!is_needed(f) || (l->is_part && record == l->facts)))
            continue; /* a missing key is a fact not known then: zero */
        const struct path here = {path, f->key, 0};
        if (value == NULL)
            return wrong(l, &here, f->kind == FIELD_NAME ? "a text" : "an object");
        if (!field_load(l, f, record, value, &here))
            return false;
    }
    return true;
}

/* What a state promises: judges rely on it. Texts that are never NULL are the table's (FIELD_NAME). */
static bool attempt_complete(const struct tls_attempt *tls) {
    return (tls->state != TLS_ALERT || tls->alert != NULL) &&
           (tls->state != TLS_ESTABLISHED || (tls->version != NULL && tls->cipher != NULL)) &&
           (tls->state != TLS_NOT_TLS || tls->not_tls != NULL);
}

static bool endpoint_complete(struct facts_loading *l, const struct endpoint *endpoint,
                              const struct path *path) {
    bool good = attempt_complete(&endpoint->tls);
    for (size_t i = 0; i < endpoint->variants.n; i++)
        good = good && attempt_complete(endpoint->variants.v[i]);
    return good || wrong(l, path, "the alert, version or protocol that the state of each handshake promises");
}

static bool query_complete(struct facts_loading *l, const struct dns_query *query, const struct path *path) {
    for (size_t i = 0; i < query->records.n; i++) {
        const struct dns_record *r = query->records.v[i];
        if ((r->type == DNS_SRV ? r->target : r->address) == NULL)
            return wrong(l, path, "target or address of every record");
    }
    return true;
}

static bool trust_complete(struct facts_loading *l, struct trust_list *list, const struct path *path) {
    for (size_t i = 0; i < list->entries.n; i++) {
        struct ca_entry *entry = list->entries.v[i];
        if (entry->der == NULL || !l->read_certificate(entry, entry->der, entry->der_size))
            return wrong(l, path, "X.509 certificates");
    }
    return true;
}

static bool complete(struct facts_loading *l, const struct facts *facts) {
    const struct path dns = {&evidence_path, "dns", 0}, endpoints = {&evidence_path, "endpoints", 0},
                      lists = {&evidence_path, "trust_lists", 0};
    for (size_t i = 0; i < facts->dns.n; i++)
        if (!query_complete(l, facts->dns.v[i], &(struct path){&dns, NULL, i}))
            return false;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (!endpoint_complete(l, facts->endpoints.v[i], &(struct path){&endpoints, NULL, i}))
            return false;
    for (size_t i = 0; i < facts->trust_lists.n; i++)
        if (!trust_complete(l, facts->trust_lists.v[i], &(struct path){&lists, NULL, i}))
            return false;
    return true;
}

struct facts_loading *facts_load_begin(struct facts *facts, const json_t *evidence,
                                       ca_entry_fn read_certificate) {
    struct facts_loading *l = ARENA_NEW(facts->arena, struct facts_loading);
    *l = (struct facts_loading){.facts = facts,
                                .arena = facts->arena,
                                .pool = json_object_get(evidence, "certificates"),
                                .read_certificate = read_certificate,
                                .has_scope =
                                    json_object_get(json_object_get(evidence, "run"), "scope") != NULL};
    l->is_good = record_load(l, &facts_record, facts, evidence, &evidence_path);
    l->is_part = true;
    return l;
}

bool facts_load_more(struct facts_loading *l, const json_t *part) {
    l->is_good = l->is_good && record_load(l, &facts_record, l->facts, part, &evidence_path);
    return l->is_good;
}

bool facts_load_end(struct facts_loading *l, char **error) {
    bool good = l->is_good && complete(l, l->facts);
    if (good && !l->has_scope)
        scope_of_command(l->arena, l->facts->run.command, &l->facts->run.scope);
    for (size_t i = 0; i < l->cuts.n; i++) /* beside those that the save tells of itself */
        cut_tell(l->facts, l->cuts.v[i]->what, l->cuts.v[i]->most, l->cuts.v[i]->wanted);
    *error = l->error;
    return good;
}

bool facts_load(struct facts *facts, const json_t *evidence, ca_entry_fn read_certificate, char **error) {
    return facts_load_end(facts_load_begin(facts, evidence, read_certificate), error);
}
