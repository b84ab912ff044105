/* How do facts become the `evidence` of a report, and a report facts again?
 *
 * One table of fields per struct (facts/fields.c) serves both directions. Keys are a public contract
 * (docs/report.schema.json). Bytes (certificates, trust lists, stapled answers) are written only on request.
 */
#ifndef FACTS_SAVE_H
#define FACTS_SAVE_H

#include <jansson.h>
#include "facts/facts.h"

struct json_out;

/* The members of the evidence, into the object that is open (facts/stream.h). Without connections of a
 * capture for who has told them elsewhere. */
void facts_put(struct json_out *o, const struct facts *facts, bool with_bytes, bool with_connections);
/* The same as a tree. A new reference. NULL only when memory runs out. */
json_t *facts_save(const struct facts *facts, bool with_bytes);

/* Reads the evidence of a saved report into empty facts. On failure false, and *error says which key is wrong
 * and what was wanted (owned by facts->arena). Everything in the file is hostile: texts are made harmless
 * again, numbers are range-checked, lists are capped by what the JSON library accepted. Certificates are
 * known again by read_certificate: ca_entry_read() of wire/skim.h. */
typedef bool (*ca_entry_fn)(struct ca_entry *entry, const uint8_t *der, size_t size);
bool facts_load(struct facts *facts, const json_t *evidence, ca_entry_fn read_certificate, char **error);

/* The same in parts, so that nobody has to hold the tree of all: first everything but the long lists, whose
 * items then come in their order, as {"endpoints": [...]}. `evidence` must stay until the end. Once something
 * was wrong, `more` is false, and the end says what. */
struct facts_loading;
struct facts_loading *facts_load_begin(struct facts *facts, const json_t *evidence,
                                       ca_entry_fn read_certificate);
bool facts_load_more(struct facts_loading *loading, const json_t *part);
bool facts_load_end(struct facts_loading *loading, char **error);

/* One connection of a capture as the contract shows it, its certificates by their SHA-256. New reference. */
json_t *connection_save(const struct connection *connection);

/* One certificate as the contract shows it, for findings and other reports. New reference. */
json_t *cert_save(const struct cert *cert);

#endif
