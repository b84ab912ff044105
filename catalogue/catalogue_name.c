/* What can be wrong with names? Rows of the family name: identity against the SANs. */
#include "catalogue/guidance.h"

#define ZONE_DOWN                                                                                            \
    "Traversal zone: TLS Negotiation Error, \"Peer's TLS certificate identity was unacceptable\""
#define MRA_DOWN "All MRA users, when it is the Unified Communications zone"
#define PEER_ADDRESS                                                                                         \
    "Expressway-C: Configuration > Zones > Zones > the traversal client zone, Location, Peer 1 address "     \
    "(and "                                                                                                  \
    "following)"
#define VERIFY_NAME                                                                                          \
    "Expressway-E: Configuration > Zones > Zones > the traversal server zone, Connection credentials and "   \
    "TLS, TLS verify subject name"
#define SAN_TEST                                                                                             \
    "Maintenance > Security > Server certificate > Show (decoded) lists the names under X509v3 Subject "     \
    "Alternative Name"
#define RENEW_E(names) CSR("Expressway-E") ": " names, SIGN, UPLOAD("Expressway-E")
#define RENEW_C(names) CSR("Expressway-C") ": " names, SIGN, UPLOAD("Expressway-C")
#define RESTARTS RESTART_CERT, RESTART_PEERS
#define NAME_SOURCES GUIDE("appendix A"), TROUBLE("TLS Negotiation Error"), ADMIN_GUIDE

static const struct cause peer_address[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "The zone's peer address is not in the peer's certificate",
     .why = "With TLS verify on, Expressway looks for the peer address, exactly as it is configured, among "
            "the SANs of "
            "the certificate that the peer presents. It is not there, so the connection is dropped although "
            "the chain "
            "is trusted.",
     .affects = {ZONE_DOWN, MRA_DOWN},
     .fix = {"Choose: change the address, or the certificate. " SAN_TEST,
             "Change the address: " PEER_ADDRESS
             ": enter an FQDN that is in the SAN and resolves on Expressway-C "
             "(System > DNS)",
             "Or have a certificate with the name: " CSR("Expressway-E") ", Additional alternative names",
             SIGN, UPLOAD("Expressway-E"),
             "Check: Expressway-C: Maintenance > Security > Secure traversal test"},
     .restart = {RESTARTS},
     .source = {NAME_SOURCES}},
    {.id = "ip-address",
     .status = STATUS_FAIL,
     .title = "The zone uses an IP address, the certificate has names",
     .why = "An IP address matches only an iPAddress entry in the SAN, and Expressway refuses to upload "
            "certificates "
            "with IP addresses there. So a zone with TLS verify cannot use an address as peer address.",
     .affects = {ZONE_DOWN, MRA_DOWN},
     .fix = {PEER_ADDRESS ": replace the address by the peer's FQDN, as in its certificate",
             "Internal DNS (as set under System > DNS on Expressway-C): A record of that FQDN with the "
             "address that "
             "was configured",
             "Check: Expressway-C: Maintenance > Tools > Network utilities > DNS lookup, then Secure "
             "traversal test"},
     .source = {GUIDE("appendix A and chapter 6"), TN_DOMAINS}},
    {.id = "cn-only",
     .status = STATUS_FAIL,
     .title = "The peer address is the common name only, not in the SAN",
     .why = "The certificate's CN would fit, but names are taken from the subject alternative name alone. "
            "CAs that do "
            "not copy the CN into the SAN produce this.",
     .affects = {ZONE_DOWN, MRA_DOWN},
     .fix =
         {"Have the certificate issued anew with the name in the SAN: ask the CA for a multi-SAN certificate",
          RENEW_E("Additional alternative names, add the FQDN used as peer address")},
     .restart = {RESTARTS},
     .source = {GUIDE("appendix A"), ADMIN_GUIDE, "RFC 9525"}},
    {.id = "wildcard-only",
     .status = STATUS_FAIL,
     .title = "Only a wildcard would match the peer address",
     .why = "Wildcard certificates are not supported on Expressway: *.DOMAIN matches nothing there, whatever "
            "browsers "
            "make of it.",
     .affects = {ZONE_DOWN, MRA_DOWN},
     .fix = {"Replace the wildcard by a certificate that lists the names",
             RENEW_E("the FQDN of this peer and of the cluster, and each MRA domain")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1"), TN_MRA_CERTS}},
    {.id = "no-san",
     .status = STATUS_FAIL,
     .title = "The peer's certificate has no SAN at all",
     .why = "Names are taken from the subject alternative name alone, and this certificate has none. Nothing "
            "can "
            "match.",
     .affects = {ZONE_DOWN, MRA_DOWN, "Browsers and most clients: certificate warning"},
     .fix = {RENEW_E("fill in the alternative names; the page shows the names as they will appear"),
             "If the CA dropped them: ask it to copy the extensions of the request (openssl ca: "
             "copy_extensions = copy)"},
     .restart = {RESTARTS},
     .source = {GUIDE("appendices A and B"), "RFC 9525"}},
    {.id = "short-name",
     .status = STATUS_FAIL,
     .title = "The peer address is a short name, the certificate has FQDNs",
     .why = "The address is compared as it is typed. A host name without domain may resolve by way of the "
            "DNS suffix, "
            "but it does not equal the FQDN in the certificate.",
     .affects = {ZONE_DOWN, MRA_DOWN},
     .fix = {PEER_ADDRESS ": enter the full name, host and domain, as in the SAN",
             "Check: Expressway-C: Maintenance > Security > Secure traversal test"},
     .source = {NAME_SOURCES}},
};

#define VERIFY_DOWN "Traversal zone: Expressway-E refuses Expressway-C, TLS Negotiation Error on Expressway-E"

static const struct cause tls_verify[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "The TLS verify name is not in Expressway-C's certificate",
     .why = "Expressway-E compares the TLS verify subject name of the zone with the SANs of the certificate "
            "that "
            "Expressway-C presents. They differ, so Expressway-C is turned away.",
     .affects = {VERIFY_DOWN, MRA_DOWN},
     .fix = {VERIFY_NAME
             ": enter a name from the SAN of Expressway-C's certificate; for a cluster its cluster FQDN",
             "Or have a certificate with the name: " CSR("Expressway-C"), SIGN, UPLOAD("Expressway-C"),
             "X15.5: it is the client certificate of Expressway-C that counts here"},
     .restart = {RESTARTS},
     .source = {NAME_SOURCES, TN_EKU_X155}},
    {.id = "missing-on-node",
     .status = STATUS_FAIL,
     .title = "The TLS verify name is missing in this node's certificate",
     .why = "Other nodes of the Expressway-C cluster hold the name, this one does not. The zone comes up "
            "with them and "
            "fails with this one, so faults come and go with the load.",
     .affects = {"MRA sessions over this node: fail, others work",
                 "Zone status on Expressway-E: some peers failed"},
     .fix = {VERIFY_NAME ": should be the cluster FQDN, which every node's certificate holds",
             "On this node: " CSR(
                 "Expressway-C") ", Subject alternative names: FQDN of Expressway cluster plus FQDN of "
                                 "this peer",
             SIGN, UPLOAD("Expressway-C")},
     .restart = {RESTARTS},
     .source = {TROUBLE("TLS Negotiation Error"), GUIDE("chapter 3")}},
    {.id = "cn-only",
     .status = STATUS_FAIL,
     .title = "The TLS verify name is the common name only, not in the SAN",
     .why = "Expressway-C's certificate carries the name as its CN, but names are taken from the SAN alone. "
            "Older "
            "notes that speak of the CN no longer hold.",
     .affects = {VERIFY_DOWN, MRA_DOWN},
     .fix = {RENEW_C("Subject alternative names: FQDN of Expressway cluster plus FQDN of this peer"),
             "If the CA dropped the names of the CSR: ask for a multi-SAN certificate"},
     .restart = {RESTARTS},
     .source = {GUIDE("appendix A"), ADMIN_GUIDE}},
    {.id = "wildcard-only",
     .status = STATUS_FAIL,
     .title = "Only a wildcard would match the TLS verify name",
     .why = "Wildcard certificates are not supported on Expressway: the wildcard in Expressway-C's "
            "certificate matches "
            "nothing.",
     .affects = {VERIFY_DOWN, MRA_DOWN},
     .fix = {RENEW_C("cluster FQDN, this peer's FQDN and the phone security profiles, no wildcard")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1"), TN_MRA_CERTS}},
    {.id = "node-name-in-cluster",
     .status = STATUS_WARN,
     .title = "The TLS verify name is one node's, but C is a cluster",
     .why =
         "The name fits the one certificate that was seen, but it is a single node's name. The other nodes' "
         "certificates will hardly hold it, and Expressway-E turns those nodes away.",
     .affects = {"MRA sessions over the other Expressway-C nodes", "Everybody, when the named node is down"},
     .fix = {"Put the cluster FQDN into the certificate of every Expressway-C node",
             VERIFY_NAME ": the cluster FQDN", "Check every node: give each certificate with --c-cert"},
     .restart = {RESTARTS},
     .source = {TROUBLE("TLS Negotiation Error"), ADMIN_GUIDE}},
    {.id = "certificate-not-visible",
     .status = STATUS_UNKNOWN,
     .title = "Expressway-C's certificate was not seen",
     .why = "Expressway-C only dials out: as long as nobody answers it, its certificate is on no wire. "
            "Whether the TLS "
            "verify name fits could not be judged.",
     .affects = {"Nobody; the question stays open"},
     .fix = {"Give the certificate as a file: edgeprobe zone --c-cert FILE, or certificate: of the node in "
             "the deployment "
             "file (Expressway-C: Maintenance > Security > Server certificate > Show (PEM file))",
             "Or let it come: edgeprobe listen answers Expressway-C in place of Expressway-E and keeps its "
             "certificate",
             "Before X15.5 the ports 443 and 5061 of Expressway-C serve the same certificate; from X15.5 on "
             "the client "
             "certificate is a store of its own and may differ"},
     .source = {TN_MRA_CERTS, TN_EKU_X155}},
};

#define MRA_DOMAIN_FIX                                                                                       \
    RENEW_E("Unified CM registrations domains: enter each service domain; format DNS gives DOMAIN, format "  \
            "CollabEdgeDNS gives collab-edge.DOMAIN"),                                                       \
        "The domains that count are those of the _collab-edge records; internal ones (.local) need not be "  \
        "there",                                                                                             \
        "On every Expressway-E peer"
#define MRA_DOMAIN_SOURCES                                                                                   \
    GUIDE("chapter 3"), TROUBLE("certificate alarms at Jabber log-in"), TN_TC, TN_MRA_CERTS

static const struct cause mra_domain[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "The MRA domain is not in Expressway-E's certificate",
     .why =
         "Clients connect to the edge's host but check that the certificate speaks for the service domain: "
         "they "
         "want DOMAIN or collab-edge.DOMAIN among the SANs. An endpoint logs \"Edge domain ... not found in "
         "certificate SAN list\".",
     .affects = {"Jabber: certificate prompt at log-in, works after the user accepts",
                 "TC/CE room endpoints: refuse, no provisioning",
                 "7800/8800 phones: refuse, no registration"},
     .fix = {MRA_DOMAIN_FIX},
     .restart = {RESTARTS},
     .source = {MRA_DOMAIN_SOURCES}},
    {.id = "wildcard-only",
     .status = STATUS_FAIL,
     .title = "Only a wildcard would match the MRA domain",
     .why = "The certificate has *.DOMAIN, which would cover collab-edge.DOMAIN in a browser. Expressway and "
            "MRA "
            "clients do not take wildcards.",
     .affects = {"Jabber: certificate prompt at log-in", "TC/CE room endpoints: refuse",
                 "7800/8800 phones: refuse"},
     .fix = {MRA_DOMAIN_FIX},
     .restart = {RESTARTS},
     .source = {GUIDE("chapters 1 and 3"), TN_MRA_CERTS}},
    {.id = "srvname-only",
     .status = STATUS_WARN,
     .title = "The MRA domain is there only as an SRVName",
     .why = "The SAN holds _collab-edge._tls.DOMAIN in SRVName form. TC/CE endpoints accept that, Jabber and "
            "the "
            "phones look for a DNS name and do not.",
     .affects = {"Jabber: certificate prompt at log-in", "7800/8800 phones: refuse, no registration",
                 "TC/CE room endpoints: no trouble"},
     .fix = {MRA_DOMAIN_FIX},
     .restart = {RESTARTS},
     .source = {MRA_DOMAIN_SOURCES}},
};

#define TARGET_WHO                                                                                           \
    "Jabber: certificate prompt at log-in", "TC/CE room endpoints: refuse the connection",                   \
        "7800/8800 phones: refuse the connection"
#define TARGET_FIX                                                                                           \
    "Public DNS: let the SRV record point at a name that is in the certificate, if there is one",            \
        "Or: " RENEW_E("Additional alternative names: every name by which clients reach this Expressway-E")

static const struct cause srv_target[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "The SRV target is not in the certificate",
     .why = "Clients compare the host name they were sent to by the SRV record with the SANs. It is missing: "
            "the host "
            "was renamed, the record points at an alias, or this is another host's certificate.",
     .affects = {TARGET_WHO},
     .fix = {TARGET_FIX},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 3"), "RFC 9525 section 6"}},
    {.id = "wildcard-only",
     .status = STATUS_FAIL,
     .title = "Only a wildcard would match the SRV target",
     .why = "The certificate has a wildcard where the host name should be. Wildcards are not supported on "
            "Expressway, "
            "and MRA clients do not take them.",
     .affects = {TARGET_WHO},
     .fix = {RENEW_E("this peer's FQDN, the cluster's, and each MRA domain; no wildcard")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1"), TN_MRA_CERTS}},
    {.id = "cn-only",
     .status = STATUS_FAIL,
     .title = "The SRV target is the common name only, not in the SAN",
     .why = "Names are taken from the SAN alone; the CN has not counted for years.",
     .affects = {TARGET_WHO},
     .fix = {RENEW_E("Additional alternative names: the SRV target")},
     .restart = {RESTARTS},
     .source = {GUIDE("appendix A"), "RFC 9525"}},
    {.id = "no-san",
     .status = STATUS_FAIL,
     .title = "The certificate has no SAN at all",
     .why = "Names are taken from the SAN alone, and this certificate has none: no name of any client can "
            "match.",
     .affects = {TARGET_WHO},
     .fix = {RENEW_E("fill in the alternative names; the page shows them as they will appear"),
             "If the CA dropped them: ask it to copy the extensions of the request"},
     .restart = {RESTARTS},
     .source = {GUIDE("appendices A and B"), "RFC 9525"}},
    {.id = "ip-address",
     .status = STATUS_FAIL,
     .title = "Clients are sent to an IP address, the certificate has names",
     .why = "An address matches only an iPAddress entry in the SAN, and Expressway takes no certificate with "
            "one.",
     .affects = {TARGET_WHO},
     .fix = {"Public DNS: make the SRV target a host name with an A record, and that name one of the "
             "certificate's"},
     .source = {JABBER_DNS, GUIDE("chapter 6")}},
};

static const struct cause common_name[] = {
    {.id = "missing",
     .status = STATUS_FAIL,
     .title = "The certificate has no common name",
     .why = "Names are matched against the SAN, yet Expressway's own services need a CN to be there: without "
            "it MRA, "
            "Jabber Guest and the web proxy for Meeting Server do not work. The upload is accepted with a "
            "warning and "
            "an alarm. Some public CAs leave the CN out by default.",
     .affects = {ALL_MRA, "Jabber Guest and Meeting Server web proxy: out of service",
                 "Administrators: alarm on the Expressway"},
     .fix = {"Ask the CA for a certificate with a CN, or use a profile or CA that keeps it",
             RENEW_E("the CN is taken from the host or cluster FQDN")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 6")}},
    {.id = "not-fqdn",
     .status = STATUS_FAIL,
     .title = "The common name is not an FQDN",
     .why = "Expressway refuses the file: \"File upload failed.: Common name must be a valid FQDN\". A bare "
            "host name, "
            "an IP address or a descriptive text stands in the CN.",
     .affects = {"Administrators: the upload fails", "Users, when the old certificate runs out meanwhile"},
     .fix = {"Expressway: System > DNS: set system host name and domain name; together they make the CN",
             RENEW_E("check the common name shown on the page"),
             "With an external tool: CN=expe1.example.com in the subject"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapters 1 and 6")}},
};

#define SAN_REFUSED "Administrators: \"File upload failed.: Subject alternative name must be a valid FQDN\""

static const struct cause san_fqdn[] = {
    {.id = "ip-address",
     .status = STATUS_FAIL,
     .title = "An IP address stands in the SAN",
     .why =
         "Expressway takes a server certificate only if every entry of its SAN is a fully qualified name; an "
         "address makes it refuse the file.",
     .affects = {SAN_REFUSED},
     .fix = {RENEW_E("leave the address out; peers and clients must use names"),
             "Zones that use the address: set the FQDN as peer address instead"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 6")}},
    {.id = "hostname",
     .status = STATUS_FAIL,
     .title = "A host name without domain stands in the SAN",
     .why = "Expressway takes a server certificate only if every entry of its SAN is a fully qualified name. "
            "Private "
            "CAs sometimes add the short host name by themselves.",
     .affects = {SAN_REFUSED},
     .fix = {RENEW_E("full names only"), "Private CA: take the short name out of its template",
             "Phone security profile names: rename them to FQDN form in Unified CM first (X12.6 and later)"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapters 3 and 6")}},
    {.id = "malformed",
     .status = STATUS_FAIL,
     .title = "A SAN entry is not a valid name",
     .why = "An entry holds characters or a form that no host name may have: spaces, empty labels, a "
            "label that begins or ends with a hyphen, \"DNS:\" typed into the field.",
     .affects = {SAN_REFUSED},
     .fix =
         {RENEW_E("plain names separated by commas, without \"DNS:\" and without blanks"),
          "Labels: letters, digits and hyphens, no hyphen at either end, the last one begins with a letter"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapters 3 and 6"), RENEWAL("section B")}},
};

static const struct cause wildcard[] = {
    {.id = "wildcard",
     .status = STATUS_FAIL,
     .title = "The certificate has a wildcard name",
     .why = "Expressway, Unified CM and IM and Presence do not support wildcard certificates (only Meeting "
            "Server "
            "does). The wildcard matches nothing; further plain names in the same certificate do not heal it "
            "for "
            "support.",
     .affects = {"TC/CE room endpoints and phones: refuse", "Jabber: certificate prompt",
                 "Zones with TLS verify: down, "
                 "unless the plain name is there as well"},
     .fix = {"Replace it by a multi-SAN certificate that names every host and domain",
             RENEW_E("FQDN of cluster and peer, each MRA domain")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1"), TN_MRA_CERTS}},
};

static const struct cause host_underscore[] = {
    {.id = "underscore",
     .status = STATUS_FAIL,
     .title = "An edge host name contains an underscore",
     .why = "The process that builds the SSH tunnels on 2222 cannot handle the underscore and crashes (log: "
            "portforwarding, unexpected software error). TLS has no such trouble, so the zone stays active: "
            "zone up, "
            "SSH down.",
     .affects = {NO_JABBER, NO_TC, NO_PHONES,
                 "Administrators: zone active, \"No SSH tunnels have been established\""},
     .fix =
         {"Expressway-E: System > DNS, system host name: use a hyphen or nothing in place of the underscore",
          "DNS: A and PTR records for the new name, SRV targets to the new name",
          RENEW_E("new certificate for the new name"), PEER_ADDRESS ": the new name"},
     .restart = {RESTARTS},
     .source = {MRA_TROUBLE, "RFC 952"}},
};

static const struct cause cluster[] = {
    {.id = "cluster-name-missing",
     .status = STATUS_FAIL,
     .title = "The cluster FQDN is not in this peer's certificate",
     .why = "A clustered Expressway is known by its cluster FQDN as well as by its own. Whoever uses the "
            "cluster name, "
            "above all a TLS verify name on the other side, finds no match on this peer.",
     .affects = {"Zones whose peer address or TLS verify name is the cluster FQDN",
                 "Calls and sessions over this peer"},
     .fix =
         {"Expressway: System > Clustering: the cluster name must be the FQDN, alike on all peers",
          CSR("This peer") ", Subject alternative names: FQDN of Expressway cluster plus FQDN of this peer",
          SIGN, UPLOAD("This peer")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapters 1 and 3")}},
    {.id = "peer-name-missing",
     .status = STATUS_FAIL,
     .title = "The peer's own FQDN is not in its certificate",
     .why = "A single Expressway has its FQDN as CN, a cluster peer has it in the SAN beside the cluster "
            "name. Without "
            "it, clients sent to this peer by SRV and zones with its name as peer address find no match.",
     .affects = {"Zones with this peer's name as peer address", TARGET_WHO},
     .fix =
         {"Is it another peer's certificate? Compare the names: " SAN_TEST,
          CSR("This peer") ", Subject alternative names: FQDN of Expressway cluster plus FQDN of this peer",
          SIGN, UPLOAD("This peer")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapters 1 and 2")}},
};

static const struct cause xmpp_domain[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "An XMPP federation domain is not in the certificate",
     .why = "Federated servers that check certificates want the federated domain in Expressway-E's SAN as a "
            "DNS name. "
            "Without it they refuse, or fall back to dialback where they are allowed to.",
     .affects = {"Federated partners: no messages, no presence"},
     .fix = {RENEW_E("XMPP federation domains: enter each, format DNS"),
             "The same domains must be set on Expressway-C: Configuration > Domains, XMPP federation On"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 3"), "RFC 6120 section 13.7.1.2"}},
    {.id = "xmppaddr-form",
     .status = STATUS_WARN,
     .title = "An XMPP federation domain is there as XmppAddr only",
     .why = "The domain stands in the SAN in XMPPAddress form. Many CAs do not issue that form, and "
            "Expressway may "
            "drop it in future releases; the DNS form serves all peers.",
     .affects = {"Federated partners that look at DNS names only"},
     .fix = {RENEW_E("XMPP federation domains: the same domains, format DNS")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 3"), "RFC 6120 section 13.7.1.4"}},
};

static const struct cause chat_alias[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "A chat node alias is not in the certificate",
     .why = "Federated group chat addresses the chat node by its alias, over TLS. The alias has to be in the "
            "SAN of "
            "Expressway-E and of Expressway-C. New aliases appear when IM and Presence nodes are added or "
            "renamed.",
     .affects = {"Federated group chat rooms: partners cannot join", "One-to-one messages: no trouble"},
     .fix = {"Expressway-C: Maintenance > Security > Server certificate > Generate CSR lists the aliases it "
             "found "
             "under IM and Presence chat node aliases (format DNS): copy them",
             RENEW_E("IM and Presence chat node aliases: paste the list"),
             UPLOAD("Expressway-C, with its own CSR")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 3")}},
    {.id = "sets-differ",
     .status = STATUS_FAIL,
     .title = "C and E hold different sets of chat node aliases",
     .why = "Both certificates must carry the same aliases. One box was renewed after an alias was added, "
            "the other "
            "was not.",
     .affects = {"Federated group chat rooms on the aliases that one side lacks"},
     .fix = {"Copy the list from Expressway-C's Generate CSR page",
             RENEW_E("IM and Presence chat node aliases: the whole list"),
             "The same on Expressway-C, if it is the one "
             "that lacks names"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 3")}},
};

static const struct cause phone_profile[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "A secure phone profile is not in Expressway-C's certificate",
     .why = "For a device with an encrypted profile Expressway-C registers in the device's name, and Unified "
            "CM looks "
            "for the profile's name in Expressway-C's certificate. Log-in works, the registration is refused "
            "with 403. "
            "Profiles with OAuth do not need it.",
     .affects = {"Devices with that profile: log-in works, phone service does not register",
                 "Unified CM trace: InvalidX509NameInCertificate"},
     .fix = {"Unified CM: System > Security > Phone Security Profile: note the exact name; TLS, encrypted, "
             "used over MRA",
             RENEW_C("Unified CM phone security profile names: enter each, separated by commas"),
             "On every Expressway-C node",
             "Or set OAuth Authentication in the profile, then no name is needed"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 3"), TN_TC, TN_MRA_CERTS, ADMIN_GUIDE}},
    {.id = "not-fqdn",
     .status = STATUS_FAIL,
     .title = "A secure phone profile name is not an FQDN",
     .why =
         "From X12.6 on Expressway-C makes no CSR with a profile name that is a bare word: it must look like "
         "an "
         "FQDN, labels of letters, digits and hyphens, none at either end, the last beginning with a letter.",
     .affects = {"Administrators: Generate CSR fails, for instance when a node joins the cluster",
                 "Devices with that profile: no secure registration over MRA"},
     .fix = {"Unified CM: System > Security > Phone Security Profile: copy the profile under a name such as "
             "jabbersecure.example.com",
             "Assign it to the devices (Device > Phone), apply the configuration",
             RENEW_C("Unified CM phone security profile names: the new name")},
     .restart = {RESTARTS, "The devices with the renamed profile: Reset on their page in Unified CM"},
     .source = {GUIDE("chapter 3")}},
};

#define NODE_DOWN                                                                                            \
    "Users homed on that node: log-in, directory, voicemail or phone service fail",                          \
        "From X14.0.8 and X14.2 on always; before, only when the node was added with TLS verify On"
#define NODE_SOURCES TN_TRAFFIC, TN_ATS, TROUBLE("log-in fails after upgrade or renewal")

static const struct cause ucm_node[] = {
    {.id = "no-match",
     .status = STATUS_FAIL,
     .title = "The node's name is not in its tomcat certificate",
     .why = "Expressway-C's Traffic Server checks chain and name of every HTTPS connection to Unified CM, IM "
            "and "
            "Presence and Unity Connection, from X14.0.8 and X14.2 on whatever the TLS verify setting says. "
            "The name "
            "it knows the node by is not among the SANs.",
     .affects = {NODE_DOWN},
     .fix = {"Unified CM: System > Server: note the name the node is known by; it must be the FQDN",
             "Node: Cisco Unified OS Administration > Security > Certificate Management > Generate CSR, "
             "purpose tomcat, "
             "multi-server (SAN) to cover all nodes at once",
             UCM_CERTS ": root and intermediates as tomcat-trust first, then the certificate as tomcat",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers > Refresh servers",
             "Stop-gap only: Expressway-C: xConfiguration EdgeConfigServer VerifyOriginServer: Off"},
     .restart = {RESTART_TOMCAT},
     .source = {NODE_SOURCES}},
    {.id = "ip-address",
     .status = STATUS_FAIL,
     .title = "The node is known by an IP address, its certificate by names",
     .why = "Expressway-C learns the node by what stands in System > Server. An IP address is not in the "
            "certificate, "
            "so every HTTPS connection to the node is refused from X14.0.8 and X14.2 on.",
     .affects = {NODE_DOWN},
     .fix = {"Unified CM: System > Server: replace the address by the node's FQDN (for each node, IM and "
             "Presence too)",
             "Internal DNS: A record of the FQDN, resolvable on Expressway-C",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers > Refresh servers",
             "Check that the FQDN is in the tomcat certificate's SAN"},
     .restart = {RESTART_TOMCAT, RESTART_CALLMANAGER},
     .source = {NODE_SOURCES}},
    {.id = "short-name",
     .status = STATUS_FAIL,
     .title = "The node is known by a short name, its certificate by FQDN",
     .why = "System > Server holds the bare host name, the tomcat certificate the FQDN. The two are not "
            "equal, and from "
            "X14.0.8 and X14.2 on the connection is refused.",
     .affects = {NODE_DOWN},
     .fix = {"Unified CM: System > Server: enter the FQDN",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers > Refresh servers"},
     .restart = {RESTART_TOMCAT, RESTART_CALLMANAGER},
     .source = {NODE_SOURCES}},
};

static const struct check checks[] = {
    CHECK("name.peer-address", peer_address, "Peer address of the zone",
          "The zone's peer address, as configured, is in the SAN of the certificate that the peer presents.",
          NAME_SOURCES),
    CHECK("name.tls-verify", tls_verify, "TLS verify subject name of the zone",
          "The TLS verify subject name set on Expressway-E is in the SAN of the certificate of every "
          "Expressway-C "
          "node.",
          TROUBLE("TLS Negotiation Error"), ADMIN_GUIDE),
    CHECK("name.mra-domain", mra_domain, "MRA domain in the Expressway-E certificate",
          "Each service domain is in Expressway-E's SAN as DOMAIN or collab-edge.DOMAIN.",
          MRA_DOMAIN_SOURCES),
    CHECK("name.srv-target", srv_target, "SRV target in the certificate",
          "The host that the SRV record names is in the SAN of the certificate it serves.",
          GUIDE("chapter 3"), "RFC 9525 section 6"),
    CHECK("name.common-name", common_name, "Common name",
          "The certificate has a common name, and it is an FQDN. It never serves to match a name.",
          GUIDE("chapter 6")),
    CHECK("name.san-fqdn", san_fqdn, "Form of the names in the SAN", "Every name in the SAN is a valid FQDN.",
          GUIDE("chapter 6")),
    CHECK("name.wildcard", wildcard, "Wildcard names", "The certificate has no wildcard names.",
          GUIDE("chapter 1"), TN_MRA_CERTS),
    CHECK("name.host-underscore", host_underscore, "Underscore in edge host names",
          "No SRV target, peer address or Expressway-E node name contains an underscore.", MRA_TROUBLE),
    CHECK("name.cluster", cluster, "Names of a cluster peer",
          "A clustered peer's certificate holds the cluster FQDN and the peer's own; a single node's CN is "
          "its FQDN.",
          GUIDE("chapter 1")),
    CHECK("name.xmpp-domain", xmpp_domain, "XMPP federation domains",
          "Each XMPP federation domain is in Expressway-E's SAN, as a DNS name.", GUIDE("chapter 3")),
    CHECK("name.chat-alias", chat_alias, "Chat node aliases",
          "Each chat node alias is in the SAN of Expressway-E and Expressway-C, the same set on both.",
          GUIDE("chapter 3")),
    CHECK("name.phone-profile", phone_profile, "Secure phone profiles",
          "Each secure phone profile used over MRA has an FQDN as name and stands in Expressway-C's SAN.",
          GUIDE("chapter 3"), TN_MRA_CERTS),
    CHECK("name.ucm-node", ucm_node, "Names of Unified CM nodes",
          "Each Unified CM, IM and Presence and Unity Connection node is in its own tomcat certificate by "
          "the name "
          "that System > Server gives it.",
          NODE_SOURCES),
};

extern const struct family family_name;
const struct family family_name = {"name", "Names in certificates", checks, COUNT_OF(checks)};
