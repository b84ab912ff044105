/* What does the value of a setting say? See said.h. */
#include "bundle/said.h"

#include <string.h>
#include <strings.h>

const char *said(const struct settings *settings, const char *path) {
    const char *value = setting_value(settings, path);
    return value == NULL || *value == 0 ? NULL : value;
}

enum toggle toggle_of(const char *value) {
    if (value == NULL || *value == 0)
        return TOGGLE_UNKNOWN;
    return strcasecmp(value, "on") == 0 || strcasecmp(value, "true") == 0 || strcasecmp(value, "yes") == 0 ||
                   strcasecmp(value, "enabled") == 0
               ? TOGGLE_ON
               : TOGGLE_OFF;
}

bool is_on(const struct settings *settings, const char *path) {
    return toggle_of(setting_value(settings, path)) == TOGGLE_ON;
}

char *switch_text(struct arena *arena, const char *value) {
    enum toggle toggle = toggle_of(value);
    return toggle == TOGGLE_UNKNOWN ? NULL : arena_text(arena, enum_text(toggles, (int)toggle));
}

int64_t number_or_none(const char *text, int64_t most) {
    int64_t number = 0;
    return text != NULL && number_read(text, strlen(text), most, &number) ? number : 0;
}
