#!/usr/bin/python3 -B
"""What stands behind a log-in? Two edges of real servers: nginx as Expressway-E's proxy, OpenSSH tunnels that an
Expressway-C opens to them, the scripted Expressway-C and Unified CM at their far end (backend.py), Kamailio as registrar
with digest behind TLS, Prosody with a user. For `-f` also the TLS ports of two Unified CM nodes, an IM and Presence and
a Unity Connection one, each with an RSA and an ECDSA certificate.

    with LoginLab(keys) as lab: lab.backend.say = {…}; lab.cut_tunnel("expe2")

What a client sees of a broken tunnel is what nginx makes of it: 502. Does not: judge."""

import os
import subprocess
import time

import yaml

import servers
from lab import Lab, scenario_load
from pki import write

from backend import COOKIE, PASSWORD, TOKEN, Backend

TUNNEL, BEHIND = 18443, {"expe1": 8080, "expe2": 8081}
USERS = ("alice", "bob")
# The subscriber's ECDSA certificate is signed by a CA of its own, that nobody thought of.
NODES = {"ucm1": ("2.3", (8443, 6972, 5061), "issuing"), "ucm2": ("2.4", (8443, 6972, 5061), "stranger"),
         "imp1": ("2.5", (8443, 7400), "issuing"), "cuc1": ("2.6", (8443,), "issuing")}

NGINX = """    server {{
        listen {address}:8443 ssl;
        ssl_certificate {certificate}; ssl_certificate_key {key};
        ssl_protocols TLSv1.2 TLSv1.3;
        error_page 502 504 = @down;  # its own, when nothing is at the tunnel's port; what comes through it stays as it is
        proxy_http_version 1.1; proxy_pass_header Server; proxy_read_timeout 30s; proxy_buffering off;
        proxy_set_header Accept-Encoding $http_accept_encoding;
        location ~ "^/[A-Za-z0-9+]+/(get_edge_(sso|config)|cucm-uds/)" {{ proxy_pass http://{address}:{tunnel}; }}
        location @down {{ more_set_headers 'Server: CE_E'; return 502; }}
        location = /hang-up {{ internal; return 444; }}  # where X-Accel-Redirect leads: the edge closes without a word
        location / {{ more_set_headers 'Server: CE_E'; return 404; }}
    }}
"""

# Who registers tells what comes of it, so that one real registrar gives every answer: `sip-405` is answered with 405,
# `oauth` is asked for a token as Unified CM asks (bundle-facts 3.2), the rest for a digest with the edge's FQDN as realm.
KAMAILIO = servers.KAMAILIO_HEAD + """tcp_connection_lifetime=30
server_signature=no
{listen}
mpath="{modules}"
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "auth.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "xlog.so"
loadmodule "textops.so"
loadmodule "kex.so"
loadmodule "ctl.so"
modparam("ctl", "binrpc", "unix:{folder}/ctl")
modparam("tls", "config", "{folder}/tls.cfg")
modparam("registrar", "min_expires", 60)
request_route {{
    if (method == "OPTIONS") {{ sl_send_reply("200", "OK"); exit; }}
    if (method != "REGISTER") {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
    xlog("L_ERR", "lab: REGISTER $fU route=$hdr(Route) contact=$ct agent=$ua\\n");
{realms}    if ($fU =~ "^sip-407") {{ proxy_challenge("$var(realm)", "0"); exit; }}
    if ($fU =~ "^sip-401") {{ www_challenge("$var(realm)", "0"); exit; }}
    if ($fU =~ "^sip-4051") {{
        append_to_reply("Warning: 399 cucm1 \\"SIP trunk disallows REGISTER\\"\\r\\n"); sl_send_reply("405", "Method Not Allowed"); exit;
    }}
{codes}    if ($fU == "foreign") {{ www_challenge("elsewhere.example.net", "0"); exit; }}
    if ($fU == "oauth") {{
        if ($hdr(Proxy-Authorization) != "Bearer token=\\"{token}\\"") {{
            append_to_reply("Proxy-Authenticate: Bearer realm=\\"ccmsipline\\"\\r\\n");
            sl_send_reply("407", "Proxy Authentication Required"); exit;
        }}
    }} else if (!pv_www_authenticate("$var(realm)", "{password}", "0")) {{
        www_challenge("$var(realm)", "1"); exit;
    }}
    if (!save("location")) {{ sl_reply_error(); }}
    xlog("L_ERR", "lab: SAVED $fU expires=$hdr(Expires)\\n");
}}
"""
CODES = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable", 600: "Busy Everywhere"}


def model():
    edges = {name: {"host": f"{name}.{{domain}}", "address": f"1.{n}",
                    "certificates": {"rsa": {"key": "rsa", "names": [f"{name}.{{domain}}", "{domain}"]}},
                    "ports": {8443: {"server": "nginx"}, 5061: {"server": "kamailio"}, 5222: {"server": "prosody"}}}
             for n, name in enumerate(BEHIND, 1)}
    for name, (address, _, issuer) in NODES.items():
        host = f"{name}.{{domain}}"
        edges[name] = {"host": host, "address": address, "certificates": {
            "rsa": {"names": [host]}, "ecdsa": {"key": "ecdsa", "names": [host], "issuer": issuer, "send": [issuer]}}}
    scenario = scenario_load("healthy")
    scenario["model"]["edges"] = edges
    scenario["model"]["trust_lists"] = {"expc-trust.pem": ["root", "issuing", "root-ec", "issuing-ec"]}
    scenario["model"]["dns"]["main"]["records"] = {
        "_collab-edge._tls.{domain} SRV": [f"10 10 8443 {name}.{{domain}}." for name in BEHIND],
        **{f"{name}.{{domain}} A": [f"{{net}}.1.{n}"] for n, name in enumerate(BEHIND, 1)}}
    return scenario


class LoginLab(Lab):
    def __init__(self, keys, change=lambda scenario: None):
        scenario = model()
        change(scenario)
        super().__init__(scenario, keys)
        self.backend, self.tunnels = None, {}

    def start(self):
        super().start()  # the tunnels lead to the backend, which is ours and not a process
        try:
            for name in BEHIND:
                self.join_tunnel(name)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        servers.stop_all(list(self.tunnels.values()))
        super().stop()
        if self.backend is not None:
            self.backend.stop()
            self.backend = None

    def plan(self):
        self.backend = Backend(self.domain, self.network.prefix, [
            (name, edge.host, self.address("2.1"), BEHIND[name]) for name, edge in self.front.items()])
        write(self.path("secret", "password"), PASSWORD + "\n", 0o600)
        write(self.path("secret", "token"), TOKEN + "\n", 0o600)
        write(self.path("secret", "wrong"), "not-" + PASSWORD + "\n", 0o600)
        out = [servers.knot(self, name, spec) for name, spec in self.model["dns"].items() if spec]
        out += [nginx(self), kamailio(self), sshd(self)]
        for edge in self.front.values():
            if 5222 in edge.ports:
                out.append(prosody(self, edge))
        return out

    @property
    def front(self):
        return {name: self.edges[name] for name in BEHIND}

    def address_of(self, edge):
        return self.address(self.edges[edge].spec["address"])

    def join_tunnel(self, edge):
        """As Expressway-C does: it is the inside that opens, and asks for the port at the other end."""
        address = self.address_of(edge)
        folder = os.path.join(self.work, "sshd")
        account = "nobody" if os.geteuid() == 0 else os.environ.get("USER", "")
        argv = [servers.program("ssh"), "-N", "-F", "none", "-i", folder + "/client_key", "-p", "2222", "-l", account,
                "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null",
                "-o", "ExitOnForwardFailure=yes", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                "-R", f"{address}:{TUNNEL}:{self.address('2.1')}:{BEHIND[edge]}", address]
        tunnel = servers.Process("tunnel-" + edge, argv, [("tcp", address, TUNNEL)], folder)
        tunnel.start()
        self.tunnels[edge] = tunnel
        servers.wait_ready([tunnel], 20)

    def cut_tunnel(self, edge):
        servers.stop_all([self.tunnels.pop(edge)])
        deadline = time.monotonic() + 10
        while servers.answers("tcp", self.address_of(edge), TUNNEL):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the tunnel of {edge} still stands")
            time.sleep(0.01)

    def deployment(self, name, release, trust=None, **nodes):
        """Path of a deployment file: nodes are {"ucm": {"ucm1": name known by}, …}; trust: Expressway-C's list in PEM."""
        deployment = {"release": release, "domains": [self.domain],
                      "expressway-c": {"trust": trust or self.path("files", "expc-trust.pem")}}
        for kind, known in nodes.items():
            deployment[kind] = {"nodes": [{"name": as_name, "address": self.address_of(who), "publisher": who.endswith("1")}
                                          for who, as_name in known.items()]}
        deployment["ucm"]["tls-verify-mode"] = "off"
        path = self.path("files", name + ".yaml")
        write(path, yaml.safe_dump(deployment, sort_keys=False), 0o644)
        return path

    def secret(self, name):
        return os.path.join(self.work, "secret", name)

    def login(self, *arguments):
        """The command line of a log-in in this lab."""
        command = self.command()
        return ["login"] + command[1:] + list(arguments)

    # ---- what the servers saw ----

    def registrations(self):
        """Who is registered now, as Kamailio itself tells."""
        done = subprocess.run([servers.program("kamcmd"), "-s", f"unix:{self.work}/kamailio/ctl", "ul.dump"],
                              capture_output=True, text=True, timeout=10, check=True)
        return [line.split()[-1] for line in done.stdout.splitlines() if line.strip().startswith("AoR:")]

    def registrar_log(self):
        with open(os.path.join(self.work, "kamailio", "kamailio.out"), encoding="utf-8", errors="replace") as log:
            return [line.split("lab: ", 1)[1].strip() for line in log if "lab: " in line]

    def prosody_log(self, edge):
        with open(os.path.join(self.work, f"prosody-{edge}", f"prosody-{edge}.out"), encoding="utf-8") as log:
            return log.read()


def nginx(lab):
    folder = lab.folder("nginx")
    os.makedirs(folder + "/www", exist_ok=True)
    text = servers.NGINX_HEAD.format(folder=folder, modules=servers.NGINX_MODULES, headers_more=servers.HEADERS_MORE)
    for edge in lab.front.values():
        text += NGINX.format(address=lab.address_of(edge.name), certificate=edge.leaves[0].sent_file,
                             key=edge.leaves[0].key_file, tunnel=TUNNEL)
    listens = [("tcp", lab.address_of(e), 8443) for e in BEHIND]
    for name, (_, ports, _) in NODES.items():
        for port in ports:
            text += node(lab, lab.edges[name], port)
            listens.append(("tcp", lab.address_of(name), port))
    write(folder + "/nginx.conf", text + "}\n", 0o644)
    return servers.Process("nginx", [servers.program("nginx"), "-p", folder, "-c", folder + "/nginx.conf"], listens, folder)


def node(lab, edge, port):
    """A port of Unified CM and its kin: TLS alone matters, and both certificates."""
    pairs = "".join(f"ssl_certificate {leaf.sent_file}; ssl_certificate_key {leaf.key_file}; " for leaf in edge.leaves)
    return (f"    server {{ listen {lab.address_of(edge.name)}:{port} ssl; {pairs}"
            "ssl_protocols TLSv1.2; location / { return 404; } }\n")


def kamailio(lab):
    folder = lab.folder("kamailio")
    listen = tls = realms = ""
    for name, edge in lab.front.items():
        address = lab.address_of(name)
        listen += f"listen=tls:{address}:5061\n"
        realms += f'    if ($Ri == "{address}") {{ $var(realm) = "{edge.host}"; }}\n'
        tls += servers.KAMAILIO_TLS.format(address=address, port=5061, method="TLSv1.2+", verify="no",
                                           certificate=edge.leaves[0].sent_file, key=edge.leaves[0].key_file)
    first = next(iter(lab.edges.values())).leaves[0]
    tls += (f"[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n"
            f"certificate = {first.sent_file}\nprivate_key = {first.key_file}\n"
            f"[client:default]\nverify_certificate = no\nrequire_certificate = no\n")
    codes = "".join(f'    if ($fU == "sip-{code}") {{ sl_send_reply("{code}", "{words}"); exit; }}\n'
                    for code, words in CODES.items())
    write(folder + "/tls.cfg", tls, 0o644)
    write(folder + "/kamailio.cfg", KAMAILIO.format(
        listen=listen, modules=servers.kamailio_modules(), folder=folder, realms=realms, codes=codes, token=TOKEN,
        password=PASSWORD), 0o644)
    argv = [servers.program("kamailio"), "-DD", "-E", "-m", "32", "-M", "8", "-w", folder, "-Y", folder, "-f",
            folder + "/kamailio.cfg"]
    return servers.Process("kamailio", argv, [("tcp", lab.address_of(e), 5061) for e in BEHIND], folder)


def sshd(lab):
    folder = lab.folder("sshd")
    for key in ("host_key", "client_key"):
        subprocess.run([servers.program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{key}"], check=True)
    os.replace(folder + "/client_key.pub", folder + "/authorized")
    listen = "".join(f"ListenAddress {lab.address_of(e)}:2222\n" for e in BEHIND)
    write(folder + "/sshd_config",
          listen + f"HostKey {folder}/host_key\nPidFile none\nUsePAM yes\nStrictModes no\nLogLevel ERROR\n"
          f"PasswordAuthentication no\nAuthorizedKeysFile {folder}/authorized\nAllowTcpForwarding remote\n"
          "GatewayPorts clientspecified\n", 0o644)
    return servers.Process("sshd", [servers.program("sshd"), "-D", "-e", "-f", folder + "/sshd_config"],
                           [("tcp", lab.address_of(e), 2222) for e in BEHIND], folder)


def prosody(lab, edge):
    process = servers.prosody(lab, edge, 5222, edge.ports[5222])
    accounts = os.path.join(lab.work, f"prosody-{edge.name}", "data", lab.domain.replace(".", "%2e"), "accounts")
    os.makedirs(accounts, exist_ok=True)
    for user in USERS:
        write(f"{accounts}/{user}.dat", f'return {{ ["password"] = "{PASSWORD}"; }};\n', 0o644)
    path = os.path.join(lab.work, f"prosody-{edge.name}", "prosody.cfg.lua")
    with open(path, encoding="utf-8") as config:
        text = config.read()
    text = text.replace('log = { warn = "*console" }', 'log = { info = "*console" }')
    write(path, text, 0o644)
    return process
