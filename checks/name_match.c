/* Does a certificate bear one name, and how is that told? See name.h. */
#include "checks/name.h"

/* A name that does not match: the cause by check, the nearest that it has. */
static const struct {
    enum name_match match;
    enum cause_id peer, verify, target; /* of name.peer-address, name.tls-verify, name.srv-target */
    const char *words;
} matches[] = {
    {MATCH_NONE, CAUSE_NAME_PEER_ADDRESS_NO_MATCH, CAUSE_NAME_TLS_VERIFY_NO_MATCH,
     CAUSE_NAME_SRV_TARGET_NO_MATCH, "is not among the subject alternative names"},
    {MATCH_NO_SAN, CAUSE_NAME_PEER_ADDRESS_NO_SAN, CAUSE_NAME_TLS_VERIFY_NO_MATCH,
     CAUSE_NAME_SRV_TARGET_NO_SAN, "cannot match: the certificate has no subject alternative names"},
    {MATCH_CN_ONLY, CAUSE_NAME_PEER_ADDRESS_CN_ONLY, CAUSE_NAME_TLS_VERIFY_CN_ONLY,
     CAUSE_NAME_SRV_TARGET_CN_ONLY, "is only the common name, which does not count"},
    {MATCH_WILDCARD_ONLY, CAUSE_NAME_PEER_ADDRESS_WILDCARD_ONLY, CAUSE_NAME_TLS_VERIFY_WILDCARD_ONLY,
     CAUSE_NAME_SRV_TARGET_WILDCARD_ONLY, "is covered only by a wildcard, which Expressway does not support"},
    {MATCH_SHORT, CAUSE_NAME_PEER_ADDRESS_SHORT_NAME, CAUSE_NAME_TLS_VERIFY_NO_MATCH,
     CAUSE_NAME_SRV_TARGET_NO_MATCH, "is a host name without domain; the certificate has FQDNs"},
    {MATCH_IP, CAUSE_NAME_PEER_ADDRESS_IP_ADDRESS, CAUSE_NAME_TLS_VERIFY_NO_MATCH,
     CAUSE_NAME_SRV_TARGET_IP_ADDRESS, "is an IP address; the certificate has host names only"},
};

enum cause_id match_cause(enum check_id check, enum name_match match) {
    size_t i = sizeof matches / sizeof *matches - 1;
    while (i > 0 && matches[i].match != match)
        i--;
    return check == CHECK_NAME_PEER_ADDRESS ? matches[i].peer
           : check == CHECK_NAME_TLS_VERIFY ? matches[i].verify
                                            : matches[i].target;
}

const char *match_words(enum name_match match) {
    for (size_t i = 0; i < sizeof matches / sizeof *matches; i++)
        if (matches[i].match == match)
            return matches[i].words;
    return "matches";
}

void add_found(struct judging *run, struct finding *finding, const struct cert *cert) {
    evidence_names(finding, run->to->arena, cert);
    evidence_text(finding, "common_name", cert->common_name);
}

struct finding *judge_match(struct judging *run, enum check_id check, struct about about,
                            const struct cert *cert, const char *wanted) {
    enum name_match match = name_match(cert, wanted);
    struct finding *finding =
        match == MATCH_GOOD
            ? find_pass(run->to, check, about, "%s is in the certificate", wanted)
            : find_cause(run->to, match_cause(check, match), about, "%s %s", wanted, match_words(match));
    evidence_add(finding, "wanted", wanted);
    add_found(run, finding, cert);
    return finding;
}
