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
        if ((strcmp(f->check->id, "net.connect") == 0 || strcmp(f->check->id, "tls.handshake") == 0) &&
            (f->status == STATUS_FAIL || f->status == STATUS_UNKNOWN || f->status == STATUS_SKIP) &&
            is_about(f, subject, address))
            return true;
    }
    return false;
}

/* Without an answer of the DNS there is no knowing which edges there are. That there is no record is one. */
static bool is_discovery_silent(const struct findings *findings) {
    static const char *const checks[] = {"dns.collab-edge-srv", "dns.srv-target", "net.seen"};
    static const char *const answers[] = {"nxdomain", "no-data", "not-offered", "no-address"};
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        bool is_bad = f->status == STATUS_FAIL || f->status == STATUS_UNKNOWN, is_answer = false;
        for (size_t a = 0; f->cause != NULL && a < sizeof answers / sizeof *answers; a++)
            is_answer = is_answer || strcmp(f->cause->id, answers[a]) == 0;
        for (size_t c = 0; is_bad && !is_answer && c < sizeof checks / sizeof *checks; c++)
            if (strcmp(f->check->id, checks[c]) == 0)
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
