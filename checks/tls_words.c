/* How did a handshake end, in the words of findings? See tls_judge.h. */
#include "checks/tls_judge.h"

/* "sent by the server" */
static const char *side_words(enum side side) {
    static const char *const words[] = {[SIDE_NOBODY] = "nobody",
                                        [SIDE_US] = "our side",
                                        [SIDE_PEER] = "the server",
                                        [SIDE_PATH] = "something on the path"};
    return words[side];
}

const char *attempt_text(struct arena *arena, const struct tls_attempt *attempt) {
    if (attempt->state == TLS_ESTABLISHED)
        return attempt->version == NULL ? "established" : attempt->version;
    if (attempt->alert != NULL)
        return arena_printf(arena, "alert %s from %s",
                            attempt->alert->name == NULL ? "?" : attempt->alert->name,
                            side_words(attempt->alert->sent_by));
    if (attempt->state == TLS_NOT_TLS && attempt->not_tls != NULL)
        return arena_printf(arena, "not TLS but %s", attempt->not_tls);
    return enum_text(tls_states, (int)attempt->state);
}

void show_alert(struct finding *finding, const struct tls_alert *alert) {
    if (alert == NULL)
        return;
    json_t *json = json_object();
    json_object_set_new(json, "number", json_integer(alert->number));
    json_object_set_new(json, "name", json_string(alert->name == NULL ? "" : alert->name));
    json_object_set_new(json, "sent_by", json_string(enum_text(sides, (int)alert->sent_by)));
    evidence_set(finding, "alert", json);
}

enum cause_id cause_of_alert(int number) {
    static const struct {
        int number;
        enum cause_id cause;
    } rows[] = {{0, CAUSE_TLS_HANDSHAKE_ALERT_CLOSE_NOTIFY},
                {10, CAUSE_TLS_HANDSHAKE_ALERT_UNEXPECTED_MESSAGE},
                {20, CAUSE_TLS_HANDSHAKE_ALERT_BAD_RECORD_MAC},
                {21, CAUSE_TLS_HANDSHAKE_ALERT_DECRYPTION_FAILED},
                {22, CAUSE_TLS_HANDSHAKE_ALERT_RECORD_OVERFLOW},
                {30, CAUSE_TLS_HANDSHAKE_ALERT_DECOMPRESSION_FAILURE},
                {40, CAUSE_TLS_HANDSHAKE_ALERT_HANDSHAKE_FAILURE},
                {41, CAUSE_TLS_HANDSHAKE_ALERT_NO_CERTIFICATE},
                {42, CAUSE_TLS_HANDSHAKE_ALERT_BAD_CERTIFICATE},
                {43, CAUSE_TLS_HANDSHAKE_ALERT_UNSUPPORTED_CERTIFICATE},
                {44, CAUSE_TLS_HANDSHAKE_ALERT_CERTIFICATE_REVOKED},
                {45, CAUSE_TLS_HANDSHAKE_ALERT_CERTIFICATE_EXPIRED},
                {46, CAUSE_TLS_HANDSHAKE_ALERT_CERTIFICATE_UNKNOWN},
                {47, CAUSE_TLS_HANDSHAKE_ALERT_ILLEGAL_PARAMETER},
                {48, CAUSE_TLS_HANDSHAKE_ALERT_UNKNOWN_CA},
                {49, CAUSE_TLS_HANDSHAKE_ALERT_ACCESS_DENIED},
                {50, CAUSE_TLS_HANDSHAKE_ALERT_DECODE_ERROR},
                {51, CAUSE_TLS_HANDSHAKE_ALERT_DECRYPT_ERROR},
                {60, CAUSE_TLS_HANDSHAKE_ALERT_EXPORT_RESTRICTION},
                {70, CAUSE_TLS_HANDSHAKE_ALERT_PROTOCOL_VERSION},
                {71, CAUSE_TLS_HANDSHAKE_ALERT_INSUFFICIENT_SECURITY},
                {80, CAUSE_TLS_HANDSHAKE_ALERT_INTERNAL_ERROR},
                {86, CAUSE_TLS_HANDSHAKE_ALERT_INAPPROPRIATE_FALLBACK},
                {90, CAUSE_TLS_HANDSHAKE_ALERT_USER_CANCELED},
                {100, CAUSE_TLS_HANDSHAKE_ALERT_NO_RENEGOTIATION},
                {109, CAUSE_TLS_HANDSHAKE_ALERT_MISSING_EXTENSION},
                {110, CAUSE_TLS_HANDSHAKE_ALERT_UNSUPPORTED_EXTENSION},
                {111, CAUSE_TLS_HANDSHAKE_ALERT_CERTIFICATE_UNOBTAINABLE},
                {112, CAUSE_TLS_HANDSHAKE_ALERT_UNRECOGNIZED_NAME},
                {113, CAUSE_TLS_HANDSHAKE_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE},
                {114, CAUSE_TLS_HANDSHAKE_ALERT_BAD_CERTIFICATE_HASH_VALUE},
                {115, CAUSE_TLS_HANDSHAKE_ALERT_UNKNOWN_PSK_IDENTITY},
                {116, CAUSE_TLS_HANDSHAKE_ALERT_CERTIFICATE_REQUIRED},
                {120, CAUSE_TLS_HANDSHAKE_ALERT_NO_APPLICATION_PROTOCOL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].number == number)
            return rows[i].cause;
    return CAUSE_TLS_HANDSHAKE_ALERT_OTHER;
}
