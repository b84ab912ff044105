/* What is wrong when a handshake ends with this alert? Whose alerts are read, and who refused whom, is
 * tls.c's and log_alert.c's. */
#ifndef CHECKS_ALERT_H
#define CHECKS_ALERT_H

#include "catalogue/causes.h"
#include "facts/ending.h"

/* Of tls.handshake: "alert-unknown-ca"; "alert-other" for NO_ALERT and numbers that nobody assigned. */
enum cause_id cause_of_alert(int number);

#endif
