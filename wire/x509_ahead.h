/* Which signatures will be asked for next? Of thousands of certificates under a few CAs each signature is
 * verified once, which takes as long as much else that is done with a certificate; it depends on nothing but
 * the two. So where there are many, a second thread verifies them while the first judges.
 *
 * What it gives is what verifying would give; nobody waits for it: what it does not know yet is verified by
 * who asks. Knows nothing of trust: whether the issuer may sign is trust.h's question. */
#ifndef WIRE_X509_AHEAD_H
#define WIRE_X509_AHEAD_H

#include <stdbool.h>

#include <openssl/x509.h>

enum { AHEAD_FROM = 400 }; /* certificates; below, a thread takes longer than it saves */

/* All from the loop's thread. */

/* One whose signature will be asked for, in the order in which they will; held until the end. */
void x509_ahead_add(X509 *x);
bool x509_ahead_has_many(void); /* enough for what follows to be of use */
/* The key of this issuer was or will be asked for: who else says that it signed him is looked at from now on,
 * if there are enough. */
void x509_ahead_issuer(X509 *issuer);
/* Is it known whether the key of `issuer` signed x? */
bool x509_ahead_knows(const X509 *x, const X509 *issuer, bool *is_good);
void x509_ahead_end(void); /* waits for the thread, and forgets all */

#endif
