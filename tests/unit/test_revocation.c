/* What do one CRL file and one OCSP answer say of a certificate, and may they be believed? The answers as
 * such, by the rules of RFC 5280 sections 5 and 6.3 and RFC 6960 sections 3.2 and 4.2; what findings are made
 * of them is test_judge_revocation's. All is signed in earnest, by certificates that are made once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "expressway/revocation.h"
#include "tests/unit/revocation_maker.h"

#define CDP "http://crl.example.com/issuing.crl"
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HOUR 3600
#define DAY PKI_DAY

/* leaf < issuing < root */
static struct certificates {
    struct arena *arena;
    struct facts *facts; /* its list has the root */
    const struct issued *root, *issuing, *stranger, *leaf, *other_leaf, *lone_ca;
    const struct issued *pointed, *by_relative, *by_directory, *by_root, *by_root_alone, *by_root_and_own,
        *by_uri, *by_stranger, *root_relative;
    const struct issued *no_crl_sign, *of_no_crl_sign;
    const struct issued *delegate, *nocheck, *no_eku, *other_eku, *encipher, *critical, *foreign, *misnamed,
        *misissued, *late, *early, *first_second, *last_second, *namesake;
} pki;

static const struct issued *issue(const struct spec *spec) {
    return pki_issue(pki.arena, spec);
}

static const struct issued *delegate(struct spec spec) {
    spec.name = "OCSP";
    spec.by = spec.by != NULL ? spec.by : pki.issuing;
    spec.eku = spec.eku != NULL ? spec.eku : "OCSPSigning";
    return pki_issue(pki.arena, &spec);
}

static void make_leaves(void) {
    static struct point uri = {.uri = CDP}, relative = {.relative = "part 1"},
                        directory = {.directory = "part 1"}, by_root = {.uri = CDP},
                        root_alone = {.uri = NULL}, by_uri = {.uri = CDP, .issuer_uri = CDP},
                        by_stranger = {.uri = CDP}, root_relative = {.relative = "part 1"};
    directory.below = pki.issuing;
    by_root.issuer = root_alone.issuer = root_relative.issuer = pki.root;
    by_stranger.issuer = pki.stranger;
    pki.leaf = issue(&(struct spec){.name = "leaf", .by = pki.issuing});
    pki.other_leaf = issue(&(struct spec){.name = "other", .by = pki.issuing});
    pki.pointed = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&uri}});
    pki.by_relative = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&relative}});
    pki.by_directory = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&directory}});
    pki.by_root = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&by_root}});
    pki.by_root_alone = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&root_alone}});
    pki.by_root_and_own =
        issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&by_root, &uri}});
    pki.by_uri = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&by_uri}});
    pki.by_stranger = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&by_stranger}});
    pki.root_relative = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .points = {&root_relative}});
    pki.lone_ca = issue(&(struct spec){.name = "Lone", .is_ca = true, .by = pki.issuing});
}

static void make_delegates(void) {
    pki.delegate = delegate((struct spec){0});
    pki.nocheck = delegate((struct spec){.extra_name = "noCheck", .extra = "ignored"});
    pki.no_eku = issue(&(struct spec){.name = "OCSP", .by = pki.issuing});
    pki.other_eku = delegate((struct spec){.eku = "serverAuth"});
    pki.encipher = delegate((struct spec){.key_usage = "keyEncipherment"});
    pki.critical = delegate((struct spec){.extra_name = "1.2.3.4", .extra = "critical,ASN1:NULL"});
    pki.foreign = delegate((struct spec){.by = pki.stranger});
    pki.misnamed = delegate((struct spec){.by = pki.stranger, .named_by = "Issuing"});
    pki.misissued = delegate((struct spec){.named_by = "Root"});
    pki.late = delegate((struct spec){.until = -1});
    pki.early = delegate((struct spec){.from = 1});
    pki.first_second = delegate((struct spec){.until = 1});
    pki.last_second = delegate((struct spec){.from = -1});
    pki.namesake = issue(&(struct spec){.name = "Issuing", .is_ca = true, .by = pki.root});
}

static int pki_open(void **state) {
    (void)state;
    pki.facts = facts_new();
    pki.arena = pki.facts->arena;
    pki.facts->run.at = PKI_NOW;
    pki.root = issue(&(struct spec){.name = "Root", .is_ca = true});
    pki.stranger = issue(&(struct spec){.name = "Stranger", .is_ca = true});
    pki.issuing = issue(&(struct spec){.name = "Issuing", .is_ca = true, .by = pki.root});
    pki.no_crl_sign =
        issue(&(struct spec){.name = "Mute", .is_ca = true, .by = pki.root, .key_usage = "keyCertSign"});
    pki.of_no_crl_sign = issue(&(struct spec){.name = "leaf", .by = pki.no_crl_sign});
    make_leaves();
    make_delegates();
    list_of(pki.arena, pki.facts, "trust.pem", ISSUED(pki.root));
    return 0;
}

static int pki_close(void **state) {
    (void)state;
    pki_clear();
    facts_free(pki.facts);
    return 0;
}

#define AT(member) offsetof(struct certificates, member)

static const struct issued *member(size_t offset) {
    return offset == 0 ? NULL : *(const struct issued *const *)((const char *)&pki + offset);
}

/* ---- CRLs ---- */

/* A recipe whose certificates are named by where they stand in pki. 0: none; issuer 0: Issuing. */
struct list {
    size_t issuer, revoked, signer, entry_issuer;
    struct crl_recipe as;
};

static struct blob list_made(const struct list *list) {
    struct crl_recipe recipe = list->as;
    recipe.issuer = list->issuer != 0 ? member(list->issuer) : pki.issuing;
    recipe.revoked = member(list->revoked);
    recipe.signer = member(list->signer);
    recipe.entry_issuer = member(list->entry_issuer);
    return crl_make(pki.arena, &recipe);
}

static const struct point point_here = {.uri = CDP}, point_there = {.uri = "http://crl.example.com/2.crl"},
                          part_1 = {.relative = "part 1"}, part_2 = {.relative = "part 2"};
static struct point directory_1 = {.directory = "part 1"},
                    directory_2 = {.directory = "part 2"}; /* below Issuing */

#define LEAF AT(leaf)
#define GOOD SAID_GOOD, CAUSE_NONE
#define REVOKED SAID_REVOKED, CAUSE_REVOCATION_CRL_REVOKED
#define NO(cause) SAID_NOTHING, CAUSE_REVOCATION_CRL_##cause
#define NOT_ON_IT "the certificate is not on the list"
#define ON_IT "the certificate is on the list"
#define FOREIGN "it was issued by another CA"
#define OTHER_POINT "its IssuingDistributionPoint is none that the certificate names"
#define EXPIRED .this_update = -2 * DAY, .next_update = -1

/* clang-format off */
static const struct {
    const char *what;
    size_t leaf;
    struct list lists[3];
    size_t count;
    enum said said;
    enum cause_id cause;
    const char *why;    /* its beginning */
    const char *number; /* of the list that counts; NULL: not looked at */
} crl_rows[] = {
    {"not on the list", LEAF, {{.as = {.number = 0x1234}}}, 1, GOOD, NOT_ON_IT, "1234"},
    {"another is", LEAF, {{.revoked = AT(other_leaf)}}, 1, GOOD, NOT_ON_IT, "01"},
    {"on the list", LEAF, {{.revoked = LEAF}}, 1, REVOKED, ON_IT, "01"},

    /* whose list */
    {"of another CA", LEAF, {{.issuer = AT(root)}}, 1, NO(WRONG_ISSUER), FOREIGN, NULL},
    {"of another CA, and the right one behind it", LEAF, {{.issuer = AT(root)}, {.as = {.number = 2}}}, 2,
     GOOD, NOT_ON_IT, "02"},
    {"the right one, and of another CA behind it", LEAF, {{.as = {.number = 2}}, {.issuer = AT(root)}}, 2,
     GOOD, NOT_ON_IT, "02"},
    {"indirect, and the certificate says whose", AT(by_root), {{.issuer = AT(root), .as = {.is_indirect =
     true}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"indirect, on it", AT(by_root), {{.issuer = AT(root), .revoked = AT(by_root), .entry_issuer =
     AT(issuing), .as = {.is_indirect = true}}}, 1, REVOKED, ON_IT, NULL},
    {"indirect, an entry that names no CA is the list's own (RFC 5280 5.3.3)", AT(by_root), {{.issuer =
     AT(root), .revoked = AT(by_root), .as = {.is_indirect = true}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"indirect, signed by another", AT(by_root), {{.issuer = AT(root), .signer = AT(issuing), .as =
     {.is_indirect = true}}}, 1, NO(BAD_SIGNATURE), "the signature does not verify with the issuer's key",
     NULL},
    {"the certificate says whose, but the list is not indirect", AT(by_root), {{.issuer = AT(root)}}, 1,
     NO(WRONG_ISSUER), FOREIGN, NULL},
    {"likewise, though it has a scope", AT(by_root), {{.issuer = AT(root), .as = {.scope = "onlyuser:TRUE"}}},
     1, NO(WRONG_ISSUER), FOREIGN, NULL},
    {"indirect, and the certificate does not say whose", AT(pointed), {{.issuer = AT(root), .as =
     {.is_indirect = true}}}, 1, NO(WRONG_ISSUER), FOREIGN, NULL},
    {"indirect, and the certificate names no list", LEAF, {{.issuer = AT(root), .as = {.is_indirect = true}}},
     1, NO(WRONG_ISSUER), FOREIGN, NULL},
    {"indirect, of one that the certificate names and that is not above it", AT(by_stranger), {{.issuer =
     AT(stranger), .as = {.is_indirect = true}}}, 1, NO(WRONG_ISSUER), FOREIGN, NULL},

    /* who signed */
    {"by another key", LEAF, {{.signer = AT(stranger)}}, 1, NO(BAD_SIGNATURE),
     "the signature does not verify with the issuer's key", NULL},
    {"by a CA without cRLSign", AT(of_no_crl_sign), {{.issuer = AT(no_crl_sign)}}, 1, NO(BAD_SIGNATURE),
     "the issuer's certificate may not sign CRLs", NULL},

    /* what must be understood */
    {"a critical extension", LEAF, {{.as = {.critical = "1.2.3.4.5"}}}, 1, NO(UNPARSABLE),
     "its critical extension 1.2.3.4.5 is not understood", NULL},
    {"one that has a name elsewhere", LEAF, {{.as = {.critical = "2.5.29.19"}}}, 1, NO(UNPARSABLE),
     "its critical extension 2.5.29.19 is not understood", NULL},
    {"a critical extension of another's entry", LEAF, {{.revoked = AT(other_leaf), .as = {.entry_critical =
     "1.2.3.4.5"}}}, 1, NO(UNPARSABLE), "its critical extension 1.2.3.4.5 is not understood", NULL},
    {"a scope that is none", LEAF, {{.as = {.scope = "DER:0500"}}}, 1, NO(OTHER_PARTITION),
     "its IssuingDistributionPoint cannot be parsed", NULL},

    /* what it covers */
    {"end entities, and it is one", LEAF, {{.as = {.scope = "onlyuser:TRUE"}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"end entities, and it is a CA", AT(lone_ca), {{.as = {.scope = "onlyuser:TRUE"}}}, 1,
     NO(OTHER_PARTITION), "it covers end-entity certificates only", NULL},
    {"CAs, and it is none", LEAF, {{.as = {.scope = "onlyCA:TRUE"}}}, 1, NO(OTHER_PARTITION),
     "it covers CA certificates only", NULL},
    {"CAs, and it is one", AT(lone_ca), {{.as = {.scope = "onlyCA:TRUE"}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"attribute certificates", LEAF, {{.as = {.scope = "onlyAA:TRUE"}}}, 1, NO(OTHER_PARTITION),
     "it covers attribute certificates only", NULL},
    {"some reasons", LEAF, {{.as = {.scope = "onlysomereasons:keyCompromise"}}}, 1, NO(OTHER_PARTITION),
     "it covers only some reasons", NULL},
    {"some reasons, on it", LEAF, {{.revoked = LEAF, .as = {.scope = "onlysomereasons:keyCompromise"}}}, 1,
     REVOKED, ON_IT, NULL},
    {"some reasons, and a list of all", LEAF, {{.as = {.scope = "onlysomereasons:keyCompromise"}}, {.as =
     {.number = 2}}}, 2, GOOD, NOT_ON_IT, NULL},
    {"all reasons, and a list of some", LEAF, {{.as = {.number = 2}}, {.as = {.scope =
     "onlysomereasons:keyCompromise"}}}, 2, GOOD, NOT_ON_IT, NULL},
    {"the certificate's own point", AT(pointed), {{.as = {.point = &point_here}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"another point", AT(pointed), {{.as = {.point = &point_there}}}, 1, NO(OTHER_PARTITION), OTHER_POINT,
     NULL},
    {"a point, and the certificate has none", LEAF, {{.as = {.point = &point_here}}}, 1, NO(OTHER_PARTITION),
     OTHER_POINT, NULL},
    {"no point: all of the CA's", AT(pointed), {{.as = {.scope = "onlyuser:TRUE"}}}, 1, GOOD, NOT_ON_IT,
     NULL},
    {"its point is another CA's list", AT(by_root), {{.as = {.point = &point_here}}}, 1, NO(OTHER_PARTITION),
     OTHER_POINT, NULL},
    {"its point is that CA's list", AT(by_root), {{.issuer = AT(root), .as = {.point = &point_here,
     .is_indirect = true}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"that CA's list of another point", AT(by_root), {{.issuer = AT(root), .as = {.point = &point_there,
     .is_indirect = true}}}, 1, NO(OTHER_PARTITION), OTHER_POINT, NULL},
    {"the CA alone is named, and all its lists count", AT(by_root_alone),
     {{.issuer = AT(root), .as = {.point = &point_there, .is_indirect = true}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"the second point is its own", AT(by_root_and_own), {{.as = {.point = &point_here}}}, 1, GOOD,
     NOT_ON_IT, NULL},
    {"an issuer of lists that is no name", AT(by_uri), {{.as = {.point = &point_here}}}, 1,
     NO(OTHER_PARTITION), OTHER_POINT, NULL},
    {"both relative to the issuer", AT(by_relative), {{.as = {.point = &part_1}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"both relative, and another", AT(by_relative), {{.as = {.point = &part_2}}}, 1, NO(OTHER_PARTITION),
     OTHER_POINT, NULL},
    {"relative, and the whole name", AT(by_relative), {{.as = {.point = &directory_1}}}, 1, GOOD, NOT_ON_IT,
     NULL},
    {"relative, and another whole name", AT(by_relative), {{.as = {.point = &directory_2}}}, 1,
     NO(OTHER_PARTITION), OTHER_POINT, NULL},
    {"the whole name, and relative", AT(by_directory), {{.as = {.point = &part_1}}}, 1, GOOD, NOT_ON_IT,
     NULL},
    {"the whole name, and another relative", AT(by_directory), {{.as = {.point = &part_2}}}, 1,
     NO(OTHER_PARTITION), OTHER_POINT, NULL},
    {"two whole names", AT(by_directory), {{.as = {.point = &directory_1}}}, 1, GOOD, NOT_ON_IT, NULL},
    {"a URI, and relative", AT(pointed), {{.as = {.point = &part_1}}}, 1, NO(OTHER_PARTITION), OTHER_POINT,
     NULL},
    {"relative to the CA that issues its lists", AT(root_relative), {{.issuer = AT(root), .as = {.point =
     &part_1, .is_indirect = true}}}, 1, GOOD, NOT_ON_IT, NULL},

    /* when it was true */
    {"thisUpdate within the skew of clocks", LEAF, {{.as = {.this_update = CLOCK_SKEW}}}, 1, GOOD, NOT_ON_IT,
     NULL},
    {"thisUpdate beyond it", LEAF, {{.as = {.this_update = CLOCK_SKEW + 1}}}, 1, NO(NOT_YET_VALID),
     "thisUpdate is 2026-11-21T21:05:01Z", NULL},
    {"revoked by a list of the future: not yet", LEAF, {{.revoked = LEAF, .as = {.this_update = CLOCK_SKEW +
     1}}}, 1, NO(NOT_YET_VALID), "thisUpdate is", NULL},
    {"nextUpdate passed", LEAF, {{.as = {EXPIRED}}}, 1, NO(EXPIRED), "nextUpdate was 2026-11-21T20:59:59Z",
     NULL},
    {"no nextUpdate: it does not expire", LEAF, {{.as = {.has_no_next_update = true}}}, 1, GOOD, NOT_ON_IT,
     NULL},
    {"on a list that has expired", LEAF, {{.revoked = LEAF, .as = {EXPIRED}}}, 1, REVOKED, ON_IT, NULL},
    {"on an expired list, no more on a fresh one: who was revoked stays so", LEAF, {{.revoked = LEAF, .as =
     {EXPIRED, .number = 1}}, {.as = {.number = 2}}}, 2, REVOKED, ON_IT, "01"},
    {"on both: the fresh one is told", LEAF, {{.revoked = LEAF, .as = {EXPIRED, .number = 1}}, {.revoked =
     LEAF, .as = {.number = 2}}}, 2, REVOKED, ON_IT, "02"},
    {"on both, the fresh one first", LEAF, {{.revoked = LEAF, .as = {.number = 2}}, {.revoked = LEAF, .as =
     {EXPIRED, .number = 1}}}, 2, REVOKED, ON_IT, "02"},

    /* of lists that say nothing the one that comes nearest is told */
    {"of another CA, and by another key", LEAF, {{.issuer = AT(root)}, {.signer = AT(stranger)}}, 2,
     NO(BAD_SIGNATURE), "the signature", NULL},
    {"by another key, and of another CA", LEAF, {{.signer = AT(stranger)}, {.issuer = AT(root)}}, 2,
     NO(BAD_SIGNATURE), "the signature", NULL},
    {"by another key, and expired", LEAF, {{.signer = AT(stranger)}, {.as = {EXPIRED, .number = 7}}}, 2,
     NO(EXPIRED), "nextUpdate was", "07"},
    {"expired, and with a critical extension", LEAF, {{.as = {EXPIRED, .number = 7}}, {.as = {.critical =
     "1.2.3"}}}, 2, NO(EXPIRED), "nextUpdate was", "07"},

    /* deltas (RFC 5280 5.2.4) */
    {"a delta alone", LEAF, {{.as = {.delta_of = 1}}}, 1, NO(OTHER_PARTITION),
     "it is a delta list without its base", "02"},
    {"a delta, its base behind it", LEAF, {{.as = {.delta_of = 1}}, {.as = {.number = 1}}}, 2, GOOD,
     NOT_ON_IT, "01"},
    {"a delta revokes", LEAF, {{.as = {.number = 1}}, {.revoked = LEAF, .as = {.delta_of = 1}}}, 2, REVOKED,
     ON_IT, "02"},
    {"a delta lifts the hold", LEAF, {{.revoked = LEAF, .as = {.reason = "certificateHold"}}, {.revoked =
     LEAF, .as = {.delta_of = 1, .reason = "removeFromCRL"}}}, 2, GOOD, "the delta list lifts the hold",
     "01"},
    {"a delta lifts the hold, the base behind it", LEAF, {{.revoked = LEAF, .as = {.delta_of = 1, .reason =
     "removeFromCRL"}}, {.revoked = LEAF, .as = {.reason = "certificateHold"}}}, 2, GOOD,
     "the delta list lifts the hold", "01"},
    {"a delta that has expired lifts nothing", LEAF, {{.revoked = LEAF, .as = {.reason = "certificateHold"}},
     {.revoked = LEAF, .as = {EXPIRED, .delta_of = 1, .reason = "removeFromCRL"}}}, 2, REVOKED, ON_IT, "01"},
    {"what a delta revokes no other lifts", LEAF, {{.as = {.number = 1}}, {.revoked = LEAF, .as = {.delta_of =
     1}}, {.revoked = LEAF, .as = {.delta_of = 1, .reason = "removeFromCRL"}}}, 3, REVOKED, ON_IT, NULL},
    {"a delta, and a base that has expired", LEAF, {{.as = {EXPIRED}}, {.as = {.delta_of = 1}}}, 2,
     NO(OTHER_PARTITION), "it is a delta list without its base", NULL},
};
/* clang-format on */

/* A fetch that brought these; broken ones are counted apart. */
static struct fetch *fetch_with(struct arena *arena, const struct list *lists, size_t count) {
    struct fetch *fetch = ARENA_NEW(arena, struct fetch);
    fetch->kind = FETCH_CRL;
    fetch->state = FETCH_ANSWERED;
    for (size_t i = 0; i < count; i++) {
        struct blob made = list_made(&lists[i]);
        LIST_ADD(arena, &fetch->answers, arena_dup(arena, &made, sizeof made));
    }
    return fetch;
}

static void path_of(struct revocation_path *path, const struct issued *leaf, const struct issued *issuer) {
    const struct issued *two[] = {leaf, issuer};
    struct certs chain = certs_of(pki.arena, two, 2);
    revocation_path_open(pki.facts, pki.arena, &chain, NULL, path);
}

static void read_crls(const struct issued *leaf, const struct issued *issuer, const struct fetch *fetch,
                      struct crl_answer *answer) {
    struct revocation_path path;
    struct crls crls;
    path_of(&path, leaf, issuer);
    crls_open(pki.arena, fetch, &crls);
    crl_answer_read(pki.arena, &crls, &path.steps[0], &path, PKI_NOW, answer);
    crls_close(&crls);
    revocation_path_close(&path);
}

static void assert_answer(const char *what, enum said said, enum cause_id cause, const char *why,
                          enum said wanted, enum cause_id wanted_cause, const char *wanted_why) {
    if (said != wanted || cause != wanted_cause || (why == NULL) != (wanted_why == NULL) ||
        (why != NULL && !text_starts(why, wanted_why)))
        fail_msg("%s: %d, %s, %s", what, (int)said, cause_text(cause), why);
}

static void lists_say_what_they_may(void **state) {
    (void)state;
    directory_1.below = directory_2.below = pki.issuing;
    for (size_t i = 0; i < COUNT(crl_rows); i++) {
        struct crl_answer answer;
        read_crls(member(crl_rows[i].leaf),
                  crl_rows[i].leaf == AT(of_no_crl_sign) ? pki.no_crl_sign : pki.issuing,
                  fetch_with(pki.arena, crl_rows[i].lists, crl_rows[i].count), &answer);
        assert_answer(crl_rows[i].what, answer.said, answer.cause, answer.why, crl_rows[i].said,
                      crl_rows[i].cause, crl_rows[i].why);
        assert_int_equal(answer.count, crl_rows[i].count);
        if (crl_rows[i].number != NULL)
            assert_string_equal(answer.number, crl_rows[i].number);
    }
}

/* X509_cmp_time(3): a time that equals the given one counts as earlier. */
static void lists_and_answers_end_in_time(void **state) {
    (void)state;
    struct list list = {.as = {.next_update = DAY}};
    struct ocsp_recipe recipe = {.cert = pki.leaf, .issuer = pki.issuing, .next_update = DAY};
    struct fetch *fetch = fetch_with(pki.arena, &list, 1);
    struct blob made = ocsp_make(pki.arena, &recipe);
    for (int late = -1; late <= 1; late++) {
        struct revocation_path path;
        struct crls crls;
        struct crl_answer answer;
        struct ocsp_answer ocsp_answer;
        path_of(&path, pki.leaf, pki.issuing);
        crls_open(pki.arena, fetch, &crls);
        crl_answer_read(pki.arena, &crls, &path.steps[0], &path, PKI_NOW + DAY + late, &answer);
        ocsp_answer_read(pki.arena, made.bytes, made.size, &path.steps[0], "sha256", PKI_NOW + DAY + late,
                         &ocsp_answer);
        assert_int_equal(answer.cause, late < 0 ? CAUSE_NONE : CAUSE_REVOCATION_CRL_EXPIRED);
        assert_int_equal(ocsp_answer.cause, late < 0 ? CAUSE_NONE : CAUSE_REVOCATION_OCSP_STALE);
        crls_close(&crls);
        revocation_path_close(&path);
    }
}

static void a_list_is_described(void **state) {
    (void)state;
    struct crl_answer answer;
    struct list list = {.revoked = LEAF, .as = {.reason = "keyCompromise", .next_update = DAY}};
    read_crls(pki.leaf, pki.issuing, fetch_with(pki.arena, &list, 1), &answer);
    assert_string_equal(answer.issuer, "CN=Issuing,O=Example");
    assert_string_equal(answer.reason, "keyCompromise");
    assert_int_equal(answer.revoked_at, PKI_NOW - 7 * DAY);
    assert_int_equal(answer.this_update, PKI_NOW - HOUR);
    assert_int_equal(answer.next_update, PKI_NOW + DAY);
    assert_false(answer.used_delta);
    list.as = (struct crl_recipe){.delta_of = 1, .has_no_next_update = true};
    read_crls(pki.leaf, pki.issuing, fetch_with(pki.arena, &list, 1), &answer);
    assert_true(answer.used_delta);
    assert_null(answer.reason);
    assert_int_equal(answer.next_update, 0);
}

/* Dates are told of a list that nobody may believe, too. */
static void a_refused_list_is_described(void **state) {
    (void)state;
    struct crl_answer answer;
    struct list list = {.signer = AT(stranger), .as = {.next_update = DAY}};
    read_crls(pki.leaf, pki.issuing, fetch_with(pki.arena, &list, 1), &answer);
    assert_string_equal(answer.issuer, "CN=Issuing,O=Example");
    assert_int_equal(answer.this_update, PKI_NOW - HOUR);
    assert_int_equal(answer.next_update, PKI_NOW + DAY);
    assert_int_equal(answer.revoked_at, 0);
}

static void a_lifted_hold_is_told(void **state) {
    (void)state;
    struct crl_answer answer;
    struct list lists[] = {{.revoked = LEAF, .as = {.reason = "certificateHold"}},
                           {.revoked = LEAF, .as = {.delta_of = 1, .reason = "removeFromCRL"}}};
    read_crls(pki.leaf, pki.issuing, fetch_with(pki.arena, lists, 2), &answer);
    assert_true(answer.used_delta);
    assert_null(answer.reason);
    assert_int_equal(answer.revoked_at, 0);
}

/* A list of the right name proves nothing while nobody can check its signature; one of another name is none
 * of this certificate's in any case. */
static void without_an_issuer_nothing_is_believed(void **state) {
    (void)state;
    static const struct {
        const char *what;
        size_t leaf;
        struct list list;
        enum cause_id cause;
        const char *why;
    } rows[] = {
        {"of its CA's name", LEAF, {.revoked = LEAF}, CAUSE_NONE, "the issuer's certificate is not known"},
        {"of another's", LEAF, {.issuer = AT(root)}, CAUSE_REVOCATION_CRL_WRONG_ISSUER, FOREIGN},
        {"of another's, which the certificate names",
         AT(by_root),
         {.issuer = AT(root), .as = {.is_indirect = true}},
         CAUSE_NONE,
         "the issuer's certificate is not known"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct crl_answer answer;
        struct list lists[] = {rows[i].list, {.issuer = AT(root)}};
        read_crls(member(rows[i].leaf), NULL, fetch_with(pki.arena, lists, 2), &answer);
        assert_answer(rows[i].what, answer.said, answer.cause, answer.why, SAID_NOTHING, rows[i].cause,
                      rows[i].why);
    }
}

static void what_is_no_list_is_counted(void **state) {
    (void)state;
    static uint8_t garbage[] = "no list";
    static struct blob bad = {garbage, sizeof garbage}, none = {NULL, 0};
    struct crl_answer answer;
    struct crls crls;
    struct list list = {.as = {0}};
    struct fetch *fetch = fetch_with(pki.arena, &list, 1);
    LIST_ADD(pki.arena, &fetch->answers, &bad);
    LIST_ADD(pki.arena, &fetch->answers, &none);
    crls_open(pki.arena, fetch, &crls);
    assert_int_equal(crls.n, 1);
    assert_int_equal(crls.broken, 2);
    crls_close(&crls);
    assert_int_equal(crls.n, 0);
    fetch->answers.v[0] = &bad;
    read_crls(pki.leaf, pki.issuing, fetch, &answer);
    assert_answer("garbage", answer.said, answer.cause, answer.why, NO(UNPARSABLE), "there is no CRL in it");
}

/* Somebody made an Issuing CA of his own: what it signs proves nothing. */
static void a_forged_issuer_vouches_for_nothing(void **state) {
    (void)state;
    const struct issued *false_issuing =
        issue(&(struct spec){.name = "Issuing", .is_ca = true, .by = pki.stranger, .named_by = "Root"});
    const struct issued *leaf = issue(&(struct spec){.name = "leaf", .by = false_issuing});
    struct crl_recipe list = {.issuer = false_issuing};
    struct ocsp_recipe status = {.cert = leaf, .issuer = false_issuing, .next_update = DAY};
    struct blob crl = crl_make(pki.arena, &list), ocsp = ocsp_make(pki.arena, &status);
    struct fetch *fetch = ARENA_NEW(pki.arena, struct fetch);
    struct revocation_path path;
    struct ocsp_answer ocsp_answer;
    struct crl_answer answer;
    LIST_ADD(pki.arena, &fetch->answers, arena_dup(pki.arena, &crl, sizeof crl));
    read_crls(leaf, false_issuing, fetch, &answer);
    assert_answer("CRL", answer.said, answer.cause, answer.why, NO(BAD_SIGNATURE),
                  "the issuer's certificate was not signed by the one that it names");
    path_of(&path, leaf, false_issuing);
    ocsp_answer_read(pki.arena, ocsp.bytes, ocsp.size, &path.steps[0], "sha256", PKI_NOW, &ocsp_answer);
    assert_answer("OCSP", ocsp_answer.said, ocsp_answer.cause, ocsp_answer.why, SAID_NOTHING,
                  CAUSE_REVOCATION_OCSP_SIGNER_NOT_AUTHORISED,
                  "the issuer's certificate was not signed by the one that it names");
    revocation_path_close(&path);
}

/* ---- OCSP ---- */

struct reply { /* as struct list */
    size_t signer, about, named, before, decoy;
    struct ocsp_recipe as;
};

#undef REVOKED
#undef NO
#define REVOKED SAID_REVOKED, CAUSE_REVOCATION_OCSP_REVOKED
#define NO(cause) SAID_NOTHING, CAUSE_REVOCATION_OCSP_##cause
#define BY(who)                                                                                              \
    {                                                                                                        \
        .signer = AT(who), .as = {.next_update = DAY }                                                       \
    }
#define NOT_DELEGATED(why) NO(SIGNER_NOT_AUTHORISED), "the signer is CN=OCSP,O=Example: its certificate " why
#define REFUSES(status)                                                                                      \
    {                                                                                                        \
        .as = {.refusal = OCSP_RESPONSE_STATUS_##status }                                                    \
    }

/* clang-format off */
static const struct {
    const char *what;
    struct reply reply;
    const char *hash;
    enum said said;
    enum cause_id cause;
    const char *why;
} ocsp_rows[] = {
    {"good", {.as = {.next_update = DAY}}, "sha256", GOOD, NULL},
    {"good, asked by SHA-1", {.as = {.next_update = DAY, .hash = "sha1"}}, "sha1", GOOD, NULL},
    {"good, asked by SHA-1, answered by SHA-256", {.as = {.next_update = DAY}}, "sha1", NO(WRONG_CERTIFICATE),
     "it names the certificate by SHA256 hashes"},
    {"good, asked by SHA-256, answered by SHA-1", {.as = {.next_update = DAY, .hash = "sha1"}}, "sha256",
     NO(WRONG_CERTIFICATE), "it names the certificate by SHA1 hashes"},
    {"a staple may have any hash", {.as = {.next_update = DAY, .hash = "sha1"}}, NULL, GOOD, NULL},
    {"revoked", {.as = {.next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED}}, "sha256", REVOKED, NULL},
    {"unknown", {.as = {.next_update = DAY, .status = V_OCSP_CERTSTATUS_UNKNOWN}}, "sha256", NO(UNKNOWN),
     "the responder does not know the certificate"},
    {"another serial number", {.about = AT(other_leaf), .as = {.next_update = DAY}}, "sha256",
     NO(WRONG_CERTIFICATE), "issuer or serial number in it are of another certificate"},
    {"another serial number, in a staple", {.about = AT(other_leaf), .as = {.next_update = DAY}}, NULL,
     NO(WRONG_CERTIFICATE), "issuer or serial number in it are of another certificate"},
    {"another certificate's status first", {.before = AT(other_leaf), .as = {.next_update = DAY}}, "sha256",
     GOOD, NULL},
    {"another issuer", {.named = AT(root), .as = {.next_update = DAY}}, "sha256", NO(WRONG_CERTIFICATE),
     "issuer or serial number in it are of another certificate"},
    {"an issuer of that name and another key", {.named = AT(namesake), .as = {.next_update = DAY}}, "sha256",
     NO(WRONG_CERTIFICATE), "issuer or serial number in it are of another certificate"},
    {"no status", {.as = {.is_empty = true}}, "sha256", NO(WRONG_CERTIFICATE), "it holds no status at all"},
    {"good twice", {.as = {.next_update = DAY, .second = V_OCSP_CERTSTATUS_GOOD + 1}}, "sha256", GOOD, NULL},
    {"good and unknown", {.as = {.next_update = DAY, .second = V_OCSP_CERTSTATUS_UNKNOWN + 1}}, "sha256",
     NO(AMBIGUOUS), "it says good and unknown of the same certificate"},
    {"unknown and good", {.as = {.next_update = DAY, .status = V_OCSP_CERTSTATUS_UNKNOWN, .second =
     V_OCSP_CERTSTATUS_GOOD + 1}}, "sha256", NO(AMBIGUOUS),
     "it says good and unknown of the same certificate"},
    {"unknown and revoked",
     {.as = {.next_update = DAY, .status = V_OCSP_CERTSTATUS_UNKNOWN, .second = V_OCSP_CERTSTATUS_REVOKED + 1}},
     "sha256", REVOKED, NULL},
    {"good and revoked", {.as = {.next_update = DAY, .second = V_OCSP_CERTSTATUS_REVOKED + 1}}, "sha256",
     REVOKED, NULL},
    {"revoked and unknown", {.as = {.next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED, .second =
     V_OCSP_CERTSTATUS_UNKNOWN + 1}}, "sha256", REVOKED, NULL},

    /* who signed (RFC 6960 4.2.2.2) */
    {"the issuer, by its key, no certificate sent", {.as = {.next_update = DAY, .by_key = true,
     .without_certificate = true}}, "sha256", GOOD, NULL},
    {"a damaged signature", {.as = {.is_damaged = true}}, "sha256", NO(BAD_SIGNATURE),
     "the signature does not verify with the key of the responder it names"},
    {"a delegate", BY(delegate), "sha256", GOOD, NULL},
    {"a delegate, by its key", {.signer = AT(delegate), .as = {.next_update = DAY, .by_key = true}}, "sha256",
     GOOD, NULL},
    {"a delegate's damaged signature", {.signer = AT(delegate), .as = {.is_damaged = true}}, "sha256",
     NO(BAD_SIGNATURE), "the signature does not verify with the key of the responder it names"},
    {"a delegate that was not sent", {.signer = AT(delegate), .as = {.without_certificate = true}}, "sha256",
     NO(SIGNER_NOT_AUTHORISED), "the responder it names is not the issuer and sent no certificate"},
    {"a delegate that was not sent, by its key",
     {.signer = AT(delegate), .as = {.by_key = true, .without_certificate = true}}, "sha256",
     NO(SIGNER_NOT_AUTHORISED), "the responder it names is not the issuer and sent no certificate"},
    {"another delegate's certificate in its place",
     {.signer = AT(delegate), .decoy = AT(nocheck), .as = {.by_key = true, .without_certificate = true}},
     "sha256", NO(SIGNER_NOT_AUTHORISED), "the responder it names is not the issuer and sent no certificate"},
    {"a delegate whose certificate was sent behind another",
     {.signer = AT(delegate), .decoy = AT(stranger), .as = {.next_update = DAY}}, "sha256", GOOD, NULL},
    {"behind 99 of its name",
     {.signer = AT(delegate), .decoy = AT(nocheck), .as = {.next_update = DAY, .decoys = 99}}, "sha256", GOOD,
     NULL},
    {"behind 100 of its name: so many nobody sends",
     {.signer = AT(delegate), .decoy = AT(nocheck), .as = {.next_update = DAY, .decoys = 100}}, "sha256",
     NO(BAD_SIGNATURE), "the signature does not verify with the key of the responder it names"},
    {"a certificate without EKU", BY(no_eku), "sha256",
     NOT_DELEGATED("lacks the extended key usage OCSPSigning")},
    {"with another EKU", BY(other_eku), "sha256", NOT_DELEGATED("lacks the extended key usage OCSPSigning")},
    {"without digitalSignature", BY(encipher), "sha256", NOT_DELEGATED("may not sign")},
    {"with a critical extension", BY(critical), "sha256", NOT_DELEGATED("has a critical extension")},
    {"of another CA", BY(foreign), "sha256", NOT_DELEGATED("was not issued by the issuer itself")},
    {"of another key under the issuer's name", BY(misnamed), "sha256",
     NOT_DELEGATED("was not issued by the issuer itself")},
    {"of the issuer's key under another name", BY(misissued), "sha256",
     NOT_DELEGATED("was not issued by the issuer itself")},
    {"expired", BY(late), "sha256", NOT_DELEGATED("is expired or not yet valid")},
    {"not yet valid", BY(early), "sha256", NOT_DELEGATED("is expired or not yet valid")},
    {"about to expire", BY(first_second), "sha256", GOOD, NULL},
    {"valid since a second", BY(last_second), "sha256", GOOD, NULL},
    {"a CA of the issuer's name and another key", BY(namesake), "sha256", NO(SIGNER_NOT_AUTHORISED),
     "the signer is CN=Issuing,O=Example: its certificate was not issued by the issuer itself"},

    /* what must be understood */
    {"a critical extension", {.as = {.critical = "1.2.3.4.5"}}, "sha256", NO(CRITICAL_EXTENSION),
     "its critical extension 1.2.3.4.5 is not understood"},
    {"a critical extension of the status", {.as = {.single_critical = "1.2.3.4.5"}}, "sha256",
     NO(CRITICAL_EXTENSION), "its critical extension 1.2.3.4.5 is not understood"},
    {"one that has a name elsewhere", {.as = {.critical = "2.5.29.19"}}, "sha256", NO(CRITICAL_EXTENSION),
     "its critical extension 2.5.29.19 is not understood"},
    {"a critical nonce", {.as = {.next_update = DAY, .critical = "1.3.6.1.5.5.7.48.1.2"}}, "sha256", GOOD,
     NULL},
    {"a critical archive cutoff", {.as = {.next_update = DAY, .single_critical = "1.3.6.1.5.5.7.48.1.6"}},
     "sha256", GOOD, NULL},

    /* when it was true */
    {"thisUpdate within the skew of clocks", {.as = {.this_update = CLOCK_SKEW, .next_update = DAY}},
     "sha256", GOOD, NULL},
    {"thisUpdate beyond it", {.as = {.this_update = CLOCK_SKEW + 1, .next_update = DAY}}, "sha256",
     NO(NOT_YET_VALID), "thisUpdate is 2026-11-21T21:05:01Z"},
    {"thisUpdate is no time", {.as = {.next_update = DAY, .has_no_time = true}}, "sha256", NO(MALFORMED),
     "its thisUpdate or nextUpdate is no time"},
    {"nextUpdate passed", {.as = {.this_update = -DAY, .next_update = -1}}, "sha256", NO(STALE),
     "nextUpdate was 2026-11-21T20:59:59Z"},
    {"revoked, nextUpdate passed", {.as = {.this_update = -DAY, .next_update = -1, .status =
     V_OCSP_CERTSTATUS_REVOKED}}, "sha256", NO(STALE), "nextUpdate was"},
    {"no nextUpdate, a week old", {.as = {.this_update = -MAX_AGE}}, "sha256", GOOD, NULL},
    {"no nextUpdate, older", {.as = {.this_update = -MAX_AGE - 1}}, "sha256", NO(STALE),
     "it has no nextUpdate, and thisUpdate was 2026-11-14T20:59:59Z"},

    /* no answer (RFC 6960 2.3) */
    {"malformed request", REFUSES(MALFORMEDREQUEST), "sha256", NO(MALFORMED_REQUEST), "the responder calls"},
    {"internal error", REFUSES(INTERNALERROR), "sha256", NO(INTERNAL_ERROR), "the responder reports"},
    {"try later", REFUSES(TRYLATER), "sha256", NO(TRY_LATER), "the responder asks to try later"},
    {"signed requests", REFUSES(SIGREQUIRED), "sha256", NO(SIG_REQUIRED), "the responder wants signed"},
    {"unauthorized", REFUSES(UNAUTHORIZED), "sha256", NO(UNAUTHORIZED),
     "the responder answers: unauthorized"},
    {"a status that does not exist", {.as = {.refusal = 4}}, "sha256", NO(MALFORMED),
     "response status 4 does not exist"},
};
/* clang-format on */

static void read_ocsp(const struct reply *reply, const char *hash, struct ocsp_answer *answer) {
    struct revocation_path path;
    struct ocsp_recipe recipe = reply->as;
    recipe.cert = pki.leaf;
    recipe.issuer = pki.issuing;
    recipe.signer = member(reply->signer);
    recipe.about = member(reply->about);
    recipe.named = member(reply->named);
    recipe.before = member(reply->before);
    recipe.decoy = member(reply->decoy);
    struct blob made = ocsp_make(pki.arena, &recipe);
    path_of(&path, pki.leaf, pki.issuing);
    ocsp_answer_read(pki.arena, made.bytes, made.size, &path.steps[0], hash, PKI_NOW, answer);
    revocation_path_close(&path);
}

static void answers_say_what_they_may(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(ocsp_rows); i++) {
        struct ocsp_answer answer;
        read_ocsp(&ocsp_rows[i].reply, ocsp_rows[i].hash, &answer);
        assert_answer(ocsp_rows[i].what, answer.said, answer.cause, answer.why, ocsp_rows[i].said,
                      ocsp_rows[i].cause, ocsp_rows[i].why);
    }
}

static void an_answer_is_described(void **state) {
    (void)state;
    struct ocsp_answer answer;
    struct reply reply = {.as = {.status = V_OCSP_CERTSTATUS_REVOKED, .next_update = DAY}};
    read_ocsp(&reply, "sha256", &answer);
    assert_int_equal(answer.this_update, PKI_NOW - HOUR);
    assert_int_equal(answer.next_update, PKI_NOW + DAY);
    assert_int_equal(answer.revoked_at, PKI_NOW - 7 * DAY);
    assert_true(answer.produced > PKI_NOW - 3650LL * DAY); /* the library puts the clock's time */
    assert_string_equal(answer.reason, "keyCompromise");
    assert_string_equal(answer.signer, "CN=Issuing,O=Example");
    assert_false(answer.is_delegate || answer.has_nocheck || answer.contradicts);
    reply.as.reason = OCSP_REVOKED_STATUS_UNSPECIFIED + 1;
    reply.as.second = V_OCSP_CERTSTATUS_GOOD + 1;
    read_ocsp(&reply, "sha256", &answer);
    assert_string_equal(answer.reason, "unspecified");
    assert_true(answer.contradicts);
    reply = (struct reply){.signer = AT(delegate)};
    read_ocsp(&reply, "sha256", &answer);
    assert_string_equal(answer.signer, "CN=OCSP,O=Example");
    assert_true(answer.is_delegate);
    assert_false(answer.has_nocheck);
    assert_int_equal(answer.next_update, 0);
    reply.signer = AT(nocheck);
    read_ocsp(&reply, "sha256", &answer);
    assert_true(answer.is_delegate && answer.has_nocheck);
}

/* Of two statements alike the later one is told. */
static void the_later_of_two_is_told(void **state) {
    (void)state;
    struct reply reply = {.as = {.second = V_OCSP_CERTSTATUS_GOOD + 1, .next_update = DAY}};
    for (int swapped = 0; swapped < 2; swapped++) {
        struct ocsp_answer answer;
        reply.as.this_update = swapped ? -HOUR : -2 * HOUR;
        reply.as.second_update = swapped ? -2 * HOUR : -HOUR;
        read_ocsp(&reply, "sha256", &answer);
        assert_int_equal(answer.this_update, PKI_NOW - HOUR);
        assert_false(answer.contradicts);
    }
}

static void delegates_are_valid_in_their_time(void **state) {
    (void)state;
    static const struct {
        size_t delegate;
        int at; /* seconds from PKI_NOW */
        bool is_valid;
    } rows[] = {{AT(last_second), -2, false},
                {AT(last_second), -1, true},
                {AT(first_second), 0, true},
                {AT(first_second), 1, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ocsp_recipe recipe = {.cert = pki.leaf, .issuer = pki.issuing, .next_update = DAY};
        struct revocation_path path;
        struct ocsp_answer answer;
        recipe.signer = member(rows[i].delegate);
        struct blob made = ocsp_make(pki.arena, &recipe);
        path_of(&path, pki.leaf, pki.issuing);
        ocsp_answer_read(pki.arena, made.bytes, made.size, &path.steps[0], "sha256", PKI_NOW + rows[i].at,
                         &answer);
        assert_int_equal(answer.said, rows[i].is_valid ? SAID_GOOD : SAID_NOTHING);
        revocation_path_close(&path);
    }
}

static void bytes_that_are_no_answer(void **state) {
    (void)state;
    static const uint8_t successful_and_nothing[] = {0x30, 0x03, 0x0a, 0x01, 0x00};
    struct revocation_path path;
    struct ocsp_answer answer;
    path_of(&path, pki.leaf, pki.issuing);
    ocsp_answer_read(pki.arena, NULL, 0, &path.steps[0], NULL, PKI_NOW, &answer);
    assert_answer("none", answer.said, answer.cause, answer.why, NO(MALFORMED),
                  "the bytes are no OCSP response");
    ocsp_answer_read(pki.arena, (const uint8_t *)"<html>", 6, &path.steps[0], NULL, PKI_NOW, &answer);
    assert_answer("HTML", answer.said, answer.cause, answer.why, NO(MALFORMED),
                  "the bytes are no OCSP response");
    ocsp_answer_read(pki.arena, successful_and_nothing, sizeof successful_and_nothing, &path.steps[0], NULL,
                     PKI_NOW, &answer);
    assert_answer("hollow", answer.said, answer.cause, answer.why, NO(MALFORMED),
                  "it holds no basic response");
    revocation_path_close(&path);
}

/* ---- paths ---- */

static void paths_end_below_the_root(void **state) {
    (void)state;
    static const struct {
        const char *what;
        size_t sent[3], n, issuers; /* in the path; of how many the issuer is known */
    } rows[] = {{"all but the root sent", {AT(leaf), AT(issuing)}, 2, 2},
                {"the root sent, too", {AT(leaf), AT(issuing), AT(root)}, 2, 2},
                {"other certificates between", {AT(leaf), AT(stranger), AT(issuing)}, 2, 2},
                {"one of the issuer's name that did not sign", {AT(leaf), AT(namesake)}, 1, 0},
                {"the right one behind it", {AT(leaf), AT(namesake), AT(issuing)}, 2, 2},
                {"alone", {AT(leaf)}, 1, 0},
                {"a root", {AT(root)}, 0, 0},
                {"nothing", {0}, 0, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct issued *sent[3];
        struct revocation_path path;
        size_t known = 0;
        for (size_t k = 0; k < 3; k++)
            sent[k] = member(rows[i].sent[k]);
        struct certs chain = certs_of(pki.arena, sent, 3);
        revocation_path_open(pki.facts, pki.arena, &chain, NULL, &path);
        for (size_t k = 0; k < path.n; k++)
            known += path.steps[k].issuer != NULL;
        if (path.n != rows[i].n || known != rows[i].issuers)
            fail_msg("%s: %zu steps, %zu issuers", rows[i].what, path.n, known);
        for (size_t k = 0; k < path.n; k++)
            assert_false(path.steps[k].is_forged);
        revocation_path_close(&path);
        assert_int_equal(path.n, 0);
    }
}

/* Who says that a CA at hand issued it, which did not sign it, is forged; who names a CA that is not at hand
 * is only not known. */
static void the_forged_are_told_from_the_unknown(void **state) {
    (void)state;
    const struct issued *false_issuing =
        issue(&(struct spec){.name = "Issuing", .is_ca = true, .by = pki.stranger, .named_by = "Root"});
    const struct issued *false_root = issue(&(struct spec){
        .name = "Root", .is_ca = true, .key = pki.root->key, .by = pki.stranger, .named_by = "Root"});
    const struct issued *roof = issue(&(struct spec){.name = "Roof", .is_ca = true});
    const struct issued *of_false = issue(&(struct spec){.name = "leaf", .by = false_issuing});
    const struct {
        const char *what;
        const struct issued *leaf, *sent[3], *list[2];
        bool is_forged;
    } rows[] = {{"its root was sent", of_false, {false_issuing, pki.root}, {NULL}, true},
                {"its root was sent before", of_false, {pki.root, false_issuing}, {NULL}, true},
                {"its root was sent, and more", of_false, {false_issuing, pki.root, roof}, {NULL}, true},
                {"its root is listed", of_false, {false_issuing}, {pki.root}, true},
                {"its root is listed, and more", of_false, {false_issuing}, {pki.root, roof}, true},
                {"its root is not at hand", of_false, {false_issuing}, {NULL}, false},
                {"another root is", of_false, {false_issuing, roof}, {roof}, false},
                {"a good one", pki.leaf, {pki.issuing, pki.root}, {pki.root}, false},
                {"a good one, a root of that name besides",
                 pki.leaf,
                 {pki.issuing, false_root, pki.root},
                 {NULL},
                 false},
                {"a root that did not sign itself, sent", pki.issuing, {false_root}, {NULL}, true},
                {"a root that did not sign itself, listed", pki.issuing, {NULL}, {false_root}, true},
                {"a root that did", pki.issuing, {pki.root}, {NULL}, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct facts *facts = facts_new();
        const struct issued *sent[] = {rows[i].leaf, rows[i].sent[0], rows[i].sent[1], rows[i].sent[2]};
        struct certs chain = certs_of(facts->arena, sent, COUNT(sent));
        struct revocation_path path;
        list_of(facts->arena, facts, "trust.pem", rows[i].list, 2);
        revocation_path_open(facts, facts->arena, &chain, NULL, &path);
        assert_non_null(path.steps[0].issuer);
        if (path.steps[0].is_forged != rows[i].is_forged)
            fail_msg("%s", rows[i].what);
        revocation_path_close(&path);
        facts_free(facts);
    }
}

/* Of an issuer that stands in a list alone the path goes on, and its own sources are read from it. */
static void issuers_come_from_lists(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    struct arena *arena = facts->arena;
    const struct issued *middle =
        issue(&(struct spec){.name = "Middle",
                             .is_ca = true,
                             .by = pki.root,
                             .ocsp = "http://ocsp.example.com/",
                             .cdp = "URI:http://a.example.com/,URI:http://b.example.com/",
                             .aia = "http://ca.example.com/"});
    const struct issued *leaf = issue(&(struct spec){.name = "leaf", .by = middle});
    const struct issued *one[] = {leaf};
    struct certs chain = certs_of(arena, one, 1);
    struct revocation_path path;
    list_of(arena, facts, "first.pem", ISSUED(pki.stranger));
    list_of(arena, facts, "second.pem", ISSUED(pki.namesake, pki.root, middle));
    for (size_t kept = 0; kept < 2; kept++) {
        struct listed_certs *listed = kept == 0 ? NULL : listed_certs_new(arena);
        revocation_path_open(facts, arena, &chain, listed, &path);
        assert_int_equal(path.n, 2);
        const struct cert *cert = path.steps[1].cert;
        assert_string_equal(cert->subject, "CN=Middle,O=Example");
        assert_int_equal(cert->ocsp.n, 1);
        assert_string_equal(cert->ocsp.v[0], "http://ocsp.example.com/");
        assert_int_equal(cert->cdp.n, 2);
        assert_string_equal(cert->cdp.v[1], "http://b.example.com/");
        assert_non_null(path.steps[1].issuer);
        revocation_path_close(&path);
        revocation_path_open(facts, arena, &chain, listed, &path);
        assert_int_equal(path.steps[1].cert == cert, kept == 1); /* made once where they are kept */
        revocation_path_close(&path);
    }
    facts_free(facts);
}

/* Eight certificates are looked at, and a list is sought among the CAs of these. */
static void long_chains_are_cut(void **state) {
    (void)state;
    static struct point by_stranger = {.uri = CDP};
    const struct issued *chain[REVOCATION_PATH + 3], *above = pki.root;
    struct list list = {.issuer = AT(stranger), .as = {.is_indirect = true}};
    struct revocation_path path;
    struct crl_answer answer;
    struct crls crls;
    by_stranger.issuer = pki.stranger;
    for (size_t i = COUNT(chain); i > 0; i--)
        chain[i - 1] = above = issue(&(struct spec){.name = arena_printf(pki.arena, "CA %zu", i),
                                                    .is_ca = true,
                                                    .by = above,
                                                    .points = {&by_stranger}});
    struct certs certs = certs_of(pki.arena, chain, COUNT(chain));
    revocation_path_open(pki.facts, pki.arena, &certs, NULL, &path);
    assert_int_equal(path.n, REVOCATION_PATH);
    crls_open(pki.arena, fetch_with(pki.arena, &list, 1), &crls);
    crl_answer_read(pki.arena, &crls, &path.steps[0], &path, PKI_NOW, &answer);
    assert_int_equal(answer.cause, CAUSE_REVOCATION_CRL_WRONG_ISSUER);
    crls_close(&crls);
    revocation_path_close(&path);
}

static void seconds_are_read_from_times(void **state) {
    (void)state;
    ASN1_TIME *time = ASN1_TIME_set(NULL, 100000);
    int64_t seconds = 7;
    assert_true(seconds_of_time(time, &seconds));
    assert_int_equal(seconds, 100000);
    assert_true(ASN1_STRING_set(time, "no time", -1));
    assert_false(seconds_of_time(time, &seconds));
    assert_false(seconds_of_time(NULL, &seconds));
    assert_int_equal(seconds, 100000);
    ASN1_TIME_free(time);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_say_what_they_may),
        cmocka_unit_test(lists_and_answers_end_in_time),
        cmocka_unit_test(a_list_is_described),
        cmocka_unit_test(a_refused_list_is_described),
        cmocka_unit_test(a_lifted_hold_is_told),
        cmocka_unit_test(without_an_issuer_nothing_is_believed),
        cmocka_unit_test(what_is_no_list_is_counted),
        cmocka_unit_test(a_forged_issuer_vouches_for_nothing),
        cmocka_unit_test(answers_say_what_they_may),
        cmocka_unit_test(an_answer_is_described),
        cmocka_unit_test(the_later_of_two_is_told),
        cmocka_unit_test(delegates_are_valid_in_their_time),
        cmocka_unit_test(bytes_that_are_no_answer),
        cmocka_unit_test(paths_end_below_the_root),
        cmocka_unit_test(the_forged_are_told_from_the_unknown),
        cmocka_unit_test(issuers_come_from_lists),
        cmocka_unit_test(long_chains_are_cut),
        cmocka_unit_test(seconds_are_read_from_times),
    };
    return cmocka_run_group_tests(tests, pki_open, pki_close);
}
