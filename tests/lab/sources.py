#!/usr/bin/python3
"""Which revocation sources does a lab have? OCSP responders and CRL distribution points, from the model.

    revocation:
      ocsp:      real responders (`openssl ocsp`), each at {ocsp:NAME}: {ca: issuing, status: {expe1: revoked},
                 signer: delegate | delegate-without-eku | stranger (default: the CA), days: 7 (0: no nextUpdate)}
                 status is good for what is not named; `unknown` for a certificate that it does not know
      crls:      files that nginx serves below {crls}, by name: {ca: issuing, revoked: [expe1], form: der | pem | gzip
                 | zip | tar.gz, this: -1h, next: 7d, number: 1, partition: URI, delta: N, signer: CA,
                 of: [NAME…] (an archive or PEM of these files instead), text: … (no CRL at all), max_age: S}
      scripted:  what our own server answers below {scripted}, {scripted-tls} (a certificate of the lab's root) and
                 {scripted-bad} (one that nobody trusts), by path: see source_server.py
Certificates are named by edge (`expe1`, `expe1/ecdsa`) or CA (`issuing`).

Started by root they run as the lab's other servers do. Does not: judge."""

import datetime
import gzip
import io
import json
import os
import tarfile
import zipfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

import servers
import source_server
from pki import offset, write

OCSP_HOST, CRL_HOST, SCRIPTED_HOST = "3.1", "3.2", "3.3"
CRL_PORT, SCRIPTED_PORTS = 8881, {"scripted": 8882, "scripted-tls": 8883, "scripted-bad": 8884}


def names(model, prefix):
    """What {ocsp:NAME}, {crls}, {scripted…} stand for. `openssl ocsp` listens on all addresses, so its port is the
    lab's own."""
    n = int(prefix.split(".")[1])
    spec = model.get("revocation") or {}
    out = {f"ocsp:{name}": f"http://{prefix}.{OCSP_HOST}:{21000 + 16 * n + i}"
           for i, name in enumerate(sorted(spec.get("ocsp") or {}))}
    out["crls"] = f"http://{prefix}.{CRL_HOST}:{CRL_PORT}"
    for name, port in SCRIPTED_PORTS.items():
        out[name] = f"http{'' if name == 'scripted' else 's'}://{prefix}.{SCRIPTED_HOST}:{port}"
    return out


def certificate(lab, name):
    edge, _, label = name.partition("/")
    if edge in lab.edges:
        labels = [k for k, v in lab.edges[edge].spec["certificates"].items() if v is not None]
        return lab.edges[edge].leaves[labels.index(label) if label else 0].certificate
    return lab.pki.ca(name).certificate


def plan(lab):
    spec = lab.model.get("revocation")
    if not spec:
        return []
    out = [openssl_ocsp(lab, name, spec["ocsp"][name]) for name in sorted(spec.get("ocsp") or {})]
    if spec.get("crls"):
        out.append(nginx(lab, spec["crls"]))
    if spec.get("scripted"):
        out.append(scripted(lab, spec["scripted"]))
    return out


# ---- openssl ocsp ----

def delegate(lab, ca, kind):
    """A signer of answers: (certificate and key as PEM)."""
    if kind is None:
        authority = lab.pki.ca(ca)
        key = authority.key
        return authority.pem, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                serialization.NoEncryption()).decode()
    spec = {"key_name": "ocsp", "cn": f"Lab OCSP {kind}", "issuer": "stranger" if kind == "stranger" else ca,
            "eku": ["server"] if kind == "delegate-without-eku" else ["ocsp"], "nocheck": True, "send": [],
            "key": "ecdsa" if ca.endswith("-ec") else "rsa"}
    spec["issuer"] = spec["issuer"].removesuffix("-ec")
    leaf = lab.pki.leaf("ocsp", spec)
    return leaf.pem, leaf.key_pem


def openssl_ocsp(lab, name, spec):
    folder = lab.folder("ocsp-" + name)
    ca = spec.get("ca", "issuing")
    signer, key = delegate(lab, ca, spec.get("signer"))
    for file, text in (("ca.pem", lab.pki.ca(ca).pem), ("signer.pem", signer), ("signer.key", key),
                       ("index.txt", index(lab, spec.get("status") or {}))):
        write(f"{folder}/{file}", text, 0o600)
    port = names(lab.model, lab.network.prefix)[f"ocsp:{name}"].rsplit(":", 1)[1]
    argv = [servers.program("openssl"), "ocsp", "-index", f"{folder}/index.txt", "-port", port, "-CA", f"{folder}/ca.pem",
            "-rsigner", f"{folder}/signer.pem", "-rkey", f"{folder}/signer.key", "-ignore_err", "-rmd", "sha256",
            "-timeout", "3"]
    if spec.get("days", 7):
        argv += ["-ndays", str(spec.get("days", 7))]
    return servers.Process("ocsp-" + name, argv, [("http", lab.address(OCSP_HOST), int(port))], folder)


def index(lab, status):
    """The database of `openssl ca` (index.txt) of every certificate that the lab has."""
    known = [f"{e}/{label}" for e, edge in lab.edges.items()
             for label, spec in edge.spec["certificates"].items() if spec is not None]
    known += sorted(lab.pki.authorities)
    lines = []
    for name in known:
        state = status.get(name, status.get(name.split("/")[0], "good"))
        cert = certificate(lab, name)
        end = cert.not_valid_after.strftime("%y%m%d%H%M%SZ")
        revoked = (lab.pki.now - datetime.timedelta(days=1)).strftime("%y%m%d%H%M%SZ")
        serial = f"{cert.serial_number:X}"
        serial = "0" * (len(serial) % 2) + serial
        if state != "unknown":
            lines.append("\t".join([{"good": "V", "revoked": "R"}[state], end,
                                    revoked + ",keyCompromise" if state == "revoked" else "", serial, "unknown",
                                    "/CN=" + name.replace("/", " ")]))
    return "\n".join(lines) + "\n"


# ---- CRLs ----

def crl_make(lab, spec):
    authority = lab.pki.ca(spec.get("ca", "issuing"))
    signer = lab.pki.ca(spec.get("signer", spec.get("ca", "issuing")))
    now = lab.pki.now
    builder = (x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
               .last_update(now + offset(spec.get("this", "-1h"))))
    builder = builder.next_update(now + offset(spec.get("next", "7d")))
    for name in spec.get("revoked", []):
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(certificate(lab, name).serial_number)
            .revocation_date(now - datetime.timedelta(days=1))
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False).build())
    builder = builder.add_extension(x509.CRLNumber(spec.get("number", 1)), False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), False)
    if spec.get("partition"):
        builder = builder.add_extension(x509.IssuingDistributionPoint(
            [x509.UniformResourceIdentifier(spec["partition"])], None, False, False, None, False, False), True)
    if spec.get("delta") is not None:
        builder = builder.add_extension(x509.DeltaCRLIndicator(spec["delta"]), True)
    return builder.sign(signer.key, hashes.SHA256())


def packed(form, files):
    """bytes of an archive of {name: bytes}."""
    out = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return out.getvalue()
    if form == "tar.gz":
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return out.getvalue()
    whole = b"".join(files.values())
    return gzip.compress(whole) if form == "gzip" else whole


def crl_bytes(lab, specs, name):
    spec = specs[name] or {}
    form = spec.get("form", "der")
    if "text" in spec:
        return spec["text"].encode()
    if "of" in spec:
        return packed(form, {part: crl_bytes(lab, specs, part) for part in spec["of"]})
    made = crl_make(lab, spec)
    if form == "pem":
        return made.public_bytes(serialization.Encoding.PEM)
    return packed(form, {name + ".der": made.public_bytes(serialization.Encoding.DER)})


NGINX = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 128; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen {address}:{port};
        root {folder}/www;
{locations}    }}
}}
"""


def nginx(lab, specs):
    folder = lab.folder("crls")
    os.makedirs(folder + "/www", exist_ok=True)
    locations = ""
    for name, spec in specs.items():
        with open(f"{folder}/www/{name}", "wb") as out:
            out.write(crl_bytes(lab, specs, name))
        with open(lab.path("files", name), "wb") as out:  # for --crl-file
            out.write(crl_bytes(lab, specs, name))
        if (spec or {}).get("max_age") is not None:
            locations += f'        location = /{name} {{ add_header Cache-Control "max-age={spec["max_age"]}"; }}\n'
    address = lab.address(CRL_HOST)
    write(folder + "/nginx.conf",
          NGINX.format(folder=folder, address=address, port=CRL_PORT, locations=locations), 0o644)
    argv = [servers.program("nginx"), "-p", folder, "-c", folder + "/nginx.conf"]
    return servers.Process("crls", argv, [("tcp", address, CRL_PORT)], folder)


# ---- our own server ----

def staples(lab):
    """Answers that servers staple: an edge's `staple` is what a scripted source would be told to answer."""
    for name, edge in lab.edges.items():
        spec = edge.spec.get("staple")
        if spec:
            leaf, ca = edge.leaves[0], lab.pki.ca(spec.get("ca", "issuing"))
            asked = ocsp.OCSPRequestBuilder().add_certificate(leaf.certificate, ca.certificate, hashes.SHA256()).build()
            store = Signers(lab)
            answer = source_server.ocsp_answer({"about": name, **spec}, asked.public_bytes(serialization.Encoding.DER), store)
            with open(edge.staple_file, "wb") as out:
                out.write(answer)


class Signers:
    """What source_server.Files is to a server on its own: certificates and keys by name."""

    def __init__(self, lab):
        self.lab = lab

    def certificate(self, name):
        return certificate(self.lab, name)

    def signer(self, ca, kind):
        pem, key = delegate(self.lab, ca, kind)
        return x509.load_pem_x509_certificate(pem.encode()), serialization.load_pem_private_key(key.encode(), None)


def scripted(lab, routes):
    folder = lab.folder("scripted")
    address = lab.address(SCRIPTED_HOST)
    tls = {}
    for name, issuer in (("scripted-tls", "root"), ("scripted-bad", "stranger")):
        leaf = lab.pki.leaf(address, {"key_name": "scripted", "issuer": issuer, "names": ["IP:" + address], "send": []})
        tls[name] = f"{folder}/{name}.pem"
        write(tls[name], leaf.sent_pem + leaf.key_pem, 0o600)
    for name in routes.values():
        for key in ("about", "ca"):
            if name.get(key):
                write(f"{folder}/{name[key].replace('/', '-')}.pem",
                      certificate(lab, name[key]).public_bytes(serialization.Encoding.PEM).decode(), 0o644)
        if name["do"] == "ocsp":
            for kind in (name.get("signer"), name.get("forger")):
                signer, key = delegate(lab, name.get("ca", "issuing"), kind)
                label = f"{name.get('ca', 'issuing')}-{kind}"
                write(f"{folder}/signer-{label}.pem", signer, 0o644)
                write(f"{folder}/signer-{label}.key", key, 0o600)
            write(f"{folder}/{name.get('ca', 'issuing')}.pem", lab.pki.ca(name.get("ca", "issuing")).pem, 0o644)
    config = {"folder": folder, "files": lab.path("files", "x")[:-2], "routes": routes,
              "listeners": [{"address": address, "port": port, "tls": tls.get(name)}
                            for name, port in SCRIPTED_PORTS.items()]}
    write(folder + "/config.json", json.dumps(config), 0o600)
    here = os.path.dirname(os.path.abspath(__file__))
    # read as a whole here, since whoever runs it may not be allowed into our folder
    for file in ("source_server.py", "der.py"):
        with open(os.path.join(here, file), encoding="utf-8") as text:
            write(f"{folder}/{file}", text.read(), 0o644)
    argv = ["/usr/bin/python3", folder + "/source_server.py", folder + "/config.json"]
    return servers.Process("scripted", argv, [("tcp", address, p) for p in SCRIPTED_PORTS.values()], folder)
