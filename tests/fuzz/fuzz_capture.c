/* Any bytes as a capture file: no crash, the same connections however the file arrives, and facts that can be
 * saved and judged. */
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"
#include "checks/judge.h"
#include "facts/save.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct piecewise {
    const uint8_t *bytes;
    size_t size, at, piece;
};

static ptrdiff_t take(void *context, uint8_t *buffer, size_t size) {
    struct piecewise *p = context;
    size_t n = p->size - p->at;
    n = n < p->piece ? n : p->piece;
    n = n < size ? n : size;
    memcpy(buffer, p->bytes + p->at, n);
    p->at += n;
    return (ptrdiff_t)n;
}

static char *told(const uint8_t *bytes, size_t size, size_t piece, bool judges) {
    struct facts *facts = facts_new();
    struct piecewise context = {bytes, size, 0, piece};
    struct capture_source source = {.name = "x.pcap", .read = take, .context = &context};
    struct capture *capture = capture_new(facts, &(struct capture_options){.draws = true});
    char *error = NULL;
    bool good = capture_read(capture, &source, 1, &error);
    capture_end(capture, &(struct capture_zone){.peer_address = NULL});
    if (good == (error != NULL))
        abort();
    json_t *saved = facts_save(facts, true);
    char *text = json_dumps(saved, JSON_COMPACT);
    json_decref(saved);
    if (judges) {
        facts->run.command = arena_text(facts->arena, "capture");
        facts->run.target = arena_text(facts->arena, "x.pcap");
        facts->run.release = arena_text(facts->arena, "X15.5");
        facts->run.at = 1780000000;
        facts->run.no_revocation = true;
        findings_free(judge_all(facts));
    }
    capture_free(capture);
    facts_free(facts);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char *whole = told(bytes, size, size + 1, true), *pieces = told(bytes, size, 7, false);
    if (strcmp(whole, pieces) != 0)
        abort();
    free(whole);
    free(pieces);
    return 0;
}
