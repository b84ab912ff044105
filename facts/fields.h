/* The fields of every struct of facts, by which they are saved and loaded. Private to facts/. */
#ifndef FACTS_FIELDS_H
#define FACTS_FIELDS_H

#include "facts/facts.h"

enum field_kind {
    FIELD_TEXT, /* char *, null when NULL */
    FIELD_NAME, /* char *, never NULL: a save without it is refused */
    FIELD_INT,
    FIELD_BOOL,
    FIELD_ENUM,     /* of: struct enum_name table */
    FIELD_TIME,     /* int64_t seconds as RFC 3339 */
    FIELD_MICROS,   /* int64_t microseconds as RFC 3339 with six digits */
    FIELD_INTS,     /* struct ids; left out when empty */
    FIELD_TEXTS,    /* struct texts */
    FIELD_STRUCT,   /* of: struct record, embedded */
    FIELD_POINTER,  /* of: struct record, by pointer, null when NULL */
    FIELD_LIST,     /* of: struct record, LIST_OF */
    FIELD_CERTS,    /* struct certs; bytes go to the pool of certificates */
    FIELD_CERT_IDS, /* struct certs by their SHA-256; the certificates themselves stand in the pool */
    FIELD_BYTES     /* uint8_t * followed at `extra` by its size; base64, only with bytes */
};

struct field {
    const char *key; /* NULL ends a record */
    enum field_kind kind;
    size_t offset, extra;
    const void *of;
};

struct record {
    size_t size;
    const struct field *fields;
};

extern const struct record facts_record; /* of struct facts: the keys of `evidence` */
extern const struct record cert_record;
extern const struct record connection_record;

#endif
