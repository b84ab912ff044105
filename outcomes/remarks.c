/* What do the states of the outcomes not explain by themselves? See remarks.h. */
#include "outcomes/remarks.h"

#include <string.h>

#include "facts/services.h"

static bool is_one_of(const char *id, const char *const *ids) {
    while (*ids != NULL && strcmp(*ids, id) != 0)
        ids++;
    return *ids != NULL;
}

static const char *const behind_login[] = {"sip-registration", "xmpp-messaging", NULL};

struct logins {
    bool told, fail, work; /* any of them */
    bool are_at_risk;      /* all of them */
};

static struct logins logins_of(const struct outcomes *outcomes) {
    struct logins logins = {false, false, false, true};
    for (size_t i = 0; i < outcomes->n; i++)
        if (strstr(outcomes->v[i]->id, "-login") != NULL) {
            logins.told = true;
            logins.fail = logins.fail || outcomes->v[i]->state == OUTCOME_FAILS;
            logins.work = logins.work || outcomes->v[i]->state == OUTCOME_WORKS;
            logins.are_at_risk = logins.are_at_risk && outcomes->v[i]->state == OUTCOME_AT_RISK;
        }
    return logins;
}

bool works_behind_login(const struct outcomes *outcomes, const struct outcome *outcome) {
    struct logins logins = logins_of(outcomes);
    return (logins.fail || (logins.told && logins.are_at_risk)) && !logins.work &&
           outcome->state == OUTCOME_WORKS && is_one_of(outcome->id, behind_login);
}

bool fails_of_login(const struct outcomes *outcomes) {
    struct logins logins = logins_of(outcomes);
    if (logins.told && !logins.fail) /* then it fails of something else that has no port */
        return false;
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        bool is_of_port = !is_one_of(o->id, behind_login) || o->state != OUTCOME_FAILS || o->because.n == 0;
        for (size_t k = 0; k < o->because.n && !is_of_port; k++)
            is_of_port =
                o->because.v[k]->endpoint != NULL && (o->because.v[k]->endpoint->port == PORT_SIP_TLS ||
                                                      o->because.v[k]->endpoint->port == PORT_XMPP);
        if (!is_of_port)
            return true;
    }
    return false;
}

bool works_unverified(const struct outcomes *outcomes, const struct faults *faults) {
    bool works = false, is_of_certificate = false;
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        if (is_one_of(o->id, behind_login) && o->state != OUTCOME_WORKS)
            return false;
        works = works || is_one_of(o->id, behind_login);
    }
    for (size_t i = 0; i < faults->n; i++)
        for (size_t k = 0; k < faults->v[i]->same.n; k++) {
            const struct finding *f = faults->v[i]->same.v[k];
            bool on_port =
                f->endpoint != NULL && (f->endpoint->port == PORT_SIP_TLS || f->endpoint->port == PORT_XMPP);
            is_of_certificate = is_of_certificate || (on_port && (text_starts(f->check->id, "cert.") ||
                                                                  text_starts(f->check->id, "chain.") ||
                                                                  text_starts(f->check->id, "name.")));
        }
    return works && is_of_certificate;
}

static bool is_because(const struct outcome *o, const struct finding *f) {
    for (size_t i = 0; i < o->because.n; i++)
        if (o->because.v[i] == f)
            return true;
    return false;
}

/* Whether the zone fails of all that the tunnel fails of. */
static bool fails_alike(const struct outcome *tunnel, const struct outcome *zone) {
    bool is_alike = tunnel->because.n > 0 && text_same(tunnel->subject, zone->subject);
    for (size_t i = 0; i < tunnel->because.n && is_alike; i++) {
        const struct finding *f = tunnel->because.v[i];
        is_alike = is_because(zone, f) && f->endpoint != NULL && f->endpoint->leg == LEG_ZONE;
    }
    return is_alike;
}

bool tunnels_of_zone(const struct outcomes *outcomes) {
    for (size_t i = 0; i < outcomes->n; i++)
        for (size_t k = 0; k < outcomes->n; k++)
            if (strcmp(outcomes->v[i]->id, "ssh-tunnel") == 0 && outcomes->v[i]->state == OUTCOME_FAILS &&
                strcmp(outcomes->v[k]->id, "traversal-zone") == 0 &&
                fails_alike(outcomes->v[i], outcomes->v[k]))
                return true;
    return false;
}
