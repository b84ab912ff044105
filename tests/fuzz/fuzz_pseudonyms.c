/* Any text with pseudonyms in the place of names: no crash, harmless as it was, and no name or address that
 * is known is left. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "redact/pseudonyms.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const known[] = {"expe1.customer.example", "cust-core7"};
    struct arena *arena = arena_new();
    struct pseudonyms *p = pseudonyms_new(arena);
    char *text = text_from_wire(arena, bytes, size);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        pseudonyms_know_name(p, known[i]);
    pseudonyms_know_words(p, "Zone", "Hybrid calls");
    pseudonyms_know_path(p, "/cases/customer/expe.tar.gz");
    char *made[] = {pseudonym_of_text(p, text),        pseudonym_of_name(p, text), pseudonym_of_uri(p, text),
                    pseudonym_of_email(p, text),       pseudonym_of_path(p, text), pseudonym_of_zone(p, text),
                    pseudonym_of_strange_text(p, text)};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        for (const char *at = made[i]; *at != 0; at++)
            must((unsigned char)*at >= 0x20 && *at != 0x7f);
    must(strstr(made[0], "expe1.customer.example") == NULL && strstr(made[0], "Hybrid calls") == NULL);
    must(strcmp(pseudonym_of_text(p, text), made[0]) == 0); /* the same again */
    must(strcmp(pseudonym_of_strange_text(p, text), made[6]) == 0);
    must(strstr(made[6], "expe1.customer.example") == NULL && strstr(made[6], "cust-core7") == NULL);
    pseudonyms_free(p);
    arena_free(arena);
    return 0;
}
