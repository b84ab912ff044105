/* Is this a host or domain name, and what is it on the wire? See config.h. */
#include "config/config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <idn2.h>

enum { LONGEST_NAME = 253, LONGEST_LABEL = 63 };

static bool fails(struct arena *arena, char **error, const char *text, const char *what) {
    *error = arena_printf(arena, "'%s' is no host name: %s",
                          text_from_wire_cut(arena, text, strlen(text), 80), what);
    return false;
}

static char *as_address(struct arena *arena, const char *text) {
    size_t length = strlen(text);
    unsigned char bytes[16];
    char *bare = length > 2 && text[0] == '[' && text[length - 1] == ']'
                     ? arena_textn(arena, text + 1, length - 2)
                     : arena_text(arena, text);
    if (inet_pton(AF_INET, bare, bytes) == 1)
        return bare;
    if (inet_pton(AF_INET6, bare, bytes) != 1)
        return NULL;
    char *shortest = arena_alloc(arena, INET6_ADDRSTRLEN);
    inet_ntop(AF_INET6, bytes, shortest, INET6_ADDRSTRLEN);
    return shortest;
}

/* NULL when every label is well-formed, else what is wrong. */
static const char *labels_fault(const char *name) {
    size_t label = 0;
    for (const char *p = name; *p != 0; p++) {
        if (*p == '.') {
            if (label == 0)
                return "an empty label";
            label = 0;
        } else if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_') {
            return "a character that no host name has";
        } else if (++label > LONGEST_LABEL) {
            return "a label of more than 63 characters";
        }
    }
    return label == 0 ? "an empty label" : NULL;
}

bool host_read(struct arena *arena, const char *text, char **host, char **error) {
    char *ascii = NULL;
    size_t length = strlen(text);
    if (length == 0)
        return fails(arena, error, text, "it is empty");
    if ((*host = as_address(arena, text)) != NULL)
        return true;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
            return fails(arena, error, text, "it has control characters or spaces");
    if (length > 4 * LONGEST_NAME)
        return fails(arena, error, text, "it is longer than 253 characters");
    int result = idn2_to_ascii_8z(text, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    if (result != IDN2_OK)
        return fails(arena, error, text,
                     result == IDN2_TOO_BIG_DOMAIN  ? "it is longer than 253 characters"
                     : result == IDN2_TOO_BIG_LABEL ? "a label of more than 63 characters"
                                                    : idn2_strerror(result));
    char *name = arena_text(arena, ascii);
    free(ascii);
    length = strlen(name);
    if (length > 0 && name[length - 1] == '.')
        name[--length] = 0;
    for (size_t i = 0; i < length; i++)
        name[i] = (char)tolower((unsigned char)name[i]);
    const char *fault = length > LONGEST_NAME ? "it is longer than 253 characters" : labels_fault(name);
    if (fault != NULL)
        return fails(arena, error, text, fault);
    *host = name;
    return true;
}
