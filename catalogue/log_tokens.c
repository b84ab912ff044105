/* Which words of Expressway's log are known, and what do they say? The table behind log_tokens.h: words of
 * the tvcs process and of Traffic Server, OpenSSL's words for a failed verification, and those of the
 * clients. Alerts are not here: their names are facts/tls.h's, see log_read.c. */
#include "catalogue/log_tokens.h"

/* Phrases that the two directions share. */
#define DIALLED_OUT "This Expressway dialled out. "
#define CALLED "The other side dialled in. "
#define LIST_LACKS                                                                                           \
    "The refusal is this side's own: the certificate that came leads to a CA that is not in the trust list " \
    "of "                                                                                                    \
    "the box that wrote this line. On the wire the other side got the alert unknown_ca."
#define CREDENTIALS                                                                                          \
    {                                                                                                        \
        "Expressway-C: Configuration > Zones > Zones: user name and password of the zone",                   \
            "Expressway-E: Configuration > Authentication > Devices > Local database: the same user and "    \
            "password",                                                                                      \
            "Both: System > Time: NTP synchronised, since the digest is bound to the time"                   \
    }
#define BOTH_NAMES                                                                                           \
    {                                                                                                        \
        "In the log of the side that dialled (Expressway-C): the peer address of the zone must stand in "    \
        "the "                                                                                               \
        "SAN of the other's certificate: edgeprobe explain name.peer-address",                               \
            "In the log of the side that was called (Expressway-E): the TLS verify subject name must: "      \
            "edgeprobe explain name.tls-verify"                                                              \
    }

const struct log_token log_tokens[] = {
    /* Traffic Server on Expressway-C, towards Unified CM, IM and Presence, Unity Connection (field-facts 3)
     */
    {.id = "ats-name-mismatch",
     .words = "core server certificate verification failed",
     .also = "hostname mismatch",
     .check = "name.ucm-node",
     .cause = "no-match",
     .means =
         "Expressway-C's Traffic Server refused an inside server: the name it is configured with is not in "
         "the server's certificate. From X14.0.8 and X14.2 on this is checked for every node."},
    {.id = "ats-expired",
     .words = "core server certificate verification failed",
     .also = "has expired",
     .check = "cert.validity",
     .cause = "expired",
     .means =
         "Expressway-C's Traffic Server refused an inside server whose certificate, or a CA above it, has "
         "expired. The line names the server."},
    {.id = "ats-untrusted",
     .words = "core server certificate verification failed",
     .check = "chain.ucm-trust",
     .cause = "not-in-expressway-c",
     .means = "Expressway-C's Traffic Server refused the certificate of an inside server (Unified CM, IM and "
              "Presence, Unity Connection): its CA is not in Expressway-C's trust list. The line names the "
              "server; "
              "Action=Terminate ended the connection, Action=Continue let it pass."},
    {.id = "ats-sni-not-in-certificate",
     .words = "sni (",
     .also = "not in certificate",
     .check = "name.ucm-node",
     .cause = "no-match",
     .means =
         "Expressway-C's Traffic Server looked for the node's configured name in the certificate that the "
         "node presented, and it is not there."},

    /* names */
    {.id = "peer-identity-unacceptable",
     .direction = LOG_OUTBOUND,
     .words = "tls certificate identity was unacceptable",
     .check = "name.peer-address",
     .cause = "no-match",
     .means = DIALLED_OUT
     "The chain of the other side is good, but its certificate does not bear the peer address "
     "as this zone has it."},
    {.id = "peer-identity-unacceptable",
     .direction = LOG_INBOUND,
     .words = "tls certificate identity was unacceptable",
     .check = "name.tls-verify",
     .cause = "no-match",
     .means = CALLED
     "Its chain is good, but its certificate does not bear the TLS verify subject name of the zone."},
    {.id = "peer-identity-unacceptable",
     .words = "tls certificate identity was unacceptable",
     .check = "name.peer-address",
     .means = "The chain of the other side is good, but its certificate does not bear the name that this "
              "side looks "
              "for. Which name that is depends on who dialled; the Event of the line tells.",
     .fix = BOTH_NAMES},
    {.id = "hostname-mismatch",
     .words = "hostname mismatch",
     .check = "name.peer-address",
     .cause = "no-match",
     .means = "The certificate that came does not bear the name that was dialled."},
    {.id = "ip-address-mismatch",
     .words = "ip address mismatch",
     .check = "name.peer-address",
     .cause = "ip-address",
     .means = "The peer was dialled by an IP address, and the certificate that came does not bear it."},
    {.id = "subject-alt-names-seen",
     .words = "ttssl_retrievealtnames",
     .check = "name.peer-address",
     .means =
         "No fault: at DEBUG level Expressway writes which names it read in the other side's certificate "
         "(AltName=). Compare them with the peer address or the TLS verify subject name of the zone.",
     .fix = BOTH_NAMES},
    {.id = "phone-profile-refused",
     .words = "invalidx509nameincertificate",
     .check = "name.phone-profile",
     .cause = "no-match",
     .means =
         "Unified CM looked for the name of a secure phone profile in Expressway-C's certificate, and it is "
         "not there. The phone gets 403."},
    {.id = "ucm-ssl-failed",
     .words = "failed to establish ssl connection",
     .check = "name.phone-profile",
     .cause = "no-match",
     .means =
         "Expressway-C could not set up TLS with Unified CM for a phone. Most often the secure phone "
         "profile's "
         "name is missing in Expressway-C's certificate; else the trust between the two (chain.ucm-trust)."},
    {.id = "edge-domain-not-in-san",
     .words = "not found in certificate san list",
     .check = "name.mra-domain",
     .cause = "no-match",
     .means =
         "A TC/CE endpoint found neither its domain nor the SRV name in Expressway-E's certificate, and does "
         "not log in."},
    {.id = "edge-tls-verification-failed",
     .words = "edge tls verification failed",
     .check = "name.mra-domain",
     .cause = "no-match",
     .means = "A TC/CE endpoint refused Expressway-E's certificate: the edge domain is not among its names, "
              "or its "
              "CA is unknown to the endpoint (chain.client)."},

    /* trust: OpenSSL's words, when this side refuses */
    {.id = "self-signed-in-chain",
     .words = "self signed certificate in certificate chain",
     .check = "chain.zone",
     .cause = "no-trusted-root",
     .means = LIST_LACKS " The other side did send its chain; only the root is missing here."},
    {.id = "self-signed-in-chain", /* OpenSSL 3 */
     .words = "self-signed certificate in certificate chain",
     .check = "chain.zone",
     .cause = "no-trusted-root",
     .means = LIST_LACKS " The other side did send its chain; only the root is missing here."},
    {.id = "issuer-not-found",
     .words = "unable to get local issuer certificate",
     .check = "chain.zone",
     .cause = "missing-intermediate",
     .means = LIST_LACKS
     " The certificate came without its issuer, and the issuer is not in the list either: mostly "
     "a missing intermediate CA."},
    {.id = "issuer-not-found",
     .words = "unable to verify the first certificate",
     .check = "chain.zone",
     .cause = "missing-intermediate",
     .means = LIST_LACKS " Only the certificate itself came, without any CA certificate above it."},
    {.id = "issuer-not-found",
     .words = "unable to get issuer certificate",
     .check = "chain.zone",
     .cause = "no-trusted-root",
     .means = LIST_LACKS " The path ends at an intermediate CA whose own issuer is not in the list."},
    {.id = "self-signed",
     .words = "self signed certificate",
     .check = "chain.zone",
     .cause = "untrusted-self-signed",
     .means =
         "The other side presented a certificate signed by its own key, and this very certificate is not in "
         "the trust list."},
    {.id = "self-signed",
     .words = "self-signed certificate",
     .check = "chain.zone",
     .cause = "untrusted-self-signed",
     .means =
         "The other side presented a certificate signed by its own key, and this very certificate is not in "
         "the trust list."},
    {.id = "invalid-ca",
     .words = "invalid ca certificate",
     .check = "chain.zone",
     .cause = "not-a-ca",
     .means = "A certificate in the path stands in a CA's place without being one."},
    {.id = "bad-certificate-signature",
     .words = "certificate signature failure",
     .check = "chain.zone",
     .cause = "bad-signature",
     .means = "A signature in the path does not verify: often two CA certificates of one name and different "
              "keys, of "
              "which only the first in the trust list is looked at."},
    {.id = "path-too-long",
     .words = "path length constraint exceeded",
     .check = "chain.zone",
     .cause = "path-too-long",
     .means = "A CA in the path may not issue to as many CAs below it as there are."},

    /* the certificate itself */
    {.id = "certificate-expired",
     .words = "certificate has expired",
     .check = "cert.validity",
     .cause = "expired",
     .means = "This side refused a certificate that has expired: the other side's own, or a CA above it."},
    {.id = "certificate-not-yet-valid",
     .words = "certificate is not yet valid",
     .check = "cert.validity",
     .cause = "not-yet-valid",
     .means = "This side refused a certificate that is not valid yet: mostly a clock without NTP."},
    {.id = "certificate-purpose",
     .direction = LOG_INBOUND,
     .words = "unsupported certificate purpose",
     .check = "cert.eku",
     .cause = "missing-client",
     .means = CALLED "Its certificate may not be used by a TLS client: clientAuth is missing."},
    {.id = "certificate-purpose",
     .direction = LOG_OUTBOUND,
     .words = "unsupported certificate purpose",
     .check = "cert.eku",
     .cause = "missing-server",
     .means = DIALLED_OUT
     "The certificate of the other side may not be used by a TLS server: serverAuth is missing."},
    {.id = "certificate-purpose",
     .words = "unsuitable certificate purpose", /* OpenSSL 3 */
     .check = "cert.eku",
     .means = "The extended key usage of the certificate does not allow what it is used for here.",
     .fix = {"In the log of the side that was called: the caller's certificate lacks clientAuth",
             "In the log of the side that dialled: the server's certificate lacks serverAuth"}},
    {.id = "certificate-purpose",
     .words = "unsupported certificate purpose",
     .check = "cert.eku",
     .means = "The extended key usage of the certificate does not allow what it is used for here.",
     .fix = {"In the log of the side that was called: the caller's certificate lacks clientAuth",
             "In the log of the side that dialled: the server's certificate lacks serverAuth"}},
    {.id = "key-too-weak",
     .words = "key too weak",
     .check = "cert.key",
     .cause = "rsa-weak",
     .means = "A key in the chain is shorter than the security level of the side that refused allows."},
    {.id = "key-too-small",
     .words = "key too small",
     .check = "cert.key",
     .cause = "rsa-weak",
     .means = "A key is shorter than the security level of the side that refused allows."},
    {.id = "digest-too-weak",
     .words = "md too weak",
     .check = "cert.signature",
     .cause = "sha1",
     .means =
         "A certificate in the chain is signed with a digest that the side that refused takes for broken."},
    {.id = "digest-too-weak",
     .words = "signature digest algorithm too weak",
     .check = "cert.signature",
     .cause = "sha1",
     .means =
         "A certificate in the chain is signed with a digest that the side that refused takes for broken."},

    /* revocation */
    {.id = "crl-expired",
     .words = "crl has expired",
     .check = "revocation.crl",
     .cause = "expired",
     .means = "The list of revoked certificates at hand is out of date; every certificate of its CA is "
              "refused until "
              "a fresh one is there."},
    {.id = "crl-not-yet-valid",
     .words = "crl is not yet valid",
     .check = "revocation.crl",
     .cause = "not-yet-valid",
     .means = "The list of revoked certificates at hand begins in the future: mostly a clock without NTP."},
    {.id = "crl-signature",
     .words = "crl signature failure",
     .check = "revocation.crl",
     .cause = "bad-signature",
     .means = "The list of revoked certificates at hand is not signed by the CA that it speaks for."},
    {.id = "crl-missing",
     .words = "unable to get certificate crl",
     .check = "revocation.crl",
     .means =
         "There is no list of revoked certificates for the CA of this certificate. In Client certificate "
         "testing that is good news when no CRLs are in use: everything else was passed.",
     .fix = {"Expressway: Maintenance > Security > CRL management: load the CA's list, or let it be fetched",
             "Judge what the settings make of it: edgeprobe revocation"}},
    {.id = "certificate-revoked",
     .words = "certificate revoked",
     .check = "revocation.verdict",
     .cause = "revoked",
     .means = "This side refused the certificate because its CA has revoked it."},

    /* versions and suites */
    {.id = "no-shared-cipher",
     .words = "no shared cipher",
     .check = "cipher.overlap",
     .cause = "no-common-suite",
     .means = "The client offered no cipher suite that this server takes."},
    {.id = "no-shared-group",
     .words = "no suitable key share",
     .check = "cipher.overlap",
     .cause = "no-common-group",
     .means = "The two sides have no key exchange group in common."},
    {.id = "no-shared-signature-algorithm",
     .words = "no shared signature algorithms",
     .check = "cipher.overlap",
     .cause = "no-common-signature-algorithm",
     .means = "The two sides have no signature algorithm in common that suits the certificate's key."},
    {.id = "no-shared-signature-algorithm",
     .words = "no suitable signature algorithm",
     .check = "cipher.overlap",
     .cause = "no-common-signature-algorithm",
     .means = "The two sides have no signature algorithm in common that suits the certificate's key."},
    {.id = "no-shared-version",
     .words = "unsupported protocol",
     .also = "ssl",
     .check = "cipher.overlap",
     .cause = "no-common-version",
     .means = "The two sides have no TLS version in common."},
    {.id = "not-tls",
     .words = "wrong version number",
     .check = "tls.handshake",
     .cause = "not-tls",
     .means =
         "What came is no TLS: the other side speaks in clear, or another protocol answers on that port."},
    {.id = "not-tls",
     .words = "http request",
     .also = "ssl routines",
     .check = "tls.handshake",
     .cause = "not-tls",
     .means = "An HTTP request in clear came to a TLS port."},

    /* ends without an alert */
    {.id = "client-certificate-missing",
     .words = "peer did not return a certificate",
     .check = "tls.client-auth",
     .cause = "presented-none",
     .means = CALLED "It was asked for a certificate and presented none."},
    {.id = "remote-disconnect",
     .words = "no ssl error available, probably remote disconnect",
     .check = "tls.handshake",
     .cause = "closed",
     .means = "The connection was cut during the handshake without an alert. That is no certificate fault: "
              "suspect "
              "a firewall that inspects TLS, or a port filter."},
    {.id = "end-of-file",
     .words = "got eof on socket",
     .check = "tls.handshake",
     .cause = "closed",
     .means = "The other side, or something in between, closed the connection without an alert."},
    {.id = "end-of-file",
     .words = "unexpected eof while reading",
     .check = "tls.handshake",
     .cause = "closed",
     .means = "The other side, or something in between, closed the connection without an alert."},
    {.id = "connection-reset",
     .words = "connection reset by peer",
     .also = "tls",
     .check = "tls.handshake",
     .cause = "reset",
     .means = "The connection was reset during the handshake, without an alert."},

    /* the SSH tunnels, and what is not about certificates */
    {.id = "port-forwarding-crash",
     .words = "portforwarding.pyc",
     .check = "name.host-underscore",
     .cause = "underscore",
     .means = "The process that keeps the SSH tunnels crashed. A host name with an underscore does that; the "
              "traversal zone stays up meanwhile."},
    {.id = "zone-credentials",
     .words = "event=\"authentication failed\"",
     .also = "options",
     .means = "The SIP OPTIONS of a zone was refused: user name or password of the zone is wrong. The "
              "certificates "
              "are good, or it would not have come that far.",
     .fix = CREDENTIALS},
    {.id = "zone-credentials",
     .words = "incorrect authentication credential for user",
     .means = "A digest log-in failed. With Method=\"OPTIONS\" it is the traversal zone's own user: the "
              "certificates "
              "are good, its user name or password is not.",
     .fix = CREDENTIALS},
    {.id = "intrusion-block",
     .words = "http proxy authorization failure",
     .check = "net.connect",
     .cause = "intrusion-block-suspected",
     .means =
         "Automated detection counted too many failed log-ins from one address and blocks it, ten minutes "
         "unless set otherwise."},
    {.id = "intrusion-block",
     .words = "http proxy resource access failure",
     .check = "net.connect",
     .cause = "intrusion-block-suspected",
     .means =
         "Automated detection counted too many requests for unknown paths from one address and blocks it."},
    {.id = "xmpp-realm-stale",
     .words = "failed to query auth component for sasl mechanisms",
     .means = "Expressway-C holds stale data about the IM and Presence nodes, and XMPP log-in fails.",
     .fix = {"Expressway-C: Configuration > Unified Communications > IM and Presence Service nodes: Refresh "
             "servers"}},

    /* clients */
    {.id = "cookie-refused",
     .words = "xauth cookie expiration time is invalid",
     .check = "mra.edge-config",
     .cause = "cookie-domain",
     .means =
         "Jabber dropped the session cookie: it was set for another domain than that of the host name it "
         "dialled. Log-in loops though certificate and password are good."},
    {.id = "edge-not-resolved",
     .words = "couldn't resolve host name",
     .check = "dns.collab-edge-srv",
     .cause = "nxdomain",
     .means = "A client outside could not resolve the edge: the SRV record or the address of its target is "
              "missing "
              "in public DNS."},
    {.id = "no-uds-server",
     .words = "xml didn't contain uds server address",
     .check = "mra.edge-config",
     .cause = "no-uds-server",
     .means =
         "The edge configuration that an endpoint got names no UDS server: the user has no home cluster or "
         "service profile."},
    {.id = "saml-uid-missing",
     .words = "no uid attribute in assertion",
     .means = "The identity provider's answer does not name the user: log-in with single sign-on fails.",
     .fix = {"Identity provider: add a claim rule that sends the user's log-in name as `uid`"}},
    {.id = "saml-invalid",
     .words = "invalid saml response",
     .means = "The answer of the identity provider was refused: single sign-on fails.",
     .fix = {"Identity provider: claim rule for `uid`; Expressway's current metadata imported",
             "Both sides: NTP synchronised"}},

    /* what is left of a failed handshake */
    {.id = "verify-failed",
     .words = "certificate verify failed",
     .check = "chain.zone",
     .means = "This side refused the other's certificate; why stands in a line next to this one, or in "
              "Maintenance > "
              "Security > Client certificate testing.",
     .fix = {"Judge both directions with the trust lists: edgeprobe zone --e-trust --c-trust",
             "Expressway: Maintenance > Security > Client certificate testing with the other's certificate"}},
    {.id = "tls-negotiation-error",
     .words = "tls negotiation error",
     .check = "tls.handshake",
     .means = "A TLS handshake failed, with a reason that is not in the table of known words.",
     .fix = {"Look in both logs: the side that refused has the reason, the other only an alert or a closed "
             "connection",
             "See the handshake itself: edgeprobe zone, or edgeprobe listen in the place of Expressway-E"}},
    {.id = NULL}};
