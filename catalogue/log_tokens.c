/* How are the words of log.yaml written, and which alarm has this number? See log_tokens.h. */
#include "catalogue/log_tokens.h"

#define NAME_OF(number, word) {number, word},
const struct enum_name log_directions[] = {LOG_DIRECTIONS(NAME_OF){0, NULL}};
const struct enum_name log_boxes[] = {LOG_BOXES(NAME_OF){0, NULL}};
const struct enum_name log_legs[] = {LOG_LEGS(NAME_OF){0, NULL}};
const struct enum_name log_weights[] = {LOG_WEIGHTS(NAME_OF){0, NULL}};
#undef NAME_OF

const struct alarm_row *alarm_find(int id) {
    for (const struct alarm_row *row = alarm_rows; row->id != 0; row++)
        if (row->id == id)
            return row;
    return NULL;
}
