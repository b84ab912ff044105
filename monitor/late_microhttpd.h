/* libmicrohttpd, loaded when somebody listens (facts/library.h): it brings a TLS library that we do not use.
 * Private to monitor/web.c. */
#ifndef MONITOR_LATE_MICROHTTPD_H
#define MONITOR_LATE_MICROHTTPD_H

#include <microhttpd.h>
#include <stdbool.h>

bool late_microhttpd_load(const char **error);
/* MHD_start_daemon() with its options as an array that MHD_OPTION_END ends. */
struct MHD_Daemon *late_start_daemon(unsigned flags, MHD_AccessHandlerCallback handler, void *context,
                                     const struct MHD_OptionItem *options);

#endif
