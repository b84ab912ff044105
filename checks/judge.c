/* Who judges what? All families, in catalogue order. See judge.h. */
#include "checks/judge.h"

#include <string.h>

/* A command that asks one question is told what bears on it, and whether the port could be reached at all. */
static const struct {
    const char *command;
    const char *checks[6]; /* ids, or families with a dot behind; NULL ends */
} narrow[] = {{"revocation", {"net.connect", "tls.handshake", "revocation.", NULL}},
              {"ciphers", {"cipher.", NULL}},
              {"cert", {"file.", "name.", "cert.", "chain.", NULL}}};

static bool is_asked(const struct facts *facts, const struct finding *finding) {
    for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++) {
        if (facts->run.command == NULL || strcmp(facts->run.command, narrow[i].command) != 0)
            continue;
        for (const char *const *check = narrow[i].checks; *check != NULL; check++)
            if (text_ends(*check, ".") ? text_starts(finding->check->id, *check)
                                       : strcmp(finding->check->id, *check) == 0)
                return true;
        return false;
    }
    return true;
}

static void keep_asked(const struct facts *facts, struct findings *findings) {
    size_t kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        if (is_asked(facts, findings->v[i]))
            findings->v[kept++] = findings->v[i];
        else
            json_decref(findings->v[i]->evidence);
    }
    findings->n = kept;
}

struct findings *judge_all(const struct facts *facts) {
    static void (*const judges[])(const struct facts *, struct findings *) = {
        judge_dns,   judge_net,     judge_tls,        judge_name,   judge_cert,
        judge_chain, judge_service, judge_revocation, judge_cipher, judge_file};
    struct findings *findings = findings_new();
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
        judges[i](facts, findings);
    keep_asked(facts, findings);
    findings_sort(findings);
    return findings;
}
