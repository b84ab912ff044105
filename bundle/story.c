/* What did the log of one box say again and again, which alarms, and what happened to the box? The log's
 * reader and stories (wire/log.h, checks/log.h) do the work; here it becomes facts of the bundle.
 *
 * Secrets: of a line only the fields that the token table reads are kept, and user names are cut from them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle/box.h"
#include "wire/log.h"

enum { MOMENTS_MAX = 300, ALARMS_MAX = 300, SIGHTS_MAX = 1000, DETAIL_SHOWN = 300 };

struct box_log {
    struct arena *arena;
    struct box *box;
    struct log_reader *reader;
    struct log_stories *stories;
    struct log_report report;
    bool has_time;
    int64_t first_ms, last_ms;
};

static char *time_text(struct arena *arena, int64_t ms) {
    return time_write(arena, ms / 1000);
}

/* ---- what happened to the box ---- */

/* Event= of what tells the course of things (REF, "Events"). */
static const char *const happenings[] = {"system start",
                                         "system shutdown",
                                         "system restart",
                                         "restart requested",
                                         "reboot requested",
                                         "shutdown requested",
                                         "application start",
                                         "application exit",
                                         "application failed",
                                         "certificate management",
                                         "crl update",
                                         "system configuration changed",
                                         "upgrade",
                                         "license limit reached",
                                         "ntp update"};

/* Where a line that tells one of those has it in its words. */
static bool is_happening(struct slice event) {
    for (size_t i = 0; i < sizeof happenings / sizeof *happenings && event.at != NULL; i++) {
        size_t size = strlen(happenings[i]);
        if (event.size >= size && strncasecmp(event.at, happenings[i], size) == 0)
            return true;
    }
    return false;
}

static bool is_marker(const struct log_record *record) {
    static const char word[] = "DEBUG_MARKER";
    return record->line.at != NULL &&
           memmem(record->line.at, record->line.size, word, sizeof word - 1) != NULL;
}

static void moment_add(struct box_log *log, const struct log_record *record, const char *what) {
    struct bundle *facts = log->box->facts;
    struct moment *last = facts->moments.n == 0 ? NULL : facts->moments.v[facts->moments.n - 1];
    if (last != NULL && strcmp(last->what, what) == 0) {
        last->count++;
        return;
    }
    if (facts->moments.n >= MOMENTS_MAX || !record->has_time) /* without a time it has no place in a story */
        return;
    struct moment *moment = ARENA_NEW(log->arena, struct moment);
    moment->time = time_text(log->arena, record->time_ms);
    moment->what = arena_text(log->arena, what);
    moment->count = 1;
    LIST_ADD(log->arena, &facts->moments, moment);
}

/* Settings that were changed tell a user and values: only that it happened is kept. */
static void happening_take(struct box_log *log, const struct log_record *record) {
    struct slice event = log_field(record, "event"), detail = log_field(record, "detail");
    if (!is_happening(event)) {
        if (is_marker(record))
            moment_add(log, record, "Marker set by hand (DEBUG_MARKER)");
        return;
    }
    char *what = slice_text(log->arena, event, 80);
    bool is_certificate = strcasestr(what, "certificate") != NULL;
    char *more = is_certificate ? slice_text(log->arena, detail, 120) : NULL;
    moment_add(log, record, more == NULL ? what : arena_printf(log->arena, "%s: %s", what, more));
}

/* ---- alarms ---- */

static struct alarm_seen *alarm_of(struct box_log *log, int id) {
    struct bundle *facts = log->box->facts;
    for (size_t i = 0; i < facts->alarms.n; i++)
        if (facts->alarms.v[i]->id == id && facts->alarms.v[i]->source == ALARM_FROM_LOG)
            return facts->alarms.v[i];
    if (facts->alarms.n >= ALARMS_MAX)
        return NULL;
    struct alarm_seen *alarm = ARENA_NEW(log->arena, struct alarm_seen);
    alarm->id = id;
    alarm->source = ALARM_FROM_LOG;
    LIST_ADD(log->arena, &facts->alarms, alarm);
    return alarm;
}

static bool alarm_take(struct box_log *log, const struct log_record *record) {
    static const char prefix[] = "alarm ";
    struct slice event = log_field(record, "event"), number = log_field(record, "id");
    int id = 0;
    if (event.at == NULL || event.size < sizeof prefix ||
        strncasecmp(event.at, prefix, sizeof prefix - 1) != 0)
        return false;
    for (size_t i = 0; i < number.size && i < 6 && number.at[i] >= '0' && number.at[i] <= '9'; i++)
        id = id * 10 + (number.at[i] - '0');
    struct alarm_seen *alarm = id == 0 ? NULL : alarm_of(log, id);
    if (alarm == NULL)
        return true;
    alarm->is_lowered = memmem(event.at, event.size, "owered", 6) != NULL;
    if (alarm->is_lowered)
        return true;
    alarm->count++;
    if (alarm->severity == NULL)
        alarm->severity = slice_text(log->arena, log_field(record, "severity"), 20);
    if (alarm->detail == NULL)
        alarm->detail = slice_text(log->arena, log_field(record, "detail"), DETAIL_SHOWN);
    if (record->has_time) {
        alarm->last = time_text(log->arena, record->time_ms);
        if (alarm->first == NULL)
            alarm->first = alarm->last;
    }
    return true;
}

/* ---- lines ---- */

static bool record_take(void *context, const struct log_record *record) {
    struct box_log *log = context;
    if (record->has_time) {
        if (!log->has_time || record->time_ms < log->first_ms)
            log->first_ms = record->time_ms;
        if (!log->has_time || record->time_ms > log->last_ms)
            log->last_ms = record->time_ms;
        log->has_time = true;
    }
    struct slice event = log_field(record, "event");
    bool is_alarm = event.at != NULL && alarm_take(log, record);
    if (!is_alarm && (event.at != NULL || is_marker(record)))
        happening_take(log, record);
    return is_alarm || log_stories_take(log->stories, record);
}

struct box_log *box_log_new(struct arena *arena, struct box *box) {
    struct box_log *log = ARENA_NEW(arena, struct box_log);
    log->arena = arena;
    log->box = box;
    log->stories = log_stories_new(arena, &log->report);
    log->reader = log_reader_new(arena, record_take, log);
    return log;
}

bool box_log_feed(struct box_log *log, const void *bytes, size_t size) {
    return log_reader_feed(log->reader, bytes, size);
}

/* ---- the end ---- */

static void sight_add(struct box_log *log, const struct log_group *group) {
    const struct log_entry *entry = &group->entry;
    struct arena *arena = log->arena;
    struct log_sight *sight = ARENA_NEW(arena, struct log_sight);
    sight->token = arena_text(arena, entry->token);
    sight->check = entry->check == NULL ? NULL : arena_text(arena, entry->check->id);
    sight->cause = entry->cause == NULL ? NULL : arena_text(arena, entry->cause->id);
    sight->weight = arena_text(arena, enum_text(log_weights, (int)entry->weight));
    sight->leg = arena_text(arena, enum_text(log_legs, (int)entry->leg));
    sight->direction = arena_text(arena, enum_text(log_directions, (int)entry->direction));
    sight->far = entry->far;
    sight->event = entry->event;
    sight->detail = entry->detail;
    sight->reason = entry->reason;
    sight->common_name = entry->common_name;
    sight->dst_port = entry->dst_port;
    sight->count = group->count > 2000000000 ? 2000000000 : (int)group->count;
    sight->line = group->line > 2000000000 ? 2000000000 : (int)group->line;
    sight->last_line = group->last_line > 2000000000 ? 2000000000 : (int)group->last_line;
    if (group->has_time) {
        sight->first = time_text(arena, group->first_ms);
        sight->last = time_text(arena, group->last_ms);
    }
    LIST_ADD(arena, &log->box->facts->log, sight);
}

void box_log_end(struct box_log *log) {
    log_reader_end(log->reader);
    log_stories_end(log->stories);
    LIST_ADD(log->arena, &log->box->logs, log);
}

/* By what its lines are about, where neither settings nor status nor the user tell. */
static void role_by_logs(struct box *box) {
    enum log_box all = LOG_BOX_UNKNOWN;
    for (size_t i = 0; i < box->logs.n; i++) {
        enum log_box one = log_stories_box(box->logs.v[i]->stories);
        if (one != LOG_BOX_UNKNOWN && all != LOG_BOX_UNKNOWN && one != all)
            return;
        all = one != LOG_BOX_UNKNOWN ? one : all;
    }
    if (all == LOG_BOX_UNKNOWN)
        return;
    box->facts->role = all == LOG_BOX_E ? ROLE_EXPRESSWAY_E : ROLE_EXPRESSWAY_C;
    box->facts->role_from = arena_text(box->logs.v[0]->arena, "log");
}

static void log_tell(struct box_log *log) {
    struct bundle *facts = log->box->facts;
    if (facts->role == ROLE_EXPRESSWAY_E || facts->role == ROLE_EXPRESSWAY_C)
        log_stories_settle(log->stories, facts->role == ROLE_EXPRESSWAY_E ? LOG_BOX_E : LOG_BOX_C);
    long long lines = log_reader_lines(log->reader) + facts->log_lines;
    facts->log_lines = lines > 2000000000 ? 2000000000 : (int)lines;
    for (size_t i = 0; i < log->report.groups.n && facts->log.n < SIGHTS_MAX; i++)
        sight_add(log, log->report.groups.v[i]);
    if (!log->has_time)
        return;
    char *first = time_text(log->arena, log->first_ms), *last = time_text(log->arena, log->last_ms);
    if (facts->log_first == NULL || strcmp(first, facts->log_first) < 0)
        facts->log_first = first;
    if (facts->log_last == NULL || strcmp(last, facts->log_last) > 0)
        facts->log_last = last;
}

void box_logs_tell(struct box *box) {
    if (box->facts->role == ROLE_NONE)
        role_by_logs(box);
    for (size_t i = 0; i < box->logs.n; i++)
        log_tell(box->logs.v[i]);
}
