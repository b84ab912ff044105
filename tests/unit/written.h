/* Is what a program says still what is written down? Files of tests/unit that hold a whole table, of which a
 * row is read when it changes, in place of an assertion for each.
 *
 * EDGEPROBE_UPDATE=1 writes them anew: read the difference. Tests run in the project's folder. */
#ifndef TESTS_UNIT_WRITTEN_H
#define TESTS_UNIT_WRITTEN_H

#include <stdbool.h>

bool written_anew(void);              /* EDGEPROBE_UPDATE is set */
char *written_text(const char *path); /* all of it, "" where there is none; free() */
/* Is that the file? Where not, the first line that differs is printed. With EDGEPROBE_UPDATE it becomes the
 * file. */
bool is_as_written(const char *path, const char *text);

#endif
