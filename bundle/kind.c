/* What is a file of a bundle, and whose? See kind.h.
 *
 * The names are the maintenance guide's (X14.0 to X15.5): loggingsnapshot_HOST_TIME.txt, xconf_dump_…,
 * xstat_dump_…, eth0_diagnostic_logging_tcpdump0_…, ca_…, server_…, client_… (from X15.5). */
#include "bundle/kind.h"

#include <string.h>
#include <strings.h>

/* ---- kinds ---- */

static const struct {
    const char *begins, *holds; /* of the name, lower case; holds NULL: anything */
    enum kind kind;
} names[] = {{"xconf", NULL, KIND_SETTINGS},
             {"xstat", NULL, KIND_STATUS},
             {"loggingsnapshot", NULL, KIND_LOG},
             {"eth", "tcpdump", KIND_CAPTURE},
             {"diagnostic_logging_tcpdump", NULL, KIND_CAPTURE},
             {"ca_", ".pem", KIND_TRUST},
             {"ca.", "pem", KIND_TRUST},
             {"server", ".pem", KIND_SERVER},
             {"client", ".pem", KIND_CLIENT}};

const char *kind_last_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static enum kind by_name(const char *name) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncasecmp(name, names[i].begins, strlen(names[i].begins)) == 0 &&
            (names[i].holds == NULL || strcasestr(name, names[i].holds) != NULL))
            return names[i].kind;
    return KIND_NONE;
}

bool kind_is_packed_file(const char *name) {
    return text_ends(name, ".gz") && !text_ends(name, ".tar.gz") && by_name(name) != KIND_NONE;
}

bool kind_is_capture(const struct part *part) {
    static const uint8_t marks[][4] = {{0xd4, 0xc3, 0xb2, 0xa1},
                                       {0xa1, 0xb2, 0xc3, 0xd4},
                                       {0x4d, 0x3c, 0xb2, 0xa1},
                                       {0xa1, 0xb2, 0x3c, 0x4d},
                                       {0x0a, 0x0d, 0x0d, 0x0a}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (part->head_size >= 4 && memcmp(part->head, marks[i], 4) == 0)
            return true;
    return false;
}

static enum kind by_head(const struct part *part) {
    if (kind_is_capture(part))
        return KIND_CAPTURE;
    if (part_holds(part, "xConfiguration ") || part_holds(part, "xconfiguration ") ||
        part_holds(part, "<Configuration") || part_holds(part, "*c xConf"))
        return KIND_SETTINGS;
    if (part_holds(part, "*s SystemUnit") || part_holds(part, "<Status"))
        return KIND_STATUS;
    if (part_holds(part, "UTCTime=\"") || part_holds(part, "Module=\"") || part_holds(part, "Event=\""))
        return KIND_LOG;
    return KIND_NONE;
}

enum kind kind_of(const char *last_name, const struct part *part) {
    enum kind kind = by_name(last_name);
    return kind == KIND_NONE ? by_head(part) : kind;
}

bool kind_is_archive(const struct part *part) {
    return part->head_size >= 4 &&
           ((part->head[0] == 0x1f && part->head[1] == 0x8b) || memcmp(part->head, "PK\003\004", 4) == 0 ||
            (part->head_size > 262 && memcmp(part->head + 257, "ustar", 5) == 0));
}

/* What OpenSSL writes before what it enciphers by a password, which is how a backup is made (MNT: always
 * since X8.11). */
static const char salted[] = "Salted__";

const char *kind_backup(const char *name, const struct part *part) {
    bool is_salted =
        part->head_size >= sizeof salted - 1 && memcmp(part->head, salted, sizeof salted - 1) == 0;
    return is_salted || text_ends(name, ".enc") ? "an encrypted backup, which only an Expressway can open; "
                                                  "wanted a diagnostic log: Maintenance "
                                                  "> Diagnostics > Diagnostic logging"
                                                : NULL;
}

/* ---- whose ---- */

char *kind_host(struct arena *arena, const char *name, enum kind kind) {
    static const char *const prefixes[] = {"loggingsnapshot_", "xconf_dump_", "xstat_dump_", "ca_",
                                           "server_",          "client_"};
    const char *at = NULL;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && at == NULL; i++)
        if (strncasecmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            at = name + strlen(prefixes[i]);
    const char *dump = kind == KIND_CAPTURE ? strcasestr(name, "tcpdump") : NULL;
    if (dump != NULL) {
        at = dump + strlen("tcpdump");
        at += strspn(at, "0123456789");
        at = *at == '_' ? at + 1 : NULL;
    }
    if (at == NULL)
        return arena_text(arena, "");
    const char *end = strrchr(at, '.');
    for (const char *time = strstr(at, "_20"); time != NULL; time = strstr(time + 1, "_20"))
        if (strspn(time + 1, "0123456789") >= 4) {
            end = time;
            break;
        }
    size_t size = end == NULL ? strlen(at) : (size_t)(end - at);
    return arena_textn(arena, at, size);
}
