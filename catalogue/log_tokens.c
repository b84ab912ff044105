/* Which words of Expressway's log are known, and what do they say? The table behind log_tokens.h: words of
 * the tvcs process, of Traffic Server and the XMPP router, OpenSSL's words for a failed verification, and
 * those of the clients. Alerts are not here but where the leg gives them a meaning of their own: see
 * checks/log_read.c. */
#include "catalogue/log_tokens.h"

const struct enum_name log_directions[] = {
    {LOG_UNKNOWN, "unknown"}, {LOG_INBOUND, "inbound"}, {LOG_OUTBOUND, "outbound"}, {0, NULL}};
const struct enum_name log_boxes[] = {{LOG_BOX_UNKNOWN, "unknown"},   {LOG_BOX_EXPRESSWAY, "expressway"},
                                      {LOG_BOX_E, "expressway-e"},    {LOG_BOX_C, "expressway-c"},
                                      {LOG_BOX_UCM, "unified-cm"},    {LOG_BOX_JABBER, "jabber"},
                                      {LOG_BOX_ENDPOINT, "endpoint"}, {0, NULL}};
const struct enum_name log_legs[] = {{LOG_LEG_UNKNOWN, "unknown"},
                                     {LOG_LEG_CLIENT, "client"},
                                     {LOG_LEG_ZONE, "zone"},
                                     {LOG_LEG_TUNNEL, "tunnel"},
                                     {LOG_LEG_XCP, "xmpp"},
                                     {LOG_LEG_B2B, "b2b"},
                                     {LOG_LEG_UCM, "ucm"},
                                     {LOG_LEG_IMP, "imp"},
                                     {LOG_LEG_CLUSTER, "cluster"},
                                     {LOG_LEG_LOCAL, "local"},
                                     {0, NULL}};
const struct enum_name log_weights[] = {{LOG_REASON, "reason"},
                                        {LOG_SYMPTOM, "symptom"},
                                        {LOG_SEQUEL, "sequel"},
                                        {LOG_PROGRESS, "progress"},
                                        {0, NULL}};

/* Phrases that the two directions share. */
#define DIALLED_OUT "This Expressway dialled out. "
#define CALLED "The other side dialled in. "
#define LIST_LACKS                                                                                           \
    "The refusal is this side's own: the certificate that came leads to a CA that is not in the trust list " \
    "of "                                                                                                    \
    "the box that wrote this line. On the wire the other side got the alert unknown_ca."
#define UCM_TRUST                                                                                            \
    {                                                                                                        \
        "Expressway-C, every peer: Maintenance > Security > Trusted CA certificate: the CAs of the node's "  \
        "tomcat, tomcat-ECDSA, CallManager and CallManager-ECDSA (self-signed: the certificate itself)",     \
            "The node's name in Cisco Unified CM Administration > System > Server is an FQDN that its "      \
            "certificate bears; then Expressway-C: Configuration > Unified Communications > Unified CM "     \
            "servers: Refresh servers",                                                                      \
            "Judge it from here: edgeprobe check -f, with the nodes and Expressway-C's trust list"           \
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
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_NAME_UCM_NODE,
     .cause = CAUSE_NAME_UCM_NODE_NO_MATCH,
     .means =
         "Expressway-C's Traffic Server refused an inside server: the name it is configured with is not in "
         "the server's certificate. From X14.0.8 and X14.2 on this is checked for every node."},
    {.id = "ats-expired",
     .words = "core server certificate verification failed",
     .also = "has expired",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRED,
     .means =
         "Expressway-C's Traffic Server refused an inside server whose certificate, or a CA above it, has "
         "expired. The line names the server."},
    {.id = "ats-untrusted",
     .words = "core server certificate verification failed",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_CHAIN_UCM_TRUST,
     .cause = CAUSE_CHAIN_UCM_TRUST_NOT_IN_EXPRESSWAY_C,
     .means = "Expressway-C's Traffic Server refused the certificate of an inside server (Unified CM, IM and "
              "Presence, Unity Connection): its CA is not in Expressway-C's trust list. The line names the "
              "server; "
              "Action=Terminate ended the connection, Action=Continue let it pass."},
    {.id = "ats-sni-not-in-certificate",
     .is_to_address = true,
     .words = "sni (",
     .also = "not in certificate",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_NAME_UCM_NODE,
     .cause = CAUSE_NAME_UCM_NODE_IP_ADDRESS,
     .means = "Expressway-C's Traffic Server looked for an IP address in the certificate that the node "
              "presented: the node is known by its address in System > Server, and certificates bear names."},
    {.id = "ats-sni-not-in-certificate",
     .words = "sni (",
     .also = "not in certificate",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_NAME_UCM_NODE,
     .cause = CAUSE_NAME_UCM_NODE_NO_MATCH,
     .means =
         "Expressway-C's Traffic Server looked for the node's configured name in the certificate that the "
         "node presented, and it is not there."},

    {.id = "ucm-refuses-expressway-c",
     .leg = LOG_LEG_UCM,
     .alert = 48, /* unknown_ca */
     .check = CHECK_CHAIN_UCM_TRUST,
     .cause = CAUSE_CHAIN_UCM_TRUST_NOT_IN_TOMCAT_TRUST,
     .means =
         "Unified CM refused Expressway-C's own certificate (alert 48, unknown_ca): its CA is missing in "
         "tomcat-trust, on 6971 and 6972 also in CallManager-trust. Mostly after Expressway-C or Unified "
         "CM got new certificates."},
    {.id = "ats-connection-failed",
     .weight = LOG_SYMPTOM,
     .words = "ssl connection failed for",
     .also = "certificate verify failed",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_CHAIN_UCM_TRUST,
     .cause = CAUSE_CHAIN_UCM_TRUST_NOT_IN_EXPRESSWAY_C,
     .means =
         "Expressway-C's Traffic Server refused the certificate of the inside server that the line names. "
         "The line before it says why: mostly a CA that is not in Expressway-C's trust list, else a name "
         "(\"SNI ... not in certificate\")."},
    {.id = "ats-connection-failed",
     .weight = LOG_SYMPTOM,
     .words = "ssl connection failed for",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_CHAIN_UCM_TRUST,
     .means =
         "Expressway-C's Traffic Server could not set up TLS with the inside server that the line names. "
         "OpenSSL's words behind it, or the line before it, say why.",
     .fix = UCM_TRUST},
    {.id = "ats-connect-failed",
     .weight = LOG_SEQUEL,
     .words = "502 connect failed",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_CHAIN_UCM_TRUST,
     .means =
         "Expressway-C answered 502 to Expressway-E's request, since its own connection to the inside server "
         "failed: TCP, or TLS, or the trust between the two. The lines just before it name server and "
         "reason.",
     .fix = UCM_TRUST},
    {.id = "next-hop-failed",
     .weight = LOG_SYMPTOM,
     .words = "502 next hop connection failed",
     .box = LOG_BOX_E,
     .says_leg = LOG_LEG_TUNNEL,
     .check = CHECK_MRA_EDGE_CONFIG,
     .cause = CAUSE_MRA_EDGE_CONFIG_PATH_DOWN,
     .means = "Expressway-E could not pass the request on to Expressway-C: the SSH tunnels (2222) are down."},
    {.id = "http-error-403",
     .weight = LOG_SYMPTOM,
     .words = "sending http error response",
     .also = "status=\"403\"",
     .box = LOG_BOX_E,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_MRA_EDGE_CONFIG,
     .means =
         "Expressway-E refused a client's request: its domain is not enabled for MRA, the server it asked "
         "for is not on the HTTP allow list, or the clocks of Expressway-C and E differ.",
     .fix =
         {"Expressway-C: Configuration > Domains: the domain, SIP registrations and provisioning on Unified "
          "CM On",
          "Expressway-C: Configuration > Unified Communications > HTTP allow list: the server asked for "
          "(Unity Connection, photo and problem report servers)",
          "Both: System > Time: NTP servers Synchronized"}},
    {.id = "http-error-502",
     .weight = LOG_SYMPTOM,
     .words = "sending http error response",
     .also = "status=\"502\"",
     .box = LOG_BOX_E,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_MRA_EDGE_CONFIG,
     .cause = CAUSE_MRA_EDGE_CONFIG_PATH_DOWN,
     .means =
         "Expressway-E answered a client with 502: it cannot reach Expressway-C, or C not the inside server. "
         "Mostly the SSH tunnels (2222) are down."},
    {.id = "http-error",
     .weight = LOG_SYMPTOM,
     .words = "event=\"sending http error response\"",
     .box = LOG_BOX_E,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_MRA_EDGE_CONFIG,
     .means = "Expressway-E answered a client's request with an error; Status says which.",
     .fix = {"See what the edge answers now, and who answers: edgeprobe check DOMAIN"}},

    /* names */
    {.id = "peer-identity-unacceptable",
     .direction = LOG_OUTBOUND,
     .words = "tls certificate identity was unacceptable",
     .check = CHECK_NAME_PEER_ADDRESS,
     .cause = CAUSE_NAME_PEER_ADDRESS_NO_MATCH,
     .means = DIALLED_OUT
     "The chain of the other side is good, but its certificate does not bear the peer address "
     "as this zone has it."},
    {.id = "peer-identity-unacceptable",
     .direction = LOG_INBOUND,
     .words = "tls certificate identity was unacceptable",
     .check = CHECK_NAME_TLS_VERIFY,
     .cause = CAUSE_NAME_TLS_VERIFY_NO_MATCH,
     .means = CALLED
     "Its chain is good, but its certificate does not bear the TLS verify subject name of the zone."},
    {.id = "peer-identity-unacceptable",
     .words = "tls certificate identity was unacceptable",
     .check = CHECK_NAME_PEER_ADDRESS,
     .means = "The chain of the other side is good, but its certificate does not bear the name that this "
              "side looks "
              "for. Which name that is depends on who dialled; the Event of the line tells.",
     .fix = BOTH_NAMES},
    {.id = "hostname-mismatch",
     .words = "hostname mismatch",
     .check = CHECK_NAME_PEER_ADDRESS,
     .cause = CAUSE_NAME_PEER_ADDRESS_NO_MATCH,
     .means = "The certificate that came does not bear the name that was dialled."},
    {.id = "ip-address-mismatch",
     .words = "ip address mismatch",
     .check = CHECK_NAME_PEER_ADDRESS,
     .cause = CAUSE_NAME_PEER_ADDRESS_IP_ADDRESS,
     .means = "The peer was dialled by an IP address, and the certificate that came does not bear it."},
    {.id = "subject-alt-names-seen",
     .weight = LOG_PROGRESS,
     .words = "ttssl_retrievealtnames",
     .check = CHECK_NAME_PEER_ADDRESS,
     .means =
         "No fault: at DEBUG level Expressway writes which names it read in the other side's certificate "
         "(AltName=). Compare them with the peer address or the TLS verify subject name of the zone.",
     .fix = BOTH_NAMES},
    {.id = "common-name-seen",
     .weight = LOG_PROGRESS,
     .words = "ttssl_retrievecommonname",
     .check = CHECK_NAME_PEER_ADDRESS,
     .means = "No fault: Expressway writes the common name of the other side's certificate. Its SANs, which "
              "decide, stand in TTSSL_retrieveAltNames at DEBUG level.",
     .fix = BOTH_NAMES},
    {.id = "zone-chosen",
     .weight = LOG_PROGRESS,
     .words = "getzonebyidentities",
     .says_direction = LOG_INBOUND,
     .check = CHECK_NAME_TLS_VERIFY,
     .means =
         "No fault: Expressway was called, read these names in the caller's certificate, and chose the zone "
         "in MatchedZone= whose TLS verify subject name is among them.",
     .fix = BOTH_NAMES},
    {.id = "subject-alt-names-next",
     .weight = LOG_PROGRESS,
     .words = "invalidx509nameincertificate",
     .also = "will check san",
     .box = LOG_BOX_UCM,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_NAME_PHONE_PROFILE,
     .means =
         "No verdict yet: the common name of Expressway-C's certificate is not the secure phone profile's "
         "name, and Unified CM goes on to the subject alternative names. The next line has the verdict.",
     .fix = {"Read the line after it: the same words without \"Will check SAN\" are the refusal"}},
    {.id = "phone-profile-refused",
     .words = "invalidx509nameincertificate",
     .unless = "will check san",
     .box = LOG_BOX_UCM,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_NAME_PHONE_PROFILE,
     .cause = CAUSE_NAME_PHONE_PROFILE_NO_MATCH,
     .means =
         "Unified CM looked for the name of a secure phone profile in Expressway-C's certificate, and it is "
         "not there. The phone gets 403."},
    {.id = "edge-domain-not-in-san",
     .words = "not found in certificate san list",
     .box = LOG_BOX_ENDPOINT,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_NAME_MRA_DOMAIN,
     .cause = CAUSE_NAME_MRA_DOMAIN_NO_MATCH,
     .means =
         "A TC/CE endpoint found neither its domain nor the SRV name in Expressway-E's certificate, and does "
         "not log in."},
    {.id = "edge-tls-verification-failed",
     .words = "edge tls verification failed",
     .box = LOG_BOX_ENDPOINT,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_NAME_MRA_DOMAIN,
     .cause = CAUSE_NAME_MRA_DOMAIN_NO_MATCH,
     .means = "A TC/CE endpoint refused Expressway-E's certificate: the edge domain is not among its names, "
              "or its "
              "CA is unknown to the endpoint (chain.client)."},

    /* trust: OpenSSL's words, when this side refuses */
    {.id = "self-signed-in-chain",
     .words = "self signed certificate in certificate chain",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT,
     .means = LIST_LACKS " The other side did send its chain; only the root is missing here."},
    {.id = "self-signed-in-chain", /* OpenSSL 3 */
     .words = "self-signed certificate in certificate chain",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT,
     .means = LIST_LACKS " The other side did send its chain; only the root is missing here."},
    {.id = "issuer-not-found",
     .words = "unable to get local issuer certificate",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_MISSING_INTERMEDIATE,
     .means = LIST_LACKS
     " The certificate came without its issuer, and the issuer is not in the list either: mostly "
     "a missing intermediate CA."},
    {.id = "issuer-not-found",
     .words = "unable to verify the first certificate",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_MISSING_INTERMEDIATE,
     .means = LIST_LACKS " Only the certificate itself came, without any CA certificate above it."},
    {.id = "issuer-not-found",
     .words = "unable to get issuer certificate",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT,
     .means = LIST_LACKS " The path ends at an intermediate CA whose own issuer is not in the list."},
    {.id = "self-signed",
     .words = "self signed certificate",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_UNTRUSTED_SELF_SIGNED,
     .means =
         "The other side presented a certificate signed by its own key, and this very certificate is not in "
         "the trust list."},
    {.id = "self-signed",
     .words = "self-signed certificate",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_UNTRUSTED_SELF_SIGNED,
     .means =
         "The other side presented a certificate signed by its own key, and this very certificate is not in "
         "the trust list."},
    {.id = "invalid-ca",
     .words = "invalid ca certificate",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_NOT_A_CA,
     .means = "A certificate in the path stands in a CA's place without being one."},
    {.id = "bad-certificate-signature",
     .words = "certificate signature failure",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_BAD_SIGNATURE,
     .means = "A signature in the path does not verify: often two CA certificates of one name and different "
              "keys, of "
              "which only the first in the trust list is looked at."},
    {.id = "path-too-long",
     .words = "path length constraint exceeded",
     .check = CHECK_CHAIN_ZONE,
     .cause = CAUSE_CHAIN_ZONE_PATH_TOO_LONG,
     .means = "A CA in the path may not issue to as many CAs below it as there are."},

    /* the certificate itself */
    {.id = "certificate-expired",
     .words = "certificate has expired",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_EXPIRED,
     .means = "This side refused a certificate that has expired: the other side's own, or a CA above it."},
    {.id = "certificate-not-yet-valid",
     .words = "certificate is not yet valid",
     .check = CHECK_CERT_VALIDITY,
     .cause = CAUSE_CERT_VALIDITY_NOT_YET_VALID,
     .means = "This side refused a certificate that is not valid yet: mostly a clock without NTP."},
    {.id = "certificate-purpose",
     .direction = LOG_INBOUND,
     .words = "unsupported certificate purpose",
     .check = CHECK_CERT_EKU,
     .cause = CAUSE_CERT_EKU_MISSING_CLIENT,
     .means = CALLED "Its certificate may not be used by a TLS client: clientAuth is missing."},
    {.id = "certificate-purpose",
     .direction = LOG_OUTBOUND,
     .words = "unsupported certificate purpose",
     .check = CHECK_CERT_EKU,
     .cause = CAUSE_CERT_EKU_MISSING_SERVER,
     .means = DIALLED_OUT
     "The certificate of the other side may not be used by a TLS server: serverAuth is missing."},
    {.id = "certificate-purpose",
     .words = "unsuitable certificate purpose", /* OpenSSL 3 */
     .check = CHECK_CERT_EKU,
     .means = "The extended key usage of the certificate does not allow what it is used for here.",
     .fix = {"In the log of the side that was called: the caller's certificate lacks clientAuth",
             "In the log of the side that dialled: the server's certificate lacks serverAuth"}},
    {.id = "certificate-purpose",
     .words = "unsupported certificate purpose",
     .check = CHECK_CERT_EKU,
     .means = "The extended key usage of the certificate does not allow what it is used for here.",
     .fix = {"In the log of the side that was called: the caller's certificate lacks clientAuth",
             "In the log of the side that dialled: the server's certificate lacks serverAuth"}},
    {.id = "key-too-weak",
     .words = "key too weak",
     .check = CHECK_CERT_KEY,
     .cause = CAUSE_CERT_KEY_RSA_WEAK,
     .means = "A key in the chain is shorter than the security level of the side that refused allows."},
    {.id = "key-too-small",
     .words = "key too small",
     .check = CHECK_CERT_KEY,
     .cause = CAUSE_CERT_KEY_RSA_WEAK,
     .means = "A key is shorter than the security level of the side that refused allows."},
    {.id = "digest-too-weak",
     .words = "md too weak",
     .check = CHECK_CERT_SIGNATURE,
     .cause = CAUSE_CERT_SIGNATURE_SHA1,
     .means =
         "A certificate in the chain is signed with a digest that the side that refused takes for broken."},
    {.id = "digest-too-weak",
     .words = "signature digest algorithm too weak",
     .check = CHECK_CERT_SIGNATURE,
     .cause = CAUSE_CERT_SIGNATURE_SHA1,
     .means =
         "A certificate in the chain is signed with a digest that the side that refused takes for broken."},

    /* revocation */
    {.id = "crl-expired",
     .words = "crl has expired",
     .check = CHECK_REVOCATION_CRL,
     .cause = CAUSE_REVOCATION_CRL_EXPIRED,
     .means = "The list of revoked certificates at hand is out of date; every certificate of its CA is "
              "refused until "
              "a fresh one is there."},
    {.id = "crl-not-yet-valid",
     .words = "crl is not yet valid",
     .check = CHECK_REVOCATION_CRL,
     .cause = CAUSE_REVOCATION_CRL_NOT_YET_VALID,
     .means = "The list of revoked certificates at hand begins in the future: mostly a clock without NTP."},
    {.id = "crl-signature",
     .words = "crl signature failure",
     .check = CHECK_REVOCATION_CRL,
     .cause = CAUSE_REVOCATION_CRL_BAD_SIGNATURE,
     .means = "The list of revoked certificates at hand is not signed by the CA that it speaks for."},
    {.id = "crl-missing",
     .words = "unable to get certificate crl",
     .check = CHECK_REVOCATION_CRL,
     .means =
         "There is no list of revoked certificates for the CA of this certificate. In Client certificate "
         "testing that is good news when no CRLs are in use: everything else was passed.",
     .fix = {"Expressway: Maintenance > Security > CRL management: load the CA's list, or let it be fetched",
             "Judge what the settings make of it: edgeprobe revocation"}},
    {.id = "certificate-revoked",
     .words = "certificate revoked",
     .check = CHECK_REVOCATION_VERDICT,
     .cause = CAUSE_REVOCATION_VERDICT_REVOKED,
     .means = "This side refused the certificate because its CA has revoked it."},

    /* versions and suites */
    {.id = "no-shared-cipher",
     .words = "no shared cipher",
     .check = CHECK_CIPHER_OVERLAP,
     .cause = CAUSE_CIPHER_OVERLAP_NO_COMMON_SUITE,
     .means = "The client offered no cipher suite that this server takes."},
    {.id = "no-shared-group",
     .words = "no suitable key share",
     .check = CHECK_CIPHER_OVERLAP,
     .cause = CAUSE_CIPHER_OVERLAP_NO_COMMON_GROUP,
     .means = "The two sides have no key exchange group in common."},
    {.id = "no-shared-signature-algorithm",
     .words = "no shared signature algorithms",
     .check = CHECK_CIPHER_OVERLAP,
     .cause = CAUSE_CIPHER_OVERLAP_NO_COMMON_SIGNATURE_ALGORITHM,
     .means = "The two sides have no signature algorithm in common that suits the certificate's key."},
    {.id = "no-shared-signature-algorithm",
     .words = "no suitable signature algorithm",
     .check = CHECK_CIPHER_OVERLAP,
     .cause = CAUSE_CIPHER_OVERLAP_NO_COMMON_SIGNATURE_ALGORITHM,
     .means = "The two sides have no signature algorithm in common that suits the certificate's key."},
    {.id = "no-shared-version",
     .words = "unsupported protocol",
     .also = "ssl",
     .check = CHECK_CIPHER_OVERLAP,
     .cause = CAUSE_CIPHER_OVERLAP_NO_COMMON_VERSION,
     .means = "The two sides have no TLS version in common."},
    {.id = "not-tls",
     .words = "wrong version number",
     .check = CHECK_TLS_HANDSHAKE,
     .cause = CAUSE_TLS_HANDSHAKE_NOT_TLS,
     .means =
         "What came is no TLS: the other side speaks in clear, or another protocol answers on that port."},
    {.id = "not-tls",
     .words = "http request",
     .also = "ssl routines",
     .check = CHECK_TLS_HANDSHAKE,
     .cause = CAUSE_TLS_HANDSHAKE_NOT_TLS,
     .means = "An HTTP request in clear came to a TLS port."},

    /* ends without an alert */
    {.id = "client-certificate-missing",
     .words = "no certificate returned",
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_B2B,
     .check = CHECK_TLS_CLIENT_AUTH,
     .cause = CAUSE_TLS_CLIENT_AUTH_PRESENTED_NONE,
     .means =
         CALLED "It was asked for a certificate and presented none: it has none, or its certificate was made "
                "from a template without client authentication, or its issuer is not among the CA names "
                "that this box advertises."},
    {
        .id = "idle-countdown",
        .weight = LOG_SYMPTOM,
        .words = "idle countdown expired",
        .says_direction = LOG_INBOUND,
        .check = CHECK_SIP_OPTIONS,
        .cause = CAUSE_SIP_OPTIONS_NO_ANSWER,
        .means =
            "A connection was opened and nothing intelligible was said on it until it was given up. On 5061 "
            "that "
            "is mostly a firewall or router with SIP inspection (ALG), which holds back or changes what it "
            "cannot read.",
    },
    {.id = "tcp-failed",
     .weight = LOG_SYMPTOM,
     .words = "tcp connection failed",
     .says_direction = LOG_OUTBOUND,
     .check = CHECK_NET_CONNECT,
     .means =
         "This box dialled and got no TCP connection: the SYN was refused or went unanswered. That is no "
         "certificate fault.",
     .fix =
         {"See which it is: edgeprobe check, or nc -vz HOST PORT from the box's network",
          "Firewall: from this box (Expressway-C: source ports 25000-29999) to the address and port of the "
          "line",
          "The far side listens on that port and address"}},
    {.id = "client-certificate-missing",
     .words = "peer did not return a certificate",
     .check = CHECK_TLS_CLIENT_AUTH,
     .cause = CAUSE_TLS_CLIENT_AUTH_PRESENTED_NONE,
     .means = CALLED "It was asked for a certificate and presented none."},
    {.id = "remote-disconnect",
     .words = "no ssl error available, probably remote disconnect",
     .check = CHECK_TLS_HANDSHAKE,
     .cause = CAUSE_TLS_HANDSHAKE_CLOSED,
     .means = "The connection was cut during the handshake without an alert. That is no certificate fault: "
              "suspect "
              "a firewall that inspects TLS, or a port filter."},
    {.id = "end-of-file",
     .weight = LOG_SYMPTOM,
     .words = "got eof on socket",
     .check = CHECK_TLS_HANDSHAKE,
     .cause = CAUSE_TLS_HANDSHAKE_CLOSED,
     .means = "The other side, or something in between, closed the connection without an alert."},
    {.id = "end-of-file",
     .weight = LOG_SYMPTOM,
     .words = "unexpected eof while reading",
     .check = CHECK_TLS_HANDSHAKE,
     .cause = CAUSE_TLS_HANDSHAKE_CLOSED,
     .means = "The other side, or something in between, closed the connection without an alert."},
    {.id = "connection-reset",
     .words = "connection reset by peer",
     .also = "tls",
     .check = CHECK_TLS_HANDSHAKE,
     .cause = CAUSE_TLS_HANDSHAKE_RESET,
     .means = "The connection was reset during the handshake, without an alert."},

    /* the SSH tunnels, and what is not about certificates */
    {.id = "port-forwarding-crash",
     .words = "portforwarding.pyc",
     .check = CHECK_NAME_HOST_UNDERSCORE,
     .cause = CAUSE_NAME_HOST_UNDERSCORE_UNDERSCORE,
     .means = "The process that keeps the SSH tunnels crashed. A host name with an underscore does that; the "
              "traversal zone stays up meanwhile."},
    {.id = "xcp-refused",
     .words = "unable to connect to host",
     .also = "port 7400:(111)",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_XCP,
     .check = CHECK_NET_XCP,
     .cause = CAUSE_NET_XCP_REFUSED,
     .means =
         "Expressway-C's XMPP router dialled Expressway-E's (7400) and was refused: nothing listens there. "
         "Typical of dual network interfaces switched on with only one in use."},
    {.id = "xcp-timed-out",
     .words = "unable to connect to host",
     .also = "port 7400:(110)",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_XCP,
     .check = CHECK_NET_XCP,
     .cause = CAUSE_NET_XCP_TIMEOUT,
     .means = "Expressway-C's XMPP router dialled Expressway-E's (7400) and got no answer."},
    {.id = "xcp-refused",
     .words = "unable to connect to host",
     .also = "port 7400 :(111)",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_XCP,
     .check = CHECK_NET_XCP,
     .cause = CAUSE_NET_XCP_REFUSED,
     .means =
         "Expressway-C's XMPP router dialled Expressway-E's (7400) and was refused: nothing listens there. "
         "Typical of dual network interfaces switched on with only one in use."},
    {.id = "ssh-tunnel-down",
     .weight = LOG_SYMPTOM,
     .words = "no ssh tunnels have been established",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_TUNNEL,
     .check = CHECK_CHAIN_SSH_TUNNEL,
     .means =
         "Expressway-C has no SSH tunnel (2222) to Expressway-E: MRA log-in fails with 502. With the zone "
         "up, mostly an intermediate CA that the tunnel wants in the trust list.",
     .fix = {"Judge zone and tunnel with both trust lists: edgeprobe zone --peer-address HOST --c-trust FILE "
             "--e-trust FILE",
             "Firewall: TCP 2222 from Expressway-C (source ports 35000-35999) to Expressway-E"}},
    {.id = "ssh-tunnel-down",
     .weight = LOG_SYMPTOM,
     .words = "ssh tunnel failure",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_TUNNEL,
     .check = CHECK_CHAIN_SSH_TUNNEL,
     .means = "Expressway-C's alarm: it has no SSH tunnel (2222) to the hosts named. MRA log-in through them "
              "fails with 502.",
     .fix = {"Judge zone and tunnel with both trust lists: edgeprobe zone --peer-address HOST --c-trust FILE "
             "--e-trust FILE",
             "Firewall: TCP 2222 from Expressway-C (source ports 35000-35999) to Expressway-E"}},
    {.id = "xcp-not-connected",
     .words = "unable to connect to host",
     .also = "port 7400",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_XCP,
     .check = CHECK_NET_XCP,
     .means = "Expressway-C's XMPP router could not connect to Expressway-E's (7400).",
     .fix = {"Firewall: TCP 7400 from Expressway-C to Expressway-E",
             "Expressway-E: System > Network interfaces > IP: dual network interfaces only when both are in "
             "use"}},
    {.id = "xcp-component",
     .weight = LOG_SYMPTOM,
     .words = "failed to connect to component",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_XCP,
     .check = CHECK_NET_XCP,
     .means =
         "Expressway-C's XMPP router has no connection to the one of Expressway-E (7400); the line before it "
         "says why.",
     .fix = {"Firewall: TCP 7400 from Expressway-C to Expressway-E",
             "Expressway-E: System > Network interfaces > IP: dual network interfaces only when both are in "
             "use"}},
    {.id = "reverse-dns-missing",
     .words = "exception in reversednslookup",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_XCP,
     .check = CHECK_HOST_REVERSE_DNS,
     .cause = CAUSE_HOST_REVERSE_DNS_MISSING,
     .means = "Expressway-C looked up the name of Expressway-E's address (PTR) to verify its certificate, "
              "and there "
              "is none. XMPP between the two (7400) fails; alarm 25030 says the same."},
    {.id = "reverse-dns-other-name",
     .words = "certificate verification failed for host=",
     .also = "invalid hostname",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_XCP,
     .check = CHECK_HOST_REVERSE_DNS,
     .cause = CAUSE_HOST_REVERSE_DNS_NOT_IN_SAN,
     .means = "The PTR record of Expressway-E's address gives a name that is not in its certificate. XMPP "
              "between the "
              "two (7400) fails; alarm 25031 says the same."},
    {.id = "user-refused",
     .words = "failed to authenticate user against server",
     .box = LOG_BOX_C,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_MRA_EDGE_CONFIG,
     .cause = CAUSE_MRA_EDGE_CONFIG_BAD_CREDENTIALS,
     .means =
         "Unified CM refused this user's name or password (UDS answered 401). The path from the client to "
         "Unified CM works."},
    {.id = "registration-unknown-domain",
     .words = "event=\"registration rejected\"",
     .also = "unknown domain",
     .box = LOG_BOX_C,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_NAME_PHONE_PROFILE,
     .means = "A device tried to register at Expressway itself instead of at Unified CM: its phone security "
              "profile "
              "and the mode of the cluster (mixed or not) do not fit what Expressway-C knows.",
     .fix = {"Unified CM: Device > Phone, the device's security profile; its name, when it is an encrypted "
             "one, in "
             "Expressway-C's certificate",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers: Refresh servers",
             "Expressway-C: Configuration > Domains: the domain, SIP registrations and provisioning on "
             "Unified CM "
             "On"}},
    {.id = "service-not-routed",
     .words = "code=408",
     .also = "method=service",
     .box = LOG_BOX_C,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_ZONE,
     .check = CHECK_SIP_OPTIONS,
     .means =
         "Expressway-C answered Expressway-E's SERVICE request with 408: it cannot reach the address in its "
         "Route, which is Expressway-C's own as E sees it. Source NAT between C and E does that; phones then "
         "do not register.",
     .fix =
         {"Firewall between Expressway-C and Expressway-E: no translation of Expressway-C's source address",
          "Or let Expressway-C reach itself by the translated address"}},
    {.id = "zone-digest",
     .weight = LOG_SYMPTOM,
     .words = "calculated response does not match supplied response",
     .box = LOG_BOX_EXPRESSWAY,
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_ZONE,
     .check = CHECK_ZONE_AUTHENTICATION,
     .cause = CAUSE_ZONE_AUTHENTICATION_WRONG_PASSWORD,
     .means =
         "A digest log-in failed: another password. When a line with Method=\"OPTIONS\" follows, it is the "
         "traversal zone's: the certificates are good, or it would not have come that far."},
    {.id = "verify-mode-changed",
     .weight = LOG_PROGRESS,
     .words = "tls verify change status",
     .says_leg = LOG_LEG_CLUSTER,
     .check = CHECK_NAME_CLUSTER,
     .means =
         "No fault: TLS verification between the peers of the cluster was switched (New=\"True\": on). From "
         "then "
         "on each peer's certificate must bear the cluster's and its own name, and be trusted by the others.",
     .fix =
         {"Cluster alarms after that (20004, 20006): edgeprobe explain name.cluster, chain.cluster-trust"}},
    {.id = "legacy-renegotiation",
     .words = "unsafe legacy renegotiation disabled",
     .check = CHECK_TLS_HANDSHAKE,
     .means = "The server does not know secure renegotiation (RFC 5746), and this side's OpenSSL 3 insists "
              "on it: an "
              "old server, or a device in between that ends TLS.",
     .fix = {"Update the server, or the device in between that answers in its place"}},
    {.id = "zone-credentials",
     .words = "event=\"authentication failed\"",
     .also = "options",
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_ZONE,
     .check = CHECK_ZONE_AUTHENTICATION,
     .cause = CAUSE_ZONE_AUTHENTICATION_WRONG_PASSWORD,
     .means = "The SIP OPTIONS of a zone was refused: user name or password of the zone is wrong. The "
              "certificates "
              "are good, or it would not have come that far."},
    {.id = "zone-credentials",
     .words = "incorrect authentication credential for user",
     .says_direction = LOG_INBOUND,
     .says_leg = LOG_LEG_ZONE,
     .check = CHECK_ZONE_AUTHENTICATION,
     .cause = CAUSE_ZONE_AUTHENTICATION_WRONG_PASSWORD,
     .means = "A digest log-in failed. With Method=\"OPTIONS\" it is the traversal zone's own user: the "
              "certificates "
              "are good, its user name or password is not."},
    {.id = "intrusion-block",
     .words = "http proxy authorization failure",
     .check = CHECK_NET_CONNECT,
     .cause = CAUSE_NET_CONNECT_INTRUSION_BLOCK_SUSPECTED,
     .means =
         "Automated detection counted too many failed log-ins from one address and blocks it, ten minutes "
         "unless set otherwise."},
    {.id = "intrusion-block",
     .words = "http proxy resource access failure",
     .check = CHECK_NET_CONNECT,
     .cause = CAUSE_NET_CONNECT_INTRUSION_BLOCK_SUSPECTED,
     .means =
         "Automated detection counted too many requests for unknown paths from one address and blocks it."},
    {.id = "xmpp-realm-stale",
     .words = "failed to query auth component for sasl mechanisms",
     .means = "Expressway-C holds stale data about the IM and Presence nodes, and XMPP log-in fails.",
     .fix = {"Expressway-C: Configuration > Unified Communications > IM and Presence Service nodes: Refresh "
             "servers"}},

    /* clients */
    {.id = "jabber-name-mismatch",
     .words = "cn_no_match",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_NAME_MRA_DOMAIN,
     .means = "Jabber found none of the names it looks for in the certificate of the server it dialled "
              "(CN_NO_MATCH): of Expressway-E outside, of Unified CM or IM and Presence inside. UNKNOWN "
              "beside it: the CA is unknown to the client, too.",
     .fix =
         {"Outside: edgeprobe check DOMAIN judges name.mra-domain and name.srv-target on 8443, 5061 and 5222",
          "Inside: the node's name in System > Server is an FQDN that its tomcat or cup-xmpp certificate "
          "bears"}},
    {.id = "jabber-certificate-refused",
     .words = "certificate_validation_error",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_CHAIN_CLIENT,
     .means = "Jabber refused the certificate of the HTTPS server it dialled: outside Expressway-E's, inside "
              "Unified CM's tomcat certificate. Its CA is not trusted on the device, or the name is another.",
     .fix = {"Outside: edgeprobe check DOMAIN, chain.client and name.mra-domain",
             "Inside: the CA of the tomcat certificates to the device's trust store, or certificates of a CA "
             "that it trusts"}},
    {.id = "jabber-imp-tomcat-certificate",
     .words = "lerr_cup_cert",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_IMP,
     .check = CHECK_CHAIN_CLIENT,
     .means = "Jabber refused the tomcat certificate of IM and Presence (8443): CA not trusted on the "
              "device, or another name.",
     .fix = {"The CA of IM and Presence's tomcat certificate to the device's trust store",
             "The node's name in System > Presence topology is an FQDN that the tomcat certificate bears"}},
    {.id = "jabber-xmpp-certificate",
     .words = "lerr_jabber_cert",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_IMP,
     .check = CHECK_CHAIN_CLIENT,
     .means = "Jabber refused the XMPP certificate: inside IM and Presence's cup-xmpp, outside "
              "Expressway-E's on 5222. CA not trusted on the device, or another name.",
     .fix = {"Inside: the CA of the cup-xmpp certificates to the device's trust store",
             "Outside: edgeprobe check DOMAIN, the findings of port 5222"}},
    {.id = "jabber-xmpp-refused",
     .words = "lerr_jabber_auth",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_IMP,
     .check = CHECK_XMPP_STREAM,
     .means = "XMPP log-in (SASL) or resource binding failed: token or password refused, or bound elsewhere. "
              "Trust and names were good.",
     .fix = {"Expressway-C: Configuration > Unified Communications > IM and Presence Service nodes: Refresh "
             "servers",
             "IM and Presence: restart Cisco XCP Router when every user is concerned"}},
    {.id = "jabber-xmpp-unreachable",
     .words = "lerr_jabber_unreachable",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_NET_CONNECT,
     .means = "Jabber could not connect for XMPP: outside port 5222 of Expressway-E, inside 5222 of IM and "
              "Presence.",
     .fix = {"Outside: edgeprobe check DOMAIN, net.connect on 5222",
             "Firewall: TCP 5222 from the Internet to Expressway-E"}},
    {.id = "jabber-imp-unreachable",
     .words = "lerr_cup_unreachable",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_IMP,
     .check = CHECK_NET_CONNECT,
     .means = "Jabber could not reach IM and Presence on 8443 (outside: through Expressway-E and C).",
     .fix = {"Inside: TCP 8443 to the IM and Presence nodes",
             "Outside: edgeprobe check DOMAIN, mra.edge-config"}},
    {.id = "jabber-no-srv",
     .words = "failed_no_srv_records_found",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_DNS_COLLAB_EDGE_SRV,
     .cause = CAUSE_DNS_COLLAB_EDGE_SRV_NXDOMAIN,
     .means = "Jabber found no SRV record of its domain: inside _cisco-uds, outside _collab-edge."},
    {.id = "jabber-no-srv",
     .words = "servicediscoverynosrvrecordsfound",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_DNS_COLLAB_EDGE_SRV,
     .cause = CAUSE_DNS_COLLAB_EDGE_SRV_NXDOMAIN,
     .means = "Jabber found no SRV record of its domain: inside _cisco-uds, outside _collab-edge."},
    {.id = "jabber-no-home-cluster",
     .words = "no_home_uds_found",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_MRA_EDGE_CONFIG,
     .cause = CAUSE_MRA_EDGE_CONFIG_NO_UDS_SERVER,
     .means = "Jabber asked for the user's home cluster, and no Unified CM has the user."},
    {.id = "jabber-password",
     .words = "home_uds_authentication_failed",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_UCM,
     .check = CHECK_MRA_EDGE_CONFIG,
     .cause = CAUSE_MRA_EDGE_CONFIG_BAD_CREDENTIALS,
     .means = "The user's home cluster refused name or password. The path works."},
    {.id = "jabber-not-resolved",
     .words = "unresolved_host_error",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_DNS_SRV_TARGET,
     .cause = CAUSE_DNS_SRV_TARGET_NO_ADDRESS,
     .means = "A host name that the client was given has no address record that the client's DNS answers."},
    {.id = "jabber-xmpp-handshake",
     .weight = LOG_SYMPTOM,
     .words = "tls handshake failed",
     .also = "xmppsdk",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_TLS_HANDSHAKE,
     .means = "The TLS handshake of XMPP (5222) failed on the client's side; the lines around it say why.",
     .fix = {"Outside: edgeprobe check DOMAIN, the findings of port 5222",
             "Inside: the cup-xmpp certificate of the IM and Presence node: its CA and name"}},
    {.id = "endpoint-ca-unknown",
     .words = "peer certificate cannot be authenticated",
     .box = LOG_BOX_ENDPOINT,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_CHAIN_CLIENT,
     .cause = CAUSE_CHAIN_CLIENT_NO_TRUSTED_ROOT,
     .means = "A TC/CE endpoint refused Expressway-E's certificate: its CA is not in the endpoint's list."},
    {.id = "endpoint-name-refused",
     .words = "application verification failure",
     .box = LOG_BOX_ENDPOINT,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_NAME_MRA_DOMAIN,
     .cause = CAUSE_NAME_MRA_DOMAIN_NO_MATCH,
     .means = "A TC/CE endpoint trusts the CA of Expressway-E's certificate, and found neither its domain "
              "nor the name it dialled in it."},
    {.id = "saml-not-decrypted",
     .words = "failed to decrypt the secret key",
     .box = LOG_BOX_UCM,
     .says_leg = LOG_LEG_UCM,
     .means = "Unified CM could not decrypt the identity provider's answer: it is encrypted for the tomcat "
              "certificate that was replaced.",
     .fix = {"Identity provider: import Unified CM's current metadata (System > SAML Single Sign-On > Export "
             "All Metadata)",
             "Every node: utils service restart Cisco SSOSP Tomcat"}},
    {.id = "sip-oauth-port",
     .words = "sip oauth registration port mismatch",
     .box = LOG_BOX_UCM,
     .says_leg = LOG_LEG_UCM,
     .means = "Unified CM got an OAuth registration on a port that is not its OAuth port.",
     .fix = {"Unified CM: System > Cisco Unified CM: SIP phone OAuth ports 5090, and 5091 for MRA",
             "Expressway-C: Configuration > Unified Communications > Unified CM servers: Refresh servers"}},
    {.id = "cookie-refused",
     .words = "xauth cookie expiration time is invalid",
     .box = LOG_BOX_JABBER,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_MRA_EDGE_CONFIG,
     .cause = CAUSE_MRA_EDGE_CONFIG_COOKIE_DOMAIN,
     .means =
         "Jabber dropped the session cookie: it was set for another domain than that of the host name it "
         "dialled. Log-in loops though certificate and password are good."},
    {.id = "edge-not-resolved",
     .words = "couldn't resolve host name",
     .box = LOG_BOX_ENDPOINT,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_DNS_COLLAB_EDGE_SRV,
     .cause = CAUSE_DNS_COLLAB_EDGE_SRV_NXDOMAIN,
     .means = "A client outside could not resolve the edge: the SRV record or the address of its target is "
              "missing "
              "in public DNS."},
    {.id = "no-uds-server",
     .words = "xml didn't contain uds server address",
     .box = LOG_BOX_ENDPOINT,
     .says_direction = LOG_OUTBOUND,
     .says_leg = LOG_LEG_CLIENT,
     .check = CHECK_MRA_EDGE_CONFIG,
     .cause = CAUSE_MRA_EDGE_CONFIG_NO_UDS_SERVER,
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
     .weight = LOG_SYMPTOM,
     .words = "certificate verify failed",
     .check = CHECK_CHAIN_ZONE,
     .means = "This side refused the other's certificate; why stands in a line next to this one, or in "
              "Maintenance > "
              "Security > Client certificate testing.",
     .fix = {"Judge both directions with the trust lists: edgeprobe zone --e-trust --c-trust",
             "Expressway: Maintenance > Security > Client certificate testing with the other's certificate"}},
    {.id = "handshake-cut",
     .weight = LOG_SYMPTOM,
     .words = "failed to establish ssl connection",
     .also = "error=\"5\"",
     .check = CHECK_TLS_HANDSHAKE,
     .cause = CAUSE_TLS_HANDSHAKE_CLOSED,
     .means = "The connection was cut during the handshake without an alert (error=\"5\"): by the other "
              "side, or by a "
              "firewall between. That is no certificate fault of the box that wrote the line."},
    {.id = "handshake-failed",
     .weight = LOG_SYMPTOM,
     .words = "failed to establish ssl connection",
     .check = CHECK_TLS_HANDSHAKE,
     .means = "A TLS handshake of SIP failed, without a reason in this line. remoteAddress says with whom: "
              "7001 is a "
              "traversal zone, 5061 or 5091 Unified CM or a partner, 5062 Webex or a partner.",
     .fix =
         {"Read the lines of the same connection around it: network.tcp has Reason=, the event has Detail=",
          "With Unified CM behind it: edgeprobe explain name.phone-profile, chain.ucm-trust",
          "See the handshake itself: edgeprobe zone, or edgeprobe listen in the place of Expressway-E"}},
    {.id = "handshake-ended",
     .weight = LOG_SEQUEL,
     .words = "handshake failed",
     .also = "want error ssl",
     .check = CHECK_TLS_HANDSHAKE,
     .means = "A handshake ended with an error; the reason stands in the next lines of the same thread.",
     .fix = {"Read on to TTSSL_continueHandshake and network.tcp of the same connection"}},
    {.id = "handshake-in-progress",
     .weight = LOG_PROGRESS,
     .words = "handshake in progress",
     .check = CHECK_TLS_HANDSHAKE,
     .means = "No fault: a handshake goes on, and this box waits for bytes.",
     .fix = {"Nothing, unless it is the last line of a connection: then the other side fell silent"}},
    {.id = "handshake-succeeded",
     .weight = LOG_PROGRESS,
     .words = "handshake succeeded",
     .check = CHECK_TLS_HANDSHAKE,
     .means = "No fault: the handshake succeeded. What fails after it is a name, a zone or its password.",
     .fix = {"For the name that decides: edgeprobe explain name.tls-verify, name.peer-address"}},
    {.id = "tls-negotiation-error",
     .weight = LOG_SYMPTOM,
     .words = "tls negotiation error",
     .check = CHECK_TLS_HANDSHAKE,
     .means = "A TLS handshake failed, with a reason that is not in the table of known words.",
     .fix = {"Look in both logs: the side that refused has the reason, the other only an alert or a closed "
             "connection",
             "See the handshake itself: edgeprobe zone, or edgeprobe listen in the place of Expressway-E"}},
    {.id = NULL}};
