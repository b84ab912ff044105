/* Which TLS alert does a line of a log tell of, and who refused whom? By name or number; see log_read.c. */
#ifndef CHECKS_LOG_ALERT_H
#define CHECKS_LOG_ALERT_H

#include "checks/log.h"

const char *log_alert_form(size_t i);             /* words that stand before an alert; NULL after the last */
int log_alert_in(const char *lower, size_t size); /* its number; -1 for none; text in lower case */
void log_alert_tell(struct arena *arena, int number,
                    struct log_entry *entry); /* direction and leg are known */

#endif
