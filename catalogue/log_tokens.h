/* What do the words of Expressway's own log mean, those of its clients, and its alarms? The rows of
 * catalogue/log.yaml and alarms.yaml, made into tables when the program is built; checks/log.h reads lines
 * with them. Alerts are not in them: their names are facts/alerts.h's. */
#ifndef CATALOGUE_LOG_TOKENS_H
#define CATALOGUE_LOG_TOKENS_H

#include "catalogue/catalogue.h"
#include "catalogue/log_words.h"

#define NUMBER_OF(number, word) number,
enum log_direction { LOG_DIRECTIONS(NUMBER_OF) };
enum log_box { LOG_BOXES(NUMBER_OF) };
enum log_leg { LOG_LEGS(NUMBER_OF) };
enum log_weight { LOG_WEIGHTS(NUMBER_OF) };
#undef NUMBER_OF
extern const struct enum_name log_directions[], log_boxes[], log_legs[], log_weights[]; /* "expressway-e" */

enum { LOG_NO_ALERT = 0 };

/* Of rows with one weight the first that fits is it. */
struct log_token {
    const char *id; /* "peer-identity-unacceptable" */
    enum log_weight weight;
    /* Only when the line is known to be so; UNKNOWN: whatever it is. */
    enum log_direction direction;
    enum log_leg leg;
    bool is_to_address; /* only when the name that was looked for is an IP address */
    int alert;          /* an alert of this number was received (close_notify has no row); 0: words decide */
    const char *words, *also; /* lower case; both must stand in the line; also NULL: words alone */
    const char *unless;       /* lower case; must not stand in it; NULL: nothing of the kind */
    /* What the words themselves tell of the line, where it does not say so otherwise. */
    enum log_box box;
    enum log_direction says_direction;
    enum log_leg says_leg;
    enum check_id check;             /* CHECK_NONE: no check speaks of it */
    enum cause_id cause;             /* CAUSE_NONE: the log does not tell which */
    const char *means;               /* in one or two sentences */
    const struct guidance_line *fix; /* none where there is a cause, whose guidance the catalogue has */
};
extern const struct log_token log_tokens[]; /* id NULL ends */

/* An alarm of Expressway that bears on certificates, trust or the way of MRA. */
struct alarm_row {
    int id;              /* Expressway's own number */
    enum log_box box;    /* that raises it; UNKNOWN: either */
    enum log_leg leg;    /* that it speaks of */
    const char *title;   /* as the box shows it, without the part that varies */
    enum check_id check; /* what explains it; NONE: nothing here, or more than one */
    enum cause_id cause;
    const char *means;               /* one or two sentences */
    const struct guidance_line *fix; /* none where there is a cause; of the first step with its box */
};
extern const struct alarm_row alarm_rows[]; /* ascending; id 0 ends */

const struct alarm_row *alarm_find(int id); /* NULL when it is not one of these */

#endif
