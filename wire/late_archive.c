/* Which functions of libarchive do we call, and where do they lead? To the library, loaded at the first call
 * (facts/library.h): few runs meet an archive. A function that the program begins to use gets its line here.
 */
#include "wire/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdarg.h>
#include <stdio.h>

#include "facts/library.h"

static struct library archive = {"libarchive.so.13", NULL};

bool archive_ready(const char **error) {
    return library_load(&archive, error);
}

FORWARD(archive, struct archive *, archive_read_new, (void), ())
FORWARD(archive, int, archive_read_free, (struct archive * a), (a))
FORWARD(archive, int, archive_read_next_header, (struct archive * a, struct archive_entry **entry),
        (a, entry))
FORWARD(archive, la_ssize_t, archive_read_data, (struct archive * a, void *to, size_t size), (a, to, size))
FORWARD(archive, int, archive_read_data_skip, (struct archive * a), (a))
FORWARD(archive, int, archive_read_open_memory, (struct archive * a, const void *bytes, size_t size),
        (a, bytes, size))
FORWARD(archive, int, archive_read_open,
        (struct archive * a, void *context, archive_open_callback *opened, archive_read_callback *read,
         archive_close_callback *closed),
        (a, context, opened, read, closed))
FORWARD(archive, int, archive_read_support_filter_gzip, (struct archive * a), (a))
FORWARD(archive, int, archive_read_support_format_raw, (struct archive * a), (a))
FORWARD(archive, int, archive_read_support_format_tar, (struct archive * a), (a))
FORWARD(archive, int, archive_read_support_format_zip, (struct archive * a), (a))
FORWARD(archive, int, archive_read_support_format_zip_streamable, (struct archive * a), (a))
FORWARD(archive, int, archive_format, (struct archive * a), (a))
FORWARD(archive, const char *, archive_format_name, (struct archive * a), (a))
FORWARD(archive, __LA_MODE_T, archive_entry_filetype, (struct archive_entry * entry), (entry))
FORWARD(archive, const char *, archive_entry_hardlink, (struct archive_entry * entry), (entry))
FORWARD(archive, const char *, archive_entry_pathname, (struct archive_entry * entry), (entry))
FORWARD(archive, const char *, archive_entry_pathname_utf8, (struct archive_entry * entry), (entry))
FORWARD(archive, int, archive_entry_is_data_encrypted, (struct archive_entry * entry), (entry))

void archive_set_error(struct archive *a, int number, const char *format, ...) {
    void (*real)(struct archive *, int, const char *, ...);
    va_list args;
    char text[256];
    *(void **)&real = library_function(&archive, "archive_set_error");
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    real(a, number, "%s", text);
}
