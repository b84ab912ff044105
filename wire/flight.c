/* What did a server answer to a ClientHello? See flight.h. */
#include "wire/flight.h"

#include "facts/suites.h"
#include "wire/records.h"

enum { FLIGHT_MAX = 512 * 1024, ALERT_FATAL = 2, ALERT_CLOSE_NOTIFY = 0 };

struct flight_reader {
    struct flight flight;
    struct records *records;
    enum flight_state state;
    size_t fed;
};

static void broken(struct flight_reader *reader, const char *fault) {
    reader->state = FLIGHT_BROKEN;
    reader->flight.fault = fault;
}

static bool has_key_exchange(const struct suite *suite) {
    if (suite == NULL)
        return true;
    switch (suite->kx) {
    case KX_DHE:
    case KX_ECDHE:
    case KX_DHE_PSK:
    case KX_ECDHE_PSK:
        return true;
    default: /* static keys; what export suites, PSK and SRP say there is not wanted */
        return false;
    }
}

static bool has_certificate(const struct suite *suite) {
    return suite == NULL || (suite->auth != AUTH_NONE && suite->auth != AUTH_PSK && suite->auth != AUTH_SRP &&
                             suite->auth != AUTH_KRB5);
}

static bool is_enough(const struct handshake *seen) {
    if (seen->version == 0)
        return false;
    if (seen->is_retry || seen->version >= TLS13 || seen->saw_hello_done)
        return true;
    const struct suite *suite = suite_by_id(seen->suite);
    return (seen->saw_certificate || !has_certificate(suite)) &&
           (seen->saw_key_exchange || !has_key_exchange(suite));
}

static bool is_allowed(const struct handshake *seen, int type) {
    return (type == HANDSHAKE_SERVER_HELLO) == (seen->version == 0);
}

static bool on_message(void *context, int type, const uint8_t *body, size_t size) {
    enum { HELLO_REQUEST = 0 }; /* may come at any time, RFC 5246 7.4.1.1 */
    struct flight_reader *reader = context;
    if (type == HELLO_REQUEST)
        return true;
    if (!is_allowed(&reader->flight.seen, type))
        broken(reader, "handshake messages out of order");
    else if (!handshake_read(&reader->flight.seen, type, body, size))
        broken(reader, type == HANDSHAKE_SERVER_HELLO          ? "a ServerHello that cannot be read"
                       : type == HANDSHAKE_CERTIFICATE         ? "a Certificate message that cannot be read"
                       : type == HANDSHAKE_SERVER_KEY_EXCHANGE ? "a ServerKeyExchange that cannot be read"
                                                               : "a handshake message that cannot be read");
    else if (is_enough(&reader->flight.seen))
        reader->state = FLIGHT_WHOLE;
    return reader->state == FLIGHT_MORE;
}

/* Warnings (unrecognized_name and the like) do not end a handshake. */
static bool on_alert(void *context, int level, int number) {
    struct flight_reader *reader = context;
    if (level != ALERT_FATAL && number != ALERT_CLOSE_NOTIFY)
        return true;
    reader->flight.alert = number;
    reader->state = FLIGHT_ALERT;
    return false;
}

struct flight_reader *flight_reader_new(struct arena *arena,
                                        struct cert *(*cert)(void *context, const uint8_t *der, size_t size,
                                                             char **error),
                                        void *context) {
    struct flight_reader *reader = ARENA_NEW(arena, struct flight_reader);
    reader->flight.alert = -1;
    reader->flight.seen = (struct handshake){
        .arena = arena, .attempt = &reader->flight.attempt, .cert = cert, .context = context, .suite = -1};
    reader->records = records_new(
        arena, (struct records_events){.message = on_message, .alert = on_alert, .context = reader});
    return reader;
}

enum flight_state flight_feed(struct flight_reader *reader, const uint8_t *bytes, size_t size) {
    const char *fault = NULL;
    if (reader->state != FLIGHT_MORE)
        return reader->state;
    reader->fed += size;
    enum records_result result = records_feed(reader->records, bytes, size, &fault);
    if (reader->state != FLIGHT_MORE)
        return reader->state;
    if (result == RECORDS_BROKEN || result == RECORDS_TOO_LARGE)
        broken(reader, fault);
    else if (result == RECORDS_SEALED)
        broken(reader, "encrypted records where a server's first flight was due");
    else if (reader->fed > FLIGHT_MAX)
        broken(reader, "more than 512 KiB, and still no whole first flight");
    return reader->state;
}

const struct flight *flight_of(const struct flight_reader *reader) {
    return &reader->flight;
}
