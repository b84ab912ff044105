/* What comes before the probe: options to facts and to what the probe is to do. Shared by the commands
 * themselves and by monitor, which prepares many. False after one line on stderr.
 *
 * facts and probe then borrow from options and own, which must stay until the run is over. Asks no network.
 */
#ifndef COMMANDS_PREPARE_H
#define COMMANDS_PREPARE_H

#include "config/options.h"
#include "probe/probe.h"

/* check's own options, for who reads them elsewhere; they live in the arena. */
extern const struct option_row check_rows[];
void *check_own_new(struct arena *arena);
bool check_prepare(struct facts *facts, const struct options *options, void *own,
                   struct probe_options *probe);

/* zone's own options, for who reads them elsewhere; zone_own_free() wipes what zone_prepare() put there. */
extern const struct option_row zone_rows[];
void *zone_own_new(struct arena *arena);
void zone_own_free(void *own);
bool zone_prepare(struct facts *facts, const struct options *options, void *own, struct probe_options *probe);

#endif
