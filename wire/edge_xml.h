/* What do the XML answers of a log-in say? Edge configuration, single sign-on, and UDS (field-facts 1.3,
 * bundle-facts 3.1).
 *
 * Each takes a whole body. False, with *error, when it is not that document; what is missing inside one is
 * not there in the facts. Pure, bounded (wire/xml.h); all input is hostile. */
#ifndef WIRE_EDGE_XML_H
#define WIRE_EDGE_XML_H

#include "facts/facts.h"

bool edge_config_read(struct arena *arena, const uint8_t *bytes, size_t size, struct edge_config *config,
                      char **error);
bool edge_sso_read(struct arena *arena, const uint8_t *bytes, size_t size, struct edge_sso *sso,
                   char **error);
bool uds_cluster_user_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds,
                           char **error);
bool uds_servers_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds, char **error);
bool uds_user_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds, char **error);
bool uds_devices_read(struct arena *arena, const uint8_t *bytes, size_t size, struct uds *uds, char **error);

#endif
