/* What does the user say exists? The deployment file (YAML), or what a command makes of its options.
 * File paths are as given in the file, resolved by the reader; certificates and trust lists are read at once.
 */
#ifndef FACTS_DEPLOYMENT_H
#define FACTS_DEPLOYMENT_H

#include "facts/cert.h"

enum role { ROLE_NONE, ROLE_EXPRESSWAY_E, ROLE_EXPRESSWAY_C, ROLE_UCM, ROLE_IMP };
extern const struct enum_name roles[];

/* One of the certificates of a Unified CM or IM and Presence node, by what it is for. */
struct purpose_cert {
    char *purpose; /* "tomcat" "callmanager-ecdsa" "cup-xmpp"…: the keys of the deployment file */
    char *file;
    struct certs chain; /* leaf first */
};

/* One of its trust stores. */
struct purpose_store {
    char *store; /* "tomcat-trust" "ipsec-trust"… */
    char *trust; /* name of a trust list in facts.trust_lists */
};

struct node {
    char *name;           /* as the user wrote it */
    char *address;        /* numeric, NULL when DNS is to tell */
    struct texts aliases; /* other names by which peers dial it */
    enum role role;
    bool publisher;
    bool unity; /* Unity Connection, which is Unified CM's platform: of its ports Tomcat's alone matters */
    char *certificate_file; /* NULL when none was given */
    char *certificate_seen; /* "0.0.0.0:7001 (it dialled in)": where it was seen instead; NULL for a file */
    char *subject;          /* what findings call it; NULL: its role and name */
    struct ids connections; /* the connections of a capture on which it showed its certificate; else empty */
    struct certs certificate;                 /* from the file: leaf first, then what would be sent with it */
    char *key_file;                           /* private key given with it; NULL when none was */
    bool key_lacks_newline, key_is_encrypted; /* its last line does not end; it wants a password */
    char *trust; /* name of a trust list in facts.trust_lists; NULL when not given */
    char *tomcat_trust, *callmanager_trust; /* likewise */
    char *client_file; /* from X15.5 an Expressway has a client certificate of its own; NULL when none was
                          given */
    struct certs client_certificate;
    char *client_key_file;
    bool client_key_lacks_newline, client_key_is_encrypted;
    LIST_OF(struct purpose_cert) certificates; /* Unified CM and IM and Presence */
    LIST_OF(struct purpose_store) stores;      /* likewise, those in tomcat_trust and callmanager_trust too */
};

/* A setting that nobody may have stated. */
enum toggle { TOGGLE_UNKNOWN, TOGGLE_ON, TOGGLE_OFF };
extern const struct enum_name toggles[];

struct nodes {
    struct node **v;
    size_t n;
};

/* What kind of connection revocation is asked for: it decides which sources count (guide, chapter 7). */
enum revocation_connection { CONNECTION_SIP_TLS, CONNECTION_POLICY, CONNECTION_LDAP, CONNECTION_HTTPS };
extern const struct enum_name revocation_connections[];

struct revocation_settings {
    bool given; /* the user stated them */
    bool mode, ocsp, crl, cdp;
    bool treat_as_revoked; /* fallback */
    bool fallback_given;   /* somebody stated it; else it is what the certificate guide calls the default */
    enum revocation_connection connection;
    bool wants_matrix; /* tell every combination of settings */
};

struct expressway {
    char *cluster; /* cluster FQDN; NULL for a single node */
    char *trust;   /* of all nodes that have none of their own; NULL when not given */
    struct nodes nodes;
    struct texts xmpp_federation_domains; /* E */
    struct texts phone_profiles;          /* C */
    struct texts chat_aliases;
    char *server_cert_type;                /* "rsa" "ecdsa" "both"; NULL: what the release allows */
    bool eku_checking_off;                 /* X15.5: SIP TLS Certificate ExtendedKeyUsage Checking Mode */
    char *release;                         /* where the sides differ; NULL: the run's */
    struct revocation_settings revocation; /* of this side; not given: the deployment's */
};

enum zone_type { ZONE_UC_TRAVERSAL, ZONE_TRAVERSAL, ZONE_NEIGHBOR };
extern const struct enum_name zone_types[];

struct zone {
    char *name;
    enum zone_type type;
    bool peers_are_guesses; /* peers are addresses seen on the wire: what Expressway-C has configured is not
                               known */
    struct texts peers;     /* peer addresses exactly as configured: FQDN, short name, IPv4 or IPv6 literal */
    int port;               /* 7001 unless given; neighbour 5061 */
    int ssh_port;           /* 2222 unless given; used by uc-traversal only */
    char *tls_verify_name;  /* NULL when not given */
    enum toggle tls_verify_mode; /* off where either side has it off */
    struct texts
        c_nodes; /* the Expressway-C nodes that have it; empty: all. From bundles, of several pairs */
};

struct deployment {
    char *file;              /* NULL when made from options */
    char *release, *vantage; /* NULL when not given */
    struct texts domains, features;
    struct expressway e, c;
    LIST_OF(struct zone) zones;
    char *ucm_ciphers; /* enterprise parameter; NULL when not given */
    struct nodes ucm, imp;
    bool ucm_sso, imp_sso, ucm_ha,
        imp_ha;              /* single sign-on; high availability of the presence redundancy group */
    bool ucm_tls_verify_off; /* TLS verify mode of Expressway-C towards Unified CM */
    struct revocation_settings revocation;
    bool has_warn_days, has_crit_days;
    int warn_days, crit_days;
};

bool zone_is_of(const struct zone *zone, const char *c_node);         /* NULL zone: true */
bool zone_has_node(const struct zone *zone, const struct node *node); /* E: by its peers; C: as above */
bool deployment_has_feature(const struct deployment *deployment, const char *feature); /* NULL: false */
const struct purpose_cert *node_certificate_for(const struct node *node,
                                                const char *purpose); /* NULL: not given */
const char *node_store(const struct node *node,
                       const char *store); /* name of its trust list; NULL: not given */

#endif
