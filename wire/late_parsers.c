/* Which functions of the parsers do we call, and where do they lead? libosip2 reads what SIP says, expat what
 * XMPP does: each is loaded at its first call (facts/library.h). A function that the program begins to use
 * gets its line here. */
#include <expat.h>
#include <osipparser2/osip_parser.h>

#include "facts/library.h"

/* ---- libosip2 ---- */

static struct library osip = {"libosipparser2.so.15", NULL};

FORWARD(osip, int, parser_init, (void), ())
FORWARD(osip, int, osip_list_size, (const osip_list_t *list), (list))
FORWARD(osip, int, osip_message_init, (osip_message_t * *message), (message))
FORWARD_VOID(osip, osip_message_free, (osip_message_t * message), (message))
FORWARD(osip, int, osip_message_parse, (osip_message_t * message, const char *text, size_t size),
        (message, text, size))
FORWARD(osip, int, osip_message_header_get_byname,
        (const osip_message_t *message, const char *name, int at, osip_header_t **header),
        (message, name, at, header))
FORWARD(osip, const char *, osip_strerror, (int error), (error))
FORWARD_VOID(osip, osip_trace_initialize_func, (osip_trace_level_t level, osip_trace_func_t *told),
             (level, told))

/* ---- expat ---- */

static struct library expat = {"libexpat.so.1", NULL};

FORWARD(expat, XML_Parser, XML_ParserCreate, (const XML_Char *encoding), (encoding))
FORWARD(expat, XML_Parser, XML_ParserCreateNS, (const XML_Char *encoding, XML_Char separator),
        (encoding, separator))
FORWARD_VOID(expat, XML_ParserFree, (XML_Parser parser), (parser))
FORWARD(expat, enum XML_Status, XML_Parse, (XML_Parser parser, const char *text, int size, int is_last),
        (parser, text, size, is_last))
FORWARD(expat, enum XML_Status, XML_StopParser, (XML_Parser parser, XML_Bool resumable), (parser, resumable))
FORWARD(expat, enum XML_Error, XML_GetErrorCode, (XML_Parser parser), (parser))
FORWARD(expat, const XML_LChar *, XML_ErrorString, (enum XML_Error code), (code))
FORWARD(expat, XML_Size, XML_GetCurrentLineNumber, (XML_Parser parser), (parser))
FORWARD_VOID(expat, XML_SetUserData, (XML_Parser parser, void *data), (parser, data))
FORWARD_VOID(expat, XML_SetElementHandler,
             (XML_Parser parser, XML_StartElementHandler start, XML_EndElementHandler end),
             (parser, start, end))
FORWARD_VOID(expat, XML_SetCharacterDataHandler, (XML_Parser parser, XML_CharacterDataHandler handler),
             (parser, handler))
FORWARD_VOID(expat, XML_SetStartDoctypeDeclHandler, (XML_Parser parser, XML_StartDoctypeDeclHandler start),
             (parser, start))
