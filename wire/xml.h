/* What is in a small XML document? A bounded tree of its elements, by expat.
 *
 * No document type, and so no entities but the five of XML and nothing fetched from anywhere; depth, elements
 * and size have limits. Names come without prefix: what we read has no namespaces. Texts are harmless
 * (text_from_wire). Does not validate. */
#ifndef WIRE_XML_H
#define WIRE_XML_H

#include "facts/facts.h"

enum { XML_SIZE_MAX = 1024 * 1024, XML_DEPTH_MAX = 32, XML_ELEMENTS_MAX = 20000, XML_ATTRIBUTES_MAX = 16 };

struct xml {
    const char *name; /* "server" */
    const char *text; /* its own character data, without blanks around; "" when there is none */
    const char *attribute_names[XML_ATTRIBUTES_MAX], *attribute_values[XML_ATTRIBUTES_MAX];
    size_t attributes;
    struct xml *first, *next;  /* child, sibling; NULL: none */
    struct xml *parent, *last; /* while it is read */
};

/* NULL with *error ("line 3: mismatched tag") when it is no document within the limits. */
struct xml *xml_read(struct arena *arena, const uint8_t *bytes, size_t size, char **error);

/* All give NULL for what is not there, and take NULL. */
const struct xml *xml_child(const struct xml *of, const char *name);  /* the first of that name */
const struct xml *xml_next(const struct xml *from, const char *name); /* the next sibling of that name */
const char *xml_text_of(const struct xml *of, const char *name); /* text of that child; NULL when empty */
const char *xml_attribute(const struct xml *of, const char *name);

#endif
