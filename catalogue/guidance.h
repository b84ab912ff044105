/* Which phrases do many rows of the catalogue share? Menu paths, firewall rules, restarts and sources: one
 * spelling each, so that a menu that moves is mended in one place. Private to the catalogue_*.c files. */
#ifndef CATALOGUE_GUIDANCE_H
#define CATALOGUE_GUIDANCE_H

#include "catalogue/catalogue.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
/* A row of a family: the causes are a static array in the same file. */
#define CHECK(id_, causes_, title_, judges_, ...)                                                            \
    {                                                                                                        \
        .id = id_, .title = title_, .judges = judges_, .source = {__VA_ARGS__}, .causes = causes_,           \
        .cause_count = COUNT_OF(causes_)                                                                     \
    }

/* Vendor documents and RFCs, by names that an outsider can look up. */
#define GUIDE(chapter) "Expressway certificate guide X14.3, " chapter
#define TROUBLE(section) "Expressway certificate troubleshooting note, " section
#define RENEWAL(section) "Expressway certificate renewal note, " section
#define IMP_NOTE "IM and Presence certificate regeneration note"
#define MRA_GUIDE "MRA deployment guide X15.0, requirements chapter"
#define MRA_TROUBLE "MRA deployment guide X12.5, troubleshooting chapter"
#define ADMIN_GUIDE "Expressway administrator guide X15.4, Unified Communications chapter"
#define PORT_GUIDE "Expressway IP port usage guide X14.0"
#define JABBER_DNS "Cisco Jabber DNS configuration guide 9.7"
#define TN_TC "TN-211304 TC endpoints over Collaboration Edge"
#define TN_DOMAINS "TN-117811 MRA in a multi-domain deployment"
#define TN_MRA_CERTS "TN-213872 Configure and troubleshoot MRA certificates"
#define TN_TRAFFIC "TN-218018 Traffic Server certificate verification"
#define TN_ATS "TN-225476 MRA certificate requirements"
#define TN_EKU "TN-225482 Prepare Expressway for the client-EKU sunset"
#define TN_EKU_X155 "TN-225693 Client-EKU sunset with Expressway X15.5"
#define FN_EKU "Field notice FN74362"
#define TN_CIPHERS "TN-222186 Customise Expressway cipher strings"
#define HYBRID "Webex Hybrid Call Connect troubleshooting guide"
#define RELEASE_NOTES "Expressway X14.2 release notes"

/* Menu paths. BOX is "Expressway-E" or "Expressway-C". */
#define CSR(box) box ": Maintenance > Security > Server certificate > Generate CSR"
#define UPLOAD(box)                                                                                          \
    box ": Maintenance > Security > Server certificate > Upload new certificate; upload the server "         \
        "certificate alone, as PEM, and do not discard the CSR before"
#define SIGN                                                                                                 \
    "Have the CA sign it as a multi-SAN certificate with server and client authentication, and compare its " \
    "names with the CSR before you upload it"
#define APPEND_CA(box) box ": Maintenance > Security > Trusted CA certificate > Append CA certificate"
#define TUNNEL_STATUS "Expressway-C: Status > Unified Communications, follow the link to the SSH tunnels"
#define UCM_CERTS                                                                                            \
    "Cisco Unified OS Administration > Security > Certificate Management > Upload Certificate/Certificate "  \
    "chain"

/* Restarts. */
#define RESTART_CERT                                                                                         \
    "The Expressway that got the certificate: Maintenance > Restart options > Restart (an ACME deploy "      \
    "needs "                                                                                                 \
    "none)"
#define RESTART_PEERS                                                                                        \
    "In a cluster: System > Clustering, TLS verification mode Permissive; restart one peer after the "       \
    "other, "                                                                                                \
    "each when the last is back; then Enforce again"
#define RESTART_TRUST "The Expressway whose trust list changed: Maintenance > Restart options > Restart"
#define RESTART_TOMCAT "Every Unified CM node, on its CLI: utils service restart Cisco Tomcat"
#define RESTART_CALLMANAGER                                                                                  \
    "Unified CM: Cisco Unified Serviceability > Tools > Control Center - Feature Services, restart Cisco "   \
    "CallManager on each node"
#define RESTART_HAPROXY "Every Unified CM node, on its CLI: utils service restart Cisco HAProxy"

/* Who feels a dead leg. */
#define NO_JABBER "Jabber and Webex App: no log-in from outside"
#define NO_TC "TC/CE room endpoints: provisioning over the edge fails"
#define NO_PHONES "7800/8800 phones: no MRA registration"
#define ALL_MRA NO_JABBER, NO_TC, NO_PHONES

#endif
