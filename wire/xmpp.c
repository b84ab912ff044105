/* What does an XMPP server say before anyone logs in? RFC 6120: stream header, features, STARTTLS, errors.
 *
 * Takes the XML that RFC 6120 11.1 allows in a stream and no more: no comments, processing instructions, DTD
 * or entities but the five of XML and character references. Elements are known by namespace, whatever their
 * prefix. The stream is kept whole (64 KiB at most), so names are just places in it. */
#include "wire/xmpp.h"

#include <string.h>

#include "wire/xml_text.h"

enum { STREAM_MAX = 64 * 1024, DEPTH_MAX = 16, BINDINGS_MAX = 32, TEXT_MAX = 256, MECHANISMS_MAX = 64 };

struct span {
    const char *p;
    size_t n;
};

/* ---- which elements matter, and where ---- */

enum element {
    OUTSIDE,
    OTHER,
    STREAM,
    FEATURES,
    STREAM_ERROR,
    CONDITION,
    STARTTLS,
    REQUIRED,
    PROCEED,
    FAILURE,
    MECHANISMS,
    MECHANISM
};

static const char streams[] = "http://etherx.jabber.org/streams", tls[] = "urn:ietf:params:xml:ns:xmpp-tls",
                  sasl[] = "urn:ietf:params:xml:ns:xmpp-sasl",
                  conditions[] = "urn:ietf:params:xml:ns:xmpp-streams";

static const struct {
    enum element parent;
    const char *space, *name; /* name NULL: any but "text" */
    enum element is;
} elements[] = {{OUTSIDE, streams, "stream", STREAM},       {STREAM, streams, "features", FEATURES},
                {STREAM, streams, "error", STREAM_ERROR},   {STREAM, tls, "proceed", PROCEED},
                {STREAM, tls, "failure", FAILURE},          {FEATURES, tls, "starttls", STARTTLS},
                {STARTTLS, tls, "required", REQUIRED},      {FEATURES, sasl, "mechanisms", MECHANISMS},
                {MECHANISMS, sasl, "mechanism", MECHANISM}, {STREAM_ERROR, conditions, NULL, CONDITION}};

struct binding {
    struct span prefix, uri;
    size_t depth;
};

struct open {
    struct span name; /* as written, with prefix */
    enum element is;
};

struct xmpp_reader {
    struct arena *arena;
    struct xmpp_exchange *into;
    bool after_tls, broken, begun; /* begun: the XML declaration may come no more */
    bool starttls;
    char *bytes; /* STREAM_MAX */
    size_t size, at;
    size_t scanned; /* up to here no end of the tag at `at` was found, */
    char quote;     /* this quote being open */
    struct open open[DEPTH_MAX];
    size_t depth;
    struct binding bindings[BINDINGS_MAX];
    size_t binding_count;
    char text[TEXT_MAX]; /* of the mechanism, or the condition of an error, being read */
    size_t text_size;
};

struct xmpp_reader *xmpp_reader_new(struct arena *arena, struct xmpp_exchange *into, bool after_tls) {
    struct xmpp_reader *r = ARENA_NEW(arena, struct xmpp_reader);
    r->arena = arena;
    r->into = into;
    r->after_tls = after_tls;
    r->bytes = arena_alloc(arena, STREAM_MAX);
    return r;
}

static bool bad(struct xmpp_reader *r, const char *what) {
    if (!r->broken)
        r->into->error = arena_text(r->arena, what);
    r->broken = true;
    return false;
}

static bool span_is(struct span s, const char *text) {
    return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

static bool span_same(struct span a, struct span b) {
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static bool all_space(struct span s) {
    for (size_t i = 0; i < s.n; i++)
        if (!xml_is_space(s.p[i]))
            return false;
    return true;
}

static bool data_read(struct xmpp_reader *r, struct span s, char *out, size_t *size, size_t limit) {
    const char *fault = xml_text_read(s.p, s.n, out, size, limit);
    return fault == NULL || bad(r, fault);
}

/* ---- tags ---- */

static bool is_name_char(char c) {
    return !xml_is_space(c) && c != '=' && c != '/' && c != '>' && c != '<' && c != '"' && c != '\'' &&
           c != '&' && (unsigned char)c > 0x20;
}

static struct span name_take(struct span *from) {
    struct span name = {from->p, 0};
    while (from->n > 0 && is_name_char(*from->p)) {
        from->p++;
        from->n--;
        name.n++;
    }
    return name;
}

static void space_skip(struct span *from) {
    while (from->n > 0 && xml_is_space(*from->p)) {
        from->p++;
        from->n--;
    }
}

/* One attribute off the front; false at the end, or when broken. */
static bool attribute_take(struct xmpp_reader *r, struct span *from, struct span *name, struct span *value) {
    const char *before = from->p;
    space_skip(from);
    if (from->n == 0)
        return false;
    *name = name_take(from);
    if (name->n == 0 || from->p == before + name->n)
        return bad(r, "a malformed tag");
    space_skip(from);
    if (from->n == 0 || *from->p != '=')
        return bad(r, "an attribute without a value");
    from->p++;
    from->n--;
    space_skip(from);
    if (from->n == 0 || (*from->p != '"' && *from->p != '\''))
        return bad(r, "an attribute without quotes");
    const char *end = memchr(from->p + 1, *from->p, from->n - 1);
    if (end == NULL)
        return bad(r, "an attribute without its closing quote");
    *value = (struct span){from->p + 1, (size_t)(end - from->p) - 1};
    from->n -= (size_t)(end + 1 - from->p);
    from->p = end + 1;
    return true;
}

/* "xmlns" or "xmlns:prefix"? */
static bool binds(struct span attribute, struct span *prefix) {
    *prefix = (struct span){attribute.p, 0};
    if (span_is(attribute, "xmlns"))
        return true;
    if (attribute.n <= 6 || memcmp(attribute.p, "xmlns:", 6) != 0)
        return false;
    *prefix = (struct span){attribute.p + 6, attribute.n - 6};
    return true;
}

static void name_split(struct span name, struct span *prefix, struct span *local) {
    const char *colon = memchr(name.p, ':', name.n);
    size_t length = colon == NULL ? 0 : (size_t)(colon - name.p);
    *prefix = (struct span){name.p, length};
    *local = colon == NULL ? name : (struct span){colon + 1, name.n - length - 1};
}

/* The namespace of a prefix; false when none was declared. No prefix and no default: the empty one. */
static bool namespace_of(const struct xmpp_reader *r, struct span prefix, struct span *uri) {
    for (size_t i = r->binding_count; i-- > 0;)
        if (span_same(r->bindings[i].prefix, prefix)) {
            *uri = r->bindings[i].uri;
            return true;
        }
    *uri = (struct span){"", 0};
    return prefix.n == 0;
}

static enum element element_of(enum element parent, struct span space, struct span local) {
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (elements[i].parent == parent && span_is(space, elements[i].space) &&
            (elements[i].name == NULL ? !span_is(local, "text") : span_is(local, elements[i].name)))
            return elements[i].is;
    return OTHER;
}

static bool attributes_read(struct xmpp_reader *r, struct span attributes, struct span *from) {
    struct span name, value, prefix;
    while (attribute_take(r, &attributes, &name, &value)) {
        if (memchr(value.p, '<', value.n) != NULL)
            return bad(r, "a character that XML does not allow");
        if (span_is(name, "from"))
            *from = value;
        if (!binds(name, &prefix))
            continue;
        if (r->binding_count == BINDINGS_MAX)
            return bad(r, "too many namespaces");
        r->bindings[r->binding_count++] = (struct binding){prefix, value, r->depth};
    }
    return !r->broken;
}

static char *value_text(struct xmpp_reader *r, struct span value) {
    char *out = arena_alloc(r->arena, value.n + 1);
    size_t size = 0;
    return data_read(r, value, out, &size, value.n) ? text_from_wire(r->arena, out, size) : NULL;
}

static void opened(struct xmpp_reader *r, enum element is, struct span local, struct span from) {
    if (is == STREAM && from.p != NULL)
        r->into->from = value_text(r, from);
    if (is == STARTTLS)
        r->starttls = true;
    if (is == REQUIRED && !r->after_tls)
        r->into->starttls_required = true;
    if (is == CONDITION && r->into->error == NULL)
        r->into->error = text_from_wire(r->arena, local.p, local.n);
    if (is == MECHANISM || is == CONDITION)
        r->text_size = 0;
}

static enum xmpp_event closed(struct xmpp_reader *r, enum element is) {
    if (is == CONDITION && r->text_size > 0 && r->into->error != NULL) /* RFC 6120 4.9.3.19: where to go */
        r->into->error =
            arena_printf(r->arena, "%s: %s", r->into->error, text_from_wire(r->arena, r->text, r->text_size));
    if (is == MECHANISM && r->after_tls && r->text_size > 0 && r->into->mechanisms.n < MECHANISMS_MAX)
        texts_add(r->arena, &r->into->mechanisms, text_from_wire(r->arena, r->text, r->text_size));
    return is == STREAM         ? XMPP_EVENT_END
           : is == FEATURES     ? XMPP_EVENT_FEATURES
           : is == PROCEED      ? XMPP_EVENT_PROCEED
           : is == FAILURE      ? XMPP_EVENT_FAILURE
           : is == STREAM_ERROR ? XMPP_EVENT_ERROR
                                : XMPP_EVENT_MORE;
}

static enum xmpp_event element_close(struct xmpp_reader *r) {
    enum element is = r->open[--r->depth].is;
    while (r->binding_count > 0 && r->bindings[r->binding_count - 1].depth >= r->depth)
        r->binding_count--;
    return closed(r, is);
}

static enum xmpp_event start_tag(struct xmpp_reader *r, struct span tag) {
    bool empty = tag.n > 0 && tag.p[tag.n - 1] == '/';
    if (empty)
        tag.n--;
    struct span name = name_take(&tag), prefix, local, space, from = {NULL, 0};
    if (name.n == 0 || r->depth == DEPTH_MAX) {
        bad(r, name.n == 0 ? "a malformed tag" : "elements nested too deeply");
        return XMPP_EVENT_BROKEN;
    }
    if (!attributes_read(r, tag, &from))
        return XMPP_EVENT_BROKEN;
    name_split(name, &prefix, &local);
    if (!namespace_of(r, prefix, &space)) {
        bad(r, "a prefix without a namespace");
        return XMPP_EVENT_BROKEN;
    }
    enum element parent = r->depth == 0 ? OUTSIDE : r->open[r->depth - 1].is;
    enum element is = element_of(parent, space, local);
    if (parent == OUTSIDE && is != STREAM) {
        bad(r, "not an XMPP stream");
        return XMPP_EVENT_BROKEN;
    }
    r->open[r->depth++] = (struct open){name, is};
    opened(r, is, local, from);
    if (r->broken)
        return XMPP_EVENT_BROKEN;
    return empty ? element_close(r) : XMPP_EVENT_MORE;
}

static enum xmpp_event end_tag(struct xmpp_reader *r, struct span tag) {
    struct span name = name_take(&tag);
    space_skip(&tag);
    if (r->depth == 0 || tag.n > 0 || !span_same(name, r->open[r->depth - 1].name)) {
        bad(r, "an end tag without its start");
        return XMPP_EVENT_BROKEN;
    }
    return element_close(r);
}

/* ---- the stream ---- */

/* Text of an element; only that of a mechanism is kept. */
static bool text_take(struct xmpp_reader *r, struct span text) {
    enum element in = r->depth == 0 ? OUTSIDE : r->open[r->depth - 1].is;
    size_t none = 0;
    if (in == OUTSIDE || in == STREAM)
        return all_space(text) || bad(r, in == OUTSIDE ? "not an XMPP stream" : "text between stanzas");
    return in == MECHANISM || in == CONDITION ? data_read(r, text, r->text, &r->text_size, TEXT_MAX)
                                              : data_read(r, text, NULL, &none, 0);
}

/* How far text can be read when no tag follows yet: up to a reference that may be cut in two. */
static struct span text_so_far(struct span text) {
    const char *last = memrchr(text.p, '&', text.n);
    size_t behind = last == NULL ? 0 : text.n - (size_t)(last - text.p) - 1;
    if (last != NULL && behind < XML_REFERENCE_MAX && memchr(last, ';', behind + 1) == NULL)
        text.n -= behind + 1;
    return text;
}

/* Where the tag that begins at `at` ends; NULL when not yet. '>' may stand in a quoted value. */
static const char *tag_end(struct xmpp_reader *r) {
    if (r->scanned < r->at + 1) {
        r->scanned = r->at + 1;
        r->quote = 0;
    }
    for (; r->scanned < r->size; r->scanned++) {
        char c = r->bytes[r->scanned];
        if (r->quote != 0)
            r->quote = c == r->quote ? 0 : r->quote;
        else if (c == '"' || c == '\'')
            r->quote = c;
        else if (c == '>')
            return r->bytes + r->scanned;
    }
    return NULL;
}

static enum xmpp_event tag_read(struct xmpp_reader *r, struct span tag) {
    bool may_declare = !r->begun;
    r->begun = true;
    if (tag.n > 0 && tag.p[0] == '/')
        return end_tag(r, (struct span){tag.p + 1, tag.n - 1});
    if (tag.n > 5 && memcmp(tag.p, "?xml", 4) == 0 && xml_is_space(tag.p[4]) && tag.p[tag.n - 1] == '?' &&
        may_declare)
        return XMPP_EVENT_MORE;
    if (tag.n > 0 && (tag.p[0] == '!' || tag.p[0] == '?')) {
        bad(r, "XML that has no place in a stream (RFC 6120 11.1): a comment, CDATA, DTD or processing "
               "instruction");
        return XMPP_EVENT_BROKEN;
    }
    return start_tag(r, tag);
}

static enum xmpp_event stream_read(struct xmpp_reader *r) {
    while (r->at < r->size) {
        const char *here = r->bytes + r->at, *end = r->bytes + r->size;
        if (*here != '<') {
            const char *tag = memchr(here, '<', (size_t)(end - here));
            struct span text = {here, (size_t)((tag == NULL ? end : tag) - here)};
            if (tag == NULL && r->depth > 1)
                text = text_so_far(text);
            if (text.n == 0)
                return XMPP_EVENT_MORE;
            if (!text_take(r, text))
                return XMPP_EVENT_BROKEN;
            r->at += text.n;
            continue;
        }
        end = tag_end(r);
        if (end == NULL)
            return XMPP_EVENT_MORE;
        struct span tag = {here + 1, (size_t)(end - here) - 1};
        r->at += tag.n + 2;
        enum xmpp_event event = tag_read(r, tag);
        if (event != XMPP_EVENT_MORE)
            return event;
    }
    return XMPP_EVENT_MORE;
}

enum xmpp_event xmpp_feed(struct xmpp_reader *r, const uint8_t *bytes, size_t size, bool *starttls) {
    size_t room = STREAM_MAX - r->size, taken = size < room ? size : room;
    if (taken > 0)
        memcpy(r->bytes + r->size, bytes, taken);
    r->size += taken;
    enum xmpp_event event = r->broken ? XMPP_EVENT_BROKEN : stream_read(r);
    if (event == XMPP_EVENT_MORE && taken < size) {
        bad(r, "more than 64 KiB");
        event = XMPP_EVENT_BROKEN;
    }
    if (event == XMPP_EVENT_FEATURES) {
        *starttls = r->starttls;
        r->starttls = false;
    }
    return event;
}

/* ---- what we say ---- */

const char xmpp_starttls_text[] = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/* RFC 6120 4.7: to, version, language; the same before and after TLS. */
char *xmpp_open_write(struct arena *arena, const char *domain, bool as_server) {
    return arena_printf(arena,
                        "<?xml version='1.0'?><stream:stream to='%s' version='1.0' xml:lang='en' "
                        "xmlns='jabber:%s' xmlns:stream='http://etherx.jabber.org/streams'>",
                        xml_escape(arena, domain), as_server ? "server" : "client");
}
