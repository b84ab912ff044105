/* Which checks exist? The families in catalogue order, and look-up. The rows are in catalogue_FAMILY.c. */
#include "catalogue/catalogue.h"

#include <string.h>

const struct enum_name status_names[] = {{STATUS_PASS, "pass"},
                                         {STATUS_INFO, "info"},
                                         {STATUS_WARN, "warn"},
                                         {STATUS_FAIL, "fail"},
                                         {STATUS_UNKNOWN, "unknown"},
                                         {STATUS_SKIP, "skip"},
                                         {0, NULL}};

extern const struct family family_dns, family_net, family_tls, family_name, family_cert, family_chain,
    family_revocation, family_cipher, family_service, family_file;

const struct family *const families[] = {
    &family_dns,        &family_net,    &family_tls,     &family_name, &family_cert, &family_chain,
    &family_revocation, &family_cipher, &family_service, &family_file, NULL};

const struct check *check_find(const char *id) {
    for (const struct family *const *f = families; *f != NULL; f++)
        for (size_t i = 0; i < (*f)->check_count; i++)
            if (strcmp((*f)->checks[i].id, id) == 0)
                return &(*f)->checks[i];
    return NULL;
}

const struct cause *cause_find(const struct check *check, const char *id) {
    for (size_t i = 0; i < check->cause_count; i++)
        if (strcmp(check->causes[i].id, id) == 0)
            return &check->causes[i];
    return NULL;
}

size_t check_order(const struct check *check) {
    size_t before = 0;
    for (const struct family *const *f = families; *f != NULL; f++) {
        if (check >= (*f)->checks && check < (*f)->checks + (*f)->check_count)
            return before + (size_t)(check - (*f)->checks);
        before += (*f)->check_count;
    }
    return before;
}
