/* Fills facts by the table that saves them, so that a new field is in the tests at once. See full_facts.h. */
#include "tests/unit/full_facts.h"

#include <stdlib.h>
#include <string.h>

#include "facts/fields.h"
#include "wire/cert.h"
#include "tests/unit/cert_maker.h"

enum { ITEMS = 2 }; /* in every list */

struct filling {
    struct arena *arena;
    int count; /* makes every value its own */
};

static void record_fill(struct filling *f, const struct record *of, void *record);

static void put(void *record, size_t offset, const void *value, size_t size) {
    memcpy((char *)record + offset, value, size);
}

/* A real one: a save keeps its bytes, and load reads them. */
static struct cert *cert_fill(struct filling *f) {
    const char *cn = arena_printf(f->arena, "CN=host%d.example.com", f->count++);
    struct made made =
        cert_make(f->arena, &(struct recipe){.subject = cn,
                                             .extensions = {{NID_subject_alt_name, "DNS:a,IP:::1"},
                                                            {NID_basic_constraints, "CA:TRUE"},
                                                            {NID_ext_key_usage, "serverAuth"}}});
    return cert_read(f->arena, made.der, made.size, NULL);
}

static void bytes_fill(struct filling *f, const struct field *field, void *record) {
    struct cert *cert = cert_fill(f); /* trust lists want certificates; others take any bytes */
    put(record, field->offset, &cert->der, sizeof cert->der);
    put(record, field->extra, &cert->der_size, sizeof cert->der_size);
}

static void list_fill(struct filling *f, const struct field *field, void *record) {
    void *v = NULL;
    size_t n = 0;
    for (int i = 0; i < ITEMS; i++) {
        void *item;
        if (field->kind == FIELD_CERTS || field->kind == FIELD_CERT_IDS)
            item = cert_fill(f);
        else {
            const struct record *of = field->of;
            item = arena_alloc(f->arena, of->size);
            record_fill(f, of, item);
        }
        list_add(f->arena, &v, &n, item);
    }
    put(record, field->offset, &v, sizeof v);
    put(record, field->offset + sizeof v, &n, sizeof n);
}

static void field_fill(struct filling *f, const struct field *field, void *record) {
    int number = ++f->count;
    int64_t time = 1700000000 + number;
    bool yes = true;
    char *text = arena_printf(f->arena, "%s %d \xc3\xa4", field->key, number);
    void *made;
    struct texts texts = {0};
    struct ids ids = {NULL, 0};
    const struct enum_name *names = field->of;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
        put(record, field->offset, &text, sizeof text);
        return;
    case FIELD_INT:
        put(record, field->offset, &number, sizeof number);
        return;
    case FIELD_BOOL:
        put(record, field->offset, &yes, sizeof yes);
        return;
    case FIELD_ENUM:
        put(record, field->offset, &names[1].value, sizeof(int));
        return;
    case FIELD_TIME:
        put(record, field->offset, &time, sizeof time);
        return;
    case FIELD_MICROS:
        time = time * 1000000 + number;
        put(record, field->offset, &time, sizeof time);
        return;
    case FIELD_INTS:
        ids.v = arena_dup(f->arena, (const int[]){number, number + 1}, 2 * sizeof(int));
        ids.n = 2;
        put(record, field->offset, &ids, sizeof ids);
        return;
    case FIELD_TEXTS:
        texts_add(f->arena, &texts, text);
        texts_add(f->arena, &texts, "second");
        put(record, field->offset, &texts, sizeof texts);
        return;
    case FIELD_STRUCT:
        record_fill(f, field->of, (char *)record + field->offset);
        return;
    case FIELD_POINTER:
        made = arena_alloc(f->arena, ((const struct record *)field->of)->size);
        record_fill(f, field->of, made);
        put(record, field->offset, &made, sizeof made);
        return;
    case FIELD_LIST:
    case FIELD_CERTS:
    case FIELD_CERT_IDS:
        list_fill(f, field, record);
        return;
    case FIELD_BYTES:
        bytes_fill(f, field, record);
        return;
    }
    abort();
}

static void record_fill(struct filling *f, const struct record *of, void *record) {
    for (const struct field *field = of->fields; field->key != NULL; field++)
        field_fill(f, field, record);
}

struct facts *full_facts(void) {
    struct facts *facts = facts_new();
    struct filling filling = {.arena = facts->arena};
    record_fill(&filling, &facts_record, facts);
    return facts;
}
