/* How is a log told that was read? See log.h. */
#include "report/log.h"

#include <string.h>
#include <time.h>

#include "report/page.h"

enum { LABEL_AT = 4, VALUE_AT = 16, NUMBERED = 3 };

/* ---- text ---- */

static void tell_value(struct page *page, const char *label, const char *value) {
    if (value == NULL)
        return;
    page_line(page, LABEL_AT, VALUE_AT);
    page_put(page, INK_STRONG, label);
    page_tab(page, VALUE_AT);
    page_put(page, INK_PLAIN, value);
    page_end(page);
}

static void tell_fix(struct page *page, const char *const *fix) {
    for (size_t i = 0; fix != NULL && fix[i] != NULL; i++) {
        page_line(page, LABEL_AT, VALUE_AT + NUMBERED);
        if (i == 0)
            page_put(page, INK_STRONG, "Fix");
        page_tab(page, VALUE_AT);
        page_putf(page, INK_STRONG, "%zu.", i + 1);
        page_tab(page, VALUE_AT + NUMBERED);
        page_put(page, INK_PLAIN, fix[i]);
        page_end(page);
    }
}

static char *check_text(struct arena *arena, const struct log_entry *entry) {
    if (entry->check == NULL)
        return NULL;
    return entry->cause == NULL ? arena_text(arena, entry->check->id)
                                : arena_printf(arena, "%s/%s", entry->check->id, entry->cause->id);
}

static const struct enum_name box_texts[] = {{LOG_BOX_EXPRESSWAY, "an Expressway's log"},
                                             {LOG_BOX_E, "Expressway-E's log"},
                                             {LOG_BOX_C, "Expressway-C's log"},
                                             {LOG_BOX_UCM, "Unified CM's log"},
                                             {LOG_BOX_JABBER, "Jabber's log"},
                                             {LOG_BOX_ENDPOINT, "an endpoint's log"},
                                             {0, NULL}};
static const struct enum_name leg_texts[] = {{LOG_LEG_CLIENT, "between client and Expressway-E"},
                                             {LOG_LEG_ZONE, "between Expressway-C and E (zone)"},
                                             {LOG_LEG_TUNNEL, "between Expressway-C and E (SSH tunnel)"},
                                             {LOG_LEG_XCP, "between Expressway-C and E (XMPP)"},
                                             {LOG_LEG_B2B, "between Webex or a partner and Expressway-E"},
                                             {LOG_LEG_UCM, "between Expressway-C and Unified CM"},
                                             {LOG_LEG_IMP, "to IM and Presence"},
                                             {LOG_LEG_CLUSTER, "between the peers of a cluster"},
                                             {LOG_LEG_LOCAL, "within the box"},
                                             {0, NULL}};

static const char *box_text(enum log_box box) {
    return enum_text(box_texts, (int)box);
}

static const char *leg_text(enum log_leg leg) {
    return enum_text(leg_texts, (int)leg);
}

/* "lines 8 to 10 of one connection: tls-negotiation-error, verify-failed" */
static char *together_text(struct arena *arena, const struct log_group *group) {
    char *text = NULL;
    for (size_t i = 0; group->together_count > 1 && i < group->together_count; i++)
        text = arena_printf(arena, "%s%sline %lld %s", text == NULL ? "" : text, text == NULL ? "" : ", ",
                            group->together[i].line, group->together[i].token);
    return text;
}

static void tell_head(struct page *page, const struct log_report *report, const struct log_group *group) {
    page_line(page, 0, LABEL_AT);
    page_put(page, INK_STRONG, group->entry.token);
    if (group->entry.box != LOG_BOX_UNKNOWN)
        page_putf(page, INK_PLAIN, ", %s", box_text(group->entry.box));
    if (group->entry.direction != LOG_UNKNOWN)
        page_putf(page, INK_PLAIN, ", %s", enum_text(log_directions, (int)group->entry.direction));
    if (group->entry.leg != LOG_LEG_UNKNOWN)
        page_putf(page, INK_PLAIN, ", %s", leg_text(group->entry.leg));
    if (report->source != NULL && group->count > 1)
        page_putf(page, INK_FAINT, ", %lld times, lines %lld to %lld", group->count, group->line,
                  group->last_line);
    else if (report->source != NULL)
        page_putf(page, INK_FAINT, ", line %lld", group->line);
    page_end(page);
}

/* Guidance that was told above is not told again. */
static const struct log_group *told_above(const struct log_report *report, size_t i) {
    const struct log_entry *entry = &report->groups.v[i]->entry;
    for (size_t k = 0; k < i; k++)
        if (report->groups.v[k]->entry.fix == entry->fix &&
            report->groups.v[k]->entry.cause == entry->cause &&
            strcmp(report->groups.v[k]->entry.means, entry->means) == 0)
            return report->groups.v[k];
    return NULL;
}

static void tell_group(struct page *page, const struct log_report *report, size_t i) {
    const struct log_group *group = report->groups.v[i], *above = told_above(report, i);
    const struct log_entry *entry = &group->entry;
    tell_head(page, report, group);
    tell_value(page, "Event", entry->event);
    tell_value(page, "Detail", entry->detail);
    tell_value(page, "Reason", entry->reason);
    tell_value(page, "Common name", entry->common_name);
    tell_value(page, "Other side", entry->far);
    tell_value(page, "To port", entry->dst_port);
    tell_value(page, "As one", together_text(page->arena, group));
    tell_value(page, "Check", check_text(page->arena, entry));
    if (above != NULL) {
        tell_value(page, "Means", arena_printf(page->arena, "as in line %lld above", above->line));
    } else {
        tell_value(page, "Means", entry->means);
        tell_fix(page, log_fix(page->arena, entry));
    }
}

static void tell_sum(struct page *page, const struct log_report *report) {
    page_line(page, 0, 0);
    page_putf(page, INK_PLAIN, "%s: %lld line%s, %lld with known words", report->source, report->lines,
              report->lines == 1 ? "" : "s", report->matched);
    if (report->left_out > 0)
        page_putf(page, INK_PLAIN, ", %lld of them left out here: too many different ones", report->left_out);
    page_put(page, INK_PLAIN, ".");
    page_end(page);
}

void log_text(const struct log_report *report, const struct report_style *style, FILE *out) {
    struct page page = {.out = out,
                        .arena = arena_new(),
                        .width = style->width,
                        .color = style->color,
                        .ascii = style->ascii};
    for (size_t i = 0; i < report->groups.n; i++) {
        if (i > 0)
            page_gap(&page);
        tell_group(&page, report, i);
    }
    if (report->source != NULL) {
        if (report->groups.n > 0)
            page_gap(&page);
        tell_sum(&page, report);
    } else if (report->groups.n == 0) {
        page_line(&page, 0, 0);
        page_put(&page, INK_PLAIN,
                 "No known token in these words. 'edgeprobe explain' lists what can be explained.");
        page_end(&page);
    }
    arena_free(page.arena);
}

/* ---- JSON ---- */

static json_t *text_json(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

static json_t *fix_json(const char *const *fix) {
    json_t *list = json_array();
    for (size_t i = 0; fix != NULL && fix[i] != NULL; i++)
        json_array_append_new(list, json_string(fix[i]));
    return list;
}

static json_t *time_json(bool is_known, int64_t ms) {
    char text[32];
    struct tm parts;
    time_t seconds = (time_t)(ms / 1000);
    if (!is_known || gmtime_r(&seconds, &parts) == NULL)
        return json_null();
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, sizeof text - length, ".%03dZ", (int)(ms % 1000 < 0 ? 0 : ms % 1000));
    return json_string(text);
}

static json_t *together_json(const struct log_group *group) {
    json_t *list = json_array();
    for (size_t i = 0; i < group->together_count; i++)
        json_array_append_new(list, json_pack("{s:I, s:s}", "line", (json_int_t)group->together[i].line,
                                              "token", group->together[i].token));
    return list;
}

static json_t *group_json(struct arena *arena, const struct log_group *group) {
    const struct log_entry *entry = &group->entry;
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "line", (json_int_t)group->line,
        "last_line", (json_int_t)group->last_line, "count", (json_int_t)group->count, "token", entry->token,
        "direction", enum_text(log_directions, (int)entry->direction), "event", text_json(entry->event),
        "detail", text_json(entry->detail), "common_name", text_json(entry->common_name), "dst_port",
        text_json(entry->dst_port), "check", text_json(entry->check == NULL ? NULL : entry->check->id),
        "cause", text_json(entry->cause == NULL ? NULL : entry->cause->id), "explanation", entry->means,
        "guidance", fix_json(log_fix(arena, entry)));
    json_object_update_new(
        object,
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "weight",
                  enum_text(log_weights, (int)entry->weight), "box", enum_text(log_boxes, (int)entry->box),
                  "leg", enum_text(log_legs, (int)entry->leg), "host", text_json(entry->host), "far",
                  text_json(entry->far), "reason", text_json(entry->reason), "first",
                  time_json(group->has_time, group->first_ms), "last",
                  time_json(group->has_time, group->last_ms), "together", together_json(group)));
    return object;
}

json_t *log_json(const struct log_report *report) {
    json_t *entries = json_array();
    struct arena *arena = arena_new();
    for (size_t i = 0; i < report->groups.n; i++)
        json_array_append_new(entries, group_json(arena, report->groups.v[i]));
    arena_free(arena);
    return json_pack("{s:s, s:o, s:I, s:I, s:I, s:o}", "schema", "edgeprobe.log/1", "source",
                     text_json(report->source), "lines", (json_int_t)report->lines, "matched",
                     (json_int_t)report->matched, "left_out", (json_int_t)report->left_out, "entries",
                     entries);
}
