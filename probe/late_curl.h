/* Is libcurl there? It is loaded when something is to be fetched, not at the program's start. Its functions
 * are called as curl.h declares them. Private to probe/. */
#ifndef PROBE_LATE_CURL_H
#define PROBE_LATE_CURL_H

#include <stdbool.h>

/* False with the loader's words when it is not installed. Worth calling while an answer is awaited anyway. */
bool late_curl_load(const char **error);

#endif
