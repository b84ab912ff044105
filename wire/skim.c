/* What must be known of a CA certificate before anyone looks closer? See skim.h.
 *
 * Lengths need not be minimal: OpenSSL, which Expressway runs, reads such certificates too. Indefinite
 * lengths are refused. */
#include "wire/skim.h"

#include <string.h>

enum {
    TAG_BOOLEAN = 0x01,
    TAG_INTEGER = 0x02,
    TAG_BIT_STRING = 0x03,
    TAG_OCTET_STRING = 0x04,
    TAG_OID = 0x06,
    TAG_UTC_TIME = 0x17,
    TAG_GENERALIZED_TIME = 0x18,
    TAG_SEQUENCE = 0x30,
    TAG_VERSION = 0xa0,    /* [0] EXPLICIT */
    TAG_ISSUER_ID = 0x81,  /* [1] IMPLICIT BIT STRING; constructed is BER's */
    TAG_SUBJECT_ID = 0x82, /* [2] */
    TAG_EXTENSIONS = 0xa3  /* [3] EXPLICIT */
};

/* Dates that have no year of four digits cannot be written down again. */
static const int64_t earliest = -62167219200, latest = 253402300799; /* 0000-01-01 to 9999-12-31 */

/* What is left to be read. */
struct span {
    const uint8_t *p;
    size_t n;
};

struct element {
    uint8_t tag;
    struct span content;
    struct span whole; /* with tag and length */
};

/* Takes one element off the front. */
static bool take(struct span *from, struct element *element) {
    if (from->n < 2 || (from->p[0] & 0x1f) == 0x1f) /* no X.509 field has a long tag */
        return false;
    size_t head = 2, length = from->p[1];
    if (length >= 0x80) {
        size_t digits = length & 0x7f;
        if (digits == 0 || digits > 4 || from->n < 2 + digits)
            return false;
        length = 0;
        for (size_t i = 0; i < digits; i++)
            length = length << 8 | from->p[head++];
    }
    if (length > from->n - head)
        return false;
    element->tag = from->p[0];
    element->content = (struct span){from->p + head, length};
    element->whole = (struct span){from->p, head + length};
    from->p += head + length;
    from->n -= head + length;
    return true;
}

static bool take_tag(struct span *from, uint8_t tag, struct element *element) {
    return take(from, element) && element->tag == tag;
}

static bool take_optional(struct span *from, uint8_t tag, struct element *element) {
    return from->n > 0 && from->p[0] == tag && take(from, element);
}

/* ---- times: RFC 5280 4.1.2.5, and what OpenSSL reads besides: no seconds, offsets, fractions ---- */

static bool digits_take(struct span *from, size_t count, int *number) {
    *number = 0;
    if (from->n < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (from->p[i] < '0' || from->p[i] > '9')
            return false;
        *number = *number * 10 + (from->p[i] - '0');
    }
    from->p += count;
    from->n -= count;
    return true;
}

/* Days from 1970-01-01 to the first of March of that year's calendar, by counting from March: the leap day
 * then ends the year. Howard Hinnant's days_from_civil. */
static int64_t days_to(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* "Z", "+hhmm", "-hhmm", and nothing behind it. */
static bool offset_take(struct span *from, int *seconds) {
    *seconds = 0;
    if (from->n == 1 && from->p[0] == 'Z')
        return true;
    if (from->n != 5 || (from->p[0] != '+' && from->p[0] != '-'))
        return false;
    int sign = from->p[0] == '-' ? -1 : 1, hours, minutes;
    from->p++;
    from->n--;
    if (!digits_take(from, 2, &hours) || !digits_take(from, 2, &minutes) || hours > 12 || minutes > 59)
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

static bool year_take(struct span *from, uint8_t tag, int *year) {
    if (tag == TAG_GENERALIZED_TIME)
        return digits_take(from, 4, year);
    if (!digits_take(from, 2, year))
        return false;
    *year += *year < 50 ? 2000 : 1900; /* RFC 5280 4.1.2.5.1 */
    return true;
}

static bool time_parse(struct span s, uint8_t tag, int64_t *time) {
    int year, month, day, hour, minute, second = 0, offset;
    if (!year_take(&s, tag, &year) || !digits_take(&s, 2, &month) || !digits_take(&s, 2, &day) ||
        !digits_take(&s, 2, &hour) || !digits_take(&s, 2, &minute))
        return false;
    if (s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9' && !digits_take(&s, 2, &second))
        return false;
    if (tag == TAG_GENERALIZED_TIME && s.n > 0 && s.p[0] == '.')
        do {
            s.p++;
            s.n--;
        } while (s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9');
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 ||
        second > 59 || !offset_take(&s, &offset))
        return false;
    *time = days_to(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
    if (*time < earliest)
        *time = earliest;
    if (*time > latest)
        *time = latest;
    return true;
}

bool plain_time_read(const uint8_t *text, size_t size, int tag, int64_t *time) {
    size_t digits = tag == TAG_UTC_TIME ? 12 : tag == TAG_GENERALIZED_TIME ? 14 : 0;
    if (digits == 0 || size != digits + 1 || text[digits] != 'Z')
        return false;
    for (size_t i = 0; i < digits; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return time_parse((struct span){text, size}, (uint8_t)tag, time);
}

/* A time that is none reads as the epoch: such a certificate has no validity, and every check of its dates
 * fails, as it does in OpenSSL. */
static bool time_take(struct span *from, int64_t *time) {
    struct element e;
    if (!take(from, &e) || (e.tag != TAG_UTC_TIME && e.tag != TAG_GENERALIZED_TIME))
        return false;
    if (!time_parse(e.content, e.tag, time))
        *time = 0;
    return true;
}

/* ---- extensions ---- */

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
static bool constraints_say_ca(struct span value) {
    struct element sequence, field;
    bool ca = false;
    if (!take_tag(&value, TAG_SEQUENCE, &sequence) || value.n > 0)
        return false;
    struct span left = sequence.content;
    if (take_optional(&left, TAG_BOOLEAN, &field)) {
        if (field.content.n != 1)
            return false;
        ca = field.content.p[0] != 0;
    }
    if (take_optional(&left, TAG_INTEGER, &field) && field.content.n == 0)
        return false;
    return ca && left.n == 0;
}

/* Extension ::= SEQUENCE { extnID OID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }. A second
 * BasicConstraints makes the certificate invalid (RFC 5280 4.2): then it is no CA. */
static bool extensions_read(struct ca_entry *entry, struct span list) {
    static const uint8_t basic_constraints[] = {0x55, 0x1d, 0x13}; /* 2.5.29.19 */
    struct element extension, oid, critical, value;
    while (list.n > 0) {
        if (!take_tag(&list, TAG_SEQUENCE, &extension))
            return false;
        struct span left = extension.content;
        if (!take_tag(&left, TAG_OID, &oid))
            return false;
        take_optional(&left, TAG_BOOLEAN, &critical);
        if (!take_tag(&left, TAG_OCTET_STRING, &value) || left.n > 0)
            return false;
        if (oid.content.n != sizeof basic_constraints ||
            memcmp(oid.content.p, basic_constraints, sizeof basic_constraints) != 0)
            continue;
        entry->is_ca = !entry->has_basic_constraints && constraints_say_ca(value.content);
        entry->has_basic_constraints = true;
    }
    return true;
}

/* ---- the certificate ---- */

static bool name_take(struct span *from, const uint8_t **name, size_t *size) {
    struct element e;
    if (!take_tag(from, TAG_SEQUENCE, &e))
        return false;
    *name = e.whole.p;
    *size = e.whole.n;
    return true;
}

/* What follows the public key: unique identifiers (never seen, but allowed), extensions, nothing else. */
static bool tail_read(struct ca_entry *entry, struct span left) {
    struct element e, list;
    take_optional(&left, TAG_ISSUER_ID, &e);
    take_optional(&left, TAG_SUBJECT_ID, &e);
    if (left.n == 0)
        return true;
    if (!take_tag(&left, TAG_EXTENSIONS, &e) || left.n > 0)
        return false;
    struct span inside = e.content;
    return take_tag(&inside, TAG_SEQUENCE, &list) && inside.n == 0 && extensions_read(entry, list.content);
}

static bool tbs_read(struct ca_entry *entry, struct span tbs) {
    struct element e;
    take_optional(&tbs, TAG_VERSION, &e);
    if (!take_tag(&tbs, TAG_INTEGER, &e) || !take_tag(&tbs, TAG_SEQUENCE, &e) ||
        !name_take(&tbs, &entry->issuer, &entry->issuer_size) || !take_tag(&tbs, TAG_SEQUENCE, &e))
        return false;
    struct span validity = e.content;
    if (!time_take(&validity, &entry->not_before) || !time_take(&validity, &entry->not_after) ||
        validity.n > 0)
        return false;
    if (!name_take(&tbs, &entry->subject, &entry->subject_size) || !take_tag(&tbs, TAG_SEQUENCE, &e))
        return false;
    return tail_read(entry, tbs);
}

bool ca_entry_read(struct ca_entry *entry, const uint8_t *der, size_t size) {
    struct span all = {der, size};
    struct element certificate, tbs, algorithm, signature;
    struct ca_entry made = {.der = der, .der_size = size, .line = entry->line};
    if (der == NULL || !take_tag(&all, TAG_SEQUENCE, &certificate) || all.n > 0)
        return false;
    struct span left = certificate.content;
    if (!take_tag(&left, TAG_SEQUENCE, &tbs) || !take_tag(&left, TAG_SEQUENCE, &algorithm) ||
        !take_tag(&left, TAG_BIT_STRING, &signature) || left.n > 0 || !tbs_read(&made, tbs.content))
        return false;
    *entry = made;
    return true;
}
