/* Which suites is a server likely to take, and in which order? See hints.h. */
#include "probe/ciphers/hints.h"

#include <stdlib.h>
#include "facts/ciphers.h"

static int long_key(const struct suite *suite) {
    return suite->bits > 128;
}

/* Nobody asks for these by name: who takes one takes what its library calls strong. */
static bool is_unusual_cipher(const struct suite *s) {
    return s->cipher == CIPHER_AESCCM || s->cipher == CIPHER_AESCCM8 || s->cipher == CIPHER_ARIAGCM ||
           s->cipher == CIPHER_CAMELLIA;
}

void hints_note(struct hints *hints, int suite) {
    const struct suite *s = suite_by_id(suite);
    if (s == NULL)
        return;
    hints->kx[s->kx][s->auth] = true;
    /* CCM, GnuTLS takes by itself; those of TLS 1.3 are asked for by name. */
    bool is_telling = is_unusual_cipher(s) && s->cipher != CIPHER_AESCCM && s->since < TLS13;
    hints->has_unusual = hints->has_unusual || is_telling;
    hints->cipher[s->cipher][long_key(s)][s->mac] = true;
}

static bool is_usual_kx(const struct suite *s) {
    return s->kx == KX_ECDHE && (s->auth == AUTH_RSA || s->auth == AUTH_ECDSA);
}

static bool is_usual_cipher(const struct suite *s) {
    return s->cipher == CIPHER_AESGCM || s->cipher == CIPHER_CHACHA20;
}

/* Libraries take a kind of cipher as a whole, in both lengths of key and with every hash it is there with;
 * the two forms of CCM are one kind. */
static bool took_cipher(const struct hints *hints, const struct suite *s) {
    bool is_ccm = s->cipher == CIPHER_AESCCM || s->cipher == CIPHER_AESCCM8;
    for (int mac = 0; mac <= MAC_OTHER; mac++)
        for (int is_long = 0; is_long < 2; is_long++)
            if (hints->cipher[s->cipher][is_long][mac] ||
                (is_ccm &&
                 (hints->cipher[CIPHER_AESCCM][is_long][mac] || hints->cipher[CIPHER_AESCCM8][is_long][mac])))
                return true;
    return false;
}

static bool took_exchange(const struct hints *hints, int kx) {
    for (int auth = 0; auth <= AUTH_OTHER; auth++)
        if (hints->kx[kx][auth])
            return true;
    return false;
}

/* The key that decrypts for one exchange signs for the other. */
static bool took_kx(const struct hints *hints, const struct suite *s) {
    bool has_rsa =
        hints->kx[KX_RSA][AUTH_RSA] || hints->kx[KX_DHE][AUTH_RSA] || hints->kx[KX_ECDHE][AUTH_RSA];
    return hints->kx[s->kx][s->auth] ||
           (s->auth == AUTH_RSA && s->kx == KX_ECDHE && has_rsa && took_exchange(hints, KX_ECDHE));
}

static bool is_likely(void *context, int number) {
    const struct hints *hints = context;
    const struct suite *s = suite_by_id(number);
    if (s == NULL)
        return false;
    bool is_draft = number >= 0xcc13 && number <= 0xcc15;
    if (is_draft)
        return false;
    if (s->since == TLS13)
        return number == 0x1301 || number == 0x1302 || number == 0x1303;
    bool kx = took_kx(hints, s) || (!hints->usual_is_over && is_usual_kx(s));
    bool is_whole = hints->has_unusual && (is_unusual_cipher(s) || s->cipher == CIPHER_AES) &&
                    s->strength == STRENGTH_HIGH;
    return kx && (is_usual_cipher(s) || took_cipher(hints, s) || is_whole);
}

/* Among what is not expected: the other exchanges of a server that takes its library's whole list. */
static int kind(void *context, int number) {
    const struct hints *hints = context;
    const struct suite *s = suite_by_id(number);
    if (s == NULL || !hints->has_unusual || s->auth != AUTH_RSA || s->strength != STRENGTH_HIGH ||
        took_exchange(hints, s->kx))
        return 0;
    return s->kx == KX_DHE ? 1 : s->kx == KX_RSA ? 2 : 0;
}

/* ---- orders ---- */

static int kx_place(const struct suite *s) {
    switch (s->kx) {
    case KX_ECDHE:
        return s->auth == AUTH_ECDSA ? 0 : s->auth == AUTH_RSA ? 1 : 5;
    case KX_DHE:
        return s->auth == AUTH_DSS ? 2 : s->auth == AUTH_RSA ? 3 : 6;
    default:
        return 4;
    }
}

static int cipher_place(const struct suite *s) {
    static const int places[] = {
        [CIPHER_AESGCM] = 1,  [CIPHER_CHACHA20] = 2,    [CIPHER_AESCCM8] = 3, [CIPHER_AESCCM] = 3,
        [CIPHER_ARIAGCM] = 5, [CIPHER_CAMELLIAGCM] = 6, [CIPHER_AES] = 1,     [CIPHER_CAMELLIA] = 2,
        [CIPHER_ARIA] = 3,    [CIPHER_AEGIS] = 7};
    size_t i = (size_t)s->cipher;
    return i < sizeof places / sizeof *places && places[i] != 0 ? places[i] : 9;
}

static int mac_place(const struct suite *s) {
    return s->mac == MAC_AEAD                             ? 0
           : s->mac == MAC_SHA384 || s->mac == MAC_SHA256 ? 1
           : s->mac == MAC_SHA1                           ? 2
                                                          : 3;
}

/* Forward secrecy first, then static RSA, then PSK and the like; weak ones behind all. */
static int class_place(const struct suite *s) {
    int place = s->since == TLS13 || kx_place(s) != 4 ? 0 : s->kx == KX_RSA ? 1 : 2;
    return suite_is_weak(s) || s->strength < STRENGTH_HIGH ? place + 3 : place;
}

/* Of the two forms of CCM the short one comes first, for each key exchange. */
static int own_rank(const struct suite *s) {
    int bits = s->bits >= 256 ? 0 : s->bits >= 128 ? 1 : 2;
    return ((((class_place(s) * 4 + mac_place(s)) * 3 + bits) * 10 + cipher_place(s)) * 7 + kx_place(s)) * 2 +
           (s->cipher == CIPHER_AESCCM);
}

/* OpenSSL's order within each exchange: EECDH:EDH:HIGH, as Expressway has it. */
static int rank_by_exchange(const struct suite *s) {
    int bits = s->bits >= 256 ? 0 : s->bits >= 128 ? 1 : 2, kx = kx_place(s);
    int group = class_place(s) * 2 + (kx == 2 || kx == 3 || kx == 6);
    return ((((group * 4 + mac_place(s)) * 3 + bits) * 10 + cipher_place(s)) * 7 + kx) * 2 +
           (s->cipher == CIPHER_AESCCM);
}

/* The strong ciphers in the orders one meets: 256 bits, 128 bits or ChaCha20 first; each with ECDSA or RSA
 * first; by cipher with DHE behind (the usual recommendations), by cipher, or by key exchange. */
static int rank(void *context, int model, int number) {
    static const int orders[3][3] = {{0, 1, 2}, {1, 0, 2}, {1, 2, 0}}; /* places of 256, 128, ChaCha20 */
    const struct suite *s = suite_by_id(number);
    (void)context;
    if (s == NULL)
        return 0;
    if (model == 0)
        return own_rank(s);
    if (model == 1)
        return rank_by_exchange(s);
    int variant = model - 2;
    int strong = s->cipher == CIPHER_CHACHA20 ? 2 : s->bits >= 256 ? 0 : 1;
    int cipher = mac_place(s) * 100 + orders[variant % 3][strong] * 10 + cipher_place(s);
    int kx = kx_place(s);
    if ((variant / 3) % 2 == 1 && kx < 2)
        kx = 1 - kx; /* RSA first */
    bool is_by_kx = variant / 6 == 2, is_behind = variant / 6 == 0 && s->kx == KX_DHE;
    return class_place(s) * 100000 + is_behind * 10000 + (is_by_kx ? kx * 1000 + cipher : cipher * 10 + kx);
}

struct choice_judge hints_judge(struct hints *hints) {
    return (struct choice_judge){
        .likely = is_likely, .kind = kind, .rank = rank, .models = HINT_MODELS, .context = hints};
}

static int compare(const void *a, const void *b) {
    const struct suite *x = suite_by_id(*(const int *)a), *y = suite_by_id(*(const int *)b);
    int difference = own_rank(x) - own_rank(y);
    return difference != 0 ? difference : x->id - y->id;
}

/* TLS 1.3: OpenSSL's order, then the rest of the registry. */
static struct numbers suites_13(struct arena *arena) {
    static const int first[] = {0x1302, 0x1303, 0x1301, 0x1304, 0x1305};
    struct numbers list = {arena_alloc(arena, (suite_count + 5) * sizeof *list.v), 0};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        list.v[list.n++] = first[i];
    for (size_t i = 0; i < suite_count; i++)
        if (suite_is_13(&suites[i]) && (suites[i].id < 0x1301 || suites[i].id > 0x1305))
            list.v[list.n++] = suites[i].id;
    return list;
}

struct numbers hints_suites(struct arena *arena, int version) {
    if (version == TLS13)
        return suites_13(arena);
    struct numbers list = {arena_alloc(arena, suite_count * sizeof *list.v), 0};
    for (size_t i = 0; i < suite_count; i++)
        if (suite_fits_version(&suites[i], version))
            list.v[list.n++] = suites[i].id;
    qsort(list.v, list.n, sizeof *list.v, compare);
    return list;
}
