/* Where are the test files that nobody here wrote? In $EDGEPROBE_DATA or ../shared/data; tests that need them
 * are skipped, and say so, where the folder is missing. */
#ifndef TESTS_UNIT_SHARED_DATA_H
#define TESTS_UNIT_SHARED_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void file_visitor(const char *path, const uint8_t *bytes, size_t size, void *context);

bool shared_data_there(void);
/* Ends the test that calls it, with a word, where there is no folder: a folder without files is the test's to
 * fail for. */
void shared_data_or_skip(void);
/* Every file below that folder of the data; how many there were. Bytes have a NUL behind them. */
size_t shared_data_each(const char *folder, file_visitor *visit, void *context);
/* Every certificate below that folder, in PEM files with or without text around it or in DER (.crt), as DER.
 */
size_t shared_certificates_each(const char *folder, file_visitor *visit, void *context);

#endif
