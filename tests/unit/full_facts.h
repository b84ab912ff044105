/* Facts in which every field of every struct holds something, and something that no other field holds. For
 * save and load, and for reports that must show everything. Made by walking the table of fields. */
#ifndef TESTS_UNIT_FULL_FACTS_H
#define TESTS_UNIT_FULL_FACTS_H

#include "facts/facts.h"

struct facts *full_facts(void); /* free with facts_free() */

#endif
