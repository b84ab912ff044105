/* Which functions of the parsers do we call, and where do they lead? libyaml reads deployment files, libidn2
 * names that are not ASCII: each is loaded at its first call (facts/library.h). A function that the program
 * begins to use gets its line here. */
#include <idn2.h>
#include <yaml.h>

#include "facts/library.h"

/* ---- libyaml ---- */

static struct library yaml = {"libyaml-0.so.2", NULL};

FORWARD(yaml, int, yaml_parser_initialize, (yaml_parser_t * parser), (parser))
FORWARD_VOID(yaml, yaml_parser_delete, (yaml_parser_t * parser), (parser))
FORWARD_VOID(yaml, yaml_parser_set_input_string,
             (yaml_parser_t * parser, const unsigned char *text, size_t size), (parser, text, size))
FORWARD(yaml, int, yaml_parser_parse, (yaml_parser_t * parser, yaml_event_t *event), (parser, event))
FORWARD_VOID(yaml, yaml_event_delete, (yaml_event_t * event), (event))

/* ---- libidn2 ---- */

static struct library idn2 = {"libidn2.so.0", NULL};

FORWARD(idn2, int, idn2_lookup_u8, (const uint8_t *text, uint8_t **ascii, int flags), (text, ascii, flags))
FORWARD(idn2, const char *, idn2_strerror, (int code), (code))
FORWARD_VOID(idn2, idn2_free, (void *memory), (memory))
