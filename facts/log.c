/* How is a log record asked? See log.h. */
#include "facts/log.h"

#include <string.h>
#include <strings.h>

#include "facts/conceal.h"

bool slice_same(struct slice a, const char *b) {
    size_t size = strlen(b);
    return a.at != NULL && a.size == size && strncasecmp(a.at, b, size) == 0;
}

/* Of a long one no more than can be shown is looked at, up to a blank: half a word may be half a name. */
char *slice_text(struct arena *arena, struct slice slice, size_t limit) {
    size_t size = slice.size, most = 4 * limit;
    if (slice.at == NULL)
        return NULL;
    if (size > most)
        for (size = most; size > 0 && slice.at[size] != ' '; size--)
            ;
    const char *told = text_conceal(arena, text_from_wire(arena, slice.at, size));
    return size < slice.size ? arena_printf(arena, "%.*s...", (int)limit, told)
                             : text_from_wire_cut(arena, told, strlen(told), limit);
}

struct slice log_field(const struct log_record *record, const char *key) {
    for (size_t i = 0; i < record->field_count; i++)
        if (slice_same(record->fields[i].key, key))
            return record->fields[i].value;
    return (struct slice){NULL, 0};
}

static bool port_read(const char *at, size_t size, int *port) {
    int number = 0;
    if (size == 0 || size > 5)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        number = number * 10 + (at[i] - '0');
    }
    *port = number;
    return number <= 65535;
}

/* The last quoted part where there are quotes, the whole where there are none. */
static struct slice inner(struct slice value) {
    const char *end = memrchr(value.at, '\'', value.size);
    const char *begin = end == NULL ? NULL : memrchr(value.at, '\'', (size_t)(end - value.at));
    return begin == NULL ? value : (struct slice){begin + 1, (size_t)(end - begin - 1)};
}

bool log_socket(struct slice value, struct slice *address, int *port) {
    if (value.at == NULL || value.size == 0)
        return false;
    struct slice part = inner(value);
    const char *colon = memrchr(part.at, ':', part.size);
    if (colon == NULL || !port_read(colon + 1, (size_t)(part.at + part.size - colon - 1), port))
        return false;
    *address = (struct slice){part.at, (size_t)(colon - part.at)};
    if (address->size >= 2 && address->at[0] == '[' && address->at[address->size - 1] == ']')
        *address = (struct slice){address->at + 1, address->size - 2};
    return address->size > 0;
}
