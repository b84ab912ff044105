"""Which servers that no Expressway is, and that stand in front of one or in its place, are there to be met?

Apache, haproxy, Traffic Server, ejabberd and Java's own TLS, each with what only it does: a client certificate demanded
once the request is known, a limit on connections at once, federation, a certificate by the client's signature
algorithms. Configured as servers.py does."""

import os

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

import servers
from pki import write

servers.PACKAGES.update({"apache2": "apache2-bin", "haproxy": "haproxy", "traffic_server": "trafficserver",
                         "erl": "ejabberd", "java": "openjdk-17-jdk-headless"})
HERE = os.path.dirname(os.path.abspath(__file__))
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
    {answer}
"""

HAPROXY_BEHIND = """default_backend behind{number}
backend behind{number}
    server one {address}:{port}
"""


def haproxy(lab, ports):
    """`limit`: more connections at once from one address are cut without a word. `behind`: a port of the same edge where
    requests go, in clear; else all are answered with 404."""
    folder = lab.folder("haproxy")
    text, listens = HAPROXY, []
    for edge, port, spec in ports:
        for kind, leaf in zip(("", ".rsa", ".ecdsa") if len(edge.leaves) == 1 else (".rsa", ".ecdsa"), edge.leaves):
            write(f"{folder}/{edge.name}.pem{kind}", leaf.sent_pem + leaf.key_pem, 0o600)
        for address in edge.addresses(spec):
            answer = "http-request return status 404"
            if spec.get("behind"):
                answer = HAPROXY_BEHIND.format(number=len(listens), address=servers.host_text(address), port=spec["behind"])
            text += HAPROXY_FRONT.format(number=len(listens), address=servers.host_text(address), port=port, folder=folder,
                                         name=edge.name, limit=spec.get("limit", 100), answer=answer)
            listens.append(("tcp", address, port))
    write(folder + "/haproxy.cfg", text, 0o644)
    return servers.Process("haproxy", [servers.program("haproxy"), "-db", "-f", folder + "/haproxy.cfg"], listens, folder)


# ---- Traffic Server ----

TRAFFIC_ROOT = """prefix: {folder}
exec_prefix: /usr
bindir: /usr/bin
sbindir: /usr/bin
libdir: /usr/lib
libexecdir: /usr/lib/trafficserver/modules
includedir: /usr/include
mandir: /usr/share/man
infodir: /usr/share/info
sysconfdir: {folder}/etc
datadir: {folder}/var
localstatedir: {folder}/var
runtimedir: {folder}/run
logdir: {folder}/log
cachedir: {folder}/cache
"""

TRAFFIC_RECORDS = """CONFIG proxy.config.http.server_ports STRING {ports}
CONFIG proxy.config.exec_thread.autoconfig INT 0
CONFIG proxy.config.exec_thread.limit INT 1
CONFIG proxy.config.ssl.server.cert.path STRING /
CONFIG proxy.config.ssl.server.private_key.path STRING /
CONFIG proxy.config.ssl.server.honor_cipher_order INT {own_order}
CONFIG proxy.config.http.cache.http INT 0
CONFIG proxy.config.url_remap.remap_required INT 1
CONFIG proxy.config.admin.user_id STRING #-1
CONFIG proxy.config.log.logging_enabled INT 0
"""


def traffic_server(lab, ports):
    """All with the certificates of the first edge; nothing is mapped, so every request is answered with 404."""
    folder = lab.folder("traffic")
    for inner in ("etc", "log", "run", "cache", "var"):
        os.makedirs(f"{folder}/{inner}", exist_ok=True)
    edge, _, spec = ports[0]
    listens = [("tcp", address, port) for edge, port, spec in ports for address in edge.addresses(spec)]
    write(folder + "/runroot.yaml", TRAFFIC_ROOT.format(folder=folder), 0o644)
    write(folder + "/etc/records.config",
          TRAFFIC_RECORDS.format(ports=" ".join(f"{port}:ssl:ip-in={servers.host_text(address)}" for _, address, port in listens),
                                 own_order=int(spec.get("own_order", True))), 0o644)
    write(folder + "/etc/ssl_multicert.config", "dest_ip=* ssl_cert_name={} ssl_key_name={}\n".format(
        ",".join(leaf.sent_file for leaf in edge.leaves), ",".join(leaf.key_file for leaf in edge.leaves)), 0o644)
    write(folder + "/etc/storage.config", folder + "/cache 16M\n", 0o644)
    write(folder + "/etc/ip_allow.yaml", "ip_allow:\n  - {apply: in, ip_addrs: 0/0, action: allow, methods: ALL}\n", 0o644)
    for name in ("remap", "plugin", "cache", "parent", "hosting", "volume", "splitdns"):
        write(f"{folder}/etc/{name}.config", "", 0o644)
    return servers.Process("traffic", [servers.program("traffic_server")], listens, folder,
                           {"TS_RUNROOT": folder + "/runroot.yaml"})


# ---- XMPP, among servers too: ejabberd ----

EJABBERD = """hosts: [{hosts}]
loglevel: error
certfiles: ["{folder}/all.pem"]
s2s_use_starttls: required
acme: {{auto: false}}
listen:
{listens}modules: {{mod_s2s_dialback: {{}}}}
"""

EJABBERD_PORTS = {
    "clients": '  - {{port: {port}, ip: "{address}", module: ejabberd_c2s, starttls: true, starttls_required: true}}\n',
    "servers": '  - {{port: {port}, ip: "{address}", module: ejabberd_s2s_in}}\n'}


def ejabberd(lab, edge, ports):
    """`for`: clients (the default, but on 5269) or servers; `hosts`: the domains that are served."""
    folder = lab.folder("ejabberd-" + edge.name)
    write(folder + "/all.pem", "".join(leaf.sent_pem + leaf.key_pem for leaf in edge.leaves), 0o600)
    text, listens = "", []
    for _, port, spec in ports:
        who = spec.get("for", "servers" if port == 5269 else "clients")
        for address in edge.addresses(spec):
            text += EJABBERD_PORTS[who].format(port=port, address=address)
            listens.append(("jabber:" + who[:-1], address, port, spec.get("hosts", [lab.domain])[0]))
    hosts = {host: None for _, _, spec in ports for host in spec.get("hosts", [lab.domain])}
    write(folder + "/ejabberd.yml", EJABBERD.format(hosts=", ".join(f'"{host}"' for host in hosts), folder=folder, listens=text), 0o644)
    argv = [servers.program("erl"), "+S", "1", "+sbwt", "none", "-noinput", "-mnesia", "dir", f'"{folder}/db"', "-s", "ejabberd"]
    modules = [f"/usr/lib/{kind}-linux-gnu" for kind in ("x86_64", "aarch64") if os.path.isdir(f"/usr/lib/{kind}-linux-gnu")]
    return servers.Process("ejabberd-" + edge.name, argv, listens, folder, {
        "EJABBERD_CONFIG_PATH": folder + "/ejabberd.yml", "EJABBERD_LOG_PATH": folder + "/ejabberd.log",
        "ERL_LIBS": ":".join(modules), "ERL_CRASH_DUMP": "/dev/null"})


# ---- Tomcat's TLS: Java's ----

def jsse(lab, ports):
    """`verify_client: require`; `protocols` as Java names them."""
    folder = lab.folder("jsse")
    password = BestAvailableEncryption(b"lab")
    lines, listens = "", []
    for edge, port, spec in ports:
        stores = [f"{folder}/{edge.name}-{number}.p12" for number in range(len(edge.leaves))]
        for store, leaf in zip(stores, edge.leaves):
            with open(store, "wb") as out:
                out.write(pkcs12.serialize_key_and_certificates(b"tomcat", leaf.key, leaf.certificate, leaf.sent, password))
        for address in edge.addresses(spec):
            lines += " ".join([address, str(port), ",".join(stores), spec.get("verify_client", "none"),
                               ",".join(spec.get("protocols", [])) or "-"]) + "\n"
            listens.append(("tcp", address, port))
    write(folder + "/ports", lines, 0o644)
    argv = [servers.program("java"), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m",
            HERE + "/Jsse.java", folder + "/ports"]
    return servers.Process("jsse", argv, listens, folder)
