/* Who judges what? One function per family: facts in, findings out. Pure: no sockets, no clock, no globals.
 *
 * Rules for every judge:
 * - validity is judged at facts->run.at, for facts->run.release; nothing else about time or place is asked.
 * - what was not tried gives `skip` with the reason or `unknown` with the way to learn it, never pass or
 * fail.
 * - the order of findings depends on the facts alone.
 * - every cause is raised somewhere, and a unit test has a row that raises it and one that just misses it. */
#ifndef CHECKS_JUDGE_H
#define CHECKS_JUDGE_H

#include "checks/finding.h"

void judge_dns(const struct facts *facts, struct findings *to);        /* dns.* */
void judge_net(const struct facts *facts, struct findings *to);        /* net.* */
void judge_tls(const struct facts *facts, struct findings *to);        /* tls.* */
void judge_name(const struct facts *facts, struct findings *to);       /* name.* */
void judge_cert(const struct facts *facts, struct findings *to);       /* cert.* */
void judge_chain(const struct facts *facts, struct findings *to);      /* chain.* */
void judge_service(const struct facts *facts, struct findings *to);    /* sip.* mra.* xmpp.* ssh.* */
void judge_cipher(const struct facts *facts, struct findings *to);     /* cipher.* */
void judge_revocation(const struct facts *facts, struct findings *to); /* revocation.* */
void judge_file(const struct facts *facts, struct findings *to);       /* file.* */

/* All of them, sorted. Outcomes need them all: symptom_keep() (outcomes.h) narrows them down afterwards. */
struct findings *judge_all(const struct facts *facts);

#endif
