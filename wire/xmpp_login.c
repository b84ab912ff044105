/* What does an XMPP server say from authentication to the bound resource? See xmpp_login.h. */
#include "wire/xmpp_login.h"

#include <expat.h>
#include <string.h>

enum { STREAM_MAX = 64 * 1024, DEPTH_MAX = 16, TEXT_MAX = 1024, MECHANISMS_MAX = 64, WORDS_MAX = 64 };

/* Expat gives "namespace name". */
static const char streams[] = "http://etherx.jabber.org/streams ",
                  sasl[] = "urn:ietf:params:xml:ns:xmpp-sasl ", bind[] = "urn:ietf:params:xml:ns:xmpp-bind ",
                  client[] = "jabber:client ", stanzas[] = "urn:ietf:params:xml:ns:xmpp-stanzas ",
                  conditions[] = "urn:ietf:params:xml:ns:xmpp-streams ";

struct xmpp_words {
    struct arena *arena;
    struct xmpp_said *into;
    XML_Parser parser;
    size_t size, depth;
    char text[TEXT_MAX]; /* of the innermost element that matters */
    size_t text_size;
    bool is_result, is_error;        /* the iq that is open */
    enum xmpp_word words[WORDS_MAX]; /* said and not yet told */
    size_t told, said;
    bool over;
};

static void say(struct xmpp_words *w, enum xmpp_word word) {
    if (w->said < WORDS_MAX)
        w->words[w->said++] = word;
}

static void broken(struct xmpp_words *w, const char *why) {
    if (w->over)
        return;
    w->over = true;
    w->into->error = arena_text(w->arena, why);
    say(w, XMPP_WORD_BROKEN);
    if (w->parser != NULL)
        XML_StopParser(w->parser, XML_FALSE);
}

static bool is(const char *name, const char *space, const char *local) {
    size_t length = strlen(space);
    return strncmp(name, space, length) == 0 && strcmp(name + length, local) == 0;
}

static bool is_in(const char *name, const char *space) {
    return strncmp(name, space, strlen(space)) == 0;
}

static void condition_take(struct xmpp_words *w, const char *name, const char *space) {
    const char *local = name + strlen(space);
    if (w->into->condition == NULL && strcmp(local, "text") != 0)
        w->into->condition = text_from_wire_cut(w->arena, local, strlen(local), TEXT_MAX);
}

static void iq_opens(struct xmpp_words *w, const char **attributes) {
    bool ours = false, result = false, error = false;
    for (; *attributes != NULL; attributes += 2) {
        if (strcmp(attributes[0], "id") == 0)
            ours = strcmp(attributes[1], "edgeprobe-bind") == 0;
        if (strcmp(attributes[0], "type") == 0) {
            result = strcmp(attributes[1], "result") == 0;
            error = strcmp(attributes[1], "error") == 0;
        }
    }
    w->is_result = ours && result;
    w->is_error = ours && error;
}

static void XMLCALL opens(void *context, const XML_Char *name, const XML_Char **attributes) {
    struct xmpp_words *w = context;
    if (w->over) /* a stopped parser may still tell what is under way */
        return;
    if (w->depth == DEPTH_MAX) {
        broken(w, "elements nested too deeply");
        return;
    }
    if (w->depth == 0 && !is(name, streams, "stream")) {
        broken(w, "not an XMPP stream");
        return;
    }
    w->depth++;
    w->text_size = 0;
    if (w->depth == 2) {
        w->into->condition = NULL;
        w->is_result = w->is_error = false;
        if (is(name, client, "iq"))
            iq_opens(w, attributes);
    }
    if (w->depth > 2 && is_in(name, sasl) && !is(name, sasl, "mechanism") && !is(name, sasl, "mechanisms"))
        condition_take(w, name, sasl);
    if (is_in(name, conditions))
        condition_take(w, name, conditions);
    if (w->is_error && is_in(name, stanzas))
        condition_take(w, name, stanzas);
    if (w->depth == 3 && is(name, bind, "bind") && !w->is_result && !w->is_error)
        w->into->offers_bind = true;
}

static void mechanism_take(struct xmpp_words *w) {
    if (w->text_size > 0 && w->into->mechanisms.n < MECHANISMS_MAX)
        texts_add(w->arena, &w->into->mechanisms, text_from_wire_cut(w->arena, w->text, w->text_size, 64));
}

/* What a whole stanza, or the stream's end, says. */
static void stanza_closes(struct xmpp_words *w, const char *name) {
    const struct {
        const char *space, *local;
        enum xmpp_word word;
    } rows[] = {{streams, "features", XMPP_WORD_FEATURES},
                {streams, "error", XMPP_WORD_ERROR},
                {sasl, "success", XMPP_WORD_SUCCESS},
                {sasl, "failure", XMPP_WORD_FAILURE},
                {sasl, "challenge", XMPP_WORD_CHALLENGE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (is(name, rows[i].space, rows[i].local))
            say(w, rows[i].word);
    if (w->is_error && is(name, client, "iq"))
        say(w, XMPP_WORD_UNBOUND);
    else if (w->is_result && is(name, client, "iq"))
        say(w, XMPP_WORD_BOUND);
}

static void XMLCALL closes(void *context, const XML_Char *name) {
    struct xmpp_words *w = context;
    if (w->over)
        return;
    w->depth--;
    if (is(name, sasl, "mechanism"))
        mechanism_take(w);
    if (w->is_result && is(name, bind, "jid") && w->text_size > 0)
        w->into->jid = text_from_wire(w->arena, w->text, w->text_size);
    if (w->depth == 1)
        stanza_closes(w, name);
    if (w->depth == 0)
        say(w, XMPP_WORD_END);
    w->text_size = 0;
}

static void XMLCALL says(void *context, const XML_Char *text, int length) {
    struct xmpp_words *w = context;
    if (w->over)
        return;
    size_t room = TEXT_MAX - w->text_size, taken = (size_t)length < room ? (size_t)length : room;
    memcpy(w->text + w->text_size, text, taken);
    w->text_size += taken;
}

static void XMLCALL doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                            const XML_Char *public_id, int has_internal_subset) {
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    broken(context, "a DOCTYPE, which a stream must not have (RFC 6120 11.1)");
}

struct xmpp_words *xmpp_words_new(struct arena *arena, struct xmpp_said *into) {
    struct xmpp_words *w = ARENA_NEW(arena, struct xmpp_words);
    *w = (struct xmpp_words){.arena = arena, .into = into, .parser = XML_ParserCreateNS(NULL, ' ')};
    if (w->parser == NULL) {
        broken(w, "no memory for it");
        return w;
    }
    XML_SetUserData(w->parser, w);
    XML_SetElementHandler(w->parser, opens, closes);
    XML_SetCharacterDataHandler(w->parser, says);
    XML_SetStartDoctypeDeclHandler(w->parser, doctype);
    return w;
}

void xmpp_words_free(struct xmpp_words *w) {
    if (w != NULL && w->parser != NULL)
        XML_ParserFree(w->parser);
    if (w != NULL)
        w->parser = NULL;
}

enum xmpp_word xmpp_words_feed(struct xmpp_words *w, const uint8_t *bytes, size_t size) {
    if (size > 0 && !w->over) {
        w->size += size;
        if (w->size > STREAM_MAX)
            broken(w, "more than 64 KiB");
        else if (XML_Parse(w->parser, (const char *)bytes, (int)size, XML_FALSE) != XML_STATUS_OK)
            broken(w, XML_ErrorString(XML_GetErrorCode(w->parser)));
    }
    return w->told < w->said ? w->words[w->told++] : XMPP_WORD_MORE;
}

/* ---- what we say ---- */

void xmpp_plain_write(const char *user, const char *password, struct secret_text *out) {
    struct secret_text *message = secret_new();
    secret_add(message, "", 1);
    secret_add(message, user, strlen(user) + 1);
    secret_add(message, password, strlen(password));
    secret_print(out, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>");
    secret_base64(out, message->text, message->size);
    secret_print(out, "</auth>");
    secret_free(message);
}

const char xmpp_bind_text[] =
    "<iq type='set' id='edgeprobe-bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<resource>edgeprobe</resource></bind></iq>";
