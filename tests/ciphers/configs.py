"""Which servers are asked what they take? One row each: name, kind of server, its settings, and whose order of suites
must be found (None: not looked at). Certificates: rsa, ec, ec384, ec521, pss (an RSA-PSS key), ed (Ed25519)."""

EXPRESSWAY = "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH"
INTERMEDIATE = ("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
                "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384")
ALL = "ALL:COMPLEMENTOFALL:!PSK:!SRP:@SECLEVEL=0"
SCRAMBLED = ("AES128-SHA:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA256:DHE-RSA-AES128-SHA:AES256-GCM-SHA384:"
             "ECDHE-RSA-AES128-GCM-SHA256:CAMELLIA128-SHA:ECDHE-ECDSA-AES256-GCM-SHA384")
UCM_RSA = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:" \
          "ECDHE-ECDSA-AES128-GCM-SHA256:AES128-SHA"
OLD = ["TLSv1", "TLSv1.1", "TLSv1.2"]


def nginx(certs, ciphers=None, protocols=("TLSv1.2", "TLSv1.3"), server=False, more="", most=None):
    """most: connections; a busy machine takes a few more than an idle one (docs/PERFORMANCE.md)."""
    return {"certs": certs, "ciphers": ciphers, "protocols": list(protocols), "server": server, "more": more, "most": most}


def openssl(certs, *arguments):
    return {"certs": certs, "arguments": list(arguments)}


def gnutls(certs, priority="NORMAL", *arguments):
    return {"certs": certs, "priority": priority, "arguments": list(arguments)}


def nss(certs, *arguments):
    return {"certs": certs, "arguments": list(arguments)}


ROWS = [
    # The slowest first: the others run beside it.
    ("nss-ssl3", "nss", nss("rsa", "-V", "ssl3:tls1.0"), None),
    ("nginx-dual", "nginx", nginx("rsa ec"), "client"),
    ("nginx-dual-server-order", "nginx", nginx("rsa ec", "HIGH:!aNULL:!PSK:!SRP:!ARIA:!CAMELLIA:!AESCCM", server=True, most=38),
     "server"),
    ("nginx-rsa", "nginx", nginx("rsa"), "client"),
    ("nginx-ecdsa", "nginx", nginx("ec"), "client"),
    ("nginx-ecdsa-384-server-order", "nginx", nginx("ec384", server=True), "server"),
    ("nginx-ecdsa-521", "nginx", nginx("ec521"), "client"),
    ("nginx-intermediate", "nginx", nginx("rsa ec", INTERMEDIATE, more="ssl_dhparam {dir}/dh2048.pem;"), "client"),
    ("nginx-intermediate-server-order", "nginx",
     nginx("rsa ec", INTERMEDIATE, server=True, more="ssl_dhparam {dir}/dh2048.pem;"), "server"),
    ("nginx-scrambled", "nginx", nginx("rsa ec", SCRAMBLED, server=True, more="ssl_dhparam {dir}/dh2048.pem;"), "server"),
    ("nginx-chacha-first", "nginx",
     nginx("rsa ec", INTERMEDIATE, server=True, more="ssl_conf_command Options PrioritizeChaCha;"), None),
    ("nginx-tls12-only", "nginx", nginx("rsa", protocols=["TLSv1.2"], more="ssl_dhparam {dir}/dh2048.pem;"), "client"),
    ("nginx-tls13-only", "nginx", nginx("rsa ec", protocols=["TLSv1.3"]), None),
    ("nginx-old-versions", "nginx", nginx("rsa", "DEFAULT:@SECLEVEL=0", protocols=OLD), "client"),
    ("nginx-old-versions-server-order", "nginx",
     nginx("rsa ec", "HIGH:!PSK:!SRP:!CAMELLIA:!ARIA:@SECLEVEL=0", protocols=OLD, server=True), "server"),
    ("nginx-tls11-only", "nginx", nginx("rsa", "HIGH:@SECLEVEL=0", protocols=["TLSv1.1"]), "client"),
    ("nginx-one-curve", "nginx", nginx("rsa", more="ssl_ecdh_curve secp384r1;"), "client"),
    ("nginx-static-rsa", "nginx", nginx("rsa", "kRSA:!PSK", protocols=["TLSv1.2"]), "client"),
    ("nginx-one-suite", "nginx", nginx("rsa", "AES128-SHA", protocols=["TLSv1.2"]), None),
    ("nginx-expressway", "nginx", nginx("rsa ec", EXPRESSWAY, server=True, more="ssl_dhparam {dir}/dh2048.pem;", most=82),
     "server"),
    ("nginx-ucm", "nginx", nginx("rsa ec", UCM_RSA, most=34), "client"),
    ("openssl-all", "openssl", openssl("rsa", "-cipher", ALL, "-tls1_2", "-dhparam", "{dir}/dh2048.pem"), "client"),
    ("openssl-all-server-order", "openssl", openssl("rsa", "-cipher", ALL, "-serverpref", "-dhparam", "{dir}/dh2048.pem"),
     "server"),
    ("openssl-anonymous", "openssl", openssl("", "-nocert", "-cipher", "aNULL:@SECLEVEL=0", "-tls1_2"), "client"),
    ("openssl-null", "openssl", openssl("rsa", "-cipher", "eNULL:AES128-SHA:@SECLEVEL=0", "-tls1_2"), "client"),
    ("openssl-dh-1024", "openssl",
     openssl("rsa", "-cipher", "DHE:!PSK:!DSS:@SECLEVEL=0", "-tls1_2", "-dhparam", "{dir}/dh1024.pem"), "client"),
    ("openssl-null-and-anonymous", "openssl",
     openssl("rsa", "-cipher", "aNULL:eNULL:AES128-SHA:@SECLEVEL=0", "-tls1_2", "-dhparam", "{dir}/dh2048.pem"), "client"),
    ("gnutls-dh-1024", "gnutls", gnutls("rsa", "NORMAL:-VERS-TLS1.3:+DHE-RSA", "--dhparams", "{dir}/dh1024.pem"), "client"),
    ("openssl-tls10", "openssl", openssl("rsa", "-cipher", "DEFAULT:@SECLEVEL=0", "-tls1"), "client"),
    ("openssl-rsa-pss", "openssl", openssl("pss"), "client"),
    ("openssl-ed25519", "openssl", openssl("ed"), "client"),
    ("openssl-ccm-13", "openssl",
     openssl("ec", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_GCM_SHA256",
             "-serverpref"), None),
    ("openssl-brainpool", "openssl", openssl("rsa", "-groups", "brainpoolP256r1:P-256", "-tls1_2"), "client"),
    ("gnutls-normal", "gnutls", gnutls("rsa ec"), "client"),
    ("gnutls-client-order", "gnutls", gnutls("rsa", "NORMAL:-VERS-TLS1.3"), "client"),
    ("gnutls-secure256", "gnutls", gnutls("rsa", "SECURE256:%SERVER_PRECEDENCE"), "server"),
    ("gnutls-legacy", "gnutls", gnutls("rsa", "NORMAL:+VERS-TLS1.1:+VERS-TLS1.0:+3DES-CBC:+ARCFOUR-128"), None),
    ("gnutls-ssl3", "gnutls", gnutls("rsa", "NORMAL:-VERS-ALL:+VERS-SSL3.0:+VERS-TLS1.0:+3DES-CBC:+ARCFOUR-128"), None),
    ("gnutls-anonymous", "gnutls", gnutls("rsa", "NORMAL:-VERS-TLS1.3:+ANON-ECDH:+ANON-DH", "--noticket"), None),
    ("nss-rsa", "nss", nss("rsa"), None),
    ("nss-dual", "nss", nss("rsa ec"), None),
    ("kamailio", "kamailio", {"method": "TLSv1.2+", "ciphers": None}, None),
    ("kamailio-ecdhe", "kamailio", {"method": "TLSv1.2", "ciphers": "ECDHE+AESGCM:AES128-SHA"}, None),
    ("prosody", "prosody", {"ciphers": None}, "client"),
    ("prosody-old", "prosody", {"ciphers": "HIGH:!aNULL:!PSK:!SRP:@SECLEVEL=0", "protocol": "tlsv1+"}, "client"),
]

# What must be found of them besides: (cause of cipher.accepted, words of its summary).
FINDS = {
    "openssl-null-and-anonymous": [("weak", "no encryption (NULL), anonymous:")],
    "openssl-anonymous": [("weak", "anonymous")],
    "openssl-null": [("weak", "no encryption (NULL): TLSv1.2")],
    "openssl-dh-1024": [("weak-dh", "1024-bit")],
    "gnutls-dh-1024": [("weak-dh", "1024-bit")],  # it takes ffdhe2048 from who offers that
    "takes-export": [("weak", "EXPORT: TLSv1")],
}
