/* What can be wrong with service discovery? Rows of the family dns. */
#include "catalogue/guidance.h"

#define LOOKUP_AGAIN(record) "Ask again from outside: dig +trace " record "; dig @<name server> " record

/* A look-up that gave no usable answer has the same remedies whatever record was asked for. */
#define RESOLVER_ROWS(severity, record, ...)                                                                 \
    {.id = "servfail",                                                                                       \
     .status = severity,                                                                                     \
     .title = "The name server could not answer (SERVFAIL)",                                                 \
     .why = "SERVFAIL is no statement about the record. The resolver could not reach the zone's own name "   \
            "servers, or DNSSEC validation failed. Clients behind such a resolver behave as if the record "  \
            "did not exist.",                                                                                \
     .affects = {__VA_ARGS__},                                                                               \
     .fix = {LOOKUP_AGAIN(record),                                                                           \
             "If dig +cd succeeds where plain dig fails, DNSSEC is broken: mend the signatures or the DS "   \
             "record at the registrar",                                                                      \
             "Else mend the delegation: every NS record at the parent must name a server that answers for "  \
             "the zone"},                                                                                    \
     .source = {"RFC 1035 section 4.1.1", "RFC 4035 section 5.5"}},                                          \
        {.id = "refused",                                                                                    \
         .status = severity,                                                                                 \
         .title = "The name server refuses to answer (REFUSED)",                                             \
         .why = "The server was reached and declined by policy: it does not serve this zone, or does not "   \
                "serve this client. The record may exist all the same.",                                     \
         .affects = {__VA_ARGS__},                                                                           \
         .fix = {"Ask a resolver that serves you: edgeprobe check DOMAIN --resolver <address>",              \
                 "If it is the zone's own server: load the zone there, and allow queries from any source "   \
                 "(allow-query in BIND)",                                                                    \
                 LOOKUP_AGAIN(record)},                                                                      \
         .source = {"RFC 1035 section 4.1.1"}},                                                              \
        {.id = "timeout",                                                                                    \
         .status = severity,                                                                                 \
         .title = "No answer from the name server",                                                          \
         .why = "Every query went unanswered until the time ran out, or the network reported that nothing "  \
                "can be reached there. A firewall drops port 53, the server is down, or its address is "     \
                "wrong; whether the record exists stays open.",                                              \
         .affects = {__VA_ARGS__},                                                                           \
         .fix = {"Firewall: allow UDP and TCP port 53 from this host to the resolver, and from the "         \
                 "Internet to the zone's own name servers",                                                  \
                 "Compare with another resolver: edgeprobe check DOMAIN --resolver <address>",               \
                 LOOKUP_AGAIN(record)},                                                                      \
         .source = {"RFC 1035 section 4.2", "RFC 7766 section 5"}},                                          \
        {.id = "malformed",                                                                                  \
         .status = severity,                                                                                 \
         .title = "The DNS answer is unusable",                                                              \
         .why = "What came is no valid answer to this question: wrong lengths, compression loops, another "  \
                "name, or an error code (FORMERR, NOTIMP) in place of records. Strict resolvers discard "    \
                "such answers, so some clients find the edge and others do not.",                            \
         .affects = {__VA_ARGS__},                                                                           \
         .fix = {"Look for a firewall or load balancer that rewrites DNS (DNS inspection, DNS ALG, DNS "     \
                 "doctoring) and switch that off for this zone",                                             \
                 "Repeat without EDNS: dig +noedns " record                                                  \
                 "; if that works, a device or server in between is too old for EDNS",                       \
                 "Update the name server's software, then " LOOKUP_AGAIN(record)},                           \
         .source = {"RFC 1035 section 4.1", "RFC 9267"}},                                                    \
        {.id = "truncated",                                                                                  \
         .status = severity,                                                                                 \
         .title = "The DNS answer is cut off and TCP is refused",                                            \
         .why = "The answer did not fit into a datagram, so the server set the TC bit, which tells the "     \
                "client to ask again over TCP. Port 53 over TCP did not work, so the whole answer can be "   \
                "had by nobody. Large answers come from many SRV targets or from DNSSEC.",                   \
         .affects = {__VA_ARGS__},                                                                           \
         .fix = {"Firewall: allow TCP port 53, not UDP alone, from the Internet to the zone's name servers", \
                 "Name server: switch DNS over TCP on", "Check: dig +tcp " record},                          \
         .source = {"RFC 7766 section 5", "RFC 2181 section 9"}},                                            \
    {                                                                                                        \
        .id = "not-offered", .status = severity, .title = "The SRV record says: service not offered",        \
        .why = "The target is a single dot. That is the standard way to state that the service does not "    \
               "exist in this domain, and clients stop there.",                                              \
        .affects = {__VA_ARGS__},                                                                            \
        .fix = {"Public DNS: replace the target \".\" by the FQDN of the Expressway-E",                      \
                "Wait until the old record's TTL has run out, then " LOOKUP_AGAIN(record)},                  \
        .source = {                                                                                          \
            "RFC 2782"                                                                                       \
        }                                                                                                    \
    }

#define ADD_COLLAB_EDGE                                                                                      \
    "Public DNS, zone of the service domain: _collab-edge._tls.DOMAIN. 3600 IN SRV 10 10 8443 "              \
    "expe1.DOMAIN. - one record per Expressway-E peer"

static const struct cause collab_edge_srv[] = {
    {.id = "nxdomain",
     .status = STATUS_FAIL,
     .title = "The _collab-edge SRV record does not exist",
     .why =
         "Clients outside find the Expressway-E by this record alone. The name server states that the name "
         "does not exist, so no client even tries the edge; Jabber says it cannot find your services, an "
         "endpoint that the host could not be resolved.",
     .affects = {"Jabber and Webex App: \"Cannot find your services automatically\"",
                 "TC/CE room endpoints: \"Couldn't resolve host name\"", NO_PHONES},
     .fix =
         {ADD_COLLAB_EDGE, "Each service domain (edge domain) needs records of its own",
          "The target must be a host name with A or AAAA records, best the Expressway-E's own FQDN (System > "
          "DNS: system host name and domain name), never an IP address",
          "Do not create it in internal DNS: inside, clients use _cisco-uds._tcp",
          "Check from outside: dig SRV _collab-edge._tls.DOMAIN"},
     .source = {GUIDE("chapter 3"), MRA_GUIDE, JABBER_DNS, TN_TC}},
    {.id = "no-data",
     .status = STATUS_FAIL,
     .title = "The name exists but has no SRV record",
     .why =
         "_collab-edge._tls is there with other record types, or stands above other names, but holds no SRV. "
         "A record of the wrong type was created, or the name was typed into the wrong place of the zone. "
         "Clients treat it like a missing record.",
     .affects = {ALL_MRA},
     .fix = {"Public DNS: look at what exists: dig ANY _collab-edge._tls.DOMAIN",
             "Remove the wrong record (often an A, CNAME or TXT)", ADD_COLLAB_EDGE,
             "Check from outside: dig SRV _collab-edge._tls.DOMAIN"},
     .source = {"RFC 2308 section 2.2", MRA_GUIDE}},
    RESOLVER_ROWS(STATUS_FAIL, "SRV _collab-edge._tls.DOMAIN", ALL_MRA),
};

static const struct cause srv_target[] = {
    {.id = "no-address",
     .status = STATUS_FAIL,
     .title = "The SRV target has no address",
     .why =
         "The SRV record names a host for which DNS gives neither A nor AAAA. Clients get this far and can "
         "connect to nothing; when other targets have addresses, log-in works by chance or after a delay.",
     .affects = {ALL_MRA},
     .fix = {"Public DNS: add an A record (and AAAA if the edge has IPv6) for the target: expe1.DOMAIN. 3600 "
             "IN A "
             "<public address of the Expressway-E>",
             "Or correct the target's spelling in the SRV record, with its trailing dot",
             "Every Expressway-E peer needs a public record of its own"},
     .source = {MRA_GUIDE, "RFC 2782"}},
    {.id = "ip-literal",
     .status = STATUS_FAIL,
     .title = "The SRV target is an IP address",
     .why = "An SRV target is a host name by definition. Software that takes the address all the same then "
            "compares it with the certificate, which holds names only, and refuses.",
     .affects = {ALL_MRA},
     .fix = {"Public DNS: give the Expressway-E a name with an A record: expe1.DOMAIN. 3600 IN A <address>",
             "Change the SRV target to that name",
             "Make sure the name is in the certificate's SAN (Expressway-E: Maintenance > Security > Server "
             "certificate)"},
     .source = {MRA_GUIDE, JABBER_DNS, "RFC 2782"}},
    {.id = "loopback",
     .status = STATUS_FAIL,
     .title = "The SRV target resolves to a loopback address",
     .why = "127.0.0.0/8 and ::1 mean the asking machine itself. Every client would connect to itself: "
            "connection refused, or something local answers with a strange certificate.",
     .affects = {ALL_MRA},
     .fix = {"Public DNS: set the A/AAAA record of the target to the public address of the Expressway-E",
             "If only your own resolver says so, it filters or overrides the name: ask a public one with "
             "--resolver"},
     .source = {"RFC 1122 section 3.2.1.3", MRA_GUIDE}},
    {.id = "timeout",
     .status = STATUS_FAIL,
     .title = "No answer for the address of the SRV target",
     .why =
         "The SRV record was found, but the look-up of its target went unanswered. The target often lies in "
         "another zone with name servers of its own, and those are the ones in trouble.",
     .affects = {ALL_MRA},
     .fix =
         {"Ask the target's own zone: dig +trace A <target>",
          "Firewall: allow UDP and TCP port 53 from the Internet to the name servers of the target's zone"},
     .source = {"RFC 1035 section 4.2"}},
    {.id = "alias",
     .status = STATUS_WARN,
     .title = "The SRV target is an alias (CNAME)",
     .why = "The target of an SRV record must not be an alias. Most resolvers follow it nevertheless, but "
            "clients "
            "check the certificate against the name in the SRV record and set the session cookie's domain by "
            "it, "
            "so an alias in another domain ends as \"TLS good, log-in fails\".",
     .affects = {"Jabber: works or not depending on resolver and domain of the alias",
                 "TC/CE room endpoints: may refuse the certificate"},
     .fix = {"Public DNS: replace the CNAME by A/AAAA records with the Expressway-E's addresses",
             "Or let the SRV record point straight at the Expressway-E's own FQDN"},
     .source = {"RFC 2782", TN_DOMAINS}},
    {.id = "private-address",
     .status = STATUS_WARN,
     .title = "The SRV target resolves to a private address",
     .why = "RFC 1918 and unique-local IPv6 addresses are not routed on the Internet. Clients outside get an "
            "address they cannot reach; behind a VPN or inside it may appear to work. With one NIC behind "
            "static "
            "NAT the public name must carry the NAT's public address.",
     .affects = {ALL_MRA},
     .fix = {"Public DNS: set the A record to the public address (with static NAT: the one outside the NAT)",
             "If your own resolver has an internal view (split DNS), ask an outside one: --resolver 1.1.1.1",
             "Testing on purpose from inside or in a laboratory: say so with --vantage internal or --vantage "
             "lab"},
     .source = {MRA_GUIDE, "RFC 1918", "RFC 4193"}},
};

static const struct cause srv_target_domain[] = {
    {.id = "other-domain",
     .status = STATUS_WARN,
     .title = "The SRV target lies in another domain than the edge",
     .why =
         "After log-in the Expressway-E sets its session cookie (X-Auth) for its own domain. When the name "
         "the "
         "client connected to lies elsewhere, the client discards the cookie and asks again from the start: "
         "TLS "
         "is good, credentials are good, log-in loops (CSCuo82526, CSCuo83458). Jabber logs \"XAuth Cookie "
         "expiration time is invalid or not available\".",
     .affects =
         {"Jabber: log-in loops or fails although certificate and password are good",
          "Hosted multi-tenant edges are built this way on purpose: they serve one certificate per domain"},
     .fix =
         {"Expressway-E: System > DNS, note system host name and domain name; together they are its FQDN",
          "Public DNS: let the SRV record point at that FQDN, or at a name in the same domain",
          "All peers of an Expressway-E cluster need the same domain name, in the same letter case",
          "Multi-tenant: check that each tenant has its domain certificate (Maintenance > Security > Domain "
          "certificates)"},
     .restart = {"After a change under System > DNS: Maintenance > Restart options > Restart"},
     .source = {TN_DOMAINS, MRA_TROUBLE, ADMIN_GUIDE}},
};

static const struct cause srv_port[] = {
    {.id = "unexpected-port",
     .status = STATUS_WARN,
     .title = "The SRV record gives another port than 8443",
     .why =
         "Expressway-E serves MRA on 8443 only. Another port in the record works just when a device in front "
         "translates it; 443, the usual slip, reaches the web administration or nothing.",
     .affects = {ALL_MRA},
     .fix = {"Public DNS: _collab-edge._tls.DOMAIN. 3600 IN SRV 10 10 8443 <Expressway-E>.",
             "Firewall: TCP 8443 from any Internet address to the public address of the Expressway-E"},
     .source = {MRA_GUIDE, JABBER_DNS}},
};

static const struct cause uds_not_external[] = {
    {.id = "resolves-outside",
     .status = STATUS_FAIL,
     .title = "An internal discovery record is visible from outside",
     .why = "Clients ask for _cisco-uds._tcp and _cuplogin._tcp first, and an answer means \"you are "
            "inside\". A "
            "client at home that gets one goes straight for the internal servers, never starts MRA, and "
            "fails after "
            "a long wait.",
     .affects = {"Jabber and Webex App: never try the edge; \"cannot communicate with the server\"",
                 "Users on guest or home networks whose resolver sees the internal zone"},
     .fix = {"Public DNS: delete _cisco-uds._tcp.DOMAIN and _cuplogin._tcp.DOMAIN",
             "With one zone for inside and outside: split it, and keep these two in the inside view only",
             "Remove wildcard SRV records (*._tcp) that answer for them",
             "Check from outside: dig SRV _cisco-uds._tcp.DOMAIN must give NXDOMAIN"},
     .source = {MRA_GUIDE, JABBER_DNS}},
    {.id = "missing-inside",
     .status = STATUS_WARN,
     .title = "The internal discovery record is missing inside",
     .why = "Inside the company clients find Unified CM by _cisco-uds._tcp. Without it they fall through to "
            "_collab-edge, go out and come back through the edge, or find nothing. From X12.5 Expressway-C "
            "itself "
            "does without the record when the Unified CM nodes are known by FQDN.",
     .affects = {"Jabber in the office: log-in by way of the edge, or none",
                 "Expressway-C before X12.5: no discovery"},
     .fix = {"Internal DNS: _cisco-uds._tcp.DOMAIN. 3600 IN SRV 10 10 8443 ucm1.DOMAIN. - one per Unified CM "
             "node",
             "_cuplogin._tcp is needed only by old Unified Presence deployments",
             "Not inside? Then judge as from outside: --vantage external"},
     .source = {MRA_GUIDE, JABBER_DNS}},
};

#define ADD_XMPP_SERVER                                                                                      \
    "Public DNS: _xmpp-server._tcp.DOMAIN. 3600 IN SRV 10 10 5269 expe1.DOMAIN. - one record per "           \
    "Expressway-E peer"
#define NO_FEDERATION                                                                                        \
    "Federated partners: messages and presence do not arrive", "Internal users: partners appear offline"

static const struct cause xmpp_federation_srv[] = {
    {.id = "nxdomain",
     .status = STATUS_FAIL,
     .title = "The _xmpp-server SRV record does not exist",
     .why = "XMPP servers of other companies find your edge by this record. Without it they try port 5269 at "
            "the "
            "address of the domain itself, which is usually the web site.",
     .affects = {NO_FEDERATION},
     .fix = {ADD_XMPP_SERVER, "One set of records for each federated domain, chat node aliases included",
             "Firewall: TCP 5269 in both directions between the Internet and the Expressway-E",
             "Check: dig SRV _xmpp-server._tcp.DOMAIN"},
     .source = {"RFC 6120 section 3.2.1", GUIDE("chapter 3")}},
    {.id = "no-data",
     .status = STATUS_FAIL,
     .title = "The name exists but has no SRV record",
     .why = "_xmpp-server._tcp is there without an SRV record: another type was created by mistake, or only "
            "names "
            "below it exist. Partners treat it like a missing record.",
     .affects = {NO_FEDERATION},
     .fix = {"Remove the record of the wrong type", ADD_XMPP_SERVER,
             "Check: dig SRV _xmpp-server._tcp.DOMAIN"},
     .source = {"RFC 6120 section 3.2.1", "RFC 2308 section 2.2"}},
    RESOLVER_ROWS(STATUS_FAIL, "SRV _xmpp-server._tcp.DOMAIN", NO_FEDERATION),
};

#define ADD_SIPS                                                                                             \
    "Public DNS: _sips._tcp.DOMAIN. 3600 IN SRV 10 10 5061 expe1.DOMAIN. - and where unencrypted calls are " \
    "welcome _sip._tcp.DOMAIN with port 5060"

static const struct cause sip_srv[] = {
    {.id = "nxdomain",
     .status = STATUS_WARN,
     .title = "No SIP SRV record for calls from other companies",
     .why = "Callers of name@DOMAIN look for _sips._tcp, then _sip._tcp and _sip._udp. Without them they "
            "fall back "
            "to the address of the domain, usually the web site, and the call fails. Outgoing calls are "
            "untouched.",
     .affects = {"Outside callers: calls to your domain fail or ring nowhere"},
     .fix = {ADD_SIPS,
             "Firewall: TCP 5061 (and 5060 if offered) from any Internet address to the Expressway-E",
             "Check: dig SRV _sips._tcp.DOMAIN"},
     .source = {"RFC 3263 section 4", PORT_GUIDE}},
    {.id = "no-data",
     .status = STATUS_WARN,
     .title = "The SIP name exists but has no SRV record",
     .why =
         "A record of another type stands where the SRV should be. Callers treat it like a missing record.",
     .affects = {"Outside callers: calls to your domain fail or ring nowhere"},
     .fix = {"Remove the record of the wrong type", ADD_SIPS, "Check: dig SRV _sips._tcp.DOMAIN"},
     .source = {"RFC 3263 section 4", "RFC 2308 section 2.2"}},
};

static const struct cause san_address[] = {
    {.id = "no-address",
     .status = STATUS_FAIL,
     .title = "A name of the ACME certificate has no A record",
     .why = "The CA proves control of each name in the request by fetching a file over HTTP from that very "
            "name. "
            "A name without an address cannot be proved, and one unproved name makes the whole request fail: "
            "no new "
            "certificate, and the old one runs out after 90 days.",
     .affects = {"Administrators: ACME signing and renewal fail",
                 "All MRA users, once the certificate has expired"},
     .fix =
         {"Public DNS: add an A record to the Expressway-E's public address for each name in the CSR, the "
          "bare "
          "service domain included",
          "If the bare domain must stay with the web site: request collab-edge.DOMAIN instead (Generate CSR, "
          "Unified CM registrations domains, format CollabEdgeDNS) and give that name the A record",
          "Then Expressway-E: Maintenance > Security > Server certificate > ACME Certificate Service > Sign "
          "CSR "
          "with ACME Provider"},
     .source = {GUIDE("chapter 4")}},
    {.id = "elsewhere",
     .status = STATUS_FAIL,
     .title = "A name of the ACME certificate points elsewhere",
     .why =
         "The name has addresses that are not the edge's. The CA picks any of them for its HTTP challenge; "
         "the "
         "web server there does not know the challenge file, and the signing fails, always or now and then.",
     .affects = {"Administrators: ACME signing and renewal fail, sometimes only now and then",
                 "All MRA users, once the certificate has expired"},
     .fix = {"Public DNS: let every A record of the name point at Expressway-E peers of this cluster only",
             "If the bare domain belongs to the web site: use collab-edge.DOMAIN in the CSR (format "
             "CollabEdgeDNS)",
             "Firewall: TCP 80 from any Internet address to every peer; the CA publishes no list of its "
             "addresses"},
     .source = {GUIDE("chapter 4")}},
};

static const struct cause resolvers_agree[] = {
    {.id = "differ",
     .status = STATUS_WARN,
     .title = "The resolvers give different answers",
     .why =
         "Two resolvers asked the same question and got different records. Expected between an inside and an "
         "outside view; else a change is still spreading, a secondary name server is stale, or a filter "
         "rewrites answers. Users then fare differently by the network they sit in.",
     .affects = {"Some clients find the edge, others do not, by network"},
     .fix = {"Inside and outside view on purpose: give only resolvers of one side to --resolver",
             "Compare the serial numbers of the zone's servers: dig SOA DOMAIN @<each name server>",
             "Wait for the TTL of the older answer, then repeat"},
     .source = {"RFC 1034 section 4.3.5", MRA_GUIDE}},
};

static const struct check checks[] = {
    CHECK(
        "dns.collab-edge-srv", collab_edge_srv, "Discovery record of the edge",
        "_collab-edge._tls.DOMAIN has an SRV record and offers at least one target. Clients outside find the "
        "Expressway-E by it alone.",
        GUIDE("chapter 3"), MRA_GUIDE, JABBER_DNS),
    CHECK("dns.srv-target", srv_target, "Addresses of the SRV targets",
          "Every target of the edge's SRV records resolves to A or AAAA records that a client outside can "
          "reach.",
          MRA_GUIDE, "RFC 2782"),
    CHECK("dns.srv-target-domain", srv_target_domain, "Domain of the SRV targets",
          "The SRV target lies in the edge's own domain, for which the log-in cookie is set.", TN_DOMAINS,
          ADMIN_GUIDE),
    CHECK("dns.srv-port", srv_port, "Port of the SRV record", "The record gives port 8443.", MRA_GUIDE,
          JABBER_DNS),
    CHECK("dns.uds-not-external", uds_not_external, "Internal discovery records",
          "_cisco-uds._tcp and _cuplogin._tcp do not resolve from outside, and do resolve inside (--vantage "
          "internal).",
          MRA_GUIDE, JABBER_DNS),
    CHECK("dns.xmpp-federation-srv", xmpp_federation_srv, "Discovery record for XMPP federation",
          "_xmpp-server._tcp.DOMAIN exists and offers a target, when XMPP federation is in use.",
          "RFC 6120 section 3.2.1", GUIDE("chapter 3")),
    CHECK("dns.sip-srv", sip_srv, "Discovery records for calls between companies",
          "_sips._tcp (or _sip._tcp, _sip._udp) exists when business-to-business calling is in use.",
          "RFC 3263 section 4"),
    CHECK("dns.san-address", san_address, "ACME: addresses of the certificate's names",
          "With ACME in use, each DNS name in the certificate has A records that all point at the edge.",
          GUIDE("chapter 4")),
    CHECK("dns.resolvers-agree", resolvers_agree, "Agreement of the resolvers",
          "Several resolvers were given and give the same answer.", "RFC 1034 section 4.3.5"),
};

extern const struct family family_dns;
const struct family family_dns = {"dns", "Service discovery", checks, COUNT_OF(checks)};
