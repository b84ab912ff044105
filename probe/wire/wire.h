/* Bytes to facts: readers that know no socket, shared by live probing, captures and files. Every reader is
 * pure, bounds everything, and says what was wrong. All input is hostile. */
#ifndef PROBE_WIRE_WIRE_H
#define PROBE_WIRE_WIRE_H

#include "facts/facts.h"

/* ---- cert.c: DER to struct cert (libcrypto) ---- */
/* NULL when der is no X.509 certificate of exactly this size; *error (may be NULL) says why, in arena. Copies
 * der. */
struct cert *cert_read(struct arena *arena, const uint8_t *der, size_t size, char **error);

/* ---- pem.c: files the user gives ---- */
/* All CERTIFICATE blocks of a PEM text, in order. False when there is none or one is broken; *error says what
 * and in which line ("line 12: not base64"), and what the bytes look like instead (DER, PKCS#7, PKCS#12,
 * private key, empty). */
bool certs_read_pem(struct arena *arena, const char *text, size_t size, struct certs *out, char **error);
/* A trust list: entries skimmed, not parsed (100,000 certificates in well under a second). Broken blocks
 * become problems. False when not one certificate was found; *error as above. list->name is left to the
 * caller. */
bool trust_read_pem(struct arena *arena, const char *text, size_t size, struct trust_list *list,
                    char **error);

/* What a file is in which something else was looked for: "a certificate" (its first PEM block), "a private
 * key in DER", "an empty file"; NULL when nothing known. */
char *pem_what(struct arena *arena, const char *text, size_t size);

/* Every CRL block of a PEM text, in order, as DER that nobody has parsed yet. False when one is broken:
 * *error says which; what came before it is kept. */
bool crls_find_pem(struct arena *arena, const char *text, size_t size, struct fetch *into, char **error);

/* ---- crl.c: what a distribution point or a file holds ---- */
enum { CRL_MAX = 32 * 1024 * 1024 }; /* what we take of a file, and of what an archive unpacks to */
/* Fills form and answers of the fetch, and state: ANSWERED, TOO_LARGE or UNPARSABLE with error. The kind of
 * file is told by its content: PEM, DER, or a ZIP, GZIP or tar in GZIP of such files. */
void crl_read(struct arena *arena, const uint8_t *bytes, size_t size, struct fetch *into);
/* When the first of them expires; 0 when one of them does not say. */
int64_t crls_next_update(const struct fetch *fetch);

/* ---- archive.c ---- */
/* NULL when the bytes do not begin like an archive that we read; else "ZIP" or "GZIP". */
const char *archive_form(const uint8_t *bytes, size_t size);
/* Unpacks in memory, one file after the other, at most limit bytes in all: take() is given each whole file,
 * and ends it by false. False with *error (static text) when it cannot be read to the end; *is_too_large when
 * that is for its size. */
typedef bool (*archive_fn)(void *context, const uint8_t *bytes, size_t size);
bool archive_read_files(const uint8_t *bytes, size_t size, size_t limit, archive_fn take, void *context,
                        bool *is_too_large, const char **error);

/* ---- ocsp.c: RFC 6960, RFC 5019 ---- */
/* A request about one certificate, DER. hash: "sha1" or "sha256" (the CertID's). False when the certificates
 * cannot be read, or do not fit each other in name. */
bool ocsp_request_write(struct arena *arena, const struct cert *cert, const uint8_t *issuer,
                        size_t issuer_size, const char *hash, bool nonce, struct blob *request);
/* The URL for asking by GET; NULL when it would be too long (RFC 5019 5). */
char *ocsp_get_url(struct arena *arena, const char *uri, const struct blob *request);
/* When the first of its statuses must be renewed; 0 when that is not said, or it is no successful answer. */
int64_t ocsp_next_update(const uint8_t *bytes, size_t size);

/* ---- dns.c: one DNS answer (the bytes as received) to records ---- */
/* Fills state, rcode, aliases, records of query (name and type are set by the caller). */
void dns_read(struct arena *arena, const uint8_t *bytes, size_t size, struct dns_query *query);

/* ---- tls.c: what plaintext looks like ---- */
/* "http", "ssh", "sip", "xmpp", "smtp", "other"; NULL when the bytes begin like a TLS record. */
const char *not_tls(const uint8_t *bytes, size_t size);

/* ---- sip.c ---- */
enum framing { FRAMING_MORE, FRAMING_WHOLE, FRAMING_BROKEN };
/* Is one whole SIP message in the buffer? *used = its size when WHOLE. Leading CRLF keep-alives (RFC 5626)
 * are skipped and counted in *used. Headers at most 16 KiB, body at most 64 KiB; *fault says what is broken
 * (static text). */
enum framing sip_frame(const uint8_t *bytes, size_t size, size_t *used, const char **fault);
/* One framed message, parsed with libosip2, into the exchange: state, code, reason, server, fault, raw. */
void sip_read(struct arena *arena, const uint8_t *bytes, size_t size, struct sip_exchange *exchange);
char *sip_options_write(struct arena *arena, const char *host, int port, const char *local_address,
                        const char *unique);

/* ---- xmpp.c: a stream, fed in pieces (RFC 6120). A small reader of its own: no DTD, no entities beyond the
 * five ---- */
struct xmpp_reader;
enum xmpp_event {
    XMPP_EVENT_MORE,
    XMPP_EVENT_FEATURES,
    XMPP_EVENT_PROCEED,
    XMPP_EVENT_FAILURE,
    XMPP_EVENT_ERROR,
    XMPP_EVENT_END,
    XMPP_EVENT_BROKEN
};
struct xmpp_reader *xmpp_reader_new(struct arena *arena, struct xmpp_exchange *into, bool after_tls);
/* Feeds bytes; fills from, starttls_required, mechanisms, error of the exchange. FEATURES: also sets
 * *starttls. At most 64 KiB per stream. */
enum xmpp_event xmpp_feed(struct xmpp_reader *reader, const uint8_t *bytes, size_t size, bool *starttls);
char *xmpp_open_write(struct arena *arena, const char *domain);
extern const char xmpp_starttls_text[];

/* ---- ssh.c: RFC 4253 4.2 and 7.1, fed in pieces ---- */
struct ssh_reader;
enum ssh_event {
    SSH_EVENT_MORE,
    SSH_EVENT_BANNER,
    SSH_EVENT_KEXINIT,
    SSH_EVENT_NOT_SSH,
    SSH_EVENT_BROKEN,
    SSH_EVENT_HOST_KEY
};
struct ssh_reader *ssh_reader_new(struct arena *arena, struct ssh_exchange *into);
enum ssh_event ssh_feed(struct ssh_reader *reader, const uint8_t *bytes, size_t size);
extern const char ssh_banner_text[]; /* ours, with CR LF */
/* After KEXINIT the reader says DONE to everything, unless a host key is wanted: then it goes on to the
 * server's answer to our half of the key exchange (RFC 4253 8, RFC 5656 4). */
void ssh_want_host_key(struct ssh_reader *reader);

/* ---- ssh_kex.c: our half of an SSH key exchange as far as the host key, which the server sends before
 * anyone logs in. Nothing here makes keys or agrees on a secret. ---- */
struct packet {
    uint8_t *bytes;
    size_t size;
};
/* The first method of the server's that is among ours; NULL when none is. */
const char *ssh_kex_choose(const struct ssh_exchange *exchange, const char *const *ours, size_t count);
/* That one method, the server's own lists for all else, so that they agree; X.509 host keys first. cookie: 16
 * bytes. */
struct packet ssh_kexinit_write(struct arena *arena, const struct ssh_reader *reader, const char *kex,
                                const uint8_t *cookie);
/* Our public value: a point, or a number with a zero in front where its top bit is set. */
struct packet ssh_kex_init_write(struct arena *arena, const uint8_t *value, size_t size);
struct packet ssh_disconnect_write(struct arena *arena); /* reason 11, by application */
/* A host key blob (K_S) into the exchange: type, fingerprints, and the certificates of x509v3-* keys (RFC
 * 6187 2.1; also the older forms that hold one certificate or are one). False when it is empty or no blob. */
bool ssh_host_key_read(struct arena *arena, const uint8_t *blob, size_t size, struct ssh_exchange *into);

/* ---- http.c: the parts of an answer that decide who spoke ---- */
/* One header line (without CR LF) into the exchange: Server, WWW-Authenticate realm, Content-Type, Location.
 */
void http_header_read(struct arena *arena, const char *line, size_t size, struct http_exchange *exchange);
/* "https://HOST:PORT/<b64 of domain>/get_edge_sso?email=…" (field-facts 1.3) */
char *http_edge_url(struct arena *arena, const char *host, int port, const char *domain, const char *request);

#endif
