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

#include "checks/seen.h"
#include "checks/zone_sides.h"

/* What judges work with; made once for all of them, by judging_open(). */
struct judging {
    const struct facts *facts;
    struct findings *to;
    struct arena *arena;              /* that of the findings: what is made here lives as long as they do */
    int release;                      /* of the Expressways, as catalogue/release.h has it */
    struct seen seen;                 /* every certificate */
    struct own_lists of_e, of_c;      /* the Expressways' trust lists */
    const struct trust_index *client; /* what clients trust; NULL when not known */
    struct {
        const struct cert *light, *whole;
    } wholes[64]; /* of CAs in lists, which many certificates have above them: see checks/cert.c */
};

void judging_open(struct judging *run, const struct facts *facts, struct findings *to);

typedef void (*judge_fn)(struct judging *run);
void judge_dns(struct judging *run);        /* dns.* */
void judge_net(struct judging *run);        /* net.* */
void judge_tls(struct judging *run);        /* tls.* */
void judge_name(struct judging *run);       /* name.* */
void judge_cert(struct judging *run);       /* cert.* */
void judge_chain(struct judging *run);      /* chain.* */
void judge_service(struct judging *run);    /* sip.* mra.* xmpp.* ssh.* */
void judge_cipher(struct judging *run);     /* cipher.* */
void judge_revocation(struct judging *run); /* revocation.* */
void judge_file(struct judging *run);       /* file.* */
void judge_ucm(struct judging *run);        /* ucm.* */
void judge_box(struct judging *run);        /* host.* zone.* net.xcp; after the others */
void judge_renew(struct judging *run);      /* renew.* but predict: outcomes/renewal.c */

/* All of them, sorted. Outcomes need them all: symptom_keep() (symptoms.h) narrows them down afterwards. */
struct findings *judge_all(const struct facts *facts);

#endif
