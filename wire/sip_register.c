/* How does a phone register, and what does the answer ask for or grant? See sip_register.h. */
#include "wire/sip_register.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_LIMIT = 128, HOST_LIMIT = 255, ROUTE_LIMIT = 512, WARNING_LIMIT = 512, EXPIRES_MAX = 86400 };

/* ---- what may go into a header ---- */

static bool all_of(const char *text, size_t limit, const char *others) {
    size_t n = 0;
    for (; text[n] != 0; n++)
        if (n >= limit || !(isalnum((unsigned char)text[n]) || strchr(others, text[n]) != NULL))
            return false;
    return n > 0;
}

bool register_host_is_safe(const char *text) {
    return all_of(text, HOST_LIMIT, ".-_");
}

bool register_name_is_safe(const char *text) {
    return all_of(text, NAME_LIMIT, ".-_");
}

/* One name-addr of the sip or sips scheme, and nothing behind it (RFC 3261 20.34). */
bool register_route_is_safe(const char *text) {
    size_t size = strlen(text);
    return size > 7 && text[0] == '<' && text[size - 1] == '>' &&
           (strncasecmp(text + 1, "sip:", 4) == 0 || strncasecmp(text + 1, "sips:", 5) == 0) &&
           strcspn(text + 1, "<>\"") == size - 2 && all_of(text + 1, ROUTE_LIMIT, ".-_:;=[]@%~!$&+,?/*'()>");
}

char *register_user(struct arena *arena, const char *user) {
    char *out = arena_alloc(arena, strlen(user) * 3 + 1), *to = out;
    for (const char *p = user; *p != 0; p++)
        to += isalnum((unsigned char)*p) || strchr("-_.!~*'()&=+$,;?/", *p) != NULL
                  ? sprintf(to, "%c", *p)
                  : sprintf(to, "%%%02X", (unsigned char)*p);
    return out;
}

/* ---- writing ---- */

char *register_uri(struct arena *arena, const struct register_form *form) {
    return arena_printf(arena, "sip:%s", form->registrar);
}

/* Cisco's model numbers, by the names that devices of these kinds must have (TN-217244 has CSF's). */
static const char *model_of(const char *device) {
    static const struct {
        const char *prefix, *model;
    } models[] = {{"CSF", "503"}, {"TCT", "562"}, {"BOT", "575"}, {"TAB", "652"}};
    for (size_t i = 0; device != NULL && i < sizeof models / sizeof *models; i++)
        if (strncasecmp(device, models[i].prefix, 3) == 0)
            return models[i].model;
    return NULL;
}

static char *contact(struct arena *arena, const struct register_form *form) {
    bool is_ipv6 = strchr(form->local, ':') != NULL;
    const char *model = model_of(form->device);
    char *text = arena_printf(
        arena, "<sip:%s@%s%s%s:%d;transport=tls>;+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-%s>\"",
        register_user(arena, form->user), is_ipv6 ? "[" : "", form->local, is_ipv6 ? "]" : "",
        form->local_port, form->instance);
    if (form->device != NULL)
        text = arena_printf(arena, "%s;+u.sip!devicename.ccm.cisco.com=\"%s\"", text, form->device);
    return model == NULL ? text : arena_printf(arena, "%s;+u.sip!model.ccm.cisco.com=\"%s\"", text, model);
}

void register_write(struct arena *arena, const struct register_form *form, const char *authorization,
                    struct secret_text *out) {
    const char *user = register_user(arena, form->user), *uri = register_uri(arena, form);
    bool is_ipv6 = strchr(form->local, ':') != NULL;
    secret_print(out, "REGISTER %s SIP/2.0\r\n", uri);
    secret_print(out, "Via: SIP/2.0/TLS %s%s%s:%d;branch=z9hG4bK%s;rport\r\n", is_ipv6 ? "[" : "",
                 form->local, is_ipv6 ? "]" : "", form->local_port, form->branch);
    secret_print(out, "Max-Forwards: 70\r\n");
    if (form->route != NULL)
        secret_print(out, "Route: %s\r\n", form->route);
    secret_print(out, "From: <sip:%s@%s>;tag=%s\r\n", user, form->registrar, form->tag);
    secret_print(out, "To: <sip:%s@%s>\r\n", user, form->registrar);
    secret_print(out, "Call-ID: %s@edgeprobe\r\n", form->call_id);
    secret_print(out, "CSeq: %d REGISTER\r\n", form->sequence);
    secret_print(out, "Contact: %s\r\n", contact(arena, form));
    secret_print(out, "Expires: %d\r\n", form->expires);
    secret_print(out, "Supported: replaces,join,sdp-anat,norefersub,X-cisco-service-uri\r\n");
    secret_print(out, "Allow: ACK,BYE,CANCEL,INVITE,NOTIFY,OPTIONS,REFER,REGISTER,UPDATE,SUBSCRIBE,INFO\r\n");
    secret_print(out, "User-Agent: edgeprobe\r\n");
    if (authorization != NULL)
        secret_print(out, "%s\r\n", authorization);
    secret_print(out, "Content-Length: 0\r\n\r\n");
}

/* ---- reading ---- */

struct line {
    char *name, *value;
};

/* The next header line, folded ones joined (RFC 3261 7.3.1). False at the empty line or the end. */
static bool line_take(struct arena *arena, const char **at, const char *end, struct line *line) {
    const char *from = *at, *to = from;
    for (;;) {
        const char *newline = memchr(to, '\n', (size_t)(end - to));
        if (newline == NULL)
            return false;
        to = newline + 1;
        if (to == end || (*to != ' ' && *to != '\t') || newline == from)
            break;
    }
    *at = to;
    while (to > from && (to[-1] == '\n' || to[-1] == '\r'))
        to--;
    char *text = arena_textn(arena, from, (size_t)(to - from)), *colon = strchr(text, ':');
    for (char *p = text; *p != 0; p++)
        if (*p == '\r' || *p == '\n' || *p == '\t')
            *p = ' ';
    if (to == from)
        return false;
    *line = (struct line){text, ""};
    if (colon == NULL)
        return true;
    *colon = 0;
    for (char *p = colon; p > text && p[-1] == ' ';)
        *--p = 0;
    line->value = colon + 1 + strspn(colon + 1, " ");
    return true;
}

static int seconds_of(const char *text) {
    text += strspn(text, " ");
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9)
        return -1;
    long seconds = strtol(text, NULL, 10);
    return seconds > EXPIRES_MAX ? EXPIRES_MAX : (int)seconds;
}

/* ";expires=N" behind our own contact (RFC 3261 10.3 step 8): others may be registered, too. */
static int contact_expires(const char *value, const char *instance) {
    const char *ours = strstr(value, instance);
    const char *next = ours == NULL ? NULL : strstr(ours, ",<");
    for (const char *p = ours; p != NULL && (p = strcasestr(p, ";expires=")) != NULL; p++)
        if (next == NULL || p < next)
            return seconds_of(p + strlen(";expires="));
    return -1;
}

static void challenge_take(struct arena *arena, const char *value, struct register_answer *answer) {
    if (answer->challenge_count < CHALLENGES_MAX &&
        challenge_read(arena, value, strlen(value), &answer->challenges[answer->challenge_count]))
        answer->challenge_count++;
}

static bool is_named(const struct line *line, const char *name, const char *compact) {
    return strcasecmp(line->name, name) == 0 || (compact != NULL && strcasecmp(line->name, compact) == 0);
}

void register_read(struct arena *arena, const uint8_t *bytes, size_t size, const char *instance,
                   struct register_answer *answer) {
    const char *at = (const char *)bytes, *end = at + size;
    struct line line;
    int header = -1, ours = -1;
    *answer = (struct register_answer){.expires = -1, .min_expires = -1};
    while (at < end && (*at == '\r' || *at == '\n'))
        at++;
    if (!line_take(arena, &at, end, &line)) /* the status line */
        return;
    while (line_take(arena, &at, end, &line)) {
        if (is_named(&line, "WWW-Authenticate", NULL) || is_named(&line, "Proxy-Authenticate", NULL))
            challenge_take(arena, line.value, answer);
        else if (is_named(&line, "Warning", NULL) && answer->warning == NULL)
            answer->warning = text_from_wire_cut(arena, line.value, strlen(line.value), WARNING_LIMIT);
        else if (is_named(&line, "Expires", NULL))
            header = seconds_of(line.value);
        else if (is_named(&line, "Min-Expires", NULL))
            answer->min_expires = seconds_of(line.value);
        else if (is_named(&line, "Contact", "m") && ours < 0)
            ours = contact_expires(line.value, instance);
    }
    answer->expires = ours >= 0 ? ours : header;
}
