/* What may stand in the deployment file? One table of keys per kind of map, read by one loop.
 *
 * Private to config/: deployment.c opens the file, schema.c holds the tables, schema_values.c reads values.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "config/certs_ahead.h"
#include "config/yaml_tree.h"
#include "facts/facts.h"

enum { DRAFT_LIST_MAX = 20000 }; /* entries of one list: each is compared with all others */

/* The file while it is being read: what the facts keep, and what is only needed on the way. */
struct draft {
    struct deployment deployment;
    char *ucm_trust, *imp_trust; /* of all nodes of the box that have none of their own */

    struct facts *facts;
    struct arena *arena;
    const char *file;
    bool reads_files;          /* the certificates and trust lists it names */
    struct certs_ahead *ahead; /* NULL: the nodes that are read are few */
    char *error;               /* the first one, with file, line and column; NULL while all is good */
    struct name_set *zones;    /* by name, those so far */
    struct name_set *names;    /* items: of the nodes so far, and where they stand */
};

/* Reads item into member; false after draft_fail(). `of` is the reader's own: a table of words or of keys. */
typedef bool key_reader(struct draft *draft, struct yaml_item *item, void *member, const void *of);

struct key {
    const char *name; /* NULL ends a table */
    key_reader *read;
    size_t offset;  /* of the member in the struct that the table is for */
    const void *of; /* NULL when the reader needs nothing */
    bool required;
};

extern const struct key draft_keys[]; /* of struct draft */

/* "FILE:LINE:COLUMN: KEY: ..."; returns false. */
bool draft_fail(struct draft *draft, const struct yaml_item *item, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Of a file that the deployment file names: relative to the folder of that. */
char *draft_path(struct draft *draft, const char *name);
/* All keys of a map into the struct at base. */
bool draft_read_map(struct draft *draft, struct yaml_item *item, const struct key *keys, void *base);

/* ---- schema_values.c: `of` is a struct enum_name table where there are words to choose from ---- */
key_reader read_text;            /* char * */
key_reader read_host;            /* char *: as written, when it can be a host name or an address */
key_reader read_address;         /* char *: numeric */
key_reader read_release;         /* char * */
key_reader read_word;            /* char *: one of the words */
key_reader read_enum;            /* int: the word's value */
key_reader read_bool;            /* bool */
key_reader read_port, read_days; /* int */
key_reader read_texts, read_hosts, read_domains, read_words; /* struct texts; domains become A-labels */
key_reader read_trust;                                       /* char *: name of the trust list */
key_reader read_certificate;     /* struct node: certificate_file and certificate */
key_reader read_client;          /* struct node: client_file and client_certificate */
key_reader read_key_file;        /* struct node: key_file, and what its bytes tell */
key_reader read_client_key_file; /* likewise */
key_reader read_purpose_cert;    /* struct node: one more of certificates, the key being its purpose */
key_reader read_purpose_store;   /* struct node: one more of stores, likewise */

#endif
