#!/usr/bin/python3 -B
"""Which real servers play the edge, and how are they configured, started and stopped?

One function per server turns the lab's model (see base.yaml) into a configuration in the work directory and
the command line that runs it there in the foreground: knot, nginx, Kamailio, Prosody, OpenSSH. Started by root
they run as `nobody`, else as the user who started the lab. Does not: decide what a scenario is about."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import time

from pki import write

PACKAGES = {"knotd": "knot", "nginx": "nginx-light", "kamailio": "kamailio kamailio-tls-modules", "prosody": "prosody",
            "sshd": "openssh-server", "setpriv": "util-linux"}
HEADERS_MORE = "ngx_http_headers_more_filter_module.so"
NGINX_MODULES = "/usr/lib/nginx/modules"
NOBODY = 65534


class Missing(Exception):
    """A server that the lab needs is not installed."""


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
            return True
    except OSError:
        return False


def program(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin")
    if path is None:
        raise Missing(f"{name} is not installed (Debian: {PACKAGES.get(name, name)})")
    return path


class Process:
    """One server: how to run it, where it answers, what it wrote."""

    def __init__(self, name, argv, listens, work, environment=None):
        self.name, self.argv, self.listens, self.work = name, argv, listens, work
        self.environment = environment
        self.log = os.path.join(work, name + ".out")
        self.child = None

    def start(self):
        prefix = [program("setpriv"), "--pdeathsig", "TERM"]
        if os.geteuid() == 0:
            prefix += ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        environment = dict(os.environ, **(self.environment or {}), HOME=self.work, LC_ALL="C.UTF-8")
        with open(self.log, "wb") as out:
            self.child = subprocess.Popen(prefix + ["--"] + self.argv, cwd=self.work, env=environment, stdout=out,
                                          stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)

    def is_alive(self):
        return self.child is not None and self.child.poll() is None

    def signal(self, number):
        if self.child is not None:
            try:
                os.killpg(self.child.pid, number)
            except (ProcessLookupError, PermissionError):
                pass

    def wait(self, seconds):
        try:
            self.child.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def tail(self, lines=12):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as out:
                return "".join(out.readlines()[-lines:])
        except OSError:
            return ""


def answers(kind, address, port, domain=None):
    """Does anything listen there? DNS: does it answer a question (any answer)?"""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    if kind == "dns":
        question = bytes.fromhex("1234000000010000000000000000060001")  # . SOA
        with socket.socket(family, socket.SOCK_DGRAM) as s:
            s.settimeout(0.2)
            try:
                s.sendto(question, (address, port))
                return len(s.recv(512)) >= 12
            except OSError:
                return False
    with socket.socket(family) as s:
        s.settimeout(0.5)
        if s.connect_ex((address, port)) != 0:
            return False
        if kind.startswith("jabber:"):  # ejabberd takes connections before it has its certificates
            return goes_on_to_tls(s, kind, domain)
        if kind == "http":  # `openssl ocsp` never gets over a connection on which nothing was asked
            try:
                s.sendall(b"GET / HTTP/1.0\r\n\r\n")
                return len(s.recv(64)) > 0
            except OSError:
                return False
        return True


def goes_on_to_tls(connection, space, domain):
    connection.settimeout(5)
    for said, wanted in ((f"<stream:stream to='{domain}' version='1.0' xmlns='{space}' "
                          "xmlns:stream='http://etherx.jabber.org/streams'>", b"</stream:features>"),
                         ("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", b"<proceed")):
        got = b""
        try:
            connection.sendall(said.encode())
            while wanted not in got:
                data = connection.recv(4096)
                if not data:
                    return False
                got += data
        except OSError:
            return False
    return True


def wait_ready(processes, seconds):
    """Until every address of every process answers; raises RuntimeError naming the one that does not."""
    waiting = [(p, listen) for p in processes for listen in p.listens]
    deadline = time.monotonic() + seconds
    while waiting:
        waiting = [(p, listen) for p, listen in waiting if not answers(*listen)]
        for p, listen in waiting:
            if not p.is_alive():
                raise RuntimeError(f"{p.name} ended at once:\n{p.tail()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{p.name} does not answer on {listen[1]}:{listen[2]}:\n{p.tail()}")
        if waiting:
            time.sleep(0.02)


def stop_all(processes):
    for p in processes:
        p.signal(signal.SIGTERM)
    for p in processes:
        if p.child is not None and not p.wait(0.5):
            p.signal(signal.SIGKILL)
            p.wait(2)
        if p.child is not None:
            p.signal(signal.SIGKILL)  # what it may have left behind in its own session


def host_text(address):
    """As configurations write it."""
    return f"[{address}]" if ":" in address else address


# ---- DNS: knot ----

def knot(lab, name, spec):
    folder = lab.folder("knot-" + name)
    address, port = lab.address(spec["address"]), spec.get("port", 5353)
    lines = ["server:", f'    rundir: "{folder}"', f"    listen: {address}@{port}", "    udp-workers: 1",
             "    tcp-workers: 1", "    background-workers: 1", "    async-start: off", "log:", "  - target: stderr",
             "    any: warning", "database:", f'    storage: "{folder}"', "zone:"]
    for zone, state in spec["zones"].items():
        if state is None:
            continue
        lines += [f"  - domain: {zone}", f'    storage: "{folder}"', f"    file: {zone}.zone", "    zonefile-sync: -1",
                  "    journal-content: none", "    semantic-checks: off"]
        if state != "broken":  # a zone that cannot be loaded is answered with SERVFAIL
            write(f"{folder}/{zone}.zone", zone_text(zone, spec["records"]), 0o644)
    write(f"{folder}/knot.conf", "\n".join(lines) + "\n", 0o644)
    return Process("knot-" + name, [program("knotd"), "-c", f"{folder}/knot.conf"], [("dns", address, port)], folder)


def zone_text(zone, records):
    """'name TYPE': [rdata…] for the names that lie in this zone and in none more specific of the same list."""
    lines = ["$TTL 60", f"{zone}. SOA ns.{zone}. admin.{zone}. 1 60 60 60 5", f"{zone}. NS ns.{zone}.",
             f"ns.{zone}. A 127.0.0.1"]
    for key, values in records.items():
        name, kind = key.split()
        if values is None or not (name == zone or name.endswith("." + zone)):
            continue
        lines += [f"{name}. {kind} {value}" for value in values]
    return "\n".join(lines) + "\n"


# ---- HTTPS: nginx as the Expressway-E's proxy, with the Expressway-C behind it ----

NGINX_HEAD = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
load_module {modules}/{headers_more};
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server_tokens off;
    default_type text/xml;
    root {folder}/www;
    server_names_hash_bucket_size 256;
"""

# Expressway-C at the far end of the tunnel: it answers as `CE_C ECS` (field-facts 1.3).
NGINX_C = """    server {{
        listen {address}:8080;
        more_set_headers 'Server: CE_C ECS';
        location ~ /get_edge_sso {{ return {sso_status} '{sso}'; }}
        location ~ /get_edge_config {{
            auth_basic "{realm}"; auth_basic_user_file {folder}/users;
            try_files /edge_config.xml =404;
        }}
    }}
"""

# Expressway-E: domains it knows go through the tunnel, all else it refuses itself as `CE_E`.
NGINX_E = """    server {{
        listen {address}:{port}{ssl};
        server_name {names};
{tls}        more_set_headers -s '400 403 404 405 500 502 503 504' 'Server: {refuser}';
        location ~ "^/({tags})/get_edge_(sso|config)/?$" {{ proxy_pass http://{tunnel}:8080; proxy_pass_header Server; }}
        location ~ "^/[A-Za-z0-9+/]+/get_edge_" {{ return 403; }}
        location / {{ return 404; }}
    }}
"""

NGINX_REJECT = """    server {{ listen {address}:{port} ssl default_server; ssl_reject_handshake on; ssl_protocols {protocols}; }}
"""

NGINX_OTHER = """    server {{
        listen {address}:{port} ssl default_server; ssl_protocols {protocols};
        ssl_certificate {certificate}; ssl_certificate_key {key}; return 404;
    }}
"""

SSO = """<?xml version="1.0" encoding="UTF-8"?><SSOResult version="1.0"><Response><SingleSignOn>\
<Status enabled="false"/></SingleSignOn><OAuth><Status enabled="true"/></OAuth></Response></SSOResult>"""

EDGE_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<getEdgeConfigResponse version="1.0"><serviceConfig>
<service><name>_cisco-uds</name><server><priority>1</priority><weight>1</weight><port>8443</port>\
<address>cucm1.{domain}</address></server></service>
<service><name>_cuplogin</name><error>NameError</error></service></serviceConfig>
<edgeConfig><sipEdgeServer><server><address>{host}</address><tlsPort>5061</tlsPort></server></sipEdgeServer>
<sipRequest><route>&lt;sip:127.0.0.1:5061;transport=tls;zone-id=1;directed;lr&gt;</route></sipRequest>
<xmppEdgeServer><server><address>{host}</address><tlsPort>5222</tlsPort></server></xmppEdgeServer>
<httpEdgeServer><server><address>{host}</address><tlsPort>8443</tlsPort></server></httpEdgeServer>
<userUdsServer><server><address>cucm1.{domain}</address><tlsPort>8443</tlsPort></server></userUdsServer>
</edgeConfig></getEdgeConfigResponse>
"""


def nginx(lab, ports):
    """ports: (edge, port, spec) of everything that nginx serves, plain or TLS."""
    if not os.path.exists(f"{NGINX_MODULES}/{HEADERS_MORE}"):
        raise Missing("nginx cannot set Server: (Debian: libnginx-mod-http-headers-more-filter)")
    folder = lab.folder("nginx")
    os.makedirs(folder + "/www", exist_ok=True)
    first = next(iter(lab.edges.values()))
    write(folder + "/www/edge_config.xml", EDGE_CONFIG.format(domain=lab.domain, host=first.host), 0o644)
    write(folder + "/users", "alice:{PLAIN}lab-password\n", 0o644)
    text = NGINX_HEAD.format(folder=folder, modules=NGINX_MODULES, headers_more=HEADERS_MORE)
    listens = []
    if any(spec.get("tunnel", "up") == "up" for _, _, spec in ports):
        spec = ports[0][2]
        text += NGINX_C.format(address=lab.address("2.1"), folder=folder, sso=SSO, realm=spec.get("realm", "Cisco-Edge"),
                               sso_status=spec.get("sso_status", 200))
        listens.append(("tcp", lab.address("2.1"), 8080))
    for edge, port, spec in ports:
        for address in edge.addresses(spec):
            text += nginx_edge(lab, edge, port, spec, address)
            listens.append(("tcp", address, port))
    write(folder + "/nginx.conf", text + "}\n", 0o644)
    argv = [program("nginx"), "-p", folder, "-c", folder + "/nginx.conf"]
    return Process("nginx", argv, listens, folder)


def nginx_edge(lab, edge, port, spec, address):
    protocols = " ".join(spec.get("protocols", ["TLSv1.2", "TLSv1.3"]))
    tls = ""
    for leaf in edge.leaves:
        tls += f"        ssl_certificate {leaf.sent_file}; ssl_certificate_key {leaf.key_file};\n"
    tls += f"        ssl_protocols {protocols};\n"
    if edge.staple_file:
        tls += f"        ssl_stapling on; ssl_stapling_file {edge.staple_file};\n"
    if spec.get("ciphers"):
        tls += f"        ssl_ciphers {spec['ciphers']};\n"
    if spec.get("groups"):
        tls += f"        ssl_ecdh_curve {spec['groups']};\n"
    if spec.get("verify_client"):
        tls += f"        ssl_verify_client {spec['verify_client']}; ssl_client_certificate {lab.trust_file('root')};\n"
    text = ""
    if spec.get("sni") == "required":
        text += NGINX_REJECT.format(address=host_text(address), port=port, protocols=protocols)
    if spec.get("sni_default"):  # whoever names no server, or another, meets that edge's certificate
        other = lab.edges[spec["sni_default"]].leaves[0]
        text += NGINX_OTHER.format(address=host_text(address), port=port, protocols=protocols, certificate=other.sent_file,
                                   key=other.key_file)
    tags = "|".join(base64.b64encode(d.encode()).decode().rstrip("=").replace("+", "\\+")
                    for d in spec.get("domains", [lab.domain]))
    plain = spec.get("tls", True) is False
    return text + NGINX_E.format(address=host_text(address), port=port, ssl="" if plain else " ssl", tls="" if plain else tls,
                                 names=edge.host if spec.get("sni") == "required" or spec.get("sni_default") else "_",
                                 refuser=spec.get("refuser", "CE_E"), tags=tags,
                                 tunnel=lab.address("2.1" if spec.get("tunnel", "up") == "up" else "2.250"))


# ---- SIP TLS (and whatever else must refuse a peer without certificate): Kamailio ----

# What every Kamailio of the tests begins with; its configuration follows.
KAMAILIO_HEAD = """#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
tcp_children=1
enable_tls=yes
"""

KAMAILIO = KAMAILIO_HEAD + """disable_tcp=no
tcp_connection_lifetime=30
server_header="Server: TANDBERG/4137 ({release})"
{listen}
mpath="{modules}"
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "pv.so"
modparam("tls", "config", "{folder}/tls.cfg")
request_route {{
{routes}    if (method == "OPTIONS") {{ sl_send_reply("200", "OK"); exit; }}
    sl_send_reply("403", "Forbidden");
}}
"""

KAMAILIO_TLS = """[server:{address}:{port}]
method = {method}
verify_certificate = {verify}
require_certificate = {verify}
certificate = {certificate}
private_key = {key}
"""


def kamailio_modules():
    for folder in ("/usr/lib/x86_64-linux-gnu/kamailio/modules", "/usr/lib/aarch64-linux-gnu/kamailio/modules",
                   "/usr/lib64/kamailio/modules", "/usr/lib/kamailio/modules"):
        if os.path.exists(folder + "/tls.so"):
            return folder
    raise Missing("Kamailio has no TLS module (Debian: kamailio-tls-modules)")


def kamailio(lab, ports):
    folder = lab.folder("kamailio")
    listen, domains, routes, listens = "", "", "", []
    for edge, port, spec in ports:
        leaf = edge.leaves[0]
        for address in edge.addresses(spec):
            listen += f"listen=tls:{host_text(address)}:{port}\n"
            mutual = spec.get("mutual", False)
            domains += KAMAILIO_TLS.format(address=host_text(address), port=port, certificate=leaf.sent_file,
                                           key=leaf.key_file, verify="yes" if mutual else "no",
                                           method=spec.get("method", "TLSv1.2+"))
            if mutual:
                domains += f"ca_list = {lab.trust_file(*spec.get('trust', ['root']))}\n"
            if spec.get("ciphers"):
                domains += f"cipher_list = {spec['ciphers']}\n"
            if spec.get("options", 200) != 200:
                routes += (f'    if ($Ri == "{address}" && method == "OPTIONS") '
                           f'{{ sl_send_reply("{spec["options"]}", "Lab"); exit; }}\n')
            listens.append(("tcp", address, port))
    default = ports[0][0].leaves[0]
    domains += (f"[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n"
                f"certificate = {default.sent_file}\nprivate_key = {default.key_file}\n"
                f"[client:default]\nverify_certificate = no\nrequire_certificate = no\n")
    write(folder + "/tls.cfg", domains, 0o644)
    write(folder + "/kamailio.cfg",
          KAMAILIO.format(listen=listen, release=lab.scenario["model"]["release"], modules=kamailio_modules(), folder=folder, routes=routes), 0o644)
    argv = [program("kamailio"), "-DD", "-E", "-m", "16", "-M", "4", "-w", folder, "-Y", folder,
            "-f", folder + "/kamailio.cfg"]
    return Process("kamailio", argv, listens, folder)


# ---- XMPP: one Prosody for each edge, since each shows its own certificate ----

PROSODY = """daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
certificates = "{folder}"
log = {{ warn = "*console" }}
modules_enabled = {{ {modules} }}
modules_disabled = {{ "s2s" }}
authentication = "internal_plain"
c2s_require_encryption = {encrypted}
c2s_ports = {{ {port} }}
c2s_interfaces = {{ {interfaces} }}
c2s_direct_tls_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
ssl = {{ certificate = "{certificate}", key = "{key}" }}
{hosts}"""


def prosody(lab, edge, port, spec):
    folder = lab.folder(f"prosody-{edge.name}")
    os.makedirs(folder + "/data", exist_ok=True)
    leaf = edge.leaves[0]
    addresses = edge.addresses(spec)
    tls = spec.get("starttls", True)
    hosts = "".join(f'VirtualHost "{host}"\n' for host in spec.get("hosts", [lab.domain]))
    write(folder + "/prosody.cfg.lua",
          PROSODY.format(folder=folder, port=port, interfaces=", ".join(f'"{a}"' for a in addresses),
                         certificate=leaf.sent_file, key=leaf.key_file, hosts=hosts,
                         encrypted="true" if tls else "false",
                         modules='"saslauth", "disco", "tls"' if tls else '"saslauth", "disco"'), 0o644)
    argv = [program("prosody"), "--config", folder + "/prosody.cfg.lua", "-F"]
    return Process(f"prosody-{edge.name}", argv, [("tcp", a, port) for a in addresses], folder)


# ---- SSH: OpenSSH on the tunnel port ----

def sshd(lab, ports):
    folder = lab.folder("sshd")
    key = folder + "/host_key"
    spec = ports[0][2]  # host_key (rsa, ecdsa, ed25519) and kex (methods) are those of the one sshd
    subprocess.run([program("ssh-keygen"), "-q", "-t", spec.get("host_key", "ed25519"), "-N", "", "-f", key], check=True)
    listens = [(address, port) for edge, port, spec in ports for address in edge.addresses(spec)]
    text = "".join(f"ListenAddress {host_text(a)}:{p}\n" for a, p in listens)
    text += (f"HostKey {key}\nPidFile none\nUsePAM no\nStrictModes no\nLogLevel ERROR\nMaxStartups 100\n"
             "PasswordAuthentication no\nAuthorizedKeysFile none\n")
    if "kex" in spec:
        text += f"KexAlgorithms {spec['kex']}\n"
    write(folder + "/sshd_config", text, 0o644)
    argv = [program("sshd"), "-D", "-e", "-f", folder + "/sshd_config"]
    return Process("sshd", argv, [("tcp", a, p) for a, p in listens], folder)
