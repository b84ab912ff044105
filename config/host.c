/* Is this a host or domain name, and what is it on the wire? See config.h. */
#include "config/config.h"

#include <idn2.h>
#include <string.h>

#include "config/values.h"

enum { LONGEST_NAME = 253, LONGEST_TEXT = 4 * LONGEST_NAME, LONGEST_LABEL = 63, QUOTED_MAX = 80 };

static bool refuse(struct arena *arena, const char *text, const char *why, char **error) {
    const char *shown = text_from_wire_cut(arena, text, strlen(text), QUOTED_MAX);
    *error = arena_printf(arena, "'%s' is no host name: %s", shown, why);
    return false;
}

static bool is_ascii(const char *text) {
    for (; *text != 0; text++)
        if ((unsigned char)*text > 0x7f)
            return false;
    return true;
}

static bool is_host_char(char c) { /* a host name has no underscore, but it occurs: judges speak of it */
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static const char *fault_of_char(char c) {
    static const struct {
        char c;
        const char *why;
    } faults[] = {{' ', "it has a space in it"},
                  {'/', "it has a slash in it; wanted the name alone, without https:// and path"},
                  {':', "it has a colon in it; wanted the name alone, without a port"},
                  {'*', "it is a wildcard"},
                  {'@', "it has an @ in it; wanted what stands behind it"},
                  {',', "it has a comma in it; wanted one name"}};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (faults[i].c == c)
            return faults[i].why;
    return "it has a character in it that no host name has";
}

/* What is wrong with a lower-case ASCII name without trailing dot? NULL: nothing. */
static const char *fault_of(const char *name) {
    size_t label = 0;
    bool is_number = true; /* the label at hand has digits only */
    for (const char *p = name; *p != 0; p++) {
        if (*p == '.') {
            if (label == 0)
                return "it has an empty label";
            label = 0;
            is_number = true;
            continue;
        }
        if (!is_host_char(*p))
            return fault_of_char(*p);
        is_number = is_number && *p >= '0' && *p <= '9';
        if (++label > LONGEST_LABEL)
            return "it has a label of more than 63 characters";
    }
    if (label == 0)
        return "it has an empty label";
    if (strlen(name) > LONGEST_NAME)
        return "it is longer than 253 characters";
    return is_number ? "its last label is a number, and it is no IPv4 address" : NULL;
}

/* Only for names that need it: libidn2 refuses ASCII names that do exist, such as r3---sn-a. */
static bool read_international(struct arena *arena, const char *text, char **name, char **error) {
    uint8_t *ascii = NULL;
    int status = idn2_lookup_u8((const uint8_t *)text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (status != IDN2_OK)
        return refuse(arena, text, idn2_strerror(status), error);
    *name = arena_text(arena, (const char *)ascii);
    idn2_free(ascii);
    return true;
}

bool host_read(struct arena *arena, const char *text, char **host, char **error) {
    size_t size = strlen(text);
    char *name;
    if (size == 0)
        return refuse(arena, text, "it is empty", error);
    if (size > LONGEST_TEXT)
        return refuse(arena, text, "it is longer than 253 characters", error);
    if (strcmp(text_from_wire(arena, text, size), text) != 0)
        return refuse(arena, text, "it has control characters or bytes that are no UTF-8 in it", error);
    if (value_address(arena, text, host))
        return true;
    if (is_ascii(text))
        name = arena_text(arena, text);
    else if (!read_international(arena, text, &name, error))
        return false;
    size = strlen(name);
    if (size > 1 && name[size - 1] == '.')
        name[size - 1] = 0;
    for (char *p = name; *p != 0; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + ('a' - 'A'));
    const char *fault = fault_of(name);
    if (fault != NULL)
        return refuse(arena, text, fault, error);
    *host = name;
    return true;
}

bool host_as_written(struct arena *arena, const char *text, char **host, char **error) {
    if (!host_read(arena, text, host, error))
        return false;
    if (is_ascii(text))
        *host = arena_text(arena, text);
    return true;
}
