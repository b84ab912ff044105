/* How do facts become evidence, and evidence facts? See save.h. Walks the tables of fields.c both ways. */
#include "facts/save.h"

#include <limits.h>
#include <string.h>

#include "facts/fields.h"
#include "facts/skim.h"

/* Every list in the facts is {T **v; size_t n;}; this is how the walker sees one. */
struct any_list {
    void **v;
    size_t n;
};

static const void *at(const void *record, size_t offset) {
    return (const char *)record + offset;
}

static char *text_at(const void *record, size_t offset) {
    char *text;
    memcpy(&text, at(record, offset), sizeof text);
    return text;
}

static void *pointer_at(const void *record, size_t offset) {
    void *pointer;
    memcpy(&pointer, at(record, offset), sizeof pointer);
    return pointer;
}

static struct any_list list_at(const void *record, size_t offset) {
    struct any_list list;
    memcpy(&list, at(record, offset), sizeof list);
    return list;
}

/* ---- saving ---- */

struct saving {
    struct arena *arena; /* scratch */
    json_t *pool;        /* sha256 to base64 of certificates; NULL without bytes */
};

static json_t *record_save(struct saving *s, const struct record *of, const void *record);

static json_t *text_json(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

static json_t *texts_json(const struct texts *texts) {
    json_t *array = json_array();
    for (size_t i = 0; i < texts->n; i++)
        json_array_append_new(array, json_string(texts->v[i]));
    return array;
}

static json_t *cert_json(struct saving *s, const struct cert *cert) {
    json_t *object = record_save(s, &cert_record, cert), *names = json_array();
    for (size_t i = 0; i < cert->names.n; i++) {
        const struct cert_name *name = cert->names.v[i];
        json_array_append_new(names, json_sprintf("%s:%s", enum_text(name_types, name->type), name->value));
    }
    json_object_set_new(object, "names", names);
    json_t *key =
        json_pack("{s:s, s:i}", "type", enum_text(key_types, cert->key_type), "bits", cert->key_bits);
    json_object_set_new(key, "curve", text_json(cert->key_curve));
    json_object_set_new(object, "key", key);
    if (s->pool != NULL && cert->der != NULL && json_object_get(s->pool, cert->sha256) == NULL)
        json_object_set_new(s->pool, cert->sha256,
                            json_string(base64_write(s->arena, cert->der, cert->der_size, true)));
    return object;
}

static json_t *list_json(struct saving *s, const struct field *f, const struct any_list *list) {
    json_t *array = json_array();
    for (size_t i = 0; i < list->n; i++)
        json_array_append_new(array, f->kind == FIELD_CERTS ? cert_json(s, list->v[i])
                                                            : record_save(s, f->of, list->v[i]));
    return array;
}

static json_t *field_json(struct saving *s, const struct field *f, const void *record) {
    struct any_list list;
    int number;
    int64_t time;
    bool yes;
    size_t size;
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
        return text_json(text_at(record, f->offset));
    case FIELD_INT:
        memcpy(&number, at(record, f->offset), sizeof number);
        return json_integer(number);
    case FIELD_BOOL:
        memcpy(&yes, at(record, f->offset), sizeof yes);
        return json_boolean(yes);
    case FIELD_ENUM:
        memcpy(&number, at(record, f->offset), sizeof number);
        return json_string(enum_text(f->of, number));
    case FIELD_TIME:
        memcpy(&time, at(record, f->offset), sizeof time);
        return json_string(time_write(s->arena, time));
    case FIELD_TEXTS:
        return texts_json(at(record, f->offset));
    case FIELD_STRUCT:
        return record_save(s, f->of, at(record, f->offset));
    case FIELD_POINTER:
        return pointer_at(record, f->offset) == NULL ? json_null()
                                                     : record_save(s, f->of, pointer_at(record, f->offset));
    case FIELD_LIST:
    case FIELD_CERTS:
        list = list_at(record, f->offset);
        return list_json(s, f, &list);
    case FIELD_BYTES:
        memcpy(&size, at(record, f->extra), sizeof size);
        if (s->pool == NULL || pointer_at(record, f->offset) == NULL)
            return NULL; /* bytes only in a save */
        return json_string(base64_write(s->arena, pointer_at(record, f->offset), size, true));
    }
    return NULL;
}

/* The chain of a main attempt stands beside `tls` in the contract; of a variant, inside it. Both come from
 * tls_attempt.chain, so the embedded main attempt leaves its own out. */
static bool chain_is_elsewhere(const struct field *parent, const struct field *f) {
    return parent->kind == FIELD_STRUCT && f->kind == FIELD_CERTS && strcmp(f->key, "chain") == 0;
}

static json_t *record_save(struct saving *s, const struct record *of, const void *record) {
    json_t *object = json_object();
    for (const struct field *f = of->fields; f->key != NULL; f++) {
        json_t *value = field_json(s, f, record);
        if (f->kind == FIELD_STRUCT)
            for (const struct field *inner = ((const struct record *)f->of)->fields; inner->key != NULL;
                 inner++)
                if (chain_is_elsewhere(f, inner))
                    json_object_del(value, inner->key);
        if (value != NULL)
            json_object_set_new(object, f->key, value);
    }
    return object;
}

json_t *facts_save(const struct facts *facts, bool with_bytes) {
    struct saving s = {.arena = arena_new(), .pool = with_bytes ? json_object() : NULL};
    json_t *evidence = record_save(&s, &facts_record, facts);
    if (with_bytes)
        json_object_set_new(evidence, "certificates", s.pool);
    else
        json_object_del(evidence, "trust_lists"); /* nothing to see without their bytes */
    arena_free(s.arena);
    return evidence;
}

json_t *cert_save(const struct cert *cert) {
    struct saving s = {.arena = arena_new(), .pool = NULL};
    json_t *object = cert_json(&s, cert);
    arena_free(s.arena);
    return object;
}

/* ---- loading ---- */

struct loading {
    struct arena *arena;
    const json_t *pool;
    char *error;
};

static bool record_load(struct loading *l, const struct record *of, void *record, const json_t *object,
                        const char *path);

static bool wrong(struct loading *l, const char *path, const char *wanted) {
    if (l->error == NULL)
        l->error = arena_printf(l->arena, "%s: wanted %s", path, wanted);
    return false;
}

static char *text_load(struct loading *l, const json_t *value) {
    return text_from_wire(l->arena, json_string_value(value), json_string_length(value));
}

static bool texts_load(struct loading *l, struct texts *texts, const json_t *value, const char *path) {
    if (!json_is_array(value))
        return wrong(l, path, "a list of texts");
    size_t i;
    json_t *item;
    json_array_foreach(value, i, item) {
        if (!json_is_string(item))
            return wrong(l, path, "a list of texts");
        texts_add(l->arena, texts, text_load(l, item));
    }
    return true;
}

static bool names_load(struct loading *l, struct cert *cert, const json_t *value, const char *path) {
    size_t i;
    json_t *item;
    if (!json_is_array(value))
        return wrong(l, path, "a list of \"TYPE:name\"");
    json_array_foreach(value, i, item) {
        const char *text = json_is_string(item) ? text_load(l, item) : "", *colon = strchr(text, ':');
        int type;
        if (colon == NULL ||
            !enum_find(name_types, arena_textn(l->arena, text, (size_t)(colon - text)), &type))
            return wrong(l, path, "a list of \"TYPE:name\"");
        struct cert_name *name = ARENA_NEW(l->arena, struct cert_name);
        name->type = type;
        name->value = arena_text(l->arena, colon + 1);
        LIST_ADD(l->arena, &cert->names, name);
    }
    return true;
}

static bool int_load(struct loading *l, int *number, const json_t *value, const char *path) {
    json_int_t wide = json_integer_value(value);
    if (!json_is_integer(value) || wide < INT_MIN || wide > INT_MAX)
        return wrong(l, path, "a whole number");
    *number = (int)wide;
    return true;
}

static bool cert_load(struct loading *l, struct cert *cert, const json_t *object, const char *path) {
    json_t *rest = json_is_object(object) ? json_copy((json_t *)object) : NULL;
    if (rest == NULL)
        return wrong(l, path, "a certificate");
    json_object_del(rest, "names"); /* not of the table's shape */
    bool good = record_load(l, &cert_record, cert, rest, path);
    json_decref(rest);
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
    if (der != NULL &&
        (!json_is_string(der) || !base64_read(l->arena, json_string_value(der), &cert->der, &cert->der_size)))
        return wrong(l, path, "base64 of the certificate");
    struct ca_entry skimmed;
    if (cert->der != NULL && !ca_entry_read(&skimmed, cert->der, cert->der_size))
        return wrong(l, path, "an X.509 certificate");
    return true;
}

static bool list_load(struct loading *l, const struct field *f, void *record, const json_t *value,
                      const char *path) {
    size_t i, n = 0;
    json_t *item;
    void *v = NULL;
    if (!json_is_array(value))
        return wrong(l, path, "a list");
    json_array_foreach(value, i, item) {
        const struct record *of = f->kind == FIELD_CERTS ? &cert_record : f->of;
        const char *here = arena_printf(l->arena, "%s[%zu]", path, i);
        void *made = arena_alloc(l->arena, of->size);
        if (!(f->kind == FIELD_CERTS ? cert_load(l, made, item, here) : record_load(l, of, made, item, here)))
            return false;
        list_add(l->arena, &v, &n, made);
    }
    memcpy((char *)record + f->offset, &v, sizeof v);
    memcpy((char *)record + f->offset + sizeof v, &n, sizeof n);
    return true;
}

static bool field_load(struct loading *l, const struct field *f, void *record, const json_t *value,
                       const char *path) {
    char *place = (char *)record + f->offset;
    int number;
    int64_t time;
    bool yes;
    void *made;
    uint8_t *bytes;
    size_t size;
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
        if (!int_load(l, &number, value, path))
            return false;
        memcpy(place, &number, sizeof number);
        return true;
    case FIELD_BOOL:
        if (!json_is_boolean(value))
            return wrong(l, path, "true or false");
        yes = json_is_true(value);
        memcpy(place, &yes, sizeof yes);
        return true;
    case FIELD_ENUM:
        if (!json_is_string(value) || !enum_find(f->of, json_string_value(value), &number))
            return wrong(l, path, "one of its known words");
        memcpy(place, &number, sizeof number);
        return true;
    case FIELD_TIME:
        if (!json_is_string(value) || !time_read(json_string_value(value), &time))
            return wrong(l, path, "an RFC 3339 time");
        memcpy(place, &time, sizeof time);
        return true;
    case FIELD_TEXTS:
        return texts_load(l, (struct texts *)place, value, path);
    case FIELD_STRUCT:
        return record_load(l, f->of, place, value, path);
    case FIELD_POINTER:
        made = arena_alloc(l->arena, ((const struct record *)f->of)->size);
        memcpy(place, &made, sizeof made);
        return record_load(l, f->of, made, value, path);
    case FIELD_LIST:
    case FIELD_CERTS:
        return list_load(l, f, record, value, path);
    case FIELD_BYTES:
        if (!json_is_string(value) || !base64_read(l->arena, json_string_value(value), &bytes, &size))
            return wrong(l, path, "base64");
        memcpy(place, &bytes, sizeof bytes);
        memcpy((char *)record + f->extra, &size, sizeof size);
        return true;
    }
    return false;
}

static bool record_load(struct loading *l, const struct record *of, void *record, const json_t *object,
                        const char *path) {
    if (!json_is_object(object))
        return wrong(l, path, "an object");
    for (const struct field *f = of->fields; f->key != NULL; f++) {
        const json_t *value = json_object_get(object, f->key);
        if (value == NULL && f->kind != FIELD_NAME)
            continue; /* a missing key is a fact not known then: zero */
        const char *here = arena_printf(l->arena, "%s.%s", path, f->key);
        if (value == NULL)
            return wrong(l, here, "a text");
        if (!field_load(l, f, record, value, here))
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

static bool endpoint_complete(struct loading *l, const struct endpoint *endpoint, const char *path) {
    bool good = attempt_complete(&endpoint->tls);
    for (size_t i = 0; i < endpoint->variants.n; i++)
        good = good && attempt_complete(endpoint->variants.v[i]);
    return good || wrong(l, path, "the alert, version or protocol that the state of each handshake promises");
}

static bool query_complete(struct loading *l, const struct dns_query *query, const char *path) {
    for (size_t i = 0; i < query->records.n; i++) {
        const struct dns_record *r = query->records.v[i];
        if ((r->type == DNS_SRV ? r->target : r->address) == NULL)
            return wrong(l, path, "target or address of every record");
    }
    return true;
}

static bool trust_complete(struct loading *l, struct trust_list *list, const char *path) {
    for (size_t i = 0; i < list->entries.n; i++) {
        struct ca_entry *entry = list->entries.v[i];
        if (entry->der == NULL || !ca_entry_read(entry, entry->der, entry->der_size))
            return wrong(l, path, "X.509 certificates");
    }
    return true;
}

static bool complete(struct loading *l, const struct facts *facts) {
    for (size_t i = 0; i < facts->dns.n; i++)
        if (!query_complete(l, facts->dns.v[i], arena_printf(l->arena, "evidence.dns[%zu]", i)))
            return false;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (!endpoint_complete(l, facts->endpoints.v[i],
                               arena_printf(l->arena, "evidence.endpoints[%zu]", i)))
            return false;
    for (size_t i = 0; i < facts->trust_lists.n; i++)
        if (!trust_complete(l, facts->trust_lists.v[i],
                            arena_printf(l->arena, "evidence.trust_lists[%zu]", i)))
            return false;
    return true;
}

bool facts_load(struct facts *facts, const json_t *evidence, char **error) {
    struct loading l = {
        .arena = facts->arena, .pool = json_object_get(evidence, "certificates"), .error = NULL};
    struct arena *arena = facts->arena;
    bool good = record_load(&l, &facts_record, facts, evidence, "evidence") && complete(&l, facts);
    facts->arena = arena;
    *error = l.error;
    return good;
}
