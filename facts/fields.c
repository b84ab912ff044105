/* Which fields does each struct have, under which key? The order here is the order in the report. */
#include "facts/fields.h"

#define TEXT(S, f)                                                                                           \
    { #f, FIELD_TEXT, offsetof(struct S, f), 0, NULL }
#define NAME(S, f)                                                                                           \
    { #f, FIELD_NAME, offsetof(struct S, f), 0, NULL }
#define INT(S, f)                                                                                            \
    { #f, FIELD_INT, offsetof(struct S, f), 0, NULL }
#define BOOL(S, f)                                                                                           \
    { #f, FIELD_BOOL, offsetof(struct S, f), 0, NULL }
#define ENUM(S, f, names)                                                                                    \
    { #f, FIELD_ENUM, offsetof(struct S, f), 0, names }
#define TIME(S, f)                                                                                           \
    { #f, FIELD_TIME, offsetof(struct S, f), 0, NULL }
/* Left out when 0. */
#define WHEN(S, f)                                                                                           \
    { #f, FIELD_TIME, offsetof(struct S, f), 1, NULL }
#define MICROS(S, f)                                                                                         \
    { #f, FIELD_MICROS, offsetof(struct S, f), 0, NULL }
#define INTS(S, f)                                                                                           \
    { #f, FIELD_INTS, offsetof(struct S, f), 0, NULL }
#define TEXTS(S, f)                                                                                          \
    { #f, FIELD_TEXTS, offsetof(struct S, f), 0, NULL }
#define STRUCT(S, f, r)                                                                                      \
    { #f, FIELD_STRUCT, offsetof(struct S, f), 0, &r }
#define POINTER(S, f, r)                                                                                     \
    { #f, FIELD_POINTER, offsetof(struct S, f), 0, &r }
#define LIST(S, f, r)                                                                                        \
    { #f, FIELD_LIST, offsetof(struct S, f), 0, &r }
#define CERTS(S, f)                                                                                          \
    { #f, FIELD_CERTS, offsetof(struct S, f), 0, NULL }
#define CERT_IDS(S, f)                                                                                       \
    { #f, FIELD_CERT_IDS, offsetof(struct S, f), 0, NULL }
#define BYTES(S, f, size)                                                                                    \
    { #f, FIELD_BYTES, offsetof(struct S, f), offsetof(struct S, size), NULL }
#define END                                                                                                  \
    { NULL, FIELD_TEXT, 0, 0, NULL }
#define RECORD(name, S, ...)                                                                                 \
    static const struct field name##_fields[] = {__VA_ARGS__, END};                                          \
    static const struct record name = {sizeof(struct S), name##_fields}

RECORD(dns_record_record, dns_record, ENUM(dns_record, type, dns_types), NAME(dns_record, owner),
       INT(dns_record, priority), INT(dns_record, weight), INT(dns_record, port), TEXT(dns_record, target),
       TEXT(dns_record, address));

RECORD(dns_query_record, dns_query, NAME(dns_query, name), ENUM(dns_query, type, dns_types),
       NAME(dns_query, resolver), ENUM(dns_query, state, dns_states), INT(dns_query, rcode),
       INT(dns_query, ms), TEXTS(dns_query, aliases), LIST(dns_query, records, dns_record_record),
       TEXT(dns_query, error));

RECORD(tcp_record, tcp_attempt, ENUM(tcp_attempt, state, tcp_states), INT(tcp_attempt, ms),
       TEXT(tcp_attempt, error));

RECORD(alert_record, tls_alert, INT(tls_alert, number), NAME(tls_alert, name),
       ENUM(tls_alert, sent_by, sides));

RECORD(tls_record, tls_attempt, ENUM(tls_attempt, purpose, tls_purposes),
       ENUM(tls_attempt, state, tls_states), ENUM(tls_attempt, ended_by, sides),
       POINTER(tls_attempt, alert, alert_record), TEXT(tls_attempt, version), TEXT(tls_attempt, cipher),
       TEXT(tls_attempt, group), TEXT(tls_attempt, signature_algorithm), TEXT(tls_attempt, alpn),
       TEXT(tls_attempt, sni), ENUM(tls_attempt, client_auth, client_auths), TEXTS(tls_attempt, ca_names),
       BOOL(tls_attempt, asked_late), BOOL(tls_attempt, session_ticket), TEXT(tls_attempt, not_tls),
       TEXT(tls_attempt, first_bytes), TEXT(tls_attempt, error), BYTES(tls_attempt, staple, staple_size),
       INT(tls_attempt, connect_ms), INT(tls_attempt, ms), CERTS(tls_attempt, chain));

RECORD(http_record, http_exchange, NAME(http_exchange, request), NAME(http_exchange, domain),
       NAME(http_exchange, url), ENUM(http_exchange, state, exchange_states), INT(http_exchange, status),
       TEXT(http_exchange, server), TEXT(http_exchange, realm), TEXT(http_exchange, scheme),
       WHEN(http_exchange, date), TEXT(http_exchange, content_type), TEXT(http_exchange, location),
       TEXT(http_exchange, body), TEXT(http_exchange, error), INT(http_exchange, ms));

RECORD(sip_record, sip_exchange, ENUM(sip_exchange, state, exchange_states), INT(sip_exchange, code),
       TEXT(sip_exchange, reason), TEXT(sip_exchange, server), TEXT(sip_exchange, fault),
       TEXT(sip_exchange, raw), INT(sip_exchange, ms));

RECORD(xmpp_record, xmpp_exchange, ENUM(xmpp_exchange, state, xmpp_states), TEXT(xmpp_exchange, to),
       TEXT(xmpp_exchange, from), BOOL(xmpp_exchange, starttls_required), TEXTS(xmpp_exchange, mechanisms),
       TEXT(xmpp_exchange, error), INT(xmpp_exchange, ms));

RECORD(ssh_record, ssh_exchange, ENUM(ssh_exchange, state, ssh_states), TEXT(ssh_exchange, banner),
       TEXTS(ssh_exchange, kex_algorithms), TEXTS(ssh_exchange, host_key_algorithms),
       TEXTS(ssh_exchange, ciphers), TEXT(ssh_exchange, host_key_type), TEXT(ssh_exchange, host_key_sha256),
       TEXT(ssh_exchange, host_key_fingerprint), CERTS(ssh_exchange, host_certificates),
       TEXT(ssh_exchange, error), INT(ssh_exchange, ms));

RECORD(client_offer_record, client_offer, TEXTS(client_offer, versions), TEXTS(client_offer, suites),
       TEXTS(client_offer, groups), TEXTS(client_offer, signature_algorithms), TEXTS(client_offer, alpn),
       TEXT(client_offer, sni));

/* The contract has the main attempt's chain beside `tls`, not in it: same bytes, other key. */
RECORD(endpoint_record, endpoint, NAME(endpoint, id), NAME(endpoint, host), TEXT(endpoint, address),
       INT(endpoint, port), ENUM(endpoint, protocol, protocols), ENUM(endpoint, leg, legs),
       ENUM(endpoint, role, roles), TEXT(endpoint, node), TEXT(endpoint, zone), TEXTS(endpoint, domains),
       TEXT(endpoint, client), WHEN(endpoint, seen), POINTER(endpoint, offer, client_offer_record),
       CERT_IDS(endpoint, client_chain), INTS(endpoint, connections), STRUCT(endpoint, tcp, tcp_record),
       STRUCT(endpoint, tls, tls_record),
       {"chain", FIELD_CERTS, offsetof(struct endpoint, tls.chain), 0, NULL},
       LIST(endpoint, variants, tls_record), BOOL(endpoint, limits_connections),
       LIST(endpoint, http, http_record), POINTER(endpoint, sip, sip_record),
       POINTER(endpoint, xmpp, xmpp_record), POINTER(endpoint, ssh, ssh_record));

RECORD(cert_name_record, cert_name, ENUM(cert_name, type, name_types), NAME(cert_name, value));

RECORD(purpose_cert_record, purpose_cert, NAME(purpose_cert, purpose), TEXT(purpose_cert, file),
       CERTS(purpose_cert, chain));

RECORD(purpose_store_record, purpose_store, NAME(purpose_store, store), NAME(purpose_store, trust));

RECORD(node_record, node, NAME(node, name), TEXT(node, address), TEXTS(node, aliases),
       ENUM(node, role, roles), BOOL(node, publisher), BOOL(node, unity), TEXT(node, certificate_file),
       TEXT(node, certificate_seen), TEXT(node, subject), INTS(node, connections), CERTS(node, certificate),
       TEXT(node, key_file), BOOL(node, key_lacks_newline), BOOL(node, key_is_encrypted), TEXT(node, trust),
       TEXT(node, tomcat_trust), TEXT(node, callmanager_trust), TEXT(node, client_file),
       CERTS(node, client_certificate), TEXT(node, client_key_file), BOOL(node, client_key_lacks_newline),
       BOOL(node, client_key_is_encrypted), LIST(node, certificates, purpose_cert_record),
       LIST(node, stores, purpose_store_record));

RECORD(revocation_settings_record, revocation_settings, BOOL(revocation_settings, given),
       BOOL(revocation_settings, mode), BOOL(revocation_settings, ocsp), BOOL(revocation_settings, crl),
       BOOL(revocation_settings, cdp), BOOL(revocation_settings, treat_as_revoked),
       BOOL(revocation_settings, fallback_given),
       ENUM(revocation_settings, connection, revocation_connections),
       BOOL(revocation_settings, wants_matrix));

RECORD(expressway_record, expressway, TEXT(expressway, cluster), TEXT(expressway, trust),
       LIST(expressway, nodes, node_record), TEXTS(expressway, xmpp_federation_domains),
       TEXTS(expressway, phone_profiles), TEXTS(expressway, chat_aliases), TEXT(expressway, server_cert_type),
       BOOL(expressway, eku_checking_off), TEXT(expressway, release),
       STRUCT(expressway, revocation, revocation_settings_record));

RECORD(zone_record, zone, NAME(zone, name), ENUM(zone, type, zone_types), BOOL(zone, peers_are_guesses),
       TEXTS(zone, peers), INT(zone, port), INT(zone, ssh_port), TEXT(zone, tls_verify_name),
       ENUM(zone, tls_verify_mode, toggles), TEXTS(zone, c_nodes));

RECORD(deployment_record, deployment, TEXT(deployment, file), TEXT(deployment, release),
       TEXT(deployment, vantage), TEXTS(deployment, domains), TEXTS(deployment, features),
       STRUCT(deployment, e, expressway_record), STRUCT(deployment, c, expressway_record),
       LIST(deployment, zones, zone_record), TEXT(deployment, ucm_ciphers),
       LIST(deployment, ucm, node_record), LIST(deployment, imp, node_record), BOOL(deployment, ucm_sso),
       BOOL(deployment, imp_sso), BOOL(deployment, ucm_ha), BOOL(deployment, imp_ha),
       BOOL(deployment, ucm_tls_verify_off), STRUCT(deployment, revocation, revocation_settings_record),
       BOOL(deployment, has_warn_days), BOOL(deployment, has_crit_days), INT(deployment, warn_days),
       INT(deployment, crit_days));

RECORD(left_out_record, left_out, NAME(left_out, name), NAME(left_out, why));

RECORD(box_zone_record, box_zone, INT(box_zone, index), TEXT(box_zone, name), TEXT(box_zone, type),
       BOOL(box_zone, is_unified), ENUM(box_zone, collaboration_edge, toggles), TEXTS(box_zone, peers),
       INT(box_zone, port), ENUM(box_zone, tls_verify_mode, toggles), TEXT(box_zone, tls_verify_name),
       TEXT(box_zone, partner), BOOL(box_zone, has_user), BOOL(box_zone, user_differs),
       TEXT(box_zone, status), TEXT(box_zone, transport), TEXTS(box_zone, lacks), TEXTS(box_zone, peers_up),
       TEXTS(box_zone, peers_down));

RECORD(alarm_seen_record, alarm_seen, INT(alarm_seen, id), TEXT(alarm_seen, severity),
       TEXT(alarm_seen, detail), ENUM(alarm_seen, source, alarm_sources), BOOL(alarm_seen, is_lowered),
       INT(alarm_seen, count), TEXT(alarm_seen, first), TEXT(alarm_seen, last));

RECORD(log_sight_record, log_sight, NAME(log_sight, token), TEXT(log_sight, check), TEXT(log_sight, cause),
       NAME(log_sight, weight), NAME(log_sight, leg), NAME(log_sight, direction), TEXT(log_sight, far),
       TEXT(log_sight, event), TEXT(log_sight, detail), TEXT(log_sight, reason), TEXT(log_sight, common_name),
       TEXT(log_sight, dst_port), INT(log_sight, count), INT(log_sight, line), INT(log_sight, last_line),
       TEXT(log_sight, first), TEXT(log_sight, last), TEXT(log_sight, sample));

RECORD(moment_record, moment, NAME(moment, time), NAME(moment, what), INT(moment, count));

RECORD(box_tls_record, box_tls, NAME(box_tls, service), TEXT(box_tls, ciphers), TEXT(box_tls, versions));

RECORD(bundle_record, bundle, NAME(bundle, path), ENUM(bundle, role, roles), TEXT(bundle, role_from),
       TEXT(bundle, node), TEXT(bundle, release), TEXT(bundle, release_from), TEXT(bundle, judged_as),
       TEXTS(bundle, files_read), LIST(bundle, files_left_out, left_out_record), BOOL(bundle, is_cut),
       BOOL(bundle, has_settings), BOOL(bundle, has_status), INT(bundle, secrets), TEXT(bundle, dumped),
       TEXT(bundle, log_first), TEXT(bundle, log_last), INT(bundle, log_lines), INT(bundle, ntp_servers),
       TEXT(bundle, ntp_status), LIST(bundle, tls, box_tls_record),
       STRUCT(bundle, revocation, revocation_settings_record), LIST(bundle, zones, box_zone_record),
       LIST(bundle, alarms, alarm_seen_record), LIST(bundle, log, log_sight_record),
       LIST(bundle, moments, moment_record), BOOL(bundle, settings_cut), TEXTS(bundle, contradictions),
       TEXT(bundle, cluster), TEXT(bundle, mra), TEXT(bundle, sip_tls), INT(bundle, sip_tls_port),
       TEXTS(bundle, tunnels_up), TEXTS(bundle, tunnels_down));

RECORD(ca_entry_record, ca_entry, BYTES(ca_entry, der, der_size), INT(ca_entry, line));

RECORD(trust_problem_record, trust_problem, NAME(trust_problem, what), INT(trust_problem, line));

RECORD(trust_list_record, trust_list, NAME(trust_list, name), BOOL(trust_list, partial),
       LIST(trust_list, problems, trust_problem_record), LIST(trust_list, entries, ca_entry_record));

RECORD(blob_record, blob, BYTES(blob, bytes, size));

RECORD(fetch_record, fetch, ENUM(fetch, kind, fetch_kinds), ENUM(fetch, state, fetch_states),
       NAME(fetch, uri), TEXT(fetch, host), INT(fetch, port), TEXT(fetch, certificate), TEXT(fetch, hash),
       TEXT(fetch, method), INT(fetch, http_status), BOOL(fetch, from_cache), TEXT(fetch, fetched),
       LIST(fetch, kept, blob_record), TEXT(fetch, form), TEXTS(fetch, redirects),
       LIST(fetch, answers, blob_record), TEXT(fetch, error), INT(fetch, ms));

RECORD(accepted_suite_record, accepted_suite, INT(accepted_suite, version), INT(accepted_suite, suite),
       TEXT(accepted_suite, certificate), TEXT(accepted_suite, group), INT(accepted_suite, dh_bits),
       TEXT(accepted_suite, signature_algorithm));

RECORD(version_answer_record, version_answer, INT(version_answer, version), NAME(version_answer, state),
       TEXT(version_answer, how), TEXT(version_answer, preference));

RECORD(hello_answer_record, hello_answer, NAME(hello_answer, client), STRUCT(hello_answer, tls, tls_record),
       {"chain", FIELD_CERTS, offsetof(struct hello_answer, tls.chain), 0, NULL});

RECORD(cipher_survey_record, cipher_survey, NAME(cipher_survey, endpoint), TEXT(cipher_survey, address),
       TEXT(cipher_survey, starttls), LIST(cipher_survey, versions, version_answer_record),
       LIST(cipher_survey, accepted, accepted_suite_record), TEXTS(cipher_survey, groups12),
       TEXTS(cipher_survey, groups13), TEXTS(cipher_survey, certificates13),
       TEXTS(cipher_survey, signature_algorithms), TEXT(cipher_survey, renegotiation),
       BOOL(cipher_survey, sends_fallback_alert), CERTS(cipher_survey, chain_rsa),
       CERTS(cipher_survey, chain_ecdsa), LIST(cipher_survey, clients, hello_answer_record),
       BOOL(cipher_survey, rate_limited), BOOL(cipher_survey, limits_connections),
       BOOL(cipher_survey, complete), TEXT(cipher_survey, error), INT(cipher_survey, connections),
       INT(cipher_survey, ms));

RECORD(caller_record, caller, NAME(caller, address), INT(caller, port), NAME(caller, listener),
       TEXT(caller, shown), TEXT(caller, node), TEXT(caller, zone),
       STRUCT(caller, offer, client_offer_record), STRUCT(caller, tls, tls_record),
       {"chain", FIELD_CERTS, offsetof(struct caller, tls.chain), 0, NULL});

RECORD(csr_record, csr, NAME(csr, subject), TEXT(csr, common_name), LIST(csr, names, cert_name_record),
       BOOL(csr, has_san), BOOL(csr, has_eku), TEXTS(csr, eku), TEXTS(csr, key_usage),
       ENUM(csr, key_type, key_types), INT(csr, key_bits), TEXT(csr, key_curve), TEXT(csr, signature),
       TEXT(csr, signature_digest), TEXTS(csr, unknown_oids), BOOL(csr, is_signed_by_its_key));

RECORD(key_facts_record, key_facts, ENUM(key_facts, type, key_types), INT(key_facts, bits),
       TEXT(key_facts, curve), BOOL(key_facts, is_encrypted), BOOL(key_facts, is_open),
       BOOL(key_facts, lacks_newline), BOOL(key_facts, is_world_readable), TEXT(key_facts, trouble));

RECORD(crl_facts_record, crl_facts, TEXT(crl_facts, issuer), TIME(crl_facts, this_update),
       TIME(crl_facts, next_update), INT(crl_facts, entries));

RECORD(chain_link_record, chain_link, NAME(chain_link, subject), TEXT(chain_link, sha256),
       TEXT(chain_link, path), TEXT(chain_link, key_id), TEXT(chain_link, aia));

RECORD(user_file_record, user_file, NAME(user_file, path), ENUM(user_file, kind, file_kinds),
       TEXT(user_file, meant_as), TEXT(user_file, meant_for), TEXT(user_file, encoding),
       CERT_IDS(user_file, certificates), INT(user_file, leaf), TEXT(user_file, belongs_to),
       TEXT(user_file, issued_by), TEXT(user_file, convert), TEXT(user_file, what),
       TEXTS(user_file, oddities), TEXT(user_file, trouble), INT(user_file, size),
       TEXT(user_file, public_key), POINTER(user_file, key, key_facts_record),
       POINTER(user_file, csr, csr_record), LIST(user_file, crls, crl_facts_record),
       LIST(user_file, chain, chain_link_record));

RECORD(edge_server_record, edge_server, TEXT(edge_server, address), INT(edge_server, port),
       INT(edge_server, priority), INT(edge_server, weight));

RECORD(edge_service_record, edge_service, NAME(edge_service, name), TEXT(edge_service, error),
       LIST(edge_service, servers, edge_server_record));

RECORD(edge_config_record, edge_config, LIST(edge_config, services, edge_service_record),
       LIST(edge_config, sip, edge_server_record), LIST(edge_config, xmpp, edge_server_record),
       LIST(edge_config, http, edge_server_record), LIST(edge_config, uds, edge_server_record),
       TEXTS(edge_config, routes));

RECORD(edge_sso_record, edge_sso, BOOL(edge_sso, single_sign_on), BOOL(edge_sso, oauth), TEXT(edge_sso, uri));

RECORD(session_cookie_record, session_cookie, NAME(session_cookie, name), TEXT(session_cookie, domain),
       TEXT(session_cookie, path), BOOL(session_cookie, secure), BOOL(session_cookie, http_only),
       BOOL(session_cookie, has_expiry), INT(session_cookie, lifetime_s));

RECORD(uds_device_record, uds_device, NAME(uds_device, name), TEXT(uds_device, model));

RECORD(uds_record, uds, BOOL(uds, knows_user), BOOL(uds, found), TEXT(uds, home_cluster), TEXTS(uds, servers),
       TEXT(uds, user_id), BOOL(uds, has_home_cluster), BOOL(uds, has_service_profile),
       LIST(uds, devices, uds_device_record));

RECORD(sip_register_record, sip_register, ENUM(sip_register, state, exchange_states),
       NAME(sip_register, endpoint), INT(sip_register, code), TEXT(sip_register, reason),
       TEXT(sip_register, server), TEXT(sip_register, warning), TEXT(sip_register, fault),
       INT(sip_register, challenge_code), TEXT(sip_register, scheme), TEXT(sip_register, realm),
       TEXT(sip_register, algorithm), BOOL(sip_register, sent_credentials), TEXT(sip_register, withheld),
       TEXT(sip_register, registrar), TEXT(sip_register, route), TEXT(sip_register, device),
       INT(sip_register, expires), BOOL(sip_register, removed), INT(sip_register, ms));

RECORD(xmpp_login_record, xmpp_login, ENUM(xmpp_login, state, xmpp_login_states), NAME(xmpp_login, endpoint),
       TEXTS(xmpp_login, mechanisms), TEXT(xmpp_login, mechanism), TEXT(xmpp_login, condition),
       TEXT(xmpp_login, jid), TEXT(xmpp_login, withheld), TEXT(xmpp_login, error), BOOL(xmpp_login, closed),
       INT(xmpp_login, ms));

RECORD(login_record, login, NAME(login, endpoint), TEXT(login, address), NAME(login, domain),
       TEXT(login, credential), TEXT(login, withheld), LIST(login, http, http_record),
       POINTER(login, sso, edge_sso_record), POINTER(login, config, edge_config_record),
       POINTER(login, cookie, session_cookie_record), POINTER(login, uds, uds_record),
       POINTER(login, sip, sip_register_record), POINTER(login, xmpp, xmpp_login_record));

RECORD(required_name_record, required_name, NAME(required_name, name),
       ENUM(required_name, type, required_types), ENUM(required_name, why, required_whys));

RECORD(renewal_record, renewal, TEXT(renewal, role), TEXT(renewal, purpose), TEXTS(renewal, nodes),
       TEXT(renewal, old_file), TEXT(renewal, new_file), CERTS(renewal, old_chain), CERTS(renewal, new_chain),
       CERTS(renewal, authorities));

RECORD(run_scope_record, run_scope, TEXTS(run_scope, checks), BOOL(run_scope, is_revocation),
       BOOL(run_scope, is_ciphers), BOOL(run_scope, is_upload), BOOL(run_scope, is_renewal),
       BOOL(run_scope, is_login), BOOL(run_scope, is_lone), BOOL(run_scope, zones_only),
       BOOL(run_scope, offline));

RECORD(run_record, run, NAME(run, command), NAME(run, target), STRUCT(run, scope, run_scope_record),
       TEXTS(run, words), TEXTS(run, edges), NAME(run, release), TEXT(run, release_from),
       ENUM(run, vantage, vantages), BOOL(run, is_vantage_given), TIME(run, started), INT(run, duration_ms),
       BOOL(run, is_cut), TIME(run, at), BOOL(run, has_warn_days), BOOL(run, has_crit_days),
       INT(run, warn_days), INT(run, crit_days), TEXT(run, client_trust), BOOL(run, no_revocation),
       TEXT(run, symptom), TEXT(run, node), TEXT(run, upload_role), TEXTS(run, expected_names),
       TEXTS(run, cipher_clients), TEXT(run, cipher_server), TEXT(run, cipher_server_certs));

RECORD(connection_client_record, connection_client, NAME(connection_client, address),
       INT(connection_client, port));

RECORD(connection_server_record, connection_server, NAME(connection_server, address),
       INT(connection_server, port), TEXT(connection_server, name));

RECORD(connection_alert_record, connection_alert, NAME(connection_alert, by), NAME(connection_alert, level),
       INT(connection_alert, number), NAME(connection_alert, name));

RECORD(connection_ended_record, connection_ended, ENUM(connection_ended, how, connection_hows),
       TEXT(connection_ended, by));

RECORD(connection_step_record, connection_step, MICROS(connection_step, at), NAME(connection_step, by),
       NAME(connection_step, what), INT(connection_step, size));

RECORD(cut_record, cut, NAME(cut, what), INT(cut, most), INT(cut, wanted));

RECORD(capture_file_record, capture_file, NAME(capture_file, name), WHEN(capture_file, first),
       WHEN(capture_file, last), INT(capture_file, packets), INT(capture_file, cut_packets),
       INT(capture_file, kept), TEXT(capture_file, trouble));

static const struct field connection_fields[] = {INT(connection, id),
                                                 NAME(connection, file),
                                                 MICROS(connection, started),
                                                 STRUCT(connection, client, connection_client_record),
                                                 STRUCT(connection, server, connection_server_record),
                                                 ENUM(connection, protocol, connection_protocols),
                                                 TEXT(connection, sni),
                                                 TEXTS(connection, versions_offered),
                                                 TEXT(connection, version),
                                                 TEXT(connection, cipher),
                                                 ENUM(connection, state, connection_states),
                                                 LIST(connection, alerts, connection_alert_record),
                                                 STRUCT(connection, ended, connection_ended_record),
                                                 NAME(connection, client_auth),
                                                 TEXTS(connection, ca_names),
                                                 CERT_IDS(connection, server_chain),
                                                 CERT_IDS(connection, client_chain),
                                                 BOOL(connection, staple),
                                                 INT(connection, missing_bytes),
                                                 INT(connection, overlaps),
                                                 INT(connection, packets),
                                                 TEXT(connection, note),
                                                 LIST(connection, steps, connection_step_record),
                                                 END};
const struct record connection_record = {sizeof(struct connection), connection_fields};

static const struct field facts_fields[] = {STRUCT(facts, run, run_record),
                                            TEXTS(facts, domains),
                                            POINTER(facts, deployment, deployment_record),
                                            LIST(facts, dns, dns_query_record),
                                            LIST(facts, endpoints, endpoint_record),
                                            LIST(facts, trust_lists, trust_list_record),
                                            LIST(facts, fetches, fetch_record),
                                            LIST(facts, ciphers, cipher_survey_record),
                                            LIST(facts, callers, caller_record),
                                            LIST(facts, bundles, bundle_record),
                                            LIST(facts, logins, login_record),
                                            LIST(facts, captures, capture_file_record),
                                            LIST(facts, connections, connection_record),
                                            CERTS(facts, expected),
                                            POINTER(facts, renewal, renewal_record),
                                            LIST(facts, required_names, required_name_record),
                                            LIST(facts, files, user_file_record),
                                            LIST(facts, cuts, cut_record),
                                            END};
const struct record facts_record = {sizeof(struct facts), facts_fields};

/* `key` and `names` have shapes of their own in the contract: save.c writes them. */
static const struct field cert_fields[] = {NAME(cert, subject),       NAME(cert, issuer),
                                           TEXT(cert, common_name),   NAME(cert, serial),
                                           NAME(cert, sha256),        TIME(cert, not_before),
                                           TIME(cert, not_after),     LIST(cert, names, cert_name_record),
                                           BOOL(cert, has_san),       BOOL(cert, has_eku),
                                           TEXTS(cert, eku),          TEXTS(cert, key_usage),
                                           NAME(cert, signature),     TEXT(cert, signature_digest),
                                           TEXT(cert, aki),           TEXT(cert, ski),
                                           BOOL(cert, aia_malformed), TEXTS(cert, malformed),
                                           TEXTS(cert, aia),          TEXTS(cert, ocsp),
                                           TEXTS(cert, cdp),          BOOL(cert, has_basic_constraints),
                                           BOOL(cert, is_ca),         BOOL(cert, has_path_length),
                                           INT(cert, path_length),    BOOL(cert, self_issued),
                                           BOOL(cert, self_signed),   TEXTS(cert, unknown_oids),
                                           INT(cert, version),        END};
const struct record cert_record = {sizeof(struct cert), cert_fields};
