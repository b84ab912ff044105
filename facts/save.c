/* How do facts become evidence? See save.h. Walks the tables of fields.c; load.c walks them the other way. */
#include "facts/save.h"

#include <string.h>

#include "facts/fields.h"
#include "facts/stream.h"

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

struct pooled {
    const struct cert *cert;
    bool as_object;
};

struct saving {
    struct json_out *o;
    struct arena *arena; /* scratch */
    bool with_bytes;
    /* Certificates that are told once, behind all else, in the order they were met: as an object where they
     * are told by their id elsewhere, with "der" in a save; else their bytes alone. */
    LIST_OF(struct pooled) pool;
    json_t *places; /* in the pool, by sha256 */
};

static void record_members(struct saving *s, const struct record *of, const void *record, bool embedded);

/* An item of a list has no key. A text that is not UTF-8 is left out. */
static void text_put(struct saving *s, const char *key, const char *text) {
    json_t *word = text != NULL && !text_is_plain(text, strlen(text)) ? json_string(text) : NULL;
    if (text != NULL && word == NULL && !text_is_plain(text, strlen(text)))
        return;
    if (key != NULL)
        out_key(s->o, key);
    if (word != NULL)
        out_give(s->o, word);
    else
        out_text(s->o, text);
}

static void texts_put(struct saving *s, const char *key, const struct texts *texts) {
    out_key(s->o, key);
    out_begin(s->o, '[');
    for (size_t i = 0; i < texts->n; i++)
        text_put(s, NULL, texts->v[i]);
    out_end(s->o, ']');
}

static void ints_put(struct saving *s, const char *key, const struct ids *ids) {
    if (ids->n == 0)
        return;
    out_key(s->o, key);
    out_begin(s->o, '[');
    for (size_t i = 0; i < ids->n; i++)
        out_number(s->o, ids->v[i]);
    out_end(s->o, ']');
}

static void bytes_put(struct saving *s, const uint8_t *bytes, size_t size) {
    struct arena *scratch = arena_new();
    out_text(s->o, base64_write(scratch, bytes, size, true));
    arena_free(scratch);
}

/* ---- certificates ---- */

static void names_put(struct saving *s, const struct cert *cert) {
    out_key(s->o, "names");
    out_begin(s->o, '[');
    for (size_t i = 0; i < cert->names.n; i++) {
        const struct cert_name *name = cert->names.v[i];
        text_put(s, NULL, arena_printf(s->arena, "%s:%s", enum_text(name_types, name->type), name->value));
    }
    out_end(s->o, ']');
}

static void key_put(struct saving *s, const struct cert *cert) {
    out_key(s->o, "key");
    out_begin(s->o, '{');
    text_put(s, "type", enum_text(key_types, cert->key_type));
    out_key(s->o, "bits");
    out_number(s->o, cert->key_bits);
    text_put(s, "curve", cert->key_curve);
    out_end(s->o, '}');
}

/* In the pool its bytes stand beside what they say. */
static void cert_put(struct saving *s, const struct cert *cert, bool in_pool) {
    out_begin(s->o, '{');
    record_members(s, &cert_record, cert, false);
    key_put(s, cert);
    if (in_pool && s->with_bytes && cert->der != NULL) {
        out_key(s->o, "der");
        bytes_put(s, cert->der, cert->der_size);
    }
    out_end(s->o, '}');
}

/* ---- the pool ---- */

static void pool_add(struct saving *s, const struct cert *cert, bool as_object) {
    const json_t *place = json_object_get(s->places, cert->sha256);
    struct pooled *pooled = place == NULL ? NULL : s->pool.v[json_integer_value(place)];
    if (place == NULL) {
        pooled = ARENA_NEW(s->arena, struct pooled);
        json_object_set_new(s->places, cert->sha256, json_integer((json_int_t)s->pool.n));
        LIST_ADD(s->arena, &s->pool, pooled);
    }
    if (place == NULL || (as_object && !pooled->as_object))
        *pooled = (struct pooled){cert, as_object};
}

static void pool_add_bytes(struct saving *s, const struct cert *cert) {
    if (s->with_bytes && cert->der != NULL)
        pool_add(s, cert, false);
}

static void pool_put(struct saving *s) {
    out_key(s->o, "certificates");
    out_begin(s->o, '{');
    for (size_t i = 0; i < s->pool.n; i++) {
        const struct cert *cert = s->pool.v[i]->cert;
        out_name(s->o, cert->sha256);
        if (s->pool.v[i]->as_object)
            cert_put(s, cert, true);
        else
            bytes_put(s, cert->der, cert->der_size);
    }
    out_end(s->o, '}');
}

/* ---- fields ---- */

/* `names` of a certificate have a shape of their own in the contract. */
static bool is_names(const struct record *of, const struct field *f) {
    return of == &cert_record && f->kind == FIELD_LIST;
}

static void record_put(struct saving *s, const struct record *of, const void *record, bool embedded) {
    out_begin(s->o, '{');
    record_members(s, of, record, embedded);
    out_end(s->o, '}');
}

static void item_put(struct saving *s, const struct field *f, const void *item) {
    const struct cert *cert = item;
    if (f->kind == FIELD_LIST) {
        record_put(s, f->of, item, false);
    } else if (f->kind == FIELD_CERTS) {
        pool_add_bytes(s, cert);
        cert_put(s, cert, false);
    } else {
        pool_add(s, cert, true);
        out_text(s->o, cert->sha256);
    }
}

static void list_put(struct saving *s, const struct field *f, const struct any_list *list) {
    out_begin(s->o, '[');
    for (size_t i = 0; i < list->n; i++)
        item_put(s, f, list->v[i]);
    out_end(s->o, ']');
}

/* Of what is always there. */
static void value_put(struct saving *s, const struct field *f, const void *record) {
    struct any_list list;
    const void *pointed;
    int number;
    bool yes;
    switch (f->kind) {
    case FIELD_INT:
        memcpy(&number, at(record, f->offset), sizeof number);
        out_number(s->o, number);
        break;
    case FIELD_BOOL:
        memcpy(&yes, at(record, f->offset), sizeof yes);
        out_bool(s->o, yes);
        break;
    case FIELD_STRUCT:
        record_put(s, f->of, at(record, f->offset), true);
        break;
    case FIELD_POINTER:
        pointed = pointer_at(record, f->offset);
        if (pointed == NULL)
            out_null(s->o);
        else
            record_put(s, f->of, pointed, false);
        break;
    default:
        list = list_at(record, f->offset);
        list_put(s, f, &list);
    }
}

static void time_put(struct saving *s, const struct field *f, const void *record) {
    int64_t time;
    memcpy(&time, at(record, f->offset), sizeof time);
    if (f->kind == FIELD_MICROS)
        text_put(s, f->key, micros_write(s->arena, time));
    else if (time != 0 || f->extra == 0)
        text_put(s, f->key, time_write(s->arena, time));
}

static void field_put(struct saving *s, const struct field *f, const void *record) {
    int number;
    size_t size;
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
        text_put(s, f->key, text_at(record, f->offset));
        return;
    case FIELD_ENUM:
        memcpy(&number, at(record, f->offset), sizeof number);
        text_put(s, f->key, enum_text(f->of, number));
        return;
    case FIELD_TIME:
    case FIELD_MICROS:
        time_put(s, f, record);
        return;
    case FIELD_INTS:
        ints_put(s, f->key, at(record, f->offset));
        return;
    case FIELD_TEXTS:
        texts_put(s, f->key, at(record, f->offset));
        return;
    case FIELD_BYTES:
        memcpy(&size, at(record, f->extra), sizeof size);
        if (!s->with_bytes || pointer_at(record, f->offset) == NULL)
            return; /* bytes only in a save */
        out_key(s->o, f->key);
        bytes_put(s, pointer_at(record, f->offset), size);
        return;
    default:
        out_key(s->o, f->key);
        value_put(s, f, record);
    }
}

/* The chain of a main attempt stands beside `tls` in the contract; of a variant, inside it. Both come from
 * tls_attempt.chain, so the embedded main attempt leaves its own out. */
static bool is_elsewhere(const struct field *f, bool embedded) {
    return embedded && f->kind == FIELD_CERTS && strcmp(f->key, "chain") == 0;
}

static void record_members(struct saving *s, const struct record *of, const void *record, bool embedded) {
    for (const struct field *f = of->fields; f->key != NULL; f++) {
        const struct certs *chain = at(record, f->offset);
        if (is_names(of, f))
            names_put(s, record);
        else if (!is_elsewhere(f, embedded))
            field_put(s, f, record);
        else
            for (size_t i = 0; i < chain->n; i++)
                pool_add_bytes(s, chain->v[i]);
    }
}

/* ---- the whole ---- */

static void pool_add_chain(struct saving *s, const struct certs *chain) {
    for (size_t i = 0; i < chain->n; i++)
        pool_add(s, chain->v[i], true);
}

/* The certificates of captured handshakes stand in the pool, also where the connections are told elsewhere.
 */
static void connections_skip(struct saving *s, const struct facts *facts) {
    for (size_t i = 0; i < facts->connections.n; i++) {
        pool_add_chain(s, &facts->connections.v[i]->server_chain);
        pool_add_chain(s, &facts->connections.v[i]->client_chain);
    }
}

static void endpoints_pool(struct saving *s, const struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (facts->endpoints.v[i]->connections.n > 0)
            pool_add_chain(s, &facts->endpoints.v[i]->tls.chain);
}

static void saving_open(struct saving *s, struct json_out *o, bool with_bytes) {
    *s = (struct saving){.o = o, .arena = arena_new(), .with_bytes = with_bytes, .places = json_object()};
}

static void saving_close(struct saving *s) {
    json_decref(s->places);
    arena_free(s->arena);
}

void facts_put(struct json_out *o, const struct facts *facts, bool with_bytes, bool with_connections) {
    struct saving s;
    saving_open(&s, o, with_bytes);
    for (const struct field *f = facts_record.fields; f->key != NULL; f++) {
        if (!with_connections && strcmp(f->key, "connections") == 0)
            connections_skip(&s, facts);
        else if (with_bytes || strcmp(f->key, "trust_lists") != 0) /* nothing to see without their bytes */
            field_put(&s, f, facts);
    }
    endpoints_pool(&s, facts);
    if (with_bytes || s.pool.n > 0)
        pool_put(&s);
    saving_close(&s);
}

json_t *facts_save(const struct facts *facts, bool with_bytes) {
    struct json_out o;
    out_open_tree(&o);
    out_begin(&o, '{');
    facts_put(&o, facts, with_bytes, true);
    out_end(&o, '}');
    return out_close_tree(&o);
}

json_t *connection_save(const struct connection *connection) {
    struct json_out o;
    struct saving s;
    out_open_tree(&o);
    saving_open(&s, &o, false);
    record_put(&s, &connection_record, connection, false);
    saving_close(&s);
    return out_close_tree(&o);
}

json_t *cert_save(const struct cert *cert) {
    struct json_out o;
    struct saving s;
    out_open_tree(&o);
    saving_open(&s, &o, false);
    cert_put(&s, cert, false);
    saving_close(&s);
    return out_close_tree(&o);
}
