/* See shell.h. */
#include "facts/shell.h"

#include <string.h>

char *shell_path(struct arena *arena, const char *path) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:=@%-";
    const char *before = path[0] == '-' ? "./" : "";
    if (path[0] != 0 && strspn(path, plain) == strlen(path))
        return arena_printf(arena, "%s%s", before, path);
    char *text = arena_printf(arena, "'%s", before);
    for (const char *p = path; *p != 0;) {
        size_t length = strcspn(p, "'");
        text = arena_printf(arena, "%s%.*s%s", text, (int)length, p, p[length] != 0 ? "'\\''" : "");
        p += length + (p[length] != 0);
    }
    return arena_printf(arena, "%s'", text);
}
