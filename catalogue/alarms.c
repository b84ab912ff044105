/* The alarms of alarms.h: numbers and titles as the command reference X15.5 and pasted logs have them; what
 * they mean is what the certificate guide and the TAC notes say of the same fault. */
#include "catalogue/alarms.h"

#define RESTART "Maintenance > Restart options > Restart"
#define CLUSTER                                                                                              \
    {                                                                                                        \
        "System > Clustering on every peer: the same list of peers, state Active",                           \
            "With TLS verification Enforce: each peer's certificate bears the cluster name and its own "     \
            "name, and every peer trusts its CA: edgeprobe explain name.cluster, chain.cluster-trust",       \
            "Between the peers: TCP 4371 and 4372 both ways"                                                 \
    }
#define CRL                                                                                                  \
    {                                                                                                        \
        "Maintenance > Security > CRL management: the sources and the state of the last update",             \
            "See what each source answers now: edgeprobe revocation"                                         \
    }
#define ACME                                                                                                 \
    {                                                                                                        \
        "Expressway-E: Maintenance > Security > Server certificate: state of the ACME service",              \
            "TCP 80 from the Internet to the box while it renews: edgeprobe explain net.acme-http"           \
    }

const struct alarm_row alarm_rows[] = {
    {.id = 15022,
     .title = "Domain certificate changed",
     .means = "A certificate of a domain was changed, and the running services still use the old one.",
     .fix = {RESTART}},
    {.id = 15028,
     .title = "Server certificate changed",
     .means = "The server certificate or its key was changed, and the running services still use the old "
              "one.",
     .fix = {RESTART}},
    {.id = 20004,
     .leg = LOG_LEG_CLUSTER,
     .title = "Cluster communication failure",
     .means = "This peer cannot talk to another peer of its cluster. After a new certificate or an enforced "
              "TLS verification: names or trust between the peers.",
     .fix = CLUSTER},
    {.id = 20006,
     .leg = LOG_LEG_CLUSTER,
     .title = "Cluster database communication failure",
     .means = "The database of this peer is not replicated to another one. After a new certificate or an "
              "enforced TLS verification: names or trust between the peers; on the certificate, both "
              "clientAuth and serverAuth are needed.",
     .fix = CLUSTER},
    {.id = 20020,
     .leg = LOG_LEG_CLUSTER,
     .title = "Cluster TLS verification mode does not match the active one",
     .means = "The TLS verification of the cluster was changed and is not in force yet.",
     .fix = {RESTART " on every peer"}},
    {.id = 20021,
     .leg = LOG_LEG_CLUSTER,
     .title = "Cluster ports blocked",
     .means = "A port between the peers of the cluster does not answer.",
     .fix = CLUSTER},
    {.id = 25002,
     .title = "NTP",
     .check = CHECK_HOST_CLOCK,
     .cause = CAUSE_HOST_CLOCK_NOT_SYNCHRONISED,
     .means = "The clock of this box follows no NTP server."},
    {.id = 25020,
     .title = "NTP",
     .check = CHECK_HOST_CLOCK,
     .cause = CAUSE_HOST_CLOCK_NOT_SYNCHRONISED,
     .means = "The clock of this box follows no NTP server."},
    {.id = 25021,
     .title = "NTP",
     .check = CHECK_HOST_CLOCK,
     .cause = CAUSE_HOST_CLOCK_NOT_SYNCHRONISED,
     .means = "The clock of this box follows no NTP server."},
    {.id = 25022,
     .leg = LOG_LEG_ZONE,
     .title = "Time not synchronized over traversal zone",
     .check = CHECK_HOST_CLOCK,
     .cause = CAUSE_HOST_CLOCK_DIFFERS,
     .means = "The clocks of Expressway-C and Expressway-E differ. Log-in then fails with 403, digests are "
              "refused, and certificates look expired or not yet valid."},
    {.id = 25030,
     .box = LOG_BOX_C,
     .leg = LOG_LEG_XCP,
     .title = "Reverse DNS lookup failed",
     .check = CHECK_HOST_REVERSE_DNS,
     .cause = CAUSE_HOST_REVERSE_DNS_MISSING,
     .means = "Expressway-C looked up the name of an Expressway-E's address (PTR) and got none: XMPP between "
              "the two (7400) verifies the certificate by that name."},
    {.id = 25031,
     .box = LOG_BOX_C,
     .leg = LOG_LEG_XCP,
     .title = "Certificate verification failed: name of the PTR record",
     .check = CHECK_HOST_REVERSE_DNS,
     .cause = CAUSE_HOST_REVERSE_DNS_NOT_IN_SAN,
     .means = "The PTR record of an Expressway-E's address gives a name that is not in its certificate: XMPP "
              "between Expressway-C and Expressway-E (7400) is refused."},
    {.id = 35013,
     .box = LOG_BOX_C,
     .leg = LOG_LEG_TUNNEL,
     .title = "Unified Communications SSH tunnel failure",
     .check = CHECK_CHAIN_SSH_TUNNEL,
     .means = "Expressway-C has no SSH tunnel (2222) to the hosts named: MRA log-in through them fails with "
              "502. With the zone up, trust is judged without the intermediates that the other side sends.",
     .fix = {"Judge zone and tunnel with both trust lists: edgeprobe zone --peer-address HOST --c-trust "
             "--e-trust",
             "Firewall: TCP 2222 from Expressway-C (source ports 35000-35999) to Expressway-E",
             "Expressway-C: Status > Unified Communications, SSH tunnels: state per host"}},
    {.id = 35014,
     .box = LOG_BOX_C,
     .leg = LOG_LEG_TUNNEL,
     .title = "Unified Communications SSH tunnel notification",
     .check = CHECK_CHAIN_SSH_TUNNEL,
     .means = "An SSH tunnel (2222) between Expressway-C and Expressway-E came or went.",
     .fix = {"Expressway-C: Status > Unified Communications, SSH tunnels: state per host"}},
    {.id = 40001,
     .title = "CRL update",
     .check = CHECK_REVOCATION_CRL,
     .means = "A list of revoked certificates could not be brought up to date.",
     .fix = CRL},
    {.id = 40002,
     .title = "CRL update",
     .check = CHECK_REVOCATION_CRL,
     .means = "A list of revoked certificates could not be brought up to date.",
     .fix = CRL},
    {.id = 40006,
     .title = "CRL update",
     .check = CHECK_REVOCATION_CRL,
     .means = "A list of revoked certificates could not be brought up to date.",
     .fix = CRL},
    {.id = 40007,
     .title = "CRL update",
     .check = CHECK_REVOCATION_CRL,
     .means = "A list of revoked certificates could not be brought up to date.",
     .fix = CRL},
    {.id = 40040,
     .title = "TLS verification is off on a Unified Communications zone",
     .check = CHECK_ZONE_VERIFY_MODE,
     .cause = CAUSE_ZONE_VERIFY_MODE_OFF,
     .means =
         "The Unified Communications zone does not verify the other side's certificate; MRA needs it on."},
    {.id = 40043,
     .title = "Media encryption not enforced",
     .means = "The zone for MRA does not force encrypted media.",
     .fix = {"Configuration > Zones > Zones, the zone: media encryption mode Force encrypted"}},
    {.id = 40048,
     .title = "SIP TLS is off",
     .means = "SIP over TLS is switched off: neither the traversal zone nor registrations can work.",
     .fix = {"Configuration > Protocols > SIP: TLS mode On"}},
    {.id = 40049,
     .leg = LOG_LEG_CLUSTER,
     .title = "Cluster TLS verification is permissive",
     .means = "The peers of the cluster encrypt, and do not verify each other's certificates.",
     .fix =
         {"System > Clustering: TLS verification mode Enforce, once edgeprobe finds names and trust good"}},
    {.id = 40052,
     .title = "Server certificate without common name",
     .check = CHECK_NAME_COMMON_NAME,
     .cause = CAUSE_NAME_COMMON_NAME_MISSING,
     .means = "The server certificate has no common name."},
    {.id = 40054,
     .title = "OAuth token decryption",
     .means = "Expressway-C could not decrypt an OAuth token: its keys are not those of Unified CM any more.",
     .fix = {"Expressway-C: Configuration > Unified Communications > Unified CM servers: Refresh servers",
             "Unified CM and IM and Presence, every node: show key authz signing, show key authz encryption "
             "give the same keys"}},
    {.id = 40061,
     .box = LOG_BOX_E,
     .title = "ACME",
     .means = "The ACME service could not renew or install a certificate.",
     .fix = ACME},
    {.id = 40062,
     .box = LOG_BOX_E,
     .title = "ACME",
     .means = "The ACME service could not renew or install a certificate.",
     .fix = ACME},
    {.id = 40063,
     .box = LOG_BOX_E,
     .title = "ACME",
     .means = "The ACME service could not renew or install a certificate.",
     .fix = ACME},
    {.id = 40064,
     .box = LOG_BOX_E,
     .title = "ACME",
     .means = "The ACME service could not renew or install a certificate.",
     .fix = ACME},
    {.id = 40068,
     .title = "Server certificate has expired",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRED,
     .means = "The server certificate of the box that raised the alarm has expired."},
    {.id = 40069,
     .title = "Server certificate expires soon",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRES_SOON,
     .means = "The server certificate of the box that raised the alarm expires soon."},
    {.id = 40075,
     .title = "Domain certificate has expired",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRED,
     .means = "A certificate of a domain has expired."},
    {.id = 40076,
     .title = "Domain certificate expires soon",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRES_SOON,
     .means = "A certificate of a domain expires soon."},
    {.id = 40078,
     .title = "Client certificate has expired",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRED,
     .means = "The client certificate (X15.5) of the box that raised the alarm has expired."},
    {.id = 40079,
     .title = "Client certificate expires soon",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRES_SOON,
     .means = "The client certificate (X15.5) of the box that raised the alarm expires within 21 days."},
    {.id = 0}};

const struct alarm_row *alarm_find(int id) {
    for (const struct alarm_row *row = alarm_rows; row->id != 0; row++)
        if (row->id == id)
            return row;
    return NULL;
}
