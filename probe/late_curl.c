/* Which functions of libcurl do we call, and where do they lead? To the library, loaded at the first call
 * (facts/library.h). A function of libcurl that the program begins to use gets its line here; the linker
 * names those that are missing. */
#define CURL_DISABLE_TYPECHECK
#include "probe/late_curl.h"

#include <stdarg.h>

#include <curl/curl.h>

#include "facts/library.h"

/* curl.h makes macros of these, to check arguments. */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

static struct library curl = {"libcurl.so.4", NULL};

bool late_curl_load(const char **error) {
    return library_load(&curl, error);
}

FORWARD(curl, CURLcode, curl_global_init, (long flags), (flags))
FORWARD(curl, CURLcode, curl_global_init_mem,
        (long flags, curl_malloc_callback m, curl_free_callback f, curl_realloc_callback r,
         curl_strdup_callback s, curl_calloc_callback c),
        (flags, m, f, r, s, c))
FORWARD_VOID(curl, curl_global_cleanup, (void), ())
FORWARD(curl, CURL *, curl_easy_init, (void), ())
FORWARD_VOID(curl, curl_easy_cleanup, (CURL * handle), (handle))
FORWARD(curl, const char *, curl_easy_strerror, (CURLcode code), (code))
FORWARD_VOID(curl, curl_free, (void *memory), (memory))
FORWARD(curl, CURLM *, curl_multi_init, (void), ())
FORWARD(curl, CURLMcode, curl_multi_cleanup, (CURLM * multi), (multi))
FORWARD(curl, CURLMcode, curl_multi_add_handle, (CURLM * multi, CURL *easy), (multi, easy))
FORWARD(curl, CURLMcode, curl_multi_remove_handle, (CURLM * multi, CURL *easy), (multi, easy))
FORWARD(curl, CURLMcode, curl_multi_assign, (CURLM * multi, curl_socket_t fd, void *data), (multi, fd, data))
FORWARD(curl, CURLMsg *, curl_multi_info_read, (CURLM * multi, int *left), (multi, left))
FORWARD(curl, CURLMcode, curl_multi_socket_action, (CURLM * multi, curl_socket_t fd, int what, int *running),
        (multi, fd, what, running))
FORWARD(curl, struct curl_slist *, curl_slist_append, (struct curl_slist * list, const char *text),
        (list, text))
FORWARD_VOID(curl, curl_slist_free_all, (struct curl_slist * list), (list))
FORWARD(curl, CURLU *, curl_url, (void), ())
FORWARD_VOID(curl, curl_url_cleanup, (CURLU * url), (url))
FORWARD(curl, CURLUcode, curl_url_get, (CURLU * url, CURLUPart part, char **text, unsigned flags),
        (url, part, text, flags))
FORWARD(curl, CURLUcode, curl_url_set, (CURLU * url, CURLUPart part, const char *text, unsigned flags),
        (url, part, text, flags))

/* One argument behind the option, of the kind that the option's number tells (CURLOPTTYPE_*). */
#define SET(real, handle, option, args)                                                                      \
    (option) / CURLOPTTYPE_OBJECTPOINT == CURLOPTTYPE_LONG ? (real)(handle, option, va_arg(args, long))      \
    : (option) >= CURLOPTTYPE_OFF_T && (option) < CURLOPTTYPE_BLOB                                           \
        ? (real)(handle, option, va_arg(args, curl_off_t))                                                   \
        : (real)(handle, option, va_arg(args, void *))

CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...) {
    CURLcode (*real)(CURL *, CURLoption, ...);
    va_list args;
    *(void **)&real = library_function(&curl, "curl_easy_setopt");
    va_start(args, option);
    CURLcode code = SET(real, handle, option, args);
    va_end(args);
    return code;
}

CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...) {
    CURLMcode (*real)(CURLM *, CURLMoption, ...);
    va_list args;
    *(void **)&real = library_function(&curl, "curl_multi_setopt");
    va_start(args, option);
    CURLMcode code = SET(real, multi, option, args);
    va_end(args);
    return code;
}

CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...) {
    CURLcode (*real)(CURL *, CURLINFO, ...);
    va_list args;
    *(void **)&real = library_function(&curl, "curl_easy_getinfo");
    va_start(args, info);
    CURLcode code = real(handle, info, va_arg(args, void *)); /* always a pointer to what is told */
    va_end(args);
    return code;
}
