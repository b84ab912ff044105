/* Where is a text of findings kept, so that those that say the same share it? Below finding.c and evidence.c,
 * which both take texts from here. See finding.h. */
#include <string.h>

#include "checks/finding.h"
#include "facts/hash.h"

enum { SAME_PLACES = 1024, SAME_SIZE = 256 }; /* a power of two; longer ones come but once */

struct same_texts {
    struct {
        const char *text;
        size_t size;
    } v[SAME_PLACES];
};

/* Each text has one place, which the next that has the same takes from it. */
const char *findings_text(struct findings *findings, const char *text) {
    size_t size = text == NULL ? 0 : strlen(text);
    if (text == NULL || size > SAME_SIZE)
        return arena_text(findings->arena, text);
    if (findings->same == NULL)
        findings->same = ARENA_NEW(findings->arena, struct same_texts);
    size_t place = hash_bytes(text, size, 0) & (SAME_PLACES - 1);
    const char *kept = findings->same->v[place].text;
    if (kept != NULL && findings->same->v[place].size == size && memcmp(kept, text, size) == 0)
        return kept;
    kept = arena_textn(findings->arena, text, size);
    findings->same->v[place].text = kept;
    findings->same->v[place].size = size;
    return kept;
}
