/* Are cipher strings any good (cipher.string): those that the user gave, and those that boxes have set? */
#include <string.h>

#include "checks/cipher.h"

static json_t *text_or_null(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

static void faults_add(struct finding *finding, const struct cipher_string *read, enum cause_id cause) {
    json_t *list = json_array(), *found = json_array(), *wanted = json_array();
    for (size_t i = 0; i < read->faults.n; i++) {
        const struct string_fault *fault = read->faults.v[i];
        if (fault->cause != cause)
            continue;
        json_t *one = json_object();
        json_object_set_new(one, "part", text_or_null(fault->part));
        json_object_set_new(one, "why", text_or_null(fault->why));
        json_object_set_new(one, "meant", text_or_null(fault->meant));
        json_array_append_new(list, one);
        if (fault->part != NULL)
            json_array_append_new(found, json_string(fault->part));
        if (fault->meant != NULL)
            json_array_append_new(wanted, json_string(fault->meant));
    }
    evidence_set(finding, "found", found);
    evidence_set(finding, "wanted", wanted);
    evidence_set(finding, "parts", list);
}

static void judge_string_cause(struct cipher_run *run, struct about about, const char *text,
                               const struct cipher_string *read, enum cause_id cause) {
    const struct string_fault *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < read->faults.n; i++)
        if (read->faults.v[i]->cause == cause && count++ == 0)
            first = read->faults.v[i];
    if (first == NULL)
        return;
    struct finding *finding = first->part == NULL
                                  ? find_cause(run->to, cause, about, "%s", first->why)
                                  : find_cause(run->to, cause, about, "'%s': %s%s%s%s", first->part,
                                               first->why, first->meant == NULL ? "" : "; meant may be ",
                                               first->meant == NULL ? "" : first->meant,
                                               count > 1 ? "; and there are more parts like it" : "");
    faults_add(finding, read, cause);
    evidence_text(finding, "string", text);
    evidence_set(finding, "selected", suite_names(run->to->arena, &read->suites));
}

void judge_cipher_string(struct cipher_run *run, struct about about, const char *text) {
    struct cipher_string read;
    cipher_string_read(run->to->arena, text, &read);
    judge_string_cause(run, about, text, &read, CAUSE_CIPHER_STRING_INVALID);
    judge_string_cause(run, about, text, &read, CAUSE_CIPHER_STRING_UNKNOWN_NAME);
    if (read.faults.n > 0)
        return;
    struct finding *finding = find_pass(
        run->to, CHECK_CIPHER_STRING, about, "selects %zu cipher suite%s%s", read.suites.n,
        read.suites.n == 1 ? "" : "s",
        read.stock == STOCK_EXPRESSWAY ? ""
                                       : ", among them some that Expressway's own expansion does not show");
    evidence_set(finding, "selected", suite_names(run->to->arena, &read.suites));
}

static void judge_string(struct cipher_run *run, const char *text) {
    judge_cipher_string(run, (struct about){.subject = text}, text);
}

void judge_cipher_strings(struct cipher_run *run) {
    const struct run *asked = &run->facts->run;
    for (size_t i = 0; i < asked->cipher_clients.n; i++)
        if (profile_find(asked->cipher_clients.v[i]) == NULL)
            judge_string(run, asked->cipher_clients.v[i]);
    if (asked->cipher_server != NULL && profile_find(asked->cipher_server) == NULL)
        judge_string(run, asked->cipher_server);
    const struct deployment *d = run->facts->deployment;
    if (d != NULL && d->ucm_ciphers != NULL &&
        profile_of_ucm(run->to->arena, d->ucm_ciphers, false, false) == NULL)
        judge_string(run, d->ucm_ciphers);
}
