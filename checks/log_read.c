/* What does one record of a log say? Box, leg, direction and other side first, from process, fields and
 * ports; then, of all tokens that fit, the one that tells most. See log.h. */
#include "checks/log.h"

#include <ctype.h>
#include <string.h>

#include "catalogue/log_tokens.h"
#include "checks/log_alert.h"
#include "checks/log_find.h"
#include "facts/services.h"

enum { FIELD_SHOWN = 512, FAR_SHOWN = 128 };

/* ---- one line ---- */

/* The record as it came, and its text in lower case for comparing; NUL bytes do no harm, since sizes are
 * used. */
struct line {
    struct arena *arena;
    const struct log_record *record;
    char *lower;
    size_t size;
    struct word_set found;
    struct log_entry *entry;
    const char *name; /* that was looked for, or of the server; NULL when the line has none */
    int service_port; /* of the side that was called; 0 when not told */
    bool is_from_box; /* one of Expressway's own processes wrote it */
};

static const char *find(const struct line *line, const char *words) {
    return memmem(line->lower, line->size, words, strlen(words));
}

static char *shown(const struct line *line, const char *key) {
    return slice_text(line->arena, log_field(line->record, key), FIELD_SHOWN);
}

/* ---- direction ---- */

/* OpenSSL's functions name what this side was reading: the client's certificate when it was called. */
static const struct {
    const char *words;
    enum log_direction direction;
} directions[] = {{"bserver=\"true\"", LOG_INBOUND},
                  {"bserver=\"false\"", LOG_OUTBOUND},
                  {"inbound tls", LOG_INBOUND},
                  {"outbound tls", LOG_OUTBOUND},
                  {"get_client_certificate", LOG_INBOUND},
                  {"process_client_certificate", LOG_INBOUND},
                  {"get_server_certificate", LOG_OUTBOUND},
                  {"process_server_certificate", LOG_OUTBOUND}};

static enum log_direction direction_by_words(const struct line *line) {
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
        if (find(line, directions[i].words) != NULL)
            return directions[i].direction;
    return LOG_UNKNOWN;
}

/* ---- ports ---- */

static const struct {
    int first, last;
    enum log_leg inbound, outbound;
} ports[] = {
    /* field-facts 1.2; a further traversal zone takes the next port */
    {PORT_TUNNEL, PORT_TUNNEL, LOG_LEG_TUNNEL, LOG_LEG_TUNNEL},
    {4371, 4372, LOG_LEG_CLUSTER, LOG_LEG_CLUSTER},
    {PORT_SIP_MUTUAL, PORT_SIP_MUTUAL, LOG_LEG_B2B, LOG_LEG_B2B},
    {5090, 5091, LOG_LEG_UCM, LOG_LEG_UCM},
    {PORT_XMPP, PORT_XMPP, LOG_LEG_CLIENT, LOG_LEG_IMP},
    {6970, PORT_TFTP_TLS, LOG_LEG_UCM, LOG_LEG_UCM},
    {PORT_ZONE, 7099, LOG_LEG_ZONE, LOG_LEG_ZONE},
    {PORT_XCP, PORT_XCP, LOG_LEG_XCP, LOG_LEG_XCP},
    {PORT_MRA, PORT_MRA, LOG_LEG_CLIENT, LOG_LEG_UCM},
};
enum { DIALS_FROM = 25000, DIALS_TO = 29999, TUNNELS_FROM = 35000, TUNNELS_TO = 35999 };

static enum log_leg leg_by_port(int port, enum log_direction direction) {
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        if (port >= ports[i].first && port <= ports[i].last)
            return direction == LOG_OUTBOUND                                           ? ports[i].outbound
                   : direction == LOG_INBOUND || ports[i].inbound == ports[i].outbound ? ports[i].inbound
                                                                                       : LOG_LEG_UNKNOWN;
    return LOG_LEG_UNKNOWN;
}

/* 5061 is where clients register and partners call, and where Unified CM is dialled in secure mode. */
static enum log_leg leg_of_sip_tls(enum log_direction direction, enum log_box box) {
    if (box == LOG_BOX_C)
        return LOG_LEG_UCM;
    if (direction == LOG_INBOUND)
        return LOG_LEG_CLIENT;
    return direction == LOG_OUTBOUND && box == LOG_BOX_E ? LOG_LEG_B2B : LOG_LEG_UNKNOWN;
}

/* The ports that an Expressway dials from are no caller's by chance. */
static bool is_own_source(int port) {
    return (port >= DIALS_FROM && port <= DIALS_TO) || (port >= TUNNELS_FROM && port <= TUNNELS_TO);
}

static int port_field(const struct line *line, const char *key) {
    struct slice value = log_field(line->record, key);
    int port = 0;
    for (size_t i = 0; i < value.size && i < 5 && isdigit((unsigned char)value.at[i]); i++)
        port = port * 10 + (value.at[i] - '0');
    return port;
}

static char *socket_text(struct arena *arena, struct slice address, int port) {
    const char *text = slice_text(arena, address, FAR_SHOWN);
    return arena_printf(arena, strchr(text, ':') == NULL ? "%s:%d" : "[%s]:%d", text, port);
}

/* Src-ip and Src-port, Dst-ip and Dst-port. */
static char *field_socket(const struct line *line, const char *ip, const char *port) {
    struct slice address = log_field(line->record, ip);
    return address.at == NULL || address.size == 0
               ? NULL
               : socket_text(line->arena, address, port_field(line, port));
}

/* Who dialled whom, where the line has both ends. */
static void ends_read(struct line *line) {
    struct log_entry *entry = line->entry;
    struct slice local, remote;
    int local_port = 0, remote_port = 0, from = port_field(line, "src-port"),
        to = port_field(line, "dst-port");
    bool has_local = log_socket(log_field(line->record, "localaddress"), &local, &local_port);
    bool has_remote = log_socket(log_field(line->record, "remoteaddress"), &remote, &remote_port);
    if (entry->direction == LOG_UNKNOWN && to != 0 && from != 0 && !is_own_source(from) &&
        slice_same(line->record->module, "network.tcp"))
        entry->direction = LOG_INBOUND;
    bool is_called = entry->direction == LOG_INBOUND;
    if (has_local || has_remote) {
        line->service_port = is_called ? local_port : entry->direction == LOG_OUTBOUND ? remote_port : 0;
        if (has_remote)
            entry->far = socket_text(line->arena, remote, remote_port);
    } else {
        line->service_port = to;
        entry->far = is_called                          ? field_socket(line, "src-ip", "src-port")
                     : entry->direction == LOG_OUTBOUND ? field_socket(line, "dst-ip", "dst-port")
                                                        : NULL;
    }
}

/* ---- names ---- */

static const struct {
    const char *before, *ends;
} names[] = {{"failed for (", ")"},         {"sni (", ")"},          {"connection failed for '", "'"},
             {"server=\"('https', '", "'"}, {" server=", " (,"},     {"to host '", "'"},
             {"for host=", " ,\""},         {"for address=", " ,\""}};

static void name_read(struct line *line) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *at = find(line, names[i].before);
        if (at == NULL)
            continue;
        size_t offset = (size_t)(at - line->lower) + strlen(names[i].before), length = 0;
        const char *name = line->record->text.at + offset;
        while (offset < line->size && *name == ' ') {
            name++;
            offset++;
        }
        while (offset + length < line->size && strchr(names[i].ends, name[length]) == NULL &&
               name[length] != ' ')
            length++;
        if (length > 0) {
            line->name = slice_text(line->arena, (struct slice){name, length}, FAR_SHOWN);
            return;
        }
    }
}

static bool is_address(const char *name) {
    if (name == NULL || *name == 0)
        return false;
    return strchr(name, ':') != NULL || name[strspn(name, "0123456789.")] == 0;
}

/* ---- box ---- */

static const char *const processes[] = {"tvcs",  "traffic_server", "xcp_jabberd", "edgeconfigprovisioning",
                                        "alarm", "management",     "replication", "licensemanager",
                                        "b2bua", "portforwarding", "ssh",         "web"};

static bool is_expressways(const struct log_record *record) {
    for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
        if (slice_same(record->process, processes[i]))
            return true;
    return record->host.at != NULL && record->module.at != NULL;
}

/* Expressway-C dials and Expressway-E is called; Unified CM is Expressway-C's, clients are E's. */
static enum log_box box_by_leg(enum log_leg leg, enum log_direction direction) {
    switch (leg) {
    case LOG_LEG_ZONE:
    case LOG_LEG_TUNNEL:
    case LOG_LEG_XCP:
        return direction == LOG_INBOUND ? LOG_BOX_E : direction == LOG_OUTBOUND ? LOG_BOX_C : LOG_BOX_UNKNOWN;
    case LOG_LEG_CLIENT:
        return direction == LOG_INBOUND ? LOG_BOX_E : LOG_BOX_UNKNOWN;
    case LOG_LEG_B2B:
        return LOG_BOX_E;
    case LOG_LEG_UCM:
    case LOG_LEG_IMP:
        return LOG_BOX_C;
    default:
        return LOG_BOX_UNKNOWN;
    }
}

/* ---- the verdict ---- */

static bool fits(const struct log_words *words, size_t i, const struct line *line, int alert) {
    const struct log_token *token = &log_tokens[i];
    const struct log_entry *entry = line->entry;
    if (token->direction != LOG_UNKNOWN && token->direction != entry->direction)
        return false;
    if (token->leg != LOG_LEG_UNKNOWN && token->leg != entry->leg)
        return false;
    if (token->alert != LOG_NO_ALERT && token->alert != alert)
        return false;
    if (token->is_to_address && !is_address(line->name))
        return false;
    return log_words_fit(words, i, &line->found);
}

static const struct log_token *best_token(const struct log_words *words, const struct line *line, int alert) {
    const struct log_token *best = NULL;
    for (size_t i = 0; log_tokens[i].id != NULL; i++)
        if ((best == NULL || log_tokens[i].weight < best->weight) && fits(words, i, line, alert))
            best = &log_tokens[i];
    return best;
}

static void token_tell(const struct log_token *token, struct log_entry *entry) {
    entry->token = token->id;
    entry->weight = token->weight;
    entry->check = check_of(token->check);
    entry->cause = cause_of(token->cause);
    entry->means = token->means;
    if (token->check == CHECK_CHAIN_ZONE && entry->leg == LOG_LEG_UCM && entry->direction == LOG_OUTBOUND) {
        /* the same words of OpenSSL, about the certificate of a Unified CM node */
        entry->check = check_of(CHECK_CHAIN_UCM_TRUST);
        entry->cause = cause_of(CAUSE_CHAIN_UCM_TRUST_NOT_IN_EXPRESSWAY_C);
    }
    entry->fix = entry->cause != NULL ? entry->cause->fix : token->fix;
}

const char *const *log_fix(struct arena *arena, const struct log_entry *entry) {
    return entry->fix == NULL ? NULL : lines_fill(arena, entry->fix, &nobody);
}

static void alarm_tell(const struct line *line, struct log_entry *entry) {
    static const struct guidance_line none[] = {
        {.text = "Expressway: Status > Alarms: the alarm, its description and what it advises"},
        {.text = NULL}};
    entry->alarm = port_field(line, "id"); /* five digits, as a port */
    const struct alarm_row *row = alarm_find(entry->alarm);
    entry->token = arena_printf(line->arena, "alarm-%d", entry->alarm);
    entry->weight = word_is_in(&line->found, ALARM_RAISED) ? LOG_REASON : LOG_PROGRESS;
    entry->check = row == NULL ? NULL : check_of(row->check);
    entry->cause = row == NULL ? NULL : cause_of(row->cause);
    entry->means = row != NULL
                       ? row->means
                       : "An alarm that has nothing to do with certificates or the way of MRA, as far as "
                         "is known here; its Detail says what it is.";
    entry->fix = entry->cause != NULL ? entry->cause->fix : row != NULL ? row->fix : none;
    if (row != NULL) {
        entry->box = entry->box <= LOG_BOX_EXPRESSWAY && row->box != LOG_BOX_UNKNOWN ? row->box : entry->box;
        entry->leg = row->leg;
    }
}

static void hint_take(struct line *line, const struct log_hint *hint) {
    struct log_entry *entry = line->entry;
    if (hint != NULL)
        *entry = (struct log_entry){.box = hint->box, .leg = hint->leg, .direction = hint->direction};
    if (entry->direction == LOG_UNKNOWN)
        entry->direction = direction_by_words(line);
    line->is_from_box = is_expressways(line->record);
    ends_read(line);
    name_read(line);
    if (entry->leg == LOG_LEG_UNKNOWN)
        entry->leg = leg_by_port(line->service_port, entry->direction);
    if (!line->is_from_box && find(line, "[csf.") != NULL) { /* a log of Jabber, which only dials */
        entry->box = LOG_BOX_JABBER;
        entry->direction = LOG_OUTBOUND;
    }
    if (slice_same(line->record->process, "traffic_server") && entry->direction != LOG_INBOUND &&
        find(line, "ssl connection failed for") !=
            NULL) { /* bundle-facts 2: TLS to a name is always outbound */
        entry->direction = LOG_OUTBOUND;
        entry->leg = LOG_LEG_UCM;
    }
}

/* What the port alone leaves open, the words may tell. */
static void rest_fill(const struct line *line, const struct log_token *token) {
    struct log_entry *entry = line->entry;
    if (token != NULL && entry->direction == LOG_UNKNOWN)
        entry->direction = token->says_direction;
    if (token != NULL && entry->leg == LOG_LEG_UNKNOWN)
        entry->leg = token->says_leg;
    if (entry->box <= LOG_BOX_EXPRESSWAY && token != NULL && token->box > LOG_BOX_EXPRESSWAY)
        entry->box = token->box;
    if (entry->leg == LOG_LEG_UNKNOWN && entry->box == LOG_BOX_JABBER)
        entry->leg = LOG_LEG_CLIENT;
    if (entry->leg == LOG_LEG_UNKNOWN && line->service_port == PORT_SIP_TLS)
        entry->leg = leg_of_sip_tls(entry->direction, entry->box);
    if (entry->box <= LOG_BOX_EXPRESSWAY) {
        enum log_box box = box_by_leg(entry->leg, entry->direction);
        entry->box = box != LOG_BOX_UNKNOWN ? box : line->is_from_box ? LOG_BOX_EXPRESSWAY : entry->box;
    }
}

static void fields_show(struct line *line) {
    struct log_entry *entry = line->entry;
    const struct log_record *record = line->record;
    entry->event = shown(line, "event");
    entry->detail = shown(line, "detail");
    entry->reason = shown(line, "reason");
    if (entry->reason == NULL)
        entry->reason = shown(line, "ssl_error_reason");
    entry->common_name = shown(line, "common-name");
    if (entry->common_name == NULL)
        entry->common_name = shown(line, "commonname");
    entry->dst_port = shown(line, "dst-port");
    entry->host = slice_text(line->arena, record->host, FAR_SHOWN);
    if (line->name != NULL)
        entry->far = arena_text(line->arena, line->name);
    entry->has_time = record->has_time;
    entry->time_ms = record->time_ms;
}

bool log_record_judge(struct arena *arena, const struct log_words *words, const struct log_record *record,
                      const struct log_hint *hint, struct log_entry *entry) {
    struct line line = {.arena = arena, .record = record, .size = record->text.size, .entry = entry};
    if (!log_words_find(words, record->text.at, record->text.size, &line.found))
        return false;
    line.lower = arena_alloc(arena, line.size + 1);
    for (size_t i = 0; i < line.size; i++)
        line.lower[i] = (char)tolower((unsigned char)record->text.at[i]);
    *entry = (struct log_entry){0};
    hint_take(&line, hint);
    bool is_alarm = word_is_in(&line.found, ALARM_RAISED) || word_is_in(&line.found, ALARM_LOWERED);
    int alert = log_alert_in(line.lower, line.size);
    const struct log_token *token = is_alarm ? NULL : best_token(words, &line, alert);
    if (!is_alarm && token == NULL && alert < 0)
        return false;
    if (alert >= 0 && token != NULL && token->alert == LOG_NO_ALERT)
        token = NULL; /* an alert that was received is the reason, whatever stands around it */
    rest_fill(&line, token);
    if (is_alarm)
        alarm_tell(&line, entry);
    else if (token != NULL)
        token_tell(token, entry);
    else
        log_alert_tell(arena, alert, entry);
    fields_show(&line);
    return true;
}
