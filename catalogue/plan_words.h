/* Which words may a row of plan.yaml have under `on`, `each`, `if` and `action`? Read by the program and by
 * the generator, which refuses others. */
#ifndef CATALOGUE_PLAN_WORDS_H
#define CATALOGUE_PLAN_WORDS_H

/* X(number, word): on which boxes a step is done, in which order. */
#define PLAN_PLACES(X)                                                                                       \
    X(ON_NODE, "node")                     /* those that get the certificate */                              \
    X(ON_OWN_SIDE, "own-side")             /* every Expressway of the same side */                           \
    X(ON_OTHER_SIDE, "other-side")         /* every Expressway of the other side */                          \
    X(ON_EXPRESSWAY_C, "expressway-c")     /* every Expressway-C */                                          \
    X(ON_ZONE, "zone")                     /* one Expressway-C */                                            \
    X(ON_UCM, "ucm")                       /* every node of Unified CM, the publisher first */               \
    X(ON_IMP, "imp")                       /* every node of IM and Presence, likewise */                     \
    X(ON_PUBLISHER, "cluster-publisher")   /* of the cluster: Unified CM's, else IM and Presence's */        \
    X(ON_SUBSCRIBER, "cluster-subscriber") /* every other node of both */                                    \
    X(ON_PURPOSE_NODE, "purpose-node")     /* nodes that show the certificate, the publisher first */        \
    X(ON_STORE_HOLDER, "store-holder")     /* where a certificate is asked for and uploaded */               \
    X(ON_EXPIRED_HOLDER, "expired-holder") /* nodes whose store has expired certificates */                  \
    X(ON_CLIENTS, "clients")                                                                                 \
    X(ON_EDGEPROBE, "edgeprobe") /* where edgeprobe runs */

/* For each of what, on each box. */
#define PLAN_THINGS(X)                                                                                       \
    X(EACH_ONCE, "once")                                                                                     \
    X(EACH_CA, "ca")                         /* CA above the new certificate that the box's list lacks */    \
    X(EACH_TOMCAT_CA, "tomcat-ca")           /* the same of its tomcat-trust */                              \
    X(EACH_CALLMANAGER_CA, "callmanager-ca") /* the same of its CallManager-trust */                         \
    X(EACH_CLIENT_CA, "client-ca")           /* the same of the clients' roots */                            \
    X(EACH_ISSUER_CA, "issuer-ca")           /* every CA above the new certificate */                        \
    X(EACH_OLD_CA, "old-ca")                 /* CA above the old one alone, that the box's list has */       \
    X(EACH_SERVICE, "service")               /* service of the purpose; the service first, then its nodes */ \
    X(EACH_EXPIRED, "expired")               /* expired certificate of the purpose's trust store */

/* What must be so of the renewal; all of several. */
#define PLAN_NEEDS(X)                                                                                        \
    X(IF_FILES, "files")                               /* the new certificate is at hand */                  \
    X(IF_NO_FILES, "no-files")                         /* it is not: the plan alone */                       \
    X(IF_UNIFIED_CM, "unified-cm")                     /* of Unified CM or IM and Presence */                \
    X(IF_ISSUER_NEW, "issuer-new")                     /* another CA, or nobody knows */                     \
    X(IF_NAMES_CHANGED, "names-changed")               /* names differ, or nobody knows */                   \
    X(IF_SELF_SIGNED, "self-signed")                   /* the certificate is, or nobody knows */             \
    X(IF_CA_SIGNED, "ca-signed")                       /* it is, or nobody knows */                          \
    X(IF_UCM_LACKS_CA, "ucm-lacks-ca")                 /* a trust store of Unified CM has to be filled */    \
    X(IF_EXPIRED_TRUST, "expired-trust")               /* the purpose's store has expired certificates */    \
    X(IF_EXPIRED_TOMCAT_TRUST, "expired-tomcat-trust") /* and it is tomcat-trust */

/* Public contract: words of evidence.plan. */
#define PLAN_ACTIONS(X)                                                                                      \
    X("ca-upload")                                                                                           \
    X("certificate-upload")                                                                                  \
    X("acme-deploy")                                                                                         \
    X("restart-expressway")                                                                                  \
    X("ucm-trust-upload")                                                                                    \
    X("tls-verify-permissive")                                                                               \
    X("tls-verify-enforce")                                                                                  \
    X("remove-old-ca")                                                                                       \
    X("verify")                                                                                              \
    X("generate-csr")                                                                                        \
    X("regenerate")                                                                                          \
    X("restart-service")                                                                                     \
    X("stop-service")                                                                                        \
    X("start-service")                                                                                       \
    X("disable-ha")                                                                                          \
    X("enable-ha")                                                                                           \
    X("sso-renew")                                                                                           \
    X("delete-expired")                                                                                      \
    X("client-ca-distribute")

#endif
