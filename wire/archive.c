/* Which files are in an archive? ZIP and GZIP (tar or a single file inside), read by libarchive, in memory
 * only.
 *
 * Hostile: the size of what comes out is bounded, never that of what is promised; nothing is written
 * anywhere; archives inside archives are not opened. */
#include "wire/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 1000, FIRST_ROOM = 64 * 1024 };

static const struct {
    const char *form;
    uint8_t magic[4];
    size_t size;
} magics[] = {{"ZIP", {'P', 'K', 3, 4}, 4},
              {"ZIP", {'P', 'K', 5, 6}, 4}, /* no file in it */
              {"GZIP", {0x1f, 0x8b, 0, 0}, 2}};

const char *archive_form(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (size >= magics[i].size && memcmp(bytes, magics[i].magic, magics[i].size) == 0)
            return magics[i].form;
    return NULL;
}

struct unpacking {
    uint8_t *bytes; /* of the file being read; grows as bytes come */
    size_t room, used;
    size_t left; /* of the limit */
    bool is_too_large;
    const char *fault;
};

static bool room_make(struct unpacking *u) {
    if (u->used < u->room)
        return true;
    size_t room = u->room == 0 ? FIRST_ROOM : u->room * 2;
    uint8_t *larger = realloc(u->bytes, room);
    if (larger == NULL) {
        u->fault = "out of memory";
        return false;
    }
    u->bytes = larger;
    u->room = room;
    return true;
}

static bool file_unpack(struct unpacking *u, struct archive *archive) {
    u->used = 0;
    while (room_make(u)) {
        size_t want = u->room - u->used;
        la_ssize_t n = archive_read_data(archive, u->bytes + u->used, want);
        if (n == 0)
            return true;
        if (n < 0) {
            u->fault = "the archive is damaged, encrypted, or cut off";
            return false;
        }
        if ((size_t)n > u->left) {
            u->is_too_large = true;
            u->fault = "the archive unpacks to more than is read";
            return false;
        }
        u->left -= (size_t)n;
        u->used += (size_t)n;
    }
    return false;
}

/* Only what every unzip knows: the others may ask for gigabytes to unpack a few bytes. */
static bool method_is_plain(struct archive *archive, const char *form) {
    const char *name = archive_format_name(archive);
    return strcmp(form, "ZIP") != 0 ||
           (name != NULL && (strstr(name, "(deflation)") != NULL || strstr(name, "(uncompressed)") != NULL));
}

static bool files_unpack(struct unpacking *u, struct archive *archive, const char *form, archive_fn take,
                         void *context) {
    struct archive_entry *entry;
    int status = ARCHIVE_OK;
    for (int i = 0; i < FILES_MAX; i++) {
        status = archive_read_next_header(archive, &entry);
        if (status == ARCHIVE_EOF)
            return true;
        if (status < ARCHIVE_WARN) {
            u->fault = "the archive is damaged or cut off";
            return false;
        }
        if (archive_entry_filetype(entry) != AE_IFREG)
            continue;
        if (!method_is_plain(archive, form)) {
            u->fault = "the archive is packed in a way that is not read; wanted deflate";
            return false;
        }
        if (!file_unpack(u, archive))
            return false;
        if (!take(context, u->bytes, u->used))
            return true;
    }
    u->is_too_large = true;
    u->fault = "the archive holds more files than are read";
    return false;
}

bool archive_read_files(const uint8_t *bytes, size_t size, size_t limit, archive_fn take, void *context,
                        bool *is_too_large, const char **error) {
    struct unpacking u = {.left = limit};
    struct archive *archive = NULL;
    const char *form = archive_form(bytes, size);
    bool good = false;
    if (!archive_ready(&u.fault))
        goto done;
    archive = archive_read_new();
    u.fault = "the archive cannot be opened";
    if (archive == NULL || form == NULL)
        goto done;
    if (strcmp(form, "ZIP") == 0) {
        archive_read_support_format_zip(archive);
    } else {
        archive_read_support_filter_gzip(archive);
        archive_read_support_format_tar(archive);
        archive_read_support_format_raw(archive);
    }
    if (archive_read_open_memory(archive, bytes, size) == ARCHIVE_OK)
        good = files_unpack(&u, archive, form, take, context);
done:
    if (archive != NULL)
        archive_read_free(archive);
    free(u.bytes);
    *is_too_large = u.is_too_large;
    *error = good ? NULL : u.fault;
    return good;
}
