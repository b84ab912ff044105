/* What does the ClientHello of one handshake offer? See hello_shape.h. */
#include "probe/tls/hello_shape.h"

#include "probe/probe.h"
#include "probe/tls/identity_ssl.h"

static bool client_imitate(SSL *ssl, const struct client_form *client) {
    return SSL_set_min_proto_version(ssl, client->oldest) == 1 &&
           SSL_set_max_proto_version(ssl, client->newest) == 1 &&
           (*client->suites12 == '\0' || SSL_set_cipher_list(ssl, client->suites12) == 1) &&
           (*client->suites13 == '\0' || SSL_set_ciphersuites(ssl, client->suites13) == 1) &&
           (client->groups == NULL || SSL_set1_groups_list(ssl, client->groups) == 1) &&
           (client->signatures == NULL || SSL_set1_sigalgs_list(ssl, client->signatures) == 1);
}

bool hello_shape(SSL *ssl, const struct engine_form *form, const struct identity *identity) {
    static const unsigned char http[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    if (form->form == FORM_CLIENT && !identity_use(identity, ssl))
        return false;
    if (form->sni != NULL && SSL_set_tlsext_host_name(ssl, form->sni) != 1)
        return false;
    if (form->client != NULL && !client_imitate(ssl, form->client))
        return false;
    if (form->groups != NULL && SSL_set1_groups_list(ssl, form->groups) != 1)
        return false;
    if (form->signatures != NULL && SSL_set1_sigalgs_list(ssl, form->signatures) != 1)
        return false;
    if (form->suites13 != NULL && SSL_set_ciphersuites(ssl, form->suites13) != 1)
        return false;
    if (form->http && !form->until_certificate) {
        SSL_set_post_handshake_auth(ssl, 1);
        SSL_clear_options(ssl, SSL_OP_NO_RENEGOTIATION);
    }
    return !form->http || SSL_set_alpn_protos(ssl, http, sizeof http) == 0;
}
