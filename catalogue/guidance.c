/* How is a line of guidance filled for a subject? See guidance.h. */
#include "catalogue/guidance.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *words;
} blanks[PLACEHOLDER_COUNT] = {
#define BLANK(number, name_, words_) [number] = {name_, words_},
    PLACEHOLDERS(BLANK)
#undef BLANK
};

/* ---- a line ---- */

/* "Expressway-E or Expressway-C" where the line's own condition tells what the subject does not. */
static void box_words(FILE *out, const struct condition *when) {
    bool is_first = true;
    if (when->roles == BOTH_EXPRESSWAYS) {
        fputs("the Expressway", out);
        return;
    }
    for (int role = ROLE_EXPRESSWAY_E; role <= ROLE_IMP; role++)
        if ((when->roles >> role & 1u) != 0) {
            fprintf(out, "%s%s", is_first ? "" : " or ", box_name((enum role)role));
            is_first = false;
        }
    if (is_first)
        fputs(blanks[PUT_BOX].words, out);
}

static size_t blank_at(const char *text) {
    size_t i = 0;
    for (; i < PLACEHOLDER_COUNT; i++) {
        size_t length = strlen(blanks[i].name);
        if (strncmp(text + 1, blanks[i].name, length) == 0 && text[1 + length] == '}')
            break;
    }
    return i;
}

const char *line_words(const struct guidance_line *line) {
    return line->text != NULL ? line->text : line->words == 0 ? NULL : catalogue_words + line->words;
}

static void put_filled(FILE *out, const struct guidance_line *line, const struct subject *subject) {
    for (const char *p = line_words(line); *p != '\0'; p++) {
        size_t which = *p == '{' ? blank_at(p) : PLACEHOLDER_COUNT;
        if (which == PLACEHOLDER_COUNT) {
            fputc(*p, out);
            continue;
        }
        if (subject->values[which] != NULL)
            fputs(subject->values[which], out);
        else if (which == PUT_BOX && subject->role != ROLE_NONE)
            fputs(box_name(subject->role), out);
        else if (which == PUT_BOX)
            box_words(out, &line->when);
        else
            fputs(blanks[which].words, out);
        p += strlen(blanks[which].name) + 1;
    }
}

/* "unknown_ca or certificate_unknown: " */
static void alerts_words(FILE *out, const struct step_marks *marks) {
    for (size_t i = 0; i < STEP_ALERTS_MAX && marks->alerts[i] != 0; i++)
        fprintf(out, "%s%s", i == 0 ? "" : " or ", alert_name(marks->alerts[i]));
    fputs(marks->alerts[0] == 0 ? "" : ": ", out);
}

/* What stands in front of the words of a step, in the text. */
static char *front_of(struct arena *arena, const struct step_marks *marks) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = marks->option == 0 && marks->alerts[0] == 0 ? NULL : open_memstream(&text, &size);
    if (out == NULL)
        return arena_text(arena, "");
    if (marks->option != 0)
        fprintf(out, "Option %c: ", marks->option);
    alerts_words(out, marks);
    fclose(out);
    char *kept = arena_text(arena, text);
    free(text);
    return kept;
}

static char *line_text(struct arena *arena, const struct guidance_line *line, const struct subject *subject) {
    const char *words = line_words(line);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return arena_text(arena, words);
    condition_put_open(out, &line->when, subject, strncmp(words, "{box}", 5) == 0);
    put_filled(out, line, subject);
    fclose(out);
    if (text[0] != words[0]) /* words of our own begin it */
        text[0] = (char)toupper((unsigned char)text[0]);
    char *kept = arena_text(arena, text);
    free(text);
    return kept;
}

/* ---- services ---- */

static char *service_restart_text(struct arena *arena, const struct service_restart *restart) {
    static const char *const ways[] = {
        [RESTART_CLI] = "on its CLI: utils service restart %s",
        [RESTART_FEATURE] =
            "Cisco Unified Serviceability > Tools > Control Center - Feature Services: Restart %s",
        [RESTART_NETWORK] =
            "Cisco Unified Serviceability > Tools > Control Center - Network Services: Restart %s",
        [RESTART_COMMAND] = "on its CLI: %s"};
    static const char *const places[] = {
        [RESTART_EACH_NODE] = "Each node, the publisher first",
        [RESTART_PUBLISHER] = "Publisher",
        [RESTART_EVERYWHERE] = "Each node of Unified CM and of IM and Presence, the publisher first"};
    const char *where = places[restart->where];
    const char *before = ways[restart->by], *rest = strstr(before, "%s");
    return arena_printf(arena, "%s, %.*s%s", where, (int)(rest - before), before, restart->service);
}

static const struct step_marks unmarked = {.option = 0};

struct filled {
    struct texts texts;
    struct step *steps; /* of each text */
    size_t room;
};

static void add(struct arena *arena, struct filled *to, char *words, struct step_marks marks) {
    const char *front = front_of(arena, &marks);
    char *text = *front == 0 ? words : arena_printf(arena, "%s%s", front, words);
    if (texts_has(&to->texts, text))
        return;
    if (to->texts.n == to->room) {
        struct step *more = arena_alloc(arena, (to->room * 2 + 8) * sizeof *more);
        for (size_t i = 0; i < to->room; i++)
            more[i] = to->steps[i];
        to->steps = more;
        to->room = to->room * 2 + 8;
    }
    to->steps[to->texts.n] = (struct step){text, text + strlen(front), marks};
    texts_add(arena, &to->texts, text);
}

static void lines_add(struct arena *arena, const struct guidance_line *lines, const struct subject *subject,
                      struct filled *to);

/* The plan of one certificate: what comes before, the services, what comes after. */
static void plan_add(struct arena *arena, const struct purpose *purpose, const struct subject *subject,
                     struct filled *to) {
    lines_add(arena, purpose->before, subject, to);
    for (const struct service_restart *r = purpose->services; r->service != NULL; r++) {
        struct guidance_line line = {.text = service_restart_text(arena, r), .when = r->when};
        if (!condition_fails(&r->when, subject))
            add(arena, to, line_text(arena, &line, subject), unmarked);
    }
    lines_add(arena, purpose->after, subject, to);
}

static bool is_services(const struct guidance_line *line) {
    return strcmp(line_words(line), "{services}") == 0;
}

/* Where nobody knows which certificate it is. */
static char *services_words(struct arena *arena, const struct guidance_line *line,
                            const struct subject *subject) {
    static const char text[] =
        "The services of the certificate, as `edgeprobe explain purposes` lists them for each purpose";
    struct guidance_line told = {.text = text, .when = line->when};
    return line_text(arena, &told, subject);
}

/* ---- lists ---- */

/* Whether of the options that stand together more than one is left for this subject: a single one is no
 * choice. */
static bool is_choice(const struct guidance_line *lines, size_t i, const struct subject *subject) {
    size_t first = i;
    char only = 0;
    while (first > 0 && lines[first - 1].marks.option != 0 &&
           lines[first - 1].marks.option <= lines[first].marks.option)
        first--;
    for (char last = 0; line_words(&lines[first]) != NULL && lines[first].marks.option != 0 &&
                        lines[first].marks.option >= last;
         first++) {
        last = lines[first].marks.option;
        if (condition_fails(&lines[first].when, subject))
            continue;
        if (only != 0 && only != last)
            return true;
        only = last;
    }
    return false;
}

/* Few use the ACME service: where nobody knows, its steps are no first ones. */
static bool comes_last(const struct guidance_line *line, const struct subject *subject) {
    return line->when.acme != CLAIM_ANY && subject->acme == CLAIM_ANY;
}

static void some_add(struct arena *arena, const struct guidance_line *lines, const struct subject *subject,
                     bool last, struct filled *to) {
    for (size_t i = 0; line_words(&lines[i]) != NULL; i++) {
        if (condition_fails(&lines[i].when, subject) || comes_last(&lines[i], subject) != last)
            continue;
        struct step_marks marks = lines[i].marks;
        if (marks.option != 0 && !is_choice(lines, i, subject))
            marks.option = 0;
        if (!is_services(&lines[i]))
            add(arena, to, line_text(arena, &lines[i], subject), marks);
        else if (subject->purpose != NULL)
            plan_add(arena, subject->purpose, subject, to);
        else
            add(arena, to, services_words(arena, &lines[i], subject), marks);
    }
}

static void lines_add(struct arena *arena, const struct guidance_line *lines, const struct subject *subject,
                      struct filled *to) {
    some_add(arena, lines, subject, false, to);
    some_add(arena, lines, subject, true, to);
}

struct steps steps_fill(struct arena *arena, const struct guidance_line *lines,
                        const struct subject *subject) {
    struct filled filled = {.room = 0};
    lines_add(arena, lines, subject, &filled);
    const char **list = arena_alloc(arena, (filled.texts.n + 1) * sizeof *list);
    for (size_t i = 0; i < filled.texts.n; i++)
        list[i] = filled.texts.v[i];
    list[filled.texts.n] = NULL;
    return (struct steps){list, filled.steps};
}

const char *const *lines_fill(struct arena *arena, const struct guidance_line *lines,
                              const struct subject *subject) {
    return steps_fill(arena, lines, subject).texts;
}

/* ---- purposes ---- */

const struct purpose *purpose_named(const char *id) {
    for (const struct purpose *p = purpose_rows; p->id != NULL; p++)
        if (strcmp(p->id, id) == 0)
            return p;
    return NULL;
}

const struct purpose *purpose_on_port(enum role role, int port, bool is_ecdsa) {
    const struct purpose *other = NULL;
    for (const struct purpose *p = purpose_rows; p->id != NULL; p++) {
        bool is_shown = false;
        for (size_t i = 0; p->ports[i] != 0; i++)
            is_shown = is_shown || p->ports[i] == port;
        if (!is_shown || (p->roles >> role & 1u) == 0)
            continue;
        if (text_ends(p->id, "-ecdsa") == is_ecdsa)
            return p;
        other = p; /* cup has no row of its own for ECDSA */
    }
    return other;
}
