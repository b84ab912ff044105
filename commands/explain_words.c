/* What do these words lead to? See explain_words.h. A thing is as good as the share of the words that it has,
 * each by where it stands: in what is shown to people before what explains it. What is shown to people and
 * stands whole in the words is better than all else: a page or a log was copied, with more around it. */
#include "commands/explain_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/log_tokens.h"
#include "catalogue/phrases.h"
#include "checks/alert.h"
#include "outcomes/symptoms.h"
#include "report/page.h"

enum {
    WORDS_MOST = 24,
    SHORTEST = 2,
    HITS_SHOWN = 8,
    WHOLE = 60,
    ALERTS = 256,
    LEAST_SHARE = 50,
    SHOWN = 6,
    TELLING = 12,
    QUOTED = 100000
};

struct search {
    struct arena *arena;
    char *whole; /* lower case */
    struct texts words;
    struct hits *hits;
};

static char *lower(struct arena *arena, const char *text) {
    char *out = arena_text(arena, text);
    for (char *p = out; *p != 0; p++)
        *p = (char)tolower((unsigned char)*p);
    return out;
}

static bool is_filler(const char *word) {
    static const char *const fillers[] = {"the",  "is",   "of",  "to",   "and", "or", "not",
                                          "been", "have", "has", "be",   "a",   "an", "in",
                                          "on",   "your", "was", "with", "for", NULL};
    for (size_t i = 0; fillers[i] != NULL; i++)
        if (strcmp(fillers[i], word) == 0)
            return true;
    return false;
}

/* A number is meant as a whole: "502" is not in "15022". */
static bool stands_in(const char *text, const char *word) {
    bool is_number = word[strspn(word, "0123456789")] == 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        if (!is_number ||
            ((at == text || !isdigit((unsigned char)at[-1])) && !isdigit((unsigned char)at[strlen(word)])))
            return true;
    return false;
}

static void words_split(struct search *s) {
    char *rest = arena_text(s->arena, s->whole);
    for (char *word; (word = strsep(&rest, " \t\"'.,:;()[]=<>|")) != NULL && s->words.n < WORDS_MOST;)
        if (strlen(word) >= SHORTEST && !is_filler(word) && !texts_has(&s->words, word))
            texts_add(s->arena, &s->words, word);
}

/* A field in which words may stand, and what one of them is worth there. */
struct field_text {
    const char *text; /* NULL: none */
    int worth;
};

static void consider(struct search *s, const struct hit *found, const struct field_text *fields, size_t n) {
    int score = 0;
    size_t had = 0, quoted = 0; /* length of what is quoted: the longer, the less by chance */
    char *texts[8];
    for (size_t i = 0; i < n; i++) {
        texts[i] = lower(s->arena, text_or(fields[i].text, ""));
        if (stands_in(texts[i], s->whole))
            score += WHOLE * fields[i].worth;
        size_t length = strlen(texts[i]);
        if (fields[i].worth >= SHOWN && length >= TELLING && length > quoted &&
            strstr(s->whole, texts[i]) != NULL)
            quoted = length;
    }
    for (size_t k = 0; k < s->words.n; k++) {
        int best = 0;
        for (size_t i = 0; i < n; i++)
            if (fields[i].worth > best && stands_in(texts[i], s->words.v[k]))
                best = fields[i].worth;
        score += best * 10;
        had += best > 0;
    }
    if (s->words.n == 0 || (quoted == 0 && had * 100 < s->words.n * LEAST_SHARE))
        return;
    struct hit *hit = ARENA_NEW(s->arena, struct hit);
    *hit = *found;
    hit->is_quoted = quoted > 0;
    hit->score =
        quoted > 0 ? QUOTED + 10 * (int)quoted + fields[0].worth : score * (int)had / (int)s->words.n;
    LIST_ADD(s->arena, s->hits, hit);
}

/* ---- what there is ---- */

static char *name_of(struct arena *arena, enum check_id check, enum cause_id cause) {
    if (check == CHECK_NONE)
        return NULL;
    return cause == CAUSE_NONE ? arena_text(arena, check_of(check)->id)
                               : arena_printf(arena, "%s/%s", check_of(check)->id, cause_text(cause));
}

static char *explain_command(struct arena *arena, const char *name) {
    return name == NULL ? NULL : arena_printf(arena, "edgeprobe explain %s", name);
}

static void take_phrases(struct search *s) {
    for (const struct phrase *p = phrases; p->words != NULL; p++) {
        char *name = name_of(s->arena, p->check, p->cause);
        const struct hit hit = {0,
                                false,
                                "words",
                                name == NULL ? "no check" : name,
                                arena_printf(s->arena, "\"%s\" (%s)", p->words, p->where),
                                p->means,
                                p->run};
        const struct field_text fields[] = {{p->words, 8}, {p->where, 2}, {p->means, 2}};
        consider(s, &hit, fields, sizeof fields / sizeof *fields);
    }
}

static char *lines_joined(struct arena *arena, const struct guidance_line *lines) {
    char *all = arena_text(arena, "");
    for (; lines != NULL && line_words(lines) != NULL; lines++)
        all = arena_printf(arena, "%s %s", all, line_words(lines));
    return all;
}

static void take_causes(struct search *s) {
    for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
        const struct cause *c = cause_of((enum cause_id)i);
        char *name = name_of(s->arena, c->check, (enum cause_id)i);
        const struct hit hit = {0, false, "cause", name, c->title, NULL, explain_command(s->arena, name)};
        const struct field_text fields[] = {{name, 5},
                                            {c->title, 5},
                                            {lines_joined(s->arena, c->affects), 4},
                                            {c->why, 2},
                                            {lines_joined(s->arena, c->fix), 2}};
        consider(s, &hit, fields, sizeof fields / sizeof *fields);
    }
}

static void take_tokens(struct search *s) {
    for (const struct log_token *t = log_tokens; t->id != NULL; t++) {
        char *name = name_of(s->arena, t->check, t->cause);
        const struct hit hit = {0,
                                false,
                                "log",
                                name == NULL ? t->id : name,
                                arena_printf(s->arena, "log: %s%s%s", text_or(t->words, t->id),
                                             t->also == NULL ? "" : " ... ", text_or(t->also, "")),
                                t->means,
                                name == NULL ? "edgeprobe explain --log 'THE LINE'"
                                             : explain_command(s->arena, name)};
        const struct field_text fields[] = {{t->words, 6}, {t->also, 6}, {t->means, 2}, {t->id, 3}};
        consider(s, &hit, fields, sizeof fields / sizeof *fields);
    }
}

static void take_alarms(struct search *s) {
    for (const struct alarm_row *a = alarm_rows; a->id != 0; a++) {
        char *name = name_of(s->arena, a->check, a->cause), *number = arena_printf(s->arena, "%d", a->id);
        const struct hit hit = {0,
                                false,
                                "alarm",
                                arena_printf(s->arena, "alarm %d", a->id),
                                a->title,
                                a->means,
                                explain_command(s->arena, name)};
        const struct field_text fields[] = {{a->title, 6}, {number, 8}, {a->means, 2}};
        consider(s, &hit, fields, sizeof fields / sizeof *fields);
    }
}

static void take_alerts(struct search *s) {
    for (int i = 0; i < ALERTS; i++) {
        const char *name = alert_name(i);
        if (name == NULL)
            continue;
        enum cause_id id = cause_of_alert(i);
        const struct cause *cause = cause_of(id);
        char *spaced = arena_printf(s->arena, "alert %s", name);
        for (char *p = spaced; *p != 0; p++)
            *p = *p == '_' ? ' ' : *p;
        const struct hit hit = {0,
                                false,
                                "alert",
                                arena_printf(s->arena, "alert %d", i),
                                cause->title,
                                NULL,
                                explain_command(s->arena, name_of(s->arena, cause->check, id))};
        const struct field_text fields[] = {
            {spaced, 6}, {name, 6}, {arena_printf(s->arena, "alert %d", i), 4}};
        consider(s, &hit, fields, sizeof fields / sizeof *fields);
    }
}

static void take_symptoms(struct search *s) {
    for (const struct symptom *p = symptoms; p->name != NULL; p++) {
        char *spaced = arena_text(s->arena, p->name);
        for (char *q = spaced; *q != 0; q++)
            *q = *q == '-' ? ' ' : *q;
        const struct hit hit = {0,
                                false,
                                "symptom",
                                p->name,
                                p->says,
                                NULL,
                                arena_printf(s->arena, "edgeprobe check DOMAIN --symptom %s", p->name)};
        const struct field_text fields[] = {{p->name, 6}, {spaced, 6}, {p->says, 6}};
        consider(s, &hit, fields, sizeof fields / sizeof *fields);
    }
}

static int by_score(const void *a, const void *b) {
    const struct hit *x = *(struct hit *const *)a, *y = *(struct hit *const *)b;
    int by_name = strcmp(x->name, y->name);
    return x->score != y->score ? (x->score < y->score) - (x->score > y->score)
           : by_name != 0       ? by_name
                                : strcmp(x->title, y->title);
}

/* The same title with the same command, as an alert and its cause have them, is one answer. */
static void told_once(struct hits *hits) {
    size_t kept = 0;
    for (size_t i = 0; i < hits->n; i++) {
        const struct hit *hit = hits->v[i];
        bool is_new = true;
        for (size_t k = 0; k < kept && is_new; k++)
            is_new = strcmp(hits->v[k]->title, hit->title) != 0 ||
                     strcmp(text_or(hits->v[k]->next, ""), text_or(hit->next, "")) != 0;
        if (is_new)
            hits->v[kept++] = hits->v[i];
    }
    hits->n = kept;
}

void words_search(struct arena *arena, const char *words, struct hits *out) {
    struct search s = {.arena = arena, .whole = lower(arena, words), .hits = out};
    *out = (struct hits){NULL, 0};
    words_split(&s);
    take_phrases(&s);
    take_causes(&s);
    take_tokens(&s);
    take_alarms(&s);
    take_alerts(&s);
    take_symptoms(&s);
    if (out->n > 1)
        qsort(out->v, out->n, sizeof *out->v, by_score);
    told_once(out);
    out->n = out->n < HITS_SHOWN ? out->n : HITS_SHOWN;
}

/* ---- telling ---- */

void hits_text(const char *words, const struct hits *hits, const struct report_style *style, FILE *out) {
    struct page page = {.out = out,
                        .arena = arena_new(),
                        .width = style->width,
                        .color = style->color,
                        .ascii = style->ascii};
    page_line(&page, 0, 0);
    page_putf(&page, INK_STRONG, "What has the words \"%s\", best first:", page_short(&page, words, 120));
    page_end(&page);
    for (size_t i = 0; i < hits->n; i++) {
        const struct hit *hit = hits->v[i];
        page_gap(&page);
        page_line(&page, 0, 4);
        page_putf(&page, INK_STRONG, "%zu. %s", i + 1, hit->name);
        page_putf(&page, INK_PLAIN, " %s", hit->title);
        page_end(&page);
        if (hit->means != NULL) {
            page_line(&page, 4, 4);
            page_put(&page, INK_PLAIN, hit->means);
            page_end(&page);
        }
        if (hit->next != NULL) {
            page_line(&page, 4, 6);
            page_putf(&page, INK_FAINT, "Next: %s", hit->next);
            page_end(&page);
        }
    }
    arena_free(page.arena);
}

json_t *hits_json(const char *words, const struct hits *hits) {
    json_t *list = json_array();
    for (size_t i = 0; i < hits->n; i++) {
        const struct hit *h = hits->v[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:i}", "kind", h->kind, "name",
                                              h->name, "title", h->title, "means", h->means, "next", h->next,
                                              "score", h->score));
    }
    struct arena *scratch = arena_new();
    json_t *whole = json_pack("{s:s, s:s, s:o}", "schema", "edgeprobe.search/1", "words",
                              text_from_wire(scratch, words, strlen(words)), "hits", list);
    arena_free(scratch);
    return whole;
}
