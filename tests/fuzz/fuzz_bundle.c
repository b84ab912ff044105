/* Any bytes as a diagnostic bundle, through the whole room and the judges: no crash, bounded, and what comes
 * out is saved and loaded again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bundle/bundle.h"
#include "checks/judge.h"
#include "facts/save.h"
#include "wire/skim.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static void run_set(struct facts *facts) {
    facts->run.command = facts->run.target = arena_text(facts->arena, "bundle");
    facts->run.release = arena_text(facts->arena, "X15.2");
    facts->run.at = facts->run.started = 1790000000;
    facts->run.scope.offline = facts->run.no_revocation = true;
}

static void load_again(const struct facts *facts) {
    struct facts *again = facts_new();
    json_t *saved = facts_save(facts, true);
    char *error = NULL;
    must(saved != NULL && facts_load(again, saved, ca_entry_read, &error));
    must(again->bundles.n == facts->bundles.n && again->trust_lists.n == facts->trust_lists.n);
    json_decref(saved);
    facts_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char path[40], *error = NULL;
    int fd = memfd_create("bundle", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct facts *facts = facts_new();
    struct bundles *bundles = bundles_new(facts, (struct bundles_options){.draws = true});
    bool good = bundles_add(bundles, path, &error) && bundles_end(bundles, &error);
    must(good == (error == NULL));
    if (good) {
        must(facts->bundles.n > 0 && facts->bundles.n <= 64 && facts->deployment != NULL);
        run_set(facts);
        findings_free(judge_all(facts));
        load_again(facts);
    }
    bundles_free(bundles);
    facts_free(facts);
    close(fd);
    return 0;
}
