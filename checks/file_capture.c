/* Can a packet capture show what it is asked for? File by file: whole packets, up to a whole end. */
#include <string.h>

#include "checks/file_parts.h"

/* Connections of this file in which bytes are missing. */
static int lacking(const struct facts *facts, const struct capture_file *file) {
    int count = 0;
    for (size_t i = 0; i < facts->connections.n; i++)
        count += facts->connections.v[i]->missing_bytes > 0 &&
                 strcmp(facts->connections.v[i]->file, file->name) == 0;
    return count;
}

static void judge_capture(const struct facts *facts, struct findings *to, const struct capture_file *file) {
    struct about about = {.subject = file->name};
    int count = file->cut_packets > 0 ? lacking(facts, file) : 0;
    struct finding *finding;
    if (count > 0) {
        finding =
            find_cause(to, CAUSE_FILE_CAPTURE_CUT_PACKETS, about,
                       "%d of %d packets were cut to at most %d octets; %d connection%s lack%s bytes for it",
                       file->cut_packets, file->packets, file->kept, count, count == 1 ? "" : "s",
                       count == 1 ? "s" : "");
        evidence_text(finding, "wanted", "whole packets");
        evidence_text(finding, "found", arena_printf(to->arena, "%d octets", file->kept));
        evidence_int(finding, "cut_packets", file->cut_packets);
    }
    if (file->trouble != NULL) {
        finding =
            find_cause(to, CAUSE_FILE_CAPTURE_DAMAGED, about, "the file is not whole: %s", file->trouble);
        evidence_int(finding, "packets", file->packets);
    }
    if (count == 0 && file->trouble == NULL)
        find_pass(to, CHECK_FILE_CAPTURE, about, "%d packets, whole as far as they were looked at",
                  file->packets);
}

void judge_captures(const struct facts *facts, struct findings *to) {
    for (size_t i = 0; i < facts->captures.n; i++)
        judge_capture(facts, to, facts->captures.v[i]);
}
