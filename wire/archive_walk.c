/* Which files come out of an archive that is read once, from its beginning, however large? See archive.h.
 *
 * Hostile: what comes out is counted, not what is promised; archives inside are opened to a depth; links,
 * devices and names that point elsewhere are told and passed over. A bomb is what unpacks to far more than
 * any log would: plain text packs to a tenth or a twentieth, rarely to a hundredth. */
#include "wire/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum { BLOCK = 64 * 1024, NAME_SHOWN = 300 };
enum { BOMB_RATIO = 200, BOMB_SIZE = 512 * 1024 * 1024 };

static const char no_archive[] = "no archive that is read, or a damaged one; wanted tar.gz, tar or ZIP";
static const char cut_off[] = "the archive is damaged or cut off";
static const char nothing_in_it[] = "an archive with nothing in it";
static const char encrypted[] = "encrypted; wanted it unpacked";
static const char unpacks_to_too_much[] = "the archive unpacks to more than is read";

struct walk {
    struct arena *arena;
    const char *name; /* of the archive, harmless */
    archive_source source;
    void *source_context;
    const struct archive_visitor *visitor;
    struct archive_budget *budget;
    struct archive *archive;
    uint8_t *block, *scratch, *packed; /* of BLOCK bytes: what libarchive is given, what nobody reads, what
                                          came from source */
    z_stream z;                        /* of the outermost: what was cut is inflated as far as it goes */
    bool is_begun, is_inflating, is_inflated, is_in_member, is_short;
    bool had_entry;
    bool is_outermost;
    const char *error;
};

struct archive_bytes {
    struct walk *walk;
    bool is_at_end, is_broken;
};

static bool ends_with(const char *name, const char *suffix) {
    size_t n = strlen(name), s = strlen(suffix);
    return n > s && strcasecmp(name + n - s, suffix) == 0;
}

bool archive_has_name(const char *name) {
    static const char *const suffixes[] = {".tar.gz", ".tgz", ".tar", ".zip", ".gz"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (ends_with(name, suffixes[i]))
            return true;
    return false;
}

/* ---- bytes in ---- */

static long packed_read(struct walk *w, uint8_t *to) {
    long n = w->source(w->source_context, to, BLOCK);
    if (n > 0 && w->is_outermost)
        w->budget->packed += n;
    return n;
}

/* GZIP around everything is inflated here: libarchive gives nothing of a block that ends early. Members
 * follow each other (RFC 1952 2.2). 0 at the end, and where it ends too early or is damaged: libarchive finds
 * that the tar in it does. */
static long inflated_read(struct walk *w) {
    while (!w->is_inflated) {
        if (w->z.avail_in == 0) {
            long n = packed_read(w, w->packed);
            if (n <= 0) {
                w->is_short = w->is_in_member || n < 0;
                break;
            }
            w->z.next_in = w->packed;
            w->z.avail_in = (uInt)n;
        }
        w->z.next_out = w->block;
        w->z.avail_out = BLOCK;
        int status = inflate(&w->z, Z_NO_FLUSH);
        long made = BLOCK - (long)w->z.avail_out;
        w->is_in_member = status == Z_OK || (status != Z_STREAM_END && w->is_in_member);
        if (status == Z_STREAM_END)
            w->is_inflated = inflateReset(&w->z) != Z_OK;
        else
            w->is_inflated = status != Z_OK && status != Z_BUF_ERROR;
        w->is_short = w->is_inflated && (w->is_in_member || (status != Z_STREAM_END && made > 0));
        if (made > 0)
            return made;
    }
    return 0;
}

static long first_read(struct walk *w) {
    long n = packed_read(w, w->packed);
    w->is_begun = true;
    if (n < 2 || !w->is_outermost || w->packed[0] != 0x1f || w->packed[1] != 0x8b ||
        inflateInit2(&w->z, 16 + MAX_WBITS) != Z_OK) {
        if (n > 0)
            memcpy(w->block, w->packed, (size_t)n);
        return n;
    }
    w->is_inflating = true;
    w->z.next_in = w->packed;
    w->z.avail_in = (uInt)n;
    return inflated_read(w);
}

static la_ssize_t block_read(struct archive *archive, void *context, const void **block) {
    struct walk *w = context;
    long n = !w->is_begun ? first_read(w) : w->is_inflating ? inflated_read(w) : packed_read(w, w->block);
    *block = w->block;
    if (n < 0)
        archive_set_error(archive, EIO, "cut off");
    return n < 0 ? -1 : n;
}

/* ---- bytes out ---- */

static bool is_affordable(struct walk *w, la_ssize_t n) {
    struct archive_budget *b = w->budget;
    b->bytes -= n;
    b->unpacked += n;
    if (b->bytes >= 0 && (b->unpacked < BOMB_SIZE || b->unpacked / BOMB_RATIO < b->packed))
        return true;
    w->error = unpacks_to_too_much;
    return false;
}

long archive_bytes_read(struct archive_bytes *bytes, void *buffer, size_t size) {
    struct walk *w = bytes->walk;
    size_t used = 0;
    while (used < size && !bytes->is_at_end && !bytes->is_broken) {
        la_ssize_t n = archive_read_data(w->archive, (char *)buffer + used, size - used);
        bytes->is_at_end = n == 0;
        bytes->is_broken = n < 0 || !is_affordable(w, n);
        if (n < 0 && w->error == NULL)
            w->error = cut_off;
        if (n > 0)
            used += (size_t)n;
    }
    return used > 0 ? (long)used : bytes->is_broken ? -1 : 0;
}

static long bytes_as_source(void *context, void *buffer, size_t size) {
    return archive_bytes_read(context, buffer, size);
}

/* What nobody reads still has to be unpacked to get behind it. */
static void pass_over(struct archive_bytes *bytes) {
    while (!bytes->is_at_end && !bytes->is_broken)
        archive_bytes_read(bytes, bytes->walk->scratch, BLOCK);
}

/* ---- one entry ---- */

static const char *kind_left_out(struct archive_entry *entry) {
    static const struct {
        int type;
        const char *why;
    } kinds[] = {{AE_IFLNK, "a symbolic link; it is not followed"},
                 {AE_IFSOCK, "a socket"},
                 {AE_IFCHR, "a device"},
                 {AE_IFBLK, "a device"},
                 {AE_IFIFO, "a named pipe"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (archive_entry_filetype(entry) == (unsigned)kinds[i].type)
            return kinds[i].why;
    if (archive_entry_hardlink(entry) != NULL)
        return "a hard link; it is not followed";
    return archive_entry_filetype(entry) == AE_IFREG ? NULL : "no regular file";
}

static bool points_elsewhere(const char *name) {
    if (name[0] == '/' || name[0] == '\\' || (name[0] != 0 && name[1] == ':'))
        return true;
    for (const char *part = name; part != NULL; part = strpbrk(part, "/\\")) {
        part += *part == '/' || *part == '\\';
        size_t size = strcspn(part, "/\\");
        if (size == 2 && memcmp(part, "..", 2) == 0)
            return true;
    }
    return false;
}

/* Only what every unzip knows: the others may ask for gigabytes to unpack a few bytes. */
static bool method_is_read(struct archive *archive) {
    const char *name = archive_format_name(archive);
    return (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_ZIP ||
           (name != NULL && (strstr(name, "(deflation)") != NULL || strstr(name, "(uncompressed)") != NULL));
}

static const char *why_left_out(struct walk *w, struct archive_entry *entry, const char *name) {
    const char *why = kind_left_out(entry);
    if (why == NULL && points_elsewhere(name))
        why = "its name points out of the archive";
    if (why == NULL && archive_entry_is_data_encrypted(entry) > 0)
        why = encrypted;
    if (why == NULL && !method_is_read(w->archive))
        why = "packed in a way that is not read; wanted deflate";
    if (why == NULL && archive_has_name(name) && w->budget->depth <= 0)
        why = "an archive in archives, deeper than is opened";
    return why;
}

static bool is_raw(const struct walk *w) {
    return (archive_format(w->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW;
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* "log.txt" for "log.txt.gz", which says nothing of what is in it. */
static const char *name_of(struct walk *w, struct archive_entry *entry) {
    const char *name = archive_entry_pathname_utf8(entry);
    if (name == NULL)
        name = archive_entry_pathname(entry);
    if (!is_raw(w))
        return name == NULL ? "(no name)" : name;
    const char *own = last_part(w->name);
    return arena_textn(w->arena, own, ends_with(own, ".gz") ? strlen(own) - 3 : strlen(own));
}

static bool walk_in(struct walk *outer, const char *name, struct archive_bytes *bytes) {
    const char *error = NULL;
    outer->budget->depth--;
    bool good =
        archive_walk(outer->arena, name, bytes_as_source, bytes, outer->visitor, outer->budget, &error);
    outer->budget->depth++;
    if (!good && outer->error == NULL)
        outer->visitor->left_out(outer->visitor->context, name, error);
    return outer->error != unpacks_to_too_much;
}

/* Its bytes cannot be unpacked, and where it does not say how many they are, not passed over either. */
static bool encrypted_pass(struct walk *w) {
    bool good = archive_read_data_skip(w->archive) >= ARCHIVE_WARN;
    if (!good && w->error == NULL)
        w->error = encrypted;
    return good;
}

/* False when the walk ends here. */
static bool entry_take(struct walk *w, struct archive_entry *entry) {
    const char *name = name_of(w, entry);
    char *shown = text_from_wire_cut(w->arena, name, strlen(name), NAME_SHOWN);
    const char *why = why_left_out(w, entry, name);
    struct archive_bytes bytes = {.walk = w};
    bool goes_on = true;
    if (archive_entry_filetype(entry) == AE_IFDIR)
        return true;
    if (is_raw(w)) /* in the place of the file that it was packed as */
        shown = arena_printf(w->arena, "%.*s%s", (int)(strlen(w->name) - strlen(last_part(w->name))), w->name,
                             shown);
    else if (!w->is_outermost)
        shown = arena_printf(w->arena, "%s/%s", w->name, shown);
    if (why != NULL)
        w->visitor->left_out(w->visitor->context, shown, why);
    else if (archive_has_name(name))
        goes_on = walk_in(w, shown, &bytes);
    else
        goes_on = w->visitor->take(w->visitor->context, shown, &bytes);
    if (why == encrypted)
        return encrypted_pass(w);
    if (goes_on)
        pass_over(&bytes);
    return goes_on && !bytes.is_broken;
}

/* Sums of GZIP stand behind what they are of (RFC 1952 2.3.1), and a tar ends before. */
static void rest_inflate(struct walk *w) {
    for (long n; w->is_inflating && w->error == NULL && (n = inflated_read(w)) > 0;)
        is_affordable(w, n);
}

static bool entries_walk(struct walk *w) {
    struct archive_entry *entry;
    while (w->budget->files-- > 0) {
        int status = archive_read_next_header(w->archive, &entry);
        if (status == ARCHIVE_EOF)
            return true;
        if (status < ARCHIVE_WARN) {
            w->error = w->had_entry ? cut_off : no_archive;
            return false;
        }
        w->had_entry = true;
        if (!entry_take(w, entry))
            return w->error == NULL;
    }
    w->error = "the archive holds more files than are read";
    return false;
}

bool archive_walk(struct arena *arena, const char *name, archive_source source, void *source_context,
                  const struct archive_visitor *visitor, struct archive_budget *budget, const char **error) {
    struct walk w = {.arena = arena,
                     .name = name,
                     .source = source,
                     .source_context = source_context,
                     .visitor = visitor,
                     .budget = budget,
                     .block = malloc(3 * BLOCK),
                     .is_outermost = source != bytes_as_source,
                     .error = "out of memory"};
    bool good = false;
    if (!archive_ready(&w.error))
        goto done;
    w.archive = archive_read_new();
    w.error = "out of memory";
    if (w.archive == NULL || w.block == NULL)
        goto done;
    w.scratch = w.block + BLOCK;
    w.packed = w.scratch + BLOCK;
    w.error = no_archive;
    archive_read_support_filter_gzip(w.archive);
    archive_read_support_format_tar(w.archive);
    archive_read_support_format_zip_streamable(w.archive);
    if (ends_with(name, ".gz") && !ends_with(name, ".tar.gz"))
        archive_read_support_format_raw(w.archive);
    if (archive_read_open(w.archive, &w, NULL, block_read, NULL) != ARCHIVE_OK)
        goto done;
    w.error = NULL;
    good = entries_walk(&w);
    if (good)
        rest_inflate(&w);
    if (good && w.error == NULL)
        w.error = w.is_short ? cut_off : w.had_entry ? NULL : nothing_in_it;
    good = good && w.error == NULL;
done:
    if (w.archive != NULL)
        archive_read_free(w.archive);
    if (w.is_inflating)
        inflateEnd(&w.z);
    free(w.block);
    *error = w.error;
    return good;
}
