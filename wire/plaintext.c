/* Where TLS was expected, what else is it that speaks? See plaintext.h. */
#include "wire/plaintext.h"

#include <string.h>
#include <strings.h>

/* How the first bytes of a plaintext server look. More telling ones first: SMTP and FTP both greet with 220.
 */
static const struct {
    const char *begins, *what;
} greetings[] = {{"HTTP/", "http"},    {"<!DOCTYPE", "http"},   {"<html", "http"},
                 {"SSH-", "ssh"},      {"SIP/2.0", "sip"},      {"<?xml", "xmpp"},
                 {"<stream:", "xmpp"}, {"OPTIONS sip:", "sip"}, {"REGISTER sip:", "sip"},
                 {"220 ", "smtp"},     {"220-", "smtp"},        {"421 ", "smtp"},
                 {"554 ", "smtp"}};

/* RFC 8446 5.1: content types 20 to 24 (heartbeat), version 3.x. SSLv2's ClientHello is no answer of a
 * server. Fewer than two bytes are judged by the first alone. */
static bool is_record(const uint8_t *bytes, size_t size) {
    return bytes[0] >= 20 && bytes[0] <= 24 && (size < 2 || bytes[1] == 3) && (size < 3 || bytes[2] <= 4);
}

const char *not_tls(const uint8_t *bytes, size_t size) {
    if (size == 0 || is_record(bytes, size))
        return NULL;
    while (size > 0 && (*bytes == '\r' || *bytes == '\n' || *bytes == ' ' || *bytes == '\t')) {
        bytes++;
        size--;
    }
    for (size_t i = 0; i < sizeof greetings / sizeof *greetings; i++) {
        size_t length = strlen(greetings[i].begins);
        if (size >= length && strncasecmp((const char *)bytes, greetings[i].begins, length) == 0)
            return greetings[i].what;
    }
    return "other";
}
