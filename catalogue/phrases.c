/* Which words do people bring? See phrases.h. */
#include "catalogue/phrases.h"

#define ZONE "edgeprobe zone --peer-address PEER --c-trust FILE --e-trust FILE --c-cert FILE"
#define CHECK "edgeprobe check DOMAIN"
#define CERT "edgeprobe cert FILE --role expressway-e --trust FILE"

const struct phrase phrases[] = {
    {"No SSH tunnels have been established", "Expressway-C, Status > Unified Communications",
     CHECK_CHAIN_SSH_TUNNEL, CAUSE_CHAIN_SSH_TUNNEL_MISSING_INTERMEDIATE,
     "The zone is up and the tunnels (2222) are not: mostly an intermediate CA that the zone takes from the "
     "wire "
     "and the tunnel wants in the trust list.",
     ZONE},
    {"Cannot find your services automatically", "Jabber and Webex App", CHECK_DNS_COLLAB_EDGE_SRV,
     CAUSE_DNS_COLLAB_EDGE_SRV_NXDOMAIN,
     "The client found no _collab-edge record for the domain of the user's name, or could not connect to "
     "what it "
     "names.",
     CHECK},
    {"Invalid certificate: Unrecognized CA", "Expressway, Server certificate, upload", CHECK_CHAIN_OWN,
     CAUSE_CHAIN_OWN_NO_TRUSTED_ROOT,
     "The box does not trust the CAs above the certificate that is uploaded: load them into its own trust "
     "list "
     "first.",
     CERT},
    {"is not a valid X.509 PEM certificate file", "Expressway, upload of a certificate or CA",
     CHECK_FILE_FORMAT, CAUSE_FILE_FORMAT_DER,
     "The file is DER, PKCS#7, PKCS#12, or has text before its BEGIN line.", "edgeprobe cert FILE"},
    {"Subject alternative name must be a valid FQDN", "Expressway, upload of the server certificate",
     CHECK_NAME_SAN_FQDN, CAUSE_NAME_SAN_FQDN_HOSTNAME,
     "An entry of the SAN is an IP address, a short host name, or no name at all.", CERT},
    {"Common name must be a valid FQDN", "Expressway, upload of the server certificate",
     CHECK_NAME_COMMON_NAME, CAUSE_NAME_COMMON_NAME_NOT_FQDN, "The common name is empty or no FQDN.", CERT},
    {"failed to update database TXT_DB error number 2", "openssl ca, when it signs", CHECK_NONE, CAUSE_NONE,
     "The CA has issued a certificate with this subject before. Revoke the old one (openssl ca -revoke "
     "FILE), or "
     "put unique_subject = no into index.txt.attr, and sign again; Expressway has no part in it.",
     "edgeprobe cert FILE"},
    {"TLS negotiation error", "Expressway, Status > Zones, and event log", CHECK_CHAIN_ZONE, CAUSE_NONE,
     "The TLS handshake of the zone failed: trust, name, key usage or validity on either side.", ZONE},
    {"Your username or password is not correct", "Jabber", CHECK_MRA_EDGE_CONFIG,
     CAUSE_MRA_EDGE_CONFIG_BAD_CREDENTIALS, "The path works up to Unified CM, which refused the log-in.",
     "edgeprobe login DOMAIN --user USER"},
    {"Cannot communicate with the server", "Jabber and Webex App", CHECK_MRA_EDGE_CONFIG,
     CAUSE_MRA_EDGE_CONFIG_PATH_DOWN, "The edge was found and the way behind it, or the port, is down.",
     CHECK},
    {"Certificate not valid, verify certificate, accept or decline", "Jabber, prompt at log-in",
     CHECK_CHAIN_CLIENT, CAUSE_NONE,
     "The edge's certificate leads to no CA that the client trusts, or does not bear the domain.", CHECK},
    {"502 Next Hop Connection Failed", "Expressway-E, error page", CHECK_MRA_EDGE_CONFIG,
     CAUSE_MRA_EDGE_CONFIG_PATH_DOWN, "Expressway-E cannot reach Expressway-C: SSH tunnels down.", ZONE},
    {"403 Forbidden", "Expressway-E, error page", CHECK_MRA_EDGE_CONFIG,
     CAUSE_MRA_EDGE_CONFIG_DOMAIN_NOT_ENABLED,
     "The domain is not enabled for MRA, or the server that was asked for is not on the allow list.", CHECK},
    {"unsafe legacy renegotiation disabled", "OpenSSL 3, curl, Expressway X14.2 on", CHECK_TLS_HANDSHAKE,
     CAUSE_NONE,
     "The server does not know secure renegotiation (RFC 5746): an old server, or a device in between.",
     "edgeprobe ciphers HOST:PORT"},
    {"port 7400 (111) Connection refused", "Expressway-C, XMPP log", CHECK_NET_CONNECT,
     CAUSE_NET_CONNECT_REFUSED,
     "Nothing listens on Expressway-E's 7400: typical of dual network interfaces with only one in use.",
     "edgeprobe explain --log 'THE LINE'"},
    {"Phones do not register, registration rejected", "Unified CM, phones behind MRA", CHECK_CERT_EKU,
     CAUSE_CERT_EKU_MISSING_CLIENT,
     "Log-in works and SIP does not: key usage of Expressway-E, 5061, or the phone profile's name in "
     "Expressway-C's "
     "certificate.",
     "edgeprobe check DOMAIN --symptom phones-not-registering"},
    {NULL, NULL, CHECK_NONE, CAUSE_NONE, NULL, NULL}};
