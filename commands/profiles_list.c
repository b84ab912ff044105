/* edgeprobe ciphers --list-profiles: which profiles are there, with what in them, and how sure is it? */
#include "commands/profiles_list.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/profiles.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/verdict.h"
#include "facts/suites.h"
#include "facts/stream.h"

struct listing {
    struct arena *arena;
    bool verbose;
};

/* ---- JSON ---- */

static json_t *names_json(const char *const *names) {
    json_t *list = json_array();
    for (; *names != NULL; names++)
        json_array_append_new(list, json_string(*names));
    return list;
}

static json_t *versions_json(const struct cipher_profile *profile) {
    json_t *list = json_array();
    for (int version = profile->oldest; version <= profile->newest; version++)
        json_array_append_new(list, json_string(tls_version_name(version)));
    return list;
}

/* The suites of a profile's table that its versions can carry. */
static bool is_in(const struct cipher_profile *profile, int id) {
    const struct suite *suite = suite_by_id(id);
    return suite != NULL && (!suite_is_13(suite) || profile->newest == TLS13);
}

static json_t *suites_json(struct arena *arena, const struct cipher_profile *profile, bool by_name) {
    json_t *list = json_array();
    for (const int *id = profile->suites; *id != 0; id++)
        if (is_in(profile, *id))
            json_array_append_new(list, json_string(by_name ? suite_text(arena, *id)
                                                            : arena_printf(arena, "0x%04X", (unsigned)*id)));
    return list;
}

static json_t *profile_json(struct arena *arena, const struct cipher_profile *profile) {
    json_t *object = json_object();
    json_object_set_new(object, "name", json_string(profile->name));
    json_object_set_new(object, "title", json_string(profile->title));
    json_object_set_new(object, "versions", versions_json(profile));
    json_object_set_new(object, "suites", suites_json(arena, profile, false));
    json_object_set_new(object, "suite_names", suites_json(arena, profile, true));
    json_object_set_new(object, "groups", names_json(profile->groups));
    json_object_set_new(object, "signature_algorithms", names_json(profile->signatures));
    json_object_set_new(object, "certificates", names_json(profile->certificates));
    json_object_set_new(object, "source", json_string(profile->source));
    json_object_set_new(object, "confidence", json_string(enum_text(confidences, (int)profile->confidence)));
    return object;
}

static bool write_json(FILE *out, void *context) {
    struct listing *listing = context;
    json_t *profiles = json_array();
    for (const struct cipher_profile *p = cipher_profiles; p->name != NULL; p++)
        json_array_append_new(profiles, profile_json(listing->arena, p));
    json_t *whole = json_pack("{s:s, s:o}", "schema", "edgeprobe.profiles/1", "profiles", profiles);
    return json_line(whole, JSON_INDENT(2), out);
}

/* ---- text ---- */

static void write_profile(FILE *out, const struct listing *listing, const struct cipher_profile *profile) {
    size_t count = 0;
    for (const int *id = profile->suites; *id != 0; id++)
        count += is_in(profile, *id);
    fprintf(out, "%s\n    %s\n    %s to %s, %zu suites, confidence %s\n", profile->name, profile->title,
            tls_version_name(profile->oldest), tls_version_name(profile->newest), count,
            enum_text(confidences, (int)profile->confidence));
    if (!listing->verbose)
        return;
    fprintf(out, "    source: %s\n", profile->source);
    for (const int *id = profile->suites; *id != 0; id++)
        if (is_in(profile, *id))
            fprintf(out, "      0x%04X %s\n", (unsigned)*id, suite_text(listing->arena, *id));
}

static bool write_text(FILE *out, void *context) {
    const struct listing *listing = context;
    for (const struct cipher_profile *p = cipher_profiles; p->name != NULL; p++)
        write_profile(out, listing, p);
    if (!listing->verbose)
        fputs("\n-v lists the suites of each in order, --format json everything.\n", out);
    return ferror(out) == 0;
}

int profiles_list(struct facts *facts, const struct options *options) {
    static const struct {
        const char *name;
        bool (*write)(FILE *out, void *context);
    } list_formats[] = {{"text", write_text}, {"json", write_json}};
    const char *format = options->format == NULL ? "text" : options->format;
    struct listing listing = {facts->arena, options->verbose > 0};
    for (size_t i = 0; i < sizeof list_formats / sizeof *list_formats; i++)
        if (strcmp(list_formats[i].name, format) == 0)
            return output_write(options->output, list_formats[i].write, &listing) ? 0 : EXIT_BAD;
    return complain("--format: '%s' is not a format of --list-profiles; wanted text or json",
                    text_from_wire_cut(facts->arena, format, strlen(format), 80));
}
