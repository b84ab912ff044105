/* Do real runs hold the states that a test's facts are in? A judge that is proved on facts which no probe
 * writes is not proved. tests/seen/states.txt lists what the runs of the suites held, one record a line, made
 * by tests/seen/run.py; tests/seen/by-hand.txt the exceptions, each with its reason. Does not: look at
 * numbers or texts. */
#ifndef TESTS_UNIT_HELD_H
#define TESTS_UNIT_HELD_H

#include "facts/facts.h"

/* Fails the test, naming `row`, for a record whose enumerations stand together as in no run: an endpoint's
 * protocol, leg and role, a handshake's purpose, state and who ended it. */
void assert_held(const struct facts *facts, const char *row);

#endif
