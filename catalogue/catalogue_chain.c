/* What can be wrong with trust? Rows of the family chain: zone (with what is sent) and tunnel (list alone).
 */
#include "catalogue/guidance.h"

#define CLIENT_CLASSES                                                                                       \
    "Jabber, Webex App: certificate prompt (trust as in the operating system)",                              \
        "TC/CE room endpoints: refuse, unless the CA was loaded on them",                                    \
        "7800/8800 phones: refuse; their list of CAs is fixed"
#define PUBLIC_CA                                                                                            \
    "Use a public CA that the phones' fixed list holds; for a private one load its root on computers and "   \
    "TC/CE endpoints (phones cannot)"
#define CLIENT_SOURCES TN_MRA_CERTS, MRA_GUIDE, TN_TC

static const struct cause served[] = {
    {.id = "incomplete",
     .status = STATUS_WARN,
     .title = "The server does not send its intermediate certificates",
     .why = "Expressway sends, after its own certificate, those CA certificates that are in its own trust "
            "list. The "
            "intermediate is missing there, so it goes out alone, and peers that hold just the root cannot "
            "build the "
            "path; they log unknown CA although the CA is public.",
     .affects = {"TC/CE room endpoints and phones: refuse",
                 "Jabber on computers that do not fetch intermediates: prompt",
                 "Peers of zones that hold the root only: zone down"},
     .fix =
         {"Fetch the missing CA certificates (the finding names them, with AIA address where there is one)",
          APPEND_CA("The box that serves the certificate") ": intermediates, then the root",
          "In a cluster on each peer: the list is not copied",
          "Check: edgeprobe check DOMAIN again; the chain must show the intermediates"},
     .restart = {RESTART_TRUST},
     .source = {HYBRID, TN_MRA_CERTS, TROUBLE("TLS Negotiation Error")}},
    {.id = "misordered",
     .status = STATUS_WARN,
     .title = "The chain is sent in the wrong order",
     .why = "Each certificate should be followed by its issuer. Current libraries sort it out; older "
            "endpoints and TLS "
            "1.2 by the letter do not.",
     .affects = {"Old endpoints and phones: may refuse"},
     .fix = {"Server that takes a chain file: leaf first, then its issuer, upwards",
             "Expressway: upload the server certificate alone; CA certificates belong into the trust list"},
     .restart = {RESTART_CERT},
     .source = {"RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"}},
    {.id = "has-root",
     .status = STATUS_WARN,
     .title = "The root certificate is sent as well",
     .why = "A client either has the root or does not trust it; sending it is ballast. It does no harm. An "
            "Expressway "
            "sends it because it is in its trust list, where it must be.",
     .affects = {"Nobody"},
     .fix = {"Expressway: leave it; the root has to stay in its trust list",
             "Other servers: take the root out of the chain file"},
     .source = {"RFC 8446 section 4.4.2", HYBRID}},
    {.id = "duplicate",
     .status = STATUS_WARN,
     .title = "A certificate is sent twice",
     .why = "The same certificate stands in the chain more than once, from a chain file that was put "
            "together twice. Most "
            "clients ignore it, some old ones count it as a break of the chain.",
     .affects = {"Old endpoints and phones: may refuse"},
     .fix = {"Server that takes a chain file: remove the second copy",
             "Expressway: Maintenance > Security > Trusted CA certificate: delete the second copy"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 8446 section 4.4.2"}},
    {.id = "unrelated",
     .status = STATUS_WARN,
     .title = "A certificate is sent that does not belong to the chain",
     .why = "A certificate in the message signs none of the others. Left over from an old CA, mostly; the "
            "one that would "
            "be needed is often missing at the same time.",
     .affects = {"Nobody, if the chain is complete without it"},
     .fix = {"Server that takes a chain file: remove it, and see whether the right intermediate is there",
             "Expressway: Maintenance > Security > Trusted CA certificate: delete CA certificates no longer "
             "needed"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 8446 section 4.4.2"}},
};

static const struct cause client[] = {
    {.id = "no-trusted-root",
     .status = STATUS_FAIL,
     .title = "Clients do not trust the root of this certificate",
     .why = "The chain is complete, but its root is in no list that clients bring along: a private CA, or a "
            "public one "
            "that was dropped. Every client must be taught, and phones cannot be.",
     .affects = {CLIENT_CLASSES},
     .fix = {PUBLIC_CA, CSR("Expressway-E") ", to be signed by that CA",
             APPEND_CA(
                 "Expressway-E and Expressway-C") ": the new CA's root and intermediates, before the upload",
             UPLOAD("Expressway-E"), "Judging against your own list of roots: give it with --trust"},
     .restart = {RESTART_CERT, RESTART_TRUST},
     .source = {CLIENT_SOURCES}},
    {.id = "missing-intermediate",
     .status = STATUS_FAIL,
     .title = "An intermediate is not sent, clients cannot build the chain",
     .why = "Between the certificate and a root that clients trust a CA certificate is missing. Expressway "
            "sends "
            "intermediates only if they are in its own trust list. Some browsers fetch it by themselves, "
            "which hides "
            "the fault from testers.",
     .affects = {CLIENT_CLASSES},
     .fix = {"Fetch the intermediates that the finding names from the CA (AIA address)",
             APPEND_CA("Expressway-E, every peer") ": intermediates and root",
             APPEND_CA("Expressway-C, every peer") ": the same, or the SSH tunnels fail",
             "Load balancer that ends TLS: put the intermediates into its chain file"},
     .restart = {RESTART_TRUST},
     .source = {HYBRID, CLIENT_SOURCES}},
    {.id = "untrusted-self-signed",
     .status = STATUS_FAIL,
     .title = "The server shows a self-signed certificate",
     .why = "The certificate vouches for itself and is in no client's list. It is the certificate of the "
            "installation or a "
            "test certificate, or an inspecting device answers in the edge's place.",
     .affects = {CLIENT_CLASSES},
     .fix = {"See who answers: subject and issuer in the evidence",
             CSR("Expressway-E") ", to be signed by a public CA", SIGN, UPLOAD("Expressway-E")},
     .restart = {RESTART_CERT},
     .source = {GUIDE("appendix B"), CLIENT_SOURCES}},
    {.id = "expired-ca",
     .status = STATUS_FAIL,
     .title = "A CA certificate of the chain is outside its validity",
     .why = "The server's own certificate is in date, a CA above it is not. The server sends an old "
            "intermediate, or the "
            "root has run out and a cross-signed path is needed.",
     .affects = {CLIENT_CLASSES},
     .fix = {"Get the CA's current intermediates and root",
             "Expressway-E: Maintenance > Security > Trusted CA certificate: delete the expired one, append "
             "the current",
             "If the CA has no current path: renew with another CA"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 5280 section 6.1", RENEWAL("section D")}},
    {.id = "not-a-ca",
     .status = STATUS_FAIL,
     .title = "A certificate of the chain is not a CA",
     .why = "A certificate that signed another one lacks BasicConstraints with CA:TRUE. No client accepts "
            "the chain.",
     .affects = {CLIENT_CLASSES},
     .fix = {"Have the certificate issued by a real CA, or get the CA's proper certificate",
             APPEND_CA("Expressway-E") ": the proper one; delete the wrong one"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 5280 section 4.2.1.9", GUIDE("chapter 1")}},
    {.id = "bad-signature",
     .status = STATUS_FAIL,
     .title = "A signature in the chain does not verify",
     .why = "Names link the certificates, but a signature does not fit the issuer's key: a CA was renewed "
            "with a new key "
            "under the same name and the old certificate is sent, or a file is damaged.",
     .affects = {CLIENT_CLASSES},
     .fix = {"Get the issuer whose subject key identifier equals the authority key identifier of the "
             "certificate below",
             "Expressway-E: Maintenance > Security > Trusted CA certificate: replace the old CA certificate "
             "by it"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 5280 section 6.1.3", TN_MRA_CERTS}},
    {.id = "path-too-long",
     .status = STATUS_FAIL,
     .title = "The chain is longer than a CA in it permits",
     .why =
         "A CA certificate limits how many CAs may stand below it (pathLenConstraint), and there are more.",
     .affects = {CLIENT_CLASSES},
     .fix = {"CA: have the certificate issued by a CA on the permitted level, or renew the upper CA "
             "certificate with a "
             "larger limit"},
     .restart = {RESTART_CERT},
     .source = {"RFC 5280 section 4.2.1.9"}},
};

/* Zone and tunnel have the same causes and differ in symptom and in what counts. */
#define UPLOAD_NAMED                                                                                         \
    "Box named under upload_to: Maintenance > Security > Trusted CA certificate > Append CA certificate: "   \
    "every CA certificate listed under missing",                                                             \
        "In a cluster on each peer: the trust list is not copied between peers"
#define OTHER_WAY "Check the opposite direction as well: each side must trust the CAs of the other"
#define ZONE_WHO                                                                                             \
    "Zone: TLS Negotiation Error, \"self signed certificate in certificate chain\" or \"unable to get "      \
    "local issuer certificate\" on the side that judges",                                                    \
        "All MRA users, when it is the Unified Communications zone",                                         \
        "Calls through a neighbour or plain "                                                                \
        "traversal zone"
#define ZONE_SOURCES TROUBLE("TLS Negotiation Error"), TN_MRA_CERTS, GUIDE("chapter 6")

static const struct cause zone[] = {
    {.id = "no-trusted-root",
     .status = STATUS_FAIL,
     .title = "The root of the peer's certificate is not in the trust list",
     .why = "The chain is complete, but it ends at a root that the judging Expressway does not hold. Each "
            "side must "
            "hold the CAs of both; a new CA at renewal is the usual reason.",
     .affects = {ZONE_WHO},
     .fix = {UPLOAD_NAMED, OTHER_WAY, "Check there: Maintenance > Security > Client certificate testing"},
     .restart = {RESTART_TRUST},
     .source = {ZONE_SOURCES, RENEWAL("section D")}},
    {.id = "missing-intermediate",
     .status = STATUS_FAIL,
     .title = "An intermediate CA is neither sent nor in the trust list",
     .why = "The peer sent its certificate without the CA above it, and the judging Expressway does not hold "
            "that CA "
            "either, so the path to the root breaks off. A peer sends intermediates only if they are in its "
            "own list.",
     .affects = {ZONE_WHO},
     .fix = {UPLOAD_NAMED, "Upload the same to the peer's own trust list, so that it sends them", OTHER_WAY},
     .restart = {RESTART_TRUST},
     .source = {ZONE_SOURCES, HYBRID}},
    {.id = "untrusted-self-signed",
     .status = STATUS_FAIL,
     .title = "The peer's certificate is self-signed and not trusted",
     .why =
         "The certificate vouches for itself and is not in the list of the judging Expressway. Self-signed "
         "certificates do not work in Unified Communications in any case.",
     .affects = {ZONE_WHO},
     .fix = {CSR("The peer") ", to be signed by a CA",
             APPEND_CA("Both boxes") ": the CA's root and intermediates", SIGN, UPLOAD("The peer")},
     .restart = {RESTART_TRUST, RESTART_CERT},
     .source = {GUIDE("appendix B"), ZONE_SOURCES}},
    {.id = "expired-ca",
     .status = STATUS_FAIL,
     .title = "A CA certificate on the path is outside its validity",
     .why = "The peer's certificate is in date, a CA above it is not. Expressway takes the first CA of a "
            "name in its list: "
            "an expired one hides the renewed one behind it.",
     .affects = {ZONE_WHO},
     .fix =
         {"Judging box: Maintenance > Security > Trusted CA certificate: delete the expired CA certificate",
          "Append the CA's current certificate there and on the peer",
          "If the CA has none: renew the peer's certificate with another CA"},
     .restart = {RESTART_TRUST},
     .source = {TN_MRA_CERTS, GUIDE("chapter 6"), "RFC 5280 section 6.1"}},
    {.id = "not-a-ca",
     .status = STATUS_FAIL,
     .title = "A certificate on the path is not a CA or lacks BasicConstraints",
     .why = "Expressway demands BasicConstraints with CA:TRUE of each CA, the root included. A self-made "
            "root without it "
            "is refused, though other software takes it.",
     .affects = {ZONE_WHO},
     .fix = {"Make the CA certificate anew with basicConstraints = critical, CA:TRUE",
             "Judging box and peer: Maintenance > Security > Trusted CA certificate: replace the old one",
             "If its key changed: have the peer's certificate issued anew"},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 1"), "RFC 5280 section 4.2.1.9"}},
    {.id = "bad-signature",
     .status = STATUS_FAIL,
     .title = "A signature on the path does not verify",
     .why = "The issuer was found by name, but its key does not fit the signature: two CA certificates share "
            "one subject, "
            "and the first in the list is used and the search ends there.",
     .affects = {ZONE_WHO},
     .fix = {"Judging box: Maintenance > Security > Trusted CA certificate: delete the CA certificate whose "
             "subject key "
             "identifier differs from the authority key identifier below it",
             UPLOAD_NAMED},
     .restart = {RESTART_TRUST},
     .source = {TN_MRA_CERTS, MRA_GUIDE, "RFC 5280 section 6.1.3"}},
    {.id = "path-too-long",
     .status = STATUS_FAIL,
     .title = "The path is longer than a CA in it permits",
     .why =
         "A CA certificate limits how many CAs may stand below it (pathLenConstraint), and there are more.",
     .affects = {ZONE_WHO},
     .fix = {"CA: have the certificate issued on the permitted level, or renew the upper CA certificate with "
             "a larger "
             "limit, and upload it to both boxes"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 5280 section 4.2.1.9"}},
};

#define TUNNEL_WHO                                                                                           \
    "Expressway-C: zone active, \"No SSH tunnels have been established\"",                                   \
        "Jabber, TC/CE, phones: MRA log-in fails, the edge answers 502"
#define TUNNEL_CHECK TUNNEL_STATUS ": Active on every peer"
#define TUNNEL_SOURCES TROUBLE("zone up but SSH down"), TN_MRA_CERTS

static const struct cause ssh_tunnel[] = {
    {.id = "no-trusted-root",
     .status = STATUS_FAIL,
     .title = "SSH tunnel: the root is not in the trust list",
     .why = "The SSH side on 2222 builds the path from the trust list alone. The root of the other side's "
            "certificate is "
            "not in it.",
     .affects = {TUNNEL_WHO},
     .fix = {UPLOAD_NAMED, OTHER_WAY, TUNNEL_CHECK},
     .restart = {RESTART_TRUST},
     .source = {TUNNEL_SOURCES}},
    {.id = "missing-intermediate",
     .status = STATUS_FAIL,
     .title = "SSH tunnel: an intermediate CA is not in the trust list",
     .why = "In the TLS zone the peer may send its intermediates, and the root alone is enough. The SSH side "
            "gets none "
            "and needs every CA up to the root in the trust list. CAs change their intermediates at renewal, "
            "so the "
            "classic report is: after the renewal the zone is up and SSH is down.",
     .affects = {TUNNEL_WHO},
     .fix = {UPLOAD_NAMED, OTHER_WAY, TUNNEL_CHECK},
     .restart = {RESTART_TRUST},
     .source = {TUNNEL_SOURCES, HYBRID}},
    {.id = "untrusted-self-signed",
     .status = STATUS_FAIL,
     .title = "SSH tunnel: the certificate is self-signed",
     .why = "The certificate vouches for itself and is not in the other side's list.",
     .affects = {TUNNEL_WHO},
     .fix = {CSR("The box with that certificate") ", to be signed by a CA",
             APPEND_CA("Both boxes") ": the CA's root and intermediates", SIGN,
             UPLOAD("The box with that certificate"), TUNNEL_CHECK},
     .restart = {RESTART_TRUST, RESTART_CERT},
     .source = {GUIDE("appendix B"), TUNNEL_SOURCES}},
    {.id = "expired-ca",
     .status = STATUS_FAIL,
     .title = "SSH tunnel: a CA certificate in the list is outside its validity",
     .why = "The path from the trust list runs over a CA certificate that is expired or not yet valid. A "
            "current one that "
            "the peer sends in TLS does not help here.",
     .affects = {TUNNEL_WHO},
     .fix = {"Judging box: Maintenance > Security > Trusted CA certificate: delete the expired one, append "
             "the current one",
             TUNNEL_CHECK},
     .restart = {RESTART_TRUST},
     .source = {TUNNEL_SOURCES, "RFC 5280 section 6.1"}},
    {.id = "not-a-ca",
     .status = STATUS_FAIL,
     .title = "SSH tunnel: a certificate on the path is not a CA",
     .why = "A certificate in the trust list that the path needs lacks BasicConstraints with CA:TRUE.",
     .affects = {TUNNEL_WHO},
     .fix = {"Make the CA certificate anew with basicConstraints = critical, CA:TRUE",
             "Both boxes: Maintenance > Security > Trusted CA certificate: replace the old one",
             TUNNEL_CHECK},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 1"), TUNNEL_SOURCES}},
    {.id = "bad-signature",
     .status = STATUS_FAIL,
     .title = "SSH tunnel: a signature on the path does not verify",
     .why = "The trust list holds a CA certificate of the right name with another key; the first of a name "
            "is used and "
            "the search ends there.",
     .affects = {TUNNEL_WHO},
     .fix = {"Judging box: Maintenance > Security > Trusted CA certificate: delete the CA certificate whose "
             "subject key "
             "identifier differs from the authority key identifier below it",
             UPLOAD_NAMED, TUNNEL_CHECK},
     .restart = {RESTART_TRUST},
     .source = {TUNNEL_SOURCES, MRA_GUIDE}},
    {.id = "path-too-long",
     .status = STATUS_FAIL,
     .title = "SSH tunnel: the path is longer than a CA in it permits",
     .why =
         "A CA certificate limits how many CAs may stand below it (pathLenConstraint), and there are more.",
     .affects = {TUNNEL_WHO},
     .fix = {"CA: have the certificate issued on the permitted level, or renew the upper CA certificate with "
             "a larger "
             "limit, and upload it to both boxes"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 5280 section 4.2.1.9"}},
};

#define UPLOAD_REFUSED "Administrators: upload refused, \"Invalid certificate: Unrecognized CA\""

static const struct cause own[] = {
    {.id = "missing-intermediate",
     .status = STATUS_FAIL,
     .title = "The box lacks an intermediate of its own certificate",
     .why = "An Expressway must trust the whole chain of the certificate it is given, before it is given. "
            "Without the "
            "intermediate the upload is refused; if it is in already, the box does not send the intermediate "
            "to others.",
     .affects = {UPLOAD_REFUSED, "Peers and clients: get the certificate without its intermediates"},
     .fix = {"Save the CA certificates: open the certificate on a computer, Certification Path, View "
             "Certificate, "
             "Details, Copy to File, Base-64 encoded; once for each CA",
             APPEND_CA("The same box") ": each of them", "Then upload the server certificate"},
     .restart = {RESTART_TRUST},
     .source = {TROUBLE("upload fails"), GUIDE("chapter 6")}},
    {.id = "no-trusted-root",
     .status = STATUS_FAIL,
     .title = "The box does not trust the root of its own certificate",
     .why = "An Expressway must trust the whole chain of the certificate it is given, before it is given. "
            "The root is not "
            "in its list.",
     .affects = {UPLOAD_REFUSED},
     .fix = {"Get the root from the CA, or from the certificate (Certification Path, topmost)",
             APPEND_CA("The same box") ": root and intermediates", "Then upload the server certificate"},
     .restart = {RESTART_TRUST},
     .source = {TROUBLE("upload fails"), GUIDE("chapter 6")}},
};

#define CLEAN_LIST "Maintenance > Security > Trusted CA certificate: tick it and Delete; on each cluster peer"

static const struct cause trust_list[] = {
    {.id = "unreadable",
     .status = STATUS_FAIL,
     .title = "An entry of the trust list cannot be read",
     .why = "A block of the file is no certificate: cut off, edited, or of another kind. What follows it may "
            "be ignored as "
            "well, and peers whose CA it was meant to be are refused.",
     .affects = {"Peers with certificates of that CA"},
     .fix = {"Export the list again: Maintenance > Security > Trusted CA certificate > Show all (PEM file)",
             "Find the block by its number, get the CA certificate anew from its source",
             CLEAN_LIST ", then append the sound one"},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 6 and appendix C"), "RFC 7468"}},
    {.id = "too-many",
     .status = STATUS_WARN,
     .title = "The trust list has more than 1000 entries",
     .why = "Expressway is made for at most 1000 CA certificates. Lists grow when whole bundles are appended "
            "again and "
            "again.",
     .affects = {"Administrators: slow pages, failing uploads", "Handshakes: slower"},
     .fix = {"Keep the CAs of your own certificates, of Unified CM, of zone peers and partners; delete the "
             "others",
             CLEAN_LIST, "Clean start: Reset to default CA certificate, then append those you need"},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 6")}},
    {.id = "duplicate-name",
     .status = STATUS_WARN,
     .title = "Several CA certificates share one subject",
     .why = "Expressway takes the first CA certificate with the wanted subject and looks no further. If that "
            "is the old "
            "one, certificates of the renewed CA fail. With an external identity provider, log-ins can fail "
            "too.",
     .affects = {"Peers with certificates of the CA that stands second",
                 "Single sign-on users: log-in may fail"},
     .fix = {"Compare the certificates of that subject: serial, validity, subject key identifier",
             "Keep the one that the certificates in use point to (authority key identifier)", CLEAN_LIST},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 6"), TN_MRA_CERTS, MRA_GUIDE}},
    {.id = "expired",
     .status = STATUS_WARN,
     .title = "A CA certificate in the list has expired",
     .why = "It helps nobody any more, and it hides a renewed CA certificate of the same subject that stands "
            "behind it.",
     .affects = {"Peers with certificates of that CA"},
     .fix = {"Append the CA's current certificate, if it has one", CLEAN_LIST},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 6"), TN_MRA_CERTS}},
    {.id = "no-basic-constraints",
     .status = STATUS_WARN,
     .title = "A CA certificate in the list has no BasicConstraints",
     .why = "Expressway demands the extension and does not accept chains over this CA. Old private roots "
            "(X.509 version "
            "1) look so.",
     .affects = {"Peers with certificates of that CA: refused"},
     .fix = {"Make the CA certificate anew with basicConstraints = critical, CA:TRUE, and append it",
             CLEAN_LIST},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 1"), "RFC 5280 section 4.2.1.9"}},
    {.id = "not-a-ca",
     .status = STATUS_WARN,
     .title = "The list holds a certificate that is not a CA",
     .why = "A server certificate was appended in place of its CA. It vouches for nobody but itself; for "
            "self-signed "
            "Unified CM certificates that is what is wanted.",
     .affects = {"Peers whose CA it was meant to be"},
     .fix = {"Self-signed Unified CM, IM and Presence or Unity certificate: leave it",
             "Else append the CA certificates above it", CLEAN_LIST},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 3"), "RFC 5280 section 4.2.1.9"}},
};

static const struct cause self_signed_pair[] = {
    {.id = "same-cn",
     .status = STATUS_FAIL,
     .title = "Two self-signed certificates share one common name",
     .why = "CallManager and tomcat (or cup-xmpp and tomcat, CSCve56019) are self-signed with the same CN by "
            "default. "
            "Expressway trusts only one of two such certificates, so either HTTPS or SIP (or XMPP) to the "
            "node fails.",
     .affects = {"Expressway-C to Unified CM: secure HTTP or secure SIP fails",
                 "Expressway-C to IM and Presence: some TLS connections fail"},
     .fix = {"Better: have both signed by a CA (Cisco Unified OS Administration > Security > Certificate "
             "Management > "
             "Generate CSR)",
             APPEND_CA("Expressway-C") ": the CA's root and intermediates, and delete the self-signed ones",
             "If they stay self-signed: regenerate one of them with another common name"},
     .restart = {RESTART_TOMCAT, RESTART_CALLMANAGER,
                 "IM and Presence, cup-xmpp: Cisco Unified Serviceability > Tools > "
                 "Control Center - Network Services, restart Cisco XCP Router"},
     .source = {GUIDE("chapter 3"), MRA_GUIDE}},
};

static const struct cause cluster_trust[] = {
    {.id = "differ",
     .status = STATUS_FAIL,
     .title = "The trust lists of cluster peers differ",
     .why = "The trust list is not copied between cluster peers: what was appended on one is missing on the "
            "other. The "
            "zone or the tunnels then fail with that peer only.",
     .affects = {"Zones, tunnels and log-ins over the peer with the poorer list"},
     .fix = {"On the peer with the full list: Maintenance > Security > Trusted CA certificate > Show all "
             "(PEM file)",
             APPEND_CA("On each other peer") ": what it lacks", "Delete on all what no peer needs"},
     .restart = {RESTART_TRUST, RESTART_PEERS},
     .source = {TN_MRA_CERTS, GUIDE("chapter 6")}},
};

#define LE_WHO                                                                                               \
    "Administrators: the ACME certificate cannot be deployed", "Zone and SSH tunnels to this Expressway-E"

static const struct cause lets_encrypt[] = {
    {.id = "root-missing",
     .status = STATUS_FAIL,
     .title = "The Let's Encrypt root is not in the trust list",
     .why = "Each Expressway-E that uses ACME, and each Expressway-C that connects to it, must hold the root "
            "of Let's "
            "Encrypt; new installations do not bring it along.",
     .affects = {LE_WHO},
     .fix = {"Download https://letsencrypt.org/certs/isrgrootx1.pem (ISRG Root X1)",
             APPEND_CA("Every Expressway-E peer and every Expressway-C peer")},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 4")}},
    {.id = "intermediate-missing",
     .status = STATUS_FAIL,
     .title = "The Let's Encrypt intermediate in use is not in the list",
     .why = "Let's Encrypt changes its issuing CAs often and signs with several at a time. With the root "
            "alone the zone "
            "may work, and the SSH tunnels fail after some renewal.",
     .affects = {LE_WHO, "After a renewal: zone up, SSH tunnels down"},
     .fix = {"Look which CA issued the certificate: Maintenance > Security > Server certificate > Show "
             "(decoded), Issuer",
             "Download it from https://letsencrypt.org/certificates/ or from the AIA address (the guide's "
             "example, R3, "
             "is no longer in use)",
             APPEND_CA(
                 "Every Expressway-E peer and every Expressway-C peer") ": all of the CA's current "
                                                                        "intermediates, so "
                                                                        "that the next renewal works too"},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 4"), TROUBLE("zone up but SSH down")}},
};

#define UCM_TRUST_SOURCES TN_ATS, TROUBLE("log-in fails after upgrade or renewal"), RENEWAL("section D")

static const struct cause ucm_trust[] = {
    {.id = "not-in-tomcat-trust",
     .status = STATUS_FAIL,
     .title = "Expressway-C's CA is missing in tomcat-trust",
     .why = "From X14.0.2 on Expressway-C presents its own certificate whenever Unified CM asks for one, "
            "even in non-secure "
            "mode (CSCvz45074). Unified CM must therefore hold the root and intermediates in tomcat-trust.",
     .affects = {"All MRA users, or those homed on this node: log-in or configuration download fails"},
     .fix = {"Take root and intermediates of Expressway-C's certificate",
             UCM_CERTS ", purpose tomcat-trust: root first, then the intermediates",
             "On the publisher; then check each subscriber and IM and Presence node"},
     .restart = {RESTART_TOMCAT, RESTART_HAPROXY},
     .source = {UCM_TRUST_SOURCES, RELEASE_NOTES}},
    {.id = "not-in-callmanager-trust",
     .status = STATUS_FAIL,
     .title = "Expressway-C's CA is missing in CallManager-trust",
     .why =
         "Secure SIP (5061, 5091) and the secure configuration download (6971, 6972) check Expressway-C's "
         "certificate "
         "against CallManager-trust. From X14.0.2 on the certificate is presented also in non-secure mode.",
     .affects = {"Devices with secure profiles: do not register",
                 "All MRA users: configuration download fails"},
     .fix = {"Take root and intermediates of Expressway-C's certificate",
             UCM_CERTS ", purpose CallManager-trust: root first, then the intermediates",
             "On the publisher; then check each subscriber"},
     .restart = {RESTART_CALLMANAGER, RESTART_HAPROXY},
     .source = {UCM_TRUST_SOURCES, RELEASE_NOTES}},
    {.id = "not-in-expressway-c",
     .status = STATUS_FAIL,
     .title = "A Unified CM certificate's CA is missing on Expressway-C",
     .why = "From X14.0.8 and X14.2 on Expressway-C verifies every HTTPS connection to Unified CM, IM and "
            "Presence and "
            "Unity Connection, RSA or ECDSA, whatever the node's TLS verify setting. A self-signed "
            "tomcat-ECDSA that "
            "nobody noticed breaks MRA after the upgrade.",
     .affects = {"Users homed on that node, or all, after the upgrade: MRA log-in fails",
                 "Log of Expressway-C: Core server certificate verification failed"},
     .fix = {"Get the CA certificates of each node's tomcat, tomcat-ECDSA, CallManager and CallManager-ECDSA "
             "(self-signed: "
             "the certificate itself)",
             APPEND_CA("Expressway-C, every peer") ": all of them",
             "Subscribers too: before, only the publisher was checked",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers > Refresh servers",
             "Stop-gap only: Expressway-C: xConfiguration EdgeConfigServer VerifyOriginServer: Off"},
     .restart = {RESTART_TRUST},
     .source = {TN_TRAFFIC, TN_ATS, GUIDE("appendix A"), RELEASE_NOTES}},
};

static const struct check checks[] = {
    CHECK("chain.served", served, "Chain as sent",
          "The server sends its certificate and all intermediates, in order, and nothing alien.", HYBRID,
          "RFC 8446 section 4.4.2"),
    CHECK("chain.client", client, "Clients trust the certificate",
          "On client-facing ports what the server sends leads to a root that clients trust: the system's "
          "roots, or those "
          "given with --trust.",
          CLIENT_SOURCES),
    CHECK(
        "chain.zone", zone, "Trust for the TLS zone",
        "Certificate, intermediates as sent and the trust list of the judging Expressway make a valid path.",
        ZONE_SOURCES),
    CHECK("chain.ssh-tunnel", ssh_tunnel, "Trust for the SSH tunnel",
          "The certificate and the trust list alone, without what is sent, make a valid path. If only the "
          "zone's does: "
          "zone up, SSH down.",
          TUNNEL_SOURCES),
    CHECK("chain.own", own, "Each box trusts its own certificate",
          "The chain of a box's own certificate is in its own trust list; else the upload is refused.",
          TROUBLE("upload fails")),
    CHECK("chain.trust-list", trust_list, "The trust list itself",
          "The list is readable, has at most 1000 entries, one CA certificate per subject, all current and "
          "real CAs.",
          GUIDE("chapter 6"), TN_MRA_CERTS),
    CHECK("chain.self-signed-pair", self_signed_pair, "Self-signed certificates of one node",
          "Self-signed CallManager and tomcat (or cup-xmpp and tomcat) certificates have different common "
          "names.",
          GUIDE("chapter 3")),
    CHECK("chain.cluster-trust", cluster_trust, "Trust lists of cluster peers",
          "The peers of a cluster hold the same CA certificates.", TN_MRA_CERTS),
    CHECK("chain.lets-encrypt", lets_encrypt, "Let's Encrypt CAs",
          "For a Let's Encrypt certificate the root and the intermediate in use are in the trust list.",
          GUIDE("chapter 4")),
    CHECK("chain.ucm-trust", ucm_trust, "Trust between Expressway-C and Unified CM",
          "Unified CM holds the CAs of Expressway-C's certificate in tomcat-trust and CallManager-trust, and "
          "Expressway-C "
          "those of every Unified CM and IM and Presence certificate.",
          UCM_TRUST_SOURCES),
};

extern const struct family family_chain;
const struct family family_chain = {"chain", "Trust", checks, COUNT_OF(checks)};
