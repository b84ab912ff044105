/* Character data of XML: references resolved and written. Private to the XMPP reader. Knows no tags. */
#ifndef WIRE_XML_TEXT_H
#define WIRE_XML_TEXT_H

#include <stdbool.h>
#include "facts/arena.h"

enum { XML_REFERENCE_MAX = 12 }; /* bytes from behind '&' to ';' in which that must come */

bool xml_is_space(char c);
/* Appends text with its references resolved to out, at *size; what does not fit into limit bytes is dropped
 * (limit 0: out may be NULL). NULL when it is well-formed, else what is wrong (static text). */
const char *xml_text_read(const char *text, size_t length, char *out, size_t *size, size_t limit);
char *xml_escape(struct arena *arena, const char *text); /* for an attribute value or content */

#endif
