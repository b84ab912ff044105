/* What must be known of a CA certificate before anyone looks closer? Reads only the fields of struct ca_entry
 * out of DER (RFC 5280 4.1), without a library, a few hundred nanoseconds each: trust lists hold up to
 * 100,000. Does not check signatures, key, or anything it does not return; never reads outside [der, der +
 * size). */
#ifndef WIRE_SKIM_H
#define WIRE_SKIM_H

#include "facts/cert.h"

/* Fills entry (pointers into der, which must outlive it). False when der is no X.509 certificate of exactly
 * this size. entry->line is left alone. */
bool ca_entry_read(struct ca_entry *entry, const uint8_t *der, size_t size);

/* UTCTime (tag 23) or GeneralizedTime (24) in the one form that RFC 5280 4.1.2.5 allows: with seconds, ending
 * in Z, no fractions. False: another form, or no time at all. Seconds since the epoch. */
bool plain_time_read(const uint8_t *text, size_t size, int tag, int64_t *time);

#endif
