/* Is what stands behind a key what was wanted? One reader per kind of value; see schema.h. */
#include "config/schema.h"

#include <stdarg.h>
#include <string.h>

#include "config/config.h"
#include "config/values.h"

bool draft_fail(struct draft *draft, const struct yaml_item *item, const char *format, ...) {
    va_list args;
    if (draft->error != NULL)
        return false;
    va_start(args, format);
    const char *what = arena_vprintf(draft->arena, format, args);
    va_end(args);
    draft->error = arena_printf(
        draft->arena, "%s:%d:%d: %s%s%s", text_from_wire(draft->arena, draft->file, strlen(draft->file)),
        item->line, item->column, item->key != NULL ? item->key : "", item->key != NULL ? ": " : "", what);
    return false;
}

enum { PORT_MAX = 65535, DAYS_MAX = 36500 };

static const char *const shapes[] = {[YAML_TEXT] = "a text", [YAML_LIST] = "a list", [YAML_MAP] = "a map"};

static bool is_text(struct draft *draft, struct yaml_item *item, const char *wanted) {
    if (item->kind != YAML_TEXT)
        return draft_fail(draft, item, "wanted %s, got %s", wanted, shapes[item->kind]);
    if (item->text[0] == 0)
        return draft_fail(draft, item, "wanted %s, got nothing", wanted);
    return true;
}

static bool refuse(struct draft *draft, struct yaml_item *item, const char *wanted) {
    const char *got = text_from_wire_cut(draft->arena, item->text, strlen(item->text), 60);
    return draft_fail(draft, item, "wanted %s, got '%s'", wanted, got);
}

bool read_text(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    (void)of;
    *(char **)member = item->text;
    return is_text(draft, item, "a text");
}

bool read_host(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    char *error;
    (void)of;
    return is_text(draft, item, "a host name") &&
           (host_as_written(draft->arena, item->text, member, &error) ||
            draft_fail(draft, item, "%s", error));
}

static bool read_domain(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    char *error, *address;
    (void)of;
    if (!is_text(draft, item, "a domain"))
        return false;
    if (value_address(draft->arena, item->text, &address))
        return refuse(draft, item, "a domain");
    return host_read(draft->arena, item->text, member, &error) || draft_fail(draft, item, "%s", error);
}

bool read_address(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    static const char wanted[] = "an IPv4 or IPv6 address";
    (void)of;
    return is_text(draft, item, wanted) &&
           (value_address(draft->arena, item->text, member) || refuse(draft, item, wanted));
}

bool read_release(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    static const char wanted[] = "a release such as X14.3";
    (void)of;
    *(char **)member = item->text;
    return is_text(draft, item, wanted) && (value_release(item->text) || refuse(draft, item, wanted));
}

static struct texts words_of(struct arena *arena, const struct enum_name *names) {
    struct texts words = {NULL, 0};
    for (; names->name != NULL; names++)
        texts_add(arena, &words, names->name);
    return words;
}

static bool choose(struct draft *draft, struct yaml_item *item, const struct enum_name *names, int *value) {
    struct texts words = words_of(draft->arena, names);
    char *wanted = value_choice(draft->arena, &words);
    return is_text(draft, item, wanted) &&
           (enum_find(names, item->text, value) || refuse(draft, item, wanted));
}

bool read_word(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    int value;
    *(char **)member = item->text;
    return choose(draft, item, of, &value);
}

bool read_enum(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    return choose(draft, item, of, member);
}

bool read_bool(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    static const struct enum_name words[] = {{true, "on"},   {false, "off"},   {true, "yes"}, {false, "no"},
                                             {true, "true"}, {false, "false"}, {0, NULL}};
    int value = 0;
    bool good = choose(draft, item, of != NULL ? of : words, &value);
    *(bool *)member = value != 0;
    return good;
}

static bool read_number(struct draft *draft, struct yaml_item *item, int least, int most, int *number) {
    const char *wanted = arena_printf(draft->arena, "a number from %d to %d", least, most);
    return is_text(draft, item, wanted) &&
           (value_number(item->text, least, most, number) || refuse(draft, item, wanted));
}

bool read_port(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    (void)of;
    return read_number(draft, item, 1, PORT_MAX, member);
}

bool read_days(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    (void)of;
    return read_number(draft, item, 0, DAYS_MAX, member);
}

/* ---- lists of texts ---- */

static bool read_list(struct draft *draft, struct yaml_item *list, struct texts *out, key_reader *read,
                      const void *of) {
    if (list->kind != YAML_LIST)
        return draft_fail(draft, list, "wanted a list such as [one, two], got %s", shapes[list->kind]);
    if (list->v.n > DRAFT_LIST_MAX)
        return draft_fail(draft, list, "more than %d entries", DRAFT_LIST_MAX);
    for (size_t i = 0; i < list->v.n; i++) {
        struct yaml_item *item = list->v.v[i];
        char *text;
        item->key = list->key;
        if (!read(draft, item, &text, of))
            return false;
        for (size_t k = 0; k < out->n; k++)
            if (text_same_case_blind(out->v[k], text))
                return draft_fail(draft, item, "'%s' stands here twice", text);
        texts_add(draft->arena, out, text);
    }
    return true;
}

bool read_texts(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    return read_list(draft, item, member, read_text, of);
}

bool read_hosts(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    return read_list(draft, item, member, read_host, of);
}

bool read_domains(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    return read_list(draft, item, member, read_domain, of);
}

bool read_words(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    return read_list(draft, item, member, read_word, of);
}

/* ---- files, relative to the folder of the deployment file ---- */

char *draft_path(struct draft *draft, const char *name) {
    const char *slash = strrchr(draft->file, '/');
    if (name[0] == '/' || slash == NULL)
        return arena_text(draft->arena, name);
    return arena_printf(draft->arena, "%.*s/%s", (int)(slash - draft->file), draft->file, name);
}

bool read_trust(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    char *error = NULL, *path;
    (void)of;
    if (!is_text(draft, item, "a file or folder of CA certificates (PEM)"))
        return false;
    *(char **)member = path = draft_path(draft, item->text);
    return !draft->reads_files || trust_add_file(draft->facts, path, &error) ||
           draft_fail(draft, item, "%s", error);
}

static bool read_certs(struct draft *draft, struct yaml_item *item, char **file, struct certs *certs) {
    char *error = NULL;
    if (!is_text(draft, item, "a certificate file (PEM)"))
        return false;
    *file = draft_path(draft, item->text);
    return !draft->reads_files ||
           (draft->ahead != NULL && certs_ahead_take(draft->ahead, *file, draft->arena, certs)) ||
           certs_add_file(draft->arena, *file, certs, &error) || draft_fail(draft, item, "%s", error);
}

bool read_certificate(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct node *node = member;
    (void)of;
    return read_certs(draft, item, &node->certificate_file, &node->certificate);
}

bool read_client(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct node *node = member;
    (void)of;
    return read_certs(draft, item, &node->client_file, &node->client_certificate);
}

/* A file that is not opened now. */
static bool read_path(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    (void)of;
    if (!is_text(draft, item, "a file"))
        return false;
    *(char **)member = draft_path(draft, item->text);
    return true;
}

bool read_key_file(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct node *node = member;
    char *error = NULL;
    return read_path(draft, item, &node->key_file, of) &&
           (!draft->reads_files ||
            key_look(draft->arena, node->key_file, &node->key_lacks_newline, &node->key_is_encrypted,
                     &error) ||
            draft_fail(draft, item, "%s", error));
}

bool read_client_key_file(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct node *node = member;
    char *error = NULL;
    return read_path(draft, item, &node->client_key_file, of) &&
           (!draft->reads_files ||
            key_look(draft->arena, node->client_key_file, &node->client_key_lacks_newline,
                     &node->client_key_is_encrypted, &error) ||
            draft_fail(draft, item, "%s", error));
}

bool read_purpose_cert(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct node *node = member;
    struct purpose_cert *cert = ARENA_NEW(draft->arena, struct purpose_cert);
    (void)of;
    cert->purpose = item->key;
    LIST_ADD(draft->arena, &node->certificates, cert);
    return read_certs(draft, item, &cert->file, &cert->chain);
}

bool read_purpose_store(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct node *node = member;
    struct purpose_store *store = ARENA_NEW(draft->arena, struct purpose_store);
    store->store = item->key;
    LIST_ADD(draft->arena, &node->stores, store);
    return read_trust(draft, item, &store->trust, of);
}
