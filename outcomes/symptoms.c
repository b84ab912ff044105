/* What bears on a symptom that the user names? See symptoms.h. */
#include "outcomes/symptoms.h"

#include <string.h>

#include "outcomes/outcome_units.h"

const struct symptom symptoms[] = {
    {"upload-fails", "certificate-upload", "The upload of a certificate is refused"},
    {"zone-down", "traversal-zone neighbor-zone", "The zone is down, TLS negotiation error"},
    {"ssh-down", "ssh-tunnel traversal-zone", "The zone is up, and no SSH tunnels are established"},
    {"mra-login-fails", "jabber-login tc-endpoint-login phone-login ucm-connection ssh-tunnel",
     "MRA log-in fails, after an upgrade or a renewal"},
    {"jabber-alarm", "jabber-login", "Jabber shows a certificate alarm or prompt at log-in"},
    {"phones-not-registering", "sip-registration traversal-zone ucm-connection phone-login",
     "Phones log in and do not register"},
    {NULL, NULL, NULL}};

static const char *symptom_outcomes(const char *symptom) {
    for (size_t i = 0; symptoms[i].name != NULL; i++)
        if (strcmp(symptoms[i].name, symptom) == 0)
            return symptoms[i].outcomes;
    return NULL;
}

bool symptom_is_known(const char *symptom) {
    return symptom_outcomes(symptom) != NULL;
}

const char *symptom_names(struct arena *arena) {
    const char *names = symptoms[0].name;
    for (size_t i = 1; symptoms[i].name != NULL; i++)
        names = arena_printf(arena, "%s, %s", names, symptoms[i].name);
    return names;
}

static bool finding_bears_on(const struct finding *f, const char *ids) {
    unsigned of = 0;
    for (size_t i = 0; outcome_rules[i].id != NULL; i++)
        of |= word_in(ids, outcome_rules[i].id) ? outcome_rules[i].is : 0;
    for (const struct row *row = outcome_rows; row->check != NULL; row++)
        if ((outcomes_of_row(row) & of) != 0 && is_of_check(row->check, f))
            return true;
    return false;
}

/* A failure that no outcome knows may be the reason for any. */
static bool is_known_failure(const struct finding *f) {
    if (f->status != STATUS_FAIL)
        return true;
    for (const struct row *row = outcome_rows; row->check != NULL; row++)
        if (is_of_check(row->check, f) &&
            (row->causes == NULL || f->cause == NULL || word_in(row->causes, f->cause->id)))
            return true;
    return false;
}

/* What decided an outcome that is told: the zone's fault, where the tunnel fails with the zone. */
static bool decides_one(const struct finding *f, const struct outcomes *outcomes) {
    for (size_t i = 0; i < outcomes->n; i++)
        for (size_t k = 0; k < outcomes->v[i]->because.n; k++)
            if (outcomes->v[i]->because.v[k] == f)
                return true;
    return false;
}

void symptom_keep(const char *symptom, struct outcomes *outcomes, struct findings *findings) {
    const char *ids = symptom == NULL ? NULL : symptom_outcomes(symptom);
    size_t kept = 0;
    if (ids == NULL)
        return;
    for (size_t i = 0; i < outcomes->n; i++)
        if (word_in(ids, outcomes->v[i]->id))
            outcomes->v[kept++] = outcomes->v[i];
    outcomes->n = kept;
    kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        if (finding_bears_on(findings->v[i], ids) || !is_known_failure(findings->v[i]) ||
            decides_one(findings->v[i], outcomes))
            findings->v[kept++] = findings->v[i];
        else
            evidence_free(findings->v[i]->evidence);
    }
    findings->n = kept;
}
