/* From which sources is a fault known? Of bundles one thing is predicted by files, said by logs, shown by
 * captures and raised as an alarm: told once each, with the box, how often and since when. See fault_rules.h.
 */
#include "outcomes/fault_rules.h"

#include <string.h>

#include "catalogue/log_tokens.h"

enum { SEEN_MAX = 8, LOG_SHOWN = 120 };

static bool is_more_of(const char *longer, const char *words) {
    return text_starts(longer, words) && (longer[strlen(words)] == 0 || longer[strlen(words)] == ',');
}

/* The same source told with more words takes the place of the shorter. */
static void seen_add(struct arena *arena, struct fault *fault, char *words) {
    for (size_t i = 0; i < fault->seen.n; i++)
        if (is_more_of(fault->seen.v[i], words))
            return;
        else if (is_more_of(words, fault->seen.v[i])) {
            fault->seen.v[i] = words;
            return;
        }
    if (fault->seen.n < SEEN_MAX)
        texts_add(arena, &fault->seen, words);
}

static const char *times_words(struct arena *arena, json_int_t count, const char *first, const char *last) {
    const char *times = count == 1 ? "once" : arena_printf(arena, "%d times", (int)count);
    if (first == NULL)
        return times;
    return last == NULL || strcmp(first, last) == 0 ? arena_printf(arena, "%s, %s", times, first)
                                                    : arena_printf(arena, "%s, %s to %s", times, first, last);
}

static const char *text_at(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

/* A line that gives no words of its own: what such a line means. */
static const char *means_of(const char *token) {
    for (const struct log_token *row = log_tokens; token != NULL && row->id != NULL; row++)
        if (strcmp(row->id, token) == 0)
            return row->means;
    return text_or(token, "");
}

/* The first sentence, or as many whole words as there is room for. */
static char *in_short(struct arena *arena, const char *words) {
    const char *stop = strstr(words, ". ");
    size_t length = stop != NULL ? (size_t)(stop - words) : strlen(words);
    if (length <= LOG_SHOWN)
        return arena_textn(arena, words, length);
    for (length = LOG_SHOWN; length > LOG_SHOWN / 2 && words[length] != ' ';)
        length--;
    while (length > 0 && ((unsigned char)words[length] & 0xC0) == 0x80) /* in the middle of a character */
        length--;
    return arena_printf(arena, "%.*s...", (int)length, words);
}

static void logs_tell(struct arena *arena, struct fault *fault, const struct finding *f) {
    const json_t *list = evidence_value(f, "log");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *words = text_at(one, "reason");
        words = words != NULL ? words : text_at(one, "detail");
        bool is_ours = words == NULL; /* not the log's */
        words = is_ours ? means_of(text_at(one, "token")) : words;
        seen_add(arena, fault,
                 arena_printf(arena, is_ours ? "log of %s, %s, in our words: %s" : "log of %s, %s: %s",
                              text_or(text_at(one, "box"), "a box"),
                              times_words(arena, json_integer_value(json_object_get(one, "count")),
                                          text_at(one, "first"), text_at(one, "last")),
                              in_short(arena, words)));
    }
}

static void alarm_tell(struct arena *arena, struct fault *fault, const struct finding *f) {
    const char *slash = strrchr(f->subject, '/');
    const struct alarm_row *row = alarm_find((int)evidence_number(f, "alarm"));
    const char *title = row == NULL ? "" : arena_printf(arena, ", \"%s\"", row->title);
    seen_add(arena, fault,
             arena_printf(arena, "alarm %s of %.*s%s, %s", slash + 1, (int)(slash - f->subject), f->subject,
                          title,
                          times_words(arena, evidence_number(f, "count"), evidence_string(f, "first"),
                                      evidence_string(f, "last"))));
}

/* Who sent the alert is the client where it was not the server: an Expressway-C on these legs. */
static const char *ending_words(struct arena *arena, const struct endpoint *e) {
    const struct tls_alert *alert = e->tls.alert;
    if (alert == NULL)
        return e->tcp.state == TCP_REFUSED ? "connection refused" : "connection ended";
    return arena_printf(arena, "alert %s by the %s", alert->name,
                        alert->sent_by == SIDE_PEER ? "server" : "client");
}

static void capture_tell(struct arena *arena, struct fault *fault, const struct finding *f) {
    const struct endpoint *e = f->endpoint;
    bool is_ending = text_starts(f->check->id, "tls.") || text_starts(f->check->id, "net.");
    size_t n = e->connections.n;
    const char *which = n == 0   ? ""
                        : n == 1 ? arena_printf(arena, ", connection %d", e->connections.v[0])
                                 : arena_printf(arena, ", %zu connections, %d first", n, e->connections.v[0]);
    seen_add(arena, fault,
             is_ending ? arena_printf(arena, "capture, %s: %s%s", e->id, ending_words(arena, e), which)
                       : arena_printf(arena, "predicted for the certificate that the capture shows at %s%s",
                                      e->id, which));
}

static void finding_tell(struct arena *arena, struct fault *fault, const struct finding *f) {
    bool has_log = evidence_value(f, "log") != NULL;
    bool is_of_log = has_log && evidence_string(f, "box") != NULL; /* made of it, not only borne out */
    if (strcmp(f->check->id, "host.alarm") == 0) {
        alarm_tell(arena, fault, f);
        return;
    }
    const char *by = evidence_string(f, "told_by");
    if (by != NULL) { /* the box itself */
        seen_add(arena, fault, arena_text(arena, by));
        return;
    }
    if (f->endpoint != NULL && (f->endpoint->client != NULL || f->endpoint->connections.n > 0))
        capture_tell(arena, fault, f);
    else if (!is_of_log)
        seen_add(arena, fault, arena_text(arena, "predicted from certificates, trust lists and settings"));
    if (has_log)
        logs_tell(arena, fault, f);
    if (evidence_string(f, "beside") != NULL)
        seen_add(arena, fault, arena_text(arena, evidence_string(f, "beside")));
}

void fault_seen_tell(const struct facts *facts, struct arena *arena, struct fault *fault) {
    if (facts->bundles.n == 0)
        return;
    for (size_t i = 0; i < fault->same.n; i++)
        finding_tell(arena, fault, fault->same.v[i]);
    for (size_t i = 0; i < fault->consequences.n; i++)
        finding_tell(arena, fault, fault->consequences.v[i]);
}
