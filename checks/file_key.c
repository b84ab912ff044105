/* Do key, request and certificate belong together, and is the key file one that Expressway can work with? */
#include "checks/file.h"

#include <string.h>

#include "expressway/names.h"

/* ---- which certificate is meant ---- */

static const struct user_file *file_at(const struct facts *facts, const char *path) {
    for (size_t i = 0; path != NULL && i < facts->files.n; i++)
        if (strcmp(facts->files.v[i]->path, path) == 0)
            return facts->files.v[i];
    return NULL;
}

static bool same_key(const struct user_file *a, const struct user_file *b) {
    return a->public_key != NULL && b->public_key != NULL && strcmp(a->public_key, b->public_key) == 0;
}

static bool is_server_certificate(const struct user_file *file) {
    const struct cert *leaf = file_leaf(file);
    return leaf != NULL && !leaf->is_ca && file->public_key != NULL;
}

static bool has_partner(const struct facts *facts, const struct user_file *file, enum file_kind kind) {
    for (size_t i = 0; i < facts->files.n; i++)
        if (facts->files.v[i] != file && facts->files.v[i]->kind == kind && same_key(facts->files.v[i], file))
            return true;
    return false;
}

/* In a folder nobody said which belongs to which. A key or request that fits nothing is a mismatch when a
 * server certificate is there for which no key and no request is: it was meant for that one. */
static const struct user_file *orphan_certificate(const struct facts *facts) {
    for (size_t i = 0; i < facts->files.n; i++) {
        const struct user_file *file = facts->files.v[i];
        if (is_server_certificate(file) && file->key == NULL && !has_partner(facts, file, FILE_KEY) &&
            !has_partner(facts, file, FILE_CSR))
            return file;
    }
    return NULL;
}

/* The certificate that a key or request ought to fit and does not; NULL when it fits, or nothing can be said.
 */
static const struct user_file *misfit(const struct facts *facts, const struct user_file *file) {
    const struct user_file *meant = file_at(facts, file->meant_for);
    enum file_kind partner = file->kind == FILE_KEY ? FILE_CSR : FILE_KEY;
    if (file->public_key == NULL)
        return NULL;
    if (meant != NULL)
        return meant->public_key != NULL && !same_key(meant, file) ? meant : NULL;
    if (file->belongs_to != NULL || has_partner(facts, file, partner))
        return NULL;
    return orphan_certificate(facts);
}

/* ---- file.key ---- */

static void tell_key(const struct facts *facts, struct findings *to, const struct user_file *file,
                     enum cause_id cause, const char *words) {
    about_file(find_cause(to, cause, file_subject(facts, file), "%s", words), file);
}

static bool is_der(const struct user_file *file) {
    return file->encoding != NULL && strcmp(file->encoding, "der") == 0;
}

static const char *fits_words(struct findings *to, const struct user_file *file) {
    if (file->meant_for != NULL)
        return arena_printf(to->arena, "the key belongs to the certificate in %s", file->meant_for);
    if (file->belongs_to != NULL)
        return arena_printf(to->arena, "the key belongs to the certificate in %s", file->belongs_to);
    return "a private key in PEM; no certificate to compare it with";
}

static void judge_key(const struct facts *facts, struct findings *to, const struct user_file *file) {
    const struct key_facts *key = file->key;
    const struct user_file *other = misfit(facts, file);
    size_t before = to->n;
    if (other != NULL)
        evidence_text(
            about_file(find_cause(to, CAUSE_FILE_KEY_MISMATCH, file_subject(facts, file),
                                  "the private key is not that of the certificate in %s", other->path),
                       file),
            "certificate", other->path);
    if (key->is_encrypted)
        tell_key(facts, to, file, CAUSE_FILE_KEY_ENCRYPTED, "the private key is protected by a password");
    else if (!key->is_open)
        tell_key(facts, to, file, CAUSE_FILE_KEY_UNREADABLE,
                 key->trouble != NULL ? key->trouble : "it cannot be read");
    else if (is_der(file))
        tell_key(facts, to, file, CAUSE_FILE_KEY_UNREADABLE,
                 "the private key is in DER; Expressway takes PEM");
    else if (key->lacks_newline)
        tell_key(facts, to, file, CAUSE_FILE_KEY_NO_TRAILING_NEWLINE,
                 "the last line of the key file does not end");
    if (key->is_world_readable)
        tell_key(facts, to, file, CAUSE_FILE_KEY_WORLD_READABLE,
                 "its permissions let everybody on this machine read it");
    if (to->n == before)
        about_file(find_pass(to, CHECK_FILE_KEY, file_subject(facts, file), "%s", fits_words(to, file)),
                   file);
}

/* A key that a deployment or an option names: what reading it once tells, without opening it. */
static void judge_named_key(const struct facts *facts, struct findings *to, const struct node *node,
                            bool is_client) {
    const char *file = is_client ? node->client_key_file : node->key_file;
    bool lacks_newline = is_client ? node->client_key_lacks_newline : node->key_lacks_newline;
    bool is_encrypted = is_client ? node->client_key_is_encrypted : node->key_is_encrypted;
    struct about about = {.subject = file, .node = node->name};
    struct finding *finding = NULL;
    if (file == NULL || file_at(facts, file) != NULL)
        return;
    /* With the probe's own copy a password is in order; what a deployment file names is for the box. */
    bool is_for_probe = facts->deployment->file == NULL;
    if (is_encrypted && !is_for_probe)
        finding = find_cause(to, CAUSE_FILE_KEY_ENCRYPTED, about,
                             "the private key in %s is protected by a password", file);
    if (lacks_newline)
        finding = find_cause(to, CAUSE_FILE_KEY_NO_TRAILING_NEWLINE, about,
                             "the last line of %s does not end", file);
    if (finding == NULL)
        finding = find_pass(to, CHECK_FILE_KEY, about, "the last line of the key file ends, as it must%s",
                            is_encrypted ? "; it has a password, which Expressway does not take: take it off "
                                           "before an upload"
                                         : "");
    evidence_text(finding, "certificate", is_client ? node->client_file : node->certificate_file);
}

void judge_keys(const struct facts *facts, struct findings *to) {
    const struct deployment *d = facts->deployment;
    for (size_t i = 0; i < facts->files.n; i++) {
        const struct user_file *file = facts->files.v[i];
        bool is_meant = file->meant_as != NULL && strcmp(file->meant_as, "key") == 0;
        if (file->kind == FILE_KEY || (is_meant && file->key != NULL && file->kind != FILE_PKCS12))
            judge_key(facts, to, file);
        else if (is_meant)
            about_file(find_cause(to, CAUSE_FILE_KEY_UNREADABLE, file_subject(facts, file),
                                  "it is %s, not a private key in PEM",
                                  file->what != NULL ? file->what : "nothing that is known here"),
                       file);
    }
    const struct nodes *both[] = {d == NULL ? NULL : &d->e.nodes, d == NULL ? NULL : &d->c.nodes};
    for (size_t k = 0; k < 2 && both[k] != NULL; k++)
        for (size_t i = 0; i < both[k]->n; i++)
            for (int is_client = 0; is_client < 2; is_client++)
                judge_named_key(facts, to, both[k]->v[i], is_client);
}

/* ---- file.csr ---- */

static void judge_dropped_names(const struct facts *facts, struct findings *to, const struct user_file *file,
                                const struct cert *cert) {
    struct finding *finding = NULL;
    for (size_t i = 0; i < file->csr->names.n; i++) {
        const struct cert_name *name = file->csr->names.v[i];
        if (name_is_borne(cert, name))
            continue;
        if (finding == NULL)
            finding = find_cause(to, CAUSE_FILE_CSR_NAMES_DROPPED, file_subject(facts, file),
                                 "asked for, and not in the certificate: %s", name->value);
        evidence_add(finding, "dropped", name_written(to->arena, name));
    }
    if (finding == NULL)
        return;
    for (size_t i = 0; i < file->csr->names.n; i++)
        evidence_add(finding, "wanted", name_written(to->arena, file->csr->names.v[i]));
    evidence_set(finding, "found", json_array());
    for (size_t i = 0; i < cert->names.n; i++)
        evidence_add(finding, "found", name_written(to->arena, cert->names.v[i]));
}

static void judge_dropped_usages(const struct facts *facts, struct findings *to, const struct user_file *file,
                                 const struct cert *cert) {
    for (size_t i = 0; i < file->csr->eku.n; i++) {
        if (texts_has(&cert->eku, file->csr->eku.v[i]))
            continue;
        struct finding *finding =
            find_cause(to, CAUSE_FILE_CSR_EKU_MISSING, file_subject(facts, file),
                       "asked for, and not in the certificate: %s", file->csr->eku.v[i]);
        evidence_texts(finding, "wanted", &file->csr->eku);
        evidence_texts(finding, "found", &cert->eku);
        return;
    }
}

static void judge_subject(const struct facts *facts, struct findings *to, const struct user_file *file,
                          const struct cert *cert) {
    if (strcmp(file->csr->subject, cert->subject) == 0)
        return;
    struct finding *finding = find_cause(to, CAUSE_FILE_CSR_ATTRIBUTES_CHANGED, file_subject(facts, file),
                                         "the subject is not as it was asked for");
    evidence_text(finding, "wanted", file->csr->subject);
    evidence_text(finding, "found", cert->subject);
}

static void judge_answer(const struct facts *facts, struct findings *to, const struct user_file *file,
                         const struct user_file *answer) {
    const struct cert *cert = file_leaf(answer);
    judge_dropped_names(facts, to, file, cert);
    judge_dropped_usages(facts, to, file, cert);
    judge_subject(facts, to, file, cert);
}

static void judge_request_alone(const struct facts *facts, struct findings *to,
                                const struct user_file *file) {
    const struct csr *csr = file->csr;
    if (csr->unknown_oids.n > 0)
        evidence_texts(find_cause(to, CAUSE_FILE_CSR_UNKNOWN_OID, file_subject(facts, file),
                                  "its subject has the attribute type %s, which Expressway does not know",
                                  csr->unknown_oids.v[0]),
                       "found", &csr->unknown_oids);
    if (!csr->is_signed_by_its_key)
        about_file(find_cause(to, CAUSE_FILE_CSR_BAD_SIGNATURE, file_subject(facts, file),
                              "its signature is not made by the key that is in it"),
                   file);
}

static void judge_request(const struct facts *facts, struct findings *to, const struct user_file *file) {
    const struct user_file *other = misfit(facts, file);
    const char *path = file->meant_for != NULL ? file->meant_for : file->belongs_to;
    const struct user_file *answer = file_at(facts, path);
    size_t before = to->n;
    judge_request_alone(facts, to, file);
    if (other != NULL)
        evidence_text(find_cause(to, CAUSE_FILE_CSR_KEY_MISMATCH, file_subject(facts, file),
                                 "the certificate in %s has another key", other->path),
                      "certificate", other->path);
    else if (answer != NULL && file_leaf(answer) != NULL)
        judge_answer(facts, to, file, answer);
    if (to->n > before)
        return;
    if (answer != NULL)
        evidence_text(find_pass(to, CHECK_FILE_CSR, file_subject(facts, file),
                                "the certificate in %s answers it", path),
                      "certificate", path);
    else
        find_pass(to, CHECK_FILE_CSR, file_subject(facts, file),
                  "a sound request; no certificate to compare it with");
}

void judge_requests(const struct facts *facts, struct findings *to) {
    for (size_t i = 0; i < facts->files.n; i++)
        if (facts->files.v[i]->kind == FILE_CSR)
            judge_request(facts, to, facts->files.v[i]);
}
