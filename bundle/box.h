/* One box while its bundle is read, and what its settings, status and log become. Between the files of this
 * room. */
#ifndef BUNDLE_BOX_H
#define BUNDLE_BOX_H

#include "checks/log.h"
#include "facts/facts.h"
#include "wire/dump.h"

enum { PEERS_MAX = 6 }; /* of a cluster, and of a zone */

struct box_log;

/* One file of settings, or of the status. */
struct box_dump {
    char *stamp; /* the digits of the time in its name; "" for none */
    bool is_xml;
    size_t order; /* as it came */
    struct settings settings;
};

struct box_dumps {
    struct box_dump **v;
    size_t n;
};

struct box {
    char *source; /* the argument it came from */
    char *folder; /* of its files, archives in archives included; "" for none */
    char *host;   /* as its file names have it; NULL: they have none */
    struct bundle *facts;
    struct box_dumps of_settings, of_status; /* as they came */
    struct settings settings, status;        /* what they say together: see box_dumps_join() */
    const struct settings *pasted;           /* of a file that names no box; NULL: none came */
    struct certs server, client;
    char *server_file, *client_file;
    struct trust_list *trust; /* NULL: none came */
    struct trust_list *crls;
    struct texts addresses; /* its own, numeric; static NAT's too */
    struct texts peers;     /* of its cluster, itself among them */
    struct texts domains;   /* MRA domains */
    struct texts unified;   /* Unified CM nodes, by the zones that Expressway-C makes for them */
    char *cluster;          /* NULL: none, or a single box */
    bool wants_xmpp_federation, has_unified_tls_off, mra_is_on, eku_checking_off;
    struct revocation_settings revocation;
    LIST_OF(struct box_log) logs; /* read, and not yet told: see box_logs_tell() */
    size_t untold;                /* files left out beyond those that are told by name */
    uint64_t digest;              /* of all that was read of it, in no order */
};

/* From what was read to box->facts and the rest above: name, role, release, zones, alarms of the status. */
void box_conclude(struct arena *arena, struct box *box);
/* box->facts->zones and tunnels, and what they tell of Unified CM nodes. */
void box_zones_read(struct arena *arena, struct box *box);
bool box_zone_is_unified(const struct box_zone *zone); /* made for a Unified CM node */

/* ---- its dumps ---- */

/* The digits of the time in a file's name, which sort like it; "" for none. */
char *box_file_stamp(struct arena *arena, const char *name);
/* What the dump says is moved there. `name` is the file's. */
void box_dump_add(struct arena *arena, struct box_dumps *to, const char *name, bool is_xml,
                  const struct settings *settings);
/* box->settings and box->status. */
void box_dumps_join(struct arena *arena, struct box *box);

/* ---- its log ---- */

struct box_log *box_log_new(struct arena *arena, struct box *box);
bool box_log_feed(struct box_log *log, const void *bytes, size_t size);
void box_log_end(struct box_log *log);
/* Once the box's role is settled, whichever file told it: what its logs say becomes facts. Where nothing else
 * tells the role, its logs may. */
void box_logs_tell(struct box *box);

/* ---- all of them ---- */

struct boxes {
    LIST_OF(struct box) all; /* in the order given */
};

struct making {
    struct facts *facts;
    struct arena *arena;
    const struct boxes *boxes;
    struct deployment *to;
};

struct node *making_node(const struct nodes *nodes, const char *name); /* NULL: none has the name */
struct box *making_box(const struct making *m, enum role role,
                       size_t *at); /* the next one of that role; NULL */
/* The zones of all boxes, paired, in m->to; nodes and releases are there. */
void zones_make(struct making *m);

/* facts->deployment and what else follows from all boxes together. False with *error. */
bool deployment_from_boxes(struct facts *facts, const struct boxes *boxes, char **error);

#endif
