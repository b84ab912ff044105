/* How is the catalogue told on a terminal and as JSON? See catalogue.h. */
#include "report/catalogue.h"

#include <string.h>

#include "report/page.h"

enum { CAUSE_AT = 4, TITLE_AT = 35, LABEL_AT = 4, VALUE_AT = 13 };

static enum ink ink_of(enum status status) {
    static const enum ink inks[] = {
        [STATUS_PASS] = INK_GOOD, [STATUS_INFO] = INK_PLAIN,     [STATUS_WARN] = INK_WARN,
        [STATUS_FAIL] = INK_BAD,  [STATUS_UNKNOWN] = INK_UNSURE, [STATUS_SKIP] = INK_FAINT};
    return inks[status];
}

static bool is_of_family(const struct family *family, const struct check *check, const char *wanted) {
    size_t length = strlen(wanted);
    return strcmp(family->id, wanted) == 0 ||
           (strncmp(check->id, wanted, length) == 0 && check->id[length] == '.');
}

static bool is_chosen(const struct catalogue_choice *choice, const struct family *family,
                      const struct check *check) {
    if (choice->check != NULL)
        return check == choice->check;
    return choice->family == NULL || is_of_family(family, check, choice->family);
}

/* ---- text ---- */

static void tell_sources(struct page *page, const char *const *sources, int label_at, int value_at) {
    page_line(page, label_at, value_at);
    page_put(page, INK_FAINT, "Source");
    page_tab(page, value_at);
    for (size_t i = 0; sources[i] != NULL; i++)
        page_putf(page, INK_FAINT, "%s%s ", sources[i], sources[i + 1] != NULL ? ";" : "");
    page_end(page);
}

static void tell_texts(struct page *page, const char *label, const char *const *texts, bool numbered) {
    if (texts[0] == NULL)
        return;
    size_t count = 0;
    while (texts[count] != NULL)
        count++;
    page_line(page, LABEL_AT, VALUE_AT);
    page_put(page, INK_STRONG, label);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            page_line(page, VALUE_AT, VALUE_AT);
        page_tab(page, VALUE_AT);
        if (numbered)
            page_putf(page, INK_STRONG, "%zu.", i + 1);
        else
            page_put(page, INK_PLAIN, "-");
        page_tab(page, VALUE_AT + (!numbered ? 2 : count < 10 ? 3 : 4));
        page_put(page, INK_PLAIN, texts[i]);
        page_end(page);
    }
}

static void tell_guidance(struct page *page, const struct cause *cause) {
    struct subject subject = subject_by_roles(check_of(cause->check)->roles);
    page_line(page, LABEL_AT, VALUE_AT);
    page_put(page, INK_STRONG, "Why");
    page_tab(page, VALUE_AT);
    page_put(page, INK_PLAIN, cause->why);
    page_end(page);
    tell_texts(page, "Affects", lines_fill(page->arena, cause->affects, &subject), false);
    tell_texts(page, "Fix", lines_fill(page->arena, cause->fix, &subject), true);
    tell_texts(page, "Restart", lines_fill(page->arena, cause->restart, &subject), false);
    tell_sources(page, cause->source, LABEL_AT, VALUE_AT);
}

static void tell_cause(struct page *page, const struct cause *cause, bool in_full) {
    page_line(page, in_full ? 0 : CAUSE_AT, TITLE_AT);
    page_put(page, ink_of(cause->status), enum_text(status_names, (int)cause->status));
    page_tab(page, in_full ? 6 : CAUSE_AT + 6);
    page_put(page, INK_STRONG, cause->id);
    if (in_full) {
        page_end(page);
        page_line(page, LABEL_AT, LABEL_AT);
    } else {
        page_tab(page, TITLE_AT);
    }
    page_put(page, in_full ? INK_STRONG : INK_PLAIN, cause->title);
    page_end(page);
    if (in_full)
        tell_guidance(page, cause);
}

static void tell_check(struct page *page, const struct catalogue_choice *choice, const struct check *check) {
    bool in_full = choice->check != NULL;
    page_line(page, in_full ? 0 : 2, in_full ? LABEL_AT : TITLE_AT);
    page_put(page, INK_STRONG, check->id);
    page_put(page, INK_PLAIN, "  ");
    page_tab(page, in_full ? (int)strlen(check->id) + 2 : TITLE_AT);
    page_put(page, INK_PLAIN, check->title);
    page_end(page);
    if (in_full) {
        page_line(page, LABEL_AT, LABEL_AT);
        page_put(page, INK_PLAIN, check->judges);
        page_end(page);
        tell_sources(page, check->source, LABEL_AT, VALUE_AT);
    }
    for (size_t i = 0; i < check->cause_count; i++) {
        if (choice->cause != NULL && choice->cause != &check->causes[i])
            continue;
        if (in_full)
            page_gap(page);
        tell_cause(page, &check->causes[i], in_full);
    }
}

static void tell_family(struct page *page, const struct catalogue_choice *choice, const struct family *family,
                        bool *is_first) {
    bool begun = false;
    for (size_t i = 0; i < family->check_count; i++) {
        if (!is_chosen(choice, family, &family->checks[i]))
            continue;
        if (!begun && choice->check == NULL) {
            if (!*is_first)
                page_gap(page);
            page_line(page, 0, 2);
            page_putf(page, INK_STRONG, "%s: %s", family->id, family->title);
            page_end(page);
        }
        begun = true;
        *is_first = false;
        tell_check(page, choice, &family->checks[i]);
    }
}

/* ---- purposes: Unified CM's certificates ---- */

static const char *nodes_text(struct arena *arena, unsigned of) {
    bool is_ucm = (of >> ROLE_UCM & 1u) != 0, is_imp = (of >> ROLE_IMP & 1u) != 0;
    return arena_printf(arena, "%s%s%s", is_ucm ? box_name(ROLE_UCM) : "", is_ucm && is_imp ? ", " : "",
                        is_imp ? box_name(ROLE_IMP) : "");
}

static const char *ports_text(struct arena *arena, const struct purpose *purpose) {
    const char *all = "no port";
    for (size_t i = 0; purpose->ports[i] != 0; i++)
        all = i == 0 ? arena_printf(arena, "%d", purpose->ports[i])
                     : arena_printf(arena, "%s %d", all, purpose->ports[i]);
    return all;
}

static const char *const *services_texts(struct arena *arena, const struct purpose *purpose) {
    static const struct guidance_line all[] = {{.text = "{services}"}, {.text = NULL}};
    struct subject subject = nobody;
    subject.purpose = purpose;
    return lines_fill(arena, all, &subject);
}

static void tell_purpose(struct page *page, const struct purpose *purpose) {
    page_line(page, 0, VALUE_AT);
    page_put(page, INK_STRONG, purpose->name);
    page_putf(page, INK_PLAIN, "  %s; shown on %s", nodes_text(page->arena, purpose->roles),
              ports_text(page->arena, purpose));
    page_end(page);
    tell_texts(page, "Plan", services_texts(page->arena, purpose), true);
    tell_sources(page, purpose->source, LABEL_AT, VALUE_AT);
    page_gap(page);
}

static json_t *texts_json(const char *const *texts) {
    json_t *list = json_array();
    for (size_t i = 0; texts[i] != NULL; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *purposes_json(void) {
    struct arena *scratch = arena_new();
    json_t *list = json_array();
    for (const struct purpose *p = purpose_rows; p->id != NULL; p++) {
        json_t *ports = json_array();
        for (size_t i = 0; p->ports[i] != 0; i++)
            json_array_append_new(ports, json_integer(p->ports[i]));
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s?, s:s, s:o, s:b, s:o, s:o}", "purpose", p->id, "name", p->name,
                            "store", p->store, "nodes", nodes_text(scratch, p->roles), "ports", ports,
                            "multi_server", (int)p->is_multi_server, "plan",
                            texts_json(services_texts(scratch, p)), "source", texts_json(p->source)));
    }
    arena_free(scratch);
    return list;
}

void catalogue_text(const struct catalogue_choice *choice, const struct report_style *style, FILE *out) {
    struct page page = {.out = out,
                        .arena = arena_new(),
                        .width = style->width,
                        .color = style->color,
                        .ascii = style->ascii};
    bool is_first = true;
    for (const struct purpose *p = purpose_rows; choice->purposes && p->id != NULL; p++)
        tell_purpose(&page, p);
    for (const struct family *const *f = families; !choice->purposes && *f != NULL; f++)
        tell_family(&page, choice, *f, &is_first);
    arena_free(page.arena);
}

/* ---- JSON ---- */

static json_t *lines_json(const struct cause *cause, const struct guidance_line *lines) {
    struct subject subject = subject_by_roles(check_of(cause->check)->roles);
    struct arena *scratch = arena_new();
    json_t *list = texts_json(lines_fill(scratch, lines, &subject));
    arena_free(scratch);
    return list;
}

static json_t *cause_json(const struct cause *cause) {
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "cause", cause->id, "status",
                     enum_text(status_names, (int)cause->status), "title", cause->title, "why", cause->why,
                     "affects", lines_json(cause, cause->affects), "fix", lines_json(cause, cause->fix),
                     "restart", lines_json(cause, cause->restart), "source", texts_json(cause->source));
}

static json_t *check_json(const struct family *family, const struct check *check, const struct cause *only) {
    json_t *causes = json_array();
    for (size_t i = 0; i < check->cause_count; i++)
        if (only == NULL || only == &check->causes[i])
            json_array_append_new(causes, cause_json(&check->causes[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "check", check->id, "family", family->id, "title",
                     check->title, "judges", check->judges, "source", texts_json(check->source), "causes",
                     causes);
}

json_t *catalogue_json(const struct catalogue_choice *choice) {
    json_t *checks = json_array();
    for (const struct family *const *f = families; !choice->purposes && *f != NULL; f++)
        for (size_t i = 0; i < (*f)->check_count; i++)
            if (is_chosen(choice, *f, &(*f)->checks[i]))
                json_array_append_new(checks, check_json(*f, &(*f)->checks[i], choice->cause));
    bool is_all = choice->family == NULL && choice->check == NULL;
    return json_pack("{s:s, s:o, s:o*}", "schema", "edgeprobe.catalogue/1", "checks", checks, "purposes",
                     is_all ? purposes_json() : NULL);
}
