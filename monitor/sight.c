/* Of what was bad the last time and is not told so now: was it mended, is it gone, or could it not be seen?
 * See sight.h. */
#include "monitor/sight.h"

#include <string.h>

/* The address that it speaks of, also where there was but one and the finding need not say; NULL: of none. */
static const char *place_of(const struct finding *f) {
    return f->address != NULL ? f->address : f->endpoint != NULL ? f->endpoint->address : NULL;
}

/* What names no address speaks of all. */
static bool is_about(const struct finding *f, const char *subject, const char *address) {
    const char *place = place_of(f);
    return f->subject != NULL && strcmp(f->subject, subject) == 0 &&
           (*address == 0 || place == NULL || strcmp(place, address) == 0);
}

bool sight_has(const struct findings *findings, const char *subject, const char *address) {
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (is_about(f, subject, address) && (*address == 0 || place_of(f) != NULL))
            return true;
    }
    return false;
}

/* Whose connection or handshake did not come about shows neither certificate nor answer. */
static bool is_cut_off(const struct findings *findings, const char *subject, const char *address) {
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (finding_is(f, TRAIT_GATE) &&
            (f->status == STATUS_FAIL || f->status == STATUS_UNKNOWN || f->status == STATUS_SKIP) &&
            is_about(f, subject, address))
            return true;
    }
    return false;
}

/* Without an answer of the DNS there is no knowing which edges there are. That there is no record is one. */
static bool is_discovery_silent(const struct findings *findings) {
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if ((f->status == STATUS_FAIL || f->status == STATUS_UNKNOWN) && finding_is(f, TRAIT_DISCOVERY) &&
            !finding_is(f, TRAIT_ANSWER))
            return true;
    }
    return false;
}

enum sight sight_of(const struct findings *findings, const char *check, const char *subject,
                    const char *address) {
    bool is_good = false;
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (strcmp(f->check->id, check) != 0 || !is_about(f, subject, address))
            continue;
        if (f->status == STATUS_SKIP)
            return SIGHT_UNSEEN;
        is_good = is_good || f->status == STATUS_PASS || f->status == STATUS_INFO;
    }
    if (!sight_has(findings, subject, address))
        return is_discovery_silent(findings) ? SIGHT_UNSEEN : SIGHT_GONE;
    return is_good || !is_cut_off(findings, subject, address) ? SIGHT_GOOD : SIGHT_UNSEEN;
}
