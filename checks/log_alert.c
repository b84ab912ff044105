/* Alerts in the words of OpenSSL and of packet tools, see log_alert.h. */
#include "checks/log_alert.h"

#include <ctype.h>
#include <string.h>

#include "checks/alert.h"
#include "facts/tls.h"

enum { ALERTS = 256, SSL_USER_CANCELLED = 90, CERTIFICATE_UNKNOWN = 46 };

/* "unknown_ca" matches itself and "unknown ca", up to the end of a word; its length there, else 0. */
static size_t name_at(const char *text, size_t size, const char *name) {
    size_t i = 0;
    for (; name[i] != 0; i++)
        if (i >= size || (text[i] != name[i] && !(name[i] == '_' && text[i] == ' ')))
            return 0;
    return i < size && isalnum((unsigned char)text[i]) ? 0 : i;
}

/* The longest name of an alert that stands here; -1 for none. */
static int alert_at(const char *text, size_t size) {
    size_t longest = 0;
    int found = -1;
    for (int number = 0; number < ALERTS; number++) {
        const char *name = alert_name(number);
        size_t length = name == NULL ? 0 : name_at(text, size, name);
        if (length > longest) {
            longest = length;
            found = number;
        }
    }
    if (found < 0 && name_at(text, size, "user_cancelled") > 0) /* OpenSSL's spelling */
        found = SSL_USER_CANCELLED;
    return found;
}

static int number_at(const char *text, size_t size) {
    int number = 0;
    size_t i = 0;
    for (; i < size && i < 4 && isdigit((unsigned char)text[i]); i++)
        number = number * 10 + (text[i] - '0');
    return i > 0 && number < ALERTS ? number : -1;
}

/* "SSL alert number 116"; "sslv3 alert certificate unknown", "tlsv13 alert certificate required"; a few come
 * without the word: "tlsv1 unrecognized name"; packet tools write "Description: Unknown CA (48)". */
static const struct {
    const char *words;
    int (*read)(const char *text, size_t size);
} alert_forms[] = {{"alert number ", number_at}, {"alert: ", alert_at}, {"alert read:fatal:", alert_at},
                   {"alert ", alert_at},         {"tlsv1 ", alert_at},  {"tlsv13 ", alert_at},
                   {"description: ", alert_at}};

const char *log_alert_form(size_t i) {
    return i < sizeof alert_forms / sizeof *alert_forms ? alert_forms[i].words : NULL;
}

int log_alert_in(const char *lower, size_t size) {
    for (size_t i = 0; i < sizeof alert_forms / sizeof *alert_forms; i++) {
        size_t length = strlen(alert_forms[i].words);
        const char *end = lower + size;
        for (const char *at = lower;
             (at = memmem(at, (size_t)(end - at), alert_forms[i].words, length)) != NULL;) {
            at += length;
            int number = alert_forms[i].read(at, (size_t)(end - at));
            if (number >= 0)
                return number;
        }
    }
    return -1;
}

/* The alerts by which one refuses what the other side presented (RFC 8446 6.2). */
static bool log_alert_is_about_certificate(int number) {
    static const int numbers[] = {41, 42, 43, 44, 45, 46, 48, 49, 111, 113, 114, 116};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* The other side of the connection, as a reader of the log knows it. */
static const struct {
    enum log_leg leg;
    enum log_direction direction;
    const char *who;
} others[] = {{LOG_LEG_ZONE, LOG_INBOUND, "The caller, Expressway-C,"},
              {LOG_LEG_ZONE, LOG_OUTBOUND, "Expressway-E"},
              {LOG_LEG_TUNNEL, LOG_INBOUND, "The caller, Expressway-C,"},
              {LOG_LEG_TUNNEL, LOG_OUTBOUND, "Expressway-E"},
              {LOG_LEG_XCP, LOG_OUTBOUND, "Expressway-E"},
              {LOG_LEG_CLIENT, LOG_INBOUND, "The caller, a client or partner outside,"},
              {LOG_LEG_CLIENT, LOG_OUTBOUND, "The server that was dialled, outside Expressway-E,"},
              {LOG_LEG_B2B, LOG_INBOUND, "The caller, Webex or a business partner and not Expressway-C,"},
              {LOG_LEG_B2B, LOG_OUTBOUND, "The business partner or Webex that was dialled"},
              {LOG_LEG_UCM, LOG_INBOUND, "Unified CM, which called,"},
              {LOG_LEG_UCM, LOG_OUTBOUND, "Unified CM"},
              {LOG_LEG_IMP, LOG_OUTBOUND, "IM and Presence"},
              {LOG_LEG_CLUSTER, LOG_UNKNOWN, "The other peer of the cluster"},
              {LOG_LEG_UNKNOWN, LOG_INBOUND, "The caller"},
              {LOG_LEG_UNKNOWN, LOG_OUTBOUND, "The server that was dialled"}};

static const char *other_side(const struct log_entry *entry) {
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].leg == entry->leg &&
            (others[i].direction == entry->direction || others[i].direction == LOG_UNKNOWN))
            return others[i].who;
    return "The other side";
}

/* OpenSSL's words stand for an alert that was received: the other side refused. */
void log_alert_tell(struct arena *arena, int number, struct log_entry *entry) {
    const char *name = alert_name(number);
    enum cause_id cause = cause_of_alert(number);
    entry->token = cause_text(cause);
    entry->weight = LOG_REASON;
    entry->check = check_of(CHECK_TLS_HANDSHAKE);
    entry->cause = cause_of(cause);
    entry->fix = entry->cause == NULL ? NULL : entry->cause->fix;
    const char *what = !log_alert_is_about_certificate(number) ? "ended the handshake."
                       : entry->direction == LOG_OUTBOUND
                           ? "refused the certificate of the box that wrote this line, or its lack of one."
                           : "refused the certificate of the box that wrote this line.";
    entry->means =
        arena_printf(arena, "%s %s It sent alert %d, %s; the reason stands in the other side's log.%s",
                     other_side(entry), what, number, name == NULL ? "which nobody assigned" : name,
                     number == CERTIFICATE_UNKNOWN
                         ? " Often that is because no intermediate CA was sent: the sender's own "
                           "trust list lacks them."
                         : "");
}
