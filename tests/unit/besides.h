/* What else does a judge find in a row's facts? A row names one finding; failures, warnings and unknowns
 * besides it are named in tests/unit/besides/PROGRAM.txt, a line each. EDGEPROBE_UPDATE=1 writes the file of
 * the program that runs. */
#ifndef TESTS_UNIT_BESIDES_H
#define TESTS_UNIT_BESIDES_H

#include "checks/judge.h"

/* Is it what the row itself names? */
typedef bool besides_named(const void *of, const struct finding *finding);

/* What is found and not named is exactly what the file has for a row of that name. */
void assert_besides(const char *row, const struct findings *findings, besides_named *is_named,
                    const void *of);

#endif
