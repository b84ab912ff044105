/* What do both sides of a TLS conversation say to each other? Bytes of either direction, in any pieces and
 * with gaps, to the offer, the choice, both certificates, alerts with their side, and how far the handshake
 * came.
 *
 * What is encrypted is only counted, unless keys are there (wire/tls_keys.h). A gap never becomes a guess: a
 * message with a hole in it is not read, and what follows is read again from the next record that is whole.
 * Knows no sockets, no packets and no clock. All input is hostile. */
#ifndef WIRE_CONVERSATION_H
#define WIRE_CONVERSATION_H

#include "facts/capture.h"
#include "facts/facts.h"
#include "wire/handshake.h"

enum { BY_CLIENT, BY_SERVER, SIDES };

struct tls_secrets; /* wire/tls_keys.h */

struct conversation_events {
    /* Reads one certificate, perhaps from a cache (see struct handshake). */
    struct cert *(*cert)(void *context, const uint8_t *der, size_t size, char **error);
    /* Reads a ClientHello's body, perhaps from a cache; NULL when it is none. */
    struct client_offer *(*offer)(void *context, const uint8_t *body, size_t size);
    /* The secrets of the session with this ClientHello.random (32 bytes); NULL when not known. */
    const struct tls_secrets *(*secrets)(void *context, const uint8_t *random);
    /* One thing that was said, for a drawing: "ClientHello", "Certificate". NULL: nobody draws. */
    void (*step)(void *context, int by, const char *what, size_t size);
    /* Decrypted application data. NULL: nobody reads it. */
    void (*application)(void *context, int by, const uint8_t *bytes, size_t size);
    void *context;
};

struct said_alert {
    int by;
    int level, number;
    bool in_handshake; /* before both sides were through */
};

enum { ALERTS_KEPT = 4 };

/* How far one side came. */
struct told {
    bool spoke;    /* at least one whole record header */
    bool finished; /* its Finished was seen, or what only can be it (encrypted) */
    bool lost;     /* a gap or nonsense: its bytes are not followed any more, or not at the moment */
    bool has_gap;  /* bytes of the handshake were missing */
    bool changed;  /* ChangeCipherSpec */
    size_t sealed; /* encrypted records that could not be read */
    size_t bytes;  /* all that was fed */
};

struct conversation {
    struct client_offer *offer; /* NULL: no ClientHello was read */
    struct handshake server;    /* version 0 before the ServerHello */
    struct tls_attempt attempt; /* what `server` fills: version, group, chain, CA names, staple */
    struct handshake client;
    struct tls_attempt client_attempt; /* of this only the chain */
    struct said_alert alerts[ALERTS_KEPT];
    size_t alert_count;
    struct told told[SIDES];
    bool is_decrypted;     /* keys fitted */
    bool client_keyed;     /* the client sent its key exchange, which ends with TLS 1.2 */
    bool refusal_sealed;   /* TLS 1.3: after the client's Finished one short record, as an alert is */
    size_t after_finished; /* TLS 1.3 without keys: bytes that the server sent behind the client's Finished */
    const char *not_tls;   /* what the server answered instead, see wire/plaintext.h; NULL */
    char *first_bytes;     /* of that; NULL likewise */
    const char *fault;     /* static text: what was no valid TLS; NULL */
    int fault_by;
};

struct conversation_reader;

struct conversation_reader *conversation_new(struct arena *arena, struct conversation_events events);
void conversation_free(struct conversation_reader *reader); /* its buffers; the conversation is the arena's */
/* Bytes of one side, in their order. */
void conversation_feed(struct conversation_reader *reader, int by, const uint8_t *bytes, size_t size);
/* So many bytes are missing here. */
void conversation_gap(struct conversation_reader *reader, int by, size_t size);
/* Nothing that could still come in clear, or be decrypted, is of interest any more. */
bool conversation_is_over(const struct conversation_reader *reader);
const struct conversation *conversation_of(const struct conversation_reader *reader);
size_t conversation_held(const struct conversation_reader *reader); /* bytes in buffers */

bool conversation_is_13(const struct conversation *conversation); /* drafts of it, too */
/* Both sides were through, as far as this shows; the TLS 1.3 server's silent refusal apart. */
bool conversation_is_through(const struct conversation *conversation);

/* Do bytes begin with a ClientHello record, or (any) with any TLS record of a handshake? At least 6 bytes. */
bool looks_like_client_hello(const uint8_t *bytes, size_t size);
bool looks_like_record(const uint8_t *bytes, size_t size);

#endif
