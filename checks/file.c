/* Are the files that the user has in hand fit for upload? Form of certificates, CRLs and captures;
 * keys and requests are in file_key.c. */
#include "checks/file.h"

#include <string.h>
#include <strings.h>

static bool was_meant_as(const struct user_file *file, const char *what) {
    return file->meant_as != NULL && strcmp(file->meant_as, what) == 0;
}

/* ---- file.format ---- */

/* In a folder lies all kinds of things: only what looks like a certificate by its name is missed as one. */
static bool is_named_like_one(const char *path) {
    static const char *const endings[] = {".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".pfx", ".p12"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i]), size = strlen(path);
        if (size > length && strcasecmp(path + size - length, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool is_to_be_a_certificate(const struct user_file *file) {
    switch (file->kind) {
    case FILE_CERTIFICATE:
    case FILE_CHAIN:
    case FILE_PKCS7:
    case FILE_PKCS12:
        return true;
    case FILE_OTHER:
        return was_meant_as(file, "certificate") || (file->meant_as == NULL && is_named_like_one(file->path));
    default:
        return false;
    }
}

/* What is wrong with the bytes as a whole: one such fault, and the rest cannot be told. */
static enum cause_id form_cause(const struct user_file *file) {
    static const struct {
        const char *oddity;
        enum cause_id cause;
    } coats[] = {{"utf-16", CAUSE_FILE_FORMAT_UTF_16},
                 {"utf-16be", CAUSE_FILE_FORMAT_UTF_16},
                 {"no-pem-lines", CAUSE_FILE_FORMAT_NOT_A_CERTIFICATE},
                 {"cr-line-ends", CAUSE_FILE_FORMAT_CR_LINE_ENDS},
                 {"trusted-certificate", CAUSE_FILE_FORMAT_TRUSTED_CERTIFICATE},
                 {"indented", CAUSE_FILE_FORMAT_INDENTED}};
    if (file->kind == FILE_OTHER)
        return file->size == 0 || (file->what != NULL && strcmp(file->what, "an empty file") == 0)
                   ? CAUSE_FILE_FORMAT_EMPTY
                   : CAUSE_FILE_FORMAT_NOT_A_CERTIFICATE;
    if (file->kind == FILE_PKCS7)
        return CAUSE_FILE_FORMAT_PKCS7;
    if (file->kind == FILE_PKCS12)
        return CAUSE_FILE_FORMAT_PKCS12;
    if (file->encoding != NULL && strcmp(file->encoding, "der") == 0)
        return CAUSE_FILE_FORMAT_DER;
    for (size_t i = 0; i < sizeof coats / sizeof *coats; i++)
        if (file_is_odd(file, coats[i].oddity))
            return coats[i].cause;
    return CAUSE_NONE;
}

static const char *form_words(struct findings *to, const struct user_file *file, enum cause_id form) {
    static const struct {
        enum cause_id cause;
        const char *words;
    } rows[] = {{CAUSE_FILE_FORMAT_UTF_16, "it is UTF-16 text"},
                {CAUSE_FILE_FORMAT_CR_LINE_ENDS, "its lines end with CR alone"},
                {CAUSE_FILE_FORMAT_TRUSTED_CERTIFICATE, "it is a TRUSTED CERTIFICATE"},
                {CAUSE_FILE_FORMAT_INDENTED, "its lines are indented"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].cause == form)
            return rows[i].words;
    if (file_is_odd(file, "no-pem-lines"))
        return "it is base64 whose BEGIN and END lines are gone";
    if (file->what == NULL && file->trouble != NULL)
        return arena_printf(to->arena, "it is unreadable (%s)", file->trouble);
    return arena_printf(to->arena, "it is %s",
                        file->what != NULL ? file->what : "nothing that is known here");
}

static const struct blemish {
    const char *oddity;
    enum cause_id cause;
    const char *words;
} blemishes[] = {
    {"has-private-key", CAUSE_FILE_FORMAT_HAS_PRIVATE_KEY, "a private key stands in the same file"},
    {"bom", CAUSE_FILE_FORMAT_BOM, "the file begins with a byte order mark"},
    {"text-around", CAUSE_FILE_FORMAT_TEXT_AROUND, "there is text around the certificate"},
};

static bool judge_blemishes(const struct facts *facts, struct findings *to, const struct user_file *file) {
    bool found = false;
    for (size_t i = 0; i < sizeof blemishes / sizeof *blemishes; i++)
        if (file_is_odd(file, blemishes[i].oddity)) {
            about_file(
                find_cause(to, blemishes[i].cause, file_subject(facts, file), "%s", blemishes[i].words),
                file);
            found = true;
        }
    return found;
}

static void judge_format(const struct facts *facts, struct findings *to, const struct user_file *file) {
    enum cause_id form = form_cause(file);
    bool is_chain = file->kind == FILE_CHAIN;
    if (!is_to_be_a_certificate(file))
        return;
    if (form != CAUSE_NONE) {
        struct finding *finding = find_cause(to, form, file_subject(facts, file),
                                             "%s, not one certificate in PEM", form_words(to, file, form));
        evidence_text(about_file(finding, file), "wanted", "one certificate in PEM");
        return;
    }
    if (is_chain)
        evidence_int(about_file(find_cause(to, CAUSE_FILE_FORMAT_CHAIN_INCLUDED, file_subject(facts, file),
                                           "%zu certificates are in it; only the server's is to be uploaded",
                                           file->certificates.n),
                                file),
                     "count", (long long)file->certificates.n);
    if (!judge_blemishes(facts, to, file) && !is_chain)
        about_file(find_pass(to, CHECK_FILE_FORMAT, file_subject(facts, file), "one certificate in PEM"),
                   file);
}

/* ---- file.crl ---- */

enum { UPLOAD_MAX = 16 * 1024 * 1024 }; /* certificate guide, chapter 7 */

static const struct crl_facts *ended_crl(const struct facts *facts, const struct user_file *file) {
    for (size_t i = 0; i < file->crls.n; i++)
        if (file->crls.v[i]->next_update != 0 && file->crls.v[i]->next_update < facts->run.at)
            return file->crls.v[i];
    return NULL;
}

static void judge_crl(const struct facts *facts, struct findings *to, const struct user_file *file) {
    struct about about = file_subject(facts, file);
    const struct crl_facts *ended = ended_crl(facts, file);
    bool is_meant = was_meant_as(file, "crl");
    if (file->kind != FILE_CRL && !is_meant)
        return;
    if (file->size >= UPLOAD_MAX)
        about_file(find_cause(to, CAUSE_FILE_CRL_TOO_LARGE, about, "%d bytes; an upload must be under 16 MB",
                              file->size),
                   file);
    if (file->kind != FILE_CRL) {
        about_file(find_cause(to, CAUSE_FILE_CRL_UNPARSABLE, about, "it is %s",
                              file->what != NULL ? file->what : "nothing that is known here"),
                   file);
        return;
    }
    bool is_der = strcmp(file->encoding == NULL ? "" : file->encoding, "der") == 0;
    if (is_der)
        about_file(
            find_cause(to, CAUSE_FILE_CRL_DER, about, "the CRL is in DER; the manual upload takes PEM"),
            file);
    if (ended != NULL)
        evidence_time(about_file(find_cause(to, CAUSE_FILE_CRL_EXPIRED, about, "the CRL of %s ran out on %s",
                                            ended->issuer, time_write(to->arena, ended->next_update)),
                                 file),
                      "next_update", ended->next_update);
    if (!is_der && ended == NULL && file->size < UPLOAD_MAX)
        about_file(find_pass(to, CHECK_FILE_CRL, about, "a CRL in PEM of %s",
                             file->crls.n > 0 ? file->crls.v[0]->issuer : "a CA"),
                   file);
}

/* ---- file.capture: can a capture show what it is asked for? Whole packets, up to a whole end ---- */

/* Connections of this file in which bytes are missing. */
static int lacking(const struct facts *facts, const struct capture_file *file) {
    int count = 0;
    for (size_t i = 0; i < facts->connections.n; i++)
        count += facts->connections.v[i]->missing_bytes > 0 &&
                 strcmp(facts->connections.v[i]->file, file->name) == 0;
    return count;
}

static void judge_capture(const struct facts *facts, struct findings *to, const struct capture_file *file) {
    struct about about = {.subject = file->name};
    int count = file->cut_packets > 0 ? lacking(facts, file) : 0;
    struct finding *finding;
    if (count > 0) {
        finding =
            find_cause(to, CAUSE_FILE_CAPTURE_CUT_PACKETS, about,
                       "%d of %d packets were cut to at most %d octets; %d connection%s lack%s bytes for it",
                       file->cut_packets, file->packets, file->kept, count, count == 1 ? "" : "s",
                       count == 1 ? "s" : "");
        evidence_text(finding, "wanted", "whole packets");
        evidence_text(finding, "found", arena_printf(to->arena, "%d octets", file->kept));
        evidence_int(finding, "cut_packets", file->cut_packets);
    }
    if (file->trouble != NULL) {
        finding =
            find_cause(to, CAUSE_FILE_CAPTURE_DAMAGED, about, "the file is not whole: %s", file->trouble);
        evidence_int(finding, "packets", file->packets);
    }
    if (count == 0 && file->trouble == NULL)
        find_pass(to, CHECK_FILE_CAPTURE, about, "%d packets, whole as far as they were looked at",
                  file->packets);
}

static void judge_captures(const struct facts *facts, struct findings *to) {
    for (size_t i = 0; i < facts->captures.n; i++)
        judge_capture(facts, to, facts->captures.v[i]);
}

void judge_file(struct judging *run) {
    const struct facts *facts = run->facts;
    struct findings *to = run->to;
    for (size_t i = 0; i < facts->files.n; i++) {
        judge_format(facts, to, facts->files.v[i]);
        judge_crl(facts, to, facts->files.v[i]);
    }
    judge_keys(facts, to);
    judge_requests(facts, to);
    judge_captures(facts, to);
}
