#!/usr/bin/python3 -B
"""Which cause does each fault of a certificate, a chain and an OCSP answer raise wherever it is met? A chain: on the wire,
in a zone's question, in the tunnel's, in what a box says of its own certificate; does OpenSSL say the same of the very
files? An answer: fetched, and stapled; and OpenSSL's word on it. A certificate: in deployments on paper (PAPER), and in
place of another (RENEWALS).

    run.py [--edgeprobe PATH] [NAME…]

One lab serves every faulty certificate of FAULTS, each at an address of its own (nginx). `check HOST:PORT` meets it as
a client does; `zone --offline` reads the same files as Expressway-E's certificate, judged by both trust lists.
Prints `ok NAME`, `FAILED NAME` with the difference; the last line counts them."""

import json
import os
import subprocess
import sys
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
import servers  # noqa: E402
from lab import PROJECT, Lab, keys_for_run, scenario_load  # noqa: E402
from launch import Run  # noqa: E402
from suite import chosen, command_line, run_each, run_main, skip_all, tally  # noqa: E402

PORT = 8443
CHECKS = {"client": "chain.client", "zone": "chain.zone", "tunnel": "chain.ssh-tunnel", "own": "chain.own"}

# What is wrong: CAs besides root and issuing (Pki), the leaf (Pki.leaf), what the boxes and clients trust, OpenSSL's words,
# and the cause; `own` where a box says something else of its own certificate.
FAULTS = {
    "healthy": {"openssl": "OK", "cause": None},
    "ed25519": {"leaf": {"key": "ed25519"}, "openssl": "OK", "cause": None, "also": {"cert.key": "other-type"}},
    "dsa-above": {"leaf": {"issuer": "dsa-ca"}, "authorities": {"dsa-ca": {"parent": "root", "key": "dsa"}}, "openssl": "OK",
                  "cause": None},
    "no-trusted-root": {"leaf": {"issuer": "stranger-ca"}, "authorities": {"stranger-ca": {"parent": "stranger"}},
                        "openssl": "unable to get local issuer certificate", "cause": "no-trusted-root"},
    "untrusted-self-signed": {"leaf": {"issuer": "self"}, "openssl": "self-signed certificate", "cause": "untrusted-self-signed"},
    "expired-ca": {"leaf": {"issuer": "old"}, "authorities": {"old": {"parent": "root", "not_before": "-900d", "not_after": "-2d"}},
                   "openssl": "certificate has expired", "cause": "expired-ca"},
    "not-a-ca": {"leaf": {"issuer": "no-ca"}, "authorities": {"no-ca": {"parent": "root", "basic_constraints": False}},
                 "openssl": "invalid CA certificate", "cause": "not-a-ca"},
    "no-ca-by-its-own-words": {"leaf": {"issuer": "denies"}, "authorities": {"denies": {"parent": "root", "ca": False}},
                               "openssl": "invalid CA certificate", "cause": "not-a-ca", "paper": {"cert.basic-constraints": "not-a-ca"}},
    "sent-twice": {"leaf": {"send": ["issuing", "issuing"]}, "openssl": "OK", "cause": None, "also": {"chain.served": "duplicate"}},
    "bad-signature": {"leaf": {"signer": "stranger"}, "openssl": "certificate signature failure", "cause": "bad-signature"},
    # a root of the trusted one's name, and of another key: with key identifiers it is no candidate, without them its
    # name makes it one, and the signature tells
    "forged-root": {"leaf": {"issuer": "below-forged", "send": ["below-forged", "forged"]},
                    "authorities": {"forged": {"title": "Lab Root CA"}, "below-forged": {"parent": "forged"}},
                    "openssl": "self-signed certificate in certificate chain", "cause": "no-trusted-root"},
    "forged-root-without-ids": {"leaf": {"issuer": "below-nameless", "send": ["below-nameless", "nameless"]},
                                "authorities": {"nameless": {"title": "Lab Root CA", "ids": False},
                                                "below-nameless": {"parent": "nameless", "ids": False}},
                                "openssl": "certificate signature failure", "cause": "bad-signature"},
    "path-too-long": {"leaf": {"issuer": "deep", "send": ["deep", "short"]},
                      "authorities": {"short": {"parent": "root", "path_length": 0}, "deep": {"parent": "short"}},
                      "openssl": "path length constraint exceeded", "cause": "path-too-long"},
    "unsuitable-purpose": {"leaf": {"issuer": "mail"}, "authorities": {"mail": {"parent": "root", "eku": ["ocsp"]}},
                           "openssl": "unsuitable certificate purpose", "cause": "unsuitable-purpose", "own": None},
    "name-constraint": {"leaf": {"issuer": "narrow"}, "authorities": {"narrow": {"parent": "root", "permitted": ["example.net"]}},
                        "openssl": "permitted subtree violation", "cause": "name-constraint"},
    "critical-extension": {"leaf": {"critical": True}, "openssl": "unhandled critical extension", "cause": "critical-extension"},
    "malformed-date": {"leaf": {"fraction": True}, "openssl": "format error in certificate's notAfter field",
                       "cause": "malformed-date"},
    "other": {"leaf": {"proxy": True, "names": []}, "openssl": "proxy certificates not allowed", "cause": "other"},
}

# What the responder answers (source_server.py), OpenSSL's words about it, and the cause of revocation.ocsp and
# revocation.staple; None: it passes.
ANSWERS = {
    "good": ({"status": "good"}, ": good", None),
    "revoked": ({"status": "revoked"}, ": revoked", "revoked"),
    "unknown": ({"status": "unknown"}, ": unknown", "unknown"),
    "junk": ({"status": "good", "junk": True}, "rror", "malformed"),
    "forged": ({"status": "good", "forger": "stranger"}, "Response Verify Failure", "bad-signature"),
    "delegate-without-eku": ({"status": "good", "signer": "delegate-without-eku"}, "Response Verify Failure", "signer-not-authorised"),
    "stranger-signs": ({"status": "good", "signer": "stranger"}, "Response Verify Failure", "signer-not-authorised"),
    "other-certificate": ({"status": "good", "about": "good", "whatever": True}, "No Status found", "wrong-certificate"),
    "two-statuses": ({"status": "good", "also": "unknown"}, ": good", "ambiguous"),
    "critical-response": ({"status": "good", "critical": True}, ": good", "critical-extension"),
    "stale": ({"status": "good", "this": "-9d", "next": "-2d"}, "Status times invalid", "stale"),
    "early": ({"status": "good", "this": "2d", "next": "9d"}, "Status times invalid", "not-yet-valid"),
    "malformed-request": ({"status": "malformed-request"}, "malformedrequest", "malformed-request"),
    "internal-error": ({"status": "internal-error"}, "internalerror", "internal-error"),
    "try-later": ({"status": "try-later"}, "trylater", "try-later"),
    "sig-required": ({"status": "sig-required"}, "sigrequired", "sig-required"),
    "unauthorized": ({"status": "unauthorized"}, "unauthorized", "unauthorized"),
}

# CRLs that a certificate names, each read as `revocation HOST:PORT --ocsp off` does: what is wrong with it (sources.py) and
# the cause of revocation.crl; None for the address: one that no HTTP reaches.
LISTS = {
    "list-good": ({"ca": "issuing"}, None),
    "list-revokes": ({"ca": "issuing", "revoked": ["list-revokes"]}, "revoked"),
    "list-forged": ({"ca": "issuing", "signer": "stranger"}, "bad-signature"),
    "list-of-another": ({"ca": "root"}, "wrong-issuer"),
    "list-early": ({"ca": "issuing", "this": "2d", "next": "9d"}, "not-yet-valid"),
    "list-late": ({"ca": "issuing", "this": "-9d", "next": "-2d"}, "expired"),
    "list-in-a-directory": (None, "unsupported-scheme"),
}

# On paper: certificates of files (Pki.leaf) in deployments, and what is said of them. {subject: {check: cause}}
E1, C1, C2, UCM1, UCM2 = (name + ".example.com" for name in ("expe1", "expc1", "expc2", "ucm1", "ucm2"))
ZONE = [{"name": "mra", "type": "uc-traversal", "peers": [E1], "tls-verify-name": C1}]
LEAVES = {
    "e1.pem": {"host": E1, "names": [E1, "example.com"]},
    "e1-wild.pem": {"host": E1, "cn": "lab", "names": ["*.example.com", "example.com"]},
    "e1-bare.pem": {"host": E1, "cn": "lab", "names": []},
    "e1-client.pem": {"host": E1, "names": [E1, "example.com"], "eku": ["client"]},
    "e1-xmppaddr.pem": {"host": E1, "names": [E1, "example.com", "XMPP:fed.example.com"]},
    "e1-fed.pem": {"host": E1, "names": [E1, "example.com", "fed.example.com", "chat.example.com"]},
    "e1-long-key.pem": {"host": E1, "names": [E1, "example.com"], "modulus": 8192},
    "e1-temporary.pem": {"host": E1, "cn": "Temporary Certificate 4711", "names": [E1, "example.com"]},
    "e1-acme.pem": {"host": E1, "names": [E1, "example.com"], "issuer": "acme", "not_before": "-10d", "not_after": "80d"},
    "e1-acme-due.pem": {"host": E1, "names": [E1, "example.com"], "issuer": "acme", "not_before": "-70d", "not_after": "20d"},
    "e1-acme-alone.pem": {"host": E1, "names": [E1, "example.com"], "issuer": "acme", "not_before": "-10d", "not_after": "80d", "send": []},
    "c1.pem": {"host": C1, "names": [C1]},
    "c1-cn.pem": {"host": C1, "names": ["other.example.com"]},
    "c1-wild.pem": {"host": C1, "cn": "lab", "names": ["*.example.com"]},
    "c1-phone.pem": {"host": C1, "names": [C1, "phones.example.com", "chat.example.com"]},
    "c1-cluster.pem": {"host": C1, "cn": "lab", "names": [C1, "expc.example.com"]},
    "c2-cluster.pem": {"host": C2, "cn": "lab", "names": ["expc.example.com"]},
    "u1.pem": {"host": UCM1, "names": [UCM1]},
    "u1-old.pem": {"host": UCM1, "names": [UCM1], "not_after": "-2d"},
    "u1-early.pem": {"host": UCM1, "names": [UCM1], "not_before": "2d"},
    "u1-days.pem": {"host": UCM1, "names": [UCM1], "not_after": "3d"},
    "u1-weeks.pem": {"host": UCM1, "names": [UCM1], "not_before": "-345d", "not_after": "20d"},
    "u1-client.pem": {"host": UCM1, "names": [UCM1], "eku": ["client"]},
    "u1-other.pem": {"host": "else.example.com", "names": ["else.example.com"]},
    "u1-short.pem": {"host": "ucm1", "names": ["ucm1"]},
    "u1-self.pem": {"host": UCM1, "names": [UCM1], "issuer": "self"},
    "u1-self-too.pem": {"host": UCM1, "cn": "callmanager." + UCM1, "names": [UCM1], "issuer": "self"},
    "u1-renewed.pem": {"host": UCM1, "names": [UCM1]},
}


def sides(e="e1.pem", c="c1.pem", **more):
    return {"domains": ["example.com"], "zones": ZONE, "expressway-e": {"nodes": [{"name": E1, "certificate": e}]},
            "expressway-c": {"nodes": [{"name": C1, "certificate": c}]}, **more}


def ucm(certificates, trust=None):
    """The publisher has these certificates; the other node these trust stores."""
    nodes = [{"name": UCM1, "publisher": True, "certificates": certificates}, {"name": UCM2, "trust": trust or {}}]
    return sides(ucm={"nodes": nodes})


def with_sides(e, c, deployment):
    return {**deployment, "expressway-e": {**deployment["expressway-e"], **e}, "expressway-c": {**deployment["expressway-c"], **c}}


def acme(certificate, trust):
    out = sides(certificate)
    out["expressway-e"]["trust"] = trust
    return out


ON_E, ON_C = "expressway-e:" + E1, "expressway-c:" + C1
PAPER = {
    "only-wildcards": (sides("e1-wild.pem", "c1-wild.pem"),
                       {ON_E: {"name.peer-address": "wildcard-only"}, ON_C: {"name.tls-verify": "wildcard-only"}}),
    "no-alternative-names": (sides("e1-bare.pem", "c1-cn.pem"),
                             {ON_E: {"name.peer-address": "no-san"}, ON_C: {"name.tls-verify": "cn-only"}}),
    "node-name-in-a-cluster": (with_sides({}, {"cluster": "expc.example.com"}, sides(c="c1-cluster.pem")),
                               {ON_C: {"name.tls-verify": "node-name-in-cluster"}, C1: {"name.cluster": None}}),
    "peer-name-missing": (with_sides({}, {"cluster": "expc.example.com", "nodes": [{"name": C2, "certificate": "c2-cluster.pem"}]}, sides()),
                          {C2: {"name.cluster": "peer-name-missing"}}),
    "client-use-alone": (sides("e1-client.pem"), {E1: {"cert.eku": "missing-server"}}),
    "temporary": (sides("e1-temporary.pem"), {E1: {"cert.default-certificate": "temporary"}}),
    "acme": (acme("e1-acme.pem", "acme-whole.list"), {E1: {"chain.lets-encrypt": None, "cert.lets-encrypt-renewal": None}}),
    "acme-due": (acme("e1-acme-due.pem", "acme-whole.list"), {E1: {"cert.lets-encrypt-renewal": "renewal-due"}}),
    "acme-rootless": (acme("e1-acme.pem", "acme-issuer.list"), {E1: {"chain.lets-encrypt": "root-missing"}}),
    "acme-issuer-missing": (acme("e1-acme-alone.pem", "acme-root.list"), {E1: {"chain.lets-encrypt": "intermediate-missing"}}),
    "unreadable-list": (acme("e1.pem", "unreadable.list"), {"unreadable.list": {"chain.trust-list": "unreadable"}}),
    "cipher-string": (sides(ucm={"nodes": [{"name": UCM1}], "ciphers": "@@"}), {"@@": {"cipher.string": "invalid"}}),
    "very-long-key": (sides("e1-long-key.pem"), {E1: {"cert.key": "rsa-8192"}}),
    "federation-as-xmppaddr": (with_sides({"xmpp-federation-domains": ["fed.example.com"]}, {"phone-profiles": ["phones.example.com"]},
                                          sides("e1-xmppaddr.pem", "c1-phone.pem", features=["mra", "xmpp-federation"])),
                               {E1: {"name.xmpp-domain": "xmppaddr-form"}, C1: {"name.phone-profile": None}}),
    "federation": (with_sides({"xmpp-federation-domains": ["fed.example.com"]}, {"chat-aliases": ["chat.example.com"]},
                              sides("e1-fed.pem", "c1-phone.pem", features=["mra", "xmpp-federation"])),
                   {E1: {"name.xmpp-domain": None, "name.chat-alias": None}, C1: {"name.chat-alias": None}}),
    "aliases-differ": (with_sides({}, {"chat-aliases": ["chat.example.com"]},
                                  sides("e1.pem", "c1-phone.pem", features=["mra", "xmpp-federation"])),
                       {E1: {"name.chat-alias": "sets-differ"}, C1: {"name.chat-alias": None}}),
    "ucm-both-self-signed": (sides(ucm={"nodes": [{"name": UCM1, "publisher": True, "certificates": {"tomcat": "u1-self.pem", "callmanager": "u1-self-too.pem"}}]}),
                             {UCM1: {"chain.self-signed-pair": None}}),
    "ucm-short-name": (sides(ucm={"nodes": [{"name": "ucm1", "publisher": True, "certificates": {"tomcat": "u1-short.pem"}}]}),
                       {"ucm1": {"name.ucm-node": "short-name"}}),
    "ucm-expired": (ucm({"callmanager": "u1-old.pem"}), {UCM1: {"ucm.certificate": "expired"}}),
    "ucm-early": (ucm({"callmanager": "u1-early.pem"}), {UCM1: {"ucm.certificate": "not-yet-valid"}}),
    "ucm-days-left": (ucm({"callmanager": "u1-days.pem"}), {UCM1: {"ucm.certificate": "expires-critical"}}),
    "ucm-weeks-left": (ucm({"callmanager": "u1-weeks.pem"}), {UCM1: {"ucm.certificate": "expires-soon"}}),
    "ucm-client-use-alone": (ucm({"callmanager": "u1-client.pem"}), {UCM1: {"ucm.certificate": "missing-server"}}),
    "ucm-other-name": (ucm({"callmanager": "u1-other.pem"}), {UCM1: {"ucm.certificate": "no-match"}}),
    "ucm-ipsec-held": (ucm({"ipsec": "u1.pem"}, {"ipsec-trust": "u1.pem"}),
                       {UCM2: {"ucm.ipsec-trust": None, "ucm.expired-trust": None}}),
    "ucm-ipsec-renewed": (ucm({"ipsec": "u1-renewed.pem"}, {"ipsec-trust": "u1.pem"}), {UCM2: {"ucm.ipsec-trust": "serial-differs"}}),
    "ucm-ipsec-missing": (ucm({"ipsec": "u1.pem"}, {"ipsec-trust": "c1.pem"}), {UCM2: {"ucm.ipsec-trust": "missing"}}),
    "ucm-expired-trust": (ucm({"tomcat": "u1.pem"}, {"tomcat-trust": "u1-old.pem"}), {UCM2: {"ucm.expired-trust": "removable"}}),
    "ucm-expired-and-shown": (ucm({"tomcat": "u1-old.pem"}, {"tomcat-trust": "u1-old.pem"}),
                              {UCM2: {"ucm.expired-trust": "still-in-use"}}),
}

# The certificate in use (`old`), the new one, and what renew says of the pair.
OLD = {"names": [E1, "example.com"], "not_before": "-300d", "not_after": "65d"}
RENEWALS = {
    "names-added": ({"names": [E1, "example.com", "more.example.com"]}, "renew.names", "names-added"),
    "key-type-changed": ({"key": "ecdsa"}, "renew.key", "key-type-changed"),
    "key-size-changed": ({"modulus": 4096}, "renew.key", "key-size-changed"),
    "digest-weaker": ({"digest": "sha1"}, "renew.signature", "digest-weaker"),
    "not-later": ({"not_after": "60d"}, "renew.validity", "not-later"),
    "lifetime-shorter": ({"not_after": "90d"}, "renew.validity", "lifetime-shorter"),
}


def scenario():
    out = scenario_load("healthy")
    model = out["model"]
    model["authorities"], model["edges"], model["trust_lists"] = {}, {}, {}
    records = model["dns"]["main"]["records"]
    model["revocation"] = {"scripted": {}, "crls": {name: spec for name, (spec, _) in LISTS.items() if spec}}
    for number, (name, (spec, _)) in enumerate(LISTS.items(), 200):
        model["edges"][name] = {
            "host": f"{name}.{{domain}}", "address": f"1.{number}", "ports": {PORT: {"server": "nginx"}},
            "certificates": {"rsa": {"key_name": "expe1", "names": [f"{name}.{{domain}}"],
                                     "cdp": ["{crls}/" + name if spec else "ldap:///CN=Lab?certificateRevocationList"]}}}
        records[f"{name}.{{domain}} A"] = [f"{{net}}.1.{number}"]
    for number, (name, (answer, _, _)) in enumerate(ANSWERS.items(), 100):
        host = f"{name}.{{domain}}"
        model["revocation"]["scripted"]["/" + name] = {"do": "ocsp", "about": name, **answer}
        model["edges"][name] = {
            "host": host, "address": f"1.{number}", "ports": {PORT: {"server": "nginx"}}, "staple": answer,
            "certificates": {"rsa": {"key_name": "expe1", "names": [host], "ocsp": ["{scripted}/" + name]}}}
        records[f"{host} A"] = [f"{{net}}.1.{number}"]
    for number, (name, fault) in enumerate(FAULTS.items(), 1):
        host = f"{name}.{{domain}}"
        model["authorities"].update(fault.get("authorities", {}))
        model["edges"][name] = {
            "host": host, "address": f"1.{number}", "ports": {PORT: {"server": "nginx"}},
            "certificates": {"rsa": {"key_name": "expe1", "names": [host, "{domain}"], **fault.get("leaf", {})}}}
        records[f"{host} A"] = [f"{{net}}.1.{number}"]
        above = fault.get("leaf", {}).get("send") or [fault.get("leaf", {}).get("issuer", "issuing")]
        model["trust_lists"][name + "-trust.pem"] = ["root"]
        model["trust_lists"][name + "-list.pem"] = ["root"] + [ca for ca in above if ca != "self" and "forged" != ca != "nameless"]
    model["authorities"]["acme"] = {"parent": "root", "title": "R11", "org": "Let's Encrypt"}
    model["trust_lists"].update({"issuing.pem": ["issuing"], "acme-whole.list": ["root", "acme"], "acme-root.list": ["root"], "unreadable.list": ["root"],
                                 "acme-issuer.list": ["acme"]})
    model["files"] = {f"{name}.yaml": deployment for name, (deployment, _) in PAPER.items()}
    model["leaves"] = {"old.pem": {"host": E1, **OLD}}
    model["leaves"].update({name + ".new": {"host": E1, "names": OLD["names"], **new} for name, (new, _, _) in RENEWALS.items()})
    model["leaves"].update({**LEAVES, "c.pem": {"host": "expc1.example.com", "names": ["expc1.example.com"]}})
    return out


class Bench:
    def __init__(self, lab, edgeprobe):
        self.lab, self.edgeprobe = lab, edgeprobe

    def file(self, name):
        return os.path.join(self.lab.work, "files", name)

    def findings(self, arguments):
        """(problems, findings)"""
        run = Run([self.edgeprobe, *arguments, "--format", "json", "--no-progress"])
        try:
            report = json.loads(run.out)
        except ValueError:
            return run.trouble() + [f"no JSON, status {run.status}: {run.err[:300]}"], []
        return run.trouble() + expect.invariants(report, run.status) + expect.validate(report, PROJECT), report["findings"]

    def on_the_wire(self, name):
        return self.findings(["check", f"{name}.{self.lab.domain}:{PORT}", "--vantage", "lab", "--resolver",
                              self.lab.names()["resolver"], "--trust", self.file(name + "-trust.pem")])

    def on_paper(self, name):
        trust = self.file(name + "-list.pem")  # the tunnel, and the box itself, take intermediates from the list alone
        return self.findings(["zone", "--offline", "--peer-address", f"{name}.{self.lab.domain}", "--e-cert", self.file(name + ".pem"),
                              "--c-cert", self.file("c.pem"), "--tls-verify-name", "expc1.example.com",
                              "--e-trust", trust, "--c-trust", trust])

    def revocation(self, subject, *more):
        return self.findings(["revocation", subject, "--vantage", "lab", "--no-cache", "--resolver", self.lab.names()["resolver"],
                              "--trust", self.file("healthy-trust.pem"), *more])

    def verify(self, name):
        """OpenSSL's word on the same files, as a client of a server."""
        return openssl("verify", "-purpose", "sslserver", "-CAfile", self.file(name + "-trust.pem"),
                       "-untrusted", self.file(name + ".pem"), self.file(name + ".pem"))

    def ocsp(self, name):
        """OpenSSL's word on the answer that the server staples."""
        return openssl("ocsp", "-respin", self.lab.edges[name].staple_file, "-sha256",
                       "-issuer", self.file("issuing.pem"), "-cert", self.file(name + ".pem"), "-CAfile", self.file("healthy-list.pem"), "-no_nonce")


def openssl(*arguments):
    run = subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                         env={**os.environ, "SSL_CERT_DIR": "/nowhere", "SSL_CERT_FILE": "/nowhere"})
    return (run.stdout + run.stderr).decode("utf-8", "replace")


def compare(findings, check, subject, cause):
    """The one finding of a check about a subject has this cause; None: it passes."""
    told = [(f["status"], f["cause"]) for f in findings
            if f["check"] == check and f["subject"] == subject and f["status"] not in ("info", "skip")]
    good = len(told) == 1 and told[0][1] == cause and (cause is not None or told[0][0] == "pass")
    return [] if good else [f"{check} {subject}: {told}, wanted {cause}"]


def try_fault(bench, name, fault):
    host = f"{name}.{bench.lab.domain}"
    problems, findings = bench.on_the_wire(name)
    for check, cause in {CHECKS["client"]: fault["cause"], **fault.get("also", {})}.items():
        problems += compare(findings, check, f"{host}:{PORT}", cause)
    more, findings = bench.on_paper(name)
    problems += more
    for question in ("zone", "tunnel", "own"):
        problems += compare(findings, CHECKS[question], "expressway-e:" + host, fault.get(question, fault["cause"]))
    for check, cause in fault.get("paper", {}).items():
        problems += compare(findings, check, "expressway-e:" + host, cause)
    return problems + agreed(bench.verify(name), fault["openssl"])


def agreed(said, wanted):
    return [] if wanted in said else [f"openssl says {said!r}, wanted {wanted!r}"]


def try_answer(bench, name, words, cause):
    subject = f"{name}.{bench.lab.domain}:{PORT}"
    problems, findings = bench.revocation(subject)
    for check in ("revocation.ocsp", "revocation.staple"):
        problems += compare(findings, check, subject, cause)
    return problems + agreed(bench.ocsp(name), words)


def try_list(bench, name, cause):
    subject = f"{name}.{bench.lab.domain}:{PORT}"
    problems, findings = bench.revocation(subject, "--ocsp", "off")
    return problems + compare(findings, "revocation.crl", subject, cause)


def try_automatic(bench):
    """The list of the automatic update, of a certificate that names none that HTTP reaches."""
    subject = f"list-in-a-directory.{bench.lab.domain}:{PORT}"
    problems, findings = bench.revocation(subject, "--ocsp", "off", "--auto-crl", bench.lab.names()["crls"] + "/list-good")
    found = [(f["status"], f["summary"]) for f in findings if f["check"] == "revocation.crl"]
    return problems + ([] if any(status == "pass" for status, _ in found) else [f"the list of the update: {found}"])


def try_connection(bench, connection):
    """Which sources count depends on who connects: LDAP has none but the CRLs in the file of the trust list."""
    subject = f"list-good.{bench.lab.domain}:{PORT}"
    problems, findings = bench.revocation(subject, "--connection", connection)
    told = [(f["status"], f["cause"]) for f in findings if f["check"] == "revocation.verdict" and f["subject"] == subject]
    return problems + ([] if len(told) == 1 else [f"the verdict of {connection}: {told}"])


def try_list_in_file(bench):
    """The CRL that stands in the file of the trust list, which LDAP goes by."""
    subject = f"list-revokes.{bench.lab.domain}:{PORT}"
    with urllib.request.urlopen(bench.lab.names()["crls"] + "/list-revokes") as answer:
        der = answer.read()
    pem = subprocess.run(["openssl", "crl", "-inform", "DER"], input=der, capture_output=True, check=True).stdout.decode()
    with open(bench.file("healthy-trust.pem"), encoding="utf-8") as text:
        trust = text.read()
    with open(bench.file("with-a-list.pem"), "w", encoding="utf-8") as out:
        out.write(trust + pem)
    problems, findings = bench.revocation(subject, "--connection", "ldap", "--trust", bench.file("with-a-list.pem"))
    return problems + compare(findings, "revocation.verdict", subject, "revoked")


def try_switched_off(bench):
    subject = f"list-revokes.{bench.lab.domain}:{PORT}"
    problems, findings = bench.revocation(subject, "--mode", "off")
    return problems + compare(findings, "revocation.verdict", subject, "checking-off")


def try_paper(bench, name, wanted):
    problems, findings = bench.findings(["check", "-f", bench.file(name + ".yaml"), "--offline"])
    for subject, checks in wanted.items():
        for check, cause in checks.items():
            problems += compare(findings, check, bench.file(subject) if subject.endswith(".list") else subject, cause)
    return problems


def try_renewal(bench, name, check, cause):
    problems, findings = bench.findings(["renew", "--old", bench.file("old.pem"), "--new", bench.file(name + ".new"), "--role", "expressway-e"])
    return problems + ([] if any((f["check"], f["cause"]) == (check, cause) for f in findings) else
                       [f"no {check}/{cause}, but " + ", ".join(f"{f['check']}/{f['cause']}" for f in findings)])


def tests_of(bench):
    with open(bench.file("unreadable.list"), "a", encoding="utf-8") as out:
        out.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    tests = [(name, lambda n=name, f=fault: try_fault(bench, n, f)) for name, fault in FAULTS.items()]
    tests += [(name, lambda n=name, w=words, c=cause: try_answer(bench, n, w, c)) for name, (_, words, cause) in ANSWERS.items()]
    tests += [(name, lambda n=name, c=cause: try_list(bench, n, c)) for name, (_, cause) in LISTS.items()]
    tests.append(("automatic-update", lambda: try_automatic(bench)))
    tests += [("connection-" + c, lambda c=c: try_connection(bench, c)) for c in ("https", "ldap")]
    tests.append(("list-in-file", lambda: try_list_in_file(bench)))
    tests.append(("checking-off", lambda: try_switched_off(bench)))
    tests += [(name, lambda n=name, w=wanted: try_paper(bench, n, w)) for name, (_, wanted) in PAPER.items()]
    return tests + [(name, lambda n=name, k=check, c=cause: try_renewal(bench, n, k, c))
                    for name, (_, check, cause) in RENEWALS.items()]


def main():
    arguments = command_line("Hold the verdicts on faulty chains and OCSP answers to OpenSSL's.")
    try:
        with Lab(scenario(), keys_for_run()) as lab:
            return tally(run_each(chosen(arguments, tests_of(Bench(lab, arguments.edgeprobe)))))
    except servers.Missing as missing:
        return skip_all(missing)


if __name__ == "__main__":
    run_main(main)
