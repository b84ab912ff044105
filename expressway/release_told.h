/* Which release do the Expressways themselves say they run? By the Server header of their answers,
 * "TANDBERG/4137 (X14.3.0)", which the web server and the SIP server of an Expressway send.
 *
 * Does not judge; reads facts only. */
#ifndef EXPRESSWAY_RELEASE_TOLD_H
#define EXPRESSWAY_RELEASE_TOLD_H

#include "facts/facts.h"

/* "X14.3.0" of a Server header, in arena; NULL when it tells none that exists. */
char *release_of_server(struct arena *arena, const char *server);

/* What the first endpoint of an edge tells; NULL when none does. *by is that endpoint. */
char *release_told(const struct facts *facts, struct arena *arena, const struct endpoint **by);

/* Where nobody said which release to judge for, it is the edge's own (run.release_from "server"). */
void release_settle(struct facts *facts);

#endif
