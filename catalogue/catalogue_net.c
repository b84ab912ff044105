/* What can be wrong with reaching a port? Rows of the family net. */
#include "catalogue/guidance.h"

/* The firewall rules by leg; the finding names the port at hand. */
#define RULE_CLIENT                                                                                          \
    "Port 8443, 5061 or 5222: allow TCP from any Internet address and port to the public address of the "    \
    "Expressway-E on that port"
#define RULE_ZONE                                                                                            \
    "Port 7001, 2222 or 7400: allow TCP from Expressway-C (source ports 25000-29999; SSH 35000-35999) to "   \
    "the Expressway-E on that port; no rule is needed from outside to inside"
#define RULE_UCM                                                                                             \
    "Unified CM 8443, 6971, 6972, 5061, 5091, IM and Presence 8443, 7400: allow TCP from Expressway-C to "   \
    "the node on that port"
#define RULES RULE_CLIENT, RULE_ZONE, RULE_UCM

#define WHO_BY_PORT                                                                                          \
    "8443: no MRA log-in at all (Jabber, TC/CE, phones)",                                                    \
        "5061: log-in works, no SIP registration, no "                                                       \
        "calls",                                                                                             \
        "5222: no messages and no presence", "7001: traversal zone down, all MRA and calls through it down", \
        "2222: zone up, SSH tunnels down, MRA log-in fails with 502",                                        \
        "Unified CM ports: the users and devices homed on that node"

static const struct cause connect[] = {
    {.id = "refused",
     .status = STATUS_FAIL,
     .title = "Connection refused",
     .why =
         "The host is there and answered at once that nothing listens on the port (or a firewall rejects on "
         "its "
         "behalf). The service is off, not yet configured, or listens on another interface: with two NICs, "
         "XMPP (7400) listens on the inner one only, and dual NIC switched on without a second cable "
         "refuses.",
     .affects = {WHO_BY_PORT},
     .fix = {"Expressway-E: Configuration > Unified Communications > Configuration, mode Mobile and remote "
             "access",
             "SIP ports: Configuration > Protocols > SIP, TLS mode On and the port; zones: Configuration > "
             "Zones > "
             "Zones, the zone's port and state",
             "Two NICs: System > Network interfaces > IP, dual network interfaces only when both are cabled",
             RULES},
     .restart = {"After switching services or interfaces: Maintenance > Restart options > Restart"},
     .source = {MRA_GUIDE, PORT_GUIDE, TN_DOMAINS}},
    {.id = "timeout",
     .status = STATUS_FAIL,
     .title = "No answer to the connection attempt",
     .why =
         "Every SYN went unanswered: a firewall drops silently, the address is wrong, routing or NAT lacks "
         "the way "
         "back, or the host is down. Users see a long wait and then a failure. If it worked minutes ago from "
         "this address, think of the automated intrusion block.",
     .affects = {WHO_BY_PORT},
     .fix =
         {RULES,
          "Expressway-E behind NAT: the NAT must translate this port to the outer interface, and the default "
          "route must leave by that interface (System > Network interfaces > IP, static routes)",
          "Expressway-E with one NIC behind static NAT: Expressway-C must reach its public address (NAT "
          "reflection)",
          "Watch where it stops: Expressway-E: Maintenance > Diagnostics > Diagnostic logging, take tcpdump "
          "while logging"},
     .source = {MRA_GUIDE, PORT_GUIDE, TN_DOMAINS}},
    {.id = "unreachable",
     .status = STATUS_FAIL,
     .title = "Network or host unreachable",
     .why = "There is no route: this machine has none (no IPv6, VPN off), or a router on the way says so.",
     .affects = {WHO_BY_PORT},
     .fix = {"Check this machine's own routes first: ip route get <address>; without IPv6 here use -4",
             "Correct the published address, or the route or prefix announcement of the edge's network",
             RULES},
     .source = {"RFC 792", "RFC 4443 section 3.1", PORT_GUIDE}},
    {.id = "reset",
     .status = STATUS_FAIL,
     .title = "Connection accepted and reset at once",
     .why = "TCP came up and was torn down before a byte was exchanged. Typical of a firewall with "
            "inspection, a "
            "load balancer without a healthy server behind it, or a service at its connection limit.",
     .affects = {WHO_BY_PORT},
     .fix =
         {"Firewall: switch inspection off for these ports (SIP ALG, SIP inspection, TLS proxy, IPS rules)",
          "Load balancer: check the health of the pool behind the address", RULES},
     .source = {HYBRID, PORT_GUIDE}},
    {.id = "unresolved",
     .status = STATUS_FAIL,
     .title = "The name to connect to has no address",
     .why = "The node or peer is configured by a name for which DNS gives no address here. Expressway would "
            "fail the "
            "same way if it used this resolver.",
     .affects = {"The zone or node of that name: no connection can be tried"},
     .fix =
         {"DNS: add the A record. For a zone's peer address it must resolve in the DNS that Expressway-C "
          "uses "
          "(System > DNS)",
          "Expressway: Maintenance > Tools > Network utilities > DNS lookup shows what the box itself sees",
          "From X8.8 each Expressway-E needs forward and reverse (PTR) records in internal DNS for XMPP",
          "Or give the address in the deployment file: nodes, address"},
     .source = {MRA_GUIDE, TN_DOMAINS}},
    {.id = "intrusion-block-suspected",
     .status = STATUS_FAIL,
     .title = "Connections stopped: an intrusion block is likely",
     .why = "Connections worked, then every new one was dropped. Expressway's automated detection blocks an "
            "address "
            "after repeated failed authorisations or unknown paths (five by default, for ten minutes), and "
            "it looks "
            "like an outage from that address only. Many users behind one NAT share the counter.",
     .affects = {"Every client behind the blocked address, for about ten minutes",
                 "Monitoring systems that log in"},
     .fix =
         {"Expressway-E: System > Protection > Automated detection > Blocked addresses: unblock the address",
          "System > Protection > Automated detection > Exemptions: exempt monitoring hosts and office NATs",
          "System > Protection > Automated detection > Configuration: HTTP proxy authorization failure, "
          "trigger "
          "level 10",
          "Wait ten minutes before the next run"},
     .source = {MRA_TROUBLE}},
};

static const struct cause all_addresses[] = {
    {.id = "some-addresses-dead",
     .status = STATUS_WARN,
     .title = "Some of the published addresses do not answer",
     .why = "At least one address works, at least one does not. Clients choose by SRV priority and chance: "
            "some log "
            "in at once, some after a timeout, and the redundancy that the records promise is gone.",
     .affects = {"Some users: slow or failed log-in, different from try to try",
                 "All, when the last peer fails"},
     .fix = {"Bring the peer back: Expressway-E: Status > Overview, and its finding under net.connect",
             "Firewall and NAT: the rules must hold for every peer's address",
             "If the peer is gone for good: remove its SRV and A records from public DNS"},
     .source = {MRA_GUIDE, "RFC 2782"}},
    {.id = "ipv6-dead",
     .status = STATUS_WARN,
     .title = "The IPv6 addresses do not answer, IPv4 does",
     .why = "AAAA records are published but nothing answers there. Clients with IPv6 try it first; those "
            "without a "
            "quick fallback wait for the timeout or give up.",
     .affects = {"Clients in IPv6 networks, mobile networks above all: slow or failed log-in"},
     .fix = {"Expressway-E: System > Network interfaces > IP, protocol Both, IPv6 address and gateway",
             "Firewall: the same rules for IPv6 as for IPv4",
             "Or remove the AAAA records from public DNS if the edge does not serve IPv6"},
     .restart = {"After changing the IP protocol: Maintenance > Restart options > Restart"},
     .source = {"RFC 8305 section 1", MRA_GUIDE}},
};

#define RULE_ACME                                                                                            \
    "Firewall: TCP 80 from any Internet address to every Expressway-E peer; the CA does not publish its "    \
    "addresses, so the source cannot be narrowed"
#define ACME_WHO                                                                                             \
    "Administrators: ACME signing and automatic renewal fail", "All MRA users, when the certificate runs "   \
                                                               "out"

static const struct cause acme_http[] = {
    {.id = "refused",
     .status = STATUS_FAIL,
     .title = "Port 80 refuses connections, ACME needs it",
     .why = "The CA fetches its challenge file over HTTP on port 80. Expressway-E listens there all the time "
            "only "
            "when it redirects HTTP to HTTPS; otherwise it opens the port just while a challenge runs, and a "
            "refusal between two renewals is then normal.",
     .affects = {ACME_WHO},
     .fix = {"Expressway-E: Maintenance > Security > Server certificate > ACME Certificate Service: look at "
             "last "
             "sign status",
             "To be testable at any time: System > Administration settings, redirect HTTP requests to HTTPS "
             "On (web "
             "administration port 443)",
             RULE_ACME, "Repeat the check while Sign CSR with ACME Provider is running"},
     .source = {GUIDE("chapter 4")}},
    {.id = "timeout",
     .status = STATUS_FAIL,
     .title = "Port 80 does not answer, ACME needs it",
     .why = "A firewall drops port 80 in front of the edge. The CA picks any address of the name and must be "
            "able to "
            "fetch the challenge file from each; renewals come at random hours, so the port must stay open.",
     .affects = {ACME_WHO},
     .fix = {RULE_ACME, "NAT: translate port 80 of every peer's public address as well",
             "If port 80 must stay shut: switch ACME off and use a CA with the ordinary CSR procedure"},
     .source = {GUIDE("chapter 4")}},
    {.id = "unreachable",
     .status = STATUS_FAIL,
     .title = "No route to port 80, ACME needs it",
     .why = "A router says that the address cannot be reached, so the CA cannot fetch its challenge file "
            "either.",
     .affects = {ACME_WHO},
     .fix = {"Correct the A record or the routing of the edge's public address", RULE_ACME},
     .source = {GUIDE("chapter 4"), "RFC 792"}},
    {.id = "reset",
     .status = STATUS_FAIL,
     .title = "Port 80 is reset at once, ACME needs it",
     .why = "TCP came up and was torn down before a byte was exchanged: a firewall inspects or filters HTTP "
            "on the "
            "way. The CA's challenge would end the same way.",
     .affects = {ACME_WHO},
     .fix =
         {"Firewall: let HTTP to the Expressway-E through without inspection or URL filtering; the path is "
          "/.well-known/acme-challenge/",
          RULE_ACME},
     .source = {GUIDE("chapter 4")}},
    {.id = "unresolved",
     .status = STATUS_FAIL,
     .title = "A name of the ACME certificate does not resolve",
     .why = "The CA can fetch the challenge file only from a name that has an address.",
     .affects = {ACME_WHO},
     .fix = {"Public DNS: an A record to the Expressway-E for each name in the CSR", RULE_ACME},
     .source = {GUIDE("chapter 4")}},
};

static const struct check checks[] = {
    CHECK("net.connect", connect, "TCP connection",
          "TCP connects to the address and port. Judged for each address alone; refused, silent, unreachable "
          "and "
          "reset are different faults.",
          MRA_GUIDE, PORT_GUIDE),
    CHECK("net.all-addresses", all_addresses, "All published addresses work",
          "Every address that DNS publishes for a service works, IPv4 and IPv6.", MRA_GUIDE, "RFC 8305"),
    CHECK("net.acme-http", acme_http, "ACME: port 80 from the Internet",
          "Port 80 answers when ACME is in use: the CA fetches its challenge files there.",
          GUIDE("chapter 4")),
};

extern const struct family family_net;
const struct family family_net = {"net", "Reachability", checks, COUNT_OF(checks)};
