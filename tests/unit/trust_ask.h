/* One question to one list, whose index is made for it alone, and what messages call the answer. */
#ifndef TESTS_UNIT_TRUST_ASK_H
#define TESTS_UNIT_TRUST_ASK_H

#include "expressway/trust.h"

static const struct enum_name verdict_words[] = {{TRUST_NO_ROOT, "no-trusted-root"},
                                                 {TRUST_MISSING_INTERMEDIATE, "missing-intermediate"},
                                                 {TRUST_SELF_SIGNED, "untrusted-self-signed"},
                                                 {TRUST_EXPIRED_CA, "expired-ca"},
                                                 {TRUST_NOT_A_CA, "not-a-ca"},
                                                 {TRUST_BAD_SIGNATURE, "bad-signature"},
                                                 {TRUST_PATH_TOO_LONG, "path-too-long"},
                                                 {TRUST_PURPOSE, "unsuitable-purpose"},
                                                 {TRUST_NAME_CONSTRAINT, "name-constraint"},
                                                 {TRUST_CRITICAL_EXTENSION, "critical-extension"},
                                                 {TRUST_MALFORMED_DATE, "malformed-date"},
                                                 {TRUST_OTHER, "other"},
                                                 {0, NULL}};

static inline void trust_judge(struct arena *arena, const struct cert *leaf, const struct certs *sent,
                               const struct trust_list *list, int64_t at, enum trust_purpose purpose,
                               struct trust_result *result) {
    trust_judge_by(arena, leaf, sent, NULL, trust_index_new(arena, list), at, purpose, result);
}

#endif
