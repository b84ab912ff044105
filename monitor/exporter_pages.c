/* What does the exporter show besides /probe: its own metrics, its health, the list for a person, the last
 * report? */
#include "monitor/exporter_pages.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "monitor/query.h"
#include "report/listing.h"
#include "report/prometheus.h"

enum { OF_A_PAGE = 500 };

/* ---- /metrics ---- */

static void family(FILE *out, const char *name, const char *type, const char *help) {
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static int open_files(void) {
    int count = -3; /* ".", ".." and the folder itself */
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return -1;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static long resident_bytes(void) {
    long size = 0, resident = 0;
    FILE *in = fopen("/proc/self/statm", "r");
    if (in == NULL)
        return 0;
    if (fscanf(in, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    fclose(in);
    return resident * sysconf(_SC_PAGESIZE);
}

static void process_write(const struct exporter *e, FILE *out) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    family(out, "process_cpu_seconds_total", "counter", "CPU time, user and system.");
    fprintf(out, "process_cpu_seconds_total %.6f\n",
            (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
    family(out, "process_resident_memory_bytes", "gauge", "Memory in use.");
    fprintf(out, "process_resident_memory_bytes %ld\n", resident_bytes());
    family(out, "process_open_fds", "gauge", "Open file descriptors.");
    fprintf(out, "process_open_fds %d\n", open_files());
    family(out, "process_start_time_seconds", "gauge", "When the process began.");
    fprintf(out, "process_start_time_seconds %" PRId64 "\n", e->started);
}

static void metrics_write(const struct exporter *e, FILE *out) {
    static const char *const ends[] = {[PROBE_RUN] = "run",
                                       [PROBE_FAIL] = "fail",
                                       [PROBE_NOT_RUN] = "not_run",
                                       [PROBE_BUSY] = "busy",
                                       [PROBE_DENIED] = "denied"};
    family(out, "edgeprobe_exporter_probes_total", "counter", "Looks and refused scrapes by how they ended.");
    for (size_t i = 0; i < PROBE_ENDS; i++)
        fprintf(out, "edgeprobe_exporter_probes_total{end=\"%s\"} %" PRIu64 "\n", ends[i], e->probes[i]);
    family(out, "edgeprobe_exporter_requests_total", "counter", "HTTP requests.");
    fprintf(out, "edgeprobe_exporter_requests_total %" PRIu64 "\n", e->requests);
    family(out, "edgeprobe_exporter_running", "gauge", "Looks under way.");
    fprintf(out, "edgeprobe_exporter_running %d\n", e->running_count);
    family(out, "edgeprobe_exporter_waiting", "gauge", "Scrapes that wait for an answer.");
    fprintf(out, "edgeprobe_exporter_waiting %d\n", e->waiting);
    family(out, "edgeprobe_exporter_targets", "gauge", "Targets that may be asked for.");
    fprintf(out, "edgeprobe_exporter_targets %zu\n", e->targets->v.n);
    process_write(e, out);
    prometheus_build_info(out);
}

static void metrics_show(struct exporter *e, struct web_exchange *exchange) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        web_say(exchange, 500, "out of memory\n");
        return;
    }
    metrics_write(e, out);
    fclose(out);
    exporter_answer_metrics(exchange, text, size);
}

/* ---- the list ---- */

static int rank(const struct listed *one) {
    static const int ranks[] = {
        [STATUS_FAIL] = 0, [STATUS_WARN] = 1, [STATUS_UNKNOWN] = 2, [STATUS_PASS] = 3};
    return one->is_known ? ranks[one->status] : 4;
}

static int by_state(const void *a, const void *b) {
    const struct listed *x = a, *y = b;
    int order = rank(x) - rank(y);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static size_t list_make(struct exporter *e, struct arena *arena, struct listed **v, size_t counts[4]) {
    static const size_t numbers[] = {
        [STATUS_PASS] = 0, [STATUS_WARN] = 1, [STATUS_FAIL] = 2, [STATUS_UNKNOWN] = 3};
    size_t n = 0;
    *v = arena_alloc(arena, (e->targets->v.n + 1) * sizeof **v);
    for (size_t i = 0; i < e->targets->v.n; i++) {
        const struct target *target = e->targets->v.v[i];
        if (target->name == NULL || target->error != NULL)
            continue;
        const struct last_look *entry = ledger_find(e->ledger, target->name);
        (*v)[n++] =
            (struct listed){.name = target->name,
                            .what = target->what,
                            .link = entry->report.size > 0 ? query_report_link(arena, target->name) : NULL,
                            .is_known = entry->is_known,
                            .status = entry->status,
                            .since = entry->since,
                            .last_run = entry->last_run,
                            .not_after = entry->not_after,
                            .worst = entry->worst};
        if (entry->is_known)
            counts[numbers[entry->status]]++;
    }
    qsort(*v, n, sizeof **v, by_state);
    return n;
}

/* The database counts a change when it is confirmed: its word on since when goes before ours. */
static void since_fill(struct exporter *e, struct arena *arena, struct listed *v, size_t n) {
    struct known_before known;
    for (size_t i = 0; i < n; i++)
        if (v[i].is_known && e->plan->known(e->plan->context, arena, v[i].name, &known))
            v[i].since = known.since;
}

static void list_show(struct exporter *e, struct web_exchange *exchange) {
    struct arena *arena = arena_new();
    struct listing listing = {.now = (int64_t)time(NULL), .page = 1};
    struct listed *v;
    const char *wanted = web_query(exchange, "page");
    size_t all = list_make(e, arena, &v, listing.counts), size = 0;
    char *text = NULL;
    listing.all = all;
    listing.pages = all == 0 ? 1 : (all + OF_A_PAGE - 1) / OF_A_PAGE;
    listing.page = query_page(wanted, listing.pages);
    listing.first = (listing.page - 1) * OF_A_PAGE;
    listing.v = v + listing.first;
    listing.n = all - listing.first > OF_A_PAGE ? OF_A_PAGE : all - listing.first;
    since_fill(e, arena, v + listing.first, listing.n);
    FILE *out = open_memstream(&text, &size);
    bool good = out != NULL && listing_write(&listing, out);
    if (out != NULL)
        fclose(out);
    arena_free(arena);
    if (good)
        web_answer(exchange, 200, "text/html; charset=utf-8", NULL, text, size);
    else
        web_say(exchange, 500, "out of memory\n");
}

static void report_show(struct exporter *e, struct web_exchange *exchange) {
    const char *name = web_query(exchange, "target"), *takes = web_header(exchange, "Accept-Encoding");
    const struct target *target = name == NULL ? NULL : target_find(e->targets, name);
    bool plain = takes == NULL || strstr(takes, "gzip") == NULL;
    char *bytes;
    size_t size;
    if (target == NULL)
        web_say(exchange, name == NULL ? 400 : 403,
                name == NULL ? "target is missing\n" : "not among the targets\n");
    else if (!ledger_report(e->ledger, ledger_find(e->ledger, target->name), plain, &bytes, &size))
        web_say(exchange, 404, "not looked at yet\n");
    else
        web_answer(exchange, 200, "text/html; charset=utf-8", plain ? NULL : "gzip", bytes, size);
}

static void probe_show(struct exporter *e, struct web_exchange *exchange) {
    e->probe(e, exchange);
}

static void health_show(struct exporter *e, struct web_exchange *exchange) {
    (void)e;
    web_say(exchange, 200, "edgeprobe is healthy\n");
}

/* ---- routes ---- */

static const struct route {
    const char *path;
    void (*show)(struct exporter *exporter, struct web_exchange *exchange);
} routes[] = {{"/probe", probe_show},
              {"/metrics", metrics_show},
              {"/-/healthy", health_show},
              {"/report", report_show},
              {"/", list_show}};

void exporter_route(struct exporter *exporter, struct web_exchange *exchange, const char *path) {
    exporter->requests++;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (strcmp(path, routes[i].path) == 0) {
            routes[i].show(exporter, exchange);
            return;
        }
    web_say(exchange, 404, "no such page\n");
}

void exporter_answer_metrics(struct web_exchange *exchange, char *text, size_t size) {
    web_answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", NULL, text, size);
}
