/* What does XML character data stand for (XML 1.0, 2.4 and 4.1)? The five entities of XML and character
 * references are resolved; any other entity would need a DTD, which a stream must not have (RFC 6120 11.1).
 */
#include "wire/xml_text.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    char is;
} entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
enum { ENTITIES = sizeof entities / sizeof *entities };

bool xml_is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t utf8_write(uint32_t c, char *out) {
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

static int digit_value(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 16;
}

/* "#38" or "#x26"; 0 when it is no character of XML (2.2). */
static uint32_t character_of(const char *name, size_t length) {
    bool hex = length > 2 && name[1] == 'x';
    int base = hex ? 16 : 10;
    uint32_t c = 0;
    for (size_t i = hex ? 2 : 1; i < length; i++) {
        int value = digit_value(name[i]);
        if (value >= base || c > 0x10ffff)
            return 0;
        c = c * (uint32_t)base + (uint32_t)value;
    }
    bool is_control = c < 0x20 && !xml_is_space((char)c), is_surrogate = c >= 0xd800 && c < 0xe000;
    return c > 0x10ffff || is_control || is_surrogate ? 0 : c;
}

/* One reference, from behind '&', to at most four bytes. Returns its length with ';', 0 when refused. */
static size_t reference_take(const char *from, size_t left, char *out, size_t *size) {
    const char *end = memchr(from, ';', left < XML_REFERENCE_MAX ? left : XML_REFERENCE_MAX);
    if (end == NULL)
        return 0;
    size_t length = (size_t)(end - from);
    for (size_t i = 0; i < ENTITIES; i++)
        if (length == strlen(entities[i].name) && memcmp(from, entities[i].name, length) == 0) {
            out[0] = entities[i].is;
            *size = 1;
            return length + 1;
        }
    uint32_t c = length > 1 && from[0] == '#' ? character_of(from, length) : 0;
    if (c == 0)
        return 0;
    *size = utf8_write(c, out);
    return length + 1;
}

const char *xml_text_read(const char *text, size_t length, char *out, size_t *size, size_t limit) {
    for (size_t i = 0; i < length;) {
        char some[4];
        size_t some_size = 1;
        some[0] = text[i++];
        if (some[0] == '<' || ((unsigned char)some[0] < 0x20 && !xml_is_space(some[0])))
            return "a character that XML does not allow";
        if (some[0] == '&') {
            size_t used = reference_take(text + i, length - i, some, &some_size);
            if (used == 0)
                return "an entity other than those of XML";
            i += used;
        }
        if (limit - *size < some_size)
            continue;
        memcpy(out + *size, some, some_size);
        *size += some_size;
    }
    return NULL;
}

static const char *entity_for(char c) {
    for (size_t i = 0; i < ENTITIES; i++)
        if (entities[i].is == c)
            return entities[i].name;
    return NULL;
}

char *xml_escape(struct arena *arena, const char *text) {
    char *out = arena_alloc(arena, strlen(text) * 6 + 1), *to = out;
    for (; *text != 0; text++) {
        const char *entity = entity_for(*text);
        if (entity == NULL)
            *to++ = *text;
        else
            to += sprintf(to, "&%s;", entity);
    }
    return out;
}
