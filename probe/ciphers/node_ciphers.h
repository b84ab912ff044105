/* What do the Unified CM and IM&P nodes of a deployment take? The cipher part of `check -f`. */
#ifndef PROBE_CIPHERS_NODE_CIPHERS_H
#define PROBE_CIPHERS_NODE_CIPHERS_H

#include "probe/probe.h"

/* After probe_run(): surveys their ports that spoke TLS, within what is left of the deadline. False with
 * *error only when it could not run at all, or was interrupted. */
bool node_ciphers_survey(struct facts *facts, const struct probe_options *options, char **error);

/* The same on a loop that the caller owns and runs, as probe_start(). NULL when there is nothing to survey:
 * then `done` never comes. options must stay until it does. */
struct world *node_ciphers_start(uv_loop_t *loop, struct facts *facts, const struct probe_options *options,
                                 probe_done done, void *context);

#endif
