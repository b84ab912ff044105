/* What are the nouns called, in saves, reports and messages? One table for each enumeration of facts, read in
 * both directions; services.c has those of ports. */
#include "facts/facts.h"

#include <string.h>

#include "facts/alerts.h"

const struct enum_name name_types[] = {{NAME_DNS, "DNS"},     {NAME_IP, "IP"},       {NAME_URI, "URI"},
                                       {NAME_EMAIL, "email"}, {NAME_SRV, "SRV"},     {NAME_XMPP, "XMPP"},
                                       {NAME_DIR, "dirName"}, {NAME_OTHER, "other"}, {0, NULL}};
const struct enum_name key_types[] = {
    {KEY_RSA, "RSA"},         {KEY_RSA_PSS, "RSA-PSS"}, {KEY_EC, "ECDSA"},    {KEY_DSA, "DSA"},
    {KEY_ED25519, "Ed25519"}, {KEY_ED448, "Ed448"},     {KEY_OTHER, "other"}, {0, NULL}};
const struct enum_name toggles[] = {
    {TOGGLE_UNKNOWN, "unknown"}, {TOGGLE_ON, "on"}, {TOGGLE_OFF, "off"}, {0, NULL}};
const struct enum_name alarm_sources[] = {{ALARM_FROM_LOG, "log"}, {ALARM_FROM_STATUS, "status"}, {0, NULL}};
const struct enum_name dns_types[] = {{DNS_SRV, "SRV"}, {DNS_A, "A"}, {DNS_AAAA, "AAAA"}, {0, NULL}};
const struct enum_name dns_states[] = {
    {DNS_NOT_ASKED, "not-asked"}, {DNS_ANSWERED, "answered"},       {DNS_NXDOMAIN, "nxdomain"},
    {DNS_NO_DATA, "no-data"},     {DNS_SERVFAIL, "servfail"},       {DNS_REFUSED, "refused"},
    {DNS_TIMEOUT, "timeout"},     {DNS_UNREACHABLE, "unreachable"}, {DNS_MALFORMED, "malformed"},
    {DNS_TRUNCATED, "truncated"}, {DNS_OTHER_RCODE, "other-rcode"}, {0, NULL}};
const struct enum_name tcp_states[] = {
    {TCP_NOT_TRIED, "not-tried"}, {TCP_UNRESOLVED, "unresolved"}, {TCP_CONNECTED, "connected"},
    {TCP_REFUSED, "refused"},     {TCP_TIMEOUT, "timeout"},       {TCP_UNREACHABLE, "unreachable"},
    {TCP_RESET, "reset"},         {TCP_ERROR, "error"},           {0, NULL}};
const struct enum_name tls_states[] = {{TLS_NOT_TRIED, "not-tried"},
                                       {TLS_ESTABLISHED, "established"},
                                       {TLS_ALERT, "alert"},
                                       {TLS_CLOSED, "closed"},
                                       {TLS_RESET, "reset"},
                                       {TLS_TIMEOUT, "timeout"},
                                       {TLS_NOT_TLS, "not-tls"},
                                       {TLS_MALFORMED, "malformed"},
                                       {TLS_LOCAL_ERROR, "local-error"},
                                       {TLS_UNSEEN, "unseen"},
                                       {0, NULL}};
const struct enum_name sides[] = {
    {SIDE_NOBODY, "nobody"}, {SIDE_US, "us"}, {SIDE_PEER, "peer"}, {SIDE_PATH, "path"}, {0, NULL}};
const struct enum_name tls_purposes[] = {
    {PURPOSE_MAIN, "main"},         {PURPOSE_SNI_SERVICE, "sni-service-domain"},
    {PURPOSE_SNI_NONE, "sni-none"}, {PURPOSE_RSA, "rsa"},
    {PURPOSE_ECDSA, "ecdsa"},       {PURPOSE_TLS12, "tls12"},
    {PURPOSE_LEGACY, "legacy"},     {PURPOSE_CLIENT_CERT, "client-certificate"},
    {PURPOSE_AGAIN, "again"},       {0, NULL}};
const struct enum_name client_auths[] = {{CLIENT_AUTH_NOT_SEEN, "not-seen"},
                                         {CLIENT_AUTH_NONE, "none"},
                                         {CLIENT_AUTH_REQUESTED, "requested"},
                                         {CLIENT_AUTH_REQUIRED, "required"},
                                         {CLIENT_AUTH_ACCEPTED, "accepted"},
                                         {CLIENT_AUTH_REJECTED, "rejected"},
                                         {0, NULL}};
const struct enum_name exchange_states[] = {{EXCHANGE_NOT_TRIED, "not-tried"},
                                            {EXCHANGE_ANSWERED, "answered"},
                                            {EXCHANGE_NO_ANSWER, "no-answer"},
                                            {EXCHANGE_CLOSED, "closed"},
                                            {EXCHANGE_MALFORMED, "malformed"},
                                            {EXCHANGE_FAILED, "failed"},
                                            {0, NULL}};
const struct enum_name xmpp_states[] = {{XMPP_NOT_TRIED, "not-tried"},
                                        {XMPP_READY, "ready"},
                                        {XMPP_NO_ANSWER, "no-answer"},
                                        {XMPP_CLOSED, "closed"},
                                        {XMPP_NO_STARTTLS, "no-starttls"},
                                        {XMPP_STREAM_ERROR, "stream-error"},
                                        {XMPP_MALFORMED, "malformed"},
                                        {XMPP_TLS_FAILED, "tls-failed"},
                                        {XMPP_NO_FEATURES, "no-features"},
                                        {XMPP_UNSEEN, "unseen"},
                                        {0, NULL}};
const struct enum_name ssh_states[] = {{SSH_NOT_TRIED, "not-tried"}, {SSH_READY, "ready"},
                                       {SSH_NO_BANNER, "no-banner"}, {SSH_NOT_SSH, "not-ssh"},
                                       {SSH_CLOSED, "closed"},       {SSH_NO_KEXINIT, "no-kexinit"},
                                       {SSH_UNSEEN, "unseen"},       {0, NULL}};
const struct enum_name roles[] = {{ROLE_NONE, "none"},
                                  {ROLE_EXPRESSWAY_E, "expressway-e"},
                                  {ROLE_EXPRESSWAY_C, "expressway-c"},
                                  {ROLE_UCM, "ucm"},
                                  {ROLE_IMP, "imp"},
                                  {0, NULL}};
const struct enum_name zone_types[] = {{ZONE_UC_TRAVERSAL, "uc-traversal"},
                                       {ZONE_TRAVERSAL, "traversal"},
                                       {ZONE_NEIGHBOR, "neighbor"},
                                       {0, NULL}};
const struct enum_name revocation_connections[] = {{CONNECTION_SIP_TLS, "sip-tls"},
                                                   {CONNECTION_POLICY, "policy"},
                                                   {CONNECTION_LDAP, "ldap"},
                                                   {CONNECTION_HTTPS, "https"},
                                                   {0, NULL}};
const struct enum_name protocols[] = {{PROTOCOL_HTTPS, "https"},
                                      {PROTOCOL_SIP, "sip"},
                                      {PROTOCOL_XMPP, "xmpp"},
                                      {PROTOCOL_XMPP_SERVER, "xmpp-server"},
                                      {PROTOCOL_SSH, "ssh"},
                                      {PROTOCOL_TLS, "tls"},
                                      {0, NULL}};
const struct enum_name legs[] = {{LEG_CLIENT, "client"},     {LEG_ZONE, "zone"},   {LEG_TUNNEL, "tunnel"},
                                 {LEG_NEIGHBOR, "neighbor"}, {LEG_ADMIN, "admin"}, {LEG_UCM, "ucm"},
                                 {LEG_IMP, "imp"},           {LEG_OTHER, "other"}, {0, NULL}};
const struct enum_name vantages[] = {
    {VANTAGE_EXTERNAL, "external"}, {VANTAGE_INTERNAL, "internal"}, {VANTAGE_LAB, "lab"}, {0, NULL}};

const struct enum_name fetch_kinds[] = {{FETCH_OCSP, "ocsp"},
                                        {FETCH_CRL, "crl"},
                                        {FETCH_MANUAL_CRL, "manual-crl"},
                                        {FETCH_AUTO_CRL, "auto-crl"},
                                        {FETCH_TRUST_CRL, "trust-crl"},
                                        {0, NULL}};
const struct enum_name fetch_states[] = {{FETCH_NOT_TRIED, "not-tried"},
                                         {FETCH_ANSWERED, "answered"},
                                         {FETCH_UNREACHABLE, "unreachable"},
                                         {FETCH_HTTP_ERROR, "http-error"},
                                         {FETCH_TOO_LARGE, "too-large"},
                                         {FETCH_UNSUPPORTED_SCHEME, "unsupported-scheme"},
                                         {FETCH_TLS_FAILED, "tls-failed"},
                                         {FETCH_UNPARSABLE, "unparsable"},
                                         {0, NULL}};
const struct enum_name file_kinds[] = {{FILE_CERTIFICATE, "certificate"},
                                       {FILE_CHAIN, "chain"},
                                       {FILE_TRUST_LIST, "trust-list"},
                                       {FILE_KEY, "key"},
                                       {FILE_CSR, "csr"},
                                       {FILE_CRL, "crl"},
                                       {FILE_PKCS7, "pkcs7"},
                                       {FILE_PKCS12, "pkcs12"},
                                       {FILE_OTHER, "other"},
                                       {0, NULL}};
const struct enum_name required_types[] = {{REQUIRED_DNS, "dns"}, {REQUIRED_SRV, "srv"}, {0, NULL}};
const struct enum_name required_whys[] = {{WHY_PEER_FQDN, "peer-fqdn"},
                                          {WHY_CLUSTER, "cluster"},
                                          {WHY_MRA_DOMAIN, "mra-domain"},
                                          {WHY_XMPP_FEDERATION, "xmpp-federation"},
                                          {WHY_CHAT_ALIAS, "chat-alias"},
                                          {WHY_PHONE_PROFILE, "phone-profile"},
                                          {WHY_JABBER_GUEST, "jabber-guest"},
                                          {WHY_B2B, "b2b"},
                                          {0, NULL}};
static const struct enum_name tls_versions[] = {{SSL3, "SSLv3"},    {TLS10, "TLSv1"},   {TLS11, "TLSv1.1"},
                                                {TLS12, "TLSv1.2"}, {TLS13, "TLSv1.3"}, {0, NULL}};

static const char *const alerts[] = {
#define NAME_OF(number, name) [number] = name,
    ALERTS(NAME_OF)
#undef NAME_OF
};

const char *alert_name(int number) {
    return number < 0 || (size_t)number >= sizeof alerts / sizeof *alerts ? NULL : alerts[number];
}

const char *tls_version_name(int version) {
    const char *name = enum_text(tls_versions, version);
    return strcmp(name, "?") == 0 ? NULL : name;
}

const struct enum_name connection_states[] = {{CONNECTION_ESTABLISHED, "established"},
                                              {CONNECTION_REFUSED, "refused"},
                                              {CONNECTION_UNANSWERED, "unanswered"},
                                              {CONNECTION_RESET, "reset"},
                                              {CONNECTION_NOT_TLS, "not-tls"},
                                              {CONNECTION_INCOMPLETE, "incomplete"},
                                              {0, NULL}};
const struct enum_name connection_protocols[] = {
    {CONNECTION_TLS, "tls"}, {CONNECTION_XMPP, "xmpp"}, {CONNECTION_SSH, "ssh"}, {0, NULL}};
const struct enum_name connection_hows[] = {
    {ENDED_OPEN, "open"}, {ENDED_FIN, "fin"}, {ENDED_RESET, "reset"}, {0, NULL}};
