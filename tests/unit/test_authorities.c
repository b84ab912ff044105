/* Which CA certificates stand above a certificate, and does a list have them? By name and key identifier, as
 * OpenSSL looks for an issuer (RFC 5280 4.2.1.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "expressway/authorities.h"
#include "tests/unit/pki.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct certificates {
    struct facts *facts;
    const struct issued *root, *old_root, *other_key, *issuing, *old_issuing, *leaf, *alone, *other,
        *plain_ca, *of_plain, *without_ids;
} pki;

static const struct issued *issue(const struct spec *spec) {
    return pki_issue(pki.facts->arena, spec);
}

static int pki_open(void **state) {
    (void)state;
    pki.facts = facts_new();
    pki.facts->run.at = PKI_NOW;
    pki.root = issue(&(struct spec){.name = "Root", .is_ca = true});
    pki.old_root = issue(&(struct spec){.name = "Root", .is_ca = true, .key = pki.root->key, .until = -1});
    pki.other_key = issue(&(struct spec){.name = "Root", .is_ca = true});
    pki.issuing =
        issue(&(struct spec){.name = "Issuing", .is_ca = true, .by = pki.root, .aia = "http://ca/root.cer"});
    pki.old_issuing = issue(&(struct spec){
        .name = "Issuing", .is_ca = true, .by = pki.root, .key = pki.issuing->key, .until = -1});
    pki.leaf = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .aia = "http://ca/issuing.cer"});
    pki.alone = issue(&(struct spec){.name = "alone"});
    pki.other = issue(&(struct spec){.name = "Other", .is_ca = true});
    pki.without_ids = issue(&(struct spec){.name = "leaf", .by = pki.issuing, .has_no_ids = true});
    pki.plain_ca = issue(&(struct spec){.name = "Plain", .is_ca = true, .has_no_ids = true});
    pki.of_plain = issue(&(struct spec){.name = "of plain", .by = pki.plain_ca, .has_no_ids = true});
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

static void at_hand_in(struct facts *facts, struct certs *pool, const size_t pooled[3],
                       const size_t listed[3]) {
    const struct issued *in_pool[3], *in_list[3];
    for (size_t i = 0; i < 3; i++) {
        in_pool[i] = member(pooled[i]);
        in_list[i] = member(listed[i]);
    }
    *pool = certs_of(facts->arena, in_pool, 3);
    list_of(facts->arena, facts, "list", in_list, 3);
    list_of(facts->arena, facts, "empty", NULL, 0);
}

/* "CN=…" of each from the root down; "(CN=…)" where the certificate is not at hand. */
static char *text_of(struct arena *arena, const struct authorities *above) {
    char *text = arena_text(arena, "");
    for (size_t i = 0; i < above->n; i++) {
        const struct authority *a = above->v[i];
        size_t cn = (size_t)(strstr(a->subject, "CN=") - a->subject);
        text = arena_printf(arena, "%s%s%s%.*s%s%s%s%s", text, i == 0 ? "" : " ", a->cert == NULL ? "(" : "",
                            (int)strcspn(a->subject + cn, ","), a->subject + cn, a->cert == NULL ? ")" : "",
                            a->is_root ? " root" : "", a->aia == NULL ? "" : " from ",
                            a->aia == NULL ? "" : a->aia);
    }
    return text;
}

static void the_way_up_is_found(void **state) {
    (void)state;
    static const struct {
        const char *what;
        size_t leaf, pool[3], list[3];
        const char *above;
        size_t top; /* which certificate the first is; 0: not asked */
    } rows[] = {
        {"all in the pool", AT(leaf), {AT(issuing), AT(root)}, {0}, "CN=Root root CN=Issuing", AT(root)},
        {"all in a list", AT(leaf), {0}, {AT(issuing), AT(root)}, "CN=Root root CN=Issuing", AT(root)},
        {"the list behind the pool",
         AT(leaf),
         {AT(issuing)},
         {AT(root)},
         "CN=Root root CN=Issuing",
         AT(root)},
        {"others besides",
         AT(leaf),
         {AT(other), AT(issuing)},
         {AT(other), AT(root)},
         "CN=Root root CN=Issuing",
         AT(root)},
        {"a CA of that name and another key",
         AT(leaf),
         {AT(issuing), AT(other_key), AT(root)},
         {0},
         "CN=Root root CN=Issuing",
         AT(root)},
        {"that alone",
         AT(leaf),
         {AT(issuing), AT(other_key)},
         {0},
         "(CN=Root) from http://ca/root.cer CN=Issuing",
         0},
        {"the root is not at hand",
         AT(leaf),
         {AT(issuing)},
         {0},
         "(CN=Root) from http://ca/root.cer CN=Issuing",
         0},
        {"nothing is", AT(leaf), {0}, {0}, "(CN=Issuing) from http://ca/issuing.cer", 0},
        {"nobody says where to get it", AT(of_plain), {0}, {0}, "(CN=Plain)", 0},
        {"without key identifiers the name decides",
         AT(of_plain),
         {AT(plain_ca)},
         {0},
         "CN=Plain root",
         AT(plain_ca)},
        {"without one below",
         AT(without_ids),
         {AT(issuing), AT(root)},
         {0},
         "CN=Root root CN=Issuing",
         AT(root)},
        {"of two the one that is valid",
         AT(leaf),
         {AT(issuing), AT(old_root), AT(root)},
         {0},
         "CN=Root root CN=Issuing",
         AT(root)},
        {"in any order",
         AT(leaf),
         {AT(issuing), AT(root), AT(old_root)},
         {0},
         "CN=Root root CN=Issuing",
         AT(root)},
        {"an old one is better than none",
         AT(leaf),
         {AT(issuing), AT(old_root)},
         {0},
         "CN=Root root CN=Issuing",
         AT(old_root)},
        {"signed by itself", AT(alone), {AT(root)}, {0}, "CN=alone root", AT(alone)},
        {"a root", AT(root), {AT(root), AT(old_root)}, {0}, "CN=Root root", AT(root)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct facts *facts = facts_new();
        struct authorities above;
        struct certs pool;
        facts->run.at = PKI_NOW;
        at_hand_in(facts, &pool, rows[i].pool, rows[i].list);
        authorities_above(facts->arena, facts, member(rows[i].leaf)->cert, &pool, &above);
        const char *text = text_of(facts->arena, &above);
        if (strcmp(text, rows[i].above) != 0)
            fail_msg("%s: %s", rows[i].what, text);
        if (rows[i].top != 0)
            assert_string_equal(above.v[0]->cert->sha256, member(rows[i].top)->cert->sha256);
        facts_free(facts);
    }
}

static void keys_are_told(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    struct authorities above;
    struct certs pool = certs_of(facts->arena, ISSUED(pki.issuing));
    facts->run.at = PKI_NOW;
    authorities_above(facts->arena, facts, pki.leaf->cert, &pool, &above);
    assert_string_equal(above.v[0]->key_id, pki.root->cert->ski); /* by what it signed */
    assert_null(above.v[0]->cert);
    assert_string_equal(above.v[1]->key_id, pki.issuing->cert->ski);
    assert_ptr_equal(above.v[1]->cert, pki.issuing->cert);
    authorities_above(facts->arena, facts, pki.alone->cert, NULL, &above);
    assert_string_equal(above.v[0]->key_id, pki.alone->cert->ski);
    facts_free(facts);
}

/* Until what instant is the old one as good? To its last second. */
static void the_last_second_counts(void **state) {
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct facts *facts = facts_new();
        struct authorities above;
        struct certs pool = certs_of(facts->arena, ISSUED(pki.old_issuing, pki.issuing));
        facts->run.at = PKI_NOW - 1 + late;
        authorities_above(facts->arena, facts, pki.leaf->cert, &pool, &above);
        assert_ptr_equal(above.v[above.n - 1]->cert, late ? pki.issuing->cert : pki.old_issuing->cert);
        facts->run.at = PKI_NOW + 2000LL * PKI_DAY + late; /* the new one's last second, and behind it */
        authorities_above(facts->arena, facts, pki.leaf->cert, &pool, &above);
        assert_ptr_equal(above.v[above.n - 1]->cert, late ? pki.old_issuing->cert : pki.issuing->cert);
        facts_free(facts);
    }
}

static void long_ways_are_cut(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    struct certs pool = {NULL, 0};
    struct authorities above;
    const struct issued *by = pki.other;
    for (int i = 12; i > 0; i--) {
        by =
            issue(&(struct spec){.name = arena_printf(facts->arena, "Level %d", i), .is_ca = true, .by = by});
        LIST_ADD(facts->arena, &pool, by->cert);
    }
    const struct issued *leaf = issue(&(struct spec){.name = "lowest", .by = by});
    authorities_above(facts->arena, facts, leaf->cert, &pool, &above);
    assert_int_equal(above.n, 10);
    assert_string_equal(above.v[9]->subject, "CN=Level 1,O=Example");
    assert_string_equal(above.v[0]->subject, "CN=Level 10,O=Example");
    facts_free(facts);
}

static void lists_have_the_very_one_or_its_like(void **state) {
    (void)state;
    static const struct {
        const char *what;
        size_t authority; /* 0: Root, not at hand */
        size_t list[3];
        bool is_in;
    } rows[] = {{"the very one", AT(root), {AT(other), AT(root)}, true},
                {"the very one, expired", AT(old_root), {AT(old_root)}, true},
                {"another of its name and key", AT(old_root), {AT(root)}, true},
                {"another, and that one has expired", AT(root), {AT(old_root)}, false},
                {"that, and another key", AT(root), {AT(old_root), AT(other_key)}, false},
                {"one of another key", AT(root), {AT(other_key)}, false},
                {"one of another name", AT(root), {AT(other), AT(issuing)}, false},
                {"without key identifiers none but itself", AT(plain_ca), {AT(other)}, false},
                {"itself", AT(plain_ca), {AT(plain_ca)}, true},
                {"not at hand: its name and key", 0, {AT(other), AT(root)}, true},
                {"not at hand: its like behind an expired one", 0, {AT(old_root), AT(root)}, true},
                {"not at hand: another key", 0, {AT(other_key)}, false},
                {"not at hand: nothing", 0, {0}, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct facts *facts = facts_new();
        const struct cert *cert = rows[i].authority == 0 ? NULL : member(rows[i].authority)->cert;
        struct authority authority = {cert, cert != NULL ? cert->subject : pki.root->cert->subject,
                                      cert != NULL ? cert->ski : pki.root->cert->ski, NULL, true};
        struct certs unused;
        at_hand_in(facts, &unused, (const size_t[3]){0}, rows[i].list);
        if (authority_is_in(facts->arena, &authority, facts->trust_lists.v[0], PKI_NOW) != rows[i].is_in)
            fail_msg("%s", rows[i].what);
        facts_free(facts);
    }
}

/* Of the same length, but for one bit. */
static void another_of_its_size_is_not_it(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    struct cert twin = *pki.plain_ca->cert;
    uint8_t *der = arena_dup(facts->arena, twin.der, twin.der_size);
    der[twin.der_size - 1] ^= 1;
    twin.der = der;
    struct authority authority = {&twin, twin.subject, NULL, NULL, true};
    struct trust_list *list = list_of(facts->arena, facts, "list", ISSUED(pki.plain_ca));
    assert_false(authority_is_in(facts->arena, &authority, list, PKI_NOW));
    twin.der = NULL; /* nor is one whose bytes were not kept */
    assert_false(authority_is_in(facts->arena, &authority, list, PKI_NOW));
    assert_null(trust_cert_whole(facts->arena, &twin));
    struct cert *whole = trust_cert_whole(facts->arena, pki.leaf->cert),
                *entry = trust_entry_whole(facts->arena, list->entries.v[0]);
    assert_string_equal(whole->sha256, pki.leaf->cert->sha256);
    assert_string_equal(entry->sha256, pki.plain_ca->cert->sha256);
    authority.key_id = pki.root->cert->ski;
    list = list_of(facts->arena, facts, "other", ISSUED(pki.root));
    list->entries.v[0]->not_after = PKI_NOW;
    authority.subject = pki.root->cert->subject;
    assert_true(authority_is_in(facts->arena, &authority, list, PKI_NOW));
    assert_false(authority_is_in(facts->arena, &authority, list, PKI_NOW + 1));
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_up_is_found),
        cmocka_unit_test(keys_are_told),
        cmocka_unit_test(the_last_second_counts),
        cmocka_unit_test(long_ways_are_cut),
        cmocka_unit_test(lists_have_the_very_one_or_its_like),
        cmocka_unit_test(another_of_its_size_is_not_it),
    };
    return cmocka_run_group_tests(tests, pki_open, pki_close);
}
