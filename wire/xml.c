/* What is in a small XML document? See xml.h. */
#include "wire/xml.h"

#include <expat.h>
#include <string.h>

struct reading {
    struct arena *arena;
    XML_Parser parser;
    struct xml *root, *at;
    char *text[XML_DEPTH_MAX];
    size_t size[XML_DEPTH_MAX], room[XML_DEPTH_MAX];
    size_t depth, elements;
    const char *refused; /* which limit; NULL: none */
};

static void refuse(struct reading *r, const char *why) {
    if (r->refused == NULL)
        r->refused = why;
    XML_StopParser(r->parser, XML_FALSE);
}

static const char *local_name(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

static const char *harmless(struct reading *r, const char *text) {
    return text_from_wire(r->arena, text, strlen(text));
}

static void hang_on(struct xml *parent, struct xml *child) {
    child->parent = parent;
    if (parent == NULL)
        return;
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
}

static void XMLCALL opens(void *context, const XML_Char *name, const XML_Char **attributes) {
    struct reading *r = context;
    if (r->refused != NULL) /* a stopped parser may still tell what is under way */
        return;
    if (r->depth == XML_DEPTH_MAX) {
        refuse(r, "elements nested too deeply");
        return;
    }
    if (++r->elements > XML_ELEMENTS_MAX) {
        refuse(r, "too many elements");
        return;
    }
    struct xml *x = ARENA_NEW(r->arena, struct xml);
    x->name = harmless(r, local_name(name));
    x->text = "";
    for (; *attributes != NULL && x->attributes < XML_ATTRIBUTES_MAX; attributes += 2) {
        x->attribute_names[x->attributes] = harmless(r, local_name(attributes[0]));
        x->attribute_values[x->attributes++] = harmless(r, attributes[1]);
    }
    hang_on(r->at, x);
    if (r->root == NULL)
        r->root = x;
    r->at = x;
    r->size[r->depth++] = 0;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void XMLCALL closes(void *context, const XML_Char *name) {
    struct reading *r = context;
    (void)name;
    if (r->refused != NULL)
        return;
    const char *text = r->text[--r->depth];
    size_t size = r->size[r->depth];
    while (size > 0 && is_blank(*text)) {
        text++;
        size--;
    }
    while (size > 0 && is_blank(text[size - 1]))
        size--;
    r->at->text = size == 0 ? "" : text_from_wire(r->arena, text, size);
    r->at = r->at->parent;
}

/* The document is small (XML_SIZE_MAX), so what grows in the arena is too. */
static void XMLCALL says(void *context, const XML_Char *text, int length) {
    struct reading *r = context;
    size_t more = (size_t)length, d = r->depth - 1;
    if (r->depth == 0 || r->refused != NULL)
        return;
    if (r->size[d] + more > r->room[d]) {
        size_t room = (r->size[d] + more) * 2;
        char *larger = arena_alloc(r->arena, room);
        if (r->size[d] > 0)
            memcpy(larger, r->text[d], r->size[d]);
        r->text[d] = larger;
        r->room[d] = room;
    }
    memcpy(r->text[d] + r->size[d], text, more);
    r->size[d] += more;
}

/* Without a document type there are no entities to expand and none to fetch. */
static void XMLCALL doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                            const XML_Char *public_id, int has_internal_subset) {
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    refuse(context, "a DOCTYPE, which such an answer has not");
}

struct xml *xml_read(struct arena *arena, const uint8_t *bytes, size_t size, char **error) {
    struct reading r = {.arena = arena};
    struct xml *root = NULL;
    if (size > XML_SIZE_MAX) {
        *error = arena_text(arena, "more than 1 MiB");
        return NULL;
    }
    r.parser = XML_ParserCreate(NULL);
    if (r.parser == NULL) {
        *error = arena_text(arena, "no memory for it");
        return NULL;
    }
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, opens, closes);
    XML_SetCharacterDataHandler(r.parser, says);
    XML_SetStartDoctypeDeclHandler(r.parser, doctype);
    if (XML_Parse(r.parser, (const char *)bytes, (int)size, XML_TRUE) == XML_STATUS_OK)
        root = r.root;
    else
        *error = arena_printf(arena, "line %lu: %s", XML_GetCurrentLineNumber(r.parser),
                              r.refused != NULL ? r.refused : XML_ErrorString(XML_GetErrorCode(r.parser)));
    XML_ParserFree(r.parser);
    return root;
}

/* ---- finding one's way ---- */

static const struct xml *named(const struct xml *x, const char *name) {
    while (x != NULL && strcmp(x->name, name) != 0)
        x = x->next;
    return x;
}

const struct xml *xml_child(const struct xml *of, const char *name) {
    return of == NULL ? NULL : named(of->first, name);
}

const struct xml *xml_next(const struct xml *from, const char *name) {
    return from == NULL ? NULL : named(from->next, name);
}

const char *xml_text_of(const struct xml *of, const char *name) {
    const struct xml *child = xml_child(of, name);
    return child == NULL || *child->text == 0 ? NULL : child->text;
}

const char *xml_attribute(const struct xml *of, const char *name) {
    for (size_t i = 0; of != NULL && i < of->attributes; i++)
        if (strcmp(of->attribute_names[i], name) == 0)
            return of->attribute_values[i];
    return NULL;
}
