/* Can what a responder or distribution point says fool or hurt the judge? The bytes as an OCSP answer, as a
 * CRL and as a staple, about a fixed certificate; the corpus holds answers that its CA signed. Whatever is
 * said, a status needs a signature, and the verdict is told. */
#include <stdlib.h>
#include <string.h>

#include "checks/judge.h"
#include "checks/revocation.h"

enum { AT = 1795294800 }; /* 2026-11-21T21:00:00Z */

/* CA and leaf, P-256; the leaf names http://o and http://c/1. */
static const char ca_text[] =
    "MIIBGzCBwqADAgECAgEBMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkNBMB4XDTI2MTExMjIxMDAwMFoXDTM1MDIwNzIxMDAwMFow"
    "DTELMAkGA1UEAwwCQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATYvPLSsI43dI7VnxeKP63HxPJKRk5aDqQ3df3SbfZH5AqZ"
    "+8lWLbwgtyS6G4sTVJgzElQEUfVqTqZWhe+S+96XoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIEFAUt96"
    "5qDLqrAcKzAtCoibT5h9/u5ZYy2j0xzRwMwOAiEA6g2md8qgNJ60foO50bkHxA/Zqdq+weHF3cUs4Le5GHY=";
static const char leaf_text[] =
    "MIIBUDCB9qADAgECAgFNMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkNBMB4XDTI2MTExMjIxMDAwMFoXDTM1MDIwNzIxMDAwMFow"
    "DzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBLqZ708mC+0GHLMI8t0bW8VkdzqTXg/WZPG6/Z1MI2s"
    "bBNXud3DwhhTzSRvP5o+H0JYxgtc6NHY3i2i7FVsvHWjRTBDMBsGA1UdHwQUMBIwEKAOoAyGCmh0dHA6Ly9jLzEwJAYIKwYBBQUH"
    "AQEEGDAWMBQGCCsGAQUFBzABhghodHRwOi8vbzAKBggqhkjOPQQDAgNJADBGAiEAo4jeQBEj8jtN+EoCHurkjEFFyG5fomPifjzG"
    "5CmrGWMCIQDiFMqsx+/eHNO94RFeT2M0gBLih7A46+gMNWwhIM50Xw==";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static struct cert *cert_of(struct arena *arena, const char *text, const char *name, bool is_root) {
    struct cert *cert = ARENA_NEW(arena, struct cert);
    must(base64_read(arena, text, &cert->der, &cert->der_size));
    cert->subject = cert->common_name = cert->sha256 = arena_text(arena, name);
    cert->self_issued = cert->self_signed = is_root;
    return cert;
}

static void fetch_add(struct facts *facts, enum fetch_kind kind, const char *uri, const char *hash,
                      struct blob *blob) {
    struct fetch *fetch = ARENA_NEW(facts->arena, struct fetch);
    fetch->kind = kind;
    fetch->state = FETCH_ANSWERED;
    fetch->uri = arena_text(facts->arena, uri);
    fetch->hash = arena_text(facts->arena, hash);
    fetch->certificate = arena_text(facts->arena, hash == NULL ? NULL : "leaf");
    LIST_ADD(facts->arena, &fetch->answers, blob);
    LIST_ADD(facts->arena, &facts->fetches, fetch);
}

static struct facts *facts_make(struct blob *blob) {
    struct facts *facts = facts_new();
    struct arena *arena = facts->arena;
    struct endpoint *endpoint = ARENA_NEW(arena, struct endpoint);
    struct cert *leaf = cert_of(arena, leaf_text, "leaf", false);
    facts->run.at = AT;
    facts->run.command = facts->run.release = arena_text(arena, "");
    facts->deployment = ARENA_NEW(arena, struct deployment);
    facts->deployment->revocation = (struct revocation_settings){
        .given = true, .mode = true, .ocsp = true, .crl = true, .cdp = true, .wants_matrix = true};
    texts_add(arena, &leaf->ocsp, "http://o");
    texts_add(arena, &leaf->cdp, "http://c/1");
    endpoint->id = endpoint->host = arena_text(arena, "h:5061");
    endpoint->protocol = PROTOCOL_SIP;
    endpoint->tls.staple = blob->bytes;
    endpoint->tls.staple_size = blob->size;
    LIST_ADD(arena, &endpoint->tls.chain, leaf);
    LIST_ADD(arena, &endpoint->tls.chain, cert_of(arena, ca_text, "CA", true));
    LIST_ADD(arena, &facts->endpoints, endpoint);
    fetch_add(facts, FETCH_OCSP, "http://o", "sha1", blob);
    fetch_add(facts, FETCH_OCSP, "http://o", "sha256", blob);
    fetch_add(facts, FETCH_CRL, "http://c/1", NULL, blob);
    fetch_add(facts, FETCH_MANUAL_CRL, "file", NULL, blob);
    return facts;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct blob blob = {arena_dup(arena, bytes, size), size};
    struct facts *facts = facts_make(&blob);
    struct findings *findings = findings_new();
    size_t verdicts = 0;
    struct judging run;
    judging_open(&run, facts, findings);
    judge_revocation(&run);
    for (size_t i = 0; i < findings->n; i++) {
        const json_t *signer = evidence_value(findings->v[i], "signer");
        bool is_ocsp = strcmp(findings->v[i]->check->id, "revocation.ocsp") == 0;
        must(!is_ocsp || findings->v[i]->status != STATUS_PASS || signer != NULL);
        verdicts += strcmp(findings->v[i]->check->id, "revocation.verdict") == 0;
    }
    must(verdicts == 1);
    findings_free(findings);
    facts_free(facts);
    arena_free(arena);
    return 0;
}
