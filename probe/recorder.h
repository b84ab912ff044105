/* What did we ourselves say to whom, and what came back? A run's own TCP connections as a packet capture,
 * made without a packet being captured: so no privileges are needed, and nothing of anybody else is in it.
 *
 * Headers are made up: sequence numbers fit, times are those at which the bytes went through our hands, and
 * how a connection ended is told by FIN and RST as we saw it. Secrets of TLS sessions stand at the start, so
 * that readers decrypt; those of application data are left out where a password may go over any of the run's
 * connections. Not in it: name resolution
 * over TCP, and what libcurl connects to by itself (OCSP, CRLs). */
#ifndef PROBE_RECORDER_H
#define PROBE_RECORDER_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>

struct recorder;
struct recorded; /* one connection; ends with recorded_free() */

/* has_passwords: only secrets of handshakes are kept. NULL, with errno, when there is no room for it. */
struct recorder *recorder_new(bool has_passwords);
void recorder_free(struct recorder *recorder); /* NULL is fine; wipes the secrets */
/* All of it as pcapng. False as for fwrite: errno; also when a packet could not be kept before. */
bool recorder_write(struct recorder *recorder, FILE *out, const char *comment);

/* Sessions of this context give their secrets to the recorder, which must outlive it. NULL: nothing is done.
 */
void recorder_hear(struct recorder *recorder, SSL_CTX *context);

/* A connection of the socket fd to that address, from the SYN on; we dialled or were dialled. NULL when
 * recorder is NULL, and all below take NULL. */
struct recorded *recorder_begin(struct recorder *recorder, int fd, const struct sockaddr_storage *to,
                                bool we_dial);
/* What it is for, in a word or two that live as long as it; said with its next packet, so that a reader need
 * not take what the probe tries for what clients do. */
void recorded_label(struct recorded *connection, const char *label);
void recorded_open(struct recorded *connection);    /* the peer took it */
void recorded_refused(struct recorded *connection); /* it did not, by RST */
void recorded_sent(struct recorded *connection, const void *bytes, size_t size);
void recorded_came(struct recorded *connection, const void *bytes, size_t size);
void recorded_end(struct recorded *connection, bool by_us, bool by_reset); /* one side's end; more may come */
void recorded_free(struct recorded *connection);

/* A datagram of name resolution on the connected socket fd; others are left out. recorder NULL is fine. */
void recorder_datagram(struct recorder *recorder, int fd, bool by_us, const void *bytes, size_t size);

#endif
