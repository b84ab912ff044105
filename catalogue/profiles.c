/* What is known to offer or to take what? See profiles.h.
 *
 * Expressway's default string is never expanded with a local OpenSSL: the table is the vendor's own expansion
 * (TN-222186), 37 suites where stock OpenSSL 3.0 makes 69. */
#include "catalogue/profiles.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "catalogue/release.h"

const struct enum_name confidences[] = {
    {CONFIDENCE_LOW, "low"}, {CONFIDENCE_MEDIUM, "medium"}, {CONFIDENCE_HIGH, "high"}, {0, NULL}};

/* ---- suites ---- */

#define SUITES13 0x1302, 0x1303, 0x1301
#define ECDHE_OF_EXPRESSWAY                                                                                  \
    0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC0AD, 0xC02B, 0xC02F, 0xC0AC, 0xC024, 0xC028, 0xC023, 0xC027, 0xC009,  \
        0xC013
#define REST_OF_EXPRESSWAY                                                                                   \
    0x00A3, 0x009F, 0xCCAA, 0xC09F, 0x00A2, 0x009E, 0xC09E, 0x006B, 0x006A, 0x0067, 0x0040, 0x0033, 0x0032,  \
        0x009D, 0xC09D, 0x009C, 0xC09C, 0x003D, 0x003C, 0x002F
#define ECDHE_RSA_IN_FRONT                                                                                   \
    0xC030, 0xC02C, 0xCCA9, 0xCCA8, 0xC0AD, 0xC02B, 0xC02F, 0xC0AC, 0xC024, 0xC028, 0xC023, 0xC027, 0xC009,  \
        0xC013

const int profile_suites13[] = {SUITES13, 0};
static const int expressway_13[] = {SUITES13, ECDHE_OF_EXPRESSWAY, REST_OF_EXPRESSWAY, 0};
static const int expressway_13_rsa[] = {SUITES13, ECDHE_RSA_IN_FRONT, REST_OF_EXPRESSWAY, 0};
static const int expressway_12[] = {ECDHE_OF_EXPRESSWAY, REST_OF_EXPRESSWAY, 0};
static const int expressway_12_rsa[] = {ECDHE_RSA_IN_FRONT, REST_OF_EXPRESSWAY, 0};

/* X15.2 and later, by its own string: without the CCM suites of RSA and DHE, and without DHE with ChaCha20
 * (managing security chapter of the administrator guide; the order is what the string gives). */
#define ECDHE_FIRST_OF_X152                                                                                  \
    0xC02C, 0xC030, 0x00A3, 0x009F, 0xCCA9, 0xCCA8, 0xC0AD, 0xC02B, 0xC02F, 0x00A2, 0x009E, 0xC0AC, 0xC024,  \
        0xC028, 0x006B, 0x006A, 0xC023, 0xC027, 0x0067, 0x0040, 0xC009, 0xC013, 0x0033, 0x0032, 0x009D,      \
        0x009C, 0x003D, 0x003C, 0x002F
#define RSA_FIRST_OF_X152                                                                                    \
    0xC030, 0xC02C, 0x00A3, 0x009F, 0xCCA9, 0xCCA8, 0xC0AD, 0xC02B, 0xC02F, 0x00A2, 0x009E, 0xC0AC, 0xC024,  \
        0xC028, 0x006B, 0x006A, 0xC023, 0xC027, 0x0067, 0x0040, 0xC009, 0xC013, 0x0033, 0x0032, 0x009D,      \
        0x009C, 0x003D, 0x003C, 0x002F
static const int expressway_152[] = {SUITES13, ECDHE_FIRST_OF_X152, 0};
static const int expressway_152_rsa[] = {SUITES13, RSA_FIRST_OF_X152, 0};
/* The SIP string of X14.0 ended with +ADH: anonymous suites come last. */
static const int expressway_14_sip[] = {
    ECDHE_RSA_IN_FRONT, REST_OF_EXPRESSWAY, 0x00A7, 0x00A6, 0x006D, 0x006C, 0x0034, 0};

static const int strongest_rsa[] = {SUITES13, 0xC030, 0xC02C, 0};
static const int strongest_ecdsa[] = {SUITES13, 0xC02C, 0xC030, 0};
static const int medium_rsa[] = {SUITES13, 0xC030, 0xC02C, 0xC02F, 0xC02B, 0};
static const int medium_ecdsa[] = {SUITES13, 0xC02C, 0xC030, 0xC02B, 0xC02F, 0};
static const int all_rsa[] = {SUITES13, 0xC030, 0xC02C, 0xC02F, 0xC02B, 0x002F, 0};
static const int all_ecdsa[] = {SUITES13, 0xC02C, 0xC030, 0xC02B, 0xC02F, 0x002F, 0};
static const int https_rsa[] = {SUITES13, 0xC030, 0xC02F, 0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F, 0};
static const int https_both[] = {SUITES13, 0xC02C, 0xC030, 0xC02B, 0xC02F, 0x009D,
                                 0x009C,   0x003D, 0x003C, 0x0035, 0x002F, 0};

static const int jabber[] = {0xC02C, 0xC030, 0xC02B, 0xC02F, 0x009D, 0x009C, 0x0035, 0x002F, 0};
static const int room[] = {SUITES13, 0xC02C, 0xC030, 0xC02B, 0xC02F, 0x009F, 0x009E, 0x009D, 0x009C, 0};
static const int phone[] = {0xC02C, 0xC030, 0xC02B, 0xC02F, 0x0035, 0x002F, 0};

/* ---- groups and signature algorithms ---- */

/* OpenSSL's own lists, of which nothing says that the product changes them. */
const char *const profile_groups[] = {"x25519",    "secp256r1", "x448",      "secp521r1",
                                      "secp384r1", "ffdhe2048", "ffdhe3072", "ffdhe4096",
                                      "ffdhe6144", "ffdhe8192", NULL};
static const char *const nist_groups[] = {"secp256r1", "secp384r1", "secp521r1", NULL};

#define ECDSA_SIGNS "ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512"
#define PSS_SIGNS "rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512"
#define PKCS1_SIGNS "rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512"
const char *const profile_signatures[] = {
    ECDSA_SIGNS, "ed25519",   "ed448", "rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512",
    PSS_SIGNS,   PKCS1_SIGNS, NULL};
static const char *const rsa_first_signatures[] = {PSS_SIGNS, PKCS1_SIGNS, ECDSA_SIGNS,
                                                   "ed25519", "ed448",     NULL};
static const char *const ucm_signatures[] = {ECDSA_SIGNS, PSS_SIGNS, PKCS1_SIGNS, NULL};
static const char *const pkcs1_signatures[] = {ECDSA_SIGNS, PKCS1_SIGNS, NULL};

/* ---- sources ---- */

#define TN_STRINGS "TN-222186 Customise Expressway cipher strings"
#define TN_REQUIREMENTS "TN-225476 MRA certificate requirements"
#define RN_X142 "Expressway X14.2 release notes"
#define ADMIN_SECURITY "Expressway administrator guide X15.5, managing security"
#define ADMIN_REFERENCE "Expressway administrator guide X14.0, command reference"
#define NGE "Unified CM next-generation encryption notes (TLS Ciphers lists)"
#define UCM_TLS13 "Unified CM 15 security guide, TLS chapters"
#define FIELD "general knowledge, not found in a public document"

#define EXPRESSWAY(name_, title_, newest_, suites_, signatures_, release_, source_, confidence_)             \
    {                                                                                                        \
        .name = name_, .title = title_, .kind = PROFILE_EXPRESSWAY, .oldest = TLS12, .newest = newest_,      \
        .suites = suites_, .groups = profile_groups, .signatures = signatures_, .certificates = {"RSA"},     \
        .from_release = release_, .source = source_, .confidence = confidence_                               \
    }
/* One enterprise parameter, TLS Ciphers, for both products, before and from 15SU2. */
#define UCM_PAIR(value_, title_, suites_, kind_, prefix_)                                                    \
    {.name = prefix_ "-" value_,                                                                             \
     .title = title_ ", before 15SU2 (TLS 1.0 to 1.2)",                                                      \
     .kind = kind_,                                                                                          \
     .oldest = TLS10,                                                                                        \
     .newest = TLS12,                                                                                        \
     .suites = suites_,                                                                                      \
     .groups = nist_groups,                                                                                  \
     .signatures = pkcs1_signatures,                                                                         \
     .certificates = {"RSA", "ECDSA"},                                                                       \
     .source = NGE,                                                                                          \
     .confidence = CONFIDENCE_MEDIUM},                                                                       \
    {                                                                                                        \
        .name = prefix_ "-" value_ "-15su2", .title = title_ ", 15SU2 and later (TLS 1.2 and 1.3)",          \
        .kind = kind_, .oldest = TLS12, .newest = TLS13, .suites = suites_, .groups = profile_groups,        \
        .signatures = ucm_signatures, .certificates = {"RSA", "ECDSA"}, .suites_choose_certificate = true,   \
        .source = NGE "; " UCM_TLS13, .confidence = CONFIDENCE_MEDIUM                                        \
    }
#define UCM_PARAMETERS(kind_, prefix_, product_)                                                             \
    UCM_PAIR("all-rsa-preferred", product_ ", All Ciphers RSA Preferred (default)", all_rsa, kind_,          \
             prefix_),                                                                                       \
        UCM_PAIR("all-ecdsa-preferred", product_ ", All Ciphers ECDSA Preferred", all_ecdsa, kind_,          \
                 prefix_),                                                                                   \
        UCM_PAIR("medium-rsa-preferred", product_ ", Medium AES-256 AES-128 RSA Preferred", medium_rsa,      \
                 kind_, prefix_),                                                                            \
        UCM_PAIR("medium-ecdsa-preferred", product_ ", Medium AES-256 AES-128 ECDSA Preferred",              \
                 medium_ecdsa, kind_, prefix_),                                                              \
        UCM_PAIR("strongest-rsa-preferred", product_ ", Strongest AES-256 RSA Preferred", strongest_rsa,     \
                 kind_, prefix_),                                                                            \
        UCM_PAIR("strongest-ecdsa-preferred", product_ ", Strongest AES-256 ECDSA Preferred",                \
                 strongest_ecdsa, kind_, prefix_)

const struct cipher_profile cipher_profiles[] = {
    EXPRESSWAY("expressway-x12.6", "Expressway before X14.2: no TLS 1.3, RSA preferred", TLS12,
               expressway_12_rsa, profile_signatures, 1, RN_X142 "; list as of X15.0", CONFIDENCE_LOW),
    EXPRESSWAY("expressway-x14.0", "Expressway X14.0: no TLS 1.3, RSA preferred", TLS12, expressway_12_rsa,
               profile_signatures, 140000, RN_X142 "; list as of X15.0", CONFIDENCE_LOW),
    EXPRESSWAY("expressway-x14.0-sip", "Expressway X14.0, SIP: anonymous suites at the end (+ADH)", TLS12,
               expressway_14_sip, profile_signatures, 0, ADMIN_REFERENCE "; list as of X15.0",
               CONFIDENCE_LOW),
    EXPRESSWAY("expressway-x14.2",
               "Expressway X14.2 and X14.3, SIP and reverse proxy, new or upgraded from before X14.0: ECDSA "
               "preferred",
               TLS13, expressway_13, profile_signatures, RELEASE_X14_2, RN_X142 "; " TN_STRINGS,
               CONFIDENCE_MEDIUM),
    EXPRESSWAY("expressway-x14.2-upgraded",
               "Expressway X14.2 and X14.3, upgraded from X14.0: ECDHE-RSA-AES256-GCM-SHA384 in front, RSA "
               "preferred",
               TLS13, expressway_13_rsa, profile_signatures, 0, RN_X142 "; " TN_STRINGS, CONFIDENCE_MEDIUM),
    EXPRESSWAY("expressway-x14.2-tls12",
               "Expressway X14.2 and X14.3, legs without TLS 1.3 (XMPP, LDAP, SMTP, TMS): ECDSA preferred",
               TLS12, expressway_12, profile_signatures, 0, RN_X142 "; " TN_STRINGS, CONFIDENCE_MEDIUM),
    EXPRESSWAY("expressway-x14.2-upgraded-tls12",
               "Expressway X14.2 and X14.3, legs without TLS 1.3, upgraded from X14.0: RSA preferred", TLS12,
               expressway_12_rsa, profile_signatures, 0, RN_X142 "; " TN_STRINGS, CONFIDENCE_MEDIUM),
    EXPRESSWAY("expressway-x15.0", "Expressway X15.0 and X15.1, default string: ECDSA preferred", TLS13,
               expressway_13, profile_signatures, 150000, TN_STRINGS, CONFIDENCE_HIGH),
    EXPRESSWAY("expressway-x15.0-upgraded",
               "Expressway X15.0 and X15.1, upgraded by way of X14.0: ECDHE-RSA-AES256-GCM-SHA384 in front",
               TLS13, expressway_13_rsa, profile_signatures, 0, TN_STRINGS "; " RN_X142, CONFIDENCE_MEDIUM),
    EXPRESSWAY("expressway-x15.2", "Expressway X15.2 and later, default string: ECDSA preferred", TLS13,
               expressway_152, profile_signatures, RELEASE_X15_2, ADMIN_SECURITY, CONFIDENCE_HIGH),
    EXPRESSWAY("expressway-x15.2-upgraded",
               "Expressway X15.2 and later, upgraded by way of X14.0: ECDHE-RSA-AES256-GCM-SHA384 in front",
               TLS13, expressway_152_rsa, profile_signatures, 0, ADMIN_SECURITY "; " RN_X142,
               CONFIDENCE_MEDIUM),
    EXPRESSWAY("expressway-x15.2-sip-rsa",
               "Expressway X15.2 and later, SIP with TlsSignatureAlgoPrefRsa On: RSA preferred in TLS 1.3",
               TLS13, expressway_152, rsa_first_signatures, 0, TN_REQUIREMENTS "; " ADMIN_SECURITY,
               CONFIDENCE_MEDIUM),
    UCM_PARAMETERS(PROFILE_UCM, "ucm", "Unified CM SIP and CTI"),
    {.name = "ucm-https-rsa-only",
     .title = "Unified CM HTTPS (tomcat), RSA Ciphers Only (default): the RSA certificate alone",
     .kind = PROFILE_UCM,
     .oldest = TLS12,
     .newest = TLS13,
     .suites = https_rsa,
     .groups = profile_groups,
     .signatures = ucm_signatures,
     .certificates = {"RSA"},
     .source = UCM_TLS13 " (certificates); " FIELD " (list)",
     .confidence = CONFIDENCE_LOW},
    {.name = "ucm-https-all",
     .title = "Unified CM HTTPS (tomcat), All Supported EC and RSA Ciphers",
     .kind = PROFILE_UCM,
     .oldest = TLS12,
     .newest = TLS13,
     .suites = https_both,
     .groups = profile_groups,
     .signatures = ucm_signatures,
     .certificates = {"RSA", "ECDSA"},
     .suites_choose_certificate = true,
     .source = UCM_TLS13 " (certificates); " FIELD " (list)",
     .confidence = CONFIDENCE_LOW},
    UCM_PARAMETERS(PROFILE_IMP, "imp", "IM and Presence SIP and XMPP"),
    {.name = "jabber",
     .title = "Cisco Jabber",
     .kind = PROFILE_CLIENT,
     .oldest = TLS12,
     .newest = TLS12,
     .suites = jabber,
     .groups = nist_groups,
     .signatures = profile_signatures,
     .source = FIELD,
     .confidence = CONFIDENCE_LOW},
    {.name = "tc-endpoint",
     .title = "TC/CE/RoomOS endpoints",
     .kind = PROFILE_CLIENT,
     .oldest = TLS12,
     .newest = TLS13,
     .suites = room,
     .groups = profile_groups,
     .signatures = profile_signatures,
     .source = FIELD,
     .confidence = CONFIDENCE_LOW},
    {.name = "phone-7800-8800",
     .title = "7800 and 8800 phones",
     .kind = PROFILE_CLIENT,
     .oldest = TLS12,
     .newest = TLS12,
     .suites = phone,
     .groups = nist_groups,
     .signatures = pkcs1_signatures,
     .source = FIELD,
     .confidence = CONFIDENCE_LOW},
    {.name = NULL}};

/* ---- finding one ---- */

const struct cipher_profile *profile_find(const char *name) {
    for (const struct cipher_profile *p = cipher_profiles; name != NULL && p->name != NULL; p++)
        if (strcasecmp(p->name, name) == 0)
            return p;
    return NULL;
}

bool profile_name_is_meant(const char *text) {
    static const char *const beginnings[] = {"expressway", "ucm", "cucm", "imp-", "jabber", "tc-", "phone"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncasecmp(text, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

const struct cipher_profile *profile_of_release(int release) {
    const struct cipher_profile *best = &cipher_profiles[0];
    for (const struct cipher_profile *p = cipher_profiles; p->name != NULL; p++)
        if (p->from_release != 0 && p->from_release <= release && p->from_release >= best->from_release)
            best = p;
    return best;
}

/* "All Ciphers RSA Preferred" is all-rsa-preferred: lower case, without "ciphers", blanks to hyphens. */
static char *setting_name(struct arena *arena, const char *setting) {
    char *name = arena_text(arena, setting), *to = name;
    for (const char *at = setting; *at != '\0';) {
        if (strncasecmp(at, "ciphers ", 8) == 0)
            at += 8;
        else
            *to++ = *at == ' ' || *at == '_' ? '-' : (char)tolower((unsigned char)*at), at++;
    }
    *to = '\0';
    return name;
}

const struct cipher_profile *profile_of_ucm(struct arena *arena, const char *setting, bool imp, bool tls13) {
    char *name = setting == NULL ? arena_text(arena, "all-rsa-preferred") : setting_name(arena, setting);
    return profile_find(arena_printf(arena, "%s-%s%s", imp ? "imp" : "ucm", name, tls13 ? "-15su2" : ""));
}
