/* Does a step say on which boxes it works, and do its words say the same? `on` is what `Touch:` is made of,
 * the words are what is done: the one must keep back no box that the other tells what to do, and of several
 * name none that the other does not. Whether a branch ends at a box that is named is for a reader to see. */
#include <ctype.h>
#include <string.h>

#include "catalogue/generate/generate.h"
#include "catalogue/step_words.h"

#define WORD_OF(name, word) word,
static const char *const words[] = {"", STEP_BOXES(WORD_OF) NULL};
#undef WORD_OF

/* How words name a box; the first letter as large or small as it likes. */
static const struct name_row {
    const char *name;
    enum step_box box;
} names[] = {{"{box}", STEP_BOX},
             {"{other}", STEP_OTHER},
             {"{upload_to}", STEP_JUDGE},
             {"{refuser}", STEP_REFUSER},
             {"expressway-E", STEP_EXPRESSWAY_E},
             {"expressway-C", STEP_EXPRESSWAY_C},
             {"unified CM", STEP_UCM},
             {"IM and Presence", STEP_IMP},
             {"public DNS", STEP_DNS},
             {"internal DNS", STEP_INTERNAL_DNS},
             {"firewall", STEP_FIREWALL},
             {"load balancer", STEP_BALANCER}};
enum { NAMES = sizeof names / sizeof *names };

unsigned boxes_read(struct input *input, yaml_node_t *node) {
    struct some some = one_or_more(input, node, "on", STEP_BOXES_MAX);
    unsigned on = 0;
    for (size_t i = 0; i < some.n; i++) {
        unsigned box = (unsigned)word_read(input, some.v[i], words, "on");
        for (size_t k = 0; k < i; k++)
            if ((on >> k * STEP_BOX_BITS & STEP_BOX_MASK) == box)
                refuse(input, some.v[i], "on: a box stands twice");
        if ((box == STEP_NONE || box == STEP_BOTH) && some.n > 1)
            refuse(input, some.v[i], "on: %s stands alone", words[box]);
        on |= box << i * STEP_BOX_BITS;
    }
    return on;
}

/* A bit for each of the boxes. */
static unsigned bits_of(unsigned on) {
    unsigned bits = 0;
    for (; on != 0; on >>= STEP_BOX_BITS)
        bits |= 1U << (on & STEP_BOX_MASK);
    return bits;
}

/* Whether this name begins at p: the rest of it. NULL: it does not. */
static const char *behind_name(const char *p, const char *name) {
    if (tolower((unsigned char)*p) != tolower((unsigned char)*name))
        return NULL;
    size_t length = strlen(name);
    return strncmp(p + 1, name + 1, length - 1) == 0 ? p + length : NULL;
}

static bool is_stop(char c) {
    return strchr(".:;?>", c) != NULL; /* at the end of the text, too */
}

/* Whether words before a name say no more than whom: "on every". */
static bool are_small(const char *from, const char *to) {
    static const char *const small[] = {"on", "every", "all", "then", "or", "and",
                                        "if", "it",    "was", "in",   "the"};
    while (from < to) {
        size_t length = strcspn(from, " ,"), i = 0;
        while (i < sizeof small / sizeof *small &&
               (strlen(small[i]) != length || strncasecmp(from, small[i], length) != 0))
            i++;
        if (length > 0 && i == sizeof small / sizeof *small)
            return false;
        from += length + 1;
    }
    return true;
}

/* "Expressway-C: …", "Unified CM, every node: …", "Yes: on {box} {node}: …": is the name from `p` to `end`
 * one that is told what to do, alone or before others? */
static bool is_told(const char *text, const char *p, const char *end) {
    static const char *const behind[] = {":", ", ", " and ", " or ", " {node}:", " itself:", " in front:"};
    const char *start = p;
    while (start > text && !is_stop(start[-1]))
        start--;
    bool is_open = false;
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        is_open = is_open || strncmp(end, behind[i], strlen(behind[i])) == 0;
    while (!is_stop(*end))
        end++;
    return is_open && *end == ':' && end[1] == ' ' && (start == text || start[-1] != '>') &&
           are_small(start, p);
}

/* ": is it Active? Yes: …", or a page that only shows: what is looked at is not what is mended. */
static bool is_look(const char *from) {
    const char *page = strchr(from, ':');
    if (page != NULL && strncmp(page, ": Status > ", strlen(": Status > ")) == 0)
        return true;
    size_t until = 0;
    while (from[until] != '\0' && from[until] != '?' && (from[until] != '.' || from[until + 1] != ' '))
        until++;
    return from[until] == '?';
}

static bool is_of(unsigned boxes, enum step_box box) {
    unsigned both = box == STEP_EXPRESSWAY_E || box == STEP_EXPRESSWAY_C ? 1U << STEP_BOTH : 0;
    unsigned here = box == STEP_BOX ? 1U << STEP_HERE : 0; /* where the fault is */
    return (boxes & (1U << box | 1U << STEP_NONE | both | here)) != 0;
}

/* A box that is told what to do, and is none of `on`; NULL: there is none. */
static const struct name_row *told_besides(const char *text, unsigned boxes) {
    for (const char *p = text; *p != '\0'; p++)
        for (size_t i = 0; i < NAMES; i++) {
            const char *end = behind_name(p, names[i].name);
            if (end != NULL && !is_of(boxes, names[i].box) && is_told(text, p, end) && !is_look(end))
                return &names[i];
        }
    return NULL;
}

static bool is_named(const char *text, const struct name_row *row) {
    for (const char *p = text; *p != '\0'; p++)
        if (behind_name(p, row->name) != NULL)
            return true;
    return false;
}

/* A box of `on` that the words do not name; NULL: there is none. */
static const struct name_row *promised(const char *text, unsigned boxes) {
    bool is_choice = (boxes & (boxes - 1)) != 0;
    for (size_t i = 0; is_choice && i < NAMES; i++)
        if ((boxes & 1U << names[i].box) != 0 && !is_named(text, &names[i]))
            return &names[i];
    return NULL;
}

static bool numbered_step(const char *text) {
    for (const char *p = strstr(text, "step"); p != NULL; p = strstr(p + 1, "step")) {
        p += strlen("step");
        p += *p == 's';
        if (*p == ' ' && isdigit((unsigned char)p[1]))
            return true;
    }
    return false;
}

/* Whether nothing that is known later can leave the line out. */
static bool holds_always(const struct line_row *line) {
    static const struct when always = {0};
    return memcmp(&line->when, &always, sizeof always) == 0 && line->marks.unless == 0 &&
           line->marks.alerts[0] == 0;
}

void steps_check(struct input *input, const struct lines *fix) {
    bool can_be_first = true; /* lines behind one that holds for everybody are never the first */
    unsigned first = 0;
    for (size_t i = 0; i < fix->n; i++) {
        const struct line_row *line = &fix->v[i];
        if (can_be_first && line->marks.on == 0)
            refuse(input, line->at, "\"%.40s...\" can be the first step, and no `on` says on which box",
                   line->text);
        first = can_be_first ? first | bits_of(line->marks.on) : first;
        const struct name_row *row = told_besides(line->text, bits_of(line->marks.on) | first);
        if (row != NULL)
            refuse(input, line->at, "\"%.40s...\" tells %s what to do, and `on` does not have it", line->text,
                   words[row->box]);
        if (numbered_step(line->text))
            refuse(input, line->at,
                   "\"%.40s...\" tells another step by its number, which differs where steps of several "
                   "causes meet",
                   line->text);
        row = promised(line->text, bits_of(line->marks.on));
        if (row != NULL)
            refuse(input, line->at, "\"%.40s...\": `on` has %s, which the words do not name", line->text,
                   words[row->box]);
        can_be_first = can_be_first && !holds_always(line);
    }
}
