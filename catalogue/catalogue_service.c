/* What can be wrong with the services behind the ports? Rows of sip, mra, xmpp, ssh. */
#include "catalogue/guidance.h"

#define NO_SIP "All MRA devices: log-in works, no registration, no calls"
#define SIP_MENU "Expressway-E: Configuration > Protocols > SIP"
#define SIP_SOURCES PORT_GUIDE, "RFC 3261 section 11"

static const struct cause sip_options[] = {
    {.id = "no-answer",
     .status = STATUS_FAIL,
     .title = "TLS is up, but SIP does not answer",
     .why = "The handshake succeeded and OPTIONS went unanswered. The SIP process hangs or is overloaded, or "
            "a device in "
            "between ends TLS and has no SIP server behind it.",
     .affects = {NO_SIP, "Calls from other companies"},
     .fix = {SIP_MENU ": SIP mode On, TLS mode On, TLS port 5061",
             "Expressway-E: Status > Alarms; Status > Logs > Event log at the time of the run",
             "System > Protection > Firewall rules: is this address barred?",
             "Load balancer or session border controller in front: check its back end"},
     .restart = {"If the process hangs: Maintenance > Restart options > Restart"},
     .source = {SIP_SOURCES}},
    {.id = "malformed",
     .status = STATUS_FAIL,
     .title = "The answer to OPTIONS is not valid SIP",
     .why = "Bytes came that are no SIP response: another protocol behind the port, or a SIP ALG that "
            "garbles messages.",
     .affects = {NO_SIP},
     .fix = {"Firewall: switch SIP inspection (ALG) off for 5060 and 5061",
             "Check that address and port belong to the Expressway-E"},
     .source = {SIP_SOURCES, HYBRID}},
    {.id = "closed",
     .status = STATUS_FAIL,
     .title = "The connection was closed instead of an answer",
     .why = "TLS was up, then the other side hung up on the first SIP message. Reasons: mutual TLS that is "
            "enforced after the "
            "handshake, an access rule, or a proxy without back end.",
     .affects = {NO_SIP},
     .fix = {SIP_MENU ": no mutual TLS on 5061 (5062 is for that)",
             "Expressway-E: Configuration > Registration, and System > Protection > Firewall rules",
             "See tls.client-auth for this port: with TLS 1.3 a refused certificate shows only now"},
     .source = {SIP_SOURCES, TN_ATS}},
    {.id = "status-5xx",
     .status = STATUS_WARN,
     .title = "SIP answers with a server error",
     .why = "The service is alive and says that it cannot serve: overload, licences, or a next hop that is "
            "down. OPTIONS "
            "from a stranger may be refused by design with 4xx; 5xx is not by design.",
     .affects = {"MRA devices: registration may fail, sometimes only for some"},
     .fix =
         {"Expressway-E: Status > Alarms; Configuration > Zones > Zones: is the traversal zone active?",
          "Registrations beyond 2,500 encrypted sessions need Expressway Select from X14.2 on",
          "500 or 407 on calls: the traversal zone's authentication policy must be Do not check credentials"},
     .source = {"RFC 3261 section 21.5", RELEASE_NOTES, MRA_TROUBLE}},
};

#define ALL_LOGIN "Jabber and Webex App: log-in fails", "TC/CE room endpoints and phones: provisioning fails"
#define MRA_MODE                                                                                             \
    "Expressway-C and Expressway-E: Configuration > Unified Communications > Configuration, mode Mobile "    \
    "and remote access"
#define PATH_FIX                                                                                             \
    TUNNEL_STATUS ": Active for every Expressway-E peer",                                                    \
        "Expressway-C: Configuration > Zones > Zones: the Unified Communications traversal zone must be "    \
        "active",                                                                                            \
        "Tunnel down, zone up: upload all intermediate CAs to both trust lists; see chain.ssh-tunnel",       \
        "Firewall: TCP 2222 from Expressway-C (source ports 35000-35999) to Expressway-E"
#define NOT_EDGE_FIX                                                                                         \
    "See who answers: the Server header and certificate in the evidence",                                    \
        "Correct address, NAT rule or load balancer so that 8443 leads to the Expressway-E", MRA_MODE
#define MRA_SOURCES MRA_TROUBLE, TN_TC

static const struct cause edge_sso[] = {
    {.id = "no-answer",
     .status = STATUS_FAIL,
     .title = "The edge does not answer get_edge_sso",
     .why = "TLS on 8443 is up, the request went out, and no HTTP answer came in time. get_edge_sso needs no "
            "credentials and "
            "is the first thing that Jabber asks.",
     .affects = {ALL_LOGIN},
     .fix = {MRA_MODE,
             "Expressway-E: Status > Alarms; Maintenance > Tools > Network utilities > Ping to Expressway-C",
             PATH_FIX},
     .restart = {"If the service hangs: Maintenance > Restart options > Restart"},
     .source = {MRA_SOURCES}},
    {.id = "status-403",
     .status = STATUS_FAIL,
     .title = "The edge forbids the request (403)",
     .why = "The edge is alive and this domain is not served: it is not on Expressway-C's list of domains "
            "with MRA on, or the "
            "clocks of C and E differ.",
     .affects = {ALL_LOGIN},
     .fix = {"Expressway-C: Configuration > Domains: add the domain, SIP registrations and provisioning on "
             "Unified CM On",
             "Both: System > Time: NTP servers Synchronized",
             "Multi-tenant or several domains: each one needs its own entry"},
     .source = {TN_DOMAINS, MRA_TROUBLE}},
    {.id = "status-404",
     .status = STATUS_FAIL,
     .title = "The edge does not know the path (404)",
     .why = "A web server answers that does not know get_edge_sso: MRA is off, or it is not an Expressway-E. "
            "Repeated 404s "
            "count towards the automated intrusion block.",
     .affects = {ALL_LOGIN},
     .fix = {NOT_EDGE_FIX},
     .source = {MRA_SOURCES}},
    {.id = "status-502",
     .status = STATUS_FAIL,
     .title = "The edge cannot reach Expressway-C (502)",
     .why = "Expressway-E answers, but its next hop does not: the SSH tunnels on 2222 that carry HTTPS to "
            "Expressway-C are "
            "down, mostly. The traversal zone may be active all the same.",
     .affects = {ALL_LOGIN},
     .fix = {PATH_FIX, "Expressway-E host name with an underscore: see name.host-underscore",
             "Expressway-C's certificate without client authentication: see cert.eku"},
     .source = {MRA_TROUBLE, TROUBLE("zone up but SSH down"), TN_EKU_X155}},
    {.id = "status-5xx",
     .status = STATUS_FAIL,
     .title = "The edge answers with a server error",
     .why = "Expressway-C was reached and could not go on: 503 and 504 mean that Unified CM cannot be "
            "reached or its "
            "certificate was refused.",
     .affects = {ALL_LOGIN},
     .fix = {"Expressway-C: Configuration > Unified Communications > Unified CM servers: status of each "
             "node, Refresh servers",
             "See name.ucm-node and chain.ucm-trust: from X14.0.8 and X14.2 on every Unified CM certificate "
             "is verified",
             "Firewall: TCP 8443 and 6972 from Expressway-C to each Unified CM node"},
     .source = {MRA_TROUBLE, TN_TRAFFIC}},
    {.id = "not-an-edge",
     .status = STATUS_FAIL,
     .title = "What answers on 8443 is not an Expressway edge",
     .why = "HTTP answered, but neither with the edge's headers nor with its content: a web server, a "
            "captive portal, a load "
            "balancer's own page.",
     .affects = {ALL_LOGIN},
     .fix = {NOT_EDGE_FIX},
     .source = {MRA_SOURCES}},
};

static const struct cause edge_config[] = {
    {.id = "bad-credentials",
     .status = STATUS_FAIL,
     .title = "User name or password is refused (401)",
     .why = "The path is good up to Unified CM, which refuses the credentials. Also: the user has no home "
            "cluster, the "
            "clusters do not know each other (ILS), or a token has expired. More than five failures from one "
            "address "
            "bring the intrusion block.",
     .affects = {"This user; everyone, if Unified CM was down and Expressway-C still holds it for failed"},
     .fix = {"Try the same user inside; mind the exact spelling of the user id",
             "Unified CM: User Management > End User: roles Standard CCM End Users and Standard CTI Enabled, "
             "home cluster "
             "ticked",
             "Several clusters: System > Cluster names, ILS on all of them (Advanced Features > ILS "
             "Configuration)",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers > Refresh servers"},
     .source = {MRA_TROUBLE, TN_TC}},
    {.id = "domain-not-enabled",
     .status = STATUS_FAIL,
     .title = "The domain is not enabled for MRA (403)",
     .why = "The edge is alive and refuses the service domain in the request: it is missing on "
            "Expressway-C's list of "
            "domains, or the clocks of C and E differ.",
     .affects = {ALL_LOGIN},
     .fix = {"Expressway-C: Configuration > Domains: add the domain, SIP registrations and provisioning on "
             "Unified CM On",
             "Both: System > Time: NTP servers Synchronized"},
     .source = {TN_DOMAINS, MRA_TROUBLE}},
    {.id = "path-down",
     .status = STATUS_FAIL,
     .title = "The edge cannot reach Expressway-C (502)",
     .why = "Expressway-E itself answers (Server: CE_E) that its next hop is unreachable: the SSH tunnels "
            "are down, mostly. "
            "No user can log in, whatever the credentials.",
     .affects = {ALL_LOGIN},
     .fix = {PATH_FIX, "Expressway-E host name with an underscore: see name.host-underscore",
             "Expressway-C's certificate without client authentication: see cert.eku"},
     .source = {MRA_TROUBLE, TROUBLE("zone up but SSH down"), TN_EKU_X155}},
    {.id = "unexpected-xml",
     .status = STATUS_FAIL,
     .title = "The answer is not the edge configuration",
     .why = "200 came, but with something else than getEdgeConfigResponse: a portal page, a proxy, or "
            "another product.",
     .affects = {ALL_LOGIN},
     .fix = {NOT_EDGE_FIX},
     .source = {TN_TC}},
    {.id = "no-uds-server",
     .status = STATUS_FAIL,
     .title = "The edge configuration names no UDS server",
     .why = "The answer has an empty userUdsServer. The user has no home cluster or service profile, and "
            "endpoints stop with "
            "\"XML didn't contain UDS server address\".",
     .affects = {"TC/CE room endpoints: provisioning stops",
                 "Jabber: no directory, perhaps no phone service"},
     .fix = {"Unified CM: User Management > End User: tick Home Cluster, choose a UC service profile",
             "User Management > User Settings > Service Profile: a default profile for those without one",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers > Refresh servers"},
     .source = {TN_TC}},
    {.id = "service-name-error",
     .status = STATUS_FAIL,
     .title = "Expressway-C cannot resolve the service (NameError)",
     .why = "Expressway-C asked its DNS for the service's SRV record and got none. For _cuplogin and "
            "_cisco-phone-tftp that is "
            "normal; for _cisco-uds it stops log-in on releases or deployments that need the record.",
     .affects = {ALL_LOGIN},
     .fix = {"Internal DNS: _cisco-uds._tcp.DOMAIN. 3600 IN SRV 10 10 8443 ucm1.DOMAIN. - one per Unified CM "
             "node",
             "Expressway-C: System > DNS: internal DNS servers; test: Maintenance > Tools > Network "
             "utilities > DNS lookup",
             "From X12.5 on not needed when System > Server in Unified CM holds FQDNs"},
     .source = {TN_TC, MRA_GUIDE}},
    {.id = "cookie-domain",
     .status = STATUS_FAIL,
     .title = "The session cookie is set for another domain",
     .why = "The edge sets its X-Auth cookie for its own domain. The host name that the client used lies "
            "elsewhere, so the "
            "client drops the cookie: TLS and password are good, log-in loops (CSCuo82526, CSCuo83458).",
     .affects = {"Jabber: log-in loops; log: XAuth Cookie expiration time is invalid or not available"},
     .fix = {"Expressway-E: System > DNS: system host name and domain name",
             "Public DNS: SRV target in that domain, best the Expressway-E's own FQDN",
             "All Expressway-E peers: the same domain name, in the same letter case"},
     .restart = {"After a change under System > DNS: Maintenance > Restart options > Restart"},
     .source = {TN_DOMAINS, MRA_TROUBLE}},
    {.id = "no-answer",
     .status = STATUS_FAIL,
     .title = "The edge does not answer get_edge_config",
     .why = "TLS on 8443 is up, the request went out, and no HTTP answer came in time or the connection was "
            "closed.",
     .affects = {ALL_LOGIN},
     .fix = {MRA_MODE, "Expressway-E: Status > Alarms", PATH_FIX},
     .restart = {"If the service hangs: Maintenance > Restart options > Restart"},
     .source = {MRA_SOURCES}},
    {.id = "status-404",
     .status = STATUS_FAIL,
     .title = "The edge does not know the path (404)",
     .why = "A web server answers that does not know get_edge_config: MRA is off, or it is not an "
            "Expressway-E. Repeated 404s "
            "count towards the automated intrusion block.",
     .affects = {ALL_LOGIN},
     .fix = {NOT_EDGE_FIX},
     .source = {MRA_SOURCES}},
    {.id = "status-5xx",
     .status = STATUS_FAIL,
     .title = "The edge answers with a server error",
     .why = "Expressway-C was reached and could not go on: 503 and 504 mean that Unified CM cannot be "
            "reached or its "
            "certificate was refused.",
     .affects = {ALL_LOGIN},
     .fix = {"Expressway-C: Configuration > Unified Communications > Unified CM servers: status of each "
             "node, Refresh servers",
             "See name.ucm-node and chain.ucm-trust: from X14.0.8 and X14.2 on every Unified CM certificate "
             "is verified",
             "Firewall: TCP 8443 and 6972 from Expressway-C to each Unified CM node"},
     .source = {MRA_TROUBLE, TN_TRAFFIC}},
    {.id = "not-an-edge",
     .status = STATUS_FAIL,
     .title = "What answers on 8443 is not an Expressway edge",
     .why = "HTTP answered, but without the marks of an edge (Server CE_C or CE_E, realm Cisco-Edge): a web "
            "server, a captive "
            "portal, a load balancer's own page.",
     .affects = {ALL_LOGIN},
     .fix = {NOT_EDGE_FIX},
     .source = {MRA_SOURCES, TN_DOMAINS}},
};

#define NO_IM "Jabber: phone service works, no messages, no presence"
#define XMPP_PATH                                                                                            \
    "Expressway-C: Configuration > Unified Communications > IM and Presence Service nodes: status, Refresh " \
    "servers",                                                                                               \
        "Firewall: TCP 7400 from Expressway-C to Expressway-E, and from Expressway-C to IM and Presence",    \
        "Two NICs: 7400 listens on the inner interface; forward and reverse DNS for each Expressway-E "      \
        "inside"
#define XMPP_SOURCES MRA_GUIDE, TN_DOMAINS, "RFC 6120"

static const struct cause xmpp_stream[] = {
    {.id = "no-starttls",
     .status = STATUS_FAIL,
     .title = "XMPP answers, but offers no STARTTLS",
     .why = "The stream opened and TLS is not among its features, or was declined. Clients of MRA do not log "
            "in in clear. The "
            "edge offers it as long as it has a usable certificate; another XMPP server or a proxy may not.",
     .affects = {NO_IM},
     .fix = {"Check that address and port belong to the Expressway-E",
             "Expressway-E: Status > Alarms: certificate alarms; see the findings on its certificate",
             "Firewall: no XMPP inspection that strips STARTTLS"},
     .restart = {"After a new certificate: Maintenance > Restart options > Restart"},
     .source = {ADMIN_GUIDE, "RFC 6120 section 5"}},
    {.id = "stream-error",
     .status = STATUS_FAIL,
     .title = "XMPP ends the stream with an error",
     .why = "The server refused the stream; the condition is in the evidence. host-unknown means that the "
            "domain is not "
            "served, often because Expressway-C has it without IM and Presence.",
     .affects = {NO_IM},
     .fix = {"host-unknown: Expressway-C: Configuration > Domains: IM and Presence Service On for the domain",
             "internal-server-error or system-shutdown: the path behind is down", XMPP_PATH},
     .source = {XMPP_SOURCES}},
    {.id = "no-answer",
     .status = STATUS_FAIL,
     .title = "Port 5222 accepts, but XMPP does not answer",
     .why = "TCP connected, our stream header went out, and nothing came back: the XMPP service hangs, or "
            "its router has no "
            "way to Expressway-C (7400).",
     .affects = {NO_IM},
     .fix = {XMPP_PATH, "Expressway-E: Status > Alarms"},
     .restart = {"If the service hangs: Maintenance > Restart options > Restart"},
     .source = {XMPP_SOURCES}},
    {.id = "closed",
     .status = STATUS_FAIL,
     .title = "XMPP hangs up before the stream is open",
     .why = "The connection was closed or reset in place of a stream header: an inspecting firewall, a proxy "
            "without back "
            "end, or a service that is just starting.",
     .affects = {NO_IM},
     .fix = {"Firewall: TCP 5222 from any Internet address to Expressway-E, without inspection", XMPP_PATH},
     .source = {XMPP_SOURCES}},
    {.id = "malformed",
     .status = STATUS_FAIL,
     .title = "What answers on 5222 is not valid XMPP",
     .why = "Bytes came that are no XMPP stream: another service on this port, or one that starts TLS at "
            "once instead of "
            "STARTTLS.",
     .affects = {NO_IM},
     .fix = {"Check that address and port belong to the Expressway-E",
             "Load balancer: pass 5222 through as plain TCP, without ending TLS there"},
     .source = {"RFC 6120 section 4"}},
    {.id = "no-features",
     .status = STATUS_FAIL,
     .title = "After STARTTLS no stream features come",
     .why = "TLS is up, but the new stream brings no log-in mechanisms. Expressway-C's knowledge of the IM "
            "and Presence realm "
            "is stale, or the path behind is down; log: Failed to query auth component for SASL mechanisms.",
     .affects = {NO_IM},
     .fix = {XMPP_PATH, "cup-xmpp certificate: its CA must be in Expressway-C's trust list"},
     .source = {MRA_TROUBLE, XMPP_SOURCES}},
};

#define TUNNEL_WHO "All MRA users: the zone may be up, but log-in fails with 502"
#define SSH_RULE                                                                                             \
    "Firewall: TCP 2222 from Expressway-C (source ports 35000-35999) to Expressway-E, without inspection"
#define SSH_SOURCES MRA_GUIDE, PORT_GUIDE

static const struct cause ssh_service[] = {
    {.id = "no-banner",
     .status = STATUS_FAIL,
     .title = "Port 2222 accepts, but no SSH banner comes",
     .why = "TCP connected, then silence. A firewall answers on behalf of the Expressway-E, or the tunnel "
            "service hangs.",
     .affects = {TUNNEL_WHO},
     .fix = {SSH_RULE, MRA_MODE, TUNNEL_STATUS},
     .restart = {"If the service hangs: Expressway-E: Maintenance > Restart options > Restart"},
     .source = {SSH_SOURCES}},
    {.id = "not-ssh",
     .status = STATUS_FAIL,
     .title = "What answers on 2222 is not SSH",
     .why = "The first bytes are no SSH identification; the evidence shows them. The port leads to something "
            "else, or an "
            "inspecting firewall answers itself.",
     .affects = {TUNNEL_WHO},
     .fix = {"Correct the NAT rule or address so that 2222 leads to the Expressway-E", SSH_RULE},
     .source = {SSH_SOURCES, "RFC 4253 section 4.2"}},
    {.id = "closed",
     .status = STATUS_FAIL,
     .title = "Port 2222 closes before the SSH banner",
     .why = "The connection was accepted and closed at once: the tunnel service takes connections from its "
            "Expressway-C only, "
            "a firewall cuts them, or the service is restarting.",
     .affects = {TUNNEL_WHO, "Nobody, if only this probe's address is refused: see the tunnels' status"},
     .fix = {TUNNEL_STATUS ": if Active, all is well", "System > Protection > Firewall rules on Expressway-E",
             SSH_RULE, MRA_MODE},
     .source = {SSH_SOURCES}},
    {.id = "no-kexinit",
     .status = STATUS_FAIL,
     .title = "SSH greets, but starts no key exchange",
     .why = "The banner came, its KEXINIT did not or is malformed. A firewall that inspects SSH cuts here; a "
            "limit on "
            "unauthenticated connections looks the same.",
     .affects = {TUNNEL_WHO},
     .fix = {SSH_RULE, "Repeat after a minute, in case of a limit on connections", TUNNEL_STATUS},
     .source = {SSH_SOURCES, "RFC 4253 section 7.1"}},
};

static const struct check checks[] = {
    CHECK("sip.options", sip_options, "SIP answers over TLS",
          "An OPTIONS request gets a valid SIP response; any code but 5xx shows that the service lives.",
          SIP_SOURCES),
    CHECK("mra.edge-sso", edge_sso, "First question of every MRA client",
          "get_edge_sso, which needs no credentials, is answered by an Expressway edge.", MRA_SOURCES),
    CHECK("mra.edge-config", edge_config, "Edge configuration",
          "get_edge_config without credentials gets 401 with the realm Cisco-Edge. Server: CE_C ECS proves "
          "the path through "
          "the SSH tunnel to Expressway-C.",
          MRA_SOURCES, TN_DOMAINS),
    CHECK("xmpp.stream", xmpp_stream, "XMPP stream with STARTTLS",
          "The stream opens, STARTTLS is offered and works, and features follow.", XMPP_SOURCES),
    CHECK("ssh.service", ssh_service, "SSH tunnel service",
          "Port 2222 of Expressway-E answers with an SSH banner and starts the key exchange.", SSH_SOURCES),
};

extern const struct family family_service;
const struct family family_service = {"service", "Services", checks, COUNT_OF(checks)};
