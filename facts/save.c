/* How do facts become evidence? See save.h. Walks the tables of fields.c; load.c walks them the other way. */
#include "facts/save.h"

#include <string.h>

#include "facts/fields.h"

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

struct saving {
    struct arena *arena; /* scratch */
    bool with_bytes;
    /* By sha256: an object for a certificate that is told by its id elsewhere, with "der" in a save; base64
     * for one that is told where it stands. */
    json_t *pool;
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

static json_t *ints_json(const struct ids *ids) {
    json_t *array = ids->n == 0 ? NULL : json_array();
    for (size_t i = 0; i < ids->n; i++)
        json_array_append_new(array, json_integer(ids->v[i]));
    return array;
}

static json_t *der_json(struct saving *s, const struct cert *cert) {
    return json_string(base64_write(s->arena, cert->der, cert->der_size, true));
}

static json_t *cert_fields_json(struct saving *s, const struct cert *cert) {
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
    return object;
}

static json_t *cert_json(struct saving *s, const struct cert *cert) {
    if (s->with_bytes && cert->der != NULL && json_object_get(s->pool, cert->sha256) == NULL)
        json_object_set_new(s->pool, cert->sha256, der_json(s, cert));
    return cert_fields_json(s, cert);
}

static json_t *cert_id_json(struct saving *s, const struct cert *cert) {
    if (!json_is_object(json_object_get(s->pool, cert->sha256))) {
        json_t *object = cert_fields_json(s, cert);
        if (s->with_bytes && cert->der != NULL)
            json_object_set_new(object, "der", der_json(s, cert));
        json_object_set_new(s->pool, cert->sha256, object);
    }
    return json_string(cert->sha256);
}

static json_t *list_json(struct saving *s, const struct field *f, const struct any_list *list) {
    json_t *array = json_array();
    for (size_t i = 0; i < list->n; i++)
        json_array_append_new(array, f->kind == FIELD_CERTS      ? cert_json(s, list->v[i])
                                     : f->kind == FIELD_CERT_IDS ? cert_id_json(s, list->v[i])
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
        if (time == 0 && f->extra != 0)
            return NULL;
        return json_string(time_write(s->arena, time));
    case FIELD_MICROS:
        memcpy(&time, at(record, f->offset), sizeof time);
        return json_string(micros_write(s->arena, time));
    case FIELD_INTS:
        return ints_json(at(record, f->offset));
    case FIELD_TEXTS:
        return texts_json(at(record, f->offset));
    case FIELD_STRUCT:
        return record_save(s, f->of, at(record, f->offset));
    case FIELD_POINTER:
        return pointer_at(record, f->offset) == NULL ? json_null()
                                                     : record_save(s, f->of, pointer_at(record, f->offset));
    case FIELD_LIST:
    case FIELD_CERTS:
    case FIELD_CERT_IDS:
        list = list_at(record, f->offset);
        return list_json(s, f, &list);
    case FIELD_BYTES:
        memcpy(&size, at(record, f->extra), sizeof size);
        if (!s->with_bytes || pointer_at(record, f->offset) == NULL)
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

/* The certificates of captured handshakes stand in the pool, also where the connections are told elsewhere.
 */
static void pool_fill(struct saving *s, const struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        for (size_t k = 0; e->connections.n > 0 && k < e->tls.chain.n; k++)
            json_decref(cert_id_json(s, e->tls.chain.v[k]));
    }
}

json_t *facts_save(const struct facts *facts, bool with_bytes) {
    struct saving s = {.arena = arena_new(), .with_bytes = with_bytes, .pool = json_object()};
    json_t *evidence = record_save(&s, &facts_record, facts);
    pool_fill(&s, facts);
    if (with_bytes || json_object_size(s.pool) > 0)
        json_object_set(evidence, "certificates", s.pool);
    if (!with_bytes)
        json_object_del(evidence, "trust_lists"); /* nothing to see without their bytes */
    json_decref(s.pool);
    arena_free(s.arena);
    return evidence;
}

json_t *connection_save(const struct connection *connection) {
    struct saving s = {.arena = arena_new(), .pool = json_object()};
    json_t *object = record_save(&s, &connection_record, connection);
    json_decref(s.pool);
    arena_free(s.arena);
    return object;
}

json_t *cert_save(const struct cert *cert) {
    struct saving s = {.arena = arena_new()};
    json_t *object = cert_fields_json(&s, cert);
    arena_free(s.arena);
    return object;
}
