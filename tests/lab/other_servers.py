"""Which servers that no Expressway is, and that stand in front of one or in its place, are there to be met?

Apache and haproxy, each with what only it does: a client certificate demanded once the request is known, and a limit
on connections at once. Configured as servers.py does."""

import os

import servers
from pki import write

servers.PACKAGES.update({"apache2": "apache2-bin", "haproxy": "haproxy"})
APACHE_MODULES = "/usr/lib/apache2/modules"

APACHE = """ServerName {host}
PidFile {folder}/pid
ErrorLog {folder}/error.log
DocumentRoot {folder}/www
{modules}{user}ServerLimit 1
ThreadsPerChild 32
MaxRequestWorkers 32
{listens}
SSLEngine on
SSLProtocol {protocols}
SSLSessionCache none
{certificates}SSLCACertificateFile {trust}
<Location "{location}">
    SSLVerifyClient {verify}
    SSLVerifyDepth 5
</Location>
"""


def apache(lab, ports):
    """Of the ports given, all with the settings of the first: `verify_client` for what lies below `location`."""
    folder = lab.folder("apache")
    os.makedirs(folder + "/www", exist_ok=True)
    edge, _, spec = ports[0]
    listens = [("tcp", address, port) for edge, port, spec in ports for address in edge.addresses(spec)]
    modules = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n"
                      for name in ("mpm_event", "ssl", "authz_core"))
    certificates = "".join(f"SSLCertificateFile {leaf.sent_file}\nSSLCertificateKeyFile {leaf.key_file}\n"
                           for leaf in edge.leaves)
    text = APACHE.format(host=edge.host, folder=folder, modules=modules, certificates=certificates,
                         user="User nobody\nGroup nogroup\n" if os.geteuid() == 0 else "",
                         listens="\n".join(f"Listen {servers.host_text(address)}:{port}" for _, address, port in listens),
                         protocols="-all " + " ".join("+" + p for p in spec.get("protocols", ["TLSv1.2", "TLSv1.3"])), trust=lab.trust_file("root"),
                         location=spec.get("location", "/"), verify=spec.get("verify_client", "none"))
    write(folder + "/apache.conf", text, 0o644)
    return servers.Process("apache", [servers.program("apache2"), "-f", folder + "/apache.conf", "-DFOREGROUND"], listens, folder)


HAPROXY = """global
    maxconn 200
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 3s
"""

HAPROXY_FRONT = """frontend front{number}
    bind {address}:{port} ssl crt {folder}/{name}.pem ssl-min-ver TLSv1.2
    stick-table type ip size 100 expire 30s store conn_cur
    tcp-request connection track-sc0 src
    tcp-request connection reject if {{ sc0_conn_cur gt {limit} }}
    http-request return status 404
"""


def haproxy(lab, ports):
    """`limit`: more connections at once from one address are cut without a word."""
    folder = lab.folder("haproxy")
    text, listens = HAPROXY, []
    for edge, port, spec in ports:
        for kind, leaf in zip(("", ".rsa", ".ecdsa") if len(edge.leaves) == 1 else (".rsa", ".ecdsa"), edge.leaves):
            write(f"{folder}/{edge.name}.pem{kind}", leaf.sent_pem + leaf.key_pem, 0o600)
        for address in edge.addresses(spec):
            text += HAPROXY_FRONT.format(number=len(listens), address=servers.host_text(address), port=port, folder=folder,
                                         name=edge.name, limit=spec.get("limit", 100))
            listens.append(("tcp", address, port))
    write(folder + "/haproxy.cfg", text, 0o644)
    return servers.Process("haproxy", [servers.program("haproxy"), "-db", "-f", folder + "/haproxy.cfg"], listens, folder)
