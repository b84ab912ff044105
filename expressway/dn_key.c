/* When do two distinguished names count as one? See dn_key.h. */
#include "expressway/dn_key.h"

#include <string.h>

/* ---- distinguished names as bytes: SEQUENCE of SET of SEQUENCE {OID, string} ---- */

enum { TAG_OID = 0x06, TAG_BMP = 0x1e, TAG_UNIVERSAL = 0x1c, TAG_SEQUENCE = 0x30, TAG_SET = 0x31 };

struct slice {
    const uint8_t *p;
    size_t n;
};

static bool take(struct slice *from, uint8_t *tag, struct slice *content) {
    if (from->n < 2)
        return false;
    *tag = from->p[0];
    size_t length = from->p[1], head = 2;
    if (length >= 0x80) {
        size_t count = length & 0x7f;
        if (count == 0 || count > 4 || from->n < 2 + count)
            return false;
        for (length = 0; head < 2 + count; head++)
            length = length << 8 | from->p[head];
    }
    if (length > from->n - head)
        return false;
    *content = (struct slice){from->p + head, length};
    from->p += head + length;
    from->n -= head + length;
    return true;
}

struct attribute {
    struct slice oid, value;
    uint8_t tag;
};

struct dn_reader {
    struct slice sets, pairs;
};

static bool dn_open(struct dn_reader *reader, const uint8_t *der, size_t size) {
    struct slice whole = {der, size};
    uint8_t tag;
    reader->pairs.n = 0;
    return take(&whole, &tag, &reader->sets) && tag == TAG_SEQUENCE;
}

static bool dn_next(struct dn_reader *reader, struct attribute *attribute) {
    struct slice pair;
    uint8_t tag;
    while (reader->pairs.n == 0)
        if (!take(&reader->sets, &tag, &reader->pairs) || tag != TAG_SET)
            return false;
    return take(&reader->pairs, &tag, &pair) && tag == TAG_SEQUENCE && take(&pair, &tag, &attribute->oid) &&
           tag == TAG_OID && take(&pair, &attribute->tag, &attribute->value);
}

static uint64_t fnv(uint64_t hash, uint8_t byte) {
    return (hash ^ byte) * 0x100000001b3u;
}

static const uint64_t fnv_start = 0xcbf29ce484222325u;

/* OpenSSL compares names folded: any string type, case of ASCII letters and runs of blanks do not count. Only
 * ASCII letters and digits go into the hash, which therefore is the same for every such spelling. */
static uint64_t hash_value(uint64_t hash, const struct attribute *attribute) {
    size_t width = attribute->tag == TAG_BMP ? 2 : attribute->tag == TAG_UNIVERSAL ? 4 : 1;
    for (size_t i = 0; i + width <= attribute->value.n; i += width) {
        const uint8_t *c = attribute->value.p + i;
        uint8_t high = 0;
        for (size_t k = 0; k + 1 < width; k++)
            high |= c[k];
        uint8_t low = c[width - 1];
        if (low >= 'A' && low <= 'Z')
            low = (uint8_t)(low - 'A' + 'a');
        if (high == 0 && ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9')))
            hash = fnv(hash, low);
    }
    return hash;
}

/* A sum, because the attributes of one RDN are a set. */
static uint64_t sum_of(const uint8_t *der, size_t size, uint64_t (*hash_of)(const struct attribute *)) {
    struct dn_reader reader;
    struct attribute attribute;
    uint64_t sum = 0;
    if (!dn_open(&reader, der, size))
        return 0;
    while (dn_next(&reader, &attribute))
        sum += hash_of(&attribute);
    return sum;
}

static uint64_t with_oid(uint64_t hash, const struct attribute *attribute) {
    for (size_t i = 0; i < attribute->oid.n; i++)
        hash = fnv(hash, attribute->oid.p[i]);
    return hash;
}

static uint64_t hash_attribute(const struct attribute *attribute) {
    return hash_value(with_oid(fnv_start, attribute), attribute);
}

static uint64_t hash_all(const uint8_t *der, size_t size) {
    return sum_of(der, size, hash_attribute);
}

uint32_t dn_hash(const uint8_t *der, size_t size) {
    uint64_t hash = hash_all(der, size);
    return (uint32_t)(hash ^ hash >> 32);
}

uint32_t dn_hash_of(const X509_NAME *name) {
    const unsigned char *der;
    size_t size;
    X509_NAME_get0_der(name, &der, &size);
    return dn_hash(der, size);
}

/* Unlike dn_hash this one stands alone: letters beyond ASCII count, blanks and case still do not. */
static uint64_t hash_text(const struct attribute *attribute) {
    uint64_t hash = fnv_start;
    for (size_t i = 0; i < attribute->value.n; i++) {
        uint8_t c = attribute->value.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (uint8_t)(c - 'A' + 'a');
        if (c != ' ' && c != 0) /* 0: the other half of a BMPString's letter */
            hash = fnv(hash, c);
    }
    return hash;
}

static uint64_t hash_text_and_oid(const struct attribute *attribute) {
    return with_oid(hash_text(attribute), attribute);
}

uint64_t dn_whole_key(const uint8_t *der, size_t size) {
    return sum_of(der, size, hash_text_and_oid);
}

uint64_t dn_key(const uint8_t *der, size_t size) {
    static const uint8_t common_name[] = {0x55, 0x04, 0x03};
    struct dn_reader reader;
    struct attribute attribute;
    uint64_t key = 0;
    if (dn_open(&reader, der, size))
        while (dn_next(&reader, &attribute))
            if (attribute.oid.n == sizeof common_name &&
                memcmp(attribute.oid.p, common_name, sizeof common_name) == 0)
                key = hash_text(&attribute);
    return key != 0 ? key : hash_all(der, size);
}
