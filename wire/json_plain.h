/* Is this JSON beyond doubt? For parts of a file that nobody asks for, but that have to be JSON all the same:
 * a tenth of what making their tree takes.
 *
 * False says nothing: the JSON library is to be asked then. Not seen as plain: bytes outside ASCII, \u
 * escapes, fractions, exponents, numbers of more than 15 digits, objects of many members, deep ones. Whatever
 * the library refuses (Jansson with JSON_REJECT_DUPLICATES) is not plain. */
#ifndef WIRE_JSON_PLAIN_H
#define WIRE_JSON_PLAIN_H

#include "wire/json_walk.h"

bool json_is_plain(struct json_slice value); /* one value, blanks around it */

#endif
