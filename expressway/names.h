/* Does a name match a certificate, as Expressway and the MRA clients decide it?
 *
 * Names come from the SAN only, CN never counts (certificate guide appendix A; field-facts 2). Comparison is
 * case-blind over whole A-labels; a trailing dot of the wanted name is ignored, in a certificate it is
 * malformed and matches nothing; wildcards never match (guide chapter 1), an IP
 * address matches an iPAddress SAN only. Does not convert U-labels: callers hand in A-labels. */
#ifndef EXPRESSWAY_NAMES_H
#define EXPRESSWAY_NAMES_H

#include "facts/cert.h"

enum name_match {
    MATCH_GOOD,
    MATCH_NONE,
    MATCH_NO_SAN,        /* the certificate has no subjectAltName at all */
    MATCH_CN_ONLY,       /* it would match the CN, which does not count */
    MATCH_WILDCARD_ONLY, /* it would match a wildcard, which does not count */
    MATCH_SHORT,         /* a host name without domain was wanted, and FQDNs are in the certificate */
    MATCH_IP             /* an IP address was wanted, and the certificate has names only */
};

/* Of the reasons for failing, the most telling one: cn-only, wildcard-only, ip, short, no-san, no-match. */
enum name_match name_match(const struct cert *cert, const char *wanted);
bool name_has_dns(const struct cert *cert, const char *wanted); /* dNSName, exact as above */
bool name_has_srv(const struct cert *cert,
                  const char *wanted);         /* otherName SRVName, "_service.name" forms alike */
bool name_equal(const char *a, const char *b); /* two host names */
bool name_is_ip(const char *text);             /* IPv4 or IPv6 literal, brackets allowed */
bool name_is_fqdn(const char *text); /* two labels or more of letters, digits, hyphens, none at either end;
                                        last label starts with a letter; 253 octets at most, no dot at the end
                                        (guide chapter 3) */
bool name_is_wildcard(const char *text);
/* Does the certificate have this very name? Host names compare as host names, others to the letter. */
bool name_is_borne(const struct cert *cert, const struct cert_name *name);
char *name_written(struct arena *arena, const struct cert_name *name); /* "DNS:a" */
void name_list(const struct cert *cert, struct arena *arena,
               struct texts *out); /* "DNS:a", "IP:…" for evidence */

#endif
