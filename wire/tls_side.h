/* Which records and handshake messages does one side of a TLS connection write? Bytes in any pieces, with
 * gaps.
 *
 * Unlike wire/records.h it goes on when encryption begins (encrypted records are handed out as they are), and
 * after a gap it takes up the thread at the next record that begins a piece. Does not decrypt and knows no
 * message's meaning. */
#ifndef WIRE_TLS_SIDE_H
#define WIRE_TLS_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_content { CONTENT_CHANGE = 20, CONTENT_ALERT = 21, CONTENT_HANDSHAKE = 22, CONTENT_DATA = 23 };

struct tls_side;

struct tls_side_events {
    /* One whole handshake message without its header. */
    void (*message)(void *context, int type, const uint8_t *body, size_t size);
    /* One in which bytes are missing. */
    void (*damaged)(void *context, int type, size_t size);
    void (*alert)(void *context, int level, int number);
    void (*changed)(void *context); /* ChangeCipherSpec */
    /* An encrypted record; payload NULL unless wants_payload, or when bytes are missing. */
    void (*sealed)(void *context, const uint8_t *header, const uint8_t *payload, size_t size);
    /* No TLS record where one was due. */
    void (*nonsense)(void *context, const uint8_t *bytes, size_t size);
    void *context;
};

struct tls_side *tls_side_new(struct tls_side_events events);
void tls_side_free(struct tls_side *side); /* NULL is fine */
void tls_side_feed(struct tls_side *side, const uint8_t *bytes, size_t size);
void tls_side_gap(struct tls_side *side, size_t size);
/* From now on handshake messages and alerts are encrypted, too (up to TLS 1.2). */
void tls_side_seal(struct tls_side *side);
void tls_side_want_payload(struct tls_side *side, bool wanted);
/* What an encrypted record held: handshake bytes go on as messages, an alert as an alert. */
void tls_side_opened(struct tls_side *side, int type, const uint8_t *bytes, size_t size);
bool tls_side_is_lost(
    const struct tls_side *side); /* after a gap or nonsense, until a piece begins with a record */
size_t tls_side_held(const struct tls_side *side); /* bytes in its buffers */

/* Could these bytes begin a TLS record? */
bool tls_record_is_plausible(const uint8_t *bytes, size_t size);

#endif
