/* Which numbers do several formats tell: how many findings, how long the certificates last, how slow a
 * handshake was, which certificates were seen where? Takes them from facts and findings; judges nothing. */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "report/report.h"
#include "facts/stream.h"

size_t findings_count(const struct findings *findings, enum status status);

/* 0 good, 1 warning, 2 failure, 3 unknown: the exit status, and that of the Nagios plugins. */
int status_number(enum status status);

/* What the judge of validity said of the leaf that runs out first. */
struct soonest {
    const struct finding *finding; /* NULL: no leaf was judged */
    long long days, warn_days, crit_days;
};
struct soonest soonest_leaf(const struct findings *findings);

/* Milliseconds of the slowest handshake that was finished; -1 when none was. */
int slowest_handshake(const struct facts *facts);

/* A certificate at a place where it was seen: on an address, or in a file that the user gave. */
struct sighting {
    const struct cert *cert;
    const char *subject; /* "host:port", or the node's name */
    const char *address; /* NULL when not on the wire */
    size_t position;     /* 0: the leaf */
};

struct sightings {
    struct sighting **v;
    size_t n;
};

/* In the order of endpoints and their forms of ClientHello, then of nodes; the same certificate at one place
 * and position once. */
void sightings_of(struct arena *arena, const struct facts *facts, struct sightings *out);

#endif
