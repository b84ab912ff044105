/* What if the loop does not come to turn any more? Then nobody looks at time-outs, at the deadline, or at ^C;
 * the kernel's own timers do. The last resort: it ends the process with status 3 and one line, or as the
 * signal that came would have.
 *
 * Nothing is lost but the report: files that are being written have no name yet (facts/replace.h). One timer
 * of each kind a process, as there is one SIGALRM; does not know what keeps the loop busy. */
#ifndef PROBE_WATCHDOG_H
#define PROBE_WATCHDOG_H

#include <uv.h>

/* In so many milliseconds the process ends, unless watchdog_disarm() comes first. Replaces the one before. */
void watchdog_arm(int ms);
void watchdog_disarm(void);

/* Behind uv_signal_start(), whose handler still gets the signal: when it came and watchdog_disarm() or
 * watchdog_arm() have not been called within two seconds, the process dies of it. */
void watchdog_hear(int number);

/* For loops without a deadline: the process ends when one turn takes so much processor time. What waits, for
 * a reader of its output say, takes none. The loop turns at least every ten seconds for it. */
enum { WATCHDOG_TURN_MS = 60000 };
struct watchdog {
    uv_timer_t timer;
};
void watchdog_follow(struct watchdog *watchdog, uv_loop_t *loop,
                     int turn_ms);              /* does not keep the loop from ending */
void watchdog_leave(struct watchdog *watchdog); /* when the loop has ended, before uv_loop_close() */

#endif
