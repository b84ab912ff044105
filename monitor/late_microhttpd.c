/* Which functions of libmicrohttpd do we call, and where do they lead? See late_microhttpd.h. A function that
 * we begin to use gets its line here; the linker names those that are missing. */
#include "monitor/late_microhttpd.h"

#include "facts/library.h"

static struct library microhttpd = {"libmicrohttpd.so.12", NULL};

bool late_microhttpd_load(const char **error) {
    return library_load(&microhttpd, error);
}

struct MHD_Daemon *late_start_daemon(unsigned flags, MHD_AccessHandlerCallback handler, void *context,
                                     const struct MHD_OptionItem *options) {
    struct MHD_Daemon *(*real)(unsigned, uint16_t, MHD_AcceptPolicyCallback, void *,
                               MHD_AccessHandlerCallback, void *, ...);
    *(void **)&real = library_function(&microhttpd, "MHD_start_daemon");
    return real(flags, 0, NULL, NULL, handler, context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

FORWARD_VOID(microhttpd, MHD_stop_daemon, (struct MHD_Daemon * daemon), (daemon))
FORWARD(microhttpd, enum MHD_Result, MHD_run, (struct MHD_Daemon * daemon), (daemon))
FORWARD(microhttpd, enum MHD_Result, MHD_get_timeout,
        (struct MHD_Daemon * daemon, MHD_UNSIGNED_LONG_LONG *ms), (daemon, ms))
FORWARD(microhttpd, const char *, MHD_lookup_connection_value,
        (struct MHD_Connection * connection, enum MHD_ValueKind kind, const char *key),
        (connection, kind, key))
FORWARD(microhttpd, enum MHD_Result, MHD_lookup_connection_value_n,
        (struct MHD_Connection * connection, enum MHD_ValueKind kind, const char *key, size_t key_size,
         const char **value, size_t *value_size),
        (connection, kind, key, key_size, value, value_size))
FORWARD(microhttpd, struct MHD_Response *, MHD_create_response_from_buffer,
        (size_t size, void *bytes, enum MHD_ResponseMemoryMode mode), (size, bytes, mode))
FORWARD(microhttpd, enum MHD_Result, MHD_add_response_header,
        (struct MHD_Response * response, const char *name, const char *value), (response, name, value))
FORWARD(microhttpd, enum MHD_Result, MHD_queue_response,
        (struct MHD_Connection * connection, unsigned status, struct MHD_Response *response),
        (connection, status, response))
FORWARD_VOID(microhttpd, MHD_destroy_response, (struct MHD_Response * response), (response))
FORWARD_VOID(microhttpd, MHD_suspend_connection, (struct MHD_Connection * connection), (connection))
FORWARD_VOID(microhttpd, MHD_resume_connection, (struct MHD_Connection * connection), (connection))

const union MHD_DaemonInfo *MHD_get_daemon_info(struct MHD_Daemon *daemon, enum MHD_DaemonInfoType type,
                                                ...) {
    const union MHD_DaemonInfo *(*real)(struct MHD_Daemon *, enum MHD_DaemonInfoType, ...);
    *(void **)&real = library_function(&microhttpd, "MHD_get_daemon_info");
    return real(daemon, type);
}
