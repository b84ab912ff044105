/* Which targets are there, and how is each to be looked at? A targets file, one deployment, a folder of
 * deployments, or domains one a line.
 *
 * Reads form and names only: what the settings mean, the options of the commands know (config/options.h), and
 * the files that a target names are opened when its turn comes. A bad entry is kept, with what is wrong with
 * it, and spoils no other; false only when the whole cannot be read. */
#ifndef CONFIG_TARGETS_H
#define CONFIG_TARGETS_H

#include "config/yaml_tree.h"

enum target_kind { TARGET_DOMAIN, TARGET_DEPLOYMENT, TARGET_ENDPOINT, TARGET_ZONE };

/* One option by its long name. */
struct setting {
    const char *name;
    struct texts values; /* none: a flag; several: the option is given once for each */
    bool is_off;         /* a flag said to be off: not given, whatever stands behind */
    int line;
};

struct settings {
    struct setting **v;
    size_t n;
};

struct target {
    const char *name; /* unlike any other; NULL only when an entry is too bad to have one */
    const char *what; /* the domain, the path of the deployment, host:port, or the peer address */
    enum target_kind kind;
    const char *file; /* where it was read */
    int line;         /* 0 when a file of its own */
    struct settings settings;
    struct settings zone; /* the zone's own options, of TARGET_ZONE */
    const char *error; /* NULL: good as far as can be seen here; else what is wrong, without file and line */
};

struct module { /* a named set of settings, for the exporter */
    const char *name;
    struct settings settings;
};

struct targets {
    struct arena *arena; /* owns all of it */
    const char *folder;  /* where paths among the settings begin, with a slash behind; "" for here */
    struct settings defaults;
    LIST_OF(struct target) v;
    LIST_OF(struct module) modules;
    const struct target *
        *by_name; /* those that have one and are good, in the order of names; NULL: not made */
    size_t named;
};

/* path "-" is standard input. */
bool targets_read(struct targets *targets, const char *path, char **error);
bool targets_read_text(struct targets *targets, const char *text, size_t size, const char *file,
                       char **error);

/* One domain a line, "#" begins a comment; a name that comes twice counts once. text is read only. */
void targets_read_lines(struct targets *targets, const char *text, size_t size, const char *file);

/* Among settings, which have that name; NULL: none. */
const struct setting *setting_find(const struct settings *settings, const char *name);
/* By its name, else by what it is; NULL: none. For queries from outside. */
const struct target *target_find(const struct targets *targets, const char *text);

#endif
