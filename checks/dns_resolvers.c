/* Do all resolvers say the same? dns.resolvers-agree, per service domain (its SRV records) and per host. */
#include "checks/dns_answers.h"

#include "expressway/names.h"

#include <string.h>

/* State and records as one text, in an order of its own, so that two answers compare. */
static const char *answer_text(struct arena *arena, const struct dns_query *query) {
    const char *text = enum_text(dns_states, (int)query->state);
    if (query->state != DNS_ANSWERED)
        return text;
    struct texts records = {NULL, 0};
    for (size_t i = 0; i < query->records.n; i++)
        texts_add(arena, &records, record_text(arena, query->records.v[i]));
    texts_sort(&records);
    text = "";
    for (size_t i = 0; i < records.n; i++)
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : ", ", records.v[i]);
    return text;
}

static bool leads_to(const struct facts *facts, const char *domain, const char *host) {
    for (size_t i = 0; i < facts->dns.n; i++) {
        const struct dns_query *query = facts->dns.v[i];
        if (query->type != DNS_SRV || !text_starts(query->name, "_collab-edge._tls.") ||
            !name_equal(query->name + strlen("_collab-edge._tls."), domain))
            continue;
        for (size_t k = 0; k < query->records.n; k++)
            if (query->records.v[k]->target != NULL && name_equal(query->records.v[k]->target, host))
                return true;
    }
    return false;
}

/* "_collab-edge._tls.example.com" speaks of example.com, and so does its target; any other name of itself. */
static const char *subject_of(const struct facts *facts, const char *name) {
    for (size_t i = 0; *name != '_' && i < facts->domains.n; i++)
        if (leads_to(facts, facts->domains.v[i], name))
            return facts->domains.v[i];
    for (size_t i = 0; *name == '_' && i < facts->domains.n; i++) {
        size_t a = strlen(name), b = strlen(facts->domains.v[i]);
        if (a > b && name[a - b - 1] == '.' && name_equal(name + a - b, facts->domains.v[i]))
            return facts->domains.v[i];
    }
    return name;
}

static bool is_same_question(const struct dns_query *a, const struct dns_query *b) {
    return a->type == b->type && name_equal(a->name, b->name);
}

static bool is_first_of_question(const struct facts *facts, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (is_same_question(facts->dns.v[i], facts->dns.v[index]))
            return false;
    return true;
}

static bool is_first_of_subject(const struct facts *facts, size_t index) {
    const char *subject = subject_of(facts, facts->dns.v[index]->name);
    for (size_t i = 0; i < index; i++)
        if (name_equal(subject_of(facts, facts->dns.v[i]->name), subject))
            return false;
    return true;
}

/* An error is an answer, too. What did not come, or cannot be read, is neither the same nor another. */
static bool has_answered(const struct dns_query *query) {
    switch (query->state) {
    case DNS_NOT_ASKED:
    case DNS_TIMEOUT:
    case DNS_UNREACHABLE:
    case DNS_MALFORMED:
    case DNS_TRUNCATED:
        return false;
    default:
        return true;
    }
}

struct comparison {
    size_t questions; /* that more than one resolver was to answer */
    const char *differs,
        *unanswered;      /* the first name that resolvers differ about; that one did not answer */
    struct texts answers; /* of the questions that differ */
    struct texts silence; /* of those that not all have answered */
};

/* One question, by its first query: what each resolver said. */
static void compare_question(const struct facts *facts, struct arena *arena, size_t index,
                             struct comparison *out) {
    const struct dns_query *first = facts->dns.v[index];
    const char *wanted = NULL;
    struct texts answers = {NULL, 0};
    bool differs = false;
    size_t asked = 0, answered = 0;
    for (size_t i = index; i < facts->dns.n; i++) {
        const struct dns_query *query = facts->dns.v[i];
        if (!is_same_question(query, first))
            continue;
        const char *text = answer_text(arena, query);
        asked++;
        if (has_answered(query)) {
            differs = differs || (wanted != NULL && strcmp(text, wanted) != 0);
            wanted = text;
            answered++;
        }
        texts_add(arena, &answers,
                  arena_printf(arena, "%s %s @%s: %s", query->name, enum_text(dns_types, (int)query->type),
                               query->resolver == NULL ? "?" : query->resolver, text));
    }
    if (asked < 2)
        return;
    out->questions++;
    if (differs && out->differs == NULL)
        out->differs = first->name;
    if (!differs && answered < asked && out->unanswered == NULL)
        out->unanswered = first->name;
    struct texts *to = differs ? &out->answers : &out->silence;
    for (size_t i = 0; (differs || answered < asked) && i < answers.n; i++)
        texts_add(arena, to, answers.v[i]);
}

static struct finding *find(struct findings *to, struct about about, const char *subject,
                            const struct comparison *found) {
    if (found->differs != NULL)
        return find_cause(to, CAUSE_DNS_RESOLVERS_AGREE_DIFFER, about, "the resolvers do not agree about %s",
                          found->differs);
    if (found->unanswered != NULL)
        return find_cause(to, CAUSE_DNS_RESOLVERS_AGREE_NO_ANSWER, about,
                          "not every resolver answered about %s", found->unanswered);
    return find_pass(to, CHECK_DNS_RESOLVERS_AGREE, about, "all resolvers say the same about %s", subject);
}

static void judge_subject(const struct facts *facts, struct findings *to, const char *subject) {
    struct comparison found = {0};
    for (size_t i = 0; i < facts->dns.n; i++)
        if (name_equal(subject_of(facts, facts->dns.v[i]->name), subject) && is_first_of_question(facts, i))
            compare_question(facts, to->arena, i, &found);
    if (found.questions == 0)
        return;
    bool is_domain = false;
    for (size_t i = 0; i < facts->domains.n; i++)
        is_domain = is_domain || name_equal(facts->domains.v[i], subject);
    struct about about = {
        .subject = subject, .domain = is_domain ? subject : NULL, .node = is_domain ? NULL : subject};
    struct finding *finding = find(to, about, subject, &found);
    evidence_text(finding, "wanted", "the same answer from every resolver");
    evidence_texts(finding, "found", found.differs != NULL ? &found.answers : &found.silence);
}

void judge_dns_resolvers(const struct facts *facts, struct findings *to) {
    for (size_t i = 0; i < facts->dns.n; i++)
        if (is_first_of_subject(facts, i))
            judge_subject(facts, to, subject_of(facts, facts->dns.v[i]->name));
}
