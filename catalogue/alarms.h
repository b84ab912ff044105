/* Which alarms of an Expressway bear on certificates, trust and the way of MRA, and what do they mean? Their
 * numbers are Expressway's own (command reference X15.5, alarms). Does not read logs or dumps. */
#ifndef CATALOGUE_ALARMS_H
#define CATALOGUE_ALARMS_H

#include "catalogue/log_tokens.h"

enum { ALARM_FIX_MAX = 3 };

struct alarm_row {
    int id;
    enum log_box box;    /* that raises it; UNKNOWN: either */
    enum log_leg leg;    /* that it speaks of */
    const char *title;   /* as the box shows it, without the part that varies */
    enum check_id check; /* what explains it; NONE: nothing here, or more than one */
    enum cause_id cause;
    const char *means;                  /* one or two sentences */
    const char *fix[ALARM_FIX_MAX + 1]; /* where check and cause do not say it; NULL ends */
};
extern const struct alarm_row alarm_rows[]; /* ascending; id 0 ends */

const struct alarm_row *alarm_find(int id); /* NULL when it is not one of these */

#endif
