/* A report as its JSON: what a save, or the format, holds. */
#ifndef TESTS_UNIT_REPORT_TREE_H
#define TESTS_UNIT_REPORT_TREE_H

#include <stdlib.h>
#include "report/report.h"

/* with_bytes: as --save writes it. New reference. */
static inline json_t *report_tree(const struct report *report, bool with_bytes) {
    static const struct report_style style = {.width = 80};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool good = with_bytes ? report_save(report, out) : format_find("json")->write(report, &style, out);
    fclose(out);
    json_t *tree = good ? json_loadb(text, size, 0, NULL) : NULL;
    free(text);
    return tree;
}

#endif
