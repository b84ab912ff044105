/* Where does this machine stand, by what DNS tells it? An engineer in the office sees the records of the
 * inside, which are no leak there, and does not see those of the outside. Does not judge. */
#ifndef CHECKS_VANTAGE_H
#define CHECKS_VANTAGE_H

#include "facts/facts.h"

enum address_kind { ADDRESS_PUBLIC, ADDRESS_PRIVATE, ADDRESS_LOOPBACK };
/* RFC 1918, 3927, 6598, 4193 and loopback; ADDRESS_PUBLIC for what is no address. */
enum address_kind address_kind(const char *address);

/* Clients that find one of these records believe that they are inside. */
enum { INSIDE_SERVICES = 2, INSIDE_UDS = 0 };
extern const char *const inside_services[INSIDE_SERVICES];

/* The answer for an inside record of the domain that has the office's look: nobody said where we stand, a
 * resolver of this network gave it, and nothing public is behind it. NULL when this machine seems outside. */
const struct dns_query *inside_answer(const struct facts *facts, struct arena *arena, const char *domain,
                                      const char **name);
/* The same of any of the run's domains. */
bool seems_inside(const struct facts *facts, struct arena *arena);

#endif
