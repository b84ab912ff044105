/* What would Expressway say to this upload? See upload.h. The words are those of the product's own page, by
 * which an engineer knows the trouble again (troubleshooting note; certificate guide X14.3, chapter 6). */
#include "outcomes/upload.h"

#include <string.h>

#include "outcomes/outcome_units.h"

static const struct {
    const char *check, *causes; /* causes NULL: any */
    const char *words;
} said[] = {
    {"file.format",
     "der pkcs7 pkcs12 not-a-certificate empty utf-16 cr-line-ends trusted-certificate indented",
     "Invalid certificate: The file provided is not a valid X.509 PEM certificate file."},
    {"chain.own", NULL,
     "Invalid certificate: Unrecognized CA. This certificate is not currently trusted by the Expressway. "
     "This is "
     "because the CA certificate is not in the trust store."},
    {"name.san-fqdn", NULL, "File upload failed.: Subject alternative name must be a valid FQDN"},
    {"name.common-name", "not-fqdn", "File upload failed.: Common name must be a valid FQDN"},
};

static const char *words_for(const struct finding *f) {
    for (size_t i = 0; f->cause != NULL && i < sizeof said / sizeof *said; i++)
        if (strcmp(f->check->id, said[i].check) == 0 &&
            (said[i].causes == NULL || word_in(said[i].causes, f->cause->id)))
            return said[i].words;
    return NULL;
}

/* The page looks at the form first, then at the names, then at the CA: the first that it stumbles over is
 * shown. */
static size_t stage_of(const struct finding *finding) {
    static const char *const order[] = {"file.format", "name.", "chain.own", NULL};
    size_t i = 0;
    while (order[i] != NULL && !text_starts(finding->check->id, order[i]))
        i++;
    return i;
}

void upload_say(struct outcome *outcome) {
    size_t first = 0;
    if (outcome->state != OUTCOME_FAILS)
        return;
    for (size_t i = 1; i < outcome->because.n; i++)
        if (stage_of(outcome->because.v[i]) < stage_of(outcome->because.v[first]))
            first = i;
    const struct finding *front = outcome->because.v[first];
    memmove(outcome->because.v + 1, outcome->because.v, first * sizeof *outcome->because.v);
    outcome->because.v[0] = (struct finding *)front;
    outcome->said = words_for(front);
}
