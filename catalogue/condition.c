/* Of whom is spoken, and does the condition of a line hold for them? See condition.h. */
#include "catalogue/condition.h"

const struct subject nobody = {.zone = -1, .leg = -1};

struct subject subject_by_roles(unsigned of) {
    struct subject subject = nobody;
    for (int role = ROLE_EXPRESSWAY_E; role <= ROLE_IMP; role++)
        if (of == 1u << role)
            subject.role = (enum role)role;
    return subject;
}

const char *box_name(enum role role) {
    static const char *const names[] = {[ROLE_NONE] = NULL,
                                        [ROLE_EXPRESSWAY_E] = "Expressway-E",
                                        [ROLE_EXPRESSWAY_C] = "Expressway-C",
                                        [ROLE_UCM] = "Unified CM",
                                        [ROLE_IMP] = "IM and Presence"};
    return names[role];
}

/* ---- conditions: they hold, do not hold, or nobody can tell ---- */

enum truth { NO, YES, OPEN };

static enum truth of_bits(unsigned bits, bool is_known, int value) {
    return bits == 0 ? YES : !is_known ? OPEN : (bits >> value & 1u) != 0 ? YES : NO;
}

static enum truth of_claim(enum claim wanted, enum claim known) {
    return wanted == CLAIM_ANY || wanted == known ? YES : known == CLAIM_ANY ? OPEN : NO;
}

static enum truth of_ports(const int *ports, int port) {
    if (ports[0] == 0)
        return YES;
    for (size_t i = 0; i < WHEN_PORTS && ports[i] != 0; i++)
        if (ports[i] == port)
            return YES;
    return port == 0 ? OPEN : NO;
}

static enum truth of_release(const struct condition *when, int release) {
    if (when->from == 0 && when->before == 0)
        return YES;
    if (release == 0)
        return OPEN;
    return release >= when->from && (when->before == 0 || release < when->before) ? YES : NO;
}

enum part {
    ROLE_PART,
    ZONE_PART,
    LEG_PART,
    PORT_PART,
    RELEASE_PART,
    CLUSTER_PART,
    ACME_PART,
    SSO_PART,
    HA_PART,
    PARTS
};

static void parts_of(const struct condition *when, const struct subject *s, enum truth *parts) {
    parts[ROLE_PART] = of_bits(when->roles, s->role != ROLE_NONE, (int)s->role);
    parts[ZONE_PART] = of_bits(when->zones, s->zone >= 0, s->zone);
    parts[LEG_PART] = of_bits(when->legs, s->leg >= 0, s->leg);
    parts[PORT_PART] = of_ports(when->ports, s->port);
    parts[RELEASE_PART] = of_release(when, s->release);
    parts[CLUSTER_PART] = of_claim(when->clustered, s->clustered);
    parts[ACME_PART] = of_claim(when->acme, s->acme);
    parts[SSO_PART] = of_claim(when->sso, s->sso);
    parts[HA_PART] = of_claim(when->ha, s->ha);
}

static bool has(const enum truth *parts, enum truth truth) {
    for (size_t i = 0; i < PARTS; i++)
        if (parts[i] == truth)
            return true;
    return false;
}

bool condition_fails(const struct condition *when, const struct subject *subject) {
    enum truth parts[PARTS];
    parts_of(when, subject, parts);
    return has(parts, NO);
}

/* ---- a condition in words ---- */

enum { BOTH_TRAVERSALS = 1u << ZONE_UC_TRAVERSAL | 1u << ZONE_TRAVERSAL };

static void listed(FILE *out, const char *text, size_t *count) {
    fputs(*count == 0 ? "" : ", ", out);
    fputs(text, out);
    (*count)++;
}

static void bits_words(FILE *out, unsigned bits, const char *const *words, size_t n) {
    bool is_first = true;
    for (size_t i = 0; i < n; i++)
        if ((bits >> i & 1u) != 0) {
            fprintf(out, "%s%s", is_first ? "" : " or ", words[i]);
            is_first = false;
        }
}

static void roles_words(FILE *out, unsigned bits, size_t *count) {
    const char *const words[] = {"another machine", box_name(ROLE_EXPRESSWAY_E), box_name(ROLE_EXPRESSWAY_C),
                                 box_name(ROLE_UCM), box_name(ROLE_IMP)};
    fputs(*count == 0 ? "on " : ", on ", out);
    if (bits == BOTH_EXPRESSWAYS)
        fputs("an Expressway", out);
    else
        bits_words(out, bits, words, sizeof words / sizeof *words);
    (*count)++;
}

static void zones_words(FILE *out, unsigned bits, size_t *count) {
    static const char *const words[] = {"a Unified Communications traversal zone", "a plain traversal zone",
                                        "a neighbor zone"};
    fputs(*count == 0 ? "for " : ", for ", out);
    if (bits == BOTH_TRAVERSALS)
        fputs("a traversal zone", out);
    else
        bits_words(out, bits, words, sizeof words / sizeof *words);
    (*count)++;
}

static void legs_words(FILE *out, unsigned bits, size_t *count) {
    static const char *const words[] = {
        "ports for clients",         "ports for a traversal zone",      "ports for SSH tunnels",
        "ports for a neighbor zone", "ports of the web administration", "ports of Unified CM",
        "ports of IM and Presence"};
    fputs(*count == 0 ? "for " : ", for ", out);
    bits_words(out, bits, words, sizeof words / sizeof *words);
    (*count)++;
}

static void ports_words(FILE *out, const int *ports, size_t *count) {
    fputs(*count == 0 ? "port " : ", port ", out);
    for (size_t i = 0; i < WHEN_PORTS && ports[i] != 0; i++)
        fprintf(out, "%s%d", i == 0 ? "" : " or ", ports[i]);
    (*count)++;
}

static void release_words(FILE *out, int release) {
    fprintf(out, "X%d.%d", release / 10000, release / 100 % 100);
    if (release % 100 != 0)
        fprintf(out, ".%d", release % 100);
}

static void releases_words(FILE *out, const struct condition *when, size_t *count) {
    fputs(*count == 0 ? "" : ", ", out);
    if (when->from != 0) {
        fputs("from ", out);
        release_words(out, when->from);
        fputs(when->before == 0 ? " on" : ", ", out);
    }
    if (when->before != 0) {
        fputs("before ", out);
        release_words(out, when->before);
    }
    (*count)++;
}

static void claim_words(FILE *out, enum claim claim, const char *yes, const char *no, size_t *count) {
    listed(out, claim == CLAIM_YES ? yes : no, count);
}

/* What of the condition nobody could tell, before the text: "on Expressway-E, before X15.4: ". */
void condition_put_open(FILE *out, const struct condition *when, const struct subject *subject,
                        bool names_box) {
    size_t count = 0;
    enum truth parts[PARTS];
    parts_of(when, subject, parts);
    if (parts[ROLE_PART] == OPEN && !names_box)
        roles_words(out, when->roles, &count);
    if (parts[ZONE_PART] == OPEN)
        zones_words(out, when->zones, &count);
    if (parts[LEG_PART] == OPEN)
        legs_words(out, when->legs, &count);
    if (parts[PORT_PART] == OPEN)
        ports_words(out, when->ports, &count);
    if (parts[RELEASE_PART] == OPEN)
        releases_words(out, when, &count);
    if (parts[CLUSTER_PART] == OPEN)
        claim_words(out, when->clustered, "in a cluster", "without a cluster", &count);
    if (parts[ACME_PART] == OPEN)
        claim_words(out, when->acme, "with the ACME service", "without the ACME service", &count);
    if (parts[SSO_PART] == OPEN)
        claim_words(out, when->sso, "with single sign-on", "without single sign-on", &count);
    if (parts[HA_PART] == OPEN)
        claim_words(out, when->ha, "with high availability", "without high availability", &count);
    fputs(count == 0 ? "" : ": ", out);
}
