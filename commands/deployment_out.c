/* How does a deployment that was read from somewhere else become a file that `check -f` takes? See
 * deployment_out.h. */
#include "commands/deployment_out.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/output.h"
#include "commands/pem_out.h"
#include "commands/verdict.h"

struct out_node {
    const struct node *node;
    char *certificate, *client, *trust; /* names of files beside the YAML; NULL: none */
};

struct writing {
    struct facts *facts;
    const struct deployment *d;
    char *folder; /* with the slash behind; "" for here */
    char *stem;   /* of the YAML's own name, which files beside it begin with */
    LIST_OF(struct out_node) nodes;
    struct texts written; /* paths */
};

/* ---- files beside it ---- */

struct pem_file {
    const struct certs *certs;
    const struct trust_list *list;
};

static bool pem_file_write(FILE *out, void *context) {
    const struct pem_file *file = context;
    bool good = true;
    for (size_t i = 0; file->certs != NULL && good && i < file->certs->n; i++)
        good = pem_put(out, file->certs->v[i]->der, file->certs->v[i]->der_size);
    for (size_t i = 0; file->list != NULL && good && i < file->list->entries.n; i++)
        good = pem_put(out, file->list->entries.v[i]->der, file->list->entries.v[i]->der_size);
    return good;
}

/* What is no letter, digit, dot or hyphen of a name has no place in a file's. */
static char *file_name(struct writing *w, const char *node, const char *what) {
    char *name = arena_printf(w->facts->arena, "%s-%s-%s.pem", w->stem, node, what);
    for (char *at = name; *at != 0; at++)
        if (!isalnum((unsigned char)*at) && strchr(".-_", *at) == NULL)
            *at = '_';
    return name;
}

static bool new_file_write(struct writing *w, const char *name, bool (*write_it)(FILE *, void *),
                           void *context) {
    struct stat there;
    const char *path = arena_printf(w->facts->arena, "%s%s", w->folder, name);
    if (lstat(path, &there) == 0) {
        complain("--write-deployment: %s is there already; wanted a place where nothing is written over",
                 path);
        return false;
    }
    if (!output_write(path, write_it, context))
        return false;
    texts_add(w->facts->arena, &w->written, path);
    return true;
}

/* NULL where there is nothing to write; *good false when it could not be written. */
static char *pem_write(struct writing *w, const struct node *node, const char *what, struct pem_file file,
                       bool *good) {
    if ((file.certs == NULL || file.certs->n == 0) && (file.list == NULL || file.list->entries.n == 0))
        return NULL;
    char *name = file_name(w, node->name, what);
    *good = *good && new_file_write(w, name, pem_file_write, &file);
    return name;
}

static bool nodes_write(struct writing *w, const struct nodes *nodes) {
    bool good = true;
    for (size_t i = 0; good && i < nodes->n; i++) {
        const struct node *node = nodes->v[i];
        struct out_node *out = ARENA_NEW(w->facts->arena, struct out_node);
        out->node = node;
        out->certificate =
            pem_write(w, node, "server", (struct pem_file){.certs = &node->certificate}, &good);
        out->client =
            pem_write(w, node, "client", (struct pem_file){.certs = &node->client_certificate}, &good);
        out->trust =
            pem_write(w, node, "ca", (struct pem_file){.list = facts_trust(w->facts, node->trust)}, &good);
        LIST_ADD(w->facts->arena, &w->nodes, out);
    }
    return good;
}

/* ---- YAML ---- */

/* Texts of facts are harmless UTF-8: quotes and backslashes are all that a quoted scalar minds. */
static void put_quoted(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_key(FILE *out, const char *before, const char *key, const char *value) {
    if (value == NULL)
        return;
    fprintf(out, "%s%s: ", before, key);
    put_quoted(out, value);
    fputc('\n', out);
}

static void put_list(FILE *out, const char *before, const char *key, const struct texts *texts) {
    if (texts->n == 0)
        return;
    fprintf(out, "%s%s: [", before, key);
    for (size_t i = 0; i < texts->n; i++) {
        fputs(i == 0 ? "" : ", ", out);
        put_quoted(out, texts->v[i]);
    }
    fputs("]\n", out);
}

static const char *on_off(bool is_on) {
    return is_on ? "on" : "off";
}

static void put_revocation(FILE *out, const struct revocation_settings *r) {
    if (r->given)
        fprintf(out, "  revocation: {mode: %s, ocsp: %s, crl: %s, cdp: %s, fallback: %s}\n", on_off(r->mode),
                on_off(r->ocsp), on_off(r->crl), on_off(r->cdp),
                r->treat_as_revoked ? "treat-as-revoked" : "treat-as-not-revoked");
}

static void put_nodes(FILE *out, const struct writing *w, const struct nodes *nodes) {
    fputs("  nodes:\n", out);
    for (size_t i = 0; i < nodes->n; i++) {
        const struct node *node = nodes->v[i];
        const struct out_node *files = NULL;
        for (size_t k = 0; k < w->nodes.n && files == NULL; k++)
            files = w->nodes.v[k]->node == node ? w->nodes.v[k] : NULL;
        put_key(out, "    - ", "name", node->name);
        put_key(out, "      ", "address", node->address);
        put_list(out, "      ", "aliases", &node->aliases);
        if (files == NULL)
            continue;
        put_key(out, "      ", "certificate", files->certificate);
        put_key(out, "      ", "client-certificate", files->client);
        put_key(out, "      ", "trust", files->trust);
    }
}

static void put_side(FILE *out, const struct writing *w, const char *key, const struct expressway *side) {
    if (side->nodes.n == 0)
        return;
    fprintf(out, "%s:\n", key);
    put_key(out, "  ", "cluster", side->cluster);
    put_key(out, "  ", "release", side->release);
    if (side->eku_checking_off)
        fputs("  eku-checking: off\n", out);
    put_revocation(out, &side->revocation);
    put_nodes(out, w, &side->nodes);
}

static bool is_first_of_name(const struct deployment *d, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (strcmp(d->zones.v[i]->name, d->zones.v[at]->name) == 0)
            return false;
    return true;
}

static void put_zones(FILE *out, const struct writing *w) {
    const struct deployment *d = w->d;
    bool any = false;
    for (size_t i = 0; i < d->zones.n; i++) {
        const struct zone *zone = d->zones.v[i];
        if (zone->peers.n == 0) /* a zone without peers is no zone of a deployment file */
            continue;
        fputs(any ? "" : "zones:\n", out);
        any = true;
        put_key(out, "  - ", "name",
                is_first_of_name(d, i) ? zone->name
                                       : arena_printf(w->facts->arena, "%s %d", zone->name, zone->port));
        fprintf(out, "    type: %s\n", enum_text(zone_types, (int)zone->type));
        put_list(out, "    ", "peers", &zone->peers);
        fprintf(out, "    port: %d\n", zone->port);
        put_key(out, "    ", "tls-verify-name", zone->tls_verify_name);
        if (zone->tls_verify_mode != TOGGLE_UNKNOWN)
            fprintf(out, "    tls-verify-mode: %s\n", on_off(zone->tls_verify_mode == TOGGLE_ON));
    }
}

static bool yaml_write(FILE *out, void *context) {
    const struct writing *w = context;
    const struct deployment *d = w->d;
    fputs("# Made by edgeprobe from diagnostic bundles. Settings that bundles do not tell are not here: "
          "complete it\n"
          "# by hand (phone profiles, chat aliases, Unified CM and IM and Presence certificates).\n",
          out);
    put_key(out, "", "release", d->release);
    put_list(out, "", "domains", &d->domains);
    put_list(out, "", "features", &d->features);
    put_side(out, w, "expressway-e", &d->e);
    put_side(out, w, "expressway-c", &d->c);
    put_zones(out, w);
    if (d->ucm.n > 0) {
        fputs("ucm:\n", out);
        if (d->ucm_tls_verify_off)
            fputs("  tls-verify-mode: off\n", out);
        put_nodes(out, w, &d->ucm);
    }
    return ferror(out) == 0;
}

bool deployment_write(struct facts *facts, const char *path) {
    const char *slash = strrchr(path, '/'), *own = slash == NULL ? path : slash + 1, *dot = strrchr(own, '.');
    struct writing w = {.facts = facts,
                        .d = facts->deployment,
                        .folder = arena_textn(facts->arena, path, (size_t)(own - path)),
                        .stem = arena_textn(facts->arena, own,
                                            dot == NULL || dot == own ? strlen(own) : (size_t)(dot - own))};
    bool good = nodes_write(&w, &facts->deployment->e.nodes) &&
                nodes_write(&w, &facts->deployment->c.nodes) && new_file_write(&w, own, yaml_write, &w);
    for (size_t i = 0; i < w.written.n && !good; i++)
        unlink(w.written.v[i]);
    return good;
}

/* ---- where to ---- */

/* Two paths of one file that need not be there yet. */
static bool is_same_place(struct arena *arena, const char *a, const char *b) {
    if (a == NULL || b == NULL)
        return false;
    const char *both[] = {a, b}, *own[2];
    struct stat folder[2];
    for (size_t i = 0; i < 2; i++) {
        const char *slash = strrchr(both[i], '/');
        own[i] = slash == NULL ? both[i] : slash + 1;
        const char *above = slash == NULL ? "." : arena_textn(arena, both[i], (size_t)(own[i] - both[i]));
        if (stat(above, &folder[i]) != 0)
            return false;
    }
    return strcmp(own[0], own[1]) == 0 && folder[0].st_dev == folder[1].st_dev &&
           folder[0].st_ino == folder[1].st_ino;
}

static const char *place_fault(struct arena *arena, const char *path) {
    struct stat there;
    const char *slash = strrchr(path, '/'), *own = slash == NULL ? path : slash + 1;
    const char *folder = slash == NULL ? "." : arena_textn(arena, path, (size_t)(own - path));
    if (strcmp(path, "-") == 0 || *own == 0)
        return "wanted the name of a file, beside which certificates are written";
    if (lstat(path, &there) == 0)
        return S_ISDIR(there.st_mode) ? "that is a folder; wanted the name of a file"
               : !S_ISREG(there.st_mode)
                   ? "that is no regular file; certificates are written beside it"
                   : "it is there already; wanted a place where nothing is written over";
    if (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode))
        return "there is no such folder";
    return access(folder, W_OK | X_OK) == 0 ? NULL : "the folder cannot be written to";
}

bool deployment_place_is_good(struct arena *arena, const struct options *options, const char *path) {
    if (path == NULL)
        return true;
    const char *fault = place_fault(arena, path);
    if (fault == NULL &&
        (is_same_place(arena, path, options->save) || is_same_place(arena, path, options->output)))
        fault = "another output is written there; wanted two files";
    if (fault != NULL)
        complain("--write-deployment: %s: %s", text_from_wire_cut(arena, path, strlen(path), 200), fault);
    return fault == NULL;
}
