/* What does a status of HTTP mean for the first two requests of a log-in (field-facts 1.3 and 1.4)? Asked
 * with credentials or without, it means the same. */
#include "checks/service_judge.h"

struct status_cause {
    int from, to;
    bool of_edge; /* only an edge means by it what the cause says; of others it is an unknown path or a
                     refusal */
    enum cause_id cause;
};

/* The first that fits. A gateway error is told as such whoever's error page it is: what stands at the edge's
 * address did not get further. */
static const struct status_cause sso_causes[] = {{403, 403, true, CAUSE_MRA_EDGE_SSO_STATUS_403},
                                                 {404, 404, true, CAUSE_MRA_EDGE_SSO_STATUS_404},
                                                 {502, 502, false, CAUSE_MRA_EDGE_SSO_STATUS_502},
                                                 {500, 599, false, CAUSE_MRA_EDGE_SSO_STATUS_5XX},
                                                 {0, 0, false, CAUSE_NONE}};
static const struct status_cause config_causes[] = {
    {300, 399, true, CAUSE_MRA_EDGE_CONFIG_REDIRECT},
    {403, 403, true, CAUSE_MRA_EDGE_CONFIG_DOMAIN_NOT_ENABLED},
    {404, 404, true, CAUSE_MRA_EDGE_CONFIG_STATUS_404},
    {500, 500, true, CAUSE_MRA_EDGE_CONFIG_STATUS_500},
    {502, 502, false, CAUSE_MRA_EDGE_CONFIG_PATH_DOWN},
    {503, 503, true, CAUSE_MRA_EDGE_CONFIG_STATUS_503},
    {504, 504, true, CAUSE_MRA_EDGE_CONFIG_STATUS_504},
    {500, 599, false, CAUSE_MRA_EDGE_CONFIG_STATUS_5XX},
    {0, 0, false, CAUSE_NONE}};

static enum cause_id cause_of_status(const struct status_cause *causes, int status, bool edge) {
    for (; causes->cause != CAUSE_NONE; causes++)
        if (status >= causes->from && status <= causes->to && (edge || !causes->of_edge))
            return causes->cause;
    return CAUSE_NONE;
}

enum cause_id sso_cause_of_status(int status, bool edge) {
    return cause_of_status(sso_causes, status, edge);
}

enum cause_id config_cause_of_status(int status, bool edge) {
    return cause_of_status(config_causes, status, edge);
}
