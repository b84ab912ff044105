/* Which lines of a log belong together, and what do they say as one? Lines of one connection (both addresses
 * and ports), of one thread, or of one process about one server, within a moment, are a story; of all its
 * lines the one that tells most is the verdict, read again with what the others know. See log.h. */
#include "checks/log.h"

#include <stdio.h>
#include <string.h>

enum {
    OPEN_MAX = 64,        /* stories that may still go on; the oldest ends for a new one */
    GROUPS_MAX = 1000,    /* different things that are kept of one log */
    BOXES_MAX = 64,       /* hosts whose part is learnt */
    CONNECTION_MS = 5000, /* between two lines of one connection */
    THREAD_MS = 1000,     /* of one thread or process */
    RECORD_KEPT = 4096    /* bytes of a line that may have to be read again */
};

/* What makes two lines one story. 0: the line has nothing of the kind. */
struct marks {
    uint64_t connection, thread, process, kind, far;
};

struct story {
    struct arena *arena; /* its entry and record */
    struct log_entry entry;
    struct marks marks;
    struct log_record *record; /* of the line that tells most, to be read again */
    struct log_hint known;     /* by any of its lines */
    int64_t last_ms;
    long long line, last_line, lines;
    struct log_line together[LOG_TOGETHER_MAX];
    uint64_t kinds[LOG_TOGETHER_MAX];
    size_t together_count;
};

struct box_of_host {
    uint64_t host;
    enum log_box box; /* LOG_BOX_EXPRESSWAY: it was seen as both */
};

struct log_stories {
    struct arena *arena;
    struct log_words *words;
    struct log_report *report;
    struct story *open[OPEN_MAX]; /* oldest first */
    size_t open_count;
    struct box_of_host boxes[BOXES_MAX];
    size_t box_count;
};

/* ---- marks ---- */

static uint64_t mix_bytes(uint64_t hash, const char *bytes, size_t size) { /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
    return (hash ^ 0xff) * 0x100000001b3;
}

static uint64_t mix(uint64_t hash, const char *text) {
    return mix_bytes(hash, text, text == NULL ? 0 : strlen(text));
}

static const uint64_t seed = 0xcbf29ce484222325;

static uint64_t mix_slice(uint64_t hash, struct slice slice) {
    return mix_bytes(hash, slice.at, slice.at == NULL ? 0 : slice.size);
}

static uint64_t end_mark(struct slice address, const char *port, size_t size) {
    return mix_bytes(mix_slice(seed, address), port, size);
}

/* The same whichever end is named first; 0 when one of them is not told. */
static uint64_t connection_mark(const struct log_record *record) {
    struct slice from = log_field(record, "src-ip"), to = log_field(record, "dst-ip"), local, remote;
    struct slice from_port = log_field(record, "src-port"), to_port = log_field(record, "dst-port");
    int local_port, remote_port;
    char port[2][8];
    if (from.at != NULL && to.at != NULL && from_port.at != NULL && to_port.at != NULL)
        return end_mark(from, from_port.at, from_port.size) ^ end_mark(to, to_port.at, to_port.size);
    if (!log_socket(log_field(record, "localaddress"), &local, &local_port) ||
        !log_socket(log_field(record, "remoteaddress"), &remote, &remote_port))
        return 0;
    snprintf(port[0], sizeof port[0], "%d", local_port);
    snprintf(port[1], sizeof port[1], "%d", remote_port);
    return end_mark(local, port[0], strlen(port[0])) ^ end_mark(remote, port[1], strlen(port[1]));
}

static struct marks marks_of(const struct log_record *record, const struct log_entry *entry) {
    struct slice thread = log_field(record, "thread");
    uint64_t process =
        mix_slice(mix_slice(seed, record->host), record->process) + (uint64_t)(record->pid + 1);
    struct marks marks = {.connection = connection_mark(record),
                          .kind = mix_slice(mix(mix(seed, entry->token), entry->event), record->module),
                          .far = entry->far == NULL ? 0 : mix(seed, entry->far)};
    if (thread.at != NULL)
        marks.thread = mix_slice(process, thread);
    else if (record->pid >= 0 && marks.connection == 0)
        marks.process = process;
    return marks;
}

static bool differ(uint64_t a, uint64_t b) {
    return a != 0 && b != 0 && a != b;
}

static bool has_kind(const struct story *story, uint64_t kind) {
    for (size_t i = 0; i < story->together_count; i++)
        if (story->kinds[i] == kind)
            return true;
    return false;
}

/* A line that says again what a line of the story said is the next connection's. */
static bool belongs(const struct story *story, const struct marks *marks, const struct log_entry *entry) {
    if (entry->alarm != 0 || story->entry.alarm != 0 || !entry->has_time || !story->entry.has_time)
        return false;
    int64_t apart =
        entry->time_ms > story->last_ms ? entry->time_ms - story->last_ms : story->last_ms - entry->time_ms;
    if (has_kind(story, marks->kind) || differ(marks->connection, story->marks.connection))
        return false;
    if (marks->connection != 0 && marks->connection == story->marks.connection)
        return apart <= CONNECTION_MS;
    if (apart > THREAD_MS)
        return false;
    if (marks->thread != 0 && marks->thread == story->marks.thread)
        return true;
    return marks->process != 0 && marks->process == story->marks.process &&
           !differ(marks->far, story->marks.far);
}

/* ---- groups: stories that say the same ---- */

static uint64_t key_of(const struct log_entry *entry) {
    uint64_t key = mix(seed, entry->token);
    key = mix(key, enum_text(log_directions, (int)entry->direction));
    key = mix(key, enum_text(log_legs, (int)entry->leg));
    key = mix(key, entry->host);
    key = mix(key, entry->event);
    key = mix(key, entry->detail);
    key = mix(key, entry->reason);
    key = mix(key, entry->common_name);
    return mix(key, entry->dst_port);
}

static struct log_group *group_find(const struct log_report *report, uint64_t key) {
    for (size_t i = 0; i < report->groups.n; i++)
        if (report->groups.v[i]->key == key)
            return report->groups.v[i];
    return NULL;
}

static struct log_record *record_keep(struct arena *arena, const struct log_record *record);

static struct log_group *group_new(struct log_stories *s, const struct story *story, uint64_t key) {
    struct log_group *group = ARENA_NEW(s->arena, struct log_group);
    group->known = story->known;
    if (story->record->text.size <= RECORD_KEPT)
        group->record = record_keep(s->arena, story->record);
    struct log_entry *to = &group->entry;
    *to = story->entry;
    to->token = arena_text(s->arena, to->token);
    to->means = arena_text(s->arena, to->means);
    char **texts[] = {&to->host,   &to->far,         &to->event,   &to->detail,
                      &to->reason, &to->common_name, &to->dst_port};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_text(s->arena, *texts[i]);
    group->key = key;
    group->line = story->line;
    group->together_count = story->together_count;
    for (size_t i = 0; i < story->together_count; i++)
        group->together[i] =
            (struct log_line){story->together[i].line, arena_text(s->arena, story->together[i].token)};
    LIST_ADD(s->arena, &s->report->groups, group);
    return group;
}

static void group_count(struct log_group *group, const struct story *story) {
    group->count++;
    if (story->last_line > group->last_line)
        group->last_line = story->last_line;
    if (!story->entry.has_time)
        return;
    if (!group->has_time || story->entry.time_ms < group->first_ms)
        group->first_ms = story->entry.time_ms;
    if (!group->has_time || story->last_ms > group->last_ms)
        group->last_ms = story->last_ms;
    group->has_time = true;
}

/* ---- which box is which ---- */

static struct box_of_host *box_find(struct log_stories *s, const char *host) {
    if (host == NULL)
        return NULL;
    uint64_t mark = mix(seed, host);
    for (size_t i = 0; i < s->box_count; i++)
        if (s->boxes[i].host == mark)
            return &s->boxes[i];
    return NULL;
}

static void box_learn(struct log_stories *s, const struct log_entry *entry) {
    if (entry->host == NULL || (entry->box != LOG_BOX_E && entry->box != LOG_BOX_C))
        return;
    struct box_of_host *known = box_find(s, entry->host);
    if (known != NULL)
        known->box = known->box == entry->box ? known->box : LOG_BOX_EXPRESSWAY;
    else if (s->box_count < BOXES_MAX)
        s->boxes[s->box_count++] = (struct box_of_host){mix(seed, entry->host), entry->box};
}

/* ---- stories ---- */

static void slice_move(struct slice *slice, const char *from, const char *to) {
    if (slice->at != NULL)
        slice->at = to + (slice->at - from);
}

/* With a text of its own: the reader's buffer goes on to the next record. */
static struct log_record *record_keep(struct arena *arena, const struct log_record *record) {
    struct log_record *kept = arena_dup(arena, record, sizeof *record);
    const char *from = record->text.at, *to = arena_dup(arena, from, record->text.size);
    struct slice *slices[] = {&kept->host, &kept->process, &kept->module, &kept->level,
                              &kept->text, &kept->line,    &kept->words,  &kept->body};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        slice_move(slices[i], from, to);
    for (size_t i = 0; i < kept->field_count; i++) {
        slice_move(&kept->fields[i].key, from, to);
        slice_move(&kept->fields[i].value, from, to);
    }
    return kept;
}

/* What the other lines know may make of the verdict another one: who dialled decides whose name was looked
 * for. */
static void read_again(const struct log_stories *s, struct story *story) {
    const struct log_entry *entry = &story->entry;
    struct log_entry again;
    if (story->together_count < 2 || (story->known.direction == entry->direction &&
                                      story->known.leg == entry->leg && story->known.box == entry->box))
        return;
    if (!log_record_judge(story->arena, s->words, story->record, &story->known, &again))
        return;
    again.far = again.far == NULL ? story->entry.far : again.far;
    again.common_name = again.common_name == NULL ? story->entry.common_name : again.common_name;
    story->entry = again;
}

static void story_end(struct log_stories *s, struct story *story) {
    read_again(s, story);
    box_learn(s, &story->entry);
    uint64_t key = key_of(&story->entry);
    struct log_group *group = group_find(s->report, key);
    if (group == NULL && s->report->groups.n < GROUPS_MAX)
        group = group_new(s, story, key);
    if (group == NULL)
        s->report->left_out += story->lines;
    else
        group_count(group, story);
    arena_free(story->arena);
}

static void known_add(struct log_hint *known, const struct log_entry *entry) {
    if (known->direction == LOG_UNKNOWN)
        known->direction = entry->direction;
    if (known->leg == LOG_LEG_UNKNOWN)
        known->leg = entry->leg;
    if (known->box <= LOG_BOX_EXPRESSWAY && entry->box > known->box)
        known->box = entry->box;
}

static void story_add(struct story *story, const struct log_record *record, const struct log_entry *entry,
                      const struct marks *marks) {
    if (story->together_count < LOG_TOGETHER_MAX) {
        story->kinds[story->together_count] = marks->kind;
        story->together[story->together_count++] =
            (struct log_line){record->number, arena_text(story->arena, entry->token)};
    }
    if (story->marks.connection == 0)
        story->marks.connection = marks->connection;
    if (story->marks.thread == 0)
        story->marks.thread = marks->thread;
    if (story->marks.far == 0)
        story->marks.far = marks->far;
    known_add(&story->known, entry);
    story->last_ms = entry->time_ms;
    story->last_line = record->number;
    story->lines++;
}

static struct story *story_new(struct log_stories *s, struct arena *arena, const struct log_record *record,
                               const struct log_entry *entry, const struct marks *marks) {
    struct story *story = ARENA_NEW(arena, struct story);
    story->arena = arena;
    story->entry = *entry;
    story->marks = *marks;
    story->line = record->number;
    story->record = record_keep(arena, record);
    if (s->open_count == OPEN_MAX) {
        story_end(s, s->open[0]);
        memmove(s->open, s->open + 1, --s->open_count * sizeof s->open[0]);
    }
    s->open[s->open_count++] = story;
    return story;
}

static struct story *story_of(const struct log_stories *s, const struct marks *marks,
                              const struct log_entry *entry) {
    for (size_t i = s->open_count; i-- > 0;)
        if (belongs(s->open[i], marks, entry))
            return s->open[i];
    return NULL;
}

/* ---- a whole log ---- */

struct log_stories *log_stories_new(struct arena *arena, struct log_report *report) {
    struct log_stories *s = ARENA_NEW(arena, struct log_stories);
    s->arena = arena;
    s->words = log_words_new(arena);
    s->report = report;
    return s;
}

bool log_stories_take(void *stories, const struct log_record *record) {
    struct log_stories *s = stories;
    struct arena *scratch = arena_new();
    struct log_entry entry;
    if (!log_record_judge(scratch, s->words, record, NULL, &entry)) {
        arena_free(scratch);
        return true;
    }
    struct marks marks = marks_of(record, &entry);
    struct story *story = story_of(s, &marks, &entry);
    s->report->matched++;
    if (story == NULL) {
        story_add(story_new(s, scratch, record, &entry, &marks), record, &entry, &marks);
        return true;
    }
    story_add(story, record, &entry, &marks);
    if (entry.weight < story->entry.weight) { /* this line tells more */
        story->record = record_keep(story->arena, record);
        const struct log_hint known = story->known;
        log_record_judge(story->arena, s->words, story->record, &known, &story->entry);
    }
    arena_free(scratch);
    return true;
}

void log_stories_end(struct log_stories *s) {
    for (size_t i = 0; i < s->open_count; i++)
        story_end(s, s->open[i]);
    s->open_count = 0;
    for (size_t i = 0; i < s->report->groups.n; i++) {
        struct log_entry *entry = &s->report->groups.v[i]->entry;
        const struct box_of_host *known = box_find(s, entry->host);
        if (entry->box <= LOG_BOX_EXPRESSWAY && known != NULL)
            entry->box = known->box;
    }
}

/* 5061 is another leg on another box; what a port or a story told stays. */
static bool hangs_on_box(enum log_leg leg) {
    return leg == LOG_LEG_CLIENT || leg == LOG_LEG_B2B || leg == LOG_LEG_UCM;
}

void log_stories_settle(struct log_stories *s, enum log_box box) {
    for (size_t i = 0; i < s->report->groups.n; i++) {
        struct log_group *group = s->report->groups.v[i];
        struct log_hint hint = {.box = box, .direction = group->known.direction};
        if (!hangs_on_box(group->known.leg))
            hint.leg = group->known.leg;
        struct log_entry again;
        if (group->record == NULL || !log_record_judge(s->arena, s->words, group->record, &hint, &again))
            continue;
        if (again.far == NULL)
            again.far = group->entry.far;
        if (again.common_name == NULL)
            again.common_name = group->entry.common_name;
        if (again.leg == LOG_LEG_UNKNOWN)
            again.leg = group->entry.leg;
        group->entry = again;
    }
}

enum log_box log_stories_box(const struct log_stories *s) {
    enum log_box box = LOG_BOX_UNKNOWN;
    for (size_t i = 0; i < s->box_count; i++)
        if (box == LOG_BOX_UNKNOWN || box == s->boxes[i].box)
            box = s->boxes[i].box;
        else
            return LOG_BOX_UNKNOWN;
    return box == LOG_BOX_E || box == LOG_BOX_C ? box : LOG_BOX_UNKNOWN;
}
