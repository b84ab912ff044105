/* Can a deployment file hurt us? The input is its text; the files it names are not opened. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct facts *facts = facts_new();
    char *error = NULL, *text = malloc(size + 1);
    memcpy(text, data, size);
    bool good = deployment_read_text(facts, text, size, "deployment.yaml", false, &error);
    if (good != (facts->deployment != NULL) || good != (error == NULL))
        abort();
    if (!good && (!text_starts(error, "deployment.yaml:") || strpbrk(error, "\n\r\x1b") != NULL))
        abort();
    free(text);
    facts_free(facts);
    return 0;
}
