/* How do bytes become a certificate of the library, and a name of the library a line of text? And its parts:
 * one spelling for all who need the library's object itself; most want cert_read() of wire/cert.h. */
#ifndef WIRE_X509_H
#define WIRE_X509_H

#include <stdbool.h>

#include <openssl/x509.h>

#include "facts/arena.h"

/* NULL when it cannot be parsed, bytes are left over, or der is NULL; else X509_free(). The same bytes give
 * the same object again, so it is read and never changed. From the loop's thread only. */
X509 *x509_of(const uint8_t *der, size_t size);
X509 *x509_parse(const uint8_t *der, size_t size); /* the same; the library's error queue tells why not */
/* For another thread, beside all the others here, once x509_beside_begin() was called: an object of its own,
 * and nothing is kept. */
void x509_beside_begin(void);
X509 *x509_parse_beside(const uint8_t *der, size_t size);
/* What has been parsed already is what x509_of() gives for its bytes from now on, if nothing is yet; the
 * second takes its bytes from the library. */
void x509_keep(X509 *x, const uint8_t *der, size_t size);
void x509_share(X509 *x);
/* So many different ones will come again and again: how many are kept follows, up to a bound. */
void x509_expect(size_t count);
void x509_forget(void); /* the room beyond the usual, and what is in it */
/* Did the key of `issuer` sign it? The answer is kept for the same two objects. */
bool x509_is_signed_by(X509 *x, X509 *issuer);
/* One line as RFC 2253 has it, UTF-8, made harmless: subject and issuer of struct cert. */
char *dn_text(struct arena *arena, const X509_NAME *name);

/* The first extension of that kind, decoded; NULL when absent or malformed. Free with the type's own free. */
void *cert_extension(const X509 *x, int nid);
bool cert_has_extension(const X509 *x, int nid);
char *cert_string(struct arena *arena, const ASN1_STRING *string); /* its bytes as they are, made harmless */
char *cert_oid(struct arena *arena, const ASN1_OBJECT *object);    /* dotted */

#endif
