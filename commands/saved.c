/* What is in a saved report? See saved.h. The file is hostile like any other.
 *
 * The tree of a whole report takes seven times the file's size, and most of it is what the run said, which a
 * replay does not ask for, and a comparison keeps little of. So the text is cut into parts, each of which is
 * parsed and let go (wire/json_walk.h); whatever is not of the expected shape is parsed as a whole, which
 * tells what is wrong and where. */
#include "commands/saved.h"

#include <string.h>

#include "commands/verdict.h"
#include "config/config.h"
#include "wire/json_plain.h"
#include "wire/json_walk.h"
#include "wire/skim.h"

static const char no_report[] = "no report of edgeprobe (wanted \"schema\": \"edgeprobe.report/1\")";
static const char no_evidence[] = "a report without its evidence; wanted a file written by --save";

/* A large file that is no report, or more than any run saves, costs seconds to parse: looked at first. */
static const char *why_not_parsed(const char *text, size_t size) {
    static const char mark[] = "edgeprobe.";
    enum { LARGE = 1024 * 1024 };
    size_t values = 0;
    if (size < LARGE)
        return NULL;
    if (memmem(text, size, mark, sizeof mark - 1) == NULL)
        return no_report;
    for (size_t i = 0; i < size; i++)
        values += text[i] == ',';
    return values > (size_t)limits[LIMIT_SAVE_VALUES].most ? "more values than any run saves (5,000,000)"
                                                           : NULL;
}

/* False after one line on stderr. */
static bool text_of_file(struct arena *arena, const char *path, struct json_slice *text) {
    char *bytes, *error = NULL;
    size_t size;
    if (!file_read(arena, path, INPUT_SAVE, &bytes, &size, &error)) {
        complain("%s", error);
        return false;
    }
    size_t mark = text_mark(bytes, size); /* RFC 8259 8.1 allows to ignore it */
    bytes += mark;
    size -= mark;
    *text = (struct json_slice){bytes, size};
    if ((error = (char *)why_not_parsed(bytes, size)) != NULL)
        complain("%s: %s", path, error);
    return error == NULL;
}

/* New reference; NULL after one line on stderr. */
static json_t *json_of_text(struct arena *arena, const char *path, struct json_slice text) {
    json_error_t where;
    json_t *report = json_loadb(text.text, text.size, JSON_REJECT_DUPLICATES, &where);
    if (report == NULL)
        complain("%s:%d:%d: not JSON: %s", path, where.line, where.column,
                 text_from_wire(arena, where.text, strlen(where.text)));
    return report;
}

/* ---- the facts alone, part by part ---- */

enum { MEMBERS_MAX = 64, LARGE_LIST = 64 * 1024, AT_ONCE = 16 };

struct member {
    struct json_slice key, value;
};

struct members { /* of an object; each key once */
    struct member v[MEMBERS_MAX];
    size_t n;
};

static bool members_find(struct json_slice object, struct members *out) {
    struct json_walk walk;
    struct member one;
    enum walk_step step;
    out->n = 0;
    if (!walk_open(&walk, object) || walk_is_list(&walk))
        return false;
    while ((step = walk_next(&walk, &one.key, &one.value)) == WALK_ITEM) {
        for (size_t i = 0; i < out->n; i++)
            if (out->v[i].key.size == one.key.size &&
                memcmp(out->v[i].key.text, one.key.text, one.key.size) == 0)
                return false;
        if (out->n == MEMBERS_MAX)
            return false;
        out->v[out->n++] = one;
    }
    return step == WALK_END && walk_is_over(&walk);
}

static const struct member *member_of(const struct members *all, const char *key) {
    for (size_t i = 0; i < all->n; i++)
        if (slice_is(&all->v[i].key, key))
            return &all->v[i];
    return NULL;
}

static json_t *parsed(struct json_slice value) {
    return json_loadb(value.text, value.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
}

static bool is_large_list(const struct member *member) {
    return member->value.size > LARGE_LIST && member->value.text[0] == '[';
}

/* What a replay does not ask for has to be JSON all the same. */
static bool is_json(const struct member *member) {
    struct json_walk walk;
    struct json_slice key, item;
    enum walk_step step = WALK_BROKEN;
    bool good = true;
    if (json_is_plain(member->value))
        return true;
    if (!is_large_list(member) || !walk_open(&walk, member->value)) {
        json_t *whole = parsed(member->value);
        json_decref(whole);
        return whole != NULL;
    }
    while (good && (step = walk_next(&walk, &key, &item)) == WALK_ITEM) {
        json_t *one = parsed(item);
        good = one != NULL;
        json_decref(one);
    }
    return good && step == WALK_END;
}

/* Everything of the evidence but the long lists. NULL: not JSON. */
static json_t *short_members(const struct members *evidence) {
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < evidence->n; i++) {
        const struct member *member = &evidence->v[i];
        if (!is_large_list(member) &&
            json_object_setn_new(object, member->key.text, member->key.size, parsed(member->value)) != 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

enum reading { READ_GOOD, READ_WRONG, READ_NOT_JSON };

/* Where some items of a list go to. False: they are wrong. */
typedef bool (*items_fn)(void *to, const struct member *member, json_t *list);

static bool items_of_facts(void *to, const struct member *member, json_t *list) {
    json_t *part = json_object();
    bool good =
        json_object_setn(part, member->key.text, member->key.size, list) == 0 && facts_load_more(to, part);
    json_decref(part);
    return good;
}

/* How one item becomes a tree. NULL: not JSON. */
typedef json_t *(*parse_fn)(struct json_slice item);

/* A list, some items at a time. */
static enum reading list_read(const struct member *member, parse_fn parse, items_fn take, void *to) {
    struct json_walk walk;
    struct json_slice key, item;
    enum walk_step step = WALK_ITEM;
    enum reading read = walk_open(&walk, member->value) ? READ_GOOD : READ_NOT_JSON;
    while (read == READ_GOOD && step == WALK_ITEM) {
        json_t *list = json_array();
        while (json_array_size(list) < AT_ONCE && (step = walk_next(&walk, &key, &item)) == WALK_ITEM)
            if (json_array_append_new(list, parse(item)) != 0)
                read = READ_NOT_JSON;
        if (read == READ_GOOD && step != WALK_BROKEN && !take(to, member, list))
            read = READ_WRONG;
        json_decref(list);
    }
    return step == WALK_BROKEN ? READ_NOT_JSON : read;
}

/* Only a save has the bytes of its certificates, which a replay wants. */
enum wanted { WANTED_SAVE, WANTED_ANY };

static enum reading evidence_read(struct facts *facts, const struct members *evidence, enum wanted wanted,
                                  char **error) {
    json_t *rest = short_members(evidence);
    enum reading read = rest == NULL ? READ_NOT_JSON : READ_GOOD;
    if (read == READ_GOOD &&
        (!json_is_object(json_object_get(rest, "run")) ||
         (wanted == WANTED_SAVE && !json_is_object(json_object_get(rest, "certificates"))))) {
        *error = arena_text(facts->arena, wanted == WANTED_SAVE ? no_evidence : told_no_evidence);
        read = READ_WRONG;
    }
    if (read == READ_GOOD) {
        struct facts_loading *loading = facts_load_begin(facts, rest, ca_entry_read);
        for (size_t i = 0; i < evidence->n && read == READ_GOOD; i++)
            if (is_large_list(&evidence->v[i]))
                read = list_read(&evidence->v[i], parsed, items_of_facts, loading);
        if (!facts_load_end(loading, error) && read == READ_GOOD)
            read = READ_WRONG;
    }
    json_decref(rest);
    return read;
}

static bool is_told(const struct member *member) {
    return slice_is(&member->key, "outcomes") || slice_is(&member->key, "findings");
}

static enum reading parts_read(struct facts *facts, const struct members *report, enum wanted wanted,
                               char **error) {
    struct members evidence;
    const struct member *from = member_of(report, "evidence");
    for (size_t i = 0; i < report->n; i++)
        if (&report->v[i] != from && !(wanted == WANTED_ANY && is_told(&report->v[i])) &&
            !is_json(&report->v[i]))
            return READ_NOT_JSON;
    if (from == NULL || !members_find(from->value, &evidence))
        return READ_NOT_JSON;
    return evidence_read(facts, &evidence, wanted, error);
}

/* Is it of the shape that is read in parts? */
static bool has_parts(struct json_slice text, struct members *report) {
    if (!members_find(text, report))
        return false;
    const struct member *schema = member_of(report, "schema"), *evidence = member_of(report, "evidence");
    return schema != NULL && slice_is(&schema->value, "\"edgeprobe.report/1\"") && evidence != NULL &&
           evidence->value.text[0] == '{';
}

/* Of any other shape, or to find where it is not JSON. */
static bool whole_read(struct facts *facts, const char *path, struct json_slice text, char **error) {
    json_t *report = json_of_text(facts->arena, path, text);
    if (report == NULL)
        return false;
    const json_t *schema = json_object_get(report, "schema"), *evidence = json_object_get(report, "evidence");
    if (!json_is_string(schema) || strcmp(json_string_value(schema), "edgeprobe.report/1") != 0)
        *error = arena_text(facts->arena, no_report);
    else if (!json_is_object(json_object_get(evidence, "run")) ||
             !json_is_object(json_object_get(evidence, "certificates")))
        *error = arena_text(facts->arena, no_evidence);
    else
        facts_load(facts, evidence, ca_entry_read, error);
    json_decref(report);
    return true;
}

bool saved_facts_read(struct facts *facts, const char *path) {
    struct arena *scratch = arena_new();
    struct json_slice text;
    struct members report;
    char *error = NULL;
    bool good = text_of_file(scratch, path, &text);
    if (good && has_parts(text, &report)) {
        if (parts_read(facts, &report, WANTED_SAVE, &error) == READ_NOT_JSON)
            good = whole_read(facts, path, text, &error);
    } else if (good) {
        good = whole_read(facts, path, text, &error);
    }
    arena_free(scratch);
    if (error != NULL)
        complain("%s: %s", path, error);
    return good && error == NULL;
}

/* ---- what it said ---- */

static bool items_told(void *to, const struct member *member, json_t *list) {
    return told_more(to, slice_is(&member->key, "outcomes") ? "outcomes" : "findings", list);
}

/* The members of an outcome or a finding that are compared: most of it is words. */
static json_t *parsed_told(struct json_slice item) {
    struct members all;
    if (!json_is_plain(item) || !members_find(item, &all))
        return parsed(item);
    json_t *object = json_object();
    for (const char *const *key = told_members; object != NULL && *key != NULL; key++) {
        const struct member *one = member_of(&all, *key);
        if (one != NULL && json_object_set_new(object, *key, parsed(one->value)) != 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

/* READ_NOT_JSON: of another shape, too, and facts are as they were only if nothing was read before. */
static enum reading told_parts_read(struct facts *facts, const struct members *report, struct told **told,
                                    char **error) {
    const struct member *lists[] = {member_of(report, "outcomes"), member_of(report, "findings")};
    struct told_reading *reading = told_begin(facts);
    enum reading read = lists[0] == NULL || lists[1] == NULL || lists[0]->value.text[0] != '[' ||
                                lists[1]->value.text[0] != '['
                            ? READ_NOT_JSON
                            : parts_read(facts, report, WANTED_ANY, error);
    for (size_t i = 0; i < 2 && read == READ_GOOD; i++)
        read = list_read(lists[i], parsed_told, items_told, reading);
    if (read != READ_NOT_JSON && *error == NULL)
        *told = told_end(reading, error);
    return read;
}

static struct told *told_whole(struct facts *facts, const char *path, struct json_slice text, char **error) {
    json_t *report = json_of_text(facts->arena, path, text);
    struct told *told = report == NULL ? NULL : told_read(facts, report, ca_entry_read, error);
    json_decref(report);
    return told;
}

struct told *saved_read(struct facts *facts, const char *path) {
    struct arena *scratch = arena_new();
    struct json_slice text;
    struct members report;
    struct told *told = NULL;
    char *error = NULL;
    bool good = text_of_file(scratch, path, &text), has = good && has_parts(text, &report);
    if (good && (!has || told_parts_read(facts, &report, &told, &error) == READ_NOT_JSON))
        told = told_whole(facts, path, text, &error);
    arena_free(scratch);
    if (error != NULL)
        complain("%s: %s", path, error);
    return told;
}
