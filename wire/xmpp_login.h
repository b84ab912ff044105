/* What does an XMPP server say from authentication to the bound resource? RFC 6120 6 and 7, inside TLS, fed
 * in pieces; read by expat with namespaces.
 *
 * A stream has no document type (RFC 6120 11.1), so no entities; one stream is 64 KiB at most. Pure; all
 * input is hostile. */
#ifndef WIRE_XMPP_LOGIN_H
#define WIRE_XMPP_LOGIN_H

#include "facts/facts.h"
#include "wire/secret_text.h"

enum xmpp_word {
    XMPP_WORD_MORE,
    XMPP_WORD_FEATURES,  /* mechanisms and offers_bind are read */
    XMPP_WORD_SUCCESS,   /* the next stream begins: a new reader */
    XMPP_WORD_FAILURE,   /* condition is read */
    XMPP_WORD_CHALLENGE, /* more than PLAIN wants */
    XMPP_WORD_BOUND,     /* jid is read */
    XMPP_WORD_UNBOUND,   /* an iq of type error: condition is read */
    XMPP_WORD_ERROR,     /* stream error: condition is read */
    XMPP_WORD_END,       /* the server closed its stream */
    XMPP_WORD_BROKEN     /* error says why */
};

struct xmpp_words; /* one stream; free with xmpp_words_free() */

struct xmpp_said {
    struct texts mechanisms;
    bool offers_bind;
    char *condition, *jid, *error; /* NULL until said */
};

struct xmpp_words *xmpp_words_new(struct arena *arena, struct xmpp_said *into);
void xmpp_words_free(struct xmpp_words *words); /* NULL is fine */
/* The first word in these bytes; call again with none for what follows, until MORE. */
enum xmpp_word xmpp_words_feed(struct xmpp_words *words, const uint8_t *bytes, size_t size);

/* RFC 4616: the user is the part before '@' when it is in the domain of the stream. Appends <auth/>. */
void xmpp_plain_write(const char *user, const char *password, struct secret_text *out);
extern const char xmpp_bind_text[];

#endif
