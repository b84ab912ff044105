/* Which hellos are sent to servers that are enumerated? Those of the clients that will be compared, in
 * OpenSSL's words. */
#ifndef COMMANDS_CLIENT_FORMS_H
#define COMMANDS_CLIENT_FORMS_H

#include "facts/facts.h"
#include "probe/probe.h"

/* What the run was asked must be in facts. Lives in facts->arena. */
void client_forms_add(const struct facts *facts, struct probe_options *probe);

#endif
