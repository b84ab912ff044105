/* How can a TLS handshake fail, and what then? Rows of tls.handshake: one per alert that has a name (the
 * table in facts/facts.c; warning-level ones too, since a peer may send any of them as fatal), and one per
 * way of ending without an alert. */
#include "catalogue/catalogue_handshake.h"

#include "catalogue/guidance.h"

#define PORT_DEAD "Whoever uses this port: clients on 8443, 5061 and 5222, Expressway-C on 7001"
#define ALERTS "RFC 8446 section 6.2"
#define SIDE                                                                                                 \
    "The finding says which side sent the alert: that side's rules decide, and its log has the reason"

#define UPDATE_OR_BYPASS                                                                                     \
    "Repeat from a host without TLS inspection, firewall or load balancer in between; if that works, "       \
    "exempt the port from inspection",                                                                       \
        "Update the software of the side that sent the alert (Expressway: Maintenance > Upgrade)",           \
        "Keep the run with --save and open a support case with it"

/* A breach of the protocol: nothing to configure; only the reason differs. */
#define PROTOCOL_FAULT(id_, title_, why_)                                                                    \
    {                                                                                                        \
        .id = id_, .status = STATUS_FAIL, .title = title_, .why = why_, .affects = {PORT_DEAD},              \
        .fix = {SIDE, UPDATE_OR_BYPASS}, .source = {                                                         \
            ALERTS                                                                                           \
        }                                                                                                    \
    }

const struct cause handshake_causes[] = {
    /* the alerts about certificates */
    {.id = "alert-unknown-ca",
     .status = STATUS_FAIL,
     .title = "Alert unknown_ca: the issuer is not trusted",
     .why = "The side that sent the alert could not build a path from the other's certificate to a CA in its "
            "trust "
            "list. In Expressway's log the rejecting side says \"self signed certificate in certificate "
            "chain\" or "
            "\"unable to get local issuer certificate\". Often one intermediate CA is missing.",
     .affects = {"Traversal and neighbour zones: TLS Negotiation Error, zone down",
                 "Expressway-C to Unified CM: "
                 "HTTPS and SIP to that node fail",
                 PORT_DEAD},
     .fix = {SIDE, "Collect every CA certificate above the rejected certificate: root and all intermediates",
             APPEND_CA("If an Expressway rejected, on it"),
             "In a cluster on each peer: the trust list is not copied between peers",
             "If Unified CM rejected Expressway-C: " UCM_CERTS
             ", purpose tomcat-trust, then CallManager-trust",
             "Before: Expressway: Maintenance > Security > Client certificate testing shows the reason"},
     .restart = {RESTART_TRUST, RESTART_TOMCAT, RESTART_CALLMANAGER},
     .source = {TROUBLE("TLS Negotiation Error"), HYBRID, TN_ATS, ALERTS}},
    {.id = "alert-bad-certificate",
     .status = STATUS_FAIL,
     .title = "Alert bad_certificate: the certificate is refused",
     .why = "The certificate was read and refused: a signature does not verify, the name is not the one "
            "wanted, or a "
            "client certificate is missing where the server demands one (TLS 1.2 servers say it this way). "
            "Servers "
            "use this alert loosely.",
     .affects = {PORT_DEAD,
                 "Zones: \"Peer's TLS certificate identity was unacceptable\" when the name is at fault"},
     .fix = {SIDE, "See the findings of the families name, cert and chain for the refused certificate",
             "Zone: compare peer address (Expressway-C) and TLS verify subject name (Expressway-E) with the "
             "SAN of "
             "the other's certificate",
             "If this port demands a client certificate: repeat with --client-cert and --client-key"},
     .source = {ALERTS, TROUBLE("TLS Negotiation Error"), HYBRID}},
    {.id = "alert-unsupported-certificate",
     .status = STATUS_FAIL,
     .title = "Alert unsupported_certificate: wrong kind of certificate",
     .why = "The certificate is sound but not made for this use: mostly the extended key usage lacks "
            "clientAuth (for "
            "the side that dials) or serverAuth (for the side that answers). Public CAs stop issuing "
            "clientAuth in "
            "2026 and 2027, so this shows after a renewal.",
     .affects = {"Zones and mutual-TLS peers: down after a certificate renewal", PORT_DEAD},
     .fix =
         {SIDE, "See cert.eku for the refused certificate: it lists the usages found and wanted by release",
          "Have it issued anew with both usages, or follow the steps of cert.eku for your release",
          "X15.5 on Expressway-E: xConfiguration SIP TLS Certificate ExtendedKeyUsage Checking Mode decides "
          "whether peers are checked"},
     .restart = {RESTART_CERT},
     .source = {ALERTS, TN_EKU, TN_EKU_X155, RENEWAL("section C")}},
    {.id = "alert-certificate-revoked",
     .status = STATUS_FAIL,
     .title = "Alert certificate_revoked: the certificate is revoked",
     .why =
         "The rejecting side found the certificate on a CRL or got \"revoked\" from the OCSP responder. Some "
         "systems also say it when the fallback setting treats an unknown status as revoked.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Ask yourself: edgeprobe revocation HOST:PORT shows what OCSP and CRL say",
             "If it is revoked: new key, new CSR, new certificate; a revoked one cannot be mended",
             "If not: Expressway: Configuration > SIP, Certificate revocation checking, Fallback behavior"},
     .restart = {RESTART_CERT},
     .source = {ALERTS, GUIDE("chapter 7")}},
    {.id = "alert-certificate-expired",
     .status = STATUS_FAIL,
     .title = "Alert certificate_expired: outside its validity",
     .why = "The rejecting side holds the certificate, or a CA above it, for expired or not yet valid by its "
            "own "
            "clock. If the dates look good, one of the clocks is wrong.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "See cert.validity for the dates, the CA certificates included",
             "Check the clocks: Expressway: System > Time, NTP servers Synchronized; Unified CM: utils ntp "
             "status",
             "Renew: " CSR("Expressway"), UPLOAD("Expressway")},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {ALERTS, GUIDE("chapter 1")}},
    {.id = "alert-certificate-unknown",
     .status = STATUS_FAIL,
     .title = "Alert certificate_unknown: refused, reason not told",
     .why = "The other side refused the certificate without saying why. Behind it stands most often a chain "
            "that "
            "cannot be completed, since no intermediate was sent; Expressway logs it as \"sslv3 alert "
            "certificate "
            "unknown\".",
     .affects = {PORT_DEAD, "Zones: TLS Negotiation Error on the side whose certificate was refused"},
     .fix =
         {SIDE,
          "See chain.served: a server that does not send its intermediates needs them in its own trust list",
          APPEND_CA("Expressway whose certificate was refused"),
          "Upload the same CA certificates to the trust list of the side that refused",
          "Then see the findings of the families name and cert for the same certificate"},
     .restart = {RESTART_TRUST},
     .source = {ALERTS, HYBRID, TROUBLE("TLS Negotiation Error")}},
    {.id = "alert-certificate-required",
     .status = STATUS_FAIL,
     .title = "Alert certificate_required: a client certificate is demanded",
     .why = "TLS 1.3: the server asked for a client certificate, got none, and refuses. It shows only on the "
            "first "
            "read after the handshake. On 7001 and 5062 that is by design; on client-facing ports it locks "
            "everyone "
            "out.",
     .affects = {"On 8443, 5061 and 5222: all clients", "On 7001 and 5062: only peers without a certificate"},
     .fix = {"Zone or mutual-TLS port: repeat with --client-cert and --client-key of the box that dials",
             "Client-facing SIP: Expressway-E: Configuration > Protocols > SIP, mutual TLS belongs on port "
             "5062, not "
             "on 5061",
             "8443: Expressway: Configuration > Unified Communications > Configuration: activation code "
             "onboarding "
             "switches mutual TLS on"},
     .source = {ALERTS, PORT_GUIDE, MRA_GUIDE}},
    {.id = "alert-no-certificate",
     .status = STATUS_FAIL,
     .title = "Alert no_certificate: a certificate was asked for in vain",
     .why =
         "A relic of SSL 3.0: the side that sent it has no suitable certificate. No current product sends it "
         "unless it negotiated SSL 3.0.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Switch SSL 3.0 off on both sides; TLS 1.2 is the minimum",
             "Give the side a certificate, then repeat"},
     .source = {"RFC 6101 section 5.4.2"}},
    {.id = "alert-certificate-unobtainable",
     .status = STATUS_FAIL,
     .title = "Alert certificate_unobtainable: its URL cannot be fetched",
     .why = "One side gave its certificate as a URL, and the other could not fetch it. Hardly any product "
            "does that.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Switch the client_certificate_url extension off on the client", UPDATE_OR_BYPASS},
     .source = {"RFC 6066 section 9"}},
    {.id = "alert-bad-certificate-status-response",
     .status = STATUS_FAIL,
     .title = "Alert bad_certificate_status_response: stapled OCSP is bad",
     .why = "The stapled OCSP response that came with the certificate is invalid for the side that reads it: "
            "stale, "
            "wrongly signed, or for another certificate.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "See revocation.staple for what is wrong with the response",
             "Server or load balancer that staples: fetch a fresh response, or switch stapling off"},
     .source = {"RFC 6066 section 8"}},
    {.id = "alert-bad-certificate-hash-value",
     .status = STATUS_FAIL,
     .title = "Alert bad_certificate_hash_value: fetched one differs",
     .why = "A certificate fetched from a URL does not have the hash that was announced. Hardly any product "
            "uses "
            "this.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Switch the client_certificate_url extension off on the client", UPDATE_OR_BYPASS},
     .source = {"RFC 6066 section 9"}},

    /* the alerts about agreement */
    {.id = "alert-handshake-failure",
     .status = STATUS_FAIL,
     .title = "Alert handshake_failure: no common ground",
     .why =
         "The server found nothing acceptable in the offer: no common cipher suite, group or signature "
         "algorithm, "
         "or no certificate of a type that the client takes. Older servers also use it for a missing client "
         "certificate.",
     .affects = {PORT_DEAD, "Expressway-C to Unified CM: after a change of cipher strings or an upgrade"},
     .fix = {"See what the server takes: edgeprobe ciphers HOST:PORT",
             "Expressway: Maintenance > Security > Ciphers, set the protocol's string back to the default of "
             "the "
             "release",
             "Unified CM: System > Enterprise Parameters, TLS Ciphers and HTTPS Ciphers; Cisco Unified OS "
             "Administration > Security > Cipher Management",
             "ECDSA only on one side: give the server an RSA certificate, or allow ECDSA on the other",
             "If the server wants a client certificate: repeat with --client-cert and --client-key"},
     .restart = {"Expressway after a change of ciphers: Maintenance > Restart options > Restart"},
     .source = {ALERTS, TN_CIPHERS, GUIDE("appendix A")}},
    {.id = "alert-protocol-version",
     .status = STATUS_FAIL,
     .title = "Alert protocol_version: no common TLS version",
     .why = "The TLS versions do not overlap: one side allows 1.0 or 1.1 at most, the other demands 1.2, or "
            "one side "
            "accepts 1.3 alone.",
     .affects = {PORT_DEAD, "Old phones and endpoints, when only they are too old"},
     .fix = {"Expressway: Maintenance > Security > Ciphers, minimum TLS version of the protocol: TLS 1.2",
             "Unified CM: show tls min-version, set tls min-version 1.2 on the CLI",
             "SIP limited to 1.3: Expressway: xConfiguration SIP Advanced SipTlsVersions",
             "Upgrade devices that know nothing newer than TLS 1.1"},
     .restart = {"Expressway: Maintenance > Restart options > Restart",
                 "A Unified CM node restarts by itself after set tls min-version"},
     .source = {ALERTS, TN_ATS, RELEASE_NOTES}},
    {.id = "alert-insufficient-security",
     .status = STATUS_FAIL,
     .title = "Alert insufficient_security: the offer is too weak",
     .why = "Everything that was offered is below the server's security level, for instance short keys or "
            "SHA-1.",
     .affects = {PORT_DEAD},
     .fix = {"See cert.key and cert.signature for weak certificates on either side",
             "Compare the lists: edgeprobe ciphers HOST:PORT",
             "Raise the weaker side: Expressway: Maintenance > Security > Ciphers"},
     .source = {ALERTS, TN_CIPHERS}},
    {.id = "alert-illegal-parameter",
     .status = STATUS_FAIL,
     .title = "Alert illegal_parameter: a field was out of range",
     .why = "A value in the handshake is forbidden or contradicts another one. Besides software faults, a "
            "Diffie-"
            "Hellman key that is too short is refused this way.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "See cipher.accepted for weak-dh: Expressway refuses Diffie-Hellman below 1024 bits",
             UPDATE_OR_BYPASS},
     .source = {ALERTS, MRA_TROUBLE}},
    {.id = "alert-unrecognized-name",
     .status = STATUS_FAIL,
     .title = "Alert unrecognized_name: the server does not know this name",
     .why = "The server name (SNI) that the client sent matches nothing that the server serves. Typical of a "
            "load "
            "balancer or of a multi-tenant edge without a certificate for the domain.",
     .affects = {"Clients of this domain; others on the same address may be fine"},
     .fix = {"Expressway-E, multi-tenant: Maintenance > Security > Domain certificates, add the domain",
             "Load balancer or proxy: add the SRV target's host name, or pass TLS through untouched",
             "See tls.sni for the forms that work"},
     .source = {"RFC 6066 section 3", ADMIN_GUIDE}},
    {.id = "alert-no-application-protocol",
     .status = STATUS_FAIL,
     .title = "Alert no_application_protocol: ALPN has no overlap",
     .why = "The server insists on an application protocol (ALPN) that was not offered. Expressway does not; "
            "a web "
            "server or load balancer in front does.",
     .affects = {PORT_DEAD},
     .fix = {"Check that the address is the Expressway-E and not a web server",
             "Load balancer: pass TLS through, or do not require ALPN"},
     .source = {"RFC 7301 section 3.2"}},
    {.id = "alert-missing-extension",
     .status = STATUS_FAIL,
     .title = "Alert missing_extension: a needed extension was absent",
     .why =
         "TLS 1.3 demands extensions that the other side did not send; some servers demand the server name.",
     .affects = {PORT_DEAD},
     .fix = {"See tls.sni: the server may insist on a server name", SIDE, UPDATE_OR_BYPASS},
     .source = {"RFC 8446 section 9.2"}},
    {.id = "alert-unsupported-extension",
     .status = STATUS_FAIL,
     .title = "Alert unsupported_extension: an unasked extension came",
     .why = "One side answered with an extension that the other had not offered; that is forbidden. A "
            "middlebox that "
            "rewrites handshakes causes it too.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, UPDATE_OR_BYPASS},
     .source = {ALERTS}},
    {.id = "alert-unknown-psk-identity",
     .status = STATUS_FAIL,
     .title = "Alert unknown_psk_identity: a pre-shared key is wanted",
     .why = "The server speaks TLS with pre-shared keys and does not know ours. No port of Expressway does "
            "that: "
            "something else answers at this address.",
     .affects = {PORT_DEAD},
     .fix = {"Check that address and port belong to the Expressway or Unified CM", SIDE},
     .source = {"RFC 4279 section 2", ALERTS}},
    {.id = "alert-export-restriction",
     .status = STATUS_FAIL,
     .title = "Alert export_restriction: an export cipher was wanted",
     .why = "A relic of TLS 1.0 export suites. The software that sent it is far too old for MRA.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Replace or upgrade that side; TLS 1.2 is the minimum"},
     .source = {"RFC 2246 section 7.2.2"}},
    {.id = "alert-inappropriate-fallback",
     .status = STATUS_FAIL,
     .title = "Alert inappropriate_fallback: a needless step down",
     .why = "The client retried with an older TLS version although the server takes a newer one; the server "
            "suspects "
            "an attack. Mostly a first attempt was broken by something on the path.",
     .affects = {PORT_DEAD},
     .fix = {"Find out why the first attempt failed: capture both attempts", UPDATE_OR_BYPASS},
     .source = {"RFC 7507 section 3"}},
    {.id = "alert-access-denied",
     .status = STATUS_FAIL,
     .title = "Alert access_denied: good certificate, no permission",
     .why =
         "The certificate is valid, but access rules do not let its owner in: an allow list of subjects, or "
         "client-certificate rules of a web proxy.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Enter this certificate's name into that side's allow list",
             "Expressway web administration: Maintenance > Security > Certificate-based authentication "
             "configuration"},
     .source = {ALERTS}},
    {.id = "alert-internal-error",
     .status = STATUS_FAIL,
     .title = "Alert internal_error: the server failed inside",
     .why = "The side that sent the alert had a fault of its own: no usable certificate or key, no memory, a "
            "crashed "
            "worker. The certificates exchanged are not to blame.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Expressway: Status > Alarms, and Status > Logs > Event log at the time of the run",
             "If it began with an upload: see file and key of the new certificate, the key must end with a "
             "newline",
             "Unified CM: restart the service behind the port, 8443: utils service restart Cisco Tomcat"},
     .restart = {"Expressway: Maintenance > Restart options > Restart"},
     .source = {ALERTS, GUIDE("appendix A")}},
    {.id = "alert-user-canceled",
     .status = STATUS_FAIL,
     .title = "Alert user_canceled: the other side gave up",
     .why = "The handshake was ended on purpose, for a reason outside the protocol: shutdown, overload, a "
            "user who "
            "declined a certificate prompt.",
     .affects = {PORT_DEAD},
     .fix = {"Repeat; if it stays, look into the log of the side that sent it", UPDATE_OR_BYPASS},
     .source = {"RFC 8446 section 6.1"}},
    {.id = "alert-close-notify",
     .status = STATUS_FAIL,
     .title = "Alert close_notify: closed in the middle of the handshake",
     .why = "The other side took leave politely before the handshake was complete. Servers that shut down, "
            "hit a "
            "connection limit or dislike the address behave so.",
     .affects = {PORT_DEAD},
     .fix = {"Repeat; if it stays, look into the log of the side that sent it",
             "Expressway: System > Protection > Firewall rules and Automated detection > Blocked addresses",
             "Load balancer: check the health of the pool behind the address"},
     .source = {"RFC 8446 section 6.1"}},
    {.id = "alert-no-renegotiation",
     .status = STATUS_FAIL,
     .title = "Alert no_renegotiation: a second handshake was declined",
     .why = "One side wanted a new handshake inside the connection, which the other does not do. Old servers "
            "ask for "
            "the client certificate that way.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Let the server ask for client certificates in the first handshake", UPDATE_OR_BYPASS},
     .source = {"RFC 5246 section 7.2.2", "RFC 5746"}},

    /* the alerts about broken bytes */
    PROTOCOL_FAULT(
        "alert-unexpected-message", "Alert unexpected_message: a message out of order",
        "A handshake message came where it may not stand. Besides software faults, this is what a TLS "
        "server says when the client speaks another protocol, or a middlebox drops messages."),
    PROTOCOL_FAULT(
        "alert-bad-record-mac", "Alert bad_record_mac: bytes changed on the way",
        "A record did not verify: bytes were altered in transit, or the two sides derived different keys. "
        "A device that rewrites packets (SIP ALG, WAN optimiser) is the usual culprit."),
    PROTOCOL_FAULT("alert-decryption-failed", "Alert decryption_failed: a record cannot be read",
                   "Old form of bad_record_mac: bytes were altered in transit, or the keys differ."),
    PROTOCOL_FAULT("alert-record-overflow", "Alert record_overflow: a record is too long",
                   "A record was longer than TLS allows. Mostly something that is no TLS was read as TLS."),
    PROTOCOL_FAULT("alert-decompression-failure", "Alert decompression_failure: bad compressed data",
                   "TLS compression is long forbidden; only very old software still sends this."),
    PROTOCOL_FAULT(
        "alert-decode-error", "Alert decode_error: a message cannot be parsed",
        "A message had wrong lengths or fields. A certificate message over the reader's limit is refused "
        "so, too: a chain with many certificates or very many names."),
    PROTOCOL_FAULT(
        "alert-decrypt-error", "Alert decrypt_error: a signature does not verify",
        "A handshake signature or Finished message did not verify. The private key on the server does not "
        "belong to the certificate it shows, or a device in between altered the handshake."),
    {.id = "alert-other",
     .status = STATUS_FAIL,
     .title = "An alert with a number that nobody assigned",
     .why = "The alert number is in no standard. Something private or broken answered; the number is in the "
            "evidence.",
     .affects = {PORT_DEAD},
     .fix = {SIDE, "Check that address and port belong to the Expressway or Unified CM", UPDATE_OR_BYPASS},
     .source = {"IANA TLS alerts registry"}},

    /* endings without an alert */
    {.id = "closed",
     .status = STATUS_FAIL,
     .title = "Connection closed during the handshake, no alert",
     .why = "The connection was closed without a word. Expressway logs \"No SSL error available, probably "
            "remote "
            "disconnect\". A TLS server that refuses a certificate sends an alert, so suspect the path: "
            "firewall "
            "inspection, port filter, or a proxy without a server behind it.",
     .affects = {PORT_DEAD},
     .fix = {"Firewall: no TLS or SIP inspection on this port, in either direction",
             "Load balancer: check the health of the pool and the idle limits",
             "Expressway: System > Protection > Automated detection > Blocked addresses",
             "Compare a run from the same network segment as the server"},
     .source = {HYBRID}},
    {.id = "reset",
     .status = STATUS_FAIL,
     .title = "Connection reset during the handshake",
     .why = "A reset came instead of an answer. TLS software refuses with an alert; resets are the sign of a "
            "firewall "
            "or IPS that read the first message (server name, version) and cut the connection.",
     .affects = {PORT_DEAD},
     .fix = {"Firewall and IPS: exempt this address and port from TLS and SIP inspection",
             "Compare with and without server name (tls.sni): if only one is reset, a filter reads names",
             "Compare a run from the same network segment as the server"},
     .source = {HYBRID}},
    {.id = "timeout",
     .status = STATUS_FAIL,
     .title = "No answer to the ClientHello",
     .why = "TCP connected, then silence. Something accepts connections on behalf of a dead server, large "
            "packets are "
            "lost (MTU), or the service hangs. Users see a long wait.",
     .affects = {PORT_DEAD},
     .fix = {"Path MTU: let ICMP \"fragmentation needed\" through, or lower the MTU: System > Network "
             "interfaces > IP",
             "Firewall: switch SYN proxy or inspection off for this port",
             "Expressway: Status > System > Resource usage; a hanging service ends with a restart"},
     .restart = {"Expressway, if the service hangs: Maintenance > Restart options > Restart"},
     .source = {"RFC 2923 section 2.1", HYBRID}},
    {.id = "not-tls",
     .status = STATUS_FAIL,
     .title = "What answers is not TLS",
     .why = "The first bytes belong to another protocol; the evidence names it. The port was mistaken, the "
            "service "
            "runs without TLS, or a proxy answers with an HTTP error page.",
     .affects = {PORT_DEAD},
     .fix = {"HTTP on 8443: a web server or captive portal answers; correct address, NAT rule or SRV port",
             "SIP in clear on 5061: Expressway: Configuration > Protocols > SIP, TLS mode On, TLS port 5061 "
             "and TCP "
             "port 5060",
             "XMPP: 5222 starts in clear and changes to TLS; check that it was probed as XMPP",
             "SSH: 2222 is the tunnel port; it has no TLS"},
     .source = {PORT_GUIDE, MRA_GUIDE}},
    {.id = "malformed",
     .status = STATUS_FAIL,
     .title = "The answer is TLS, but breaks its rules",
     .why = "TLS records came, but no valid handshake: wrong lengths, messages cut short, a certificate that "
            "cannot "
            "be parsed. Clients drop such a connection without a useful message.",
     .affects = {PORT_DEAD},
     .fix = {"Repeat past any load balancer or inspecting firewall, straight at the server",
             "If it stays: load the certificate on the server anew (PEM, one certificate)", UPDATE_OR_BYPASS},
     .source = {"RFC 8446 section 4", "RFC 5246 section 7.4"}},

    /* of callers, while edgeprobe listens in the place of Expressway-E */
    {.id = "caller-silent",
     .status = STATUS_FAIL,
     .title = "The caller connected, and the handshake did not come to an end",
     .why =
         "The TCP connection was made and then nothing, or only a part of a ClientHello, came through it. "
         "The client of a TLS connection speaks first, so its bytes were lost on the way, or whoever called "
         "is no TLS client: a health check or a port scan.",
     .affects = {"Traversal and neighbour zones: TLS Negotiation Error after a long wait"},
     .fix = {"The evidence names the caller's address: is it Expressway-C, or a NAT in front of it?",
             "Firewall between the two Expressways: no TLS or SIP inspection on this port",
             "Path MTU: a ClientHello with many names and groups fills a packet; let ICMP \"fragmentation "
             "needed\" through",
             "Expressway-C: Configuration > Zones > Zones: the zone's SIP transport is TLS"},
     .source = {HYBRID, "RFC 5246 section 7.4.1.2"}},
    {.id = "caller-not-tls",
     .status = STATUS_FAIL,
     .title = "The caller does not speak TLS",
     .why = "What came first is no TLS record. A zone whose transport is TCP sends SIP in clear; a neighbor "
            "zone set to the wrong port, a health check or a web browser look like this, too. The evidence "
            "shows the first bytes.",
     .affects = {"Traversal and neighbour zones: down while one side speaks TLS and the other does not"},
     .fix = {"Expressway-C: Configuration > Zones > Zones: SIP transport TLS, and the port of the zone as on "
             "Expressway-E",
             "The evidence names the caller's address: leave out load balancers and monitoring, or raise "
             "--count"},
     .source = {PORT_GUIDE, ADMIN_GUIDE}},
};

_Static_assert(COUNT_OF(handshake_causes) == HANDSHAKE_CAUSES, "the header promises as many rows");
