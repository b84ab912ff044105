/* With how much of OpenSSL are certificates read?
 *
 * OpenSSL 3.0 weighs all decoders of its provider against each other for each key it meets in a certificate:
 * a million instructions, five times what all else in reading one takes. The context here has the same
 * provider, of which it shows but the decoders for the keys of certificates, and the types of these keys. It
 * does not read files of keys. What is made with it may be used beside what is made without.
 */
#ifndef WIRE_LEAN_H
#define WIRE_LEAN_H

#include <openssl/types.h>

/* For X509_new_ex(). NULL, which is OpenSSL's own context, where that has been set up
 * with other providers than the usual one: their keys are to be read, too. It lives as long as the process.
 */
OSSL_LIB_CTX *lean_context(void);
/* The same for RSA keys alone, as most are: a tenth of what is left to be weighed. In a certificate with a
 * key of another type it finds none, and a signature by another type of key it cannot verify. */
OSSL_LIB_CTX *lean_context_rsa(void);

#endif
