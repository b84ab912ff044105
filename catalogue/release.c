/* Which Expressway release is judged for? See release.h. */
#include "catalogue/release.h"

#include <stddef.h>

enum { PATCH_MAX = 99, PATCHES = PATCH_MAX + 1, NEWEST_PATCH = RELEASE_X15_5 + PATCH_MAX };

/* The trains that exist: X8, X12 (12.5 followed 8.11), X14 and X15. */
static bool is_train(int major) {
    static const int trains[] = {8, 12, 14, 15};
    for (size_t i = 0; i < sizeof trains / sizeof *trains; i++)
        if (trains[i] == major)
            return true;
    return false;
}

static bool number_read(const char **at, int *value) {
    const char *start = *at;
    *value = 0;
    while (**at >= '0' && **at <= '9' && *at - start < 2)
        *value = *value * 10 + (*(*at)++ - '0');
    return *at > start && !(**at >= '0' && **at <= '9');
}

bool release_read(const char *text, int *release) {
    if (text == NULL)
        return false;
    const char *at = text;
    if (*at == 'X' || *at == 'x')
        at++;
    int major, minor, patch = 0;
    if (!number_read(&at, &major) || *at++ != '.' || !number_read(&at, &minor))
        return false;
    if (*at == '.' && (at++, !number_read(&at, &patch)))
        return false;
    int read = major * 10000 + minor * 100 + patch;
    if (*at != '\0' || !is_train(major) || read > NEWEST_PATCH)
        return false;
    *release = read;
    return true;
}

bool release_verifies_nodes(int release) {
    return release >= RELEASE_X14_2 ||
           (release >= RELEASE_X14_0_8 && release < RELEASE_X14_0_8 / PATCHES * PATCHES + PATCHES);
}
