/* Which blanks may a line of guidance have? `{box}` in a row is filled from the finding; where that does not
 * know, and in `explain`, the words here stand for it. Read by the program and by the generator, which
 * refuses others. */
#ifndef CATALOGUE_PLACEHOLDERS_H
#define CATALOGUE_PLACEHOLDERS_H

/* X(number, name, words) */
#define PLACEHOLDERS(X)                                                                                      \
    X(PUT_BOX, "box", "the box")             /* product: "Expressway-E" "Unified CM" */                      \
    X(PUT_OTHER, "other", "the other side")  /* of the traversal zone: "Expressway-C" for E */               \
    X(PUT_NODE, "node", "the node")          /* by the name that the deployment has for it */                \
    X(PUT_HOST, "host", "<Expressway-E>")    /* host of the port, or an Expressway-E by its name */          \
    X(PUT_ADDRESS, "address", "its address") /* where it was reached */                                      \
    X(PUT_PORT, "port", "this port")                                                                         \
    X(PUT_ENDPOINT, "endpoint", "HOST:PORT")                                                                 \
    X(PUT_DOMAIN, "domain", "<service domain>")            /* service domain */                              \
    X(PUT_ZONE, "zone", "the zone")                        /* its name, as Expressway-C has it */            \
    X(PUT_ZONE_E, "zone_e", "the zone")                    /* the same zone, as Expressway-E has it */       \
    X(PUT_CALLER, "caller", "the caller's address")        /* of a connection to us, or in a capture */      \
    X(PUT_PEER, "peer", "the peer address")                /* as the zone has it */                          \
    X(PUT_NAME, "name", "the name that is wanted")         /* that ought to be in a certificate */           \
    X(PUT_RECORDS, "records", "the records that are told") /* of DNS, by their names */                      \
    X(PUT_FILE, "file", "the file")                                                                          \
    X(PUT_MISSING, "missing", "the CA certificates listed under missing")                                    \
    X(PUT_UPLOAD_TO, "upload_to", "the box that judges")                                                     \
    X(PUT_REFUSER, "refuser", "the side that sent the alert")                                                \
    X(PUT_REFUSED, "refused", "the other side")             /* to whom it was sent */                        \
    X(PUT_PURPOSE, "purpose", "the certificate")            /* of Unified CM: "tomcat" */                    \
    X(PUT_STORE, "store", "the trust store of its purpose") /* "tomcat-trust" */                             \
    X(PUT_UNIT, "unit", "NAME")                             /* as the CLI of Unified CM has the purpose */   \
    X(PUT_ROLE, "role", "ROLE")                             /* as --role has it */                           \
    X(PUT_CA, "ca", "the CA certificates")                  /* "\"CN=Root\"": one of them */                 \
    X(PUT_NEW, "new", "new.pem")                            /* file of the new certificate, for a shell */   \
    X(PUT_SERVICE, "service", "the service")                /* "Cisco Tomcat" */                             \
    X(PUT_SERVICE_WAY, "service_way", "restart it")         /* menu path and command */                      \
    X(PUT_AGAIN, "again", "renew")                          /* this very question */                         \
    X(PUT_NAMED, "named", "the box")                        /* by product and name */                        \
    X(PUT_ZONE_HERE, "zone_here", "the zone")               /* as the box that is spoken of has it */        \
    X(PUT_LISTENS, "listens", "the port of Expressway-E's end") /* of a zone whose ends differ */            \
    X(PUT_DIALS, "dials", "another one")                        /* the same zone at Expressway-C */          \
    X(PUT_LIKE, "like", "its peers")                            /* a peer of the cluster that is right */    \
    X(PUT_PROTOCOL, "protocol", "the protocol")                 /* "SIP": whose TLS versions or ciphers */   \
    X(PUT_NOW, "now", "newer or older ones alone")              /* what is set there: "TLSv1.3 alone" */     \
    X(PUT_SINCE, "since", "that minute")                        /* when it was seen first */                 \
    X(PUT_CLOCKS, "clocks",                                                                                  \
      "Is the clock right on this machine (date -u) and on the box (System > Time)? No: set it. Yes")        \
    X(PUT_NAMES, "names", "Show (decoded) lists them") /* of the certificate that was found */               \
    X(PUT_HOSTS, "hosts", "Show (decoded) lists them") /* of those names: what is no service domain */       \
    X(PUT_SERIAL, "serial", "the served one")          /* of the certificate that the port showed */         \
    X(PUT_ISSUERS, "issuers", "root and intermediates that issued the presented certificate")                \
    X(PUT_PATH, "path", "FILE") /* of the file that is spoken of, for a shell */                             \
    X(PUT_CONVERT, "convert",                                                                                \
      "edgeprobe cert FILE prints how") /* the command that makes it one to upload */                        \
    X(PUT_HOW, "how",                                                                                        \
      "run edgeprobe check from where the clients are, or edgeprobe zone from where Expressway-C is")        \
    X(PUT_DEPLOYMENT, "deployment", "-f deployment.yaml") /* option of edgeprobe */                          \
    X(PUT_CHECK, "check", "check HOST:PORT")              /* what edgeprobe does to look at the box… */    \
    X(PUT_ZONE_CHECK, "zone_check", "zone -f deployment.yaml")  /* …at zone and tunnel… */               \
    X(PUT_EVERYTHING, "everything", "check -f deployment.yaml") /* …and at all there is */

#endif
