/* Does a line of Expressway's log lead to the check and cause that fit, and is the table true to the
 * catalogue? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/log.h"
#include "checks/log_alert.h"
#include "facts/tls.h"
#include "shared_data.h"
#include "wire/log.h"

static struct arena *arena;

static struct log_words *known_words;

static int arena_open(void **state) {
    (void)state;
    arena = arena_new();
    known_words = log_words_new(arena);
    return 0;
}

static int arena_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static bool reads_bytes(const char *line, size_t size, struct log_entry *entry) {
    struct log_record record;
    log_record_read(line, size, &record);
    return log_record_judge(arena, known_words, &record, NULL, entry);
}

static bool reads(const char *line, struct log_entry *entry) {
    return reads_bytes(line, strlen(line), entry);
}

#define OUT "Event=\"Outbound TLS Negotiation Error\" Service=\"SIP\" Dst-port=\"7001\" "
#define IN "Event=\"Inbound TLS Negotiation Error\" Service=\"SIP\" Dst-port=\"7001\" "

static const struct {
    const char *line, *token, *check, *cause;
    enum log_direction direction;
} rows[] = {
    /* the words of field-facts 2.1 */
    {OUT "Detail=\"Peer's TLS certificate identity was unacceptable\"", "peer-identity-unacceptable",
     "name.peer-address", "no-match", LOG_OUTBOUND},
    {IN "Detail=\"Peer's TLS certificate identity was unacceptable\"", "peer-identity-unacceptable",
     "name.tls-verify", "no-match", LOG_INBOUND},
    {"Detail=\"Peer's TLS certificate identity was unacceptable\"", "peer-identity-unacceptable",
     "name.peer-address", NULL, LOG_UNKNOWN},
    {"error:14089086:SSL routines:ssl3_get_client_certificate:certificate verify failed "
     "Detail=\"self signed certificate in certificate chain\"",
     "self-signed-in-chain", "chain.zone", "no-trusted-root", LOG_INBOUND},
    {OUT "Detail=\"self-signed certificate in certificate chain\"", "self-signed-in-chain", "chain.zone",
     "no-trusted-root", LOG_OUTBOUND},
    {OUT "Detail=\"sslv3 alert certificate unknown\"", "alert-certificate-unknown", "tls.handshake",
     "alert-certificate-unknown", LOG_OUTBOUND},
    {IN "error=\"5\" Detail=\"No SSL error available, probably remote disconnect\"", "remote-disconnect",
     "tls.handshake", "closed", LOG_INBOUND},
    {"tvcs: Got EOF on socket", "end-of-file", "tls.handshake", "closed", LOG_UNKNOWN},
    {OUT "Detail=\"unable to get local issuer certificate\"", "issuer-not-found", "chain.zone",
     "missing-intermediate", LOG_OUTBOUND},
    {"Event=\"Authentication Failed\" Service=\"SIP\" Method=\"OPTIONS\" Level=\"1\"", "zone-credentials",
     "zone.authentication", "wrong-password", LOG_INBOUND},
    {"Incorrect authentication credential for user zone1", "zone-credentials", "zone.authentication",
     "wrong-password", LOG_INBOUND},
    {"Failed to establish SSL connection", "handshake-failed", "tls.handshake", NULL, LOG_UNKNOWN},
    {"alarm: /share/python/site-packages/portforwarding.pyc unexpected software error",
     "port-forwarding-crash", "name.host-underscore", "underscore", LOG_UNKNOWN},
    {"Module=\"developer.ssl\" Method=\"::TTSSL_retrieveAltNames\" AltName=\"a.example\"",
     "subject-alt-names-seen", "name.peer-address", NULL, LOG_UNKNOWN},
    /* section 3 */
    {"Core server certificate verification failed for (ucm1.example.local). Action=Terminate Error=self "
     "signed "
     "certificate in certificate chain server=ucm1.example.local(10.0.0.1) depth=1",
     "ats-untrusted", "chain.ucm-trust", "not-in-expressway-c", LOG_OUTBOUND},
    {"Core server certificate verification failed for (u). Action=Continue Error=certificate has expired "
     "depth=0",
     "ats-expired", "cert.validity", "expired", LOG_OUTBOUND},
    {"Core server certificate verification failed for (u). Error=hostname mismatch", "ats-name-mismatch",
     "name.ucm-node", "no-match", LOG_OUTBOUND},
    {"SNI (ucm1) not in certificate. Action=Terminate", "ats-sni-not-in-certificate", "name.ucm-node",
     "no-match", LOG_OUTBOUND},
    /* section 7 and 1 */
    {"XAuth Cookie expiration time is invalid or not available. Attempting to Failover", "cookie-refused",
     "mra.edge-config", "cookie-domain", LOG_OUTBOUND},
    {"Edge domain 'example.com' and corresponding SRVName '_collab-edge._tls.example.com' not found in "
     "certificate SAN list",
     "edge-domain-not-in-san", "name.mra-domain", "no-match", LOG_OUTBOUND},
    {"Edge TLS verification failed: SAN", "edge-tls-verification-failed", "name.mra-domain", "no-match",
     LOG_OUTBOUND},
    {"Couldn't resolve host name", "edge-not-resolved", "dns.collab-edge-srv", "nxdomain", LOG_OUTBOUND},
    {"XML didn't contain UDS server address", "no-uds-server", "mra.edge-config", "no-uds-server",
     LOG_OUTBOUND},
    {"validTLSConnection:TLS InvalidX509NameInCertificate Expected=jabbersecure.example.com",
     "phone-profile-refused", "name.phone-profile", "no-match", LOG_INBOUND},
    {"Failed to query auth component for SASL mechanisms", "xmpp-realm-stale", NULL, NULL, LOG_UNKNOWN},
    {"No uid Attribute in Assertion from IdP", "saml-uid-missing", NULL, NULL, LOG_UNKNOWN},
    {"Event=\"HTTP proxy authorization failure\"", "intrusion-block", "net.connect",
     "intrusion-block-suspected", LOG_UNKNOWN},
    /* OpenSSL's other words, and which side is which */
    {IN "Detail=\"unsupported certificate purpose\"", "certificate-purpose", "cert.eku", "missing-client",
     LOG_INBOUND},
    {OUT "Detail=\"unsupported certificate purpose\"", "certificate-purpose", "cert.eku", "missing-server",
     LOG_OUTBOUND},
    {"unsupported certificate purpose", "certificate-purpose", "cert.eku", NULL, LOG_UNKNOWN},
    {"self signed certificate", "self-signed", "chain.zone", "untrusted-self-signed", LOG_UNKNOWN},
    {"certificate revoked", "certificate-revoked", "revocation.verdict", "revoked", LOG_UNKNOWN},
    {"CRL has expired", "crl-expired", "revocation.crl", "expired", LOG_UNKNOWN},
    {"tls_post_process_client_hello:no shared cipher", "no-shared-cipher", "cipher.overlap",
     "no-common-suite", LOG_UNKNOWN},
    {"tls_process_client_certificate:peer did not return a certificate", "client-certificate-missing",
     "tls.client-auth", "presented-none", LOG_INBOUND},
    {"ssl3_get_record:wrong version number", "not-tls", "tls.handshake", "not-tls", LOG_UNKNOWN},
    {"tls_process_server_certificate:certificate verify failed", "verify-failed", "chain.zone", NULL,
     LOG_OUTBOUND},
    {IN "Detail=\"something new\"", "tls-negotiation-error", "tls.handshake", NULL, LOG_INBOUND},
    /* alerts */
    {"tlsv1 alert unknown ca", "alert-unknown-ca", "tls.handshake", "alert-unknown-ca", LOG_UNKNOWN},
    {"tlsv13 alert certificate required", "alert-certificate-required", "tls.handshake",
     "alert-certificate-required", LOG_UNKNOWN},
    {"SSL alert number 116", "alert-certificate-required", "tls.handshake", "alert-certificate-required",
     LOG_UNKNOWN},
    {"sslv3 alert handshake failure", "alert-handshake-failure", "tls.handshake", "alert-handshake-failure",
     LOG_UNKNOWN},
    {"sslv3 alert certificate revoked", "alert-certificate-revoked", "tls.handshake",
     "alert-certificate-revoked", LOG_UNKNOWN},
    {"tlsv1 bad certificate status response", "alert-bad-certificate-status-response", "tls.handshake",
     "alert-bad-certificate-status-response", LOG_UNKNOWN},
    {"tlsv1 unrecognized name", "alert-unrecognized-name", "tls.handshake", "alert-unrecognized-name",
     LOG_UNKNOWN},
    {"tlsv1 alert user cancelled", "alert-user-canceled", "tls.handshake", "alert-user-canceled",
     LOG_UNKNOWN},
    {"Alert (Level: Fatal, Description: Unknown CA)", "alert-unknown-ca", "tls.handshake", "alert-unknown-ca",
     LOG_UNKNOWN},
    {"SSL alert number 200", "alert-other", "tls.handshake", "alert-other", LOG_UNKNOWN},
};

static void lines_lead_to_checks(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct log_entry entry;
        if (!reads(rows[i].line, &entry))
            fail_msg("not known: %s", rows[i].line);
        const char *check = entry.check == NULL ? NULL : entry.check->id;
        const char *cause = entry.cause == NULL ? NULL : entry.cause->id;
        if (strcmp(entry.token, rows[i].token) != 0 || !text_same_case_blind(check, rows[i].check) ||
            !text_same_case_blind(cause, rows[i].cause) || entry.direction != rows[i].direction)
            fail_msg("%s: %s, %s/%s, %s", rows[i].line, entry.token, check == NULL ? "-" : check,
                     cause == NULL ? "-" : cause, enum_text(log_directions, (int)entry.direction));
        assert_non_null(entry.means);
        assert_non_null(log_fix(arena, &entry));
    }
}

/* ---- whole lines: box, leg, direction and other side ---- */

#define HEAD "2026-02-01T10:00:00.123+01:00 box1 "
#define TCP HEAD "tvcs: UTCTime=\"2026-02-01 09:00:00,123\" Module=\"network.tcp\" Level=\"DEBUG\": "
#define SSL                                                                                                  \
    HEAD                                                                                                     \
        "tvcs: UTCTime=\"2026-02-01 09:00:00,123\" Module=\"developer.ssl\" Level=\"ERROR\" "                \
        "Method=\"::TTSSLErrorOutput\" Thread=\"0x7f01\": TTSSL_continueHandshake: Failed to establish SSL " \
        "connection "
#define ATS HEAD "traffic_server[311]: [ET_NET 3] "
#define XCP HEAD "XCP_JABBERD[77]: UTCTime=\"2026-02-01 09:00:00,123\" Module=\"Jabber\" Level=\"WARN \" "
#define ALARM(id)                                                                                            \
    HEAD "alarm: Level=\"WARN\" Event=\"Alarm Raised\" Id=\"" id "\" Severity=\"warning\" Detail=\"x\""
#define ENDS(from, to) "localAddress=\"['IPv4''TCP''" from "']\" remoteAddress=\"['IPv4''TCP''" to "']\""

static const struct {
    const char *line, *token, *check, *cause;
    enum log_box box;
    enum log_leg leg;
    enum log_direction direction;
    const char *far;
} lines[] = {
    {ATS
     "WARNING: Core server certificate verification failed for (u1.lab.example). Action=Terminate Error=self "
     "signed certificate server=u1.lab.example(198.51.100.9) depth=0",
     "ats-untrusted", "chain.ucm-trust", "not-in-expressway-c", LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND,
     "u1.lab.example"},
    {ATS "ERROR: SSL connection failed for 'u1.lab.example': error:0A000086:SSL routines::certificate verify "
         "failed",
     "ats-connection-failed", "chain.ucm-trust", "not-in-expressway-c", LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND,
     "u1.lab.example"},
    {ATS
     "ERROR: SSL connection failed for 'u1.lab.example': error:0A00010B:SSL routines::wrong version number",
     "not-tls", "tls.handshake", "not-tls", LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND, "u1.lab.example"},
    {ATS "WARNING: SNI (198.51.100.9) not in certificate. Action=Terminate server=198.51.100.9(198.51.100.9)",
     "ats-sni-not-in-certificate", "name.ucm-node", "ip-address", LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND,
     "198.51.100.9"},
    {ATS "WARNING: SNI ( u2 ) not in certificate .", "ats-sni-not-in-certificate", "name.ucm-node",
     "no-match", LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND, "u2"},
    {ATS "Module=\"network.http.trafficserver\" Detail=\"Sending Response\" Dst-ip=\"127.0.0.1\" "
         "Dst-port=\"40001\" Msg=\"HTTP/1.1 502 connect failed \"",
     "ats-connect-failed", "chain.ucm-trust", NULL, LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND, NULL},
    {HEAD "traffic_server[9]:[ET_NET 1]ERROR:SSL connection failed for 'u3.lab.example':error:14094418: SSL "
          "routines:ssl3_read_bytes:tlsv1 alert unknown ca",
     "ucm-refuses-expressway-c", "chain.ucm-trust", "not-in-tomcat-trust", LOG_BOX_C, LOG_LEG_UCM,
     LOG_OUTBOUND, "u3.lab.example"},
    {HEAD "traffic_server[9]:[ET_NET 1]ERROR:SSL connection failed for 'u3.lab.example':error:14094412: SSL "
          "routines:ssl3_read_bytes:sslv3 alert bad certificate",
     "alert-bad-certificate", "tls.handshake", "alert-bad-certificate", LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND,
     "u3.lab.example"},
    {HEAD "traffic_server[5]: Event=\"Sending HTTP error response\" Status=\"403\" Reason=\"Forbidden\"",
     "http-error-403", "mra.edge-config", NULL, LOG_BOX_E, LOG_LEG_CLIENT, LOG_INBOUND, NULL},
    {HEAD "traffic_server[5]: Event=\"Sending HTTP error response\" Status=\"502\" Reason=\"Bad Gateway\"",
     "http-error-502", "mra.edge-config", "path-down", LOG_BOX_E, LOG_LEG_CLIENT, LOG_INBOUND, NULL},
    {HEAD "traffic_server[5]: Event=\"Sending HTTP error response\" Status=\"404\"", "http-error",
     "mra.edge-config", NULL, LOG_BOX_E, LOG_LEG_CLIENT, LOG_INBOUND, NULL},
    {"HTTP/1.1 502 Next Hop Connection Failed", "next-hop-failed", "mra.edge-config", "path-down", LOG_BOX_E,
     LOG_LEG_TUNNEL, LOG_UNKNOWN, NULL},
    /* the handshake's own lines: the reason wins over what failed */
    {SSL "iResult=\"-1\" error=\"1\" bServer=\"true\" " ENDS(
         "10.0.0.2:5062",
         "198.51.100.7:50001") " ssl_error_reason=\"error:14089086:SSL "
                               "routines:ssl3_get_client_certificate:certificate verify failed\"",
     "verify-failed", "chain.zone", NULL, LOG_BOX_E, LOG_LEG_B2B, LOG_INBOUND, "198.51.100.7:50001"},
    {SSL "iResult=\"0\" error=\"1\" bServer=\"true\" " ENDS(
         "10.0.0.2:7001",
         "198.51.100.7:25001") " ssl_error_reason=\"error:14094416:SSL routines:ssl3_read_bytes: sslv3 alert "
                               "certificate unknown \"",
     "alert-certificate-unknown", "tls.handshake", "alert-certificate-unknown", LOG_BOX_E, LOG_LEG_ZONE,
     LOG_INBOUND, "198.51.100.7:25001"},
    {SSL "iResult=\"-1\" error=\"5\" bServer=\"false\" " ENDS("10.0.0.3:25500", "198.51.100.8:7001"),
     "handshake-cut", "tls.handshake", "closed", LOG_BOX_C, LOG_LEG_ZONE, LOG_OUTBOUND, "198.51.100.8:7001"},
    {SSL "iResult=\"-1\" error=\"5\" bServer=\"false\" localAddress=\"['IPv4''TCP''10.0.0.3:25500']\"",
     "handshake-cut", "tls.handshake", "closed", LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_OUTBOUND, NULL},
    {SSL "bServer=\"true\" " ENDS("[2001:db8::2]:7001", "[2001:db8::3]:25001"), "handshake-failed",
     "tls.handshake", NULL, LOG_BOX_E, LOG_LEG_ZONE, LOG_INBOUND, "[2001:db8::3]:25001"},
    {TCP "Src-ip=\"198.51.100.7\" Src-port=\"50001\" Dst-ip=\"10.0.0.2\" Dst-port=\"5062\" Detail=\"TCP "
         "Connection "
         "Closed\" Reason=\"self signed certificate in certificate chain\"",
     "self-signed-in-chain", "chain.zone", "no-trusted-root", LOG_BOX_E, LOG_LEG_B2B, LOG_INBOUND,
     "198.51.100.7:50001"},
    {TCP "Src-ip=\"198.51.100.7\" Src-port=\"50001\" Dst-ip=\"10.0.0.2\" Dst-port=\"5062\" Detail=\"TCP "
         "Connection "
         "Closed\" Reason=\"Peer's TLS certificate identity was unacceptable\"",
     "peer-identity-unacceptable", "name.tls-verify", "no-match", LOG_BOX_E, LOG_LEG_B2B, LOG_INBOUND,
     "198.51.100.7:50001"},
    {TCP "Src-ip=\"198.51.100.7\" Src-port=\"50001\" Dst-ip=\"10.0.0.2\" Dst-port=\"5061\" Detail=\"TCP "
         "Connection "
         "Closed\" Reason=\"no certificate returned\"",
     "client-certificate-missing", "tls.client-auth", "presented-none", LOG_BOX_E, LOG_LEG_B2B, LOG_INBOUND,
     "198.51.100.7:50001"},
    {TCP "Src-ip=\"198.51.100.7\" Src-port=\"27000\" Dst-ip=\"10.0.0.2\" Dst-port=\"7001\" Detail=\"TCP "
         "Connection "
         "Closed\" Reason=\"no certificate returned\"",
     "client-certificate-missing", "tls.client-auth", "presented-none", LOG_BOX_E, LOG_LEG_ZONE, LOG_INBOUND,
     NULL},
    {TCP "Src-port=\"4000\" Dst-ip=\"198.51.100.1\" Dst-port=\"5061\" Detail=\"TCP Connection Closed\" "
         "Reason=\"Idle "
         "countdown expired\"",
     "idle-countdown", "sip.options", "no-answer", LOG_BOX_E, LOG_LEG_CLIENT, LOG_INBOUND, NULL},
    {TCP "Src-ip=\"10.0.0.2\" Src-port=\"25010\" Dst-ip=\"198.51.100.6\" Dst-port=\"5061\" Detail=\"TCP "
         "Connection "
         "Failed\"",
     "tcp-failed", "net.connect", NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_OUTBOUND, NULL},
    {SSL "Detail=\"Handshake Failed\" Reason=\"want error ssl\"", "handshake-failed", "tls.handshake", NULL,
     LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_UNKNOWN, NULL},
    {HEAD "tvcs: Module=\"developer.ssl\" Detail=\"Handshake Failed\" Reason=\"want error ssl\"",
     "handshake-ended", "tls.handshake", NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_UNKNOWN, NULL},
    {HEAD "tvcs: Module=\"developer.ssl\" Detail=\"Handshake in progress\" Reason=\"want read/write\"",
     "handshake-in-progress", "tls.handshake", NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_UNKNOWN, NULL},
    {HEAD "tvcs: Module=\"developer.ssl\" Detail=\"Handshake succeeded\"", "handshake-succeeded",
     "tls.handshake", NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_UNKNOWN, NULL},
    {HEAD "tvcs: Module=\"developer.ssl\" Method=\"::TTSSL_retrieveCommonName\" CommonName=\"p.example\"",
     "common-name-seen", "name.peer-address", NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_UNKNOWN, NULL},
    {HEAD
     "tvcs: Module=\"developer.zone.zonemgr\" Method=\"ZoneManager::getZoneByIdentities\" "
     "this-type=\"ZoneManager\" Detail=\"Searched for zones by identities\" Identitites=\"{CN: p.example, "
     "Alt-DNS: p.example}\" MatchedZone=\"N/A\"",
     "zone-chosen", "name.tls-verify", NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_INBOUND, NULL},
    /* XMPP between C and E */
    {XCP "Detail=\"Unable to connect to host '198.51.100.5', port 7400:(111) Connection refused\"",
     "xcp-refused", "net.xcp", "refused", LOG_BOX_C, LOG_LEG_XCP, LOG_OUTBOUND, "198.51.100.5"},
    {XCP "Detail=\"Unable to connect to host '198.51.100.5', port 7400:(110) Connection timed out\"",
     "xcp-timed-out", "net.xcp", "timeout", LOG_BOX_C, LOG_LEG_XCP, LOG_OUTBOUND, "198.51.100.5"},
    {XCP "Detail=\"Failed to connect to component jabberd-port-1.c1-lab-example\"", "xcp-component",
     "net.xcp", NULL, LOG_BOX_C, LOG_LEG_XCP, LOG_OUTBOUND, NULL},
    {XCP "Detail=\"Unable to connect to host '198.51.100.5', port 7400:(113) No route to host\"",
     "xcp-not-connected", "net.xcp", NULL, LOG_BOX_C, LOG_LEG_XCP, LOG_OUTBOUND, "198.51.100.5"},
    {XCP "Detail=\"caught exception: exception in reverseDNSLookup: reverse DNS lookup failed for "
         "address=198.51.100.5\"",
     "reverse-dns-missing", "host.reverse-dns", "missing", LOG_BOX_C, LOG_LEG_XCP, LOG_OUTBOUND,
     "198.51.100.5"},
    {XCP
     "Detail=\"Certificate verification failed for host=198.51.100.5, additional info: Invalid Hostname\"",
     "reverse-dns-other-name", "host.reverse-dns", "not-in-san", LOG_BOX_C, LOG_LEG_XCP, LOG_OUTBOUND,
     "198.51.100.5"},
    {HEAD "edgeconfigprovisioning: Level=\"INFO\" Detail=\"Failed to authenticate user against server\" "
          "Username=\"u\" Server=\"('https', '198.51.100.9', 8443)\" Reason=\"x\"",
     "user-refused", "mra.edge-config", "bad-credentials", LOG_BOX_C, LOG_LEG_UCM, LOG_OUTBOUND,
     "198.51.100.9"},
    /* alarms */
    {ALARM("20004"), "alarm-20004", NULL, NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_CLUSTER, LOG_UNKNOWN, NULL},
    {ALARM("35013"), "alarm-35013", "chain.ssh-tunnel", NULL, LOG_BOX_C, LOG_LEG_TUNNEL, LOG_UNKNOWN, NULL},
    {ALARM("25022"), "alarm-25022", "host.clock", "differs", LOG_BOX_EXPRESSWAY, LOG_LEG_ZONE, LOG_UNKNOWN,
     NULL},
    {ALARM("25031"), "alarm-25031", "host.reverse-dns", "not-in-san", LOG_BOX_C, LOG_LEG_XCP, LOG_UNKNOWN,
     NULL},
    {ALARM("40068"), "alarm-40068", "cert.validity", "expired", LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN,
     LOG_UNKNOWN, NULL},
    {ALARM("99999"), "alarm-99999", NULL, NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_UNKNOWN, LOG_UNKNOWN, NULL},
    /* SIP */
    {HEAD
     "tvcs: Module=\"network.sip\" Action=\"Sent\" Dst-port=\"7003\" Detail=\"Sending Response Code=408, "
     "Method=SERVICE, CSeq=1, To=sip:serviceserver@u1\"",
     "service-not-routed", "sip.options", NULL, LOG_BOX_C, LOG_LEG_ZONE, LOG_INBOUND, NULL},
    {HEAD "tvcs: Event=\"Registration Rejected\" Reason=\"Unknown domain\" Service=\"SIP\"",
     "registration-unknown-domain", "name.phone-profile", NULL, LOG_BOX_C, LOG_LEG_CLIENT, LOG_INBOUND, NULL},
    {HEAD "tvcs: Module=\"developer.nomodule\" Method=\"SipProxyAuthentication::checkDigestSAResponse\": "
          "calculated "
          "response does not match supplied response, calculatedResponse=1, response=2",
     "zone-digest", "zone.authentication", "wrong-password", LOG_BOX_E, LOG_LEG_ZONE, LOG_INBOUND, NULL},
    {HEAD "management: Module=\"developer.management.databasemanager\" Detail=\"TLS Verify change status\" "
          "New=\"True\"",
     "verify-mode-changed", "name.cluster", NULL, LOG_BOX_EXPRESSWAY, LOG_LEG_CLUSTER, LOG_UNKNOWN, NULL},
    {"SDL: validTLSConnection:TLS InvalidX509NameInCertificate Rcvd=a Expected=b. Will check SAN the next",
     "subject-alt-names-next", "name.phone-profile", NULL, LOG_BOX_UCM, LOG_LEG_UCM, LOG_INBOUND, NULL},
    {"error:0A000152:SSL routines::unsafe legacy renegotiation disabled", "legacy-renegotiation",
     "tls.handshake", NULL, LOG_BOX_UNKNOWN, LOG_LEG_UNKNOWN, LOG_UNKNOWN, NULL},
    /* clients */
    {"[csf.cert][h] Verification result : FAILURE reason : [CN_NO_MATCH UNKNOWN]", "jabber-name-mismatch",
     "name.mra-domain", NULL, LOG_BOX_JABBER, LOG_LEG_CLIENT, LOG_OUTBOUND, NULL},
    {"[csf.ecc.handyiron][ssl_state_callback] SSL alert read:fatal:handshake failure type=eSIP, "
     "server=e9.lab.example:5061, SSLErrorCode=1",
     "alert-handshake-failure", "tls.handshake", "alert-handshake-failure", LOG_BOX_JABBER, LOG_LEG_CLIENT,
     LOG_OUTBOUND, "e9.lab.example:5061"},
    {"[csf.httpclient] request #0: CERTIFICATE_VALIDATION_ERROR", "jabber-certificate-refused",
     "chain.client", NULL, LOG_BOX_JABBER, LOG_LEG_CLIENT, LOG_OUTBOUND, NULL},
    {"OnLoginError: LERR_CUP_CERT <11>:", "jabber-imp-tomcat-certificate", "chain.client", NULL,
     LOG_BOX_JABBER, LOG_LEG_IMP, LOG_OUTBOUND, NULL},
    {"OnLoginError: LERR_JABBER_CERT <15>", "jabber-xmpp-certificate", "chain.client", NULL, LOG_BOX_JABBER,
     LOG_LEG_IMP, LOG_OUTBOUND, NULL},
    {"OnLoginError: LERR_JABBER_AUTH <17>", "jabber-xmpp-refused", "xmpp.stream", NULL, LOG_BOX_JABBER,
     LOG_LEG_IMP, LOG_OUTBOUND, NULL},
    {"LERR_JABBER_UNREACHABLE <16>", "jabber-xmpp-unreachable", "net.connect", NULL, LOG_BOX_JABBER,
     LOG_LEG_CLIENT, LOG_OUTBOUND, NULL},
    {"LERR_CUP_UNREACHABLE <9>", "jabber-imp-unreachable", "net.connect", NULL, LOG_BOX_JABBER, LOG_LEG_IMP,
     LOG_OUTBOUND, NULL},
    {"ServiceDiscoveryNoSRVRecordsFound (1005)", "jabber-no-srv", "dns.collab-edge-srv", "nxdomain",
     LOG_BOX_JABBER, LOG_LEG_CLIENT, LOG_OUTBOUND, NULL},
    {"NO_HOME_UDS_FOUND", "jabber-no-home-cluster", "mra.edge-config", "no-uds-server", LOG_BOX_JABBER,
     LOG_LEG_UCM, LOG_OUTBOUND, NULL},
    {"HOME_UDS_AUTHENTICATION_FAILED", "jabber-password", "mra.edge-config", "bad-credentials",
     LOG_BOX_JABBER, LOG_LEG_UCM, LOG_OUTBOUND, NULL},
    {"UNRESOLVED_HOST_ERROR", "jabber-not-resolved", "dns.srv-target", "no-address", LOG_BOX_JABBER,
     LOG_LEG_CLIENT, LOG_OUTBOUND, NULL},
    {"[csf.jwcpp] - @XmppSDK: #0, TLS handshake failed!", "jabber-xmpp-handshake", "tls.handshake", NULL,
     LOG_BOX_JABBER, LOG_LEG_CLIENT, LOG_OUTBOUND, NULL},
    {"HTTPClientCurl error (https://e9.lab.example:8443/eA/get_edge_config/): 'Peer certificate cannot be "
     "authenticated "
     "with given CA certificates'",
     "endpoint-ca-unknown", "chain.client", "no-trusted-root", LOG_BOX_ENDPOINT, LOG_LEG_CLIENT, LOG_OUTBOUND,
     NULL},
    {"HttpClient SSL certificate problem: application verification failure", "endpoint-name-refused",
     "name.mra-domain", "no-match", LOG_BOX_ENDPOINT, LOG_LEG_CLIENT, LOG_OUTBOUND, NULL},
    {"Error while processing saml response Failed to decrypt the secret key", "saml-not-decrypted", NULL,
     NULL, LOG_BOX_UCM, LOG_LEG_UCM, LOG_UNKNOWN, NULL},
    {"Warning: 399 u1 \"SIP OAuth Registration port Mismatch\"", "sip-oauth-port", NULL, NULL, LOG_BOX_UCM,
     LOG_LEG_UCM, LOG_UNKNOWN, NULL},
};

static void lines_tell_box_leg_and_direction(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct log_entry entry;
        if (!reads(lines[i].line, &entry))
            fail_msg("not known: %s", lines[i].line);
        const char *check = entry.check == NULL ? NULL : entry.check->id;
        const char *cause = entry.cause == NULL ? NULL : entry.cause->id;
        bool is_far = lines[i].far == NULL || text_same_case_blind(entry.far, lines[i].far);
        if (strcmp(entry.token, lines[i].token) != 0 || !text_same_case_blind(check, lines[i].check) ||
            !text_same_case_blind(cause, lines[i].cause) || entry.direction != lines[i].direction ||
            entry.box != lines[i].box || entry.leg != lines[i].leg || !is_far)
            fail_msg("%s: %s, %s/%s, box %s, leg %s, %s, to %s", lines[i].line, entry.token,
                     check == NULL ? "-" : check, cause == NULL ? "-" : cause,
                     enum_text(log_boxes, (int)entry.box), enum_text(log_legs, (int)entry.leg),
                     enum_text(log_directions, (int)entry.direction), entry.far == NULL ? "-" : entry.far);
        assert_non_null(log_fix(arena, &entry)[0]);
    }
}

static const char *line_of(const struct log_token *token) {
    const char *direction = token->direction == LOG_INBOUND    ? "inbound tls "
                            : token->direction == LOG_OUTBOUND ? "outbound tls "
                                                               : "";
    const char *alert =
        token->alert == LOG_NO_ALERT ? "" : arena_printf(arena, "alert number %d ", token->alert);
    const char *leg = token->leg == LOG_LEG_UCM ? "Dst-port=\"8443\" outbound tls " : "";
    return arena_printf(arena, "%s%s%s%s%s %s", direction, leg, alert,
                        token->words == NULL ? "" : token->words, token->is_to_address ? "192.0.2.1)" : "",
                        token->also == NULL ? "" : token->also);
}

static void every_row_is_reached_and_names_the_catalogue(void **state) {
    (void)state;
    for (const struct log_token *token = log_tokens; token->id != NULL; token++) {
        struct log_entry entry;
        const char *line = line_of(token);
        if (token->cause != CAUSE_NONE && cause_of(token->cause)->check != token->check)
            fail_msg("%s: %s is no cause of its check", token->id, cause_text(token->cause));
        if ((token->cause == CAUSE_NONE) == (line_words(token->fix) == NULL))
            fail_msg("%s: guidance is the cause's or its own, not both or none", token->id);
        for (const char *p = token->words; p != NULL && *p != 0; p++)
            if (*p >= 'A' && *p <= 'Z')
                fail_msg("%s: words are compared in lower case", token->id);
        if (!reads(line, &entry) || entry.means != token->means)
            fail_msg("%s: another row takes its own words: %s", token->id, line);
    }
}

static void alarms_name_the_catalogue(void **state) {
    (void)state;
    for (const struct alarm_row *row = alarm_rows; row->id != 0; row++) {
        if (row[1].id != 0)
            assert_true(row->id < row[1].id);
        assert_ptr_equal(alarm_find(row->id), row);
        if (row->cause != CAUSE_NONE && cause_of(row->cause)->check != row->check)
            fail_msg("%d: %s is no cause of its check", row->id, cause_text(row->cause));
        if ((row->cause == CAUSE_NONE) == (line_words(row->fix) == NULL))
            fail_msg("%d: guidance is the cause's or its own, not both or none", row->id);
    }
}

/* ---- lines of one connection ---- */

enum { LOG_LINES = 4 };

static struct log_report *log_of(const char *const lines_of_it[LOG_LINES]) {
    struct log_report *report = ARENA_NEW(arena, struct log_report);
    struct log_stories *stories = log_stories_new(arena, report);
    struct log_reader *reader = log_reader_new(arena, log_stories_take, stories);
    for (size_t i = 0; i < LOG_LINES && lines_of_it[i] != NULL; i++) {
        assert_true(log_reader_feed(reader, lines_of_it[i], strlen(lines_of_it[i])));
        assert_true(log_reader_feed(reader, "\n", 1));
    }
    assert_true(log_reader_end(reader));
    log_stories_end(stories);
    return report;
}

#define AT(time) "2026-02-01T10:00:" time "+00:00 e1 tvcs: "
#define CLOSED(port) AT("01.100") TCP_FIELDS(port) "Detail=\"TCP Connection Closed\" "
#define TCP_FIELDS(port)                                                                                     \
    "Module=\"network.tcp\": Src-ip=\"198.51.100.7\" Src-port=\"" port                                       \
    "\" Dst-ip=\"10.0.0.2\" Dst-port=\"7001\" "
#define INBOUND "Event=\"Inbound TLS Negotiation Error\" "
#define NO_CERTIFICATE "Reason=\"no certificate returned\""
#define NO_ISSUER "Reason=\"unable to get local issuer certificate\""
#define IDENTITY "Reason=\"Peer's TLS certificate identity was unacceptable\""
#define ENDS_OF_IT ENDS("10.0.0.2:7001", "198.51.100.7:46000")

static const char *const one_connection[LOG_LINES] = {
    AT("01.000") "Thread=\"0x1\": Detail=\"Handshake in progress\"",
    AT("01.100") "Thread=\"0x1\": Failed to establish SSL connection bServer=\"true\" " ENDS_OF_IT
                 " ssl_error_reason=\"certificate verify failed\"",
    CLOSED("46000") NO_ISSUER, CLOSED("46001") NO_ISSUER};

static void lines_of_a_connection_are_one(void **state) {
    (void)state;
    struct log_report *report = log_of(one_connection);
    assert_int_equal(report->matched, 4);
    assert_int_equal(report->groups.n, 1); /* the second connection says the same */
    const struct log_group *group = report->groups.v[0];
    assert_int_equal(group->count, 2);
    assert_string_equal(group->entry.token, "issuer-not-found");
    assert_int_equal(group->entry.box, LOG_BOX_E);
    assert_int_equal(group->together_count, 3);
    assert_string_equal(group->together[1].token, "verify-failed");
}

static void the_direction_of_a_neighbour_decides_the_name(void **state) {
    (void)state;
    static const char *const log[LOG_LINES] = {CLOSED("26000") IDENTITY,
                                               AT("01.110") INBOUND TCP_FIELDS("26000")};
    struct log_report *report = log_of(log);
    assert_int_equal(report->groups.n, 1);
    assert_string_equal(report->groups.v[0]->entry.check->id, "name.tls-verify");
    assert_string_equal(report->groups.v[0]->entry.cause->id, "no-match");
    assert_int_equal(report->groups.v[0]->entry.direction, LOG_INBOUND);
}

static void what_is_apart_stays_apart(void **state) {
    (void)state;
    static const char *const logs[][LOG_LINES] = {
        {CLOSED("26000") NO_CERTIFICATE, AT("01.100") INBOUND TCP_FIELDS("26009")}, /* another port */
        {CLOSED("26000") NO_CERTIFICATE, AT("41.000") INBOUND TCP_FIELDS("26000")}, /* much later */
        {TCP_FIELDS("26000") NO_CERTIFICATE, INBOUND TCP_FIELDS("26000")},          /* without a time */
        {ATS "SNI (u1) not in certificate", ATS "ERROR: SSL connection failed for 'u2': verify failed"},
    };
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++)
        if (log_of(logs[i])->groups.n != 2)
            fail_msg("%s", logs[i][0]);
}

/* An address without ports may be anybody's: lines of one thread belong together for a second. */
#define OF_THREAD(time, what) AT(time) "Thread=\"0x1\": " what
static void a_thread_is_one_for_a_second(void **state) {
    (void)state;
    static const struct {
        const char *log[LOG_LINES];
        size_t stories;
    } spans[] = {
        {{OF_THREAD("01.000", "Detail=\"Handshake in progress\""), OF_THREAD("02.000", NO_ISSUER)}, 1},
        {{OF_THREAD("01.000", "Detail=\"Handshake in progress\""), OF_THREAD("02.001", NO_ISSUER)}, 2},
        {{AT("01.000") INBOUND TCP_FIELDS("46000"), AT("06.000") TCP_FIELDS("46000") NO_CERTIFICATE}, 1},
        {{AT("01.000") INBOUND TCP_FIELDS("46000"), AT("06.001") TCP_FIELDS("46000") NO_CERTIFICATE}, 2}};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        size_t found = log_of(spans[i].log)->groups.n;
        if (found != spans[i].stories)
            fail_msg("row %zu: %zu stories", i, found);
    }
}

/* Which ports an Expressway dials from: 25000 to 29999, and 35000 to 35999 for the tunnels (field-facts 1.2).
 */
static void own_ports_are_no_callers(void **state) {
    (void)state;
    static const struct {
        int port;
        bool is_own;
    } own[] = {{24999, false}, {25000, true}, {29999, true}, {30000, false},
               {34999, false}, {35000, true}, {35999, true}, {36000, false}};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct log_entry entry;
        const char *line = arena_printf(arena,
                                        TCP "Src-ip=\"198.51.100.7\" Src-port=\"%d\" Dst-ip=\"10.0.0.2\" "
                                            "Dst-port=\"7001\" Detail=\"TCP Connection Closed\" " NO_ISSUER,
                                        own[i].port);
        assert_true(reads(line, &entry));
        if ((entry.direction == LOG_INBOUND) == own[i].is_own)
            fail_msg("port %d: %s", own[i].port, enum_text(log_directions, (int)entry.direction));
    }
}

/* Which leg a port belongs to, by who dialled (field-facts 1.2): the first and the last of each range, and
 * what lies beside it. */
static void ports_tell_legs(void **state) {
    (void)state;
    static const struct {
        int port;
        enum log_leg inbound, outbound;
    } ways[] = {{2221, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN}, {2222, LOG_LEG_TUNNEL, LOG_LEG_TUNNEL},
                {2223, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN}, {4370, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN},
                {4371, LOG_LEG_CLUSTER, LOG_LEG_CLUSTER}, {4372, LOG_LEG_CLUSTER, LOG_LEG_CLUSTER},
                {4373, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN}, {5062, LOG_LEG_B2B, LOG_LEG_B2B},
                {5089, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN}, {5090, LOG_LEG_UCM, LOG_LEG_UCM},
                {5091, LOG_LEG_UCM, LOG_LEG_UCM},         {5092, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN},
                {5222, LOG_LEG_CLIENT, LOG_LEG_IMP},      {6969, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN},
                {6970, LOG_LEG_UCM, LOG_LEG_UCM},         {6972, LOG_LEG_UCM, LOG_LEG_UCM},
                {6973, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN}, {7000, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN},
                {7001, LOG_LEG_ZONE, LOG_LEG_ZONE},       {7099, LOG_LEG_ZONE, LOG_LEG_ZONE},
                {7100, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN}, {7400, LOG_LEG_XCP, LOG_LEG_XCP},
                {8443, LOG_LEG_CLIENT, LOG_LEG_UCM},      {8444, LOG_LEG_UNKNOWN, LOG_LEG_UNKNOWN}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (int called = 0; called < 2; called++) {
            struct log_entry entry;
            const char *own = arena_printf(arena, "10.0.0.2:%d", called ? ways[i].port : 50000);
            const char *far = arena_printf(arena, "198.51.100.7:%d", called ? 50001 : ways[i].port);
            const char *line = arena_printf(arena,
                                            SSL "iResult=\"-1\" error=\"5\" bServer=\"%s\" "
                                                "localAddress=\"['IPv4''TCP''%s']\" "
                                                "remoteAddress=\"['IPv4''TCP''%s']\"",
                                            called ? "true" : "false", own, far);
            assert_true(reads(line, &entry));
            if (entry.leg != (called ? ways[i].inbound : ways[i].outbound))
                fail_msg("port %d, %s: %s", ways[i].port, called ? "called" : "dialled",
                         enum_text(log_legs, (int)entry.leg));
        }
}

/* One line knows the box as an Expressway, the next as Expressway-C: the story is of that. */
static void a_box_is_told_better_by_the_next_line(void **state) {
    (void)state;
    static const char *const log[LOG_LINES] = {
        AT("01.000") "Thread=\"0x1\": Detail=\"Handshake in progress\"",
        AT("01.100") "Thread=\"0x1\": Failed to establish SSL connection bServer=\"false\" " ENDS(
            "10.0.0.3:25500", "198.51.100.8:7001"),
        AT("01.200") "Thread=\"0x1\": " NO_ISSUER};
    struct log_report *report = log_of(log);
    assert_int_equal(report->groups.n, 1);
    assert_string_equal(report->groups.v[0]->entry.token, "issuer-not-found");
    assert_int_equal(report->groups.v[0]->entry.box, LOG_BOX_C);
    assert_int_equal(report->groups.v[0]->entry.leg, LOG_LEG_ZONE);
    assert_int_equal(report->groups.v[0]->entry.direction, LOG_OUTBOUND);
}

/* Whose log it was came out behind its lines: 5061 is another leg on another box, what a port told stays. */
static void a_log_is_read_again_for_its_box(void **state) {
    (void)state;
    static const char *const log[] = {
        SSL "iResult=\"-1\" error=\"5\" bServer=\"true\" " ENDS("10.0.0.2:5061", "198.51.100.7:50001"),
        SSL "iResult=\"-1\" error=\"5\" bServer=\"true\" " ENDS("10.0.0.2:7001", "198.51.100.7:25001"),
        SSL "iResult=\"-1\" error=\"5\" bServer=\"true\" " ENDS("10.0.0.2:5062", "198.51.100.7:50002")};
    static const struct {
        enum log_box box;
        enum log_leg first;
    } boxes[] = {{LOG_BOX_E, LOG_LEG_CLIENT}, {LOG_BOX_C, LOG_LEG_UCM}};
    for (size_t k = 0; k < 2; k++) {
        struct log_report *report = ARENA_NEW(arena, struct log_report);
        struct log_stories *stories = log_stories_new(arena, report);
        struct log_reader *reader = log_reader_new(arena, log_stories_take, stories);
        for (size_t i = 0; i < 3; i++) {
            assert_true(log_reader_feed(reader, log[i], strlen(log[i])));
            assert_true(log_reader_feed(reader, "\n", 1));
        }
        assert_true(log_reader_end(reader));
        log_stories_end(stories);
        log_stories_settle(stories, boxes[k].box);
        assert_int_equal(report->groups.n, 3);
        assert_int_equal(report->groups.v[0]->entry.leg, boxes[k].first);
        assert_int_equal(report->groups.v[1]->entry.leg, LOG_LEG_ZONE);
        assert_int_equal(report->groups.v[2]->entry.leg, LOG_LEG_B2B);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(report->groups.v[i]->entry.direction, LOG_INBOUND);
        assert_string_equal(report->groups.v[0]->entry.far, "198.51.100.7:50001");
    }
}

/* A line of the connection names the thread, and the next the thread alone. */
static void a_thread_is_learnt_from_a_connection(void **state) {
    (void)state;
    static const char *const log[LOG_LINES] = {
        AT("01.000") INBOUND TCP_FIELDS("46000"),
        AT("01.050") "Thread=\"0x7\": Failed to establish SSL connection bServer=\"true\" " ENDS_OF_IT,
        AT("01.100") "Thread=\"0x7\": " NO_ISSUER};
    struct log_report *report = log_of(log);
    assert_int_equal(report->groups.n, 1);
    assert_string_equal(report->groups.v[0]->entry.token, "issuer-not-found");
}

/* Whose log it is: where its own lines agree. */
static void a_log_tells_its_box(void **state) {
    (void)state;
    static const struct {
        const char *log[2];
        enum log_box box;
    } logs[] = {{{SSL "bServer=\"true\" " ENDS("10.0.0.2:7001", "198.51.100.7:25001"), NULL}, LOG_BOX_E},
                {{SSL "bServer=\"false\" " ENDS("10.0.0.3:25500", "198.51.100.8:7001"), NULL}, LOG_BOX_C},
                {{SSL "bServer=\"true\" " ENDS("10.0.0.2:7001", "198.51.100.7:25001"),
                  "2026-02-01T10:05:00+00:00 box2 tvcs: " TCP_FIELDS("50000") NO_CERTIFICATE},
                 LOG_BOX_E},
                {{SSL "bServer=\"true\" " ENDS("10.0.0.2:7001", "198.51.100.7:25001"),
                  "2026-02-01T10:05:00+00:00 box2 tvcs: Module=\"developer.ssl\" "
                  "Method=\"::TTSSLErrorOutput\": Failed to "
                  "establish SSL connection bServer=\"false\" " ENDS("10.0.0.3:25500", "198.51.100.8:7001")},
                 LOG_BOX_UNKNOWN},
                {{"Detail=\"Handshake in progress\"", NULL}, LOG_BOX_UNKNOWN}};
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        struct log_report *report = ARENA_NEW(arena, struct log_report);
        struct log_stories *stories = log_stories_new(arena, report);
        struct log_reader *reader = log_reader_new(arena, log_stories_take, stories);
        for (size_t k = 0; k < 2 && logs[i].log[k] != NULL; k++) {
            assert_true(log_reader_feed(reader, logs[i].log[k], strlen(logs[i].log[k])));
            assert_true(log_reader_feed(reader, "\n", 1));
        }
        assert_true(log_reader_end(reader));
        log_stories_end(stories);
        if (log_stories_box(stories) != logs[i].box)
            fail_msg("log %zu: %s", i, enum_text(log_boxes, (int)log_stories_box(stories)));
    }
}

/* Lines that tell nothing part no story and end no log. */
static void lines_that_tell_nothing_are_passed_over(void **state) {
    (void)state;
    static const char *const log[LOG_LINES] = {CLOSED("26000") IDENTITY,
                                               AT("01.105") "Event=\"Call Connected\"",
                                               AT("01.110") INBOUND TCP_FIELDS("26000")};
    struct log_report *report = log_of(log);
    assert_int_equal(report->matched, 2);
    assert_int_equal(report->groups.n, 1);
    assert_int_equal(report->groups.v[0]->entry.direction, LOG_INBOUND);
}

static void the_name_before_a_failed_verification_is_the_verdict(void **state) {
    (void)state;
    static const char *const log[LOG_LINES] = {
        ATS "SNI (u1) not in certificate",
        ATS "ERROR: SSL connection failed for 'u1': certificate verify failed",
        ATS "Msg=\"HTTP/1.1 502 connect failed\""};
    struct log_report *report = log_of(log);
    assert_int_equal(report->groups.n, 1);
    assert_string_equal(report->groups.v[0]->entry.check->id, "name.ucm-node");
    assert_int_equal(report->groups.v[0]->together_count, 3);
}

static void a_box_is_learnt_from_its_other_lines(void **state) {
    (void)state;
    static const char *const log[LOG_LINES] = {AT("01.000") "Detail=\"Handshake in progress\"",
                                               AT("59.000") TCP_FIELDS("50000") NO_CERTIFICATE};
    struct log_report *report = log_of(log);
    assert_int_equal(report->groups.n, 2);
    assert_int_equal(report->groups.v[0]->entry.box, LOG_BOX_E);
}

/* ---- pasted lines that are not part of the project ---- */

struct pasted {
    int known, count;
};

static void pasted_file(const char *path, const uint8_t *bytes, size_t size, void *context) {
    struct pasted *pasted = context;
    const char *name = "log-lines.txt", *at = (const char *)bytes, *end = at + size;
    size_t length = strlen(name);
    if (strlen(path) < length || strcmp(path + strlen(path) - length, name) != 0)
        return;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline == NULL ? end : newline;
        struct log_entry entry;
        if (stop > at && reads_bytes(at, (size_t)(stop - at), &entry))
            pasted->known++;
        else
            print_message("not known: %.*s\n", (int)(stop - at), at);
        pasted->count++;
        at = stop + 1;
    }
}

static void every_pasted_line_is_known(void **state) {
    (void)state;
    struct pasted pasted = {0, 0};
    shared_data_or_skip();
    shared_data_each("expressway", pasted_file, &pasted);
    assert_true(pasted.count > 0);
    assert_int_equal(pasted.known, pasted.count);
}

static void every_alert_is_known_by_name_and_number(void **state) {
    (void)state;
    for (int number = 0; number < 256; number++) {
        struct log_entry by_name, by_number;
        assert_true(reads(arena_printf(arena, "ssl3_read_bytes:sslv3 alert number %d", number), &by_number));
        assert_non_null(by_number.cause);
        if (alert_name(number) == NULL) {
            assert_string_equal(by_number.cause->id, "alert-other");
            continue;
        }
        char *words = arena_text(arena, alert_name(number));
        for (char *p = words; *p != 0; p++)
            if (*p == '_')
                *p = ' ';
        assert_true(reads(arena_printf(arena, "SSL routines:x:tlsv1 alert %s:rec_layer.c", words), &by_name));
        assert_ptr_equal(by_name.cause, by_number.cause);
    }
}

/* Those of RFC 8446 6.2 by which one refuses what the other presented; the others end a handshake. */
static void alerts_about_certificates_say_so(void **state) {
    (void)state;
    static const int about[] = {41, 42, 43, 44, 45, 46, 48, 49, 111, 113, 114, 116};
    size_t next = 0;
    for (int number = 0; number < 256; number++) {
        struct log_entry entry = {.leg = LOG_LEG_ZONE, .direction = LOG_INBOUND};
        bool is_about = next < sizeof about / sizeof *about && about[next] == number;
        next += is_about;
        log_alert_tell(arena, number, &entry);
        if ((strstr(entry.means, "refused the certificate") != NULL) != is_about ||
            (strstr(entry.means, "ended the handshake") != NULL) == is_about)
            fail_msg("alert %d: %s", number, entry.means);
    }
}

/* Who sent it, from where the reader of the log stands. */
static void alerts_tell_who_sent_them(void **state) {
    (void)state;
    static const struct {
        enum log_leg leg;
        enum log_direction direction;
        const char *who;
    } senders[] = {
        {LOG_LEG_ZONE, LOG_INBOUND, "The caller, Expressway-C, "},
        {LOG_LEG_ZONE, LOG_OUTBOUND, "Expressway-E "},
        {LOG_LEG_ZONE, LOG_UNKNOWN, "The other side "},
        {LOG_LEG_TUNNEL, LOG_INBOUND, "The caller, Expressway-C, "},
        {LOG_LEG_TUNNEL, LOG_OUTBOUND, "Expressway-E "},
        {LOG_LEG_XCP, LOG_OUTBOUND, "Expressway-E "},
        {LOG_LEG_CLIENT, LOG_INBOUND, "The caller, a client or partner outside, "},
        {LOG_LEG_CLIENT, LOG_OUTBOUND, "The server that was dialled, outside Expressway-E, "},
        {LOG_LEG_B2B, LOG_INBOUND, "The caller, Webex or a business partner and not Expressway-C, "},
        {LOG_LEG_B2B, LOG_OUTBOUND, "The business partner or Webex that was dialled "},
        {LOG_LEG_UCM, LOG_INBOUND, "Unified CM, which called, "},
        {LOG_LEG_UCM, LOG_OUTBOUND, "Unified CM "},
        {LOG_LEG_IMP, LOG_OUTBOUND, "IM and Presence "},
        {LOG_LEG_CLUSTER, LOG_INBOUND, "The other peer of the cluster "},
        {LOG_LEG_UNKNOWN, LOG_INBOUND, "The caller "},
        {LOG_LEG_UNKNOWN, LOG_OUTBOUND, "The server that was dialled "},
        {LOG_LEG_UNKNOWN, LOG_UNKNOWN, "The other side "}};
    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
        struct log_entry entry = {.leg = senders[i].leg, .direction = senders[i].direction};
        log_alert_tell(arena, 42, &entry);
        if (!text_starts(entry.means, senders[i].who) ||
            !text_starts(entry.means + strlen(senders[i].who), "refused the certificate"))
            fail_msg("%s, wanted: %s", entry.means, senders[i].who);
        assert_true((strstr(entry.means, "or its lack of one") != NULL) == (entry.direction == LOG_OUTBOUND));
    }
}

static void reads_the_fields_of_a_line(void **state) {
    (void)state;
    struct log_entry entry;
    assert_true(reads("2026-11-21T10:00:00 tvcs: Event=\"Inbound TLS Negotiation Error\" Src-port=\"25001\" "
                      "Dst-port=\"7001\" Detail=\"unable to get local issuer certificate\" "
                      "Common-name=\"expc1.example.local\"",
                      &entry));
    assert_string_equal(entry.event, "Inbound TLS Negotiation Error");
    assert_string_equal(entry.detail, "unable to get local issuer certificate");
    assert_string_equal(entry.common_name, "expc1.example.local");
    assert_string_equal(entry.dst_port, "7001");
    assert_true(reads("X-Detail=\"no\" Detail=\"got eof on socket", &entry));
    assert_string_equal(entry.detail, "got eof on socket"); /* the quote is missing */
    assert_null(entry.event);
}

static void other_lines_are_left_alone(void **state) {
    (void)state;
    static const char *const others[] = {"",
                                         "Event=\"Registration Accepted\" Service=\"SIP\"",
                                         "Alert raised: disk is full",
                                         "alert number x",
                                         "alert number 256",
                                         "alert unknown cat",
                                         "alert unknown-ca",
                                         "SNI (a)",
                                         "not in certificate",
                                         "http request",
                                         "Detail=\""};
    struct log_entry entry;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (reads(others[i], &entry))
            fail_msg("'%s' is taken for %s", others[i], entry.token);
}

static void hostile_lines_do_no_harm(void **state) {
    (void)state;
    struct log_entry entry;
    static const char nul[] = "a\0Detail=\"\x1b[2J\xff\0got EOF on socket\"";
    assert_true(reads_bytes(nul, sizeof nul - 1, &entry));
    assert_string_equal(entry.detail, "\\x1b[2J\\xff\\x00got EOF on socket");
    char *endless = arena_alloc(arena, 20000);
    memset(endless, 'A', 20000);
    memcpy(endless, "tls negotiation error Common-name=\"", 35);
    assert_true(reads_bytes(endless, 20000, &entry));
    assert_true(strlen(entry.common_name) < 600);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(lines_lead_to_checks),
        TEST(lines_tell_box_leg_and_direction),
        TEST(every_row_is_reached_and_names_the_catalogue),
        TEST(alarms_name_the_catalogue),
        TEST(lines_of_a_connection_are_one),
        TEST(the_direction_of_a_neighbour_decides_the_name),
        TEST(what_is_apart_stays_apart),
        TEST(alerts_about_certificates_say_so),
        TEST(alerts_tell_who_sent_them),
        TEST(a_thread_is_one_for_a_second),
        TEST(own_ports_are_no_callers),
        TEST(ports_tell_legs),
        TEST(lines_that_tell_nothing_are_passed_over),
        TEST(a_thread_is_learnt_from_a_connection),
        TEST(a_log_tells_its_box),
        TEST(a_log_is_read_again_for_its_box),
        TEST(a_box_is_told_better_by_the_next_line),
        TEST(the_name_before_a_failed_verification_is_the_verdict),
        TEST(a_box_is_learnt_from_its_other_lines),
        TEST(every_pasted_line_is_known),
        TEST(every_alert_is_known_by_name_and_number),
        TEST(reads_the_fields_of_a_line),
        TEST(other_lines_are_left_alone),
        TEST(hostile_lines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
