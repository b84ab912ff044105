"""What does somebody have who types what a page says? An edge to ask, and the files that its owner has: certificates, keys, trust
lists, a request, a CRL, deployment and targets files, captures, bundles. What a page makes itself is not among them."""

import os
import re
import shutil

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

import edge
import maker
from lab import PROJECT, Lab, keys_for_run, merge, scenario_load
from pki import Pki, write

E, E2, C, U, I = "expe1.example.com", "expe2.example.com", "expc1.example.local", "ucm1.example.local", "imp1.example.local"
# What stands for the words that guidance puts for the reader's own.
STANDS_FOR = [(r"'THE LINE'", "'port 7400 :(111) Connection refused'"), (r"\bHOST:PORT\b|\{endpoint\}", E + ":8443"),
              (r"\{again\}", "edgeprobe check example.com"), (r"\bDOMAIN\b|\{domain\}", "example.com"), (r"\bPEER\b|\bHOST\b|\{host\}", E),
              (r"<address>", "127.0.0.1:9"), (r"EXPE\.tar\.gz", "expe.tar.gz"), (r"EXPC\.tar\.gz", "expc.tar.gz"),
              (r"FILE (--role-of) FILE=", r"expe.tar.gz \1 expe.tar.gz="), (r"(-f) (FILE|\{\w+\})", r"\1 deployment.yaml"),
              (r"(--request) \{deployment\}", r"\1 -f deployment.yaml"), (r"\{node\}", E), (r"\{new\}", "new.pem"),
              (r"(renew --role) ROLE", r"\1 ucm-tomcat"), (r"\bROLE\b|\{role\}", "expressway-e"), (r"\bUSER\b", "alice"),
              (r"(--token-file|--password-file) FILE", r"\1 F"), (r"(--log-file) FILE", r"\1 log.txt"),
              (r"(--server-profile) PROFILE", r"\1 ucm-all-rsa-preferred"), (r"(--client) PROFILE", r"\1 expressway-x14.2"),
              (r"\bTYPE\b", "rsa"), (r"\bFOLDER\b", "certs"), (r"(--connect-to)$", r"\1 a:1:b:2"), (r"(c-cert|client-cert) FILE", r"\1 expc1.pem"), (r"(client-key) FILE", r"\1 expc1.key"),
              (r"(-trust) FILE", r"\1 expe-trust.pem"), (r"(cert) FILE", r"\1 e.pem"), (r"\bFILE\b", "e.pem"),
              (r'\\"', '"'), (r"\bNUMBER\b", "35013")]


def with_words(command):
    for pattern, instead in STANDS_FOR:
        command = re.sub(pattern, instead, command)
    return command


def whole():
    """tests/lab's whole deployment, and what the pages speak of besides: revocation sources."""
    scenario = scenario_load("mra-whole")
    change = {
        "edges": {"expe1": {"certificates": {"rsa": {"names": [E, "expe.example.com", "example.com"], "cdp": ["{crls}/issuing.crl"]}}}},
        "authorities": {"issuing": {"cdp": ["{crls}/root.crl"]}},
        "revocation": {"crls": {"root.crl": {"ca": "root", "form": "der"}, "issuing.crl": {"ca": "issuing", "form": "der"}, "hand.crl": {"ca": "issuing", "form": "pem"},
                                "all.zip": {"form": "zip", "of": ["issuing.crl", "root.crl"]}}},
        "dns": {"main": {"records": {"crl.example.com A": ["{net}.3.2"], "policy.example.com A": ["{net}.1.1"]}}}}
    scenario["model"] = merge(scenario["model"], change)
    scenario["model"]["command"] = scenario_load("healthy")["model"]["command"]
    return scenario


def labs():
    keys = keys_for_run()
    return {"mra": Lab(whole(), keys), "broken": Lab(scenario_load("demo-broken"), keys),
            "expiring": Lab(scenario_load("expires-critical"), keys), "login": edge.LoginLab(keys)}


DEPLOYMENT = f"""domains: [example.com]
expressway-e:
  cluster: expe.example.com
  trust: expe-trust.pem
  nodes: [{{name: {E}, certificate: e.pem}}, {{name: expe2.example.com, certificate: expe2.pem}}]
expressway-c:
  cluster: expc.example.local
  trust: expc-trust.pem
  nodes: [{{name: {C}, certificate: expc1.pem}}]
zones:
  - {{name: mra, type: uc-traversal, peers: [{E}, expe2.example.com], port: 7001, tls-verify-name: expc.example.local}}
ucm: {{nodes: [{{name: {U}, publisher: true}}]}}
imp: {{nodes: [{{name: {I}, publisher: true}}]}}
"""


def request_of(leaf, names):
    """A request with that leaf's key."""
    san = x509.SubjectAlternativeName([x509.DNSName(n) for n in names])
    builder = x509.CertificateSigningRequestBuilder().subject_name(leaf.certificate.subject).add_extension(san, False)
    return builder.sign(leaf.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def files_of(lab):
    pki = lab.pki
    names = [E, "expe.example.com", "example.com", "collab-edge.example.com"]
    e = pki.leaf(E, {"names": names, "key_name": "expe1"})
    new = pki.leaf(E, {"names": names, "key_name": "new", "cdp": [f"http://{lab.network.prefix}.3.2:8881/issuing.crl"], "not_after": "364d"})
    c = pki.leaf(C, {"names": [C, "expc.example.local", "expc.example.com"], "key_name": "expc1"})
    trust = pki.bundle(["issuing", "root"])
    out = {name: trust for name in ("expe-trust.pem", "expc-trust.pem", "clients.pem", "list.pem",
                                    "new-cas.pem", "expressway-c.pem", "expe.pem")}
    out.update({name: e.pem for name in ("e.pem", "old.pem", "expe1.pem")})
    e2 = pki.leaf(E2, {"names": [E2, *names[1:]], "key_name": "expe2"})
    out.update({"new.pem": new.pem, "expe2.pem": e2.pem, "expe1-chain.pem": e.sent_pem, "expc1.pem": c.pem, "expc.pem": c.pem, "expc1.key": c.key_pem,
                "e.key": e.key_pem, "expe1.key": e.key_pem, "e.csr": request_of(e, names), "issuing.pem": pki.ca("issuing").pem,
                "root.pem": pki.ca("root").pem, "deployment.yaml": DEPLOYMENT, "domains.txt": "example.com\n",
                "targets.yaml": "targets: [{domain: example.com}, {endpoint: \"expe2.example.com:5061\"}]\n",
                "log.txt": 'Detail="port 7400 :(111) Connection refused"\n',
                "certs/expe1.pem": e.pem, "certs/expe1.key": e.key_pem, "certs/issuing.pem": pki.ca("issuing").pem})
    return out


def make(folder, labs):
    """All of it, once: a page gets a copy."""
    lab = labs["mra"]
    for name, text in files_of(lab).items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, text)
    for name, story in (("eth0.pcap", "zone-expired"), ("NAME.cap0", "zone-e-not-trusted"), ("trace.pcap", "zone-up")):
        shutil.copy(os.path.join(PROJECT, "captures", story, "capture.pcap"), os.path.join(folder, name))
    shutil.copy(os.path.join(lab.work, "files", "hand.crl"), os.path.join(folder, "issuing.crl"))
    write(os.path.join(folder, "F"), edge.PASSWORD + "\n")
    write(os.path.join(folder, "T"), edge.TOKEN + "\n")
    nodes = {kind: {name: f"{name}.example.com"} for kind, name in (("ucm", "ucm1"), ("imp", "imp1"))}
    shutil.copy(labs["login"].deployment("pages", "X15.5", **nodes), os.path.join(folder, "deployment-login.yaml"))
    pair = maker.Pair(Pki(lab.pki.keys, maker.KINDS))
    os.makedirs(os.path.join(folder, "case-folder"))
    for box, name in ((pair.e, "expe"), (pair.c, "expc")):
        box.write(os.path.join(folder, name + ".tar.gz"))
        shutil.copy(os.path.join(folder, name + ".tar.gz"), os.path.join(folder, "case-folder"))
        write(os.path.join(folder, name + ".txt"), maker.dump_text(box.release, box.settings))
